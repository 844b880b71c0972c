//! The token endpoint: requests, code 16, and reading what a success brings (Q8, Q11, Q22, Q23, Q27–Q29, Q33).
//! Called by `token` and `connect`.
//! Always: secrets travel in the body, to an admitted origin; what the answer says of geolocation is admitted before it is used.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use super::http::Failure;
use super::origin::Origin;
use super::problem::{Refusal, TokenProblem};
use super::secret::Secret;
use super::{Application, Concur};

/// How often a request may be sent on to another data centre (code 16) before it is given up.
const HOPS: usize = 3;

/// What a successful token request brought.
pub(super) struct Tokens {
    pub access: Secret,
    pub expires_in: Duration,
    pub refresh: Option<Secret>,
    pub refresh_expires_at: Option<DateTime<Utc>>,
    /// As delivered; some samples have none.
    pub geolocation: Option<String>,
    /// Says whose they are (Q15); some samples have none.
    pub id_token: Option<Secret>,
    /// As delivered (Q29).
    pub scope: Option<String>,
    /// Concur's id of the exchange (Q14).
    pub correlation: String,
}

/// Why a token request brought nothing.
pub(super) enum NoTokens {
    /// There was no answer at all: the same request may be repeated (Q7).
    Network(Failure),
    /// There was one.
    Problem(TokenProblem),
}

impl From<NoTokens> for TokenProblem {
    fn from(none: NoTokens) -> Self {
        match none {
            NoTokens::Network(failure) => Self::of_failure(failure),
            NoTokens::Problem(problem) => problem,
        }
    }
}

impl Concur {
    /// Posts `grant` with the application's credentials, following code 16 within the allow-list.
    pub(super) async fn request_tokens(&self, base: &Origin, grant: &[(&str, &str)]) -> Result<Tokens, NoTokens> {
        let Application {
            client_id,
            client_secret,
        } = self.application().map_err(NoTokens::Problem)?;
        let mut form = vec![
            ("client_id", client_id.as_str()),
            ("client_secret", client_secret.expose()),
        ];
        form.extend_from_slice(grant);
        let mut base = base.clone();
        for _ in 0..=HOPS {
            let url = base.join("/oauth2/v0/token").map_err(|e| NoTokens::Problem(e.into()))?;
            let answer = match self.http.post_form(url, &form).await {
                Ok(answer) => answer,
                Err(failure @ (Failure::Timeout | Failure::Connect | Failure::Broken)) => {
                    return Err(NoTokens::Network(failure));
                }
                Err(failure) => return Err(NoTokens::Problem(TokenProblem::of_failure(failure))),
            };
            if answer.is_success() {
                let correlation = answer.correlation().to_owned();
                return read(&answer.body, correlation, self.now()).ok_or(NoTokens::Problem(TokenProblem::Unreadable));
            }
            match Refusal::of(&answer).elsewhere() {
                Some(next) => base = self.allow.origin(next).map_err(|e| NoTokens::Problem(e.into()))?,
                None => {
                    let problem = TokenProblem::of(&answer, answer.retry_after(self.now()));
                    tracing::warn!(status = answer.status, correlation = answer.correlation(), %problem, "token request refused");
                    return Err(NoTokens::Problem(problem));
                }
            }
        }
        Err(NoTokens::Problem(TokenProblem::Operator { code: Some(16) }))
    }
}

fn read(body: &[u8], correlation: String, now: DateTime<Utc>) -> Option<Tokens> {
    let Value::Object(map) = serde_json::from_slice(body).ok()? else {
        return None;
    };
    let text = |name: &str| {
        map.get(name)
            .and_then(Value::as_str)
            .map(str::trim)
            .filter(|t| !t.is_empty())
    };
    let expires_in = map.get("expires_in").and_then(number).unwrap_or(3600).clamp(1, 86_400);
    Some(Tokens {
        access: Secret::new(text("access_token")?),
        expires_in: Duration::seconds(expires_in),
        refresh: text("refresh_token").map(Secret::new),
        refresh_expires_at: ["refresh_expires_in", "refresh_expiry"]
            .iter()
            .find_map(|name| map.get(*name).and_then(number))
            .and_then(|n| expiry(n, now)),
        geolocation: text("geolocation").map(str::to_owned),
        id_token: text("id_token").map(Secret::new),
        scope: text("scope").map(str::to_owned),
        correlation,
    })
}

/// Q27: a number, or a number as text.
fn number(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|n| n as i64))
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// Q28: epoch milliseconds, epoch seconds, or (what the name suggests) seconds from now; told apart by magnitude.
fn expiry(n: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match n {
        100_000_000_000.. => DateTime::from_timestamp_millis(n),
        1_000_000_000.. => DateTime::from_timestamp(n, 0),
        1.. => now.checked_add_signed(Duration::try_seconds(n)?),
        _ => None,
    }
}

/// Scopes without which nothing of use can be read.
const NEEDED: [&str; 1] = ["travel.itinerary.read"];

impl Tokens {
    /// Needed scopes that the answer does not name; none if it names no scopes at all (Q29).
    pub fn lacks(&self) -> Vec<&'static str> {
        let Some(scope) = &self.scope else { return Vec::new() };
        let has = |wanted: &str| scope.split([' ', ',', '+']).any(|one| one.eq_ignore_ascii_case(wanted));
        NEEDED.into_iter().filter(|wanted| !has(wanted)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn q27_q28_x31_lifetimes_come_in_several_shapes() {
        let tokens = |json: &str| read(json.as_bytes(), String::new(), now()).unwrap();
        assert_eq!(
            tokens(r#"{"access_token":"a","expires_in":"3600"}"#).expires_in,
            Duration::hours(1)
        );
        assert_eq!(
            tokens(r#"{"access_token":"a","expires_in":1800}"#).expires_in,
            Duration::minutes(30)
        );
        let at = |json: &str| tokens(json).refresh_expires_at.map(|t| t.timestamp());
        assert_eq!(
            at(r#"{"access_token":"a","refresh_expires_in":1789000000}"#),
            Some(1_789_000_000)
        );
        assert_eq!(
            at(r#"{"access_token":"a","refresh_expires_in":"1789000000000"}"#),
            Some(1_789_000_000)
        );
        assert_eq!(
            at(r#"{"access_token":"a","refresh_expiry":1789000000}"#),
            Some(1_789_000_000)
        );
        assert_eq!(
            at(r#"{"access_token":"a","refresh_expires_in":60}"#),
            Some(now().timestamp() + 60)
        );
        assert_eq!(at(r#"{"access_token":"a"}"#), None);
        assert!(read(br#"{"refresh_token":"r"}"#, String::new(), now()).is_none());
    }

    #[test]
    fn q29_scopes_are_what_the_application_is_registered_for() {
        let lacks = |scope: &str| {
            let body = serde_json::json!({"access_token": "a", "scope": scope}).to_string();
            read(body.as_bytes(), String::new(), now()).unwrap().lacks()
        };
        assert!(lacks("openid travel.itinerary.read company.read").is_empty());
        assert_eq!(lacks("openid travel.itinerary.write"), ["travel.itinerary.read"]);
        let silent = read(br#"{"access_token":"a"}"#, String::new(), now()).unwrap();
        assert!(silent.lacks().is_empty(), "Q11: some samples have fewer fields");
    }

    #[test]
    fn q11_q26_q47_tokens_are_opaque_and_only_the_access_token_is_a_must() {
        for token in [
            "e013335d-b4ac-4a5e-9d3b-1a2b3c4d5e6f",
            "2d725xipty0z7ha3vlpy8b2c3hqxmw",
            "not.a.jwt",
        ] {
            let body = serde_json::json!({"access_token": token, "refresh_token": token}).to_string();
            let tokens = read(body.as_bytes(), String::new(), now()).unwrap();
            assert_eq!(
                (tokens.access.expose(), tokens.refresh.unwrap().expose()),
                (token, token)
            );
            assert!(tokens.id_token.is_none() && tokens.geolocation.is_none() && tokens.refresh_expires_at.is_none());
        }
    }
}
