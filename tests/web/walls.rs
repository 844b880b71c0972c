//! Walls between companies: nothing of company B is told to company A, by no path and no id, and nothing tells that it exists.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::functions;
use crate::rig::{A, Answer, B, MARK_B, Rig, TRIP_A, TRIP_B, TRIPS_A, rig};

/// Everything that names company B or somebody in it.
fn marks(rig: &Rig) -> [String; 4] {
    [
        MARK_B.to_owned(),
        B.to_owned(),
        TRIP_B.to_owned(),
        rig.traveler_b.clone(),
    ]
}

/// Fails if the answer tells of company B more than the question did.
#[track_caller]
fn tells_nothing(rig: &Rig, asked: &str, answer: &Answer) {
    let text = answer.text().to_lowercase();
    for mark in marks(rig).iter().map(|m| m.to_lowercase()) {
        assert!(
            asked.to_lowercase().contains(&mark) || !text.contains(&mark),
            "{asked} tells {mark}: {text}"
        );
    }
}

#[tokio::test]
async fn no_list_of_the_rest_interface_crosses_the_wall() {
    let rig = rig().await;
    let b = rig.traveler_b.clone();
    let paths = [
        "/api/v1/ingest/status".to_owned(),
        "/api/v1/events?limit=500".to_owned(),
        format!("/api/v1/events?trip={TRIP_B}"),
        "/api/v1/companies".to_owned(),
        "/api/v1/whereabouts?limit=1000".to_owned(),
        format!("/api/v1/whereabouts?company={B}"),
        format!("/api/v1/whereabouts?company={}", B.to_uppercase()),
        format!("/api/v1/whereabouts?q={MARK_B}"),
        "/api/v1/whereabouts?bbox=2,48,3,49".to_owned(),
        "/api/v1/openapi.json".to_owned(),
        format!("/api/v1/whereabouts?cursor={}", cursor("A", &b)),
    ];
    for token in ["admin-a", "manager-a", "viewer-a"] {
        for path in &paths {
            let answer = rig.get(token, path).await;
            tells_nothing(&rig, path, &answer);
        }
    }
    // And they are there: the same questions tell the operator of B.
    for path in [
        &paths[1], &paths[2], &paths[3], &paths[4], &paths[5], &paths[7], &paths[8],
    ] {
        let text = rig.get("operator", path).await.text();
        assert!(marks(&rig).iter().any(|m| text.contains(m.as_str())), "{path}: {text}");
    }
    let narrowed = rig.get("manager-a", &format!("/api/v1/whereabouts?company={B}")).await;
    assert_eq!(
        narrowed.status.as_u16(),
        200,
        "another company's `company=` is an empty list"
    );
    assert_eq!(
        (&narrowed.json()["total"], &narrowed.json()["travelers"]),
        (&json!(0), &json!([]))
    );
    assert_eq!(
        rig.get("admin-a", "/api/v1/ingest/status").await.json()["received"],
        TRIPS_A.len()
    );
}

/// A cursor of the list of travelers, as the program makes them.
fn cursor(name: &str, id: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{name}\u{1f}{id}"))
}

#[tokio::test]
async fn another_companys_ids_answer_exactly_as_ids_that_do_not_exist() {
    let rig = rig().await;
    let log = rig.get("operator", "/api/v1/events").await.json();
    let theirs = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["company"] == B)
        .unwrap();
    let event = theirs["id"].as_str().unwrap();
    let pairs = [
        (
            "GET",
            format!("/api/v1/trips/{TRIP_B}"),
            "/api/v1/trips/51bb0000-0000-4000-8000-00000000dead".to_owned(),
        ),
        (
            "GET",
            format!("/api/v1/trips/{}", TRIP_B.to_uppercase()),
            "/api/v1/trips/nothing".to_owned(),
        ),
        (
            "GET",
            format!("/api/v1/travelers/{}/timeline", rig.traveler_b),
            "/api/v1/travelers/nobody/timeline".to_owned(),
        ),
        (
            "GET",
            format!("/api/v1/travelers/{}/why-not?place=LON", rig.traveler_b),
            "/api/v1/travelers/nobody/why-not?place=LON".to_owned(),
        ),
        (
            "POST",
            format!("/api/v1/events/{event}/replay"),
            "/api/v1/events/999999/replay".to_owned(),
        ),
        (
            "POST",
            format!("/api/v1/companies/{B}/disconnect"),
            "/api/v1/companies/cccc0000-0000-4000-8000-00000000000c/disconnect".to_owned(),
        ),
    ];
    for (method, there, nowhere) in &pairs {
        // Where a weaker role is refused, it is refused for both.
        for token in ["admin-a", "viewer-a"] {
            let there = rig.ask(method, there).token(token).send().await;
            let nowhere = rig.ask(method, nowhere).token(token).send().await;
            assert_eq!((there.status, there.text()), (nowhere.status, nowhere.text()));
            if token == "admin-a" {
                there.is_problem(404);
            }
        }
    }
    let states = rig.get("operator", "/api/v1/companies").await.json();
    assert!(
        states["companies"]
            .as_array()
            .unwrap()
            .iter()
            .all(|c| c["state"] == "connected"),
        "nothing was disconnected"
    );
    assert_eq!(rig.get("admin-b", &pairs[0].1).await.json()["id"], TRIP_B);
}

#[tokio::test]
async fn exposure_asks_only_ones_own_people() {
    let rig = rig().await;
    for area in [
        json!({"city": "PAR"}),
        json!({"country": "FR"}),
        json!({"circle": {"center": [2.35, 48.85], "radius_km": 9000}}),
    ] {
        for company in [Value::Null, json!(B), json!(B.to_uppercase())] {
            let question =
                json!({"area": area, "from": Utc::now(), "to": Utc::now() + TimeDelta::days(3), "company": company});
            let answer = rig
                .ask("POST", "/api/v1/exposure")
                .token("manager-a")
                .json(&question)
                .send()
                .await;
            assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
            tells_nothing(&rig, "", &answer);
        }
    }
    let question = json!({"area": {"city": "PAR"}, "from": Utc::now(), "to": Utc::now() + TimeDelta::hours(1)});
    let theirs = rig
        .ask("POST", "/api/v1/exposure")
        .token("admin-b")
        .json(&question)
        .send()
        .await;
    assert!(theirs.text().contains(MARK_B), "{}", theirs.text());
}

#[tokio::test]
async fn no_page_and_no_map_crosses_the_wall() {
    let rig = rig().await;
    let cookie = rig.sign_in("admin-a@example.com").await;
    let b = rig.traveler_b.clone();
    for path in [
        "/".to_owned(),
        "/?show=all".to_owned(),
        format!("/?show=all&company={B}"),
        format!("/?show=all&q={MARK_B}"),
        format!("/?person={b}"),
        format!("/?person={b}&company={B}"),
        "/?show=all&bbox=2,48,3,49".to_owned(),
        "/connect/done".to_owned(),
        "/map/people.geojson?show=all".to_owned(),
        format!("/map/people.geojson?show=all&company={B}"),
        format!("/map/people.geojson?show=all&q={MARK_B}"),
        "/map/people.geojson?show=all&bbox=2,48,3,49".to_owned(),
        format!("/travelers/{b}"),
    ] {
        let answer = rig.ask("GET", &path).with("cookie", &cookie).send().await;
        tells_nothing(&rig, &path, &answer);
    }
    let own = rig.ask("GET", "/?show=all").with("cookie", &cookie).send().await;
    assert!(own.text().contains("Zimmer"), "the page shows one's own people");
    let theirs = rig.sign_in("admin-b@example.com").await;
    for path in ["/?show=all", "/map/people.geojson?show=all", &format!("/?person={b}")] {
        let page = rig.ask("GET", path).with("cookie", &theirs).send().await;
        assert!(
            page.text().contains(MARK_B) && !page.text().contains("Zimmer"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn another_companys_person_and_an_unknown_one_are_the_same_page() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let person = async |id: &str| {
        let answer = rig
            .ask("GET", &format!("/?person={id}"))
            .with("cookie", &cookie)
            .send()
            .await;
        (answer.status, answer.text().matches("was not found").count())
    };
    let unknown = "0190b0a0-0000-7000-8000-000000000000";
    assert_eq!(unknown.len(), rig.traveler_b.len());
    let (there, nowhere) = (person(&rig.traveler_b).await, person(unknown).await);
    assert_eq!(there, nowhere);
    assert!(there.1 > 0, "it says that nothing was found");
}

#[tokio::test]
async fn no_server_function_crosses_the_wall() {
    let rig = rig().await;
    let cookie = rig.sign_in("admin-a@example.com").await;
    for (path, call) in functions::all(&rig.traveler_b, Some(B)) {
        let answer = functions::call(&rig, path, &call, &cookie).send().await;
        tells_nothing(&rig, "", &answer);
    }
    let theirs = rig.sign_in("admin-b@example.com").await;
    for (path, call) in functions::all(&rig.traveler_b, Some(B)) {
        let answer = functions::call(&rig, path, &call, &theirs).send().await;
        if functions::is_for_staff(path) {
            assert_eq!(answer.text(), r#"{"kind":"forbidden"}"#, "{path}");
        } else if !functions::is_open(path) && !functions::is_of_everyone(path) {
            assert!(answer.text().contains(MARK_B), "{path}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn without_a_session_there_is_no_map_no_stream_and_no_page_with_people() {
    let rig = rig().await;
    for path in ["/map/people.geojson", "/map/people.geojson?show=all", "/live"] {
        for cookie in ["", "sid=AAAAAAAAAAAAAAAAAAAAAA", "sid="] {
            let answer = rig.ask("GET", path).with("cookie", cookie).send().await;
            assert_eq!((answer.status.as_u16(), answer.body.len()), (401, 0), "{path}");
        }
    }
    for path in [
        "/",
        "/?show=all",
        &format!("/?person={}", rig.traveler_a),
        "/nothing/here",
    ] {
        let answer = rig.ask("GET", path).send().await;
        assert_eq!(answer.status.as_u16(), 303, "{path}");
        assert!(answer.header("location").starts_with("/sign-in"), "{path}");
        assert!(!answer.text().contains("Zimmer"));
    }
    let token = rig.ask("GET", "/map/people.geojson").token("operator").send().await;
    assert_eq!(token.status.as_u16(), 401, "a token is no session");
}

#[tokio::test]
async fn the_live_stream_tells_only_of_ones_own_people() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let response = rig.ask("GET", "/live").with("cookie", &cookie).open().await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let mut body = response.into_body();
    let mut heard = String::new();
    // B changes first: had it been sent, it would come before A's.
    for (company, trip, last) in [(B, TRIP_B, MARK_B), (A, TRIP_A, "Dover")] {
        let mut document = crate::rig::document(trip, "Emil", last, "FRA");
        document["DateModifiedUtc"] = "2026-02-02T01:00:00.000+00:00".into();
        rig.fake.serve(trip, Some(document));
        rig.deliver(company, trip).await;
    }
    while !heard.contains("event: change") {
        let frame = tokio::time::timeout(Duration::from_secs(20), body.frame())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        heard.push_str(&String::from_utf8_lossy(frame.data_ref().unwrap()));
    }
    assert!(heard.starts_with("event: hello"), "{heard}");
    assert!(
        heard.contains(&rig.traveler_a) && !heard.contains(&rig.traveler_b),
        "{heard}"
    );
}
