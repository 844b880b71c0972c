//! A corpus: years of invented people, what really happened in them, and every event and document about it as it came in.
//! Called by `evaluate`; made of the same truth and the same papers as the simulated Concur.
//! Always holds: truth first, documents second (R250); the same seed gives the same bytes, whoever else is in the corpus (R257).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::place::Gazetteer;

use super::events::Kind;
use super::papers::{Applied, Channel, Intensity, Told};
use super::random::{self, Topic};
use super::truth::{self, Atlas, Episode, Fate, Person};
use super::world::{Body, Company, World};
use super::{SandboxConfig, SandboxError};

/// Goes up whenever the same seed would give other lives.
pub const VERSION: u32 = 1;

/// People who are made together, so that mails can go astray among colleagues.
pub const DEPARTMENT: usize = 20;

/// Which lives to make.
#[derive(Clone)]
pub struct Corpus {
    pub seed: u64,
    /// The year begins here.
    pub from: DateTime<Utc>,
    pub days: i64,
    pub intensity: Intensity,
    atlas: Arc<Atlas>,
}

/// What a traveler's number is used for (R255).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Split {
    /// To find causes.
    Train,
    /// To choose numbers.
    Calibration,
    /// Never looked at; its channels are better and worse than those of the others.
    Test,
}

/// A year of one person.
pub struct Life {
    pub person: Person,
    /// IATA city code of the home.
    pub home: &'static str,
    pub split: Split,
    pub truth: Vec<Episode>,
    /// What the truth would be if nothing had befallen the bookings: the most that papers can say.
    pub as_booked: Vec<Episode>,
    /// In the order in which they came.
    pub letters: Vec<Letter>,
    pub journeys: Vec<Made>,
}

/// An event about a trip under this person's login, and the document that could be read then.
pub struct Letter {
    pub at: DateTime<Utc>,
    pub kind: Kind,
    pub trip: Uuid,
    pub document: Option<Value>,
    pub channel: Channel,
    /// Index into the journeys of this life; `None` if it is somebody else's.
    pub journey: Option<usize>,
    /// What was done to the document.
    pub applied: Vec<Applied>,
    /// What of the journey stands in it.
    pub told: Told,
}

/// A journey as it was made, in the end.
pub struct Made {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// When the first channel told of it.
    pub heard: Option<DateTime<Utc>>,
    pub channels: BTreeSet<Channel>,
    /// Nobody travels: it was called off, or a guest is the one who does.
    pub called_off: bool,
    /// What happened otherwise than booked.
    pub fate: Fate,
    /// Planned nights: city and the local day on which each begins.
    pub nights: Vec<(&'static str, NaiveDate)>,
    /// Hops that lead to a planned night.
    pub visits: BTreeSet<usize>,
    /// The hop that leads home, booked or not.
    pub last_hop: usize,
}

impl Corpus {
    /// A corpus of a seed; the timetable is worked out once.
    ///
    /// # Errors
    /// If the gazetteer lacks an airport.
    pub fn new(seed: u64, from: DateTime<Utc>, days: i64, intensity: Intensity) -> Result<Corpus, SandboxError> {
        let atlas = Arc::new(Atlas::new(Gazetteer::embedded(), seed)?);
        Ok(Corpus {
            seed,
            from,
            days,
            intensity,
            atlas,
        })
    }

    /// The same people and journeys, with bookings spoilt less or more.
    pub fn at(&self, intensity: Intensity) -> Corpus {
        Corpus {
            intensity,
            ..self.clone()
        }
    }

    /// The lives of one department's people.
    pub fn department(&self, number: usize) -> Vec<Life> {
        let seed = random::mix(self.seed, Topic::Company, &[number as u64]);
        let employer = 1 + number % 5;
        let people: Vec<Person> = (0..DEPARTMENT)
            .map(|index| {
                let mut person = truth::person(seed, employer, index);
                if split(index) == Split::Test {
                    // R255: half to twice the table's rates.
                    person.spread = (random::fraction(seed, Topic::Profile, &[index as u64]) * 2.0 - 1.0).exp2();
                }
                person
            })
            .collect();
        let config = SandboxConfig {
            seed,
            intensity: self.intensity,
            ..SandboxConfig::default()
        };
        let companies = (0..=employer)
            .map(|index| Company {
                id: Uuid::nil(),
                name: String::new(),
                domain: truth::employer(index).domain,
                people: if index == employer { people.clone() } else { Vec::new() },
            })
            .collect();
        let mut world = World::planned(&config, Arc::clone(&self.atlas), companies, self.from);
        let mut post = Post::default();
        let end = self.from + Duration::days(self.days);
        let mut now = self.from;
        while now < end {
            let tomorrow = now + Duration::days(1);
            now = world.next_due().map_or(tomorrow, |due| due.clamp(now, tomorrow));
            post.collect(&mut world, now);
        }
        people
            .into_iter()
            .enumerate()
            .map(|(index, person)| self.life(&world, &mut post, employer, index, person))
            .collect()
    }

    fn life(&self, world: &World, post: &mut Post, company: usize, index: usize, person: Person) -> Life {
        let mut letters = post.letters.remove(&index).unwrap_or_default();
        letters.sort_by_key(|letter| letter.at);
        let end = self.from + Duration::days(self.days);
        let mut numbers: Vec<usize> = world.journeys_of.get(&(company, index)).cloned().unwrap_or_default();
        numbers.retain(|number| world.journeys[*number].starts() < end);
        numbers.sort_by_key(|number| world.journeys[*number].starts());
        let journeys = numbers
            .iter()
            .map(|number| {
                let journey = &world.journeys[*number];
                let about = || letters.iter().filter(|letter| letter.journey == Some(*number));
                let nights = journey.stays.iter().flat_map(|stay| {
                    let days = (stay.check_out.date() - stay.check_in.date()).num_days();
                    let code = super::data::cities::CITIES[stay.city].code;
                    (0..days).map(move |day| (code, stay.check_in.date() + Duration::days(day)))
                });
                Made {
                    from: journey.starts(),
                    until: journey.ends(),
                    heard: about().map(|letter| letter.at).min(),
                    channels: about().map(|letter| letter.channel).collect(),
                    called_off: journey.called_off,
                    fate: journey.fate.clone(),
                    nights: nights.collect(),
                    visits: journey.stays.iter().map(|stay| stay.hop).collect(),
                    last_hop: journey.last_hop(),
                }
            })
            .collect();
        for letter in &mut letters {
            let own = letter
                .journey
                .and_then(|number| numbers.iter().position(|own| *own == number));
            letter.journey = own;
        }
        Life {
            home: super::data::cities::CITIES[person.home].code,
            split: split(index),
            truth: world.truth(company, index, self.from, end),
            as_booked: world.as_booked(company, index, self.from, end),
            person,
            letters,
            journeys,
        }
    }
}

/// Half of all train, a quarter each calibrates and tests.
fn split(index: usize) -> Split {
    match index % 4 {
        0 | 1 => Split::Train,
        2 => Split::Calibration,
        _ => Split::Test,
    }
}

/// What came in, by person.
#[derive(Default)]
struct Post {
    letters: BTreeMap<usize, Vec<Letter>>,
    /// Of trips that are gone by the time their letter is written: channel and journey.
    known: BTreeMap<Uuid, (usize, Channel, Option<usize>)>,
}

impl Post {
    /// Takes what falls due by now. An event is worked off half a minute after it was told; of a burst the last one counts (E6).
    fn collect(&mut self, world: &mut World, now: DateTime<Utc>) {
        let mut told: Vec<(Uuid, Kind)> = Vec::new();
        for one in world.due(now) {
            match told.iter_mut().find(|(trip, _)| *trip == one.trip) {
                Some(known) if known.1 == Kind::Created && one.kind.readable() => {}
                Some(known) => known.1 = one.kind,
                None => told.push((one.trip, one.kind)),
            }
        }
        for (id, kind) in told {
            if let Some(trip) = world.trips.get(&id)
                && let Body::Paper(paper) = &trip.body
            {
                self.known.insert(id, (trip.person, paper.channel, trip.journey));
            }
            let Some((person, channel, journey)) = self.known.get(&id).copied() else {
                continue;
            };
            let rendered = kind
                .readable()
                .then(|| world.rendered(id, "https://us.api.concursolutions.com"))
                .flatten();
            let (document, applied, told) = match rendered {
                Some(rendered) => (Some(rendered.json), rendered.log.applied, rendered.told),
                None => (None, Vec::new(), Told::default()),
            };
            self.letters.entry(person).or_default().push(Letter {
                at: now + Duration::seconds(30),
                kind: if document.is_some() || !kind.readable() {
                    kind
                } else {
                    Kind::Deleted
                },
                trip: id,
                document,
                channel,
                journey,
                applied,
                told,
            });
        }
    }
}
