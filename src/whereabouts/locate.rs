//! One traveler at some instants: what `timeline` says of them, without all the rest of the time.
//! Called by `case`, so by the `locate` command.
//! Always holds: every answer is the one that the timeline of the same records gives.

use chrono::{DateTime, Utc};

use crate::place::Gazetteer;

use super::episodes::episodes_at;
use super::judgement::Judgement;
use super::timeline::settled;
use super::times::Sec;
use super::{Notice, Opportunity, Outing, Record, Traveler, Whereabouts};

/// What can be said of one traveler at some instants, as known at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// For each instant, in the order in which they were asked for.
    pub answers: Vec<Whereabouts>,
    /// Sorted, each once.
    pub notices: Vec<Notice>,
    /// By date.
    pub opportunities: Vec<Opportunity>,
    /// Trips as people count them (R168, R169).
    pub outings: Vec<Outing>,
}

/// Says where one traveler is at each of the instants, and what there is to say of the trips.
pub fn locate(
    gazetteer: &Gazetteer,
    judgement: &Judgement,
    traveler: &Traveler,
    records: &[Record],
    as_of: DateTime<Utc>,
    instants: &[DateTime<Utc>],
) -> Answers {
    settled(gazetteer, judgement, traveler, records, as_of, |course, made| {
        let seconds: Vec<Sec> = instants.iter().map(DateTime::timestamp).collect();
        let episodes = episodes_at(course.world, course.laid, &seconds);
        let answers = instants
            .iter()
            .zip(episodes)
            .map(|(t, episode)| episode.unwrap_or_else(|| made.idle(*t)).at(*t))
            .collect();
        Answers {
            answers,
            notices: made.notices,
            opportunities: made.opportunities,
            outings: made.outings,
        }
    })
}
