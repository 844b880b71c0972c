//! One call of an API for a company: token, request, and once more with a fresh token where the old one was refused (Q25, L5).
//! Called by `trips`, `identity`, `company` and `disconnect`.
//! Always: at most two requests, both to admitted origins.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use http::Method;
use url::Url;

use super::Concur;
use super::http::{Answer, Failure};
use super::origin::{Origin, OriginProblem};
use super::problem::TokenProblem;
use super::secret::Secret;
use crate::store::Store;

/// A token younger than this is not what a 403 is about.
const YOUNG: Duration = Duration::seconds(60);

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallProblem {
    /// No access token.
    #[error(transparent)]
    Token(#[from] TokenProblem),
    /// No answer.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The host is left alone until then: it did not answer before.
    #[error("the host does not answer; asked again at {0}")]
    Resting(DateTime<Utc>),
}

impl From<OriginProblem> for CallProblem {
    fn from(problem: OriginProblem) -> Self {
        Self::Failure(Failure::Refused(problem))
    }
}

/// What a 403 may mean for this API.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Forbidden {
    /// Perhaps an expired token (L5).
    MayBeExpired,
    /// A missing scope: the answer as it is.
    IsFinal,
}

impl Concur {
    /// Calls the URL that `url` makes of the company's geolocation.
    pub(super) async fn call(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        method: Method,
        forbidden: Forbidden,
        url: impl Fn(&Origin) -> Result<Url, OriginProblem> + Send + Sync,
    ) -> Result<Answer, CallProblem> {
        let access = self.access(store, company, None).await?;
        let answer = self
            .ask(method.clone(), url(&access.geolocation)?, &access.token)
            .await?;
        let expired = match answer.status {
            401 => true,
            403 => forbidden == Forbidden::MayBeExpired && access.age(self.now()) > YOUNG,
            _ => false,
        };
        if !expired {
            return Ok(answer);
        }
        let access = self.access(store, company, Some(&access)).await?;
        self.ask(method, url(&access.geolocation)?, &access.token).await
    }

    /// One request, if its host is not left alone just now.
    async fn ask(&self, method: Method, url: Url, token: &Secret) -> Result<Answer, CallProblem> {
        self.breaker.admit(&url, self.now()).map_err(CallProblem::Resting)?;
        let outcome = self.http.send(method, url.clone(), token).await;
        match &outcome {
            // 503 means a rate limit too (T5): the company pauses, not the host.
            Ok(answer) if matches!(answer.status, 500 | 502 | 504) => self.breaker.failed(&url, self.now()),
            Err(Failure::Timeout | Failure::Connect | Failure::Broken) => self.breaker.failed(&url, self.now()),
            Err(Failure::Refused(_)) => {}
            Ok(_) | Err(Failure::TooLarge) => self.breaker.answered(&url),
        }
        Ok(outcome?)
    }
}
