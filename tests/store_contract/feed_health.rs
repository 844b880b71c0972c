//! A feed in numbers: failures by class, lags of the newest events; each company's own.

use crate::bed::{A, B, Bed, event, only, t};
use whereabouts::store::{FetchFailures, NewEvent, Scope};

on_both_engines!(
    failures_are_counted_by_class_the_most_first,
    lags_are_of_the_newest_events_that_say_when_they_happened,
);

async fn failures_are_counted_by_class_the_most_first(bed: &Bed) {
    bed.connected().await;
    for (trip, company) in [("trip-1", A), ("trip-2", A), ("trip-3", A), ("trip-4", B)] {
        bed.happens(event(trip, company, trip, 0)).await;
        let claim = bed.claim(t(10)).await;
        match trip {
            "trip-1" => bed.store.finish_dead(&claim, "forbidden").await.unwrap(),
            _ => bed.store.finish_retry(&claim, t(500), "timeout").await.unwrap(),
        }
    }
    let failures = async |scope: &Scope| bed.store.fetch_failures(scope).await.unwrap();
    let one = |class: &str, dead, trips| FetchFailures {
        class: class.to_owned(),
        dead,
        trips,
    };
    assert_eq!(
        failures(&only(A)).await,
        [one("timeout", false, 2), one("forbidden", true, 1)]
    );
    assert_eq!(failures(&only(B)).await, [one("timeout", false, 1)]);
    assert_eq!(
        failures(&Scope::service()).await,
        [one("timeout", false, 3), one("forbidden", true, 1)]
    );
    // What is being fetched again has not failed.
    let minute = std::time::Duration::from_secs(60);
    assert_eq!(bed.store.claim_trips(9, t(600), minute).await.unwrap().len(), 3);
    assert_eq!(failures(&Scope::service()).await, [one("forbidden", true, 1)]);
}

async fn lags_are_of_the_newest_events_that_say_when_they_happened(bed: &Bed) {
    bed.connected().await;
    let came = |id: &str, company: &str, lag: Option<i64>| {
        let event: NewEvent = event(id, company, id, 1_000);
        NewEvent {
            event_time: lag.map(|lag| event.received_at - chrono::TimeDelta::seconds(lag)),
            ..event
        }
    };
    for (id, company, lag) in [
        ("e1", A, Some(9)),
        ("e2", A, None),
        ("e3", A, Some(40)),
        ("e4", B, Some(3_600)),
    ] {
        bed.happens(came(id, company, lag)).await;
    }
    assert_eq!(bed.store.event_lags(&only(A), 10).await.unwrap(), [40, 9]);
    assert_eq!(bed.store.event_lags(&only(A), 1).await.unwrap(), [40]);
    assert_eq!(bed.store.event_lags(&only(B), 10).await.unwrap(), [3_600]);
    assert_eq!(bed.store.event_lags(&Scope::service(), 10).await.unwrap().len(), 3);
}
