//! One test per rule about a segment by itself: flights and their numbers, times, dates, statuses (R5–R56).

use chrono::NaiveDate;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

// --- B: flight identity

#[test]
fn r25_numberless_flight_is_intent() {
    let t = booked(vec![air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "")]);
    let answer = t.at(utc("2026-11-11T07:00"));
    assert_eq!(answer.hypotheses[0].place.code.as_deref(), Some("LON"));
    assert_eq!(answer.hypotheses[0].grade, Grade::Intent);
    assert!(near(answer.hypotheses[0].p, 0.80));
    assert!(has(&t, "flight_number_missing"));
    let flying = t.at(utc("2026-11-11T02:00"));
    let leg = flying.move_.expect("the leg is shown");
    assert_eq!(leg.identity, None, "the number is never published as fact");
    let shown = flying.answer.expect("between two cities");
    assert_eq!(
        (shown.kind, shown.point),
        (PlaceKind::Region, None),
        "never a precise position"
    );
    assert!(
        answer.evidence[0]
            .says
            .contains("without a flight number: means to be in London on 11 Nov"),
        "{:?}",
        answer.evidence
    );
    assert!(answer.evidence[0].rules.contains(&"R25".into()));
}

#[test]
fn r25_a_fake_number_is_as_good_as_none() {
    for number in ["0000", "9999", "1234", "TBA", "12345", "ZZ 1"] {
        let t = booked(vec![air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", number)]);
        let p = p(&t, "LON", "2026-11-11T07:00");
        assert!((0.58..=0.81).contains(&p), "{number}: {p}");
        assert_eq!(
            t.at(utc("2026-11-11T02:00")).move_.and_then(|leg| leg.identity.clone()),
            None,
            "{number}"
        );
    }
}

#[test]
fn r26_usable_times_of_a_numberless_flight_are_used() {
    let t = booked(vec![air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "")]);
    assert!(near(p(&t, "AIR", "2026-11-11T03:00"), 0.80));
    assert_eq!(t.at(utc("2026-11-11T03:00")).state, State::InTransit);
    assert!(
        t.at(utc("2026-11-11T03:00")).move_.unwrap().wide,
        "the corridor is doubled"
    );
}

#[test]
fn r27_date_only_ramps_from_block_time_to_block_time() {
    let t = booked(vec![air("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", "")]);
    assert_eq!(p(&t, "LON", "2026-11-10T12:20"), 0.0);
    assert!(near(p(&t, "LON", "2026-11-11T00:20"), 0.40));
    assert!(near(p(&t, "LON", "2026-11-11T12:20"), 0.80));
    assert!(p(&t, "AIR", "2026-11-10T20:00") <= 0.5);
    let london = Area::City("LON".into());
    for (from, to) in [
        ("2026-11-10T00:00", "2026-11-10T06:00"),
        ("2026-11-11T00:00", "2026-11-11T01:00"),
    ] {
        let exposure = t.exposure(&london, utc(from), utc(to));
        assert_eq!(exposure.group, Group::Possible, "{from}: {exposure:?}");
    }
}

#[test]
fn r27_out_and_back_on_one_day_are_flown_in_that_order() {
    let leg = |from: &str, to: &str| air(from, to, "2026-11-10T00:00", "2026-11-10T00:00", "");
    let t = located_from(
        "LON",
        AS_OF,
        vec![trip(
            "t1",
            vec![booking("A", vec![leg("CDG", "LHR"), leg("LHR", "CDG")])],
        )],
    );
    assert!(!has(&t, "missing_return"));
    assert!(p(&t, "PAR", "2026-11-10T13:00") > 0.5, "there at noon");
    assert!(p(&t, "HOME", "2026-11-09T22:00") > 0.8 && p(&t, "HOME", "2026-11-11T06:00") > 0.8);
    assert!(near(t.on_day(day("2026-11-10")).hypotheses[0].p, 0.80));
}

#[test]
fn r28_the_end_date_is_the_day_that_is_meant() {
    let t = booked(vec![air("JFK", "LHR", "2026-11-10T00:00", "2026-11-11T00:00", "")]);
    assert!(
        t.on_day(day("2026-11-10"))
            .hypotheses
            .iter()
            .all(|h| h.place.code.as_deref() != Some("LON"))
    );
    assert!(near(t.on_day(day("2026-11-11")).hypotheses[0].p, 0.80));
}

#[test]
fn r29_identity_is_capped_by_the_kind_of_source() {
    let numberless = || air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "");
    for (source, expected) in [
        (Source::Gds, 0.80),
        (Source::AgencyApi, 0.80),
        (Source::Supplier, 0.80),
        (Source::TravelRequest, 0.60),
    ] {
        let t = located(vec![trip(
            "t1",
            vec![from_source(source, booking("A", vec![with_status(numberless(), "")]))],
        )]);
        assert!(
            near(p(&t, "LON", "2026-11-11T07:00"), expected),
            "{source:?} {}",
            p(&t, "LON", "2026-11-11T07:00")
        );
    }
}

#[test]
fn r30_a_dummy_far_behind_the_last_leg_is_dropped() {
    let t = booked(vec![
        out(),
        back(),
        with_status(air("JFK", "LHR", "2027-04-10T18:30", "2027-04-11T06:30", "ZZ 1"), "GK"),
    ]);
    assert!(has(&t, "retention_segment_suspected"));
    assert_eq!(p(&t, "LON", "2027-04-11T12:00"), 0.0);
}

#[test]
fn r30_the_only_segment_stays_as_intent() {
    let t = booked(vec![with_status(
        air("JFK", "LHR", "2027-04-10T18:30", "2027-04-11T06:30", "ZZ 1"),
        "GK",
    )]);
    assert!(has(&t, "retention_segment_suspected"));
    let p = p(&t, "LON", "2027-04-11T07:00");
    assert!((0.5..=0.6).contains(&p), "{p}");
}

#[test]
fn r31_a_dummy_between_real_legs_is_intent() {
    let t = booked(vec![
        out(),
        air("LHR", "CDG", "2026-11-12T10:00", "2026-11-12T12:20", "ZZ 1"),
        air("CDG", "JFK", "2026-11-14T13:30", "2026-11-14T15:55", "AF 8"),
    ]);
    assert!(!has(&t, "retention_segment_suspected"));
    assert!(near(p(&t, "PAR", "2026-11-12T18:00"), 0.60));
}

#[test]
fn r32_a_surface_segment_silences_the_gap() {
    let arnk = Segment {
        number: Some("ARNK".into()),
        ..air("IAD", "PHL", "", "", "")
    };
    let legs = || {
        vec![
            air("JFK", "IAD", "2026-11-10T08:00", "2026-11-10T09:25", "UA 6021"),
            air("PHL", "JFK", "2026-11-13T17:00", "2026-11-13T18:15", "AA 4870"),
        ]
    };
    let without = booked(legs());
    assert!(has(&without, "discontinuity"));
    let with = booked(legs().into_iter().chain([arnk]).collect());
    assert!(has(&with, "arnk_surface") && !has(&with, "discontinuity"));
    let blank = Segment {
        number: Some("ARNK".into()),
        ..air("", "", "", "", "")
    };
    assert!(!has(
        &booked(legs().into_iter().chain([blank]).collect()),
        "discontinuity"
    ));
}

#[test]
fn r23_arnk_with_an_airline_and_its_times_is_a_number_that_is_missing() {
    let t = booked(vec![air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "ARNK")]);
    assert!(has(&t, "flight_number_placeholder") && !has(&t, "arnk_surface"));
    assert!(p(&t, "LON", "2026-11-11T08:00") > 0.75 && p(&t, "AIR", "2026-11-11T02:00") > 0.5);
}

#[test]
fn r23_an_open_segment_that_says_when_it_goes_is_intent() {
    let open = Segment { open: true, ..out() };
    let t = booked(vec![open]);
    assert!(has(&t, "flight_number_placeholder"));
    assert!((0.7..0.85).contains(&p(&t, "LON", "2026-11-11T08:00")));
}

#[test]
fn r33_an_open_ticket_has_no_date_and_speeds_the_return() {
    let open = Segment {
        open: true,
        ..air("LHR", "JFK", "", "", "OPEN")
    };
    let (with, without) = (booked(vec![out(), open]), booked(vec![out()]));
    assert!(has(&with, "open_segment"));
    let later = "2026-11-14T12:00";
    assert!(p(&with, "LON", later) < p(&without, "LON", later) - 0.05);
}

#[test]
fn r34_a_train_in_an_air_segment_is_a_train() {
    let tgv = Segment {
        equipment: Some("TGV".into()),
        ..air("CDG", "LYS", "2026-11-10T08:00", "2026-11-10T10:00", "AF 7642")
    };
    let t = located_from("PAR", AS_OF, vec![trip("t1", vec![booking("A", vec![tgv])])]);
    assert_eq!(t.at(utc("2026-11-10T08:00")).move_.unwrap().mode, "rail");
}

#[test]
fn r39_the_day_is_spent_where_the_booking_says() {
    let t = booked(vec![air("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", "")]);
    let answer = t.on_day(day("2026-11-10"));
    assert_eq!(answer.hypotheses[0].place.code.as_deref(), Some("LON"));
    assert!(near(answer.hypotheses[0].p, 0.80));
    assert_eq!((answer.hypotheses[0].grade, answer.move_), (Grade::Intent, None));
    assert!(answer.home > 0.5, "earlier that day at home");
    let timed = booked(vec![out()]);
    assert!(
        timed.on_day(day("2026-11-10")).hypotheses.is_empty(),
        "it arrives on another date"
    );
    assert!(near(timed.on_day(day("2026-11-11")).hypotheses[0].p, 0.92));
}

#[test]
fn r16_r17_dates_too_far_ahead_and_bookings_after_the_travel() {
    let far = booked(vec![air(
        "JFK",
        "LHR",
        "2031-03-05T18:30",
        "2031-03-06T06:30",
        "BA 112",
    )]);
    assert!(has(&far, "date_far_future"));
    assert!(p(&far, "LON", "2031-03-06T08:00") < 0.62, "weaker for it");
    let mut late = out();
    late.created = Some(utc("2026-11-12T00:00"));
    assert!(has(&booked(vec![late.clone()]), "booked_after_travel"));
    late.created = Some(utc("2026-11-11T12:00"));
    assert!(!has(&booked(vec![late]), "booked_after_travel"));
}

// --- C: times

#[test]
fn r5_the_printed_time_is_preferred_and_the_other_stays_possible() {
    let mut odd = out();
    odd.start.when.utc = Some(utc("2026-11-10T18:00"));
    let t = booked(vec![odd]);
    assert!(has(&t, "local_utc_conflict"));
    let between = "2026-11-10T22:00";
    assert!(
        p(&t, "HOME", between) > 0.7 && p(&t, "AIR", between) > 0.05,
        "{}",
        p(&t, "AIR", between)
    );
    assert!(p(&t, "AIR", "2026-11-10T23:45") > 0.85);
}

#[test]
fn r43_the_date_line_is_no_error() {
    let t = located_from(
        "TYO",
        AS_OF,
        vec![trip(
            "t1",
            vec![booking(
                "A",
                vec![air("HND", "EWR", "2026-11-10T19:53", "2026-11-10T18:59", "UA 130")],
            )],
        )],
    );
    assert!(
        !codes(&t)
            .iter()
            .any(|code| code.starts_with("arrival") || code.starts_with("implausible")),
        "{:?}",
        codes(&t)
    );
    assert!(near(p(&t, "AIR", "2026-11-10T18:00"), 0.92));
}

#[test]
fn r45_untimed_legs_never_show_much_transit() {
    let t = booked(vec![air("JFK", "SIN", "2026-11-10T00:00", "2026-11-10T00:00", "")]);
    for hour in 0..48 {
        let at = utc("2026-11-10T05:00") + chrono::Duration::hours(hour);
        assert!(t.at(at).in_transit <= 0.5 + 1e-6, "{at}");
    }
}

#[test]
fn r48_between_airports_of_one_city_is_no_journey() {
    let t = located_from(
        "LON",
        AS_OF,
        vec![trip(
            "t1",
            vec![booking(
                "A",
                vec![
                    air("LHR", "JFK", "2026-11-10T11:00", "2026-11-10T14:00", "BA 175"),
                    air("JFK", "EWR", "2026-11-10T16:00", "2026-11-10T17:00", ""),
                    air("EWR", "ORD", "2026-11-10T17:50", "2026-11-10T19:30", "UA 1905"),
                ],
            )],
        )],
    );
    assert_eq!(t.at(utc("2026-11-10T21:30")).state, State::Connection);
    assert!(!has(&t, "discontinuity"));
    let circle = booked(vec![air("JFK", "JFK", "2026-11-10T11:00", "2026-11-10T14:00", "UA 1")]);
    assert!(has(&circle, "same_origin_destination"));
}

#[test]
fn r49_hotel_dates_are_repaired() {
    let inverted = hotel("LON", "Larkspur", "2026-11-13T15:00", "2026-11-11T11:00");
    let t = booked(vec![out(), back(), inverted]);
    assert!(has(&t, "hotel_dates_inverted"));
    assert!(missing(&t, "Hotel").is_empty());
    let day_use = booked(vec![hotel(
        "PHL",
        "Society Row",
        "2026-11-10T15:00",
        "2026-11-10T11:00",
    )]);
    assert!(p(&day_use, "PHL", "2026-11-11T01:00") > 0.5);
    assert!(
        (0.3..0.5).contains(&p(&day_use, "PHL", "2026-11-11T09:00")),
        "the night is less certain"
    );
    assert!(has(
        &booked(vec![hotel("LON", "Larkspur", "2026-11-10T15:00", "2026-12-20T11:00")]),
        "long_stay"
    ));
}

#[test]
fn r50_a_hotel_without_its_end_fades_after_a_night() {
    let t = booked(vec![hotel("PHL", "Society Row", "2026-11-10T15:00", "")]);
    assert!(has(&t, "hotel_date_missing"));
    let (first, third) = (p(&t, "PHL", "2026-11-11T06:00"), p(&t, "PHL", "2026-11-14T12:00"));
    assert!(
        first > 0.5 && third < first / 2.0 + 0.05 && third > 0.1,
        "{first} {third}"
    );
}

#[test]
fn r54_a_connection_below_the_minimum_is_doubted() {
    let t = booked(vec![
        air("JFK", "LHR", "2026-11-09T22:00", "2026-11-10T10:00", "BA 182"),
        air("LGW", "BCN", "2026-11-10T11:00", "2026-11-10T14:05", "VY 7833"),
    ]);
    assert!(has(&t, "connection_below_mct"));
    let p = p(&t, "BCN", "2026-11-10T15:00");
    assert!((0.4..0.55).contains(&p), "{p}");
}

#[test]
fn r53_cloned_times_leave_the_return_open() {
    let clone = air("LHR", "JFK", "2026-11-10T18:30", "2026-11-11T06:30", "BA 179");
    let t = booked(vec![out(), clone]);
    assert!(has(&t, "cloned_times") && has(&t, "missing_return"));
    assert!(p(&t, "AIR", "2026-11-11T02:00") <= 0.5);
    assert!(p(&t, "LON", "2026-11-12T12:00") > 0.4);
}

#[test]
fn r56_a_slipped_year_is_put_right_in_mails_only() {
    let slipped = || {
        vec![
            out(),
            air("LHR", "JFK", "2025-11-13T17:00", "2025-11-13T20:00", "BA 179"),
        ]
    };
    let mail = located(vec![trip(
        "t1",
        vec![from_source(Source::ParsedMail, booking("A", slipped()))],
    )]);
    assert!(has(&mail, "year_slip"));
    assert!(p(&mail, "AIR", "2026-11-13T22:00") > 0.7);
    let agency = booked(slipped());
    assert!(has(&agency, "year_slip"));
    assert_eq!(p(&agency, "AIR", "2026-11-13T22:00"), 0.0);
}
