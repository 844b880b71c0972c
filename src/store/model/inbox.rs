//! Events as they arrive and as the log shows them (E1–E30).
//! Written by `ingest::receive`, read by the event log and the status endpoint.
//! Holds always: one `event_id` is one entry, however often it is delivered.

use super::words;
use chrono::{DateTime, Utc};

words! {
    /// What an event says happened to a trip (E5–E7), or to somebody's profile (I20).
    pub enum EventKind as "kind of event" {
        /// A trip is new.
        Created = "created",
        /// A trip changed.
        Updated = "updated",
        /// A trip was cancelled.
        Cancelled = "cancelled",
        /// A trip is gone; it may come back within the grace period (R98).
        Deleted = "deleted",
        /// The traveler's data must be erased at once (P1–P4).
        Anonymized = "anonymized",
        /// Somebody's profile is new or changed.
        ProfileChanged = "profile_changed",
        /// Somebody's profile is gone.
        ProfileDeleted = "profile_deleted",
        /// A type that is not known; such events are quarantined.
        Unknown = "unknown",
    }
}

words! {
    /// How far an event has come.
    pub enum EventStatus as "status of an event" {
        /// Durable; its trip waits for its fetch.
        Received = "received",
        /// Its trip was fetched (or erased) because of it; or the profile it names will be read again.
        Processed = "processed",
        /// A newer event of the same trip was covered by the same fetch, or the trip was deleted later than it says.
        Superseded = "superseded",
        /// Kept, and not understood.
        Quarantined = "quarantined",
        /// The last fetch failed; there will be another.
        Failed = "failed",
        /// Given up after all attempts.
        Dead = "dead",
    }
}

/// An event that passed verification and is to be made durable.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// The dedupe key; where the body has none, `ingest` makes one of the body (E23).
    pub event_id: String,
    /// What happened.
    pub kind: EventKind,
    /// The type as the body spells it.
    pub type_text: String,
    /// The trip's id, lower case (E13).
    pub trip: Option<String>,
    /// Concur's company id, lower case.
    pub company: Option<String>,
    /// Concur's user id, lower case.
    pub user: Option<String>,
    /// Where the document is; kept in the queue only, until the fetch (E18).
    pub href: Option<String>,
    /// Under which the calls that follow it can be found at Concur (E17).
    pub correlation: Option<String>,
    /// When it happened, as the sender says.
    pub event_time: Option<DateTime<Utc>>,
    /// When it arrived here.
    pub received_at: DateTime<Utc>,
    /// The raw body with every href blanked out.
    pub body: Vec<u8>,
    /// Why it is not understood; then it marks no trip.
    pub quarantined: Option<String>,
    /// When the trip may be fetched if nothing else arrives: now + coalescing window.
    pub due_at: DateTime<Utc>,
    /// When the trip must be fetched even if events keep arriving: now + longest wait; the first event of a burst decides.
    pub due_latest: DateTime<Utc>,
}

/// What became of one event of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The log's id of the event, the first delivery's if it is a duplicate.
    pub log_id: i64,
    /// It was here already; nothing was marked.
    pub duplicate: bool,
}

/// Which entries of the event log are wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventFilter {
    /// Only these.
    pub status: Option<EventStatus>,
    /// Only this trip's.
    pub trip: Option<String>,
    /// Only those that arrived at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those that arrived before this time.
    pub until: Option<DateTime<Utc>>,
    /// `Page::next` of the page before.
    pub cursor: Option<String>,
    /// At most so many rows, 1..=500 (clamped).
    pub limit: u32,
}

/// One entry of the event log.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// The log's id.
    pub id: i64,
    /// The sender's id.
    pub event_id: String,
    /// The type as the body spells it.
    pub type_text: String,
    /// The trip's id.
    pub trip: Option<String>,
    /// The company's id.
    pub company: Option<String>,
    /// How far it has come.
    pub status: EventStatus,
    /// When it first arrived.
    pub received_at: DateTime<Utc>,
    /// When it happened, as the sender says.
    pub event_time: Option<DateTime<Utc>>,
    /// How often it arrived again.
    pub duplicates: i64,
    /// The class of the last failure, or why it is quarantined.
    pub error: Option<String>,
}

/// What the queue looks like: `received` and `quarantined` count events, the others trips.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IngestStatus {
    /// Distinct events ever received.
    pub received: i64,
    /// Events that are kept and not understood.
    pub quarantined: i64,
    /// Waiting for their fetch, coalescing included.
    pub queued: i64,
    /// Being fetched now.
    pub running: i64,
    /// Waiting after a failure.
    pub waiting_retry: i64,
    /// Deleted, and waiting for a re-creation (R98).
    pub waiting_grace: i64,
    /// Given up.
    pub dead: i64,
    /// Waiting for their company to connect.
    pub parked: i64,
    /// Age of the oldest queued trip's first event, seconds.
    pub oldest_queued_s: f64,
}
