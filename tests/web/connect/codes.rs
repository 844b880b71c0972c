//! The operator's codes connect without an account.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::*;
use crate::fake_concur::Reply;
use crate::rig::{A, rig};

#[tokio::test]
async fn q65_q69_a_code_connects_once_without_an_account_and_says_what_happens_next() {
    let rig = rig().await;
    let code = code_for(&rig, None, 14).await;
    let typed = code.to_lowercase().replace('-', " ");
    let answer = post(&rig, "/connect/code", "at-1", &[("code", &typed)]).send().await;
    assert_eq!(leads(&answer), "/connect/done");
    let done = page(
        &rig.ask("GET", "/connect/done")
            .with("cookie", &answer.cookie())
            .send()
            .await,
    );
    let text = all(&done, "main").join(" ");
    assert!(
        text.contains("is connected") && text.contains("Whoever gave you the code now lets your people in"),
        "{text}"
    );
    assert!(
        attributes(&done, "a[href='/']", "href").is_empty(),
        "nothing of the map is offered to nobody"
    );
    let map = rig.ask("GET", "/").with("cookie", &answer.cookie()).send().await;
    assert!(leads(&map).starts_with("/sign-in"), "a code signs nobody in");
    let again = post(&rig, "/connect/code", "at-1", &[("code", &code)]).send().await;
    assert_eq!(leads(&again), "/connect/done", "the second of two clicks");
    says(
        &post(&rig, "/connect/code", "at-2", &[("code", &code)]).send().await,
        "code",
    );
    assert_eq!(exchanges(&rig), 1);
    let without = rig.ask("GET", "/connect/done").send().await;
    assert!(leads(&without).starts_with("/sign-in"));
}

#[tokio::test]
async fn q17_q65_wrong_old_spent_and_foreign_codes_open_nothing_and_guesses_are_slowed_down() {
    let rig = rig().await;
    let (old, foreign, good) = (
        code_for(&rig, None, -1).await,
        code_for(&rig, Some(A), 14).await,
        code_for(&rig, Some(NEW), 14).await,
    );
    for code in ["", "AAAA", &old, &foreign] {
        says(
            &post(&rig, "/connect/code", "at-1", &[("code", code)]).send().await,
            "code",
        );
    }
    assert_eq!(exchanges(&rig), 0);
    for _ in 0..6 {
        post(&rig, "/connect/code", "at-1", &[("code", "BBBB-BBBB-BBBB-BBBB")])
            .send()
            .await;
    }
    says(
        &post(&rig, "/connect/code", "at-1", &[("code", &good)]).send().await,
        "locked",
    );
    rig.ahead.store(16 * 60_000, Ordering::SeqCst);
    assert_eq!(
        leads(&post(&rig, "/connect/code", "at-1", &[("code", &good)]).send().await),
        "/connect/done"
    );
}

#[tokio::test]
async fn q65_a_refusal_of_concurs_does_not_cost_the_code() {
    let rig = rig().await;
    let code = code_for(&rig, None, 14).await;
    refuse(&rig, 134);
    says(
        &post(&rig, "/connect/code", "at-1", &[("code", &code)]).send().await,
        "concur-134",
    );
    let base = rig.fake.base.clone();
    rig.fake.script(move |seen| {
        let reply = json!({"access_token": "access-1", "refresh_token": "r", "geolocation": base});
        (seen.path == "/oauth2/v0/token").then(|| Reply::json(&reply))
    });
    assert_eq!(
        leads(&post(&rig, "/connect/code", "at-1", &[("code", &code)]).send().await),
        "/connect/done"
    );
}
