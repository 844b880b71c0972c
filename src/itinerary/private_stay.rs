//! Words in notes, remarks and custom attributes that declare where a traveler sleeps without a hotel booking (R211).
//! Called by `document` (filling) and `assemble`.
//! Always: only which kind of stay was declared is kept; the note itself, which may hold anything, is dropped (P10).

use serde::de::MapAccess;

use super::lenient::{Slot, Walk};
use super::scalar::Scalar;

/// The kind of private stay that was declared, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct PrivateStay(Option<&'static str>);

/// What is kept, and the words that say so.
const DECLARATIONS: [(&str, &[&str]); 5] = [
    (
        "friends",
        &[
            "with friend",
            "with a friend",
            "at friend",
            "at a friend",
            "friend's",
            "friends and family",
            "friends & family",
            "bei freunden",
            "chez des amis",
        ],
    ),
    (
        "family",
        &[
            "with family",
            "with my family",
            "at family",
            "with relatives",
            "with parents",
            "with my parents",
            "with my brother",
            "with my sister",
            "bei familie",
            "bei der familie",
            "chez ma famille",
            "family or friends",
        ],
    ),
    (
        "company apartment",
        &[
            "company apartment",
            "corporate apartment",
            "company flat",
            "company housing",
            "corporate housing",
            "company accommodation",
            "firmenwohnung",
        ],
    ),
    (
        "meeting block",
        &[
            "meeting block",
            "room block",
            "group block",
            "hotel block",
            "conference block",
            "event block",
        ],
    ),
    (
        "private stay",
        &[
            "private stay",
            "private accommodation",
            "private address",
            "private residence",
            "own accommodation",
            "own arrangement",
            "own lodging",
            "privatunterkunft",
            "hébergement privé",
        ],
    ),
];

impl PrivateStay {
    pub(super) fn words(self) -> Option<String> {
        self.0.map(str::to_owned)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }

    /// What a text declares. A word alone, as in a custom attribute, counts too.
    pub(super) fn in_text(text: &str) -> Self {
        let text = text.to_lowercase();
        let alone = text.trim();
        let declared = DECLARATIONS.iter().find(|(kind, phrases)| {
            alone == *kind
                || kind.strip_suffix('s') == Some(alone)
                || phrases.iter().any(|phrase| text.contains(phrase))
        });
        Self(declared.map(|(kind, _)| *kind))
    }
}

impl<'de> Slot<'de> for PrivateStay {
    fn fill<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let mut look = |_: &str, value: Scalar<'de>| {
            if let (None, Scalar::Text(text)) = (self.0, value) {
                *self = Self::in_text(&text);
            }
        };
        map.next_value_seed(Walk {
            key: "",
            each: &mut look,
        })
    }
}
