//! The program under test with two companies, their travelers fetched in earnest; tokens and people of every role.
//! Used by every test of `web`. Always: "A" and "B" share nothing but the program; the clock and its failure are the test's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::{OnceCell, watch};
use tower::ServiceExt as _;
use whereabouts::concur::seal::REFRESH_TOKEN;
use whereabouts::concur::subscriptions::DataCentre;
use whereabouts::concur::{Allow, Clock, Sealer, Secret};
use whereabouts::ingest::certificate::Gate;
use whereabouts::ingest::key_ring::KeyRing;
use whereabouts::ingest::{Engine, EngineConfig};
use whereabouts::store::{Connection, NewPerson, NewToken, Role, Scope, Store};
use whereabouts::web::{AppState, Parts, password, router};

use crate::fake_concur::{FakeConcur, Reply};
use crate::signing::{keys, sign};

pub const A: &str = "aaaa0000-0000-4000-8000-00000000000a";
pub const B: &str = "bbbb0000-0000-4000-8000-00000000000b";
/// Of company A; their names are in the order of the list.
pub const TRIPS_A: [(&str, &str, &str); 4] = [
    ("51aa0000-0000-4000-8000-000000000001", "Emil", "Dover"),
    ("51aa0000-0000-4000-8000-000000000002", "Zoë", "Dover"),
    ("51aa0000-0000-4000-8000-000000000003", "Jan", "Zimmer"),
    ("51aa0000-0000-4000-8000-000000000004", "Åse", "Ødegård"),
];
pub const TRIP_A: &str = TRIPS_A[0].0;
pub const TRIP_B: &str = "51bb0000-0000-4000-8000-000000000001";
/// In every text of company B that could leak.
pub const MARK_B: &str = "Quillfeather";
pub const PASSWORD: &str = "four grey herons at dusk";

pub struct Rig {
    pub fake: FakeConcur,
    pub store: Arc<dyn Store>,
    _engine: Arc<Engine>,
    pub router: Router,
    pub state: AppState,
    /// The clock panics while this is true.
    pub broken: Arc<AtomicBool>,
    /// Milliseconds by which the clock is ahead.
    pub ahead: Arc<AtomicI64>,
    pub traveler_a: String,
    pub traveler_b: String,
    pub folder: tempfile::TempDir,
    _stop: watch::Sender<bool>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Asserts that this is `application/problem+json` of this status (RFC 9457).
    #[track_caller]
    pub fn is_problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|t| !t.is_empty()), "{problem}");
        }
        problem
    }

    /// `name=value` of the cookie that is set; empty if none is.
    pub fn cookie(&self) -> String {
        let set = self.header("set-cookie");
        set.split(';').next().unwrap_or_default().to_owned()
    }
}

/// A request to the program, as a browser of this site or a script would send it.
pub struct Ask<'a> {
    rig: &'a Rig,
    request: http::request::Builder,
    body: Vec<u8>,
}

impl Ask<'_> {
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.request = self.request.header(name, value);
        }
        self
    }

    pub fn token(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.with("content-type", "application/json")
    }

    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        self.body = form.extend_pairs(pairs).finish().into_bytes();
        self.with("content-type", "application/x-www-form-urlencoded")
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The answer's head; the body may never end.
    pub async fn open(self) -> http::Response<Body> {
        let mut request = self.request.body(Body::from(self.body)).unwrap();
        let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        self.rig.router.clone().oneshot(request).await.unwrap()
    }

    /// The whole answer. One that does not end fails the test with what came of it.
    pub async fn send(self) -> Answer {
        const PATIENCE: Duration = Duration::from_secs(60);
        let opened = tokio::time::timeout(PATIENCE, self.open()).await;
        let (parts, mut body) = opened.expect("there is no answer").into_parts();
        let mut come = Vec::new();
        let whole = async {
            while let Some(frame) = body.frame().await {
                come.extend_from_slice(frame.unwrap().data_ref().map_or(&[][..], |data| data));
            }
        };
        if tokio::time::timeout(PATIENCE, whole).await.is_err() {
            panic!("the answer does not end: {}", String::from_utf8_lossy(&come));
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: come,
        }
    }
}

impl Rig {
    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let method: Method = method.parse().unwrap();
        Ask {
            rig: self,
            request: Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, "w.example"),
            body: Vec::new(),
        }
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.ask("GET", path).token(token).send().await
    }

    /// Signs in with the tests' password; the session's cookie.
    pub async fn sign_in(&self, email: &str) -> String {
        let form = [("email", email), ("password", PASSWORD), ("next", "/")];
        let answer = self.ask("POST", "/sign-in").form(&form).send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, "/"),
            "{email}"
        );
        let cookie = answer.cookie();
        assert!(!cookie.is_empty(), "no cookie for {email}");
        cookie
    }

    /// Delivers a signed event of this company's trip and waits until it is processed.
    pub async fn deliver(&self, company: &str, trip: &str) {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let n = NUMBER.fetch_add(1, Ordering::SeqCst);
        let event = json!({
            "id": format!("0b0f0000-0000-4000-8000-{n:012}"), "eventType": "ItineraryUpdated",
            "topic": "public.concur.travel.itinerary", "timeStamp": Utc::now().to_rfc3339(),
            "facts": {"id": trip, "userId": trip.replace("51", "b7"), "companyId": company}
        });
        let body = event.to_string().into_bytes();
        let signature = sign(&body);
        let answer = self
            .ask("POST", "/ess/events")
            .with("concur-signature", &signature)
            .body(body)
            .send()
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        self.settled().await;
    }

    pub async fn settled(&self) {
        let started = tokio::time::Instant::now();
        loop {
            let now = Utc::now() + TimeDelta::milliseconds(self.ahead.load(Ordering::SeqCst));
            let s = self.store.ingest_status(&Scope::service(), now).await.unwrap();
            if s.queued + s.running + s.waiting_retry == 0 {
                return;
            }
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "the queue does not settle: {s:?}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("w.db").display())
    }

    async fn connect(&self, company: &str, name: &str) {
        let sealed = Sealer::from_key([7; 32])
            .seal(company, REFRESH_TOKEN, &Secret::new("refresh-0"))
            .unwrap();
        let connection = Connection {
            company: company.to_owned(),
            name: Some(name.to_owned()),
            geolocation: self.fake.base.clone(),
            sealed_refresh_token: sealed,
            refresh_expires_at: None,
            connected_by: None,
            link_sha256: None,
        };
        // Long ago: the engine lists the backlog of a company that connected just now.
        let then = Utc::now() - TimeDelta::days(1);
        self.store.connect_company(&connection, then).await.unwrap();
    }

    async fn populate(&mut self) {
        for (name, role, company) in [
            ("operator", Role::Operator, None),
            ("admin-a", Role::Admin, Some(A)),
            ("manager-a", Role::Manager, Some(A)),
            ("viewer-a", Role::Viewer, Some(A)),
            ("admin-b", Role::Admin, Some(B)),
        ] {
            let company = company.map(str::to_owned);
            let token = NewToken {
                name: name.to_owned(),
                sha256: Sha256::digest(name).to_vec(),
                role,
                company: company.clone(),
            };
            self.store.add_token(&token, Utc::now()).await.unwrap();
            let person = NewPerson {
                email: format!("{name}@example.com"),
                password_hash: hashed().await,
                role,
                company,
            };
            self.store.add_person(&person, Utc::now()).await.unwrap().unwrap();
        }
        self.connect(A, "Meridian").await;
        self.connect(B, MARK_B).await;
        for (trip, first, last) in TRIPS_A {
            self.fake.serve(trip, Some(document(trip, first, last, "LHR")));
            self.deliver(A, trip).await;
        }
        self.fake.serve(TRIP_B, Some(document(TRIP_B, "Berta", MARK_B, "CDG")));
        self.deliver(B, TRIP_B).await;
        let traveler = async |trip| {
            self.store
                .trip(&Scope::service(), trip)
                .await
                .unwrap()
                .unwrap()
                .traveler
        };
        (self.traveler_a, self.traveler_b) = (traveler(TRIP_A).await, traveler(TRIP_B).await);
    }
}

pub async fn rig() -> Rig {
    rig_at("http://w.example").await
}

/// The program as it is known to people at `public_url`.
pub async fn rig_at(public_url: &str) -> Rig {
    rig_with(|parts| parts.public_url = public_url.to_owned()).await
}

/// The program with other options.
pub async fn rig_with(change: impl FnOnce(&mut Parts)) -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("w.db").display());
    let store = whereabouts::store::open(&url).await.unwrap();
    let fake = FakeConcur::start().await;
    let base = fake.base.clone();
    let fake_base = base.clone();
    fake.script(move |seen| {
        (seen.path == "/oauth2/v0/token").then(|| {
            Reply::json(&json!({
                "expires_in": "3600", "token_type": "Bearer", "access_token": "access-1", "refresh_token": "refresh-1",
                "refresh_expires_in": 4_102_444_800_i64, "geolocation": base,
            }))
        })
    });
    let (broken, ahead) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let clock: Clock = {
        let (broken, ahead) = (broken.clone(), ahead.clone());
        Arc::new(move || {
            assert!(!broken.load(Ordering::SeqCst), "the test broke the clock");
            Utc::now() + TimeDelta::milliseconds(ahead.load(Ordering::SeqCst))
        })
    };
    let mut config = EngineConfig::new(Arc::new(|| 0.5));
    config.coalesce = Duration::from_millis(1);
    config.retry_base = Duration::from_millis(20);
    let concur = fake.client();
    // The workers' clock never breaks: the test is of the face.
    let engine = Engine::start(config, store.clone(), concur.clone(), Arc::new(Utc::now));
    let (stop, stopped) = watch::channel(false);
    let (ring, gate) = (Arc::new(KeyRing::from(keys())), Arc::new(Gate::default()));
    let mut parts = Parts {
        store: store.clone(),
        clock: clock.clone(),
        concur,
        engine: engine.clone(),
        stop: stopped,
        public_url: "http://w.example".to_owned(),
        leptos: LeptosOptions::builder().output_name("whereabouts").build(),
        metrics: None,
        metrics_token_sha256: None,
        map_style_url: None,
        map_style_origin: None,
        papers: Vec::new(),
        data_centres: DataCentre::parse(&fake_base, &Allow::parse(&fake_base).unwrap()).unwrap(),
        ess_keys: Some(ring.clone()),
        certificates: gate.clone(),
        support: None,
        mail: None,
        webhooks: None,
        compare: false,
        code_only: false,
    };
    change(&mut parts);
    let state = AppState::new(parts);
    let mut ess = engine.ess(Some(ring), gate);
    ess.clock = clock;
    let mut rig = Rig {
        fake,
        store,
        _engine: engine,
        router: router(state.clone(), ess),
        state,
        broken,
        ahead,
        traveler_a: String::new(),
        traveler_b: String::new(),
        folder,
        _stop: stop,
    };
    rig.populate().await;
    rig
}

async fn hashed() -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let hash = || async { password::hash(PASSWORD.to_owned()).await.unwrap() };
    HASH.get_or_init(hash).await.clone()
}

/// From three days ago until in four days there, and back to New York.
pub fn document(trip: &str, first: &str, last: &str, airport: &str) -> Value {
    let local = |days: i64, hour: u32| {
        let day: DateTime<Utc> = Utc::now() + TimeDelta::days(days);
        day.format(&format!("%Y-%m-%dT{hour:02}:00:00")).to_string()
    };
    let flight = |from: &str, to: &str, number: &str, start: String, end: String| {
        json!({
            "StartCityCode": from, "EndCityCode": to, "StartDateLocal": start, "EndDateLocal": end, "Vendor": "BA",
            "FlightNumber": number, "Status": "HK", "ConfirmationNumber": "QW7TRA1"
        })
    };
    json!({
        "id": format!("https://us2.api.concursolutions.com/travel/v4/trips/{trip}"),
        "UserLoginId": format!("{first}.{last}@example.com"), "TripStatus": 0, "TripName": format!("{last} in {airport}"),
        "DateModifiedUtc": "2026-02-01T01:00:00.000+00:00",
        "Bookings": [{
            "RecordLocator": "QW7TRA", "BookingOwner": "ConcurTravel", "BookingSource": "Sabre",
            "Passengers": [{"NameFirst": first, "NameLast": last}],
            "Segments": {"Air": [
                flight("JFK", airport, "112", local(-4, 18), local(-3, 6)),
                flight(airport, "JFK", "179", local(4, 17), local(4, 20))
            ]}
        }]
    })
}
