//! Whereabouts: where is everyone, where will they be, how sure are we, and from which booking do we know.
//! The rooms, from the ground up; imports go down only (`tests/floors.rs` keeps it).

/// For every program that is made of this: locating people makes many small things that live together.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod place;

pub mod itinerary;

pub mod whereabouts;

pub mod quality;

pub mod store;

pub mod concur;

pub mod ingest;

pub mod web;

pub mod sandbox;

pub mod evaluate;

pub mod cli;
mod codes;
mod commands;
pub mod config;
mod demo;
mod failure;
mod locate;
mod serve;

pub use commands::run;
