//! The page of quality, from counts: what it costs, a scorecard a source, notices with limits, one of them looked into.
//! Called by the Backend.
//! Always holds: the same sums as the interface's report; three questions to the counts whatever their size.

use crate::web::german;
use app::view::quality::{
    Ack, Calibrated, CodeDoc, Detail, Limit, Nights, NoticeRow, PlaceRow, QualityPage, QualityQuery, Share, SourceRow,
    Span, Standing, WatchView, Worse,
};
use app::view::{AppError, Company, Instant, Me};
use app::{t, tf};
use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{AppState, document, fault};
use crate::itinerary::{SegmentKind, Source};
use crate::quality::{self, Count, Day, LODGED, SEGMENTS, TRIPS, day_of};
use crate::store::{Calibration, CompanyState, Delivery, DeliveryState, QualityAck, QualityLimit, Scope, StoreError};
use crate::web::quality::{NoticeReport, Period, Sums};
use crate::web::quality_trend::{Trend, before, whole};
use crate::web::quality_watch::SECRET;
use crate::whereabouts::{Dimension, code};

/// Months shown of what was said and came true.
const MONTHS: u32 = 2;
/// Of fewer companies one could be told from the others.
const COMPARED: usize = 5;
/// Messages shown.
const SENT: u32 = 3;
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
    let counts = store
        .quality_counts(scope, period.span())
        .await
        .map_err(|e| fault(&e))?;
    let earlier = store
        .quality_counts(scope, before.span())
        .await
        .map_err(|e| fault(&e))?;
    let trend = Trend::of(store, scope, period).await.map_err(|e| fault(&e))?;
    let everywhere = everywhere(state, scope, period).await.map_err(|e| fault(&e))?;
    let (limits, acks) = match scope.company() {
        Some(id) => (
            store.quality_limits(id).await.map_err(|e| fault(&e))?,
            store.quality_acks(id, day_of(today)).await.map_err(|e| fault(&e))?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let sums = Sums::of(&counts);
    let chosen = query.source.as_deref().and_then(quality::named);
    let of: Vec<Source> = sums
        .sources()
        .filter(|source| chosen.is_none_or(|one| one == *source))
        .collect();
    let all = Table {
        sums: &sums,
        trend: &trend,
        everywhere: everywhere.as_ref(),
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
    let calibrated = store.calibrations(scope, MONTHS).await.map_err(|e| fault(&e))?;
    let calibrated = calibrated.into_iter().map(calibrated_row).collect();
    let watch = match scope.company() {
        Some(id) if may_change => Some(watching(state, id).await.map_err(|e| fault(&e))?),
        _ => None,
    };
    let health = match (may_change, scope.company()) {
        (true, Some(id)) => match store.company(scope, id).await.map_err(|e| fault(&e))? {
            Some(row) => Some(super::health::of(state, &row).await.map_err(|e| fault(&e))?),
            None => None,
        },
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
        first_week: noon(day_of(trend.first)),
        nights: total_nights(&sums),
        lodged: share(
            sums.sources()
                .map(|source| sums.get(source, None, LODGED))
                .fold(Count::default(), plus),
        ),
        nights_before: total_nights(&Sums::of(&earlier)),
        sources,
        notices,
        counts: by_severity,
        trips: Share {
            good: many(trips.total - trips.good),
            total: many(trips.total),
        },
        worse,
        watch,
        health,
        detail,
        calibrated,
    })
}

/// The counts of all companies, to compare one with: where the operator permits it, and of so many that none can be told.
async fn everywhere(state: &AppState, scope: &Scope, period: Period) -> Result<Option<Sums>, StoreError> {
    if !state.compare || scope.company().is_none() {
        return Ok(None);
    }
    let companies = state.store.companies(&Scope::service()).await?;
    let connected = companies
        .iter()
        .filter(|company| company.state == CompanyState::Connected);
    if connected.count() < COMPARED {
        return Ok(None);
    }
    let counts = state.store.quality_counts(&Scope::service(), period.span()).await?;
    Ok(Some(Sums::of(&counts)))
}

fn calibrated_row(of: Calibration) -> Calibrated {
    let percent = |value: f64| whole(Some(value.clamp(0.0, 9.99) * 100.0));
    Calibrated {
        name: source_title(of.source).to_owned(),
        month: of.month,
        said: percent(of.said.expected / (of.said.came.total.max(1) as f64)).unwrap_or(0),
        came: share(of.said.came),
        proposed: of.said.factor().and_then(percent),
    }
}

/// How the company is told, and what became of the newest messages.
async fn watching(state: &AppState, company: &str) -> Result<WatchView, StoreError> {
    let can = (state.mail.is_some(), state.webhooks.is_some());
    let Some(watch) = state.store.watch(company).await? else {
        return Ok(WatchView {
            can,
            ..WatchView::default()
        });
    };
    let secret = Some(&watch.sealed_secret)
        .filter(|sealed| !sealed.is_empty())
        .and_then(|sealed| state.concur.sealer().open(company, SECRET, sealed).ok());
    let sent = state.store.deliveries(company, SENT).await?;
    let became = |delivery: &Delivery| match delivery.state {
        DeliveryState::Arrived => t!("it arrived", "angekommen").to_owned(),
        DeliveryState::Waiting if delivery.problem.is_empty() => t!("on its way", "unterwegs").to_owned(),
        DeliveryState::Waiting => tf!("{}; it is tried again", "{}; neuer Versuch folgt", delivery.problem),
        DeliveryState::GivenUp => tf!("given up, {}", "aufgegeben, {}", delivery.problem),
    };
    Ok(WatchView {
        can,
        mail: watch.mail,
        url: watch.url,
        secret: secret.map(|secret| secret.expose().to_owned()).unwrap_or_default(),
        old_until: watch
            .old_secret
            .map(|(_, until)| until)
            .filter(|until| *until > (state.clock)())
            .map(super::instant),
        sent: sent
            .iter()
            .map(|one| (super::instant(one.created_at), one.person.is_some(), became(one)))
            .collect(),
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
    trend: &'a Trend,
    everywhere: Option<&'a Sums>,
    limits: &'a [QualityLimit],
    acks: &'a [QualityAck],
}

impl Table<'_> {
    fn source(&self, source: Source) -> SourceRow {
        let dimensions =
            |segment| Dimension::ALL.map(|dimension| share(self.sums.get(source, segment, dimension.as_str())));
        let types = self.sums.kinds(source).into_iter().map(|kind| {
            (
                segment_kind(kind).to_owned(),
                many(self.sums.get(source, Some(kind), SEGMENTS).total),
                dimensions(Some(kind)),
                whole(self.sums.score(source, Some(kind))),
            )
        });
        SourceRow {
            word: quality::word(source).to_owned(),
            name: source_title(source).to_owned(),
            also: quality::also(source).to_owned(),
            trips: many(self.sums.get(source, None, TRIPS).total),
            segments: many(self.sums.get(source, None, SEGMENTS).total),
            nights: nights(self.sums.nights(source)),
            dimensions: dimensions(None),
            score: whole(self.sums.score(source, None)),
            everywhere: self.everywhere.and_then(|sums| whole(sums.score(source, None))),
            weeks: self.trend.scores(source),
            over: self
                .notices(&[source], false)
                .into_iter()
                .filter(NoticeRow::to_do)
                .map(|row| row.title)
                .collect(),
            types: types.filter(|(_, segments, ..)| *segments > 0).collect(),
        }
    }

    /// Notices of these sources, what is beyond its limit first; together with others each code once, of the source where something is
    /// to be done, else of the one where its share is highest.
    fn notices(&self, sources: &[Source], together: bool) -> Vec<NoticeRow> {
        let mut rows: Vec<NoticeRow> = Vec::new();
        for source in sources {
            for report in self.sums.notices(*source, self.limits) {
                let row = self.notice(*source, &report);
                match rows.iter_mut().find(|known| together && known.code == row.code) {
                    Some(known) => {
                        let (count, weeks) = (known.count + row.count, add(&known.weeks, &row.weeks));
                        let rate = |row: &NoticeRow| {
                            let enough = row.share.total >= 30;
                            (row.to_do(), enough, row.share.of_hundred(), row.count)
                        };
                        if rate(&row) > rate(known) {
                            *known = row;
                        }
                        (known.count, known.weeks) = (count, weeks);
                    }
                    None => rows.push(row),
                }
            }
        }
        rows.sort_by(|a, b| {
            (b.to_do(), b.count)
                .cmp(&(a.to_do(), a.count))
                .then_with(|| a.code.cmp(&b.code))
        });
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
        let title = code(&report.code).map_or("", |known| german::worded(known).0);
        NoticeRow {
            code: report.code.clone(),
            title: title.to_owned(),
            severity: severity_word(report.severity).to_owned(),
            source: (quality::word(source).to_owned(), source_title(source).to_owned()),
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
            weeks: self.trend.notices(source, &report.code),
            ack: ack.map(|ack| Ack {
                until: noon(ack.until),
                note: ack.note.clone(),
                by: ack.by.clone(),
            }),
        }
    }

    fn worse(&self, source: Source) -> Option<Worse> {
        let fallen = self.trend.fallen(source, self.sums)?;
        Some(Worse {
            word: quality::word(source).to_owned(),
            name: source_title(source).to_owned(),
            was: fallen.was,
            is: fallen.is,
            because: fallen
                .because
                .into_iter()
                .map(|known| german::worded(known).0.to_owned())
                .collect(),
        })
    }
}

/// A list of segments as people call it; in English as the document spells it.
fn segment_kind(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Air => t!("Air", "Flug"),
        SegmentKind::Car => t!("Car", "Mietwagen"),
        SegmentKind::Dining => t!("Dining", "Restaurant"),
        SegmentKind::Hotel => "Hotel",
        SegmentKind::Parking => t!("Parking", "Parkplatz"),
        SegmentKind::Rail => t!("Rail", "Bahn"),
        SegmentKind::Ride => t!("Ride", "Fahrt"),
        SegmentKind::Travel => t!("Travel", "Sonstiges"),
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
        .quality_good_trip(scope, (source, id), period.span())
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
        says: german::worded(known).1.to_owned(),
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
        title: german::worded(known).0.to_owned(),
        says: german::worded(known).1.to_owned(),
        fields: known.fields.iter().map(|field| (*field).to_owned()).collect(),
        rule: known.rule.to_owned(),
        since: known.history.since.to_owned(),
        dimension: known.dimension.map_or("", Dimension::as_str).to_owned(),
    };
    crate::whereabouts::CATALOGUE.iter().map(doc).collect()
}

/// What people call a source.
pub fn source_title(source: Source) -> &'static str {
    match source {
        Source::AgencyApi => t!("Agency", "Reisebüro"),
        Source::Gds => t!("Concur booking", "Concur-Buchung"),
        Source::Supplier => t!("Direct supplier", "Direkt beim Anbieter"),
        Source::ParsedMail => t!("Parsed e-mail", "Gelesene E-Mail"),
        Source::TravelRequest => t!("Travel request", "Reiseantrag"),
        Source::Manual => t!("Manual", "Von Hand"),
        Source::Unknown => t!("Not named", "Nicht genannt"),
        Source::AmadeusETravel | Source::TripIt => quality::title(source),
    }
}

/// The last day that an acknowledgement may name: a year.
pub fn latest_ack(now: DateTime<Utc>) -> Day {
    day_of(now.date_naive()).saturating_add(366)
}
