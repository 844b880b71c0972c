//! Which areas an episode may be about, in words by which a store finds those whom an incident may concern without reading
//! everybody's episodes; and who cannot be ruled out (R190).
//! Called by the store when it writes presence and when it is asked about an area, and by whoever asks it.
//! Always holds: an episode that puts anything into an area (`exposure`), or leaves open whether somebody is there
//! (`left_open`), has a word in common with it. It may have one without: the words choose, they do not answer.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::place::{Gazetteer, LonLat};

use super::exposure::city_key;
use super::{Area, Episode, Place, PlaceKind, Shape, region};

/// From this probability on of being nowhere known, or no nearer than somewhere in a country, nobody says that a person is
/// not there.
const OPEN_P: f64 = 0.5;
/// What a stored probability may be off.
const HAIR: f64 = 1e-6;
/// An episode with this word is read whatever is asked: its places cover too many cells.
pub const ANYWHERE: &str = "*";
/// An episode with this word is read too: most of it may be nowhere known.
pub const OPEN: &str = "?";

/// Degrees of a cell, both ways.
const CELL: i32 = 4;
const COLUMNS: i32 = 360 / CELL;
const ROWS: i32 = 180 / CELL;
/// Cells of one place and of one area; what covers more is everywhere.
const MOST_OF_PLACE: usize = 12;
const MOST_OF_AREA: usize = 16;
/// Less than a degree of latitude has anywhere, km.
const DEGREE_KM: f64 = 110.0;
/// Points at which an outline is looked at for the countries it may be in.
const LOOKS: usize = 24;

impl Episode {
    /// Of the places that it may be about. A country as a whole has a word of its own: it says nothing of a part of it, but
    /// leaves it open.
    pub fn reach(&self) -> BTreeSet<String> {
        let mut words = Words::default();
        for hypothesis in self.hypotheses.iter().filter(|h| h.p.max() > 0.0) {
            words.place(&hypothesis.place);
            for (country, _) in hypothesis.shares() {
                words.country(country);
                if hypothesis.place.kind == PlaceKind::Country {
                    words.somewhere_in(country);
                }
            }
            if let Some((venue, _)) = &hypothesis.venue {
                words.place(venue);
            }
        }
        if let Some(home) = self.home_place.as_ref().filter(|_| self.home.max() > 0.0) {
            words.place(home);
        }
        if let Some(leg) = &self.move_ {
            words.place(&leg.from);
            words.place(&leg.to);
        }
        for expected in &self.expected {
            words.place(&expected.place);
        }
        if self.unknown.max() >= OPEN_P - 2.0 * HAIR {
            words.0.insert(OPEN.to_owned());
        }
        words.0
    }
}

impl Area {
    /// The words of episodes that may be about it, besides [`ANYWHERE`] and [`OPEN`]; `None` if any may be.
    pub fn reach(&self) -> Option<BTreeSet<String>> {
        let mut words = Words::default();
        match self {
            Area::Country(code) => words.country(code),
            Area::City(code) => {
                if let Some(key) = city_key(code) {
                    words.city(&key);
                }
            }
            Area::Circle { center, radius_km } => {
                let cells = disc(region::lonlat(*center), *radius_km)?;
                words.cells(cells, MOST_OF_AREA).then_some(())?;
            }
            Area::Polygon(shape) => words.cells(ground(shape)?, MOST_OF_AREA).then_some(())?,
        }
        for country in self.countries() {
            words.somewhere_in(&country);
        }
        Some(words.0)
    }

    /// The countries of which it is a part, or in which parts of it may be; none for a country as a whole.
    fn countries(&self) -> BTreeSet<String> {
        let gazetteer = Gazetteer::embedded();
        let mut looked_at: Vec<LonLat> = Vec::new();
        match self {
            Area::Country(_) => {}
            Area::City(code) => {
                let city = city_key(code).and_then(|key| gazetteer.city_by_key(&key));
                return city.map(|city| city.country.to_string()).into_iter().collect();
            }
            Area::Circle { center, radius_km } => {
                let center = region::lonlat(*center);
                looked_at.push(center);
                let (lat, lon) = degrees_of(center, radius_km.clamp(0.0, 5_000.0)).unwrap_or((90.0, 180.0));
                for share in [0.5, 1.0] {
                    for look in 0..LOOKS {
                        let (north, east) = (std::f64::consts::TAU * look as f64 / LOOKS as f64).sin_cos();
                        looked_at.push(LonLat::new(
                            center.lon + lon * east * share,
                            center.lat + lat * north * share,
                        ));
                    }
                }
            }
            Area::Polygon(shape) => {
                for ring in shape.rings() {
                    for pair in ring.windows(2) {
                        let [[x1, y1, ..], [x2, y2, ..]] = [pair[0].as_slice(), pair[1].as_slice()] else {
                            continue;
                        };
                        let (a, b) = (LonLat::new(*x1, *y1), LonLat::new(*x2, *y2));
                        let steps = (LOOKS / ring.len().max(1)).max(1);
                        looked_at.extend((0..steps).map(|step| a.toward(b, step as f64 / steps as f64)));
                    }
                }
            }
        }
        let mut countries: BTreeSet<String> = looked_at
            .into_iter()
            .filter_map(|at| Some(gazetteer.country_at(at)?.to_string()))
            .collect();
        if !matches!(self, Area::Country(_)) {
            let inside = gazetteer
                .countries()
                .filter(|country| self.share_of(&spot(country.at)) > 0.0);
            countries.extend(inside.map(|country| country.code.to_string()));
        }
        countries
    }
}

/// A point as a place.
fn spot(at: LonLat) -> Place {
    Place {
        kind: PlaceKind::Venue,
        code: None,
        name: String::new(),
        country: None,
        point: Some([at.lon, at.lat]),
        radius_km: 0.0,
        city_key: None,
    }
}

/// Tells of whom too little is known to say that they are not in an area.
pub struct LeftOpen(BTreeSet<String>);

impl LeftOpen {
    /// For questions about this area.
    pub fn of(area: &Area) -> LeftOpen {
        LeftOpen(area.countries())
    }

    /// The episode at the middle of a window, if it leaves open that somebody is there: they may be anywhere, or anywhere
    /// in a country that the area is a part of.
    pub fn by<'e>(&self, episodes: &'e [Episode], from: DateTime<Utc>, until: DateTime<Utc>) -> Option<&'e Episode> {
        let middle = from + (until - from) / 2;
        let now = episodes.iter().find(|e| e.from <= middle && middle < e.until)?;
        let length = (now.until - now.from).num_milliseconds().max(1) as f64;
        let fraction = ((middle - now.from).num_milliseconds() as f64 / length).clamp(0.0, 1.0);
        let somewhere: f64 = now
            .hypotheses
            .iter()
            .filter(|h| h.place.kind == PlaceKind::Country)
            .map(|h| {
                let here = h.shares().filter(|(country, _)| self.0.contains(&upper(country)));
                h.p.at(fraction) * here.map(|(_, share)| share).sum::<f64>()
            })
            .sum();
        (now.unknown.at(fraction) + somewhere >= OPEN_P - HAIR).then_some(now)
    }
}

fn upper(code: &str) -> String {
    code.to_ascii_uppercase()
}

#[derive(Default)]
struct Words(BTreeSet<String>);

impl Words {
    /// Nothing in a word parts it.
    fn add(&mut self, mark: &str, text: &str) {
        let mut word = mark.to_owned();
        word.extend(
            text.chars()
                .map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }),
        );
        self.0.insert(word);
    }

    fn country(&mut self, code: &str) {
        self.add("", &upper(code));
    }

    fn somewhere_in(&mut self, code: &str) {
        self.add("!", &upper(code));
    }

    fn city(&mut self, key: &str) {
        self.add("@", key);
    }

    fn place(&mut self, place: &Place) {
        if let Some(country) = &place.country {
            self.country(country);
        }
        if place.kind == PlaceKind::Country {
            return;
        }
        if let Some(key) = &place.city_key {
            self.city(key);
        }
        let Some(point) = place.point else { return };
        let covered =
            disc(region::lonlat(point), place.radius_km).is_some_and(|cells| self.cells(cells, MOST_OF_PLACE));
        if !covered {
            self.0.insert(ANYWHERE.to_owned());
        }
    }

    /// `false`, and nothing added, if these are too many.
    fn cells(&mut self, cells: BTreeSet<i32>, most: usize) -> bool {
        let few = cells.len() <= most;
        if few {
            cells.iter().for_each(|cell| self.add("#", &cell.to_string()));
        }
        few
    }
}

/// How many degrees north and east a distance reaches at most; `None` if around a pole or no number.
fn degrees_of(at: LonLat, km: f64) -> Option<(f64, f64)> {
    let km = km.max(0.0) * 1.001 + 1.0;
    let lat = km / DEGREE_KM;
    let farthest = (at.lat.abs() + lat).to_radians();
    (farthest < std::f64::consts::FRAC_PI_2 && km.is_finite()).then(|| (lat, lat / farthest.cos()))
}

/// The cells of what is within a distance of a point; `None` if that is the world or no number.
fn disc(at: LonLat, km: f64) -> Option<BTreeSet<i32>> {
    if km.is_nan() {
        return None;
    }
    let (lat, lon) = degrees_of(at, km)?;
    boxed([at.lon - lon, at.lat - lat, at.lon + lon, at.lat + lat])
}

/// The cells of the boxes around a shape's rings; each corner is on the near side of the one before.
fn ground(shape: &Shape) -> Option<BTreeSet<i32>> {
    let mut all = BTreeSet::new();
    for ring in shape.rings() {
        let mut around: Option<[f64; 4]> = None;
        let mut last: Option<f64> = None;
        for position in ring {
            let [lon, lat, ..] = position.as_slice() else { continue };
            if !(lon.is_finite() && lat.abs() <= 90.0) {
                return None;
            }
            let x = last.map_or(*lon, |before| before + (lon - before + 180.0).rem_euclid(360.0) - 180.0);
            last = Some(x);
            let [w, s, e, n] = around.unwrap_or([x, *lat, x, *lat]);
            around = Some([w.min(x), s.min(*lat), e.max(x), n.max(*lat)]);
        }
        if let Some([w, s, e, n]) = around {
            // A hair more: corners may lie on the edge of a cell.
            all.extend(boxed([w - 0.01, s - 0.01, e + 0.01, n + 0.01])?);
        }
    }
    Some(all)
}

/// The cells of a box of west, south, east and north; `None` if it goes around the world or is more than an area may have.
fn boxed([west, south, east, north]: [f64; 4]) -> Option<BTreeSet<i32>> {
    let column = |lon: f64| (lon + 180.0).div_euclid(f64::from(CELL)) as i32;
    let row = |lat: f64| ((lat + 90.0).div_euclid(f64::from(CELL)) as i32).clamp(0, ROWS - 1);
    let (columns, rows) = (column(west)..=column(east), row(south)..=row(north));
    if east - west >= 360.0 - f64::from(CELL) || columns.clone().count() * rows.clone().count() > MOST_OF_AREA {
        return None;
    }
    Some(
        rows.flat_map(|row| {
            columns
                .clone()
                .map(move |column| row * COLUMNS + column.rem_euclid(COLUMNS))
        })
        .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(lon: f64, lat: f64, km: f64) -> Area {
        Area::Circle {
            center: [lon, lat],
            radius_km: km,
        }
    }

    fn meet(area: &Area, place: &Place) -> bool {
        let mut words = Words::default();
        words.place(place);
        area.reach()
            .is_none_or(|reach| words.0.contains(ANYWHERE) || !reach.is_disjoint(&words.0))
    }

    proptest::proptest! {
        #[test]
        fn r190_what_an_area_holds_any_of_has_a_word_of_it(
            lon in -180.0..180.0_f64, lat in -89.0..89.0_f64, km in 0.0..900.0_f64,
            east in -12.0..12.0_f64, north in -9.0..9.0_f64, radius in 0.0..600.0_f64, size in 0.1..9.0_f64,
        ) {
            let at = LonLat::new(lon + east, lat + north);
            let place = Place { radius_km: radius, ..spot(at) };
            let corner = |x: f64, y: f64| vec![LonLat::new(lon + x * size, lat).lon, (lat + y * size).clamp(-90.0, 90.0)];
            let square = vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0), corner(-1.0, -1.0)];
            for area in [around(lon, lat, km), Area::Polygon(Shape::Polygon(vec![square]))] {
                if area.share_of(&place) > 0.0 {
                    proptest::prop_assert!(meet(&area, &place), "{area:?} {place:?}");
                }
            }
        }
    }

    #[test]
    fn r190_a_place_far_away_has_no_word_of_it() {
        let tokyo = Place {
            radius_km: 30.0,
            ..spot(LonLat::new(139.7, 35.7))
        };
        for area in [
            around(-0.1, 51.5, 50.0),
            Area::City("LON".into()),
            Area::Country("GB".into()),
        ] {
            assert!(!meet(&area, &tokyo), "{area:?}");
        }
        assert!(
            around(0.0, 0.0, 9_000.0).reach().is_none(),
            "the half of the world is everywhere"
        );
        assert!(around(0.0, 89.9, 100.0).reach().is_none(), "so is a pole");
    }

    #[test]
    fn r190_who_is_somewhere_in_the_country_cannot_be_ruled_out() {
        let instant = |hours: i64| DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hours);
        let britain = Place {
            kind: PlaceKind::Country,
            country: Some("GB".into()),
            ..spot(LonLat::new(-2.0, 54.0))
        };
        let episode: Episode = serde_json::from_value(serde_json::json!({
            "from": instant(0), "until": instant(48), "state": "unknown", "home": { "from": 0.4, "until": 0.4 },
            "in_transit": { "from": 0.0, "until": 0.0 }, "unknown": { "from": 0.2, "until": 0.2 },
            "hypotheses": [{ "place": britain, "p": { "from": 0.4, "until": 0.4 }, "grade": "booked" }],
            "region": "none", "move": null, "conflict": false, "evidence": [], "source_as_of": null,
        }))
        .unwrap();
        for (area, left_open) in [
            (Area::City("LON".into()), true),
            (around(-0.1, 51.5, 50.0), true),
            (Area::City("PAR".into()), false),
            // That is an answer: they are there with .4.
            (Area::Country("GB".into()), false),
        ] {
            let by = LeftOpen::of(&area);
            let by = by.by(std::slice::from_ref(&episode), instant(10), instant(20));
            assert_eq!(by.is_some(), left_open, "{area:?}");
            let words = episode.reach();
            let read = area.reach().is_some_and(|reach| !reach.is_disjoint(&words));
            assert!(read || !left_open, "{area:?} {words:?}");
        }
    }

    #[test]
    fn r190_an_area_is_part_of_countries() {
        let of = |area: Area| area.countries().into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(of(Area::City("LON".into())), "GB");
        assert_eq!(of(Area::Country("GB".into())), "");
        assert_eq!(of(around(7.6, 47.56, 30.0)), "CH DE FR", "Basel");
        let ring = |w: f64, s: f64, e: f64, n: f64| vec![vec![w, s], vec![e, s], vec![e, n], vec![w, n], vec![w, s]];
        let alps = of(Area::Polygon(Shape::Polygon(vec![ring(9.0, 46.9, 10.0, 47.4)])));
        assert!(alps.contains("LI") && alps.contains("CH"), "{alps}");
    }
}
