//! What the map draws: the answer of `GET /map/people.geojson?<the page's query>`.
//! Written by the server, read by `js/map.js`. A point is claimed only as finely as it is known (R200): an address has no
//! radius, a city has its true radius, a country has no point of its own but a pill, a flight without number has a corridor.
//! Longitude first, WGS 84. Everybody in the list is in exactly one feature, or is counted by one (`n`).

use super::map_page::Grade;
use serde::Serialize;

/// The whole answer. Serve it as `application/geo+json`, `Cache-Control: private, no-store` or with an ETag.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeopleMap {
    #[serde(rename = "type")]
    kind: &'static str,
    pub features: Vec<Feature>,
}

impl PeopleMap {
    pub fn new(features: Vec<Feature>) -> Self {
        PeopleMap {
            kind: "FeatureCollection",
            features,
        }
    }
}

/// One feature; made by the functions below, so that geometry and properties fit together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Feature {
    #[serde(rename = "type")]
    kind: &'static str,
    pub geometry: Geometry,
    pub properties: Properties,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Geometry {
    Point([f64; 2]),
    /// Both ends of a move; the map draws the great circle between them.
    LineString([[f64; 2]; 2]),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Properties {
    Person(Person),
    Country(CountryOnly),
    Move(Move),
}

/// A person at a place (a point).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Person {
    /// The traveler's id: what a click selects.
    pub id: String,
    pub name: String,
    /// `London`
    pub place: String,
    pub grade: Grade,
    /// 1..=99
    pub percent: u8,
    /// True radius of what is known, in km; 0 for an address or a venue.
    pub radius_km: f64,
    /// Over 24 h old: stripes, and a clock on the group.
    pub old: bool,
    /// Asked for help: the red octagon.
    pub help: bool,
}

/// People of whom only the country is known (a point: where the pill stands).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CountryOnly {
    /// ISO 3166-1 alpha-2: the country that is hatched.
    pub iso: String,
    pub name: String,
    /// How many people.
    pub n: u32,
    /// The only one's id, if `n` is 1.
    pub id: Option<String>,
}

/// People on the way (a line of two ends). People on the same flight share one feature.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// `air`, `rail`, `road`, `sea`
    pub mode: String,
    /// `BA 117`; none draws a corridor and no plane (R25).
    pub identity: Option<String>,
    /// How far along, 0..=1 (R197).
    pub f: f64,
    pub n: u32,
    /// The only one's id, if `n` is 1.
    pub id: Option<String>,
    /// The strongest grade of those on it.
    pub grade: Grade,
    pub old: bool,
    pub help: bool,
}

/// A person at `[longitude, latitude]`.
pub fn person(at: [f64; 2], person: Person) -> Feature {
    feature(Geometry::Point(at), Properties::Person(person))
}

/// People somewhere in a country, their pill at `[longitude, latitude]`.
pub fn country(at: [f64; 2], country: CountryOnly) -> Feature {
    feature(Geometry::Point(at), Properties::Country(country))
}

/// People between `from` and `to`.
pub fn on_the_way(from: [f64; 2], to: [f64; 2], r#move: Move) -> Feature {
    feature(Geometry::LineString([from, to]), Properties::Move(r#move))
}

fn feature(geometry: Geometry, properties: Properties) -> Feature {
    Feature {
        kind: "Feature",
        geometry,
        properties,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_the_map_reads() {
        let someone = Person {
            id: "t1".into(),
            name: "Maya Okafor".into(),
            place: "London".into(),
            grade: Grade::Intent,
            percent: 80,
            radius_km: 25.0,
            old: false,
            help: false,
        };
        let flight = Move {
            mode: "air".into(),
            identity: None,
            f: 0.5,
            n: 2,
            id: None,
            grade: Grade::Intent,
            old: false,
            help: false,
        };
        let map = PeopleMap::new(vec![
            person([-0.12, 51.51], someone),
            on_the_way([-73.8, 40.6], [-0.5, 51.5], flight),
        ]);
        let json = serde_json::to_value(&map).unwrap_or_default();
        assert_eq!(json["type"], "FeatureCollection");
        assert_eq!(json["features"][0]["geometry"]["type"], "Point");
        assert_eq!(json["features"][0]["geometry"]["coordinates"][0], -0.12);
        assert_eq!(json["features"][0]["properties"]["kind"], "person");
        assert_eq!(json["features"][0]["properties"]["grade"], "intent");
        assert_eq!(json["features"][1]["properties"]["kind"], "move");
        assert_eq!(json["features"][1]["properties"]["identity"], serde_json::Value::Null);
        assert_eq!(json["features"][1]["geometry"]["coordinates"][1][0], -0.5);
    }
}
