//! The loop that claims due trips and runs their workers.
//! Started by the engine, once per process; other processes run theirs beside it.
//! Always: never more workers than configured, in all and of one company; it sleeps until something is due; polling is the truth, wake-ups are hints.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinSet};

use super::engine::stopped;
use super::turns::Turns;
use super::worker::Worker;

/// Without any hint the queue is looked at this often: other processes write to it too.
const POLL: Duration = Duration::from_millis(1000);
/// Hints and finished workers are gathered for this long before the queue is asked.
const GATHER: Duration = Duration::from_millis(5);
/// How long workers may go on after the stop.
const DRAIN: Duration = Duration::from_secs(20);

/// The workers of this process.
struct Crew {
    worker: Arc<Worker>,
    tasks: JoinSet<()>,
    /// For which company each works.
    companies: HashMap<Id, String>,
    turns: Turns,
    at_once: usize,
    at_once_per_company: usize,
}

/// Runs until `stop`; then claims no more and lets the workers finish.
pub(super) async fn run(
    worker: Arc<Worker>,
    (at_once, at_once_per_company): (usize, usize),
    wake: Arc<Notify>,
    mut stop: watch::Receiver<bool>,
) {
    let mut crew = Crew {
        worker,
        tasks: JoinSet::new(),
        companies: HashMap::new(),
        turns: Turns::default(),
        at_once,
        at_once_per_company,
    };
    while !*stop.borrow() {
        let idle = match crew.turn().await {
            Ok(idle) => idle,
            Err(error) => {
                tracing::error!(%error, "the queue cannot be read");
                POLL
            }
        };
        tokio::select! {
            () = stopped(&mut stop) => {}
            () = tokio::time::sleep(idle) => {}
            () = wake.notified() => tokio::time::sleep(GATHER).await,
            Some(done) = crew.tasks.join_next_with_id(), if !crew.tasks.is_empty() => {
                crew.report(done);
                if crew.tasks.len() >= at_once / 2 {
                    tokio::time::sleep(GATHER).await;
                }
            }
        }
        while let Some(done) = crew.tasks.try_join_next_with_id() {
            crew.report(done);
        }
    }
    let finish = async {
        while let Some(done) = crew.tasks.join_next_with_id().await {
            crew.report(done);
        }
    };
    if tokio::time::timeout(DRAIN, finish).await.is_err() {
        // Their leases run out, and another process or the next start takes over.
        tracing::warn!(workers = crew.tasks.len(), "workers did not finish in time");
    }
}

impl Crew {
    /// Claims what is due and fits; says how long nothing else is.
    async fn turn(&mut self) -> Result<Duration, crate::store::StoreError> {
        loop {
            let free = self.at_once.saturating_sub(self.tasks.len());
            if free == 0 {
                return Ok(POLL);
            }
            let (now, store) = (self.worker.now(), self.worker.store.clone());
            let due = store.companies_due(now).await?;
            if due.is_empty() {
                return Ok(match store.next_due(now).await? {
                    None => POLL,
                    Some(due) if due > now => (due - now).to_std().unwrap_or(POLL).min(POLL),
                    // Another process was faster, or something is due since just now.
                    Some(_) => GATHER * 10,
                });
            }
            let working = |company: &str| self.companies.values().filter(|of| *of == company).count();
            let most = self.at_once_per_company;
            let shares = self
                .turns
                .deal(due, free, |company| most.saturating_sub(working(company)));
            if shares.is_empty() {
                // Every company has its share at work: the next one to finish makes room.
                return Ok(POLL);
            }
            let claims = store.claim_shares(&shares, now, self.worker.lease).await?;
            if claims.is_empty() {
                // Another process was faster.
                return Ok(GATHER * 10);
            }
            for claim in claims {
                let (worker, company) = (self.worker.clone(), claim.company.clone());
                let task = self.tasks.spawn(async move { worker.run(claim).await });
                self.companies.insert(task.id(), company);
            }
        }
    }

    fn report(&mut self, done: Result<(Id, ()), tokio::task::JoinError>) {
        let id = done.as_ref().map_or_else(tokio::task::JoinError::id, |(id, ())| *id);
        self.companies.remove(&id);
        if done.is_err() {
            tracing::error!("a worker broke; its trip is claimed again when its lease is over");
        }
    }
}
