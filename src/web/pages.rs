//! The pages: rendered by the app on the server, with this request's person, nonce and asset names as context.
//! Called by the router; the app's server functions are routes of the same table.
//! Always holds: who is not signed in sees only the sign-in page and Quick Connect.

use std::sync::Arc;

use app::backend::Backend;
use app::view::MapQuery;
use app::{App, Assets, MapStyle};
use axum::extract::{RawQuery, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Json, Router};
use http::{HeaderValue, Method, StatusCode, header};
use leptos::nonce::use_nonce;
use leptos::prelude::{expect_context, provide_context, use_context};
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list};
use tower_sessions::Session;

use super::backend::{RequestBackend, people_map};
use super::session::JustConnected;
use super::whole::{PATIENCE, whole};
use super::{AppState, Principal, assets, guard, language};
use crate::store::Scope;

/// Paths that anyone may read.
const OPEN: [&str; 4] = ["/sign-in", "/connect", "/connect/done", "/welcome"];

/// The app's pages and server functions.
pub fn routes(state: &AppState) -> Router<AppState> {
    let context = {
        let state = state.clone();
        move || provide(&state)
    };
    let shell = {
        let options = state.leptos.clone();
        move || app::shell(options.clone())
    };
    let fallback = leptos_axum::render_app_async_with_context(context.clone(), shell.clone());
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), context, shell)
        .fallback(move |request: Request| {
            let render = fallback.clone();
            async move {
                let mut response = render(request).await.into_response();
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
        })
        .layer(middleware::from_fn_with_state(PATIENCE, whole))
        .layer(middleware::from_fn(signed_in_only))
}

/// What pages and server functions find: who asks, what answers, where the files are, and a policy with this nonce.
fn provide(state: &AppState) {
    let (headers, extensions) = use_context::<http::request::Parts>()
        .map(|parts| (parts.headers, parts.extensions))
        .unwrap_or_default();
    let reader = language::of(&headers);
    provide_context(reader);
    let backend: Arc<dyn Backend> = Arc::new(RequestBackend {
        state: state.clone(),
        who: extensions.get::<Principal>().cloned(),
        just_connected: extensions.get::<JustConnected>().map(|one| one.0.clone()),
        session: extensions.get::<Session>().cloned(),
    });
    provide_context(backend);
    let manifest = assets::manifest();
    provide_context(Assets {
        js: manifest.js.clone(),
        wasm: manifest.wasm.clone(),
        css: manifest.css.clone(),
        page: manifest.page.clone(),
    });
    if let Some(style) = &state.map_style_url {
        provide_context(MapStyle(style.clone()));
    }
    let answer = expect_context::<ResponseOptions>();
    answer.insert_header(header::VARY, language::VARY);
    answer.insert_header(header::CONTENT_LANGUAGE, HeaderValue::from_static(reader.code()));
    let policy = use_nonce().map(|nonce| guard::page_policy(&nonce.to_string(), state.map_style_origin.as_deref()));
    if let Some(policy) = policy.and_then(|p| HeaderValue::from_str(&p).ok()) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Pages need a signed-in person; who is not goes to the sign-in page and comes back.
async fn signed_in_only(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !path.starts_with("/api/");
    let open = OPEN.contains(&path) || request.extensions().get::<Principal>().is_some();
    if !is_page || open {
        return next.run(request).await;
    }
    let asked = request.uri().path_and_query().map_or("/", |p| p.as_str());
    if asked == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let next = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", asked)
        .finish();
    Redirect::to(&format!("/sign-in?{next}")).into_response()
}

/// Whose people an address of the map asks for, and how; errs with the status if it is nobody's who asks.
pub fn asked(who: Option<Extension<Principal>>, query: Option<String>) -> Result<(Scope, MapQuery), StatusCode> {
    let Some(Extension(who)) = who else {
        return Err(StatusCode::UNAUTHORIZED);
    };
    let query = MapQuery::parse(&query.unwrap_or_default());
    let chosen = query.company.as_deref().filter(|_| who.company.is_none());
    let scope = who.scope_of(chosen).ok_or(StatusCode::FORBIDDEN)?;
    Ok((scope, query))
}

/// GET /map/people.geojson: what the map draws, for the same query as the page's.
pub async fn people_geojson(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    RawQuery(query): RawQuery,
) -> Response {
    let (scope, query) = match asked(who, query) {
        Ok(asked) => asked,
        Err(status) => return status.into_response(),
    };
    match people_map(&state, &scope, &query).await {
        Ok(map) => ([(header::CONTENT_TYPE, "application/geo+json")], Json(map)).into_response(),
        Err(error) => StatusCode::from_u16(error.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
    }
}
