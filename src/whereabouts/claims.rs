//! Claims: what bookings say about one traveler, each with its strength and where it comes from.
//! Made by `gather` from documents; merged by `same`; laid on the time line by `paths` and `dwell`.
//! Always holds: claims are in an order that depends on their content only (R188).

use chrono::{DateTime, NaiveDate, Utc};

use crate::itinerary::{Booking, Segment, Source, Trip};
use crate::place::Zone;

use super::places::Spot;
use super::times::{DAY, HOUR, Mode, Sec, Span};
use super::{Grade, Notice};

/// A segment of a document, as evidence.
#[derive(Clone, Debug)]
pub(super) struct Witness<'a> {
    pub trip: &'a Trip,
    /// Index in the document.
    pub booking_no: usize,
    pub booking: &'a Booking,
    pub segment: &'a Segment,
    /// Rules that fired for this segment, in order.
    pub rules: Vec<&'static str>,
}

impl Witness<'_> {
    pub fn source(&self) -> Source {
        self.booking.source
    }

    /// When the source last changed it: the segment, else its booking, else the trip.
    pub fn modified(&self) -> Option<DateTime<Utc>> {
        self.segment.modified.or(self.booking.modified).or(self.trip.modified)
    }

    /// Which reservation it belongs to: legs of one are taken or dropped together (R117). A locator names it in whatever trip
    /// documents it appears (R113); without one it is the booking itself, not the document that it happens to be in (R272).
    pub fn unit(&self) -> Unit<'_> {
        match self.locator() {
            "" => (&self.trip.id, Some(self.booking_no)),
            locator => (locator, None),
        }
    }

    pub fn locator(&self) -> &str {
        self.booking.locator.as_deref().unwrap_or("")
    }

    pub fn label(&self) -> String {
        self.segment.label()
    }

    /// A notice about this segment.
    pub fn notice(&self, code: &str, message: impl Into<String>) -> Notice {
        super::notices::notice(code, &self.trip.id, Some(self.booking_no), Some(self.label()), message)
    }
}

/// A reservation: its locator, or a trip and the booking's number in it.
pub(super) type Unit<'a> = (&'a str, Option<usize>);

/// Index into [`Claims::witnesses`].
pub(super) type WitnessNo = usize;

/// How strongly a claim holds (R140, R141).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strength {
    /// S0..=S5.
    pub class: usize,
    /// p0: the claim happens as stated.
    pub p: f64,
    pub ticketed: bool,
}

/// A movement from one city region to another.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub mode: Mode,
    /// "BA 117", if the flight is identified (R25).
    pub identity: Option<String>,
    /// Every name of the flight: marketing and operating (R102).
    pub aliases: Vec<String>,
    /// Where it starts; `None`: wherever the traveler was.
    pub from: Option<Spot>,
    /// Where it ends; `None`: nobody knows (R170).
    pub to: Option<Spot>,
    pub dep: Span,
    pub arr: Span,
    /// Leaves and arrives at known times (R145).
    pub timed: bool,
    /// Wider corridor (R197): no number, stops, repaired times.
    pub wide: bool,
    pub dep_day: NaiveDate,
    pub arr_day: NaiveDate,
    pub strength: Strength,
    pub grade: Grade,
    pub leg_id: Option<String>,
    /// A transition over days rather than a ride: a one-way rental (R163).
    pub drive: bool,
    /// Imported without a name (R123).
    pub unnamed_import: bool,
    /// Names of proposals' batch (R91).
    pub batch: Option<String>,
    /// The booking behind it changed its mind too often (R116).
    pub churning: bool,
    /// It is known not to fly (R171).
    pub grounded: bool,
    /// The first one speaks for the leg; the others are the same movement (R101).
    pub witnesses: Vec<WitnessNo>,
}

impl Leg {
    pub fn p(&self) -> f64 {
        self.strength.p
    }

    /// S5: somebody saw the traveler board, or the coupon is used.
    pub fn flown(&self) -> bool {
        self.strength.class == 5
    }
}

/// Why nothing is held for a leg that once was.
#[derive(Clone, Debug)]
pub(super) struct VoidLeg {
    pub from: Option<Spot>,
    pub to: Option<Spot>,
    pub dep: Span,
    pub arr: Span,
    /// Refused by the airline, so the wish may live on (R82).
    pub unable: bool,
    pub witness: WitnessNo,
}

/// A time in one city: a hotel, an event, a rental car that comes back.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    pub spot: Spot,
    /// Hotel or what else is slept in; else an event or a car.
    pub lodging: bool,
    /// A rental car: presence in a drive region (R164).
    pub car: bool,
    /// The property's name.
    pub name: Option<String>,
    pub from: Sec,
    pub until: Sec,
    /// Local dates: nights are [first, last).
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Only the start or the end is known (R50): the other is a guess.
    pub open_end: bool,
    pub open_start: bool,
    /// Ends on the day it starts (R49).
    pub day_use: bool,
    pub strength: Strength,
    pub grade: Grade,
    pub confirmation: Option<String>,
    pub witnesses: Vec<WitnessNo>,
    /// From when on it is night, and from when on it is day again (R153); empty for very long stays and what is no lodging.
    pub nights: Vec<(Sec, bool)>,
}

impl Stay {
    pub fn zone(&self) -> Option<Zone> {
        self.spot.zone
    }

    /// Finds the hours at which its nights begin and end.
    pub fn with_nights(mut self) -> Stay {
        self.nights.clear();
        let zone = self.zone().unwrap_or(Zone::UTC);
        let mut day = self.first;
        while self.lodging && day <= self.last && (self.last - self.first).num_days() <= LONGEST_WITH_NIGHTS {
            for (hour, night) in [(DAY_BEGINS, false), (NIGHT_BEGINS, true)] {
                if let Some(local) = day.and_hms_opt(hour, 0, 0) {
                    self.nights.push((zone.to_second(local), night));
                }
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        self
    }

    /// Whether it is night where the stay is (R153).
    pub fn is_night(&self, t: Sec) -> bool {
        match self.nights.partition_point(|(at, _)| *at <= t).checked_sub(1) {
            Some(last) if last + 1 < self.nights.len() => self.nights[last].1,
            _ => {
                let offset = self.zone().map_or(0, |zone| zone.offset_at(t));
                let hour = (t + Sec::from(offset)).rem_euclid(DAY) / HOUR;
                !(Sec::from(DAY_BEGINS)..Sec::from(NIGHT_BEGINS)).contains(&hour)
            }
        }
    }

    /// Its beginning and end and, between them, those of its nights.
    pub fn hours(&self) -> impl Iterator<Item = Sec> + '_ {
        let inside = self
            .nights
            .iter()
            .map(|(at, _)| *at)
            .filter(|at| self.from < *at && *at < self.until);
        std::iter::once(self.from).chain(inside).chain([self.until])
    }
}

/// Nights of longer stays are not told apart from their days.
const LONGEST_WITH_NIGHTS: i64 = 14;
/// R153: local hours.
const DAY_BEGINS: u32 = 9;
const NIGHT_BEGINS: u32 = 18;

/// A short presence: a table, a ride, a parking space (R68, R69).
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub spot: Spot,
    pub span: Span,
    pub strength: Strength,
    pub witness: WitnessNo,
}

/// A leg without a date: the traveler can return at any time (R33).
#[derive(Clone, Debug)]
pub(super) struct OpenLeg {
    pub from: Option<Spot>,
}

/// A gap that is known and accepted (R32).
#[derive(Clone, Debug)]
pub(super) struct Surface {
    pub from: Option<Spot>,
    pub to: Option<Spot>,
    pub witness: WitnessNo,
}

/// Everything that the documents of one traveler say.
#[derive(Debug, Default)]
pub(super) struct Claims<'a> {
    pub witnesses: Vec<Witness<'a>>,
    pub legs: Vec<Leg>,
    pub void: Vec<VoidLeg>,
    pub stays: Vec<Stay>,
    /// Stays that were cancelled while their flights live (R157).
    pub void_stays: Vec<Stay>,
    pub points: Vec<Point>,
    pub open: Vec<OpenLeg>,
    pub surface: Vec<Surface>,
    pub notices: Vec<Notice>,
    /// The next instants at which a claim's strength changes by the passing of time alone (R89, R93).
    pub changes: Vec<Sec>,
}

impl<'a> Claims<'a> {
    pub fn witness(&self, no: WitnessNo) -> &Witness<'a> {
        &self.witnesses[no]
    }

    /// Raises a notice about the first witness of a claim.
    pub fn raise(&mut self, witness: WitnessNo, code: &str, message: impl Into<String>) {
        let notice = self.witnesses[witness].notice(code, message);
        self.notices.push(notice);
    }
}
