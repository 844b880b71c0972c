//! The store's methods, written once and compiled for each engine: `super` is `sqlite` or `postgres`.
//! Called through the trait only.
//! Holds always: SQL here means the same on both; what does not is in the engine's `statements`.

mod backlogs;
mod calibrations;
mod changes;
mod companies;
mod contacts;
mod erasure;
mod finding;
mod health;
mod inbox;
mod log;
mod members;
mod one_time;
mod parties;
mod people;
pub(super) mod presence;
mod privacy;
mod profiles;
mod proofs;
mod quality;
mod questions;
mod queue;
mod store;
mod stuck;
mod tally;
mod travelers;
mod trips;
mod watches;

pub(super) use inbox::{Dirt, EventInsert, MARK};

use super::{Conn, Db, ENGINE, JOIN_LINES, PLACE_OF, Sql, statements};
