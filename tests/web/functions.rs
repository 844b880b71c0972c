//! The server functions of the pages: each one that exists, without a session, with a foreign one, from another site.

use http::Method;
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};

use crate::rig::{Ask, MARK_B, Rig, rig};

/// How a server function is called.
pub enum Call {
    Json(Value),
    Form,
    /// With a code that nobody has.
    Code,
}

/// How a call that is allowed ends: an error of a server function is always a 500 with a word of its own.
fn good(path: &str) -> u16 {
    if name(path) == "get_invitation" { 500 } else { 200 }
}

/// What anybody may read: nothing of anybody is in it.
pub fn is_open(path: &str) -> bool {
    ["get_connect_page", "get_public_info", "get_invitation"].contains(&name(path))
}

/// What only administrators and staff of the service may read.
fn is_for_administrators(path: &str) -> bool {
    [
        "get_backlog",
        "get_privacy",
        "get_company",
        "get_looks",
        "get_quality_page",
    ]
    .contains(&name(path))
}

/// What only staff of the service may read: it is of no company.
pub fn is_for_staff(path: &str) -> bool {
    name(path) == "get_feed_page"
}

/// What is of no company, and read by everybody who is signed in.
pub fn is_of_everyone(path: &str) -> bool {
    name(path) == "get_notice_codes"
}

/// `get_me` of `/api/get_me4711`.
fn name(path: &str) -> &str {
    path.trim_start_matches("/api/")
        .trim_end_matches(|c: char| c.is_ascii_digit())
}

/// What the server function of this name answers to this body.
pub async fn ask(rig: &Rig, cookie: &str, function: &str, body: Value) -> Value {
    let (path, _) = server_fn_paths().find(|(path, _)| path.contains(function)).unwrap();
    let answer = call(rig, path, &Call::Json(body), cookie).send().await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    answer.json()
}

/// Every registered server function, asked for this traveler in this company. A new one needs a line here.
pub fn all(traveler: &str, company: Option<&str>) -> Vec<(&'static str, Call)> {
    let call = |path| match name(path) {
        "get_me" | "get_connect_page" | "get_connect_done" | "get_public_info" | "get_backlog" | "get_privacy"
        | "get_company" | "get_notice_codes" => Call::Form,
        "get_invitation" => Call::Code,
        "get_map_page" => {
            let mut query = serde_json::to_value(app::view::MapQuery::default()).unwrap();
            query["filter"] = "all".into();
            query["company"] = json!(company);
            Call::Json(json!({"query": query}))
        }
        "get_quality_page" => {
            let mut query = serde_json::to_value(app::view::quality::QualityQuery::default()).unwrap();
            query["company"] = json!(company);
            Call::Json(json!({"query": query}))
        }
        "get_looks" => Call::Json(json!({"query": {"company": company, "person": "", "reader": null, "cursor": null}})),
        "get_sheet" => {
            let mut query = serde_json::to_value(app::view::MapQuery::default()).unwrap();
            query["filter"] = "all".into();
            query["company"] = json!(company);
            Call::Json(json!({"query": query}))
        }
        "get_boards" => Call::Json(json!({"query": {"company": company, "open": "GB", "leaving": false}})),
        "get_feed_page" => Call::Json(json!({"query": app::view::FeedQuery::default()})),
        "get_person" => Call::Json(json!({"id": traveler, "at": null, "as_of": null, "why": "Paris"})),
        "get_hits" => Call::Json(json!({"text": MARK_B, "company": company})),
        other => panic!("tests/web/functions.rs does not know how to call {other}"),
    };
    let mut all: Vec<_> = server_fn_paths()
        .map(|(path, method)| (path, method, call(path)))
        .collect();
    assert!(all.len() >= 6, "the server functions are registered");
    all.sort_by_key(|(path, ..)| *path);
    all.into_iter()
        .map(|(path, method, call)| {
            assert_eq!(
                method,
                Method::POST,
                "{path}: nothing personal in an address, and no SameSite=Lax cookie with it"
            );
            (path, call)
        })
        .collect()
}

pub fn call<'a>(rig: &'a Rig, path: &str, call: &Call, cookie: &str) -> Ask<'a> {
    let ask = rig
        .ask("POST", path)
        .with("cookie", cookie)
        .with("origin", "http://w.example")
        .with("accept", "application/json");
    match call {
        Call::Json(body) => ask.json(body),
        Call::Form => ask.form(&[]),
        Call::Code => ask.form(&[("code", "AAAA-BBBB-CCCC-DDDD")]),
    }
}

#[tokio::test]
async fn each_refuses_without_a_session_and_says_so() {
    let rig = rig().await;
    for cookie in ["", "sid=AAAAAAAAAAAAAAAAAAAAAA"] {
        for (path, how) in all(&rig.traveler_a, None) {
            let answer = call(&rig, path, &how, cookie).send().await;
            if is_open(path) {
                assert_eq!(answer.status.as_u16(), good(path), "{path}: {}", answer.text());
            } else {
                assert_ne!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
                assert_eq!(answer.text(), r#"{"kind":"sign_in"}"#, "{path}");
            }
            assert!(!answer.text().contains("Dover") && !answer.text().contains(MARK_B));
        }
    }
}

#[tokio::test]
async fn each_answers_whoever_is_signed_in() {
    let rig = rig().await;
    let (viewer, admin, staff) = (
        rig.sign_in("viewer-a@example.com").await,
        rig.sign_in("admin-a@example.com").await,
        rig.sign_in("operator@example.com").await,
    );
    for (path, how) in all(&rig.traveler_a, None) {
        let (refused, cookie): (&[&String], _) = match path {
            path if is_for_staff(path) => (&[&viewer, &admin], &staff),
            path if is_for_administrators(path) => (&[&viewer], &admin),
            _ => (&[], &viewer),
        };
        for other in refused {
            let refused = call(&rig, path, &how, other).send().await;
            assert_eq!(refused.text(), r#"{"kind":"forbidden"}"#, "{path}");
        }
        let answer = call(&rig, path, &how, cookie).send().await;
        assert_eq!(answer.status.as_u16(), good(path), "{path}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_bearer_token_is_no_session() {
    let rig = rig().await;
    for (path, how) in all(&rig.traveler_a, None)
        .into_iter()
        .filter(|(path, _)| !is_open(path))
    {
        let answer = call(&rig, path, &how, "").token("operator").send().await;
        assert_eq!(answer.text(), r#"{"kind":"sign_in"}"#, "{path}");
    }
}

#[tokio::test]
async fn each_refuses_what_another_site_sends_and_what_is_not_a_post() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    for (path, how) in all(&rig.traveler_a, None) {
        let answer = call(&rig, path, &how, &cookie)
            .with("sec-fetch-site", "cross-site")
            .send()
            .await;
        assert_eq!(answer.status.as_u16(), 403, "{path}");
        assert!(!answer.text().contains("Dover"));
        for method in ["GET", "PUT", "DELETE"] {
            let answer = rig
                .ask(method, path)
                .with("cookie", &cookie)
                .with("sec-fetch-site", "same-origin")
                .send()
                .await;
            assert!(!answer.status.is_success(), "{method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn nonsense_is_refused_without_a_panic_and_without_detail() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    for (path, how) in all(&rig.traveler_a, None)
        .iter()
        .filter(|(_, how)| matches!(how, Call::Json(_)))
    {
        for body in ["", "{", "[]", "{\"query\":7}", "{\"id\":null}", "\u{0}\u{1}"] {
            let answer = call(&rig, path, how, &cookie).body(body).send().await;
            assert!(!answer.status.is_success(), "{path} {body}");
            // Only words of our own: what the reader of the body had to say stays here.
            let told = answer.json();
            assert!(
                ["invalid", "unavailable"].contains(&told["kind"].as_str().unwrap()),
                "{path} {body}: {told}"
            );
            assert!(
                !["line", "column", "expected", "serde"]
                    .iter()
                    .any(|word| told.to_string().contains(word)),
                "{told}"
            );
        }
    }
}
