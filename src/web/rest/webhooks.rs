//! REST: the secret with which messages to a company's own address are signed.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::web::AppState;
use crate::web::quality_watch_form::replace_secret;

/// A secret that was just made.
#[derive(Serialize, ToSchema)]
pub struct NewSecret {
    /// Signs from now on: HMAC-SHA-256 over time and body, in `Whereabouts-Signature`.
    secret: String,
    /// Until then the secret before it signs too, as a second `v1`.
    old_until: DateTime<Utc>,
}

/// Replaces the secret that signs what is posted; for a day the old one signs too
#[utoipa::path(post, path = "/api/v1/companies/{id}/webhook/secret", tag = "quality", security(("bearer" = [])),
    params(("id" = String, Path, description = "Concur's id of the company")),
    responses((status = 200, body = NewSecret), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "Nothing is posted for this company")))]
pub async fn new_secret(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    Id(id): Id,
) -> Result<Json<NewSecret>, Problem> {
    let scope = who.scope_of(Some(&id)).ok_or_else(|| Problem::not_found("company"))?;
    let id = id.to_lowercase();
    let known = state.store.company(&scope, &id).await?;
    known.ok_or_else(|| Problem::not_found("company"))?;
    if !who.may_administer() {
        return Err(Problem::forbidden(
            "Only an operator or an admin of the company may replace its secret.",
        ));
    }
    let Some((secret, old_until)) = replace_secret(&state, &id, &who.name).await? else {
        return Err(Problem::conflict(
            "Nothing is posted for this company: choose an address first, on the page of quality.",
        ));
    };
    Ok(Json(NewSecret {
        secret: secret.expose().to_owned(),
        old_until,
    }))
}
