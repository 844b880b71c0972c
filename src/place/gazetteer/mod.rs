//! The gazetteer: places by code, by name and by coordinates, from files embedded in the program.
//! Called by every room above through [`Gazetteer::embedded`]; decoded once, and what is rarely asked for only then.
//! Always holds: every airport, station and town belongs to exactly one city region.

mod borders;
mod by_code;
mod decode;
mod fold;
mod names;
mod near;
mod readings;
mod search;
mod stations;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Code, CountryCode, LonLat, Zone};
use borders::Borders;
use by_code::ByCode;
use decode::Tables;
use names::Names;
use near::Near;
use stations::Stations;

/// A city is not shown with its country if it is farther from the middle than this times what lies between the quarters.
const FAR_OFF: f64 = 2.0;
/// Ground around the outermost cities, degrees.
const AROUND: f64 = 1.0;
/// How far the nearest town may be from a point whose time zone it tells.
const ZONE_KM: f64 = 1000.0;

/// Number of a city region, stable for one build of the data only; what lasts longer is [`City::key`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CityId(pub(crate) u32);

/// A city region: a metropolitan area where IATA defines one, else a city of the gazetteer, else an airport's town.
/// Towns within a metropolitan area's reach (La Défense, Newark, Croydon; ≤ 30 km of a far larger coded city) belong to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct City {
    /// Its number in this build.
    pub id: CityId,
    /// IATA city (metropolitan) code, where one exists.
    pub code: Option<Code>,
    /// Name in English, or as on the spot where English has none.
    pub name: String,
    /// The country of its centre.
    pub country: CountryCode,
    /// First-level division as bookings print it: `NY` in the US, Canada and Australia, else a name (`Bavaria`).
    pub state: Option<String>,
    /// Its centre.
    pub at: LonLat,
    /// The zone of its centre.
    pub zone: Zone,
    /// People of the centre's municipality; 0 if unknown.
    pub population: u32,
    /// How much is flown there, 0..=1000 (OPTD's page rank in thousandths); 0 for a town without a code.
    pub traffic: u16,
    /// Airports that serve it, the most travelled first; also those that IATA counts to it and that lie in a
    /// neighbouring region (Washington: `BWI`).
    pub airports: Vec<Code>,
    pub(crate) geonames: u32,
}

impl City {
    /// Stable across builds: the IATA city code, else `gn` + GeoNames id, else `ap` + code of its airport.
    pub fn key(&self) -> String {
        match (self.code, self.geonames, self.airports.first()) {
            (Some(code), ..) => code.as_str().to_owned(),
            (None, 0, Some(airport)) => format!("ap{airport}"),
            (None, geonames, _) => format!("gn{geonames}"),
        }
    }
}

/// An airport or heliport with an IATA code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Airport {
    /// IATA code.
    pub code: Code,
    /// Name in English or as on the spot.
    pub name: String,
    /// Where it is; two of three sources agree within 5 km, or it was looked up.
    pub at: LonLat,
    /// The country on whose ground it is.
    pub country: CountryCode,
    /// Its zone.
    pub zone: Zone,
    /// The city region that it belongs to.
    pub city: CityId,
    /// Countries that it serves as a domestic airport: more than one for BSL/MLH/EAP (R63).
    pub countries: Vec<CountryCode>,
}

/// A railway station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// Its first code: IATA's, Amtrak's, else UIC's, else a national one.
    pub code: String,
    /// Name as on the spot.
    pub name: String,
    /// Where it is; Amtrak's stations are at their towns.
    pub at: LonLat,
    /// Its country.
    pub country: CountryCode,
    /// Its zone.
    pub zone: Zone,
    /// The city region that it belongs to.
    pub city: CityId,
}

/// A country or dependent territory with an ISO 3166-1 code, and Kosovo (`XK`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Country {
    /// Alpha-2.
    pub code: CountryCode,
    /// English name.
    pub name: String,
    /// Alpha-3.
    pub alpha3: String,
    /// A town in the middle of its people.
    pub at: LonLat,
    /// `Africa`, `Antarctica`, `Asia`, `Europe`, `North America`, `Oceania`, `South America`.
    pub continent: String,
    /// The zone, if the whole country has the same time (R3 d).
    pub sole_zone: Option<Zone>,
}

/// How a text led to a city.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowMatched {
    /// It is a city's or an airport's code (R64).
    Code,
    /// It is the place's name, and no other place is to be reckoned with.
    ExactName,
    /// It is another name of the place, and no other place is to be reckoned with.
    AlternateName,
    /// Several places fit and the number of people decided, or something that was said had to be left out (R72).
    Approximate,
}

/// A city region that a text may mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CityMatch {
    /// The region.
    pub city: CityId,
    /// 0..=1; all matches of one call add up to ≤ 1.
    pub p: f64,
    /// How sure the text is.
    pub how: HowMatched,
    /// Where the named place itself is (it may be a suburb of the city region).
    pub at: LonLat,
}

/// All that is known of places.
pub struct Gazetteer {
    tables: Tables,
    airports_by_code: ByCode,
    /// Of `Tables::city_codes`.
    cities_by_code: ByCode,
    countries: Vec<Country>,
    country_names: HashMap<&'static str, usize>,
    by_geonames: OnceLock<HashMap<u32, CityId>>,
    names: OnceLock<Names>,
    near: OnceLock<Near>,
    stations: OnceLock<Stations>,
    /// Of each city, once it was asked for.
    go_by_their_names: OnceLock<Vec<OnceLock<bool>>>,
    /// Of each city, once it was asked for: how far the next border is, in degrees.
    clear: OnceLock<Vec<OnceLock<f64>>>,
}

impl Gazetteer {
    /// The embedded gazetteer, decoded at the first call (some 100 ms; names, neighbours, borders and stations when
    /// first needed).
    pub fn embedded() -> &'static Gazetteer {
        static EMBEDDED: OnceLock<Gazetteer> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            let (countries, country_names) = decode::countries();
            let tables = decode::tables();
            Gazetteer {
                airports_by_code: ByCode::of(tables.airports.iter().map(|airport| airport.code)),
                cities_by_code: ByCode::of(tables.city_codes.iter().map(|(code, _)| *code)),
                tables,
                countries,
                country_names,
                by_geonames: OnceLock::new(),
                names: OnceLock::new(),
                near: OnceLock::new(),
                stations: OnceLock::new(),
                go_by_their_names: OnceLock::new(),
                clear: OnceLock::new(),
            }
        })
    }

    /// The airport of an IATA code; a city's code leads to nothing here unless an airport has it too (R62).
    pub fn airport(&self, code: Code) -> Option<&Airport> {
        self.tables.airports.get(self.airports_by_code.line(code)?)
    }

    /// By IATA rail code, Amtrak's code, UIC number, or a code of a European railway, in this order.
    pub fn station(&self, code: &str) -> Option<&Station> {
        self.stations().by_code(code)
    }

    /// By name in usual spellings: "London Kings Cross", "Köln Hbf", "Cologne Hauptbahnhof".
    pub fn station_named(&self, name: &str, country: Option<CountryCode>) -> Option<&Station> {
        let cities = |text: &str| {
            let country = country.map(|country| country.as_str().to_owned());
            let meant = self.cities_named(text, None, country.as_deref());
            meant.iter().map(|found| found.city).collect()
        };
        self.stations().named(name, country, cities)
    }

    /// The city region of that number.
    pub fn city(&self, id: CityId) -> &City {
        // Numbers come from this very table only.
        &self.tables.cities[id.0 as usize]
    }

    /// Whether the city is the one that is meant by its name alone: Paris is, Paris in Texas is not.
    pub fn goes_by_its_name(&self, id: CityId) -> bool {
        let meant = || {
            let cities = self.cities_named(&self.city(id).name, None, None);
            cities.first().is_none_or(|first| first.city == id)
        };
        let all = || self.tables.cities.iter().map(|_| OnceLock::new()).collect();
        *self.go_by_their_names.get_or_init(all)[id.0 as usize].get_or_init(meant)
    }

    /// Metropolitan or city code (`LON`, `NYC`, `BOS`); an airport's code leads to nothing here unless it is also a
    /// city code (R61, R62). The code of a city that belongs to a larger one (`EWR`) leads to the larger one.
    pub fn city_by_code(&self, code: Code) -> Option<&City> {
        let at = self.cities_by_code.line(code)?;
        Some(self.city(self.tables.city_codes.get(at)?.1))
    }

    /// Inverse of [`City::key`].
    pub fn city_by_key(&self, key: &str) -> Option<&City> {
        if let Some(code) = Code::parse(key) {
            return self.city_by_code(code);
        }
        if let Some(code) = key.strip_prefix("ap") {
            return self.airport(Code::parse(code)?).map(|airport| self.city(airport.city));
        }
        let by_geonames = self.by_geonames.get_or_init(|| {
            let uncoded = self
                .tables
                .cities
                .iter()
                .filter(|city| city.code.is_none() && city.geonames > 0);
            uncoded.map(|city| (city.geonames, city.id)).collect()
        });
        let geonames: u32 = key.strip_prefix("gn")?.parse().ok()?;
        by_geonames.get(&geonames).map(|id| self.city(*id))
    }

    /// What a city field may mean, most probable first, at most 8: a name with or without state, country or airport in
    /// the same text, or a code. State and country prune, in any spelling; else population decides and the match is
    /// approximate (R60, R64, R72). Empty if nothing is called so.
    pub fn cities_named(&self, name: &str, state: Option<&str>, country: Option<&str>) -> Vec<CityMatch> {
        search::cities_named(self, name, state, country)
    }

    /// The city region around a point: that of the nearest town or airport within `max_km`, on this side of a border.
    pub fn city_near(&self, at: LonLat, max_km: f64) -> Option<&City> {
        self.near().spot(at, max_km, borders()).map(|spot| self.city(spot.city))
    }

    /// The country of an alpha-2 code.
    pub fn country(&self, code: CountryCode) -> Option<&Country> {
        let at = self
            .countries
            .binary_search_by_key(&code, |country| country.code)
            .ok()?;
        self.countries.get(at)
    }

    /// By alpha-2, alpha-3, or name in any usual spelling ("UK", "United Kingdom", "GBR", "Deutschland").
    pub fn country_named(&self, text: &str) -> Option<&Country> {
        let text = text.trim();
        if let Some(country) = CountryCode::parse(text).and_then(|code| self.country(code)) {
            return Some(country);
        }
        let alpha3 = |country: &&Country| country.alpha3.eq_ignore_ascii_case(text);
        if text.len() == 3
            && let Some(country) = self.countries.iter().find(alpha3)
        {
            return Some(country);
        }
        let at = self.country_names.get(fold::fold(text).as_str())?;
        self.countries.get(*at)
    }

    /// The country that a point on land or in coastal waters is in.
    pub fn country_at(&self, at: LonLat) -> Option<CountryCode> {
        borders().country_at(at)
    }

    /// The same for a point that is mostly near this city, so that mostly no border is between them.
    pub fn country_around(&self, city: &City, at: LonLat) -> Option<CountryCode> {
        let all = || self.tables.cities.iter().map(|_| OnceLock::new()).collect();
        let clear = &self.clear.get_or_init(all)[city.id.0 as usize];
        let clear = *clear.get_or_init(|| borders().clear_of(city.at, city.country));
        let apart = (city.at.lon - at.lon).hypot(city.at.lat - at.lat);
        if apart < clear {
            return Some(city.country);
        }
        self.country_at(at)
    }

    /// West, south, east, north of where the cities of a country are, in degrees; without those that are far from most of them.
    pub fn country_bounds(&self, country: CountryCode) -> Option<[f64; 4]> {
        let cities = || self.cities().filter(|city| city.country == country).map(|city| city.at);
        // The middle of them, and how far from it most of them are at the most.
        let middle = |of: fn(LonLat) -> f64| {
            let mut all: Vec<f64> = cities().map(of).collect();
            all.sort_by(f64::total_cmp);
            let at = |quarters: usize| all.get(all.len() * quarters / 4).copied();
            Some((at(2)?, (at(3)? - at(1)?) * FAR_OFF + AROUND))
        };
        let (lon, lat) = (middle(|at| at.lon)?, middle(|at| at.lat)?);
        let near = |at: &LonLat| (at.lon - lon.0).abs() <= lon.1 && (at.lat - lat.0).abs() <= lat.1;
        let edges = cities().filter(near).map(|at| [at.lon, at.lat, at.lon, at.lat]);
        let bounds = edges.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
        Some([
            bounds[0] - AROUND,
            bounds[1] - AROUND,
            bounds[2] + AROUND,
            bounds[3] + AROUND,
        ])
    }

    /// The zone of the nearest town, rather one of the same country; none far out at sea.
    pub fn zone_at(&self, at: LonLat) -> Option<Zone> {
        self.near().spot(at, ZONE_KM, borders()).map(|spot| spot.zone)
    }

    /// All city regions, by number.
    pub fn cities(&self) -> impl Iterator<Item = &City> {
        self.tables.cities.iter()
    }

    /// All airports, by code.
    pub fn airports(&self) -> impl Iterator<Item = &Airport> {
        self.tables.airports.iter()
    }

    /// All countries, by code.
    pub fn countries(&self) -> impl Iterator<Item = &Country> {
        self.countries.iter()
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::decode(&self.tables))
    }

    fn near(&self) -> &Near {
        self.near.get_or_init(|| Near::new(&self.tables))
    }

    fn stations(&self) -> &Stations {
        self.stations.get_or_init(Stations::decode)
    }
}

fn borders() -> &'static Borders {
    static BORDERS: OnceLock<Borders> = OnceLock::new();
    BORDERS.get_or_init(Borders::decode)
}
