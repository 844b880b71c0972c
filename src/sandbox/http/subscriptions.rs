//! The event service's own interface: topics and webhook subscriptions (E51–E66).
//! Called by the partner's server with an application token (E52).
//! Always holds: company ids cannot be set by the caller, they come from connections (E63, E20).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};

use super::registry::{Denied, Principal, Subscription};
use super::{Desk, answer, error, struck};
use crate::sandbox::events::TOPIC;
use crate::sandbox::faults::StatusFault;

/// Subscriptions an application may have (E66).
const MOST: usize = 5;

/// Why a request is not admitted: an application token is needed, others are refused (E53).
fn refusal(desk: &Desk, headers: &HeaderMap) -> Option<Response> {
    let mut registry = desk.registry();
    if let Some(fault) = StatusFault::take(&mut registry.faults.subscriptions, "") {
        return Some(struck(&fault));
    }
    match registry.principal(headers, Utc::now()) {
        Ok(Principal::Application) => None,
        Ok(Principal::Company(_)) => Some(Denied::Forbidden.into_response()),
        Err(denied) => Some(denied.into_response()),
    }
}

/// `GET /events/v4/topics`
pub(super) async fn topics(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    refusal(&desk, &headers).unwrap_or_else(|| answer(StatusCode::OK, &json!(["public.test", TOPIC])))
}

/// `GET /events/v4/subscriptions`
pub(super) async fn all(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    if let Some(refused) = refusal(&desk, &headers) {
        return refused;
    }
    let subscriptions: Vec<Subscription> = desk.registry().subscriptions.values().cloned().collect();
    answer(
        StatusCode::OK,
        &subscriptions.into_iter().map(|one| read_back(&desk, one)).collect(),
    )
}

/// `GET /events/v4/subscriptions/{id}`: an array with one object (E57).
pub(super) async fn one(State(desk): State<Arc<Desk>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    if let Some(refused) = refusal(&desk, &headers) {
        return refused;
    }
    let found = desk.registry().subscriptions.get(&id).cloned();
    match found {
        Some(subscription) => answer(StatusCode::OK, &json!([read_back(&desk, subscription)])),
        None => error(404, "NOT_FOUND", "There is no subscription with this id"),
    }
}

/// Body of the call that creates or changes a subscription (E56).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    id: String,
    topic: String,
    filter: Option<String>,
    web_hook_config: WantedHook,
}

#[derive(Deserialize)]
struct WantedHook {
    endpoint: String,
}

/// `PUT /events/v4/subscriptions/webhook`
pub(super) async fn save(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(refused) = refusal(&desk, &headers) {
        return refused;
    }
    let Ok(wanted) = serde_json::from_slice::<Wanted>(&body) else {
        return error(400, "BAD_REQUEST", "The subscription cannot be read");
    };
    let id_fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    if wanted.id.is_empty() || !wanted.id.chars().all(id_fits) {
        return error(
            400,
            "BAD_REQUEST",
            "An id has lower-case letters, digits, dots and hyphens only",
        );
    }
    if wanted.topic != TOPIC && wanted.topic != "public.test" {
        return error(400, "BAD_REQUEST", "The topic is not known or not allowed");
    }
    let endpoint = url::Url::parse(&wanted.web_hook_config.endpoint).ok();
    // E36 wants https; for a receiver on this machine plain HTTP will do.
    if !endpoint.is_some_and(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url))) {
        return error(400, "BAD_REQUEST", "The endpoint is not a public https address");
    }
    let mut registry = desk.registry();
    if !registry.subscriptions.contains_key(&wanted.id) && registry.subscriptions.len() >= MOST {
        return error(400, "LIMIT", "An application has at most five subscriptions");
    }
    let filter = wanted.filter.unwrap_or_else(|| ".*".into());
    registry.save_subscription(&wanted.id, &wanted.topic, &filter, &wanted.web_hook_config.endpoint);
    answer(
        StatusCode::OK,
        &json!({"message": format!("Subscription '{}' saved successfully", wanted.id)}),
    )
}

/// `DELETE /events/v4/subscriptions/{id}`
pub(super) async fn remove(State(desk): State<Arc<Desk>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    if let Some(refused) = refusal(&desk, &headers) {
        return refused;
    }
    match desk.registry().subscriptions.remove(&id) {
        Some(_) => answer(
            StatusCode::OK,
            &json!({"message": format!("Subscription '{id}' marked for deletion")}),
        ),
        None => error(404, "NOT_FOUND", "There is no subscription with this id"),
    }
}

fn read_back(desk: &Desk, mut subscription: Subscription) -> Value {
    let connected = desk.registry().connected.clone();
    let world = desk.world();
    subscription.company_ids = connected
        .iter()
        .map(|index| world.companies[*index].id.to_string())
        .collect();
    json!(subscription)
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
