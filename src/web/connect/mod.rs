//! The last step of Quick Connect: who the admin is, then the exchange of the request token, then success or a sentence.
//! Called by the forms of the landing page; they work without JavaScript.
//! Always holds: nothing is exchanged before the admin is known (Q6, Q70); a second click or a reload finds the connection made.

pub mod code;
pub mod sign_up;

use app::view::query::encode;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;
use tower_sessions::Session;

use super::sign_in::{Outcome, Peer, check, failed};
use super::{AppState, Principal, session};
use crate::concur::connect::connect;
use crate::store::{PersonRow, Role};

/// What the landing page's forms send: the App Center's parameters (Q4), and what the admin typed.
#[derive(Deserialize)]
pub struct ConnectForm {
    #[serde(default)]
    id: String,
    #[serde(default, rename = "requestToken")]
    request_token: String,
    #[serde(default, rename = "userId")]
    user_id: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// Of the operator, or of the mail.
    #[serde(default)]
    code: String,
    /// Which mail.
    #[serde(default)]
    ticket: String,
}

impl ConnectForm {
    fn company(&self) -> String {
        self.id.trim().to_lowercase()
    }

    /// The landing page again, with a word that it has a sentence for. What was typed comes back, but secrets.
    fn again(&self, error: &str) -> Response {
        let mut path = format!(
            "/connect?id={}&requestToken={}&userId={}&error={}",
            encode(&self.id),
            encode(&self.request_token),
            encode(&self.user_id),
            encode(error)
        );
        if !self.ticket.is_empty() {
            path.push_str(&format!("&ticket={}", encode(&self.ticket)));
        }
        Redirect::to(&path).into_response()
    }
}

/// POST /connect/sign-in: an admin who has an account.
pub async fn sign_in(
    State(state): State<AppState>,
    session: Session,
    from: Peer,
    Form(mut form): Form<ConnectForm>,
) -> Response {
    let typed = std::mem::take(&mut form.password);
    match check(&state, &form.email, typed, from.0).await {
        Ok(Outcome::In(person)) => finish(&state, &session, &form, person).await,
        Ok(Outcome::Wrong) => form.again("credentials"),
        Ok(Outcome::Slow) => form.again("locked"),
        Err(error) => failed(&error),
    }
}

/// POST /connect/continue: an admin who is signed in already.
pub async fn go_on(
    State(state): State<AppState>,
    session: Session,
    who: Option<Extension<Principal>>,
    Form(form): Form<ConnectForm>,
) -> Response {
    let Some(Extension(who)) = who else {
        return form.again("expired");
    };
    match state.store.person(&who.id).await {
        Ok(Some(person)) => match connected_for(&state, &form, &person).await {
            // The session stays: with a new one, the second of two clicks would come from nobody.
            Ok(()) => confirmed(session::connected(&session, &form.company()).await),
            Err(answer) => answer,
        },
        Ok(None) => form.again("expired"),
        Err(error) => failed(&error),
    }
}

/// Connects for a person who has just proved who they are, and signs them in.
async fn finish(state: &AppState, session: &Session, form: &ConnectForm, person: PersonRow) -> Response {
    match connected_for(state, form, &person).await {
        Ok(()) => done(state, session, Some(&person), &form.company()).await,
        Err(answer) => answer,
    }
}

/// Connects, if the person may; else the answer that says why not.
async fn connected_for(state: &AppState, form: &ConnectForm, person: &PersonRow) -> Result<(), Response> {
    let company = form.company();
    match (person.role, &person.company) {
        (Role::Operator, _) => {}
        (Role::Admin, Some(own)) if *own == company => {}
        (Role::Admin, None) => {}
        (Role::Admin, Some(_)) => return Err(form.again("other_company")),
        (Role::Manager | Role::Viewer, _) => return Err(form.again("not_admin")),
    }
    exchange(state, form).await.map_err(|word| form.again(&word))?;
    if person.role == Role::Admin && person.company.is_none() {
        let moved = state.store.set_person_company(&person.id, &company).await;
        moved.map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// The exchange itself; errs with the word of the sentence that the landing page shows. It ends though the browser leaves.
async fn exchange(state: &AppState, form: &ConnectForm) -> Result<(), String> {
    let (concur, store, engine) = (state.concur.clone(), state.store.clone(), state.engine.clone());
    let (id, token, user) = (form.id.clone(), form.request_token.clone(), form.user_id.clone());
    let work = tokio::spawn(async move {
        let user = Some(user.as_str()).filter(|u| !u.is_empty());
        let connected = connect(&concur, &store, &id, &token, user).await;
        if let Ok(connected) = &connected
            && !connected.again
        {
            engine.connected(&connected.company);
        }
        connected
    });
    match work.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(problem)) => {
            tracing::warn!(%problem, company = form.company(), "Quick Connect failed");
            Err(problem.word())
        }
        Err(_) => Err("unavailable".to_owned()),
    }
}

/// The confirmation page, for the person (or for nobody, with a code) in a session that knows the company.
async fn done(state: &AppState, session: &Session, person: Option<&PersonRow>, company: &str) -> Response {
    let begun = match person {
        Some(person) => session::begin(session, person, (state.clock)()).await,
        None => session.cycle_id().await,
    };
    let noted = match begun {
        Ok(()) => session::connected(session, company).await,
        Err(error) => Err(error),
    };
    confirmed(noted)
}

fn confirmed(noted: Result<(), tower_sessions::session::Error>) -> Response {
    match noted {
        Ok(()) => Redirect::to("/connect/done").into_response(),
        Err(error) => failed(&error),
    }
}
