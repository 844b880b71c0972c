//! What a source costs or gives: how exactly each night of a trip was located, and whether on intent alone.
//! Called by `assess` with the timeline as it is known now.
//! Always holds: a night counts once, for the source on which its place rests most; nights at home and on the way are nobody's.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::document::{counts, date, date_of};
use super::shares::{Key, Shares, add, day_of};
use crate::itinerary::{Booking, End, Segment, SegmentKind, Source, Trip};
use crate::whereabouts::{Episode, Evidence, Grade, Hypothesis, PlaceKind};

/// The measures, from the most exact on; good is how many rest on intent.
pub const NIGHTS: [&str; 4] = ["night_address", "night_city", "night_country", "night_none"];

/// Trips with a night away; good: with a bed for one of them at least (R219).
pub const LODGED: &str = "lodged_trip";

/// More nights of one traveler are no travel.
const MOST_NIGHTS: usize = 1_000;
/// What is more probable than not is told.
const PROBABLE: f64 = 0.5;

/// Adds the nights of these trips.
pub(super) fn nights(trips: &[&Trip], episodes: &[Episode], shares: &mut Shares) {
    let sources = sources(trips);
    for night in nights_of(trips) {
        let Some((episode, fraction, source)) = away_at(episodes, &sources, night) else {
            continue;
        };
        let (measure, grade) = precision(episode, fraction);
        let key = Key {
            day: day_of(night),
            source,
            segment: None,
            measure: measure.to_owned(),
        };
        add(shares, key, i64::from(grade == Some(Grade::Intent)), 1);
    }
}

/// Adds how many overnight trips have a bed: nights at home and on the way need none, and neither do declared private stays.
pub(super) fn lodging(trips: &[&Trip], episodes: &[Episode], shares: &mut Shares) {
    let sources = sources(trips);
    let beds: Vec<(NaiveDate, NaiveDate)> = live(trips)
        .filter(|segment| segment.kind == SegmentKind::Hotel)
        .filter_map(|segment| {
            Some((
                date(segment)?,
                date_of(&segment.end.when).or_else(|| date(segment)?.succ_opt())?,
            ))
        })
        .collect();
    for trip in trips.iter().filter(|trip| !is_private(trip)) {
        let nights = nights_of(std::slice::from_ref(trip));
        let away: Vec<(NaiveDate, Source)> = nights
            .into_iter()
            .filter_map(|night| Some((night, away_at(episodes, &sources, night)?.2)))
            .collect();
        let Some((first, source)) = away.first().copied() else {
            continue;
        };
        let lodged = away
            .iter()
            .any(|(night, _)| beds.iter().any(|(from, until)| from <= night && night < until));
        let key = Key {
            day: day_of(first),
            source,
            segment: None,
            measure: LODGED.to_owned(),
        };
        add(shares, key, i64::from(lodged), 1);
    }
}

/// With friends, in a company's flat, in a meeting's block (R211).
fn is_private(trip: &Trip) -> bool {
    let noted = |booking: &Booking| booking.note.is_some() || booking.segments.iter().any(|one| one.note.is_some());
    trip.note.is_some() || trip.bookings.iter().any(noted)
}

/// Where somebody is at night who is away, how far that is into the episode, and on whose word.
fn away_at<'a>(
    episodes: &'a [Episode],
    sources: &BTreeMap<(&str, &str), Source>,
    night: NaiveDate,
) -> Option<(&'a Episode, f64, Source)> {
    let (episode, fraction) = at_night(episodes, night)?;
    if episode.home.at(fraction) >= PROBABLE || episode.in_transit.at(fraction) >= PROBABLE {
        return None;
    }
    let held = episode.evidence.iter().filter(|evidence| !evidence.against);
    let source = held.filter_map(|evidence| source_of(sources, evidence)).next()?;
    Some((episode, fraction, source))
}

fn live<'a>(trips: &'a [&'a Trip]) -> impl Iterator<Item = &'a Segment> {
    trips.iter().flat_map(|trip| &trip.bookings).flat_map(|booking| {
        let of_booking = move |segment: &&Segment| counts(booking, segment);
        booking.segments.iter().filter(of_booking)
    })
}

/// Source of each booking, by trip and locator.
fn sources<'a>(trips: &[&'a Trip]) -> BTreeMap<(&'a str, &'a str), Source> {
    let of = |trip: &'a Trip| {
        let key = |booking: &'a Booking| (trip.id.as_str(), booking.locator.as_deref().unwrap_or_default());
        trip.bookings.iter().map(move |booking| (key(booking), booking.source))
    };
    trips.iter().flat_map(|trip| of(trip)).collect()
}

fn source_of(sources: &BTreeMap<(&str, &str), Source>, evidence: &Evidence) -> Option<Source> {
    sources
        .get(&(evidence.trip.as_str(), evidence.booking.as_str()))
        .copied()
}

/// The nights between the first and the last day of each trip's live segments; a night is named by the day before it. Of a
/// journey without a way back the night after the last arrival counts too.
fn nights_of(trips: &[&Trip]) -> BTreeSet<NaiveDate> {
    let mut nights = BTreeSet::new();
    for trip in trips {
        let live = || {
            let segments = |booking| {
                let booking: &Booking = booking;
                booking.segments.iter().filter(move |segment| counts(booking, segment))
            };
            trip.bookings.iter().flat_map(segments)
        };
        let (Some(first), Some(last)) = (
            live().filter_map(date).min(),
            live().filter_map(|s| date_of(&s.end.when).or_else(|| date(s))).max(),
        ) else {
            continue;
        };
        let ends_elsewhere = live().min_by_key(|s| date(s)).map(|s| place(&s.start))
            != live().max_by_key(|s| date(s)).map(|s| place(&s.end));
        nights.extend(
            first
                .iter_days()
                .take_while(|day| *day < last || (ends_elsewhere && *day == last))
                .take(MOST_NIGHTS.saturating_sub(nights.len())),
        );
    }
    nights
}

fn place(end: &End) -> Option<&str> {
    end.code.as_deref().or(end.station.as_deref()).or(end.city.as_deref())
}

/// The episode at three in the morning where the traveler probably is, and how far that is into it.
fn at_night(episodes: &[Episode], night: NaiveDate) -> Option<(&Episode, f64)> {
    let utc = night.checked_add_days(Days::new(1))?.and_hms_opt(3, 0, 0)?.and_utc();
    let (roughly, fraction) = episode_at(episodes, utc)?;
    let lon = most_probable(roughly, fraction)
        .and_then(|hypothesis| hypothesis.place.point)
        .map_or(0.0, |p| p[0]);
    #[expect(clippy::cast_possible_truncation, reason = "within a day")]
    let east = TimeDelta::minutes((lon * 4.0) as i64);
    episode_at(episodes, utc - east)
}

fn episode_at(episodes: &[Episode], at: DateTime<Utc>) -> Option<(&Episode, f64)> {
    let after = episodes.partition_point(|episode| episode.from <= at);
    let episode = episodes
        .get(after.checked_sub(1)?)
        .filter(|episode| at < episode.until)?;
    let length = (episode.until - episode.from).num_seconds().max(1) as f64;
    Some((episode, (at - episode.from).num_seconds() as f64 / length))
}

fn most_probable(episode: &Episode, fraction: f64) -> Option<&Hypothesis> {
    episode
        .hypotheses
        .iter()
        .max_by(|a, b| a.p.at(fraction).total_cmp(&b.p.at(fraction)))
}

/// The finest that is more probable than not, and how it is known.
fn precision(episode: &Episode, fraction: f64) -> (&'static str, Option<Grade>) {
    let [address, city, country, none] = NIGHTS;
    let Some(top) = most_probable(episode, fraction) else {
        return (none, None);
    };
    let p = top.p.at(fraction);
    let is_city = matches!(
        top.place.kind,
        PlaceKind::City | PlaceKind::Metro | PlaceKind::Airport | PlaceKind::Venue
    );
    if p >= PROBABLE && is_city {
        let bed = top
            .venue
            .as_ref()
            .filter(|(venue, share)| venue.kind == PlaceKind::Venue && p * share >= PROBABLE);
        return (if bed.is_some() { address } else { city }, Some(top.grade));
    }
    let mut countries: BTreeMap<&str, f64> = BTreeMap::new();
    for hypothesis in &episode.hypotheses {
        if let Some(code) = hypothesis.place.country.as_deref() {
            *countries.entry(code).or_default() += hypothesis.p.at(fraction);
        }
    }
    if countries.values().any(|p| *p >= PROBABLE) {
        return (country, Some(top.grade));
    }
    (none, Some(top.grade))
}
