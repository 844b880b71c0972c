//! Bad input, and the invariants of reading.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::itinerary::ReadError;

#[test]
fn not_json_is_an_error_with_its_place() {
    assert_eq!(read(b""), Err(ReadError::NotJson { line: 1, column: 0 }));
    assert_eq!(
        read(b"{\"id\": \"a\",\n ]"),
        Err(ReadError::NotJson { line: 2, column: 2 })
    );
    assert!(matches!(read(b"<Itinerary/>"), Err(ReadError::NotJson { .. })));
    assert!(matches!(read(br#"{"id": "a"} x"#), Err(ReadError::NotJson { .. })));
}

#[test]
fn one_object_is_wanted() {
    for other in [
        "1",
        "null",
        "\"id\"",
        "[]",
        "[1]",
        "true",
        r#"[{"id": "a"}, {"id": "b"}]"#,
    ] {
        assert_eq!(read(other.as_bytes()), Err(ReadError::NotAnObject), "{other}");
    }
    assert_eq!(read(br#"[{"id": "a"}]"#).unwrap().trip.id, "a");
    assert_eq!(read(b"{}"), Err(ReadError::NoTripId));
}

#[test]
fn nesting_is_bounded_wherever_fields_are_read() {
    let nested = |before: &str, depth: usize| format!("{before}{}", "[".repeat(depth));
    for before in [
        "",
        r#"{"id": "a", "Bookings": "#,
        r#"{"id": "a", "TripName": "#,
        r#"{"id": "a", "CustomAttributes": [{"Data": "#,
    ] {
        assert_eq!(
            read(nested(before, 100_000).as_bytes()),
            Err(ReadError::TooDeep),
            "{before}"
        );
    }
    let objects = format!(r#"{{"id": "a", "Comments": {}"#, r#"{"a":"#.repeat(10_000));
    assert_eq!(read(objects.as_bytes()), Err(ReadError::TooDeep));
    let bookings = format!(r#"{{"id": "a", "Bookings": {}"#, r#"{"Booking":"#.repeat(10_000));
    assert_eq!(read(bookings.as_bytes()), Err(ReadError::TooDeep));
    // What is not read is skipped without recursion.
    let ignored = format!(
        r#"{{"id": "a", "Meals": {}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(read(ignored.as_bytes()).unwrap().trip.id, "a");
}

#[test]
fn size_is_bounded_in_bytes_and_objects() {
    let padded = |bytes: usize| format!(r#"{{"id": "a", "Meals": "{}"}}"#, "x".repeat(bytes));
    assert!(read(padded(5 * 1024 * 1024 - 100).as_bytes()).is_ok());
    assert_eq!(read(padded(5 * 1024 * 1024).as_bytes()), Err(ReadError::TooLarge));
    let segments = |count: usize| {
        format!(
            r#"{{"id": "a", "Bookings": {{"Segments": {{"Air": [{}]}}}}}}"#,
            vec![r#"{"Status":"HK"}"#; count].join(",")
        )
    };
    assert_eq!(
        read(segments(2_000).as_bytes()).unwrap().trip.bookings[0]
            .segments
            .len(),
        2_000
    );
    assert_eq!(read(segments(30_000).as_bytes()), Err(ReadError::TooLarge));
}

#[test]
fn bytes_that_are_no_utf8_do_not_cost_the_trip() {
    let latin = b"\xef\xbb\xbf{\"id\": \"a\", \"TripName\": \"M\xfcnchen\"}";
    assert_eq!(read(latin).unwrap().trip.name, text("M\u{fffd}nchen"));
}

#[test]
fn half_surrogates_and_bare_controls_do_not_cost_the_trip() {
    let cut = r#"{"id": "a", "TripName": "Beach \ud83c", "UserLoginId": "\"\\ud83c \ud83c\udfd6"}"#;
    let trip = read(cut.as_bytes()).unwrap().trip;
    assert_eq!(
        (trip.name, trip.login),
        (text("Beach \u{fffd}"), text("\"\\ud83c \u{1f3d6}"))
    );
    let bare = "{\"id\": \"a\", \"TripName\": \"two\nlines\tand \u{1}\"}";
    assert_eq!(read(bare.as_bytes()).unwrap().trip.name, text("two lines and"));
}

#[test]
fn duplicate_keys_are_tolerated() {
    let twice = r#"{"id": "a", "id": "b", "TripName": null, "tripname": "Coast", "Bookings": [{"RecordLocator": "A"}], "Bookings": [{"RecordLocator": "B"}]}"#;
    let trip = read(twice.as_bytes()).unwrap().trip;
    assert_eq!(
        (trip.id.as_str(), trip.name.as_deref(), trip.bookings.len()),
        ("a", Some("Coast"), 2)
    );
}

#[test]
fn escaped_keys_are_keys() {
    assert_eq!(
        read(br#"{"\u0069d": "a", "Trip\u004eame": "x"}"#).unwrap().trip.name,
        text("x")
    );
}

/// A document with something of everything.
fn rich() -> Value {
    let ticket = json!({"PlatingControlNumber": "1", "IssueDateTime": "2026-10-29T10:00:00", "AirlineTicketCoupons": [{"CouponStatus": "OPEN", "StartCityCode": "JFK"}]});
    let segments = json!({
        "Air": [with(flight(), json!({"NumStops": 1, "Seats": [{"PassengerRph": 0}]})), with(flight(), json!({"StartDateLocal": "0001-01-01"}))],
        "Hotel": [{"Name": "Sea View", "StartCity": "London", "StartLatitude": "51.50722", "StartLongitude": -0.1275, "CheckinTime": "15:00", "StartDateLocal": "2026-11-11"}],
        "Car": [{"PickupDeliveryCity": "Leeds", "DropoffCollectionCity": "York", "Duration": 30.5, "CancellationNumber": 1}],
        "Rail": [{"StartRailStationName": "London Euston", "TrainNumber": 9}],
    });
    let extra = json!({
        "AirlineTickets": {"AirlineTicket": [ticket], "AirlineAdjustment": {"AdjustmentType": "V"}},
        "PhoneNumbers": [{"PhoneNumber": "555 1234", "PassengerRPH": 0}],
        "WaitListSegments": {"SegmentOption": [{"Flight": [{"DepAirp": "JFK", "ArrAirp": "LHR"}]}]},
    });
    let trip = json!({"TripStatus": "HK", "StartDateLocal": "2026-11-10T18:30:00-05:00", "ProposalBatchSize": 2, "IsApproved": true, "Comments": "with friends"});
    with(
        document(json!([with(booking(segments), extra), booking(json!({}))])),
        trip,
    )
}

#[test]
fn serde_round_trip_of_a_reading() {
    let reading = reading(&rich());
    let stored = serde_json::to_string(&reading).unwrap();
    assert_eq!(serde_json::from_str::<Reading>(&stored).unwrap(), reading);
    assert!(!stored.contains("null"), "absent fields are left out: {stored}");
}

/// Writes a value with the keys of every object in an order, and every key in a case, that the numbers decide.
fn rewritten(value: &Value, numbers: &mut impl Iterator<Item = u32>, change_case: bool) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(u32, &String, &Value)> = fields
                .iter()
                .map(|(key, value)| (numbers.next().unwrap(), key, value))
                .collect();
            fields.sort_by_key(|(number, ..)| *number);
            let written: Vec<String> = fields
                .into_iter()
                .map(|(number, key, value)| {
                    let flip = |(at, c): (usize, char)| {
                        if change_case && number >> (at % 32) & 1 == 1 {
                            flipped(c)
                        } else {
                            c
                        }
                    };
                    let key: String = key.chars().enumerate().map(flip).collect();
                    format!("{}:{}", json!(key), rewritten(value, numbers, change_case))
                })
                .collect();
            format!("{{{}}}", written.join(","))
        }
        Value::Array(items) => {
            let written: Vec<String> = items.iter().map(|item| rewritten(item, numbers, change_case)).collect();
            format!("[{}]", written.join(","))
        }
        scalar => scalar.to_string(),
    }
}

fn flipped(c: char) -> char {
    if c.is_ascii_uppercase() {
        c.to_ascii_lowercase()
    } else {
        c.to_ascii_uppercase()
    }
}

fn known_key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "id", "Bookings", "Booking", "Segments", "Air", "Car", "Hotel", "Ride", "StartDateLocal", "StartDateUtc", "EndDateLocal", "StartCityCode", "Start",
            "StartLatitude", "PickupDelivery", "TripStatus", "Passengers", "PassengerRph", "Seats", "AirlineTickets", "AirlineTicket", "AirlineAdjustment",
            "AirlineTicketCoupons", "PlatingControlNumber", "CustomAttributes", "Name", "Data", "TravelRequest", "ApprovalStatus", "Notes", "Remarks",
            "PhoneNumbers", "PhoneNumber", "WaitListSegments", "SegmentOption", "Flight", "CheckinTime", "Duration", "LegId", "IsOpenSegment", "DateCreatedUtc",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,24}".prop_map(Value::from),
        "[0-9]{1,4}[-/]?[0-9]{0,3}[-/]?[0-9]{0,2}[T ]?[0-9:.,]{0,10}[Z+-]?[0-9:]{0,6}( ?[AaPp][Mm])?"
            .prop_map(Value::from),
        "[0-9]{1,2}[ -]?(JAN|Feb|dec)[ -]?[0-9]{0,4}[ T]?[0-9:]{0,5}".prop_map(Value::from),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(7, 120, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((known_key(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Reads, and checks what must hold of everything that can be read.
fn survives(bytes: &[u8]) {
    if let Ok(reading) = read(bytes) {
        assert!(!reading.trip.id.is_empty());
        let stored = serde_json::to_string(&reading).unwrap();
        assert_eq!(serde_json::from_str::<Reading>(&stored).unwrap(), reading);
        for oddity in &reading.oddities {
            assert!(
                oddity
                    .booking
                    .is_none_or(|booking| booking < reading.trip.bookings.len())
            );
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survives(&bytes);
    }

    #[test]
    fn any_json_is_survived(value in any_json()) {
        survives(value.to_string().as_bytes());
        survives(json!({"id": "a", "Bookings": value}).to_string().as_bytes());
        survives(json!({"id": "a", "Bookings": {"Segments": {"Air": value, "Car": value}, "DateCreatedUtc": "2026-01-01"}}).to_string().as_bytes());
    }

    #[test]
    fn any_date_is_survived(text in "\\PC{0,30}", digits in "[0-9T:Z .+/JANFEBampm-]{0,30}") {
        for date in [text, digits] {
            survives(document(json!([booking(json!({"Hotel": {"StartDateLocal": date, "CheckinTime": date, "StartDateUtc": date}}))])).to_string().as_bytes());
        }
    }

    #[test]
    fn spoiled_documents_are_survived(spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..12)) {
        let mut bytes = rich().to_string().into_bytes();
        for (at, byte, how) in spoilt {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        survives(&bytes);
    }

    #[test]
    fn order_of_keys_does_not_matter(seed in any::<u32>()) {
        let mut numbers = numbers(seed);
        let read_back = read(rewritten(&rich(), &mut numbers, false).as_bytes()).unwrap();
        prop_assert_eq!(read_back, reading(&rich()));
    }

    #[test]
    fn t40_case_of_keys_does_not_matter(seed in any::<u32>()) {
        let mut numbers = numbers(seed);
        let read_back = read(rewritten(&rich(), &mut numbers, true).as_bytes()).unwrap();
        prop_assert_eq!(read_back, reading(&rich()));
    }
}

/// A cheap endless sequence of mixed numbers.
fn numbers(seed: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(seed | 1), |number| {
        let mut x = *number;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        Some(x)
    })
}
