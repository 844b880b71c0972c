//! Asking for contacts: a form of the panel and of the call sheet, which works without JavaScript.
//! Called by the router. What it grants lies in the session: these contacts, for a quarter of an hour.
//! Always holds: a link alone reveals nothing; who may only read is refused; nothing of anybody is in the session.

use app::view::MapQuery;
use app::view::query::encode;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tower_sessions::Session;

use super::backend::may_reveal;
use super::sign_in::local_path;
use super::{AppState, Principal};

/// What was asked for in this session: digest of the key, and until when.
const KEY: &str = "contacts";
const MINUTES: i64 = 15;
/// The last things asked for that a session remembers.
const MOST: usize = 20;

/// What the form sends.
#[derive(Deserialize)]
pub struct RevealForm {
    /// The traveler; empty: everybody of the sheet that `next` leads to.
    #[serde(default)]
    person: String,
    /// Where to go on.
    #[serde(default)]
    next: String,
}

/// The contacts of one traveler.
pub fn person_key(id: &str) -> String {
    format!("person {id}")
}

/// The contacts of a call sheet, whatever page of it or person is looked at.
pub fn sheet_key(query: &MapQuery) -> String {
    format!("sheet {}", query.sheet_href())
}

fn digest(key: &str) -> String {
    Sha256::digest(key)
        .iter()
        .take(16)
        .map(|b| format!("{b:02x}"))
        .collect()
}

async fn asked(session: &Session) -> Vec<(String, i64)> {
    session.get(KEY).await.ok().flatten().unwrap_or_default()
}

/// Whether this was asked for, not long ago.
pub async fn asked_for(session: Option<&Session>, key: &str, now: DateTime<Utc>) -> bool {
    let Some(session) = session else { return false };
    let key = digest(key);
    asked(session)
        .await
        .iter()
        .any(|(known, until)| *known == key && *until > now.timestamp())
}

/// POST /contacts
pub async fn reveal(
    State(state): State<AppState>,
    session: Session,
    who: Option<Extension<Principal>>,
    Form(form): Form<RevealForm>,
) -> Response {
    let next = local_path(&form.next);
    let Some(Extension(who)) = who else {
        return Redirect::to(&format!("/sign-in?next={}", encode(next))).into_response();
    };
    if !may_reveal(&who) {
        let words =
            "Viewers see where people are, not how to call them. An administrator of your company can change that.\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let query = next.split_once('?').map_or("", |(_, query)| query);
    let key = digest(&match form.person.as_str() {
        "" => sheet_key(&MapQuery::parse(query)),
        id => person_key(id),
    });
    let now = (state.clock)();
    let mut all = asked(&session).await;
    all.retain(|(known, until)| *until > now.timestamp() && *known != key);
    all.push((key, (now + TimeDelta::minutes(MINUTES)).timestamp()));
    let first = all.len().saturating_sub(MOST);
    if let Err(error) = session.insert(KEY, &all[first..]).await {
        tracing::error!(%error, "the session could not be written");
        let words = "The database does not answer now. Nothing was shown; try again in a few seconds.\n";
        return (StatusCode::SERVICE_UNAVAILABLE, words).into_response();
    }
    Redirect::to(next).into_response()
}
