//! Live knowledge of flights that do not fly, where a feed tells of them (R171).
//! Called by `timeline` once all legs are merged; `path` holds the travelers of such a leg where it leaves.
//! Always holds: it is known from when it was received on (R95), and says nothing of who did not mean to take the flight.

use chrono::NaiveDate;

use super::claims::Claims;
use super::flight;
use super::gather::Context;
use super::mass::{Mass, Side};
use super::path::Path;
use super::times::{HOUR, Sec, Span};
use super::world::World;
use super::{Record, What};

/// Marks the legs whose flight does not fly, as known by now.
pub(super) fn mark(context: &Context<'_>, records: &[Record], claims: &mut Claims<'_>) {
    let known = records.iter().filter(|record| record.received_at <= context.as_of);
    for (flight, day) in known.filter_map(|record| named(&record.what)) {
        let Claims { legs, witnesses, .. } = claims;
        let is = |name: &String| *name == flight;
        for leg in legs
            .iter_mut()
            .filter(|leg| leg.dep_day == day && leg.aliases.iter().any(is))
        {
            leg.grounded = true;
            let rules = &mut witnesses[leg.witnesses[0]].rules;
            if !rules.contains(&"R171") {
                rules.push("R171");
            }
        }
    }
}

fn named(what: &What) -> Option<(String, NaiveDate)> {
    match what {
        What::FlightCancelled { flight, day } => {
            let (_, designator) = flight::classify(None, Some(flight), false);
            Some((designator?.spoken(), *day))
        }
        _ => None,
    }
}

/// For how long the travelers of leg `i` of a path are held where it leaves.
pub(super) fn held(world: &World<'_, '_>, path: &Path, i: usize) -> Option<Span> {
    let leg = &path.legs[i];
    let hours = world.context.judgement.stranded_h;
    world
        .leg(leg)
        .grounded
        .then(|| Span::new(leg.dep.from, leg.dep.from + hours * HOUR))
}

/// Holds them there at `t`: as far as they were there when it should have left.
pub(super) fn hold(world: &World<'_, '_>, path: &Path, mut mass: Mass, t: Sec, side: Side) -> Mass {
    for i in 0..path.legs.len() {
        let Some(span) = held(world, path, i) else { continue };
        let inside = match side {
            Side::After => (span.from..span.until).contains(&t),
            Side::Before => span.from < t && t <= span.until,
        };
        if inside {
            let stage = &path.stages[i];
            let key = stage.y.unwrap_or(stage.x);
            let there = stage.curve.at(stage.until, Side::Before).get(key);
            mass = mass.with_level(key, there.min(world.context.judgement.stranded));
        }
    }
    mass
}
