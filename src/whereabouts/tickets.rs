//! What tickets say about a leg: flown, valid, void, or another place (R87, R88).
//! Called by `moves` for every flight.
//! Always holds: coupons are no segments (T29); a coupon in another passenger's name is about that passenger.

use std::cell::LazyCell;

use chrono::NaiveDate;

use crate::itinerary::{Coupon, Passenger, SegmentKind};
use crate::place::{CityId, Code};

use super::flight;
use super::gather::{Context, Draft};
use super::places::Spot;
use super::status::{self, CouponState};

/// What tickets say about a leg (R87, R88).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ticket {
    pub valid: bool,
    pub flown: bool,
    pub void: bool,
    pub air: bool,
    /// The ticket's destination, where it is another one.
    pub elsewhere: Option<CityId>,
    /// The ticket is for this flight on another date, on which the booking has no such flight.
    pub other_day: bool,
}

pub(super) fn ticket(context: &Context<'_>, draft: &Draft<'_>, dep_day: NaiveDate) -> Ticket {
    let mut ticket = Ticket {
        air: true,
        ..Ticket::default()
    };
    let booking = draft.booking;
    let mut voided = false;
    let reversed = |kind: Option<&str>| matches!(kind, Some("V" | "R"));
    let adjusted: Vec<&Coupon> = booking
        .charges
        .iter()
        .filter(|charge| reversed(charge.adjustment.as_deref()))
        .flat_map(|charge| &charge.coupons)
        .collect();
    let city = |code: &Option<String>| {
        let code = Code::parse(code.as_deref()?)?;
        let gazetteer = context.gazetteer;
        gazetteer
            .airport(code)
            .map(|airport| airport.city)
            .or_else(|| gazetteer.city_by_code(code).map(|city| city.id))
    };
    let mine = |spot: &Option<Spot>| spot.as_ref().map(Spot::city);
    let number =
        |vendor: Option<&str>, number: Option<&str>| flight::classify(vendor, number, false).1.map(|d| d.number);
    let own = LazyCell::new(|| number(draft.segment.vendor.as_deref(), draft.segment.number.as_deref()));
    let all = booking.coupons.iter().chain(
        booking
            .charges
            .iter()
            .filter(|c| c.adjustment.is_none())
            .flat_map(|c| &c.coupons),
    );
    let booked_on = |day: NaiveDate| {
        let mut flights = booking.segments.iter().filter(|s| s.kind == SegmentKind::Air);
        flights.any(|flight| flight.start.when.local.is_some_and(|local| local.date() == day))
    };
    for coupon in all {
        let other_day = coupon.local.map(|local| local.date()).filter(|day| *day != dep_day);
        if other_day.is_some_and(booked_on) {
            continue;
        }
        let (from, to) = (city(&coupon.from), city(&coupon.to));
        let same_route = from.is_some() && from == mine(&draft.from) && to.is_some() && to == mine(&draft.to);
        let same_flight = || {
            own.is_some()
                && number(coupon.carrier.as_deref(), coupon.number.as_deref()) == *own
                && coupon.local.is_some()
        };
        if !(same_route || same_flight()) || someone_elses(context, coupon) {
            continue;
        }
        let state = if adjusted.contains(&coupon) {
            CouponState::Void
        } else {
            status::coupon(coupon.status.as_deref())
        };
        if other_day.is_some() {
            ticket.other_day |= same_route && same_flight() && state != CouponState::Void;
        } else if same_route {
            match state {
                CouponState::Used => (ticket.flown, ticket.valid) = (true, true),
                CouponState::Valid => ticket.valid = true,
                CouponState::Void => voided = true,
                CouponState::Unknown => {}
            }
        } else if state != CouponState::Void && to.is_some() && mine(&draft.to).is_some() {
            let other = to.filter(|to| Some(*to) != mine(&draft.to));
            ticket.elsewhere = other.or(ticket.elsewhere);
        }
    }
    // Tickets without coupons: what was issued and not taken back covers the booking's flights.
    let bare = || booking.charges.iter().filter(|charge| charge.coupons.is_empty());
    let is_ticket = |kind: &str| matches!(kind, "airline_ticket" | "manual_ticket");
    let issued = bare().filter(|charge| is_ticket(&charge.kind) && charge.adjustment.is_none());
    let taken_back =
        bare().filter(|charge| charge.kind == "airline_adjustment" && reversed(charge.adjustment.as_deref()));
    ticket.valid |= issued.count() > taken_back.count() && booking.coupons.is_empty();
    ticket.other_day &= !ticket.valid && !voided;
    ticket.void = voided && !ticket.valid && !ticket.flown;
    ticket
}

/// A coupon in another passenger's name is about that passenger.
fn someone_elses(context: &Context<'_>, coupon: &Coupon) -> bool {
    let text = coupon.passenger.clone();
    let passenger = Passenger {
        text,
        ..Passenger::default()
    };
    context.name.is_of(&passenger) == Some(false)
}

/// Adds a weak other place to a spot.
pub(super) fn add_alternative(spot: &mut Option<Spot>, other: CityId, share: f64) {
    let Some(spot) = spot else { return };
    spot.candidates.iter_mut().for_each(|(_, p)| *p *= 1.0 - share);
    spot.candidates.push((other, share));
}
