//! Trips to be fetched, what the fetch found, and the travelers they are about.
//! Written by `ingest::worker`, read by the pages of trips and travelers.
//! Holds always: what a claim writes is checked against its lease (reliability.md §2.4).

use super::{EventKind, PresenceSave};
use crate::store::{EmergencyContact, GUEST, NOBODY};
use crate::{itinerary, whereabouts};
use chrono::{DateTime, Utc};

/// The right to fetch one trip until the lease ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Whose trip.
    pub company: String,
    /// Which trip.
    pub trip: String,
    /// What the fetch will have covered.
    pub generation: i64,
    /// The fencing token: outcome writes of an older one are refused.
    pub lease_token: i64,
    /// Failures so far, lost leases included; 0 on the first try.
    pub attempt: i32,
    /// Where the newest event said that the document is.
    pub href: Option<String>,
    /// Concur's user id of the newest event that named one.
    pub user: Option<String>,
    /// Correlation id of the newest event, for the calls that follow it (E17).
    pub correlation: Option<String>,
    /// What the newest event says, by (event time, arrival). An anonymization stays until it is done (P1).
    pub last_kind: EventKind,
    /// When that event happened; arrival if it does not say.
    pub last_event_time: Option<DateTime<Utc>>,
    /// Arrival of the first event that is not covered yet.
    pub first_dirty_at: DateTime<Utc>,
    /// A document of this trip is stored.
    pub known: bool,
    /// The trip was deleted and its grace is over now.
    pub in_grace: bool,
    /// Time of the event that erased it before.
    pub tombstoned_at: Option<DateTime<Utc>>,
}

/// A fetched document and what follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct TripSave {
    /// Whose trip.
    pub company: String,
    /// Who travels, our id.
    pub traveler: String,
    /// The document.
    pub trip: itinerary::Trip,
    /// What was odd while reading it.
    pub oddities: Vec<itinerary::Oddity>,
    /// What is wrong with the trip.
    pub notices: Vec<whereabouts::Notice>,
    /// When the document was fetched: knowledge time.
    pub received_at: DateTime<Utc>,
    /// Whom the document names besides the traveler, our ids (R120).
    pub companions: Vec<String>,
    /// The traveler's new presence; `others` those of whom the trip was taken from, and of its companions of before and now.
    pub presence: PresenceSave,
}

/// Everything that is known of one traveler.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownOf {
    /// Give it back with the presence that was computed from this.
    pub revision: i64,
    /// Who.
    pub traveler: whereabouts::Traveler,
    /// Every stored version of every trip, in the order in which they became known.
    pub records: Vec<whereabouts::Record>,
}

/// A traveler and how to reach them.
#[derive(Clone, Debug, PartialEq)]
pub struct TravelerRow {
    /// Our id, UUIDv7.
    pub id: String,
    /// Whose traveler.
    pub company: String,
    /// Concur's user id.
    pub concur_user: Option<String>,
    /// Login, as Concur spells it.
    pub login: Option<String>,
    /// What to call them: display name, else given and family name, else login, else "Unnamed traveler".
    pub name: String,
    /// First names.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Home city's key, such as "NYC".
    pub home: Option<String>,
    /// Business e-mail.
    pub email: Option<String>,
    /// Business or mobile phone.
    pub phone: Option<String>,
    /// When the profile was last fetched.
    pub profile_at: Option<DateTime<Utc>>,
    /// Department or cost centre.
    pub department: Option<String>,
}

impl TravelerRow {
    /// Someone whose profile was never read: guests, people whom no profile fits, and everybody where it may not be read.
    pub fn is_unmatched(&self) -> bool {
        self.is_guest()
            || self.concur_user.as_deref().is_some_and(|user| user.starts_with(NOBODY))
            || (&self.given_name, &self.family_name, &self.email) == (&None, &None, &None)
    }

    /// Someone whom a trip names and of whom Concur has no profile (T26).
    pub fn is_guest(&self) -> bool {
        self.concur_user.as_deref().is_some_and(|user| user.starts_with(GUEST))
    }
}

/// A traveler's profile as Concur tells it. Absent ids leave what is stored; everything else replaces it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileSave {
    /// Concur's user id.
    pub concur_user: Option<String>,
    /// Login.
    pub login: Option<String>,
    /// First names.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Display name.
    pub display: Option<String>,
    /// Business e-mail.
    pub email: Option<String>,
    /// Business or mobile phone.
    pub phone: Option<String>,
    /// Department or cost centre.
    pub department: Option<String>,
    /// Home city's key.
    pub home: Option<String>,
    /// Whom to call when they do not answer.
    pub emergency: Vec<EmergencyContact>,
}

/// A trip in its newest version.
#[derive(Clone, Debug, PartialEq)]
pub struct TripRow {
    /// The document.
    pub trip: itinerary::Trip,
    /// Whose.
    pub company: String,
    /// Who travels, our id.
    pub traveler: String,
    /// What to call them.
    pub traveler_name: String,
    /// Concur says it is deleted; its grace is running (R98).
    pub pending_delete: bool,
    /// When this version was fetched.
    pub received_at: DateTime<Utc>,
    /// What is wrong with it.
    pub notices: Vec<whereabouts::Notice>,
}
