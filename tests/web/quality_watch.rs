//! A company is told that a source got worse: by mail and by a signed message, once, tried until it arrives.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use chrono::{TimeDelta, Utc};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use whereabouts::concur::{Allow, Secret};
use whereabouts::itinerary::{SegmentKind, Source};
use whereabouts::quality::{Assessment, Count, Key, SEGMENTS, day_of};
use whereabouts::store::{Belief, DeliveryState, PresenceSave};
use whereabouts::web::quality_watch::round;
use whereabouts::web::webhook::{Webhooks, signature};

use crate::post::Post;
use crate::rig::{A, B, Rig, rig, rig_with};

/// A company's own address: refuses at first, and keeps what it is sent.
#[derive(Clone, Default)]
struct Receiver {
    seen: Arc<Mutex<Vec<(HeaderMap, String)>>>,
}

impl Receiver {
    /// Refuses so often; where it is.
    async fn start(&self, refusals: usize) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = self.seen.clone();
        let take = move |headers: HeaderMap, body: String| async move {
            let mut seen = seen.lock().unwrap();
            seen.push((headers, body));
            if seen.len() > refusals {
                StatusCode::NO_CONTENT
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        let router = axum::Router::new().route("/hook", axum::routing::post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn seen(&self) -> Vec<(HeaderMap, String)> {
        self.seen.lock().unwrap().clone()
    }
}

/// Of a hundred flights of company A, so many have no number.
async fn numbers_are_missing(rig: &Rig, missing: i64) {
    let key = |kind: Option<SegmentKind>, measure: &str| Key {
        day: day_of((Utc::now() - TimeDelta::days(3)).date_naive()),
        source: Source::Gds,
        segment: kind,
        measure: measure.to_owned(),
    };
    let count = |total| Count { good: total, total };
    let shares = [
        (key(Some(SegmentKind::Air), SEGMENTS), count(100)),
        (key(None, "flight_number_missing"), count(missing)),
    ];
    let login = Some("counted@example.com");
    let who = rig.store.traveler_for(A, None, login, Utc::now()).await.unwrap();
    let revision = rig.store.known_of(A, &who.id).await.unwrap().revision;
    let belief = Belief {
        traveler: who.id,
        revision,
        quality: Assessment {
            shares: shares.into(),
            ..Assessment::default()
        },
        ..Belief::default()
    };
    let save = PresenceSave {
        known_from: Utc::now(),
        belief,
        others: Vec::new(),
    };
    rig.store.save_presence(A, &save).await.unwrap();
}

async fn choose(rig: &Rig, email: &str, form: &[(&str, &str)]) -> String {
    send(rig, email, "/quality/watch", form).await
}

async fn send(rig: &Rig, email: &str, path: &str, form: &[(&str, &str)]) -> String {
    let cookie = rig.sign_in(email).await;
    let ask = rig.ask("POST", path).with("cookie", &cookie);
    let answer = ask.with("sec-fetch-site", "same-origin").form(form).send().await;
    if answer.status.as_u16() == 303 {
        answer.header("location").to_owned()
    } else {
        answer.status.as_u16().to_string()
    }
}

/// A day passes.
fn tomorrow(rig: &Rig) {
    rig.ahead.fetch_add(25 * 3_600_000, Ordering::SeqCst);
}

#[tokio::test]
async fn r232_administrators_get_one_mail_when_a_source_gets_worse_and_another_when_it_grows() {
    let post = Post::start().await;
    let mailer = post.mailer();
    let rig = rig_with(|parts| parts.mail = Some(mailer)).await;
    assert!(
        choose(&rig, "admin-a@example.com", &[("company", A), ("mail", "yes")])
            .await
            .contains("said=watched")
    );
    numbers_are_missing(&rig, 1).await;
    round(&rig.state).await.unwrap();
    assert!(post.mails().is_empty(), "one of a hundred is within the limit");

    tomorrow(&rig);
    numbers_are_missing(&rig, 5).await;
    round(&rig.state).await.unwrap();
    round(&rig.state).await.unwrap();
    let mails = post.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(
        mails[0].contains("admin-a@example.com") && !mails[0].contains("viewer-a"),
        "{}",
        mails[0]
    );
    assert!(mails[0].contains("Flight without a number: 5 of"), "{}", mails[0]);
    // Nobody's language is kept: the same figures follow in German.
    let whole = mails[0].replace("=\r\n", "").replace("=\n", "");
    assert!(
        whole.contains("- Concur-Buchung. Flug ohne Nummer: 5 von ") && whole.contains("der Grenzwert ist 2,0 %"),
        "{whole}"
    );
    assert!(
        mails[0].contains("http://w.example/quality") && !mails[0].contains("Dover"),
        "{}",
        mails[0]
    );

    tomorrow(&rig);
    round(&rig.state).await.unwrap();
    assert_eq!(post.mails().len(), 1, "it was told already");
    tomorrow(&rig);
    numbers_are_missing(&rig, 40).await;
    round(&rig.state).await.unwrap();
    assert_eq!(post.mails().len(), 2, "a warning became an error");
}

#[tokio::test]
async fn what_is_posted_is_signed_goes_where_it_may_and_is_tried_again() {
    let receiver = Receiver::default();
    let base = receiver.start(2).await;
    let allow = Allow::parse(&base).unwrap();
    let rig = rig_with(|parts| parts.webhooks = Some(Webhooks::new(allow).unwrap())).await;
    let url = format!("{base}/hook");
    for elsewhere in [
        "http://127.0.0.1:9/hook",
        "https://169.254.169.254/",
        "https://hooks.example/",
        "file:///etc/hosts",
    ] {
        let said = choose(&rig, "admin-a@example.com", &[("company", A), ("url", elsewhere)]).await;
        assert!(said.contains("said=address"), "{elsewhere}: {said}");
    }
    assert!(
        choose(&rig, "admin-a@example.com", &[("company", A), ("url", &url)])
            .await
            .contains("said=watched")
    );
    numbers_are_missing(&rig, 50).await;
    for hours in 0..3 {
        round(&rig.state).await.unwrap();
        assert_eq!(receiver.seen().len(), hours + 1);
        rig.ahead.fetch_add(3_600_000, Ordering::SeqCst);
    }
    let delivery = rig.store.deliveries(A, 9).await.unwrap().remove(0);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Arrived, 3));

    let watch = rig.store.watch(A).await.unwrap().unwrap();
    assert!(!watch.sealed_secret.is_empty() && watch.sealed_secret.starts_with("v1."));
    let page = {
        let cookie = rig.sign_in("admin-a@example.com").await;
        rig.ask("GET", "/quality").with("cookie", &cookie).send().await.text()
    };
    let secret = page
        .split("<code class=\"long\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    for (headers, body) in receiver.seen() {
        let header = |name| headers.get(name).unwrap().to_str().unwrap();
        let told = header("whereabouts-signature");
        let at: i64 = told
            .trim_start_matches("t=")
            .split(',')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let at = chrono::DateTime::from_timestamp(at, 0).unwrap();
        assert_eq!(signature(&[Secret::new(secret.clone())], &body, at), told);
        assert_eq!(header("whereabouts-delivery"), delivery.id);
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["worse"][0]["code"], "flight_number_missing");
        assert_eq!(body["worse"][0]["standing"], "error");
    }
}

#[tokio::test]
async fn only_an_administrator_of_the_company_chooses_and_sees_the_secret() {
    let rig = rig().await;
    assert_eq!(
        choose(&rig, "manager-a@example.com", &[("company", A), ("mail", "yes")]).await,
        "403"
    );
    assert_eq!(
        choose(&rig, "admin-b@example.com", &[("company", A), ("mail", "yes")]).await,
        "404"
    );
    assert!(
        choose(&rig, "admin-b@example.com", &[("company", B), ("mail", "yes")])
            .await
            .contains("said=watched")
    );
    assert!(rig.store.watch(A).await.unwrap().is_none());
    let cookie = rig.sign_in("manager-a@example.com").await;
    let page = rig.ask("GET", "/quality").with("cookie", &cookie).send().await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(!page.text().contains("/quality/watch"));
    assert!(
        choose(&rig, "admin-b@example.com", &[("company", B)])
            .await
            .contains("said=unwatched")
    );
    assert!(rig.store.watch(B).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_acknowledged_is_not_told() {
    let post = Post::start().await;
    let mailer = post.mailer();
    let rig = rig_with(|parts| parts.mail = Some(mailer)).await;
    choose(&rig, "admin-a@example.com", &[("company", A), ("mail", "yes")]).await;
    let cookie = rig.sign_in("admin-a@example.com").await;
    let until = (Utc::now() + TimeDelta::days(3)).date_naive().to_string();
    let form = [
        ("company", A),
        ("source", "ConcurTravel"),
        ("code", "flight_number_missing"),
        ("note", "They mend it."),
        ("until", &until),
    ];
    let ask = rig.ask("POST", "/quality/acknowledge").with("cookie", &cookie);
    let answer = ask.with("sec-fetch-site", "same-origin").form(&form).send().await;
    assert!(
        answer.header("location").contains("said=acknowledged"),
        "{}",
        answer.text()
    );
    numbers_are_missing(&rig, 50).await;
    round(&rig.state).await.unwrap();
    assert!(post.mails().is_empty());
    for _ in 0..5 {
        tomorrow(&rig);
    }
    numbers_are_missing(&rig, 50).await;
    round(&rig.state).await.unwrap();
    assert_eq!(post.mails().len(), 1, "it ended");
}

/// The secret that the page of quality tells the administrator, and the page.
async fn secret_of(rig: &Rig) -> (String, String) {
    let cookie = rig.sign_in("admin-a@example.com").await;
    let page = rig.ask("GET", "/quality").with("cookie", &cookie).send().await.text();
    let behind = page.split("<code class=\"long\">").nth(1).unwrap_or_default();
    (behind.split('<').next().unwrap_or_default().to_owned(), page)
}

#[tokio::test]
async fn a_secret_is_replaced_and_for_a_day_both_sign() {
    let receiver = Receiver::default();
    let base = receiver.start(0).await;
    let allow = Allow::parse(&base).unwrap();
    let rig = rig_with(|parts| parts.webhooks = Some(Webhooks::new(allow).unwrap())).await;
    let (admin, path) = ("admin-a@example.com", "/quality/watch/secret");
    assert!(
        send(&rig, admin, path, &[("company", A)])
            .await
            .contains("said=no-secret")
    );
    let url = format!("{base}/hook");
    choose(&rig, admin, &[("company", A), ("url", &url)]).await;
    let (old, _) = secret_of(&rig).await;
    for (who, answer) in [
        ("manager-a@example.com", "403"),
        ("viewer-a@example.com", "403"),
        ("admin-b@example.com", "404"),
    ] {
        assert_eq!(send(&rig, who, path, &[("company", A)]).await, answer, "{who}");
    }
    assert_eq!(secret_of(&rig).await.0, old, "nobody else changes it");
    assert!(
        send(&rig, admin, path, &[("company", A)])
            .await
            .contains("said=new-secret")
    );
    let (new, page) = secret_of(&rig).await;
    assert!(new.len() == 64 && new != old && !page.contains(&old), "{page}");
    assert!(page.contains("has a second v1, made with the secret before"), "{page}");
    // The same address saved again changes neither.
    choose(&rig, admin, &[("company", A), ("url", &url)]).await;

    numbers_are_missing(&rig, 50).await;
    round(&rig.state).await.unwrap();
    tomorrow(&rig);
    numbers_are_missing(&rig, 5).await;
    round(&rig.state).await.unwrap();
    tomorrow(&rig);
    numbers_are_missing(&rig, 50).await;
    round(&rig.state).await.unwrap();
    let seen = receiver.seen();
    assert!(seen.len() >= 2, "{}", seen.len());
    let signed = |(headers, body): &(http::HeaderMap, String)| {
        let told = headers["whereabouts-signature"].to_str().unwrap().to_owned();
        let at: i64 = told
            .trim_start_matches("t=")
            .split(',')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let at = chrono::DateTime::from_timestamp(at, 0).unwrap();
        let with = |secrets: &[&String]| {
            let secrets: Vec<Secret> = secrets.iter().map(|one| Secret::new((*one).clone())).collect();
            signature(&secrets, body, at)
        };
        (told.clone() == with(&[&new, &old]), told == with(&[&new]))
    };
    assert_eq!(signed(seen.first().unwrap()), (true, false), "both sign");
    assert_eq!(
        signed(seen.last().unwrap()),
        (false, true),
        "a day later the new one alone"
    );
    assert!(!secret_of(&rig).await.1.contains("second v1"));
}

#[tokio::test]
async fn a_machine_of_the_company_replaces_the_secret_and_is_told_it_once() {
    let receiver = Receiver::default();
    let base = receiver.start(0).await;
    let allow = Allow::parse(&base).unwrap();
    let rig = rig_with(|parts| parts.webhooks = Some(Webhooks::new(allow).unwrap())).await;
    let path = format!("/api/v1/companies/{A}/webhook/secret");
    let ask = |token: &'static str| rig.ask("POST", &path).token(token).send();
    ask("admin-a").await.is_problem(409);
    let url = format!("{base}/hook");
    choose(&rig, "admin-a@example.com", &[("company", A), ("url", &url)]).await;
    let (old, _) = secret_of(&rig).await;
    ask("viewer-a").await.is_problem(403);
    ask("admin-b").await.is_problem(404);
    rig.ask("POST", &path).send().await.is_problem(401);
    let nobody = "/api/v1/companies/00000000-0000-4000-8000-000000000000/webhook/secret";
    rig.ask("POST", nobody).token("operator").send().await.is_problem(404);
    assert_eq!(secret_of(&rig).await.0, old, "nobody else changes it");

    let answer = ask("admin-a").await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let told = answer.json();
    let new = told["secret"].as_str().unwrap().to_owned();
    assert!(new.len() == 64 && new != old, "{told}");
    let until: chrono::DateTime<Utc> = told["old_until"].as_str().unwrap().parse().unwrap();
    let day = TimeDelta::hours(24) - TimeDelta::minutes(1)..=TimeDelta::hours(24);
    assert!(day.contains(&(until - Utc::now())), "{until}");
    let (shown, page) = secret_of(&rig).await;
    assert!(shown == new && page.contains("has a second v1"), "{page}");
    // Two at once: one after the other, and the last one counts.
    let twice = tokio::join!(ask("admin-a"), ask("operator"));
    let made = [twice.0.json()["secret"].clone(), twice.1.json()["secret"].clone()];
    assert!(
        made[0] != made[1] && made.contains(&Value::from(secret_of(&rig).await.0)),
        "{made:?}"
    );
}
