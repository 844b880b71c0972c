//! The catalogue of notices: every code with what it means, what it costs and which fields it is about (R233, §13).
//! Read by `notices` for the severity, by `quality` for the dimension, and by the page and the interface that document it.
//! Always holds: codes are stable; one that is not in the list is not raised; the list is in the order of the rules.

mod table;

use serde::{Deserialize, Serialize};

use super::Severity;
pub use table::CATALOGUE;

/// What is measured of a source (R230).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The fields that locating needs are there.
    Completeness,
    /// Values are in the agreed form.
    Validity,
    /// Values fit each other.
    Consistency,
    /// The same thing is there once.
    Uniqueness,
    /// It is known before it happens, and changes are told soon.
    Timeliness,
    /// It agrees with a stronger, independent source.
    Accuracy,
}

impl Dimension {
    /// Every dimension, in the order in which they are shown.
    pub const ALL: [Dimension; 6] = [
        Dimension::Completeness,
        Dimension::Validity,
        Dimension::Consistency,
        Dimension::Uniqueness,
        Dimension::Timeliness,
        Dimension::Accuracy,
    ];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Dimension::Completeness => "completeness",
            Dimension::Validity => "validity",
            Dimension::Consistency => "consistency",
            Dimension::Uniqueness => "uniqueness",
            Dimension::Timeliness => "timeliness",
            Dimension::Accuracy => "accuracy",
        }
    }
}

/// A notice code and its documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Code {
    /// Stable id in snake case.
    pub code: &'static str,
    /// How much it matters (R234).
    pub severity: Severity,
    /// The dimension that a segment fails by it; none costs nothing (R238).
    pub dimension: Option<Dimension>,
    /// In a few words.
    pub title: &'static str,
    /// What it means and what is done about it.
    pub says: &'static str,
    /// Fields of the document, as Concur spells them.
    pub fields: &'static [&'static str],
    /// The rule behind it.
    pub rule: &'static str,
    /// Since when, and until when.
    #[serde(flatten)]
    pub history: History,
}

/// From which version on a code is raised, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct History {
    /// The version that raised it first.
    pub since: &'static str,
    /// The version that raises it no more.
    pub deprecated: Option<&'static str>,
    /// The code that is raised in its place.
    pub replacement: Option<&'static str>,
}

impl History {
    const fn since(since: &'static str) -> History {
        History {
            since,
            deprecated: None,
            replacement: None,
        }
    }
}

/// The documentation of a code; `None` if there is no such code.
pub fn code(id: &str) -> Option<&'static Code> {
    CATALOGUE.iter().find(|known| known.code == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn r233_codes_are_unique_snake_case_and_documented() {
        let mut seen = BTreeSet::new();
        for known in CATALOGUE {
            assert!(seen.insert(known.code), "{} twice", known.code);
            assert!(
                known.code.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
                "{}",
                known.code
            );
            assert!(
                known.says.ends_with('.') && known.says.len() > known.title.len() / 2,
                "{}",
                known.code
            );
            assert!(known.rule.starts_with('R'), "{}", known.code);
        }
        let replaced = CATALOGUE.iter().filter_map(|known| known.history.replacement);
        assert!(
            replaced.clone().all(|code| seen.contains(code)),
            "{:?}",
            replaced.collect::<Vec<_>>()
        );
        assert_eq!(seen.len(), 60, "a code that was published stays");
    }

    #[test]
    fn r238_what_concur_hides_costs_nothing() {
        let hidden = code("redacted").expect("it is in the list");
        assert_eq!((hidden.severity, hidden.dimension), (Severity::Info, None));
    }
}
