//! The program is killed in the middle of deliveries, several times: what it acknowledged is there, once.
//! Drives the real binary over loopback, with 24 connections as Concur's event service has (E33).

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Client;
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::pss::BlindedSigningKey;
use rsa::rand_core::OsRng;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use sha2::Sha256;

const PROGRAM: &str = env!("CARGO_BIN_EXE_whereabouts");
const CONNECTIONS: usize = 24;
const KILLS: usize = 4;
/// Longest salt of a 2048-bit key with SHA-256 (E45).
const SALT: usize = 222;

fn serve(folder: &Path, port: u16) -> Child {
    Command::new(PROGRAM)
        .args(["serve", "--bind", &format!("127.0.0.1:{port}"), "--ess-public-keys"])
        .arg(folder.join("ess.pem"))
        .env("WHEREABOUTS_DATABASE_URL", database(folder))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn database(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("w.db").display())
}

async fn ready(client: &Client, base: &str) {
    for _ in 0..600 {
        if client
            .get(format!("{base}/readyz"))
            .send()
            .await
            .is_ok_and(|r| r.status() == 200)
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the program did not become ready");
}

/// Events signed beforehand, so that the machine's time goes into deliveries: (id, body, signature).
fn signed(key: &RsaPrivateKey, from: usize, n: usize) -> Vec<(String, String, String)> {
    let signer = BlindedSigningKey::<Sha256>::new_with_salt_len(key.clone(), SALT);
    let event = |i: usize| {
        let id = format!("00000000-0000-4000-8000-{i:012}");
        let trip = format!("11111111-0000-4000-8000-{:012}", i % 50);
        let body = format!(
            r#"{{"id":"{id}","eventType":"ItineraryUpdated","timeStamp":"2026-11-01T08:00:00.000Z","topic":"public.concur.travel.itinerary","facts":{{"id":"{trip}","companyId":"22222222-0000-4000-8000-000000000000","userId":"33333333-0000-4000-8000-000000000000","hrefs":{{"v4":"https://us2.api.concursolutions.com/travel/v4/trips/{trip}"}}}}}}"#
        );
        let signature = STANDARD.encode(signer.sign_with_rng(&mut OsRng, body.as_bytes()).to_bytes());
        (id, body, signature)
    };
    (from..from + n).map(event).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_event_survives_kill_9_once() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let key = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
    let pem = key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
    std::fs::write(folder.path().join("ess.pem"), pem).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let client = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(CONNECTIONS)
        .build()
        .unwrap();
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();

    let mut child = serve(folder.path(), port);
    for round in 0..KILLS {
        ready(&client, &base).await;
        let events = Arc::new(signed(&key, round * 600, 600));
        let (next, killed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let before = acknowledged.lock().unwrap().len();
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let (client, base, events) = (client.clone(), base.clone(), events.clone());
                let (next, killed, acknowledged) = (next.clone(), killed.clone(), acknowledged.clone());
                tokio::spawn(async move {
                    while !killed.load(Ordering::SeqCst) {
                        let Some((id, body, signature)) = events.get(next.fetch_add(1, Ordering::SeqCst)) else {
                            return;
                        };
                        let request = client
                            .post(format!("{base}/ess/events"))
                            .header("Concur-Signature", signature);
                        match request.body(body.clone()).send().await {
                            Ok(answer) if answer.status() == 200 => acknowledged.lock().unwrap().push(id.clone()),
                            _ => {}
                        }
                    }
                })
            })
            .collect();
        // In the middle of it: some are acknowledged, many are on the way.
        while acknowledged.lock().unwrap().len() < before + 100 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill().unwrap();
        killed.store(true, Ordering::SeqCst);
        child.wait().unwrap();
        for sender in senders {
            sender.await.unwrap();
        }
        child = serve(folder.path(), port);
    }
    ready(&client, &base).await;

    let token = Command::new(PROGRAM)
        .args(["token", "add", "--name", "crash", "--role", "operator"])
        .env("WHEREABOUTS_DATABASE_URL", database(folder.path()))
        .output()
        .unwrap();
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    assert!(token.starts_with("wa_"), "no token");
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let url = format!("{base}/api/v1/events?limit=500&cursor={cursor}");
        let page: serde_json::Value = client
            .get(url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        for event in page["events"].as_array().unwrap() {
            *found.entry(event["event_id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let acknowledged = acknowledged.lock().unwrap();
    assert!(
        acknowledged.len() >= KILLS * 100,
        "only {} acknowledged",
        acknowledged.len()
    );
    let lost = acknowledged
        .iter()
        .filter(|id| !found.contains_key(*id))
        .collect::<Vec<_>>();
    assert!(
        lost.is_empty(),
        "{} of {} acknowledged events are lost: {lost:?}",
        lost.len(),
        acknowledged.len()
    );
    let twice = found.iter().filter(|(_, n)| **n > 1).collect::<Vec<_>>();
    assert!(twice.is_empty(), "in the log more than once: {twice:?}");
}
