//! Travel requests beside what was booked for them (R92, R93).
//! Called by `same` before movements are merged.
//! Always holds: a request that was booked makes no path of its own; what it says beyond the booking is not lost.

use std::collections::BTreeSet;

use crate::itinerary::{Source, TripStatus};
use crate::place::CityId;

use super::claims::{Claims, Leg, Stay, WitnessNo};
use super::gather::Context;
use super::places::{self, Spot};
use super::strength::asked;
use super::times::{DAY, Sec};

/// What of a request is left to compare with bookings (R92).
struct Request {
    /// Where it goes, home apart.
    cities: Vec<CityId>,
    from: Sec,
    until: Sec,
    met: bool,
}

impl Request {
    fn meets(&self, context: &Context<'_>, city: CityId, (from, until): (Sec, Sec)) -> bool {
        let there = |wanted: &CityId| places::same_city(context.gazetteer, *wanted, city);
        self.cities.iter().any(there) && until >= self.from - DAY && from <= self.until + DAY
    }
}

/// R92: a request that was booked since adds to the booking and makes no path of its own. Where the booking ends and the request goes
/// on, it still tells the way; something was booked, so its day does not pass (R93).
pub(super) fn merge_requests(context: &Context<'_>, claims: &mut Claims<'_>) {
    let is_request = |claims: &Claims<'_>, no: WitnessNo| {
        let witness = claims.witness(no);
        witness.source() == Source::TravelRequest || witness.trip.status == TripStatus::Virtual
    };
    let (mut requests, of_leg) = requests(context, claims, |no| is_request(claims, no));
    let mut lifted: BTreeSet<usize> = BTreeSet::new();
    for request in &mut requests {
        for (index, leg) in claims.legs.iter().enumerate() {
            let Some(to) = leg.to.as_ref().filter(|_| !is_request(claims, leg.witnesses[0])) else {
                continue;
            };
            if request.meets(context, to.city(), (leg.dep.from, leg.arr.until)) {
                request.met = true;
                lifted.insert(index);
            }
        }
        request.met |= claims.stays.iter().any(|stay| {
            !is_request(claims, stay.witnesses[0]) && request.meets(context, stay.spot.city(), (stay.from, stay.until))
        });
    }
    // Beds of a request go with it, whatever document they are in (R113).
    let unmet = |stay: &Stay| {
        let goes = |request: &Request| request.met && request.meets(context, stay.spot.city(), (stay.from, stay.until));
        !is_request(claims, stay.witnesses[0]) || !requests.iter().any(goes)
    };
    let kept: Vec<bool> = claims.stays.iter().map(unmet).collect();
    let mut kept = kept.into_iter();
    claims.stays.retain(|_| kept.next().unwrap_or(true));
    for index in lifted {
        let (p, j) = (claims.legs[index].strength.p, context.judgement);
        claims.legs[index].strength.p = p + (j.step_up(p) - p) * j.correlated_step;
        let witness = claims.legs[index].witnesses[0];
        claims.witnesses[witness].rules.push("R92");
    }
    let goes_on: Vec<bool> = (0..claims.legs.len())
        .map(|index| {
            let request = of_leg[index].map(|no| &requests[no]).filter(|request| request.met);
            request.is_some_and(|request| goes_on(context, claims, &of_leg, request, &claims.legs[index]))
        })
        .collect();
    for index in (0..goes_on.len()).filter(|index| goes_on[*index]) {
        let witness = claims.legs[index].witnesses[0];
        let (approved, j) = (claims.witness(witness).trip.approved, context.judgement);
        let p = &mut claims.legs[index].strength.p;
        if *p >= j.request_passed {
            *p = p.max(asked(j, approved, 1.0));
        }
        claims.witnesses[witness].rules.push("R92");
    }
    let unmet = of_leg
        .into_iter()
        .map(|request| request.is_none_or(|no| !requests[no].met));
    let mut kept = unmet.zip(goes_on).map(|(unmet, goes_on)| unmet || goes_on);
    claims.legs.retain(|_| kept.next().unwrap_or(true));
}

/// Whether a leg of a request leaves where bookings arrived, and nobody booked how they leave there or come where it ends.
fn goes_on(context: &Context<'_>, claims: &Claims<'_>, of_leg: &[Option<usize>], request: &Request, leg: &Leg) -> bool {
    let (Some(from), Some(to)) = (&leg.from, &leg.to) else {
        return false;
    };
    let at = |spot: &Option<Spot>, other: &Spot| {
        spot.as_ref()
            .is_some_and(|spot| places::same_city(context.gazetteer, spot.city(), other.city()))
    };
    let booked = || {
        let all = claims.legs.iter().zip(of_leg);
        all.filter(|(_, request)| request.is_none()).map(|(leg, _)| leg)
    };
    let led =
        |other: &Leg| at(&other.to, from) && other.arr.from <= leg.dep.until && other.dep.until >= request.from - DAY;
    let knows = |other: &Leg| {
        let later = other.arr.until >= request.from && other.dep.from <= request.until + 7 * DAY;
        later && (at(&other.from, from) || at(&other.to, to))
    };
    booked().any(led) && !booked().any(knows)
}

/// The requests, and for each leg to which of them it belongs. A request is what was asked for as one (its id), is one reservation, or
/// goes on from where another of its legs arrived, home apart: never what shares a document (R113, R272).
fn requests(
    context: &Context<'_>,
    claims: &Claims<'_>,
    is_request: impl Fn(WitnessNo) -> bool,
) -> (Vec<Request>, Vec<Option<usize>>) {
    let city = |spot: &Option<Spot>| spot.as_ref().map(Spot::city).filter(|city| Some(*city) != context.home);
    let asked = |leg: &Leg| claims.witness(leg.witnesses[0]).trip.travel_request.as_deref();
    let unit = |leg: &Leg| claims.witness(leg.witnesses[0]).unit();
    let goes_on = |a: &Leg, b: &Leg| {
        let meets = city(&a.to)
            .zip(city(&b.from))
            .is_some_and(|(to, from)| places::same_city(context.gazetteer, to, from));
        meets && (a.dep.from..=a.arr.until + 30 * DAY).contains(&b.dep.from)
    };
    let one = |a: &Leg, b: &Leg| {
        let same_id = asked(a).is_some() && asked(a) == asked(b);
        same_id || unit(a) == unit(b) || goes_on(a, b) || goes_on(b, a)
    };
    let legs = &claims.legs;
    let mut of_leg: Vec<Option<usize>> = vec![None; legs.len()];
    let mut requests: Vec<Request> = Vec::new();
    let asking: Vec<usize> = (0..legs.len())
        .filter(|no| legs[*no].to.is_some() && is_request(legs[*no].witnesses[0]))
        .collect();
    for first in &asking {
        if of_leg[*first].is_some() {
            continue;
        }
        let number = requests.len();
        let mut request = Request {
            cities: Vec::new(),
            from: i64::MAX,
            until: i64::MIN,
            met: false,
        };
        let mut open = vec![*first];
        of_leg[*first] = Some(number);
        while let Some(no) = open.pop() {
            let leg = &legs[no];
            request.cities.extend(city(&leg.to));
            request.from = request.from.min(leg.dep.from);
            request.until = request.until.max(leg.arr.until);
            for other in &asking {
                if of_leg[*other].is_none() && one(leg, &legs[*other]) {
                    of_leg[*other] = Some(number);
                    open.push(*other);
                }
            }
        }
        requests.push(request);
    }
    (requests, of_leg)
}
