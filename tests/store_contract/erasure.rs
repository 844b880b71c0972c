//! Erasure reaches everything (P1, P4, P5) and is not undone by what came late (P6).

use std::sync::Arc;

use crate::bed::{A, Bed, citing, document, event, fenced, flight, h, home, of_kind, only, presence, stay, t};
use whereabouts::store::{EventKind, EventStatus, PresenceQuery};

on_both_engines!(
    p5_an_erased_trip_leaves_only_ids,
    p6_only_a_newer_event_brings_a_trip_back,
    what_a_traveler_had_before_is_erased_too,
    p5_nobody_is_away_by_an_erased_trip,
    a_trip_that_nobody_knows_leaves_a_tombstone,
    presence_computed_with_an_erased_trip_is_refused,
);

const SECRET: &str = "Secret Hotel";

async fn p5_an_erased_trip_leaves_only_ids(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    // Three versions, each with presence that names the secret: as a stay, as the move after a day at home.
    for n in 1..4_i64 {
        bed.happens(event(&format!("{SECRET} e{n}"), A, "trip-1", n * 100))
            .await;
        let claim = bed.claim(t(n * 100 + 5)).await;
        let mut there = stay(h(20), h(48), "LON", 0.7 + n as f64 / 100.0);
        Arc::make_mut(&mut there.hypotheses[0].place).name = SECRET.to_owned();
        let mut way = flight(h(10), h(20), "NYC", "LON");
        Arc::make_mut(way.move_.as_mut().unwrap()).to.name = SECRET.to_owned();
        way.in_transit.from = 0.9 - n as f64 / 100.0;
        let episodes = vec![
            home(h(0), h(10)),
            citing(way, "trip-1"),
            citing(there, "trip-1"),
            home(h(48), h(90)),
        ];
        let mut trip = document("trip-1", n * 100);
        trip.name = Some(format!("{SECRET} {n}"));
        let mut save = bed.save(&claim, &who, trip, episodes).await;
        save.notices[0].message = SECRET.to_owned();
        save.presence.known_from = t(n * 100 + 5);
        bed.store.finish_stored(&claim, &save).await.unwrap();
    }
    assert!(bed.traces(SECRET).await.len() > 5);

    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 1000)))
        .await;
    let claim = bed.claim(t(1000)).await;
    let revision = bed.store.known_of(A, &who.id).await.unwrap().revision;
    let save = presence(&who, revision, t(1000), vec![home(h(0), h(90))]);
    bed.store.finish_erased(&claim, Some(&save), t(1000)).await.unwrap();

    assert_eq!(
        bed.traces(SECRET).await,
        ["inbox_event.event_id"],
        "ids are all that is left"
    );
    let mut left = bed.traces("trip-1").await;
    left.retain(|name| !name.starts_with("inbox_event."));
    assert_eq!(left, ["trip_sync.trip"]);
    assert_eq!(bed.number("SELECT count(*) FROM inbox_payload").await, 0);
    assert_eq!(bed.number("SELECT count(*) FROM episode").await, 0);
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_none());
    // With the last trip the traveler goes, and all that was believed.
    assert!(bed.store.traveler(&only(A), &who.id).await.unwrap().is_none());
    let mut traces = bed.traces("x@example.com").await;
    traces.extend(bed.traces(&who.id).await);
    assert_eq!(traces, Vec::<String>::new());
    let now = bed
        .store
        .presence_at(&only(A), &PresenceQuery::at(h(30)))
        .await
        .unwrap();
    assert!(now.is_empty());
    let then = PresenceQuery {
        as_of: Some(t(300)),
        ..PresenceQuery::at(h(30))
    };
    assert!(
        bed.store.presence_at(&only(A), &then).await.unwrap().is_empty(),
        "not even the past knows it"
    );
    let statuses = bed.statuses().await;
    assert_eq!(statuses["forget"], EventStatus::Processed);
    assert!(bed.claims(t(9000)).await.is_empty());
    assert_eq!(
        bed.number("SELECT count(*) FROM trip_sync WHERE concur_user IS NOT NULL OR href IS NOT NULL")
            .await,
        0
    );
}

async fn p6_only_a_newer_event_brings_a_trip_back(bed: &Bed) {
    bed.connected().await;
    bed.stored(A, "trip-1", "x@example.com", 0).await;
    bed.happens(of_kind(EventKind::Deleted, event("gone", A, "trip-1", 100)))
        .await;
    let claim = bed.claim(t(110)).await;
    bed.store.finish_grace(&claim, t(1000), t(110)).await.unwrap();
    let claim = bed.claim(t(1000)).await;
    assert!(claim.in_grace);
    bed.store.finish_erased(&claim, None, t(1000)).await.unwrap();
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_none());

    for (id, seconds) in [("older", 50), ("equal", 100)] {
        let late = event(id, A, "trip-1", seconds);
        bed.happens(whereabouts::store::NewEvent {
            received_at: t(1100),
            ..late
        })
        .await;
        assert_eq!(bed.statuses().await[id], EventStatus::Superseded);
    }
    assert_eq!(
        bed.number("SELECT count(*) FROM inbox_payload").await,
        0,
        "of such events no body is kept"
    );
    assert!(bed.claims(t(5000)).await.is_empty());
    let id = bed.log().await.iter().find(|row| row.event_id == "older").unwrap().id;
    assert!(bed.store.replay_event(&only(A), id, t(5000)).await.unwrap());
    assert!(bed.claims(t(6000)).await.is_empty(), "not by a replay either");
    // Created after the deletion, delivered after the erasure: newer than the deletion, so it counts.
    bed.happens(of_kind(EventKind::Created, event("back", A, "trip-1", 101)))
        .await;
    let claim = bed.claim(t(6000)).await;
    assert_eq!(
        (claim.known, claim.in_grace, claim.tombstoned_at),
        (false, false, Some(t(100)))
    );
    // While it waits, a late one still counts for nothing, and takes nothing with it.
    bed.happens(event("late", A, "trip-1", 99)).await;
    assert_eq!(bed.statuses().await["late"], EventStatus::Superseded);
    assert_eq!(bed.statuses().await["back"], EventStatus::Received);
    let who = bed.traveler(A, "x@example.com").await;
    let save = bed.save(&claim, &who, document("trip-1", 101), Vec::new()).await;
    bed.store.finish_stored(&claim, &save).await.unwrap();
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_some());
    assert!(bed.claims(t(9000)).await.is_empty());
}

async fn what_a_traveler_had_before_is_erased_too(bed: &Bed) {
    bed.connected().await;
    let before = bed.stored(A, "trip-1", "before@example.com", 0).await;
    let after = bed.traveler(A, "after@example.com").await;
    bed.happens(event("e2", A, "trip-1", 100)).await;
    let claim = bed.claim(t(110)).await;
    let episodes = vec![citing(stay(h(0), h(48), "LON", 0.8), "trip-1")];
    let mut save = bed.save(&claim, &after, document("trip-1", 105), episodes).await;
    let revision = bed.store.known_of(A, &before.id).await.unwrap().revision;
    save.presence.others = vec![presence(&before, revision, t(105), Vec::new()).belief];
    bed.store.finish_stored(&claim, &save).await.unwrap();
    assert_eq!(
        bed.number("SELECT count(*) FROM episode").await,
        2,
        "one of them closed"
    );

    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 200)))
        .await;
    let claim = bed.claim(t(200)).await;
    let wrong = presence(&before, revision + 1, t(200), Vec::new());
    fenced(bed.store.finish_erased(&claim, Some(&wrong), t(200)).await);
    bed.store.finish_erased(&claim, None, t(200)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM episode").await, 0);
    assert_eq!(bed.number("SELECT count(*) FROM presence").await, 0);
    assert_eq!(bed.number("SELECT count(*) FROM away").await, 0);
}

/// Erased before anybody computed what is left: what rests on other trips still counts.
async fn p5_nobody_is_away_by_an_erased_trip(bed: &Bed) {
    let store = bed.connected().await;
    let who = bed.stored(A, "trip-1", "x@example.com", 0).await;
    bed.happens(event("e2", A, "trip-2", 100)).await;
    let claim = bed.claim(t(110)).await;
    let episodes = vec![
        citing(stay(h(0), h(48), "LON", 0.8), "trip-1"),
        citing(stay(h(48), h(90), "PAR", 0.8), "trip-2"),
    ];
    let save = bed.save(&claim, &who, document("trip-2", 105), episodes).await;
    store.finish_stored(&claim, &save).await.unwrap();
    let away = async || {
        let day = std::time::Duration::from_secs(86_400);
        let bins = store.away_histogram(&only(A), h(0), day, 4).await.unwrap();
        bins.iter().map(|bin| bin.intent).collect::<Vec<_>>()
    };
    assert_eq!(away().await, [1, 1, 1, 1]);
    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 200)))
        .await;
    let claim = bed.claim(t(200)).await;
    store.finish_erased(&claim, None, t(200)).await.unwrap();
    assert_eq!(away().await, [0, 0, 1, 1]);
}

async fn a_trip_that_nobody_knows_leaves_a_tombstone(bed: &Bed) {
    bed.connected().await;
    bed.happens(of_kind(EventKind::Deleted, event("gone", A, "trip-1", 100)))
        .await;
    bed.store
        .finish_erased(&bed.claim(t(110)).await, None, t(110))
        .await
        .unwrap();
    bed.happens(event("late", A, "trip-1", 99)).await;
    assert!(bed.claims(t(1000)).await.is_empty());
    // Wanted without an event: the time of the erasure is all there is.
    bed.store.want_trip(A, "trip-2", None, t(0)).await.unwrap();
    bed.store
        .finish_erased(&bed.claim(t(200)).await, None, t(200))
        .await
        .unwrap();
    bed.happens(event("old", A, "trip-2", 199)).await;
    assert!(bed.claims(t(1000)).await.is_empty());
    bed.happens(event("new", A, "trip-2", 201)).await;
    assert_eq!(bed.claim(t(1000)).await.trip, "trip-2");
}

async fn presence_computed_with_an_erased_trip_is_refused(bed: &Bed) {
    bed.connected().await;
    let who = bed.stored(A, "trip-1", "x@example.com", 0).await;
    bed.happens(event("e2", A, "trip-2", 100)).await;
    let busy = bed.claim(t(110)).await;
    let computed = bed
        .save(
            &busy,
            &who,
            document("trip-2", 105),
            vec![citing(stay(h(0), h(9), "PAR", 0.5), "trip-1")],
        )
        .await;
    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 120)))
        .await;
    let claim = bed
        .claims(t(120))
        .await
        .into_iter()
        .find(|claim| claim.trip == "trip-1")
        .unwrap();
    bed.store.finish_erased(&claim, None, t(120)).await.unwrap();
    fenced(bed.store.finish_stored(&busy, &computed).await);
    assert!(bed.traces("because of trip-1").await.is_empty());
}
