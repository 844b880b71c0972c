//! What holds for every place of the gazetteer, and that nothing of the files got lost on the way.

use std::collections::HashSet;

use chrono::DateTime;
use proptest::prelude::*;

use super::super::fold::fold;
use super::super::names::Grade;
use super::super::*;
use super::g;

#[test]
fn every_line_of_every_file_is_read() {
    let lines = |bytes: &[u8]| decode::gunzip(bytes).lines().count();
    assert_eq!(g().tables.towns.len(), lines(decode::TOWNS));
    assert_eq!(g().tables.airports.len(), lines(decode::AIRPORTS));
    assert_eq!(g().tables.divisions.len(), lines(decode::DIVISIONS));
    let cities = lines(decode::CITIES);
    assert!(
        g().cities()
            .take(cities)
            .all(|city| city.code.is_some() || !city.airports.is_empty())
    );
    assert!(
        g().cities()
            .skip(cities)
            .all(|city| city.code.is_none() && city.airports.is_empty())
    );
    assert_eq!(g().tables.city_divisions.len(), g().cities().count());
    assert_eq!(g().countries().count(), decode::COUNTRIES.lines().count());
    assert_eq!(borders().len(), lines(borders::BORDERS));
    let stations = lines(stations::IATA) + stations::AMTRAK.lines().count() + lines(stations::TRAINLINE);
    assert_eq!(g().stations().iter().count(), stations);
    assert!(g().tables.towns.len() > 60_000 && g().tables.airports.len() > 9_000 && stations > 20_000);
    assert!(g().countries().count() >= 249);
}

#[test]
fn the_tables_are_in_the_order_in_which_they_are_searched() {
    assert!(g().tables.airports.is_sorted_by(|a, b| a.code < b.code));
    assert!(g().countries.is_sorted_by(|a, b| a.code < b.code));
    assert!(
        g().tables.city_codes.is_sorted_by(|a, b| a.0 < b.0),
        "and no code leads to two regions"
    );
    let key = |division: &decode::Division| (division.country, division.code.clone());
    assert!(g().tables.divisions.is_sorted_by(|a, b| key(a) < key(b)));
}

#[test]
fn every_city_comes_back_from_its_key() {
    let mut keys = HashSet::new();
    for city in g().cities() {
        let key = city.key();
        assert_eq!(g().city_by_key(&key).map(|found| found.id), Some(city.id), "{key}");
        assert_eq!(g().city(city.id).id, city.id);
        assert!(keys.insert(key), "two cities have the key {}", city.key());
        assert!(!city.name.is_empty());
    }
    for nobody in ["", "gn", "gn0", "gnx", "ap", "apZZZ", "LONDON", "lo"] {
        assert!(g().city_by_key(nobody).is_none(), "{nobody}");
    }
}

#[test]
fn r61_every_airport_lies_near_its_city_and_serves_it() {
    for airport in g().airports() {
        let city = g().city(airport.city);
        let distance = airport.at.distance_km(city.at);
        assert!(
            distance <= 150.0,
            "{} is {distance:.0} km from {}",
            airport.code,
            city.name
        );
        assert!(
            city.airports.contains(&airport.code),
            "{} and {}",
            airport.code,
            city.name
        );
        assert_eq!(airport.countries.first(), Some(&airport.country), "{}", airport.code);
        assert!(g().country(airport.country).is_some(), "{}", airport.country);
    }
    for city in g().cities() {
        assert!(
            city.airports.iter().all(|code| g().airport(*code).is_some()),
            "{}",
            city.name
        );
        assert!(
            g().country(city.country).is_some(),
            "{} is in {}",
            city.name,
            city.country
        );
    }
}

#[test]
fn r61_towns_of_a_region_are_near_it_and_in_its_country() {
    for town in &g().tables.towns {
        let city = g().city(town.city);
        let distance = town.at.distance_km(city.at);
        assert!(
            distance <= 51.0,
            "a town at {:?} is {distance:.0} km from {}",
            town.at,
            city.name
        );
        assert_eq!(town.country, city.country, "a town at {:?} of {}", town.at, city.name);
    }
}

#[test]
fn r3_every_airport_has_the_clock_of_the_places_around_it() {
    let at = [1_767_225_600, 1_782_864_000].map(|second| DateTime::from_timestamp(second, 0).unwrap());
    let clock = |zone: Zone| at.map(|at| zone.offset_s(at));
    let odd: Vec<_> = g()
        .airports()
        .filter(|airport| {
            let around = g().near().spots(airport.at, 60.0);
            !around.is_empty() && around.iter().all(|spot| clock(spot.zone) != clock(airport.zone))
        })
        .map(|airport| airport.code.to_string())
        .collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn two_of_three_sources_decide_where_an_airport_is() {
    for (code, lon, lat) in [
        // One source keeps minutes as decimals for Belgium and Luxembourg.
        ("LUX", 6.2115, 49.6266),
        ("BRU", 4.4844, 50.9014),
        ("CRL", 4.4538, 50.4592),
        ("OST", 2.8622, 51.1989),
        ("ANR", 4.4600, 51.1894),
        ("LGG", 5.4432, 50.6374),
        ("KJK", 3.2047, 50.8172),
        // Airports that have moved.
        ("KMG", 102.9438, 25.1043),
        ("TAO", 120.0983, 36.3650),
        ("NKC", -15.9697, 18.3100),
        ("JNZ", 121.2763, 40.9348),
        ("IST", 28.7278, 41.2608),
        ("BER", 13.5017, 52.3621),
        // And some that have not.
        ("JFK", -73.7789, 40.6398),
        ("LHR", -0.4614, 51.4775),
    ] {
        let airport = g().airport(Code::parse(code).unwrap()).unwrap();
        let distance = airport.at.distance_km(LonLat::new(lon, lat));
        assert!(distance <= 5.0, "{code} is {distance:.1} km off");
    }
}

#[test]
fn the_airports_of_everyday_bookings_are_there() {
    let busy = "AKL AMS ATH ATL AUH BCN BKK BLR BOM BOS BRU BUD CAI CAN CDG CGK CLT CPH CPT CUN DEL DEN DFW DME DOH DUB DUS \
        DXB EDI EWR EZE FCO FRA GIG GRU GVA HAM HEL HKG HND HNL IAD IAH ICN IST JFK JNB KUL LAS LAX LGA LGW LHR LIN LIS LUX MAD \
        MAN MEL MEX MIA MNL MSP MUC MXP NBO NCE NRT ORD ORY OSL OTP PEK PHL PHX PRG PVG SAN SCL SEA SFO SIN STR SVO SYD TLV TPE \
        TXL VIE WAW YUL YVR YYZ ZRH";
    for code in busy.split_whitespace() {
        let airport = g()
            .airport(Code::parse(code).unwrap())
            .unwrap_or_else(|| panic!("{code}"));
        assert!(g().city(airport.city).code.is_some(), "{code} has a city with a code");
        assert_eq!(g().country_at(airport.at), Some(airport.country), "{code}");
    }
}

#[test]
fn every_station_lies_near_its_city() {
    for station in g().stations().iter() {
        let distance = station.at.distance_km(g().city(station.city).at);
        assert!(
            distance <= 150.0,
            "{} is {distance:.0} km from {}",
            station.name,
            g().city(station.city).name
        );
    }
}

#[test]
fn r60_names_fold_here_as_they_did_when_the_files_were_written() {
    let mut plain = 0;
    for (town, line) in g().tables.towns.iter().zip(decode::gunzip(decode::TOWNS).lines()) {
        let folded = fold(line.split('\t').nth(1).unwrap());
        if !folded.is_empty() && folded.is_ascii() {
            plain += 1;
            let called = g().names().called(&g().tables, &folded);
            let there = called
                .iter()
                .any(|candidate| candidate.grade == Grade::Main && candidate.at == town.at);
            assert!(there, "{line} is not found as {folded:?}");
        }
    }
    assert!(plain > 68_000);
}

proptest! {
    #[test]
    fn r65_the_country_around_a_city_is_the_country_of_the_point(
        city in 0usize..usize::MAX, lon in -0.6f64..0.6, lat in -0.6f64..0.6, near in 0.0f64..1.0
    ) {
        let city = g().city(CityId((city % g().tables.cities.len()) as u32));
        let at = LonLat::new(city.at.lon + lon * near, (city.at.lat + lat * near).clamp(-90.0, 90.0));
        prop_assert_eq!(g().country_around(city, at), g().country_at(at));
    }

    #[test]
    fn r65_any_point_has_at_most_one_answer_and_it_is_near(lon in -180.0..=180.0, lat in -90.0..=90.0, km in 1.0..300.0) {
        let at = LonLat::new(lon, lat);
        g().country_at(at);
        g().zone_at(at);
        if let Some(spot) = g().near().spot(at, km, borders()) {
            prop_assert!(spot.at.distance_km(at) <= km);
            prop_assert_eq!(g().city_near(at, km).map(|city| city.id), Some(spot.city));
        }
    }

    #[test]
    fn r65_the_nearest_is_found_whatever_the_cells(pick in 0usize..69_000, north in -0.2..0.2, east in -0.2..0.2) {
        let town = &g().tables.towns[pick % g().tables.towns.len()];
        let at = LonLat::new(town.at.lon + east, town.at.lat + north);
        let nearest = |spots: Vec<near::Spot>| spots.iter().map(|spot| spot.at.distance_km(at)).fold(f64::MAX, f64::min);
        let found = nearest(g().near().spots(at, 60.0));
        let truth = g().tables.towns.iter().map(|town| town.at.distance_km(at)).fold(f64::MAX, f64::min);
        prop_assert!(found <= truth + 1e-9, "{} {}", found, truth);
    }

    #[test]
    fn r60_no_text_is_too_odd_to_look_up(name in "\\PC{0,30}", state in "\\PC{0,6}", land in "\\PC{0,6}") {
        let found = g().cities_named(&name, Some(&state), Some(&land));
        prop_assert!(found.iter().map(|found| found.p).sum::<f64>() <= 1.0 + 1e-9);
        g().station_named(&name, None);
        g().station(&name);
        g().country_named(&name);
        g().city_by_key(&name);
    }
}
