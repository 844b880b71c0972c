//! What happens between two legs of a path: at home, staying, gaps, and what is left when nothing follows (R142–R162).
//! Called by `path` for every interval between legs.
//! Always holds: a stage is a curve of masses over time; evidence that agrees only ever lifts it (R189).

use std::collections::BTreeSet;

use crate::place::CityId;

use super::State;
use super::aftermath::Aftermath;
use super::claims::{Claims, Leg, Stay};
use super::gather::Context;
use super::mass::{Curve, HALF_LIVES, Key, Mass};
use super::paths::needed;
use super::places;
use super::times::{DAY, HOUR, MINUTE, Mode, Sec, Span};

/// Everything that the laying of paths on the time line looks at.
pub(super) struct World<'c, 'a> {
    pub context: &'c Context<'c>,
    pub claims: &'c Claims<'a>,
    pub aftermath: &'c Aftermath,
    /// How long this traveler usually stays, if there is enough to tell (R160).
    pub usual_stay: Option<Sec>,
    /// The home is the profile's, not guessed (R159).
    pub home_known: bool,
}

/// A leg on a path, with its window narrowed by its neighbours.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathLeg {
    pub no: usize,
    pub p: f64,
    pub dep: Span,
    pub arr: Span,
}

/// What kind of interval it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// In the home region.
    Home,
    /// In one city between two legs (R149).
    Stay,
    /// In one city, and nothing follows (R160).
    Tail,
    /// Arrived in one city, leaves from another (R151).
    Gap,
    /// Leaves from a city that nothing led to (R161).
    Lead,
    /// The destination is unknown (R170).
    Lost,
}

/// The interval between two legs.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub kind: Kind,
    /// Where the leg before arrived; home before the first leg.
    pub x: Key,
    /// Where the next leg leaves.
    pub y: Option<Key>,
    pub from: Sec,
    pub until: Sec,
    pub curve: Curve<Mass>,
    /// Stays in one of its cities.
    pub stays: Vec<usize>,
    /// No single city of it above this (R182, R192).
    pub cap: f64,
    /// Connection, stopover, or neither (R146, R147).
    pub stop: Option<State>,
    /// From the last known anchor on, presence fades (R160).
    pub fades_from: Option<Sec>,
}

impl World<'_, '_> {
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

    fn km(&self, a: Key, b: Key) -> Option<f64> {
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

    /// `level` with a stay beside it: one class up (R149), and not less than the stay would be worth alone (R156).
    fn lifted(&self, level: f64, stay: usize) -> f64 {
        let j = self.context.judgement;
        let p = self.claims.stays[stay].strength.p;
        let up = level + (j.step_up(level) - level) * (p / j.class_prior[2]).min(1.0);
        let alone = match self.aftermath.orphans.get(&stay) {
            Some(orphan) => orphan.min(p),
            None if self.claims.stays[stay].lodging => j.stay_reachable.min(p),
            None => 0.0,
        };
        up.max(alone)
    }

    /// The stage between `enter` and `leave`; `before` is the mass with which it starts.
    pub fn stage(&self, before: &Mass, enter: Option<&PathLeg>, leave: Option<&PathLeg>, range: (Sec, Sec)) -> Stage {
        let from = enter.map_or(range.0, |leg| leg.arr.until);
        let until = leave.map_or(range.1, |leg| leg.dep.from).max(from);
        let x = match enter {
            None => Key::Home,
            Some(leg) => self.leg(leg).to.as_ref().map_or(Key::Unknown, |to| self.key(to.city())),
        };
        let y = leave
            .and_then(|leg| self.leg(leg).from.as_ref())
            .map(|spot| self.key(spot.city()));
        // R73: neighbouring regions are one place for the purpose of connecting.
        let same = y.is_none_or(|y| y == x || self.km(x, y).is_some_and(|km| km < 50.0));
        let kind = match (x, y) {
            (Key::Unknown, None) => Kind::Lost,
            (Key::Home, _) if same => Kind::Home,
            (_, None) if leave.is_none() => Kind::Tail,
            _ if same => Kind::Stay,
            (Key::Home | Key::Unknown, _) => Kind::Lead,
            _ => Kind::Gap,
        };
        let mut stays = if kind == Kind::Home {
            Vec::new()
        } else {
            self.stays_in(x, from - 12 * HOUR, until + 12 * HOUR)
        };
        if let Some(y) = y.filter(|y| *y != x && *y != Key::Home) {
            stays.extend(self.stays_in(y, from - 12 * HOUR, until + 12 * HOUR));
        }
        self.contiguous(kind, from, until, &mut stays);
        let mut stage = Stage {
            kind,
            x,
            y,
            from,
            until,
            curve: Curve::default(),
            stays,
            cap: self.context.judgement.cap_any,
            stop: None,
            fades_from: None,
        };
        match kind {
            Kind::Home => self.at_home(&mut stage, before, enter, leave),
            Kind::Stay => self.staying(&mut stage, before, leave),
            Kind::Tail => self.fading(&mut stage, before, None),
            Kind::Gap if y == Some(Key::Home) => self.fading(&mut stage, before, leave),
            Kind::Gap => self.crossing(&mut stage, before, leave),
            Kind::Lead => self.leading(&mut stage, before, enter, leave),
            Kind::Lost => self.lost(&mut stage, before),
        }
        stage.cap = self.cap(&stage, enter, leave);
        if kind == Kind::Stay || (kind == Kind::Home && enter.is_some()) {
            stage.stop = enter
                .zip(leave)
                .and_then(|(enter, leave)| self.stop(&stage, enter, leave));
        }
        stage
    }

    /// Where nothing bounds a stage, only stays that follow each other belong to it; later or earlier ones are visits of their own.
    fn contiguous(&self, kind: Kind, from: Sec, until: Sec, stays: &mut Vec<usize>) {
        let span = |no: &usize| (self.claims.stays[*no].from, self.claims.stays[*no].until);
        match kind {
            Kind::Tail => {
                stays.sort_by_key(span);
                let mut anchor = from;
                stays.retain(|no| {
                    let (start, end) = span(no);
                    let follows = start <= anchor + 2 * DAY;
                    anchor = if follows { anchor.max(end) } else { anchor };
                    follows
                });
            }
            Kind::Lead => {
                stays.sort_by_key(|no| std::cmp::Reverse(span(no).1));
                let mut anchor = until;
                stays.retain(|no| {
                    let (start, end) = span(no);
                    // Without a check-out the stay lasts until the leg (R50).
                    let follows =
                        end >= anchor - 2 * DAY || self.claims.stays[*no].open_end && end >= anchor - 30 * DAY;
                    anchor = if follows { anchor.min(start) } else { anchor };
                    follows
                });
            }
            _ => {}
        }
    }

    /// R159, R143: home until the leg, the more surely the nearer it is.
    fn at_home(&self, stage: &mut Stage, before: &Mass, enter: Option<&PathLeg>, leave: Option<&PathLeg>) {
        let idle = self.idle();
        let settled = stage.from + (self.context.judgement.decay_h as Sec) * HOUR;
        if enter.is_some() {
            stage.curve.push(stage.from, before.clone());
        }
        match leave {
            None => stage.curve.push(settled, idle),
            Some(leave) => {
                let ramp = (stage.until - self.context.judgement.pre_departure_h * HOUR).max(stage.from);
                let at_ramp = if enter.is_none() || settled <= ramp {
                    idle.clone()
                } else {
                    before.toward(&idle, (ramp - stage.from) as f64 / (settled - stage.from).max(1) as f64)
                };
                if enter.is_some() && settled < ramp {
                    stage.curve.push(settled, idle);
                }
                stage.curve.push(ramp, at_ramp.clone());
                stage.curve.push(stage.until, at_ramp.at_least(Key::Home, leave.p));
            }
        }
    }

    /// R149: the booked onward leg supports the stay; lodging lifts it while it lasts.
    fn staying(&self, stage: &mut Stage, before: &Mass, leave: Option<&PathLeg>) {
        let base = before.get(stage.x);
        let lodged = self.lodged(stage, stage.x);
        let onward = leave.map_or(0.0, |leave| leave.p);
        let ramp = (stage.until - (self.context.judgement.onward_ramp_h as Sec) * HOUR).max(stage.from);
        let level = |t: Sec, lift: Option<usize>| {
            let level = lift.map_or(base, |stay| self.lifted(base, stay));
            let near = if stage.until > ramp {
                (t - ramp).max(0) as f64 / (stage.until - ramp) as f64
            } else {
                1.0
            };
            // Between ramp and departure straight to the onward leg's p, if that is higher.
            level.max(level + (onward - level) * near.min(1.0))
        };
        let mut cuts: BTreeSet<Sec> = BTreeSet::from([stage.from, ramp, stage.until]);
        lodged.iter().for_each(|(span, _)| cuts.extend([span.from, span.until]));
        cuts.extend(self.long_gap_cuts(stage));
        let cuts: Vec<Sec> = cuts
            .into_iter()
            .filter(|t| (stage.from..=stage.until).contains(t))
            .collect();
        for pair in cuts.windows(2) {
            let lift = lodged
                .iter()
                .find(|(span, _)| span.from <= pair[0] && pair[1] <= span.until)
                .map(|(_, stay)| *stay);
            let mass = |t: Sec| {
                let (held, level) = (before.at_least(stage.x, level(t, lift)), level(t, lift).max(base));
                let support = if lift.is_some() { 1.0 } else { self.supported(stage, t) };
                self.faded(held, stage.x, level * (1.0 - support))
            };
            let ends = [mass(pair[0]), mass(pair[1])];
            pair.iter().zip(ends).for_each(|(t, mass)| stage.curve.push(*t, mass));
        }
        if cuts.len() < 2 {
            stage
                .curve
                .push(stage.from, before.at_least(stage.x, level(stage.until, None)));
        }
        if let Some(y) = stage.y.filter(|y| *y != stage.x) {
            // A neighbouring region: over there by the time of departure.
            let here = stage.curve.at(stage.until, super::mass::Side::After);
            stage.curve.push(
                stage.until,
                here.with_level(stage.x, 0.0).with_level(y, here.get(stage.x)),
            );
        }
    }

    /// R149 in a gap of many weeks: how much of the presence its two legs still support, 0..=1.
    fn supported(&self, stage: &Stage, t: Sec) -> f64 {
        let j = self.context.judgement;
        let away = (t - stage.from).min(stage.until - t) - j.unsupported_days * DAY;
        (-away.max(0) as f64 / DAY as f64 / j.unsupported_half_life_days).exp2()
    }

    fn long_gap_cuts(&self, stage: &Stage) -> Vec<Sec> {
        let j = self.context.judgement;
        let held = j.unsupported_days * DAY;
        if stage.until - stage.from <= 2 * held {
            return Vec::new();
        }
        let middle = stage.from + (stage.until - stage.from) / 2;
        let step = |x: f64| held + (x * j.unsupported_half_life_days * DAY as f64) as Sec;
        let both = HALF_LIVES
            .into_iter()
            .flat_map(|x| [stage.from + step(x), stage.until - step(x)]);
        let sided = |t: &Sec| (*t <= middle) == (*t - stage.from <= stage.until - *t);
        both.filter(sided).chain([middle]).collect()
    }

    /// Takes `lost` from a place; most of it is home again (R160).
    fn faded(&self, mut mass: Mass, key: Key, lost: f64) -> Mass {
        let home = self.context.judgement.lost_to_home;
        mass.add(key, -lost);
        mass.add(Key::Home, lost * home);
        mass.add(Key::Unknown, lost * (1.0 - home));
        mass
    }

    /// When which stay lifts the stage: from arrival if it starts soon after, to departure if it ends shortly before. Strongest first.
    fn lodged(&self, stage: &Stage, key: Key) -> Vec<(Span, usize)> {
        let city = self.city(key);
        let mut spans: Vec<(Span, usize)> = stage
            .stays
            .iter()
            .copied()
            .filter(|no| {
                city.is_some_and(|city| {
                    places::same_city(self.context.gazetteer, self.claims.stays[*no].spot.city(), city)
                })
            })
            .map(|no| {
                let stay = &self.claims.stays[no];
                let from = if stay.from <= stage.from + DAY {
                    stage.from
                } else {
                    stay.from
                };
                let open = stay.open_end && stage.y == Some(stage.x) && stage.until - stay.from <= 30 * DAY;
                let until = if open || stage.until - stay.until < DAY && stage.y.is_some() {
                    stage.until
                } else {
                    stay.until
                };
                (Span::new(from.max(stage.from), until.min(stage.until)), no)
            })
            .filter(|(span, _)| span.until > span.from)
            .collect();
        spans.sort_by(|a, b| {
            let p = |no: usize| self.claims.stays[no].strength.p;
            p(b.1).total_cmp(&p(a.1)).then(a.cmp(b))
        });
        spans
    }

    /// R160, and R151 where the next leg leaves from home: presence fades after the last anchor, what is lost goes home.
    fn fading(&self, stage: &mut Stage, before: &Mass, leave: Option<&PathLeg>) {
        let j = self.context.judgement;
        let base = before.get(stage.x);
        let lodged = self.lodged(stage, stage.x);
        let lift = lodged.first().map(|(_, stay)| *stay);
        let level = lift.map_or(base, |stay| self.lifted(base, stay)).max(base);
        let anchor = lodged
            .iter()
            .map(|(span, _)| span.until)
            .max()
            .unwrap_or(stage.from)
            .clamp(stage.from, stage.until);
        stage.fades_from = Some(anchor);
        let held = before.at_least(stage.x, level);
        stage.curve.push(stage.from, held.clone());
        let open_return = self
            .claims
            .open
            .iter()
            .any(|open| open.from.as_ref().is_none_or(|from| self.key(from.city()) == stage.x));
        let half_life = if open_return { j.decay_open_return_h } else { j.decay_h };
        let country = self.city(stage.x).map(|city| self.context.gazetteer.city(city).country);
        // Past the usual length of this traveler's stays it goes faster.
        let overdue = self
            .usual_stay
            .map(|usual| stage.from + usual)
            .filter(|at| *at > anchor);
        let remaining = |t: Sec| {
            let hours = |from: Sec, to: Sec| (to - from).max(0) as f64 / HOUR as f64;
            match overdue {
                Some(at) if t > at => (-hours(anchor, at) / half_life - hours(at, t) / j.decay_overdue_h).exp2(),
                _ => (-hours(anchor, t) / half_life).exp2(),
            }
        };
        let kept = self.kept_room(stage, before);
        let faded = |t: Sec| {
            let left = level * remaining(t);
            let lost = level - left;
            let floor = if t - anchor <= j.country_floor_days * DAY {
                (j.country_floor.min(level) - left).max(0.0)
            } else {
                0.0
            };
            let mut mass = held.clone();
            mass.add(stage.x, -lost);
            if let Some(country) = country {
                mass.add(Key::Country(country), floor);
            }
            let lost = lost - floor;
            // R155: whoever is no longer here may be back in the room that was kept elsewhere.
            let back = kept.filter(|(_, until)| t < *until).map_or(Key::Home, |(room, _)| room);
            mass.add(back, lost * j.lost_to_home);
            mass.add(Key::Unknown, lost * (1.0 - j.lost_to_home));
            mass
        };
        let step = |x: f64| anchor + (x * half_life * HOUR as f64) as Sec;
        let mut times: BTreeSet<Sec> = HALF_LIVES.into_iter().map(step).collect();
        if level > j.country_floor {
            times.insert(step((level / j.country_floor).log2()));
        }
        if let Some(at) = overdue {
            let faster = |x: f64| at + (x * j.decay_overdue_h * HOUR as f64) as Sec;
            times.extend(HALF_LIVES.into_iter().map(faster));
        }
        let forget = anchor + j.country_floor_days * DAY;
        times.extend([forget, forget + 1]);
        times.extend(kept.iter().flat_map(|(_, until)| [*until - 1, *until]));
        let ramp = leave.map(|_| (stage.until - j.pre_departure_h * HOUR).max(anchor));
        let end = ramp.unwrap_or(stage.until).min(stage.until);
        for t in times.into_iter().filter(|t| *t <= end) {
            stage.curve.push(t, faded(t));
        }
        match (leave, ramp) {
            (Some(leave), Some(ramp)) => {
                stage.curve.push(ramp, faded(ramp));
                stage
                    .curve
                    .push(stage.until, faded(stage.until).at_least(Key::Home, leave.p));
            }
            _ => stage.curve.push(stage.until, faded(stage.until)),
        }
    }

    /// R151, R199: from one city to another without a leg: straight if it is near, else each keeps presence near its own anchor.
    fn crossing(&self, stage: &mut Stage, before: &Mass, leave: Option<&PathLeg>) {
        let (Some(y), Some(leave)) = (stage.y, leave) else {
            return;
        };
        let here = self.lodged(stage, stage.x);
        let there = self.lodged(stage, y);
        let base = before.get(stage.x);
        let level = here.first().map_or(base, |(_, stay)| self.lifted(base, *stay));
        let start = here
            .iter()
            .map(|(span, _)| span.until)
            .max()
            .unwrap_or(stage.from)
            .clamp(stage.from, stage.until);
        // A room over there that was taken before the leg here is only kept (R155).
        let later = |(span, stay): &&(Span, usize)| self.claims.stays[*stay].from > stage.from && span.from >= start;
        let end = there
            .iter()
            .filter(later)
            .map(|(span, _)| span.from)
            .min()
            .unwrap_or(stage.until)
            .clamp(start, stage.until);
        let held = before.at_least(stage.x, level);
        let arrived = before.with_level(stage.x, 0.0).with_level(y, leave.p);
        stage.curve.push(stage.from, held.clone());
        stage.curve.push(start, held.clone());
        if self.overland(stage.x, y, end - start) {
            stage.curve.push(end, arrived.clone());
            stage.curve.push(stage.until, arrived);
            return;
        }
        let half_life = ((end - start) as f64 / 4.0).clamp(6.0 * HOUR as f64, 72.0 * HOUR as f64);
        let home = held.get(Key::Home);
        let kept = self.kept_room(stage, before);
        let between = |t: Sec| {
            let theirs = (leave.p * (-((end - t) as f64) / half_life).exp2()).max(before.get(y));
            let ours = (level * (-((t - start) as f64) / half_life).exp2()).min(1.0 - theirs);
            let home = home.min(1.0 - ours - theirs);
            let rest = 1.0 - ours - theirs - home;
            let (room, share) = match kept.filter(|(_, until)| t <= *until) {
                Some((room, _)) => (room, self.context.judgement.lost_to_home),
                None => (Key::Unknown, 0.0),
            };
            let known = Mass::of([(stage.x, ours), (Key::Home, home), (Key::Unknown, rest * (1.0 - share))]);
            let mut mass = known;
            mass.add(y, theirs);
            mass.add(room, rest * share);
            mass
        };
        let mut times: BTreeSet<Sec> = BTreeSet::from([start, end]);
        for x in HALF_LIVES {
            let step = (x * half_life) as Sec;
            times.extend([start + step, end - step]);
        }
        for t in times.into_iter().filter(|t| (start..=end).contains(t)) {
            stage.curve.push(t, between(t));
        }
        stage.curve.push(stage.until, arrived);
    }

    /// R155: a room elsewhere that was taken before the leg here and is still booked, and until when.
    fn kept_room(&self, stage: &Stage, before: &Mass) -> Option<(Key, Sec)> {
        let kept = self.claims.stays.iter().filter(|stay| {
            let key = self.key(stay.spot.city());
            let booked =
                stay.lodging && stay.from < stage.from && stay.until > stage.from + 12 * HOUR && stay.strength.p >= 0.5;
            booked && key != stage.x && key != Key::Home && before.get(key) > 0.0
        });
        kept.max_by_key(|stay| (stay.until, stay.from))
            .map(|stay| (self.key(stay.spot.city()), stay.until))
    }

    /// R151: near enough, on land, and time enough.
    pub fn overland(&self, x: Key, y: Key, available: Sec) -> bool {
        let Some(km) = self.km(x, y) else { return false };
        km <= self.context.judgement.missing_leg_km && available >= needed(km) * 9 / 10 && !self.over_water(x, y)
    }

    /// Whether the straight way leads over open water for long.
    pub fn over_water(&self, x: Key, y: Key) -> bool {
        let gazetteer = self.context.gazetteer;
        let (Some(a), Some(b)) = (self.city(x), self.city(y)) else {
            return false;
        };
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

    /// R161, R143, R162: at a city that nothing led to, because a leg leaves from there.
    fn leading(&self, stage: &mut Stage, before: &Mass, enter: Option<&PathLeg>, leave: Option<&PathLeg>) {
        let j = self.context.judgement;
        let (Some(y), Some(leave)) = (stage.y, leave) else {
            return;
        };
        let idle = self.idle();
        let settled = stage.from + (j.decay_h as Sec) * HOUR;
        let base = |t: Sec| {
            if enter.is_none() || t >= settled {
                idle.clone()
            } else {
                before.toward(&idle, (t - stage.from) as f64 / (settled - stage.from) as f64)
            }
        };
        let lodged = stage
            .stays
            .iter()
            .map(|no| &self.claims.stays[*no])
            .filter(|stay| stay.lodging);
        let check_in = lodged.map(|stay| stay.from).filter(|from| *from < stage.until).min();
        let void = self.aftermath.leads.get(&leave.no).map(|(level, _)| *level);
        let near = stage.x == Key::Home && self.km(Key::Home, y).is_some_and(|km| km <= j.missing_leg_km);
        let mut knots: Vec<(Sec, f64)> = Vec::new();
        if let Some(check_in) = check_in {
            let level = j.lead * leave.p;
            let half = (j.half_day_h as Sec) * HOUR / 2;
            knots.extend([(check_in - half, 0.0), (check_in + half, level), (stage.until, level)]);
        } else if near {
            knots.extend([(stage.until - j.pre_departure_h * HOUR, 0.0), (stage.until, leave.p)]);
        } else {
            let step = |x: f64| stage.until - (x * j.lead_h * HOUR as f64) as Sec;
            knots.push((step(8.5), 0.0));
            knots.extend(
                HALF_LIVES
                    .into_iter()
                    .rev()
                    .map(|x| (step(x), j.lead * leave.p * (-x).exp2())),
            );
        }
        if let Some(level) = void {
            // R82: the way there is void; what the leg says alone is as much as there is, up to the level of a wish.
            knots.iter_mut().for_each(|(_, p)| *p = p.min(level));
        }
        if enter.is_some() {
            stage.curve.push(stage.from, before.clone());
            let first = knots.first().map_or(stage.until, |(t, _)| *t);
            if settled < first {
                stage.curve.push(settled, idle.clone());
            }
        }
        let mut curve: Curve<f64> = Curve::default();
        knots.iter().for_each(|(t, level)| curve.push(*t, *level));
        for t in knots.iter().map(|(t, _)| *t).filter(|t| *t >= stage.from) {
            let mass = base(t);
            stage
                .curve
                .push(t, mass.at_least(y, curve.at(t, super::mass::Side::After)));
        }
        // Whoever takes the leg is there when it leaves.
        stage.curve.push(stage.until, base(stage.until).at_least(y, leave.p));
    }

    /// R170: nobody knows where the leg went; in time the traveler is home again.
    fn lost(&self, stage: &mut Stage, before: &Mass) {
        stage.curve.push(stage.from, before.clone());
        stage.curve.push(stage.from + DAY, before.clone());
        stage.curve.push(stage.from + 28 * DAY, self.idle());
    }

    /// R182, R192.
    fn cap(&self, stage: &Stage, enter: Option<&PathLeg>, leave: Option<&PathLeg>) -> f64 {
        let j = self.context.judgement;
        let legs = [enter, leave]
            .into_iter()
            .flatten()
            .map(|leg| (&self.leg(leg).witnesses, self.leg(leg).strength.class));
        let stays = stage
            .stays
            .iter()
            .map(|no| (&self.claims.stays[*no].witnesses, self.claims.stays[*no].strength.class));
        let mut sources = BTreeSet::new();
        let mut class = 0;
        for (witnesses, strength) in legs.chain(stays) {
            class = class.max(strength);
            sources.extend(witnesses.iter().map(|no| self.claims.witness(*no).source()));
        }
        match sources.len() {
            _ if class <= 1 => j.cap_intent,
            0 | 1 => j.cap_one_source,
            _ => j.cap_any,
        }
    }

    /// R146, R147, R167: whether a stop is a connection.
    fn stop(&self, stage: &Stage, enter: &PathLeg, leave: &PathLeg) -> Option<State> {
        let j = self.context.judgement;
        let (first, second) = (self.leg(enter), self.leg(leave));
        let gap = leave.dep.from - enter.arr.until;
        if gap >= j.stopover_h * HOUR || !first.timed || !second.timed || first.drive || second.drive {
            return None;
        }
        // R167: out and back the same day is a day in that city.
        let back = first
            .from
            .as_ref()
            .zip(second.to.as_ref())
            .is_some_and(|(from, to)| self.key(from.city()) == self.key(to.city()));
        if back {
            return None;
        }
        let one_leg = first.leg_id.is_some() && first.leg_id == second.leg_id;
        if gap < j.connection_h * HOUR || one_leg {
            return Some(State::Connection);
        }
        let lodged = stage.stays.iter().any(|no| {
            let stay = &self.claims.stays[*no];
            stay.lodging && stay.from < stage.until && stay.until > stage.from
        });
        if lodged || stage.kind == Kind::Home {
            return None;
        }
        Some(if self.international(enter, leave) {
            State::Connection
        } else {
            State::Stopover
        })
    }

    /// Whether one of two legs crosses a border.
    pub fn international(&self, a: &PathLeg, b: &PathLeg) -> bool {
        [a, b].into_iter().any(|leg| {
            let leg = self.leg(leg);
            let country =
                |spot: &Option<places::Spot>| spot.as_ref().map(|s| self.context.gazetteer.city(s.city()).country);
            country(&leg.from) != country(&leg.to)
        })
    }

    /// Minutes at the terminal before departure and after arrival (R143, R144).
    pub fn terminal(&self, leg: &Leg) -> (Sec, Sec) {
        let j = self.context.judgement;
        let country =
            |spot: &Option<places::Spot>| spot.as_ref().map(|s| self.context.gazetteer.city(s.city()).country);
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
}
