//! Quick Connect: what the landing page is asked with and what it shows. Filled by the Backend; drawn by `pages::connect`.
//! Before the exchange neither the company's name nor its region is known, and the address holds a one-time secret:
//! it is handed on in hidden fields only and never leaves in a server function, a log or a link.

use super::query::pairs;
use serde::{Deserialize, Serialize};

/// The parameters of the address (Q4), names read without regard to case. Not serialisable on purpose, and printed
/// without the token.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConnectQuery {
    /// Concur's company id.
    pub id: String,
    /// One-time secret, valid 24 h (Q7).
    pub request_token: String,
    /// Concur's id of the administrator who pressed Connect.
    pub user_id: String,
    /// Why the form came back; see `problem`.
    pub error: Option<String>,
    /// What was typed before, to fill in again.
    pub email: String,
    /// Which mail carried the code that is asked for now; empty before one was sent.
    pub ticket: String,
}

impl std::fmt::Debug for ConnectQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectQuery")
            .field("complete", &self.is_complete())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl ConnectQuery {
    pub fn parse(query: &str) -> ConnectQuery {
        let mut found = ConnectQuery::default();
        for (key, value) in pairs(query) {
            let value = value.trim().to_owned();
            match key.to_ascii_lowercase().as_str() {
                "id" => found.id = value,
                "requesttoken" => found.request_token = value,
                "userid" => found.user_id = value,
                "error" => found.error = Some(value).filter(|e| !e.is_empty()),
                "email" => found.email = value,
                "ticket" => found.ticket = value,
                _ => {}
            }
        }
        found
    }

    /// The App Center sends all three; without id and token there is nothing to connect.
    pub fn is_complete(&self) -> bool {
        !self.id.is_empty() && !self.request_token.is_empty()
    }
}

/// A document to link: terms of service, privacy notice, help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub label: String,
    pub href: String,
}

/// What the service says of itself before anybody is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicInfo {
    /// Terms, privacy, help: only those that exist (Q60, Q61).
    pub papers: Vec<Paper>,
    /// How to reach the people who run the service: mail address or telephone.
    pub support: Option<String>,
}

/// The landing page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectPage {
    /// The service has its Concur client id and secret.
    pub configured: bool,
    /// Who is signed in already, and may go on with one button.
    pub signed_in: Option<String>,
    /// Companies connect with a verification code of the operator's, and in no other way (Q64).
    pub code_only: bool,
    /// Whoever makes an account proves the address by a mailed code.
    pub mail: bool,
    /// What SAP Concur's refusal means and who does what, if the address names one (Q71).
    pub problem: Option<String>,
    pub info: PublicInfo,
}

/// The page after the exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectDone {
    /// None while the company's profile has not been read (C4: it may never be).
    pub company: Option<String>,
    pub company_id: String,
    /// Host of the data centre: `us.api.concursolutions.com`.
    pub region: String,
    /// Trips that wait to be read; none while the list itself is still being read.
    pub trips_waiting: Option<u32>,
    /// Somebody is signed in; nobody is who connected with a verification code.
    pub signed_in: bool,
    pub info: PublicInfo,
}

/// The sentence for an error code of a sign-in or sign-up form, here and on the sign-in page. Unknown codes get the last.
pub fn problem(code: &str) -> &'static str {
    match code {
        "credentials" => t!(
            "E-mail or password is not right. Try again.",
            "E-Mail oder Passwort stimmt nicht. Versuchen Sie es erneut."
        ),
        "locked" => t!(
            "Too many attempts. Wait 15 minutes, then try again.",
            "Zu viele Versuche. Warten Sie 15 Minuten und versuchen Sie es dann erneut."
        ),
        "disabled" => t!(
            "This account is closed. Ask an administrator of your company.",
            "Dieses Konto ist geschlossen. Fragen Sie die Administration Ihres Unternehmens."
        ),
        "expired" => t!(
            "You were signed out because a long time passed. Sign in again.",
            "Sie wurden abgemeldet, weil viel Zeit verging. Melden Sie sich wieder an."
        ),
        "email" => t!(
            "That is not an e-mail address. Use your work e-mail.",
            "Das ist keine E-Mail-Adresse. Verwenden Sie Ihre dienstliche E-Mail."
        ),
        "weak" => t!(
            "The password is too short. Use at least 12 characters.",
            "Das Passwort ist zu kurz. Verwenden Sie mindestens 12 Zeichen."
        ),
        "exists" => t!(
            "There is an account with this e-mail already. Sign in instead.",
            "Mit dieser E-Mail gibt es schon ein Konto. Melden Sie sich stattdessen an."
        ),
        "not_admin" => t!(
            "This account may not connect a company. Sign in as an administrator.",
            "Dieses Konto darf kein Unternehmen verbinden. Melden Sie sich mit Administrationsrecht an."
        ),
        "other_company" => {
            t!(
                "This account belongs to another company. Sign in with one of this company, or make an account.",
                "Dieses Konto gehört zu einem anderen Unternehmen. Melden Sie sich mit einem dieses Unternehmens an oder legen Sie ein Konto an."
            )
        }
        "incomplete" => t!(
            "The link from the App Center is not complete. Press Connect there again.",
            "Der Link aus dem App Center ist unvollständig. Drücken Sie dort erneut auf Connect."
        ),
        "not_configured" => t!(
            "This service is not set up for SAP Concur yet. Its operator has to do that first.",
            "Dieser Dienst ist noch nicht für SAP Concur eingerichtet. Das muss zuerst sein Betreiber tun."
        ),
        "code" => {
            t!(
                "That verification code is not right, was used already, or has expired. Check it, or ask who gave it to you.",
                "Dieser Prüfcode stimmt nicht, wurde schon benutzt oder ist abgelaufen. Prüfen Sie ihn oder fragen Sie, wer ihn Ihnen gab."
            )
        }
        "mail_code" => {
            t!(
                "That is not the code of the newest mail, or it is older than 30 minutes. Check it, or make the account again.",
                "Das ist nicht der Code der neuesten Mail, oder er ist älter als 30 Minuten. Prüfen Sie ihn oder legen Sie das Konto erneut an."
            )
        }
        "mail" => t!(
            "The mail with your code could not be sent. Check the address; if it is right, ask support.",
            "Die Mail mit Ihrem Code konnte nicht gesendet werden. Prüfen Sie die Adresse; stimmt sie, fragen Sie den Support."
        ),
        "invitation" => {
            t!(
                "This invitation was used already, was withdrawn, or is older than seven days. Ask your administrator for a new one.",
                "Diese Einladung wurde schon benutzt, zurückgezogen oder ist älter als sieben Tage. Bitten Sie Ihre Administration um eine neue."
            )
        }
        "unavailable" => t!(
            "SAP Concur or this service does not answer now. Nothing is lost: try again in a minute.",
            "SAP Concur oder dieser Dienst antwortet gerade nicht. Nichts ist verloren: Versuchen Sie es in einer Minute erneut."
        ),
        "cross_site" => t!(
            "The form came from another site and was not accepted. Fill it in here.",
            "Das Formular kam von einer fremden Seite und wurde nicht angenommen. Füllen Sie es hier aus."
        ),
        _ => t!(
            "That did not work. Try again; if it stays so, ask support.",
            "Das ging nicht. Versuchen Sie es erneut; bleibt es so, fragen Sie den Support."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q4_parameter_names_in_any_case() {
        let asked = ConnectQuery::parse("?ID=8F1C&requestToken=at-si86uek&userID=u1&error=used");
        assert_eq!(
            (asked.id.as_str(), asked.request_token.as_str(), asked.user_id.as_str()),
            ("8F1C", "at-si86uek", "u1")
        );
        assert!(asked.is_complete());
        assert!(!ConnectQuery::parse("id=x").is_complete());
    }

    #[test]
    fn the_token_is_never_printed() {
        let printed = format!("{:?}", ConnectQuery::parse("id=8f1c&requestToken=at-secret&userId=u"));
        assert!(!printed.contains("at-secret") && !printed.contains("8f1c"), "{printed}");
    }

    #[test]
    fn q71_every_problem_has_words() {
        assert_ne!(problem("credentials"), problem("something else"));
        assert!(problem("<script>").ends_with("ask support."));
    }
}
