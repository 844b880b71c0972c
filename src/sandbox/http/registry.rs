//! What the simulated Concur remembers besides trips: tokens, connections, subscriptions, switches.
//! Called by the handlers, which hold it only for a moment.
//! Always holds: a company is connected exactly from a successful token exchange until its grant is revoked (E20, Q12, Q54).

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use rand::Rng;
use serde::Serialize;
use uuid::Uuid;

use super::super::events::TOPIC;
use super::super::{Faults, SandboxConfig};

/// Who a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Index of the company.
    Company(usize),
    Application,
}

/// Why a request is not allowed (L5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    Unauthorized,
    Forbidden,
}

/// A webhook subscription (E62).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    pub id: String,
    pub topic: String,
    pub filter: String,
    pub web_hook_config: WebHook,
    pub application_id: Uuid,
    pub scope: String,
    pub groups: Vec<String>,
    pub company_ids: Vec<String>,
}

/// Where events go.
#[derive(Clone, Debug, Serialize)]
pub struct WebHook {
    pub endpoint: String,
}

/// A request token that was minted (Q5, Q7).
pub struct RequestToken {
    pub company: usize,
    pub minted: DateTime<Utc>,
    pub uses_left: u32,
}

/// A refresh token (Q21, Q26).
pub struct RefreshToken {
    pub company: usize,
    pub expires: DateTime<Utc>,
}

/// The registry.
pub struct Registry {
    pub connect_uri: Option<String>,
    pub faults: Faults,
    pub alive: bool,
    pub list_limit: u32,
    pub application: Uuid,
    pub request_tokens: HashMap<String, RequestToken>,
    pub refresh_tokens: HashMap<String, RefreshToken>,
    access_tokens: HashMap<String, (Principal, DateTime<Utc>)>,
    pub connected: BTreeSet<usize>,
    pub subscriptions: BTreeMap<String, Subscription>,
    list_calls: HashMap<usize, VecDeque<Instant>>,
    request_token_uses: u32,
}

impl Registry {
    /// What is known before anyone connects.
    pub fn new(config: &SandboxConfig, application: Uuid) -> Registry {
        let mut registry = Registry {
            connect_uri: config.connect_uri.clone(),
            faults: config.faults.clone(),
            alive: config.alive,
            list_limit: config.list_limit_per_minute,
            application,
            request_tokens: HashMap::new(),
            refresh_tokens: HashMap::new(),
            access_tokens: HashMap::new(),
            connected: BTreeSet::new(),
            subscriptions: BTreeMap::new(),
            list_calls: HashMap::new(),
            request_token_uses: config.request_token_uses.max(1),
        };
        if let Some(endpoint) = &config.webhook {
            registry.subscribe_partner(endpoint);
        }
        registry
    }

    /// The subscription that SAP's enablement team creates for a partner (E67).
    pub fn subscribe_partner(&mut self, endpoint: &str) {
        let id = "whereabouts.duty-of-care.sandbox.us";
        self.save_subscription(id, TOPIC, ".*", endpoint);
    }

    /// Creates or changes a subscription.
    pub fn save_subscription(&mut self, id: &str, topic: &str, filter: &str, endpoint: &str) {
        let subscription = Subscription {
            id: id.to_owned(),
            topic: topic.to_owned(),
            filter: filter.to_owned(),
            web_hook_config: WebHook {
                endpoint: endpoint.to_owned(),
            },
            application_id: self.application,
            scope: String::new(),
            groups: Vec::new(),
            company_ids: Vec::new(),
        };
        self.subscriptions.insert(id.to_owned(), subscription);
    }

    /// The endpoints that want to hear of an event type of a company: none before it is connected (E19).
    pub fn endpoints_for(&self, company: usize, event_type: &str) -> Vec<String> {
        if !self.connected.contains(&company) {
            return Vec::new();
        }
        let wanted = self
            .subscriptions
            .values()
            .filter(|one| one.topic == TOPIC && filter_matches(&one.filter, event_type));
        wanted.map(|one| one.web_hook_config.endpoint.clone()).collect()
    }

    /// A fresh request token.
    pub fn mint_request_token(&mut self, company: usize, now: DateTime<Utc>) -> String {
        let token = format!("at-{}", opaque(26));
        self.request_tokens.insert(
            token.clone(),
            RequestToken {
                company,
                minted: now,
                uses_left: self.request_token_uses,
            },
        );
        token
    }

    /// Remembers an access token.
    pub fn grant_access(&mut self, token: &str, principal: Principal, expires: DateTime<Utc>, now: DateTime<Utc>) {
        self.access_tokens
            .retain(|_, (_, until)| *until > now - chrono::Duration::hours(1));
        self.access_tokens.insert(token.to_owned(), (principal, expires));
    }

    /// A fresh refresh token of a company.
    pub fn grant_refresh(&mut self, company: usize, expires: DateTime<Utc>) -> String {
        let token = opaque(30);
        self.refresh_tokens
            .insert(token.clone(), RefreshToken { company, expires });
        token
    }

    /// Ends a company's connection: its tokens are void, its events stop (Q52, Q54).
    pub fn revoke(&mut self, company: usize) {
        self.refresh_tokens.retain(|_, token| token.company != company);
        self.access_tokens
            .retain(|_, (principal, _)| *principal != Principal::Company(company));
        self.connected.remove(&company);
    }

    /// Who sent a request.
    pub fn principal(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Result<Principal, Denied> {
        let value = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let token = value
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let known = token.and_then(|token| self.access_tokens.get(token));
        match known {
            None => Err(Denied::Unauthorized),
            Some((_, expires)) if *expires <= now => Err(Denied::Forbidden),
            Some((principal, _)) => Ok(*principal),
        }
    }

    /// Whether a company may call the list of trips once more in this minute (B7).
    pub fn may_list(&mut self, company: usize) -> bool {
        let calls = self.list_calls.entry(company).or_default();
        while calls
            .front()
            .is_some_and(|call| call.elapsed() >= Duration::from_secs(60))
        {
            calls.pop_front();
        }
        let free = calls.len() < self.list_limit as usize;
        if free {
            calls.push_back(Instant::now());
        }
        free
    }
}

/// Whether a subscription's filter names an event type: alternatives with `.*`, the part of regular expressions in use (E61).
pub fn filter_matches(filter: &str, event_type: &str) -> bool {
    let bare = |text: &str| text.trim_matches(|c| matches!(c, '^' | '$' | '(' | ')')).to_owned();
    filter.is_empty() || filter.split('|').any(|one| glob(&bare(one), event_type))
}

fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once(".*") {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|tail| {
            rest.is_empty()
                || (0..=tail.len())
                    .filter(|at| tail.is_char_boundary(*at))
                    .any(|at| glob(rest, &tail[at..]))
        }),
    }
}

/// An opaque token: its format is not fixed (Q26).
pub fn opaque(length: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz0123456789";
    let mut rng = rand::rngs::OsRng;
    (0..length)
        .map(|_| char::from(LETTERS[rng.gen_range(0..LETTERS.len())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e61_filters_name_event_types() {
        for filter in [
            ".*",
            "",
            "ItineraryCreated",
            "^(ItineraryCreated|ItineraryDeleted)$",
            "Itinerary.*",
            ".*Created",
        ] {
            assert!(filter_matches(filter, "ItineraryCreated"), "{filter}");
        }
        for filter in [
            "ItineraryUpdated",
            "Itinerary",
            "Created",
            "Trip.*",
            "(ItineraryUpdated|ItineraryDeleted)",
        ] {
            assert!(!filter_matches(filter, "ItineraryCreated"), "{filter}");
        }
    }
}
