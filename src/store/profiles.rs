//! People whose profile is to be read again, because Concur says that it changed; and guests who may have one by now.
//! Called by `ingest`.
//! Holds always: an event about a profile and the mark it leaves are one transaction; nobody unknown is marked.

use super::{StoreError, TravelerRow};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// A traveler whose profile is to be read again.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileDue {
    /// Whose.
    pub traveler: TravelerRow,
    /// The profile is gone: how to reach them is to be forgotten.
    pub is_gone: bool,
    /// When the newest event about it happened.
    pub event_at: DateTime<Utc>,
}

/// Profiles, and who may have got one.
#[async_trait]
pub trait ProfilesDue: Send + Sync + 'static {
    /// Up to `limit` travelers of connected companies whose profile is due, the longest due first.
    async fn profiles_due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ProfileDue>, StoreError>;
    /// The profile was read, or there is nothing to read. A newer event that came meanwhile keeps it due.
    async fn profile_done(&self, due: &ProfileDue) -> Result<(), StoreError>;
    /// It could not be read now: it is due again then.
    async fn profile_later(&self, due: &ProfileDue, again: DateTime<Utc>) -> Result<(), StoreError>;
    /// The company's trips that name guests now, with the guests' names: (trip, given, family).
    async fn trips_of_guests(&self, company: &str) -> Result<Vec<(String, String, String)>, StoreError>;
}
