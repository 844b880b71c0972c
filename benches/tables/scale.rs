//! How the work grows: one traveler with 40 trips recomputed, one document of ever more segments, a million segments in one run.
//! The trips are a flight out, a hotel and a flight back, two weeks after the ones before.
//! Always holds: memory is what the system says this program holds, so the last table says it on Linux only.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};
use whereabouts::itinerary;
use whereabouts::place::Gazetteer;
use whereabouts::whereabouts::{Judgement, Record, Traveler, What, timeline};

use crate::corpus::now;
use crate::table::{Table, ms, verdict};
use crate::{Fault, Outcome};

const TRIPS: usize = 40;
const SEGMENTS: usize = 1_000_000;
const AIM: Duration = Duration::from_millis(1);
/// A run that keeps nothing grows by less than this, MB.
const AIM_GROWTH_MB: f64 = 10.0;
const AWAY: [&str; 6] = ["LHR", "CDG", "FRA", "NRT", "SYD", "SFO"];

pub fn run() -> Outcome {
    let traveler = traveler();
    let documents: Vec<Vec<u8>> = (0..TRIPS).map(|number| document(&[number])).collect();
    let records = read(&documents)?;
    let recomputed = fastest(20, || locate(&traveler, &records));

    let mut table = Table::new("How the work grows", &["", "ms", "MB held"]);
    table.row([
        format!("one traveler with {TRIPS} trips, recomputed"),
        ms(recomputed),
        String::new(),
    ]);
    for trips in [50, 100, 200, 400, 800] {
        let documents = [document(&(0..trips).collect::<Vec<_>>())];
        let begin = Instant::now();
        locate(&traveler, &read(&documents)?);
        let what = format!("one document of {} segments, read and located", trips * 3);
        table.row([what, ms(begin.elapsed()), String::new()]);
    }
    let (begin, mut early, mut segments) = (Instant::now(), None, 0);
    while segments < SEGMENTS {
        locate(&traveler, &read(&documents)?);
        segments += TRIPS * 3;
        if segments >= SEGMENTS / 10 && early.is_none() {
            early = held_mb();
            table.row([
                format!("{segments} segments in one run"),
                ms(begin.elapsed()),
                shown(early),
            ]);
        }
    }
    let late = held_mb();
    table.row([
        format!("{segments} segments in one run"),
        ms(begin.elapsed()),
        shown(late),
    ]);
    let aim = format!("{TRIPS} trips recomputed in less than {} ms", AIM.as_millis());
    table.note(verdict(&aim, recomputed < AIM));
    if let (Some(early), Some(late)) = (early, late) {
        let aim = format!("{SEGMENTS} segments with memory that grows by less than {AIM_GROWTH_MB} MB");
        table.note(verdict(&aim, late - early < AIM_GROWTH_MB));
    }
    Ok(table)
}

fn traveler() -> Traveler {
    Traveler {
        login: Some("e.dover@example.com".to_owned()),
        given_name: Some("Emil".to_owned()),
        family_name: Some("Dover".to_owned()),
        home: Some("NYC".to_owned()),
        ..Traveler::default()
    }
}

/// A document with these journeys, each a booking.
fn document(journeys: &[usize]) -> Vec<u8> {
    let bookings: Vec<Value> = journeys.iter().map(|number| booking(*number)).collect();
    let id = format!("trip-{:?}", journeys.first());
    json!({"id": id, "TripStatus": "Confirmed", "UserLoginId": "e.dover@example.com", "Bookings": bookings})
        .to_string()
        .into_bytes()
}

fn booking(number: usize) -> Value {
    let city = AWAY[number % AWAY.len()];
    let time = |hours: i64| {
        let at = now() + TimeDelta::days(14 * (number as i64 - 20)) + TimeDelta::hours(hours);
        at.format("%Y-%m-%dT%H:%M:%S").to_string()
    };
    let flight = |from: &str, to: &str, leaves: i64| {
        json!({"Vendor": "BA", "FlightNumber": (100 + number % 800).to_string(), "Status": "HK", "StartCityCode": from, "EndCityCode": to,
            "StartDateLocal": time(leaves), "EndDateLocal": time(leaves + 14)})
    };
    let hotel = json!({"Name": "The Larkspur", "Status": "HK", "StartCityCode": city, "StartDateLocal": time(16), "EndDateLocal": time(88)});
    json!({"RecordLocator": format!("L{number:05}"), "BookingOwner": "ConcurTravel", "DateModifiedUtc": "2026-10-01T10:00:00",
        "Passengers": [{"NameFirst": "Emil", "NameLast": "Dover"}],
        "Segments": {"Air": [flight("JFK", city, 0), flight(city, "JFK", 90)], "Hotel": [hotel]}})
}

fn read(documents: &[Vec<u8>]) -> Result<Vec<Record>, Fault> {
    let read = |json: &Vec<u8>| {
        let reading = itinerary::read(json)?;
        Ok(Record {
            received_at: now(),
            trip_id: reading.trip.id.clone(),
            what: What::Document(Arc::new(reading.trip), reading.oddities),
        })
    };
    documents.iter().map(read).collect()
}

fn locate(traveler: &Traveler, records: &[Record]) {
    black_box(timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        traveler,
        records,
        now(),
    ));
}

fn fastest(rounds: usize, work: impl Fn()) -> Duration {
    let once = || {
        let begin = Instant::now();
        work();
        begin.elapsed()
    };
    (0..rounds).map(|_| once()).min().unwrap_or_default()
}

/// What the system says that this program holds in memory.
fn held_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kb: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb / 1e3)
}

fn shown(mb: Option<f64>) -> String {
    mb.map(|mb| format!("{mb:.0}")).unwrap_or_default()
}
