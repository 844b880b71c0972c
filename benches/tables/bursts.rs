//! How bursts drain: 100,000 events on 500 trips, the program's own inbox, queue and workers on SQLite, and a Concur over
//! loopback HTTP that keeps count. A burst is what one trip gets in one go; ten trips have theirs at the same time.
//! Beside each figure stands what would have been fetched without gathering: one document an event.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use whereabouts::concur::seal::REFRESH_TOKEN;
use whereabouts::concur::{Allow, Application, Concur, ConcurConfig, Sealer, Secret};
use whereabouts::ingest::inbox::Inbox;
use whereabouts::ingest::{Engine, EngineConfig};
use whereabouts::store::{self, Connection, EventKind, NewEvent, Scope, Store};

use crate::table::{Table, per_second, verdict};
use crate::{Fault, Outcome};

const EVENTS: usize = 100_000;
const TRIPS: usize = 500;
/// Trips that have their burst at the same time.
const WAVE: usize = 10;
/// Senders at once, as Concur's threads of one subscription (E33).
const SENDERS: usize = 24;
/// How long Concur takes for a document.
const ANSWER: Duration = Duration::from_millis(20);
const COMPANY: &str = "8f14e45f-ceea-467f-a8d6-0d2f5d1b9c01";
const KEY: [u8; 32] = [7; 32];

pub fn run() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    runtime.block_on(bursts(folder.path()))
}

/// What the stand-in for Concur was asked.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<HashMap<String, Trip>>>);

#[derive(Clone, Copy, Default)]
struct Trip {
    fetches: usize,
    at_once: usize,
    most_at_once: usize,
}

impl Asked {
    fn of<T>(&self, trip: &str, f: impl FnOnce(&mut Trip) -> T) -> T {
        let mut trips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f(trips.entry(trip.to_owned()).or_default())
    }

    fn all(&self) -> Vec<Trip> {
        let trips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trips.values().copied().collect()
    }
}

async fn answer(State(asked): State<Asked>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path.ends_with("/token") {
        return axum::Json(json!({"access_token": "a", "refresh_token": "r", "expires_in": 3600})).into_response();
    }
    let Some(trip) = path.strip_prefix("/travel/v4/trips/") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    asked.of(trip, |of| {
        of.fetches += 1;
        of.at_once += 1;
        of.most_at_once = of.most_at_once.max(of.at_once);
    });
    tokio::time::sleep(ANSWER).await;
    asked.of(trip, |of| of.at_once -= 1);
    let flight = |from: &str, to: &str, number: &str, day: &str| {
        json!({"StartCityCode": from, "EndCityCode": to, "Vendor": "BA", "FlightNumber": number, "Status": "HK",
            "StartDateLocal": format!("2030-05-{day}T09:30:00"), "EndDateLocal": format!("2030-05-{day}T18:30:00")})
    };
    axum::Json(json!({
        "id": trip, "UserLoginId": format!("{trip}@example.com"), "TripStatus": 0, "DateModifiedUtc": "2026-02-01T00:00:00Z",
        "Bookings": [{"RecordLocator": "QW7TRA", "BookingOwner": "ConcurTravel",
            "Segments": {"Air": [flight("JFK", "LHR", "112", "10"), flight("LHR", "JFK", "179", "20")]}}]
    }))
    .into_response()
}

async fn bursts(folder: &Path) -> Outcome {
    let asked = Asked::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let router = axum::Router::new().fallback(answer).with_state(asked.clone());
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let store = store::open(&format!("sqlite://{}", folder.join("bursts.db").display())).await?;
    let concur = connected(&store, &base).await?;
    let random = Arc::new(|| 0.5);
    let engine = Engine::start(EngineConfig::new(random), store.clone(), concur, Arc::new(Utc::now));
    let inbox = engine.ess(None, Arc::default()).inbox;

    let begin = Instant::now();
    append(&inbox).await?;
    let appended = begin.elapsed();
    loop {
        let status = store.ingest_status(&Scope::service(), Utc::now()).await?;
        if status.queued + status.running + status.waiting_retry == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let drained = begin.elapsed();
    engine.shutdown().await;
    server.abort();

    let trips = asked.all();
    let fetches: usize = trips.iter().map(|trip| trip.fetches).sum();
    let most = trips.iter().map(|trip| trip.fetches).max().unwrap_or(0);
    let at_once = trips.iter().map(|trip| trip.most_at_once).max().unwrap_or(0);
    let mut table = Table::new(
        "Bursts of updates: events gathered, documents fetched (SQLite)",
        &[
            "trips",
            "events",
            "events/s stored",
            "s until all is drained",
            "fetches",
            "without gathering",
            "most a burst",
            "most at once a trip",
        ],
    );
    table.row([
        trips.len().to_string(),
        EVENTS.to_string(),
        format!("{:.0}", per_second(EVENTS, appended)),
        format!("{:.1}", drained.as_secs_f64()),
        fetches.to_string(),
        EVENTS.to_string(),
        most.to_string(),
        at_once.to_string(),
    ]);
    table.note(verdict(
        "fetches a burst ≤ 2, one in flight a trip, every trip fetched",
        most <= 2 && at_once == 1 && trips.len() == TRIPS,
    ));
    table.note(format!(
        "{WAVE} trips at a time, {} events each; Concur takes {} ms a document; events are gathered for 2 s",
        EVENTS / TRIPS,
        ANSWER.as_millis()
    ));
    Ok(table)
}

async fn connected(store: &Arc<dyn Store>, base: &str) -> Result<Arc<Concur>, Fault> {
    let connection = Connection {
        company: COMPANY.to_owned(),
        name: Some("Meridian".to_owned()),
        geolocation: base.to_owned(),
        sealed_refresh_token: Sealer::from_key(KEY).seal(COMPANY, REFRESH_TOKEN, &Secret::new("r"))?,
        refresh_expires_at: None,
        connected_by: None,
        link_sha256: None,
    };
    // Long ago: the engine lists the backlog of a company that connected just now.
    store
        .connect_company(&connection, Utc::now() - TimeDelta::days(1))
        .await?;
    let application = Application {
        client_id: "client-id".to_owned(),
        client_secret: Secret::new("client-secret"),
    };
    Ok(Arc::new(Concur::new(ConcurConfig {
        application: Some(application),
        token_base: base.to_owned(),
        allow: Allow::parse(base)?,
        sealer: Sealer::from_key(KEY),
        clock: Arc::new(Utc::now),
    })?))
}

/// Hands in every event, each acknowledged before its sender goes on.
async fn append(inbox: &Inbox) -> Result<(), Fault> {
    let next = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (inbox, next) = (inbox.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= EVENTS {
                        return Ok::<_, Fault>(());
                    }
                    inbox.append(event(number)).await?;
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await??;
    }
    Ok(())
}

/// In waves of [`WAVE`] trips, whose events take turns.
fn event(number: usize) -> NewEvent {
    let wave = number / (EVENTS / TRIPS * WAVE);
    let trip = uuid::Uuid::from_u128((wave * WAVE + number % WAVE) as u128).to_string();
    let now = Utc::now();
    NewEvent {
        event_id: uuid::Uuid::from_u128(u128::MAX - number as u128).to_string(),
        kind: EventKind::Updated,
        type_text: "ItineraryUpdated".to_owned(),
        user: Some(format!("user-{trip}")),
        trip: Some(trip),
        company: Some(COMPANY.to_owned()),
        href: None,
        correlation: None,
        event_time: Some(now),
        received_at: now,
        body: br#"{"eventType":"ItineraryUpdated","topic":"public.concur.travel.itinerary"}"#.to_vec(),
        quarantined: None,
        due_at: now + TimeDelta::seconds(2),
        due_latest: now + TimeDelta::seconds(15),
    }
}
