//! What a change of the rules changes: notices by source, and hours whose best answer is another, old beside new (R236, R276).
//! Called by `make evaluate ARGS=accept`, which keeps the old side in a file, and by `tests/evaluate.rs`.
//! Always holds: both sides are of the same seed and generator; one document in a hundred that becomes wrong is too many.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::Duration;

use crate::itinerary;
use crate::place::Gazetteer;
use crate::sandbox::SandboxError;
use crate::sandbox::corpus::{self, Corpus, DEPARTMENT, Life};
use crate::whereabouts::{Record, Severity, Traveler, What, timeline};

use super::{Plan, class, side_by_side};

/// Share of documents that may become an error by a change of the rules (R236).
const MOST_NEW_ERRORS: f64 = 0.01;
/// An hour of these is looked at.
const EVERY_H: i64 = 6;
/// Explanations shown each way.
const SAMPLES: usize = 20;

/// What the rules make of a corpus, as lines: `D` a document, its source and its notices; `H` an hour, its best answer and why.
///
/// # Errors
/// If the gazetteer lacks an airport of the simulated world.
pub fn snapshot(plan: &Plan) -> Result<String, SandboxError> {
    let corpus = Corpus::new(plan.seed, Plan::from(), plan.days, plan.intensity)?;
    let parts = side_by_side(plan.travelers.div_ceil(DEPARTMENT), |number| {
        let lives = corpus.department(number);
        let of_department = plan.travelers.saturating_sub(number * DEPARTMENT);
        lives
            .iter()
            .take(of_department)
            .map(|life| of_life(plan, life))
            .collect::<String>()
    });
    Ok(head(plan) + &parts.into_values().collect::<String>())
}

fn head(plan: &Plan) -> String {
    format!(
        "seed {} generator {} travelers {} days {} intensity {:?}\n",
        plan.seed,
        corpus::VERSION,
        plan.travelers,
        plan.days,
        plan.intensity
    )
}

fn of_life(plan: &Plan, life: &Life) -> String {
    let traveler = Traveler {
        id: life.person.id.to_string(),
        login: Some(life.person.login.clone()),
        given_name: Some(life.person.given.to_owned()),
        family_name: Some(life.person.family.to_owned()),
        other_names: Vec::new(),
        home: Some(life.home.to_owned()),
    };
    let mut documents: BTreeMap<String, String> = BTreeMap::new();
    let mut records = Vec::new();
    for letter in &life.letters {
        let trip_id = letter.trip.to_string();
        let what = match &letter.document {
            Some(json) => {
                let Ok(reading) = itinerary::read(json.to_string().as_bytes()) else {
                    continue;
                };
                let source = reading
                    .trip
                    .bookings
                    .first()
                    .map(|booking| booking.source)
                    .unwrap_or_default();
                documents.insert(trip_id.clone(), format!("{source:?}"));
                What::Document(Arc::new(reading.trip), reading.oddities)
            }
            None => {
                documents.remove(&trip_id);
                What::Deleted
            }
        };
        records.push(Record {
            received_at: letter.at,
            trip_id,
            what,
        });
    }
    let end = Plan::from() + Duration::days(plan.days);
    let made = timeline(Gazetteer::embedded(), &plan.judgement, &traveler, &records, end);
    let mut text = String::new();
    for (trip, source) in &documents {
        let of_trip = made.notices.iter().filter(|notice| notice.trip == *trip);
        let codes: BTreeSet<String> = of_trip
            .map(|notice| {
                let sign = if notice.severity == Severity::Error { "!" } else { "" };
                format!("{}{sign}", notice.code)
            })
            .collect();
        let codes = codes.into_iter().collect::<Vec<_>>().join(" ");
        let _ = writeln!(text, "D\t{trip}\t{source}\t{codes}");
    }
    for step in 0..plan.days * 24 / EVERY_H {
        let at = Plan::from() + Duration::hours(step * EVERY_H);
        let answer = made.at(at);
        let (top, p) = class::top(&class::classes(&answer));
        let why = answer
            .evidence
            .first()
            .map_or("nothing is booked", |one| one.says.as_str());
        let why: String = why.chars().filter(|c| !c.is_control()).take(160).collect();
        let _ = writeln!(
            text,
            "H\t{} {}\t{top:?}\t{p:.2} {why}",
            life.person.login,
            at.format("%Y-%m-%dT%H")
        );
    }
    text
}

/// What changed from one side to the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Acceptance {
    /// By source and code: documents that have it newly, documents that have it no more.
    pub notices: BTreeMap<(String, String), (u32, u32)>,
    /// Documents that became an error, of all that both sides have.
    pub new_errors: (u32, u32),
    /// Hours with another best answer, of all.
    pub hours: (u32, u32),
    /// Of these hours: which, what was said before, what is said now; nowhere near all.
    pub samples: Vec<[String; 3]>,
}

impl Acceptance {
    /// Whether the change may go in by itself (R236).
    pub fn holds(&self) -> bool {
        let (worse, all) = self.new_errors;
        f64::from(worse) <= MOST_NEW_ERRORS * f64::from(all)
    }
}

/// Compares two snapshots.
///
/// # Errors
/// In words, if they are of different corpora.
pub fn accept(old: &str, new: &str) -> Result<Acceptance, String> {
    if old.lines().next() != new.lines().next() {
        return Err("the old side is of another corpus: make it anew with the old rules".to_owned());
    }
    let before: BTreeMap<(&str, &str), (&str, &str)> = old.lines().filter_map(line).collect();
    let mut made = Acceptance::default();
    let mut changed: Vec<[String; 3]> = Vec::new();
    for (key, (what, rest)) in new.lines().filter_map(line) {
        let Some((was, was_rest)) = before.get(&key) else {
            continue;
        };
        if key.0 == "H" {
            made.hours.1 += 1;
            if *was != what {
                made.hours.0 += 1;
                changed.push([key.1.to_owned(), format!("{was} {was_rest}"), format!("{what} {rest}")]);
            }
            continue;
        }
        let codes = |text: &str| -> BTreeSet<String> { text.split_whitespace().map(str::to_owned).collect() };
        let (then, now) = (codes(was_rest), codes(rest));
        let is_wrong = |codes: &BTreeSet<String>| codes.iter().any(|code| code.ends_with('!'));
        made.new_errors.1 += 1;
        made.new_errors.0 += u32::from(is_wrong(&now) && !is_wrong(&then));
        let plain = |code: &String| code.trim_end_matches('!').to_owned();
        for code in now.difference(&then) {
            made.notices.entry((what.to_owned(), plain(code))).or_default().0 += 1;
        }
        for code in then.difference(&now) {
            made.notices.entry((what.to_owned(), plain(code))).or_default().1 += 1;
        }
    }
    // Some from everywhere, not the first ones.
    let step = changed.len().div_ceil(SAMPLES).max(1);
    made.samples = changed.into_iter().step_by(step).collect();
    Ok(made)
}

/// Kind and name of a line, and its two other parts.
fn line(text: &str) -> Option<((&str, &str), (&str, &str))> {
    let mut parts = text.split('\t');
    Some(((parts.next()?, parts.next()?), (parts.next()?, parts.next()?)))
}

impl std::fmt::Display for Acceptance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut table = super::Table::new(
            "What the change of the rules changes (R236, R276)",
            &["source", "notice", "new", "dropped"],
        );
        for ((source, code), (new, dropped)) in &self.notices {
            table.row([source.clone(), code.clone(), new.to_string(), dropped.to_string()]);
        }
        let (worse, all) = self.new_errors;
        let verdict = if self.holds() { "held" } else { "TOO MANY" };
        table.note(format!(
            "{worse} of {all} documents became an error; at most {} % may: {verdict}",
            MOST_NEW_ERRORS * 100.0
        ));
        table.note(format!(
            "{} of {} hours have another best answer",
            self.hours.0, self.hours.1
        ));
        for [hour, was, is] in &self.samples {
            table.note(format!("{hour}: was {was}; is {is}"));
        }
        table.fmt(f)
    }
}
