//! Trips by a word of their documents.

use crate::bed::{A, B, Bed, document, event, only, t};
use whereabouts::itinerary::{Booking, Segment, SegmentKind, Trip};
use whereabouts::store::{Scope, WordKind};

on_both_engines!(
    a_trip_is_found_by_locator_flight_hotel_and_id_whatever_the_spelling,
    p4_words_go_with_the_document_and_with_the_trip,
);

fn trip(id: &str, modified: i64, locator: &str) -> Trip {
    let segment = |kind, number: Option<&str>, name: Option<&str>| Segment {
        kind,
        vendor: Some("BA".into()),
        number: number.map(Into::into),
        name: name.map(Into::into),
        ..Segment::default()
    };
    Trip {
        bookings: vec![Booking {
            locator: Some(locator.into()),
            segments: vec![
                segment(SegmentKind::Air, Some("117"), None),
                segment(SegmentKind::Hotel, None, Some("Grand Hôtel Łódź 50%_")),
            ],
            ..Booking::default()
        }],
        ..document(id, modified)
    }
}

async fn store(bed: &Bed, company: &str, id: &str, at: i64, trip: Trip) {
    bed.happens(event(&format!("{id}-{at}"), company, id, at)).await;
    let claim = bed.claim(t(at + 10)).await;
    let who = bed.traveler(company, "x@example.com").await;
    let save = bed.save(&claim, &who, trip, vec![]).await;
    bed.store.finish_stored(&claim, &save).await.unwrap();
}

async fn found(bed: &Bed, scope: &Scope, text: &str) -> Vec<(WordKind, String)> {
    let found = bed.store.find_trips_by_word(scope, text, 10).await.unwrap();
    found.into_iter().map(|f| (f.kind, f.trip)).collect()
}

async fn a_trip_is_found_by_locator_flight_hotel_and_id_whatever_the_spelling(bed: &Bed) {
    bed.connected().await;
    store(bed, A, "trip-1", 0, trip("trip-1", 5, "K7QX2M")).await;
    store(bed, B, "trip-2", 100, trip("trip-2", 5, "K7QX2Z")).await;
    for (text, kind) in [
        ("k7qx2", WordKind::Locator),
        ("K7 QX2M", WordKind::Locator),
        ("ba117", WordKind::Flight),
        ("BA 11", WordKind::Flight),
        ("grand hotel lodz", WordKind::Hotel),
        ("Łódź", WordKind::Hotel),
        ("TRIP-1", WordKind::Trip),
    ] {
        assert_eq!(
            found(bed, &only(A), text).await,
            [(kind, "trip-1".to_owned())],
            "{text}"
        );
    }
    for text in ["", "k", "%", "_7", "K7QX2Z", "117", "' OR 1=1 --", "trip-2"] {
        assert_eq!(found(bed, &only(A), text).await, [], "{text}");
    }
    assert_eq!(found(bed, &Scope::service(), "K7QX2").await.len(), 2);
    let one = bed
        .store
        .find_trips_by_word(&only(A), "łodz", 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(one.shown, "Grand Hôtel Łódź 50%_");
}

async fn p4_words_go_with_the_document_and_with_the_trip(bed: &Bed) {
    bed.connected().await;
    store(bed, A, "trip-1", 0, trip("trip-1", 5, "OLD111")).await;
    store(bed, A, "trip-1", 100, trip("trip-1", 6, "NEW222")).await;
    assert_eq!(found(bed, &only(A), "old111").await, []);
    assert_eq!(found(bed, &only(A), "new222").await.len(), 1);
    bed.happens(event("e-erase", A, "trip-1", 200)).await;
    let claim = bed.claim(t(210)).await;
    bed.store.finish_erased(&claim, None, t(211)).await.unwrap();
    assert_eq!(found(bed, &Scope::service(), "new222").await, []);
    assert_eq!(bed.number("SELECT count(*) FROM trip_word").await, 0);
}
