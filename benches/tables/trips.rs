//! Trips that are as they should be: a flight out, a hotel and a flight back, two weeks after the ones before.
//! Called by the benchmarks of one traveler with many trips.
//! Always holds: the same number gives the same trip.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use whereabouts::itinerary;
use whereabouts::whereabouts::{Record, Traveler, What};

use crate::Fault;
use crate::corpus::now;

/// As many trips as somebody makes who travels every week.
pub const TRIPS: usize = 40;
const AWAY: [&str; 6] = ["LHR", "CDG", "FRA", "NRT", "SYD", "SFO"];

/// Emil Dover, at home in New York.
pub fn traveler() -> Traveler {
    Traveler {
        login: Some("e.dover@example.com".to_owned()),
        given_name: Some("Emil".to_owned()),
        family_name: Some("Dover".to_owned()),
        home: Some("NYC".to_owned()),
        ..Traveler::default()
    }
}

/// A document with these journeys, each a booking.
pub fn document(journeys: &[usize]) -> Vec<u8> {
    let bookings: Vec<Value> = journeys.iter().map(|number| booking(*number)).collect();
    let id = format!("trip-{:?}", journeys.first());
    json!({"id": id, "TripStatus": "Confirmed", "UserLoginId": "e.dover@example.com", "Bookings": bookings})
        .to_string()
        .into_bytes()
}

fn booking(number: usize) -> Value {
    let city = AWAY[number % AWAY.len()];
    let time = |hours: i64| {
        let at = now() + TimeDelta::days(14 * (number as i64 - 20)) + TimeDelta::hours(hours);
        at.format("%Y-%m-%dT%H:%M:%S").to_string()
    };
    let flight = |from: &str, to: &str, leaves: i64| {
        json!({"Vendor": "BA", "FlightNumber": (100 + number % 800).to_string(), "Status": "HK", "StartCityCode": from, "EndCityCode": to,
            "StartDateLocal": time(leaves), "EndDateLocal": time(leaves + 14)})
    };
    let hotel = json!({"Name": "The Larkspur", "Status": "HK", "StartCityCode": city, "StartDateLocal": time(16), "EndDateLocal": time(88)});
    json!({"RecordLocator": format!("L{number:05}"), "BookingOwner": "ConcurTravel", "DateModifiedUtc": "2026-10-01T10:00:00",
        "Passengers": [{"NameFirst": "Emil", "NameLast": "Dover"}],
        "Segments": {"Air": [flight("JFK", city, 0), flight(city, "JFK", 90)], "Hotel": [hotel]}})
}

/// The documents, read.
pub fn read(documents: &[Vec<u8>]) -> Result<Vec<Record>, Fault> {
    let read = |json: &Vec<u8>| {
        let reading = itinerary::read(json)?;
        Ok(Record {
            received_at: now(),
            trip_id: reading.trip.id.clone(),
            what: What::Document(Arc::new(reading.trip), reading.oddities),
        })
    };
    documents.iter().map(read).collect()
}
