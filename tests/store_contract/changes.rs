//! Whose trips changed, and who has no profile.

use crate::bed::{A, B, Bed, document, event, h, only, stay, t};
use whereabouts::store::{ProfileSave, Scope};

on_both_engines!(
    only_trips_stored_since_count_and_the_newest_comes_first,
    who_has_no_profile_is_named_until_it_is_read,
);

async fn only_trips_stored_since_count_and_the_newest_comes_first(bed: &Bed) {
    bed.connected().await;
    for (n, (company, login, received)) in [
        (A, "early@example.com", 10),
        (A, "late@example.com", 40),
        (A, "twice@example.com", 20),
        (A, "twice@example.com", 30),
        (B, "other@example.com", 50),
    ]
    .into_iter()
    .enumerate()
    {
        let trip = format!("trip-{n}");
        bed.happens(event(&format!("e{n}"), company, &trip, 0)).await;
        let claim = bed.claim(t(5)).await;
        let who = bed.traveler(company, login).await;
        let mut save = bed
            .save(&claim, &who, document(&trip, 5), vec![stay(h(0), h(10), "LON", 0.8)])
            .await;
        save.received_at = t(received);
        bed.store.finish_stored(&claim, &save).await.unwrap();
    }
    let changed = async |scope: Scope, since| {
        let changes = bed.store.changed_since(&scope, t(since)).await.unwrap();
        changes.into_iter().map(|c| (c.name, c.at, c.trips)).collect::<Vec<_>>()
    };
    let (late, twice) = (
        ("late@example.com".to_owned(), t(40), 1),
        "twice@example.com".to_owned(),
    );
    assert_eq!(changed(only(A), 20).await, [late.clone(), (twice.clone(), t(30), 2)]);
    assert_eq!(changed(only(A), 21).await, [late.clone(), (twice, t(30), 1)]);
    assert_eq!(changed(only(A), 41).await, []);
    assert_eq!(
        changed(Scope::service(), 40).await,
        [("other@example.com".to_owned(), t(50), 1), late]
    );
}

async fn who_has_no_profile_is_named_until_it_is_read(bed: &Bed) {
    bed.connected().await;
    let mut travelers = Vec::new();
    for (n, (company, login)) in [
        (A, "known@example.com"),
        (A, "unknown@example.com"),
        (B, "other@example.com"),
    ]
    .into_iter()
    .enumerate()
    {
        let trip = format!("trip-{n}");
        bed.happens(event(&format!("e{n}"), company, &trip, 0)).await;
        let claim = bed.claim(t(5)).await;
        let who = bed.traveler(company, login).await;
        let save = bed
            .save(&claim, &who, document(&trip, 5), vec![stay(h(0), h(10), "LON", 0.8)])
            .await;
        bed.store.finish_stored(&claim, &save).await.unwrap();
        travelers.push(who);
    }
    // Without a trip nobody needs a profile.
    bed.traveler(A, "idle@example.com").await;
    let names = async |scope| {
        let rows = bed.store.unmatched(&scope).await.unwrap();
        assert!(rows.iter().all(|row| row.is_unmatched()));
        rows.into_iter().map(|r| r.name).collect::<Vec<_>>()
    };
    assert_eq!(names(only(A)).await, ["known@example.com", "unknown@example.com"]);
    let profile = ProfileSave {
        given_name: Some("Emil".to_owned()),
        family_name: Some("Dover".to_owned()),
        ..ProfileSave::default()
    };
    bed.store
        .save_profile(A, &travelers[0].id, &profile, t(1))
        .await
        .unwrap();
    assert_eq!(names(only(A)).await, ["unknown@example.com"]);
    assert_eq!(
        names(Scope::service()).await,
        ["other@example.com", "unknown@example.com"]
    );
}
