//! One circuit breaker a host: one that does not answer is left alone for a while, then asked once (L1, L2).
//! Called by `call` around every request that carries a company's token.
//! Always: what fails at one address only opens nothing; while a host rests, one request at a time finds out whether it is back.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// Addresses that must fail with no success between: one trip that cannot be served says nothing about its host.
const ADDRESSES: usize = 5;
/// First rest, unless the engine says otherwise.
const FIRST: Duration = Duration::from_secs(8);
/// No rest is longer: what the documents ask for after a timeout (L1).
pub const LONGEST: Duration = Duration::from_secs(5 * 60);
/// After this long a request that was to find out is taken for lost.
const TRIAL: TimeDelta = TimeDelta::seconds(60);

/// The breakers of all hosts of this process.
pub struct Breaker {
    inner: Mutex<Inner>,
}

struct Inner {
    first: Duration,
    hosts: HashMap<String, State>,
}

enum State {
    /// Asked as usual; the addresses that failed since the last success.
    Closed(HashSet<u64>),
    /// Not asked before `until`; how often in a row it rested before.
    Open { until: DateTime<Utc>, rests: u32 },
    /// One request is under way.
    Trial { lost: DateTime<Utc>, rests: u32 },
}

impl Default for Breaker {
    fn default() -> Self {
        let inner = Inner {
            first: FIRST,
            hosts: HashMap::new(),
        };
        Self {
            inner: Mutex::new(inner),
        }
    }
}

impl Breaker {
    /// How long a host rests the first time; each further rest is twice as long, at most [`LONGEST`].
    pub fn rest_first(&self, first: Duration) {
        self.with(|inner| inner.first = first.min(LONGEST));
    }

    /// Whether the host may be asked now; else when.
    pub fn admit(&self, url: &Url, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        self.with(|inner| {
            let Some(state) = inner.hosts.get_mut(&host(url)) else {
                return Ok(());
            };
            match *state {
                State::Closed(_) => Ok(()),
                State::Open { until, .. } if now < until => Err(until),
                State::Trial { lost, .. } if now < lost => Err(lost.min(now + TimeDelta::seconds(1))),
                State::Open { rests, .. } | State::Trial { rests, .. } => {
                    *state = State::Trial {
                        lost: now + TRIAL,
                        rests,
                    };
                    Ok(())
                }
            }
        })
    }

    /// The host answered, whatever it said.
    pub fn answered(&self, url: &Url) {
        let before = self.with(|inner| inner.hosts.remove(&host(url)));
        if matches!(before, Some(State::Open { .. } | State::Trial { .. })) {
            gauge(url, 0.0);
            tracing::info!(host = host(url), "the host answers again");
        }
    }

    /// No answer, or one that tells of trouble at the host.
    pub fn failed(&self, url: &Url, now: DateTime<Utc>) {
        let until = self.with(|inner| {
            let first = inner.first;
            let state = inner
                .hosts
                .entry(host(url))
                .or_insert_with(|| State::Closed(HashSet::new()));
            let rests = match state {
                State::Closed(failing) => {
                    failing.insert(address(url));
                    (failing.len() >= ADDRESSES).then_some(0)
                }
                // Requests that were under way when it opened.
                State::Open { .. } => None,
                State::Trial { rests, .. } => Some(rests.saturating_add(1)),
            }?;
            let rest = first.saturating_mul(1 << rests.min(16)).min(LONGEST);
            let until = now + TimeDelta::from_std(rest).unwrap_or_default();
            *state = State::Open { until, rests };
            Some(until)
        });
        if let Some(until) = until {
            gauge(url, 1.0);
            tracing::warn!(host = host(url), %until, "the host does not answer and is left alone");
        }
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Not the text: a query names a person.
fn address(url: &Url) -> u64 {
    let mut hasher = DefaultHasher::new();
    (url.path(), url.query()).hash(&mut hasher);
    hasher.finish()
}

fn gauge(url: &Url, open: f64) {
    metrics::gauge!("concur_host_resting", "host" => host(url)).set(open);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(n: usize) -> Url {
        format!("https://us2.api.concursolutions.com/travel/v4/trips/{n}")
            .parse()
            .unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        "2026-03-01T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
    }

    fn open() -> Breaker {
        let breaker = Breaker::default();
        (0..ADDRESSES).for_each(|n| breaker.failed(&url(n), at(0)));
        breaker
    }

    #[test]
    fn l1_a_host_that_does_not_answer_rests_and_is_then_asked_once() {
        let breaker = open();
        assert_eq!(breaker.admit(&url(9), at(7)), Err(at(8)), "open");
        assert_eq!(breaker.admit(&url(9), at(8)), Ok(()), "half-open: one finds out");
        assert!(breaker.admit(&url(10), at(8)).is_err(), "and no other meanwhile");
        breaker.answered(&url(9));
        assert_eq!(breaker.admit(&url(10), at(8)), Ok(()), "closed");
    }

    #[test]
    fn l2_each_rest_in_a_row_is_twice_as_long_up_to_five_minutes() {
        let breaker = open();
        let mut now = 0;
        for rest in [8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(breaker.admit(&url(1), at(now)), Err(at(now + rest)), "{rest}");
            now += rest;
            assert_eq!(breaker.admit(&url(1), at(now)), Ok(()));
            breaker.failed(&url(1), at(now));
        }
    }

    #[test]
    fn one_address_that_always_fails_rests_nothing_and_a_success_forgets() {
        let breaker = Breaker::default();
        (0..100).for_each(|_| breaker.failed(&url(1), at(0)));
        assert_eq!(breaker.admit(&url(2), at(0)), Ok(()));
        (0..ADDRESSES - 1).for_each(|n| breaker.failed(&url(n), at(0)));
        breaker.answered(&url(7));
        breaker.failed(&url(8), at(0));
        assert_eq!(breaker.admit(&url(2), at(0)), Ok(()));
    }

    #[test]
    fn one_host_that_rests_stops_no_other() {
        let breaker = open();
        let other = "https://eu2.api.concursolutions.com/travel/v4/trips/1".parse().unwrap();
        assert_eq!(breaker.admit(&other, at(1)), Ok(()));
    }

    #[test]
    fn a_trial_that_is_never_reported_does_not_rest_the_host_for_ever() {
        let breaker = open();
        assert_eq!(breaker.admit(&url(1), at(8)), Ok(()));
        assert!(breaker.admit(&url(1), at(67)).is_err());
        assert_eq!(breaker.admit(&url(1), at(68)), Ok(()));
    }

    proptest! {
        /// Whatever happens in whatever order: of one instant at most one trial, and after the longest rest it is asked again.
        #[test]
        fn a_resting_host_is_asked_once_at_a_time(steps in prop::collection::vec((0..3_u8, 0..9_usize, 0..90_i64), 1..80)) {
            let breaker = open();
            let (mut now, mut trial) = (0, false);
            for (what, n, later) in steps {
                now += later;
                match what {
                    0 => { breaker.answered(&url(n)); break; }
                    1 => { breaker.failed(&url(n), at(now)); trial = false; }
                    _ => if breaker.admit(&url(n), at(now)).is_ok() {
                        prop_assert!(!trial || later > 0, "two at once");
                        trial = true;
                    },
                }
            }
            prop_assert_eq!(breaker.admit(&url(1), at(now + 301)), Ok(()));
        }
    }
}
