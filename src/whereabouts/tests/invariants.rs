//! Invariants for every document that the reader could make (R180–R182, R188, R189, R272).

use chrono::Duration;
use proptest::prelude::*;

use super::*;

const CODES: [&str; 14] = [
    "JFK", "EWR", "LHR", "LGW", "CDG", "FRA", "NRT", "SYD", "PHL", "BSL", "ROM", "QQQ", "", "LON",
];
const NUMBERS: [&str; 8] = ["BA 112", "UA 9", "", "0000", "ZZ 1", "ARNK", "12345", "LH 400"];
const STATUSES: [&str; 10] = ["HK", "HL", "HX", "UN", "TK", "GK", "", "PN", "ZQ", "DS"];
const SOURCES: [Source; 7] = [
    Source::Gds,
    Source::ParsedMail,
    Source::Manual,
    Source::AgencyApi,
    Source::Supplier,
    Source::TripIt,
    Source::TravelRequest,
];
const TRIP_STATUSES: [TripStatus; 6] = [
    TripStatus::Confirmed,
    TripStatus::Ticketed,
    TripStatus::Virtual,
    TripStatus::Proposal,
    TripStatus::Cancelled,
    TripStatus::Unknown,
];

/// Hours after 3 November; some have no time of day, some no date at all.
fn some_when() -> impl Strategy<Value = When> {
    (0i64..400, 0u8..10, prop::option::weighted(0.2, -20i64..20)).prop_map(|(hours, kind, skew)| {
        let base = utc("2026-11-03T00:00") + Duration::hours(hours);
        let local = match kind {
            0 => None,
            1 | 2 => base.date_naive().and_hms_opt(0, 0, 0),
            _ => Some(base.naive_utc()),
        };
        When {
            local,
            utc: skew.map(|skew| base + Duration::hours(skew)),
            date_only: kind == 2,
            ..When::default()
        }
    })
}

fn some_segment() -> impl Strategy<Value = Segment> {
    let kinds = prop_oneof![
        5 => Just(SegmentKind::Air),
        3 => Just(SegmentKind::Hotel),
        1 => Just(SegmentKind::Rail),
        1 => Just(SegmentKind::Car),
        1 => Just(SegmentKind::Dining),
        1 => Just(SegmentKind::Ride),
        1 => Just(SegmentKind::Travel),
        1 => Just(SegmentKind::Parking),
    ];
    let codes = (0..CODES.len(), 0..CODES.len());
    (
        kinds,
        codes,
        some_when(),
        some_when(),
        0..NUMBERS.len(),
        0..STATUSES.len(),
        0u8..40,
    )
        .prop_map(|(kind, (from, to), starts, ends, number, status, odd)| {
            let mut segment = with_status(air(CODES[from], CODES[to], "", "", NUMBERS[number]), STATUSES[status]);
            segment.kind = kind;
            (segment.start.when, segment.end.when) = (starts.clone(), ends);
            if odd % 2 == 0 {
                // Most bookings make sense: they end hours or days after they start.
                segment.end.when = starts;
                let later = if kind == SegmentKind::Hotel {
                    Duration::days(2)
                } else {
                    Duration::hours(9)
                };
                segment.end.when.local = segment.end.when.local.map(|local| local + later);
                segment.end.when.utc = None;
            }
            match odd {
                1 => (segment.start.lon, segment.start.lat) = (Some(0.0), Some(0.0)),
                3 => (segment.start.lon, segment.start.lat) = (Some(-0.12), Some(51.5)),
                5 => segment.start.city = Some("Paris".into()),
                7 => segment.open = true,
                9 => segment.stops = Some(2),
                11 => segment.cancellation = Some("X1".into()),
                13 => {
                    segment.end.when.local = segment
                        .end
                        .when
                        .local
                        .and_then(|l| l.checked_sub_months(chrono::Months::new(12)))
                }
                _ => {}
            }
            segment
        })
}

fn some_booking() -> impl Strategy<Value = Booking> {
    (
        prop::collection::vec(some_segment(), 0..4),
        0..SOURCES.len(),
        0u8..6,
        0u8..8,
        0i64..96,
    )
        .prop_map(|(segments, source, locator, who, modified)| {
            let mut booking = from_source(SOURCES[source], booking(&format!("LOC{locator}"), segments));
            booking.modified = Some(utc("2026-11-01T10:00") + Duration::hours(modified));
            match who {
                0 => booking.passengers.clear(),
                1 => booking.passengers[0].first = Some("Ben".into()),
                _ => {}
            }
            booking
        })
}

fn some_trips() -> impl Strategy<Value = Vec<Trip>> {
    let one = (prop::collection::vec(some_booking(), 0..3), 0..TRIP_STATUSES.len());
    prop::collection::vec(one, 1..4).prop_map(|trips| {
        let made = trips.into_iter().enumerate().map(|(number, (bookings, status))| {
            let mut made = trip(&format!("t{number}"), bookings);
            made.status = TRIP_STATUSES[status];
            made
        });
        made.collect()
    })
}

fn judged(records: &[Record]) -> Timeline {
    timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &emil("NYC"),
        records,
        utc(AS_OF),
    )
}

fn records(trips: &[Trip]) -> Vec<Record> {
    trips
        .iter()
        .map(|trip| document(trip.clone(), "2026-11-01T10:01"))
        .collect()
}

fn instants() -> impl Iterator<Item = DateTime<Utc>> {
    (0..180).map(|step| utc("2026-11-01T03:00") + Duration::hours(step * 3))
}

/// What an answer says, without where it says it from.
fn masses(answer: &Whereabouts) -> Vec<(String, i64)> {
    let round = |p: f64| (p * 1e4).round() as i64;
    let mut all: Vec<(String, i64)> = answer
        .hypotheses
        .iter()
        .map(|h| (h.place.name.clone(), round(h.p)))
        .filter(|(_, p)| *p > 5)
        .collect();
    all.extend([
        ("home".into(), round(answer.home)),
        ("air".into(), round(answer.in_transit)),
        ("?".into(), round(answer.unknown)),
    ]);
    all.sort();
    all
}

fn alike(a: &Timeline, b: &Timeline) -> Result<(), TestCaseError> {
    for at in instants() {
        let (a, b) = (masses(&a.at(at)), masses(&b.at(at)));
        let same = a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| x.0 == y.0 && (x.1 - y.1).abs() <= 2);
        prop_assert!(same, "{at}: {a:?} / {b:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r188_an_instant_by_itself_is_answered_like_the_whole_timeline(trips in some_trips()) {
        let records = records(&trips);
        let t = judged(&records);
        let ends = t.episodes.iter().flat_map(|episode| [episode.from, episode.from - Duration::milliseconds(1), episode.until]);
        let at: Vec<_> = instants().chain(ends).collect();
        let alone = locate(Gazetteer::embedded(), &Judgement::CURRENT, &emil("NYC"), &records, t.as_of, &at);
        for (t_at, answer) in at.iter().zip(alone.answers) {
            prop_assert_eq!(answer, t.at(*t_at), "at {}", t_at);
        }
        prop_assert_eq!((alone.notices, alone.opportunities, alone.outings), (t.notices, t.opportunities, t.outings));
    }

    #[test]
    fn r180_r181_r182_every_answer_adds_up_and_is_never_certain(trips in some_trips()) {
        let t = judged(&records(&trips));
        for episode in &t.episodes {
            for end in [|r: Ramp| r.from, |r: Ramp| r.until] {
                let cities: f64 = episode.hypotheses.iter().map(|h| end(h.p)).sum();
                let sum = cities + end(episode.home) + end(episode.in_transit) + end(episode.unknown);
                prop_assert!((sum - 1.0).abs() < 1e-6, "{sum} in {episode:?}");
                for p in episode.hypotheses.iter().map(|h| end(h.p)).chain([end(episode.home), end(episode.in_transit), end(episode.unknown)]) {
                    prop_assert!((-1e-9..=1.0 + 1e-9).contains(&p), "{p}");
                }
                prop_assert!(episode.hypotheses.iter().all(|h| end(h.p) <= 0.99 + 1e-6));
            }
            for hypothesis in &episode.hypotheses {
                prop_assert!(hypothesis.venue.as_ref().is_none_or(|(_, share)| (0.0..=1.0).contains(share)));
            }
        }
        for at in instants() {
            let answer = t.at(at);
            for hypothesis in &answer.hypotheses {
                let Some(country) = &hypothesis.place.country else { continue };
                let in_country = answer.countries.iter().find(|c| c.code == *country).map_or(0.0, |c| c.p);
                prop_assert!(in_country + 2e-6 >= hypothesis.p, "{country} {in_country} < {}", hypothesis.p);
            }
            let day = t.on_day(at.date_naive());
            prop_assert!(day.hypotheses.iter().all(|h| (0.0..=1.0).contains(&h.p)));
        }
    }

    #[test]
    fn r188_the_order_of_records_bookings_and_segments_does_not_matter(
        trips in some_trips(), seed in any::<u64>()
    ) {
        let straight = judged(&records(&trips));
        let mut mixed = trips;
        // A cheap shuffle that needs no randomness of its own.
        let turn = |n: usize| if n == 0 { 0 } else { (seed % n as u64) as usize };
        for trip in &mut mixed {
            let by = turn(trip.bookings.len());
            trip.bookings.rotate_left(by);
            for booking in &mut trip.bookings {
                booking.segments.reverse();
            }
        }
        let mut mixed = records(&mixed);
        let by = turn(mixed.len());
        mixed.rotate_left(by);
        let turned = judged(&mixed);
        prop_assert_eq!(serde_json::to_string(&straight.episodes).unwrap(), serde_json::to_string(&turned.episodes).unwrap());
        prop_assert_eq!(serde_json::to_string(&straight.opportunities).unwrap(), serde_json::to_string(&turned.opportunities).unwrap());
        prop_assert_eq!(codes(&straight), codes(&turned));
    }

    #[test]
    fn r188_the_same_input_gives_the_same_bytes(trips in some_trips()) {
        let text = || serde_json::to_string(&judged(&records(&trips))).unwrap();
        prop_assert_eq!(text(), text());
    }

    #[test]
    fn r272_repeated_delivery_changes_nothing(trips in some_trips()) {
        let once = records(&trips);
        let mut twice = once.clone();
        twice.extend(trips.iter().map(|trip| document(trip.clone(), "2026-11-02T10:01")));
        prop_assert_eq!(judged(&once).episodes, judged(&twice).episodes);
    }

    #[test]
    fn r272_delete_then_create_is_an_update(old in some_booking(), new in some_booking()) {
        let version = |id: &str, booking: &Booking, modified: &str| {
            let mut made = trip(id, vec![booking.clone()]);
            made.modified = Some(utc(modified));
            made
        };
        let first = document(version("t1", &old, "2026-11-01T10:00"), "2026-11-01T10:01");
        let updated = judged(&[first.clone(), document(version("t1", &new, "2026-11-04T10:05"), "2026-11-04T10:06")]);
        let recreated = judged(&[
            first,
            Record { received_at: utc("2026-11-04T10:02"), trip_id: "t1".into(), what: What::Deleted },
            document(version("t2", &new, "2026-11-04T10:05"), "2026-11-04T10:06"),
        ]);
        alike(&updated, &recreated)?;
    }

    #[test]
    fn r272_a_trip_in_two_documents_is_the_same_trip(bookings in prop::collection::vec(some_booking(), 2..4)) {
        let mut bookings = bookings;
        bookings.iter_mut().enumerate().for_each(|(n, b)| b.locator = Some(format!("LOC{n}")));
        let whole = judged(&records(&[trip("t1", bookings.clone())]));
        let last = bookings.split_off(bookings.len() - 1);
        let split = judged(&records(&[trip("t1", bookings), trip("t2", last)]));
        alike(&whole, &split)?;
    }

    #[test]
    fn r189_a_cancelled_leg_never_raises_its_destination(trips in some_trips(), starts in 0i64..240) {
        let before = judged(&records(&trips));
        let at = utc("2026-11-05T08:00") + Duration::hours(starts);
        let mut void = with_status(air("JFK", "FRA", "", "", "LH 401"), "HX");
        void.start.when.local = Some(at.naive_utc());
        void.end.when.local = Some((at + Duration::hours(13)).naive_utc());
        let mut more = trips;
        more.push(trip("void", vec![booking("VOIDED", vec![void])]));
        let after = judged(&records(&more));
        let frankfurt = |t: &Timeline, at| -> f64 {
            t.at(at).hypotheses.iter().filter(|h| h.place.code.as_deref() == Some("FRA")).map(|h| h.p).sum()
        };
        for at in instants() {
            prop_assert!(frankfurt(&after, at) <= frankfurt(&before, at) + 1e-5, "{at}: {:?} {:?}", masses(&before.at(at)), masses(&after.at(at)));
        }
    }

    #[test]
    fn r189_an_agreeing_booking_never_lowers(
        hours in 0i64..72, source in 0..SOURCES.len(),
        status in prop::sample::select(STATUSES.into_iter().filter(|status| !["HX", "UN", "DS"].contains(status)).collect::<Vec<_>>()),
    ) {
        let leg = |status: &str| {
            let mut leg = with_status(air("JFK", "FRA", "2026-11-10T17:00", "2026-11-11T06:40", "LH 401"), status);
            for when in [&mut leg.start.when, &mut leg.end.when] {
                when.local = when.local.map(|local| local + Duration::hours(hours));
            }
            leg
        };
        let one = trip("t1", vec![from_source(SOURCES[source], booking("A", vec![leg(status)]))]);
        let agreeing = trip("t2", vec![from_source(Source::AgencyApi, booking("B", vec![leg("HK")]))]);
        let mail = trip("t3", vec![from_source(Source::ParsedMail, booking("C", vec![leg("")]))]);
        let at = utc("2026-11-11T07:00") + Duration::hours(hours);
        let p = |trips: &[Trip]| -> f64 {
            judged(&records(trips)).at(at).hypotheses.iter().filter(|h| h.place.code.as_deref() == Some("FRA")).map(|h| h.p).sum()
        };
        let (alone, two, three) = (p(std::slice::from_ref(&one)), p(&[one.clone(), agreeing.clone()]), p(&[one, agreeing, mail]));
        prop_assert!(alone <= two + 1e-6 && two <= three + 1e-6, "{alone} {two} {three}");
    }

    #[test]
    fn episodes_stay_few(trips in some_trips()) {
        let t = judged(&records(&trips));
        let claims: usize = trips.iter().flat_map(|t| &t.bookings).map(|b| b.segments.len()).sum();
        prop_assert!(t.episodes.len() <= 40 + 60 * claims, "{} episodes of {claims} segments", t.episodes.len());
        prop_assert!(t.episodes.windows(2).all(|pair| pair[0].until == pair[1].from));
    }
}
