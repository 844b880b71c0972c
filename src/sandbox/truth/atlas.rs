//! Ways through the simulated world: by train, by road, by one flight or by two.
//! Called by `plan` to get from city to city.
//! Always holds: flights are those of the timetable, so that people on one flight are on one flight.

use chrono::{DateTime, Duration, NaiveDateTime, NaiveTime, Utc};
use rand::Rng;

use crate::place::{Code, Gazetteer, LonLat, Zone};
use crate::sandbox::SandboxError;
use crate::sandbox::data::carriers::{Alliance, CARRIERS};
use crate::sandbox::data::cities::{CITIES, index_of};
use crate::sandbox::data::rails::RAILS;
use crate::sandbox::random;

use super::timetable::{Airports, Service, services_between};

/// How a leg is travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Air,
    Rail,
    Road,
}

/// Where in a city a leg begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminus {
    /// IATA code.
    Airport(&'static str),
    /// Index into `RAILS` and which of its two ends.
    Station(usize, usize),
    /// By road: the town itself.
    Town,
}

/// One end of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Index into `CITIES`.
    pub city: usize,
    pub terminus: Terminus,
}

/// One movement as scheduled.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    pub mode: Mode,
    pub from: Stop,
    pub to: Stop,
    /// Index into `CARRIERS`, for flights.
    pub carrier: Option<usize>,
    /// Flight or train number.
    pub number: u16,
    /// Under which airline and number it was sold, if not the operating one (code-share).
    pub sold_as: Option<(usize, u16)>,
    pub departs: DateTime<Utc>,
    pub arrives: DateTime<Utc>,
    /// Which hop of the journey: 0 outbound, the last one home. Connections share it (T43).
    pub hop: usize,
}

/// Places and timetable, resolved once against the gazetteer.
pub struct Atlas {
    airports: Airports,
    zones: Vec<Zone>,
    /// By `from * CITIES.len() + to`.
    services: Vec<Vec<Service>>,
}

const CONNECTION_MIN: i64 = 65;
const LONGEST_WAIT_H: i64 = 30;

impl Atlas {
    /// Resolves every airport and works out the timetable of a seed.
    ///
    /// # Errors
    /// If the gazetteer lacks one of the airports.
    pub fn new(gazetteer: &Gazetteer, seed: u64) -> Result<Atlas, SandboxError> {
        let mut airports = Airports::new();
        for code in CITIES.iter().flat_map(|city| city.airports) {
            let airport = Code::parse(code).and_then(|code| gazetteer.airport(code));
            let airport = airport.ok_or(SandboxError::UnknownAirport(code))?;
            airports.insert(*code, (airport.at, airport.zone));
        }
        let zones = CITIES.iter().map(|city| airports[city.airports[0]].1).collect();
        let pairs = CITIES.iter().flat_map(|from| CITIES.iter().map(move |to| (from, to)));
        let services = pairs
            .map(|(from, to)| services_between(&airports, from, to, seed))
            .collect();
        Ok(Atlas {
            airports,
            zones,
            services,
        })
    }

    /// The time zone of a city.
    pub fn zone(&self, city: usize) -> Zone {
        self.zones[city]
    }

    /// Where a stop is.
    pub fn at(&self, stop: Stop) -> LonLat {
        match stop.terminus {
            Terminus::Airport(code) => self.airports[code].0,
            Terminus::Station(..) | Terminus::Town => centre(stop.city),
        }
    }

    /// Civil time at a city.
    pub fn local(&self, city: usize, at: DateTime<Utc>) -> NaiveDateTime {
        self.zones[city].to_civil(at)
    }

    /// A way from one city to another, departing at or after an instant; empty if there is none.
    pub fn way(&self, from: usize, to: usize, after: DateTime<Utc>, hop: usize, rng: &mut impl Rng) -> Vec<Leg> {
        let km = centre(from).distance_km(centre(to));
        if let Some(leg) = self
            .train(from, to, after, hop)
            .filter(|_| rng.gen_bool(if km < 500.0 { 0.75 } else { 0.35 }))
        {
            return vec![leg];
        }
        if km < 120.0 || (km < 300.0 && rng.gen_bool(0.35)) {
            return vec![self.drive(from, to, km, after, hop)];
        }
        let direct = self.between(from, to);
        let way = if direct.is_empty() || rng.gen_bool(0.03) {
            self.via_hub(from, to, after, hop, rng)
        } else {
            Vec::new()
        };
        if !way.is_empty() {
            return way;
        }
        if direct.is_empty() {
            return self.via_two_hubs(from, to, after, hop, rng);
        }
        // The earliest departure of a service drawn at random, of two so that waits stay plausible.
        let drawn = [random::one(rng, direct), random::one(rng, direct)];
        let legs = drawn
            .iter()
            .filter_map(|service| self.next(service, from, to, after, hop));
        let earliest = legs.min_by_key(|leg| leg.departs);
        earliest.map(|leg| sold(leg, rng)).into_iter().collect()
    }

    /// The next flight of one airline from city to city, after an instant.
    pub fn nonstop(&self, carrier: &str, from: usize, to: usize, after: DateTime<Utc>, hop: usize) -> Option<Leg> {
        let services = self
            .between(from, to)
            .iter()
            .filter(|service| CARRIERS[service.carrier].code == carrier);
        let leg = services
            .filter_map(|service| self.next(service, from, to, after, hop))
            .min_by_key(|leg| leg.departs)?;
        Some(Leg { sold_as: None, ..leg })
    }

    fn via_hub(&self, from: usize, to: usize, after: DateTime<Utc>, hop: usize, rng: &mut impl Rng) -> Vec<Leg> {
        let straight = centre(from).distance_km(centre(to)).max(200.0);
        let mut ways: Vec<(f64, &Service, &Service, usize)> = Vec::new();
        for hub in 0..CITIES.len() {
            if hub == from || hub == to {
                continue;
            }
            let ratio = (centre(from).distance_km(centre(hub)) + centre(hub).distance_km(centre(to))) / straight;
            if ratio > 2.2 || (ratio > 1.7 && straight > 2500.0) {
                continue;
            }
            for first in self.between(from, hub) {
                for second in self.between(hub, to).iter().filter(|second| first.to == second.from) {
                    let (a, b) = (&CARRIERS[first.carrier], &CARRIERS[second.carrier]);
                    let together = a.code == b.code || (a.alliance == b.alliance && a.alliance != Alliance::None);
                    let likely = if together { 1.0 } else { 0.02 };
                    ways.push((likely * (-5.0 * (ratio - 1.0)).exp(), first, second, hub));
                }
            }
        }
        for _ in 0..6 {
            if ways.is_empty() {
                break;
            }
            let weights: Vec<f64> = ways.iter().map(|way| way.0).collect();
            let (_, first, second, hub) = ways.swap_remove(random::weighted(rng, &weights));
            let joined = [0, 5, 10, 16].into_iter().find_map(|wait| {
                let one = self.next(first, from, hub, after + Duration::hours(wait), hop)?;
                let two = self.next(second, hub, to, one.arrives + Duration::minutes(CONNECTION_MIN), hop)?;
                (two.departs - one.arrives <= Duration::hours(12)).then_some([one, two])
            });
            if let Some(legs) = joined {
                return legs.into_iter().map(|leg| sold(leg, rng)).collect();
            }
        }
        Vec::new()
    }

    /// For remote places: a feeder to one of the great hubs, and on from there.
    fn via_two_hubs(&self, from: usize, to: usize, after: DateTime<Utc>, hop: usize, rng: &mut impl Rng) -> Vec<Leg> {
        let mut hubs: Vec<usize> = (0..CITIES.len())
            .filter(|hub| CITIES[*hub].size == 3 && *hub != to)
            .collect();
        let detour = |hub: usize| centre(from).distance_km(centre(hub)) + centre(hub).distance_km(centre(to));
        hubs.sort_by(|a, b| detour(*a).total_cmp(&detour(*b)));
        for hub in hubs {
            let feeders = self.between(from, hub).iter();
            let feeder = feeders
                .filter_map(|service| self.next(service, from, hub, after, hop))
                .min_by_key(|leg| leg.departs);
            let Some(feeder) = feeder else { continue };
            let onward = self.via_hub(hub, to, feeder.arrives + Duration::minutes(CONNECTION_MIN), hop, rng);
            let joins = onward.first().is_some_and(|next| {
                next.from == feeder.to && next.departs - feeder.arrives <= Duration::hours(12) && next.to.city != from
            });
            if joins {
                return std::iter::once(sold(feeder, rng)).chain(onward).collect();
            }
        }
        Vec::new()
    }

    /// The same service's legs on the following departures, for rebookings: the next departure after an instant.
    pub fn next_like(&self, leg: &Leg, after: DateTime<Utc>) -> Option<Leg> {
        match leg.mode {
            Mode::Air => {
                let services = self.between(leg.from.city, leg.to.city).iter();
                let next =
                    services.filter_map(|service| self.next(service, leg.from.city, leg.to.city, after, leg.hop));
                next.min_by_key(|leg| leg.departs)
            }
            Mode::Rail => self.train(leg.from.city, leg.to.city, after, leg.hop),
            Mode::Road => Some(Leg {
                departs: after,
                arrives: after + (leg.arrives - leg.departs),
                ..leg.clone()
            }),
        }
    }

    fn between(&self, from: usize, to: usize) -> &[Service] {
        &self.services[from * CITIES.len() + to]
    }

    fn next(&self, service: &Service, from: usize, to: usize, after: DateTime<Utc>, hop: usize) -> Option<Leg> {
        let zone = self.airports[service.from].1;
        let today = zone.to_civil(after).date();
        let candidates = (0..=2).flat_map(|day| service.departures.iter().map(move |departure| (day, departure)));
        let departing = candidates.filter_map(|(day, (minute, number))| {
            let civil = (today + Duration::days(day)).and_time(NaiveTime::MIN) + Duration::minutes(i64::from(*minute));
            let departs = zone.to_utc(civil);
            (departs >= after).then_some((departs, *number))
        });
        let (departs, number) = departing.min()?;
        (departs - after <= Duration::hours(LONGEST_WAIT_H)).then(|| Leg {
            mode: Mode::Air,
            from: Stop {
                city: from,
                terminus: Terminus::Airport(service.from),
            },
            to: Stop {
                city: to,
                terminus: Terminus::Airport(service.to),
            },
            carrier: Some(service.carrier),
            number,
            sold_as: service.partner.map(|partner| (partner, 5000 + number % 3999)),
            departs,
            arrives: departs + Duration::minutes(service.minutes),
            hop,
        })
    }

    fn train(&self, from: usize, to: usize, after: DateTime<Utc>, hop: usize) -> Option<Leg> {
        let ends = [CITIES[from].code, CITIES[to].code];
        let (index, rail, side) = RAILS.iter().enumerate().find_map(|(index, rail)| match rail.cities {
            cities if cities == ends => Some((index, rail, 0)),
            [a, b] if [b, a] == ends => Some((index, rail, 1)),
            _ => None,
        })?;
        let zone = self.zone(from);
        let local = zone.to_civil(after);
        // Trains leave at minute 5, 25 or 45 of every second hour, by line.
        let minute = 5 + 20 * (index as i64 % 3);
        let hours = (i64::from(rail.hours.0)..=i64::from(rail.hours.1)).step_by(2);
        let slots = (0..=1).flat_map(|day| hours.clone().map(move |hour| (day, hour)));
        slots.into_iter().find_map(|(day, hour)| {
            let civil =
                (local.date() + Duration::days(day)).and_time(NaiveTime::MIN) + Duration::minutes(hour * 60 + minute);
            let departs = zone.to_utc(civil);
            let span = i64::from(rail.numbers.1 - rail.numbers.0);
            let number = i64::from(rail.numbers.0) + (hour * 4 + side as i64) % (span + 1);
            (departs >= after).then(|| Leg {
                mode: Mode::Rail,
                from: Stop {
                    city: from,
                    terminus: Terminus::Station(index, side),
                },
                to: Stop {
                    city: to,
                    terminus: Terminus::Station(index, 1 - side),
                },
                carrier: None,
                number: u16::try_from(number).unwrap_or(rail.numbers.0),
                sold_as: None,
                departs,
                arrives: departs + Duration::minutes(rail.minutes),
                hop,
            })
        })
    }

    fn drive(&self, from: usize, to: usize, km: f64, after: DateTime<Utc>, hop: usize) -> Leg {
        let minutes = (km * 1.25 / 80.0 * 60.0 + 15.0) as i64;
        Leg {
            mode: Mode::Road,
            from: Stop {
                city: from,
                terminus: Terminus::Town,
            },
            to: Stop {
                city: to,
                terminus: Terminus::Town,
            },
            carrier: None,
            number: 0,
            sold_as: None,
            departs: after,
            arrives: after + Duration::minutes(minutes),
            hop,
        }
    }
}

/// Half of the flights that a partner sells too are bought from the partner.
fn sold(mut leg: Leg, rng: &mut impl Rng) -> Leg {
    if !rng.gen_bool(0.5) {
        leg.sold_as = None;
    }
    leg
}

/// The centre of a city.
pub(super) fn centre(city: usize) -> LonLat {
    LonLat::new(CITIES[city].lon, CITIES[city].lat)
}

/// Index of a city that is known to be in `CITIES`; the first one otherwise.
pub(super) fn city(code: &str) -> usize {
    index_of(code).unwrap_or_default()
}
