//! What is decided after reading: boxes on the map.
//! Used by `shared::questions`.
//! Holds always: boxes may cross 180°.

use super::PresenceAt;

/// Whether a traveler lies in the box (west, south, east, north): by their most probable city, or, if they are more
/// probably on the way, by either end of it.
pub(super) fn contains(bbox: [f64; 4], row: &PresenceAt) -> bool {
    if row.in_transit > row.p {
        return [row.move_from, row.move_to]
            .into_iter()
            .flatten()
            .any(|point| within(bbox, point));
    }
    row.place
        .as_ref()
        .and_then(|place| place.point)
        .is_some_and(|point| within(bbox, point))
}

fn within([west, south, east, north]: [f64; 4], [lon, lat]: [f64; 2]) -> bool {
    let between = if west <= east {
        lon >= west && lon <= east
    } else {
        lon >= west || lon <= east
    };
    between && lat >= south && lat <= north
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_box_may_cross_the_date_line() {
        let pacific = [170.0, -50.0, -150.0, 10.0];
        assert!(within(pacific, [174.8, -36.8]), "Auckland");
        assert!(within(pacific, [-157.9, 10.0]), "near Honolulu");
        assert!(!within(pacific, [0.0, 0.0]));
        assert!(within([-10.0, 40.0, 10.0, 60.0], [-0.1, 51.5]));
        assert!(!within([-10.0, 40.0, 10.0, 60.0], [-0.1, 61.5]));
    }
}
