//! The document as a whole: id, keys, shapes, status.

use serde_json::{Value, json};

use super::*;
use crate::itinerary::{Proposal, ReadError, SegmentKind, TripStatus};

#[test]
fn t_root_id_is_the_last_path_segment_in_lower_case() {
    let id = |id: Value| {
        read(with(document(json!([])), json!({"id": id})).to_string().as_bytes()).map(|reading| reading.trip.id)
    };
    let expected = Ok("51aa0c2e-0000-4000-8000-0123456789ab".to_owned());
    assert_eq!(
        id(json!(
            "https://us.api.concursolutions.com/travel/v4/trips/51AA0C2E-0000-4000-8000-0123456789AB"
        )),
        expected
    );
    assert_eq!(
        id(json!(
            "https://eu2.api.concursolutions.com/x/51aa0c2e-0000-4000-8000-0123456789ab/?a=b/c#d"
        )),
        expected
    );
    assert_eq!(id(json!(" 51aa0c2e-0000-4000-8000-0123456789ab ")), expected);
    assert_eq!(id(json!(4711)), Ok("4711".to_owned()));
    for none in [
        json!(null),
        json!(""),
        json!("///"),
        json!("N/A"),
        json!({"a": 1}),
        json!("x".repeat(300)),
    ] {
        assert_eq!(id(none), Err(ReadError::NoTripId));
    }
}

#[test]
fn t8_every_field_but_the_id_is_optional() {
    let reading = reading(&json!({"id": "a"}));
    assert_eq!(
        reading.trip,
        Trip {
            id: "a".to_owned(),
            ..Trip::default()
        }
    );
    let empty = json!({"id": "a", "Bookings": [{"Segments": {"Air": [{"StartCityCode": "JFK"}]}}]});
    assert_eq!(trip_of(&empty).bookings[0].segments[0].start.code, text("JFK"));
}

#[test]
fn t_root_fields_of_the_trip_are_read() {
    let document = with(
        document(json!([])),
        json!({
            "StartDateLocal": "2026-11-10T18:30:00", "EndDateUtc": "2026-11-13T20:00:00Z", "DateBookedLocal": "2026-10-28T05:12:00",
            "ClientLocator": "C-1", "ItinLocator": "gWut", "TravelRequestID": "TR1", "IsPersonal": true, "HasOpenBookingPassive": "Y",
            "ProposalBatchSize": "3", "ProposalSequenceIndex": 2, "TripStatus": 6,
        }),
    );
    let trip = trip_of(&document);
    assert_eq!(trip.login, text("e.dover@example.com"));
    assert_eq!(trip.name, text("To the coast"));
    assert_eq!(trip.status, TripStatus::Proposal);
    assert_eq!(trip.starts.local, Some(civil("2026-11-10T18:30:00")));
    assert_eq!(trip.ends.utc, Some(instant("2026-11-13T20:00:00Z")));
    assert_eq!(trip.booked_local, Some(civil("2026-10-28T05:12:00")));
    assert_eq!(trip.created, Some(instant("2026-10-28T09:12:00Z")));
    assert_eq!(trip.modified, Some(instant("2026-11-01T10:00:51.026Z")));
    assert_eq!(
        (trip.client_locator, trip.itin_locator, trip.travel_request),
        (text("C-1"), text("gWut"), text("TR1"))
    );
    assert_eq!(
        trip.proposal,
        Some(Proposal {
            batch_size: Some(3),
            index: Some(2)
        })
    );
    assert!(trip.personal && trip.has_passive);
}

#[test]
fn t40_x18_keys_are_read_in_any_case_and_variant() {
    let document = json!({
        "ID": "A", "userloginID": "e@example.com", "TRAVELREQUESTID": "TR1",
        "bookings": [{"recordLocator": "X1", "phoneNumbers": [{"passengerRPH": 0, "phoneNumber": "5551234"}],
            "segments": {"AIR": [{"legID": 7, "startCITYcode": "jfk", "flightnumber": 1, "seats": [{"PassengerRPH": 0}]}],
                "ride": [{"reservationID": "R1", "OPERATEDBYVENDOR": "ZZ"}], "hotel": [{"CHECKINTIME": "15:00", "timezone": "Europe/Berlin"}]}}],
    });
    let trip = trip_of(&document);
    assert_eq!((trip.login, trip.travel_request), (text("e@example.com"), text("TR1")));
    let booking = &trip.bookings[0];
    assert_eq!((booking.locator.clone(), booking.phones[0].rph), (text("X1"), Some(0)));
    let [air, hotel, ride] = booking.segments.as_slice() else {
        panic!("{:?}", booking.segments)
    };
    assert_eq!(
        (air.leg.clone(), air.start.code.clone(), air.number.clone()),
        (text("7"), text("JFK"), text("1"))
    );
    assert_eq!(air.rph, [0]);
    assert_eq!(
        (hotel.check_in, hotel.zone_text.clone()),
        (Some("15:00:00".parse().unwrap()), text("Europe/Berlin"))
    );
    assert_eq!(
        (ride.confirmation.clone(), ride.operating_vendor.clone()),
        (text("R1"), text("ZZ"))
    );
}

#[test]
fn t39_t41_numbers_may_be_texts_and_texts_numbers() {
    let car = segment_of(
        "Car",
        json!({"StartLatitude": "51.320000", "StartLongitude": -0.5, "EndLatitude": 51, "EndLongitude": "0,25", "Vendor": 7,
            "ConfirmationNumber": 123456, "NumStops": "2"}),
    );
    assert_eq!(
        (car.start.lat, car.start.lon, car.end.lat, car.end.lon),
        (Some(51.32), Some(-0.5), Some(51.0), Some(0.25))
    );
    assert_eq!(
        (car.vendor, car.confirmation, car.stops),
        (text("7"), text("123456"), Some(2))
    );
    let air = segment_of(
        "Air",
        with(
            flight(),
            json!({"FlightNumber": 112, "LegId": "1", "NumStops": "0", "Duration": "415"}),
        ),
    );
    assert_eq!(
        (air.number, air.leg, air.stops, air.duration_min),
        (text("112"), text("1"), Some(0), Some(415.0))
    );
}

#[test]
fn t39_coordinates_that_are_no_numbers_are_absent() {
    let hotel = segment_of(
        "Hotel",
        json!({"Name": "Sea View", "StartLatitude": "", "StartLongitude": "unknown"}),
    );
    assert_eq!((hotel.start.lat, hotel.start.lon), (None, None));
    let hotel = segment_of(
        "Hotel",
        json!({"Name": "Sea View", "StartLatitude": "NaN", "StartLongitude": 1e300}),
    );
    assert_eq!((hotel.start.lat, hotel.start.lon), (None, None));
    // Whether 0/0 or 97 degrees north can be meant is judged later (R65).
    let hotel = segment_of("Hotel", json!({"StartLatitude": 97.5, "StartLongitude": 0}));
    assert_eq!((hotel.start.lat, hotel.start.lon), (Some(97.5), Some(0.0)));
}

#[test]
fn x18_one_object_for_a_list_and_a_list_for_one_object() {
    let usual = trip_of(&document(json!([booking(json!({"Air": [flight()]}))])));
    let lone = trip_of(&document(booking(json!({"Air": flight()}))));
    let listed = trip_of(&document(json!([[booking(
        json!([{"Air": [[flight()]]}, {"Hotel": null}])
    )]])));
    assert_eq!(usual, lone);
    assert_eq!(usual, listed);
    let many = trip_of(&document(json!([booking(
        json!([{"Air": flight()}, {"Air": [flight()]}])
    )])));
    assert_eq!(many.bookings[0].segments[1].label(), "Air[1]");
    let value = trip_of(&with(
        document(json!([])),
        json!({"TripName": ["", "Coast"], "UserLoginId": {"Value": "x"}}),
    ));
    assert_eq!((value.name, value.login), (text("Coast"), None));
}

#[test]
fn x18_lists_wrapped_as_in_the_xml_form() {
    let usual = trip_of(&document(json!([booking(json!({"Air": [flight()]}))])));
    let plain = booking(json!({"Air": [flight()]}));
    let passengers = json!({"Passenger": plain["Passengers"]});
    let wrapped = json!({"Itinerary": document(json!({"Booking": [with(plain, json!({"Passengers": passengers}))]}))});
    assert_eq!(trip_of(&wrapped), usual);
}

#[test]
fn x18_warnings_of_any_shape_are_ignored() {
    let usual = trip_of(&document(json!([booking(json!({"Air": [flight()]}))])));
    for warnings in [
        json!([{"Code": ["a"], "Text": ["b"]}]),
        json!({"Code": "a"}),
        json!("a"),
        json!(null),
        json!([1, [2]]),
    ] {
        let document = document(json!([with(
            booking(json!({"Air": [flight()]})),
            json!({"Warnings": warnings, "Warning": 1})
        )]));
        assert_eq!(trip_of(&document), usual);
    }
}

#[test]
fn t18_r12_a_booking_with_empty_segments_is_kept_and_noted() {
    for empty in [
        json!({}),
        json!(null),
        json!([]),
        json!({"Air": []}),
        json!({"Air": {}, "Hotel": [{}]}),
        json!(""),
    ] {
        let document = document(json!([booking(json!({"Air": [flight()]})), booking(empty)]));
        let reading = reading(&document);
        assert_eq!(reading.trip.bookings[1].locator, text("QW7TRA"));
        assert_eq!(reading.trip.bookings[1].segments, []);
        let [oddity] = reading.oddities.as_slice() else {
            panic!("{:?}", reading.oddities)
        };
        assert_eq!(
            (oddity.code.as_ref(), oddity.booking, &oddity.segment),
            ("booking_without_segments", Some(1), &None)
        );
    }
}

#[test]
fn r12_t45_a_document_without_bookings_is_valid_and_noted() {
    for none in [json!([]), json!(null), json!("none")] {
        assert_eq!(oddities(&document(none)), ["booking_without_segments"]);
    }
}

#[test]
fn t19_a_segment_that_says_nothing_is_left_out_and_keeps_its_place() {
    let booking = booking_of(booking(
        json!({"Air": [{}, flight(), {"Status": null, "Meals": "none"}]}),
    ));
    let labels: Vec<String> = booking.segments.iter().map(Segment::label).collect();
    assert_eq!(labels, ["Air[1]"]);
}

#[test]
fn t19_the_eight_lists_are_read() {
    let kinds = ["Air", "Car", "Dining", "Hotel", "Parking", "Rail", "Ride", "Travel"];
    let lists: serde_json::Map<String, Value> = kinds
        .iter()
        .rev()
        .map(|kind| ((*kind).to_owned(), json!([{"Status": "HK"}])))
        .collect();
    let booking = booking_of(booking(Value::Object(lists)));
    let read: Vec<&str> = booking.segments.iter().map(|segment| segment.kind.as_str()).collect();
    assert_eq!(read, kinds);
    assert_eq!(booking.segments[3].kind, SegmentKind::Hotel);
    assert_eq!(booking.segments[3].label(), "Hotel[0]");
}

#[test]
fn t56_r11_trip_status_as_number_numeric_text_or_name() {
    let status = |value: Value| {
        let document = with(
            document(json!([booking(json!({"Air": [flight()]}))])),
            json!({"TripStatus": value}),
        );
        (trip_of(&document).status, oddities(&document))
    };
    let known = [
        (json!(0), TripStatus::Confirmed),
        (json!("0"), TripStatus::Confirmed),
        (json!(1), TripStatus::Ticketed),
        (json!("Ticketed by agent"), TripStatus::Ticketed),
        (json!(2), TripStatus::Cancelled),
        (json!("Withdrawn"), TripStatus::Cancelled),
        (json!("canceled"), TripStatus::Cancelled),
        (json!(4), TripStatus::Virtual),
        (json!(5), TripStatus::VirtualCancelled),
        (json!("VirtualCancelled"), TripStatus::VirtualCancelled),
        (json!("6"), TripStatus::Proposal),
        (json!(7.0), TripStatus::BookedProposal),
        (json!("Booked Proposal"), TripStatus::BookedProposal),
        (json!(255), TripStatus::Removed),
        (json!(null), TripStatus::Unknown),
    ];
    for (value, expected) in known {
        assert_eq!(status(value.clone()), (expected, vec![]), "{value}");
    }
    assert_eq!(
        status(json!("HK")),
        (TripStatus::Confirmed, vec!["trip_status_not_numeric".to_owned()])
    );
    assert_eq!(
        status(json!("on its way")),
        (TripStatus::Confirmed, vec!["trip_status_not_numeric".to_owned()])
    );
    assert_eq!(
        status(json!(3)),
        (TripStatus::Confirmed, vec!["status_unknown".to_owned()])
    );
}

#[test]
fn r11_the_notice_names_a_code_but_no_free_text() {
    let detail = |value: &str| {
        reading(&with(document(json!([])), json!({"TripStatus": value})))
            .oddities
            .remove(0)
            .detail
    };
    assert!(detail("HK").contains("HK"));
    assert!(!detail("Emil Dover").contains("Dover"));
}

#[test]
fn r7_ways_to_say_nothing_are_absent() {
    for nothing in [
        "", " ", "-", "--", "N/A", "n/a", "TBA", "tbd", "NONE", "XXX", "***", " . / . ",
    ] {
        let segment = segment_of(
            "Hotel",
            json!({"StartCity": nothing, "StartCityCode": nothing, "Name": nothing, "StartCountry": nothing,
                "ConfirmationNumber": nothing, "CancellationNumber": nothing, "StartState": "NY"}),
        );
        assert_eq!(
            (segment.start.city, segment.start.code, segment.start.country),
            (None, None, None),
            "{nothing:?}"
        );
        assert_eq!(
            (segment.name, segment.confirmation, segment.cancellation),
            (None, None, None),
            "{nothing:?}"
        );
        assert_eq!(segment.start.state, text("NY"));
    }
}

#[test]
fn r7_number_vendor_and_status_stay_raw_for_classification() {
    let air = segment_of(
        "Air",
        json!({"FlightNumber": " TBA ", "Vendor": "$$", "Status": "-", "OperatedByVendor": "??"}),
    );
    assert_eq!(
        (air.number, air.vendor, air.status, air.operating_vendor),
        (text("TBA"), text("$$"), text("-"), None)
    );
    let air = segment_of(
        "Air",
        json!({"FlightNumber": "", "Vendor": null, "Status": " ", "StartCityCode": "JFK"}),
    );
    assert_eq!((air.number, air.vendor, air.status), (None, None, None));
}

#[test]
fn r93_approval_from_whatever_field_says_so() {
    let approved = |fields: Value| trip_of(&with(document(json!([booking(json!({}))])), fields)).approved;
    for yes in [
        json!({"ApprovalStatus": "Approved"}),
        json!({"IsApproved": true}),
        json!({"approved": "yes"}),
        json!({"TravelRequest": {"Id": "TR1", "ApprovalStatus": {"Code": "Q_APPR", "Name": "Approved"}}}),
        json!({"TravelRequestStatus": "APPROVED by manager"}),
        json!({"CustomAttributes": [{"Name": "Approval", "Data": "Approved"}]}),
    ] {
        assert_eq!(approved(yes.clone()), Some(true), "{yes}");
    }
    for no in [
        json!({"ApprovalStatus": "Rejected"}),
        json!({"RequestStatus": "Withdrawn"}),
        json!({"TravelRequestStatus": "cancelled"}),
    ] {
        assert_eq!(approved(no.clone()), Some(false), "{no}");
    }
    for unknown in [
        json!({}),
        json!({"ApprovalStatus": "Pending"}),
        json!({"IsApproved": false}),
        json!({"ApprovalStatus": "Not approved"}),
        json!({"ApprovalStatus": "Approved", "RequestStatus": "Rejected"}),
        json!({"TravelRequest": true}),
        json!({"CustomAttributes": [{"Name": "Nickname", "Data": "Approved"}]}),
    ] {
        assert_eq!(approved(unknown.clone()), None, "{unknown}");
    }
    let in_booking = document(json!([with(booking(json!({})), json!({"ApprovalStatus": "Approved"}))]));
    assert_eq!(trip_of(&in_booking).approved, Some(true));
    assert_eq!(
        trip_of(&with(document(json!([])), json!({"TravelRequest": {"id": "TR9"}}))).travel_request,
        text("TR9")
    );
}

#[test]
fn t16_trip_name_controls_and_length_are_tamed() {
    let trip = trip_of(&with(
        document(json!([])),
        json!({"TripName": format!("a\u{0}b{}", "c".repeat(10_000))}),
    ));
    let name = trip.name.unwrap();
    assert!(name.starts_with("a b") && name.chars().count() == 512);
}
