//! Dates and times as documents write them: civil times with meaningless offsets, instants, dates alone, dates without a year.
//! Called by `assemble`, `segments`, `tickets`.
//! Always: a `*Local` value is a civil time (R1) and a `*Utc` value an instant; sentinel dates are absent (R16); nothing is invented.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::When;
use super::scalar::{Scalar, trimmed};

/// The first year that a booking can be of; earlier ones and the last that four digits can write mean "no date" (R16).
const FIRST_YEAR: i32 = 1990;
const LAST_YEAR: i32 = 9998;

/// A value taken apart, before it is known whether it is civil or an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stamp {
    day: Day,
    time: Option<NaiveTime>,
    /// Minutes east of UTC.
    offset_min: Option<i32>,
}

/// A calendar day, perhaps without its year (R14).
#[derive(Clone, Copy, Debug, PartialEq)]
enum Day {
    Full(NaiveDate),
    WithoutYear { month: u32, day: u32 },
    OfYear(u32),
}

/// Reads the dates of one trip, booking or segment and remembers which of them were sentinels.
pub(super) struct Dates {
    /// The day after which dates without a year fall: when the booking was made (R14).
    anchor: Option<NaiveDate>,
    /// Fields that held a sentinel date.
    pub(super) sentinels: Vec<&'static str>,
}

impl Dates {
    pub(super) fn after(anchor: Option<NaiveDate>) -> Self {
        Self {
            anchor,
            sentinels: Vec::new(),
        }
    }

    /// The same anchor, nothing remembered: to read a second time what was read before.
    pub(super) fn again(&self) -> Self {
        Self::after(self.anchor)
    }

    /// A civil time; midnight if there is a date only.
    pub(super) fn civil(&mut self, field: &'static str, value: &Scalar) -> Option<NaiveDateTime> {
        self.stamp(field, value).map(|(at, _)| at)
    }

    /// An instant; an offset counts, without one the digits are UTC's.
    pub(super) fn instant(&mut self, field: &'static str, value: &Scalar) -> Option<DateTime<Utc>> {
        self.stamp(field, value).and_then(universal)
    }

    /// The two values of one moment. A `*Utc` value without time of day is no instant: it is the date if there is no other.
    pub(super) fn when(&mut self, fields: [&'static str; 2], local: &Scalar, utc: &Scalar) -> When {
        let local = self.stamp(fields[0], local);
        let utc = self.stamp(fields[1], utc);
        let civil = local.or(utc.filter(|(_, stamp)| stamp.time.is_none()));
        When {
            local: civil.map(|(at, _)| at),
            local_offset_min: local
                .and_then(|(_, stamp)| stamp.offset_min)
                .filter(|offset| *offset != 0),
            utc: utc.filter(|(_, stamp)| stamp.time.is_some()).and_then(universal),
            date_only: civil.is_some_and(|(_, stamp)| stamp.time.is_none()),
        }
    }

    fn stamp(&mut self, field: &'static str, value: &Scalar) -> Option<(NaiveDateTime, Stamp)> {
        if *value == Scalar::Absent {
            return None;
        }
        let stamp = parse(trimmed(&value.as_text()))?;
        let day = match stamp.day {
            Day::Full(day) => day,
            Day::WithoutYear { month, day } => self.first(|year| NaiveDate::from_ymd_opt(year, month, day))?,
            Day::OfYear(ordinal) => self.first(|year| NaiveDate::from_yo_opt(year, ordinal))?,
        };
        if !(FIRST_YEAR..=LAST_YEAR).contains(&day.year()) {
            self.sentinels.push(field);
            return None;
        }
        Some((day.and_time(stamp.time.unwrap_or_default()), stamp))
    }

    /// The first such day on or after the anchor; 29 February comes every eight years at the latest (R14).
    fn first(&self, in_year: impl Fn(i32) -> Option<NaiveDate>) -> Option<NaiveDate> {
        let anchor = self.anchor?;
        (anchor.year()..=anchor.year() + 8)
            .filter_map(in_year)
            .find(|day| *day >= anchor)
    }
}

/// The instant of digits and their offset; without one they are UTC's.
fn universal((at, stamp): (NaiveDateTime, Stamp)) -> Option<DateTime<Utc>> {
    match stamp.offset_min {
        None | Some(0) => Some(at.and_utc()),
        Some(east) => Some(at.checked_sub_signed(Duration::minutes(i64::from(east)))?.and_utc()),
    }
}

/// A time of day such as `15:00`, `3:00 PM`, `1500`, or the time part of a date-time.
pub(super) fn time_of_day(value: &Scalar) -> Option<NaiveTime> {
    let text = value.as_text();
    let text = text.trim();
    match parse(text) {
        Some(stamp) => stamp.time,
        None => time_and_offset(text).map(|(time, _)| time),
    }
}

fn parse(text: &str) -> Option<Stamp> {
    usual(text).or_else(|| unusual(text))
}

/// `2026-11-10T15:54:18`, perhaps with a fraction and an offset: so nearly all of them are, and it is read in one go.
fn usual(text: &str) -> Option<Stamp> {
    let (digits, behind) = text.split_at_checked("2026-11-10T15:54:18".len())?;
    let digits: &[u8; 19] = digits.as_bytes().try_into().ok()?;
    let (micros, offset_min) = match behind {
        "" => (0, None),
        "Z" => (0, Some(0)),
        _ => {
            let (micros, behind) = fraction(behind);
            if !behind.is_empty() && !behind.starts_with(['Z', '+', '-']) {
                return None;
            }
            (micros, offset(behind))
        }
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| digits[*at] != *mark) {
        return None;
    }
    let two = |at: usize| {
        let digit = |at: usize| digits[at].is_ascii_digit().then(|| u32::from(digits[at] - b'0'));
        Some(digit(at)? * 10 + digit(at + 1)?)
    };
    let year = i32::try_from(two(0)? * 100 + two(2)?).ok()?;
    Some(Stamp {
        day: Day::Full(NaiveDate::from_ymd_opt(year, two(5)?, two(8)?)?),
        time: Some(NaiveTime::from_hms_micro_opt(two(11)?, two(14)?, two(17)?, micros)?),
        offset_min,
    })
}

fn unusual(text: &str) -> Option<Stamp> {
    let (day, rest) = split_day(text)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest);
    match time_and_offset(rest) {
        Some((time, offset_min)) if rest.starts_with("24") => {
            let day = match day {
                Day::Full(day) => Day::Full(day.succ_opt()?),
                other => other,
            };
            Some(Stamp {
                day,
                time: Some(time),
                offset_min,
            })
        }
        Some((time, offset_min)) => Some(Stamp {
            day,
            time: Some(time),
            offset_min,
        }),
        // A time that cannot be read leaves the date what it is.
        None => Some(Stamp {
            day,
            time: None,
            offset_min: None,
        }),
    }
}

fn split_day(text: &str) -> Option<(Day, &str)> {
    year_first(text)
        .or_else(|| named_month(text))
        .or_else(|| {
            let (month, rest) = digits(text.strip_prefix("--").unwrap_or(text), 2)?;
            let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
            NaiveDate::from_ymd_opt(2000, month, day)?;
            ends_or_time(rest)?;
            Some((Day::WithoutYear { month, day }, rest))
        })
        .or_else(|| {
            let (ordinal, rest) = digits(text, 3)?;
            (rest.is_empty() && (1..=366).contains(&ordinal)).then_some((Day::OfYear(ordinal), rest))
        })
}

/// `2026-11-10`, `2026/11/10`, `20261110`, `2026-314`.
fn year_first(text: &str) -> Option<(Day, &str)> {
    let (year, rest) = digits(text, 4)?;
    let year = i32::try_from(year).ok()?;
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/'));
    let rest = separator.map_or(rest, |_| &rest[1..]);
    if let Some((ordinal, rest)) = digits(rest, 3)
        && separator == Some('-')
        && ends_or_time(rest).is_some()
    {
        return Some((Day::Full(NaiveDate::from_yo_opt(year, ordinal)?), rest));
    }
    let (month, rest) = digits(rest, 2)?;
    let rest = match separator {
        Some(separator) => rest.strip_prefix(separator)?,
        None => rest,
    };
    let (day, rest) = digits(rest, 2)?;
    ends_or_time(rest)?;
    Some((Day::Full(NaiveDate::from_ymd_opt(year, month, day)?), rest))
}

/// `10NOV`, `10 Nov 2026`, `10-NOV-26`: reservation systems print dates like this, often without a year.
fn named_month(text: &str) -> Option<(Day, &str)> {
    const MONTHS: [&str; 12] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let (day, rest) = digits(text, 2).or_else(|| digits(text, 1))?;
    let rest = rest.trim_start_matches([' ', '-']);
    let name = rest.get(..3)?;
    let month = (1..).zip(MONTHS).find(|(_, month)| name.eq_ignore_ascii_case(month))?.0;
    let rest = &rest[3..];
    let behind = rest.trim_start_matches([' ', '-']);
    let (year, rest) = match (digits(behind, 4), digits(behind, 2)) {
        (Some((year, rest)), _) => (Some(year), rest),
        (None, Some((year, rest))) if !rest.starts_with(':') => (Some(2000 + year), rest),
        _ => (None, rest),
    };
    ends_or_time(rest)?;
    let day = match year {
        Some(year) => Day::Full(NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?),
        None => {
            NaiveDate::from_ymd_opt(2000, month, day)?;
            Day::WithoutYear { month, day }
        }
    };
    Some((day, rest))
}

/// `15:54`, `15:54:18.026`, `1554`, `155418`, `3:54 PM`, each perhaps with `Z`, `+01:00`, `-0500`, `+01` behind it.
fn time_and_offset(text: &str) -> Option<(NaiveTime, Option<i32>)> {
    let (mut hour, rest) = digits(text, 2).or_else(|| digits(text, 1))?;
    let (minute, rest) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2)?,
        None => digits(rest, 2).or_else(|| is_half_day(rest).then_some((0, rest)))?,
    };
    let (second, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2).unwrap_or((0, rest));
    let (micros, rest) = fraction(rest);
    let rest = rest.trim_start();
    let rest = if is_half_day(rest) {
        let afternoon = rest.starts_with(['P', 'p']);
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        rest[2..].trim_start()
    } else {
        rest
    };
    let time = NaiveTime::from_hms_micro_opt(if hour == 24 { 0 } else { hour }, minute, second.min(59), micros)?;
    Some((time, offset(rest)))
}

fn is_half_day(text: &str) -> bool {
    text.trim_start()
        .get(..2)
        .is_some_and(|half| half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm"))
}

/// Microseconds, the finest that databases keep.
fn fraction(text: &str) -> (u32, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else {
        return (0, text);
    };
    let (mut micros, mut unit, mut end) = (0, 100_000, 0);
    for digit in rest.bytes().take_while(u8::is_ascii_digit) {
        micros += u32::from(digit - b'0') * unit;
        unit /= 10;
        end += 1;
    }
    (micros, &rest[end..])
}

fn offset(text: &str) -> Option<i32> {
    if text.starts_with(['Z', 'z']) || matches!(text, "+00:00" | "-00:00") {
        return Some(0);
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let rest = text.trim_start_matches(['+', '-', '\u{2212}']);
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, _) = digits(rest.strip_prefix(':').unwrap_or(rest), 2).unwrap_or((0, rest));
    (hours <= 18 && minutes < 60).then(|| sign * i32::try_from(hours * 60 + minutes).unwrap_or(0))
}

/// Exactly so many digits from the start, as a number, and what is behind them.
fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let head = text.get(..count)?;
    let number = head.bytes().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })?;
    Some((number, &text[count..]))
}

/// What may stand behind a date.
fn ends_or_time(rest: &str) -> Option<()> {
    (rest.is_empty() || rest.starts_with(['T', 't', ' ', 'Z', 'z', '+'])).then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn t31_times_as_concur_writes_them_are_read_in_one_go() {
        for text in [
            "2026-11-10T15:54:18",
            "2026-11-10T15:54:18Z",
            "2026-11-10T15:54:18.026+00:00",
            "2026-11-10T15:54:18.000-00:00",
        ] {
            assert!(usual(text).is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn t31_what_is_read_in_one_go_is_what_is_read_piece_by_piece(
            text in "(19|20|00)[0-9]{2}-(0[1-9]|1[0-3])-([0-2][1-9]|3[0-2])T([01][0-9]|2[0-4]):[0-6][0-9]:[0-5][0-9](\\.[0-9]{0,8})?(Z|z|[+-][01][0-9]:?[0-9]{2}|[+-]| PM)?",
        ) {
            let at_once = usual(&text);
            prop_assert!(at_once.is_none() || at_once == unusual(&text), "{text}");
        }
    }
}
