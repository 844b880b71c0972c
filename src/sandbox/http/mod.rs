//! The HTTP side of the simulated Concur: one router, the desk it works at, what every request passes.
//! Called by `sandbox::start`; each part of Concur's interface has its own file.
//! Always holds: only loopback hosts are answered; every answer carries a correlation id (I16, L11).

mod app_center;
mod company;
mod control;
mod control_trips;
mod identity;
mod oauth;
mod registry;
mod subscriptions;
mod trips;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use chrono::{DateTime, Utc};
use rand::Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::delivery::{Deliverer, Delivery};
use super::events::Event;
use super::faults::StatusFault;
use super::keys::Keys;
use super::random::{self, Topic};
use super::world::{Announcement, World, href};
use super::{Faults, SandboxConfig};

pub use registry::Registry;
use registry::{Denied, Principal};

const CORRELATION: HeaderName = HeaderName::from_static("concur-correlationid");

/// Everything the handlers work with.
pub struct Desk {
    pub config: SandboxConfig,
    pub origin: String,
    pub client_id: String,
    pub client_secret: String,
    pub deliverer: Deliverer,
    keys: Arc<Keys>,
    world: Mutex<World>,
    registry: Mutex<Registry>,
}

impl Desk {
    /// A desk at an origin.
    pub fn new(config: SandboxConfig, origin: String, keys: Arc<Keys>, world: World, deliverer: Deliverer) -> Desk {
        let rng = &mut random::stream(config.seed, Topic::Company, &[u64::MAX]);
        let client_id = config
            .client_id
            .clone()
            .unwrap_or_else(|| random::uuid(rng).to_string());
        let client_secret = config
            .client_secret
            .clone()
            .unwrap_or_else(|| random::uuid(rng).to_string());
        let registry = Mutex::new(Registry::new(&config, random::uuid(rng)));
        Desk {
            config,
            origin,
            client_id,
            client_secret,
            deliverer,
            keys,
            world: Mutex::new(world),
            registry,
        }
    }

    /// The world, held still.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tokens, subscriptions and switches, held still.
    pub fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the world changes by itself.
    pub fn is_alive(&self) -> bool {
        self.registry().alive
    }

    /// One step of the world, announced.
    pub fn step(&self, now: DateTime<Utc>) -> usize {
        let told = self.world().tick(now);
        self.announce(&told)
    }

    /// Tells every subscriber of connected companies what happened (E19–E21); returns how many deliveries began.
    pub fn announce(&self, told: &[Announcement]) -> usize {
        told.iter().map(|one| self.announce_one(one)).sum()
    }

    fn announce_one(&self, told: &Announcement) -> usize {
        let company = self.world().companies[told.company].id;
        let (endpoints, faults) = {
            let registry = self.registry();
            (
                registry.endpoints_for(told.company, told.kind.name()),
                registry.faults.clone(),
            )
        };
        let mut sent = 0;
        for endpoint in endpoints {
            let mut rng = rand::thread_rng();
            let mut strikes = |share: f64| rng.gen_bool(share.clamp(0.0, 1.0));
            if strikes(faults.lose_events) {
                continue;
            }
            let event = Event {
                id: (!strikes(faults.events_without_id.unwrap_or(0.05))).then(Uuid::new_v4),
                correlation: Uuid::new_v4(),
                kind: told.kind,
                at: Utc::now(),
                trip: told.trip,
                company,
                user: told.person,
                href: href(&self.origin, told.trip),
            };
            let twice = strikes(faults.duplicate_events.unwrap_or(0.02));
            let body = event.body().to_string().into_bytes();
            for copy in 0..=u32::from(twice) {
                let (correlation, kind) = (event.correlation, told.kind.name());
                let delay = told.delay + Duration::from_secs(3) * copy;
                let signed = signature(&faults);
                self.deliverer.send(Delivery {
                    endpoint: endpoint.clone(),
                    body: body.clone(),
                    correlation,
                    trip: told.trip,
                    kind,
                    signed,
                    delay,
                });
                sent += 1;
            }
        }
        sent
    }

    /// Mints a request token for an admin of a company; the address the App Center redirects to (Q4).
    pub fn connect_link(&self, company: usize) -> Option<String> {
        let (id, admin) = {
            let world = self.world();
            let company = &world.companies[company];
            (company.id, company.people.last()?.id)
        };
        let mut registry = self.registry();
        let mut uri = url::Url::parse(registry.connect_uri.as_deref()?).ok()?;
        let token = registry.mint_request_token(company, Utc::now());
        uri.query_pairs_mut()
            .append_pair("id", &id.to_string())
            .append_pair("requestToken", &token)
            .append_pair("userId", &admin.to_string());
        Some(uri.into())
    }

    /// The company whose token came with a request; anything else is denied (T2, I3).
    fn company_of(&self, headers: &HeaderMap) -> Result<usize, Denied> {
        match self.registry().principal(headers, Utc::now())? {
            Principal::Company(company) => Ok(company),
            Principal::Application => Err(Denied::Forbidden),
        }
    }
}

/// How the next event is signed under the present faults.
fn signature(faults: &Faults) -> Option<bool> {
    (!faults.unsigned_events).then_some(faults.wrong_signing_key)
}

/// All routes.
pub fn router(desk: Arc<Desk>) -> Router {
    let control = Router::new()
        .route("/state", get(control::state))
        .route("/people", get(control::people))
        .route("/truth", get(control::truth))
        .route("/deliveries", get(control::deliveries))
        .route("/faults", get(control::faults).post(control::set_faults))
        .route("/trips", get(control::trips).post(control_trips::put_trip))
        .route(
            "/trips/{id}",
            get(control::trip)
                .put(control_trips::update_trip)
                .delete(control_trips::delete_trip),
        )
        .route("/trips/{id}/cancel", post(control_trips::cancel_trip))
        .route("/trips/{id}/anonymize", post(control_trips::anonymize_trip))
        .route("/trips/{id}/recreate", post(control_trips::recreate_trip))
        .route("/burst", post(control_trips::burst))
        .route("/wave", post(control_trips::wave))
        .route("/events", post(control::send_event))
        .route("/tick", post(control::tick))
        .route("/pause", post(control::pause))
        .route("/resume", post(control::resume))
        .route("/connect-link", post(control::connect_link))
        .route("/disconnect", post(control::disconnect))
        .route("/settings", post(control::settings))
        .layer(middleware::from_fn(no_foreign_page));
    let identity = |path: &str| format!("/profile/identity/v4/{path}");
    let concur = Router::new()
        .route("/", get(app_center::home))
        .route("/appcenter", get(app_center::page))
        .route("/appcenter/style.css", get(app_center::style))
        .route("/appcenter/connect", post(app_center::connect))
        .route("/oauth2/v0/token", post(oauth::token))
        .route("/oauth2/v0/jwks", get(oauth::jwks))
        .route("/app-mgmt/v0/connections", delete(oauth::disconnect))
        .route("/travel/v4/trips", get(trips::list))
        .route("/travel/v4/trips/{id}", get(trips::one))
        .route(&identity("Users"), get(identity::list))
        .route(&identity("users"), get(identity::list))
        .route(&identity("Users/{id}"), get(identity::one))
        .route(&identity("users/{id}"), get(identity::one))
        .route("/profile/v1/me", get(company::me))
        .route("/events/v4/topics", get(subscriptions::topics))
        .route("/events/v4/subscriptions", get(subscriptions::all))
        .route("/events/v4/subscriptions/webhook", put(subscriptions::save))
        .route(
            "/events/v4/subscriptions/{id}",
            get(subscriptions::one).delete(subscriptions::remove),
        )
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), slow));
    Router::new()
        .nest("/control", control)
        .merge(concur)
        .layer(middleware::from_fn(correlated))
        .with_state(desk)
}

/// Refuses foreign hosts (a name that somebody pointed at loopback) and puts the correlation id on the answer.
async fn correlated(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        return (StatusCode::MISDIRECTED_REQUEST, "only loopback hosts are answered here").into_response();
    }
    let given = request.headers().get(CORRELATION).cloned();
    let fresh = || HeaderValue::from_str(&Uuid::new_v4().to_string()).ok();
    let correlation = given.or_else(fresh);
    let mut response = next.run(request).await;
    if let Some(value) = correlation {
        response.headers_mut().insert(CORRELATION, value);
    }
    response
}

/// Control requests come from tests and tools, never from a page of somebody else that is open in a browser.
async fn no_foreign_page(request: Request, next: Next) -> Response {
    let site = request
        .headers()
        .get("sec-fetch-site")
        .and_then(|site| site.to_str().ok());
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return (StatusCode::FORBIDDEN, "not from another page").into_response();
    }
    next.run(request).await
}

async fn slow(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let milliseconds = desk.registry().faults.slow_ms;
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    next.run(request).await
}

/// An answer in JSON, as Concur labels it.
fn answer(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json;charset=UTF-8")],
        body.to_string(),
    )
        .into_response()
}

/// An error of the travel and event interfaces (T6).
fn error(status: u16, code: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer(
        status,
        &json!({"errors": [{"errorCode": code, "errorMessage": message, "errors": []}]}),
    )
}

/// The answer under a fault that was switched on.
fn struck(fault: &StatusFault) -> Response {
    let mut response = error(fault.status, "UNAVAILABLE", "The request cannot be served now");
    if let Some(seconds) = fault.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        match self {
            Denied::Unauthorized => error(401, "UNAUTHORIZED", "Authentication is missing or invalid"),
            Denied::Forbidden => error(
                403,
                "FORBIDDEN",
                "Not allowed for this principal, or the token has expired",
            ),
        }
    }
}
