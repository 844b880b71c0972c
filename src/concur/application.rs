//! The application's own token, by client credentials (Q38, E52–E54): for the event subscriptions and nothing else.
//! Called by what manages subscriptions.
//! Always: one token a data centre, in memory, reused within its hour.

use std::sync::Arc;

use super::Concur;
use super::problem::TokenProblem;
use super::token::Access;

impl Concur {
    /// A token for the data centre whose base address this is, such as `https://us2.api.concursolutions.com`.
    pub async fn application_access(&self, data_centre: &str) -> Result<Arc<Access>, TokenProblem> {
        let base = self.allow.origin(data_centre)?;
        // No company's id contains a space.
        let slot = self.slot(&format!("application {base}"));
        let mut slot = slot.lock().await;
        if let Some(usable) = slot.usable(self.now(), None) {
            return usable;
        }
        // E53: it is good for the data centre that was asked, whatever geolocation the answer names.
        let tokens = self
            .request_tokens(&base, &[("grant_type", "client_credentials")])
            .await?;
        Ok(slot.set(Access::new(&tokens, base, self.now())))
    }
}
