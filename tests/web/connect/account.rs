//! An account connects: reload, back, a second click, spent links, and whose company it is.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::fake_concur::Reply;
use crate::rig::{A, PASSWORD, rig};

#[tokio::test]
async fn q57_q68_q69_an_account_connects_and_reload_back_and_a_second_click_find_it_made() {
    let rig = rig().await;
    let first = post(&rig, "/connect/sign-up", "at-1", &account("ingrid@fjordline.example"))
        .send()
        .await;
    assert_eq!(leads(&first), "/connect/done");
    // Back, and once more; a second click without a cookie; a reload of the answer.
    let mut last = String::new();
    for cookie in [first.cookie().as_str(), ""] {
        let again = post(&rig, "/connect/sign-up", "at-1", &account("ingrid@fjordline.example"));
        let again = again.with("cookie", cookie).send().await;
        assert_eq!(leads(&again), "/connect/done");
        last = again.cookie();
    }
    for _ in 0..2 {
        let pressed = post(&rig, "/connect/continue", "at-1", &[])
            .with("cookie", &last)
            .send()
            .await;
        let what = (leads(&pressed), exchanges(&rig));
        assert_eq!(
            what,
            ("/connect/done", 1),
            "the token is exchanged once, the session goes on"
        );
    }
    let done = rig.ask("GET", "/connect/done").with("cookie", &last).send().await;
    let done = page(&done);
    let text = all(&done, "main").join(" ");
    assert!(all(&done, "h1")[0].ends_with("is connected"), "Q68");
    assert!(
        text.contains("You may close this window") && text.contains("127.0.0.1"),
        "Q69, and its region"
    );
    assert_eq!(
        attributes(&done, "a[href='/']", "target"),
        ["_blank"],
        "Q69: a new window"
    );
    // Somebody else's account is not reached by knowing the address.
    let wrong = post(
        &rig,
        "/connect/sign-up",
        "at-1",
        &[
            ("email", "ingrid@fjordline.example"),
            ("password", "another one entirely"),
        ],
    );
    says(&wrong.send().await, "exists");
}

#[tokio::test]
async fn q7_two_clicks_at_the_same_moment_make_one_account_and_one_exchange() {
    let rig = rig().await;
    let base = rig.fake.base.clone();
    let n = AtomicU32::new(0);
    rig.fake.script(move |seen| {
        seen.form
            .contains_key("password")
            .then(|| match n.fetch_add(1, Ordering::SeqCst) {
                0 => Reply::json(&json!({"access_token": "access-1", "refresh_token": "r", "geolocation": base}))
                    .after(Duration::from_millis(150)),
                _ => Reply {
                    status: 400,
                    ..Reply::json(&json!({"code": 19}))
                },
            })
    });
    let click = || post(&rig, "/connect/sign-up", "at-1", &account("ingrid@fjordline.example")).send();
    let (a, b, c) = tokio::join!(click(), click(), click());
    for answer in [a, b, c] {
        assert_eq!(leads(&answer), "/connect/done");
        assert!(!answer.cookie().is_empty());
    }
    assert_eq!(exchanges(&rig), 1);
    assert_eq!(rig.store.members(NEW).await.unwrap().len(), 1);
}

#[tokio::test]
async fn q66_who_may_connect_which_company() {
    let rig = rig().await;
    for (email, word) in [
        ("manager-a@example.com", "not_admin"),
        ("viewer-a@example.com", "not_admin"),
        ("admin-a@example.com", "other_company"),
    ] {
        says(
            &post(&rig, "/connect/sign-in", "at-1", &account(email)).send().await,
            word,
        );
        let cookie = rig.sign_in(email).await;
        says(
            &post(&rig, "/connect/continue", "at-1", &[])
                .with("cookie", &cookie)
                .send()
                .await,
            word,
        );
    }
    assert_eq!(exchanges(&rig), 0, "a link is not spent on somebody who may not");
    let own = [
        ("id", A),
        ("requestToken", "at-2"),
        ("userId", ""),
        ("email", "admin-a@example.com"),
        ("password", PASSWORD),
    ];
    let answer = rig
        .ask("POST", "/connect/sign-in")
        .with("origin", OWN)
        .form(&own)
        .send()
        .await;
    assert_eq!(leads(&answer), "/connect/done", "reconnects");
    let people = rig
        .get("operator", &format!("/api/v1/whereabouts?company={A}"))
        .await
        .json();
    assert_eq!(people["total"], 4, "Q55: what was known before is known after");
}

#[tokio::test]
async fn q7_a_link_that_is_spent_or_old_sends_back_to_the_app_center() {
    let rig = rig().await;
    refuse(&rig, 19);
    let answer = post(&rig, "/connect/sign-up", "at-old", &account("ingrid@fjordline.example"))
        .send()
        .await;
    says(&answer, "concur-19");
    assert!(
        rig.store
            .person_by_email("ingrid@fjordline.example")
            .await
            .unwrap()
            .is_none(),
        "no account without a connection"
    );
    let shown = page(&rig.ask("GET", leads(&answer)).send().await);
    assert!(all(&shown, "[role=alert]")[0].contains("older than 24 hours"));
}
