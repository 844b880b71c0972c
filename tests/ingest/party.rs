//! Passengers who are not the trip's owner: colleagues, guests, people of one name (R120–R126, T24–T26).

use serde_json::{Value, json};
use whereabouts::store::{ProfileSave, Scope, TravelerRow};

use crate::fake_concur::COMPANY;
use crate::rig::{Rig, TRIP, document, event, event_of, eventually, rig};

fn emil_is_known(rig: &Rig) {
    rig.fake.script(|seen| {
        let emil = json!({"id": crate::rig::USER, "userName": crate::rig::LOGIN,
            "name": {"givenName": "Emil", "familyName": "Dover"}});
        seen.path
            .starts_with("/profile/identity/")
            .then(|| crate::fake_concur::Reply::json(&emil))
    });
}

/// Someone of the company whom we know already.
async fn colleague(rig: &Rig, login: &str, given: &str, family: &str, phone: Option<&str>) -> TravelerRow {
    let row = rig
        .store
        .traveler_for(COMPANY, None, Some(login), rig.now())
        .await
        .unwrap();
    let profile = ProfileSave {
        given_name: Some(given.to_owned()),
        family_name: Some(family.to_owned()),
        phone: phone.map(str::to_owned),
        ..ProfileSave::default()
    };
    rig.store
        .save_profile(COMPANY, &row.id, &profile, rig.now())
        .await
        .unwrap();
    row
}

fn with_passengers(trip: &str, version: u32, names: &[(&str, &str)]) -> Value {
    let mut document = document(trip, version);
    let passengers: Vec<Value> = names
        .iter()
        .map(|(first, last)| json!({"NameFirst": first, "NameLast": last}))
        .collect();
    document["Bookings"][0]["Passengers"] = json!(passengers);
    document
}

async fn companions(rig: &Rig) -> Vec<TravelerRow> {
    let mut rows = Vec::new();
    for id in rig.store.companions_of(COMPANY, TRIP).await.unwrap() {
        rows.push(rig.store.traveler(&Scope::service(), &id).await.unwrap().unwrap());
    }
    rows
}

#[tokio::test]
async fn r120_t24_a_booking_for_a_colleague_is_the_colleagues_and_hardly_the_owners() {
    let rig = rig().await;
    emil_is_known(&rig);
    let ben = colleague(&rig, "b.esch@example.com", "Ben", "Esch", None).await;
    rig.fake
        .serve(TRIP, Some(with_passengers(TRIP, 1, &[("BENMR", "ESCH")])));
    let mut changes = rig.engine.changes().subscribe();
    rig.after(&event(1, "ItineraryCreated")).await;
    let owner = rig.traveler().await;
    assert_eq!(companions(&rig).await[0].id, ben.id);
    assert!(rig.in_london(&ben.id).await);
    assert!(rig.p_of_london(&owner.id).await < 0.2);
    let told = [
        changes.recv().await.unwrap().traveler,
        changes.recv().await.unwrap().traveler,
    ];
    assert!(
        told.contains(&ben.id) && told.contains(&owner.id),
        "both pages hear of it"
    );
    let theirs = rig.store.trips_of(&Scope::service(), &ben.id).await.unwrap();
    assert_eq!(theirs[0].trip.id, TRIP, "the colleague's page shows the trip");
}

#[tokio::test]
async fn r122_t24_of_a_party_everyone_is_there() {
    let rig = rig().await;
    emil_is_known(&rig);
    let ben = colleague(&rig, "b.esch@example.com", "Ben", "Esch", None).await;
    let party = [("Emil", "Dover"), ("Ben", "Esch"), ("Grace", "Guest")];
    rig.fake.serve(TRIP, Some(with_passengers(TRIP, 1, &party)));
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.in_london(&rig.traveler().await.id).await);
    assert!(rig.in_london(&ben.id).await);
    let rows = companions(&rig).await;
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert!(rig.in_london(&row.id).await, "{}", row.name);
    }
}

#[tokio::test]
async fn t25_t26_a_guest_without_a_profile_is_a_traveler_of_their_own() {
    let rig = rig().await;
    emil_is_known(&rig);
    rig.fake
        .serve(TRIP, Some(with_passengers(TRIP, 1, &[("Grace", "Guest")])));
    rig.after(&event(1, "ItineraryCreated")).await;
    let [grace] = companions(&rig).await.try_into().unwrap();
    assert_eq!(
        (grace.name.as_str(), grace.is_guest(), grace.login.as_deref()),
        ("Grace Guest", true, None)
    );
    assert!(rig.in_london(&grace.id).await);
    assert!(!rig.traveler().await.is_guest());
    let asked = rig.fake.seen("/profile/identity/");
    assert!(
        asked.iter().all(|seen| !seen.path.contains("guest")),
        "Concur is not asked for a guest"
    );
    // The next trip of the same guest is the same traveler's.
    let next = "51aa0000-0000-4000-8000-000000000002";
    rig.fake
        .serve(next, Some(with_passengers(next, 1, &[("GRACEMRS", "GUEST")])));
    rig.after(&event_of(2, "ItineraryCreated", next, 2)).await;
    assert_eq!(
        rig.store.companions_of(COMPANY, next).await.unwrap(),
        std::slice::from_ref(&grace.id)
    );
    assert_eq!(rig.store.trips_of(&Scope::service(), &grace.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn r126_of_two_people_of_one_name_neither_is_taken_without_a_second_key() {
    let rig = rig().await;
    emil_is_known(&rig);
    let one = colleague(&rig, "b.esch@example.com", "Ben", "Esch", Some("+1 917 555 0101")).await;
    let other = colleague(&rig, "b.esch2@example.com", "Ben", "Esch", Some("+1 917 555 0102")).await;
    rig.fake.serve(TRIP, Some(with_passengers(TRIP, 1, &[("Ben", "Esch")])));
    rig.after(&event(1, "ItineraryCreated")).await;
    let [guest] = companions(&rig).await.try_into().unwrap();
    assert!(guest.is_guest(), "somebody of that name is in London");
    assert!(!rig.in_london(&one.id).await && !rig.in_london(&other.id).await);
    let mut told = with_passengers(TRIP, 2, &[("Ben", "Esch")]);
    told["Bookings"][0]["PhoneNumbers"] = json!([{"PassengerRPH": 0, "PhoneNumber": "917-555-0102", "Type": "M"}]);
    rig.fake.serve(TRIP, Some(told));
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert_eq!(companions(&rig).await[0].id, other.id, "the number decides");
    assert!(rig.in_london(&other.id).await);
    assert!(!rig.in_london(&one.id).await && !rig.in_london(&guest.id).await);
}

#[tokio::test]
async fn r120_a_passenger_who_is_taken_off_the_booking_stays_at_home() {
    let rig = rig().await;
    emil_is_known(&rig);
    let ben = colleague(&rig, "b.esch@example.com", "Ben", "Esch", None).await;
    rig.fake.serve(
        TRIP,
        Some(with_passengers(TRIP, 1, &[("Emil", "Dover"), ("Ben", "Esch")])),
    );
    rig.after(&event(1, "ItineraryCreated")).await;
    assert!(rig.in_london(&ben.id).await);
    rig.fake
        .serve(TRIP, Some(with_passengers(TRIP, 2, &[("Emil", "Dover")])));
    rig.after(&event(2, "ItineraryUpdated")).await;
    assert!(!rig.in_london(&ben.id).await);
    assert!(rig.store.trips_of(&Scope::service(), &ben.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn p5_p1_an_erased_trip_is_erased_for_everyone_on_it_and_its_guests_are_forgotten() {
    let rig = rig().await;
    emil_is_known(&rig);
    let ben = colleague(&rig, "b.esch@example.com", "Ben", "Esch", None).await;
    let party = [("Emil", "Dover"), ("Ben", "Esch"), ("Grace", "Guest")];
    rig.fake.serve(TRIP, Some(with_passengers(TRIP, 1, &party)));
    rig.after(&event(1, "ItineraryCreated")).await;
    let rows = companions(&rig).await;
    let grace = rows.iter().find(|row| row.is_guest()).unwrap().id.clone();
    // One of them is off the booking before the end: what was believed of them before goes too.
    rig.fake.serve(
        TRIP,
        Some(with_passengers(TRIP, 2, &[("Emil", "Dover"), ("Grace", "Guest")])),
    );
    rig.after(&event(2, "ItineraryUpdated")).await;
    rig.deliver(&event(3, "ItineraryAnonymized")).await;
    eventually("the erasure", || async { rig.trip().await.is_none() }).await;
    let from = "2030-05-01T00:00:00Z".parse().unwrap();
    let until = "2030-06-01T00:00:00Z".parse().unwrap();
    for id in [&ben.id, &grace] {
        for as_of in [None, Some(rig.now() - chrono::TimeDelta::milliseconds(1))] {
            let left = rig
                .store
                .episodes(&Scope::service(), id, from, until, as_of)
                .await
                .unwrap();
            assert!(
                left.iter().all(|e| e.evidence.iter().all(|e| e.trip != TRIP)),
                "{left:?}"
            );
        }
        assert!(!rig.in_london(id).await);
    }
    assert!(
        rig.store.traveler(&Scope::service(), &grace).await.unwrap().is_none(),
        "no name is left"
    );
    let ben = rig.store.traveler(&Scope::service(), &ben.id).await.unwrap();
    assert!(ben.is_none(), "nor of anybody else who is on no trip any more");
}

#[tokio::test]
async fn r98_a_deleted_trip_keeps_its_party_while_the_grace_runs() {
    let rig = rig().await;
    emil_is_known(&rig);
    let ben = colleague(&rig, "b.esch@example.com", "Ben", "Esch", None).await;
    rig.fake.serve(
        TRIP,
        Some(with_passengers(TRIP, 1, &[("Emil", "Dover"), ("Ben", "Esch")])),
    );
    rig.after(&event(1, "ItineraryCreated")).await;
    rig.after(&event(2, "ItineraryDeleted")).await;
    assert!(rig.in_london(&ben.id).await);
    rig.move_on(chrono::TimeDelta::seconds(1000));
    eventually("the erasure", || async { rig.trip().await.is_none() }).await;
    assert!(!rig.in_london(&ben.id).await);
}

#[tokio::test]
async fn r121_t26_a_guest_who_gets_a_profile_is_that_person_from_then_on() {
    let rig = rig().await;
    let grace_user = "b7aa0000-0000-4000-8000-00000000beef";
    let answered = |id: &'static str, login: &'static str, given: &'static str, family: &'static str| json!({"id": id, "userName": login, "name": {"givenName": given, "familyName": family}});
    rig.fake.script(move |seen| {
        let of_grace = seen.path.contains(grace_user);
        let person = if of_grace {
            answered(grace_user, "g.guest@example.com", "Grace", "Guest")
        } else {
            answered(crate::rig::USER, crate::rig::LOGIN, "Emil", "Dover")
        };
        seen.path
            .starts_with("/profile/identity/")
            .then(|| crate::fake_concur::Reply::json(&person))
    });
    rig.fake
        .serve(TRIP, Some(with_passengers(TRIP, 1, &[("Grace", "Guest")])));
    rig.after(&event(1, "ItineraryCreated")).await;
    let [guest] = companions(&rig).await.try_into().unwrap();
    assert!(guest.is_guest() && rig.in_london(&guest.id).await);
    // Now she travels under a login of her own.
    let own = "51aa0000-0000-4000-8000-000000000009";
    let mut document = document(own, 1);
    document["UserLoginId"] = json!("g.guest@example.com");
    document["Bookings"] = json!([]);
    rig.fake.serve(own, Some(document));
    let mut created = event_of(2, "ItineraryCreated", own, 1);
    created["facts"]["userId"] = json!(grace_user);
    rig.after(&created).await;
    eventually("her colleague's trip to be hers", || async {
        companions(&rig)
            .await
            .iter()
            .map(TravelerRow::is_guest)
            .collect::<Vec<_>>()
            == [false]
    })
    .await;
    let [grace] = companions(&rig).await.try_into().unwrap();
    assert_eq!(grace.login.as_deref(), Some("g.guest@example.com"));
    assert!(rig.in_london(&grace.id).await);
    assert!(!rig.in_london(&guest.id).await, "nobody is in two places");
    let unmatched = rig.store.unmatched(&Scope::service()).await.unwrap();
    assert!(unmatched.iter().all(|row| row.id != guest.id));
}
