//! The degradations by name, with the rates of R253's table, and the log of what they did.
//! Called by `emit`, `spoil` and `changes`.
//! Always holds: each try and each hit is counted, so that rates can be checked and errors attributed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::sandbox::random::{self, Topic};

use super::channel::{Channel, Column, Intensity};

/// How often an operator strikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rate {
    /// A probability, scaled by the intensity.
    Of(f64),
    /// Documented behaviour rather than a defect: always, at every intensity.
    Always,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident $snake:literal;)+) => {
        /// A named degradation (R253).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Operator { $($(#[$doc])* $name),+ }

        impl Operator {
            /// Every operator.
            pub const ALL: &[Operator] = &[$(Operator::$name),+];

            /// The name under which it is logged.
            pub fn name(self) -> &'static str {
                match self { $(Operator::$name => $snake),+ }
            }
        }
    };
}

operators! {
    FlightNumberMissing "flight_number_missing";
    FlightNumberFake "flight_number_fake";
    TimesMidnight "times_midnight";
    OffsetOnLocal "offset_on_local";
    UtcCopiedFromLocal "utc_copied_from_local";
    DatesOverwrittenByTrip "dates_overwritten_by_trip";
    ArrivalDayNotRolled "arrival_day_not_rolled";
    DayMonthSwapped "day_month_swapped";
    YearSlip "year_slip";
    MetroCodeForAirport "metro_code_for_airport";
    /// Code in the city's name, or name and address swapped.
    NamesMixedUp "names_mixed_up";
    /// 0,0; far away; or latitude and longitude swapped.
    CoordinatesBroken "coordinates_broken";
    ReturnLegAbsent "return_leg_absent";
    HotelAbsent "hotel_absent";
    DuplicateByOtherChannel "duplicate_by_other_channel";
    CodeShareAlias "code_share_alias";
    PassiveSegment "passive_segment";
    WaitlistedOrRequested "waitlisted_or_requested";
    Proposals "proposals";
    RetentionSegment "retention_segment";
    DeletedAndRecreated "deleted_and_recreated";
    CancelledFlightFirst "cancelled_flight_first";
    CancelledHotelFirst "cancelled_hotel_first";
    AirlineCancellation "airline_cancellation";
    Reaccommodated "reaccommodated";
    SomeoneElsesTrip "someone_elses_trip";
    GuestPassenger "guest_passenger";
    SeveralPassengers "several_passengers";
}

impl Operator {
    /// The rate of R253's table for a channel.
    pub fn rate(self, channel: Channel) -> Rate {
        use Operator as O;
        //                             GDS    mail   manual supplier API    request
        let percent: [f64; 6] = match self {
            O::FlightNumberMissing => [0.5, 10.0, 35.0, f64::INFINITY, 3.0, 90.0],
            O::FlightNumberFake => [0.5, 2.0, 5.0, 0.0, 2.0, 5.0],
            O::TimesMidnight => [0.0, 5.0, 15.0, f64::INFINITY, 3.0, 70.0],
            O::OffsetOnLocal => [30.0, 10.0, 5.0, 10.0, 20.0, 10.0],
            O::UtcCopiedFromLocal => [1.0, 5.0, 10.0, 10.0, 10.0, 20.0],
            O::DatesOverwrittenByTrip => [0.0, 0.5, 2.0, 0.0, 3.0, 10.0],
            O::ArrivalDayNotRolled => [0.2, 3.0, 5.0, 0.0, 2.0, 0.0],
            O::DayMonthSwapped => [0.0, 1.0, 1.0, 0.0, 0.3, 0.0],
            O::YearSlip => [0.0, 0.3, 0.5, 0.0, 0.0, 0.0],
            O::MetroCodeForAirport => [1.0, 5.0, 15.0, 2.0, 15.0, 40.0],
            O::NamesMixedUp => [0.5, 2.0, 4.0, 1.0, 3.0, 5.0],
            O::CoordinatesBroken => [0.5, 1.0, 2.0, 1.0, 1.0, 0.0],
            O::ReturnLegAbsent => [8.0, 12.0, 15.0, 12.0, 8.0, 20.0],
            O::HotelAbsent => [35.0; 6],
            O::DuplicateByOtherChannel => [20.0; 6],
            O::CodeShareAlias => [20.0; 6],
            O::PassiveSegment => [5.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            O::WaitlistedOrRequested => [1.0; 6],
            O::Proposals => [0.0, 0.0, 0.0, 0.0, 10.0, 0.0],
            O::RetentionSegment => [3.5, 0.0, 0.0, 0.0, 3.5, 0.0],
            O::DeletedAndRecreated => [3.0; 6],
            O::CancelledFlightFirst => [45.0; 6],
            O::CancelledHotelFirst => [22.0; 6],
            O::AirlineCancellation => [1.5; 6],
            O::Reaccommodated => [88.0; 6],
            O::SomeoneElsesTrip => [0.0, 1.0, 3.0, 0.0, 0.0, 0.0],
            O::GuestPassenger => [2.0, 1.0, 1.0, 0.0, 2.0, 1.0],
            O::SeveralPassengers => [4.0, 3.0, 3.0, 2.0, 4.0, 2.0],
        };
        let column = match channel.column() {
            Column::Gds => 0,
            Column::Mail => 1,
            Column::Manual => 2,
            Column::Supplier => 3,
            Column::Api => 4,
            Column::Request => 5,
        };
        match percent[column] {
            f64::INFINITY => Rate::Always,
            value => Rate::Of(value / 100.0),
        }
    }

    /// Whether the rate tells how something happens rather than how often it goes wrong; such rates are not scaled (R254).
    fn is_share(self) -> bool {
        use Operator as O;
        matches!(
            self,
            O::CancelledFlightFirst | O::CancelledHotelFirst | O::Reaccommodated
        )
    }

    /// The probability with which it strikes at an intensity.
    pub fn probability(self, channel: Channel, intensity: Intensity) -> f64 {
        match self.rate(channel) {
            Rate::Always => 1.0,
            Rate::Of(rate) if self.is_share() => rate,
            Rate::Of(rate) => intensity.scale(rate),
        }
    }
}

/// An operator that struck, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Applied {
    pub operator: Operator,
    /// Index of the booking and `Air[0]`-like label; absent if it concerns the whole document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<(usize, String)>,
    /// Whether whoever receives the document could see it there; `sight` says by which rule.
    pub visible: bool,
}

impl Applied {
    /// To the whole document.
    pub fn whole(operator: Operator) -> Applied {
        Applied {
            operator,
            at: None,
            visible: true,
        }
    }
}

/// What the operators did to one document.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub applied: Vec<Applied>,
    /// How often each was rolled.
    pub tried: BTreeMap<Operator, u32>,
}

impl Log {
    /// Takes another log in.
    pub fn merge(&mut self, other: Log) {
        self.applied.extend(other.applied);
        for (operator, tries) in other.tried {
            *self.tried.entry(operator).or_default() += tries;
        }
    }

    /// How often an operator was rolled, and how often it struck.
    pub fn tally(&self, operator: Operator) -> (u32, u32) {
        let struck = self
            .applied
            .iter()
            .filter(|applied| applied.operator == operator)
            .count();
        (
            self.tried.get(&operator).copied().unwrap_or(0),
            u32::try_from(struck).unwrap_or(u32::MAX),
        )
    }
}

/// Rolls for one document: the same item gets the same answer on every rendering.
pub struct Dice {
    pub seed: u64,
    pub channel: Channel,
    pub intensity: Intensity,
    /// Factor on every rate that is scaled.
    spread: f64,
    pub log: Log,
    forced: Vec<Operator>,
}

impl Dice {
    /// Dice of a document.
    pub fn new(seed: u64, channel: Channel, intensity: Intensity) -> Dice {
        Dice {
            seed,
            channel,
            intensity,
            spread: 1.0,
            log: Log::default(),
            forced: Vec::new(),
        }
    }

    /// Dice that strike so many times as often, as far as a rate is one that intensities scale (R255).
    pub fn spread(mut self, factor: f64) -> Dice {
        self.spread = factor;
        self
    }

    fn probability(&self, operator: Operator) -> f64 {
        match operator.rate(self.channel) {
            Rate::Of(_) if !operator.is_share() => {
                (operator.probability(self.channel, self.intensity) * self.spread).min(0.95)
            }
            _ => operator.probability(self.channel, self.intensity),
        }
    }

    /// Dice with which some operators always strike, and all others never: for a document that must look a certain way.
    pub fn forcing(mut self, operators: &[Operator]) -> Dice {
        self.forced = operators.to_vec();
        self
    }

    /// Whether an operator strikes an item; call it only where the operator could do something. What never happens in a
    /// channel is not counted as tried.
    pub fn strikes(&mut self, operator: Operator, item: u64, at: Option<(usize, String)>) -> bool {
        if self.probability(operator) == 0.0 && self.forced.is_empty() {
            return false;
        }
        let struck = self.would_strike(operator, item);
        *self.log.tried.entry(operator).or_default() += 1;
        if struck {
            self.log.applied.push(Applied {
                operator,
                at,
                visible: true,
            });
        }
        struck
    }

    /// The same without leaving a trace in the log.
    pub fn would_strike(&self, operator: Operator, item: u64) -> bool {
        if !self.forced.is_empty() {
            return self.forced.contains(&operator);
        }
        self.fraction(operator, item, 0) < self.probability(operator)
    }

    /// A number in `0.0..1.0` for what an operator does to an item.
    pub fn fraction(&self, operator: Operator, item: u64, nth: u64) -> f64 {
        random::fraction(self.seed, Topic::Operator, &[operator as u64, item, nth])
    }

    /// One of a list, for what an operator does to an item.
    pub fn one<'a, T>(&self, operator: Operator, item: u64, nth: u64, list: &'a [T]) -> &'a T {
        let index = (self.fraction(operator, item, nth + 1) * list.len() as f64) as usize;
        &list[index.min(list.len() - 1)]
    }
}
