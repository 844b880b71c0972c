//! The area of an incident: what its name means, its shape, and what it is called.
//! Called when an incident is asked about, by the page, the map, the sheet and the files alike.
//! Always holds: a name that means several places says which others; one that means none lists nobody.

use app::tf;
use app::view::incident::{Area as Asked, Incident, Meaning};

use super::places::{city_called, country_name, zone_of_code};
use crate::place::{City, Code, CountryCode, Gazetteer, LonLat, Zone};
use crate::whereabouts::{Area, Shape};

/// The one zone of an area: that of its middle, or of its country if that has one only.
pub fn zone_in(area: &Area) -> Option<Zone> {
    let gazetteer = Gazetteer::embedded();
    let at = |point: &[f64]| match point {
        [lon, lat, ..] => gazetteer.zone_at(LonLat::new(*lon, *lat)),
        _ => None,
    };
    match area {
        Area::Circle { center, .. } => at(center),
        Area::Polygon(shape) => shape.rings().first().and_then(|ring| at(ring.first()?)),
        Area::Country(code) => gazetteer.country(CountryCode::parse(code)?)?.sole_zone,
        Area::City(key) => zone_of_code(key).or_else(|| gazetteer.city_by_key(key).map(|city| city.zone)),
    }
}

/// Around a point or an airport, if no distance is given, km.
const AROUND_KM: f64 = 10.0;
/// Other meanings that are offered.
const OTHERS: usize = 5;
/// Corners of a circle that is drawn.
const CIRCLE: usize = 72;
/// What a city is drawn as, km.
const CITY_KM: f64 = 25.0;

/// An area that is understood.
pub struct Known {
    pub area: Area,
    pub label: String,
    pub others: Vec<Meaning>,
}

impl Known {
    /// What was asked for; `None` if nothing is called so.
    pub fn of(incident: &Incident) -> Option<Known> {
        let km = incident.km.map(f64::from);
        let alone = |area, label| {
            Some(Known {
                area,
                label,
                others: Vec::new(),
            })
        };
        match &incident.area {
            Asked::Named(text) => named(text, km),
            Asked::Country(code) => {
                Gazetteer::embedded().country(CountryCode::parse(code)?)?;
                alone(Area::Country(code.clone()), country_name(code))
            }
            Asked::City(key) => {
                let (area, label) = city(Gazetteer::embedded().city_by_key(key)?, km);
                alone(area, label)
            }
            Asked::Point(at) => {
                let at = degrees(*at);
                let (area, label) = around(at, km.unwrap_or(AROUND_KM), &near(at));
                alone(area, label)
            }
            Asked::Polygon(corners) => {
                let mut ring: Vec<Vec<f64>> = corners.iter().map(|c| degrees(*c).to_vec()).collect();
                ring.extend(ring.first().cloned());
                let label = corners.first().map(|c| near(degrees(*c))).unwrap_or_default();
                alone(
                    Area::Polygon(Shape::Polygon(vec![ring])),
                    tf!("Drawn area near {label}", "Gezeichnete Fläche bei {label}"),
                )
            }
        }
    }

    /// Its outline for the map, in rings of longitude and latitude; none for a country, which has a shape of its own there.
    pub fn outline(&self) -> Option<Vec<[f64; 2]>> {
        match &self.area {
            Area::Circle { center, radius_km } => Some(circle(*center, *radius_km)),
            Area::City(key) => {
                let at = Gazetteer::embedded().city_by_key(key)?.at;
                Some(circle([at.lon, at.lat], CITY_KM))
            }
            Area::Polygon(Shape::Polygon(rings)) => {
                let ring = rings.first()?;
                Some(ring.iter().filter_map(|c| Some([*c.first()?, *c.get(1)?])).collect())
            }
            Area::Polygon(Shape::MultiPolygon(_)) | Area::Country(_) => None,
        }
    }

    /// West, south, east, north of the country that it is.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        Gazetteer::embedded().country_bounds(CountryCode::parse(self.country()?)?)
    }

    /// The country that it is, if it is one.
    pub fn country(&self) -> Option<&str> {
        match &self.area {
            Area::Country(code) => Some(code),
            _ => None,
        }
    }
}

fn degrees(at: [i32; 2]) -> [f64; 2] {
    at.map(|n| f64::from(n) / 10_000.0)
}

/// Corners of a circle on the ground; longitudes go on past 180 rather than jump.
fn circle([lon, lat]: [f64; 2], km: f64) -> Vec<[f64; 2]> {
    let (distance, lat) = (km / 6_371.0, lat.to_radians());
    let corner = |i: usize| {
        let bearing = std::f64::consts::TAU * i as f64 / CIRCLE as f64;
        let there = (lat.sin() * distance.cos() + lat.cos() * distance.sin() * bearing.cos()).asin();
        let east = (bearing.sin() * distance.sin() * lat.cos()).atan2(distance.cos() - lat.sin() * there.sin());
        [lon + east.to_degrees(), there.to_degrees()]
    };
    (0..=CIRCLE).map(corner).collect()
}

/// What is there: a city, else a country, else the degrees.
fn near([lon, lat]: [f64; 2]) -> String {
    let (gazetteer, at) = (Gazetteer::embedded(), LonLat::new(lon, lat));
    if let Some(city) = gazetteer.city_near(at, 60.0) {
        return full(city);
    }
    match gazetteer.country_at(at) {
        Some(code) => country_name(code.as_str()),
        None => format!(
            "{:.2}° {}, {:.2}° {}",
            lat.abs(),
            if lat < 0.0 { "S" } else { "N" },
            lon.abs(),
            if lon < 0.0 { "W" } else { "E" }
        ),
    }
}

/// `Paris, France`; where several cities of a country are called so, with their state.
fn full(city: &City) -> String {
    let (name, country) = (city_called(city), country_name(city.country.as_str()));
    match (&city.state, Gazetteer::embedded().goes_by_its_name(city.id)) {
        (_, true) if name == country => country,
        (_, true) | (None, false) => format!("{name}, {country}"),
        (Some(state), false) => format!("{name}, {state}, {country}"),
    }
}

fn city(city: &City, km: Option<f64>) -> (Area, String) {
    match km {
        Some(km) => around([city.at.lon, city.at.lat], km, &full(city)),
        None => (Area::City(city.key()), full(city)),
    }
}

fn around(center: [f64; 2], radius_km: f64, what: &str) -> (Area, String) {
    (
        Area::Circle { center, radius_km },
        tf!("{radius_km:.0} km around {what}", "{radius_km:.0} km um {what}"),
    )
}

/// Degrees as people write them: latitude first, `41.01, 28.98`.
fn point(text: &str) -> Option<[f64; 2]> {
    let (lat, lon) = text.split_once([',', ' ', ';'])?;
    let number = |text: &str, most: f64| text.trim().parse::<f64>().ok().filter(|n| n.abs() <= most);
    Some([number(lon, 180.0)?, number(lat, 90.0)?])
}

fn named(text: &str, km: Option<f64>) -> Option<Known> {
    let gazetteer = Gazetteer::embedded();
    if let Some(at) = point(text) {
        let (area, label) = around(at, km.unwrap_or(AROUND_KM), &near(at));
        return Some(Known {
            area,
            label,
            others: Vec::new(),
        });
    }
    // Every meaning in order: a country by its name, a city or an airport by its code, cities by their name.
    let mut meanings: Vec<Meaning> = Vec::new();
    let mut add = |area: Asked, label: String| {
        if !meanings.iter().any(|known| known.area == area) {
            meanings.push(Meaning { label, area });
        }
    };
    let upper = text.trim().to_ascii_uppercase();
    let code = (upper.len() == 3).then(|| Code::parse(&upper)).flatten();
    let country = gazetteer.country_named(text);
    let nation = |add: &mut dyn FnMut(Asked, String)| {
        if let Some(country) = country {
            let code = country.code.as_str();
            add(Asked::Country(code.to_owned()), country_name(code));
        }
    };
    if code.is_none() {
        nation(&mut add);
    }
    if let Some(found) = code.and_then(|c| gazetteer.city_by_code(c)) {
        add(Asked::City(found.key()), full(found));
    }
    if let Some(airport) = code.and_then(|c| gazetteer.airport(c)) {
        let at = [airport.at.lon, airport.at.lat].map(|d| (d * 10_000.0).round() as i32);
        let name = tf!(
            "{upper} airport, {}",
            "Flughafen {upper}, {}",
            city_called(gazetteer.city(airport.city))
        );
        add(Asked::Point(at), name);
    }
    for found in gazetteer.cities_named(text, None, None) {
        let found = gazetteer.city(found.city);
        add(Asked::City(found.key()), full(found));
    }
    // Three letters are rather a code of the air than one of ISO 3166.
    nation(&mut add);
    let mut meanings = meanings.into_iter();
    let first = meanings.next()?;
    let meant = Known::of(&Incident {
        km: km.map(|km| km as u32),
        ..Incident::of(first.area.clone())
    })?;
    let label = match first.area {
        Asked::Point(_) => tf!(
            "{:.0} km around {}",
            "{:.0} km um {}",
            km.unwrap_or(AROUND_KM),
            first.label
        ),
        _ => meant.label.clone(),
    };
    Some(Known {
        label,
        others: meanings.take(OTHERS).collect(),
        ..meant
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str, km: Option<u32>) -> Known {
        let incident = Incident {
            km,
            ..Incident::of(Asked::parse(text).unwrap())
        };
        Known::of(&incident).unwrap_or_else(|| panic!("nothing is called {text}"))
    }

    #[test]
    fn a_name_means_a_country_a_city_or_an_airport_and_says_what_else() {
        assert_eq!(known("Türkiye", None).area, Area::Country("TR".into()));
        assert_eq!(known("istanbul", None).area, Area::City("IST".into()));
        let georgia = known("Georgia", None);
        assert_eq!(georgia.area, Area::Country("GE".into()));
        let london = known("London", None);
        assert_eq!(
            (london.area, london.label.as_str()),
            (Area::City("LON".into()), "London, United Kingdom")
        );
        assert!(
            london.others.iter().any(|m| m.label.contains("Canada")),
            "{:?}",
            london.others
        );
        let airport = known("LHR", None);
        assert!(
            matches!(airport.area, Area::Circle { radius_km, .. } if radius_km == AROUND_KM),
            "{}",
            airport.label
        );
        assert!(airport.label.contains("LHR airport, London"), "{}", airport.label);
    }

    #[test]
    fn a_distance_makes_a_circle_around_it() {
        let circle = known("Istanbul", Some(50));
        assert!(matches!(circle.area, Area::Circle { radius_km, .. } if radius_km == 50.0));
        assert_eq!(circle.label, "50 km around Istanbul, Türkiye");
        let here = known("41.01, 28.98", None);
        assert_eq!(here.label, "10 km around Istanbul, Türkiye");
    }

    #[test]
    fn what_nothing_is_called_is_nothing() {
        for odd in ["qwxzqwxz", "country:XX", "city:nowhere", "999, 999", "-"] {
            assert!(Known::of(&Incident::of(Asked::parse(odd).unwrap())).is_none(), "{odd}");
        }
    }

    #[test]
    fn r201_a_circle_at_the_date_line_has_no_jump() {
        let ring = circle([179.9, -17.0], 200.0);
        assert_eq!(ring.len(), CIRCLE + 1);
        assert!(ring.windows(2).all(|w| (w[0][0] - w[1][0]).abs() < 1.0));
        let at = LonLat::new(179.9, -17.0);
        for [lon, lat] in ring {
            let lon = if lon > 180.0 { lon - 360.0 } else { lon };
            assert!((at.distance_km(LonLat::new(lon, lat)) - 200.0).abs() < 2.0);
        }
    }
}
