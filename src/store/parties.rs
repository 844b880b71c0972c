//! Who is on whose trip: travelers that a trip names besides its owner.
//! Called by `ingest` when a document is stored or erased.
//! Holds always: a link lives as long as the trip, and is current as long as the newest document names the traveler.

use super::{StoreError, TravelerRow};
use async_trait::async_trait;

/// Stand-in for Concur's user id of a traveler without a profile: a guest whom a trip names (T24, T26).
pub const GUEST: &str = "guest:";

/// Stand-in for Concur's user id where neither the event nor the document names a person.
pub const NOBODY: &str = "trip:";

/// Trips and the people on them.
#[async_trait]
pub trait Parties: Send + Sync + 'static {
    /// The company's travelers whose given and family name are known; no guests.
    async fn named_travelers(&self, company: &str) -> Result<Vec<TravelerRow>, StoreError>;
    /// The travelers besides its owner whom the trip's stored document names, by our id.
    async fn companions_of(&self, company: &str, trip: &str) -> Result<Vec<String>, StoreError>;
}
