//! The boards: countries and cities, moves of the next 24 hours, nights without a bed, changes, people without a profile.
//! Called by the page; counts of now come from the same lines as the map's, so that they never disagree.
//! Always holds: a person counts once a place; what is not the most probable of its time is not counted, and not hidden on the map.

use app::t;
use std::collections::{BTreeMap, HashMap, HashSet};

use app::view::boards::{BoardsPage, BoardsQuery, MoveLine, People, PersonLine, PlaceLine};
use app::view::{AppError, MapQuery};
use app::view::{ByGrade, Mark, words};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use super::lines::{About, Line, grade_of};
use super::people::{count, counts, midnight, town};
use super::places::{called, city_name, city_of_code, clock, country_name, zone};
use super::selection::everyone;
use super::{fault, instant};
use crate::place::Zone;
use crate::store::Scope;
use crate::web::AppState;
use crate::whereabouts::{Episode, Hypothesis, Move, Place, PlaceKind};

/// People of a short board.
const FIRST: usize = 8;
/// Moves of the board.
const MOVES: usize = 30;
/// Local hour at which somebody is taken to sleep.
const NIGHT_HOUR: u32 = 2;

/// Country (empty: none is known) and city.
type Key = (String, Option<String>);

#[derive(Default)]
struct Cell<'a> {
    now: u32,
    yesterday: u32,
    today: HashSet<&'a str>,
    week: HashSet<&'a str>,
    grades: ByGrade,
    no_bed: u32,
}

#[derive(Default)]
struct Table<'a>(HashMap<Key, Cell<'a>>);

impl<'a> Table<'a> {
    /// Changes the country's cell and the city's.
    fn each(&mut self, (country, city): Key, mut change: impl FnMut(&mut Cell<'a>)) {
        if let Some(city) = city {
            change(self.0.entry((country.clone(), Some(city))).or_default());
        }
        change(self.0.entry((country, None)).or_default());
    }

    fn lines(self, open: Option<&str>) -> Vec<PlaceLine> {
        let (mut countries, mut cities) = (Vec::new(), Vec::new());
        for ((country, city), cell) in self.0 {
            match city {
                None => countries.push(line(country.clone(), nation(&country), cell)),
                Some(city) if Some(country.as_str()) == open => cities.push(line(city.clone(), city, cell)),
                Some(_) => {}
            }
        }
        let most = |lines: &mut Vec<PlaceLine>| {
            lines.sort_by(|a, b| (b.now, b.week, &a.name).cmp(&(a.now, a.week, &b.name)));
        };
        most(&mut countries);
        most(&mut cities);
        if let Some(country) = countries.iter_mut().find(|c| Some(c.key.as_str()) == open) {
            country.cities = cities;
        }
        countries
    }
}

fn nation(code: &str) -> String {
    if code.is_empty() {
        t!("Country not known", "Land nicht bekannt").to_owned()
    } else {
        country_name(code)
    }
}

fn line(key: String, name: String, cell: Cell<'_>) -> PlaceLine {
    PlaceLine {
        key,
        name,
        now: cell.now,
        today: count(cell.today.len()),
        week: count(cell.week.len()),
        yesterday: cell.yesterday,
        grades: cell.grades,
        no_bed: cell.no_bed,
        cities: Vec::new(),
    }
}

pub async fn page(state: &AppState, scope: &Scope, query: &BoardsQuery) -> Result<BoardsPage, AppError> {
    let all = MapQuery::default();
    let now = (state.clock)();
    let (today, day, week) = (midnight(now), TimeDelta::days(1), TimeDelta::days(7));
    let before = MapQuery {
        at: Some(instant(now - day)),
        ..MapQuery::default()
    };
    let (present, before) = futures::try_join!(everyone(state, scope, &all), everyone(state, scope, &before))?;
    let (episodes, changed, unmatched, data_at) = futures::try_join!(
        state.store.episodes_in(scope, today, now + week, None),
        state.store.changed_since(scope, today),
        state.store.unmatched(scope),
        state.store.data_age(scope)
    )
    .map_err(|e| fault(&e))?;

    let mut table = Table::default();
    for line in &present.lines {
        if let Some(key) = stands(line) {
            table.each(key, |cell| {
                cell.now += 1;
                cell.grades.add(line.grade());
                cell.today.insert(&line.who.traveler);
                cell.week.insert(&line.who.traveler);
            });
        }
    }
    for key in before.lines.iter().filter_map(stands) {
        table.each(key, |cell| cell.yesterday += 1);
    }
    let people = present
        .lines
        .iter()
        .map(|l| (l.who.traveler.as_str(), l))
        .collect::<HashMap<_, _>>();
    let mut no_bed = Vec::new();
    let (mut arrivals, mut departures) = (Moves::default(), Moves::default());
    for (traveler, episode) in &episodes {
        for (from, until, is_today) in [(today, today + day, true), (now, now + week, false)] {
            for key in touched(episode, from, until) {
                table.each(key, |cell| {
                    let set = if is_today { &mut cell.today } else { &mut cell.week };
                    set.insert(traveler);
                });
            }
        }
        if let Some(hypothesis) = unlodged(episode, now) {
            table.each(key(&hypothesis.place), |cell| cell.no_bed += 1);
            no_bed.push((traveler.as_str(), hypothesis));
        }
        if let Some(leg) = &episode.move_ {
            let near = episode.from < now + day && episode.until > now;
            arrivals.take(traveler, leg, (leg.arrives, &leg.to, &leg.from), near, now);
            departures.take(traveler, leg, (leg.departs, &leg.from, &leg.to), near, now);
        }
    }
    let person = |traveler: &str, name: &str, place: String, says: String| {
        let known = people.get(traveler);
        PersonLine {
            id: traveler.to_owned(),
            name: known.map_or_else(|| name.to_owned(), |l| l.who.name.clone()),
            mark: known.map_or_else(Mark::default, |l| l.row(None).mark),
            place,
            says,
        }
    };
    let place_of = |traveler: &str| people.get(traveler).map(|l| l.place()).unwrap_or_default();
    let no_bed = board(no_bed, |(traveler, h)| {
        let mut line = person(
            traveler,
            "",
            called(&h.place),
            t!("no lodging booked", "keine Unterkunft gebucht").to_owned(),
        );
        line.mark.grade = grade_of(h.grade);
        line.mark.flying = false;
        line
    });
    let changed = board(changed, |c| {
        let says = format!(
            "{} UTC, {}",
            instant(c.at).utc().clock(),
            words::counted(c.trips, t!("trip", "Reise"), t!("trips", "Reisen"))
        );
        person(&c.traveler, &c.name, place_of(&c.traveler), says)
    });
    let unmatched = board(unmatched, |t| {
        let says = if t.is_guest() {
            t!("named on a trip, no profile", "auf einer Reise genannt, kein Profil")
        } else {
            t!("no profile read", "kein Profil gelesen")
        };
        person(&t.id, &t.name, place_of(&t.id), says.to_owned())
    });
    let (arriving, leaving) = (arrivals.people(), departures.people());
    Ok(BoardsPage {
        now: instant(now),
        data_at: data_at.map(instant),
        counts: counts(&present.lines),
        countries: table.lines(query.open.as_deref()),
        moves: if query.leaving { departures } else { arrivals }.lines(),
        arriving,
        leaving,
        no_bed,
        changed,
        unmatched,
    })
}

fn board<T>(all: Vec<T>, line: impl Fn(T) -> PersonLine) -> People {
    People {
        total: count(all.len()),
        first: all.into_iter().take(FIRST).map(line).collect(),
    }
}

/// Where the map shows somebody who is not at home.
fn stands(line: &Line) -> Option<Key> {
    let place = line.who.place.as_ref().filter(|_| line.about == About::Place)?;
    let city = (!is_wide(place.kind)).then(|| town(line));
    Some((place.country.clone().unwrap_or_default(), city))
}

fn is_wide(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Country | PlaceKind::Region)
}

fn key(place: &Place) -> Key {
    let city = place.city_key.as_deref().and_then(city_name);
    let city = city.unwrap_or_else(|| called(place));
    (
        place.country.clone().unwrap_or_default(),
        (!is_wide(place.kind)).then_some(city),
    )
}

/// The most probable of an instant, if it is a place and not home.
fn top(episode: &Episode, at: DateTime<Utc>) -> Option<&Hypothesis> {
    let length = (episode.until - episode.from).num_milliseconds().max(1) as f64;
    let share = ((at - episode.from).num_milliseconds() as f64 / length).clamp(0.0, 1.0);
    let p = |h: &&Hypothesis| h.p.at(share);
    let best = episode.hypotheses.iter().max_by(|a, b| p(a).total_cmp(&p(b)))?;
    let rest = episode
        .home
        .at(share)
        .max(episode.in_transit.at(share))
        .max(episode.unknown.at(share));
    let home = episode.home_place.as_ref().and_then(|h| h.city_key.as_deref());
    let at_home = home.is_some() && best.place.city_key.as_deref() == home;
    (p(&best) >= rest && !at_home).then_some(best)
}

/// The places that are the most probable at the beginning or the end of what lies in [from, until).
fn touched(episode: &Episode, from: DateTime<Utc>, until: DateTime<Utc>) -> HashSet<Key> {
    let (from, until) = (episode.from.max(from), episode.until.min(until));
    let ends = [from, until].into_iter().filter(|_| from < until);
    ends.filter_map(|at| top(episode, at)).map(|h| key(&h.place)).collect()
}

/// Where somebody is in the coming night, if nothing says in which bed.
fn unlodged(episode: &Episode, now: DateTime<Utc>) -> Option<&Hypothesis> {
    if episode.until <= now || episode.from > now + TimeDelta::days(1) {
        return None;
    }
    let first = episode.hypotheses.first()?;
    let night = next_night(zone(&first.place), now);
    let h = top(episode, night).filter(|_| (episode.from..episode.until).contains(&night))?;
    let at_address = h.venue.as_ref().is_some_and(|(v, _)| v.kind == PlaceKind::Venue);
    let hotel = episode
        .evidence
        .iter()
        .any(|e| !e.against && e.segment.starts_with("Hotel"));
    (!at_address && !hotel).then_some(h)
}

/// The next time that it is two in the morning there.
fn next_night(zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = NaiveTime::from_hms_opt(NIGHT_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    let day = zone.to_civil(now).date();
    let tonight = zone.to_utc(day.and_time(hour));
    let tomorrow = day.checked_add_days(Days::new(1)).unwrap_or(day);
    if tonight > now {
        tonight
    } else {
        zone.to_utc(tomorrow.and_time(hour))
    }
}

/// When a move begins or ends, where, and where its other end is.
type End<'a> = (Option<DateTime<Utc>>, &'a Place, &'a Place);

/// Moves by time, place, number and other end, with who is on them.
#[derive(Default)]
struct Moves<'a>(BTreeMap<MoveKey, (Mark, Zone, HashSet<&'a str>)>);

/// Moves without an hour come last.
type MoveKey = (bool, Option<DateTime<Utc>>, String, Option<String>, String);

impl<'a> Moves<'a> {
    fn take(&mut self, traveler: &'a str, leg: &'a Move, (at, here, there): End<'a>, near: bool, now: DateTime<Utc>) {
        let within = match at {
            Some(at) => (now..now + TimeDelta::days(1)).contains(&at),
            None => near,
        };
        if !within {
            return;
        }
        let name = |p: &Place| p.code.clone().unwrap_or_else(|| p.name.clone());
        let key = (at.is_none(), at, name(here), leg.identity.clone(), name(there));
        let (mark, _, people) = self
            .0
            .entry(key)
            .or_insert_with(|| (Mark::of(grade_of(leg.grade)), zone(here), HashSet::new()));
        mark.grade = mark.grade.min(grade_of(leg.grade));
        people.insert(traveler);
    }

    fn people(&self) -> u32 {
        count(
            self.0
                .values()
                .flat_map(|(.., people)| people)
                .collect::<HashSet<_>>()
                .len(),
        )
    }

    fn lines(self) -> Vec<MoveLine> {
        let line =
            |((_, at, here, identity, there), (mark, zone, people)): (MoveKey, (Mark, Zone, HashSet<&str>))| MoveLine {
                when: at.map(|at| clock(at, zone)),
                city: city_of_code(&here),
                code: here,
                identity,
                other: city_of_code(&there),
                mark,
                people: count(people.len()),
            };
        self.0.into_iter().take(MOVES).map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coming_night_is_two_in_the_morning_there_across_clock_changes() {
        let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap_or_default();
        for (zone, now, night) in [
            ("Europe/Berlin", "2026-11-22T14:00:00Z", "2026-11-23T01:00:00Z"),
            ("Europe/Berlin", "2026-11-22T00:30:00Z", "2026-11-22T01:00:00Z"),
            // The hour that is left out and the one that comes twice.
            ("Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-10-24T22:30:00Z", "2026-10-25T00:00:00Z"),
            // Either side of the date line.
            ("Pacific/Auckland", "2026-11-22T14:00:00Z", "2026-11-23T13:00:00Z"),
            ("Pacific/Honolulu", "2026-11-22T14:00:00Z", "2026-11-23T12:00:00Z"),
        ] {
            let found = next_night(Zone::parse(zone, None).unwrap_or(Zone::UTC), utc(now));
            assert_eq!(found, utc(night), "{zone} after {now}");
        }
    }
}
