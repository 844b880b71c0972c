//! "Where is everyone at t?" for 20,000 travelers: the store's answer, and what the program sends for it over HTTP.
//! The instants asked about lie all over the world's time, past and future, so that no answer is the one before.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng as _, SeedableRng as _};
use whereabouts::place::Gazetteer;
use whereabouts::store::{self, Belief, Connection, PresenceQuery, PresenceSave, Scope};
use whereabouts::whereabouts::{Judgement, timeline};

use crate::table::{Table, ms, percentile, verdict};
use crate::{Fault, Outcome, corpus, crowd, documents};

const TRAVELERS: usize = 20_000;
/// Travelers whose timelines differ; the others are doubles of them.
const TIMELINES: usize = 2_000;
/// Travelers whose presence is saved in one transaction.
const TOGETHER: usize = 200;
const QUESTIONS: usize = 200;
const AIM: Duration = Duration::from_millis(50);
pub const COMPANY: &str = "8f14e45f-ceea-467f-a8d6-0d2f5d1b9c01";

pub fn run() -> Outcome {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(folder.path()))
}

async fn measure(folder: &Path) -> Outcome {
    let database = folder.join("everyone.db");
    fill(&database).await?;
    let rows = crowd::grow(&database, TRAVELERS).await?;
    let store = store::open(&format!("sqlite://{}", database.display())).await?;
    let scope = Scope::Company(COMPANY.to_owned());
    let mut table = Table::new(
        &format!("Where is everyone at t: {TRAVELERS} travelers, {rows} intervals, {QUESTIONS} instants (SQLite)"),
        &["", "p50 ms", "p95 ms", "slowest ms"],
    );

    let mut now = Vec::new();
    let mut then = Vec::new();
    for at in instants() {
        let asked = Instant::now();
        let found = store.presence_at(&scope, &PresenceQuery::at(at)).await?;
        now.push(asked.elapsed());
        if found.len() != TRAVELERS {
            return Err(format!("{} of {TRAVELERS} travelers were found at {at}", found.len()).into());
        }
        let asked = Instant::now();
        store
            .presence_at(
                &scope,
                &PresenceQuery {
                    as_of: Some(corpus::now()),
                    ..PresenceQuery::at(at)
                },
            )
            .await?;
        then.push(asked.elapsed());
    }
    let p95 = percentile(&mut now, 0.95);
    for (what, mut times) in [("as known now", now), ("as known at an earlier time", then)] {
        let cells = [
            percentile(&mut times, 0.5),
            percentile(&mut times, 0.95),
            percentile(&mut times, 1.0),
        ];
        table.row([what.to_owned()].into_iter().chain(cells.map(ms)));
    }
    table.note(verdict(&format!("p95 < {} ms", AIM.as_millis()), p95 < AIM));
    Ok(table)
}

/// From three weeks before the middle of the world's time to nine after.
pub fn instants() -> impl Iterator<Item = DateTime<Utc>> {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    (0..QUESTIONS).map(move |_| corpus::now() + TimeDelta::minutes(rng.gen_range(-30_000..90_000)))
}

/// A store of [`TIMELINES`] travelers with their presence; `crowd::grow` makes them more.
pub async fn fill(database: &Path) -> Result<(), Fault> {
    let store = store::open(&format!("sqlite://{}", database.display())).await?;
    let now = corpus::now();
    // Else a program that starts on this store would compute everybody anew, behind what is measured.
    store.engine_starts(Judgement::CURRENT.version, now).await?;
    let connection = Connection {
        company: COMPANY.to_owned(),
        name: Some("Benchmark".to_owned()),
        geolocation: "https://us.api.concursolutions.com".to_owned(),
        sealed_refresh_token: String::new(),
        refresh_expires_at: None,
        connected_by: None,
        link_sha256: None,
    };
    store.connect_company(&connection, now).await?;
    let mut people = Vec::with_capacity(TIMELINES);
    for (number, subject) in corpus::subjects(TIMELINES)?.iter().enumerate() {
        let records = documents::records(subject)?;
        let known = timeline(
            Gazetteer::embedded(),
            &Judgement::default(),
            &subject.traveler,
            &records,
            now,
        );
        // Nobody is anywhere of whom no booking says anything.
        if known.episodes.is_empty() {
            continue;
        }
        let login = format!("person.{number:05}@example.com");
        people.push(Belief {
            traveler: store.traveler_for(COMPANY, None, Some(&login), now).await?.id,
            episodes: known.episodes,
            ..Belief::default()
        });
    }
    while let Some(belief) = people.pop() {
        let others = people.split_off(people.len().saturating_sub(TOGETHER - 1));
        let save = PresenceSave {
            known_from: now,
            belief,
            others,
        };
        store.save_presence(COMPANY, &save).await?;
    }
    Ok(())
}
