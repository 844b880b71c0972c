//! Flights that do not fly, as a feed of live knowledge tells (R171).

use chrono::{Duration, NaiveDate};

use super::*;

fn grounded(flight: &str, day: &str, received: &str) -> Record {
    Record {
        received_at: utc(received),
        trip_id: String::new(),
        what: What::FlightCancelled {
            flight: flight.into(),
            day: day.parse::<NaiveDate>().unwrap(),
        },
    }
}

fn known(more: Vec<Record>, as_of: &str) -> Timeline {
    let mut records = vec![document(
        trip("t1", vec![booking("QW7TRA", vec![out(), bed(), back()])]),
        "2026-11-01T10:01",
    )];
    records.extend(more);
    timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &emil("NYC"),
        &records,
        utc(as_of),
    )
}

#[test]
fn r171_a_cancelled_flight_keeps_its_travelers_where_it_leaves_for_a_day() {
    // BA 179 should leave London at 17:00 on the 13th.
    let t = known(
        vec![grounded("BA179", "2026-11-13", "2026-11-13T14:00")],
        "2026-11-13T15:00",
    );
    for at in ["2026-11-13T17:30", "2026-11-14T03:00", "2026-11-14T16:59"] {
        assert!(near(p(&t, "LON", at), 0.85), "{at}: {}", p(&t, "LON", at));
    }
    assert!(
        p(&t, "LON", "2026-11-13T16:00") > 0.85,
        "before it should leave nothing changes"
    );
    assert!(
        p(&t, "HOME", "2026-11-14T17:30") > 0.8,
        "a day later they are on their way or back"
    );
    let answer = t.at(utc("2026-11-14T03:00"));
    assert_eq!(answer.answer.unwrap().code.as_deref(), Some("LON"));
    let says = answer
        .evidence
        .iter()
        .find(|one| one.says.contains("BA 179"))
        .expect("the flight");
    assert!(
        says.says.contains("which does not fly") && says.rules.iter().any(|rule| rule == "R171"),
        "{says:?}"
    );
}

#[test]
fn r171_it_is_known_from_when_it_was_received_on_and_of_that_flight_only() {
    let late = "2026-11-14T03:00";
    let booked = known(Vec::new(), "2026-11-13T15:00");
    for other in [
        grounded("BA 179", "2026-11-13", "2026-11-13T16:00"),
        grounded("BA 179", "2026-11-14", "2026-11-13T14:00"),
        grounded("BA 178", "2026-11-13", "2026-11-13T14:00"),
        grounded("??", "2026-11-13", "2026-11-13T14:00"),
    ] {
        let t = known(vec![other.clone()], "2026-11-13T15:00");
        assert!(near(p(&t, "LON", late), p(&booked, "LON", late)), "{other:?}");
    }
}

#[test]
fn r171_r181_whoever_hardly_meant_to_fly_is_hardly_held() {
    let mut wish = trip(
        "t1",
        vec![from_source(Source::TravelRequest, booking("TR1", vec![back()]))],
    );
    wish.status = TripStatus::Virtual;
    let records = [
        document(wish, "2026-11-01T10:01"),
        grounded("BA 179", "2026-11-13", "2026-11-12T14:00"),
    ];
    let t = timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &emil("NYC"),
        &records,
        utc("2026-11-12T15:00"),
    );
    for hour in 0..48 {
        let at = utc("2026-11-13T06:00") + Duration::hours(hour);
        let answer = t.at(at);
        let sum = answer.home + answer.in_transit + answer.unknown + answer.hypotheses.iter().map(|h| h.p).sum::<f64>();
        assert!((sum - 1.0).abs() < 1e-5, "{at}: {sum}");
        assert!(answer.hypotheses.iter().all(|h| h.p <= 0.65), "{at}: {answer:?}");
    }
}
