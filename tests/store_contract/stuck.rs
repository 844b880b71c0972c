//! Trips that wait for somebody: given up, or parked.

use crate::bed::{A, B, Bed, event, only, t};
use whereabouts::store::Scope;

on_both_engines!(
    what_is_given_up_or_parked_is_listed_with_its_reason,
    a_company_sees_its_own_stuck_trips_only
);

async fn what_is_given_up_or_parked_is_listed_with_its_reason(bed: &Bed) {
    bed.connected().await;
    let dead = bed.happens(event("e1", A, "trip-1", 0)).await;
    let claim = bed.claim(t(10)).await;
    assert!(bed.store.stuck_trips(&only(A), t(10), 9).await.unwrap().is_empty());
    bed.store.finish_dead(&claim, "unreadable").await.unwrap();
    let parked = bed.happens(event("e2", "unknown-company", "trip-2", 11)).await;
    // Waits for nobody.
    bed.happens(event("e3", A, "trip-3", 12)).await;

    let stuck = bed.store.stuck_trips(&Scope::service(), t(20), 9).await.unwrap();
    let told: Vec<_> = stuck
        .iter()
        .map(|one| (one.trip.as_str(), one.parked, one.error.as_deref(), one.last_event))
        .collect();
    assert_eq!(
        told,
        [
            ("trip-1", false, Some("unreadable"), Some(dead)),
            ("trip-2", true, None, Some(parked))
        ]
    );
    assert_eq!(
        bed.store.stuck_trips(&Scope::service(), t(20), 1).await.unwrap().len(),
        1
    );
    assert!(bed.store.replay_event(&only(A), dead, t(20)).await.unwrap());
    assert!(bed.store.stuck_trips(&only(A), t(20), 9).await.unwrap().is_empty());
}

async fn a_company_sees_its_own_stuck_trips_only(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    bed.store.finish_dead(&bed.claim(t(10)).await, "x").await.unwrap();
    assert_eq!(bed.store.stuck_trips(&only(A), t(20), 9).await.unwrap().len(), 1);
    assert!(bed.store.stuck_trips(&only(B), t(20), 9).await.unwrap().is_empty());
}
