//! Places and their clocks in the words of the pages.
//! Called by the list, the map and the panel.

use app::language::{Language, current};
use app::view::{Instant, PlaceTime, Precision};
use chrono::{DateTime, Utc};

use crate::place::{Code, CountryCode, Gazetteer, LonLat, Zone};
use crate::whereabouts::{Place, PlaceKind};

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

/// The name of the city region with this key.
pub fn city_name(key: &str) -> Option<String> {
    Gazetteer::embedded().city_by_key(key).map(|c| c.name.clone())
}

/// The city of an airport or city code; anything else stays as it is.
pub fn city_of_code(code: &str) -> String {
    let gazetteer = Gazetteer::embedded();
    let city = Code::parse(code).and_then(|c| {
        gazetteer
            .airport(c)
            .map(|a| gazetteer.city(a.city))
            .or_else(|| gazetteer.city_by_code(c))
    });
    city.map_or_else(|| code.to_owned(), |c| c.name.clone())
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
    use std::collections::BTreeMap;

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
