//! Which city region is a point in, and what time do they have there: the nearest town or airport on the sphere.
//! Called by the gazetteer for coordinates of bookings (R3, R65).
//! Always holds: ±180° and the poles are no edges; a border is one, if there is any place on this side of it.

use std::collections::HashMap;

use super::super::{CountryCode, LonLat, Zone};
use super::CityId;
use super::borders::Borders;
use super::decode::Tables;

/// An airport farther from its city's centre says nothing about its own surroundings: Beauvais is not Paris.
const AIRPORT_FROM_CITY_KM: f64 = 65.0;
const EARTH_RADIUS_KM: f64 = 6371.0;
/// A degree of latitude is a little more.
const DEGREE_KM: f64 = 111.0;
/// Cells to the radius of the globe: an edge is 64 km long.
const CELLS: f64 = 100.0;
/// How far is looked at first; most points of bookings have a town within it.
const FIRST_KM: f64 = 15.0;

/// A town or an airport.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub at: LonLat,
    pub city: CityId,
    pub country: CountryCode,
    pub zone: Zone,
}

/// Spots in cubes that the surface of the unit sphere passes through. Built in one go over all spots, which a tree is
/// not: that matters to a program that starts, answers one question and ends.
pub(super) struct Near(HashMap<[i8; 3], Vec<Spot>>);

impl Near {
    pub fn new(tables: &Tables) -> Near {
        let towns = tables.towns.iter().map(|t| Spot {
            at: t.at,
            city: t.city,
            country: t.country,
            zone: t.zone,
        });
        let cities = tables.cities.iter().filter(|city| city.code.is_some());
        let cities = cities.map(|c| Spot {
            at: c.at,
            city: c.id,
            country: c.country,
            zone: c.zone,
        });
        let airports = tables.airports.iter().filter(|airport| {
            tables.cities[airport.city.0 as usize].at.distance_km(airport.at) <= AIRPORT_FROM_CITY_KM
        });
        let airports = airports.map(|a| Spot {
            at: a.at,
            city: a.city,
            country: a.country,
            zone: a.zone,
        });
        let mut cells: HashMap<_, Vec<Spot>> = HashMap::new();
        for spot in towns.chain(cities).chain(airports) {
            cells.entry(spot.at.on_sphere().map(cell)).or_default().push(spot);
        }
        Near(cells)
    }

    /// The nearest spot within `max_km`; rather one in the country that the point is in, unless that is much farther.
    pub fn spot(&self, at: LonLat, max_km: f64, borders: &Borders) -> Option<Spot> {
        let mut reach = FIRST_KM.min(max_km);
        let (distance, first) = loop {
            match self.nearest(at, reach, |_| true) {
                Some(found) => break found,
                None if reach >= max_km => return None,
                None => reach = (reach * 4.0).min(max_km),
            }
        };
        let Some(country) = borders.country_at(at).filter(|country| *country != first.country) else {
            return Some(first);
        };
        let around = (distance * 3.0 + FIRST_KM).min(max_km);
        let home = self.nearest(at, around, |spot| spot.country == country);
        Some(home.map_or(first, |(_, home)| home))
    }

    /// The nearest that counts within so many kilometres, and how far it is; the first of equals.
    fn nearest(&self, at: LonLat, km: f64, counts: impl Fn(&Spot) -> bool) -> Option<(f64, Spot)> {
        let (mut best, mut within) = (None, km);
        // Nowhere within reach is a degree of longitude shorter than this.
        let poleward = (at.lat.abs() + km / DEGREE_KM).min(90.0);
        let degree_east_km = DEGREE_KM * poleward.to_radians().cos() * 0.9;
        self.around(at, km).for_each(|spot| {
            // Most are too far to one side of the best so far, and that is cheaply seen. An arc of a quarter of the globe or less
            // is at most a tenth longer than its chord.
            let east = (spot.at.lon - at.lon).abs();
            let aside = (spot.at.lat - at.lat).abs() * DEGREE_KM > within
                || (within..90.0 * DEGREE_KM).contains(&(east.min(360.0 - east) * degree_east_km));
            if aside || !counts(spot) {
                return;
            }
            let distance = spot.at.distance_km(at);
            if distance < within || (best.is_none() && distance <= km) {
                (best, within) = (Some((distance, *spot)), distance);
            }
        });
        best
    }

    #[cfg(test)]
    pub fn spots(&self, at: LonLat, max_km: f64) -> Vec<Spot> {
        let near = self.around(at, max_km);
        near.filter(|spot| spot.at.distance_km(at) <= max_km).copied().collect()
    }

    /// Everything in the cubes that reach within so many kilometres.
    fn around(&self, at: LonLat, km: f64) -> impl Iterator<Item = &Spot> {
        // A chord is shorter than its arc, so that a cube of the arc's half edge holds all of them.
        let half = km / EARTH_RADIUS_KM;
        let [xs, ys, zs] = at.on_sphere().map(|middle| cell(middle - half)..=cell(middle + half));
        let cells = xs.flat_map(move |x| {
            let zs = zs.clone();
            ys.clone().flat_map(move |y| zs.clone().map(move |z| [x, y, z]))
        });
        cells.filter_map(|cell| self.0.get(&cell)).flatten()
    }
}

/// Saturates at the rim of the globe's cube, as `as` does.
fn cell(coordinate: f64) -> i8 {
    (coordinate * CELLS).floor() as i8
}
