//! Everything of this room that runs by itself, started and stopped as one.
//! Called by the program's `serve`; `web` takes the inbox and the changes from it.
//! Always: after `shutdown` every accepted event is durable and no worker runs.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;

use super::certificate::Gate;
use super::inbox::Inbox;
use super::key_ring::KeyRing;
use super::lines::Lines;
use super::pace::Pace;
use super::presence::Locator;
use super::profile::Profiles;
use super::receive::EssState;
use super::worker::Worker;
use super::{backlog, calibrate, dispatch, people, privacy, proofs, reconsider, upkeep};
use crate::concur::{Clock, Concur};
use crate::place::Gazetteer;
use crate::store::{BacklogRun, Store};
use crate::whereabouts::Judgement;

/// Uniform in 0..1, for jitter.
pub type Random = Arc<dyn Fn() -> f64 + Send + Sync>;

/// What is believed of a traveler has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose traveler.
    pub company: String,
    /// Our id.
    pub traveler: String,
}

/// What the engine needs to know.
#[derive(Clone)]
pub struct EngineConfig {
    /// `--coalesce-ms`: how long a burst of one trip is gathered.
    pub coalesce: Duration,
    /// `--grace-s`: how long a deleted trip waits for the re-created one.
    pub grace: Duration,
    /// `--retry-base-ms`: longest first delay of the back-off.
    pub retry_base: Duration,
    /// Trips in work at once, of all companies.
    pub at_once: usize,
    /// Fetches at once of one company.
    pub at_once_per_company: usize,
    /// How long a claim lives without a heartbeat.
    pub lease: Duration,
    /// How often to look for travelers whose presence changes with time alone; how late such a change may be.
    pub look_again: Duration,
    /// Requests a minute to the list of trips (B7).
    pub list_per_minute: u32,
    /// For jitter.
    pub random: Random,
}

impl EngineConfig {
    /// The defaults of `serve`.
    pub fn new(random: Random) -> Self {
        Self {
            coalesce: Duration::from_millis(2000),
            grace: Duration::from_secs(900),
            retry_base: Duration::from_millis(2000),
            at_once: 32,
            at_once_per_company: 12,
            lease: Duration::from_secs(60),
            look_again: Duration::from_secs(10),
            list_per_minute: backlog::PER_MINUTE,
            random,
        }
    }
}

/// The running engine.
pub struct Engine {
    inbox: Inbox,
    changes: broadcast::Sender<Change>,
    wake: Arc<Notify>,
    stop: watch::Sender<bool>,
    store: Arc<dyn Store>,
    concur: Arc<Concur>,
    clock: Clock,
    config: EngineConfig,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Starts inbox, workers and upkeep on the current runtime.
    pub fn start(config: EngineConfig, store: Arc<dyn Store>, concur: Arc<Concur>, clock: Clock) -> Arc<Self> {
        // A host rests longer than one trip waits.
        concur.breaker().rest_first(config.retry_base * 4);
        let (stop, stopped) = watch::channel(false);
        let (changes, _) = broadcast::channel(1024);
        let wake = Arc::new(Notify::new());
        let (inbox, writer) = Inbox::start(store.clone(), wake.clone(), stopped.clone());
        let grace = TimeDelta::from_std(config.grace).unwrap_or(TimeDelta::minutes(15));
        // The timeline's own notion of the grace must not end before the queue's.
        let judgement = Judgement {
            delete_grace_min: grace.num_minutes() + 1,
            ..Judgement::CURRENT
        };
        let worker = Arc::new(Worker {
            store: store.clone(),
            concur: concur.clone(),
            clock: clock.clone(),
            pace: Pace::new(config.retry_base, config.at_once_per_company, config.random.clone()),
            profiles: Profiles::default(),
            locator: Locator {
                gazetteer: Gazetteer::embedded(),
                judgement: Arc::new(judgement),
            },
            lines: Lines::default(),
            changes: changes.clone(),
            grace,
            lease: config.lease,
            unreadable: Mutex::default(),
        });
        let reconsider = tokio::spawn(reconsider::run(worker.clone(), config.look_again, stopped.clone()));
        let people = tokio::spawn(people::run(worker.clone(), config.look_again, stopped.clone()));
        let dispatch = tokio::spawn(dispatch::run(
            worker.clone(),
            (config.at_once.max(1), config.at_once_per_company.max(1)),
            wake.clone(),
            stopped.clone(),
        ));
        let calibrate = tokio::spawn(calibrate::run(worker.clone(), stopped.clone()));
        let tasks = Mutex::new(vec![dispatch, reconsider, people, calibrate, writer]);
        let engine = Arc::new(Self {
            inbox,
            changes,
            wake,
            stop,
            store,
            concur,
            clock,
            config,
            tasks,
        });
        let upkeep = tokio::spawn(upkeep::run(engine.clone(), stopped.clone()));
        let look_again = engine.config.look_again;
        let privacy = tokio::spawn(privacy::run(engine.clone(), worker, look_again, stopped));
        engine.tasks().splice(0..0, [upkeep, privacy]);
        engine
    }

    /// The state of the event endpoint. From now on changed keys are read, and what proves deliveries is noted.
    pub fn ess(&self, keys: Option<Arc<KeyRing>>, gate: Arc<Gate>) -> EssState {
        let noting = proofs::run(self.store.clone(), keys.clone(), gate.clone(), self.stop.subscribe());
        self.tasks().push(tokio::spawn(noting));
        EssState {
            keys,
            gate,
            inbox: self.inbox.clone(),
            clock: self.clock.clone(),
            coalesce: self.config.coalesce,
            deadline: Duration::from_secs(10),
        }
    }

    /// Whether the writer of events runs.
    pub fn takes_events(&self) -> bool {
        self.inbox.is_open()
    }

    /// What changed, for pages that update by themselves.
    pub fn changes(&self) -> &broadcast::Sender<Change> {
        &self.changes
    }

    /// Something was queued other than by an event: a replay, a backlog.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// To be called after a company connected: fetches its name and queues its backlog, in the background.
    pub fn connected(&self, company: &str) {
        let (concur, store, company) = (self.concur.clone(), self.store.clone(), company.to_owned());
        let (wake, clock, per_minute) = (self.wake.clone(), self.clock.clone(), self.config.list_per_minute);
        self.background(async move {
            upkeep::name(&concur, &store, &company).await;
            wake.notify_one();
            match backlog::list(&concur, &store, &company, &clock, per_minute).await {
                Ok(run) => tracing::info!(company, listed = run.listed, "backlog listed"),
                Err(backlog::ListProblem::Busy) => {}
                Err(problem) => tracing::error!(company, %problem, "the backlog could not be listed"),
            }
        });
    }

    /// Reads on in a list of trips that a stop cut off, in the background.
    pub(super) fn resume(&self, run: BacklogRun) {
        let (concur, store, clock) = (self.concur.clone(), self.store.clone(), self.clock.clone());
        let (wake, per_minute) = (self.wake.clone(), self.config.list_per_minute);
        self.background(async move {
            match backlog::read_on(&concur, &store, &run, &clock, per_minute).await {
                Ok(()) => wake.notify_one(),
                Err(backlog::ListProblem::Busy) => {}
                Err(problem) => tracing::error!(company = run.company, %problem, "the backlog could not be listed"),
            }
        });
    }

    /// Runs until its end, or until the engine stops.
    fn background(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut stop = self.stop.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                () = stopped(&mut stop) => {}
            }
        });
    }

    /// Stops: claims no more, lets workers finish, stores what the inbox accepted. The HTTP server should have stopped
    /// accepting before. Takes at most about 20 s.
    pub async fn shutdown(&self) {
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks());
        for task in tasks {
            if task.await.is_err() {
                tracing::error!("a part of the engine broke");
            }
        }
    }

    pub(super) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(super) fn concur(&self) -> &Arc<Concur> {
        &self.concur
    }

    pub(super) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        (self.clock)()
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends when the engine is told to stop, or is gone.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
