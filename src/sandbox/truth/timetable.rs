//! The timetable: which airline flies from which airport to which, how often, when, under which numbers.
//! Called by `atlas` once, when it is made.
//! Always holds: a service is a pure function of seed, airline and airports, the same every day.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};

use crate::place::{LonLat, Zone};
use crate::sandbox::data::carriers::{Alliance, CARRIERS, Carrier, Reach};
use crate::sandbox::data::cities::{AIRPORT_USE, City, Region};
use crate::sandbox::random::{self, Topic};

/// Position and zone of each airport by its code.
pub(super) type Airports = HashMap<&'static str, (LonLat, Zone)>;

/// A daily flight service between two airports.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub carrier: usize,
    pub from: &'static str,
    pub to: &'static str,
    pub minutes: i64,
    /// Local minute of the day and flight number.
    pub departures: Vec<(u16, u16)>,
    pub partner: Option<usize>,
}

/// The services of all airlines from one city to another, four at most.
pub(super) fn services_between(airports: &Airports, from: &'static City, to: &'static City, seed: u64) -> Vec<Service> {
    if from.code == to.code {
        return Vec::new();
    }
    let straight = LonLat::new(from.lon, from.lat).distance_km(LonLat::new(to.lon, to.lat));
    let flown = CARRIERS
        .iter()
        .enumerate()
        .filter(|(_, carrier)| flies(carrier, from, to, straight));
    let mut services: Vec<Service> = flown
        .map(|(index, _)| service(airports, index, from, to, straight, seed))
        .collect();
    services.truncate(4);
    services
}

fn service(
    airports: &Airports,
    carrier: usize,
    from: &'static City,
    to: &'static City,
    straight: f64,
    seed: u64,
) -> Service {
    let code = CARRIERS[carrier].code;
    let (a, b) = (airport_for(from, code, straight), airport_for(to, code, straight));
    let km = airports[a].0.distance_km(airports[b].0);
    let minutes = block_minutes(km, from.lon, to.lon);
    let hash = |part: u64| {
        random::mix(
            seed,
            Topic::Timetable,
            &[random::text(code), random::text(a), random::text(b), part],
        )
    };
    let long = km >= 3500.0;
    let (lowest, highest) = if long {
        CARRIERS[carrier].long
    } else {
        CARRIERS[carrier].short
    };
    let base = u64::from(lowest) + hash(0) % u64::from(highest - lowest + 1);
    let wanted = match (long, from.size.min(to.size), from.size.max(to.size)) {
        (true, 3, _) => 2,
        (true, ..) => 1,
        (_, 3, _) => 5,
        (_, 2, 3) => 4,
        (_, 2, _) => 3,
        _ => 2,
    };
    let zones = (airports[a].1, airports[b].1);
    let departures = (0..wanted).map(|nth| {
        let number = lowest + ((base - u64::from(lowest) + 2 * nth) % u64::from(highest - lowest + 1)) as u16;
        (departure_minute(nth, wanted, minutes, long, zones, &hash), number)
    });
    Service {
        carrier,
        from: a,
        to: b,
        minutes,
        departures: departures.collect(),
        partner: partner_of(carrier, from, to, hash(99)),
    }
}

/// Local minute of departure: spread over the day, and for long flights such that nobody lands in the dead of night.
fn departure_minute(
    nth: u64,
    wanted: u64,
    minutes: i64,
    long: bool,
    zones: (Zone, Zone),
    hash: &impl Fn(u64) -> u64,
) -> u16 {
    if !long {
        let spread = if wanted > 1 { 810 / wanted } else { 0 };
        return ((375 + spread * nth + hash(10 + nth) % 90) / 5 * 5) as u16;
    }
    let reference = DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_600);
    let shift = i64::from(zones.1.offset_s(reference) - zones.0.offset_s(reference)) / 60;
    let mut tries = (0..24).map(|attempt| 400 + (hash(20 + nth * 31 + attempt) % 1030 / 5 * 5) as i64);
    let fit = tries.find(|departs| (300..=1380).contains(&(departs + minutes + shift).rem_euclid(1440)));
    fit.unwrap_or(720) as u16
}

fn airport_for(city: &'static City, carrier: &str, km: f64) -> &'static str {
    let rule = AIRPORT_USE
        .iter()
        .find(|(code, by, most, _)| *code == city.code && *by == carrier && km <= *most);
    rule.map_or(city.airports[0], |rule| rule.3)
}

fn flies(carrier: &Carrier, from: &City, to: &City, km: f64) -> bool {
    let based = carrier.bases.contains(&from.code) || carrier.bases.contains(&to.code);
    let (small, large) = (from.size.min(to.size), from.size.max(to.size));
    let gulf = from.region == Region::MiddleEast || to.region == Region::MiddleEast;
    let domestic = from.country == to.country;
    based
        && km <= carrier.reach.km()
        && match km {
            ..140.0 => false,
            ..1200.0 => large >= 2 || domestic || carrier.reach == Reach::Short,
            ..3000.0 => small >= 2 || large == 3 || domestic,
            ..6500.0 => small >= 2 && (large == 3 || km < 4500.0),
            ..9500.0 => small >= 2 && large == 3,
            _ => small == 3 || (gulf && large == 3 && small >= 2),
        }
}

/// Scheduled minutes from gate to gate, winds included, in steps of five.
fn block_minutes(km: f64, from_lon: f64, to_lon: f64) -> i64 {
    let ground = if km < 1500.0 {
        30.0
    } else if km < 4000.0 {
        40.0
    } else {
        50.0
    };
    let east = (to_lon - from_lon + 540.0).rem_euclid(360.0) - 180.0;
    let wind = if km < 2000.0 || east.abs() < 20.0 {
        1.0
    } else if east > 0.0 {
        0.96
    } else {
        1.05
    };
    ((km / 850.0 * 60.0 * wind + ground) / 5.0).ceil() as i64 * 5
}

fn partner_of(carrier: usize, from: &City, to: &City, hash: u64) -> Option<usize> {
    let alliance = CARRIERS[carrier].alliance;
    if alliance == Alliance::None || hash % 100 >= 60 {
        return None;
    }
    let at_end = |other: &Carrier| other.bases.contains(&from.code) || other.bases.contains(&to.code);
    let others = CARRIERS
        .iter()
        .enumerate()
        .filter(|(index, other)| *index != carrier && other.alliance == alliance);
    let partners: Vec<usize> = others
        .filter(|(_, other)| at_end(other))
        .map(|(index, _)| index)
        .collect();
    partners.get((hash / 100) as usize % partners.len().max(1)).copied()
}
