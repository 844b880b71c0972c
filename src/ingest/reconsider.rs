//! Presence is computed anew when time alone changes what the records mean: a grace ends, a request's date passes; and for
//! everybody once an engine starts that reads them better than the last.
//! Started by the engine, once per process; where another process was faster, its result stands.
//! Always: a traveler who cannot be computed holds up nobody else.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::engine::stopped;
use super::worker::Worker;
use crate::store::StoreError;

/// Travelers of one look. More are due in the next.
const AT_MOST: u32 = 500;

/// Asks the store who is due, every so often, until `stop`.
pub(super) async fn run(worker: Arc<Worker>, every: Duration, mut stop: watch::Receiver<bool>) {
    let work = async {
        let mut told = false;
        loop {
            if !told {
                told = starts(&worker).await;
            }
            if let Err(error) = look(&worker).await {
                tracing::warn!(%error, "travelers whose presence is due could not be read");
            }
            tokio::time::sleep(every).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = stopped(&mut stop) => {}
    }
}

/// Tells the store which engine computes from now on; `false` if it could not be told.
async fn starts(worker: &Worker) -> bool {
    match worker
        .store
        .engine_starts(worker.locator.judgement.version, worker.now())
        .await
    {
        Ok(0) => true,
        Ok(travelers) => {
            tracing::info!(travelers, "a newer engine has started: everybody is computed anew");
            true
        }
        Err(error) => {
            tracing::warn!(%error, "which engine computes could not be told to the database");
            false
        }
    }
}

async fn look(worker: &Worker) -> Result<(), StoreError> {
    let now = worker.now();
    for (company, traveler) in worker.store.travelers_due(now, AT_MOST).await? {
        match anew(worker, &company, &traveler, now).await {
            Ok(()) => worker.publish(&company, &traveler),
            // A trip was stored meanwhile: presence is new already.
            Err(StoreError::Fenced) => {}
            Err(error) => tracing::error!(company, traveler, %error, "presence could not be computed anew"),
        }
    }
    Ok(())
}

/// Computes one traveler's presence. `Fenced`: somebody else did meanwhile.
pub(super) async fn anew(worker: &Worker, company: &str, traveler: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let store = worker.store.as_ref();
    let save = worker.locator.anew(store, (company, traveler), now).await?;
    store.save_presence(company, &save).await
}
