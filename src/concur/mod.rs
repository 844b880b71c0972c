//! Talking to SAP Concur: tokens, Quick Connect, trips, identity, company, disconnect.
//! Called by `ingest` (workers) and `web` (connect pages, disconnect).
//! Always: a token, a secret or a fetch goes to an origin of the allow-list only; access tokens live in memory only (Q19, P9).

pub mod address;
mod application;
pub mod breaker;
mod call;
pub mod codes;
pub mod company;
pub mod connect;
pub mod correlation;
pub mod disconnect;
mod grant;
pub mod href;
pub mod http;
pub mod identity;
mod jwks;
mod jwt;
pub mod origin;
pub mod problem;
pub mod seal;
pub mod secret;
pub mod subscriptions;
pub mod token;
pub mod trips;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use self::http::Http;
pub use self::http::{HttpProblem, client};
pub use self::jwt::Distrust;
pub use self::origin::{Allow, Origin, OriginProblem};
pub use self::problem::{TokenProblem, Who};
pub use self::seal::{SealProblem, Sealer};
pub use self::secret::Secret;

/// The time, as the edge of the program gives it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How this application is registered at Concur.
#[derive(Clone, Debug)]
pub struct Application {
    /// `client_id`
    pub client_id: String,
    /// `client_secret`
    pub client_secret: Secret,
}

/// What talking to Concur needs to know.
pub struct ConcurConfig {
    /// None: Quick Connect is not configured, nothing can be fetched.
    pub application: Option<Application>,
    /// Where request tokens are exchanged (Q10): `--concur-token-base`.
    pub token_base: String,
    /// `--concur-allow`
    pub allow: Allow,
    /// Seals refresh tokens.
    pub sealer: Sealer,
    /// The time.
    pub clock: Clock,
}

/// Why talking to Concur cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ConcurProblem {
    /// Secrets would go where the allow-list does not let them.
    #[error("the token base (--concur-token-base) cannot be used: {0}")]
    TokenBase(#[source] OriginProblem),
    /// The HTTP client.
    #[error(transparent)]
    Http(#[from] HttpProblem),
}

/// The one place through which this program talks to Concur. One per process: it holds the access tokens.
pub struct Concur {
    http: Http,
    allow: Allow,
    application: Option<Application>,
    token_base: Origin,
    sealer: Sealer,
    clock: Clock,
    breaker: breaker::Breaker,
    slots: Mutex<HashMap<String, Arc<tokio::sync::Mutex<token::Slot>>>>,
    jwks: jwks::Jwks,
    connecting: connect::Connecting,
}

impl Concur {
    /// Sets it up. A token base outside the allow-list is an error.
    pub fn new(config: ConcurConfig) -> Result<Self, ConcurProblem> {
        let http = Http::new(config.allow.clone())?;
        Self::with_http(config, http)
    }

    /// The same with a client of the caller's.
    pub fn with_http(config: ConcurConfig, http: Http) -> Result<Self, ConcurProblem> {
        let ConcurConfig {
            application,
            token_base,
            allow,
            sealer,
            clock,
        } = config;
        let token_base = allow.origin(&token_base).map_err(ConcurProblem::TokenBase)?;
        Ok(Self {
            http,
            allow,
            application,
            token_base,
            sealer,
            clock,
            breaker: breaker::Breaker::default(),
            slots: Mutex::default(),
            jwks: jwks::Jwks::default(),
            connecting: connect::Connecting::default(),
        })
    }

    /// Whether companies can connect at all.
    pub fn is_configured(&self) -> bool {
        self.application.is_some()
    }

    /// What seals secrets at rest.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Which hosts are left alone for a while.
    pub fn breaker(&self) -> &breaker::Breaker {
        &self.breaker
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    fn application(&self) -> Result<&Application, TokenProblem> {
        self.application.as_ref().ok_or(TokenProblem::NotConfigured)
    }

    /// The place of a company's access token; whoever holds its lock is the only one of this process that refreshes.
    fn slot(&self, company: &str) -> Arc<tokio::sync::Mutex<token::Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        slots.entry(company.to_owned()).or_default().clone()
    }
}
