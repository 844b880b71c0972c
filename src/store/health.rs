//! How a company's feed is: what could not be fetched and why, how late events come.
//! Called by the page of quality.
//! Holds always: counts and seconds only; no trip is named.

use async_trait::async_trait;

use super::{Scope, StoreError};

/// Trips whose last fetch failed so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchFailures {
    /// How, in a word.
    pub class: String,
    /// Given up; else it is tried again.
    pub dead: bool,
    /// How many.
    pub trips: i64,
}

/// The feed in numbers.
#[async_trait]
pub trait FeedHealth {
    /// By class, the most first.
    async fn fetch_failures(&self, scope: &Scope) -> Result<Vec<FetchFailures>, StoreError>;
    /// Seconds from when an event happened until it came, of the newest `n` (1..=1000, clamped) that say when.
    async fn event_lags(&self, scope: &Scope, n: u32) -> Result<Vec<i64>, StoreError>;
}
