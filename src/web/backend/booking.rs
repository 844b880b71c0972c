//! The documents behind a panel: bookings, segments and tickets, every code with its meaning beside it.
//! Called when somebody is opened.
//! Always holds: a code that nobody knows is shown as it came and called unknown; no name, price or card is here (P10).

use app::language::{Language, current};
use app::view::Instant;
use app::view::person::{BookingLine, SegmentLine, TripLine};
use app::view::time::Civil;
use app::{t, tf};
use chrono::NaiveDateTime;

use super::person::source_words;
use super::semantics;
use crate::itinerary::{Booking, ChargeFact, End, Segment, SegmentKind, TripStatus, When};
use crate::store::TripRow;
use crate::web::german;
use crate::whereabouts::{Held, Notice, Severity, classify_status};

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
        name: trip
            .name
            .clone()
            .unwrap_or_else(|| t!("Trip without a name", "Reise ohne Namen").to_owned()),
        status: trip_status(trip.status, row.pending_delete).to_owned(),
        personal: trip.personal,
        dates,
        bookings: trip.bookings.iter().map(booking_line).collect(),
        notices: worth.map(|notice| (message(notice), notice.code.clone())).collect(),
    }
}

fn day(when: &When) -> Option<String> {
    let local = when.local.or_else(|| when.utc.map(|u| u.naive_utc()));
    local.map(|t| civil(t).date())
}

/// What is wrong; in German as the catalogue has it.
pub(super) fn message(notice: &Notice) -> String {
    match (current(), german::notice(&notice.code)) {
        (Language::German, Some((title, _))) => title.to_owned(),
        _ => notice.message.clone(),
    }
}

/// A wall clock as the pages print it.
fn civil(local: NaiveDateTime) -> Civil {
    Instant(local.and_utc().timestamp()).utc()
}

/// R11, T56.
fn trip_status(status: TripStatus, pending_delete: bool) -> &'static str {
    match status {
        _ if pending_delete => t!("deleted a moment ago", "gerade gelöscht"),
        TripStatus::Confirmed => t!("0: confirmed", "0: bestätigt"),
        TripStatus::Unknown => t!(
            "no status given: taken as confirmed",
            "kein Status angegeben: gilt als bestätigt"
        ),
        TripStatus::Ticketed => t!("1: ticketed", "1: Ticket ausgestellt"),
        TripStatus::Cancelled => t!("2: cancelled or withdrawn", "2: storniert oder zurückgezogen"),
        TripStatus::Virtual => t!(
            "4: virtual, planned in a travel request",
            "4: virtuell, in einem Reiseantrag geplant"
        ),
        TripStatus::VirtualCancelled => t!("5: virtual, cancelled", "5: virtuell, storniert"),
        TripStatus::Proposal => t!("6: an agency’s proposal", "6: Vorschlag eines Reisebüros"),
        TripStatus::BookedProposal => t!("7: a proposal that was booked", "7: Vorschlag, der gebucht wurde"),
        TripStatus::Removed => t!("255: removed", "255: entfernt"),
    }
}

fn booking_line(booking: &Booking) -> BookingLine {
    let owner = booking.owner.as_deref().map(|code| {
        let words = owner(code).unwrap_or(t!("not a source that we know", "keine uns bekannte Quelle"));
        format!("{code}: {words}")
    });
    let through = booking
        .booking_source
        .as_ref()
        .map(|source| tf!("through {source}", "über {source}"));
    let source = booking
        .owner
        .as_deref()
        .or(booking.itin_source.as_deref())
        .map_or_else(|| t!("Unknown source", "Unbekannte Quelle").to_owned(), source_words);
    BookingLine {
        locator: booking.locator.clone().unwrap_or_default(),
        source,
        facts: [
            owner,
            through,
            booking
                .cancelled
                .then(|| t!("cancelled as a whole", "im Ganzen storniert").to_owned()),
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
        "ConcurTravel" | "Cliqbook" => t!(
            "booked in Concur Travel, or by an agency through its reservation system",
            "in Concur Travel gebucht oder von einem Reisebüro über sein Reservierungssystem"
        ),
        "OpenBookingEmail" | "Panama" => t!(
            "a mail to Concur, or typed by hand; changes may never come",
            "eine Mail an Concur oder von Hand erfasst; Änderungen kommen vielleicht nie"
        ),
        "ConcurConnectAPI" | "Agency" => t!(
            "sent by an agency’s or another tool",
            "vom Programm eines Reisebüros oder einem anderen gesendet"
        ),
        "OpenBookingSupplier" | "TravelSupplier" => t!(
            "booked with the airline or hotel itself, told by it",
            "direkt bei Fluggesellschaft oder Hotel gebucht und von dort gemeldet"
        ),
        "TripIt" => t!(
            "a mail to TripIt; changes may never come",
            "eine Mail an TripIt; Änderungen kommen vielleicht nie"
        ),
        "TravelRequest" => t!(
            "a travel request: a plan, perhaps without any reservation",
            "ein Reiseantrag: ein Plan, vielleicht ganz ohne Reservierung"
        ),
        "AmadeusETravel" => t!("booked in Amadeus e-Travel", "in Amadeus e-Travel gebucht"),
        _ => return None,
    })
}

fn segment_line(segment: &Segment) -> SegmentLine {
    let (held, understood) = classify_status(segment.status.as_deref(), segment.kind == SegmentKind::Ride);
    let status = match segment.status.as_deref() {
        Some(code) if understood => format!("{code}: {}", held_words(held)),
        Some(code) => tf!("{code}: not a status that we know", "{code}: kein uns bekannter Status"),
        None => t!("no status", "kein Status").to_owned(),
    };
    let confirmation = segment
        .confirmation
        .as_ref()
        .map(|n| tf!("confirmation {n}", "Bestätigung {n}"));
    let cancelled = segment
        .cancellation
        .as_ref()
        .map(|n| tf!("cancellation {n}", "Stornierung {n}"));
    let passive = segment
        .passive
        .as_ref()
        .map(|code| tf!("passive, {code}", "passiv, {code}"));
    let kind = segment
        .type_text
        .as_ref()
        .map(|code| tf!("type {code}: {}", "Art {code}: {}", kind_words(code)));
    let hidden = segment.redacted.then(|| {
        t!(
            "times and number hidden by Concur",
            "Zeiten und Nummer von Concur verborgen"
        )
        .to_owned()
    });
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
        SegmentKind::Air => t!("Flight", "Flug"),
        SegmentKind::Rail => t!("Train", "Zug"),
        SegmentKind::Hotel => t!("Hotel", "Hotel"),
        SegmentKind::Car => t!("Car", "Mietwagen"),
        SegmentKind::Ride => t!("Ride", "Fahrt"),
        SegmentKind::Dining => t!("Table", "Restaurant"),
        SegmentKind::Parking => t!("Parking", "Parkplatz"),
        _ => t!("Other", "Sonstiges"),
    }
}

/// What a status holds (R80), in the words of a person.
fn held_words(held: Held) -> &'static str {
    match held {
        Held::Boarded => t!("flown or checked in", "geflogen oder eingecheckt"),
        Held::Confirmed => t!("confirmed", "bestätigt"),
        Held::TimesChanged => t!("confirmed, times changed", "bestätigt, Zeiten geändert"),
        Held::Passive => t!("booked elsewhere, noted here", "anderswo gebucht, hier vermerkt"),
        Held::Requested => t!("asked for, not confirmed", "angefragt, nicht bestätigt"),
        Held::Waitlisted => t!("on a waiting list", "auf der Warteliste"),
        Held::Open => t!("open, no date", "offen, ohne Datum"),
        Held::Unable => t!(
            "not available; the wish may live on",
            "nicht verfügbar; der Wunsch kann fortbestehen"
        ),
        Held::Cancelled => t!("cancelled", "storniert"),
        Held::CancelPending => t!("cancellation asked for", "Stornierung beantragt"),
        Held::Unknown => t!("says nothing", "sagt nichts aus"),
    }
}

/// Types of other travel (R30).
fn kind_words(code: &str) -> &'static str {
    match code {
        "OTH" => t!("other", "sonstiges"),
        "MIS" => t!("miscellaneous", "verschiedenes"),
        "TUR" => t!("tour", "Rundreise"),
        "BUS" => t!("bus", "Bus"),
        "FER" | "SEA" | "CRU" => t!("ship", "Schiff"),
        "INS" => t!("insurance", "Versicherung"),
        "RU" => t!("rail, not listed", "Bahn, nicht gelistet"),
        _ => t!("not a type that we know", "keine uns bekannte Art"),
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
        t!("nothing is named", "nichts ist genannt").to_owned()
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
        let local = civil(local);
        let day = local.date_with_year();
        Some(if when.date_only {
            day
        } else {
            format!("{day} {}{zone}", local.clock())
        })
    };
    match (face(from), face(until)) {
        (Some(a), Some(b)) if a == b => a,
        (Some(a), Some(b)) => format!("{a} – {b}"),
        (a, b) => a.or(b).unwrap_or_else(|| t!("no date", "kein Datum").to_owned()),
    }
}

/// Tickets, payments and adjustments with their letters (T59–T61).
fn charge(charge: &ChargeFact) -> String {
    let what = match charge.kind.as_str() {
        "airline_ticket" => t!("T: airline ticket", "T: Flugticket"),
        "manual_ticket" => t!("A: airline ticket, entered by hand", "A: Flugticket, von Hand erfasst"),
        "airline_adjustment" => t!("J: airline adjustment", "J: Flugpreiskorrektur"),
        "rail_payment" => t!("R: rail payment", "R: Bahnzahlung"),
        "rail_adjustment" => t!("U: rail adjustment", "U: Bahnpreiskorrektur"),
        "misc_charge" => t!("M: miscellaneous charge order", "M: Miscellaneous Charge Order"),
        "airfare_quote" => t!("Q: airfare quote", "Q: Flugpreisangebot"),
        "rail_quote" => t!("L: rail quote", "L: Bahnpreisangebot"),
        _ => t!(
            "a charge of a kind that we do not know",
            "eine Zahlung von uns unbekannter Art"
        ),
    };
    let adjustment = charge.adjustment.as_deref().map(|code| {
        let words = match code {
            "V" => t!("void", "ungültig"),
            "R" => t!("refund", "Erstattung"),
            "C" => t!("credit", "Gutschrift"),
            "A" => t!("ancillary", "Zusatzleistung"),
            "O" => t!("other", "sonstiges"),
            _ => t!("not a type that we know", "keine uns bekannte Art"),
        };
        format!(", {code}: {words}")
    });
    let at = charge
        .at
        .map(|at| format!(", {}", civil(at.naive_utc()).date_with_year()));
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
