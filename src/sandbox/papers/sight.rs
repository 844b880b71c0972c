//! What a document shows of itself: which of its degradations can be seen in it, and what of the journey it tells (R271).
//! Called by `paper` when it renders.
//! Always holds: told by what stands in the finished document, never by what a reader makes of it (R252).

use std::collections::BTreeSet;

use chrono::Duration;

use crate::place::{Code, Gazetteer};

use super::draft::{DraftSegment, DraftTrip, Kind, RETENTION, label};
use super::operators::{Log, Operator};

/// What of its journey a document tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Hops of which it has a leg that is not cancelled.
    pub hops: BTreeSet<usize>,
    /// Of these, those that are more than asked for or waited for.
    pub firm: BTreeSet<usize>,
    /// Visits of which it has the bed, by the hop that leads there.
    pub beds: BTreeSet<usize>,
    /// A night passes between two legs of one hop: nobody plans a bed for it.
    pub night_between: bool,
}

/// Waiting list, refused, asked for (concur.md §4).
const NOT_FIRM: [&str; 4] = ["HL", "US", "HN", "PN"];

/// What a draft tells.
pub(super) fn told(trip: &DraftTrip) -> Told {
    let mut told = Told::default();
    let segments = trip.bookings.iter().flat_map(|booking| &booking.segments);
    for segment in segments.filter(|one| one.cancelled.is_none() && one.item < RETENTION) {
        if segment.kind.moves() {
            told.hops.insert(segment.hop);
            if !segment.status.is_some_and(|status| NOT_FIRM.contains(&status)) {
                told.firm.insert(segment.hop);
            }
        } else if segment.kind == Kind::Hotel {
            told.beds.insert(segment.hop);
        }
    }
    let segments = trip.bookings.iter().flat_map(|booking| &booking.segments);
    let mut legs: Vec<&DraftSegment> = segments
        .filter(|one| one.cancelled.is_none() && one.kind.moves() && one.item < RETENTION)
        .collect();
    legs.sort_by_key(|leg| leg.start.utc);
    told.night_between = legs.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        let gap = after.start.utc - before.end.utc;
        before.hop == after.hop && before.end.local.date() < after.start.local.date() && gap >= Duration::hours(6)
    });
    told
}

/// Marks the degradations of a finished draft that nobody who receives it could see.
pub(super) fn mark(trip: &DraftTrip, log: &mut Log) {
    let struck: BTreeSet<(Operator, (usize, String))> = log
        .applied
        .iter()
        .filter_map(|one| Some((one.operator, one.at.clone()?)))
        .collect();
    for one in &mut log.applied {
        let Some((index, name)) = &one.at else { continue };
        let Some(booking) = trip.bookings.get(*index) else {
            continue;
        };
        let Some(nth) = (0..booking.segments.len()).find(|nth| label(booking, *nth) == *name) else {
            continue;
        };
        let here = |operator: Operator| struck.contains(&(operator, (*index, name.clone())));
        let slipped = |booking: usize, name: String| struck.contains(&(Operator::YearSlip, (booking, name)));
        one.visible =
            match one.operator {
                Operator::MetroCodeForAirport => is_metro(&booking.segments[nth]),
                // Without times of day nothing arrives before it leaves.
                Operator::ArrivalDayNotRolled => !here(Operator::TimesMidnight),
                Operator::DatesOverwrittenByTrip => is_long(&booking.segments[nth], !here(Operator::TimesMidnight)),
                Operator::NamesMixedUp => is_mixed_up(&booking.segments[nth]),
                // Something must be there that it is a year away from.
                Operator::YearSlip => trip.bookings.iter().enumerate().any(|(other, booking)| {
                    (0..booking.segments.len()).any(|nth| !slipped(other, label(booking, nth)))
                }),
                _ => true,
            };
    }
}

/// Some codes of cities are those of one of their airports as well: then it is an airport that is written (R62).
fn is_metro(segment: &DraftSegment) -> bool {
    [&segment.start, &segment.end].into_iter().any(|end| {
        let code = end.code.as_deref();
        code == end.metro
            && code
                .and_then(Code::parse)
                .is_some_and(|code| Gazetteer::embedded().airport(code).is_none())
    })
}

/// Longer than any flight or train; of days alone it takes more, since way and date line can make two.
fn is_long(segment: &DraftSegment, timed: bool) -> bool {
    let days = (segment.end.local.date() - segment.start.local.date()).num_days();
    days > 2 || (timed && segment.end.utc - segment.start.utc > Duration::days(1))
}

/// A code where a city's name belongs; or a house number in the name and none in the address: of two words alone nobody knows
/// which is the street.
fn is_mixed_up(segment: &DraftSegment) -> bool {
    let numbered = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        text.split(' ')
            .any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    segment.start.city.as_deref() == segment.start.metro
        || (numbered(&segment.name) && !numbered(&segment.start.address))
}
