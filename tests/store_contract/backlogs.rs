//! Backlogs: pages with their places, leases, counts of every outcome, and nothing twice (B10–B12).

use crate::bed::{A, B, Bed, event, fenced, of_kind, only, t};
use whereabouts::store::{BacklogPage, BacklogRun, BacklogSource, BacklogState, EventKind, Scope, StoreError};

on_both_engines!(
    b10_a_page_and_the_place_after_it_are_stored_together_by_one_reader,
    b10_what_is_known_waits_or_was_erased_is_not_wanted_again,
    b11_every_outcome_is_counted_once,
    p5_an_erased_trip_is_no_entry_any_more,
    backlogs_of_another_company_are_out_of_sight,
);

fn page(ids: &[&str], next: Option<&str>) -> BacklogPage {
    BacklogPage {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        without_id: 0,
        next: next.map(str::to_owned),
        is_last: next.is_none(),
    }
}

async fn read(bed: &Bed, company: &str, ids: &[&str], now: i64) -> BacklogRun {
    let store = &bed.store;
    let run = store
        .begin_backlog(company, BacklogSource::Document, t(now))
        .await
        .unwrap();
    let lease = store
        .lease_backlog(&run.id, t(now), t(now + 60))
        .await
        .unwrap()
        .unwrap();
    store
        .add_to_backlog(&lease, &page(ids, None), t(now), t(now + 60))
        .await
        .unwrap();
    run
}

async fn run(bed: &Bed, id: &str) -> BacklogRun {
    let runs = bed.store.backlogs(&Scope::service(), 100).await.unwrap();
    runs.into_iter().find(|run| run.id == id).unwrap()
}

async fn b10_a_page_and_the_place_after_it_are_stored_together_by_one_reader(bed: &Bed) {
    let store = bed.connected().await;
    let nobody = store.begin_backlog("nobody", BacklogSource::List, t(0)).await;
    assert!(matches!(nobody, Err(StoreError::Inconsistent(_))));
    let begun = store.begin_backlog(A, BacklogSource::List, t(0)).await.unwrap();
    assert_eq!((begun.state, begun.waiting()), (BacklogState::Reading, 0));
    assert_eq!(
        store.begin_backlog(A, BacklogSource::List, t(1)).await.unwrap().id,
        begun.id,
        "one list at a time"
    );
    // Whoever began it takes it; if that does not happen, somebody else reads it.
    assert!(store.backlogs_to_resume(t(1)).await.unwrap().is_empty());
    assert_eq!(store.backlogs_to_resume(t(60)).await.unwrap().len(), 1);
    let lease = store.lease_backlog(&begun.id, t(1), t(61)).await.unwrap().unwrap();
    assert!(store.lease_backlog(&begun.id, t(2), t(62)).await.unwrap().is_none());
    assert!(store.backlogs_to_resume(t(2)).await.unwrap().is_empty());
    store
        .add_to_backlog(
            &lease,
            &page(&["trip-1", "trip-2", "trip-1"], Some("after=2")),
            t(2),
            t(62),
        )
        .await
        .unwrap();
    let known = run(bed, &begun.id).await;
    assert_eq!((known.listed, known.skipped, known.waiting()), (3, 1, 2));
    assert_eq!((known.cursor.as_deref(), known.asked_at), (Some("after=2"), Some(t(2))));
    // The reader is gone; another one reads on, and the first finds itself shut out.
    store.extend_backlog(&lease, t(63)).await.unwrap();
    assert!(store.lease_backlog(&begun.id, t(62), t(90)).await.unwrap().is_none());
    assert_eq!(store.backlogs_to_resume(t(63)).await.unwrap().len(), 1);
    let other = store.lease_backlog(&begun.id, t(63), t(123)).await.unwrap().unwrap();
    fenced(
        store
            .add_to_backlog(&lease, &page(&["trip-3"], None), t(64), t(124))
            .await,
    );
    store.stop_backlog(&lease, "not mine", t(64)).await.unwrap();
    store
        .add_to_backlog(&other, &page(&["trip-3"], None), t(64), t(124))
        .await
        .unwrap();
    let known = run(bed, &begun.id).await;
    assert_eq!(
        (known.state, known.listed, known.cursor),
        (BacklogState::Waiting, 4, None)
    );
    fenced(
        store
            .add_to_backlog(&other, &page(&["trip-4"], None), t(65), t(125))
            .await,
    );
    assert!(
        store
            .lease_backlog(&begun.id, t(9999), t(9999))
            .await
            .unwrap()
            .is_none(),
        "nothing is left to read"
    );
    // They become due one after the other.
    assert_eq!(bed.claims(t(2)).await.len(), 1);
    assert_eq!(bed.claims(t(3)).await.len(), 1);
    assert_eq!(bed.claims(t(61)).await.len(), 0);
    let stopped = store.begin_backlog(B, BacklogSource::List, t(70)).await.unwrap();
    let lease = store.lease_backlog(&stopped.id, t(70), t(130)).await.unwrap().unwrap();
    store.stop_backlog(&lease, "Concur refuses.", t(71)).await.unwrap();
    let stopped = run(bed, &stopped.id).await;
    assert_eq!(
        (stopped.state, stopped.reason.as_deref()),
        (BacklogState::Stopped, Some("Concur refuses."))
    );
    assert_eq!(stopped.ended_at, Some(t(71)));
}

async fn b10_what_is_known_waits_or_was_erased_is_not_wanted_again(bed: &Bed) {
    bed.connected().await;
    bed.stored(A, "known", "x@example.com", 0).await;
    bed.happens(event("e2", A, "waits", 50)).await;
    bed.happens(of_kind(EventKind::Deleted, event("e3", A, "erased", 50)))
        .await;
    let claim = bed
        .claims(t(60))
        .await
        .into_iter()
        .find(|claim| claim.trip == "erased")
        .unwrap();
    bed.store.finish_erased(&claim, None, t(60)).await.unwrap();
    let begun = read(bed, A, &["known", "waits", "erased", "new"], 100).await;
    let known = run(bed, &begun.id).await;
    assert_eq!((known.listed, known.skipped, known.waiting()), (4, 3, 1));
    // Connected anew: what is known may have changed meanwhile.
    bed.store
        .connect_company(&crate::bed::connection(A), t(200))
        .await
        .unwrap();
    let begun = read(bed, A, &["known", "new"], 300).await;
    let known = run(bed, &begun.id).await;
    assert_eq!((known.skipped, known.waiting()), (1, 1));
}

async fn b11_every_outcome_is_counted_once(bed: &Bed) {
    bed.connected().await;
    let begun = read(bed, A, &["done", "gone", "failed", "retried"], 100).await;
    let who = bed.traveler(A, "x@example.com").await;
    for claim in bed.claims(t(200)).await {
        match claim.trip.as_str() {
            "done" => {
                let save = bed
                    .save(&claim, &who, crate::bed::document("done", 1), Vec::new())
                    .await;
                bed.store.finish_stored(&claim, &save).await.unwrap();
            }
            "gone" => bed.store.finish_grace(&claim, t(5000), t(200)).await.unwrap(),
            "failed" => bed.store.finish_dead(&claim, "unreadable").await.unwrap(),
            _ => bed.store.finish_retry(&claim, t(300), "unreachable").await.unwrap(),
        }
    }
    for _ in 0..2 {
        let known = run(bed, &begun.id).await;
        assert_eq!([known.done, known.gone, known.failed, known.waiting()], [1, 1, 1, 1]);
        assert_eq!(known.state, BacklogState::Waiting);
        bed.store.settle_backlogs(t(250)).await.unwrap();
    }
    assert_eq!(bed.number("SELECT count(*) FROM backlog_trip").await, 1);
    let claims = bed.claims(t(300)).await;
    bed.store.finish_erased(&claims[0], None, t(300)).await.unwrap();
    bed.store.settle_backlogs(t(310)).await.unwrap();
    let known = run(bed, &begun.id).await;
    assert_eq!([known.done, known.gone, known.failed, known.waiting()], [1, 2, 1, 0]);
    assert_eq!((known.state, known.ended_at), (BacklogState::Done, Some(t(310))));
}

async fn p5_an_erased_trip_is_no_entry_any_more(bed: &Bed) {
    bed.connected().await;
    let begun = read(bed, A, &["trip-1"], 100).await;
    bed.happens(of_kind(EventKind::Deleted, event("gone", A, "trip-1", 150)))
        .await;
    let claim = bed.claim(t(160)).await;
    bed.store.finish_erased(&claim, None, t(160)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM backlog_trip").await, 0);
    assert_eq!(run(bed, &begun.id).await.gone, 1);
}

async fn backlogs_of_another_company_are_out_of_sight(bed: &Bed) {
    bed.connected().await;
    read(bed, A, &["trip-1"], 100).await;
    read(bed, B, &["trip-1"], 101).await;
    let seen = bed.store.backlogs(&only(A), 9).await.unwrap();
    assert!(seen.len() == 1 && seen[0].company == A);
    assert_eq!(bed.store.backlogs(&Scope::service(), 9).await.unwrap().len(), 2);
    assert_eq!(
        bed.store.backlogs(&Scope::service(), 1).await.unwrap()[0].company,
        B,
        "the newest first"
    );
}
