//! What this room answers: places with probabilities, the episodes the store keeps, and what explains them.
//! Made by `timeline`; read by the store, the REST interface and the pages, whose JSON these types are.
//! Always holds: in an episode the hypotheses, home, in transit and unknown add up to 1 at both ends (R181). What one episode after
//! the other says again (places, legs, evidence) is shared by them.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::place::Zone;

/// How exact a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A hotel, a restaurant: one address.
    Venue,
    /// An airport or a station.
    Airport,
    /// A city region with everything that belongs to it.
    City,
    /// Several city regions.
    Metro,
    /// A circle, a corridor, "around Denver".
    Region,
    /// A country, no more is known.
    Country,
}

/// A place as it is shown and searched for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Place {
    /// How exact it is.
    pub kind: PlaceKind,
    /// IATA code of the city (metropolitan area) or airport, where one exists.
    pub code: Option<String>,
    /// In English.
    pub name: String,
    /// ISO 3166-1 alpha-2; `None` where one country would be too certain (R63).
    pub country: Option<String>,
    /// Longitude, latitude; never shown without the radius (R200).
    pub point: Option<[f64; 2]>,
    /// The place is somewhere within this distance of the point, km (R196).
    pub radius_km: f64,
    /// `City::key` of the city region it is in.
    pub city_key: Option<String>,
}

/// How a place is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Held by a machine-readable booking.
    Confirmed,
    /// Passive, parsed from a mail, or redacted.
    Booked,
    /// Planned: no flight number, a fake one, a request, typed by hand (R25, R140).
    Intent,
    /// No segment says it; it follows from others.
    Inferred,
}

/// What the traveler is doing (§9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In the home region.
    Home,
    /// About to leave (R143).
    PreDeparture,
    /// Between departure and arrival of a timed leg (R145).
    InTransit,
    /// Between two legs of one journey (R146, R147).
    Connection,
    /// A longer stop on the way (R146).
    Stopover,
    /// In a city, lodged or inferred (R149).
    Stay,
    /// Just arrived, still at the terminal (R144).
    PostArrival,
    /// Nobody knows.
    Unknown,
}

/// Probability in words (R184).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// .90 and more.
    VeryLikely,
    /// .70 – .90
    Likely,
    /// .40 – .70
    Possible,
    /// .10 – .40
    Unlikely,
    /// Less than .10.
    VeryUnlikely,
}

impl Band {
    /// The band of a probability (R184). Rounds at the fourth digit, so that .9 made of parts is still .90.
    pub fn of(p: f64) -> Band {
        match p + 5e-5 {
            p if p >= 0.90 => Band::VeryLikely,
            p if p >= 0.70 => Band::Likely,
            p if p >= 0.40 => Band::Possible,
            p if p >= 0.10 => Band::Unlikely,
            _ => Band::VeryUnlikely,
        }
    }
}

/// A probability at both ends of an episode, linear in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ramp {
    /// At the start.
    pub from: f64,
    /// At the end (the limit; the end itself belongs to the next episode).
    pub until: f64,
}

impl Ramp {
    /// The same value at both ends.
    pub fn flat(p: f64) -> Ramp {
        Ramp { from: p, until: p }
    }

    /// The value at `fraction` (0..=1) of the way.
    pub fn at(self, fraction: f64) -> f64 {
        self.from + (self.until - self.from) * fraction
    }

    /// The greater end.
    pub fn max(self) -> f64 {
        self.from.max(self.until)
    }
}

/// Where the traveler may be on the ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hypothesis {
    /// A city region, "around" one, or a country.
    #[schema(value_type = Place)]
    pub place: Arc<Place>,
    /// Probability of being there.
    pub p: Ramp,
    /// How it is known.
    pub grade: Grade,
    /// A finer place inside the city (hotel, airport) and its share of `p` (R180).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<(Place, f64)>)]
    pub venue: Option<(Arc<Place>, f64)>,
    /// The countries it may be in with their shares, only where there is more than one (R63).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<(String, f64)>,
}

impl Hypothesis {
    /// Every country it may be in and the share of `p` that each has.
    pub(super) fn shares(&self) -> impl Iterator<Item = (&str, f64)> {
        let sole = self
            .place
            .country
            .as_deref()
            .filter(|_| self.countries.is_empty())
            .map(|country| (country, 1.0));
        self.countries
            .iter()
            .map(|(country, share)| (country.as_str(), *share))
            .chain(sole)
    }
}

/// The shape that belongs to an answer (R195). Points are longitude, latitude.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Nothing to draw.
    #[default]
    None,
    /// Within a distance of a point (R196).
    Circle {
        /// Middle.
        center: [f64; 2],
        /// km
        radius_km: f64,
    },
    /// Along the great circle between two points (R197). It may cross the date line.
    Corridor {
        /// Where it starts.
        from: [f64; 2],
        /// Where it ends.
        to: [f64; 2],
        /// km to either side, at this time.
        half_width_km: f64,
    },
    /// What can be reached between two anchors (R199), as a bounding circle and the countries at its ends.
    Prism {
        /// The anchor before.
        from: [f64; 2],
        /// The anchor after.
        to: [f64; 2],
        /// Middle of the bounding circle.
        center: [f64; 2],
        /// Its radius, km.
        radius_km: f64,
        /// The countries of both anchors.
        countries: Vec<String>,
    },
    /// What a rental car reaches (R198).
    Drive {
        /// Where it was picked up or will be dropped off, whichever is nearer in time.
        center: [f64; 2],
        /// km
        radius_km: f64,
    },
}

/// A leg that the traveler is on, or about to take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Move {
    /// `air`, `rail`, `road`, `sea`, `unknown`.
    pub mode: String,
    /// "BA 117"; `None` if it is not identified, then the leg is only "between" its ends (R25).
    pub identity: Option<String>,
    /// Where it starts.
    pub from: Place,
    /// Where it ends.
    pub to: Place,
    /// `None` where the time is unknown (R27).
    pub departs: Option<DateTime<Utc>>,
    /// `None` where the time is unknown (R27).
    pub arrives: Option<DateTime<Utc>>,
    /// How it is known.
    pub grade: Grade,
    /// The corridor is wider than usual: no number, stops on the way, or repaired times (R26, R37, R197).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wide: bool,
}

/// One booked thing that an answer rests on, or that speaks against it (R185).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// Trip id.
    pub trip: String,
    /// Record locator, or empty.
    pub booking: String,
    /// "Air[0]"
    pub segment: String,
    /// `BookingOwner` as delivered.
    pub source: String,
    /// When the source last changed it.
    pub modified: Option<DateTime<Utc>>,
    /// Ids of the rules that fired.
    #[schema(value_type = Vec<String>)]
    pub rules: Vec<Cow<'static, str>>,
    /// In plain words.
    pub says: String,
    /// It speaks against the answer.
    pub against: bool,
    /// What is held, in a word: "confirmed"; `None` where `says` doubts it or nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub held: Option<Cow<'static, str>>,
    /// Through whom the source has it: a reservation system, a supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// `BookingOwner` of the other bookings of the same thing (R101, R108).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// `City::key` of the region that it speaks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// Nights for which nobody booked a bed (R210–R213).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Bedless {
    /// The first of them, on the calendar there.
    pub from: NaiveDate,
    /// How many; `None` where nobody knows when they leave.
    pub nights: Option<u32>,
}

/// A city that a booking names for a whole calendar day, though the hour is unknown (R27, R39).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Expected {
    /// The city region.
    #[schema(value_type = Place)]
    pub place: Arc<Place>,
    /// The day there.
    pub day: NaiveDate,
    /// p0: that the traveler is there on that day.
    pub p: f64,
    /// Zone of the city, so that the day can be laid on the time line.
    #[schema(value_type = String)]
    pub zone: Zone,
    /// How it is known.
    pub grade: Grade,
}

/// A half-open interval [from, until) in which every probability is linear in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Episode {
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant that no longer belongs to it.
    pub until: DateTime<Utc>,
    /// What the traveler is most probably doing.
    pub state: State,
    /// Mutually exclusive places, most probable first.
    pub hypotheses: Vec<Hypothesis>,
    /// In the home region.
    pub home: Ramp,
    /// On the way.
    pub in_transit: Ramp,
    /// Anywhere else.
    pub unknown: Ramp,
    /// Shape of the most probable place.
    pub region: Region,
    /// The leg of an episode in transit or before a departure.
    #[serde(rename = "move")]
    #[schema(value_type = Option<Move>)]
    pub move_: Option<Arc<Move>>,
    /// Two places far apart are both possible (R187).
    pub conflict: bool,
    /// What it rests on and what speaks against it, most important first.
    #[schema(value_type = Vec<Evidence>)]
    pub evidence: Vec<Arc<Evidence>>,
    /// When the newest source behind it was last changed.
    pub source_as_of: Option<DateTime<Utc>>,
    /// The home city region, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Place>)]
    pub home_place: Option<Arc<Place>>,
    /// Cities named for a day that this episode touches (R27, R39).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<Expected>,
    /// No bed is booked where they most probably are (R210–R213).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bedless: Option<Bedless>,
}

/// A region with its probability: the answer to "where" (R186).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Answer {
    /// How exact it is.
    pub kind: PlaceKind,
    /// IATA code, where one exists.
    pub code: Option<String>,
    /// In English.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Probability of being inside.
    pub p: f64,
    /// km around the point (R200).
    pub radius_km: f64,
    /// Longitude, latitude.
    pub point: Option<[f64; 2]>,
}

/// A hypothesis at one instant or day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Likely {
    /// Where.
    #[schema(value_type = Place)]
    pub place: Arc<Place>,
    /// Probability.
    pub p: f64,
    /// How it is known.
    pub grade: Grade,
}

/// A country with its probability (R180: never less than that of any city in it).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CountryLikely {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// Probability.
    pub p: f64,
}

/// The answer for one instant or one calendar day: the contract's `Whereabouts` without `traveler`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Whereabouts {
    /// What the traveler is most probably doing.
    pub state: State,
    /// The smallest region that is probable enough (R186).
    pub answer: Option<Answer>,
    /// Cities, most probable first; of a day: the city where the day ends first (R39).
    pub hypotheses: Vec<Likely>,
    /// Most probable first.
    pub countries: Vec<CountryLikely>,
    /// In the home region.
    pub home: f64,
    /// On the way.
    pub in_transit: f64,
    /// Anywhere else.
    pub unknown: f64,
    /// The answer's probability in words (R184).
    pub band: Band,
    /// Two places far apart are both possible (R187).
    pub conflict: bool,
    /// Since when this holds.
    pub since: Option<DateTime<Utc>>,
    /// Until when this holds.
    pub until: Option<DateTime<Utc>>,
    /// When the newest source behind it was last changed.
    pub source_as_of: Option<DateTime<Utc>>,
    /// What it rests on and what speaks against it.
    #[schema(value_type = Vec<Evidence>)]
    pub evidence: Vec<Arc<Evidence>>,
    /// Shape of the most probable place.
    #[serde(default)]
    pub region: Region,
    /// The leg, in transit or before a departure.
    #[serde(rename = "move")]
    #[schema(value_type = Option<Move>)]
    pub move_: Option<Arc<Move>>,
}

/// How much a notice matters (R234).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Against the provider's contract, or cannot be located.
    Error,
    /// Suspicious; the answer is weaker for it.
    Warning,
    /// Notable, without effect.
    Info,
}

/// Something odd about a document (§13).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Notice {
    /// Trip id.
    pub trip: String,
    /// Index of the booking in the document.
    pub booking: Option<usize>,
    /// "Air[0]"
    pub segment: Option<String>,
    /// A stable id from the seed list.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// In plain words.
    pub message: String,
}

/// What is missing from a trip (R210–R218).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Opportunity {
    /// Stable across updates: a hash of type, trip, cities and dates (R218).
    pub id: String,
    /// `Hotel`, `Car`, `Air`, `Rail`, `Taxi`, `Service`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Trip id.
    pub trip: String,
    /// City code, or the city's name where there is no code.
    pub city: String,
    /// Where a missing leg would start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_city: Option<String>,
    /// First day, local.
    pub from: NaiveDate,
    /// Last day, local; `None` if open.
    pub to: Option<NaiveDate>,
    /// Neither covered, nor past (R218).
    pub active: bool,
    /// Why, in plain words.
    pub says: String,
}

/// Which list of an incident a traveler belongs to (R190).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Probably there (≥ .5).
    Present,
    /// Perhaps there (≥ .05).
    Possible,
    /// On the way, there within a day.
    Inbound,
    /// Left within the last day.
    Left,
    /// Neither.
    None,
}

/// The answer to "was this traveler in the area" (R190).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exposure {
    /// Probability of having been in the area at some time of the window.
    pub p: f64,
    /// Which list.
    pub group: Group,
    /// In plain words.
    pub words: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r184_bands() {
        for (p, band) in [
            (0.95, Band::VeryLikely),
            (0.9, Band::VeryLikely),
            (0.8999, Band::Likely),
            (0.7, Band::Likely),
            (0.4, Band::Possible),
            (0.1, Band::Unlikely),
            (0.05, Band::VeryUnlikely),
        ] {
            assert_eq!(Band::of(p), band, "{p}");
        }
    }
}
