//! Companies are walls: no reading method shows one company what is another's.

use crate::bed::{A, B, Bed, event, h, only, t};
use std::time::Duration;
use whereabouts::store::{AwayBin, EventFilter, IngestStatus, PresenceQuery, Scope};

on_both_engines!(
    a_company_sees_nothing_of_another,
    the_operator_sees_all,
    an_unknown_company_sees_nothing
);

async fn filled(bed: &Bed) -> (String, i64) {
    bed.connected().await;
    let who = bed.stored(A, "trip-1", "x@example.com", 0).await;
    let id = bed.happens(event("e2", A, "trip-2", 10)).await;
    (who.id, id)
}

async fn sees_nothing(bed: &Bed, scope: &Scope) {
    let (traveler, id) = filled(bed).await;
    let store = &bed.store;
    let all = EventFilter {
        limit: 100,
        ..EventFilter::default()
    };
    for filter in [
        all.clone(),
        EventFilter {
            trip: Some("trip-1".to_owned()),
            ..all
        },
    ] {
        assert!(store.events(scope, &filter).await.unwrap().rows.is_empty());
    }
    assert!(!store.replay_event(scope, id, t(20)).await.unwrap());
    assert_eq!(
        store.ingest_status(scope, t(20)).await.unwrap(),
        IngestStatus::default()
    );
    for as_of in [None, Some(h(900))] {
        for limit in [None, Some(5)] {
            let q = PresenceQuery {
                as_of,
                limit,
                ..PresenceQuery::at(h(24))
            };
            assert!(store.presence_at(scope, &q).await.unwrap().is_empty());
            let q = PresenceQuery {
                text: Some("example".to_owned()),
                ..q
            };
            assert!(store.presence_at(scope, &q).await.unwrap().is_empty());
            let q = PresenceQuery {
                bbox: Some([-180.0, -90.0, 180.0, 90.0]),
                ..q
            };
            assert!(store.presence_at(scope, &q).await.unwrap().is_empty());
        }
        assert!(
            store
                .episodes(scope, &traveler, h(0), h(900), as_of)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(store.episodes_in(scope, h(0), h(900), as_of).await.unwrap().is_empty());
        assert!(
            store
                .bare_episodes_in(scope, None, h(0), h(900), as_of)
                .await
                .unwrap()
                .is_empty()
        );
        let begins = [0, 12, 24].map(|hour| (traveler.clone(), h(hour)));
        assert!(
            store
                .episodes_that_begin(scope, &begins, as_of)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .episodes_at(scope, std::slice::from_ref(&traveler), h(24), as_of)
                .await
                .unwrap()
                .is_empty()
        );
    }
    assert!(store.traveler(scope, &traveler).await.unwrap().is_none());
    assert!(store.trip(scope, "trip-1").await.unwrap().is_none());
    assert!(store.trips_of(scope, &traveler).await.unwrap().is_empty());
    let bins = store
        .away_histogram(scope, h(0), Duration::from_secs(3600), 48)
        .await
        .unwrap();
    let empty = |bin: &AwayBin| (bin.confirmed, bin.booked, bin.intent, bin.inferred) == (0, 0, 0, 0);
    assert!(bins.len() == 48 && bins.iter().all(empty));
    assert_eq!(store.data_age(scope).await.unwrap(), None);
    assert!(
        store
            .companies(scope)
            .await
            .unwrap()
            .iter()
            .all(|company| company.id != A)
    );
    assert!(store.company(scope, A).await.unwrap().is_none());
}

async fn a_company_sees_nothing_of_another(bed: &Bed) {
    sees_nothing(bed, &only(B)).await;
}

async fn an_unknown_company_sees_nothing(bed: &Bed) {
    sees_nothing(bed, &only("")).await;
}

async fn the_operator_sees_all(bed: &Bed) {
    let (traveler, _) = filled(bed).await;
    for scope in [only(A), Scope::service()] {
        let store = &bed.store;
        let all = EventFilter {
            limit: 100,
            ..EventFilter::default()
        };
        assert_eq!(store.events(&scope, &all).await.unwrap().rows.len(), 2);
        assert_eq!(
            store
                .presence_at(&scope, &PresenceQuery::at(h(24)))
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            store
                .episodes(&scope, &traveler, h(0), h(900), None)
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(store.episodes_in(&scope, h(0), h(900), None).await.unwrap().len(), 1);
        assert!(store.traveler(&scope, &traveler).await.unwrap().is_some());
        assert!(store.trip(&scope, "trip-1").await.unwrap().is_some());
        assert_eq!(store.trips_of(&scope, &traveler).await.unwrap().len(), 1);
        let bins = store
            .away_histogram(&scope, h(0), Duration::from_secs(3600), 1)
            .await
            .unwrap();
        assert_eq!(bins[0].intent, 1);
        assert!(store.data_age(&scope).await.unwrap().is_some());
        assert!(store.company(&scope, A).await.unwrap().is_some());
    }
    assert_eq!(bed.store.companies(&Scope::service()).await.unwrap().len(), 2);
    assert_eq!(bed.store.companies(&only(A)).await.unwrap().len(), 1);
}
