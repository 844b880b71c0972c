//! A zone's offsets over the years in which people travel, read from its rules once.
//! Used by `zone`, which asks the rules themselves for every other year.
//! Always holds: says what the rules say, or nothing.

use chrono::NaiveDateTime;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// The first second of 1971 …
const FIRST: i64 = 31_536_000;
/// … and of 2100: what is not a day within is left to the rules.
const LAST: i64 = 4_102_444_800;
/// No wall clock is further than this from UTC.
const DAY: i64 = 86_400;

/// A look-up begins at what holds at the last multiple of 2^22 seconds, some seven weeks.
const STEP: u32 = 22;

pub(super) struct Offsets {
    /// From which second on (UTC) which offset holds, in seconds east; in order.
    periods: Vec<(i64, i32)>,
    /// Which of them holds at the beginning of each step.
    steps: Vec<u16>,
}

impl Offsets {
    pub fn of(rules: &TimeZone) -> Offsets {
        let first = Timestamp::constant(FIRST, 0);
        let changes = rules
            .following(first)
            .map(|change| (change.timestamp(), change.offset()));
        let changes = changes.take_while(|(at, _)| at.as_second() < LAST);
        let offset = |offset: Offset| offset.seconds();
        let begin = (FIRST, offset(rules.to_offset(first)));
        let mut offsets = vec![begin];
        for (at, east) in changes {
            // A change of the name alone, or of whether it is called summer, changes no clock.
            if offsets.last().is_none_or(|(_, before)| *before != offset(east)) {
                offsets.push((at.as_second(), offset(east)));
            }
        }
        let begins = (FIRST..LAST).step_by(1 << STEP);
        let holds = |second| offsets.partition_point(|(from, _)| *from <= second) - 1;
        let steps = begins.map(|second| u16::try_from(holds(second)).unwrap_or_default());
        Offsets {
            steps: steps.collect(),
            periods: offsets,
        }
    }

    /// Seconds east of UTC at that second.
    pub fn at(&self, second: i64) -> Option<i32> {
        (FIRST..LAST)
            .contains(&second)
            .then(|| self.periods[self.period(second)].1)
    }

    /// The second (UTC) of that wall clock, and whether the clock is put forward over it or shows it twice: the offset before a gap,
    /// the first of two (R52).
    pub fn resolve(&self, civil: NaiveDateTime) -> Option<(i64, bool)> {
        let second = civil.and_utc().timestamp();
        if !(FIRST + DAY..LAST - DAY).contains(&second) {
            return None;
        }
        // The periods that a clock may be in: no two changes are so near that there are more than two or three.
        let periods = &self.periods[self.period(second - DAY)..];
        let (mut shown, mut ambiguous, mut before) = (None, false, periods[0].1);
        for (no, (from, east)) in periods
            .iter()
            .enumerate()
            .take_while(|(_, (from, _))| *from <= second + DAY)
        {
            let at = second - i64::from(*east);
            let ended = periods.get(no + 1).is_some_and(|(ends, _)| at >= *ends);
            if ended {
                before = *east;
            } else if at >= *from {
                ambiguous = shown.is_some();
                shown = shown.or(Some(*east));
            }
        }
        let east = i64::from(shown.unwrap_or(before));
        Some((second - east, ambiguous || shown.is_none()))
    }

    /// Which period a second within the years is in.
    fn period(&self, second: i64) -> usize {
        let step = (second - FIRST) as usize >> STEP;
        let first = usize::from(self.steps[step]);
        let later = self.periods[first + 1..].iter();
        first + later.take_while(|(from, _)| *from <= second).count()
    }
}
