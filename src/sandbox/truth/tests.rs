//! The curated tables against the gazetteer, and the ways between all cities.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};

use super::atlas::{Atlas, Mode, Terminus};
use super::stays::{HOTELS_PER_CITY, hotel};
use crate::place::{Code, Gazetteer};
use crate::sandbox::data::addresses::COUNTRIES;
use crate::sandbox::data::carriers::CARRIERS;
use crate::sandbox::data::cities::{AIRPORT_USE, CITIES, index_of};
use crate::sandbox::data::rails::RAILS;
use crate::sandbox::random::{self, Topic};

fn noon() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn pairs() -> impl Iterator<Item = (usize, usize)> {
    let all = 0..CITIES.len();
    all.clone()
        .flat_map(move |from| all.clone().map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
}

#[test]
fn every_airport_belongs_to_its_city_and_country() {
    let gazetteer = Gazetteer::embedded();
    for city in CITIES {
        for code in city.airports {
            let airport = gazetteer.airport(Code::parse(code).unwrap()).unwrap();
            assert_eq!(airport.country.as_str(), city.country, "{code}");
            let region = gazetteer.city(airport.city).code.map(|code| code.to_string());
            assert_eq!(region.as_deref(), Some(city.code), "{code}");
        }
    }
}

#[test]
fn r66_hotels_stand_on_land_in_their_city() {
    let gazetteer = Gazetteer::embedded();
    for (index, city) in CITIES.iter().enumerate() {
        let mut names = BTreeSet::new();
        for which in 0..HOTELS_PER_CITY {
            let hotel = hotel(1, index, which);
            assert!(
                names.insert(hotel.name.clone()),
                "{} twice in {}",
                hotel.name,
                city.name
            );
            let region = gazetteer
                .city_near(hotel.at, 30.0)
                .and_then(|region| region.code)
                .map(|code| code.to_string());
            assert_eq!(region.as_deref(), Some(city.code), "{} at {:?}", hotel.name, hotel.at);
            let country = gazetteer.country_at(hotel.at).map(|country| country.to_string());
            assert_eq!(
                country.as_deref(),
                Some(city.country),
                "{} at {:?}",
                hotel.name,
                hotel.at
            );
        }
    }
}

#[test]
fn stations_with_a_code_are_in_their_city() {
    let gazetteer = Gazetteer::embedded();
    let mut known = 0;
    for rail in RAILS {
        for (city, (name, code)) in rail.cities.iter().zip(rail.stations) {
            assert!(index_of(city).is_some(), "{city}");
            if let Some(station) = gazetteer.station(code) {
                let region = gazetteer.city(station.city).code.map(|code| code.to_string());
                assert_eq!(region.as_deref(), Some(*city), "{code} {name}");
                known += 1;
            }
        }
    }
    assert!(known > 20, "{known}");
}

#[test]
fn tables_name_each_other_rightly() {
    for carrier in CARRIERS {
        assert!(
            carrier.bases.iter().all(|base| index_of(base).is_some()),
            "{}",
            carrier.code
        );
        assert!(
            carrier.long.0 < carrier.long.1 && carrier.short.0 < carrier.short.1,
            "{}",
            carrier.code
        );
    }
    let codes: BTreeSet<_> = CARRIERS.iter().map(|carrier| carrier.code).collect();
    assert_eq!(codes.len(), CARRIERS.len());
    for (city, carrier, _, airport) in AIRPORT_USE {
        assert!(
            CITIES[index_of(city).unwrap()].airports.contains(airport) && codes.contains(carrier),
            "{city} {carrier}"
        );
    }
    for city in CITIES {
        assert!(
            COUNTRIES.iter().any(|country| country.code == city.country),
            "{}",
            city.country
        );
    }
}

#[test]
fn a_way_leads_from_every_city_to_every_other() {
    let atlas = Atlas::new(Gazetteer::embedded(), 1).unwrap();
    let mut without = Vec::new();
    for (from, to) in pairs() {
        let rng = &mut random::stream(1, Topic::Journey, &[from as u64, to as u64]);
        let way = atlas.way(from, to, noon(), 0, rng);
        let Some(last) = way.last() else {
            without.push(format!("{}-{}", CITIES[from].code, CITIES[to].code));
            continue;
        };
        assert_eq!((way[0].from.city, last.to.city), (from, to));
        assert!(
            way[0].departs >= noon() && last.arrives - noon() < Duration::hours(75),
            "{way:?}"
        );
        for leg in &way {
            let (a, b) = (atlas.at(leg.from), atlas.at(leg.to));
            let hours = (leg.arrives - leg.departs).num_minutes() as f64 / 60.0;
            let speed = a.distance_km(b) / hours;
            assert!(
                leg.mode != Mode::Air || (80.0..1000.0).contains(&speed),
                "{speed} km/h: {leg:?}"
            );
            assert!(leg.mode != Mode::Air || matches!(leg.from.terminus, Terminus::Airport(_)));
        }
    }
    // A few remote pairs would take three flights; people do not go there.
    assert!(
        without.len() * 300 < CITIES.len() * CITIES.len(),
        "{}: {without:?}",
        without.len()
    );
}

#[test]
fn nobody_lands_long_flights_in_the_dead_of_night() {
    let atlas = Atlas::new(Gazetteer::embedded(), 1).unwrap();
    let (mut long, mut night) = (0, 0);
    for (from, to) in pairs() {
        let rng = &mut random::stream(1, Topic::Journey, &[from as u64, to as u64]);
        for leg in atlas.way(from, to, noon(), 0, rng) {
            if leg.arrives - leg.departs > Duration::hours(6) {
                let hour = atlas
                    .local(leg.to.city, leg.arrives)
                    .format("%H")
                    .to_string()
                    .parse::<u32>()
                    .unwrap();
                (long, night) = (long + 1, night + u32::from((1..5).contains(&hour)));
            }
        }
    }
    assert!(long > 500 && night * 20 < long, "{night} of {long}");
}
