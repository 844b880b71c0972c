//! Which claims stand behind an episode, and which speak against it (R185).
//! Called by `episodes` once per episode.
//! Always holds: every claim that moves the answer's probability is named, the most important first.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Evidence;
use super::claims::WitnessNo;
use super::explain::{self, Piece, Role};
use super::mass::{Key, Side};
use super::path::{Doing, Path};
use super::stage::{Kind, World};
use super::times::{DAY, Sec};

/// More than this nobody reads.
const MOST: usize = 8;
/// Paths that are less probable than this explain nothing.
const LEAST_PATH: f64 = 0.02;

/// A claim in its role, how much it counts, and what it says.
struct Item {
    roles: Vec<Role>,
    weight: f64,
    against: bool,
    says: String,
}

/// The evidence at `t`, where `top` is the most probable of all places.
pub(super) fn collect(
    world: &World<'_, '_>,
    paths: &[Path],
    t: Sec,
    top: Key,
) -> (Vec<Evidence>, Option<DateTime<Utc>>) {
    let mut items: BTreeMap<Piece, Item> = BTreeMap::new();
    for path in paths.iter().filter(|path| path.weight >= LEAST_PATH) {
        let mass = path.mass(world, t, Side::After);
        let best = mass
            .parts()
            .iter()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(Key::Unknown, |(key, _)| *key);
        let riding = |key: Key| matches!(key, Key::Transit(_));
        let against = best != top && !(riding(best) && riding(top));
        let mut add = |no: WitnessNo, role: Role, weight: f64, against: bool, says: &dyn Fn() -> String| {
            let weight = weight * path.weight;
            match items.get_mut(&(no, role)) {
                Some(item) => {
                    item.weight += weight;
                    item.against &= against;
                }
                None => {
                    items.insert(
                        (no, role),
                        Item {
                            roles: vec![role],
                            weight,
                            against,
                            says: says(),
                        },
                    );
                }
            }
        };
        for (doing, share) in path.doing(t, Side::After) {
            match doing {
                Doing::Leg(i) => {
                    let leg = world.leg(&path.legs[i]);
                    add(leg.witnesses[0], Role::Riding, share * 2.0, against, &|| {
                        explain::leg(world, leg, Role::Riding)
                    });
                    copies(world, &leg.witnesses, Role::Riding, share, &mut add, against);
                }
                Doing::Stage(i) => stage(world, path, (i, share), t, against, &mut add),
            }
        }
        for overlay in &path.overlays {
            let stay = &world.claims.stays[overlay.stay];
            let near = stay.from - DAY / 2 <= t && t < stay.until + DAY / 2
                || stay.open_end && t >= stay.until && t < stay.until + 15 * DAY;
            if near {
                let role = match (overlay.orphan, overlay.unsupported) {
                    (true, _) => Role::Orphan,
                    (_, true) => Role::Unsupported,
                    _ => Role::Staying,
                };
                let against = overlay.key != top;
                add(stay.witnesses[0], role, 1.0, against, &|| {
                    explain::stay(world, stay, role)
                });
            }
        }
        for touch in path
            .touches
            .iter()
            .filter(|touch| touch.span.from <= t && t < touch.span.until)
        {
            let point = &world.claims.points[touch.point];
            let role = if touch.agrees {
                Role::Confirms
            } else {
                Role::Contradicts
            };
            add(point.witness, role, 0.8, touch.key != top, &|| {
                explain::point(world, point, role)
            });
        }
        for void in &world.claims.void {
            let near = void.dep.from - DAY <= t && t <= void.arr.until + 7 * DAY;
            let leads = void.to.as_ref().is_some_and(|to| {
                let key = world.key(to.city());
                mass.get(key) > 0.0 && path.stages.iter().any(|s| s.y == Some(key) && s.kind == Kind::Lead)
                    || path.overlays.iter().any(|o| o.key == key && o.orphan)
            });
            if near && leads {
                let against = void.to.as_ref().is_some_and(|to| world.key(to.city()) == top);
                add(void.witness, Role::Void, 0.9, against, &|| explain::void(world, void));
            }
        }
    }
    let mut order = one_each(items);
    order.sort_by(|(a, x), (b, y)| {
        x.against
            .cmp(&y.against)
            .then(y.weight.total_cmp(&x.weight))
            .then_with(|| a.1.cmp(&b.1))
            .then(a.0.cmp(&b.0))
    });
    // What speaks against the answer is never cut off by more of the same.
    let against = order.iter().filter(|(_, item)| item.against).count().min(MOST / 2);
    let mut kept: Vec<(Piece, Item)> = Vec::new();
    let mut fors = 0;
    let mut contras = 0;
    for (piece, item) in order {
        let count = if item.against { &mut contras } else { &mut fors };
        let most = if item.against { MOST / 2 } else { MOST - against };
        *count += 1;
        if *count <= most {
            kept.push((piece, item));
        }
    }
    let newest = kept
        .iter()
        .filter(|(_, item)| !item.against)
        .filter_map(|((no, _), _)| world.claims.witness(*no).modified())
        .max();
    let evidence = kept
        .into_iter()
        .map(|((no, _), item)| explain::evidence(world.claims.witness(no), &item.roles, item.says, item.against))
        .collect();
    (evidence, newest)
}

/// What a segment says twice in the same words is said once, with the rules of both roles.
fn one_each(items: BTreeMap<Piece, Item>) -> Vec<(Piece, Item)> {
    let mut found: Vec<(Piece, Item)> = Vec::new();
    for ((no, role), item) in items {
        match found
            .iter_mut()
            .find(|((known, _), other)| *known == no && other.says == item.says)
        {
            Some((_, other)) => {
                other.roles.extend(item.roles);
                other.weight += item.weight;
                other.against &= item.against;
            }
            None => found.push(((no, role), item)),
        }
    }
    found
}

type Add<'f> = dyn FnMut(WitnessNo, Role, f64, bool, &dyn Fn() -> String) + 'f;

/// The other bookings of the same movement (R101, R112).
fn copies(world: &World<'_, '_>, witnesses: &[WitnessNo], role: Role, share: f64, add: &mut Add<'_>, against: bool) {
    for no in witnesses.iter().skip(1).take(2) {
        let witness = world.claims.witness(*no);
        add(*no, role, share * 0.2, against, &|| {
            let locator = if witness.locator().is_empty() {
                "without a locator".to_owned()
            } else {
                witness.locator().to_owned()
            };
            format!("The same is in another booking, {locator}.")
        });
    }
}

fn stage(world: &World<'_, '_>, path: &Path, (i, share): (usize, f64), t: Sec, against: bool, add: &mut Add<'_>) {
    let stage = &path.stages[i];
    let enter = i.checked_sub(1).map(|i| world.leg(&path.legs[i]));
    let leave = path.legs.get(i).map(|leg| world.leg(leg));
    let leave_soon = leave.filter(|leg| leg.dep.from - t <= 3 * DAY || stage.kind != Kind::Home);
    if let Some(leg) = enter {
        let fading = stage.fades_from.is_some_and(|from| t >= from + DAY / 2);
        let role = match stage.kind {
            Kind::Gap => Role::Gap,
            Kind::Tail if fading => Role::Fades,
            _ => Role::Arrived,
        };
        // Home again for days: the flight that brought the traveler home is history.
        if stage.kind != Kind::Home || t - leg.arr.until <= 3 * DAY {
            add(leg.witnesses[0], role, share, against, &|| {
                explain::leg(world, leg, role)
            });
            copies(world, &leg.witnesses, role, share, add, against);
        }
    }
    if let Some(leg) = leave_soon {
        let role = match stage.kind {
            Kind::Lead => Role::Leads,
            Kind::Gap => Role::Gap,
            _ => Role::Leaving,
        };
        let far = stage.kind == Kind::Lead && leg.dep.from - t > 14 * DAY;
        if !far {
            add(leg.witnesses[0], role, share * 0.7, against, &|| {
                explain::leg(world, leg, role)
            });
        }
    }
    for no in &stage.stays {
        let stay = &world.claims.stays[*no];
        let until = if stay.open_end { stage.until } else { stay.until };
        if stay.from - DAY / 2 <= t && t < until {
            let role = if world.aftermath.orphans.contains_key(no) {
                Role::Orphan
            } else {
                Role::Staying
            };
            add(stay.witnesses[0], role, share * stay.strength.p, against, &|| {
                explain::stay(world, stay, role)
            });
        }
    }
}
