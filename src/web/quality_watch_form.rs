//! How a company is told that a source got worse: chosen by a plain form of the page of quality.
//! Works without JavaScript.
//! Always holds: only who administers the company chooses; an address that may not be posted to is refused.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng as _;
use serde::Deserialize;

use super::quality_forms::back;
use super::quality_watch::SECRET;
use super::refusal::{no_such_company, only_administrators};
use super::{AppState, Principal, sign_in};
use crate::concur::Secret;
use crate::store::{Scope, StoreError, Watch};

/// Longest address, bytes.
const ADDRESS: usize = 500;

/// For so long a replaced secret signs beside the new one.
pub const BOTH_HOLD: TimeDelta = TimeDelta::hours(24);

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
    let (who, company) = match allowed(who, &form.company) {
        Ok(allowed) => allowed,
        Err(refused) => return refused,
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

/// Whose watch a form is about, or why not.
#[expect(clippy::result_large_err, reason = "the answer itself")]
fn allowed(who: Option<Extension<Principal>>, company: &str) -> Result<(Principal, String), Response> {
    let Some(Extension(who)) = who else {
        return Err(Redirect::to("/sign-in?next=/quality").into_response());
    };
    if !who.may_administer() {
        return Err(only_administrators());
    }
    match who.scope_of(Some(company)) {
        Some(Scope::Company(company)) => Ok((who, company)),
        _ => Err(no_such_company()),
    }
}

/// What the button of a new secret sends.
#[derive(Deserialize)]
pub struct SecretForm {
    #[serde(default)]
    company: String,
    #[serde(default)]
    back: String,
}

/// POST /quality/watch/secret
pub async fn new_secret(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<SecretForm>,
) -> Response {
    let (who, company) = match allowed(who, &form.company) {
        Ok(allowed) => allowed,
        Err(refused) => return refused,
    };
    match replace_secret(&state, &company, &who.name).await {
        Ok(Some(_)) => back(&form.back, "new-secret"),
        Ok(None) => back(&form.back, "no-secret"),
        Err(error) => sign_in::failed(&error),
    }
}

/// Makes a new secret for a company's address; the one before signs too until the instant told. `None`: nothing is posted, so
/// there is none.
pub(super) async fn replace_secret(
    state: &AppState,
    company: &str,
    by: &str,
) -> Result<Option<(Secret, DateTime<Utc>)>, StoreError> {
    let now = (state.clock)();
    let (secret, until) = (secret(), now + BOTH_HOLD);
    let sealed = state.concur.sealer().seal(company, SECRET, &secret);
    let sealed = sealed.map_err(|error| StoreError::Inconsistent(format!("a secret could not be sealed: {error}")))?;
    let replaced = state
        .store
        .rotate_watch_secret(company, &sealed, until, (by, now))
        .await?;
    Ok(replaced.then_some((secret, until)))
}

async fn chosen(
    state: &AppState,
    company: String,
    mail: bool,
    url: &str,
    who: &Principal,
) -> Result<&'static str, StoreError> {
    let now = (state.clock)();
    if !mail && url.is_empty() {
        state.store.forget_watch(&company).await?;
        return Ok("unwatched");
    }
    let known = state.store.watch(&company).await?;
    let same = known.filter(|known| known.url == url && !url.is_empty());
    let (sealed_secret, old_secret) = match (same, url) {
        (Some(known), _) => (known.sealed_secret, known.old_secret),
        (None, "") => (String::new(), None),
        // A new address gets a new secret.
        (None, _) => match state.concur.sealer().seal(&company, SECRET, &secret()) {
            Ok(sealed) => (sealed, None),
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
        old_secret,
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
