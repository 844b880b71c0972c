//! Which legs exclude each other, and why (R91, R104–R106, R123, R150).
//! Called by `paths`.
//! Always holds: two legs of which one brings the traveler back in time for the other never exclude each other.

use std::collections::BTreeSet;

use crate::place::{LonLat, land};

use super::claims::{Claims, Leg};
use super::gather::Context;
use super::places::{self, Spot};
use super::proposals;
use super::times::{DAY, HOUR, MINUTE, Mode, Sec};

/// What is said of what is only proposed.
pub(super) const PROPOSAL: &str = "One of several proposals; at most one of them will happen.";

/// Why two legs cannot both be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clash {
    /// Two proposals of one batch (R91).
    Proposal,
    /// The same way twice, or two ways out of one city, at nearly the same time (R104, R106).
    Alternative,
    /// The one cannot be reached from the other (R105, R150).
    Infeasible,
}

/// R150: seconds needed from one place to another, by the fastest means; where the sea is between, there is no train and no road.
pub(super) fn needed(km: f64, by_sea: bool) -> Sec {
    let rail = (km / 200.0 * 60.0 + 40.0) as Sec * MINUTE;
    let road = (km / 80.0 * 60.0 + 15.0) as Sec * MINUTE;
    let ground = if by_sea { Mode::Sea.block(km) } else { rail.min(road) };
    if km >= 150.0 {
        ground.min(Mode::Air.block(km) + 180 * MINUTE)
    } else {
        ground
    }
}

fn city_km(context: &Context<'_>, a: &Spot, b: &Spot) -> f64 {
    if places::same_city(context.gazetteer, a.city(), b.city()) {
        0.0
    } else {
        a.at.distance_km(b.at)
    }
}

pub(super) fn clashes(context: &Context<'_>, claims: &Claims<'_>) -> Vec<(usize, usize, Clash)> {
    let legs = &claims.legs;
    let longest = legs.iter().map(|leg| leg.arr.until - leg.dep.from).max().unwrap_or(0);
    let mut found = Vec::new();
    for (i, first) in legs.iter().enumerate() {
        for (k, second) in legs.iter().enumerate().skip(i + 1) {
            let exclusive = first.batch.is_some() && first.batch == second.batch;
            if second.dep.from - first.dep.from > longest + 2 * DAY && !exclusive {
                // Legs are in order of departure; further ones are further away. Batches are looked for below.
                break;
            }
            if let Some(clash) = clash(context, claims, i, k) {
                found.push((i, k, clash));
            }
        }
        if first.batch.is_some() {
            for (k, second) in legs.iter().enumerate().skip(i + 1) {
                let other = proposal(claims, second) != proposal(claims, first);
                if second.batch == first.batch && other && !found.iter().any(|(a, b, _)| (*a, *b) == (i, k)) {
                    found.push((i, k, Clash::Proposal));
                }
            }
        }
    }
    found
}

/// R91: which of its batch a proposed leg belongs to.
fn proposal<'a>(claims: &'a Claims<'_>, leg: &Leg) -> (Option<u32>, &'a str) {
    proposals::which(claims.witness(leg.witnesses[0]).trip)
}

fn clash(context: &Context<'_>, claims: &Claims<'_>, i: usize, k: usize) -> Option<Clash> {
    let (a, b) = (&claims.legs[i], &claims.legs[k]);
    if a.drive || b.drive {
        return None;
    }
    if a.batch.is_some() && a.batch == b.batch && proposal(claims, a) != proposal(claims, b) {
        return Some(Clash::Proposal);
    }
    let j = context.judgement;
    // Back again in between: both ways out are meant.
    let back = || {
        claims.legs[i + 1..k].iter().any(|leg| {
            let returns = leg
                .to
                .as_ref()
                .zip(b.from.as_ref())
                .is_some_and(|(to, from)| city_km(context, to, from) <= j.neighbour_km);
            returns && leg.arr.from <= b.dep.until && leg.dep.until >= a.arr.from
        })
    };
    if let (Some(from_a), Some(from_b)) = (&a.from, &b.from) {
        let apart = b.dep.middle() - a.dep.middle();
        let same_to =
            a.to.as_ref()
                .zip(b.to.as_ref())
                .is_some_and(|(x, y)| places::same_city(context.gazetteer, x.city(), y.city()));
        let same_from = places::same_city(context.gazetteer, from_a.city(), from_b.city());
        if same_from && same_to && apart <= DAY && !back() {
            return Some(Clash::Alternative);
        }
        let within = |from: LonLat| from.distance_km(from_b.at) <= j.exclusive_radius_km;
        let one_region = || same_from || within(from_a.at);
        // A first hop within the region is no way out of it.
        let leaves = || a.to.as_ref().is_none_or(|to| !within(to.at));
        if apart <= j.exclusive_departure_h * HOUR && !same_to && one_region() && leaves() && !back() {
            return Some(Clash::Alternative);
        }
    }
    let (Some(end), Some(start)) = (&a.to, &b.from) else {
        return None;
    };
    let available = b.dep.until - a.arr.from;
    // Untimed legs of one day may follow each other in whatever order makes sense.
    let required = if places::same_city(context.gazetteer, end.city(), start.city()) {
        0
    } else {
        end_to_start(context, (end, start), available)
    };
    (available < required * 9 / 10).then_some(Clash::Infeasible)
}

/// R150 between two spots; which land they stand on is only looked up where it matters.
fn end_to_start(context: &Context<'_>, (end, start): (&Spot, &Spot), available: Sec) -> Sec {
    let km = end.at.distance_km(start.at);
    let (ground, sea) = (needed(km, false), needed(km, true));
    if available >= sea * 9 / 10 || available < ground * 9 / 10 {
        return ground;
    }
    let [end, start] = [end, start].map(|spot| context.gazetteer.city(spot.city()));
    if land::apart(end, start) { sea } else { ground }
}

pub(super) fn raise_notices(claims: &mut Claims<'_>, clashes: &[(usize, usize, Clash)]) {
    let mut seen = BTreeSet::new();
    for (a, b, clash) in clashes {
        let (code, message) = match clash {
            Clash::Proposal => ("proposal_alternatives", PROPOSAL),
            Clash::Alternative => (
                "alternative_movements",
                "Two ways at nearly the same time; the traveler can take only one.",
            ),
            Clash::Infeasible => (
                "infeasible_pair",
                "This leg and another cannot both be travelled in the time between them.",
            ),
        };
        for leg in [a, b] {
            if seen.insert((*leg, *clash)) {
                claims.raise(claims.legs[*leg].witnesses[0], code, message);
            }
        }
        for (leg, other) in [(*a, *b), (*b, *a)] {
            if foreign(claims, leg, other) && seen.insert((leg, Clash::Proposal)) {
                let witness = claims.legs[leg].witnesses[0];
                let message =
                    "An imported plan without a name contradicts a stronger booking; it may be someone else's.";
                claims.raise(witness, "possible_foreign_import", message);
                claims.witnesses[witness].rules.push("R123");
            }
        }
    }
}

/// R123: imported without a name, beside something stronger.
pub(super) fn foreign(claims: &Claims<'_>, leg: usize, other: usize) -> bool {
    claims.legs[leg].unnamed_import && claims.legs[other].p() > claims.legs[leg].p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r150_the_fastest_means_counts() {
        assert!(needed(50.0, false) < HOUR);
        assert!(needed(130.0, false) < 2 * HOUR);
        // Paris – London by train, New York – London by air.
        assert!(needed(344.0, false) < 3 * HOUR);
        assert!((10 * HOUR..11 * HOUR).contains(&needed(5540.0, false)));
        // Dublin – Manchester by air, Nassau – an island near it by boat.
        assert!((3 * HOUR + 30 * MINUTE..4 * HOUR).contains(&needed(265.0, true)));
        assert!((2 * HOUR..3 * HOUR).contains(&needed(60.0, true)));
    }
}
