//! The call sheet: the people of a view on paper, how sure each is, from which booking, and how to reach them.
//! Filled by the Backend in one call; drawn by `pages::sheet`. Contacts are in it only once they were asked for, and then
//! the log has them.

use super::map_page::Row;
use super::time::{Instant, PlaceTime};
use serde::{Deserialize, Serialize};

/// People on one sheet: a longer list is no list to call.
pub const MOST_PEOPLE: u32 = 500;

/// Whom to call when a traveler does not answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    pub name: String,
    /// `partner`
    pub relationship: Option<String>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
}

/// How to reach a traveler.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub phone: Option<String>,
    pub email: Option<String>,
    pub emergency: Vec<Emergency>,
    /// When the profile was read; none: never, nothing is known.
    pub read_at: Option<Instant>,
}

impl Contact {
    pub fn is_empty(&self) -> bool {
        self.phone.is_none() && self.email.is_none() && self.emergency.is_empty()
    }
}

/// What the page of one person says of contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The signed-in person may ask for contacts.
    pub allowed: bool,
    /// Asked for, and in the log.
    pub contact: Option<Contact>,
    /// Who saw them before, newest first: address and when. Only for whoever may ask.
    pub seen_by: Vec<(String, Instant)>,
}

/// `tel:` link of a number, if it has digits enough to be dialled.
pub fn dial(number: &str) -> Option<String> {
    let plus = number.trim_start().starts_with('+');
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 5 && digits.len() <= 20).then(|| format!("tel:{}{digits}", if plus { "+" } else { "" }))
}

/// One person of the sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLine {
    pub row: Row,
    /// Why they are on it, in words.
    pub says: String,
    /// `K7QX2M, Agency, 3 min ago`: what it rests on.
    pub booking: Option<String>,
    /// Now, where they are taken to be.
    pub clock: Option<PlaceTime>,
    pub contact: Option<Contact>,
}

/// People under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetGroup {
    pub heading: String,
    pub people: Vec<SheetLine>,
}

/// The sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPage {
    pub now: Instant,
    /// `10 km around Istanbul, Türkiye`, `207 away`
    pub title: String,
    /// `22 Nov, 14:00 – 15:00 UTC`
    pub window: String,
    /// As known at.
    pub as_of: Instant,
    /// The newest event or document.
    pub data_at: Option<Instant>,
    /// Who made the sheet.
    pub by: String,
    pub company: Option<String>,
    /// The signed-in person may ask for contacts.
    pub allowed: bool,
    /// Contacts are on it.
    pub revealed: bool,
    pub groups: Vec<SheetGroup>,
    pub total: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_dialled_is_a_link() {
        assert_eq!(dial("+44 (20) 5550-0100").as_deref(), Some("tel:+442055500100"));
        assert_eq!(dial("0049 30 5550").as_deref(), Some("tel:0049305550"));
        assert_eq!(dial("ask Ida"), None);
        assert_eq!(dial("javascript:alert(1)"), None);
        assert_eq!(dial(""), None);
    }
}
