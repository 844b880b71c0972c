//! The people of a company.

use crate::bed::{A, B, Bed, t};
use whereabouts::store::{NewPerson, Role};

on_both_engines!(
    people_of_a_company_are_listed_changed_and_removed,
    a_company_keeps_an_administrator,
    of_two_who_remove_each_other_one_stays,
);

async fn add(bed: &Bed, email: &str, role: Role, company: &str) -> String {
    let person = NewPerson {
        email: email.to_owned(),
        password_hash: "$argon2id$1".to_owned(),
        role,
        company: Some(company.to_owned()),
    };
    bed.store.add_person(&person, t(0)).await.unwrap().unwrap()
}

async fn people_of_a_company_are_listed_changed_and_removed(bed: &Bed) {
    let store = bed.connected().await;
    let zoe = add(bed, "zoe@example.com", Role::Viewer, A).await;
    let admin = add(bed, "Adam@example.com", Role::Admin, A).await;
    let foreign = add(bed, "b@example.com", Role::Viewer, B).await;
    let names = async || {
        let all = store.members(A).await.unwrap();
        all.into_iter().map(|p| (p.email, p.role)).collect::<Vec<_>>()
    };
    assert_eq!(
        names().await,
        [
            ("Adam@example.com".to_owned(), Role::Admin),
            ("zoe@example.com".to_owned(), Role::Viewer)
        ]
    );
    assert!(store.set_member_role(A, &zoe, Role::Manager).await.unwrap());
    assert_eq!(store.person(&zoe).await.unwrap().unwrap().role, Role::Manager);
    assert!(!store.set_member_role(A, &foreign, Role::Admin).await.unwrap());
    assert!(!store.remove_member(A, &foreign).await.unwrap());
    assert!(!store.remove_member(B, &admin).await.unwrap());
    assert!(store.remove_member(A, &zoe).await.unwrap());
    assert!(!store.remove_member(A, &zoe).await.unwrap());
    assert_eq!(names().await.len(), 1);
    assert!(store.person(&foreign).await.unwrap().is_some());
}

async fn a_company_keeps_an_administrator(bed: &Bed) {
    let store = bed.connected().await;
    let first = add(bed, "1@example.com", Role::Admin, A).await;
    add(bed, "v@example.com", Role::Viewer, A).await;
    add(bed, "b@example.com", Role::Admin, B).await;
    assert!(!store.remove_member(A, &first).await.unwrap());
    assert!(!store.set_member_role(A, &first, Role::Viewer).await.unwrap());
    assert!(
        store.set_member_role(A, &first, Role::Admin).await.unwrap(),
        "no change is a change that works"
    );
    add(bed, "2@example.com", Role::Admin, A).await;
    assert!(store.set_member_role(A, &first, Role::Viewer).await.unwrap());
}

async fn of_two_who_remove_each_other_one_stays(bed: &Bed) {
    let store = bed.connected().await;
    for round in 0..4 {
        let one = add(bed, &format!("one{round}@example.com"), Role::Admin, A).await;
        let two = add(bed, &format!("two{round}@example.com"), Role::Admin, A).await;
        let (a, b) = futures::future::join(store.remove_member(A, &one), store.remove_member(A, &two)).await;
        let left = store.members(A).await.unwrap();
        assert!(!left.is_empty(), "{a:?} {b:?}");
        if round == 0 {
            assert_eq!(left.len(), 1, "{a:?} {b:?}");
        }
    }
}
