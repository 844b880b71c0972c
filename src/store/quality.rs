//! The part of the store that counts quality: tallies by source, where notices are, limits, acknowledgements.
//! Written by the transactions that write trips and presence; read by the pages and the interface of quality.
//! Holds always: counts are the sum of what the stored trips and travelers have in them; an erased one has nothing left.

use super::{Scope, StoreError};
use crate::itinerary::{SegmentKind, Source};
use crate::quality::{Count, Day, Grading};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// A sum of counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityCount {
    /// First day of the week, if weeks were asked for; else 0.
    pub week: Day,
    /// Whose.
    pub source: Source,
    /// `None`: of no segment.
    pub segment: Option<SegmentKind>,
    /// See `quality::Key`.
    pub measure: String,
    /// The sum.
    pub count: Count,
}

/// What part of the counts is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QualitySpan {
    /// First day.
    pub from: Day,
    /// The day after the last.
    pub until: Day,
}

/// Where a notice is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityPlace {
    /// Whose trip.
    pub company: String,
    /// Which trip.
    pub trip: String,
    /// Index of the booking.
    pub booking: Option<usize>,
    /// "Air[0]"
    pub segment: Option<String>,
    /// Day of the travel.
    pub day: Day,
}

/// A limit that a company set.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityLimit {
    /// Whose documents.
    pub source: Source,
    /// Of which notice.
    pub code: String,
    /// The limit.
    pub limit: Grading,
}

/// A notice that somebody knows of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityAck {
    /// Whose documents.
    pub source: Source,
    /// Which notice.
    pub code: String,
    /// The last day on which it is acknowledged.
    pub until: Day,
    /// Why.
    pub note: String,
    /// Who, by address.
    pub by: String,
}

/// Quality of sources.
#[async_trait]
pub trait Quality: Send + Sync {
    /// Sums over the days of a span, by source, segment type and measure.
    async fn quality_counts(&self, scope: &Scope, span: QualitySpan) -> Result<Vec<QualityCount>, StoreError>;
    /// Sums over the weeks whose Monday is in a span, by week, source and measure, of all segment types together.
    async fn quality_weeks(&self, scope: &Scope, span: QualitySpan) -> Result<Vec<QualityCount>, StoreError>;
    /// Up to `n` places of one notice of one source, the latest travel first.
    async fn quality_places(
        &self,
        scope: &Scope,
        (source, code): (Source, &str),
        span: QualitySpan,
        n: u32,
    ) -> Result<Vec<QualityPlace>, StoreError>;
    /// Up to `n` places of each of these notices of these sources, in the order asked for, the latest travel first: few
    /// statements, however many there are.
    async fn quality_samples(
        &self,
        scope: &Scope,
        wanted: &[(Source, &str)],
        span: QualitySpan,
        n: u32,
    ) -> Result<Vec<Vec<QualityPlace>>, StoreError>;
    /// Company and id of the latest trip of this source without any notice that costs, and without this one even if it costs nothing.
    async fn quality_good_trip(
        &self,
        scope: &Scope,
        (source, without): (Source, &str),
        span: QualitySpan,
    ) -> Result<Option<(String, String)>, StoreError>;
    /// The limits that a company set.
    async fn quality_limits(&self, company: &str) -> Result<Vec<QualityLimit>, StoreError>;
    /// Sets a limit; `None` goes back to the usual one. `Inconsistent` for an unknown company.
    async fn set_quality_limit(
        &self,
        company: &str,
        (source, code): (Source, &str),
        limit: Option<Grading>,
        by: (&str, DateTime<Utc>),
    ) -> Result<(), StoreError>;
    /// The acknowledgements of a company that hold on this day.
    async fn quality_acks(&self, company: &str, on: Day) -> Result<Vec<QualityAck>, StoreError>;
    /// Acknowledges, in the place of what was acknowledged before. `Inconsistent` for an unknown company.
    async fn acknowledge_quality(&self, company: &str, ack: &QualityAck, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// Takes an acknowledgement back.
    async fn forget_quality_ack(&self, company: &str, source: Source, code: &str) -> Result<(), StoreError>;
}
