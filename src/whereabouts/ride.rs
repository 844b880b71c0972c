//! What a leg does to probability: windows, connections, and who is left behind (R54, R82, R142, R155, R170).
//! Called by `path` for each of its legs, in order.
//! Always holds: what leaves one place arrives in another or is unknown; a leg that is hardly believed disturbs nobody (R189).

use super::judgement::Judgement;
use super::mass::{Key, Mass, Side};
use super::stage::{PathLeg, Stage};
use super::times::{DAY, HOUR, MINUTE, Mode, Sec, Span};
use super::world::World;

/// How far a window has passed at `t`, 0..=1; most of it at the printed time, where there is one.
pub(super) fn passed(span: Span, t: Sec, side: Side) -> f64 {
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

/// Windows of legs on one path narrow each other: nobody leaves before having arrived (R27). Two legs of which only the same day is
/// known share it: the first has its first half, the second what is left.
pub(super) fn narrow(world: &World<'_, '_>, legs: &mut [PathLeg]) {
    let by_day = |leg: &PathLeg| !world.leg(leg).timed && !world.leg(leg).drive;
    for i in 1..legs.len() {
        let (before, leg) = (legs[i - 1], legs[i]);
        if by_day(&before) && by_day(&leg) {
            let shared = before.dep.until.min(leg.dep.until) - before.dep.from.max(leg.dep.from);
            if shared > (before.dep.until - before.dep.from).min(leg.dep.until - leg.dep.from) / 2 {
                let block = before.arr.from - before.dep.from;
                let half = before.dep.from + (leg.dep.until.max(before.dep.until) - before.dep.from) / 2;
                legs[i - 1].dep = Span::new(before.dep.from, half);
                legs[i - 1].arr = Span::new(before.arr.from, (half + block).max(before.arr.from));
                legs[i].dep = Span::new(leg.dep.from.max(half), leg.dep.until);
            }
        }
        let before = legs[i - 1];
        if by_day(&leg) {
            let block = leg.arr.from - leg.dep.from;
            let dep = legs[i].dep;
            let latest = dep.until.max(before.arr.until.min(before.arr.from + DAY));
            legs[i].dep = Span::new(dep.from.max(before.arr.from), latest);
            let earliest = legs[i].dep.from + block.clamp(0, DAY);
            legs[i].arr = Span::new(leg.arr.from.max(earliest), leg.arr.until.max(earliest));
        }
        let last = legs[i].dep.until;
        if by_day(&before) && before.arr.until > last && before.arr.from < last {
            legs[i - 1].arr = Span::new(before.arr.from, last);
            legs[i - 1].dep = Span::new(before.dep.from, before.dep.until.min(last));
        }
    }
}

/// R54: what follows too soon on the same journey is less certain to happen as booked.
pub(super) fn connections(world: &World<'_, '_>, legs: &mut [PathLeg]) -> Vec<(usize, i64, i64)> {
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
pub(super) fn ride(world: &World<'_, '_>, stage: &Stage, base: &Mass, leg: &PathLeg) -> (Mass, Mass) {
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
        let stays = (here - p).max(j.missed * rest * here).min(rest);
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
            mass.add(leg.key(), p);
            to.candidates
                .iter()
                .for_each(|(city, share)| arrived.add(world.key(*city), p * share));
        }
    }
    (mass, arrived)
}
