//! Journeys laid on the time line: their paths, mixed, in straight pieces (R117, R183).
//! Made by `timeline`; read by `episodes`, `opportunities` and the notices.
//! Always holds: the pieces of a journey are in order and without gaps; in each every path is straight.

use std::collections::BTreeMap;

use super::Expected;
use super::mass::{Key, Mass, Side};
use super::path::Path;
use super::paths::{Journey, Selection};
use super::times::{DAY, MINUTE, Sec, Span, day_span};
use super::world::World;

/// Most journeys have fewer, with all those that are told twice.
const KNOTS: usize = 64;

/// A journey laid on the time line.
pub(super) struct Laid {
    pub range: (Sec, Sec),
    pub paths: Vec<Path>,
}

/// Lays every path of every journey; without any leg there is one empty path for the stays.
pub(super) fn lay(world: &World<'_, '_>, journeys: &[Journey], range: (Sec, Sec)) -> Vec<Laid> {
    let span = |journey: &Journey| {
        let legs = journey.legs.iter().map(|no| &world.claims.legs[*no]);
        legs.fold((Sec::MAX, Sec::MIN), |(from, until), leg| {
            (from.min(leg.dep.from), until.max(leg.arr.until))
        })
    };
    if journeys.is_empty() {
        let nothing = Selection {
            weight: 1.0,
            legs: Vec::new(),
        };
        return vec![Laid {
            range,
            paths: vec![Path::lay(world, &nothing, range)],
        }];
    }
    let mut laid = Vec::with_capacity(journeys.len());
    let mut from = range.0;
    for (i, journey) in journeys.iter().enumerate() {
        let end = span(journey).1;
        // Half the time at home belongs to the journey before, half to the one after.
        let until = journeys
            .get(i + 1)
            .map_or(range.1, |next| end + (span(next).0 - end) / 2)
            .max(from);
        let paths = journey
            .paths
            .iter()
            .map(|selection| Path::lay(world, selection, (from, until)))
            .collect();
        laid.push(Laid {
            range: (from, until),
            paths,
        });
        from = until;
    }
    laid
}

impl Laid {
    /// Every instant at which something changes, ends included.
    pub fn knots(&self, world: &World<'_, '_>) -> Vec<Sec> {
        let mut knots = Vec::with_capacity(KNOTS);
        knots.extend([self.range.0, self.range.1]);
        self.paths.iter().for_each(|path| path.knots(world, &mut knots));
        knots.retain(|t| (self.range.0..=self.range.1).contains(t));
        knots.sort_unstable();
        knots.dedup();
        knots
    }

    /// Intervals in which every path is straight.
    pub fn pieces(&self, world: &World<'_, '_>) -> impl Iterator<Item = Piece> {
        let knots = self.knots(world);
        (1..knots.len()).map(move |i| self.piece(world, knots[i - 1], knots[i]))
    }

    /// The interval between two knots.
    pub fn piece(&self, world: &World<'_, '_>, from: Sec, until: Sec) -> Piece {
        let ends = (self.mix(world, from, Side::After), self.mix(world, until, Side::Before));
        (from, until, ends)
    }

    /// The mixture over all paths (R117, R183); paths that were cut off are "elsewhere".
    pub fn mix(&self, world: &World<'_, '_>, t: Sec, side: Side) -> Mass {
        let mut mass = Mass::default();
        let mut total = 0.0;
        for path in &self.paths {
            mass.take_in(path.mass(world, t, side), path.weight);
            total += path.weight;
        }
        mass.add(Key::Unknown, (1.0 - total).max(0.0));
        mass
    }
}

/// From, until, and the masses at both ends.
pub(super) type Piece = (Sec, Sec, (Mass, Mass));

/// Cuts a piece where another place becomes the most probable, so that its state holds from one end to the other.
pub(super) fn by_top((from, until, (start, end)): Piece, depth: u32, out: &mut impl FnMut(Piece)) {
    let near = |f: f64| top(start.beside(&end).map(|(key, a, b)| (key, a * (1.0 - f) + b * f)));
    let short = depth == 0 || until - from < 10 * MINUTE;
    let same = || clear(&start).is_some_and(|key| clear(&end) == Some(key));
    if short || start == end || same() || near(0.001) == near(0.999) {
        out((from, until, (start, end)));
        return;
    }
    let first = near(0.001);
    let (mut low, mut high) = (0.0, 1.0);
    // To the second.
    while (high - low) * ((until - from) as f64) > 0.5 {
        let middle = (low + high) / 2.0;
        if near(middle) == first {
            low = middle
        } else {
            high = middle
        }
    }
    let cut = from + ((until - from) as f64 * high).ceil() as Sec;
    if cut <= from || cut >= until {
        out((from, until, (start, end)));
        return;
    }
    let middle = start.toward(&end, (cut - from) as f64 / (until - from) as f64);
    by_top((from, cut, (start, middle.clone())), 0, out);
    by_top((cut, until, (middle, end)), depth - 1, out);
}

/// A place that is more probable than all others together.
fn clear(mass: &Mass) -> Option<Key> {
    mass.parts().iter().find(|(_, p)| *p > 0.51).map(|(key, _)| *key)
}

/// The most probable of all; legs count together as being on the way. Between equals what a booking says comes before home.
pub(super) fn top(parts: impl Iterator<Item = (Key, f64)>) -> Key {
    let rank = |key: Key| match key {
        Key::City(_) => 4,
        Key::Transit(_) => 3,
        Key::Home => 2,
        Key::Near(_) => 1,
        Key::Unknown => 0,
    };
    let mut best = (Key::Unknown, -1.0);
    let mut better = |key: Key, p: f64| {
        if p > best.1 + 1e-9 || (p > best.1 - 1e-9 && rank(key) > rank(best.0)) {
            best = (key, p);
        }
    };
    // The first leg stands for all of them.
    let mut moving: Option<(Key, f64)> = None;
    for (key, p) in parts {
        if p == 0.0 {
            continue;
        }
        match (key, &mut moving) {
            (Key::Transit(_), Some((_, sum))) => *sum += p,
            (Key::Transit(_), None) => moving = Some((key, p)),
            _ => better(key, p),
        }
    }
    if let Some((key, p)) = moving {
        better(key, p);
    }
    best.0
}

/// R27, R39: cities that untimed legs name for a day.
pub(super) fn expected(world: &World<'_, '_>, journey: &Laid) -> Vec<(Span, Expected)> {
    let mut by_leg: BTreeMap<usize, f64> = BTreeMap::new();
    for path in &journey.paths {
        for leg in path
            .legs
            .iter()
            .filter(|leg| !world.leg(leg).timed && !world.leg(leg).drive)
        {
            *by_leg.entry(leg.no).or_default() += path.weight * leg.held();
        }
    }
    let mut found = Vec::new();
    for (no, p) in by_leg {
        let leg = &world.claims.legs[no];
        let Some(to) = leg.to.as_ref().filter(|to| world.key(to.city()) != Key::Home) else {
            continue;
        };
        let city = world.context.gazetteer.city(to.city());
        let first = day_span(leg.arr_day, Some(city.zone));
        let span = Span::new(first.from, first.from + 2 * DAY);
        let place = world.city_place(to.city());
        found.push((
            span,
            Expected {
                place,
                day: leg.arr_day,
                p: tidy(p),
                zone: city.zone,
                grade: leg.grade,
            },
        ));
    }
    found
}

/// Six digits, downwards, so that parts never add up to more than the whole.
pub(super) fn tidy(p: f64) -> f64 {
    // Nothing is below zero, so cutting off is rounding down.
    (p * 1e6 + 1e-3) as u32 as f64 / 1e6
}
