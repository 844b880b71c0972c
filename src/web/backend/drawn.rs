//! What the map draws of a selection, and how many it cannot draw.
//! Called by `GET /map/people.geojson` and, for the number, by the map page, with the same query.
//! Always holds: whoever is listed is drawn once or counted as not drawn.

use std::collections::BTreeMap;

use app::view::geojson::{self, CountryOnly, Feature, Move, PeopleMap, Person};
use app::view::{AppError, Grade, MapQuery, Undrawn};
use chrono::{DateTime, Utc};

use super::lines::{About, Line};
use super::people::count;
use super::places::country_name;
use super::selection::Selection;
use crate::place::{CountryCode, Gazetteer};
use crate::store::Scope;
use crate::web::AppState;
use crate::whereabouts::PlaceKind;

/// Where the map has a line.
enum Drawn {
    Point([f64; 2]),
    /// Somewhere in this country, its number at the point.
    Country(CountryCode, [f64; 2]),
    /// Between two points.
    Way([f64; 2], [f64; 2]),
}

/// None if nobody can say where on the map the line would be.
fn drawn(line: &Line) -> Option<Drawn> {
    if line.about == About::Moving {
        return Some(Drawn::Way(line.who.move_from?, line.who.move_to?));
    }
    if line.about == About::Nothing {
        return None;
    }
    let place = line.spot()?;
    match (place.kind, place.point) {
        (PlaceKind::Country, _) | (PlaceKind::Region, None) => {
            let code = CountryCode::parse(place.country.as_deref()?)?;
            let at = Gazetteer::embedded().country(code)?.at;
            Some(Drawn::Country(code, [at.lon, at.lat]))
        }
        (_, point) => point.map(Drawn::Point),
    }
}

pub fn undrawn<'a>(lines: impl Iterator<Item = &'a Line>) -> Undrawn {
    let mut out = Undrawn::default();
    for line in lines.filter(|line| drawn(line).is_none()) {
        match line.about {
            About::Home => out.home += 1,
            _ => out.nowhere += 1,
        }
    }
    out
}

/// What the map draws for a query.
pub async fn people_map(state: &AppState, scope: &Scope, query: &MapQuery) -> Result<PeopleMap, AppError> {
    let selection = Selection::of(state, scope, query).await?;
    let at = selection.everyone.at;
    let known = selection.incident.as_ref().and_then(|i| i.known.as_ref());
    let mut features =
        Vec::from_iter(known.map(|k| geojson::area(k.outline(), k.country().map(ToOwned::to_owned), k.bounds())));
    let mut alone = Vec::new();
    let mut countries: BTreeMap<CountryCode, ([f64; 2], Vec<&Line>)> = BTreeMap::new();
    let mut moves: BTreeMap<String, ([[f64; 2]; 2], Vec<&Line>)> = BTreeMap::new();
    for line in selection.listed() {
        match drawn(line) {
            Some(Drawn::Point(point)) => alone.push((point, person(line))),
            Some(Drawn::Country(code, at)) => countries.entry(code).or_insert((at, Vec::new())).1.push(line),
            Some(Drawn::Way(from, to)) => {
                let key = format!("{:?} {:?} {:?}", line.who.identity, line.way(), line.who.departs);
                moves.entry(key).or_insert(([from, to], Vec::new())).1.push(line);
            }
            None => {}
        }
    }
    features.extend(geojson::people(alone, query.person.as_deref()));
    features.extend(
        countries
            .into_iter()
            .map(|(code, (at, people))| country(code, at, &people)),
    );
    features.extend(moves.into_values().map(|(ends, people)| on_the_way(ends, &people, at)));
    Ok(PeopleMap::new(features))
}

fn person(line: &Line) -> Person {
    let place = line.spot();
    Person {
        id: line.who.traveler.clone(),
        name: line.who.name.clone(),
        place: line.place(),
        grade: line.grade(),
        percent: line.percent(),
        radius_km: place.map_or(0.0, |p| if p.kind == PlaceKind::Venue { 0.0 } else { p.radius_km }),
        old: line.old,
        help: false,
    }
}

/// The id, if it is one person.
fn only(people: &[&Line]) -> Option<String> {
    match people {
        [one] => Some(one.who.traveler.clone()),
        _ => None,
    }
}

fn country(code: CountryCode, at: [f64; 2], people: &[&Line]) -> Feature {
    let out = CountryOnly {
        iso: code.as_str().to_owned(),
        name: country_name(code.as_str()),
        n: count(people.len()),
        id: only(people),
    };
    geojson::country(at, out)
}

fn on_the_way([from, to]: [[f64; 2]; 2], people: &[&Line], at: DateTime<Utc>) -> Feature {
    let first = people.first();
    let out = Move {
        mode: first
            .and_then(|l| l.who.mode.clone())
            .unwrap_or_else(|| "air".to_owned()),
        identity: first.and_then(|l| l.who.identity.clone()),
        f: first.map_or(0.5, |l| l.along(at)),
        n: count(people.len()),
        id: only(people),
        grade: people.iter().map(|l| l.grade()).min().unwrap_or(Grade::Unknown),
        old: people.iter().any(|l| l.old),
        help: false,
    };
    geojson::on_the_way(from, to, out)
}
