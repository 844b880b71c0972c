//! Watches over quality: one looks, one delivers, and what is over is over.

use crate::bed::{A, B, Bed, t};
use chrono::TimeDelta;
use whereabouts::store::{DeliveryState, Look, StoreError, Tried, Watch};

on_both_engines!(
    a_choice_is_kept_and_what_was_told_with_it,
    of_two_who_look_one_tells,
    a_message_has_one_taker_and_is_tried_until_it_is_over,
    a_new_secret_holds_beside_the_one_before_for_a_while,
    who_wants_to_hear_nothing_gets_nothing_that_is_on_its_way,
);

fn watch(company: &str) -> Watch {
    Watch {
        company: company.to_owned(),
        mail: true,
        url: "https://hooks.example/x".to_owned(),
        sealed_secret: "v1.sealed".to_owned(),
        old_secret: None,
        told: String::new(),
        next_at: t(0),
    }
}

fn look(bodies: &[&str]) -> Look {
    Look {
        told: "TripIt year_slip warn\n".to_owned(),
        next_at: t(86_400),
        deliveries: bodies.iter().map(|body| (None, (*body).to_owned())).collect(),
    }
}

async fn a_choice_is_kept_and_what_was_told_with_it(bed: &Bed) {
    let store = bed.connected().await;
    assert!(store.watch(A).await.unwrap().is_none());
    store.set_watch(&watch(A), ("a@example.com", t(0))).await.unwrap();
    assert!(store.looked(&watch(A), &look(&[]), t(1)).await.unwrap());
    let other = Watch {
        mail: false,
        url: String::new(),
        ..watch(A)
    };
    store.set_watch(&other, ("a@example.com", t(2))).await.unwrap();
    let kept = store.watch(A).await.unwrap().unwrap();
    assert!(!kept.mail && kept.url.is_empty());
    assert_eq!(
        (kept.told.as_str(), kept.next_at),
        ("TripIt year_slip warn\n", t(86_400))
    );
    assert!(store.watch(B).await.unwrap().is_none());
    let unknown = store.set_watch(&watch("nobody"), ("a@example.com", t(2))).await;
    assert!(matches!(unknown, Err(StoreError::Inconsistent(_))));
}

async fn a_new_secret_holds_beside_the_one_before_for_a_while(bed: &Bed) {
    let store = bed.connected().await;
    let by = ("a@example.com", t(1));
    assert!(
        !store.rotate_watch_secret(A, "v1.new", t(60), by).await.unwrap(),
        "there is none"
    );
    store.set_watch(&watch(A), by).await.unwrap();
    store.set_watch(&watch(B), by).await.unwrap();
    assert!(store.rotate_watch_secret(A, "v1.new", t(60), by).await.unwrap());
    let now = store.watch(A).await.unwrap().unwrap();
    assert_eq!(now.sealed_secret, "v1.new");
    assert_eq!(now.old_secret, Some(("v1.sealed".to_owned(), t(60))));
    // Once more: the one before is the one that was just new.
    assert!(store.rotate_watch_secret(A, "v1.newer", t(90), by).await.unwrap());
    let now = store.watch(A).await.unwrap().unwrap();
    assert_eq!(now.old_secret, Some(("v1.new".to_owned(), t(90))));
    // Saving the choice again keeps both; another company's are its own.
    store.set_watch(&now, by).await.unwrap();
    let due = store.watches_due(t(0)).await.unwrap();
    assert!(due.contains(&now), "both are there for who delivers");
    assert_eq!(store.watch(B).await.unwrap().unwrap().old_secret, None);
    // Who only gets mails has no secret.
    let mails = Watch {
        url: String::new(),
        sealed_secret: String::new(),
        ..watch(B)
    };
    store.set_watch(&mails, by).await.unwrap();
    assert!(!store.rotate_watch_secret(B, "v1.new", t(60), by).await.unwrap());
}

async fn of_two_who_look_one_tells(bed: &Bed) {
    let store = bed.connected().await;
    store.set_watch(&watch(A), ("a@example.com", t(0))).await.unwrap();
    let due = store.watches_due(t(0)).await.unwrap();
    assert_eq!(due.len(), 1);
    assert!(store.looked(&due[0], &look(&["one"]), t(1)).await.unwrap());
    assert!(!store.looked(&due[0], &look(&["one"]), t(1)).await.unwrap());
    assert_eq!(store.deliveries(A, 10).await.unwrap().len(), 1);
    assert!(store.watches_due(t(86_399)).await.unwrap().is_empty());
    assert_eq!(store.watches_due(t(86_400)).await.unwrap().len(), 1);
    // What is over is kept for a month.
    let claimed = store.claim_delivery(t(2), t(60)).await.unwrap().unwrap();
    store.tried(&claimed.id, &Tried::Arrived).await.unwrap();
    let due = store.watch(A).await.unwrap().unwrap();
    let later = t(2) + TimeDelta::days(31);
    assert!(store.looked(&due, &look(&[]), later).await.unwrap());
    assert!(store.deliveries(A, 10).await.unwrap().is_empty());
}

async fn a_message_has_one_taker_and_is_tried_until_it_is_over(bed: &Bed) {
    let store = bed.connected().await;
    store.set_watch(&watch(A), ("a@example.com", t(0))).await.unwrap();
    let one = store.watch(A).await.unwrap().unwrap();
    store.looked(&one, &look(&["body"]), t(10)).await.unwrap();
    assert!(
        store.claim_delivery(t(9), t(60)).await.unwrap().is_none(),
        "not due yet"
    );
    let claimed = store.claim_delivery(t(10), t(60)).await.unwrap().unwrap();
    assert_eq!(
        (claimed.attempts, claimed.body.as_str(), claimed.person.clone()),
        (1, "body", None)
    );
    assert!(
        store.claim_delivery(t(59), t(120)).await.unwrap().is_none(),
        "somebody has it"
    );
    // Whoever had it died.
    let again = store.claim_delivery(t(60), t(120)).await.unwrap().unwrap();
    assert_eq!((again.id.as_str(), again.attempts), (claimed.id.as_str(), 2));
    let tried = Tried::Again(t(300), "the answer was 503".to_owned());
    store.tried(&again.id, &tried).await.unwrap();
    let waiting = store.deliveries(A, 10).await.unwrap().remove(0);
    assert_eq!(
        (waiting.state, waiting.problem.as_str()),
        (DeliveryState::Waiting, "the answer was 503")
    );
    let third = store.claim_delivery(t(300), t(400)).await.unwrap().unwrap();
    store
        .tried(&third.id, &Tried::GivenUp("gone".to_owned()))
        .await
        .unwrap();
    assert!(store.claim_delivery(t(100_000), t(100_001)).await.unwrap().is_none());
    assert_eq!(store.deliveries(A, 10).await.unwrap()[0].state, DeliveryState::GivenUp);
    assert!(store.deliveries(B, 10).await.unwrap().is_empty());
}

async fn who_wants_to_hear_nothing_gets_nothing_that_is_on_its_way(bed: &Bed) {
    let store = bed.connected().await;
    store.set_watch(&watch(A), ("a@example.com", t(0))).await.unwrap();
    let one = store.watch(A).await.unwrap().unwrap();
    store.looked(&one, &look(&["one", "two"]), t(1)).await.unwrap();
    store.forget_watch(A).await.unwrap();
    assert!(store.claim_delivery(t(10), t(60)).await.unwrap().is_none());
    assert!(store.watch(A).await.unwrap().is_none());
}
