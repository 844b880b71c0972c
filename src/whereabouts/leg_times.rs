//! When a leg leaves and arrives: unknown times, estimates, repairs (R27, R28, R40, R43–R47).
//! Called by `moves` for every movement.
//! Always holds: arrival is judged against departure on instants, never on local clocks (R43).

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::itinerary::When;
use crate::place::Zone;

use super::judgement::Judgement;
use super::notices::Desk;
use super::times::{DAY, HOUR, MINUTE, Mode, Moment, Sec, Span, cross_check, day_span, instant, moment};

/// What is known about a leg before its times are read.
pub(super) struct Route {
    pub mode: Mode,
    pub from_zone: Option<Zone>,
    pub to_zone: Option<Zone>,
    /// Between its ends, if both are known.
    pub km: Option<f64>,
    pub stops: u32,
    /// A number says which flight it is; without one it may be a way with connections.
    pub numbered: bool,
    /// R40 (d), R238: midnight from this source means "hidden".
    pub midnight_hidden: bool,
    /// First and last local date of the trip document (R47).
    pub trip_dates: (Option<NaiveDate>, Option<NaiveDate>),
    /// When it was booked: it leaves later (R45).
    pub booked: Option<NaiveDate>,
    /// First and last date of what else is in the document (R45).
    pub siblings: Option<(NaiveDate, NaiveDate)>,
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
        (None, None) => dates_alone(j, route, dep.map(|m| m.local.date()), arr.map(|m| m.local.date()), desk),
    }
}

/// R47 for a leg without times: nobody flies for days.
fn dates_alone(
    j: &Judgement,
    route: &Route,
    dep_day: Option<NaiveDate>,
    arr_day: Option<NaiveDate>,
    desk: &mut Desk<'_>,
) -> Option<LegTimes> {
    let days = dep_day.zip(arr_day).map_or(0, |(dep, arr)| (arr - dep).num_days());
    if route.mode != Mode::Air || days <= 2 {
        return dates_only(j, route, dep_day, arr_day);
    }
    desk.raise(
        "segment_dates_overwritten",
        "The dates of the whole trip stand in place of this leg's own dates.",
    );
    match route.place_in_trip {
        PlaceInTrip::First => dates_only(j, route, dep_day, None),
        PlaceInTrip::Last => dates_only(j, route, None, arr_day),
        PlaceInTrip::Between => dates_only(j, route, dep_day, arr_day),
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
    if plausible(seconds) || (seconds > 0 && plausible(seconds - connections(j, route))) {
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
    let at = |local: NaiveDateTime, zone: Option<Zone>| zone.map(|zone| zone.to_second(local));
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
    // R44: only an arrival before the departure can be of another day; what is too fast is no day late.
    if arr.at <= dep.at {
        attempt(
            dep.local.checked_sub_days(chrono::Days::new(1)),
            Some(arr.local),
            "arrival_day_rollover_fixed",
        );
    }
    attempt(Some(arr.local), Some(dep.local), "arrival_before_departure");
    attempt(swapped(dep.local), Some(arr.local), "day_month_swap_fixed");
    attempt(Some(dep.local), swapped(arr.local), "day_month_swap_fixed");
    let (dep, arr, code) = the_one(route, found)?;
    let (from, to) = (at(dep, route.from_zone)?, at(arr, route.to_zone)?);
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

/// A repaired departure and arrival, and the notice that says what was done.
type Repair = (NaiveDateTime, NaiveDateTime, &'static str);

/// The one repair that fits. A flight within one day can be read in two ways if day and month are swapped; then the rest of the
/// document decides: after it was booked, within the trip, near its other segments.
fn the_one(route: &Route, mut found: Vec<Repair>) -> Option<Repair> {
    let one = chrono::Duration::days(1);
    let after = |repair: &Repair| route.booked.is_none_or(|booked| repair.0.date() + one >= booked);
    let within = |repair: &Repair| match route.trip_dates {
        (Some(first), Some(last)) if first <= last => repair.0.date() + one >= first && repair.1.date() - one <= last,
        _ => true,
    };
    for fits in [&after as &dyn Fn(&Repair) -> bool, &within] {
        if found.len() > 1 && found.iter().any(fits) {
            found.retain(fits);
        }
    }
    if let (Some((first, last)), true) = (route.siblings, found.len() > 1) {
        let away = |repair: &Repair| (first - repair.0.date()).max(repair.0.date() - last).num_days().max(0);
        let least = found.iter().map(away).min()?;
        found.retain(|repair| away(repair) == least);
    }
    match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
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

/// R27, R47: what a long way without a number may take longer than one flight.
fn connections(j: &Judgement, route: &Route) -> Sec {
    let long = route.km.is_some_and(|km| km > j.longest_non_stop_km / 2.0);
    if route.mode == Mode::Air && long && !route.numbered {
        j.connection_allowance_h * HOUR
    } else {
        0
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
#[path = "leg_times_tests.rs"]
mod tests;
