//! Journeys of a person, week by week, and what becomes of them that no booking says.
//! Called by `world` for the weeks around now.
//! Always holds: a week's journey is a pure function of seed, person and week, and no two journeys of a person overlap.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use rand::Rng;

use crate::sandbox::data::names::PURPOSES;
use crate::sandbox::random::{self, Topic};

use super::atlas::{Atlas, Leg, Mode, city};
use super::people::Person;
use super::plan::{self, Wish};
use super::stays::{self, Extra, Stay};

/// One journey from home to home.
#[derive(Clone, Debug)]
pub struct Journey {
    /// Stable across restarts with the same seed.
    pub key: u64,
    pub company: usize,
    /// Index of the person in the company.
    pub person: usize,
    pub purpose: &'static str,
    /// When it was booked.
    pub booked_at: DateTime<Utc>,
    pub legs: Vec<Leg>,
    pub stays: Vec<Stay>,
    pub extras: Vec<Extra>,
    pub fate: Fate,
    /// The traveler called the journey off.
    pub called_off: bool,
}

/// What happens differently from what is booked (R250); known to nobody but the truth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fate {
    /// The traveler never left (R253: 2 % of trips).
    pub no_show: bool,
    /// Nights added at the last place (R253: stays longer, 3 %).
    pub extra_nights: i64,
    /// Slept elsewhere in the same city than booked.
    pub other_hotel: bool,
    /// Drove out of town for a day, km away.
    pub day_out_km: Option<f64>,
    /// Minutes of delay, leg by leg.
    pub delays: Vec<i64>,
}

impl Journey {
    /// When the traveler leaves home, by the bookings.
    pub fn starts(&self) -> DateTime<Utc> {
        self.legs
            .first()
            .map_or(self.booked_at, |leg| leg.departs - Duration::minutes(170))
    }

    /// When the traveler is home again, whatever happens on the way.
    pub fn ends(&self) -> DateTime<Utc> {
        let late = Duration::days(self.fate.extra_nights) + Duration::hours(12);
        self.legs.last().map_or(self.booked_at, |leg| leg.arrives + late)
    }

    /// The last hop is the way home.
    pub fn last_hop(&self) -> usize {
        self.legs.last().map_or(0, |leg| leg.hop)
    }
}

/// The number of the week a day is in (weeks begin on Monday).
pub fn week_of(day: NaiveDate) -> i64 {
    (i64::from(day.num_days_from_ce()) - 1).div_euclid(7)
}

fn monday(week: i64) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(week * 7 + 1).unwrap_or(0)).unwrap_or_default()
}

/// How many weeks back a journey can still be under way.
const LONGEST_WEEKS: i64 = 5;

/// The journeys of a person that start in some weeks, in order.
pub fn journeys_of(seed: u64, atlas: &Atlas, person: &Person, weeks: std::ops::Range<i64>) -> Vec<Journey> {
    let drafts =
        (weeks.start - LONGEST_WEEKS..weeks.end).filter_map(|week| draft(seed, atlas, person, week).map(|j| (week, j)));
    let drafts: Vec<(i64, Journey)> = drafts.collect();
    let free = |index: usize, journey: &Journey| {
        // Any earlier draft counts, dropped or not: so the answer for a week never depends on where the range begins.
        drafts[..index]
            .iter()
            .all(|(_, earlier)| earlier.ends() + Duration::hours(20) <= journey.starts())
    };
    let kept = drafts
        .iter()
        .enumerate()
        .filter(|(index, (week, journey))| *week >= weeks.start && free(*index, journey));
    kept.map(|(_, (_, journey))| journey.clone()).collect()
}

fn draft(seed: u64, atlas: &Atlas, person: &Person, week: i64) -> Option<Journey> {
    let path = [person.seed, week as u64];
    let rng = &mut random::stream(seed, Topic::Week, &path);
    // July, August and the turn of the year are quieter.
    let start =
        monday(week) + Duration::days(random::weighted(rng, &[0.21, 0.17, 0.15, 0.13, 0.10, 0.09, 0.15]) as i64);
    let quiet = matches!((start.month(), start.day()), (7 | 8, _) | (12, 20..) | (1, ..4));
    if !rng.gen_bool(person.weekly * if quiet { 0.6 } else { 1.0 }) {
        return None;
    }
    let wish = plan::wish(person, start, rng);
    build(
        seed,
        atlas,
        person,
        &wish,
        random::mix(seed, Topic::Week, &[path[0], path[1], 1]),
        rng,
    )
}

fn build(seed: u64, atlas: &Atlas, person: &Person, wish: &Wish, key: u64, rng: &mut impl Rng) -> Option<Journey> {
    let legs = plan::legs(atlas, person, wish, rng)?;
    let mut stays = Vec::new();
    for pair in legs.windows(2) {
        if pair[0].hop != pair[1].hop {
            stays.extend(stays::stay(seed, atlas, &pair[0], &pair[1], rng));
        }
    }
    let extras = stays::extras(person, atlas, &legs, &stays, rng);
    let booked_at = booked_at(legs.first()?.departs, rng);
    let fate = fate(seed, key, &legs, &stays);
    let purpose = random::one(rng, PURPOSES);
    Some(Journey {
        key,
        company: person.company,
        person: person.index,
        purpose,
        booked_at,
        legs,
        stays,
        extras,
        fate,
        called_off: false,
    })
}

fn booked_at(departs: DateTime<Utc>, rng: &mut impl Rng) -> DateTime<Utc> {
    let days = match rng.gen_range(0..100) {
        ..8 => rng.gen_range(0.15..1.0),
        ..25 => rng.gen_range(1.0..3.0),
        ..48 => rng.gen_range(3.0..7.0),
        ..83 => rng.gen_range(7.0..21.0),
        _ => rng.gen_range(21.0..55.0),
    };
    departs - Duration::seconds((days * 86_400.0) as i64)
}

fn fate(seed: u64, key: u64, legs: &[Leg], stays: &[Stay]) -> Fate {
    let rng = &mut random::stream(seed, Topic::Fate, &[key]);
    let delays = legs.iter().map(|leg| match (leg.mode, rng.gen_range(0..100)) {
        (Mode::Air, ..4) => rng.gen_range(60..240),
        (Mode::Air, ..22) => rng.gen_range(10..60),
        (Mode::Rail, ..15) => rng.gen_range(5..50),
        _ => 0,
    });
    Fate {
        delays: delays.collect(),
        no_show: rng.gen_bool(0.02),
        extra_nights: if rng.gen_bool(0.03) && !stays.is_empty() {
            rng.gen_range(1..3)
        } else {
            0
        },
        other_hotel: rng.gen_bool(0.03),
        day_out_km: rng.gen_bool(0.05).then(|| rng.gen_range(40.0..140.0)),
    }
}

impl Journey {
    /// The journey with which the demonstration begins (R25): New York to London yesterday, home again in four days.
    pub fn showcase(seed: u64, atlas: &Atlas, person: &Person, now: DateTime<Utc>) -> Option<Journey> {
        let start = atlas.local(person.home, now).date() - Duration::days(1);
        let rng = &mut random::stream(seed, Topic::Journey, &[person.seed]);
        let home_at = |day: i64, hour: i64| {
            atlas
                .zone(person.home)
                .to_utc((start + Duration::days(day)).and_time(NaiveTime::MIN) + Duration::hours(hour))
        };
        let legs = vec![
            atlas.nonstop("BA", person.home, city("LON"), home_at(0, 9), 0)?,
            atlas.nonstop("BA", city("LON"), person.home, home_at(5, 5), 1)?,
        ];
        let (first, last) = (legs.first()?.clone(), legs.last()?);
        let stay = legs
            .iter()
            .rfind(|leg| leg.hop == 0)
            .and_then(|arrival| stays::stay(seed, atlas, arrival, last, rng));
        Some(Journey {
            key: random::mix(seed, Topic::Journey, &[person.seed, 1]),
            company: person.company,
            person: person.index,
            purpose: "project review",
            booked_at: first.departs - Duration::days(6),
            fate: Fate {
                delays: vec![0; legs.len()],
                ..Fate::default()
            },
            legs,
            stays: stay.into_iter().collect(),
            extras: Vec::new(),
            called_off: false,
        })
    }
}
