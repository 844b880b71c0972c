//! Where travelers are, as rows: half-open intervals with the time in which each was known.
//! Written with the trip that changed them, read by every question about whereabouts.
//! Holds always: at one instant, as known at one instant, a traveler has at most one row.

use crate::quality::Assessment;
use crate::whereabouts::{Episode, Grade, Place, State};
use chrono::{DateTime, Utc};

/// Presence, newly computed. Equal rows stay as they were known; others are closed, new ones added.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PresenceSave {
    /// From when this is known. Never runs backwards for a traveler: an earlier time is taken as the last one.
    pub known_from: DateTime<Utc>,
    /// The traveler's.
    pub belief: Belief,
    /// Of those from whom a trip was taken.
    pub others: Vec<Belief>,
}

/// One traveler's whole presence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Belief {
    /// Whose.
    pub traveler: String,
    /// As `known_of` gave it; if it moved since, the save is `Fenced`.
    pub revision: i64,
    /// The timeline, in order, without overlaps.
    pub episodes: Vec<Episode>,
    /// When the same records will mean something else, as a grace or a request's date passes (R89, R93, R98).
    pub changes_at: Option<DateTime<Utc>>,
    /// What the same records say of their sources.
    pub quality: Assessment,
}

/// "Where is everyone at `at`, as known at `as_of`?"
#[derive(Clone, Debug, PartialEq)]
pub struct PresenceQuery {
    /// The instant asked about.
    pub at: DateTime<Utc>,
    /// With the knowledge of then; `None` is now.
    pub as_of: Option<DateTime<Utc>>,
    /// Part of a name or login; case and accents do not matter. Every word must occur.
    pub text: Option<String>,
    /// west, south, east, north in degrees; west > east crosses 180°. Those whose most probable city (or, while
    /// nothing is more probable than the way there, whose move's ends) lies within.
    pub bbox: Option<[f64; 4]>,
    /// Rows after this (name, id).
    pub after: Option<(String, String)>,
    /// At most so many rows; `None` is all.
    pub limit: Option<u32>,
}

impl PresenceQuery {
    /// Everyone at `at`, as known now.
    pub fn at(at: DateTime<Utc>) -> PresenceQuery {
        PresenceQuery {
            at,
            as_of: None,
            text: None,
            bbox: None,
            after: None,
            limit: None,
        }
    }
}

/// One traveler at one instant: the summary that maps and lists need, without parsing the episode.
#[derive(Clone, Debug, PartialEq)]
pub struct PresenceAt {
    /// Our id.
    pub traveler: String,
    /// What to call them.
    pub name: String,
    /// Login.
    pub login: Option<String>,
    /// Whose traveler.
    pub company: String,
    /// What they are doing.
    pub state: State,
    /// The most probable city at `at`, with its kind and radius; `None` if no city is possible.
    pub place: Option<Place>,
    /// Its probability at `at`; 0 without a place.
    pub p: f64,
    /// The address within it that holds at least half of it, and its share of it, 0.5..=1.
    pub venue: Option<(Place, f64)>,
    /// How it is known.
    pub grade: Option<Grade>,
    /// Probability of being home at `at`.
    pub home: f64,
    /// Probability of being on the way at `at`.
    pub in_transit: f64,
    /// Probability of being anywhere else at `at`.
    pub unknown: f64,
    /// A second city is likely and far from the first, as the episode says (R187).
    pub conflict: bool,
    /// Begin of the episode.
    pub from: DateTime<Utc>,
    /// End of the episode, exclusive.
    pub until: DateTime<Utc>,
    /// Age of what this rests on.
    pub source_as_of: Option<DateTime<Utc>>,
    /// Since when this is known.
    pub known_from: DateTime<Utc>,
    /// Of the move under way or just ended: air, rail, road, sea, unknown.
    pub mode: Option<String>,
    /// Its flight or train number, if it has a real one (R25).
    pub identity: Option<String>,
    /// Where it starts, lon and lat.
    pub move_from: Option<[f64; 2]>,
    /// Where it ends, lon and lat.
    pub move_to: Option<[f64; 2]>,
    /// When it starts.
    pub departs: Option<DateTime<Utc>>,
    /// When it ends.
    pub arrives: Option<DateTime<Utc>>,
    /// Code of where it starts.
    pub move_from_code: Option<String>,
    /// Code of where it ends.
    pub move_to_code: Option<String>,
    /// When the next move starts.
    pub next_at: Option<DateTime<Utc>>,
    /// Where the next move goes: the code of an airport, the key of a city region, else a name.
    pub next_text: Option<String>,
    /// Name of the second most probable city.
    pub other_city: Option<String>,
    /// Its probability at `at`.
    pub other_p: Option<f64>,
    /// Where "home" is, if known.
    pub home_place: Option<Place>,
}

/// How many travelers are away at one instant, by how that is known. Away is p(home) < .5 where a booking says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwayBin {
    /// The bin's instant.
    pub at: DateTime<Utc>,
    /// Held by machine-readable bookings.
    pub confirmed: u32,
    /// Passive, parsed or redacted bookings.
    pub booked: u32,
    /// Planned, numberless or fake-numbered.
    pub intent: u32,
    /// Following from others.
    pub inferred: u32,
}
