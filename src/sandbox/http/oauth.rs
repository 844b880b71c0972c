//! OAuth 2: the token endpoint with its three grants, the key set, and the end of a connection.
//! Called by the partner's server.
//! Always holds: errors carry Concur's numeric codes (Q48–Q50); a grant of a company also connects it (Q12).

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use rand::RngCore;
use serde_json::{Value, json};
use uuid::Uuid;

use super::registry::Principal;
use super::{Desk, answer};
use crate::sandbox::faults::TokenFault;

/// What the application is registered for (Q29).
pub const COMPANY_SCOPE: &str = "openid company.read travel.itinerary.read identity.user.ids.read identity.user.core.read \
identity.user.coresensitive.read identity.user.enterprise.read events.topic.read";
const APP_SCOPE: &str = "events.topic.read travel.itinerary.read";
/// Six months (Q21).
const REFRESH_DAYS: i64 = 182;

struct Refusal {
    code: u16,
    status: Option<u16>,
    geolocation: Option<String>,
}

impl From<u16> for Refusal {
    fn from(code: u16) -> Self {
        Refusal {
            code,
            status: None,
            geolocation: None,
        }
    }
}

/// `POST /oauth2/v0/token`
pub(super) async fn token(State(desk): State<Arc<Desk>>, body: Bytes) -> Response {
    let form: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    match granted(&desk, &form, Utc::now()) {
        Ok(body) => answer(StatusCode::OK, &body),
        Err(refusal) => refused(&refusal),
    }
}

fn granted(desk: &Desk, form: &HashMap<String, String>, now: DateTime<Utc>) -> Result<Value, Refusal> {
    let field = |name: &str| {
        form.get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    };
    let grant = field("grant_type").ok_or(65)?;
    if let Some(fault) = TokenFault::take(&mut desk.registry().faults.token, grant) {
        return Err(Refusal {
            code: fault.code,
            status: fault.status,
            geolocation: fault.geolocation,
        });
    }
    let (id, secret) = (field("client_id").ok_or(62)?, field("client_secret").ok_or(63)?);
    if id != desk.client_id {
        return Err(61.into());
    }
    if secret != desk.client_secret {
        return Err(64.into());
    }
    match grant {
        "password" => {
            let (username, password) = (field("username").ok_or(51)?, field("password").ok_or(52)?);
            match field("credtype") {
                // Q9: without credtype it is a password, and that is wrong here.
                None | Some("password") => return Err(5.into()),
                Some("authtoken") => {}
                Some(_) => return Err(120.into()),
            }
            let company = desk.world().company_by_id(username).ok_or(100)?;
            exchange(desk, company, password, now)?;
            desk.registry().connected.insert(company);
            Ok(company_grant(desk, company, now))
        }
        "refresh_token" => {
            let token = field("refresh_token").ok_or(106)?;
            if field("scope").is_some_and(|scope| {
                scope
                    .split(' ')
                    .any(|one| !COMPANY_SCOPE.split(' ').any(|known| known == one))
            }) {
                return Err(54.into());
            }
            let company = {
                let mut registry = desk.registry();
                let known = registry
                    .refresh_tokens
                    .get(token)
                    .filter(|one| one.expires > now)
                    .map(|one| one.company);
                let company = known.ok_or(108)?;
                if registry.faults.strict_rotation {
                    registry.refresh_tokens.remove(token);
                }
                company
            };
            Ok(company_grant(desk, company, now))
        }
        "client_credentials" => Ok(application_grant(desk, now)),
        _ => Err(60.into()),
    }
}

/// Takes one use of a request token (Q7: 24 h, one time).
fn exchange(desk: &Desk, company: usize, token: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
    let mut registry = desk.registry();
    let minted = registry.request_tokens.get_mut(token).ok_or(5)?;
    if minted.company != company {
        return Err(136.into());
    }
    if minted.uses_left == 0 || now - minted.minted > Duration::hours(24) {
        return Err(19.into());
    }
    minted.uses_left -= 1;
    Ok(())
}

/// Access, refresh and id token of a company (Q11).
fn company_grant(desk: &Desk, company: usize, now: DateTime<Utc>) -> Value {
    let id = desk.world().companies[company].id;
    let ttl = Duration::seconds(i64::try_from(desk.config.access_token_ttl.as_secs()).unwrap_or(3600));
    let access = access_token(desk, &id, "company", now, ttl);
    let claims = json!({
        "aud": desk.client_id, "sub": id, "iss": desk.origin,
        "iat": now.timestamp(), "nbf": now.timestamp(), "exp": (now + ttl).timestamp(),
        "at_hash": format!("{:016x}", rand::rngs::OsRng.next_u64()),
        "concur.version": 2, "concur.type": "company",
    });
    let id_token = desk.keys.token(&claims);
    let refresh_expires = now + Duration::days(REFRESH_DAYS);
    let mut registry = desk.registry();
    registry.grant_access(&access, Principal::Company(company), now + ttl, now);
    let refresh = registry.grant_refresh(company, refresh_expires);
    json!({
        "expires_in": ttl.num_seconds().to_string(), "scope": COMPANY_SCOPE, "token_type": "Bearer",
        "access_token": access, "refresh_token": refresh, "refresh_expires_in": refresh_expires.timestamp(),
        "id_token": id_token, "geolocation": desk.origin,
    })
}

/// An application token: no refresh, no id token (Q38).
fn application_grant(desk: &Desk, now: DateTime<Utc>) -> Value {
    let ttl = Duration::minutes(60);
    let application = desk.registry().application;
    let access = access_token(desk, &application, "app", now, ttl);
    desk.registry()
        .grant_access(&access, Principal::Application, now + ttl, now);
    json!({
        "expires_in": ttl.num_seconds().to_string(), "scope": APP_SCOPE, "token_type": "Bearer",
        "access_token": access, "geolocation": desk.origin,
    })
}

fn access_token(desk: &Desk, subject: &Uuid, kind: &str, now: DateTime<Utc>, ttl: Duration) -> String {
    desk.keys.token(&json!({
        "aud": "*", "sub": subject, "iss": desk.origin, "jti": Uuid::new_v4(),
        "iat": now.timestamp(), "exp": (now + ttl).timestamp(), "concur.version": 3, "concur.type": kind,
        "concur.scopes": COMPANY_SCOPE.split(' ').collect::<Vec<_>>(),
    }))
}

fn refused(refusal: &Refusal) -> Response {
    let (error, description) = meaning(refusal.code);
    let usual = if error == "invalid_client" { 401 } else { 400 };
    let status = StatusCode::from_u16(refusal.status.unwrap_or(usual)).unwrap_or(StatusCode::BAD_REQUEST);
    let mut body = json!({"code": refusal.code, "error": error, "error_description": description});
    if let Some(geolocation) = &refusal.geolocation {
        body["geolocation"] = json!(geolocation);
    }
    answer(status, &body)
}

/// Error and description of a code (concur.md §4.6).
fn meaning(code: u16) -> (&'static str, &'static str) {
    match code {
        5 | 19 => ("invalid_grant", "credentials are wrong"),
        10 | 11 => ("invalid_grant", "account is disabled"),
        12 | 13 => ("invalid_grant", "logon denied"),
        14 => ("invalid_grant", "account is locked"),
        16 => ("invalid_request", "user lives elsewhere"),
        20 => ("invalid_grant", "logon denied from this address"),
        51 => ("invalid_request", "username was not supplied"),
        52 => ("invalid_request", "password was not supplied"),
        53 => ("invalid_client", "company is not enabled for this client"),
        54 => ("invalid_scope", "requested scope exceeds the granted scope"),
        59 => ("access_denied", "client is disabled"),
        60 => ("invalid_grant", "this grant type is not allowed for the application"),
        61 => ("invalid_client", "client was not found"),
        62 => ("invalid_request", "client_id was not supplied"),
        63 => ("invalid_request", "client_secret was not supplied"),
        64 => ("invalid_client", "client credentials are wrong"),
        65 => ("invalid_request", "grant_type was not supplied"),
        100 => ("invalid_request", "username is not known"),
        103 => ("invalid_request", "code is bad or has expired"),
        105 => ("invalid_grant", "the grant was issued to another client"),
        106 => ("invalid_request", "refresh_token was not supplied"),
        107 => ("invalid_request", "refresh is not allowed for the application"),
        108 => ("invalid_grant", "refresh token is bad or has expired"),
        115 => ("invalid_request", "client is not authenticated"),
        120 => ("invalid_request", "credtype is invalid"),
        123 => ("invalid_request", "principal is disabled"),
        134 => ("invalid_request", "the company is under scheduled maintenance"),
        135 => ("invalid_request", "unsupported request format"),
        136 => ("invalid_request", "authtoken was not issued for you"),
        _ => ("invalid_request", "the request cannot be processed"),
    }
}

/// `GET /oauth2/v0/jwks`
pub(super) async fn jwks(State(desk): State<Arc<Desk>>) -> Response {
    answer(StatusCode::OK, &desk.keys.jwks())
}

/// `DELETE /app-mgmt/v0/connections`: the partner ends the connection (Q52).
pub(super) async fn disconnect(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    use axum::response::IntoResponse as _;
    match desk.company_of(&headers) {
        Ok(company) => {
            desk.registry().revoke(company);
            answer(StatusCode::OK, &json!({"message": "connection removed"}))
        }
        Err(denied) => denied.into_response(),
    }
}
