//! Stays and short presences that no leg of a path supports (R110, R152, R155–R157, R162, R164, R166).
//! Called by `path`, which lays them over what its legs say.
//! Always holds: beside a leg that is taken, only those who did not take it can be in such a place.

use std::cmp::Reverse;

use smallvec::SmallVec;

use super::claims::Stay;
use super::clash::needed;
use super::mass::{Curve, HALF_LIVES, Key, Mass, Side};
use super::path::Path;
use super::places::{Exact, Spot};
use super::proposals;
use super::stage::{Kind, PathLeg, Stage};
use super::times::{DAY, HOUR, Sec, Span};
use super::world::World;

/// A stay that no leg of the path supports (R156, R157, R162).
#[derive(Clone, Debug)]
pub(super) struct Overlay {
    pub stay: usize,
    pub key: Key,
    /// That the traveler is there or around.
    pub q: Curve<f64>,
    /// Of that, in the city itself.
    pub city: Curve<f64>,
    /// The stage that the stay falls into.
    pub stage: usize,
    pub unsupported: bool,
    /// Whether the legs of the path leave it alone: a one-way rental passes there (R163).
    pub passed: bool,
    pub orphan: bool,
    /// The share of `q` that this takes (R157).
    pub doubted: f64,
    /// The nearest place of the path, and how far it is.
    pub from: (Key, f64),
    /// Overlays before it for the same nights in another city: one traveler sleeps in one of them only (R110).
    pub rivals: SmallVec<[usize; 2]>,
}

/// A table, a ride, a parking space (R166).
#[derive(Clone, Debug)]
pub(super) struct Touch {
    pub point: usize,
    pub key: Key,
    pub span: Span,
    pub agrees: bool,
}

/// R156, R157, R162, R110: stays in cities to which no leg of the path leads.
pub(super) fn overlays(world: &World<'_, '_>, path: &Path, range: (Sec, Sec)) -> Vec<Overlay> {
    let mut found: Vec<Overlay> = Vec::new();
    let legs: Vec<usize> = path.legs.iter().map(|leg| leg.no).collect();
    for (no, stay) in world.claims.stays.iter().enumerate() {
        if stay.until < range.0 || stay.from > range.1 {
            continue;
        }
        let key = world.key(stay.spot.city());
        if key == Key::Home || path.stages.iter().any(|stage| stage.stays.contains(&no)) {
            continue;
        }
        let share = proposals::share(world.claims, &legs, stay);
        if share == 0.0 {
            continue;
        }
        let overlap = |stage: &Stage| stay.until.min(stage.until) - stay.from.max(stage.from);
        let stage = (0..path.stages.len())
            .max_by_key(|i| (overlap(&path.stages[*i]), Reverse(*i)))
            .unwrap_or(0);
        let from = nearest(world, &path.stages[stage], &found, stay);
        let (p, unsupported) = alone(world, path, stage, stay, from);
        let p = p * share;
        let orphan = world.aftermath.orphans.get(&no).copied();
        let q = presence(world, stay, p, unsupported);
        found.push(Overlay {
            stay: no,
            key,
            q,
            city: in_city(world, stay),
            stage,
            unsupported,
            passed: on_the_way(world, path, stay),
            orphan: orphan.is_some(),
            doubted: orphan.map_or(0.0, |orphan| 1.0 - (orphan / p).min(1.0)),
            from,
            rivals: SmallVec::new(),
        });
    }
    // A stay within another wins for its nights, so it comes later, also if both begin on one day.
    found.sort_by_key(|overlay| {
        let stay = &world.claims.stays[overlay.stay];
        (stay.first, Reverse(stay.last))
    });
    for i in 1..found.len() {
        let stay = &world.claims.stays[found[i].stay];
        let rivals = (0..i).filter(|other| rivals(world, &world.claims.stays[found[*other].stay], stay));
        found[i].rivals = rivals.collect();
    }
    found
}

/// R110: two beds for the same nights in two cities, neither within the other's nights.
fn rivals(world: &World<'_, '_>, a: &Stay, b: &Stay) -> bool {
    let within = |a: &Stay, b: &Stay| b.first <= a.first && a.last <= b.last && (a.first, a.last) != (b.first, b.last);
    share_a_night(a, b)
        && !within(a, b)
        && !within(b, a)
        && world.key(a.spot.city()) != world.key(b.spot.city())
        && !proposals::exclusive(world.claims, a, b)
}

fn share_a_night(a: &Stay, b: &Stay) -> bool {
    a.lodging && b.lodging && a.first < b.last && b.first < a.last
}

/// Where one would come from: the cities of the stage, or another unsupported stay that ends as this one begins.
fn nearest(world: &World<'_, '_>, stage: &Stage, others: &[Overlay], stay: &Stay) -> (Key, f64) {
    let km = |key: Key| {
        let at = world.city(key).map(|city| world.context.gazetteer.city(city).at);
        at.map(|at| (key, at.distance_km(stay.spot.at)))
    };
    let before = others
        .iter()
        .filter(|other| {
            let other = &world.claims.stays[other.stay];
            (other.until - stay.from).abs() <= DAY && !share_a_night(other, stay)
        })
        .map(|other| other.key);
    let places = [Some(stage.x), stage.y]
        .into_iter()
        .flatten()
        .chain(before)
        .filter_map(km);
    places
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((stage.x, f64::INFINITY))
}

/// The ramps of an unsupported stay (R49, R50, R162).
fn presence(world: &World<'_, '_>, stay: &Stay, p: f64, unsupported: bool) -> Curve<f64> {
    let j = world.context.judgement;
    let half = if unsupported {
        (j.half_day_h as Sec) * HOUR / 2
    } else {
        HOUR
    };
    let half = half.min((stay.until - stay.from) / if stay.day_use { 8 } else { 2 });
    let mut q = Curve::default();
    if stay.open_start {
        let step = |x: f64| stay.from - (x * j.lead_h * HOUR as f64) as Sec;
        q.push(step(3.5), 0.0);
        HALF_LIVES
            .iter()
            .rev()
            .filter(|x| **x <= 3.3)
            .for_each(|x| q.push(step(*x), p * (-x).exp2()));
    } else {
        q.push(stay.from - half, 0.0);
        q.push(stay.from + half, p);
    }
    if stay.day_use {
        // R49: the night after the day is less certain.
        let evening = stay.until - 13 * HOUR;
        q.push(evening, p);
        q.push(evening + 2 * HOUR, p * j.day_use_overnight);
        q.push(stay.until - half, p * j.day_use_overnight);
        q.push(stay.until + half, 0.0);
    } else if stay.open_end {
        let step = |x: f64| stay.until + (x * j.decay_h * HOUR as f64) as Sec;
        HALF_LIVES
            .iter()
            .filter(|x| **x <= 4.2)
            .for_each(|x| q.push(step(*x), p * (-x).exp2()));
        q.push(step(5.0), 0.0);
    } else {
        q.push(stay.until - half, p);
        q.push(stay.until + half, 0.0);
    }
    q
}

/// R163: a bed that a one-way rental passes.
fn on_the_way(world: &World<'_, '_>, path: &Path, stay: &Stay) -> bool {
    let mut drives = path.legs.iter().filter(|leg| world.leg(leg).drive);
    let passes = |leg: &PathLeg| {
        let claim = world.leg(leg);
        let mut ends = [&claim.from, &claim.to].into_iter().flatten();
        let near = |end: &Spot| end.at.distance_km(stay.spot.at) <= world.context.judgement.drive_max_km;
        leg.dep.from <= stay.from && stay.until <= leg.arr.until && ends.any(near)
    };
    stay.lodging && drives.any(passes)
}

/// How probable an unsupported stay is, and whether it lacks transport.
fn alone(world: &World<'_, '_>, path: &Path, stage: usize, stay: &Stay, (from, km): (Key, f64)) -> (f64, bool) {
    let j = world.context.judgement;
    if stay.car {
        return (stay.strength.p.min(j.car_region), false);
    }
    let stage = &path.stages[stage];
    let by_sea = world.apart(from, world.key(stay.spot.city()));
    let mut cars = world.cars.iter().map(|no| &world.claims.stays[*no]);
    let car = cars.any(|car| car.from <= stay.until && car.until >= stay.from)
        || path
            .legs
            .iter()
            .any(|leg| world.leg(leg).drive && leg.dep.from <= stay.until && leg.arr.until >= stay.from);
    if on_the_way(world, path, stay) {
        return (stay.strength.p.min(j.class_prior[2]), false);
    }
    if km <= j.neighbour_km && stay.lodging && !by_sea {
        return (stay.strength.p, false);
    }
    if car && km <= j.drive_max_km && !by_sea {
        return (stay.strength.p.min(j.class_prior[2]), false);
    }
    // R152: between two cities that no leg connects, the hotel tells the way.
    if stage.kind == Kind::Gap && stage.from <= stay.from && stay.until <= stage.until && km <= j.stay_reachable_km {
        return (stay.strength.p.min(j.stay_open_jaw), false);
    }
    let p = if km <= j.stay_reachable_km || car {
        j.stay_reachable
    } else {
        j.stay_far
    };
    // R110: a bed for the same nights where the legs lead is an alternative as strong as it is, unless this stay lies within that one.
    let beds = stage
        .stays
        .iter()
        .map(|no| &world.claims.stays[*no])
        .filter(|bed| bed.lodging && bed.first < stay.last && stay.first < bed.last);
    let strongest = beds.clone().map(|bed| bed.strength.p).fold(0.0, f64::max);
    let within = |bed: &Stay| {
        bed.first <= stay.first && stay.last <= bed.last && (bed.first, bed.last) != (stay.first, stay.last)
    };
    let rival = beds.clone().next().is_some() && !beds.clone().any(within);
    // R155: legs that leave no time to go there and back outweigh it.
    let there = stage.kind != Kind::Home
        && stage.from <= stay.from
        && stay.from - stage.from < needed(km.min(20_000.0), by_sea) * 9 / 10;
    let back = stage.kind == Kind::Stay
        && stage.until >= stay.until
        && stage.until - stay.until < needed(km.min(20_000.0), by_sea) * 9 / 10;
    let p = if there || back {
        p * 0.5
    } else if rival {
        p.min(p / (p + strongest))
    } else {
        p
    };
    (stay.strength.p.min(p), stay.lodging)
}

/// R153, R164: by day a lodged traveler may be around the city; a driver is around it all the time.
fn in_city(world: &World<'_, '_>, stay: &Stay) -> Curve<f64> {
    let j = world.context.judgement;
    if stay.car {
        return Curve::constant(j.car_city / j.car_region);
    }
    let mut curve = Curve::default();
    let times: Vec<Sec> = stay.hours().collect();
    if !stay.lodging || times.len() < 3 {
        return Curve::constant(1.0);
    }
    for pair in times.windows(2) {
        let share = if stay.is_night(pair[0]) { 1.0 } else { j.lodged_by_day };
        curve.push(pair[0], share);
        curve.push(pair[1], share);
    }
    curve
}

/// R166: which short presences agree with the path.
pub(super) fn touches(world: &World<'_, '_>, path: &Path, range: (Sec, Sec)) -> Vec<Touch> {
    let mut found = Vec::new();
    for (no, point) in world.claims.points.iter().enumerate() {
        if point.span.until < range.0 || point.span.from > range.1 {
            continue;
        }
        let key = world.key(point.spot.city());
        let mass = |t: Sec| path.certain(world, path.doing(t, Side::After), t, Side::After).0;
        let here = |mass: &Mass| mass.get(key) >= 0.25;
        let middle = mass(point.span.middle());
        let agrees = here(&middle) || [point.span.from, point.span.until].iter().any(|t| here(&mass(*t)));
        let near = |other: Key| {
            let city = world.city(other).map(|city| world.context.gazetteer.city(city).at);
            city.is_some_and(|at| at.distance_km(point.spot.at) <= world.context.judgement.neighbour_km)
        };
        let neighbour = middle
            .parts()
            .iter()
            .any(|(other, p)| *p >= 0.5 && *other != key && near(*other));
        if !neighbour {
            found.push(Touch {
                point: no,
                key,
                span: point.span,
                agrees,
            });
        }
    }
    found
}

/// The place of a stay that can be shown as more than a city: it has coordinates.
pub(super) fn venue_of(stay: &Stay) -> bool {
    stay.lodging && stay.spot.exact == Exact::Venue
}
