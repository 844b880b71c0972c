//! Why somebody is not thought to be in a place: what puts them elsewhere, and what there is that speaks for it.
//! Called by the REST interface and the pages, on episodes as the store keeps them.
//! Always holds: the probability is that of the answer (R180, R190); where no booking speaks for a place, that is said.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::place::{CountryCode, Gazetteer, LonLat};

use super::exposure::{Area, in_area};
use super::judgement::Judgement;
use super::times::instant;
use super::{Band, Episode, Evidence, Hypothesis, Place, State, explain, places, region};

/// The answer to "why not there?".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WhyNot {
    /// The place as it is called.
    pub place: String,
    /// That they are there.
    pub p: f64,
    /// The same in words.
    pub band: Band,
    /// What speaks for the place and what for others, in whole sentences. Never empty.
    pub because: Vec<String>,
}

impl WhyNot {
    /// Days around the instant in which presence at the place is told of: so much of the episodes is wanted.
    pub const AROUND_D: i64 = 60;
}

/// A place that holds less than this is not worth a sentence.
const LEAST: f64 = 0.1;
/// Presence at another time that is worth one.
const MENTIONED: f64 = 0.4;
/// Places that are told of.
const MOST: usize = 2;

/// Why they are not, or hardly, in `area` at `at`. `episodes` are those around that time, in order.
pub fn why_not(episodes: &[Episode], area: &Area, at: DateTime<Utc>, now: DateTime<Utc>) -> WhyNot {
    let place = area.told();
    let Some(episode) = episodes.iter().find(|one| one.from <= at && at < one.until) else {
        return WhyNot {
            because: vec![format!(
                "No booking of theirs says anything of {place}, or of that time."
            )],
            place,
            p: 0.0,
            band: Band::VeryUnlikely,
        };
    };
    let length = (episode.until - episode.from).num_milliseconds().max(1) as f64;
    let fraction = ((at - episode.from).num_milliseconds() as f64 / length).clamp(0.0, 1.0);
    let p = in_area(area, episode).at(fraction).clamp(0.0, 1.0);
    let asked = Asked {
        area,
        place: &place,
        episode,
        fraction,
        now,
    };
    let mut because = vec![asked.verdict(p)];
    because.extend(asked.speaks_for());
    because.extend(asked.elsewhere());
    because.extend(asked.away());
    because.extend(asked.at_other_times(episodes, at));
    WhyNot {
        p: (p * 1e6).round() / 1e6,
        band: Band::of(p),
        because,
        place,
    }
}

/// The question beside what is known then.
struct Asked<'q> {
    area: &'q Area,
    place: &'q str,
    episode: &'q Episode,
    fraction: f64,
    now: DateTime<Utc>,
}

impl Asked<'_> {
    fn verdict(&self, p: f64) -> String {
        let j = &Judgement::CURRENT;
        let place = self.place;
        match p {
            p if p + 1e-9 >= j.probable_p => format!("They probably are in {place}: {}.", percent(p)),
            p if p + 1e-9 >= j.listed_p => format!("That they are in {place} cannot be ruled out: {}.", percent(p)),
            p if p >= 0.005 => format!("That they are in {place} is very unlikely: {}.", percent(p)),
            _ => format!("Nothing that we know puts them in {place}."),
        }
    }

    /// Every booking that names a city in the area.
    fn speaks_for(&self) -> Vec<String> {
        let here = |one: &Evidence| one.city.as_deref().and_then(city).is_some_and(|city| self.has(&city));
        let bookings = self.episode.evidence.iter().filter(|one| here(one));
        bookings
            .take(MOST)
            .map(|one| format!("For it: {}", one.told(self.now)))
            .collect()
    }

    fn has(&self, place: &Place) -> bool {
        self.area.share_of(place) >= 0.5
    }

    /// Where they rather are, and from which booking that follows.
    fn elsewhere(&self) -> Vec<String> {
        let mut others: Vec<(f64, String, Option<&Evidence>)> = Vec::new();
        let at = |h: &Hypothesis| h.p.at(self.fraction);
        for hypothesis in self.episode.hypotheses.iter().filter(|h| !self.has(&h.place)) {
            let key = hypothesis.place.city_key.as_deref();
            let booking = self.booking(|one| key.is_some() && one.city.as_deref() == key);
            others.push((at(hypothesis), format!("in {}", hypothesis.place.name), booking));
        }
        let (moving, home) = (
            self.episode.in_transit.at(self.fraction),
            self.episode.home.at(self.fraction),
        );
        if let Some(leg) = &self.episode.move_ {
            let booking = self.booking(|one| one.city.is_none());
            others.push((
                moving,
                format!("on the way from {} to {}", leg.from.name, leg.to.name),
                booking,
            ));
        }
        let place = self.episode.home_place.as_deref();
        if !place.is_some_and(|place| self.has(place)) {
            let key = place.and_then(|place| place.city_key.as_deref());
            let booking = self.booking(|one| key.is_some() && one.city.as_deref() == key);
            let name = place.map_or_else(|| "at home".to_owned(), |place| format!("at home, in {}", place.name));
            others.push((home, name, booking));
        }
        others.retain(|(p, ..)| *p >= LEAST);
        others.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let told = others.into_iter().take(MOST).map(|(p, where_, booking)| {
            let booking = booking.map_or_else(String::new, |one| format!(" {}", one.told(self.now)));
            format!("They are {where_} with {}.{booking}", percent(p))
        });
        let mut told: Vec<String> = told.collect();
        let unknown = self.episode.unknown.at(self.fraction);
        if unknown >= LEAST {
            told.push(format!("With {} nobody knows where they are.", percent(unknown)));
        }
        told
    }

    fn booking(&self, is: impl Fn(&Evidence) -> bool) -> Option<&Evidence> {
        self.episode.evidence.iter().map(AsRef::as_ref).find(|one| is(one))
    }

    /// How far the place is from where they most probably are.
    fn away(&self) -> Option<String> {
        let there = self.area.middle()?;
        let top = self.episode.hypotheses.first();
        let place = match self.episode.state {
            State::Home => self.episode.home_place.as_deref(),
            State::InTransit | State::Unknown => None,
            _ => top.map(|h| h.place.as_ref()),
        }?;
        let km = region::lonlat(place.point?).distance_km(there);
        (!self.has(place) && km >= 50.0).then(|| format!("{} is about {km:.0} km from {}.", self.place, place.name))
    }

    /// When they were or will be there, if bookings say so.
    fn at_other_times(&self, episodes: &[Episode], at: DateTime<Utc>) -> Vec<String> {
        let there = |one: &&Episode| in_area(self.area, one).max() >= MENTIONED;
        let on = |t: DateTime<Utc>| {
            let zone = self
                .area
                .middle()
                .and_then(|point| Gazetteer::embedded().zone_at(point));
            let local = zone.map_or(t.naive_utc(), |zone| zone.to_civil(instant(t.timestamp())));
            explain::day(local.date())
        };
        if there(&self.episode) {
            return Vec::new();
        }
        let before = episodes.iter().rev().filter(|one| one.until <= at).find(there);
        let after = episodes.iter().filter(|one| one.from > at).find(there);
        let left = before.map(|one| format!("They may have been there until {}.", on(one.until)));
        let comes = after.map(|one| format!("They are expected there from {}.", on(one.from)));
        left.into_iter().chain(comes).collect()
    }
}

/// 1 to 99 %: nothing is certain (R182).
fn percent(p: f64) -> String {
    format!("{:.0} %", (p * 100.0).clamp(1.0, 99.0))
}

fn city(key: &str) -> Option<Place> {
    let gazetteer = Gazetteer::embedded();
    let city = gazetteer.city_by_key(key)?;
    Some(places::city_place(gazetteer, &Judgement::CURRENT, city.id))
}

impl Area {
    /// What people call it.
    fn told(&self) -> String {
        let country = |code: &str| Gazetteer::embedded().country(CountryCode::parse(code)?);
        match self {
            Area::City(_) => self.city().map(|place| place.name),
            Area::Country(code) => country(code).map(|country| country.name.clone()),
            Area::Circle { .. } | Area::Polygon(_) => None,
        }
        .unwrap_or_else(|| "the area".to_owned())
    }

    fn middle(&self) -> Option<LonLat> {
        match self {
            Area::City(_) => self.city()?.point.map(region::lonlat),
            Area::Circle { center, .. } => Some(region::lonlat(*center)),
            Area::Country(_) | Area::Polygon(_) => None,
        }
    }

    fn city(&self) -> Option<Place> {
        match self {
            Area::City(code) => city(&super::exposure::city_key(code)?),
            _ => None,
        }
    }
}
