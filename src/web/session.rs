//! Sign-in state: a cookie whose hash is a row of the store, looked up once a request.
//! Called by the router as a layer; pages and server functions find the `Principal` in the request.
//! Always holds: the session's id changes at sign-in; 30 minutes idle or 12 hours in all end it; a disabled person is out at once.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use super::{AppState, Principal};
use crate::store::{PersonRow, Sessions};

const KEY: &str = "who";
/// The company that was connected in this session.
const CONNECTED: &str = "connected";
/// What the next page of a company says once.
const ONCE: &str = "once";
/// Minutes without a request after which a session ends.
const IDLE_MIN: i64 = 30;
/// Hours after sign-in at which a session ends however busy it is.
const ABSOLUTE_H: i64 = 12;
/// Minutes between two writes that move the idle limit: most requests write nothing.
const TOUCH_MIN: i64 = 3;

/// All that a session holds.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct SignedIn {
    person: String,
    since: DateTime<Utc>,
    touched: DateTime<Utc>,
}

/// The session layer; the cookie is host-only and, behind https, marked secure.
pub fn layer(state: &AppState) -> SessionManagerLayer<Sessions> {
    let secure = state.public_url.starts_with("https://");
    SessionManagerLayer::new(Sessions::new(state.store.clone()))
        .with_name(if secure { "__Host-sid" } else { "sid" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::minutes(IDLE_MIN)))
}

/// Puts the signed-in person into the request, if there is one.
pub async fn principal(State(state): State<AppState>, session: Session, mut request: Request, next: Next) -> Response {
    match load(&state, &session).await {
        Ok((who, connected)) => {
            if let Some(who) = who {
                request.extensions_mut().insert(who);
            }
            if let Some(company) = connected {
                request.extensions_mut().insert(JustConnected(company));
            }
        }
        Err(error) => {
            tracing::error!(%error, "the session could not be read");
            return (
                StatusCode::SERVICE_UNAVAILABLE,
                [("retry-after", "5")],
                "The database does not answer now. Nothing is lost; try again in a few seconds.\n",
            )
                .into_response();
        }
    }
    next.run(request).await
}

/// The company that was connected in this session, by a person or by a code.
#[derive(Clone, Debug)]
pub struct JustConnected(pub String);

async fn load(
    state: &AppState,
    session: &Session,
) -> Result<(Option<Principal>, Option<String>), Box<dyn std::error::Error + Send + Sync>> {
    Ok((person(state, session).await?, session.get::<String>(CONNECTED).await?))
}

async fn person(
    state: &AppState,
    session: &Session,
) -> Result<Option<Principal>, Box<dyn std::error::Error + Send + Sync>> {
    let Some(signed_in) = session.get::<SignedIn>(KEY).await? else {
        return Ok(None);
    };
    let now = (state.clock)();
    if now - signed_in.since > TimeDelta::hours(ABSOLUTE_H) {
        session.flush().await?;
        return Ok(None);
    }
    let Some(person) = state.store.person(&signed_in.person).await?.filter(|p| !p.disabled) else {
        session.flush().await?;
        return Ok(None);
    };
    if now - signed_in.touched > TimeDelta::minutes(TOUCH_MIN) {
        session
            .insert(
                KEY,
                SignedIn {
                    touched: now,
                    ..signed_in
                },
            )
            .await?;
    }
    Ok(Some(of(person)))
}

fn of(person: PersonRow) -> Principal {
    Principal {
        id: person.id,
        name: person.email,
        role: person.role,
        company: person.company,
    }
}

/// Begins a session for `person` under a new id.
pub async fn begin(
    session: &Session,
    person: &PersonRow,
    now: DateTime<Utc>,
) -> Result<(), tower_sessions::session::Error> {
    session.cycle_id().await?;
    session
        .insert(
            KEY,
            SignedIn {
                person: person.id.clone(),
                since: now,
                touched: now,
            },
        )
        .await
}

/// Remembers which company was connected in this session.
pub async fn connected(session: &Session, company: &str) -> Result<(), tower_sessions::session::Error> {
    session.insert(CONNECTED, company).await
}

/// Keeps a text for the next page that asks.
pub async fn tell_once(session: &Session, text: &str) -> Result<(), tower_sessions::session::Error> {
    session.insert(ONCE, text).await
}

/// The text that was kept; it is gone then.
pub async fn told_once(session: &Session) -> Option<String> {
    session.remove::<String>(ONCE).await.ok().flatten()
}

/// Ends the session: its row and its cookie are gone.
pub async fn end(session: &Session) -> Result<(), tower_sessions::session::Error> {
    session.flush().await
}
