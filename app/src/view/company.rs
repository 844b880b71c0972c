//! The page of a company: its connection and its people. Filled by the Backend, drawn by `pages::company`.
//! Shown to administrators of the company and to staff of the service, who may choose among companies.

use super::{Company, Instant, PublicInfo, Role};
use serde::{Deserialize, Serialize};

/// Whether the company's trips are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Connected,
    /// SAP Concur refused the permission; somebody must press Connect again.
    ReconnectNeeded,
    Disconnected,
}

impl Standing {
    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Connected => t!("Connected", "Verbunden"),
            Standing::ReconnectNeeded => t!("Must connect again", "Muss erneut verbinden"),
            Standing::Disconnected => t!("Disconnected", "Getrennt"),
        }
    }
}

/// How far the reading of trips is that were booked before the company connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BacklogShown {
    /// Trips that were listed; more may come while `listing`.
    pub listed: u32,
    /// Of those, trips that wait for nothing any more.
    pub settled: u32,
    /// Of those, trips that could not be read.
    pub failed: u32,
    pub listing: bool,
}

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: String,
    pub email: String,
    pub role: Role,
    /// The person who looks.
    pub you: bool,
}

/// Somebody who has not chosen a password yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub id: String,
    pub email: String,
    pub role: Role,
    pub until: Instant,
}

/// One company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyPage {
    /// The server's clock.
    pub now: Instant,
    pub company: Company,
    pub standing: Standing,
    /// Why it is not connected, with who can do what.
    pub reason: Option<String>,
    /// Since when it is as it is.
    pub since: Option<Instant>,
    /// Host of its data centre.
    pub region: Option<String>,
    pub connected_at: Option<Instant>,
    /// Until when the permission lasts; it is renewed long before.
    pub permitted_until: Option<Instant>,
    pub last_event_at: Option<Instant>,
    /// When fetching ended: from then on what is kept ages.
    pub ages_from: Option<Instant>,
    pub backlog: Option<BacklogShown>,
    /// By address.
    pub people: Vec<Member>,
    pub invited: Vec<Invited>,
    /// Invitations go out by mail; else the link is shown once, to be handed on.
    pub mail: bool,
    /// The link of the invitation that was just made.
    pub link: Option<String>,
    pub info: PublicInfo,
}

/// A company to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub company: Company,
    pub standing: Standing,
    pub region: Option<String>,
    pub last_event_at: Option<Instant>,
}

/// A verification code that was issued and not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCode {
    pub id: String,
    /// The only company that it connects.
    pub company: Option<String>,
    pub note: Option<String>,
    pub until: Instant,
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompanyView {
    One(Box<CompanyPage>),
    /// Staff of the service have not chosen yet.
    All {
        now: Instant,
        companies: Vec<Choice>,
        /// The newest first.
        codes: Vec<OpenCode>,
        /// The code that was just issued.
        fresh: Option<String>,
    },
}

/// What came of the last form, and whether that is bad news. Unknown words say nothing.
pub fn said(word: &str) -> Option<(&'static str, bool)> {
    Some(match word {
        "disconnected" => (
            t!(
                "Disconnected. SAP Concur has confirmed it; nothing is read any more.",
                "Getrennt. SAP Concur hat es bestätigt; nichts wird mehr gelesen."
            ),
            false,
        ),
        "disconnected_here" => (
            t!(
                "Disconnected here; nothing is read any more. SAP Concur could not be told: an administrator should also press Disconnect in its App Center.",
                "Hier getrennt; nichts wird mehr gelesen. SAP Concur war nicht erreichbar: Die Administration sollte auch in dessen App Center auf Disconnect drücken."
            ),
            true,
        ),
        "not_sure" => (
            t!(
                "Nothing was changed: tick the box to confirm that you want to disconnect.",
                "Nichts wurde geändert: Setzen Sie das Häkchen, um die Trennung zu bestätigen."
            ),
            true,
        ),
        "invited" => (
            t!(
                "The invitation was mailed. It works for seven days.",
                "Die Einladung wurde gemailt. Sie gilt sieben Tage."
            ),
            false,
        ),
        "link" => (
            t!(
                "The invitation is below. Hand it on yourself: it is shown only now.",
                "Die Einladung steht unten. Geben Sie sie selbst weiter: Sie wird nur jetzt gezeigt."
            ),
            false,
        ),
        "changed" => (t!("The role was changed.", "Die Rolle wurde geändert."), false),
        "removed" => (
            t!(
                "The person was removed and is signed out.",
                "Die Person wurde entfernt und ist abgemeldet."
            ),
            false,
        ),
        "withdrawn" => (
            t!("The invitation was withdrawn.", "Die Einladung wurde zurückgezogen."),
            false,
        ),
        "email" => (
            t!(
                "Nothing was changed: that is not an e-mail address.",
                "Nichts wurde geändert: Das ist keine E-Mail-Adresse."
            ),
            true,
        ),
        "exists" => (
            t!(
                "Nothing was changed: there is an account with this e-mail already.",
                "Nichts wurde geändert: Mit dieser E-Mail gibt es schon ein Konto."
            ),
            true,
        ),
        "yourself" => (
            t!(
                "Nothing was changed: another administrator has to remove you.",
                "Nichts wurde geändert: Sie kann nur eine andere Person der Administration entfernen."
            ),
            true,
        ),
        "last_admin" => (
            t!(
                "Nothing was changed: the person is gone already, or is the last administrator, and a company needs one.",
                "Nichts wurde geändert: Die Person ist schon fort oder die letzte der Administration, und ein Unternehmen braucht eine."
            ),
            true,
        ),
        "code" => (
            t!(
                "The code is below. Hand it on yourself: it is shown only now.",
                "Der Code steht unten. Geben Sie ihn selbst weiter: Er wird nur jetzt gezeigt."
            ),
            false,
        ),
        "code_withdrawn" => (t!("The code was withdrawn.", "Der Code wurde zurückgezogen."), false),
        "code_company" => (
            t!(
                "No code was issued: SAP Concur’s id of a company has 32 digits and letters a to f, with dashes.",
                "Kein Code wurde ausgestellt: Die Id eines Unternehmens bei SAP Concur hat 32 Ziffern und Buchstaben a bis f, mit Bindestrichen."
            ),
            true,
        ),
        "code_days" => (
            t!(
                "No code was issued: it may work for 1 to 90 days.",
                "Kein Code wurde ausgestellt: Er kann 1 bis 90 Tage gelten."
            ),
            true,
        ),
        "nothing" => (
            t!(
                "Nothing was changed: it is gone already.",
                "Nichts wurde geändert: Es ist schon fort."
            ),
            true,
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_a_form_is_one_of_few_sentences() {
        assert!(said("disconnected").is_some_and(|(text, bad)| !bad && text.starts_with("Disconnected")));
        assert!(said("last_admin").is_some_and(|(_, bad)| bad));
        assert_eq!(said("<script>"), None);
    }
}
