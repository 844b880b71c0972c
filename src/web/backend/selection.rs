//! Who is meant by a query: everyone at its instant, and of them who is listed, in which order.
//! Called by the page, the map, the boards, the sheet and the files, so that they never disagree.
//! Always holds: counts are of everybody in scope; filter, search and incident only choose who is listed and drawn.

use std::collections::{HashMap, HashSet};

use app::view::incident::{Group, Incident};
use app::view::{AppError, Band, Bbox, Filter, MapQuery, Row, Sort, words};
use chrono::{DateTime, TimeDelta, Utc};

use super::incident::{self, Answered, Exposed};
use super::lines::{About, Line};
use super::needle::Needle;
use super::{fault, moment};
use crate::store::{CompanyRow, CompanyState, PresenceQuery, Scope};
use crate::web::AppState;

/// Hours without an event after which what we know is called old.
const OLD_H: i64 = 24;
/// Trips that a word of a booking may lead to.
const MOST_FOUND: u32 = 2_000;

/// Everyone in scope at the instant of the query.
pub(super) struct Everyone {
    pub now: DateTime<Utc>,
    pub at: DateTime<Utc>,
    pub lines: Vec<Line>,
    pub companies: Vec<CompanyRow>,
}

/// Who is listed and drawn for a query, in the list's order.
pub(super) struct Selection {
    pub everyone: Everyone,
    /// Those of whom something is known at the instant: the first of `everyone.lines`; the others come later in the window
    /// of the incident.
    present: usize,
    listed: Vec<usize>,
    pub incident: Option<Answered>,
    names: Names,
}

impl Selection {
    pub async fn of(state: &AppState, scope: &Scope, query: &MapQuery) -> Result<Selection, AppError> {
        Selection::at(state, scope, query, (state.clock)()).await
    }

    /// The same, `now` being asked for already.
    pub async fn at(
        state: &AppState,
        scope: &Scope,
        query: &MapQuery,
        now: DateTime<Utc>,
    ) -> Result<Selection, AppError> {
        let mut everyone = everyone_known(state, scope, query, now).await?;
        let incident = match &query.incident {
            Some(asked) => Some(incident::answer(state, scope, query, asked, everyone.at).await?),
            None => None,
        };
        let present = everyone.lines.len();
        if let Some(answered) = &incident {
            let late = come_later(state, scope, query, &everyone, answered).await?;
            everyone.lines.extend(late);
        }
        let needle = Needle::of(&query.q);
        let lines = &everyone.lines;
        let mut listed: Vec<usize> = (0..lines.len())
            .filter(|i| match (&incident, &query.incident) {
                (Some(answered), Some(asked)) => concerned(&lines[*i], answered, asked),
                _ => *i < present && shown(&lines[*i], query.filter),
            })
            .filter(|i| needle.matches(&lines[*i]) && query.bbox.is_none_or(|bbox| within(&lines[*i], bbox)))
            .collect();
        if listed.is_empty() && !query.q.is_empty() && incident.is_none() {
            // Nobody is called so and nobody is there: what their trips hold.
            let found = state
                .store
                .find_trips_by_word(scope, &query.q, MOST_FOUND)
                .await
                .map_err(|e| fault(&e))?;
            let found: HashSet<String> = found.into_iter().map(|f| f.traveler).collect();
            listed = (0..present)
                .filter(|i| found.contains(&lines[*i].who.traveler))
                .collect();
            listed.retain(|i| query.bbox.is_none_or(|bbox| within(&lines[*i], bbox)));
        }
        sort(&mut listed, lines, incident.as_ref(), query.sort);
        Ok(Selection {
            names: Names::of(scope, &everyone.companies),
            everyone,
            present,
            listed,
            incident,
        })
    }

    /// Everybody at the instant, listed or not.
    pub fn all(&self) -> &[Line] {
        self.everyone.lines.get(..self.present).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.listed.len()
    }

    pub fn listed(&self) -> impl Iterator<Item = &Line> {
        self.listed.iter().filter_map(|i| self.everyone.lines.get(*i))
    }

    /// What the incident is to this traveler.
    pub fn exposed(&self, line: &Line) -> Option<&Exposed> {
        self.incident.as_ref()?.people.get(&line.who.traveler)
    }

    /// The line as the page shows it.
    pub fn row(&self, line: &Line) -> Row {
        let row = line.row(self.names.get(line));
        let Some(exposed) = self.exposed(line) else { return row };
        let group = Some(exposed.group);
        match exposed.group {
            Group::Present | Group::Coming | Group::Possible => Row {
                percent: words::percent(exposed.p),
                band: Band::of(exposed.p),
                group,
                ..row
            },
            Group::Inbound | Group::Left | Group::Open => Row { group, ..row },
        }
    }
}

/// Those whom the incident concerns and of whom nothing is known yet at its beginning.
async fn come_later(
    state: &AppState,
    scope: &Scope,
    query: &MapQuery,
    everyone: &Everyone,
    answered: &Answered,
) -> Result<Vec<Line>, AppError> {
    let known: HashSet<&str> = everyone.lines.iter().map(|l| l.who.traveler.as_str()).collect();
    if answered.people.keys().all(|id| known.contains(id.as_str())) {
        return Ok(Vec::new());
    }
    let end = MapQuery {
        at: Some(super::instant(answered.until)),
        as_of: query.as_of,
        ..MapQuery::default()
    };
    let mut late = self::everyone(state, scope, &end).await?.lines;
    late.retain(|l| answered.people.contains_key(&l.who.traveler) && !known.contains(l.who.traveler.as_str()));
    Ok(late)
}

fn concerned(line: &Line, answered: &Answered, asked: &Incident) -> bool {
    let exposed = answered.people.get(&line.who.traveler);
    exposed.is_some_and(|e| asked.group.is_none_or(|group| group.holds(e.group)))
}

pub(super) async fn everyone(state: &AppState, scope: &Scope, query: &MapQuery) -> Result<Everyone, AppError> {
    everyone_known(state, scope, query, (state.clock)()).await
}

async fn everyone_known(
    state: &AppState,
    scope: &Scope,
    query: &MapQuery,
    now: DateTime<Utc>,
) -> Result<Everyone, AppError> {
    let at = query.at.and_then(moment).unwrap_or(now);
    let asked = PresenceQuery {
        as_of: query.as_of.and_then(moment),
        ..PresenceQuery::at(at)
    };
    let (people, companies) = futures::try_join!(state.store.presence_at(scope, &asked), state.store.companies(scope))
        .map_err(|e| fault(&e))?;
    let old = companies
        .iter()
        .map(|c| (c.id.as_str(), is_old(c, now)))
        .collect::<HashMap<_, _>>();
    let lines = people
        .into_iter()
        .map(|who| {
            let old = old.get(who.company.as_str()).copied().unwrap_or(true);
            Line::new(who, old)
        })
        .collect();
    Ok(Everyone {
        now,
        at,
        lines,
        companies,
    })
}

/// Nothing was heard of the company for a day, or its grant is lost: what is shown goes on ageing.
fn is_old(company: &CompanyRow, now: DateTime<Utc>) -> bool {
    let heard = company.last_event_at.max(company.connected_at);
    heard.is_none_or(|t| now - t > TimeDelta::hours(OLD_H)) || company.state != CompanyState::Connected
}

fn shown(line: &Line, filter: Filter) -> bool {
    match filter {
        Filter::Away => line.away(),
        Filter::Air => line.in_air(),
        Filter::Planned => line.planned(),
        Filter::Unplaced => line.unplaced(),
        Filter::All => true,
    }
}

fn within(line: &Line, bbox: Bbox) -> bool {
    let [w, s, e, n] = bbox.degrees();
    point(line).is_some_and(|[lon, lat]| {
        let across = if w <= e {
            (w..=e).contains(&lon)
        } else {
            lon >= w || lon <= e
        };
        across && (s..=n).contains(&lat)
    })
}

fn point(line: &Line) -> Option<[f64; 2]> {
    match line.about {
        About::Moving => line.who.move_to,
        _ => line.spot().and_then(|p| p.point),
    }
}

/// Names of companies, where somebody looks at more than one.
struct Names(HashMap<String, String>);

impl Names {
    fn of(scope: &Scope, companies: &[CompanyRow]) -> Names {
        let several = scope.company().is_none() && companies.len() > 1;
        let name = |c: &CompanyRow| (c.id.clone(), c.name.clone().unwrap_or_else(|| c.id.clone()));
        Names(companies.iter().filter(|_| several).map(name).collect())
    }

    fn get(&self, line: &Line) -> Option<String> {
        self.0.get(&line.who.company).cloned()
    }
}

/// Of an incident its lists come one after the other, the most exposed first unless another order is asked for.
fn sort(listed: &mut [usize], lines: &[Line], incident: Option<&Answered>, by: Sort) {
    let name = |i: &usize| (lines[*i].who.name.to_lowercase(), lines[*i].who.traveler.clone());
    match by {
        Sort::Change => listed.sort_by_cached_key(|i| (std::cmp::Reverse(lines[*i].who.known_from), name(i))),
        Sort::Name => listed.sort_by_cached_key(name),
        Sort::Place => listed.sort_by_cached_key(|i| (lines[*i].place().to_lowercase(), name(i))),
        Sort::Certainty => listed.sort_by_cached_key(|i| (lines[*i].percent(), name(i))),
        Sort::Next => listed.sort_by_cached_key(|i| {
            let (about, who) = (lines[*i].about, &lines[*i].who);
            let next = if about == About::Moving {
                who.arrives
            } else {
                who.next_at
            };
            (next.is_none(), next, name(i))
        }),
    }
    let Some(answered) = incident else { return };
    let exposed = |i: &usize| answered.people.get(&lines[*i].who.traveler);
    listed.sort_by(|a, b| {
        let (a, b) = (exposed(a), exposed(b));
        let group = a.map(|e| e.group).cmp(&b.map(|e| e.group));
        group.then_with(|| match by {
            Sort::Change => b.map_or(0.0, |e| e.p).total_cmp(&a.map_or(0.0, |e| e.p)),
            _ => std::cmp::Ordering::Equal,
        })
    });
}
