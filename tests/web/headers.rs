//! What every answer carries: security headers, a policy whose nonce is the scripts', and how long it may be kept.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use scraper::{Html, Selector};
use whereabouts::web::assets::manifest;

use crate::functions;
use crate::rest;
use crate::rig::{Answer, PASSWORD, Rig, rig, rig_at};
use crate::signing::sign;

const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

#[track_caller]
fn secured(what: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), value, "{what}: {name}");
        assert_eq!(answer.headers.get_all(name).iter().count(), 1, "{what}: {name} once");
    }
    let policies = answer.headers.get_all("content-security-policy");
    assert_eq!(policies.iter().count(), 1, "{what}: one policy");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';"), "{what}: {policy}");
    for unsafe_word in ["unsafe-inline", "'unsafe-eval'", " *", "http:", "data: *"] {
        assert!(!policy.contains(unsafe_word), "{what}: {policy}");
    }
    let shared = answer
        .headers
        .keys()
        .any(|name| name.as_str().starts_with("access-control-"));
    assert!(!shared, "{what}: nothing is shared with other sites");
    assert!(
        answer.headers.get("server").is_none() && answer.headers.get("x-powered-by").is_none(),
        "{what}"
    );
}

/// Every kind of answer by its name, each as a person and a machine would get it.
async fn kinds(rig: &Rig) -> Vec<(String, Answer)> {
    let cookie = rig.sign_in("admin-a@example.com").await;
    let mut kinds = Vec::new();
    let mut add = |name: &str, status: u16, answer: Answer| {
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text());
        kinds.push((name.to_owned(), answer));
    };
    let get = async |path: &str| rig.ask("GET", path).with("cookie", &cookie).send().await;
    add("page", 200, get("/").await);
    add(
        "page of a person",
        200,
        get(&format!("/?person={}", rig.traveler_a)).await,
    );
    add("404 page", 404, get("/nothing/here").await);
    add("sign-in page", 200, rig.ask("GET", "/sign-in").send().await);
    add(
        "landing page",
        200,
        rig.ask("GET", "/connect?id=x&requestToken=y&userId=z").send().await,
    );
    add("redirect", 303, rig.ask("GET", "/").send().await);
    let wrong = rig
        .ask("POST", "/sign-in")
        .form(&[("email", "nobody@example.com"), ("password", "x")])
        .send()
        .await;
    add("refused sign-in", 303, wrong);
    let right = [("email", "viewer-a@example.com"), ("password", PASSWORD)];
    add("sign-in", 303, rig.ask("POST", "/sign-in").form(&right).send().await);
    add(
        "bad form",
        422,
        rig.ask("POST", "/sign-in").form(&[("email", "x")]).send().await,
    );
    add("wrong method of a form", 405, rig.ask("PUT", "/sign-out").send().await);
    let foreign = rig
        .ask("POST", "/sign-in")
        .with("sec-fetch-site", "cross-site")
        .form(&right)
        .send()
        .await;
    add("another site's form", 403, foreign);
    add("geojson", 200, get("/map/people.geojson").await);
    add(
        "geojson without a session",
        401,
        rig.ask("GET", "/map/people.geojson").send().await,
    );
    let (parts, body) = rig
        .ask("GET", "/live")
        .with("cookie", &cookie)
        .open()
        .await
        .into_parts();
    drop(body);
    let live = Answer {
        status: parts.status,
        headers: parts.headers,
        body: Vec::new(),
    };
    add("live stream", 200, live);
    let staff = rig.sign_in("operator@example.com").await;
    for (path, call) in functions::all(&rig.traveler_a, None) {
        let cookie = if functions::is_for_staff(path) { &staff } else { &cookie };
        // No invitation has the code that is asked for.
        let status = if matches!(call, functions::Call::Code) {
            500
        } else {
            200
        };
        add(path, status, functions::call(rig, path, &call, cookie).send().await);
    }
    for (method, path, body) in rest::paths(rig) {
        let answer = rig.ask(method, &path).token("admin-a").json(&body).send().await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        add(&path, answer.status.as_u16(), answer);
        add(
            &format!("{path} without a token"),
            401,
            rig.ask(method, &path).json(&body).send().await,
        );
    }
    add("openapi", 200, rig.ask("GET", "/api/v1/openapi.json").send().await);
    add("REST 404", 404, rig.get("admin-a", "/api/v1/nothing").await);
    add(
        "REST 405",
        405,
        rig.ask("DELETE", "/api/v1/events").token("admin-a").send().await,
    );
    add("REST 400", 400, rig.get("admin-a", "/api/v1/events?limit=x").await);
    add("healthz", 200, rig.ask("GET", "/healthz").send().await);
    add("readyz", 200, rig.ask("GET", "/readyz").send().await);
    add("metrics", 200, rig.ask("GET", "/metrics").send().await);
    let body = br#"{"id":"0b0f0000-0000-4000-8000-00000000ffff"}"#;
    let event = rig
        .ask("POST", "/ess/events")
        .with("concur-signature", &sign(body))
        .body(body)
        .send()
        .await;
    add("event", 200, event);
    add(
        "unsigned event",
        401,
        rig.ask("POST", "/ess/events").body("{}").send().await,
    );
    add(
        "event with a wrong method",
        503,
        rig.ask("GET", "/ess/events").send().await,
    );
    add(
        "event of 2 MiB",
        413,
        rig.ask("POST", "/ess/events").body(vec![b'x'; 2 << 20]).send().await,
    );
    rig.broken.store(true, Ordering::SeqCst);
    add("panic of REST", 500, rig.get("admin-a", "/api/v1/ingest/status").await);
    add("panic of a page", 500, get("/map/people.geojson").await);
    let event = rig
        .ask("POST", "/ess/events")
        .with("concur-signature", &sign(body))
        .body(body)
        .send()
        .await;
    add("panic at an event", 503, event);
    rig.broken.store(false, Ordering::SeqCst);
    kinds
}

#[tokio::test]
async fn every_kind_of_answer_has_the_security_headers_and_nothing_personal_is_kept() {
    let rig = rig().await;
    for (what, answer) in kinds(&rig).await {
        secured(&what, &answer);
        assert!(
            answer.headers.get("strict-transport-security").is_none(),
            "{what}: http knows no HSTS"
        );
        let cache: BTreeSet<&str> = answer.header("cache-control").split(", ").collect();
        assert!(cache.contains("no-store"), "{what}: {cache:?}");
    }
}

#[tokio::test]
async fn behind_https_every_answer_says_so_for_a_year() {
    let rig = rig_at("https://w.example").await;
    for (what, answer) in kinds(&rig).await {
        secured(&what, &answer);
        let hsts = answer.header("strict-transport-security");
        assert_eq!(hsts, "max-age=31536000; includeSubDomains", "{what}");
    }
}

#[tokio::test]
async fn files_and_tiles_are_public_and_only_hashed_ones_are_kept_for_ever() {
    let rig = rig().await;
    let get = async |path: &str| rig.ask("GET", path).send().await;
    let built = manifest();
    for hashed in [&built.js, &built.wasm, &built.css]
        .into_iter()
        .filter(|path| !path.is_empty())
    {
        let answer = get(hashed).await;
        secured(hashed, &answer);
        assert_eq!(
            (answer.status.as_u16(), answer.header("cache-control")),
            (200, "public, max-age=31536000, immutable"),
            "{hashed}"
        );
    }
    let tile = get("/tiles/0/0/0.mvt").await;
    secured("tile", &tile);
    assert_eq!((tile.status.as_u16(), tile.header("content-encoding")), (200, "gzip"));
    assert!(tile.header("cache-control").starts_with("public, max-age=86400"));
    for missing in [
        "/pkg/0123456789abcdef/nothing.js",
        "/tiles/99/0/0.mvt",
        "/style/x.css",
        "/tiles/0/0/0.png",
    ] {
        let answer = get(missing).await;
        secured(missing, &answer);
        assert!(
            answer.status.is_client_error() && answer.header("cache-control") == "no-store",
            "{missing}"
        );
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

/// The nonces of a page's scripts and of its policy.
fn nonces(answer: &Answer) -> (BTreeSet<String>, String) {
    let policy = answer.header("content-security-policy");
    let after = policy
        .split_once("'nonce-")
        .unwrap_or_else(|| panic!("no nonce: {policy}"))
        .1;
    let scripts = Selector::parse("script, style").unwrap();
    let page = Html::parse_document(&answer.text());
    let of = page
        .select(&scripts)
        .map(|s| s.value().attr("nonce").unwrap_or("none").to_owned());
    (of.collect(), after.split_once('\'').unwrap().0.to_owned())
}

#[tokio::test]
async fn each_page_has_a_nonce_of_its_own_on_every_script_and_no_inline_style_or_handler() {
    let rig = rig().await;
    let cookie = rig.sign_in("admin-a@example.com").await;
    let mut seen = BTreeSet::new();
    for path in [
        "/",
        "/",
        "/?show=all",
        "/nothing/here",
        "/sign-in",
        "/sign-in",
        "/connect",
        "/connect/done",
    ] {
        let answer = rig.ask("GET", path).with("cookie", &cookie).send().await;
        let (scripts, nonce) = nonces(&answer);
        assert!(nonce.len() >= 16, "{path}: {nonce}");
        assert_eq!(scripts, BTreeSet::from([nonce.clone()]), "{path}");
        assert!(seen.insert(nonce), "{path}: a nonce was used twice");
        let page = Html::parse_document(&answer.text());
        let any = Selector::parse("*").unwrap();
        for element in page.select(&any) {
            for (name, value) in element.value().attrs() {
                assert!(
                    name != "style" && !name.starts_with("on"),
                    "{path}: {name}={value} is stopped by the policy"
                );
                assert!(
                    !value.trim_start().to_lowercase().starts_with("javascript:"),
                    "{path}: {value}"
                );
            }
        }
    }
}

#[tokio::test]
async fn pages_and_map_data_are_compressed_for_who_takes_it_and_the_live_stream_is_not() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    for path in ["/?show=all", "/map/people.geojson?show=all"] {
        let ask = |encoding: &'static str| {
            rig.ask("GET", path)
                .with("cookie", &cookie)
                .with("accept-encoding", encoding)
        };
        let plain = ask("identity").send().await;
        assert_eq!(
            (plain.status.as_u16(), plain.header("content-encoding")),
            (200, ""),
            "{path}"
        );
        let small = ask("gzip, deflate, br").send().await;
        if plain.body.len() < 2_048 {
            assert_eq!(small.header("content-encoding"), "", "{path}");
            continue;
        }
        assert_eq!(small.header("content-encoding"), "gzip", "{path}");
        let vary = small.headers.get_all("vary").iter();
        let vary: Vec<&str> = vary.map(|value| value.to_str().unwrap()).collect();
        assert!(
            vary.iter().any(|value| value.contains("accept-encoding")),
            "{path}: {vary:?}"
        );
        assert!(small.body.len() * 2 < plain.body.len(), "{path}");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&small.body[..]), &mut text).unwrap();
        assert!(text.contains("Dover"), "{path}");
        assert_eq!(small.header("cache-control"), "no-store");
    }
    let live = rig
        .ask("GET", "/live")
        .with("cookie", &cookie)
        .with("accept-encoding", "gzip")
        .open()
        .await;
    assert_eq!(live.headers().get("content-encoding"), None);
}
