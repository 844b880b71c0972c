//! HOW GOOD each source is: what its documents share in the counts, and scores made of counts.
//! Called by `ingest` when a timeline was made, by `store`, which keeps the counts, and by the pages of quality.
//! Always holds: pure; whatever a trip or traveler adds can be taken away again to the last count; nothing here changes an answer (R239).

mod calibrate;
mod document;
mod pairs;
mod people;
mod score;
mod shares;
mod source;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::itinerary::Trip;
use crate::whereabouts::{Episode, Notice, Record, What};

pub use calibrate::{Said, calibrate};
pub use document::{SEGMENTS, TRIPS};
pub use people::{LODGED, NIGHTS};
pub use score::{Count, FEW, Grading, Standing, VERSION, applies_to, grade, score};
pub use shares::{Day, Key, Shares, day_of, from_lines, kind_of, minus, to_lines};
pub use source::{SOURCES, also, named, title, word};
pub use watch::{Finding, news, to_told};

/// What a traveler's records say of their sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessment {
    /// Each trip that counts, in its newest version.
    pub trips: Vec<TripAssessment>,
    /// What rests on all trips together: nights, and agreement between sources.
    pub shares: Shares,
}

/// What one trip adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TripAssessment {
    /// Its id.
    pub trip: String,
    /// Every notice of it.
    pub notices: Vec<Notice>,
    /// Its part of the counts.
    pub shares: Shares,
    /// Where its notices are, at most [`SAMPLES`] of a code.
    pub samples: Vec<Sample>,
}

/// Samples of one code that one trip may have; its counts are exact all the same (R235).
pub const SAMPLES: usize = 20;

/// One notice, to be found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its code.
    pub code: String,
    /// Whose fault.
    pub source: crate::itinerary::Source,
    /// Index of the booking.
    pub booking: Option<usize>,
    /// "Air[0]"
    pub segment: Option<String>,
    /// Day of the travel.
    pub day: Day,
}

/// Assesses everything that is known of a traveler, with the timeline that was made of it.
pub fn assess(records: &[Record], episodes: &[Episode], notices: &[Notice]) -> Assessment {
    let newest = newest(records);
    let mut by_trip: BTreeMap<&str, Vec<Notice>> = BTreeMap::new();
    for notice in notices {
        by_trip.entry(notice.trip.as_str()).or_default().push(notice.clone());
    }
    let trips: Vec<&Trip> = newest.values().map(|version| version.trip).collect();
    let assessed = newest.iter().map(|(id, version)| {
        let notices = by_trip.remove(id).unwrap_or_default();
        let (shares, samples) = document::assess(version.trip, &notices, version.changed);
        TripAssessment {
            trip: (*id).to_owned(),
            notices,
            shares,
            samples,
        }
    });
    let mut assessment = Assessment {
        trips: assessed.collect(),
        shares: Shares::new(),
    };
    people::nights(&trips, episodes, &mut assessment.shares);
    people::lodging(&trips, episodes, &mut assessment.shares);
    pairs::agreement(&trips, &mut assessment.shares);
    assessment
}

/// The newest version of a trip.
struct Version<'a> {
    trip: &'a Trip,
    /// When a change of it arrived that was no first sight: what lag is measured by.
    changed: Option<chrono::DateTime<chrono::Utc>>,
}

/// The newest document of each trip that was not taken back.
fn newest(records: &[Record]) -> BTreeMap<&str, Version<'_>> {
    let mut by_trip: BTreeMap<&str, Vec<(&Record, &Trip)>> = BTreeMap::new();
    for record in records {
        if let What::Document(trip, _) = &record.what {
            by_trip.entry(record.trip_id.as_str()).or_default().push((record, trip));
        }
    }
    for record in records {
        if matches!(record.what, What::Anonymized) {
            by_trip.remove(record.trip_id.as_str());
        }
    }
    by_trip
        .into_iter()
        .filter_map(|(id, versions)| {
            let first = versions.iter().map(|(record, _)| record.received_at).min()?;
            let (record, trip) = versions.into_iter().max_by_key(|(r, t)| (t.modified, r.received_at))?;
            let changed = (record.received_at > first).then_some(record.received_at);
            Some((id, Version { trip, changed }))
        })
        .collect()
}
