//! What a place looks like at an instant: state, grade, hotel or airport inside it, shapes (R109, R143–R147, R198–R200).
//! Called by `episodes` for each episode.
//! Always holds: intent is never placed at a terminal (R200), and never shown with a number (R25).

use std::sync::Arc;

use smallvec::SmallVec;

use super::claims::Leg;
use super::laid::{Laid, tidy};
use super::mass::{Key, Mass, Side};
use super::overlay::venue_of;
use super::path::{Doing, Doings, Path};
use super::places::{self, Exact, Spot};
use super::stage::{Kind, PathLeg};
use super::times::{DAY, Sec, instant};
use super::world::{Inside, World};
use super::{Grade, Move, Place, PlaceKind, Region, State, region};
use crate::place::CityId;

/// All paths of a journey at one instant, each with where it is.
pub(super) struct Ways<'l> {
    pub t: Sec,
    pub paths: SmallVec<[Way<'l>; 1]>,
}

/// One of them.
pub(super) struct Way<'l> {
    pub path: &'l Path,
    pub doing: Doings,
    pub mass: Mass,
}

impl<'l> Ways<'l> {
    /// `mix`: the mixture of all of them at that instant.
    pub fn at(world: &World<'_, '_>, journey: &'l Laid, t: Sec, mix: &Mass) -> Ways<'l> {
        let way = |path: &'l Path| {
            let doing = path.doing(t, Side::After);
            let mass = if path.weight == 1.0 {
                // The only path is the whole mixture.
                mix.clone()
            } else {
                path.mass_while(world, doing.iter().copied(), t, Side::After)
            };
            Way { path, doing, mass }
        };
        Ways {
            t,
            paths: journey.paths.iter().map(way).collect(),
        }
    }

    /// The path that puts most into a place; the first of equals.
    pub fn most(&self, key: Key) -> Option<&Way<'l>> {
        let mut best = None;
        let mut most = -1.0;
        for way in &self.paths {
            let p = way.path.weight * way.mass.get(key);
            if p > most {
                (best, most) = (Some(way), p);
            }
        }
        best
    }

    /// The most probable path.
    fn first(&self) -> Option<&Way<'l>> {
        let weight = |way: &&Way<'_>| way.path.weight;
        self.paths.iter().max_by(|a, b| weight(a).total_cmp(&weight(b)))
    }
}

pub(super) fn state(world: &World<'_, '_>, ways: &Ways<'_>, top: Key) -> State {
    match top {
        Key::Transit(_) => State::InTransit,
        Key::Unknown => State::Unknown,
        Key::Near(_) => State::Stay,
        Key::Home | Key::City(_) => {
            // The path that puts most into the place says what is done there.
            let state = ways
                .most(top)
                .and_then(|way| way.path.state(world, &way.doing, top, ways.t));
            state.unwrap_or(if top == Key::Home { State::Home } else { State::Stay })
        }
    }
}

/// A leg by its number as it is shown, made once.
pub(super) fn leg_move(world: &World<'_, '_>, no: usize) -> Arc<Move> {
    let mut shown = world.shown.borrow_mut();
    let known = shown.moves.entry(no);
    known
        .or_insert_with(|| Arc::new(new_move(world, &world.claims.legs[no])))
        .clone()
}

/// Times only where they are known (R27).
fn new_move(world: &World<'_, '_>, leg: &Leg) -> Move {
    let j = world.context.judgement;
    let place = |spot: &Option<Spot>| {
        spot.as_ref()
            .map_or_else(nowhere, |s| places::exact_place(world.context.gazetteer, j, s, None))
    };
    Move {
        mode: leg.mode.as_str().to_owned(),
        identity: leg.identity.clone(),
        from: place(&leg.from),
        to: place(&leg.to),
        departs: leg.timed.then(|| instant(leg.dep.middle())),
        arrives: leg.timed.then(|| instant(leg.arr.middle())),
        grade: leg.grade,
        wide: leg.wide,
    }
}

pub(super) fn nowhere() -> Place {
    Place {
        kind: PlaceKind::Region,
        code: None,
        name: "unknown".to_owned(),
        country: None,
        point: None,
        radius_km: 0.0,
        city_key: None,
    }
}

/// How a place is known: by the leg that led there and the stays in it.
pub(super) fn grade(world: &World<'_, '_>, ways: &Ways<'_>, key: Key) -> Grade {
    ways.most(key)
        .map_or(Grade::Inferred, |way| path_grade(world, way, key, ways.t))
}

fn path_grade(world: &World<'_, '_>, way: &Way<'_>, key: Key, t: Sec) -> Grade {
    let path = way.path;
    let mut grade = Grade::Inferred;
    for (i, leg) in path.legs.iter().enumerate() {
        if leg.arr.from > t || path.stages[i + 1].x != key {
            continue;
        }
        let fades = path.stages[i + 1]
            .fades_from
            .is_some_and(|from| t > from + DAY && path.stages[i + 1].kind != Kind::Stay);
        grade = if fades { Grade::Inferred } else { world.leg(leg).grade };
    }
    let stays = path
        .stays_at(world, &way.doing, key, t)
        .into_iter()
        .map(|no| world.claims.stays[no].grade);
    stays.fold(grade, Grade::min)
}

/// A hotel or an airport inside the city, with its share of the city's p (R109, R143, R144, R153, R200).
pub(super) fn venue(world: &World<'_, '_>, ways: &Ways<'_>, key: Key) -> Option<(Arc<Place>, f64)> {
    let (j, t) = (world.context.judgement, ways.t);
    let mut total = 0.0;
    let mut found: Vec<(Arc<Place>, f64)> = Vec::new();
    let mut add = |place: Arc<Place>, share: f64| match found.iter_mut().find(|(known, _)| *known == place) {
        Some((_, sum)) => *sum += share,
        None => found.push((place, share)),
    };
    for Way { path, doing, mass } in &ways.paths {
        let weight = path.weight * mass.get(key);
        if weight <= 0.0 {
            continue;
        }
        total += weight;
        if let Some((no, _)) = path.terminal_at(world, key, t) {
            let leg = &world.claims.legs[no];
            let (inside, spot) = if path.legs.iter().any(|l| l.no == no && l.arr.until <= t) {
                (Inside::ToTerminal(no), &leg.to)
            } else {
                (Inside::FromTerminal(no), &leg.from)
            };
            if let Some(spot) = spot
                .as_ref()
                .filter(|spot| leg.identity.is_some() && leg.grade < Grade::Intent && spot.exact == Exact::Terminal)
            {
                add(world.place_inside(inside, spot, None), weight * j.at_terminal);
            }
            continue;
        }
        let mut stays = path.stays_at(world, doing, key, t);
        stays.retain(|no| world.claims.stays[*no].lodging && t < world.claims.stays[*no].until);
        let strength: f64 = stays.iter().map(|no| world.claims.stays[*no].strength.p).sum();
        for no in stays.iter().filter(|no| venue_of(&world.claims.stays[**no])) {
            let stay = &world.claims.stays[*no];
            let hours = if stay.is_night(t) {
                j.in_hotel_by_night
            } else {
                j.in_hotel_by_day
            };
            let certain = stay.strength.p * stay.strength.p / strength.max(stay.strength.p) / j.class_prior[3];
            let place = world.place_inside(Inside::Stay(*no), &stay.spot, stay.name.as_deref());
            add(place, weight * hours * certain.min(1.0));
        }
    }
    let best = found
        .into_iter()
        .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.name.cmp(&a.0.name)))?;
    (total > 0.0).then(|| (best.0, tidy((best.1 / total).min(1.0))))
}

/// R198: a rental car that is out.
pub(super) fn drive(world: &World<'_, '_>, ways: &Ways<'_>, top: Key) -> Option<Region> {
    let (j, t) = (world.context.judgement, ways.t);
    let Way { path, doing, .. } = ways.first()?;
    let out = |leg: &&PathLeg| world.leg(leg).drive && leg.dep.from <= t && t < leg.dep.until;
    if let Some(leg) = path.legs.iter().find(out) {
        let claim = world.leg(leg);
        let (from, to) = (claim.from.as_ref()?, claim.to.as_ref()?);
        return Some(region::drive(j, (leg.dep.from, from.at), (leg.dep.until, to.at), t));
    }
    let mut cars = world.cars.iter().map(|no| &world.claims.stays[*no]);
    let car = cars.find(|car| car.from <= t && t < car.until && world.key(car.spot.city()) == top)?;
    let asleep = path
        .stays_at(world, doing, top, t)
        .into_iter()
        .any(|no| world.claims.stays[no].lodging && world.claims.stays[no].is_night(t));
    (!asleep).then(|| region::drive(j, (car.from, car.spot.at), (car.until, car.spot.at), t))
}

/// R199: between two cities that no leg connects.
pub(super) fn prism(world: &World<'_, '_>, ways: &Ways<'_>) -> Option<Region> {
    let Way { path, doing, .. } = ways.first()?;
    let (doing, _) = doing.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let Doing::Stage(i) = doing else { return None };
    let stage = &path.stages[*i];
    let (x, y) = (world.city(stage.x)?, world.city(stage.y?)?);
    if stage.kind != Kind::Gap {
        return None;
    }
    let anchor = |t: Sec, city: CityId| {
        let city = world.context.gazetteer.city(city);
        (t, city.at, city.country.to_string())
    };
    Some(region::prism(anchor(stage.from, x), anchor(stage.until, y)))
}
