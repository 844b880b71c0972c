//! What the store does with secrets that work once.
//! A part of the store's trait; called by Quick Connect, by the pages of people and by the command `code add`.
//! Holds always: one redemption at a time, one success ever; a failure in the middle gives the secret back.

use super::{NewOneTime, OneTimeRow, Purpose, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Codes of the operator, of mails and of invitations.
#[async_trait]
pub trait OneTime {
    /// Keeps a secret; returns its id.
    async fn add_one_time(&self, secret: &NewOneTime, now: DateTime<Utc>) -> Result<String, StoreError>;
    /// Looks at a secret that has not expired, spent or not, without holding it.
    async fn one_time(
        &self,
        purpose: Purpose,
        sha256: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<OneTimeRow>, StoreError>;
    /// Takes the secret until `until`, for `company` if it is bound to one. `None`: unknown, spent, expired, another
    /// company's, or someone else holds it now.
    async fn hold_one_time(
        &self,
        purpose: Purpose,
        sha256: &[u8],
        company: Option<&str>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<OneTimeRow>, StoreError>;
    /// What it was for has succeeded, and made `person`, whose id is kept as the note: it never works again. Its address
    /// and hash are forgotten.
    async fn spend_one_time(&self, id: &str, person: Option<&str>, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// What it was for has failed: it may be tried again.
    async fn release_one_time(&self, id: &str) -> Result<(), StoreError>;
    /// Secrets of this purpose, of one company or of all, the newest first; at most 500.
    async fn one_times(&self, purpose: Purpose, company: Option<&str>) -> Result<Vec<OneTimeRow>, StoreError>;
    /// Withdraws one that was not spent; `false`: there is none.
    async fn withdraw_one_time(&self, id: &str, company: Option<&str>) -> Result<bool, StoreError>;
    /// Deletes what expired before `before`; returns how many.
    async fn prune_one_time(&self, before: DateTime<Utc>) -> Result<u64, StoreError>;
}
