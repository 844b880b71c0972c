//! The documents behind a panel: bookings, segments and tickets, every code with its meaning beside it.
//! Called when somebody is opened.
//! Always holds: a code that nobody knows is shown as it came and called unknown; no name, price or card is here (P10).

use app::view::person::{BookingLine, SegmentLine, TripLine};
use chrono::NaiveDateTime;

use super::person::source_words;
use super::semantics;
use crate::itinerary::{Booking, ChargeFact, End, Segment, SegmentKind, TripStatus, When};
use crate::store::TripRow;
use crate::whereabouts::{Held, Severity, classify_status};

pub fn trip_line(row: &TripRow) -> TripLine {
    let trip = &row.trip;
    let dates = match (day(&trip.starts), day(&trip.ends)) {
        (Some(a), Some(b)) if a == b => a,
        (Some(a), Some(b)) => format!("{a} – {b}"),
        (a, b) => a.or(b).unwrap_or_default(),
    };
    let worth = row.notices.iter().filter(|notice| notice.severity != Severity::Info);
    TripLine {
        id: trip.id.clone(),
        name: trip.name.clone().unwrap_or_else(|| "Trip without a name".to_owned()),
        status: trip_status(trip.status, row.pending_delete).to_owned(),
        personal: trip.personal,
        dates,
        bookings: trip.bookings.iter().map(booking_line).collect(),
        notices: worth
            .map(|notice| (notice.message.clone(), notice.code.clone()))
            .collect(),
    }
}

fn day(when: &When) -> Option<String> {
    let local = when.local.or_else(|| when.utc.map(|u| u.naive_utc()));
    local.map(|t| t.format("%-d %b").to_string())
}

/// R11, T56.
fn trip_status(status: TripStatus, pending_delete: bool) -> &'static str {
    match status {
        _ if pending_delete => "deleted a moment ago",
        TripStatus::Confirmed => "0: confirmed",
        TripStatus::Unknown => "no status given: taken as confirmed",
        TripStatus::Ticketed => "1: ticketed",
        TripStatus::Cancelled => "2: cancelled or withdrawn",
        TripStatus::Virtual => "4: virtual, planned in a travel request",
        TripStatus::VirtualCancelled => "5: virtual, cancelled",
        TripStatus::Proposal => "6: an agency’s proposal",
        TripStatus::BookedProposal => "7: a proposal that was booked",
        TripStatus::Removed => "255: removed",
    }
}

fn booking_line(booking: &Booking) -> BookingLine {
    let owner = booking.owner.as_deref().map(|code| {
        let words = owner(code).unwrap_or("not a source that we know");
        format!("{code}: {words}")
    });
    let through = booking
        .booking_source
        .as_ref()
        .map(|source| format!("through {source}"));
    let source = booking
        .owner
        .as_deref()
        .or(booking.itin_source.as_deref())
        .map_or_else(|| "Unknown source".to_owned(), source_words);
    BookingLine {
        locator: booking.locator.clone().unwrap_or_default(),
        source,
        facts: [
            owner,
            through,
            booking.cancelled.then(|| "cancelled as a whole".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        segments: booking.segments.iter().map(segment_line).collect(),
        charges: booking
            .charges
            .iter()
            .map(charge)
            .chain(booking.costs.iter().map(semantics::said))
            .collect(),
    }
}

/// Booking owners, and what older documents call them (T57).
fn owner(code: &str) -> Option<&'static str> {
    Some(match code {
        "ConcurTravel" | "Cliqbook" => "booked in Concur Travel, or by an agency through its reservation system",
        "OpenBookingEmail" | "Panama" => "a mail to Concur, or typed by hand; changes may never come",
        "ConcurConnectAPI" | "Agency" => "sent by an agency’s or another tool",
        "OpenBookingSupplier" | "TravelSupplier" => "booked with the airline or hotel itself, told by it",
        "TripIt" => "a mail to TripIt; changes may never come",
        "TravelRequest" => "a travel request: a plan, perhaps without any reservation",
        "AmadeusETravel" => "booked in Amadeus e-Travel",
        _ => return None,
    })
}

fn segment_line(segment: &Segment) -> SegmentLine {
    let (held, understood) = classify_status(segment.status.as_deref(), segment.kind == SegmentKind::Ride);
    let status = match segment.status.as_deref() {
        Some(code) if understood => format!("{code}: {}", held_words(held)),
        Some(code) => format!("{code}: not a status that we know"),
        None => "no status".to_owned(),
    };
    let confirmation = segment.confirmation.as_ref().map(|n| format!("confirmation {n}"));
    let cancelled = segment.cancellation.as_ref().map(|n| format!("cancellation {n}"));
    let passive = segment.passive.as_ref().map(|code| format!("passive, {code}"));
    let kind = segment
        .type_text
        .as_ref()
        .map(|code| format!("type {code}: {}", kind_words(code)));
    let hidden = segment.redacted.then(|| "times and number hidden by Concur".to_owned());
    SegmentLine {
        kind: segment_kind(segment.kind).to_owned(),
        what: what(segment),
        when: span(&segment.start.when, &segment.end.when),
        facts: [Some(status), confirmation, cancelled, passive, kind, hidden]
            .into_iter()
            .flatten()
            .collect(),
        void: held.is_void() || segment.cancellation.is_some() || segment.cancelled_at.is_some(),
    }
}

fn segment_kind(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Air => "Flight",
        SegmentKind::Rail => "Train",
        SegmentKind::Hotel => "Hotel",
        SegmentKind::Car => "Car",
        SegmentKind::Ride => "Ride",
        SegmentKind::Dining => "Table",
        SegmentKind::Parking => "Parking",
        _ => "Other",
    }
}

/// What a status holds (R80), in the words of a person.
fn held_words(held: Held) -> &'static str {
    match held {
        Held::Boarded => "flown or checked in",
        Held::Confirmed => "confirmed",
        Held::TimesChanged => "confirmed, times changed",
        Held::Passive => "booked elsewhere, noted here",
        Held::Requested => "asked for, not confirmed",
        Held::Waitlisted => "on a waiting list",
        Held::Open => "open, no date",
        Held::Unable => "not available; the wish may live on",
        Held::Cancelled => "cancelled",
        Held::CancelPending => "cancellation asked for",
        Held::Unknown => "says nothing",
    }
}

/// Types of other travel (R30).
fn kind_words(code: &str) -> &'static str {
    match code {
        "OTH" => "other",
        "MIS" => "miscellaneous",
        "TUR" => "tour",
        "BUS" => "bus",
        "FER" | "SEA" | "CRU" => "ship",
        "INS" => "insurance",
        "RU" => "rail, not listed",
        _ => "not a type that we know",
    }
}

fn what(segment: &Segment) -> String {
    let number = segment.number.as_ref().map(|number| {
        let vendor = segment.vendor.as_deref().filter(|v| *v != "$$").unwrap_or_default();
        format!("{vendor} {number}").trim().to_owned()
    });
    let name = segment.name.clone().or_else(|| segment.vendor_name.clone());
    let way = match (end(&segment.start), end(&segment.end)) {
        (Some(from), Some(to)) if from != to => Some(format!("{from} → {to}")),
        (from, to) => from.or(to),
    };
    let parts: Vec<String> = [number.or(name), way].into_iter().flatten().collect();
    if parts.is_empty() {
        "nothing is named".to_owned()
    } else {
        parts.join(", ")
    }
}

fn end(end: &End) -> Option<String> {
    let named = [
        &end.code,
        &end.station_name,
        &end.station,
        &end.city,
        &end.location,
        &end.country,
    ];
    named.into_iter().flatten().next().cloned()
}

fn span(from: &When, until: &When) -> String {
    let face = |when: &When| {
        let local: NaiveDateTime = when.local.or_else(|| when.utc.map(|u| u.naive_utc()))?;
        let zone = if when.local.is_none() { " UTC" } else { "" };
        let form = if when.date_only { "%-d %b %Y" } else { "%-d %b %Y %H:%M" };
        Some(format!("{}{zone}", local.format(form)))
    };
    match (face(from), face(until)) {
        (Some(a), Some(b)) if a == b => a,
        (Some(a), Some(b)) => format!("{a} – {b}"),
        (a, b) => a.or(b).unwrap_or_else(|| "no date".to_owned()),
    }
}

/// Tickets, payments and adjustments with their letters (T59–T61).
fn charge(charge: &ChargeFact) -> String {
    let what = match charge.kind.as_str() {
        "airline_ticket" => "T: airline ticket",
        "manual_ticket" => "A: airline ticket, entered by hand",
        "airline_adjustment" => "J: airline adjustment",
        "rail_payment" => "R: rail payment",
        "rail_adjustment" => "U: rail adjustment",
        "misc_charge" => "M: miscellaneous charge order",
        "airfare_quote" => "Q: airfare quote",
        "rail_quote" => "L: rail quote",
        _ => "a charge of a kind that we do not know",
    };
    let adjustment = charge.adjustment.as_deref().map(|code| {
        let words = match code {
            "V" => "void",
            "R" => "refund",
            "C" => "credit",
            "A" => "ancillary",
            "O" => "other",
            _ => "not a type that we know",
        };
        format!(", {code}: {words}")
    });
    let at = charge.at.map(|at| format!(", {}", at.format("%-d %b %Y")));
    format!("{what}{}{}", adjustment.unwrap_or_default(), at.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t57_every_booking_owner_has_words() {
        for code in [
            "ConcurTravel",
            "Cliqbook",
            "OpenBookingEmail",
            "Panama",
            "ConcurConnectAPI",
            "Agency",
            "OpenBookingSupplier",
            "TravelSupplier",
            "TripIt",
            "TravelRequest",
            "AmadeusETravel",
        ] {
            assert!(owner(code).is_some(), "{code}");
        }
        let line = booking_line(&Booking {
            owner: Some("NewThing".into()),
            ..Booking::default()
        });
        assert_eq!(line.facts, ["NewThing: not a source that we know"]);
    }

    #[test]
    fn t59_t60_t61_every_charge_and_adjustment_has_its_letter_and_its_words() {
        let said = |kind: &str, adjustment: Option<&str>| {
            charge(&ChargeFact {
                kind: kind.into(),
                adjustment: adjustment.map(Into::into),
                ..ChargeFact::default()
            })
        };
        assert_eq!(said("airline_ticket", None), "T: airline ticket");
        for (code, words) in [
            ("V", "void"),
            ("R", "refund"),
            ("C", "credit"),
            ("A", "ancillary"),
            ("O", "other"),
        ] {
            assert_eq!(
                said("airline_adjustment", Some(code)),
                format!("J: airline adjustment, {code}: {words}")
            );
            assert_eq!(
                said("rail_adjustment", Some(code)),
                format!("U: rail adjustment, {code}: {words}")
            );
        }
        assert!(said("rail_adjustment", Some("Z")).ends_with("Z: not a type that we know"));
    }

    #[test]
    fn t65_a_status_that_nobody_knows_is_shown_and_kept() {
        let line = |status: Option<&str>| {
            segment_line(&Segment {
                status: status.map(Into::into),
                ..Segment::default()
            })
        };
        assert_eq!(line(Some("HK")).facts, ["HK: confirmed"]);
        assert_eq!(line(Some("TK")).facts, ["TK: confirmed, times changed"]);
        assert!(line(Some("XX")).void);
        let odd = line(Some("Q7Z"));
        assert_eq!(
            (odd.facts[0].as_str(), odd.void),
            ("Q7Z: not a status that we know", false)
        );
        assert_eq!(line(None).facts, ["no status"]);
    }
}
