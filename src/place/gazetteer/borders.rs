//! Which country is a point in, by polygons that reach out over coastal waters.
//! Called by the gazetteer; decoded when first asked for.
//! Always holds: polygons end at ±180° and do not cross it, so that planar geometry is right.

use geo::{BoundingRect, Coord, Distance, Euclidean, Intersects, LineString, LinesIter, Point, Polygon, Rect};

use super::super::{CountryCode, LonLat};
use super::decode::gunzip;

pub(super) const BORDERS: &[u8] = include_bytes!("../../../data/borders.tsv.gz");

/// Nobody asks of a point that is further from its city, in degrees.
const MOST_CLEAR: f64 = 1.0;

struct Ground {
    country: CountryCode,
    bounds: Rect,
    shape: Polygon,
}

/// Polygons of all countries, the smallest first: an enclave is found before what surrounds it.
pub(super) struct Borders(Vec<Ground>);

impl Borders {
    pub fn decode() -> Borders {
        let mut grounds: Vec<Ground> = gunzip(BORDERS).lines().filter_map(ground).collect();
        let size = |ground: &Ground| ground.bounds.width() * ground.bounds.height();
        grounds.sort_by(|a, b| size(a).total_cmp(&size(b)));
        Borders(grounds)
    }

    /// Points on a border are in the smaller of the two countries' polygons.
    pub fn country_at(&self, at: LonLat) -> Option<CountryCode> {
        let point = Point::from(at);
        let mut around = self.0.iter().filter(|ground| ground.bounds.intersects(&point));
        around
            .find(|ground| ground.shape.intersects(&point))
            .map(|ground| ground.country)
    }

    /// How far every border is away at least, in degrees of the plane, at most `MOST_CLEAR`; 0 for who is not in that country.
    pub fn clear_of(&self, at: LonLat, country: CountryCode) -> f64 {
        if self.country_at(at) != Some(country) {
            return 0.0;
        }
        let point = Point::from(at);
        let corner = Coord {
            x: MOST_CLEAR,
            y: MOST_CLEAR,
        };
        let around = Rect::new(point.0 - corner, point.0 + corner);
        let near = self.0.iter().filter(|ground| ground.bounds.intersects(&around));
        let lines = near.flat_map(|ground| ground.shape.lines_iter());
        let distances = lines.map(|line| Euclidean.distance(&line, &point));
        distances.fold(MOST_CLEAR, f64::min)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Country, outer ring, holes.
fn ground(line: &str) -> Option<Ground> {
    let mut cells = line.split('\t');
    let country = CountryCode::parse(cells.next()?)?;
    let outside = ring(cells.next()?);
    let shape = Polygon::new(outside, cells.map(ring).collect());
    Some(Ground {
        country,
        bounds: shape.bounding_rect()?,
        shape,
    })
}

/// Steps from corner to corner in 1/10,000 degree.
fn ring(steps: &str) -> LineString {
    let mut numbers = steps
        .split_ascii_whitespace()
        .filter_map(|number| number.parse::<i32>().ok());
    let (mut x, mut y) = (0, 0);
    let mut corners = Vec::new();
    while let (Some(dx), Some(dy)) = (numbers.next(), numbers.next()) {
        x += dx;
        y += dy;
        corners.push(Coord {
            x: f64::from(x) / 10_000.0,
            y: f64::from(y) / 10_000.0,
        });
    }
    LineString::new(corners)
}
