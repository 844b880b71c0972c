//! Tests of what can be reached and what cannot: the sea, beds that exclude each other, legs that are too fast, nights a day off.

use super::*;

fn evening(city: &str, name: &str) -> Segment {
    hotel(city, name, "2026-11-11T15:00", "2026-11-13T11:00")
}

#[test]
fn r151_r214_the_sea_between_two_cities_is_no_way_on_the_ground() {
    let gap = |to: &str, from: &str| {
        booked(vec![
            air("JFK", to, "2026-11-10T18:30", "2026-11-11T06:30", "EI 104"),
            air(from, "JFK", "2026-11-14T11:00", "2026-11-14T15:00", "AA 211"),
        ])
    };
    let irish = gap("DUB", "MAN");
    assert!(has(&irish, "discontinuity") && has(&irish, "missing_leg_suspected"));
    assert_eq!(missing(&irish, "Air").len(), 1);
    assert!(missing(&irish, "Rail").is_empty());
    // Each city keeps presence near its own anchor; nobody knows what is between.
    assert!(p(&irish, "?", "2026-11-12T21:00") > 0.3);
    assert!(p(&irish, "MAN", "2026-11-14T09:00") > 0.85);
    let overland = gap("LHR", "MAN");
    assert!(has(&overland, "discontinuity") && !has(&overland, "missing_leg_suspected"));
    assert_eq!(missing(&overland, "Rail").len(), 1);
    // Whoever wants to Paris has a tunnel.
    assert!(!has(&gap("LHR", "CDG"), "missing_leg_suspected"));
}

#[test]
fn r150_nobody_takes_a_train_across_the_sea() {
    // Two hours and a half are enough from London to Paris, not from Dublin to Manchester.
    let pair = |to: &str, from: &str, next: &str| {
        booked(vec![
            air("JFK", to, "2026-11-10T18:30", "2026-11-11T06:30", "EI 104"),
            air(from, next, "2026-11-11T09:00", "2026-11-11T11:00", "AF 1"),
        ])
    };
    assert!(has(&pair("DUB", "MAN", "FRA"), "infeasible_pair"));
    assert!(!has(&pair("LHR", "BHX", "FRA"), "infeasible_pair"));
}

#[test]
fn r156_a_car_does_not_cross_the_sea() {
    let t = |city: &str| {
        located_from(
            "MAN",
            AS_OF,
            vec![trip(
                "t1",
                vec![booking(
                    "A",
                    vec![
                        hotel(city, "Larkspur", "2026-11-11T15:00", "2026-11-13T11:00"),
                        car("MAN", "MAN", "2026-11-11T09:00", "2026-11-13T18:00"),
                    ],
                )],
            )],
        )
    };
    assert!(has(&t("DUB"), "stay_without_transport"));
    assert!(!has(&t("LON"), "stay_without_transport"));
}

#[test]
fn r110_two_hotels_alone_for_the_same_nights_are_equal() {
    let one = booked(vec![evening("LON", "Larkspur")]);
    let two = booked(vec![evening("LON", "Larkspur"), evening("PAR", "Belleroche")]);
    let at = "2026-11-12T02:00";
    let (london, paris) = (p(&two, "LON", at), p(&two, "PAR", at));
    assert!((london - paris).abs() < 0.06, "{london} {paris}");
    assert!(london + paris > p(&one, "LON", at) && london < p(&one, "LON", at));
    assert!(has(&two, "overlapping_stays"));
    // Only the night that both have is in question.
    let shifted = booked(vec![
        evening("LON", "Larkspur"),
        hotel("PAR", "Belleroche", "2026-11-12T15:00", "2026-11-15T11:00"),
    ]);
    assert!((p(&shifted, "LON", "2026-11-13T02:00") - p(&shifted, "PAR", "2026-11-13T02:00")).abs() < 0.06);
    assert!(p(&shifted, "PAR", "2026-11-14T02:00") > 0.45);
}

#[test]
fn r110_a_stay_within_another_wins_for_its_nights_whatever_day_it_begins() {
    let outer = || hotel("LON", "Larkspur", "2026-11-10T15:00", "2026-11-15T11:00");
    for first in ["2026-11-10", "2026-11-12"] {
        let last = if first == "2026-11-10" {
            "2026-11-11"
        } else {
            "2026-11-13"
        };
        let inner = hotel("PAR", "Belleroche", &format!("{first}T15:00"), &format!("{last}T11:00"));
        let t = booked(vec![outer(), inner]);
        let night = format!("{last}T02:00");
        assert!(p(&t, "PAR", &night) > p(&t, "LON", &night) + 0.2, "{first}");
        assert!(p(&t, "LON", "2026-11-14T02:00") > 0.45, "{first}");
        assert!(!has(&t, "overlapping_stays"), "{first}");
    }
}

#[test]
fn r105_r117_what_follows_the_leg_that_is_taken_goes_with_it() {
    // London 06:30 and Rome 08:00 exclude each other; the reservation goes on from Athens.
    let t = booked(vec![
        out(),
        air("FCO", "ATH", "2026-11-11T08:00", "2026-11-11T11:00", "A3 651"),
        air("ATH", "JFK", "2026-11-14T11:00", "2026-11-14T15:00", "DL 203"),
    ]);
    assert!(has(&t, "infeasible_pair"));
    let (london, athens) = (p(&t, "LON", "2026-11-12T12:00"), p(&t, "ATH", "2026-11-12T12:00"));
    assert!(london > 0.3 && athens > 0.3, "{london} {athens}");
    // Whoever is in Athens flies home from there; whoever is in London does not leave from a city that was never reached.
    assert!((0.3..0.6).contains(&p(&t, "AIR", "2026-11-14T14:00")));
    assert!(p(&t, "LON", "2026-11-14T08:00") > 0.2);
    assert!(p(&t, "HOME", "2026-11-15T12:00") > p(&t, "HOME", "2026-11-12T12:00") + 0.3);
}

#[test]
fn r44_r46_a_train_that_is_too_fast_is_doubted_and_not_a_day_late() {
    let t = booked(vec![out(), rail("EDI", "LON", "2026-11-12T10:00", "2026-11-12T10:40")]);
    let codes = codes(&t);
    assert!(codes.contains(&"implausible_block_time"), "{codes:?}");
    assert!(!codes.contains(&"arrival_day_rollover_fixed"), "{codes:?}");
    // An arrival before the departure is a day late all the same, on a night train too.
    let night = booked(vec![rail("LON", "EDI", "2026-11-12T23:30", "2026-11-12T07:20")]);
    assert!(has(&night, "arrival_day_rollover_fixed"));
    let flight = booked(vec![air(
        "JFK",
        "LHR",
        "2026-11-10T18:30",
        "2026-11-10T23:50",
        "BA 112",
    )]);
    assert!(has(&flight, "implausible_block_time") && !has(&flight, "arrival_day_rollover_fixed"));
}

#[test]
fn r48_a_sightseeing_flight_is_as_long_as_it_likes() {
    for arrives in ["2026-11-12T10:30", "2026-11-12T16:00"] {
        let t = booked(vec![
            out(),
            air("LHR", "LHR", "2026-11-12T10:00", arrives, "BA 9001"),
            back(),
        ]);
        let codes = codes(&t);
        assert!(codes.contains(&"same_origin_destination"), "{codes:?}");
        assert!(!codes.contains(&"implausible_block_time"), "{codes:?}");
        assert!(p(&t, "LON", "2026-11-12T10:15") > 0.85);
    }
}

#[test]
fn r211_a_hotel_a_day_off_covers_the_night() {
    let with = |first: &str, last: &str| {
        let bed = hotel("LON", "Larkspur", &format!("{first}T15:00"), &format!("{last}T11:00"));
        booked(vec![out(), back(), bed])
    };
    for (first, last) in [("2026-11-12", "2026-11-14"), ("2026-11-10", "2026-11-12")] {
        let t = with(first, last);
        assert!(missing(&t, "Hotel").is_empty(), "{first}: {:?}", missing(&t, "Hotel"));
        assert!(!has(&t, "uncovered_night"), "{first}");
    }
    // A night that is only not booked stays uncovered (R212), and so does one beside a stay far beyond the trip.
    assert_eq!(
        missing(&with("2026-11-12", "2026-11-13"), "Hotel"),
        ["LON 2026-11-11 2026-11-12"]
    );
    assert_eq!(
        missing(&with("2026-11-12", "2026-11-20"), "Hotel"),
        ["LON 2026-11-11 2026-11-12"]
    );
}

#[test]
fn r211_words_at_a_table_tell_of_no_bed() {
    let noted = |kind: SegmentKind| {
        let mut segment = Segment {
            kind,
            ..hotel("LON", "Larkspur", "2026-11-12T19:00", "2026-11-12T21:00")
        };
        segment.note = Some("friends".into());
        booked(vec![out(), back(), segment])
    };
    assert_eq!(missing(&noted(SegmentKind::Dining), "Hotel").len(), 1);
    assert!(missing(&noted(SegmentKind::Travel), "Hotel").is_empty());
}

#[test]
fn r213_the_way_back_of_a_ship_is_not_by_train() {
    let travel = |mode: &str| Segment {
        kind: SegmentKind::Travel,
        mode: Some(mode.into()),
        number: None,
        ..air("SOU", "NYC", "2026-11-10T16:00", "2026-11-17T08:00", "")
    };
    let t = located_from(
        "LON",
        AS_OF,
        vec![trip("t1", vec![booking("A", vec![travel("Cruise")])])],
    );
    assert_eq!(missing(&t, "Air"), ["NYC 2026-11-17 "]);
    assert!(missing(&t, "Rail").is_empty());
}

#[test]
fn r39_r165_a_day_on_a_train_is_answered_by_the_way() {
    let t = located_from(
        "CHI",
        AS_OF,
        vec![trip(
            "t1",
            vec![booking(
                "A",
                vec![rail("CHI", "SFO", "2026-11-10T14:00", "2026-11-12T16:10")],
            )],
        )],
    );
    let day = t.on_day("2026-11-11".parse().unwrap());
    assert_eq!(day.state, State::InTransit);
    assert_eq!(day.band, Band::VeryLikely, "{:?}", day.answer);
    assert!(day.answer.is_some_and(|answer| answer.kind == PlaceKind::Region));
    assert!(day.home < 0.1 && day.in_transit > 0.9);
}
