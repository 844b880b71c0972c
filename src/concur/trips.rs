//! Fetching one trip document, and listing the ids of a company's trips (T1–T6, B4–B9).
//! Called by `ingest::worker` and `ingest::backlog`.
//! Always: an href is followed only on an admitted origin; what comes back is the raw document, nothing of it is logged.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use http::Method;
use serde::Deserialize;
use url::Url;

use super::Concur;
use super::call::{CallProblem, Forbidden};
use super::href;
use super::http::{Answer, Failure};
use super::problem::TokenProblem;
use crate::store::Store;

/// A document as Concur gave it.
#[derive(Debug)]
pub struct Fetched {
    /// JSON, at most 5 MiB.
    pub body: Vec<u8>,
    /// Concur's id of the exchange (L11).
    pub correlation: String,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchProblem {
    /// No access token.
    #[error(transparent)]
    Token(TokenProblem),
    /// 404 or 410: deleted, or not visible yet.
    #[error("not found")]
    Gone,
    /// 403, also with a fresh token.
    #[error("forbidden")]
    Forbidden,
    /// 401, also with a fresh token.
    #[error("not authorised")]
    Unauthorised,
    /// 429, or 503 which also means a rate limit (T5): this company's fetches pause.
    #[error("status {status}")]
    Pause {
        /// 429 or 503.
        status: u16,
        /// `Retry-After`
        after: Option<Duration>,
    },
    /// Any other failure that may pass.
    #[error("{0}")]
    Later(String),
    /// The host did not answer and is left alone until then.
    #[error("the host is left alone until {until}")]
    Resting {
        /// Not before.
        until: DateTime<Utc>,
    },
    /// More than the body cap.
    #[error("the document is too large")]
    TooLarge,
}

impl FetchProblem {
    /// A word for the log, the metric and the queue; no personal data.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
            Self::Gone => "not_found",
            Self::Forbidden => "forbidden",
            Self::Unauthorised => "unauthorised",
            Self::Pause { .. } => "paused",
            Self::Later(_) => "unreachable",
            Self::Resting { .. } => "resting",
            Self::TooLarge => "too_large",
        }
    }
}

impl From<CallProblem> for FetchProblem {
    fn from(problem: CallProblem) -> Self {
        match problem {
            CallProblem::Token(problem) => Self::Token(problem),
            CallProblem::Resting(until) => Self::Resting { until },
            CallProblem::Failure(Failure::TooLarge) => Self::TooLarge,
            CallProblem::Failure(failure) => Self::Later(failure.to_string()),
        }
    }
}

/// One page of the list of trips.
#[derive(Debug, PartialEq, Eq)]
pub struct ListPage {
    /// Trip ids, lower case.
    pub ids: Vec<String>,
    /// Entries without an id.
    pub without_id: usize,
    /// Give it back for the next page; `None` on the last.
    pub next: Option<String>,
}

impl Concur {
    /// Fetches a trip by its href, else (no href, a bad one, or one that leads nowhere) by its id at the company's geolocation.
    pub async fn trip(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        trip: &str,
        href: Option<&str>,
    ) -> Result<Fetched, FetchProblem> {
        let given = href.and_then(|href| match href::followed(&self.allow, href) {
            Ok(url) => Some(url),
            Err(problem) => {
                tracing::warn!(company, trip, %problem, "an href was not followed");
                None
            }
        });
        if let Some(url) = given {
            let outcome = self.fetch(store, company, |_| Ok(url.clone())).await;
            let leads_nowhere = matches!(
                outcome,
                Err(FetchProblem::Gone
                    | FetchProblem::Forbidden
                    | FetchProblem::Later(_)
                    | FetchProblem::Resting { .. })
            );
            if !leads_nowhere || self.is_where_it_would_be_rebuilt(store, company, trip, &url).await {
                return outcome;
            }
        }
        self.fetch(store, company, |geolocation| href::rebuilt(geolocation, trip))
            .await
    }

    async fn fetch(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        url: impl Fn(&super::Origin) -> Result<Url, super::OriginProblem> + Send + Sync,
    ) -> Result<Fetched, FetchProblem> {
        let answer = self
            .call(store, company, Method::GET, Forbidden::MayBeExpired, url)
            .await?;
        self.judge(&answer)?;
        Ok(Fetched {
            correlation: answer.correlation().to_owned(),
            body: answer.body,
        })
    }

    async fn is_where_it_would_be_rebuilt(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        trip: &str,
        url: &Url,
    ) -> bool {
        match self.access(store, company, None).await {
            Ok(access) => href::rebuilt(&access.geolocation, trip).is_ok_and(|rebuilt| rebuilt == *url),
            Err(_) => true,
        }
    }

    /// The ids of trips that end on or after `ends_from`, ten a page (B5, B6). `next` is what the page before gave.
    pub async fn trip_ids(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        ends_from: NaiveDate,
        next: Option<&str>,
    ) -> Result<ListPage, FetchProblem> {
        let query = next.map_or_else(|| format!("schema=id&endDateFrom={ends_from}"), str::to_owned);
        let url = |geolocation: &super::Origin| {
            let mut url = geolocation.join("/travel/v4/trips")?;
            url.set_query(Some(&query));
            Ok(url)
        };
        let answer = self
            .call(store, company, Method::GET, Forbidden::MayBeExpired, url)
            .await?;
        self.judge(&answer)?;
        list_page(&answer.body).ok_or_else(|| FetchProblem::Later("the list cannot be read".to_owned()))
    }

    fn judge(&self, answer: &Answer) -> Result<(), FetchProblem> {
        let problem = match answer.status {
            200..300 => return Ok(()),
            401 => FetchProblem::Unauthorised,
            403 => FetchProblem::Forbidden,
            404 | 410 => FetchProblem::Gone,
            429 | 503 => FetchProblem::Pause {
                status: answer.status,
                after: answer.retry_after(self.now()),
            },
            status => FetchProblem::Later(format!("status {status}")),
        };
        let (status, correlation) = (answer.status, answer.correlation());
        match problem {
            // Deleted trips are part of everyday life.
            FetchProblem::Gone => tracing::info!(status, correlation, "a trip is not there"),
            _ => tracing::warn!(status, correlation, "a trip request was refused"),
        }
        Err(problem)
    }
}

/// The id that a text names: a bare id, or the last path segment of a URL. Lower case; `None` if there is none.
pub fn trip_id(text: &str) -> Option<String> {
    let text = text.trim();
    let path = text.split(['?', '#']).next()?.trim_end_matches('/');
    let id = path.rsplit('/').next()?.trim();
    let is_id = !id.is_empty() && id.len() <= 128 && id.bytes().any(|b| b.is_ascii_alphanumeric());
    let fits = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:~$".contains(&b));
    (is_id && fits).then(|| id.to_ascii_lowercase())
}

fn list_page(body: &[u8]) -> Option<ListPage> {
    #[derive(Deserialize)]
    struct List {
        #[serde(default)]
        data: Option<Vec<Entry>>,
        #[serde(default)]
        operations: Option<Vec<Operation>>,
    }
    #[derive(Deserialize)]
    struct Entry {
        id: Option<String>,
        href: Option<String>,
    }
    #[derive(Deserialize)]
    struct Operation {
        rel: Option<String>,
        href: Option<String>,
    }
    let list: List = serde_json::from_slice(body).ok()?;
    let data = list.data.unwrap_or_default();
    let ids: Vec<String> = data
        .iter()
        .filter_map(|e| trip_id(e.id.as_deref().or(e.href.as_deref())?))
        .collect();
    // Only the query of the next page's address is used: the list stays on the company's own geolocation.
    let next = list
        .operations
        .unwrap_or_default()
        .into_iter()
        .find(|o| o.rel.as_deref() == Some("next"));
    let next = next
        .and_then(|o| o.href)
        .and_then(|href| Some(href.split_once('?')?.1.to_owned()))
        .filter(|q| !q.is_empty());
    Some(ListPage {
        without_id: data.len() - ids.len(),
        ids,
        next,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_last_segment_of_a_url_or_the_text_itself() {
        for text in [
            "51AA-bb",
            " 51aa-bb ",
            "https://us2.api.concursolutions.com/travel/v4/trips/51aa-bb",
            "https://us2.api.concursolutions.com/travel/v4/trips/51aa-bb/?x=1#y",
        ] {
            assert_eq!(trip_id(text).as_deref(), Some("51aa-bb"), "{text}");
        }
        for text in ["", "..", "https://us2.api.concursolutions.com/a/%2e%2e", "a b", "<x>"] {
            assert_eq!(trip_id(text), None, "{text}");
        }
    }

    #[test]
    fn b6_a_page_gives_ids_and_the_query_of_the_next() {
        let body = br#"{"data":[{"id":"51AA","href":"https://us2.api.concursolutions.com/travel/v4/trips/51aa"},{"href":"https://x/travel/v4/trips/52BB"},{}],
            "operations":[{"rel":"prev","href":"https://x?a"},{"rel":"next","href":"https://evil.example/travel/v4/trips?schema=id&startAfter=1-a"}]}"#;
        let page = list_page(body);
        assert_eq!(
            page,
            Some(ListPage {
                ids: vec!["51aa".into(), "52bb".into()],
                without_id: 1,
                next: Some("schema=id&startAfter=1-a".into())
            })
        );
        assert_eq!(
            list_page(br#"{"data":[]}"#),
            Some(ListPage {
                ids: vec![],
                without_id: 0,
                next: None
            })
        );
        assert_eq!(list_page(b"<html>"), None);
    }
}
