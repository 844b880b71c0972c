//! What must never be kept (P10).

use serde_json::{Value, json};

use super::*;

/// Every value that a document can hold and a duty-of-care service must not: each is unique, so that it can be looked for.
fn full_of_secrets() -> (Value, Vec<&'static str>) {
    let secrets = vec![
        "4111111111111111",
        "VIxxxx1234SECRET",
        "CASHSECRET",
        "FFN7777777",
        "RAILCARD8888",
        "MEMBER9999",
        "SEAT41Z",
        "WAGON77",
        "PIN5150",
        "CUSTOMDATA31",
        "CUSTOMNAME32",
        "RULE33",
        "PAYMENTNAME34",
        "PAYTYPE35",
        "1879.13",
        "2211.07",
        "31.41",
        "TAXNAME36",
        "ENDORSE37",
        "KIOSK38",
        "KIOSKREF39",
        "51.4321",
        "MAILING40",
        "PICKUP41",
        "NOTE42",
        "REMARK43",
        "COMMENT44",
        "DESCRIPTION45",
        "PASSUSER46",
        "WEB47@example.com",
        "9998887776",
        "TRAVELERID48",
        "ENDNAME49",
        "RATECODE50",
        "WARNING51",
        "TITLEREMARK52",
        "STREET53",
        "TOURID54",
        "BOOKER55",
        "INVOICE56",
        "TICKETNO57",
    ];
    let money = json!({"Fixed": [{"Amount": 31.41, "Description": "TAXNAME36"}]});
    let passenger = json!({"NameFirst": "Emil", "NameLast": "Dover", "NameRemark": "TITLEREMARK52", "StreetAddress": "STREET53",
        "FrequentTravelerPrograms": {"FrequentFlyer": [{"FrequentFlyerNumber": "FFN7777777"}], "RailProgram": [{"ProgramNumber": "RAILCARD8888"}]}});
    let ticket = json!({"PassengerName": "Dover/Emil", "PlatingControlNumber": "9998887776", "InvoiceNumber": "INVOICE56", "MasterTicketNumber": "TICKETNO57",
        "ProgramMembershipNumber": "MEMBER9999", "TotalFare": 1879.13, "Endorsements": "ENDORSE37", "TourIdentifier": "TOURID54",
        "AccountingLine": {"CCNumber": "4111111111111111", "Comment": "VIxxxx1234SECRET", "FOPMethod": "CASHSECRET", "Fare": "1879.13"},
        "AirlineCharges": money, "Taxes": [{"TaxName": "TAXNAME36", "TaxAmount": 31.41}],
        "AirlineTicketCoupons": [{"StartCityCode": "JFK", "EndCityCode": "LHR", "CouponStatus": "OPEN", "RateCode": "RATECODE50"}]});
    let air = with(
        flight(),
        json!({"Seats": [{"PassengerRph": 0, "SeatNumber": "SEAT41Z"}], "FrequentTravelerId": "TRAVELERID48", "Notes": "NOTE42 staying with friends",
            "Remarks": {"TripLinkRemarks": [{"TripLinkRemark": [{"Text": "REMARK43"}]}]}, "RuleViolations": [{"CompanyRuleText": "RULE33"}], "Charges": money}),
    );
    let hotel = json!({"Name": "Sea View", "TotalRate": "2211.07", "DailyRate": 31.41, "PartnerMembershipId": "MEMBER9999", "RateCode": "RATECODE50"});
    let rail = json!({"StartCityCode": "LON", "WagonNumber": "WAGON77", "Seats": [{"PassengerRph": 0, "SeatNumber": "SEAT41Z"}], "TotalRate": 2211.07});
    let booking = with(
        booking(
            json!({"Air": [air], "Hotel": [hotel], "Rail": [rail], "Parking": [{"Name": "North", "Pin": "PIN5150", "StartCity": "London"}]}),
        ),
        json!({"Passengers": [passenger], "AirlineTickets": {"AirlineTicket": [ticket], "AirlineAdjustment": [{"AdjustmentType": "V",
                "TotalAdjustment": 1879.13, "PlatingControlNumber": "9998887776"}]},
            "FormOfPaymentName": "PAYMENTNAME34", "FormOfPaymentType": "PAYTYPE35", "IsGhostCard": true, "TicketMailingAddress": "MAILING40",
            "TicketPickupLocation": "PICKUP41", "TicketPickupNumber": "PICKUP41", "Charges": money, "Warnings": [{"Text": ["WARNING51"]}],
            "Delivery": {"LocationName": "KIOSK38", "ReferenceNumber": "KIOSKREF39", "Latitude": 51.4321}, "PassPrograms": [{"UserLastName": "PASSUSER46"}],
            "WebAddresses": [{"WebAddress": "WEB47@example.com"}], "AirfareQuotes": [{"TotalFare": 1879.13}],
            "RailPayments": {"RailPayment": [{"TotalFare": 2211.07, "TicketDocumentIdentifier": "TICKETNO57"}]},
            "Remarks": {"TripLinkRemarks": [{"TripLinkRemark": [{"Text": "REMARK43"}]}]}}),
    );
    let document = with(
        document(json!([booking])),
        json!({"CustomAttributes": [{"Name": "CUSTOMNAME32", "Data": "CUSTOMDATA31"}], "Comments": "COMMENT44", "Description": "DESCRIPTION45",
            "BookedByLastName": "BOOKER55", "ProjectName": "ENDNAME49"}),
    );
    (document, secrets)
}

#[test]
fn p10_nothing_unneeded_is_in_the_stored_form() {
    let (document, secrets) = full_of_secrets();
    let delivered = document.to_string();
    let stored = serde_json::to_string(&reading(&document)).unwrap();
    for secret in secrets {
        assert!(delivered.contains(secret), "{secret} is not in the test's document");
        assert!(!stored.contains(secret), "{secret} is kept");
    }
    // What is needed is there nevertheless.
    let trip = trip_of(&document);
    assert_eq!(
        (
            trip.bookings[0].segments.len(),
            trip.bookings[0].coupons.len(),
            trip.bookings[0].charges.len()
        ),
        (4, 1, 3)
    );
    assert_eq!(
        (
            trip.bookings[0].segments[0].note.clone(),
            trip.bookings[0].segments[0].rph.clone()
        ),
        (text("friends"), vec![0])
    );
}

#[test]
fn p10_errors_say_nothing_of_the_document() {
    let fault = read(br#"{"id": "a", "UserLoginId": "e.dover@example.com" "TripName": 1}"#).unwrap_err();
    assert!(!format!("{fault} {fault:?}").contains("dover"));
}
