//! What one document adds to the counts: for every live segment each dimension but accuracy, and every notice (R230).
//! Called by `assess`.
//! Always holds: a segment counts on the day on which it begins; fields that Concur hides from us are not asked for (R238).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::shares::{Day, Key, Shares, add, day_of};
use super::{SAMPLES, Sample};
use crate::itinerary::{Booking, End, Segment, SegmentKind, Source, Trip, When};
use crate::whereabouts::{Dimension, Notice, classify_status, code};

/// How many live segments there are.
pub const SEGMENTS: &str = "segments";
/// How many trips there are; good: without any notice that costs.
pub const TRIPS: &str = "trips";
/// A change that takes longer to reach us is late.
const LAG: TimeDelta = TimeDelta::hours(1);

/// Shares and samples of a trip. `changed`: when this version arrived, if another was known before.
pub(super) fn assess(trip: &Trip, notices: &[Notice], changed: Option<DateTime<Utc>>) -> (Shares, Vec<Sample>) {
    let mut shares = Shares::new();
    let begins = begin_of(trip);
    let mut sources: BTreeMap<Source, bool> = BTreeMap::new();
    for (booking_no, booking) in trip.bookings.iter().enumerate() {
        let fine = sources.entry(booking.source).or_insert(true);
        for segment in booking.segments.iter().filter(|segment| counts(booking, segment)) {
            let label = segment.label();
            let failed: BTreeSet<Dimension> = notices
                .iter()
                .filter(|notice| notice.booking == Some(booking_no) && notice.segment.as_deref() == Some(&label))
                .filter_map(|notice| code(&notice.code)?.dimension)
                .collect();
            *fine &= failed.is_empty();
            let key = |measure: &str| Key {
                day: date(segment).map_or(begins, day_of),
                source: booking.source,
                segment: Some(segment.kind),
                measure: measure.to_owned(),
            };
            add(&mut shares, key(SEGMENTS), 1, 1);
            let (there, wanted) = fields(segment);
            add(&mut shares, key(Dimension::Completeness.as_str()), there, wanted);
            for dimension in [Dimension::Validity, Dimension::Consistency, Dimension::Uniqueness] {
                add(
                    &mut shares,
                    key(dimension.as_str()),
                    i64::from(!failed.contains(&dimension)),
                    1,
                );
            }
            let late = failed.contains(&Dimension::Timeliness) || lags(booking, segment, changed);
            add(&mut shares, key(Dimension::Timeliness.as_str()), i64::from(!late), 1);
        }
    }
    let samples = count_notices(trip, notices, begins, &mut shares, &mut sources);
    for (source, fine) in sources {
        let key = Key {
            day: begins,
            source,
            segment: None,
            measure: TRIPS.to_owned(),
        };
        add(&mut shares, key, i64::from(fine), 1);
    }
    (shares, samples)
}

/// Counts every notice, and remembers where some of them are.
fn count_notices(
    trip: &Trip,
    notices: &[Notice],
    begins: Day,
    shares: &mut Shares,
    sources: &mut BTreeMap<Source, bool>,
) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for notice in notices {
        let booking = notice.booking.or(Some(0)).and_then(|no| trip.bookings.get(no));
        let label = notice.segment.as_deref();
        let segment =
            booking.and_then(|booking| booking.segments.iter().find(|one| Some(one.label().as_str()) == label));
        let source = booking.map_or(Source::Unknown, |booking| booking.source);
        let day = segment.and_then(date).map_or(begins, day_of);
        let key = Key {
            day,
            source,
            // A code belongs to one type or to none: it needs no counts by type.
            segment: None,
            measure: notice.code.clone(),
        };
        add(shares, key, 1, 1);
        sources.entry(source).or_insert(true);
        let so_far = seen.entry(notice.code.as_str()).or_default();
        if *so_far < SAMPLES {
            *so_far += 1;
            samples.push(Sample {
                code: notice.code.clone(),
                source,
                booking: notice.booking,
                segment: notice.segment.clone(),
                day,
            });
        }
    }
    samples
}

/// A cancelled segment is nobody's information about where anyone is.
pub(super) fn counts(booking: &Booking, segment: &Segment) -> bool {
    let (held, _) = classify_status(segment.status.as_deref(), segment.kind == SegmentKind::Ride);
    !booking.cancelled && segment.cancelled_at.is_none() && segment.cancellation.is_none() && !held.is_void()
}

/// The local day on which a segment begins, else ends.
pub(super) fn date(segment: &Segment) -> Option<NaiveDate> {
    date_of(&segment.start.when).or_else(|| date_of(&segment.end.when))
}

pub(super) fn date_of(when: &When) -> Option<NaiveDate> {
    when.local
        .map(|local| local.date())
        .or_else(|| when.utc.map(|utc| utc.date_naive()))
}

/// The day on which a trip begins; of one without any date the day it was made, else 1970.
fn begin_of(trip: &Trip) -> Day {
    let first = trip.bookings.iter().flat_map(|b| &b.segments).filter_map(date).min();
    first
        .or_else(|| date_of(&trip.starts))
        .or_else(|| trip.created.map(|at| at.date_naive()))
        .map_or(0, day_of)
}

/// A change of this booking that took long to arrive, or that was made when the travel had begun.
fn lags(booking: &Booking, segment: &Segment, changed: Option<DateTime<Utc>>) -> bool {
    let Some(modified) = segment.modified.or(booking.modified) else {
        return false;
    };
    let begins = segment.start.when.utc;
    let too_late =
        begins.is_some_and(|begins| modified > begins && segment.created.or(booking.created) == Some(modified));
    too_late
        || changed.is_some_and(|arrived| {
            segment.modified.is_none() && arrived - modified > LAG && is_newest(booking, arrived)
        })
}

/// Whether it is this booking that changed: nothing of it is older than a day when it arrived.
fn is_newest(booking: &Booking, arrived: DateTime<Utc>) -> bool {
    booking.modified.is_some_and(|at| arrived - at < TimeDelta::days(1))
}

/// How many of the fields that locating needs are there, of how many.
pub(super) fn fields(segment: &Segment) -> (i64, i64) {
    let Segment { start, end, .. } = segment;
    let timed = |when: &When| date_of(when).is_some() && !when.date_only;
    let number = || segment.number.is_some() || segment.open;
    let wanted: Vec<bool> = match segment.kind {
        // R238: what the supplier hides cannot be missing.
        SegmentKind::Air | SegmentKind::Rail if segment.redacted => {
            vec![is_place(start), is_place(end), date_of(&start.when).is_some()]
        }
        SegmentKind::Air => vec![
            is_place(start),
            is_place(end),
            timed(&start.when),
            timed(&end.when),
            number(),
            segment.vendor.is_some(),
        ],
        SegmentKind::Rail => vec![
            is_place(start),
            is_place(end),
            timed(&start.when),
            timed(&end.when),
            number(),
        ],
        SegmentKind::Hotel => vec![
            is_place(start),
            start.address.is_some() || start.lat.is_some(),
            date_of(&start.when).is_some(),
            date_of(&end.when).is_some(),
        ],
        SegmentKind::Car => vec![
            is_place(start),
            date_of(&start.when).is_some(),
            date_of(&end.when).is_some(),
        ],
        SegmentKind::Dining | SegmentKind::Parking | SegmentKind::Ride | SegmentKind::Travel => {
            vec![is_place(start) || is_place(end), date_of(&start.when).is_some()]
        }
    };
    let there = wanted.iter().filter(|there| **there).count();
    (count(there), count(wanted.len()))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn is_place(end: &End) -> bool {
    end.code.is_some() || end.station.is_some() || end.city.is_some() || end.lat.is_some() || end.address.is_some()
}
