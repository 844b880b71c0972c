//! What must happen without being asked: gauges, pruning, renewing grants, names of companies.
//! Started by the engine.
//! Always: a failure is logged and tried again; nothing here is needed for an event to be stored or a trip to be fetched.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::engine::{Engine, stopped};
use crate::concur::Concur;
use crate::store::{CompanyState, Scope, Store, StoreError};

const GAUGES: Duration = Duration::from_secs(15);
const PRUNE: TimeDelta = TimeDelta::hours(1);
const RENEW: TimeDelta = TimeDelta::hours(24);
/// After a start: a program that is restarted every day must renew too.
const FIRST_RENEWAL: TimeDelta = TimeDelta::minutes(5);
/// Bodies are kept longer than Concur retries (E30), ids longer than it logs attempts (E32).
const BODIES: TimeDelta = TimeDelta::days(14);
const IDS: TimeDelta = TimeDelta::days(35);
/// Codes and invitations are shown for this long after they expired.
const ONE_TIME: TimeDelta = TimeDelta::days(1);
/// A company that connected this short ago may have lost its backlog to a restart.
const JUST_CONNECTED: TimeDelta = TimeDelta::hours(1);

/// Runs until `stop`.
pub(super) async fn run(engine: Arc<Engine>, mut stop: watch::Receiver<bool>) {
    let work = async {
        if let Err(error) = resume(&engine).await {
            tracing::error!(%error, "companies could not be read");
        }
        let (mut pruned, mut renewed) = (DateTime::<Utc>::MIN_UTC, engine.now() - RENEW + FIRST_RENEWAL);
        loop {
            let now = engine.now();
            if let Err(error) = gauges(&engine, now).await {
                tracing::warn!(%error, "gauges could not be read");
            }
            if let Err(error) = backlogs(&engine, now).await {
                tracing::warn!(%error, "backlogs could not be looked after");
            }
            if now - pruned > PRUNE {
                pruned = now;
                if let Err(error) = prune(&engine, now).await {
                    tracing::warn!(%error, "events could not be pruned");
                }
                if let Err(error) = engine.store().prune_one_time(now - ONE_TIME).await {
                    tracing::warn!(%error, "codes and invitations could not be pruned");
                }
            }
            if now - renewed > RENEW {
                renewed = now;
                match engine.concur().keep_alive(engine.store()).await {
                    Ok(0) => {}
                    Ok(failed) => tracing::warn!(failed, "grants could not be renewed"),
                    Err(error) => tracing::warn!(%error, "grants could not be renewed"),
                }
            }
            tokio::time::sleep(GAUGES).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = stopped(&mut stop) => {}
    }
}

/// What a company that connected before the last stop may still lack.
async fn resume(engine: &Engine) -> Result<(), StoreError> {
    let now = engine.now();
    for company in engine.store().companies(&Scope::service()).await? {
        if company.state != CompanyState::Connected {
            continue;
        }
        let scope = Scope::Company(company.id.clone());
        let just_connected = company.connected_at.filter(|at| now - *at < JUST_CONNECTED);
        let runs = match just_connected {
            Some(_) => engine.store().backlogs(&scope, 100).await?,
            None => Vec::new(),
        };
        // What was begun is resumed by itself; what did not even begin is begun.
        if just_connected.is_some_and(|at| runs.iter().all(|run| run.started_at < at)) {
            engine.connected(&company.id);
        } else if company.name.is_none() {
            name(engine.concur(), engine.store(), &company.id).await;
        }
    }
    Ok(())
}

/// Bodies of events, and ids of events and of trips of which nothing is kept, are kept for so long and no longer.
async fn prune(engine: &Engine, now: DateTime<Utc>) -> Result<(), StoreError> {
    engine.store().prune_events(now - BODIES, now - IDS).await?;
    engine.store().prune_trips(now - IDS).await?;
    Ok(())
}

/// Entries with an outcome are counted; a list that nobody reads on with is read on with.
async fn backlogs(engine: &Engine, now: DateTime<Utc>) -> Result<(), StoreError> {
    engine.store().settle_backlogs(now).await?;
    for run in engine.store().backlogs_to_resume(now).await? {
        engine.resume(run);
    }
    Ok(())
}

/// Asks for a company's name and keeps it.
pub(super) async fn name(concur: &Arc<Concur>, store: &Arc<dyn Store>, company: &str) {
    if let Some(name) = concur.company_name(store, company).await
        && let Err(error) = store.set_company_name(company, &name).await
    {
        tracing::warn!(company, %error, "the company's name could not be stored");
    }
}

async fn gauges(engine: &Engine, now: DateTime<Utc>) -> Result<(), StoreError> {
    let status = engine.store().ingest_status(&Scope::service(), now).await?;
    metrics::gauge!("oldest_dirty_age_seconds").set(status.oldest_queued_s);
    for (state, trips) in [
        ("queued", status.queued),
        ("running", status.running),
        ("waiting_retry", status.waiting_retry),
        ("waiting_grace", status.waiting_grace),
        ("dead", status.dead),
    ] {
        metrics::gauge!("trips_waiting", "state" => state).set(trips as f64);
    }
    for company in engine.store().companies(&Scope::service()).await? {
        if let Some(at) = company.refresh_expires_at {
            let label = company.id.chars().take(8).collect::<String>();
            metrics::gauge!("token_expires_in_seconds", "company" => label).set((at - now).num_seconds() as f64);
        }
    }
    Ok(())
}
