//! The loop that claims due trips and runs their workers.
//! Started by the engine, once per process; other processes run theirs beside it.
//! Always: never more workers than configured; it sleeps until something is due; polling is the truth, wake-ups are hints.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::engine::stopped;
use super::worker::Worker;

/// Without any hint the queue is looked at this often: other processes write to it too.
const POLL: Duration = Duration::from_millis(1000);
/// Hints and finished workers are gathered for this long before the queue is asked.
const GATHER: Duration = Duration::from_millis(5);
/// How long workers may go on after the stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Runs until `stop`; then claims no more and lets the workers finish.
pub(super) async fn run(worker: Arc<Worker>, at_once: usize, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut workers = JoinSet::new();
    while !*stop.borrow() {
        let idle = match turn(&worker, &mut workers, at_once).await {
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
            Some(done) = workers.join_next(), if !workers.is_empty() => {
                report(done);
                if workers.len() >= at_once / 2 {
                    tokio::time::sleep(GATHER).await;
                }
            }
        }
        while let Some(done) = workers.try_join_next() {
            report(done);
        }
    }
    let finish = async {
        while let Some(done) = workers.join_next().await {
            report(done);
        }
    };
    if tokio::time::timeout(DRAIN, finish).await.is_err() {
        // Their leases run out, and another process or the next start takes over.
        tracing::warn!(workers = workers.len(), "workers did not finish in time");
    }
}

/// Claims what is due and fits; says how long nothing else is.
async fn turn(
    worker: &Arc<Worker>,
    workers: &mut JoinSet<()>,
    at_once: usize,
) -> Result<Duration, crate::store::StoreError> {
    loop {
        let free = at_once.saturating_sub(workers.len());
        if free == 0 {
            return Ok(POLL);
        }
        let now = worker.now();
        match worker.store.next_due(now).await? {
            None => return Ok(POLL),
            Some(due) if due > now => return Ok((due - now).to_std().unwrap_or(POLL).min(POLL)),
            Some(_) => {}
        }
        let claims = worker
            .store
            .claim_trips(u32::try_from(free).unwrap_or(u32::MAX), now, worker.lease)
            .await?;
        if claims.is_empty() {
            // Another process was faster.
            return Ok(GATHER * 10);
        }
        for claim in claims {
            let worker = worker.clone();
            workers.spawn(async move { worker.run(claim).await });
        }
    }
}

fn report(done: Result<(), tokio::task::JoinError>) {
    if done.is_err() {
        tracing::error!("a worker broke; its trip is claimed again when its lease is over");
    }
}
