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
use super::{
    Answers, Exposure, Notice, Opportunity, Outing, Record, Timeline, Traveler, What, Whereabouts, locate, timeline,
};

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
struct Output {
    answers: BTreeMap<String, Reply>,
    notices: Vec<Notice>,
    opportunities: Vec<Opportunity>,
    outings: Vec<Outing>,
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
    let opened = open(json, now)?;
    let mut by_time: BTreeMap<DateTime<Utc>, Vec<&Question>> = BTreeMap::from([(opened.input.as_of, Vec::new())]);
    for question in &opened.input.questions {
        let as_of = question.as_of.unwrap_or(opened.input.as_of);
        by_time.entry(as_of).or_default().push(question);
    }
    let mut answers = BTreeMap::new();
    let mut told = None;
    for (as_of, questions) in by_time {
        let (replies, known) = opened.reply(&questions, as_of)?;
        let ids = questions.iter().map(|question| question.id.clone());
        answers.extend(ids.zip(replies));
        told = told.or((as_of == opened.input.as_of).then_some(known));
    }
    let (mut notices, opportunities, outings) = told.unwrap_or_default();
    notices.extend(opened.unreadable);
    Ok(serde_json::to_string(&Output {
        answers,
        notices,
        opportunities,
        outings,
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

/// What a case tells of beside its answers.
type Told = (Vec<Notice>, Vec<Opportunity>, Vec<Outing>);

impl Opened<'_> {
    /// The answers as known at `as_of`. Only what is asked of more than instants needs the whole timeline.
    fn reply(&self, questions: &[&Question], as_of: DateTime<Utc>) -> Result<(Vec<Reply>, Told), CaseError> {
        let instants: Option<Vec<DateTime<Utc>>> = questions.iter().map(|question| question.at).collect();
        if let Some(instants) = instants {
            let known = self.locate(as_of, &instants);
            let replies = known.answers.into_iter().map(|answer| Reply::Where(Box::new(answer)));
            return Ok((replies.collect(), (known.notices, known.opportunities, known.outings)));
        }
        let known = self.judge(as_of);
        let reply = |question: &&Question| match (question.at, question.day, &question.area, question.from, question.to)
        {
            (Some(at), ..) => Ok(Reply::Where(Box::new(known.at(at)))),
            (None, Some(day), ..) => Ok(Reply::Where(Box::new(known.on_day(day)))),
            (None, None, Some(area), Some(from), Some(to)) => Ok(Reply::Exposure(known.exposure(area, from, to))),
            _ => Err(CaseError::Question(question.id.clone())),
        };
        let replies = questions.iter().map(reply).collect::<Result<_, _>>()?;
        Ok((replies, (known.notices, known.opportunities, known.outings)))
    }

    fn locate(&self, as_of: DateTime<Utc>, instants: &[DateTime<Utc>]) -> Answers {
        locate(
            Gazetteer::embedded(),
            &Judgement::CURRENT,
            &self.traveler,
            &self.records,
            as_of,
            instants,
        )
    }

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
