//! Trips as people count them, and where each mainly goes (R168, R169): for display only, since one trip document is no journey (R113).
//! Called by `timeline`; shown by `locate`.
//! Always holds: in order, without overlap; what is not probable enough makes no trip.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::place::CityId;

use super::Place;
use super::claims::WitnessNo;
use super::laid::Laid;
use super::mass::Key;
use super::places::{self, Spot};
use super::times::{DAY, Sec, instant};
use super::world::World;

/// A trip as people count them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outing {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends, as far as anything is booked.
    pub until: DateTime<Utc>,
    /// Where it mainly goes (R168).
    pub destination: Option<Arc<Place>>,
    /// Ids of the documents that tell of it.
    pub trips: Vec<String>,
}

/// Less probable legs and stays make no trip.
const LEAST: f64 = 0.4;
/// R169.
const LONGEST: Sec = 20 * DAY;
/// R169.
const MOST_ELEMENTS: usize = 30;

/// A leg or a stay, in time.
struct Element<'c> {
    from: Sec,
    until: Sec,
    what: What,
    /// Where the traveler is after it.
    city: Option<CityId>,
    witnesses: &'c [WitnessNo],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Leg,
    Bed,
    Event,
}

/// Every trip of the most probable path.
pub(super) fn outings(world: &World<'_, '_>, laid: &[Laid]) -> Vec<Outing> {
    let mut elements = elements(world, laid);
    elements.sort_by_key(|one| (one.from, one.until, one.witnesses[0]));
    let mut outings = Vec::new();
    let mut open: Vec<Element<'_>> = Vec::new();
    for element in elements {
        let first = open.first().map_or(element.from, |first| first.from);
        let home = open.last().is_some_and(|last| is_home(world, last));
        if home || open.len() >= MOST_ELEMENTS || element.until - first > LONGEST && !open.is_empty() {
            outings.extend(outing(world, &open));
            open.clear();
        }
        open.push(element);
    }
    outings.extend(outing(world, &open));
    outings
}

fn is_home(world: &World<'_, '_>, element: &Element<'_>) -> bool {
    element.what == What::Leg && element.city.is_some_and(|city| world.key(city) == Key::Home)
}

fn elements<'c>(world: &World<'c, '_>, laid: &[Laid]) -> Vec<Element<'c>> {
    let mut elements = Vec::new();
    for journey in laid {
        let best = journey.paths.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
        let legs = best.into_iter().flat_map(|path| &path.legs);
        for leg in legs.filter(|leg| leg.held() >= LEAST) {
            let claim = &world.claims.legs[leg.no];
            elements.push(Element {
                from: leg.dep.from,
                until: leg.arr.until,
                what: What::Leg,
                city: claim.to.as_ref().map(Spot::city),
                witnesses: &claim.witnesses,
            });
        }
    }
    let stays = world.claims.stays.iter().filter(|stay| stay.strength.p >= LEAST);
    for stay in stays.filter(|stay| !stay.car && world.key(stay.spot.city()) != Key::Home) {
        elements.push(Element {
            from: stay.from,
            until: stay.until,
            what: if stay.lodging { What::Bed } else { What::Event },
            city: Some(stay.spot.city()),
            witnesses: &stay.witnesses,
        });
    }
    elements
}

fn outing(world: &World<'_, '_>, elements: &[Element<'_>]) -> Option<Outing> {
    let from = elements.iter().map(|one| one.from).min()?;
    let until = elements.iter().map(|one| one.until).max()?;
    let witnesses = elements.iter().flat_map(|one| one.witnesses);
    let mut trips: Vec<&str> = witnesses.map(|no| world.claims.witness(*no).trip.id.as_str()).collect();
    trips.sort_unstable();
    trips.dedup();
    Some(Outing {
        from: instant(from),
        until: instant(until),
        destination: destination(world, elements, until - from).map(|city| world.city_place(city)),
        trips: trips.into_iter().map(str::to_owned).collect(),
    })
}

/// R168: an event that takes more than half of it, else where most nights have a bed, else where the longest wait between two legs
/// is, else where the last leg away from home goes.
fn destination(world: &World<'_, '_>, elements: &[Element<'_>], length: Sec) -> Option<CityId> {
    let of = |what: What| elements.iter().filter(move |one| one.what == what);
    let event = of(What::Event).find(|one| 2 * (one.until - one.from) > length);
    if let Some(event) = event {
        return event.city;
    }
    let gazetteer = world.context.gazetteer;
    let slept = |city: CityId| -> Sec {
        let there = of(What::Bed).filter(|bed| bed.city.is_some_and(|other| places::same_city(gazetteer, city, other)));
        there.map(|bed| bed.until - bed.from).sum()
    };
    let bed = of(What::Bed)
        .rev()
        .filter_map(|bed| bed.city)
        .max_by_key(|city| slept(*city));
    if bed.is_some() {
        return bed;
    }
    let legs: Vec<&Element<'_>> = of(What::Leg).collect();
    let away = |leg: &&&Element<'_>| !is_home(world, leg);
    let waits = legs.windows(2).filter(|pair| away(&&pair[0]));
    let longest = waits.rev().max_by_key(|pair| pair[1].from - pair[0].until);
    let last = || legs.iter().rev().find(away).or(legs.last()).map(|leg| leg.city);
    longest.map(|pair| pair[0].city).or_else(last).flatten()
}
