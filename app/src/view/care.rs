//! What the pages of a company's backlog and privacy show, and the sentences that answer their forms.
//! Filled by the Backend. Nothing of a traveler is here.

use super::{Company, Instant};
use serde::{Deserialize, Serialize};

/// How far a reading of a backlog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Entries still come in.
    Reading,
    /// All are in, some wait for their fetch.
    Waiting,
    Done,
    Stopped,
}

impl RunState {
    pub fn word(self) -> &'static str {
        match self {
            RunState::Reading => t!("reading the list", "liest die Liste"),
            RunState::Waiting => t!("fetching trips", "holt Reisen ab"),
            RunState::Done => t!("done", "fertig"),
            RunState::Stopped => t!("stopped", "abgebrochen"),
        }
    }
}

/// One reading: `listed` is the sum of the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// From SAP's document, not from Concur's list.
    pub document: bool,
    pub state: RunState,
    /// Why it stopped.
    pub reason: Option<String>,
    pub listed: u32,
    pub done: u32,
    pub skipped: u32,
    pub gone: u32,
    pub failed: u32,
    pub waiting: u32,
    pub started_at: Instant,
    pub ended_at: Option<Instant>,
}

impl Run {
    /// Entries with an outcome.
    pub fn settled(&self) -> u32 {
        self.listed.saturating_sub(self.waiting)
    }
}

/// The page of a backlog. Without a company, an operator has to choose one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BacklogView {
    pub now: Instant,
    pub company: Option<Company>,
    pub companies: Vec<Company>,
    /// Whether Concur's list can be read now.
    pub connected: bool,
    /// The newest first.
    pub runs: Vec<Run>,
}

/// The page of privacy. Without a company, an operator has to choose one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivacyView {
    pub now: Instant,
    pub company: Option<Company>,
    pub companies: Vec<Company>,
    pub keep_days: u32,
    pub keep_left_days: u32,
    /// Personal trips are not kept.
    pub hide_personal: bool,
    /// Names, as chosen.
    pub countries: Vec<String>,
    /// Travelers whose home is not known are kept.
    pub unknown_country: bool,
    /// When and by whom it was chosen; none: the defaults.
    pub changed: Option<(Instant, String)>,
    /// A change is still being applied to the stored trips.
    pub applying: bool,
    /// When the company's data began to age, because it left.
    pub left_at: Option<Instant>,
}

/// The sentence for what a form came to, and whether it was refused.
pub fn said(word: &str) -> Option<(&'static str, bool)> {
    Some(match word {
        "" => return None,
        "imported" => (
            t!(
                "The document is read. Its trips are being fetched; you may close the page.",
                "Das Dokument ist gelesen. Seine Reisen werden abgeholt; Sie können die Seite schließen."
            ),
            false,
        ),
        "listing" => (
            t!(
                "SAP Concur’s list is being read in the background; you may close the page.",
                "Die Liste von SAP Concur wird im Hintergrund gelesen; Sie können die Seite schließen."
            ),
            false,
        ),
        "saved" => (
            t!(
                "Saved. Trips that are stored already are being brought in line now.",
                "Gespeichert. Schon gespeicherte Reisen werden nun angepasst."
            ),
            false,
        ),
        "no_backlog" => (
            t!(
                "That file is no list of trips. Choose the JSON document that SAP supplied, as it came.",
                "Diese Datei ist keine Liste von Reisen. Wählen Sie das JSON-Dokument von SAP, so wie es kam."
            ),
            true,
        ),
        "not_connected" => (
            t!(
                "The company is not connected, so its list cannot be read. Connect it first.",
                "Das Unternehmen ist nicht verbunden, seine Liste ist daher nicht lesbar. Verbinden Sie es zuerst."
            ),
            true,
        ),
        "keep_days" => (
            t!(
                "Days after a trip’s end: a whole number from 1 to 3650. Nothing was changed.",
                "Tage nach dem Ende einer Reise: eine ganze Zahl von 1 bis 3650. Nichts wurde geändert."
            ),
            true,
        ),
        "keep_left_days" => (
            t!(
                "Days after a disconnect: a whole number from 0 to 3650. Nothing was changed.",
                "Tage nach einer Trennung: eine ganze Zahl von 0 bis 3650. Nichts wurde geändert."
            ),
            true,
        ),
        "country" => (
            t!(
                "One of the countries is not known. Write names or two-letter codes, with commas. Nothing was changed.",
                "Eines der Länder ist nicht bekannt. Schreiben Sie Namen oder Codes aus zwei Buchstaben, mit Kommas. Nichts wurde geändert."
            ),
            true,
        ),
        _ => (
            t!(
                "That did not work. Nothing was changed; try again.",
                "Das ging nicht. Nichts wurde geändert; versuchen Sie es erneut."
            ),
            true,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_of_a_form_has_a_sentence() {
        assert_eq!(said(""), None);
        assert!(said("saved").is_some_and(|(_, refused)| !refused));
        for word in [
            "no_backlog",
            "not_connected",
            "keep_days",
            "keep_left_days",
            "country",
            "<script>",
        ] {
            assert!(
                said(word).is_some_and(|(text, refused)| refused && text.ends_with('.')),
                "{word}"
            );
        }
    }

    #[test]
    fn what_waits_is_not_settled() {
        let run = Run {
            document: false,
            state: RunState::Waiting,
            reason: None,
            listed: 10,
            done: 4,
            skipped: 2,
            gone: 1,
            failed: 0,
            waiting: 3,
            started_at: Instant(0),
            ended_at: None,
        };
        assert_eq!(run.settled(), 7);
    }
}
