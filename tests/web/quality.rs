//! The interface of quality: counts of what is stored, walls between companies.

use chrono::{TimeDelta, Utc};
use serde_json::Value;

use crate::rig::{A, B, TRIPS_A, rig};

fn source<'a>(report: &'a Value, name: &str) -> &'a Value {
    let sources = report["sources"].as_array().unwrap();
    sources
        .iter()
        .find(|one| one["source"] == name)
        .unwrap_or_else(|| panic!("no {name} in {report}"))
}

#[tokio::test]
async fn r235_sources_are_counted_by_the_day_of_travel() {
    let rig = rig().await;
    let day = |days| (Utc::now() + TimeDelta::days(days)).date_naive();
    let path = format!("/api/v1/quality/sources?from={}&to={}", day(-10), day(10));
    let report = rig.get("admin-a", &path).await.json();
    let gds = source(&report, "ConcurTravel");
    let trips = TRIPS_A.len();
    assert_eq!(
        (gds["trips"].as_u64(), gds["segments"].as_u64()),
        (Some(trips as u64), Some(2 * trips as u64))
    );
    assert_eq!(
        (gds["name"].as_str(), gds["also"].as_str()),
        (Some("Concur booking"), Some("Cliqbook"))
    );
    let complete = &gds["dimensions"]["completeness"];
    assert_eq!(
        (complete["good"].as_u64(), complete["total"].as_u64()),
        (Some(48), Some(48))
    );
    assert!(gds["score"].is_null(), "fewer than thirty: {gds}");
    let nights = &report["summary"]["nights"];
    assert_eq!(nights["city"].as_u64(), Some(7 * trips as u64), "{nights}");
    // Outside of the days there is nothing.
    let path = format!("/api/v1/quality/sources?from={}&to={}", day(-300), day(-200));
    assert_eq!(
        rig.get("admin-a", &path).await.json()["sources"],
        Value::Array(Vec::new())
    );
}

#[tokio::test]
async fn another_companys_sources_are_an_empty_list() {
    let rig = rig().await;
    let day = |days| (Utc::now() + TimeDelta::days(days)).date_naive();
    let of = |company| {
        format!(
            "/api/v1/quality/sources?company={company}&from={}&to={}",
            day(-10),
            day(10)
        )
    };
    for (token, company, trips) in [
        ("admin-b", A, 0),
        ("admin-b", B, 1),
        ("operator", A, 4),
        ("operator", B, 1),
    ] {
        let report = rig.get(token, &of(company)).await.json();
        let all = report["sources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["trips"].as_u64().unwrap())
            .sum::<u64>();
        assert_eq!(all, trips, "{token} {company}: {report}");
    }
    let unknown = rig.get("operator", &of("nobody")).await.json();
    assert_eq!(unknown["sources"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn days_that_are_none_are_told() {
    let rig = rig().await;
    for query in ["from=yesterday", "to=2026-13-01", "from=2026-11-02&to=2026-11-01"] {
        rig.get("admin-a", &format!("/api/v1/quality/sources?{query}"))
            .await
            .is_problem(400);
    }
    let instant = rig
        .get(
            "admin-a",
            "/api/v1/quality/sources?from=2026-11-01T10:00:00Z&to=2026-11-02",
        )
        .await;
    assert_eq!(instant.json()["summary"]["from"], "2026-11-01");
}

#[tokio::test]
async fn r233_every_notice_code_is_documented() {
    let rig = rig().await;
    let notices = rig.get("viewer-a", "/api/v1/quality/notices").await.json();
    let codes = notices["notices"].as_array().unwrap();
    assert!(codes.len() >= 59);
    let missing = codes.iter().find(|one| one["code"] == "flight_number_missing").unwrap();
    assert_eq!(
        (missing["severity"].as_str(), missing["rule"].as_str()),
        (Some("warning"), Some("R25"))
    );
}
