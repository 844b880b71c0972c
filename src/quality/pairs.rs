//! Accuracy: where a stronger, independent source tells of the same movement or bed, whether the two agree (R230).
//! Called by `assess` with all trips of one traveler.
//! Always holds: a source is never compared with itself, nor with a weaker one; what nobody else tells of is not judged.

use chrono::{NaiveDate, TimeDelta};

use super::document::{counts, date, date_of};
use super::shares::{Key, Shares, add, day_of};
use crate::itinerary::{End, Segment, SegmentKind, Source, Trip};
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
        let stronger = told
            .iter()
            .filter(|(other, of, on)| {
                rank(*other) > rank(*source) && of.kind == segment.kind && concerns(segment, *day, of, *on)
            })
            .map(|(_, of, _)| agrees(segment, of));
        let mut any = None;
        for agreed in stronger {
            any = Some(any.unwrap_or(false) || agreed);
        }
        if let Some(agreed) = any {
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
        let end = |segment: &Segment| place(&segment.end);
        let start = |segment: &Segment| place(&segment.start);
        // Two legs of one day are two movements, unless they leave or reach the same place.
        return on_a == on_b && (start(a) == start(b) || end(a) == end(b));
    }
    let until = |segment: &Segment, day: NaiveDate| date_of(&segment.end.when).unwrap_or(day);
    on_a < until(b, on_b) && on_b < until(a, on_a)
}

fn agrees(a: &Segment, b: &Segment) -> bool {
    let places = |x: &End, y: &End| match (place(x), place(y)) {
        (Some(x), Some(y)) => x == y,
        _ => true,
    };
    if a.kind == SegmentKind::Hotel {
        return places(&a.start, &b.start);
    }
    let on_time = match (a.start.when.local, b.start.when.local) {
        (Some(x), Some(y)) if !a.start.when.date_only && !b.start.when.date_only => (x - y).abs() < SAME_TIME,
        _ => true,
    };
    on_time && places(&a.start, &b.start) && places(&a.end, &b.end)
}

/// What a place is compared by.
pub(super) fn place(end: &End) -> Option<String> {
    let named = end.code.as_ref().or(end.station.as_ref()).or(end.city.as_ref())?;
    Some(named.trim().to_ascii_lowercase())
}
