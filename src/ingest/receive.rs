//! `POST /ess/events` and every other path under `/ess/`, by the response-code policy of reliability.md §1.2.
//! Called by the router of `web`, which must not put its own limits, time-outs or origin checks around it.
//! Always: 200 only after the commit; 401, 413 and 503 are the only other answers, since any other 4xx loses the event (E28).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::{any, post};
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;

use super::certificate::{Gate, Policy};
use super::event::Event;
use super::inbox::{Inbox, NotStored};
use super::key_ring::KeyRing;
use super::listener::Peer;
use crate::concur::http::CORRELATION;
use crate::concur::{Clock, correlation as ids};
use crate::store::{EventKind, NewEvent};

/// Largest body of an event, in bytes.
pub const LARGEST: usize = 1024 * 1024;
/// How much of a larger body is read and thrown away, so that its sender is still listening when the answer comes.
const DRAINED: usize = 16 * 1024 * 1024;
/// Seconds after which a refused sender may come back.
const RETRY_AFTER: &str = "5";

/// What the endpoint needs.
#[derive(Clone)]
pub struct EssState {
    /// Accepted keys; without any the endpoint answers 503.
    pub keys: Option<Arc<KeyRing>>,
    /// What is asked of client certificates.
    pub gate: Arc<Gate>,
    /// Where events go.
    pub inbox: Inbox,
    /// The time.
    pub clock: Clock,
    /// How long a burst of one trip is gathered: `--coalesce-ms`.
    pub coalesce: Duration,
    /// How long an answer may take; 10 s in service.
    pub deadline: Duration,
}

/// The routes under `/ess`, to be merged into the program's router.
pub fn router(state: EssState) -> Router {
    Router::new()
        .route("/ess/events", post(receive).fallback(misdelivered))
        .route("/ess", any(misdelivered))
        .route("/ess/", any(misdelivered))
        .route("/ess/{*rest}", any(misdelivered))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("the event endpoint panicked");
            count("panic");
            unavailable()
        }))
        .with_state(state)
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Stored,
    Duplicate,
    Quarantined,
    BadSignature,
    BadCertificate,
    TooLarge,
    NoKeys,
    BrokenBody,
    NotStored(NotStored),
    TooSlow,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Quarantined => "quarantined",
            Self::BadSignature => "bad_signature",
            Self::BadCertificate => "bad_certificate",
            Self::TooLarge => "too_large",
            Self::NoKeys => "no_keys",
            Self::BrokenBody => "broken_body",
            Self::NotStored(_) => "not_stored",
            Self::TooSlow => "too_slow",
        }
    }

    fn response(self) -> Response {
        match self {
            Self::Stored | Self::Duplicate | Self::Quarantined => answer(StatusCode::OK),
            Self::BadSignature | Self::BadCertificate => answer(StatusCode::UNAUTHORIZED),
            Self::TooLarge => answer(StatusCode::PAYLOAD_TOO_LARGE),
            Self::NoKeys | Self::BrokenBody | Self::NotStored(_) | Self::TooSlow => unavailable(),
        }
    }
}

async fn receive(State(state): State<EssState>, request: Request) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let deadline = state.deadline;
    let outcome = tokio::time::timeout(deadline, take(&state, &parts, body))
        .await
        .unwrap_or(Outcome::TooSlow);
    metrics::histogram!("ess_ack_seconds").record(started.elapsed().as_secs_f64());
    count(outcome.as_str());
    log(outcome, &parts.headers);
    outcome.response()
}

async fn take(state: &EssState, parts: &Parts, body: Body) -> Outcome {
    let headers = &parts.headers;
    let Some(keys) = &state.keys else {
        return Outcome::NoKeys;
    };
    let body = match read(headers, body).await {
        Ok(body) => body,
        Err(outcome) => return outcome,
    };
    let now = (state.clock)();
    if let Err(bad) = keys.verify(headers, &body, now) {
        metrics::counter!("signature_fail_total", "reason" => bad.as_str()).increment(1);
        return Outcome::BadSignature;
    }
    if !certified(state, parts, now) {
        return Outcome::BadCertificate;
    }
    let event = accepted(state, headers, &body);
