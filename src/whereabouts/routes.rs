//! One flight number on two routes (R36): without a table of schedules, another booking of the same day is what tells.
//! Called by `gather` once every leg is made.
//! Always holds: belief follows the segment's cities; only the weaker of two bookings is told about, or both if none is.

use crate::itinerary::Source;

use super::claims::{Claims, Leg};
use super::gather::Context;
use super::places::{self, Spot};
use super::times::Mode;

/// Raises `flight_route_mismatch` where a stronger booking has the same flight between other cities.
pub(super) fn notice_mismatches(context: &Context<'_>, claims: &mut Claims<'_>) {
    let flights: Vec<&Leg> = claims.legs.iter().filter(|leg| leg.mode == Mode::Air).collect();
    let mut wrong = Vec::new();
    for leg in &flights {
        let other_route = |other: &&&Leg| {
            other.identity == leg.identity
                && other.dep_day == leg.dep_day
                && elsewhere(context, leg.from.as_ref(), other.from.as_ref())
                && elsewhere(context, leg.to.as_ref(), other.to.as_ref())
                // A flight that goes on under its number is no other route.
                && elsewhere(context, leg.from.as_ref(), other.to.as_ref())
                && elsewhere(context, leg.to.as_ref(), other.from.as_ref())
        };
        let source = |leg: &Leg| -> Source { claims.witness(leg.witnesses[0]).source() };
        let stronger = |other: &&Leg| source(other) != source(leg) && other.p() >= leg.p();
        if leg.identity.is_some() && flights.iter().filter(other_route).any(stronger) {
            wrong.push(leg.witnesses[0]);
        }
    }
    for witness in wrong {
        claims.raise(
            witness,
            "flight_route_mismatch",
            "Another booking has this flight on another route that day; the cities count, the number does not.",
        );
        claims.witnesses[witness].rules.push("R36");
    }
}

/// Both are known and are not one city region.
fn elsewhere(context: &Context<'_>, a: Option<&Spot>, b: Option<&Spot>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if !places::same_city(context.gazetteer, a.city(), b.city()))
}
