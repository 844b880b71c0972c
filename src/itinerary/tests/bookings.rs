//! Bookings: source, passengers, phones, cancellation.

use serde_json::{Value, json};

use super::*;
use crate::itinerary::Source;

fn source(fields: Value) -> Source {
    let bare = with(
        booking(json!({})),
        json!({"BookingOwner": null, "ItinSourceName": null, "BookingSource": null}),
    );
    booking_of(with(bare, fields)).source
}

#[test]
fn r9_t57_sources_in_both_vocabularies() {
    let vocabulary = [
        ("ConcurTravel", "Cliqbook", Source::Gds),
        ("OpenBookingEmail", "Panama", Source::ParsedMail),
        ("ConcurConnectAPI", "Agency", Source::AgencyApi),
        ("OpenBookingSupplier", "TravelSupplier", Source::Supplier),
        ("TripIt", "TripIt", Source::TripIt),
        ("TravelRequest", "TravelRequest", Source::TravelRequest),
        ("AmadeusETravel", "-", Source::AmadeusETravel),
    ];
    for (owner, itin_source, expected) in vocabulary {
        assert_eq!(source(json!({"BookingOwner": owner})), expected, "{owner}");
        assert_eq!(
            source(json!({"BookingOwner": owner.to_uppercase(), "ItinSourceName": "Cliqbook"})),
            expected,
            "{owner}"
        );
        if itin_source != "-" {
            assert_eq!(
                source(json!({"ItinSourceName": itin_source})),
                expected,
                "{itin_source}"
            );
        }
        assert_eq!(
            source(json!({"BookingOwner": "Somebody", "ItinSourceName": itin_source})) == expected,
            itin_source != "-"
        );
    }
    assert_eq!(source(json!({})), Source::Unknown);
    assert_eq!(source(json!({"BookingOwner": "Somebody"})), Source::Unknown);
}

#[test]
fn r10_t58_manual_is_a_source_of_its_own_for_mails_only() {
    for owner in ["OpenBookingEmail", "TripIt", "Panama"] {
        assert_eq!(
            source(json!({"BookingOwner": owner, "BookingSource": "manual"})),
            Source::Manual
        );
    }
    // As in the published sample.
    assert_eq!(
        source(json!({"BookingOwner": "ConcurTravel", "BookingSource": "Manual"})),
        Source::Gds
    );
    assert_eq!(
        source(json!({"BookingOwner": "TripIt", "BookingSource": "Hilton"})),
        Source::TripIt
    );
    assert_eq!(source(json!({"BookingSource": "Manual"})), Source::Manual);
}

#[test]
fn r9_t16_x11_the_booking_level_counts() {
    let trip_says = |booking: Value| {
        let document = with(
            document(json!([booking])),
            json!({"ItinSourceName": "Cliqbook", "BookingOwner": "ConcurTravel"}),
        );
        trip_of(&document).bookings.remove(0)
    };
    let mail = with(
        booking(json!({})),
        json!({"BookingOwner": "OpenBookingEmail", "ItinSourceName": null}),
    );
    assert_eq!(trip_says(mail).source, Source::ParsedMail);
    let silent = trip_says(with(
        booking(json!({})),
        json!({"BookingOwner": null, "ItinSourceName": null}),
    ));
    assert_eq!((silent.source, silent.owner), (Source::Gds, None));
}

#[test]
fn x32_confirmed_status_and_travel_request_owner_are_both_kept() {
    let document = document(json!([with(
        booking(json!({})),
        json!({"BookingOwner": "TravelRequest"})
    )]));
    let trip = trip_of(&document);
    assert_eq!(
        (trip.status, trip.bookings[0].source),
        (crate::itinerary::TripStatus::Confirmed, Source::TravelRequest)
    );
}

#[test]
fn t20_locators_of_any_format() {
    for locator in ["QW7TRA", "BCC52120201104205418831", "TR-30418"] {
        assert_eq!(
            booking_of(with(booking(json!({})), json!({"RecordLocator": locator}))).locator,
            text(locator)
        );
    }
    let dated = with(
        booking(json!({})),
        json!({"DateBookedLocal": "2026-10-27T22:00:00-04:00", "LastTicketDateUtc": "2026-11-05"}),
    );
    let booking = booking_of(dated);
    assert_eq!(booking.booked_local, Some(civil("2026-10-27T22:00:00")));
    assert_eq!(booking.last_ticket_date, Some(instant("2026-11-05T00:00:00Z")));
    assert_eq!(
        (booking.owner, booking.itin_source, booking.booking_source),
        (text("ConcurTravel"), text("Cliqbook"), text("Sabre"))
    );
}

#[test]
fn t21_t22_passenger_names_and_nothing_else() {
    let passengers = json!([{"NameFirst": "Ben", "NameLast": "Esch", "NameMiddle": "Dwayne", "TextName": "EschIII/BenDwayne",
        "FirstNameNumber": 0, "LastNameNumber": 1, "NameRemark": "FINANCE", "NameSuffix": "III"}]);
    let booking = booking_of(with(booking(json!({})), json!({"Passengers": passengers})));
    let [ben] = booking.passengers.as_slice() else { panic!() };
    assert_eq!(
        (ben.first.clone(), ben.last.clone(), ben.middle.clone()),
        (text("Ben"), text("Esch"), text("Dwayne"))
    );
    assert_eq!(ben.text, text("EschIII/BenDwayne"));
}

fn party(count: usize, named: Value, fields: Value) -> Vec<Option<i64>> {
    let people: Vec<Value> = (0..count)
        .map(|index| json!({"NameFirst": format!("P{index}")}))
        .collect();
    let seats: Vec<Value> = named
        .as_array()
        .unwrap()
        .iter()
        .map(|rph| json!({"PassengerRph": rph}))
        .collect();
    let air = json!({"Air": [with(flight(), json!({"Seats": seats}))]});
    let booking = booking_of(with(with(booking(air), json!({"Passengers": people})), fields));
    booking.passengers.iter().map(|passenger| passenger.rph).collect()
}

#[test]
fn t23_passengers_are_named_by_their_position_from_zero() {
    assert_eq!(party(2, json!([0, 1]), json!({})), [Some(0), Some(1)]);
    assert_eq!(party(2, json!([]), json!({})), [Some(0), Some(1)]);
    assert_eq!(party(2, json!([1]), json!({})), [Some(0), Some(1)]);
}

#[test]
fn t23_counting_from_one_shows_by_the_last_number() {
    assert_eq!(party(2, json!([1, 2]), json!({})), [Some(1), Some(2)]);
    assert_eq!(party(2, json!(["2"]), json!({})), [Some(1), Some(2)]);
}

#[test]
fn t23_a_number_of_their_own_wins() {
    let named = json!({"Passengers": [{"NameFirst": "A", "PassengerRPH": 4}, {"NameFirst": "B", "passengerRph": "5"}]});
    assert_eq!(party(2, json!([0]), named), [Some(4), Some(5)]);
}

#[test]
fn t24_several_passengers_stay_in_order() {
    let names = json!({"Passengers": [{"NameFirst": "Ann"}, {"NameFirst": "Ben"}, {"NameFirst": "Emil"}]});
    let booking = booking_of(with(booking(json!({})), names));
    let first: Vec<_> = booking
        .passengers
        .into_iter()
        .filter_map(|passenger| passenger.first)
        .collect();
    assert_eq!(first, ["Ann", "Ben", "Emil"]);
}

#[test]
fn t25_a_guest_without_phone_is_no_error() {
    assert_eq!(booking_of(booking(json!({}))).phones, []);
}

#[test]
fn t27_agency_numbers_are_not_the_travelers() {
    let phones = json!([
        {"Description": "Agency", "PhoneNumber": "703-837-6106", "Type": "W"},
        {"Description": "Meridian Travel New York", "PhoneNumber": "703-837-6107"},
        {"Type": "A", "PhoneNumber": "703-837-6108"},
        {"Description": "Residence", "PassengerRPH": 0, "PhoneNumber": "703-837-6100", "Type": "H"},
        {"PhoneNumber": 8004018412_u64, "Type": "B", "PassengerRph": "1"},
        {"Description": "Business", "PhoneNumber": "NONE"},
        {"PhoneNumber": "call me"},
    ]);
    let booking = booking_of(with(
        booking(json!({})),
        json!({"AgencyName": "Meridian Travel New York", "PhoneNumbers": phones}),
    ));
    let numbers: Vec<_> = booking
        .phones
        .iter()
        .map(|phone| (phone.number.as_str(), phone.kind.as_deref(), phone.rph))
        .collect();
    assert_eq!(
        numbers,
        [
            ("703-837-6100", Some("Residence"), Some(0)),
            ("8004018412", Some("B"), Some(1))
        ]
    );
}

#[test]
fn t28_the_ticket_kiosk_is_never_read() {
    let kiosk = json!({"Delivery": {"City": "London", "Country": "UK", "Latitude": 51.32, "Longitude": 0.5, "PhoneNumber": "(703)837.6100"}});
    let bare = json!({"Air": [flight()]});
    assert_eq!(
        booking_of(with(booking(bare.clone()), kiosk)),
        booking_of(booking(bare))
    );
}

#[test]
fn t44_only_a_cancellation_makes_a_booking_cancelled() {
    let cancelled = |fields: Value| booking_of(with(booking(json!({"Air": [flight()]})), fields)).cancelled;
    for yes in [
        json!({"DateCancelledUtc": "2026-11-02T10:00:00Z"}),
        json!({"CancellationNumber": "X1"}),
        json!({"BookingStatus": "Cancelled"}),
        json!({"Status": "CANCELED"}),
        json!({"IsCancelled": "true"}),
    ] {
        assert!(cancelled(yes.clone()), "{yes}");
    }
    for no in [
        json!({}),
        json!({"Segments": {}}),
        json!({"Status": "HK"}),
        json!({"DateCancelledUtc": "0001-01-01"}),
        json!({"CancellationNumber": ""}),
    ] {
        assert!(!cancelled(no.clone()), "{no}");
    }
}

#[test]
fn r124_the_booker_is_not_read() {
    let booked_by = json!({"BookedByFirstName": "Zacharias", "BookedByLastName": "Quill", "BookedVia": "Agent"});
    let trip = trip_of(&with(document(json!([])), booked_by));
    assert!(!serde_json::to_string(&trip).unwrap().contains("Quill"));
}

#[test]
fn r211_a_declared_private_stay_is_kept_by_its_kind_only() {
    let remarks =
        |words: &str| json!({"TripLinkRemarks": [{"TripLinkRemark": [{"Text": "TESTING"}, {"Text": words}]}]});
    let hotel = |words: &str| segment_of("Travel", json!({"StartCity": "Lisbon", "Notes": words})).note;
    assert_eq!(
        hotel("Will be staying with friends, card 4111111111111111"),
        text("friends")
    );
    assert_eq!(hotel("at the Company Apartment"), text("company apartment"));
    assert_eq!(hotel("Rooms come from the meeting block"), text("meeting block"));
    assert_eq!(hotel("Friend"), text("friends"));
    assert_eq!(hotel("Family room requested"), None);
    assert_eq!(hotel("Call 20 minutes in advance"), None);
    let air = segment_of("Air", with(flight(), json!({"Remarks": remarks("Stays with family")})));
    assert_eq!(air.note, text("family"));
    assert_eq!(
        booking_of(with(
            booking(json!({})),
            json!({"Remarks": remarks("private accommodation")})
        ))
        .note,
        text("private stay")
    );
    for field in ["Notes", "Remarks", "Comments"] {
        let noted = booking_of(with(booking(json!({})), json!({field: "Privatunterkunft"}))).note;
        assert_eq!(noted, text("private stay"), "{field} of a booking");
        let noted = trip_of(&with(document(json!([])), json!({field: "sleeps with my sister"}))).note;
        assert_eq!(noted, text("family"), "{field} of a trip");
    }
    let custom = json!({"CustomAttributes": [{"Name": "Lodging", "Data": "Friends", "DataType": "String"}]});
    assert_eq!(trip_of(&with(document(json!([])), custom)).note, text("friends"));
    assert_eq!(
        trip_of(&with(document(json!([])), json!({"Comments": "staying with friends"}))).note,
        text("friends")
    );
}
