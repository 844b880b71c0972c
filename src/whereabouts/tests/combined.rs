//! Rules that meet: the date line and alternatives, tickets and other passengers, trains by night, ships, exposure across ±180°.
//! Always holds: written from the text of the rules, before the engine was asked.

use super::*;
use crate::itinerary::Coupon;

fn emil_from(home: &str, segments: Vec<Segment>) -> Timeline {
    located_from(home, AS_OF, vec![trip("t1", vec![booking("QW7TRA", segments)])])
}

#[test]
fn r43_r104_two_ways_over_the_date_line_are_one_arrival() {
    let other = air("HND", "LAX", "2026-11-10T22:55", "2026-11-10T16:20", "JL 16");
    let one = air("HND", "LAX", "2026-11-10T17:00", "2026-11-10T10:00", "NH 106");
    let t = located_from(
        "TYO",
        AS_OF,
        vec![
            trip("t1", vec![booking("A", vec![one])]),
            trip("t2", vec![booking("B", vec![other])]),
        ],
    );
    assert!(has(&t, "alternative_movements"));
    // Half way through the first, the other has not left; both have landed in the end, earlier on the clock than they left.
    let (early, late) = ("2026-11-10T12:00", "2026-11-11T02:00");
    assert!((0.4..0.5).contains(&p(&t, "AIR", early)) && p(&t, "HOME", early) > 0.4);
    assert!((0.85..0.93).contains(&p(&t, "LAX", late)), "{}", p(&t, "LAX", late));
}

#[test]
fn r39_r27_a_flight_without_times_over_the_date_line_is_meant_for_the_day_there() {
    let t = emil_from(
        "AKL",
        vec![air("AKL", "HNL", "2026-11-10T00:00", "2026-11-10T00:00", "")],
    );
    let day = t.on_day("2026-11-10".parse().unwrap());
    assert_eq!(day.answer.map(|answer| answer.code), Some(Some("HNL".into())));
    // Leaving on the 10th there means arriving on the 9th or 10th here: both are asked for by instants.
    assert!(p(&t, "HNL", "2026-11-09T16:00") < 0.2 && p(&t, "HNL", "2026-11-11T06:00") > 0.6);
}

#[test]
fn r87_r122_a_void_coupon_of_another_passenger_says_nothing_of_this_one() {
    let with = |passenger: &str| {
        let mut booking = booking("A", vec![out(), back()]);
        booking.coupons = vec![Coupon {
            from: Some("JFK".into()),
            to: Some("LHR".into()),
            carrier: Some("BA".into()),
            number: Some("112".into()),
            local: "2026-11-10T18:30:00".parse().ok(),
            status: Some("VOID".into()),
            passenger: Some(passenger.into()),
            ..Coupon::default()
        }];
        p(&located(vec![trip("t1", vec![booking])]), "LON", "2026-11-12T12:00")
    };
    assert!(with("ESCH/ANN") > 0.85);
    assert!(with("DOVER/EMILMR") < 0.5);
}

#[test]
fn r93_r156_a_bed_does_not_make_a_refused_request_a_journey() {
    let mut wish = trip(
        "r",
        vec![from_source(
            Source::TravelRequest,
            booking(
                "TR",
                vec![air("JFK", "LHR", "2026-11-10T00:00", "2026-11-10T00:00", "")],
            ),
        )],
    );
    (wish.status, wish.approved) = (TripStatus::Virtual, Some(false));
    let alone = located(vec![wish.clone()]);
    assert!(p(&alone, "LON", "2026-11-12T12:00") < 0.06);
    let with_bed = located(vec![wish, trip("h", vec![booking("H", vec![bed()])])]);
    // What somebody booked counts for itself (R156), not less.
    assert!(
        (0.4..0.65).contains(&p(&with_bed, "LON", "2026-11-12T02:00")),
        "{}",
        p(&with_bed, "LON", "2026-11-12T02:00")
    );
}

#[test]
fn r165_r146_night_trains_one_after_the_other() {
    let t = emil_from(
        "PAR",
        vec![
            rail("PAR", "STR", "2026-11-10T18:00", "2026-11-10T19:50"),
            rail("STR", "VIE", "2026-11-10T20:30", "2026-11-11T06:40"),
            rail("VIE", "BUD", "2026-11-11T07:40", "2026-11-11T10:20"),
        ],
    );
    assert!(p(&t, "AIR", "2026-11-10T23:00") > 0.85, "on the way, by whatever means");
    assert_eq!(t.at(utc("2026-11-11T06:10")).state, State::Connection);
    // The night is on the train: no bed is missing but from Budapest on.
    assert_eq!(missing(&t, "Hotel"), ["BUD 2026-11-11 2026-11-12"]);
    let day = t.on_day("2026-11-11".parse().unwrap());
    assert_eq!(day.answer.and_then(|answer| answer.code).as_deref(), Some("BUD"));
}

#[test]
fn r163_a_rental_from_city_to_city_passes_the_bed_between() {
    let t = emil_from(
        "SFO",
        vec![
            car("SFO", "LAX", "2026-11-10T10:00", "2026-11-12T18:00"),
            hotel("MRY", "Larkspur Bay", "2026-11-10T16:00", "2026-11-12T10:00"),
        ],
    );
    assert!(p(&t, "MRY", "2026-11-11T08:00") > 0.7);
    assert!(p(&t, "LAX", "2026-11-13T04:00") > 0.7);
    assert!(!has(&t, "stay_without_transport"));
}

#[test]
fn r190_r201_exposure_in_areas_over_the_antimeridian() {
    let t = emil_from(
        "LAX",
        vec![
            air("LAX", "NAN", "2026-11-10T22:00", "2026-11-12T05:40", "FJ 811"),
            hotel("NAN", "Larkspur Reef", "2026-11-12T14:00", "2026-11-16T11:00"),
        ],
    );
    let over = |corners: [[f64; 2]; 5]| Area::Polygon(Shape::Polygon(vec![corners.map(Vec::from).to_vec()]));
    let areas = [
        Area::Circle {
            center: [-179.5, -17.5],
            radius_km: 400.0,
        },
        over([
            [175.0, -20.0],
            [185.0, -20.0],
            [185.0, -15.0],
            [175.0, -15.0],
            [175.0, -20.0],
        ]),
        over([
            [175.0, -20.0],
            [-175.0, -20.0],
            [-175.0, -15.0],
            [175.0, -15.0],
            [175.0, -20.0],
        ]),
    ];
    for area in areas {
        let there = t.exposure(&area, utc("2026-11-13T00:00"), utc("2026-11-13T06:00"));
        assert_eq!(there.group, Group::Present, "{area:?}");
        let before = t.exposure(&area, utc("2026-11-11T00:00"), utc("2026-11-11T06:00"));
        assert_eq!(before.group, Group::Inbound, "{area:?}");
    }
    let elsewhere = t.exposure(
        &Area::Country("NZ".into()),
        utc("2026-11-13T00:00"),
        utc("2026-11-13T06:00"),
    );
    assert_eq!(elsewhere.group, Group::None);
}

#[test]
fn r52_r54_a_change_of_clocks_between_two_flights_is_no_short_connection() {
    // In London the clocks go forward at 1:00 on 28 March: from 0:30 to 6:30 there are five hours.
    let t = emil_from(
        "PAR",
        vec![
            rail("LON", "EDI", "2027-03-28T00:30", "2027-03-28T06:30"),
            air("EDI", "LHR", "2027-03-28T07:20", "2027-03-28T08:40", "BA 1431"),
        ],
    );
    assert!(p(&t, "AIR", "2027-03-28T05:00") > 0.85, "six o'clock there");
    assert!(p(&t, "EDI", "2027-03-28T05:45") > 0.85);
    assert!(!has(&t, "connection_below_mct") && !has(&t, "infeasible_pair"));
}

#[test]
fn r56_r14_of_two_flights_a_year_apart_the_one_nearer_to_its_booking_is_right() {
    let pair = |there: &str, back: &str| {
        let there = air(
            "JFK",
            "LHR",
            &format!("{there}T18:30"),
            &format!("{there}T23:50"),
            "BA 112",
        );
        let back = air(
            "LHR",
            "JFK",
            &format!("{back}T17:00"),
            &format!("{back}T20:00"),
            "BA 179",
        );
        let there = Segment {
            end: at_code("LHR", ""),
            ..there
        };
        located(vec![trip(
            "t1",
            vec![from_source(Source::ParsedMail, booking("A", vec![there, back]))],
        )])
    };
    for (there, back) in [
        ("2026-11-10", "2027-11-13"),
        ("2027-11-10", "2026-11-13"),
        ("2025-11-10", "2026-11-13"),
    ] {
        let t = pair(there, back);
        assert!(has(&t, "year_slip"), "{there} {back}");
        assert!(
            p(&t, "LON", "2026-11-12T12:00") > 0.6,
            "{there} {back}: {}",
            p(&t, "LON", "2026-11-12T12:00")
        );
        assert!(p(&t, "LON", "2027-11-12T12:00") < 0.05, "{there} {back}");
    }
}
