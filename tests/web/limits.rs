//! Questions as nobody should ask them: bad cursors, huge and negative limits, impossible times, other scripts, long texts.

use chrono::Utc;
use serde_json::json;

use crate::rig::{B, TRIPS_A, rig};

/// Asks with the admin's token; neither a fault of the server nor anything but JSON is an answer.
#[tokio::test]
async fn a_bad_parameter_is_400_and_names_itself() {
    let rig = rig().await;
    let (long, words) = (format!("q={}", "x".repeat(10_000)), format!("q={}", "y+".repeat(5_000)));
    for (path, query, names) in [
        ("whereabouts", long.as_str(), "q"),
        ("whereabouts", words.as_str(), "q"),
        ("whereabouts", "cursor=%25%25", "cursor"),
        ("whereabouts", "cursor=aGVsbG8", "cursor"),
        ("whereabouts", "cursor=17", "cursor"),
        ("whereabouts", "limit=-1", "limit"),
        ("whereabouts", "limit=4294967296", "limit"),
        ("whereabouts", "limit=ten", "limit"),
        ("whereabouts", "limit=1&limit=2", "limit"),
        ("whereabouts", "at=yesterday", "at"),
        ("whereabouts", "at=2026-13-01T00:00:00Z", "at"),
        ("whereabouts", "at=99999-01-01T00:00:00Z", "at"),
        ("whereabouts", "as_of=1e9", "as_of"),
        ("whereabouts", "bbox=1,2,3", "bbox"),
        ("whereabouts", "bbox=NaN,0,1,1", "bbox"),
        ("whereabouts", "bbox=0,-inf,1,inf", "bbox"),
        ("whereabouts", "bbox=0,50,1,40", "bbox"),
        ("whereabouts", "bbox=-200,0,200,1", "bbox"),
        ("events", "limit=-1", "limit"),
        ("events", "limit=1e3", "limit"),
        ("events", "cursor=abc", "cursor"),
        ("events", "cursor=-5", "cursor"),
        ("events", "cursor=99999999999999999999", "cursor"),
        ("events", "status=%F0%9F%A6%86", "status"),
    ] {
        let problem = rig
            .get("admin-a", &format!("/api/v1/{path}?{query}"))
            .await
            .is_problem(400);
        assert!(
            problem["detail"].as_str().unwrap().contains(names),
            "{path}?{query}: {problem}"
        );
    }
}

#[tokio::test]
async fn odd_but_possible_questions_are_answered() {
    let rig = rig().await;
    let long = "x".repeat(10_000);
    for (path, query) in [
        ("whereabouts", "limit=0".to_owned()),
        ("whereabouts", "limit=4294967295".to_owned()),
        ("whereabouts", "at=0001-01-01T00:00:00Z".to_owned()),
        (
            "whereabouts",
            "at=9999-12-31T23:59:59Z&as_of=9999-12-31T23:59:59Z".to_owned(),
        ),
        ("whereabouts", "at=2026-11-22T14:00:00+01:00".to_owned()),
        (
            "whereabouts",
            "at=&as_of=&company=&bbox=&q=&cursor=&limit=10".to_owned(),
        ),
        (
            "whereabouts",
            "q=%E6%9D%B1%E4%BA%AC+%F0%9F%A6%86+%00+%25_%5C'%22--".to_owned(),
        ),
        ("whereabouts", format!("company={long}")),
        ("whereabouts", "bbox=170,-10,-170,10".to_owned()),
        ("whereabouts", "bbox=-180,-90,180,90".to_owned()),
        ("whereabouts", "unknown=1".to_owned()),
        ("events", "limit=0".to_owned()),
        ("events", "limit=4294967295".to_owned()),
        ("events", format!("trip={long}")),
        ("events", "trip=%00%F0%9F%A6%86'--".to_owned()),
    ] {
        let answer = rig.get("admin-a", &format!("/api/v1/{path}?{query}")).await;
        let query = query.get(..60).unwrap_or(&query);
        assert_eq!(answer.status.as_u16(), 200, "{path}?{query}: {}", answer.text());
        answer.json();
    }
    let one = rig.get("admin-a", "/api/v1/whereabouts?limit=0").await.json();
    assert_eq!(
        (one["travelers"].as_array().unwrap().len(), &one["total"]),
        (1, &json!(TRIPS_A.len()))
    );
}

/// Hyper takes addresses of up to 64 KiB; whatever is asked, the answer is no fault of ours.
#[tokio::test]
async fn no_text_of_any_length_is_an_error_of_the_server() {
    let rig = rig().await;
    let cookie = rig.sign_in("admin-a@example.com").await;
    for text in [
        "x".repeat(60_000),
        "%25".repeat(20_000),
        "%F0%9F%A6%86".repeat(5_000),
        "_%".repeat(30_000),
    ] {
        let text = text.trim_end_matches('%');
        for path in [
            "whereabouts?q=",
            "whereabouts?cursor=",
            "whereabouts?at=",
            "whereabouts?bbox=",
            "events?trip=",
            "events?cursor=",
            "trips/",
        ] {
            let answer = rig.get("admin-a", &format!("/api/v1/{path}{text}")).await;
            assert!(
                answer.status.as_u16() < 500,
                "{path}{}…: {} {}",
                &text[..9],
                answer.status,
                answer.text()
            );
            if !answer.status.is_success() {
                answer.is_problem(answer.status.as_u16());
            }
        }
        for path in [
            "/?q=",
            "/?person=",
            "/?company=",
            "/?at=",
            "/map/people.geojson?q=",
            "/sign-in?next=",
        ] {
            let answer = rig
                .ask("GET", &format!("{path}{text}"))
                .with("cookie", &cookie)
                .send()
                .await;
            assert!(answer.status.as_u16() < 500, "{path}{}…: {}", &text[..9], answer.status);
        }
    }
}

#[tokio::test]
async fn ids_in_a_path_that_are_no_ids_are_404_as_a_problem() {
    let rig = rig().await;
    for id in [
        "%00",
        "%FF",
        "%C3%28",
        "..%2f..",
        "'%20or%201=1",
        "%F0%9F%A6%86",
        &"a".repeat(10_000),
    ] {
        for path in [
            format!("/api/v1/trips/{id}"),
            format!("/api/v1/travelers/{id}/timeline"),
        ] {
            rig.get("admin-a", &path).await.is_problem(404);
        }
        for path in [
            format!("/api/v1/events/{id}/replay"),
            format!("/api/v1/companies/{id}/disconnect"),
        ] {
            rig.ask("POST", &path).token("admin-a").send().await.is_problem(404);
        }
    }
}

#[tokio::test]
async fn exposure_refuses_what_makes_no_question() {
    let rig = rig().await;
    let window = |from: &str, to: &str| json!({"area": {"city": "LON"}, "from": from, "to": to}).to_string();
    let area = |area: serde_json::Value| json!({"area": area, "from": Utc::now(), "to": Utc::now()}).to_string();
    for body in [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        area(json!({})),
        area(json!({"planet": "Mars"})),
        area(json!({"circle": {"center": [0], "radius_km": 5}})),
        area(json!({"polygon": {"type": "Point", "coordinates": [0, 0]}})),
        window("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        window("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        window("soon", "later"),
    ] {
        let answer = rig
            .ask("POST", "/api/v1/exposure")
            .token("viewer-a")
            .with("content-type", "application/json");
        answer.body(body.clone()).send().await.is_problem(400);
    }
    let plain = rig
        .ask("POST", "/api/v1/exposure")
        .token("viewer-a")
        .body(area(json!({"city": "LON"})));
    plain.send().await.is_problem(400);
    let huge = format!("{{\"area\":{{\"city\":\"{}\"}}}}", "x".repeat(3 << 20));
    let huge = rig
        .ask("POST", "/api/v1/exposure")
        .token("viewer-a")
        .with("content-type", "application/json")
        .body(huge);
    huge.send().await.is_problem(413);
}

#[tokio::test]
async fn times_at_the_end_of_the_calendar_are_no_error_of_the_server() {
    let rig = rig().await;
    for (from, to) in [
        ("-262143-01-01T00:00:00Z", "-262143-01-02T00:00:00Z"),
        ("+262142-12-30T00:00:00Z", "+262142-12-31T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
        ("9999-12-30T00:00:00Z", "9999-12-31T23:59:59Z"),
    ] {
        let question = json!({"area": {"city": "LON"}, "from": from, "to": to, "as_of": to});
        let answer = rig
            .ask("POST", "/api/v1/exposure")
            .token("viewer-a")
            .json(&question)
            .send()
            .await;
        assert!(
            answer.status.as_u16() < 500,
            "{from}: {} {}",
            answer.status,
            answer.text()
        );
        let (from, to) = (from.replace('+', "%2B"), to.replace('+', "%2B"));
        let path = format!(
            "/api/v1/travelers/{}/timeline?from={from}&to={to}&as_of={from}",
            rig.traveler_a
        );
        let answer = rig.get("viewer-a", &path).await;
        assert!(
            answer.status.as_u16() < 500,
            "{from}: {} {}",
            answer.status,
            answer.text()
        );
        let cookie = rig.sign_in("viewer-a@example.com").await;
        for at in [&from, &to] {
            let page = rig
                .ask("GET", &format!("/?at={at}&as_of={at}&company={B}"))
                .with("cookie", &cookie)
                .send()
                .await;
            assert!(page.status.as_u16() < 500, "{at}: {}", page.status);
        }
    }
}
