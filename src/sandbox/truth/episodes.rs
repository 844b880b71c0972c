//! Truth as a gap-free list: who was where, doing what, from which instant to which (R250).
//! Called by `world` for the control endpoint, tests and evaluations.
//! Always holds: episodes follow each other without gap or overlap and cover exactly what was asked for.

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use crate::place::LonLat;
use crate::sandbox::data::cities::CITIES;

use super::atlas::{Atlas, Leg, Mode, centre};
use super::journeys::Journey;
use super::people::{Person, shifted};

/// What someone is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    Home,
    /// At an airport or station.
    Terminal,
    Air,
    Rail,
    Road,
    /// In a city that is not home.
    Stay,
    /// Out of town for the day, still in the country.
    DayOut,
}

/// One stretch of truth, half-open `[from, until)`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Episode {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub doing: Doing,
    /// IATA city code; `None` in the air, on a train, or out of town.
    pub city: Option<&'static str>,
    /// ISO 3166-1 alpha-2; `None` between countries.
    pub country: Option<&'static str>,
    /// The hotel slept in, where there is one.
    pub venue: Option<String>,
    pub lon: f64,
    pub lat: f64,
}

/// Whether episodes follow each other without gap or overlap.
pub fn gapless(episodes: &[Episode]) -> bool {
    episodes.iter().all(|episode| episode.from < episode.until)
        && episodes.windows(2).all(|pair| pair[0].until == pair[1].from)
}

/// A person's truth from one instant to another, given the person's journeys in order.
pub fn episodes<'a>(
    atlas: &Atlas,
    person: &Person,
    journeys: impl Iterator<Item = &'a Journey>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<Episode> {
    let mut line = Line {
        now: from.min(until),
        list: Vec::new(),
    };
    for journey in journeys.filter(|journey| !journey.called_off && !journey.fate.no_show) {
        let way = travelled(journey);
        // Two and three hours: the ways home from the last terminal and to the first one.
        let over = way
            .last()
            .is_none_or(|(leg, _)| leg.arrives + Duration::hours(2) <= from);
        if over
            || way
                .first()
                .is_some_and(|(leg, _)| leg.departs - Duration::hours(3) >= until)
        {
            continue;
        }
        line.journey(atlas, person, journey, &way);
    }
    line.home(person, until);
    line.list.retain(|episode| episode.until > from && episode.from < until);
    if let Some(first) = line.list.first_mut() {
        first.from = first.from.max(from);
    }
    if let Some(last) = line.list.last_mut() {
        last.until = last.until.min(until);
    }
    line.list
}

/// The legs at the instants at which they really took place, and whether each ends in a connection.
fn travelled(journey: &Journey) -> Vec<(Leg, bool)> {
    let mut list: Vec<(Leg, bool)> = Vec::new();
    for (index, booked) in journey.legs.iter().enumerate() {
        let longer = if booked.hop == journey.last_hop() {
            Duration::days(journey.fate.extra_nights)
        } else {
            Duration::zero()
        };
        let late = Duration::minutes(journey.fate.delays.get(index).copied().unwrap_or(0));
        let mut leg = booked.clone();
        leg.departs += longer + late;
        leg.arrives += longer + late;
        if let Some((before, connects)) = list.last() {
            // Less than half an hour to change: the connection leaves without the traveler, who takes a later one.
            let missed = *connects && leg.departs < before.arrives + Duration::minutes(30);
            let wait = if missed { Duration::hours(4) } else { Duration::zero() };
            let soonest = before.arrives
                + if *connects {
                    Duration::minutes(30)
                } else {
                    Duration::hours(3)
                };
            let shift = (soonest - leg.departs).max(Duration::zero()) + wait;
            leg.departs += shift;
            leg.arrives += shift;
        }
        let connects = journey.legs.get(index + 1).is_some_and(|next| next.hop == booked.hop);
        list.push((leg, connects));
    }
    list
}

struct Line {
    now: DateTime<Utc>,
    list: Vec<Episode>,
}

impl Line {
    fn push(&mut self, until: DateTime<Utc>, doing: Doing, city: Option<usize>, at: LonLat, venue: Option<String>) {
        if until <= self.now {
            return;
        }
        let facts = city.map(|city| &CITIES[city]);
        let known = !matches!(doing, Doing::Air | Doing::Rail);
        self.list.push(Episode {
            from: self.now,
            until,
            doing,
            city: facts
                .filter(|_| known && doing != Doing::DayOut)
                .map(|facts| facts.code),
            country: facts.filter(|_| known).map(|facts| facts.country),
            venue,
            lon: at.lon,
            lat: at.lat,
        });
        self.now = until;
    }

    fn home(&mut self, person: &Person, until: DateTime<Utc>) {
        self.push(until, Doing::Home, Some(person.home), person.home_at, None);
    }

    fn journey(&mut self, atlas: &Atlas, person: &Person, journey: &Journey, way: &[(Leg, bool)]) {
        let Some((first, _)) = way.first() else { return };
        let (road, wait) = approach(first.mode);
        if self.list.is_empty() {
            // Asked from the middle of a journey: walk through it from its beginning, the caller cuts what is too early.
            self.now = self.now.min(first.departs - road - wait);
        }
        self.home(person, first.departs - road - wait);
        self.push(
            first.departs - wait,
            Doing::Road,
            Some(person.home),
            centre(person.home),
            None,
        );
        for (index, (leg, connects)) in way.iter().enumerate() {
            self.push(
                leg.departs,
                Doing::Terminal,
                Some(leg.from.city),
                atlas.at(leg.from),
                None,
            );
            let (doing, between) = match leg.mode {
                Mode::Air => (Doing::Air, None),
                Mode::Rail => (Doing::Rail, None),
                Mode::Road => (Doing::Road, Some(leg.to.city)),
            };
            self.push(
                leg.arrives,
                doing,
                between,
                atlas.at(leg.from).toward(atlas.at(leg.to), 0.5),
                None,
            );
            if *connects {
                continue;
            }
            let (road, wait) = leave(leg.mode);
            let city = leg.to.city;
            self.push(leg.arrives + wait, Doing::Terminal, Some(city), atlas.at(leg.to), None);
            self.push(leg.arrives + wait + road, Doing::Road, Some(city), centre(city), None);
            if let Some((next, _)) = way.get(index + 1) {
                let (road, wait) = approach(next.mode);
                self.visit(atlas, journey, leg, next.departs - road - wait);
                self.push(next.departs - wait, Doing::Road, Some(city), centre(city), None);
            }
        }
    }

    fn visit(&mut self, atlas: &Atlas, journey: &Journey, arrival: &Leg, until: DateTime<Utc>) {
        let city = arrival.to.city;
        let booked = journey.stays.iter().find(|stay| stay.hop == arrival.hop);
        let hotel = booked.filter(|_| !journey.fate.other_hotel);
        let (at, venue) = hotel.map_or((centre(city), None), |stay| {
            (stay.hotel.at, Some(stay.hotel.name.clone()))
        });
        if let (Some(km), Some(stay)) = (journey.fate.day_out_km, booked) {
            let zone = atlas.zone(city);
            let morning =
                zone.to_utc(stay.check_in.date().and_hms_opt(8, 30, 0).unwrap_or_default() + Duration::days(1));
            let evening = morning + Duration::hours(11);
            if morning > self.now && evening < until {
                let inland = if CITIES[city].inland == 360 {
                    90.0
                } else {
                    f64::from(CITIES[city].inland)
                };
                self.push(morning, Doing::Stay, Some(city), at, venue.clone());
                self.push(
                    evening,
                    Doing::DayOut,
                    Some(city),
                    shifted(centre(city), inland, km),
                    None,
                );
            }
        }
        self.push(until, Doing::Stay, Some(city), at, venue);
    }
}

/// Time on the road and at the terminal before a departure.
fn approach(mode: Mode) -> (Duration, Duration) {
    match mode {
        Mode::Air => (Duration::minutes(50), Duration::minutes(100)),
        Mode::Rail => (Duration::minutes(30), Duration::minutes(20)),
        Mode::Road => (Duration::zero(), Duration::zero()),
    }
}

/// Time on the road and at the terminal after an arrival.
fn leave(mode: Mode) -> (Duration, Duration) {
    match mode {
        Mode::Air => (Duration::minutes(40), Duration::minutes(30)),
        Mode::Rail => (Duration::minutes(25), Duration::minutes(10)),
        Mode::Road => (Duration::zero(), Duration::zero()),
    }
}
