//! Accuracy: where a stronger, independent source tells of the same movement or bed, whether the two agree (R230).
//! Called by `assess` with all trips of one traveler.
//! Always holds: a source is never compared with itself, nor with a weaker one; what nobody else tells of is not judged.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::document::{counts, date, date_of};
use super::shares::{Key, Shares, add, day_of};
use crate::itinerary::{End, Segment, SegmentKind, Source, Trip, When};
use crate::place::{Code, Gazetteer};
use crate::whereabouts::Dimension;

/// Two clocks of one departure differ by less.
const SAME_TIME: TimeDelta = TimeDelta::minutes(60);

/// Adds how each segment agrees with a stronger one.
pub(super) fn agreement(trips: &[&Trip], shares: &mut Shares) {
    let mut told: Vec<(Source, &Segment, NaiveDate)> = Vec::new();
    for booking in trips.iter().flat_map(|trip| &trip.bookings) {
        for segment in booking.segments.iter().filter(|segment| counts(booking, segment)) {
            let compared = matches!(segment.kind, SegmentKind::Air | SegmentKind::Rail | SegmentKind::Hotel);
            if let Some(day) = date(segment).filter(|_| compared) {
                told.push((booking.source, segment, day));
            }
        }
    }
    for (source, segment, day) in &told {
        let stronger: Vec<&Segment> = told
            .iter()
            .filter(|(other, of, on)| {
                rank(*other) > rank(*source) && of.kind == segment.kind && concerns(segment, *day, of, *on)
            })
            .map(|(_, of, _)| *of)
            .collect();
        if !stronger.is_empty() {
            let agreed = stronger.iter().any(|of| agrees(segment, of)) || in_parts(segment, &stronger);
            let key = Key {
                day: day_of(*day),
                source: *source,
                segment: Some(segment.kind),
                measure: Dimension::Accuracy.as_str().to_owned(),
            };
            add(shares, key, i64::from(agreed), 1);
        }
    }
}

/// How much a source is worth as witness against another.
fn rank(source: Source) -> u8 {
    match source {
        Source::Gds | Source::AmadeusETravel => 6,
        Source::AgencyApi => 5,
        Source::Supplier => 4,
        Source::ParsedMail => 3,
        Source::TripIt => 2,
        Source::Manual => 1,
        Source::TravelRequest | Source::Unknown => 0,
    }
}

/// Whether both tell of the same day of one traveler; of hotels, whether they share a night.
fn concerns(a: &Segment, on_a: NaiveDate, b: &Segment, on_b: NaiveDate) -> bool {
    if a.kind != SegmentKind::Hotel {
        // Two legs of one day are two movements, unless they leave or reach the same place.
        return on_a == on_b && (same(&a.start, &b.start) == Some(true) || same(&a.end, &b.end) == Some(true));
    }
    let until = |segment: &Segment, day: NaiveDate| date_of(&segment.end.when).unwrap_or(day);
    on_a < until(b, on_b) && on_b < until(a, on_a)
}

fn agrees(a: &Segment, b: &Segment) -> bool {
    let places = |x: &End, y: &End| same(x, y) != Some(false);
    if a.kind == SegmentKind::Hotel {
        return places(&a.start, &b.start);
    }
    on_time(a, b) && places(&a.start, &b.start) && places(&a.end, &b.end)
}

/// Whether a way that is told as one leg is told leg by leg by stronger sources: nobody contradicts the other.
fn in_parts(way: &Segment, stronger: &[&Segment]) -> bool {
    let first = stronger
        .iter()
        .any(|of| same(&way.start, &of.start) == Some(true) && on_time(way, of));
    first && stronger.iter().any(|of| same(&way.end, &of.end) == Some(true))
}

fn on_time(a: &Segment, b: &Segment) -> bool {
    match (leaves(a), leaves(b)) {
        (Some(x), Some(y)) => (x - y).abs() < SAME_TIME,
        _ => true,
    }
}

/// When a segment leaves, if it tells: what is hidden from us, or stands for "no time" at both ends, disagrees with nothing (R40, R238).
fn leaves(segment: &Segment) -> Option<NaiveDateTime> {
    let (start, end) = (&segment.start.when, &segment.end.when);
    let midnight = |when: &When| when.local.is_some_and(|local| local.time() == NaiveTime::MIN);
    let known = !(segment.redacted || start.date_only || midnight(start) && midnight(end));
    start.local.filter(|_| known)
}

/// Whether two ends are one place; a city's code and one of its airports are. `None`: one of them tells none.
fn same(a: &End, b: &End) -> Option<bool> {
    let (a, b) = (place(a)?, place(b)?);
    if a == b {
        return Some(true);
    }
    let gazetteer = Gazetteer::embedded();
    let airport = |code: &str| gazetteer.airport(Code::parse(&code.to_ascii_uppercase())?);
    let city = |code: &str| gazetteer.city_by_code(Code::parse(&code.to_ascii_uppercase())?);
    Some(match (airport(&a), airport(&b)) {
        (Some(airport), None) => city(&b).is_some_and(|city| city.id == airport.city),
        (None, Some(airport)) => city(&a).is_some_and(|city| city.id == airport.city),
        _ => false,
    })
}

/// What a place is compared by.
pub(super) fn place(end: &End) -> Option<String> {
    let named = end.code.as_ref().or(end.station.as_ref()).or(end.city.as_ref())?;
    Some(named.trim().to_ascii_lowercase())
}
