//! The notices that no rule's own test raises, and that none of the catalogue is without a test (R233).

use super::*;

fn out() -> Segment {
    air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "BA 112")
}

fn back() -> Segment {
    air("LHR", "JFK", "2026-11-14T17:00", "2026-11-14T20:00", "BA 179")
}

fn of_source(source: Source, locator: &str, segments: Vec<Segment>) -> Booking {
    from_source(source, booking(locator, segments))
}

#[test]
fn r22_r23_numbers_that_cannot_be_and_numbers_that_fill_the_field() {
    let numbered = |number: &str| booked(vec![air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", number)]);
    assert!(has(&numbered("BA 12345"), "flight_number_malformed"));
    assert!(has(&numbered("BA 0000"), "flight_number_placeholder"));
    assert!(has(&numbered("ZZ 1"), "flight_number_placeholder"));
    let fine = numbered("BA 112");
    assert!(
        !codes(&fine).iter().any(|code| code.starts_with("flight_number")),
        "{:?}",
        codes(&fine)
    );
}

#[test]
fn r8_an_airline_that_the_system_does_not_know() {
    assert!(has(
        &booked(vec![air(
            "JFK",
            "LHR",
            "2026-11-10T18:30",
            "2026-11-11T06:30",
            "$$ 112"
        )]),
        "air_vendor_unknown"
    ));
    assert!(!has(&booked(vec![out()]), "air_vendor_unknown"));
}

#[test]
fn r238_what_is_hidden_from_us_is_marked_and_misses_no_number() {
    let hidden = Segment {
        redacted: true,
        vendor: None,
        number: None,
        ..out()
    };
    let t = booked(vec![hidden]);
    assert!(
        has(&t, "redacted") && !has(&t, "flight_number_missing"),
        "{:?}",
        codes(&t)
    );
}

#[test]
fn r36_one_flight_on_two_routes_is_told_of_the_weaker_booking() {
    let elsewhere = air("SFO", "NRT", "2026-11-10T12:00", "2026-11-11T16:00", "BA 112");
    let t = located(vec![trip(
        "t1",
        vec![
            booking("QW7TRA", vec![out()]),
            of_source(Source::ParsedMail, "ZZZ111", vec![elsewhere]),
        ],
    )]);
    let told: Vec<Option<usize>> = t
        .notices
        .iter()
        .filter(|notice| notice.code == "flight_route_mismatch")
        .map(|notice| notice.booking)
        .collect();
    assert_eq!(told, [Some(1)]);
}

#[test]
fn r36_a_flight_that_goes_on_under_its_number_is_no_other_route() {
    let on = air("LHR", "SIN", "2026-11-11T09:00", "2026-11-12T05:00", "BA 112");
    let mut first = out();
    (first.start.when, first.end.when) = (when("2026-11-11T00:30"), when("2026-11-11T07:30"));
    let t = located(vec![trip(
        "t1",
        vec![
            booking("QW7TRA", vec![first]),
            of_source(Source::ParsedMail, "ZZZ111", vec![on]),
        ],
    )]);
    assert!(!has(&t, "flight_route_mismatch"), "{:?}", codes(&t));
}

#[test]
fn r51_a_car_that_comes_back_before_it_leaves() {
    let t = booked(vec![car("LHR", "LHR", "2026-11-12T10:00", "2026-11-10T10:00")]);
    assert!(has(&t, "car_dates_implausible"), "{:?}", codes(&t));
    let t = booked(vec![car("LHR", "LHR", "2026-11-12T10:00", "2026-11-14T10:00")]);
    assert!(!has(&t, "car_dates_implausible"));
}

#[test]
fn r94_a_source_that_never_updates_itself_grows_stale() {
    let of = |modified: &str| {
        let mut booking = of_source(Source::ParsedMail, "QW7TRA", vec![out()]);
        booking.modified = Some(utc(modified));
        located(vec![trip("t1", vec![booking])])
    };
    assert!(has(&of("2026-05-01T10:00"), "stale_source"));
    assert!(!has(&of("2026-11-01T10:00"), "stale_source"));
}

#[test]
fn r116_a_leg_that_is_cancelled_and_booked_again_and_again_churns() {
    let mut records = Vec::new();
    for version in 0..12 {
        let status = if version % 2 == 0 { "HK" } else { "XX" };
        let mut trip = trip("t1", vec![booking("QW7TRA", vec![with_status(out(), status), back()])]);
        trip.modified = Some(utc("2026-11-01T10:00") + chrono::Duration::hours(version));
        records.push(document(trip, "2026-11-02T10:00"));
    }
    // Ends alive.
    let mut last = trip("t1", vec![booking("QW7TRA", vec![out(), back()])]);
    last.modified = Some(utc("2026-11-02T09:00"));
    records.push(document(last, "2026-11-02T10:00"));
    let t = timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &emil("NYC"),
        &records,
        utc(AS_OF),
    );
    assert!(has(&t, "churning"), "{:?}", codes(&t));
    let t = timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &emil("NYC"),
        &records[..3],
        utc(AS_OF),
    );
    assert!(!has(&t, "churning"));
}

#[test]
fn r156_a_hotel_without_a_way_there() {
    let t = booked(vec![hotel(
        "TYO",
        "Mimosa Garden",
        "2026-11-12T15:00",
        "2026-11-14T11:00",
    )]);
    assert!(has(&t, "stay_without_transport"), "{:?}", codes(&t));
    let t = booked(vec![
        out(),
        hotel("LON", "Mimosa Garden", "2026-11-11T15:00", "2026-11-14T11:00"),
        back(),
    ]);
    assert!(!has(&t, "stay_without_transport"));
}

#[test]
fn r104_two_movements_at_one_time_to_different_places() {
    let other = air("JFK", "LHR", "2026-11-10T21:30", "2026-11-11T09:30", "BA 178");
    let t = located(vec![
        trip("t1", vec![booking("QW7TRA", vec![out()])]),
        trip("t2", vec![of_source(Source::ParsedMail, "ZZZ111", vec![other])]),
    ]);
    assert!(has(&t, "alternative_movements"), "{:?}", codes(&t));
}

#[test]
fn r233_no_code_of_the_catalogue_is_without_a_test() {
    let tests = [
        include_str!("alternatives.rs"),
        include_str!("hostile.rs"),
        include_str!("notices.rs"),
        include_str!("opportunities.rs"),
        include_str!("rules.rs"),
        include_str!("shapes.rs"),
        include_str!("tickets.rs"),
        include_str!("timeline.rs"),
        include_str!("../leg_times_tests.rs"),
        include_str!("../places_tests.rs"),
        include_str!("../case.rs"),
        include_str!("../../itinerary/tests/document.rs"),
        include_str!("../../itinerary/tests/times.rs"),
    ];
    for known in CATALOGUE {
        let quoted = format!("\"{}\"", known.code);
        assert!(
            tests.iter().any(|text| text.contains(&quoted)),
            "{} has no test",
            known.code
        );
    }
}

/// Both digits of UTC are those of the local clock.
fn copied(mut segment: Segment) -> Segment {
    for end in [&mut segment.start, &mut segment.end] {
        end.when.utc = end.when.local.map(|local| local.and_utc());
    }
    segment
}

#[test]
fn r5_a_copied_utc_is_seen_on_the_ground_too() {
    let of = |kind: SegmentKind, leaves: &str, arrives: &str| Segment {
        kind,
        number: None,
        vendor: None,
        ..air("JFK", "JFK", leaves, arrives, "")
    };
    for kind in [
        SegmentKind::Ride,
        SegmentKind::Dining,
        SegmentKind::Parking,
        SegmentKind::Car,
        SegmentKind::Travel,
    ] {
        let segment = of(kind, "2026-11-10T13:30", "2026-11-10T16:00");
        assert!(
            !has(&booked(vec![segment.clone()]), "utc_copied_from_local"),
            "{kind:?}"
        );
        assert!(has(&booked(vec![copied(segment)]), "utc_copied_from_local"), "{kind:?}");
        // A time that a program filled in is compared with nothing (R41).
        let filled = of(kind, "2026-11-10T00:00", "2026-11-10T00:00");
        assert!(!has(&booked(vec![copied(filled)]), "utc_copied_from_local"), "{kind:?}");
    }
}

#[test]
fn r151_r160_who_leaves_from_home_again_lacked_the_way_back() {
    let next = || air("JFK", "SFO", "2026-12-01T09:00", "2026-12-01T12:30", "UA 400");
    let t = located(vec![
        trip("t1", vec![booking("QW7TRA", vec![out()])]),
        trip("t2", vec![booking("QW7TRB", vec![next()])]),
    ]);
    let of = |code: &str| {
        let told = t.notices.iter().filter(|notice| notice.code == code);
        told.map(|notice| notice.trip.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of("missing_return"), ["t1", "t2"]);
    assert!(
        of("discontinuity").is_empty() && of("missing_leg_suspected").is_empty(),
        "the second trip is as it should be"
    );
    let complete = located(vec![
        trip("t1", vec![booking("QW7TRA", vec![out(), back()])]),
        trip("t2", vec![booking("QW7TRB", vec![next()])]),
    ]);
    let told: Vec<&str> = complete
        .notices
        .iter()
        .filter(|one| one.code == "missing_return")
        .map(|one| one.trip.as_str())
        .collect();
    assert_eq!(told, ["t2"]);
    // In one document it is a leg that is missing in between.
    let within = booked(vec![out(), next()]);
    assert!(has(&within, "missing_leg_suspected"), "{:?}", codes(&within));
}

#[test]
fn r27_a_flight_without_a_time_follows_the_one_that_leads_to_it() {
    let first = air("JFK", "LHR", "2026-11-10T08:00", "2026-11-10T20:00", "BA 112");
    let second = Segment {
        start: at_code("LHR", "2026-11-10T00:00"),
        end: at_code("DUB", "2026-11-10T00:00"),
        ..air("LHR", "DUB", "2026-11-10T00:00", "2026-11-10T00:00", "BA 840")
    };
    let home = air("DUB", "JFK", "2026-11-13T12:00", "2026-11-13T15:00", "EI 105");
    let t = booked(vec![first, second, home]);
    assert!(
        !has(&t, "infeasible_pair") && !has(&t, "missing_return"),
        "{:?}",
        codes(&t)
    );
    assert!(p(&t, "DUB", "2026-11-12T12:00") > 0.8);
}
