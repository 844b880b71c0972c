//! The description of the REST interface, made from the handlers themselves.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{backlog, codes, companies, events, feed, quality, subscriptions, travelers, trips, webhooks};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Whereabouts",
        description = "Where is everyone, where will they be, how sure are we, and from which booking do we know."
    ),
    paths(
        companies::list,
        companies::disconnect,
        codes::list,
        codes::issue,
        codes::withdraw,
        backlog::show,
        backlog::fill,
        events::status,
        feed::keys,
        feed::stuck,
        events::list,
        events::replay,
        subscriptions::list,
        subscriptions::save,
        subscriptions::remove,
        travelers::whereabouts,
        travelers::timeline,
        travelers::why_not,
        travelers::exposure,
        trips::trip,
        quality::sources,
        quality::calibration,
        quality::notices,
        webhooks::new_secret
    ),
    modifiers(&Token)
)]
struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// OpenAPI 3.1 of everything below `/api/v1`.
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}
