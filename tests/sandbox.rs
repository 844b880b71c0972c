//! The simulated SAP Concur: its world, its documents, its interfaces, its event deliveries.
//! Every test starts a sandbox of its own on a free port; nothing leaves the machine.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "sandbox/documents.rs"]
mod documents;
#[path = "sandbox/events.rs"]
mod events;
#[path = "sandbox/interfaces.rs"]
mod interfaces;
#[path = "sandbox/oauth.rs"]
mod oauth;
#[path = "sandbox/subscriptions.rs"]
mod subscriptions;
#[path = "sandbox/world.rs"]
mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration as StdDuration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use rsa::pkcs8::DecodePublicKey as _;
use rsa::sha2::Sha256;
use rsa::signature::Verifier as _;
use serde_json::{Value, json};
use uuid::Uuid;

use whereabouts::place::Gazetteer;
use whereabouts::sandbox::papers::{Channel, Log, Operator};
use whereabouts::sandbox::truth::{Doing, gapless};
use whereabouts::sandbox::{
    DeliveryPolicy, Faults, Intensity, SALT_BYTES, Sandbox, SandboxConfig, TokenFault, Verdict, World, start, verdict,
};

fn quiet(travelers: usize) -> SandboxConfig {
    SandboxConfig {
        travelers,
        alive: false,
        connect_uri: Some("http://127.0.0.1:9/connect".into()),
        list_limit_per_minute: 1000,
        delivery: DeliveryPolicy {
            first_retry: StdDuration::from_millis(20),
            longest_retry: StdDuration::from_millis(40),
            jitter: StdDuration::ZERO,
            ..DeliveryPolicy::default()
        },
        faults: Faults {
            duplicate_events: Some(0.0),
            events_without_id: Some(0.0),
            ..Faults::default()
        },
        ..SandboxConfig::default()
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-22T14:00:00Z".parse().unwrap()
}

fn world(travelers: usize, seed: u64, intensity: Intensity) -> World {
    let config = SandboxConfig {
        travelers,
        seed,
        intensity,
        companies: 1,
        ..SandboxConfig::default()
    };
    World::new(&config, Gazetteer::embedded(), now()).unwrap()
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// A partner application: what it got from the exchange.
struct Partner<'a> {
    sandbox: &'a Sandbox,
    http: reqwest::Client,
    access: String,
}

impl Partner<'_> {
    async fn get(&self, path: &str) -> (u16, Value) {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.sandbox.origin())
        };
        let response = self.http.get(url).bearer_auth(&self.access).send().await.unwrap();
        let status = response.status().as_u16();
        (
            status,
            serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null),
        )
    }
}

async fn control(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let request = client()
        .request(method, format!("{}/control/{path}", sandbox.origin()))
        .json(&body);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
}

fn link(sandbox: &Sandbox, company: usize) -> HashMap<String, String> {
    let link = sandbox.connect_link(sandbox.companies()[company].id).unwrap();
    url::Url::parse(&link).unwrap().query_pairs().into_owned().collect()
}

async fn token(sandbox: &Sandbox, form: &[(&str, &str)]) -> (u16, Value) {
    let response = client()
        .post(format!("{}/oauth2/v0/token", sandbox.origin()))
        .form(form)
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn credentials<'a>(sandbox: &'a Sandbox, rest: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
    ];
    form.extend(rest);
    form
}

async fn exchange(sandbox: &Sandbox, id: &str, request_token: &str) -> (u16, Value) {
    let rest = [
        ("grant_type", "password"),
        ("username", id),
        ("password", request_token),
        ("credtype", "authtoken"),
    ];
    token(sandbox, &credentials(sandbox, &rest)).await
}

async fn connect(sandbox: &Sandbox, company: usize) -> (Partner<'_>, Value) {
    let query = link(sandbox, company);
    let (status, grant) = exchange(sandbox, &query["id"], &query["requestToken"]).await;
    assert_eq!(status, 200, "{grant}");
    (
        Partner {
            sandbox,
            http: client(),
            access: grant["access_token"].as_str().unwrap().to_owned(),
        },
        grant,
    )
}

async fn application(sandbox: &Sandbox) -> Partner<'_> {
    let (status, grant) = token(sandbox, &credentials(sandbox, &[("grant_type", "client_credentials")])).await;
    assert_eq!(status, 200);
    assert!(
        grant.get("refresh_token").is_none() && grant.get("id_token").is_none(),
        "Q38"
    );
    Partner {
        sandbox,
        http: client(),
        access: grant["access_token"].as_str().unwrap().to_owned(),
    }
}

/// What a receiver of events saw, and how it answers.
#[derive(Clone, Default)]
struct Receiver {
    seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    /// Answers in order, then 200; 0 is no answer at all.
    script: Arc<Mutex<Vec<u16>>>,
    running: Arc<Mutex<(usize, usize)>>,
    pause: StdDuration,
}

impl Receiver {
    async fn start(self) -> (Receiver, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ess/events", listener.local_addr().unwrap());
        let app = axum::Router::new()
            .route("/ess/events", post(receive))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (self, url)
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn bodies(&self) -> Vec<Value> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|(_, body)| serde_json::from_slice(body).unwrap())
            .collect()
    }

    async fn reaches(&self, count: usize) {
        until(|| self.count() >= count).await;
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    {
        let mut running = receiver.running.lock().unwrap();
        running.0 += 1;
        running.1 = running.1.max(running.0);
    }
    tokio::time::sleep(receiver.pause).await;
    let status = {
        let mut script = receiver.script.lock().unwrap();
        if script.is_empty() { 200 } else { script.remove(0) }
    };
    receiver.seen.lock().unwrap().push((headers, body));
    if status == 0 {
        std::future::pending::<()>().await;
    }
    receiver.running.lock().unwrap().0 -= 1;
    StatusCode::from_u16(status).unwrap()
}

/// Waits for a condition, at most half a minute.
async fn until(condition: impl Fn() -> bool) {
    for _ in 0..3000 {
        if condition() {
            return;
        }
        tokio::time::sleep(StdDuration::from_millis(10)).await;
    }
    panic!("the awaited condition did not come");
}

/// Every document of a world in its store.
fn documents(world: &World) -> Vec<(Uuid, Value)> {
    let mut ids: Vec<Uuid> = world.papers().map(|(trip, _)| trip.id).collect();
    ids.sort_unstable();
    ids.into_iter()
        .filter_map(|id| world.document(id, "http://127.0.0.1:1").map(|document| (id, document)))
        .collect()
}

fn segments(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let bookings = document["Bookings"].as_array().into_iter().flatten();
    let kinds = bookings.flat_map(|booking| booking["Segments"].as_object().unwrap());
    kinds.flat_map(|(kind, list)| {
        list.as_array()
            .unwrap()
            .iter()
            .map(move |segment| (kind.as_str(), segment))
    })
}
