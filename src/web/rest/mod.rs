//! The REST interface for machines: bearer tokens, problem+json, opaque cursors.
//! Called by scripts and suppliers; nested under `/api/v1` by the router.
//! Always holds: every handler takes a `Bearer`, so nothing answers without a token; another company's ids answer 404; every error is a `Problem`, a panic too.

mod backlog;
mod bearer;
mod codes;
mod companies;
mod events;
mod feed;
mod id;
mod openapi;
mod problem;
mod quality;
mod subscriptions;
mod travelers;
mod trips;
mod webhooks;

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::{delete, get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

pub use problem::Problem;

use super::AppState;

/// The routes below `/api/v1`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/openapi.json", get(openapi::document))
        .route("/ingest/status", get(events::status))
        .route("/ingest/keys", get(feed::keys))
        .route("/ingest/stuck", get(feed::stuck))
        .route("/events", get(events::list))
        .route("/events/{id}/replay", post(events::replay))
        .route("/companies", get(companies::list))
        .route("/companies/{id}/disconnect", post(companies::disconnect))
        .route("/companies/{id}/webhook/secret", post(webhooks::new_secret))
        .route("/codes", get(codes::list).post(codes::issue))
        .route("/codes/{id}", delete(codes::withdraw))
        .route("/subscriptions", get(subscriptions::list))
        .route(
            "/subscriptions/{data_centre}",
            put(subscriptions::save).delete(subscriptions::remove),
        )
        .route("/companies/{id}/backlog", get(backlog::show).post(backlog::fill))
        .route("/whereabouts", get(travelers::whereabouts))
        .route("/travelers/{id}/timeline", get(travelers::timeline))
        .route("/travelers/{id}/why-not", get(travelers::why_not))
        .route("/exposure", post(travelers::exposure))
        .route("/trips/{id}", get(trips::trip))
        .route("/quality/sources", get(quality::sources))
        .route("/quality/calibration", get(quality::calibration))
        .route("/quality/notices", get(quality::notices))
        .fallback(|| async { Problem::not_found("path") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a REST handler panicked");
            Problem::broken().into_response()
        }))
}
