//! The control endpoint: tests and demonstrations put trips, switch faults and let time pass. No part of the real Concur.
//! Called over loopback with JSON bodies; nothing here needs a token.
//! Always holds: what is put here goes the same way as everything else: stored, announced, delivered, fetched.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, answer, signature};
use crate::sandbox::Faults;
use crate::sandbox::data::cities::CITIES;
use crate::sandbox::delivery::Delivery;
use crate::sandbox::world::World;

pub(super) type DeskState = State<Arc<Desk>>;

pub(super) fn ok(body: &Value) -> Response {
    answer(StatusCode::OK, body)
}

pub(super) fn bad(message: &str) -> Response {
    answer(StatusCode::BAD_REQUEST, &json!({"error": message}))
}

pub(super) fn missing() -> Response {
    answer(StatusCode::NOT_FOUND, &json!({"error": "there is no such trip"}))
}

/// Which company: its id; absent: the first.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Which {
    company: Option<String>,
    user: Option<String>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    limit: Option<usize>,
}

pub(super) fn company(world: &World, id: Option<&str>) -> Option<usize> {
    id.map_or(Some(0), |id| world.company_by_id(id))
}

/// A person by id or login.
pub(super) fn person(world: &World, company: usize, user: &str) -> Option<usize> {
    let by_id = Uuid::try_parse(user).ok().and_then(|id| world.person(company, id));
    by_id
        .or_else(|| world.person_by_login(company, user))
        .map(|person| person.index)
}

/// `GET /control/state`: counts.
pub(super) async fn state(State(desk): DeskState) -> Response {
    let (alive, connected, subscriptions) = {
        let registry = desk.registry();
        (registry.alive, registry.connected.clone(), registry.subscriptions.len())
    };
    let world = desk.world();
    let companies = world.companies.iter().enumerate().map(|(index, company)| {
        let trips = world.trips.values().filter(|trip| trip.company == index).count();
        json!({"id": company.id, "name": company.name, "travelers": company.people.len(), "trips": trips, "connected": connected.contains(&index)})
    });
    ok(
        &json!({"companies": companies.collect::<Vec<_>>(), "alive": alive, "subscriptions": subscriptions, "trips": world.trips.len(),
        "pending": world.pending.len(), "ticks": world.ticks, "deliveries": desk.deliverer.counts()}),
    )
}

/// `GET /control/people?company=&limit=`
pub(super) async fn people(State(desk): DeskState, Query(which): Query<Which>) -> Response {
    let world = desk.world();
    let Some(company) = company(&world, which.company.as_deref()) else {
        return bad("there is no such company");
    };
    let people = world.companies[company].people.iter().take(which.limit.unwrap_or(100));
    let shown = people.map(|person| {
        json!({"id": person.id, "login": person.login, "given_name": person.given, "family_name": person.family, "home": CITIES[person.home].code})
    });
    ok(&json!({"people": shown.collect::<Vec<_>>()}))
}

/// `GET /control/truth?user=&from=&until=`: where somebody really was and will be.
pub(super) async fn truth(State(desk): DeskState, Query(which): Query<Which>) -> Response {
    let world = desk.world();
    let Some(company) = company(&world, which.company.as_deref()) else {
        return bad("there is no such company");
    };
    let Some(person) = which.user.as_deref().and_then(|user| person(&world, company, user)) else {
        return bad("there is no such user");
    };
    let from = which.from.unwrap_or_else(Utc::now);
    let until = which.until.unwrap_or(from + Duration::days(14));
    ok(&json!({"episodes": world.truth(company, person, from, until)}))
}

/// `GET /control/deliveries`: counts and the last outcomes.
pub(super) async fn deliveries(State(desk): DeskState, Query(which): Query<Which>) -> Response {
    let outcomes = desk.deliverer.outcomes();
    let last = &outcomes[outcomes.len().saturating_sub(which.limit.unwrap_or(1000))..];
    ok(&json!({"counts": desk.deliverer.counts(), "outcomes": last}))
}

/// `GET /control/faults`
pub(super) async fn faults(State(desk): DeskState) -> Response {
    ok(&json!(desk.registry().faults))
}

/// `POST /control/faults`: replaces all faults; `{}` switches all off.
pub(super) async fn set_faults(State(desk): DeskState, Json(faults): Json<Faults>) -> Response {
    desk.registry().faults = faults;
    ok(&json!({}))
}

/// `GET /control/trips?user=`: ids of a user's trips, or of all.
pub(super) async fn trips(State(desk): DeskState, Query(which): Query<Which>) -> Response {
    let world = desk.world();
    let Some(company) = company(&world, which.company.as_deref()) else {
        return bad("there is no such company");
    };
    let of = which.user.as_deref().map(|user| person(&world, company, user));
    let mine = world
        .trips
        .values()
        .filter(|trip| trip.company == company && of.is_none_or(|of| of == Some(trip.person)));
    let ids = mine.take(which.limit.unwrap_or(1000)).map(|trip| trip.id);
    ok(&json!({"trips": ids.collect::<Vec<_>>()}))
}

/// `GET /control/trips/{id}`: the document and the operators that spoiled it.
pub(super) async fn trip(State(desk): DeskState, Path(id): Path<Uuid>) -> Response {
    let world = desk.world();
    match (world.document(id, &desk.origin), world.operators(id)) {
        (Some(document), Some(log)) => ok(&json!({"trip": document, "operators": log.applied})),
        _ => missing(),
    }
}

/// A body to post to the webhook as it is.
#[derive(Deserialize)]
pub(super) struct Raw {
    /// A JSON value, or a string that is sent byte for byte.
    body: Value,
    /// `good`, `wrong` or `none`; absent: as the faults say.
    signature: Option<String>,
    /// Absent: every subscriber's.
    endpoint: Option<String>,
}

/// `POST /control/events`: posts an arbitrary event, connected or not.
pub(super) async fn send_event(State(desk): DeskState, Json(raw): Json<Raw>) -> Response {
    let body = match &raw.body {
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    };
    let (signed, subscribed) = {
        let registry = desk.registry();
        let endpoints = registry
            .subscriptions
            .values()
            .map(|one| one.web_hook_config.endpoint.clone())
            .collect::<Vec<_>>();
        (signature(&registry.faults), endpoints)
    };
    let signed = match raw.signature.as_deref() {
        None => signed,
        Some("good") => Some(false),
        Some("wrong") => Some(true),
        Some("none") => None,
        Some(_) => return bad("signature is good, wrong or none"),
    };
    let endpoints = raw.endpoint.map_or(subscribed, |one| vec![one]);
    let sent = endpoints.len();
    for endpoint in endpoints {
        let (correlation, delay) = (Uuid::new_v4(), std::time::Duration::ZERO);
        desk.deliverer.send(Delivery {
            endpoint,
            body: body.clone(),
            correlation,
            trip: Uuid::nil(),
            kind: "raw",
            signed,
            delay,
        });
    }
    ok(&json!({"deliveries": sent}))
}

/// How many steps.
#[derive(Deserialize)]
pub(super) struct Ticks {
    #[serde(default = "one")]
    n: u32,
}

fn one() -> u32 {
    1
}

/// `POST /control/tick`: lets the world change now.
pub(super) async fn tick(State(desk): DeskState, Json(ticks): Json<Ticks>) -> Response {
    let sent: usize = (0..ticks.n.min(10_000)).map(|_| desk.step(Utc::now())).sum();
    ok(&json!({"deliveries": sent}))
}

/// `POST /control/pause`: the world changes no more by itself.
pub(super) async fn pause(State(desk): DeskState) -> Response {
    desk.registry().alive = false;
    ok(&json!({"alive": false}))
}

/// `POST /control/resume`
pub(super) async fn resume(State(desk): DeskState) -> Response {
    desk.registry().alive = true;
    ok(&json!({"alive": true}))
}

/// `POST /control/connect-link`: what pressing Connect would lead to.
pub(super) async fn connect_link(State(desk): DeskState, Json(which): Json<Which>) -> Response {
    let company = company(&desk.world(), which.company.as_deref());
    let Some(company) = company else {
        return bad("there is no such company");
    };
    match desk.connect_link(company) {
        Some(url) => ok(&json!({"url": url})),
        None => bad("no Connect URI is set"),
    }
}

/// `POST /control/disconnect`: the customer's admin disconnects in the App Center; nobody is told (Q54).
pub(super) async fn disconnect(State(desk): DeskState, Json(which): Json<Which>) -> Response {
    let company = company(&desk.world(), which.company.as_deref());
    let Some(company) = company else {
        return bad("there is no such company");
    };
    desk.registry().revoke(company);
    ok(&json!({}))
}

/// What can be set while it runs.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Settings {
    connect_uri: Option<String>,
    webhook: Option<String>,
    list_limit_per_minute: Option<u32>,
}

/// `POST /control/settings`
pub(super) async fn settings(State(desk): DeskState, Json(settings): Json<Settings>) -> Response {
    let mut registry = desk.registry();
    if settings.connect_uri.is_some() {
        registry.connect_uri = settings.connect_uri;
    }
    if let Some(endpoint) = settings.webhook {
        registry.subscribe_partner(&endpoint);
    }
    registry.list_limit = settings.list_limit_per_minute.unwrap_or(registry.list_limit);
    (StatusCode::OK, "{}").into_response()
}
