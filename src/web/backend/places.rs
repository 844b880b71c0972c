//! Places and their clocks in the words of the pages.
//! Called by the list, the map and the panel.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use app::language::{Language, current};
use app::tf;
use app::view::{Instant, PlaceTime, Precision};
use chrono::{DateTime, Utc};

use crate::place::{City, CityId, Code, CountryCode, Gazetteer, LonLat, Zone};
use crate::web::german::Towns;
use crate::whereabouts::{Episode, Place, PlaceKind};

/// The clock of a place: by its airport or city, else by its point, else by its country if that has one zone.
pub fn zone(place: &Place) -> Zone {
    let gazetteer = Gazetteer::embedded();
    let city = place
        .city_key
        .as_deref()
        .and_then(|key| gazetteer.city_by_key(key))
        .map(|c| c.zone);
    city.or_else(|| place.code.as_deref().and_then(zone_of_code))
        .or_else(|| {
            place
                .point
                .and_then(|[lon, lat]| gazetteer.zone_at(LonLat::new(lon, lat)))
        })
        .or_else(|| {
            gazetteer
                .country(CountryCode::parse(place.country.as_deref()?)?)?
                .sole_zone
        })
        .unwrap_or(Zone::UTC)
}

/// The clock of an airport or city code.
pub fn zone_of_code(code: &str) -> Option<Zone> {
    let gazetteer = Gazetteer::embedded();
    let code = Code::parse(code)?;
    gazetteer
        .airport(code)
        .map(|a| a.zone)
        .or_else(|| gazetteer.city_by_code(code).map(|c| c.zone))
}

/// An instant on the clock of `zone`.
pub fn clock(at: DateTime<Utc>, zone: Zone) -> PlaceTime {
    PlaceTime {
        at: Instant(at.timestamp()),
        offset_min: zone.offset_s(at) / 60,
        zone: zone.abbreviation(at),
    }
}

/// How exactly a place is known (R195, R200).
pub fn precision(kind: PlaceKind) -> Precision {
    match kind {
        PlaceKind::Venue => Precision::Address,
        PlaceKind::Airport => Precision::Airport,
        PlaceKind::City | PlaceKind::Metro => Precision::City,
        PlaceKind::Region => Precision::Region,
        PlaceKind::Country => Precision::Country,
    }
}

/// Names of countries that German calls otherwise: `code TAB name`, sorted by code.
const GERMAN: &str = include_str!("../../../data/countries-german.tsv");

/// The name of a country in the reader's language, or its code.
pub fn country_name(code: &str) -> String {
    let german = || GERMAN.lines().filter_map(|line| line.split_once('\t'));
    let translated = match current() {
        Language::English => None,
        Language::German => german()
            .find(|(known, _)| *known == code)
            .map(|(_, name)| name.to_owned()),
    };
    let english = || CountryCode::parse(code).and_then(|c| Gazetteer::embedded().country(c));
    translated
        .or_else(|| english().map(|country| country.name.clone()))
        .unwrap_or_else(|| code.to_owned())
}

/// Cities that German calls otherwise: `City::key TAB name`, sorted by key.
const GERMAN_CITIES: &str = include_str!("../../../data/cities-german.tsv");

fn german_cities() -> impl Iterator<Item = (&'static str, &'static str)> {
    GERMAN_CITIES.lines().filter_map(|line| line.split_once('\t'))
}

/// What the reader calls a city. Its key and what machines are told stay as they are.
pub fn city_called(city: &City) -> String {
    static BY_ID: LazyLock<HashMap<CityId, &str>> = LazyLock::new(|| {
        german_cities()
            .filter_map(|(key, name)| Some((Gazetteer::embedded().city_by_key(key)?.id, name)))
            .collect()
    });
    let german = match current() {
        Language::English => None,
        Language::German => BY_ID.get(&city.id),
    };
    german.map_or_else(|| city.name.clone(), |name| (*name).to_owned())
}

/// The German of a city's name where nothing but the name is known: only if no other region is called so.
pub fn german_city(name: &str) -> Option<&'static str> {
    static BY_NAME: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let gazetteer = Gazetteer::embedded();
        let mut named: HashMap<&str, u32> = HashMap::new();
        gazetteer
            .cities()
            .for_each(|city| *named.entry(&city.name).or_default() += 1);
        german_cities()
            .filter_map(|(key, german)| Some((gazetteer.city_by_key(key)?.name.as_str(), german)))
            .filter(|(english, _)| named.get(english) == Some(&1))
            .collect()
    });
    BY_NAME.get(name).copied()
}

/// Countries by code and cities by `country name` that the reader calls otherwise than English does.
pub fn translated() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    if current() == Language::English {
        return Default::default();
    }
    let lands = GERMAN.lines().filter_map(|line| line.split_once('\t'));
    let towns = german_cities().filter_map(|(key, name)| {
        let city = Gazetteer::embedded().city_by_key(key)?;
        Some((format!("{} {}", city.country.as_str(), city.name), name.to_owned()))
    });
    let lands = lands.map(|(code, name)| (code.to_owned(), name.to_owned()));
    (lands.collect(), towns.collect())
}

/// What the reader calls a place: a city and a country by their names in the reader's language, an address as it is.
pub fn called(place: &Place) -> String {
    if let (PlaceKind::Country, Some(code)) = (place.kind, &place.country) {
        return country_name(code);
    }
    if let Some(name) = place.name.strip_prefix("around ") {
        let name = match current() {
            Language::English => name,
            Language::German => german_city(name).unwrap_or(name),
        };
        return tf!("around {name}", "Umkreis von {name}");
    }
    // Nobody knows every airport by its code.
    if place.kind == PlaceKind::Airport && place.code.as_ref() == Some(&place.name) {
        return match city_of_code(&place.name) {
            city if city == place.name => city,
            city => format!("{city} {}", place.name),
        };
    }
    let city = place
        .city_key
        .as_deref()
        .and_then(|key| Gazetteer::embedded().city_by_key(key));
    match city {
        Some(city) if city.name == place.name => city_called(city),
        _ => place.name.clone(),
    }
}

/// What the cities of a person's episodes are called, by their names in English; a name that two of them have is left out.
pub fn towns(episodes: &[Episode]) -> Towns {
    let mut keys: HashMap<&str, &str> = HashMap::new();
    let mut twice: HashSet<&str> = HashSet::new();
    for episode in episodes {
        let moves = episode.move_.iter().flat_map(|way| [&way.from, &way.to]);
        let hypotheses = episode.hypotheses.iter().map(|h| h.place.as_ref());
        let expected = episode.expected.iter().map(|e| e.place.as_ref());
        let home = episode.home_place.as_deref();
        for place in moves.chain(hypotheses).chain(expected).chain(home) {
            let Some(key) = place.city_key.as_deref() else { continue };
            let Some(city) = Gazetteer::embedded().city_by_key(key) else {
                continue;
            };
            if keys.insert(&city.name, key).is_some_and(|known| known != key) {
                twice.insert(&city.name);
            }
        }
    }
    keys.into_iter()
        .filter(|(name, _)| !twice.contains(name))
        .filter_map(|(name, key)| Some((name.to_owned(), city_name(key)?)))
        .collect()
}

/// The name of the city region with this key.
pub fn city_name(key: &str) -> Option<String> {
    Gazetteer::embedded().city_by_key(key).map(city_called)
}

/// The city of an airport or city code or of a key; a name that only one city has, in the reader's language; else as it is.
pub fn city_of_code(code: &str) -> String {
    let gazetteer = Gazetteer::embedded();
    let city = Code::parse(code).and_then(|c| {
        gazetteer
            .airport(c)
            .map(|a| gazetteer.city(a.city))
            .or_else(|| gazetteer.city_by_code(c))
    });
    match (city.or_else(|| gazetteer.city_by_key(code)), current()) {
        (Some(city), _) => city_called(city),
        (None, Language::German) => german_city(code).unwrap_or(code).to_owned(),
        (None, Language::English) => code.to_owned(),
    }
}

/// The city of a place, where it is known to be in one.
pub fn town_of(place: &Place) -> String {
    place
        .city_key
        .as_deref()
        .and_then(city_name)
        .unwrap_or_else(|| city_of_code(&place.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike as _, TimeDelta, TimeZone as _, Timelike as _};

    /// Every zone that a city has.
    fn zones() -> Vec<Zone> {
        let all: BTreeMap<&str, Zone> = Gazetteer::embedded()
            .cities()
            .map(|c| (c.zone.name(), c.zone))
            .collect();
        all.into_values().collect()
    }

    #[test]
    fn r1_every_hour_of_two_years_is_shown_as_the_clocks_there_show_it() {
        let begin = Utc.with_ymd_and_hms(2025, 12, 31, 0, 0, 0).unwrap();
        let zones = zones();
        assert!(zones.len() > 200, "{}", zones.len());
        for (i, zone) in zones.into_iter().enumerate() {
            // All hours of one zone in nine, every seventh of the others: each change of the clocks is among them.
            let step = if i % 9 == 0 { 1 } else { 7 };
            let mut at = begin;
            while at < begin + TimeDelta::days(731) {
                let (shown, there) = (clock(at, zone).civil(), zone.to_civil(at));
                let told = (shown.year, shown.month, shown.day, shown.hour, shown.minute);
                let true_ = (
                    there.year(),
                    there.month() as u8,
                    there.day() as u8,
                    there.hour() as u8,
                    there.minute() as u8,
                );
                assert_eq!(told, true_, "{} at {at}", zone.name());
                assert_eq!(u32::from(shown.weekday), there.weekday().num_days_from_monday());
                at += TimeDelta::hours(step);
            }
        }
    }

    #[test]
    fn r201_both_sides_of_the_date_line_show_their_own_day() {
        let at = Utc.with_ymd_and_hms(2026, 11, 22, 10, 30, 0).unwrap();
        let day = |name: &str| clock(at, Zone::parse(name, None).unwrap()).civil().day_short();
        assert_eq!(day("Pacific/Kiritimati"), "Mon 23");
        assert_eq!(day("Pacific/Pago_Pago"), "Sat 21");
        assert_eq!(day("Pacific/Auckland"), "Sun 22");
    }

    #[test]
    fn cities_are_called_as_the_reader_calls_them() {
        let german = |key: &str| app::language::speaking(Language::German, || city_name(key));
        for (key, english, name) in [
            ("MUC", "Munich", "München"),
            ("VIE", "Vienna", "Wien"),
            ("MIL", "Milan", "Mailand"),
            ("GVA", "Geneva", "Genf"),
            ("LON", "London", "London"),
        ] {
            assert_eq!(
                (city_name(key).as_deref(), german(key).as_deref()),
                (Some(english), Some(name))
            );
        }
        let keys: Vec<&str> = german_cities().map(|(key, _)| key).collect();
        assert!(keys.is_sorted());
        for key in keys {
            let english = city_name(key).unwrap_or_else(|| panic!("no city has the key {key}"));
            assert_ne!(german(key), Some(english), "{key}");
        }
        // Where only a name is known, it is another's too: that other one must not be moved to Italy.
        assert_eq!((german_city("Munich"), german_city("Naples")), (Some("München"), None));
    }

    #[test]
    fn an_airport_is_called_with_its_city() {
        let airport = Place {
            kind: PlaceKind::Airport,
            code: Some("ORD".into()),
            name: "ORD".into(),
            country: Some("US".into()),
            point: Some([-87.9, 41.98]),
            radius_km: 3.0,
            city_key: Some("CHI".into()),
        };
        assert_eq!(called(&airport), "Chicago ORD");
        let munich = Place {
            code: Some("MUC".into()),
            name: "MUC".into(),
            city_key: Some("MUC".into()),
            ..airport
        };
        let german = app::language::speaking(Language::German, || called(&munich));
        assert_eq!(
            (called(&munich).as_str(), german.as_str()),
            ("Munich MUC", "München MUC")
        );
    }

    #[test]
    fn countries_are_called_as_the_reader_calls_them() {
        let german = |code: &str| app::language::speaking(Language::German, || country_name(code));
        assert_eq!(
            (country_name("DE"), german("DE")),
            ("Germany".to_owned(), "Deutschland".to_owned())
        );
        assert_eq!(
            (german("FJ"), german("PT"), german("??")),
            ("Fidschi".to_owned(), "Portugal".to_owned(), "??".to_owned())
        );
        let codes: Vec<&str> = GERMAN.lines().map(|line| line.split_once('\t').unwrap().0).collect();
        assert!(codes.is_sorted());
        for code in codes {
            assert_ne!(country_name(code), code, "a country that there is");
            assert_ne!(german(code), country_name(code), "{code}");
        }
    }
}
