//! Probability over mutually exclusive places, and how it changes over time in straight pieces.
//! Used by `stage`, `path` and `episodes`.
//! Always holds: the parts of a mass add up to 1 and none is negative; between two knots everything is linear.

use crate::place::CityId;

use super::times::Sec;

/// Where probability can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The home region.
    Home,
    /// On leg number so and so; a small number, since keys are copied all the time.
    Transit(u32),
    /// In a city region.
    City(CityId),
    /// Around a city region: day trips, drives (R153, R164, R198).
    Near(CityId),
    /// Anywhere else.
    #[default]
    Unknown,
}

/// As many parts as nearly every mass has; those need no allocation.
const FEW: usize = 6;

/// A distribution; sorted by key, nothing twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Mass {
    few: [(Key, f64); FEW],
    len: usize,
    /// All parts, once there are more than a few.
    many: Vec<(Key, f64)>,
}

impl PartialEq for Mass {
    fn eq(&self, other: &Mass) -> bool {
        self.parts() == other.parts()
    }
}

impl Mass {
    pub fn all(key: Key) -> Mass {
        Mass::of([(key, 1.0)])
    }

    pub fn of(parts: impl IntoIterator<Item = (Key, f64)>) -> Mass {
        let mut mass = Mass::default();
        parts.into_iter().for_each(|(key, p)| mass.add(key, p));
        mass
    }

    pub fn parts(&self) -> &[(Key, f64)] {
        if self.many.is_empty() {
            &self.few[..self.len]
        } else {
            &self.many
        }
    }

    fn parts_mut(&mut self) -> &mut [(Key, f64)] {
        if self.many.is_empty() {
            &mut self.few[..self.len]
        } else {
            &mut self.many
        }
    }

    pub fn get(&self, key: Key) -> f64 {
        self.parts()
            .iter()
            .find(|(known, _)| *known == key)
            .map_or(0.0, |(_, p)| *p)
    }

    #[inline]
    pub fn add(&mut self, key: Key, p: f64) {
        if p == 0.0 {
            return;
        }
        // Mostly they come in their order, and are few.
        if self.len < FEW && (self.len == 0 || self.few[self.len - 1].0 < key) {
            self.few[self.len] = (key, p);
            self.len += 1;
        } else {
            self.add_between(key, p);
        }
    }

    fn add_between(&mut self, key: Key, p: f64) {
        let at = self
            .parts()
            .iter()
            .position(|(known, _)| *known >= key)
            .unwrap_or(self.parts().len());
        if let Some((known, sum)) = self.parts_mut().get_mut(at)
            && *known == key
        {
            *sum += p;
            return;
        }
        if !self.many.is_empty() {
            self.many.insert(at, (key, p));
        } else if self.len < FEW {
            self.few.copy_within(at..self.len, at + 1);
            self.few[at] = (key, p);
            self.len += 1;
        } else {
            self.many = self.few.to_vec();
            self.many.insert(at, (key, p));
        }
    }

    pub fn add_scaled(&mut self, other: &Mass, factor: f64) {
        if factor != 0.0 {
            other.parts().iter().for_each(|(key, p)| self.add(*key, p * factor));
        }
    }

    /// The same for a mass of which nothing else is needed: mostly it is all there is.
    pub fn take_in(&mut self, other: Mass, factor: f64) {
        if factor == 1.0 && self.parts().is_empty() {
            *self = other;
        } else {
            self.add_scaled(&other, factor);
        }
    }

    /// The part of several keys together.
    pub fn total(&self, keys: &[Key]) -> f64 {
        keys.iter().map(|key| self.get(*key)).sum()
    }

    /// Sets `key` to `level`; everything else shares the rest as before. With nothing else, the rest is unknown.
    pub fn with_level(&self, key: Key, level: f64) -> Mass {
        let level = level.clamp(0.0, 1.0);
        let others: f64 = self
            .parts()
            .iter()
            .filter(|(other, _)| *other != key)
            .map(|(_, p)| p)
            .sum();
        let mut mass = Mass::default();
        if others > 0.0 {
            let scale = (1.0 - level) / others;
            self.parts()
                .iter()
                .filter(|(other, _)| *other != key)
                .for_each(|(other, p)| mass.add(*other, p * scale));
        } else {
            mass.add(Key::Unknown, 1.0 - level);
        }
        mass.add(key, level);
        mass
    }

    /// The same as `with_level`, but never downwards.
    pub fn at_least(&self, key: Key, level: f64) -> Mass {
        if self.get(key) >= level {
            self.clone()
        } else {
            self.with_level(key, level)
        }
    }

    /// Moves so much from one key to another.
    pub fn with_moved(&self, from: Key, to: Key, p: f64) -> Mass {
        let mut mass = self.clone();
        mass.add(from, -p);
        mass.add(to, p);
        mass
    }

    /// Fills a key up to a level, from the others in this order.
    pub fn fill(&mut self, key: Key, level: f64, from: impl IntoIterator<Item = Key>) {
        for other in from {
            let p = (level - self.get(key)).min(self.get(other)).max(0.0);
            self.add(other, -p);
            self.add(key, p);
        }
    }

    /// Straight on the way to `other`.
    pub fn toward(&self, other: &Mass, fraction: f64) -> Mass {
        let (ours, theirs) = (self.parts(), other.parts());
        let alike = ours.len() == theirs.len() && ours.iter().zip(theirs).all(|((a, _), (b, _))| a == b);
        if alike {
            // Mostly both speak of the same places.
            let mut mixed = self.clone();
            let both = mixed.parts_mut().iter_mut().zip(theirs);
            both.for_each(|((_, p), (_, q))| *p = *p * (1.0 - fraction) + q * fraction);
            return mixed;
        }
        let parts = self.beside(other);
        Mass::of(parts.map(|(key, a, b)| (key, a * (1.0 - fraction) + b * fraction)))
    }

    /// What either has anything of, in order: the part here and the part there.
    pub fn beside(&self, other: &Mass) -> impl Iterator<Item = (Key, f64, f64)> + Clone {
        let (mut ours, mut theirs) = (self.parts(), other.parts());
        std::iter::from_fn(move || {
            let key = match (ours.first(), theirs.first()) {
                (Some((a, _)), Some((b, _))) => *a.min(b),
                (Some((key, _)), None) | (None, Some((key, _))) => *key,
                (None, None) => return None,
            };
            let take = |parts: &mut &[(Key, f64)]| match parts.split_first() {
                Some(((known, p), rest)) if *known == key => {
                    *parts = rest;
                    *p
                }
                _ => 0.0,
            };
            Some((key, take(&mut ours), take(&mut theirs)))
        })
    }
}

/// Which side of an instant at which something jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Just before it.
    Before,
    /// From it on.
    After,
}

/// Something over time in straight pieces; two knots at one instant are a jump; constant beyond its ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Curve<T>(Vec<(Sec, T)>);

/// What can be mixed linearly.
pub(super) trait Linear {
    fn between(&self, other: &Self, fraction: f64) -> Self;
}

impl Linear for Mass {
    fn between(&self, other: &Self, fraction: f64) -> Self {
        self.toward(other, fraction)
    }
}

impl Linear for f64 {
    fn between(&self, other: &Self, fraction: f64) -> Self {
        self + (other - self) * fraction
    }
}

impl<T: Linear + Clone + Default> Curve<T> {
    pub fn constant(value: T) -> Self {
        Curve(vec![(0, value)])
    }

    /// With room for the knots of most stages.
    pub fn with_room() -> Self {
        Curve(Vec::with_capacity(7))
    }

    /// Adds a knot; one that would go back in time is put at the last instant.
    pub fn push(&mut self, at: Sec, value: T) {
        let at = self.0.last().map_or(at, |(last, _)| at.max(*last));
        self.0.push((at, value));
    }

    pub fn knots(&self) -> impl Iterator<Item = Sec> + '_ {
        // A single knot is a constant: it is no change at any time.
        self.0.iter().map(|(at, _)| *at).filter(|_| self.0.len() > 1)
    }

    pub fn at(&self, t: Sec, side: Side) -> T {
        let after = match side {
            Side::After => self.0.partition_point(|(at, _)| *at <= t),
            Side::Before => self.0.partition_point(|(at, _)| *at < t),
        };
        match (
            after.checked_sub(1).and_then(|before| self.0.get(before)),
            self.0.get(after),
        ) {
            (Some((from, a)), Some((until, b))) if until > from => {
                a.between(b, (t - from) as f64 / (until - from) as f64)
            }
            (Some((_, a)), _) => a.clone(),
            (None, Some((_, b))) => b.clone(),
            (None, None) => T::default(),
        }
    }
}

/// Half-lives at which an exponential decay is followed in straight pieces; off by less than .01 anywhere (R160).
pub(super) const HALF_LIVES: [f64; 11] = [0.0, 0.35, 0.7, 1.1, 1.5, 2.0, 2.6, 3.3, 4.2, 5.5, 8.0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r181_levels_keep_the_sum() {
        let mass = Mass::of([(Key::Home, 0.6), (Key::City(CityId(1)), 0.3), (Key::Unknown, 0.1)]);
        for level in [0.0, 0.2, 0.9, 1.0] {
            let moved = mass.with_level(Key::City(CityId(1)), level);
            assert!((moved.parts().iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
            assert!((moved.get(Key::City(CityId(1))) - level).abs() < 1e-12);
        }
        assert_eq!(
            Mass::all(Key::Home).with_level(Key::Home, 0.9).get(Key::Unknown),
            1.0 - 0.9
        );
    }

    #[test]
    fn many_parts_are_kept_in_order_too() {
        let mut mass = Mass::default();
        (0..30).rev().for_each(|no| mass.add(Key::City(CityId(no % 20)), 0.01));
        assert_eq!(mass.parts().len(), 20);
        assert!(mass.parts().windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!((mass.get(Key::City(CityId(3))) - 0.02).abs() < 1e-12);
        assert!((mass.parts().iter().map(|(_, p)| p).sum::<f64>() - 0.30).abs() < 1e-12);
    }

    #[test]
    fn a_jump_has_two_sides() {
        let mut curve = Curve::default();
        curve.push(0, 0.0);
        curve.push(10, 1.0);
        curve.push(10, 0.5);
        curve.push(20, 0.5);
        assert_eq!(curve.at(5, Side::After), 0.5);
        assert_eq!(curve.at(10, Side::Before), 1.0);
        assert_eq!(curve.at(10, Side::After), 0.5);
        assert_eq!(curve.at(-5, Side::After), 0.0);
        assert_eq!(curve.at(99, Side::Before), 0.5);
    }

    #[test]
    fn r160_straight_pieces_follow_the_decay() {
        let mut curve = Curve::default();
        HALF_LIVES
            .iter()
            .for_each(|x| curve.push((x * 1000.0) as Sec, (-x).exp2()));
        for t in 0..8000 {
            let exact = (-(t as f64) / 1000.0).exp2();
            assert!((curve.at(t, Side::After) - exact).abs() < 0.01, "{t}");
        }
    }
}
