//! The eight lists of a booking, and its waitlist, as segments in domain words.
//! Called by `assemble`.
//! Always: a segment that says nothing at all is left out; its neighbours keep their positions, hence their labels.

use chrono::NaiveDate;

use super::document::{RawBooking, RawEnd, RawSegment, RawWaitFlight, RawWaitOption};
use super::scalar::Scalar;
use super::time::{Dates, time_of_day};
use super::{End, Segment, SegmentKind, Source};

/// Degrees beyond this are no number of degrees at all, not even of a swapped or slipped coordinate.
const LARGEST_DEGREES: f64 = 1_000.0;

/// All segments of a booking; `read` is told of each with the dates that were read in it.
pub(super) fn all(
    raw: &RawBooking,
    source: Source,
    anchor: Option<NaiveDate>,
    mut read: impl FnMut(&Segment, &Dates),
) -> Vec<Segment> {
    let lists = [
        (SegmentKind::Air, &raw.segments.air),
        (SegmentKind::Car, &raw.segments.car),
        (SegmentKind::Dining, &raw.segments.dining),
        (SegmentKind::Hotel, &raw.segments.hotel),
        (SegmentKind::Parking, &raw.segments.parking),
        (SegmentKind::Rail, &raw.segments.rail),
        (SegmentKind::Ride, &raw.segments.ride),
        (SegmentKind::Travel, &raw.segments.travel),
    ];
    let mut found = Vec::with_capacity(lists.iter().map(|(_, list)| list.len()).sum());
    for (kind, list) in lists {
        for (index, raw) in list.iter().enumerate() {
            let mut dates = Dates::after(anchor);
            let segment = segment(kind, index, raw, source, &mut dates);
            let says_nothing = segment
                == Segment {
                    kind,
                    index,
                    ..Segment::default()
                }
                && dates.sentinels.is_empty();
            if !says_nothing {
                read(&segment, &dates);
                found.push(segment);
            }
        }
    }
    let waiting = waitlisted(&raw.waitlist.options, raw.segments.air.len(), &found);
    found.extend(waiting);
    found
}

fn segment(kind: SegmentKind, index: usize, raw: &RawSegment, source: Source, dates: &mut Dates) -> Segment {
    let mut start = end(&raw.start);
    let mut finish = match kind {
        SegmentKind::Hotel | SegmentKind::Dining | SegmentKind::Parking => End::default(),
        _ => end(&raw.end),
    };
    if kind == SegmentKind::Car {
        for (usual, other) in [(&mut start, &raw.pickup), (&mut finish, &raw.dropoff)] {
            if let Some(other) = other {
                complete(usual, end(other));
            }
        }
    }
    if start.code.is_none() {
        start.code = code(&raw.passive_city_code).ok();
    }
    start.when = dates.when(["StartDateLocal", "StartDateUtc"], &raw.start.local, &raw.start.utc);
    finish.when = dates.when(["EndDateLocal", "EndDateUtc"], &raw.end.local, &raw.end.utc);
    let mut segment = Segment {
        kind,
        index,
        start,
        end: finish,
        status: raw.status.raw(),
        vendor: raw.vendor.raw(),
        vendor_name: raw.vendor_name.text(),
        number: raw.number.raw(),
        operating_vendor: raw.operating_vendor.text(),
        operating_number: raw.operating_number.text(),
        name: raw.name.text(),
        confirmation: raw.confirmation.text().or_else(|| raw.reservation.text()),
        cancellation: raw.cancellation.text(),
        cancelled_at: dates.instant("DateCancelledUtc", &raw.cancelled_at),
        created: dates.instant("DateCreatedUtc", &raw.created),
        modified: dates.instant("DateModifiedUtc", &raw.modified),
        leg: raw.leg.text(),
        stops: raw.stops.count(),
        open: is_open(raw),
        mode: raw.mode.text(),
        equipment: raw.equipment.text(),
        rph: passengers(raw),
        zone_text: raw.zone_text.text(),
        duration_min: raw
            .duration
            .real()
            .map(|minutes| rounded(minutes, 1e3))
            .filter(|minutes| minutes.abs() < 1e6),
        check_in: time_of_day(&raw.check_in),
        check_out: time_of_day(&raw.check_out),
        passive: raw.passive.text(),
        type_text: raw.type_text.text(),
        redacted: false,
        note: raw.private_stay.words(),
    };
    segment.redacted = is_redacted(&segment, source);
    segment
}

/// The place at one end; the times come later.
fn end(raw: &RawEnd) -> End {
    let coded = code(&raw.city_code).or_else(|text| code(&raw.location_code).map_err(|_| text));
    let lines = [raw.address.text(), raw.address2.text()];
    End {
        city: raw.city.text().or_else(|| coded.as_ref().err().cloned().flatten()),
        code: coded.ok(),
        station: raw.station.text(),
        station_name: raw.station_name.text(),
        terminal: raw.terminal.text(),
        location: raw.location.text().or_else(|| raw.location_name.text()),
        address: lines
            .into_iter()
            .flatten()
            .reduce(|first, second| format!("{first}, {second}")),
        state: raw.state.text(),
        postal: raw.postal.text(),
        country: raw.country.text(),
        lon: degrees(&raw.longitude),
        lat: degrees(&raw.latitude),
        ..End::default()
    }
}

/// A city code in upper case, else the text that stands in its place: some sources write a name there.
fn code(value: &Scalar) -> Result<String, Option<String>> {
    let text = value.text();
    match text.as_deref() {
        Some(code) if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Ok(code.to_ascii_uppercase())
        }
        _ => Err(text),
    }
}

/// A car that is brought or fetched has its place in fields of their own: they count where the usual ones say nothing. The parts
/// of an address are taken together or not at all, so that no city gets another's country.
fn complete(usual: &mut End, other: End) {
    let address = |end: &End| [&end.address, &end.city, &end.state, &end.postal, &end.country].map(Option::is_some);
    if address(usual) == [false; 5] {
        (usual.address, usual.city, usual.state) = (other.address, other.city, other.state);
        (usual.postal, usual.country) = (other.postal, other.country);
    }
    if usual.lon.is_none() && usual.lat.is_none() {
        (usual.lon, usual.lat) = (other.lon, other.lat);
    }
    usual.code = usual.code.take().or(other.code);
}

fn degrees(value: &Scalar) -> Option<f64> {
    value
        .real()
        .filter(|degrees| degrees.abs() <= LARGEST_DEGREES)
        .map(|degrees| rounded(degrees, 1e7))
}

/// As many decimals as survive every way through text and back.
fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

/// Without a date of travel (R33). `OpenSegment` holds words about it, if there are any.
fn is_open(raw: &RawSegment) -> bool {
    raw.is_open
        .flag()
        .unwrap_or_else(|| raw.open_text.flag().unwrap_or_else(|| raw.open_text.text().is_some()))
}

/// The passengers that a segment names, by itself or by whose seats it has (R122).
fn passengers(raw: &RawSegment) -> Vec<i64> {
    let named = raw.rph.0.iter().chain(raw.seats.iter().map(|seat| &seat.rph));
    let mut named: Vec<i64> = named.filter_map(Scalar::whole).collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// Concur shows a supplier's flight to others without times of day, and perhaps without vendor and number (T38, R238).
fn is_redacted(segment: &Segment, source: Source) -> bool {
    if segment.kind != SegmentKind::Air || source != Source::Supplier {
        return false;
    }
    let whens = [&segment.start.when, &segment.end.when];
    let locals = whens.iter().filter_map(|when| when.local);
    let mut times = locals.chain(whens.iter().filter_map(|when| when.utc.map(|at| at.naive_utc())));
    times.all(|at| at.time() == chrono::NaiveTime::MIN) || (segment.vendor.is_none() && segment.number.is_none())
}

/// Flights on which someone waits, as waitlisted flights behind the booked ones. They have no dates of their own: one takes the day of
/// the booked flight on the same route, since waiting is for another flight of the same journey.
fn waitlisted(options: &[RawWaitOption], first_index: usize, booked: &[Segment]) -> Vec<Segment> {
    let flights = options
        .iter()
        .flat_map(|option| option.flights.iter().map(move |flight| (option, flight)));
    flights
        .zip(first_index..)
        .map(|((option, flight), index)| waiting(option, flight, index, booked))
        .collect()
}

fn waiting(option: &RawWaitOption, flight: &RawWaitFlight, index: usize, booked: &[Segment]) -> Segment {
    let mut waiting = Segment {
        kind: SegmentKind::Air,
        index,
        start: End {
            code: code(&flight.from).ok(),
            ..End::default()
        },
        end: End {
            code: code(&flight.to).ok(),
            ..End::default()
        },
        status: option.status.raw().or_else(|| Some("HL".to_owned())),
        vendor: flight.carrier.raw(),
        number: flight.number.raw(),
        ..Segment::default()
    };
    let same_route = booked.iter().find(|segment| {
        segment.kind == SegmentKind::Air
            && segment.start.code.is_some()
            && segment.start.code == waiting.start.code
            && segment.end.code == waiting.end.code
    });
    if let Some(same) = same_route {
        for (end, booked) in [(&mut waiting.start, &same.start), (&mut waiting.end, &same.end)] {
            end.when.local = booked.when.local.map(|at| at.date().and_time(chrono::NaiveTime::MIN));
            end.when.date_only = end.when.local.is_some();
        }
    }
    waiting
}
