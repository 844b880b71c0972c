//! The gazetteer as a whole, against facts that anybody can look up.

mod codes;
mod invariants;
mod names;
mod points;
mod stations;

use super::*;

fn g() -> &'static Gazetteer {
    Gazetteer::embedded()
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

fn country(text: &str) -> CountryCode {
    CountryCode::parse(text).unwrap()
}

/// Key of the city region of an airport.
fn city_of(airport: &str) -> String {
    g().city(g().airport(code(airport)).unwrap_or_else(|| panic!("{airport}")).city)
        .key()
}

fn named(name: &str, state: Option<&str>, country: Option<&str>) -> (String, HowMatched) {
    let found = g().cities_named(name, state, country);
    let best = found
        .first()
        .unwrap_or_else(|| panic!("nothing is called {name:?} {state:?} {country:?}"));
    (g().city(best.city).key(), best.how)
}

fn near(lon: f64, lat: f64) -> Option<String> {
    g().city_near(LonLat::new(lon, lat), 50.0).map(City::key)
}
