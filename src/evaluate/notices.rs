//! Which notice an operator should raise, and whether it did (R271).
//! Called by `walk` (per trip) and `report` (the table).
//! Always holds: the operator log says what was broken; nothing else counts as broken.

use std::collections::{BTreeMap, BTreeSet};

use crate::sandbox::papers::Operator;

/// Codes that any of these operators explains; an operator is found if one of its codes is raised.
pub const EXPLAINS: &[(Operator, &[&str])] = &[
    (Operator::FlightNumberMissing, &["flight_number_missing", "redacted"]),
    (
        Operator::FlightNumberFake,
        &["flight_number_placeholder", "flight_number_malformed"],
    ),
    (Operator::TimesMidnight, &["time_unknown_midnight", "redacted"]),
    (Operator::UtcCopiedFromLocal, &["utc_copied_from_local"]),
    (Operator::DatesOverwrittenByTrip, &["segment_dates_overwritten"]),
    (Operator::ArrivalDayNotRolled, &["arrival_day_rollover_fixed"]),
    (Operator::DayMonthSwapped, &["day_month_swap_fixed"]),
    (Operator::YearSlip, &["year_slip"]),
    (Operator::MetroCodeForAirport, &["metro_code_used"]),
    (
        Operator::NamesMixedUp,
        &["city_code_in_name_field", "name_address_swapped"],
    ),
    (
        Operator::CoordinatesBroken,
        &["coordinates_near_origin", "coordinates_far_from_city"],
    ),
    (Operator::ReturnLegAbsent, &["missing_return"]),
    (Operator::HotelAbsent, &["uncovered_night"]),
    (Operator::DuplicateByOtherChannel, &["duplicate_movement"]),
    (Operator::Proposals, &["proposal_alternatives"]),
    // Its number and its times are dummies too.
    (
        Operator::RetentionSegment,
        &[
            "retention_segment_suspected",
            "flight_number_placeholder",
            "time_unknown_midnight",
        ],
    ),
    (
        Operator::SomeoneElsesTrip,
        &["passenger_not_owner", "possible_foreign_import"],
    ),
    (
        Operator::GuestPassenger,
        &["passenger_not_owner", "possible_foreign_import"],
    ),
];

/// What these say is true of all trips of a traveler together, not of the document they stand on: false alarms are counted with
/// opportunities and duplicates.
const OF_ALL_TRIPS: [&str; 3] = ["uncovered_night", "missing_return", "duplicate_movement"];

/// What is known of one trip document over all its versions.
#[derive(Clone, Debug, Default)]
pub struct Read {
    pub applied: BTreeSet<Operator>,
    pub raised: BTreeSet<String>,
    /// The engine saw it at least once.
    pub seen: bool,
}

/// Found and missed of an operator; raised without a cause of a code, per document without one.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub operators: BTreeMap<Operator, (u32, u32)>,
    /// By code: raised without a cause, documents without a cause, raised with one.
    pub codes: BTreeMap<&'static str, (u32, u32, u32)>,
}

impl Tally {
    /// Counts a document.
    pub fn add(&mut self, read: &Read) {
        if !read.seen {
            return;
        }
        for (operator, codes) in EXPLAINS {
            if read.applied.contains(operator) {
                let entry = self.operators.entry(*operator).or_default();
                entry.1 += 1;
                entry.0 += u32::from(codes.iter().any(|code| read.raised.contains(*code)));
            }
        }
        for code in EXPLAINS.iter().flat_map(|(_, codes)| *codes).collect::<BTreeSet<_>>() {
            if OF_ALL_TRIPS.contains(code) {
                continue;
            }
            let explained = EXPLAINS
                .iter()
                .any(|(operator, codes)| codes.contains(code) && read.applied.contains(operator));
            let entry = self.codes.entry(code).or_default();
            let raised = u32::from(read.raised.contains(*code));
            if explained {
                entry.2 += raised;
            } else {
                entry.0 += raised;
                entry.1 += 1;
            }
        }
    }

    /// Takes another one in.
    pub fn merge(&mut self, other: &Tally) {
        for (operator, (found, all)) in &other.operators {
            let entry = self.operators.entry(*operator).or_default();
            entry.0 += found;
            entry.1 += all;
        }
        for (code, (alarms, clean, raised)) in &other.codes {
            let entry = self.codes.entry(code).or_default();
            entry.0 += alarms;
            entry.1 += clean;
            entry.2 += raised;
        }
    }
}
