//! REST: companies and their connections.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::store::{CompanyRow, CompanyState};
use crate::web::AppState;

/// The companies that the token may see.
#[derive(Serialize, ToSchema)]
pub struct Companies {
    companies: Vec<Company>,
}

/// A company and the state of its connection.
#[derive(Serialize, ToSchema)]
pub struct Company {
    /// Concur's id.
    id: String,
    name: Option<String>,
    /// `connected`, `reconnect_needed` or `disconnected`.
    state: String,
    /// Why a connection is not in order.
    reason: Option<String>,
    /// Host of the data centre.
    region: Option<String>,
    last_event_at: Option<DateTime<Utc>>,
    refresh_expires_at: Option<DateTime<Utc>>,
}

impl From<CompanyRow> for Company {
    fn from(row: CompanyRow) -> Self {
        let state = match row.state {
            CompanyState::Connected => "connected",
            CompanyState::ReconnectNeeded => "reconnect_needed",
            CompanyState::Disconnected => "disconnected",
        };
        Self {
            id: row.id,
            name: row.name,
            state: state.to_owned(),
            reason: row.reason,
            region: row.region,
            last_event_at: row.last_event_at,
            refresh_expires_at: row.refresh_expires_at,
        }
    }
}

/// Companies and their connections
#[utoipa::path(get, path = "/api/v1/companies", tag = "companies", security(("bearer" = [])),
    responses((status = 200, body = Companies), (status = 401, body = Problem)))]
pub async fn list(State(state): State<AppState>, Bearer(who): Bearer) -> Result<Json<Companies>, Problem> {
    let companies = match who.scope() {
        Some(scope) => state
            .store
            .companies(&scope)
            .await?
            .into_iter()
            .map(Company::from)
            .collect(),
        None => Vec::new(),
    };
    Ok(Json(Companies { companies }))
}

/// Revokes the grant at Concur and stops fetching
#[utoipa::path(post, path = "/api/v1/companies/{id}/disconnect", tag = "companies", security(("bearer" = [])),
    params(("id" = String, Path, description = "Concur's id of the company")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn disconnect(State(state): State<AppState>, Bearer(who): Bearer, Id(id): Id) -> Result<StatusCode, Problem> {
    let scope = who.scope_of(Some(&id)).ok_or_else(|| Problem::not_found("company"))?;
    if !who.may_administer() {
        return Err(Problem::forbidden(
            "Only an operator or an admin of the company may disconnect it.",
        ));
    }
    let id = id.to_lowercase();
    state
        .store
        .company(&scope, &id)
        .await?
        .ok_or_else(|| Problem::not_found("company"))?;
    state
        .disconnect(&id, "Disconnected here through the interface.")
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
