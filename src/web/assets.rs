//! The web files that `scripts/web.mjs` made: inside a release's binary, on disk beside a debug build.
//! Called by the router for everything that is not a page or an interface; the page's shell asks `manifest` for addresses.
//! Always holds: an address with a hash in it is `immutable`; files of others (fonts, map) at plain addresses are kept for a day,
//! our own are asked about again (`no-cache`); no query matters.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "target/site"]
struct WebFiles;

/// Addresses of the files whose names hold a hash. Empty strings if the web files have not been built.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// The module that starts the app in the browser.
    pub js: String,
    /// What that module is to load.
    pub wasm: String,
    /// The one style sheet.
    pub css: String,
    /// The script of every page.
    pub page: String,
    /// MapLibre's module; its worker lies beside it.
    pub maplibre_js: String,
    /// MapLibre's style sheet.
    pub maplibre_css: String,
    /// Plain folder → the folder that holds its files now (`vendor/maplibre-gl` → `vendor/0123456789abcdef`).
    pub folders: BTreeMap<String, String>,
}

/// Where the files are, as built; read once.
pub fn manifest() -> &'static Manifest {
    static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
        let file = WebFiles::get("manifest.json");
        file.and_then(|file| serde_json::from_slice(&file.data).ok())
            .unwrap_or_default()
    });
    &MANIFEST
}

/// What to tell the operator at start-up if pages will be without scripts and styles.
pub fn missing() -> Option<&'static str> {
    manifest().js.is_empty().then_some(
        "the web files have not been built: pages work without scripts and styles only; `make build` makes them",
    )
}

/// Routes of all web files. `map_origin`: where a map style of the operator's own comes from, which the map's worker may ask.
pub fn assets_router<S: Clone + Send + Sync + 'static>(map_origin: Option<&str>) -> Router<S> {
    // A worker obeys the policy of its own response, not of the page that starts it.
    let policy = format!(
        "default-src 'none'; script-src 'self'; connect-src 'self' {0}; img-src 'self' data: blob: {0}; font-src 'self' {0}",
        map_origin.unwrap_or_default()
    );
    let script_policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'self'"));
    let answer = get(move |uri: Uri, headers: HeaderMap| async move { asset(uri.path(), &headers, &script_policy) });
    let folders = [
        "/pkg/{*file}",
        "/js/{*file}",
        "/vendor/{*file}",
        "/fonts/{*file}",
        "/style/{*file}",
    ];
    let router = folders
        .iter()
        .fold(Router::new(), |router, path| router.route(path, answer.clone()));
    // The files of `public/`, such as the icon, at the root.
    WebFiles::iter()
        .filter(|name| {
            !name.contains('/') && name != "manifest.json" && !name.ends_with(".br") && !name.ends_with(".gz")
        })
        .fold(router, |router, name| router.route(&format!("/{name}"), answer.clone()))
}

fn asset(path: &str, request: &HeaderMap, script_policy: &HeaderValue) -> Response {
    let plain = path.trim_start_matches('/');
    let name = current_name(plain);
    let Some(kind) = content_type(&name) else {
        return not_found();
    };
    let found = ["br", "gzip"]
        .into_iter()
        .filter(|encoding| accepts(request, encoding))
        .find_map(|encoding| {
            let ending = if encoding == "br" { "br" } else { "gz" };
            WebFiles::get(&format!("{name}.{ending}")).map(|file| (file, Some(encoding)))
        });
    let Some((file, encoding)) = found.or_else(|| WebFiles::get(&name).map(|file| (file, None))) else {
        return not_found();
    };

    let digest = file.metadata.sha256_hash();
    let tag: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let unchanged = request.get(header::IF_NONE_MATCH).is_some_and(|seen| {
        seen.to_str()
            .is_ok_and(|seen| seen.split(',').any(|seen| seen.trim().trim_start_matches("W/") == tag))
    });
    let cache = if is_immutable(plain) {
        "public, max-age=31536000, immutable"
    } else if plain.starts_with("fonts/") || plain.starts_with("vendor/") {
        "public, max-age=86400, stale-while-revalidate=604800"
    } else {
        "no-cache"
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if kind.starts_with("text/javascript") {
        headers.insert(header::CONTENT_SECURITY_POLICY, script_policy.clone());
    }
    let body = match file.data {
        Cow::Borrowed(embedded) => Body::from(embedded),
        Cow::Owned(read) => Body::from(read),
    };
    (headers, body).into_response()
}

/// The file behind an address: `vendor/maplibre-gl/x.mjs` is in the folder that the manifest names for `vendor/maplibre-gl`.
fn current_name(plain: &str) -> Cow<'_, str> {
    let folders = &manifest().folders;
    let renamed = folders.iter().find_map(|(folder, now)| {
        let rest = plain.strip_prefix(folder.as_str())?.strip_prefix('/')?;
        (!rest.contains('/')).then(|| format!("{now}/{rest}"))
    });
    renamed.map_or(Cow::Borrowed(plain), Cow::Owned)
}

/// Whether the second part of the address is a hash: `pkg/0123456789abcdef/whereabouts.js`.
fn is_immutable(plain: &str) -> bool {
    plain
        .split('/')
        .nth(1)
        .is_some_and(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// By the ending; a file with another ending is not served.
fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ if name.ends_with("/LICENSE") => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Whether the browser takes this content coding (RFC 9110 §12.5.3): named, or meant by `*`, and not at weight 0.
pub(super) fn accepts(request: &HeaderMap, coding: &str) -> bool {
    let named = request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let weights: BTreeMap<String, bool> = named
        .flat_map(|line| line.split(','))
        .map(|item| {
            let (name, weight) = item.split_once(";").unwrap_or((item, "q=1"));
            let weight = weight.trim().trim_start_matches("q=").parse::<f32>().unwrap_or(0.0);
            (name.trim().to_ascii_lowercase(), weight > 0.0)
        })
        .collect();
    weights
        .get(coding)
        .or_else(|| weights.get("*"))
        .copied()
        .unwrap_or(false)
}

fn not_found() -> Response {
    (
        StatusCode::NOT_FOUND,
        [(header::CACHE_CONTROL, "no-store")],
        "There is no such file.\n",
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_coding_is_taken_when_named_and_not_refused() {
        assert!(accepts(&accepting("gzip, deflate, br, zstd"), "br"));
        assert!(accepts(&accepting("GZIP;q=0.5"), "gzip"));
        assert!(accepts(&accepting("*"), "br"));
        assert!(!accepts(&accepting("gzip, br;q=0"), "br"));
        assert!(!accepts(&accepting("*, br; q=0"), "br"));
        assert!(!accepts(&accepting("brotli"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn only_an_address_with_a_hash_is_immutable() {
        assert!(is_immutable("pkg/0123456789abcdef/whereabouts.js"));
        assert!(is_immutable("pkg/0123456789abcdef/snippets/app-1/js/map.js"));
        assert!(!is_immutable("vendor/maplibre-gl/maplibre-gl.mjs"));
        assert!(!is_immutable("0123456789abcdef"));
        assert!(!is_immutable("favicon.svg"));
    }

    #[test]
    fn endings_that_browsers_are_strict_about() {
        assert_eq!(content_type("pkg/a/whereabouts_bg.wasm"), Some("application/wasm"));
        assert_eq!(
            content_type("vendor/a/maplibre-gl-worker.mjs"),
            Some("text/javascript; charset=utf-8")
        );
        assert_eq!(
            content_type("fonts/a/noto-sans-latin-400-normal.woff2"),
            Some("font/woff2")
        );
        assert_eq!(content_type("manifest.json"), None);
        assert_eq!(content_type("pkg"), None);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let policy = HeaderValue::from_static("default-src 'none'");
        for path in [
            "/pkg/0123456789abcdef/nothing.js",
            "/pkg/../Cargo.toml",
            "/pkg/../../Cargo.lock",
            "/fonts/",
            "//etc/passwd",
        ] {
            assert_eq!(
                asset(path, &accepting("br"), &policy).status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }

    /// Runs against whatever is built; a checkout without web files has nothing to look at here, the browser tests do.
    #[test]
    fn every_address_of_the_manifest_is_served_compressed_and_for_ever() {
        let policy = HeaderValue::from_static("default-src 'none'");
        let built = manifest();
        for path in [
            &built.js,
            &built.wasm,
            &built.css,
            &built.maplibre_js,
            &built.maplibre_css,
        ] {
            if path.is_empty() {
                continue;
            }
            let response = asset(path, &accepting("gzip, br"), &policy);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()[header::CONTENT_ENCODING], "br", "{path}");
            assert!(
                response.headers()[header::CACHE_CONTROL]
                    .to_str()
                    .is_ok_and(|v| v.contains("immutable")),
                "{path}"
            );

            let mut again = accepting("gzip, br");
            again.insert(header::IF_NONE_MATCH, response.headers()[header::ETAG].clone());
            assert_eq!(
                asset(path, &again, &policy).status(),
                StatusCode::NOT_MODIFIED,
                "{path}"
            );
            assert!(
                asset(path, &accepting("identity"), &policy)
                    .headers()
                    .get(header::CONTENT_ENCODING)
                    .is_none()
            );
        }
        if !built.maplibre_js.is_empty() {
            let plain = asset("/vendor/maplibre-gl/maplibre-gl.mjs", &accepting("br"), &policy);
            assert_eq!(plain.status(), StatusCode::OK);
            assert!(
                !plain.headers()[header::CACHE_CONTROL]
                    .to_str()
                    .is_ok_and(|v| v.contains("immutable"))
            );
            assert_eq!(
                asset("/fonts/noto-sans-latin-400-normal.woff2", &accepting("br"), &policy).status(),
                StatusCode::OK
            );
        }
    }
}
