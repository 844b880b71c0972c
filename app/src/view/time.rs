//! Instants and civil times as pages print them, without a calendar crate in the browser's half.
//! Called by everything that shows a time. An `Instant` is UTC; a `PlaceTime` carries the offset and the abbreviation that
//! the server worked out for its place, so no page ever needs zone rules, the visitor's locale or the visitor's clock.

use crate::language::{self, Language};
use serde::{Deserialize, Serialize};

/// Seconds of a day.
pub const DAY_S: i64 = 86_400;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z. Years −9999 to 9999 are printed rightly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A civil date and time, Gregorian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i32,
    /// 1..=12
    pub month: u8,
    /// 1..=31
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// 0 is Monday.
    pub weekday: u8,
}

/// Abbreviated as CLDR does for dates that stand in a sentence.
fn months() -> [&'static str; 12] {
    match language::current() {
        Language::English => [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ],
        Language::German => [
            "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
        ],
    }
}

fn weekdays() -> [&'static str; 7] {
    match language::current() {
        Language::English => [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
        Language::German => [
            "Montag",
            "Dienstag",
            "Mittwoch",
            "Donnerstag",
            "Freitag",
            "Samstag",
            "Sonntag",
        ],
    }
}

impl Civil {
    /// `Nov`
    pub fn month_name(self) -> &'static str {
        months()[usize::from(self.month).saturating_sub(1).min(11)]
    }

    /// `Sunday`
    pub fn weekday_name(self) -> &'static str {
        weekdays()[usize::from(self.weekday).min(6)]
    }

    /// `Sun`
    pub fn weekday_short(self) -> &'static str {
        let length = match language::current() {
            Language::English => 3,
            Language::German => 2,
        };
        &self.weekday_name()[..length]
    }

    /// `16:25`
    pub fn clock(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// `Sun 22`
    pub fn day_short(self) -> String {
        tf!("{} {}", "{} {}.", self.weekday_short(), self.day)
    }

    /// `22 Nov`
    pub fn date(self) -> String {
        tf!("{} {}", "{}. {}", self.day, self.month_name())
    }

    /// `22 Nov 2026`
    pub fn date_with_year(self) -> String {
        format!("{} {}", self.date(), self.year)
    }

    /// `22 Nov`, or `22 Nov 2020` in another year than this.
    pub fn date_beside(self, year: i32) -> String {
        if self.year == year {
            self.date()
        } else {
            self.date_with_year()
        }
    }

    pub fn is_weekend(self) -> bool {
        self.weekday >= 5
    }
}

impl Instant {
    /// Later by `seconds` (earlier if negative).
    pub fn plus(self, seconds: i64) -> Instant {
        Instant(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to here.
    pub fn since(self, earlier: Instant) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The latest multiple of `step_s` seconds (since the epoch, so of UTC) that is not after this.
    pub fn floor(self, step_s: i64) -> Instant {
        Instant(self.0 - self.0.rem_euclid(step_s.max(1)))
    }

    /// Date and time of day, `offset_min` minutes east of UTC.
    pub fn civil(self, offset_min: i32) -> Civil {
        let local = self.0.saturating_add(i64::from(offset_min) * 60);
        let days = local.div_euclid(DAY_S);
        let second_of_day = local.rem_euclid(DAY_S);
        let (year, month, day) = date_of(days);
        Civil {
            year,
            month,
            day,
            hour: (second_of_day / 3_600) as u8,
            minute: (second_of_day / 60 % 60) as u8,
            second: (second_of_day % 60) as u8,
            weekday: (days + 3).rem_euclid(7) as u8,
        }
    }

    pub fn utc(self) -> Civil {
        self.civil(0)
    }

    /// `2026-11-22T14:00:00Z`: what the address bar and `<time datetime>` hold.
    pub fn rfc3339(self) -> String {
        let c = self.utc();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        )
    }

    /// Reads RFC 3339 with `Z` or an offset, seconds optional (`2026-11-22T14:00Z`, `2026-11-22T15:00:00+01:00`).
    pub fn parse(text: &str) -> Option<Instant> {
        let text = text.trim();
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let mut parts = date
            .splitn(3, '-')
            .map(|p| p.parse::<i64>().ok().filter(|_| p.len() >= 2));
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
            return None;
        }
        let (clock, offset_s) = if let Some(clock) = rest.strip_suffix(['Z', 'z']) {
            (clock, 0)
        } else {
            let at = rest.rfind(['+', '-'])?;
            let (h, m) = rest[at + 1..].split_once(':')?;
            let seconds = small(h, 23)? * 3_600 + small(m, 59)? * 60;
            (
                &rest[..at],
                if rest[at..].starts_with('-') { -seconds } else { seconds },
            )
        };
        let mut fields = clock.splitn(3, ':');
        let (hour, minute) = (small(fields.next()?, 23)?, small(fields.next()?, 59)?);
        let second = match fields.next() {
            Some(s) => small(s.split('.').next().unwrap_or(s), 60)?,
            None => 0,
        };
        Some(Instant(
            days_from(year, month, day) * DAY_S + hour * 3_600 + minute * 60 + second - offset_s,
        ))
    }

    /// `Sunday 22 Nov, 14:00 UTC`; with its year if that is not `now`'s, since a day of another year looks like any other.
    pub fn long(self, now: Instant) -> String {
        tf!("{} {}", "{}, {}", self.utc().weekday_name(), self.short(now))
    }

    /// `22 Nov, 14:00 UTC`; with its year if that is not `now`'s.
    pub fn short(self, now: Instant) -> String {
        let c = self.utc();
        format!("{}, {} UTC", c.date_beside(now.utc().year), c.clock())
    }
}

/// How long ago, in the largest unit that says enough: `18 s`, `3 min`, `31 h`, `4 d`. A future instant is `0 s` old.
pub fn age(seconds: i64) -> String {
    match seconds.max(0) {
        s @ 0..=59 => format!("{s}\u{a0}s"),
        s @ 60..=5_399 => format!("{}\u{a0}min", s / 60),
        s @ 5_400..=172_799 => format!("{}\u{a0}h", (s + 1_800) / 3_600),
        s => format!("{}\u{a0}d", s / DAY_S),
    }
}

/// `3 min ago`; of spaces that do not break, since a number alone at the end of a line says nothing.
pub fn ago(seconds: i64) -> String {
    tf!("{}\u{a0}ago", "vor\u{a0}{}", age(seconds))
}

/// A time at a place, in that place's own zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceTime {
    pub at: Instant,
    /// Minutes east of UTC, at that instant.
    pub offset_min: i32,
    /// The zone's abbreviation at that instant: `GMT`, `CET`, `+03`.
    pub zone: String,
}

impl PlaceTime {
    pub fn new(at: Instant, offset_min: i32, zone: impl Into<String>) -> Self {
        PlaceTime {
            at,
            offset_min,
            zone: zone.into(),
        }
    }

    pub fn civil(&self) -> Civil {
        self.at.civil(self.offset_min)
    }

    /// `16:25 GMT`
    pub fn clock(&self) -> String {
        format!("{} {}", self.civil().clock(), self.zone)
    }

    /// `26 Nov, 16:25 CET`; with its year if that is not `now`'s.
    pub fn short(&self, now: Instant) -> String {
        format!("{}, {}", self.civil().date_beside(now.utc().year), self.clock())
    }

    /// `Thursday 26 Nov, 16:25 CET`.
    pub fn long(&self, now: Instant) -> String {
        tf!("{} {}", "{}, {}", self.civil().weekday_name(), self.short(now))
    }

    /// `Thu 26 Nov 2026, 16:25 CET · 15:25 UTC`: for titles, where there is room to leave nothing out.
    pub fn full(&self) -> String {
        let c = self.civil();
        let own = format!("{} {} {}, {}", c.weekday_short(), c.date(), c.year, self.clock());
        if self.offset_min == 0 {
            own
        } else {
            format!("{own} · {} UTC", self.at.utc().clock())
        }
    }

    /// The shortest unmistakable day and time beside `reference`: `16:25` on the same local day, `Thu 16:25` within six
    /// days, else `26 Nov 16:25`; of another year the date says enough, `9 Jan 2027`.
    pub fn beside(&self, reference: Instant) -> String {
        let c = self.civil();
        let days = days_from(i64::from(c.year), i64::from(c.month), i64::from(c.day))
            - reference.plus(i64::from(self.offset_min) * 60).0.div_euclid(DAY_S);
        match days {
            0 => c.clock(),
            -6..=6 => format!("{} {}", c.weekday_short(), c.clock()),
            _ if c.year != reference.utc().year => c.date_beside(reference.utc().year),
            _ => format!("{} {}", c.date(), c.clock()),
        }
    }
}

fn small(text: &str, max: i64) -> Option<i64> {
    text.parse::<i64>()
        .ok()
        .filter(|n| text.len() == 2 && (0..=max).contains(n))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a Gregorian date. Years are counted from March, so that the leap day is the last of its year.
fn days_from(year: i64, month: i64, day: i64) -> i64 {
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + day - 1 - 719_468
}

/// The inverse of `days_from`.
fn date_of(days: i64) -> (i32, u8, u8) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (
        (era * 400 + year + i64::from(month <= 2)) as i32,
        month as u8,
        day as u8,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap_or_else(|| panic!("not a time: {text}"))
    }

    #[test]
    fn civil_dates_and_back_over_four_centuries() {
        let mut previous = (0, 0, 0);
        for days in -80_000..80_000 {
            let (y, m, d) = date_of(days);
            assert_eq!(days_from(i64::from(y), i64::from(m), i64::from(d)), days);
            assert!((y, i32::from(m), i32::from(d)) > previous || days == -80_000);
            previous = (y, i32::from(m), i32::from(d));
        }
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(11_016), (2000, 2, 29));
    }

    #[test]
    fn rfc3339_is_read_and_written() {
        let t = at("2026-11-22T14:00:00Z");
        assert_eq!(t, Instant(1_795_356_000));
        assert_eq!(t.rfc3339(), "2026-11-22T14:00:00Z");
        assert_eq!(at("2026-11-22T15:00:00+01:00"), t);
        assert_eq!(at("2026-11-22T14:00Z"), t);
        assert_eq!(at("2026-11-22T14:00:00.750Z"), t);
        for wrong in [
            "",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00Z",
            "2026-11-22T24:00Z",
            "2026-11-22T14:00",
        ] {
            assert_eq!(Instant::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn words_for_times() {
        let t = at("2026-11-22T14:05:00Z");
        assert_eq!(t.long(t), "Sunday 22 Nov, 14:05 UTC");
        assert_eq!(at("2020-12-13T12:00:00Z").long(t), "Sunday 13 Dec 2020, 12:00 UTC");
        assert_eq!(t.floor(21_600), at("2026-11-22T12:00:00Z"));
        assert!(t.utc().is_weekend());
        assert_eq!(
            [0, 59, 60, 5_399, 5_400, 111_600, 172_800, -5].map(age),
            ["0 s", "59 s", "1 min", "89 min", "2 h", "31 h", "2 d", "0 s"].map(|text| text.replace(' ', "\u{a0}"))
        );
    }

    #[test]
    fn a_place_has_its_own_day() {
        let now = at("2026-11-22T14:00:00Z");
        let tokyo = PlaceTime::new(at("2026-11-22T16:25:00Z"), 540, "JST");
        assert_eq!(tokyo.full(), "Mon 23 Nov 2026, 01:25 JST · 16:25 UTC");
        assert_eq!(tokyo.beside(now), "Mon 01:25");
        let london = PlaceTime::new(at("2026-11-26T16:25:00Z"), 0, "GMT");
        assert_eq!(london.beside(now), "Thu 16:25");
        assert_eq!(
            PlaceTime::new(at("2026-12-09T06:00:00Z"), 60, "CET").beside(now),
            "9 Dec 07:00"
        );
        assert_eq!(
            PlaceTime::new(at("2027-01-09T06:00:00Z"), 60, "CET").beside(now),
            "9 Jan 2027"
        );
        assert_eq!(PlaceTime::new(now, 0, "UTC").full(), "Sun 22 Nov 2026, 14:00 UTC");
    }
}
