//! Concur's key sets, one a data centre: fetched when needed, kept for an hour (Q44, Q45).
//! Called by `connect` to check an id_token.
//! Always: one fetch of a data centre at a time; an unknown key name costs at most one fetch in 30 s; a set that cannot be
//! renewed is good for a day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};

use super::Concur;
use super::jwt::{Jwt, KeySet};
use super::origin::Origin;
use super::problem::TokenProblem;

const FRESH: Duration = Duration::hours(1);
const USABLE: Duration = Duration::hours(24);
const BETWEEN: Duration = Duration::seconds(30);
/// How often a set is asked for that has never been had: a company's one-time link is spent by now.
const TRIES: u32 = 3;

/// All key sets of this process.
#[derive(Default)]
pub(super) struct Jwks(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Kept>>>>);

#[derive(Default)]
struct Kept {
    set: Option<(Arc<KeySet>, DateTime<Utc>)>,
    tried_at: Option<DateTime<Utc>>,
}

impl Kept {
    /// The set, if there is nothing to be gained from asking for it.
    fn good(&self, kid: Option<&str>, now: DateTime<Utc>) -> Option<Arc<KeySet>> {
        let (set, at) = self.set.as_ref()?;
        let age = now - *at;
        let just_tried = self.tried_at.is_some_and(|at| now - at < BETWEEN);
        let is_good = if just_tried {
            age < USABLE
        } else {
            age < FRESH && set.knows(kid)
        };
        is_good.then(|| set.clone())
    }
}

impl Concur {
    /// Whether a key of this data centre signed the token.
    pub(super) async fn signed(&self, jwt: &Jwt, data_centre: &Origin) -> Result<(), TokenProblem> {
        let kept = {
            let mut all = self.jwks.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(data_centre.to_string()).or_default().clone()
        };
        let mut kept = kept.lock().await;
        let set = match kept.good(jwt.kid(), self.now()) {
            Some(set) => set,
            None => self.renewed(&mut kept, data_centre).await?,
        };
        set.verify(jwt).map_err(TokenProblem::Untrusted)
    }

    async fn renewed(&self, kept: &mut Kept, data_centre: &Origin) -> Result<Arc<KeySet>, TokenProblem> {
        let now = self.now();
        let mut problem = TokenProblem::Unreadable;
        for attempt in 0..TRIES {
            kept.tried_at = Some(now);
            match self.http.get(data_centre.join("/oauth2/v0/jwks")?).await {
                Ok(answer) if answer.is_success() => {
                    if let Some(set) = KeySet::read(&answer.body).map(Arc::new) {
                        kept.set = Some((set.clone(), now));
                        return Ok(set);
                    }
                }
                Ok(answer) => problem = TokenProblem::of_status(answer.status, answer.retry_after(now)),
                Err(failure) => problem = TokenProblem::of_failure(failure),
            }
            if let Some((set, _)) = kept.set.as_ref().filter(|(_, at)| now - *at < USABLE) {
                tracing::warn!(data_centre = %data_centre, %problem, "keys could not be renewed; the kept ones serve");
                return Ok(set.clone());
            }
            tokio::time::sleep(Wait::from_millis(200) * (attempt + 1)).await;
        }
        tracing::error!(data_centre = %data_centre, %problem, "SAP Concur's keys cannot be read");
        Err(problem)
    }
}
