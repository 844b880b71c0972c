//! Contacts, and the log of who saw them.

use crate::bed::{A, B, Bed, only, t};
use whereabouts::store::{EmergencyContact, ProfileSave, Reachable, RevealedVia, Revealer, Scope};

on_both_engines!(
    i9_contacts_are_answered_to_who_may_see_them_and_each_look_is_logged,
    a_second_look_within_minutes_is_the_same_look,
    contacts_are_replaced_with_the_profile,
);

fn profile(phone: &str, emergency: Vec<EmergencyContact>) -> ProfileSave {
    ProfileSave {
        given_name: Some("Emil".into()),
        family_name: Some("Dover".into()),
        phone: Some(phone.into()),
        email: Some("e.dover@example.com".into()),
        emergency,
        ..ProfileSave::default()
    }
}

fn ida() -> EmergencyContact {
    EmergencyContact {
        name: "Ida Quill \u{0}'; DROP TABLE traveler; --".into(),
        relationship: Some("friend".into()),
        phones: vec!["+44 20 5550 0100".into()],
        emails: vec![],
    }
}

fn by(person: &str, via: RevealedVia) -> Revealer {
    Revealer {
        person: person.into(),
        name: format!("{person}@example.com"),
        via,
    }
}

async fn i9_contacts_are_answered_to_who_may_see_them_and_each_look_is_logged(bed: &Bed) {
    let store = bed.connected().await;
    let emil = store.traveler_for(A, Some("u1"), Some("e@a"), t(0)).await.unwrap();
    let other = store.traveler_for(B, Some("u2"), Some("x@b"), t(0)).await.unwrap();
    store
        .save_profile(A, &emil.id, &profile("+1 917 555 0100", vec![ida()]), t(5))
        .await
        .unwrap();
    let ids = [emil.id.clone(), other.id.clone(), "nobody".to_owned()];
    let manager = by("m", RevealedVia::Sheet);

    let known = store.reachable(&only(A), &ids).await.unwrap();
    let all = Reachable {
        phone: true,
        email: true,
        emergency: true,
    };
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [(emil.id.clone(), all)]);
    let theirs = store.reachable(&only(B), &ids).await.unwrap();
    assert_eq!(theirs.get(&other.id), Some(&Reachable::default()));
    assert_eq!(store.reveals(&only(A), None, 10).await.unwrap(), [], "nothing was seen");
    let seen = store.reveal_contacts(&only(A), &ids, &manager, t(60)).await.unwrap();
    let [one] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(
        (one.traveler.as_str(), one.phone.as_deref()),
        (emil.id.as_str(), Some("+1 917 555 0100"))
    );
    assert_eq!(one.email.as_deref(), Some("e.dover@example.com"));
    assert_eq!(one.profile_at, Some(t(5)));
    assert!(one.emergency[0].name.starts_with("Ida Quill") && !one.emergency[0].name.contains('\0'));
    assert_eq!(one.emergency[0].phones, ida().phones);

    let log = store.reveals(&only(A), None, 10).await.unwrap();
    let [entry] = log.as_slice() else { panic!("{log:?}") };
    assert_eq!(
        (entry.traveler.as_str(), entry.traveler_name.as_deref()),
        (emil.id.as_str(), Some("Emil Dover"))
    );
    assert_eq!((&entry.by, entry.at), (&manager, t(60)));
    assert_eq!(
        store.reveals(&only(B), None, 10).await.unwrap(),
        [],
        "another company's contacts were not seen"
    );
    assert_eq!(store.reveals(&only(B), Some(&emil.id), 10).await.unwrap(), []);
    assert_eq!(
        store
            .reveals(&Scope::service(), Some(&emil.id), 10)
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn a_second_look_within_minutes_is_the_same_look(bed: &Bed) {
    let store = bed.connected().await;
    let emil = store.traveler_for(A, Some("u1"), None, t(0)).await.unwrap();
    let ids = [emil.id.clone()];
    for (minute, person, via) in [
        (0, "m", RevealedVia::Panel),
        (1, "m", RevealedVia::Panel),
        (1, "other", RevealedVia::Panel),
        (2, "m", RevealedVia::Sheet),
        (11, "m", RevealedVia::Panel),
    ] {
        let seen = store
            .reveal_contacts(&only(A), &ids, &by(person, via), t(minute * 60))
            .await
            .unwrap();
        assert_eq!(seen.len(), 1);
    }
    let log = store.reveals(&only(A), Some(&emil.id), 10).await.unwrap();
    let shown: Vec<_> = log
        .iter()
        .map(|e| ((e.at - t(0)).num_minutes(), e.by.person.as_str()))
        .collect();
    assert_eq!(shown, [(11, "m"), (2, "m"), (1, "other"), (0, "m")]);
    assert_eq!(store.reveals(&only(A), None, 2).await.unwrap().len(), 2);
}

async fn contacts_are_replaced_with_the_profile(bed: &Bed) {
    let store = bed.connected().await;
    let emil = store.traveler_for(A, Some("u1"), None, t(0)).await.unwrap();
    let look = async |minute: i64| {
        let ids = [emil.id.clone()];
        let seen = store
            .reveal_contacts(&only(A), &ids, &by("m", RevealedVia::Panel), t(minute * 60))
            .await;
        seen.unwrap().remove(0)
    };
    assert_eq!((look(0).await.profile_at, look(0).await.emergency.len()), (None, 0));
    store
        .save_profile(A, &emil.id, &profile("1", vec![ida()]), t(5))
        .await
        .unwrap();
    assert_eq!(look(1).await.emergency.len(), 1);
    store
        .save_profile(A, &emil.id, &profile("2", vec![]), t(6))
        .await
        .unwrap();
    let now = look(2).await;
    assert_eq!((now.phone.as_deref(), now.emergency.len()), (Some("2"), 0));
}
