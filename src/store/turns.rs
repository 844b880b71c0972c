//! Companies take turns: which have something due, and claims in shares of each.
//! Called by `ingest::dispatch` before every round of claims.
//! Holds always: a company's long queue takes nothing from another's share.

use super::{Claim, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Claims by company.
#[async_trait]
pub trait Turns: Send + Sync + 'static {
    /// The connected companies of which a trip is due, by id.
    async fn companies_due(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError>;
    /// Leases up to so many due trips of each of these companies, the longest due first.
    async fn claim_shares(
        &self,
        shares: &[(String, u32)],
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Vec<Claim>, StoreError>;
}
