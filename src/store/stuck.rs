//! Trips that nothing will be done about by itself: given up, or waiting for their company to connect.
//! Called by what shows the feed to the operator.
//! Holds always: a trip that is being fetched now is not among them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Scope, StoreError};

/// One such trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckTrip {
    /// Whose trip.
    pub company: String,
    /// Which trip.
    pub trip: String,
    /// Its company is not connected; else it was given up.
    pub parked: bool,
    /// The class of the last failure.
    pub error: Option<String>,
    /// When the newest event of it happened.
    pub last_event_at: Option<DateTime<Utc>>,
    /// The log's id of the newest event, for a replay; none if no event named it, or the log forgot it.
    pub last_event: Option<i64>,
}

/// Trips that wait for somebody.
#[async_trait]
pub trait Stuck {
    /// Up to `limit` (1..=500, clamped) trips that are given up or parked, by company and trip.
    async fn stuck_trips(&self, scope: &Scope, now: DateTime<Utc>, limit: u32) -> Result<Vec<StuckTrip>, StoreError>;
}
