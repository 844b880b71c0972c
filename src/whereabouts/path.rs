//! One path on the time line: stages and legs in order, with stays and short presences that no leg supports laid over them.
//! Made by `episodes` for every selection of `paths`; mixed there.
//! Always holds: at every instant the masses of a path add up to 1 (R181).

use super::State;
use super::claims::Stay;
use super::judgement::Judgement;
use super::mass::{Curve, HALF_LIVES, Key, Mass, Side};
use super::paths::{Selection, needed};
use super::places::Exact;
use super::stage::{Kind, PathLeg, Stage, World};
use super::times::{DAY, HOUR, MINUTE, Mode, Sec, Span};

/// A stay that no leg of the path supports (R156, R157, R162).
#[derive(Clone, Debug)]
pub(super) struct Overlay {
    pub stay: usize,
    pub key: Key,
    /// That the traveler is there or around.
    q: Curve<f64>,
    /// Of that, in the city itself.
    city: Curve<f64>,
    /// The stage that the stay falls into.
    stage: usize,
    pub unsupported: bool,
    pub orphan: bool,
    /// The nearest place of the path, and how far it is.
    pub from: (Key, f64),
}

/// A table, a ride, a parking space (R166).
#[derive(Clone, Debug)]
pub(super) struct Touch {
    pub point: usize,
    pub key: Key,
    pub span: Span,
    pub agrees: bool,
}

/// One way in which a journey may go, over time.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub weight: f64,
    pub legs: Vec<PathLeg>,
    /// One more than legs.
    pub stages: Vec<Stage>,
    transits: Vec<Mass>,
    pub overlays: Vec<Overlay>,
    pub touches: Vec<Touch>,
    /// Legs that follow too soon (R54): leg index, minutes there, minutes needed.
    pub tight: Vec<(usize, i64, i64)>,
}

/// What a path is doing at an instant, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// In the stage of this number.
    Stage(usize),
    /// On the leg of this number.
    Leg(usize),
}

impl Path {
    /// Lays a selection on the time line between the two instants.
    pub fn lay(world: &World<'_, '_>, selection: &Selection, range: (Sec, Sec)) -> Path {
        let mut legs: Vec<PathLeg> = selection
            .legs
            .iter()
            .map(|(no, p)| {
                let leg = &world.claims.legs[*no];
                PathLeg {
                    no: *no,
                    p: *p,
                    dep: leg.dep,
                    arr: leg.arr,
                }
            })
            .collect();
        narrow(world, &mut legs);
        let tight = connections(world, &mut legs);
        let mut path = Path {
            weight: selection.weight,
            stages: Vec::with_capacity(legs.len() + 1),
            transits: Vec::with_capacity(legs.len()),
            legs,
            overlays: Vec::new(),
            touches: Vec::new(),
            tight,
        };
        let mut before = Mass::all(Key::Home);
        for i in 0..=path.legs.len() {
            let (enter, leave) = (i.checked_sub(1).map(|i| &path.legs[i]), path.legs.get(i));
            let stage = world.stage(&before, enter, leave, range);
            if let Some(leave) = leave {
                let base = if stage.kind == Kind::Home {
                    Mass::all(Key::Home)
                } else {
                    stage.curve.at(stage.until, Side::After)
                };
                let (transit, arrived) = ride(world, &stage, &base, leave);
                path.transits.push(transit);
                before = arrived;
            }
            path.stages.push(stage);
        }
        path.overlays = overlays(world, &path, range);
        path.touches = touches(world, &path, range);
        path
    }

    /// The path as if it were the only one.
    pub fn alone(&self) -> Path {
        let mut alone = self.clone();
        alone.weight = 1.0;
        alone
    }

    /// How much of the path is where, in order: legs' progress is monotone along the path.
    pub fn doing(&self, t: Sec, side: Side) -> impl Iterator<Item = (Doing, f64)> + '_ {
        // What has reached each stage, starting with all of it in the first.
        let reached = self.legs.iter().scan(1.0f64, move |reached, leg| {
            let here = *reached;
            let left = passed(leg.dep, t, side).min(here);
            let arrived = passed(leg.arr, t, side).min(left);
            *reached = arrived;
            (here > 0.0).then_some((here, left, arrived))
        });
        let parts = reached
            .enumerate()
            .flat_map(|(i, (here, left, arrived))| [(Doing::Stage(i), here - left), (Doing::Leg(i), left - arrived)]);
        let last = self.legs.iter().fold(1.0f64, |reached, leg| {
            passed(leg.arr, t, side).min(reached.min(passed(leg.dep, t, side)))
        });
        parts
            .chain([(Doing::Stage(self.legs.len()), last)])
            .filter(|(_, share)| *share > 0.0)
    }

    /// Where the traveler is at `t` if the journey goes this way.
    pub fn mass(&self, world: &World<'_, '_>, t: Sec, side: Side) -> Mass {
        let j = world.context.judgement;
        let mut mass = Mass::default();
        for (doing, share) in self.doing(t, side) {
            let part = match doing {
                Doing::Stage(i) => capped(&self.stages[i], t, side, j.cap_any),
                Doing::Leg(i) => {
                    // R145: an untimed leg never shows more than this in transit; the rest is somewhere between.
                    let mut part = self.transits[i].clone();
                    let key = Key::Transit(self.legs[i].no);
                    let limit = if world.leg(&self.legs[i]).timed {
                        j.cap_one_source
                    } else {
                        j.untimed_transit / share
                    };
                    let over = part.get(key) - limit;
                    if over > 0.0 {
                        part.add(key, -over);
                        part.add(Key::Unknown, over);
                    }
                    part
                }
            };
            mass.add_scaled(&self.overlaid(part, doing, t, side), share);
        }
        for touch in &self.touches {
            let inside = match side {
                Side::After => (touch.span.from..touch.span.until).contains(&t),
                Side::Before => touch.span.from < t && t <= touch.span.until,
            };
            if inside {
                let p = world.claims.points[touch.point].strength.p;
                let here = mass.get(touch.key);
                mass = if touch.agrees {
                    let up = here + (j.step_up(here) - here) * (p / j.class_prior[2]).min(1.0);
                    mass.at_least(touch.key, up.min(j.cap_one_source.max(here)))
                } else {
                    mass.toward(&Mass::all(touch.key), j.point_conflict * p)
                };
            }
        }
        mass
    }

    /// Lays the stays that no leg supports over what the path is doing. Beside a leg that is taken during the stay, only those who
    /// did not take it can be there (R155).
    fn overlaid(&self, mut part: Mass, doing: Doing, t: Sec, side: Side) -> Mass {
        for overlay in &self.overlays {
            let free = match doing {
                Doing::Stage(i) if i == overlay.stage => 1.0,
                Doing::Stage(i) if i > overlay.stage => 1.0 - self.legs[i - 1].p,
                Doing::Leg(i) if i >= overlay.stage => 1.0 - self.legs[i].p,
                _ => 0.0,
            };
            let q = overlay.q.at(t, side) * free;
            if q > 0.0 {
                let share = overlay.city.at(t, side);
                let there = match overlay.key {
                    Key::City(city) => Mass::of([(overlay.key, share), (Key::Near(city), 1.0 - share)]),
                    key => Mass::all(key),
                };
                part = part.toward(&there, q);
            }
        }
        part
    }

    /// Every instant at which something changes its direction, within the range.
    pub fn knots(&self, world: &World<'_, '_>, out: &mut Vec<Sec>) {
        for (i, leg) in self.legs.iter().enumerate() {
            let claim = world.leg(leg);
            let (before, after) = world.terminal(claim);
            out.extend([leg.dep.from, leg.dep.until, leg.arr.from, leg.arr.until]);
            out.extend([leg.dep.likely, leg.arr.likely].into_iter().flatten());
            if claim.timed {
                out.extend([leg.dep.from - before, leg.arr.until + after]);
            }
            if self.stages[i].kind == Kind::Home {
                out.push(leg.dep.from - world.context.judgement.pre_departure_h * HOUR);
            }
        }
        for (i, stage) in self.stages.iter().enumerate() {
            let first = i.checked_sub(1).map_or(Sec::MIN, |i| self.legs[i].arr.from);
            let last = self.legs.get(i).map_or(Sec::MAX, |leg| leg.dep.until);
            out.extend(stage.curve.knots().filter(|t| (first..=last).contains(t)));
            for no in &stage.stays {
                let stay = &world.claims.stays[*no];
                out.extend(stay.hours().filter(|t| (stage.from..=stage.until).contains(t)));
            }
        }
        for overlay in &self.overlays {
            out.extend(overlay.q.knots());
            out.extend(overlay.city.knots());
            out.extend(world.claims.stays[overlay.stay].hours());
        }
        out.extend(
            self.touches
                .iter()
                .flat_map(|touch| [touch.span.from, touch.span.until]),
        );
    }

    /// The stays that say where in `key` the traveler is at `t`.
    pub fn stays_at(&self, world: &World<'_, '_>, key: Key, t: Sec) -> Vec<usize> {
        let here = |no: &usize| {
            let stay = &world.claims.stays[*no];
            let until = if stay.open_end {
                stay.until + 30 * DAY
            } else {
                stay.until
            };
            world.key(stay.spot.city()) == key && (stay.from..until).contains(&t)
        };
        let mut found: Vec<usize> = Vec::new();
        for (doing, share) in self.doing(t, Side::After) {
            if let Doing::Stage(i) = doing
                && share > 0.1
            {
                found.extend(self.stages[i].stays.iter().copied().filter(here));
            }
        }
        found.extend(self.overlays.iter().map(|overlay| overlay.stay).filter(here));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What the traveler does in `key` at `t` (§9): connection, stopover, at the terminal, stay.
    pub fn state(&self, world: &World<'_, '_>, key: Key, t: Sec) -> Option<State> {
        for (doing, share) in self.doing(t, Side::After) {
            let Doing::Stage(i) = doing else { continue };
            let stage = &self.stages[i];
            if share < 0.1 || (stage.x != key && stage.y != Some(key)) {
                continue;
            }
            if let Some(stop) = stage.stop {
                return Some(stop);
            }
            let entered = i
                .checked_sub(1)
                .map(|i| &self.legs[i])
                .filter(|leg| world.leg(leg).timed);
            let leaves = self.legs.get(i).filter(|leg| world.leg(leg).timed);
            let early = world.context.judgement.pre_departure_h * HOUR;
            let terminal = |leg: &PathLeg| world.terminal(world.leg(leg));
            if leaves.is_some_and(|leg| t >= leg.dep.from - if key == Key::Home { early } else { terminal(leg).0 })
                && stage.y == Some(key)
            {
                return Some(State::PreDeparture);
            }
            if entered.is_some_and(|leg| t < leg.arr.until + terminal(leg).1) && stage.x == key {
                return Some(State::PostArrival);
            }
            return Some(if key == Key::Home { State::Home } else { State::Stay });
        }
        let overlaid = self
            .overlays
            .iter()
            .any(|overlay| overlay.key == key && overlay.q.at(t, Side::After) > 0.0);
        overlaid.then_some(State::Stay)
    }

    /// The leg by whose terminal the traveler is at `t` in `key`: the leg, and whether it arrives there.
    pub fn terminal_at(&self, world: &World<'_, '_>, key: Key, t: Sec) -> Option<(WitnessLeg, bool)> {
        self.legs.iter().enumerate().find_map(|(i, leg)| {
            let claim = world.leg(leg);
            let (before, after) = world.terminal(claim);
            if !claim.timed || !matches!(claim.mode, Mode::Air | Mode::Rail | Mode::Sea) {
                return None;
            }
            let stops = self.stages[i + 1].stop == Some(State::Connection)
                && self.stages[i + 1].until - self.stages[i + 1].from < 4 * HOUR;
            let stay = if stops {
                self.stages[i + 1].until - leg.arr.until
            } else {
                after
            };
            if self.stages[i + 1].x == key && (leg.arr.until..leg.arr.until + stay).contains(&t) {
                return Some((leg.no, true));
            }
            let leaves = self.stages[i].y == Some(key) && (leg.dep.from - before..leg.dep.from).contains(&t);
            leaves.then_some((leg.no, false))
        })
    }

    /// The leg that leaves within the hours before it that R143 names, from `key`.
    pub fn departing(&self, world: &World<'_, '_>, key: Key, t: Sec) -> Option<usize> {
        let early = world.context.judgement.pre_departure_h * HOUR;
        let leg = self
            .legs
            .iter()
            .enumerate()
            .find(|(i, leg)| self.stages[*i].y == Some(key) && (leg.dep.from - early..leg.dep.from).contains(&t));
        leg.map(|(_, leg)| leg.no)
    }
}

/// A leg by its number among the claims.
pub(super) type WitnessLeg = usize;

/// How far a window has passed at `t`, 0..=1; most of it at the printed time, where there is one.
fn passed(span: Span, t: Sec, side: Side) -> f64 {
    let over = |at: Sec| {
        if side == Side::After && t >= at || t > at {
            1.0
        } else {
            0.0
        }
    };
    if span.from == span.until {
        return over(span.from);
    }
    let ramp = ((t - span.from) as f64 / (span.until - span.from) as f64).clamp(0.0, 1.0);
    match span.likely {
        Some(printed) => {
            let share = Judgement::CURRENT.printed_time;
            share * over(printed) + (1.0 - share) * ramp
        }
        None => ramp,
    }
}

/// R182: the stage's city not above its cap; home is nobody's claim and keeps what it has up to the general cap.
fn capped(stage: &Stage, t: Sec, side: Side, cap_any: f64) -> Mass {
    let mut mass = stage.curve.at(t, side);
    for key in [Some(stage.x), stage.y].into_iter().flatten() {
        let cap = if key == Key::Home { cap_any } else { stage.cap };
        let over = mass.get(key) - cap;
        if key != Key::Unknown && over > 0.0 {
            mass.add(key, -over);
            mass.add(Key::Unknown, over);
        }
    }
    mass
}

/// Windows of legs on one path narrow each other: nobody leaves before having arrived (R27, R53).
fn narrow(world: &World<'_, '_>, legs: &mut [PathLeg]) {
    for i in 1..legs.len() {
        let (before, leg) = (legs[i - 1], legs[i]);
        let claim = world.leg(&leg);
        if !claim.timed && !claim.drive {
            let block = claim.arr.from - claim.dep.from;
            legs[i].dep = Span::new(
                leg.dep.from.max(before.arr.from),
                leg.dep.until.max(before.arr.until.min(before.arr.from + DAY)),
            );
            let earliest = legs[i].dep.from + block.clamp(0, DAY);
            legs[i].arr = Span::new(leg.arr.from.max(earliest), leg.arr.until.max(earliest));
        }
        let last = legs[i].dep.until;
        if !world.leg(&before).timed && !world.leg(&before).drive && before.arr.until > last && before.arr.from < last {
            legs[i - 1].arr = Span::new(before.arr.from, last);
            legs[i - 1].dep = Span::new(before.dep.from, before.dep.until.min(last));
        }
    }
}

/// R54: what follows too soon on the same journey is less certain to happen as booked.
fn connections(world: &World<'_, '_>, legs: &mut [PathLeg]) -> Vec<(usize, i64, i64)> {
    let j = world.context.judgement;
    let mut tight = Vec::new();
    for i in 1..legs.len() {
        let (a, b) = (world.leg(&legs[i - 1]), world.leg(&legs[i]));
        let (Some(to), Some(from)) = (&a.to, &b.from) else {
            continue;
        };
        let air = a.mode == Mode::Air && b.mode == Mode::Air && a.timed && b.timed;
        if !air || world.key(to.city()) != world.key(from.city()) {
            continue;
        }
        let gap = (legs[i].dep.from - legs[i - 1].arr.until).div_euclid(MINUTE);
        let other_airport = to.code.is_some() && from.code.is_some() && to.code != from.code;
        let kind = if other_airport {
            2
        } else {
            usize::from(world.international(&legs[i - 1], &legs[i]))
        };
        let least = j.mct_min[kind];
        if (0..least).contains(&gap) {
            let share = gap as f64 / least as f64;
            legs[i].p *= j.impossible_connection + (1.0 - j.impossible_connection) * share;
            tight.push((legs[i].no, gap, least));
        }
    }
    tight
}

/// A leg moves p from where it leaves to the way, and then to where it ends; what it does not move stays, mostly where it was.
fn ride(world: &World<'_, '_>, stage: &Stage, base: &Mass, leg: &PathLeg) -> (Mass, Mass) {
    let j = world.context.judgement;
    let claim = world.leg(leg);
    let (p, rest) = (leg.p, 1.0 - leg.p);
    let origins: Vec<Key> = claim
        .from
        .as_ref()
        .map(|from| from.candidates.iter().map(|(city, _)| world.key(*city)).collect())
        .unwrap_or_default();
    let here = base.total(&origins);
    let mut mass = Mass::default();
    if origins.is_empty() {
        mass.add_scaled(base, rest);
    } else {
        let mut stays = (here - p).max(j.missed * rest * here).min(rest);
        if let Some((_, full)) = world.aftermath.leads.get(&leg.no) {
            // Doubting the way there is doubting that anybody is left behind (R189).
            stays = stays.min(j.missed * (1.0 - full) * here);
        }
        // R155: a room that is kept keeps the traveler; else some of those who do not travel are nobody knows where.
        let kept = stage.stays.iter().any(|no| {
            let stay = &world.claims.stays[*no];
            stay.lodging && stay.until > leg.dep.until + 12 * HOUR && stay.from < leg.dep.from
        });
        let share = if kept { 1.0 } else { j.left_behind };
        // A leg that is hardly believed disturbs nobody (R189).
        let lost = if here > 0.0 {
            stays.min(p) * (1.0 - share)
        } else {
            stays
        };
        for key in &origins {
            mass.add(
                *key,
                if here > 0.0 {
                    (stays - lost) * base.get(*key) / here
                } else {
                    0.0
                },
            );
        }
        mass.add(Key::Unknown, lost);
        let others: f64 = base
            .parts()
            .iter()
            .filter(|(key, _)| !origins.contains(key))
            .map(|(_, p)| p)
            .sum();
        if others > 0.0 {
            let scale = (rest - stays) / others;
            base.parts()
                .iter()
                .filter(|(key, _)| !origins.contains(key))
                .for_each(|(key, p)| mass.add(*key, p * scale));
        } else {
            mass.add(Key::Unknown, rest - stays);
        }
    }
    let mut arrived = mass.clone();
    match &claim.to {
        // R170
        None => {
            mass.add(Key::Unknown, p);
            arrived.add(Key::Unknown, p);
        }
        Some(to) => {
            mass.add(Key::Transit(leg.no), p);
            to.candidates
                .iter()
                .for_each(|(city, share)| arrived.add(world.key(*city), p * share));
        }
    }
    (mass, arrived)
}

/// R156, R157, R162, R110: stays in cities to which no leg of the path leads.
fn overlays(world: &World<'_, '_>, path: &Path, range: (Sec, Sec)) -> Vec<Overlay> {
    let mut found: Vec<Overlay> = Vec::new();
    for (no, stay) in world.claims.stays.iter().enumerate() {
        let key = world.key(stay.spot.city());
        let supported = key == Key::Home || path.stages.iter().any(|stage| stage.stays.contains(&no));
        if supported || stay.until < range.0 || stay.from > range.1 {
            continue;
        }
        let overlap = |stage: &Stage| stay.until.min(stage.until) - stay.from.max(stage.from);
        let stage = (0..path.stages.len())
            .max_by_key(|i| (overlap(&path.stages[*i]), std::cmp::Reverse(*i)))
            .unwrap_or(0);
        let from = nearest(world, &path.stages[stage], &found, stay);
        let (p, unsupported) = alone(world, path, stage, stay, from.1);
        let orphan = world.aftermath.orphans.get(&no).copied();
        let p = orphan.map_or(p, |orphan| orphan.min(p));
        let q = presence(world, stay, p, unsupported);
        found.push(Overlay {
            stay: no,
            key,
            q,
            city: in_city(world, stay),
            stage,
            unsupported,
            orphan: orphan.is_some(),
            from,
        });
    }
    found
}

/// Where one would come from: the cities of the stage, or another unsupported stay that ends as this one begins.
fn nearest(world: &World<'_, '_>, stage: &Stage, others: &[Overlay], stay: &Stay) -> (Key, f64) {
    let km = |key: Key| {
        let at = world.city(key).map(|city| world.context.gazetteer.city(city).at);
        at.map(|at| (key, at.distance_km(stay.spot.at)))
    };
    let before = others
        .iter()
        .filter(|other| (world.claims.stays[other.stay].until - stay.from).abs() <= DAY)
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

/// How probable an unsupported stay is, and whether it lacks transport.
fn alone(world: &World<'_, '_>, path: &Path, stage: usize, stay: &Stay, km: f64) -> (f64, bool) {
    let j = world.context.judgement;
    if stay.car {
        return (stay.strength.p.min(j.car_region), false);
    }
    let stage = &path.stages[stage];
    let car = world
        .claims
        .stays
        .iter()
        .any(|other| other.car && other.from <= stay.until && other.until >= stay.from)
        || path
            .legs
            .iter()
            .any(|leg| world.leg(leg).drive && leg.dep.from <= stay.until && leg.arr.until >= stay.from);
    if km <= j.neighbour_km && stay.lodging {
        return (stay.strength.p, false);
    }
    if car && km <= j.drive_max_km {
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
    // R110: a bed for the same nights where the legs lead is an equal alternative, unless this stay lies within that one.
    let beds = stage
        .stays
        .iter()
        .map(|no| &world.claims.stays[*no])
        .filter(|bed| bed.lodging && bed.first < stay.last && stay.first < bed.last);
    let rival =
        beds.clone().next().is_some() && !beds.clone().any(|bed| bed.first <= stay.first && stay.last <= bed.last);
    // R155: legs that leave no time to go there and back outweigh it.
    let there = stage.kind != Kind::Home
        && stage.from <= stay.from
        && stay.from - stage.from < needed(km.min(20_000.0)) * 9 / 10;
    let back = stage.kind == Kind::Stay
        && stage.until >= stay.until
        && stage.until - stay.until < needed(km.min(20_000.0)) * 9 / 10;
    let p = if there || back {
        p * 0.5
    } else if rival {
        p.min(0.5)
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
fn touches(world: &World<'_, '_>, path: &Path, range: (Sec, Sec)) -> Vec<Touch> {
    let mut found = Vec::new();
    for (no, point) in world.claims.points.iter().enumerate() {
        if point.span.until < range.0 || point.span.from > range.1 {
            continue;
        }
        let key = world.key(point.spot.city());
        let here = |t: Sec| path.mass(world, t, Side::After).get(key);
        let agrees = [point.span.from, point.span.middle(), point.span.until]
            .into_iter()
            .map(here)
            .fold(0.0, f64::max)
            >= 0.25;
        let near = |other: Key| {
            let city = world.city(other).map(|city| world.context.gazetteer.city(city).at);
            city.is_some_and(|at| at.distance_km(point.spot.at) <= world.context.judgement.neighbour_km)
        };
        let mass = path.mass(world, point.span.middle(), Side::After);
        let neighbour = mass
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
