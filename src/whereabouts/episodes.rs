//! Paths mixed into episodes: intervals in which every probability is linear in time (R142–R170, R180–R183).
//! Called by `timeline`; what it makes is what the store keeps.
//! Always holds: episodes are in order, without gaps or overlaps, and each adds up to 1 at both ends (R181).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::place::CityId;

use super::evidence;
use super::laid::{Laid, Piece, by_top, expected, tidy, top};
use super::looks::{Ways, drive, grade, leg_move, nowhere, prism, state, venue};
use super::mass::{Key, Mass};
use super::opportunities::Nights;
use super::places::{self, Exact};
use super::region;
use super::times::{Sec, Span, instant};
use super::world::World;
use super::{Episode, Expected, Hypothesis, Move, Place, PlaceKind, Ramp, Region, State};

/// Episodes of everything that is laid, in order.
pub(super) fn episodes(world: &World<'_, '_>, laid: &[Laid]) -> Vec<Episode> {
    let mut shown = Shown::of(world, evidence::Words::of(world));
    let mut episodes: Vec<Episode> = Vec::new();
    for journey in laid {
        shown.expected = expected(world, journey);
        for piece in journey.pieces(world) {
            shown.add(journey, piece, &mut episodes);
        }
    }
    episodes
}

/// The one of all `episodes` that each instant lies in, made without the others; none outside of them.
pub(super) fn episodes_at(world: &World<'_, '_>, laid: &[Laid], instants: &[Sec]) -> Vec<Option<Episode>> {
    let mut parts = Parts {
        shown: Shown::of(world, evidence::Words::of(world)),
        laid,
        straight: Vec::new(),
    };
    for (no, journey) in laid.iter().enumerate() {
        let knots = journey.knots(world);
        let pairs = knots.windows(2).map(|pair| (no, pair[0], pair[1]));
        parts.straight.extend(pairs);
    }
    instants.iter().map(|t| parts.at(*t)).collect()
}

/// Everything that is laid, interval by interval.
struct Parts<'w, 'c, 'a> {
    shown: Shown<'w, 'c, 'a>,
    laid: &'w [Laid],
    /// Where every path is straight, in order and without gaps: which journey, from, until.
    straight: Vec<(usize, Sec, Sec)>,
}

impl Parts<'_, '_, '_> {
    fn at(&mut self, t: Sec) -> Option<Episode> {
        let at = self.straight.partition_point(|(_, _, until)| *until <= t);
        self.straight.get(at).filter(|(_, from, _)| *from <= t)?;
        let piece = self.piece(at);
        let (mut left, mut right) = piece.2.clone();
        let mut found = self.episodes(at, piece);
        // It may have begun in an interval before this one, and go on in those after it.
        for before in (0..at).rev() {
            if found[0].until <= instant(t) || !is_still(&found[0]) {
                break;
            }
            let piece = self.piece(before);
            if differ(&piece.2.0, &left) || differ(&piece.2.1, &left) {
                break;
            }
            left = piece.2.0.clone();
            let mut more = self.episodes(before, piece);
            let apart = more.len() + found.len();
            found.into_iter().for_each(|episode| join(&mut more, episode));
            found = more;
            if found.len() == apart {
                break;
            }
        }
        for after in at + 1..self.straight.len() {
            if found
                .last()
                .is_none_or(|last| last.from > instant(t) || !is_still(last))
            {
                break;
            }
            let piece = self.piece(after);
            if differ(&right, &piece.2.0) || differ(&right, &piece.2.1) {
                break;
            }
            right = piece.2.1.clone();
            let more = self.episodes(after, piece);
            let apart = found.len() + more.len();
            more.into_iter().for_each(|episode| join(&mut found, episode));
            if found.len() == apart {
                break;
            }
        }
        found.into_iter().find(|episode| instant(t) < episode.until)
    }

    fn piece(&self, at: usize) -> Piece {
        let (no, from, until) = self.straight[at];
        self.laid[no].piece(self.shown.world, from, until)
    }

    fn episodes(&mut self, at: usize, piece: Piece) -> Vec<Episode> {
        let journey = &self.laid[self.straight[at].0];
        self.shown.expected = expected(self.shown.world, journey);
        let mut made = Vec::new();
        self.shown.add(journey, piece, &mut made);
        made
    }
}

/// By far more than what is told apart: no episode goes on from one to the other.
fn differ(a: &Mass, b: &Mass) -> bool {
    a.beside(b).any(|(_, a, b)| (a - b).abs() > 1e-4)
}

/// Takes an episode in as the next one, or as more of the last one.
fn join(episodes: &mut Vec<Episode>, episode: Episode) {
    match episodes.last_mut() {
        Some(last) if continues(last, &episode) => last.until = episode.until,
        _ => episodes.push(episode),
    }
}

/// Says of each episode which nights lack a bed where the traveler most probably is.
pub(super) fn lacking(world: &World<'_, '_>, nights: &[Nights], episodes: &mut [Episode]) {
    for lack in nights {
        let Some(city) = world.city(lack.city).map(|city| world.city_place(city)) else {
            continue;
        };
        let first = episodes.partition_point(|episode| episode.until.timestamp() <= lack.from);
        let during = episodes[first..]
            .iter_mut()
            .take_while(|episode| episode.from.timestamp() < lack.until);
        for episode in during.filter(|episode| matches!(episode.state, State::Stay | State::PostArrival)) {
            let there = |h: &Hypothesis| h.place.city_key.is_some() && h.place.city_key == city.city_key;
            if episode.hypotheses.first().is_some_and(there) {
                episode.bedless = Some(lack.bedless);
            }
        }
    }
}

/// One path's probabilities over time without explanations, for exposure.
pub(super) fn bare(world: &World<'_, '_>, laid: &Laid) -> Vec<Episode> {
    let mut shown = Shown::of(world, evidence::Words::default());
    let mut pieces: Vec<Episode> = Vec::new();
    for (from, until, ends) in laid.pieces(world) {
        let mix = ends.0.toward(&ends.1, 0.5);
        let ways = Ways::at(world, laid, from + (until - from) / 2, &mix);
        let piece = shown.bare(&ways, (from, until), &ends, &mix);
        join(&mut pieces, piece);
    }
    pieces
}

/// Nothing changes between two episodes: they are one.
fn continues(a: &Episode, b: &Episode) -> bool {
    let numbers = a.home == b.home && a.in_transit == b.in_transit && a.unknown == b.unknown;
    let places = || {
        all_same(&a.hypotheses, &b.hypotheses, same_hypothesis)
            && a.region == b.region
            && all_same(a.move_.as_slice(), b.move_.as_slice(), same)
            && all_same(a.home_place.as_slice(), b.home_place.as_slice(), same)
    };
    let reasons =
        || all_same(&a.evidence, &b.evidence, same) && a.source_as_of == b.source_as_of && a.expected == b.expected;
    a.state == b.state && numbers && a.conflict == b.conflict && is_still(a) && is_still(b) && places() && reasons()
}

/// All its probabilities stay as they are.
fn is_still(episode: &Episode) -> bool {
    let flat = |ramp: Ramp| (ramp.from - ramp.until).abs() < 1e-9;
    let rest = [episode.home, episode.in_transit, episode.unknown];
    rest.into_iter().chain(episode.hypotheses.iter().map(|h| h.p)).all(flat)
}

/// Mostly it is the very same thing that two episodes share.
fn same<T: PartialEq>(a: &Arc<T>, b: &Arc<T>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}

fn same_hypothesis(a: &Hypothesis, b: &Hypothesis) -> bool {
    let venues = all_same(a.venue.as_slice(), b.venue.as_slice(), |(a, p), (b, q)| {
        p == q && same(a, b)
    });
    venues && a.p == b.p && a.grade == b.grade && same(&a.place, &b.place) && a.countries == b.countries
}

fn all_same<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// What is shown of masses, with the places and sentences looked up once.
struct Shown<'w, 'c, 'a> {
    world: &'w World<'c, 'a>,
    words: evidence::Words,
    places: BTreeMap<Key, (Arc<Place>, Vec<(String, f64)>)>,
    home: Option<Arc<Place>>,
    expected: Vec<(Span, Expected)>,
}

/// Less than this is not worth a line; it is unknown.
const LEAST: f64 = 5e-4;

impl<'w, 'c, 'a> Shown<'w, 'c, 'a> {
    fn of(world: &'w World<'c, 'a>, words: evidence::Words) -> Shown<'w, 'c, 'a> {
        Shown {
            world,
            words,
            places: BTreeMap::new(),
            home: world.context.home.map(|home| world.city_place(home)),
            expected: Vec::new(),
        }
    }

    /// The episodes of a straight piece, after those that are there already.
    fn add(&mut self, journey: &Laid, piece: Piece, episodes: &mut Vec<Episode>) {
        by_top(piece, 3, &mut |(from, until, ends)| {
            join(episodes, self.episode(journey, (from, until), ends));
        });
    }

    fn episode(&mut self, journey: &Laid, (from, until): (Sec, Sec), ends: (Mass, Mass)) -> Episode {
        let world = self.world;
        let middle = from + (until - from) / 2;
        let mix = ends.0.toward(&ends.1, 0.5);
        let top = top(mix.parts().iter().copied());
        let ways = Ways::at(world, journey, middle, &mix);
        let mut episode = self.bare(&ways, (from, until), &ends, &mix);
        episode.state = state(world, &ways, top);
        episode.move_ = self.leg_shown(journey, &mix, top, episode.state, middle);
        (episode.evidence, episode.source_as_of) = evidence::collect(world, &ways, top, &mut self.words);
        let parts = episode.hypotheses.iter().map(|h| (h.place.as_ref(), h.p.at(0.5)));
        episode.conflict = super::view::conflict(world.context.judgement, parts);
        episode.region = self.region(&ways, top, episode.move_.as_deref(), episode.hypotheses.first());
        let touching = self
            .expected
            .iter()
            .filter(|(span, _)| span.from < until && from < span.until);
        episode.expected = touching.map(|(_, expected)| expected.clone()).collect();
        episode
    }

    /// Places and probabilities only; `mix` is half way between the ends.
    fn bare(&mut self, ways: &Ways<'_>, (from, until): (Sec, Sec), (start, end): &(Mass, Mass), mix: &Mass) -> Episode {
        let world = self.world;
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
        let guess = self.home.clone().filter(|_| guessed.max() >= LEAST);
        let places = || {
            mix.parts()
                .iter()
                .filter(|(key, _)| matches!(key, Key::City(_) | Key::Near(_)))
        };
        let mut hypotheses = Vec::with_capacity(places().count() + usize::from(guess.is_some()));
        for (key, _) in places() {
            let p = ramp(*key);
            if p.max() < LEAST {
                continue;
            }
            let (place, countries) = self.place(*key);
            let grade = grade(world, ways, *key);
            let venue = venue(world, ways, *key);
            hypotheses.push(Hypothesis {
                place,
                p,
                grade,
                venue,
                countries,
            });
        }
        if let Some(place) = guess {
            let grade = grade(world, ways, Key::Home);
            hypotheses.push(Hypothesis {
                place,
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
            bedless: None,
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

    fn place(&mut self, key: Key) -> (Arc<Place>, Vec<(String, f64)>) {
        if let Some(known) = self.places.get(&key) {
            return known.clone();
        }
        let made = match key {
            Key::City(city) => (self.world.city_place(city), self.countries(city)),
            Key::Near(city) => (Arc::new(self.around(city)), Vec::new()),
            Key::Home | Key::Transit(_) | Key::Unknown => (Arc::new(nowhere()), Vec::new()),
        };
        let (mut place, countries) = made;
        if !countries.is_empty() {
            Arc::make_mut(&mut place).country = None;
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

    fn leg_shown(&self, journey: &Laid, mix: &Mass, top: Key, state: State, t: Sec) -> Option<Arc<Move>> {
        let number = match state {
            State::InTransit => {
                let legs = mix.parts().iter().filter_map(|(key, p)| match key {
                    Key::Transit(no) => Some((*no as usize, *p)),
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
        Some(leg_move(self.world, number))
    }

    fn region(&self, ways: &Ways<'_>, top: Key, leg: Option<&Move>, first: Option<&Hypothesis>) -> Region {
        let world = self.world;
        let j = world.context.judgement;
        match top {
            Key::Transit(_) => leg.map_or(Region::None, |leg| region::corridor(j, leg, None)),
            Key::Home => self.home.as_deref().map_or(Region::None, region::circle),
            Key::Unknown => prism(world, ways).unwrap_or_default(),
            Key::City(_) | Key::Near(_) => {
                if let Some(drive) = drive(world, ways, top) {
                    return drive;
                }
                let venue = first
                    .and_then(|h| h.venue.as_ref())
                    .filter(|(_, share)| *share >= 0.5)
                    .map(|(place, _)| place);
                let place = venue.or(first.map(|h| &h.place));
                place.map_or(Region::None, |place| region::circle(place))
            }
        }
    }
}
