//! How long tokens live, where they are kept, and what is written down of a connection.

use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{TimeDelta, Utc};
use serde_json::json;
use whereabouts::concur::connect::connect;

use crate::fake_concur::{COMPANY, Reply};
use crate::{ID, rig};

#[tokio::test]
async fn q19_q20_q21_x16_an_access_token_serves_its_hour_in_memory_and_each_refresh_renews_the_grant() {
    let rig = rig().await;
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = ahead.clone();
    let now = move || Utc::now() + TimeDelta::minutes(clock.load(Ordering::SeqCst));
    let (base, at) = (rig.fake.base.clone(), now.clone());
    let mut n = 0;
    rig.fake.script(move |seen| {
        n += 1;
        (seen.path == "/oauth2/v0/token").then(|| {
            Reply::json(&json!({
                "access_token": format!("access-{n}"), "refresh_token": format!("refresh-{n}"), "expires_in": "3600",
                "refresh_expires_in": (at() + TimeDelta::days(182)).timestamp(), "geolocation": base,
            }))
        })
    });
    let concur = rig.fake.client_at(Arc::new(now.clone()));
    connect(&concur, &rig.store, ID, "link", None).await.unwrap();
    let expiry = async || {
        rig.store
            .grant(COMPANY)
            .await
            .unwrap()
            .unwrap()
            .refresh_expires_at
            .unwrap()
    };
    let first = expiry().await;
    assert!((first - now()).num_days() >= 181, "Q21: six months");
    for minutes in [0, 10, 47] {
        ahead.store(minutes, Ordering::SeqCst);
        assert_eq!(
            concur.access(&rig.store, COMPANY, None).await.unwrap().token.expose(),
            "access-1",
            "Q20"
        );
    }
    ahead.store(49, Ordering::SeqCst);
    let renewed = concur.access(&rig.store, COMPANY, None).await.unwrap();
    assert_eq!(renewed.token.expose(), "access-2", "Q19: before its hour is over");
    assert!(expiry().await > first, "Q21: each refresh renews the expiry");
    assert_eq!(rig.fake.seen("/oauth2").len(), 2);
    // X16: access tokens are in memory only; the refresh token is sealed.
    drop(renewed);
    for file in std::fs::read_dir(rig._folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in ["access-1", "access-2", "refresh-1", "refresh-2"] {
            assert!(
                !bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
                "{secret} is on disk"
            );
        }
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn q14_q71_l13_who_connected_and_concurs_number_are_logged_and_no_secret_is() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let rig = rig().await;
    let reply = rig.fake.tokens().with("concur-correlationid", "7d1e-c0ffee");
    rig.fake
        .script(move |seen| (seen.path == "/oauth2/v0/token").then(|| reply.clone()));
    connect(&rig.concur, &rig.store, ID, "at-secret", Some("B7AA-01"))
        .await
        .unwrap();
    let refused = Reply {
        status: 400,
        ..Reply::json(&json!({"code": 53, "error_description": "Mr Secret"}))
    };
    let refused = refused.with("concur-correlationid", "7d1e-bad");
    rig.fake
        .script(move |seen| (seen.path == "/oauth2/v0/token").then(|| refused.clone()));
    connect(&rig.concur, &rig.store, ID, "at-other", None)
        .await
        .unwrap_err();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for wanted in [
        "company connected",
        COMPANY,
        "b7aa-01",
        "7d1e-c0ffee",
        "7d1e-bad",
        "code 53",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    for secret in [
        "at-secret",
        "at-other",
        "client-secret",
        "access-1",
        "refresh-1",
        "Mr Secret",
    ] {
        assert!(!text.contains(secret), "{secret} is logged: {text}");
    }
}
