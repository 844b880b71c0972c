//! The page from which an admin connects the partner application (Q2–Q4).
//! Called by a browser; works without JavaScript.
//! Always holds: each press of Connect mints a token of its own, and nothing of it is cached.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Desk;

/// `GET /`
pub(super) async fn home() -> Redirect {
    Redirect::temporary("/appcenter")
}

/// `GET /appcenter`
pub(super) async fn page(State(desk): State<Arc<Desk>>) -> Response {
    let (connected, connect_uri) = {
        let registry = desk.registry();
        (registry.connected.clone(), registry.connect_uri.clone())
    };
    let companies: Vec<String> = {
        let world = desk.world();
        let one = |(index, company): (usize, &crate::sandbox::Company)| {
            listing(
                &company.id.to_string(),
                &company.name,
                company.people.len(),
                connected.contains(&index),
                connect_uri.is_some(),
            )
        };
        world.companies.iter().enumerate().map(one).collect()
    };
    let hint = if connect_uri.is_some() {
        ""
    } else {
        "<p class=\"hint\">No Connect URI is set, so there is nowhere to go yet.</p>"
    };
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Whereabouts · App Center (simulated)</title>\n<link rel=\"stylesheet\" href=\"/appcenter/style.css\">\n</head>\n<body>\n\
         <header><strong>App Center</strong> <span>simulated, on this machine only</span></header>\n<main>\n<h1>Whereabouts</h1>\n\
         <p class=\"lead\">Duty of care: shows where your travelers are, how sure that is, and from which booking it is known.</p>\n\
         <h2>What it asks for</h2>\n<ul>\n<li>trips of your company, as they are booked, changed and cancelled</li>\n\
         <li>names, work contacts and emergency contacts of the people who travel</li>\n<li>the name of your company</li>\n</ul>\n\
         <h2>Connect</h2>\n<p>You are signed in as a Web Services Administrator. Connecting opens the provider's page, where you finish.</p>\n\
         {hint}{}\n</main>\n<footer>All companies and people here are invented.</footer>\n</body>\n</html>\n",
        companies.join("\n"),
    );
    let mut response = (StatusCode::OK, html).into_response();
    protect(response.headers_mut(), connect_uri.as_deref());
    response
}

fn listing(id: &str, name: &str, people: usize, connected: bool, possible: bool) -> String {
    let (state, action) = if connected {
        ("Connected", "Connect again")
    } else {
        ("Not connected", "Connect")
    };
    let disabled = if possible { "" } else { " disabled" };
    let name = name.replace('&', "&amp;");
    format!(
        "<form method=\"post\" action=\"/appcenter/connect\">\n<div><h3>{name}</h3>\n<p>{people} travelers · {state}</p></div>\n\
         <input type=\"hidden\" name=\"company\" value=\"{id}\">\n<button type=\"submit\" aria-label=\"{action} {name}\"{disabled}>{action}</button>\n</form>"
    )
}

/// `GET /appcenter/style.css`
pub(super) async fn style() -> Response {
    const STYLE: &str = "\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }\n\
body { margin: 0 auto; max-width: 46rem; padding: 0 1.5rem 3rem; color: #16202c; background: #fff; }\n\
header, footer { padding: 1rem 0; color: #51606f; border-bottom: 1px solid #d5dce4; }\n\
footer { border: 0; margin-top: 2rem; font-size: .9rem; }\n\
h1 { margin: 2rem 0 0; } h2 { margin: 2rem 0 .25rem; font-size: 1.1rem; } h3 { margin: 0; font-size: 1rem; }\n\
.lead { font-size: 1.15rem; margin-top: .25rem; } .hint { font-weight: 600; }\n\
form { display: flex; gap: 1rem; align-items: center; justify-content: space-between; padding: .9rem 0; border-bottom: 1px solid #d5dce4; }\n\
form p { margin: 0; color: #51606f; }\n\
button { font: inherit; font-weight: 600; padding: .55rem 1.4rem; border: 0; border-radius: 4px; background: #0a4f8f; color: #fff; cursor: pointer; }\n\
button:hover { background: #083d70; } button:disabled { background: #8795a3; cursor: default; }\n\
button:focus-visible { outline: 3px solid #e08a00; outline-offset: 2px; }\n\
@media (prefers-color-scheme: dark) { body { color: #e6ebf0; background: #12181f; } header, footer, form p { color: #a5b2bf; }\n\
header, form { border-color: #33404d; } button { background: #3f8fdc; color: #06121e; } button:hover { background: #62a6e6; } }\n";
    ([(header::CONTENT_TYPE, "text/css")], STYLE).into_response()
}

/// What the Connect button sends.
#[derive(Deserialize)]
pub(super) struct Connect {
    company: String,
}

/// `POST /appcenter/connect`: 301 to the partner's Connect URI (Q2).
pub(super) async fn connect(State(desk): State<Arc<Desk>>, headers: HeaderMap, Form(form): Form<Connect>) -> Response {
    let site = headers
        .get("sec-fetch-site")
        .and_then(|site| site.to_str().ok())
        .unwrap_or("none");
    if !matches!(site, "same-origin" | "none") {
        return (StatusCode::FORBIDDEN, "press Connect on the App Center page").into_response();
    }
    let company = desk.world().company_by_id(&form.company);
    let Some(company) = company else {
        return (StatusCode::NOT_FOUND, "no such company").into_response();
    };
    let Some(target) = desk.connect_link(company) else {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "the application has no Connect URI yet",
        )
            .into_response();
    };
    let mut response = (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, target)]).into_response();
    protect(response.headers_mut(), None);
    response
}

/// A strict policy; a form's redirect counts as a form target, so the Connect URI's origin is named.
fn protect(headers: &mut HeaderMap, connect_uri: Option<&str>) {
    let origin = connect_uri
        .and_then(|uri| url::Url::parse(uri).ok())
        .map(|uri| uri.origin().ascii_serialization())
        .unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {origin}; base-uri 'none'; frame-ancestors 'none'"
    );
    let fixed = [
        (header::CONTENT_TYPE, "text/html;charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(policy.trim()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}
