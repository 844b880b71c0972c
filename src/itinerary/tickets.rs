//! Tickets, payments and adjustments: what they are and when, never how much (P10, T59–T61).
//! Called by `assemble`.
//! Always: a coupon is no segment (T29); an adjustment carries the coupons of the ticket it adjusts, so that a void or refund can be seen
//! to mean these flights (R87, R88). Ticket numbers serve to find that ticket and are dropped.

use super::document::{RawBooking, RawCoupon, RawTicket};
use super::time::Dates;
use super::{ChargeFact, Coupon};

/// Coupons of all airline tickets of a booking, and everything that was charged or adjusted.
pub(super) fn facts(raw: &RawBooking, dates: &mut Dates) -> (Vec<Coupon>, Vec<ChargeFact>) {
    let lists = [
        ("airline_ticket", &raw.tickets.tickets),
        ("manual_ticket", &raw.tickets.manual),
        ("airline_adjustment", &raw.tickets.adjustments),
        ("rail_payment", &raw.rail.payments),
        ("rail_adjustment", &raw.rail.adjustments),
        ("misc_charge", &raw.misc_charges),
    ];
    let mut coupons = Vec::new();
    let mut charges = Vec::new();
    for (kind, list) in lists {
        for ticket in list {
            let mut fact = ChargeFact {
                kind: kind.to_owned(),
                adjustment: ticket
                    .adjustment
                    .text()
                    .map(|letter| adjustment(&letter))
                    .or_else(|| taken_back(ticket)),
                at: issued(ticket, dates),
                coupons: coupons_of(ticket, dates),
            };
            coupons.extend(fact.coupons.iter().cloned());
            if kind == "airline_adjustment" && fact.coupons.is_empty() {
                fact.coupons = adjusted(ticket, &raw.tickets.tickets)
                    .map(|ticket| coupons_of(ticket, &mut dates.again()))
                    .unwrap_or_default();
            }
            charges.push(fact);
        }
    }
    (coupons, charges)
}

/// V R C A O, also where the word is written out (T59, T60).
fn adjustment(text: &str) -> String {
    let letter = text.chars().next().map(|c| c.to_ascii_uppercase());
    match letter {
        Some(letter @ ('V' | 'R' | 'C' | 'A' | 'O')) => letter.to_string(),
        _ => text.to_owned(),
    }
}

/// R87: a ticket whose coupons nobody tells and that is void or paid back says so itself, with the letter of the adjustment.
fn taken_back(ticket: &RawTicket) -> Option<String> {
    let status = ticket
        .status
        .text()
        .filter(|_| ticket.coupons.is_empty())?
        .to_ascii_uppercase();
    let letter = match status.get(..4)? {
        "VOID" => "V",
        "RFND" | "REFU" => "R",
        _ => return None,
    };
    Some(letter.to_owned())
}

fn issued(ticket: &RawTicket, dates: &mut Dates) -> Option<chrono::DateTime<chrono::Utc>> {
    dates
        .instant("IssueDateTimeUTC", &ticket.utc)
        .or_else(|| dates.civil("IssueDateTime", &ticket.local).map(|at| at.and_utc()))
        .or_else(|| dates.instant("DateCreatedUtc", &ticket.created))
}

/// The ticket of the same number; without a number, the only ticket there is.
fn adjusted<'a, 'de>(adjustment: &RawTicket, tickets: &'a [RawTicket<'de>]) -> Option<&'a RawTicket<'de>> {
    match (ticket_number(adjustment), tickets) {
        (None, [only]) => Some(only),
        (None, _) => None,
        (number, _) => tickets.iter().find(|ticket| ticket_number(ticket) == number),
    }
}

/// The ten digits behind the airline's three.
fn ticket_number(ticket: &RawTicket) -> Option<String> {
    let digits: String = ticket.number.text()?.chars().filter(char::is_ascii_digit).collect();
    digits
        .get(digits.len().saturating_sub(10)..)
        .filter(|number| !number.is_empty())
        .map(str::to_owned)
}

fn coupons_of(ticket: &RawTicket, dates: &mut Dates) -> Vec<Coupon> {
    let passenger = ticket.passenger.text();
    let issued = issued(ticket, &mut dates.again());
    let read = ticket.coupons.iter().map(|raw: &RawCoupon| Coupon {
        from: raw.from.text().map(|code| code.to_uppercase()),
        to: raw.to.text().map(|code| code.to_uppercase()),
        carrier: raw.carrier.text(),
        number: raw.number.text(),
        local: dates.civil("StartDateLocal", &raw.local),
        status: [&raw.coupon_status, &raw.status, &ticket.status]
            .into_iter()
            .find_map(|status| status.text()),
        passenger: passenger.clone(),
        issued,
    });
    read.collect()
}
