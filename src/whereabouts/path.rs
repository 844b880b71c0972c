//! One path on the time line: stages and legs in order, with stays and short presences that no leg supports laid over them.
//! Made by `episodes` for every selection of `paths`; mixed there.
//! Always holds: at every instant the masses of a path add up to 1 (R181).

use smallvec::SmallVec;

use super::State;
use super::disruption::{held, hold};
use super::doubt::{Doubt, take, taken_on_leg};
use super::mass::{Curve, Key, Mass, Side};
use super::overlay::{Overlay, Touch, overlays, touches};
use super::paths::Selection;
use super::ride::{connections, narrow, passed, ride};
use super::stage::{Kind, PathLeg, Stage};
use super::times::{DAY, HOUR, Mode, Sec};
use super::world::World;

/// One way in which a journey may go, over time.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub weight: f64,
    pub legs: Vec<PathLeg>,
    /// One more than legs.
    pub stages: Vec<Stage>,
    /// For each stage what is cancelled makes of it.
    doubts: Vec<Option<Doubt>>,
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

/// What it does at an instant, mostly one thing.
pub(super) type Doings = SmallVec<[(Doing, f64); 3]>;

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
                    doubted: 0.0,
                    dep: leg.dep,
                    arr: leg.arr,
                }
            })
            .collect();
        narrow(world, &mut legs);
        let tight = connections(world, &mut legs);
        let most = world.context.judgement.return_after_void;
        for leg in legs
            .iter_mut()
            .filter(|leg| world.aftermath.leads.contains_key(&leg.no))
        {
            leg.doubted = 1.0 - (most / leg.p).min(1.0);
        }
        let mut path = Path {
            weight: selection.weight,
            stages: Vec::with_capacity(legs.len() + 1),
            doubts: Vec::new(),
            transits: Vec::with_capacity(legs.len()),
            legs,
            overlays: Vec::new(),
            touches: Vec::new(),
            tight,
        };
        // R189: the way goes as if nothing were cancelled; what is cancelled is taken from it in the end.
        let certain = world.certain();
        let mut before = Mass::all(Key::Home);
        // Where the journey was before it turned home, and how surely.
        let mut stayed: Option<(Key, f64)> = None;
        for i in 0..=path.legs.len() {
            let (enter, leave) = (i.checked_sub(1).map(|i| &path.legs[i]), path.legs.get(i));
            let stage = certain.stage(&before, enter, leave, range);
            if !world.aftermath.is_none() {
                path.doubts
                    .push(Doubt::of(world, &stage, &before, (enter, leave), range));
            }
            if let Some(leave) = leave {
                let base = if stage.kind == Kind::Home {
                    Mass::all(Key::Home)
                } else {
                    stage.curve.at(stage.until, Side::After)
                };
                let (mut transit, mut arrived) = ride(world, &stage, &base, leave);
                if stage.stop != Some(State::Connection) {
                    let city = [stage.y, Some(stage.x)]
                        .into_iter()
                        .flatten()
                        .find(|key| matches!(key, Key::City(_)));
                    stayed = city.map(|city| (city, base.get(city)));
                }
                if let Some((city, level)) = stayed.filter(|_| homeward(world, &path.legs[i..])) {
                    let j = world.context.judgement;
                    let least = j.overstay_p * (level / j.probable_p).min(1.0);
                    let from = [Key::Unknown, Key::Home, leave.key()];
                    transit.fill(city, least, from);
                    arrived.fill(city, least, from);
                }
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
    pub fn doing(&self, t: Sec, side: Side) -> Doings {
        let mut doing = Doings::new();
        let mut add = |what: Doing, share: f64| {
            if share > 0.0 {
                doing.push((what, share));
            }
        };
        // What has reached the next stage, starting with all of it in the first.
        let mut reached = 1.0f64;
        for (i, leg) in self.legs.iter().enumerate() {
            let left = passed(leg.dep, t, side).min(reached);
            let arrived = passed(leg.arr, t, side).min(left);
            add(Doing::Stage(i), reached - left);
            add(Doing::Leg(i), left - arrived);
            reached = arrived;
            if reached <= 0.0 {
                break;
            }
        }
        add(Doing::Stage(self.legs.len()), reached);
        doing
    }

    /// Where the traveler is at `t` if the journey goes this way.
    pub fn mass(&self, world: &World<'_, '_>, t: Sec, side: Side) -> Mass {
        self.mass_while(world, self.doing(t, side), t, side)
    }

    /// The same for who knows what the path is doing then.
    pub fn mass_while(
        &self,
        world: &World<'_, '_>,
        doing: impl IntoIterator<Item = (Doing, f64)>,
        t: Sec,
        side: Side,
    ) -> Mass {
        let (mass, taken) = self.certain(world, doing, t, side);
        take(world, mass, &taken)
    }

    /// Where the traveler is at `t` if the journey goes this way and nothing is cancelled, and what that takes from it.
    pub fn certain(
        &self,
        world: &World<'_, '_>,
        doing: impl IntoIterator<Item = (Doing, f64)>,
        t: Sec,
        side: Side,
    ) -> (Mass, Mass) {
        let j = world.context.judgement;
        let (mut mass, mut lost) = (Mass::default(), Mass::default());
        for (doing, share) in doing {
            let (mut part, mut taken) = match doing {
                Doing::Stage(i) => {
                    let stage = &self.stages[i];
                    let part = capped(stage, &stage.curve, t, side, j.cap_any);
                    let doubt = self.doubts.get(i).and_then(Option::as_ref);
                    let taken = doubt.map(|doubt| doubt.taken(stage, &part, t, side, j.cap_any));
                    (part, taken.unwrap_or_default())
                }
                Doing::Leg(i) => {
                    // R145: an untimed leg never shows more than this in transit; the rest is somewhere between.
                    let mut part = self.transits[i].clone();
                    let key = self.legs[i].key();
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
                    let taken = taken_on_leg(world, &self.legs[i], &part);
                    (part, taken)
                }
            };
            self.overlaid(&mut part, &mut taken, doing, t, side);
            mass.take_in(part, share);
            lost.take_in(taken, share);
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
        mass = hold(world, self, mass, t, side);
        // R182: several beds in one city agree without end; still nothing is certain.
        let place = |key: &Key| matches!(key, Key::City(_) | Key::Near(_));
        let most = mass
            .parts()
            .iter()
            .find(|(key, p)| place(key) && *p > j.cap_any)
            .copied();
        if let Some((key, p)) = most {
            mass.add(key, j.cap_any - p);
            mass.add(Key::Unknown, p - j.cap_any);
        }
        (mass, lost)
    }

    /// Lays the stays that no leg supports over what the path is doing. Beside a leg that is taken during the stay, only those who
    /// did not take it can be there (R155).
    fn overlaid(&self, part: &mut Mass, taken: &mut Mass, doing: Doing, t: Sec, side: Side) {
        let alone = |overlay: &Overlay| {
            let free = match doing {
                _ if overlay.passed => 1.0,
                Doing::Stage(i) if i == overlay.stage => 1.0,
                Doing::Stage(i) if i > overlay.stage => 1.0 - self.legs[i - 1].p,
                Doing::Leg(i) if i >= overlay.stage => 1.0 - self.legs[i].p,
                _ => 0.0,
            };
            overlay.q.at(t, side) * free
        };
        let odds = |q: f64| q / (1.0 - q).max(f64::EPSILON);
        for overlay in &self.overlays {
            let mut q = alone(overlay);
            if !overlay.rivals.is_empty() {
                // R110: laid one over the other in this way, each has its odds of all: equal ones end up equal.
                let others: f64 = overlay
                    .rivals
                    .iter()
                    .map(|other| odds(alone(&self.overlays[*other])))
                    .sum();
                q = odds(q) / (1.0 + odds(q) + others);
            }
            if q > 0.0 {
                let share = overlay.city.at(t, side);
                let there = match overlay.key {
                    Key::City(city) => Mass::of([(overlay.key, share), (Key::Near(city), 1.0 - share)]),
                    key => Mass::all(key),
                };
                *part = part.toward(&there, q);
                let mut less = Mass::default();
                less.add_scaled(taken, 1.0 - q);
                less.add_scaled(&there, q * overlay.doubted);
                *taken = less;
            }
        }
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
            let doubt = self.doubts.get(i).and_then(Option::as_ref);
            let curves = [Some(&stage.curve), doubt.map(|doubt| &doubt.curve)];
            let knots = curves.into_iter().flatten().flat_map(Curve::knots);
            out.extend(knots.filter(|t| (first..=last).contains(t)));
            for no in &stage.stays {
                let stay = &world.claims.stays[*no];
                out.extend(stay.hours().filter(|t| (stage.from..=stage.until).contains(t)));
            }
        }
        let grounded = (0..self.legs.len()).filter_map(|i| held(world, self, i));
        out.extend(grounded.flat_map(|span| [span.from, span.until]));
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

    /// The stays that say where in `key` the traveler is at `t`, when the path is `doing` this.
    pub fn stays_at(&self, world: &World<'_, '_>, doing: &[(Doing, f64)], key: Key, t: Sec) -> SmallVec<[usize; 4]> {
        let here = |no: &usize| {
            let stay = &world.claims.stays[*no];
            let until = if stay.open_end {
                stay.until + 30 * DAY
            } else {
                stay.until
            };
            world.key(stay.spot.city()) == key && (stay.from..until).contains(&t)
        };
        let mut found = SmallVec::new();
        for (doing, share) in doing {
            if let Doing::Stage(i) = doing
                && *share > 0.1
            {
                found.extend(self.stages[*i].stays.iter().copied().filter(here));
            }
        }
        found.extend(self.overlays.iter().map(|overlay| overlay.stay).filter(here));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What the traveler does in `key` at `t` (§9), when the path is `doing` this: connection, stopover, at the terminal, stay.
    pub fn state(&self, world: &World<'_, '_>, doing: &[(Doing, f64)], key: Key, t: Sec) -> Option<State> {
        for (doing, share) in doing.iter().copied() {
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

/// Whether these legs lead home without a stay between, and nobody saw the traveler on any of them.
fn homeward(world: &World<'_, '_>, legs: &[PathLeg]) -> bool {
    for (i, leg) in legs.iter().enumerate() {
        let claim = world.leg(leg);
        let to = claim.to.as_ref().map(|to| world.key(to.city()));
        let goes_on = |next: &PathLeg| {
            let from = world.leg(next).from.as_ref().map(|from| world.key(from.city()));
            from == to && next.dep.from - leg.arr.until < world.context.judgement.stopover_h * HOUR
        };
        if claim.flown() || leg.doubted > 0.0 {
            return false;
        }
        if to == Some(Key::Home) || !legs.get(i + 1).is_some_and(goes_on) {
            return to == Some(Key::Home);
        }
    }
    false
}

/// A leg by its number among the claims.
pub(super) type WitnessLeg = usize;

/// R182: the stage's city not above its cap; home is nobody's claim and keeps what it has up to the general cap.
pub(super) fn capped(stage: &Stage, curve: &Curve<Mass>, t: Sec, side: Side, cap_any: f64) -> Mass {
    let mut mass = curve.at(t, side);
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
