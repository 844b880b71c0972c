//! The search under the field, with the kind of each hit; and "why not there?" in the panel.

use serde_json::{Value, json};

use crate::functions::ask;
use crate::rig::{MARK_B, TRIP_A, TRIP_B, TRIPS_A, rig};

#[tokio::test]
async fn a_search_says_of_what_kind_each_hit_is() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let hits = async |text: &str| ask(&rig, &cookie, "get_hits", json!({"text": text, "company": null})).await;
    for (text, kind, label, n) in [
        ("emil", "person", "Emil Dover", 1),
        ("DOVER", "person", "Emil Dover", 2),
        ("qw7tra", "booking", "QW7TRA", TRIPS_A.len()),
        ("BA 112", "flight", "BA 112", 1),
        (TRIP_A, "trip", TRIP_A, 1),
        ("lond", "city", "London", 1),
        ("united", "country", "United Kingdom", 1),
    ] {
        let found = hits(text).await;
        let of_kind: Vec<&Value> = found.as_array().unwrap().iter().filter(|h| h["kind"] == kind).collect();
        assert!(of_kind.len() >= n.min(4), "{text}: {found}");
        assert_eq!(of_kind[0]["label"], label, "{text}: {found}");
    }
    assert_eq!(hits("BA112").await[0]["detail"], format!("{} people", TRIPS_A.len()));
    for nothing in ["", "e", "  ", MARK_B, TRIP_B, "%%", "quil"] {
        assert_eq!(hits(nothing).await, json!([]), "{nothing}");
    }
}

#[tokio::test]
async fn a_locator_lists_the_people_of_its_trips() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    for (q, total) in [
        ("QW7TRA", TRIPS_A.len()),
        ("ba 179", TRIPS_A.len()),
        (TRIP_A, 1),
        (TRIP_B, 0),
    ] {
        let query = app::view::MapQuery::parse(&format!("show=all&q={q}"));
        let page = ask(&rig, &cookie, "get_map_page", json!({ "query": query })).await;
        assert_eq!(page["total"], total, "{q}");
    }
}

#[tokio::test]
async fn r185_the_panel_says_why_somebody_is_not_thought_to_be_there() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let asked = async |place: &str| {
        let path = format!("/?show=all&person={}&why={place}", rig.traveler_a);
        let answer = rig.ask("GET", &path).with("cookie", &cookie).send().await;
        assert_eq!(answer.status.as_u16(), 200);
        answer.text()
    };
    let html = asked("Paris").await;
    assert!(
        html.contains("Why not there?") && html.contains("Nothing that we know puts them in Paris"),
        "{html}"
    );
    assert!(html.contains("They are in London"), "{html}");
    assert!(
        asked("qwxzqwxz")
            .await
            .contains("is no city, airport or country that we know")
    );
    // Documents with their codes.
    for shown in [
        "ConcurTravel: booked in Concur Travel",
        "HK: confirmed",
        "0: confirmed",
        "through Sabre",
        "BA 112, JFK → LHR",
    ] {
        assert!(html.contains(shown), "{shown}");
    }
}
