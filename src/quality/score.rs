//! Scores: rates of counts, never without their counts, and none of fewer than thirty (R231).
//! Used by the pages, the interface and the alarms.
//! Always holds: the numbers that are judgement stand here, with a version.

use serde::{Deserialize, Serialize};

use crate::itinerary::SegmentKind;
use crate::whereabouts::{Code, Dimension, Severity};

/// So many were good, of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Count {
    /// How many passed; of notices: how many there are.
    pub good: i64,
    /// Out of how many.
    pub total: i64,
}

impl Count {
    /// The share that passed, 0..=1; `None` under [`FEW`].
    pub fn rate(self) -> Option<f64> {
        (self.total >= FEW).then(|| self.good as f64 / self.total as f64)
    }
}

/// Of fewer nothing is said (R231).
pub const FEW: i64 = 30;

/// Goes up with every change of a number in this file.
pub const VERSION: u32 = 1;

/// How much each dimension weighs in the score; together 1.
const WEIGHTS: [(Dimension, f64); 6] = [
    (Dimension::Completeness, 0.25),
    (Dimension::Validity, 0.10),
    (Dimension::Consistency, 0.20),
    (Dimension::Uniqueness, 0.10),
    (Dimension::Timeliness, 0.15),
    (Dimension::Accuracy, 0.20),
];

/// 100·Π rate^weight (R231); `None` if there is too little to say. Accuracy alone may be missing: what a source tells can only be
/// compared where another one tells of the same.
pub fn score(count: impl Fn(Dimension) -> Count) -> Option<f64> {
    let compared = count(Dimension::Accuracy).total >= FEW;
    let mut counted = WEIGHTS
        .iter()
        .filter(|(dimension, _)| compared || *dimension != Dimension::Accuracy);
    let whole: f64 = counted.clone().map(|(_, weight)| weight).sum();
    counted.try_fold(100.0, |score, (dimension, weight)| {
        Some(score * count(*dimension).rate()?.powf(weight / whole))
    })
}

/// When a rate of notices is too high, as shares of the segments concerned (R232).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Grading {
    /// A warning above this.
    pub warn: f64,
    /// An error above this.
    pub error: f64,
    /// So much of the segments must be without the notice at least; below it is an error too. 0: no such demand.
    pub mostly: f64,
}

impl Grading {
    /// The limit of a code until a company sets its own: by severity; mails are known to lack flight numbers (R232).
    pub fn usual(code: &Code, source: crate::itinerary::Source) -> Option<Grading> {
        use crate::itinerary::Source;
        let (warn, error) = match (code.severity, code.code) {
            (Severity::Info, _) => return None,
            (_, "flight_number_missing") if matches!(source, Source::ParsedMail | Source::TripIt | Source::Manual) => {
                (0.30, 0.60)
            }
            (_, "flight_number_missing") if source == Source::TravelRequest => return None,
            (_, "flight_number_missing" | "flight_number_placeholder") => (0.02, 0.10),
            (Severity::Error, _) => (0.01, 0.05),
            (Severity::Warning, _) => (0.05, 0.20),
        };
        Some(Grading {
            warn,
            error,
            mostly: 0.0,
        })
    }
}

/// How a rate stands to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Within its limit, or without one.
    Within,
    /// Fewer than [`FEW`].
    Insufficient,
    /// Above the first limit.
    Warn,
    /// Above the second, or against `mostly`.
    Error,
}

/// How many of those concerned have the notice, against its limit.
pub fn grade(count: Count, limit: Option<Grading>) -> Standing {
    match (count.rate(), limit) {
        (_, None) => Standing::Within,
        (None, _) => Standing::Insufficient,
        (Some(rate), Some(limit)) if rate > limit.error || 1.0 - rate < limit.mostly => Standing::Error,
        (Some(rate), Some(limit)) if rate > limit.warn => Standing::Warn,
        _ => Standing::Within,
    }
}

/// The segment type that a code can be about, if it is one only: what its rate is of.
pub fn applies_to(code: &str) -> Option<SegmentKind> {
    match code {
        "air_vendor_unknown" | "implausible_block_time" | "connection_below_mct" | "ticket_segment_mismatch" => {
            Some(SegmentKind::Air)
        }
        _ if code.starts_with("flight_") => Some(SegmentKind::Air),
        "hotel_dates_inverted"
        | "hotel_date_missing"
        | "orphan_hotel"
        | "overlapping_stays"
        | "stay_without_transport" => Some(SegmentKind::Hotel),
        "car_dates_implausible" => Some(SegmentKind::Car),
        _ => None,
    }
}
