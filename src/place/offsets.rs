//! A zone's offsets over the years in which people travel, read from its rules once.
//! Used by `zone`, which asks the rules themselves for every other year.
//! Always holds: says what the rules say, or nothing.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// The first second of 1971 …
const FIRST: i64 = 31_536_000;
/// … and of 2100: what is not a day within is left to the rules.
const LAST: i64 = 4_102_444_800;
/// No wall clock is further than this from UTC.
const DAY: i64 = 86_400;

/// From which second on (UTC) which offset holds, in seconds east; in order.
pub(super) struct Offsets(Vec<(i64, i32)>);

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
        Offsets(offsets)
    }

    /// Seconds east of UTC at that second.
    pub fn at(&self, second: i64) -> Option<i32> {
        (FIRST..LAST).contains(&second).then(|| self.0[self.period(second)].1)
    }

    /// The instant of that wall clock, and whether the clock is put forward over it or shows it twice: the offset before a gap, the
    /// first of two (R52).
    pub fn resolve(&self, civil: NaiveDateTime) -> Option<(DateTime<Utc>, bool)> {
        let clock = civil.and_utc();
        let second = clock.timestamp();
        if !(FIRST + DAY..LAST - DAY).contains(&second) {
            return None;
        }
        // The periods that a clock may be in: no two changes are so near that there are more than two or three.
        let periods = &self.0[self.period(second - DAY)..];
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
        let east = TimeDelta::seconds(i64::from(shown.unwrap_or(before)));
        Some((clock.checked_sub_signed(east)?, ambiguous || shown.is_none()))
    }

    fn period(&self, second: i64) -> usize {
        self.0.partition_point(|(from, _)| *from <= second).saturating_sub(1)
    }
}
