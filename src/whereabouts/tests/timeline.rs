//! One test per rule about the time line: where a booking puts somebody, when, and how surely (R143–R189).

use super::*;

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
fn r163_a_one_way_rental_passes_through_the_hotel_between() {
    let t = booked(vec![
        car("SFO", "LAX", "2026-11-10T10:00", "2026-11-14T18:00"),
        hotel("LAS", "Dune Rooms", "2026-11-11T15:00", "2026-11-13T11:00"),
    ]);
    let at = "2026-11-12T08:00";
    assert!(p(&t, "LAS", at) > 0.7, "{}", p(&t, "LAS", at));
    assert!(p(&t, "SFO", "2026-11-10T20:00") > 0.8 && !has(&t, "stay_without_transport"));
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
