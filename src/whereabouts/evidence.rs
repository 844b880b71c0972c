//! Which claims stand behind an episode, and which speak against it (R185).
//! Called by `episodes` once per episode.
//! Always holds: every claim that moves the answer's probability is named, the most important first.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Evidence;
use super::claims::WitnessNo;
use super::explain::{self, COPY, Role, Roles};
use super::looks::{Way, Ways};
use super::mass::Key;
use super::path::{Doing, Path};
use super::stage::Kind;
use super::times::{DAY, Sec};
use super::world::World;

/// More than this nobody reads.
const MOST: usize = 8;
/// Paths that are less probable than this explain nothing.
const LEAST_PATH: f64 = 0.02;

/// What was made before: a claim says the same in every episode in which it has the same role.
#[derive(Default)]
pub(super) struct Words {
    /// By the number of the witness.
    said: Vec<Said>,
    /// What is found for one episode; kept from one to the next for its room.
    items: Vec<Item>,
    /// The other bookings of the same thing, by the first of them.
    also: BTreeMap<WitnessNo, Vec<WitnessNo>>,
}

/// What one witness says. Its roles are few: looking through them beats any map.
#[derive(Clone, Default)]
struct Said {
    words: Vec<(Role, String)>,
    evidence: Vec<((Roles, bool, Key), Arc<Evidence>)>,
}

impl Said {
    fn words(&self, role: Role) -> &str {
        let known = self.words.iter().find(|(known, _)| *known == role);
        known.map_or("", |(_, says)| says)
    }
}

impl Words {
    pub fn of(world: &World<'_, '_>) -> Words {
        let legs = world.claims.legs.iter().map(|leg| &leg.witnesses);
        let stays = world.claims.stays.iter().map(|stay| &stay.witnesses);
        let several = legs.chain(stays).filter(|witnesses| witnesses.len() > 1);
        Words {
            said: vec![Said::default(); world.claims.witnesses.len()],
            items: Vec::new(),
            also: several
                .map(|witnesses| (witnesses[0], witnesses[1..].to_vec()))
                .collect(),
        }
    }
}

/// A claim in its role, how much it counts, and for or against.
struct Item {
    no: WitnessNo,
    roles: Roles,
    weight: f64,
    against: bool,
    /// The place that it speaks for.
    key: Key,
}

/// What is found for one episode.
struct Found<'w> {
    words: &'w mut Words,
    /// Of the path that is being looked at.
    weight: f64,
    against: bool,
}

impl Found<'_> {
    /// Counts a claim; `says` is asked once.
    fn add(
        &mut self,
        no: WitnessNo,
        role: Role,
        share: f64,
        (key, against): (Key, bool),
        says: impl FnOnce() -> String,
    ) {
        let weight = share * self.weight;
        match self
            .words
            .items
            .iter_mut()
            .find(|item| item.no == no && item.roles.first() == role)
        {
            Some(item) => {
                item.weight += weight;
                item.against &= against;
            }
            None => {
                let known = &mut self.words.said[no].words;
                if known.iter().all(|(known, _)| *known != role) {
                    known.push((role, says()));
                }
                self.words.items.push(Item {
                    no,
                    roles: Roles::of(role),
                    weight,
                    against,
                    key,
                });
            }
        }
    }

    fn says(&self, item: &Item) -> &str {
        self.words.said[item.no].words(item.roles.first())
    }

    /// What a segment says twice in the same words is said once, with the rules of both roles.
    fn one_each(&mut self) {
        let items = &mut self.words.items;
        items.sort_by_key(|item| (item.no, item.roles.first()));
        if items.windows(2).all(|pair| pair[0].no != pair[1].no) {
            return;
        }
        let mut kept: Vec<Item> = Vec::with_capacity(items.len());
        for item in std::mem::take(items) {
            let says = self.says(&item);
            match kept
                .iter()
                .position(|other| other.no == item.no && self.says(other) == says)
            {
                Some(at) => {
                    let other = &mut kept[at];
                    other.roles = other.roles.and(item.roles);
                    other.weight += item.weight;
                    other.against &= item.against;
                }
                None => kept.push(item),
            }
        }
        self.words.items = kept;
    }
}

/// The evidence at an instant, where `top` is the most probable of all places.
pub(super) fn collect(
    world: &World<'_, '_>,
    ways: &Ways<'_>,
    top: Key,
    words: &mut Words,
) -> (Vec<Arc<Evidence>>, Option<DateTime<Utc>>) {
    let t = ways.t;
    words.items.clear();
    let mut found = Found {
        words,
        weight: 0.0,
        against: false,
    };
    for Way { path, doing, mass } in ways.paths.iter().filter(|way| way.path.weight >= LEAST_PATH) {
        let best = mass
            .parts()
            .iter()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(Key::Unknown, |(key, _)| *key);
        let riding = |key: Key| matches!(key, Key::Transit(_));
        (found.weight, found.against) = (path.weight, best != top && !(riding(best) && riding(top)));
        let against = found.against;
        for (doing, share) in doing.iter().copied() {
            match doing {
                Doing::Leg(i) => {
                    let leg = world.leg(&path.legs[i]);
                    let riding = (path.legs[i].key(), against);
                    found.add(leg.witnesses[0], Role::Riding, share * 2.0, riding, || {
                        explain::leg(world, leg, Role::Riding)
                    });
                    copies(world, &mut found, &leg.witnesses, share, riding);
                }
                Doing::Stage(i) => stage(world, &mut found, path, (i, share), t),
            }
        }
        for overlay in &path.overlays {
            let stay = &world.claims.stays[overlay.stay];
            let fading = stay.open_end && t >= stay.until && t < stay.until + 15 * DAY;
            if stay.from - DAY / 2 <= t && t < stay.until + DAY / 2 || fading {
                let role = match (overlay.orphan, overlay.unsupported) {
                    (true, _) => Role::Orphan,
                    (_, true) => Role::Unsupported,
                    _ => Role::Staying,
                };
                found.add(stay.witnesses[0], role, 1.0, (overlay.key, overlay.key != top), || {
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
            found.add(point.witness, role, 0.8, (touch.key, touch.key != top), || {
                explain::point(world, point, role)
            });
        }
        for void in &world.claims.void {
            let Some(key) = void.to.as_ref().map(|to| world.key(to.city())) else {
                continue;
            };
            let near = void.dep.from - DAY <= t && t <= void.arr.until + 7 * DAY;
            let leads = mass.get(key) > 0.0
                && path
                    .stages
                    .iter()
                    .any(|stage| stage.y == Some(key) && stage.kind == Kind::Lead);
            if near && (leads || path.overlays.iter().any(|overlay| overlay.key == key && overlay.orphan)) {
                // It speaks for no place: it says why not there.
                found.add(void.witness, Role::Void, 0.9, (Key::Unknown, key == top), || {
                    explain::void(world, void)
                });
            }
        }
    }
    found.one_each();
    let Words { said, also, items } = found.words;
    items.sort_by(|a, b| {
        a.against
            .cmp(&b.against)
            .then(b.weight.total_cmp(&a.weight))
            .then_with(|| (a.roles.first(), a.no).cmp(&(b.roles.first(), b.no)))
    });
    // What speaks against the answer is never cut off by more of the same.
    let contras = items.iter().filter(|item| item.against).count().min(MOST / 2);
    let (mut pro, mut contra) = (0, 0);
    items.retain(|item| {
        let (count, most) = if item.against {
            (&mut contra, MOST / 2)
        } else {
            (&mut pro, MOST - contras)
        };
        *count += 1;
        *count <= most
    });
    let newest = items
        .iter()
        .filter(|item| !item.against)
        .filter_map(|item| world.claims.witness(item.no).modified())
        .max();
    let shown = items.iter().map(|item| {
        let said = &mut said[item.no];
        let which = (item.roles, item.against, item.key);
        if let Some((_, known)) = said.evidence.iter().find(|(known, _)| *known == which) {
            return known.clone();
        }
        let says = said.words(item.roles.first()).to_owned();
        let others = also.get(&item.no).into_iter().flatten();
        let made = Arc::new(Evidence {
            also: explain::others(world, others.copied()),
            city: world
                .city(item.key)
                .and_then(|city| world.city_place(city).city_key.clone()),
            ..explain::evidence(world.claims.witness(item.no), item.roles, says, item.against)
        });
        said.evidence.push((which, made.clone()));
        made
    });
    (shown.collect(), newest)
}

/// The other bookings of the same movement (R101, R112).
fn copies(world: &World<'_, '_>, found: &mut Found<'_>, witnesses: &[WitnessNo], share: f64, speaks: (Key, bool)) {
    for no in witnesses.iter().skip(1).take(2) {
        let witness = world.claims.witness(*no);
        found.add(*no, Role::Copy, share * 0.2, speaks, || match witness.locator() {
            "" => format!("{COPY}."),
            locator => format!("{COPY}, {locator}."),
        });
    }
}

fn stage(world: &World<'_, '_>, found: &mut Found<'_>, path: &Path, (i, share): (usize, f64), t: Sec) {
    let against = found.against;
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
            let here = (stage.x, against);
            found.add(leg.witnesses[0], role, share, here, || explain::leg(world, leg, role));
            copies(world, found, &leg.witnesses, share, here);
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
            let there = (stage.y.unwrap_or(stage.x), against);
            found.add(leg.witnesses[0], role, share * 0.7, there, || {
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
            let there = (world.key(stay.spot.city()), against);
            found.add(stay.witnesses[0], role, share * stay.strength.p, there, || {
                explain::stay(world, stay, role)
            });
        }
    }
}
