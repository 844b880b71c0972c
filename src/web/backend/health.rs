//! How one company's feed is.
//! Called by the page of quality.
//! Always holds: only of the company that is in scope; nothing here asks Concur.

use app::view::feed_health::{FeedHealth, LAGS, percentiles};
use app::view::{BacklogShown, feed};

use super::company::standing;
use super::instant;
use crate::store::{BacklogState, CompanyRow, Scope, StoreError};
use crate::web::AppState;

pub(super) async fn of(state: &AppState, row: &CompanyRow) -> Result<FeedHealth, StoreError> {
    let (store, now) = (state.store.as_ref(), (state.clock)());
    let scope = Scope::Company(row.id.clone());
    let (status, lags, failures, backlogs) = futures::try_join!(
        store.ingest_status(&scope, now),
        store.event_lags(&scope, LAGS),
        store.fetch_failures(&scope),
        store.backlogs(&scope, 1)
    )?;
    let count = |n: i64| u32::try_from(n).unwrap_or_default();
    Ok(FeedHealth {
        centre: row.region.clone(),
        standing: standing(row.state),
        last_event_at: row.last_event_at.map(instant),
        lag_of: u32::try_from(lags.len()).unwrap_or(LAGS),
        lag_s: percentiles(lags),
        permitted_until: row.refresh_expires_at.map(instant),
        received: count(status.received),
        quarantined: count(status.quarantined),
        queued: count(status.queued + status.running + status.waiting_retry),
        dead: count(status.dead),
        failures: failures
            .into_iter()
            .map(|one| (feed::reason(&one.class), one.dead, count(one.trips)))
            .collect(),
        backlog: backlogs.first().map(|run| BacklogShown {
            listed: count(run.listed),
            settled: count(run.listed - run.waiting()),
            failed: count(run.failed),
            listing: run.state == BacklogState::Reading,
        }),
    })
}
