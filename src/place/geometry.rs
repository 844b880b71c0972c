//! Points on the globe and the great circles between them.
//! Used by every room above for distances, corridors and the map; the sphere of mean radius, good to 0.5 %.
//! Always holds: a point that was made by `new` is finite, with longitude in -180..=180 and latitude in -90..=90.

use geo::{Distance, Haversine, InterpolatePoint, Point};
use serde::{Deserialize, Serialize};

/// Degrees; lon -180..=180, lat -90..=90. Whether a booking's coordinates are plausible (R65) is judged before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east of Greenwich.
    pub lon: f64,
    /// Degrees north of the equator.
    pub lat: f64,
}

impl LonLat {
    /// Takes degrees; longitudes beyond ±180 go round the globe, latitudes beyond ±90 stop at the pole, not-a-number is 0.
    pub fn new(lon: f64, lat: f64) -> Self {
        let lon = if lon.is_finite() { lon } else { 0.0 };
        let lat = if lat.is_finite() { lat } else { 0.0 };
        let lon = if (-180.0..=180.0).contains(&lon) {
            lon
        } else {
            (lon + 180.0).rem_euclid(360.0) - 180.0
        };
        LonLat {
            lon,
            lat: lat.clamp(-90.0, 90.0),
        }
    }

    /// Great-circle distance in km.
    pub fn distance_km(self, other: LonLat) -> f64 {
        Haversine.distance(self.into(), other.into()) / 1000.0
    }

    /// The point at `fraction` (0..=1) of the way to `other` on the great circle.
    pub fn toward(self, other: LonLat, fraction: f64) -> LonLat {
        if fraction <= 0.0 || self == other {
            self
        } else if fraction >= 1.0 {
            other
        } else {
            let point = Haversine.point_at_ratio_between(self.into(), other.into(), fraction);
            LonLat::new(point.x(), point.y())
        }
    }

    /// The great circle to `other` as points at most `max_step_km` apart, both ends included. Longitudes may jump at ±180.
    pub fn path(self, other: LonLat, max_step_km: f64) -> Vec<LonLat> {
        // At least 1 km a step: half the globe is then 20,000 points at most.
        let steps = (self.distance_km(other) / max_step_km.max(1.0)).ceil().max(1.0) as u32;
        (0..=steps)
            .map(|step| self.toward(other, f64::from(step) / f64::from(steps)))
            .collect()
    }

    /// The same point on the unit sphere, where a chord's length grows with the distance, also across ±180 and the poles.
    pub(crate) fn on_sphere(self) -> [f64; 3] {
        let (lon_sin, lon_cos) = self.lon.to_radians().sin_cos();
        let (lat_sin, lat_cos) = self.lat.to_radians().sin_cos();
        [lat_cos * lon_cos, lat_cos * lon_sin, lat_sin]
    }
}

impl From<LonLat> for Point {
    fn from(at: LonLat) -> Point {
        Point::new(at.lon, at.lat)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SFO: LonLat = LonLat {
        lon: -122.375,
        lat: 37.619,
    };
    const NRT: LonLat = LonLat {
        lon: 140.386,
        lat: 35.765,
    };

    fn anywhere() -> impl Strategy<Value = LonLat> {
        (-180.0..=180.0, -90.0..=90.0).prop_map(|(lon, lat)| LonLat::new(lon, lat))
    }

    #[test]
    fn distances_are_great_circles() {
        assert!((SFO.distance_km(NRT) - 8227.5).abs() < 5.0, "{}", SFO.distance_km(NRT));
        assert!(LonLat::new(179.9, 0.0).distance_km(LonLat::new(-179.9, 0.0)) < 23.0);
    }

    #[test]
    fn r145_a_way_across_the_date_line_stays_in_the_pacific() {
        let path = SFO.path(NRT, 100.0);
        assert_eq!(path.first(), Some(&SFO));
        assert_eq!(path.last(), Some(&NRT));
        assert!(path.iter().all(|p| p.lon <= -122.0 || p.lon >= 140.0), "{path:?}");
        assert!(path.windows(2).all(|step| step[0].distance_km(step[1]) <= 100.1));
    }

    #[test]
    fn a_way_to_the_same_place_has_two_ends_and_no_gap() {
        assert_eq!(SFO.path(SFO, 10.0), vec![SFO, SFO]);
        assert_eq!(SFO.toward(SFO, 0.5), SFO);
    }

    #[test]
    fn r65_out_of_range_becomes_a_point_all_the_same() {
        assert_eq!(LonLat::new(190.0, 95.0), LonLat { lon: -170.0, lat: 90.0 });
        assert_eq!(LonLat::new(f64::NAN, f64::INFINITY), LonLat { lon: 0.0, lat: 0.0 });
        assert_eq!(LonLat::new(180.0, -90.0), LonLat { lon: 180.0, lat: -90.0 });
    }

    proptest! {
        #[test]
        fn distance_is_symmetric_and_bounded(a in anywhere(), b in anywhere()) {
            let there = a.distance_km(b);
            prop_assert!((there - b.distance_km(a)).abs() < 1e-6);
            prop_assert!((0.0..=20_020.0).contains(&there));
        }

        #[test]
        fn toward_starts_here_ends_there_and_shares_the_way(a in anywhere(), b in anywhere(), fraction in 0.0..=1.0) {
            prop_assert_eq!(a.toward(b, 0.0), a);
            prop_assert_eq!(a.toward(b, 1.0), b);
            let whole = a.distance_km(b);
            // Between antipodes every way is a great circle: nothing to share there.
            prop_assume!(whole < 19_900.0);
            let between = a.toward(b, fraction);
            prop_assert!((-180.0..=180.0).contains(&between.lon) && (-90.0..=90.0).contains(&between.lat));
            prop_assert!((a.distance_km(between) - whole * fraction).abs() < 0.5);
        }

        #[test]
        fn nearness_on_the_sphere_is_nearness_on_the_ground(a in anywhere(), b in anywhere(), c in anywhere()) {
            let chord = |p: LonLat, q: LonLat| -> f64 {
                p.on_sphere().iter().zip(q.on_sphere()).map(|(x, y)| (x - y).powi(2)).sum()
            };
            prop_assume!((a.distance_km(b) - a.distance_km(c)).abs() > 0.01);
            prop_assert_eq!(chord(a, b) < chord(a, c), a.distance_km(b) < a.distance_km(c));
        }
    }
}
