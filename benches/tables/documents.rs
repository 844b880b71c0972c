//! How many trip documents one core reads and locates in a second, beside `serde_json` parsing the same bytes to a `Value`.
//! Always holds: a document is located as the command `locate` does it, by itself, with its notices and opportunities; the timeline
//! is what a stored event costs, every instant of three years from all documents of a traveler.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use whereabouts::itinerary;
use whereabouts::place::Gazetteer;
use whereabouts::whereabouts::{Judgement, Record, What, locate, timeline};

use crate::corpus::{self, Subject};
use crate::table::{Table, per_second, verdict};
use crate::{Fault, Outcome};

const TRAVELERS: usize = 400;
/// Each way is measured so often, in turns; the fastest counts, since everything else is the machine.
const ROUNDS: usize = 7;
const AIM: f64 = 2.0;

pub fn run() -> Outcome {
    let subjects = corpus::subjects(TRAVELERS)?;
    let documents: usize = subjects.iter().map(|subject| subject.documents.len()).sum();
    let bytes: usize = subjects
        .iter()
        .flat_map(|subject| &subject.documents)
        .map(|(_, json)| json.len())
        .sum();
    let [mut value, mut read, mut located, mut lines] = [Duration::MAX; 4];
    for _ in 0..ROUNDS {
        value = value.min(timed(|| parse(&subjects))?);
        read = read.min(timed(|| reads(&subjects))?);
        located = located.min(timed(|| locates(&subjects))?);
        lines = lines.min(timed(|| timelines(&subjects))?);
    }

    let mut table = Table::new(
        &format!(
            "Trip documents on one core ({documents} documents of {:.1} kB on average)",
            bytes as f64 / documents as f64 / 1e3
        ),
        &["", "documents/s", "µs each", "× serde_json"],
    );
    let ratio = |time: Duration| time.as_secs_f64() / value.as_secs_f64();
    for (what, time) in [
        ("serde_json to a Value", value),
        ("read", read),
        ("read and located", located),
        ("read, and made a timeline", lines),
    ] {
        let each = time.as_secs_f64() * 1e6 / documents as f64;
        let cells = [
            format!("{:.0}", per_second(documents, time)),
            format!("{each:.0}"),
            format!("{:.2}", ratio(time)),
        ];
        table.row([what.to_owned()].into_iter().chain(cells));
    }
    table.note(verdict(
        &format!("read and located in at most {AIM} × the time of serde_json"),
        ratio(located) <= AIM,
    ));
    Ok(table)
}

fn timed(work: impl FnOnce() -> Result<(), Fault>) -> Result<Duration, Fault> {
    let begin = Instant::now();
    work()?;
    Ok(begin.elapsed())
}

fn parse(subjects: &[Subject]) -> Result<(), Fault> {
    for (_, json) in subjects.iter().flat_map(|subject| &subject.documents) {
        black_box(serde_json::from_slice::<serde_json::Value>(json)?);
    }
    Ok(())
}

fn reads(subjects: &[Subject]) -> Result<(), Fault> {
    for (_, json) in subjects.iter().flat_map(|subject| &subject.documents) {
        black_box(itinerary::read(json)?);
    }
    Ok(())
}

fn locates(subjects: &[Subject]) -> Result<(), Fault> {
    for subject in subjects {
        for document in &subject.documents {
            let record = record(document)?;
            let (gazetteer, judgement) = (Gazetteer::embedded(), &Judgement::CURRENT);
            let now = corpus::now();
            black_box(locate(gazetteer, judgement, &subject.traveler, &[record], now, &[now]));
        }
    }
    Ok(())
}

fn timelines(subjects: &[Subject]) -> Result<(), Fault> {
    for subject in subjects {
        black_box(timeline(
            Gazetteer::embedded(),
            &Judgement::CURRENT,
            &subject.traveler,
            &records(subject)?,
            corpus::now(),
        ));
    }
    Ok(())
}

/// A traveler's documents, read.
pub fn records(subject: &Subject) -> Result<Vec<Record>, Fault> {
    subject.documents.iter().map(record).collect()
}

fn record((trip, json): &(String, Vec<u8>)) -> Result<Record, Fault> {
    let reading = itinerary::read(json)?;
    let what = What::Document(Arc::new(reading.trip), reading.oddities);
    Ok(Record {
        received_at: corpus::now(),
        trip_id: trip.clone(),
        what,
    })
}
