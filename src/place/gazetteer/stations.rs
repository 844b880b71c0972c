//! Railway stations by code and by name (R71).
//! Called by the gazetteer; decoded when first asked for, Europe's only if the others do not know.
//! Always holds: where a code has several meanings, IATA's goes before Amtrak's and both before the European ones.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::super::{CountryCode, Zone};
use super::decode::{gunzip, number, point};
use super::fold::fold;
use super::{CityId, Station};

/// OpenTravelData, CC BY-SA: stations with an IATA code.
pub(super) const IATA: &[u8] = include_bytes!("../../../data/stations-iata.tsv.gz");
/// Our own list.
pub(super) const AMTRAK: &str = include_str!("../../../data/stations-amtrak.tsv");
/// Trainline, ODbL: kept apart, see `data/LICENCES.md`.
pub(super) const TRAINLINE: &[u8] = include_bytes!("../../../data/stations-trainline.tsv.gz");

/// Words that say "station" and not which one.
const GENERIC: [&str; 12] = [
    "railway", "train", "rail", "station", "gare", "de", "du", "bahnhof", "bf", "stazione", "estacion", "sncf",
];

pub(super) struct Stations {
    /// IATA's and Amtrak's.
    coded: List,
    europe: OnceLock<List>,
}

impl Stations {
    pub fn decode() -> Stations {
        Stations {
            coded: List::read(&[&gunzip(IATA), AMTRAK]),
            europe: OnceLock::new(),
        }
    }

    fn europe(&self) -> &List {
        self.europe.get_or_init(|| List::read(&[&gunzip(TRAINLINE)]))
    }

    pub fn by_code(&self, code: &str) -> Option<&Station> {
        let code = code.trim().to_ascii_uppercase();
        self.coded.by_code(&code).or_else(|| self.europe().by_code(&code))
    }

    /// By the name as it is; then in the city that its first words are, in any language ("Cologne Hbf", "Milan Centrale");
    /// then without the city ("Gare de Lyon"); then without what stands behind it ("… Platform 3").
    pub fn named(
        &self,
        name: &str,
        country: Option<CountryCode>,
        cities: impl Fn(&str) -> Vec<CityId>,
    ) -> Option<&Station> {
        let asked = Name::of(name);
        if asked.full.is_empty() {
            return None;
        }
        let lists = || [&self.coded, self.europe()].into_iter();
        let exact = |key: &str| lists().find_map(|list| list.called(key, country));
        if let Some(station) = self.coded.called(&asked.full, country).or_else(|| exact(&asked.full)) {
            return Some(station);
        }
        let words: Vec<&str> = asked.short.split(' ').collect();
        let in_city = || {
            (1..words.len().min(4)).rev().find_map(|split| {
                let meant = cities(&words[..split].join(" "));
                let rest = words[split..].join(" ");
                lists().find_map(|list| list.search_in(&meant, country, |name| name.ends_with(&rest)))
            })
        };
        let anywhere = || {
            let telling = asked.full.contains(' ') || asked.full.len() >= 8;
            let mut lists = lists().filter(|_| telling);
            lists.find_map(|list| list.ending(&asked.full, country))
        };
        let shortened = || {
            (1..words.len())
                .rev()
                .take(2)
                .find_map(|kept| exact(&words[..kept].join(" ")))
        };
        exact(&asked.short)
            .or_else(in_city)
            .or_else(anywhere)
            .or_else(shortened)
    }

    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = &Station> {
        self.coded.all.iter().chain(&self.europe().all)
    }
}

/// A station's name in the forms that are compared.
struct Name {
    full: String,
    short: String,
}

impl Name {
    fn of(name: &str) -> Name {
        let folded = fold(name.split('(').next().unwrap_or_default());
        let words = folded.split(' ').map(|word| match word {
            // The one word on which the railways of Europe agree.
            "hauptbahnhof" | "hbf" | "hb" | "centrale" | "centraal" | "centralstation" | "hovedbanegard" => "central",
            "intl" => "international",
            word => word,
        });
        let words: Vec<&str> = words.collect();
        let telling: Vec<&str> = words.iter().copied().filter(|word| !GENERIC.contains(word)).collect();
        let full = words.join(" ");
        let short = if telling.is_empty() {
            full.clone()
        } else {
            telling.join(" ")
        };
        Name { full, short }
    }

    fn ends_with(&self, words: &str) -> bool {
        let ends = |name: &str| name == words || name.strip_suffix(words).is_some_and(|head| head.ends_with(' '));
        ends(&self.full) || ends(&self.short)
    }
}

fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

#[derive(Default)]
struct List {
    all: Vec<Station>,
    names: Vec<Name>,
    /// In the order of their worth: main stations first.
    ranked: Vec<usize>,
    /// Every city's stations, by their places in `ranked`.
    by_city: Vec<(CityId, usize)>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// By the last word of its name, by their places in `ranked`.
    by_end: HashMap<String, Vec<usize>>,
}

impl List {
    fn read(texts: &[&str]) -> List {
        let (mut list, mut rest, mut zones) = (List::default(), Vec::new(), HashMap::new());
        for line in texts.iter().flat_map(|text| text.lines()) {
            match list.add(line, &mut zones) {
                Some(true) => list.ranked.push(list.all.len() - 1),
                Some(false) => rest.push(list.all.len() - 1),
                None => {}
            }
        }
        list.ranked.append(&mut rest);
        let of_rank = list.ranked.iter().enumerate();
        list.by_city = of_rank.map(|(rank, at)| (list.all[*at].city, rank)).collect();
        list.by_city.sort_unstable();
        for (rank, at) in list.ranked.iter().enumerate() {
            let Name { full, short } = &list.names[*at];
            let (end, other) = (last_word(full), last_word(short));
            for end in std::iter::once(end).chain((other != end).then_some(other)) {
                list.by_end.entry(end.to_owned()).or_default().push(rank);
            }
            list.by_name.entry(full.clone()).or_default().push(*at);
            if short != full {
                list.by_name.entry(short.clone()).or_default().push(*at);
            }
        }
        list
    }

    /// Codes, name, longitude, latitude, country, zone, number of the city, "1" if a main station; whether it is one.
    fn add<'l>(&mut self, line: &'l str, zones: &mut HashMap<&'l str, Zone>) -> Option<bool> {
        let mut cells = line.split('\t');
        let codes: Vec<&str> = cells.next()?.split(' ').collect();
        let name = cells.next()?.to_owned();
        let at = point(&mut cells)?;
        let country = CountryCode::parse(cells.next()?)?;
        let zone_name = cells.next()?;
        let zone = match zones.get(zone_name) {
            Some(zone) => *zone,
            None => *zones.entry(zone_name).or_insert(Zone::parse(zone_name, None)?),
        };
        let city = CityId(number(&mut cells)?);
        for code in &codes {
            self.by_code.entry((*code).to_owned()).or_insert(self.all.len());
        }
        self.names.push(Name::of(&name));
        let code = codes.first()?.to_string();
        self.all.push(Station {
            code,
            name,
            at,
            country,
            zone,
            city,
        });
        Some(cells.next()? == "1")
    }

    fn by_code(&self, code: &str) -> Option<&Station> {
        self.by_code.get(code).and_then(|at| self.all.get(*at))
    }

    fn called(&self, key: &str, country: Option<CountryCode>) -> Option<&Station> {
        let mut found = self.by_name.get(key)?.iter().map(|at| &self.all[*at]);
        found.find(|station| country.is_none_or(|country| station.country == country))
    }

    /// The first whose name ends with these words.
    fn ending(&self, words: &str, country: Option<CountryCode>) -> Option<&Station> {
        let mut ranks = self.by_end.get(last_word(words))?.iter();
        ranks.find_map(|rank| self.fitting(*rank, country, &|name| name.ends_with(words)))
    }

    /// The first of these cities' whose name fits.
    fn search_in(
        &self,
        cities: &[CityId],
        country: Option<CountryCode>,
        fits: impl Fn(&Name) -> bool,
    ) -> Option<&Station> {
        let theirs = cities.iter().flat_map(|city| {
            let first = self.by_city.partition_point(|(other, _)| other < city);
            let theirs = self.by_city[first..].iter().take_while(move |(other, _)| other == city);
            theirs.map(|(_, rank)| *rank)
        });
        let mut ranks: Vec<usize> = theirs.collect();
        ranks.sort_unstable();
        ranks.into_iter().find_map(|rank| self.fitting(rank, country, &fits))
    }

    fn fitting(&self, rank: usize, country: Option<CountryCode>, fits: &impl Fn(&Name) -> bool) -> Option<&Station> {
        let at = *self.ranked.get(rank)?;
        let station = self.all.get(at)?;
        let here = country.is_none_or(|country| station.country == country);
        (here && fits(self.names.get(at)?)).then_some(station)
    }
}
