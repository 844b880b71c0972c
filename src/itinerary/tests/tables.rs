//! The documents' tables of codes (T56–T64), and what a document need not have or may have in plenty (T7, T13–T17).

use serde_json::{Value, json};

use super::*;
use crate::itinerary::{Source, TripStatus};

#[test]
fn t56_x10_every_number_and_name_of_the_three_status_tables() {
    for (number, names, expected) in [
        (0, &["Confirmed"][..], TripStatus::Confirmed),
        (1, &["Ticketed", "Ticketed by agent"], TripStatus::Ticketed),
        (2, &["Withdrawn", "Cancelled", "Canceled"], TripStatus::Cancelled),
        (4, &["Virtual"], TripStatus::Virtual),
        (5, &["VirtualCancelled"], TripStatus::VirtualCancelled),
        (6, &["Proposal"], TripStatus::Proposal),
        (7, &["BookedProposal", "Booked Proposal"], TripStatus::BookedProposal),
        (255, &["Removed"], TripStatus::Removed),
    ] {
        let status = |value: Value| trip_of(&with(document(json!([])), json!({"TripStatus": value}))).status;
        assert_eq!(status(json!(number)), expected, "X10: an integer {number}");
        assert_eq!(status(json!(number.to_string())), expected, "X10: a text {number}");
        for name in names {
            assert_eq!(status(json!(name)), expected, "{name}");
            assert_eq!(status(json!(name.to_uppercase())), expected, "{name}");
        }
    }
}

#[test]
fn t56_what_is_cancelled_travels_nowhere_and_what_is_virtual_is_intent() {
    use crate::whereabouts::{Judgement, Record, State, Traveler, What, timeline};
    let london = |status: i64| {
        let document = with(
            document(json!([booking(json!({"Air": [flight()]}))])),
            json!({"TripStatus": status}),
        );
        let record = Record {
            received_at: instant("2026-11-01T10:00:00Z"),
            trip_id: "a".to_owned(),
            what: What::Document(std::sync::Arc::new(trip_of(&document)), Vec::new()),
        };
        let line = timeline(
            crate::place::Gazetteer::embedded(),
            &Judgement::CURRENT,
            &Traveler::default(),
            &[record],
            instant("2026-11-01T10:00:00Z"),
        );
        let noon = instant("2026-11-11T12:00:00Z");
        let there = line.episodes.iter().find(|e| e.from <= noon && noon < e.until);
        there.filter(|e| e.state != State::Home).map_or(0.0, |episode| {
            let london = episode
                .hypotheses
                .iter()
                .filter(|h| h.place.city_key.as_deref() == Some("LON"));
            london.map(|h| h.p.from).sum::<f64>()
        })
    };
    for gone in [2, 5, 255] {
        assert!(london(gone) < 0.05, "{gone}: {}", london(gone));
    }
    let (confirmed, unknown) = (london(0), london(99));
    assert!(confirmed > 0.7, "{confirmed}");
    assert!(
        (confirmed - unknown).abs() < 0.05,
        "an unknown number is confirmed: {unknown}"
    );
    for intent in [4, 6] {
        assert!(
            london(intent) > 0.1 && london(intent) < confirmed,
            "{intent}: {}",
            london(intent)
        );
    }
}

#[test]
fn t57_x11_x12_both_vocabularies_and_the_retired_mail_address_are_known() {
    for (owner, source, expected) in [
        ("ConcurTravel", "Cliqbook", Source::Gds),
        ("OpenBookingEmail", "Panama", Source::ParsedMail),
        ("ConcurConnectAPI", "Agency", Source::AgencyApi),
        ("OpenBookingSupplier", "TravelSupplier", Source::Supplier),
        ("TripIt", "TripIt", Source::TripIt),
        ("TravelRequest", "TravelRequest", Source::TravelRequest),
    ] {
        for fields in [
            json!({"BookingOwner": owner, "ItinSourceName": null, "BookingSource": null}),
            json!({"BookingOwner": null, "ItinSourceName": source, "BookingSource": null}),
            json!({"BookingOwner": owner, "ItinSourceName": source, "BookingSource": null}),
        ] {
            assert_eq!(
                booking_of(with(booking(json!({})), fields)).source,
                expected,
                "{owner} {source}"
            );
        }
    }
}

#[test]
fn t59_t60_every_type_of_adjustment_in_letters_and_words() {
    let adjustment = |list: &str, entry: &str, value: &str| {
        let charges = booking_of(with(
            booking(json!({})),
            json!({list: {entry: [{"AdjustmentType": value, "AdjustmentDateTime": "2026-10-31T09:00:00"}]}}),
        ))
        .charges;
        (charges[0].kind.clone(), charges[0].adjustment.clone())
    };
    for (list, entry, kind, letters) in [
        (
            "AirlineTickets",
            "AirlineAdjustment",
            "airline_adjustment",
            &["V", "R", "C", "A", "O"][..],
        ),
        (
            "RailPayments",
            "RailAdjustment",
            "rail_adjustment",
            &["R", "C", "A", "O"],
        ),
    ] {
        for letter in letters {
            assert_eq!(adjustment(list, entry, letter), (kind.to_owned(), text(letter)));
            assert_eq!(
                adjustment(list, entry, &letter.to_lowercase()),
                (kind.to_owned(), text(letter))
            );
        }
    }
    for (word, letter) in [
        ("Void", "V"),
        ("Refund", "R"),
        ("Credit", "C"),
        ("Ancillary", "A"),
        ("Other", "O"),
    ] {
        assert_eq!(
            adjustment("AirlineTickets", "AirlineAdjustment", word).1,
            text(letter),
            "{word}"
        );
    }
}

/// Kinds of cost are kept as codes, each once; amounts are not, nor what tells how somebody lives (P10).
#[test]
fn t61_t62_t63_semantics_codes_are_kept_without_amounts_and_without_private_habits() {
    const PRIVATE: [&str; 7] = ["ALCOHOL", "GAME", "GIFT", "HEALTH", "LAUNDRY", "MINIBAR", "MOVIE"];
    let semantics = "OTHER BUSINESS CONFERENCE COUNTYTAX VAT GST FEDERALTAX FOOD ALCOHOL FOODTAX GIFT GENERALTAX HEALTH LAUNDRY \
        MINIBAR CITYTAX MOVIE GAME PARKING PST STATETAX PAYMENT DISCOUNT ROOMRATE ROOMTAX GRATUITY PHONE INTERNET NOSHOW \
        NEGOTIATEDRATE";
    let charge =
        |code: &str| json!({"SemanticsCode": code, "SemanticsVendorType": "H", "PerUnit": "DAY", "Amount": 31.41});
    let charges: Vec<Value> = semantics.split_whitespace().map(charge).collect();
    let mut kept: Vec<&str> = semantics.split_whitespace().collect();
    kept.retain(|code| !PRIVATE.contains(code));
    for charge_type in ["T", "J", "Q", "M", "A", "R", "U", "L"] {
        for list in ["Fixed", "Percent", "Rate", "RateWithAllowance"] {
            let mut dressed = with(booking(json!({})), json!({"Charges": {list: charges}}));
            dressed["Charges"][list][0]["ChargeType"] = charge_type.into();
            let read = booking_of(dressed);
            let codes: Vec<&str> = read.costs.iter().map(|cost| cost.code.as_str()).collect();
            assert_eq!(codes, kept, "{list}");
            assert!(read.costs.iter().all(|cost| cost.vendor == Some('H')));
            assert!(!serde_json::to_string(&read).unwrap().contains("31.41"));
        }
    }
    let odd = json!([charge("days"), charge("DAYS"), charge("call +44 20 5550 0100"), charge(""), 7, {"Amount": 1},
        {"SemanticsCode": "SEGFEE_AS_TAX", "SemanticsVendorType": "air"}]);
    let read = booking_of(with(
        booking(json!({})),
        json!({"Charges": {"Fixed": odd, "Rate": odd, "Percent": "none"}}),
    ));
    let costs: Vec<_> = read
        .costs
        .iter()
        .map(|cost| (cost.code.as_str(), cost.vendor))
        .collect();
    assert_eq!(costs, [("DAYS", Some('H')), ("SEGFEE_AS_TAX", Some('A'))]);
    let many: Vec<Value> = ('A'..='Z')
        .flat_map(|a| ('A'..='Z').map(move |b| charge(&format!("X{a}{b}"))))
        .collect();
    let read = booking_of(with(booking(json!({})), json!({"Charges": {"Fixed": many}})));
    assert_eq!(read.costs.len(), 40);
}

/// How cars are equipped says nothing of where anybody is.
#[test]
fn t64_codes_of_cars_are_neither_kept_nor_in_the_way() {
    let car =
        json!({"StartCityCode": "JFK", "StartDateLocal": "2026-11-10T10:00:00", "EndDateLocal": "2026-11-12T10:00:00"});
    let plain = booking_of(booking(json!({"Car": [car]})));
    let mut cars = 0;
    for air in ["R", "N"] {
        for transmission in ["A", "M"] {
            for class in "CEFILMPSX".chars() {
                for body in "BDFJKLPRSTVWX".chars() {
                    let dressed = with(
                        car.clone(),
                        json!({"AirCondition": air, "Transmission": transmission, "Class": class.to_string(), "Body": body.to_string()}),
                    );
                    assert_eq!(booking_of(booking(json!({"Car": [dressed]}))), plain);
                    cars += 1;
                }
            }
        }
    }
    assert_eq!(cars, 2 * 2 * 9 * 13);
}

fn full() -> Value {
    let place = json!({"StartCity": "London", "StartCityCode": "LON", "StartCountry": "GB", "StartDateLocal": "2026-11-11T15:00:00",
        "EndDateLocal": "2026-11-13T11:00:00", "StartLatitude": 51.5, "StartLongitude": -0.12, "Name": "The Blackfriar",
        "Status": "HK", "ConfirmationNumber": "X1", "Vendor": "XX", "TimeZone": "Europe/London", "TimeZoneId": 25});
    document(json!([booking(json!({
        "Air": [flight()], "Hotel": [place], "Car": [place], "Rail": [place], "Ride": [place], "Dining": [place],
        "Parking": [place], "Travel": [place]
    }))]))
}

/// Calls `each` with the document without one field, for every field at every depth.
fn without_each(document: &Value, each: &mut impl FnMut(&str, Value)) {
    fn walk(whole: &Value, at: &Value, path: &str, each: &mut impl FnMut(&str, Value)) {
        let children: Vec<(String, &Value)> = match at {
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (format!("{path}/{key}"), value))
                .collect(),
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(n, value)| (format!("{path}/{n}"), value))
                .collect(),
            _ => return,
        };
        for (child, value) in children {
            if at.is_object() && child != "/id" {
                let mut less = whole.clone();
                let (parent, key) = child.rsplit_once('/').unwrap();
                less.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
                each(&child, less);
            }
            walk(whole, value, &child, each);
        }
    }
    walk(document, document, "", each);
}

#[test]
fn t7_t8_whichever_field_is_left_out_the_rest_is_read() {
    let (mut fields, whole) = (0, full());
    let count = trip_of(&whole).bookings[0].segments.len();
    without_each(&whole, &mut |field, less| {
        fields += 1;
        let trip = trip_of(&less);
        assert_eq!(trip.id, trip_of(&whole).id, "{field}");
        let left: usize = trip.bookings.iter().map(|booking| booking.segments.len()).sum();
        let list = field
            .strip_prefix("/Bookings/0/Segments/")
            .is_some_and(|kind| !kind.contains('/'));
        let expected = match field {
            "/Bookings" | "/Bookings/0/Segments" => 0,
            _ if list => count - 1,
            _ => count,
        };
        assert_eq!(left, expected, "{field}");
    });
    assert!(fields > 100, "{fields}");
}

#[test]
fn t13_a_change_of_what_is_not_needed_is_no_change() {
    let mut changed = full();
    changed["BookedVia"] = "Agent".into();
    changed["CustomAttributes"] = json!([{"Name": "Cost centre", "Data": "4711"}]);
    changed["Bookings"][0]["FormOfPaymentName"] = "Card".into();
    changed["Bookings"][0]["Segments"]["Air"][0]["Seats"] = json!([{"SeatNumber": "12A", "Status": "X"}]);
    changed["Bookings"][0]["Segments"]["Air"][0]["Duration"] = 140.into();
    let (mut before, mut after) = (trip_of(&full()), trip_of(&changed));
    // What is kept of the duration moves nobody (T37).
    for trip in [&mut before, &mut after] {
        trip.bookings[0]
            .segments
            .iter_mut()
            .for_each(|segment| segment.duration_min = None);
    }
    assert_eq!(before, after);
}

#[test]
fn t14_what_no_document_describes_is_passed_over() {
    let mut odd = full();
    odd["Bookings"][0]["Segments"]["Ferry"] = json!([{"StartCityCode": "DVR"}]);
    odd["Bookings"][0]["Segments"]["Air"][0]["NewField"] = json!({"a": [1, {"b": null}]});
    odd["Bookings"][0]["Unknown"] = json!([[[]]]);
    odd["Zzz"] = json!("x");
    assert_eq!(trip_of(&odd), trip_of(&full()));
}

#[test]
fn t15_b13_a_company_or_a_user_in_the_document_is_not_believed() {
    let claimed = with(
        full(),
        json!({"CompanyId": "ab8a", "companyId": "ab8a", "UserId": "b7aa", "userId": "b7aa", "Company": {"id": "ab8a"}}),
    );
    assert_eq!(trip_of(&claimed), trip_of(&full()), "they come from the event alone");
}

#[test]
fn t17_violations_of_rules_are_not_read_wherever_they_stand() {
    let violations = json!([{"RuleText": "Fare above the lowest", "Reason": "Ida Quill said so"}]);
    let mut document = with(full(), json!({"RuleViolations": violations}));
    document["Bookings"][0]["Segments"]["Air"][0]["RuleViolations"] = violations;
    assert_eq!(trip_of(&document), trip_of(&full()));
}

#[test]
fn x19_t47_a_ride_has_a_status_in_one_version_and_none_in_the_other() {
    let ride = |status: Value| segment_of("Ride", json!({"StartCity": "London", "Status": status})).status;
    assert_eq!((ride(json!("HK")), ride(Value::Null)), (text("HK"), None));
}
