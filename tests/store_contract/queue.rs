//! Trips are claimed once, covered by generations, fenced by leases (reliability.md §2.4).

use crate::bed::{A, B, Bed, COALESCE, LEASE, WAIT, connection, document, event, fenced, of_kind, only, t};
use whereabouts::store::{CompanyState, EventKind, EventStatus, NewEvent};

on_both_engines!(
    a_burst_is_gathered_and_fetched_once,
    a_burst_that_never_ends_waits_no_longer_than_the_longest_wait,
    the_newest_event_speaks_whatever_the_order_of_arrival,
    events_of_an_unknown_company_wait_for_it,
    a_disconnected_company_rests,
    a_claim_is_exclusive_until_its_lease_ends,
    a_lost_lease_changes_nothing,
    what_arrives_during_a_fetch_is_fetched_again,
    a_back_off_outlasts_new_events_but_no_erasure,
    r98_a_deleted_trip_waits_for_its_re_creation,
    a_dead_trip_revives_with_a_new_event,
    p1_an_anonymization_is_hidden_by_nothing,
    what_came_after_an_anonymization_of_an_unknown_trip_is_still_to_be_done,
    wanted_trips_are_claimed_without_an_event,
    the_next_due_time_counts_leases,
    l10_companies_take_turns_and_one_gets_no_more_than_its_share,
    e18_no_href_is_left,
);

async fn a_burst_is_gathered_and_fetched_once(bed: &Bed) {
    bed.connected().await;
    for n in 0..5 {
        bed.happens(event(&format!("e{n}"), A, "trip-1", n)).await;
    }
    assert!(
        bed.claims(t(4 + COALESCE - 1)).await.is_empty(),
        "the burst is still gathered"
    );
    let claim = bed.claim(t(4 + COALESCE)).await;
    assert_eq!(
        (claim.generation, claim.attempt, claim.known, claim.in_grace),
        (5, 0, false, false)
    );
    assert_eq!(
        (claim.first_dirty_at, claim.company.as_str(), claim.trip.as_str()),
        (t(0), A, "trip-1")
    );
    bed.store.finish_nothing(&claim).await.unwrap();
    assert!(bed.claims(t(1000)).await.is_empty());
    assert_eq!(bed.number("SELECT done_gen - wanted_gen FROM trip_sync").await, 0);
}

async fn a_burst_that_never_ends_waits_no_longer_than_the_longest_wait(bed: &Bed) {
    bed.connected().await;
    for n in 0..=WAIT {
        bed.happens(event(&format!("e{n}"), A, "trip-1", n)).await;
    }
    bed.claim(t(WAIT)).await;
    // The same within one batch.
    let burst: Vec<NewEvent> = (0..=WAIT).map(|n| event(&format!("f{n}"), A, "trip-2", n)).collect();
    bed.store.append_events(&burst).await.unwrap();
    assert_eq!(bed.claim(t(WAIT)).await.generation, WAIT + 1);
}

async fn the_newest_event_speaks_whatever_the_order_of_arrival(bed: &Bed) {
    bed.connected().await;
    let late = NewEvent {
        received_at: t(1),
        user: Some("user-2".to_owned()),
        ..event("newest", A, "trip-1", 10)
    };
    bed.happens(of_kind(EventKind::Cancelled, late)).await;
    bed.happens(event("older", A, "trip-1", 5)).await;
    let claim = bed.claim(t(100)).await;
    assert_eq!(
        (claim.last_kind, claim.last_event_time),
        (EventKind::Cancelled, Some(t(10)))
    );
    assert_eq!((claim.user.as_deref(), claim.href), (Some("user-2"), None));
    // The same within one batch, and without a time of its own.
    let batch = [
        event("b1", A, "trip-2", 10),
        NewEvent {
            event_time: None,
            ..event("b2", A, "trip-2", 5)
        },
    ];
    bed.store.append_events(&batch).await.unwrap();
    let claim = bed.claim(t(100)).await;
    assert_eq!(claim.last_event_time, Some(t(10)));
    assert!(claim.href.unwrap().ends_with("at=10"));
}

async fn events_of_an_unknown_company_wait_for_it(bed: &Bed) {
    bed.happens(event("e1", A, "trip-1", 0)).await;
    assert_eq!(bed.store.next_due(t(100)).await.unwrap(), None);
    assert!(bed.claims(t(100)).await.is_empty());
    bed.store.connect_company(&connection(B), t(100)).await.unwrap();
    assert!(bed.claims(t(100)).await.is_empty(), "another company");
    bed.store.connect_company(&connection(A), t(100)).await.unwrap();
    assert_eq!(bed.claim(t(100)).await.trip, "trip-1");
    assert!(
        bed.store
            .company(&only(A), A)
            .await
            .unwrap()
            .unwrap()
            .last_event_at
            .is_some()
    );
}

async fn a_disconnected_company_rests(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    for state in [CompanyState::ReconnectNeeded, CompanyState::Disconnected] {
        bed.store.set_company_state(A, state, Some("why"), t(5)).await.unwrap();
        bed.happens(event(state.as_str(), A, "trip-2", 5)).await;
        assert!(bed.claims(t(100)).await.is_empty());
    }
    bed.store.connect_company(&connection(A), t(100)).await.unwrap();
    assert_eq!(bed.claims(t(100)).await.len(), 2);
}

async fn a_claim_is_exclusive_until_its_lease_ends(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let first = bed.claim(t(10)).await;
    assert!(bed.claims(t(10 + LEASE - 1)).await.is_empty());
    assert!(bed.store.heartbeat(&first, t(10 + 2 * LEASE)).await.unwrap());
    assert!(bed.claims(t(10 + 2 * LEASE - 1)).await.is_empty());
    let second = bed.claim(t(10 + 2 * LEASE)).await;
    assert_eq!(second.attempt, 1, "a lost lease is a failure");
    assert_eq!(
        (second.generation, second.first_dirty_at),
        (first.generation, first.first_dirty_at)
    );
    assert!(second.lease_token > first.lease_token);
    assert!(!bed.store.heartbeat(&first, t(1000)).await.unwrap());

    // Many at once: each trip goes to one.
    for n in 0..40 {
        bed.happens(event(&format!("m{n}"), B, &format!("trip-{n}"), 0)).await;
    }
    let claims = futures::future::join_all((0..8).map(|_| bed.claims(t(20)))).await;
    let mut trips: Vec<_> = claims.into_iter().flatten().map(|claim| claim.trip).collect();
    trips.sort();
    let count = trips.len();
    trips.dedup();
    assert_eq!(trips.len(), count, "no trip twice");
    assert!(count <= 40);
}

async fn a_lost_lease_changes_nothing(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let who = bed.traveler(A, "x@example.com").await;
    let lost = bed.claim(t(10)).await;
    let held = bed.claim(t(10 + LEASE)).await;
    let save = bed.save(&lost, &who, document("trip-1", 5), Vec::new()).await;
    for _ in 0..2 {
        fenced(bed.store.finish_stored(&lost, &save).await);
        fenced(bed.store.finish_erased(&lost, Some(&save.presence), t(80)).await);
        fenced(bed.store.finish_grace(&lost, t(900), t(80)).await);
        fenced(bed.store.finish_retry(&lost, t(90), "x").await);
        fenced(bed.store.finish_dead(&lost, "x").await);
        fenced(bed.store.finish_nothing(&lost).await);
    }
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_none());
    assert_eq!(
        bed.store.known_of(A, &who.id).await.unwrap().revision,
        save.presence.belief.revision
    );
    bed.store.finish_nothing(&held).await.unwrap();
    fenced(bed.store.finish_nothing(&held).await);
    assert_eq!(bed.statuses().await["e1"], EventStatus::Processed);
}

async fn what_arrives_during_a_fetch_is_fetched_again(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let claim = bed.claim(t(10)).await;
    bed.happens(event("e2", A, "trip-1", 11)).await;
    assert!(bed.claims(t(30)).await.is_empty(), "one fetch of a trip at a time");
    bed.store.finish_nothing(&claim).await.unwrap();
    let again = bed.claim(t(30)).await;
    assert_eq!((again.generation, again.attempt), (2, 0));
    assert!(again.href.as_deref().unwrap().ends_with("at=11"));
    bed.store.finish_nothing(&again).await.unwrap();
    assert!(bed.claims(t(1000)).await.is_empty());
}

async fn a_back_off_outlasts_new_events_but_no_erasure(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    bed.store
        .finish_retry(&bed.claim(t(10)).await, t(500), "http_503")
        .await
        .unwrap();
    bed.happens(event("e2", A, "trip-1", 20)).await;
    assert!(bed.claims(t(499)).await.is_empty());
    let claim = bed.claim(t(500)).await;
    assert_eq!((claim.attempt, claim.generation, claim.first_dirty_at), (1, 2, t(0)));
    bed.happens(of_kind(EventKind::Anonymized, event("e3", A, "trip-1", 501)))
        .await;
    bed.store.finish_retry(&claim, t(9000), "http_503").await.unwrap();
    assert_eq!(bed.claim(t(501)).await.last_kind, EventKind::Anonymized);

    bed.happens(event("f1", A, "trip-2", 0)).await;
    bed.store
        .finish_retry(&bed.claim(t(510)).await, t(9000), "http_503")
        .await
        .unwrap();
    bed.happens(of_kind(EventKind::Anonymized, event("f2", A, "trip-2", 520)))
        .await;
    assert_eq!(bed.claim(t(520)).await.trip, "trip-2", "due at once");
}

async fn r98_a_deleted_trip_waits_for_its_re_creation(bed: &Bed) {
    bed.connected().await;
    let who = bed.stored(A, "trip-1", "x@example.com", 0).await;
    bed.happens(of_kind(EventKind::Deleted, event("gone", A, "trip-1", 100)))
        .await;
    let claim = bed.claim(t(110)).await;
    assert!((claim.known, claim.in_grace, claim.last_kind) == (true, false, EventKind::Deleted));
    bed.store.finish_grace(&claim, t(1000), t(110)).await.unwrap();
    assert!(
        bed.store
            .trip(&only(A), "trip-1")
            .await
            .unwrap()
            .unwrap()
            .pending_delete
    );
    assert!(bed.store.trips_of(&only(A), &who.id).await.unwrap()[0].pending_delete);
    assert!(bed.claims(t(999)).await.is_empty());
    assert_eq!(bed.statuses().await["gone"], EventStatus::Received);

    // Deleted once more: the grace is not prolonged.
    bed.happens(of_kind(EventKind::Deleted, event("gone again", A, "trip-1", 500)))
        .await;
    let claim = bed.claim(t(510)).await;
    assert!(!claim.in_grace);
    bed.store.finish_grace(&claim, t(1400), t(510)).await.unwrap();
    assert!(bed.claims(t(999)).await.is_empty());

    // Created again within the grace.
    bed.happens(of_kind(EventKind::Created, event("back", A, "trip-1", 600)))
        .await;
    let claim = bed.claim(t(610)).await;
    assert!(!claim.in_grace);
    let save = bed.save(&claim, &who, document("trip-1", 600), Vec::new()).await;
    bed.store.finish_stored(&claim, &save).await.unwrap();
    assert!(
        !bed.store
            .trip(&only(A), "trip-1")
            .await
            .unwrap()
            .unwrap()
            .pending_delete
    );
    assert!(bed.claims(t(5000)).await.is_empty());
    assert_eq!(bed.statuses().await["back"], EventStatus::Processed);

    // Deleted for good.
    bed.happens(of_kind(EventKind::Deleted, event("gone for good", A, "trip-1", 5000)))
        .await;
    let claim = bed.claim(t(5010)).await;
    bed.happens(event("late", A, "trip-1", 4990)).await;
    bed.store.finish_grace(&claim, t(6000), t(5010)).await.unwrap();
    let claim = bed.claim(t(5100)).await;
    assert!(!claim.in_grace, "something arrived meanwhile, the grace goes on");
    bed.store.finish_grace(&claim, t(7000), t(5100)).await.unwrap();
    assert!(bed.claim(t(6000)).await.in_grace);
}

async fn a_dead_trip_revives_with_a_new_event(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    bed.store
        .finish_retry(&bed.claim(t(10)).await, t(20), "x")
        .await
        .unwrap();
    let claim = bed.claim(t(20)).await;
    bed.happens(event("e2", A, "trip-1", 21)).await;
    bed.store.finish_dead(&claim, "x").await.unwrap();
    let claim = bed.claim(t(30)).await;
    assert_eq!(claim.attempt, 0, "what arrived meanwhile is a new start");
    bed.store.finish_dead(&claim, "x").await.unwrap();
    assert!(bed.claims(t(1000)).await.is_empty());
    bed.happens(event("e3", A, "trip-1", 1000)).await;
    assert!(bed.claims(t(1001)).await.is_empty(), "gathered like any other");
    assert_eq!(bed.claim(t(1002)).await.attempt, 0);
}

async fn p1_an_anonymization_is_hidden_by_nothing(bed: &Bed) {
    bed.connected().await;
    let who = bed.stored(A, "trip-1", "x@example.com", 0).await;
    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 100)))
        .await;
    bed.happens(event("after", A, "trip-1", 101)).await;
    let claim = bed.claim(t(101)).await;
    assert_eq!(
        (claim.last_kind, claim.last_event_time),
        (EventKind::Anonymized, Some(t(100)))
    );
    let revision = bed.store.known_of(A, &who.id).await.unwrap().revision;
    let save = bed.save(&claim, &who, document("trip-1", 0), Vec::new()).await.presence;
    assert_eq!(save.belief.revision, revision);
    bed.store.finish_erased(&claim, Some(&save), t(101)).await.unwrap();
    assert_eq!(bed.statuses().await["forget"], EventStatus::Processed);
    assert_eq!(bed.statuses().await["after"], EventStatus::Received);
    let claim = bed.claim(t(110)).await;
    assert_eq!(
        (claim.last_kind, claim.known, claim.tombstoned_at),
        (EventKind::Updated, false, Some(t(100)))
    );
    bed.store.finish_nothing(&claim).await.unwrap();
    assert_eq!(bed.statuses().await["after"], EventStatus::Processed);
    // Of a trip that is not known (R97): nothing to do, and what comes after it is not taken for one.
    bed.happens(of_kind(EventKind::Anonymized, event("forget2", A, "trip-2", 200)))
        .await;
    let claim = bed.claim(t(200)).await;
    bed.happens(event("after2", A, "trip-2", 201)).await;
    bed.store.finish_nothing(&claim).await.unwrap();
    assert_eq!(bed.claim(t(210)).await.last_kind, EventKind::Updated);
}

async fn wanted_trips_are_claimed_without_an_event(bed: &Bed) {
    bed.connected().await;
    let store = &bed.store;
    store.want_trip(A, "trip-1", Some("https://x/1"), t(50)).await.unwrap();
    store.want_trip(A, "trip-1", None, t(80)).await.unwrap();
    store.want_trip("unknown-company", "trip-2", None, t(0)).await.unwrap();
    assert!(bed.claims(t(49)).await.is_empty());
    let claim = bed.claim(t(50)).await;
    assert_eq!(
        (claim.generation, claim.href.as_deref(), claim.last_event_time),
        (2, Some("https://x/1"), None)
    );
    store.want_trip(A, "trip-1", None, t(60)).await.unwrap();
    store.finish_nothing(&claim).await.unwrap();
    store.finish_nothing(&bed.claim(t(60)).await).await.unwrap();
    assert!(bed.claims(t(1000)).await.is_empty());
    bed.happens(event("e1", A, "trip-1", 1000)).await;
    store
        .finish_erased(&bed.claim(t(1010)).await, None, t(1010))
        .await
        .unwrap();
    store.want_trip(A, "trip-1", None, t(1020)).await.unwrap();
    assert!(bed.claims(t(2000)).await.is_empty(), "erased is erased");
}

async fn the_next_due_time_counts_leases(bed: &Bed) {
    bed.connected().await;
    assert_eq!(bed.store.next_due(t(0)).await.unwrap(), None);
    bed.happens(event("e1", A, "trip-1", 0)).await;
    assert_eq!(bed.store.next_due(t(0)).await.unwrap(), Some(t(COALESCE)));
    assert_eq!(bed.store.next_due(t(50)).await.unwrap(), Some(t(50)), "now");
    let claim = bed.claim(t(50)).await;
    assert_eq!(
        bed.store.next_due(t(51)).await.unwrap(),
        Some(t(50 + LEASE)),
        "if the lease is lost"
    );
    bed.store.finish_retry(&claim, t(300), "x").await.unwrap();
    assert_eq!(bed.store.next_due(t(51)).await.unwrap(), Some(t(300)));
}

async fn e18_no_href_is_left(bed: &Bed) {
    bed.connected().await;
    for trip in ["stored", "grace", "dead", "nothing", "erased"] {
        bed.happens(event(trip, A, trip, 0)).await;
    }
    assert_eq!(bed.traces("travel/v4/trips").await, ["trip_sync.href"]);
    let who = bed.traveler(A, "x@example.com").await;
    for claim in bed.claims(t(10)).await {
        assert!(claim.href.is_some());
        match claim.trip.as_str() {
            "stored" => {
                let save = bed.save(&claim, &who, document("stored", 5), Vec::new()).await;
                bed.store.finish_stored(&claim, &save).await.unwrap();
            }
            "grace" => bed.store.finish_grace(&claim, t(900), t(10)).await.unwrap(),
            "dead" => bed.store.finish_dead(&claim, "x").await.unwrap(),
            "erased" => bed.store.finish_erased(&claim, None, t(10)).await.unwrap(),
            _ => bed.store.finish_nothing(&claim).await.unwrap(),
        }
    }
    assert!(bed.traces("travel/v4/trips").await.is_empty());
    // Not even in the pages and the log of the file.
    let found = || bed.bytes().windows(15).any(|bytes| bytes == b"travel/v4/trips");
    let patience = std::time::Instant::now();
    while found() {
        assert!(patience.elapsed().as_secs() < 30, "the file still holds an href");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

async fn what_came_after_an_anonymization_of_an_unknown_trip_is_still_to_be_done(bed: &Bed) {
    bed.connected().await;
    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 0)))
        .await;
    bed.happens(event("again", A, "trip-1", 1)).await;
    let claim = bed.claim(t(60)).await;
    assert_eq!(claim.last_kind, EventKind::Anonymized);
    bed.store.finish_nothing(&claim).await.unwrap();
    assert_eq!(bed.statuses().await["again"], EventStatus::Received);
    let claim = bed.claim(t(60)).await;
    assert_eq!(claim.last_kind, EventKind::Updated, "the newer event is not lost");
    bed.store.finish_nothing(&claim).await.unwrap();
    assert!(bed.claims(t(1000)).await.is_empty());
    // What is older than the anonymization stays hidden by it.
    bed.happens(event("late", A, "trip-2", 0)).await;
    bed.happens(of_kind(EventKind::Anonymized, event("forget-2", A, "trip-2", 5)))
        .await;
    let claim = bed.claim(t(1000)).await;
    bed.store.finish_nothing(&claim).await.unwrap();
    assert!(bed.claims(t(2000)).await.is_empty());
}

async fn l10_companies_take_turns_and_one_gets_no_more_than_its_share(bed: &Bed) {
    bed.connected().await;
    for n in 0..20 {
        bed.happens(event(&format!("a{n}"), A, &format!("trip-a{n}"), 0)).await;
    }
    bed.happens(event("b", B, "trip-b", 1)).await;
    assert!(bed.store.companies_due(t(0)).await.unwrap().is_empty());
    assert_eq!(bed.store.companies_due(t(60)).await.unwrap(), [A, B]);
    let lease = std::time::Duration::from_secs(LEASE as u64);
    let shares = [(A.to_owned(), 3), (B.to_owned(), 3)];
    let claims = bed.store.claim_shares(&shares, t(60), lease).await.unwrap();
    let of = |company: &str| claims.iter().filter(|claim| claim.company == company).count();
    assert_eq!((of(A), of(B)), (3, 1));
    assert_eq!(
        bed.store.companies_due(t(60)).await.unwrap(),
        [A],
        "what is leased is not due"
    );
    let again = bed.store.claim_shares(&shares, t(60), lease).await.unwrap();
    assert!(
        again
            .iter()
            .all(|claim| claims.iter().all(|before| before.trip != claim.trip))
    );
    bed.store
        .set_company_state(A, CompanyState::Disconnected, None, t(61))
        .await
        .unwrap();
    assert!(bed.store.companies_due(t(61)).await.unwrap().is_empty());
}
