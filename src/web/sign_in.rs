//! Signing in and out: plain forms that work without JavaScript.
//! Called by the forms of the sign-in page and the account menu.
//! Always holds: wrong e-mail and wrong password look and cost the same; too many tries are slowed down, nobody is locked out for good.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Form;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use tower_sessions::Session;

use super::{AppState, password, session};
use crate::store::{PersonRow, StoreError};

/// Tries of one e-mail within a quarter of an hour.
const TRIES_PER_ACCOUNT: u32 = 10;
/// Tries from one address within a quarter of an hour.
const TRIES_PER_ADDRESS: u32 = 100;
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The sign-in form.
#[derive(Deserialize)]
pub struct SignInForm {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// How a try to sign in ended.
pub enum Outcome {
    In(PersonRow),
    /// Unknown e-mail, wrong password or disabled: deliberately one answer.
    Wrong,
    /// Too many tries; wait a quarter of an hour.
    Slow,
}

/// POST /sign-in
pub async fn sign_in(
    State(state): State<AppState>,
    session: Session,
    from: Peer,
    Form(form): Form<SignInForm>,
) -> Response {
    let next = local_path(&form.next);
    match check(&state, &form.email, form.password, from.0).await {
        Ok(Outcome::In(person)) => match session::begin(&session, &person, (state.clock)()).await {
            Ok(()) => Redirect::to(next).into_response(),
            Err(error) => failed(&error),
        },
        Ok(Outcome::Wrong) => again("credentials", next),
        Ok(Outcome::Slow) => again("locked", next),
        Err(error) => failed(&error),
    }
}

/// POST /sign-out
pub async fn sign_out(session: Session) -> Response {
    if let Err(error) = session::end(&session).await {
        return failed(&error);
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response
        .headers_mut()
        .insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// Checks an e-mail and a password, slowing down whoever tries too often.
pub async fn check(
    state: &AppState,
    email: &str,
    password: String,
    from: Option<IpAddr>,
) -> Result<Outcome, StoreError> {
    let email = email.trim().to_lowercase();
    let now = (state.clock)();
    let account = format!("account:{email}");
    let mut slow = state.store.note_attempt(&account, now, WINDOW).await? > TRIES_PER_ACCOUNT;
    if let Some(ip) = from {
        slow |= state.store.note_attempt(&format!("address:{ip}"), now, WINDOW).await? > TRIES_PER_ADDRESS;
    }
    if slow {
        tracing::warn!("too many tries to sign in");
        return Ok(Outcome::Slow);
    }
    let person = state.store.person_by_email(&email).await?;
    let right = password::verify(password, person.as_ref().map(|p| p.password_hash.clone())).await;
    match (right, person) {
        (Ok(true), Some(person)) if !person.disabled => {
            state.store.clear_attempts(&account).await?;
            Ok(Outcome::In(person))
        }
        _ => Ok(Outcome::Wrong),
    }
}

fn again(error: &str, next: &str) -> Response {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("error", error)
        .append_pair("next", next)
        .finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// A path of this site; anything else becomes the first page.
pub fn local_path(next: &str) -> &str {
    let local =
        next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.contains(char::is_control);
    if local { next } else { "/" }
}

/// The answer when the store or the session failed: nothing was lost, try again.
pub fn failed(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(%error, "signing in or out failed");
    let text = "This did not work just now. Nothing was changed; try again in a few seconds.\n";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], text).into_response()
}

/// The address on the other side of the connection, if the server knows it.
pub struct Peer(pub Option<IpAddr>);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip()),
        ))
    }
}

impl Peer {
    /// Of a whole request.
    pub fn of(request: &Request) -> Self {
        Self(request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip()))
    }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(local_path("/?at=now"), "/?at=now");
        for hostile in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nb",
        ] {
            assert_eq!(local_path(hostile), "/");
        }
    }
}
