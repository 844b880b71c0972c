//! What every response and every unsafe request must pass: security headers, and proof that a form came from our own pages.
//! Called by the router as layers around everything but the event endpoint (whose proof is its signature).
//! Always holds: a response without a content security policy of its own gets the strictest one.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::AppState;

/// Policy of responses that are not pages: nothing may load, nothing may frame.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The policy of a page whose scripts carry `nonce`; `style_origin` is the origin of a map style of the operator's own.
pub fn page_policy(nonce: &str, style_origin: Option<&str>) -> String {
    let extra = style_origin.map(|o| format!(" {o}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:{extra}; connect-src 'self'{extra}; font-src 'self'{extra}; worker-src 'self' blob:; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
}

/// Adds the headers that every response carries.
pub async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // `no-cache` lets a copy be kept and asked about; without a tag there is nothing to ask with, only a copy (the live stream).
    let asked_again = headers.get(header::CACHE_CONTROL).is_some_and(|v| v == "no-cache");
    if asked_again && !headers.contains_key(header::ETAG) {
        headers.remove(header::CACHE_CONTROL);
    }
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, NOTHING);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        header::HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        header::HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    // Whatever says nothing about caching may hold personal data.
    set(header::CACHE_CONTROL, "no-store");
    if state.public_url.starts_with("https://") {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// Refuses unsafe requests that another site's page may have sent. Bearer requests carry no cookie and need no such proof.
pub async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let unsafe_method = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if unsafe_method && !request.uri().path().starts_with("/api/v1/") && !is_own(request.headers(), &state.public_url) {
        tracing::warn!(
            path = request.uri().path(),
            "refused a request that another site may have sent"
        );
        return (
            StatusCode::FORBIDDEN,
            "This request did not come from a page of this site. Open the page again and repeat it.\n",
        )
            .into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site` where the browser sends it, else `Origin`; without both it is no browser that would carry somebody's cookie along,
/// but then there must be no cookie either.
fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if let Some(origin) = text("origin") {
        let host = text("host").unwrap_or_default();
        return origin == public_url
            || (!host.is_empty() && origin.split_once("://").is_some_and(|(_, authority)| authority == host));
    }
    !headers.contains_key(header::COOKIE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(k, v)| (header::HeaderName::from_static(k), HeaderValue::from_static(v)))
            .collect();
        is_own(&headers, "https://w.example")
    }

    #[test]
    fn another_sites_form_is_refused() {
        assert!(!own(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://w.example")
        ]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[("origin", "https://evil.example"), ("host", "w.example")]));
        assert!(!own(&[("origin", "null"), ("host", "w.example")]));
        assert!(!own(&[("cookie", "sid=x")]));
    }

    #[test]
    fn our_own_form_and_a_script_without_cookie_pass() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("origin", "https://w.example")]));
        assert!(own(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(own(&[]));
    }

    #[test]
    fn a_page_runs_only_our_scripts() {
        let policy = page_policy("abc", Some("https://tiles.example"));
        assert!(policy.contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"));
        assert!(policy.contains("connect-src 'self' https://tiles.example;"));
        assert!(!policy.contains("unsafe-inline"));
    }
}
