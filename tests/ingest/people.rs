//! Who travels, and what is kept of the documents.

use serde_json::{Value, json};

use crate::fake_concur::Reply;
use crate::rig::{LOGIN, TRIP, USER, document, event, eventually, post, rig};

#[tokio::test]
async fn i1_a_new_travelers_name_and_home_come_from_identity_once() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.fake.script(|seen| {
        seen.path.starts_with("/profile/identity/").then(|| {
            Reply::json(&json!({
                "id": USER, "userName": LOGIN, "displayName": "Emil Dover",
                "name": {"givenName": "Emil", "familyName": "Dover"},
                "emails": [{"value": LOGIN, "type": "work"}],
                "addresses": [{"type": "home", "locality": "New York", "region": "NY", "country": "US"}]
            }))
        })
    });
    rig.after(&event(1, "ItineraryCreated")).await;
    let traveler = rig.traveler().await;
    assert_eq!(
        (traveler.name.as_str(), traveler.home.as_deref()),
        ("Emil Dover", Some("NYC"))
    );
    assert_eq!(traveler.email.as_deref(), Some(LOGIN));
    rig.fake.serve(TRIP, Some(document(TRIP, 2)));
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert_eq!(rig.fake.seen("/profile/identity/").len(), 1, "kept for a day");
}

#[tokio::test]
async fn i8_t25_without_the_scope_or_the_profile_the_trip_counts_all_the_same() {
    for status in [403, 404, 500] {
        let rig = rig().await;
        rig.fake.serve(TRIP, Some(document(TRIP, 1)));
        rig.fake
            .script(move |seen| seen.path.starts_with("/profile/").then(|| Reply::status(status)));
        rig.after(&event(1, "ItineraryCreated")).await;
        let name = rig.traveler().await.name;
        assert_eq!(name, "Emil Dover", "{status}: what the trip says of its only passenger");
    }
}

#[tokio::test]
async fn t8_a_trip_that_names_nobody_is_kept() {
    let rig = rig().await;
    let mut nobody = document(TRIP, 1);
    nobody["UserLoginId"] = Value::Null;
    rig.fake.serve(TRIP, Some(nobody));
    let mut event = event(1, "ItineraryCreated");
    event["facts"]["userId"] = Value::Null;
    rig.after(&event).await;
    assert_eq!(rig.traveler().await.name, "Emil Dover");
    assert!(rig.in_london(&rig.trip().await.unwrap().traveler).await);
}

#[tokio::test]
async fn x3_a_document_with_another_id_or_none_is_kept_under_the_events() {
    for id in [
        json!("https://us2.api.concursolutions.com/travel/v4/trips/other"),
        Value::Null,
    ] {
        let rig = rig().await;
        let mut other = document(TRIP, 1);
        other["id"] = id;
        rig.fake.serve(TRIP, Some(other));
        rig.after(&event(1, "ItineraryCreated")).await;
        assert_eq!(rig.trip().await.unwrap().trip.id, TRIP);
    }
}

#[tokio::test]
async fn e18_b12_no_href_is_in_the_database_afterwards() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let mut event = event(1, "ItineraryCreated");
    event["facts"]["hrefs"] = json!({"v4": format!("{}/travel/v4/trips/{TRIP}", rig.fake.base)});
    rig.after(&event).await;
    post(&rig.endpoint, format!("broken {} json", event).into_bytes()).await;
    let folder = rig.folder.path();
    let holds_one = |path: std::path::PathBuf| {
        std::fs::read(path)
            .unwrap_or_default()
            .windows(17)
            .any(|window| window == b"/travel/v4/trips/")
    };
    // SQLite's log is emptied soon after, not at once.
    eventually("every address to be gone", || async {
        !std::fs::read_dir(folder)
            .unwrap()
            .any(|file| holds_one(file.unwrap().path()))
    })
    .await;
}
