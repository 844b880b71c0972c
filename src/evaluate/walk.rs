//! One traveler through the year: letters come in, questions are asked, answers are compared with the truth.
//! Called by `run` for everyone.
//! Always holds: an answer knows the letters that had come by then, and nothing of the truth (R252, R258).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, Timelike as _, Utc};

use crate::itinerary;
use crate::place::Gazetteer;
use crate::sandbox::corpus::{Letter, Life, Split};
use crate::sandbox::papers::{Channel, Operator};
use crate::sandbox::truth::{Doing, Episode as Truth};
use crate::whereabouts::{PlaceKind, Record, Timeline, Traveler, What, Whereabouts, timeline};

use super::baselines::Plainly;
use super::cause::Cause;
use super::class::{self, Class};
use super::exposure::{Exposed, Home, Incident};
use super::notices::{Reads, Tally};
use super::questions::{Question, is_away, questions};
use super::reliability::Diagram;
use super::score::{Score, Slice};
use super::{HELD_OUT_CHANNEL, HELD_OUT_OPERATORS, Plan};

/// Product and baselines.
pub const SYSTEMS: usize = 5;

/// True and false finds, and what was not found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finds {
    pub right: f64,
    pub wrong: f64,
    pub missing: f64,
}

impl Finds {
    /// Takes another one in.
    pub fn merge(&mut self, other: &Finds) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missing += other.missing;
    }
}

/// What was seen of one traveler.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Product first, then B0 to B3.
    pub slices: BTreeMap<Slice, [Score; SYSTEMS]>,
    pub diagrams: BTreeMap<String, Diagram>,
    pub exposed: Exposed,
    pub tally: Tally,
    /// R270, by what is missing.
    pub opportunities: BTreeMap<&'static str, Finds>,
    /// R269, by journey.
    pub duplicates: Finds,
    /// R268: journeys asked about, changes of the best class for their middle, and changes back.
    pub flaps: [f64; 3],
    /// Hours that went wrong, by what the truth did and what was done to the documents: hours and an example.
    pub worst: BTreeMap<String, (f64, String)>,
    /// The product's sums by cause, where nothing is held out (R255).
    pub causes: BTreeMap<Cause, Score>,
    /// Away hours by who knows every booking and nothing of what befell, and the same as far as R93 lets requests count.
    pub bounds: [Score; 2],
    /// Timelines made.
    pub timelines: usize,
}

struct Walk<'a> {
    plan: &'a Plan,
    life: &'a Life,
    traveler: Traveler,
    records: Vec<Record>,
    plainly: Plainly,
    reads: Reads,
    /// Of each journey: the best class for its middle, each time it was worked out.
    middles: Vec<Vec<Class>>,
    known: Option<Timeline>,
    seen: Seen,
}

/// Locates a traveler all the year round.
pub fn walk(plan: &Plan, life: &Life, incidents: &[Incident]) -> Seen {
    let mut walk = Walk {
        plan,
        life,
        traveler: Traveler {
            id: life.person.id.to_string(),
            login: Some(life.person.login.clone()),
            given_name: Some(life.person.given.to_owned()),
            family_name: Some(life.person.family.to_owned()),
            other_names: Vec::new(),
            home: Some(life.home.to_owned()),
        },
        records: Vec::new(),
        plainly: Plainly::default(),
        reads: Reads::default(),
        middles: vec![Vec::new(); life.journeys.len()],
        known: None,
        seen: Seen::default(),
    };
    let mut letters = life.letters.iter().peekable();
    for (at, question) in questions(plan, life, incidents) {
        while let Some(letter) = letters.next_if(|letter| letter.at <= at) {
            walk.receive(letter);
        }
        walk.bring_up_to(at);
        match question {
            Question::Now(weight) => walk.now(at, weight),
            Question::Ahead(journey, ahead) => walk.ahead(journey, ahead),
            Question::Incident(number) => walk.incident(&incidents[number]),
            Question::Missing(journey) => walk.missing(journey),
        }
    }
    walk.finish()
}

fn episode_at(episodes: &[Truth], t: DateTime<Utc>) -> Option<&Truth> {
    let next = episodes.partition_point(|one| one.until <= t);
    episodes.get(next).filter(|one| one.from <= t)
}

impl Walk<'_> {
    fn receive(&mut self, letter: &Letter) {
        let id = letter.trip.to_string();
        self.known = None;
        let what = match &letter.document {
            Some(json) => {
                let Ok(reading) = itinerary::read(json.to_string().as_bytes()) else {
                    return;
                };
                self.plainly.put(&reading.trip);
                What::Document(Arc::new(reading.trip), reading.oddities)
            }
            None if letter.kind == crate::sandbox::Kind::Anonymized => What::Anonymized,
            None => {
                self.plainly.remove(&id);
                What::Deleted
            }
        };
        self.reads.receive(letter);
        self.records.push(Record {
            received_at: letter.at,
            trip_id: id,
            what,
        });
    }

    fn bring_up_to(&mut self, at: DateTime<Utc>) {
        let fresh = |known: &Timeline| known.changes_at.is_none_or(|changes| at < changes);
        if self.known.as_ref().is_some_and(fresh) {
            return;
        }
        let made = timeline(
            Gazetteer::embedded(),
            &self.plan.judgement,
            &self.traveler,
            &self.records,
            at,
        );
        self.seen.timelines += 1;
        self.reads.look(self.life, &made.notices);
        for (number, journey) in self.life.journeys.iter().enumerate() {
            let middle = journey.from + (journey.until - journey.from) / 2;
            if journey.heard.is_some_and(|heard| heard <= at) && at < middle {
                let (top, _) = class::top(&class::classes(&made.at(middle)));
                self.middles[number].push(top);
            }
        }
        self.known = Some(made);
    }

    fn truth_at(&self, t: DateTime<Utc>) -> Option<&Truth> {
        episode_at(&self.life.truth, t)
    }

    /// What could be known: the booked place, unless only a request told of it whose first day is over.
    fn bound(&mut self, number: usize, truth: &Truth, t: DateTime<Utc>, weight: f64) {
        let home = self.life.home;
        let Some(booked) = episode_at(&self.life.as_booked, t) else {
            return;
        };
        let journey = &self.life.journeys[number];
        let told = self
            .life
            .letters
            .iter()
            .filter(|letter| letter.journey == Some(number) && letter.at <= t);
        let asked = told
            .map(|letter| letter.channel)
            .all(|channel| channel == Channel::Request);
        let passed = asked && t >= journey.from + Duration::hours(24);
        let known = [
            Class::of(booked, home),
            if passed { Class::Home } else { Class::of(booked, home) },
        ];
        for (class, sums) in known.into_iter().zip(&mut self.seen.bounds) {
            let country = match &class {
                Class::Home => country_of(home),
                _ => booked.country.map(str::to_owned),
            };
            let country = country.as_deref().map(|country| (country, 1.0));
            *sums += &score(&[(class, 1.0)], country, &Class::of(truth, home), truth, weight);
        }
    }

    /// The journey that somebody is on, if away; `None` at home.
    fn journey_at(&self, t: DateTime<Utc>) -> Option<usize> {
        let slack = Duration::hours(12);
        let around = |from: DateTime<Utc>, until: DateTime<Utc>| from <= t && t < until;
        let journeys = &self.life.journeys;
        let exact = journeys.iter().position(|one| around(one.from, one.until));
        exact.or_else(|| {
            journeys
                .iter()
                .position(|one| around(one.from - slack, one.until + slack))
        })
    }

    fn now(&mut self, t: DateTime<Utc>, weight: f64) {
        let Some(truth) = self.truth_at(t).cloned() else { return };
        let Some(answer) = self.known.as_ref().map(|known| known.at(t)) else {
            return;
        };
        let scores = self.scores(&answer, &truth, t, weight);
        self.add(Slice::All, &scores);
        self.diagram("all hours", &answer, &truth, weight);
        if !is_away(&truth, self.life.home) {
            return;
        }
        let Some(number) = self.journey_at(t) else { return };
        let journey = &self.life.journeys[number];
        if journey.heard.is_none_or(|heard| heard > t) {
            self.add(Slice::Unheard, &scores);
            return;
        }
        let channels = journey.channels.clone();
        self.add(Slice::Away, &scores);
        self.bound(number, &truth, t, weight);
        self.diagram("away hours", &answer, &truth, weight);
        let (top, _) = class::top(&class::classes(&answer));
        self.diagram(
            &format!("state {}", class::state(answer.state)),
            &answer,
            &truth,
            weight,
        );
        self.diagram(
            &format!("grade {}", class::grade(&answer, &top)),
            &answer,
            &truth,
            weight,
        );
        for channel in &channels {
            self.add(Slice::By(*channel), &scores);
            self.diagram(&format!("channel {channel:?}"), &answer, &truth, weight);
        }
        if self.life.split == Split::Test {
            self.add(Slice::Test, &scores);
        }
        let held_out = self
            .struck(number)
            .iter()
            .any(|operator| HELD_OUT_OPERATORS.contains(operator));
        if held_out {
            self.add(Slice::HeldOutOperator, &scores);
        }
        if channels.contains(&HELD_OUT_CHANNEL) {
            self.add(Slice::HeldOutChannel, &scores);
        }
        // R255: causes are looked for where nothing is held out.
        if self.life.split == Split::Train && !held_out && !channels.contains(&HELD_OUT_CHANNEL) {
            let letters = self.life.letters.iter().filter(|letter| letter.journey == Some(number));
            let cause = Cause::of(journey, letters, &truth, t);
            *self.seen.causes.entry(cause).or_default() += &scores[0];
            self.keep_if_bad(number, &answer, &truth, t);
        }
    }

    fn struck(&self, journey: usize) -> BTreeSet<Operator> {
        let about = self
            .life
            .letters
            .iter()
            .filter(|letter| letter.journey == Some(journey));
        about
            .flat_map(|letter| letter.applied.iter().map(|applied| applied.operator))
            .collect()
    }

    fn ahead(&mut self, number: usize, ahead: i64) {
        let Some(known) = self.known.take() else { return };
        let journey = &self.life.journeys[number];
        let mut t = journey.from + Duration::minutes(30);
        while t < journey.until {
            if let Some(truth) = self.truth_at(t).filter(|truth| is_away(truth, self.life.home)).cloned() {
                let scores = self.scores(&known.at(t), &truth, t, 3.0);
                self.add(Slice::Ahead(ahead), &scores);
            }
            t += Duration::hours(3);
        }
        self.known = Some(known);
    }

    fn add(&mut self, slice: Slice, scores: &[Score; SYSTEMS]) {
        let sums = self.seen.slices.entry(slice).or_default();
        sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
    }

    fn diagram(&mut self, name: &str, answer: &Whereabouts, truth: &Truth, weight: f64) {
        let (top, p) = class::top(&class::classes(answer));
        let right = top == Class::of(truth, self.life.home);
        let diagram = self.seen.diagrams.entry(name.to_owned()).or_default();
        diagram.add(p, right, weight);
    }

    fn scores(&self, answer: &Whereabouts, truth: &Truth, t: DateTime<Utc>, weight: f64) -> [Score; SYSTEMS] {
        let home = self.life.home;
        let class = Class::of(truth, home);
        let zone = crate::place::Gazetteer::embedded().zone_at(crate::place::LonLat::new(truth.lon, truth.lat));
        let night = zone.is_some_and(|zone| zone.to_civil(t).hour() < 6);
        let bed = night && truth.venue.is_some();
        let mut scores: [Score; SYSTEMS] = Default::default();
        let country = answer
            .countries
            .first()
            .map(|country| (country.code.as_str(), country.p));
        scores[0] = score(&class::classes(answer), country, &class, truth, weight);
        if let Some(region) = answer.answer.as_ref().filter(|region| region.p >= 0.8) {
            let holds = match region.kind {
                PlaceKind::Country => truth.country == region.country.as_deref(),
                PlaceKind::Region => class == Class::OnTheWay,
                _ => match region.point {
                    Some(_) if class == Class::Home => answer.home >= 0.5,
                    Some([lon, lat]) => {
                        let km = crate::place::LonLat::new(lon, lat)
                            .distance_km(crate::place::LonLat::new(truth.lon, truth.lat));
                        class != Class::OnTheWay && (km <= region.radius_km || truth.city == region.code.as_deref())
                    }
                    None => false,
                },
            };
            scores[0].set = weight;
            scores[0].set_right = if holds { weight } else { 0.0 };
            scores[0].set_log_km = weight * region.radius_km.max(0.05).ln();
        }
        if bed {
            scores[0].bed = weight;
            let named = answer.answer.as_ref().filter(|region| region.kind == PlaceKind::Venue);
            if let Some(named) = named {
                let right = truth.venue.as_deref() == Some(named.name.as_str());
                scores[0].bed_right = if right { weight } else { 0.0 };
                scores[0].bed_wrong = weight - scores[0].bed_right;
            }
        }
        for (nth, said) in self.plainly.at(t, home).into_iter().enumerate() {
            let country = match &said {
                Class::City(code) => country_of(code),
                Class::Home => country_of(home),
                _ => None,
            };
            let country = country.as_deref().map(|country| (country, 1.0));
            scores[nth + 1] = score(&[(said, 1.0)], country, &class, truth, weight);
        }
        scores
    }

    fn incident(&mut self, incident: &Incident) {
        let Some(known) = &self.known else { return };
        let p = known.exposure(&incident.area, incident.from, incident.until()).p;
        let exposed = incident.exposed(&self.life.truth, self.life.home);
        let there = exposed.is_some();
        let seen = &mut self.seen.exposed;
        seen.all.add(p, there, 1.0);
        let journey = self
            .life
            .journeys
            .iter()
            .find(|one| one.from - Duration::hours(6) <= incident.from && incident.from < one.until);
        let told = journey.is_some_and(|one| one.heard.is_some_and(|heard| heard <= incident.from));
        let away = exposed == Some(true);
        if (away && told) || (!there && p >= 0.001) {
            seen.away.add(p, there, 1.0);
        }
        let listed = incident.listed(&self.plainly, &Home { code: self.life.home });
        for (nth, listed) in listed.into_iter().enumerate() {
            if listed {
                seen.listed_by_baseline[nth] += 1.0;
                seen.by_baseline[nth] += f64::from(u8::from(away && told));
            }
        }
    }

    /// R270 for the day before a journey: nights without a bed, and ways home that nobody booked.
    fn missing(&mut self, number: usize) {
        let Some(known) = &self.known else { return };
        let journey = &self.life.journeys[number];
        let day = Duration::days(1);
        let plans = || {
            self.plainly
                .all
                .iter()
                .filter(|one| one.from < journey.until + day && journey.from - day < one.until)
        };
        let lodged = |city: &str, night: chrono::NaiveDate| {
            plans().any(|one| one.end == city && one.nights.is_some_and(|(from, to)| from <= night && night < to))
        };
        let lacking: BTreeSet<(String, chrono::NaiveDate)> = journey
            .nights
            .iter()
            .filter(|(city, night)| !journey.called_off && !lodged(city, *night))
            .map(|(city, night)| ((*city).to_owned(), *night))
            .collect();
        let span = journey.from.date_naive() - day..=journey.until.date_naive() + day;
        let mut found = BTreeSet::new();
        let mut returns = false;
        for one in known
            .opportunities
            .iter()
            .filter(|one| one.active && span.contains(&one.from))
        {
            match one.kind.as_str() {
                "Hotel" => {
                    let last = one.to.unwrap_or(one.from + day);
                    let nights = one.from.iter_days().take_while(|night| *night < last);
                    found.extend(nights.map(|night| (one.city.clone(), night)));
                }
                "Air" | "Rail" => returns = true,
                _ => {}
            }
        }
        let hotel = self.seen.opportunities.entry("Hotel").or_default();
        hotel.right += found.intersection(&lacking).count() as f64;
        hotel.wrong += found.difference(&lacking).count() as f64;
        hotel.missing += lacking.difference(&found).count() as f64;
        let moves = || plans().filter(|one| one.start.is_some());
        if moves().next().is_some() && !journey.called_off {
            let complete = moves().any(|one| one.end == self.life.home);
            let back = self.seen.opportunities.entry("Way back").or_default();
            match (complete, returns) {
                (false, true) => back.right += 1.0,
                (true, true) => back.wrong += 1.0,
                (false, false) => back.missing += 1.0,
                (true, false) => {}
            }
        }
        self.twice(number);
    }

    /// R269: whether movements that stand in two documents are taken for one.
    fn twice(&mut self, number: usize) {
        let about = self.life.letters.iter().filter(|letter| letter.journey == Some(number));
        let trips: BTreeSet<String> = about.map(|letter| letter.trip.to_string()).collect();
        let copied = trips
            .iter()
            .any(|trip| self.reads.struck(trip, Operator::DuplicateByOtherChannel));
        let merged = trips.iter().any(|trip| self.reads.raised(trip, "duplicate_movement"));
        match (copied, merged) {
            (true, true) => self.seen.duplicates.right += 1.0,
            (false, true) => self.seen.duplicates.wrong += 1.0,
            (true, false) => self.seen.duplicates.missing += 1.0,
            (false, false) => {}
        }
    }

    fn keep_if_bad(&mut self, number: usize, answer: &Whereabouts, truth: &Truth, t: DateTime<Utc>) {
        let classes = class::classes(answer);
        let class = Class::of(truth, self.life.home);
        let (top, p) = class::top(&classes);
        let right = class::p_of(&classes, &class);
        if top == class || (p < 0.9 && right >= 0.05 && p - right < 0.2) {
            return;
        }
        let journey = &self.life.journeys[number];
        let fate = &journey.fate;
        let mut why: Vec<String> = Vec::new();
        if journey.called_off {
            why.push("called off".to_owned());
        }
        if fate.no_show {
            why.push("no show".to_owned());
        }
        if fate.extra_nights > 0 {
            why.push("stays longer".to_owned());
        }
        if truth.doing == Doing::DayOut {
            why.push("day out".to_owned());
        }
        if fate.delays.iter().any(|delay| *delay > 20) {
            why.push("delayed".to_owned());
        }
        why.extend(self.struck(number).iter().map(|operator| operator.name().to_owned()));
        let kind = if p >= 0.9 {
            "SURE"
        } else if right < 0.05 {
            "MISSED"
        } else {
            "wrong"
        };
        let key = format!(
            "{kind} {:?} taken for {} | {}",
            truth.doing,
            short(&top),
            why.join(", ")
        );
        let says: Vec<String> = answer
            .evidence
            .iter()
            .map(|one| {
                format!(
                    "{}{} [{}] {}",
                    if one.against { "AGAINST " } else { "" },
                    one.says,
                    one.source,
                    one.rules.join(" ")
                )
            })
            .collect();
        let example = format!(
            "{} {t}: truth {class:?}, said {top:?} {p:.3} (truth {right:.3}), state {:?}\n      {}",
            self.life.person.login,
            answer.state,
            says.join("\n      ")
        );
        let entry = self.seen.worst.entry(key).or_insert((0.0, example));
        entry.0 += 1.0;
    }

    fn finish(mut self) -> Seen {
        for middles in &self.middles {
            let mut changes: Vec<&Class> = middles.iter().collect();
            changes.dedup();
            self.seen.flaps[0] += f64::from(u8::from(!changes.is_empty()));
            self.seen.flaps[1] += changes.len().saturating_sub(1) as f64;
            let back = changes.windows(3).filter(|three| three[0] == three[2]).count();
            self.seen.flaps[2] += back as f64;
        }
        self.seen.tally = self.reads.tally(self.life);
        self.seen
    }
}

fn short(class: &Class) -> &'static str {
    match class {
        Class::City(_) => "a city",
        Class::Home => "home",
        Class::OnTheWay => "on the way",
        Class::Around(_) => "around",
        Class::Unknown => "unknown",
    }
}

fn country_of(code: &str) -> Option<String> {
    let gazetteer = Gazetteer::embedded();
    let city = gazetteer.city_by_code(crate::place::Code::parse(code)?)?;
    Some(city.country.as_str().to_owned())
}

/// One hour of one system.
fn score(classes: &[(Class, f64)], country: Option<(&str, f64)>, class: &Class, truth: &Truth, weight: f64) -> Score {
    let (top, p) = class::top(classes);
    let right = class::p_of(classes, class);
    let others: f64 = classes
        .iter()
        .filter(|(other, _)| other != class)
        .map(|(_, p)| p * p)
        .sum();
    let yes = |condition: bool| if condition { weight } else { 0.0 };
    let ground = matches!(class, Class::City(_) | Class::Home);
    let land = truth.country.is_some();
    let land_right = country.is_some_and(|(code, _)| truth.country == Some(code));
    let sure_land = land && country.is_some_and(|(_, p)| p >= 0.90);
    Score {
        hours: weight,
        right: yes(top == *class),
        ground: yes(ground),
        ground_right: yes(ground && top == *class),
        land: yes(land),
        land_right: yes(land && land_right),
        sure: yes(p >= 0.90),
        sure_wrong: yes(p >= 0.90 && top != *class),
        sure_land: yes(sure_land),
        sure_land_wrong: yes(sure_land && !land_right),
        missed: yes(ground && right < 0.05),
        brier: weight * ((1.0 - right).powi(2) + others),
        log_loss: weight * -right.clamp(1e-4, 1.0).ln(),
        ..Score::default()
    }
}
