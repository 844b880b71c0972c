//! Quick Connect's exchange: once, of the right company, with a proof that holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use serde_json::{Value, json};
use whereabouts::concur::connect::{ConnectProblem, connect};
use whereabouts::concur::{Distrust, TokenProblem};
use whereabouts::store::{CompanyState, Scope};

use crate::fake_concur::{COMPANY, FakeConcur, KID, Reply, signed};
use crate::{ID, Rig, TRIP, refusal, rig};

#[tokio::test]
async fn q1_q8_q9_q13_l13_p9_a_request_token_is_exchanged_and_its_grant_kept() {
    let rig = rig().await;
    let done = connect(&rig.concur, &rig.store, ID, "at-si86uekvgga2", Some("B7AA-01"))
        .await
        .unwrap();
    assert_eq!((done.company.as_str(), done.again), (COMPANY, false));
    let seen = &rig.fake.seen("/oauth2/v0/token")[0];
    let form = |name: &str| seen.form[name].as_str();
    assert_eq!((form("grant_type"), form("credtype")), ("password", "authtoken"));
    assert_eq!((form("username"), form("password")), (ID, "at-si86uekvgga2"));
    assert_eq!(
        (form("client_id"), form("client_secret")),
        ("client-id", "client-secret")
    );
    assert_eq!(seen.query, "", "L13: no secret in the URL");
    assert_eq!(
        seen.headers["content-type"], "application/x-www-form-urlencoded",
        "L13: no charset"
    );
    assert!(
        seen.headers.contains_key("content-length") && !seen.headers.contains_key("transfer-encoding"),
        "L7"
    );
    assert!(seen.headers.contains_key("concur-correlationid"), "L12");
    assert_eq!(rig.state().await, (CompanyState::Connected, None));
    assert_eq!(rig.refresh_token().await, "refresh-1");
    let grant = rig.store.grant(COMPANY).await.unwrap().unwrap();
    assert_eq!(grant.geolocation, rig.fake.base);
    assert!(grant.refresh_expires_at.is_some());
    let row = rig.store.company(&Scope::service(), COMPANY).await.unwrap().unwrap();
    assert_eq!(row.connected_by.as_deref(), Some("b7aa-01"), "Q14");
    // Q20: the access token of the exchange is good for the first call.
    rig.concur.access(&rig.store, COMPANY, None).await.unwrap();
    assert_eq!(rig.fake.seen("/oauth2/v0/token").len(), 1);
}

fn brings(rig: &Rig, claims: &Value) -> Reply {
    Reply::json(&json!({
        "access_token": "a", "refresh_token": "r", "id_token": signed(KID, claims), "geolocation": rig.fake.base
    }))
}

/// Answers token requests with this; everything else as usual.
fn answers(rig: &Rig, reply: Reply) {
    rig.fake
        .script(move |seen| (seen.path == "/oauth2/v0/token").then(|| reply.clone()));
}

async fn is_unknown(rig: &Rig) -> bool {
    rig.store.company(&Scope::service(), COMPANY).await.unwrap().is_none()
}

#[tokio::test]
async fn q15_a_token_of_another_principal_is_rejected() {
    let rig = rig().await;
    answers(
        &rig,
        brings(&rig, &rig.fake.claims("00000000-0000-4000-8000-0000000000ff")),
    );
    let problem = connect(&rig.concur, &rig.store, ID, "token", None).await.unwrap_err();
    assert_eq!(problem, ConnectProblem::Token(TokenProblem::OtherCompany));
    assert!(is_unknown(&rig).await, "nothing is stored");
    answers(&rig, brings(&rig, &rig.fake.claims(ID)));
    assert!(
        connect(&rig.concur, &rig.store, ID, "token", None).await.is_ok(),
        "upper and lower case are one id"
    );
}

#[tokio::test]
async fn q15_q45_q46_an_id_token_that_proves_nothing_is_rejected_and_nothing_is_kept() {
    let rig = rig().await;
    let with = |name: &str, value: Value| {
        let mut claims = rig.fake.claims(COMPANY);
        claims[name] = value;
        signed(KID, &claims)
    };
    let good = rig.fake.id_token(COMPANY);
    let none = format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).unwrap());
    let mixed = format!(
        "{}.{}",
        good.rsplit_once('.').unwrap().0,
        with("iat", json!(1)).rsplit_once('.').unwrap().1
    );
    for (what, token, distrust) in [
        ("a user", with("concur.type", json!("user")), Distrust::NotACompany),
        ("old", with("exp", json!(1_600_000_000)), Distrust::Expired),
        ("early", with("nbf", json!(4_102_444_800_i64)), Distrust::NotYet),
        ("another application", with("aud", json!("other")), Distrust::Audience),
        (
            "another issuer",
            with("iss", json!("https://evil.example")),
            Distrust::Issuer,
        ),
        ("no algorithm", none, Distrust::Algorithm),
        (
            "unknown key",
            signed("1", &rig.fake.claims(COMPANY)),
            Distrust::UnknownKey,
        ),
        ("another signature", mixed, Distrust::Signature),
    ] {
        let reply = json!({"access_token": "a", "refresh_token": "r", "id_token": token, "geolocation": rig.fake.base});
        answers(&rig, Reply::json(&reply));
        let problem = connect(&rig.concur, &rig.store, ID, what, None).await.unwrap_err();
        assert_eq!(
            problem,
            ConnectProblem::Token(TokenProblem::Untrusted(distrust)),
            "{what}"
        );
        assert!(problem.sentence().contains("press Connect"));
        assert!(is_unknown(&rig).await, "{what}");
    }
    assert_eq!(
        rig.fake.seen("/oauth2/v0/jwks").len(),
        1,
        "Q44: kept for an hour; an unknown key costs at most one fetch in 30 s"
    );
}

#[tokio::test]
async fn q44_keys_are_kept_renewed_for_an_unknown_name_and_serve_while_stale() {
    let rig = rig().await;
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = ahead.clone();
    let concur = rig.fake.client_at(Arc::new(move || {
        Utc::now() + TimeDelta::seconds(clock.load(Ordering::SeqCst))
    }));
    // The token is of the hour in which it is looked at.
    let try_with = async |kid: &str, link: &str| {
        let mut claims = rig.fake.claims(COMPANY);
        let now = Utc::now().timestamp() + ahead.load(Ordering::SeqCst);
        (claims["exp"], claims["nbf"]) = (json!(now + 3600), json!(now));
        let reply = json!({"access_token": "a", "refresh_token": "r", "id_token": signed(kid, &claims), "geolocation": rig.fake.base});
        answers(&rig, Reply::json(&reply));
        connect(&concur, &rig.store, ID, link, None).await
    };
    let fetched = || rig.fake.seen("/oauth2/v0/jwks").len();
    assert!(try_with(KID, "1").await.is_ok());
    ahead.store(3000, Ordering::SeqCst);
    assert!(try_with(KID, "2").await.is_ok());
    assert_eq!(fetched(), 1, "within the hour");
    assert!(try_with("8", "3").await.is_err());
    assert!(try_with("9", "4").await.is_err());
    assert_eq!(fetched(), 2, "an unknown key is asked for once in 30 s");
    ahead.store(3000 + 3700, Ordering::SeqCst);
    assert!(try_with(KID, "5").await.is_ok());
    assert_eq!(fetched(), 3, "after an hour");
    // The key service is gone: the kept keys serve for a day, and not longer.
    let lost = rig.fake.clone();
    let down = async |link: &str| {
        let mut claims = lost.claims(COMPANY);
        let now = Utc::now().timestamp() + ahead.load(Ordering::SeqCst);
        (claims["exp"], claims["nbf"]) = (json!(now + 3600), json!(now));
        let reply = json!({"access_token": "a", "refresh_token": "r", "id_token": signed(KID, &claims), "geolocation": lost.base});
        lost.script(move |seen| match seen.path.as_str() {
            "/oauth2/v0/token" => Some(Reply::json(&reply)),
            "/oauth2/v0/jwks" => Some(Reply::status(503)),
            _ => None,
        });
        connect(&concur, &rig.store, ID, link, None).await
    };
    ahead.fetch_add(7200, Ordering::SeqCst);
    assert!(down("6").await.is_ok(), "stale keys serve");
    ahead.fetch_add(24 * 3600, Ordering::SeqCst);
    let problem = down("7").await.unwrap_err();
    assert!(
        matches!(problem, ConnectProblem::Token(TokenProblem::Later { .. })),
        "{problem}"
    );
}

#[tokio::test]
async fn q7_x13_a_link_is_exchanged_once_however_often_it_is_pressed() {
    let rig = rig().await;
    let slow = rig.fake.tokens().after(Duration::from_millis(60));
    let mut used = false;
    rig.fake.script(move |seen| {
        let first = seen.form.contains_key("password") && !std::mem::replace(&mut used, true);
        seen.form
            .contains_key("password")
            .then(|| if first { slow.clone() } else { refusal(19) })
    });
    let press = || connect(&rig.concur, &rig.store, ID, "link", None);
    // The browser gives up the first request when the button is pressed again.
    assert!(tokio::time::timeout(Duration::from_millis(15), press()).await.is_err());
    let pressed = join_all((0..6).map(|_| press())).await;
    assert!(
        pressed.iter().all(|done| done.as_ref().is_ok_and(|d| d.again)),
        "{pressed:?}"
    );
    assert_eq!(rig.fake.seen("/oauth2/v0/token").len(), 1);
    // Another node, with a Concur that lets a token be used several times: still not exchanged again.
    let other = rig.fake.client();
    assert!(connect(&other, &rig.store, ID, "link", None).await.unwrap().again);
    assert_eq!(rig.fake.seen("/oauth2/v0/token").len(), 1);
    // Another link that is spent is no door, and an old one is none after a disconnect.
    let spent = connect(&other, &rig.store, ID, "another", None).await.unwrap_err();
    assert_eq!(spent.word(), "concur-19");
    rig.store
        .set_company_state(COMPANY, CompanyState::Disconnected, None, Utc::now())
        .await
        .unwrap();
    assert_eq!(
        connect(&other, &rig.store, ID, "link", None).await.unwrap_err().word(),
        "concur-19"
    );
}

#[tokio::test]
async fn q7_a_second_node_that_comes_too_late_finds_what_the_first_is_about_to_finish() {
    let rig = rig().await;
    let slow = rig.fake.tokens().after(Duration::from_millis(300));
    let mut used = false;
    rig.fake.script(move |seen| {
        let first = !std::mem::replace(&mut used, true);
        seen.form
            .contains_key("password")
            .then(|| if first { slow.clone() } else { refusal(19) })
    });
    let nodes = [rig.concur.clone(), rig.fake.client()];
    let done = join_all(nodes.iter().map(|node| connect(node, &rig.store, ID, "link", None))).await;
    let again: Vec<bool> = done.into_iter().map(|d| d.unwrap().again).collect();
    assert_eq!(again.iter().filter(|again| !**again).count(), 1, "{again:?}");
}

#[tokio::test]
async fn q5_q18_ids_of_any_case_and_opaque_tokens_connect_wherever_they_come_from() {
    let rig = rig().await;
    for (id, token) in [
        (COMPANY, "0e2b3c4d-zzzz-4a5e-9d3b-1a2b3c4d5e6f"),
        (ID, "at-si86uekvgga2qj2i1bfj89juqgn"),
        (" ab8a0000-0000-4000-8000-00000000000a ", " self-service+tool/token== "),
    ] {
        let done = connect(&rig.concur, &rig.store, id, token, None).await.unwrap();
        assert_eq!(done.company, COMPANY);
        let sent = rig.fake.seen("/oauth2/v0/token").pop().unwrap();
        assert_eq!(
            (sent.form["username"].as_str(), sent.form["password"].as_str()),
            (id.trim(), token.trim()),
            "as delivered"
        );
    }
}

#[tokio::test]
async fn q10_q22_q31_q32_q36_q37_x15_x17_request_tokens_go_to_the_landing_zone_and_calls_to_the_tokens_data_centre() {
    let rig = rig().await;
    let centre = FakeConcur::start().await;
    // Two Concurs: where tokens are exchanged, and where the company lives.
    let concur = rig.fake.client_allowing(&centre.base);
    let reply = json!({
        "access_token": "access-1", "refresh_token": "refresh-0", "id_token": signed(KID, &centre.claims(COMPANY)),
        "geolocation": format!("{}/oauth2/v0/token", centre.base)
    });
    answers(&rig, Reply::json(&reply));
    connect(&concur, &rig.store, ID, "token", None).await.unwrap();
    let grant = rig.store.grant(COMPANY).await.unwrap().unwrap();
    assert_eq!(
        grant.geolocation, centre.base,
        "Q34, Q37, X17: stored, without its path"
    );
    assert_eq!(centre.seen("/oauth2/v0/jwks").len(), 1, "keys are the data centre's");
    centre.serve(TRIP, Some(json!({"id": TRIP})));
    concur.trip(&rig.store, COMPANY, TRIP, None).await.unwrap();
    assert_eq!(centre.seen("trips").len(), 1, "Q31");
    let stale = concur.access(&rig.store, COMPANY, None).await.unwrap();
    concur.access(&rig.store, COMPANY, Some(&stale)).await.unwrap();
    let refreshed = centre.seen("/oauth2/v0/token").pop().unwrap();
    assert_eq!(
        (
            refreshed.form["grant_type"].as_str(),
            refreshed.form["refresh_token"].as_str()
        ),
        ("refresh_token", "refresh-0"),
        "Q22"
    );
    assert_eq!(
        rig.fake.seen("/oauth2/v0/token").len(),
        1,
        "Q22: refreshed where the token lives"
    );
    assert!(rig.fake.seen("trips").is_empty());
    assert!(!centre.base.contains("www-"), "Q36: the plain host, as delivered");
}

#[tokio::test]
async fn q55_q54_after_the_grant_is_lost_a_new_link_brings_everything_back() {
    let rig = rig().await;
    connect(&rig.concur, &rig.store, ID, "first", None).await.unwrap();
    let stale = rig.concur.access(&rig.store, COMPANY, None).await.unwrap();
    answers(&rig, refusal(108));
    rig.concur.access(&rig.store, COMPANY, Some(&stale)).await.unwrap_err();
    assert_eq!(rig.state().await.0, CompanyState::ReconnectNeeded);
    let row = rig.store.company(&Scope::service(), COMPANY).await.unwrap().unwrap();
    assert!(
        row.retention_started_at.is_some() && row.since.is_some(),
        "P16: the clock runs, and says since when"
    );
    rig.fake.script(|_| None);
    assert!(
        !connect(&rig.concur, &rig.store, ID, "second", None)
            .await
            .unwrap()
            .again
    );
    assert_eq!(rig.state().await, (CompanyState::Connected, None));
    assert!(rig.concur.access(&rig.store, COMPANY, None).await.is_ok());
    let row = rig.store.company(&Scope::service(), COMPANY).await.unwrap().unwrap();
    assert_eq!(row.retention_started_at, None);
}

#[tokio::test]
async fn q35_a_geolocation_outside_the_allow_list_is_rejected() {
    let rig = rig().await;
    for evil in [
        "https://us.api.concursolutions.com.evil.example",
        "http://169.254.169.254",
        "https://a@b.example",
    ] {
        let reply = Reply::json(&json!({"access_token": "a", "refresh_token": "r", "geolocation": evil}));
        rig.fake.script(move |_| Some(reply.clone()));
        let problem = connect(&rig.concur, &rig.store, ID, "token", None).await.unwrap_err();
        assert!(
            matches!(problem, ConnectProblem::Token(TokenProblem::Elsewhere(_))),
            "{evil}: {problem}"
        );
    }
    assert!(rig.store.company(&Scope::service(), COMPANY).await.unwrap().is_none());
}

#[tokio::test]
async fn q33_code_16_is_followed_inside_the_allow_list_only() {
    let rig = rig().await;
    let away = |to: &str| Reply {
        status: 400,
        ..Reply::json(&json!({"code": 16, "geolocation": to}))
    };
    let (mut first, pointer) = (true, away(&rig.fake.base));
    rig.fake
        .script(move |_| std::mem::take(&mut first).then(|| pointer.clone()));
    assert!(connect(&rig.concur, &rig.store, ID, "token", None).await.is_ok());
    assert_eq!(rig.fake.seen("/oauth2/v0/token").len(), 2);
    let evil = away("https://evil.example");
    rig.fake.script(move |_| Some(evil.clone()));
    let problem = connect(&rig.concur, &rig.store, ID, "second", None).await.unwrap_err();
    assert!(matches!(problem, ConnectProblem::Token(TokenProblem::Elsewhere(_))));
    let circle = away(&rig.fake.base);
    rig.fake.script(move |_| Some(circle.clone()));
    assert!(
        connect(&rig.concur, &rig.store, ID, "third", None).await.is_err(),
        "a circle ends"
    );
}

#[tokio::test]
async fn q7_the_exchange_is_not_repeated_where_concur_answered() {
    let rig = rig().await;
    rig.fake.script(|_| Some(refusal(19)));
    let problem = connect(&rig.concur, &rig.store, ID, "token", None).await.unwrap_err();
    assert_eq!(
        problem,
        ConnectProblem::Token(TokenProblem::Reconnect { code: Some(19) })
    );
    assert_eq!(rig.fake.seen("/oauth2").len(), 1);
    for (id, token) in [("", "t"), (ID, ""), ("../x", "t"), (ID, &"x".repeat(1000))] {
        let problem = connect(&rig.concur, &rig.store, id, token, None).await.unwrap_err();
        assert_eq!(problem, ConnectProblem::Incomplete);
    }
    assert_eq!(rig.fake.seen("/oauth2").len(), 1);
}
