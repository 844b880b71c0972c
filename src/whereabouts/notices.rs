//! Notices: what was odd about a document, with stable codes (R233, seed list of §13).
//! Made by every step of the inference through a `Desk`, and from what the reader found odd.
//! Always holds: sorted and without repetitions, so that the order of bookings and segments does not matter (R188).

use crate::itinerary::{Oddity, Segment};

use super::{Notice, Severity, catalogue};

/// Severity of a code (R234).
pub fn severity(code: &str) -> Severity {
    debug_assert!(catalogue::code(code).is_some(), "{code} is not in the catalogue");
    catalogue::code(code).map_or(Severity::Warning, |known| known.severity)
}

/// Where notices about one segment are handed in.
pub(super) struct Desk<'a> {
    pub trip: &'a str,
    pub booking: Option<usize>,
    pub segment: Option<&'a Segment>,
    pub out: &'a mut Vec<Notice>,
}

impl Desk<'_> {
    /// Raises a notice.
    pub fn raise(&mut self, code: &str, message: impl Into<String>) {
        let segment = self.segment.map(Segment::label);
        self.out.push(notice(code, self.trip, self.booking, segment, message));
    }
}

/// A notice with the severity of its code.
pub(super) fn notice(
    code: &str,
    trip: &str,
    booking: Option<usize>,
    segment: Option<String>,
    message: impl Into<String>,
) -> Notice {
    Notice {
        trip: trip.to_owned(),
        booking,
        segment,
        code: code.to_owned(),
        severity: severity(code),
        message: message.into(),
    }
}

/// What the reader found odd, as a notice.
pub(super) fn of_oddity(trip: &str, oddity: &Oddity) -> Notice {
    let message = if oddity.detail.is_empty() {
        words(&oddity.code).to_owned()
    } else {
        oddity.detail.clone()
    };
    notice(&oddity.code, trip, oddity.booking, oddity.segment.clone(), message)
}

fn words(code: &str) -> &'static str {
    match code {
        "sentinel_date" => "A date stands for \"no date\" and is left out.",
        "trip_status_not_numeric" => {
            "The trip's status is not one of the agreed numbers; the trip is taken as confirmed."
        }
        "booking_without_segments" => "The booking has no segments, so it says nothing about where anyone is.",
        "redacted" => "The supplier's times, carrier or number are hidden from us.",
        _ => "Something in the document is odd.",
    }
}

/// Sorted, each once.
pub(super) fn in_order(mut notices: Vec<Notice>) -> Vec<Notice> {
    notices.sort();
    notices.dedup();
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r234_severities_of_the_seed_list() {
        for (code, expected) in [
            ("unlocatable_segment", Severity::Error),
            ("sentinel_date", Severity::Error),
            ("arrival_before_departure", Severity::Error),
            ("flight_number_missing", Severity::Warning),
            ("infeasible_pair", Severity::Warning),
            ("missing_return", Severity::Warning),
            ("duplicate_movement", Severity::Info),
            ("metro_code_used", Severity::Info),
            ("pending_delete", Severity::Info),
        ] {
            assert_eq!(severity(code), expected, "{code}");
        }
    }

    #[test]
    fn r188_notices_are_sorted_and_unique() {
        let one = notice("churning", "t2", Some(0), None, "x");
        let two = notice("churning", "t1", None, Some("Air[0]".to_owned()), "y");
        assert_eq!(in_order(vec![one.clone(), two.clone(), one.clone()]), vec![two, one]);
    }
}
