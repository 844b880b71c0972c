//! The whole program over loopback: the answer table of reliability.md §1.2, and the days on which its database is gone or its
//! disk is full. What it acknowledged is there, what it refused is told once in the log, and it goes on by itself.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
#[path = "common/postgres.rs"]
#[expect(dead_code, reason = "other tests share a cluster")]
mod postgres;
#[path = "common/program.rs"]
mod program;
#[path = "ingest/signing.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod signing;

use program::{Program, Setup};
use signing::{key, other_key, pem, sign, sign_with};

/// Somebody who must not be in the log.
const MARK: &str = "Quillfeather";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    keys_in(folder.path());
    folder
}

fn keys_in(folder: &Path) {
    std::fs::write(folder.join("ess.pem"), pem(key())).unwrap();
}

fn event_id(n: usize) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

/// An event with somebody's name wherever one could be.
fn event(n: usize, kind: &str) -> Vec<u8> {
    let trip = format!("11111111-0000-4000-8000-{n:012}");
    format!(
        r#"{{"id":"{}","eventType":"{kind}","timeStamp":"2026-11-01T08:00:00.000Z","topic":"public.concur.travel.itinerary","who":"{MARK}","facts":{{"id":"{trip}","companyId":"22222222-0000-4000-8000-000000000000","userId":"33333333-0000-4000-8000-000000000000","login":"b.{MARK}@example.com","hrefs":{{"v4":"https://us2.api.concursolutions.com/travel/v4/trips/{trip}?{MARK}"}}}}}}"#,
        event_id(n)
    )
    .into_bytes()
}

impl Program {
    /// A delivery with these headers.
    async fn send(&self, method: Method, path: &str, headers: &[(&str, String)], body: Vec<u8>) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.send().await.unwrap()
    }

    /// A signed delivery.
    async fn deliver(&self, body: Vec<u8>) -> StatusCode {
        let headers = [("Concur-Signature", sign(&body))];
        checked(&self.send(Method::POST, "/ess/events", &headers, body).await)
    }

    /// The lines about deliveries, by what became of them.
    fn deliveries(&self) -> BTreeMap<String, usize> {
        let mut lines = BTreeMap::new();
        for line in self.log() {
            if line["target"]
                .as_str()
                .is_some_and(|t| t.starts_with("whereabouts::ingest::receive"))
            {
                let fields = &line["fields"];
                let kind = fields["outcome"].as_str().or(fields["message"].as_str()).unwrap();
                *lines.entry(kind.to_owned()).or_default() += 1;
            }
        }
        lines
    }

    /// How often the log tells that the database refused; a line may still be on its way to us.
    async fn told(&self, times: usize) {
        let told = || {
            let log = self.log();
            log.iter()
                .filter(|line| line["fields"]["message"] == NOT_STORED)
                .count()
        };
        let started = Instant::now();
        while told() < times && started.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(told(), times, "one line a refusal: {:#?}", self.log());
    }

    /// The value of a line of `/metrics`; 0 if there is none yet.
    async fn metric(&self, line: &str) -> f64 {
        let text = self.client.get(format!("{}/metrics", self.base)).send().await.unwrap();
        let text = text.text().await.unwrap();
        let value = text.lines().find_map(|l| l.strip_prefix(line)?.trim().parse().ok());
        value.unwrap_or(0.0)
    }

    fn says_nothing_personal(&self) {
        for line in self.log() {
            let text = line.to_string();
            let told = [MARK, "example.com", "11111111-", "33333333-", "concursolutions"];
            assert!(
                !told
                    .iter()
                    .any(|word| text.to_lowercase().contains(&word.to_lowercase())),
                "{text}"
            );
        }
    }
}

/// The status, after a check that it is one that keeps the event or says why it is lost (E27, E28).
fn checked(response: &Response) -> StatusCode {
    let status = response.status();
    assert!([200, 401, 413, 503].contains(&status.as_u16()), "{status} loses events");
    let retry = response.headers().get("retry-after").and_then(|v| v.to_str().ok());
    assert_eq!(
        status == 503,
        retry.is_some_and(|s| s.parse::<u32>().is_ok()),
        "{status}: Retry-After {retry:?}"
    );
    status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e27_e28_e31_every_delivery_gets_the_answer_of_the_table_and_each_refusal_one_line() {
    let folder = folder();
    let program = Setup::new(folder.path()).start();
    program.readiness(200).await;
    let port = program.setup().port;
    // Ten seconds is what an answer may take: this one waits while the others are asked.
    let slow = std::thread::spawn(move || dribble(port));

    let json = || ("Content-Type", "application/json".to_owned());
    let signed = |body: &[u8]| ("Concur-Signature", sign(body));
    let known = event(1, "ItineraryUpdated");
    let exact = [b"{\"id\":\"".as_slice(), &vec![b'x'; (1 << 20) - 9], b"\"}"].concat();
    assert_eq!(exact.len(), 1 << 20);
    let row = |what, status, headers: Vec<(&'static str, String)>, body: &[u8]| (what, status, headers, body.to_vec());
    for (what, status, headers, body) in [
        row("known", 200, vec![signed(&known), json()], &known),
        row("duplicate", 200, vec![signed(&known), json()], &known),
        row(
            "without a type of content",
            200,
            vec![signed(&event(2, "ItineraryCreated"))],
            &event(2, "ItineraryCreated"),
        ),
        row(
            "a wrong type of content",
            200,
            vec![
                signed(&event(3, "ItineraryDeleted")),
                ("Content-Type", "text/html; charset=x".to_owned()),
            ],
            &event(3, "ItineraryDeleted"),
        ),
        row("1 MiB", 200, vec![signed(&exact), json()], &exact),
        row("no JSON", 200, vec![signed(MARK.as_bytes()), json()], MARK.as_bytes()),
        row("nothing", 200, vec![signed(b"")], b""),
        row(
            "an unknown type",
            200,
            vec![signed(&event(4, "ItineraryExploded")), json()],
            &event(4, "ItineraryExploded"),
        ),
        row("unsigned", 401, vec![json()], &known),
        row(
            "signed by another",
            401,
            vec![("Concur-Signature", sign_with(other_key(), 222, &known)), json()],
            &known,
        ),
        row(
            "signed, then changed",
            401,
            vec![signed(&known), json()],
            &event(5, "ItineraryUpdated"),
        ),
        row(
            "signed with nonsense",
            401,
            vec![("Concur-Signature", MARK.to_owned())],
            &known,
        ),
        row(
            "unsigned, with somebody for an id",
            401,
            vec![("Concur-Correlationid", MARK.to_owned())],
            &known,
        ),
        row("2 MiB", 413, vec![signed(&vec![b'x'; 2 << 20])], &vec![b'x'; 2 << 20]),
        row("2 MiB unsigned", 413, vec![], &vec![b'x'; 2 << 20]),
    ] {
        let response = program.send(Method::POST, "/ess/events", &headers, body).await;
        assert_eq!(checked(&response), status, "{what}");
    }
    for (method, path) in [
        ("GET", "/ess/events"),
        ("HEAD", "/ess/events"),
        ("PUT", "/ess/events"),
        ("PATCH", "/ess/events"),
        ("DELETE", "/ess/events"),
        ("OPTIONS", "/ess/events"),
        ("BREW", "/ess/events"),
        ("POST", "/ess/events/"),
        ("POST", "/ess"),
        ("POST", "/ess/"),
        ("POST", "/ess/v4/events"),
        ("POST", "/ess/events/Quillfeather?login=Quillfeather"),
        ("POST", "/ess//events"),
        ("POST", "/ess/%FF"),
    ] {
        let headers = [signed(&known), json()];
        let response = program
            .send(method.parse().unwrap(), path, &headers, known.clone())
            .await;
        assert_eq!(checked(&response), 503, "{method} {path}");
    }
    let answer = slow.join().unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.to_lowercase().contains("retry-after:"),
        "{answer}"
    );

    let token = program.setup().token();
    let found = program.events(&token).await;
    assert!((1..=4).all(|n| found[&event_id(n)] == 1), "{found:?}");
    assert!(!found.contains_key(&event_id(5)), "what was not signed is not kept");
    let status = program.rest(&token, "ingest/status").await;
    assert_eq!(
        (&status["received"], &status["quarantined"]),
        (&7.into(), &4.into()),
        "{status}"
    );

    let wrong = "a request to the event endpoint has a wrong method or path";
    let wanted = [
        ("bad_signature", 5),
        ("quarantined", 4),
        ("too_large", 2),
        ("too_slow", 1),
        (wrong, 14),
    ];
    let wanted = BTreeMap::from(wanted.map(|(kind, n)| (kind.to_owned(), n)));
    let started = Instant::now();
    while program.deliveries() != wanted && started.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(program.deliveries(), wanted, "{:#?}", program.log());
    program.says_nothing_personal();
}

/// Says that 100 bytes come, sends ten and waits; what is answered.
fn dribble(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = "POST /ess/events HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\nConcur-Signature: eA==\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"{\"id\":\"slo").unwrap();
    let (mut answer, mut buffer) = (Vec::new(), [0; 1024]);
    while !answer.windows(4).any(|w| w == b"\r\n\r\n") {
        let n = stream.read(&mut buffer).unwrap();
        assert_ne!(n, 0, "the connection was closed without an answer");
        answer.extend_from_slice(&buffer[..n]);
    }
    let _ = stream.shutdown(Shutdown::Both);
    String::from_utf8(answer).unwrap()
}

/// Sends the same event until it is acknowledged, as Concur does.
async fn insist(program: &Program, n: usize) {
    let started = Instant::now();
    while program.deliver(event(n, "ItineraryUpdated")).await != 200 {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "event {n} is never taken: {:#?}",
            program.log()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Delivers while something is broken: nothing is acknowledged, and each refusal is one line of the log.
async fn refused(program: &Program, events: std::ops::Range<usize>) {
    let before = program.deliveries();
    let n = events.len();
    for n in events {
        assert_eq!(program.deliver(event(n, "ItineraryUpdated")).await, 503, "event {n}");
    }
    program.readiness(503).await;
    let unsigned = program
        .send(Method::POST, "/ess/events", &[], event(0, "ItineraryUpdated"))
        .await;
    assert_eq!(checked(&unsigned), 401, "who is not Concur learns nothing");
    program.told(n).await;
    let mut after = program.deliveries();
    after.remove("bad_signature");
    assert_eq!(after, before, "and no second one");
    let health = program
        .client
        .get(format!("{}/healthz", program.base))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 200, "it lives");
}

const NOT_STORED: &str = "events were not stored; they will be delivered again";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_and_comes_back_loses_nothing_and_needs_no_restart() {
    let folder = folder();
    let mut cluster = postgres::Cluster::started();
    let sealing = folder.path().join("sealing.key");
    whereabouts::concur::Sealer::open_file(&sealing, true).unwrap();
    let program = Setup::new(folder.path())
        .with("WHEREABOUTS_DATABASE_URL", cluster.database("whole"))
        .with("WHEREABOUTS_SECRET_KEY_FILE", sealing.display().to_string())
        .start();
    program.readiness(200).await;
    let token = program.setup().token();
    for n in 0..20 {
        assert_eq!(program.deliver(event(n, "ItineraryUpdated")).await, 200);
    }

    cluster.tell("stop");
    refused(&program, 20..23).await;
    let rest = program
        .client
        .get(format!("{}/api/v1/events", program.base))
        .bearer_auth(&token)
        .send();
    let rest = rest.await.unwrap();
    assert_eq!(rest.status(), 503);
    assert_eq!(rest.headers()["content-type"], "application/problem+json");
    let page = program
        .client
        .get(format!("{}/sign-in", program.base))
        .send()
        .await
        .unwrap();
    assert!(!page.status().is_client_error(), "{}", page.status());

    cluster.tell("start");
    for n in 20..26 {
        insist(&program, n).await;
    }
    program.readiness(200).await;
    let found = program.events(&token).await;
    let wanted: BTreeMap<_, _> = (0..26).map(|n| (event_id(n), 1)).collect();
    assert_eq!(found, wanted);
    program.says_nothing_personal();
    let lines = program.log().len();
    assert!(lines < 200, "an outage must not fill the log: {lines} lines");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn told_to_stop_it_ends_soon_and_what_it_acknowledged_meanwhile_is_there() {
    let folder = folder();
    let program = Arc::new(Setup::new(folder.path()).start());
    program.readiness(200).await;
    let sender = tokio::spawn({
        let program = program.clone();
        async move {
            let mut acknowledged = 0;
            loop {
                let body = event(acknowledged, "ItineraryUpdated");
                let request = program.client.post(format!("{}/ess/events", program.base));
                let answer = request.header("Concur-Signature", sign(&body)).body(body).send().await;
                match answer {
                    Ok(answer) if checked(&answer) == 200 => acknowledged += 1,
                    // It refuses to begin another, or is gone: both keep the event at Concur.
                    _ => return acknowledged,
                }
            }
        }
    });
    // Somebody who is connected and says nothing must not hold it up.
    let silent = TcpStream::connect(("127.0.0.1", program.setup().port)).unwrap();
    let started = Instant::now();
    while program.metric("ess_events_total{outcome=\"stored\"}").await < 20.0 {
        assert!(started.elapsed() < Duration::from_secs(20), "events are taken");
    }
    let (ended, after) = program.terminate();
    assert!(ended.success(), "{ended}");
    assert!(after < Duration::from_secs(25), "{after:?}");
    drop(silent);
    let acknowledged = sender.await.unwrap();
    assert!(acknowledged >= 20);
    let program = program.setup().clone().start();
    program.readiness(200).await;
    let found = program.events(&program.setup().token()).await;
    assert!(
        (0..acknowledged).all(|n| found.get(&event_id(n)) == Some(&1)),
        "{found:?}"
    );
}

/// A way to take the room away from the database, and to give it back.
trait Room {
    fn take(&mut self, program: &Program);
    fn give(&mut self, program: &Program);
}

async fn a_full_disk(folder: &Path, under: &[&str], room: &mut dyn Room) {
    keys_in(folder);
    let mut setup = Setup::new(folder);
    setup.under = under.iter().map(|word| (*word).to_owned()).collect();
    let program = setup.start();
    program.readiness(200).await;
    let token = program.setup().token();
    for n in 0..20 {
        assert_eq!(program.deliver(event(n, "ItineraryUpdated")).await, 200);
    }

    room.take(&program);
    // What fits into the room that was already there may be taken still; what is acknowledged is remembered.
    let mut n = 20;
    while program.deliver(event(n, "ItineraryUpdated")).await == 200 {
        n += 1;
        assert!(n < 4000, "the disk is not full");
    }
    program.readiness(503).await;
    let kept = program.events(&token).await;
    assert!(
        (0..n).all(|n| kept.contains_key(&event_id(n))),
        "what is there can still be read"
    );
    assert!(program.deliver(event(n, "ItineraryUpdated")).await == 503);
    program.told(2).await;
    assert_eq!(program.deliveries(), BTreeMap::new(), "and no second one");

    room.give(&program);
    for n in n..n + 10 {
        insist(&program, n).await;
    }
    program.readiness(200).await;
    let wanted: BTreeMap<_, _> = (0..n + 10).map(|n| (event_id(n), 1)).collect();
    assert_eq!(program.events(&token).await, wanted);
    program.says_nothing_personal();
    // And it was durable, not only remembered.
    program.kill();
    let program = program.setup().clone().start();
    program.readiness(200).await;
    assert_eq!(program.events(&token).await, wanted);
}

/// A small file system, filled by a file of its own.
struct Small(PathBuf);

impl Small {
    /// `None` where this user may not mount.
    fn mount(folder: &Path) -> Option<Self> {
        let made = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"])
            .arg(folder)
            .output();
        made.is_ok_and(|made| made.status.success())
            .then(|| Self(folder.to_owned()))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Room for Small {
    fn take(&mut self, _: &Program) {
        let mut file = std::fs::File::create(self.ballast()).unwrap();
        while file.write_all(&[7; 4096]).is_ok() {}
    }

    fn give(&mut self, _: &Program) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_file_system_is_503_loses_nothing_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut small) = Small::mount(folder.path()) else {
        eprintln!("this user may not mount a small file system; the limit of the size of files stands for it");
        return a_full_disk(folder.path(), &UNDER_A_LIMIT, &mut Limit).await;
    };
    a_full_disk(folder.path(), &[], &mut small).await;
}

/// The largest size of a file that the program may write; no rights are needed for it.
struct Limit;

/// With the signal of that limit ignored, a write beyond it fails as on a broken disk.
const UNDER_A_LIMIT: [&str; 4] = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

impl Limit {
    fn set(program: &Program, limit: &str) {
        let set = Command::new("prlimit")
            .args([
                "--pid",
                &program.id().to_string(),
                &format!("--fsize={limit}:unlimited"),
            ])
            .status();
        assert!(set.expect("prlimit of util-linux runs").success());
    }
}

impl Room for Limit {
    fn take(&mut self, program: &Program) {
        Self::set(program, "0");
    }

    fn give(&mut self, program: &Program) {
        Self::set(program, "unlimited");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_no_writes_is_503_loses_nothing_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    a_full_disk(folder.path(), &UNDER_A_LIMIT, &mut Limit).await;
}
