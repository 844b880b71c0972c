//! The program under test: engine and endpoint, a scripted Concur, SQLite in a temporary file, a clock to be moved on.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use whereabouts::concur::Clock;
use whereabouts::ingest::receive::router;
use whereabouts::ingest::{Engine, EngineConfig};
use whereabouts::store::{EventFilter, EventRow, IngestStatus, Scope, Store, TravelerRow, TripRow};

use crate::fake_concur::{COMPANY, FakeConcur};
use crate::signing::{keys, sign};

pub const TRIP: &str = "51aa0000-0000-4000-8000-000000000001";
pub const USER: &str = "b7aa0000-0000-4000-8000-000000000001";
pub const LOGIN: &str = "e.dover@example.com";

pub struct Rig {
    pub fake: FakeConcur,
    pub store: Arc<dyn Store>,
    pub engine: Arc<Engine>,
    /// Milliseconds by which the clock is ahead.
    pub ahead: Arc<AtomicI64>,
    pub endpoint: axum::Router,
    pub folder: tempfile::TempDir,
}

pub async fn store_in(folder: &tempfile::TempDir) -> Arc<dyn Store> {
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    whereabouts::store::open(&url).await.unwrap()
}

pub async fn rig_with(change: impl FnOnce(&mut EngineConfig)) -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder).await;
    rig_over(store, folder, change).await
}

/// With [`COMPANY`] connected, on PostgreSQL.
pub async fn rig_on_postgres() -> Rig {
    let store = whereabouts::store::open(&crate::postgres::fresh_database())
        .await
        .unwrap();
    let rig = rig_over(store, tempfile::tempdir().unwrap(), |_| {}).await;
    rig.fake.connected(&rig.store).await;
    rig
}

async fn rig_over(store: Arc<dyn Store>, folder: tempfile::TempDir, change: impl FnOnce(&mut EngineConfig)) -> Rig {
    let fake = FakeConcur::start().await;
    let ahead = Arc::new(AtomicI64::new(0));
    let clock: Clock = {
        let ahead = ahead.clone();
        Arc::new(move || Utc::now() + TimeDelta::milliseconds(ahead.load(Ordering::SeqCst)))
    };
    let mut config = EngineConfig::new(Arc::new(|| 0.5));
    config.coalesce = Duration::from_millis(60);
    config.retry_base = Duration::from_millis(20);
    config.look_again = Duration::from_millis(100);
    change(&mut config);
    let engine = Engine::start(config, store.clone(), fake.client(), clock);
    let endpoint = router(engine.ess(Some(Arc::new(keys().into())), Arc::default()));
    Rig {
        fake,
        store,
        engine,
        ahead,
        endpoint,
        folder,
    }
}

/// With [`COMPANY`] connected.
pub async fn rig() -> Rig {
    let rig = rig_with(|_| {}).await;
    rig.fake.connected(&rig.store).await;
    rig
}

impl Rig {
    pub async fn deliver(&self, event: &Value) {
        let response = post(&self.endpoint, event.to_string().into_bytes()).await;
        assert_eq!(response.status(), StatusCode::OK);
    }

    pub async fn trip(&self) -> Option<TripRow> {
        self.store.trip(&Scope::service(), TRIP).await.unwrap()
    }

    pub async fn status(&self) -> IngestStatus {
        self.store.ingest_status(&Scope::service(), self.now()).await.unwrap()
    }

    pub async fn log(&self) -> Vec<EventRow> {
        let filter = EventFilter {
            limit: 500,
            ..EventFilter::default()
        };
        self.store.events(&Scope::service(), &filter).await.unwrap().rows
    }

    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.ahead.load(Ordering::SeqCst))
    }

    pub fn move_on(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        self.engine.wake();
    }

    /// Until nothing is queued or running.
    pub async fn settled(&self) {
        eventually("the queue to settle", || async {
            let status = self.status().await;
            status.queued + status.running + status.waiting_retry == 0
        })
        .await;
    }

    /// Delivers and waits for the outcome.
    pub async fn after(&self, event: &Value) {
        self.deliver(event).await;
        self.settled().await;
    }

    pub fn fetches(&self) -> usize {
        self.fake.seen("/travel/v4/trips/").len()
    }

    pub async fn traveler(&self) -> TravelerRow {
        let trip = self.trip().await.unwrap();
        self.store
            .traveler(&Scope::service(), &trip.traveler)
            .await
            .unwrap()
            .unwrap()
    }

    /// Whether the traveler is believed to be in London in the middle of the trip.
    pub async fn in_london(&self, traveler: &str) -> bool {
        self.p_of_london(traveler).await > 0.5
    }

    /// How probable London is then.
    pub async fn p_of_london(&self, traveler: &str) -> f64 {
        let at = "2030-05-15T12:00:00Z".parse().unwrap();
        let episodes = self
            .store
            .episodes_at(&Scope::service(), &[traveler.to_owned()], at, None)
            .await
            .unwrap();
        let hypotheses = episodes.iter().flat_map(|(_, episode)| &episode.hypotheses);
        hypotheses
            .filter(|h| h.place.city_key.as_deref() == Some("LON"))
            .map(|h| h.p.from)
            .sum()
    }
}

pub async fn eventually<F: Future<Output = bool>>(what: &str, check: impl Fn() -> F) {
    let started = tokio::time::Instant::now();
    while !check().await {
        assert!(started.elapsed() < Duration::from_secs(20), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub async fn send(endpoint: &axum::Router, request: Request<Body>) -> Response<Body> {
    endpoint.clone().oneshot(request).await.unwrap()
}

/// A signed delivery.
pub async fn post(endpoint: &axum::Router, body: Vec<u8>) -> Response<Body> {
    let request = Request::post("/ess/events")
        .header("Concur-Signature", sign(&body))
        .body(body.into())
        .unwrap();
    send(endpoint, request).await
}

pub fn event_of(n: u32, kind: &str, trip: &str, seconds: i64) -> Value {
    let at: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().unwrap();
    json!({
        "id": format!("0b0f0000-0000-4000-8000-{n:012}"), "eventType": kind, "topic": "public.concur.travel.itinerary",
        "timeStamp": (at + TimeDelta::seconds(seconds)).to_rfc3339(), "correlationId": "7d1e",
        "facts": {"id": trip, "userId": USER, "companyId": COMPANY}
    })
}

pub fn event(n: u32, kind: &str) -> Value {
    event_of(n, kind, TRIP, i64::from(n))
}

/// A week in London, modified `version` minutes after midnight.
pub fn document(trip: &str, version: u32) -> Value {
    let flight = |from: &str, to: &str, number: &str, start: &str, end: &str| {
        json!({
            "StartCityCode": from, "EndCityCode": to, "StartDateLocal": start, "EndDateLocal": end, "Vendor": "BA",
            "FlightNumber": number, "Status": "HK", "ConfirmationNumber": "QW7TRA1"
        })
    };
    json!({
        "id": format!("https://us2.api.concursolutions.com/travel/v4/trips/{trip}"), "UserLoginId": LOGIN, "TripStatus": 0,
        "TripName": format!("London, version {version}"),
        "DateModifiedUtc": format!("2026-02-01T{:02}:{:02}:00.000+00:00", version / 60, version % 60),
        "Bookings": [{
            "RecordLocator": "QW7TRA", "BookingOwner": "ConcurTravel", "BookingSource": "Sabre",
            "Passengers": [{"NameFirst": "Emil", "NameLast": "Dover"}],
            "Segments": {"Air": [
                flight("JFK", "LHR", "112", "2030-05-10T18:30:00", "2030-05-11T06:30:00"),
                flight("LHR", "JFK", "179", "2030-05-20T17:00:00", "2030-05-20T20:00:00")
            ]}
        }]
    })
}
