//! Trips that were booked before a company connected, and how far each reading of them has come (B1–B13).
//! Written by `ingest::backlog`, read by the page and the REST interface of backlogs.
//! Holds always: of a trip nothing but its id is here (B12).

use super::words;
use chrono::{DateTime, Utc};

words! {
    /// Where the ids come from (X22).
    pub enum BacklogSource as "source of a backlog" {
        /// Concur's list of a company's trips (B4).
        List = "list",
        /// The document that SAP supplied (B1).
        Document = "document",
    }
}

words! {
    /// How far a reading has come.
    pub enum BacklogState as "state of a backlog" {
        /// Entries still come in.
        Reading = "reading",
        /// All entries are in; some of their trips wait for their fetch.
        Waiting = "waiting",
        /// Every entry has an outcome.
        Done = "done",
        /// It ended before its end; `reason` says why.
        Stopped = "stopped",
    }
}

/// One reading of a company's backlog.
#[derive(Clone, Debug, PartialEq)]
pub struct BacklogRun {
    /// Our id, UUIDv7.
    pub id: String,
    /// Concur's company id.
    pub company: String,
    /// Where the ids come from.
    pub source: BacklogSource,
    /// How far it is.
    pub state: BacklogState,
    /// Why it stopped, in a sentence.
    pub reason: Option<String>,
    /// Entries so far; all of them once the state is not `Reading`.
    pub listed: i64,
    /// Trips whose document is stored because of it.
    pub done: i64,
    /// Entries that need no fetch: without an id, there already, waiting already, or erased on purpose.
    pub skipped: i64,
    /// Trips that Concur does not have or does not show any more (B11).
    pub gone: i64,
    /// Trips that were given up.
    pub failed: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When its last entry had an outcome, or it stopped.
    pub ended_at: Option<DateTime<Utc>>,
    /// The next page of the list, as Concur gave it.
    pub cursor: Option<String>,
    /// When the list was asked last.
    pub asked_at: Option<DateTime<Utc>>,
}

impl BacklogRun {
    /// Entries that still wait for their outcome.
    pub fn waiting(&self) -> i64 {
        (self.listed - self.done - self.skipped - self.gone - self.failed).max(0)
    }
}

/// The right to read on: one node at a time has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BacklogLease {
    /// Which reading.
    pub run: String,
    /// The fencing token.
    pub token: i64,
}

/// What was read: one page of the list, or a part of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BacklogPage {
    /// Trip ids, lower case.
    pub ids: Vec<String>,
    /// Entries without an id.
    pub without_id: usize,
    /// The next page; `None` on the last.
    pub next: Option<String>,
    /// Nothing comes after it.
    pub is_last: bool,
}
