//! One test per rule about what is missing from a trip (R210–R218).

use super::*;

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
fn r213_a_way_back_that_is_missing_is_not_over_because_the_arrival_is() {
    let active = |as_of: &str| {
        let t = located_from("NYC", as_of, vec![trip("t1", vec![booking("A", vec![out()])])]);
        let kinds = t.opportunities.iter().filter(|o| o.active).map(|o| o.kind.clone());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(active("2026-11-13T12:00"), ["Air", "Hotel"]);
    assert!(active("2027-02-13T12:00").is_empty());
}

#[test]
fn r216_a_bed_in_the_next_town_needs_a_car() {
    let mut bed = hotel("", "Alder House", "2026-11-10T15:00", "2026-11-13T08:00");
    (bed.start.lon, bed.start.lat) = (Some(-121.89), Some(37.34));
    let t = booked(vec![
        air("JFK", "SFO", "2026-11-10T08:00", "2026-11-10T11:30", "AA 1"),
        air("SFO", "JFK", "2026-11-13T12:00", "2026-11-13T20:30", "AA 2"),
        bed,
    ]);
    assert_eq!(missing(&t, "Car").len(), 1);
    assert!(missing(&t, "Hotel").is_empty());
}
