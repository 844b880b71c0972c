//! Who travels, what is kept of the documents, and the trips from before the connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use whereabouts::ingest::backlog;
use whereabouts::store::{Scope, Store};

use crate::fake_concur::{COMPANY, Reply};
use crate::rig::{LOGIN, TRIP, USER, document, event, eventually, post, rig, rig_with};

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

#[tokio::test]
async fn b6_b10_the_list_is_read_to_its_end_and_listing_again_does_no_harm() {
    let rig = rig_with(|config| config.list_per_minute = 6000).await;
    rig.fake.connected(&rig.store).await;
    let trips: Vec<String> = (0..25).map(|n| format!("51aa0000-0000-4000-8000-{n:012}")).collect();
    for trip in &trips {
        let mut document = document(trip, 1);
        document["UserLoginId"] = format!("{trip}@example.com").into();
        rig.fake.serve(trip, Some(document));
    }
    let (ids, refused) = (trips.clone(), AtomicBool::new(false));
    rig.fake.script(move |seen| {
        if seen.path != "/travel/v4/trips" {
            return None;
        }
        let query: std::collections::HashMap<String, String> = url::form_urlencoded::parse(seen.query.as_bytes())
            .into_owned()
            .collect();
        assert_eq!(query["schema"], "id");
        let start: usize = query.get("startAfter").map_or(0, |after| after.parse().unwrap());
        // B8, X24: the limit shows as 503 once.
        if start == 10 && !refused.swap(true, Ordering::SeqCst) {
            return Some(Reply::status(503).with("retry-after", "0"));
        }
        let page: Vec<Value> = ids.iter().skip(start).take(10).map(|id| json!({"id": id})).collect();
        let next = format!(
            "https://us2.api.concursolutions.com/travel/v4/trips?schema=id&startAfter={}",
            start + 10
        );
        let operations = if start + 10 < ids.len() {
            json!([{"rel": "next", "href": next}])
        } else {
            json!([])
        };
        Some(Reply::json(&json!({"data": page, "operations": operations})))
    });
    rig.engine.connected(COMPANY);
    let all = |trips: Vec<String>, store: Arc<dyn Store>| async move {
        for trip in trips {
            if store.trip(&Scope::service(), &trip).await.unwrap().is_none() {
                return false;
            }
        }
        true
    };
    eventually("the backlog", || all(trips.clone(), rig.store.clone())).await;
    let again = backlog::list(&rig.fake.client(), &rig.store, COMPANY, rig.now(), 6000)
        .await
        .unwrap();
    assert_eq!(again.queued, 25);
    rig.settled().await;
    assert!(all(trips, rig.store.clone()).await);
}

#[tokio::test]
async fn b3_b11_a_backlog_document_is_imported_and_what_is_gone_is_not_fatal() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let gone = "51aa0000-0000-4000-8000-0000000000ee";
    let json = json!({"data": [{"id": TRIP.to_uppercase(), "href": "https://x/y"}, {"tripId": gone}, {"name": "x"}, {"id": TRIP}]});
    let imported = backlog::import(rig.store.as_ref(), COMPANY, json.to_string().as_bytes(), rig.now())
        .await
        .unwrap();
    assert_eq!((imported.queued, imported.skipped), (2, 1));
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
    rig.settled().await;
    assert_eq!(rig.traveler().await.login.as_deref(), Some(LOGIN), "B13");
    assert!(
        backlog::import(rig.store.as_ref(), COMPANY, b"{}", rig.now())
            .await
            .is_err()
    );
}
