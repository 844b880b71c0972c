//! The one HTTP client that talks to SAP Concur: limits, correlation, no redirects, no surprises.
//! Called by the other modules of this room; nobody else makes requests.
//! Always: the origin is in the allow-list, a body is at most 5 MiB after decompression, an error text holds no URL and no secret.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, header};
use reqwest::redirect::Policy;
use url::Url;

use super::address::{Guard, Lookup, System};
use super::correlation;
use super::origin::{Allow, OriginProblem};
use super::secret::Secret;

/// Largest body that is read, in bytes after decompression.
pub const BODY_CAP: usize = 5 * 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(20);
/// Header by which a request can be found at Concur (E17, L11, L12).
pub const CORRELATION: &str = "concur-correlationid";

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The request was not made.
    #[error("not requested: {0}")]
    Refused(#[from] OriginProblem),
    /// 5 s for the connection or 20 s for everything were not enough.
    #[error("no answer in time")]
    Timeout,
    /// No connection: name, network, TLS.
    #[error("no connection")]
    Connect,
    /// The body is larger than [`BODY_CAP`].
    #[error("the answer is larger than {} MiB", BODY_CAP / 1024 / 1024)]
    TooLarge,
    /// The connection or the encoding broke in the middle.
    #[error("the answer broke off")]
    Broken,
}

/// What Concur said.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, for the few that matter.
    pub headers: HeaderMap,
    /// The whole body, decompressed.
    pub body: Vec<u8>,
}

impl Answer {
    /// 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Concur's id of this exchange, for its support (L11); empty when there is none or it is no id.
    pub fn correlation(&self) -> &str {
        let text = self
            .headers
            .get(CORRELATION)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if text.len() <= 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            text
        } else {
            ""
        }
    }

    /// How long to wait by `Retry-After`, seconds or a date; at most an hour.
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        let text = self.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        let seconds = match text.parse::<u64>() {
            Ok(seconds) => seconds,
            Err(_) => {
                let at = DateTime::parse_from_rfc2822(text).ok()?;
                u64::try_from((at.with_timezone(&Utc) - now).num_seconds()).unwrap_or(0)
            }
        };
        Some(Duration::from_secs(seconds.min(3600)))
    }
}

/// A client bound to an allow-list.
pub struct Http {
    client: reqwest::Client,
    allow: Allow,
}

impl Http {
    /// A client that resolves names through the system.
    pub fn new(allow: Allow) -> Result<Self, HttpProblem> {
        Self::with_lookup(allow, Arc::new(System))
    }

    /// A client that resolves names through `lookup`.
    pub fn with_lookup(allow: Allow, lookup: Arc<dyn Lookup>) -> Result<Self, HttpProblem> {
        Ok(Self {
            client: client(&allow, lookup)?,
            allow,
        })
    }

    /// Sends one request without body and reads the answer. Whatever its status, an answer is `Ok`.
    pub async fn send(&self, method: Method, url: Url, bearer: &Secret) -> Result<Answer, Failure> {
        self.allow.admit(&url)?;
        self.read(self.client.request(method, url).bearer_auth(bearer.expose()))
            .await
    }

    /// Reads what needs no token, such as Concur's public keys.
    pub async fn get(&self, url: Url) -> Result<Answer, Failure> {
        self.allow.admit(&url)?;
        self.read(self.client.get(url)).await
    }

    /// Sends one request with a JSON body, or without any.
    pub async fn send_json(
        &self,
        method: Method,
        url: Url,
        bearer: &Secret,
        body: Option<&serde_json::Value>,
    ) -> Result<Answer, Failure> {
        self.allow.admit(&url)?;
        let request = self.client.request(method, url).bearer_auth(bearer.expose());
        self.read(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// Posts a form, with `Content-Length` (L7) and a content type without charset (L13).
    pub async fn post_form(&self, url: Url, form: &[(&str, &str)]) -> Result<Answer, Failure> {
        self.allow.admit(&url)?;
        self.read(self.client.post(url).form(form)).await
    }

    async fn read(&self, request: reqwest::RequestBuilder) -> Result<Answer, Failure> {
        let asked = correlation::of_request();
        let request = request
            .header(header::ACCEPT, "application/json")
            .header(CORRELATION, &asked);
        let mut response = request.send().await.map_err(failure)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if body.len() + chunk.len() > BODY_CAP {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let answer = Answer { status, headers, body };
        // L11: kept where support can ask for it. The address is not: it may name a person.
        tracing::info!(status, asked, answered = answer.correlation(), "SAP Concur answered");
        Ok(answer)
    }
}

/// The HTTP client could not be made: the TLS library refuses to start.
#[derive(Debug, thiserror::Error)]
#[error("the HTTPS client cannot start: {0}")]
pub struct HttpProblem(String);

/// Makes a client that resolves through the guard and follows nothing. Without any root certificate on this machine it still reaches a loopback origin, and says what is missing.
pub fn client(allow: &Allow, lookup: Arc<dyn Lookup>) -> Result<reqwest::Client, HttpProblem> {
    // Someone else may have chosen the same provider first: that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || {
        reqwest::Client::builder()
            .user_agent(concat!("whereabouts/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .gzip(true)
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .dns_resolver(Arc::new(Guard::new(lookup.clone(), allow.clone())))
    };
    builder().build().or_else(|error| {
        tracing::warn!(%error, "no root certificates: install ca-certificates, or no https host can be reached");
        builder()
            .tls_certs_only([])
            .build()
            .map_err(|e| HttpProblem(e.to_string()))
    })
}

fn failure(error: reqwest::Error) -> Failure {
    if error.is_timeout() {
        Failure::Timeout
    } else if error.is_connect() {
        Failure::Connect
    } else {
        Failure::Broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(name: header::HeaderName, value: &str) -> Answer {
        let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
        Answer {
            status: 503,
            headers,
            body: Vec::new(),
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_at_most_an_hour() {
        let now = "2026-03-01T08:00:00Z".parse().unwrap();
        let after = |text| answer(header::RETRY_AFTER, text).retry_after(now).map(|d| d.as_secs());
        assert_eq!(after("7"), Some(7));
        assert_eq!(after("Sun, 01 Mar 2026 08:01:30 GMT"), Some(90));
        assert_eq!(after("Sun, 01 Mar 2026 07:00:00 GMT"), Some(0));
        assert_eq!(after("999999"), Some(3600));
        assert_eq!(after("soon"), None);
    }

    #[test]
    fn l11_a_correlation_id_is_logged_only_if_it_is_one() {
        let name = || header::HeaderName::from_static(CORRELATION);
        assert_eq!(answer(name(), "7d1e-ab").correlation(), "7d1e-ab");
        assert_eq!(answer(name(), "e.dover@example.com").correlation(), "");
    }
}
