//! Event deliveries: signed, many at a time, tried again as the event service does (E22–E33).
//! Called by the sandbox for every announcement that somebody is subscribed to.
//! Always holds: a delivery ends delivered, dropped (other 4xx), or given up after the retention; never silently.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::Rng;
use serde::Serialize;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use uuid::Uuid;

use super::keys::Keys;

/// How deliveries are tried; the defaults are those of the event service.
#[derive(Clone, Debug)]
pub struct DeliveryPolicy {
    /// Deliveries at the same time (E33).
    pub parallel: usize,
    /// Time for the receiver to answer (E24).
    pub timeout: Duration,
    /// First wait before another try; doubles each time (E34: not documented).
    pub first_retry: Duration,
    /// Longest wait between tries.
    pub longest_retry: Duration,
    /// Retention: afterwards an event is given up (E30).
    pub give_up_after: Duration,
    /// Longest random wait before the first try, so that events overtake each other.
    pub jitter: Duration,
}

impl Default for DeliveryPolicy {
    fn default() -> Self {
        DeliveryPolicy {
            parallel: 24,
            timeout: Duration::from_secs(60),
            first_retry: Duration::from_secs(2),
            longest_retry: Duration::from_secs(600),
            give_up_after: Duration::from_secs(72 * 3600),
            jitter: Duration::from_millis(1500),
        }
    }
}

/// What the receiver's answer means for an event (E26–E29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Delivered,
    Retry,
    Dropped,
}

/// The meaning of an answer: `None` is an I/O fault or a timeout.
pub fn verdict(status: Option<u16>) -> Verdict {
    match status {
        Some(200..=299) => Verdict::Delivered,
        Some(401 | 403 | 429) => Verdict::Retry,
        Some(400..=499) => Verdict::Dropped,
        _ => Verdict::Retry,
    }
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub endpoint: String,
    pub body: Vec<u8>,
    pub correlation: Uuid,
    pub trip: Uuid,
    pub kind: &'static str,
    /// `None`: not signed; `Some(true)`: signed with a key nobody knows.
    pub signed: Option<bool>,
    /// How long after now it is due.
    pub delay: Duration,
}

/// What became of a delivery, for tests and the control endpoint.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub trip: Uuid,
    pub event_type: &'static str,
    pub correlation_id: Uuid,
    /// Status of each try; 0 for an I/O fault.
    pub tries: Vec<u16>,
    /// `None` while it is under way.
    pub verdict: Option<Verdict>,
}

/// Counts over all deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub queued: u64,
    pub delivered: u64,
    pub dropped: u64,
    pub given_up: u64,
    pub tries: u64,
}

const KEPT_OUTCOMES: usize = 20_000;

/// Sends events.
#[derive(Clone)]
pub struct Deliverer {
    client: reqwest::Client,
    keys: Arc<Keys>,
    policy: DeliveryPolicy,
    threads: Arc<Semaphore>,
    book: Arc<Mutex<Book>>,
    stop: watch::Receiver<bool>,
}

#[derive(Default)]
struct Book {
    counts: Counts,
    outcomes: VecDeque<Outcome>,
}

impl Deliverer {
    /// A deliverer that stops when `stop` turns true.
    ///
    /// # Errors
    /// If the HTTP client cannot be built.
    pub fn new(
        keys: Arc<Keys>,
        policy: DeliveryPolicy,
        stop: watch::Receiver<bool>,
    ) -> Result<Deliverer, reqwest::Error> {
        let redirects = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder()
            .redirect(redirects)
            .no_proxy()
            .timeout(policy.timeout)
            .build()?;
        let threads = Arc::new(Semaphore::new(policy.parallel.max(1)));
        Ok(Deliverer {
            client,
            keys,
            policy,
            threads,
            book: Arc::default(),
            stop,
        })
    }

    /// Takes an event and sees to it until it is delivered, dropped or given up.
    pub fn send(&self, delivery: Delivery) {
        self.note(|book| book.counts.queued += 1);
        let (this, stop) = (self.clone(), self.stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = this.see_through(delivery) => {}
                () = stopped(stop) => {}
            }
        });
    }

    /// Counts over all deliveries.
    pub fn counts(&self) -> Counts {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).counts
    }

    /// What became of the last deliveries, oldest first.
    pub fn outcomes(&self) -> Vec<Outcome> {
        self.book
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .outcomes
            .iter()
            .cloned()
            .collect()
    }

    async fn see_through(&self, delivery: Delivery) {
        let jitter = scattered(self.policy.jitter, 0.0..1.0);
        tokio::time::sleep(delivery.delay + jitter).await;
        let published = Instant::now();
        let mut wait = self.policy.first_retry;
        let mut tries = Vec::new();
        let verdict = loop {
            let status = self.post(&delivery).await;
            tries.push(status.unwrap_or(0));
            self.note(|book| book.counts.tries += 1);
            let verdict = verdict(status);
            if verdict != Verdict::Retry || published.elapsed() + wait > self.policy.give_up_after {
                break verdict;
            }
            tokio::time::sleep(scattered(wait, 0.8..1.2)).await;
            wait = (wait * 2).min(self.policy.longest_retry);
        };
        if verdict != Verdict::Delivered {
            tracing::warn!(trip = %delivery.trip, correlation = %delivery.correlation, tries = tries.len(), last = tries.last(), ?verdict,
                "an event was not delivered");
        }
        self.note(|book| {
            book.counts.queued -= 1;
            match verdict {
                Verdict::Delivered => book.counts.delivered += 1,
                Verdict::Dropped => book.counts.dropped += 1,
                Verdict::Retry => book.counts.given_up += 1,
            }
            if book.outcomes.len() == KEPT_OUTCOMES {
                book.outcomes.pop_front();
            }
            let (trip, event_type, correlation_id) = (delivery.trip, delivery.kind, delivery.correlation);
            book.outcomes.push_back(Outcome {
                trip,
                event_type,
                correlation_id,
                tries,
                verdict: Some(verdict),
            });
        });
    }

    /// One try: the status, or `None` if there was none in time.
    async fn post(&self, delivery: &Delivery) -> Option<u16> {
        let _thread = self.threads.acquire().await.ok()?;
        let mut request = self.client.post(&delivery.endpoint).body(delivery.body.clone());
        request = request
            .header("content-type", "application/json")
            .header("concur-correlationid", delivery.correlation.to_string());
        if let Some(wrongly) = delivery.signed {
            request = request.header("concur-signature", self.keys.sign_event(&delivery.body, wrongly));
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        // E29: an answer that breaks off counts as none, whatever its status.
        response.bytes().await.ok().map(|_| status)
    }

    fn note(&self, change: impl FnOnce(&mut Book)) {
        change(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Returns when the sandbox stops.
pub(super) async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn scattered(duration: Duration, factor: std::ops::Range<f64>) -> Duration {
    duration.mul_f64(rand::thread_rng().gen_range(factor))
}
