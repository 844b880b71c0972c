//! Faults that can be switched on: what a real Concur does on a bad day.
//! Called by the HTTP side before it answers, and by `delivery`.
//! Always holds: without a fault set, the sandbox behaves as documented.

use serde::{Deserialize, Serialize};

/// All faults; the default is none. Set through `POST /control/faults` or `Sandbox::set_faults`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// The token endpoint answers with an error (concur.md §4.6).
    pub token: Option<TokenFault>,
    /// Reading one trip answers with a status.
    pub trip: Option<StatusFault>,
    /// Listing trips answers with a status.
    pub list: Option<StatusFault>,
    /// Identity answers with a status.
    pub identity: Option<StatusFault>,
    /// The company profile answers with a status.
    pub company: Option<StatusFault>,
    /// The event service's own interface answers with a status.
    pub subscriptions: Option<StatusFault>,
    /// Milliseconds before any answer outside `/control`.
    pub slow_ms: u64,
    /// Events are signed with a key nobody knows.
    pub wrong_signing_key: bool,
    /// Events carry no signature.
    pub unsigned_events: bool,
    /// A refresh token is void as soon as another one was issued (Q30).
    pub strict_rotation: bool,
    /// Share of events that are never sent, 0..=1.
    pub lose_events: f64,
    /// Share of events that are sent twice; absent: 2 %.
    pub duplicate_events: Option<f64>,
    /// Share of events without an id (E12); absent: 5 %.
    pub events_without_id: Option<f64>,
    /// Trips are answered with something that is not JSON.
    pub garbled_trips: bool,
    /// Trips are answered with documents of more than 5 MiB.
    pub oversize_trips: bool,
    /// Trips are answered with lists within lists, ten thousand deep.
    pub deep_trips: bool,
}

/// An error of the token endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenFault {
    /// Number of concur.md §4.6.
    pub code: u16,
    /// HTTP status; absent: 400.
    #[serde(default)]
    pub status: Option<u16>,
    /// For code 16: where to ask instead.
    #[serde(default)]
    pub geolocation: Option<String>,
    /// Only this grant; absent: all.
    #[serde(default)]
    pub grant: Option<String>,
    /// How often; absent: until switched off.
    #[serde(default)]
    pub times: Option<u32>,
}

/// An HTTP status instead of an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StatusFault {
    pub status: u16,
    /// Only for this trip or user; absent: for all.
    #[serde(default)]
    pub id: Option<String>,
    /// How often; absent: until switched off.
    #[serde(default)]
    pub times: Option<u32>,
    /// Seconds of `Retry-After`; absent: no such header.
    #[serde(default)]
    pub retry_after: Option<u32>,
}

impl StatusFault {
    /// The fault to answer with, if it applies to this id; counts down.
    pub fn take(fault: &mut Option<StatusFault>, id: &str) -> Option<StatusFault> {
        let applies = fault
            .as_ref()
            .filter(|one| one.id.as_deref().is_none_or(|only| only.eq_ignore_ascii_case(id)));
        let struck = applies.cloned()?;
        count_down(fault, |one| &mut one.times);
        Some(struck)
    }
}

impl TokenFault {
    /// The error to answer a grant with, if the fault applies; counts down.
    pub fn take(fault: &mut Option<TokenFault>, grant: &str) -> Option<TokenFault> {
        let applies = fault
            .as_ref()
            .filter(|one| one.grant.as_deref().is_none_or(|only| only == grant))
            .cloned();
        if applies.is_some() {
            count_down(fault, |one| &mut one.times);
        }
        applies
    }
}

fn count_down<T>(fault: &mut Option<T>, times: impl Fn(&mut T) -> &mut Option<u32>) {
    let left = fault.as_mut().and_then(|one| {
        let left = times(one);
        *left = left.map(|left| left.saturating_sub(1));
        *left
    });
    if left == Some(0) {
        *fault = None;
    }
}
