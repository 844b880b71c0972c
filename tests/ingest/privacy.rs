//! What is kept and what is not: erasure down to the bytes of the file, anonymized documents, choices of companies, and
//! the end of their time (P1–P16, T51–T53, X4, X5).

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use whereabouts::store::{CompanyState, PersonalTrips, PrivacyPolicy, Scope};

use crate::fake_concur::{COMPANY, Reply};
use crate::rig::{LOGIN, Rig, TRIP, USER, document, event, event_of, eventually, post, rig};

/// Words of which none may be left.
const SECRETS: [&str; 7] = [
    "Emil",
    "Dover",
    LOGIN,
    "QW7TRA",
    "Grand Hotel Zephyr",
    "+49 171 5550",
    "Zephyr Lane",
];

/// A document that names all of them.
fn telling(version: u32) -> Value {
    let mut document = document(TRIP, version);
    document["Bookings"][0]["PhoneNumbers"] = json!([{"PassengerRPH": 0, "PhoneNumber": "+49 171 5550", "Type": "M"}]);
    document["Bookings"][0]["Segments"]["Hotel"] = json!([{
        "Name": "Grand Hotel Zephyr", "StartAddress": "1 Zephyr Lane", "StartCity": "London", "StartCountry": "GB",
        "StartDateLocal": "2030-05-11T15:00:00", "EndDateLocal": "2030-05-20T11:00:00", "ConfirmationNumber": "QW7TRA-H"
    }]);
    document
}

fn left_in_files(rig: &Rig) -> Vec<&'static str> {
    let bytes: Vec<u8> = std::fs::read_dir(rig.folder.path())
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let is_in = |needle: &str| bytes.windows(needle.len()).any(|part| part == needle.as_bytes());
    SECRETS.into_iter().filter(|needle| is_in(needle)).collect()
}

async fn known() -> Rig {
    let rig = rig().await;
    rig.fake.script(|seen| {
        seen.path.starts_with("/profile/identity/").then(|| {
            Reply::json(&json!({
                "id": USER, "userName": LOGIN, "displayName": "Emil Dover", "phoneNumbers": [{"value": "+49 171 5550"}],
                "name": {"givenName": "Emil", "familyName": "Dover"}, "emails": [{"value": LOGIN, "type": "work"}],
                "addresses": [{"type": "home", "locality": "New York", "region": "NY", "country": "US"}]
            }))
        })
    });
    // Twice, so that there is history.
    for n in 1..3 {
        rig.fake.serve(TRIP, Some(telling(n)));
        rig.after(&event(n, "ItineraryUpdated")).await;
    }
    assert!(rig.trip().await.is_some());
    assert_eq!(left_in_files(&rig), SECRETS, "they are all there to be erased");
    rig
}

async fn nothing_is_left(rig: &Rig) {
    eventually("the file and its log to forget", || async {
        left_in_files(rig).is_empty()
    })
    .await;
}

#[tokio::test]
async fn p1_p4_p14_after_an_anonymization_nothing_of_the_person_is_in_the_database_file() {
    let rig = known().await;
    rig.fake.serve(TRIP, None);
    rig.after(&event(9, "ItineraryAnonymized")).await;
    assert!(rig.trip().await.is_none());
    nothing_is_left(&rig).await;
}

#[tokio::test]
async fn p5_t51_after_a_deletion_and_its_grace_nothing_of_the_person_is_in_the_database_file() {
    let rig = known().await;
    rig.after(&event(9, "ItineraryDeleted")).await;
    rig.move_on(TimeDelta::seconds(1000));
    eventually("the erasure", || async { rig.trip().await.is_none() }).await;
    nothing_is_left(&rig).await;
}

/// As Concur might leave it: whose it was is gone.
fn anonymized() -> Value {
    let mut document = document(TRIP, 50);
    document["UserLoginId"] = "anonymized-7f3a".into();
    document["Bookings"][0]["RecordLocator"] = Value::Null;
    document["Bookings"][0]["Passengers"] = json!([{"NameFirst": "Anonymized", "NameLast": "Anonymized"}]);
    for flight in document["Bookings"][0]["Segments"]["Air"].as_array_mut().unwrap() {
        flight["ConfirmationNumber"] = Value::Null;
    }
    document
}

#[tokio::test]
async fn p1_p3_x4_t52_the_anonymized_document_takes_the_place_of_the_erased_one() {
    for href in [None, Some(json!({})), Some(Value::Null)] {
        let rig = known().await;
        let (before, fetches) = (rig.traveler().await, rig.fetches());
        rig.fake.serve(TRIP, Some(anonymized()));
        // X5: hrefs absent, empty or null are one thing.
        let mut event = event(9, "ItineraryAnonymized");
        if let Some(href) = href {
            event["facts"]["hrefs"] = href;
        }
        rig.after(&event).await;
        assert_eq!(rig.fetches(), fetches + 1, "P3: by the id, since no href comes");
        let after = rig.trip().await.unwrap();
        assert!(after.traveler != before.id && rig.in_london(&after.traveler).await);
        let nobody = rig.traveler().await;
        assert_eq!((nobody.login, nobody.email, nobody.phone), (None, None, None));
        assert!(!nobody.name.contains("Anonymized"), "{}", nobody.name);
        nothing_is_left(&rig).await;
        // P6: an older event brings nobody back, a newer one is a trip like any other.
        rig.fake.serve(TRIP, Some(telling(60)));
        rig.after(&event_of(10, "ItineraryUpdated", TRIP, 1)).await;
        assert_eq!(rig.traveler().await.login, None);
    }
}

#[tokio::test]
async fn p4_a_document_that_still_names_the_person_is_not_taken() {
    let rig = known().await;
    rig.after(&event(9, "ItineraryAnonymized")).await;
    assert!(rig.trip().await.is_none(), "Concur serves the old document still");
    nothing_is_left(&rig).await;
}

#[tokio::test]
async fn p3_whatever_the_fetch_answers_the_person_is_erased() {
    for status in [401, 403, 404, 429, 500, 503] {
        let rig = known().await;
        rig.fake.script(move |seen| {
            seen.path
                .starts_with("/travel/v4/trips/")
                .then(|| Reply::status(status))
        });
        rig.deliver(&event(9, "ItineraryAnonymized")).await;
        eventually("the erasure", || async { rig.trip().await.is_none() }).await;
        nothing_is_left(&rig).await;
    }
}

#[tokio::test]
async fn t53_p2_p7_a_wave_of_anonymizations_of_unknown_trips_fetches_nothing_and_leaves_ids_only() {
    let rig = rig().await;
    for n in 0..200 {
        let trip = format!("51aa0000-0000-4000-8000-{n:012}");
        let body = event_of(n, "ItineraryAnonymized", &trip, 100).to_string().into_bytes();
        assert_eq!(post(&rig.endpoint, body).await.status(), 200);
    }
    rig.settled().await;
    assert_eq!(rig.fake.seen("/travel/").len(), 0);
    assert!(rig.trip().await.is_none());
    // P6: what happened before is not fetched either, however late it comes.
    rig.after(&event_of(900, "ItineraryUpdated", TRIP, 50)).await;
    assert_eq!(rig.fake.seen("/travel/").len(), 0);
    let bytes: Vec<u8> = std::fs::read(rig.folder.path().join("test.db")).unwrap();
    let user = USER.as_bytes();
    eventually("the bodies to go", || async {
        let now = std::fs::read(rig.folder.path().join("test.db")).unwrap();
        !now.windows(user.len()).any(|part| part == user)
    })
    .await;
    drop(bytes);
}

async fn choose(rig: &Rig, policy: PrivacyPolicy) {
    rig.store
        .set_privacy(COMPANY, &policy, "admin@example.com", rig.now())
        .await
        .unwrap();
}

#[tokio::test]
async fn p11_personal_trips_are_shown_or_not_kept_as_the_company_chose() {
    let rig = rig().await;
    let mut leisure = document(TRIP, 1);
    leisure["IsPersonal"] = true.into();
    rig.fake.serve(TRIP, Some(leisure));
    rig.after(&event(1, "ItineraryCreated")).await;
    let traveler = rig.traveler().await.id;
    assert!(rig.trip().await.unwrap().trip.personal && rig.in_london(&traveler).await);
    // Hidden: what is stored goes at once, what comes is not kept, but events are still processed.
    choose(
        &rig,
        PrivacyPolicy {
            personal: PersonalTrips::Hide,
            ..PrivacyPolicy::default()
        },
    )
    .await;
    eventually("the personal trip to go", || async { rig.trip().await.is_none() }).await;
    assert!(!rig.in_london(&traveler).await);
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert!(rig.trip().await.is_none());
    assert!(rig.log().await.iter().all(|row| row.status.as_str() != "failed"));
    // Shown again: Concur's list brings what was not kept.
    let list = json!({"data": [{"id": TRIP}], "operations": []});
    rig.fake
        .script(move |seen| (seen.path == "/travel/v4/trips").then(|| Reply::json(&list)));
    choose(&rig, PrivacyPolicy::default()).await;
    eventually("the personal trip again", || async { rig.trip().await.is_some() }).await;
}

#[tokio::test]
async fn p12_only_travelers_of_chosen_countries_are_kept() {
    let rig = known().await;
    let of = |countries: &[&str], unknown_country| PrivacyPolicy {
        countries: countries.iter().map(|code| (*code).to_owned()).collect(),
        unknown_country,
        ..PrivacyPolicy::default()
    };
    choose(&rig, of(&["US"], false)).await;
    rig.fake.serve(TRIP, Some(telling(3)));
    rig.after(&event(3, "ItineraryUpdated")).await;
    assert!(rig.trip().await.is_some(), "at home in New York");
    choose(&rig, of(&["DE"], true)).await;
    eventually("the traveler to go", || async { rig.trip().await.is_none() }).await;
    nothing_is_left(&rig).await;
    rig.fake.serve(TRIP, Some(telling(4)));
    rig.after(&event(4, "ItineraryUpdated")).await;
    assert!(rig.trip().await.is_none());
    nothing_is_left(&rig).await;
}

#[tokio::test]
async fn p16_so_many_days_after_its_end_a_trip_is_gone() {
    let rig = known().await;
    choose(
        &rig,
        PrivacyPolicy {
            keep_days: 10,
            ..PrivacyPolicy::default()
        },
    )
    .await;
    let ends: DateTime<Utc> = "2030-05-20T20:00:00Z".parse().unwrap();
    rig.ahead.store(
        (ends - Utc::now()).num_milliseconds() + TimeDelta::days(9).num_milliseconds(),
        Ordering::SeqCst,
    );
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert!(rig.trip().await.is_some());
    rig.move_on(TimeDelta::days(2));
    eventually("the trip to go", || async { rig.trip().await.is_none() }).await;
    nothing_is_left(&rig).await;
    // And it does not come back by an event that is late.
    rig.after(&event(30, "ItineraryUpdated")).await;
    assert!(rig.trip().await.is_none());
}

#[tokio::test]
async fn p16_so_many_days_after_a_company_left_nothing_of_it_is_left() {
    let rig = known().await;
    choose(
        &rig,
        PrivacyPolicy {
            keep_left_days: 5,
            ..PrivacyPolicy::default()
        },
    )
    .await;
    rig.store
        .set_company_state(COMPANY, CompanyState::Disconnected, Some("They left."), rig.now())
        .await
        .unwrap();
    rig.move_on(TimeDelta::days(4));
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert!(rig.trip().await.is_some(), "until then it is kept");
    rig.move_on(TimeDelta::days(2));
    eventually("the trip to go", || async { rig.trip().await.is_none() }).await;
    nothing_is_left(&rig).await;
    assert_eq!(
        rig.store.forget_bodies(COMPANY).await.unwrap(),
        0,
        "no event body is left"
    );
    assert!(
        rig.store.company(&Scope::service(), COMPANY).await.unwrap().is_some(),
        "the company may come back"
    );
}

#[tokio::test]
async fn p8_e18_the_bodies_that_are_kept_have_no_href_and_go_after_14_days_and_ids_after_35() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let mut event = event(1, "ItineraryCreated");
    event["facts"]["hrefs"] = json!({"v4": format!("{}/travel/v4/trips/{TRIP}?secret=path", rig.fake.base)});
    rig.after(&event).await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", rig.folder.path().join("test.db").display()))
        .await
        .unwrap();
    let count = |sql: &'static str| {
        let pool = pool.clone();
        async move { sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool).await.unwrap() }
    };
    let bodies = "SELECT count(*) FROM inbox_payload";
    assert_eq!(
        count("SELECT count(*) FROM inbox_payload WHERE instr(body, 'secret=path') > 0").await,
        0
    );
    assert_eq!(count(bodies).await, 1);
    for (days, left) in [(13, (1, 1)), (15, (0, 1)), (34, (0, 1)), (36, (0, 0))] {
        let now = rig.now() + TimeDelta::days(days);
        rig.store
            .prune_events(now - TimeDelta::days(14), now - TimeDelta::days(35))
            .await
            .unwrap();
        assert_eq!(
            (count(bodies).await, count("SELECT count(*) FROM inbox_event").await),
            left,
            "after {days} days"
        );
    }
}
