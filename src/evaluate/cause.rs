//! Why hours are lost: each away hour has one cause, the first that holds of what the truth did and what the documents lack (R253).
//! Called by `walk`; `report` prints the sums beside each other.
//! Always holds: a cause looks at truth, letters and the log of operators, never at the answer; so a cause has right hours too.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};

use crate::sandbox::corpus::{Letter, Made};
use crate::sandbox::papers::{Channel, Operator};
use crate::sandbox::truth::{Doing, Episode as Truth};

/// What makes an hour hard to know, hardest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Longer away than booked, past the booked way home.
    StaysLonger,
    /// Out of town for a day.
    DayOut,
    /// Somebody else's trip, or a guest's.
    SomebodyElse,
    /// By then only travel requests told of it.
    OnlyAsked,
    /// No booking of the way home came.
    NoWayBack,
    /// Dates or years are wrong in a document.
    DatesBroken,
    /// The airline or the traveler changed plans, and a document does not follow.
    Replanned,
    /// Some leg's times are hidden or missing.
    TimesUnknown,
    /// A leg was late, and it is the hour of it.
    Late,
    Nothing,
}

impl Cause {
    /// All, in order.
    pub const ALL: [Cause; 10] = [
        Cause::StaysLonger,
        Cause::DayOut,
        Cause::SomebodyElse,
        Cause::OnlyAsked,
        Cause::NoWayBack,
        Cause::DatesBroken,
        Cause::Replanned,
        Cause::TimesUnknown,
        Cause::Late,
        Cause::Nothing,
    ];

    /// As the table names it.
    pub fn name(self) -> &'static str {
        match self {
            Cause::StaysLonger => "stays longer than booked",
            Cause::DayOut => "a day out of town",
            Cause::SomebodyElse => "somebody else's trip",
            Cause::OnlyAsked => "a request, nothing booked (R93)",
            Cause::NoWayBack => "no way back is booked (R160)",
            Cause::DatesBroken => "wrong dates in a document",
            Cause::Replanned => "other plans than some document has",
            Cause::TimesUnknown => "times hidden or missing (R27)",
            Cause::Late => "late, or on the way",
            Cause::Nothing => "nothing of these",
        }
    }

    /// Of an away hour on a journey of which `letters` told by then.
    pub fn of<'l>(journey: &Made, letters: impl Iterator<Item = &'l Letter>, truth: &Truth, t: DateTime<Utc>) -> Cause {
        let (mut struck, mut channels) = (BTreeSet::new(), BTreeSet::new());
        for letter in letters.filter(|letter| letter.at <= t) {
            struck.extend(letter.applied.iter().map(|applied| applied.operator));
            channels.insert(letter.channel);
        }
        let hit = |operators: &[Operator]| operators.iter().any(|operator| struck.contains(operator));
        let fate = &journey.fate;
        // The way home of the bookings ends there (see `Journey::ends`); it may have begun a day before.
        let booked_until = journey.until - Duration::hours(12) - Duration::days(fate.extra_nights);
        use Operator as O;
        match () {
            () if fate.extra_nights > 0 && t >= booked_until - Duration::hours(24) => Cause::StaysLonger,
            () if truth.doing == Doing::DayOut => Cause::DayOut,
            () if hit(&[O::SomeoneElsesTrip, O::GuestPassenger]) => Cause::SomebodyElse,
            () if channels.iter().all(|channel| *channel == Channel::Request) => Cause::OnlyAsked,
            () if hit(&[O::ReturnLegAbsent]) => Cause::NoWayBack,
            () if hit(&[
                O::DatesOverwrittenByTrip,
                O::ArrivalDayNotRolled,
                O::DayMonthSwapped,
                O::YearSlip,
            ]) =>
            {
                Cause::DatesBroken
            }
            () if hit(&[
                O::AirlineCancellation,
                O::Reaccommodated,
                O::PassiveSegment,
                O::Proposals,
            ]) =>
            {
                Cause::Replanned
            }
            () if hit(&[O::TimesMidnight]) => Cause::TimesUnknown,
            () if !matches!(truth.doing, Doing::Stay | Doing::Home) => Cause::Late,
            () => Cause::Nothing,
        }
    }
}
