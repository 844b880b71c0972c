//! Once a month: what was said of the month before, and what later documents showed, by company and source.
//! Started by the engine, once per process; where another process was faster, both keep the same sums.
//! Always: it reads, adds up and keeps sums; no probability changes by it (R239); a month that fails is tried again.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};

use tokio::sync::watch;

use super::engine::stopped;
use super::presence::Locator;
use super::worker::Worker;
use crate::itinerary::Source;
use crate::quality::{Said, calibrate};
use crate::store::StoreError;

/// Travelers that are read at a time.
const TOGETHER: u32 = 100;
const EVERY: Duration = Duration::from_secs(600);
/// Days after a month's end: its last changes have come.
const SETTLED: u64 = 3;

/// Looks every few hours, until `stop`.
pub(super) async fn run(worker: Arc<Worker>, mut stop: watch::Receiver<bool>) {
    let work = async {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = look(&worker, worker.now()).await {
                tracing::warn!(%error, "what was said could not be compared with what came");
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = stopped(&mut stop) => {}
    }
}

/// Looks at the last month of every company that was not looked at.
async fn look(worker: &Worker, now: DateTime<Utc>) -> Result<(), StoreError> {
    let Some((month, days)) = last_month(now.date_naive()) else {
        return Ok(());
    };
    let store = worker.store.as_ref();
    for company in store.uncalibrated(&month).await? {
        let mut said: BTreeMap<Source, Said> = BTreeMap::new();
        let mut last = String::new();
        loop {
            let travelers = store.traveling_after(&company, &last, TOGETHER).await?;
            let Some(end) = travelers.last().cloned() else { break };
            for traveler in travelers {
                let known = match store.known_of(&company, &traveler).await {
                    Ok(known) => known,
                    // Erased meanwhile.
                    Err(StoreError::Inconsistent(_)) => continue,
                    Err(error) => return Err(error),
                };
                let (locator, days) = (worker.locator.clone(), days.clone());
                let judged = tokio::task::spawn_blocking(move || {
                    let Locator { gazetteer, judgement } = locator;
                    calibrate(gazetteer, &judgement, &known.traveler, &known.records, &days)
                });
                for (source, one) in judged.await.unwrap_or_default() {
                    said.entry(source).or_default().add(one);
                }
            }
            last = end;
        }
        let said: Vec<(Source, Said)> = said.into_iter().collect();
        store.put_calibration(&company, &month, &said).await?;
        tracing::info!(company, month, "what was said of a month is compared with what came");
    }
    Ok(())
}

/// `2026-10` and its days, once the month is settled.
fn last_month(today: NaiveDate) -> Option<(String, Range<NaiveDate>)> {
    let settled = today.checked_sub_days(Days::new(SETTLED))?;
    let until = settled.with_day(1)?;
    let from = until.checked_sub_months(Months::new(1))?;
    Some((from.format("%Y-%m").to_string(), from..until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_looked_at_three_days_after_its_end() {
        let of = |day: &str| last_month(day.parse().unwrap()).unwrap().0;
        assert_eq!(of("2026-11-03"), "2026-09");
        assert_eq!(of("2026-11-04"), "2026-10");
        assert_eq!(of("2026-12-01"), "2026-10");
        assert_eq!(of("2027-01-31"), "2026-12");
    }
}
