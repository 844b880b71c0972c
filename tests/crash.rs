//! The program is killed in the middle of deliveries, several times: what it acknowledged is there, once, and is acted upon; and
//! what it acknowledges is on the disk first. Drives the real binary over loopback, with 24 connections as Concur has (E33).

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[expect(dead_code, reason = "other tests use the rest of it")]
mod fake_concur;
#[path = "common/program.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod program;
#[path = "ingest/signing.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod signing;

use fake_concur::{FakeConcur, Reply};
use program::{Program, Setup};
use signing::{key, pem, sign};

const CONNECTIONS: usize = 24;
const KILLS: usize = 4;
/// Events made ready for each of the lives of the program.
const EVENTS: usize = 300;
const COMPANY: &str = "22222222-0000-4000-8000-000000000000";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ess.pem"), pem(key())).unwrap();
    folder
}

fn trip(n: usize) -> String {
    format!("11111111-0000-4000-8000-{n:012}")
}

/// An event, signed beforehand, so that the machine's time goes into deliveries.
struct Signed {
    id: String,
    /// Number of its trip.
    trip: usize,
    body: String,
    signature: String,
    /// It was sent at least once.
    sent: AtomicBool,
}

fn signed(n: usize, trips: usize) -> Signed {
    let (id, number) = (format!("00000000-0000-4000-8000-{n:012}"), n % trips);
    let trip = trip(number);
    let event = json!({
        "id": id, "eventType": "ItineraryUpdated", "topic": "public.concur.travel.itinerary",
        "timeStamp": "2026-11-01T08:00:00.000Z",
        "facts": {"id": trip, "companyId": COMPANY, "userId": "33333333-0000-4000-8000-000000000000"}
    });
    let body = event.to_string();
    let signature = sign(body.as_bytes());
    Signed {
        id,
        trip: number,
        body,
        signature,
        sent: AtomicBool::new(false),
    }
}

async fn deliver(program: &Program, event: &Signed) -> bool {
    let request = program
        .client
        .post(format!("{}/ess/events", program.base))
        .header("Concur-Signature", &event.signature);
    request
        .body(event.body.clone())
        .send()
        .await
        .is_ok_and(|answer| answer.status() == 200)
}

/// What Concur's event service still has to deliver, and what it was told to forget.
#[derive(Default)]
struct Ess {
    waiting: Mutex<VecDeque<Arc<Signed>>>,
    acknowledged: Mutex<Vec<String>>,
}

impl Ess {
    fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Delivers over all connections until nothing waits or `killed`; what was not acknowledged waits again. `before` is done
    /// before an event is sent for the first time.
    async fn deliver(
        self: &Arc<Self>,
        program: &Arc<Program>,
        killed: &Arc<AtomicBool>,
        before: impl Fn(&Signed) + Clone + Send + 'static,
    ) {
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let (ess, program, killed, before) = (self.clone(), program.clone(), killed.clone(), before.clone());
                tokio::spawn(async move {
                    while !killed.load(Ordering::SeqCst) {
                        let Some(event) = ess.waiting.lock().unwrap().pop_front() else {
                            return;
                        };
                        if !event.sent.swap(true, Ordering::SeqCst) {
                            before(&event);
                        }
                        if deliver(&program, &event).await {
                            ess.acknowledged.lock().unwrap().push(event.id.clone());
                        } else {
                            ess.waiting.lock().unwrap().push_back(event);
                        }
                    }
                })
            })
            .collect();
        for sender in senders {
            sender.await.unwrap();
        }
    }

    /// The program's lives: each is killed in the middle of deliveries; the last one goes on.
    async fn kill_and_kill_again(
        self: &Arc<Self>,
        setup: &Setup,
        trips: usize,
        before: impl Fn(&Signed) + Clone + Send + 'static,
    ) -> Program {
        for round in 0..KILLS {
            let events = (round * EVENTS..(round + 1) * EVENTS).map(|n| Arc::new(signed(n, trips)));
            self.waiting.lock().unwrap().extend(events);
            let program = Arc::new(setup.clone().start());
            program.readiness(200).await;
            let (killed, enough) = (Arc::new(AtomicBool::new(false)), self.acknowledged() + 100);
            let killer = tokio::spawn({
                let (ess, program, killed) = (self.clone(), program.clone(), killed.clone());
                async move {
                    // In the middle of it: some are acknowledged, many are on the way.
                    while ess.acknowledged() < enough {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    program.kill();
                    killed.store(true, Ordering::SeqCst);
                }
            });
            self.deliver(&program, &killed, before.clone()).await;
            killer.await.unwrap();
            assert!(!self.waiting.lock().unwrap().is_empty(), "it was killed too late");
        }
        let program = setup.clone().start();
        program.readiness(200).await;
        program
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_event_survives_kill_9_once() {
    let folder = folder();
    let ess = Arc::new(Ess::default());
    let setup = Setup::new(folder.path());
    let program = ess.kill_and_kill_again(&setup, 50, |_| {}).await;
    let found = program.events(&setup.token()).await;
    let acknowledged = ess.acknowledged.lock().unwrap();
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

const TRIPS: usize = 40;

/// A week in London; `version` minutes after midnight it was modified.
fn document(number: usize, version: u32) -> Value {
    let flight = |from: &str, to: &str, number: &str, start: &str, end: &str| {
        json!({
            "StartCityCode": from, "EndCityCode": to, "StartDateLocal": start, "EndDateLocal": end, "Vendor": "BA",
            "FlightNumber": number, "Status": "HK", "ConfirmationNumber": "QW7TRA1"
        })
    };
    json!({
        "id": format!("https://us2.api.concursolutions.com/travel/v4/trips/{}", trip(number)), "TripStatus": 0,
        "UserLoginId": format!("e.dover{number}@example.com"), "TripName": format!("Version {version}"),
        "DateModifiedUtc": modified(version),
        "Bookings": [{
            "RecordLocator": "QW7TRA", "BookingOwner": "ConcurTravel", "BookingSource": "Sabre",
            "Passengers": [{"NameFirst": "Emil", "NameLast": "Dover"}],
            "Segments": {"Air": [
                flight("JFK", "LHR", "112", "2030-05-10T18:30:00", "2030-05-11T06:30:00"),
                flight("LHR", "JFK", "179", "2030-05-20T17:00:00", "2030-05-20T20:00:00")
            ]}
        }]
    })
}

fn modified(version: u32) -> String {
    format!(
        "2026-02-{:02}T{:02}:{:02}:00Z",
        1 + version / 1440,
        version / 60 % 24,
        version % 60
    )
}

/// Walks through Quick Connect as an administrator does, from the App Center's redirect on.
async fn connect(program: &Program) {
    let form = [
        ("id", COMPANY),
        ("requestToken", "request-token"),
        ("userId", "33333333-0000-4000-8000-000000000000"),
        ("email", "admin@example.com"),
        ("password", "four grey herons at dusk"),
    ];
    let request = program
        .client
        .post(format!("{}/connect/sign-up", program.base))
        .form(&form);
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (303, &"/connect/done".parse().unwrap()),
        "{:#?}",
        program.log()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_kill_9_every_trip_comes_to_its_newest_version() {
    let folder = folder();
    let fake = FakeConcur::start().await;
    let base = fake.base.clone();
    fake.script(move |seen| {
        let tokens = json!({
            "expires_in": "3600", "token_type": "Bearer", "access_token": "access-1", "refresh_token": "refresh-1",
            "refresh_expires_in": 4_102_444_800_i64, "geolocation": base,
        });
        (seen.path == "/oauth2/v0/token").then(|| Reply::json(&tokens))
    });
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "client-secret").unwrap();
    let setup = Setup::new(folder.path())
        .with("WHEREABOUTS_CONCUR_CLIENT_ID", "client-id")
        .with("WHEREABOUTS_CONCUR_CLIENT_SECRET_FILE", secret.display().to_string())
        .with("WHEREABOUTS_CONCUR_TOKEN_BASE", &fake.base)
        .with("WHEREABOUTS_CONCUR_ALLOW", &fake.base)
        .with("WHEREABOUTS_COALESCE_MS", "50")
        .with("WHEREABOUTS_RETRY_BASE_MS", "50");
    {
        let program = setup.clone().start();
        program.readiness(200).await;
        connect(&program).await;
    }

    let versions: Arc<Mutex<BTreeMap<usize, u32>>> = Arc::default();
    let change = {
        let (versions, fake) = (versions.clone(), fake.clone());
        // The trip changes, then Concur tells of it.
        move |event: &Signed| {
            let mut versions = versions.lock().unwrap();
            let version = versions.entry(event.trip).or_default();
            *version += 1;
            fake.serve(&trip(event.trip), Some(document(event.trip, *version)));
        }
    };
    let ess = Arc::new(Ess::default());
    let program = Arc::new(ess.kill_and_kill_again(&setup, TRIPS, change.clone()).await);
    assert!(
        !fake.seen("/travel/v4/trips/").is_empty(),
        "trips were fetched between the kills"
    );
    // Whatever was not acknowledged is delivered again, as Concur does for 72 hours (E27).
    ess.deliver(&program, &Arc::default(), change).await;
    assert_eq!(ess.waiting.lock().unwrap().len(), 0);
    assert_eq!(ess.acknowledged(), KILLS * EVENTS);

    let token = setup.token();
    let newest = versions.lock().unwrap().clone();
    assert_eq!(newest.len(), TRIPS);
    let started = Instant::now();
    for (number, version) in newest {
        loop {
            let stored = program.rest(&token, &format!("trips/{}", trip(number))).await;
            if stored["modified"] == modified(version) {
                assert_eq!(stored["name"], format!("Version {version}"));
                break;
            }
            // What a killed program had claimed is claimed again when its lease of a minute is over.
            assert!(
                started.elapsed() < Duration::from_secs(120),
                "version {version} is never stored: {stored}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let status = program.rest(&token, "ingest/status").await;
    for nothing in [
        "queued",
        "running",
        "waiting_retry",
        "waiting_grace",
        "dead",
        "quarantined",
    ] {
        assert_eq!(status[nothing], 0, "{nothing}: {status}");
    }
    assert_eq!(status["received"], KILLS * EVENTS);
}

/// A system call: the lines of the trace at which it began and ended, and all that is said of it.
struct Call {
    began: usize,
    ended: usize,
    text: String,
}

/// The calls of a trace of many threads; one that was interrupted by others is put together again.
fn calls(trace: &str) -> Vec<Call> {
    let (mut calls, mut open) = (Vec::new(), BTreeMap::new());
    for (at, line) in trace.lines().enumerate() {
        let Some((thread, text)) = line.trim_start().split_once(' ') else {
            continue;
        };
        let text = text.trim_start();
        if let Some(begun) = text.strip_suffix("<unfinished ...>") {
            open.insert(thread, (at, begun.to_owned()));
        } else if let Some((_, rest)) = text.strip_prefix("<... ").and_then(|t| t.split_once(" resumed>")) {
            if let Some((began, begun)) = open.remove(thread) {
                calls.push(Call {
                    began,
                    ended: at,
                    text: begun + rest,
                });
            }
        } else {
            calls.push(Call {
                began: at,
                ended: at,
                text: text.to_owned(),
            });
        }
    }
    calls.extend(open.into_values().map(|(began, text)| Call {
        began,
        ended: usize::MAX,
        text,
    }));
    calls
}

/// Whether the event was read, written to the log of the database, synced to the disk and only then acknowledged.
fn durable_first(trace: &str, event: &str) -> Result<(), &'static str> {
    let calls = calls(trace);
    let is = |call: &Call, names: &[&str]| names.iter().any(|name| call.text.starts_with(&format!("{name}(")));
    let log = |call: &Call| {
        call.text
            .split(['"', ')'])
            .next()
            .is_some_and(|first| first.contains("w.db-wal>"))
    };
    let written = calls
        .iter()
        .find(|c| is(c, &["write", "pwrite64", "writev", "pwritev"]) && log(c) && c.text.contains(event));
    let written = written.ok_or("it is not written to the log of the database")?;
    let asked = calls
        .iter()
        .find(|c| is(c, &["read", "recvfrom", "recvmsg"]) && c.text.contains(event));
    let asked = asked
        .filter(|asked| asked.ended <= written.began)
        .ok_or("it is written before it is read")?;
    let answered = calls
        .iter()
        .find(|c| {
            c.began > asked.ended && is(c, &["write", "writev", "sendto", "sendmsg"]) && c.text.contains("HTTP/1.1 200")
        })
        .ok_or("it is not acknowledged")?;
    let synced = |c: &Call| {
        is(c, &["fsync", "fdatasync"])
            && log(c)
            && c.text.trim_end().ends_with("= 0")
            && c.began > written.ended
            && c.ended < answered.began
    };
    calls
        .iter()
        .any(synced)
        .then_some(())
        .ok_or("it is acknowledged before it is on the disk")
}

#[test]
fn a_trace_shows_whether_the_disk_came_first() {
    let read = "7 recvfrom(9<socket:[1]>, \"POST /ess/events E1\", 8192) = 19";
    let write = "8 pwrite64(5</d/w.db-wal>, \"..E1..\", 4096, 24) = 4096";
    let (sync, done) = (
        "8 fdatasync(5</d/w.db-wal> <unfinished ...>",
        "8 <... fdatasync resumed>) = 0",
    );
    let answer = "7 writev(9<socket:[1]>, [\"HTTP/1.1 200 OK\"], 1) = 15";
    let told = |lines: &[&str]| durable_first(&lines.join("\n"), "E1");
    assert_eq!(told(&[read, write, sync, done, answer]), Ok(()));
    let early = Err("it is acknowledged before it is on the disk");
    assert_eq!(told(&[read, write, sync, answer, done]), early);
    assert_eq!(told(&[read, write, answer, sync, done]), early);
    assert_eq!(told(&[read, sync, done, write, answer]), early);
    assert_eq!(
        told(&[
            read,
            write,
            "8 fdatasync(5</d/w.db-wal>) = -1 EIO (Input/output error)",
            answer
        ]),
        early
    );
    assert_eq!(told(&[read, write, "8 fdatasync(6</d/other>) = 0", answer]), early);
    assert!(told(&[read, sync, done, answer]).is_err() && told(&[read, write, sync, done]).is_err());
}

/// Whether strace is there and may trace.
fn can_trace() -> bool {
    let tried = Command::new("strace")
        .args(["-D", "-f", "-o", "/dev/null", "true"])
        .output();
    tried.is_ok_and(|tried| tried.status.success())
}

/// The settings under which SQLite syncs its log before a commit returns.
async fn syncs_before_it_commits(folder: &Path) {
    let url = format!("sqlite://{}", folder.join("w.db").display());
    let settings: BTreeMap<_, _> = whereabouts::store::open(&url)
        .await
        .unwrap()
        .durability()
        .await
        .unwrap()
        .into_iter()
        .collect();
    assert_eq!(
        (settings["journal_mode"].as_str(), settings["synchronous"].as_str()),
        ("wal", "2"),
        "{settings:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_has_an_event_before_concur_is_told() {
    let folder = folder();
    let trace = folder.path().join("trace");
    let mut setup = Setup::new(folder.path());
    let traced = can_trace();
    if traced {
        let names = "trace=read,recvfrom,recvmsg,write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync";
        // `-D`: the program stays our child, and the tracer ends with it.
        let words = ["strace", "-D", "-f", "-y", "-s", "6000", "-e", names, "-o"];
        setup.under = words
            .iter()
            .map(|word| (*word).to_owned())
            .chain([trace.display().to_string()])
            .collect();
    } else {
        eprintln!("strace is not here or may not trace: only the settings of the database are checked");
    }
    let program = setup.start();
    program.readiness(200).await;
    let events = (0..5).map(|n| signed(n, 5)).collect::<Vec<_>>();
    for event in &events {
        assert!(deliver(&program, event).await);
    }
    program.kill();
    syncs_before_it_commits(folder.path()).await;
    if traced {
        for event in &events {
            // The tracer may still be writing.
            let started = Instant::now();
            let verdict = loop {
                let verdict = durable_first(&String::from_utf8_lossy(&std::fs::read(&trace).unwrap()), &event.id);
                if verdict.is_ok() || started.elapsed() > Duration::from_secs(10) {
                    break verdict;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            };
            assert_eq!(verdict, Ok(()), "event {}", event.id);
        }
    }
}
