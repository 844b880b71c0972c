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
    let mut text = String::with_capacity("10 Nov".len());
    push_day(&mut text, day);
    text
}

fn push_day(text: &mut String, day: NaiveDate) {
    match day.day() {
        digit @ ..10 => text.push(char::from(b'0' + digit as u8)),
        more => push_two(text, more),
    }
    text.push(' ');
    text.push_str(MONTHS[day.month0() as usize % 12]);
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
fn push_clock(text: &mut String, t: Sec, zone: Option<Zone>) {
    let local: NaiveDateTime = zone.map_or(instant(t).naive_utc(), |zone| zone.to_civil(instant(t)));
    push_day(text, local.date());
    text.push(' ');
    push_two(text, local.hour());
    text.push(':');
    push_two(text, local.minute());
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
    let mut text = String::with_capacity(LEG_TEXT);
    let kind = match (&leg.identity, leg.mode) {
        (Some(_), Mode::Air) => "Flight ",
        (Some(_), Mode::Rail) => "Train ",
        (None, _) if leg.drive => "Rental car, ",
        _ => "",
    };
    text.push_str(kind);
    if let Some(name) = &leg.identity {
        push_all(&mut text, &[name, ", "]);
    }
    push_all(&mut text, &[label(&leg.from), " → ", label(&leg.to)]);
    push_times(&mut text, leg, role);
    push_doubt(&mut text, witness, leg);
    let nameless = leg.identity.is_none() && leg.mode == Mode::Air;
    let there = || city(world, &leg.to);
    match role {
        _ if leg.to.is_none() => text.push_str("; where it goes is not known"),
        Role::Leads => {
            let here = city(world, &leg.from);
            let so = " by then, though no booking shows how they get there";
            push_all(&mut text, &[": must be in ", &here, so]);
        }
        Role::Void => text.push_str("; it was cancelled"),
        _ if nameless && !leg.timed => push_all(&mut text, &[": means to be in ", &there(), " that day"]),
        _ if nameless => {
            push_all(&mut text, &[": means to be in ", &there(), " on "]);
            push_day(&mut text, leg.arr_day);
        }
        _ => {}
    }
    match role {
        Role::Fades => {
            let less = "; nothing is booked after it, so each day makes it less likely that they are still in ";
            push_all(&mut text, &[less, &there()]);
        }
        Role::Gap => text.push_str("; no booking connects it with the next one"),
        _ => {}
    }
    text.push('.');
    text
}

/// Few sentences about a leg are longer, in bytes.
const LEG_TEXT: usize = 96;

fn push_all(text: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| text.push_str(part));
}

/// When it leaves or arrives, as far as the role asks for it and it is known.
fn push_times(text: &mut String, leg: &Leg, role: Role) {
    let zone = |spot: &Option<Spot>| spot.as_ref().and_then(|spot| spot.zone);
    if leg.timed {
        let (leaves, arrives) = match role {
            Role::Leaving | Role::Leads => (true, false),
            Role::Riding => (true, true),
            _ => (false, true),
        };
        if leaves {
            text.push_str(", leaves ");
            push_clock(text, leg.dep.middle(), zone(&leg.from));
        }
        if arrives {
            text.push_str(", arrives ");
            push_clock(text, leg.arr.middle(), zone(&leg.to));
        }
    } else if leg.drive {
        text.push_str(", ");
        push_day(text, leg.dep_day);
        text.push_str(" to ");
        push_day(text, leg.arr_day);
    } else {
        text.push_str(" on ");
        push_day(text, leg.arr_day);
    }
}

/// Why a leg is not as sure as a confirmed flight, in words.
fn push_doubt(text: &mut String, witness: &Witness<'_>, leg: &Leg) {
    let segment = witness.segment;
    let nameless = leg.mode == Mode::Air && leg.identity.is_none();
    let number = || flight::classify(segment.vendor.as_deref(), segment.number.as_deref(), segment.open).0;
    if nameless && segment.redacted {
        text.push_str(" with the details hidden by the supplier");
    } else if nameless {
        text.push_str(match number() {
            NumberClass::Absent => " without a flight number",
            NumberClass::Malformed => " with a flight number that cannot be one",
            _ => " with a flight number that only fills the field",
        });
    }
    text.push_str(match witness.source() {
        Source::TravelRequest => ", only a travel request",
        Source::Manual => ", typed by hand",
        _ => "",
    });
    if leg.grounded {
        text.push_str(", which does not fly");
    }
    if leg.batch.is_some() {
        text.push_str(", one of several proposals");
    }
    text.push_str(match status::classify(segment.status.as_deref(), false).0 {
        Held::Waitlisted => ", only waitlisted",
        Held::Requested => ", asked for but not confirmed",
        Held::Passive => ", noted by the agency but booked elsewhere",
        Held::TimesChanged => ", with times that the airline changed",
        Held::CancelPending => ", about to be cancelled",
        _ => "",
    });
}

/// What a stay says in this role.
pub(super) fn stay(world: &World<'_, '_>, stay: &Stay, role: Role) -> String {
    let name = stay.name.as_deref().unwrap_or("");
    let mut text = String::with_capacity(STAY_TEXT);
    match (stay.car, stay.lodging) {
        (true, _) => text.push_str("Rental car"),
        (_, true) if name.is_empty() => text.push_str("A hotel"),
        (_, true) if name.to_lowercase().contains("hotel") => text.push_str(name),
        (_, true) => push_all(&mut text, &["Hotel ", name]),
        _ if name.is_empty() => text.push_str("An appointment"),
        _ => text.push_str(name),
    }
    push_all(&mut text, &[" in ", &city_name(world, stay.spot.city()), ", "]);
    match (stay.open_start, stay.open_end) {
        (_, true) => {
            text.push_str("from ");
            push_day(&mut text, stay.first);
            text.push_str(", the end is not known");
        }
        (true, _) => {
            text.push_str("until ");
            push_day(&mut text, stay.last);
            text.push_str(", the start is not known");
        }
        _ if stay.first == stay.last => {
            text.push_str("on ");
            push_day(&mut text, stay.first);
        }
        _ => {
            push_day(&mut text, stay.first);
            text.push_str(" to ");
            push_day(&mut text, stay.last);
        }
    }
    text.push_str(match role {
        Role::Unsupported => "; no booking shows how they get there.",
        Role::Orphan => "; every flight there is cancelled.",
        _ => ".",
    });
    text
}

/// Few sentences about a stay are longer, in bytes.
const STAY_TEXT: usize = 64;

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
    let mut when = String::new();
    push_clock(&mut when, point.span.middle(), point.spot.zone);
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
    let mut on = String::new();
    push_clock(&mut on, void.dep.middle(), zone);
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
