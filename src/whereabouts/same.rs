//! What is the same thing told twice: movements, hotels, proposals (R81, R84, R91, R101–R103, R107–R109, R111–R114).
//! Called by `timeline` on all claims, before paths are made.
//! Always holds: merging never lowers a claim, and a copy from the same source never raises one (R112, R189).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::itinerary::Source;

use super::claims::{Claims, Leg, Stay, WitnessNo};
use super::clash;
use super::gather::Context;
use super::places::{self, Exact, Spot};
use super::proposals;
use super::requests::merge_requests;
use super::status::{self, Held};
use super::times::{DAY, HOUR, MINUTE, Mode};

/// Merges everything that is the same.
pub(super) fn merge(context: &Context<'_>, claims: &mut Claims<'_>) {
    proposals::drop_settled(claims);
    merge_requests(context, claims);
    sort_legs(claims);
    merge_legs(context, claims);
    drop_triangles(context, claims);
    merge_stays(context, claims);
    notice_schedule_changes(context, claims);
}

/// By content only (R15, R188).
fn sort_legs(claims: &mut Claims<'_>) {
    let mut legs = std::mem::take(&mut claims.legs);
    let city = |spot: &Option<Spot>| spot.as_ref().map(Spot::city);
    let way = |leg: &Leg| (leg.dep, leg.arr, city(&leg.from), city(&leg.to));
    legs.sort_by(|a, b| {
        let ways = way(a).cmp(&way(b)).then_with(|| a.identity.cmp(&b.identity));
        ways.then_with(|| by_origin(claims, a.witnesses[0], b.witnesses[0]))
    });
    claims.legs = legs;
}

fn by_origin(claims: &Claims<'_>, a: WitnessNo, b: WitnessNo) -> Ordering {
    let (a, b) = (claims.witness(a), claims.witness(b));
    let locators = a.locator().cmp(b.locator());
    let labels = locators.then_with(|| a.label().cmp(&b.label()));
    labels.then_with(|| a.trip.id.cmp(&b.trip.id))
}

fn same_place(context: &Context<'_>, a: &Option<Spot>, b: &Option<Spot>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => places::same_city(context.gazetteer, a.city(), b.city()),
        _ => true,
    }
}

/// R101–R103: one person cannot be on two aircraft, so identity questions do not change the movement.
fn same_movement(context: &Context<'_>, a: &Leg, b: &Leg) -> bool {
    let modes = a.mode == b.mode || a.mode == Mode::Unknown || b.mode == Mode::Unknown;
    if !modes || a.drive != b.drive || a.batch != b.batch {
        return false;
    }
    let ends = [(&a.from, &b.from), (&a.to, &b.to)];
    if !ends.iter().all(|(x, y)| same_place(context, x, y)) || !ends.iter().any(|(x, y)| x.is_some() && y.is_some()) {
        return false;
    }
    let alias = a.aliases.iter().any(|name| b.aliases.contains(name));
    if a.timed && b.timed {
        let minutes = (a.dep.middle() - b.dep.middle()).abs() / MINUTE;
        return minutes <= context.judgement.same_departure_min || (alias && a.dep_day == b.dep_day && minutes <= 180);
    }
    // One of them has a date only: the same flight, or a wish for that day and its fulfilment.
    let day = a.dep_day == b.dep_day || (a.arr_day == b.arr_day && (a.dep_day - b.dep_day).num_days().abs() <= 1);
    day && (alias || a.identity.is_none() || b.identity.is_none())
}

fn merge_legs(context: &Context<'_>, claims: &mut Claims<'_>) {
    let legs = std::mem::take(&mut claims.legs);
    let mut merged: Vec<Leg> = Vec::with_capacity(legs.len());
    for leg in legs {
        // They come in the order of their departures, which joining moves by a day or two.
        let recent = merged.iter().enumerate().rev();
        let near = recent
            .take_while(|(_, other)| leg.dep.from - other.dep.from <= 5 * DAY)
            .find(|(_, other)| {
                (leg.dep.from - other.dep.from).abs() <= 36 * HOUR && same_movement(context, other, &leg)
            })
            .map(|(at, _)| at);
        match near {
            Some(at) => {
                claims.raise(
                    leg.witnesses[0],
                    "duplicate_movement",
                    "The same movement is in another booking; it counts once.",
                );
                let other = merged[at].clone();
                merged[at] = join_legs(context, claims, other, leg);
            }
            None => merged.push(leg),
        }
    }
    merged.sort_by_key(|leg| (leg.dep, leg.arr));
    follow_on(context, &mut merged);
    claims.legs = merged;
}

/// A leg of which only the day is known comes after the one of that day that leads to where it leaves, from home on: out and back on
/// one day, or on from a flight whose times are known (R15, R27).
fn follow_on(context: &Context<'_>, legs: &mut [Leg]) {
    let city = |spot: &Option<Spot>| spot.as_ref().map(Spot::city);
    let mut here = context.home;
    for i in 0..legs.len() {
        let day = |leg: &Leg| {
            !leg.timed && !leg.drive && leg.dep.from < legs[i].dep.until && legs[i].dep.from < leg.dep.until
        };
        let before = |leg: &Leg| leg.timed && !leg.drive && leg.arr.from < legs[i].dep.until;
        let meets = |leg: &Leg| {
            here.zip(city(&leg.from))
                .is_some_and(|(a, b)| places::same_city(context.gazetteer, a, b))
        };
        if day(&legs[i]) && !meets(&legs[i]) {
            let next = (i + 1..legs.len())
                .take_while(|k| legs[*k].dep.from < legs[i].dep.until)
                .find(|k| (day(&legs[*k]) || before(&legs[*k])) && meets(&legs[*k]));
            if let Some(next) = next {
                legs[i..=next].rotate_right(1);
            }
        }
        here = city(&legs[i].to);
    }
}

/// Which of two claims of one movement speaks: the stronger, the timed, the newer (R84, R111).
fn join_legs(context: &Context<'_>, claims: &mut Claims<'_>, a: Leg, b: Leg) -> Leg {
    let rank = |leg: &Leg| {
        let witness = claims.witness(leg.witnesses[0]);
        (
            leg.timed,
            leg.strength.class,
            witness.modified(),
            std::cmp::Reverse((witness.locator().to_owned(), witness.trip.id.clone())),
        )
    };
    let (mut first, second) = if rank(&a) >= rank(&b) { (a, b) } else { (b, a) };
    first.strength.p = together(
        context,
        claims,
        (&first.witnesses, first.strength.p),
        (&second.witnesses, second.strength.p),
    );
    first.strength.class = first.strength.class.max(second.strength.class);
    first.strength.ticketed |= second.strength.ticketed;
    first.grade = first.grade.min(second.grade);
    first.identity = first.identity.or(second.identity);
    first.from = first.from.or(second.from);
    first.to = first.to.or(second.to);
    first.wide &= second.wide;
    first.unnamed_import &= second.unnamed_import;
    first.leg_id = first.leg_id.or(second.leg_id);
    for alias in second.aliases {
        if !first.aliases.contains(&alias) {
            first.aliases.push(alias);
        }
    }
    claims.witnesses[first.witnesses[0]].rules.push("R101");
    first.witnesses.extend(second.witnesses);
    first
}

/// R112, R141: another channel with another locator is independent and worth a class; the same locator through another channel is
/// worth a fifth of it; the same channel says nothing new.
fn together(context: &Context<'_>, claims: &Claims<'_>, a: (&[WitnessNo], f64), b: (&[WitnessNo], f64)) -> f64 {
    let j = context.judgement;
    let known = |no: &WitnessNo| (claims.witness(*no).source(), claims.witness(*no).locator());
    let mut share: f64 = 0.0;
    for new in b.0.iter().map(known) {
        let seen: Vec<(Source, &str)> = a.0.iter().map(known).collect();
        if seen.iter().all(|(source, _)| *source != new.0) {
            let correlated = new.1.is_empty() || seen.iter().any(|(_, locator)| *locator == new.1);
            share = share.max(if correlated { j.correlated_step } else { 1.0 });
        }
    }
    let p = a.1.max(b.1);
    // A weak second source cannot lift more than it holds itself.
    p + (j.step_up(p) - p) * share * (a.1.min(b.1) / j.class_prior[2]).min(1.0)
}

/// R107: A→C besides A→B→C of the same times is the same way told in one piece.
fn drop_triangles(context: &Context<'_>, claims: &mut Claims<'_>) {
    let legs = &claims.legs;
    let close = |a: i64, b: i64| (a - b).abs() <= context.judgement.same_departure_min * MINUTE;
    let both = |a: &Option<Spot>, b: &Option<Spot>| a.is_some() && b.is_some() && same_place(context, a, b);
    let mut coarse: BTreeSet<usize> = BTreeSet::new();
    for (c, whole) in legs.iter().enumerate() {
        let start = |i: usize| {
            let leg = &legs[i];
            i != c
                && both(&leg.from, &whole.from)
                && !same_place(context, &leg.to, &whole.to)
                && (if leg.timed && whole.timed {
                    close(leg.dep.from, whole.dep.from)
                } else {
                    leg.dep_day == whole.dep_day
                })
        };
        let end = |i: usize, first: &Leg| {
            let leg = &legs[i];
            i != c
                && both(&leg.to, &whole.to)
                && both(&leg.from, &first.to)
                && (if leg.timed && whole.timed {
                    close(leg.arr.until, whole.arr.until)
                } else {
                    leg.arr_day == whole.arr_day
                })
        };
        let window = |i: &usize| (legs[*i].dep.from - whole.dep.from).abs() <= 2 * DAY;
        // They are in order but for a day on which only the date of some is known (R27).
        let from = legs.partition_point(|leg| leg.dep.from < whole.dep.from - 4 * DAY);
        let until = legs.partition_point(|leg| leg.dep.from <= whole.dep.from + 4 * DAY);
        let near = || (from..until).filter(window);
        let fine = near().filter(|i| start(*i)).any(|i| near().any(|k| end(k, &legs[i])));
        if fine {
            coarse.insert(c);
        }
    }
    for c in &coarse {
        let witness = claims.legs[*c].witnesses[0];
        claims.raise(
            witness,
            "duplicate_movement",
            "The same way is in another booking leg by leg, which counts.",
        );
    }
    let mut index = 0;
    claims.legs.retain(|_| {
        index += 1;
        !coarse.contains(&(index - 1))
    });
}

/// R108, R109: one hotel told twice is one stay; two hotels in one city leave the city and doubt the address.
fn merge_stays(context: &Context<'_>, claims: &mut Claims<'_>) {
    let mut stays = std::mem::take(&mut claims.stays);
    let time = |stay: &Stay| (stay.from, stay.until, stay.spot.city(), stay.lodging);
    stays.sort_by(|a, b| {
        let times = time(a).cmp(&time(b));
        times.then_with(|| by_origin(claims, a.witnesses[0], b.witnesses[0]))
    });
    let mut merged: Vec<Stay> = Vec::with_capacity(stays.len());
    for stay in stays {
        match merged.iter().rposition(|other| same_stay(context, other, &stay)) {
            Some(at) => {
                let p = together(
                    context,
                    claims,
                    (&merged[at].witnesses, merged[at].strength.p),
                    (&stay.witnesses, stay.strength.p),
                );
                let other = &mut merged[at];
                other.strength.p = p;
                other.strength.class = other.strength.class.max(stay.strength.class);
                other.grade = other.grade.min(stay.grade);
                if other.spot.exact != Exact::Venue && stay.spot.exact == Exact::Venue {
                    other.spot = stay.spot;
                }
                other.name = other.name.take().or(stay.name);
                other.witnesses.extend(stay.witnesses);
            }
            None => merged.push(stay),
        }
    }
    let hotels: Vec<&Stay> = merged.iter().filter(|stay| stay.lodging && !stay.day_use).collect();
    let (mut odd, mut offered) = (Vec::new(), BTreeSet::new());
    for (i, a) in hotels.iter().enumerate() {
        for b in hotels[i + 1..].iter().take_while(|b| b.from < a.until + DAY) {
            let nights = a.last.min(b.last) - a.first.max(b.first);
            let inside = |inner: &Stay, outer: &Stay| {
                inner.first >= outer.first && inner.last <= outer.last && inner.strength.p > 0.5
            };
            let side_trip = a.spot.city() != b.spot.city()
                && (inside(a, b) || inside(b, a))
                && (a.first, a.last) != (b.first, b.last);
            if nights.num_days() >= 1 && !side_trip && a.strength.p.min(b.strength.p) > context.judgement.not_owner {
                if proposals::exclusive(claims, a, b) {
                    offered.extend([a.witnesses[0], b.witnesses[0]]);
                } else {
                    odd.push(b.witnesses[0]);
                }
            }
        }
    }
    for witness in odd {
        claims.raise(
            witness,
            "overlapping_stays",
            "Another hotel is booked for the same nights.",
        );
        claims.witnesses[witness].rules.push("R109");
    }
    for witness in offered {
        claims.raise(witness, "proposal_alternatives", clash::PROPOSAL);
        claims.witnesses[witness].rules.push("R91");
    }
    claims.stays = merged;
}

fn same_stay(context: &Context<'_>, a: &Stay, b: &Stay) -> bool {
    let city = places::same_city(context.gazetteer, a.spot.city(), b.spot.city());
    if !city || a.lodging != b.lodging || a.car != b.car || a.first != b.first || a.day_use != b.day_use {
        return false;
    }
    let same_number = a.confirmation.is_some() && a.confirmation == b.confirmation;
    let venues = a.spot.exact == Exact::Venue && b.spot.exact == Exact::Venue;
    let near = venues && a.spot.at.distance_km(b.spot.at) < context.judgement.hotel_same_km;
    let alike = match (&a.name, &b.name) {
        (Some(a), Some(b)) => alike(a, b) >= context.judgement.hotel_name_alike,
        _ => !venues && a.last == b.last,
    };
    same_number || near || alike
}

/// How alike two names are, 0..=1: shared pairs of letters.
fn alike(a: &str, b: &str) -> f64 {
    let pairs = |text: &str| {
        let letters: Vec<char> = text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let mut pairs: Vec<(char, char)> = letters.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        pairs
    };
    let (a, mut b) = (pairs(a), pairs(b));
    let total = a.len() + b.len();
    let shared = a
        .iter()
        .filter(|pair| {
            b.iter()
                .position(|other| other == *pair)
                .map(|at| b.remove(at))
                .is_some()
        })
        .count();
    if total == 0 {
        0.0
    } else {
        2.0 * shared as f64 / total as f64
    }
}

/// R81: the line that the airline withdrew and the line with the new times are one leg.
fn notice_schedule_changes(context: &Context<'_>, claims: &mut Claims<'_>) {
    let mut changed: Vec<WitnessNo> = Vec::new();
    for leg in &claims.legs {
        let witness = claims.witness(leg.witnesses[0]);
        if status::classify(witness.segment.status.as_deref(), false).0 != Held::TimesChanged {
            continue;
        }
        let old = claims.void.iter().any(|void| {
            let other = claims.witness(void.witness);
            void.unable
                && other.unit() == witness.unit()
                && same_place(context, &void.from, &leg.from)
                && same_place(context, &void.to, &leg.to)
                && (void.dep.from - leg.dep.from).abs() <= DAY
        });
        if old {
            changed.push(leg.witnesses[0]);
        }
    }
    for witness in changed {
        claims.raise(
            witness,
            "schedule_change",
            "The airline changed the times; the new ones count.",
        );
        claims.witnesses[witness].rules.push("R81");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r108_names_of_one_hotel_are_alike() {
        assert!(alike("The Larkspur Bloomsbury", "LARKSPUR BLOOMSBURY HOTEL") >= 0.65);
        assert!(alike("The Larkspur Bloomsbury", "Harbour & Finch Southwark") < 0.3);
        assert_eq!(alike("", ""), 0.0);
    }
}
