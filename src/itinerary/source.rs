//! What Concur's words for a booking's origin and a trip's status mean.
//! Called by `assemble`.
//! Always: the booking's own word counts before the trip's (R9), the owner before the itinerary source (X11); unknown words are no error.

use super::scalar::Scalar;
use super::{Source, TripStatus};

/// Source of a booking (R9, R10, T57, T58).
pub(super) fn source(owner: Option<&str>, itin_source: Option<&str>, booking_source: Option<&str>) -> Source {
    let typed_by_hand = booking_source.is_some_and(|source| source.trim().eq_ignore_ascii_case("manual"));
    match [owner, itin_source].into_iter().flatten().find_map(named) {
        Some(Source::ParsedMail | Source::TripIt) | None if typed_by_hand => Source::Manual,
        Some(source) => source,
        None => Source::Unknown,
    }
}

/// Both vocabularies (concur.md §3.2).
fn named(word: &str) -> Option<Source> {
    const NAMES: [(&str, Source); 13] = [
        ("ConcurTravel", Source::Gds),
        ("Cliqbook", Source::Gds),
        ("OpenBookingEmail", Source::ParsedMail),
        ("Panama", Source::ParsedMail),
        ("ConcurConnectAPI", Source::AgencyApi),
        ("Agency", Source::AgencyApi),
        ("OpenBookingSupplier", Source::Supplier),
        ("TravelSupplier", Source::Supplier),
        ("TripLink", Source::Supplier),
        ("TripIt", Source::TripIt),
        ("TravelRequest", Source::TravelRequest),
        ("ConcurRequest", Source::TravelRequest),
        ("AmadeusETravel", Source::AmadeusETravel),
    ];
    let letters = word.bytes().filter(u8::is_ascii_alphanumeric);
    let lower = |b: u8| b.to_ascii_lowercase();
    let is = |name: &str| letters.clone().map(lower).eq(name.bytes().map(lower));
    NAMES.iter().find(|(name, _)| is(name)).map(|(_, source)| *source)
}

/// Status of a trip (R11, T56), and what notice the value deserves: its code and what was seen.
pub(super) fn trip_status(value: &Scalar) -> (TripStatus, Option<(&'static str, String)>) {
    let Some(word) = value.text() else {
        return (TripStatus::Unknown, None);
    };
    let known = match value.whole() {
        Some(number) => numbered(number),
        None => status_named(&word),
    };
    match (known, value.whole()) {
        (Some(status), _) => (status, None),
        (None, Some(number)) => (
            TripStatus::Confirmed,
            Some((
                "status_unknown",
                format!("the trip status {number} has no known meaning"),
            )),
        ),
        (None, None) => {
            let is_code = word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let seen = if is_code {
                format!("\"{word}\"")
            } else {
                "a text".to_owned()
            };
            (
                TripStatus::Confirmed,
                Some((
                    "trip_status_not_numeric",
                    format!("the trip status is {seen}, not a number"),
                )),
            )
        }
    }
}

fn numbered(number: i64) -> Option<TripStatus> {
    Some(match number {
        0 => TripStatus::Confirmed,
        1 => TripStatus::Ticketed,
        2 => TripStatus::Cancelled,
        4 => TripStatus::Virtual,
        5 => TripStatus::VirtualCancelled,
        6 => TripStatus::Proposal,
        7 => TripStatus::BookedProposal,
        255 => TripStatus::Removed,
        _ => return None,
    })
}

fn status_named(word: &str) -> Option<TripStatus> {
    let letters: String = word
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    Some(match letters.as_str() {
        "confirmed" => TripStatus::Confirmed,
        "ticketed" | "ticketedbyagent" => TripStatus::Ticketed,
        "cancelled" | "canceled" | "withdrawn" => TripStatus::Cancelled,
        "virtual" => TripStatus::Virtual,
        "virtualcancelled" | "virtualcanceled" => TripStatus::VirtualCancelled,
        "proposal" => TripStatus::Proposal,
        "bookedproposal" => TripStatus::BookedProposal,
        "removed" => TripStatus::Removed,
        _ => return None,
    })
}
