//! Any bytes as a trip document: read, located, and asked at instants of every kind.
//! Run by cargo-fuzz.
//! Always holds: nothing panics, and every answer adds up to 1 (R181).
#![no_main]

use std::sync::Arc;

use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use whereabouts::itinerary;
use whereabouts::place::Gazetteer;
use whereabouts::whereabouts::{Judgement, Record, Traveler, What, timeline};

fuzz_target!(|json: &[u8]| {
    let Ok(reading) = itinerary::read(json) else { return };
    let now = DateTime::from_timestamp(1_794_225_600, 0).unwrap_or_default();
    let record = Record {
        received_at: now,
        trip_id: reading.trip.id.clone(),
        what: What::Document(Arc::new(reading.trip), reading.oddities),
    };
    let t = timeline(Gazetteer::embedded(), &Judgement::CURRENT, &Traveler::default(), &[record], now);
    let edges = t.episodes.iter().flat_map(|episode| [episode.from, episode.until]);
    for at in edges.chain([now, DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]) {
        let answer = t.at(at);
        let cities: f64 = answer.hypotheses.iter().map(|h| h.p).sum();
        let sum = cities + answer.home + answer.in_transit + answer.unknown;
        assert!((sum - 1.0).abs() < 1e-5, "{sum} at {at}");
        t.on_day(at.date_naive());
    }
});
