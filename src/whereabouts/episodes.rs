//! Paths mixed into episodes: intervals in which every probability is linear in time (R142–R170, R180–R183).
//! Called by `timeline`; what it makes is what the store keeps.
//! Always holds: episodes are in order, without gaps or overlaps, and each adds up to 1 at both ends (R181).

use std::collections::BTreeMap;

use crate::place::{CityId, CountryCode};

use super::claims::Leg;
use super::evidence;
use super::mass::{Key, Mass, Side};
use super::path::{Doing, Path, venue_of};
use super::paths::Journey;
use super::places::{self, Exact, Spot};
use super::region;
use super::stage::{Kind, PathLeg, World};
use super::times::{DAY, Sec, Span, day_span, instant};
use super::{Episode, Expected, Grade, Hypothesis, Move, Place, PlaceKind, Ramp, Region, State};

/// A journey laid on the time line.
pub(super) struct Laid {
    pub range: (Sec, Sec),
    pub paths: Vec<Path>,
}

/// Lays every path of every journey; without any leg there is one empty path for the stays.
pub(super) fn lay(world: &World<'_, '_>, journeys: &[Journey], range: (Sec, Sec)) -> Vec<Laid> {
    let span = |journey: &Journey| {
        let legs = journey.legs.iter().map(|no| &world.claims.legs[*no]);
        legs.fold((Sec::MAX, Sec::MIN), |(from, until), leg| {
            (from.min(leg.dep.from), until.max(leg.arr.until))
        })
    };
    if journeys.is_empty() {
        let nothing = super::paths::Selection {
            weight: 1.0,
            legs: Vec::new(),
        };
        return vec![Laid {
            range,
            paths: vec![Path::lay(world, &nothing, range)],
        }];
    }
    let mut laid = Vec::with_capacity(journeys.len());
    let mut from = range.0;
    for (i, journey) in journeys.iter().enumerate() {
        let end = span(journey).1;
        // Half the time at home belongs to the journey before, half to the one after.
        let until = journeys
            .get(i + 1)
            .map_or(range.1, |next| end + (span(next).0 - end) / 2)
            .max(from);
        let paths = journey
            .paths
            .iter()
            .map(|selection| Path::lay(world, selection, (from, until)))
            .collect();
        laid.push(Laid {
            range: (from, until),
            paths,
        });
        from = until;
    }
    laid
}

impl Laid {
    /// Every instant at which something changes, ends included.
    pub fn knots(&self, world: &World<'_, '_>) -> Vec<Sec> {
        let mut knots = vec![self.range.0, self.range.1];
        self.paths.iter().for_each(|path| path.knots(world, &mut knots));
        knots.retain(|t| (self.range.0..=self.range.1).contains(t));
        knots.sort_unstable();
        knots.dedup();
        knots
    }

    /// Intervals in which every path is straight.
    fn pieces(&self, world: &World<'_, '_>) -> Vec<Piece> {
        let knots = self.knots(world);
        let ends = |pair: &[Sec]| {
            (
                self.mix(world, pair[0], Side::After),
                self.mix(world, pair[1], Side::Before),
            )
        };
        knots.windows(2).map(|pair| (pair[0], pair[1], ends(pair))).collect()
    }

    /// The mixture over all paths (R117, R183); paths that were cut off are "elsewhere".
    pub fn mix(&self, world: &World<'_, '_>, t: Sec, side: Side) -> Mass {
        let mut mass = Mass::default();
        let mut total = 0.0;
        for path in &self.paths {
            mass.add_scaled(&path.mass(world, t, side), path.weight);
            total += path.weight;
        }
        mass.add(Key::Unknown, (1.0 - total).max(0.0));
        mass
    }
}

/// Episodes of everything that is laid, in order.
pub(super) fn episodes(world: &World<'_, '_>, laid: &[Laid]) -> Vec<Episode> {
    let mut shown = Shown {
        world,
        words: evidence::Words::new(),
        places: BTreeMap::new(),
        home: None,
        expected: Vec::new(),
    };
    shown.home = world
        .context
        .home
        .map(|home| places::city_place(world.context.gazetteer, world.context.judgement, home));
    let mut episodes: Vec<Episode> = Vec::new();
    for journey in laid {
        shown.expected = expected(world, journey);
        for (from, until, ends) in journey.pieces(world).into_iter().flat_map(|piece| by_top(piece, 3)) {
            let episode = shown.episode(journey, (from, until), ends);
            match episodes.last_mut() {
                Some(last) if continues(last, &episode) => last.until = episode.until,
                _ => episodes.push(episode),
            }
        }
    }
    episodes
}

/// From, until, and the masses at both ends.
type Piece = (Sec, Sec, (Mass, Mass));

/// Cuts a piece where another place becomes the most probable, so that its state holds from one end to the other.
fn by_top((from, until, (start, end)): Piece, depth: u32) -> Vec<Piece> {
    let near = |f: f64| top(&start.toward(&end, f));
    let (first, last) = (near(0.001), near(0.999));
    if first == last || depth == 0 || until - from < 10 * super::times::MINUTE {
        return vec![(from, until, (start, end))];
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..24 {
        let middle = (low + high) / 2.0;
        if near(middle) == first {
            low = middle
        } else {
            high = middle
        }
    }
    let cut = from + ((until - from) as f64 * high).ceil() as Sec;
    if cut <= from || cut >= until {
        return vec![(from, until, (start, end))];
    }
    let middle = start.toward(&end, (cut - from) as f64 / (until - from) as f64);
    let mut pieces = by_top((from, cut, (start, middle.clone())), 0);
    pieces.extend(by_top((cut, until, (middle, end)), depth - 1));
    pieces
}

/// One path's probabilities over time without explanations, for exposure.
pub(super) fn bare(world: &World<'_, '_>, laid: &Laid) -> Vec<Episode> {
    let mut shown = Shown {
        world,
        words: evidence::Words::new(),
        places: BTreeMap::new(),
        home: None,
        expected: Vec::new(),
    };
    shown.home = world
        .context
        .home
        .map(|home| places::city_place(world.context.gazetteer, world.context.judgement, home));
    let mut pieces: Vec<Episode> = Vec::new();
    for (from, until, ends) in laid.pieces(world) {
        let ways = Ways::at(world, laid, from + (until - from) / 2);
        let piece = shown.bare(&ways, (from, until), &ends);
        match pieces.last_mut() {
            Some(last) if continues(last, &piece) => last.until = piece.until,
            _ => pieces.push(piece),
        }
    }
    pieces
}

/// Nothing changes between two episodes: they are one.
fn continues(a: &Episode, b: &Episode) -> bool {
    let flat = |ramp: Ramp| (ramp.from - ramp.until).abs() < 1e-9;
    let still =
        |e: &Episode| flat(e.home) && flat(e.in_transit) && flat(e.unknown) && e.hypotheses.iter().all(|h| flat(h.p));
    if !still(a) || !still(b) || a.state != b.state {
        return false;
    }
    let mut b = b.clone();
    (b.from, b.until) = (a.from, a.until);
    *a == b
}

/// R27, R39: cities that untimed legs name for a day.
fn expected(world: &World<'_, '_>, journey: &Laid) -> Vec<(Span, Expected)> {
    let mut by_leg: BTreeMap<usize, f64> = BTreeMap::new();
    for path in &journey.paths {
        for leg in path
            .legs
            .iter()
            .filter(|leg| !world.leg(leg).timed && !world.leg(leg).drive)
        {
            *by_leg.entry(leg.no).or_default() += path.weight * leg.p;
        }
    }
    let mut found = Vec::new();
    for (no, p) in by_leg {
        let leg = &world.claims.legs[no];
        let Some(to) = leg.to.as_ref().filter(|to| world.key(to.city()) != Key::Home) else {
            continue;
        };
        let city = world.context.gazetteer.city(to.city());
        let first = day_span(leg.arr_day, Some(city.zone));
        let span = Span::new(first.from, first.from + 2 * DAY);
        let place = places::city_place(world.context.gazetteer, world.context.judgement, to.city());
        found.push((
            span,
            Expected {
                place,
                day: leg.arr_day,
                p: tidy(p),
                zone: city.zone,
                grade: leg.grade,
            },
        ));
    }
    found
}

/// Six digits, downwards, so that parts never add up to more than the whole.
fn tidy(p: f64) -> f64 {
    (p * 1e6 + 1e-3).floor() / 1e6
}

/// All paths of a journey at one instant, each with where it is.
pub(super) struct Ways<'l> {
    pub t: Sec,
    pub paths: Vec<(&'l Path, Mass)>,
}

impl<'l> Ways<'l> {
    fn at(world: &World<'_, '_>, journey: &'l Laid, t: Sec) -> Ways<'l> {
        Ways {
            t,
            paths: journey
                .paths
                .iter()
                .map(|path| (path, path.mass(world, t, Side::After)))
                .collect(),
        }
    }

    /// The path that puts most into a place; the first of equals.
    fn most(&self, key: Key) -> Option<&'l Path> {
        let mut best = None;
        let mut most = -1.0;
        for (path, mass) in &self.paths {
            let p = path.weight * mass.get(key);
            if p > most {
                (best, most) = (Some(*path), p);
            }
        }
        best
    }
}

/// What is shown of masses, with the places and sentences looked up once.
struct Shown<'w, 'c, 'a> {
    world: &'w World<'c, 'a>,
    words: evidence::Words,
    places: BTreeMap<Key, (Place, Vec<(String, f64)>)>,
    home: Option<Place>,
    expected: Vec<(Span, Expected)>,
}

/// Less than this is not worth a line; it is unknown.
const LEAST: f64 = 5e-4;

impl Shown<'_, '_, '_> {
    fn episode(&mut self, journey: &Laid, (from, until): (Sec, Sec), ends: (Mass, Mass)) -> Episode {
        let world = self.world;
        let middle = from + (until - from) / 2;
        let mix = ends.0.toward(&ends.1, 0.5);
        let top = top(&mix);
        let ways = Ways::at(world, journey, middle);
        let mut episode = self.bare(&ways, (from, until), &ends);
        episode.state = state(world, &ways, top);
        episode.move_ = self.leg_shown(journey, &mix, top, episode.state, middle);
        (episode.evidence, episode.source_as_of) = evidence::collect(world, &ways, top, &mut self.words);
        let parts = episode.hypotheses.iter().map(|h| (&h.place, h.p.at(0.5)));
        episode.conflict = super::view::conflict(world.context.judgement, parts);
        episode.region = self.region(journey, top, episode.move_.as_ref(), episode.hypotheses.first(), middle);
        let touching = self
            .expected
            .iter()
            .filter(|(span, _)| span.from < until && from < span.until);
        episode.expected = touching.map(|(_, expected)| expected.clone()).collect();
        episode
    }

    /// Places and probabilities only.
    fn bare(&mut self, ways: &Ways<'_>, (from, until): (Sec, Sec), (start, end): &(Mass, Mass)) -> Episode {
        let world = self.world;
        let mix = start.toward(end, 0.5);
        let ramp = |key: Key| Ramp {
            from: tidy(start.get(key)),
            until: tidy(end.get(key)),
        };
        let moving = |mass: &Mass| {
            mass.parts()
                .iter()
                .filter(|(key, _)| matches!(key, Key::Transit(_)))
                .fold(0.0, |sum, (_, p)| sum + p)
        };
        let (home, guessed) = self.home(ramp(Key::Home));
        let in_transit = Ramp {
            from: tidy(moving(start)),
            until: tidy(moving(end)),
        };
        let mut hypotheses = Vec::new();
        for (key, _) in mix.parts() {
            if matches!(key, Key::Home | Key::Transit(_) | Key::Unknown) || ramp(*key).max() < LEAST {
                continue;
            }
            let (place, countries) = self.place(*key);
            let grade = grade(world, ways, *key);
            let venue = venue(world, ways, *key);
            hypotheses.push(Hypothesis {
                place,
                p: ramp(*key),
                grade,
                venue,
                countries,
            });
        }
        if let (Some(place), true) = (&self.home, guessed.max() >= LEAST) {
            let grade = grade(world, ways, Key::Home);
            hypotheses.push(Hypothesis {
                place: place.clone(),
                p: guessed,
                grade,
                venue: None,
                countries: Vec::new(),
            });
        }
        hypotheses.sort_by(|a, b| {
            b.p.at(0.5)
                .total_cmp(&a.p.at(0.5))
                .then_with(|| (&a.place.code, &a.place.name).cmp(&(&b.place.code, &b.place.name)))
        });
        let rest =
            |end: fn(Ramp) -> f64| 1.0 - end(home) - end(in_transit) - hypotheses.iter().map(|h| end(h.p)).sum::<f64>();
        // What is left over, to more digits than the parts have, so that the sum is 1.
        let left = |p: f64| (p * 1e9).round().max(0.0) / 1e9;
        let unknown = Ramp {
            from: left(rest(|r| r.from)),
            until: left(rest(|r| r.until)),
        };
        Episode {
            from: instant(from),
            until: instant(until),
            state: State::Unknown,
            hypotheses,
            home,
            in_transit,
            unknown,
            region: Region::None,
            move_: None,
            conflict: false,
            evidence: Vec::new(),
            source_as_of: None,
            home_place: self.home.clone(),
            expected: Vec::new(),
        }
    }

    /// R159: a home that is only guessed is home as far as nothing speaks for it; what bookings say of that city beyond that is
    /// presence in a city like any other.
    fn home(&self, home: Ramp) -> (Ramp, Ramp) {
        if self.world.home_known {
            return (home, Ramp::default());
        }
        let guess = self.world.context.judgement.home_guessed;
        let city = |p: f64| tidy(((p - guess) / (1.0 - guess)).max(0.0).min(p));
        let booked = Ramp {
            from: city(home.from),
            until: city(home.until),
        };
        (
            Ramp {
                from: tidy(home.from - booked.from),
                until: tidy(home.until - booked.until),
            },
            booked,
        )
    }

    fn place(&mut self, key: Key) -> (Place, Vec<(String, f64)>) {
        if let Some(known) = self.places.get(&key) {
            return known.clone();
        }
        let made = match key {
            Key::City(city) => (
                places::city_place(self.world.context.gazetteer, self.world.context.judgement, city),
                self.countries(city),
            ),
            Key::Near(city) => (self.around(city), Vec::new()),
            Key::Country(country) => (self.country(country), Vec::new()),
            Key::Home | Key::Transit(_) | Key::Unknown => (nowhere(), Vec::new()),
        };
        let (mut place, countries) = made;
        if !countries.is_empty() {
            place.country = None;
        }
        self.places.insert(key, (place.clone(), countries.clone()));
        (place, countries)
    }

    /// R63: a region whose airport serves several countries is in none of them with certainty.
    fn countries(&self, city: CityId) -> Vec<(String, f64)> {
        let claims = self.world.claims;
        let ends = claims.legs.iter().flat_map(|leg| [&leg.from, &leg.to]).flatten();
        let several = ends
            .filter(|spot| spot.city() == city)
            .find(|spot| spot.countries.len() > 1);
        // A hotel or a town in the same region says in which country they are.
        let decided = claims
            .stays
            .iter()
            .any(|stay| stay.spot.city() == city && stay.spot.exact != Exact::Terminal);
        let Some(spot) = several.filter(|_| !decided) else {
            return Vec::new();
        };
        let own = self.world.context.gazetteer.city(city).country;
        let others = (spot.countries.len() - 1).max(1) as f64;
        let mut shares: Vec<(String, f64)> = spot
            .countries
            .iter()
            .map(|c| (c.to_string(), if *c == own { 0.5 } else { 0.5 / others }))
            .collect();
        if !spot.countries.contains(&own) {
            let n = spot.countries.len() as f64;
            shares.iter_mut().for_each(|(_, share)| *share = 1.0 / n);
        }
        shares.sort_by(|a, b| a.0.cmp(&b.0));
        shares
    }

    fn around(&self, city: CityId) -> Place {
        let mut place = places::city_place(self.world.context.gazetteer, self.world.context.judgement, city);
        place.kind = PlaceKind::Region;
        place.name = format!("around {}", place.name);
        place.code = None;
        place.city_key = None;
        place.radius_km = self.world.context.judgement.day_trip_km;
        place
    }

    fn country(&self, code: CountryCode) -> Place {
        let country = self.world.context.gazetteer.country(code);
        Place {
            kind: PlaceKind::Country,
            code: Some(code.to_string()),
            name: country.map_or_else(|| code.to_string(), |country| country.name.clone()),
            country: Some(code.to_string()),
            point: country.map(|country| [country.at.lon, country.at.lat]),
            radius_km: 500.0,
            city_key: None,
        }
    }

    fn leg_shown(&self, journey: &Laid, mix: &Mass, top: Key, state: State, t: Sec) -> Option<Move> {
        let number = match state {
            State::InTransit => {
                let legs = mix.parts().iter().filter_map(|(key, p)| match key {
                    Key::Transit(no) => Some((*no, *p)),
                    _ => None,
                });
                legs.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
                    .map(|(no, _)| no)
            }
            State::PreDeparture => {
                let paths = journey
                    .paths
                    .iter()
                    .filter_map(|path| Some((path.departing(self.world, top, t)?, path.weight)));
                paths
                    .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
                    .map(|(no, _)| no)
            }
            _ => None,
        }?;
        Some(leg_move(self.world, &self.world.claims.legs[number]))
    }

    fn region(&self, journey: &Laid, top: Key, leg: Option<&Move>, first: Option<&Hypothesis>, t: Sec) -> Region {
        let world = self.world;
        let j = world.context.judgement;
        match top {
            Key::Transit(_) => leg.map_or(Region::None, |leg| region::corridor(j, leg, None)),
            Key::Home => self.home.as_ref().map_or(Region::None, region::circle),
            Key::Unknown => prism(world, journey, t).unwrap_or_default(),
            Key::City(_) | Key::Near(_) | Key::Country(_) => {
                if let Some(drive) = drive(world, journey, top, t) {
                    return drive;
                }
                let venue = first
                    .and_then(|h| h.venue.as_ref())
                    .filter(|(_, share)| *share >= 0.5)
                    .map(|(place, _)| place);
                venue.or(first.map(|h| &h.place)).map_or(Region::None, region::circle)
            }
        }
    }
}

fn nowhere() -> Place {
    Place {
        kind: PlaceKind::Region,
        code: None,
        name: "unknown".to_owned(),
        country: None,
        point: None,
        radius_km: 0.0,
        city_key: None,
    }
}

/// The most probable of all; legs count together as being on the way. Between equals what a booking says comes before home.
fn top(mix: &Mass) -> Key {
    let moving: f64 = mix
        .parts()
        .iter()
        .filter(|(key, _)| matches!(key, Key::Transit(_)))
        .map(|(_, p)| p)
        .sum();
    let rank = |key: Key| match key {
        Key::City(_) => 5,
        Key::Transit(_) => 4,
        Key::Home => 3,
        Key::Near(_) => 2,
        Key::Country(_) => 1,
        Key::Unknown => 0,
    };
    let mut best = (Key::Unknown, -1.0);
    for (key, p) in mix.parts() {
        let p = if matches!(key, Key::Transit(_)) { moving } else { *p };
        if p > best.1 + 1e-9 || (p > best.1 - 1e-9 && rank(*key) > rank(best.0)) {
            best = (*key, p);
        }
    }
    best.0
}

fn state(world: &World<'_, '_>, ways: &Ways<'_>, top: Key) -> State {
    match top {
        Key::Transit(_) => State::InTransit,
        Key::Unknown | Key::Country(_) => State::Unknown,
        Key::Near(_) => State::Stay,
        Key::Home | Key::City(_) => {
            // The path that puts most into the place says what is done there.
            let state = ways.most(top).and_then(|path| path.state(world, top, ways.t));
            state.unwrap_or(if top == Key::Home { State::Home } else { State::Stay })
        }
    }
}

/// A leg as it is shown; times only where they are known (R27).
pub(super) fn leg_move(world: &World<'_, '_>, leg: &Leg) -> Move {
    let j = world.context.judgement;
    let place = |spot: &Option<Spot>| {
        spot.as_ref()
            .map_or_else(nowhere, |s| places::exact_place(world.context.gazetteer, j, s, None))
    };
    Move {
        mode: leg.mode.as_str().to_owned(),
        identity: leg.identity.clone(),
        from: place(&leg.from),
        to: place(&leg.to),
        departs: leg.timed.then(|| instant(leg.dep.middle())),
        arrives: leg.timed.then(|| instant(leg.arr.middle())),
        grade: leg.grade,
        wide: leg.wide,
    }
}

/// How a place is known: by the leg that led there and the stays in it.
fn grade(world: &World<'_, '_>, ways: &Ways<'_>, key: Key) -> Grade {
    ways.most(key)
        .map_or(Grade::Inferred, |path| path_grade(world, path, key, ways.t))
}

fn path_grade(world: &World<'_, '_>, path: &Path, key: Key, t: Sec) -> Grade {
    let mut grade = Grade::Inferred;
    for (i, leg) in path.legs.iter().enumerate() {
        if leg.arr.from > t || path.stages[i + 1].x != key {
            continue;
        }
        let fades = path.stages[i + 1]
            .fades_from
            .is_some_and(|from| t > from + DAY && path.stages[i + 1].kind != Kind::Stay);
        grade = if fades { Grade::Inferred } else { world.leg(leg).grade };
    }
    let stays = path
        .stays_at(world, key, t)
        .into_iter()
        .map(|no| world.claims.stays[no].grade);
    stays.fold(grade, Grade::min)
}

/// A hotel or an airport inside the city, with its share of the city's p (R109, R143, R144, R153, R200).
fn venue(world: &World<'_, '_>, ways: &Ways<'_>, key: Key) -> Option<(Place, f64)> {
    let (j, t) = (world.context.judgement, ways.t);
    let (gazetteer, mut total) = (world.context.gazetteer, 0.0);
    let mut found: Vec<(Place, f64)> = Vec::new();
    for (path, mass) in &ways.paths {
        let weight = path.weight * mass.get(key);
        if weight <= 0.0 {
            continue;
        }
        total += weight;
        if let Some((no, _)) = path.terminal_at(world, key, t) {
            let leg = &world.claims.legs[no];
            let spot = if path.legs.iter().any(|l| l.no == no && l.arr.until <= t) {
                &leg.to
            } else {
                &leg.from
            };
            if let Some(spot) = spot
                .as_ref()
                .filter(|spot| leg.identity.is_some() && leg.grade < Grade::Intent && spot.exact == Exact::Terminal)
            {
                found.push((places::exact_place(gazetteer, j, spot, None), weight * j.at_terminal));
            }
            continue;
        }
        let stays: Vec<usize> = path
            .stays_at(world, key, t)
            .into_iter()
            .filter(|no| world.claims.stays[*no].lodging && t < world.claims.stays[*no].until)
            .collect();
        let strength: f64 = stays.iter().map(|no| world.claims.stays[*no].strength.p).sum();
        for no in stays.iter().filter(|no| venue_of(&world.claims.stays[**no])) {
            let stay = &world.claims.stays[*no];
            let hours = if stay.is_night(t) {
                j.in_hotel_by_night
            } else {
                j.in_hotel_by_day
            };
            let certain = stay.strength.p * stay.strength.p / strength.max(stay.strength.p) / j.class_prior[3];
            found.push((
                places::exact_place(gazetteer, j, &stay.spot, stay.name.as_deref()),
                weight * hours * certain.min(1.0),
            ));
        }
    }
    let mut merged: Vec<(Place, f64)> = Vec::new();
    for (place, share) in found {
        match merged.iter_mut().find(|(known, _)| *known == place) {
            Some((_, sum)) => *sum += share,
            None => merged.push((place, share)),
        }
    }
    let best = merged
        .into_iter()
        .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.name.cmp(&a.0.name)))?;
    (total > 0.0).then(|| (best.0, tidy((best.1 / total).min(1.0))))
}

/// R198: a rental car that is out.
fn drive(world: &World<'_, '_>, journey: &Laid, top: Key, t: Sec) -> Option<Region> {
    let j = world.context.judgement;
    let path = journey.paths.iter().max_by(|a, b| a.weight.total_cmp(&b.weight))?;
    let out = |leg: &&PathLeg| world.leg(leg).drive && leg.dep.from <= t && t < leg.dep.until;
    if let Some(leg) = path.legs.iter().find(out) {
        let claim = world.leg(leg);
        let (from, to) = (claim.from.as_ref()?, claim.to.as_ref()?);
        return Some(region::drive(j, (leg.dep.from, from.at), (leg.dep.until, to.at), t));
    }
    let car = world
        .claims
        .stays
        .iter()
        .find(|stay| stay.car && stay.from <= t && t < stay.until && world.key(stay.spot.city()) == top)?;
    let asleep = path
        .stays_at(world, top, t)
        .into_iter()
        .any(|no| world.claims.stays[no].lodging && world.claims.stays[no].is_night(t));
    (!asleep).then(|| region::drive(j, (car.from, car.spot.at), (car.until, car.spot.at), t))
}

/// R199: between two cities that no leg connects.
fn prism(world: &World<'_, '_>, journey: &Laid, t: Sec) -> Option<Region> {
    let path = journey.paths.iter().max_by(|a, b| a.weight.total_cmp(&b.weight))?;
    let (doing, _) = path.doing(t, Side::After).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let Doing::Stage(i) = doing else { return None };
    let stage = &path.stages[i];
    let (x, y) = (world.city(stage.x)?, world.city(stage.y?)?);
    if stage.kind != Kind::Gap {
        return None;
    }
    let anchor = |t: Sec, city: CityId| {
        let city = world.context.gazetteer.city(city);
        (t, city.at, city.country.to_string())
    };
    Some(region::prism(anchor(stage.from, x), anchor(stage.until, y)))
}
