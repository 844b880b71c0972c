//! For the operator: alive, ready, measured.
//! Called by service managers and Prometheus.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::AppState;
use super::sign_in::Peer;

/// GET /healthz: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// GET /readyz: the database takes writes and the event writer runs; 503 while draining.
pub async fn readyz(State(state): State<AppState>) -> Response {
    let draining = *state.stop.borrow();
    let database = state.store.probe_write().await;
    let inbox = state.inbox_alive();
    let ready = database.is_ok() && inbox && !draining;
    if let Err(error) = &database {
        tracing::warn!(%error, "not ready: the database takes no writes");
    }
    let word = |ok: bool| if ok { "ok" } else { "failed" };
    let body = json!({
        "ready": ready, "database": word(database.is_ok()), "queue": word(inbox), "migrations": word(database.is_ok()), "draining": draining
    });
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(body)).into_response()
}

/// GET /metrics: with the token, or from this machine where none is configured.
pub async fn metrics(State(state): State<AppState>, request: Request) -> Response {
    let allowed = match &state.metrics_token_sha256 {
        Some(expected) => {
            let value = request
                .headers()
                .get(header::AUTHORIZATION)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default();
            value
                .strip_prefix("Bearer ")
                .is_some_and(|token| Sha256::digest(token.trim().as_bytes())[..] == expected[..])
        }
        None => Peer::of(&request).0.is_some_and(|ip| ip.is_loopback()),
    };
    if !allowed {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = state.metrics.as_ref().map(|m| m.render()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
