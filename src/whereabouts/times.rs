//! When a leg leaves and arrives: civil times to instants, unknown times, repairs (R1–R6, R40–R52).
//! Called for every move, once both ends have places and with them zones.
//! Always holds: arrival is judged against departure on instants, never on local clocks (R43); a span is never inverted.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::itinerary::When;
use crate::place::Zone;

use super::judgement::Judgement;
use super::notices::Desk;

/// Unix seconds.
pub(super) type Sec = i64;
pub(super) const MINUTE: Sec = 60;
pub(super) const HOUR: Sec = 3_600;
pub(super) const DAY: Sec = 86_400;

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// An aircraft.
    Air,
    /// A train.
    Rail,
    /// Car, coach, taxi.
    Road,
    /// A ferry.
    Sea,
    /// Nobody says.
    Unknown,
}

impl Mode {
    /// As the contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Air => "air",
            Mode::Rail => "rail",
            Mode::Road => "road",
            Mode::Sea => "sea",
            Mode::Unknown => "unknown",
        }
    }

    /// From a document's `TransportMode`.
    pub fn parse(text: &str) -> Mode {
        let text = text.to_ascii_lowercase();
        let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if any(&["air", "flight", "plane", "helicopter"]) {
            Mode::Air
        } else if any(&["rail", "train", "tram", "metro", "subway"]) {
            Mode::Rail
        } else if any(&["bus", "coach", "car", "road", "taxi", "shuttle", "limo", "van"]) {
            Mode::Road
        } else if any(&["ferry", "boat", "ship", "sea", "cruise", "launch"]) {
            Mode::Sea
        } else {
            Mode::Unknown
        }
    }

    /// Estimated time under way (§4), whole minutes in seconds.
    pub fn block(self, km: f64) -> Sec {
        let minutes = match self {
            Mode::Air => {
                let extra = if km < 1500.0 {
                    30.0
                } else if km < 4000.0 {
                    40.0
                } else {
                    50.0
                };
                km / 850.0 * 60.0 + extra
            }
            Mode::Rail => km / 200.0 * 60.0 + 40.0,
            Mode::Road | Mode::Unknown => km / 80.0 * 60.0 + 15.0,
            Mode::Sea => km / 40.0 * 60.0 + 60.0,
        };
        minutes.round() as Sec * MINUTE
    }

    /// Whether a leg can take this long (R46): not faster than anything of its kind, and in the air not much slower than estimated.
    pub fn plausible(self, judgement: &Judgement, seconds: Sec, km: Option<f64>, stops: u32) -> bool {
        if seconds <= 0 {
            return false;
        }
        let Some(km) = km else { return seconds <= DAY };
        let hours = seconds as f64 / HOUR as f64;
        let (fastest, longest) = match self {
            Mode::Air => (
                judgement.max_speed_air_kmh,
                self.block(km) as f64 * 1.6 + f64::from(60 * (60 + 60 * stops.min(4))),
            ),
            Mode::Rail => (500.0, 3.0 * DAY as f64),
            Mode::Road => (150.0, 3.0 * DAY as f64),
            Mode::Sea => (80.0, 21.0 * DAY as f64),
            Mode::Unknown => (judgement.max_speed_air_kmh, 3.0 * DAY as f64),
        };
        km <= fastest * hours && seconds as f64 <= longest
    }
}

/// An instant that is known to lie in [from, until]; a point if both are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub from: Sec,
    pub until: Sec,
    /// Where most of it is: the printed time, if the span is there only because something contradicts it (R5, R52).
    pub likely: Option<Sec>,
}

impl Span {
    pub fn at(t: Sec) -> Span {
        Span::new(t, t)
    }

    pub fn new(from: Sec, until: Sec) -> Span {
        let until = until.max(from);
        Span {
            from,
            until,
            likely: None,
        }
    }

    pub fn shifted(self, by: Sec) -> Span {
        Span {
            from: self.from + by,
            until: self.until + by,
            likely: self.likely.map(|t| t + by),
        }
    }

    /// Not before `earliest`.
    pub fn not_before(self, earliest: Sec) -> Span {
        let not_before = Span::new(self.from.max(earliest), self.until.max(earliest));
        Span {
            likely: self.likely.map(|t| t.max(earliest)),
            ..not_before
        }
    }

    /// The part both have, if any.
    pub fn common(self, other: Span) -> Option<Span> {
        let (from, until) = (self.from.max(other.from), self.until.min(other.until));
        (from <= until).then(|| Span::new(from, until))
    }

    pub fn middle(self) -> Sec {
        self.likely.unwrap_or(self.from + (self.until - self.from) / 2)
    }
}

pub(super) fn instant(t: Sec) -> DateTime<Utc> {
    DateTime::from_timestamp(t, 0).unwrap_or_default()
}

/// A calendar day at a place, to its last minute; without a zone any zone is possible (R3).
pub(super) fn day_span(day: NaiveDate, zone: Option<Zone>) -> Span {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone {
        Some(zone) => Span::new(
            zone.to_utc(midnight).timestamp(),
            zone.to_utc(midnight + chrono::Duration::minutes(24 * 60 - 1))
                .timestamp(),
        ),
        None => Span::new(
            midnight.and_utc().timestamp() - 14 * HOUR,
            midnight.and_utc().timestamp() + DAY + 12 * HOUR,
        ),
    }
}

/// One printed time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub local: NaiveDateTime,
    /// Best instant.
    pub at: Sec,
    /// What it may be besides (R5, R52).
    pub span: Span,
    /// The time of day means something.
    pub timed: bool,
    /// The offset of the place is not 0 (R5, R40).
    offset: bool,
}

/// Reads a `When` at a place (R1, R3, R5, R52). `None` if there is no date in it.
pub(super) fn moment(when: &When, zone: Option<Zone>) -> Option<Moment> {
    let utc = when.utc.map(|utc| utc.timestamp());
    let Some(local) = when.local else {
        let utc = when.utc?;
        let local = zone.map_or(utc.naive_utc(), |zone| zone.to_civil(utc));
        return Some(Moment {
            local,
            at: utc.timestamp(),
            span: Span::at(utc.timestamp()),
            timed: !when.date_only,
            offset: false,
        });
    };
    let Some(zone) = zone else {
        // R3 (c), (e): the offset that Utc implies, else any.
        let clock = local.and_utc().timestamp();
        let span = utc.map_or(Span::new(clock - 14 * HOUR, clock + 12 * HOUR), Span::at);
        let at = utc.unwrap_or(clock);
        return Some(Moment {
            local,
            at,
            span,
            timed: !when.date_only,
            offset: utc.is_some_and(|utc| utc != clock),
        });
    };
    let at = zone.to_utc(local).timestamp();
    let mut span = Span::at(at);
    if zone.is_ambiguous(local) {
        span = Span::new(at - HOUR, at + HOUR);
    }
    let offset = zone.offset_s(instant(at)) != 0;
    let copied = utc == Some(local.and_utc().timestamp()) && offset;
    if let Some(utc) = utc.filter(|utc| (utc - at).abs() <= 12 * HOUR && !copied) {
        span = Span::new(span.from.min(utc), span.until.max(utc));
    }
    if span.from < span.until {
        span.likely = Some(at);
    }
    Some(Moment {
        local,
        at,
        span,
        timed: !when.date_only,
        offset,
    })
}

/// Notices of R2 and R5 about a time that is used.
pub(super) fn cross_check(when: &When, zone: Option<Zone>, moment: &Moment, desk: &mut Desk<'_>) {
    let (Some(local), Some(zone)) = (when.local, zone) else {
        return;
    };
    if when
        .local_offset_min
        .is_some_and(|minutes| minutes * 60 != zone.offset_s(instant(moment.at)))
    {
        desk.raise(
            "local_offset_clash",
            "The offset behind the local time is not that of the place; the printed time counts.",
        );
    }
    let Some(utc) = when.utc.map(|utc| utc.timestamp()) else {
        return;
    };
    // Half a minute of rounding between the two is no conflict.
    match (utc - moment.at).abs() {
        0..=59 => {}
        _ if utc == local.and_utc().timestamp() => {
            desk.raise(
                "utc_copied_from_local",
                "The time in UTC is a copy of the local time; the local time counts.",
            );
        }
        HOUR => desk.raise(
            "dst_mismatch",
            "Local time and UTC are one hour apart: daylight saving was missed in one of them.",
        ),
        _ => desk.raise(
            "local_utc_conflict",
            "Local time and UTC do not fit together; the local time counts.",
        ),
    }
}

/// What is known about a leg before its times are read.
pub(super) struct Route {
    pub mode: Mode,
    pub from_zone: Option<Zone>,
    pub to_zone: Option<Zone>,
    /// Between its ends, if both are known.
    pub km: Option<f64>,
    pub stops: u32,
    /// R40 (d), R238: midnight from this source means "hidden".
    pub midnight_hidden: bool,
    /// First and last local date of the trip document (R47).
    pub trip_dates: (Option<NaiveDate>, Option<NaiveDate>),
    pub place_in_trip: PlaceInTrip,
}

/// Where a leg stands among the legs of its document (R47).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceInTrip {
    First,
    Between,
    Last,
}

/// When a leg leaves and arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LegTimes {
    pub dep: Span,
    pub arr: Span,
    /// Departure and arrival are known as times (R145).
    pub timed: bool,
    /// Times were repaired or estimated: the corridor is wider (R197).
    pub repaired: bool,
    /// Local date of departure.
    pub dep_day: NaiveDate,
    /// Local date at the destination for which it is meant (R28).
    pub arr_day: NaiveDate,
}

/// Reads both times of a leg (R27, R28, R40–R47). `None` if there is no date at all.
pub(super) fn leg_times(
    j: &Judgement,
    route: &Route,
    start: &When,
    end: &When,
    desk: &mut Desk<'_>,
) -> Option<LegTimes> {
    let (mut dep, mut arr) = (moment(start, route.from_zone), moment(end, route.to_zone));
    hide_midnights(j, route, start, end, &mut dep, &mut arr, desk);
    for (when, zone, moment) in [(start, route.from_zone, &dep), (end, route.to_zone, &arr)] {
        if let Some(moment) = moment.as_ref().filter(|moment| moment.timed) {
            cross_check(when, zone, moment, desk);
        }
    }
    match (dep.filter(|m| m.timed), arr.filter(|m| m.timed)) {
        (Some(dep), Some(arr)) => Some(both_timed(j, route, dep, arr, desk)),
        (Some(dep), None) => Some(estimated(j, route, Some(dep), None, arr.map(|m| m.local.date()))),
        (None, Some(arr)) => Some(estimated(j, route, None, Some(arr), dep.map(|m| m.local.date()))),
        (None, None) => dates_only(j, route, dep.map(|m| m.local.date()), arr.map(|m| m.local.date())),
    }
}

/// R40: a midnight that only means "time unknown".
fn hide_midnights(
    j: &Judgement,
    route: &Route,
    start: &When,
    end: &When,
    dep: &mut Option<Moment>,
    arr: &mut Option<Moment>,
    desk: &mut Desk<'_>,
) {
    let midnight = |m: &Option<Moment>| m.is_some_and(|m| m.timed && m.local.time() == NaiveTime::MIN);
    let utc_midnight = |when: &When| when.utc.is_some_and(|utc| utc.time().num_seconds_from_midnight() == 0);
    let (at_dep, at_arr) = (midnight(dep), midnight(arr));
    if !at_dep && !at_arr || !matches!(route.mode, Mode::Air | Mode::Rail) {
        return;
    }
    let odd_block = match (&*dep, &*arr) {
        (Some(dep), Some(arr)) => !route.mode.plausible(j, arr.at - dep.at, route.km, route.stops),
        _ => false,
    };
    let twin = |m: &Option<Moment>, when: &When| utc_midnight(when) && m.is_some_and(|m| m.offset);
    let both = at_dep && at_arr;
    let hide_dep = at_dep && (both || route.midnight_hidden || odd_block || twin(dep, start));
    let hide_arr = at_arr && (both || route.midnight_hidden || odd_block || twin(arr, end));
    if hide_dep || hide_arr {
        desk.raise(
            "time_unknown_midnight",
            "Midnight stands for \"time unknown\"; only the date counts.",
        );
    }
    for (hide, moment) in [(hide_dep, dep), (hide_arr, arr)] {
        if let (true, Some(moment)) = (hide, moment) {
            moment.timed = false;
        }
    }
}

fn both_timed(j: &Judgement, route: &Route, dep: Moment, arr: Moment, desk: &mut Desk<'_>) -> LegTimes {
    let (dep_day, arr_day) = (dep.local.date(), arr.local.date());
    let timed = |dep: Span, arr: Span, repaired: bool, arr_day: NaiveDate| LegTimes {
        dep,
        arr,
        timed: true,
        repaired,
        dep_day,
        arr_day,
    };
    let seconds = arr.at - dep.at;
    let plausible = |seconds: Sec| route.mode.plausible(j, seconds, route.km, route.stops);
    if plausible(seconds) {
        return timed(dep.span, arr.span.not_before(dep.span.from), false, arr_day);
    }
    if route.mode == Mode::Air && seconds > DAY {
        let (first, last) = route.trip_dates;
        if first == Some(dep_day) && last == Some(arr_day) {
            desk.raise(
                "segment_dates_overwritten",
                "The dates of the whole trip stand in place of this leg's own dates.",
            );
            return overwritten(j, route, dep, arr);
        }
    }
    if seconds <= 0 && seconds > -DAY && plausible(seconds + DAY) {
        desk.raise(
            "arrival_day_rollover_fixed",
            "The arrival is a day later than printed: it was before the departure.",
        );
        return timed(
            dep.span,
            arr.span.shifted(DAY),
            true,
            arr_day.succ_opt().unwrap_or(arr_day),
        );
    }
    if let Some((fixed, code)) = unique_repair(route, dep, arr, plausible) {
        desk.raise(
            code,
            "The times only make sense with one date changed; it is changed here.",
        );
        return fixed;
    }
    if seconds > DAY && route.mode == Mode::Air {
        desk.raise(
            "segment_dates_overwritten",
            "This leg would take more than a day; its departure counts.",
        );
        return estimated(j, route, Some(dep), None, None);
    }
    if seconds <= 0 {
        desk.raise(
            "arrival_before_departure",
            "The arrival is before the departure and no repair explains it; only the date counts.",
        );
    } else {
        desk.raise(
            "implausible_block_time",
            "The leg would take far too short or long; only the date counts.",
        );
    }
    let arr_day = Some(arr_day).filter(|day| *day > dep_day && *day - dep_day <= chrono::Duration::days(2));
    dates_only(j, route, Some(dep_day), arr_day).unwrap_or_else(|| timed(dep.span, dep.span, true, dep_day))
}

/// R45: another day of departure, both ends swapped, day and month swapped; only if exactly one of them works.
fn unique_repair(
    route: &Route,
    dep: Moment,
    arr: Moment,
    plausible: impl Fn(Sec) -> bool,
) -> Option<(LegTimes, &'static str)> {
    let at = |local: NaiveDateTime, zone: Option<Zone>| zone.map(|zone| zone.to_utc(local).timestamp());
    let swapped = |local: NaiveDateTime| {
        let date = NaiveDate::from_ymd_opt(local.year(), local.day(), local.month())?;
        (date != local.date()).then(|| date.and_time(local.time()))
    };
    let mut found: Vec<(NaiveDateTime, NaiveDateTime, &'static str)> = Vec::new();
    let mut attempt = |dep: Option<NaiveDateTime>, arr: Option<NaiveDateTime>, code: &'static str| {
        let (Some(dep), Some(arr)) = (dep, arr) else { return };
        if let (Some(from), Some(to)) = (at(dep, route.from_zone), at(arr, route.to_zone))
            && plausible(to - from)
        {
            found.push((dep, arr, code));
        }
    };
    attempt(
        dep.local.checked_sub_days(chrono::Days::new(1)),
        Some(arr.local),
        "arrival_day_rollover_fixed",
    );
    attempt(Some(arr.local), Some(dep.local), "arrival_before_departure");
    attempt(swapped(dep.local), Some(arr.local), "day_month_swap_fixed");
    attempt(Some(dep.local), swapped(arr.local), "day_month_swap_fixed");
    let [(dep, arr, code)] = found.as_slice() else {
        return None;
    };
    let (from, to) = (at(*dep, route.from_zone)?, at(*arr, route.to_zone)?);
    let times = LegTimes {
        dep: Span::at(from),
        arr: Span::at(to),
        timed: true,
        repaired: true,
        dep_day: dep.date(),
        arr_day: arr.date(),
    };
    Some((times, code))
}

/// R47: the first leg keeps its start, the last its end, those between neither.
fn overwritten(j: &Judgement, route: &Route, dep: Moment, arr: Moment) -> LegTimes {
    match route.place_in_trip {
        PlaceInTrip::First => estimated(j, route, Some(dep), None, None),
        PlaceInTrip::Last => estimated(j, route, None, Some(arr), None),
        PlaceInTrip::Between => {
            let block = route.km.map_or(0, |km| route.mode.block(km));
            LegTimes {
                dep: Span::new(dep.at, arr.at - block),
                arr: Span::new(dep.at + block, arr.at),
                timed: false,
                repaired: true,
                dep_day: dep.local.date(),
                arr_day: arr.local.date(),
            }
        }
    }
}

/// One end is known; the other follows from the distance, give or take a quarter (§4). `other_day` narrows it (R28).
fn estimated(
    j: &Judgement,
    route: &Route,
    dep: Option<Moment>,
    arr: Option<Moment>,
    other_day: Option<NaiveDate>,
) -> LegTimes {
    let block = route.km.map_or(3 * HOUR, |km| route.mode.block(km));
    let tolerance = (45 * MINUTE).max(block / 4);
    let later = allowance(j, route);
    let narrow = |guess: Span, zone: Option<Zone>| {
        let day = other_day.map(|day| day_span(day, zone));
        day.and_then(|day| guess.common(day)).unwrap_or(guess)
    };
    let local_day =
        |t: Sec, zone: Option<Zone>| zone.map_or(instant(t).date_naive(), |zone| zone.to_civil(instant(t)).date());
    let (dep, arr) = match (dep, arr) {
        (Some(dep), _) => {
            let guess = Span::new(
                dep.span.from + block - tolerance,
                dep.span.until + block + tolerance + later,
            );
            (dep.span, narrow(guess, route.to_zone))
        }
        (None, Some(arr)) => {
            let guess = Span::new(
                arr.span.from - block - tolerance - later,
                arr.span.until - block + tolerance.min(block / 2),
            );
            (narrow(guess, route.from_zone), arr.span)
        }
        (None, None) => (Span::at(0), Span::at(0)),
    };
    LegTimes {
        dep,
        arr,
        timed: true,
        repaired: true,
        dep_day: local_day(dep.middle(), route.from_zone),
        arr_day: local_day(arr.middle(), route.to_zone),
    }
}

/// R27, R28: only dates are known.
fn dates_only(
    j: &Judgement,
    route: &Route,
    dep_day: Option<NaiveDate>,
    arr_day: Option<NaiveDate>,
) -> Option<LegTimes> {
    let block = route.km.map_or(0, |km| route.mode.block(km));
    let later = allowance(j, route);
    let untimed = |dep: Span, arr: Span, dep_day: NaiveDate, arr_day: NaiveDate| {
        Some(LegTimes {
            dep,
            arr,
            timed: false,
            repaired: false,
            dep_day,
            arr_day,
        })
    };
    let Some(day) = dep_day else {
        let day = arr_day?;
        let arr = day_span(day, route.to_zone);
        return untimed(Span::new(arr.from - block - later, arr.until - block), arr, day, day);
    };
    let dep = day_span(day, route.from_zone);
    let arr = Span::new(dep.from + block, dep.until + block + later);
    let Some(meant) = arr_day.filter(|meant| *meant != day) else {
        return untimed(dep, arr, day, day);
    };
    let there = day_span(meant, route.to_zone);
    match arr.common(there) {
        Some(both) => {
            let leave = dep
                .common(Span::new(both.from - block - later, both.until - block))
                .unwrap_or(dep);
            untimed(leave, both, day, meant)
        }
        // Days later: a slow way, or a date that is meant. Before: nothing can be made of it.
        None if meant > day => untimed(dep, there, day, meant),
        None => untimed(dep, arr, day, day),
    }
}

/// R27: time for a connection where nobody flies without a stop.
fn allowance(j: &Judgement, route: &Route) -> Sec {
    let far = route.km.is_some_and(|km| km > j.longest_non_stop_km);
    if route.mode == Mode::Air && (far || route.stops > 0) {
        j.connection_allowance_h * HOUR
    } else {
        0
    }
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod tests;
