//! The people of the simulated companies: name, login, home, and how they like to travel.
//! Called by `world` for each company.
//! Always holds: a person is a pure function of seed, company and index; nobody is real.

use rand::Rng;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::place::LonLat;
use crate::sandbox::data::addresses;
use crate::sandbox::data::cities::{CITIES, City};
use crate::sandbox::data::names::{EMPLOYERS, Employer, FAMILY, given};
use crate::sandbox::random::{self, Topic};

use super::atlas::{centre, city};

/// How someone books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Through the company's agency.
    Agency,
    /// In Concur Travel.
    Online,
    /// In an agency's own tool.
    AgencyTool,
    /// Wherever it is cheapest, with the suppliers and by mail.
    Free,
}

/// A traveler.
#[derive(Clone, Debug)]
pub struct Person {
    /// Index in the company.
    pub index: usize,
    /// Index of the company.
    pub company: usize,
    pub id: Uuid,
    pub given: &'static str,
    pub family: &'static str,
    /// `Mr` or `Ms`.
    pub title: &'static str,
    pub login: String,
    pub phone: String,
    /// Index into `CITIES`.
    pub home: usize,
    pub home_at: LonLat,
    pub street: String,
    pub postal: String,
    pub department: &'static str,
    pub employee_number: String,
    pub style: Style,
    /// Probability of a journey in any one week.
    pub weekly: f64,
    /// How much more often than R253's table says the channels spoil this person's bookings (R255); 1 for most.
    pub spread: f64,
    /// The seed of everything else about this person.
    pub seed: u64,
}

impl Person {
    /// `MAYA OKAFOR`-like plain letters, as reservation systems keep names.
    pub fn plain(text: &str) -> String {
        let folded = text.chars().flat_map(|c| match c {
            'ø' | 'Ø' => vec!['o'],
            'æ' | 'Æ' => vec!['a', 'e'],
            'ß' => vec!['s', 's'],
            'ł' | 'Ł' => vec!['l'],
            'ı' => vec!['i'],
            other => vec![other],
        });
        folded.nfkd().filter(char::is_ascii).collect()
    }
}

/// The employer of a company index; beyond the list the names repeat.
pub fn employer(company: usize) -> &'static Employer {
    &EMPLOYERS[company % EMPLOYERS.len()]
}

/// The person with an index in a company.
pub fn person(seed: u64, company: usize, index: usize) -> Person {
    let path = [company as u64, index as u64];
    let rng = &mut random::stream(seed, Topic::Person, &path);
    let employer = employer(company);
    let showcase = company == 0 && index == 0;
    let (given, title) = given(if showcase { 0.0 } else { rng.gen_range(0.0..1.0) });
    let family = if showcase { FAMILY[0] } else { *random::one(rng, FAMILY) };
    let home = if showcase { city("NYC") } else { home(rng, employer) };
    let id = random::uuid(rng);
    let (street, postal) = address(rng, home);
    let plain = |text: &str| {
        Person::plain(text)
            .to_lowercase()
            .replace(|c: char| !c.is_ascii_alphanumeric(), "")
    };
    let tag = if showcase {
        String::new()
    } else {
        format!("{}", index + 1)
    };
    let style = [Style::Agency, Style::Online, Style::AgencyTool, Style::Free]
        [random::weighted(rng, &[0.30, 0.43, 0.12, 0.15])];
    let weekly = [0.05, 0.2, 0.58][random::weighted(rng, &[0.40, 0.42, 0.18])];
    Person {
        index,
        company,
        id,
        given,
        family,
        title,
        login: format!("{}.{}{tag}@{}", plain(given), plain(family), employer.domain),
        phone: format!(
            "{} 555 {:02} {:03}",
            addresses::country(CITIES[home].country).dial,
            rng.gen_range(10..99),
            rng.gen_range(100..999)
        ),
        home,
        home_at: spot(rng, home, 1.0, 6.0),
        street,
        postal,
        department: *random::one(rng, employer.departments),
        employee_number: format!("{}{:05}", company + 1, index + 1),
        style,
        weekly,
        spread: 1.0,
        seed: random::mix(seed, Topic::Person, &[path[0], path[1], 1]),
    }
}

fn home(rng: &mut impl Rng, employer: &Employer) -> usize {
    let weight = |city: &City| {
        let office = if employer.offices.contains(&city.code) {
            2.0
        } else {
            0.35
        };
        let seat = if city.country == employer.seat { 1.5 } else { 1.0 };
        f64::from(city.home) * office * seat
    };
    random::weighted(rng, &CITIES.iter().map(weight).collect::<Vec<_>>())
}

/// A street with house number and a postal code as they look in the city's country.
pub fn address(rng: &mut impl Rng, city: usize) -> (String, String) {
    let country = addresses::country(CITIES[city].country);
    let (street, number) = (random::one(rng, country.streets), rng.gen_range(1..120));
    let line = if country.number_first {
        format!("{number} {street}")
    } else {
        format!("{street} {number}")
    };
    let postal = country.postal.chars().map(|c| match c {
        '#' => char::from(b'0' + rng.gen_range(0..10)),
        '@' => char::from(*random::one(rng, b"ABCEHKLNPRTVX")),
        other => other,
    });
    (line, postal.collect())
}

/// A point some kilometres from the centre of a city, on the side where there is land.
pub fn spot(rng: &mut impl Rng, city: usize, nearest_km: f64, farthest_km: f64) -> LonLat {
    let facts = &CITIES[city];
    let km = rng.gen_range(nearest_km..farthest_km);
    let bearing = match facts.inland {
        360 => rng.gen_range(0.0..360.0),
        inland => f64::from(inland) + rng.gen_range(-45.0..45.0),
    };
    shifted(centre(city), bearing, km)
}

/// A point a few kilometres away in a direction (degrees), on a locally flat earth.
pub fn shifted(from: LonLat, bearing: f64, km: f64) -> LonLat {
    let (sin, cos) = bearing.to_radians().sin_cos();
    let lat = from.lat + km * cos / 111.2;
    let lon = from.lon + km * sin / (111.3 * from.lat.to_radians().cos().max(0.05));
    LonLat::new((lon * 1e5).round() / 1e5, (lat * 1e5).round() / 1e5)
}
