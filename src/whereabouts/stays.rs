//! Claims about presence: hotels, rental cars that come back, events, tables, rides, parking (R41, R42, R49–R51, R66–R71).
//! Called by `gather` after the movements, so that a hotel without a place can follow the flight before it.
//! Always holds: tables and rides never make an overnight (R69); parking stands at the origin (R68).

use chrono::{Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use crate::itinerary::{SegmentKind, Source, When};
use crate::place::Zone;

use super::claims::{Claims, Point, Stay};
use super::gather::{Context, Draft};
use super::moves;
use super::notices::Desk;
use super::places::{self, Spot};
use super::tickets::Ticket;
use super::times::{self, DAY, HOUR, MINUTE, Sec, Span};

/// Default check-in and check-out (R42).
const CHECK_IN: Duration = Duration::hours(15);
const CHECK_OUT: Duration = Duration::hours(11);

/// Turns a draft into a stay or a short presence, if it is one.
pub(super) fn make(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>) {
    let moved = |km: f64| match (&draft.from, &draft.to) {
        (Some(from), Some(to)) => {
            !places::same_city(context.gazetteer, from.city(), to.city()) && from.at.distance_km(to.at) >= km
        }
        _ => false,
    };
    match draft.segment.kind {
        SegmentKind::Air | SegmentKind::Rail => {}
        SegmentKind::Hotel => hotel(context, draft, claims),
        SegmentKind::Car if !moved(0.0) => car(context, draft, claims),
        SegmentKind::Travel if !moved(0.0) => event(context, draft, claims),
        SegmentKind::Ride if !moved(50.0) => point(context, draft, claims, 0, HOUR),
        SegmentKind::Dining => point(context, draft, claims, 15 * MINUTE, 2 * HOUR),
        SegmentKind::Parking => point(context, draft, claims, 0, HOUR),
        SegmentKind::Car | SegmentKind::Travel | SegmentKind::Ride => {}
    }
}

fn unlocatable(claims: &mut Claims<'_>, draft: &Draft<'_>) {
    claims.raise(
        draft.witness,
        "unlocatable_segment",
        "There is no place or no date in it that could be found.",
    );
}

/// R41: times that programs write when they know none.
fn is_default_time(draft: &Draft<'_>, time: NaiveTime) -> bool {
    let noon = NaiveTime::from_hms_opt(12, 0, 0) == Some(time);
    let late = NaiveTime::from_hms_opt(23, 59, 0).is_some_and(|late| time >= late);
    let mail = matches!(
        draft.booking.source,
        Source::ParsedMail | Source::Manual | Source::TripIt
    );
    time == NaiveTime::MIN || late || (noon && mail)
}

/// R2, R5: notices about both times, unless a program filled them in.
fn check_times(draft: &Draft<'_>, claims: &mut Claims<'_>, (from, to): (Option<Zone>, Option<Zone>)) {
    for (when, zone) in [(&draft.start, from), (&draft.end, to)] {
        let moment = times::moment(when, zone).filter(|m| m.timed && !is_default_time(draft, m.local.time()));
        if let Some(moment) = moment {
            at_desk(draft, claims, |desk| times::cross_check(when, zone, &moment, desk));
        }
    }
}

/// Where notices about the segment of a draft are handed in.
fn at_desk(draft: &Draft<'_>, claims: &mut Claims<'_>, work: impl FnOnce(&mut Desk<'_>)) {
    let booking = claims.witnesses[draft.witness].booking_no;
    work(&mut Desk {
        trip: &draft.known.trip.id,
        booking: Some(booking),
        segment: Some(draft.segment),
        out: &mut claims.notices,
    });
}

/// R66: coordinates, address, code; else where the leg before arrived.
fn hotel_spot(
    context: &Context<'_>,
    draft: &Draft<'_>,
    claims: &mut Claims<'_>,
    first: NaiveDate,
) -> Option<(Spot, f64)> {
    if let Some(spot) = &draft.from {
        return Some((spot.clone(), 1.0));
    }
    let before = claims
        .legs
        .iter()
        .filter(|leg| (0..=2).contains(&(first - leg.arr_day).num_days()))
        .max_by_key(|leg| (leg.arr.until, leg.dep.from, leg.to.as_ref().map(Spot::city)))?;
    let city = context.gazetteer.city(before.to.as_ref()?.city());
    let mut spot = before.to.clone()?;
    (spot.at, spot.exact, spot.code, spot.label) = (city.at, places::Exact::City, None, city.name.clone());
    claims.witnesses[draft.witness].rules.push("R66");
    Some((spot, context.judgement.place_inferred))
}

fn hotel(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>) {
    let (first, last) = (draft.first_day(), draft.last_day());
    let Some((spot, factor)) = first.or(last).and_then(|day| hotel_spot(context, draft, claims, day)) else {
        return unlocatable(claims, draft);
    };
    let booking = claims.witnesses[draft.witness].booking_no;
    let mut desk = Desk {
        trip: &draft.known.trip.id,
        booking: Some(booking),
        segment: Some(draft.segment),
        out: &mut claims.notices,
    };
    let name = places::property_name(draft.segment, &mut desk).map(str::to_owned);
    let Some(nights) = nights(first, last, &mut desk) else {
        return;
    };
    for (when, known) in [(&draft.start, nights.open_start), (&draft.end, nights.open_end)] {
        if let Some(moment) =
            times::moment(when, spot.zone).filter(|m| !known && m.timed && !is_default_time(draft, m.local.time()))
        {
            times::cross_check(when, spot.zone, &moment, &mut desk);
        }
    }
    let set = |time: Option<NaiveTime>| time.filter(|time| *time != NaiveTime::MIN);
    let printed = |when: &When, day: NaiveDate| {
        when.local
            .filter(|local| !when.date_only && local.date() == day && !is_default_time(draft, local.time()))
            .map(|l| l.time())
    };
    let check_in = printed(&draft.start, nights.first).or(set(draft.segment.check_in));
    let check_out = printed(&draft.end, nights.last).or(set(draft.segment.check_out));
    let clock = |day: NaiveDate, time: Option<NaiveTime>, default: Duration| {
        time.map_or_else(|| day.and_time(NaiveTime::MIN) + default, |time| day.and_time(time))
    };
    let from = at(clock(nights.first, check_in, CHECK_IN), spot.zone);
    let until = at(clock(nights.last, check_out, CHECK_OUT), spot.zone).max(from + HOUR);
    let mut strength = moves::strength(context, draft, claims, from, Ticket::default(), true);
    strength.p *= factor;
    let mut stay = Stay {
        grade: moves::grade(draft, &strength),
        spot,
        lodging: true,
        car: false,
        name,
        from,
        until,
        first: nights.first,
        last: nights.last,
        open_end: nights.open_end,
        open_start: nights.open_start,
        day_use: nights.day_use,
        strength,
        confirmation: draft.segment.confirmation.clone(),
        witnesses: vec![draft.witness],
        nights: Vec::new(),
    };
    if nights.day_use {
        // R49: surely there on that day, perhaps also for the night.
        stay.from = stay.from.min(at(
            nights.first.and_time(NaiveTime::MIN) + Duration::hours(12),
            stay.zone(),
        ));
    }
    add(claims, draft, stay);
}

fn add(claims: &mut Claims<'_>, draft: &Draft<'_>, stay: Stay) {
    let stay = stay.with_nights();
    if draft.live {
        claims.stays.push(stay)
    } else {
        claims.void_stays.push(stay)
    }
}

fn at(local: NaiveDateTime, zone: Option<Zone>) -> Sec {
    zone.map_or_else(|| local.and_utc().timestamp(), |zone| zone.to_second(local))
}

struct Nights {
    first: NaiveDate,
    last: NaiveDate,
    open_start: bool,
    open_end: bool,
    day_use: bool,
}

/// R49, R50: the nights of a hotel, repaired.
fn nights(first: Option<NaiveDate>, last: Option<NaiveDate>, desk: &mut Desk<'_>) -> Option<Nights> {
    let next = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
    let night = |first: NaiveDate, last: NaiveDate| Nights {
        first,
        last,
        open_start: false,
        open_end: false,
        day_use: false,
    };
    let missing = "One of the two dates is missing; how many nights is unknown.";
    match (first, last) {
        (Some(first), Some(last)) if last < first => {
            desk.raise("hotel_dates_inverted", "The check-out is before the check-in.");
            if (first - last).num_days() <= 60 {
                Some(night(last, first))
            } else {
                Some(Nights {
                    open_end: true,
                    ..night(first, next(first))
                })
            }
        }
        (Some(first), Some(last)) if first == last => Some(Nights {
            day_use: true,
            ..night(first, next(first))
        }),
        (Some(first), Some(last)) => {
            if (last - first).num_days() > 30 {
                desk.raise("long_stay", "The stay is longer than a month.");
            }
            Some(night(first, last))
        }
        (Some(first), None) => {
            desk.raise("hotel_date_missing", missing);
            Some(Nights {
                open_end: true,
                ..night(first, next(first))
            })
        }
        (None, Some(last)) => {
            desk.raise("hotel_date_missing", missing);
            Some(Nights {
                open_start: true,
                ..night(last.pred_opt().unwrap_or(last), last)
            })
        }
        (None, None) => None,
    }
}

/// R164: a rental car that comes back to its city.
fn car(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>) {
    let Some(spot) = draft.from.clone().or_else(|| draft.to.clone()) else {
        return unlocatable(claims, draft);
    };
    check_times(
        draft,
        claims,
        (spot.zone, draft.to.as_ref().map_or(spot.zone, |to| to.zone)),
    );
    let (start, end) = (
        times::moment(&draft.start, spot.zone),
        times::moment(&draft.end, spot.zone),
    );
    let (from, until, days) = match (start, end) {
        (Some(start), Some(end)) if end.at > start.at && end.at - start.at <= 90 * DAY => {
            (start.at, end.at, (start.local.date(), end.local.date()))
        }
        (Some(start), Some(_)) => {
            claims.raise(
                draft.witness,
                "car_dates_implausible",
                "The rental ends before it starts, or lasts for months.",
            );
            (start.at, start.at + DAY, (start.local.date(), start.local.date()))
        }
        (Some(start), None) => (start.at, start.at + DAY, (start.local.date(), start.local.date())),
        (None, Some(end)) => (end.at - DAY, end.at, (end.local.date(), end.local.date())),
        (None, None) => return unlocatable(claims, draft),
    };
    presence(context, draft, claims, (spot, from, until, days), true);
}

/// R71: something else in one city: a tour, a meeting.
fn event(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>) {
    let Some(spot) = draft.from.clone().or_else(|| draft.to.clone()) else {
        return unlocatable(claims, draft);
    };
    let Some(start) = times::moment(&draft.start, spot.zone) else {
        return unlocatable(claims, draft);
    };
    check_times(draft, claims, (spot.zone, spot.zone));
    let end = times::moment(&draft.end, spot.zone).filter(|end| end.at > start.at && end.at - start.at <= 60 * DAY);
    let until = end.map_or(start.at + 2 * HOUR, |end| end.at);
    let last = end.map_or(start.local.date(), |end| end.local.date());
    presence(
        context,
        draft,
        claims,
        (spot, start.at, until, (start.local.date(), last)),
        false,
    );
}

fn presence(
    context: &Context<'_>,
    draft: &Draft<'_>,
    claims: &mut Claims<'_>,
    (spot, from, until, (first, last)): (Spot, Sec, Sec, (NaiveDate, NaiveDate)),
    car: bool,
) {
    let strength = moves::strength(context, draft, claims, from, Ticket::default(), true);
    let stay = Stay {
        grade: moves::grade(draft, &strength),
        spot,
        lodging: false,
        car,
        name: draft.segment.name.clone().or_else(|| draft.segment.vendor_name.clone()),
        from,
        until,
        first,
        last,
        open_end: false,
        open_start: false,
        day_use: false,
        strength,
        confirmation: draft.segment.confirmation.clone(),
        witnesses: vec![draft.witness],
        nights: Vec::new(),
    };
    add(claims, draft, stay);
}

/// R68, R69: a narrow window in one city.
fn point(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>, before: Sec, after: Sec) {
    let Some(spot) = draft.from.clone().or_else(|| draft.to.clone()) else {
        return unlocatable(claims, draft);
    };
    let Some(start) = times::moment(&draft.start, spot.zone) else {
        return unlocatable(claims, draft);
    };
    check_times(draft, claims, (spot.zone, spot.zone));
    if draft.segment.kind != SegmentKind::Ride {
        at_desk(draft, claims, |desk| {
            places::property_name(draft.segment, desk);
        });
    }
    if !draft.live || !start.timed || start.local.time() == NaiveTime::MIN {
        return;
    }
    let end =
        times::moment(&draft.end, spot.zone).filter(|end| draft.segment.kind == SegmentKind::Ride && end.at > start.at);
    let until = end.map_or(start.at + after, |end| end.at.min(start.at + 12 * HOUR));
    let strength = moves::strength(context, draft, claims, start.at, Ticket::default(), true);
    claims.points.push(Point {
        spot,
        span: Span::new(start.at - before, until),
        strength,
        witness: draft.witness,
    });
}
