//! What the forms of a company's page do: disconnect, invite, change and remove people, withdraw an invitation.
//! Called by plain forms of `/company`; they work without JavaScript.
//! Always holds: staff of the service, or an administrator of this very company; another company's ids do nothing.

use app::view::query::encode;
use app::{t, tf};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use chrono::TimeDelta;
use serde::Deserialize;
use tower_sessions::Session;

use super::connect::sign_up::is_plausible;
use super::refusal::no_such_company;
use super::sign_in::failed;
use super::{AppState, Principal, one_time, session};
use crate::store::{NewOneTime, Purpose, Role, Scope, StoreError};

/// How long an invitation works.
const INVITED_FOR: TimeDelta = TimeDelta::days(7);

/// What the forms send; each uses a part of it.
#[derive(Deserialize)]
pub struct CompanyForm {
    #[serde(default)]
    company: String,
    /// A person or an invitation.
    #[serde(default)]
    id: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    /// `yes`: the box was ticked.
    #[serde(default)]
    sure: String,
}

/// Who asked, for which company. Errs with the answer: nobody is signed in, or there is no such company for them.
async fn asked(
    state: &AppState,
    who: Option<Extension<Principal>>,
    form: &CompanyForm,
) -> Result<(Principal, String), Response> {
    let Some(Extension(who)) = who else {
        return Err(Redirect::to("/sign-in?next=%2Fcompany").into_response());
    };
    let company = form.company.trim().to_lowercase();
    if !who.may_administer() || company.is_empty() || who.scope_of(Some(&company)).is_none() {
        return Err(no_such_company());
    }
    match state.store.company(&Scope::Company(company.clone()), &company).await {
        Ok(Some(_)) => Ok((who, company)),
        Ok(None) => Err(no_such_company()),
        Err(error) => Err(failed(&error)),
    }
}

/// The page again, saying what came of it.
fn back(company: &str, said: &str) -> Response {
    Redirect::to(&format!("/company?company={}&said={said}", encode(company))).into_response()
}

fn answer(company: &str, outcome: Result<&'static str, StoreError>) -> Response {
    match outcome {
        Ok(said) => back(company, said),
        Err(error) => failed(&error),
    }
}

/// POST /company/disconnect (Q52, Q53)
pub async fn disconnect(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<CompanyForm>,
) -> Response {
    let (who, company) = match asked(&state, who, &form).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    if form.sure != "yes" {
        return back(&company, "not_sure");
    }
    tracing::info!(company, by = who.id, "asked to disconnect");
    let by = match who.role {
        Role::Operator => "Disconnected here by the operator of this service.",
        _ => "Disconnected here by an administrator of the company.",
    };
    let outcome = state.disconnect(&company, by).await.map(|done| match done.revoked {
        true => "disconnected",
        false => "disconnected_here",
    });
    answer(&company, outcome)
}

/// POST /company/invite
pub async fn invite(
    State(state): State<AppState>,
    session: Session,
    who: Option<Extension<Principal>>,
    Form(form): Form<CompanyForm>,
) -> Response {
    let (who, company) = match asked(&state, who, &form).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let email = form.email.trim().to_lowercase();
    let Some(role) = company_role(&form.role).filter(|_| is_plausible(&email)) else {
        return back(&company, "email");
    };
    match state.store.person_by_email(&email).await {
        Ok(None) => {}
        Ok(Some(_)) => return back(&company, "exists"),
        Err(error) => return failed(&error),
    }
    let (code, now) = (one_time::letters(), (state.clock)());
    let secret = NewOneTime {
        purpose: Purpose::Invitation,
        sha256: one_time::sha256(Purpose::Invitation, "", &code),
        company: Some(company.clone()),
        email: Some(email.clone()),
        role: Some(role),
        password_hash: None,
        note: None,
        expires_at: now + INVITED_FOR,
    };
    if let Err(error) = state.store.add_one_time(&secret, now).await {
        return failed(&error);
    }
    tracing::info!(company, by = who.id, role = role.as_str(), "somebody was invited");
    let link = format!("{}/welcome?code={code}", state.public_url);
    if let Some(mail) = &state.mail {
        let text = tf!(
            "You were invited to Whereabouts, which shows where your company's travelers are.\n\nChoose a password here: \
             {link}\n\nThe link works once, for seven days.\n",
            "Sie wurden zu Whereabouts eingeladen; es zeigt, wo die Reisenden Ihres Unternehmens sind.\n\nWählen Sie hier ein \
             Passwort: {link}\n\nDer Link gilt einmal, sieben Tage lang.\n"
        );
        let subject = t!("You were invited to Whereabouts", "Einladung zu Whereabouts");
        if mail.send(&email, subject, text).await.is_ok() {
            return back(&company, "invited");
        }
    }
    // Without mail the link is handed on by whoever invited: it is shown once, and stands in no address.
    match session::tell_once(&session, &link).await {
        Ok(()) => back(&company, "link"),
        Err(error) => failed(&error),
    }
}

/// POST /company/role
pub async fn role(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<CompanyForm>,
) -> Response {
    let (who, company) = match asked(&state, who, &form).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let Some(role) = company_role(&form.role) else {
        return back(&company, "nothing");
    };
    let outcome = state.store.set_member_role(&company, &form.id, role).await;
    tracing::info!(
        company,
        by = who.id,
        person = form.id,
        role = role.as_str(),
        "asked to change a role"
    );
    answer(
        &company,
        outcome.map(|done| if done { "changed" } else { "last_admin" }),
    )
}

/// POST /company/remove
pub async fn remove(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<CompanyForm>,
) -> Response {
    let (who, company) = match asked(&state, who, &form).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    if who.id == form.id {
        return back(&company, "yourself");
    }
    let outcome = state.store.remove_member(&company, &form.id).await;
    tracing::info!(company, by = who.id, person = form.id, "asked to remove a person");
    answer(
        &company,
        outcome.map(|done| if done { "removed" } else { "last_admin" }),
    )
}

/// POST /company/withdraw
pub async fn withdraw(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<CompanyForm>,
) -> Response {
    let (_, company) = match asked(&state, who, &form).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let outcome = state.store.withdraw_one_time(&form.id, Some(&company)).await;
    answer(&company, outcome.map(|done| if done { "withdrawn" } else { "nothing" }))
}

/// A role that a company may give: never the operator's.
fn company_role(word: &str) -> Option<Role> {
    word.parse().ok().filter(|role| *role != Role::Operator)
}
