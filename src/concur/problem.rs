//! What can be wrong with a grant, in terms of who can do what about it (Q48–Q51).
//! Made by `token` from Concur's answers; shown by the connect pages, kept as a company's reason, acted on by the workers.
//! Always: branches on Concur's numeric code, never on its text; holds no token and no text of Concur's that may name a person.

use std::time::Duration;

use serde::Deserialize;

use super::codes::{self, Remedy};
use super::http::{Answer, Failure};
use super::jwt::Distrust;
use super::origin::OriginProblem;

/// Why there is no access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// This service has no client id and secret.
    #[error("Quick Connect is not configured")]
    NotConfigured,
    /// There is no grant: the company never connected or was disconnected.
    #[error("the company is not connected")]
    NotConnected,
    /// The grant is of no use any more.
    #[error("the company's grant was refused (code {})", Code(.code))]
    Reconnect {
        /// Concur's code, if it gave one.
        code: Option<u32>,
    },
    /// Something about this application is wrong at Concur or in our configuration.
    #[error("SAP Concur refused this application (code {})", Code(.code))]
    Operator {
        /// Concur's code, if it gave one.
        code: Option<u32>,
    },
    /// Maintenance, overload, network: the same request may work after a while.
    #[error("SAP Concur cannot be reached now ({why})")]
    Later {
        /// A status or a failure of the network.
        why: String,
        /// Concur's code, if it gave one.
        code: Option<u32>,
        /// How long Concur asks to wait.
        after: Option<Duration>,
    },
    /// Concur names a data centre to which nothing of ours may go (Q35).
    #[error("SAP Concur named a data centre that is not usable: {0}")]
    Elsewhere(#[from] OriginProblem),
    /// The token is another principal's than the redirect said (Q15).
    #[error("the token belongs to another company than the one that pressed Connect")]
    OtherCompany,
    /// The id_token proves nothing (Q44–Q46).
    #[error("SAP Concur's proof of which company this is cannot be trusted: {0}")]
    Untrusted(Distrust),
    /// A success without a token inside.
    #[error("SAP Concur's answer holds no token")]
    Unreadable,
    /// The stored token cannot be opened, or a new one not sealed.
    #[error("{0}")]
    Sealing(String),
    /// The database.
    #[error("{0}")]
    Store(String),
}

/// Who can do something about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The company's administrator, in SAP Concur's App Center.
    Administrator,
    /// Staff of this service.
    Operator,
    /// Nobody needs to: it is tried again.
    Nobody,
}

impl TokenProblem {
    /// Who can do something about it.
    pub fn who(&self) -> Who {
        match self {
            Self::NotConnected | Self::Reconnect { .. } | Self::OtherCompany => Who::Administrator,
            Self::Later { .. } | Self::Store(_) => Who::Nobody,
            _ => Who::Operator,
        }
    }

    /// What happened and who does what about it, in sentences for people (Q71).
    pub fn sentence(&self) -> String {
        sentence(&self.word())
    }

    /// A word for it that fits in an address; [`sentence`] is the way back.
    pub fn word(&self) -> String {
        match self {
            Self::NotConfigured => "not_configured".to_owned(),
            Self::NotConnected => "not_connected".to_owned(),
            Self::Reconnect { code: None } => "not_authorised".to_owned(),
            Self::Operator { code: None } => "refused".to_owned(),
            Self::Reconnect { code: Some(code) } | Self::Operator { code: Some(code) } => format!("concur-{code}"),
            Self::Later { code: Some(code), .. } => format!("concur-{code}"),
            Self::Later { code: None, .. } | Self::Store(_) => "unavailable".to_owned(),
            Self::Elsewhere(_) => "elsewhere".to_owned(),
            Self::OtherCompany => "not_this_company".to_owned(),
            Self::Untrusted(_) => "untrusted".to_owned(),
            Self::Unreadable => "unreadable".to_owned(),
            Self::Sealing(_) => "sealing".to_owned(),
        }
    }

    /// What an unsuccessful answer of the token endpoint means.
    pub fn of(answer: &Answer, after: Option<Duration>) -> Self {
        let refusal = Refusal::of(answer);
        match (answer.status, refusal.code) {
            (status @ (429 | 500..), _) => Self::of_status(status, after),
            (status, Some(code)) => match codes::documented(code).map(|one| one.remedy) {
                Some(Remedy::Wait) => Self::Later {
                    why: format!("status {status}"),
                    code: Some(code),
                    after,
                },
                Some(Remedy::Connect | Remedy::Allow) => Self::Reconnect { code: Some(code) },
                _ => Self::Operator { code: Some(code) },
            },
            // Q50: not authorised by the company's administrators.
            (403, None) => Self::Reconnect { code: None },
            (_, None) if refusal.error.as_deref() == Some("invalid_grant") => Self::Reconnect { code: None },
            (_, None) => Self::Operator { code: None },
        }
    }

    /// What a status means that says nothing of the grant.
    pub fn of_status(status: u16, after: Option<Duration>) -> Self {
        Self::Later {
            why: format!("status {status}"),
            code: None,
            after,
        }
    }

    /// What a missing answer means.
    pub fn of_failure(failure: Failure) -> Self {
        match failure {
            Failure::Refused(problem) => Self::Elsewhere(problem),
            Failure::TooLarge => Self::Unreadable,
            other => Self::Later {
                why: other.to_string(),
                code: None,
                after: None,
            },
        }
    }
}

/// The sentences of a word of this room's; `None` if it is another's.
pub fn said(word: &str) -> Option<String> {
    let ours = word.starts_with("concur-")
        || matches!(
            word,
            "not_authorised"
                | "refused"
                | "unavailable"
                | "elsewhere"
                | "not_this_company"
                | "untrusted"
                | "unreadable"
                | "sealing"
        );
    ours.then(|| sentence(word))
}

/// The sentences of a [`TokenProblem::word`]; of a word that is none, that it did not work and whom to ask.
pub fn sentence(word: &str) -> String {
    if let Some(code) = word.strip_prefix("concur-").and_then(|code| code.parse::<u32>().ok()) {
        return match codes::documented(code) {
            Some(one) => format!("{} {} (Code {code}.)", one.what, one.remedy.sentence()),
            None => format!(
                "SAP Concur refused this service with a code that it does not document. {} (Code {code}.)",
                Remedy::AskConcur.sentence()
            ),
        };
    }
    let (what, then) = match word {
        "incomplete" => (
            "The link from the App Center is not complete.",
            Remedy::Connect.sentence(),
        ),
        "not_configured" => (
            "This service is not set up for SAP Concur yet.",
            Remedy::Operator.sentence(),
        ),
        "not_connected" => ("This company is not connected.", Remedy::Connect.sentence()),
        "not_authorised" => (
            "SAP Concur says that the company has not allowed this application.",
            Remedy::Allow.sentence(),
        ),
        "unavailable" => (
            "SAP Concur or this service does not answer now.",
            "Nobody has to do anything but wait: try again in a few minutes; the link from the App Center is good for a day.",
        ),
        "elsewhere" => (
            "SAP Concur keeps the company in a data centre that this service may not use.",
            "The operator of this service must check its list of addresses; then press Connect in the App Center again.",
        ),
        "not_this_company" => (
            "The link from the App Center was made for another company than it names.",
            Remedy::Connect.sentence(),
        ),
        "untrusted" => (
            "SAP Concur's proof of which company this is could not be trusted, so nothing was connected.",
            "An administrator of the company must press Connect in SAP Concur's App Center again; if it stays so, the operator of this service finds the reason in its log.",
        ),
        "unreadable" => (
            "SAP Concur's answer could not be understood.",
            "The operator of this service finds details in its log; then press Connect in the App Center again.",
        ),
        "sealing" => (
            "The stored permission cannot be opened.",
            "The operator of this service must restore the secret key file.",
        ),
        _ => (
            "SAP Concur refused this service without saying why.",
            Remedy::AskConcur.sentence(),
        ),
    };
    format!("{what} {then}")
}

/// The body of a refused token request (Q48).
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Refusal {
    #[serde(deserialize_with = "lenient_code")]
    code: Option<u32>,
    error: Option<String>,
    geolocation: Option<String>,
}

impl Refusal {
    /// Reads what can be read.
    pub fn of(answer: &Answer) -> Self {
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Where the same request is to be repeated, if this is code 16 (Q33).
    pub fn elsewhere(&self) -> Option<&str> {
        (self.code == Some(16)).then_some(self.geolocation.as_deref()).flatten()
    }
}

fn lenient_code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
        serde_json::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

struct Code<'a>(&'a Option<u32>);

impl std::fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(code) => write!(f, "{code}"),
            None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: u16, body: &str) -> TokenProblem {
        let answer = Answer {
            status,
            headers: http::HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        };
        TokenProblem::of(&answer, None)
    }

    #[test]
    fn q49_q51_codes_lead_to_who_can_help_whatever_the_text_says() {
        for code in [5, 19, 53, 103, 105, 108, 123, 136] {
            let problem = problem(
                400,
                &format!(r#"{{"code":{code},"error":"invalid_client","error_description":"try later"}}"#),
            );
            assert_eq!(problem, TokenProblem::Reconnect { code: Some(code) });
            assert_eq!(problem.who(), Who::Administrator);
            assert!(problem.sentence().contains("press Connect"), "{}", problem.sentence());
        }
        for code in [10, 11, 12, 13, 14, 20, 54, 59, 60, 61, 62, 63, 64, 65, 107, 120] {
            let problem = problem(400, &format!(r#"{{"code":"{code}","error":"invalid_grant"}}"#));
            assert_eq!(problem, TokenProblem::Operator { code: Some(code) });
            assert_eq!(problem.who(), Who::Operator);
        }
        for (status, body) in [(400, r#"{"code":134}"#), (500, "text"), (503, ""), (429, "{}")] {
            assert_eq!(problem(status, body).who(), Who::Nobody, "{status}");
        }
    }

    #[test]
    fn q71_every_documented_code_reaches_people_as_its_own_sentence() {
        for one in codes::DOCUMENTED {
            let problem = problem(
                400,
                &format!(r#"{{"code":{},"error":"x","error_description":"SECRET"}}"#, one.code),
            );
            assert_eq!(problem.word(), format!("concur-{}", one.code));
            let said = problem.sentence();
            assert_eq!(said, sentence(&problem.word()));
            assert!(
                said.starts_with(one.what) && said.contains(one.remedy.sentence()),
                "{said}"
            );
            assert!(
                said.ends_with(&format!("(Code {}.)", one.code)) && !said.contains("SECRET"),
                "{said}"
            );
            let who = match one.remedy {
                Remedy::Connect | Remedy::Allow => Who::Administrator,
                Remedy::Wait => Who::Nobody,
                _ => Who::Operator,
            };
            assert_eq!(problem.who(), who, "{}", one.code);
        }
        assert!(sentence("concur-4711").contains("(Code 4711.)"));
        assert!(!sentence("<script>").contains('<'));
    }

    #[test]
    fn q50_a_403_without_a_code_is_about_the_companys_administrators() {
        let problem = problem(403, "Forbidden");
        assert_eq!(
            (problem.clone(), problem.who()),
            (TokenProblem::Reconnect { code: None }, Who::Administrator)
        );
        assert!(
            problem.sentence().contains("must allow this application"),
            "{}",
            problem.sentence()
        );
    }

    #[test]
    fn q48_a_refusal_without_a_code_is_still_understood() {
        assert_eq!(
            problem(400, r#"{"error":"invalid_grant"}"#),
            TokenProblem::Reconnect { code: None }
        );
        assert_eq!(problem(403, "Forbidden"), TokenProblem::Reconnect { code: None });
        assert_eq!(problem(401, "<html>"), TokenProblem::Operator { code: None });
    }

    #[test]
    fn q33_code_16_says_where_to_ask_again() {
        let body = r#"{"code":16,"error":"invalid_request","geolocation":"https://eu2.api.concursolutions.com"}"#;
        let answer = Answer {
            status: 400,
            headers: http::HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        };
        assert_eq!(
            Refusal::of(&answer).elsewhere(),
            Some("https://eu2.api.concursolutions.com")
        );
    }
}
