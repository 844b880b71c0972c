//! The control endpoint's trips: put, change, cancel, anonymize, delete, recreate, burst. No part of the real Concur.
//! Called over loopback with JSON bodies.
//! Always holds: every change answers `{"id","href","deliveries"}` and goes out as the event that Concur would send.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Desk;
use super::control::{DeskState, bad, company, missing, ok, person};
use crate::sandbox::events::Kind;
use crate::sandbox::lifecycle::touch_body;
use crate::sandbox::world::{Announcement, Body, Trip, href};

/// A trip to put into the store.
#[derive(Deserialize)]
pub(super) struct Put {
    company: Option<String>,
    /// Id or login; absent: the document's `UserLoginId`, else the first person.
    user: Option<String>,
    /// Absent: a new one.
    id: Option<Uuid>,
    trip: Value,
    #[serde(default = "yes")]
    announce: bool,
    /// Announce it as this.
    event: Option<Kind>,
}

fn yes() -> bool {
    true
}

/// `POST /control/trips`: puts an arbitrary document and announces it.
pub(super) async fn put_trip(State(desk): DeskState, Json(put): Json<Put>) -> Response {
    if !put.trip.is_object() {
        return bad("trip must be an object");
    }
    let id = put.id.unwrap_or_else(Uuid::new_v4);
    let told = {
        let mut world = desk.world();
        let Some(company) = company(&world, put.company.as_deref()) else {
            return bad("there is no such company");
        };
        let named = put
            .user
            .as_deref()
            .or_else(|| put.trip.get("UserLoginId").and_then(Value::as_str));
        let index = match named.map(|user| person(&world, company, user)) {
            None => 0,
            Some(Some(index)) => index,
            Some(None) if put.user.is_none() => 0,
            Some(None) => return bad("there is no such user"),
        };
        let login = world.companies[company].people[index].login.clone();
        let body = Body::Given(completed(put.trip, &href(&desk.origin, id), &login));
        let known = world.trips.contains_key(&id);
        let ends = ends(&body);
        world.trips.insert(
            id,
            Trip {
                id,
                company,
                person: index,
                journey: None,
                ends,
                body,
            },
        );
        world.told(
            put.event.unwrap_or(if known { Kind::Updated } else { Kind::Created }),
            id,
        )
    };
    announced(&desk, told.filter(|_| put.announce).into_iter().collect(), id)
}

/// Fills what every document of Concur has.
fn completed(mut trip: Value, href: &str, login: &str) -> Value {
    let now = Utc::now().format("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string();
    for (key, value) in [
        ("id", href),
        ("UserLoginId", login),
        ("DateModifiedUtc", &now),
        ("DateCreatedUtc", &now),
    ] {
        if trip.get(key).is_none() {
            trip[key] = json!(value);
        }
    }
    trip
}

fn ends(body: &Body) -> DateTime<Utc> {
    let Body::Given(trip) = body else { return Utc::now() };
    let text = trip.get("EndDateUtc").and_then(Value::as_str);
    let at = text.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    at.map_or_else(|| Utc::now() + Duration::days(1), |at| at.to_utc())
}

/// A change of a stored trip.
#[derive(Deserialize)]
pub(super) struct Update {
    /// The new document; absent: only the modification instant moves.
    trip: Option<Value>,
    #[serde(default = "yes")]
    announce: bool,
}

/// `PUT /control/trips/{id}`
pub(super) async fn update_trip(State(desk): DeskState, Path(id): Path<Uuid>, Json(update): Json<Update>) -> Response {
    let told = {
        let mut world = desk.world();
        let Some(trip) = world.trips.get(&id).cloned() else {
            return missing();
        };
        let login = world.companies[trip.company].people[trip.person].login.clone();
        let mut changed = trip;
        match update.trip {
            Some(document) if document.is_object() => {
                changed.body = Body::Given(completed(document, &href(&desk.origin, id), &login));
                changed.ends = ends(&changed.body);
            }
            Some(_) => return bad("trip must be an object"),
            None => touch_body(&mut changed.body, Utc::now()),
        }
        world.trips.insert(id, changed);
        world.told(Kind::Updated, id)
    };
    announced(&desk, told.filter(|_| update.announce).into_iter().collect(), id)
}

/// `DELETE /control/trips/{id}`
pub(super) async fn delete_trip(State(desk): DeskState, Path(id): Path<Uuid>) -> Response {
    let told = desk.world().delete(id);
    if told.is_empty() {
        missing()
    } else {
        announced(&desk, told, id)
    }
}

/// `POST /control/trips/{id}/cancel`
pub(super) async fn cancel_trip(State(desk): DeskState, Path(id): Path<Uuid>) -> Response {
    let told = desk.world().cancel(id, Utc::now());
    if told.is_empty() {
        missing()
    } else {
        announced(&desk, told, id)
    }
}

/// `POST /control/trips/{id}/anonymize`
pub(super) async fn anonymize_trip(State(desk): DeskState, Path(id): Path<Uuid>) -> Response {
    let told = desk.world().anonymize(id, Utc::now());
    if told.is_empty() {
        missing()
    } else {
        announced(&desk, told, id)
    }
}

/// `POST /control/trips/{id}/recreate`: deletes it; it comes back within ten minutes of the world's time.
pub(super) async fn recreate_trip(State(desk): DeskState, Path(id): Path<Uuid>) -> Response {
    let told = {
        let mut world = desk.world();
        let Some(trip) = world.trips.get(&id).cloned() else {
            return missing();
        };
        world.delete_and_recreate(trip, Utc::now(), &mut rand::thread_rng())
    };
    announced(&desk, told, id)
}

/// How many trips.
#[derive(Deserialize)]
pub(super) struct Wave {
    trips: usize,
}

/// `POST /control/wave`: a retention policy anonymizes many trips at once (T53).
pub(super) async fn wave(State(desk): DeskState, Json(wave): Json<Wave>) -> Response {
    let (trips, told) = {
        let mut world = desk.world();
        let ids: Vec<Uuid> = world.trips.keys().take(wave.trips).copied().collect();
        let mut told = Vec::new();
        for id in &ids {
            told.extend(world.anonymize(*id, Utc::now()));
        }
        (ids, told)
    };
    let sent = desk.announce(&told);
    ok(&json!({"trips": trips, "deliveries": sent}))
}

/// Many updates of one trip.
#[derive(Deserialize)]
pub(super) struct Burst {
    trip: Uuid,
    events: u32,
    /// Milliseconds between them.
    #[serde(default)]
    every_ms: u64,
}

/// `POST /control/burst`: several systems write one document (E6).
pub(super) async fn burst(State(desk): DeskState, Json(burst): Json<Burst>) -> Response {
    let told = {
        let mut world = desk.world();
        let Some(trip) = world.trips.get_mut(&burst.trip) else {
            return missing();
        };
        touch_body(&mut trip.body, Utc::now());
        let one = world.told(Kind::Updated, burst.trip);
        let many = (0..burst.events.min(10_000)).filter_map(|nth| {
            let mut one = one.clone()?;
            one.delay = std::time::Duration::from_millis(burst.every_ms * u64::from(nth));
            Some(one)
        });
        many.collect()
    };
    announced(&desk, told, burst.trip)
}

fn announced(desk: &Desk, told: Vec<Announcement>, id: Uuid) -> Response {
    let sent = desk.announce(&told);
    ok(&json!({"id": id, "href": href(&desk.origin, id), "deliveries": sent}))
}
