//! One claimed trip: its lease kept alive, its fetch in turn, its outcome counted.
//! Called by `dispatch`, which runs many at once.
//! Always: an outcome is written under the lease or not at all; a problem of one trip never ends the program.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::broadcast;

use super::engine::Change;
use super::lines::Lines;
use super::pace::Pace;
use super::presence::Locator;
use super::profile::Profiles;
use crate::concur::{Clock, Concur, correlation};
use crate::store::{Claim, Store, StoreError};

/// Attempts after which a trip that cannot be fetched may be given up, if it has also waited [`GIVE_UP_AGE`]. Alone they
/// pass within hours, and no outage of hours may cost a traveler's whereabouts.
pub(super) const GIVE_UP_ATTEMPTS: i32 = 25;
/// See [`GIVE_UP_ATTEMPTS`].
pub(super) const GIVE_UP_AGE: TimeDelta = TimeDelta::hours(72);
/// How often a document may be unreadable before it is given up.
const UNREADABLE: u32 = 3;

/// What every worker shares.
pub(super) struct Worker {
    pub store: Arc<dyn Store>,
    pub concur: Arc<Concur>,
    pub clock: Clock,
    pub pace: Pace,
    pub profiles: Profiles,
    pub locator: Locator,
    pub lines: Lines,
    pub changes: broadcast::Sender<Change>,
    pub grace: TimeDelta,
    pub lease: Duration,
    pub unreadable: Mutex<HashMap<(String, String), u32>>,
}

/// Why a claim was left without an outcome. Its lease runs out and someone claims it again.
#[derive(Debug)]
pub(super) enum Left {
    /// Another node has it.
    LeaseLost,
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for Left {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Worker {
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// When a lease taken or extended now ends.
    pub fn lease_end(&self) -> DateTime<Utc> {
        self.now() + TimeDelta::from_std(self.lease).unwrap_or(TimeDelta::seconds(60))
    }

    /// Brings a claim to an outcome.
    pub async fn run(&self, claim: Claim) {
        let outcome = tokio::select! {
            outcome = correlation::with(claim.correlation.as_deref(), self.handle(&claim)) => outcome,
            left = self.keep_lease(&claim) => Err(left),
        };
        let (company, trip) = (claim.company.as_str(), claim.trip.as_str());
        match outcome {
            Ok(word) => {
                metrics::counter!("trips_total", "outcome" => word).increment(1);
                tracing::debug!(company, trip, outcome = word, attempt = claim.attempt, "trip");
            }
            Err(Left::LeaseLost) => {
                metrics::counter!("lease_lost_total").increment(1);
                tracing::warn!(company, trip, "the lease was lost; the result was dropped");
            }
            Err(Left::Store(error)) => {
                tracing::error!(company, trip, %error, attempt = claim.attempt, "a trip could not be stored");
                // What fails here too is claimed again when its lease is over.
                if let Err(left) = self.not_stored(&claim, &error).await {
                    tracing::debug!(company, trip, ?left, "left to its lease");
                }
            }
        }
    }

    /// The database was busy, or someone else faster again and again: soon again. What contradicts itself is given up like
    /// a document that cannot be read.
    async fn not_stored(&self, claim: &Claim, error: &StoreError) -> Result<&'static str, Left> {
        match error {
            StoreError::Fenced => {
                metrics::counter!("fenced_write_total").increment(1);
                self.retry(claim, "overtaken").await
            }
            temporary if temporary.is_temporary() => self.retry(claim, "database").await,
            _ => self.unreadable(claim, "inconsistent").await,
        }
    }

    /// Ends only when the lease is lost. A database that does not answer is asked again until the lease is over anyway.
    async fn keep_lease(&self, claim: &Claim) -> Left {
        loop {
            tokio::time::sleep(self.lease / 3).await;
            match self.store.heartbeat(claim, self.lease_end()).await {
                Ok(true) => {}
                Ok(false) => return Left::LeaseLost,
                Err(error) => tracing::warn!(%error, "a lease could not be extended"),
            }
        }
    }

    /// Whether the claim is still ours, asked after a write was fenced: the cause may be the traveler's revision instead.
    pub async fn still_ours(&self, claim: &Claim) -> Result<(), Left> {
        match self.store.heartbeat(claim, self.lease_end()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Left::LeaseLost),
            Err(error) => Err(error.into()),
        }
    }

    /// Tries again later with growing delays, or gives up.
    pub async fn retry(&self, claim: &Claim, class: &'static str) -> Result<&'static str, Left> {
        let now = self.now();
        if claim.attempt + 1 >= GIVE_UP_ATTEMPTS && now - claim.first_dirty_at >= GIVE_UP_AGE {
            return self.give_up(claim, class).await;
        }
        let due = now + self.pace.delay(u32::try_from(claim.attempt).unwrap_or(0));
        self.store.finish_retry(claim, due, class).await?;
        Ok("retry")
    }

    /// Tries again when the company's pause is over, not all of its trips at the same instant.
    pub async fn wait_until(
        &self,
        claim: &Claim,
        until: DateTime<Utc>,
        class: &'static str,
    ) -> Result<&'static str, Left> {
        self.store
            .finish_retry(claim, until + self.pace.delay(0), class)
            .await?;
        Ok("paused")
    }

    /// Nothing but a new event or a replay brings this trip back.
    pub async fn give_up(&self, claim: &Claim, class: &'static str) -> Result<&'static str, Left> {
        self.store.finish_dead(claim, class).await?;
        metrics::counter!("dead_total", "class" => class).increment(1);
        tracing::error!(
            company = claim.company,
            trip = claim.trip,
            class,
            attempt = claim.attempt,
            "a trip was given up"
        );
        Ok("dead")
    }

    /// A document that cannot be read stays so, unless it was cut off or replaced by a page about maintenance.
    pub async fn unreadable(&self, claim: &Claim, class: &'static str) -> Result<&'static str, Left> {
        let times = self.with_unreadable(|map| {
            let times = map.entry((claim.company.clone(), claim.trip.clone())).or_default();
            *times += 1;
            *times
        });
        if times < UNREADABLE {
            return self.retry(claim, class).await;
        }
        self.readable(claim);
        self.give_up(claim, class).await
    }

    /// Forgets that a document could not be read.
    pub fn readable(&self, claim: &Claim) {
        self.with_unreadable(|map| map.remove(&(claim.company.clone(), claim.trip.clone())));
    }

    fn with_unreadable<T>(&self, f: impl FnOnce(&mut HashMap<(String, String), u32>) -> T) -> T {
        f(&mut self.unreadable.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells the pages. Nobody listening is no error.
    pub fn publish(&self, company: &str, traveler: &str) {
        let _ = self.changes.send(Change {
            company: company.to_owned(),
            traveler: traveler.to_owned(),
        });
    }
}
