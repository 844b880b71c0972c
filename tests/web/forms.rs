//! Signing in and out: whose form it is, what the cookie is, when a session ends, and what a stranger can learn.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sqlx::Connection as _;

use crate::rig::{A, Answer, PASSWORD, Rig, rig, rig_at};

const EMAIL: &str = "viewer-a@example.com";

async fn is_signed_in(rig: &Rig, cookie: &str) -> bool {
    rig.ask("GET", "/map/people.geojson")
        .with("cookie", cookie)
        .send()
        .await
        .status
        .as_u16()
        == 200
}

async fn attempt(rig: &Rig, email: &str, password: &str) -> Answer {
    let form = [("email", email), ("password", password), ("next", "/?show=air")];
    rig.ask("POST", "/sign-in").form(&form).send().await
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_one_of_ours_is_taken() {
    let rig = rig().await;
    let cookie = rig.sign_in(EMAIL).await;
    let connect = [
        ("id", A),
        ("requestToken", "t"),
        ("userId", "u"),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    let bad: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://w.example")],
        &[("sec-fetch-site", "nonsense")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ];
    for path in [
        "/sign-in",
        "/sign-out",
        "/connect/sign-in",
        "/connect/sign-up",
        "/connect/continue",
    ] {
        for headers in bad {
            let ask = rig.ask("POST", path).with("cookie", &cookie).form(&connect);
            let answer = headers
                .iter()
                .fold(ask, |ask, (name, value)| ask.with(name, value))
                .send()
                .await;
            assert_eq!(answer.status.as_u16(), 403, "{path} {headers:?}");
            assert!(answer.headers.get("set-cookie").is_none(), "{path} {headers:?}");
        }
    }
    assert!(
        rig.fake
            .seen("/oauth2/")
            .iter()
            .all(|seen| seen.form.get("grant_type").is_none_or(|g| g != "password"))
    );
    assert!(is_signed_in(&rig, &cookie).await, "nobody was signed out");
    let good: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://w.example")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://w.example")],
    ];
    for headers in good {
        let ask = rig
            .ask("POST", "/sign-in")
            .with("cookie", &cookie)
            .form(&[("email", EMAIL), ("password", PASSWORD)]);
        let answer = headers
            .iter()
            .fold(ask, |ask, (name, value)| ask.with(name, value))
            .send()
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, "/"),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn asvs_7_2_4_signing_in_makes_a_new_session_and_ends_the_old_one() {
    let rig = rig().await;
    let first = rig.sign_in(EMAIL).await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let origin = ("origin", "http://w.example");
    let again = rig
        .ask("POST", "/sign-in")
        .with("cookie", &first)
        .with(origin.0, origin.1)
        .form(&form)
        .send()
        .await;
    let second = again.cookie();
    assert!(!second.is_empty() && second != first, "{first} {second}");
    assert!(is_signed_in(&rig, &second).await && !is_signed_in(&rig, &first).await);
    // An id that a stranger planted is not taken over.
    let planted = "sid=AAAAAAAAAAAAAAAAAAAAAA";
    let answer = rig
        .ask("POST", "/sign-in")
        .with("cookie", planted)
        .with(origin.0, origin.1)
        .form(&form)
        .send()
        .await;
    assert!(!answer.cookie().is_empty() && answer.cookie() != planted);
    assert!(!is_signed_in(&rig, planted).await);
}

#[tokio::test]
async fn asvs_3_3_the_cookie_is_for_this_host_and_no_script() {
    for (url, name, secure) in [
        ("http://w.example", "sid", false),
        ("https://w.example", "__Host-sid", true),
    ] {
        let rig = rig_at(url).await;
        let answer = attempt(&rig, EMAIL, PASSWORD).await;
        let cookie = answer.header("set-cookie");
        let parts: Vec<&str> = cookie.split("; ").collect();
        assert!(parts[0].starts_with(&format!("{name}=")), "{cookie}");
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(parts.contains(&flag), "{flag}: {cookie}");
        }
        assert_eq!(parts.contains(&"Secure"), secure, "{cookie}");
        assert!(!cookie.to_lowercase().contains("domain="), "{cookie}");
        let id = parts[0].split_once('=').unwrap().1;
        assert!(id.len() >= 22, "at least 128 bits: {id}");
    }
}

#[tokio::test]
async fn asvs_7_4_1_signing_out_ends_the_session_and_clears_the_browser() {
    let rig = rig().await;
    let (mine, other) = (rig.sign_in(EMAIL).await, rig.sign_in(EMAIL).await);
    let out = rig
        .ask("POST", "/sign-out")
        .with("cookie", &mine)
        .with("sec-fetch-site", "same-origin")
        .send()
        .await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "/sign-in"));
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(
        out.header("set-cookie").contains("Max-Age=0"),
        "{}",
        out.header("set-cookie")
    );
    assert!(!is_signed_in(&rig, &mine).await, "the cookie is of no use any more");
    assert!(is_signed_in(&rig, &other).await, "another browser stays signed in");
    let twice = rig
        .ask("POST", "/sign-out")
        .with("cookie", &mine)
        .with("sec-fetch-site", "same-origin")
        .send()
        .await;
    assert_eq!(twice.status.as_u16(), 303);
    assert_ne!(
        rig.ask("GET", "/sign-out")
            .with("cookie", &other)
            .send()
            .await
            .status
            .as_u16(),
        200
    );
    assert!(is_signed_in(&rig, &other).await, "a link signs nobody out");
}

#[tokio::test]
async fn asvs_7_3_2_a_session_ends_after_twelve_hours_however_busy() {
    let rig = rig().await;
    let cookie = rig.sign_in(EMAIL).await;
    rig.ahead.store(11 * 3_600_000, Ordering::SeqCst);
    assert!(is_signed_in(&rig, &cookie).await);
    rig.ahead.store(12 * 3_600_000 + 1_000, Ordering::SeqCst);
    assert!(!is_signed_in(&rig, &cookie).await);
    rig.ahead.store(0, Ordering::SeqCst);
    assert!(!is_signed_in(&rig, &cookie).await, "it does not come back");
}

#[tokio::test]
async fn asvs_7_4_2_a_disabled_person_is_out_at_once_and_cannot_come_back() {
    let rig = rig().await;
    let cookie = rig.sign_in(EMAIL).await;
    let mut database = sqlx::SqliteConnection::connect(&rig.database()).await.unwrap();
    let disable = "UPDATE person SET disabled = 1 WHERE email = 'viewer-a@example.com'";
    assert_eq!(
        sqlx::query(disable)
            .execute(&mut database)
            .await
            .unwrap()
            .rows_affected(),
        1
    );
    assert!(!is_signed_in(&rig, &cookie).await);
    let disabled = attempt(&rig, EMAIL, PASSWORD).await;
    let wrong = attempt(&rig, "nobody@example.com", PASSWORD).await;
    assert_eq!(shape(&disabled), shape(&wrong));
}

/// All that a stranger can tell apart, but the time.
fn shape(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status.as_u16(), headers.collect(), answer.body.clone())
}

#[tokio::test]
async fn asvs_6_3_8_an_unknown_person_and_a_wrong_password_look_and_cost_the_same() {
    let rig = rig().await;
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    for round in 0..4 {
        let (a, b) = (format!("wrong {round} for sure"), format!("wrong {round} as well"));
        let started = Instant::now();
        let wrong = attempt(&rig, EMAIL, &a).await;
        known = known.min(started.elapsed());
        let started = Instant::now();
        let nobody = attempt(&rig, "nobody@example.com", &b).await;
        unknown = unknown.min(started.elapsed());
        assert_eq!(shape(&wrong), shape(&nobody));
        assert_eq!(
            wrong.header("location"),
            "/sign-in?error=credentials&next=%2F%3Fshow%3Dair"
        );
        assert!(wrong.headers.get("set-cookie").is_none());
    }
    assert!(unknown * 3 > known && known * 3 > unknown, "{known:?} and {unknown:?}");
}

#[tokio::test]
async fn asvs_6_3_1_many_tries_are_slowed_down_for_known_and_unknown_people_alike() {
    let rig = rig().await;
    for email in ["admin-a@example.com", "nobody@example.com"] {
        let mut last = attempt(&rig, email, "wrong again, and again").await;
        for _ in 0..10 {
            last = attempt(&rig, email, "wrong again, and again").await;
        }
        assert!(
            last.header("location").starts_with("/sign-in?error=locked"),
            "{}",
            last.header("location")
        );
    }
    let right = attempt(&rig, "ADMIN-A@example.com ", PASSWORD).await;
    assert!(
        right.header("location").starts_with("/sign-in?error=locked"),
        "the right password does not help a guesser"
    );
    rig.sign_in(EMAIL).await;
    rig.ahead.store(16 * 60_000, Ordering::SeqCst);
    rig.sign_in("admin-a@example.com").await;
}

#[tokio::test]
async fn signing_in_leads_to_a_page_of_this_site_only() {
    let rig = rig().await;
    for (next, to) in [
        ("/?show=air&q=a b", "/?show=air&q=a b"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/%0d%0aset-cookie:x=y", "/%0d%0aset-cookie:x=y"),
        ("/\r\nx", "/"),
        ("", "/"),
    ] {
        let form = [("email", EMAIL), ("password", PASSWORD), ("next", next)];
        let answer = rig.ask("POST", "/sign-in").form(&form).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, to));
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    }
}

#[tokio::test]
async fn odd_forms_are_refused_without_an_error_of_the_server() {
    let rig = rig().await;
    let long = "x".repeat(100_000);
    for (email, password) in [
        ("", ""),
        (EMAIL, ""),
        ("", PASSWORD),
        (EMAIL, &long),
        (&long, PASSWORD),
        ("\u{0}", "\u{0}"),
        ("🦆@🦆", "🦆"),
    ] {
        let answer = attempt(&rig, email, password).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        assert!(answer.header("location").starts_with("/sign-in?error=credentials"));
    }
    let huge = attempt(&rig, EMAIL, &"x".repeat(3 << 20)).await;
    assert!(huge.status.is_client_error(), "{}", huge.status);
}
