//! The alarm: who is in an area, the call sheet, and contacts that are shown on request and logged.

use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use whereabouts::store::{EmergencyContact, ProfileSave, RevealFilter, RevealedVia, Scope};

use crate::functions;
use crate::rig::{A, MARK_B, Rig, TRIPS_A, rig};

async fn ask(rig: &Rig, cookie: &str, function: &str, query: &str) -> Value {
    let (path, _) = server_fn_paths().find(|(path, _)| path.contains(function)).unwrap();
    let query = app::view::MapQuery::parse(query);
    let call = functions::Call::Json(json!({ "query": query }));
    let answer = functions::call(rig, path, &call, cookie).send().await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    answer.json()
}

async fn page(rig: &Rig, cookie: &str, path: &str) -> String {
    let answer = rig.ask("GET", path).with("cookie", cookie).send().await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
    answer.text()
}

/// Gives the first traveler of A a phone and somebody to call instead.
async fn reachable(rig: &Rig) {
    let ida = EmergencyContact {
        name: "Ida Quill".into(),
        relationship: Some("friend".into()),
        phones: vec!["+44 20 5550 0100".into()],
        emails: vec![],
    };
    let profile = ProfileSave {
        given_name: Some(TRIPS_A[0].1.into()),
        family_name: Some(TRIPS_A[0].2.into()),
        phone: Some("+1 917 555 0100".into()),
        emergency: vec![ida],
        ..ProfileSave::default()
    };
    rig.store
        .save_profile(A, &rig.traveler_a, &profile, chrono::Utc::now())
        .await
        .unwrap();
}

async fn log(rig: &Rig) -> Vec<(String, String, RevealedVia)> {
    let all = RevealFilter {
        limit: 100,
        ..RevealFilter::default()
    };
    let log = rig.store.reveals(&Scope::service(), &all).await.unwrap().rows;
    log.into_iter().map(|e| (e.traveler, e.by.name, e.by.via)).collect()
}

#[tokio::test]
async fn the_time_bar_is_read_on_the_clock_that_is_asked_for() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let at = "at=2026-03-20T12:00:00Z";
    let utc = ask(&rig, &cookie, "get_map_page", at).await;
    assert_eq!(utc["clock"], json!({ "zone": null, "spans": [] }));
    let berlin = ask(&rig, &cookie, "get_map_page", &format!("{at}&clock=Europe/Berlin")).await;
    let from = berlin["histogram"]["from"].as_i64().unwrap();
    assert_eq!(
        utc["histogram"]["from"].as_i64().unwrap() - from,
        3_600,
        "it begins at midnight there"
    );
    let zones: Vec<&str> = berlin["clock"]["spans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["zone"].as_str().unwrap())
        .collect();
    assert_eq!(zones, ["CET", "CEST"], "clocks are put forward within the five weeks");
    let forward = "2026-03-29T01:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(berlin["clock"]["spans"][1]["at"], forward.timestamp());
    for unknown in ["Mars/Olympus", "%3Cb%3E"] {
        let map = ask(&rig, &cookie, "get_map_page", &format!("{at}&clock={unknown}")).await;
        assert_eq!(map["clock"]["zone"], Value::Null, "{unknown}");
    }
    let london = ask(&rig, &cookie, "get_map_page", "area=London").await;
    assert_eq!(london["incident"]["zone"], "Europe/London");
    let html = page(&rig, &cookie, &format!("/?{at}&clock=Asia/Tokyo")).await;
    assert!(html.contains("20 Mar, 12:00 UTC") && html.contains("21:00 JST (Tokyo)"));
}

#[tokio::test]
async fn r190_the_page_lists_by_group_whom_an_incident_may_concern() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let here = TRIPS_A.len();
    // In London until in four days: by name, by code, around a point, in a drawn area, in the country.
    for area in [
        "London",
        "city:LON",
        "GB",
        "point:-0.12,51.5&km=60",
        "polygon:-2,50.5,2,50.5,2,52.5,-2,52.5",
    ] {
        let map = ask(&rig, &cookie, "get_map_page", &format!("area={area}")).await;
        assert_eq!(
            map["incident"]["counts"]["present"], here,
            "{area}: {}",
            map["incident"]
        );
        assert_eq!(map["total"], here, "{area}");
        assert_eq!(map["rows"][0]["group"], "present", "{area}");
        assert_eq!(map["counts"]["people"], here, "the sentence counts everybody");
    }
    let gone = ask(&rig, &cookie, "get_map_page", "area=Tokyo").await;
    assert_eq!(
        (&gone["total"], &gone["incident"]["label"]),
        (&json!(0), &json!("Tokyo, Japan"))
    );
    let nowhere = ask(&rig, &cookie, "get_map_page", "area=qwxzqwxz").await;
    assert_eq!(
        (&nowhere["total"], &nowhere["incident"]["label"]),
        (&json!(0), &Value::Null)
    );
    // Home again in five days: New York is left before and reached after.
    let left = ask(&rig, &cookie, "get_map_page", "area=GB&hours=744&group=left").await;
    assert_eq!(left["total"], 0);
    // Nobody is in New York yet: who comes within the window is not said to be there.
    let coming = async |more: &str| ask(&rig, &cookie, "get_map_page", &format!("area=New York&hours=744{more}")).await;
    let all = coming("").await;
    assert_eq!(
        (
            &all["incident"]["counts"]["coming"],
            &all["incident"]["counts"]["present"]
        ),
        (&json!(here), &json!(0)),
        "{}",
        all["incident"]
    );
    assert_eq!(all["rows"][0]["group"], "coming");
    assert_eq!(coming("&group=inbound").await["total"], here);
    assert_eq!(coming("&group=present").await["total"], 0);
    // The list, the map, the file and the sheet are of the same people.
    let answer = rig
        .ask("GET", "/map/people.geojson?area=London")
        .with("cookie", &cookie)
        .send()
        .await;
    let features = answer.json()["features"].as_array().unwrap().clone();
    assert_eq!(features[0]["properties"]["kind"], "area");
    assert_eq!(
        features.iter().filter(|f| f["properties"]["kind"] == "person").count(),
        here
    );
    let csv = page(&rig, &cookie, "/map/people.csv?area=London").await;
    assert_eq!(csv.matches("Probably there").count(), here, "{csv}");
    let html = page(&rig, &cookie, "/?area=London").await;
    for shown in [
        "London, United Kingdom",
        "probably there",
        "cannot be ruled out",
        "Probably there",
    ] {
        assert!(html.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn the_list_says_since_when_and_how_sure_as_the_panel_does() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let list = ask(&rig, &cookie, "get_map_page", "show=all&cols=since").await;
    let row = &list["rows"][0];
    let (path, _) = server_fn_paths().find(|(path, _)| path.contains("get_person")).unwrap();
    let call = functions::Call::Json(json!({ "id": row["id"], "at": null, "as_of": null, "why": null }));
    let panel = functions::call(&rig, path, &call, &cookie).send().await.json();
    for told in ["since", "until", "percent", "precision"] {
        assert!(!row[told].is_null(), "{row}");
        assert_eq!(row[told], panel["answer"][told], "{told}: {row} {}", panel["answer"]);
    }
}

#[tokio::test]
async fn the_call_sheet_shows_contacts_only_when_asked_and_notes_who_saw_them() {
    let rig = rig().await;
    reachable(&rig).await;
    let manager = rig.sign_in("manager-a@example.com").await;
    let sheet = "/sheet?area=London";
    let html = page(&rig, &manager, sheet).await;
    assert!(html.contains("Emil Dover") && html.contains("QW7TRA"), "{html}");
    assert!(
        !html.contains("555 0100") && !html.contains("Ida Quill"),
        "not before it is asked for"
    );
    // A link alone reveals nothing, whatever is in it.
    assert!(
        !page(&rig, &manager, "/sheet?area=London&revealed=1")
            .await
            .contains("555 0100")
    );
    assert_eq!(log(&rig).await, []);

    let asked = rig
        .ask("POST", "/contacts")
        .with("cookie", &manager)
        .with("origin", "http://w.example")
        .form(&[("next", sheet)])
        .send()
        .await;
    assert_eq!((asked.status.as_u16(), asked.header("location")), (303, sheet));
    let html = page(&rig, &manager, sheet).await;
    for shown in ["+1 917 555 0100", "tel:+19175550100", "Ida Quill", "+44 20 5550 0100"] {
        assert!(html.contains(shown), "{shown}");
    }
    let seen = log(&rig).await;
    assert_eq!(seen.len(), TRIPS_A.len(), "{seen:?}");
    assert!(
        seen.iter()
            .all(|(_, who, via)| who == "manager-a@example.com" && *via == RevealedVia::Sheet)
    );
    // Another sheet was not asked for, and neither was it by somebody else.
    assert!(!page(&rig, &manager, "/sheet?area=GB").await.contains("555 0100"));
    let admin = rig.sign_in("admin-a@example.com").await;
    assert!(!page(&rig, &admin, sheet).await.contains("555 0100"));
    // After a quarter of an hour they are hidden again.
    rig.ahead.store(16 * 60_000, std::sync::atomic::Ordering::SeqCst);
    assert!(!page(&rig, &manager, sheet).await.contains("555 0100"));
    assert_eq!(log(&rig).await.len(), TRIPS_A.len());
}

#[tokio::test]
async fn one_persons_contacts_are_shown_in_the_panel_and_never_to_a_viewer_or_another_company() {
    let rig = rig().await;
    reachable(&rig).await;
    let panel = format!("/?show=all&person={}", rig.traveler_a);
    let reveal = async |cookie: &str, person: &str| {
        let ask = rig
            .ask("POST", "/contacts")
            .with("cookie", cookie)
            .with("origin", "http://w.example");
        ask.form(&[("next", panel.as_str()), ("person", person)]).send().await
    };
    let (viewer, foreign) = (
        rig.sign_in("viewer-a@example.com").await,
        rig.sign_in("admin-b@example.com").await,
    );
    assert_eq!(reveal(&viewer, &rig.traveler_a).await.status.as_u16(), 403);
    assert!(!page(&rig, &viewer, &panel).await.contains("555 0100"));
    assert_eq!(
        reveal(&foreign, &rig.traveler_a).await.status.as_u16(),
        303,
        "it says nothing of anybody"
    );
    let answer = rig.ask("GET", &panel).with("cookie", &foreign).send().await;
    assert!(!answer.text().contains("555 0100") && !answer.text().contains("Dover"));
    assert_eq!(log(&rig).await, []);

    let manager = rig.sign_in("manager-a@example.com").await;
    assert_eq!(reveal(&manager, &rig.traveler_a).await.header("location"), panel);
    let html = page(&rig, &manager, &panel).await;
    assert!(html.contains("+1 917 555 0100") && html.contains("Ida Quill"));
    page(&rig, &manager, &panel).await;
    assert_eq!(
        log(&rig).await,
        [(
            rig.traveler_a.clone(),
            "manager-a@example.com".into(),
            RevealedVia::Panel
        )],
        "the same look is one entry"
    );
    let admin = rig.sign_in("admin-a@example.com").await;
    let html = page(&rig, &admin, &panel).await;
    assert!(html.contains("Seen by") && html.contains("manager-a@example.com") && !html.contains("555 0100"));
    // From another site nothing is asked for.
    let ask = rig
        .ask("POST", "/contacts")
        .with("cookie", &admin)
        .with("origin", "http://evil.example");
    let answer = ask
        .form(&[("next", panel.as_str()), ("person", rig.traveler_a.as_str())])
        .send()
        .await;
    assert_eq!(answer.status.as_u16(), 403);
    let answer = rig
        .ask("POST", "/contacts")
        .with("origin", "http://w.example")
        .form(&[("next", "/sheet")])
        .send()
        .await;
    assert!(
        answer.header("location").starts_with("/sign-in"),
        "{}",
        answer.header("location")
    );
    assert!(!answer.text().contains(MARK_B));
}
