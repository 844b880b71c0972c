//! What the coupon of a ticket makes of the flight it is for (R87, R88).

use super::*;
use crate::itinerary::Coupon;

const MORNING_AFTER: &str = "2026-11-11T07:00";

/// A trip with one flight out to London, and its ticket's coupon to that airport.
fn ticketed(line: &str, to: &str, coupon: &str) -> Trip {
    let coupon = Coupon {
        from: Some("JFK".into()),
        to: Some(to.into()),
        number: Some("112".into()),
        carrier: Some("BA".into()),
        local: "2026-11-10T18:30:00".parse().ok(),
        status: Some(coupon.into()),
        ..Coupon::default()
    };
    let mut booking = booking("A", vec![with_status(out(), line)]);
    booking.coupons = vec![coupon];
    trip("t1", vec![booking])
}

fn in_london(trip: Trip) -> f64 {
    p(&located(vec![trip]), "LON", MORNING_AFTER)
}

#[test]
fn r87_tickets() {
    assert!(near(in_london(ticketed("HK", "LHR", "OPEN")), 0.95), "ticketed, capped");
    assert!(near(in_london(ticketed("HK", "LHR", "USED")), 0.95));
    assert_eq!(in_london(ticketed("HK", "LHR", "VOID")), 0.0);
}

#[test]
fn r87_r90_what_was_flown_was_not_cancelled_before() {
    let flown = in_london(ticketed("HK", "LHR", "USED"));
    assert!(near(in_london(ticketed("HX", "LHR", "USED")), flown));
    assert!(
        near(in_london(ticketed("HL", "LHR", "USED")), flown),
        "waitlisted, and flown all the same"
    );
    assert_eq!(in_london(ticketed("HX", "LHR", "OPEN")), 0.0);
    let mut cancelled = ticketed("HK", "LHR", "USED");
    cancelled.status = TripStatus::Cancelled;
    assert_eq!(in_london(cancelled), 0.0);
}

#[test]
fn r88_a_ticket_to_another_place_is_a_weak_alternative() {
    let t = located(vec![ticketed("HK", "CDG", "OPEN")]);
    assert!(has(&t, "ticket_segment_mismatch"));
    let there = |city: &str| p(&t, city, MORNING_AFTER);
    assert!(there("LON") > 0.8 && (0.01..0.12).contains(&there("PAR")));
}
