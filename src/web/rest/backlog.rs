//! REST: what a company had booked before it connected, and how far its reading is.

use axum::Json;
use axum::extract::{Request, State};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::ingest::backlog::{ImportProblem, LARGEST, import};
use crate::store::{BacklogRun, Scope};
use crate::web::{AppState, Principal};

/// Readings of a company's backlog, the newest first.
#[derive(Serialize, ToSchema)]
pub struct Backlog {
    runs: Vec<Run>,
}

/// One reading. `listed` is the sum of `done`, `skipped`, `gone`, `failed` and `waiting`.
#[derive(Serialize, ToSchema)]
pub struct Run {
    id: String,
    /// `list` or `document`.
    source: String,
    /// `reading`, `waiting`, `done` or `stopped`.
    state: String,
    /// Why it stopped.
    reason: Option<String>,
    /// Entries so far; all of them once `state` is not `reading`.
    listed: i64,
    /// Trips whose document is stored because of it.
    done: i64,
    /// Entries that need no fetch: without an id, there already, or erased on purpose.
    skipped: i64,
    /// Trips that SAP Concur does not have or does not show any more.
    gone: i64,
    /// Trips that were given up.
    failed: i64,
    /// Trips that wait for their fetch.
    waiting: i64,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<BacklogRun> for Run {
    fn from(run: BacklogRun) -> Self {
        Self {
            source: run.source.as_str().to_owned(),
            state: run.state.as_str().to_owned(),
            listed: run.listed,
            done: run.done,
            skipped: run.skipped,
            gone: run.gone,
            failed: run.failed,
            waiting: run.waiting(),
            started_at: run.started_at,
            ended_at: run.ended_at,
            id: run.id,
            reason: run.reason,
        }
    }
}

async fn company(state: &AppState, who: &Principal, id: &str) -> Result<String, Problem> {
    let scope = who.scope_of(Some(id)).ok_or_else(|| Problem::not_found("company"))?;
    if !who.may_administer() {
        return Err(Problem::forbidden(
            "Only an operator or an admin of the company may see and fill its backlog.",
        ));
    }
    let id = id.to_lowercase();
    let row = state.store.company(&scope, &id).await?;
    row.map(|row| row.id).ok_or_else(|| Problem::not_found("company"))
}

/// How far the trips from before the connection are read
#[utoipa::path(get, path = "/api/v1/companies/{id}/backlog", tag = "companies", security(("bearer" = [])),
    params(("id" = String, Path, description = "Concur's id of the company")),
    responses((status = 200, body = Backlog), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn show(State(state): State<AppState>, Bearer(who): Bearer, Id(id): Id) -> Result<Json<Backlog>, Problem> {
    let company = company(&state, &who, &id).await?;
    let runs = state.store.backlogs(&Scope::Company(company), 20).await?;
    Ok(Json(Backlog {
        runs: runs.into_iter().map(Run::from).collect(),
    }))
}

/// Queues the trips of the document that SAP supplied; of it only ids are kept
#[utoipa::path(post, path = "/api/v1/companies/{id}/backlog", tag = "companies", security(("bearer" = [])),
    params(("id" = String, Path, description = "Concur's id of the company")),
    request_body(content = String, content_type = "application/json", description = "The JSON document"),
    responses((status = 202, body = Run), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn fill(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    Id(id): Id,
    request: Request,
) -> Result<(StatusCode, Json<Run>), Problem> {
    let company = company(&state, &who, &id).await?;
    let body = axum::body::to_bytes(request.into_body(), LARGEST).await;
    let body = body.map_err(|_| Problem::invalid("The document is larger than 32 MB, or broke off."))?;
    match import(state.store.as_ref(), &company, &body, (state.clock)()).await {
        Ok(run) => {
            state.wake();
            Ok((StatusCode::ACCEPTED, Json(run.into())))
        }
        Err(problem @ ImportProblem::NotABacklog) => Err(Problem::invalid(problem.to_string())),
        Err(ImportProblem::Store(error)) => Err(error.into()),
    }
}
