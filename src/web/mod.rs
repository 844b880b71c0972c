//! The program's face: router, sign-in, pages, REST, live updates.
//! Called by `serve`; everything below answers from the store.
//! Always holds: every response has the security headers; every unsafe request is proven to be our own, but the event
//! endpoint's, whose proof is its signature; nothing personal is cached.

pub mod assets;
mod backend;
mod care;
mod codes;
mod company;
mod connect;
mod contacts;
mod cursor;
mod export;
mod feed;
mod feed_forms;
mod german;
mod guard;
mod health;
mod ical;
mod language;
mod live;
mod looks;
pub mod mail;
mod multipart;
pub mod one_time;
mod pages;
pub mod password;
mod place_names;
mod principal;
mod quality;
mod quality_forms;
mod quality_trend;
pub mod quality_watch;
mod quality_watch_form;
mod refusal;
mod rest;
mod session;
mod sign_in;
mod squeeze;
mod tiles;
pub mod webhook;
mod welcome;
mod whole;

use std::ops::Deref;
use std::sync::Arc;

use app::view::Paper;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Router, middleware};
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

pub use principal::Principal;

use crate::concur::disconnect::Disconnected;
use crate::concur::subscriptions::DataCentre;
use crate::concur::{Clock, Concur};
use crate::ingest::Engine;
use crate::ingest::backlog::LARGEST;
use crate::ingest::certificate::Gate;
use crate::ingest::key_ring::KeyRing;
use crate::ingest::receive::{self, EssState};
use crate::store::{Store, StoreError};

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of an [`AppState`].
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub clock: Clock,
    pub concur: Arc<Concur>,
    pub engine: Arc<Engine>,
    /// Turns true when the program stops.
    pub stop: watch::Receiver<bool>,
    /// `https://whereabouts.example`, without a slash.
    pub public_url: String,
    pub leptos: LeptosOptions,
    pub metrics: Option<PrometheusHandle>,
    pub metrics_token_sha256: Option<Vec<u8>>,
    /// A map style of the operator's own.
    pub map_style_url: Option<String>,
    /// Where it comes from: what the content security policy lets the map ask.
    pub map_style_origin: Option<String>,
    pub papers: Vec<Paper>,
    /// Where events may be subscribed to.
    pub data_centres: Vec<DataCentre>,
    /// The keys with which events are verified.
    pub ess_keys: Option<Arc<KeyRing>>,
    /// What is asked of their certificates.
    pub certificates: Arc<Gate>,
    pub support: Option<String>,
    /// With it, whoever makes an account proves the address.
    pub mail: Option<mail::Mailer>,
    /// Where companies may have messages posted to; none: nowhere.
    pub webhooks: Option<webhook::Webhooks>,
    /// A company may see its scores beside those of all companies.
    pub compare: bool,
    /// Companies connect with a verification code only (Q64).
    pub code_only: bool,
}

impl Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl AppState {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Tells the workers that something is due.
    pub fn wake(&self) {
        self.engine.wake();
    }

    /// Whether the event writer takes events.
    pub fn inbox_alive(&self) -> bool {
        self.engine.takes_events()
    }

    /// Revokes a company's grant at Concur and stops fetching.
    pub async fn disconnect(&self, company: &str, why: &str) -> Result<Disconnected, StoreError> {
        self.concur.disconnect(&self.store, company, why).await
    }
}

/// All routes of the program.
pub fn router(state: AppState, ess: EssState) -> Router {
    let people = pages::routes(&state)
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/language", post(language::choose))
        .route("/connect/sign-in", post(connect::sign_in))
        .route("/connect/sign-up", post(connect::sign_up::sign_up))
        .route("/connect/confirm", post(connect::sign_up::confirm))
        .route("/connect/code", post(connect::code::with_code))
        .route("/connect/continue", post(connect::go_on))
        .route("/feed/subscribe", post(feed_forms::subscribe))
        .route("/feed/unsubscribe", post(feed_forms::unsubscribe))
        .route("/feed/replay", post(feed_forms::replay))
        .route("/feed/replay-range", post(feed_forms::replay_range))
        .route(
            "/backlog/import",
            post(care::import_document).layer(DefaultBodyLimit::max(LARGEST)),
        )
        .route("/backlog/list", post(care::read_list))
        .route("/privacy", post(care::choose))
        .route("/welcome", post(welcome::welcome))
        .route("/company/disconnect", post(company::disconnect))
        .route("/company/invite", post(company::invite))
        .route("/company/codes/add", post(codes::add))
        .route("/company/codes/withdraw", post(codes::withdraw))
        .route("/company/role", post(company::role))
        .route("/company/remove", post(company::remove))
        .route("/company/withdraw", post(company::withdraw))
        .route("/contacts", post(contacts::reveal))
        .route("/contacts.csv", get(looks::looks_csv))
        .route("/live", get(live::live))
        .route("/map/person.ics", get(ical::person_ics))
        .route("/map/people.csv", get(export::people_csv))
        .route("/quality/limit", post(quality_forms::limit))
        .route("/quality/watch", post(quality_watch_form::watch))
        .route("/quality/watch/secret", post(quality_watch_form::new_secret))
        .route("/quality/acknowledge", post(quality_forms::acknowledge))
        .route("/quality/report.json", get(quality_forms::report_json))
        .route("/notices.json", get(quality_forms::notices_json))
        .route("/map/people.geojson", get(pages::people_geojson))
        .route("/map/names/{language}", get(place_names::place_names))
        .layer(middleware::from_fn(language::speak))
        .layer(middleware::from_fn_with_state(state.clone(), session::principal))
        .layer(session::layer(&state))
        .layer(middleware::from_fn(squeeze::squeeze));
    let machines = Router::new()
        .nest("/api/v1", rest::router())
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics));
    let ours = Router::new()
        .merge(people)
        .merge(machines)
        .with_state(state.clone())
        .merge(assets::assets_router(state.map_style_origin.as_deref()))
        .merge(tiles::tiles_router())
        .layer(middleware::from_fn_with_state(state.clone(), guard::same_origin))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a handler panicked");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something failed here. Try again; the operator finds it in the log.\n",
            )
                .into_response()
        }));
    // The event endpoint has limits, deadline and answers of its own: no other layer may answer in its place.
    ours.merge(receive::router(ess))
        .layer(middleware::from_fn_with_state(state, guard::headers))
}
