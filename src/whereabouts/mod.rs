//! WHERE people are: claims of bookings, laid on a time line, mixed into answers with their evidence.
//! Called by `store`, `ingest`, `web` and the `locate` command; uses only `place` and `itinerary`.
//! Always holds: pure and deterministic: no clock, no randomness, no input but the records (R188). Rule ids (R25 …) are those of the
//! rules this room implements; every number that is judgement is in `judgement.rs`.

mod account;
mod aftermath;
mod answer;
mod case;
mod catalogue;
mod claims;
mod clash;
mod course;
mod disruption;
mod doubt;
mod episodes;
mod evidence;
mod explain;
mod exposure;
mod flight;
mod gather;
mod judgement;
mod known;
mod laid;
mod leg_times;
mod locate;
mod looks;
mod mass;
mod moves;
mod notices;
mod opportunities;
mod outings;
mod overlay;
mod party;
mod path;
mod paths;
mod places;
mod proposals;
mod reach;
mod region;
mod requests;
mod retention;
mod ride;
mod routes;
mod same;
mod stage;
mod status;
mod stays;
mod strength;
mod subject;
mod tickets;
mod timeline;
mod times;
mod told;
mod view;
mod why_not;
mod world;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::itinerary::{Oddity, Trip};

pub use account::Account;
pub use answer::{
    Answer, Band, Bedless, CountryLikely, Episode, Evidence, Expected, Exposure, Grade, Group, Hypothesis, Likely,
    Move, Notice, Opportunity, Place, PlaceKind, Ramp, Region, Severity, State, Whereabouts,
};
pub use case::{CaseError, explain_case, locate_case};
pub use catalogue::{CATALOGUE, Code, Dimension, code};
pub use exposure::{Alternative, Area, Shape, exposure};
pub use flight::{Designator, NumberClass, classify as classify_flight};
pub use judgement::Judgement;
pub use locate::{Answers, locate};
pub use notices::severity;
pub use outings::Outing;
pub use party::{Companion, companions, share_of};
pub use reach::{ANYWHERE, LeftOpen, OPEN};
pub use status::{CouponState, Held, classify as classify_status};
pub use timeline::{Timeline, timeline};
pub use times::Mode;
pub use why_not::{WhyNot, why_not};

/// Who is being located.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traveler {
    /// Our id.
    pub id: String,
    /// Concur login.
    pub login: Option<String>,
    /// Given name or names.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Further given names: middle names, preferred names.
    pub other_names: Vec<String>,
    /// `City::key` of the home city region, such as "NYC"; the code of an airport does too.
    pub home: Option<String>,
}

/// One thing that became known, in knowledge time (R95). The newest document of each trip by (modified, received) counts (R96).
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// When we got it.
    pub received_at: DateTime<Utc>,
    /// Concur's trip id.
    pub trip_id: String,
    /// What it was.
    pub what: What,
}

/// What became known of a trip.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A version of its document.
    Document(Arc<Trip>, Vec<Oddity>),
    /// It was deleted (R98, R99).
    Deleted,
    /// An event said that it is cancelled, and no document came with it.
    Cancelled,
    /// Its traveler is to be forgotten: nothing of it counts any more.
    Anonymized,
    /// A feed of live knowledge says that a flight does not fly (R171); of no trip in particular.
    FlightCancelled {
        /// "BA 117", in any usual spelling.
        flight: String,
        /// When it should have left, on the calendar there.
        day: NaiveDate,
    },
}
