//! Verification codes with which companies connect: issued and withdrawn by staff of the service (Q64, Q65).
//! Called by plain forms of `/company`; they work without JavaScript.
//! Always holds: staff only; a code is shown once, to whoever issued it, and stands in no address.

use app::t;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;

use super::sign_in::failed;
use super::{AppState, Principal, one_time, session};
use crate::store::{Purpose, Role, StoreError};

/// Days for which a code works: if nothing is said, and at most.
pub const DAYS: u16 = 14;
pub const MOST_DAYS: u16 = 90;

/// What the forms send; each uses a part of it.
#[derive(Deserialize)]
pub struct CodeForm {
    /// Concur's id of the company that the code is bound to; empty: any.
    #[serde(default)]
    company: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    days: String,
    /// Which code.
    #[serde(default)]
    id: String,
}

/// Why no code was issued.
#[derive(Debug)]
pub enum NotIssued {
    /// The company's id is none.
    Company,
    /// Not 1 to [`MOST_DAYS`].
    Days,
    Store(StoreError),
}

impl AppState {
    /// Issues a code and says who did. Returns its id and the code, which is kept nowhere.
    pub async fn issue_code(
        &self,
        by: &Principal,
        company: Option<&str>,
        note: Option<&str>,
        days: u16,
    ) -> Result<(String, String), NotIssued> {
        let company = company.map(str::trim).filter(|id| !id.is_empty());
        let company = company
            .map(|id| uuid::Uuid::parse_str(id).map(|id| id.to_string()))
            .transpose()
            .map_err(|_| NotIssued::Company)?;
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(NotIssued::Days);
        }
        let now = (self.clock)();
        let (code, kept) = one_time::to_connect(company, note, days, now);
        let id = self.store.add_one_time(&kept, now).await.map_err(NotIssued::Store)?;
        tracing::info!(by = by.id, code = id, "a verification code was issued");
        Ok((id, code))
    }
}

/// Nobody is signed in, or somebody of a company.
struct NotStaff(StatusCode);

impl IntoResponse for NotStaff {
    fn into_response(self) -> Response {
        match self.0 {
            StatusCode::UNAUTHORIZED => Redirect::to("/sign-in?next=%2Fcompany").into_response(),
            status => (
                status,
                t!("There is no such page here.\n", "Diese Seite gibt es hier nicht.\n"),
            )
                .into_response(),
        }
    }
}

fn staff(who: Option<Extension<Principal>>) -> Result<Principal, NotStaff> {
    match who {
        None => Err(NotStaff(StatusCode::UNAUTHORIZED)),
        Some(Extension(who)) if who.role == Role::Operator => Ok(who),
        Some(_) => Err(NotStaff(StatusCode::NOT_FOUND)),
    }
}

fn back(said: &str) -> Response {
    Redirect::to(&format!("/company?said={said}")).into_response()
}

/// POST /company/codes/add
pub async fn add(
    State(state): State<AppState>,
    session: Session,
    who: Option<Extension<Principal>>,
    Form(form): Form<CodeForm>,
) -> Response {
    let who = match staff(who) {
        Ok(who) => who,
        Err(no) => return no.into_response(),
    };
    let days = match form.days.trim() {
        "" => Ok(DAYS),
        text => text.parse(),
    };
    let issued = match days {
        Ok(days) => {
            state
                .issue_code(&who, Some(&form.company), Some(&form.note), days)
                .await
        }
        Err(_) => Err(NotIssued::Days),
    };
    match issued {
        Ok((_, code)) => match session::tell_once(&session, &code).await {
            Ok(()) => back("code"),
            Err(error) => failed(&error),
        },
        Err(NotIssued::Company) => back("code_company"),
        Err(NotIssued::Days) => back("code_days"),
        Err(NotIssued::Store(error)) => failed(&error),
    }
}

/// POST /company/codes/withdraw
pub async fn withdraw(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<CodeForm>,
) -> Response {
    let who = match staff(who) {
        Ok(who) => who,
        Err(no) => return no.into_response(),
    };
    match state.withdraw_code(&who, &form.id).await {
        Ok(true) => back("code_withdrawn"),
        Ok(false) => back("nothing"),
        Err(error) => failed(&error),
    }
}

impl AppState {
    /// Withdraws a code that nobody used; `false`: there is none.
    pub async fn withdraw_code(&self, by: &Principal, id: &str) -> Result<bool, StoreError> {
        // The table has invitations too: only codes are withdrawn here.
        let codes = self.store.one_times(Purpose::Connect, None).await?;
        if !codes.iter().any(|code| code.id == id && code.used_at.is_none()) {
            return Ok(false);
        }
        let done = self.store.withdraw_one_time(id, None).await?;
        tracing::info!(by = by.id, code = id, done, "a verification code was withdrawn");
        Ok(done)
    }
}
