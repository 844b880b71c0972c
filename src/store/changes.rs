//! What became of travelers lately: whose trips changed, and who has no profile.
//! Called by the boards.
//! Holds always: one statement a question, and only companies in scope are looked at.

use super::{Scope, StoreError, TravelerRow};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// A traveler of whom newer documents came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelerChange {
    /// Our id.
    pub traveler: String,
    /// What to call them.
    pub name: String,
    /// When the newest document was stored.
    pub at: DateTime<Utc>,
    /// How many of their trips changed.
    pub trips: u32,
}

/// Questions of the boards.
#[async_trait]
pub trait Changes: Send + Sync + 'static {
    /// Travelers of whose trips a document was stored at `since` or later, the newest first, then by name and id.
    async fn changed_since(&self, scope: &Scope, since: DateTime<Utc>) -> Result<Vec<TravelerChange>, StoreError>;
    /// Travelers with trips whose profile was never read ([`TravelerRow::is_unmatched`]), by name and id.
    async fn unmatched(&self, scope: &Scope) -> Result<Vec<TravelerRow>, StoreError>;
}
