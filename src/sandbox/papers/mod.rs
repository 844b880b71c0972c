//! From truth to trip documents: which channel hears of what, how it writes it down, and how it spoils it (R251–R254).
//! Called by `world`; the HTTP side only sees finished JSON.
//! Always holds: a paper renders to the same document every time, and lists every degradation that touched it.

mod channel;
mod draft;
mod emit;
mod operators;
mod outline;
mod paper;
mod render;
mod sight;
mod spoil;

pub use channel::{Channel, Intensity};
pub use draft::{DraftBooking, DraftSegment, DraftTrip};
pub use emit::{Emission, emit, emit_late_hotel, emit_showcase};
pub use operators::{Applied, Dice, Log, Operator, Rate};
pub use paper::{Held, Paper, PaperState, Rendered, State};
pub use sight::Told;
