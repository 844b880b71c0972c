//! What a delivery says, read as leniently as it can be (E8–E16), and the body as it may be kept.
//! Called by `receive` after the signature is verified.
//! Always: every body becomes an event; one that is not understood is quarantined, never refused (E28, E31). No href is kept (E18).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::concur::correlation;
use crate::concur::trips::trip_id;
use crate::store::EventKind;

/// The topic that carries trip events (E1).
pub const TOPIC: &str = "public.concur.travel.itinerary";

/// Topics of events of people's profiles: the documentation names it two ways (I20, X30).
const PROFILE_TOPICS: [&str; 2] = ["public.concur.user.profile.identity", "public.concur.profile.identity"];

/// One delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The event's id, else a key made of what identifies it (E23).
    pub id: String,
    /// What happened.
    pub kind: EventKind,
    /// The type as spelled, at most 100 characters.
    pub type_text: String,
    /// `facts.id`: the trip (E13).
    pub trip: Option<String>,
    /// `facts.companyId`
    pub company: Option<String>,
    /// `facts.userId`
    pub user: Option<String>,
    /// `facts.hrefs.v4`
    pub href: Option<String>,
    /// `correlationId` (E8), if it can be one.
    pub correlation: Option<String>,
    /// `timeStamp`
    pub at: Option<DateTime<Utc>>,
    /// The body with every href blanked out.
    pub body: Vec<u8>,
    /// Why it is kept without being acted on.
    pub quarantined: Option<&'static str>,
}

impl Event {
    /// Reads a body.
    pub fn read(body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(map)) => Self::of(body, map),
            Ok(mut other) => {
                blank(&mut other);
                Self::quarantined(body, other.to_string().into_bytes(), "not_an_object")
            }
            Err(_) => Self::quarantined(body, blank_text(body), "not_json"),
        }
    }

    fn quarantined(raw: &[u8], body: Vec<u8>, why: &'static str) -> Self {
        Self {
            id: format!("body:{}", digest(raw)),
            kind: EventKind::Unknown,
            type_text: String::new(),
            trip: None,
            company: None,
            user: None,
            href: None,
            correlation: None,
            at: None,
            body,
            quarantined: Some(why),
        }
    }

    fn of(raw: &[u8], map: Map<String, Value>) -> Self {
        let empty = Value::Null;
        let facts = field(&map, "facts").unwrap_or(&empty);
        let fact = |name: &str| facts.as_object().and_then(|f| field(f, name));
        let type_text: String = text(field(&map, "eventType"))
            .unwrap_or_default()
            .chars()
            .take(100)
            .collect();
        let kind = kind(&type_text);
        let trip = text(fact("id")).and_then(|id| trip_id(&id));
        let company = text(fact("companyId")).map(|id| opaque(&id));
        let user = text(fact("userId")).map(|id| opaque(&id));
        let stamp = text(field(&map, "timeStamp"));
        let href = text(fact("hrefs").and_then(|h| h.as_object()).and_then(|h| field(h, "v4")));
        let correlation = text(field(&map, "correlationId"));
        let of_profile = matches!(kind, EventKind::ProfileChanged | EventKind::ProfileDeleted);
        // What a profile's event has under `id` is no trip.
        let trip = trip.filter(|_| !of_profile);
        let quarantined = match text(field(&map, "topic")) {
            Some(topic) if !is_known(&topic, of_profile) => Some("topic_unknown"),
            _ if kind == EventKind::Unknown => Some("type_unknown"),
            _ if of_profile && user.is_none() => Some("user_missing"),
            _ if of_profile && company.is_some() => None,
            _ if trip.is_none() => Some("trip_missing"),
            _ if company.is_none() => Some("company_missing"),
            _ => None,
        };
        let id = text(field(&map, "id"))
            .map(|id| opaque(&id))
            .unwrap_or_else(|| match (&trip, &stamp) {
                // E23: without an id, what makes it this event and no other.
                (Some(trip), Some(stamp)) => {
                    format!(
                        "made:{}",
                        digest(
                            [&type_text, trip, stamp, correlation.as_deref().unwrap_or_default()]
                                .join("\n")
                                .as_bytes()
                        )
                    )
                }
                _ => format!("body:{}", digest(raw)),
            });
        let mut kept = Value::Object(map.clone());
        blank(&mut kept);
        Self {
            id,
            kind,
            type_text,
            trip,
            company,
            user,
            href,
            correlation: correlation.filter(|id| correlation::is_id(id)),
            at: stamp.as_deref().and_then(instant),
            body: kept.to_string().into_bytes(),
            quarantined,
        }
    }
}

/// Keys are found whatever their case (X18); an exact one wins.
fn field<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    map.get(name).or_else(|| {
        map.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// A text without control characters, which a database may refuse.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => {
            let text: String = text.chars().filter(|c| !c.is_control()).collect();
            Some(text.trim().to_owned()).filter(|t| !t.is_empty())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// E15: ids are opaque. Lower case; a very long one is kept as its digest.
fn opaque(id: &str) -> String {
    let id = id.to_ascii_lowercase();
    if id.len() <= 200 {
        id
    } else {
        format!("long:{}", digest(id.as_bytes()))
    }
}

/// Whether events of profiles, or else of trips, come under this topic.
fn is_known(topic: &str, of_profile: bool) -> bool {
    if of_profile {
        PROFILE_TOPICS.iter().any(|known| topic.eq_ignore_ascii_case(known))
    } else {
        topic.eq_ignore_ascii_case(TOPIC)
    }
}

/// E3–E6, E14: a pipe-joined list is documentation shorthand and says nothing.
fn kind(type_text: &str) -> EventKind {
    match type_text.to_ascii_lowercase().as_str() {
        "itinerarycreated" => EventKind::Created,
        "itineraryupdated" => EventKind::Updated,
        "itinerarycancelled" | "itinerarycanceled" => EventKind::Cancelled,
        "itinerarydeleted" => EventKind::Deleted,
        "itineraryanonymized" | "itineraryaonymized" | "itineraryanonymised" => EventKind::Anonymized,
        // I20
        "identityprofilecreated" | "identityprofileupdated" => EventKind::ProfileChanged,
        "identityprofiledeleted" => EventKind::ProfileDeleted,
        _ => EventKind::Unknown,
    }
}

/// RFC 3339; without an offset it is UTC.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .or_else(|_| text.parse::<NaiveDateTime>().map(|at| at.and_utc()))
        .ok()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes every href out: what is under a key that says so, and every text that is or holds an address.
fn blank(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.to_ascii_lowercase().contains("href") && !key.contains("://"));
            map.values_mut().for_each(blank);
        }
        Value::Array(list) => list.iter_mut().for_each(blank),
        Value::String(text) if text.contains("://") => *text = "[address removed]".to_owned(),
        _ => {}
    }
}

/// The same for a body that is no JSON: a run of characters around `://` or its escaped spelling is replaced.
fn blank_text(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let ends = |c: char| c.is_whitespace() || c.is_control() || "\"'<>(){}[],;|".contains(c);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find(|c| !ends(c)) {
        kept.push_str(&rest[..start]);
        let end = rest[start..].find(ends).map_or(rest.len(), |length| start + length);
        let run = &rest[start..end];
        kept.push_str(if run.contains("://") || run.contains(":\\/\\/") {
            "[address removed]"
        } else {
            run
        });
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_body_becomes_an_event_and_none_keeps_an_address(body in ".{0,200}", raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            let json = serde_json::json!({"eventType": body, "facts": {"id": body, "x": [body, {body.as_str(): 1}]}}).to_string();
            let address = format!("{body}https://us2.api.concursolutions.com/x {body}");
            for body in [json.as_bytes(), body.as_bytes(), address.as_bytes(), &raw] {
                let event = Event::read(body);
                prop_assert!(!event.id.is_empty() && event.id.len() <= 300);
                prop_assert!(!String::from_utf8_lossy(&event.body).contains("://"));
                prop_assert_eq!(&event.id, &Event::read(body).id);
            }
        }
    }

    const TRIP: &str = "51aa0000-0000-4000-8000-000000000001";
    const HREF: &str = "https://us2.api.concursolutions.com/travel/v4/trips/51aa0000-0000-4000-8000-000000000001";

    fn sample() -> Value {
        serde_json::json!({
            "id": "0B0F0000-0000-4000-8000-000000000002", "eventType": "ItineraryUpdated", "topic": TOPIC,
            "timeStamp": "2026-03-01T08:00:00.250Z", "correlationId": "7d1e", "subTopic": {"x": 1},
            "facts": {"id": TRIP.to_uppercase(), "userId": "B7AA", "companyId": "AB8A", "hrefs": {"v4": HREF}, "userHref": HREF}
        })
    }

    fn read(change: impl FnOnce(&mut Value)) -> Event {
        let mut value = sample();
        change(&mut value);
        Event::read(value.to_string().as_bytes())
    }

    #[test]
    fn e8_e9_e15_an_event_is_read_and_unknown_keys_are_ignored() {
        let event = read(|_| {});
        assert_eq!(event.quarantined, None);
        assert_eq!(event.id, "0b0f0000-0000-4000-8000-000000000002");
        assert_eq!(event.kind, EventKind::Updated);
        assert_eq!(event.trip.as_deref(), Some(TRIP));
        assert_eq!(event.company.as_deref(), Some("ab8a"));
        assert_eq!(event.user.as_deref(), Some("b7aa"));
        assert_eq!(event.href.as_deref(), Some(HREF));
        assert_eq!(event.at.unwrap().to_rfc3339(), "2026-03-01T08:00:00.250+00:00");
    }

    #[test]
    fn e3_e4_x6_types_are_known_in_any_case_and_in_the_misspelling() {
        for (text, kind) in [
            ("ItineraryCreated", EventKind::Created),
            ("itineraryUPDATED", EventKind::Updated),
            ("ItineraryCancelled", EventKind::Cancelled),
            ("ItineraryDeleted", EventKind::Deleted),
            ("ItineraryAnonymized", EventKind::Anonymized),
            ("ItineraryAonymized", EventKind::Anonymized),
        ] {
            let event = read(|e| e["eventType"] = text.into());
            assert_eq!((event.kind, event.quarantined), (kind, None), "{text}");
        }
    }

    #[test]
    fn e1_the_topic_of_trips_is_the_only_one_that_is_acted_on() {
        assert_eq!(
            read(|e| e["topic"] = "Public.Concur.Travel.Itinerary".into()).quarantined,
            None
        );
        for other in ["public.concur.travel.itinerary.v2", "public.test", "itinerary"] {
            let event = read(|e| e["topic"] = other.into());
            assert_eq!(event.quarantined, Some("topic_unknown"), "{other}");
        }
    }

    #[test]
    fn e16_a_list_of_events_is_no_event() {
        let list = Value::Array(vec![sample(), sample()]).to_string();
        assert_eq!(Event::read(list.as_bytes()).quarantined, Some("not_an_object"));
    }

    #[test]
    fn e14_the_documentations_shorthand_is_no_type() {
        let event = read(|e| e["eventType"] = "ItineraryCreated| ItineraryUpdated|ItineraryCancelled".into());
        assert_eq!(
            (event.kind, event.quarantined),
            (EventKind::Unknown, Some("type_unknown"))
        );
    }

    #[test]
    fn e11_x5_missing_null_and_empty_hrefs_are_equal() {
        for hrefs in [
            Value::Null,
            serde_json::json!({}),
            serde_json::json!({"v4": null}),
            serde_json::json!("x"),
        ] {
            assert_eq!(read(|e| e["facts"]["hrefs"] = hrefs).href, None);
        }
    }

    #[test]
    fn e12_e23_x2_without_an_id_the_same_event_gets_the_same_key_and_another_a_different_one() {
        let without = |change: fn(&mut Value)| {
            read(|e| {
                e.as_object_mut().unwrap().remove("id");
                change(e);
            })
            .id
        };
        let id = without(|_| {});
        assert!(id.starts_with("made:"));
        assert_eq!(id, without(|e| e["facts"]["extra"] = 1.into()));
        assert_ne!(id, without(|e| e["timeStamp"] = "2026-03-01T08:00:00.251Z".into()));
        assert_ne!(id, without(|e| e["eventType"] = "ItineraryCreated".into()));
        let no_stamp = without(|e| e["timeStamp"] = Value::Null);
        assert!(no_stamp.starts_with("body:"));
        assert_ne!(
            no_stamp,
            without(|e| {
                e["timeStamp"] = Value::Null;
                e["x"] = 1.into();
            })
        );
    }

    #[test]
    fn e13_the_trip_is_facts_id_whatever_the_href_says() {
        let event =
            read(|e| e["facts"]["hrefs"]["v4"] = "https://us2.api.concursolutions.com/travel/v4/trips/other".into());
        assert_eq!(event.trip.as_deref(), Some(TRIP));
    }

    #[test]
    fn what_is_not_understood_is_quarantined() {
        assert_eq!(
            read(|e| e["topic"] = "public.concur.user.profile.identity".into()).quarantined,
            Some("topic_unknown")
        );
        assert_eq!(
            read(|e| e["eventType"] = "ItineraryExploded".into()).quarantined,
            Some("type_unknown")
        );
        assert_eq!(
            read(|e| e["facts"]["id"] = Value::Null).quarantined,
            Some("trip_missing")
        );
        assert_eq!(
            read(|e| e["facts"]["companyId"] = Value::Null).quarantined,
            Some("company_missing")
        );
        assert_eq!(read(|e| e["facts"] = "no map".into()).quarantined, Some("trip_missing"));
        for (body, why) in [
            (&b"hello"[..], "not_json"),
            (b"", "not_json"),
            (b"\xff\xfe", "not_json"),
            (b"[{}]", "not_an_object"),
            (b"7", "not_an_object"),
        ] {
            assert_eq!(Event::read(body).quarantined, Some(why));
        }
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert_eq!(
            Event::read(deep.as_bytes()).quarantined,
            Some("not_json"),
            "nesting does not end the program"
        );
    }

    #[test]
    fn e18_p8_no_href_is_in_the_body_that_is_kept() {
        let kept = String::from_utf8(read(|e| e["data"] = serde_json::json!([{"URI": HREF}])).body).unwrap();
        assert!(
            !kept.contains("concursolutions") && kept.contains("ItineraryUpdated"),
            "{kept}"
        );
        let escaped = HREF.replace('/', "\\/");
        for body in [
            format!("{{\"href\":\"{HREF}\" broken"),
            format!("x={HREF}\n"),
            format!("{{\"h\":\"{escaped}\","),
        ] {
            let kept = String::from_utf8(Event::read(body.as_bytes()).body).unwrap();
            assert!(!kept.contains("concursolutions"), "{kept}");
        }
        let plain = "nothing to hide, \"really\"";
        assert_eq!(Event::read(plain.as_bytes()).body, plain.as_bytes());
    }
}
