//! Companies, their grants, and who may refresh one.

use crate::bed::{A, B, Bed, connection, event, fenced, h, only, t};
use whereabouts::store::{CompanyState, Connection, NewGrant, Scope, StoreError};

on_both_engines!(
    a_connected_company_is_shown,
    reconnecting_keeps_what_is_known,
    disconnecting_forgets_the_token,
    one_node_at_a_time_refreshes,
    a_refresh_that_was_overtaken_is_refused,
    q54_p16_the_retention_clock_starts_when_fetching_ends,
    q54_only_the_grant_that_was_refused_is_lost,
    q7_a_company_knows_by_which_link_it_connected,
);

async fn a_connected_company_is_shown(bed: &Bed) {
    let store = bed.connected().await;
    let row = store.company(&only(A), A).await.unwrap().unwrap();
    assert_eq!(
        (row.id.as_str(), row.name.as_deref(), row.state),
        (A, Some("Company a"), CompanyState::Connected)
    );
    assert_eq!(
        (row.region.as_deref(), row.reason),
        (Some("eu2.api.concursolutions.com"), None)
    );
    assert_eq!(
        (row.connected_at, row.connected_by.as_deref()),
        (Some(t(0)), Some("someone"))
    );
    assert_eq!((row.refresh_expires_at, row.last_event_at), (Some(h(24 * 180)), None));
    bed.happens(event("e1", A, "trip-1", 30)).await;
    bed.happens(event("e2", A, "trip-1", 20)).await;
    assert_eq!(
        store.company(&only(A), A).await.unwrap().unwrap().last_event_at,
        Some(t(30))
    );
    store.set_company_name(B, "Aardvark").await.unwrap();
    let names: Vec<_> = store
        .companies(&Scope::service())
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.name.unwrap())
        .collect();
    assert_eq!(names, ["Aardvark", "Company a"]);
    assert!(matches!(
        store.set_company_name("nobody", "x").await,
        Err(StoreError::Inconsistent(_))
    ));
    let gone = store
        .set_company_state("nobody", CompanyState::Disconnected, None, t(0))
        .await;
    assert!(matches!(gone, Err(StoreError::Inconsistent(_))));
}

async fn reconnecting_keeps_what_is_known(bed: &Bed) {
    let store = bed.connected().await;
    let who = bed.stored(A, "trip-1", "x@example.com", 0).await;
    let version = store.grant(A).await.unwrap().unwrap().version;
    store
        .set_company_state(A, CompanyState::ReconnectNeeded, Some("invalid_grant"), t(10))
        .await
        .unwrap();
    let row = store.company(&only(A), A).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (CompanyState::ReconnectNeeded, Some("invalid_grant"))
    );
    let again = Connection {
        name: None,
        sealed_refresh_token: "sealed-2".to_owned(),
        ..connection(A)
    };
    store.connect_company(&again, t(20)).await.unwrap();
    let row = store.company(&only(A), A).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.reason, row.name.as_deref()),
        (CompanyState::Connected, None, Some("Company a"))
    );
    let grant = store.grant(A).await.unwrap().unwrap();
    assert_eq!(
        (grant.sealed_refresh_token.as_str(), grant.version),
        ("sealed-2", version + 1)
    );
    assert_eq!(store.trips_of(&only(A), &who.id).await.unwrap().len(), 1);
}

async fn disconnecting_forgets_the_token(bed: &Bed) {
    let store = bed.connected().await;
    assert_eq!(
        bed.traces(&format!("sealed-{A}")).await,
        ["company.sealed_refresh_token"]
    );
    store
        .set_company_state(A, CompanyState::Disconnected, Some("by its admin"), t(10))
        .await
        .unwrap();
    assert!(store.grant(A).await.unwrap().is_none());
    assert!(bed.traces(&format!("sealed-{A}")).await.is_empty());
    assert!(store.lease_refresh(A, t(10), t(40)).await.unwrap().is_none());
    assert!(store.grant("nobody").await.unwrap().is_none());
    assert!(store.grant(B).await.unwrap().is_some());
    let debug = format!("{:?}{:?}", connection(A), store.grant(B).await.unwrap());
    assert!(!debug.contains("sealed-"), "no token is printed");
}

fn fresh() -> NewGrant {
    NewGrant {
        sealed_refresh_token: "sealed-new".to_owned(),
        geolocation: "https://us2.api.concursolutions.com".to_owned(),
        refresh_expires_at: Some(h(9)),
    }
}

async fn one_node_at_a_time_refreshes(bed: &Bed) {
    let store = bed.connected().await;
    let leases = futures::future::join_all((0..8).map(|_| store.lease_refresh(A, t(0), t(30)))).await;
    let mut leases: Vec<_> = leases.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(leases.len(), 1);
    let lease = leases.pop().unwrap();
    assert!(store.lease_refresh(A, t(29), t(60)).await.unwrap().is_none());
    assert_eq!(lease.version, store.grant(A).await.unwrap().unwrap().version);
    store.save_refresh(&lease, &fresh()).await.unwrap();
    fenced(store.save_refresh(&lease, &fresh()).await);
    let grant = store.grant(A).await.unwrap().unwrap();
    assert_eq!(
        (grant.sealed_refresh_token.as_str(), grant.version),
        ("sealed-new", lease.version + 1)
    );
    assert_eq!(
        (grant.geolocation.as_str(), grant.refresh_expires_at),
        ("https://us2.api.concursolutions.com", Some(h(9)))
    );
    let next = store.lease_refresh(A, t(1), t(30)).await.unwrap().unwrap();
    store.release_refresh(&next).await.unwrap();
    assert!(store.lease_refresh(A, t(2), t(30)).await.unwrap().is_some());
    assert!(store.lease_refresh("nobody", t(0), t(30)).await.unwrap().is_none());
}

async fn a_refresh_that_was_overtaken_is_refused(bed: &Bed) {
    let store = bed.connected().await;
    let slow = store.lease_refresh(A, t(0), t(30)).await.unwrap().unwrap();
    let next = store.lease_refresh(A, t(30), t(60)).await.unwrap().unwrap();
    fenced(store.save_refresh(&slow, &fresh()).await);
    store.release_refresh(&slow).await.unwrap();
    assert!(
        store.lease_refresh(A, t(31), t(60)).await.unwrap().is_none(),
        "the other lease is untouched"
    );
    store.connect_company(&connection(A), t(40)).await.unwrap();
    fenced(store.save_refresh(&next, &fresh()).await);
    let late = store.lease_refresh(A, t(41), t(60)).await.unwrap().unwrap();
    store
        .set_company_state(A, CompanyState::Disconnected, None, t(42))
        .await
        .unwrap();
    fenced(store.save_refresh(&late, &fresh()).await);
    assert!(store.grant(A).await.unwrap().is_none());
}

async fn q54_p16_the_retention_clock_starts_when_fetching_ends(bed: &Bed) {
    let store = bed.connected().await;
    let row = async || store.company(&only(A), A).await.unwrap().unwrap();
    assert_eq!(
        (row().await.since, row().await.retention_started_at),
        (Some(t(0)), None)
    );
    let set = |state, now| store.set_company_state(A, state, Some("x"), t(now));
    set(CompanyState::ReconnectNeeded, 10).await.unwrap();
    set(CompanyState::ReconnectNeeded, 20).await.unwrap();
    assert_eq!(
        (row().await.since, row().await.retention_started_at),
        (Some(t(10)), Some(t(10)))
    );
    set(CompanyState::Disconnected, 30).await.unwrap();
    let now = row().await;
    assert_eq!(
        (now.since, now.retention_started_at),
        (Some(t(30)), Some(t(10))),
        "fetching ended at 10"
    );
    store.connect_company(&connection(A), t(40)).await.unwrap();
    assert_eq!(
        (row().await.since, row().await.retention_started_at),
        (Some(t(40)), None)
    );
    set(CompanyState::Disconnected, 50).await.unwrap();
    assert_eq!(row().await.retention_started_at, Some(t(50)));
}

async fn q54_only_the_grant_that_was_refused_is_lost(bed: &Bed) {
    let store = bed.connected().await;
    let lease = store.lease_refresh(A, t(0), t(30)).await.unwrap().unwrap();
    store.connect_company(&connection(A), t(5)).await.unwrap();
    assert!(!store.lose_grant(&lease, "refused", t(6)).await.unwrap());
    assert_eq!(
        store.company(&only(A), A).await.unwrap().unwrap().state,
        CompanyState::Connected
    );
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let lease = store.lease_refresh(A, t(7), t(30)).await.unwrap().unwrap();
    assert!(store.lose_grant(&lease, "refused", t(8)).await.unwrap());
    assert!(!store.lose_grant(&lease, "again", t(9)).await.unwrap());
    let row = store.company(&only(A), A).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (CompanyState::ReconnectNeeded, Some("refused"))
    );
    assert_eq!((row.since, row.retention_started_at), (Some(t(8)), Some(t(8))));
    assert!(
        store
            .claim_trips(9, h(1), std::time::Duration::from_secs(9))
            .await
            .unwrap()
            .is_empty(),
        "fetching stopped"
    );
    assert!(matches!(
        store.save_refresh(&lease, &fresh()).await,
        Err(StoreError::Fenced)
    ));
}

async fn q7_a_company_knows_by_which_link_it_connected(bed: &Bed) {
    let store = bed.connected().await;
    let link = |byte: u8| Connection {
        link_sha256: Some(vec![byte; 32]),
        ..connection(A)
    };
    assert!(!store.is_connected_by(A, &[1; 32]).await.unwrap());
    store.connect_company(&link(1), t(1)).await.unwrap();
    assert!(store.is_connected_by(A, &[1; 32]).await.unwrap());
    assert!(!store.is_connected_by(B, &[1; 32]).await.unwrap() && !store.is_connected_by(A, &[2; 32]).await.unwrap());
    store
        .set_company_state(A, CompanyState::Disconnected, None, t(2))
        .await
        .unwrap();
    assert!(
        !store.is_connected_by(A, &[1; 32]).await.unwrap(),
        "an old link says nothing of a company that left"
    );
}
