//! One traveler, all their trips: from records to a timeline (R113).
//! Called by ingest after each stored trip, by `locate`, and by tests.
//! Always holds: pure; the same records and `as_of` give the same bytes, in whatever order they come (R188).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::place::{CityId, Gazetteer};

use super::aftermath::aftermath;
use super::claims::{Claims, Leg};
use super::disruption;
use super::episodes;
use super::exposure::Alternative;
use super::gather::{self, Context};
use super::judgement::Judgement;
use super::known::known;
use super::laid::{self, Laid};
use super::looks::leg_move;
use super::mass::{Key, Side};
use super::notices::{in_order, notice};
use super::opportunities::{Nights, opportunities, uncovered_nights};
use super::outings::{Outing, outings};
use super::paths::journeys;
use super::places::{self, Spot};
use super::same;
use super::stage::Kind;
use super::subject;
use super::times::{DAY, HOUR, Sec, instant};
use super::world::World;
use super::{Episode, Move, Notice, Opportunity, Place, Record, Traveler};

/// Everything that can be said of one traveler as known at `as_of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// As known at this time.
    pub as_of: DateTime<Utc>,
    /// In order, without gaps; outside of them R159 holds.
    pub episodes: Vec<Episode>,
    /// Sorted, each once.
    pub notices: Vec<Notice>,
    /// By date.
    pub opportunities: Vec<Opportunity>,
    /// Trips as people count them (R168, R169).
    #[serde(default)]
    pub outings: Vec<Outing>,
    /// The home city region, known or guessed from the first leg.
    pub home_place: Option<Arc<Place>>,
    /// p(home) when nothing says otherwise (R159).
    pub home_p: f64,
    /// Timed legs with the probability that each is taken (R191).
    pub moves: Vec<(Arc<Move>, f64)>,
    /// Journeys that may go several ways (R190).
    pub alternatives: Vec<Vec<Alternative>>,
    /// The next instant at which the same records mean something else: a grace ends, a request's date passes (R89, R93, R98).
    pub changes_at: Option<DateTime<Utc>>,
    /// Which judgement made it.
    pub judgement: u32,
}

/// Episodes begin so long before the first claim …
const BEFORE: Sec = 365 * DAY;
/// … and end so long after the last.
const AFTER: Sec = 400 * DAY;

/// Infers where one traveler was, is and will be.
pub fn timeline(
    gazetteer: &Gazetteer,
    judgement: &Judgement,
    traveler: &Traveler,
    records: &[Record],
    as_of: DateTime<Utc>,
) -> Timeline {
    settled(gazetteer, judgement, traveler, records, as_of, |course, mut made| {
        let Course { world, laid, bedless } = course;
        made.episodes = episodes::episodes(world, laid);
        made.moves = moves(world, laid);
        made.alternatives = laid
            .iter()
            .filter(|journey| journey.paths.len() > 1)
            .map(|journey| alternatives(world, journey))
            .collect();
        episodes::lacking(world, bedless, &mut made.episodes);
        made
    })
}

/// What is decided before anything is said of an instant: which journeys there are, and the ways that they may go.
pub(super) struct Course<'s, 'c, 'a> {
    pub world: &'s World<'c, 'a>,
    /// Nothing without any claim.
    pub laid: &'s [Laid],
    pub bedless: &'s [Nights],
}

/// Decides one traveler's course; `then` gets it with everything but what is said of instants: no episodes yet, no moves, no alternatives.
pub(super) fn settled<T>(
    gazetteer: &Gazetteer,
    judgement: &Judgement,
    traveler: &Traveler,
    records: &[Record],
    as_of: DateTime<Utc>,
    then: impl FnOnce(&Course<'_, '_, '_>, Timeline) -> T,
) -> T {
    let profile_home = traveler.home.as_deref().and_then(|key| home(gazetteer, key));
    let mut context = Context {
        gazetteer,
        judgement,
        as_of,
        home: profile_home,
        name: subject::Known::of(traveler),
    };
    let (known, grace_ends) = known(judgement, records, as_of);
    let mut claims = gather::gather(&context, &known);
    // R159: without a profile the place where the first journey starts is the best guess.
    context.home = profile_home.or_else(|| guessed_home(&claims));
    same::merge(&context, &mut claims);
    disruption::mark(&context, records, &mut claims);
    let aftermath = aftermath(&context, &mut claims);
    let journeys = journeys(&context, &mut claims);
    let usual_stay = usual_stay(&context, &claims);
    let home_known = profile_home.is_some();
    let cars: Vec<usize> = (0..claims.stays.len()).filter(|no| claims.stays[*no].car).collect();
    let mut notices = std::mem::take(&mut claims.notices);
    let world = World {
        context: &context,
        claims: &claims,
        aftermath: &aftermath,
        cars: &cars,
        usual_stay,
        home_known,
        names: Default::default(),
        shown: Default::default(),
    };
    let laid = span(&claims).map_or_else(Vec::new, |(first, last)| {
        laid::lay(&world, &journeys, (first - BEFORE, last + AFTER))
    });
    let (opportunities, bedless) = opportunities(&world, &laid);
    raise_path_notices(&world, &laid, &mut notices);
    for trip in uncovered_nights(&opportunities) {
        notices.push(notice(
            "uncovered_night",
            &trip,
            None,
            None,
            "There are nights on this trip for which no bed is booked.",
        ));
    }
    let made = Timeline {
        as_of,
        episodes: Vec::new(),
        notices: in_order(notices),
        opportunities,
        outings: outings(&world, &laid),
        home_place: context.home.map(|city| world.city_place(city)),
        home_p: if home_known {
            judgement.home_known
        } else {
            judgement.home_guessed
        },
        moves: Vec::new(),
        alternatives: Vec::new(),
        changes_at: changes_at(&claims, as_of, grace_ends),
        judgement: judgement.version,
    };
    let course = Course {
        world: &world,
        laid: &laid,
        bedless: &bedless,
    };
    then(&course, made)
}

/// A city's key, or the code of one of its airports.
fn home(gazetteer: &Gazetteer, key: &str) -> Option<CityId> {
    let code = crate::place::Code::parse(key);
    let city = gazetteer
        .city_by_key(key)
        .or_else(|| code.and_then(|code| gazetteer.city_by_code(code)));
    city.map(|city| city.id).or_else(|| {
        code.and_then(|code| gazetteer.airport(code))
            .map(|airport| airport.city)
    })
}

fn guessed_home(claims: &Claims<'_>) -> Option<CityId> {
    let first = claims
        .legs
        .iter()
        .filter(|leg| leg.p() >= 0.3)
        .min_by_key(|leg| (leg.dep, leg.arr))?;
    first.from.as_ref().map(Spot::city)
}

fn changes_at(claims: &Claims<'_>, as_of: DateTime<Utc>, grace_ends: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let next = claims
        .changes
        .iter()
        .copied()
        .filter(|t| *t > as_of.timestamp())
        .min()
        .map(instant);
    [next, grace_ends].into_iter().flatten().min()
}

/// First and last instant that any claim speaks of.
fn span(claims: &Claims<'_>) -> Option<(Sec, Sec)> {
    let legs = claims.legs.iter().map(|leg| (leg.dep.from, leg.arr.until));
    let stays = claims.stays.iter().map(|stay| (stay.from, stay.until));
    let points = claims.points.iter().map(|point| (point.span.from, point.span.until));
    legs.chain(stays)
        .chain(points)
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// R160: how long this traveler's stays away from home usually are at most, if there are at least three.
fn usual_stay(context: &Context<'_>, claims: &Claims<'_>) -> Option<Sec> {
    let mut stays: Vec<Sec> = claims
        .legs
        .windows(2)
        .filter_map(|pair| {
            let (to, from) = (pair[0].to.as_ref()?.city(), pair[1].from.as_ref()?.city());
            let away = Some(to) != context.home && places::same_city(context.gazetteer, to, from);
            let length = pair[1].dep.from - pair[0].arr.until;
            (away && length >= 4 * HOUR && pair[0].p() >= 0.5 && pair[1].p() >= 0.5).then_some(length)
        })
        .collect();
    stays.sort_unstable();
    let usual = (stays.len() as f64 * context.judgement.usual_stay_share) as usize;
    (stays.len() >= 3).then(|| stays[usual.min(stays.len() - 1)])
}

fn moves(world: &World<'_, '_>, laid: &[Laid]) -> Vec<(Arc<Move>, f64)> {
    let mut by_leg: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
    for path in laid.iter().flat_map(|journey| &journey.paths) {
        for leg in path.legs.iter().filter(|leg| world.leg(leg).timed) {
            *by_leg.entry(leg.no).or_default() += path.weight * leg.held();
        }
    }
    by_leg
        .into_iter()
        .map(|(no, p)| (leg_move(world, no), (p.min(0.99) * 1e6).round() / 1e6))
        .collect()
}

/// Each way of a journey by itself.
fn alternatives(world: &World<'_, '_>, journey: &Laid) -> Vec<Alternative> {
    journey
        .paths
        .iter()
        .filter(|path| path.weight >= 0.01)
        .map(|path| {
            let alone = Laid {
                range: journey.range,
                paths: vec![path.alone()],
            };
            Alternative {
                weight: path.weight,
                pieces: episodes::bare(world, &alone),
            }
        })
        .collect()
}

/// Notices that only the most probable path shows (R54, R151, R156, R160, R166).
fn raise_path_notices(world: &World<'_, '_>, laid: &[Laid], notices: &mut Vec<Notice>) {
    let claims = world.claims;
    for journey in laid {
        for path in &journey.paths {
            for (no, gap, least) in &path.tight {
                let grade = if gap * 4 < *least { ", far too short" } else { "" };
                let message = format!("{gap} minutes to change, at least {least} are needed{grade}.");
                notices.push(
                    claims
                        .witness(claims.legs[*no].witnesses[0])
                        .notice("connection_below_mct", message),
                );
            }
        }
        let Some(path) = journey.paths.iter().max_by(|a, b| a.weight.total_cmp(&b.weight)) else {
            continue;
        };
        for (i, stage) in path.stages.iter().enumerate() {
            let enter = i.checked_sub(1).map(|i| world.leg(&path.legs[i]));
            let leave = path.legs.get(i).map(|leg| world.leg(leg));
            // The next journey begins at home, and nothing led there: it is this one that lacks something (R151, R160).
            let from_home = enter.zip(leave).is_some_and(|(enter, leave)| {
                let trip = |leg: &Leg| &claims.witness(leg.witnesses[0]).trip.id;
                stage.kind == Kind::Gap && stage.y == Some(Key::Home) && trip(enter) != trip(leave)
            });
            if let Some(enter) = enter.filter(|_| stage.kind == Kind::Tail || from_home)
                && path.weight > 0.5
                && enter.p() >= 0.4
            {
                let message = "Nothing is booked after this arrival.";
                notices.push(claims.witness(enter.witnesses[0]).notice("missing_return", message));
            }
            if from_home {
                continue;
            }
            if let (Kind::Gap, Some(y), Some(leave)) = (stage.kind, stage.y, leave)
                && !world.surface_between(stage.x, y)
            {
                let witness = claims.witness(leave.witnesses[0]);
                notices.push(witness.notice(
                    "discontinuity",
                    "It leaves from another city than the leg before arrived in.",
                ));
                if !world.overland(stage.x, y, stage.until - stage.from) {
                    notices.push(witness.notice(
                        "missing_leg_suspected",
                        "The way between the two cities is missing; it is too far to be on the ground.",
                    ));
                }
            }
        }
        for overlay in path
            .overlays
            .iter()
            .filter(|overlay| overlay.unsupported && !overlay.orphan)
        {
            let stay = &claims.stays[overlay.stay];
            notices.push(
                claims
                    .witness(stay.witnesses[0])
                    .notice("stay_without_transport", "No booking leads to this hotel."),
            );
        }
        for touch in path.touches.iter().filter(|touch| !touch.agrees) {
            let busy = path.mass(world, touch.span.middle(), Side::After).get(touch.key) < 0.25;
            if busy {
                let witness = claims.witness(claims.points[touch.point].witness);
                notices.push(witness.notice(
                    "point_anchor_conflict",
                    "It is somewhere else than the other bookings at that time.",
                ));
            }
        }
    }
}
