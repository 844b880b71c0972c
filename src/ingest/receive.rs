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
    let quarantined = event.quarantined.is_some();
    match state.inbox.append(event).await {
        Ok(appended) if appended.duplicate => Outcome::Duplicate,
        Ok(_) if quarantined => Outcome::Quarantined,
        Ok(_) => Outcome::Stored,
        Err(not_stored) => {
            metrics::counter!("ess_not_stored_total", "reason" => not_stored.to_string()).increment(1);
            Outcome::NotStored(not_stored)
        }
    }
}

/// Whether the certificate, or the lack of one, lets the delivery pass. Only of deliveries with a good signature is
/// anything noted: strangers would fill the page with theirs.
fn certified(state: &EssState, parts: &Parts, now: DateTime<Utc>) -> bool {
    let gate = &state.gate;
    if gate.rules.policy == Policy::Off {
        return true;
    }
    let verdict = match parts.extensions.get::<ConnectInfo<Peer>>() {
        Some(ConnectInfo(peer)) => gate.rules.judge(&peer.certificate),
        None => {
            let peer = parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|info| info.0.ip());
            gate.rules.judge(&gate.rules.of_headers(peer, &parts.headers))
        }
    };
    gate.note(verdict, now);
    gate.rules.admits(verdict)
}

/// The raw body: the signature is over exactly these bytes.
async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Outcome> {
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > DRAINED) {
        return Err(Outcome::TooLarge);
    }
    let mut stream = body.into_data_stream();
    let mut body = Vec::with_capacity(declared.unwrap_or(0).min(LARGEST));
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Outcome::BrokenBody)?;
        length += chunk.len();
        if length > DRAINED {
            break;
        }
        if length <= LARGEST {
            body.extend_from_slice(&chunk);
        }
    }
    if length > LARGEST {
        Err(Outcome::TooLarge)
    } else {
        Ok(body)
    }
}

/// The event as the store takes it, due after the coalescing window; an anonymization is due at once (P4).
fn accepted(state: &EssState, headers: &HeaderMap, body: &[u8]) -> NewEvent {
    let event = Event::read(body);
    let now = (state.clock)();
    let window = if event.kind == EventKind::Anonymized {
        Duration::ZERO
    } else {
        state.coalesce
    };
    let window = TimeDelta::from_std(window).unwrap_or(TimeDelta::zero());
    NewEvent {
        event_id: event.id,
        kind: event.kind,
        type_text: event.type_text,
        trip: event.trip,
        company: event.company,
        user: event.user,
        href: event.href,
        // The delivery's own (E17), else the body's (E8).
        correlation: correlation(headers).map(str::to_owned).or(event.correlation),
        event_time: event.at,
        received_at: now,
        body: event.body,
        quarantined: event.quarantined.map(str::to_owned),
        due_at: now + window,
        // A burst that never ends is not gathered for ever: 15 s where the window is 2 s.
        due_latest: now + window * 15 / 2,
    }
}

async fn misdelivered(request: Request) -> Response {
    // Whoever sends here has an old address or a wrong method: it must keep the event and try again.
    count("misdelivered");
    tracing::warn!(method = %request.method(), "a request to the event endpoint has a wrong method or path");
    unavailable()
}

fn count(outcome: &'static str) {
    metrics::counter!("ess_events_total", "outcome" => outcome).increment(1);
}

/// The delivery's correlation id. Anybody can send one: only what looks like Concur's is taken.
fn correlation(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(CORRELATION)?.to_str().ok()?;
    Some(text).filter(|text| ids::is_id(text))
}

/// One line a delivery. The correlation id is Concur's and names no person (E17).
fn log(outcome: Outcome, headers: &HeaderMap) {
    let (outcome_text, correlation) = (outcome.as_str(), correlation(headers).unwrap_or_default());
    match outcome {
        // Of a database that refuses, the inbox says why, once a batch.
        Outcome::Stored | Outcome::Duplicate | Outcome::NotStored(NotStored::Database) => {
            tracing::debug!(outcome = outcome_text, correlation, "event");
        }
        Outcome::TooLarge => tracing::error!(
            outcome = outcome_text,
            correlation,
            "an event was refused for good: over 1 MiB"
        ),
        _ => tracing::warn!(outcome = outcome_text, correlation, "event"),
    }
}

fn unavailable() -> Response {
    let mut response = answer(StatusCode::SERVICE_UNAVAILABLE);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_AFTER));
    response
}

fn answer(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
