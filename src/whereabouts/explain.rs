//! Evidence in plain words: what each booking says, for somebody who is woken at three in the morning (R185).
//! Called by `episodes` for the claims behind each episode.
//! Always holds: no rule ids and no status codes in the words; rule ids are in `rules`; a number that is not one is never repeated (R25).

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::itinerary::{Source, TripStatus};
use crate::place::{CityId, Zone};

use super::Evidence;
use super::claims::{Leg, Point, Stay, Witness, WitnessNo};
use super::flight::{self, NumberClass};
use super::places::Spot;
use super::status::{self, Held};
use super::times::{Mode, Sec, instant};
use super::world::World;

/// How every sentence about a copy begins.
pub(super) const COPY: &str = "The same is in another booking";

/// What a claim does for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// The traveler is on it.
    Riding,
    /// It brought the traveler here.
    Arrived,
    /// The traveler sleeps or is here.
    Staying,
    /// It leaves from here (R149).
    Leaving,
    /// It leaves from here, and nothing shows the way here (R161).
    Leads,
    /// It brought the traveler here and nothing follows (R160).
    Fades,
    /// It and the next leg do not meet (R151).
    Gap,
    /// A stay that no transport leads to (R156).
    Unsupported,
    /// Its flights are cancelled (R157).
    Orphan,
    /// A leg that is not held any more (R82).
    Void,
    /// A short presence that agrees (R166).
    Confirms,
    /// A short presence that contradicts (R166).
    Contradicts,
    /// Another booking of the same (R101).
    Copy,
}

impl Role {
    /// In the order of their declaration.
    const ALL: [Role; 13] = [
        Role::Riding,
        Role::Arrived,
        Role::Staying,
        Role::Leaving,
        Role::Leads,
        Role::Fades,
        Role::Gap,
        Role::Unsupported,
        Role::Orphan,
        Role::Void,
        Role::Confirms,
        Role::Contradicts,
        Role::Copy,
    ];

    fn rules(self) -> &'static [&'static str] {
        match self {
            Role::Riding => &["R145"],
            Role::Arrived => &["R142"],
            Role::Staying => &["R153"],
            Role::Leaving => &["R149"],
            Role::Leads => &["R161"],
            Role::Fades => &["R160"],
            Role::Gap => &["R151"],
            Role::Unsupported => &["R156"],
            Role::Orphan => &["R157"],
            Role::Void => &["R82"],
            Role::Confirms | Role::Contradicts => &["R166"],
            Role::Copy => &["R101"],
        }
    }
}

/// The roles of one claim, one or more, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Roles(u16);

impl Roles {
    pub fn of(role: Role) -> Roles {
        Roles(1 << role as u16)
    }

    pub fn and(self, other: Roles) -> Roles {
        Roles(self.0 | other.0)
    }

    pub fn first(self) -> Role {
        Role::ALL[self.0.trailing_zeros() as usize]
    }

    fn iter(self) -> impl Iterator<Item = Role> {
        let has = move |role: &Role| self.0 & Roles::of(*role).0 != 0;
        Role::ALL.into_iter().filter(has)
    }
}

/// Evidence from one witness.
pub(super) fn evidence(witness: &Witness<'_>, roles: Roles, says: String, against: bool) -> Evidence {
    let mut rules: Vec<Cow<'static, str>> = Vec::with_capacity(witness.rules.len() + 1);
    for rule in witness.rules.iter().chain(roles.iter().flat_map(|role| role.rules())) {
        if !rules.iter().any(|known| known == rule) {
            rules.push(Cow::Borrowed(*rule));
        }
    }
    Evidence {
        trip: witness.trip.id.clone(),
        booking: witness.locator().to_owned(),
        segment: witness.label(),
        source: owner(witness),
        modified: witness.modified(),
        rules,
        says,
        against,
        held: held(witness).map(Cow::Borrowed),
        via: via(witness),
        also: Vec::new(),
        city: None,
    }
}

/// What is held, in a word; what is in doubt says so itself.
fn held(witness: &Witness<'_>) -> Option<&'static str> {
    if witness.source() == Source::TravelRequest || witness.trip.status == TripStatus::Virtual {
        return None;
    }
    match status::classify(witness.segment.status.as_deref(), false).0 {
        Held::Boarded => Some("checked in"),
        Held::Confirmed if witness.trip.status == TripStatus::Ticketed => Some("ticketed"),
        Held::Confirmed | Held::TimesChanged => Some("confirmed"),
        _ => None,
    }
}

/// Reservation system or supplier, unless it only says that somebody typed.
fn via(witness: &Witness<'_>) -> Option<String> {
    let via = witness.booking.booking_source.as_deref().map(str::trim)?;
    let told = !via.is_empty() && via.len() <= 32 && !via.eq_ignore_ascii_case("manual");
    told.then(|| via.to_owned())
}

/// The sources of other bookings of the same thing, each once.
pub(super) fn others(world: &World<'_, '_>, witnesses: impl Iterator<Item = WitnessNo>) -> Vec<String> {
    let mut others: Vec<String> = witnesses.map(|no| owner(world.claims.witness(no))).collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// `BookingOwner` as delivered, or what stands for it.
fn owner(witness: &Witness<'_>) -> String {
    let named = witness.booking.owner.clone();
    named.unwrap_or_else(|| source(witness.source()).to_owned())
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Gds => "ConcurTravel",
        Source::ParsedMail => "OpenBookingEmail",
        Source::Manual => "Manual",
        Source::AgencyApi => "ConcurConnectAPI",
        Source::Supplier => "OpenBookingSupplier",
        Source::TripIt => "TripIt",
        Source::TravelRequest => "TravelRequest",
        Source::AmadeusETravel => "AmadeusETravel",
        Source::Unknown => "unknown",
    }
}

/// "10 Nov"
pub(super) fn day(day: NaiveDate) -> String {
    let mut text = String::with_capacity("10 Nov 18:30".len());
    match day.day() {
        digit @ ..10 => text.push(char::from(b'0' + digit as u8)),
        more => push_two(&mut text, more),
    }
    text.push(' ');
    text.push_str(MONTHS[day.month0() as usize % 12]);
    text
}

/// A number below 100, in two digits.
fn push_two(text: &mut String, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        text.push(char::from(b'0' + digit as u8));
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// "10 Nov 18:30", on the clock there.
fn clock(t: Sec, zone: Option<Zone>) -> String {
    let local: NaiveDateTime = zone.map_or(instant(t).naive_utc(), |zone| zone.to_civil(instant(t)));
    let mut clock = day(local.date());
    clock.push(' ');
    push_two(&mut clock, local.hour());
    clock.push(':');
    push_two(&mut clock, local.minute());
    clock
}

fn label(spot: &Option<Spot>) -> &str {
    spot.as_ref().map_or("somewhere", |spot| &spot.label)
}

/// A city as a person would call it; with its state or country where another city of that name would be meant first.
pub(super) fn city_name(world: &World<'_, '_>, id: CityId) -> String {
    if let Some(known) = world.names.borrow().get(&id) {
        return known.clone();
    }
    let gazetteer = world.context.gazetteer;
    let city = gazetteer.city(id);
    let name = if gazetteer.goes_by_its_name(id) {
        city.name.clone()
    } else {
        let more = city.state.clone().unwrap_or_else(|| city.country.to_string());
        format!("{}, {more}", city.name)
    };
    world.names.borrow_mut().insert(id, name.clone());
    name
}

/// The city that a spot is in.
fn city(world: &World<'_, '_>, spot: &Option<Spot>) -> String {
    spot.as_ref()
        .map_or_else(|| "an unknown place".to_owned(), |spot| city_name(world, spot.city()))
}

/// What a leg says in this role.
pub(super) fn leg(world: &World<'_, '_>, leg: &Leg, role: Role) -> String {
    let witness = world.claims.witness(leg.witnesses[0]);
    let way = [label(&leg.from), " → ", label(&leg.to)].concat();
    let zone = |spot: &Option<Spot>| spot.as_ref().and_then(|spot| spot.zone);
    let there = || city(world, &leg.to);
    let named = match (&leg.identity, leg.mode) {
        (Some(name), Mode::Air) => ["Flight ", name, ", ", &way].concat(),
        (Some(name), Mode::Rail) => ["Train ", name, ", ", &way].concat(),
        (Some(name), _) => [name, ", ", &way].concat(),
        (None, _) if leg.drive => format!("Rental car, {way}"),
        (None, _) => way,
    };
    let leaves = || clock(leg.dep.middle(), zone(&leg.from));
    let arrives = || clock(leg.arr.middle(), zone(&leg.to));
    let times = match (leg.timed, role) {
        (true, Role::Leaving | Role::Leads) => [", leaves ", &leaves()].concat(),
        (true, Role::Riding) => [", leaves ", &leaves(), ", arrives ", &arrives()].concat(),
        (true, _) => [", arrives ", &arrives()].concat(),
        (false, _) if leg.drive => format!(", {} to {}", day(leg.dep_day), day(leg.arr_day)),
        (false, _) => format!(" on {}", day(leg.arr_day)),
    };
    let doubt = doubt(witness, leg);
    let nameless = leg.identity.is_none() && leg.mode == Mode::Air;
    let meaning = match role {
        _ if leg.to.is_none() => "; where it goes is not known".to_owned(),
        Role::Leads => format!(
            ": must be in {} by then, though no booking shows how they get there",
            city(world, &leg.from)
        ),
        Role::Void => "; it was cancelled".to_owned(),
        _ if nameless && !leg.timed => format!(": means to be in {} that day", there()),
        _ if nameless => format!(": means to be in {} on {}", there(), day(leg.arr_day)),
        _ => String::new(),
    };
    let then = match role {
        Role::Fades => {
            format!(
                "; nothing is booked after it, so each day makes it less likely that they are still in {}",
                there()
            )
        }
        Role::Gap => "; no booking connects it with the next one".to_owned(),
        _ => String::new(),
    };
    [named, times, doubt, meaning, then, ".".to_owned()].concat()
}

/// Why a leg is not as sure as a confirmed flight, in words.
fn doubt(witness: &Witness<'_>, leg: &Leg) -> String {
    let segment = witness.segment;
    let nameless = leg.mode == Mode::Air && leg.identity.is_none();
    let number = || flight::classify(segment.vendor.as_deref(), segment.number.as_deref(), segment.open).0;
    let mut words = String::new();
    if nameless && segment.redacted {
        words += " with the details hidden by the supplier";
    } else if nameless {
        words += match number() {
            NumberClass::Absent => " without a flight number",
            NumberClass::Malformed => " with a flight number that cannot be one",
            _ => " with a flight number that only fills the field",
        };
    }
    match witness.source() {
        Source::TravelRequest => words += ", only a travel request",
        Source::Manual => words += ", typed by hand",
        _ => {}
    }
    if leg.grounded {
        words += ", which does not fly";
    }
    if leg.batch.is_some() {
        words += ", one of several proposals";
    }
    match status::classify(segment.status.as_deref(), false).0 {
        Held::Waitlisted => words += ", only waitlisted",
        Held::Requested => words += ", asked for but not confirmed",
        Held::Passive => words += ", noted by the agency but booked elsewhere",
        Held::TimesChanged => words += ", with times that the airline changed",
        Held::CancelPending => words += ", about to be cancelled",
        _ => {}
    }
    words
}

/// What a stay says in this role.
pub(super) fn stay(world: &World<'_, '_>, stay: &Stay, role: Role) -> String {
    let place = city_name(world, stay.spot.city());
    let name = stay.name.as_deref().unwrap_or("");
    let what = match (stay.car, stay.lodging) {
        (true, _) => format!("Rental car in {place}"),
        (_, true) if name.is_empty() => format!("A hotel in {place}"),
        (_, true) if name.to_lowercase().contains("hotel") => format!("{name} in {place}"),
        (_, true) => format!("Hotel {name} in {place}"),
        _ if name.is_empty() => format!("An appointment in {place}"),
        _ => format!("{name} in {place}"),
    };
    let dates = match (stay.open_start, stay.open_end) {
        (_, true) => format!("from {}, the end is not known", day(stay.first)),
        (true, _) => format!("until {}, the start is not known", day(stay.last)),
        _ if stay.first == stay.last => format!("on {}", day(stay.first)),
        _ => format!("{} to {}", day(stay.first), day(stay.last)),
    };
    let meaning = match role {
        Role::Unsupported => "; no booking shows how they get there",
        Role::Orphan => "; every flight there is cancelled",
        _ => "",
    };
    format!("{what}, {dates}{meaning}.")
}

/// What a short presence says.
pub(super) fn point(world: &World<'_, '_>, point: &Point, role: Role) -> String {
    let witness = world.claims.witness(point.witness);
    let name = witness
        .segment
        .name
        .as_deref()
        .or(witness.segment.vendor_name.as_deref())
        .unwrap_or("Something booked");
    let place = city_name(world, point.spot.city());
    let when = clock(point.span.middle(), point.spot.zone);
    let against = if role == Role::Contradicts {
        "; it contradicts the other bookings"
    } else {
        ""
    };
    format!("{name} in {place}, around {when}{against}.")
}

/// What a cancelled leg says.
pub(super) fn void(world: &World<'_, '_>, void: &super::claims::VoidLeg) -> String {
    let way = format!("{} → {}", label(&void.from), label(&void.to));
    let zone = void.from.as_ref().and_then(|spot| spot.zone);
    let on = clock(void.dep.middle(), zone);
    let who = if void.unable {
        "was cancelled by the airline"
    } else {
        "was cancelled"
    };
    format!(
        "{way}, {on}, {who}, and nothing else is booked to {}.",
        city(world, &void.to)
    )
}
