//! One value of the document before anybody asked what it means: a text, a number, a flag, or nothing.
//! Called by `document` (filling) and the modules that interpret.
//! Always: numbers may come as texts and texts as numbers (T39, T41); absent values are `None` (R7); texts are clipped and free of controls.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::lenient::{Slot, Walk};

/// Longer texts say nothing about where someone is; `Description` and `Comments` have at most 512 characters.
const LONGEST_TEXT: usize = 512;

/// A scalar as delivered; borrowed from the input where possible.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Scalar<'de> {
    #[default]
    Absent,
    Text(Cow<'de, str>),
    Whole(i64),
    Real(f64),
    Flag(bool),
}

impl<'de> Slot<'de> for Scalar<'de> {
    /// Of a list the first that says something; an object is no scalar.
    fn fill<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let mut keep_first = |key: &str, value: Scalar<'de>| {
            if key.is_empty() && self.is_blank() {
                *self = value;
            }
        };
        map.next_value_seed(Walk {
            key: "",
            each: &mut keep_first,
        })
    }
}

impl Scalar<'_> {
    pub(super) fn from_u64(value: u64) -> Self {
        i64::try_from(value).map_or(Self::Real(value as f64), Self::Whole)
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The trimmed text, whatever it says; `None` if there is nothing.
    #[inline]
    pub(super) fn raw(&self) -> Option<String> {
        // Most fields of a document are not there.
        match self {
            Self::Absent => None,
            _ => self.said(),
        }
    }

    fn said(&self) -> Option<String> {
        let text = self.as_text();
        let text = trimmed(&text);
        (!text.is_empty())
            .then(|| clean(text))
            .filter(|clean| !clean.is_empty())
    }

    /// The trimmed text unless it is one of the ways to say nothing (R7).
    #[inline]
    pub(super) fn text(&self) -> Option<String> {
        self.raw().filter(|text| !says_nothing(text))
    }

    /// The text in which to look for dates and words, untrimmed.
    pub(super) fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Real(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        }
    }

    /// A finite number; a text may have a decimal comma.
    pub(super) fn real(&self) -> Option<f64> {
        let number = match self {
            Self::Whole(number) => *number as f64,
            Self::Real(number) => *number,
            Self::Text(text) => {
                let text = text.trim();
                text.parse().or_else(|_| text.replacen(',', ".", 1).parse()).ok()?
            }
            Self::Absent | Self::Flag(_) => return None,
        };
        number.is_finite().then_some(number)
    }

    /// A whole number, also if written `25.0`.
    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Text(text) if text.trim().parse::<i64>().is_ok() => text.trim().parse().ok(),
            _ => self
                .real()
                .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)
                .map(|number| number as i64),
        }
    }

    /// A count.
    pub(super) fn count(&self) -> Option<u32> {
        self.whole().and_then(|number| u32::try_from(number).ok())
    }

    /// Yes or no, however it is said.
    pub(super) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Whole(number) => Some(*number != 0),
            Self::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "t" | "1" => Some(true),
                "false" | "no" | "n" | "f" | "0" => Some(false),
                _ => None,
            },
            Self::Absent | Self::Real(_) => None,
        }
    }
}

/// All scalars of a list.
#[derive(Default)]
pub(super) struct Scalars<'de>(pub(super) Vec<Scalar<'de>>);

impl<'de> Slot<'de> for Scalars<'de> {
    fn fill<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let mut keep = |key: &str, value| {
            if key.is_empty() {
                self.0.push(value);
            }
        };
        map.next_value_seed(Walk {
            key: "",
            each: &mut keep,
        })
    }
}

/// `trim`, for texts that mostly have nothing to trim.
pub(super) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Missing values in disguise (R7).
fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 5] = ["N/A", "TBA", "TBD", "NONE", "XXX"];
    // Mostly the first character tells.
    let blank = || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) && !text.chars().any(char::is_alphanumeric);
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) || blank()
}

/// No control characters (databases and terminals choke on them), and not longer than anything should be.
fn clean(text: &str) -> String {
    // All of them at once, without asking after each whether it was the last.
    let plain = text
        .bytes()
        .fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    if text.len() <= LONGEST_TEXT && (plain || !text.chars().any(char::is_control)) {
        return text.to_owned();
    }
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.take(LONGEST_TEXT).collect::<String>().trim().to_owned()
}
