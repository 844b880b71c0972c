//! Trips as people count them (R168, R169).

use super::*;

/// "London 10–13" of every trip.
fn told(timeline: &Timeline) -> Vec<String> {
    let one = |outing: &Outing| {
        let place = outing.destination.as_ref().map_or("?", |place| &place.name);
        format!("{place} {}–{}", outing.from.format("%-d"), outing.until.format("%-d"))
    };
    timeline.outings.iter().map(one).collect()
}

#[test]
fn r168_where_most_nights_are_slept_the_trip_goes() {
    // Out over London, three nights in Paris, one in London on the way back.
    let t = booked(vec![
        out(),
        air("LHR", "CDG", "2026-11-11T09:00", "2026-11-11T11:20", "AF 1681"),
        hotel("PAR", "Larkspur Opéra", "2026-11-11T15:00", "2026-11-14T11:00"),
        air("CDG", "LHR", "2026-11-14T12:00", "2026-11-14T12:20", "AF 1680"),
        hotel("LON", "Larkspur Bloomsbury", "2026-11-14T15:00", "2026-11-15T11:00"),
        air("LHR", "JFK", "2026-11-15T17:00", "2026-11-15T20:00", "BA 179"),
    ]);
    assert_eq!(told(&t), ["Paris 10–16"]);
}

#[test]
fn r168_an_event_of_more_than_half_of_the_trip_comes_before_the_bed() {
    let event = |from: &str, until: &str| Segment {
        kind: SegmentKind::Travel,
        start: at_code("PAR", from),
        end: at_code("PAR", until),
        status: Some("HK".into()),
        name: Some("Board meeting".into()),
        ..Segment::default()
    };
    let with = |event: Segment| booked(vec![out(), bed(), event, back()]);
    assert_eq!(
        told(&with(event("2026-11-11T10:00", "2026-11-13T10:00"))),
        ["Paris 10–14"]
    );
    assert_eq!(
        told(&with(event("2026-11-11T10:00", "2026-11-11T18:00"))),
        ["London 10–14"]
    );
}

#[test]
fn r168_without_a_bed_the_longest_wait_tells_and_one_way_the_last_arrival() {
    let t = booked(vec![
        out(),
        air("LHR", "CDG", "2026-11-11T09:00", "2026-11-11T11:20", "AF 1681"),
        air("CDG", "JFK", "2026-11-14T12:00", "2026-11-14T14:20", "AF 6"),
    ]);
    assert_eq!(told(&t), ["Paris 10–14"]);
    assert_eq!(told(&booked(vec![out()])), ["London 10–11"]);
}

#[test]
fn r169_a_trip_ends_at_home() {
    let again = [
        air("JFK", "CDG", "2026-11-20T18:30", "2026-11-21T07:30", "AF 7"),
        air("CDG", "JFK", "2026-11-23T12:00", "2026-11-23T14:20", "AF 6"),
    ];
    // One document or two: what counts is where the traveler is (R113).
    let one = booked(vec![out(), back(), again[0].clone(), again[1].clone()]);
    assert_eq!(told(&one), ["London 10–14", "Paris 20–23"]);
    let two = located(vec![
        trip("t1", vec![booking("AAAAAA", vec![out(), again[1].clone()])]),
        trip("t2", vec![booking("BBBBBB", vec![back(), again[0].clone()])]),
    ]);
    assert_eq!(told(&two), ["London 10–14", "Paris 20–23"]);
    assert_eq!(two.outings[0].trips, ["t1", "t2"]);
}

#[test]
fn r169_after_twenty_days_or_thirty_elements_another_begins() {
    let hop = |day: usize, from: &str, to: &str| {
        let at = |hour: usize| format!("2026-11-{day:02}T{hour:02}:00");
        air(from, to, &at(8), &at(11), &format!("LH {}", 100 + day))
    };
    let far = booked(vec![
        hop(6, "JFK", "BOS"),
        hotel("BOS", "Larkspur Harbour", "2026-11-06T15:00", "2026-11-12T11:00"),
        hop(12, "BOS", "ORD"),
        hop(27, "ORD", "JFK"),
    ]);
    assert_eq!(told(&far), ["Boston 6–12", "New York 27–27"]);
    let many: Vec<Segment> = (6..22)
        .flat_map(|day| {
            let back = |from: &str, to: &str| {
                let at = |hour: usize| format!("2026-11-{day:02}T{hour:02}:00");
                air(from, to, &at(17), &at(18), &format!("LH {}", 200 + day))
            };
            [hop(day, "BOS", "ORD"), back("ORD", "BOS")]
        })
        .collect();
    let many = booked(many);
    assert_eq!(many.outings.len(), 2, "{:?}", told(&many));
}

#[test]
fn r169_what_is_cancelled_or_hardly_likely_makes_no_trip() {
    let void = booked(vec![with_status(out(), "HX"), with_status(back(), "HX")]);
    assert!(void.outings.is_empty());
    let waitlisted = booked(vec![with_status(out(), "HL")]);
    assert!(waitlisted.outings.is_empty(), "{:?}", told(&waitlisted));
}
