//! Who travels, and what is kept of the documents.

use serde_json::{Value, json};

use crate::fake_concur::{COMPANY, Reply};
use crate::rig::{LOGIN, Rig, TRIP, USER, document, event, eventually, post, rig};

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

/// Identity answers with this person from now on, whatever id is asked for.
fn answers(rig: &Rig, person: Value) {
    rig.fake.script(move |seen| {
        seen.path
            .starts_with("/profile/identity/")
            .then(|| Reply::json(&person))
    });
}

fn identity_event(n: u32, kind: &str, topic: &str) -> Value {
    json!({
        "id": format!("profile-{n}"), "eventType": kind, "topic": topic, "timeStamp": format!("2026-03-01T08:00:0{n}Z"),
        "facts": {"companyId": COMPANY, "userId": USER, "attributes": ["emails"], "userHref": "https://us2.api.concursolutions.com/x"}
    })
}

async fn told(rig: &Rig, event: &Value) {
    assert_eq!(post(&rig.endpoint, event.to_string().into_bytes()).await.status(), 200);
}

#[tokio::test]
async fn i20_x30_a_changed_profile_is_read_again_at_once_under_either_topic() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let person = |mail: &str, town: &str| {
        json!({"id": USER, "userName": LOGIN, "name": {"givenName": "Emil", "familyName": "Dover"},
            "emails": [{"value": mail, "type": "work"}], "addresses": [{"type": "home", "locality": town, "country": "US"}]})
    };
    answers(&rig, person("old@example.com", "New York"));
    rig.after(&event(1, "ItineraryCreated")).await;
    assert_eq!(rig.traveler().await.email.as_deref(), Some("old@example.com"));
    for (n, topic) in ["public.concur.user.profile.identity", "public.concur.profile.identity"]
        .iter()
        .enumerate()
    {
        let mail = format!("new{n}@example.com");
        answers(&rig, person(&mail, "Chicago"));
        told(&rig, &identity_event(n as u32 + 1, "IdentityProfileUpdated", topic)).await;
        eventually("the new address", || async {
            rig.traveler().await.email.as_deref() == Some(mail.as_str())
        })
        .await;
    }
    assert_eq!(rig.traveler().await.home.as_deref(), Some("CHI"));
    assert_eq!(rig.fake.seen("/travel/v4/trips/").len(), 1, "no trip is fetched for it");
    // The same event again changes nothing; one that cannot be read now is not lost.
    let asked = rig.fake.seen("/profile/identity/").len();
    told(
        &rig,
        &identity_event(2, "IdentityProfileUpdated", "public.concur.profile.identity"),
    )
    .await;
    assert!(rig.store.profiles_due(rig.now(), 9).await.unwrap().is_empty());
    assert_eq!(rig.fake.seen("/profile/identity/").len(), asked);
    rig.fake
        .script(|seen| seen.path.starts_with("/profile/").then(|| Reply::status(503)));
    told(
        &rig,
        &identity_event(3, "IdentityProfileUpdated", "public.concur.profile.identity"),
    )
    .await;
    eventually("a try", || async { rig.fake.seen("/profile/identity/").len() > asked }).await;
    let later = rig.now() + chrono::TimeDelta::hours(1);
    eventually("the next try", || async {
        rig.store.profiles_due(rig.now(), 9).await.unwrap().is_empty()
            && rig.store.profiles_due(later, 9).await.unwrap().len() == 1
    })
    .await;
}

#[tokio::test]
async fn i20_of_a_deleted_profile_no_contact_is_kept_and_the_trip_stays() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    answers(
        &rig,
        json!({"id": USER, "userName": LOGIN, "name": {"givenName": "Emil", "familyName": "Dover"},
            "emails": [{"value": "emil@example.com", "type": "work"}], "phoneNumbers": [{"value": "+1 212 555 0100", "type": "mobile"}]}),
    );
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.traveler().await.phone.is_some());
    told(
        &rig,
        &identity_event(1, "IdentityProfileDeleted", "public.concur.user.profile.identity"),
    )
    .await;
    eventually("the address to be forgotten", || async {
        rig.traveler().await.email.is_none()
    })
    .await;
    let traveler = rig.traveler().await;
    assert_eq!(
        (traveler.name.as_str(), &traveler.phone, &traveler.home),
        ("Emil Dover", &None, &None)
    );
    assert!(
        rig.in_london(&traveler.id).await,
        "whoever has no profile any more is still there"
    );
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
