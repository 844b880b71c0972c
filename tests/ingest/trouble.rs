//! Trouble at Concur: limits on how much it is asked, hosts that do not answer, documents that cannot be read (L1–L10, T4, T5).

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use whereabouts::concur::http::BODY_CAP;
use whereabouts::concur::seal::REFRESH_TOKEN;
use whereabouts::concur::{Sealer, Secret};
use whereabouts::store::{Connection, EventStatus, Scope};

use crate::fake_concur::{COMPANY, Reply};
use crate::rig::{TRIP, document, event, event_of, eventually, post, rig, rig_with};

const OTHER: &str = "ab8a0000-0000-4000-8000-00000000000b";

fn trip(n: usize) -> String {
    format!("51aa0000-0000-4000-8000-{n:012}")
}

/// An event of the n-th trip, of a traveler of its own.
fn of_trip(n: usize, company: &str) -> Value {
    let mut event = event_of(u32::try_from(n).unwrap(), "ItineraryCreated", &trip(n), 1);
    event["facts"]["companyId"] = company.into();
    event["facts"]["userId"] = format!("user-{n}").into();
    event
}

#[tokio::test]
async fn l10_one_companys_slow_backlog_takes_its_share_and_nobody_elses() {
    let rig = rig_with(|config| (config.at_once, config.at_once_per_company) = (5, 3)).await;
    rig.fake.connected(&rig.store).await;
    let connection = Connection {
        company: OTHER.to_owned(),
        name: None,
        geolocation: rig.fake.base.clone(),
        sealed_refresh_token: Sealer::from_key([7; 32])
            .seal(OTHER, REFRESH_TOKEN, &Secret::new("refresh-other"))
            .unwrap(),
        refresh_expires_at: None,
        connected_by: None,
        link_sha256: None,
    };
    rig.store
        .connect_company(&connection, rig.now() - TimeDelta::days(1))
        .await
        .unwrap();
    let base = rig.fake.base.clone();
    rig.fake.script(move |seen| {
        if seen
            .form
            .get("refresh_token")
            .is_some_and(|token| token == "refresh-other")
        {
            return Some(Reply::json(
                &json!({"access_token": "access-other", "refresh_token": "r", "geolocation": base}),
            ));
        }
        let id = seen.path.strip_prefix("/travel/v4/trips/")?;
        let mut document = document(id, 1);
        document["UserLoginId"] = format!("{id}@example.com").into();
        Some(Reply::json(&document).after(Duration::from_millis(150)))
    });
    for n in 0..30 {
        rig.deliver(&of_trip(n, COMPANY)).await;
    }
    eventually("its share to be at work", || async { rig.fetches() >= 3 }).await;
    rig.deliver(&of_trip(99, OTHER)).await;
    let done = || async { rig.store.trip(&Scope::service(), &trip(99)).await.unwrap().is_some() };
    eventually("the other company's trip", done).await;
    assert!(rig.fetches() < 25, "it did not wait for the others: {}", rig.fetches());
    rig.settled().await;
    assert_eq!(rig.fetches(), 31);
    assert!(
        rig.fake.most_together() <= 4,
        "3 of one company, 1 of the other: {}",
        rig.fake.most_together()
    );
}

#[tokio::test]
async fn l10_identity_is_asked_within_the_same_limits() {
    let rig = rig_with(|config| (config.at_once, config.at_once_per_company) = (4, 2)).await;
    rig.fake.connected(&rig.store).await;
    rig.fake.script(|seen| {
        let id = seen.path.strip_prefix("/travel/v4/trips/")?;
        let mut document = document(id, 1);
        document["UserLoginId"] = format!("{id}@example.com").into();
        Some(Reply::json(&document))
    });
    for n in 0..12 {
        rig.deliver(&of_trip(n, COMPANY)).await;
    }
    rig.settled().await;
    assert_eq!(
        rig.fake.seen("/profile/identity/").len(),
        24,
        "by id and by login, once a traveler"
    );
}

#[tokio::test]
async fn l1_l2_while_a_host_rests_nothing_is_asked_and_afterwards_everything_arrives() {
    let rig = rig_with(|config| config.retry_base = Duration::from_millis(100)).await;
    rig.fake.connected(&rig.store).await;
    let broken = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let is = broken.clone();
    rig.fake
        .script(move |seen| (seen.path.contains("trips") && is.load(Ordering::SeqCst)).then(|| Reply::status(502)));
    for n in 0..8 {
        let mut document = document(&trip(n), 1);
        document["UserLoginId"] = format!("{n}@example.com").into();
        rig.fake.serve(&trip(n), Some(document));
        rig.deliver(&of_trip(n, COMPANY)).await;
    }
    eventually("the host to rest", || async {
        rig.log()
            .await
            .iter()
            .any(|row| row.error.as_deref() == Some("resting"))
    })
    .await;
    broken.store(false, Ordering::SeqCst);
    rig.settled().await;
    for n in 0..8 {
        assert!(rig.store.trip(&Scope::service(), &trip(n)).await.unwrap().is_some());
    }
}

/// Three tries, the reason, and a replay that brings it back.
#[tokio::test]
async fn t5_a_document_that_cannot_be_read_is_parked_with_its_reason_and_can_be_replayed() {
    let nested = format!(
        "{{\"id\":\"{TRIP}\",\"Bookings\":{}1{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let huge = format!("{{\"id\":\"{TRIP}\",\"TripName\":\"{}\"}}", "x".repeat(BODY_CAP));
    for (body, reason) in [
        (b"<html>maintenance".to_vec(), "unreadable"),
        (b"".to_vec(), "unreadable"),
        (b"[]".to_vec(), "unreadable"),
        (b"{\"id\":".to_vec(), "unreadable"),
        (vec![0xff, 0xfe, 0x00], "unreadable"),
        (nested.into_bytes(), "unreadable"),
        (huge.into_bytes(), "too_large"),
    ] {
        let rig = rig().await;
        let reply = Reply {
            body,
            ..Reply::status(200)
        };
        rig.fake
            .script(move |seen| seen.path.contains("trips").then(|| reply.clone()));
        rig.deliver(&event(1, "ItineraryCreated")).await;
        eventually("the trip to be given up", || async { rig.status().await.dead == 1 }).await;
        assert_eq!(rig.fetches(), 3, "{reason}");
        let row = &rig.log().await[0];
        assert_eq!((row.status, row.error.as_deref()), (EventStatus::Dead, Some(reason)));
        rig.fake.script(|_| None);
        rig.fake.serve(TRIP, Some(document(TRIP, 1)));
        rig.store
            .replay_event(&Scope::service(), row.id, rig.now())
            .await
            .unwrap();
        rig.engine.wake();
        eventually("the trip", || async { rig.trip().await.is_some() }).await;
    }
}

#[tokio::test]
async fn t4_a_compressed_document_is_read() {
    let rig = rig().await;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(document(TRIP, 1).to_string().as_bytes()).unwrap();
    let body = packed.finish().unwrap();
    let (whole, cut) = (body.clone(), body[..body.len() / 2].to_vec());
    let asked = AtomicUsize::new(0);
    rig.fake.script(move |seen| {
        let n = seen
            .path
            .contains("trips")
            .then(|| asked.fetch_add(1, Ordering::SeqCst))?;
        let body = if n == 0 { cut.clone() } else { whole.clone() };
        Some(Reply {
            body,
            ..Reply::status(200).with("content-encoding", "gzip")
        })
    });
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.trip().await.is_some());
    assert_eq!(rig.fetches(), 2, "what broke off is asked for again");
}

#[tokio::test]
async fn t13_a_document_whose_changes_nobody_needs_changes_no_belief() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.after(&event(1, "ItineraryCreated")).await;
    let traveler = rig.traveler().await.id;
    let until = "2031-01-01T00:00:00Z".parse().unwrap();
    let believed = || async {
        let from = "2030-01-01T00:00:00Z".parse().unwrap();
        rig.store
            .episodes(&Scope::service(), &traveler, from, until, None)
            .await
            .unwrap()
    };
    let before = believed().await;
    let mut again = document(TRIP, 1);
    again["BookedVia"] = "Agent".into();
    again["Bookings"][0]["FormOfPaymentName"] = "Card".into();
    rig.fake.serve(TRIP, Some(again));
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert_eq!(believed().await, before);
}

#[tokio::test]
async fn t54_x9_no_request_of_a_whole_life_goes_to_an_old_interface() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.after(&event(1, "ItineraryCreated")).await;
    rig.engine.connected(COMPANY);
    eventually("the list", || async { !rig.fake.seen("/travel/v4/trips").is_empty() }).await;
    rig.fake.serve(TRIP, None);
    rig.after(&event(2, "ItineraryUpdated")).await;
    let known = [
        "/oauth2/v0/token",
        "/travel/v4/trips",
        "/profile/identity/v4/Users",
        "/profile/v1/me",
    ];
    for seen in rig.fake.seen("") {
        assert!(known.iter().any(|path| seen.path.starts_with(path)), "{}", seen.path);
    }
}

#[tokio::test]
async fn i20_x30_an_identity_event_of_nobody_we_know_is_acknowledged_and_fetches_nothing() {
    let rig = rig().await;
    for (n, topic) in ["public.concur.user.profile.identity", "public.concur.profile.identity"]
        .iter()
        .enumerate()
    {
        let body = json!({
            "id": format!("updated-7d1e-{n}"), "eventType": "IdentityProfileUpdated", "topic": topic,
            "timeStamp": "2026-03-01T08:00:00Z",
            "facts": {"companyId": COMPANY, "userId": "b7aa", "userHref": format!("{}/profile/identity/v4/Users/b7aa", rig.fake.base)}
        });
        assert_eq!(post(&rig.endpoint, body.to_string().into_bytes()).await.status(), 200);
    }
    let log = rig.log().await;
    assert!(log.len() == 2 && log.iter().all(|row| row.status == EventStatus::Processed));
    assert!(rig.fake.seen("/profile/").is_empty() && rig.fake.seen("/travel/").is_empty());
}
