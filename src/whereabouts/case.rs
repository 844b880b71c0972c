//! Case files: documents, questions and answers about one traveler, without a database (contract, "Case files").
//! Called by the `locate` command and by the tests that run on cases.
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
    questions: Vec<Question>,
}

#[derive(Deserialize)]
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

#[derive(Deserialize)]
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
}

#[derive(Serialize)]
#[serde(untagged)]
enum Reply {
    Where(Box<Whereabouts>),
    Exposure(Exposure),
}

/// Answers every question of a case file; the result is JSON in the contract's form.
///
/// # Errors
/// [`CaseError`] if the file is not in the agreed form. A document in it that cannot be read is a notice, not an error.
pub fn locate_case(json: &[u8]) -> Result<String, CaseError> {
    let case: Case<'_> = serde_json::from_slice(json)?;
    let input = case.input;
    let (records, mut unreadable) = records(&input)?;
    let traveler = Traveler {
        id: input.traveler.id.unwrap_or_default(),
        login: input.traveler.login,
        given_name: input.traveler.given_name,
        family_name: input.traveler.family_name,
        other_names: input.traveler.other_names,
        home: input.traveler.home.and_then(|home| home.city),
    };
    let judge = |as_of| timeline(Gazetteer::embedded(), &Judgement::CURRENT, &traveler, &records, as_of);
    let mut timelines: BTreeMap<DateTime<Utc>, Timeline> = BTreeMap::from([(input.as_of, judge(input.as_of))]);
    let mut answers = BTreeMap::new();
    for question in &input.questions {
        let known = timelines.entry(question.as_of.unwrap_or(input.as_of));
        let as_of = *known.key();
        let known = known.or_insert_with(|| judge(as_of));
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
    notices.append(&mut unreadable);
    Ok(serde_json::to_string(&Output {
        answers,
        notices,
        opportunities: &known.opportunities,
    })?)
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
    Ok((records, unreadable))
}
