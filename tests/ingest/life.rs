//! The life of a trip: bursts, versions, trouble that passes and trouble that does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use whereabouts::ingest::{Engine, EngineConfig};
use whereabouts::store::{EventStatus, Scope};

use crate::fake_concur::{COMPANY, Reply};
use crate::rig::{LOGIN, Rig, TRIP, document, event, event_of, eventually, rig, rig_on_postgres, rig_with};

#[tokio::test]
async fn the_main_way_an_event_leads_to_a_traveler_in_london() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let mut changes = rig.engine.changes().subscribe();
    let mut event = event(1, "ItineraryCreated");
    event["facts"]["hrefs"] = json!({"v4": format!("{}/travel/v4/trips/{TRIP}", rig.fake.base)});
    rig.after(&event).await;
    let trip = rig.trip().await.unwrap();
    assert_eq!(trip.trip.login.as_deref(), Some(LOGIN));
    let change = changes.recv().await.unwrap();
    assert_eq!(
        (change.company.as_str(), change.traveler.as_str()),
        (COMPANY, trip.traveler.as_str())
    );
    assert!(rig.in_london(&trip.traveler).await);
    assert_eq!(rig.log().await[0].status, EventStatus::Processed);
    let seen = &rig.fake.seen("/travel/")[0];
    assert_eq!(seen.method, "GET");
    assert!(seen.headers.contains_key("concur-correlationid"), "E17");
}

#[tokio::test]
async fn e6_t50_r100_a_burst_of_50_updates_costs_at_most_two_fetches_never_two_at_once() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 7)));
    let mut changes = rig.engine.changes().subscribe();
    let events: Vec<Value> = (1..=50).map(|n| event(n, "ItineraryUpdated")).collect();
    futures::future::join_all(events.iter().map(|e| rig.deliver(e))).await;
    rig.settled().await;
    assert!((1..=2).contains(&rig.fetches()), "{}", rig.fetches());
    assert_eq!(rig.fake.most_at_once(), 1);
    let recomputed = std::iter::from_fn(|| changes.try_recv().ok()).count();
    assert!(
        (1..=2).contains(&recomputed),
        "the timeline is computed {recomputed} times"
    );
    assert_eq!(
        rig.trip().await.unwrap().trip.name.as_deref(),
        Some("London, version 7")
    );
    let done = rig
        .log()
        .await
        .iter()
        .filter(|e| matches!(e.status, EventStatus::Processed | EventStatus::Superseded))
        .count();
    assert_eq!(done, 50);
}

#[tokio::test]
async fn r100_a_burst_over_many_trips_of_one_traveler_costs_one_timeline_a_trip() {
    costs_one_timeline_a_trip(rig().await).await;
}

#[tokio::test]
async fn r100_a_burst_over_many_trips_costs_one_timeline_a_trip_on_postgresql_too() {
    costs_one_timeline_a_trip(rig_on_postgres().await).await;
}

async fn costs_one_timeline_a_trip(rig: Rig) {
    // Everything of this test runs on its thread.
    let recorder = PrometheusBuilder::new().build_recorder();
    let counted = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let trips: Vec<String> = (1..=20)
        .map(|n| TRIP.replace("000001", &format!("{:06}", n + 1)))
        .collect();
    trips
        .iter()
        .for_each(|trip| rig.fake.serve(trip, Some(document(trip, 1))));
    let events = (0..60).map(|n: u32| {
        let trip = &trips[n as usize % trips.len()];
        event_of(n + 1, "ItineraryUpdated", trip, i64::from(n))
    });
    let events: Vec<Value> = events.collect();
    futures::future::join_all(events.iter().map(|event| rig.deliver(event))).await;
    rig.settled().await;
    let report = counted.render();
    let timelines = report.lines().find_map(|line| line.strip_prefix("timelines_total "));
    let (timelines, documents): (usize, usize) = (timelines.unwrap().parse().unwrap(), rig.fetches());
    // Without turns each undoes the others' work: more than a hundred. A profile that comes meanwhile may undo one.
    assert!(
        documents >= 20 && timelines <= documents + 8,
        "{timelines} timelines for {documents} documents"
    );
    let owner = async |trip| rig.store.trip(&Scope::service(), trip).await.unwrap().unwrap().traveler;
    let traveler = owner(&trips[0]).await;
    assert_eq!(owner(&trips[19]).await, traveler, "all of them are one traveler's");
    let known = rig.store.known_of(COMPANY, &traveler).await.unwrap();
    assert_eq!(known.records.len(), 20);
    assert!(rig.in_london(&traveler).await);
}

#[tokio::test]
async fn an_event_during_a_fetch_leads_to_another_fetch_and_never_to_two_at_once() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let slow = document(TRIP, 1);
    let first = AtomicBool::new(true);
    rig.fake.script(move |seen| {
        let slowly = seen.path.contains("trips") && first.swap(false, Ordering::SeqCst);
        slowly.then(|| Reply::json(&slow).after(Duration::from_millis(300)))
    });
    rig.deliver(&event(1, "ItineraryCreated")).await;
    eventually("the first fetch", || async { rig.fetches() == 1 }).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 2)));
    rig.deliver(&event(2, "ItineraryUpdated")).await;
    rig.settled().await;
    assert_eq!((rig.fetches(), rig.fake.most_at_once()), (2, 1));
    assert_eq!(
        rig.trip().await.unwrap().trip.name.as_deref(),
        Some("London, version 2")
    );
}

#[tokio::test]
async fn who_was_computed_by_an_older_engine_is_computed_anew() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.after(&event(1, "ItineraryCreated")).await;
    let version = whereabouts::whereabouts::Judgement::CURRENT.version;
    let starts = async |version| rig.store.engine_starts(version, rig.now()).await.unwrap();
    assert_eq!(starts(version).await, 0, "this engine has told the store of itself");
    let mut changes = rig.engine.changes().subscribe();
    assert_eq!(starts(version + 1).await, 1);
    let change = tokio::time::timeout(Duration::from_secs(20), changes.recv()).await;
    assert_eq!(change.unwrap().unwrap().traveler, rig.trip().await.unwrap().traveler);
    assert!(rig.store.travelers_due(rig.now(), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn r93_a_request_whose_date_passes_is_believed_less_though_no_event_comes() {
    let rig = rig().await;
    let mut request = document(TRIP, 1);
    request["TripStatus"] = 4.into();
    request["StartDateLocal"] = "2030-05-10T00:00:00".into();
    request["Bookings"][0]["BookingSource"] = "TravelRequest".into();
    rig.fake.serve(TRIP, Some(request));
    rig.after(&event(1, "ItineraryCreated")).await;
    let traveler = rig.traveler().await.id;
    let before = rig.p_of_london(&traveler).await;
    assert!(before > 0.3, "{before}");

    let mut changes = rig.engine.changes().subscribe();
    let later: chrono::DateTime<chrono::Utc> = "2030-05-12T00:00:00Z".parse().unwrap();
    rig.move_on(later - rig.now());
    eventually("the belief to sink", || async {
        rig.p_of_london(&traveler).await < before - 0.2
    })
    .await;
    assert_eq!(changes.recv().await.unwrap().traveler, traveler, "the pages hear of it");
    assert_eq!(rig.fetches(), 1);
}

#[tokio::test]
async fn r96_an_older_document_never_overwrites_a_newer_one() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 9)));
    rig.after(&event(1, "ItineraryCreated")).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 3)));
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert_eq!(
        rig.trip().await.unwrap().trip.name.as_deref(),
        Some("London, version 9")
    );
}

#[tokio::test]
async fn l2_l6_a_503_is_tried_again_and_retry_after_is_kept() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let left = AtomicUsize::new(3);
    rig.fake.script(move |seen| {
        let fails = seen.path.contains("trips")
            && left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                .is_ok();
        fails.then(|| Reply::status(503))
    });
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.trip().await.is_some());
    assert_eq!(rig.fetches(), 4);
    rig.fake.script(|seen| {
        seen.path
            .contains("trips")
            .then(|| Reply::status(429).with("retry-after", "3000"))
    });
    rig.deliver(&event(2, "ItineraryUpdated")).await;
    eventually("the refusal", || async {
        rig.fetches() == 5 && rig.status().await.waiting_retry == 1
    })
    .await;
    rig.fake.script(|_| None);
    rig.fake.serve(TRIP, Some(document(TRIP, 2)));
    rig.move_on(TimeDelta::seconds(2900));
    rig.deliver(&event_of(
        3,
        "ItineraryUpdated",
        "51aa0000-0000-4000-8000-0000000000ff",
        3,
    ))
    .await;
    eventually("the pause to be felt", || async {
        rig.status().await.waiting_retry == 2
    })
    .await;
    assert_eq!(rig.fetches(), 5, "the whole company pauses");
    rig.move_on(TimeDelta::seconds(200));
    eventually("the second version", || async {
        rig.trip().await.unwrap().trip.name.as_deref() == Some("London, version 2")
    })
    .await;
}

#[tokio::test]
async fn trouble_of_every_kind_passes() {
    for reply in [
        Reply::status(500),
        Reply::status(502),
        Reply::status(400),
        Reply::status(302),
        Reply::status(404),
    ] {
        let rig = rig().await;
        rig.fake.serve(TRIP, Some(document(TRIP, 1)));
        let left = AtomicUsize::new(2);
        rig.fake.script(move |seen| {
            let fails = seen.path.contains("trips")
                && left
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                    .is_ok();
            fails.then(|| reply.clone())
        });
        rig.after(&event(1, "ItineraryCreated")).await;
        assert!(rig.trip().await.is_some());
    }
}

#[tokio::test]
async fn q25_a_401_leads_to_one_refresh() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let first = AtomicBool::new(true);
    rig.fake.script(move |seen| {
        (seen.path.contains("trips") && first.swap(false, Ordering::SeqCst)).then(|| Reply::status(401))
    });
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.trip().await.is_some());
    assert_eq!((rig.fetches(), rig.fake.seen("/oauth2/").len()), (2, 2));
}

#[tokio::test]
async fn q54_a_refused_grant_parks_the_companys_trips_until_it_connects_again() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.fake.script(|seen| {
        let refused = json!({"code": 108, "error": "invalid_grant"});
        seen.path.contains("oauth2").then(|| Reply {
            status: 400,
            ..Reply::json(&refused)
        })
    });
    rig.deliver(&event(1, "ItineraryCreated")).await;
    eventually("the refusal", || async { rig.status().await.parked == 1 }).await;
    assert_eq!(rig.fetches(), 0);
    rig.fake.script(|_| None);
    rig.fake.connected(&rig.store).await;
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
}

#[tokio::test]
async fn an_event_of_a_company_that_is_not_connected_is_parked_and_applied_once_it_is() {
    let rig = rig_with(|_| {}).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.deliver(&event(1, "ItineraryCreated")).await;
    assert_eq!(rig.status().await.parked, 1);
    assert_eq!(rig.fetches(), 0);
    rig.fake.connected(&rig.store).await;
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
}

#[tokio::test]
async fn a_document_that_stays_unreadable_is_given_up_after_three_and_a_replay_brings_it_back() {
    let rig = rig().await;
    rig.fake.script(|seen| {
        seen.path.contains("trips").then(|| Reply {
            body: b"<html>maintenance".to_vec(),
            ..Reply::status(200)
        })
    });
    rig.deliver(&event(1, "ItineraryCreated")).await;
    eventually("the trip to be given up", || async { rig.status().await.dead == 1 }).await;
    assert_eq!(rig.fetches(), 3);
    let row = &rig.log().await[0];
    assert_eq!(
        (row.status, row.error.as_deref()),
        (EventStatus::Dead, Some("unreadable"))
    );
    rig.fake.script(|_| None);
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    assert!(
        rig.store
            .replay_event(&Scope::service(), row.id, rig.now())
            .await
            .unwrap()
    );
    rig.engine.wake();
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
}

#[tokio::test]
async fn two_nodes_share_the_work_and_each_trip_is_fetched_once() {
    let rig = rig().await;
    let config = EngineConfig {
        coalesce: Duration::from_millis(60),
        ..EngineConfig::new(Arc::new(|| 0.5))
    };
    let second = Engine::start(config, rig.store.clone(), rig.fake.client(), Arc::new(Utc::now));
    let trips: Vec<String> = (0..30).map(|n| format!("51aa0000-0000-4000-8000-{n:012}")).collect();
    for (n, trip) in (0_u32..).zip(&trips) {
        let mut document = document(trip, 1);
        document["UserLoginId"] = format!("{n}@example.com").into();
        rig.fake.serve(trip, Some(document));
        let mut event = event_of(n, "ItineraryCreated", trip, 1);
        event["facts"]["userId"] = format!("user-{n}").into();
        rig.deliver(&event).await;
    }
    rig.settled().await;
    assert_eq!((rig.fetches(), rig.fake.most_at_once()), (30, 1));
    second.shutdown().await;
}

#[tokio::test]
async fn a_slow_fetch_keeps_its_lease_and_no_other_node_fetches_too() {
    let short = |config: &mut EngineConfig| config.lease = Duration::from_millis(300);
    let rig = rig_with(short).await;
    rig.fake.connected(&rig.store).await;
    let mut config = EngineConfig::new(Arc::new(|| 0.5));
    short(&mut config);
    let second = Engine::start(config, rig.store.clone(), rig.fake.client(), Arc::new(Utc::now));
    let slow = document(TRIP, 1);
    rig.fake.script(move |seen| {
        seen.path
            .contains("trips")
            .then(|| Reply::json(&slow).after(Duration::from_millis(1200)))
    });
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.trip().await.is_some());
    assert_eq!(rig.fetches(), 1);
    second.shutdown().await;
}

#[tokio::test]
async fn what_a_node_that_died_had_claimed_is_done_by_another() {
    let rig = rig_with(|config| config.lease = Duration::from_millis(600)).await;
    rig.fake.connected(&rig.store).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.engine.shutdown().await;
    let (_running, stop) = tokio::sync::watch::channel(false);
    let endpoint = {
        // Durable, but nobody works on it.
        let (inbox, writer) =
            whereabouts::ingest::inbox::Inbox::start(rig.store.clone(), Arc::new(tokio::sync::Notify::new()), stop);
        drop(writer);
        whereabouts::ingest::receive::router(whereabouts::ingest::receive::EssState {
            inbox,
            ..rig
                .engine
                .ess(Some(Arc::new(crate::signing::keys().into())), Arc::default())
        })
    };
    crate::rig::post(&endpoint, event(1, "ItineraryCreated").to_string().into_bytes()).await;
    eventually("the dead node's claim", || async {
        !rig.store
            .claim_trips(1, rig.now(), Duration::from_millis(600))
            .await
            .unwrap()
            .is_empty()
    })
    .await;
    let second = Engine::start(
        EngineConfig::new(Arc::new(|| 0.5)),
        rig.store.clone(),
        rig.fake.client(),
        Arc::new(Utc::now),
    );
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
    second.shutdown().await;
}

#[tokio::test]
async fn e17_l11_the_events_correlation_id_is_on_every_call_that_follows() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let (of_delivery, of_body) = (
        "7d1e0000-0000-4000-8000-00000000000d",
        "7d1e0000-0000-4000-8000-00000000000b",
    );
    let mut event = event(1, "ItineraryCreated");
    event["correlationId"] = of_body.into();
    let body = event.to_string().into_bytes();
    let request = http::Request::post("/ess/events")
        .header("Concur-Signature", crate::signing::sign(&body))
        .header("Concur-Correlationid", of_delivery)
        .body(body.into())
        .unwrap();
    crate::rig::send(&rig.endpoint, request).await;
    rig.settled().await;
    let ids = |part: &str| -> Vec<String> {
        let seen = rig.fake.seen(part);
        let id = |seen: &crate::fake_concur::Seen| seen.headers["concur-correlationid"].to_str().unwrap().to_owned();
        seen.iter().map(id).collect()
    };
    assert_eq!(ids("/travel/"), [of_delivery]);
    assert_eq!(ids("/profile/identity/"), [of_delivery; 2], "by id and by login");
    event["id"] = "0b0f0000-0000-4000-8000-0000000000ff".into();
    event["timeStamp"] = "2026-03-01T09:00:00Z".into();
    rig.after(&event).await;
    assert_eq!(ids("/travel/")[1], of_body, "without a header, the body's");
}
