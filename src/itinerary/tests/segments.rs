//! The eight kinds of segments.

use serde_json::{Value, json};

use super::*;
use crate::itinerary::{End, SegmentKind, When};

#[test]
fn t42_t43_a_flight() {
    let air = segment_of(
        "Air",
        with(
            flight(),
            json!({"StartTerminal": "8", "EndTerminal": 5, "NumStops": 0, "OperatedByVendor": "AA", "OperatedByFlightNumber": "6140",
                "VendorName": "British Airways", "AircraftCode": "777", "ConfirmationNumber": "QW7TRA1", "Type": "OTH",
                "DateCreatedUtc": "2026-10-28T09:12:00.000+00:00", "DateModifiedUtc": "2026-11-01T10:00:00.000+00:00"}),
        ),
    );
    let expected = Segment {
        kind: SegmentKind::Air,
        start: End {
            when: When {
                local: Some(civil("2026-11-10T18:30:00")),
                utc: Some(instant("2026-11-10T23:30:00Z")),
                ..When::default()
            },
            code: text("JFK"),
            terminal: text("8"),
            ..End::default()
        },
        end: End {
            when: When {
                local: Some(civil("2026-11-11T06:25:00")),
                utc: Some(instant("2026-11-11T06:25:00Z")),
                ..When::default()
            },
            code: text("LHR"),
            terminal: text("5"),
            ..End::default()
        },
        status: text("HK"),
        vendor: text("BA"),
        vendor_name: text("British Airways"),
        number: text("112"),
        operating_vendor: text("AA"),
        operating_number: text("6140"),
        confirmation: text("QW7TRA1"),
        created: Some(instant("2026-10-28T09:12:00Z")),
        modified: Some(instant("2026-11-01T10:00:00Z")),
        leg: text("1"),
        stops: Some(0),
        equipment: text("777"),
        type_text: text("OTH"),
        ..Segment::default()
    };
    assert_eq!(air, expected);
}

#[test]
fn t9_t65_a_flight_with_next_to_nothing_is_kept() {
    let air = segment_of(
        "Air",
        json!({"StartCityCode": "JFK", "EndCityCode": "LHR", "StartDateLocal": "2026-11-10", "Status": "Q7"}),
    );
    assert_eq!((air.end.code, air.number, air.status), (text("LHR"), None, text("Q7")));
    assert!(air.start.when.date_only);
}

#[test]
fn t42_discontinuous_legs_stay_as_they_are() {
    let later = json!({"StartDateLocal": "2026-11-16T15:54:18.000-00:00", "EndCityCode": "LAX"});
    let booking = booking_of(booking(json!({"Air": [flight(), with(flight(), later)]})));
    let routes: Vec<_> = booking
        .segments
        .iter()
        .map(|air| (air.start.code.as_deref(), air.end.code.as_deref()))
        .collect();
    assert_eq!(routes, [(Some("JFK"), Some("LHR")), (Some("JFK"), Some("LAX"))]);
}

#[test]
fn t44_cancellation_number_and_date() {
    let air = segment_of(
        "Air",
        with(
            flight(),
            json!({"CancellationNumber": 778, "DateCancelledUtc": "2026-11-02T10:00:00.000+00:00"}),
        ),
    );
    assert_eq!(
        (air.cancellation, air.cancelled_at),
        (text("778"), Some(instant("2026-11-02T10:00:00Z")))
    );
}

#[test]
fn t46_r8_unknown_and_ride_vendors_stay_as_they_are() {
    for vendor in ["$$", "$R"] {
        let ride = segment_of("Ride", json!({"Vendor": vendor, "VendorName": "RideCharge"}));
        assert_eq!((ride.vendor, ride.vendor_name), (text(vendor), text("RideCharge")));
    }
}

#[test]
fn t47_x19_status_is_the_raw_reservation_status_and_optional() {
    for status in ["HK", "hl", "GK1", "BK"] {
        assert_eq!(segment_of("Hotel", json!({"Status": status})).status, text(status));
    }
    let ride = json!({"StartCity": "Alexandria", "Seats": [{"Status": "X"}]});
    assert_eq!(segment_of("Ride", ride.clone()).status, None);
    assert_eq!(
        segment_of("Ride", with(ride, json!({"Status": "RA"}))).status,
        text("RA")
    );
}

#[test]
fn t_hotel_has_one_place_and_two_times() {
    let hotel = segment_of(
        "Hotel",
        json!({"Name": "Sea View", "StartAddress": "1 Beach Road", "StartAddress2": "Floor 2", "StartCity": "Lisbon", "StartState": "LX",
            "StartPostalCode": "1000", "StartCountry": "PT", "StartCityCode": "LIS", "StartLatitude": 38.7223341, "StartLongitude": -9.139337,
            "EndCity": "Porto", "EndCityCode": "OPO", "EndLatitude": 41.1, "StartDateLocal": "2026-11-10T23:59:00", "EndDateLocal": "2026-11-13",
            "CheckinTime": "15:00", "CheckoutTime": "11:00", "PassiveType": "H", "Parking": true, "Status": "GK"}),
    );
    assert_eq!(hotel.name, text("Sea View"));
    assert_eq!(hotel.start.address, text("1 Beach Road, Floor 2"));
    assert_eq!(
        (hotel.start.city, hotel.start.state, hotel.start.code),
        (text("Lisbon"), text("LX"), text("LIS"))
    );
    assert_eq!((hotel.start.postal, hotel.start.country), (text("1000"), text("PT")));
    assert_eq!((hotel.start.lat, hotel.start.lon), (Some(38.7223341), Some(-9.139337)));
    let end_when = When {
        local: Some(civil("2026-11-13T00:00:00")),
        date_only: true,
        ..When::default()
    };
    assert_eq!(
        hotel.end,
        End {
            when: end_when,
            ..End::default()
        }
    );
    assert_eq!(
        (
            hotel.check_in.map(|t| t.to_string()),
            hotel.check_out.map(|t| t.to_string())
        ),
        (text("15:00:00"), text("11:00:00"))
    );
    assert_eq!(hotel.passive, text("H"));
}

#[test]
fn t_dining_and_parking_end_at_a_time_only() {
    for kind in ["Dining", "Parking"] {
        let segment = segment_of(
            kind,
            json!({"Name": "Harbour", "StartLocation": "North", "StartCity": "Lisbon", "EndCity": "Porto", "EndDateLocal": "2026-11-10T22:00:00"}),
        );
        assert_eq!(segment.start.location, text("North"));
        assert_eq!(
            (segment.end.city, segment.end.when.local),
            (None, Some(civil("2026-11-10T22:00:00")))
        );
    }
    assert_eq!(
        segment_of("Dining", json!({"ReservationID": 77})).confirmation,
        text("77")
    );
}

#[test]
fn t_car_with_places_at_both_ends() {
    let car = segment_of(
        "Car",
        json!({"StartCityCode": "muc", "StartLocation": "Terminal 2", "EndCity": "Vienna", "EndCountry": "AT", "EndCityCode": "VIE",
            "Class": "C", "Body": "D"}),
    );
    assert_eq!((car.start.code, car.start.location), (text("MUC"), text("Terminal 2")));
    assert_eq!(
        (car.end.city, car.end.country, car.end.code),
        (text("Vienna"), text("AT"), text("VIE"))
    );
}

#[test]
fn t_car_delivered_and_collected_flat_and_nested() {
    let flat = json!({"PickupDeliveryAddress1": "5 Hill Street", "PickupDeliveryCity": "Leeds", "PickupDeliveryCountry": "GB",
        "PickupDeliveryLatitude": "53.8", "PickupDeliveryLongitude": "-1.55", "PickupDeliveryCityCode": "LBA",
        "DropoffCollectionCity": "York", "DropoffCollectionPostalCode": "YO1"});
    let nested = json!({"PickupDelivery": {"Address1": "5 Hill Street", "City": "Leeds", "Country": "GB", "Latitude": "53.8",
        "Longitude": -1.55, "CityCode": "LBA"}, "DropoffCollection": {"City": "York", "PostalCode": "YO1"}});
    let car = segment_of("Car", flat);
    assert_eq!(car, segment_of("Car", nested));
    assert_eq!(
        (
            car.start.address.clone(),
            car.start.city.clone(),
            car.start.country.clone()
        ),
        (text("5 Hill Street"), text("Leeds"), text("GB"))
    );
    assert_eq!(
        (car.start.lat, car.start.lon, car.start.code),
        (Some(53.8), Some(-1.55), text("LBA"))
    );
    assert_eq!((car.end.city, car.end.postal), (text("York"), text("YO1")));
}

#[test]
fn t_car_the_alternative_fills_what_is_missing_but_mixes_no_addresses() {
    let car = segment_of(
        "Car",
        json!({"StartCity": "Paris", "PickupDeliveryCity": "Dallas", "PickupDeliveryState": "TX", "PickupDeliveryCountry": "US",
            "PickupDeliveryCityCode": "DFW"}),
    );
    assert_eq!(
        (car.start.city, car.start.state, car.start.country, car.start.code),
        (text("Paris"), None, None, text("DFW"))
    );
}

#[test]
fn t_rail_with_stations_and_train() {
    let rail = segment_of(
        "Rail",
        json!({"StartRailStation": "GBEUS", "StartRailStationName": "London Euston", "StartPlatform": "3", "EndRailStationName": "Manchester Piccadilly",
            "EndCityCode": "MAN", "EndLongitude": -2, "TrainNumber": 9, "TrainTypeCode": "ICE", "OperatedByTrainNumber": "19", "WagonNumber": "7",
            "TransportMode": "Train", "LegId": "2", "Seats": [{"PassengerRPH": 1, "SeatNumber": "61A"}]}),
    );
    assert_eq!(
        (rail.start.station, rail.start.station_name, rail.end.station_name),
        (text("GBEUS"), text("London Euston"), text("Manchester Piccadilly"))
    );
    assert_eq!((rail.end.code, rail.end.lon), (text("MAN"), Some(-2.0)));
    assert_eq!(
        (rail.number, rail.operating_number, rail.equipment, rail.mode),
        (text("9"), text("19"), text("ICE"), text("Train"))
    );
    assert_eq!(rail.rph, [1]);
}

#[test]
fn t_ride_with_location_name_and_codes() {
    let ride = segment_of(
        "Ride",
        json!({"Name": "Yellow Cab", "StartLocationName": "Hotel lobby", "StartLocationCode": "DCA", "EndAddress": "DCA", "EndCity": "Alexandria",
            "EndLocationCode": "Gate 4", "ReservationId": "R-9", "Duration": 2}),
    );
    assert_eq!(
        (ride.start.location, ride.start.code),
        (text("Hotel lobby"), text("DCA"))
    );
    assert_eq!(
        (ride.end.address, ride.end.city, ride.end.code),
        (text("DCA"), text("Alexandria"), None)
    );
    assert_eq!((ride.confirmation, ride.name), (text("R-9"), text("Yellow Cab")));
    assert_eq!(
        segment_of("Ride", json!({"PassiveCityCode": "WAS"})).start.code,
        text("WAS")
    );
}

#[test]
fn t_travel_with_mode() {
    let travel = segment_of(
        "Travel",
        json!({"TransportMode": "Ferry", "StartLocation": "Pier 1", "EndLocation": "Pier 2", "EndCity": "Palma"}),
    );
    assert_eq!(
        (travel.mode, travel.start.location, travel.end.location, travel.end.city),
        (text("Ferry"), text("Pier 1"), text("Pier 2"), text("Palma"))
    );
}

#[test]
fn r64_a_name_in_the_code_field_becomes_the_city() {
    let air = segment_of("Air", json!({"StartCityCode": "London", "EndCityCode": "EGLL"}));
    assert_eq!(
        (air.start.code, air.start.city, air.end.city),
        (None, text("London"), text("EGLL"))
    );
    let hotel = segment_of("Hotel", json!({"StartCityCode": "Greater Lisbon", "StartCity": "LIS"}));
    assert_eq!((hotel.start.code, hotel.start.city), (None, text("LIS")));
}

#[test]
fn r33_open_segments() {
    let open = |fields: Value| segment_of("Air", with(flight(), fields)).open;
    for yes in [
        json!({"IsOpenSegment": true}),
        json!({"IsOpenSegment": "Y"}),
        json!({"OpenSegment": "valid one year"}),
        json!({"OpenSegment": "true"}),
    ] {
        assert!(open(yes.clone()), "{yes}");
    }
    for no in [
        json!({}),
        json!({"IsOpenSegment": false, "OpenSegment": "none of it"}),
        json!({"OpenSegment": "false"}),
        json!({"OpenSegment": ""}),
    ] {
        assert!(!open(no.clone()), "{no}");
    }
}

#[test]
fn r34_equipment_of_a_train_in_an_air_segment_is_kept() {
    assert_eq!(
        segment_of("Air", with(flight(), json!({"AircraftCode": "TRN"}))).equipment,
        text("TRN")
    );
}

#[test]
fn r122_passengers_named_by_a_segment() {
    let air = segment_of(
        "Air",
        with(
            flight(),
            json!({"PassengerRPH": [2, "0", 2], "Seats": [{"PassengerRph": 1, "SeatNumber": "12A"}, "12B"]}),
        ),
    );
    assert_eq!(air.rph, [0, 1, 2]);
    assert_eq!(segment_of("Air", flight()).rph, [0_i64; 0]);
}

fn supplier_flight(fields: Value) -> Segment {
    let air = json!({"Air": [with(flight(), fields)]});
    let booking = with(booking(air), json!({"BookingOwner": "OpenBookingSupplier"}));
    booking_of(booking).segments.remove(0)
}

#[test]
fn t38_r238_a_suppliers_flight_seen_by_others_is_redacted() {
    let midnight = json!({"StartDateLocal": "2026-11-10T00:00:00.000-00:00", "StartDateUtc": "2026-11-10T00:00:00.000+00:00",
        "EndDateLocal": "2026-11-10T00:00:00.000-00:00", "EndDateUtc": "2026-11-10T00:00:00.000+00:00"});
    let redacted = supplier_flight(midnight.clone());
    assert!(redacted.redacted);
    assert_eq!(redacted.start.when.local, Some(civil("2026-11-10T00:00:00")));
    assert!(supplier_flight(json!({"Vendor": null, "FlightNumber": null})).redacted);
    assert!(
        supplier_flight(
            json!({"StartDateLocal": null, "StartDateUtc": null, "EndDateLocal": null, "EndDateUtc": null})
        )
        .redacted
    );
    assert!(!supplier_flight(json!({})).redacted);
    assert!(!supplier_flight(json!({"Vendor": null})).redacted);
    // Only TripLink flights are redacted: elsewhere midnight and gaps are the source's own.
    assert!(!segment_of("Air", with(flight(), midnight)).redacted);
    let hotel = with(
        booking(json!({"Hotel": [{"Name": "Sea View"}]})),
        json!({"BookingOwner": "OpenBookingSupplier"}),
    );
    assert!(!booking_of(hotel).segments[0].redacted);
}

#[test]
fn t_waitlist_flights_follow_the_booked_ones() {
    let waiting = json!({"SegmentOption": [
        {"SegmentIndex": "1", "StatusCode": "HL", "TimeStamp": "2026-10-28T09:12:00", "Flight": [{"DepAirp": "JFK", "ArrAirp": "LHR", "Carrier": "BA", "FlightNum": "178"}]},
        {"Flight": {"DepAirp": "EWR", "ArrAirp": "LHR", "Carrier": "UA", "FlightNum": 14}},
    ]});
    let booking = booking_of(with(
        booking(json!({"Air": [flight()]})),
        json!({"WaitListSegments": waiting}),
    ));
    let [booked, same_route, other_route] = booking.segments.as_slice() else {
        panic!("{:?}", booking.segments)
    };
    assert_eq!(
        (booked.label(), same_route.label(), other_route.label()),
        ("Air[0]".into(), "Air[1]".into(), "Air[2]".into())
    );
    assert_eq!(
        (
            same_route.status.clone(),
            same_route.vendor.clone(),
            same_route.number.clone()
        ),
        (text("HL"), text("BA"), text("178"))
    );
    let day = When {
        local: Some(civil("2026-11-10T00:00:00")),
        date_only: true,
        ..When::default()
    };
    assert_eq!(
        (&same_route.start.when, same_route.end.code.clone()),
        (&day, text("LHR"))
    );
    assert_eq!(
        (other_route.status.clone(), other_route.number.clone()),
        (text("HL"), text("14"))
    );
    assert_eq!(other_route.start.when, When::default());
}

#[test]
fn defects_of_published_samples_are_read_as_they_are() {
    // Dates overwritten by the trip's, metropolitan codes, name and address swapped: found later (R47, R61, R64).
    let air = json!({"StartCityCode": "MIL", "StartTerminal": "LIN", "EndCityCode": "ROM", "EndTerminal": "FCO", "Vendor": "AZ", "FlightNumber": "2013",
        "StartDateLocal": "2026-01-11T07:00:00", "EndDateLocal": "2026-01-15T08:30:00", "Duration": 80});
    let air = segment_of("Air", air);
    assert_eq!(
        (air.start.terminal, air.end.terminal, air.end.when.local),
        (text("LIN"), text("FCO"), Some(civil("2026-01-15T08:30:00")))
    );
    let hotel = json!({"Name": "Bea Never", "StartAddress": "Hotel Mare", "StartCity": "ROM", "StartDateLocal": "2026-01-11T23:59:59", "CheckinTime": "00:00"});
    let hotel = segment_of("Hotel", hotel);
    assert_eq!(
        (hotel.name, hotel.start.address, hotel.start.city),
        (text("Bea Never"), text("Hotel Mare"), text("ROM"))
    );
    let car = segment_of(
        "Car",
        json!({"StartDateLocal": "2026-01-11T09:00:00", "StartDateUtc": "2026-01-15T08:00:00Z"}),
    );
    assert_eq!(
        (car.start.when.local, car.start.when.utc),
        (
            Some(civil("2026-01-11T09:00:00")),
            Some(instant("2026-01-15T08:00:00Z"))
        )
    );
}
