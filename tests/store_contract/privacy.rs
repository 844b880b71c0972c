//! What a company wants kept, and the ways in which trips end here without an event (P5, P11, P12, P14, P16).

use crate::bed::{A, B, Bed, document, event, fenced, of_kind, only, presence, t};
use whereabouts::store::{EventKind, EventStatus, NewEvent, PersonalTrips, PrivacyPolicy, PrivacyRow, StoreError};

on_both_engines!(
    p11_p12_p16_choices_are_kept_per_company_and_count_their_changes,
    p5_what_is_withheld_goes_with_its_traveler_and_may_come_back,
    p4_an_anonymized_trip_is_erased_while_its_claim_goes_on,
    p14_bodies_that_were_not_understood_and_name_the_trip_go_too,
    p16_trips_are_found_by_their_end,
    p6_ids_of_nothing_are_forgotten_after_their_time_and_not_before_their_events,
);

async fn p11_p12_p16_choices_are_kept_per_company_and_count_their_changes(bed: &Bed) {
    let store = bed.connected().await;
    assert_eq!(store.privacy(A).await.unwrap(), PrivacyRow::default());
    let policy = PrivacyPolicy {
        keep_days: 30,
        keep_left_days: 0,
        personal: PersonalTrips::Hide,
        countries: vec!["AT".into(), "DE".into()],
        unknown_country: false,
    };
    store.set_privacy(A, &policy, "admin@example.com", t(1)).await.unwrap();
    let row = store.privacy(A).await.unwrap();
    assert_eq!((&row.policy, row.revision, row.judged), (&policy, 1, 0));
    assert_eq!(
        (row.changed_at, row.changed_by.as_deref()),
        (Some(t(1)), Some("admin@example.com"))
    );
    store.privacy_judged(A, 1).await.unwrap();
    store
        .set_privacy(A, &PrivacyPolicy::default(), "b", t(2))
        .await
        .unwrap();
    let row = store.privacy(A).await.unwrap();
    assert_eq!((row.policy, row.revision, row.judged), (PrivacyPolicy::default(), 2, 1));
    assert_eq!(
        store.privacy(B).await.unwrap(),
        PrivacyRow::default(),
        "another company's are its own"
    );
    let nobody = store.set_privacy("nobody", &policy, "x", t(3)).await;
    assert!(matches!(nobody, Err(StoreError::Inconsistent(_))));
}

async fn p5_what_is_withheld_goes_with_its_traveler_and_may_come_back(bed: &Bed) {
    bed.connected().await;
    let who = bed.stored(A, "trip-1", "gone@example.com", 0).await;
    bed.stored(A, "trip-2", "stays@example.com", 0).await;
    let revision = bed.store.known_of(A, &who.id).await.unwrap().revision;
    let save = presence(&who, revision + 1, t(50), Vec::new());
    fenced(bed.store.withhold_trip(A, "trip-1", Some(&save)).await);
    bed.store
        .withhold_trip(A, "trip-1", Some(&presence(&who, revision, t(50), Vec::new())))
        .await
        .unwrap();
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_none());
    assert_eq!(bed.traces("gone@example.com").await, Vec::<String>::new());
    assert_eq!(bed.traces(&who.id).await, Vec::<String>::new());
    assert!(bed.store.trip(&only(A), "trip-2").await.unwrap().is_some());
    // No tombstone: a backlog or an event, whatever its time, brings it.
    bed.store.want_trip(A, "trip-1", None, t(60)).await.unwrap();
    let claim = bed.claim(t(60)).await;
    assert_eq!((claim.known, claim.tombstoned_at), (false, None));
    let new = bed.traveler(A, "gone@example.com").await;
    let computed = bed.save(&claim, &new, document("trip-1", 60), Vec::new()).await;
    let revision = bed.store.known_of(A, &new.id).await.unwrap().revision;
    bed.store
        .finish_withheld(&claim, Some(&presence(&new, revision, t(61), Vec::new())))
        .await
        .unwrap();
    assert!(
        bed.store.traveler(&only(A), &new.id).await.unwrap().is_none(),
        "made for this trip only"
    );
    fenced(bed.store.finish_withheld(&claim, None).await);
    // Whoever computed with a traveler who is gone is refused, and asks anew.
    bed.happens(event("e9", A, "trip-1", 90)).await;
    let claim = bed.claim(t(100)).await;
    fenced(bed.store.finish_stored(&claim, &computed).await);
}

async fn p4_an_anonymized_trip_is_erased_while_its_claim_goes_on(bed: &Bed) {
    bed.connected().await;
    let who = bed.stored(A, "trip-1", "gone@example.com", 0).await;
    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 100)))
        .await;
    let claim = bed.claim(t(100)).await;
    assert!(bed.store.erase_and_go_on(&claim, None, t(100)).await.unwrap());
    assert_eq!(bed.traces("gone@example.com").await, Vec::<String>::new());
    assert_eq!(bed.number("SELECT count(*) FROM inbox_payload").await, 0);
    // A crash here: the next claim finds the tombstone, and P6 holds already.
    let again = bed.claim(t(500)).await;
    assert_eq!((again.known, again.tombstoned_at), (false, Some(t(100))));
    fenced(bed.store.erase_and_go_on(&claim, None, t(500)).await.map(drop));
    let nobody = bed
        .store
        .traveler_for(A, Some("trip:trip-1"), None, t(500))
        .await
        .unwrap();
    let save = bed.save(&again, &nobody, document("trip-1", 100), Vec::new()).await;
    bed.store.finish_stored(&again, &save).await.unwrap();
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_some());
    assert!(bed.claims(t(9000)).await.is_empty());
    bed.happens(event("late", A, "trip-1", 99)).await;
    assert_eq!(bed.statuses().await["late"], EventStatus::Superseded);
    assert_eq!(bed.statuses().await["forget"], EventStatus::Processed);
    assert!(bed.store.traveler(&only(A), &who.id).await.unwrap().is_none());
    // What is newer than the anonymization is not lost.
    bed.happens(of_kind(EventKind::Anonymized, event("f2", A, "trip-1", 600)))
        .await;
    bed.happens(event("newer", A, "trip-1", 700)).await;
    let claim = bed.claim(t(800)).await;
    assert_eq!(claim.last_kind, EventKind::Anonymized);
    assert!(!bed.store.erase_and_go_on(&claim, None, t(800)).await.unwrap());
    let claim = bed.claim(t(800)).await;
    assert_eq!((claim.last_kind, claim.known), (EventKind::Updated, false));
}

async fn p14_bodies_that_were_not_understood_and_name_the_trip_go_too(bed: &Bed) {
    bed.connected().await;
    let unread = |id: &str, company: Option<&str>, body: &str| NewEvent {
        company: company.map(str::to_owned),
        trip: None,
        quarantined: Some("unknown type".to_owned()),
        body: body.as_bytes().to_vec(),
        ..event(id, A, "trip-1", 10)
    };
    bed.happens(unread("names", None, r#"{"facts":{"id":"TRIP-1","who":"Emil"}}"#))
        .await;
    bed.happens(unread("other", Some(A), r#"{"facts":{"id":"trip-2"}}"#))
        .await;
    bed.happens(unread("theirs", Some(B), r#"{"facts":{"id":"trip-1"}}"#))
        .await;
    bed.happens(unread("bytes", Some(A), "\u{fffd}\\ trip-1")).await;
    bed.happens(event("given-up", A, "trip-1", 20)).await;
    let claim = bed.claim(t(30)).await;
    bed.store.finish_dead(&claim, "unreadable").await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM inbox_payload").await, 5);
    bed.happens(of_kind(EventKind::Anonymized, event("forget", A, "trip-1", 100)))
        .await;
    bed.store
        .finish_erased(&bed.claim(t(100)).await, None, t(100))
        .await
        .unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM inbox_payload").await, 2);
    assert_eq!(bed.traces("Emil").await, Vec::<String>::new());
    assert_eq!(bed.store.forget_bodies(A).await.unwrap(), 1);
    assert_eq!(
        bed.number("SELECT count(*) FROM inbox_payload").await,
        1,
        "another company's stays"
    );
}

async fn p16_trips_are_found_by_their_end(bed: &Bed) {
    bed.connected().await;
    for (trip, login) in [
        ("trip-1", "a@example.com"),
        ("trip-2", "b@example.com"),
        ("trip-3", "c@example.com"),
    ] {
        bed.stored(A, trip, login, 0).await;
    }
    bed.stored(B, "trip-9", "d@example.com", 0).await;
    let ids = |found: Vec<whereabouts::store::TripToJudge>| -> Vec<String> {
        found.into_iter().map(|judged| judged.row.trip.id).collect()
    };
    let all = bed.store.trips_to_judge(A, None, "", 2).await.unwrap();
    assert_eq!(all[0].row.company, A);
    assert_eq!(ids(all), ["trip-1", "trip-2"]);
    assert_eq!(
        ids(bed.store.trips_to_judge(A, None, "trip-2", 2).await.unwrap()),
        ["trip-3"]
    );
    assert!(
        bed.store
            .trips_to_judge(A, Some(t(-100_000)), "", 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        bed.store
            .trips_to_judge(A, Some(t(1_000_000_000)), "", 9)
            .await
            .unwrap()
            .len(),
        3
    );
}

async fn p6_ids_of_nothing_are_forgotten_after_their_time_and_not_before_their_events(bed: &Bed) {
    bed.connected().await;
    bed.stored(A, "known", "x@example.com", 0).await;
    bed.happens(of_kind(EventKind::Deleted, event("gone", A, "erased", 100)))
        .await;
    bed.store
        .finish_erased(&bed.claim(t(110)).await, None, t(110))
        .await
        .unwrap();
    bed.happens(event("waits", A, "waiting", 100)).await;
    assert_eq!(bed.store.prune_trips(t(100)).await.unwrap(), 0);
    // However long ago an event says it happened, its trip stays erased while its id is kept: it may be followed late.
    assert_eq!(bed.store.prune_trips(t(1_000)).await.unwrap(), 0);
    bed.store.prune_events(t(1_000), t(1_000)).await.unwrap();
    assert_eq!(bed.store.prune_trips(t(101)).await.unwrap(), 1);
    assert_eq!(bed.number("SELECT count(*) FROM trip_sync").await, 2);
}
