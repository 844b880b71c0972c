//! The simulated world as Concur knows it: companies, people, and their trip documents at this moment.
//! Called by the HTTP side (reads), `changes` (lets it live) and the control endpoint.
//! Always holds: the same seed and start instant give the same documents (R257); truth is made before papers (R250).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::place::Gazetteer;

use super::events::Kind;
use super::papers::{self, Channel, Dice, Intensity, Log, Operator, Paper, Rendered, Told};
use super::random::{self, Topic};
use super::truth::{self, Atlas, Episode, Fate, Journey, Mode, Person};
use super::{SandboxConfig, SandboxError};

/// How far back and ahead of now people travel, in days.
const PAST_DAYS: i64 = 35;
const AHEAD_DAYS: i64 = 75;

/// A company with its people.
pub struct Company {
    pub id: Uuid,
    pub name: String,
    pub domain: &'static str,
    pub people: Vec<Person>,
}

/// What a trip document is made of.
#[derive(Clone, Debug)]
pub enum Body {
    Paper(Box<Paper>),
    /// Put here through the control endpoint, word for word.
    Given(Value),
}

/// A trip in Concur's store.
#[derive(Clone, Debug)]
pub struct Trip {
    pub id: Uuid,
    /// Index of the company, and of the person in it under whose login it stands.
    pub company: usize,
    pub person: usize,
    /// Index of the journey it is about.
    pub journey: Option<usize>,
    pub body: Body,
    /// For the list of trips: when it ends.
    pub ends: DateTime<Utc>,
}

/// Something that Concur's event service is to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    pub kind: Kind,
    pub company: usize,
    pub person: Uuid,
    pub trip: Uuid,
    /// How long after the change it is told.
    pub delay: std::time::Duration,
}

/// Everything there is.
pub struct World {
    pub(super) seed: u64,
    pub(super) intensity: Intensity,
    pub(super) atlas: Arc<Atlas>,
    pub companies: Vec<Company>,
    pub(super) journeys: Vec<Journey>,
    /// Trips of each journey.
    pub(super) papers_of: Vec<Vec<Uuid>>,
    /// Journeys of each person, in order.
    pub(super) journeys_of: HashMap<(usize, usize), Vec<usize>>,
    pub(super) trips: BTreeMap<Uuid, Trip>,
    /// Not booked yet, and the instants at which they will be.
    pub(super) pending: BTreeMap<Uuid, Trip>,
    pub(super) agenda: BTreeSet<(DateTime<Utc>, Uuid)>,
    /// Rolls about whole journeys and changes, rather than about one document.
    pub(super) log: Log,
    /// The first week whose journeys have not been made yet.
    horizon: i64,
    pub(super) ticks: u64,
    pub(super) speed: f64,
    /// What is still to happen, by instant and running number.
    pub(super) scheduled: u64,
    pub(super) later: BTreeMap<(DateTime<Utc>, u64), super::lifecycle::Later>,
    /// Everything that will happen to a journey is planned when it is made, instead of drawn as time goes by.
    planned: bool,
}

impl World {
    /// Makes the world of a configuration around an instant.
    ///
    /// # Errors
    /// If the gazetteer lacks an airport.
    pub fn new(config: &SandboxConfig, gazetteer: &Gazetteer, now: DateTime<Utc>) -> Result<World, SandboxError> {
        let atlas = Arc::new(Atlas::new(gazetteer, config.seed)?);
        let companies = (0..config.companies.max(1))
            .map(|index| company(config, index))
            .collect();
        let mut world = World::empty(config, atlas, companies, now);
        world.showcase(now);
        world.make_weeks(week(now, AHEAD_DAYS), now);
        world.due(now);
        Ok(world)
    }

    /// A world of given people in which everything that will happen is planned from the start: for corpora (R250).
    pub(super) fn planned(
        config: &SandboxConfig,
        atlas: Arc<Atlas>,
        companies: Vec<Company>,
        now: DateTime<Utc>,
    ) -> World {
        let mut world = World::empty(config, atlas, companies, now);
        world.planned = true;
        world.horizon = week(now, 0);
        world.make_weeks(week(now, AHEAD_DAYS), now);
        world
    }

    /// The next instant at which something falls due.
    pub(super) fn next_due(&self) -> Option<DateTime<Utc>> {
        let booked = self.agenda.first().map(|(at, _)| *at);
        let later = self.later.first_key_value().map(|((at, _), _)| *at);
        [booked, later].into_iter().flatten().min()
    }

    /// Nobody has any plans yet.
    fn empty(config: &SandboxConfig, atlas: Arc<Atlas>, companies: Vec<Company>, now: DateTime<Utc>) -> World {
        World {
            seed: config.seed,
            intensity: config.intensity,
            atlas,
            companies,
            journeys: Vec::new(),
            papers_of: Vec::new(),
            journeys_of: HashMap::new(),
            trips: BTreeMap::new(),
            pending: BTreeMap::new(),
            agenda: BTreeSet::new(),
            log: Log::default(),
            horizon: week(now, -PAST_DAYS),
            ticks: 0,
            speed: config.speed.max(0.01),
            scheduled: 0,
            later: BTreeMap::new(),
            planned: false,
        }
    }

    /// Makes journeys further ahead as time goes by.
    pub(super) fn keep_ahead(&mut self, now: DateTime<Utc>) {
        self.make_weeks(week(now, AHEAD_DAYS), now);
    }

    fn make_weeks(&mut self, until: i64, now: DateTime<Utc>) {
        if self.horizon >= until {
            return;
        }
        let weeks = self.horizon..until;
        self.horizon = until;
        let atlas = Arc::clone(&self.atlas);
        for company in 0..self.companies.len() {
            for person in 0..self.companies[company].people.len() {
                let journeys = truth::journeys_of(
                    self.seed,
                    &atlas,
                    &self.companies[company].people[person],
                    weeks.clone(),
                );
                for journey in journeys {
                    if self.has_time(company, person, &journey) {
                        self.add(journey, now, None);
                    }
                }
            }
        }
    }

    /// Only the showcase can be in the way: journeys of the weekly rhythm never overlap.
    fn has_time(&self, company: usize, person: usize, journey: &Journey) -> bool {
        let mine = self
            .journeys_of
            .get(&(company, person))
            .into_iter()
            .flatten()
            .map(|index| &self.journeys[*index]);
        mine.into_iter()
            .all(|other| other.ends() < journey.starts() || journey.ends() < other.starts())
    }

    fn showcase(&mut self, now: DateTime<Utc>) {
        let atlas = Arc::clone(&self.atlas);
        let Some(person) = self.companies[0].people.first() else {
            return;
        };
        if let Some(journey) = Journey::showcase(self.seed, &atlas, person, now) {
            let papers = papers::emit_showcase(person, &journey, now);
            self.add(journey, now, Some(papers));
        }
    }

    fn add(&mut self, mut journey: Journey, now: DateTime<Utc>, papers: Option<Vec<Paper>>) {
        let (company, person) = (journey.company, journey.person);
        let people = &self.companies[company].people;
        let other = random::mix(self.seed, Topic::Journey, &[journey.key, 2]) as usize % people.len();
        let mut rolled = Log::default();
        let papers = papers.unwrap_or_else(|| {
            let emission = papers::emit(
                self.seed,
                &self.atlas,
                self.intensity,
                &people[person],
                &people[other],
                &journey,
                now,
            );
            // A guest travels: the person under whose login the trip stands does not.
            journey.called_off = emission.for_guest || emission.lapsed;
            rolled = emission.log;
            emission.papers
        });
        self.log.merge(rolled);
        let index = self.journeys.len();
        let key = journey.key;
        self.journeys_of.entry((company, person)).or_default().push(index);
        self.journeys.push(journey);
        self.papers_of.push(Vec::new());
        for (nth, paper) in papers.into_iter().enumerate() {
            let id = random::uuid(&mut random::stream(self.seed, Topic::Paper, &[key, nth as u64]));
            self.file(id, index, paper);
        }
        if self.planned {
            self.plan_happenings(index, now);
        } else {
            self.past_changes(index, now);
        }
    }

    /// Puts a paper among those that are booked when their time comes.
    pub(super) fn file(&mut self, id: Uuid, journey: usize, paper: Paper) {
        let company = self.journeys[journey].company;
        self.papers_of[journey].push(id);
        self.agenda.insert((paper.created, id));
        let (person, ends) = (paper.owner, paper.ends());
        self.pending.insert(
            id,
            Trip {
                id,
                company,
                person,
                journey: Some(journey),
                ends,
                body: Body::Paper(Box::new(paper)),
            },
        );
    }

    /// Moves what is booked by now from the pending into the store; returns the ids.
    pub(super) fn book_until(&mut self, now: DateTime<Utc>) -> Vec<Uuid> {
        let later = self.agenda.split_off(&(now, Uuid::max()));
        let due = std::mem::replace(&mut self.agenda, later);
        let booked = due
            .into_iter()
            .filter_map(|(_, id)| self.pending.remove(&id))
            .collect::<Vec<_>>();
        let ids = booked.iter().map(|trip| trip.id).collect();
        self.trips.extend(booked.into_iter().map(|trip| (trip.id, trip)));
        ids
    }

    /// What happened to a journey before the world began: a twentieth was called off, some flights were cancelled.
    fn past_changes(&mut self, journey: usize, now: DateTime<Utc>) {
        let (key, booked, starts) = (
            self.journeys[journey].key,
            self.journeys[journey].booked_at,
            self.journeys[journey].starts(),
        );
        let fraction = |nth: u64| random::fraction(self.seed, Topic::Fate, &[key, nth]);
        let at = booked + Duration::seconds(((starts - booked).num_seconds() as f64 * fraction(8)) as i64);
        let (called_off, due) = (fraction(9) < 0.05, at <= now && booked + Duration::hours(1) < at);
        let mut dice = Dice::new(
            random::mix(self.seed, Topic::Fate, &[key]),
            Channel::Agency,
            self.intensity,
        );
        for index in 0..self.journeys[journey].legs.len() {
            let flies = self.journeys[journey].legs[index].mode == Mode::Air;
            if flies && dice.strikes(Operator::AirlineCancellation, index as u64, None) && due {
                self.airline_cancels_leg(journey, index, at);
            }
        }
        self.log.merge(dice.log);
        if called_off && due {
            self.call_off(journey, at);
        }
    }

    /// A trip of the store, or one about to be booked.
    pub(super) fn trip_mut(&mut self, id: Uuid) -> Option<&mut Trip> {
        self.trips.get_mut(&id).or_else(|| self.pending.get_mut(&id))
    }

    /// The document of a trip as Concur serves it.
    pub fn document(&self, id: Uuid, origin: &str) -> Option<Value> {
        self.rendered(id, origin).map(|rendered| rendered.json)
    }

    /// The degradations a trip's document carries, and how often each was rolled for it.
    pub fn operators(&self, id: Uuid) -> Option<Log> {
        self.rendered(id, "").map(|rendered| rendered.log)
    }

    /// The rolls that decided about whole journeys, emissions and changes.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The document of a trip with what was done to it and what it tells.
    pub fn rendered(&self, id: Uuid, origin: &str) -> Option<Rendered> {
        let trip = self.trips.get(&id)?;
        Some(match &trip.body {
            Body::Given(value) => Rendered {
                json: value.clone(),
                log: Log::default(),
                told: Told::default(),
            },
            Body::Paper(paper) => {
                let person = &self.companies[trip.company].people[trip.person];
                paper.render(&self.atlas, person, self.intensity, href(origin, trip.id))
            }
        })
    }

    /// Trips of a company that end within some instants, in the order of the list: (end, id).
    pub fn ending(
        &self,
        company: usize,
        from: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
    ) -> Vec<(DateTime<Utc>, Uuid)> {
        let mine = self
            .trips
            .values()
            .filter(|trip| trip.company == company && trip.ends >= from);
        let mut list: Vec<_> = mine
            .filter(|trip| until.is_none_or(|until| trip.ends < until))
            .map(|trip| (trip.ends, trip.id))
            .collect();
        list.sort_unstable();
        list
    }

    /// A person of a company by Concur's id.
    pub fn person(&self, company: usize, id: Uuid) -> Option<&Person> {
        self.companies[company].people.iter().find(|person| person.id == id)
    }

    /// A person of a company by login, in any case.
    pub fn person_by_login(&self, company: usize, login: &str) -> Option<&Person> {
        self.companies[company]
            .people
            .iter()
            .find(|person| person.login.eq_ignore_ascii_case(login))
    }

    /// The index of a company by Concur's id, in any case.
    pub fn company_by_id(&self, id: &str) -> Option<usize> {
        let id = Uuid::try_parse(id.trim()).ok()?;
        self.companies.iter().position(|company| company.id == id)
    }

    /// Where someone really is and was and will be (R250).
    pub fn truth(&self, company: usize, person: usize, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Episode> {
        let person_of = &self.companies[company].people[person];
        truth::episodes(&self.atlas, person_of, self.in_order(company, person), from, until)
    }

    /// The same as if everything had happened as it was booked.
    pub fn as_booked(&self, company: usize, person: usize, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Episode> {
        let booked = |journey: &Journey| Journey {
            fate: Fate::default(),
            ..journey.clone()
        };
        let journeys: Vec<Journey> = self.in_order(company, person).map(booked).collect();
        let person_of = &self.companies[company].people[person];
        truth::episodes(&self.atlas, person_of, journeys.iter(), from, until)
    }

    fn in_order(&self, company: usize, person: usize) -> impl Iterator<Item = &Journey> {
        let of = self.journeys_of.get(&(company, person));
        let mut journeys: Vec<&Journey> = of.into_iter().flatten().map(|index| &self.journeys[*index]).collect();
        journeys.sort_by_key(|journey| journey.starts());
        journeys.into_iter()
    }

    /// When the journey after this one of the same person begins.
    pub(super) fn next_start(&self, journey: usize) -> Option<DateTime<Utc>> {
        let this = &self.journeys[journey];
        let mine = self.journeys_of.get(&(this.company, this.person))?;
        mine.iter()
            .map(|index| self.journeys[*index].starts())
            .filter(|starts| *starts > this.starts())
            .min()
    }

    /// The channels' papers in the store and to come.
    pub fn papers(&self) -> impl Iterator<Item = (&Trip, &Paper)> {
        self.trips
            .values()
            .chain(self.pending.values())
            .filter_map(|trip| match &trip.body {
                Body::Paper(paper) => Some((trip, paper.as_ref())),
                Body::Given(_) => None,
            })
    }
}

/// The week so many days from now.
fn week(now: DateTime<Utc>, days: i64) -> i64 {
    truth::week_of((now + Duration::days(days)).date_naive())
}

/// The address of a trip (E10).
pub fn href(origin: &str, id: Uuid) -> String {
    format!("{origin}/travel/v4/trips/{id}")
}

fn company(config: &SandboxConfig, index: usize) -> Company {
    let employer = truth::employer(index);
    let id = random::uuid(&mut random::stream(config.seed, Topic::Company, &[index as u64]));
    let size = if index == 0 {
        config.travelers.max(1)
    } else {
        (config.travelers / 10).max(5)
    };
    let round = index / super::data::names::EMPLOYERS.len();
    let name = if round == 0 {
        employer.name.to_owned()
    } else {
        format!("{} {}", employer.name, round + 1)
    };
    let people = (0..size)
        .map(|person| truth::person(config.seed, index, person))
        .collect();
    Company {
        id,
        name,
        domain: employer.domain,
        people,
    }
}
