//! The answers of the event endpoint, row by row of reliability.md §1.2.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use chrono::Utc;
use http::{Request, Response, StatusCode};
use whereabouts::concur::Clock;
use whereabouts::ingest::receive::{EssState, router};
use whereabouts::store::{EventFilter, EventKind, EventStatus, NewEvent, Scope};

use crate::rig::{event, eventually, post, rig, send, store_in};
use crate::signing::{keys, other_key, sign, sign_with};

#[tokio::test]
async fn e25_e35_a_signed_event_is_durable_before_it_is_acknowledged() {
    let rig = rig().await;
    let response = post(&rig.endpoint, event(1, "ItineraryDeleted").to_string().into_bytes()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let other = store_in(&rig.folder).await;
    let filter = EventFilter {
        limit: 10,
        ..EventFilter::default()
    };
    assert_eq!(
        other.events(&Scope::service(), &filter).await.unwrap().rows.len(),
        1,
        "another connection sees it"
    );
}

#[tokio::test]
async fn e22_e26_a_duplicate_is_acknowledged_and_makes_no_second_entry() {
    let rig = rig().await;
    for _ in 0..3 {
        rig.deliver(&event(1, "ItineraryUpdated")).await;
    }
    let log = rig.log().await;
    assert_eq!((log.len(), log[0].duplicates), (1, 2));
}

#[tokio::test]
async fn e16_e31_a_signed_body_that_is_no_known_event_is_quarantined_and_acknowledged() {
    let rig = rig().await;
    let mut topic = event(1, "ItineraryUpdated");
    topic["topic"] = "public.concur.other".into();
    let unknown = event(2, "ItineraryExploded").to_string();
    for body in [
        b"not json at all".to_vec(),
        b"".to_vec(),
        topic.to_string().into_bytes(),
        unknown.into_bytes(),
        b"[1]".to_vec(),
    ] {
        assert_eq!(post(&rig.endpoint, body).await.status(), StatusCode::OK);
    }
    let log = rig.log().await;
    assert_eq!(log.len(), 5);
    assert!(log.iter().all(|row| row.status == EventStatus::Quarantined));
    assert_eq!(rig.status().await.quarantined, 5);
    assert_eq!(rig.fetches(), 0);
}

#[tokio::test]
async fn e27_e50_an_unsigned_or_badly_signed_event_is_401_and_not_stored() {
    let rig = rig().await;
    let body = event(1, "ItineraryUpdated").to_string();
    let unsigned = Request::post("/ess/events").body(body.clone().into()).unwrap();
    assert_eq!(send(&rig.endpoint, unsigned).await.status(), StatusCode::UNAUTHORIZED);
    for signature in [
        sign(b"another body"),
        sign_with(other_key(), 222, body.as_bytes()),
        "%%%".to_owned(),
    ] {
        let request = Request::post("/ess/events")
            .header("Concur-Signature", signature)
            .body(body.clone().into());
        assert_eq!(
            send(&rig.endpoint, request.unwrap()).await.status(),
            StatusCode::UNAUTHORIZED
        );
    }
    assert!(rig.log().await.is_empty());
}

#[tokio::test]
async fn e28_a_wrong_method_or_path_is_503_so_that_the_event_is_kept() {
    let rig = rig().await;
    let body = event(1, "ItineraryUpdated").to_string();
    for (method, path) in [
        ("GET", "/ess/events"),
        ("PUT", "/ess/events"),
        ("HEAD", "/ess/events"),
        ("OPTIONS", "/ess/events"),
        ("BREW", "/ess/events"),
        ("POST", "/ess/event"),
        ("POST", "/ess/events/"),
        ("POST", "/ess/a/b/c"),
        ("POST", "/ess/"),
        ("POST", "/ess"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("Concur-Signature", sign(body.as_bytes()));
        let response = send(&rig.endpoint, request.body(body.clone().into()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{method} {path}");
        assert!(response.headers().contains_key("retry-after"), "{method} {path}");
    }
    assert!(rig.log().await.is_empty());
}

#[tokio::test]
async fn a_body_over_1_mib_is_413_and_one_of_1_mib_is_not() {
    let rig = rig().await;
    for (size, status) in [
        (2 << 20, StatusCode::PAYLOAD_TOO_LARGE),
        ((1 << 20) + 1, StatusCode::PAYLOAD_TOO_LARGE),
        (1 << 20, StatusCode::OK),
    ] {
        let body = vec![b' '; size];
        assert_eq!(post(&rig.endpoint, body).await.status(), status, "{size}");
    }
    // Without a length, too.
    let chunks = futures::stream::iter((0..40).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1 << 16]))));
    let request = Request::post("/ess/events")
        .header("Concur-Signature", "x")
        .body(Body::from_stream(chunks))
        .unwrap();
    assert_eq!(
        send(&rig.endpoint, request).await.status(),
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn over_a_real_connection_the_sender_of_2_mib_still_reads_its_413() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let rig = rig().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endpoint = rig.endpoint.clone();
    tokio::spawn(async move { axum::serve(listener, endpoint).await.unwrap() });
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /ess/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        2 << 20
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&vec![b'x'; 2 << 20]).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

fn unavailable(response: &Response<Body>) -> bool {
    response.status() == StatusCode::SERVICE_UNAVAILABLE && response.headers().contains_key("retry-after")
}

#[tokio::test]
async fn without_keys_the_endpoint_is_503() {
    let rig = rig().await;
    let endpoint = router(rig.engine.ess(None, Arc::default()));
    assert!(unavailable(
        &post(&endpoint, event(1, "ItineraryUpdated").to_string().into_bytes()).await
    ));
}

#[tokio::test]
async fn e24_x7_a_body_that_does_not_end_or_breaks_off_is_503_well_before_concur_gives_up() {
    let rig = rig().await;
    let in_service = rig.engine.ess(None, Arc::default()).deadline;
    assert!(
        in_service < Duration::from_secs(30),
        "the shortest of the documented times"
    );
    let endpoint = router(EssState {
        deadline: Duration::from_millis(80),
        ..rig.engine.ess(Some(Arc::new(keys().into())), Arc::default())
    });
    let never = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
    let request = Request::post("/ess/events")
        .header("Concur-Signature", "x")
        .body(never)
        .unwrap();
    assert!(unavailable(&send(&endpoint, request).await), "never 408");
    let broken = futures::stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("gone"))]);
    let request = Request::post("/ess/events")
        .header("Concur-Signature", "x")
        .body(Body::from_stream(broken))
        .unwrap();
    assert!(unavailable(&send(&endpoint, request).await), "never 400");
}

#[tokio::test]
async fn a_panic_is_503() {
    let rig = rig().await;
    let clock: Clock = Arc::new(|| panic!("the clock broke (this panic is part of a test)"));
    let endpoint = router(EssState {
        clock,
        ..rig.engine.ess(Some(Arc::new(keys().into())), Arc::default())
    });
    assert!(unavailable(
        &post(&endpoint, event(1, "ItineraryUpdated").to_string().into_bytes()).await
    ));
}

#[tokio::test]
async fn while_stopping_the_endpoint_is_503_and_what_was_acknowledged_is_there() {
    let rig = rig().await;
    rig.deliver(&event(1, "ItineraryUpdated")).await;
    rig.engine.shutdown().await;
    assert!(unavailable(
        &post(&rig.endpoint, event(2, "ItineraryUpdated").to_string().into_bytes()).await
    ));
    assert_eq!(rig.log().await.len(), 1);
}

#[tokio::test]
async fn while_the_database_is_locked_the_endpoint_is_503_and_a_full_queue_says_so_at_once() {
    use sqlx::Connection as _;
    let rig = rig().await;
    let url = format!("sqlite://{}", rig.folder.path().join("test.db").display());
    let mut intruder = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut intruder).await.unwrap();
    let endpoint = router(EssState {
        deadline: Duration::from_millis(300),
        ..rig.engine.ess(Some(Arc::new(keys().into())), Arc::default())
    });
    assert!(unavailable(
        &post(&endpoint, event(1, "ItineraryUpdated").to_string().into_bytes()).await
    ));
    let inbox = rig.engine.ess(None, Arc::default()).inbox;
    let refused = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (10_u32..10_010)
        .map(|n| {
            let (inbox, refused, event) = (inbox.clone(), refused.clone(), new_event(n));
            tokio::spawn(async move {
                if inbox.append(event).await.is_err() {
                    refused.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    eventually("the queue to be full", || async { refused.load(Ordering::SeqCst) > 0 }).await;
    sqlx::query("ROLLBACK").execute(&mut intruder).await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    let refused = refused.load(Ordering::SeqCst);
    let stored = rig.status().await.received;
    assert!(
        stored >= 10_000 - i64::try_from(refused).unwrap(),
        "{stored} stored, {refused} refused"
    );
    rig.deliver(&event(2, "ItineraryUpdated")).await;
}

fn new_event(n: u32) -> NewEvent {
    let now = Utc::now();
    NewEvent {
        event_id: format!("event-{n}"),
        kind: EventKind::Unknown,
        type_text: String::new(),
        trip: None,
        company: None,
        user: None,
        href: None,
        correlation: None,
        event_time: None,
        received_at: now,
        body: Vec::new(),
        quarantined: Some("type_unknown".to_owned()),
        due_at: now,
        due_latest: now,
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn bad_input_makes_one_log_line_without_personal_data() {
    let rig = rig().await;
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let body = r#"{"eventType":"ItineraryUpdated","who":"Emil Dover e.dover@example.com"}"#;
    let requests = [
        Request::post("/ess/events")
            .header("Concur-Signature", "bm9wZQ==")
            .body(Body::from(body)),
        Request::post("/ess/events")
            .header("Concur-Correlationid", "emil dover")
            .body(Body::from(body)),
        Request::post("/ess/events")
            .header("Concur-Signature", sign(body.as_bytes()))
            .body(Body::from(body)),
        Request::post("/ess/Emil/Dover").body(Body::from(body)),
        Request::post("/ess/events")
            .header("Concur-Signature", "x")
            .body(Body::from(vec![b'x'; 2 << 20])),
    ];
    let count = requests.len();
    for request in requests {
        send(&rig.endpoint, request.unwrap()).await;
    }
    let text = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), count, "{text}");
    assert!(!text.to_lowercase().contains("dover"), "{text}");
}
