//! Who was in an area during an incident (R190, R191).
//! Called by `POST /api/v1/exposure` and `locate`, on a timeline or on stored episodes.
//! Always holds: flying over an area is no exposure; leaving or reaching it within three hours is (R191).

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::place::{Code, Gazetteer, LonLat};

use super::judgement::Judgement;
use super::times::{DAY, Span};
use super::view::most_in;
use super::{Episode, Exposure, Group, Move, Place, PlaceKind, Ramp, Timeline, region};

/// The area of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Within a distance of a point.
    Circle {
        /// Longitude, latitude.
        center: [f64; 2],
        /// km
        radius_km: f64,
    },
    /// A GeoJSON Polygon or MultiPolygon.
    Polygon(Shape),
    /// ISO 3166-1 alpha-2.
    Country(String),
    /// IATA code of a city or of one of its airports, or `City::key`.
    City(String),
}

/// GeoJSON geometry with areas; rings of [longitude, latitude], the first ring is the outer one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Shape {
    /// One polygon.
    Polygon(Vec<Vec<Vec<f64>>>),
    /// Several.
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
}

impl Shape {
    /// All rings, outer and inner.
    pub fn rings(&self) -> Vec<&Vec<Vec<f64>>> {
        match self {
            Shape::Polygon(rings) => rings.iter().collect(),
            Shape::MultiPolygon(polygons) => polygons.iter().flatten().collect(),
        }
    }

    /// Whether `at` is inside, and how far from the nearest edge, km. Longitudes are taken relative to `at`, so the date line is no edge.
    fn distance(&self, at: LonLat) -> (bool, f64) {
        let (mut inside, mut nearest) = (false, f64::INFINITY);
        for ring in self.rings() {
            let mut points: Vec<(f64, f64)> = Vec::with_capacity(ring.len());
            for position in ring {
                let [lon, lat, ..] = position.as_slice() else { continue };
                // The next corner is on the near side of the one before: no edge spans more than half the globe.
                let near = points.last().map_or(at.lon, |(x, _)| at.lon + x);
                points.push((near - at.lon + wrapped(lon - near), *lat));
            }
            for pair in points.windows(2) {
                let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
                if (y1 > at.lat) != (y2 > at.lat) && 0.0 < x1 + (at.lat - y1) / (y2 - y1) * (x2 - x1) {
                    inside = !inside;
                }
                nearest = nearest.min(edge_km(at.lat, pair[0], pair[1]));
            }
        }
        (inside, nearest)
    }
}

fn wrapped(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

/// Distance from (0, lat) to an edge, on a map that is true around that latitude.
fn edge_km(lat: f64, a: (f64, f64), b: (f64, f64)) -> f64 {
    let (kx, ky) = (111.32 * lat.to_radians().cos(), 110.57);
    let (ax, ay, bx, by) = (a.0 * kx, (a.1 - lat) * ky, b.0 * kx, (b.1 - lat) * ky);
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let f = if length > 0.0 {
        (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (ax + f * dx).hypot(ay + f * dy)
}

/// How much of a place that is known up to `radius_km` lies in the area, 0..=1; half where its middle is on the edge.
fn share(depth_km: f64, radius_km: f64) -> f64 {
    if radius_km <= 0.0 {
        return if depth_km >= 0.0 { 1.0 } else { 0.0 };
    }
    ((depth_km + radius_km) / (2.0 * radius_km)).clamp(0.0, 1.0)
}

impl Area {
    /// The share of a place that lies in the area, 0..=1.
    pub fn share_of(&self, place: &Place) -> f64 {
        match self {
            Area::Country(code) => f64::from(u8::from(
                place.country.as_deref().is_some_and(|c| c.eq_ignore_ascii_case(code)),
            )),
            Area::City(code) => f64::from(u8::from(
                place.kind != PlaceKind::Country && place.city_key.is_some() && place.city_key == city_key(code),
            )),
            // A country as a whole says nothing about a part of it.
            _ if place.kind == PlaceKind::Country => 0.0,
            Area::Circle { center, radius_km } => place.point.map_or(0.0, |at| {
                share(
                    radius_km - region::lonlat(*center).distance_km(region::lonlat(at)),
                    place.radius_km,
                )
            }),
            Area::Polygon(shape) => place.point.map_or(0.0, |at| {
                let (inside, edge) = shape.distance(region::lonlat(at));
                share(if inside { edge } else { -edge }, place.radius_km)
            }),
        }
    }
}

impl Area {
    /// A place as somebody writes it: the code of a city or one of its airports, a `City::key`, a country's code or name, or
    /// the name of a city.
    pub fn named(text: &str) -> Option<Area> {
        let (text, gazetteer) = (text.trim(), Gazetteer::embedded());
        if let Some(key) = city_key(text) {
            return Some(Area::City(key));
        }
        if let Some(country) = gazetteer.country_named(text) {
            return Some(Area::Country(country.code.to_string()));
        }
        let found = gazetteer.cities_named(text, None, None);
        found.first().map(|found| Area::City(gazetteer.city(found.city).key()))
    }
}

pub(super) fn city_key(code: &str) -> Option<String> {
    let gazetteer = Gazetteer::embedded();
    let by_code = Code::parse(code).and_then(|code| {
        gazetteer
            .city_by_code(code)
            .or_else(|| gazetteer.airport(code).map(|airport| gazetteer.city(airport.city)))
    });
    by_code.or_else(|| gazetteer.city_by_key(code)).map(|city| city.key())
}

/// The probability of being in the area at a fraction of an episode, as a pair of numbers for both ends.
pub(super) fn in_area(area: &Area, episode: &Episode) -> Ramp {
    let mut sum = Ramp::default();
    let mut add = |p: Ramp, share: f64| {
        sum.from += p.from * share;
        sum.until += p.until * share;
    };
    for hypothesis in &episode.hypotheses {
        let share = match (area, &hypothesis.venue) {
            (Area::Country(code), _) => hypothesis
                .shares()
                .filter(|(country, _)| country.eq_ignore_ascii_case(code))
                .map(|(_, share)| share)
                .sum(),
            (_, Some((venue, p))) => p * area.share_of(venue) + (1.0 - p) * area.share_of(&hypothesis.place),
            (_, None) => area.share_of(&hypothesis.place),
        };
        add(hypothesis.p, share);
    }
    if let Some(home) = &episode.home_place {
        add(episode.home, area.share_of(home));
    }
    sum
}

fn most(area: &Area, episodes: &[&Episode], span: Span) -> f64 {
    let values = episodes.iter().filter_map(|episode| {
        // An episode that only touches the span's start with its end belongs to the time before.
        if episode.until.timestamp() <= span.from {
            return None;
        }
        let p = in_area(area, episode);
        most_in(episode, span, |f| p.at(f))
    });
    values.fold(0.0, f64::max)
}

/// R191: departures and arrivals within three hours at terminals in the area.
fn terminals<'m>(j: &Judgement, area: &Area, moves: impl Iterator<Item = (&'m Move, f64)>, span: Span) -> f64 {
    let near = Duration::hours(j.exposure_terminal_h).num_seconds();
    let touches = |at: Option<DateTime<Utc>>| {
        at.is_some_and(|at| at.timestamp() + near > span.from && at.timestamp() - near < span.until)
    };
    let mut p: f64 = 0.0;
    for (leg, q) in moves {
        for (at, place) in [(leg.departs, &leg.from), (leg.arrives, &leg.to)] {
            if touches(at) {
                p = p.max(q * area.share_of(place));
            }
        }
    }
    p
}

/// R190: which list, and in which words.
fn judge(j: &Judgement, p: f64, expected: bool, before: f64, after: f64) -> Exposure {
    let percent = |p: f64| format!("{:.0} %", p * 100.0);
    let (group, words) = if p + 1e-9 >= j.probable_p {
        (Group::Present, format!("Probably there: {}.", percent(p)))
    } else if before >= j.probable_p && p < before * 0.3 {
        (
            Group::Left,
            format!("Left within the last day; still there with {}.", percent(p)),
        )
    } else if p + 1e-9 >= j.listed_p || expected {
        let why = if expected {
            "A booking names the place for this day without an hour: "
        } else {
            "Perhaps there: "
        };
        (Group::Possible, format!("{why}{}.", percent(p)))
    } else if after + 1e-9 >= j.listed_p {
        (
            Group::Inbound,
            format!("On the way; there within a day with {}.", percent(after)),
        )
    } else if before + 1e-9 >= j.listed_p {
        (Group::Left, "Left within the last day.".to_owned())
    } else {
        (Group::None, "No booking leads there.".to_owned())
    };
    Exposure {
        p: (p * 1e6).round() / 1e6,
        group,
        words,
    }
}

/// Exposure from episodes as the store keeps them: mixed over all paths, in order of time.
pub fn exposure(episodes: &[Episode], area: &Area, from: DateTime<Utc>, to: DateTime<Utc>) -> Exposure {
    let moves: Vec<(&Move, f64)> = episodes
        .iter()
        .filter_map(|e| Some((e.move_.as_deref()?, e.in_transit.max())))
        .collect();
    let all: Vec<&Episode> = episodes.iter().collect();
    let j = &Judgement::CURRENT;
    let (span, before, after) = spans(j, from, to);
    let p = most(area, &all, span).max(terminals(j, area, moves.into_iter(), span));
    finish(
        j,
        area,
        &all,
        (p, span),
        (most(area, &all, before), most(area, &all, after)),
    )
}

fn spans(j: &Judgement, from: DateTime<Utc>, to: DateTime<Utc>) -> (Span, Span, Span) {
    let (from, to) = (from.timestamp(), to.timestamp().max(from.timestamp()));
    let near = j.exposure_near_h * 3600;
    (
        Span::new(from, to),
        Span::new(from - near, from),
        Span::new(to, to + near),
    )
}

fn finish(
    j: &Judgement,
    area: &Area,
    all: &[&Episode],
    (p, span): (f64, Span),
    (before, after): (f64, f64),
) -> Exposure {
    let expected = all.iter().flat_map(|episode| &episode.expected).any(|expected| {
        let days = super::times::day_span(expected.day, Some(expected.zone));
        let named = Span::new(days.from, days.from + 2 * DAY).common(span).is_some();
        named && expected.p >= j.listed_p && area.share_of(&expected.place) > 0.0
    });
    let listed = expected && p < j.listed_p;
    judge(j, if listed { j.listed_p } else { p }, listed, before, after)
}

/// One of several ways in which a journey may go, as far as exposure needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Its share of the journey.
    pub weight: f64,
    /// In order.
    pub pieces: Vec<Episode>,
}

impl Timeline {
    /// Whether the traveler was in `area` at some time between `from` and `to` (R190), computed on paths: who is there on one way on
    /// Monday and on the other way on Tuesday was there either way.
    pub fn exposure(&self, area: &Area, from: DateTime<Utc>, to: DateTime<Utc>) -> Exposure {
        let j = &Judgement::CURRENT;
        let (span, before, after) = spans(j, from, to);
        let wide = Span::new(before.from, after.until);
        // Outside of all episodes the traveler is where nothing says otherwise (R159).
        let idle = self.idle(from);
        let mut all = self.touching(wide);
        if all.is_empty() {
            all.push(&idle);
        }
        let mut p = most(area, &all, span);
        for journey in &self.alternatives {
            let sum: f64 = journey
                .iter()
                .map(|way| {
                    let pieces: Vec<&Episode> = way.pieces.iter().collect();
                    way.weight * most(area, &pieces, span)
                })
                .sum();
            p = p.max(sum);
        }
        p = p
            .max(terminals(
                j,
                area,
                self.moves.iter().map(|(leg, p)| (leg.as_ref(), *p)),
                span,
            ))
            .min(1.0);
        finish(
            j,
            area,
            &all,
            (p, span),
            (most(area, &all, before), most(area, &all, after)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(lon: f64, lat: f64, half: f64) -> Shape {
        let corner = |x: f64, y: f64| vec![wrapped(lon + x * half), lat + y * half];
        Shape::Polygon(vec![vec![
            corner(-1.0, -1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
            corner(-1.0, 1.0),
            corner(-1.0, -1.0),
        ]])
    }

    #[test]
    fn r201_polygons_cross_the_date_line() {
        let fiji = square(179.5, -17.0, 2.0);
        assert!(fiji.distance(LonLat::new(178.4, -17.7)).0);
        assert!(fiji.distance(LonLat::new(-179.0, -17.0)).0);
        assert!(!fiji.distance(LonLat::new(-175.0, -17.0)).0);
        let edge = fiji.distance(LonLat::new(-175.5, -17.0)).1;
        assert!((edge - 3.0 * 111.32 * 17f64.to_radians().cos()).abs() < 10.0, "{edge}");
    }

    #[test]
    fn the_nearer_to_the_edge_the_less_of_a_city_is_inside() {
        assert_eq!(share(100.0, 50.0), 1.0);
        assert_eq!(share(0.0, 50.0), 0.5);
        assert_eq!(share(-60.0, 50.0), 0.0);
        assert!(share(-25.0, 50.0) > 0.0);
    }

    #[test]
    fn areas_have_the_agreed_json() {
        for text in [
            r#"{"circle":{"center":[-54.6,48.95],"radius_km":200.0}}"#,
            r#"{"country":"GB"}"#,
            r#"{"city":"LON"}"#,
            r#"{"polygon":{"type":"Polygon","coordinates":[[[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,0.0]]]}}"#,
        ] {
            let area: Area = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&area).unwrap(), text);
        }
    }

    #[test]
    fn r190_groups() {
        let j = Judgement::CURRENT;
        let group = |p, expected, before, after| judge(&j, p, expected, before, after).group;
        assert_eq!(group(0.5, false, 0.0, 0.0), Group::Present);
        assert_eq!(group(0.39, false, 0.0, 0.8), Group::Possible);
        assert_eq!(group(0.05, true, 0.0, 0.8), Group::Possible);
        assert_eq!(group(0.06, false, 0.92, 0.0), Group::Left);
        assert_eq!(group(0.0, false, 0.0, 0.92), Group::Inbound);
        assert_eq!(group(0.0, false, 0.0, 0.0), Group::None);
    }
}
