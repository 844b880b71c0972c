//! An invited person chooses a password, and is in.
//! Called by the form of `/welcome`, to which an invitation leads.
//! Always holds: an invitation works once; the address, the role and the company are the invitation's, never the form's.

use std::time::Duration;

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use tower_sessions::Session;

use super::one_time::{self, Taken};
use super::sign_in::{Peer, failed};
use super::{AppState, password, session};
use crate::store::{NewPerson, Purpose, Role};

/// Tries from one address within a quarter of an hour.
const TRIES: u32 = 30;
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// What the form sends.
#[derive(Deserialize)]
pub struct WelcomeForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
}

impl WelcomeForm {
    fn again(&self, error: &str) -> Response {
        let code = app::view::query::encode(&self.code);
        Redirect::to(&format!("/welcome?code={code}&error={error}")).into_response()
    }
}

/// POST /welcome
pub async fn welcome(
    State(state): State<AppState>,
    session: Session,
    from: Peer,
    Form(mut form): Form<WelcomeForm>,
) -> Response {
    if let Some(ip) = from.0 {
        match state
            .store
            .note_attempt(&format!("welcome-from:{ip}"), (state.clock)(), WINDOW)
            .await
        {
            Ok(tries) if tries > TRIES => return form.again("locked"),
            Ok(_) => {}
            Err(error) => return failed(&error),
        }
    }
    // First the password: a weak one must not cost the invitation.
    let Ok(password_hash) = password::hash(std::mem::take(&mut form.password)).await else {
        return form.again("weak");
    };
    let sha256 = one_time::sha256(Purpose::Invitation, "", &form.code);
    let company = match state
        .store
        .one_time(Purpose::Invitation, &sha256, (state.clock)())
        .await
    {
        Ok(found) => found.and_then(|one| one.company),
        Err(error) => return failed(&error),
    };
    let kept = match one_time::take(&state, Purpose::Invitation, &sha256, company.as_deref()).await {
        Ok(Taken::Held(kept)) => kept,
        Ok(Taken::Again(kept)) => {
            return match state.store.person(kept.note.as_deref().unwrap_or_default()).await {
                Ok(Some(person)) => enter(&state, &session, &person).await,
                Ok(None) => form.again("invitation"),
                Err(error) => failed(&error),
            };
        }
        Ok(Taken::No) => return form.again("invitation"),
        Err(error) => return failed(&error),
    };
    let person = NewPerson {
        email: kept.email.unwrap_or_default(),
        password_hash,
        role: kept.role.unwrap_or(Role::Viewer),
        company: kept.company,
    };
    let added = match state.store.add_person(&person, (state.clock)()).await {
        Ok(Ok(id)) => state.store.person(&id).await,
        Ok(Err(_)) => return form.again("exists"),
        Err(error) => Err(error),
    };
    match added {
        Ok(Some(person)) => {
            if let Err(error) = state
                .store
                .spend_one_time(&kept.id, Some(&person.id), (state.clock)())
                .await
            {
                tracing::error!(%error, "a used invitation was not marked so");
            }
            enter(&state, &session, &person).await
        }
        Ok(None) => form.again("unavailable"),
        Err(error) => failed(&error),
    }
}

async fn enter(state: &AppState, session: &Session, person: &crate::store::PersonRow) -> Response {
    match session::begin(session, person, (state.clock)()).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => failed(&error),
    }
}
