//! The report on a company's sources: scores and notices with their counts, in the shape of the GTFS validator's (R235).
//! Made for the page, the interface and the file that goes to an agency.
//! Always holds: no score without its counts; counts are exact even where samples are capped; no person is named.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::itinerary::{SegmentKind, Source};
use crate::quality::{
    self, Count, Day, Grading, LODGED, NIGHTS, SEGMENTS, SOURCES, Standing, TRIPS, applies_to, day_of, grade, score,
};
use crate::store::{QualityCount, QualityLimit, QualityPlace, QualitySpan, Scope, Store, StoreError};
use crate::whereabouts::{CATALOGUE, Dimension, Severity};

/// Program and version.
const VALIDATOR: &str = concat!("whereabouts ", env!("CARGO_PKG_VERSION"));
/// Samples of one notice in a report.
pub const SAMPLES: u32 = 50;

/// How good each source is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Report {
    pub summary: Summary,
    /// Sources with anything in this time, the most machine-readable first.
    pub sources: Vec<SourceReport>,
}

/// What the report is of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Summary {
    /// Program and version.
    pub validator: String,
    /// Version of weights and limits.
    pub scale: u32,
    pub validated_at: DateTime<Utc>,
    /// Concur's id; `null`: every company in sight.
    pub company: Option<String>,
    /// First day of travel.
    pub from: NaiveDate,
    /// Last day of travel.
    pub to: NaiveDate,
    pub segments: i64,
    pub notices: i64,
    pub nights: Nights,
}

/// How exactly the nights of trips were located, as known now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Nights {
    pub address: i64,
    pub city: i64,
    /// No more than the country.
    pub country: i64,
    /// Nowhere.
    pub none: i64,
    /// How many of them all rest on intent alone.
    pub on_intent: i64,
}

/// A rate with its counts.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Rate {
    pub good: i64,
    pub total: i64,
    /// `good / total`; `null`: insufficient, fewer than 30.
    pub rate: Option<f64>,
}

impl From<Count> for Rate {
    fn from(count: Count) -> Self {
        Self {
            good: count.good,
            total: count.total,
            rate: count.rate(),
        }
    }
}

/// One source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceReport {
    /// As Concur's `BookingOwner` has it; `Manual` apart.
    pub source: String,
    /// What people call it.
    pub name: String,
    /// What else Concur calls it.
    pub also: String,
    pub trips: i64,
    pub segments: i64,
    pub nights: Nights,
    /// Trips with a night away that have a bed, of all trips with a night away.
    pub lodging: Rate,
    /// 0 to 100; `null`: insufficient. Without accuracy where too few could be compared with a stronger source.
    pub score: Option<f64>,
    /// By dimension: `completeness`, `validity`, `consistency`, `uniqueness`, `timeliness`, `accuracy`.
    pub dimensions: BTreeMap<String, Rate>,
    pub segment_types: Vec<TypeReport>,
    pub notices: Vec<NoticeReport>,
}

/// One segment type of a source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TypeReport {
    /// `Air`, `Hotel` …
    pub segment: String,
    pub segments: i64,
    pub score: Option<f64>,
    pub dimensions: BTreeMap<String, Rate>,
}

/// One notice of a source.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeReport {
    /// See `/notices`.
    pub code: String,
    pub severity: Severity,
    pub total_notices: i64,
    /// Of so many segments that can have it.
    pub concerned: i64,
    /// `null`: insufficient.
    pub rate: Option<f64>,
    /// `null`: no limit.
    pub limit: Option<Grading>,
    pub standing: Standing,
    /// At most 50.
    pub sample_notices: Vec<SampleNotice>,
}

/// Where a notice is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SampleNotice {
    /// Concur's id of the trip.
    pub trip: String,
    /// Index in `Bookings`.
    pub booking: Option<usize>,
    /// As in `Air[0]`.
    pub segment: Option<String>,
}

/// Counts by (source, segment type, measure).
pub struct Sums(BTreeMap<Source, BTreeMap<Option<SegmentKind>, BTreeMap<String, Count>>>);

impl Sums {
    pub fn of<'a>(counts: impl IntoIterator<Item = &'a QualityCount>) -> Sums {
        let mut sums = Sums(BTreeMap::new());
        for one in counts {
            let of_source = sums.0.entry(one.source).or_default();
            // Under no segment type stands the sum of all.
            let keys = [None, one.segment];
            for key in &keys[..if one.segment.is_some() { 2 } else { 1 }] {
                let of_type = of_source.entry(*key).or_default();
                let sum = of_type.entry(one.measure.clone()).or_default();
                sum.good += one.count.good;
                sum.total += one.count.total;
            }
        }
        sums
    }

    /// Of one segment type, or of all.
    pub fn get(&self, source: Source, segment: Option<SegmentKind>, measure: &str) -> Count {
        let of_type = self.0.get(&source).and_then(|of_source| of_source.get(&segment));
        of_type.and_then(|sums| sums.get(measure)).copied().unwrap_or_default()
    }

    pub fn nights(&self, source: Source) -> Nights {
        let [address, city, country, none] = NIGHTS.map(|measure| self.get(source, None, measure));
        Nights {
            address: address.total,
            city: city.total,
            country: country.total,
            none: none.total,
            on_intent: address.good + city.good + country.good + none.good,
        }
    }

    pub fn score(&self, source: Source, segment: Option<SegmentKind>) -> Option<f64> {
        score(|dimension| self.get(source, segment, dimension.as_str()))
    }

    fn dimensions(&self, source: Source, segment: Option<SegmentKind>) -> BTreeMap<String, Rate> {
        let rate = |dimension: Dimension| self.get(source, segment, dimension.as_str()).into();
        Dimension::ALL
            .map(|dimension| (dimension.as_str().to_owned(), rate(dimension)))
            .into()
    }

    /// Sources with anything.
    pub fn sources(&self) -> impl Iterator<Item = Source> + '_ {
        SOURCES.into_iter().filter(|source| self.0.contains_key(source))
    }

    pub fn kinds(&self, source: Source) -> Vec<SegmentKind> {
        let of_source = self.0.get(&source);
        of_source
            .map(|kinds| kinds.keys().copied().flatten().collect())
            .unwrap_or_default()
    }

    /// Every notice of a source with what it is a share of.
    pub fn notices(&self, source: Source, limits: &[QualityLimit]) -> Vec<NoticeReport> {
        let report = |code: &'static crate::whereabouts::Code| {
            let total_notices = self.get(source, None, code.code).total;
            (total_notices > 0).then(|| {
                let concerned = self.get(source, applies_to(code.code), SEGMENTS).total;
                // A segment may have a notice several times; its share is one.
                let count = Count {
                    good: total_notices.min(concerned),
                    total: concerned,
                };
                let limit = limit_of(code, source, limits);
                NoticeReport {
                    code: code.code.to_owned(),
                    severity: code.severity,
                    total_notices,
                    concerned,
                    rate: count.rate(),
                    limit,
                    standing: grade(count, limit),
                    sample_notices: Vec::new(),
                }
            })
        };
        CATALOGUE.iter().filter_map(report).collect()
    }
}

/// The company's own limit, else the usual one.
pub fn limit_of(code: &crate::whereabouts::Code, source: Source, limits: &[QualityLimit]) -> Option<Grading> {
    let own = limits
        .iter()
        .find(|limit| limit.source == source && limit.code == code.code);
    own.map(|own| own.limit).or_else(|| Grading::usual(code, source))
}

/// First and last day of travel of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// The last thirty days, today not included.
    pub fn last_30(today: NaiveDate) -> Period {
        let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        Period {
            from: back(30),
            to: back(1),
        }
    }

    pub fn span(self) -> QualitySpan {
        QualitySpan {
            from: day_of(self.from),
            until: day_of(self.to).saturating_add(1),
        }
    }
}

/// The report of all sources in sight; without samples.
pub async fn report(
    store: &dyn Store,
    scope: &Scope,
    period: Period,
    now: DateTime<Utc>,
) -> Result<Report, StoreError> {
    let counts = store.quality_counts(scope, period.span()).await?;
    let limits = match scope.company() {
        Some(company) => store.quality_limits(company).await?,
        None => Vec::new(),
    };
    let sums = Sums::of(&counts);
    let sources: Vec<SourceReport> = sums.sources().map(|source| of_source(&sums, source, &limits)).collect();
    let mut nights = Nights::default();
    for source in &sources {
        nights.address += source.nights.address;
        nights.city += source.nights.city;
        nights.country += source.nights.country;
        nights.none += source.nights.none;
        nights.on_intent += source.nights.on_intent;
    }
    Ok(Report {
        summary: Summary {
            validator: VALIDATOR.to_owned(),
            scale: quality::VERSION,
            validated_at: now,
            company: scope.company().map(str::to_owned),
            from: period.from,
            to: period.to,
            segments: sources.iter().map(|source| source.segments).sum(),
            notices: sources
                .iter()
                .flat_map(|source| &source.notices)
                .map(|n| n.total_notices)
                .sum(),
            nights,
        },
        sources,
    })
}

fn of_source(sums: &Sums, source: Source, limits: &[QualityLimit]) -> SourceReport {
    let of_type = |kind: SegmentKind| TypeReport {
        segment: kind.as_str().to_owned(),
        segments: sums.get(source, Some(kind), SEGMENTS).total,
        score: sums.score(source, Some(kind)),
        dimensions: sums.dimensions(source, Some(kind)),
    };
    SourceReport {
        source: quality::word(source).to_owned(),
        name: quality::title(source).to_owned(),
        also: quality::also(source).to_owned(),
        trips: sums.get(source, None, TRIPS).total,
        segments: sums.get(source, None, SEGMENTS).total,
        nights: sums.nights(source),
        lodging: sums.get(source, None, LODGED).into(),
        score: sums.score(source, None),
        dimensions: sums.dimensions(source, None),
        segment_types: sums.kinds(source).into_iter().map(of_type).collect(),
        notices: sums.notices(source, limits),
    }
}

impl Report {
    /// Of a company that is not in sight.
    pub fn nothing(period: Period, now: DateTime<Utc>) -> Report {
        Report {
            summary: Summary {
                validator: VALIDATOR.to_owned(),
                scale: quality::VERSION,
                validated_at: now,
                company: None,
                from: period.from,
                to: period.to,
                segments: 0,
                notices: 0,
                nights: Nights::default(),
            },
            sources: Vec::new(),
        }
    }
}

/// Adds where the notices of these sources are.
pub async fn add_samples(
    store: &dyn Store,
    scope: &Scope,
    period: Period,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut notices: Vec<(Source, &mut NoticeReport)> = Vec::new();
    for source in &mut report.sources {
        let Some(of) = quality::named(&source.source) else {
            continue;
        };
        notices.extend(source.notices.iter_mut().map(|notice| (of, notice)));
    }
    let codes: Vec<(Source, String)> = notices.iter().map(|(of, notice)| (*of, notice.code.clone())).collect();
    let wanted: Vec<(Source, &str)> = codes.iter().map(|(of, code)| (*of, code.as_str())).collect();
    let samples = store.quality_samples(scope, &wanted, period.span(), SAMPLES).await?;
    for ((_, notice), places) in notices.into_iter().zip(samples) {
        let sample = |place: QualityPlace| SampleNotice {
            trip: place.trip,
            booking: place.booking,
            segment: place.segment,
        };
        notice.sample_notices = places.into_iter().map(sample).collect();
    }
    Ok(())
}

/// The calendar day of a number.
pub fn date_of(day: Day) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day + day_of_ce()).unwrap_or_default()
}

fn day_of_ce() -> i32 {
    use chrono::Datelike as _;
    NaiveDate::default().num_days_from_ce()
}
