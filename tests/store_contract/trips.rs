//! Documents and travelers: versions, revisions, and who a trip belongs to.

use crate::bed::{A, B, Bed, citing, city, document, event, fenced, h, home, notice, only, presence, stay, t};
use whereabouts::itinerary::{Booking, Oddity, Trip};
use whereabouts::store::{PresenceQuery, ProfileSave, Scope, StoreError, TripSave};
use whereabouts::whereabouts::What;

on_both_engines!(
    a_stored_trip_is_read_back,
    r96_an_older_document_changes_nothing,
    the_same_document_again_is_no_new_version,
    e13_a_trip_is_kept_under_its_events_id,
    presence_of_an_old_revision_is_refused,
    a_trip_that_changes_hands_takes_both_travelers_along,
    a_trip_of_another_company_is_refused,
    a_traveler_is_found_by_user_or_login,
    two_halves_of_a_traveler_become_one,
    a_profile_is_kept_and_shown,
    data_is_as_old_as_its_newest_part,
);

async fn a_stored_trip_is_read_back(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let claim = bed.claim(t(10)).await;
    let who = bed.traveler(A, "x@example.com").await;
    let booking = Booking {
        locator: Some("ABC123".to_owned()),
        ..Booking::default()
    };
    let trip = Trip {
        bookings: vec![booking],
        login: who.login.clone(),
        ..document("trip-1", 5)
    };
    let mut save = bed
        .save(&claim, &who, trip.clone(), vec![stay(h(0), h(10), "LON", 0.8)])
        .await;
    save.oddities = vec![Oddity {
        code: "sentinel_date".into(),
        detail: "1970".to_owned(),
        ..Oddity::default()
    }];
    save.received_at = t(12);
    bed.store.finish_stored(&claim, &save).await.unwrap();

    let row = bed.store.trip(&only(A), "trip-1").await.unwrap().unwrap();
    assert_eq!((&row.trip, row.company.as_str(), &row.traveler), (&trip, A, &who.id));
    assert_eq!(
        (row.traveler_name.as_str(), row.pending_delete),
        ("x@example.com", false)
    );
    assert_eq!((row.received_at, row.notices.clone()), (t(12), vec![notice("trip-1")]));
    assert_eq!(bed.store.trips_of(&Scope::service(), &who.id).await.unwrap(), [row]);
    let known = bed.store.known_of(A, &who.id).await.unwrap();
    assert_eq!(
        (known.traveler.id.as_str(), known.traveler.login.as_deref()),
        (who.id.as_str(), Some("x@example.com"))
    );
    assert_eq!(known.records.len(), 1);
    assert_eq!(
        (known.records[0].received_at, known.records[0].trip_id.as_str()),
        (t(12), "trip-1")
    );
    assert!(matches!(&known.records[0].what, What::Document(kept, odd) if **kept == trip && *odd == save.oddities));
    bed.happens(event("e2", A, "trip-1", 20)).await;
    assert!(bed.claim(t(30)).await.known);
}

/// Stores a version of trip-1 for `who`.
async fn version(bed: &Bed, who: &whereabouts::store::TravelerRow, modified: i64, arrives: i64) {
    bed.happens(event(&format!("v{arrives}"), A, "trip-1", arrives)).await;
    let claim = bed.claim(t(arrives + 5)).await;
    let place = if modified % 2 == 0 { "LON" } else { "PAR" };
    let episodes = vec![stay(h(0), h(10), place, 0.8)];
    let mut save = bed.save(&claim, who, document("trip-1", modified), episodes).await;
    (save.received_at, save.presence.known_from) = (t(arrives + 5), t(arrives + 5));
    bed.store.finish_stored(&claim, &save).await.unwrap();
}

async fn r96_an_older_document_changes_nothing(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    version(bed, &who, 50, 100).await;
    let revision = bed.store.known_of(A, &who.id).await.unwrap().revision;
    version(bed, &who, 49, 200).await;
    let row = bed.store.trip(&only(A), "trip-1").await.unwrap().unwrap();
    assert_eq!((row.trip.modified, row.received_at), (Some(t(50)), t(105)));
    let known = bed.store.known_of(A, &who.id).await.unwrap();
    assert_eq!((known.records.len(), known.revision), (1, revision));
    let now = bed.store.presence_at(&only(A), &PresenceQuery::at(h(5))).await.unwrap();
    assert_eq!(now[0].place, Some(city("LON")));
    assert!(bed.claims(t(9999)).await.is_empty(), "the claim is done all the same");
    // As old as the stored one, and newer by arrival.
    version(bed, &who, 50, 300).await;
    version(bed, &who, 51, 400).await;
    assert_eq!(
        bed.store.trip(&only(A), "trip-1").await.unwrap().unwrap().trip.modified,
        Some(t(51))
    );
}

async fn the_same_document_again_is_no_new_version(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    for arrives in [100, 200, 300] {
        version(bed, &who, 50, arrives).await;
    }
    assert_eq!(bed.store.known_of(A, &who.id).await.unwrap().records.len(), 1);
    version(bed, &who, 52, 400).await;
    let known = bed.store.known_of(A, &who.id).await.unwrap();
    assert_eq!(
        known
            .records
            .iter()
            .map(|record| record.received_at)
            .collect::<Vec<_>>(),
        [t(105), t(405)]
    );
}

async fn e13_a_trip_is_kept_under_its_events_id(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let claim = bed.claim(t(10)).await;
    let who = bed.traveler(A, "x@example.com").await;
    let save = bed.save(&claim, &who, document("another-id", 5), Vec::new()).await;
    bed.store.finish_stored(&claim, &save).await.unwrap();
    assert_eq!(
        bed.store.trip(&only(A), "trip-1").await.unwrap().unwrap().trip.id,
        "trip-1"
    );
    assert!(bed.store.trip(&only(A), "another-id").await.unwrap().is_none());
}

async fn presence_of_an_old_revision_is_refused(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let claim = bed.claim(t(10)).await;
    let save = bed
        .save(&claim, &who, document("trip-1", 5), vec![stay(h(0), h(10), "LON", 0.8)])
        .await;
    bed.believe(&who, t(11), vec![home(h(0), h(10))]).await;
    fenced(bed.store.finish_stored(&claim, &save).await);
    fenced(bed.store.save_presence(A, &save.presence).await);
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_none());
    // The lease is still held: computed anew, it is stored.
    let save = bed
        .save(&claim, &who, document("trip-1", 5), vec![stay(h(0), h(10), "LON", 0.8)])
        .await;
    bed.store.finish_stored(&claim, &save).await.unwrap();
    let other = bed.traveler(B, "y@example.com").await;
    let mut foreign = save.presence.clone();
    foreign.belief.traveler = other.id;
    foreign.belief.revision = 0;
    fenced(bed.store.save_presence(A, &foreign).await);
}

async fn a_trip_that_changes_hands_takes_both_travelers_along(bed: &Bed) {
    bed.connected().await;
    let before = bed.stored(A, "trip-1", "before@example.com", 0).await;
    let after = bed.traveler(A, "after@example.com").await;
    bed.happens(event("e2", A, "trip-1", 100)).await;
    let claim = bed.claim(t(110)).await;
    let episodes = vec![citing(stay(h(0), h(48), "LON", 0.8), "trip-1")];
    let mut save: TripSave = bed.save(&claim, &after, document("trip-1", 105), episodes).await;
    fenced(bed.store.finish_stored(&claim, &save).await);
    let revision = bed.store.known_of(A, &before.id).await.unwrap().revision;
    save.presence.others = vec![presence(&before, revision, t(105), vec![home(h(0), h(48))]).belief];
    bed.store.finish_stored(&claim, &save).await.unwrap();

    assert_eq!(
        bed.store.trip(&only(A), "trip-1").await.unwrap().unwrap().traveler,
        after.id
    );
    assert!(bed.store.trips_of(&only(A), &before.id).await.unwrap().is_empty());
    assert!(bed.store.known_of(A, &before.id).await.unwrap().records.is_empty());
    assert_eq!(bed.store.known_of(A, &after.id).await.unwrap().records.len(), 2);
    let now = bed
        .store
        .presence_at(&only(A), &PresenceQuery::at(h(24)))
        .await
        .unwrap();
    let places: Vec<_> = now.iter().map(|row| (row.name.as_str(), row.place.is_some())).collect();
    assert_eq!(places, [("after@example.com", true), ("before@example.com", false)]);
}

async fn a_trip_of_another_company_is_refused(bed: &Bed) {
    bed.connected().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let claim = bed.claim(t(10)).await;
    let who = bed.traveler(A, "x@example.com").await;
    let mut save = bed.save(&claim, &who, document("trip-1", 5), Vec::new()).await;
    save.company = B.to_owned();
    assert!(matches!(
        bed.store.finish_stored(&claim, &save).await,
        Err(StoreError::Inconsistent(_))
    ));
    // The same id in two companies is two trips.
    bed.stored(B, "trip-1", "y@example.com", 20).await;
    assert!(bed.store.trip(&only(A), "trip-1").await.unwrap().is_none());
    assert!(bed.store.trip(&only(B), "trip-1").await.unwrap().is_some());
}

async fn a_traveler_is_found_by_user_or_login(bed: &Bed) {
    let store = bed.connected().await;
    let find = |company: &'static str, user: Option<&'static str>, login: Option<&'static str>| async move {
        store.traveler_for(company, user, login, t(0)).await.unwrap()
    };
    let one = find(A, Some("u1"), Some("Em@Example.com")).await;
    assert_eq!(
        (one.name.as_str(), one.login.as_deref()),
        ("Em@Example.com", Some("Em@Example.com"))
    );
    for (user, login) in [
        (Some("u1"), None),
        (None, Some("em@example.COM")),
        (Some("u1"), Some("other@example.com")),
    ] {
        assert_eq!(find(A, user, login).await.id, one.id, "{user:?} {login:?}");
    }
    assert_ne!(
        find(B, Some("u1"), Some("em@example.com")).await.id,
        one.id,
        "another company's"
    );
    let second = find(A, Some("u2"), Some("em@example.com")).await;
    assert_ne!(second.id, one.id, "another user, whatever login is said to be theirs");
    assert_eq!((second.login, second.name.as_str()), (None, "Unnamed traveler"));
    let third = find(A, None, Some("third@example.com")).await;
    let learnt = find(A, Some("u3"), Some("third@example.com")).await;
    assert_eq!((&learnt.id, learnt.concur_user.as_deref()), (&third.id, Some("u3")));
    let fourth = find(A, Some("u4"), None).await;
    let learnt = find(A, Some("u4"), Some("fourth@example.com")).await;
    assert_eq!((&learnt.id, learnt.name.as_str()), (&fourth.id, "fourth@example.com"));
    assert_eq!(store.traveler(&only(A), &one.id).await.unwrap().unwrap(), one);

    for (company, user) in [("unknown-company", Some("u1")), (A, None), (A, Some(""))] {
        let refused = store.traveler_for(company, user, None, t(0)).await;
        assert!(matches!(refused, Err(StoreError::Inconsistent(_))), "{refused:?}");
    }
    let same = futures::future::join_all((0..8).map(|_| find(A, Some("u9"), Some("nine@example.com")))).await;
    assert!(same.iter().all(|row| row.id == same[0].id), "created once");
}

async fn two_halves_of_a_traveler_become_one(bed: &Bed) {
    let store = bed.connected().await;
    let by_login = bed.stored(A, "trip-1", "em@example.com", 0).await;
    let by_user = store.traveler_for(A, Some("u1"), None, t(0)).await.unwrap();
    assert_ne!(by_login.id, by_user.id);
    let whole = store
        .traveler_for(A, Some("u1"), Some("em@example.com"), t(0))
        .await
        .unwrap();
    assert_eq!(
        (&whole.id, whole.login.as_deref()),
        (&by_user.id, Some("em@example.com"))
    );
    assert!(store.traveler(&only(A), &by_login.id).await.unwrap().is_none());
    assert_eq!(store.trips_of(&only(A), &whole.id).await.unwrap().len(), 1);
    assert!(
        store
            .presence_at(&only(A), &PresenceQuery::at(h(24)))
            .await
            .unwrap()
            .is_empty(),
        "to be computed anew"
    );
}

async fn a_profile_is_kept_and_shown(bed: &Bed) {
    let store = bed.connected().await;
    let who = bed.stored(A, "trip-1", "em@example.com", 0).await;
    bed.believe(&who, t(50), vec![stay(h(0), h(48), "PAR", 0.7)]).await;
    let before = store.known_of(A, &who.id).await.unwrap().revision;
    let profile = ProfileSave {
        concur_user: Some("u1".to_owned()),
        login: None,
        given_name: Some("Zoë".to_owned()),
        family_name: Some("Ångström".to_owned()),
        display: None,
        email: Some("zoe@example.com".to_owned()),
        phone: Some("+1 555 0100".to_owned()),
        department: Some("Sales".to_owned()),
        home: Some("NYC".to_owned()),
        emergency: Vec::new(),
    };
    store.save_profile(A, &who.id, &profile, t(100)).await.unwrap();
    let row = store.traveler(&only(A), &who.id).await.unwrap().unwrap();
    assert_eq!(
        (row.name.as_str(), row.login.as_deref()),
        ("Zoë Ångström", Some("em@example.com"))
    );
    assert_eq!(
        (row.concur_user.as_deref(), row.home.as_deref()),
        (Some("u1"), Some("NYC"))
    );
    assert_eq!(
        (row.email, row.phone, row.department),
        (profile.email.clone(), profile.phone.clone(), profile.department.clone())
    );
    assert_eq!(row.profile_at, Some(t(100)));
    let known = store.known_of(A, &who.id).await.unwrap();
    assert!(known.revision > before, "presence computed for someone else is refused");
    assert_eq!(known.traveler.home.as_deref(), Some("NYC"));
    // What was known before is told with the new name too.
    for as_of in [None, Some(t(20))] {
        let rows = store
            .presence_at(
                &only(A),
                &PresenceQuery {
                    as_of,
                    ..PresenceQuery::at(h(24))
                },
            )
            .await
            .unwrap();
        assert_eq!(rows[0].name, "Zoë Ångström", "{as_of:?}");
    }
    store.save_profile(A, &who.id, &profile, t(200)).await.unwrap();
    assert_eq!(
        store.known_of(A, &who.id).await.unwrap().revision,
        known.revision,
        "nothing changed"
    );

    // A login that is another's stays theirs.
    bed.traveler(A, "taken@example.com").await;
    let theirs = ProfileSave {
        login: Some("taken@example.com".to_owned()),
        ..profile
    };
    store.save_profile(A, &who.id, &theirs, t(300)).await.unwrap();
    assert_eq!(
        store
            .traveler(&only(A), &who.id)
            .await
            .unwrap()
            .unwrap()
            .login
            .as_deref(),
        Some("em@example.com")
    );
    let refused = store.save_profile(B, &who.id, &theirs, t(300)).await;
    assert!(matches!(refused, Err(StoreError::Inconsistent(_))), "another company's");
    assert!(matches!(
        store.known_of(B, &who.id).await,
        Err(StoreError::Inconsistent(_))
    ));
}

async fn data_is_as_old_as_its_newest_part(bed: &Bed) {
    let store = bed.connected().await;
    assert_eq!(store.data_age(&Scope::service()).await.unwrap(), None);
    bed.stored(A, "trip-1", "em@example.com", 100).await;
    assert_eq!(store.data_age(&only(A)).await.unwrap(), Some(t(100)));
    bed.happens(event("e2", A, "trip-1", 500)).await;
    assert_eq!(store.data_age(&only(A)).await.unwrap(), Some(t(500)));
    assert_eq!(store.data_age(&only(B)).await.unwrap(), None);
    assert_eq!(store.data_age(&Scope::service()).await.unwrap(), Some(t(500)));
    let claim = bed.claim(t(600)).await;
    let who = bed.traveler(A, "em@example.com").await;
    let mut save = bed.save(&claim, &who, document("trip-1", 550), Vec::new()).await;
    save.received_at = t(600);
    store.finish_stored(&claim, &save).await.unwrap();
    assert_eq!(store.data_age(&only(A)).await.unwrap(), Some(t(600)));
}
