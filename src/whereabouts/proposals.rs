//! Proposals: of one batch at most one will happen, and with it everything that it holds (R91).
//! Called by `moves` and `clash` for legs, by `same`, `course` and `overlay` for stays.
//! Always holds: what is only proposed never makes its batch more probable than R91 lets it be.

use std::collections::BTreeSet;

use crate::itinerary::{Trip, TripStatus};

use super::claims::{Claims, Stay, WitnessNo};

/// Which of its batch a proposal is: by its place there, else by its document.
type Which<'a> = (Option<u32>, &'a str);

fn is_proposal(trip: &Trip) -> bool {
    matches!(trip.status, TripStatus::Proposal | TripStatus::BookedProposal)
}

/// What names the batch of a proposal, and the booking that comes of it.
fn order(trip: &Trip) -> Option<&str> {
    trip.client_locator.as_deref().or(trip.travel_request.as_deref())
}

/// What proposals of one batch have in common; a proposal that names no batch is alone.
pub(super) fn batch(trip: &Trip) -> Option<&str> {
    order(trip).filter(|_| is_proposal(trip))
}

pub(super) fn which(trip: &Trip) -> Which<'_> {
    match trip.proposal.as_ref().and_then(|proposal| proposal.index) {
        Some(index) => (Some(index), ""),
        None => (None, &trip.id),
    }
}

/// Nothing but proposals speaks for a stay.
pub(super) fn only_proposed(claims: &Claims<'_>, stay: &Stay) -> bool {
    stay.witnesses.iter().all(|no| is_proposal(claims.witness(*no).trip))
}

/// The proposals that a stay belongs to; none if anything else speaks for it too, or if they name no batch.
fn proposals<'c>(claims: &'c Claims<'_>, stay: &Stay) -> BTreeSet<(&'c str, Which<'c>)> {
    let of = |no: &WitnessNo| {
        let trip = claims.witness(*no).trip;
        Some((batch(trip)?, which(trip)))
    };
    stay.witnesses.iter().map(of).collect::<Option<_>>().unwrap_or_default()
}

/// Two stays of which at most one can be, since they are of different proposals of one batch.
pub(super) fn exclusive(claims: &Claims<'_>, a: &Stay, b: &Stay) -> bool {
    let (a, b) = (proposals(claims, a), proposals(claims, b));
    a.is_disjoint(&b) && a.iter().any(|(batch, _)| b.iter().any(|(other, _)| other == batch))
}

/// How much of a stay is there for who takes these legs, 0..=1: nothing on the way of another proposal, a share of the batch if
/// its proposal has no legs that could be taken.
pub(super) fn share(claims: &Claims<'_>, legs: &[usize], stay: &Stay) -> f64 {
    let own = proposals(claims, stay);
    let Some((batch_of_it, _)) = own.first() else {
        return 1.0;
    };
    let of_leg = |no: usize| {
        let trip = claims.witness(claims.legs[no].witnesses[0]).trip;
        batch(trip).map(|batch| (batch, which(trip)))
    };
    let belongs = |no: usize| of_leg(no).is_some_and(|proposal| own.contains(&proposal));
    let has_legs = (0..claims.legs.len()).any(belongs);
    if has_legs {
        return f64::from(legs.iter().any(|no| belongs(*no)));
    }
    let members: BTreeSet<Which<'_>> = claims
        .witnesses
        .iter()
        .filter(|witness| batch(witness.trip) == Some(*batch_of_it))
        .map(|witness| which(witness.trip))
        .collect();
    1.0 / members.len().max(1) as f64
}

/// Once one of a batch is booked, the other proposals are gone.
pub(super) fn drop_settled(claims: &mut Claims<'_>) {
    let trip = |no: WitnessNo| claims.witness(no).trip;
    let all = 0..claims.witnesses.len();
    let booked: BTreeSet<&str> = all
        .clone()
        .filter(|no| matches!(trip(*no).status, TripStatus::Confirmed | TripStatus::Ticketed))
        .filter_map(|no| order(trip(no)))
        .collect();
    let gone: BTreeSet<WitnessNo> = all
        .filter(|no| batch(trip(*no)).is_some_and(|batch| booked.contains(batch)))
        .collect();
    claims.legs.retain(|leg| !gone.contains(&leg.witnesses[0]));
    claims.stays.retain(|stay| !gone.contains(&stay.witnesses[0]));
    claims.points.retain(|point| !gone.contains(&point.witness));
}
