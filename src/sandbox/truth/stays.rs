//! Hotels, rental cars, rides, tables and parking places of a journey.
//! Called by `plan` once the ways of a journey are known.
//! Always holds: a hotel has the same name, address and coordinates for everyone who sleeps there.

use chrono::{DateTime, Duration, NaiveDateTime, NaiveTime, Utc};
use rand::Rng;

use crate::place::LonLat;
use crate::sandbox::data::addresses;
use crate::sandbox::data::carriers::{CAR_RENTALS, PARKINGS, RIDES};
use crate::sandbox::data::cities::CITIES;
use crate::sandbox::data::names::{HOTEL_KINDS, HOTELS, RESTAURANTS};
use crate::sandbox::random::{self, Topic};

use super::atlas::{Atlas, Leg, Mode, Stop, Terminus};
use super::people::{Person, address, spot};

/// An invented hotel at a place where one could be.
#[derive(Clone, Debug, PartialEq)]
pub struct Hotel {
    pub name: String,
    pub street: String,
    pub postal: String,
    pub phone: String,
    pub at: LonLat,
}

/// Nights in one hotel, in local time of the city.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// Index into `CITIES`.
    pub city: usize,
    pub hotel: Hotel,
    pub check_in: NaiveDateTime,
    pub check_out: NaiveDateTime,
    /// The hop that led here.
    pub hop: usize,
}

/// What else is booked on a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraKind {
    Car,
    Ride,
    Dining,
    Parking,
}

/// A rental car, a ride, a table or a parking place.
#[derive(Clone, Debug, PartialEq)]
pub struct Extra {
    pub kind: ExtraKind,
    pub from: Stop,
    pub to: Stop,
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    /// Vendor code, `$$` if there is none.
    pub vendor: &'static str,
    pub vendor_name: &'static str,
    pub start_at: LonLat,
    pub end_at: LonLat,
    /// Street at the end, with postal code.
    pub address: (String, String),
    pub hop: usize,
}

/// How many hotels each city has.
pub const HOTELS_PER_CITY: u64 = 9;

/// One of the hotels of a city.
pub fn hotel(seed: u64, city: usize, which: u64) -> Hotel {
    let which = which % HOTELS_PER_CITY;
    let rng = &mut random::stream(seed, Topic::Hotel, &[city as u64, which]);
    // Every city has each brand once at most, so that names tell its hotels apart.
    let brand = HOTELS[(random::mix(seed, Topic::Hotel, &[city as u64]) % 7 + 2 * which) as usize % HOTELS.len()];
    let name = match rng.gen_range(0..3) {
        0 => format!("{brand} {}", CITIES[city].name),
        1 => format!("{brand} {}", random::one(rng, HOTEL_KINDS)),
        _ => format!("{brand} {} {}", CITIES[city].name, random::one(rng, HOTEL_KINDS)),
    };
    let (street, postal) = address(rng, city);
    let dial = addresses::country(CITIES[city].country).dial;
    Hotel {
        name,
        street,
        postal,
        phone: format!("{dial} 555 0{:03}", rng.gen_range(0..1000)),
        at: spot(rng, city, 0.2, 2.2),
    }
}

/// The hotel nights of a visit that began with a hop and ends with the next.
pub(super) fn stay(seed: u64, atlas: &Atlas, arrival: &Leg, departure: &Leg, rng: &mut impl Rng) -> Option<Stay> {
    let city = arrival.to.city;
    let (arrives, departs) = (atlas.local(city, arrival.arrives), atlas.local(city, departure.departs));
    // Whoever lands before five has the room from the evening before.
    let first = (arrives - Duration::hours(5)).date();
    let last = departs.date();
    (first < last).then(|| Stay {
        city,
        hotel: hotel(seed, city, rng.gen_range(0..HOTELS_PER_CITY)),
        check_in: first.and_time(hour(15)),
        check_out: last.and_time(hour(11)),
        hop: arrival.hop,
    })
}

/// Cars, rides, tables and parking places around the legs and stays of a journey.
pub(super) fn extras(person: &Person, atlas: &Atlas, legs: &[Leg], stays: &[Stay], rng: &mut impl Rng) -> Vec<Extra> {
    let mut extras = Vec::new();
    for stay in stays {
        let arrival = legs.iter().rfind(|leg| leg.hop == stay.hop);
        let departure = legs.iter().find(|leg| leg.hop == stay.hop + 1);
        let (Some(arrival), Some(departure)) = (arrival, departure) else {
            continue;
        };
        let town = Stop {
            city: stay.city,
            terminus: Terminus::Town,
        };
        let address = (stay.hotel.street.clone(), stay.hotel.postal.clone());
        let far = matches!(CITIES[stay.city].country, "US" | "CA" | "AU" | "NZ");
        if arrival.mode == Mode::Air && rng.gen_bool(if far { 0.25 } else { 0.08 }) {
            let (vendor, vendor_name) = *random::one(rng, CAR_RENTALS);
            extras.push(Extra {
                kind: ExtraKind::Car,
                from: arrival.to,
                to: if departure.mode == Mode::Air {
                    departure.from
                } else {
                    arrival.to
                },
                starts: arrival.arrives + Duration::minutes(45),
                ends: departure.departs - Duration::minutes(100),
                vendor,
                vendor_name,
                start_at: atlas.at(arrival.to),
                end_at: atlas.at(arrival.to),
                address: address.clone(),
                hop: stay.hop,
            });
        } else if arrival.mode != Mode::Road && rng.gen_bool(0.18) {
            let (vendor, vendor_name) = *random::one(rng, RIDES);
            extras.push(Extra {
                kind: ExtraKind::Ride,
                from: arrival.to,
                to: town,
                starts: arrival.arrives + Duration::minutes(40),
                ends: arrival.arrives + Duration::minutes(85),
                vendor,
                vendor_name,
                start_at: atlas.at(arrival.to),
                end_at: stay.hotel.at,
                address: address.clone(),
                hop: stay.hop,
            });
        }
        if rng.gen_bool(0.06) {
            let evening = stay.check_in.date().and_time(hour(19)) + Duration::days(i64::from(rng.gen_bool(0.4)));
            let starts = atlas.zone(stay.city).to_utc(evening);
            if starts > arrival.arrives + Duration::hours(2) && starts + Duration::hours(4) < departure.departs {
                let at = spot(rng, stay.city, 0.1, 1.5);
                extras.push(Extra {
                    kind: ExtraKind::Dining,
                    from: town,
                    to: town,
                    starts,
                    ends: starts + Duration::hours(2),
                    vendor: "$$",
                    vendor_name: *random::one(rng, RESTAURANTS),
                    start_at: at,
                    end_at: at,
                    address: self::address(rng, stay.city),
                    hop: stay.hop,
                });
            }
        }
    }
    if let (Some(first), Some(last)) = (legs.first(), legs.last())
        && first.mode == Mode::Air
        && last.to.city == person.home
        && rng.gen_bool(0.07)
    {
        extras.push(Extra {
            kind: ExtraKind::Parking,
            from: first.from,
            to: first.from,
            starts: first.departs - Duration::minutes(120),
            ends: last.arrives + Duration::minutes(45),
            vendor: "$$",
            vendor_name: *random::one(rng, PARKINGS),
            start_at: atlas.at(first.from),
            end_at: atlas.at(first.from),
            address: (String::from("Terminal access road"), String::new()),
            hop: 0,
        });
    }
    extras
}

fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN)
}
