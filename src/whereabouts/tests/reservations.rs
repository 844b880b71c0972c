//! Tests of what lies within one reservation: legs that exclude each other, tickets, a way there that was refused.

use super::*;

#[test]
fn r117_two_ways_out_of_one_reservation_are_alternatives() {
    let paris = air("EWR", "CDG", "2026-11-10T20:00", "2026-11-11T09:00", "AF 7");
    let t = booked(vec![out(), paris]);
    let at = "2026-11-11T12:00";
    assert!(has(&t, "alternative_movements"));
    assert!((p(&t, "LON", at) - p(&t, "PAR", at)).abs() < 0.02 && p(&t, "LON", at) > 0.4);
    // Whoever misses the way out still has no way on from there.
    let broken = booked(vec![with_status(out(), "HL"), back()]);
    assert!(p(&broken, "AIR", "2026-11-13T20:00") < 0.95);
}

#[test]
fn r105_one_reservation_that_cannot_be_flown_is_two_alternatives() {
    let t = booked(vec![
        air("CDG", "JFK", "2026-11-10T10:00", "2026-11-10T12:30", "AF 6"),
        air("FCO", "LIS", "2026-11-10T17:00", "2026-11-10T19:05", "TP 831"),
    ]);
    let at = "2026-11-11T06:00";
    assert!(has(&t, "infeasible_pair"));
    assert!(
        (0.3..0.6).contains(&p(&t, "LIS", at)) && p(&t, "HOME", at) > 0.3,
        "{}",
        p(&t, "LIS", at)
    );
}

#[test]
fn r110_of_two_cities_for_the_same_nights_the_one_with_flights_comes_first() {
    let t = booked(vec![
        out(),
        back(),
        bed(),
        hotel("PAR", "Belleroche", "2026-11-11T15:00", "2026-11-13T11:00"),
    ]);
    let at = "2026-11-12T02:00";
    assert!(has(&t, "overlapping_stays"));
    assert!(p(&t, "LON", at) > p(&t, "PAR", at) + 0.1 && p(&t, "PAR", at) > 0.25);
}

#[test]
fn r88_a_ticket_for_another_date_is_noticed() {
    use crate::itinerary::Coupon;
    let coupon = |day: &str| Coupon {
        from: Some("JFK".into()),
        to: Some("LHR".into()),
        number: Some("112".into()),
        carrier: Some("BA".into()),
        local: format!("{day}T18:30:00").parse().ok(),
        status: Some("OPEN".into()),
        ..Coupon::default()
    };
    let located_with = |coupons: Vec<Coupon>| {
        let mut booking = booking("A", vec![out(), back()]);
        booking.coupons = coupons;
        located(vec![trip("t1", vec![booking])])
    };
    let other = located_with(vec![coupon("2026-11-17")]);
    assert!(has(&other, "ticket_segment_mismatch"));
    assert!(p(&other, "LON", "2026-11-12T12:00") > 0.9);
    // The old date of a changed ticket beside the new one is no contradiction.
    let changed = located_with(vec![coupon("2026-11-17"), coupon("2026-11-10")]);
    assert!(!has(&changed, "ticket_segment_mismatch"));
}

#[test]
fn r82_the_wish_to_go_outlives_a_refused_flight_up_to_the_return() {
    let t = booked(vec![with_status(out(), "UN"), back()]);
    for at in ["2026-11-11T14:00", "2026-11-12T12:00", "2026-11-13T12:00"] {
        assert!((0.25..0.5).contains(&p(&t, "LON", at)), "{at}: {}", p(&t, "LON", at));
    }
}

#[test]
fn r87_a_ticket_without_coupons_counts_until_it_is_taken_back() {
    use crate::itinerary::ChargeFact;
    let fact = |kind: &str, adjustment: Option<&str>| ChargeFact {
        kind: kind.into(),
        adjustment: adjustment.map(str::to_owned),
        ..ChargeFact::default()
    };
    let with = |charges: Vec<ChargeFact>| {
        let mut booking = booking("A", vec![out(), back()]);
        booking.charges = charges;
        // The arrival: nothing raises a later hour.
        p(&located(vec![trip("t1", vec![booking])]), "AIR", "2026-11-11T02:00")
    };
    let plain = with(vec![]);
    let held = with(vec![fact("airline_ticket", None)]);
    assert!(held > plain + 0.02, "{held} {plain}");
    // Its own status says that it is void, or an adjustment does; a second one that was issued instead counts.
    assert_eq!(with(vec![fact("airline_ticket", Some("V"))]), plain);
    let void = || vec![fact("airline_ticket", None), fact("airline_adjustment", Some("V"))];
    assert_eq!(with(void()), plain);
    let mut again = void();
    again.push(fact("airline_ticket", None));
    assert_eq!(with(again), held);
}
