//! The engine by itself, with what the statistics make of it: parse, read, locate; one traveler with many trips.
//! `cargo bench --bench engine -- NAME` times one of them; how they compare is in `tables`, measured in turns.
//! Always holds: the same documents as in `tables`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use whereabouts::itinerary;
use whereabouts::place::Gazetteer;
use whereabouts::whereabouts::{Judgement, Record, Traveler, What, timeline};

#[path = "tables/corpus.rs"]
mod corpus;
#[path = "tables/trips.rs"]
mod trips;

type Fault = Box<dyn std::error::Error + Send + Sync>;

const TRAVELERS: usize = 100;

criterion_group!(engine, documents, traveler);
criterion_main!(engine);

fn documents(criterion: &mut Criterion) {
    let Ok(subjects) = corpus::subjects(TRAVELERS) else {
        return;
    };
    let all = || subjects.iter().flat_map(|subject| &subject.documents);
    let mut group = criterion.benchmark_group("documents");
    group.throughput(Throughput::Elements(all().count() as u64));
    group.bench_function("serde_json to a Value", |bench| {
        bench.iter(|| all().for_each(|(_, json)| drop(black_box(serde_json::from_slice::<serde_json::Value>(json)))));
    });
    group.bench_function("read", |bench| {
        bench.iter(|| all().for_each(|(_, json)| drop(black_box(itinerary::read(json)))));
    });
    group.bench_function("read and located", |bench| {
        bench.iter(|| {
            for subject in &subjects {
                let read = |(trip, json): &(String, Vec<u8>)| {
                    let reading = itinerary::read(json).ok()?;
                    let what = What::Document(reading.trip.into(), reading.oddities);
                    let (received_at, trip_id) = (corpus::now(), trip.clone());
                    Some(Record {
                        received_at,
                        trip_id,
                        what,
                    })
                };
                let records: Vec<Record> = subject.documents.iter().filter_map(read).collect();
                located(&subject.traveler, &records);
            }
        });
    });
    group.finish();
}

fn traveler(criterion: &mut Criterion) {
    let documents: Vec<Vec<u8>> = (0..trips::TRIPS).map(|number| trips::document(&[number])).collect();
    let Ok(records) = trips::read(&documents) else {
        return;
    };
    let traveler = trips::traveler();
    criterion.bench_function("one traveler with 40 trips, recomputed", |bench| {
        bench.iter(|| located(&traveler, &records));
    });
}

fn located(traveler: &Traveler, records: &[Record]) {
    let (gazetteer, judgement) = (Gazetteer::embedded(), &Judgement::CURRENT);
    black_box(timeline(gazetteer, judgement, traveler, records, corpus::now()));
}
