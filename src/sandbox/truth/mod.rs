//! What really happens in the simulated world: who lives where, who travels where and when, by which flights and to which hotels.
//! Called by `world`; `papers` turns it into bookings afterwards (R250: truth before documents).
//! Always holds: pure in seed and time, and a person's truth has no gap and no overlap.

mod atlas;
mod episodes;
mod journeys;
mod people;
mod plan;
mod stays;
mod timetable;

#[cfg(test)]
mod tests;

pub use atlas::{Atlas, Leg, Mode, Stop, Terminus};
pub use episodes::{Doing, Episode, episodes, gapless};
pub use journeys::{Fate, Journey, journeys_of, week_of};
pub use people::{Person, Style, employer, person};
pub use plan::another_way;
pub use stays::{Extra, ExtraKind, Hotel, Stay, hotel};
