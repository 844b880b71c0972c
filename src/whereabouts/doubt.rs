//! What a cancelled way there takes from a path (R82, R157), kept apart from what the path says without it.
//! Made by `path` for its stages; the legs and the unsupported stays carry their own share.
//! Always holds: it only takes, and the more is cancelled the more it takes; so a cancelled claim raises no presence (R189).

use super::mass::{Curve, Key, Mass, Side};
use super::path::capped;
use super::places::Spot;
use super::stage::{PathLeg, Stage};
use super::times::Sec;
use super::world::World;

/// A stage as it would be with what is cancelled.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    pub curve: Curve<Mass>,
    /// Other ends of the leg that led here, and the share that is taken from them.
    others: Vec<Key>,
    share: f64,
}

/// The cities that a spot may be in, but home.
fn cities<'a>(world: &'a World<'_, '_>, spot: &'a Option<Spot>) -> impl Iterator<Item = (Key, f64)> + 'a {
    let candidates = spot.iter().flat_map(|spot| &spot.candidates);
    candidates
        .map(|(city, share)| (world.key(*city), *share))
        .filter(|(key, _)| *key != Key::Home)
}

impl Doubt {
    /// `None` if nothing that is cancelled concerns the stage. `before`: with what it starts.
    pub fn of(
        world: &World<'_, '_>,
        stage: &Stage,
        before: &Mass,
        (enter, leave): (Option<&PathLeg>, Option<&PathLeg>),
        range: (Sec, Sec),
    ) -> Option<Doubt> {
        let led = enter.filter(|leg| leg.doubted > 0.0);
        let leads = leave.is_some_and(|leg| world.aftermath.leads.contains_key(&leg.no));
        let orphan = |no: &usize| world.aftermath.orphans.contains_key(no);
        if led.is_none() && !leads && !stage.stays.iter().any(orphan) {
            return None;
        }
        let (mut less, mut others) = (before.clone(), Vec::new());
        if let Some(leg) = led {
            let claim = world.leg(leg);
            for (key, share) in cities(world, &claim.to) {
                let taken = (leg.p * share * leg.doubted).min(less.get(key));
                less.add(key, -taken);
                less.add_scaled(&world.idle(), taken);
            }
            others.extend(
                cities(world, &claim.to)
                    .chain(cities(world, &claim.from))
                    .map(|(key, _)| key),
            );
            others.retain(|key| *key != stage.x && Some(*key) != stage.y);
            others.sort_unstable();
            others.dedup();
        }
        let leave = leave.map(|leg| PathLeg { p: leg.held(), ..*leg });
        Some(Doubt {
            curve: world.stage(&less, enter, leave.as_ref(), range).curve,
            others,
            share: led.map_or(0.0, |leg| leg.doubted),
        })
    }

    /// What is taken from `all`, the stage without it, at `t`.
    pub fn taken(&self, stage: &Stage, all: &Mass, t: Sec, side: Side, cap_any: f64) -> Mass {
        let held = capped(stage, &self.curve, t, side, cap_any);
        let mut taken = Mass::default();
        let ends = [Some(stage.x), stage.y.filter(|y| *y != stage.x)];
        for key in ends.into_iter().flatten().filter(|key| matches!(key, Key::City(_))) {
            taken.add(key, (all.get(key) - held.get(key)).max(0.0));
        }
        for key in &self.others {
            taken.add(*key, all.get(*key) * self.share);
        }
        taken
    }
}

/// What is taken from a leg, and from those who did not take it.
pub(super) fn taken_on_leg(world: &World<'_, '_>, leg: &PathLeg, all: &Mass) -> Mass {
    let mut taken = Mass::default();
    if leg.doubted > 0.0 {
        let origins = cities(world, &world.leg(leg).from).map(|(key, _)| key);
        for key in origins.chain([leg.key()]) {
            if taken.get(key) == 0.0 {
                taken.add(key, all.get(key) * leg.doubted);
            }
        }
    }
    taken
}

/// Takes it away: whoever had no way there is where one is when nothing says otherwise (R159).
pub(super) fn take(world: &World<'_, '_>, mut all: Mass, taken: &Mass) -> Mass {
    let mut gone = 0.0;
    for (key, p) in taken.parts() {
        let p = p.min(all.get(*key));
        all.add(*key, -p);
        gone += p;
    }
    if gone > 0.0 {
        all.add_scaled(&world.idle(), gone);
    }
    all
}
