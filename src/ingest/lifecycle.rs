//! What an event of each kind does to a trip: fetch and store, wait in grace, erase (T48–T53, P1–P6, R96–R99).
//! Called by `worker` for every claim.
//! Always: every path ends in exactly one outcome of the store, or leaves the claim to its lease.

use std::time::Instant;

use super::presence::owner;
use super::worker::{Left, Worker};
use crate::concur::TokenProblem;
use crate::concur::trips::{FetchProblem, Fetched};
use crate::itinerary::{ReadError, Reading, TripStatus, read};
use crate::store::{Claim, EventKind, NOBODY, Scope, StoreError, TripSave};

/// How often a trip that is not found is asked for again at short intervals: its event may be faster than its document.
const LOOK_AGAIN: i32 = 2;
/// How often presence is computed anew because the traveler changed meanwhile.
pub(super) const RECOMPUTE: usize = 16;

impl Worker {
    /// Brings a claim to an outcome and names it.
    pub async fn handle(&self, claim: &Claim) -> Result<&'static str, Left> {
        let late = claim
            .tombstoned_at
            .zip(claim.last_event_time)
            .is_some_and(|(erased, event)| event <= erased);
        match claim.last_kind {
            // P6: a trip that was erased is not brought back by an event from before.
            _ if late => self.nothing(claim).await,
            EventKind::Anonymized if claim.known => self.anonymize(claim).await,
            // P2, R97: nothing is fetched. What its events left goes too (P14), and older ones find a tombstone (P6).
            EventKind::Anonymized => self.erase(claim).await,
            EventKind::Deleted => self.gone(claim).await,
            _ => self.fetch(claim).await,
        }
    }

    pub(super) async fn nothing(&self, claim: &Claim) -> Result<&'static str, Left> {
        self.store.finish_nothing(claim).await?;
        Ok("nothing")
    }

    /// Fetches in turn: not while the company pauses, not more than its share at once.
    async fn fetch(&self, claim: &Claim) -> Result<&'static str, Left> {
        let company = claim.company.as_str();
        let permits = self.pace.permits(company);
        let _permit = permits.acquire().await.map_err(|_| Left::LeaseLost)?;
        if let Some(until) = self.pace.paused_until(company, self.now()) {
            return self.wait_until(claim, until, "paused").await;
        }
        let started = Instant::now();
        let fetched = self
            .concur
            .trip(&self.store, company, &claim.trip, claim.href.as_deref())
            .await;
        let class = fetched.as_ref().map_or_else(FetchProblem::class, |_| "ok");
        metrics::histogram!("fetch_seconds", "class" => class).record(started.elapsed().as_secs_f64());
        match fetched {
            Ok(fetched) => {
                self.pace.succeeded(company);
                self.read_and_store(claim, fetched).await
            }
            Err(problem) => self.not_fetched(claim, problem).await,
        }
    }

    async fn not_fetched(&self, claim: &Claim, problem: FetchProblem) -> Result<&'static str, Left> {
        let (company, class) = (claim.company.as_str(), problem.class());
        match problem {
            FetchProblem::Gone if claim.last_kind == EventKind::Cancelled => self.cancelled(claim).await,
            FetchProblem::Gone | FetchProblem::Forbidden if claim.attempt < LOOK_AGAIN && !claim.in_grace => {
                self.retry(claim, class).await
            }
            FetchProblem::Gone => self.gone(claim).await,
            // A trip that is not deleted but hidden from us: nobody said that its traveler stays at home. What is known is
            // kept, flagged, and the trip shows up among those given up.
            FetchProblem::Forbidden if claim.known && claim.in_grace => self.give_up(claim, class).await,
            FetchProblem::Forbidden => self.gone(claim).await,
            FetchProblem::TooLarge => self.unreadable(claim, class).await,
            FetchProblem::Pause { after, .. } => {
                let until = self.pace.pause(company, after, self.now());
                self.wait_until(claim, until, class).await
            }
            FetchProblem::Token(problem) => {
                let after = match &problem {
                    TokenProblem::Later { after, .. } => *after,
                    _ => None,
                };
                let until = self.pace.pause(company, after, self.now());
                tracing::warn!(company, %problem, "no access token");
                self.wait_until(claim, until, class).await
            }
            FetchProblem::Unauthorised => {
                let until = self.pace.pause(company, None, self.now());
                self.wait_until(claim, until, class).await
            }
            FetchProblem::Resting { until } => self.wait_until(claim, until, class).await,
            FetchProblem::Later(why) => {
                tracing::warn!(
                    company,
                    trip = claim.trip,
                    why,
                    attempt = claim.attempt,
                    "a trip could not be fetched"
                );
                self.retry(claim, class).await
            }
        }
    }

    async fn read_and_store(&self, claim: &Claim, fetched: Fetched) -> Result<&'static str, Left> {
        let (id, Fetched { body, correlation }) = (claim.trip.clone(), fetched);
        // Elsewhere, so that no document can hold up or end this worker.
        let why = match tokio::task::spawn_blocking(move || read_as(&id, &body)).await {
            Ok(Ok(reading)) => {
                let outcome = self.store_document(claim, reading).await?;
                self.readable(claim);
                return Ok(outcome);
            }
            Ok(Err(error)) => error.to_string(),
            // What a panic says may quote the document.
            Err(_broken) => "the reader broke".to_owned(),
        };
        tracing::error!(
            company = claim.company,
            trip = claim.trip,
            why,
            correlation,
            "a document cannot be read"
        );
        self.unreadable(claim, "unreadable").await
    }

    /// Stores a document and what follows from it, computed anew as often as the traveler changes meanwhile.
    pub(super) async fn store_document(&self, claim: &Claim, reading: Reading) -> Result<&'static str, Left> {
        let Reading { trip, oddities } = reading;
        let (company, nobody) = (claim.company.as_str(), format!("{NOBODY}{}", claim.trip));
        let user = claim
            .user
            .as_deref()
            .or_else(|| trip.login.is_none().then_some(nobody.as_str()));
        let traveler = self
            .store
            .traveler_for(company, user, trip.login.as_deref(), self.now())
            .await?;
        let gazetteer = self.locator.gazetteer;
        self.profiles
            .refresh(&self.concur, &self.store, gazetteer, &traveler, &trip, self.now())
            .await?;
        let _turn = self.lines.turn(&traveler.id).await;
        for _ in 0..RECOMPUTE {
            let now = self.now();
            let store = self.store.as_ref();
            // Anew each time: the profile told of a home, or someone's last trip was erased and they with it.
            let traveler = store.traveler_for(company, user, trip.login.as_deref(), now).await?;
            if self.is_withheld(&trip, &traveler, now).await? {
                return self.withhold(claim, &traveler.id).await;
            }
            let companions = self.admitted(company, self.party(&traveler, &trip).await?).await?;
            let mut located = match self
                .locator
                .with(store, (company, &traveler.id), &trip, &oddities, now)
                .await
            {
                Err(StoreError::Fenced) => {
                    self.still_ours(claim).await?;
                    continue;
                }
                located => located?,
            };
            let before = if claim.known {
                owner(store, company, &claim.trip).await?
            } else {
                None
            };
            let before = before.filter(|before| *before != traveler.id);
            let mut others = self.beliefs(&trip, (company, &traveler.id), &companions, now).await?;
            if let Some(before) = before.filter(|before| others.iter().all(|other| other.traveler != *before)) {
                let left = self
                    .locator
                    .without(store, (company, &before), &claim.trip, now)
                    .await?;
                others.push(left.belief);
            }
            let touched: Vec<String> = others.iter().map(|other| other.traveler.clone()).collect();
            located.presence.others = others;
            let save = TripSave {
                company: company.to_owned(),
                traveler: traveler.id.clone(),
                trip: trip.clone(),
                oddities: oddities.clone(),
                notices: located
                    .notices
                    .into_iter()
                    .filter(|notice| notice.trip == claim.trip)
                    .collect(),
                received_at: now,
                companions,
                presence: located.presence,
            };
            match self.store.finish_stored(claim, &save).await {
                Ok(()) => {
                    self.publish(company, &traveler.id);
                    touched.iter().for_each(|other| self.publish(company, other));
                    return Ok("stored");
                }
                Err(StoreError::Fenced) => self.still_ours(claim).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Fenced.into())
    }

    /// T45: a cancelled trip that cannot be read any more has no places left.
    async fn cancelled(&self, claim: &Claim) -> Result<&'static str, Left> {
        let scope = Scope::Company(claim.company.clone());
        let Some(row) = self.store.trip(&scope, &claim.trip).await? else {
            return self.nothing(claim).await;
        };
        let mut trip = row.trip;
        trip.status = TripStatus::Cancelled;
        trip.modified = trip.modified.max(claim.last_event_time);
        trip.bookings.clear();
        self.store_document(
            claim,
            Reading {
                trip,
                oddities: Vec::new(),
            },
        )
        .await
    }

    /// Deleted, or not found: what is believed stays, flagged, until the grace is over (R98); then it is erased (R99, P5).
    async fn gone(&self, claim: &Claim) -> Result<&'static str, Left> {
        let wait = !self.grace.is_zero() && !claim.in_grace;
        // A deleted trip that was never known leaves its tombstone at once; one that was only not found may yet appear.
        if wait && (claim.known || claim.last_kind != EventKind::Deleted) {
            let now = self.now();
            self.store.finish_grace(claim, now + self.grace, now).await?;
            let traveler = owner(self.store.as_ref(), &claim.company, &claim.trip).await?;
            let companions = self.store.companions_of(&claim.company, &claim.trip).await?;
            let all = traveler.iter().chain(&companions);
            all.for_each(|traveler| self.publish(&claim.company, traveler));
            return Ok("grace");
        }
        self.erase(claim).await
    }

    /// Takes the trip and everything derived from it away; a tombstone of ids stays (P5, P6).
    pub(super) async fn erase(&self, claim: &Claim) -> Result<&'static str, Left> {
        let company = claim.company.as_str();
        for _ in 0..RECOMPUTE {
            let now = self.now();
            let outcome = async {
                let (save, all) = self.bereft((company, &claim.trip), None, now).await?;
                self.store.finish_erased(claim, save.as_ref(), now).await?;
                Ok(all)
            };
            match outcome.await {
                Ok(all) => {
                    all.iter().for_each(|traveler| self.publish(company, traveler));
                    return Ok("erased");
                }
                Err(StoreError::Fenced) => self.still_ours(claim).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Fenced.into())
    }
}

/// Reads a document as the trip that the event named (X3), also where the document itself has no id.
pub(super) fn read_as(trip: &str, body: &[u8]) -> Result<Reading, ReadError> {
    let mut reading = read(body).or_else(|error| match (&error, serde_json::from_slice(body)) {
        (ReadError::NoTripId, Ok(serde_json::Value::Object(mut document))) => {
            document.insert("id".to_owned(), trip.into());
            read(serde_json::Value::Object(document).to_string().as_bytes())
        }
        _ => Err(error),
    })?;
    if reading.trip.id != trip {
        tracing::info!(
            trip,
            "the document has another id than its event; it is kept under the event's"
        );
        reading.trip.id = trip.to_owned();
    }
    Ok(reading)
}
