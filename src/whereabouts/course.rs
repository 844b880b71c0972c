//! How presence runs through a stage: at home, staying, fading, crossing, leading up to a leg (R149–R151, R155, R159–R162, R170).
//! Called by `stage`; each function fills the curve of one kind of stage.
//! Always holds: evidence that agrees only lifts (R189); what is lost from a place goes home or is unknown.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::mass::{Curve, HALF_LIVES, Key, Mass, Side};
use super::places;
use super::proposals;
use super::stage::{PathLeg, Stage};
use super::times::{DAY, HOUR, Sec, Span};
use super::world::World;

impl World<'_, '_> {
    /// `level` with a stay beside it: one class up (R149), and not less than the stay would be worth alone (R156).
    fn lifted(&self, level: f64, stay: usize) -> f64 {
        let j = self.context.judgement;
        let p = self.claims.stays[stay].strength.p;
        // R91: a proposal's bed is as probable as its way there.
        if proposals::only_proposed(self.claims, &self.claims.stays[stay]) {
            return level;
        }
        let up = level + (j.step_up(level) - level) * (p / j.class_prior[2]).min(1.0);
        let alone = match self.aftermath.orphans.get(&stay) {
            Some(orphan) => orphan.min(p),
            None if self.claims.stays[stay].lodging => j.stay_reachable.min(p),
            None => 0.0,
        };
        up.max(alone)
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

    /// R159, R143: home until the leg, the more surely the nearer it is.
    pub(super) fn at_home(&self, stage: &mut Stage, before: &Mass, enter: Option<&PathLeg>, leave: Option<&PathLeg>) {
        let (j, idle) = (self.context.judgement, self.idle());
        let settled = stage.from + (j.decay_h as Sec) * HOUR;
        // Nobody saw them come: who says that they did not stay?
        let unseen = enter.is_some_and(|enter| !self.leg(enter).flown() && before.get(Key::Home) > 0.5);
        let over = (before.get(Key::Home) - j.cap_unseen_home).max(0.0);
        let before = match unseen && over > 0.0 {
            true => before.with_moved(Key::Home, Key::Unknown, over),
            false => before.clone(),
        };
        let held = if unseen {
            stage.from + (j.overstay_h as Sec) * HOUR
        } else {
            stage.from
        };
        let at = |t: Sec| match (enter.is_none() || t >= settled, t > held) {
            (true, _) => idle.clone(),
            (_, false) => before.clone(),
            _ => before.toward(&idle, (t - held) as f64 / (settled - held).max(1) as f64),
        };
        let ramp = leave.map(|_| (stage.until - j.pre_departure_h * HOUR).max(stage.from));
        let knots = [stage.from, held, settled].into_iter().filter(|_| enter.is_some());
        for t in knots.filter(|t| ramp.is_none_or(|ramp| *t < ramp)) {
            stage.curve.push(t, at(t));
        }
        match (leave, ramp) {
            (Some(leave), Some(ramp)) => {
                stage.curve.push(ramp, at(ramp));
                stage.curve.push(stage.until, at(ramp).at_least(Key::Home, leave.p));
            }
            _ => stage.curve.push(settled, idle),
        }
    }

    /// R149: the booked onward leg supports the stay; lodging lifts it while it lasts.
    pub(super) fn staying(&self, stage: &mut Stage, before: &Mass, leave: Option<&PathLeg>) {
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
        let mut cuts: SmallVec<[Sec; 8]> = SmallVec::from_iter([stage.from, ramp, stage.until]);
        cuts.extend(lodged.iter().flat_map(|(span, _)| [span.from, span.until]));
        cuts.extend(self.long_gap_cuts(stage));
        cuts.retain(|t| (stage.from..=stage.until).contains(t));
        cuts.sort_unstable();
        cuts.dedup();
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
            let here = stage.curve.at(stage.until, Side::After);
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

    /// R160, and R151 where the next leg leaves from home: presence fades after the last anchor, what is lost goes home.
    pub(super) fn fading(&self, stage: &mut Stage, before: &Mass, leave: Option<&PathLeg>) {
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
            let floor = if t - anchor <= j.floor_days * DAY {
                (j.floor_p.min(level) - left).max(0.0)
            } else {
                0.0
            };
            let lost = lost - floor;
            let mut mass = held.clone();
            mass.add(stage.x, -lost);
            // R155: whoever is no longer here may be back in the room that was kept elsewhere.
            let back = kept.filter(|(_, until)| t < *until).map_or(Key::Home, |(room, _)| room);
            mass.add(back, lost * j.lost_to_home);
            mass.add(Key::Unknown, lost * (1.0 - j.lost_to_home));
            mass
        };
        let step = |x: f64| anchor + (x * half_life * HOUR as f64) as Sec;
        let mut times: BTreeSet<Sec> = HALF_LIVES.into_iter().map(step).collect();
        if level > j.floor_p {
            times.insert(step((level / j.floor_p).log2()));
        }
        if let Some(at) = overdue {
            let faster = |x: f64| at + (x * j.decay_overdue_h * HOUR as f64) as Sec;
            times.extend(HALF_LIVES.into_iter().map(faster));
        }
        let forget = anchor + j.floor_days * DAY;
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

    /// R155: a room elsewhere that was taken before the leg here and is still booked, and until when.
    fn kept_room(&self, stage: &Stage, before: &Mass) -> Option<(Key, Sec)> {
        let kept = self.claims.stays.iter().filter(|stay| {
            let elsewhere = |key: Key| key != stage.x && key != Key::Home && before.get(key) > 0.0;
            let lasts = stay.from < stage.from && stay.until > stage.from + 12 * HOUR;
            lasts && stay.lodging && stay.strength.p >= 0.5 && elsewhere(self.key(stay.spot.city()))
        });
        kept.max_by_key(|stay| (stay.until, stay.from))
            .map(|stay| (self.key(stay.spot.city()), stay.until))
    }

    /// R151, R199: from one city to another without a leg: straight if it is near, else each keeps presence near its own anchor.
    pub(super) fn crossing(&self, stage: &mut Stage, before: &Mass, leave: Option<&PathLeg>) {
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
        let floor = if end - start <= self.context.judgement.floor_days * DAY {
            self.context.judgement.floor_p
        } else {
            0.0
        };
        let between = |t: Sec| {
            let theirs = (leave.p * (-((end - t) as f64) / half_life).exp2()).max(before.get(y));
            let left = level * (-((t - start) as f64) / half_life).exp2();
            // R160: they are not forgotten where nothing led away from, until they leave from over there.
            let ours = left.max(floor.min(level)).min(1.0 - theirs);
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

    /// R161, R143, R162: at a city that nothing led to, because a leg leaves from there.
    pub(super) fn leading(&self, stage: &mut Stage, before: &Mass, enter: Option<&PathLeg>, leave: Option<&PathLeg>) {
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
        let void = self.aftermath.leads.get(&leave.no).copied();
        // R82: fewer take the leg, but whoever still wants to go is there before it.
        let wanted = leave.p / (1.0 - leave.doubted).max(j.least_held);
        let leading = if void.is_some() { wanted } else { leave.p };
        // Whoever lives near an airport and flies on from there only goes there that day; a leg home is a return (R161).
        let returns = self
            .leg(leave)
            .to
            .as_ref()
            .is_some_and(|to| self.key(to.city()) == Key::Home);
        let near = stage.x == Key::Home
            && !returns
            && self.km(Key::Home, y).is_some_and(|km| km <= j.missing_leg_km)
            && !self.over_water(Key::Home, y);
        let mut knots: Vec<(Sec, f64)> = Vec::new();
        if let Some(check_in) = check_in {
            let level = j.lead * leading;
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
                    .map(|x| (step(x), j.lead * leading * (-x).exp2())),
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
            stage.curve.push(t, mass.at_least(y, curve.at(t, Side::After)));
        }
        // Whoever takes the leg is there when it leaves.
        stage.curve.push(stage.until, base(stage.until).at_least(y, leave.p));
    }

    /// R170: nobody knows where the leg went; in time the traveler is home again.
    pub(super) fn lost(&self, stage: &mut Stage, before: &Mass) {
        stage.curve.push(stage.from, before.clone());
        stage.curve.push(stage.from + DAY, before.clone());
        stage.curve.push(stage.from + 28 * DAY, self.idle());
    }
}
