//! How a trip ends: deleted, not found, forbidden, cancelled, anonymized (T45–T53, P1–P6, R97–R99).

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use whereabouts::store::Scope;

use crate::fake_concur::Reply;
use crate::rig::{Rig, TRIP, document, event, event_of, eventually, rig, rig_with};

async fn known() -> Rig {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.trip().await.is_some());
    rig
}

#[tokio::test]
async fn t48_t51_r98_r99_a_deleted_trip_waits_for_its_grace_and_is_then_erased() {
    let rig = known().await;
    let traveler = rig.trip().await.unwrap().traveler;
    rig.after(&event(2, "ItineraryDeleted")).await;
    assert!(rig.trip().await.unwrap().pending_delete);
    assert!(
        rig.in_london(&traveler).await,
        "what is believed stays while the grace runs"
    );
    assert_eq!(rig.status().await.waiting_grace, 1);
    rig.move_on(TimeDelta::seconds(890));
    rig.deliver(&event(3, "ItineraryDeleted")).await;
    rig.settled().await;
    assert!(rig.trip().await.is_some(), "and is not prolonged by a repetition");
    rig.move_on(TimeDelta::seconds(20));
    eventually("the erasure", || async { rig.trip().await.is_none() }).await;
    assert!(!rig.in_london(&traveler).await);
    assert_eq!(rig.fetches(), 1, "T51: nothing can be fetched any more");
    // P6: what is older than the deletion does not bring it back; what is newer does.
    rig.after(&event_of(9, "ItineraryUpdated", TRIP, 1)).await;
    assert!(rig.trip().await.is_none());
    rig.after(&event_of(10, "ItineraryCreated", TRIP, 60)).await;
    assert!(rig.trip().await.is_some());
}

#[tokio::test]
async fn t48_a_trip_that_is_created_again_within_the_grace_was_never_gone() {
    let rig = known().await;
    let traveler = rig.trip().await.unwrap().traveler;
    rig.after(&event(2, "ItineraryDeleted")).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 5)));
    rig.after(&event(3, "ItineraryCreated")).await;
    let trip = rig.trip().await.unwrap();
    assert!(!trip.pending_delete);
    assert!(rig.in_london(&traveler).await);
    rig.move_on(TimeDelta::seconds(2000));
    rig.settled().await;
    assert!(rig.trip().await.is_some());
}

#[tokio::test]
async fn t49_r98_a_trip_that_comes_back_under_another_id_keeps_the_belief() {
    let rig = known().await;
    let traveler = rig.trip().await.unwrap().traveler;
    rig.after(&event(2, "ItineraryDeleted")).await;
    let again = "51aa0000-0000-4000-8000-000000000002";
    rig.fake.serve(again, Some(document(again, 5)));
    rig.after(&event_of(3, "ItineraryCreated", again, 3)).await;
    assert!(rig.in_london(&traveler).await);
    let at = "2030-05-15T12:00:00Z".parse().unwrap();
    let episode = &rig
        .store
        .episodes_at(&Scope::service(), std::slice::from_ref(&traveler), at, None)
        .await
        .unwrap()[0]
        .1;
    assert!(
        episode.evidence.iter().all(|e| e.trip == again),
        "one journey rests on the trip that is there"
    );
    rig.move_on(TimeDelta::seconds(1000));
    eventually("the erasure", || async { rig.trip().await.is_none() }).await;
    assert!(rig.in_london(&traveler).await);
}

#[tokio::test]
async fn a_deletion_of_a_trip_that_was_never_known_leaves_only_a_tombstone() {
    let rig = rig().await;
    rig.after(&event(2, "ItineraryDeleted")).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.trip().await.is_none(), "P6: the creation is older");
    assert_eq!(rig.fetches(), 0);
}

#[tokio::test]
async fn t5_a_404_is_looked_at_again_and_then_goes_the_way_of_a_deletion() {
    let rig = known().await;
    rig.fake.serve(TRIP, None);
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert!(rig.trip().await.unwrap().pending_delete);
    assert_eq!(rig.fetches(), 1 + 3);
    rig.move_on(TimeDelta::seconds(1000));
    eventually("the erasure", || async { rig.trip().await.is_none() }).await;
    assert_eq!(rig.fetches(), 1 + 4, "asked once more at the end of the grace");
}

#[tokio::test]
async fn a_404_that_was_a_mistake_costs_nothing() {
    let rig = known().await;
    rig.fake.serve(TRIP, None);
    rig.after(&event(2, "ItineraryUpdated")).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 2)));
    rig.move_on(TimeDelta::seconds(1000));
    eventually("the second version", || async {
        rig.trip()
            .await
            .is_some_and(|t| t.trip.name.as_deref() == Some("London, version 2") && !t.pending_delete)
    })
    .await;
}

#[tokio::test]
async fn a_403_is_terminal_and_does_not_erase_what_is_known() {
    let rig = known().await;
    rig.fake
        .script(|seen| seen.path.contains("trips").then(|| Reply::status(403)));
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert!(rig.trip().await.unwrap().pending_delete);
    rig.move_on(TimeDelta::seconds(1000));
    eventually("the end", || async { rig.status().await.dead == 1 }).await;
    assert!(rig.trip().await.is_some());
}

#[tokio::test]
async fn t45_a_cancelled_trip_keeps_no_place_whether_it_can_be_fetched_or_not() {
    for fetchable in [true, false] {
        let rig = known().await;
        let traveler = rig.trip().await.unwrap().traveler;
        let mut cancelled = document(TRIP, 5);
        cancelled["TripStatus"] = 2.into();
        cancelled["Bookings"] = json!([]);
        rig.fake.serve(TRIP, fetchable.then_some(cancelled));
        rig.after(&event(2, "ItineraryCancelled")).await;
        let trip = rig.trip().await.unwrap();
        assert!(trip.trip.bookings.is_empty() && !trip.pending_delete, "{fetchable}");
        assert!(!rig.in_london(&traveler).await, "{fetchable}");
    }
}

#[tokio::test]
async fn t53_p2_r97_an_anonymization_of_an_unknown_trip_is_acknowledged_and_fetches_nothing() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    for n in 0..20 {
        rig.deliver(&event_of(
            n,
            "ItineraryAnonymized",
            &format!("51aa0000-0000-4000-8000-{n:012}"),
            1,
        ))
        .await;
    }
    rig.settled().await;
    assert_eq!(rig.fake.seen("/travel/").len(), 0);
    assert!(rig.trip().await.is_none());
}

#[tokio::test]
async fn p1_p4_an_anonymization_of_a_known_trip_erases_it_at_once() {
    let rig = rig_with(|config| config.coalesce = Duration::from_secs(3600)).await;
    rig.fake.connected(&rig.store).await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.deliver(&event(1, "ItineraryCreated")).await;
    rig.move_on(TimeDelta::hours(2));
    eventually("the trip", || async { rig.trip().await.is_some() }).await;
    let traveler = rig.trip().await.unwrap().traveler;
    rig.deliver(&event(2, "ItineraryAonymized")).await;
    eventually("the erasure, which waits for no window", || async {
        rig.trip().await.is_none()
    })
    .await;
    assert!(!rig.in_london(&traveler).await);
    rig.deliver(&event_of(3, "ItineraryUpdated", TRIP, 1)).await;
    rig.move_on(TimeDelta::hours(2));
    rig.settled().await;
    assert!(rig.trip().await.is_none(), "P6");
}

#[tokio::test]
async fn e5_each_type_of_event_does_to_a_trip_what_is_documented() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.after(&event(1, "ItineraryCreated")).await;
    let traveler = rig.trip().await.unwrap().traveler;
    assert!(rig.in_london(&traveler).await, "created");

    // One segment is cancelled, the trip goes on.
    let mut changed = document(TRIP, 2);
    changed["Bookings"][0]["Segments"]["Air"].as_array_mut().unwrap().pop();
    rig.fake.serve(TRIP, Some(changed));
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert_eq!(
        rig.trip().await.unwrap().trip.name.as_deref(),
        Some("London, version 2")
    );

    let mut cancelled = document(TRIP, 3);
    cancelled["TripStatus"] = 2.into();
    rig.fake.serve(TRIP, Some(cancelled));
    rig.after(&event(3, "ItineraryCancelled")).await;
    assert!(!rig.in_london(&traveler).await, "cancelled");

    rig.fake.serve(TRIP, None);
    rig.after(&event(4, "ItineraryDeleted")).await;
    assert!(rig.trip().await.is_some_and(|trip| trip.pending_delete), "deleted");

    rig.fake.serve(TRIP, Some(document(TRIP, 5)));
    rig.after(&event(5, "ItineraryCreated")).await;
    rig.fake.serve(TRIP, None);
    rig.after(&event(6, "ItineraryAnonymized")).await;
    assert!(rig.trip().await.is_none(), "anonymized");
}

#[tokio::test]
async fn e5_an_update_without_a_create_is_fetched() {
    let rig = rig().await;
    rig.fake.serve(TRIP, Some(document(TRIP, 1)));
    rig.after(&event(1, "ItineraryUpdated")).await;
    assert!(rig.trip().await.is_some());
}
