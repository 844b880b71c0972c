//! What the product has to beat (R273): raw segments, the last destination, windows of a day, and "at home".
//! Called by `walk` and `exposure`.
//! Always holds: a baseline is sure of one class at every instant; it believes every segment that is not cancelled.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::itinerary::{Segment, SegmentKind, Trip, TripStatus};
use crate::place::{Code, Gazetteer};

use super::class::Class;

/// Their names, B0 to B3.
pub const NAMES: [&str; 4] = ["B0 segments", "B1 last place", "B2 ±24 h", "B3 home"];

/// A booked movement or stay, taken at its word.
#[derive(Clone, Debug)]
pub struct Plain {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Of a movement: where it starts.
    pub start: Option<String>,
    pub end: String,
    /// Of a stay: the local days of arrival and departure.
    pub nights: Option<(NaiveDate, NaiveDate)>,
}

/// What the newest documents say, word for word.
#[derive(Default)]
pub struct Plainly {
    by_trip: BTreeMap<String, Vec<Plain>>,
    pub all: Vec<Plain>,
}

impl Plainly {
    /// A document came.
    pub fn put(&mut self, trip: &Trip) {
        let void = matches!(
            trip.status,
            TripStatus::Cancelled | TripStatus::VirtualCancelled | TripStatus::Removed
        );
        let segments = trip.bookings.iter().flat_map(|booking| &booking.segments);
        let list = segments.filter(|_| !void).filter_map(plain).collect();
        self.by_trip.insert(trip.id.clone(), list);
        self.gather();
    }

    /// A trip is gone.
    pub fn remove(&mut self, trip: &str) {
        self.by_trip.remove(trip);
        self.gather();
    }

    fn gather(&mut self) {
        self.all = self.by_trip.values().flatten().cloned().collect();
        self.all.sort_by_key(|one| (one.from, one.until));
    }

    /// Where each baseline has the traveler at an instant.
    pub fn at(&self, t: DateTime<Utc>, home: &str) -> [Class; 4] {
        let place = |code: &str| Class::city(code, home);
        let moving = |one: &&Plain| one.start.is_some() && one.from <= t && t < one.until;
        let way = self.all.iter().find(moving).map(|_| Class::OnTheWay);
        let bed = |one: &&Plain| one.start.is_none() && one.from <= t && t < one.until;
        let contained = self.all.iter().rfind(bed).map(|one| place(&one.end));
        let last = self
            .all
            .iter()
            .filter(|one| one.begins() <= t)
            .max_by_key(|one| one.begins());
        let day = Duration::hours(24);
        let windows = self.all.iter().filter_map(|one| match &one.start {
            Some(start) if one.from - day <= t && t < one.from => Some((one.from - day, start)),
            _ if one.begins() <= t && t < one.until.max(one.begins()) + day => Some((one.begins(), &one.end)),
            _ => None,
        });
        let window = windows.max_by_key(|(from, _)| *from).map(|(_, code)| place(code));
        [
            way.clone().or(contained).unwrap_or(Class::Home),
            way.clone().or(last.map(|one| place(&one.end))).unwrap_or(Class::Home),
            way.or(window).unwrap_or(Class::Home),
            Class::Home,
        ]
    }
}

impl Plain {
    /// From when on its end is a place to be.
    fn begins(&self) -> DateTime<Utc> {
        if self.start.is_some() { self.until } else { self.from }
    }
}

fn plain(segment: &Segment) -> Option<Plain> {
    if segment.cancelled_at.is_some() || segment.cancellation.is_some() {
        return None;
    }
    let city = |code: &Option<String>| {
        let gazetteer = Gazetteer::embedded();
        let code = Code::parse(code.as_deref()?)?;
        let airport = gazetteer.airport(code).map(|airport| gazetteer.city(airport.city));
        airport
            .or_else(|| gazetteer.city_by_code(code))?
            .code
            .map(|code| code.to_string())
    };
    let from = segment.start.when.utc?;
    match segment.kind {
        SegmentKind::Air | SegmentKind::Rail => Some(Plain {
            from,
            until: segment.end.when.utc?.max(from),
            start: Some(city(&segment.start.code)?),
            end: city(&segment.end.code)?,
            nights: None,
        }),
        SegmentKind::Hotel => Some(Plain {
            from,
            until: segment.end.when.utc?.max(from),
            start: None,
            end: city(&segment.start.code)?,
            nights: segment
                .start
                .when
                .local
                .zip(segment.end.when.local)
                .map(|(a, b)| (a.date(), b.date())),
        }),
        _ => None,
    }
}
