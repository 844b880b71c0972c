//! From documents to claims: walks the segments, resolves places together, and hands each to its maker.
//! Called by `timeline` after `known`; uses `places`, `moves`, `stays`, `strength`.
//! Always holds: every segment either makes a claim or raises a notice that says why not (R13).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};

use crate::itinerary::{Booking, Segment, SegmentKind, Source, Trip, TripStatus, When};
use crate::place::{CityId, Gazetteer};

use super::claims::{Claims, Witness, WitnessNo};
use super::judgement::Judgement;
use super::known::KnownTrip;
use super::leg_times::PlaceInTrip;
use super::notices::{self, Desk};
use super::places::{self, Spot};
use super::status::{self, Held};
use super::subject::{Asked, Known, Subject};
use super::{flight, moves, retention, routes, stays};

/// What every maker needs to know.
pub(super) struct Context<'g> {
    pub gazetteer: &'g Gazetteer,
    pub judgement: &'g Judgement,
    pub as_of: DateTime<Utc>,
    pub home: Option<CityId>,
    /// The traveler's name.
    pub name: Known,
}

/// A segment on its way to a claim.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub witness: WitnessNo,
    pub known: &'a KnownTrip<'a>,
    pub booking: &'a Booking,
    pub segment: &'a Segment,
    pub from: Option<Spot>,
    pub to: Option<Spot>,
    /// Times, with a slipped year put right (R56) or a cloned time taken away (R53).
    pub start: When,
    pub end: When,
    pub held: Held,
    /// Neither its trip nor its booking was cancelled as a whole (R90).
    pub stands: bool,
    pub live: bool,
    pub subject: Subject,
    pub place_in_trip: PlaceInTrip,
    /// When it was booked.
    pub booked: Option<NaiveDate>,
    /// First and last date of what else is in the document.
    pub siblings: Option<(NaiveDate, NaiveDate)>,
    /// Its date is a copy of another leg's (R53): the leg has none of its own.
    pub dateless: bool,
    /// Highest strength class for reasons outside of status, source and identity.
    pub at_most: usize,
}

impl Draft<'_> {
    pub fn is_move(&self) -> bool {
        matches!(self.segment.kind, SegmentKind::Air | SegmentKind::Rail)
    }

    pub fn first_day(&self) -> Option<NaiveDate> {
        day(&self.start)
    }

    pub fn last_day(&self) -> Option<NaiveDate> {
        day(&self.end)
    }
}

fn day(when: &When) -> Option<NaiveDate> {
    when.local
        .map(|local| local.date())
        .or_else(|| when.utc.map(|utc| utc.date_naive()))
}

/// All claims of one traveler.
pub(super) fn gather<'a>(context: &Context<'_>, known: &'a [KnownTrip<'a>]) -> Claims<'a> {
    let bookings = || known.iter().flat_map(|known| &known.trip.bookings);
    let segments = bookings().map(|booking| booking.segments.len()).sum();
    let mut claims = Claims {
        witnesses: Vec::with_capacity(segments),
        legs: Vec::with_capacity(segments),
        ..Claims::default()
    };
    let mut drafts = Vec::with_capacity(segments);
    let mut asked = Asked::default();
    for known in known {
        claims.notices.extend(
            known
                .oddities
                .iter()
                .map(|oddity| notices::of_oddity(&known.trip.id, oddity)),
        );
        if known.pending_delete {
            let message = "The trip was deleted a moment ago; it is kept until it is clear that it does not come back.";
            claims
                .notices
                .push(notices::notice("pending_delete", &known.trip.id, None, None, message));
        }
        draft_trip(context, known, &mut asked, &mut claims, &mut drafts);
    }
    order_in_trip(&claims, &mut drafts);
    agree_on_places(context.gazetteer, &mut drafts);
    for draft in &drafts {
        moves::make(context, draft, &mut claims);
    }
    for draft in &drafts {
        stays::make(context, draft, &mut claims);
    }
    routes::notice_mismatches(context, &mut claims);
    retention::drop_retained(context, &mut claims);
    claims
}

fn draft_trip<'a>(
    context: &Context<'_>,
    known: &'a KnownTrip<'a>,
    asked: &mut Asked<'a>,
    claims: &mut Claims<'a>,
    drafts: &mut Vec<Draft<'a>>,
) {
    let first = drafts.len();
    let trip = known.trip;
    let void_trip = known.cancelled
        || matches!(
            trip.status,
            TripStatus::Cancelled | TripStatus::VirtualCancelled | TripStatus::Removed
        );
    // The order of bookings in the document must not matter (R188).
    let mut bookings: Vec<(usize, &Booking)> = trip.bookings.iter().enumerate().collect();
    let head = |booking: &Booking| (booking.source, booking.created, booking.modified);
    let segments = |booking: &Booking| {
        let text = |segment: &Segment| serde_json::to_string(segment).unwrap_or_default();
        let mut segments: Vec<String> = booking.segments.iter().map(text).collect();
        segments.sort_unstable();
        segments
    };
    bookings.sort_by(|(_, a), (_, b)| {
        let order = a.locator.cmp(&b.locator).then_with(|| head(a).cmp(&head(b)));
        order.then_with(|| segments(a).cmp(&segments(b)))
    });
    let cut = beyond(context, &bookings);
    if !cut.is_empty() {
        let message = format!(
            "{} segments are more than a trip has; those furthest from today are left out.",
            cut.len()
        );
        claims
            .notices
            .push(notices::notice("too_many_segments", &trip.id, None, None, message));
    }
    for (number, booking) in bookings {
        let stands = !void_trip && !booking.cancelled;
        let named: Vec<Option<bool>> = booking
            .passengers
            .iter()
            .map(|p| asked.is_of(&context.name, p))
            .collect();
        let key = |segment: &Segment| (number, segment.kind, segment.index);
        let mut segments: Vec<&Segment> = booking.segments.iter().filter(|s| !cut.contains(&key(s))).collect();
        segments.sort_by_key(|segment| (segment.kind, segment.index));
        let from = drafts.len();
        for segment in segments {
            let rph = &segment.rph;
            let whose = booking.passengers.iter().zip(&named);
            let whose = whose.filter(|(p, _)| p.rph.is_some_and(|no| rph.contains(&no)));
            let subject = match Subject::of(whose.map(|(_, named)| *named)) {
                Subject::Unnamed => Subject::of(named.iter().copied()),
                decided => decided,
            };
            let (held, understood) = status::classify(segment.status.as_deref(), segment.kind == SegmentKind::Ride);
            let mut desk = Desk {
                trip: &trip.id,
                booking: Some(number),
                segment: Some(segment),
                out: &mut claims.notices,
            };
            if !understood {
                desk.raise(
                    "status_unknown",
                    "The status is none that we know; it counts as no evidence.",
                );
            }
            let from = places::resolve(context.gazetteer, segment, &segment.start, &mut desk);
            let to = match segment.kind {
                SegmentKind::Hotel | SegmentKind::Dining | SegmentKind::Parking => None,
                _ => places::resolve(context.gazetteer, segment, &segment.end, &mut desk),
            };
            let witness = Witness {
                trip,
                booking_no: number,
                booking,
                segment,
                rules: Vec::new(),
            };
            claims.witnesses.push(witness);
            drafts.push(Draft {
                witness: claims.witnesses.len() - 1,
                known,
                booking,
                segment,
                from,
                to,
                start: segment.start.when.clone(),
                end: segment.end.when.clone(),
                held,
                stands,
                live: stands && known.holds(segment),
                subject,
                place_in_trip: PlaceInTrip::Between,
                booked: segment
                    .created
                    .or(booking.created)
                    .or(trip.created)
                    .map(|at| at.date_naive()),
                siblings: None,
                dateless: false,
                at_most: 5,
            });
        }
        right_years(booking, trip, &mut drafts[from..], claims);
        find_clones(context, &mut drafts[from..], claims);
        if drafts[from..].iter().any(|draft| draft.subject == Subject::SomeoneElse) {
            claims.notices.push(notices::notice(
                "passenger_not_owner",
                &trip.id,
                Some(number),
                None,
                "The booking names other people, not this traveler.",
            ));
        }
    }
    drafts[first..]
        .iter_mut()
        .for_each(|draft| judge_dates(context, draft, claims));
}

/// The segments of a document that are not looked at, by booking, kind and index: what is beyond the most, those furthest from today
/// first and without a date before all (R13). What it costs to know where somebody is has a bound that no document moves.
fn beyond(context: &Context<'_>, bookings: &[(usize, &Booking)]) -> BTreeSet<(usize, SegmentKind, usize)> {
    let most = context.judgement.max_segments;
    if bookings
        .iter()
        .map(|(_, booking)| booking.segments.len())
        .sum::<usize>()
        <= most
    {
        return BTreeSet::new();
    }
    let today = context.as_of.date_naive();
    let far = |segment: &Segment| {
        let days = [&segment.start.when, &segment.end.when].into_iter().filter_map(day);
        days.map(|day| (day - today).num_days().abs()).min().unwrap_or(i64::MAX)
    };
    // In the order of the sorted bookings, so that their order in the document does not matter (R188).
    let mut all: Vec<_> = (0..)
        .zip(bookings)
        .flat_map(|(order, (number, booking))| {
            let segments = booking.segments.iter();
            segments.map(move |s| (far(s), order, s.kind, s.index, *number))
        })
        .collect();
    all.sort_unstable_by_key(|(far, order, kind, index, _): &(i64, usize, _, _, _)| (*far, *order, *kind, *index));
    let cut = all.into_iter().skip(most);
    cut.map(|(_, _, kind, index, number)| (number, kind, index)).collect()
}

/// R45, R47: which legs of a trip are its first and its last, and which dates are around each. A trip is what carries the same first
/// and last day, in however many documents it comes; without them each reservation stands alone (R113, R272).
fn order_in_trip(claims: &Claims<'_>, drafts: &mut [Draft<'_>]) {
    let mut trips: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (i, draft) in drafts.iter().enumerate() {
        let trip = draft.known.trip;
        let dates = day(&trip.starts).zip(day(&trip.ends));
        let alone = dates.is_none().then(|| claims.witness(draft.witness).unit());
        trips.entry((dates, alone)).or_default().push(i);
    }
    trips.values().for_each(|members| order(drafts, members));
}

fn order(drafts: &mut [Draft<'_>], members: &[usize]) {
    let mut legs: Vec<usize> = members
        .iter()
        .copied()
        .filter(|i| drafts[*i].is_move() && drafts[*i].start.local.is_some())
        .collect();
    legs.sort_by_key(|i| {
        let draft = &drafts[*i];
        let times = (draft.start.local, draft.end.local);
        (
            times,
            draft.segment.kind,
            draft.segment.index,
            draft.booking.locator.as_deref(),
        )
    });
    let days: Vec<(usize, NaiveDate)> = members
        .iter()
        .filter_map(|i| Some((*i, drafts[*i].first_day()?)))
        .collect();
    for i in &legs {
        let others = || days.iter().filter(|(k, _)| k != i).map(|(_, day)| *day);
        drafts[*i].siblings = others().min().zip(others().max());
    }
    if let Some(last) = legs.last() {
        drafts[*last].place_in_trip = PlaceInTrip::Last;
    }
    if let Some(first) = legs.first() {
        drafts[*first].place_in_trip = PlaceInTrip::First;
    }
}

/// R16, R17: dates that are too far ahead, and bookings made after the travel.
fn judge_dates(context: &Context<'_>, draft: &mut Draft<'_>, claims: &mut Claims<'_>) {
    let Some(day) = draft.first_day() else { return };
    let trip = draft.known.trip;
    let booked = draft
        .booking
        .booked_local
        .or(trip.booked_local)
        .map(|local| local.date());
    let created = draft.segment.created.or(draft.booking.created).or(trip.created);
    let booked = booked.or_else(|| created.map(|at| at.date_naive()));
    let limit = Days::new(context.judgement.far_future_days.unsigned_abs());
    let ahead = booked
        .and_then(|booked| booked.checked_add_days(limit))
        .is_some_and(|limit| day > limit);
    let soon = context.as_of.date_naive().checked_add_months(chrono::Months::new(13));
    if ahead || soon.is_some_and(|soon| day > soon) {
        claims.raise(
            draft.witness,
            "date_far_future",
            "The date is further ahead than anything is sold.",
        );
        draft.at_most = draft.at_most.min(1);
        claims.witnesses[draft.witness].rules.push("R16");
    }
    // R17: more than a day after the start there, wherever that is.
    let late = |created: &DateTime<Utc>| {
        let zone = draft.from.as_ref().and_then(|spot| spot.zone);
        let starts = super::times::moment(&draft.start, zone).map(|moment| moment.at);
        starts.is_some_and(|starts| created.timestamp() > starts + super::times::DAY)
    };
    if created
        .filter(|created| created.date_naive() >= day)
        .is_some_and(|created| late(&created))
    {
        claims.raise(
            draft.witness,
            "booked_after_travel",
            "The booking was entered after the travel.",
        );
        draft.at_most = draft.at_most.min(2);
        claims.witnesses[draft.witness].rules.push("R17");
    }
}

/// R56: a segment exactly a year away from its siblings. Machines do not slip, so only typed and parsed ones are put right.
fn right_years(booking: &Booking, trip: &Trip, drafts: &mut [Draft<'_>], claims: &mut Claims<'_>) {
    let booked = booking.booked_local.or(trip.booked_local).map(|local| local.date());
    let booked = booked.or_else(|| booking.created.or(trip.created).map(|at| at.date_naive()));
    let fits = |day: NaiveDate, others: &[NaiveDate]| {
        let (Some(first), Some(last)) = (others.iter().min(), others.iter().max()) else {
            return false;
        };
        day >= first.checked_sub_days(Days::new(31)).unwrap_or(*first)
            && day <= last.checked_add_days(Days::new(31)).unwrap_or(*last)
    };
    for i in 0..drafts.len() {
        let Some(day) = drafts[i].first_day() else { continue };
        let others: Vec<NaiveDate> = drafts
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != i)
            .filter_map(|(_, draft)| draft.first_day())
            .collect();
        let near = others.iter().any(|other| (*other - day).num_days().abs() < 180);
        if others.is_empty() || near || fits(day, &others) {
            continue;
        }
        let shift = [12i32, -12].into_iter().find(|months| {
            let moved = shifted_day(day, *months);
            // Of two that are a year apart, the one that was in the past when it was booked has slipped; of two that were to
            // come, the later one: nothing is sold so far ahead.
            let right = |booked: NaiveDate| match (day >= booked, others[0] >= booked) {
                (true, true) => day < others[0],
                (false, false) => day > others[0],
                (day, _) => day,
            };
            let alone = others.len() == 1 && booked.map_or(day > others[0], right);
            moved.is_some_and(|moved| fits(moved, &others)) && !alone
        });
        let Some(months) = shift else { continue };
        claims.raise(
            drafts[i].witness,
            "year_slip",
            "The segment is exactly a year away from the others of its booking.",
        );
        claims.witnesses[drafts[i].witness].rules.push("R56");
        if matches!(booking.source, Source::Manual | Source::ParsedMail | Source::TripIt) {
            for when in [&mut drafts[i].start, &mut drafts[i].end] {
                when.local = when
                    .local
                    .and_then(|local| Some(shifted_day(local.date(), months)?.and_time(local.time())));
                when.utc = when.utc.and_then(|utc| {
                    let local = utc.naive_utc();
                    Some(NaiveDateTime::and_utc(
                        &shifted_day(local.date(), months)?.and_time(local.time()),
                    ))
                });
            }
        }
    }
}

fn shifted_day(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    let by = chrono::Months::new(months.unsigned_abs());
    if months > 0 {
        day.checked_add_months(by)
    } else {
        day.checked_sub_months(by)
    }
}

/// R53: legs of one booking with identical times but other places: none of the times can be believed. The leg that starts the
/// chain keeps its date, the leg that goes back has a copy of it and so none of its own.
fn find_clones(context: &Context<'_>, drafts: &mut [Draft<'_>], claims: &mut Claims<'_>) {
    let route = |draft: &Draft<'_>| Some((draft.from.as_ref()?.city(), draft.to.as_ref()?.city()));
    let times = |draft: &Draft<'_>| {
        let timed = draft.is_move() && draft.live && !draft.start.date_only;
        timed
            .then_some((draft.start.local?, draft.end.local?))
            .filter(|(start, end)| start != end || start.time() != chrono::NaiveTime::MIN)
    };
    for i in 0..drafts.len() {
        let Some(mine) = times(&drafts[i]) else { continue };
        let clones: Vec<usize> = (i..drafts.len())
            .filter(|k| times(&drafts[*k]) == Some(mine) && (*k == i || route(&drafts[*k]) != route(&drafts[i])))
            .collect();
        if clones.len() < 2 {
            continue;
        }
        let arrives = |city: CityId| {
            clones
                .iter()
                .any(|k| route(&drafts[*k]).is_some_and(|(_, to)| to == city))
        };
        let rank = |k: &usize| match route(&drafts[*k]) {
            Some((from, _)) if Some(from) == context.home => 0,
            Some((from, _)) if !arrives(from) => 1,
            _ => 2,
        };
        let first = clones.iter().copied().min_by_key(rank).unwrap_or(i);
        let out = route(&drafts[first]);
        for k in clones {
            claims.raise(
                drafts[k].witness,
                "cloned_times",
                "Another leg of the booking carries the same times; only the date counts.",
            );
            claims.witnesses[drafts[k].witness].rules.push("R53");
            drafts[k].dateless = k != first
                && out
                    .zip(route(&drafts[k]))
                    .is_some_and(|(out, back)| out == (back.1, back.0));
            for when in [&mut drafts[k].start, &mut drafts[k].end] {
                when.date_only = true;
            }
        }
    }
}

/// R60, R72: several towns of one name: those near the places around them in time are meant. What becomes sure helps the others; all
/// look at once, so that their order does not matter (R272).
fn agree_on_places(gazetteer: &Gazetteer, drafts: &mut [Draft<'_>]) {
    for _ in 0..ROUNDS {
        let agreed = agreements(gazetteer, drafts);
        if agreed.is_empty() {
            return;
        }
        for (i, from, to) in agreed {
            (drafts[i].from, drafts[i].to) = (from, to);
        }
    }
}

/// In each round of agreeing at least one place becomes surer; more rounds than these decide nothing worth the time.
const ROUNDS: usize = 4;

/// The ends that the places around them decide better than so far.
fn agreements(gazetteer: &Gazetteer, drafts: &[Draft<'_>]) -> Vec<(usize, Option<Spot>, Option<Spot>)> {
    let mut agreed = Vec::new();
    let ambiguous = |spot: &Option<Spot>| spot.as_ref().is_some_and(|spot| spot.candidates.len() > 1);
    for i in 0..drafts.len() {
        if !ambiguous(&drafts[i].from) && !ambiguous(&drafts[i].to) {
            continue;
        }
        let (arrivals, departures) = around(drafts, i);
        let anchors: Vec<CityId> = match drafts[i].segment.kind {
            SegmentKind::Air | SegmentKind::Rail => Vec::new(),
            _ => arrivals.iter().chain(&departures).copied().collect(),
        };
        let near = |anchors: &[CityId], city: CityId, km: f64| {
            anchors
                .iter()
                .any(|anchor| gazetteer.city(*anchor).at.distance_km(gazetteer.city(city).at) <= km)
        };
        let prune = |spot: &mut Option<Spot>, anchors: &[CityId]| {
            let Some(spot) = spot else { return };
            for km in [100.0, 300.0, 600.0] {
                if spot.candidates.iter().any(|(city, _)| near(anchors, *city, km)) {
                    spot.keep(gazetteer, |city| near(anchors, city, km));
                    return;
                }
            }
        };
        let (mut from, mut to) = (drafts[i].from.clone(), drafts[i].to.clone());
        prune(&mut from, if anchors.is_empty() { &arrivals } else { &anchors });
        prune(&mut to, if anchors.is_empty() { &departures } else { &anchors });
        if (&from, &to) != (&drafts[i].from, &drafts[i].to) {
            agreed.push((i, from, to));
        }
    }
    agreed
}

/// Cities reached shortly before a segment, and left shortly after it.
fn around(drafts: &[Draft<'_>], i: usize) -> (Vec<CityId>, Vec<CityId>) {
    let (Some(first), last) = (drafts[i].first_day(), drafts[i].last_day()) else {
        return (Vec::new(), Vec::new());
    };
    let last = last.unwrap_or(first);
    let (mut arrivals, mut departures) = (Vec::new(), Vec::new());
    for (k, other) in drafts.iter().enumerate() {
        if k == i || !other.live || !other.is_move() || flight::is_surface(None, other.segment.number.as_deref()) {
            continue;
        }
        let sure = |spot: &Option<Spot>| spot.as_ref().filter(|spot| spot.candidates.len() == 1).map(Spot::city);
        let reached = other.last_day().or(other.first_day());
        if let (Some(city), Some(day)) = (sure(&other.to), reached)
            && (-3..=1).contains(&(day - first).num_days())
        {
            arrivals.push(city);
        }
        if let (Some(city), Some(day)) = (sure(&other.from), other.first_day())
            && (0..=3).contains(&(day - last).num_days())
            && day > first
        {
            departures.push(city);
        }
    }
    (arrivals, departures)
}
