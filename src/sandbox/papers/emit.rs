//! The channel emitters: which channels hear of a journey, when, and of what part of it (R251).
//! Called by `world` once for every journey.
//! Always holds: a journey reaches no, one or several channels, decided by its own stream and nothing else.

use chrono::{DateTime, Duration, Utc};
use rand::Rng;

use crate::sandbox::data::cities::CITIES;
use crate::sandbox::data::names::{FAMILY, given};
use crate::sandbox::random::{self, Topic};
use crate::sandbox::truth::{Atlas, Journey, Leg, Person, Style, another_way};

use super::channel::{Channel, Intensity};
use super::operators::{Applied, Dice, Log, Operator};
use super::paper::{Held, Paper, PaperState, State};

/// Of the requests for which nothing was ever booked (judgement; the others were booked where no channel looks).
const WISHES_THAT_LAPSE: f64 = 0.6;

/// What the channels make of one journey.
#[derive(Debug, Default)]
pub struct Emission {
    pub papers: Vec<Paper>,
    /// The traveler is a guest without a profile: the person in whose name it stands stays at home (R120).
    pub for_guest: bool,
    /// It was only a wish and stayed one: nobody travels.
    pub lapsed: bool,
    /// The rolls that decided about whole papers.
    pub log: Log,
}

/// Writes the papers of a journey; `colleague` is somebody else of the company, for imports that go astray.
pub fn emit(
    seed: u64,
    atlas: &Atlas,
    intensity: Intensity,
    person: &Person,
    colleague: &Person,
    journey: &Journey,
    now: DateTime<Utc>,
) -> Emission {
    let mut rng = random::stream(seed, Topic::Emission, &[journey.key]);
    let rng = &mut rng;
    let channel = primary(person.style, rng);
    let dice = Dice::new(
        random::mix(seed, Topic::Emission, &[journey.key, 1]),
        channel,
        intensity,
    )
    .spread(person.spread);
    let mut emitter = Emitter { journey, now, dice };
    let mut emission = Emission::default();
    let asked = rng.gen_bool(0.15);
    // Of a few journeys nobody hears at all; of some, only the wish.
    let (unheard, wish_only) = (rng.gen_bool(0.03), rng.gen_bool(0.05));
    if asked || wish_only {
        emission.papers.push(emitter.request(person, wish_only, rng));
    }
    if unheard || wish_only {
        // Most wishes that nobody booked for came to nothing.
        emission.lapsed = wish_only && rng.gen_bool(WISHES_THAT_LAPSE);
        return emission;
    }

    let mut main = emitter.paper(channel, person, journey.booked_at, rng);
    main.status = u8::from(matches!(channel, Channel::Agency | Channel::ConcurTravel) && rng.gen_bool(0.6));
    main.legs = held_legs(&journey.legs);
    let lodging = !journey.stays.is_empty();
    let no_hotel = lodging && emitter.dice.strikes(Operator::HotelAbsent, 1, None);
    if no_hotel {
        main.log.push(Applied::whole(Operator::HotelAbsent));
    }
    let with_flight = main.channel != Channel::Supplier && rng.gen_bool(0.72);
    let stays = if no_hotel {
        Vec::new()
    } else {
        held(&journey.stays, 2000)
    };
    let hotel_channel = *random::one(
        rng,
        &[
            Channel::ParsedMail,
            Channel::ParsedMail,
            Channel::TripIt,
            Channel::Supplier,
        ],
    );
    if with_flight {
        main.stays = stays;
        main.extras = held(&journey.extras, 3000);
    } else if !stays.is_empty() {
        let later = journey.booked_at + Duration::minutes(rng.gen_range(5..3000));
        let mut paper = emitter.paper(hotel_channel, person, later, rng);
        paper.name = format!("Hotel in {}", CITIES[journey.stays[0].city].name);
        paper.stays = stays;
        paper.extras = held(&journey.extras, 3000);
        emission.papers.push(paper);
    }

    if emitter.dice.strikes(Operator::PassiveSegment, 1, None) {
        main.passive = true;
        main.log.push(Applied::whole(Operator::PassiveSegment));
    }
    if emitter.dice.strikes(Operator::GuestPassenger, 1, None) {
        let (given, title) = given(rng.gen_range(0.0..1.0));
        emission.for_guest = true;
        main.log.push(Applied::whole(Operator::GuestPassenger));
        main.passenger = Some((given.into(), String::from(*random::one(rng, FAMILY)), title));
        for paper in &mut emission.papers {
            paper.passenger.clone_from(&main.passenger);
            paper.log.push(Applied::whole(Operator::GuestPassenger));
        }
        emission.papers.push(main);
        emission.log = emitter.dice.log;
        return emission;
    }
    if emitter.dice.strikes(Operator::DuplicateByOtherChannel, 1, None) {
        emission.papers.push(emitter.duplicate(&main, person, rng));
    }
    if colleague.index != person.index && emitter.dice.strikes(Operator::SomeoneElsesTrip, 1, None) {
        emission.papers.push(emitter.astray(&main, person, colleague, rng));
    }
    if lodging && emitter.dice.strikes(Operator::Proposals, 1, None) {
        emitter.proposals(&mut main, &mut emission.papers, atlas, rng);
    }
    emission.papers.push(main);
    emission.log = emitter.dice.log;
    emission
}

struct Emitter<'a> {
    journey: &'a Journey,
    now: DateTime<Utc>,
    dice: Dice,
}

impl Emitter<'_> {
    fn paper(&self, channel: Channel, person: &Person, created: DateTime<Utc>, rng: &mut impl Rng) -> Paper {
        let seed = rng.r#gen();
        // Some documents were touched again since, none in the future.
        let touched = (self.now - created).num_seconds().max(0) as f64
            * rng.gen_range(0.0..0.9)
            * f64::from(u8::from(rng.gen_bool(0.6)));
        Paper {
            channel,
            owner: person.index,
            seed,
            locators: seed,
            name: self.trip_name(channel, rng),
            status: 0,
            state: PaperState::Live,
            created,
            modified: created + Duration::milliseconds(40 + (touched * 1000.0) as i64),
            legs: Vec::new(),
            stays: Vec::new(),
            extras: Vec::new(),
            passive: false,
            passenger: None,
            proposal: None,
            request_id: None,
            forced: Vec::new(),
            log: Vec::new(),
        }
    }

    fn trip_name(&self, channel: Channel, rng: &mut impl Rng) -> String {
        let first = self.journey.legs.iter().rfind(|leg| leg.hop == 0);
        let place = first.map_or("", |leg| CITIES[leg.to.city].name);
        match (channel, rng.gen_range(0..3)) {
            (Channel::Request, _) => format!("Request: {place}, {}", self.journey.purpose),
            (Channel::TripIt | Channel::ParsedMail, _) | (_, 0) => format!("Trip to {place}"),
            (_, 1) => format!("{place}, {}", self.journey.purpose),
            _ => format!("{} in {place}", capital(self.journey.purpose)),
        }
    }

    /// A wish: the outline of the journey, before or instead of a booking.
    fn request(&self, person: &Person, only: bool, rng: &mut impl Rng) -> Paper {
        let ahead = Duration::hours(if only { 0 } else { rng.gen_range(20..200) });
        let mut paper = self.paper(Channel::Request, person, self.journey.booked_at - ahead, rng);
        paper.status = 4;
        paper.request_id = Some(format!("TR{}", rng.gen_range(10_000..99_999)));
        // Requests name the two ends of a hop, not the connection between them.
        paper.legs = held_legs(&hops(&self.journey.legs));
        paper.stays = if rng.gen_bool(0.5) {
            held(&self.journey.stays, 2000)
        } else {
            Vec::new()
        };
        paper
    }

    /// The same movements once more, by another channel.
    fn duplicate(&self, main: &Paper, person: &Person, rng: &mut impl Rng) -> Paper {
        let agency = matches!(
            main.channel,
            Channel::Agency | Channel::ConcurTravel | Channel::AgencyApi
        );
        let channels = if agency {
            [Channel::TripIt, Channel::TripIt, Channel::ParsedMail, Channel::Supplier]
        } else {
            [Channel::TripIt, Channel::Supplier, Channel::Manual, Channel::TripIt]
        };
        let channel = *random::one(rng, &channels);
        let mut paper = self.paper(
            channel,
            person,
            main.created + Duration::minutes(rng.gen_range(3..600)),
            rng,
        );
        // A parsed copy of the agency's mail carries the agency's locator (R112).
        if matches!(channel, Channel::TripIt | Channel::ParsedMail) {
            paper.locators = main.locators;
        }
        paper.legs.clone_from(&main.legs);
        paper.log.push(Applied::whole(Operator::DuplicateByOtherChannel));
        paper
    }

    /// The journey, imported under the login of somebody who does not travel (R123).
    fn astray(&self, main: &Paper, person: &Person, colleague: &Person, rng: &mut impl Rng) -> Paper {
        let mut paper = self.paper(
            Channel::TripIt,
            colleague,
            main.created + Duration::minutes(rng.gen_range(3..600)),
            rng,
        );
        paper.locators = main.locators;
        paper.legs.clone_from(&main.legs);
        paper.passenger = Some((person.given.into(), person.family.into(), person.title));
        paper.log.push(Applied::whole(Operator::SomeoneElsesTrip));
        paper
    }

    /// Up to three alternatives of which one is, or will be, chosen (R91).
    fn proposals(&self, main: &mut Paper, papers: &mut Vec<Paper>, atlas: &Atlas, rng: &mut impl Rng) {
        let size = rng.gen_range(1..=3);
        let open = self.journey.starts() - self.now > Duration::days(4);
        let locator = random::locator(rng, 8);
        main.status = if open { 6 } else { 0 };
        main.proposal = Some((size, 1, locator.clone()));
        main.log.push(Applied::whole(Operator::Proposals));
        for index in 2..=size {
            let Some(way) = another_way(atlas, &self.journey.legs, 0, rng) else {
                continue;
            };
            let mut paper = Paper {
                seed: rng.r#gen(),
                locators: rng.r#gen(),
                ..main.clone()
            };
            let others = self.journey.legs.iter().filter(|leg| leg.hop != 0).cloned();
            paper.legs = held_legs(&way.into_iter().chain(others).collect::<Vec<_>>());
            paper.proposal = Some((size, index, locator.clone()));
            if !open {
                paper.cancel(self.journey.booked_at + Duration::hours(3));
            }
            papers.push(paper);
        }
    }
}

fn primary(style: Style, rng: &mut impl Rng) -> Channel {
    match style {
        Style::Agency => Channel::Agency,
        Style::Online => Channel::ConcurTravel,
        Style::AgencyTool => Channel::AgencyApi,
        Style::Free => {
            let channels = [Channel::ParsedMail, Channel::Supplier, Channel::Manual, Channel::TripIt];
            channels[random::weighted(rng, &[0.35, 0.3, 0.15, 0.2])]
        }
    }
}

fn held<T: Clone>(things: &[T], first: u64) -> Vec<Held<T>> {
    let numbered = things.iter().zip(first..);
    numbered
        .map(|(thing, item)| Held {
            item,
            thing: thing.clone(),
            state: State::Held,
            before: None,
        })
        .collect()
}

/// Legs as a channel holds them, numbered from 1000.
pub(super) fn held_legs(legs: &[Leg]) -> Vec<Held<Leg>> {
    held(legs, 1000)
}

/// One leg for each hop, from its first departure to its last arrival.
fn hops(legs: &[Leg]) -> Vec<Leg> {
    let mut whole: Vec<Leg> = Vec::new();
    for leg in legs {
        match whole.last_mut().filter(|last| last.hop == leg.hop) {
            Some(last) => (last.to, last.arrives, last.sold_as) = (leg.to, leg.arrives, None),
            None => whole.push(leg.clone()),
        }
    }
    whole
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The papers of the journey with which the demonstration begins: an outbound flight without number and time, and a
/// ticketed way home (R25).
pub fn emit_showcase(person: &Person, journey: &Journey, now: DateTime<Utc>) -> Vec<Paper> {
    let emitter = Emitter {
        journey,
        now,
        dice: Dice::new(journey.key, Channel::Agency, Intensity::Usual),
    };
    let rng = &mut random::stream(journey.key, Topic::Emission, &[]);
    let mut out = emitter.paper(Channel::Agency, person, journey.booked_at, rng);
    out.legs = held_legs(&hops(&journey.legs))
        .into_iter()
        .filter(|held| held.thing.hop == 0)
        .collect();
    out.forced = vec![
        Operator::FlightNumberMissing,
        Operator::TimesMidnight,
        Operator::OffsetOnLocal,
    ];
    let mut back = emitter.paper(
        Channel::ConcurTravel,
        person,
        journey.booked_at + Duration::days(2),
        rng,
    );
    back.legs = held_legs(&journey.legs)
        .into_iter()
        .filter(|held| held.thing.hop == journey.last_hop())
        .collect();
    back.status = 1;
    vec![out, back]
}

/// A hotel that is booked long after the flights, by mail.
pub fn emit_late_hotel(person: &Person, journey: &Journey, now: DateTime<Utc>, seed: u64) -> Paper {
    let emitter = Emitter {
        journey,
        now,
        dice: Dice::new(seed, Channel::ParsedMail, Intensity::Usual),
    };
    let rng = &mut random::stream(journey.key, Topic::Emission, &[seed]);
    let mut paper = emitter.paper(Channel::ParsedMail, person, now, rng);
    paper.stays = held(&journey.stays, 2000);
    paper
}
