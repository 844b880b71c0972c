//! JSON from drafts, in the shape of the Itinerary v4 document (T15–T47).
//! Called by `paper` only.
//! Always holds: empty optional elements are omitted (T7); keys are those of the published schema.

use chrono::{Duration, NaiveDateTime};
use serde_json::{Map, Value, json};

use crate::sandbox::random;
use crate::sandbox::truth::Person;

use super::draft::{DraftBooking, DraftEnd, DraftPassenger, DraftSegment, DraftTrip, Kind, RETENTION, Suffix};
use super::paper::Paper;

/// The finished JSON of a draft.
pub(super) fn json(draft: &DraftTrip) -> Value {
    let suffix = draft.bookings.first().map_or(Suffix::Bare, |booking| booking.suffix);
    let mut trip = draft.more.clone();
    let bookings = draft.bookings.iter().map(|one| booking(one, draft));
    trip.extend(as_map(json!({
        "id": draft.href,
        "TripStatus": draft.status,
        "UserLoginId": draft.login,
        "TripName": draft.name,
        "DateCreatedUtc": utc(draft.created.naive_utc()),
        "DateModifiedUtc": utc(draft.modified.naive_utc()),
        "DateBookedLocal": local(draft.booked_local, suffix),
        "Bookings": bookings.collect::<Vec<_>>(),
    })));
    if draft.by_agent {
        trip.insert("BookedVia".into(), json!("Agent"));
    }
    if let Some([start_local, start_utc, end_local, end_utc]) = draft.span() {
        trip.insert("StartDateLocal".into(), json!(local(start_local, suffix)));
        trip.insert("StartDateUtc".into(), json!(utc(start_utc)));
        trip.insert("EndDateLocal".into(), json!(local(end_local, suffix)));
        trip.insert("EndDateUtc".into(), json!(utc(end_utc)));
    }
    Value::Object(trip)
}

fn booking(booking: &DraftBooking, trip: &DraftTrip) -> Value {
    let mut segments: Map<String, Value> = Map::new();
    for one in &booking.segments {
        let list = segments.entry(one.kind.name()).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(segment(one, booking.suffix, trip));
        }
    }
    let mut map = as_map(json!({
        "BookingOwner": booking.owner.0,
        "ItinSourceName": booking.owner.1,
        "BookingSource": booking.source,
        "DateBookedLocal": local(trip.booked_local, booking.suffix),
        "DateCreatedUtc": utc(trip.created.naive_utc()),
        "DateModifiedUtc": utc(trip.modified.naive_utc()),
        "Segments": segments,
    }));
    put(
        &mut map,
        "RecordLocator",
        Some(booking.locator.clone()).filter(|locator| !locator.is_empty()),
    );
    put(&mut map, "AgencyName", booking.agency.map(|agency| agency.0));
    put(&mut map, "AgencyPCC", booking.agency.map(|agency| agency.1));
    if !booking.passengers.is_empty() {
        let machine = booking.owner.0 == "ConcurTravel" || booking.owner.0 == "ConcurConnectAPI";
        let passengers = booking
            .passengers
            .iter()
            .enumerate()
            .map(|(index, one)| passenger(one, index, machine));
        map.insert("Passengers".into(), passengers.collect());
    }
    if let Some(phone) = &booking.phone {
        // T27: the agency's number stands beside the traveler's.
        map.insert(
            "PhoneNumbers".into(),
            json!([{"PassengerRPH": 0, "PhoneNumber": phone, "Type": "M", "Description": "Mobile"},
            {"PhoneNumber": "+44 20 5550 0100", "Type": "W", "Description": "Agency"}]),
        );
    }
    if booking.ticketed {
        map.insert("FormOfPaymentName".into(), json!("CorporateCard"));
        map.insert("FormOfPaymentType".into(), json!("CC"));
        map.insert("AirlineTickets".into(), ticket(booking, trip));
    }
    Value::Object(map)
}

fn passenger(one: &DraftPassenger, index: usize, machine: bool) -> Value {
    // Reservation systems keep plain capitals; mails and people write names as they are.
    let shape = |text: &str| {
        if machine {
            Person::plain(text).to_uppercase()
        } else {
            text.to_owned()
        }
    };
    let (first, last) = (shape(&one.first), shape(&one.last));
    let mut map = as_map(json!({"NameFirst": first, "NameLast": last}));
    if machine {
        map.insert("FirstNameNumber".into(), json!(1));
        map.insert("LastNameNumber".into(), json!(index + 1));
        map.insert("NameTitle".into(), json!(one.title.to_uppercase()));
        map.insert(
            "TextName".into(),
            json!(format!("{last}/{first} {}", one.title.to_uppercase())),
        );
    }
    Value::Object(map)
}

fn ticket(booking: &DraftBooking, trip: &DraftTrip) -> Value {
    let flights = booking
        .segments
        .iter()
        .filter(|segment| segment.kind == Kind::Air && segment.item < RETENTION);
    let coupons = flights.enumerate().map(|(index, flight)| {
        let mut coupon = as_map(json!({"CouponNumber": index + 1, "ClassOfService": "Y",
            "CouponStatus": if flight.cancelled.is_some() { "RFND" } else { "OPEN" },
            "StartDateLocal": local(flight.start.local, booking.suffix)}));
        put(&mut coupon, "StartCityCode", flight.start.code.clone());
        put(&mut coupon, "EndCityCode", flight.end.code.clone());
        put(&mut coupon, "FlightNumber", flight.number.clone());
        put(&mut coupon, "Vendor", flight.vendor.clone());
        Value::Object(coupon)
    });
    let number = random::text(&booking.locator);
    json!({"AirlineTicket": [{
        "PlatingControlNumber": format!("{:010}", number % 10_000_000_000),
        "IssueDateTime": local(trip.booked_local + Duration::hours(2), booking.suffix),
        "TotalFare": 180 + number % 3000, "TotalFareCurrency": "EUR",
        "AccountingLine": {"Comment": "VIxxxxxxxxxxxx1111", "FOPMethod": "CX"},
        "AirlineTicketCoupons": coupons.collect::<Vec<_>>(),
    }]})
}

fn segment(one: &DraftSegment, suffix: Suffix, trip: &DraftTrip) -> Value {
    let mut map = one.more.clone();
    map.insert("StartDateLocal".into(), json!(local(one.start.local, suffix)));
    map.insert("StartDateUtc".into(), json!(utc(one.start.utc)));
    map.insert("EndDateLocal".into(), json!(local(one.end.local, suffix)));
    map.insert("EndDateUtc".into(), json!(utc(one.end.utc)));
    map.insert("DateCreatedUtc".into(), json!(utc(trip.created.naive_utc())));
    map.insert("DateModifiedUtc".into(), json!(utc(trip.modified.naive_utc())));
    place(&mut map, "Start", &one.start, one.kind);
    if matches!(one.kind, Kind::Air | Kind::Rail | Kind::Car | Kind::Ride | Kind::Travel) {
        place(&mut map, "End", &one.end, one.kind);
    }
    let number = if one.kind == Kind::Rail {
        "TrainNumber"
    } else {
        "FlightNumber"
    };
    put(&mut map, number, one.number.clone());
    put(&mut map, "Vendor", one.vendor.clone());
    put(&mut map, "VendorName", one.vendor_name.clone());
    put(&mut map, "Name", one.name.clone());
    put(&mut map, "Status", one.status);
    put(&mut map, "ConfirmationNumber", one.confirmation.clone());
    put(&mut map, "LegId", one.leg_id);
    put(&mut map, "PhoneNumber", one.phone.clone());
    if let Some((code, name, number)) = one.operated {
        map.insert("OperatedByVendor".into(), json!(code));
        map.insert("OperatedByVendorName".into(), json!(name));
        map.insert("OperatedByFlightNumber".into(), json!(number.to_string()));
    }
    if let Some((number, at)) = &one.cancelled {
        map.insert("CancellationNumber".into(), json!(number));
        map.insert("DateCancelledUtc".into(), json!(utc(at.naive_utc())));
    }
    Value::Object(map)
}

/// Writes the fields of a place that this kind of segment has (concur.md §2.4).
fn place(map: &mut Map<String, Value>, side: &str, end: &DraftEnd, kind: Kind) {
    let mut write = |name: &str, value: Option<Value>| put(map, &format!("{side}{name}"), value);
    if kind != Kind::Dining {
        write("CityCode", end.code.clone().map(Value::from));
    }
    if kind == Kind::Air {
        write("Terminal", end.terminal.clone().map(Value::from));
        return;
    }
    write("City", end.city.clone().map(Value::from));
    write("State", end.state.map(Value::from));
    write("Country", end.country.map(Value::from));
    write("PostalCode", end.postal.clone().map(Value::from));
    if kind != Kind::Rail {
        write("Address", end.address.clone().map(Value::from));
        write("Location", end.location.clone().map(Value::from));
    }
    if kind != Kind::Parking {
        write("Latitude", end.at.map(|at| json!(at.0)));
        write("Longitude", end.at.map(|at| json!(at.1)));
    }
    if let Some((name, code)) = end.station {
        write("RailStationName", Some(json!(name)));
        write("RailStation", Some(json!(code)).filter(|_| !code.is_empty()));
    }
}

/// A cancelled trip: known, but without segments (T45).
pub(super) fn cancelled(paper: &Paper, person: &Person, href: String) -> Value {
    json!({
        "id": href, "TripStatus": paper.status, "UserLoginId": person.login, "TripName": paper.name,
        "CancelComments": "Cancelled by traveler",
        "DateCreatedUtc": utc(paper.created.naive_utc()), "DateModifiedUtc": utc(paper.modified.naive_utc()),
        "Bookings": [],
    })
}

/// An anonymized trip: nothing that says who or where.
pub(super) fn anonymized(paper: &Paper, href: String) -> Value {
    json!({
        "id": href, "TripStatus": paper.status, "UserLoginId": "anonymized", "TripName": "Anonymized",
        "DateCreatedUtc": utc(paper.created.naive_utc()), "DateModifiedUtc": utc(paper.modified.naive_utc()),
        "Bookings": [],
    })
}

/// `2026-11-10T18:30:00` with the document's suffix (T30, T31).
pub(super) fn local(at: NaiveDateTime, suffix: Suffix) -> String {
    let digits = at.format("%Y-%m-%dT%H:%M:%S");
    match suffix {
        Suffix::Bare => digits.to_string(),
        Suffix::MinusZero => format!("{digits}.000-00:00"),
        Suffix::Zulu => format!("{digits}Z"),
    }
}

/// `2026-11-10T23:30:00.000+00:00` (T32).
pub(super) fn utc(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string()
}

fn put(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

/// The fields of a JSON object.
pub(super) fn as_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
