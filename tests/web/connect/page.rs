//! What the landing page says before anything is exchanged, and what each refusal says.

use app::view::Paper;
use serde_json::json;
use whereabouts::concur::codes::DOCUMENTED;

use super::*;
use crate::fake_concur::Reply;
use crate::rig::{PASSWORD, rig, rig_with};

#[tokio::test]
async fn q6_q70_q72_nothing_is_exchanged_before_somebody_has_said_who_they_are() {
    let rig = rig().await;
    for _ in 0..3 {
        assert_eq!(rig.ask("GET", &link(NEW, "at-1")).send().await.status.as_u16(), 200);
    }
    assert_ne!(rig.ask("HEAD", &link(NEW, "at-1")).send().await.status.as_u16(), 500);
    says(
        &post(
            &rig,
            "/connect/sign-in",
            "at-1",
            &[("email", "admin-a@example.com"), ("password", "wrong")],
        )
        .send()
        .await,
        "credentials",
    );
    says(
        &post(
            &rig,
            "/connect/sign-up",
            "at-1",
            &[("email", "nobody"), ("password", PASSWORD)],
        )
        .send()
        .await,
        "email",
    );
    says(
        &post(
            &rig,
            "/connect/sign-up",
            "at-1",
            &[("email", "x@y.example"), ("password", "short")],
        )
        .send()
        .await,
        "weak",
    );
    says(
        &post(&rig, "/connect/code", "at-1", &[("code", "AAAA-BBBB-CCCC-DDDD")])
            .send()
            .await,
        "code",
    );
    says(&post(&rig, "/connect/continue", "at-1", &[]).send().await, "expired");
    assert_eq!(exchanges(&rig), 0);
    assert!(!is_connected(&rig).await);
    assert!(rig.store.person_by_email("x@y.example").await.unwrap().is_none());
}

#[tokio::test]
async fn q72_l13_the_address_holds_a_secret_that_goes_nowhere_else() {
    let rig = rig().await;
    let answer = rig.ask("GET", &link(NEW, "at-secret-1")).send().await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        answer.header("referrer-policy"),
        "same-origin",
        "nothing of it in a request to another site"
    );
    let page = page(&answer);
    for (selector, attribute) in [
        ("a", "href"),
        ("link", "href"),
        ("script", "src"),
        ("form", "action"),
        ("img", "src"),
    ] {
        for value in attributes(&page, selector, attribute) {
            assert!(
                !value.contains("at-secret-1") && !value.contains("requestToken"),
                "{value}"
            );
        }
    }
    let hidden = attributes(&page, "input[name=requestToken]", "value");
    assert!(!hidden.is_empty() && hidden.iter().all(|v| v == "at-secret-1"));
    assert!(
        !all(&page, "script").join("").contains("at-secret-1"),
        "in no data of a script"
    );
    // A 301 may be remembered by a browser: the same address again is the same page (Q72).
    let again = rig.ask("GET", &link(NEW, "at-secret-1")).send().await;
    assert_eq!(again.status.as_u16(), 200);
    for method in ["PUT", "DELETE"] {
        assert!(
            !rig.ask(method, "/connect")
                .with("origin", OWN)
                .send()
                .await
                .status
                .is_success()
        );
    }
}

#[tokio::test]
async fn q58_q59_q60_q61_q64_q66_x14_x25_the_first_page_says_what_it_is_and_has_one_call_to_action() {
    let paper = |label: &str| Paper {
        label: label.to_owned(),
        href: format!("https://w.example/{}", label.to_lowercase()),
    };
    let rig = rig_with(|parts| {
        parts.papers = vec![paper("Terms"), paper("Privacy"), paper("Help")];
        parts.support = Some("help@w.example".to_owned());
    })
    .await;
    // X14: both spellings of the user's id, and names in any case.
    for address in [
        link(NEW, "at-1"),
        format!("/connect?ID={NEW}&REQUESTTOKEN=at-1&userID=u-1"),
    ] {
        let answer = rig.ask("GET", &address).send().await;
        let page = page(&answer);
        let text = all(&page, "body").join(" ");
        assert!(
            text.contains("SAP Concur App Center to set up its integration with Whereabouts"),
            "Q59"
        );
        assert!(text.contains("It reads only") && text.contains("Only an administrator of the company can do this"));
        let brand = all(&page, ".brand").join(" ");
        assert!(
            brand.contains("Whereabouts") && brand.contains("SAP Concur"),
            "Q58: {brand}"
        );
        let links = attributes(&page, ".papers a", "href");
        for wanted in [
            "https://w.example/terms",
            "https://w.example/privacy",
            "https://w.example/help",
            "mailto:help@w.example",
        ] {
            assert!(links.contains(&wanted.to_owned()), "Q60, Q61: {links:?}");
        }
        assert_eq!(all(&page, "aside button.main"), ["Sign in and connect"], "Q64");
        for form in ["/connect/sign-in", "/connect/sign-up", "/connect/code"] {
            assert_eq!(
                all(&page, &format!("form[action='{form}'][method=post]")).len(),
                1,
                "Q66: {form}"
            );
        }
        assert_eq!(
            all(&page, ".steps li[aria-current=step]").len(),
            1,
            "Q66: how far one is"
        );
        assert!(
            text.contains("You can finish later") && text.contains("not a private one"),
            "Q66"
        );
        assert_eq!(attributes(&page, "input[name=userId]", "value")[0], "u-1");
    }
    let bare = page(&rig.ask("GET", "/connect").send().await);
    assert!(all(&bare, "[role=alert]")[0].contains("Press Connect there again"));
    assert!(all(&bare, "form:not(.language)").is_empty());
}

#[tokio::test]
async fn q64_q65_a_service_with_codes_only_asks_for_a_code_and_says_whom_to_ask() {
    let rig = rig_with(|parts| {
        parts.code_only = true;
        parts.support = Some("+49 30 123456".to_owned());
    })
    .await;
    let page = page(&rig.ask("GET", &link(NEW, "at-1")).send().await);
    assert_eq!(all(&page, "aside button.main"), ["Connect with this code"]);
    assert_eq!(attributes(&page, "form:not(.language)", "action"), ["/connect/code"]);
    assert_eq!(
        attributes(&page, "#code-hint a", "href"),
        ["tel:+4930123456"],
        "Q65: contact us"
    );
    assert!(all(&page, ".steps").join("").contains("You have it from the operator"));
}

#[tokio::test]
async fn q63_q71_every_documented_refusal_ends_in_its_sentence_on_the_page_and_in_the_title() {
    let rig = rig().await;
    let cookie = rig.sign_in("operator@example.com").await;
    for one in DOCUMENTED {
        refuse(&rig, one.code);
        let token = format!("at-{}", one.code);
        let answer = post(&rig, "/connect/continue", &token, &[])
            .with("cookie", &cookie)
            .send()
            .await;
        says(&answer, &format!("concur-{}", one.code));
        let shown = rig.ask("GET", leads(&answer)).with("cookie", &cookie).send().await;
        let shown = page(&shown);
        let said = all(&shown, "[role=alert]").join(" ");
        assert!(
            said.contains(one.what) && said.contains(one.remedy.sentence()),
            "{}: {said}",
            one.code
        );
        assert!(said.contains(&format!("Code {}", one.code)) && !said.contains("words of theirs"));
        assert!(
            all(&shown, "title")[0].starts_with("Error"),
            "{:?}",
            all(&shown, "title")
        );
    }
    assert!(!is_connected(&rig).await);
}

#[tokio::test]
async fn q71_trouble_without_a_code_has_sentences_too() {
    let rig = rig().await;
    let cookie = rig.sign_in("operator@example.com").await;
    for (reply, word) in [
        (Reply::status(403), "not_authorised"),
        (Reply::status(500), "unavailable"),
        (Reply::status(503), "unavailable"),
        (Reply::status(401), "refused"),
        (Reply::json(&json!({"hello": 1})), "unreadable"),
        (
            Reply::json(&json!({"access_token": "a", "refresh_token": "r", "id_token": "a.b.c"})),
            "untrusted",
        ),
        (
            Reply::json(&json!({"access_token": "a", "refresh_token": "r", "geolocation": "https://evil.example"})),
            "elsewhere",
        ),
    ] {
        rig.fake
            .script(move |seen| (seen.path == "/oauth2/v0/token").then(|| reply.clone()));
        let answer = post(&rig, "/connect/continue", word, &[])
            .with("cookie", &cookie)
            .send()
            .await;
        says(&answer, word);
        let shown = page(&rig.ask("GET", leads(&answer)).with("cookie", &cookie).send().await);
        let said = all(&shown, "[role=alert]").join(" ");
        let who = [
            "An administrator of the company",
            "The operator of this service",
            "Nobody has to",
        ];
        assert!(who.iter().any(|who| said.contains(who)), "{word}: {said}");
    }
    let odd = page(
        &rig.ask("GET", &format!("{}&error=%3Cscript%3E", link(NEW, "t")))
            .send()
            .await,
    );
    assert!(!all(&odd, "[role=alert]")[0].is_empty());
    assert!(!is_connected(&rig).await);
}
