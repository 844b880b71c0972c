//! What SAP Concur says: the Itinerary v4 document, read leniently into trips, bookings and segments.
//! Called by `ingest` (fetched documents), `whereabouts` (the types) and `sandbox` (the types).
//! Always: pure; every field but the trip's id is optional (T8); what duty of care does not need is dropped on reading (P10).

mod approval;
mod assemble;
mod costs;
mod document;
mod ending;
mod lenient;
mod model;
mod private_stay;
mod read;
mod scalar;
mod segments;
mod source;
mod tickets;
mod time;

#[cfg(test)]
mod tests;

pub use model::*;
pub use read::{ReadError, read};
