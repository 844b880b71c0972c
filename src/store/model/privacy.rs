//! What a company wants kept and shown of its trips (P11, P12, P16).
//! Written by the page of privacy, read by the workers before a trip is stored and by the sweep.
//! Holds always: without a word from the company, the defaults hold.

use super::queue::TripRow;
use super::words;
use chrono::{DateTime, Utc};

words! {
    /// What becomes of leisure trips (P11).
    pub enum PersonalTrips as "choice for personal trips" {
        /// They are shown, and said to be personal.
        Mark = "mark",
        /// They are not kept.
        Hide = "hide",
    }
}

/// A company's choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivacyPolicy {
    /// Days after a trip's end for which it is kept, 1..=3650.
    pub keep_days: u32,
    /// Days for which everything is kept after the company's data began to age (P16), 0..=3650.
    pub keep_left_days: u32,
    /// What becomes of leisure trips.
    pub personal: PersonalTrips,
    /// ISO 3166-1 codes, upper case, sorted: only travelers at home there are kept. Empty: everyone (P12).
    pub countries: Vec<String>,
    /// Whether travelers whose home is not known are kept although countries were chosen.
    pub unknown_country: bool,
}

impl Default for PrivacyPolicy {
    /// Everything is shown; half a year after a trip, or a month after a company left, nothing is left.
    fn default() -> Self {
        Self {
            keep_days: 180,
            keep_left_days: 30,
            personal: PersonalTrips::Mark,
            countries: Vec::new(),
            unknown_country: true,
        }
    }
}

/// A company's choices and how far they are carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivacyRow {
    /// The choices.
    pub policy: PrivacyPolicy,
    /// Counts changes; 0: never changed.
    pub revision: i64,
    /// The change by which every stored trip was judged.
    pub judged: i64,
    /// When it changed last.
    pub changed_at: Option<DateTime<Utc>>,
    /// Who changed it.
    pub changed_by: Option<String>,
}

/// A stored trip whose keeping is in question.
#[derive(Clone, Debug, PartialEq)]
pub struct TripToJudge {
    /// The trip.
    pub row: TripRow,
    /// Its traveler's home, a city key.
    pub home: Option<String>,
}
