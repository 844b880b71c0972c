//! When a trip is over for good: the last instant that its document names.
//! Used by the store, which keeps trips for so many days after it, and by who judges that.
//! Always: a local time without a zone counts as late as any zone on earth allows, so nothing ends too early.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Trip, When};

/// A wall clock is at most so far behind UTC.
const WEST: TimeDelta = TimeDelta::hours(12);

impl Trip {
    /// The last instant of the trip, its bookings and segments, if they name any.
    pub fn last_instant(&self) -> Option<DateTime<Utc>> {
        let segments = self.bookings.iter().flat_map(|booking| &booking.segments);
        let ends = segments.flat_map(|segment| [&segment.start.when, &segment.end.when]);
        ends.chain([&self.starts, &self.ends]).filter_map(latest).max()
    }
}

fn latest(when: &When) -> Option<DateTime<Utc>> {
    let day = if when.date_only {
        TimeDelta::days(1)
    } else {
        TimeDelta::zero()
    };
    let local = when.local.map(|local| local.and_utc());
    let local = local.and_then(|local| local.checked_add_signed(WEST + day));
    if when.date_only {
        local.max(when.utc)
    } else {
        when.utc.or(local)
    }
}

#[cfg(test)]
mod tests {
    use crate::itinerary::read;

    fn last(json: &str) -> Option<String> {
        Some(read(json.as_bytes()).ok()?.trip.last_instant()?.to_rfc3339())
    }

    #[test]
    fn a_trip_ends_with_the_last_instant_that_it_names() {
        let json = r#"{"id":"t","EndDateUtc":"2026-03-10T10:00:00","Bookings":[{"Segments":{"Hotel":[
            {"StartDateLocal":"2026-03-09T15:00:00","EndDateUtc":"2026-03-12T09:00:00+00:00"}]}}]}"#;
        assert_eq!(last(json).as_deref(), Some("2026-03-12T09:00:00+00:00"));
        // A wall clock somewhere: at the latest twelve hours behind.
        let json = r#"{"id":"t","EndDateLocal":"2026-03-10T10:00:00"}"#;
        assert_eq!(last(json).as_deref(), Some("2026-03-10T22:00:00+00:00"));
        assert_eq!(last(r#"{"id":"t","DateModifiedUtc":"2026-03-01T00:00:00"}"#), None);
    }
}
