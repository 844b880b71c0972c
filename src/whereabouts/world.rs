//! What every step of laying paths on the time line looks at: claims, home, distances.
//! Made by `timeline`.
//! Always holds: the home region has one key, `Key::Home`, wherever it appears (R154).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::place::{CityId, land};

use super::aftermath::Aftermath;
use super::claims::{Claims, Leg, Stay};
use super::clash::needed;
use super::gather::Context;
use super::mass::{Key, Mass};
use super::places::{self, Spot};
use super::stage::PathLeg;
use super::times::{MINUTE, Mode, Sec};
use super::{Move, Place};

/// Everything that the laying of paths on the time line looks at.
pub(super) struct World<'c, 'a> {
    pub context: &'c Context<'c>,
    pub claims: &'c Claims<'a>,
    pub aftermath: &'c Aftermath,
    /// Which stays are rental cars.
    pub cars: &'c [usize],
    /// How long this traveler usually stays, if there is enough to tell (R160).
    pub usual_stay: Option<Sec>,
    /// The home is the profile's, not guessed (R159).
    pub home_known: bool,
    /// Names of cities as they are spoken of, each looked up once.
    pub names: RefCell<BTreeMap<CityId, String>>,
    /// What is shown in one episode after the other, each made once.
    pub shown: RefCell<Shown>,
}

/// Places and legs as they are shown.
#[derive(Default)]
pub(super) struct Shown {
    pub cities: BTreeMap<CityId, Arc<Place>>,
    pub inside: BTreeMap<Inside, Arc<Place>>,
    pub moves: BTreeMap<usize, Arc<Move>>,
}

/// By which claim a place inside of a city is known: the number of a leg or of a stay.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Inside {
    FromTerminal(usize),
    ToTerminal(usize),
    Stay(usize),
}

impl World<'_, '_> {
    /// The same world as if nothing were cancelled (R189).
    pub fn certain(&self) -> World<'_, '_> {
        World {
            aftermath: const { &Aftermath::NONE },
            names: RefCell::default(),
            shown: RefCell::default(),
            ..*self
        }
    }

    /// A city region as it is shown.
    pub fn city_place(&self, city: CityId) -> Arc<Place> {
        let made = || Arc::new(places::city_place(self.context.gazetteer, self.context.judgement, city));
        let mut shown = self.shown.borrow_mut();
        shown.cities.entry(city).or_insert_with(made).clone()
    }

    /// The terminal or hotel of a claim as it is shown.
    pub fn place_inside(&self, inside: Inside, spot: &Spot, name: Option<&str>) -> Arc<Place> {
        let (gazetteer, judgement) = (self.context.gazetteer, self.context.judgement);
        let made = || Arc::new(places::exact_place(gazetteer, judgement, spot, name));
        let mut shown = self.shown.borrow_mut();
        shown.inside.entry(inside).or_insert_with(made).clone()
    }

    pub fn leg(&self, leg: &PathLeg) -> &Leg {
        &self.claims.legs[leg.no]
    }

    pub fn key(&self, city: CityId) -> Key {
        match self.context.home {
            Some(home) if places::same_city(self.context.gazetteer, home, city) => Key::Home,
            _ => Key::City(city),
        }
    }

    /// The city behind a key.
    pub fn city(&self, key: Key) -> Option<CityId> {
        match key {
            Key::Home => self.context.home,
            Key::City(city) | Key::Near(city) => Some(city),
            _ => None,
        }
    }

    /// At home when nothing says otherwise (R159).
    pub fn idle(&self) -> Mass {
        let j = self.context.judgement;
        let home = if self.home_known { j.home_known } else { j.home_guessed };
        Mass::of([(Key::Home, home), (Key::Unknown, 1.0 - home)])
    }

    /// Kilometres between the cities of two keys.
    pub fn km(&self, a: Key, b: Key) -> Option<f64> {
        let at = |key| self.city(key).map(|city| self.context.gazetteer.city(city).at);
        Some(at(a)?.distance_km(at(b)?))
    }

    /// Stays in the city of `key` that touch [from, until].
    pub fn stays_in(&self, key: Key, from: Sec, until: Sec) -> Vec<usize> {
        let Some(city) = self.city(key) else { return Vec::new() };
        let touches = |stay: &Stay| stay.from <= until && stay.until >= from;
        let here = |stay: &Stay| places::same_city(self.context.gazetteer, stay.spot.city(), city);
        self.claims
            .stays
            .iter()
            .enumerate()
            .filter(|(_, stay)| touches(stay) && here(stay))
            .map(|(no, _)| no)
            .collect()
    }

    /// R151: near enough, on land, and time enough.
    pub fn overland(&self, x: Key, y: Key, available: Sec) -> bool {
        let Some(km) = self.km(x, y) else { return false };
        km <= self.context.judgement.missing_leg_km && available >= needed(km, false) * 9 / 10 && !self.over_water(x, y)
    }

    /// Whether the sea is between two places and nothing bridges it.
    pub fn apart(&self, x: Key, y: Key) -> bool {
        let city = |key| self.city(key).map(|city| self.context.gazetteer.city(city));
        city(x).zip(city(y)).is_some_and(|(a, b)| land::apart(a, b))
    }

    /// The same, or the straight way leads over open water for long.
    pub fn over_water(&self, x: Key, y: Key) -> bool {
        let gazetteer = self.context.gazetteer;
        let (Some(a), Some(b)) = (self.city(x), self.city(y)) else {
            return false;
        };
        if self.apart(x, y) {
            return true;
        }
        let way = gazetteer.city(a).at.path(gazetteer.city(b).at, 25.0);
        let mut run = 0;
        for point in way {
            run = if gazetteer.country_at(point).is_none() {
                run + 1
            } else {
                0
            };
            if run >= 5 {
                return true;
            }
        }
        false
    }

    /// Whether one of two legs crosses a border.
    pub fn international(&self, a: &PathLeg, b: &PathLeg) -> bool {
        [a, b].into_iter().any(|leg| {
            let leg = self.leg(leg);
            let country = |spot: &Option<Spot>| spot.as_ref().map(|s| self.context.gazetteer.city(s.city()).country);
            country(&leg.from) != country(&leg.to)
        })
    }

    /// Minutes at the terminal before departure and after arrival (R143, R144).
    pub fn terminal(&self, leg: &Leg) -> (Sec, Sec) {
        let j = self.context.judgement;
        let country = |spot: &Option<Spot>| spot.as_ref().map(|s| self.context.gazetteer.city(s.city()).country);
        let kind = match leg.mode {
            Mode::Air if country(&leg.from) != country(&leg.to) => 0,
            Mode::Air => 1,
            Mode::Rail => 2,
            Mode::Road | Mode::Unknown => 3,
            Mode::Sea => 4,
        };
        (
            j.terminal_before_min[kind] * MINUTE,
            j.terminal_after_min[kind] * MINUTE,
        )
    }

    /// R32: the gap between two places is known and accepted.
    pub fn surface_between(&self, x: Key, y: Key) -> bool {
        self.claims.surface.iter().any(|surface| {
            let meets = |spot: &Option<Spot>, key: Key| spot.as_ref().is_none_or(|spot| self.key(spot.city()) == key);
            let witness = self.claims.witness(surface.witness);
            let blank = surface.from.is_none() && surface.to.is_none();
            // Without places it accepts the gaps of its own reservation.
            let own = !blank
                || self.claims.legs.iter().any(|leg| {
                    self.claims.witness(leg.witnesses[0]).unit() == witness.unit()
                        && leg.from.as_ref().is_some_and(|from| self.key(from.city()) == y)
                });
            meets(&surface.from, x) && meets(&surface.to, y) && own
        })
    }
}
