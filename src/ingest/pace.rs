//! How fast Concur is asked: full-jitter back-off, pauses of a company, how many of its fetches run at once (L2–L5, L10).
//! Called by the workers.
//! Always: `Retry-After` wins; one company's trouble slows no other company.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;

use super::engine::Random;

/// No delay is longer.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The pace of all companies in this process.
pub struct Pace {
    base: Duration,
    at_once: usize,
    random: Random,
    companies: Mutex<HashMap<String, Company>>,
}

struct Company {
    permits: Arc<Semaphore>,
    paused_until: Option<DateTime<Utc>>,
    failures: u32,
}

impl Pace {
    /// `base` is the longest first delay, `at_once` how many fetches of one company may run.
    pub fn new(base: Duration, at_once: usize, random: Random) -> Self {
        Self {
            base,
            at_once: at_once.max(1),
            random,
            companies: Mutex::default(),
        }
    }

    /// A random time up to `base · 2^failures`, at most 15 minutes.
    pub fn delay(&self, failures: u32) -> TimeDelta {
        let longest = self.base.saturating_mul(1_u32 << failures.min(24)).min(LONGEST);
        TimeDelta::from_std(longest.mul_f64((self.random)().clamp(0.0, 1.0))).unwrap_or(TimeDelta::zero())
    }

    /// The right to fetch for a company is one of these.
    pub fn permits(&self, company: &str) -> Arc<Semaphore> {
        self.with(company, |c| c.permits.clone())
    }

    /// Until when nothing of this company is fetched.
    pub fn paused_until(&self, company: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.with(company, |c| c.paused_until.filter(|until| *until > now))
    }

    /// Concur cannot serve this company now. Fetches that were under way and fail too do not lengthen the pause.
    pub fn pause(&self, company: &str, after: Option<Duration>, now: DateTime<Utc>) -> DateTime<Utc> {
        let asked = after.and_then(|after| TimeDelta::from_std(after).ok());
        let own = self.delay(self.with(company, |c| c.failures));
        self.with(company, |c| match c.paused_until.filter(|until| *until > now) {
            Some(until) => *c
                .paused_until
                .insert(asked.map_or(until, |asked| until.max(now + asked))),
            None => {
                c.failures = c.failures.saturating_add(1);
                *c.paused_until.insert(now + asked.unwrap_or(own))
            }
        })
    }

    /// Concur served this company.
    pub fn succeeded(&self, company: &str) {
        self.with(company, |c| (c.failures, c.paused_until) = (0, None));
    }

    fn with<T>(&self, company: &str, f: impl FnOnce(&mut Company) -> T) -> T {
        let mut companies = self.companies.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Company {
            permits: Arc::new(Semaphore::new(self.at_once)),
            paused_until: None,
            failures: 0,
        };
        f(companies.entry(company.to_owned()).or_insert_with(fresh))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    fn pace(random: f64) -> Pace {
        Pace::new(Duration::from_secs(2), 4, Arc::new(move || random))
    }

    proptest! {
        #[test]
        fn a_delay_is_within_its_window_and_never_over_15_minutes(failures in 0_u32..100, random in 0.0_f64..1.0) {
            let delay = pace(random).delay(failures).to_std().unwrap();
            prop_assert!(delay <= LONGEST);
            prop_assert!(delay.as_secs_f64() <= 2.0 * 2.0_f64.powi(failures.min(60) as i32) + 1e-3);
        }
    }

    #[test]
    fn retry_after_wins_and_a_pause_ends() {
        let pace = pace(0.5);
        assert_eq!(pace.paused_until("a", now()), None);
        assert_eq!(
            pace.pause("a", Some(Duration::from_secs(7)), now()),
            now() + TimeDelta::seconds(7)
        );
        assert!(pace.paused_until("a", now() + TimeDelta::seconds(6)).is_some());
        assert!(pace.paused_until("a", now() + TimeDelta::seconds(7)).is_none());
        assert_eq!(pace.paused_until("b", now()), None, "another company goes on");
    }

    #[test]
    fn a_pause_grows_with_failures_in_a_row_but_not_with_failures_at_once() {
        let pace = pace(1.0);
        let first = pace.pause("a", None, now());
        assert_eq!(first, now() + TimeDelta::seconds(2));
        assert_eq!(pace.pause("a", None, now()), first, "a fetch that was under way");
        assert_eq!(pace.pause("a", None, first), first + TimeDelta::seconds(4));
        pace.succeeded("a");
        assert_eq!(pace.pause("a", None, first), first + TimeDelta::seconds(2));
    }
}
