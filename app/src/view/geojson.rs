//! What the map draws: the answer of `GET /map/people.geojson?<the page's query>`.
//! Written by the server, read by `js/map.js`. A point is claimed only as finely as it is known (R200): an address has no
//! radius, a city has its true radius, a country has no point of its own but a pill, a flight without number has a corridor.
//! Longitude first, WGS 84. Everybody in the list is in exactly one feature, or is counted by one (`n`).

use super::map_page::{ByGrade, Grade};
use serde::Serialize;
use std::collections::BTreeMap;

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
    /// Rings of an area.
    Polygon(Vec<Vec<[f64; 2]>>),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Properties {
    Person(Person),
    Country(CountryOnly),
    Move(Move),
    Cell(Cell),
    Area(AreaOfIncident),
}

/// Where the incident is. A country has a shape on the map already, and no ring here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaOfIncident {
    /// ISO 3166-1 alpha-2, if it is a country.
    pub iso: Option<String>,
    /// West, south, east, north of where its cities are, in degrees, if it is a country.
    pub bounds: Option<[f64; 4]>,
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

/// Many people close together (a point): the server's word where there are too many to send one by one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// How many people.
    pub n: u32,
    #[serde(flatten)]
    pub grades: ByGrade,
    /// Of them over 24 h old, and asking for help.
    pub stale: u32,
    pub asking: u32,
    /// Half its width, in degrees: where to look for them.
    pub span: f64,
    /// The only one's id, if `n` is 1.
    pub id: Option<String>,
    /// The strongest grade.
    pub grade: Grade,
    /// True for one who is.
    pub old: bool,
    pub help: bool,
}

/// Features of single people, at most; beyond it they are counted by cells.
pub const MOST_PEOPLE: usize = 20_000;
/// Cells, at most.
pub const MOST_CELLS: usize = 5_000;

/// People at places: one by one, or counted by cells where they are too many. The chosen one is never counted by a cell:
/// the map draws them apart.
pub fn people(people: Vec<([f64; 2], Person)>, chosen: Option<&str>) -> Vec<Feature> {
    let single = |people: Vec<([f64; 2], Person)>| people.into_iter().map(|(at, one)| person(at, one));
    if people.len() <= MOST_PEOPLE {
        return single(people).collect();
    }
    let (apart, many): (Vec<_>, Vec<_>) = people.into_iter().partition(|(_, one)| chosen == Some(one.id.as_str()));
    single(apart).chain(cells(&many)).collect()
}

/// Counts people by cells that grow until there are few enough; everybody is in exactly one.
fn cells(people: &[([f64; 2], Person)]) -> Vec<Feature> {
    let mut width = 0.02;
    loop {
        let mut found: BTreeMap<(i64, i64), ([f64; 2], Cell)> = BTreeMap::new();
        for ([lon, lat], one) in people {
            let key = ((lon / width).floor() as i64, (lat / width).floor() as i64);
            let (sum, cell) = found.entry(key).or_insert_with(|| {
                let cell = Cell {
                    n: 0,
                    grades: ByGrade::default(),
                    stale: 0,
                    asking: 0,
                    span: (width / 2.0_f64).max(0.05),
                    id: Some(one.id.clone()),
                    grade: one.grade,
                    old: one.old,
                    help: one.help,
                };
                ([0.0; 2], cell)
            });
            *sum = [sum[0] + lon, sum[1] + lat];
            cell.n += 1;
            cell.grades.add(one.grade);
            cell.stale += u32::from(one.old);
            cell.asking += u32::from(one.help);
            if cell.n > 1 {
                cell.id = None;
            }
            cell.grade = cell.grade.min(one.grade);
        }
        if found.len() <= MOST_CELLS || width > 20.0 {
            let middle = |[lon, lat]: [f64; 2], n: u32| [lon / f64::from(n), lat / f64::from(n)];
            return found
                .into_values()
                .map(|(sum, cell)| feature(Geometry::Point(middle(sum, cell.n)), Properties::Cell(cell)))
                .collect();
        }
        width *= 2.0;
    }
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

/// Where the incident is: an outline, or a country and its bounds (west, south, east, north).
pub fn area(outline: Option<Vec<[f64; 2]>>, iso: Option<String>, bounds: Option<[f64; 4]>) -> Feature {
    feature(
        Geometry::Polygon(outline.into_iter().collect()),
        Properties::Area(AreaOfIncident { iso, bounds }),
    )
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
    fn many_people_are_counted_by_few_cells_and_nobody_is_lost() {
        let one = |i: usize| {
            let person = Person {
                id: format!("t{i}"),
                name: "Maya Okafor".into(),
                place: "London".into(),
                grade: Grade::EVERY[i % 5],
                percent: 80,
                radius_km: 25.0,
                old: i.is_multiple_of(7),
                help: i == 3,
            };
            // All over the world, a hundred in London.
            let at = if i < 100 {
                [-0.12, 51.51]
            } else {
                [
                    (i * 37 % 36_000) as f64 / 100.0 - 180.0,
                    (i * 91 % 17_000) as f64 / 100.0 - 85.0,
                ]
            };
            (at, person)
        };
        let people: Vec<_> = (0..50_000).map(one).collect();
        let found = cells(&people);
        assert!(found.len() <= MOST_CELLS, "{}", found.len());
        let cells: Vec<&Cell> = found
            .iter()
            .filter_map(|f| match &f.properties {
                Properties::Cell(cell) => Some(cell),
                _ => None,
            })
            .collect();
        assert_eq!(cells.iter().map(|c| c.n).sum::<u32>(), 50_000);
        assert!(
            cells
                .iter()
                .all(|c| c.grades.total() == c.n && c.id.is_some() == (c.n == 1))
        );
        assert_eq!(cells.iter().map(|c| c.asking).sum::<u32>(), 1);
        let few = super::cells(&people[..100]);
        assert_eq!(few.len(), 1);
        let json = serde_json::to_value(&few[0]).unwrap_or_default();
        assert_eq!(
            (&json["properties"]["n"], &json["properties"]["kind"]),
            (&100.into(), &"cell".into())
        );
        assert_eq!(json["properties"]["confirmed"], 20);
    }

    #[test]
    fn the_chosen_one_is_in_no_cell_and_everybody_is_counted_once() {
        let one = |i: usize| {
            let person = Person {
                id: format!("t{i}"),
                name: "Maya Okafor".into(),
                place: "London".into(),
                grade: Grade::Booked,
                percent: 80,
                radius_km: 25.0,
                old: false,
                help: false,
            };
            ([-0.12, 51.51], person)
        };
        let counted = |many: usize, chosen: Option<&str>| {
            let features = people((0..many).map(one).collect(), chosen);
            let n = |f: &Feature| match &f.properties {
                Properties::Cell(cell) => cell.n,
                _ => 0,
            };
            let apart = features.iter().filter_map(|f| match &f.properties {
                Properties::Person(person) => Some(person.id.clone()),
                _ => None,
            });
            (features.iter().map(n).sum::<u32>(), apart.collect::<Vec<_>>())
        };
        let many = MOST_PEOPLE + 1;
        assert_eq!(counted(many, None), (20_001, vec![]));
        assert_eq!(counted(many, Some("t7")), (20_000, vec!["t7".to_owned()]));
        assert_eq!(counted(many, Some("nobody of these")), (20_001, vec![]));
        // One by one, the browser finds the chosen one itself.
        assert_eq!(counted(MOST_PEOPLE, Some("t7")).1.len(), MOST_PEOPLE);
    }

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
