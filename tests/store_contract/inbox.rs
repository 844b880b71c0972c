//! Events are kept once, listed, counted, replayed and pruned (E22, E23, reliability.md §1).

use crate::bed::{A, B, Bed, COALESCE, event, of_kind, only, t};
use whereabouts::store::{EventFilter, EventKind, EventStatus, NewEvent, Scope};

on_both_engines!(
    e22_a_duplicate_is_counted_and_marks_nothing,
    a_batch_answers_in_its_order,
    quarantined_events_mark_no_trip,
    one_bad_event_does_not_hold_up_the_others,
    every_character_can_be_kept,
    events_are_listed_newest_first_in_stable_pages,
    events_are_filtered,
    statuses_follow_the_trip,
    counts_tell_events_and_trips_apart,
    a_replay_queues_the_trip_again,
    pruning_takes_bodies_first_and_what_waits_never,
);

async fn e22_a_duplicate_is_counted_and_marks_nothing(bed: &Bed) {
    bed.connected().await;
    let first = bed.happens(event("e1", A, "trip-1", 0)).await;
    for _ in 0..3 {
        let again = bed.store.append_events(&[event("e1", A, "trip-1", 1)]).await.unwrap();
        assert_eq!((again[0].log_id, again[0].duplicate), (first, true));
    }
    let log = bed.log().await;
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].duplicates, log[0].received_at), (3, t(0)));
    assert_eq!(bed.claim(t(COALESCE)).await.generation, 1);
    assert_eq!(bed.number("SELECT count(*) FROM inbox_payload").await, 1);
}

async fn a_batch_answers_in_its_order(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("old", A, "trip-0", 0)).await;
    // Larger than one statement; every third event is delivered twice in the same batch.
    let mut batch: Vec<NewEvent> = Vec::new();
    for n in 0..1500 {
        batch.push(event(&format!("e{n}"), A, &format!("trip-{}", n % 700), n));
        if n % 3 == 0 {
            batch.push(event(&format!("e{n}"), A, &format!("trip-{}", n % 700), n));
        }
    }
    batch.insert(7, event("old", A, "trip-0", 5));
    let appended = bed.store.append_events(&batch).await.unwrap();
    assert_eq!(appended.len(), batch.len());
    let mut seen = std::collections::HashMap::from([("old".to_owned(), appended[7].log_id)]);
    for (event, answer) in batch.iter().zip(&appended) {
        let known = seen.insert(event.event_id.clone(), answer.log_id);
        assert_eq!(answer.duplicate, known.is_some(), "{}", event.event_id);
        assert!(known.is_none_or(|id| id == answer.log_id));
    }
    assert_eq!(bed.number("SELECT count(*) FROM inbox_event").await, 1501);
    assert_eq!(bed.number("SELECT count(*) FROM inbox_payload").await, 1501);
    assert_eq!(
        bed.number("SELECT CAST(sum(wanted_gen) AS BIGINT) FROM trip_sync")
            .await,
        1501
    );
    assert_eq!(
        bed.number("SELECT CAST(sum(duplicates) AS BIGINT) FROM inbox_event")
            .await,
        501
    );
    assert!(bed.store.append_events(&[]).await.unwrap().is_empty());
}

async fn quarantined_events_mark_no_trip(bed: &Bed) {
    bed.connected().await;
    let odd = NewEvent {
        quarantined: Some("unknown type".to_owned()),
        ..event("e1", A, "trip-1", 0)
    };
    bed.happens(NewEvent {
        kind: EventKind::Unknown,
        ..odd
    })
    .await;
    bed.happens(NewEvent {
        trip: None,
        company: None,
        quarantined: Some("not JSON".to_owned()),
        ..event("e2", A, "x", 0)
    })
    .await;
    let log = bed.log().await;
    assert!(log.iter().all(|row| row.status == EventStatus::Quarantined));
    assert_eq!(log[0].error.as_deref(), Some("not JSON"));
    assert_eq!(bed.store.next_due(t(100)).await.unwrap(), None);
    let all = bed.store.ingest_status(&Scope::service(), t(1)).await.unwrap();
    assert_eq!((all.received, all.quarantined, all.queued), (2, 2, 0));
    assert_eq!(bed.store.ingest_status(&only(A), t(1)).await.unwrap().quarantined, 1);
}

async fn one_bad_event_does_not_hold_up_the_others(bed: &Bed) {
    bed.connected().await;
    // An id that no index of PostgreSQL can hold: random, so that it cannot be compressed.
    let mut seed = 1_u64;
    let monster: String = (0..20_000)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(33 + (seed >> 57) as u8 % 90)
        })
        .collect();
    let batch = [
        event("e1", A, "trip-1", 0),
        event(&monster, A, &monster, 0),
        event("e3", A, "trip-3", 0),
    ];
    let appended = bed.store.append_events(&batch).await.unwrap();
    assert!(appended.iter().all(|answer| !answer.duplicate));
    let again = bed.store.append_events(&batch).await.unwrap();
    assert!(again.iter().all(|answer| answer.duplicate));
    let trips: Vec<_> = bed
        .claims(t(COALESCE))
        .await
        .into_iter()
        .map(|claim| claim.trip)
        .collect();
    assert!(trips.contains(&"trip-1".to_owned()) && trips.contains(&"trip-3".to_owned()));
    let bodies = bed.number("SELECT count(*) FROM inbox_payload").await;
    assert_eq!(bodies, 3, "the bad one is kept too");
}

async fn every_character_can_be_kept(bed: &Bed) {
    bed.connected().await;
    bed.happens(NewEvent {
        type_text: "a\0b".to_owned(),
        ..event("nul\0", A, "trip\0😀", 0)
    })
    .await;
    let log = bed.log().await;
    assert_eq!(log[0].event_id, "nul\u{fffd}");
    assert!(bed.store.append_events(&[event("nul\0", A, "x", 0)]).await.unwrap()[0].duplicate);
    assert_eq!(bed.claim(t(COALESCE)).await.trip, "trip\u{fffd}😀");
}

async fn events_are_listed_newest_first_in_stable_pages(bed: &Bed) {
    for n in 0..7 {
        bed.happens(event(&format!("e{n}"), A, "trip-1", n)).await;
    }
    let page = |cursor: Option<String>| {
        let filter = EventFilter {
            limit: 3,
            cursor,
            ..EventFilter::default()
        };
        async move { bed.store.events(&only(A), &filter).await.unwrap() }
    };
    let first = page(None).await;
    bed.happens(event("e7", A, "trip-1", 7)).await;
    let second = page(first.next.clone()).await;
    let third = page(second.next.clone()).await;
    let ids: Vec<String> = [first, second, third.clone()]
        .into_iter()
        .flat_map(|page| page.rows)
        .map(|row| row.event_id)
        .collect();
    assert_eq!(ids, ["e6", "e5", "e4", "e3", "e2", "e1", "e0"]);
    assert_eq!(third.next, None);
    assert!(page(Some("not ours".to_owned())).await.rows.is_empty());
}

async fn events_are_filtered(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("a1", A, "trip-1", 0)).await;
    bed.happens(event("a2", A, "trip-2", 0)).await;
    bed.happens(NewEvent {
        quarantined: Some("odd".to_owned()),
        ..event("b1", B, "trip-1", 0)
    })
    .await;
    let ids = |scope: Scope, filter: EventFilter| async move {
        let filter = EventFilter { limit: 10, ..filter };
        let rows = bed.store.events(&scope, &filter).await.unwrap().rows;
        rows.into_iter().map(|row| row.event_id).collect::<Vec<_>>()
    };
    let trip = || EventFilter {
        trip: Some("trip-1".to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(ids(Scope::service(), trip()).await, ["b1", "a1"]);
    assert_eq!(ids(only(A), trip()).await, ["a1"]);
    let odd = EventFilter {
        status: Some(EventStatus::Quarantined),
        ..EventFilter::default()
    };
    assert_eq!(ids(Scope::service(), odd).await, ["b1"]);
    let log = bed.log().await;
    assert_eq!(
        (log[2].company.as_deref(), log[2].trip.as_deref()),
        (Some(A), Some("trip-1"))
    );
    assert_eq!(
        (log[2].event_time, log[2].type_text.as_str()),
        (Some(t(0)), "ItineraryUpdated")
    );
}

async fn statuses_follow_the_trip(bed: &Bed) {
    bed.connected().await;
    for n in 1..4 {
        bed.happens(event(&format!("e{n}"), A, "trip-1", n)).await;
    }
    let claim = bed.claim(t(20)).await;
    bed.happens(event("e4", A, "trip-1", 20)).await;
    bed.store.finish_retry(&claim, t(30), "http_500").await.unwrap();
    let status = bed.statuses().await;
    assert_eq!((status["e1"], status["e3"]), (EventStatus::Failed, EventStatus::Failed));
    assert_eq!(status["e4"], EventStatus::Received, "it arrived during the fetch");
    assert_eq!(bed.log().await[1].error.as_deref(), Some("http_500"));

    bed.store.finish_nothing(&bed.claim(t(40)).await).await.unwrap();
    let status = bed.statuses().await;
    assert_eq!(status["e4"], EventStatus::Processed);
    assert!(
        ["e1", "e2", "e3"]
            .iter()
            .all(|id| status[*id] == EventStatus::Superseded)
    );
    assert!(bed.log().await.iter().all(|row| row.error.is_none()));

    bed.happens(event("e5", A, "trip-1", 50)).await;
    bed.store
        .finish_dead(&bed.claim(t(60)).await, "forbidden")
        .await
        .unwrap();
    assert_eq!(bed.statuses().await["e5"], EventStatus::Dead);
}

async fn counts_tell_events_and_trips_apart(bed: &Bed) {
    bed.connected().await;
    for trip in ["queued", "retry", "grace", "dead", "running", "done"] {
        for n in 0..2 {
            bed.happens(event(&format!("{trip}{n}"), A, trip, 0)).await;
        }
    }
    bed.happens(event("parked", "unknown-company", "parked", 0)).await;
    let claims = bed.claims(t(COALESCE)).await;
    assert_eq!(claims.len(), 6);
    for claim in &claims {
        match claim.trip.as_str() {
            "retry" => bed.store.finish_retry(claim, t(100), "x").await.unwrap(),
            "grace" => bed.store.finish_grace(claim, t(900), t(3)).await.unwrap(),
            "dead" => bed.store.finish_dead(claim, "x").await.unwrap(),
            "running" => {}
            _ => bed.store.finish_nothing(claim).await.unwrap(),
        }
    }
    bed.happens(event("queued2", A, "queued", 10)).await;
    let status = bed.store.ingest_status(&Scope::service(), t(20)).await.unwrap();
    assert_eq!((status.received, status.quarantined), (14, 0));
    assert_eq!((status.queued, status.running, status.waiting_retry), (1, 1, 1));
    assert_eq!((status.waiting_grace, status.dead, status.parked), (1, 1, 1));
    assert_eq!(status.oldest_queued_s, 10.0);
    assert_eq!(
        bed.store.ingest_status(&only(B), t(20)).await.unwrap(),
        whereabouts::store::IngestStatus::default()
    );
}

async fn a_replay_queues_the_trip_again(bed: &Bed) {
    bed.connected().await;
    let id = bed.happens(event("e1", A, "trip-1", 0)).await;
    bed.happens(event("e2", A, "trip-1", 1)).await;
    bed.store
        .finish_dead(&bed.claim(t(20)).await, "forbidden")
        .await
        .unwrap();
    assert!(
        !bed.store.replay_event(&only(B), id, t(30)).await.unwrap(),
        "another company's"
    );
    assert!(!bed.store.replay_event(&Scope::service(), 999_999, t(30)).await.unwrap());
    assert!(bed.claims(t(30)).await.is_empty());

    assert!(bed.store.replay_event(&only(A), id, t(30)).await.unwrap());
    assert_eq!(bed.statuses().await["e1"], EventStatus::Received);
    let claim = bed.claim(t(30)).await;
    assert_eq!((claim.attempt, claim.last_event_time), (0, Some(t(1))));
    bed.store.finish_retry(&claim, t(900), "x").await.unwrap();
    assert!(
        bed.store.replay_event(&only(A), id, t(40)).await.unwrap(),
        "a replay does not wait for a back-off"
    );
    bed.store.finish_nothing(&bed.claim(t(40)).await).await.unwrap();
    assert_eq!(bed.statuses().await["e1"], EventStatus::Processed);

    let odd = NewEvent {
        trip: None,
        quarantined: Some("no trip".to_owned()),
        ..event("e3", A, "x", 50)
    };
    let odd = bed.happens(odd).await;
    assert!(bed.store.replay_event(&only(A), odd, t(60)).await.unwrap());
    assert_eq!(bed.statuses().await["e3"], EventStatus::Quarantined, "it names no trip");
    let odd = NewEvent {
        quarantined: Some("unknown type".to_owned()),
        ..event("e4", A, "trip-4", 60)
    };
    let odd = bed.happens(odd).await;
    assert!(bed.store.replay_event(&only(A), odd, t(70)).await.unwrap());
    assert_eq!(bed.claim(t(70)).await.trip, "trip-4");
    assert_eq!(bed.store.ingest_status(&only(A), t(70)).await.unwrap().quarantined, 1);
}

async fn pruning_takes_bodies_first_and_what_waits_never(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("done", A, "trip-1", 0)).await;
    bed.store.finish_nothing(&bed.claim(t(20)).await).await.unwrap();
    bed.happens(of_kind(
        EventKind::Created,
        event("waits", "unknown-company", "trip-2", 1),
    ))
    .await;
    bed.happens(NewEvent {
        quarantined: Some("odd".to_owned()),
        ..event("odd", A, "trip-3", 2)
    })
    .await;
    bed.happens(event("young", A, "trip-4", 1000)).await;

    assert_eq!(bed.store.prune_events(t(500), t(-1)).await.unwrap(), 3);
    assert_eq!(bed.number("SELECT count(*) FROM inbox_payload").await, 1);
    assert_eq!(bed.log().await.len(), 4);
    assert_eq!(bed.store.prune_events(t(500), t(500)).await.unwrap(), 2);
    let left: Vec<_> = bed.log().await.into_iter().map(|row| row.event_id).collect();
    assert_eq!(left, ["young", "waits"]);
    assert_eq!(bed.store.prune_events(t(500), t(500)).await.unwrap(), 0);
    assert_eq!(
        bed.store.ingest_status(&only(A), t(500)).await.unwrap().received,
        3,
        "ever received"
    );
}
