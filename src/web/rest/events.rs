//! REST: the event log and the state of the work behind it.

use axum::Json;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::store::{EventFilter, EventRow, EventStatus};
use crate::web::AppState;

/// How far the work has come; `received` counts distinct events, the others but `quarantined` count trips.
#[derive(Serialize, ToSchema)]
pub struct Status {
    received: i64,
    quarantined: i64,
    queued: i64,
    running: i64,
    waiting_retry: i64,
    waiting_grace: i64,
    dead: i64,
    /// Age of the oldest trip that is due, in seconds.
    oldest_queued_s: f64,
}

/// How far the work has come
#[utoipa::path(get, path = "/api/v1/ingest/status", tag = "ingest", security(("bearer" = [])),
    responses((status = 200, body = Status), (status = 401, body = Problem)))]
pub async fn status(State(state): State<AppState>, Bearer(who): Bearer) -> Result<Json<Status>, Problem> {
    let scope = who.scope().ok_or_else(|| Problem::not_found("company"))?;
    let s = state.store.ingest_status(&scope, (state.clock)()).await?;
    Ok(Json(Status {
        received: s.received,
        quarantined: s.quarantined,
        queued: s.queued,
        running: s.running,
        waiting_retry: s.waiting_retry,
        waiting_grace: s.waiting_grace,
        dead: s.dead,
        oldest_queued_s: s.oldest_queued_s,
    }))
}

/// What part of the log is wanted.
#[derive(Deserialize, IntoParams)]
pub struct LogQuery {
    /// `received`, `processed`, `superseded`, `quarantined`, `failed` or `dead`.
    status: Option<String>,
    /// Id of a trip.
    trip: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 500; 50 if not given.
    limit: Option<u32>,
}

/// A page of the event log, newest first.
#[derive(Serialize, ToSchema)]
pub struct Log {
    events: Vec<Event>,
    next: Option<String>,
}

/// One event as received; a duplicate makes no second entry.
#[derive(Serialize, ToSchema)]
pub struct Event {
    /// The log's id.
    id: String,
    event_id: String,
    #[serde(rename = "type")]
    kind: String,
    trip: Option<String>,
    company: Option<String>,
    status: String,
    received_at: DateTime<Utc>,
    duplicates: i64,
    /// Why it was quarantined or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id.to_string(),
            event_id: row.event_id,
            kind: row.type_text,
            trip: row.trip,
            company: row.company,
            status: row.status.to_string(),
            received_at: row.received_at,
            duplicates: row.duplicates,
            reason: row.error,
        }
    }
}

/// The event log, newest first
#[utoipa::path(get, path = "/api/v1/events", tag = "ingest", security(("bearer" = [])), params(LogQuery),
    responses((status = 200, body = Log), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    query: Result<Query<LogQuery>, QueryRejection>,
) -> Result<Json<Log>, Problem> {
    let Query(query) = query.map_err(|e| Problem::invalid(e.body_text()))?;
    if !who.may_administer() {
        return Err(Problem::forbidden(
            "Only an operator or an admin may read the event log.",
        ));
    }
    let scope = who.scope().ok_or_else(|| Problem::not_found("company"))?;
    let status = query
        .status
        .as_deref()
        .filter(|s| !s.is_empty())
        .map(str::parse::<EventStatus>)
        .transpose();
    let status = status.map_err(|_| {
        Problem::invalid("`status` is one of received, processed, superseded, quarantined, failed, dead.")
    })?;
    let trip = query.trip.filter(|t| !t.is_empty()).map(|t| t.to_lowercase());
    let cursor = query.cursor.filter(|c| !c.is_empty());
    // The store's cursors are ids of the log.
    if cursor
        .as_deref()
        .is_some_and(|c| !c.parse::<i64>().is_ok_and(|id| id > 0))
    {
        return Err(Problem::invalid("`cursor` is not one that this service gave."));
    }
    let filter = EventFilter {
        status,
        trip,
        cursor,
        limit: query.limit.unwrap_or(50).clamp(1, 500),
        ..EventFilter::default()
    };
    let page = state.store.events(&scope, &filter).await?;
    Ok(Json(Log {
        events: page.rows.into_iter().map(Event::from).collect(),
        next: page.next,
    }))
}

/// Queues the trip of an event once more
#[utoipa::path(post, path = "/api/v1/events/{id}/replay", tag = "ingest", security(("bearer" = [])),
    params(("id" = String, Path, description = "The log's id")),
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn replay(State(state): State<AppState>, Bearer(who): Bearer, Id(id): Id) -> Result<StatusCode, Problem> {
    if !who.may_administer() {
        return Err(Problem::forbidden("Only an operator or an admin may replay events."));
    }
    let scope = who.scope().ok_or_else(|| Problem::not_found("event"))?;
    let id = id.parse::<i64>().map_err(|_| Problem::not_found("event"))?;
    if !state.store.replay_event(&scope, id, (state.clock)()).await? {
        return Err(Problem::not_found("event"));
    }
    state.wake();
    Ok(StatusCode::ACCEPTED)
}
