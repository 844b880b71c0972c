//! What the operator's page shows of Concur's event service: data centres, proofs, work, and the event log.
//! Called by the page and by the server's Backend.

use super::{Company, Instant, query};
use serde::{Deserialize, Serialize};

/// The states of an event, as the log names them, with a word for people.
pub const STATES: [&str; 6] = ["received", "processed", "superseded", "failed", "quarantined", "dead"];

/// What a state is called; one that is none of them as it is.
pub fn state_word(state: &str) -> &str {
    match state {
        "received" => t!("received", "empfangen"),
        "processed" => t!("processed", "verarbeitet"),
        "superseded" => t!("superseded", "überholt"),
        "failed" => t!("failed", "fehlgeschlagen"),
        "quarantined" => t!("quarantined", "in Quarantäne"),
        "dead" => t!("dead", "aufgegeben"),
        other => other,
    }
}

/// What part of the page is asked for; all of it is in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedQuery {
    /// One of [`STATES`].
    pub status: Option<String>,
    /// A trip's id.
    pub trip: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// First day of a range (`2026-11-28`), and the last one, both whole.
    pub from: Option<String>,
    pub to: Option<String>,
    /// What came of a form, in a word.
    pub said: Option<String>,
}

impl FeedQuery {
    /// Reads an address's query; what it does not know it leaves out.
    pub fn parse(text: &str) -> Self {
        let mut found = Self::default();
        for (name, value) in query::pairs(text.trim_start_matches('?')) {
            let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
            match name.as_str() {
                "status" => found.status = value.filter(|word| STATES.iter().any(|known| known == word)),
                "trip" => found.trip = value,
                "cursor" => found.cursor = value,
                "from" => found.from = value,
                "to" => found.to = value,
                "said" => found.said = value,
                _ => {}
            }
        }
        found
    }

    /// The address of this part, without what a form said.
    pub fn href(&self) -> String {
        let parts = [
            ("status", &self.status),
            ("trip", &self.trip),
            ("from", &self.from),
            ("to", &self.to),
            ("cursor", &self.cursor),
        ];
        let pairs: Vec<String> = parts
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", query::encode(value.as_ref()?))))
            .collect();
        match pairs.is_empty() {
            true => "/feed".to_owned(),
            false => format!("/feed?{}", pairs.join("&")),
        }
    }

    /// The same with another state, from the log's newest entry.
    pub fn with_status(&self, status: Option<&str>) -> Self {
        Self {
            status: status.map(str::to_owned),
            cursor: None,
            said: None,
            ..self.clone()
        }
    }
}

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedPage {
    pub now: Instant,
    pub work: Work,
    pub centres: Vec<CentreCard>,
    /// Where Concur is to post events.
    pub endpoint: String,
    pub keys: Vec<KeyLine>,
    /// Why the changed key file is not in use.
    pub key_problem: Option<String>,
    /// `off`, `observe` or `require`.
    pub policy: String,
    /// Verdicts on certificates, and when each fell last.
    pub certificates: Vec<(String, Instant)>,
    /// Trips that nothing will be done about by itself.
    pub stuck: Vec<StuckLine>,
    pub log: Vec<EventLine>,
    /// Where the log goes on.
    pub next: Option<String>,
    /// How many events the filter finds, up to 500: what a replay of them would queue.
    pub found: u32,
}

/// How far the work has come: events that were received and quarantined, trips that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    pub received: i64,
    pub quarantined: i64,
    pub queued: i64,
    pub running: i64,
    pub retrying: i64,
    pub grace: i64,
    pub dead: i64,
    /// Seconds.
    pub oldest_queued_s: f64,
}

/// One data centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CentreCard {
    pub name: String,
    pub last_event_at: Option<Instant>,
    /// What the silence means, and whether something must be done.
    pub silence: Option<(String, bool)>,
    /// Why it cannot be read.
    pub problem: Option<String>,
    pub subscriptions: Vec<WebhookLine>,
    pub missing: Vec<Company>,
    pub strange: Vec<String>,
}

/// One subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookLine {
    pub id: String,
    pub topic: String,
    pub endpoint: String,
    pub filter: String,
    /// None: every company of the application.
    pub companies: Option<u32>,
    pub ours: bool,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyLine {
    /// SHA-256 of its SPKI, in hex.
    pub fingerprint: String,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    /// Whether it is accepted now.
    pub valid: bool,
    pub matched_at: Option<Instant>,
}

/// A trip that was given up, or waits for its company to connect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StuckLine {
    pub trip: String,
    pub company: Company,
    /// Its company is not connected; else it was given up.
    pub parked: bool,
    /// The class of the last failure, as the log names it.
    pub error: Option<String>,
    pub last_event_at: Option<Instant>,
    /// The log's id of its newest event, for a replay.
    pub event: Option<String>,
}

/// The trips of a page's table of them, at most.
pub const STUCK_SHOWN: usize = 100;

/// Why an event or a trip waits or was given up, for people.
pub fn reason(class: &str) -> String {
    let words = match class {
        "token" => t!("no token for this company", "kein Token für dieses Unternehmen"),
        "not_found" => t!("not found at SAP Concur", "bei SAP Concur nicht gefunden"),
        "forbidden" => t!("reading it is forbidden", "Lesen verboten"),
        "unauthorised" => t!("not authorised", "nicht berechtigt"),
        "paused" => t!("paused at SAP Concur's wish", "auf Wunsch von SAP Concur angehalten"),
        "unreachable" => t!("SAP Concur unreachable", "SAP Concur nicht erreichbar"),
        "resting" => t!("resting after several failures", "Ruhe nach mehreren Fehlschlägen"),
        "too_large" => t!("document too large", "Dokument zu groß"),
        "unreadable" => t!("document unreadable", "Dokument nicht lesbar"),
        "elsewhere" | "untrusted" => t!("address not allowed", "Adresse nicht erlaubt"),
        "not_json" => t!("not JSON", "kein JSON"),
        "not_an_object" => t!("not a JSON object", "kein JSON-Objekt"),
        "topic_unknown" => t!("topic unknown", "Thema unbekannt"),
        "type_unknown" => t!("type unknown", "Art unbekannt"),
        "user_missing" => t!("user missing", "Person fehlt"),
        "trip_missing" => t!("trip missing", "Reise fehlt"),
        "company_missing" => t!("company missing", "Unternehmen fehlt"),
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// An id of a trip, short enough for a table: its ends.
pub fn short_id(id: &str) -> String {
    let chars: Vec<char> = id.chars().collect();
    match chars.len() {
        0..=12 => id.to_owned(),
        n => format!(
            "{}…{}",
            chars[..4].iter().collect::<String>(),
            chars[n - 4..].iter().collect::<String>()
        ),
    }
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventLine {
    pub id: String,
    pub kind: String,
    pub trip: Option<String>,
    pub company: Option<String>,
    pub status: String,
    pub received_at: Instant,
    /// Seconds from when it happened until it arrived.
    pub lag_s: Option<i64>,
    pub duplicates: i64,
    pub reason: Option<String>,
}

/// What came of a form: the sentence, and whether it is bad news.
pub fn said(word: &str) -> Option<(String, bool)> {
    if let Some(count) = word.strip_prefix("replayed-").and_then(|n| n.parse::<u32>().ok()) {
        let events = if count == 1 {
            t!("event is", "Ereignis ist")
        } else {
            t!("events are", "Ereignisse sind")
        };
        return Some((
            tf!("{count} {events} queued again.", "{count} {events} erneut eingereiht."),
            false,
        ));
    }
    let (text, bad) = match word {
        "saved" => (
            t!("The subscription is saved.", "Das Abonnement ist gespeichert."),
            false,
        ),
        "removed" => (
            t!(
                "The subscription is marked for deletion; SAP Concur removes it after a while.",
                "Das Abonnement ist zum Löschen vorgemerkt; SAP Concur entfernt es nach einer Weile."
            ),
            false,
        ),
        "nothing" => (t!("There was nothing to do.", "Es war nichts zu tun."), true),
        "not_sure" => (
            t!(
                "Nothing was done: tick the box to say that you mean it.",
                "Nichts geschah: Setzen Sie das Häkchen, um es zu bestätigen."
            ),
            true,
        ),
        "refused" => (
            t!(
                "The event service did not do it. Below stands what it says now; the log of this service has its correlation id.",
                "Der Ereignisdienst tat es nicht. Unten steht, was er jetzt sagt; das Protokoll dieses Dienstes kennt seine Korrelations-ID."
            ),
            true,
        ),
        "range" => (
            t!(
                "Give both days as in 2026-11-28, the first not after the last.",
                "Geben Sie beide Tage wie 2026-11-28 an, den ersten nicht nach dem letzten."
            ),
            true,
        ),
        _ => return None,
    };
    Some((text.to_owned(), bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_in_the_address_and_comes_back() {
        let asked = FeedQuery {
            status: Some("dead".to_owned()),
            trip: Some("51aa & co".to_owned()),
            cursor: Some("77".to_owned()),
            from: Some("2026-11-01".to_owned()),
            to: None,
            said: None,
        };
        assert_eq!(FeedQuery::parse(asked.href().trim_start_matches("/feed")), asked);
        assert_eq!(FeedQuery::default().href(), "/feed");
        let odd = FeedQuery::parse("?status=exploded&trip=&x=1");
        assert_eq!(odd, FeedQuery::default());
        assert_eq!(asked.with_status(None).href(), "/feed?trip=51aa+%26+co&from=2026-11-01");
    }

    #[test]
    fn a_word_that_nobody_said_says_nothing() {
        assert_eq!(said("replayed-3").unwrap().0, "3 events are queued again.");
        assert_eq!(said("replayed-1").unwrap().0, "1 event is queued again.");
        assert!(said("<script>").is_none() && said("replayed-x").is_none());
    }
}
