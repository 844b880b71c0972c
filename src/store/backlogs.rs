//! The part of the store that keeps backlogs: readings, their progress, and the ids that have no outcome yet.
//! Called by `ingest::backlog`, the upkeep, and the page and REST interface of backlogs.
//! Holds always: a page and the place after it are stored together, so nothing is read or fetched twice (B10).

use super::{BacklogLease, BacklogPage, BacklogRun, BacklogSource, Scope, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Backlogs of companies.
#[async_trait]
pub trait Backlogs: Send + Sync {
    /// Begins a reading; of the list, the company's running one goes on instead. `Inconsistent` for an unknown company.
    async fn begin_backlog(
        &self,
        company: &str,
        source: BacklogSource,
        now: DateTime<Utc>,
    ) -> Result<BacklogRun, StoreError>;
    /// The right to read on until `until`; `None`: someone else reads, or there is nothing left to read.
    async fn lease_backlog(
        &self,
        run: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<BacklogLease>, StoreError>;
    /// Stores a page with the place after it, marks those of its trips that need a fetch, and extends the lease. A trip
    /// needs none if it waits already, was erased (P6), or is known by a document received since the company connected:
    /// from then on events tell of its changes (E21). `Fenced` without the lease.
    async fn add_to_backlog(
        &self,
        lease: &BacklogLease,
        page: &BacklogPage,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// Ends a reading before its end. What was read stays queued. Nothing happens without the lease.
    async fn stop_backlog(&self, lease: &BacklogLease, reason: &str, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// Extends the lease, or with an instant that has passed gives it back. Nothing happens without it.
    async fn extend_backlog(&self, lease: &BacklogLease, until: DateTime<Utc>) -> Result<(), StoreError>;
    /// Counts the entries that have an outcome by now, and forgets their ids; ends readings that have nothing left.
    async fn settle_backlogs(&self, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// The newest readings first, at most `limit`, counted as of now.
    async fn backlogs(&self, scope: &Scope, limit: u32) -> Result<Vec<BacklogRun>, StoreError>;
    /// Readings of the list that nobody reads on with now; one that began within a minute is whoever's began it.
    async fn backlogs_to_resume(&self, now: DateTime<Utc>) -> Result<Vec<BacklogRun>, StoreError>;
}
