//! What a cancelled leg leaves behind: the wish to travel, the return, the hotel (R82, R115, R157).
//! Called by `timeline` once claims are merged.
//! Always holds: a replaced leg leaves nothing behind (R115); a cancelled claim never raises anything (R189).

use std::collections::BTreeMap;

use super::claims::{Claims, VoidLeg};
use super::gather::Context;
use super::places::{self, Spot};
use super::times::{DAY, HOUR};

/// What is believed of a city whose way there was cancelled.
#[derive(Clone, Debug, Default)]
pub(super) struct Aftermath {
    /// Leg number → presence at its origin before it, instead of what a booked onward leg would say.
    pub leads: BTreeMap<usize, f64>,
    /// Stay number → p of a hotel whose flights are all cancelled (R157).
    pub orphans: BTreeMap<usize, f64>,
}

impl Aftermath {
    /// Nothing is cancelled.
    pub const NONE: Aftermath = Aftermath {
        leads: BTreeMap::new(),
        orphans: BTreeMap::new(),
    };

    pub fn is_none(&self) -> bool {
        self.leads.is_empty() && self.orphans.is_empty()
    }
}

/// Finds returns and hotels without their way there.
pub(super) fn aftermath(context: &Context<'_>, claims: &mut Claims<'_>) -> Aftermath {
    let mut found = Aftermath::default();
    let j = context.judgement;
    for (no, leg) in claims.legs.iter().enumerate() {
        let Some(from) = leg.from.as_ref().filter(|from| Some(from.city()) != context.home) else {
            continue;
        };
        if let Some(void) = way_lost(context, claims, from, leg.dep.until) {
            let level = if void.unable {
                j.intent_after_void
            } else {
                j.orphan_hotel
            };
            found.leads.insert(no, level);
        }
    }
    for (no, stay) in claims.stays.iter().enumerate() {
        if !stay.lodging || Some(stay.spot.city()) == context.home {
            continue;
        }
        if let Some(void) = way_lost(context, claims, &stay.spot, stay.until) {
            found.orphans.insert(
                no,
                if void.unable {
                    j.intent_after_void
                } else {
                    j.orphan_hotel
                },
            );
        }
    }
    for no in found.leads.keys() {
        let witness = claims.legs[*no].witnesses[0];
        claims.witnesses[witness].rules.push("R82");
    }
    let orphans: Vec<usize> = found.orphans.keys().map(|no| claims.stays[*no].witnesses[0]).collect();
    for witness in orphans {
        claims.raise(
            witness,
            "orphan_hotel",
            "Every flight to this hotel's city is cancelled, the hotel is not.",
        );
        claims.witnesses[witness].rules.push("R157");
    }
    found
}

/// The cancelled leg that led to `to` before `until`, if nothing live does.
fn way_lost<'c>(context: &Context<'_>, claims: &'c Claims<'_>, to: &Spot, until: i64) -> Option<&'c VoidLeg> {
    let there = |spot: &Option<Spot>| {
        spot.as_ref().is_some_and(|spot| {
            places::same_city(context.gazetteer, spot.city(), to.city())
                || spot.at.distance_km(to.at) <= context.judgement.neighbour_km
        })
    };
    let void = claims
        .void
        .iter()
        .filter(|void| there(&void.to) && void.dep.from <= until && void.dep.from >= until - 30 * DAY);
    // Whichever trip document it is in: journeys and documents are different things (R113).
    let void = void.max_by_key(|void| (void.dep, void.unable, void.witness))?;
    // R115: replaced by a leg on the same way, within three days of the old one or at any time before it is needed.
    let live = claims.legs.iter().any(|leg| {
        there(&leg.to)
            && leg.arr.from <= until
            && leg.dep.from >= void.dep.from - 72 * HOUR
            && leg.p() > context.judgement.orphan_hotel
    });
    (!live).then_some(void)
}
