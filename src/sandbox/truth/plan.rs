//! From a wish (these cities, so many nights each) to legs with real instants.
//! Called by `journeys`, and by `changes` when a journey takes another way.
//! Always holds: legs are in order and each begins in the city where the one before ended.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use rand::Rng;

use crate::sandbox::data::cities::{CITIES, Region};

use super::atlas::{Atlas, Leg, Mode, centre};
use super::people::{Person, employer};

/// What a journey is to be, before any flight is looked up.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// The local day of the first departure.
    pub start: NaiveDate,
    /// Cities to visit and nights in each.
    pub visits: Vec<(usize, u16)>,
    /// Local hour from which the first departure will do.
    pub hour: u32,
}

/// Draws where to and for how long.
pub(super) fn wish(person: &Person, start: NaiveDate, rng: &mut impl Rng) -> Wish {
    let first = destination(person, person.home, rng);
    let nights = nights(rng);
    let mut visits = vec![(first, nights)];
    if nights > 0 && rng.gen_bool(0.13) {
        let second = destination(person, first, rng);
        if second != first {
            visits.push((second, 1 + rng.gen_range(0..3)));
        }
    }
    let hour = if nights == 0 {
        5
    } else {
        [6, 9, 12, 15, 18][rng.gen_range(0..5)]
    };
    Wish { start, visits, hour }
}

fn nights(rng: &mut impl Rng) -> u16 {
    match rng.gen_range(0..100) {
        ..7 => 0,
        ..27 => 1,
        ..50 => 2,
        ..69 => 3,
        ..82 => 4,
        ..92 => rng.gen_range(5..8),
        ..98 => rng.gen_range(8..14),
        _ => rng.gen_range(14..22),
    }
}

fn destination(person: &Person, from: usize, rng: &mut impl Rng) -> usize {
    let (home, offices) = (&CITIES[person.home], employer(person.company).offices);
    let weights: Vec<f64> = CITIES
        .iter()
        .enumerate()
        .map(|(index, city)| {
            if index == person.home || index == from {
                return 0.0;
            }
            let near = match (home.region == city.region, home.country == city.country) {
                (_, true) => 4.0,
                (true, _) => 2.4,
                _ if home.region == Region::Europe || city.region == Region::Europe => 0.8,
                _ => 0.5,
            };
            let office = if offices.contains(&city.code) { 1.7 } else { 1.0 };
            // The second city of a journey is usually not another ocean away.
            let onward = if from == person.home {
                1.0
            } else {
                (-centre(from).distance_km(centre(index)) / 2500.0).exp()
            };
            f64::from(city.visit) * near * office * onward
        })
        .collect();
    crate::sandbox::random::weighted(rng, &weights)
}

/// Looks the legs up; `None` where no way leads.
pub(super) fn legs(atlas: &Atlas, person: &Person, wish: &Wish, rng: &mut impl Rng) -> Option<Vec<Leg>> {
    let mut legs: Vec<Leg> = Vec::new();
    let mut here = person.home;
    let mut after = at(atlas, here, wish.start, wish.hour);
    for (hop, (there, nights)) in wish.visits.iter().enumerate() {
        let way = atlas.way(here, *there, after, hop, rng);
        let arrival = way.last()?.arrives;
        legs.extend(way);
        here = *there;
        after = leave(atlas, here, arrival, *nights, rng);
    }
    let way = atlas.way(here, person.home, after, wish.visits.len(), rng);
    way.last()?;
    legs.extend(way);
    let day_trip = wish.visits.iter().all(|(_, nights)| *nights == 0);
    // A day trip that cannot be made in a day is no journey anyone would book.
    let length = legs.last()?.arrives - legs.first()?.departs;
    (!day_trip || length < Duration::hours(20)).then_some(legs)
}

fn leave(atlas: &Atlas, city: usize, arrival: DateTime<Utc>, nights: u16, rng: &mut impl Rng) -> DateTime<Utc> {
    if nights == 0 {
        return arrival + Duration::hours(rng.gen_range(5..8));
    }
    // Nights count from the evening of the arrival; who lands before five has slept the first one on board.
    let evening = (atlas.local(city, arrival) - Duration::hours(5)).date();
    at(
        atlas,
        city,
        evening + Duration::days(i64::from(nights)),
        [7, 10, 13, 16, 18][rng.gen_range(0..5)],
    )
}

fn at(atlas: &Atlas, city: usize, day: NaiveDate, hour: u32) -> DateTime<Utc> {
    atlas
        .zone(city)
        .to_utc(day.and_time(NaiveTime::MIN) + Duration::hours(i64::from(hour)))
}

/// Another way of making one hop, departing later: what a proposal or a rebooking offers. `None` if there is none.
pub fn another_way(atlas: &Atlas, legs: &[Leg], hop: usize, rng: &mut impl Rng) -> Option<Vec<Leg>> {
    let first = legs.iter().find(|leg| leg.hop == hop)?;
    let last = legs.iter().rfind(|leg| leg.hop == hop)?;
    if first.mode != Mode::Air {
        return None;
    }
    let way = atlas.way(
        first.from.city,
        last.to.city,
        first.departs + Duration::minutes(45),
        hop,
        rng,
    );
    let next = legs.iter().find(|leg| leg.hop == hop + 1);
    let fits = way
        .last()
        .is_some_and(|leg| next.is_none_or(|next| leg.arrives + Duration::hours(3) < next.departs));
    fits.then_some(way)
}
