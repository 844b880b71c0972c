//! What is missing from a trip: nights without a bed, gaps without a leg, ways to and from the terminal (R210–R218).
//! Called by `timeline` on the most probable path of each journey.
//! Always holds: an opportunity keeps its id as long as type, trip, city and dates stay (R218); day trips never need a hotel (R211).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate, TimeDelta};
use sha2::{Digest, Sha256};

use crate::itinerary::{Booking, Segment, SegmentKind};

use super::claims::{Leg, Stay};
use super::explain;
use super::laid::Laid;
use super::mass::Key;
use super::overlay::Overlay;
use super::path::Path;
use super::places::{Exact, Spot};
use super::stage::{Kind, Stage};
use super::times::{DAY, HOUR, Mode, Sec, day_span};
use super::world::World;
use super::{Bedless, Opportunity, State};

/// A leg or stay less probable than this needs nothing yet.
const LEAST: f64 = 0.4;

/// Few keys of opportunities are longer, in bytes.
const KEY_TEXT: usize = 96;

/// A bed further from the terminal needs more than a car from it.
const NEXT_TOWN_KM: f64 = 150.0;

struct Finder<'w, 'c, 'a> {
    world: &'w World<'c, 'a>,
    found: Vec<Opportunity>,
    bedless: Vec<Nights>,
}

/// Nights without a bed: in which city, and from when until when they are told of.
pub(super) struct Nights {
    pub city: Key,
    pub from: Sec,
    pub until: Sec,
    pub bedless: Bedless,
}

/// Nobody who left no date is told of for longer.
const OPEN_NIGHTS: Sec = 30 * DAY;

/// All opportunities of a traveler, and the nights that lack a bed.
pub(super) fn opportunities(world: &World<'_, '_>, laid: &[Laid]) -> (Vec<Opportunity>, Vec<Nights>) {
    let mut finder = Finder {
        world,
        found: Vec::new(),
        bedless: Vec::new(),
    };
    for journey in laid {
        // The most probable path, if it is more probable than not.
        let best = journey.paths.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
        if let Some(path) = best.filter(|path| path.weight > 0.5) {
            finder.path(path);
        }
    }
    finder
        .found
        .sort_by(|a, b| (a.from, &a.kind, &a.city, &a.id).cmp(&(b.from, &b.kind, &b.city, &b.id)));
    finder.found.dedup_by(|a, b| a.id == b.id);
    (finder.found, finder.bedless)
}

impl<'a> Finder<'_, '_, 'a> {
    fn path(&mut self, path: &Path) {
        for (i, stage) in path.stages.iter().enumerate() {
            let enter = i
                .checked_sub(1)
                .map(|i| &path.legs[i])
                .filter(|leg| leg.held() >= LEAST)
                .map(|leg| self.world.leg(leg));
            let leave = path
                .legs
                .get(i)
                .filter(|leg| leg.held() >= LEAST)
                .map(|leg| self.world.leg(leg));
            match (stage.kind, enter, leave) {
                (Kind::Stay, Some(enter), Some(leave)) => {
                    self.nights(stage, enter, leave);
                    self.transfers((path, i), Some(enter), Some(leave));
                    self.services(stage, enter, leave);
                }
                (Kind::Tail, Some(enter), None) => {
                    self.one_way(stage, enter);
                    self.transfers((path, i), Some(enter), None);
                }
                (Kind::Gap, Some(enter), Some(leave)) => {
                    self.gap(stage, Some(enter), leave);
                    self.transfers((path, i), Some(enter), Some(leave));
                }
                (Kind::Lead, enter, Some(leave)) => {
                    self.gap(stage, enter, leave);
                    self.transfers((path, i), None, Some(leave));
                }
                _ => {}
            }
        }
        for overlay in path
            .overlays
            .iter()
            .filter(|overlay| overlay.unsupported && !overlay.orphan)
        {
            self.unsupported(&self.world.claims.stays[overlay.stay], overlay.from);
        }
    }

    fn code(&self, key: Key) -> String {
        let city = self.world.city(key).map(|city| self.world.context.gazetteer.city(city));
        city.map_or_else(
            || "?".to_owned(),
            |city| {
                city.code
                    .map_or_else(|| city.name.clone(), |code| code.as_str().to_owned())
            },
        )
    }

    fn name(&self, key: Key) -> String {
        self.world
            .city(key)
            .map_or_else(|| "home".to_owned(), |city| explain::city_name(self.world, city))
    }

    fn add(
        &mut self,
        kind: &str,
        trip: &str,
        (start, city): (Option<Key>, Key),
        (from, to): (NaiveDate, Option<NaiveDate>),
        says: String,
    ) {
        let (city, start_city) = (self.code(city), start.map(|key| self.code(key)));
        let mut key = String::with_capacity(KEY_TEXT);
        for part in [kind, trip, start_city.as_deref().unwrap_or(""), &city] {
            key.push_str(part);
            key.push('|');
        }
        let days = match to {
            Some(to) => write!(key, "{from}|{to}"),
            None => write!(key, "{from}|"),
        };
        debug_assert!(days.is_ok(), "a text takes everything");
        let digest = Sha256::digest(key);
        let half = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
        let id = digest[..12]
            .iter()
            .flat_map(|byte| [half(byte >> 4), half(byte & 15)])
            .collect();
        let active = to.unwrap_or(from) >= self.world.context.as_of.date_naive();
        self.found.push(Opportunity {
            id,
            kind: kind.to_owned(),
            trip: trip.to_owned(),
            city,
            start_city,
            from,
            to,
            active,
            says,
        });
    }

    fn trip(&self, leg: &Leg) -> &'a str {
        &self.world.claims.witness(leg.witnesses[0]).trip.id
    }

    /// R211: somebody said where they sleep. At a table, a ride or a parking space the same words tell of something else.
    fn private(&self, leg: &Leg) -> bool {
        let trip = self.world.claims.witness(leg.witnesses[0]).trip;
        let elsewhere = [SegmentKind::Dining, SegmentKind::Ride, SegmentKind::Parking];
        let says = |segment: &Segment| segment.note.is_some() && !elsewhere.contains(&segment.kind);
        let booked = |booking: &Booking| booking.note.is_some() || booking.segments.iter().any(says);
        trip.note.is_some() || trip.bookings.iter().any(booked)
    }

    /// Nights from the first day to the last that no stay covers, in runs (R212). Wherever the bed is, the night is covered.
    fn uncovered(
        &self,
        city: Key,
        (first, last): (NaiveDate, NaiveDate),
        zone: Option<crate::place::Zone>,
    ) -> Vec<(NaiveDate, NaiveDate)> {
        let all = day_span(first, zone).from..day_span(last, zone).until;
        let during = |stay: &Stay| stay.until > all.start && stay.from < all.end;
        let lodgings: Vec<&Stay> = self
            .world
            .claims
            .stays
            .iter()
            .filter(|stay| stay.lodging && stay.strength.p >= 0.25)
            .filter(|stay| during(stay) || stay.first <= last && (first <= stay.last || stay.open_end))
            .collect();
        let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        let mut night = first;
        while night < last && (night - first).num_days() < 60 {
            let Some(next) = night.checked_add_days(Days::new(1)) else {
                break;
            };
            let slipped = |stay: &Stay| self.world.key(stay.spot.city()) == city && slipped(stay, (first, last), night);
            if !lodgings.iter().any(|stay| covers(stay, night, zone) || slipped(stay)) {
                match runs.last_mut() {
                    Some((_, until)) if *until == night => *until = next,
                    _ => runs.push((night, next)),
                }
            }
            night = next;
        }
        runs
    }

    /// R210: in and out of a city with a night between.
    fn nights(&mut self, stage: &Stage, enter: &Leg, leave: &Leg) {
        let gap = leave.dep.from - enter.arr.until;
        let airside = stage.stop == Some(State::Connection) && gap < 10 * HOUR;
        if enter.arr_day >= leave.dep_day
            || gap < 6 * HOUR
            || airside
            || gap > 60 * DAY
            || self.private(enter)
            || self.private(leave)
        {
            return;
        }
        let zone = enter.to.as_ref().and_then(|spot| spot.zone);
        for (from, to) in self.uncovered(stage.x, (enter.arr_day, leave.dep_day), zone) {
            let says = format!(
                "No bed is booked for the nights from {} to {}.",
                explain::day(from),
                explain::day(to)
            );
            self.add("Hotel", self.trip(enter), (None, stage.x), (from, Some(to)), says);
            self.without_bed(stage.x, zone, from, Some(to));
        }
    }

    /// Told of from the first day on until noon after the last night.
    fn without_bed(&mut self, city: Key, zone: Option<crate::place::Zone>, from: NaiveDate, to: Option<NaiveDate>) {
        let noon = |day| day_span(day, zone).from + DAY / 2;
        self.bedless.push(Nights {
            city,
            from: day_span(from, zone).from,
            until: to.map_or(noon(from) + OPEN_NIGHTS, noon),
            bedless: Bedless {
                from,
                nights: to.and_then(|to| u32::try_from((to - from).num_days()).ok()),
            },
        });
    }

    /// R213: what was added last has no end yet; it is not over because its first day is (R218).
    fn still_open(&mut self) {
        let as_of = self.world.context.as_of.date_naive();
        if let Some(last) = self.found.last_mut() {
            last.active |= (as_of - last.from).num_days() <= OPEN_NIGHTS / DAY;
        }
    }

    /// R213: arrived, and nothing follows.
    fn one_way(&mut self, stage: &Stage, enter: &Leg) {
        let zone = enter.to.as_ref().and_then(|spot| spot.zone);
        let next = enter.arr_day.checked_add_days(Days::new(1)).unwrap_or(enter.arr_day);
        let slept = stage.stays.iter().any(|no| self.world.claims.stays[*no].lodging);
        if !slept && !self.private(enter) && !self.uncovered(stage.x, (enter.arr_day, next), zone).is_empty() {
            let says = format!(
                "No bed is booked from {} on; how many nights is not known.",
                explain::day(enter.arr_day)
            );
            self.add(
                "Hotel",
                self.trip(enter),
                (None, stage.x),
                (enter.arr_day, Some(next)),
                says,
            );
            self.still_open();
            self.without_bed(stage.x, zone, enter.arr_day, None);
        }
        // The way back is as the way there; what is neither flight nor train, a ship for one, goes by the distance.
        let kind = match (enter.mode, self.km(stage.x, Key::Home)) {
            (Mode::Air, _) => "Air",
            (Mode::Rail, _) | (_, None) => "Rail",
            (_, Some(km)) => self.means(stage.x, Key::Home, km),
        };
        if !enter.drive {
            let says = "No way back is booked.".to_owned();
            self.add(kind, self.trip(enter), (None, stage.x), (enter.arr_day, None), says);
            self.still_open();
        }
    }

    /// R214: two places that no leg connects.
    fn gap(&mut self, stage: &Stage, enter: Option<&Leg>, leave: &Leg) {
        let (Some(y), Some(km)) = (stage.y, stage.y.and_then(|y| self.km(stage.x, y))) else {
            return;
        };
        if km <= 150.0 || self.world.surface_between(stage.x, y) {
            return;
        }
        let from = enter.map_or(leave.dep_day, |leg| leg.arr_day);
        let kind = self.means(stage.x, y, km);
        let says = format!("No booking connects {} and {}.", self.name(stage.x), self.name(y));
        self.add(
            kind,
            self.trip(leave),
            (Some(stage.x), y),
            (from, Some(leave.dep_day)),
            says,
        );
    }

    fn unsupported(&mut self, stay: &Stay, (from, km): (Key, f64)) {
        let key = self.world.key(stay.spot.city());
        if km <= 150.0 || stay.strength.p < LEAST || self.world.city(from).is_none() {
            return;
        }
        let trip = &self.world.claims.witness(stay.witnesses[0]).trip.id;
        let kind = self.means(from, key, km);
        let says = format!("No booking leads to {}.", self.name(key));
        self.add(kind, trip, (Some(from), key), (stay.first, Some(stay.last)), says);
    }

    fn km(&self, a: Key, b: Key) -> Option<f64> {
        let at = |key| {
            self.world
                .city(key)
                .map(|city| self.world.context.gazetteer.city(city).at)
        };
        Some(at(a)?.distance_km(at(b)?))
    }

    fn means(&self, a: Key, b: Key, km: f64) -> &'static str {
        if km > self.world.context.judgement.missing_leg_km || self.world.over_water(a, b) {
            "Air"
        } else {
            "Rail"
        }
    }

    /// R215, R216: between terminal and bed. Both need coordinates; names alone create nothing.
    fn transfers(&mut self, (path, i): (&Path, usize), enter: Option<&Leg>, leave: Option<&Leg>) {
        let terminal = |spot: Option<&Spot>| spot.filter(|spot| spot.exact == Exact::Terminal).map(|spot| spot.at);
        let arrive = enter.and_then(|leg| Some((leg, terminal(leg.to.as_ref())?, leg.arr.until, leg.arr_day)));
        let depart = leave.and_then(|leg| Some((leg, terminal(leg.from.as_ref())?, leg.dep.from, leg.dep_day)));
        for (end, at_start) in [(arrive, true), (depart, false)] {
            let Some((leg, terminal, t, day)) = end else { continue };
            // A bed in the next town counts too: nobody walks there.
            let near_by = |overlay: &&Overlay| overlay.stage == i && !overlay.unsupported && !overlay.orphan;
            let others = path.overlays.iter().filter(near_by).map(|overlay| &overlay.stay);
            let beds = path.stages[i].stays.iter().chain(others);
            let beds = beds.map(|no| &self.world.claims.stays[*no]);
            let beds = beds.filter(|stay| stay.lodging && stay.spot.exact == Exact::Venue && stay.strength.p >= LEAST);
            let near = |stay: &&Stay| {
                if at_start {
                    (stay.from - t).abs() <= DAY
                } else {
                    (t - stay.until).abs() <= DAY
                }
            };
            let Some(bed) = beds.filter(near).min_by_key(|stay| (stay.from, stay.until)) else {
                continue;
            };
            let km = terminal.distance_km(bed.spot.at);
            if self.wheels(t, bed) {
                continue;
            }
            let key = self.world.key(bed.spot.city());
            let (a, b) = if at_start {
                ("the terminal", "the hotel")
            } else {
                ("the hotel", "the terminal")
            };
            if (3.0..=80.0).contains(&km) {
                let says = format!("No ride is booked from {a} to {b}, {km:.0} km.");
                self.add("Taxi", self.trip(leg), (None, key), (day, Some(day)), says);
            }
            if at_start && (25.0..=NEXT_TOWN_KM).contains(&km) && bed.last > bed.first {
                let says = format!("The hotel is {km:.0} km from the terminal and no car is booked.");
                self.add("Car", self.trip(leg), (None, key), (day, Some(bed.last)), says);
            }
        }
    }

    /// A car that is out, a ride or a train around that time.
    fn wheels(&self, t: Sec, bed: &Stay) -> bool {
        let key = self.world.key(bed.spot.city());
        let car = self
            .world
            .claims
            .stays
            .iter()
            .any(|stay| stay.car && stay.from <= t + 6 * HOUR && stay.until >= t - 6 * HOUR);
        let ride = self.world.claims.points.iter().any(|point| {
            let witness = self.world.claims.witness(point.witness);
            let is_ride = witness.segment.kind == SegmentKind::Ride;
            is_ride && self.world.key(point.spot.city()) == key && (point.span.from - t).abs() <= 12 * HOUR
        });
        let train = self.world.claims.legs.iter().any(|leg| {
            leg.mode != Mode::Air
                && leg.to.as_ref().is_some_and(|to| self.world.key(to.city()) == key)
                && (leg.arr.until - t).abs() <= 6 * HOUR
        });
        car || ride || train
    }

    /// R217: what makes waiting bearable.
    fn services(&mut self, stage: &Stage, enter: &Leg, leave: &Leg) {
        let gap = leave.dep.from - enter.arr.until;
        if stage.stop.is_some() && gap > 6 * HOUR && enter.arr_day == leave.dep_day {
            let says = format!("{} hours of waiting between two flights.", gap / HOUR);
            self.add(
                "Service",
                self.trip(enter),
                (None, stage.x),
                (enter.arr_day, Some(leave.dep_day)),
                says,
            );
        }
        let early = enter.timed
            && stage.stays.iter().any(|no| {
                let stay = &self.world.claims.stays[*no];
                stay.lodging && stay.first == enter.arr_day && stay.from - enter.arr.until >= 6 * HOUR
            });
        if early {
            let says = "Arrives hours before the room is ready.".to_owned();
            self.add(
                "Service",
                self.trip(enter),
                (None, stage.x),
                (enter.arr_day, Some(enter.arr_day)),
                says,
            );
        }
    }
}

/// R211: a stay that is booked a day late or early: it lacks this night and reaches over the other end of the nights away, and moved
/// by that day at least half of it lies within them.
fn slipped(stay: &Stay, (first, last): (NaiveDate, NaiveDate), night: NaiveDate) -> bool {
    let one = TimeDelta::days(1);
    let by = match () {
        () if stay.first == night + one && night == first && stay.last > last => -one,
        () if stay.last == night && night + one == last && stay.first < first => one,
        () => return false,
    };
    let within = (stay.last + by).min(last) - (stay.first + by).max(first);
    within * 2 >= stay.last - stay.first
}

/// Whether a stay covers at least half of the night that begins on `night` (R211).
fn covers(stay: &Stay, night: NaiveDate, zone: Option<crate::place::Zone>) -> bool {
    if stay.first <= night && (night < stay.last || stay.open_end) {
        return true;
    }
    let at = |day: NaiveDate, hour: u32| {
        let local = day.and_hms_opt(hour, 0, 0)?;
        Some(zone.map_or_else(|| local.and_utc().timestamp(), |zone| zone.to_second(local)))
    };
    let (Some(from), Some(until)) = (at(night, 22), night.succ_opt().and_then(|next| at(next, 6))) else {
        return false;
    };
    stay.until.min(until) - stay.from.max(from) >= (until - from) / 2
}

/// Trips with nights away from home in a bed, and with nights away at all, of the legs given (R219).
pub(super) fn uncovered_nights(opportunities: &[Opportunity]) -> BTreeSet<String> {
    opportunities
        .iter()
        .filter(|o| o.kind == "Hotel" && o.active)
        .map(|o| o.trip.clone())
        .collect()
}
