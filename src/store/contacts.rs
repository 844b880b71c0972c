//! How to reach travelers, and who looked at that.
//! Called by `web` when somebody asks for contacts, never for a list or a map.
//! Holds always: nobody's contacts are handed out without an entry that says who saw them, written before.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::words;
use super::text::storable;
use super::{Page, Scope, StoreError};

/// Whom to call when a traveler does not answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyContact {
    /// As Concur tells it.
    pub name: String,
    /// `partner`, `parent`; as Concur tells it.
    pub relationship: Option<String>,
    /// Numbers without `tel:`.
    pub phones: Vec<String>,
    /// Addresses.
    pub emails: Vec<String>,
}

impl EmergencyContact {
    /// As both engines can keep it.
    pub(super) fn storable(&self) -> EmergencyContact {
        let clean = |text: &String| storable(text).into_owned();
        EmergencyContact {
            name: clean(&self.name),
            relationship: self.relationship.as_ref().map(clean),
            phones: self.phones.iter().map(clean).collect(),
            emails: self.emails.iter().map(clean).collect(),
        }
    }
}

/// How to reach one traveler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// Our id.
    pub traveler: String,
    /// Business e-mail.
    pub email: Option<String>,
    /// Business or mobile phone.
    pub phone: Option<String>,
    /// In Concur's order; usually at most one.
    pub emergency: Vec<EmergencyContact>,
    /// When the profile was last fetched; none: never, and nothing is known.
    pub profile_at: Option<DateTime<Utc>>,
}

words! {
    /// Where contacts were shown.
    pub enum RevealedVia as "place where contacts are shown" {
        /// One traveler's panel.
        Panel = "panel",
        /// The call sheet of an incident.
        Sheet = "sheet",
    }
}

/// Who asks for contacts, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealer {
    /// Id of the signed-in person.
    pub person: String,
    /// Their address.
    pub name: String,
    /// Where.
    pub via: RevealedVia,
    /// Why: the address of the view that a call sheet is of, without search words; none for a panel.
    pub about: Option<String>,
}

/// What somebody can be reached by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reachable {
    /// A phone is known.
    pub phone: bool,
    /// An e-mail is known.
    pub email: bool,
    /// Somebody else to call is known.
    pub emergency: bool,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevealRow {
    /// Whose contacts, our id.
    pub traveler: String,
    /// What to call them; none: nothing of them is kept any more.
    pub traveler_name: Option<String>,
    /// Who saw them.
    pub by: Revealer,
    /// When.
    pub at: DateTime<Utc>,
}

/// Which entries of the log, and how many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevealFilter {
    /// Of this traveler, our id.
    pub traveler: Option<String>,
    /// Of travelers whose name or login has every word of this; of whom nothing is kept any more is not found.
    pub text: Option<String>,
    /// By this signed-in person, their id.
    pub person: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// At most so many, 1..=1000.
    pub limit: u32,
}

/// Minutes within which the same person's second look at the same contacts is the same look.
pub const SAME_LOOK_MIN: i64 = 10;

/// Contacts and their log.
#[async_trait]
pub trait Contacts {
    /// The contacts of those of these travelers who are in scope, by name; each look is in the log before it is answered.
    async fn reveal_contacts(
        &self,
        scope: &Scope,
        travelers: &[String],
        by: &Revealer,
        now: DateTime<Utc>,
    ) -> Result<Vec<ContactRow>, StoreError>;
    /// By what these travelers can be reached, by id; no number is told, and nothing is logged.
    async fn reachable(&self, scope: &Scope, travelers: &[String]) -> Result<HashMap<String, Reachable>, StoreError>;
    /// The log of everyone in scope, newest first.
    async fn reveals(&self, scope: &Scope, filter: &RevealFilter) -> Result<Page<RevealRow>, StoreError>;
    /// Who is in the log: id and address, by address.
    async fn revealers(&self, scope: &Scope) -> Result<Vec<(String, String)>, StoreError>;
}
