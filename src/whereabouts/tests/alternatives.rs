//! One test per rule about what is the same, what excludes each other, and who travels.

use super::*;

fn two(first: Vec<Segment>, second: Booking) -> Timeline {
    located(vec![
        trip("t1", vec![booking("QW7TRA", first)]),
        trip("t2", vec![second]),
    ])
}

#[test]
fn r81_old_and_new_line_are_one_leg() {
    let old = with_status(
        air("JFK", "LHR", "2026-11-10T08:00", "2026-11-10T19:50", "BA 178"),
        "UN1",
    );
    let new = with_status(
        air("JFK", "LHR", "2026-11-10T09:30", "2026-11-10T21:20", "BA 178"),
        "TK1",
    );
    let t = booked(vec![old, new]);
    assert!(has(&t, "schedule_change") && !has(&t, "alternative_movements"));
    assert!(near(p(&t, "LON", "2026-11-10T21:30"), 0.90));
    assert_eq!(p(&t, "AIR", "2026-11-10T14:00"), 0.0);
}

#[test]
fn r84_passive_and_active_are_one_leg_and_the_active_one_counts() {
    let t = booked(vec![out(), with_status(out(), "GK")]);
    assert!(has(&t, "duplicate_movement"));
    assert!(near(p(&t, "LON", "2026-11-11T07:00"), 0.92));
}

#[test]
fn r90_a_cancelled_trip_holds_nothing() {
    for status in [TripStatus::Cancelled, TripStatus::VirtualCancelled, TripStatus::Removed] {
        let mut cancelled = trip("t1", vec![booking("A", vec![out(), back(), bed()])]);
        cancelled.status = status;
        assert_eq!(
            p(&located(vec![cancelled]), "LON", "2026-11-12T02:00"),
            0.0,
            "{status:?}"
        );
    }
}

#[test]
fn r91_proposals_share_and_a_booked_one_ends_them() {
    let proposal = |id: &str, to: &str| {
        let mut proposal = trip(
            id,
            vec![from_source(
                Source::AgencyApi,
                booking(
                    id,
                    vec![with_status(
                        air("JFK", to, "2026-11-10T18:30", "2026-11-11T08:00", "LH 411"),
                        "",
                    )],
                ),
            )],
        );
        (proposal.status, proposal.client_locator) = (TripStatus::Proposal, Some("M1".into()));
        proposal
    };
    let open = located(vec![proposal("a", "MUC"), proposal("b", "FRA"), proposal("c", "AMS")]);
    assert!(has(&open, "proposal_alternatives"));
    let at = "2026-11-11T08:00";
    for city in ["MUC", "FRA", "AMS"] {
        assert!(near(p(&open, city, at), 0.20), "{city} {}", p(&open, city, at));
    }
    assert!(
        near(
            open.at(utc(at)).countries.iter().find(|c| c.code == "DE").unwrap().p,
            0.40
        ),
        "R180"
    );
    let mut chosen = proposal("d", "MUC");
    chosen.status = TripStatus::Confirmed;
    let settled = located(vec![chosen, proposal("b", "FRA")]);
    assert_eq!(p(&settled, "FRA", at), 0.0);
    assert!(p(&settled, "MUC", at) > 0.9);
}

/// A proposal of the batch M1: a bed for three nights, and perhaps a flight there.
fn proposed(id: &str, to: &str, flies: bool) -> Trip {
    let mut segments = vec![with_status(
        hotel(to, "The Larkspur", "2026-11-11T15:00", "2026-11-14T11:00"),
        "",
    )];
    if flies {
        let way = air("JFK", to, "2026-11-10T18:30", "2026-11-11T08:00", "LH 411");
        segments.push(with_status(way, ""));
    }
    let mut proposal = trip(id, vec![from_source(Source::AgencyApi, booking(id, segments))]);
    (proposal.status, proposal.client_locator) = (TripStatus::Proposal, Some("M1".into()));
    proposal
}

#[test]
fn r91_the_beds_of_proposals_make_none_of_them_more_probable() {
    for flies in [true, false] {
        let open = located(
            [("a", "MUC"), ("b", "FRA"), ("c", "AMS")]
                .map(|(id, to)| proposed(id, to, flies))
                .to_vec(),
        );
        let (night, noon) = ("2026-11-13T02:00", "2026-11-12T12:00");
        for at in [night, noon] {
            let all: f64 = ["MUC", "FRA", "AMS"].map(|city| p(&open, city, at)).iter().sum();
            assert!(all <= 0.6 + 1e-6, "flies {flies}, {at}: {all}");
        }
        let each = ["MUC", "FRA", "AMS"].map(|city| p(&open, city, night));
        assert!(each.iter().all(|p| (0.1..=0.21).contains(p)), "flies {flies}: {each:?}");
        assert!(has(&open, "proposal_alternatives"), "flies {flies}");
        assert!(!has(&open, "overlapping_stays"), "flies {flies}");
    }
}

#[test]
fn r91_a_bed_of_another_proposal_is_not_on_the_way_of_this_one() {
    let mut chosen = proposed("a", "MUC", true);
    chosen.status = TripStatus::Confirmed;
    let settled = located(vec![chosen, proposed("b", "FRA", true), proposed("c", "AMS", false)]);
    let at = "2026-11-13T02:00";
    assert_eq!((p(&settled, "FRA", at), p(&settled, "AMS", at)), (0.0, 0.0));
    assert!(p(&settled, "MUC", at) > 0.9);
}

#[test]
fn r92_a_booked_request_is_corroboration() {
    let mut request = trip(
        "r",
        vec![from_source(
            Source::TravelRequest,
            booking(
                "TR",
                vec![
                    with_status(air("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", ""), ""),
                    with_status(air("LHR", "JFK", "2026-11-14T00:00", "2026-11-14T00:00", ""), ""),
                ],
            ),
        )],
    );
    request.status = TripStatus::Virtual;
    let t = located(vec![request, trip("t1", vec![booking("A", vec![out(), back()])])]);
    assert!(!has(&t, "alternative_movements"));
    let p = p(&t, "LON", "2026-11-12T12:00");
    assert!(p > 0.92 && p < 0.95, "{p}");
}

#[test]
fn r93_a_request_whose_date_passed() {
    let request = || {
        let mut request = trip(
            "r",
            vec![from_source(
                Source::TravelRequest,
                booking(
                    "TR",
                    vec![with_status(
                        air("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", ""),
                        "",
                    )],
                ),
            )],
        );
        (request.status, request.starts) = (TripStatus::Virtual, when("2026-11-10T00:00"));
        request
    };
    let before = located(vec![request()]);
    let meanwhile = located_from("NYC", "2026-11-10T20:00", vec![request()]);
    let after = located_from("NYC", "2026-11-11T00:00", vec![request()]);
    let at = "2026-11-11T12:30";
    assert!(near(p(&before, "LON", at), 0.60) && near(p(&after, "LON", at), 0.25));
    assert!(near(p(&meanwhile, "LON", at), 0.60), "the day is not over");
    assert_eq!(
        before.changes_at,
        Some(utc("2026-11-11T00:00")),
        "the store must know when to ask again"
    );
}

#[test]
fn r92_r93_where_the_booking_ends_the_request_tells_the_way_on() {
    let wish = |approved| {
        let day = |from: &str, to: &str, day: &str| with_status(air(from, to, day, day, ""), "");
        let legs = vec![
            day("JFK", "LHR", "2026-11-10T00:00"),
            day("LHR", "JFK", "2026-11-17T00:00"),
        ];
        let mut wish = trip("r", vec![from_source(Source::TravelRequest, booking("TR", legs))]);
        (wish.status, wish.starts, wish.approved) = (TripStatus::Virtual, when("2026-11-10T00:00"), approved);
        wish
    };
    let booked = |segments| trip("t1", vec![booking("A", segments)]);
    let now = "2026-11-16T12:00";
    let alone = located_from("NYC", now, vec![booked(vec![out()])]);
    let both = located_from("NYC", now, vec![booked(vec![out()]), wish(None)]);
    assert!(
        p(&alone, "LON", now) < 0.4 && p(&both, "LON", now) > 0.85,
        "{}",
        p(&both, "LON", now)
    );
    // Something was booked: the request has not passed (R93), and its way home is believed as much as any other.
    let home = "2026-11-18T18:00";
    assert!(
        (0.5..0.75).contains(&p(&both, "HOME", home)),
        "{}",
        p(&both, "HOME", home)
    );
    let approved = located_from("NYC", now, vec![booked(vec![out()]), wish(Some(true))]);
    assert!(p(&approved, "HOME", home) > p(&both, "HOME", home));
    // Whoever booked the way home asked for nothing more.
    let complete = located_from("NYC", now, vec![booked(vec![out(), back()])]);
    let asked = located_from("NYC", now, vec![booked(vec![out(), back()]), wish(None)]);
    assert!(near(p(&asked, "LON", now), p(&complete, "LON", now)) && !has(&asked, "alternative_movements"));
    // Home from elsewhere is a way home too.
    let onward = air("LHR", "CDG", "2026-11-12T12:00", "2026-11-12T14:20", "BA 314");
    let elsewhere = located_from("NYC", now, vec![booked(vec![out(), onward]), wish(None)]);
    assert!(p(&elsewhere, "PAR", now) > p(&elsewhere, "LON", now));
}

#[test]
fn r101_same_movement_under_another_number_is_one() {
    let t = two(
        vec![out()],
        from_source(
            Source::ParsedMail,
            booking(
                "X9",
                vec![with_status(
                    air("JFK", "LHR", "2026-11-10T18:35", "2026-11-11T06:30", "AA 6142"),
                    "",
                )],
            ),
        ),
    );
    assert!(has(&t, "duplicate_movement") && !has(&t, "alternative_movements"));
    assert!(
        p(&t, "LON", "2026-11-11T07:00") > 0.92,
        "independent sources lift (R112)"
    );
}

#[test]
fn r102_an_operating_number_is_an_alias() {
    let mut marketed = air("JFK", "LHR", "2026-11-10T18:00", "2026-11-11T06:00", "AA 6142");
    (marketed.operating_vendor, marketed.operating_number) = (Some("BA".into()), Some("112".into()));
    let t = two(vec![out()], booking("X9", vec![marketed]));
    assert!(
        has(&t, "duplicate_movement") && !has(&t, "alternative_movements"),
        "{:?}",
        codes(&t)
    );
}

#[test]
fn r103_one_with_times_one_without() {
    let t = two(
        vec![out()],
        booking(
            "X9",
            vec![air("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", "BA 112")],
        ),
    );
    assert!(has(&t, "duplicate_movement"));
    assert!(near(p(&t, "AIR", "2026-11-11T03:00"), 0.92), "the timed one is kept");
}

#[test]
fn r104_alternatives_share_by_strength_recency_and_ticket() {
    let later = || air("JFK", "LHR", "2026-11-10T21:30", "2026-11-11T09:30", "BA 182");
    let equal = two(vec![out()], booking("X9", vec![later()]));
    assert!(has(&equal, "alternative_movements"));
    let at = "2026-11-11T01:00";
    assert!(near(p(&equal, "AIR", at), 0.46), "{}", p(&equal, "AIR", at));
    assert!(p(&equal, "LON", "2026-11-11T09:45") > 0.9, "both lead to London");
    let mut newer = booking("X9", vec![later()]);
    newer.modified = Some(utc("2026-11-05T10:00"));
    let newer = two(vec![out()], newer);
    assert!(near(p(&newer, "AIR", at), 0.23), "{}", p(&newer, "AIR", at));
    let waitlisted = two(vec![out()], booking("X9", vec![with_status(later(), "HL")]));
    assert!(p(&waitlisted, "AIR", at) > 0.75);
}

#[test]
fn r105_what_cannot_be_flown_is_not_both() {
    let t = located_from(
        "BRU",
        AS_OF,
        vec![
            trip(
                "t1",
                vec![booking(
                    "A",
                    vec![air("CDG", "JFK", "2026-11-10T10:00", "2026-11-10T12:30", "AF 12")],
                )],
            ),
            trip(
                "t2",
                vec![booking(
                    "B",
                    vec![air("FCO", "LIS", "2026-11-10T17:00", "2026-11-10T19:05", "TP 837")],
                )],
            ),
        ],
    );
    assert!(has(&t, "infeasible_pair"));
    let answer = t.at(utc("2026-11-10T21:00"));
    assert!(near(p(&t, "NYC", "2026-11-10T20:00"), 0.46) && near(p(&t, "LIS", "2026-11-10T20:00"), 0.46));
    assert!(answer.conflict, "R187");
}

#[test]
fn r106_two_ways_out_of_one_city() {
    let t = two(
        vec![out()],
        booking(
            "X9",
            vec![air("EWR", "CDG", "2026-11-10T19:30", "2026-11-11T08:30", "AF 7")],
        ),
    );
    assert!(has(&t, "alternative_movements"));
    assert!(near(
        p(&t, "LON", "2026-11-11T09:00") + p(&t, "PAR", "2026-11-11T09:00"),
        0.90
    ));
}

#[test]
fn r107_fine_legs_replace_the_coarse_one() {
    let coarse = air("JFK", "FRA", "2026-11-10T18:30", "2026-11-11T12:10", "BA 112");
    let fine = vec![
        out(),
        air("LHR", "FRA", "2026-11-11T09:30", "2026-11-11T12:10", "BA 904"),
    ];
    let t = two(fine, booking("X9", vec![coarse]));
    assert!(
        !has(&t, "alternative_movements") && !has(&t, "infeasible_pair"),
        "{:?}",
        codes(&t)
    );
    assert!(p(&t, "LON", "2026-11-11T08:00") > 0.9);
}

#[test]
fn r108_r109_hotels_told_twice_and_two_hotels() {
    let same = two(
        vec![out(), back(), bed()],
        booking(
            "H2",
            vec![hotel(
                "LON",
                "LARKSPUR BLOOMSBURY",
                "2026-11-11T15:00",
                "2026-11-13T11:00",
            )],
        ),
    );
    assert!(!has(&same, "overlapping_stays"));
    let other = two(
        vec![out(), back(), bed()],
        booking(
            "H2",
            vec![hotel("LON", "Harbour & Finch", "2026-11-11T15:00", "2026-11-13T11:00")],
        ),
    );
    assert!(has(&other, "overlapping_stays"));
    assert!(
        p(&other, "LON", "2026-11-12T02:00") >= p(&same, "LON", "2026-11-12T02:00") - 1e-9,
        "corroboration at city level"
    );
    assert_eq!(other.at(utc("2026-11-12T02:00")).answer.unwrap().kind, PlaceKind::City);
}

#[test]
fn r110_a_side_trip_wins_its_night() {
    let t = booked(vec![
        air("JFK", "LHR", "2026-11-08T18:30", "2026-11-09T06:30", "BA 112"),
        hotel("LON", "Larkspur", "2026-11-09T15:00", "2026-11-14T11:00"),
        hotel("EDI", "Calton Lane", "2026-11-11T15:00", "2026-11-12T11:00"),
        rail("LON", "EDI", "2026-11-11T10:00", "2026-11-11T14:20"),
        rail("EDI", "LON", "2026-11-12T14:00", "2026-11-12T18:20"),
        air("LHR", "JFK", "2026-11-14T17:00", "2026-11-14T20:00", "BA 179"),
    ]);
    assert!(p(&t, "EDI", "2026-11-12T02:00") > 0.8 && p(&t, "LON", "2026-11-13T02:00") > 0.9);
    assert!(!has(&t, "stay_without_transport") && !has(&t, "overlapping_stays") && missing(&t, "Hotel").is_empty());
    let unbooked = booked(vec![
        air("JFK", "LHR", "2026-11-08T18:30", "2026-11-09T06:30", "BA 112"),
        hotel("LON", "Larkspur", "2026-11-09T15:00", "2026-11-14T11:00"),
        hotel("EDI", "Calton Lane", "2026-11-11T15:00", "2026-11-12T11:00"),
        air("LHR", "JFK", "2026-11-14T17:00", "2026-11-14T20:00", "BA 179"),
    ]);
    let at = "2026-11-12T02:00";
    assert!(p(&unbooked, "EDI", at) > p(&unbooked, "LON", at));
}

#[test]
fn r112_a_copy_with_the_same_locator_adds_little() {
    let copy = || from_source(Source::TripIt, booking("QW7TRA", vec![with_status(out(), "")]));
    let other = || from_source(Source::TripIt, booking("FQZ81L", vec![with_status(out(), "")]));
    let at = "2026-11-11T07:00";
    assert!(near(p(&two(vec![out()], copy()), "LON", at), 0.928));
    assert!(p(&two(vec![out()], other()), "LON", at) > 0.945);
}

#[test]
fn r114_a_clone_under_another_id_changes_nothing() {
    let one = booked(vec![out(), back()]);
    let twice = located(vec![
        trip("t1", vec![booking("QW7TRA", vec![out(), back()])]),
        trip("t2", vec![booking("QW7TRA", vec![out(), back()])]),
    ]);
    assert!(has(&twice, "duplicate_movement"));
    for at in ["2026-11-11T03:00", "2026-11-12T12:00", "2026-11-13T20:00"] {
        assert!(
            (p(&one, "LON", at) - p(&twice, "LON", at)).abs() < 1e-9
                && (p(&one, "AIR", at) - p(&twice, "AIR", at)).abs() < 1e-9
        );
    }
}

#[test]
fn r115_a_later_flight_replaces_the_cancelled_one() {
    let t = booked(vec![
        with_status(out(), "HX"),
        air("JFK", "LHR", "2026-11-11T18:30", "2026-11-12T06:30", "BA 112"),
        back(),
        bed(),
    ]);
    assert!(!has(&t, "orphan_hotel"));
    assert!(p(&t, "LON", "2026-11-12T12:00") > 0.9);
}

#[test]
fn r117_no_path_breaks_a_reservation_apart() {
    let mut tokyo = booking(
        "NRT4KB",
        vec![
            air("JFK", "HND", "2026-11-12T11:00", "2026-11-13T15:00", "NH 109"),
            air("HND", "JFK", "2026-11-15T11:00", "2026-11-15T10:20", "NH 110"),
        ],
    );
    tokyo.modified = Some(utc("2026-11-05T10:00"));
    let t = two(vec![out(), back()], tokyo);
    assert!(has(&t, "infeasible_pair"));
    assert!(p(&t, "LON", "2026-11-11T10:00") > 0.8, "the way out is in no conflict");
    let at = "2026-11-13T12:00";
    let (tyo, lon) = (p(&t, "TYO", at), p(&t, "LON", at));
    assert!((0.62..0.70).contains(&tyo) && (0.2..0.3).contains(&lon), "{tyo} {lon}");
    let later = "2026-11-15T08:00";
    assert!(p(&t, "AIR", later) < 0.75, "who did not go does not fly back");
}

#[test]
fn r120_someone_elses_booking_hardly_counts() {
    let mut guest = booking("A", vec![out(), back(), bed()]);
    guest.passengers = vec![Passenger {
        first: Some("Ben".into()),
        last: Some("Esch".into()),
        ..Passenger::default()
    }];
    let t = located(vec![trip("t1", vec![guest])]);
    assert!(has(&t, "passenger_not_owner"));
    assert!(p(&t, "LON", "2026-11-12T02:00") < 0.13 && p(&t, "HOME", "2026-11-12T02:00") > 0.85);
    assert!(missing(&t, "Hotel").is_empty());
}

#[test]
fn r123_an_import_without_a_name_yields() {
    let mut import = from_source(
        Source::TripIt,
        booking(
            "FQZ81L",
            vec![
                with_status(air("JFK", "MAD", "2026-11-10T17:15", "2026-11-11T06:25", "IB 6250"), ""),
                with_status(air("MAD", "JFK", "2026-11-14T12:00", "2026-11-14T14:35", "IB 6253"), ""),
            ],
        ),
    );
    import.passengers.clear();
    let t = two(vec![out(), back()], import);
    assert!(has(&t, "possible_foreign_import"));
    assert!(p(&t, "LON", "2026-11-12T12:00") > 0.8 && p(&t, "MAD", "2026-11-12T12:00") < 0.2);
}

#[test]
fn r98_pending_delete_is_flagged_and_ends() {
    let gone = |as_of: &str| {
        let records = [
            document(trip("t1", vec![booking("A", vec![out(), back()])]), "2026-11-01T10:01"),
            Record {
                received_at: utc("2026-11-06T11:50"),
                trip_id: "t1".into(),
                what: What::Deleted,
            },
        ];
        timeline(
            Gazetteer::embedded(),
            &Judgement::CURRENT,
            &emil("NYC"),
            &records,
            utc(as_of),
        )
    };
    let waiting = gone("2026-11-06T12:00");
    assert!(has(&waiting, "pending_delete") && p(&waiting, "LON", "2026-11-12T12:00") > 0.9);
    assert_eq!(waiting.changes_at, Some(utc("2026-11-06T12:05")));
    let over = gone("2026-11-06T12:06");
    assert_eq!(p(&over, "LON", "2026-11-12T12:00"), 0.0);
}

/// The same numbers for every place and hour of November.
fn assert_same(a: &Timeline, b: &Timeline) {
    for hours in 0..240 {
        let at = (utc("2026-11-01T00:00") + chrono::Duration::hours(hours * 3)).to_rfc3339();
        for city in ["LON", "PAR", "HOME", "AIR", "?"] {
            let (a, b) = (p(a, city, &at), p(b, city, &at));
            assert!((a - b).abs() < 1e-5, "{city} {at}: {a} {b}");
        }
    }
}

fn requested(locator: &str, segments: Vec<Segment>) -> Booking {
    let segments = segments.into_iter().map(|segment| with_status(segment, "")).collect();
    from_source(Source::TravelRequest, booking(locator, segments))
}

#[test]
fn r272_a_request_is_met_by_its_booking_whatever_document_it_is_in() {
    let wish = |to: &str, day: &str| air("JFK", to, day, day, "");
    let london = || requested("A", vec![wish("LHR", "2026-11-10T00:00")]);
    let paris = || requested("C", vec![wish("CDG", "2026-11-20T00:00")]);
    let booked = || booking("B", vec![out(), back()]);
    let whole = located(vec![trip("t1", vec![london(), booked(), paris()])]);
    let split = located(vec![trip("t1", vec![london(), booked()]), trip("t2", vec![paris()])]);
    assert_same(&whole, &split);
    assert!(
        p(&whole, "PAR", "2026-11-21T12:00") > 0.4,
        "London is booked, Paris still a wish"
    );
    assert!(!has(&whole, "alternative_movements"), "R92");
}

#[test]
fn r272_a_request_whose_way_back_is_in_another_document_is_one_request() {
    let there = || requested("A", vec![air("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", "")]);
    let home = || requested("C", vec![air("LHR", "JFK", "2026-11-14T00:00", "2026-11-14T00:00", "")]);
    let booked = || booking("B", vec![out(), back()]);
    let whole = located(vec![trip("t1", vec![there(), booked(), home()])]);
    let split = located(vec![trip("t1", vec![there(), booked()]), trip("t2", vec![home()])]);
    assert_same(&whole, &split);
    assert!(
        p(&split, "HOME", "2026-11-14T02:00") > 0.88,
        "the wish for a day later is fulfilled"
    );
}

#[test]
fn r272_reservations_without_a_locator_are_told_apart_by_booking() {
    let unnamed = |segments: Vec<Segment>| Booking {
        locator: None,
        ..booking("", segments)
    };
    let other = || air("JFK", "CDG", "2026-11-10T19:00", "2026-11-11T08:00", "AF 7");
    let (one, two) = (|| unnamed(vec![out()]), || unnamed(vec![back()]));
    let rival = || booking("R", vec![other()]);
    let whole = located(vec![trip("t1", vec![one(), two(), rival()])]);
    let split = located(vec![trip("t1", vec![one(), rival()]), trip("t2", vec![two()])]);
    assert_same(&whole, &split);
}

#[test]
fn r272_a_proposal_without_a_batch_is_one_proposal_in_two_documents() {
    let proposal = |id: &str, bookings: Vec<Booking>| Trip {
        status: TripStatus::Proposal,
        ..trip(id, bookings)
    };
    let a = || from_source(Source::ParsedMail, booking("A", vec![out()]));
    let b = || booking("B", vec![out(), back()]);
    let whole = located(vec![proposal("t1", vec![a(), b()])]);
    let split = located(vec![proposal("t1", vec![a()]), proposal("t2", vec![b()])]);
    assert_same(&whole, &split);
}
