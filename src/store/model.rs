//! The words of the store: what is written into it and what its questions answer.
//! Used by everyone above this room; re-exported by `crate::store`.
//! Holds always: instants are UTC, ids are strings in lower case or `i64` of our own, nothing here opens a connection.

mod backlog;
mod company;
mod inbox;
mod one_time;
mod person;
mod presence;
mod privacy;
mod queue;

pub use backlog::{BacklogLease, BacklogPage, BacklogRun, BacklogSource, BacklogState};
pub use company::{CompanyRow, CompanyState, Connection, Grant, NewGrant, RefreshLease};
pub use inbox::{Appended, EventFilter, EventKind, EventRow, EventStatus, IngestStatus, NewEvent};
pub use one_time::{NewOneTime, OneTimeRow, Purpose};
pub use person::{NewPerson, NewToken, PersonRow, Role, Taken, TokenRow};
pub use presence::{AwayBin, Belief, PresenceAt, PresenceQuery, PresenceSave};
pub use privacy::{PersonalTrips, PrivacyPolicy, PrivacyRow, TripToJudge};
pub use queue::{Claim, KnownOf, ProfileSave, TravelerRow, TripRow, TripSave};

/// One page of a list and where the next one starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows, in the order that the method promises.
    pub rows: Vec<T>,
    /// Opaque; give it back as `cursor`. `None` on the last page.
    pub next: Option<String>,
}

/// A word that is not one of an enumeration's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a {of}; it is one of {known}")]
pub struct UnknownWord {
    /// What was asked for, such as "role".
    pub of: &'static str,
    /// What was given.
    pub word: String,
    /// What would have been understood.
    pub known: &'static str,
}

/// An enumeration that is written as one word: in SQL, in JSON and on the command line.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident as $of:literal { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word as it is stored and shown.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::store::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($name::$variant),)+
                    _ => Err($crate::store::UnknownWord { of: $of, word: word.to_owned(), known: concat!($($word, " "),+).trim_ascii_end() }),
                }
            }
        }
    };
}
pub(super) use words;
