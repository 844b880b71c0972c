//! What each degradation operator does to a document (R253): one named function an operator.
//! Called by `paper` when it renders; which of them strike is decided by the document's dice.
//! Always holds: an operator changes nothing but what its name says, and strikes only where it can change something.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Value, json};

use crate::place::LonLat;
use crate::sandbox::data::names::{FAMILY, given};

use super::channel::{Channel, Column};
use super::draft::{DraftBooking, DraftEnd, DraftPassenger, DraftSegment, DraftTrip, Kind, RETENTION, Suffix, label};
use super::operators::{Dice, Operator};
use super::paper::Paper;

/// Applies every operator that strikes this document.
pub(super) fn spoil(trip: &mut DraftTrip, paper: &Paper, dice: &mut Dice) {
    return_leg(trip, dice);
    for (index, booking) in trip.bookings.iter_mut().enumerate() {
        passengers(booking, index, paper, dice);
        retention(booking, index, dice);
        let suffix = 100 + index as u64;
        if dice.strikes(Operator::OffsetOnLocal, suffix, None) {
            booking.suffix = offset_on_local(dice, suffix);
        }
    }
    let span = trip.span();
    for (index, booking) in trip.bookings.iter_mut().enumerate() {
        for nth in 0..booking.segments.len() {
            let at = (index, label(booking, nth));
            let segment = &mut booking.segments[nth];
            if segment.item < RETENTION {
                identity(segment, &at, dice);
                places(segment, &at, dice);
                times(segment, span, &at, dice);
            }
        }
    }
}

type At = (usize, String);

fn return_leg(trip: &mut DraftTrip, dice: &mut Dice) {
    let hops = || {
        trip.bookings
            .iter()
            .flat_map(|booking| &booking.segments)
            .filter(|one| one.kind.moves())
            .map(|one| one.hop)
    };
    let (Some(first), Some(last)) = (hops().min(), hops().max()) else {
        return;
    };
    if first < last && dice.strikes(Operator::ReturnLegAbsent, 1, None) {
        for booking in &mut trip.bookings {
            return_leg_absent(booking, last);
        }
        trip.bookings.retain(|booking| !booking.segments.is_empty());
    }
}

/// The way home is not in the document.
fn return_leg_absent(booking: &mut DraftBooking, last_hop: usize) {
    booking
        .segments
        .retain(|one| !(one.kind.moves() && one.hop == last_hop));
}

fn passengers(booking: &mut DraftBooking, index: usize, paper: &Paper, dice: &mut Dice) {
    let item = 200 + index as u64;
    if paper.passenger.is_none()
        && !booking.segments.is_empty()
        && dice.strikes(Operator::SeveralPassengers, item, None)
    {
        several_passengers(booking, dice, item);
    }
    // Mails and hand-typed plans often name nobody (R123).
    let nameless = matches!(paper.channel.column(), Column::Mail | Column::Manual);
    if nameless && booking.passengers.len() == 1 && dice.fraction(Operator::SeveralPassengers, item, 9) < 0.25 {
        booking.passengers.clear();
    }
}

/// Up to three companions who have no profile stand on the same booking.
fn several_passengers(booking: &mut DraftBooking, dice: &Dice, item: u64) {
    let count = 1 + (dice.fraction(Operator::SeveralPassengers, item, 1) * 3.0) as u64;
    for nth in 0..count {
        let (first, title) = given(dice.fraction(Operator::SeveralPassengers, item, 10 + nth));
        let last = *dice.one(Operator::SeveralPassengers, item, 20 + nth, FAMILY);
        booking.passengers.push(DraftPassenger {
            first: first.into(),
            last: last.into(),
            title,
        });
    }
}

fn retention(booking: &mut DraftBooking, index: usize, dice: &mut Dice) {
    let possible = matches!(
        dice.channel,
        Channel::Agency | Channel::ConcurTravel | Channel::AgencyApi
    );
    let flight = booking.segments.iter().rfind(|one| one.kind == Kind::Air).cloned();
    if let Some(flight) =
        flight.filter(|_| possible && dice.strikes(Operator::RetentionSegment, 300 + index as u64, None))
    {
        booking.segments.push(retention_segment(flight, dice));
    }
}

/// A dummy that keeps the reservation alive for months (R30).
fn retention_segment(mut flight: DraftSegment, dice: &Dice) -> DraftSegment {
    let days = Duration::days(75 + (dice.fraction(Operator::RetentionSegment, 1, 1) * 90.0) as i64);
    let midnight = (flight.end.local.date() + days).and_time(NaiveTime::MIN);
    flight.end.set_local(midnight);
    flight.start = DraftEnd {
        terminal: None,
        ..flight.end.clone()
    };
    flight.item = RETENTION;
    flight.vendor = Some(String::from(if dice.seed.is_multiple_of(2) { "ZZ" } else { "YY" }));
    flight.vendor_name = None;
    flight.number = Some("1".into());
    flight.operated = None;
    flight.status = Some("GK");
    flight.cancelled = None;
    flight.confirmation = None;
    flight.leg_id = None;
    flight.more = serde_json::Map::new();
    flight
}

/// `-00:00` or `Z` behind wall times.
fn offset_on_local(dice: &Dice, item: u64) -> Suffix {
    *dice.one(
        Operator::OffsetOnLocal,
        item,
        1,
        &[Suffix::MinusZero, Suffix::MinusZero, Suffix::MinusZero, Suffix::Zulu],
    )
}

fn identity(segment: &mut DraftSegment, at: &At, dice: &mut Dice) {
    let item = segment.item;
    if segment.kind.moves()
        && segment.status == Some("HK")
        && dice.strikes(Operator::WaitlistedOrRequested, item, Some(at.clone()))
    {
        waitlisted_or_requested(segment, dice);
    }
    if segment.kind != Kind::Air {
        return;
    }
    if segment.operated.is_some() && dice.strikes(Operator::CodeShareAlias, item, Some(at.clone())) {
        code_share_alias(segment);
    }
    if dice.strikes(Operator::FlightNumberMissing, item, Some(at.clone())) {
        flight_number_missing(segment, dice);
    } else if dice.strikes(Operator::FlightNumberFake, item, Some(at.clone())) {
        flight_number_fake(segment, dice);
    }
}

/// Not confirmed: on the waiting list, or only asked for.
fn waitlisted_or_requested(segment: &mut DraftSegment, dice: &Dice) {
    segment.status = Some(*dice.one(
        Operator::WaitlistedOrRequested,
        segment.item,
        1,
        &["HL", "US", "HN", "PN"],
    ));
}

/// Nothing says who operates the flight.
fn code_share_alias(segment: &mut DraftSegment) {
    segment.operated = None;
}

/// No flight number; a redacted one takes the airline, terminal and gate with it (T38).
fn flight_number_missing(segment: &mut DraftSegment, dice: &Dice) {
    let item = segment.item;
    segment.operated = None;
    match dice.channel.column() {
        Column::Supplier => {
            (
                segment.number,
                segment.vendor,
                segment.vendor_name,
                segment.confirmation,
            ) = (None, None, None, None);
            (segment.start.terminal, segment.end.terminal) = (None, None);
            segment.more.retain(|key, _| key == "NumStops");
        }
        Column::Manual | Column::Mail => {
            segment.number = dice
                .one(
                    Operator::FlightNumberMissing,
                    item,
                    1,
                    &[None, None, Some(""), Some("-")],
                )
                .map(Into::into);
        }
        Column::Request => (segment.number, segment.vendor, segment.vendor_name) = (None, None, None),
        _ => segment.number = None,
    }
}

/// A number that no flight has (R23).
fn flight_number_fake(segment: &mut DraftSegment, dice: &Dice) {
    const FAKES: &[&str] = &["0000", "9999", "1234", "999", "TBA", "OPEN", "XXXX", "0"];
    let item = segment.item;
    segment.number = Some(String::from(*dice.one(Operator::FlightNumberFake, item, 1, FAKES)));
    segment.operated = None;
    if dice.fraction(Operator::FlightNumberFake, item, 5) < 0.2 {
        segment.vendor = Some(String::from(*dice.one(
            Operator::FlightNumberFake,
            item,
            6,
            &["YY", "ZZ", "$$"],
        )));
    }
}

fn places(segment: &mut DraftSegment, at: &At, dice: &mut Dice) {
    let item = segment.item;
    let here = || Some(at.clone());
    if segment.kind == Kind::Air {
        let differs = |end: &DraftEnd| end.metro.is_some() && end.metro != end.code.as_deref();
        if (differs(&segment.start) || differs(&segment.end))
            && dice.strikes(Operator::MetroCodeForAirport, item, here())
        {
            metro_code_for_airport(segment);
        }
        return;
    }
    let named = segment.start.city.is_some() && segment.start.address.is_some();
    if named && segment.start.metro.is_some() && dice.strikes(Operator::NamesMixedUp, item, here()) {
        names_mixed_up(segment, dice);
    }
    if segment.start.at.is_some() && dice.strikes(Operator::CoordinatesBroken, item, here()) {
        coordinates_broken(segment, dice);
    }
}

/// The city's code where the airport's belongs; the airport may stand in the terminal (R61).
fn metro_code_for_airport(segment: &mut DraftSegment) {
    for end in [&mut segment.start, &mut segment.end] {
        if let Some(metro) = end.metro.filter(|metro| end.code.as_deref() != Some(metro)) {
            if end.terminal.is_some() {
                end.terminal = end.code.take();
            }
            end.code = Some(metro.into());
        }
    }
}

/// A code in the city's name, or name and address in each other's place (R64).
fn names_mixed_up(segment: &mut DraftSegment, dice: &Dice) {
    if segment.name.is_none() || dice.fraction(Operator::NamesMixedUp, segment.item, 1) < 0.5 {
        segment.start.city = segment.start.metro.map(Into::into);
    } else {
        std::mem::swap(&mut segment.name, &mut segment.start.address);
    }
}

/// 0,0; somewhere far away; or latitude and longitude swapped (R65).
fn coordinates_broken(segment: &mut DraftSegment, dice: &Dice) {
    let Some((lat, lon)) = segment.start.at else { return };
    let swappable = lon.abs() <= 90.0;
    segment.start.at = Some(
        match (dice.fraction(Operator::CoordinatesBroken, segment.item, 1) * 3.0) as u8 {
            0 => (0.0, 0.0),
            1 if swappable => (lon, lat),
            _ => {
                let far = LonLat::new(lon, lat).toward(LonLat::new(-lon * 0.7 + 20.0, -lat), 0.3);
                ((far.lat * 1e4).round() / 1e4, (far.lon * 1e4).round() / 1e4)
            }
        },
    );
}

fn times(segment: &mut DraftSegment, span: Option<[NaiveDateTime; 4]>, at: &At, dice: &mut Dice) {
    let item = segment.item;
    let here = || Some(at.clone());
    if let Some(span) = span
        && segment.kind.moves()
        && (segment.start.local.date(), segment.end.local.date()) != (span[0].date(), span[2].date())
        && dice.strikes(Operator::DatesOverwrittenByTrip, item, here())
    {
        dates_overwritten_by_trip(segment, span);
    }
    let overnight = segment.end.local.date() == segment.start.local.date() + Duration::days(1);
    if segment.kind.moves() && overnight && dice.strikes(Operator::ArrivalDayNotRolled, item, here()) {
        arrival_day_not_rolled(segment);
    }
    if day_month_swapped(segment.start.local).is_some() && dice.strikes(Operator::DayMonthSwapped, item, here()) {
        swap_day_and_month(segment);
    }
    if dice.strikes(Operator::YearSlip, item, here()) {
        year_slip(segment, dice);
    }
    // What Concur redacts for others are the times of flights (T38).
    let timed = segment.kind == Kind::Air || (segment.kind == Kind::Rail && dice.channel != Channel::Supplier);
    if timed && dice.strikes(Operator::TimesMidnight, item, here()) {
        times_midnight(segment);
    } else if segment.start.utc != segment.start.local && dice.strikes(Operator::UtcCopiedFromLocal, item, here()) {
        utc_copied_from_local(segment);
    }
}

/// Start and end carry the trip's first and last day (R47).
fn dates_overwritten_by_trip(segment: &mut DraftSegment, span: [NaiveDateTime; 4]) {
    let (start, end) = (segment.start.local.time(), segment.end.local.time());
    segment.start.set_local(span[0].date().and_time(start));
    segment.end.set_local(span[2].date().and_time(end));
}

/// The arrival carries the day of the departure (R44).
fn arrival_day_not_rolled(segment: &mut DraftSegment) {
    let time = segment.end.local.time();
    segment.end.set_local(segment.start.local.date().and_time(time));
}

fn day_month_swapped(at: NaiveDateTime) -> Option<NaiveDateTime> {
    let swapped = NaiveDate::from_ymd_opt(at.year(), at.day(), at.month())?;
    (at.day() != at.month()).then(|| swapped.and_time(at.time()))
}

/// 3 December read as 12 March, wherever both readings are dates.
fn swap_day_and_month(segment: &mut DraftSegment) {
    for end in [&mut segment.start, &mut segment.end] {
        if let Some(swapped) = day_month_swapped(end.local) {
            end.set_local(swapped);
        }
    }
}

/// A year too early or too late (R56).
fn year_slip(segment: &mut DraftSegment, dice: &Dice) {
    let years = if dice.fraction(Operator::YearSlip, segment.item, 1) < 0.5 {
        -1
    } else {
        1
    };
    for end in [&mut segment.start, &mut segment.end] {
        if let Some(slipped) = end.local.with_year(end.local.year() + years) {
            end.set_local(slipped);
        }
    }
}

/// Midnight in Local and in Utc: the time part is gone (R40, T38).
fn times_midnight(segment: &mut DraftSegment) {
    for end in [&mut segment.start, &mut segment.end] {
        end.local = end.local.date().and_time(NaiveTime::MIN);
        end.utc = end.local;
    }
    // What was computed from the times goes with them.
    segment.more.remove("Duration");
}

/// The digits of Local stand in Utc as well (R5).
fn utc_copied_from_local(segment: &mut DraftSegment) {
    segment.start.utc = segment.start.local;
    segment.end.utc = segment.end.local;
}

/// Spelling variants of keys and types that real documents show (T40, T41), on one document in thirty.
pub(super) fn old_spelling(trip: &mut Value, seed: u64) {
    let Value::Object(map) = trip else { return };
    if !seed.is_multiple_of(30) {
        return;
    }
    if let Some(login) = map.remove("UserLoginId") {
        map.insert("UserLoginID".into(), login);
    }
    if let Some(status) = map.get_mut("TripStatus") {
        *status = json!(status.to_string());
    }
}
