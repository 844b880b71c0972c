//! Several nodes on one PostgreSQL, and a Concur that revokes a grant whose refresh token is used twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use whereabouts::concur::seal::REFRESH_TOKEN;
use whereabouts::concur::{Concur, Sealer};
use whereabouts::store::{CompanyState, Scope, Store};

use crate::fake_concur::{COMPANY, FakeConcur, Reply};
use crate::refusal;

/// What this Concur has seen.
#[derive(Clone, Default)]
struct Ledger {
    redeemed: Arc<AtomicUsize>,
    reused: Arc<AtomicUsize>,
}

/// Rotates at every refresh; a token that is used twice ends the whole grant, as the strictest servers do.
fn strict(fake: &FakeConcur) -> Ledger {
    let ledger = Ledger::default();
    let (seen_by, base, mut live, mut revoked) = (ledger.clone(), fake.base.clone(), "refresh-0".to_owned(), false);
    fake.script(move |seen| {
        let token = seen.form.get("refresh_token")?;
        if *token != live || revoked {
            revoked = true;
            seen_by.reused.fetch_add(1, Ordering::SeqCst);
            return Some(refusal(108));
        }
        let n = seen_by.redeemed.fetch_add(1, Ordering::SeqCst) + 1;
        live = format!("refresh-{n}");
        let reply = json!({"access_token": format!("access-{n}"), "refresh_token": live, "expires_in": 3600, "geolocation": base});
        Some(Reply::json(&reply).after(Duration::from_millis(15)))
    });
    ledger
}

async fn kept_token(store: &Arc<dyn Store>) -> String {
    let grant = store.grant(COMPANY).await.unwrap().unwrap();
    let sealer = Sealer::from_key([7; 32]);
    let token = sealer.open(COMPANY, REFRESH_TOKEN, &grant.sealed_refresh_token);
    token.unwrap().expose().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn q23_q30_two_nodes_with_eight_tasks_each_redeem_every_token_exactly_once_on_postgresql() {
    let url = crate::postgres::fresh_database();
    // Two nodes: a store, a client and a memory of its own each, one database.
    let stores = [
        whereabouts::store::open(&url).await.unwrap(),
        whereabouts::store::open(&url).await.unwrap(),
    ];
    let fake = FakeConcur::start().await;
    fake.connected(&stores[0]).await;
    let ledger = strict(&fake);
    let nodes: [Arc<Concur>; 2] = [fake.client(), fake.client()];
    let mut stale = [None, None];
    for round in 1..=6 {
        let tasks = (0..16).map(|i| {
            let (node, store, stale) = (nodes[i % 2].clone(), stores[i % 2].clone(), stale[i % 2].clone());
            tokio::spawn(async move { node.access(&store, COMPANY, stale.as_deref()).await })
        });
        let mut got = Vec::new();
        for task in join_all(tasks).await {
            got.push(task.unwrap().unwrap());
        }
        assert_eq!(ledger.reused.load(Ordering::SeqCst), 0, "round {round}");
        // Access tokens are in memory only (P9): each node gets one of its own, all its tasks the same.
        assert_eq!(
            ledger.redeemed.load(Ordering::SeqCst),
            2 * round,
            "one redemption a node and round"
        );
        for (i, access) in got.iter().enumerate() {
            assert_eq!(access.token, got[i % 2].token);
        }
        assert_eq!(
            kept_token(&stores[0]).await,
            format!("refresh-{}", 2 * round),
            "the newest token is the stored one"
        );
        // Concur refuses what they have: all refresh again, at once.
        stale = [Some(got[0].clone()), Some(got[1].clone())];
    }
    let row = stores[1].company(&Scope::service(), COMPANY).await.unwrap().unwrap();
    assert_eq!((row.state, row.retention_started_at), (CompanyState::Connected, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn q54_two_nodes_find_out_together_that_the_grant_is_gone_and_ask_once() {
    let url = crate::postgres::fresh_database();
    let store = whereabouts::store::open(&url).await.unwrap();
    let fake = FakeConcur::start().await;
    fake.connected(&store).await;
    fake.script(|seen| (seen.path == "/oauth2/v0/token").then(|| refusal(108).after(Duration::from_millis(30))));
    let nodes = [fake.client(), fake.client()];
    let tasks = (0..16).map(|i| nodes[i % 2].access(&store, COMPANY, None));
    assert!(join_all(tasks).await.into_iter().all(|access| access.is_err()));
    assert_eq!(
        fake.seen("/oauth2").len(),
        1,
        "a refused token is not tried again by anybody"
    );
    let row = store.company(&Scope::service(), COMPANY).await.unwrap().unwrap();
    assert_eq!(row.state, CompanyState::ReconnectNeeded);
    assert!(row.since.is_some() && row.reason.unwrap().contains("press Connect"));
}
