//! The part of the store that remembers who is told when a source gets worse, what was told, and what is on its way.
//! Called by the page of quality and by the loop that looks and delivers.
//! Holds always: of several nodes one looks at a company, and one delivers a message at a time.

use super::StoreError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// How a company is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Watch {
    /// Concur's id.
    pub company: String,
    /// Its administrators get a mail.
    pub mail: bool,
    /// Where to post; empty: nowhere.
    pub url: String,
    /// The secret that signs what is posted, sealed; empty without an address.
    pub sealed_secret: String,
    /// The secret before it, sealed, and until when it signs too.
    pub old_secret: Option<(String, DateTime<Utc>)>,
    /// What was wrong at the last look, as `quality::to_told` has it.
    pub told: String,
    /// When it is looked at next.
    pub next_at: DateTime<Utc>,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Ours.
    pub id: String,
    /// Concur's id.
    pub company: String,
    /// To whom of us by mail; `None`: to the company's address.
    pub person: Option<String>,
    /// JSON; names no traveler.
    pub body: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: u32,
    /// What became of it.
    pub state: DeliveryState,
    /// Why it did not arrive yet.
    pub problem: String,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It will be tried, or is tried just now.
    Waiting,
    /// It was taken.
    Arrived,
    /// It is not tried any more.
    GivenUp,
}

/// What a try came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It was taken.
    Arrived,
    /// It is tried again then.
    Again(DateTime<Utc>, String),
    /// It is not tried any more.
    GivenUp(String),
}

/// What one look at a company came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What is wrong now.
    pub told: String,
    /// When to look again.
    pub next_at: DateTime<Utc>,
    /// Recipients and bodies of what is to be told.
    pub deliveries: Vec<(Option<String>, String)>,
}

/// Watching over quality.
#[async_trait]
pub trait Watches {
    /// How this company is told.
    async fn watch(&self, company: &str) -> Result<Option<Watch>, StoreError>;
    /// Changes how it is told; what was told stays. `Inconsistent` for an unknown company.
    async fn set_watch(&self, watch: &Watch, by: (&str, DateTime<Utc>)) -> Result<(), StoreError>;
    /// A new secret, sealed, in the place of the one there is, which signs too until then. `false`: nothing is posted, so
    /// there is none.
    async fn rotate_watch_secret(
        &self,
        company: &str,
        sealed_secret: &str,
        old_until: DateTime<Utc>,
        by: (&str, DateTime<Utc>),
    ) -> Result<bool, StoreError>;
    /// It is not told any more, not even what is on its way.
    async fn forget_watch(&self, company: &str) -> Result<(), StoreError>;
    /// The companies that are to be looked at.
    async fn watches_due(&self, now: DateTime<Utc>) -> Result<Vec<Watch>, StoreError>;
    /// Ends a look; `false`: somebody else looked meanwhile, and nothing changed.
    async fn looked(&self, watch: &Watch, look: &Look, now: DateTime<Utc>) -> Result<bool, StoreError>;
    /// A message that is due, for this caller alone until `lease`.
    async fn claim_delivery(&self, now: DateTime<Utc>, lease: DateTime<Utc>) -> Result<Option<Delivery>, StoreError>;
    /// Says what the try of a claimed message came to.
    async fn tried(&self, delivery: &str, tried: &Tried) -> Result<(), StoreError>;
    /// The newest messages of a company.
    async fn deliveries(&self, company: &str, n: u32) -> Result<Vec<Delivery>, StoreError>;
}
