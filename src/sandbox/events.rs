//! The bodies of trip events, as the event service writes them (E1–E16).
//! Called by `delivery` and the control endpoint.
//! Always holds: a deleted or anonymized trip's event has no href (E11); the event's own id is never the trip's (E13).

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// The topic of trip events (E1).
pub const TOPIC: &str = "public.concur.travel.itinerary";

/// What happened to a trip (E3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    #[serde(rename = "ItineraryCreated")]
    Created,
    #[serde(rename = "ItineraryUpdated")]
    Updated,
    #[serde(rename = "ItineraryCancelled")]
    Cancelled,
    #[serde(rename = "ItineraryDeleted")]
    Deleted,
    #[serde(rename = "ItineraryAnonymized")]
    Anonymized,
}

impl Kind {
    /// The name in `eventType`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Created => "ItineraryCreated",
            Kind::Updated => "ItineraryUpdated",
            Kind::Cancelled => "ItineraryCancelled",
            Kind::Deleted => "ItineraryDeleted",
            Kind::Anonymized => "ItineraryAnonymized",
        }
    }

    /// Whether the trip can still be read.
    pub fn readable(self) -> bool {
        !matches!(self, Kind::Deleted | Kind::Anonymized)
    }
}

/// What an event says.
#[derive(Clone, Debug)]
pub struct Event {
    /// Absent in some events (E12).
    pub id: Option<Uuid>,
    pub correlation: Uuid,
    pub kind: Kind,
    pub at: DateTime<Utc>,
    pub trip: Uuid,
    pub company: Uuid,
    pub user: Uuid,
    /// Where to read the trip, if it can be read.
    pub href: String,
}

impl Event {
    /// The JSON object that is posted.
    pub fn body(&self) -> Value {
        let mut facts = json!({"id": self.trip, "companyId": self.company, "userId": self.user});
        if self.kind.readable() {
            facts["hrefs"] = json!({"v4": self.href});
        }
        let mut body = json!({
            "correlationId": self.correlation,
            "eventType": self.kind.name(),
            "timeStamp": self.at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "topic": TOPIC,
            "facts": facts,
        });
        if let Some(id) = self.id {
            body["id"] = json!(id);
        }
        body
    }
}
