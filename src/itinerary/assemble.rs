//! From the document's fields to a trip in domain words.
//! Called by `read`.
//! Always: no value makes it fail; only a missing trip id does. What a notice needs and the trip does not show becomes an oddity.

use chrono::NaiveDate;

use super::approval::Verdict;
use super::document::{RawBooking, RawPassenger, RawPhone, RawTrip};
use super::private_stay::PrivateStay;
use super::scalar::Scalar;
use super::source::{source, trip_status};
use super::time::Dates;
use super::{Booking, Oddity, Passenger, Phone, Proposal, ReadError, Reading, Segment, Trip, costs, segments, tickets};

/// Longer ids are none.
const LONGEST_ID: usize = 255;

/// Turns a document into a reading.
pub(super) fn reading(raw: &RawTrip) -> Result<Reading, ReadError> {
    let id = trip_id(&raw.id).ok_or(ReadError::NoTripId)?;
    let mut odd = Oddities::default();
    let (status, status_oddity) = trip_status(&raw.status);
    if let Some((code, detail)) = status_oddity {
        odd.add(code, None, None, detail);
    }
    let mut dates = Dates::after(booked_on(&raw.created, &raw.booked_local));
    let (batch_size, index) = (raw.proposal_batch_size.count(), raw.proposal_index.count());
    let mut trip = Trip {
        id,
        login: raw.login.text(),
        name: raw.name.text(),
        status,
        starts: dates.when(["StartDateLocal", "StartDateUtc"], &raw.starts.local, &raw.starts.utc),
        ends: dates.when(["EndDateLocal", "EndDateUtc"], &raw.ends.local, &raw.ends.utc),
        booked_local: dates.civil("DateBookedLocal", &raw.booked_local),
        created: dates.instant("DateCreatedUtc", &raw.created),
        modified: dates.instant("DateModifiedUtc", &raw.modified),
        client_locator: raw.client_locator.text(),
        itin_locator: raw.itin_locator.text(),
        travel_request: raw.travel_request.text().or_else(|| raw.request.id.text()),
        proposal: (batch_size.is_some() || index.is_some()).then_some(Proposal { batch_size, index }),
        personal: raw.personal.flag().unwrap_or(false),
        has_passive: raw.has_passive.flag().unwrap_or(false),
        approved: approval(raw).settled(),
        note: private_stay(raw).words(),
        bookings: Vec::with_capacity(raw.bookings.len()),
    };
    odd.sentinels(None, None, &dates);
    for (position, raw_booking) in raw.bookings.iter().enumerate() {
        let booking = booking(raw, raw_booking, position, &mut odd);
        trip.bookings.push(booking);
    }
    if trip.bookings.is_empty() {
        odd.add(
            "booking_without_segments",
            None,
            None,
            "the trip has no bookings".to_owned(),
        );
    }
    Ok(Reading { trip, oddities: odd.0 })
}

fn booking(trip: &RawTrip, raw: &RawBooking, position: usize, odd: &mut Oddities) -> Booking {
    let anchor = booked_on(&raw.created, &raw.booked_local).or_else(|| booked_on(&trip.created, &trip.booked_local));
    let mut dates = Dates::after(anchor);
    let (owner, itin_source, booking_source) = (raw.owner.text(), raw.itin_source.text(), raw.booking_source.text());
    let told = (owner.is_some() || itin_source.is_some()).then_some((owner.clone(), itin_source.clone()));
    // The trip's own words mirror its first booking: they count only where the booking has none (R9, T16).
    let (by_owner, by_itin_source) = told.unwrap_or_else(|| (trip.owner.text(), trip.itin_source.text()));
    let source = source(
        by_owner.as_deref(),
        by_itin_source.as_deref(),
        booking_source.as_deref(),
    );
    let mut booking = Booking {
        locator: raw.locator.text(),
        source,
        owner,
        itin_source,
        booking_source,
        booked_local: dates.civil("DateBookedLocal", &raw.booked_local),
        created: dates.instant("DateCreatedUtc", &raw.created),
        modified: dates.instant("DateModifiedUtc", &raw.modified),
        last_ticket_date: dates.instant("LastTicketDateUtc", &raw.last_ticket_date),
        passengers: raw.passengers.iter().map(passenger).collect(),
        segments: Vec::new(),
        coupons: Vec::new(),
        charges: Vec::new(),
        costs: costs::codes(&raw.costs),
        phones: phones(&raw.phones, &raw.agency),
        cancelled: is_cancelled(raw, &mut dates),
        note: raw.private_stay.words(),
    };
    (booking.coupons, booking.charges) = tickets::facts(raw, &mut dates);
    odd.sentinels(Some(position), None, &dates);
    booking.segments = segments::all(raw, source, anchor, |segment, dates| {
        odd.sentinels(Some(position), Some(segment), dates);
    });
    name_passengers(&mut booking);
    if booking.segments.is_empty() {
        odd.add(
            "booking_without_segments",
            Some(position),
            None,
            "the booking has no segments".to_owned(),
        );
    }
    booking
}

/// Last path segment, lower case (T root): sample ids are whole URLs.
fn trip_id(value: &Scalar) -> Option<String> {
    let text = value.text()?;
    let path = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let id = path.rsplit('/').next().unwrap_or_default().trim().to_lowercase();
    (!id.is_empty() && id.len() <= LONGEST_ID && id.chars().any(char::is_alphanumeric)).then_some(id)
}

/// The day on which something was booked: dates without a year fall after it (R14).
fn booked_on(created: &Scalar, booked_local: &Scalar) -> Option<NaiveDate> {
    let mut dates = Dates::after(None);
    let created = dates.instant("DateCreatedUtc", created).map(|at| at.date_naive());
    created.or_else(|| dates.civil("DateBookedLocal", booked_local).map(|at| at.date()))
}

/// A booking is cancelled only if it says so itself.
fn is_cancelled(raw: &RawBooking, dates: &mut Dates) -> bool {
    let status = raw.status.text().unwrap_or_default().to_lowercase();
    raw.cancelled.flag().unwrap_or(false)
        || status.starts_with("cancel")
        || status == "withdrawn"
        || raw.cancellation.text().is_some()
        || dates.instant("DateCancelledUtc", &raw.cancelled_at).is_some()
}

fn passenger(raw: &RawPassenger) -> Passenger {
    Passenger {
        first: raw.first.text(),
        last: raw.last.text(),
        middle: raw.middle.text(),
        text: raw.text.text(),
        rph: raw.rph.whole(),
    }
}

/// Gives passengers the number by which segments and phones name them: their position, from 0, or from 1 where the last is named by
/// the count and none by 0 (T23).
fn name_passengers(booking: &mut Booking) {
    if booking.passengers.iter().any(|passenger| passenger.rph.is_some()) {
        return;
    }
    let named = booking.segments.iter().flat_map(|segment| segment.rph.iter().copied());
    let named: Vec<i64> = named
        .chain(booking.phones.iter().filter_map(|phone| phone.rph))
        .collect();
    let count = i64::try_from(booking.passengers.len()).unwrap_or(i64::MAX);
    let first = i64::from(named.iter().max() == Some(&count) && !named.contains(&0));
    for (passenger, rph) in booking.passengers.iter_mut().zip(first..) {
        passenger.rph = Some(rph);
    }
}

/// Numbers of travelers; agencies write theirs into the same list (T27). `A` is what reservation systems call an agency's phone.
fn phones(raw: &[RawPhone], agency: &Scalar) -> Vec<Phone> {
    let agency = agency.text().map(|name| name.to_lowercase());
    let read = raw.iter().filter_map(|phone| {
        let (description, kind) = (phone.description.text(), phone.kind.text());
        let described = description.as_deref().unwrap_or_default().to_lowercase();
        let is_agency = described.contains("agency")
            || described.contains("travel agent")
            || agency.as_deref().is_some_and(|agency| agency == described)
            || kind
                .as_deref()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("A") || kind.eq_ignore_ascii_case("agency"));
        let number = phone
            .number
            .text()
            .filter(|number| number.chars().any(|c| c.is_ascii_digit()))?;
        (!is_agency).then(|| Phone {
            number,
            kind: description.or(kind),
            rph: phone.rph.whole(),
        })
    });
    read.collect()
}

fn approval(trip: &RawTrip) -> Verdict {
    let attributes = trip.attributes.iter().filter_map(|attribute| {
        attribute
            .name
            .text()
            .map(|name| Verdict::of_attribute(&name, &attribute.data))
    });
    let bookings = trip
        .bookings
        .iter()
        .flat_map(|booking| [booking.approval, booking.request.approval]);
    attributes
        .chain(bookings)
        .fold(trip.approval.and(trip.request.approval), Verdict::and)
}

fn private_stay(trip: &RawTrip) -> PrivateStay {
    let attributes = trip
        .attributes
        .iter()
        .map(|attribute| PrivateStay::in_text(&attribute.data.as_text()));
    attributes.fold(trip.private_stay, PrivateStay::or)
}

/// Collects what was odd.
#[derive(Default)]
struct Oddities(Vec<Oddity>);

impl Oddities {
    fn add(&mut self, code: &'static str, booking: Option<usize>, segment: Option<String>, detail: String) {
        self.0.push(Oddity {
            code: code.into(),
            booking,
            segment,
            detail,
        });
    }

    fn sentinels(&mut self, booking: Option<usize>, segment: Option<&Segment>, dates: &Dates) {
        if !dates.sentinels.is_empty() {
            let detail = format!("not a real date: {}", dates.sentinels.join(", "));
            self.add("sentinel_date", booking, segment.map(Segment::label), detail);
        }
    }
}
