//! From what a booking says of a city to the city regions that it may mean, with probabilities (R60, R64, R72).
//! Called by `Gazetteer::cities_named`.
//! Always holds: what the booking says of state and country is believed if any place fits it; probabilities add up to ≤ 1.

use super::super::{Code, CountryCode};
use super::fold::fold;
use super::names::{Candidate, Grade, Names};
use super::readings::Form;
use super::{CityMatch, Gazetteer, HowMatched};

// Judgement: how much a match is worth, and how much a name counts beside the number of people who live there.
const CODE: f64 = 0.98;
const NAME: f64 = 0.97;
const OTHER_NAME: f64 = 0.92;
/// Only a part of the text was a name ("Dallas/Fort Worth", "London Heathrow T5").
const PART_OF_TEXT: f64 = 0.75;
/// State or country contradict every place of that name.
const STATE_CONTRADICTS: f64 = 0.6;
const COUNTRY_CONTRADICTS: f64 = 0.4;
/// A far larger namesake abroad is kept beside small places of the stated country (R72: Paris, US).
const FAMOUS_NAMESAKE: f64 = 0.15;
/// A share above this means that nothing else is to be reckoned with.
const CLEAR: f64 = 0.98;
/// The busiest city of the world weighs this many people more than the same city without an airport would.
const TRAFFIC_PEOPLE: f64 = 4_000_000.0;
const NEGLIGIBLE: f64 = 0.002;
const MOST: usize = 8;

/// Places that bookings count to another country, and the other way round.
const FAMILIES: [(&str, &[&str]); 9] = [
    ("US", &["PR", "GU", "VI", "AS", "MP"]),
    ("CN", &["HK", "MO"]),
    (
        "FR",
        &["RE", "GP", "MQ", "GF", "YT", "PF", "NC", "BL", "MF", "PM", "WF", "MC"],
    ),
    ("GB", &["JE", "GG", "IM", "GI", "BM", "KY", "VG", "TC", "FK"]),
    ("NL", &["AW", "CW", "SX", "BQ"]),
    ("DK", &["GL", "FO"]),
    ("NO", &["SJ"]),
    ("FI", &["AX"]),
    ("AU", &["CX", "CC", "NF"]),
];

pub(super) fn family(country: CountryCode, other: CountryCode) -> bool {
    let holds = |(head, members): &(&str, &[&str]), a: CountryCode, b: CountryCode| {
        *head == a.as_str() && members.contains(&b.as_str())
    };
    FAMILIES
        .iter()
        .any(|family| holds(family, country, other) || holds(family, other, country))
}

/// How strictly state and country are taken.
#[derive(Clone, Copy, PartialEq)]
enum Taken {
    AsSaid,
    InFamily,
    WithoutState,
    WithoutCountry,
}

pub(super) struct Search<'g> {
    pub(super) gazetteer: &'g Gazetteer,
    pub(super) names: &'g Names,
}

pub(super) fn cities_named(
    gazetteer: &Gazetteer,
    name: &str,
    state: Option<&str>,
    country: Option<&str>,
) -> Vec<CityMatch> {
    let search = Search {
        gazetteer,
        names: gazetteer.names(),
    };
    let said = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let mut asked = Form {
        text: name.trim().to_owned(),
        state: said(state),
        whole: true,
        ..Form::default()
    };
    asked.country = country
        .and_then(|text| gazetteer.country_named(text))
        .map(|country| country.code);
    // Puerto Rico is a state to some and a country to others.
    if let (Some(country), Some(state)) = (asked.country, asked.state.as_deref().and_then(CountryCode::parse))
        && family(country, state)
        && search.divisions(&asked).is_none()
    {
        asked.country = Some(state);
        asked.state = None;
    }
    // Most bookings are as they should be: the other readings are made up only if this one fits nothing.
    let matches = search.matches(&asked, Taken::AsSaid);
    if !matches.is_empty() || asked.text.len() < 2 {
        return matches;
    }
    let readings = search.readings(&asked);
    for taken in [
        Taken::AsSaid,
        Taken::InFamily,
        Taken::WithoutState,
        Taken::WithoutCountry,
    ] {
        for form in &readings {
            let matches = search.matches(form, taken);
            if !matches.is_empty() {
                return matches;
            }
        }
    }
    Vec::new()
}

impl Search<'_> {
    /// The divisions that the stated one may be; none if nothing is stated or nothing is called so.
    pub(super) fn divisions(&self, form: &Form) -> Option<Vec<u16>> {
        let divisions = self
            .names
            .divisions(self.gazetteer.tables(), form.state.as_deref()?, form.country);
        (!divisions.is_empty()).then_some(divisions)
    }

    fn matches(&self, form: &Form, taken: Taken) -> Vec<CityMatch> {
        let divisions = self.divisions(form);
        match taken {
            Taken::AsSaid => {}
            Taken::InFamily | Taken::WithoutCountry if form.country.is_none() => return Vec::new(),
            Taken::WithoutState if divisions.is_none() => return Vec::new(),
            _ => {}
        }
        let mut called = self.names.called(self.gazetteer.tables(), &fold(&form.text));
        if let Some(code) = form.code {
            let airport = self.gazetteer.airport(code).map(|airport| airport.city);
            let region = airport.or_else(|| self.gazetteer.city_by_code(code).map(|city| city.id));
            called.retain(|candidate| Some(candidate.city) == region);
        }
        let said = |candidate: &Candidate| {
            let at_home = form.country.is_none_or(|country| candidate.country == country);
            let in_state = || {
                let division = candidate.division;
                divisions
                    .as_ref()
                    .is_none_or(|known| division.is_some_and(|division| known.contains(&division)))
            };
            match taken {
                Taken::AsSaid => at_home && in_state(),
                Taken::InFamily => form.country.is_some_and(|country| family(country, candidate.country)),
                Taken::WithoutState => at_home,
                Taken::WithoutCountry => in_state() || divisions.is_some(),
            }
        };
        let fits: Vec<Candidate> = called.iter().filter(|candidate| said(candidate)).copied().collect();
        let fits = if form.whole {
            fits
        } else {
            fits.into_iter().filter(|c| self.is_well_known(c)).collect()
        };
        let trust = match taken {
            Taken::AsSaid | Taken::InFamily => 1.0,
            Taken::WithoutState => STATE_CONTRADICTS,
            Taken::WithoutCountry => COUNTRY_CONTRADICTS,
        };
        let code = self.code_of(form, taken, &fits);
        // Beside a code only a place that is really called so counts: GeoNames lists codes among other names.
        let fits = match code {
            Some(_) => fits
                .into_iter()
                .filter(|candidate| candidate.grade == Grade::Main)
                .collect(),
            None => fits,
        };
        let unsure = !form.whole || trust < 1.0;
        let trust = if form.whole { trust } else { trust * PART_OF_TEXT };
        let half = if code.is_some() && !fits.is_empty() { 0.5 } else { 1.0 };
        let mut matches = self.shares(&fits, trust * half, unsure || half < 1.0);
        if let Some(code) = code {
            matches.retain(|found| found.city != code.city);
            matches.insert(
                0,
                CityMatch {
                    p: CODE * trust * half,
                    ..code
                },
            );
        }
        if taken == Taken::AsSaid && form.country.is_some() && divisions.is_none() {
            self.add_famous_namesake(&called, &fits, &mut matches);
        }
        matches
    }

    /// Three letters may be a code (R64), unless they are the name of a place and not written like a code.
    fn code_of(&self, form: &Form, taken: Taken, fits: &[Candidate]) -> Option<CityMatch> {
        let code = Code::parse(&form.text)?;
        let named = fits.iter().any(|candidate| candidate.grade == Grade::Main);
        let capitals = form.text.bytes().all(|b| !b.is_ascii_lowercase());
        if !form.whole || (named && !capitals) {
            return None;
        }
        // The city of that code, or the airport's, which may be another one: MLH in France is Mulhouse, in Switzerland Basel.
        let city = self.gazetteer.city_by_code(code).filter(|city| {
            let main = city.code == Some(code) || self.gazetteer.airport(code).is_none();
            main && self.fits(form, taken, &[city.country])
        });
        let at_city = city.map(|city| CityMatch {
            city: city.id,
            p: CODE,
            how: HowMatched::Code,
            at: city.at,
        });
        let airport = || {
            let airport = self.gazetteer.airport(code)?;
            let found = CityMatch {
                city: airport.city,
                p: CODE,
                how: HowMatched::Code,
                at: airport.at,
            };
            self.fits(form, taken, &airport.countries).then_some(found)
        };
        at_city.or_else(airport)
    }

    fn fits(&self, form: &Form, taken: Taken, countries: &[CountryCode]) -> bool {
        let said = |said: CountryCode| {
            countries
                .iter()
                .any(|country| *country == said || family(said, *country))
        };
        taken == Taken::WithoutCountry || form.country.is_none_or(said)
    }

    /// A name that is only a part of the text must be that of a place which people fly to or which is large.
    fn is_well_known(&self, candidate: &Candidate) -> bool {
        let good = matches!(candidate.grade, Grade::Main | Grade::Usual);
        good && (candidate.population >= 50_000 || !self.gazetteer.city(candidate.city).airports.is_empty())
    }

    /// One match a region, by the people who live in the places of that name.
    fn shares(&self, candidates: &[Candidate], trust: f64, unsure: bool) -> Vec<CityMatch> {
        let mut best: Vec<(f64, Candidate)> = Vec::new();
        for candidate in candidates {
            let weight = self.weight(candidate);
            match best.iter_mut().find(|(_, rival)| rival.city == candidate.city) {
                Some(rival) if rival.0 < weight => *rival = (weight, *candidate),
                Some(_) => {}
                None => best.push((weight, *candidate)),
            }
        }
        best.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.city.cmp(&y.city)));
        let total: f64 = best.iter().map(|(weight, _)| weight).sum();
        let to_match = |(rank, (weight, candidate)): (usize, (f64, Candidate))| {
            let share = weight / total;
            let (named, how) = match candidate.grade {
                Grade::Main => (NAME, HowMatched::ExactName),
                Grade::Usual => (NAME, HowMatched::AlternateName),
                Grade::Other | Grade::Part => (OTHER_NAME, HowMatched::AlternateName),
            };
            let how = if rank > 0 || share < CLEAR || unsure {
                HowMatched::Approximate
            } else {
                how
            };
            CityMatch {
                city: candidate.city,
                p: named * trust * share,
                how,
                at: candidate.at,
            }
        };
        let ranked = best.into_iter().enumerate().take(MOST).map(to_match);
        ranked.filter(|found| found.p >= NEGLIGIBLE).collect()
    }

    /// People, how much is flown there, and how good the name is: a village that is really called Cologne does not hide
    /// the city, and a word of another language does not hide a town.
    fn weight(&self, candidate: &Candidate) -> f64 {
        let traffic = f64::from(candidate.traffic) / 1000.0 * TRAFFIC_PEOPLE;
        let people = f64::from(candidate.population.max(500));
        (people + traffic)
            * match candidate.grade {
                Grade::Main => 1.0,
                Grade::Usual => 0.6,
                Grade::Other | Grade::Part => 0.03,
            }
    }

    fn add_famous_namesake(&self, called: &[Candidate], fits: &[Candidate], matches: &mut Vec<CityMatch>) {
        let largest = fits
            .iter()
            .map(|candidate| candidate.population)
            .max()
            .unwrap_or(u32::MAX);
        let abroad = called.iter().filter(|c| matches!(c.grade, Grade::Main | Grade::Usual));
        let Some(famous) = abroad.max_by_key(|c| (c.population, std::cmp::Reverse(c.city))) else {
            return;
        };
        let unlike = largest < 100_000 && famous.population >= 500_000 && famous.population / 20 >= largest;
        if !unlike || matches.iter().any(|found| found.city == famous.city) {
            return;
        }
        matches.iter_mut().for_each(|found| {
            found.p *= 1.0 - FAMOUS_NAMESAKE;
            found.how = HowMatched::Approximate;
        });
        let p = NAME * FAMOUS_NAMESAKE;
        let famous = CityMatch {
            city: famous.city,
            p,
            how: HowMatched::Approximate,
            at: famous.at,
        };
        matches.push(famous);
        matches.sort_by(|a, b| b.p.total_cmp(&a.p));
    }
}
