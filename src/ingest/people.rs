//! Profiles of which Concur says that they changed are read again, and what rests on them is computed anew (I20).
//! Started by the engine.
//! Always: a profile that cannot be read now stays due; one person holds up nobody else.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;

use super::engine::stopped;
use super::reconsider::anew;
use super::worker::Worker;
use crate::store::{ProfileDue, StoreError};

/// Profiles of one look.
const AT_MOST: u32 = 100;
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// Asks the store whose profile is due, every so often, until `stop`.
pub(super) async fn run(worker: Arc<Worker>, every: Duration, mut stop: watch::Receiver<bool>) {
    let work = async {
        loop {
            match worker.store.profiles_due(worker.now(), AT_MOST).await {
                Ok(due) => {
                    for one in due {
                        if let Err(error) = read(&worker, &one).await {
                            tracing::warn!(traveler = one.traveler.id, %error, "a changed profile could not be kept");
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "profiles that are due could not be looked for"),
            }
            tokio::time::sleep(every).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = stopped(&mut stop) => {}
    }
}

async fn read(worker: &Worker, due: &ProfileDue) -> Result<(), StoreError> {
    let (now, store, gazetteer) = (worker.now(), &worker.store, worker.locator.gazetteer);
    if !worker
        .profiles
        .again(&worker.concur, store, gazetteer, due, now)
        .await?
    {
        return store.profile_later(due, now + AGAIN).await;
    }
    store.profile_done(due).await?;
    let (company, traveler) = (due.traveler.company.as_str(), due.traveler.id.as_str());
    match anew(worker, company, traveler, now).await {
        Ok(()) => worker.publish(company, traveler),
        // A trip was stored meanwhile, with the new profile.
        Err(StoreError::Fenced) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}
