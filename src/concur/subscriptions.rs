//! The webhook subscriptions of this application at Concur's event service, one data centre at a time (E51–E68).
//! Called by `web`: the operator's page and the REST interface.
//! Always: an application token of that data centre (E52–E54), an origin of the allow-list, ids that the event service takes (E60).

use std::sync::Arc;

use http::Method;
use serde::{Deserialize, Serialize};

use super::Concur;
use super::http::{Answer, Failure};
use super::origin::{Allow, Origin, OriginProblem};
use super::problem::TokenProblem;

/// The topic that carries trip events (E1).
pub const TOPIC: &str = "public.concur.travel.itinerary";
/// Subscriptions that one application may have (E66).
pub const MOST: usize = 5;
/// Every event type (E61).
const EVERYTHING: &str = ".*";

/// A data centre in which events may be subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataCentre {
    /// What it is called here: the first label of its host, `us2`; of an address, the host itself.
    pub name: String,
    /// Base of its calls.
    pub origin: Origin,
}

impl DataCentre {
    /// Reads the comma-separated origins of `--concur-data-centres`. One that the allow-list does not name is left out:
    /// nothing of ours may go there, and a service that is bound to another Concur still starts. Error: one is no URL.
    pub fn parse(list: &str, allow: &Allow) -> Result<Vec<Self>, OriginProblem> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .filter_map(|entry| match allow.origin(entry) {
                Ok(origin) => Some(Ok(Self::of(origin))),
                Err(OriginProblem::NotAUrl) => Some(Err(OriginProblem::NotAUrl)),
                Err(problem) => {
                    tracing::info!(%problem, "a data centre of --concur-data-centres is left out");
                    None
                }
            })
            .collect()
    }

    /// The data centre at this origin.
    pub fn of(origin: Origin) -> Self {
        Self {
            name: origin.data_centre().to_owned(),
            origin,
        }
    }
}

/// A subscription as the event service reads it back (E62).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subscription {
    /// Unique in all of Concur (E60).
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// Regular expression over the event type (E61).
    pub filter: String,
    /// Where events are posted.
    pub web_hook_config: Hook,
    /// Companies whose events come; a single `.*` is every company's (E62).
    pub company_ids: Vec<String>,
}

/// Where the events of a subscription go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Hook {
    /// An https address.
    pub endpoint: String,
}

impl Subscription {
    /// Whether it brings trip events.
    pub fn is_of_trips(&self) -> bool {
        self.topic == TOPIC
    }

    /// Whether events of every company of the application come.
    pub fn is_of_everybody(&self) -> bool {
        self.company_ids.iter().any(|id| id == EVERYTHING)
    }

    /// Whether events of this company come. Ids are compared in any case.
    pub fn covers(&self, company: &str) -> bool {
        self.company_ids
            .iter()
            .any(|id| id == EVERYTHING || id.eq_ignore_ascii_case(company))
    }
}

/// Why the event service did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionProblem {
    /// No application token.
    #[error(transparent)]
    Token(#[from] TokenProblem),
    /// No answer.
    #[error("the event service gave no answer: {0}")]
    Failure(#[from] Failure),
    /// E55: without both scopes of E2 the event service offers no topic.
    #[error(
        "this application may not read the topic {TOPIC}: SAP must give it the scopes events.topic.read and travel.itinerary.read"
    )]
    NoTopic,
    /// E66.
    #[error(
        "this application has {MOST} subscriptions in this data centre already, and more are not allowed: remove one first"
    )]
    TooMany,
    /// It said no.
    #[error("the event service refused it with status {status}{}", Said(.message))]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said, shortened.
        message: Option<String>,
    },
    /// A success that cannot be read.
    #[error("the event service's answer cannot be understood")]
    Unreadable,
}

struct Said<'a>(&'a Option<String>);

impl std::fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.as_ref().map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

/// The id under which a service at this address subscribes in this data centre: lower-case letters, digits, dots and
/// hyphens, unlike any other service's (E60).
pub fn id_for(public_url: &str, data_centre: &str) -> String {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    let fitting = |text: &str| -> String {
        let lower = text.to_ascii_lowercase();
        let kept = lower.chars().map(|c| {
            if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' {
                c
            } else {
                '-'
            }
        });
        kept.collect::<String>().trim_matches(['-', '.']).to_owned()
    };
    format!("{}.itinerary.{}", fitting(host), fitting(data_centre))
}

impl Concur {
    /// Every subscription that this application has in the data centre (E58).
    pub async fn subscriptions(&self, at: &DataCentre) -> Result<Vec<Subscription>, SubscriptionProblem> {
        let answer = self.events_call(at, Method::GET, "/subscriptions", None).await?;
        read(&answer.body)
    }

    /// One subscription; `None` if there is none with this id (E57).
    pub async fn subscription(&self, at: &DataCentre, id: &str) -> Result<Option<Subscription>, SubscriptionProblem> {
        match self
            .events_call(at, Method::GET, &format!("/subscriptions/{id}"), None)
            .await
        {
            Ok(answer) => Ok(read(&answer.body)?.into_iter().next()),
            Err(SubscriptionProblem::Refused { status: 404, .. }) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Subscribes to every trip event under this id, or changes where the events of that subscription go (E56). Another
    /// id makes another subscription (E64).
    pub async fn subscribe(
        &self,
        at: &DataCentre,
        id: &str,
        endpoint: &str,
    ) -> Result<Subscription, SubscriptionProblem> {
        let answer = self.events_call(at, Method::GET, "/topics", None).await?;
        let topics: Vec<String> = serde_json::from_slice(&answer.body).map_err(|_| SubscriptionProblem::Unreadable)?;
        if !topics.iter().any(|topic| topic == TOPIC) {
            return Err(SubscriptionProblem::NoTopic);
        }
        let present = self.subscriptions(at).await?;
        if present.len() >= MOST && present.iter().all(|one| one.id != id) {
            return Err(SubscriptionProblem::TooMany);
        }
        // E63: nothing else can be set.
        let wanted = serde_json::json!({"id": id, "topic": TOPIC, "filter": EVERYTHING, "webHookConfig": {"endpoint": endpoint}});
        self.events_call(at, Method::PUT, "/subscriptions/webhook", Some(&wanted))
            .await?;
        self.subscription(at, id).await?.ok_or(SubscriptionProblem::Unreadable)
    }

    /// Marks a subscription for deletion, which Concur does later (E59). `false`: there is none with this id.
    pub async fn unsubscribe(&self, at: &DataCentre, id: &str) -> Result<bool, SubscriptionProblem> {
        match self
            .events_call(at, Method::DELETE, &format!("/subscriptions/{id}"), None)
            .await
        {
            Ok(_) => Ok(true),
            Err(SubscriptionProblem::Refused { status: 404, .. }) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// One call below `/events/v4` (X21). Error: any status but 2xx.
    async fn events_call(
        &self,
        at: &DataCentre,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<Answer, SubscriptionProblem> {
        let access = self.application_access(&at.origin.to_string()).await?;
        let url = at.origin.join(&format!("/events/v4{path}")).map_err(Failure::Refused)?;
        let answer = self.http.send_json(method, url, &access.token, body).await?;
        if answer.is_success() {
            return Ok(answer);
        }
        tracing::warn!(
            data_centre = at.name,
            status = answer.status,
            correlation = answer.correlation(),
            "the event service refused a call"
        );
        if answer.status == 401 {
            // The next call asks for another token.
            self.forget_application_access(&at.origin).await;
        }
        Err(SubscriptionProblem::Refused {
            status: answer.status,
            message: message(&answer.body),
        })
    }

    async fn forget_application_access(&self, origin: &Origin) {
        let slot: Arc<_> = self.slot(&format!("application {origin}"));
        slot.lock().await.clear();
    }
}

/// One object or an array of them (X20).
fn read(body: &[u8]) -> Result<Vec<Subscription>, SubscriptionProblem> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Shape {
        Many(Vec<Subscription>),
        One(Subscription),
    }
    match serde_json::from_slice(body).map_err(|_| SubscriptionProblem::Unreadable)? {
        Shape::Many(many) => Ok(many),
        Shape::One(one) => Ok(vec![one]),
    }
}

/// What an error body says, at most 200 characters of it.
fn message(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = value
        .pointer("/message")
        .or_else(|| value.pointer("/errors/0/errorMessage"))
        .or_else(|| value.pointer("/error_description"))?
        .as_str()?;
    Some(text.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e57_e62_x20_a_subscription_is_read_from_an_array_and_from_an_object() {
        let one = r#"{"id":"acme.doc.us.prod","topic":"public.concur.travel.itinerary","filter":".*","webHookConfig":{"endpoint":"https://w.example/ess/events"},"applicationId":"a1","scope":"","groups":[],"companyIds":["AB8A"]}"#;
        let read_one = read(one.as_bytes()).unwrap();
        assert_eq!(read_one, read(format!("[{one}]").as_bytes()).unwrap());
        assert!(read_one[0].is_of_trips());
        assert_eq!(read_one[0].web_hook_config.endpoint, "https://w.example/ess/events");
        assert!(read_one[0].covers("ab8a") && !read_one[0].covers("ab8b"));
        assert_eq!(read(b"[]").unwrap(), []);
        assert_eq!(read(b"<html>").unwrap_err(), SubscriptionProblem::Unreadable);
    }

    #[test]
    fn e62_a_single_wild_card_is_every_company() {
        let all = Subscription {
            company_ids: vec![".*".to_owned()],
            ..Subscription::default()
        };
        assert!(all.covers("ab8a"));
        assert!(!Subscription::default().covers("ab8a"));
    }

    #[test]
    fn e60_an_id_has_lower_case_letters_digits_dots_and_hyphens() {
        for (url, centre, id) in [
            (
                "https://Whereabouts.Example",
                "us2",
                "whereabouts.example.itinerary.us2",
            ),
            (
                "http://127.0.0.1:3000",
                "127.0.0.1:3900",
                "127.0.0.1-3000.itinerary.127.0.0.1-3900",
            ),
            ("http://[::1]:3000", "eu2", "1--3000.itinerary.eu2"),
        ] {
            assert_eq!(id_for(url, centre), id);
        }
    }

    #[test]
    fn e54_data_centres_are_admitted_origins_by_their_first_label() {
        let allow = Allow::parse("https://*.api.concursolutions.com,http://127.0.0.1:4010").unwrap();
        let list = "https://us2.api.concursolutions.com, https://EU2.api.concursolutions.com,http://127.0.0.1:4010";
        let names: Vec<String> = DataCentre::parse(list, &allow)
            .unwrap()
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(names, ["us2", "eu2", "127.0.0.1"]);
        let outside = "https://us2.example.com,https://us2.api.concursolutions.com";
        assert_eq!(
            DataCentre::parse(outside, &allow).unwrap().len(),
            1,
            "nothing goes where nothing may"
        );
        assert!(DataCentre::parse("us2", &allow).is_err());
        assert_eq!(DataCentre::parse("", &allow).unwrap(), []);
    }
}
