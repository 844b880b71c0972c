//! Trips that were booked before a company connected (B1–B13): from a document, or from Concur's list.
//! Called by the page of backlogs, by the commands `backlog import` and `backlog list`, when a company connects, and by the
//! upkeep for what a stop cut off.
//! Always: only ids are kept (B12); a page is stored with the place after it, so nothing is read or fetched twice (B10).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use crate::concur::trips::{FetchProblem, trip_id};
use crate::concur::{Clock, Concur, TokenProblem};
use crate::store::{BacklogLease, BacklogPage, BacklogRun, BacklogSource, Scope, Store, StoreError};

/// Requests a minute that Concur allows to its list (B7).
pub const PER_MINUTE: u32 = 10;
/// The largest document that is read, bytes: some 200,000 trips.
pub const LARGEST: usize = 32 << 20;
/// How many failures in a row end the listing.
const FAILURES: u32 = 8;
/// Entries of a document that are stored in one transaction.
const AT_ONCE: usize = 500;
/// Trips that ended this recently are wanted too: dates are civil, and somebody may still be on the way.
const ENDED: TimeDelta = TimeDelta::days(2);
/// How long nobody else reads on after the last sign of life and the pause that follows it.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// The longest pause between two requests.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// How deep a list may be wrapped.
const DEEPEST: u8 = 4;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportProblem {
    /// Not the document that Concur supplies.
    #[error("the file is no backlog document: a JSON list of trips, or an object with `data`, `Items` or `trips`")]
    NotABacklog,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the list could not be read to its end. What was listed before is queued.
#[derive(Debug, thiserror::Error)]
pub enum ListProblem {
    /// No access token.
    #[error("{}", .0.sentence())]
    Token(TokenProblem),
    /// Concur does not give this company's list.
    #[error("SAP Concur does not serve the list of this company's trips ({0})")]
    Refused(&'static str),
    /// It failed too often in a row.
    #[error("SAP Concur's list of trips cannot be read now ({0}); begin again later")]
    Unreachable(&'static str),
    /// Another program reads it.
    #[error("the list of this company's trips is being read already")]
    Busy,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Queues the trips of a backlog document (B3).
pub async fn import(
    store: &dyn Store,
    company: &str,
    json: &[u8],
    now: DateTime<Utc>,
) -> Result<BacklogRun, ImportProblem> {
    let entries = entries(json).ok_or(ImportProblem::NotABacklog)?;
    let company = company.to_ascii_lowercase();
    let run = store.begin_backlog(&company, BacklogSource::Document, now).await?;
    let Some(lease) = store.lease_backlog(&run.id, now, now + LEASE).await? else {
        return Err(StoreError::Inconsistent("a new backlog belongs to someone else".to_owned()).into());
    };
    let mut ids: Vec<String> = entries.iter().filter_map(id).collect();
    let without_id = entries.len() - ids.len();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    let mut rest = ids.chunks(AT_ONCE).peekable();
    // Named twice, or nameless: skipped, in the first part.
    let mut needless = without_id + all - ids.len();
    loop {
        let page = BacklogPage {
            ids: rest.next().map(<[String]>::to_vec).unwrap_or_default(),
            without_id: std::mem::take(&mut needless),
            next: None,
            is_last: rest.peek().is_none(),
        };
        store.add_to_backlog(&lease, &page, now, now + LEASE).await?;
        if page.is_last {
            break;
        }
    }
    Ok(newest(store, &run).await?)
}

/// Queues the trips of Concur's list, page by page (B4–B8); goes on where the last reading was cut off.
pub async fn list(
    concur: &Arc<Concur>,
    store: &Arc<dyn Store>,
    company: &str,
    clock: &Clock,
    per_minute: u32,
) -> Result<BacklogRun, ListProblem> {
    let company = company.to_ascii_lowercase();
    let run = store.begin_backlog(&company, BacklogSource::List, clock()).await?;
    read_on(concur, store, &run, clock, per_minute).await?;
    Ok(newest(store.as_ref(), &run).await?)
}

/// Reads a list to its end, from wherever it is.
pub(super) async fn read_on(
    concur: &Arc<Concur>,
    store: &Arc<dyn Store>,
    run: &BacklogRun,
    clock: &Clock,
    per_minute: u32,
) -> Result<(), ListProblem> {
    let now = clock();
    let lease = store.lease_backlog(&run.id, now, now + LEASE).await?;
    let lease = lease.ok_or(ListProblem::Busy)?;
    if run.source == BacklogSource::Document {
        // Its rest is in no database: whoever has the document sends it again, and what is here is not fetched twice.
        let reason = "The document was not read to its end; send it again.";
        store.stop_backlog(&lease, reason, now).await?;
        return Ok(());
    }
    let outcome = pages(concur, store, run, &lease, clock, per_minute).await;
    match &outcome {
        Ok(()) | Err(ListProblem::Store(StoreError::Fenced)) => {}
        // The database may be back in a moment: someone reads on.
        Err(ListProblem::Store(_)) => store.extend_backlog(&lease, clock()).await?,
        Err(problem) => store.stop_backlog(&lease, &problem.to_string(), clock()).await?,
    }
    outcome
}

async fn pages(
    concur: &Arc<Concur>,
    store: &Arc<dyn Store>,
    run: &BacklogRun,
    lease: &BacklogLease,
    clock: &Clock,
    per_minute: u32,
) -> Result<(), ListProblem> {
    let interval = Duration::from_secs(60) / per_minute.max(1);
    // The limit holds across a restart.
    if let Some(asked) = run.asked_at {
        let passed = (clock() - asked).to_std().unwrap_or_default();
        tokio::time::sleep(interval.saturating_sub(passed)).await;
    }
    let ends_from = (run.started_at - ENDED).date_naive();
    let (mut next, mut failures) = (run.cursor.clone(), 0);
    let mut turns = tokio::time::interval(interval);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        match concur.trip_ids(store, &run.company, ends_from, next.as_deref()).await {
            Ok(listed) => {
                failures = 0;
                let following = listed.next.filter(|query| next.as_ref() != Some(query));
                let page = BacklogPage {
                    ids: listed.ids,
                    without_id: listed.without_id,
                    is_last: following.is_none(),
                    next: following,
                };
                let now = clock();
                store.add_to_backlog(lease, &page, now, now + LEASE).await?;
                if page.is_last {
                    return Ok(());
                }
                next = page.next;
            }
            Err(FetchProblem::Token(problem))
                if !matches!(problem, TokenProblem::Later { .. } | TokenProblem::Store(_)) =>
            {
                return Err(ListProblem::Token(problem));
            }
            Err(problem @ (FetchProblem::Gone | FetchProblem::Forbidden)) => {
                return Err(ListProblem::Refused(problem.class()));
            }
            Err(problem) => {
                failures += 1;
                if failures >= FAILURES {
                    return Err(ListProblem::Unreachable(problem.class()));
                }
                let asked = if let FetchProblem::Pause { after, .. } = problem {
                    after
                } else {
                    None
                };
                // X24: the limit shows as 503 or 429.
                let pause = asked.unwrap_or(interval * (1 << failures.min(6))).min(LONGEST_PAUSE);
                let until = clock() + TimeDelta::from_std(pause).unwrap_or_default() + LEASE;
                store.extend_backlog(lease, until).await?;
                tokio::time::sleep(pause).await;
            }
        }
    }
}

async fn newest(store: &dyn Store, run: &BacklogRun) -> Result<BacklogRun, StoreError> {
    let runs = store.backlogs(&Scope::Company(run.company.clone()), 100).await?;
    runs.into_iter()
        .find(|known| known.id == run.id)
        .ok_or_else(|| StoreError::Inconsistent("a backlog is gone".to_owned()))
}

/// The entries of a document, however its list is wrapped; also one entry a line.
fn entries(json: &[u8]) -> Option<Vec<Value>> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    match serde_json::from_slice(json) {
        Ok(value) => listed(value, DEEPEST),
        Err(_) => {
            let lines = serde_json::Deserializer::from_slice(json).into_iter::<Value>();
            let entries = lines.collect::<Result<Vec<_>, _>>().ok()?;
            (entries.len() > 1 && entries.iter().all(|entry| entry.is_object() || entry.is_string())).then_some(entries)
        }
    }
}

fn listed(value: Value, deep: u8) -> Option<Vec<Value>> {
    const LISTS: [&str; 7] = ["data", "items", "trips", "trip", "itineraries", "results", "backlog"];
    match value {
        Value::Array(entries) => Some(entries),
        Value::Object(mut map) => {
            let is_entry = id(&Value::Object(map.clone())).is_some();
            let key = map
                .iter()
                .find(|(key, value)| {
                    (value.is_array() || value.is_object()) && LISTS.iter().any(|name| key.eq_ignore_ascii_case(name))
                })
                .map(|(key, _)| key.clone());
            match key {
                Some(key) if deep > 0 => listed(map.remove(&key)?, deep - 1),
                None if is_entry => Some(vec![Value::Object(map)]),
                _ => None,
            }
        }
        _ => None,
    }
}

fn id(entry: &Value) -> Option<String> {
    let field = |map: &Map<String, Value>, names: &[&str]| {
        names.iter().find_map(|name| {
            map.iter()
                .filter(|(key, _)| key.eq_ignore_ascii_case(name))
                .find_map(|(_, value)| trip_id(value.as_str()?))
        })
    };
    match entry {
        Value::String(text) => trip_id(text),
        Value::Object(map) => field(map, &["id", "tripId", "trip_id", "itineraryId", "uuid"])
            .or_else(|| field(map, &["href", "url", "uri", "link", "self"]))
            .or_else(|| {
                let (_, hrefs) = map.iter().find(|(key, _)| key.eq_ignore_ascii_case("hrefs"))?;
                field(hrefs.as_object()?, &["v4"])
            })
            .or_else(|| id(map.get("trip").filter(|trip| trip.is_object())?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(json: &str) -> Option<Vec<Option<String>>> {
        Some(entries(json.as_bytes())?.iter().map(id).collect())
    }

    #[test]
    fn b3_every_shape_of_a_backlog_document_gives_ids() {
        let url = "https://us2.api.concursolutions.com/travel/v4/trips/51AA";
        for json in [
            r#"[{"id":"51AA","href":"x"}]"#.to_owned(),
            r#"{"data":[{"tripId":"51aa"}]}"#.to_owned(),
            r#"{"Items":[{"TripId":"51aa"}]}"#.to_owned(),
            format!(r#"{{"trips":[{{"href":"{url}"}}]}}"#),
            format!(r#"{{"trips":[{{"url":"{url}/"}}]}}"#),
            format!(r#"[{{"URI":"{url}"}}]"#),
            format!(r#"[{{"hrefs":{{"v4":"{url}"}}}}]"#),
            format!(r#"["{url}"]"#),
            format!(r#"[{{"id":"{url}"}}]"#),
            format!(r#"[{{"Id":null,"Href":"{url}"}}]"#),
            format!(r#"{{"backlog":{{"companyId":"ab8a","trips":[{{"HREFS":{{"V4":"{url}"}}}}]}}}}"#),
            r#"[{"trip":{"id":"51aa"}}]"#.to_owned(),
            r#"{"trips":{"trip":{"id":"51aa"}}}"#.to_owned(),
            r#"{"id":"51aa"}"#.to_owned(),
            "\u{feff}[\"51aa\"]".to_owned(),
        ] {
            assert_eq!(ids(&json), Some(vec![Some("51aa".to_owned())]), "{json}");
        }
        assert_eq!(ids(r#"[{"name":"x"},7]"#), Some(vec![None, None]));
        let lines = "{\"id\":\"51aa\"}\n{\"tripId\":\"52BB\"}\n";
        assert_eq!(ids(lines), Some(vec![Some("51aa".to_owned()), Some("52bb".to_owned())]));
        assert_eq!(ids(r#"{"error":"x"}"#), None);
        assert_eq!(ids(r#"{"data":{"data":{"data":{"data":{"data":{"data":[]}}}}}}"#), None);
        assert_eq!(ids("nothing"), None);
    }
}
