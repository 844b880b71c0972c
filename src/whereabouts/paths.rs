//! Alternatives: which legs exclude each other, and which selections of legs can have happened (R91, R104–R106, R117, R123, R150).
//! Called by `timeline` on merged claims; each path is then laid on the time line by itself.
//! Always holds: a path has no pair that cannot be travelled, breaks no reservation apart, and the weights of a journey add up to 1.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::claims::{Claims, Leg, Unit};
use super::clash::{Clash, clashes, foreign, raise_notices};
use super::gather::Context;
use super::judgement::Judgement;
use super::places::{self, Spot};
use super::times::{DAY, HOUR, Sec};

/// One way in which a journey may go.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Selection {
    pub weight: f64,
    /// Leg numbers in order, each with its p on this path.
    pub legs: Vec<(usize, f64)>,
}

/// Legs that belong together: between two of them the traveler is home for a day at least.
#[derive(Clone, Debug)]
pub(super) struct Journey {
    /// All its legs, in order.
    pub legs: Vec<usize>,
    /// Most probable first.
    pub paths: Vec<Selection>,
}

/// Splits the legs into journeys and finds the paths of each.
pub(super) fn journeys(context: &Context<'_>, claims: &mut Claims<'_>) -> Vec<Journey> {
    let clashes = clashes(context, claims);
    raise_notices(claims, &clashes);
    let n = claims.legs.len();
    if clashes.is_empty() {
        // Mostly nothing excludes anything: each journey goes one way.
        let way = |legs: Vec<usize>| {
            let chosen = legs.iter().map(|no| (*no, claims.legs[*no].p())).collect();
            Journey {
                paths: vec![Selection {
                    weight: 1.0,
                    legs: chosen,
                }],
                legs,
            }
        };
        return split(context, claims, &vec![BTreeMap::new(); n])
            .into_iter()
            .map(way)
            .collect();
    }
    let mut neighbours: Vec<BTreeMap<usize, Clash>> = vec![BTreeMap::new(); n];
    for (a, b, clash) in clashes {
        neighbours[a].insert(b, clash);
        neighbours[b].insert(a, clash);
    }
    let component = components(claims, &neighbours);
    let weights: Vec<f64> = (0..n)
        .map(|leg| weight(context.judgement, claims, leg, &neighbours[leg]))
        .collect();
    split(context, claims, &neighbours)
        .into_iter()
        .map(|legs| {
            let paths = paths(context, claims, &legs, &neighbours, &component, &weights);
            Journey { legs, paths }
        })
        .collect()
}

fn modified(claims: &Claims<'_>, leg: usize) -> Option<DateTime<Utc>> {
    claims.legs[leg]
        .witnesses
        .iter()
        .filter_map(|no| claims.witness(*no).modified())
        .max()
}

/// R104: what an alternative counts: strength, recency, ticket.
fn weight(j: &Judgement, claims: &Claims<'_>, no: usize, neighbours: &BTreeMap<usize, Clash>) -> f64 {
    let leg = &claims.legs[no];
    let mut p = leg.p();
    if neighbours.keys().any(|other| foreign(claims, no, *other)) {
        p *= j.foreign_import;
    }
    let mut weight = p.powf(j.share_power);
    let rivals: Vec<usize> = neighbours
        .iter()
        .filter(|(_, clash)| **clash != Clash::Proposal)
        .map(|(other, _)| *other)
        .collect();
    if !rivals.is_empty() {
        let hour = chrono::Duration::hours(1);
        let newest = rivals.iter().filter_map(|other| modified(claims, *other)).max();
        if modified(claims, no)
            .zip(newest)
            .is_some_and(|(mine, newest)| mine > newest + hour)
        {
            weight *= if leg.churning {
                j.newer_weight_churning
            } else {
                j.newer_weight
            };
        }
        if leg.strength.ticketed && rivals.iter().any(|other| !claims.legs[*other].strength.ticketed) {
            weight *= j.ticketed_weight;
        }
    }
    weight
}

/// Legs that are linked by exclusion, or by a reservation that takes part in one.
fn components(claims: &Claims<'_>, neighbours: &[BTreeMap<usize, Clash>]) -> Vec<Option<usize>> {
    let mut parent: Vec<usize> = (0..neighbours.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let mut join = |a: usize, b: usize| {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    };
    let mut units: BTreeMap<Unit<'_>, usize> = BTreeMap::new();
    for (no, others) in neighbours.iter().enumerate().filter(|(_, others)| !others.is_empty()) {
        others.keys().for_each(|other| join(no, *other));
        let unit = claims.witness(claims.legs[no].witnesses[0]).unit();
        match units.get(&unit) {
            Some(first) => join(*first, no),
            None => {
                units.insert(unit, no);
            }
        }
    }
    (0..neighbours.len())
        .map(|no| (!neighbours[no].is_empty()).then(|| root(&mut parent, no)))
        .collect()
}

/// Journeys: cut where a leg ends at home, the next starts a day later, and neither an exclusion nor the reservation of an excluded
/// leg reaches across.
fn split(context: &Context<'_>, claims: &Claims<'_>, neighbours: &[BTreeMap<usize, Clash>]) -> Vec<Vec<usize>> {
    let unit = |no: usize| claims.witness(claims.legs[no].witnesses[0]).unit();
    let mut ends: BTreeMap<Unit<'_>, usize> = BTreeMap::new();
    if neighbours.iter().any(|others| !others.is_empty()) {
        ends.extend((0..claims.legs.len()).map(|no| (unit(no), no)));
    }
    let mut journeys: Vec<Vec<usize>> = Vec::new();
    let mut reach = 0;
    let mut latest = Sec::MIN;
    for (no, leg) in claims.legs.iter().enumerate() {
        let before = journeys
            .last()
            .and_then(|journey| journey.last())
            .map(|last| &claims.legs[*last]);
        let home = |leg: &Leg| {
            leg.to
                .as_ref()
                .is_some_and(|to| Some(to.city()) == context.home && to.candidates.len() == 1)
        };
        let cut = before.is_some_and(|before| home(before) && reach < no && leg.dep.from - latest >= DAY);
        if cut || journeys.is_empty() {
            journeys.push(Vec::new());
        }
        if let Some(journey) = journeys.last_mut() {
            journey.push(no);
        }
        if !neighbours[no].is_empty() {
            reach = neighbours[no]
                .keys()
                .chain(ends.get(&unit(no)))
                .copied()
                .max()
                .unwrap_or(0)
                .max(reach);
        }
        latest = latest.max(leg.arr.until);
    }
    journeys
}

fn paths(
    context: &Context<'_>,
    claims: &Claims<'_>,
    legs: &[usize],
    neighbours: &[BTreeMap<usize, Clash>],
    component: &[Option<usize>],
    weights: &[f64],
) -> Vec<Selection> {
    let mut by_component: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut free: Vec<usize> = Vec::new();
    for leg in legs {
        match component[*leg] {
            Some(component) => by_component.entry(component).or_default().push(*leg),
            None => free.push(*leg),
        }
    }
    let cap = context.judgement.max_paths;
    let mut partial: Vec<(f64, BTreeSet<usize>)> = vec![(1.0, free.into_iter().collect())];
    for members in by_component.values() {
        let sets = choices(context, claims, members, neighbours, weights, cap);
        let mut next: Vec<(f64, BTreeSet<usize>)> = partial
            .iter()
            .flat_map(|(weight, chosen)| {
                sets.iter()
                    .map(move |(share, set)| (weight * share, chosen.union(set).copied().collect::<BTreeSet<usize>>()))
            })
            .collect();
        next.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        next.truncate(cap);
        partial = next;
    }
    // Closing over reservations may make two selections one.
    let mut closed: BTreeMap<BTreeSet<usize>, f64> = BTreeMap::new();
    for (weight, chosen) in partial {
        *closed
            .entry(close(context, claims, legs, neighbours, chosen))
            .or_default() += weight;
    }
    let mut paths: Vec<Selection> = closed
        .into_iter()
        .map(|(chosen, weight)| {
            let p = |no: usize| {
                let rivals = neighbours[no]
                    .keys()
                    .filter(|other| !chosen.contains(other))
                    .map(|other| claims.legs[*other].p());
                rivals.fold(claims.legs[no].p(), f64::max)
            };
            Selection {
                weight,
                legs: chosen.iter().map(|no| (*no, p(*no))).collect(),
            }
        })
        .collect();
    paths.sort_by(|a, b| {
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| a.legs.len().cmp(&b.legs.len()))
    });
    paths
}

/// The greatest selections without exclusions, as shares of 1.
fn choices(
    context: &Context<'_>,
    claims: &Claims<'_>,
    members: &[usize],
    neighbours: &[BTreeMap<usize, Clash>],
    weights: &[f64],
    cap: usize,
) -> Vec<(f64, BTreeSet<usize>)> {
    let mut found: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    let mut open: Vec<(usize, BTreeSet<usize>)> = vec![(0, BTreeSet::new())];
    // Depth first, strongest legs first, so that a cap drops the weakest.
    let mut order = members.to_vec();
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]).then(a.cmp(b)));
    let mut steps = 0;
    while let Some((at, chosen)) = open.pop() {
        steps += 1;
        if found.len() >= cap * 4 || steps > 20_000 {
            break;
        }
        let Some(leg) = order.get(at) else {
            let greatest = order
                .iter()
                .all(|no| chosen.contains(no) || neighbours[*no].keys().any(|other| chosen.contains(other)));
            if greatest {
                found.insert(chosen);
            }
            continue;
        };
        if neighbours[*leg].keys().any(|other| chosen.contains(other)) {
            open.push((at + 1, chosen));
            continue;
        }
        // Without it only if something that excludes it can still come.
        if order[at + 1..].iter().any(|no| neighbours[*leg].contains_key(no)) {
            open.push((at + 1, chosen.clone()));
        }
        let mut with = chosen;
        with.insert(*leg);
        open.push((at + 1, with));
    }
    let closed: BTreeSet<BTreeSet<usize>> = found
        .into_iter()
        .map(|set| close(context, claims, members, neighbours, set))
        .collect();
    let sets: Vec<&BTreeSet<usize>> = closed
        .iter()
        .filter(|set| !set.is_empty() && !closed.iter().any(|other| other != *set && set.is_subset(other)))
        .collect();
    // A selection is as strong as its legs are on average, whatever their number.
    let strength = |set: &BTreeSet<usize>| set.iter().map(|no| weights[*no]).sum::<f64>() / set.len() as f64;
    let total: f64 = sets.iter().map(|set| strength(set)).sum();
    let share = |set: &BTreeSet<usize>| {
        if total > 0.0 {
            strength(set) / total
        } else {
            1.0 / sets.len() as f64
        }
    };
    let mut shares: Vec<(f64, BTreeSet<usize>)> = sets.iter().map(|set| (share(set), (*set).clone())).collect();
    shares.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    shares.truncate(cap);
    shares
}

/// R117: no reservation is broken apart: who does not take a leg cannot take the later ones of the same reservation, unless another
/// leg of the path leads to the same place in time. Two of one reservation that exclude each other are alternatives all the same
/// (R105, R106), unless the later one goes on from where the earlier one leads; and what the reservation has after the one that is
/// taken goes with it, if it leaves where that one arrives.
fn close(
    context: &Context<'_>,
    claims: &Claims<'_>,
    legs: &[usize],
    neighbours: &[BTreeMap<usize, Clash>],
    mut chosen: BTreeSet<usize>,
) -> BTreeSet<usize> {
    let same_city = |a: &Option<Spot>, b: &Option<Spot>| {
        let pair = a.as_ref().zip(b.as_ref());
        pair.is_some_and(|(a, b)| places::same_city(context.gazetteer, a.city(), b.city()))
    };
    let unit = |no: usize| claims.witness(claims.legs[no].witnesses[0]).unit();
    for later in legs {
        if !chosen.contains(later) {
            continue;
        }
        let broken = legs.iter().take_while(|no| *no < later).any(|earlier| {
            if chosen.contains(earlier) || unit(*earlier) != unit(*later) {
                return false;
            }
            let missed = &claims.legs[*earlier];
            if neighbours[*earlier].contains_key(later) && !same_city(&missed.to, &claims.legs[*later].from) {
                return false;
            }
            let own = || {
                legs.iter()
                    .take_while(|no| *no < later)
                    .filter(|no| chosen.contains(no) && unit(**no) == unit(*later))
            };
            let instead = own().any(|taken| neighbours[*earlier].contains_key(taken));
            let goes_on = || {
                own()
                    .last()
                    .is_some_and(|last| same_city(&claims.legs[*last].to, &claims.legs[*later].from))
            };
            if instead && goes_on() {
                return false;
            }
            let replaced = chosen.iter().any(|other| {
                let other = &claims.legs[*other];
                same_city(&missed.to, &other.to) && (other.dep.from - missed.dep.from).abs() <= 36 * HOUR
            });
            !replaced
        });
        if broken {
            chosen.remove(later);
        }
    }
    chosen
}
