//! Shapes: circles, corridors, drive regions and prisms (R195–R201).
//! Called by `episodes` for what an episode shows, and by `wherefrom` for one instant.
//! Always holds: everything is on the sphere; the date line and the poles are no special cases (R201).

use chrono::{DateTime, Utc};

use crate::place::LonLat;

use super::judgement::Judgement;
use super::times::{HOUR, MINUTE, Sec};
use super::{Move, Place, Region};

pub(super) fn lonlat(point: [f64; 2]) -> LonLat {
    LonLat::new(point[0], point[1])
}

/// A place with its radius (R196).
pub(super) fn circle(place: &Place) -> Region {
    place.point.map_or(Region::None, |center| Region::Circle {
        center,
        radius_km: place.radius_km,
    })
}

/// How far along its way a leg is: f of R197, 0..=1; `None` without times.
pub(super) fn progress(leg: &Move, at: DateTime<Utc>) -> Option<f64> {
    let (departs, arrives) = (leg.departs?, leg.arrives?);
    let block = (arrives - departs).num_seconds() - 30 * MINUTE;
    let since = (at - departs).num_seconds() - 15 * MINUTE;
    if block <= 0 {
        let whole = (arrives - departs).num_seconds().max(1);
        return Some(((at - departs).num_seconds() as f64 / whole as f64).clamp(0.0, 1.0));
    }
    Some((since as f64 / block as f64).clamp(0.0, 1.0))
}

/// R197: the corridor of a leg at an instant; near its ends it is the terminal. Unidentified legs have no position in it (R25).
pub(super) fn corridor(j: &Judgement, leg: &Move, at: Option<DateTime<Utc>>) -> Region {
    let (Some(from), Some(to)) = (leg.from.point, leg.to.point) else {
        return Region::None;
    };
    let km = lonlat(from).distance_km(lonlat(to));
    let f = at.and_then(|at| progress(leg, at)).unwrap_or(0.5);
    if leg.identity.is_some() && !leg.wide {
        if f < 0.05 {
            return Region::Circle {
                center: from,
                radius_km: j.radius_km[1],
            };
        }
        if f > 0.95 {
            return Region::Circle {
                center: to,
                radius_km: j.radius_km[1],
            };
        }
    }
    let half =
        (j.corridor_km + j.corridor_share * km * (std::f64::consts::PI * f).sin()) * if leg.wide { 2.0 } else { 1.0 };
    Region::Corridor {
        from,
        to,
        half_width_km: (half * 10.0).round() / 10.0,
    }
}

/// R198: what a rental car reaches, from whichever of pick-up and drop-off is nearer in time.
pub(super) fn drive(j: &Judgement, pick_up: (Sec, LonLat), drop_off: (Sec, LonLat), t: Sec) -> Region {
    let (near, at) = if t - pick_up.0 <= drop_off.0 - t {
        (t - pick_up.0, pick_up.1)
    } else {
        (drop_off.0 - t, drop_off.1)
    };
    let hours = near.max(0) as f64 / HOUR as f64;
    let radius = (j.drive_kmh * hours).clamp(j.radius_km[2], j.drive_max_km);
    Region::Drive {
        center: [at.lon, at.lat],
        radius_km: radius.round(),
    }
}

/// R199: what lies within reach between two anchors, as a bounding circle.
pub(super) fn prism(a: (Sec, LonLat, String), b: (Sec, LonLat, String)) -> Region {
    let km = a.1.distance_km(b.1);
    // Door to door by air: block at 850 km/h after three and a half hours of overhead for each of the two flights.
    let hours = ((b.0 - a.0) as f64 / HOUR as f64 - 7.0).max(0.0);
    let reach = (hours * 850.0 / 2.0).clamp(km / 2.0, 20_015.0);
    let center = a.1.toward(b.1, 0.5);
    let mut countries = vec![a.2, b.2];
    countries.sort();
    countries.dedup();
    Region::Prism {
        from: [a.1.lon, a.1.lat],
        to: [b.1.lon, b.1.lat],
        center: [center.lon, center.lat],
        radius_km: reach.round(),
        countries,
    }
}

/// Where on its great circle an identified leg is (R197); nothing for intent (R25).
pub(super) fn position(leg: &Move, at: DateTime<Utc>) -> Option<LonLat> {
    leg.identity.as_ref()?;
    let f = progress(leg, at)?;
    Some(lonlat(leg.from.point?).toward(lonlat(leg.to.point?), f))
}

#[cfg(test)]
mod tests {
    use super::super::{Grade, PlaceKind};
    use super::*;

    fn place(lon: f64, lat: f64) -> Place {
        Place {
            kind: PlaceKind::Airport,
            code: None,
            name: "x".into(),
            country: None,
            point: Some([lon, lat]),
            radius_km: 3.0,
            city_key: None,
        }
    }

    fn leg(identity: Option<&str>) -> Move {
        Move {
            mode: "air".into(),
            identity: identity.map(str::to_owned),
            from: place(174.7850, -37.0082),
            to: place(-157.9224, 21.3187),
            departs: "2026-11-10T08:00:00Z".parse().ok(),
            arrives: "2026-11-10T17:00:00Z".parse().ok(),
            grade: Grade::Confirmed,
            wide: identity.is_none(),
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn r197_the_corridor_is_widest_in_its_middle_and_ends_at_the_airports() {
        let j = Judgement::CURRENT;
        let half = |at_text: &str, identity| match corridor(&j, &leg(identity), Some(at(at_text))) {
            Region::Corridor { half_width_km, .. } => half_width_km,
            Region::Circle { radius_km, .. } => radius_km,
            other => panic!("{other:?}"),
        };
        assert_eq!(half("2026-11-10T08:10:00Z", Some("NZ 10")), 3.0);
        assert!(half("2026-11-10T12:30:00Z", Some("NZ 10")) > 600.0);
        assert!(half("2026-11-10T09:30:00Z", Some("NZ 10")) < half("2026-11-10T12:30:00Z", Some("NZ 10")));
        assert!(half("2026-11-10T12:30:00Z", None) > 1.9 * half("2026-11-10T12:30:00Z", Some("NZ 10")));
    }

    #[test]
    fn r201_half_way_to_honolulu_is_in_the_pacific() {
        let middle = position(&leg(Some("NZ 10")), at("2026-11-10T12:30:00Z")).unwrap();
        assert!(middle.lon < -160.0 || middle.lon > 170.0, "{middle:?}");
        assert!((-20.0..5.0).contains(&middle.lat));
    }

    #[test]
    fn r25_intent_has_no_position() {
        assert_eq!(position(&leg(None), at("2026-11-10T12:30:00Z")), None);
    }

    #[test]
    fn r198_a_car_reaches_further_with_the_hours_up_to_a_limit() {
        let j = Judgement::CURRENT;
        let (sfo, lax) = (LonLat::new(-122.4, 37.6), LonLat::new(-118.4, 33.9));
        let radius = |t| match drive(&j, (0, sfo), (100 * HOUR, lax), t) {
            Region::Drive { radius_km, .. } => radius_km,
            other => panic!("{other:?}"),
        };
        assert_eq!(radius(2 * HOUR), 160.0);
        assert_eq!(radius(50 * HOUR), 400.0);
        assert_eq!(radius(98 * HOUR), 160.0);
    }

    #[test]
    fn r199_a_prism_reaches_at_least_over_both_anchors() {
        let (den, iad) = (LonLat::new(-104.7, 39.9), LonLat::new(-77.5, 38.9));
        let Region::Prism {
            radius_km, countries, ..
        } = prism((0, den, "US".into()), (4 * HOUR, iad, "US".into()))
        else {
            panic!()
        };
        assert!(radius_km >= den.distance_km(iad) / 2.0 - 1.0);
        assert_eq!(countries, ["US"]);
    }
}
