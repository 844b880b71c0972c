//! Travelers whom a trip names besides its owner, and the correlation id that an event leaves for its fetch.

use crate::bed::{A, B, Bed, document, event, h, home, only, presence, stay, t};
use whereabouts::itinerary::{Booking, Passenger, Segment, Trip};
use whereabouts::quality::Assessment;
use whereabouts::store::{Belief, GUEST, NewEvent, ProfileSave, StoreError, TravelerRow};
use whereabouts::whereabouts::What;

on_both_engines!(
    r120_a_trip_is_known_of_everyone_it_names_as_far_as_it_names_them,
    p5_an_erased_trip_takes_its_links_and_its_guests,
    named_travelers_are_those_of_the_company_with_a_whole_name,
    e17_the_newest_events_correlation_id_is_in_the_claim,
);

async fn person(bed: &Bed, company: &str, user: &str, given: &str, family: &str) -> TravelerRow {
    let row = bed.store.traveler_for(company, Some(user), None, t(0)).await.unwrap();
    let profile = ProfileSave {
        given_name: Some(given.to_owned()),
        family_name: Some(family.to_owned()),
        ..ProfileSave::default()
    };
    bed.store.save_profile(company, &row.id, &profile, t(0)).await.unwrap();
    row
}

fn of_two(seconds: i64) -> Trip {
    let booking = |first: &str, last: &str| Booking {
        passengers: vec![Passenger {
            first: Some(first.to_owned()),
            last: Some(last.to_owned()),
            ..Passenger::default()
        }],
        segments: vec![Segment::default()],
        ..Booking::default()
    };
    Trip {
        bookings: vec![booking("Emil", "Dover"), booking("Grace", "Guest")],
        ..document("trip-1", seconds)
    }
}

/// Stores the trip as the owner's, naming these.
async fn name(bed: &Bed, owner: &TravelerRow, companions: &[&TravelerRow], seconds: i64) {
    bed.happens(event(&format!("e{seconds}"), A, "trip-1", seconds)).await;
    let claim = bed.claim(t(seconds + 20)).await;
    let mut save = bed.save(&claim, owner, of_two(seconds), vec![home(h(0), h(48))]).await;
    for companion in companions {
        let revision = bed.store.known_of(A, &companion.id).await.unwrap().revision;
        save.companions.push(companion.id.clone());
        save.presence.others.push(Belief {
            quality: Assessment::default(),
            traveler: companion.id.clone(),
            revision,
            episodes: vec![crate::bed::citing(stay(h(0), h(48), "LON", 0.8), "trip-1")],
            changes_at: None,
        });
    }
    bed.store.finish_stored(&claim, &save).await.unwrap();
}

/// How many segments of each booking are known of a traveler.
async fn segments(bed: &Bed, who: &TravelerRow) -> Vec<Vec<usize>> {
    let known = bed.store.known_of(A, &who.id).await.unwrap();
    let of = |what: &What| match what {
        What::Document(trip, _) => trip.bookings.iter().map(|booking| booking.segments.len()).collect(),
        _ => Vec::new(),
    };
    known.records.iter().map(|record| of(&record.what)).collect()
}

async fn r120_a_trip_is_known_of_everyone_it_names_as_far_as_it_names_them(bed: &Bed) {
    bed.connected().await;
    let emil = person(bed, A, "emil", "Emil", "Dover").await;
    let grace = person(bed, A, "grace", "Grace", "Guest").await;
    name(bed, &emil, &[&grace], 0).await;
    assert_eq!(
        bed.store.companions_of(A, "trip-1").await.unwrap(),
        std::slice::from_ref(&grace.id)
    );
    assert_eq!(segments(bed, &emil).await, [[1, 1]], "the owner's is whole");
    assert_eq!(segments(bed, &grace).await, [[0, 1]]);
    assert_eq!(
        bed.store.trips_of(&only(A), &grace.id).await.unwrap()[0].traveler,
        emil.id
    );
    assert!(bed.store.trips_of(&only(B), &grace.id).await.unwrap().is_empty());
    // Whoever computes hers from what was known before is refused.
    let old = presence(&grace, 0, t(30), Vec::new());
    assert!(matches!(
        bed.store.save_presence(A, &old).await,
        Err(StoreError::Fenced)
    ));
    name(bed, &emil, &[], 100).await;
    assert!(bed.store.companions_of(A, "trip-1").await.unwrap().is_empty());
    assert!(segments(bed, &grace).await.is_empty());
    assert!(bed.store.trips_of(&only(A), &grace.id).await.unwrap().is_empty());
}

async fn p5_an_erased_trip_takes_its_links_and_its_guests(bed: &Bed) {
    bed.connected().await;
    let emil = person(bed, A, "emil", "Emil", "Dover").await;
    let ben = person(bed, A, "ben", "Ben", "Esch").await;
    let grace = person(bed, A, &format!("{GUEST}1"), "Grace", "Guest").await;
    name(bed, &emil, &[&grace, &ben], 0).await;
    // Neither is named at the end; what was believed of them still rests on the trip.
    name(bed, &emil, &[], 100).await;
    bed.happens(event("gone", A, "trip-1", 200)).await;
    let claim = bed.claim(t(300)).await;
    let revision = bed.store.known_of(A, &emil.id).await.unwrap().revision;
    let save = presence(&emil, revision, t(300), vec![home(h(0), h(48))]);
    bed.store.finish_erased(&claim, Some(&save), t(300)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM trip_companion").await, 0);
    assert_eq!(
        bed.number("SELECT count(*) FROM episode WHERE cites LIKE '%trip-1%'")
            .await,
        0
    );
    assert!(bed.store.traveler(&only(A), &grace.id).await.unwrap().is_none());
    // Nor is anybody else kept who is on no trip any more.
    assert!(bed.store.traveler(&only(A), &ben.id).await.unwrap().is_none());
    assert!(bed.traces("Grace").await.is_empty() && bed.traces("Esch").await.is_empty());
}

async fn named_travelers_are_those_of_the_company_with_a_whole_name(bed: &Bed) {
    bed.connected().await;
    let emil = person(bed, A, "emil", "Emil", "Dover").await;
    person(bed, A, &format!("{GUEST}1"), "Grace", "Guest").await;
    person(bed, B, "other", "Emil", "Dover").await;
    bed.traveler(A, "nameless@example.com").await;
    let rows = bed.store.named_travelers(A).await.unwrap();
    assert_eq!(rows.iter().map(|row| &row.id).collect::<Vec<_>>(), [&emil.id]);
}

async fn e17_the_newest_events_correlation_id_is_in_the_claim(bed: &Bed) {
    bed.connected().await;
    let with = |id: &str, correlation: Option<&str>, seconds| NewEvent {
        correlation: correlation.map(str::to_owned),
        ..event(id, A, "trip-1", seconds)
    };
    bed.happens(with("e2", Some("7d1e-2"), 2)).await;
    bed.happens(with("e1", Some("7d1e-1"), 1)).await;
    let late = bed.claim(t(60)).await;
    assert_eq!(
        late.correlation.as_deref(),
        Some("7d1e-2"),
        "by its time, not by its arrival"
    );
    bed.store.finish_nothing(&late).await.unwrap();
    let batch = [with("e3", Some("7d1e-3"), 70), with("e4", Some("7d1e-4"), 71)];
    bed.store.append_events(&batch).await.unwrap();
    assert_eq!(bed.claim(t(130)).await.correlation.as_deref(), Some("7d1e-4"));
}
