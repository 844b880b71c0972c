//! Secrets that work once.

use crate::bed::{A, B, Bed, t};
use futures::future::join_all;
use whereabouts::store::{NewOneTime, Purpose, Role};

on_both_engines!(
    q65_a_code_is_taken_by_one_and_works_once,
    q65_a_code_that_was_of_no_use_works_again,
    q17_a_code_of_one_company_opens_no_other,
    a_secret_that_expired_or_was_withdrawn_is_gone,
    what_was_spent_keeps_no_address,
);

fn code(byte: u8, company: Option<&str>) -> NewOneTime {
    NewOneTime {
        purpose: Purpose::Connect,
        sha256: vec![byte; 32],
        company: company.map(str::to_owned),
        email: None,
        role: None,
        password_hash: None,
        note: Some("Fjordline".to_owned()),
        expires_at: t(100),
    }
}

async fn q65_a_code_is_taken_by_one_and_works_once(bed: &Bed) {
    let store = &bed.store;
    let id = store.add_one_time(&code(1, None), t(0)).await.unwrap();
    let hold = || store.hold_one_time(Purpose::Connect, &[1; 32], Some(A), t(1), t(60));
    let held = join_all((0..8).map(|_| hold())).await;
    let held: Vec<_> = held.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(held.len(), 1);
    assert_eq!(
        (held[0].id.as_str(), held[0].note.as_deref()),
        (id.as_str(), Some("Fjordline"))
    );
    store.spend_one_time(&id, None, t(2)).await.unwrap();
    store.release_one_time(&id).await.unwrap();
    let again = store
        .hold_one_time(Purpose::Connect, &[1; 32], Some(A), t(90), t(99))
        .await;
    assert!(again.unwrap().is_none(), "spent is spent");
    let listed = store.one_times(Purpose::Connect, None).await.unwrap();
    assert_eq!((listed.len(), listed[0].used_at), (1, Some(t(2))));
    assert!(store.one_times(Purpose::SignUp, None).await.unwrap().is_empty());
    assert!(
        !store.withdraw_one_time(&id, None).await.unwrap(),
        "what was spent stays on record"
    );
}

async fn q65_a_code_that_was_of_no_use_works_again(bed: &Bed) {
    let store = &bed.store;
    let id = store.add_one_time(&code(1, None), t(0)).await.unwrap();
    let hold = |now, until| store.hold_one_time(Purpose::Connect, &[1; 32], Some(A), t(now), t(until));
    assert!(hold(1, 60).await.unwrap().is_some());
    assert!(hold(2, 60).await.unwrap().is_none());
    store.release_one_time(&id).await.unwrap();
    assert!(hold(3, 10).await.unwrap().is_some());
    assert!(hold(11, 20).await.unwrap().is_some(), "whoever held it died");
    let other = store
        .hold_one_time(Purpose::Invitation, &[1; 32], Some(A), t(30), t(40))
        .await;
    assert!(other.unwrap().is_none(), "a code is no invitation");
    assert!(
        store
            .one_time(Purpose::Connect, &[1; 32], t(30))
            .await
            .unwrap()
            .is_some()
    );
}

async fn q17_a_code_of_one_company_opens_no_other(bed: &Bed) {
    let store = &bed.store;
    let id = store.add_one_time(&code(1, Some(A)), t(0)).await.unwrap();
    let hold = |company| store.hold_one_time(Purpose::Connect, &[1; 32], company, t(1), t(60));
    assert!(hold(Some(B)).await.unwrap().is_none());
    assert!(hold(None).await.unwrap().is_none());
    assert!(!store.withdraw_one_time(&id, Some(B)).await.unwrap());
    assert!(hold(Some(A)).await.unwrap().is_some());
    assert!(store.one_times(Purpose::Connect, Some(B)).await.unwrap().is_empty());
    assert_eq!(store.one_times(Purpose::Connect, Some(A)).await.unwrap().len(), 1);
}

async fn a_secret_that_expired_or_was_withdrawn_is_gone(bed: &Bed) {
    let store = &bed.store;
    store.add_one_time(&code(1, None), t(0)).await.unwrap();
    let second = store.add_one_time(&code(2, None), t(0)).await.unwrap();
    assert!(
        store.add_one_time(&code(2, None), t(0)).await.is_err(),
        "a secret is one"
    );
    let late = store
        .hold_one_time(Purpose::Connect, &[1; 32], None, t(100), t(160))
        .await;
    assert!(late.unwrap().is_none());
    assert!(store.withdraw_one_time(&second, None).await.unwrap());
    assert!(
        store
            .one_time(Purpose::Connect, &[2; 32], t(1))
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(store.prune_one_time(t(100)).await.unwrap(), 0);
    assert_eq!(store.prune_one_time(t(101)).await.unwrap(), 1);
}

async fn what_was_spent_keeps_no_address(bed: &Bed) {
    let store = &bed.store;
    let invitation = NewOneTime {
        purpose: Purpose::Invitation,
        email: Some("ragna.odegard@example.com".to_owned()),
        role: Some(Role::Viewer),
        password_hash: Some("$argon2id$waits".to_owned()),
        ..code(3, Some(A))
    };
    let id = store.add_one_time(&invitation, t(0)).await.unwrap();
    let row = store
        .one_time(Purpose::Invitation, &[3; 32], t(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.role, row.password_hash.as_deref()),
        (Some(Role::Viewer), Some("$argon2id$waits"))
    );
    let printed = format!("{invitation:?}{row:?}");
    assert!(!printed.contains("ragna") && !printed.contains("argon2id"), "{printed}");
    store.spend_one_time(&id, Some("person-1"), t(2)).await.unwrap();
    let spent = store
        .one_time(Purpose::Invitation, &[3; 32], t(3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (spent.used_at, spent.note.as_deref(), spent.email),
        (Some(t(2)), Some("person-1"), None)
    );
    assert!(bed.traces("ragna.odegard").await.is_empty());
    assert!(bed.traces("$argon2id$waits").await.is_empty());
}
