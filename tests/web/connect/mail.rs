//! With mail, an account is made only after the mailed code.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::fake_concur::Reply;
use crate::post::Post;
use crate::rig::{Answer, PASSWORD, Rig, rig_with};

async fn with_mail() -> (Rig, Post) {
    let post = Post::start().await;
    let mailer = post.mailer();
    (rig_with(|parts| parts.mail = Some(mailer)).await, post)
}

fn ticket(answer: &Answer) -> String {
    let to = leads(answer);
    let (_, ticket) = to.split_once("&ticket=").unwrap_or_else(|| panic!("no ticket: {to}"));
    ticket.split('&').next().unwrap().to_owned()
}

#[tokio::test]
async fn q6_p15_with_mail_an_account_is_made_only_after_the_mailed_code() {
    let (rig, mail) = with_mail().await;
    let asked = post(
        &rig,
        "/connect/sign-up",
        "at-secret",
        &account("ingrid@fjordline.example"),
    )
    .send()
    .await;
    let ticket = ticket(&asked);
    assert_eq!(exchanges(&rig), 0);
    assert!(
        rig.store
            .person_by_email("ingrid@fjordline.example")
            .await
            .unwrap()
            .is_none()
    );
    let sent = mail.mails();
    assert!(sent.len() == 1 && sent[0].contains("To: ingrid@fjordline.example"));
    assert!(
        !sent[0].contains("at-secret") && !sent[0].contains(&ticket),
        "P15: no secret of the link in a mail"
    );
    let shown = page(&rig.ask("GET", leads(&asked)).send().await);
    assert_eq!(all(&shown, "aside button.main"), ["Confirm and connect"]);
    let code = mail.code();
    let confirm = |code: &str| {
        let (ticket, code) = (ticket.clone(), code.to_owned());
        let rig = &rig;
        async move {
            post(
                rig,
                "/connect/confirm",
                "at-secret",
                &[("ticket", &ticket), ("code", &code)],
            )
            .send()
            .await
        }
    };
    says(&confirm("0000 0000").await, "mail_code");
    refuse(&rig, 134);
    says(&confirm(&code).await, "concur-134");
    let base = rig.fake.base.clone();
    rig.fake.script(move |seen| {
        let reply = json!({"access_token": "access-1", "refresh_token": "r", "geolocation": base});
        (seen.path == "/oauth2/v0/token").then(|| Reply::json(&reply).after(Duration::from_millis(50)))
    });
    // The button is pressed twice.
    let compact = code.replace(' ', "");
    let (a, b) = tokio::join!(confirm(&compact), confirm(&code));
    assert_eq!((leads(&a), leads(&b)), ("/connect/done", "/connect/done"));
    assert!(!a.cookie().is_empty() && !b.cookie().is_empty());
    assert_eq!(rig.store.members(NEW).await.unwrap().len(), 1);
    rig.ahead.store(5 * 60_000, Ordering::SeqCst);
    says(&confirm(&code).await, "mail_code");
}

#[tokio::test]
async fn with_mail_nobody_learns_which_addresses_have_an_account() {
    let (rig, mail) = with_mail().await;
    let ask = |email: &'static str, password: &'static str| {
        let rig = &rig;
        async move {
            post(
                rig,
                "/connect/sign-up",
                "at-1",
                &[("email", email), ("password", password)],
            )
            .send()
            .await
        }
    };
    let (known, unknown) = (
        ask("admin-b@example.com", "some other password").await,
        ask("new@example.com", "some other password").await,
    );
    assert_eq!(ticket(&known).len(), ticket(&unknown).len());
    let sent = mail.mails();
    assert!(
        sent[0].contains("There is one already") && !sent[0].contains("code is"),
        "{}",
        sent[0]
    );
    assert!(sent[1].contains("Your code is"));
    let guess = post(
        &rig,
        "/connect/confirm",
        "at-1",
        &[("ticket", &ticket(&known)), ("code", "1234 5678")],
    )
    .send()
    .await;
    says(&guess, "mail_code");
    for _ in 0..6 {
        post(
            &rig,
            "/connect/confirm",
            "at-1",
            &[("ticket", &ticket(&unknown)), ("code", "1234 5678")],
        )
        .send()
        .await;
    }
    let right = post(
        &rig,
        "/connect/confirm",
        "at-1",
        &[("ticket", &ticket(&unknown)), ("code", &mail.code())],
    )
    .send()
    .await;
    says(&right, "locked");
    let mut last = ask("flood@example.com", PASSWORD).await;
    for _ in 0..4 {
        last = ask("flood@example.com", PASSWORD).await;
    }
    says(&last, "locked");
    assert_eq!(exchanges(&rig), 0);
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_is_said_and_an_old_code_is_of_no_use() {
    let (rig, mail) = with_mail().await;
    *mail.closed.lock().unwrap() = true;
    says(
        &post(&rig, "/connect/sign-up", "at-1", &account("ingrid@fjordline.example"))
            .send()
            .await,
        "mail",
    );
    *mail.closed.lock().unwrap() = false;
    let asked = post(&rig, "/connect/sign-up", "at-1", &account("ingrid@fjordline.example"))
        .send()
        .await;
    rig.ahead.store(31 * 60_000, Ordering::SeqCst);
    let late = post(
        &rig,
        "/connect/confirm",
        "at-1",
        &[("ticket", &ticket(&asked)), ("code", &mail.code())],
    )
    .send()
    .await;
    says(&late, "mail_code");
    assert_eq!(exchanges(&rig), 0);
}
