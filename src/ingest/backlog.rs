//! Trips that were booked before a company connected (B1–B13): from a document, or from Concur's list.
//! Called by the commands `backlog import` and `backlog list`, and by the engine when a company connects.
//! Always: only ids are kept (B12); doing it twice, or stopping in between, does no harm (B10).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use crate::concur::trips::{FetchProblem, trip_id};
use crate::concur::{Concur, TokenProblem};
use crate::store::{Store, StoreError};

/// Requests a minute that Concur allows to its list (B7).
pub const PER_MINUTE: u32 = 10;
/// How many failures in a row end the listing.
const FAILURES: u32 = 8;
/// Imported trips become due one after the other, so that they do not keep other companies' trips waiting.
const SPACING: TimeDelta = TimeDelta::milliseconds(20);
/// Trips that ended this recently are wanted too: dates are civil, and somebody may still be on the way.
const ENDED: TimeDelta = TimeDelta::days(2);

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Distinct trips that are queued now.
    pub queued: usize,
    /// Entries without an id.
    pub skipped: usize,
}

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
    #[error("SAP Concur's list of trips cannot be read now ({0}); run the command again later")]
    Unreachable(&'static str),
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
) -> Result<Imported, ImportProblem> {
    let entries = entries(json).ok_or(ImportProblem::NotABacklog)?;
    let total = entries.len();
    let mut ids: Vec<String> = entries.iter().filter_map(id).collect();
    let skipped = total - ids.len();
    ids.sort_unstable();
    ids.dedup();
    let company = company.to_ascii_lowercase();
    let mut due = now;
    for id in &ids {
        store.want_trip(&company, id, None, due).await?;
        due += SPACING;
    }
    Ok(Imported {
        queued: ids.len(),
        skipped,
    })
}

/// Queues the trips of Concur's list, page by page (B4–B8).
pub async fn list(
    concur: &Arc<Concur>,
    store: &Arc<dyn Store>,
    company: &str,
    now: DateTime<Utc>,
    per_minute: u32,
) -> Result<Imported, ListProblem> {
    let interval = Duration::from_secs(60) / per_minute.max(1);
    let ends_from = (now - ENDED).date_naive();
    let company = company.to_ascii_lowercase();
    let (mut imported, mut next, mut failures) = (Imported::default(), None::<String>, 0);
    let mut turns = tokio::time::interval(interval);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        match concur.trip_ids(store, &company, ends_from, next.as_deref()).await {
            Ok(page) => {
                failures = 0;
                for id in &page.ids {
                    store.want_trip(&company, id, None, now).await?;
                }
                imported.queued += page.ids.len();
                match page.next {
                    Some(query) if next.as_ref() != Some(&query) => next = Some(query),
                    _ => return Ok(imported),
                }
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
                tokio::time::sleep(asked.unwrap_or(interval * (1 << failures.min(6)))).await;
            }
        }
    }
}

fn entries(json: &[u8]) -> Option<Vec<Value>> {
    match serde_json::from_slice(json).ok()? {
        Value::Array(entries) => Some(entries),
        Value::Object(mut map) => {
            let key = map
                .keys()
                .find(|k| ["data", "items", "trips"].iter().any(|n| k.eq_ignore_ascii_case(n)))?
                .clone();
            match map.remove(&key)? {
                Value::Array(entries) => Some(entries),
                single @ Value::Object(_) => Some(vec![single]),
                _ => None,
            }
        }
        _ => None,
    }
}

fn id(entry: &Value) -> Option<String> {
    let field = |map: &Map<String, Value>, names: &[&str]| {
        let value = map
            .iter()
            .find(|(key, value)| value.is_string() && names.iter().any(|n| key.eq_ignore_ascii_case(n)));
        value.and_then(|(_, value)| trip_id(value.as_str()?))
    };
    match entry {
        Value::String(text) => trip_id(text),
        Value::Object(map) => field(map, &["id", "tripId"])
            .or_else(|| field(map, &["href", "url", "uri"]))
            .or_else(|| field(map.get("hrefs")?.as_object()?, &["v4"])),
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
        ] {
            assert_eq!(ids(&json), Some(vec![Some("51aa".to_owned())]), "{json}");
        }
        assert_eq!(ids(r#"[{"name":"x"},7]"#), Some(vec![None, None]));
        assert_eq!(ids(r#"{"error":"x"}"#), None);
        assert_eq!(ids("nothing"), None);
    }
}
