//! The REST interface: what each path answers, and who may ask.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::rig::{A, B, Rig, TRIP_A, TRIP_B, TRIPS_A, rig};

/// Every path with a token, as contract.md has them, with ids of company A.
pub fn paths(rig: &Rig) -> Vec<(&'static str, String, Value)> {
    let (from, to) = (Utc::now(), Utc::now() + TimeDelta::days(1));
    let exposure = json!({"area": {"city": "LON"}, "from": from, "to": to});
    let get = |path: &str| ("GET", path.to_owned(), Value::Null);
    vec![
        get("/api/v1/ingest/status"),
        get("/api/v1/events"),
        get("/api/v1/companies"),
        get("/api/v1/whereabouts"),
        get(&format!("/api/v1/travelers/{}/timeline", rig.traveler_a)),
        get(&format!("/api/v1/travelers/{}/why-not?place=PAR", rig.traveler_a)),
        get(&format!("/api/v1/trips/{TRIP_A}")),
        ("POST", "/api/v1/exposure".to_owned(), exposure),
        ("POST", "/api/v1/events/1/replay".to_owned(), Value::Null),
        ("POST", format!("/api/v1/companies/{A}/disconnect"), Value::Null),
    ]
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn time(value: &Value) -> DateTime<Utc> {
    let text = value.as_str().unwrap();
    assert!(text.ends_with('Z'), "times end in Z: {text}");
    text.parse().unwrap()
}

#[tokio::test]
async fn every_path_refuses_without_a_token_with_a_wrong_one_and_with_a_session() {
    let rig = rig().await;
    let cookie = rig.sign_in("operator@example.com").await;
    for (method, path, body) in paths(&rig) {
        for (name, value) in [
            ("authorization", ""),
            ("authorization", "Bearer nobody"),
            ("authorization", "Bearer"),
            ("authorization", "Bearer "),
            ("authorization", "Basic b3BlcmF0b3I6"),
            ("authorization", "operator"),
            ("cookie", cookie.as_str()),
        ] {
            let answer = rig.ask(method, &path).with(name, value).json(&body).send().await;
            answer.is_problem(401);
            assert!(
                answer.header("www-authenticate").starts_with("Bearer"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn the_state_of_the_work_is_numbers() {
    let rig = rig().await;
    let status = rig.get("viewer-a", "/api/v1/ingest/status").await.json();
    let wanted = [
        "dead",
        "oldest_queued_s",
        "quarantined",
        "queued",
        "received",
        "running",
        "waiting_grace",
        "waiting_retry",
    ];
    assert_eq!(keys(&status), wanted);
    assert_eq!(status["received"], TRIPS_A.len());
    assert!(status["oldest_queued_s"].is_number());
    assert_eq!(
        rig.get("operator", "/api/v1/ingest/status").await.json()["received"],
        TRIPS_A.len() + 1
    );
}

#[tokio::test]
async fn the_event_log_is_newest_first_and_filtered_by_status_and_trip() {
    let rig = rig().await;
    rig.deliver(A, TRIP_A).await;
    let log = rig.get("admin-a", "/api/v1/events").await.json();
    assert_eq!(log["next"], Value::Null);
    let events = log["events"].as_array().unwrap();
    assert_eq!(events.len(), TRIPS_A.len() + 1);
    let wanted = [
        "company",
        "duplicates",
        "event_id",
        "id",
        "received_at",
        "status",
        "trip",
        "type",
    ];
    for event in events {
        assert_eq!(keys(event), wanted);
        assert!(event["id"].is_string(), "ids are strings");
        assert_eq!(
            (&event["company"], &event["status"], &event["duplicates"]),
            (&json!(A), &json!("processed"), &json!(0))
        );
        assert_eq!(event["type"], "ItineraryUpdated");
    }
    let ids: Vec<i64> = events
        .iter()
        .map(|e| e["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(
        ids.is_sorted_by(|a, b| a > b)
            && events.is_sorted_by(|a, b| time(&a["received_at"]) >= time(&b["received_at"]))
    );

    let of = async |query: &str| {
        let log = rig.get("admin-a", &format!("/api/v1/events?{query}")).await.json();
        log["events"].as_array().unwrap().len()
    };
    assert_eq!(of(&format!("trip={TRIP_A}")).await, 2);
    assert_eq!(of(&format!("trip={}", TRIP_A.to_uppercase())).await, 2);
    assert_eq!(of("trip=51aa0000-0000-4000-8000-00000000ffff").await, 0);
    assert_eq!(of("status=processed").await, TRIPS_A.len() + 1);
    assert_eq!(of("status=dead").await, 0);
    assert_eq!(of(&format!("status=processed&trip={TRIP_A}&cursor=")).await, 2);
    rig.get("admin-a", "/api/v1/events?status=lost").await.is_problem(400);
}

#[tokio::test]
async fn the_event_log_pages_by_cursor_and_stays_stable_while_events_arrive() {
    let rig = rig().await;
    let (mut seen, mut path) = (Vec::new(), "/api/v1/events?limit=1".to_owned());
    loop {
        let page = rig.get("admin-a", &path).await.json();
        seen.extend(
            page["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["trip"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/events?limit=1&cursor={next}");
        if seen.len() == 1 {
            rig.deliver(A, TRIP_A).await;
        }
    }
    let wanted: Vec<String> = TRIPS_A.iter().rev().map(|t| t.0.to_owned()).collect();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn a_replay_fetches_the_trip_once_more_and_only_administrators_may() {
    let rig = rig().await;
    let log = rig.get("admin-a", "/api/v1/events").await.json();
    let newest = log["events"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/events/{newest}/replay");
    let fetched = || rig.fake.seen("/travel/v4/trips/").len();
    let before = fetched();
    for weaker in ["manager-a", "viewer-a"] {
        rig.ask("POST", &path).token(weaker).send().await.is_problem(403);
        rig.get(weaker, "/api/v1/events").await.is_problem(403);
    }
    rig.settled().await;
    assert_eq!(fetched(), before);
    let answer = rig.ask("POST", &path).token("admin-a").send().await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.text());
    rig.settled().await;
    assert_eq!(fetched(), before + 1);
    for nothing in ["999999", "0", "-1", "abc", "9999999999999999999999"] {
        let path = format!("/api/v1/events/{nothing}/replay");
        rig.ask("POST", &path).token("admin-a").send().await.is_problem(404);
    }
}

#[tokio::test]
async fn companies_tell_the_state_of_their_connection() {
    let rig = rig().await;
    let list = rig.get("viewer-a", "/api/v1/companies").await.json();
    let companies = list["companies"].as_array().unwrap();
    assert_eq!(companies.len(), 1);
    let wanted = [
        "id",
        "last_event_at",
        "name",
        "reason",
        "refresh_expires_at",
        "region",
        "state",
    ];
    assert_eq!(keys(&companies[0]), wanted);
    assert_eq!(
        (&companies[0]["id"], &companies[0]["name"], &companies[0]["state"]),
        (&json!(A), &json!("Meridian"), &json!("connected"))
    );
    assert!(Utc::now() - time(&companies[0]["last_event_at"]) < TimeDelta::minutes(5));
    assert_eq!(
        rig.get("operator", "/api/v1/companies").await.json()["companies"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn disconnecting_is_for_administrators_and_ends_the_connection() {
    let rig = rig().await;
    let path = format!("/api/v1/companies/{}/disconnect", A.to_uppercase());
    for weaker in ["manager-a", "viewer-a"] {
        rig.ask("POST", &path).token(weaker).send().await.is_problem(403);
    }
    let state = async || rig.get("operator", "/api/v1/companies").await.json()["companies"].clone();
    let answer = rig.ask("POST", &path).token("admin-a").send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.body.len()),
        (204, 0),
        "{}",
        answer.text()
    );
    for company in state().await.as_array().unwrap() {
        let wanted = if company["id"] == A {
            "disconnected"
        } else {
            "connected"
        };
        assert_eq!(company["state"], wanted);
    }
    let nobody = "/api/v1/companies/cccc0000-0000-4000-8000-00000000000c/disconnect";
    rig.ask("POST", nobody).token("operator").send().await.is_problem(404);
}

#[tokio::test]
async fn whereabouts_have_the_contracts_shape() {
    let rig = rig().await;
    let page = rig.get("viewer-a", "/api/v1/whereabouts?q=emil").await.json();
    assert_eq!(keys(&page), ["as_of", "at", "next", "total", "travelers"]);
    assert_eq!((&page["total"], &page["next"]), (&json!(1), &Value::Null));
    assert!(Utc::now() - time(&page["at"]) < TimeDelta::minutes(1));
    let one = &page["travelers"][0];
    assert_eq!(keys(&one["traveler"]), ["company", "id", "login", "name"]);
    assert_eq!(
        (&one["traveler"]["company"], &one["traveler"]["login"]),
        (&json!(A), &json!("Emil.Dover@example.com"))
    );
    assert_eq!((&one["state"], &one["band"]), (&json!("stay"), &json!("very_likely")));
    let answer = &one["answer"];
    assert_eq!(
        (&answer["kind"], &answer["code"], &answer["country"]),
        (&json!("city"), &json!("LON"), &json!("GB"))
    );
    let [lon, lat] = [&answer["point"][0], &answer["point"][1]].map(|n| n.as_f64().unwrap());
    assert!(
        (-1.0..0.5).contains(&lon) && (51.0..52.0).contains(&lat),
        "longitude first: {lon} {lat}"
    );
    let p = |value: &Value| value.as_f64().unwrap();
    let places: f64 = one["hypotheses"].as_array().unwrap().iter().map(|h| p(&h["p"])).sum();
    let sum = places + p(&one["home"]) + p(&one["in_transit"]) + p(&one["unknown"]);
    assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    assert_eq!(one["hypotheses"][0]["grade"], "confirmed");
    assert_eq!(one["countries"][0]["code"], "GB");
    assert!(one["conflict"].is_boolean());
    assert!(time(&one["since"]) < Utc::now() && Utc::now() < time(&one["until"]));
    assert_eq!(
        time(&one["source_as_of"]),
        "2026-02-01T01:00:00Z".parse::<DateTime<Utc>>().unwrap()
    );
    let evidence = one["evidence"].as_array().unwrap();
    assert!(!evidence.is_empty());
    for e in evidence {
        assert_eq!(e["trip"], TRIP_A);
        assert!(
            ["booking", "segment", "source", "says"]
                .iter()
                .all(|k| e[*k].is_string())
                && e["rules"].is_array(),
            "{e}"
        );
    }
}

#[tokio::test]
async fn r185_the_answer_says_why_in_sentences_and_why_not_elsewhere() {
    let rig = rig().await;
    let page = rig.get("viewer-a", "/api/v1/whereabouts?q=emil").await.json();
    let why = &page["travelers"][0]["why"];
    let because = why["because"][0].as_str().unwrap();
    assert!(because.contains("confirmed, from the agency"), "{because}");

    let path = format!("/api/v1/travelers/{}/why-not", rig.traveler_a);
    let not = rig.get("viewer-a", &format!("{path}?place=Paris")).await.json();
    assert_eq!(keys(&not), ["as_of", "at", "band", "because", "p", "place", "traveler"]);
    assert_eq!(
        (&not["place"], &not["band"]),
        (&json!("Paris"), &json!("very_unlikely"))
    );
    let because = not["because"].as_array().unwrap();
    assert_eq!(because[0], "Nothing that we know puts them in Paris.");
    assert!(
        because[1].as_str().unwrap().starts_with("They are in London with "),
        "{because:?}"
    );
    // Where they are, the answer says so.
    let there = rig.get("viewer-a", &format!("{path}?place=GB")).await.json();
    assert!(there["p"].as_f64().unwrap() > 0.5, "{there}");
    for wrong in ["", "?place=no+such+place", "?place=LON&at=yesterday"] {
        rig.get("viewer-a", &format!("{path}{wrong}")).await.is_problem(400);
    }
    let long = "x".repeat(201);
    rig.get("viewer-a", &format!("{path}?place={long}"))
        .await
        .is_problem(400);
}

#[tokio::test]
async fn whereabouts_page_in_the_order_of_names_and_filter_by_name_place_and_time() {
    let rig = rig().await;
    let (mut names, mut path) = (Vec::new(), "/api/v1/whereabouts?limit=1".to_owned());
    loop {
        let page = rig.get("viewer-a", &path).await.json();
        assert_eq!(page["total"], TRIPS_A.len());
        let travelers = page["travelers"].as_array().unwrap();
        assert_eq!(travelers.len(), 1);
        names.push(travelers[0]["traveler"]["name"].as_str().unwrap().to_owned());
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/whereabouts?limit=1&cursor={next}");
    }
    let wanted: Vec<String> = TRIPS_A
        .iter()
        .map(|(_, first, last)| format!("{first} {last}"))
        .collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names, sorted, "pages keep the order");
    assert!(
        wanted.iter().all(|w| names.contains(w)) && names.len() == wanted.len(),
        "{names:?}"
    );

    let total = async |query: &str| {
        rig.get("viewer-a", &format!("/api/v1/whereabouts?{query}"))
            .await
            .json()["total"]
            .clone()
    };
    assert_eq!(total("q=dover").await, 2);
    assert_eq!(total("q=odegard").await, 1);
    assert_eq!(total("q=%C3%85se").await, 1);
    assert_eq!(total("q=nobody").await, 0);
    assert_eq!(total("bbox=-1,51,1,52").await, TRIPS_A.len());
    assert_eq!(total("bbox=2,48,3,49").await, 0);
    assert_eq!(total("bbox=170,-10,-170,10").await, 0);
    assert_eq!(total(&format!("company={}", A.to_uppercase())).await, TRIPS_A.len());
    // Nothing was known of them before they were fetched.
    assert_eq!(total("as_of=2020-01-01T00:00:00Z").await, 0);
    let later = (Utc::now() + TimeDelta::days(30)).format("%Y-%m-%dT%H:%M:%SZ");
    let then = rig
        .get("viewer-a", &format!("/api/v1/whereabouts?q=emil&at={later}"))
        .await
        .json();
    assert_ne!(then["travelers"][0]["answer"]["code"], "LON");
}

#[tokio::test]
async fn a_timeline_is_in_order_and_within_its_window() {
    let rig = rig().await;
    let path = format!("/api/v1/travelers/{}/timeline", rig.traveler_a);
    let page = rig.get("viewer-a", &path).await.json();
    assert_eq!(page["traveler"]["id"], json!(rig.traveler_a));
    let episodes = page["episodes"].as_array().unwrap();
    assert!(episodes.len() >= 3, "{} episodes", episodes.len());
    for e in episodes {
        assert!(time(&e["from"]) < time(&e["until"]));
        assert!(time(&e["until"]) > time(&page["from"]) && time(&e["from"]) < time(&page["to"]));
        assert!(e["state"].is_string() && e["hypotheses"].is_array(), "{e}");
    }
    assert!(episodes.windows(2).all(|w| time(&w[0]["until"]) <= time(&w[1]["from"])));
    let middle = episodes
        .iter()
        .find(|e| e["state"] == "stay" && e["answer"]["code"] == "LON");
    assert!(middle.is_some(), "a stay in London");
    let early = rig
        .get("viewer-a", &format!("{path}?as_of=2020-01-01T00:00:00Z"))
        .await
        .json();
    assert_eq!(early["episodes"], json!([]));
    rig.get("viewer-a", "/api/v1/travelers/nobody/timeline")
        .await
        .is_problem(404);
    rig.get(
        "viewer-a",
        &format!("{path}?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"),
    )
    .await
    .is_problem(400);
    rig.get(
        "viewer-a",
        &format!("{path}?from=1990-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"),
    )
    .await
    .is_problem(400);
}

#[tokio::test]
async fn a_trip_is_told_as_it_is_kept() {
    let rig = rig().await;
    let trip = rig
        .get("viewer-a", &format!("/api/v1/trips/{}", TRIP_A.to_uppercase()))
        .await
        .json();
    let wanted = [
        "bookings",
        "company",
        "ends",
        "id",
        "modified",
        "name",
        "notices",
        "pending_delete",
        "personal",
        "starts",
        "status",
        "traveler",
    ];
    assert_eq!(keys(&trip), wanted);
    assert_eq!(
        (&trip["id"], &trip["company"], &trip["traveler"]),
        (&json!(TRIP_A), &json!(A), &json!(rig.traveler_a))
    );
    assert_eq!(
        (&trip["pending_delete"], &trip["personal"]),
        (&json!(false), &json!(false))
    );
    let booking = &trip["bookings"][0];
    assert_eq!(booking["record_locator"], "QW7TRA");
    assert_eq!(
        (
            &booking["segments"][0]["segment"],
            &booking["segments"][0]["to"]["code"]
        ),
        (&json!("Air[0]"), &json!("LHR"))
    );
    rig.get("viewer-a", "/api/v1/trips/51aa0000-0000-4000-8000-00000000ffff")
        .await
        .is_problem(404);
}

#[tokio::test]
async fn exposure_groups_people_by_their_way_to_the_area() {
    let rig = rig().await;
    let ask = async |area: Value| {
        let question = json!({"area": area, "from": Utc::now(), "to": Utc::now() + TimeDelta::hours(6)});
        rig.ask("POST", "/api/v1/exposure")
            .token("viewer-a")
            .json(&question)
            .send()
            .await
            .json()
    };
    let there = ask(json!({"city": "LON"})).await;
    assert_eq!(keys(&there["groups"]), ["inbound", "left", "possible", "present"]);
    let present = there["groups"]["present"].as_array().unwrap();
    assert_eq!(present.len(), TRIPS_A.len());
    assert!(present[0]["p"].as_f64().unwrap() > 0.7 && present[0]["words"].is_string());
    assert_eq!(keys(&present[0]["traveler"]), ["company", "id", "login", "name"]);
    assert!(there["cannot_rule_out"].is_number());
    for london in [
        json!({"country": "GB"}),
        json!({"circle": {"center": [-0.12, 51.51], "radius_km": 60}}),
        json!({"polygon": {"type": "Polygon", "coordinates": [[[-1.5, 51], [1, 51], [1, 52.5], [-1.5, 52.5], [-1.5, 51]]]}}),
    ] {
        let present = ask(london.clone()).await["groups"]["present"].as_array().unwrap().len();
        assert_eq!(present, TRIPS_A.len(), "{london}");
    }
    let elsewhere = ask(json!({"city": "TYO"})).await;
    assert!(
        elsewhere["groups"]
            .as_object()
            .unwrap()
            .values()
            .all(|g| g == &json!([])),
        "{elsewhere}"
    );
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_are_problems_too() {
    let rig = rig().await;
    for path in [
        "/api/v1/nothing",
        "/api/v1/trips/",
        "/api/v1/trips/a/b",
        "/api/v1/openapi.json/x",
    ] {
        rig.get("operator", path).await.is_problem(404);
    }
    for (method, path, _) in paths(&rig) {
        let wrong = if method == "GET" { "DELETE" } else { "GET" };
        rig.ask(wrong, &path).token("operator").send().await.is_problem(405);
    }
}

#[tokio::test]
async fn a_handler_that_panics_answers_500_as_a_problem_and_the_program_goes_on() {
    let rig = rig().await;
    rig.broken.store(true, std::sync::atomic::Ordering::SeqCst);
    let problem = rig.get("operator", "/api/v1/ingest/status").await.is_problem(500);
    assert!(!problem.to_string().contains("broke the clock"), "{problem}");
    rig.broken.store(false, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(rig.get("operator", "/api/v1/ingest/status").await.status.as_u16(), 200);
}

#[tokio::test]
async fn an_operator_sees_both_companies_and_can_narrow() {
    let rig = rig().await;
    let total =
        async |query: &str| rig.get("operator", &format!("/api/v1/whereabouts{query}")).await.json()["total"].clone();
    assert_eq!(total("").await, TRIPS_A.len() + 1);
    assert_eq!(total(&format!("?company={B}")).await, 1);
    assert_eq!(total("?company=cccc0000-0000-4000-8000-00000000000c").await, 0);
    assert_eq!(
        rig.get("operator", &format!("/api/v1/trips/{TRIP_B}")).await.json()["company"],
        B
    );
}
