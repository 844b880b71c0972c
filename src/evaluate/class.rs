//! What an hour is compared by: a city, home, on the way, around a city, or nothing known (R264).
//! Called by `walk`, `baselines` and `exposure`.
//! Always holds: the truth of every instant has exactly one class.

use crate::sandbox::truth::{Doing, Episode as Truth};
use crate::whereabouts::{Grade, PlaceKind, State, Whereabouts};

/// Where somebody is, as coarse as an answer is judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// IATA city code, or the key of a city without one.
    City(String),
    Home,
    OnTheWay,
    /// Out of town, in this country (ISO 3166-1 alpha-2).
    Around(String),
    Unknown,
}

impl Class {
    /// Of the truth; `home` is the IATA city code of the home.
    pub fn of(truth: &Truth, home: &str) -> Class {
        match (truth.doing, truth.city) {
            (Doing::Home, _) => Class::Home,
            (Doing::Air | Doing::Rail, _) => Class::OnTheWay,
            (Doing::DayOut, _) | (_, None) => Class::Around(truth.country.unwrap_or_default().to_owned()),
            (_, Some(city)) if city == home => Class::Home,
            (_, Some(city)) => Class::City(city.to_owned()),
        }
    }

    /// Of an IATA city code.
    pub fn city(code: &str, home: &str) -> Class {
        if code == home {
            Class::Home
        } else {
            Class::City(code.to_owned())
        }
    }
}

/// An answer's probabilities by class; what is neither a city nor around one is unknown.
pub fn classes(answer: &Whereabouts) -> Vec<(Class, f64)> {
    let mut list: Vec<(Class, f64)> = answer
        .hypotheses
        .iter()
        .map(|likely| {
            let place = &likely.place;
            let class = match place.kind {
                PlaceKind::Region | PlaceKind::Country => Class::Around(place.country.clone().unwrap_or_default()),
                _ => Class::City(
                    place
                        .code
                        .clone()
                        .or_else(|| place.city_key.clone())
                        .unwrap_or_default(),
                ),
            };
            (class, likely.p)
        })
        .collect();
    list.push((Class::Home, answer.home));
    list.push((Class::OnTheWay, answer.in_transit));
    list.push((Class::Unknown, answer.unknown));
    list
}

/// The most probable class and its probability.
pub fn top(classes: &[(Class, f64)]) -> (Class, f64) {
    let best = classes
        .iter()
        .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    best.cloned().unwrap_or((Class::Unknown, 1.0))
}

/// Probability of a class.
pub fn p_of(classes: &[(Class, f64)], class: &Class) -> f64 {
    classes.iter().filter(|(other, _)| other == class).map(|(_, p)| p).sum()
}

/// How an answer's best class is known, in a word.
pub fn grade(answer: &Whereabouts, top: &Class) -> &'static str {
    match (top, answer.hypotheses.first().map(|likely| likely.grade)) {
        (Class::Home, _) => "home",
        (Class::OnTheWay, _) => "on the way",
        (Class::Unknown, _) | (_, None) => "unknown",
        (_, Some(Grade::Confirmed)) => "confirmed",
        (_, Some(Grade::Booked)) => "booked",
        (_, Some(Grade::Intent)) => "intent",
        (_, Some(Grade::Inferred)) => "inferred",
    }
}

/// A state's name.
pub fn state(state: State) -> &'static str {
    match state {
        State::Home => "home",
        State::PreDeparture => "pre_departure",
        State::InTransit => "in_transit",
        State::Connection => "connection",
        State::Stopover => "stopover",
        State::Stay => "stay",
        State::PostArrival => "post_arrival",
        State::Unknown => "unknown",
    }
}
