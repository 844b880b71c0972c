//! The part of the store that keeps no more than it may: choices of companies, and the ways in which trips end here.
//! Called by the workers, by `ingest::privacy` and by the page of privacy.
//! Holds always: with a traveler's last trip everything that names the traveler goes (P5).

use super::{Claim, PresenceSave, PrivacyPolicy, PrivacyRow, StoreError, TripToJudge};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Privacy of companies and travelers.
#[async_trait]
pub trait Privacy: Send + Sync {
    /// A company's choices; the defaults if it made none.
    async fn privacy(&self, company: &str) -> Result<PrivacyRow, StoreError>;
    /// Replaces a company's choices. `Inconsistent` for an unknown company.
    async fn set_privacy(
        &self,
        company: &str,
        policy: &PrivacyPolicy,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// Every stored trip of the company was judged by this revision of its choices.
    async fn privacy_judged(&self, company: &str, revision: i64) -> Result<(), StoreError>;
    /// Up to `n` stored trips with ids after `after`, in order; with `ended` only those whose last instant lies before it.
    async fn trips_to_judge(
        &self,
        company: &str,
        ended: Option<DateTime<Utc>>,
        after: &str,
        n: u32,
    ) -> Result<Vec<TripToJudge>, StoreError>;
    /// The fetched document is not to be kept: the trip goes with everything derived from it, without a tombstone, and
    /// the claim is done. Fenced like `finish_stored`.
    async fn finish_withheld(&self, claim: &Claim, save: Option<&PresenceSave>) -> Result<(), StoreError>;
    /// The same for a trip that nobody fetches now. A fetch that is under way finds the traveler changed.
    async fn withhold_trip(&self, company: &str, trip: &str, save: Option<&PresenceSave>) -> Result<(), StoreError>;
    /// Erases like `finish_erased`. `true`: the claim goes on, so that the anonymized document may be fetched (P3, P4);
    /// `false`: something newer than the erasing event waits, and the claim has ended.
    async fn erase_and_go_on(
        &self,
        claim: &Claim,
        save: Option<&PresenceSave>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
    /// Deletes ids of trips of which nothing is kept and nothing was heard since `before`, tombstones too; never while an
    /// event of the trip is in the log, whatever time the event says (P6).
    async fn prune_trips(&self, before: DateTime<Utc>) -> Result<u64, StoreError>;
    /// Deletes the event bodies of a company. Returns how many.
    async fn forget_bodies(&self, company: &str) -> Result<u64, StoreError>;
}
