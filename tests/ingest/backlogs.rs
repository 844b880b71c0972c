//! Trips from before the connection: Concur's list and SAP's document, their progress, and what a stop leaves (B1–B13, X22–X24).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use whereabouts::concur::Clock;
use whereabouts::ingest::{Engine, EngineConfig, backlog};
use whereabouts::store::{BacklogRun, BacklogState, Scope, Store};

use crate::fake_concur::{COMPANY, FakeConcur, Reply, Seen};
use crate::rig::{LOGIN, Rig, TRIP, document, event, eventually, rig, rig_with};

fn trips(count: u32) -> Vec<String> {
    (0..count).map(|n| format!("51aa0000-0000-4000-8000-{n:012}")).collect()
}

fn serve_all(fake: &FakeConcur, trips: &[String]) {
    for trip in trips {
        let mut document = document(trip, 1);
        document["UserLoginId"] = format!("{trip}@example.com").into();
        fake.serve(trip, Some(document));
    }
}

fn query_of(seen: &Seen) -> HashMap<String, String> {
    url::form_urlencoded::parse(seen.query.as_bytes())
        .into_owned()
        .collect()
}

/// One page of ten of these trips, as the request asks for it (B6).
fn page_of(ids: &[String], seen: &Seen) -> Option<Reply> {
    if seen.path != "/travel/v4/trips" {
        return None;
    }
    let query = query_of(seen);
    assert_eq!(query["schema"], "id");
    let start: usize = query.get("startAfter").map_or(0, |after| after.parse().unwrap());
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
}

fn clock_of(rig: &Rig) -> Clock {
    let ahead = rig.ahead.clone();
    Arc::new(move || Utc::now() + TimeDelta::milliseconds(ahead.load(Ordering::SeqCst)))
}

async fn newest(store: &Arc<dyn Store>) -> BacklogRun {
    store.backlogs(&Scope::service(), 1).await.unwrap().remove(0)
}

fn counts(run: &BacklogRun) -> [i64; 5] {
    [run.listed, run.done, run.skipped, run.gone, run.failed]
}

#[tokio::test]
async fn b6_b8_b10_x24_the_list_is_read_to_its_end_and_nothing_is_fetched_twice() {
    let rig = rig_with(|config| config.list_per_minute = 6000).await;
    rig.fake.connected(&rig.store).await;
    let trips = trips(25);
    serve_all(&rig.fake, &trips);
    let (ids, refused) = (trips.clone(), AtomicBool::new(false));
    rig.fake.script(move |seen| {
        // B8, X24: the limit shows as 503 once.
        let again = seen.path == "/travel/v4/trips" && seen.query.contains("startAfter=10");
        if again && !refused.swap(true, Ordering::SeqCst) {
            return Some(Reply::status(503).with("retry-after", "0"));
        }
        page_of(&ids, seen)
    });
    rig.engine.connected(COMPANY);
    eventually("the backlog", || async {
        let runs = rig.store.backlogs(&Scope::service(), 1).await.unwrap();
        runs.first().is_some_and(|run| run.done == 25)
    })
    .await;
    assert_eq!(counts(&newest(&rig.store).await), [25, 25, 0, 0, 0]);
    assert_eq!(rig.fetches(), 25);
    // Listed once more: everything is there and kept fresh by events, so nothing is fetched.
    let again = backlog::list(&rig.fake.client(), &rig.store, COMPANY, &clock_of(&rig), 6000)
        .await
        .unwrap();
    rig.settled().await;
    assert_eq!(counts(&again), [25, 0, 25, 0, 0]);
    assert_eq!(rig.fetches(), 25);
    rig.store.settle_backlogs(rig.now()).await.unwrap();
    let runs = rig.store.backlogs(&Scope::service(), 9).await.unwrap();
    assert!(
        runs.iter()
            .all(|run| run.state == BacklogState::Done && run.waiting() == 0),
        "{runs:?}"
    );
}

#[tokio::test]
async fn b4_b5_x23_the_list_is_asked_for_ids_of_trips_that_have_not_ended() {
    let rig = rig_with(|config| config.list_per_minute = 6000).await;
    rig.fake.connected(&rig.store).await;
    rig.fake.script(|seen| page_of(&[], seen));
    let run = backlog::list(&rig.fake.client(), &rig.store, COMPANY, &clock_of(&rig), 6000)
        .await
        .unwrap();
    assert_eq!(counts(&run), [0; 5]);
    let asked = rig.fake.seen("/travel/v4/trips");
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "GET"));
    let query = query_of(&asked[0]);
    // By the trip's end, whatever "booked within six months" says; a trip that ended yesterday may still be under way.
    let from = (rig.now() - TimeDelta::days(2)).date_naive().to_string();
    assert_eq!(
        query,
        HashMap::from([("schema".to_owned(), "id".to_owned()), ("endDateFrom".to_owned(), from)])
    );
}

#[tokio::test]
async fn b7_the_list_is_asked_ten_times_a_minute_also_across_a_restart() {
    let rig = rig().await;
    assert_eq!(backlog::PER_MINUTE, 10);
    assert_eq!(EngineConfig::new(Arc::new(|| 0.5)).list_per_minute, 10);
    let ids = trips(30);
    serve_all(&rig.fake, &ids);
    rig.fake.script(move |seen| page_of(&ids, seen));
    // 300 a minute: 0.2 s apart.
    let began = std::time::Instant::now();
    backlog::list(&rig.fake.client(), &rig.store, COMPANY, &clock_of(&rig), 300)
        .await
        .unwrap();
    assert_eq!(
        rig.fake
            .seen("/travel/v4/trips")
            .iter()
            .filter(|s| s.path.ends_with("trips"))
            .count(),
        3
    );
    assert!(began.elapsed() >= std::time::Duration::from_millis(400));
}

#[tokio::test]
async fn b9_x22_a_list_that_is_refused_stops_with_its_reason_and_the_document_does_instead() {
    for (status, words) in [
        (403, "does not serve"),
        (404, "does not serve"),
        (500, "cannot be read now"),
    ] {
        let rig = rig().await;
        rig.fake
            .script(move |seen| (seen.path == "/travel/v4/trips").then(|| Reply::status(status)));
        let problem = backlog::list(&rig.fake.client(), &rig.store, COMPANY, &clock_of(&rig), 600_000)
            .await
            .unwrap_err();
        assert!(problem.to_string().contains(words), "{status}: {problem}");
        let run = newest(&rig.store).await;
        assert_eq!(run.state, BacklogState::Stopped);
        assert!(run.reason.is_some_and(|reason| reason.contains(words)) && run.ended_at.is_some());
        // X22: what support supplies is taken all the same.
        rig.fake.serve(TRIP, Some(document(TRIP, 1)));
        let json = json!([{"id": TRIP, "href": "https://us2.api.concursolutions.com/travel/v4/trips/x"}]);
        backlog::import(rig.store.as_ref(), COMPANY, json.to_string().as_bytes(), rig.now())
            .await
            .unwrap();
        eventually("the trip", || async { rig.trip().await.is_some() }).await;
    }
}

#[tokio::test]
async fn b10_a_list_that_was_cut_off_is_read_on_where_it_was_and_no_trip_is_fetched_twice() {
    let rig = rig_with(|config| config.list_per_minute = 6000).await;
    rig.fake.connected(&rig.store).await;
    let trips = trips(35);
    serve_all(&rig.fake, &trips);
    let (ids, stuck) = (trips.clone(), Arc::new(AtomicBool::new(true)));
    let until = stuck.clone();
    rig.fake.script(move |seen| {
        let later = seen.path == "/travel/v4/trips" && seen.query.contains("startAfter=20");
        if later && until.load(Ordering::SeqCst) {
            return Some(Reply::status(503).with("retry-after", "30"));
        }
        page_of(&ids, seen)
    });
    rig.engine.connected(COMPANY);
    eventually("two pages", || async {
        let runs = rig.store.backlogs(&Scope::service(), 1).await.unwrap();
        runs.first().is_some_and(|run| run.done == 20)
            && rig
                .fake
                .seen("/travel/v4/trips")
                .iter()
                .any(|s| s.query.contains("=20"))
    })
    .await;
    rig.engine.shutdown().await;
    stuck.store(false, Ordering::SeqCst);
    let before = newest(&rig.store).await;
    assert_eq!((before.state, before.listed), (BacklogState::Reading, 20));
    // As long as the lease of the one who is gone lasts, nobody reads; then the next program does by itself.
    rig.move_on(TimeDelta::seconds(120));
    let mut config = EngineConfig::new(Arc::new(|| 0.5));
    (config.coalesce, config.retry_base) = (
        std::time::Duration::from_millis(60),
        std::time::Duration::from_millis(20),
    );
    config.list_per_minute = 6000;
    let _next = Engine::start(config, rig.store.clone(), rig.fake.client(), clock_of(&rig));
    eventually("the rest", || async { newest(&rig.store).await.done == 35 }).await;
    let after = newest(&rig.store).await;
    assert_eq!((after.id, after.listed, after.skipped), (before.id, 35, 0));
    assert_eq!(rig.fetches(), 35);
    let pages: Vec<String> = rig
        .fake
        .seen("/travel/v4/trips")
        .iter()
        .filter(|seen| seen.path == "/travel/v4/trips")
        .map(|seen| query_of(seen).get("startAfter").cloned().unwrap_or_default())
        .collect();
    assert_eq!(
        pages,
        ["", "10", "20", "20", "30"],
        "no page is read twice but the one that was refused"
    );
}

#[tokio::test]
async fn b10_newer_data_is_never_overwritten_and_an_event_in_between_costs_no_second_fetch() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 7)));
    rig.after(&event(1, "ItineraryUpdated")).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 3)));
    let json = json!([TRIP]).to_string();
    let run = backlog::import(rig.store.as_ref(), COMPANY, json.as_bytes(), rig.now())
        .await
        .unwrap();
    rig.settled().await;
    assert_eq!(counts(&run), [1, 0, 1, 0, 0]);
    assert_eq!(rig.fetches(), 1);
    // Known from before the connection: fetched again, and what is older changes nothing.
    rig.fake.connected(&rig.store).await;
    let later = clock_of(&rig)();
    rig.store
        .connect_company(&reconnection(&rig).await, later + TimeDelta::seconds(1))
        .await
        .unwrap();
    rig.move_on(TimeDelta::seconds(5));
    let run = backlog::import(rig.store.as_ref(), COMPANY, json.as_bytes(), rig.now())
        .await
        .unwrap();
    rig.settled().await;
    assert_eq!((run.skipped, rig.fetches()), (0, 2));
    assert_eq!(
        rig.trip().await.unwrap().trip.name.as_deref(),
        Some("London, version 7")
    );
}

async fn reconnection(rig: &Rig) -> whereabouts::store::Connection {
    let grant = rig.store.grant(COMPANY).await.unwrap().unwrap();
    whereabouts::store::Connection {
        company: COMPANY.to_owned(),
        name: None,
        geolocation: grant.geolocation,
        sealed_refresh_token: grant.sealed_refresh_token,
        refresh_expires_at: None,
        connected_by: None,
        link_sha256: None,
    }
}

#[tokio::test]
async fn b2_b3_b11_a_backlog_document_is_imported_and_what_is_gone_is_not_fatal() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let (gone, hidden) = (
        "51aa0000-0000-4000-8000-0000000000ee",
        "51aa0000-0000-4000-8000-0000000000ff",
    );
    rig.fake
        .script(move |seen| seen.path.ends_with(hidden).then(|| Reply::status(403)));
    let json = json!({"data": [{"id": TRIP.to_uppercase(), "href": "https://x/y"}, {"tripId": gone}, {"name": "x"},
        {"id": TRIP}, {"url": format!("https://us2.api.concursolutions.com/travel/v4/trips/{hidden}")}]});
    let imported = backlog::import(rig.store.as_ref(), COMPANY, json.to_string().as_bytes(), rig.now())
        .await
        .unwrap();
    assert_eq!((imported.listed, imported.skipped), (5, 2));
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
    rig.settled().await;
    assert_eq!(counts(&newest(&rig.store).await), [5, 1, 2, 2, 0]);
    assert_eq!(rig.traveler().await.login.as_deref(), Some(LOGIN));
    // The end of the grace changes no count.
    rig.move_on(TimeDelta::seconds(2000));
    eventually("the tombstones", || async { rig.status().await.waiting_grace == 0 }).await;
    rig.settled().await;
    rig.store.settle_backlogs(rig.now()).await.unwrap();
    let run = newest(&rig.store).await;
    assert_eq!((counts(&run), run.state), ([5, 1, 2, 2, 0], BacklogState::Done));
    assert!(
        backlog::import(rig.store.as_ref(), COMPANY, b"{}", rig.now())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn b12_ids_and_nothing_else_of_a_backlog_are_in_the_database() {
    let rig = rig().await;
    let json = json!([{"id": TRIP, "href": "https://secret-path.api.concursolutions.com/travel/v4/trips/other", "owner": "Emil Dover"}]);
    // Not connected: nothing is fetched, the entry waits.
    rig.store
        .set_company_state(
            COMPANY,
            whereabouts::store::CompanyState::ReconnectNeeded,
            None,
            rig.now(),
        )
        .await
        .unwrap();
    let run = backlog::import(rig.store.as_ref(), COMPANY, json.to_string().as_bytes(), rig.now())
        .await
        .unwrap();
    assert_eq!(run.waiting(), 1);
    let bytes: Vec<u8> = std::fs::read_dir(rig.folder.path())
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    for needle in ["secret-path", "Emil Dover"] {
        assert!(
            !bytes.windows(needle.len()).any(|part| part == needle.as_bytes()),
            "{needle}"
        );
    }
}

#[tokio::test]
async fn b13_company_and_traveler_of_an_entry_come_from_the_token_and_the_document() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    let json = json!([{"id": TRIP}]).to_string();
    backlog::import(rig.store.as_ref(), &COMPANY.to_uppercase(), json.as_bytes(), rig.now())
        .await
        .unwrap();
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
    let trip = rig.trip().await.unwrap();
    assert_eq!(trip.company, COMPANY);
    let traveler = rig.traveler().await;
    assert_eq!((traveler.login.as_deref(), traveler.concur_user), (Some(LOGIN), None));
}

#[tokio::test]
async fn a_document_whose_reading_was_cut_off_says_so_and_may_be_sent_again() {
    let rig = rig().await;
    let now: DateTime<Utc> = rig.now();
    let run = rig
        .store
        .begin_backlog(COMPANY, whereabouts::store::BacklogSource::Document, now)
        .await
        .unwrap();
    // Nobody reads it now: this lease ends as it begins, or the program's own upkeep has found the run already.
    rig.store.lease_backlog(&run.id, now, now).await.unwrap();
    let mut config = EngineConfig::new(Arc::new(|| 0.5));
    config.list_per_minute = 6000;
    let _next = Engine::start(config, rig.store.clone(), rig.fake.client(), clock_of(&rig));
    eventually("the end of it", || async {
        newest(&rig.store).await.state == BacklogState::Stopped
    })
    .await;
    let reason = newest(&rig.store).await.reason.unwrap();
    assert!(reason.contains("send it again"), "{reason}");
}
