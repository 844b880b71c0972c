//! Tests of this room, named by the fact (T…), rule (R…) or contradiction (X…) they hold.
//! Documents are built here, in the shapes that published samples have.

mod bookings;
mod document;
mod hostile;
mod privacy;
mod segments;
mod tables;
mod tickets;
mod times;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};

use super::{Booking, Reading, Segment, Trip, read};

/// A trip document with these bookings.
fn document(bookings: Value) -> Value {
    json!({
        "id": "https://us.api.concursolutions.com/travel/v4/trips/51AA0C2E-0000-4000-8000-0123456789AB",
        "TripName": "To the coast",
        "TripStatus": 0,
        "UserLoginId": "e.dover@example.com",
        "DateCreatedUtc": "2026-10-28T09:12:00.000+00:00",
        "DateModifiedUtc": "2026-11-01T10:00:51.026+00:00",
        "Bookings": bookings,
    })
}

/// A booking made in Concur Travel with these segments.
fn booking(segments: Value) -> Value {
    json!({
        "RecordLocator": "QW7TRA",
        "BookingOwner": "ConcurTravel",
        "ItinSourceName": "Cliqbook",
        "BookingSource": "Sabre",
        "DateCreatedUtc": "2026-10-28T09:12:00.000+00:00",
        "Passengers": [{"NameFirst": "Emil", "NameLast": "Dover", "TextName": "Dover/Emil"}],
        "Segments": segments,
    })
}

/// A flight from New York to London, as agencies book it.
fn flight() -> Value {
    json!({
        "StartCityCode": "JFK", "EndCityCode": "LHR", "Vendor": "BA", "FlightNumber": "112", "Status": "HK", "LegId": 1,
        "StartDateLocal": "2026-11-10T18:30:00.000-00:00", "StartDateUtc": "2026-11-10T23:30:00.000+00:00",
        "EndDateLocal": "2026-11-11T06:25:00.000-00:00", "EndDateUtc": "2026-11-11T06:25:00.000+00:00",
    })
}

/// The first value with the fields of the second, which win; `null` removes.
fn with(mut value: Value, fields: Value) -> Value {
    for (key, field) in fields.as_object().unwrap() {
        if field.is_null() {
            value.as_object_mut().unwrap().remove(key);
        } else {
            value[key] = field.clone();
        }
    }
    value
}

fn reading(document: &Value) -> Reading {
    read(document.to_string().as_bytes()).unwrap()
}

fn trip_of(document: &Value) -> Trip {
    reading(document).trip
}

/// The only booking of a document made of this one.
fn booking_of(booking: Value) -> Booking {
    let mut trip = trip_of(&document(json!([booking])));
    assert_eq!(trip.bookings.len(), 1);
    trip.bookings.remove(0)
}

/// The only segment of a document made of this one.
fn segment_of(kind: &str, segment: Value) -> Segment {
    let mut booking = booking_of(booking(json!({kind: [segment]})));
    assert_eq!(booking.segments.len(), 1);
    booking.segments.remove(0)
}

/// Codes of the oddities of a document.
fn oddities(document: &Value) -> Vec<String> {
    reading(document)
        .oddities
        .into_iter()
        .map(|oddity| oddity.code.into_owned())
        .collect()
}

fn civil(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}
