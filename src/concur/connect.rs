//! Quick Connect: the exchange of a request token for a company's grant (Q1–Q18).
//! Called by `web` after the landing page's last step, never before (Q6).
//! Always: the token's principal is the company that the redirect named; the grant is durable before anything is fetched.

use std::sync::Arc;
use std::time::Duration;

use super::Concur;
use super::grant::{NoTokens, Tokens};
use super::problem::TokenProblem;
use super::seal::REFRESH_TOKEN;
use super::token::Access;
use crate::store::{Connection, Store};

/// A company that is connected now. Its name and its backlog are fetched by `ingest::Engine::connected`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// Concur's company id, lower case.
    pub company: String,
    /// Host of its data centre.
    pub region: String,
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
    /// What to do, in a sentence for people (Q71).
    pub fn sentence(&self) -> String {
        match self {
            Self::Incomplete => {
                "The connection request is incomplete. Start again from SAP Concur's App Center.".to_owned()
            }
            Self::Token(problem) => problem.sentence(),
        }
    }
}

/// How often the exchange is tried where the network fails (Q7: at most five).
const TRIES: u32 = 3;

/// Exchanges, verifies, seals and stores. `id`, `request_token` and `user_id` are the redirect's (Q4).
pub async fn connect(
    concur: &Arc<Concur>,
    store: &Arc<dyn Store>,
    id: &str,
    request_token: &str,
    user_id: Option<&str>,
) -> Result<Connected, ConnectProblem> {
    let (id, request_token) = (id.trim(), request_token.trim());
    let is_id = |text: &str| text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if id.is_empty() || !is_id(id) || request_token.is_empty() || request_token.len() > 512 {
        return Err(ConnectProblem::Incomplete);
    }
    let company = id.to_ascii_lowercase();
    let user = user_id
        .map(str::trim)
        .filter(|u| !u.is_empty() && is_id(u))
        .map(str::to_ascii_lowercase);
    let tokens = exchange(concur, id, request_token).await?;
    if tokens.principal.as_ref().is_some_and(|sub| *sub != company) {
        return Err(TokenProblem::OtherCompany.into());
    }
    let geolocation = match &tokens.geolocation {
        Some(text) => concur.allow.origin(text).map_err(TokenProblem::from)?,
        None => concur.token_base.clone(),
    };
    let refresh = tokens.refresh.as_ref().ok_or(TokenProblem::Unreadable)?;
    let sealed = concur
        .sealer
        .seal(&company, REFRESH_TOKEN, refresh)
        .map_err(|e| TokenProblem::Sealing(e.to_string()))?;
    let connection = Connection {
        company: company.clone(),
        name: None,
        geolocation: geolocation.to_string(),
        sealed_refresh_token: sealed,
        refresh_expires_at: tokens.refresh_expires_at,
        connected_by: user,
        link_sha256: None,
    };
    let slot = concur.slot(&company);
    let mut slot = slot.lock().await;
    store
        .connect_company(&connection, concur.now())
        .await
        .map_err(super::token::kept)?;
    let region = geolocation.host().to_owned();
    slot.set(Access::new(&tokens, geolocation, concur.now()));
    let by = connection.connected_by.as_deref().unwrap_or_default();
    tracing::info!(
        company,
        region,
        by,
        correlation = tokens.correlation,
        "company connected"
    );
    Ok(Connected { company, region })
}

/// Q8. Repeated only where there was no answer at all.
async fn exchange(concur: &Concur, id: &str, request_token: &str) -> Result<Tokens, TokenProblem> {
    let form = [
        ("grant_type", "password"),
        ("username", id),
        ("password", request_token),
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
