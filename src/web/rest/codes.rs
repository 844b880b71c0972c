//! REST: verification codes with which companies connect, for operators (Q64, Q65).

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::store::{Purpose, Role};
use crate::web::codes::{DAYS, MOST_DAYS, NotIssued};
use crate::web::{AppState, Principal};

/// Codes, the newest first.
#[derive(Serialize, ToSchema)]
pub struct Codes {
    codes: Vec<Code>,
}

/// One code: what is kept of it.
#[derive(Serialize, ToSchema)]
pub struct Code {
    id: String,
    /// Concur's id of the only company that it connects.
    company: Option<String>,
    note: Option<String>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

/// For whom the code is.
#[derive(Default, Deserialize, ToSchema)]
pub struct CodeWanted {
    /// Concur's id of the only company that it connects; any if not given.
    company: Option<String>,
    /// For staff only; at most 200 characters are kept.
    note: Option<String>,
    /// Days for which it works, 1 to 90; 14 if not given.
    days: Option<u16>,
}

/// A code that was just issued.
#[derive(Serialize, ToSchema)]
pub struct CodeIssued {
    id: String,
    /// Told only now.
    code: String,
}

fn operator(who: &Principal) -> Result<(), Problem> {
    if who.role == Role::Operator {
        Ok(())
    } else {
        Err(Problem::forbidden("Only an operator may see and issue codes."))
    }
}

/// Verification codes
#[utoipa::path(get, path = "/api/v1/codes", tag = "companies", security(("bearer" = [])),
    responses((status = 200, body = Codes), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, Bearer(who): Bearer) -> Result<Json<Codes>, Problem> {
    operator(&who)?;
    let codes = state.store.one_times(Purpose::Connect, None).await?;
    let codes = codes.into_iter().map(|row| Code {
        id: row.id,
        company: row.company,
        note: row.note,
        expires_at: row.expires_at,
        used_at: row.used_at,
    });
    Ok(Json(Codes { codes: codes.collect() }))
}

/// Issues a code that connects one company once
#[utoipa::path(post, path = "/api/v1/codes", tag = "companies", security(("bearer" = [])), request_body = CodeWanted,
    responses((status = 201, body = CodeIssued), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub async fn issue(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    wanted: Result<Json<CodeWanted>, JsonRejection>,
) -> Result<(StatusCode, Json<CodeIssued>), Problem> {
    operator(&who)?;
    let Json(wanted) = wanted.map_err(|e| Problem::invalid(e.body_text()))?;
    let issued = state
        .issue_code(
            &who,
            wanted.company.as_deref(),
            wanted.note.as_deref(),
            wanted.days.unwrap_or(DAYS),
        )
        .await;
    match issued {
        Ok((id, code)) => Ok((StatusCode::CREATED, Json(CodeIssued { id, code }))),
        Err(NotIssued::Company) => Err(Problem::invalid("`company` is a UUID.")),
        Err(NotIssued::Days) => Err(Problem::invalid(format!("`days` is between 1 and {MOST_DAYS}."))),
        Err(NotIssued::Store(error)) => Err(error.into()),
    }
}

/// Withdraws a code that was not used
#[utoipa::path(delete, path = "/api/v1/codes/{id}", tag = "companies", security(("bearer" = [])),
    params(("id" = String, Path, description = "The code's id")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn withdraw(State(state): State<AppState>, Bearer(who): Bearer, Id(id): Id) -> Result<StatusCode, Problem> {
    operator(&who)?;
    match state.withdraw_code(&who, &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("code")),
    }
}
