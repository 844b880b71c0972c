//! Segments that only keep a record alive, told apart from true wishes (R30, R31).
//! Called by `gather` once all legs are known.
//! Always holds: the only leg of a booking is never dropped, it may be a true intent.

use chrono::NaiveDate;

use super::Grade;
use super::claims::{Claims, Leg};
use super::flight;
use super::gather::Context;
use super::places::{self, Spot};
use super::status::{self, Held};

/// What makes a leg doubtful.
#[derive(Clone, Copy, PartialEq)]
enum Doubt {
    None,
    /// Carrier ZZ, YY, or a type that agents use for anything.
    Dummy,
    /// Noted by hand; only doubtful if far away from everything else.
    Passive,
}

/// Removes retention segments (S0), keeps lone ones as intent (S1).
pub(super) fn drop_retained(context: &Context<'_>, claims: &mut Claims<'_>) {
    let doubts: Vec<Doubt> = claims.legs.iter().map(|leg| doubt(claims, leg)).collect();
    if doubts.iter().all(|doubt| *doubt == Doubt::None) {
        return;
    }
    let legs = std::mem::take(&mut claims.legs);
    for (leg, doubt) in legs.iter().zip(&doubts) {
        let mut leg = leg.clone();
        let witness = leg.witnesses[0];
        let unit = claims.witness(witness).unit();
        let siblings: Vec<&Leg> = legs
            .iter()
            .zip(&doubts)
            .filter(|(other, doubt)| **doubt != Doubt::Dummy && other.witnesses != leg.witnesses)
            .filter(|(other, _)| claims.witness(other.witnesses[0]).unit() == unit)
            .map(|(other, _)| other)
            .collect();
        let lone = siblings.is_empty();
        let retained = match doubt {
            Doubt::None => false,
            Doubt::Dummy => lone || !belongs(context, &leg, &siblings),
            Doubt::Passive => {
                !lone
                    && siblings
                        .iter()
                        .all(|s| days(leg.dep_day, s.arr_day) >= context.judgement.retention_days)
            }
        };
        if retained {
            claims.raise(
                witness,
                "retention_segment_suspected",
                "The segment seems to be there only to keep the record alive.",
            );
            claims.witnesses[witness].rules.push("R30");
            if !lone {
                continue;
            }
            leg.strength.class = leg.strength.class.min(1);
            leg.strength.p = leg.strength.p.min(context.judgement.class_prior[1]);
            leg.grade = Grade::Intent;
        } else if *doubt == Doubt::Dummy {
            claims.witnesses[witness].rules.push("R31");
        }
        claims.legs.push(leg);
    }
}

fn doubt(claims: &Claims<'_>, leg: &Leg) -> Doubt {
    let segment = claims.witness(leg.witnesses[0]).segment;
    let anything = |text: &str| matches!(text.trim().to_ascii_uppercase().as_str(), "OTH" | "MIS" | "TUR" | "RU");
    if flight::dummy_carrier(segment.vendor.as_deref()) || segment.type_text.as_deref().is_some_and(anything) {
        Doubt::Dummy
    } else if status::classify(segment.status.as_deref(), false).0 == Held::Passive {
        Doubt::Passive
    } else {
        Doubt::None
    }
}

/// R31: near the other legs or between them, and on a route that connects to them.
fn belongs(context: &Context<'_>, leg: &Leg, siblings: &[&Leg]) -> bool {
    let near = siblings
        .iter()
        .any(|s| days(leg.dep_day, s.dep_day).abs() <= context.judgement.retention_near_days);
    let between =
        siblings.iter().any(|s| s.dep_day <= leg.dep_day) && siblings.iter().any(|s| s.dep_day >= leg.dep_day);
    let meets = |a: &Option<Spot>, b: &Option<Spot>| {
        a.as_ref()
            .zip(b.as_ref())
            .is_some_and(|(a, b)| places::same_city(context.gazetteer, a.city(), b.city()))
    };
    (near || between)
        && siblings
            .iter()
            .any(|s| meets(&leg.from, &s.to) || meets(&leg.to, &s.from))
}

fn days(a: NaiveDate, b: NaiveDate) -> i64 {
    (a - b).num_days()
}
