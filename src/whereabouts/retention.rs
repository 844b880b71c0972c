//! Segments that only keep a record alive, told apart from true wishes (R30, R31).
//! Called by `gather` once all legs are known, and by `moves` for what is no leg.
//! Always holds: the only leg of a booking is never dropped, it may be a true intent.

use chrono::NaiveDate;

use crate::itinerary::{Booking, Segment};

use super::Grade;
use super::claims::{Claims, Leg, WitnessNo};
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
            suspect(claims, witness);
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

/// Says that a segment is there for the record only.
pub(super) fn suspect(claims: &mut Claims<'_>, witness: WitnessNo) {
    let message = "The segment seems to be there only to keep the record alive.";
    claims.raise(witness, "retention_segment_suspected", message);
    claims.witnesses[witness].rules.push("R30");
}

/// R30 for a segment that ends in the city where it starts, which is no movement: a dummy, or noted by hand for a day long after
/// everything else of its booking.
pub(super) fn keeps_alive(context: &Context<'_>, booking: &Booking, segment: &Segment) -> bool {
    let day = |segment: &Segment| segment.start.when.local.map(|local| local.date());
    let others = booking.segments.iter().filter(|other| *other != segment);
    let last = others
        .filter_map(|other| day(other).max(other.end.when.local.map(|local| local.date())))
        .max();
    match doubt_of(segment) {
        Doubt::None => false,
        Doubt::Dummy => true,
        Doubt::Passive => {
            let late = |(day, last): (NaiveDate, NaiveDate)| days(day, last) >= context.judgement.retention_days;
            day(segment).zip(last).is_some_and(late)
        }
    }
}

fn doubt(claims: &Claims<'_>, leg: &Leg) -> Doubt {
    doubt_of(claims.witness(leg.witnesses[0]).segment)
}

fn doubt_of(segment: &Segment) -> Doubt {
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
