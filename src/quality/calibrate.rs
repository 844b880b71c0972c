//! Said and come true: how probable a place was the day before, and whether later documents still held it, by source.
//! Called once a month for each traveler; what comes of it proposes, it never changes a probability by itself (R239).
//! Always holds: pure; only what a later document speaks of is judged; nothing of a document is in the sums.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::document::{counts, date};
use super::pairs::place;
use super::score::{Count, FEW};
use crate::itinerary::{Booking, Segment, SegmentKind, Source, Trip};
use crate::place::Gazetteer;
use crate::whereabouts::{Judgement, Record, Timeline, Traveler, What, timeline};

/// The most days of one traveler that are looked at.
const MOST_DAYS: usize = 60;

/// What was said of a source's places, and how often it came true.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Said {
    /// Sum of the probabilities.
    pub expected: f64,
    /// Held by later documents, of those that later documents speak of.
    pub came: Count,
}

impl Said {
    /// Takes another one in.
    pub fn add(&mut self, other: Said) {
        self.expected += other.expected;
        self.came.good += other.came.good;
        self.came.total += other.came.total;
    }

    /// By what the source's probabilities would have to be multiplied; `None` of too few. A proposal, drawn towards 1.
    pub fn factor(self) -> Option<f64> {
        let enough = self.came.total >= FEW && self.expected > 0.0;
        let drawn = FEW as f64;
        enough.then(|| (self.came.good as f64 + drawn) / (self.expected + drawn))
    }
}

/// What a traveler's records show of the travel of these days.
pub fn calibrate(
    gazetteer: &Gazetteer,
    judgement: &Judgement,
    traveler: &Traveler,
    records: &[Record],
    days: &Range<NaiveDate>,
) -> BTreeMap<Source, Said> {
    let mut said: BTreeMap<Source, Said> = BTreeMap::new();
    let begins = |segment: &Segment| date(segment).filter(|day| days.contains(day));
    let mut on: Vec<NaiveDate> = records
        .iter()
        .filter_map(document)
        .flat_map(|trip| &trip.bookings)
        .flat_map(|booking| &booking.segments)
        .filter_map(begins)
        .collect();
    on.sort_unstable();
    on.dedup();
    for day in on.into_iter().take(MOST_DAYS) {
        let Some(as_of) = day
            .checked_sub_days(Days::new(1))
            .map(|day| day.and_time(NaiveTime::MIN).and_utc())
        else {
            continue;
        };
        let known: Vec<Record> = records
            .iter()
            .filter(|record| record.received_at <= as_of)
            .cloned()
            .collect();
        let mut told: Vec<(&Trip, &Booking, &Segment, bool)> = Vec::new();
        for trip in newest(&known) {
            let Some(later) = later(records, &trip.id, as_of) else {
                continue;
            };
            for booking in &trip.bookings {
                let judged = |segment: &&Segment| date(segment) == Some(day) && is_judged(booking, segment);
                let segments = booking.segments.iter().filter(judged);
                told.extend(segments.map(|segment| (trip, booking, segment, still_held(later, segment))));
            }
        }
        if told.is_empty() {
            continue;
        }
        let line = timeline(gazetteer, judgement, traveler, &known, as_of);
        for (trip, booking, segment, came) in told {
            if let Some(p) = probability(&line, &trip.id, booking, segment) {
                said.entry(booking.source).or_default().add(Said {
                    expected: p,
                    came: Count {
                        good: i64::from(came),
                        total: 1,
                    },
                });
            }
        }
    }
    said
}

fn document(record: &Record) -> Option<&Trip> {
    match &record.what {
        What::Document(trip, _) => Some(trip),
        _ => None,
    }
}

fn is_judged(booking: &Booking, segment: &Segment) -> bool {
    matches!(segment.kind, SegmentKind::Air | SegmentKind::Rail | SegmentKind::Hotel) && counts(booking, segment)
}

/// The newest document of every trip.
fn newest(records: &[Record]) -> Vec<&Trip> {
    let mut by_trip: BTreeMap<&str, &Record> = BTreeMap::new();
    for record in records {
        let known = by_trip.entry(record.trip_id.as_str()).or_insert(record);
        if record.received_at >= known.received_at {
            *known = record;
        }
    }
    by_trip.into_values().filter_map(document).collect()
}

/// The last that was heard of a trip after this instant: its document, or that it is deleted. `None`: nothing, or it is erased.
fn later<'a>(records: &'a [Record], trip: &str, as_of: DateTime<Utc>) -> Option<Option<&'a Trip>> {
    let of_trip = records
        .iter()
        .filter(|record| record.trip_id == trip && record.received_at > as_of);
    let last = of_trip.max_by_key(|record| record.received_at)?;
    match &last.what {
        What::Document(trip, _) => Some(Some(trip)),
        What::Anonymized => None,
        _ => Some(None),
    }
}

/// Whether the later document has the same thing on the same day in the same place.
fn still_held(later: Option<&Trip>, wanted: &Segment) -> bool {
    let Some(later) = later else { return false };
    later.bookings.iter().any(|booking| {
        booking.segments.iter().any(|segment| {
            segment.kind == wanted.kind
                && counts(booking, segment)
                && date(segment) == date(wanted)
                && place(&segment.start) == place(&wanted.start)
                && place(&segment.end) == place(&wanted.end)
        })
    })
}

/// The highest probability of the place that this segment speaks for, over the time for which it does.
fn probability(line: &Timeline, trip: &str, booking: &Booking, segment: &Segment) -> Option<f64> {
    let label = segment.label();
    let locator = booking.locator.as_deref().unwrap_or_default();
    let of_episode = line.episodes.iter().filter_map(|episode| {
        let mine = episode.evidence.iter().find(|evidence| {
            evidence.trip == trip && evidence.segment == label && evidence.booking == locator && !evidence.against
        })?;
        let city = mine.city.as_deref()?;
        let there = episode
            .hypotheses
            .iter()
            .filter(|one| one.place.city_key.as_deref() == Some(city));
        Some(there.map(|one| one.p.at(0.5)).sum::<f64>())
    });
    of_episode.max_by(f64::total_cmp)
}
