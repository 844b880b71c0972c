//! The counts of one traveler's documents, by hand.

use chrono::{DateTime, Utc};

use super::*;
use crate::itinerary::{Booking, End, Segment, SegmentKind, Source, When};
use crate::place::Gazetteer;
use crate::whereabouts::{CATALOGUE, Dimension, Judgement, Traveler, timeline};

fn utc(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

fn end(code: &str, local: &str) -> End {
    End {
        code: Some(code.to_owned()),
        when: When {
            local: Some(format!("{local}:00").parse().unwrap()),
            ..When::default()
        },
        ..End::default()
    }
}

fn flight(from: &str, to: &str, leaves: &str, arrives: &str, number: Option<&str>) -> Segment {
    Segment {
        kind: SegmentKind::Air,
        start: end(from, leaves),
        end: end(to, arrives),
        status: Some("HK".to_owned()),
        vendor: Some("BA".to_owned()),
        number: number.map(str::to_owned),
        ..Segment::default()
    }
}

fn hotel(source: Source) -> Booking {
    let mut start = end("LON", "2026-11-11T15:00");
    (start.lat, start.lon) = (Some(51.51), Some(-0.12));
    let stay = Segment {
        kind: SegmentKind::Hotel,
        start,
        end: End {
            when: end("LON", "2026-11-14T11:00").when,
            ..End::default()
        },
        status: Some("HK".to_owned()),
        name: Some("Mimosa Garden Hotel".to_owned()),
        ..Segment::default()
    };
    booking("HOTEL1", source, vec![stay])
}

fn booking(locator: &str, source: Source, segments: Vec<Segment>) -> Booking {
    let segments = segments
        .into_iter()
        .enumerate()
        .map(|(index, segment)| Segment { index, ..segment });
    Booking {
        locator: Some(locator.to_owned()),
        source,
        owner: Some(word(source).to_owned()),
        modified: Some(utc("2026-11-01T10:00")),
        segments: segments.collect(),
        ..Booking::default()
    }
}

fn out_and_back(source: Source, number: Option<&str>) -> Booking {
    booking(
        "QW7TRA",
        source,
        vec![
            flight("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", number),
            flight("LHR", "JFK", "2026-11-14T17:00", "2026-11-14T20:00", Some("179")),
        ],
    )
}

fn assessed(bookings: Vec<Booking>) -> Assessment {
    let trip = Trip {
        id: "t1".to_owned(),
        modified: Some(utc("2026-11-01T10:00")),
        bookings,
        ..Trip::default()
    };
    let records = [Record {
        received_at: utc("2026-11-01T10:01"),
        trip_id: "t1".to_owned(),
        what: What::Document(std::sync::Arc::new(trip), Vec::new()),
    }];
    let traveler = Traveler {
        home: Some("NYC".to_owned()),
        ..Traveler::default()
    };
    let line = timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &traveler,
        &records,
        utc("2026-11-02T12:00"),
    );
    assess(&records, &line.episodes, &line.notices)
}

fn sum(shares: &Shares, source: Source, measure: &str) -> (i64, i64) {
    shares
        .iter()
        .filter(|(key, _)| key.source == source && key.measure == measure)
        .fold((0, 0), |(good, total), (_, count)| {
            (good + count.good, total + count.total)
        })
}

#[test]
fn r10_every_source_has_one_word_and_each_word_one_source() {
    for source in SOURCES {
        assert_eq!(named(word(source)), Some(source));
    }
    assert_eq!(named("nobody"), None);
}

#[test]
fn no_code_is_called_like_another_measure() {
    let taken = [SEGMENTS, TRIPS, LODGED]
        .into_iter()
        .chain(NIGHTS)
        .chain(Dimension::ALL.map(Dimension::as_str));
    for measure in taken {
        assert!(CATALOGUE.iter().all(|code| code.code != measure), "{measure}");
    }
}

#[test]
fn r230_a_number_that_is_missing_costs_one_field_and_is_noticed_once() {
    let made = assessed(vec![out_and_back(Source::ParsedMail, None)]);
    let shares = &made.trips[0].shares;
    assert_eq!(sum(shares, Source::ParsedMail, SEGMENTS), (2, 2));
    assert_eq!(sum(shares, Source::ParsedMail, "completeness"), (11, 12));
    assert_eq!(sum(shares, Source::ParsedMail, "flight_number_missing"), (1, 1));
    assert_eq!(sum(shares, Source::ParsedMail, "validity"), (2, 2));
    assert_eq!(sum(shares, Source::ParsedMail, TRIPS), (0, 1));
    assert_eq!(sum(shares, Source::Gds, SEGMENTS), (0, 0));
    let missing: Vec<&Sample> = made.trips[0]
        .samples
        .iter()
        .filter(|s| s.code == "flight_number_missing")
        .collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(
        (missing[0].booking, missing[0].segment.as_deref()),
        (Some(0), Some("Air[0]"))
    );
}

#[test]
fn r238_what_is_hidden_from_us_costs_the_source_nothing() {
    let mut hidden = out_and_back(Source::Supplier, Some("112"));
    for segment in &mut hidden.segments {
        segment.redacted = true;
        (segment.vendor, segment.number) = (None, None);
        segment.start.when.date_only = true;
        segment.end.when.date_only = true;
    }
    let made = assessed(vec![hidden]);
    let shares = &made.trips[0].shares;
    let (there, wanted) = sum(shares, Source::Supplier, "completeness");
    assert_eq!((there, wanted), (6, 6));
    assert_eq!(sum(shares, Source::Supplier, "flight_number_missing"), (0, 0));
    assert_eq!(sum(shares, Source::Supplier, "redacted"), (2, 2));
}

#[test]
fn a_cancelled_segment_is_in_no_count() {
    let mut gone = out_and_back(Source::Gds, None);
    gone.segments[0].status = Some("XX".to_owned());
    let made = assessed(vec![gone]);
    assert_eq!(sum(&made.trips[0].shares, Source::Gds, SEGMENTS), (1, 1));
}

#[test]
fn nights_are_located_to_an_address_a_city_or_on_intent() {
    let made = assessed(vec![out_and_back(Source::Gds, Some("112")), hotel(Source::Gds)]);
    let (_, address) = sum(&made.shares, Source::Gds, "night_address");
    assert_eq!(address, 3, "{:?}", made.shares);
    let made = assessed(vec![out_and_back(Source::Gds, Some("112"))]);
    assert_eq!(
        sum(&made.shares, Source::Gds, "night_city"),
        (0, 3),
        "{:?}",
        made.shares
    );
    let made = assessed(vec![booking(
        "QW7TRA",
        Source::ParsedMail,
        vec![
            flight("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", None),
            flight("LHR", "JFK", "2026-11-14T17:00", "2026-11-14T20:00", None),
        ],
    )]);
    let (intent, nights) = sum(&made.shares, Source::ParsedMail, "night_city");
    assert_eq!((intent, nights), (3, 3), "{:?}", made.shares);
}

#[test]
fn r219_lodging_is_a_share_of_overnight_trips() {
    let of = |bookings| {
        let made = assessed(bookings);
        sum(&made.shares, Source::Gds, LODGED)
    };
    let flights = || out_and_back(Source::Gds, Some("112"));
    assert_eq!(of(vec![flights()]), (0, 1));
    assert_eq!(of(vec![flights(), hotel(Source::Gds)]), (1, 1));
    // A night on the way needs no bed, nor does a day trip.
    let day = booking(
        "QW7TRA",
        Source::Gds,
        vec![
            flight("JFK", "ORD", "2026-11-10T06:30", "2026-11-10T08:30", Some("112")),
            flight("ORD", "JFK", "2026-11-10T18:30", "2026-11-10T21:30", Some("113")),
        ],
    );
    assert_eq!(of(vec![day]), (0, 0));
    // Whoever stays in a meeting's block or with friends has a bed that nobody booked.
    let mut private = flights();
    private.note = Some("meeting block".to_owned());
    assert_eq!(of(vec![private]), (0, 0));
}

#[test]
fn accuracy_is_agreement_with_a_stronger_source_only() {
    let mail = |number, leaves| {
        booking(
            "MAIL01",
            Source::ParsedMail,
            vec![flight("JFK", "LHR", leaves, "2026-11-11T06:30", number)],
        )
    };
    let made = assessed(vec![
        out_and_back(Source::Gds, Some("112")),
        mail(Some("112"), "2026-11-10T18:30"),
    ]);
    assert_eq!(sum(&made.shares, Source::ParsedMail, "accuracy"), (1, 1));
    assert_eq!(
        sum(&made.shares, Source::Gds, "accuracy"),
        (0, 0),
        "nobody stronger tells of it"
    );
    let made = assessed(vec![
        out_and_back(Source::Gds, Some("112")),
        mail(Some("112"), "2026-11-10T09:30"),
    ]);
    assert_eq!(sum(&made.shares, Source::ParsedMail, "accuracy"), (0, 1));
}

#[test]
fn r238_what_is_hidden_or_told_more_coarsely_contradicts_nobody() {
    let weaker = |source, segment: Segment| {
        let made = assessed(vec![
            out_and_back(Source::Gds, Some("112")),
            booking("W1", source, vec![segment]),
        ]);
        sum(&made.shares, source, "accuracy")
    };
    let midnight = || flight("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", None);
    let hidden = Segment {
        redacted: true,
        ..midnight()
    };
    assert_eq!(
        weaker(Source::Supplier, hidden),
        (1, 1),
        "its time is hidden, its places are right"
    );
    assert_eq!(
        weaker(Source::TravelRequest, midnight()),
        (1, 1),
        "it tells no time (R40)"
    );
    let coarse = flight("NYC", "LON", "2026-11-10T18:30", "2026-11-11T06:30", None);
    assert_eq!(
        weaker(Source::TravelRequest, coarse),
        (1, 1),
        "the city's code, not another place (R61)"
    );
    let elsewhere = flight("JFK", "CDG", "2026-11-10T18:30", "2026-11-11T07:30", None);
    assert_eq!(weaker(Source::TravelRequest, elsewhere), (0, 1));
    let other_airport = flight("JFK", "LGW", "2026-11-10T18:30", "2026-11-11T06:30", None);
    assert_eq!(
        weaker(Source::ParsedMail, other_airport),
        (0, 1),
        "another airport of the city is another place"
    );
    // One way, told as two legs by the agency.
    let legs = vec![
        flight("JFK", "KEF", "2026-11-10T09:00", "2026-11-10T15:00", Some("616")),
        flight("KEF", "LHR", "2026-11-10T16:00", "2026-11-10T19:00", Some("450")),
    ];
    let whole = flight("JFK", "LHR", "2026-11-10T09:00", "2026-11-10T19:00", None);
    let made = assessed(vec![
        booking("G1", Source::Gds, legs),
        booking("R1", Source::TravelRequest, vec![whole]),
    ]);
    assert_eq!(sum(&made.shares, Source::TravelRequest, "accuracy"), (1, 1));
}

#[test]
fn shares_round_trip_and_are_taken_away_to_nothing() {
    let made = assessed(vec![out_and_back(Source::ParsedMail, None)]);
    let shares = &made.trips[0].shares;
    assert_eq!(from_lines(&to_lines(shares)), *shares);
    assert!(minus(shares, shares).is_empty());
    assert_eq!(minus(shares, &Shares::new()), *shares);
}

#[test]
fn r231_there_is_no_score_of_fewer_than_thirty() {
    let of = |total| move |_| Count { good: total, total };
    assert_eq!(score(of(29)), None);
    let full = score(of(30)).unwrap();
    assert!((full - 100.0).abs() < 1e-9);
    // One dimension with too few is enough.
    let short = score(|dimension| Count {
        good: 9,
        total: if dimension == Dimension::Validity { 9 } else { 100 },
    });
    assert_eq!(short, None);
}

#[test]
fn r231_a_source_that_nobody_can_be_compared_with_has_a_score_without_accuracy() {
    let alone = score(|dimension| match dimension {
        Dimension::Accuracy => Count { good: 0, total: 29 },
        Dimension::Completeness => Count { good: 50, total: 100 },
        _ => Count { good: 100, total: 100 },
    });
    let alone = alone.unwrap();
    // The other weights keep their proportions: 100 · 0.5 ^ (0.25 / 0.8).
    assert!((alone - 80.53).abs() < 0.01, "{alone}");
}

#[test]
fn r232_a_rate_stands_to_its_limit() {
    let limit = Some(Grading {
        warn: 0.02,
        error: 0.10,
        mostly: 0.0,
    });
    let of = |good, total| Count { good, total };
    assert_eq!(grade(of(2, 100), limit), Standing::Within);
    assert_eq!(grade(of(3, 100), limit), Standing::Warn);
    assert_eq!(grade(of(11, 100), limit), Standing::Error);
    assert_eq!(grade(of(11, 29), limit), Standing::Insufficient);
    assert_eq!(grade(of(100, 100), None), Standing::Within);
    let mostly = Some(Grading {
        warn: 1.0,
        error: 1.0,
        mostly: 0.95,
    });
    assert_eq!(grade(of(6, 100), mostly), Standing::Error);
    assert_eq!(grade(of(5, 100), mostly), Standing::Within);
}

#[test]
fn a_document_that_is_one_long_list_of_faults_is_counted_exactly_and_sampled_a_little() {
    let many = (0..200)
        .map(|_| flight("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", None))
        .collect();
    let made = assessed(vec![booking("QW7TRA", Source::ParsedMail, many)]);
    let trip = &made.trips[0];
    assert_eq!(
        sum(&trip.shares, Source::ParsedMail, "flight_number_missing"),
        (200, 200)
    );
    let sampled = trip
        .samples
        .iter()
        .filter(|sample| sample.code == "flight_number_missing")
        .count();
    assert_eq!(sampled, SAMPLES);
}

/// What later versions of a mail's trip, received at these times, show of what was said before.
fn said_of(later: &[(&str, What)]) -> Said {
    let first = || Trip {
        id: "t1".to_owned(),
        bookings: vec![out_and_back(Source::ParsedMail, Some("112"))],
        ..Trip::default()
    };
    let record = |received_at: &str, what| Record {
        received_at: utc(received_at),
        trip_id: "t1".to_owned(),
        what,
    };
    let document = What::Document(std::sync::Arc::new(first()), Vec::new());
    let mut records = vec![record("2026-11-01T10:01", document)];
    records.extend(later.iter().map(|(at, what)| record(at, what.clone())));
    let traveler = Traveler {
        home: Some("NYC".to_owned()),
        ..Traveler::default()
    };
    let day = |text: &str| text.parse().unwrap();
    let days = day("2026-11-01")..day("2026-11-12");
    let said = calibrate(Gazetteer::embedded(), &Judgement::CURRENT, &traveler, &records, &days);
    said.get(&Source::ParsedMail).copied().unwrap_or_default()
}

#[test]
fn r239_what_was_said_is_judged_by_later_documents_alone() {
    assert_eq!(said_of(&[]), Said::default(), "nobody spoke of it later");
    let with = |change: fn(&mut Segment)| {
        let mut booking = out_and_back(Source::ParsedMail, Some("112"));
        change(&mut booking.segments[0]);
        let trip = Trip {
            id: "t1".to_owned(),
            bookings: vec![booking],
            ..Trip::default()
        };
        What::Document(std::sync::Arc::new(trip), Vec::new())
    };
    let after = "2026-11-12T10:00";
    let held = said_of(&[(after, with(|_| {}))]);
    assert_eq!(held.came, Count { good: 1, total: 1 });
    assert!(held.expected > 0.5 && held.expected < 1.0, "{held:?}");
    for gone in [
        with(|segment| segment.status = Some("XX".to_owned())),
        with(|segment| segment.end.code = Some("CDG".to_owned())),
        with(|segment| segment.start.when = end("JFK", "2026-11-13T18:30").when),
        What::Deleted,
    ] {
        let lost = said_of(&[(after, gone)]);
        assert_eq!(lost.came, Count { good: 0, total: 1 });
        assert!(
            (lost.expected - held.expected).abs() < 1e-9,
            "what was said before does not change"
        );
    }
    assert_eq!(said_of(&[(after, What::Anonymized)]), Said::default());
    // What was known in time is what was said.
    let known = said_of(&[(
        "2026-11-05T10:00",
        with(|segment| segment.status = Some("XX".to_owned())),
    )]);
    assert_eq!(known.came.total, 0);
}

#[test]
fn r239_a_factor_is_proposed_of_thirty_and_drawn_towards_none() {
    let of = |expected, good, total| Said {
        expected,
        came: Count { good, total },
    };
    assert_eq!(of(28.0, 20, 29).factor(), None);
    let lower = of(313.0, 285, 402).factor().unwrap();
    assert!(lower > 285.0 / 313.0 && lower < 1.0, "{lower}");
    assert!((of(30.0, 30, 40).factor().unwrap() - 1.0).abs() < 1e-9);
}
