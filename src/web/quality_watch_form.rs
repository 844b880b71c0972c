//! How a company is told that a source got worse: chosen by a plain form of the page of quality.
//! Works without JavaScript.
//! Always holds: only who administers the company chooses; an address that may not be posted to is refused.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use http::StatusCode;
use rand::Rng as _;
use serde::Deserialize;

use super::quality_forms::back;
use super::quality_watch::SECRET;
use super::{AppState, Principal, sign_in};
use crate::concur::Secret;
use crate::store::{Scope, Watch};

/// Longest address, bytes.
const ADDRESS: usize = 500;

/// What is chosen.
#[derive(Deserialize)]
pub struct WatchForm {
    #[serde(default)]
    company: String,
    /// `yes`: the box was ticked.
    #[serde(default)]
    mail: String,
    /// Empty: nothing is posted.
    #[serde(default)]
    url: String,
    #[serde(default)]
    back: String,
}

/// POST /quality/watch
pub async fn watch(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<WatchForm>,
) -> Response {
    let Some(Extension(who)) = who else {
        return Redirect::to("/sign-in?next=/quality").into_response();
    };
    if !who.may_administer() {
        let text = "Only an administrator of the company may change this.\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    let Some(Scope::Company(company)) = who.scope_of(Some(&form.company)) else {
        return (StatusCode::NOT_FOUND, "There is no such company.\n").into_response();
    };
    let url = form.url.trim();
    let admitted = |url: &str| state.webhooks.as_ref().is_some_and(|hooks| hooks.admit(url).is_some());
    if !url.is_empty() && (url.len() > ADDRESS || !admitted(url)) {
        return back(&form.back, "address");
    }
    match chosen(&state, company, form.mail == "yes", url, &who).await {
        Ok(said) => back(&form.back, said),
        Err(error) => sign_in::failed(&error),
    }
}

async fn chosen(
    state: &AppState,
    company: String,
    mail: bool,
    url: &str,
    who: &Principal,
) -> Result<&'static str, crate::store::StoreError> {
    let now = (state.clock)();
    if !mail && url.is_empty() {
        state.store.forget_watch(&company).await?;
        return Ok("unwatched");
    }
    let known = state.store.watch(&company).await?;
    let same = known.filter(|known| known.url == url && !url.is_empty());
    let sealed_secret = match (same, url) {
        (Some(known), _) => known.sealed_secret,
        (None, "") => String::new(),
        // A new address gets a new secret.
        (None, _) => match state.concur.sealer().seal(&company, SECRET, &secret()) {
            Ok(sealed) => sealed,
            Err(error) => {
                tracing::error!(%error, "a secret could not be sealed");
                return Ok("address");
            }
        },
    };
    let watch = Watch {
        company,
        mail,
        url: url.to_owned(),
        sealed_secret,
        told: String::new(),
        next_at: now,
    };
    state.store.set_watch(&watch, (&who.name, now)).await?;
    Ok("watched")
}

/// 256 bits as hexadecimal.
fn secret() -> Secret {
    let bytes: [u8; 32] = rand::rngs::OsRng.r#gen();
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
