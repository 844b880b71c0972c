//! A selection of people drawn up: the sentence, the list, the table of places and the time bar.
//! Called by the map page and by the exports; what the map draws of the same selection is in `drawn`, so that list and map never disagree.
//! Always holds: counts are of everybody in scope; filter and search only choose what is listed and drawn.

use app::t;
use std::collections::BTreeMap;

use app::view::{
    AppError, Bin, ByGrade, Clock, Counts, Feed, Histogram, Instant, MapPage, MapQuery, PlaceGroup, PlaceGroupKind,
    PlaceTime, Row,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::columns;
use super::drawn::undrawn;
use super::incident::Answered;
use super::lines::{About, Line};
use super::places::{self as clocks, called, city_called};
use super::selection::Selection;
use super::{fault, instant, moment};
use crate::place::{Gazetteer, Zone};
use crate::store::{CompanyRow, CompanyState, Scope};
use crate::web::AppState;
use crate::whereabouts::PlaceKind;

/// Days shown before today in the time bar.
const DAYS_BACK: i64 = 7;
/// Days of the time bar.
const DAYS: u32 = 36;
/// Trips that wait at any time while a company simply lives.
const FEW_WAITING: u32 = 25;
/// The list on all its pages, for a file.
pub struct Listing {
    pub now: Instant,
    pub at: Instant,
    /// The newest event or document; none if there never was one.
    pub data_at: Option<Instant>,
    /// Of an incident.
    pub area: Option<String>,
    pub rows: Vec<Row>,
}

pub async fn people_list(state: &AppState, scope: &Scope, query: &MapQuery) -> Result<Listing, AppError> {
    let selection = Selection::of(state, scope, query).await?;
    let data_at = state.store.data_age(scope).await.map_err(|e| fault(&e))?;
    let mut rows: Vec<Row> = selection.listed().map(|l| selection.row(l)).collect();
    columns::since(state, scope, query, selection.everyone.at, &mut rows).await?;
    Ok(Listing {
        now: instant(selection.everyone.now),
        at: instant(selection.everyone.at),
        data_at: data_at.map(instant),
        area: selection.incident.as_ref().and_then(|i| i.view().label),
        rows,
    })
}

pub async fn map_page(state: &AppState, scope: &Scope, query: &MapQuery) -> Result<MapPage, AppError> {
    let now = (state.clock)();
    let at = query.at.and_then(moment).unwrap_or(now);
    let zone = query.clock.as_deref().and_then(|name| Zone::parse(name, None));
    let from = first_day(now, at, zone.unwrap_or(Zone::UTC));
    let step = std::time::Duration::from_secs(Histogram::STEP_S as u64);
    let facts = async {
        let facts = futures::try_join!(
            state.store.away_histogram(scope, from, step, DAYS * 4),
            state.store.data_age(scope),
            state.store.ingest_status(scope, now)
        );
        facts.map_err(|e| fault(&e))
    };
    let (selection, (bins, data_at, status)) = futures::try_join!(Selection::at(state, scope, query, now), facts)?;
    let bins = bins.iter().map(|b| Bin {
        confirmed: b.confirmed,
        booked: b.booked,
        intent: b.intent,
        inferred: b.inferred,
    });
    let rows = columns::rows(state, scope, query, &selection).await?;
    let waiting = u32::try_from(status.queued + status.running).unwrap_or(u32::MAX);
    Ok(MapPage {
        now: instant(now),
        at: instant(at),
        counts: counts(selection.all()),
        data_at: data_at.map(instant),
        rows,
        total: count(selection.len()),
        places: places(selection.listed()),
        undrawn: undrawn(selection.listed()),
        histogram: Histogram {
            from: instant(from),
            bins: bins.collect(),
        },
        clock: zone.map(|zone| clock_of(zone, from)).unwrap_or_default(),
        feed: feed(&selection.everyone.companies, now, waiting),
        incident: selection.incident.as_ref().map(Answered::view),
    })
}

/// A company that connected within this many minutes is still being read while trips wait.
const FIRST_READING_MIN: i64 = 20;

fn feed(companies: &[CompanyRow], now: DateTime<Utc>, waiting: u32) -> Feed {
    let fresh = |c: &CompanyRow| {
        c.connected_at
            .is_some_and(|t| now - t < TimeDelta::minutes(FIRST_READING_MIN))
    };
    let any = |state| companies.iter().any(|c| c.state == state);
    match (
        any(CompanyState::Connected),
        any(CompanyState::ReconnectNeeded) || any(CompanyState::Disconnected),
    ) {
        (_, true) => Feed::ReconnectNeeded,
        (true, false) if waiting > FEW_WAITING && companies.iter().any(fresh) => Feed::Reading { waiting },
        (true, false) => Feed::Connected,
        (false, false) => Feed::NotConnected,
    }
}

/// Where the time bar begins: with a day a week ago; around the instant that is looked at, if that lies elsewhere.
fn first_day(now: DateTime<Utc>, at: DateTime<Utc>, zone: Zone) -> DateTime<Utc> {
    let week_before = |t: DateTime<Utc>| {
        let day = zone.to_civil(t).date() - TimeDelta::days(DAYS_BACK);
        zone.to_utc(day.and_time(chrono::NaiveTime::MIN))
    };
    let usual = week_before(now);
    if (usual..usual + TimeDelta::days(i64::from(DAYS))).contains(&at) {
        usual
    } else {
        week_before(at)
    }
}

/// What the clock of a zone shows over the days of the time bar.
fn clock_of(zone: Zone, from: DateTime<Utc>) -> Clock {
    // Clocks are changed at full quarters of an hour.
    let quarters =
        (0..i64::from(DAYS) * 96).map(|quarter| clocks::clock(from + TimeDelta::minutes(15 * quarter), zone));
    let mut spans: Vec<PlaceTime> = Vec::new();
    for time in quarters {
        let same = |last: &PlaceTime| (last.offset_min, &last.zone) == (time.offset_min, &time.zone);
        if !spans.last().is_some_and(same) {
            spans.push(time);
        }
    }
    Clock {
        zone: Some(zone.name().to_owned()),
        spans,
    }
}

pub(super) fn midnight(at: DateTime<Utc>) -> DateTime<Utc> {
    at.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(super) fn counts(lines: &[Line]) -> Counts {
    let of = |test: fn(&Line) -> bool| count(lines.iter().filter(|l| test(l)).count());
    Counts {
        away: of(Line::away),
        in_air: of(Line::in_air),
        planned: of(Line::planned),
        unplaced: of(Line::unplaced),
        people: count(lines.len()),
    }
}

/// The same people by place, largest group first.
fn places<'a>(lines: impl Iterator<Item = &'a Line>) -> Vec<PlaceGroup> {
    let mut groups: BTreeMap<(u8, String), (PlaceGroupKind, ByGrade)> = BTreeMap::new();
    for line in lines {
        let (order, kind, label) = match (line.about, &line.who.place) {
            (About::Moving, _) => (2, PlaceGroupKind::Moving, t!("On the way", "Unterwegs").to_owned()),
            (About::Place, Some(p)) if p.kind == PlaceKind::Country => (1, PlaceGroupKind::Country, called(p)),
            (About::Place, Some(_)) => (0, PlaceGroupKind::City, town(line)),
            (About::Home, _) => (0, PlaceGroupKind::City, t!("At home", "Zu Hause").to_owned()),
            _ => (
                3,
                PlaceGroupKind::Nowhere,
                t!("Cannot be placed", "Nicht verortbar").to_owned(),
            ),
        };
        groups
            .entry((order, label))
            .or_insert((kind, ByGrade::default()))
            .1
            .add(line.grade());
    }
    let mut groups = groups
        .into_iter()
        .map(|((_, label), (kind, people))| {
            let searchable =
                matches!(kind, PlaceGroupKind::City | PlaceGroupKind::Country) && label != t!("At home", "Zu Hause");
            PlaceGroup {
                kind,
                q: searchable.then(|| label.clone()),
                label,
                people,
            }
        })
        .collect::<Vec<_>>();
    groups.sort_by_key(|g| std::cmp::Reverse(g.people.total()));
    groups
}

/// The city of a line whose place may be finer than a city.
pub(super) fn town(line: &Line) -> String {
    let Some(place) = &line.who.place else {
        return String::new();
    };
    let gazetteer = Gazetteer::embedded();
    let city = place.city_key.as_deref().and_then(|k| gazetteer.city_by_key(k));
    let city = city.or_else(|| match place.kind {
        PlaceKind::Venue | PlaceKind::Airport => place
            .point
            .and_then(|[lon, lat]| gazetteer.city_near(crate::place::LonLat::new(lon, lat), 60.0)),
        _ => None,
    });
    city.map_or_else(|| called(place), city_called)
}
