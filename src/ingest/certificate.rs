//! Whose client certificate came with a delivery, and whether that is Concur's (E39–E43).
//! Called by `receive` for every delivery and by the TLS listener for every connection.
//! Always: by common name and CA bundle, never by serial or leaf (E41); headers count only when a named proxy sent them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use http::HeaderMap;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::der::oid::ObjectIdentifier;

/// The common name of Concur's certificate since it first published one (E40).
pub const COMMON_NAME: &str = "webhook.api.concursolutions.com";
/// What a proxy says of the certificate: `SUCCESS`, `NONE` or `FAILED:…` (nginx's `$ssl_client_verify`).
const VERIFY: &str = "x-client-verify";
/// Whose it is (nginx's `$ssl_client_s_dn`).
const NAME: &str = "x-client-dn";
const CN: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// What is done about certificates: `--ess-mtls`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// They are not looked at.
    Off,
    /// They are looked at and counted; the signature alone decides.
    #[default]
    Observe,
    /// A delivery without the right one is 401, which Concur sends again (E27).
    Require,
}

impl Policy {
    /// As the option writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Observe => "observe",
            Self::Require => "require",
        }
    }
}

impl FromStr for Policy {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" => Ok(Self::Off),
            "observe" => Ok(Self::Observe),
            "require" => Ok(Self::Require),
            _ => Err("it is off, observe or require"),
        }
    }
}

/// What a connection proved of its certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// None was shown.
    #[default]
    Nothing,
    /// One that no CA of the bundle vouches for, or that has expired.
    Untrusted,
    /// A good one, with this common name.
    Named(String),
}

/// How the certificate of a delivery is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Concur's.
    Right,
    /// None.
    Missing,
    /// One that nobody vouches for.
    Untrusted,
    /// A good one of somebody else.
    OtherName,
}

impl Verdict {
    /// A word for the metric, the log and the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Missing => "missing",
            Self::Untrusted => "untrusted",
            Self::OtherName => "other_name",
        }
    }
}

/// What is asked of certificates.
#[derive(Clone, Debug)]
pub struct Rules {
    pub policy: Policy,
    /// Common name that is Concur's.
    pub name: String,
    /// Proxies whose headers are believed.
    pub proxies: Vec<IpAddr>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            name: COMMON_NAME.to_owned(),
            proxies: Vec::new(),
        }
    }
}

impl Rules {
    /// Whose certificate it is.
    pub fn judge(&self, shown: &Shown) -> Verdict {
        match shown {
            Shown::Nothing => Verdict::Missing,
            Shown::Untrusted => Verdict::Untrusted,
            Shown::Named(name) if name.eq_ignore_ascii_case(&self.name) => Verdict::Right,
            Shown::Named(_) => Verdict::OtherName,
        }
    }

    /// Whether a delivery with this verdict may be taken.
    pub fn admits(&self, verdict: Verdict) -> bool {
        self.policy != Policy::Require || verdict == Verdict::Right
    }

    /// What a proxy's headers say; nothing if they come from anybody else.
    pub fn of_headers(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Shown {
        let trusted = peer.is_some_and(|peer| self.proxies.contains(&peer.to_canonical()));
        let only = |name: &str| {
            let mut values = headers.get_all(name).iter();
            let first = values.next()?.to_str().ok()?.trim();
            // Two values: somebody in between added one, and nobody can say which.
            values.next().is_none().then_some(first)
        };
        match (trusted, only(VERIFY)) {
            (false, _) | (_, None | Some("" | "NONE")) => Shown::Nothing,
            (true, Some("SUCCESS")) => only(NAME).and_then(name_in).map_or(Shown::Untrusted, Shown::Named),
            (true, Some(_)) => Shown::Untrusted,
        }
    }
}

/// The rules, and which verdicts fell when.
#[derive(Debug, Default)]
pub struct Gate {
    pub rules: Rules,
    seen: Mutex<BTreeMap<&'static str, DateTime<Utc>>>,
}

impl Gate {
    /// With these rules.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            seen: Mutex::default(),
        }
    }

    /// A delivery with this verdict came.
    pub fn note(&self, verdict: Verdict, now: DateTime<Utc>) {
        metrics::counter!("ess_certificates_total", "verdict" => verdict.as_str()).increment(1);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let at = seen.entry(verdict.as_str()).or_insert(now);
        *at = now.max(*at);
    }

    /// The verdicts since the last call, to be stored.
    pub fn take_seen(&self) -> Vec<(&'static str, DateTime<Utc>)> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *seen).into_iter().collect()
    }
}

/// The common name in a distinguished name, as `CN=…,O=…` (RFC 2253, commas in values escaped) or `/C=…/CN=…`.
fn name_in(subject: &str) -> Option<String> {
    let mut parts = vec![String::new()];
    let slashes = subject.starts_with('/');
    let mut escaped = false;
    for c in subject.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                parts.last_mut()?.push(c);
            }
            '\\' => escaped = true,
            ',' | '+' if !slashes => parts.push(String::new()),
            '/' if slashes => parts.push(String::new()),
            _ => parts.last_mut()?.push(c),
        }
    }
    let name = |part: &String| {
        let (kind, value) = part.trim().split_once('=')?;
        kind.trim().eq_ignore_ascii_case("cn").then(|| value.trim().to_owned())
    };
    // Two common names are none: a certificate of one's own could carry Concur's beside another.
    let mut names = parts.iter().filter_map(name);
    names.next().filter(|_| names.next().is_none())
}

/// The common name of a certificate in DER; `None` without one, or with two.
pub fn common_name(der: &[u8]) -> Option<String> {
    let certificate = Certificate::from_der(der).ok()?;
    let mut names = certificate
        .tbs_certificate()
        .subject()
        .iter()
        .filter(|attribute| attribute.oid == CN)
        .filter_map(|attribute| std::str::from_utf8(attribute.value.value()).ok());
    let name = names.next()?;
    names.next().is_none().then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn behind_a_proxy() -> Rules {
        Rules {
            proxies: vec!["10.0.0.7".parse().unwrap()],
            ..Rules::default()
        }
    }

    #[test]
    fn e40_e41_x8_every_certificate_that_concur_published_is_known_by_its_common_name() {
        for subject in [
            "CN=webhook.api.concursolutions.com,O=Concur Technologies\\, Inc.,L=Bellevue,ST=Washington,C=US",
            "C=DE, ST=Baden-Württemberg, L=Walldorf, O=SAP SE, CN=webhook.api.concursolutions.com",
            "/C=US/O=Concur Technologies, Inc./CN=webhook.api.concursolutions.com",
        ] {
            let name = name_in(subject).unwrap();
            assert_eq!(Rules::default().judge(&Shown::Named(name)), Verdict::Right, "{subject}");
        }
    }

    #[test]
    fn a_name_that_only_contains_concurs_is_another() {
        for subject in [
            "CN=webhook.api.concursolutions.com.evil.example",
            "O=CN=webhook.api.concursolutions.com",
            "O=x\\,CN=webhook.api.concursolutions.com,CN=evil.example",
            "CN=evil.example,CN=webhook.api.concursolutions.com",
            "",
        ] {
            let shown = name_in(subject).map_or(Shown::Untrusted, Shown::Named);
            assert_ne!(Rules::default().judge(&shown), Verdict::Right, "{subject}");
        }
    }

    #[test]
    fn a_proxys_headers_count_only_from_the_proxy() {
        let rules = behind_a_proxy();
        let good = headers(&[
            ("x-client-verify", "SUCCESS"),
            ("x-client-dn", "CN=webhook.api.concursolutions.com"),
        ]);
        let proxy = Some("10.0.0.7".parse().unwrap());
        assert_eq!(rules.judge(&rules.of_headers(proxy, &good)), Verdict::Right);
        let mapped = Some("::ffff:10.0.0.7".parse().unwrap());
        assert_eq!(rules.judge(&rules.of_headers(mapped, &good)), Verdict::Right);
        for other in [None, Some("10.0.0.8".parse().unwrap())] {
            assert_eq!(rules.judge(&rules.of_headers(other, &good)), Verdict::Missing);
        }
        for (pairs, verdict) in [
            (vec![], Verdict::Missing),
            (vec![("x-client-verify", "NONE")], Verdict::Missing),
            (
                vec![("x-client-verify", "FAILED:self-signed certificate")],
                Verdict::Untrusted,
            ),
            (vec![("x-client-verify", "SUCCESS")], Verdict::Untrusted),
            (
                vec![("x-client-verify", "SUCCESS"), ("x-client-dn", "CN=someone.example")],
                Verdict::OtherName,
            ),
            (
                vec![
                    ("x-client-verify", "NONE"),
                    ("x-client-verify", "SUCCESS"),
                    ("x-client-dn", "CN=webhook.api.concursolutions.com"),
                ],
                Verdict::Missing,
            ),
        ] {
            assert_eq!(
                rules.judge(&rules.of_headers(proxy, &headers(&pairs))),
                verdict,
                "{pairs:?}"
            );
        }
    }

    #[test]
    fn e39_only_require_turns_a_delivery_away() {
        for verdict in [Verdict::Right, Verdict::Missing, Verdict::Untrusted, Verdict::OtherName] {
            let admits = |policy| {
                Rules {
                    policy,
                    ..Rules::default()
                }
                .admits(verdict)
            };
            assert!(admits(Policy::Off) && admits(Policy::Observe), "{verdict:?}");
            assert_eq!(admits(Policy::Require), verdict == Verdict::Right);
        }
    }
}
