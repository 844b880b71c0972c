//! Quick Connect with the verification code that the operator issued (Q64, Q65): no account is made.
//! Called by the landing page's code form.
//! Always holds: a code connects one company once; a refusal of Concur's does not use it up; guesses are slowed down.

use std::time::Duration;

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use tower_sessions::Session;

use super::super::AppState;
use super::super::one_time::{self, Taken};
use super::super::sign_in::{Peer, failed};
use super::{ConnectForm, done, exchange};
use crate::concur::connect::is_connected_by;
use crate::store::Purpose;

/// Tries for one company, and from one address, within a quarter of an hour.
const TRIES_PER_COMPANY: u32 = 10;
const TRIES_PER_ADDRESS: u32 = 30;
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// POST /connect/code
pub async fn with_code(
    State(state): State<AppState>,
    session: Session,
    from: Peer,
    Form(form): Form<ConnectForm>,
) -> Response {
    let (company, now) = (form.company(), (state.clock)());
    let key = format!("connect-code:{company}");
    let mut slow = match state.store.note_attempt(&key, now, WINDOW).await {
        Ok(tries) => tries > TRIES_PER_COMPANY,
        Err(error) => return failed(&error),
    };
    if let Some(ip) = from.0 {
        match state
            .store
            .note_attempt(&format!("connect-code-from:{ip}"), now, WINDOW)
            .await
        {
            Ok(tries) => slow |= tries > TRIES_PER_ADDRESS,
            Err(error) => return failed(&error),
        }
    }
    if slow {
        return form.again("locked");
    }
    let sha256 = one_time::sha256(Purpose::Connect, "", &form.code);
    match one_time::take(&state, Purpose::Connect, &sha256, Some(&company)).await {
        Ok(Taken::Held(code)) => {
            if let Err(word) = exchange(&state, &form).await {
                if let Err(error) = state.store.release_one_time(&code.id).await {
                    tracing::error!(%error, "a verification code was not given back");
                }
                return form.again(&word);
            }
            if let Err(error) = state.store.spend_one_time(&code.id, None, (state.clock)()).await {
                tracing::error!(%error, "a used verification code was not marked so");
            }
            if let Err(error) = state.store.clear_attempts(&key).await {
                tracing::warn!(%error, "attempts were not forgotten");
            }
            tracing::info!(company, code = code.id, "connected with a verification code");
            done(&state, &session, None, &company).await
        }
        // The first of two clicks has just used it for this very link.
        Ok(Taken::Again(_)) if is_same_link(&state, &form).await => done(&state, &session, None, &company).await,
        Ok(Taken::Again(_) | Taken::No) => form.again("code"),
        Err(error) => failed(&error),
    }
}

async fn is_same_link(state: &AppState, form: &ConnectForm) -> bool {
    is_connected_by(state.store.as_ref(), &form.id, &form.request_token)
        .await
        .unwrap_or(false)
}
