//! To which origins a token, a secret or a fetch may go: the allow-list and what it admits.
//! Called by everything in this room that makes a URL, and by the configuration at start.
//! Always: what is not admitted here is never connected to; `http` only reaches a loopback origin that is named in full.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// Scheme, lower-case host and port, as admitted by an [`Allow`]: `https://us2.api.concursolutions.com`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: &'static str,
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// The host, without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What its data centre is called: the first label of a name such as `us2.api.concursolutions.com`, else the host.
    pub fn data_centre(&self) -> &str {
        match self.host.split_once('.') {
            Some((label, _)) if !self.is_address() => label,
            _ => &self.host,
        }
    }

    /// The URL of an absolute path on this origin. The path is our own, so it always fits.
    pub fn join(&self, path: &str) -> Result<Url, OriginProblem> {
        Url::parse(&format!("{self}{path}")).map_err(|_| OriginProblem::NotAUrl)
    }

    /// The origin of a URL, whether admitted or not. Error: neither `http` nor `https`, user information, no host.
    fn of(url: &Url) -> Result<Self, OriginProblem> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OriginProblem::UserInformation);
        }
        let scheme = match url.scheme() {
            "https" => "https",
            "http" => "http",
            _ => return Err(OriginProblem::Scheme),
        };
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() && !name.ends_with('.') => name.to_ascii_lowercase(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => format!("[{address}]"),
            _ => return Err(OriginProblem::NotAUrl),
        };
        Ok(Self {
            scheme,
            host,
            port: url.port(),
        })
    }

    /// Whether the host is `localhost` or a loopback address.
    fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether the host is an address and no name.
    fn is_address(&self) -> bool {
        self.host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
            .is_ok()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why something may not be connected to. The text names no URL: that may carry a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginProblem {
    /// It cannot be read as an absolute URL with a host.
    #[error("it is no absolute URL")]
    NotAUrl,
    /// `user@host` never occurs at Concur and hides where a request goes.
    #[error("it carries user information")]
    UserInformation,
    /// Anything but `https`, and `http` on loopback.
    #[error("its scheme is not allowed")]
    Scheme,
    /// An href has no use for a fragment.
    #[error("it carries a fragment")]
    Fragment,
    /// The allow-list does not name it.
    #[error("its origin is not in the allow-list (--concur-allow)")]
    NotAllowed,
}

/// Why a `--concur-allow` value is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllowProblem {
    /// Nothing could ever be fetched.
    #[error("the allow-list is empty")]
    Empty,
    /// One entry of the list.
    #[error("`{entry}` in the allow-list {why}")]
    Entry {
        /// As written.
        entry: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// The allow-list: `https://*.api.concursolutions.com`, exact `https` origins, exact loopback `http` origins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    /// `https` on the usual port, any host that ends in this (with its leading dot).
    Below(String),
    /// This origin and no other.
    Exact(Origin),
}

impl Allow {
    /// Reads the comma-separated list of `--concur-allow`.
    pub fn parse(list: &str) -> Result<Self, AllowProblem> {
        let rules = list
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(rule)
            .collect::<Result<Vec<_>, _>>()?;
        if rules.is_empty() {
            Err(AllowProblem::Empty)
        } else {
            Ok(Self { rules })
        }
    }

    /// The admitted origin of a text that may also carry a path, as some samples of `geolocation` do (Q34).
    pub fn origin(&self, text: &str) -> Result<Origin, OriginProblem> {
        let url = Url::parse(text.trim()).map_err(|_| OriginProblem::NotAUrl)?;
        self.admit(&url)
    }

    /// The origin of `url`, if a request may go there.
    pub fn admit(&self, url: &Url) -> Result<Origin, OriginProblem> {
        let origin = Origin::of(url)?;
        if self.rules.iter().any(|rule| rule.admits(&origin)) {
            Ok(origin)
        } else if origin.scheme == "http" && !origin.is_loopback() {
            Err(OriginProblem::Scheme)
        } else {
            Err(OriginProblem::NotAllowed)
        }
    }

    /// Whether the name is one that the list names in full as loopback: only such a name may lead to a loopback address.
    pub fn is_named_loopback(&self, host: &str) -> bool {
        self.rules
            .iter()
            .any(|rule| matches!(rule, Rule::Exact(o) if o.is_loopback() && o.host.eq_ignore_ascii_case(host)))
    }
}

impl Rule {
    fn admits(&self, origin: &Origin) -> bool {
        match self {
            Self::Exact(named) => named == origin,
            Self::Below(suffix) => {
                origin.scheme == "https"
                    && origin.port.is_none()
                    && !origin.is_address()
                    && origin
                        .host
                        .strip_suffix(suffix.as_str())
                        .is_some_and(|label| !label.is_empty())
            }
        }
    }
}

fn rule(entry: &str) -> Result<Rule, AllowProblem> {
    let refuse = |why| AllowProblem::Entry {
        entry: entry.to_owned(),
        why,
    };
    if let Some(suffix) = entry.strip_prefix("https://*.") {
        let suffix = suffix.trim_end_matches('/').to_ascii_lowercase();
        let is_name = suffix
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        if !is_name || !suffix.contains('.') || suffix.parse::<IpAddr>().is_ok() {
            return Err(refuse("needs a domain of at least two labels after `*.`"));
        }
        return Ok(Rule::Below(format!(".{suffix}")));
    }
    if entry.contains('*') {
        return Err(refuse("has a `*` elsewhere than in `https://*.`"));
    }
    let url = Url::parse(entry).map_err(|_| refuse("is no origin such as `https://us2.api.concursolutions.com`"))?;
    let origin = Origin::of(&url).map_err(|_| refuse("is no origin such as `https://us2.api.concursolutions.com`"))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("carries more than scheme, host and port"));
    }
    if origin.scheme == "http" && !origin.is_loopback() {
        return Err(refuse("is `http`, which is allowed for a loopback origin only"));
    }
    if origin.is_address() && !origin.is_loopback() {
        return Err(refuse("is an address; name a host"));
    }
    Ok(Rule::Exact(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = "https://*.api.concursolutions.com,https://*.api.concurcdc.cn";

    fn allow() -> Allow {
        Allow::parse(&format!("{DEFAULT}, http://127.0.0.1:4010")).unwrap()
    }

    #[test]
    fn q34_a_geolocation_is_normalised_to_scheme_and_lower_case_host() {
        for text in [
            "https://us2.api.concursolutions.com",
            "https://US2.api.Concursolutions.com/",
            "https://us2.api.concursolutions.com/oauth2/v0/token",
            "https://us2.api.concursolutions.com:443",
            " https://us2.api.concursolutions.com ",
        ] {
            assert_eq!(
                allow().origin(text).unwrap().to_string(),
                "https://us2.api.concursolutions.com",
                "{text}"
            );
        }
    }

    #[test]
    fn q35_only_admitted_origins_pass() {
        for (text, problem) in [
            (
                "https://user@us.api.concursolutions.com",
                OriginProblem::UserInformation,
            ),
            (
                "https://us.api.concursolutions.com@evil.example",
                OriginProblem::UserInformation,
            ),
            (
                "https://us.api.concursolutions.com.evil.example",
                OriginProblem::NotAllowed,
            ),
            ("https://evilapi.concursolutions.com", OriginProblem::NotAllowed),
            ("https://us-api.concursolutions.com", OriginProblem::NotAllowed),
            ("https://api.concursolutions.com", OriginProblem::NotAllowed),
            ("https://us.api.concursolutions.com.", OriginProblem::NotAUrl),
            ("https://us.api.concursolutions.com:8443", OriginProblem::NotAllowed),
            ("http://us.api.concursolutions.com", OriginProblem::Scheme),
            ("ftp://us.api.concursolutions.com", OriginProblem::Scheme),
            ("file:///etc/passwd", OriginProblem::Scheme),
            ("http://127.0.0.1:4011", OriginProblem::NotAllowed),
            ("https://127.0.0.1:4010", OriginProblem::NotAllowed),
            ("http://localhost:4010", OriginProblem::NotAllowed),
            ("https://169.254.169.254", OriginProblem::NotAllowed),
            ("https://2130706433", OriginProblem::NotAllowed),
            ("us.api.concursolutions.com", OriginProblem::NotAUrl),
            ("", OriginProblem::NotAUrl),
        ] {
            assert_eq!(allow().origin(text), Err(problem), "{text}");
        }
        assert!(allow().origin("https://cn.api.concurcdc.cn").is_ok());
        assert!(allow().origin("http://127.0.0.1:4010/travel").is_ok());
    }

    #[test]
    fn a_list_that_would_let_too_much_through_is_refused() {
        for list in [
            "",
            " , ",
            "https://*",
            "https://*.com",
            "https://us.*.com",
            "http://*.api.concursolutions.com",
            "http://us.api.concursolutions.com",
            "http://10.0.0.1",
            "https://10.0.0.1",
            "https://us.api.concursolutions.com/travel",
            "https://user@us.api.concursolutions.com",
            "us.api.concursolutions.com",
        ] {
            assert!(Allow::parse(list).is_err(), "{list}");
        }
        for list in [
            DEFAULT,
            "http://localhost:3999",
            "http://[::1]:3999",
            "https://us2.api.concursolutions.com",
        ] {
            assert!(Allow::parse(list).is_ok(), "{list}");
        }
    }

    #[test]
    fn only_a_loopback_name_of_the_list_may_lead_to_loopback() {
        let allow = Allow::parse(&format!("{DEFAULT},http://localhost:3999")).unwrap();
        assert!(allow.is_named_loopback("localhost"));
        assert!(!allow.is_named_loopback("us.api.concursolutions.com"));
        assert!(!self::allow().is_named_loopback("localhost"));
    }
}
