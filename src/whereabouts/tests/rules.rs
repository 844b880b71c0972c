//! One test per rule: flights and their numbers, times, statuses, what a stay is worth, decay, opportunities.

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

// --- C, H: times and the time line

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

#[test]
fn r143_r144_at_the_terminal_before_and_after() {
    let t = booked(vec![out(), back()]);
    assert_eq!(t.at(utc("2026-11-10T12:00")).state, State::PreDeparture);
    assert_eq!(t.at(utc("2026-11-09T12:00")).state, State::Home);
    assert_eq!(t.at(utc("2026-11-11T07:00")).state, State::PostArrival);
    assert_eq!(t.at(utc("2026-11-11T09:00")).state, State::Stay);
    assert_eq!(t.at(utc("2026-11-13T15:30")).state, State::PreDeparture);
    let arrived = t.at(utc("2026-11-11T07:00"));
    assert_eq!(arrived.answer.unwrap().kind, PlaceKind::Airport);
}

#[test]
fn r146_r147_connections_and_stopovers() {
    let leg = |leg: &str, segment: Segment| Segment {
        leg: Some(leg.into()),
        ..segment
    };
    let onward = |leaves: &str, arrives: &str| air("LHR", "FRA", leaves, arrives, "BA 904");
    let state = |second: Segment, at: &str| booked(vec![out(), second]).at(utc(at)).state;
    assert_eq!(
        state(onward("2026-11-11T09:30", "2026-11-11T12:10"), "2026-11-11T08:00"),
        State::Connection
    );
    assert_eq!(
        state(onward("2026-11-11T14:30", "2026-11-11T17:10"), "2026-11-11T10:00"),
        State::Connection,
        "international"
    );
    let home = |segments| located_from("SEA", AS_OF, vec![trip("t1", vec![booking("A", segments)])]);
    let domestic = vec![
        air("SEA", "ORD", "2026-11-10T06:00", "2026-11-10T12:00", "UA 1"),
        air("ORD", "BOS", "2026-11-10T18:00", "2026-11-10T21:15", "UA 2"),
    ];
    assert_eq!(
        home(domestic.clone()).at(utc("2026-11-10T20:00")).state,
        State::Stopover
    );
    let one_leg = domestic.into_iter().map(|segment| leg("1", segment)).collect();
    assert_eq!(home(one_leg).at(utc("2026-11-10T20:00")).state, State::Connection);
}

#[test]
fn r149_the_onward_leg_supports_the_stay() {
    let t = booked(vec![
        air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", ""),
        back(),
    ]);
    assert!(near(p(&t, "LON", "2026-11-12T12:00"), 0.80), "without decay");
    assert!(
        near(p(&t, "LON", "2026-11-13T05:00"), 0.86),
        "half way to the onward leg's p"
    );
    assert!(near(p(&t, "LON", "2026-11-13T16:59"), 0.92));
    let lodged = booked(vec![out(), back(), bed()]);
    assert!(
        near(p(&lodged, "LON", "2026-11-12T12:00"), 0.95),
        "one class up, capped (R182)"
    );
}

#[test]
fn r151_near_cities_change_over_and_far_ones_keep_to_their_anchors() {
    let near_by = booked(vec![
        air("JFK", "IAD", "2026-11-10T08:00", "2026-11-10T09:25", "UA 6021"),
        air("PHL", "JFK", "2026-11-13T17:00", "2026-11-13T18:15", "AA 4870"),
    ]);
    let middle = "2026-11-12T06:00";
    assert!(near(p(&near_by, "WAS", middle), 0.46) && near(p(&near_by, "PHL", middle), 0.46));
    assert!(has(&near_by, "discontinuity") && !has(&near_by, "missing_leg_suspected"));
    let far = booked(vec![
        air("JFK", "DEN", "2026-11-10T08:00", "2026-11-10T10:20", "UA 1"),
        air("IAD", "LAX", "2026-11-15T15:54", "2026-11-15T18:15", "UA 2"),
    ]);
    assert!(has(&far, "missing_leg_suspected"));
    assert!(p(&far, "DEN", "2026-11-11T00:00") > 0.6 && p(&far, "WAS", "2026-11-15T18:00") > 0.7);
    assert!(matches!(far.at(utc("2026-11-13T06:00")).region, Region::Prism { .. }));
}

#[test]
fn r152_a_hotel_in_an_open_jaw_wins_its_nights() {
    let t = booked(vec![
        air("JFK", "MUC", "2026-11-09T18:30", "2026-11-10T08:20", "LH 411"),
        hotel("STR", "Neckar Hof", "2026-11-11T15:00", "2026-11-12T11:00"),
        air("FRA", "JFK", "2026-11-14T13:30", "2026-11-14T16:20", "LH 400"),
    ]);
    let at = "2026-11-12T02:00";
    assert!(near(p(&t, "STR", at), 0.80), "{}", p(&t, "STR", at));
    assert!(!has(&t, "stay_without_transport"));
}

#[test]
fn r154_a_hotel_at_home_is_home() {
    let t = booked(vec![hotel(
        "JFK",
        "Runway Garden Hotel",
        "2026-11-09T15:00",
        "2026-11-10T11:00",
    )]);
    assert!(p(&t, "HOME", "2026-11-10T04:00") >= 0.9);
    assert!(!has(&t, "stay_without_transport"));
}

#[test]
fn r155_a_kept_room_keeps_what_the_flight_leaves() {
    let t = booked(vec![
        air("JFK", "CDG", "2026-11-09T19:30", "2026-11-10T08:30", "AF 7"),
        hotel("PAR", "Hotel du Quai", "2026-11-10T15:00", "2026-11-13T11:00"),
        air("CDG", "FCO", "2026-11-11T09:00", "2026-11-11T11:00", "AF 1204"),
    ]);
    let (rome, paris) = (p(&t, "ROM", "2026-11-11T18:00"), p(&t, "PAR", "2026-11-11T18:00"));
    assert!(rome > 0.8 && paris > 0.05, "{rome} {paris}");
    assert!(
        p(&t, "PAR", "2026-11-13T08:00") > paris,
        "who is no longer in Rome is back in the room"
    );
}

#[test]
fn r156_a_hotel_without_transport() {
    let near_by = booked(vec![hotel(
        "PHL",
        "Society Row",
        "2026-11-10T15:00",
        "2026-11-12T11:00",
    )]);
    assert!(has(&near_by, "stay_without_transport"));
    assert!(near(p(&near_by, "PHL", "2026-11-11T06:00"), 0.60));
    let far = booked(vec![hotel(
        "TYO",
        "Hotel Minato",
        "2026-11-10T15:00",
        "2026-11-12T11:00",
    )]);
    assert!(near(p(&far, "TYO", "2026-11-11T14:00"), 0.50));
    assert_eq!(missing(&far, "Air"), ["TYO 2026-11-10 2026-11-12"]);
}

#[test]
fn r157_r82_hotels_and_returns_without_their_way_there() {
    let cancelled = |status: &str| with_status(out(), status);
    let orphan = booked(vec![cancelled("HX"), with_status(back(), "HX"), bed()]);
    assert!(has(&orphan, "orphan_hotel"));
    assert!(near(p(&orphan, "LON", "2026-11-12T02:00"), 0.30));
    let unable = booked(vec![cancelled("UN"), back(), bed()]);
    assert!(near(p(&unable, "LON", "2026-11-12T02:00"), 0.35));
    let nothing = booked(vec![cancelled("UN")]);
    assert_eq!(p(&nothing, "LON", "2026-11-12T02:00"), 0.0);
    let hotel_only = booked(vec![out(), back(), with_status(bed(), "HX")]);
    assert!(
        near(p(&hotel_only, "LON", "2026-11-12T02:00"), 0.92),
        "the flights still hold"
    );
}

#[test]
fn r159_home_known_and_guessed() {
    let known = booked(vec![out(), back()]);
    assert!(near(p(&known, "HOME", "2026-10-01T12:00"), 0.90));
    assert!(
        near(p(&known, "HOME", "2020-01-01T12:00"), 0.90),
        "outside of all episodes too"
    );
    let guessed = located_from("", AS_OF, vec![trip("t1", vec![booking("A", vec![out(), back()])])]);
    assert!(near(p(&guessed, "HOME", "2026-10-01T12:00"), 0.50));
    assert!(
        p(&guessed, "NYC", "2026-11-14T02:00") > 0.7,
        "the return flight is evidence of its city"
    );
    assert!(!has(&guessed, "missing_return"));
}

#[test]
fn r160_one_way_presence_fades_and_the_country_is_not_forgotten() {
    let t = booked(vec![out()]);
    assert!(has(&t, "missing_return"));
    for (at, expected) in [
        ("2026-11-11T06:30", 0.92),
        ("2026-11-14T06:30", 0.46),
        ("2026-11-17T06:30", 0.23),
    ] {
        assert!(near(p(&t, "LON", at), expected), "{at} {}", p(&t, "LON", at));
    }
    let britain = Area::Country("GB".into());
    let month = t.exposure(&britain, utc("2027-01-10T00:00"), utc("2027-01-10T12:00"));
    assert!((0.05..0.06).contains(&month.p), "{month:?}");
    assert_eq!(month.group, Group::Possible);
    let lingering = p(&t, "LON", "2027-01-10T06:00");
    assert!(
        (0.05..0.06).contains(&lingering),
        "where they were last known they are not forgotten: {lingering}"
    );
    let later = t.exposure(&britain, utc("2027-03-10T00:00"), utc("2027-03-10T12:00"));
    assert_eq!((later.p, later.group), (0.0, Group::None));
    let lodged = booked(vec![out(), bed()]);
    assert!(
        near(p(&lodged, "LON", "2026-11-13T10:00"), 0.95),
        "no decay while lodged"
    );
}

#[test]
fn r160_a_stay_is_longer_than_usual_when_hardly_any_was_as_long() {
    let visit = |number: usize, nights: usize| {
        let day = |day: usize, clock: &str| format!("2026-09-{:02}T{clock}", number * 8 + day);
        let there = air("JFK", "LHR", &day(1, "08:00"), &day(1, "20:00"), "BA 178");
        let back = air(
            "LHR",
            "JFK",
            &day(1 + nights, "21:00"),
            &day(1 + nights, "23:59"),
            "BA 179",
        );
        trip(
            &format!("t{number}"),
            vec![booking(&format!("L{number}"), vec![there, back])],
        )
    };
    let one_way = || {
        trip(
            "last",
            vec![booking(
                "A",
                vec![air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "BA 112")],
            )],
        )
    };
    let alone = located(vec![one_way()]);
    let known = located(vec![visit(0, 1), visit(1, 1), visit(2, 5), one_way()]);
    let (third, ninth) = ("2026-11-14T06:30", "2026-11-20T06:30");
    assert!(p(&alone, "LON", third) > 0.4 && near(p(&known, "LON", third), p(&alone, "LON", third)));
    assert!(p(&known, "LON", ninth) < p(&alone, "LON", ninth) / 1.4);
}

#[test]
fn r160_between_two_far_cities_neither_is_forgotten() {
    // London, and two weeks later from Singapore home: how they got there nobody knows.
    let on = air("SIN", "JFK", "2026-11-25T09:00", "2026-11-25T18:00", "SQ 24");
    let t = booked(vec![out(), on]);
    let lingering = p(&t, "LON", "2026-11-24T12:00");
    assert!((0.05..0.06).contains(&lingering), "{lingering}");
    assert!(
        p(&t, "LON", "2026-11-25T02:00") < 0.01,
        "then they leave from Singapore"
    );
}

#[test]
fn r161_only_the_return_is_known() {
    let t = booked(vec![back()]);
    for (at, expected) in [
        ("2026-11-13T16:59", 0.736),
        ("2026-11-11T17:00", 0.368),
        ("2026-11-09T17:00", 0.184),
    ] {
        assert!(near(p(&t, "LON", at), expected), "{at} {}", p(&t, "LON", at));
    }
}

#[test]
fn r161_a_return_to_a_home_nearby_says_as_much() {
    // Boston is a drive from New York: nobody needs a booking to get there.
    let t = booked(vec![air(
        "BOS",
        "JFK",
        "2026-11-13T17:00",
        "2026-11-13T18:20",
        "B6 117",
    )]);
    for (at, expected) in [("2026-11-13T21:59", 0.736), ("2026-11-11T22:00", 0.368)] {
        assert!(near(p(&t, "BOS", at), expected), "{at} {}", p(&t, "BOS", at));
    }
    // But whoever only flies on from there goes there that day (R143).
    let on = booked(vec![air(
        "BOS",
        "LHR",
        "2026-11-13T17:00",
        "2026-11-14T05:00",
        "BA 212",
    )]);
    assert!(p(&on, "BOS", "2026-11-11T22:00") < 0.01);
}

#[test]
fn r163_r164_rental_cars() {
    let one_way = booked(vec![car("SFO", "LAX", "2026-11-10T10:00", "2026-11-12T18:00")]);
    let early = (
        p(&one_way, "SFO", "2026-11-10T20:00"),
        p(&one_way, "LAX", "2026-11-10T20:00"),
    );
    assert!(early.0 > 0.8 && early.1 < 0.1, "{early:?}");
    let middle = "2026-11-11T22:00";
    let half = (p(&one_way, "SFO", middle), p(&one_way, "LAX", middle));
    assert!((half.0 - half.1).abs() < 0.03 && half.1 > 0.4, "{half:?}");
    assert!(
        matches!(one_way.at(utc(middle)).region, Region::Drive { .. }),
        "{:?}",
        one_way.at(utc(middle)).region
    );
    let round = booked(vec![car("DEN", "DEN", "2026-11-10T10:00", "2026-11-12T18:00")]);
    assert!(near(p(&round, "DEN", "2026-11-11T18:00"), 0.60));
    assert!(round.at(utc("2026-11-11T18:00")).countries[0].p > 0.95);
}

#[test]
fn r166_a_dinner_confirms_or_takes_little() {
    let table = |code: &str| Segment {
        kind: SegmentKind::Dining,
        start: at_code(code, "2026-11-12T19:00"),
        name: Some("Lantern & Rye".into()),
        ..Segment::default()
    };
    let here = booked(vec![
        air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", ""),
        back(),
        table("LON"),
    ]);
    assert!(p(&here, "LON", "2026-11-12T19:30") > p(&here, "LON", "2026-11-12T17:30") + 0.05);
    let elsewhere = booked(vec![out(), back(), bed(), table("CHI")]);
    assert!(has(&elsewhere, "point_anchor_conflict"));
    let at = "2026-11-13T01:30";
    assert!(
        p(&elsewhere, "LON", at) > 0.75 && p(&elsewhere, "CHI", at) <= 0.2,
        "{}",
        p(&elsewhere, "CHI", at)
    );
    assert_eq!(p(&elsewhere, "CHI", "2026-11-13T06:00"), 0.0, "no overnight");
}

#[test]
fn r170_an_unknown_destination_clears_certainty() {
    let t = booked(vec![air("JFK", "", "2026-11-10T09:00", "", "DL 400")]);
    assert!(has(&t, "unlocatable_segment"));
    assert!(p(&t, "HOME", "2026-11-10T13:00") > 0.85);
    assert!(p(&t, "HOME", "2026-11-11T06:00") <= 0.08 + 1e-6);
    assert!(p(&t, "?", "2026-11-11T06:00") > 0.9);
}

// --- K: opportunities

#[test]
fn r210_r212_nights_without_a_bed() {
    assert_eq!(
        missing(&booked(vec![out(), back()]), "Hotel"),
        ["LON 2026-11-11 2026-11-13"]
    );
    assert!(missing(&booked(vec![out(), back(), bed()]), "Hotel").is_empty());
    let long = air("LHR", "JFK", "2026-11-15T17:00", "2026-11-15T20:00", "BA 179");
    assert_eq!(
        missing(&booked(vec![out(), long, bed()]), "Hotel"),
        ["LON 2026-11-13 2026-11-15"]
    );
    assert!(has(&booked(vec![out(), back()]), "uncovered_night"));
}

#[test]
fn r211_day_trips_and_private_stays_need_no_hotel() {
    let day_trip = booked(vec![
        air("JFK", "ORD", "2026-11-10T07:00", "2026-11-10T08:45", "UA 1723"),
        air("ORD", "JFK", "2026-11-10T17:00", "2026-11-10T20:15", "UA 2402"),
    ]);
    assert!(missing(&day_trip, "Hotel").is_empty());
    let mut private = trip("t1", vec![booking("A", vec![out(), back()])]);
    private.note = Some("staying with family".into());
    assert!(missing(&located(vec![private]), "Hotel").is_empty());
}

#[test]
fn r213_one_way_needs_a_bed_and_a_way_back() {
    let t = booked(vec![out()]);
    assert_eq!(missing(&t, "Hotel"), ["LON 2026-11-11 2026-11-12"]);
    assert_eq!(missing(&t, "Air"), ["LON 2026-11-11 "]);
}

#[test]
fn r214_gaps_by_distance() {
    let far = booked(vec![
        air("JFK", "DEN", "2026-11-10T08:00", "2026-11-10T10:20", "UA 1"),
        air("IAD", "JFK", "2026-11-15T15:54", "2026-11-15T17:15", "UA 2"),
    ]);
    assert_eq!(missing(&far, "Air"), ["WAS 2026-11-10 2026-11-15"]);
    let short = booked(vec![
        air("JFK", "IAD", "2026-11-10T08:00", "2026-11-10T09:25", "UA 6021"),
        air("PHL", "JFK", "2026-11-13T17:00", "2026-11-13T18:15", "AA 4870"),
    ]);
    assert_eq!(missing(&short, "Rail").len(), 1);
}

#[test]
fn r215_a_taxi_needs_coordinates_on_both_sides() {
    let mut pinned = bed();
    (pinned.start.lon, pinned.start.lat) = (Some(-0.1237), Some(51.5206));
    let t = booked(vec![out(), back(), pinned]);
    assert_eq!(missing(&t, "Taxi").len(), 2);
    assert!(missing(&booked(vec![out(), back(), bed()]), "Taxi").is_empty());
}

#[test]
fn r218_ids_are_stable_and_the_past_is_inactive() {
    let ids = |timeline: &Timeline| timeline.opportunities.iter().map(|o| o.id.clone()).collect::<Vec<_>>();
    let trips = || vec![trip("t1", vec![booking("A", vec![out(), back()])])];
    let (before, after) = (located(trips()), located_from("NYC", "2026-12-01T00:00", trips()));
    assert_eq!(ids(&before), ids(&after));
    assert!(before.opportunities.iter().all(|o| o.active) && after.opportunities.iter().all(|o| !o.active));
}

#[test]
fn r189_what_is_cancelled_on_the_way_there_leaves_nobody_behind_there() {
    let void = || {
        trip(
            "v",
            vec![booking(
                "VOIDED",
                vec![with_status(
                    air("JFK", "FRA", "2026-11-05T08:00", "2026-11-05T21:00", "LH 401"),
                    "HX",
                )],
            )],
        )
    };
    // Reached another way long after, and left again by a flight of which only the day is known.
    let ride = Segment {
        kind: SegmentKind::Ride,
        ..with_status(
            air("NRT", "FRA", "2026-11-12T00:00", "2026-11-12T09:00", "BA 112"),
            "TK",
        )
    };
    let mut home = with_status(
        air("FRA", "JFK", "2026-11-14T00:00", "2026-11-14T09:00", "BA 112"),
        "TK",
    );
    (home.start.when.date_only, home.end.when.date_only) = (true, true);
    let reached = vec![
        trip("t1", vec![booking("A", vec![ride])]),
        trip("t2", vec![booking("B", vec![home])]),
    ];
    // Nothing led there, and the flight goes on to a booked bed.
    let mut onward = with_status(air("FRA", "BSL", "", "2026-11-15T00:00", "BA 112"), "GK");
    onward.end.when.date_only = true;
    let bed = hotel("BSL", "Larkspur Basel", "2026-11-14T15:00", "2026-11-16T11:00");
    let onward = vec![trip("t1", vec![booking("A", vec![onward, bed])])];
    for trips in [reached, onward] {
        let before = located(trips.clone());
        let after = located(trips.into_iter().chain([void()]).collect());
        for hours in 0..900 {
            let at = (utc("2026-11-01T00:00") + chrono::Duration::hours(hours)).to_rfc3339();
            for city in ["FRA", "TYO", "BSL", "AIR"] {
                let (before, after) = (p(&before, city, &at), p(&after, city, &at));
                assert!(after <= before + 1e-5, "{city} {at}: {before} {after}");
            }
        }
    }
}

#[test]
fn r189_a_way_back_without_its_way_there_is_half_believed() {
    let t = booked(vec![with_status(out(), "HX"), back()]);
    assert!(
        near(p(&t, "AIR", "2026-11-13T20:00"), 0.50),
        "{}",
        p(&t, "AIR", "2026-11-13T20:00")
    );
    assert!(p(&t, "LON", "2026-11-13T12:00") <= 0.36, "R82");
    assert!(p(&t, "LON", "2026-11-13T20:00") < 0.05);
    assert!(
        p(&t, "HOME", "2026-11-13T20:00") > 0.40,
        "whoever did not go is at home"
    );
    let move_p = t.moves.iter().map(|(_, p)| *p).fold(0.0, f64::max);
    assert!(near(move_p, 0.50), "R191 {move_p}");
}

#[test]
fn r182_beds_that_agree_never_make_certain() {
    let hours = air("FRA", "FRA", "2026-11-11T00:00", "2026-11-11T09:00", "LH 112");
    let one = hotel("FRA", "Larkspur Main", "2026-11-11T15:00", "2026-11-13T11:00");
    let other = hotel("FRA", "Harbour & Finch", "2026-11-11T15:00", "");
    let t = booked(vec![hours, one, other]);
    let at = "2026-11-12T02:00";
    assert!(p(&t, "FRA", at) > 0.98, "{}", p(&t, "FRA", at));
    for episode in &t.episodes {
        assert!(
            episode
                .hypotheses
                .iter()
                .all(|h| h.p.from.max(h.p.until) <= 0.99 + 1e-6),
            "{episode:?}"
        );
    }
}
