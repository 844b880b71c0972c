//! One test per rule: anchors, nights, what fades and what is mixed, and what is missing.
//! Helpers are those of the module above.
//! Always holds: the people, hotels and locators are invented; airports and carriers are real.

use chrono::NaiveDate;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn point(kind: SegmentKind, code: &str, starts: &str, ends: &str) -> Segment {
    Segment {
        kind,
        start: at_code(code, starts),
        end: End {
            when: when(ends),
            ..End::default()
        },
        vendor: Some("$$".into()),
        ..Segment::default()
    }
}

/// A night train's distance from New York, by hotel only.
fn boston() -> Segment {
    hotel("BOS", "Wren & Anchor Boston", "2026-11-11T15:00", "2026-11-13T11:00")
}

#[test]
fn r30_a_dummy_that_goes_nowhere_is_no_presence() {
    let dummy = || with_status(air("LHR", "LHR", "2027-02-10T00:00", "2027-02-10T00:00", "YY 1"), "GK");
    let t = booked(vec![out(), bed(), back(), dummy()]);
    assert!(has(&t, "retention_segment_suspected"));
    assert_eq!(p(&t, "LON", "2027-02-10T12:00"), 0.0);
    let noted = with_status(air("LHR", "LHR", "2027-02-10T00:00", "2027-02-10T00:00", "BA 1"), "GK");
    assert_eq!(p(&booked(vec![out(), back(), noted]), "LON", "2027-02-10T12:00"), 0.0);
    let alone = booked(vec![dummy()]);
    assert!(has(&alone, "retention_segment_suspected"));
    assert!(p(&alone, "LON", "2027-02-10T12:00") > 0.2, "it may be a true intent");
}

#[test]
fn r55_what_is_long_over_is_history() {
    let t = booked(vec![air(
        "JFK",
        "LHR",
        "2026-03-10T18:30",
        "2026-03-11T06:30",
        "BA 112",
    )]);
    assert!(p(&t, "LON", "2026-03-11T08:00") > 0.5, "it stays for history");
    assert!(p(&t, "LON", AS_OF) < 0.01 && p(&t, "HOME", AS_OF) > 0.5);
}

#[test]
fn r68_a_parking_space_is_where_one_left_from() {
    let space = |code: &str| point(SegmentKind::Parking, code, "2026-11-10T16:00", "2026-11-13T20:45");
    let (with, without) = (booked(vec![out(), space("JFK"), back()]), booked(vec![out(), back()]));
    assert!(near(
        p(&with, "LON", "2026-11-12T12:00"),
        p(&without, "LON", "2026-11-12T12:00")
    ));
    assert!(
        p(&booked(vec![space("BOS")]), "BOS", "2026-11-12T07:00") < 0.1,
        "it is no stay"
    );
}

#[test]
fn r69_a_table_makes_no_night() {
    let t = booked(vec![point(
        SegmentKind::Dining,
        "BOS",
        "2026-11-10T19:00",
        "2026-11-10T21:00",
    )]);
    assert!(p(&t, "BOS", "2026-11-11T08:00") < 0.2);
    assert!(missing(&t, "Hotel").is_empty());
}

#[test]
fn r70_a_car_without_a_place_to_drop_it_comes_back() {
    let (open, round) = (
        booked(vec![car("BOS", "", "2026-11-10T09:00", "2026-11-13T09:00")]),
        booked(vec![car("BOS", "BOS", "2026-11-10T09:00", "2026-11-13T09:00")]),
    );
    for at in ["2026-11-10T20:00", "2026-11-12T12:00"] {
        assert!(p(&round, "BOS", at) > 0.1, "{at}");
        assert!(near(p(&open, "BOS", at), p(&round, "BOS", at)), "{at}");
    }
}

#[test]
fn r99_what_was_deleted_counts_for_nothing_after_the_grace() {
    let records = |as_of: &str| {
        let deleted = Record {
            received_at: utc("2026-11-05T10:00"),
            trip_id: "t1".into(),
            what: What::Deleted,
        };
        let made = document(trip("t1", vec![booking("A", vec![out()])]), "2026-11-01T10:01");
        timeline(
            Gazetteer::embedded(),
            &Judgement::CURRENT,
            &emil("NYC"),
            &[made, deleted],
            utc(as_of),
        )
    };
    assert!(p(&records("2026-11-05T10:05"), "LON", "2026-11-11T12:00") > 0.8);
    assert_eq!(p(&records("2026-11-05T11:00"), "LON", "2026-11-11T12:00"), 0.0);
}

#[test]
fn r111_what_one_copy_lacks_the_other_fills_in() {
    let numberless = air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "");
    let t = located(vec![
        trip("t1", vec![from_source(Source::TripIt, booking("B", vec![numberless]))]),
        trip("t2", vec![booking("A", vec![out()])]),
    ]);
    let leg = t.at(utc("2026-11-11T02:00")).move_.expect("one leg");
    assert_eq!(leg.identity.as_deref(), Some("BA 112"));
    assert!(p(&t, "AIR", "2026-11-11T02:00") >= 0.92 - 1e-6);
}

#[test]
fn r113_a_journey_may_live_in_several_trips() {
    let apart = located(vec![
        trip("t1", vec![booking("A", vec![out()])]),
        trip("t2", vec![booking("B", vec![back()])]),
    ]);
    assert!(!has(&apart, "missing_return"));
    assert!(near(
        p(&apart, "LON", "2026-11-12T12:00"),
        p(&booked(vec![out(), back()]), "LON", "2026-11-12T12:00")
    ));
}

#[test]
fn r125_a_personal_trip_is_located_like_any_other() {
    let mut personal = trip("t1", vec![booking("A", vec![out(), back()])]);
    personal.personal = true;
    let t = located(vec![personal]);
    assert_eq!(
        p(&t, "LON", "2026-11-12T12:00"),
        p(&booked(vec![out(), back()]), "LON", "2026-11-12T12:00")
    );
}

#[test]
fn r142_a_move_is_an_anchor_at_both_ends() {
    let t = booked(vec![air(
        "BOS",
        "LHR",
        "2026-11-10T18:30",
        "2026-11-11T06:00",
        "BA 212",
    )]);
    assert!(
        p(&t, "BOS", "2026-11-10T22:30") > 0.5,
        "{}",
        p(&t, "BOS", "2026-11-10T22:30")
    );
    assert!((0.89..=0.92).contains(&p(&t, "LON", "2026-11-11T08:00")));
}

#[test]
fn r148_a_night_is_six_hours_across_a_date() {
    let out = || air("JFK", "LHR", "2026-11-10T10:00", "2026-11-10T22:00", "BA 178");
    let leaving = |time: &str| {
        booked(vec![
            out(),
            air(
                "LHR",
                "JFK",
                &format!("2026-11-11T{time}"),
                "2026-11-11T11:00",
                "BA 113",
            ),
        ])
    };
    assert_eq!(missing(&leaving("08:00"), "Hotel"), ["LON 2026-11-10 2026-11-11"]);
    assert!(missing(&leaving("03:30"), "Hotel").is_empty());
}

#[test]
fn r153_by_day_a_lodged_traveler_may_be_out_of_town() {
    let t = booked(vec![boston()]);
    let (night, noon) = (p(&t, "BOS", "2026-11-12T06:00"), p(&t, "BOS", "2026-11-12T17:00"));
    assert!(near(noon, night * 0.9), "{night} {noon}");
}

#[test]
fn r158_without_a_way_back_presence_fades() {
    let t = booked(vec![out(), with_status(back(), "HX")]);
    let p = p(&t, "LON", "2026-11-14T06:30");
    assert!((0.35..0.60).contains(&p), "half after three days: {p}");
    assert!(has(&t, "missing_return"));
}

#[test]
fn r162_with_a_hotel_only_the_ways_there_and_back_are_ramps() {
    let t = booked(vec![boston()]);
    assert!(p(&t, "HOME", "2026-11-10T04:00") > 0.8);
    let (before, there, after) = (
        p(&t, "BOS", "2026-11-11T16:00"),
        p(&t, "BOS", "2026-11-12T06:00"),
        p(&t, "BOS", "2026-11-15T12:00"),
    );
    assert!(before < there && after < 0.2, "{before} {there} {after}");
    assert!(near(there, 0.60));
}

#[test]
fn r165_a_flight_over_midnight_is_one_flight_and_two_days() {
    let t = booked(vec![out()]);
    assert_eq!(p(&t, "AIR", "2026-11-10T23:59"), p(&t, "AIR", "2026-11-11T00:01"));
    assert!(t.on_day(day("2026-11-10")).hypotheses.is_empty());
    assert_eq!(
        t.on_day(day("2026-11-11")).hypotheses[0].place.code.as_deref(),
        Some("LON")
    );
}

#[test]
fn r167_there_and_back_in_a_day_is_a_stay_without_a_bed() {
    let t = booked(vec![
        air("JFK", "BOS", "2026-11-10T08:00", "2026-11-10T09:15", "B6 118"),
        air("BOS", "JFK", "2026-11-10T18:00", "2026-11-10T19:15", "B6 119"),
    ]);
    assert_eq!(t.at(utc("2026-11-10T18:00")).state, State::Stay);
    assert!(missing(&t, "Hotel").is_empty());
}

#[test]
fn r183_r187_alternatives_are_mixed_and_a_conflict_is_said() {
    let to = |code: &str, number: &str| air("JFK", code, "2026-11-10T18:30", "2026-11-11T07:00", number);
    let t = located(vec![
        trip("t1", vec![booking("A", vec![to("LHR", "BA 112")])]),
        trip("t2", vec![booking("B", vec![to("MAD", "IB 6250")])]),
    ]);
    let at = "2026-11-11T10:00";
    let (london, madrid) = (p(&t, "LON", at), p(&t, "MAD", at));
    assert!(
        london > 0.2 && madrid > 0.2 && london + madrid > 0.8 && london + madrid < 0.99,
        "{london} {madrid}"
    );
    assert!(t.at(utc(at)).conflict);
    assert!(!booked(vec![out()]).at(utc(at)).conflict);
}

#[test]
fn r195_r196_a_city_is_a_circle_and_a_flight_a_corridor() {
    let t = booked(vec![out()]);
    let landed = t.at(utc("2026-11-11T12:00"));
    assert!(matches!(landed.region, Region::Circle { .. }), "{:?}", landed.region);
    let radius = landed.hypotheses[0].place.radius_km;
    assert!((25.0..=50.0).contains(&radius), "{radius}");
    assert!(matches!(t.at(utc("2026-11-11T02:00")).region, Region::Corridor { .. }));
}

#[test]
fn r216_a_far_hotel_wants_a_car() {
    let mut far = bed();
    (far.start.lon, far.start.lat) = (Some(0.05), Some(51.50));
    let t = booked(vec![out(), far.clone(), back()]);
    assert_eq!(missing(&t, "Car"), ["LON 2026-11-11 2026-11-13"]);
    let rented = car("LHR", "LHR", "2026-11-11T07:30", "2026-11-13T14:00");
    assert!(missing(&booked(vec![out(), far, rented, back()]), "Car").is_empty());
}

#[test]
fn r217_long_waits_are_told() {
    let onward = |leaves: &str, arrives: &str| air("LHR", "CDG", leaves, arrives, "BA 304");
    let t = booked(vec![out(), onward("2026-11-11T14:00", "2026-11-11T16:20")]);
    assert_eq!(missing(&t, "Service").len(), 1, "{:?}", missing(&t, "Service"));
    let short = booked(vec![out(), onward("2026-11-11T09:00", "2026-11-11T11:20")]);
    assert!(missing(&short, "Service").is_empty());
}

#[test]
fn r220_a_missing_bed_doubts_the_address_not_the_city() {
    let t = booked(vec![out(), back()]);
    assert_eq!(missing(&t, "Hotel"), ["LON 2026-11-11 2026-11-13"]);
    let answer = t.at(utc("2026-11-12T02:00")).answer.expect("London");
    assert_eq!(
        (answer.kind == PlaceKind::Venue, answer.code.as_deref()),
        (false, Some("LON"))
    );
    assert!(answer.p > 0.9);
}

#[test]
fn r160_r263_whoever_was_not_seen_on_the_way_home_may_have_stayed_for_two_days() {
    let t = booked(vec![out(), back(), bed()]);
    for at in ["2026-11-13T19:00", "2026-11-14T03:00", "2026-11-15T20:00"] {
        assert!(p(&t, "LON", at) >= 0.05, "{at}: {}", p(&t, "LON", at));
    }
    for at in ["2026-11-14T03:00", "2026-11-15T20:00"] {
        let home = p(&t, "HOME", at);
        assert!((0.85..0.90).contains(&home), "R262 {at}: {home}");
        assert_eq!(t.at(utc(at)).state, State::Home);
    }
    // It is over after that.
    assert!(p(&t, "LON", "2026-11-16T10:00") < 0.05 && p(&t, "HOME", "2026-11-17T12:00") > 0.89);
    // By way of a connection it is where the stay was, not where the flights meet.
    let via = booked(vec![
        out(),
        air("LHR", "DUB", "2026-11-13T10:00", "2026-11-13T11:20", "EI 153"),
        air("DUB", "JFK", "2026-11-13T13:00", "2026-11-13T15:30", "EI 105"),
    ]);
    assert!(p(&via, "LON", "2026-11-14T12:00") >= 0.05);
    // Whoever has boarded has not stayed.
    let boarded = booked(vec![out(), with_status(back(), "CK"), bed()]);
    assert!(p(&boarded, "LON", "2026-11-14T03:00") < 0.05 && p(&boarded, "HOME", "2026-11-14T03:00") > 0.9);
}
