//! The last step of Quick Connect: who the admin is, then the exchange of the request token, then success or a sentence.
//! Called by the forms of the landing page; they work without JavaScript.
//! Always holds: nothing is exchanged before the admin is known (Q6, Q70); a second click or a reload finds the connection made.

use app::view::query::encode;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use chrono::TimeDelta;
use serde::Deserialize;
use tower_sessions::Session;

use super::sign_in::{Outcome, Peer, check, failed};
use super::{AppState, Principal, password, session};
use crate::concur::TokenProblem;
use crate::concur::connect::{ConnectProblem, connect};
use crate::concur::problem::Who;
use crate::store::{CompanyState, NewPerson, PersonRow, Role, Scope, StoreError};

/// How long a finished connection answers a repeated click, in minutes.
const AGAIN_MIN: i64 = 30;

/// What the landing page's forms send: the App Center's parameters (Q4) and, but for who is signed in, who the admin is.
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
}

impl ConnectForm {
    fn company(&self) -> String {
        self.id.trim().to_lowercase()
    }

    /// The landing page again, with a code that it has a sentence for.
    fn again(&self, error: &str) -> Response {
        let path = format!(
            "/connect?id={}&requestToken={}&userId={}&error={}",
            encode(&self.id),
            encode(&self.request_token),
            encode(&self.user_id),
            encode(error)
        );
        Redirect::to(&path).into_response()
    }
}

/// POST /connect/sign-up: a new admin, made only if Concur accepts the request token.
pub async fn sign_up(
    State(state): State<AppState>,
    session: Session,
    from: Peer,
    Form(mut form): Form<ConnectForm>,
) -> Response {
    let email = form.email.trim().to_lowercase();
    let plausible = email.len() <= 254
        && email
            .split_once('@')
            .is_some_and(|(a, b)| !a.is_empty() && b.contains('.') && !email.contains(char::is_whitespace));
    if !plausible {
        return form.again("email");
    }
    let typed = std::mem::take(&mut form.password);
    match state.store.person_by_email(&email).await {
        // A second click: whoever made this account a moment ago goes on with it.
        Ok(Some(_)) => {
            return match check(&state, &email, typed, from.0).await {
                Ok(Outcome::In(person)) => finish(&state, &session, &form, person).await,
                Ok(Outcome::Wrong) => form.again("exists"),
                Ok(Outcome::Slow) => form.again("locked"),
                Err(error) => failed(&error),
            };
        }
        Ok(None) => {}
        Err(error) => return failed(&error),
    }
    let Ok(password_hash) = password::hash(typed).await else {
        return form.again("weak");
    };
    if let Err(code) = exchange(&state, &form).await {
        return form.again(code);
    }
    let person = NewPerson {
        email: email.clone(),
        password_hash,
        role: Role::Admin,
        company: Some(form.company()),
    };
    let added = match state.store.add_person(&person, (state.clock)()).await {
        Ok(Ok(id)) => state.store.person(&id).await,
        Ok(Err(_)) => return form.again("exists"),
        Err(error) => Err(error),
    };
    match added {
        Ok(Some(person)) => begin(&state, &session, &person).await,
        Ok(None) => form.again("unavailable"),
        Err(error) => failed(&error),
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
        Ok(Some(person)) => finish(&state, &session, &form, person).await,
        Ok(None) => form.again("expired"),
        Err(error) => failed(&error),
    }
}

/// Connects for a person who proved who they are.
async fn finish(state: &AppState, session: &Session, form: &ConnectForm, person: PersonRow) -> Response {
    let company = form.company();
    match (person.role, &person.company) {
        (Role::Operator, _) => {}
        (Role::Admin, Some(own)) if *own == company => {}
        (Role::Admin, None) => {}
        (Role::Admin, Some(_)) => return form.again("other_company"),
        (Role::Manager | Role::Viewer, _) => return form.again("not_admin"),
    }
    if let Err(code) = exchange(state, form).await {
        let connected = person.company.as_deref() == Some(company.as_str()) || person.role == Role::Operator;
        match just_connected(state, &company).await {
            Ok(true) if connected && code == "used" => {}
            _ => return form.again(code),
        }
    }
    if person.role == Role::Admin
        && person.company.is_none()
        && let Err(error) = state.store.set_person_company(&person.id, &company).await
    {
        return failed(&error);
    }
    begin(state, session, &person).await
}

async fn just_connected(state: &AppState, company: &str) -> Result<bool, StoreError> {
    let row = state
        .store
        .company(&Scope::Company(company.to_owned()), company)
        .await?;
    let recent = (state.clock)() - TimeDelta::minutes(AGAIN_MIN);
    Ok(row.is_some_and(|c| c.state == CompanyState::Connected && c.connected_at.is_some_and(|t| t > recent)))
}

/// The exchange itself; errs with the code of the sentence that the landing page shows.
async fn exchange(state: &AppState, form: &ConnectForm) -> Result<(), &'static str> {
    let user = Some(form.user_id.as_str()).filter(|u| !u.is_empty());
    match connect(&state.concur, &state.store, &form.id, &form.request_token, user).await {
        Ok(connected) => {
            state.engine.connected(&connected.company);
            Ok(())
        }
        Err(problem) => {
            tracing::warn!(%problem, company = form.company(), "Quick Connect failed");
            Err(match problem {
                ConnectProblem::Incomplete => "incomplete",
                ConnectProblem::Token(TokenProblem::NotConfigured) => "not_configured",
                ConnectProblem::Token(TokenProblem::Reconnect {
                    code: Some(5 | 19 | 103 | 108 | 136),
                }) => "used",
                ConnectProblem::Token(problem) if problem.who() == Who::Nobody => "unavailable",
                ConnectProblem::Token(_) => "refused",
            })
        }
    }
}

async fn begin(state: &AppState, session: &Session, person: &PersonRow) -> Response {
    match session::begin(session, person, (state.clock)()).await {
        Ok(()) => Redirect::to("/connect/done").into_response(),
        Err(error) => failed(&error),
    }
}
