//! A company's access token: reused within its hour, refreshed by one task of one node at a time (Q19–Q25, Q30).
//! Called by everything of this room that calls an API for a company.
//! Always: the rotated refresh token is durable before its access token is used; a refresh token is redeemed at most once.

use std::sync::Arc;
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};

use super::Concur;
use super::grant::Tokens;
use super::origin::Origin;
use super::problem::TokenProblem;
use super::seal::REFRESH_TOKEN;
use super::secret::Secret;
use crate::store::{CompanyState, Grant, NewGrant, RefreshLease, Store, StoreError};

/// Longer than two token requests may take (code 16).
const LEASE: Duration = Duration::seconds(120);
/// How long another node's refresh is waited for.
const PATIENCE: Wait = Wait::from_secs(45);
/// How long a refusal is remembered, so that waiting tasks do not repeat it one after the other.
const REFUSED_FOR: Duration = Duration::seconds(3);
/// Refresh tokens that expire within this time are renewed by [`Concur::keep_alive`] (Q24).
const RENEW_WITHIN: Duration = Duration::days(120);

/// A usable access token and where it may be used (Q31).
#[derive(Clone, Debug)]
pub struct Access {
    /// For the `Authorization` header.
    pub token: Secret,
    /// Base of all calls.
    pub geolocation: Origin,
    obtained_at: DateTime<Utc>,
    usable_until: DateTime<Utc>,
}

impl Access {
    pub(super) fn new(tokens: &Tokens, geolocation: Origin, now: DateTime<Utc>) -> Self {
        // At four fifths of its life: a request that starts now must still find it valid when it arrives.
        let usable_until = now + tokens.expires_in * 4 / 5;
        Self {
            token: tokens.access.clone(),
            geolocation,
            obtained_at: now,
            usable_until,
        }
    }

    /// How long we have had it.
    pub fn age(&self, now: DateTime<Utc>) -> Duration {
        now - self.obtained_at
    }
}

/// What is known of a company's access in this process.
#[derive(Default)]
pub(super) struct Slot {
    access: Option<Arc<Access>>,
    refused: Option<(TokenProblem, DateTime<Utc>)>,
}

impl Slot {
    pub(super) fn set(&mut self, access: Access) -> Arc<Access> {
        let access = Arc::new(access);
        *self = Self {
            access: Some(access.clone()),
            refused: None,
        };
        access
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn usable(
        &self,
        now: DateTime<Utc>,
        stale: Option<&Access>,
    ) -> Option<Result<Arc<Access>, TokenProblem>> {
        let fresh = |a: &&Arc<Access>| now < a.usable_until && stale.is_none_or(|s| s.token != a.token);
        if let Some(access) = self.access.as_ref().filter(fresh) {
            return Some(Ok(access.clone()));
        }
        self.refused
            .as_ref()
            .filter(|(_, until)| now < *until)
            .map(|(problem, _)| Err(problem.clone()))
    }
}

/// How the redemption of one refresh token ended.
enum Redeemed {
    Access(Access),
    /// Someone else was faster: read the grant again.
    Overtaken,
}

impl Concur {
    /// A usable access token of the company. `stale` is one that Concur just refused: it is not given again.
    /// A refused grant marks the company `reconnect_needed`. Dropping the future never loses a rotated token.
    pub async fn access(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        stale: Option<&Access>,
    ) -> Result<Arc<Access>, TokenProblem> {
        let mut slot = self.slot(company).lock_owned().await;
        if let Some(usable) = slot.usable(self.now(), stale) {
            return usable;
        }
        let (concur, store, company) = (self.clone(), store.clone(), company.to_owned());
        let refreshing = tokio::spawn(async move {
            match concur.refresh(store.as_ref(), &company).await {
                Ok(access) => Ok(slot.set(access)),
                Err(problem) => {
                    *slot = Slot {
                        access: None,
                        refused: Some((problem.clone(), concur.now() + REFUSED_FOR)),
                    };
                    Err(problem)
                }
            }
        });
        let broken = |_| {
            Err(TokenProblem::Later {
                why: "the refresh broke".to_owned(),
                code: None,
                after: None,
            })
        };
        refreshing.await.unwrap_or_else(broken)
    }

    /// Renews the grants that would otherwise expire unused (Q24). Returns how many could not be renewed.
    pub async fn keep_alive(self: &Arc<Self>, store: &Arc<dyn Store>) -> Result<usize, StoreError> {
        let mut failed = 0;
        for company in store.companies(&crate::store::Scope::service()).await? {
            let soon = company
                .refresh_expires_at
                .is_none_or(|at| at < self.now() + RENEW_WITHIN);
            if company.state == CompanyState::Connected && soon {
                failed += usize::from(self.access(store, &company.id, None).await.is_err());
            }
        }
        Ok(failed)
    }

    async fn refresh(&self, store: &dyn Store, company: &str) -> Result<Access, TokenProblem> {
        self.application()?;
        let started = tokio::time::Instant::now();
        let mut pause = Wait::from_millis(25);
        while started.elapsed() < PATIENCE {
            let grant = self.grant(store, company).await?;
            let now = self.now();
            if let Some(lease) = store.lease_refresh(company, now, now + LEASE).await.map_err(kept)? {
                // Read before use: the grant may have changed while the lease was another's.
                let current = if lease.version == grant.version {
                    Ok(grant)
                } else {
                    self.grant(store, company).await
                };
                match self.redeem(store, &lease, current?).await {
                    Ok(Redeemed::Access(access)) => return Ok(access),
                    Ok(Redeemed::Overtaken) => {}
                    Err(problem) => return Err(problem),
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Wait::from_secs(1));
        }
        Err(TokenProblem::Later {
            why: "another node is refreshing".to_owned(),
            code: None,
            after: None,
        })
    }

    async fn grant(&self, store: &dyn Store, company: &str) -> Result<Grant, TokenProblem> {
        let grant = store
            .grant(company)
            .await
            .map_err(kept)?
            .ok_or(TokenProblem::NotConnected)?;
        match grant.state {
            CompanyState::Connected => Ok(grant),
            CompanyState::ReconnectNeeded => Err(TokenProblem::Reconnect { code: None }),
            CompanyState::Disconnected => Err(TokenProblem::NotConnected),
        }
    }

    async fn redeem(&self, store: &dyn Store, lease: &RefreshLease, grant: Grant) -> Result<Redeemed, TokenProblem> {
        let company = lease.company.as_str();
        if lease.version != grant.version {
            store.release_refresh(lease).await.map_err(kept)?;
            return Ok(Redeemed::Overtaken);
        }
        let outcome = match self.sealer.open(company, REFRESH_TOKEN, &grant.sealed_refresh_token) {
            Ok(token) => self.request_refresh(&grant, &token).await,
            Err(problem) => Err(TokenProblem::Sealing(problem.to_string())),
        };
        match outcome {
            Ok((tokens, new, geolocation)) => match save(store, lease, &new).await {
                Ok(()) => {
                    tracing::info!(company, correlation = tokens.correlation, "access token refreshed");
                    Ok(Redeemed::Access(Access::new(&tokens, geolocation, self.now())))
                }
                Err(StoreError::Fenced) => Ok(Redeemed::Overtaken),
                Err(error) => Err(kept(error)),
            },
            Err(problem @ TokenProblem::Reconnect { .. }) => {
                // Someone may have redeemed or replaced the token in between: then theirs counts.
                let lost = store.lose_grant(lease, &problem.sentence(), self.now()).await;
                if !lost.map_err(kept)? {
                    return Ok(Redeemed::Overtaken);
                }
                tracing::error!(company, %problem, "the company must connect again");
                Err(problem)
            }
            Err(problem) => {
                store.release_refresh(lease).await.map_err(kept)?;
                Err(problem)
            }
        }
    }

    async fn request_refresh(&self, grant: &Grant, token: &Secret) -> Result<(Tokens, NewGrant, Origin), TokenProblem> {
        let old = self.allow.origin(&grant.geolocation)?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", token.expose())];
        let tokens = self.request_tokens(&old, &form).await?;
        // Q23: token, expiry and geolocation are replaced together. A geolocation that may not be used is not taken over,
        // but the rotated token is: the old one may be worth nothing by now.
        let geolocation = match tokens.geolocation.as_deref().map(|g| self.allow.origin(g)) {
            Some(Ok(new)) => new,
            Some(Err(problem)) => {
                tracing::error!(company = grant.company, %problem, "a geolocation was not taken over");
                old
            }
            None => old,
        };
        let refresh = tokens.refresh.as_ref().unwrap_or(token);
        let sealed = self.sealer.seal(&grant.company, REFRESH_TOKEN, refresh);
        let new = NewGrant {
            sealed_refresh_token: sealed.map_err(|e| TokenProblem::Sealing(e.to_string()))?,
            geolocation: geolocation.to_string(),
            refresh_expires_at: tokens.refresh_expires_at.or(grant.refresh_expires_at),
        };
        Ok((tokens, new, geolocation))
    }
}

/// Makes the rotated token durable. It exists nowhere else, so a database that is busy is asked again.
async fn save(store: &dyn Store, lease: &RefreshLease, new: &NewGrant) -> Result<(), StoreError> {
    let mut pause = Wait::from_millis(50);
    let started = tokio::time::Instant::now();
    loop {
        match store.save_refresh(lease, new).await {
            Err(error) if error.is_temporary() && started.elapsed() < Wait::from_secs(60) => {
                tracing::warn!(company = lease.company, %error, "the rotated token could not be stored yet");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Wait::from_secs(5));
            }
            Ok(()) => return Ok(()),
            Err(error) => {
                tracing::error!(company = lease.company, %error, "the rotated token could not be stored");
                return Err(error);
            }
        }
    }
}

/// A problem of the database, as a problem of tokens.
pub(super) fn kept(error: StoreError) -> TokenProblem {
    TokenProblem::Store(error.to_string())
}
