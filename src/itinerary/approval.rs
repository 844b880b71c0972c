//! Whether a travel request is approved: no field is documented for it, so every field that plausibly says so is asked (R93).
//! Called by `document` (filling) and `assemble`.
//! Always: pending, unknown and contradicting words are no verdict; a plain "false" may just mean "not yet".

use serde::de::MapAccess;

use super::lenient::{Slot, Walk, is};
use super::scalar::Scalar;

/// What has been said so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Verdict {
    approved: bool,
    refused: bool,
}

impl Verdict {
    /// `Some` only if all that was said agrees.
    pub(super) fn settled(self) -> Option<bool> {
        (self.approved != self.refused).then_some(self.approved)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            approved: self.approved || other.approved,
            refused: self.refused || other.refused,
        }
    }

    /// A custom attribute counts if its name says that it is about approval.
    pub(super) fn of_attribute(name: &str, data: &Scalar) -> Self {
        let name = name.to_lowercase();
        let mut verdict = Self::default();
        if name.contains("approval") || name.contains("approved") || name.contains("request status") {
            verdict.hear(&data.as_text());
        }
        verdict
    }

    fn hear(&mut self, words: &str) {
        let letters: String = words
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let starts = |beginnings: &[&str]| beginnings.iter().any(|beginning| letters.starts_with(beginning));
        self.approved |= starts(&["approved", "autoapproved", "preapproved", "qappr"]);
        self.refused |= starts(&["reject", "denied", "declined", "disapproved", "withdrawn", "cancel"]);
    }
}

impl<'de> Slot<'de> for Verdict {
    fn fill<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let mut hear = |key: &str, value: Scalar<'de>| match value {
            Scalar::Flag(true) => self.approved |= ["", "Approved", "IsApproved"].iter().any(|name| is(key, name)),
            Scalar::Text(words) if is(&words, "yes") || is(&words, "true") => self.approved |= key.is_empty(),
            Scalar::Text(words) if ["", "Code", "Name", "Status"].iter().any(|name| is(key, name)) => self.hear(&words),
            _ => {}
        };
        map.next_value_seed(Walk {
            key: "",
            each: &mut hear,
        })
    }
}
