//! What can be wrong with a grant, in terms of who can do what about it (Q48–Q51).
//! Made by `token` from Concur's answers; shown by the connect pages, kept as a company's reason, acted on by the workers.
//! Always: branches on Concur's numeric code, never on its text; holds no token and no text of Concur's that may name a person.

use std::time::Duration;

use serde::Deserialize;

use super::http::{Answer, Failure};
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
        /// How long Concur asks to wait.
        after: Option<Duration>,
    },
    /// Concur names a data centre to which nothing of ours may go (Q35).
    #[error("SAP Concur named a data centre that is not usable: {0}")]
    Elsewhere(#[from] OriginProblem),
    /// The token is another principal's than the redirect said (Q15).
    #[error("the token belongs to another company than the one that pressed Connect")]
    OtherCompany,
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

    /// What to do, in a sentence for people (Q71).
    pub fn sentence(&self) -> String {
        match self {
            Self::NotConfigured => {
                "Quick Connect is not configured on this service. Ask its operator to set the client id and secret."
                    .to_owned()
            }
            Self::NotConnected => {
                "This company is not connected. Its administrator can press Connect in SAP Concur's App Center."
                    .to_owned()
            }
            Self::Reconnect { code } => {
                let what = match code {
                    Some(108) => "The permission for this company has expired or was withdrawn",
                    Some(53) => "The company is not enabled for this application",
                    Some(123) => "The account that connected this company is disabled",
                    Some(5 | 19 | 103 | 136) => {
                        "SAP Concur did not accept the connection request; it may be used up or older than 24 hours"
                    }
                    _ => "SAP Concur no longer accepts the permission for this company",
                };
                format!(
                    "{what}. The company's administrator must press Connect in SAP Concur's App Center again.{}",
                    Code(code).note()
                )
            }
            Self::Operator { code } => format!(
                "SAP Concur refused this application. The service's operator must check its registration and client secret.{}",
                Code(code).note()
            ),
            Self::Later { .. } | Self::Store(_) => {
                "SAP Concur cannot be reached now. It is tried again by itself.".to_owned()
            }
            Self::Elsewhere(_) => {
                "SAP Concur named a data centre that this service may not use. Its operator must check the allow-list."
                    .to_owned()
            }
            Self::OtherCompany => {
                "The connection request belongs to another company. Start again from SAP Concur's App Center."
                    .to_owned()
            }
            Self::Unreadable => {
                "SAP Concur's answer could not be understood. The service's operator finds details in the log."
                    .to_owned()
            }
            Self::Sealing(_) => {
                "The stored permission cannot be opened. The service's operator must restore the secret key file."
                    .to_owned()
            }
        }
    }

    /// What an unsuccessful answer of the token endpoint means.
    pub fn of(answer: &Answer, after: Option<Duration>) -> Self {
        let refusal = Refusal::of(answer);
        match (answer.status, refusal.code) {
            (_, Some(134)) | (429 | 500.., _) => Self::Later {
                why: format!("status {}", answer.status),
                after,
            },
            (_, Some(code @ (5 | 19 | 53 | 103 | 105 | 108 | 123 | 136))) => Self::Reconnect { code: Some(code) },
            (_, Some(code)) => Self::Operator { code: Some(code) },
            // Q50: not authorised by the company's administrators.
            (403, None) => Self::Reconnect { code: None },
            (_, None) if refusal.error.as_deref() == Some("invalid_grant") => Self::Reconnect { code: None },
            (_, None) => Self::Operator { code: None },
        }
    }

    /// What a missing answer means.
    pub fn of_failure(failure: Failure) -> Self {
        match failure {
            Failure::Refused(problem) => Self::Elsewhere(problem),
            Failure::TooLarge => Self::Unreadable,
            other => Self::Later {
                why: other.to_string(),
                after: None,
            },
        }
    }
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

impl Code<'_> {
    fn note(&self) -> String {
        self.0.map(|code| format!(" (Code {code}.)")).unwrap_or_default()
    }
}

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
    fn q51_codes_lead_to_who_can_help() {
        for code in [5, 19, 53, 103, 105, 108, 123, 136] {
            let problem = problem(400, &format!(r#"{{"code":{code},"error":"invalid_grant"}}"#));
            assert_eq!(problem, TokenProblem::Reconnect { code: Some(code) });
            assert_eq!(problem.who(), Who::Administrator);
            assert!(problem.sentence().contains("press Connect"), "{}", problem.sentence());
        }
        for code in [10, 11, 12, 13, 14, 20, 54, 59, 60, 61, 62, 63, 64, 65, 107, 120] {
            let problem = problem(400, &format!(r#"{{"code":"{code}","error":"invalid_client"}}"#));
            assert_eq!(problem, TokenProblem::Operator { code: Some(code) });
            assert_eq!(problem.who(), Who::Operator);
        }
        for (status, body) in [(400, r#"{"code":134}"#), (500, "text"), (503, ""), (429, "{}")] {
            assert_eq!(problem(status, body).who(), Who::Nobody, "{status}");
        }
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
