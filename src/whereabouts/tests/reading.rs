//! One test per rule: what a segment needs to say something, and what its fields are worth.
//! Helpers are those of the module above.
//! Always holds: the people, hotels and locators are invented; airports and carriers are real.

use super::*;

#[test]
fn r8_an_unknown_vendor_is_an_oddity_of_flights_only() {
    assert!(!has(&booked(vec![out(), bed(), back()]), "air_vendor_unknown"));
    let t = booked(vec![air(
        "JFK",
        "LHR",
        "2026-11-10T18:30",
        "2026-11-11T06:30",
        "$$ 112",
    )]);
    assert!(has(&t, "air_vendor_unknown"));
    let leg = t.at(utc("2026-11-11T02:00")).move_.expect("the leg is there");
    assert_eq!(leg.identity, None, "nobody knows which flight it is");
}

#[test]
fn r13_a_place_and_a_date_are_enough() {
    let t = booked(vec![air("JFK", "LHR", "2026-11-10T00:00", "", "")]);
    assert!(p(&t, "LON", "2026-11-12T12:00") > 0.5);
    let nowhere = booked(vec![air("", "", "2026-11-10T18:30", "2026-11-11T06:30", "BA 112")]);
    assert!(has(&nowhere, "unlocatable_segment"));
    assert!(
        near(p(&nowhere, "HOME", "2026-11-12T12:00"), 0.90),
        "it is a note, not a presence"
    );
}

#[test]
fn r15_segments_are_put_in_order() {
    let (ordered, shuffled) = (booked(vec![out(), bed(), back()]), booked(vec![back(), bed(), out()]));
    for at in [
        "2026-11-10T12:00",
        "2026-11-11T12:00",
        "2026-11-12T23:00",
        "2026-11-14T12:00",
    ] {
        assert_eq!(p(&ordered, "LON", at), p(&shuffled, "LON", at), "{at}");
        assert_eq!(p(&ordered, "HOME", at), p(&shuffled, "HOME", at), "{at}");
    }
}

#[test]
fn r21_r35_a_number_that_no_reference_knows_is_no_worse() {
    let with = |number: &str| booked(vec![air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", number)]);
    for number in ["BA 112", "SU 7766", "LX 8431", "BA 9105"] {
        assert!(
            (0.89..=0.92).contains(&p(&with(number), "LON", "2026-11-11T08:00")),
            "{number}"
        );
    }
}

#[test]
fn r36_belief_follows_the_places_not_the_number() {
    // BA 112 goes to London; the segment says Rome.
    let t = booked(vec![air(
        "JFK",
        "FCO",
        "2026-11-10T18:30",
        "2026-11-11T08:30",
        "BA 112",
    )]);
    assert!((0.87..=0.92).contains(&p(&t, "ROM", "2026-11-11T12:00")));
    assert_eq!(p(&t, "LON", "2026-11-11T12:00"), 0.0);
}

#[test]
fn r37_a_stop_on_the_way_widens_the_corridor() {
    let with = |stops| {
        let mut leg = out();
        leg.stops = Some(stops);
        booked(vec![leg])
            .at(utc("2026-11-11T02:00"))
            .move_
            .expect("flying")
            .wide
    };
    assert!(with(1) && !with(0));
}

#[test]
fn r41_default_times_of_hotels_are_dates_only() {
    let defaults = hotel("LON", "Larkspur Bloomsbury", "2026-11-11T23:59", "2026-11-13T00:00");
    let t = booked(vec![out(), defaults, back()]);
    assert!(missing(&t, "Hotel").is_empty(), "{:?}", missing(&t, "Hotel"));
    let usual = booked(vec![out(), bed(), back()]);
    for at in ["2026-11-12T02:00", "2026-11-13T02:00"] {
        assert!(near(p(&t, "LON", at), p(&usual, "LON", at)), "{at}");
    }
}

#[test]
fn r51_a_car_that_comes_back_before_it_left_or_never() {
    for (picks, drops) in [
        ("2026-11-11T09:00", "2026-11-10T09:00"),
        ("2026-11-11T09:00", "2027-04-10T09:00"),
    ] {
        let t = booked(vec![out(), car("LHR", "LHR", picks, drops), back()]);
        assert!(has(&t, "car_dates_implausible"), "{picks} {drops}: {:?}", codes(&t));
    }
    let fine = car("LHR", "LHR", "2026-11-11T09:00", "2026-11-13T14:00");
    assert!(!has(&booked(vec![out(), fine, back()]), "car_dates_implausible"));
}

#[test]
fn r67_an_airports_code_on_a_hotel_is_a_city() {
    let t = booked(vec![hotel(
        "LHR",
        "Larkspur Bloomsbury",
        "2026-11-11T15:00",
        "2026-11-13T11:00",
    )]);
    let answer = t.at(utc("2026-11-12T02:00"));
    let place = &answer.hypotheses[0].place;
    assert_eq!(
        (place.code.as_deref(), place.kind == PlaceKind::Airport),
        (Some("LON"), false)
    );
    assert!(place.radius_km >= 25.0, "{}", place.radius_km);
}

#[test]
fn r73_another_airport_of_the_same_city_connects() {
    let from = |code: &str| air(code, "JFK", "2026-11-13T17:00", "2026-11-13T20:00", "BA 179");
    assert!(!has(&booked(vec![out(), from("LGW")]), "discontinuity"));
    assert!(has(&booked(vec![out(), from("CDG")]), "discontinuity"));
}

#[test]
fn r238_what_the_supplier_hides_is_not_held_against_it() {
    let hidden = Segment {
        redacted: true,
        vendor: None,
        number: None,
        ..air("JFK", "LHR", "2026-11-10T00:00", "2026-11-11T00:00", "")
    };
    let t = located(vec![trip(
        "t1",
        vec![from_source(Source::Supplier, booking("A", vec![hidden]))],
    )]);
    assert!(has(&t, "redacted"));
    assert!(!has(&t, "flight_number_missing"), "{:?}", codes(&t));
}

#[test]
fn r239_a_notice_by_itself_lowers_no_probability() {
    let t = booked(vec![air(
        "JFK",
        "LON",
        "2026-11-10T18:30",
        "2026-11-11T06:30",
        "BA 112",
    )]);
    assert!(has(&t, "metro_code_used"));
    assert!(near(
        p(&t, "LON", "2026-11-11T08:00"),
        p(&booked(vec![out()]), "LON", "2026-11-11T08:00")
    ));
}

#[test]
fn r237_a_bed_is_wanted_only_where_there_is_a_night() {
    let day = booked(vec![
        air("JFK", "BOS", "2026-11-10T08:00", "2026-11-10T09:15", "B6 118"),
        air("BOS", "JFK", "2026-11-10T18:00", "2026-11-10T19:15", "B6 119"),
    ]);
    assert!(!has(&day, "uncovered_night"));
    assert!(has(&booked(vec![out(), back()]), "uncovered_night"));
}
