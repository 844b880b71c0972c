//! Contacts, and the log of who saw them.

use crate::bed::{A, B, Bed, only, t};
use whereabouts::store::{
    EmergencyContact, ProfileSave, Reachable, RevealFilter, RevealRow, RevealedVia, Revealer, Scope, Store,
};

on_both_engines!(
    i9_contacts_are_answered_to_who_may_see_them_and_each_look_is_logged,
    a_second_look_within_minutes_is_the_same_look,
    contacts_are_replaced_with_the_profile,
    the_log_is_paged_and_found_by_person_and_by_reader,
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
        about: None,
    }
}

async fn reveals(store: &dyn Store, scope: &Scope, traveler: Option<&str>, limit: u32) -> Vec<RevealRow> {
    let filter = RevealFilter {
        traveler: traveler.map(str::to_owned),
        limit,
        ..RevealFilter::default()
    };
    store.reveals(scope, &filter).await.unwrap().rows
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
    assert_eq!(
        reveals(store.as_ref(), &only(A), None, 10).await,
        [],
        "nothing was seen"
    );
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

    let log = reveals(store.as_ref(), &only(A), None, 10).await;
    let [entry] = log.as_slice() else { panic!("{log:?}") };
    assert_eq!(
        (entry.traveler.as_str(), entry.traveler_name.as_deref()),
        (emil.id.as_str(), Some("Emil Dover"))
    );
    assert_eq!((&entry.by, entry.at), (&manager, t(60)));
    assert_eq!(
        reveals(store.as_ref(), &only(B), None, 10).await,
        [],
        "another company's contacts were not seen"
    );
    assert_eq!(reveals(store.as_ref(), &only(B), Some(&emil.id), 10).await, []);
    assert_eq!(
        reveals(store.as_ref(), &Scope::service(), Some(&emil.id), 10)
            .await
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
    let log = reveals(store.as_ref(), &only(A), Some(&emil.id), 10).await;
    let shown: Vec<_> = log
        .iter()
        .map(|e| ((e.at - t(0)).num_minutes(), e.by.person.as_str()))
        .collect();
    assert_eq!(shown, [(11, "m"), (2, "m"), (1, "other"), (0, "m")]);
    assert_eq!(reveals(store.as_ref(), &only(A), None, 2).await.len(), 2);
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

async fn the_log_is_paged_and_found_by_person_and_by_reader(bed: &Bed) {
    let store = bed.connected().await;
    let emil = store.traveler_for(A, Some("u1"), Some("e@a"), t(0)).await.unwrap();
    let zoe = store.traveler_for(A, Some("u2"), Some("zoë@a"), t(0)).await.unwrap();
    let other = store.traveler_for(B, Some("u3"), Some("x@b"), t(0)).await.unwrap();
    store
        .save_profile(A, &emil.id, &profile("1", vec![]), t(1))
        .await
        .unwrap();
    let sheet = Revealer {
        about: Some("/sheet?area=city%3AIST&hours=24".into()),
        ..by("m", RevealedVia::Sheet)
    };
    let look = async |scope: &Scope, ids: &[String], by: &Revealer, minute: i64| {
        store.reveal_contacts(scope, ids, by, t(minute * 60)).await.unwrap();
    };
    look(&only(A), &[emil.id.clone(), zoe.id.clone()], &sheet, 1).await;
    let panel = by("other", RevealedVia::Panel);
    for minute in [20, 40, 60] {
        look(&only(A), std::slice::from_ref(&emil.id), &panel, minute).await;
    }
    look(&only(B), &[other.id], &by("b", RevealedVia::Panel), 1).await;

    let found = async |filter: RevealFilter| store.reveals(&only(A), &filter).await.unwrap();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = found(RevealFilter {
            cursor,
            limit: 2,
            ..RevealFilter::default()
        })
        .await;
        assert!(page.rows.len() <= 2);
        seen.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let minutes: Vec<_> = seen.iter().map(|e| (e.at - t(0)).num_minutes()).collect();
    assert_eq!(minutes, [60, 40, 20, 1, 1]);
    assert_eq!(seen[4].by, sheet, "why is kept");
    let count = async |filter| found(RevealFilter { limit: 50, ..filter }).await.rows.len();
    let text = |text: &str| RevealFilter {
        text: Some(text.into()),
        ..RevealFilter::default()
    };
    assert_eq!(count(text("DOVER emil")).await, 4);
    assert_eq!(count(text("zoe")).await, 1);
    assert_eq!(count(text("%")).await, 0, "a wildcard is a letter");
    let reader = |person: &str| RevealFilter {
        person: Some(person.into()),
        ..RevealFilter::default()
    };
    assert_eq!((count(reader("m")).await, count(reader("other")).await), (2, 3));
    assert_eq!(count(reader("b")).await, 0, "another company's reader");
    let nonsense = RevealFilter {
        cursor: Some("x'".into()),
        ..RevealFilter::default()
    };
    assert_eq!(count(nonsense).await, 0);
    let name = |id: &str| (id.to_owned(), format!("{id}@example.com"));
    assert_eq!(store.revealers(&only(A)).await.unwrap(), [name("m"), name("other")]);
    assert_eq!(store.revealers(&only(B)).await.unwrap(), [name("b")]);
}
