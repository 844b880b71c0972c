//! Where a request never goes and a token never arrives: hosts, redirects, and names that lead inside (reliability.md §4).

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use whereabouts::concur::address::Lookup;
use whereabouts::concur::http::{Failure, Http};
use whereabouts::concur::trips::FetchProblem;
use whereabouts::concur::{Allow, Application, Concur, ConcurConfig, Sealer, Secret};

use crate::fake_concur::{COMPANY, FakeConcur, Reply};
use crate::{TRIP, connected};

/// Answers each name with what the test says, and keeps what it was asked.
#[derive(Clone, Default)]
struct Names {
    answers: Arc<Mutex<HashMap<String, Vec<IpAddr>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    fn say(&self, host: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|a| a.parse().unwrap()).collect();
        self.answers.lock().unwrap().insert(host.to_owned(), addresses);
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Lookup for Names {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        self.asked.lock().unwrap().push(host.clone());
        let found = self.answers.lock().unwrap().get(&host).cloned();
        Box::pin(async move {
            let found = found.ok_or_else(|| io::Error::other("no such name"))?;
            Ok(found.into_iter().map(|address| SocketAddr::new(address, 0)).collect())
        })
    }
}

/// Talks to the fake Concur for tokens; names are resolved by the test.
fn client(fake: &FakeConcur, names: &Names) -> Arc<Concur> {
    let allow = Allow::parse(&format!("https://*.api.concursolutions.com,{}", fake.base)).unwrap();
    let config = ConcurConfig {
        application: Some(Application {
            client_id: "client-id".to_owned(),
            client_secret: Secret::new("client-secret"),
        }),
        token_base: fake.base.clone(),
        sealer: Sealer::from_key([7; 32]),
        clock: Arc::new(chrono::Utc::now),
        allow: allow.clone(),
    };
    let http = Http::with_lookup(allow, Arc::new(names.clone())).unwrap();
    Arc::new(Concur::with_http(config, http).unwrap())
}

/// A port of this machine that counts who comes.
async fn trap() -> (u16, Arc<Mutex<Vec<Vec<u8>>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let caught = Arc::new(Mutex::new(Vec::new()));
    let all = caught.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 4096];
            let n = stream.read(&mut bytes).await.unwrap_or(0);
            all.lock().unwrap().push(bytes[..n].to_vec());
        }
    });
    (port, caught)
}

#[tokio::test]
async fn ssrf_names_that_resolve_to_the_inside_are_never_connected_to() {
    let rig = connected().await;
    let names = Names::default();
    let concur = client(&rig.fake, &names);
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    let host = "us2.api.concursolutions.com";
    let href = format!("https://{host}/travel/v4/trips/{TRIP}");
    for inside in [
        &["169.254.169.254"][..],
        &["127.0.0.1"],
        &["::1"],
        &["::ffff:10.0.0.1"],
        &["::ffff:127.0.0.1"],
        &["10.0.0.1"],
        &["192.168.0.1", "172.16.0.1"],
        &["100.64.0.1"],
        &["fd00::1"],
        &["fe80::1"],
        &["0.0.0.0"],
        // One good address excuses no bad one, whatever their order.
        &["1.1.1.1", "127.0.0.1"],
        &["127.0.0.1", "1.1.1.1"],
        &[],
    ] {
        names.say(host, inside);
        // The href leads nowhere, so the trip is fetched where its company lives.
        concur.trip(&rig.store, COMPANY, TRIP, Some(&href)).await.unwrap();
        assert_eq!(
            names.asked(),
            [host],
            "{inside:?}: the resolver is asked once, and its answer is judged"
        );
    }
    let bearers: Vec<_> = rig.fake.seen("trips").into_iter().map(|seen| seen.bearer).collect();
    assert!(bearers.iter().all(|bearer| bearer == "access-1"));
}

#[tokio::test]
async fn ssrf_an_admitted_name_that_points_at_this_machine_gets_no_byte() {
    let (port, caught) = trap().await;
    // Even where the operator's list names the host with that very port.
    let origin = format!("https://us2.api.concursolutions.com:{port}");
    let names = Names::default();
    names.say("us2.api.concursolutions.com", &["127.0.0.1"]);
    let http = Http::with_lookup(Allow::parse(&origin).unwrap(), Arc::new(names)).unwrap();
    let url = format!("{origin}/travel/v4/trips/x").parse().unwrap();
    let outcome = http.send(http::Method::GET, url, &Secret::new("t")).await;
    assert_eq!(outcome.err(), Some(Failure::Connect));
    assert!(caught.lock().unwrap().is_empty());
}

#[tokio::test]
async fn ssrf_look_alikes_and_user_information_are_not_even_resolved() {
    let rig = connected().await;
    let names = Names::default();
    let concur = client(&rig.fake, &names);
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    let (port, caught) = trap().await;
    let hrefs = [
        "https://us.api.concursolutions.com.evil.example/travel/v4/trips/x".to_owned(),
        "https://evilapi.concursolutions.com/x".to_owned(),
        "https://us-api.concursolutions.com/x".to_owned(),
        "https://api.concursolutions.com/x".to_owned(),
        "https://us.api.concursolutions.com./x".to_owned(),
        "https://us.api.concursolutions.com@evil.example/x".to_owned(),
        "https://user:password@us.api.concursolutions.com/x".to_owned(),
        "https://us.api.concursolutions.com:8443/x".to_owned(),
        "https://us.api.concursolutions\u{ff0e}com.evil.example/x".to_owned(),
        "https://\u{455}us.api.concursolutions.com.evil.example/x".to_owned(),
        "https://us.api.concursolutions.com\\@evil.example/x".to_owned(),
        "http://us.api.concursolutions.com/x".to_owned(),
        "ftp://us.api.concursolutions.com/x".to_owned(),
        "//us.api.concursolutions.com/x".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://0x7f000001/x".to_owned(),
        format!("http://127.0.0.1:{port}/x"),
        format!("http://2130706433:{port}/x"),
        format!("http://[::ffff:127.0.0.1]:{port}/x"),
        format!("https://127.0.0.1:{port}/x"),
        format!("http://localhost:{port}/.api.concursolutions.com"),
    ];
    for href in &hrefs {
        concur.trip(&rig.store, COMPANY, TRIP, Some(href)).await.unwrap();
        // A backslash is a slash to everybody who reads URLs: that one is the admitted host, with an odd path.
        let asked = names.asked();
        assert!(
            asked.is_empty() || asked == ["us.api.concursolutions.com"] && href.contains('\\'),
            "{href}: {asked:?}"
        );
    }
    assert_eq!(
        rig.fake.seen("trips").len(),
        hrefs.len(),
        "each was fetched at home instead"
    );
    assert!(caught.lock().unwrap().is_empty());
}

#[tokio::test]
async fn ssrf_no_redirect_is_followed_by_any_call() {
    let rig = connected().await;
    let other = FakeConcur::start().await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/stolen", other.base);
        rig.fake.script(move |seen| {
            let token = seen.path.contains("oauth2");
            (!token).then(|| Reply::status(status).with("location", to.clone()))
        });
        let problem = rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.unwrap_err();
        assert_eq!(problem, FetchProblem::Later(format!("status {status}")));
        assert!(
            rig.concur
                .person_by_login(&rig.store, COMPANY, "e.dover@example.com")
                .await
                .is_err()
        );
        assert_eq!(rig.concur.company_name(&rig.store, COMPANY).await, None);
        let from = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        assert!(rig.concur.trip_ids(&rig.store, COMPANY, from, None).await.is_err());
    }
    assert!(other.seen("").is_empty(), "no request, so no token");
}
