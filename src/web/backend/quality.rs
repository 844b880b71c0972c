//! The page of quality, from counts: what it costs, a scorecard a source, notices with limits, one of them looked into.
//! Called by the Backend.
//! Always holds: the same sums as the interface's report; three questions to the counts whatever their size.

use app::view::quality::{
    Ack, CodeDoc, Detail, Limit, Nights, NoticeRow, PlaceRow, QualityPage, QualityQuery, Share, SourceRow, Span,
    Standing, Worse,
};
use app::view::{AppError, Company, Instant, Me};
use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{AppState, document, fault};
use crate::itinerary::Source;
use crate::quality::{self, Count, Day, SEGMENTS, TRIPS, day_of};
use crate::store::{QualityAck, QualityCount, QualityLimit, Scope};
use crate::web::quality::{NoticeReport, Period, Sums, date_of};
use crate::whereabouts::{Dimension, code};

/// Weeks of a trend.
const WEEKS: i32 = 12;
/// Points of the score by which a source is told to be worse, between the first and the last third of the trend.
const WORSE: u32 = 5;
/// Places shown of a notice (R235).
const PLACES: u32 = 50;

/// What is asked for, by whom.
pub struct Asked<'a> {
    pub query: &'a QualityQuery,
    pub scope: &'a Scope,
    pub me: Me,
    pub company: Option<Company>,
    pub may_change: bool,
}

pub async fn page(state: &AppState, asked: Asked<'_>) -> Result<QualityPage, AppError> {
    let Asked {
        query,
        scope,
        me,
        company,
        may_change,
    } = asked;
    let (store, now) = (state.store.as_ref(), (state.clock)());
    let today = now.date_naive();
    let period = period(query.span, today);
    let before = before(period);
    let trend = trend(period);
    let counts = store
        .quality_counts(scope, period.span(), false)
        .await
        .map_err(|e| fault(&e))?;
    let earlier = store
        .quality_counts(scope, before.span(), false)
        .await
        .map_err(|e| fault(&e))?;
    let weekly = store
        .quality_counts(scope, trend.span(), true)
        .await
        .map_err(|e| fault(&e))?;
    let (limits, acks) = match scope.company() {
        Some(id) => (
            store.quality_limits(id).await.map_err(|e| fault(&e))?,
            store.quality_acks(id, day_of(today)).await.map_err(|e| fault(&e))?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let sums = Sums::of(&counts);
    let weeks = weeks(&weekly, day_of(trend.from));
    let chosen = query.source.as_deref().and_then(quality::named);
    let of: Vec<Source> = sums
        .sources()
        .filter(|source| chosen.is_none_or(|one| one == *source))
        .collect();
    let all = Table {
        sums: &sums,
        weeks: &weeks,
        limits: &limits,
        acks: &acks,
    };
    let mut notices = all.notices(&of, chosen.is_none());
    let mut by_severity = [0; 4];
    for notice in &notices {
        let at = ["error", "warning", "info"]
            .iter()
            .position(|word| *word == notice.severity)
            .unwrap_or(2);
        by_severity[0] += notice.count;
        by_severity[at + 1] += notice.count;
    }
    let trips = of
        .iter()
        .map(|source| sums.get(*source, None, TRIPS))
        .fold(Count::default(), plus);
    if let Some(severity) = &query.severity {
        notices.retain(|notice| notice.severity == *severity);
    }
    let detail = match (chosen, &query.code) {
        (Some(source), Some(code)) => detail(state, scope, &all, (source, code), period, query.trip.as_deref()).await?,
        _ => None,
    };
    let sources: Vec<SourceRow> = sums.sources().map(|source| all.source(source)).collect();
    let worse = sums.sources().filter_map(|source| all.worse(source)).collect();
    Ok(QualityPage {
        me,
        company,
        may_change: may_change && scope.company().is_some(),
        now: super::instant(now),
        from: noon(day_of(period.from)),
        to: noon(day_of(period.to)),
        first_week: noon(day_of(trend.from)),
        nights: total_nights(&sums),
        nights_before: total_nights(&Sums::of(&earlier)),
        sources,
        notices,
        counts: by_severity,
        trips: Share {
            good: many(trips.total - trips.good),
            total: many(trips.total),
        },
        worse,
        detail,
        calibrated: Vec::new(),
    })
}

/// The days that a choice means.
pub fn period(span: Span, today: NaiveDate) -> Period {
    let ahead = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    match span {
        Span::Last30 => Period::last_30(today),
        Span::Last90 => Period {
            from: back(90),
            to: back(1),
        },
        Span::Next30 => Period {
            from: today,
            to: ahead(30),
        },
    }
}

/// As many days before.
fn before(period: Period) -> Period {
    let days = Days::new(u64::try_from((period.to - period.from).num_days() + 1).unwrap_or(1));
    let back = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(day);
    Period {
        from: back(period.from),
        to: back(period.to),
    }
}

/// Whole weeks up to the one in which the period ends.
fn trend(period: Period) -> Period {
    let last = day_of(period.to);
    let monday = last - (last + 3).rem_euclid(7);
    Period {
        from: date_of(monday - 7 * (WEEKS - 1)),
        to: date_of(monday + 6),
    }
}

/// Counts of each week, the oldest first.
fn weeks(counts: &[QualityCount], first: Day) -> Vec<Sums> {
    (0..WEEKS)
        .map(|week| Sums::of(counts.iter().filter(|count| count.week == first + 7 * week)))
        .collect()
}

fn plus(a: Count, b: Count) -> Count {
    Count {
        good: a.good + b.good,
        total: a.total + b.total,
    }
}

fn many(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

fn share(count: Count) -> Share {
    Share {
        good: many(count.good),
        total: many(count.total),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
fn whole(score: Option<f64>) -> Option<u32> {
    score.map(|score| score.round() as u32)
}

fn noon(day: Day) -> Instant {
    Instant(i64::from(day) * 86_400 + 43_200)
}

fn nights(of: crate::web::quality::Nights) -> Nights {
    Nights {
        address: many(of.address),
        city: many(of.city),
        country: many(of.country),
        none: many(of.none),
        intent: many(of.on_intent),
    }
}

fn total_nights(sums: &Sums) -> Nights {
    sums.sources()
        .map(|source| nights(sums.nights(source)))
        .fold(Nights::default(), |a, b| Nights {
            address: a.address + b.address,
            city: a.city + b.city,
            country: a.country + b.country,
            none: a.none + b.none,
            intent: a.intent + b.intent,
        })
}

/// Everything from which rows are made.
struct Table<'a> {
    sums: &'a Sums,
    weeks: &'a [Sums],
    limits: &'a [QualityLimit],
    acks: &'a [QualityAck],
}

impl Table<'_> {
    fn source(&self, source: Source) -> SourceRow {
        let dimensions =
            |segment| Dimension::ALL.map(|dimension| share(self.sums.get(source, segment, dimension.as_str())));
        let types = self.sums.kinds(source).into_iter().map(|kind| {
            (
                kind.as_str().to_owned(),
                many(self.sums.get(source, Some(kind), SEGMENTS).total),
                dimensions(Some(kind)),
                whole(self.sums.score(source, Some(kind))),
            )
        });
        SourceRow {
            word: quality::word(source).to_owned(),
            name: quality::title(source).to_owned(),
            also: quality::also(source).to_owned(),
            trips: many(self.sums.get(source, None, TRIPS).total),
            segments: many(self.sums.get(source, None, SEGMENTS).total),
            nights: nights(self.sums.nights(source)),
            dimensions: dimensions(None),
            score: whole(self.sums.score(source, None)),
            weeks: self.weeks.iter().map(|week| whole(week.score(source, None))).collect(),
            types: types.filter(|(_, segments, ..)| *segments > 0).collect(),
        }
    }

    /// Notices of these sources; together with others each code once, of the source where its share is highest.
    fn notices(&self, sources: &[Source], together: bool) -> Vec<NoticeRow> {
        let mut rows: Vec<NoticeRow> = Vec::new();
        for source in sources {
            for report in self.sums.notices(*source, self.limits) {
                let row = self.notice(*source, &report);
                match rows.iter_mut().find(|known| together && known.code == row.code) {
                    Some(known) => {
                        let (count, weeks) = (known.count + row.count, add(&known.weeks, &row.weeks));
                        let rate = |row: &NoticeRow| (row.share.total >= 30, row.share.of_hundred(), row.count);
                        if rate(&row) > rate(known) {
                            *known = row;
                        }
                        (known.count, known.weeks) = (count, weeks);
                    }
                    None => rows.push(row),
                }
            }
        }
        rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
        rows
    }

    fn notice(&self, source: Source, report: &NoticeReport) -> NoticeRow {
        let own = self
            .limits
            .iter()
            .any(|limit| limit.source == source && limit.code == report.code);
        let ack = self
            .acks
            .iter()
            .find(|ack| ack.source == source && ack.code == report.code);
        let title = code(&report.code).map_or("", |known| known.title);
        NoticeRow {
            code: report.code.clone(),
            title: title.to_owned(),
            severity: severity_word(report.severity).to_owned(),
            source: (quality::word(source).to_owned(), quality::title(source).to_owned()),
            count: many(report.total_notices),
            share: Share {
                good: many(report.total_notices.min(report.concerned)),
                total: many(report.concerned),
            },
            limit: report.limit.map(|limit| Limit {
                warn: permille(limit.warn),
                error: permille(limit.error),
                mostly: permille(limit.mostly),
                own,
            }),
            standing: match report.standing {
                quality::Standing::Within => Standing::Within,
                quality::Standing::Insufficient => Standing::Insufficient,
                quality::Standing::Warn => Standing::Warn,
                quality::Standing::Error => Standing::Error,
            },
            weeks: self
                .weeks
                .iter()
                .map(|week| many(week.get(source, None, &report.code).total))
                .collect(),
            ack: ack.map(|ack| Ack {
                until: noon(ack.until),
                note: ack.note.clone(),
                by: ack.by.clone(),
            }),
        }
    }

    /// A source whose last scores are below its first ones.
    fn worse(&self, source: Source) -> Option<Worse> {
        let scores: Vec<u32> = self
            .weeks
            .iter()
            .filter_map(|week| whole(week.score(source, None)))
            .collect();
        let third = scores.len() / 3;
        let mean = |of: &[u32]| of.iter().sum::<u32>() / u32::try_from(of.len()).unwrap_or(1).max(1);
        let (was, is) = (mean(scores.get(..third)?), mean(scores.get(scores.len() - third..)?));
        (third > 0 && is + WORSE <= was).then(|| {
            let mut grown: Vec<(u32, &str)> = self
                .sums
                .notices(source, &[])
                .iter()
                .filter_map(|notice| {
                    let weeks: Vec<u32> = self
                        .weeks
                        .iter()
                        .map(|week| many(week.get(source, None, &notice.code).total))
                        .collect();
                    let half = weeks.len() / 2;
                    let growth = weeks[half..]
                        .iter()
                        .sum::<u32>()
                        .saturating_sub(weeks[..half].iter().sum());
                    Some((growth, code(&notice.code)?.title)).filter(|(growth, _)| *growth > 0)
                })
                .collect();
            grown.sort_by(|a, b| b.cmp(a));
            Worse {
                word: quality::word(source).to_owned(),
                name: quality::title(source).to_owned(),
                was,
                is,
                because: grown.into_iter().take(2).map(|(_, title)| title.to_owned()).collect(),
            }
        })
    }
}

fn add(a: &[u32], b: &[u32]) -> Vec<u32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
fn permille(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 1000.0).round() as u32
}

pub fn severity_word(severity: crate::whereabouts::Severity) -> &'static str {
    match severity {
        crate::whereabouts::Severity::Error => "error",
        crate::whereabouts::Severity::Warning => "warning",
        crate::whereabouts::Severity::Info => "info",
    }
}

async fn detail(
    state: &AppState,
    scope: &Scope,
    all: &Table<'_>,
    (source, id): (Source, &str),
    period: Period,
    trip: Option<&str>,
) -> Result<Option<Detail>, AppError> {
    let Some(known) = code(id) else { return Ok(None) };
    let Some(notice) = all
        .notices(&[source], false)
        .into_iter()
        .find(|notice| notice.code == id)
    else {
        return Ok(None);
    };
    let store = state.store.as_ref();
    let places = store
        .quality_places(scope, (source, id), period.span(), PLACES)
        .await
        .map_err(|e| fault(&e))?;
    let open = match trip.or(places.first().map(|place| place.trip.as_str())) {
        Some(trip) => store.trip(scope, trip).await.map_err(|e| fault(&e))?,
        None => None,
    };
    let good = match store
        .quality_good_trip(scope, source, period.span())
        .await
        .map_err(|e| fault(&e))?
    {
        Some((company, trip)) => {
            let own = Scope::Company(company);
            store.trip(&own, &trip).await.map_err(|e| fault(&e))?
        }
        None => None,
    };
    Ok(Some(Detail {
        notice,
        says: known.says.to_owned(),
        fields: known.fields.iter().map(|field| (*field).to_owned()).collect(),
        rule: known.rule.to_owned(),
        places: places
            .into_iter()
            .map(|place| PlaceRow {
                trip: place.trip,
                segment: place.segment.unwrap_or_default(),
                day: noon(place.day),
            })
            .collect(),
        open: open.map(|row| document::shown(&row, known, Some(source))),
        good: good.map(|row| document::shown(&row, known, None)),
    }))
}

/// The documentation of every code.
pub fn codes() -> Vec<CodeDoc> {
    let doc = |known: &crate::whereabouts::Code| CodeDoc {
        code: known.code.to_owned(),
        severity: severity_word(known.severity).to_owned(),
        title: known.title.to_owned(),
        says: known.says.to_owned(),
        fields: known.fields.iter().map(|field| (*field).to_owned()).collect(),
        rule: known.rule.to_owned(),
        since: known.history.since.to_owned(),
        dimension: known.dimension.map_or("", Dimension::as_str).to_owned(),
    };
    crate::whereabouts::CATALOGUE.iter().map(doc).collect()
}

/// The last day that an acknowledgement may name: a year.
pub fn latest_ack(now: DateTime<Utc>) -> Day {
    day_of(now.date_naive()).saturating_add(366)
}
