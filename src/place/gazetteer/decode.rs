//! The embedded files: gzip of lines with tab-separated columns, as `data/README.md` describes them.
//! Used once by each table of the gazetteer when it is first asked for.
//! Always holds: a line that does not read is left out and counted nowhere; a test keeps that from happening.

use std::collections::HashMap;
use std::io::Read;
use std::str::{FromStr, Split};

use flate2::bufread::GzDecoder;

use super::super::{Code, CountryCode, LonLat, Zone};
use super::{Airport, City, CityId, Country};

pub(super) const TOWNS: &[u8] = include_bytes!("../../../data/towns.tsv.gz");
pub(super) const CITIES: &[u8] = include_bytes!("../../../data/cities.tsv.gz");
pub(super) const AIRPORTS: &[u8] = include_bytes!("../../../data/airports.tsv.gz");
pub(super) const DIVISIONS: &[u8] = include_bytes!("../../../data/divisions.tsv.gz");
pub(super) const COUNTRIES: &str = include_str!("../../../data/countries.tsv");

/// A place with a name in GeoNames: a city region's centre, or a town or quarter within one.
pub(super) struct Town {
    pub at: LonLat,
    pub country: CountryCode,
    pub zone: Zone,
    pub population: u32,
    pub division: Option<u16>,
    pub city: CityId,
}

/// A state, province or the like, one level below the country.
pub(super) struct Division {
    pub country: CountryCode,
    /// GeoNames' code.
    pub code: String,
    /// The part of its ISO 3166-2 code after the hyphen, or empty.
    pub iso: String,
    pub name: String,
}

impl Division {
    /// As bookings print it: the postal abbreviation where one is in use, else the name.
    fn printed(&self) -> String {
        let abbreviated = matches!(self.country.as_str(), "US" | "CA" | "AU") && !self.iso.is_empty();
        if abbreviated {
            self.iso.clone()
        } else {
            self.name.clone()
        }
    }
}

/// What every lookup needs; the rest is decoded when it is first asked for.
pub(super) struct Tables {
    pub towns: Vec<Town>,
    pub cities: Vec<City>,
    /// Of the city of the same index.
    pub city_divisions: Vec<Option<u16>>,
    /// Every city code, also of cities that belong to a larger one; sorted.
    pub city_codes: Vec<(Code, CityId)>,
    /// Sorted by code.
    pub airports: Vec<Airport>,
    pub divisions: Vec<Division>,
}

pub(super) fn tables() -> Tables {
    let divisions = divisions();
    let mut columns = Columns {
        zones: HashMap::new(),
        divisions: &divisions,
        division: None,
    };
    let mut tables = Tables {
        towns: Vec::new(),
        cities: Vec::new(),
        city_divisions: Vec::new(),
        city_codes: Vec::new(),
        airports: Vec::new(),
        divisions: Vec::new(),
    };
    let towns = gunzip(TOWNS);
    // The region of a town is known only after the cities; until then it is one that does not exist.
    let nowhere = CityId(u32::MAX);
    let mut named = Vec::new();
    for line in towns.lines() {
        if let Some((town, geonames, name)) = columns.town(line, nowhere) {
            tables.towns.push(town);
            named.push((geonames, name));
        }
    }
    for line in gunzip(CITIES).lines() {
        columns.city(line, &mut tables);
    }
    for (town, (geonames, name)) in tables.towns.iter_mut().zip(named) {
        if town.city == nowhere {
            town.city = CityId(tables.cities.len() as u32);
            tables.city_divisions.push(town.division);
            tables.cities.push(City {
                id: town.city,
                code: None,
                name: name.to_owned(),
                country: town.country,
                state: town.division.map(|at| divisions[usize::from(at)].printed()),
                at: town.at,
                zone: town.zone,
                population: town.population,
                traffic: 0,
                airports: Vec::new(),
                geonames,
            });
        }
    }
    tables.city_codes.sort_unstable();
    tables
        .airports
        .extend(gunzip(AIRPORTS).lines().filter_map(|line| columns.airport(line)));
    tables.divisions = divisions;
    tables
}

fn divisions() -> Vec<Division> {
    let read = |line: &str| {
        let mut cells = line.split('\t');
        let country = CountryCode::parse(cells.next()?)?;
        let mut text = || cells.next().map(str::to_owned);
        Some(Division {
            country,
            code: text()?,
            iso: text()?,
            name: text()?,
        })
    };
    gunzip(DIVISIONS).lines().filter_map(read).collect()
}

/// Reading of cells, with a memory for those that repeat from line to line.
struct Columns<'a> {
    zones: HashMap<String, Zone>,
    divisions: &'a [Division],
    division: Option<u16>,
}

impl Columns<'_> {
    /// GeoNames id, name, longitude, latitude, country, division, zone, population.
    fn town<'l>(&mut self, line: &'l str, city: CityId) -> Option<(Town, u32, &'l str)> {
        let mut cells = line.split('\t');
        let geonames = number(&mut cells)?;
        let name = cells.next()?;
        let at = point(&mut cells)?;
        let country = CountryCode::parse(cells.next()?)?;
        let division = self.division(country, cells.next()?);
        let zone = self.zone(cells.next()?)?;
        Some((
            Town {
                at,
                country,
                zone,
                population: number(&mut cells)?,
                division,
                city,
            },
            geonames,
            name,
        ))
    }

    /// Codes, GeoNames id, name, longitude, latitude, country, division, zone, population, traffic, airports, steps to
    /// its towns.
    fn city(&mut self, line: &str, tables: &mut Tables) -> Option<()> {
        let id = CityId(tables.cities.len() as u32);
        let mut cells = line.split('\t');
        let codes: Vec<Code> = cells.next()?.split_ascii_whitespace().filter_map(Code::parse).collect();
        let geonames = number(&mut cells)?;
        let name = cells.next()?.to_owned();
        let at = point(&mut cells)?;
        let country = CountryCode::parse(cells.next()?)?;
        let division = self.division(country, cells.next()?);
        let zone = self.zone(cells.next()?)?;
        let (population, traffic) = (number(&mut cells)?, number(&mut cells)?);
        let airports = cells.next()?.split_ascii_whitespace().filter_map(Code::parse).collect();
        let mut town = 0;
        for step in cells.next()?.split_ascii_whitespace() {
            town += step.parse::<usize>().ok()?;
            tables.towns.get_mut(town)?.city = id;
        }
        tables.city_codes.extend(codes.iter().map(|code| (*code, id)));
        tables.city_divisions.push(division);
        let state = division.map(|at| self.divisions[usize::from(at)].printed());
        let code = codes.first().copied();
        let place = City {
            id,
            code,
            name,
            country,
            state,
            at,
            zone,
            population,
            traffic,
            airports,
            geonames,
        };
        tables.cities.push(place);
        Some(())
    }

    /// Code, name, longitude, latitude, countries, zone, number of the city.
    fn airport(&mut self, line: &str) -> Option<Airport> {
        let mut cells = line.split('\t');
        let code = Code::parse(cells.next()?)?;
        let name = cells.next()?.to_owned();
        let at = point(&mut cells)?;
        let countries: Vec<_> = cells.next()?.split(' ').filter_map(CountryCode::parse).collect();
        let country = *countries.first()?;
        let zone = self.zone(cells.next()?)?;
        Some(Airport {
            code,
            name,
            at,
            country,
            zone,
            city: CityId(number(&mut cells)?),
            countries,
        })
    }

    fn zone(&mut self, name: &str) -> Option<Zone> {
        if let Some(zone) = self.zones.get(name) {
            return Some(*zone);
        }
        let zone = Zone::parse(name, None)?;
        self.zones.insert(name.to_owned(), zone);
        Some(zone)
    }

    /// Lines are sorted by country and division, so that the last one found is mostly the next one too.
    fn division(&mut self, country: CountryCode, code: &str) -> Option<u16> {
        let is = |at: u16| {
            let division = &self.divisions[usize::from(at)];
            division.country == country && division.code == code
        };
        if self.division.is_none_or(|at| !is(at)) {
            let key = |division: &Division| (division.country, division.code.as_str()).cmp(&(country, code));
            self.division = Some(u16::try_from(self.divisions.binary_search_by(key).ok()?).ok()?);
        }
        self.division
    }
}

/// Alpha-2, alpha-3, name, continent, longitude, latitude, sole zone, folded names. With those names.
pub(super) fn countries() -> (Vec<Country>, HashMap<&'static str, usize>) {
    let (mut countries, mut names) = (Vec::new(), HashMap::new());
    for line in COUNTRIES.lines() {
        let mut cells = line.split('\t');
        let mut read = || {
            let code = CountryCode::parse(cells.next()?)?;
            let mut text = || cells.next().map(str::to_owned);
            let (alpha3, name, continent) = (text()?, text()?, text()?);
            let at = point(&mut cells)?;
            let sole_zone = Zone::parse(cells.next()?, None);
            Some((
                Country {
                    code,
                    name,
                    alpha3,
                    at,
                    continent,
                    sole_zone,
                },
                cells.next()?,
            ))
        };
        if let Some((country, aliases)) = read() {
            names.extend(aliases.split('|').map(|alias| (alias, countries.len())));
            countries.push(country);
        }
    }
    (countries, names)
}

pub(super) fn point(cells: &mut Split<'_, char>) -> Option<LonLat> {
    Some(LonLat::new(number(cells)?, number(cells)?))
}

pub(super) fn number<T: FromStr>(cells: &mut Split<'_, char>) -> Option<T> {
    cells.next()?.parse().ok()
}

/// The text of an embedded file; these were made by our own script and are read by a test, so that they do decompress.
pub(super) fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    match GzDecoder::new(bytes).read_to_string(&mut text) {
        Ok(_) => text,
        Err(_) => String::new(),
    }
}
