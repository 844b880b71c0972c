//! What was known at a time: the valid version of each trip (R95–R99), and how often it changed its mind (R116).
//! Called first by `timeline`.
//! Always holds: the order and repetition of records do not matter (R188, R272); nothing received after `as_of` is used.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};

use crate::itinerary::{Oddity, Segment, SegmentKind, Trip};

use super::judgement::Judgement;
use super::{Record, What, status};

/// A trip as known at `as_of`.
#[derive(Debug)]
pub(super) struct KnownTrip<'a> {
    pub trip: &'a Trip,
    pub oddities: &'a [Oddity],
    /// Deleted, and waiting for its successor (R98).
    pub pending_delete: bool,
    /// An event said that it is cancelled (no document came with it).
    pub cancelled: bool,
    /// Legs that were cancelled and booked again too often (R116): `from to date`.
    pub churning: BTreeSet<String>,
    /// Confirmation numbers that earlier versions had, by leg; only for trips in which something was cancelled (R86).
    pub confirmations: BTreeMap<String, BTreeSet<String>>,
}

/// All trips that count at `as_of`, by trip id, and the next instant at which that changes without any new record.
pub(super) fn known<'a>(
    judgement: &Judgement,
    records: &'a [Record],
    as_of: DateTime<Utc>,
) -> (Vec<KnownTrip<'a>>, Option<DateTime<Utc>>) {
    let mut by_trip: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.received_at <= as_of) {
        by_trip.entry(record.trip_id.as_str()).or_default().push(record);
    }
    let grace = Duration::minutes(judgement.delete_grace_min);
    let mut known = Vec::new();
    let mut waiting: Vec<(KnownTrip<'a>, DateTime<Utc>)> = Vec::new();
    for records in by_trip.into_values() {
        let Some((trip, deleted)) = current(judgement, records) else {
            continue;
        };
        match deleted {
            None => known.push(trip),
            Some(at) if as_of < at + grace => waiting.push((trip, at + grace)),
            Some(_) => {}
        }
    }
    // A deleted trip that came back under another id is that trip (R98).
    let returned: Vec<BTreeSet<String>> = match waiting.is_empty() {
        true => Vec::new(),
        false => known.iter().map(|known| signature(known.trip)).collect(),
    };
    let mut until = None;
    for (mut trip, end) in waiting {
        let mine = signature(trip.trip);
        if !mine.is_empty() && returned.iter().any(|other| mine.is_subset(other)) {
            continue;
        }
        trip.pending_delete = true;
        until = Some(until.map_or(end, |until: DateTime<Utc>| until.min(end)));
        known.push(trip);
    }
    known.sort_by(|a, b| a.trip.id.cmp(&b.trip.id));
    (known, until)
}

/// The valid version of one trip, and since when it is deleted.
fn current<'a>(judgement: &Judgement, records: Vec<&'a Record>) -> Option<(KnownTrip<'a>, Option<DateTime<Utc>>)> {
    let anonymized = latest(&records, |what| matches!(what, What::Anonymized));
    let deleted = earliest_run(&records, |what| matches!(what, What::Deleted));
    let mut versions: Vec<(&'a Record, &'a Trip, &'a [Oddity])> = records
        .iter()
        .filter_map(|record| match &record.what {
            What::Document(trip, oddities) => Some((*record, trip.as_ref(), oddities.as_slice())),
            _ => None,
        })
        .filter(|(record, ..)| anonymized.is_none_or(|at| record.received_at > at))
        .collect();
    // R96: by modification, then by arrival; what is equal in both is told apart by its content, so that the order does not matter.
    versions.sort_by(|a, b| {
        let order = |v: &(&Record, &Trip, &[Oddity])| (v.1.modified, v.0.received_at);
        order(a).cmp(&order(b)).then_with(|| {
            if a.1 == b.1 {
                a.1.id.cmp(&b.1.id)
            } else {
                text(a.1).cmp(&text(b.1))
            }
        })
    });
    let newest_before = |at: DateTime<Utc>| {
        versions
            .iter()
            .filter(|v| v.0.received_at <= at)
            .map(|v| v.1.modified)
            .max()
    };
    if let Some(at) = deleted
        && let Some(before) = newest_before(at)
    {
        // A deleted trip comes back only by something newer than what was deleted.
        let back = versions.iter().any(|v| v.0.received_at > at && v.1.modified > before);
        versions.retain(|v| {
            if back {
                v.0.received_at > at && v.1.modified > before
            } else {
                v.0.received_at <= at
            }
        });
        let deleted = (!back).then_some(at);
        return chosen(judgement, &records, &versions).map(|trip| (trip, deleted));
    }
    chosen(judgement, &records, &versions).map(|trip| (trip, None))
}

fn chosen<'a>(
    judgement: &Judgement,
    records: &[&'a Record],
    versions: &[(&'a Record, &'a Trip, &'a [Oddity])],
) -> Option<KnownTrip<'a>> {
    let (record, trip, oddities) = versions.last()?;
    let cancelled = latest(records, |what| matches!(what, What::Cancelled));
    Some(KnownTrip {
        trip,
        oddities,
        pending_delete: false,
        cancelled: cancelled.is_some_and(|at| at > record.received_at),
        churning: churning(judgement, versions),
        confirmations: confirmations(trip, versions),
    })
}

fn latest(records: &[&Record], is: impl Fn(&What) -> bool) -> Option<DateTime<Utc>> {
    records
        .iter()
        .filter(|record| is(&record.what))
        .map(|record| record.received_at)
        .max()
}

/// When the last run of such records began: a repeated delivery does not start the grace again.
fn earliest_run(records: &[&Record], is: impl Fn(&What) -> bool) -> Option<DateTime<Utc>> {
    let last = latest(records, &is)?;
    let document_before = records
        .iter()
        .filter(|record| matches!(record.what, What::Document(..)) && record.received_at <= last)
        .map(|record| record.received_at)
        .max();
    records
        .iter()
        .filter(|record| is(&record.what) && document_before.is_none_or(|at| record.received_at >= at))
        .map(|record| record.received_at)
        .min()
}

fn text(trip: &Trip) -> String {
    serde_json::to_string(trip).unwrap_or_default()
}

/// What a trip is about, whatever its id: locators with ordered (mode, from, to, date) (R98, R114).
fn signature(trip: &Trip) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for booking in &trip.bookings {
        for segment in &booking.segments {
            let locator = booking.locator.as_deref().unwrap_or("");
            lines.insert(format!("{} {locator} {}", segment.kind.as_str(), leg(segment)));
        }
    }
    lines
}

/// `JFK LHR 2026-11-10`
pub(super) fn leg(segment: &Segment) -> String {
    let place = |end: &crate::itinerary::End| end.code.clone().or_else(|| end.city.clone()).unwrap_or_default();
    let day = segment
        .start
        .when
        .local
        .map(|local| local.date().to_string())
        .unwrap_or_default();
    format!("{} {} {day}", place(&segment.start), place(&segment.end))
}

impl KnownTrip<'_> {
    /// Whether a segment of it holds anything, as `is_live` with the numbers of earlier versions.
    pub fn holds(&self, segment: &Segment) -> bool {
        let before = match self.confirmations.is_empty() {
            true => None,
            false => self.confirmations.get(&leg(segment)),
        };
        is_live(segment, before)
    }

    /// Whether the leg was cancelled and booked again too often (R116).
    pub fn churns(&self, segment: &Segment) -> bool {
        !self.churning.is_empty() && self.churning.contains(&leg(segment))
    }
}

/// Legs whose versions went from void to live more often than R116 lets pass.
fn churning(judgement: &Judgement, versions: &[(&Record, &Trip, &[Oddity])]) -> BTreeSet<String> {
    if versions.len() <= judgement.churning_cycles {
        return BTreeSet::new();
    }
    // Per leg: live in the version before, cycles so far.
    let mut legs: BTreeMap<String, (bool, usize)> = BTreeMap::new();
    for (_, trip, _) in versions {
        let mut live: BTreeMap<String, bool> = BTreeMap::new();
        for segment in segments(trip) {
            if matches!(segment.kind, SegmentKind::Air | SegmentKind::Rail) {
                *live.entry(leg(segment)).or_default() |= is_live(segment, None);
            }
        }
        for (key, live) in live {
            let seen = legs.entry(key).or_insert((live, 0));
            seen.1 += usize::from(live && !seen.0);
            seen.0 = live;
        }
    }
    legs.into_iter()
        .filter(|(_, (_, cycles))| *cycles > judgement.churning_cycles)
        .map(|(key, _)| key)
        .collect()
}

/// Confirmation numbers of all versions but the newest, for what the newest has cancelled.
fn confirmations(trip: &Trip, versions: &[(&Record, &Trip, &[Oddity])]) -> BTreeMap<String, BTreeSet<String>> {
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if !segments(trip).any(is_cancelled) {
        return seen;
    }
    for (_, older, _) in versions.iter().take(versions.len() - 1) {
        for segment in segments(older) {
            if let Some(confirmation) = &segment.confirmation {
                seen.entry(leg(segment)).or_default().insert(confirmation.clone());
            }
        }
    }
    seen
}

fn segments(trip: &Trip) -> impl Iterator<Item = &Segment> {
    trip.bookings.iter().flat_map(|booking| &booking.segments)
}

fn is_cancelled(segment: &Segment) -> bool {
    segment.cancelled_at.is_some() || segment.cancellation.is_some()
}

/// Whether a segment holds anything. A cancellation overrides any live status, unless the segment was changed after it, is confirmed,
/// and has another confirmation number than before (R86). `before`: the numbers that earlier versions had.
pub(super) fn is_live(segment: &Segment, before: Option<&BTreeSet<String>>) -> bool {
    let (held, _) = status::classify(segment.status.as_deref(), segment.kind == SegmentKind::Ride);
    if held.is_void() || !is_cancelled(segment) {
        return !held.is_void();
    }
    let later = match (segment.modified, segment.cancelled_at) {
        (Some(modified), Some(cancelled)) => modified > cancelled,
        _ => false,
    };
    let confirmed = matches!(
        held,
        status::Held::Confirmed | status::Held::TimesChanged | status::Held::Boarded
    );
    let renewed = segment
        .confirmation
        .as_ref()
        .zip(before)
        .is_some_and(|(now, before)| !before.is_empty() && !before.contains(now));
    later && confirmed && renewed
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::itinerary::{Booking, End, When};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    fn trip(id: &str, modified: &str, to: &str, status: &str) -> What {
        let segment = Segment {
            start: End {
                code: Some("JFK".into()),
                when: When {
                    local: "2026-11-20T18:30:00".parse().ok(),
                    ..When::default()
                },
                ..End::default()
            },
            end: End {
                code: Some(to.into()),
                ..End::default()
            },
            kind: SegmentKind::Air,
            status: Some(status.into()),
            ..Segment::default()
        };
        let booking = Booking {
            locator: Some("QW7TRA".into()),
            segments: vec![segment],
            ..Booking::default()
        };
        let trip = Trip {
            id: id.into(),
            modified: Some(at(modified)),
            bookings: vec![booking],
            ..Trip::default()
        };
        What::Document(Arc::new(trip), Vec::new())
    }

    fn record(received: &str, id: &str, what: What) -> Record {
        Record {
            received_at: at(received),
            trip_id: id.into(),
            what,
        }
    }

    fn destinations(records: &[Record], as_of: &str) -> Vec<(String, bool)> {
        let (known, _) = known(&Judgement::CURRENT, records, at(as_of));
        let to = |known: &KnownTrip| known.trip.bookings[0].segments[0].end.code.clone().unwrap();
        known.iter().map(|known| (to(known), known.pending_delete)).collect()
    }

    #[test]
    fn r96_the_newest_version_counts_in_whatever_order_they_come() {
        let records = [
            record("03T10:01", "t", trip("t", "03T10:00", "FRA", "HK")),
            record("03T10:02", "t", trip("t", "01T10:00", "LHR", "HK")),
            record("03T10:03", "t", trip("t", "02T10:00", "CDG", "HK")),
        ];
        assert_eq!(destinations(&records, "08T12:00"), [("FRA".to_owned(), false)]);
    }

    #[test]
    fn r95_what_came_later_is_not_yet_known() {
        let records = [record("03T10:01", "t", trip("t", "03T10:00", "FRA", "HK"))];
        assert!(destinations(&records, "03T10:00").is_empty());
    }

    #[test]
    fn r98_a_deleted_trip_waits_for_its_successor_and_then_goes() {
        let records = [
            record("01T10:00", "t", trip("t", "01T10:00", "LHR", "HK")),
            record("09T14:00", "t", What::Deleted),
            record("09T14:10", "t", What::Deleted),
        ];
        assert_eq!(destinations(&records, "09T13:59"), [("LHR".to_owned(), false)]);
        assert_eq!(destinations(&records, "09T14:12"), [("LHR".to_owned(), true)]);
        assert!(
            destinations(&records, "09T14:16").is_empty(),
            "a repeated delivery does not start the grace again"
        );
    }

    #[test]
    fn r98_deleted_and_created_again_under_another_id_is_one_trip() {
        let records = [
            record("01T10:00", "t", trip("t", "01T10:00", "LHR", "HK")),
            record("09T14:00", "t", What::Deleted),
            record("09T14:03", "u", trip("u", "09T14:03", "LHR", "HK")),
        ];
        assert_eq!(destinations(&records, "09T14:05"), [("LHR".to_owned(), false)]);
        assert_eq!(destinations(&records, "09T14:40"), [("LHR".to_owned(), false)]);
    }

    #[test]
    fn a_deleted_trip_comes_back_only_by_something_newer() {
        let old = record("10T10:00", "t", trip("t", "01T10:00", "LHR", "HK"));
        let new = record("10T10:00", "t", trip("t", "10T09:00", "LHR", "HK"));
        let mut records = vec![
            record("01T10:00", "t", trip("t", "01T10:00", "LHR", "HK")),
            record("09T14:00", "t", What::Deleted),
        ];
        records.push(old);
        assert!(destinations(&records, "11T10:00").is_empty());
        records.push(new);
        assert_eq!(destinations(&records, "11T10:00"), [("LHR".to_owned(), false)]);
    }

    #[test]
    fn anonymized_trips_are_gone() {
        let records = [
            record("01T10:00", "t", trip("t", "01T10:00", "LHR", "HK")),
            record("02T10:00", "t", What::Anonymized),
        ];
        assert!(destinations(&records, "03T10:00").is_empty());
    }

    #[test]
    fn r86_a_cancellation_overrides_a_live_status_unless_it_was_confirmed_anew() {
        let mut segment = Segment {
            status: Some("HK".into()),
            cancelled_at: Some(at("01T15:00")),
            modified: Some(at("03T09:00")),
            confirmation: Some("R8KZ4N1".into()),
            ..Segment::default()
        };
        let old = BTreeSet::from(["QW7TRA1".to_owned()]);
        assert!(is_live(&segment, Some(&old)));
        assert!(!is_live(&segment, None), "nothing shows that the number is new");
        assert!(
            !is_live(&segment, Some(&BTreeSet::from(["R8KZ4N1".to_owned()]))),
            "the old number"
        );
        segment.modified = Some(at("01T15:00"));
        assert!(!is_live(&segment, Some(&old)), "not changed since");
    }

    #[test]
    fn r116_more_than_three_cycles_are_churning() {
        let mut records = Vec::new();
        for (hour, status) in (8..17).zip(["HK", "HX"].into_iter().cycle()) {
            records.push(record(
                &format!("02T{hour:02}:01"),
                "t",
                trip("t", &format!("02T{hour:02}:00"), "LHR", status),
            ));
        }
        let (trips, _) = known(&Judgement::CURRENT, &records, at("08T12:00"));
        assert!(trips[0].churning.contains("JFK LHR 2026-11-20"));
        let (trips, _) = known(&Judgement::CURRENT, &records[..7], at("08T12:00"));
        assert!(trips[0].churning.is_empty());
    }
}
