//! Quick Connect's landing page and its forms: who may connect, when the token is exchanged, what each refusal says.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use app::view::Paper;
use chrono::{TimeDelta, Utc};
use scraper::{Html, Selector};
use serde_json::json;
use whereabouts::concur::codes::DOCUMENTED;
use whereabouts::store::{CompanyState, NewOneTime, Purpose, Scope};
use whereabouts::web::one_time;

use crate::fake_concur::Reply;
use crate::post::Post;
use crate::rig::{A, Answer, Ask, PASSWORD, Rig, rig, rig_with};

/// A company that nobody has connected.
const NEW: &str = "cccc0000-0000-4000-8000-00000000000c";
const OWN: &str = "http://w.example";

fn link(company: &str, token: &str) -> String {
    format!("/connect?id={company}&requestToken={token}&userId=u-1")
}

fn post<'a>(rig: &'a Rig, path: &str, token: &str, fields: &[(&str, &str)]) -> Ask<'a> {
    let mut form = vec![("id", NEW), ("requestToken", token), ("userId", "u-1")];
    form.extend_from_slice(fields);
    rig.ask("POST", path).with("origin", OWN).form(&form)
}

fn account(email: &'static str) -> [(&'static str, &'static str); 2] {
    [("email", email), ("password", PASSWORD)]
}

/// Where the answer leads.
fn leads(answer: &Answer) -> &str {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    answer.header("location")
}

#[track_caller]
fn says(answer: &Answer, word: &str) {
    let to = leads(answer);
    assert!(
        to.starts_with("/connect?") && to.contains(&format!("error={word}")),
        "{to} and not {word}"
    );
}

fn exchanges(rig: &Rig) -> usize {
    let is_exchange = |seen: &crate::fake_concur::Seen| seen.form.get("grant_type").is_some_and(|g| g == "password");
    rig.fake
        .seen("/oauth2/v0/token")
        .iter()
        .filter(|seen| is_exchange(seen))
        .count()
}

async fn is_connected(rig: &Rig) -> bool {
    let row = rig.store.company(&Scope::service(), NEW).await.unwrap();
    row.is_some_and(|c| c.state == CompanyState::Connected)
}

/// From now on the exchange is refused with this code.
fn refuse(rig: &Rig, code: u32) {
    rig.fake.script(move |seen| {
        (seen.path == "/oauth2/v0/token").then(|| Reply {
            status: 400,
            ..Reply::json(&json!({"code": code, "error": "invalid_grant", "error_description": "words of theirs"}))
        })
    });
}

fn page(answer: &Answer) -> Html {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    Html::parse_document(&answer.text())
}

fn all(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    page.select(&selector).map(text).collect()
}

fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector)
        .filter_map(|e| e.attr(name).map(str::to_owned))
        .collect()
}

async fn code_for(rig: &Rig, company: Option<&str>, days: i64) -> String {
    let (code, now) = (one_time::letters(), Utc::now());
    let secret = NewOneTime {
        purpose: Purpose::Connect,
        sha256: one_time::sha256(Purpose::Connect, "", &code),
        company: company.map(str::to_owned),
        email: None,
        role: None,
        password_hash: None,
        note: None,
        expires_at: now + TimeDelta::days(days),
    };
    rig.store
        .add_one_time(&secret, now - TimeDelta::days(90))
        .await
        .unwrap();
    code
}

// --- the page

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
    assert!(all(&bare, "form").is_empty());
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
    assert_eq!(attributes(&page, "form", "action"), ["/connect/code"]);
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

// --- an account

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

// --- the operator's code

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

// --- with mail

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
