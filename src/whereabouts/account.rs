//! Why somebody is thought to be where they are, told in a few sentences for people (R185).
//! Called by the panel, by the REST interface, by `locate --explain` and by `elsewhere`, on an episode as the store keeps it.
//! Always holds: every sentence is in the evidence or follows from a booking that lacks; what speaks against is never left out.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::explain::{COPY, day};
use super::{Bedless, Episode, Evidence, State};

/// Sentences for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Account {
    /// What the answer rests on, the strongest first, and what is missing. Never empty.
    pub because: Vec<String>,
    /// The strongest that speaks against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
}

/// So many bookings are told of; the others are in the evidence.
const MOST: usize = 2;

impl Account {
    /// Everything in a row.
    pub fn text(&self) -> String {
        let mut text = self.because.join(" ");
        if let Some(against) = &self.against {
            text.push_str(" Against it: ");
            text.push_str(against);
        }
        text
    }
}

impl Episode {
    /// Why, as somebody would tell it at `now`.
    pub fn account(&self, now: DateTime<Utc>) -> Account {
        let told = |against: bool| {
            self.evidence
                .iter()
                .filter(move |one| one.against == against && !one.is_copy())
        };
        let mut because: Vec<String> = told(false).take(MOST).map(|one| one.told(now)).collect();
        if because.is_empty() {
            because.push(self.without_booking());
        }
        because.extend(self.bedless.map(Bedless::told));
        Account {
            because,
            against: told(true).next().map(|one| one.told(now)),
        }
    }

    fn without_booking(&self) -> String {
        let home = self.home_place.as_ref().map(|place| &place.name);
        match (self.state, home) {
            (State::Home | State::PreDeparture, Some(home)) => {
                format!("No booking says that they are away from home, {home}.")
            }
            _ => "No booking says where they are.".to_owned(),
        }
    }
}

impl Bedless {
    /// "No hotel is booked for 2 nights from 11 Nov."
    pub fn told(self) -> String {
        let from = day(self.from);
        match self.nights {
            Some(1) => format!("No hotel is booked for the night of {from}."),
            Some(nights) => format!("No hotel is booked for {nights} nights from {from}."),
            None => format!("No hotel is booked from {from} on."),
        }
    }
}

impl Evidence {
    /// It only repeats what another booking says (R101), which tells of it.
    fn is_copy(&self) -> bool {
        self.says.starts_with(COPY)
    }

    /// "Flight BA 178, JFK → LHR, arrives 11 Nov 06:30, confirmed, from the agency (Sabre), changed 2 h ago. Also in TripIt."
    pub fn told(&self, now: DateTime<Utc>) -> String {
        let mut more: Vec<String> = self.held.iter().map(ToString::to_string).collect();
        more.push(format!("from {}", self.source_told()));
        more.extend(
            self.modified
                .and_then(|at| ago(now, at))
                .map(|ago| format!("changed {ago}")),
        );
        self.with(&more.join(", "))
    }

    /// The same for who shows source and age beside it: "Flight BA 178, JFK → LHR, …, confirmed. Also in TripIt."
    pub fn told_beside_source(&self) -> String {
        self.with(self.held.as_deref().unwrap_or(""))
    }

    fn with(&self, more: &str) -> String {
        let says = self.says.trim_end_matches('.');
        let clause = says.rsplit([';', ':']).next().filter(|last| last.len() < says.len());
        let mut text = match clause {
            _ if more.is_empty() => format!("{says}."),
            // Behind a clause of its own another list would be read as a part of it; a time of day is none.
            Some(last) if !last.starts_with(|c: char| c.is_ascii_digit()) => format!("{says}. {}.", capital(more)),
            _ => format!("{says}, {more}."),
        };
        if let Some(also) = self.also_told() {
            text.push(' ');
            text.push_str(&also);
        }
        text
    }

    /// "the agency (Sabre)"
    fn source_told(&self) -> String {
        let source = named(&self.source).unwrap_or(&self.source);
        match self.via.as_deref().filter(|via| !self.source.eq_ignore_ascii_case(via)) {
            Some(via) => format!("{source} ({via})"),
            None => source.to_owned(),
        }
    }

    /// "Also in TripIt and an e-mail."
    fn also_told(&self) -> Option<String> {
        let mut others: Vec<&str> = self
            .also
            .iter()
            .filter(|other| **other != self.source)
            .map(|other| named(other).unwrap_or(other))
            .collect();
        others.dedup();
        match others.as_slice() {
            [] if self.also.is_empty() => None,
            [] => Some("Also in another booking from there.".to_owned()),
            [one] => Some(format!("Also in {one}.")),
            [first @ .., last] => Some(format!("Also in {} and {last}.", first.join(", "))),
        }
    }
}

/// Concur's word for where a booking comes from, as people say it (R9).
fn named(source: &str) -> Option<&'static str> {
    Some(match source {
        "ConcurTravel" | "Cliqbook" => "the agency",
        "ConcurConnectAPI" | "Agency" => "the agency's own tool",
        "OpenBookingSupplier" | "TravelSupplier" => "the supplier",
        "OpenBookingEmail" | "Panama" => "an e-mail",
        "TripIt" => "TripIt",
        "TravelRequest" => "a travel request",
        "AmadeusETravel" => "Amadeus e-Travel",
        "Manual" => "somebody who typed it in",
        "unknown" => "an unknown source",
        _ => return None,
    })
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// "2 h ago"; `None` for what is said to have changed in the future.
fn ago(now: DateTime<Utc>, at: DateTime<Utc>) -> Option<String> {
    let passed = now - at;
    Some(match (passed.num_minutes(), passed.num_hours(), passed.num_days()) {
        _ if passed < chrono::TimeDelta::zero() => return None,
        (0, ..) => "just now".to_owned(),
        (minutes @ 1..60, ..) => format!("{minutes} min ago"),
        (_, hours @ 1..48, _) => format!("{hours} h ago"),
        (_, _, days @ ..60) => format!("{days} days ago"),
        (_, _, days @ 60..730) => format!("{} months ago", days / 30),
        (_, _, days) => format!("{} years ago", days / 365),
    })
}
