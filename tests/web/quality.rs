//! The interface of quality: counts of what is stored, walls between companies.

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use whereabouts::itinerary::{SegmentKind, Source};
use whereabouts::quality::{Assessment, Count, Key, SEGMENTS, Said, Shares, day_of};
use whereabouts::store::{Belief, Connection, PresenceSave, Scope};
use whereabouts::whereabouts::Dimension;

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

/// Every segment of so many flights of this company is as it should be, or half of them miss a field.
async fn flights(rig: &crate::rig::Rig, company: &str, complete: i64) {
    let connection = Connection {
        company: company.to_owned(),
        name: Some(format!("Company {company}")),
        geolocation: rig.fake.base.clone(),
        sealed_refresh_token: String::new(),
        refresh_expires_at: None,
        connected_by: None,
        link_sha256: None,
    };
    let then = Utc::now() - TimeDelta::days(1);
    if rig.store.company(&Scope::service(), company).await.unwrap().is_none() {
        rig.store.connect_company(&connection, then).await.unwrap();
    }
    let who = rig
        .store
        .traveler_for(company, None, Some("counted@example.com"), then)
        .await
        .unwrap();
    let key = |measure: &str| Key {
        day: day_of((Utc::now() - TimeDelta::days(3)).date_naive()),
        source: Source::TripIt,
        segment: Some(SegmentKind::Air),
        measure: measure.to_owned(),
    };
    let mut shares = Shares::from([(key(SEGMENTS), Count { good: 100, total: 100 })]);
    for dimension in Dimension::ALL {
        let good = if dimension == Dimension::Completeness {
            complete
        } else {
            100
        };
        shares.insert(key(dimension.as_str()), Count { good, total: 100 });
    }
    let belief = Belief {
        traveler: who.id,
        quality: Assessment {
            shares,
            ..Assessment::default()
        },
        ..Belief::default()
    };
    let save = PresenceSave {
        known_from: Utc::now(),
        belief,
        others: Vec::new(),
    };
    rig.store.save_presence(company, &save).await.unwrap();
}

#[tokio::test]
async fn a_company_is_compared_with_all_only_where_the_operator_permits_it_and_of_five_on() {
    for (permitted, others, shown) in [(true, 3, true), (true, 2, false), (false, 3, false)] {
        let rig = crate::rig::rig_with(|parts| parts.compare = permitted).await;
        flights(&rig, A, 100).await;
        for n in 0..others {
            flights(&rig, &format!("cccc0000-0000-4000-8000-00000000000{n}"), 50).await;
        }
        let cookie = rig.sign_in("admin-a@example.com").await;
        let page = rig.ask("GET", "/quality").with("cookie", &cookie).send().await.text();
        assert_eq!(page.contains("Elsewhere"), shown, "{permitted} {others}");
        assert!(!page.contains("Company cccc"), "no other company is named");
    }
}

#[tokio::test]
async fn r239_what_was_said_and_came_true_is_told_with_a_proposal_and_its_numbers() {
    let rig = rig().await;
    let said = |expected, good, total| Said {
        expected,
        came: Count { good, total },
    };
    let kept = [
        (Source::ParsedMail, said(31.2, 20, 40)),
        (Source::TripIt, said(8.0, 7, 10)),
    ];
    rig.store.put_calibration(A, "2026-10", &kept).await.unwrap();
    let told = rig.get("admin-a", "/api/v1/quality/calibration").await.json();
    let months = told["months"].as_array().unwrap();
    assert_eq!(months.len(), 2, "{told}");
    let mail = months.iter().find(|one| one["source"] == "OpenBookingEmail").unwrap();
    assert_eq!((mail["good"].as_i64(), mail["total"].as_i64()), (Some(20), Some(40)));
    assert!(mail["proposed_factor"].as_f64().unwrap() < 0.9);
    let few = months.iter().find(|one| one["source"] == "TripIt").unwrap();
    assert!(few["proposed_factor"].is_null());
    let theirs = rig.get("admin-b", "/api/v1/quality/calibration").await.json();
    assert_eq!(theirs["months"], Value::Array(Vec::new()));
    let cookie = rig.sign_in("admin-a@example.com").await;
    let page = rig.ask("GET", "/quality").with("cookie", &cookie).send().await.text();
    assert!(page.contains("said 78 %, came true 50 % (n = 40)"), "{page}");
}

#[tokio::test]
async fn the_feed_of_the_own_company_stands_beside_the_scorecards_for_who_administers_it() {
    let rig = rig().await;
    let page = async |email: &str, path: &str| {
        let cookie = rig.sign_in(email).await;
        rig.ask("GET", path).with("cookie", &cookie).send().await.text()
    };
    let text = page("admin-a@example.com", "/quality").await;
    for words in [
        "id=\"feed-health\"",
        "Last event",
        "How late",
        "everything is fetched",
        "95 of 100 within",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let events = TRIPS_A.len();
    assert!(
        text.contains(&format!("ago, of {events} events")),
        "only its own are counted: {text}"
    );
    assert!(!text.contains("href=\"/feed\""), "the page of all feeds is for staff");
    let manager = page("manager-a@example.com", "/quality").await;
    assert!(!manager.contains("id=\"feed-health\"") && manager.contains("Which sources can be trusted"));
    // Another company's choice is its own.
    let other = page("admin-b@example.com", &format!("/quality?company={A}")).await;
    assert!(other.contains("ago, of 1 event<"), "{other}");
    let staff = page("operator@example.com", "/quality").await;
    assert!(!staff.contains("id=\"feed-health\"") && staff.contains("href=\"/feed\""));
    let chosen = page("operator@example.com", &format!("/quality?company={A}")).await;
    assert!(chosen.contains(&format!("ago, of {events} events")), "{chosen}");
}
