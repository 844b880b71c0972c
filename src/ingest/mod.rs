//! From a signed event to what is known of a traveler: inbox, signatures, coalescing, workers, backlog, erasure.
//! Called by `web` (router, connect pages, commands); stands on `store`, `concur`, `whereabouts`.
//! Always: an event is acknowledged only when it is durable; one fetch a trip is in flight; no href outlives its fetch.

pub mod backlog;
mod calibrate;
pub mod certificate;
mod dispatch;
mod engine;
pub mod event;
pub mod inbox;
pub mod key_ring;
mod lifecycle;
mod lines;
pub mod listener;
mod pace;
mod party;
mod people;
mod presence;
mod privacy;
mod profile;
mod proofs;
pub mod receive;
mod reconsider;
pub mod signature;
pub mod silence;
mod turns;
mod upkeep;
mod worker;

pub use engine::{Change, Engine, EngineConfig, Random};
