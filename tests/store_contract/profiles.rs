//! Profiles of which Concur says that they changed (I20).

use crate::bed::{A, Bed, event, t};
use whereabouts::store::{EventFilter, EventKind, EventStatus, NewEvent, Scope};

on_both_engines!(
    i20_an_event_marks_the_profile_of_a_known_traveler_and_no_trip,
    i20_the_newest_event_decides_and_one_that_comes_meanwhile_keeps_it_due
);

const USER: &str = "b7aa0000-0000-4000-8000-000000000001";

fn of_profile(id: &str, kind: EventKind, at: i64) -> NewEvent {
    NewEvent {
        kind,
        trip: None,
        user: Some(USER.to_owned()),
        event_time: Some(t(at)),
        ..event(id, A, "unused", at)
    }
}

async fn known(bed: &Bed) -> String {
    bed.connected().await;
    let row = bed.store.traveler_for(A, Some(USER), None, t(0)).await.unwrap();
    row.id
}

async fn i20_an_event_marks_the_profile_of_a_known_traveler_and_no_trip(bed: &Bed) {
    bed.connected().await;
    bed.happens(of_profile("e0", EventKind::ProfileChanged, 1)).await;
    assert!(
        bed.store.profiles_due(t(9), 9).await.unwrap().is_empty(),
        "nobody is known"
    );
    let traveler = known(bed).await;
    bed.happens(of_profile("e1", EventKind::ProfileChanged, 2)).await;
    // A duplicate marks nothing more.
    let again = of_profile("e1", EventKind::ProfileDeleted, 3);
    assert!(bed.store.append_events(&[again]).await.unwrap()[0].duplicate);
    let due = bed.store.profiles_due(t(9), 9).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(
        (due[0].traveler.id.as_str(), due[0].is_gone, due[0].event_at),
        (traveler.as_str(), false, t(2))
    );
    assert!(
        bed.store
            .claim_trips(9, t(9), std::time::Duration::from_secs(60))
            .await
            .unwrap()
            .is_empty()
    );
    let all = EventFilter {
        limit: 9,
        ..EventFilter::default()
    };
    let log = bed.store.events(&Scope::service(), &all).await.unwrap().rows;
    assert!(
        log.iter()
            .all(|row| row.status == EventStatus::Processed && row.trip.is_none())
    );
    bed.store.profile_done(&due[0]).await.unwrap();
    assert!(bed.store.profiles_due(t(9), 9).await.unwrap().is_empty());
}

async fn i20_the_newest_event_decides_and_one_that_comes_meanwhile_keeps_it_due(bed: &Bed) {
    known(bed).await;
    bed.happens(of_profile("e1", EventKind::ProfileDeleted, 5)).await;
    bed.happens(of_profile("e2", EventKind::ProfileChanged, 4)).await;
    let due = bed.store.profiles_due(t(9), 9).await.unwrap();
    assert!(
        due[0].is_gone && due[0].event_at == t(5),
        "what came late happened before"
    );
    bed.store.profile_later(&due[0], t(20)).await.unwrap();
    assert!(bed.store.profiles_due(t(19), 9).await.unwrap().is_empty());
    assert_eq!(bed.store.profiles_due(t(20), 9).await.unwrap().len(), 1);
    bed.happens(of_profile("e3", EventKind::ProfileChanged, 8)).await;
    bed.store.profile_done(&due[0]).await.unwrap();
    let due = bed.store.profiles_due(t(9), 9).await.unwrap();
    assert!(
        !due[0].is_gone && due[0].event_at == t(8),
        "a newer event is not settled with an older one"
    );
}
