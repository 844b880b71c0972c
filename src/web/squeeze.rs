//! Pages, map data and lists go over the wire compressed: a map page of a large company is half a megabyte of HTML.
//! Called around the pages by the router; web files are compressed when they are built, the live stream never is.
//! Always holds: only what is whole and large enough to gain by it; nothing secret is in it that a length could betray:
//! sessions are cookies, and forms are proven by their origin.

use std::io::Write as _;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::assets::accepts;

const KINDS: [&str; 4] = ["text/html", "application/geo+json", "application/json", "text/csv"];
/// Smaller ones fit a packet or two.
const LEAST: usize = 2_048;
/// More gains little and takes longer than the wire saves.
const LEVEL: Compression = Compression::new(3);

/// The answer, in gzip if whoever asks takes that.
pub async fn squeeze(request: Request, next: Next) -> Response {
    let wanted = accepts(request.headers(), "gzip");
    let response = next.run(request).await;
    if !wanted || !may_be(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(plain) = axum::body::to_bytes(body, usize::MAX).await else {
        tracing::warn!("an answer broke off");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    parts
        .headers
        .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if plain.len() < LEAST {
        return Response::from_parts(parts, Body::from(plain));
    }
    let whole = plain.clone();
    match tokio::task::spawn_blocking(move || gzip(&plain)).await {
        Ok(Ok(small)) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            parts
                .headers
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Response::from_parts(parts, Body::from(small))
        }
        _ => Response::from_parts(parts, Body::from(whole)),
    }
}

fn may_be(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let known = kind.is_some_and(|kind| KINDS.iter().any(|one| kind.starts_with(one)));
    known && !headers.contains_key(header::CONTENT_ENCODING) && !headers.contains_key(header::ETAG)
}

fn gzip(plain: &Bytes) -> std::io::Result<Vec<u8>> {
    let mut small = GzEncoder::new(Vec::with_capacity(plain.len() / 8), LEVEL);
    small.write_all(plain)?;
    small.finish()
}
