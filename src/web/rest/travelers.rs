//! REST: where travelers are, were and will be, and who is exposed.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::store::{PresenceQuery, Scope, TravelerRow};
use crate::web::{AppState, cursor};
use crate::whereabouts::{
    Account, Area, Episode, Exposure, Group, LeftOpen, Whereabouts, WhyNot, exposure as exposure_of,
    why_not as why_not_of,
};

/// Longest window of an exposure question and of a timeline, in days.
const MAX_WINDOW_D: i64 = 800;
/// Longest text that is searched for, in characters: the pages' limit twice.
const MAX_TEXT: usize = 200;

/// Who is meant.
#[derive(Clone, Serialize, ToSchema)]
pub struct Traveler {
    id: String,
    name: String,
    login: Option<String>,
    company: String,
}

/// Where one traveler is, how sure that is, and why.
#[derive(Serialize, ToSchema)]
pub struct Located {
    traveler: Traveler,
    #[serde(flatten)]
    whereabouts: Whereabouts,
    /// In sentences for people: what it follows from, what is missing, what speaks against it.
    why: Account,
}

/// A page of travelers in the order of their names.
#[derive(Serialize, ToSchema)]
pub struct WhereaboutsPage {
    at: DateTime<Utc>,
    as_of: DateTime<Utc>,
    /// Travelers that match, on all pages.
    total: usize,
    travelers: Vec<Located>,
    next: Option<String>,
}

/// When, as known when, and who.
#[derive(Deserialize, IntoParams)]
pub struct WhereaboutsQuery {
    /// RFC 3339; now if not given.
    at: Option<String>,
    /// As known at this instant; now if not given.
    as_of: Option<String>,
    /// Concur's id of a company.
    company: Option<String>,
    /// west,south,east,north in degrees; may cross 180°.
    bbox: Option<String>,
    /// Part of a name or login; at most 200 characters.
    q: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 1000; 100 if not given.
    limit: Option<u32>,
}

/// Where everyone is at an instant
#[utoipa::path(get, path = "/api/v1/whereabouts", tag = "whereabouts", security(("bearer" = [])), params(WhereaboutsQuery),
    responses((status = 200, body = WhereaboutsPage), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn whereabouts(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    query: Result<Query<WhereaboutsQuery>, QueryRejection>,
) -> Result<Json<WhereaboutsPage>, Problem> {
    let Query(query) = query.map_err(|e| Problem::invalid(e.body_text()))?;
    let now = (state.clock)();
    let at = instant(query.at.as_deref(), "at")?.unwrap_or(now);
    let as_of = instant(query.as_of.as_deref(), "as_of")?;
    let bbox = query
        .bbox
        .as_deref()
        .filter(|b| !b.is_empty())
        .map(bounding_box)
        .transpose()?;
    let after = cursor::read(query.cursor.as_deref())
        .map_err(|()| Problem::invalid("`cursor` is not one that this service gave."))?;
    let limit = query.limit.unwrap_or(100).clamp(1, 1000) as usize;
    if query.q.as_ref().is_some_and(|q| q.chars().count() > MAX_TEXT) {
        return Err(Problem::invalid(format!("`q` is longer than {MAX_TEXT} characters.")));
    }
    let empty = |total| WhereaboutsPage {
        at,
        as_of: as_of.unwrap_or(now),
        total,
        travelers: Vec::new(),
        next: None,
    };
    let Some(scope) = who.scope_of(query.company.as_deref()) else {
        return Ok(Json(empty(0)));
    };

    let asked = PresenceQuery {
        at,
        as_of,
        text: query.q.filter(|q| !q.trim().is_empty()),
        bbox,
        after: None,
        limit: None,
    };
    let everyone = state.store.presence_at(&scope, &asked).await?;
    let total = everyone.len();
    let start = after.map_or(0, |key| {
        everyone.partition_point(|p| (p.name.as_str(), p.traveler.as_str()) <= (key.0.as_str(), key.1.as_str()))
    });
    let shown = everyone
        .get(start..)
        .unwrap_or_default()
        .iter()
        .take(limit)
        .collect::<Vec<_>>();
    let next = (start + shown.len() < total)
        .then(|| shown.last().map(|p| cursor::write(&p.name, &p.traveler)))
        .flatten();
    let ids = shown.iter().map(|p| p.traveler.clone()).collect::<Vec<_>>();
    let mut episodes = state
        .store
        .episodes_at(&scope, &ids, at, as_of)
        .await?
        .into_iter()
        .collect::<std::collections::HashMap<_, _>>();
    let travelers = shown
        .into_iter()
        .filter_map(|p| {
            let traveler = Traveler {
                id: p.traveler.clone(),
                name: p.name.clone(),
                login: p.login.clone(),
                company: p.company.clone(),
            };
            let episode = episodes.remove(&p.traveler)?;
            Some(Located {
                traveler,
                whereabouts: episode.at(at),
                why: episode.account(as_of.unwrap_or(now)),
            })
        })
        .collect();
    Ok(Json(WhereaboutsPage {
        travelers,
        next,
        ..empty(total)
    }))
}

/// The window of a timeline.
#[derive(Deserialize, IntoParams)]
pub struct TimelineQuery {
    /// RFC 3339; 30 days ago if not given.
    from: Option<String>,
    /// RFC 3339; in 90 days if not given.
    to: Option<String>,
    /// As known at this instant; now if not given.
    as_of: Option<String>,
}

/// Where, and when.
#[derive(Deserialize, IntoParams)]
pub struct WhyNotQuery {
    /// A city by its code, its key or its name, an airport by its code, or a country by its code or name.
    place: String,
    /// RFC 3339; now if not given.
    at: Option<String>,
    /// As known at this instant; now if not given.
    as_of: Option<String>,
}

/// Why one traveler is not thought to be in a place.
#[derive(Serialize, ToSchema)]
pub struct WhyNotAnswer {
    traveler: Traveler,
    at: DateTime<Utc>,
    as_of: DateTime<Utc>,
    #[serde(flatten)]
    why_not: WhyNot,
}

/// Why a traveler is not there: what puts them elsewhere, and what speaks for the place
#[utoipa::path(get, path = "/api/v1/travelers/{id}/why-not", tag = "whereabouts", security(("bearer" = [])),
    params(("id" = String, Path, description = "The traveler's id"), WhyNotQuery),
    responses((status = 200, body = WhyNotAnswer), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn why_not(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    Id(id): Id,
    query: Result<Query<WhyNotQuery>, QueryRejection>,
) -> Result<Json<WhyNotAnswer>, Problem> {
    let Query(query) = query.map_err(|e| Problem::invalid(e.body_text()))?;
    let now = (state.clock)();
    let at = instant(query.at.as_deref(), "at")?.unwrap_or(now);
    let as_of = instant(query.as_of.as_deref(), "as_of")?;
    if query.place.chars().count() > MAX_TEXT {
        return Err(Problem::invalid(format!(
            "`place` is longer than {MAX_TEXT} characters."
        )));
    }
    let area = Area::named(&query.place)
        .ok_or_else(|| Problem::invalid("`place` is no city, airport or country that we know."))?;
    let around = TimeDelta::days(WhyNot::AROUND_D);
    window(at, at)?;
    let scope = who.scope().ok_or_else(|| Problem::not_found("traveler"))?;
    let traveler = state
        .store
        .traveler(&scope, &id)
        .await?
        .ok_or_else(|| Problem::not_found("traveler"))?;
    let episodes = state
        .store
        .episodes(&scope, &id, at - around, at + around, as_of)
        .await?;
    let known_at = as_of.unwrap_or(now);
    Ok(Json(WhyNotAnswer {
        traveler: named(traveler),
        at,
        as_of: known_at,
        why_not: why_not_of(&episodes, &area, at, known_at),
    }))
}

/// Episodes of one traveler in order.
#[derive(Serialize, ToSchema)]
pub struct TimelinePage {
    traveler: Traveler,
    /// `read`; `none`: not matched to a profile; `guest`: named by somebody else's trip.
    profile: &'static str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    as_of: DateTime<Utc>,
    episodes: Vec<EpisodeOut>,
}

/// A half-open interval and what is known of it at its start.
#[derive(Serialize, ToSchema)]
pub struct EpisodeOut {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    #[serde(flatten)]
    whereabouts: Whereabouts,
    /// In sentences for people.
    why: Account,
}

impl EpisodeOut {
    fn told(episode: &Episode, now: DateTime<Utc>) -> Self {
        Self {
            from: episode.from,
            until: episode.until,
            whereabouts: episode.at(episode.from),
            why: episode.account(now),
        }
    }
}

/// Where one traveler was and will be
#[utoipa::path(get, path = "/api/v1/travelers/{id}/timeline", tag = "whereabouts", security(("bearer" = [])),
    params(("id" = String, Path, description = "The traveler's id"), TimelineQuery),
    responses((status = 200, body = TimelinePage), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn timeline(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    Id(id): Id,
    query: Result<Query<TimelineQuery>, QueryRejection>,
) -> Result<Json<TimelinePage>, Problem> {
    let Query(query) = query.map_err(|e| Problem::invalid(e.body_text()))?;
    let now = (state.clock)();
    let from = instant(query.from.as_deref(), "from")?.unwrap_or(now - TimeDelta::days(30));
    let to = instant(query.to.as_deref(), "to")?.unwrap_or(now + TimeDelta::days(90));
    let as_of = instant(query.as_of.as_deref(), "as_of")?;
    window(from, to)?;
    let scope = who.scope().ok_or_else(|| Problem::not_found("traveler"))?;
    let traveler = state
        .store
        .traveler(&scope, &id)
        .await?
        .ok_or_else(|| Problem::not_found("traveler"))?;
    let episodes = state.store.episodes(&scope, &id, from, to, as_of).await?;
    Ok(Json(TimelinePage {
        profile: match () {
            () if traveler.is_guest() => "guest",
            () if traveler.is_unmatched() => "none",
            () => "read",
        },
        traveler: named(traveler),
        from,
        to,
        as_of: as_of.unwrap_or(now),
        episodes: episodes
            .iter()
            .map(|one| EpisodeOut::told(one, as_of.unwrap_or(now)))
            .collect(),
    }))
}

/// An area, a window, and as known when.
#[derive(Deserialize, ToSchema)]
pub struct ExposureQuestion {
    /// `{"circle":{"center":[lon,lat],"radius_km":r}}`, `{"polygon":<GeoJSON>}`, `{"country":"GB"}` or `{"city":"LON"}`.
    #[schema(value_type = Object)]
    area: Area,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    as_of: Option<DateTime<Utc>>,
    company: Option<String>,
}

/// A traveler who may be concerned.
#[derive(Serialize, ToSchema)]
pub struct Exposed {
    traveler: Traveler,
    p: f64,
    words: String,
}

/// Who is there, who may be, who comes, who has left.
#[derive(Default, Serialize, ToSchema)]
pub struct Groups {
    present: Vec<Exposed>,
    possible: Vec<Exposed>,
    inbound: Vec<Exposed>,
    left: Vec<Exposed>,
}

/// The answer to an exposure question.
#[derive(Serialize, ToSchema)]
pub struct ExposureAnswer {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    as_of: DateTime<Utc>,
    groups: Groups,
    /// Travelers of whom too little is known to say that they are not there.
    cannot_rule_out: usize,
}

/// Who is exposed in an area during a window
#[utoipa::path(post, path = "/api/v1/exposure", tag = "whereabouts", security(("bearer" = [])), request_body = ExposureQuestion,
    responses((status = 200, body = ExposureAnswer), (status = 400, body = Problem), (status = 401, body = Problem), (status = 413, body = Problem)))]
pub async fn exposure(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    body: Result<Json<ExposureQuestion>, JsonRejection>,
) -> Result<Json<ExposureAnswer>, Problem> {
    let Json(asked) = body?;
    window(asked.from, asked.to)?;
    let mut answer = ExposureAnswer {
        from: asked.from,
        to: asked.to,
        as_of: asked.as_of.unwrap_or((state.clock)()),
        groups: Groups::default(),
        cannot_rule_out: 0,
    };
    let Some(scope) = who.scope_of(asked.company.as_deref()) else {
        return Ok(Json(answer));
    };
    let day = TimeDelta::hours(24);
    let episodes = state
        .store
        .bare_episodes_in(&scope, Some(&asked.area), asked.from - day, asked.to + day, asked.as_of)
        .await?;
    let people = everyone(&state, &scope, &asked).await?;
    let open = LeftOpen::of(&asked.area);
    for (id, theirs) in episodes {
        let Some(traveler) = people.get(&id) else {
            continue;
        };
        let Exposure { p, group, words } = exposure_of(&theirs, &asked.area, asked.from, asked.to);
        let entry = Exposed {
            traveler: traveler.clone(),
            p,
            words,
        };
        match group {
            Group::Present => answer.groups.present.push(entry),
            Group::Possible => answer.groups.possible.push(entry),
            Group::Inbound => answer.groups.inbound.push(entry),
            Group::Left => answer.groups.left.push(entry),
            Group::None => {
                let left_open = open.by(&theirs, asked.from, asked.to).is_some();
                answer.cannot_rule_out += usize::from(left_open);
            }
        }
    }
    let groups = &mut answer.groups;
    for list in [
        &mut groups.present,
        &mut groups.possible,
        &mut groups.inbound,
        &mut groups.left,
    ] {
        list.sort_by(|a, b| b.p.total_cmp(&a.p).then_with(|| a.traveler.name.cmp(&b.traveler.name)));
    }
    Ok(Json(answer))
}

async fn everyone(
    state: &AppState,
    scope: &Scope,
    asked: &ExposureQuestion,
) -> Result<std::collections::HashMap<String, Traveler>, Problem> {
    let mut people = std::collections::HashMap::new();
    for at in [asked.from, asked.to] {
        let query = PresenceQuery {
            at,
            as_of: asked.as_of,
            text: None,
            bbox: None,
            after: None,
            limit: None,
        };
        for p in state.store.presence_at(scope, &query).await? {
            people.entry(p.traveler.clone()).or_insert(Traveler {
                id: p.traveler,
                name: p.name,
                login: p.login,
                company: p.company,
            });
        }
    }
    Ok(people)
}

fn named(row: TravelerRow) -> Traveler {
    Traveler {
        id: row.id,
        name: row.name,
        login: row.login,
        company: row.company,
    }
}

fn window(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), Problem> {
    // RFC 3339 knows no other years; beyond them an hour more or less may not exist.
    if from.year() < 1 || to.year() > 9999 {
        return Err(Problem::invalid("`from` and `to` are between the years 1 and 9999."));
    }
    if from > to {
        return Err(Problem::invalid("`from` is after `to`."));
    }
    if to - from > TimeDelta::days(MAX_WINDOW_D) {
        return Err(Problem::invalid(format!(
            "the window is longer than {MAX_WINDOW_D} days."
        )));
    }
    Ok(())
}

/// An RFC 3339 instant of a query; absent and empty are the same.
fn instant(text: Option<&str>, name: &str) -> Result<Option<DateTime<Utc>>, Problem> {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Ok(None);
    };
    // A `+` of an offset that was not escaped arrives as a blank.
    let parsed = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
    parsed
        .map(|t| Some(t.to_utc()))
        .map_err(|_| Problem::invalid(format!("`{name}` is not an instant such as 2026-11-22T14:00:00Z.")))
}

fn bounding_box(text: &str) -> Result<[f64; 4], Problem> {
    let numbers = text
        .split(',')
        .map(|n| n.trim().parse::<f64>())
        .collect::<Result<Vec<_>, _>>()
        .unwrap_or_default();
    match numbers[..] {
        [w, s, e, n] if w.abs() <= 180.0 && e.abs() <= 180.0 && (-90.0..=90.0).contains(&s) && s <= n && n <= 90.0 => {
            Ok([w, s, e, n])
        }
        _ => Err(Problem::invalid("`bbox` is west,south,east,north in degrees.")),
    }
}
