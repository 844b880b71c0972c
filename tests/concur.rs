//! Talking to SAP Concur, over loopback HTTP with a scripted Concur and SQLite in a temporary file.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

#[path = "concur/connecting.rs"]
mod connecting;
mod fake_concur;
#[path = "concur/nodes.rs"]
mod nodes;
#[path = "common/postgres.rs"]
mod postgres;
#[path = "concur/tokens.rs"]
mod tokens;

#[path = "concur/people.rs"]
mod people;
#[path = "concur/ssrf.rs"]
mod ssrf;
#[path = "concur/trips.rs"]
mod trips;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::Utc;
use fake_concur::{COMPANY, FakeConcur, Reply};
use futures::future::{BoxFuture, join_all};
use serde_json::json;
use whereabouts::concur::address::Lookup;
use whereabouts::concur::connect::connect;
use whereabouts::concur::http::{BODY_CAP, Failure, Http};
use whereabouts::concur::identity::PersonProblem;
use whereabouts::concur::seal::REFRESH_TOKEN;
use whereabouts::concur::subscriptions::DataCentre;
use whereabouts::concur::trips::FetchProblem;
use whereabouts::concur::{Allow, Concur, ConcurConfig, ConcurProblem, Sealer, Secret, TokenProblem, Who};
use whereabouts::store::{CompanyState, Scope, Store};

const ID: &str = "AB8A0000-0000-4000-8000-00000000000A";
const TRIP: &str = "51aa0000-0000-4000-8000-000000000001";

struct Rig {
    fake: FakeConcur,
    store: Arc<dyn Store>,
    concur: Arc<Concur>,
    _folder: tempfile::TempDir,
}

async fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let store = whereabouts::store::open(&url).await.unwrap();
    let fake = FakeConcur::start().await;
    Rig {
        concur: fake.client(),
        fake,
        store,
        _folder: folder,
    }
}

async fn connected() -> Rig {
    let rig = rig().await;
    rig.fake.connected(&rig.store).await;
    rig
}

impl Rig {
    async fn state(&self) -> (CompanyState, Option<String>) {
        let company = self.store.company(&Scope::service(), COMPANY).await.unwrap().unwrap();
        (company.state, company.reason)
    }

    /// The stored refresh token, opened.
    async fn refresh_token(&self) -> String {
        let grant = self.store.grant(COMPANY).await.unwrap().unwrap();
        let token = Sealer::from_key([7; 32])
            .open(COMPANY, REFRESH_TOKEN, &grant.sealed_refresh_token)
            .unwrap();
        token.expose().to_owned()
    }
}

fn refusal(code: u32) -> Reply {
    Reply {
        status: 400,
        ..Reply::json(&json!({"code": code, "error": "invalid_grant", "error_description": "x"}))
    }
}

#[tokio::test]
async fn without_client_id_quick_connect_says_that_it_is_not_configured() {
    let rig = rig().await;
    let config = |base: &str| ConcurConfig {
        application: None,
        token_base: base.to_owned(),
        allow: Allow::parse("https://*.api.concursolutions.com").unwrap(),
        sealer: Sealer::from_key([7; 32]),
        clock: Arc::new(Utc::now),
    };
    let concur = Arc::new(Concur::new(config("https://glz.api.concursolutions.com")).unwrap());
    assert!(!concur.is_configured());
    let problem = connect(&concur, &rig.store, ID, "token", None).await.unwrap_err();
    assert!(problem.sentence().contains("not set up for SAP Concur"));
    let elsewhere = Concur::new(config("https://evil.example"));
    assert!(
        matches!(elsewhere, Err(ConcurProblem::TokenBase(_))),
        "a token base outside the allow-list stops the start"
    );
}

// --- refresh

#[tokio::test]
async fn q23_q30_eight_tasks_redeem_a_rotating_token_exactly_once() {
    let rig = connected().await;
    let slow = Duration::from_millis(50);
    let fake = rig.fake.clone();
    let mut live = "refresh-0".to_owned();
    rig.fake.script(move |seen| {
        // A Concur that invalidates a reused refresh token, and takes its time.
        let reused = seen.form.get("refresh_token") != Some(&live);
        let reply = if reused {
            refusal(108)
        } else {
            fake_tokens(&fake, &mut live)
        };
        Some(reply.after(slow))
    });
    let tasks = (0..8).map(|_| rig.concur.access(&rig.store, COMPANY, None));
    for access in join_all(tasks).await {
        assert_eq!(access.unwrap().token.expose(), "access-1");
    }
    assert_eq!(rig.fake.seen("/oauth2").len(), 1);
    assert_eq!(rig.refresh_token().await, "refresh-1", "the rotated token is durable");
    // A second node shares the database but no memory: it redeems the new token, once.
    let second = rig.fake.client();
    let tasks = (0..8).map(|_| second.access(&rig.store, COMPANY, None));
    for access in join_all(tasks).await {
        assert_eq!(access.unwrap().token.expose(), "access-2");
    }
    assert_eq!(rig.fake.seen("/oauth2").len(), 2);
    assert_eq!(rig.state().await.0, CompanyState::Connected);
}

/// Rotates: the token that is good now is the one just issued.
fn fake_tokens(fake: &FakeConcur, live: &mut String) -> Reply {
    let n: u32 = live.trim_start_matches("refresh-").parse().unwrap();
    *live = format!("refresh-{}", n + 1);
    Reply::json(&json!({
        "access_token": format!("access-{}", n + 1), "refresh_token": live, "expires_in": 3600, "geolocation": fake.base,
    }))
}

#[tokio::test]
async fn q23_two_nodes_at_once_never_redeem_the_same_token_twice() {
    let rig = connected().await;
    let (fake, mut live, reused) = (rig.fake.clone(), "refresh-0".to_owned(), Arc::new(AtomicUsize::new(0)));
    let count = reused.clone();
    rig.fake.script(move |seen| {
        if seen.form.get("refresh_token") == Some(&live) {
            return Some(fake_tokens(&fake, &mut live).after(Duration::from_millis(40)));
        }
        count.fetch_add(1, Ordering::SeqCst);
        Some(refusal(108))
    });
    let nodes = [rig.concur.clone(), rig.fake.client()];
    let tasks = (0..16).map(|i| nodes[i % 2].access(&rig.store, COMPANY, None));
    for access in join_all(tasks).await {
        access.unwrap();
    }
    assert_eq!(reused.load(Ordering::SeqCst), 0);
    assert_eq!(rig.fake.seen("/oauth2").len(), 2, "one a node");
    assert_eq!(rig.refresh_token().await, "refresh-2");
}

#[tokio::test]
async fn a_cancelled_caller_does_not_lose_the_rotated_token() {
    let rig = connected().await;
    let tokens = rig.fake.tokens().after(Duration::from_millis(100));
    rig.fake.script(move |_| Some(tokens.clone()));
    let access = rig.concur.access(&rig.store, COMPANY, None);
    assert!(tokio::time::timeout(Duration::from_millis(20), access).await.is_err());
    rig.concur.access(&rig.store, COMPANY, None).await.unwrap();
    assert_eq!(rig.fake.seen("/oauth2").len(), 1);
    assert_eq!(rig.refresh_token().await, "refresh-1");
}

#[tokio::test]
async fn q51_q54_a_refused_grant_marks_the_company_and_says_what_to_do() {
    let rig = connected().await;
    rig.fake.script(|_| Some(refusal(108)));
    let problem = rig.concur.access(&rig.store, COMPANY, None).await.unwrap_err();
    assert_eq!(
        (problem.who(), problem.clone()),
        (Who::Administrator, TokenProblem::Reconnect { code: Some(108) })
    );
    let (state, reason) = rig.state().await;
    assert_eq!(state, CompanyState::ReconnectNeeded);
    assert!(reason.unwrap().contains("press Connect"));
    assert!(rig.concur.access(&rig.store, COMPANY, None).await.is_err());
    assert_eq!(rig.fake.seen("/oauth2").len(), 1, "a refused grant is not tried again");
}

#[tokio::test]
async fn q51_trouble_that_passes_leaves_the_company_connected() {
    let rig = connected().await;
    for reply in [
        Reply::status(503).with("retry-after", "9"),
        Reply::status(500),
        refusal(134),
        refusal(64),
    ] {
        let concur = rig.fake.client();
        rig.fake.script(move |_| Some(reply.clone()));
        let problem = concur.access(&rig.store, COMPANY, None).await.unwrap_err();
        assert!(!matches!(problem, TokenProblem::Reconnect { .. }), "{problem}");
        assert_eq!(rig.state().await.0, CompanyState::Connected);
        assert_eq!(rig.refresh_token().await, "refresh-0");
    }
    rig.fake.script(|_| None);
    assert!(rig.fake.client().access(&rig.store, COMPANY, None).await.is_ok());
}

#[tokio::test]
async fn q23_a_geolocation_that_may_not_be_used_does_not_cost_the_rotated_token() {
    let rig = connected().await;
    let reply =
        json!({"access_token": "access-9", "refresh_token": "refresh-9", "geolocation": "https://evil.example"});
    rig.fake.script(move |_| Some(Reply::json(&reply)));
    let access = rig.concur.access(&rig.store, COMPANY, None).await.unwrap();
    assert_eq!(access.geolocation.to_string(), rig.fake.base);
    assert_eq!(rig.refresh_token().await, "refresh-9");
}

#[tokio::test]
async fn q24_grants_are_renewed_before_they_expire() {
    let rig = connected().await;
    assert_eq!(rig.concur.keep_alive(&rig.store).await.unwrap(), 0);
    assert_eq!(rig.fake.seen("/oauth2").len(), 1, "its expiry was unknown");
    let second = rig.fake.client();
    assert_eq!(second.keep_alive(&rig.store).await.unwrap(), 0);
    assert_eq!(rig.fake.seen("/oauth2").len(), 1, "its expiry is far away now");
}

#[tokio::test]
async fn q38_e52_the_applications_token_is_one_a_data_centre_and_reused() {
    let rig = rig().await;
    for _ in 0..2 {
        let access = rig.concur.application_access(&rig.fake.base).await.unwrap();
        assert_eq!(
            (access.token.expose(), access.geolocation.to_string()),
            ("access-1", rig.fake.base.clone())
        );
    }
    let seen = rig.fake.seen("/oauth2");
    assert_eq!(
        (seen.len(), seen[0].form["grant_type"].as_str()),
        (1, "client_credentials")
    );
    let problem = rig.concur.application_access("https://evil.example").await.unwrap_err();
    assert!(matches!(problem, TokenProblem::Elsewhere(_)));
}

// --- trips

#[tokio::test]
async fn e51_e65_x21_subscriptions_are_asked_for_below_events_v4_with_an_id_of_our_own() {
    let rig = rig().await;
    rig.fake
        .script(|seen| seen.path.ends_with("/subscriptions").then(|| Reply::json(&json!([]))));
    let allow = Allow::parse(&rig.fake.base).unwrap();
    let at = DataCentre::parse(&rig.fake.base, &allow).unwrap().remove(0);
    for _ in 0..2 {
        assert_eq!(rig.concur.subscriptions(&at).await.unwrap(), []);
    }
    let seen = rig.fake.seen("/events/v4/subscriptions");
    assert_eq!(seen.len(), 2);
    let id = |n: usize| seen[n].headers["concur-correlationid"].to_str().unwrap().to_owned();
    assert!(uuid::Uuid::parse_str(&id(0)).is_ok() && id(0) != id(1));
}

#[tokio::test]
async fn q25_t5_a_401_is_answered_with_one_refresh_and_one_repetition() {
    let rig = connected().await;
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    let mut first = true;
    rig.fake
        .script(move |seen| (seen.path.contains("trips") && std::mem::take(&mut first)).then(|| Reply::status(401)));
    let fetched = rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.unwrap();
    assert!(!fetched.body.is_empty());
    let bearers: Vec<String> = rig.fake.seen("trips").into_iter().map(|seen| seen.bearer).collect();
    assert_eq!(bearers, ["access-1", "access-2"]);
    rig.fake
        .script(|seen| seen.path.contains("trips").then(|| Reply::status(401)));
    let problem = rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.unwrap_err();
    assert_eq!(problem, FetchProblem::Unauthorised);
    assert_eq!(rig.fake.seen("trips").len(), 4, "never a third time");
    assert_eq!(rig.fake.most_at_once(), 1);
}

#[tokio::test]
async fn t1_t4_an_href_is_followed_as_given_and_without_one_the_address_is_rebuilt() {
    let rig = connected().await;
    rig.fake
        .script(|seen| (seen.path == "/travel/trips/api/v4/trip/x").then(|| Reply::json(&json!({"id": "x"}))));
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    let href = format!("{}/travel/trips/api/v4/trip/x", rig.fake.base);
    assert!(rig.concur.trip(&rig.store, COMPANY, TRIP, Some(&href)).await.is_ok());
    assert!(rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.is_ok());
    let paths: Vec<String> = rig.fake.seen("/travel/").into_iter().map(|seen| seen.path).collect();
    assert_eq!(
        paths,
        [
            "/travel/trips/api/v4/trip/x".to_owned(),
            format!("/travel/v4/trips/{TRIP}")
        ]
    );
    let seen = &rig.fake.seen("/travel/")[0];
    assert!(seen.headers["accept-encoding"].to_str().unwrap().contains("gzip"), "T4");
    assert_eq!(seen.headers["accept"], "application/json");
}

#[tokio::test]
async fn ssrf_an_href_that_leads_elsewhere_gets_no_request_and_no_token() {
    let rig = connected().await;
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    let other = FakeConcur::start().await;
    let port = other.base.rsplit(':').next().unwrap();
    for href in [
        format!("{}/travel/v4/trips/{TRIP}", other.base),
        format!("http://localhost:{port}/travel/v4/trips/{TRIP}"),
        format!("http://us.api.concursolutions.com@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}/#.api.concursolutions.com"),
        "file:///etc/passwd".to_owned(),
        "nonsense".to_owned(),
    ] {
        assert!(
            rig.concur.trip(&rig.store, COMPANY, TRIP, Some(&href)).await.is_ok(),
            "rebuilt instead: {href}"
        );
    }
    assert!(other.seen("").is_empty());
    assert_eq!(rig.fake.seen("trips").len(), 6);
}

#[tokio::test]
async fn ssrf_a_redirect_is_not_followed() {
    let rig = connected().await;
    let other = FakeConcur::start().await;
    let to = format!("{}/stolen", other.base);
    rig.fake.script(move |seen| {
        seen.path
            .contains("trips")
            .then(|| Reply::status(302).with("location", to.clone()))
    });
    let problem = rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.unwrap_err();
    assert_eq!(problem, FetchProblem::Later("status 302".to_owned()));
    assert!(other.seen("").is_empty());
}

struct Inside(Arc<AtomicUsize>);

impl Lookup for Inside {
    fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            Ok(vec![
                "127.0.0.1:0".parse().unwrap(),
                "169.254.169.254:0".parse().unwrap(),
            ])
        })
    }
}

#[tokio::test]
async fn ssrf_an_admitted_name_that_resolves_to_the_inside_is_not_connected_to() {
    let asked = Arc::new(AtomicUsize::new(0));
    let allow = Allow::parse("https://*.api.concursolutions.com").unwrap();
    let http = Http::with_lookup(allow, Arc::new(Inside(asked.clone()))).unwrap();
    let url = "https://us2.api.concursolutions.com/travel/v4/trips/x".parse().unwrap();
    let outcome = http.send(http::Method::GET, url, &Secret::new("t")).await;
    assert_eq!(outcome.err(), Some(Failure::Connect));
    assert_eq!(
        asked.load(Ordering::SeqCst),
        1,
        "the resolver was asked, and its answer refused"
    );
    let url = "https://evil.example/".parse().unwrap();
    let outcome = http.send(http::Method::GET, url, &Secret::new("t")).await;
    assert!(matches!(outcome, Err(Failure::Refused(_))));
    assert_eq!(asked.load(Ordering::SeqCst), 1, "not even asked");
}

#[tokio::test]
async fn a_body_is_capped_after_decompression() {
    use std::io::Write as _;
    let rig = connected().await;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&vec![b' '; BODY_CAP + 1]).unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 100_000);
    let bomb = Reply {
        body: packed,
        ..Reply::status(200).with("content-encoding", "gzip")
    };
    rig.fake
        .script(move |seen| seen.path.contains("trips").then(|| bomb.clone()));
    let problem = rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.unwrap_err();
    assert_eq!(problem, FetchProblem::TooLarge);
}

#[tokio::test]
async fn t5_statuses_lead_to_what_can_be_done() {
    let rig = connected().await;
    let after = Some(Duration::from_secs(7));
    for (reply, problem) in [
        (Reply::status(404), FetchProblem::Gone),
        (Reply::status(410), FetchProblem::Gone),
        (Reply::status(403), FetchProblem::Forbidden),
        (
            Reply::status(429),
            FetchProblem::Pause {
                status: 429,
                after: None,
            },
        ),
        (
            Reply::status(503).with("retry-after", "7"),
            FetchProblem::Pause { status: 503, after },
        ),
        (Reply::status(500), FetchProblem::Later("status 500".to_owned())),
        (Reply::status(400), FetchProblem::Later("status 400".to_owned())),
    ] {
        rig.fake
            .script(move |seen| seen.path.contains("trips").then(|| reply.clone()));
        assert_eq!(
            rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.unwrap_err(),
            problem
        );
    }
}

// --- identity, company, disconnect

#[tokio::test]
async fn i1_i2_a_person_is_found_by_id_and_by_login() {
    let rig = connected().await;
    rig.fake.script(|seen| {
        let person = json!({"id": "b7aa", "userName": "e.dover@example.com", "name": {"givenName": "Emil"}});
        match seen.path.as_str() {
            "/profile/identity/v4/Users/b7aa" => Some(Reply::json(&person)),
            "/profile/identity/v4/Users" => Some(Reply::json(&json!({"totalResults": 1, "Resources": [person]}))),
            path if path.starts_with("/profile/") => Some(Reply::status(404)),
            _ => None,
        }
    });
    let by_id = rig.concur.person_by_id(&rig.store, COMPANY, "b7aa").await.unwrap();
    assert_eq!(
        by_id,
        rig.concur
            .person_by_login(&rig.store, COMPANY, "e.\"dover\"@example.com")
            .await
            .unwrap()
    );
    let query = rig.fake.seen("/Users").last().unwrap().query.clone();
    let filter = url::form_urlencoded::parse(query.as_bytes())
        .next()
        .unwrap()
        .1
        .into_owned();
    assert_eq!(filter, r#"userName eq "e.\"dover\"@example.com""#);
    let nobody = rig.concur.person_by_id(&rig.store, COMPANY, "guest").await;
    assert_eq!(nobody, Err(PersonProblem::Absent));
    rig.fake
        .script(|seen| seen.path.starts_with("/profile/").then(|| Reply::status(403)));
    let hidden = rig.concur.person_by_id(&rig.store, COMPANY, "b7aa").await;
    assert_eq!(hidden, Err(PersonProblem::NotAllowed));
    assert_eq!(
        rig.fake.seen("/oauth2").len(),
        1,
        "a missing scope does not cost refreshes"
    );
}

#[tokio::test]
async fn c4_c8_the_companys_name_is_optional_and_one_redirect_stays_inside() {
    let rig = connected().await;
    rig.fake
        .script(|seen| seen.path.starts_with("/profile/").then(|| Reply::status(410)));
    assert_eq!(rig.concur.company_name(&rig.store, COMPANY).await, None);
    let to = format!("{}/profile/v1/moved", rig.fake.base);
    rig.fake.script(move |seen| match seen.path.as_str() {
        "/profile/v1/me" => Some(Reply::status(301).with("location", to.clone())),
        "/profile/v1/moved" => Some(Reply::json(
            &json!({"name": "Meridian AG", "meta": {"principalType": "company"}}),
        )),
        _ => None,
    });
    assert_eq!(
        rig.concur.company_name(&rig.store, COMPANY).await.as_deref(),
        Some("Meridian AG")
    );
    rig.fake.script(|seen| {
        seen.path
            .starts_with("/profile")
            .then(|| Reply::status(301).with("location", "https://evil.example/"))
    });
    assert_eq!(rig.concur.company_name(&rig.store, COMPANY).await, None);
}

#[tokio::test]
async fn q52_a_disconnect_revokes_and_forgets() {
    let rig = connected().await;
    rig.fake
        .script(|seen| seen.path.starts_with("/app-mgmt/").then(|| Reply::status(200)));
    let done = rig
        .concur
        .disconnect(&rig.store, COMPANY, "Disconnected by an administrator.")
        .await
        .unwrap();
    assert!(done.revoked);
    let seen = &rig.fake.seen("/app-mgmt/")[0];
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("DELETE", "/app-mgmt/v0/connections")
    );
    assert_eq!(rig.state().await.0, CompanyState::Disconnected);
    assert_eq!(
        rig.concur.access(&rig.store, COMPANY, None).await.unwrap_err(),
        TokenProblem::NotConnected
    );
}

#[tokio::test]
async fn q52_a_disconnect_also_ends_things_where_concur_does_not_answer() {
    let rig = connected().await;
    rig.fake
        .script(|seen| seen.path.starts_with("/app-mgmt/").then(|| Reply::status(500)));
    let done = rig
        .concur
        .disconnect(&rig.store, COMPANY, "Disconnected by an administrator.")
        .await
        .unwrap();
    assert!(!done.revoked);
    assert_eq!(rig.state().await.0, CompanyState::Disconnected);
}
