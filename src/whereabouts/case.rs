//! Case files: documents, questions and answers about one traveler, without a database (contract, "Case files").
//! Called by the `locate` command.
//! Always holds: every question is answered, or the file is refused as a whole with the reason.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::itinerary;
use crate::place::Gazetteer;

use super::exposure::Area;
use super::judgement::Judgement;
use super::notices::notice;
use super::told::told;
use super::{Exposure, Notice, Record, Timeline, Traveler, What, Whereabouts, timeline};

/// Why a case file cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Not JSON, or not in the agreed form.
    #[error("the case file is not in the agreed form: {0}")]
    Form(#[from] serde_json::Error),
    /// A question asks for nothing.
    #[error("question `{0}` needs `at`, `day`, or `area` with `from` and `to`")]
    Question(String),
    /// An event without what it is about.
    #[error("document {0} has neither a trip nor a trip id")]
    Document(usize),
}

#[derive(Deserialize)]
struct Case<'a> {
    #[serde(borrow)]
    input: Input<'a>,
}

#[derive(Deserialize)]
struct Input<'a> {
    as_of: DateTime<Utc>,
    traveler: Who,
    #[serde(borrow, default)]
    documents: Vec<Document<'a>>,
    #[serde(default)]
    flights_cancelled: Vec<FlightCancelled>,
    #[serde(default)]
    questions: Vec<Question>,
}

/// What a feed of live knowledge would tell (R171).
#[derive(Deserialize)]
struct FlightCancelled {
    received_at: DateTime<Utc>,
    flight: String,
    day: NaiveDate,
}

#[derive(Default, Deserialize)]
struct Who {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    login: Option<String>,
    #[serde(default)]
    given_name: Option<String>,
    #[serde(default)]
    family_name: Option<String>,
    #[serde(default)]
    other_names: Vec<String>,
    #[serde(default)]
    home: Option<Home>,
}

#[derive(Deserialize)]
struct Home {
    #[serde(default)]
    city: Option<String>,
}

#[derive(Deserialize)]
struct Document<'a> {
    received_at: DateTime<Utc>,
    #[serde(default)]
    event: Option<String>,
    #[serde(borrow, default)]
    trip: Option<&'a RawValue>,
    #[serde(default)]
    trip_id: Option<String>,
}

#[derive(Default, Deserialize)]
struct Question {
    id: String,
    #[serde(default)]
    at: Option<DateTime<Utc>>,
    #[serde(default)]
    day: Option<NaiveDate>,
    #[serde(default)]
    area: Option<Area>,
    #[serde(default)]
    from: Option<DateTime<Utc>>,
    #[serde(default)]
    to: Option<DateTime<Utc>>,
    #[serde(default)]
    as_of: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct Output<'t> {
    answers: BTreeMap<String, Reply>,
    notices: Vec<Notice>,
    opportunities: &'t [super::Opportunity],
    outings: &'t [super::Outing],
}

#[derive(Serialize)]
#[serde(untagged)]
enum Reply {
    Where(Box<Whereabouts>),
    Exposure(Exposure),
}

/// A case file or a lone document, read and ready to be asked.
struct Opened<'a> {
    input: Input<'a>,
    traveler: Traveler,
    records: Vec<Record>,
    /// About documents that could not be read.
    unreadable: Vec<Notice>,
}

/// Answers every question of a case file; the result is JSON in the contract's form. A lone trip document is a case too: of the
/// traveler whose login it has, known at `now`, with one question, `now`.
///
/// # Errors
/// [`CaseError`] if the file is not in the agreed form. A document in a case that cannot be read is a notice, not an error.
pub fn locate_case(json: &[u8], now: DateTime<Utc>) -> Result<String, CaseError> {
    let mut opened = open(json, now)?;
    let input = &opened.input;
    let mut timelines: BTreeMap<DateTime<Utc>, Timeline> = BTreeMap::from([(input.as_of, opened.judge(input.as_of))]);
    let mut answers = BTreeMap::new();
    for question in &input.questions {
        let known = timelines.entry(question.as_of.unwrap_or(input.as_of));
        let as_of = *known.key();
        let known = known.or_insert_with(|| opened.judge(as_of));
        let reply = match (question.at, question.day, &question.area, question.from, question.to) {
            (Some(at), ..) => Reply::Where(Box::new(known.at(at))),
            (None, Some(day), ..) => Reply::Where(Box::new(known.on_day(day))),
            (None, None, Some(area), Some(from), Some(to)) => Reply::Exposure(known.exposure(area, from, to)),
            _ => return Err(CaseError::Question(question.id.clone())),
        };
        answers.insert(question.id.clone(), reply);
    }
    let known = &timelines[&input.as_of];
    let mut notices = known.notices.clone();
    notices.append(&mut opened.unreadable);
    Ok(serde_json::to_string(&Output {
        answers,
        notices,
        opportunities: &known.opportunities,
        outings: &known.outings,
    })?)
}

/// The timeline behind the answers as text, for people who debug.
///
/// # Errors
/// As [`locate_case`].
pub fn explain_case(json: &[u8], now: DateTime<Utc>) -> Result<String, CaseError> {
    let opened = open(json, now)?;
    Ok(told(&opened.judge(opened.input.as_of), &opened.unreadable))
}

impl Opened<'_> {
    fn judge(&self, as_of: DateTime<Utc>) -> Timeline {
        timeline(
            Gazetteer::embedded(),
            &Judgement::CURRENT,
            &self.traveler,
            &self.records,
            as_of,
        )
    }
}

fn open(json: &[u8], now: DateTime<Utc>) -> Result<Opened<'_>, CaseError> {
    let case: Result<Case<'_>, _> = serde_json::from_slice(json);
    let case = match case {
        Ok(case) => case,
        Err(error) => return lone(json, now).ok_or(CaseError::Form(error)),
    };
    let input = case.input;
    let (records, unreadable) = records(&input)?;
    let who = &input.traveler;
    let traveler = Traveler {
        id: who.id.clone().unwrap_or_default(),
        login: who.login.clone(),
        given_name: who.given_name.clone(),
        family_name: who.family_name.clone(),
        other_names: who.other_names.clone(),
        home: who.home.as_ref().and_then(|home| home.city.clone()),
    };
    Ok(Opened {
        input,
        traveler,
        records,
        unreadable,
    })
}

/// A file that is a trip document itself.
fn lone(json: &[u8], now: DateTime<Utc>) -> Option<Opened<'_>> {
    let reading = itinerary::read(json).ok()?;
    let traveler = Traveler {
        login: reading.trip.login.clone(),
        ..Traveler::default()
    };
    let record = Record {
        received_at: now,
        trip_id: reading.trip.id.clone(),
        what: What::Document(Arc::new(reading.trip), reading.oddities),
    };
    let question = Question {
        id: "now".to_owned(),
        at: Some(now),
        ..Question::default()
    };
    Some(Opened {
        input: Input {
            as_of: now,
            traveler: Who::default(),
            documents: Vec::new(),
            flights_cancelled: Vec::new(),
            questions: vec![question],
        },
        traveler,
        records: vec![record],
        unreadable: Vec::new(),
    })
}

fn records(input: &Input<'_>) -> Result<(Vec<Record>, Vec<Notice>), CaseError> {
    let mut records = Vec::with_capacity(input.documents.len());
    let mut unreadable = Vec::new();
    for (number, document) in input.documents.iter().enumerate() {
        let event = document.event.as_deref().unwrap_or("");
        let id = document
            .trip_id
            .as_deref()
            .map(|id| id.rsplit('/').next().unwrap_or(id).to_ascii_lowercase());
        let (trip_id, what) = match document.trip {
            Some(raw) => match itinerary::read(raw.get().as_bytes()) {
                Ok(reading) => (
                    reading.trip.id.clone(),
                    What::Document(Arc::new(reading.trip), reading.oddities),
                ),
                Err(error) => {
                    unreadable.push(notice(
                        "unreadable_document",
                        &id.unwrap_or_default(),
                        None,
                        None,
                        error.to_string(),
                    ));
                    continue;
                }
            },
            None => {
                let what = match event {
                    "ItineraryCancelled" | "ItineraryCanceled" => What::Cancelled,
                    "ItineraryAnonymized" => What::Anonymized,
                    _ => What::Deleted,
                };
                (id.ok_or(CaseError::Document(number))?, what)
            }
        };
        records.push(Record {
            received_at: document.received_at,
            trip_id,
            what,
        });
    }
    records.extend(input.flights_cancelled.iter().map(|one| Record {
        received_at: one.received_at,
        trip_id: String::new(),
        what: What::FlightCancelled {
            flight: one.flight.clone(),
            day: one.day,
        },
    }));
    Ok((records, unreadable))
}
