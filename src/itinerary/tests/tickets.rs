//! Tickets, coupons, charges and adjustments.

use serde_json::{Value, json};

use super::*;

fn ticket(number: &str, status: &str) -> Value {
    json!({
        "PlatingCarrierNumericCode": "001", "PlatingControlNumber": number, "PassengerName": "Dover/Emil",
        "IssueDateTime": "2026-10-29T10:00:00.000-00:00", "TotalFare": 1244, "Ticketless": false,
        "AirlineTicketCoupons": [{"CouponNumber": 1, "CouponStatus": status, "StartCityCode": "JFK", "EndCityCode": "LHR", "Vendor": "BA",
            "FlightNumber": 112, "StartDateLocal": "2026-11-10T18:30:00.000-00:00"}],
    })
}

fn with_tickets(tickets: Value) -> Booking {
    booking_of(with(
        booking(json!({"Air": [flight()]})),
        json!({"AirlineTickets": tickets}),
    ))
}

#[test]
fn t29_r87_coupons_are_facts_and_no_segments() {
    let booking = with_tickets(json!({"AirlineTicket": [ticket("0251207588", "OPEN"), ticket("0137973356", "EXCH")]}));
    assert_eq!(booking.segments.len(), 1);
    let statuses: Vec<_> = booking.coupons.iter().map(|coupon| coupon.status.as_deref()).collect();
    assert_eq!(statuses, [Some("OPEN"), Some("EXCH")]);
    let coupon = &booking.coupons[0];
    assert_eq!(
        (coupon.from.clone(), coupon.to.clone(), coupon.carrier.clone()),
        (text("JFK"), text("LHR"), text("BA"))
    );
    assert_eq!(
        (coupon.number.clone(), coupon.passenger.clone()),
        (text("112"), text("Dover/Emil"))
    );
    assert_eq!(coupon.local, Some(civil("2026-11-10T18:30:00")));
    assert_eq!(coupon.issued, Some(instant("2026-10-29T10:00:00Z")));
}

#[test]
fn r87_the_status_of_a_coupon_wherever_it_stands() {
    let plain = |fields: Value| {
        let coupon = with(json!({"StartCityCode": "JFK"}), fields);
        with_tickets(json!({"AirlineTicket": {"AirlineTicketCoupons": coupon, "TicketStatus": "VOID"}}))
            .coupons
            .remove(0)
            .status
    };
    assert_eq!(plain(json!({"CouponStatus": "USED", "Status": "OPEN"})), text("USED"));
    assert_eq!(plain(json!({"Status": "RFND"})), text("RFND"));
    assert_eq!(plain(json!({})), text("VOID"));
}

#[test]
fn t59_t61_types_and_dates_of_charges_are_kept() {
    let booking = with(
        booking(json!({})),
        json!({
            "AirlineTickets": {
                "AirlineTicket": [ticket("0251207588", "OPEN")],
                "ManualAirlineTicket": {"DateCreatedUtc": "2026-10-30T00:00:00Z", "TotalFare": 7},
                "AirlineAdjustment": [{"AdjustmentType": "C", "AdjustmentDateTime": "2026-10-31T09:00:00.000-05:00", "PlatingControlNumber": "1"}],
            },
            "RailPayments": {
                "RailPayment": [{"IssueDateTimeUTC": "2026-11-01T00:00:00Z", "IssueDateTime": "2026-11-01T05:00:00", "TicketDocumentIdentifier": "x"}],
                "RailAdjustment": [{"AdjustmentType": "Refund", "AdjustmentDateTimeUTC": "2026-11-02T00:00:00Z"}],
            },
            "MiscChargeOrders": [{"IssueDate": "2026-11-03", "TotalAmount": 5}],
        }),
    );
    let facts: Vec<_> = booking_of(booking)
        .charges
        .into_iter()
        .map(|charge| (charge.kind, charge.adjustment, charge.at.map(|at| at.to_rfc3339())))
        .collect();
    let at = |day: &str| Some(format!("2026-{day}+00:00"));
    let expected = [
        ("airline_ticket", None, at("10-29T10:00:00")),
        ("manual_ticket", None, at("10-30T00:00:00")),
        ("airline_adjustment", text("C"), at("10-31T09:00:00")),
        ("rail_payment", None, at("11-01T00:00:00")),
        ("rail_adjustment", text("R"), at("11-02T00:00:00")),
        ("misc_charge", None, at("11-03T00:00:00")),
    ]
    .map(|(kind, adjustment, at)| (kind.to_owned(), adjustment, at));
    assert_eq!(facts, expected);
}

#[test]
fn r87_r88_a_void_carries_the_coupons_of_the_ticket_it_voids() {
    let voided = |number: Value, tickets: Value| {
        let adjustment = json!([{"AdjustmentType": "V", "PlatingControlNumber": number}]);
        let booking = with_tickets(json!({"AirlineTicket": tickets, "AirlineAdjustment": adjustment}));
        assert_eq!(
            booking.coupons.len(),
            tickets.as_array().unwrap().len(),
            "the ticket's coupons are counted once"
        );
        let charge = booking
            .charges
            .iter()
            .find(|charge| charge.kind == "airline_adjustment")
            .unwrap();
        charge
            .coupons
            .iter()
            .map(|coupon| coupon.status.clone().unwrap())
            .collect::<Vec<_>>()
    };
    let two = json!([ticket("0251207588", "OPEN"), ticket("0137973356", "USED")]);
    assert_eq!(voided(json!("0137973356"), two.clone()), ["USED"]);
    assert_eq!(voided(json!("001-0251207588"), two.clone()), ["OPEN"]);
    assert_eq!(voided(json!("999"), two.clone()), [""; 0]);
    assert_eq!(voided(json!(null), two), [""; 0]);
    assert_eq!(voided(json!(null), json!([ticket("0251207588", "OPEN")])), ["OPEN"]);
}

#[test]
fn r87_a_ticket_that_is_void_without_coupons_says_so() {
    let letter = |status: &str| {
        let booking =
            with_tickets(json!({"AirlineTicket": [{"PlatingControlNumber": "0251207588", "TicketStatus": status}]}));
        booking.charges[0].adjustment.clone()
    };
    assert_eq!(letter("VOID"), text("V"));
    assert_eq!(letter("Refunded"), text("R"));
    assert_eq!(letter("OPEN"), None);
    assert_eq!(letter("é"), None);
}
