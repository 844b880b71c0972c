//! Ending a company's connection from our side (Q52–Q54).
//! Called by `web` when an admin or operator asks for it.
//! Always: afterwards nothing is fetched and no token is kept, also where Concur could not be told.

use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::Concur;
use super::call::{CallProblem, Forbidden};
use super::problem::TokenProblem;
use crate::store::{CompanyState, Store, StoreError};

/// How a disconnect ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected {
    /// Concur confirmed that the grant is revoked. Else an administrator should also disconnect in the App Center.
    pub revoked: bool,
}

/// How often Concur is asked before its silence is accepted.
const TRIES: u32 = 3;

impl Concur {
    /// Revokes the grant at Concur, forgets it here, stops fetching. `why` is shown as the company's reason.
    pub async fn disconnect(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        why: &str,
    ) -> Result<Disconnected, StoreError> {
        let revoked = self.revoke(store, company).await;
        let slot = self.slot(company);
        store
            .set_company_state(company, CompanyState::Disconnected, Some(why), self.now())
            .await?;
        slot.lock().await.clear();
        tracing::info!(company, revoked, "disconnected");
        Ok(Disconnected { revoked })
    }

    async fn revoke(self: &Arc<Self>, store: &Arc<dyn Store>, company: &str) -> bool {
        let url = |geolocation: &super::Origin| geolocation.join("/app-mgmt/v0/connections");
        for attempt in 0..TRIES {
            match self.call(store, company, Method::DELETE, Forbidden::IsFinal, url).await {
                // 404: there is no such connection any more.
                Ok(answer) if answer.is_success() || answer.status == 404 => return true,
                Ok(answer) if answer.status < 500 && answer.status != 429 => {
                    tracing::warn!(
                        company,
                        status = answer.status,
                        correlation = answer.correlation(),
                        "not revoked"
                    );
                    return false;
                }
                // The grant was refused: it was revoked at Concur's side before.
                Err(CallProblem::Token(TokenProblem::Reconnect { .. })) => return true,
                Err(CallProblem::Token(problem)) if !matches!(problem, TokenProblem::Later { .. }) => return false,
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(200 << attempt)).await,
            }
        }
        false
    }
}
