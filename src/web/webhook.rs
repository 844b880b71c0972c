//! Posting to a company's own address: only where the operator lets it go, signed, and without following anything.
//! Called by `quality_watch`.
//! Always holds: the origin is in `--webhook-allow`, its addresses are global (or the loopback that is named there); no redirect.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use ring::hmac;
use url::Url;

use crate::concur::address::System;
use crate::concur::{Allow, Secret, client};

/// Signature of what is posted: `t=` seconds since 1970, `v1=` HMAC-SHA256 of `t.body` in hexadecimal; one `v1=` a secret,
/// the newest first.
pub const SIGNATURE: &str = "whereabouts-signature";
/// Id of the message; the same for every try.
pub const DELIVERY: &str = "whereabouts-delivery";

/// Posts where it may.
pub struct Webhooks {
    client: reqwest::Client,
    allow: Allow,
}

/// Why a try failed. The text names no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookProblem {
    /// `--webhook-allow`
    #[error("the address is not one to which this service may post")]
    NotAllowed,
    /// Network, TLS, or too slow.
    #[error("no answer")]
    Unreachable,
    /// Anything but 2xx.
    #[error("the answer was {0}")]
    Status(u16),
}

impl Webhooks {
    /// A client bound to these origins.
    ///
    /// # Errors
    /// The TLS library does not start.
    pub fn new(allow: Allow) -> Result<Self, crate::concur::HttpProblem> {
        Ok(Self {
            client: client(&allow, Arc::new(System))?,
            allow,
        })
    }

    /// The address as it is posted to, if it may be.
    pub fn admit(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address.trim()).ok()?;
        (url.fragment().is_none() && self.allow.admit(&url).is_ok()).then_some(url)
    }

    /// Posts a message once.
    ///
    /// # Errors
    /// It did not arrive.
    pub async fn post(
        &self,
        address: &str,
        (id, body): (&str, &str),
        secrets: &[Secret],
        now: DateTime<Utc>,
    ) -> Result<(), WebhookProblem> {
        let url = self.admit(address).ok_or(WebhookProblem::NotAllowed)?;
        let request = self
            .client
            .post(url)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .header(SIGNATURE, signature(secrets, body, now))
            .header(DELIVERY, id)
            .body(body.to_owned());
        // The answer's body is of no interest.
        let answer = request.send().await.map_err(|_| WebhookProblem::Unreachable)?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(WebhookProblem::Status(status.as_u16())),
        }
    }
}

/// The signature of a body at this time.
pub fn signature(secrets: &[Secret], body: &str, now: DateTime<Utc>) -> String {
    let at = now.timestamp();
    let signed = format!("{at}.{body}");
    let one = |secret: &Secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
        let tag = hmac::sign(&key, signed.as_bytes());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        format!(",v1={hex}")
    };
    format!("t={at}{}", secrets.iter().map(one).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_over_time_and_body() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let sign = |secret: &str, body: &str, seconds| signature(&[Secret::new(secret)], body, at(seconds));
        // HMAC-SHA256 of "1700000000.{}" under "key", made by another program.
        assert_eq!(
            sign("key", "{}", 1_700_000_000),
            "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
        );
        let one = sign("key", "{}", 1_700_000_000);
        assert_ne!(sign("kez", "{}", 1_700_000_000), one);
        assert_ne!(sign("key", "{ }", 1_700_000_000), one);
        assert_ne!(
            sign("key", "{}", 1_700_000_001).split(',').nth(1),
            one.split(',').nth(1)
        );
    }

    #[test]
    fn while_two_secrets_hold_both_sign() {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let sign = |secrets: &[&str]| {
            let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::new(*text)).collect();
            signature(&secrets, "{}", at)
        };
        let (new, old) = (sign(&["new"]), sign(&["old"]));
        let v1 = |one: &str| one.split_once(',').map(|(_, v1)| v1.to_owned()).unwrap();
        assert_eq!(sign(&["new", "old"]), format!("t=1700000000,{},{}", v1(&new), v1(&old)));
    }

    #[test]
    fn only_named_origins_are_posted_to() {
        let hooks = Webhooks::new(Allow::parse("https://*.hooks.example,https://one.example").unwrap()).unwrap();
        for good in ["https://a.hooks.example/x?y=1", "https://one.example/"] {
            assert!(hooks.admit(good).is_some(), "{good}");
        }
        for bad in [
            "http://one.example/",
            "https://two.example/",
            "https://one.example:8443/",
            "https://one.example@two.example/",
            "https://user:word@one.example/",
            "https://169.254.169.254/latest",
            "http://localhost/",
            "http://[::1]/",
            "https://hooks.example/",
            "https://one.example/#x",
            "file:///etc/passwd",
            "",
        ] {
            assert!(hooks.admit(bad).is_none(), "{bad}");
        }
    }
}
