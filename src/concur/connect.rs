//! Quick Connect: the exchange of a request token for a company's grant (Q1–Q18).
//! Called by `web` after the landing page's last step, never before (Q6).
//! Always: a link is exchanged once however often it is pressed; the token's principal is the company that the redirect named;
//! the grant is durable before anything is fetched.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::Concur;
use super::grant::{NoTokens, Tokens};
use super::jwt::Jwt;
use super::origin::Origin;
use super::problem::{self, TokenProblem};
use super::seal::REFRESH_TOKEN;
use super::token::{Access, kept};
use crate::store::{Connection, Store};

/// A company that is connected now. Its name and its backlog are fetched by `ingest::Engine::connected`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// Concur's company id, lower case.
    pub company: String,
    /// It was connected by this very link before: a reload, a second click.
    pub again: bool,
}

/// Why a company could not be connected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectProblem {
    /// The redirect is incomplete or was tampered with.
    #[error("the connection request is incomplete")]
    Incomplete,
    /// Concur refused, or the result cannot be used.
    #[error(transparent)]
    Token(#[from] TokenProblem),
}

impl ConnectProblem {
    /// A word for it that fits in an address.
    pub fn word(&self) -> String {
        match self {
            Self::Incomplete => "incomplete".to_owned(),
            Self::Token(problem) => problem.word(),
        }
    }

    /// What happened and who does what about it (Q71).
    pub fn sentence(&self) -> String {
        problem::sentence(&self.word())
    }
}

/// How often the exchange is tried where the network fails (Q7: at most five).
const TRIES: u32 = 3;
/// How long another node gets to finish what it does with the same link.
const ANOTHER_NODE: [Duration; 4] = [Duration::from_millis(250); 4];

/// Links that are being exchanged in this process, by digest.
#[derive(Default)]
pub(super) struct Connecting(Mutex<HashMap<Vec<u8>, Arc<tokio::sync::Mutex<()>>>>);

impl Connecting {
    fn turn(&self, link: &[u8]) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, turn| Arc::strong_count(turn) > 1);
        all.entry(link.to_vec()).or_default().clone()
    }
}

/// What the App Center's redirect said (Q4), checked.
#[derive(Clone)]
struct Link {
    /// As delivered.
    id: String,
    company: String,
    request_token: String,
    user: Option<String>,
    sha256: Vec<u8>,
}

impl Link {
    fn read(id: &str, request_token: &str, user: Option<&str>) -> Option<Self> {
        let (id, request_token) = (id.trim(), request_token.trim());
        let is_id = |text: &str| text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let fits = !id.is_empty() && is_id(id) && !request_token.is_empty() && request_token.len() <= 512;
        fits.then(|| Self {
            id: id.to_owned(),
            company: id.to_ascii_lowercase(),
            request_token: request_token.to_owned(),
            user: user
                .map(str::trim)
                .filter(|u| !u.is_empty() && is_id(u))
                .map(str::to_ascii_lowercase),
            sha256: Sha256::digest(request_token).to_vec(),
        })
    }
}

/// Whether the company is connected by this very link.
pub async fn is_connected_by(store: &dyn Store, id: &str, request_token: &str) -> Result<bool, ConnectProblem> {
    let link = Link::read(id, request_token, None).ok_or(ConnectProblem::Incomplete)?;
    let found = store.is_connected_by(&link.company, &link.sha256).await;
    found.map_err(|e| ConnectProblem::Token(kept(e)))
}

/// Exchanges, verifies, seals and stores. `id`, `request_token` and `user_id` are the redirect's (Q4). Dropping the future
/// loses nothing: a browser that sends the form twice drops the first answer, and the link works only once.
pub async fn connect(
    concur: &Arc<Concur>,
    store: &Arc<dyn Store>,
    id: &str,
    request_token: &str,
    user_id: Option<&str>,
) -> Result<Connected, ConnectProblem> {
    let link = Link::read(id, request_token, user_id).ok_or(ConnectProblem::Incomplete)?;
    let (concur, store) = (concur.clone(), store.clone());
    let work = tokio::spawn(async move {
        let turn = concur.connecting.turn(&link.sha256);
        let _mine = turn.lock().await;
        once(&concur, &store, &link).await
    });
    let broken = |_| Err(ConnectProblem::Token(TokenProblem::of_status(500, None)));
    work.await.unwrap_or_else(broken)
}

async fn once(concur: &Arc<Concur>, store: &Arc<dyn Store>, link: &Link) -> Result<Connected, ConnectProblem> {
    let is_made = || async { store.is_connected_by(&link.company, &link.sha256).await.map_err(kept) };
    let done = |again| Connected {
        company: link.company.clone(),
        again,
    };
    if is_made().await? {
        return Ok(done(true));
    }
    let tokens = match exchange(concur, link).await {
        Err(problem @ TokenProblem::Reconnect { code: Some(_) }) => {
            // The link is spent: perhaps by another node, for the same person, a moment ago.
            for pause in ANOTHER_NODE {
                if is_made().await? {
                    return Ok(done(true));
                }
                tokio::time::sleep(pause).await;
            }
            return Err(problem.into());
        }
        other => other?,
    };
    let geolocation = match &tokens.geolocation {
        Some(text) => concur.allow.origin(text).map_err(TokenProblem::from)?,
        None => concur.token_base.clone(),
    };
    concur.is_of(&tokens, &link.company, &geolocation).await?;
    let refresh = tokens.refresh.as_ref().ok_or(TokenProblem::Unreadable)?;
    let sealed = concur
        .sealer
        .seal(&link.company, REFRESH_TOKEN, refresh)
        .map_err(|e| TokenProblem::Sealing(e.to_string()))?;
    let connection = Connection {
        company: link.company.clone(),
        name: None,
        geolocation: geolocation.to_string(),
        sealed_refresh_token: sealed,
        refresh_expires_at: tokens.refresh_expires_at,
        connected_by: link.user.clone(),
        link_sha256: Some(link.sha256.clone()),
    };
    let slot = concur.slot(&link.company);
    let mut slot = slot.lock().await;
    let kept_now = store.connect_company(&connection, concur.now()).await;
    kept_now.map_err(kept)?;
    // Q14: who connected it, and Concur's number of the exchange.
    tracing::info!(
        company = link.company,
        region = geolocation.host(),
        by = link.user.as_deref().unwrap_or_default(),
        correlation = tokens.correlation,
        "company connected"
    );
    for scope in tokens.lacks() {
        tracing::error!(
            company = link.company,
            scope,
            "the application is not registered for a scope that it needs"
        );
    }
    slot.set(Access::new(&tokens, geolocation, concur.now()));
    Ok(done(false))
}

/// Q8, Q9. Repeated only where there was no answer at all (Q7).
async fn exchange(concur: &Concur, link: &Link) -> Result<Tokens, TokenProblem> {
    let form = [
        ("grant_type", "password"),
        ("username", link.id.as_str()),
        ("password", link.request_token.as_str()),
        ("credtype", "authtoken"),
    ];
    let mut tries = 1;
    loop {
        match concur.request_tokens(&concur.token_base, &form).await {
            Err(NoTokens::Network(_)) if tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(200) * tries).await;
                tries += 1;
            }
            outcome => return outcome.map_err(TokenProblem::from),
        }
    }
}

impl Concur {
    /// Whether the tokens are this company's (Q15). Without an id_token, as in some samples (Q11), Concur's own word counts: it was
    /// told the company's id with the link, and refuses another's (code 136).
    async fn is_of(&self, tokens: &Tokens, company: &str, geolocation: &Origin) -> Result<(), TokenProblem> {
        let Some(id_token) = &tokens.id_token else {
            tracing::warn!(
                company,
                correlation = tokens.correlation,
                "the exchange brought no id_token"
            );
            return Ok(());
        };
        let jwt = Jwt::read(id_token.expose()).map_err(TokenProblem::Untrusted)?;
        self.signed(&jwt, geolocation).await?;
        let client_id = &self.application()?.client_id;
        jwt.check(client_id, &self.allow, self.now())
            .map_err(TokenProblem::Untrusted)?;
        if jwt.subject().as_deref() == Some(company) {
            Ok(())
        } else {
            Err(TokenProblem::OtherCompany)
        }
    }
}
