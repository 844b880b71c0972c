//! People, tokens, attempts and sessions.

use crate::bed::{A, B, Bed, t};
use std::time::Duration;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{ExpiredDeletion, SessionStore};
use whereabouts::store::{NewPerson, NewToken, Role, Sessions, StoreError, Taken};

on_both_engines!(
    an_address_is_one_person,
    a_token_is_found_by_its_digest,
    attempts_are_counted_within_their_window,
    sessions_are_kept_until_they_end,
    sessions_work_as_tower_sessions_wants,
);

async fn an_address_is_one_person(bed: &Bed) {
    let store = bed.connected().await;
    let new = |email: &str, role: Role, company: Option<&str>| NewPerson {
        email: email.to_owned(),
        password_hash: "$argon2id$1".to_owned(),
        role,
        company: company.map(str::to_owned),
    };
    let id = store
        .add_person(&new("Em@Example.com", Role::Admin, None), t(0))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        store
            .add_person(&new(" em@example.COM ", Role::Viewer, Some(A)), t(0))
            .await
            .unwrap(),
        Err(Taken)
    );
    let person = store.person_by_email("EM@example.com ").await.unwrap().unwrap();
    assert_eq!(
        (person.id.as_str(), person.email.as_str(), person.role),
        (id.as_str(), "Em@Example.com", Role::Admin)
    );
    assert_eq!(
        (
            person.company.as_deref(),
            person.disabled,
            person.password_hash.as_str()
        ),
        (None, false, "$argon2id$1")
    );
    store.set_person_company(&id, B).await.unwrap();
    store.set_password(&id, "$argon2id$2").await.unwrap();
    let person = store.person(&id).await.unwrap().unwrap();
    assert_eq!(
        (person.company.as_deref(), person.password_hash.as_str()),
        (Some(B), "$argon2id$2")
    );
    assert!(store.person("nobody").await.unwrap().is_none());
    assert!(store.person_by_email("nobody@example.com").await.unwrap().is_none());
    assert!(matches!(
        store.set_password("nobody", "x").await,
        Err(StoreError::Inconsistent(_))
    ));
    assert!(matches!(
        store.set_person_company("nobody", A).await,
        Err(StoreError::Inconsistent(_))
    ));
    assert!(!format!("{person:?}").contains("argon2id"));
}

async fn a_token_is_found_by_its_digest(bed: &Bed) {
    let store = &bed.store;
    let token = NewToken {
        name: "ci".to_owned(),
        sha256: vec![7; 32],
        role: Role::Operator,
        company: None,
    };
    let id = store.add_token(&token, t(0)).await.unwrap();
    let row = store.token_by_hash(&[7; 32]).await.unwrap().unwrap();
    assert_eq!(
        (row.id, row.name.as_str(), row.role, row.company),
        (id, "ci", Role::Operator, None)
    );
    assert!(store.token_by_hash(&[8; 32]).await.unwrap().is_none());
    assert!(store.add_token(&token, t(0)).await.is_err(), "a digest is one token");
    let token = NewToken {
        sha256: vec![9; 32],
        role: Role::Viewer,
        company: Some(A.to_owned()),
        ..token
    };
    store.add_token(&token, t(0)).await.unwrap();
    assert_eq!(
        store.token_by_hash(&[9; 32]).await.unwrap().unwrap().company.as_deref(),
        Some(A)
    );
}

async fn attempts_are_counted_within_their_window(bed: &Bed) {
    let store = &bed.store;
    let window = Duration::from_secs(60);
    for n in 1..=3 {
        assert_eq!(store.note_attempt("em@example.com", t(0), window).await.unwrap(), n);
    }
    assert_eq!(store.note_attempt("10.0.0.1", t(0), window).await.unwrap(), 1);
    assert_eq!(store.note_attempt("em@example.com", t(59), window).await.unwrap(), 4);
    assert_eq!(
        store.note_attempt("em@example.com", t(60), window).await.unwrap(),
        2,
        "the first three are over"
    );
    store.clear_attempts("em@example.com").await.unwrap();
    assert_eq!(store.note_attempt("em@example.com", t(61), window).await.unwrap(), 1);
    assert!(bed.traces("em@example.com").await.is_empty(), "only digests of keys");
    let counts = futures::future::join_all((0..10).map(|_| store.note_attempt("burst", t(70), window))).await;
    assert_eq!(
        counts.into_iter().map(Result::unwrap).max(),
        Some(10),
        "none slips through at once"
    );
}

async fn sessions_are_kept_until_they_end(bed: &Bed) {
    let store = &bed.store;
    assert!(store.session_create(&[1; 32], b"one", t(100)).await.unwrap());
    assert!(
        !store.session_create(&[1; 32], b"two", t(100)).await.unwrap(),
        "the id is taken"
    );
    assert_eq!(
        store.session_load(&[1; 32], t(99)).await.unwrap(),
        Some((b"one".to_vec(), t(100)))
    );
    assert_eq!(store.session_load(&[1; 32], t(100)).await.unwrap(), None);
    store.session_save(&[1; 32], b"three", t(200)).await.unwrap();
    store.session_save(&[2; 32], b"new", t(150)).await.unwrap();
    assert_eq!(
        store.session_load(&[1; 32], t(100)).await.unwrap(),
        Some((b"three".to_vec(), t(200)))
    );
    assert_eq!(store.sessions_expire(t(150)).await.unwrap(), 1);
    assert_eq!(store.sessions_expire(t(150)).await.unwrap(), 0);
    store.session_delete(&[1; 32]).await.unwrap();
    assert_eq!(store.session_load(&[1; 32], t(100)).await.unwrap(), None);
}

async fn sessions_work_as_tower_sessions_wants(bed: &Bed) {
    use tower_sessions::cookie::time::OffsetDateTime;
    let sessions = Sessions::with_clock(bed.store.clone(), || t(0));
    let at = |seconds: i64| OffsetDateTime::from_unix_timestamp(t(seconds).timestamp()).unwrap();
    let mut record = Record {
        id: Id::default(),
        data: Default::default(),
        expiry_date: at(60),
    };
    record.data.insert("person".to_owned(), "p1".into());
    let taken = record.id;
    sessions.create(&mut record).await.unwrap();
    let mut second = Record {
        id: taken,
        ..record.clone()
    };
    sessions.create(&mut second).await.unwrap();
    assert_ne!(second.id, taken, "a collision gets a new id");
    assert_eq!(sessions.load(&taken).await.unwrap(), Some(record.clone()));
    record.data.insert("since".to_owned(), 1.into());
    sessions.save(&record).await.unwrap();
    assert_eq!(sessions.load(&taken).await.unwrap(), Some(record.clone()));
    assert!(bed.traces(&taken.to_string()).await.is_empty(), "only digests of ids");
    sessions.delete(&taken).await.unwrap();
    assert_eq!(sessions.load(&taken).await.unwrap(), None);
    let later = Sessions::with_clock(bed.store.clone(), || t(60));
    assert_eq!(later.load(&second.id).await.unwrap(), None);
    later.delete_expired().await.unwrap();
    assert_eq!(sessions.load(&second.id).await.unwrap(), None);
}
