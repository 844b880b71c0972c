//! The words that go with numbers: bands, grades, counts. Called by every page. One fact has one wording everywhere.

use crate::language;
use serde::{Deserialize, Serialize};

/// The word for a probability (R184).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    VeryUnlikely,
    Unlikely,
    Possible,
    Likely,
    VeryLikely,
}

impl Band {
    /// Of a probability 0..=1: very likely ≥ .90, likely ≥ .70, possible ≥ .40, unlikely ≥ .10 (R184).
    pub fn of(p: f64) -> Band {
        match p {
            p if p >= 0.9 => Band::VeryLikely,
            p if p >= 0.7 => Band::Likely,
            p if p >= 0.4 => Band::Possible,
            p if p >= 0.1 => Band::Unlikely,
            _ => Band::VeryUnlikely,
        }
    }

    /// How many of five bars are filled: 1..=5.
    pub fn bars(self) -> u8 {
        self as u8 + 1
    }

    /// For the narrow column of the list; the whole word is in its title.
    pub fn short(self) -> &'static str {
        match self {
            Band::VeryLikely => t!("very likely", "sehr wahrsch."),
            Band::Unlikely => t!("unlikely", "unwahrsch."),
            Band::VeryUnlikely => t!("very unlikely", "sehr unwahrsch."),
            Band::Likely | Band::Possible => self.word(),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Band::VeryLikely => t!("very likely", "sehr wahrscheinlich"),
            Band::Likely => t!("likely", "wahrscheinlich"),
            Band::Possible => t!("possible", "möglich"),
            Band::Unlikely => t!("unlikely", "unwahrscheinlich"),
            Band::VeryUnlikely => t!("very unlikely", "sehr unwahrscheinlich"),
        }
    }
}

/// A probability 0..=1 as whole percent. Never 100 and never 0: nothing here is certain (R182).
pub fn percent(p: f64) -> u8 {
    (p * 100.0).round().clamp(1.0, 99.0) as u8
}

/// `80 %` with a space that does not break.
pub fn percent_text(percent: u8) -> String {
    format!("{percent}\u{a0}%")
}

/// `1 person`, `0 people`, `6,200 people`.
pub fn counted(n: u32, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// `6,200`; `6.200` in German.
pub fn thousands(n: u32) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(language::thousands_mark());
        }
        out.push(digit);
    }
    out
}

/// The first letter in upper case; the rest as it is.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// Two letters that stand for a person: of the first and last word, or of an e-mail's local part.
pub fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or(name);
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let first = words.next().and_then(|w| w.chars().next());
    let last = words.next_back().and_then(|w| w.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r184_bands_and_their_bars() {
        assert_eq!(
            [0.95, 0.9, 0.8999, 0.7, 0.4, 0.1, 0.09].map(|p| Band::of(p).bars()),
            [5, 5, 4, 4, 3, 2, 1]
        );
        assert_eq!(Band::of(0.8).word(), "likely");
    }

    #[test]
    fn r182_no_certainty_is_printed() {
        assert_eq!(
            (percent(1.0), percent(0.999), percent(0.804), percent(0.0)),
            (99, 99, 80, 1)
        );
    }

    #[test]
    fn counts_and_initials() {
        assert_eq!(counted(1, "person", "people"), "1 person");
        assert_eq!(counted(6_200, "person", "people"), "6,200 people");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(initials("ingrid.lund@fjordline.example"), "IL");
        assert_eq!(initials("Maya van der Okafor"), "MO");
        assert_eq!(initials("admin@example.com"), "A");
        assert_eq!(initials(""), "");
        assert_eq!(capital("élan vital"), "Élan vital");
    }
}
