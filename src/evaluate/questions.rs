//! What is asked about a traveler, and as known when (R258, R260).
//! Called by `walk`.
//! Always holds: sorted by the instant of knowledge, so that each timeline is made once.

use chrono::{DateTime, Duration, Utc};

use crate::sandbox::corpus::Life;
use crate::sandbox::truth::{Doing, Episode as Truth};

use super::Plan;
use super::exposure::Incident;

/// R258: as known so many hours before a journey begins; the last one a day after it has ended.
pub const AHEAD_H: [i64; 4] = [30 * 24, 7 * 24, 24, -24];

/// A question, and what it is for.
#[derive(Clone, Copy, Debug)]
pub enum Question {
    /// Where now; counts for so many hours.
    Now(f64),
    /// Where through a journey, as known so many hours before.
    Ahead(usize, i64),
    /// Who is exposed to an incident.
    Incident(usize),
    /// What is missing from a journey the day before.
    Missing(usize),
}

/// Everything that is asked about a life, in order.
pub fn questions(plan: &Plan, life: &Life, incidents: &[Incident]) -> Vec<(DateTime<Utc>, Question)> {
    let mut list = Vec::new();
    let end = Plan::from() + Duration::days(plan.days);
    let half = Duration::minutes(30);
    let mut episode = 0;
    for hour in 0..plan.days * 24 {
        let t = Plan::from() + Duration::hours(hour) + half;
        while life.truth.get(episode).is_some_and(|truth| truth.until <= t) {
            episode += 1;
        }
        let away = life.truth.get(episode).is_some_and(|truth| is_away(truth, life.home));
        if away {
            list.push((t, Question::Now(1.0)));
        } else if hour % plan.home_every_h == 0 {
            list.push((t, Question::Now(plan.home_every_h as f64)));
        }
    }
    for (number, journey) in life.journeys.iter().enumerate() {
        for ahead in AHEAD_H {
            let at = if ahead < 0 { journey.until } else { journey.from } - Duration::hours(ahead);
            let known = journey.heard.is_some_and(|heard| heard <= at);
            if known && at > Plan::from() && at < end && journey.until < end {
                list.push((at, Question::Ahead(number, ahead)));
                if ahead == 24 {
                    list.push((at, Question::Missing(number)));
                }
            }
        }
    }
    for (number, incident) in incidents.iter().enumerate() {
        if incident.from > Plan::from() && incident.until() < end {
            list.push((incident.from, Question::Incident(number)));
        }
    }
    list.sort_by_key(|(at, _)| *at);
    list
}

/// Not in the home region (R260).
pub fn is_away(truth: &Truth, home: &str) -> bool {
    truth.doing != Doing::Home && truth.city != Some(home)
}
