//! Whatever happens in whatever order: the whole way from an event to a stored trip, on both databases, with a Concur that
//! fails and nodes that die (reliability.md §2.4, §6).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use whereabouts::concur::Clock;
use whereabouts::ingest::receive::router;
use whereabouts::ingest::{Engine, EngineConfig};
use whereabouts::store::{EventFilter, EventStatus, Scope, Store};

use crate::fake_concur::{COMPANY, FakeConcur, Reply};
use crate::rig::{document, event_of, post};
use crate::signing::keys;

const TRIPS: [&str; 3] = [
    "51aa0000-0000-4000-8000-000000000001",
    "51aa0000-0000-4000-8000-000000000002",
    "51aa0000-0000-4000-8000-000000000003",
];

/// Longer than this machine leaves a thread waiting, so that a living node keeps its lease.
const LEASE: Duration = Duration::from_millis(1500);

/// One thing that can happen.
#[derive(Clone, Debug)]
enum Step {
    /// Concur writes the document again, and tells of it or loses the event.
    Write { trip: usize, told: bool },
    /// Concur deletes or anonymizes the trip.
    End { trip: usize, kind: &'static str },
    /// An event of before comes again.
    Again { which: usize },
    /// An event comes that happened long before (E33).
    Late { trip: usize, kind: &'static str },
    /// The next requests for trips end like this.
    Fail { status: u16, times: usize },
    /// The next one takes longer than a lease lives without a heartbeat.
    Slow,
    /// The process ends without finishing anything, and another starts.
    Crash,
    /// A second node runs beside.
    Node,
    /// Time for some of it to be done.
    Pause(u64),
    /// The grace of what was deleted ends.
    Later,
}

fn step() -> impl Strategy<Value = Step> {
    let trip = || 0..TRIPS.len();
    prop_oneof![
        6 => (trip(), prop::bool::weighted(0.9)).prop_map(|(trip, told)| Step::Write { trip, told }),
        1 => (trip(), prop_oneof![Just("ItineraryDeleted"), Just("ItineraryAnonymized")]).prop_map(|(trip, kind)| Step::End { trip, kind }),
        2 => any::<usize>().prop_map(|which| Step::Again { which }),
        1 => (trip(), prop_oneof![Just("ItineraryUpdated"), Just("ItineraryCreated"), Just("ItineraryDeleted")]).prop_map(|(trip, kind)| Step::Late { trip, kind }),
        2 => (prop_oneof![Just(500_u16), Just(502), Just(503), Just(429), Just(400)], 1..4_usize).prop_map(|(status, times)| Step::Fail { status, times }),
        1 => Just(Step::Slow),
        2 => Just(Step::Crash),
        1 => Just(Step::Node),
        4 => (0..60_u64).prop_map(Step::Pause),
        1 => Just(Step::Later),
    ]
}

/// What Concur holds of a trip, and what was told of it.
#[derive(Debug, Default)]
struct Truth {
    version: u32,
    /// The newest version of whose writing an event was acknowledged, since the trip last ended.
    told: u32,
    /// The newest event said that it ended.
    ended: bool,
}

/// How many of the next requests for trips end in which way.
#[derive(Default)]
struct Faults {
    status: u16,
    fail: usize,
}

/// A process: its threads end with it, wherever they are.
struct Node {
    runtime: tokio::runtime::Runtime,
    engine: Arc<Engine>,
    endpoint: axum::Router,
}

struct Bed {
    _folder: tempfile::TempDir,
    url: String,
    runtime: tokio::runtime::Runtime,
    fake: FakeConcur,
    faults: Arc<Mutex<Faults>>,
    store: Arc<dyn Store>,
    ahead: Arc<AtomicI64>,
    nodes: Vec<Node>,
    truth: [Truth; 3],
    /// Every event that was acknowledged.
    acknowledged: Vec<Value>,
}

fn threads() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

impl Bed {
    fn new(postgres: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = if postgres {
            crate::postgres::fresh_database()
        } else {
            format!("sqlite://{}", folder.path().join("test.db").display())
        };
        let runtime = threads();
        let (fake, store) = runtime.block_on(async {
            let store = whereabouts::store::open(&url).await.unwrap();
            let fake = FakeConcur::start().await;
            fake.connected(&store).await;
            (fake, store)
        });
        let faults: Arc<Mutex<Faults>> = Arc::default();
        let next = faults.clone();
        fake.script(move |seen| {
            let mut next = next.lock().unwrap();
            if next.fail > 0 && seen.path.starts_with("/travel/v4/trips/") {
                next.fail -= 1;
                return Some(Reply::status(next.status));
            }
            None
        });
        let mut bed = Self {
            _folder: folder,
            url,
            runtime,
            fake,
            faults,
            store,
            ahead: Arc::default(),
            nodes: Vec::new(),
            truth: Default::default(),
            acknowledged: Vec::new(),
        };
        bed.start();
        bed
    }

    fn start(&mut self) {
        let ahead = self.ahead.clone();
        let clock: Clock = Arc::new(move || Utc::now() + TimeDelta::milliseconds(ahead.load(Ordering::SeqCst)));
        let mut config = EngineConfig::new(Arc::new(|| 0.5));
        config.coalesce = Duration::from_millis(20);
        config.retry_base = Duration::from_millis(5);
        config.lease = LEASE;
        let runtime = threads();
        let (engine, endpoint) = runtime.block_on(async {
            let store = whereabouts::store::open(&self.url).await.unwrap();
            let concur = self.fake.client();
            // Deaths while a token is redeemed are another test's (Q23).
            concur.access(&store, COMPANY, None).await.unwrap();
            let engine = Engine::start(config, store, concur, clock);
            let endpoint = router(engine.ess(Some(Arc::new(keys().into())), Arc::default()));
            (engine, endpoint)
        });
        self.nodes.push(Node {
            runtime,
            engine,
            endpoint,
        });
    }

    /// Delivers until somebody acknowledges it, as Concur does.
    fn deliver(&mut self, event: Value) {
        let body = event.to_string().into_bytes();
        for _ in 0..100 {
            for node in &self.nodes {
                if self.runtime.block_on(post(&node.endpoint, body.clone())).status() == 200 {
                    self.acknowledged.push(event);
                    return;
                }
            }
        }
        panic!("nobody takes events");
    }

    /// The event that Concur sends next of a trip.
    fn tell(&mut self, trip: usize, kind: &str, seconds: i64) {
        let n = u32::try_from(self.acknowledged.len()).unwrap();
        self.deliver(event_of(n, kind, TRIPS[trip], seconds));
    }

    fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.ahead.load(Ordering::SeqCst))
    }

    fn settle(&self, with_graces: bool) {
        let started = std::time::Instant::now();
        loop {
            let status = self
                .runtime
                .block_on(self.store.ingest_status(&Scope::service(), self.now()))
                .unwrap();
            let graces = if with_graces { status.waiting_grace } else { 0 };
            if status.queued + status.running + status.waiting_retry + graces == 0 {
                return;
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "the queue never rests: {status:?}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Time goes on when nobody holds a lease: a jump of the clock would take it away from the living.
    fn later(&self) {
        self.settle(false);
        self.ahead.fetch_add(1_000_000, Ordering::SeqCst);
        self.nodes.iter().for_each(|node| node.engine.wake());
    }

    fn take(&mut self, step: &Step, seconds: i64) {
        match *step {
            Step::Write { trip, told } => {
                let version = self.truth[trip].version + 1;
                self.fake.serve(TRIPS[trip], Some(document(TRIPS[trip], version)));
                self.truth[trip].version = version;
                if told {
                    self.tell(trip, "ItineraryUpdated", seconds);
                    (self.truth[trip].told, self.truth[trip].ended) = (version, false);
                }
            }
            Step::End { trip, kind } => {
                self.fake.serve(TRIPS[trip], None);
                self.tell(trip, kind, seconds);
                (self.truth[trip].told, self.truth[trip].ended) = (0, true);
            }
            Step::Again { which } if !self.acknowledged.is_empty() => {
                let event = self.acknowledged[which % self.acknowledged.len()].clone();
                self.deliver(event);
                self.acknowledged.pop();
            }
            Step::Again { .. } => {}
            Step::Late { trip, kind } => self.tell(trip, kind, -seconds),
            Step::Fail { status, times } => {
                let mut faults = self.faults.lock().unwrap();
                (faults.status, faults.fail) = (status, times);
            }
            Step::Slow => self.fake.slow_next(LEASE + Duration::from_millis(300)),
            Step::Crash => {
                let dead = self.nodes.remove(0);
                dead.runtime.shutdown_background();
                if self.nodes.is_empty() {
                    self.start();
                }
            }
            Step::Node if self.nodes.len() < 2 => self.start(),
            Step::Node => {}
            Step::Pause(ms) => std::thread::sleep(Duration::from_millis(ms)),
            Step::Later => self.later(),
        }
    }

    fn check(&self) {
        *self.faults.lock().unwrap() = Faults::default();
        self.settle(false);
        self.later();
        self.settle(true);
        assert!(self.fake.most_at_once() <= 1, "one fetch of a trip at a time");
        for (truth, trip) in self.truth.iter().zip(TRIPS) {
            let stored = self.runtime.block_on(self.store.trip(&Scope::service(), trip)).unwrap();
            let version = stored.map(|row| {
                assert!(!row.pending_delete);
                let name = row.trip.name.unwrap();
                name.rsplit(' ').next().unwrap().parse::<u32>().unwrap()
            });
            match version {
                Some(_) if truth.ended => panic!("what was erased is back: {truth:?}"),
                Some(version) => assert!((truth.told..=truth.version).contains(&version), "{version}: {truth:?}"),
                None => assert_eq!(truth.told, 0, "what was acknowledged is lost: {truth:?}"),
            }
        }
        let filter = EventFilter {
            limit: 500,
            ..EventFilter::default()
        };
        let log = self
            .runtime
            .block_on(self.store.events(&Scope::service(), &filter))
            .unwrap()
            .rows;
        for event in &self.acknowledged {
            let row = log.iter().find(|row| event["id"] == row.event_id).unwrap();
            assert!(
                matches!(row.status, EventStatus::Processed | EventStatus::Superseded),
                "{row:?}"
            );
        }
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        self.nodes.drain(..).for_each(|node| node.runtime.shutdown_background());
    }
}

/// Any order of events, duplicates, crashes, second nodes, slow answers and refusals ends in the newest document: one fetch
/// a trip is in flight, nothing that was acknowledged is lost, nothing that was erased comes back, nothing goes backwards.
fn any_order_of_things_ends_in_the_newest_document(postgres: bool, cases: u32) {
    let mut runner = TestRunner::new(Config {
        cases,
        max_shrink_iters: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&prop::collection::vec(step(), 1..40), |steps| {
        let mut bed = Bed::new(postgres);
        for (step, seconds) in steps.iter().zip(1..) {
            bed.take(step, seconds);
        }
        bed.check();
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn any_order_of_things_ends_in_the_newest_document_on_sqlite() {
    any_order_of_things_ends_in_the_newest_document(false, 10);
}

#[test]
fn any_order_of_things_ends_in_the_newest_document_on_postgresql() {
    any_order_of_things_ends_in_the_newest_document(true, 5);
}
