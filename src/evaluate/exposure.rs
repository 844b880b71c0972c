//! Incidents: who was in an area, by the truth, by the product and by the baselines (R267).
//! Called by `run` (draws them) and `walk` (asks everyone about each).
//! Always holds: incidents are drawn from where travelers are, before anybody is located.

use chrono::{DateTime, Duration, Utc};

use crate::place::LonLat;
use crate::sandbox::corpus::{Corpus, DEPARTMENT};
use crate::sandbox::truth::{Doing, Episode as Truth};
use crate::whereabouts::Area;

use super::baselines::Plainly;
use super::class::Class;
use super::reliability::Diagram;
use super::{Plan, side_by_side};

/// How long an incident lasts.
const WINDOW_H: i64 = 6;

/// Something happens in an area.
#[derive(Clone, Debug)]
pub struct Incident {
    pub from: DateTime<Utc>,
    pub area: Area,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    City(&'static str),
    Country(&'static str),
    Circle(LonLat, f64),
}

/// What was listed and who was there.
#[derive(Clone, Debug, Default)]
pub struct Exposed {
    /// Away from home, of whom some channel told by then: said p against being there.
    pub away: Diagram,
    /// Everyone.
    pub all: Diagram,
    /// Away and there: how many each baseline lists.
    pub by_baseline: [f64; 4],
    /// How many each baseline lists in all.
    pub listed_by_baseline: [f64; 4],
}

impl Exposed {
    /// Takes another traveler's in.
    pub fn merge(&mut self, other: &Exposed) {
        self.away.merge(&other.away);
        self.all.merge(&other.all);
        for nth in 0..4 {
            self.by_baseline[nth] += other.by_baseline[nth];
            self.listed_by_baseline[nth] += other.listed_by_baseline[nth];
        }
    }
}

impl Incident {
    /// The end of it.
    pub fn until(&self) -> DateTime<Utc> {
        self.from + Duration::hours(WINDOW_H)
    }

    /// Whether somebody with this truth was there at some time, and whether away from home.
    pub fn exposed(&self, truth: &[Truth], home: &str) -> Option<bool> {
        let first = truth.partition_point(|one| one.until <= self.from);
        let mut there = truth[first..]
            .iter()
            .take_while(|one| one.from < self.until())
            .filter(|one| {
                // R191: whoever flies over it is not in it.
                let ground = !matches!(one.doing, Doing::Air | Doing::Rail);
                ground
                    && match self.kind {
                        Kind::City(code) => one.city == Some(code),
                        Kind::Country(code) => one.country == Some(code),
                        Kind::Circle(center, km) => LonLat::new(one.lon, one.lat).distance_km(center) <= km,
                    }
            });
        let any = there.next()?;
        let away = |one: &Truth| one.doing != Doing::Home && one.city != Some(home);
        Some(away(any) || there.any(away))
    }

    /// Whether a baseline has somebody there.
    pub fn listed(&self, plainly: &Plainly, home: &Home) -> [bool; 4] {
        let mut listed = [false; 4];
        for hour in 0..=WINDOW_H {
            let classes = plainly.at(self.from + Duration::hours(hour), home.code);
            for (nth, class) in classes.iter().enumerate() {
                listed[nth] |= self.holds(class, home);
            }
        }
        listed
    }

    fn holds(&self, class: &Class, home: &Home) -> bool {
        let code = match class {
            Class::City(code) => code.as_str(),
            Class::Home => home.code,
            _ => return false,
        };
        let gazetteer = crate::place::Gazetteer::embedded();
        let city = crate::place::Code::parse(code).and_then(|code| gazetteer.city_by_code(code));
        match self.kind {
            Kind::City(wanted) => code == wanted,
            Kind::Country(wanted) => city.is_some_and(|city| city.country.as_str() == wanted),
            Kind::Circle(center, km) => city.is_some_and(|city| city.at.distance_km(center) <= km + 25.0),
        }
    }
}

/// The home of somebody.
pub struct Home {
    pub code: &'static str,
}

/// Draws the incidents of a plan: mostly in cities, a tenth at airports, a tenth in whole countries.
pub fn draw(corpus: &Corpus, plan: &Plan, departments: usize) -> Vec<Incident> {
    let per = plan.incidents.div_ceil(departments.max(1));
    let drawn = side_by_side(departments, |number| {
        let lives = corpus.department(number);
        let mut list = Vec::new();
        let mut state = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ plan.seed;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below.max(1) as u64) as usize
        };
        let mut tries = 0;
        while list.len() < per && tries < per * 200 {
            tries += 1;
            let life = &lives[next(DEPARTMENT)];
            let away: Vec<&Truth> = life
                .truth
                .iter()
                .filter(|one| matches!(one.doing, Doing::Stay | Doing::Terminal) && one.city != Some(life.home))
                .collect();
            if away.is_empty() {
                continue;
            }
            let one = away[next(away.len())];
            let (Some(city), Some(country)) = (one.city, one.country) else {
                continue;
            };
            let begins = one.from + Duration::minutes(next(24 * 60) as i64) - Duration::hours(3);
            let kind = match list.len() % 10 {
                8 if one.doing == Doing::Terminal => Kind::Circle(LonLat::new(one.lon, one.lat), 5.0),
                8 => continue,
                9 => Kind::Country(country),
                _ => Kind::City(city),
            };
            let area = match &kind {
                Kind::City(code) => Area::City((*code).to_owned()),
                Kind::Country(code) => Area::Country((*code).to_owned()),
                Kind::Circle(at, km) => Area::Circle {
                    center: [at.lon, at.lat],
                    radius_km: *km,
                },
            };
            list.push(Incident {
                from: begins,
                area,
                kind,
            });
        }
        list
    });
    drawn.into_values().flatten().take(plan.incidents).collect()
}
