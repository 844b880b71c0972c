//! What is decided after reading: boxes on the map, bins on the time bar.
//! Used by `shared::questions`.
//! Holds always: boxes may cross 180°, bins are instants, not intervals.

use super::{AwayBin, PresenceAt, StoreError, time};
use chrono::{DateTime, Utc};

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

/// Bins of counts of `(grade, first bin, bin after the last, travelers)`.
pub(super) fn histogram(
    from: DateTime<Utc>,
    step: i64,
    bins: i64,
    rows: &[(i64, i64, i64, i64)],
) -> Result<Vec<AwayBin>, StoreError> {
    let index = |bin: i64| usize::try_from(bin.clamp(0, bins)).unwrap_or_default();
    // Changes from bin to bin, added up below.
    let mut changes = vec![[0_i64; 4]; index(bins) + 1];
    for &(grade, lo, hi, travelers) in rows {
        let grade = usize::try_from(grade).unwrap_or_default().min(3);
        if lo < hi {
            changes[index(lo)][grade] += travelers;
            changes[index(hi)][grade] -= travelers;
        }
    }
    let mut counts = [0_i64; 4];
    changes.pop();
    changes
        .iter()
        .enumerate()
        .map(|(bin, change)| {
            for (count, change) in counts.iter_mut().zip(change) {
                *count += change;
            }
            let [confirmed, booked, intent, inferred] = counts.map(|count| u32::try_from(count).unwrap_or_default());
            let at = time::at(time::ms(from).saturating_add(step.saturating_mul(bin as i64)))?;
            Ok(AwayBin {
                at,
                confirmed,
                booked,
                intent,
                inferred,
            })
        })
        .collect()
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
