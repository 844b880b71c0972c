//! A trip document in the making: still typed, so that operators can spoil it, not yet JSON.
//! Called by `paper` (fills it), `spoil` (degrades it) and `render` (writes it).
//! Always holds: before spoiling, local and UTC digits of each end agree with the zone of its place.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};

use crate::place::Zone;

/// Kind of segment, as its array is named in `Segments` (T19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Air,
    Car,
    Dining,
    Hotel,
    Parking,
    Rail,
    Ride,
    Travel,
}

impl Kind {
    /// The name of its array.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Air => "Air",
            Kind::Car => "Car",
            Kind::Dining => "Dining",
            Kind::Hotel => "Hotel",
            Kind::Parking => "Parking",
            Kind::Rail => "Rail",
            Kind::Ride => "Ride",
            Kind::Travel => "Travel",
        }
    }

    /// Whether it moves the traveler between cities.
    pub fn moves(self) -> bool {
        matches!(self, Kind::Air | Kind::Rail)
    }
}

/// How `*Local` times are written (T30, T31).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suffix {
    #[default]
    Bare,
    /// `.000-00:00`, as in the published sample.
    MinusZero,
    /// `Z`, as if it were an instant.
    Zulu,
}

/// One end of a segment: the place is only written as far as the kind of segment has fields for it.
#[derive(Clone, Debug)]
pub struct DraftEnd {
    pub local: NaiveDateTime,
    /// The digits of the `*Utc` field.
    pub utc: NaiveDateTime,
    pub zone: Zone,
    pub code: Option<String>,
    /// Metropolitan code of the airport's city, what a lazy typist would write instead.
    pub metro: Option<&'static str>,
    pub terminal: Option<String>,
    pub station: Option<(&'static str, &'static str)>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub state: Option<&'static str>,
    pub postal: Option<String>,
    pub country: Option<&'static str>,
    /// Latitude and longitude.
    pub at: Option<(f64, f64)>,
    pub location: Option<String>,
}

impl DraftEnd {
    /// An end without a place yet.
    pub fn new(at: DateTime<Utc>, zone: Zone) -> DraftEnd {
        DraftEnd {
            local: zone.to_civil(at),
            utc: at.naive_utc(),
            zone,
            code: None,
            metro: None,
            terminal: None,
            station: None,
            address: None,
            city: None,
            state: None,
            postal: None,
            country: None,
            at: None,
            location: None,
        }
    }

    /// Moves the local digits and lets UTC follow, as a system does that derives one from the other.
    pub fn set_local(&mut self, local: NaiveDateTime) {
        self.local = local;
        self.utc = self.zone.to_utc(local).naive_utc();
    }
}

/// A segment in the making.
#[derive(Clone, Debug)]
pub struct DraftSegment {
    pub kind: Kind,
    /// What it is about; the same on every rendering.
    pub item: u64,
    pub hop: usize,
    pub start: DraftEnd,
    pub end: DraftEnd,
    pub vendor: Option<String>,
    pub vendor_name: Option<String>,
    pub number: Option<String>,
    /// Operating airline's code, name and number where it differs.
    pub operated: Option<(&'static str, &'static str, u16)>,
    pub status: Option<&'static str>,
    pub name: Option<String>,
    pub confirmation: Option<String>,
    pub cancelled: Option<(String, DateTime<Utc>)>,
    pub leg_id: Option<usize>,
    pub phone: Option<String>,
    /// Fields nobody spoils.
    pub more: Map<String, Value>,
}

/// A passenger as a booking names one.
#[derive(Clone, Debug)]
pub struct DraftPassenger {
    pub first: String,
    pub last: String,
    pub title: &'static str,
}

/// A booking in the making.
#[derive(Clone, Debug)]
pub struct DraftBooking {
    pub owner: (&'static str, &'static str),
    pub source: String,
    pub locator: String,
    pub agency: Option<(&'static str, &'static str)>,
    pub passengers: Vec<DraftPassenger>,
    pub segments: Vec<DraftSegment>,
    pub suffix: Suffix,
    pub ticketed: bool,
    pub phone: Option<String>,
}

/// A trip document in the making.
#[derive(Clone, Debug)]
pub struct DraftTrip {
    pub href: String,
    pub status: u8,
    pub login: String,
    pub name: String,
    pub created: DateTime<Utc>,
    pub modified: DateTime<Utc>,
    pub booked_local: NaiveDateTime,
    pub by_agent: bool,
    pub bookings: Vec<DraftBooking>,
    pub more: Map<String, Value>,
}

impl DraftTrip {
    /// First and last local and UTC digits over all segments: (start local, start UTC, end local, end UTC).
    pub fn span(&self) -> Option<[NaiveDateTime; 4]> {
        let segments = || {
            self.bookings
                .iter()
                .flat_map(|booking| &booking.segments)
                .filter(|segment| segment.item < RETENTION)
        };
        let first = segments().min_by_key(|segment| segment.start.utc)?;
        let last = segments().max_by_key(|segment| segment.end.utc)?;
        Some([first.start.local, first.start.utc, last.end.local, last.end.utc])
    }
}

/// Items from here on are retention segments, which no one counts into a trip's dates.
pub const RETENTION: u64 = 9_000;

/// The label of a segment in its booking, `Air[0]`.
pub fn label(booking: &DraftBooking, index: usize) -> String {
    let kind = booking.segments[index].kind;
    let nth = booking.segments[..index]
        .iter()
        .filter(|other| other.kind == kind)
        .count();
    format!("{}[{nth}]", kind.name())
}
