//! Two nodes on one PostgreSQL: they share the work, and no trip is fetched twice at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use whereabouts::ingest::receive::router;
use whereabouts::ingest::{Engine, EngineConfig};
use whereabouts::store::Scope;

use crate::fake_concur::{FakeConcur, Reply};
use crate::rig::{document, event_of, eventually, post};
use crate::signing::keys;

const TRIPS: usize = 40;
const EVENTS: usize = 10;

#[tokio::test]
async fn two_nodes_on_one_postgresql_fetch_a_trip_once_at_a_time_and_each_burst_at_most_twice() {
    let url = crate::postgres::fresh_database();
    let fake = FakeConcur::start().await;
    let (mut nodes, mut stores) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let store = whereabouts::store::open(&url).await.unwrap();
        if stores.is_empty() {
            fake.connected(&store).await;
        }
        let mut config = EngineConfig::new(Arc::new(|| 0.5));
        config.coalesce = Duration::from_millis(1500);
        config.at_once = 4;
        nodes.push(Engine::start(config, store.clone(), fake.client(), Arc::new(Utc::now)));
        stores.push(store);
    }
    let ids: Vec<String> = (0..TRIPS).map(|n| format!("51aa0000-0000-4000-8000-{n:012}")).collect();
    let all = ids.clone();
    fake.script(move |seen| {
        let trip = seen.path.strip_prefix("/travel/v4/trips/")?;
        let mut document = document(all.iter().find(|id| *id == trip)?, 1);
        document["UserLoginId"] = format!("{trip}@example.com").into();
        Some(Reply::json(&document).after(Duration::from_millis(20)))
    });
    let endpoints: Vec<_> = nodes
        .iter()
        .map(|node| router(node.ess(Some(Arc::new(keys().into())), Arc::default())))
        .collect();
    let mut deliveries = Vec::new();
    for n in 0..TRIPS * EVENTS {
        let mut event = event_of(u32::try_from(n).unwrap(), "ItineraryUpdated", &ids[n % TRIPS], 1);
        event["facts"]["userId"] = format!("user-{}", n % TRIPS).into();
        deliveries.push(post(&endpoints[(n / TRIPS + n) % 2], event.to_string().into_bytes()));
    }
    for response in futures::future::join_all(deliveries).await {
        assert_eq!(response.status(), 200);
    }
    eventually("the queue to settle", || async {
        let status = stores[0].ingest_status(&Scope::service(), Utc::now()).await.unwrap();
        status.queued + status.running + status.waiting_retry == 0
    })
    .await;
    assert_eq!(fake.most_at_once(), 1);
    let (mut fetches, mut bearers) = (BTreeMap::new(), BTreeSet::new());
    for seen in fake.seen("/travel/v4/trips/") {
        *fetches.entry(seen.path).or_insert(0) += 1;
        bearers.insert(seen.bearer);
    }
    assert_eq!(fetches.len(), TRIPS);
    assert!(fetches.values().all(|count| *count <= 2), "{fetches:?}");
    assert_eq!(bearers.len(), 2, "both nodes worked, each with a token of its own");
    for id in &ids {
        assert!(stores[1].trip(&Scope::service(), id).await.unwrap().is_some());
    }
    for node in nodes {
        node.shutdown().await;
    }
}
