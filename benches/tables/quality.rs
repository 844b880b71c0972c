//! How fast the pages of quality are with 1,000,000 notices of a year: the program's own answers over loopback HTTP (SQLite).
//! The counts are written by the transactions that write presence, as in service; only the trips' rows are put there in bulk.
//! Always holds: an answer that is not the page wanted ends the benchmark.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use sha2::{Digest as _, Sha256};
use sqlx::SqlitePool;
use whereabouts::itinerary::SegmentKind;
use whereabouts::quality::{
    Assessment, Count, Day, Key, NIGHTS, SEGMENTS, SOURCES, Sample, Shares, TRIPS, TripAssessment, day_of,
};
use whereabouts::store::{self, Belief, Connection, NewPerson, NewToken, PresenceSave, Role, Store};
use whereabouts::web::password;
use whereabouts::whereabouts::{CATALOGUE, Dimension, Notice};

use crate::program::Program;
use crate::table::{Table, ms, percentile, verdict};
use crate::{Fault, Outcome};

const NOTICES: usize = 1_000_000;
/// Of one trip.
const EACH: usize = 20;
const TRIPS_OF_ONE: usize = 10;
/// Travelers whose presence is saved in one transaction.
const TOGETHER: usize = 100;
const QUESTIONS: usize = 20;
const AIM: Duration = Duration::from_millis(100);
const COMPANY: &str = "8f14e45f-ceea-467f-a8d6-0d2f5d1b9c01";
const PASSWORD: &str = "four grey herons at dusk";

pub fn run() -> Outcome {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(&folder.path().join("quality.db")))
}

async fn measure(database: &Path) -> Outcome {
    let url = format!("sqlite://{}", database.display());
    let store = store::open(&url).await?;
    let now = Utc::now();
    let writing = fill(store.as_ref(), &SqlitePool::connect(&url).await?, now).await?;
    let person = NewPerson {
        email: "admin@example.com".to_owned(),
        password_hash: password::hash(PASSWORD.to_owned()).await?,
        role: Role::Admin,
        company: Some(COMPANY.to_owned()),
    };
    store
        .add_person(&person, now)
        .await?
        .map_err(|_| "there is this person already")?;
    let token = NewToken {
        name: "benchmark".to_owned(),
        sha256: Sha256::digest("benchmark").to_vec(),
        role: Role::Admin,
        company: Some(COMPANY.to_owned()),
    };
    store.add_token(&token, now).await?;
    drop(store);

    let program = Program::start(database, &[])?;
    let base = format!("http://127.0.0.1:{}", program.port);
    // Someone else may have chosen the same provider first: that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let form = [
        ("email", "admin@example.com"),
        ("password", PASSWORD),
        ("next", "/quality"),
    ];
    let signed_in = client.post(format!("{base}/sign-in")).form(&form).send().await?;
    let cookie = signed_in.headers().get(SET_COOKIE).ok_or("nobody is signed in")?;
    let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();

    let mut table = Table::new(
        &format!(
            "Pages of quality: {NOTICES} notices on {} trips (SQLite)",
            NOTICES / EACH
        ),
        &["", "kB", "p50 ms", "p95 ms"],
    );
    let mut slowest = Duration::ZERO;
    for (path, wanted) in [
        ("/quality", "Which sources can be trusted"),
        ("/quality?span=last90", "Which sources can be trusted"),
        ("/quality?source=OpenBookingEmail", "Notices of Parsed e-mail"),
        (
            "/quality?source=OpenBookingEmail&code=flight_number_missing",
            "Where it is",
        ),
        ("/notices", "What each notice means"),
        ("/api/v1/quality/sources", "\"validator\""),
        ("/quality/report.json", "\"sampleNotices\""),
    ] {
        let (mut times, mut size) = (Vec::new(), 0);
        for _ in 0..QUESTIONS {
            let request = match path.starts_with("/api") {
                true => client
                    .get(format!("{base}{path}"))
                    .header(AUTHORIZATION, "Bearer benchmark"),
                false => client.get(format!("{base}{path}")).header(COOKIE, &cookie),
            };
            let asked = Instant::now();
            let answer = request.send().await?.error_for_status()?.text().await?;
            times.push(asked.elapsed());
            size = answer.len();
            if !answer.contains(wanted) {
                return Err(format!("{path} is not the page that was asked for").into());
            }
        }
        let p95 = percentile(&mut times, 0.95);
        slowest = slowest.max(p95);
        table.row([
            path.to_owned(),
            (size / 1000).to_string(),
            ms(percentile(&mut times, 0.5)),
            ms(p95),
        ]);
    }
    table.note(verdict(&format!("p95 of each < {} ms", AIM.as_millis()), slowest < AIM));
    table.note(format!("{} ms to write one trip with its {EACH} notices", ms(writing)));
    Ok(table)
}

/// A year of trips; how long writing one took, on average.
async fn fill(store: &dyn Store, pool: &SqlitePool, now: DateTime<Utc>) -> Result<Duration, Fault> {
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
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let today = day_of(now.date_naive());
    let (trips, mut writing, mut saved) = (NOTICES / EACH, Duration::ZERO, 0);
    while saved < trips {
        let mut people = Vec::new();
        for _ in 0..TOGETHER {
            let login = format!("person.{saved:06}@example.com");
            let traveler = store.traveler_for(COMPANY, None, Some(&login), now).await?.id;
            let mut quality = Assessment::default();
            for _ in 0..TRIPS_OF_ONE {
                let id = format!("{saved:08}");
                saved += 1;
                quality
                    .trips
                    .push(assessed(id, today + rng.gen_range(-330..35), &mut rng));
            }
            people.push(Belief {
                traveler,
                quality,
                ..Belief::default()
            });
        }
        let mut transaction = pool.begin().await?;
        for belief in &people {
            for trip in &belief.quality.trips {
                sqlx::query(
                    "INSERT INTO trip (company, id, traveler, version, received_at, first_known_at, notices) VALUES (?, ?, ?, 1, 0, 0, '[]')",
                )
                .bind(COMPANY)
                .bind(&trip.trip)
                .bind(&belief.traveler)
                .execute(&mut *transaction)
                .await?;
            }
        }
        transaction.commit().await?;
        let Some(belief) = people.pop() else { break };
        let save = PresenceSave {
            known_from: now,
            belief,
            others: people,
        };
        let begun = Instant::now();
        store.save_presence(COMPANY, &save).await?;
        writing += begun.elapsed();
    }
    Ok(writing / u32::try_from(saved)?)
}

/// A trip of some source with twenty notices on its segments.
fn assessed(trip: String, day: Day, rng: &mut ChaCha8Rng) -> TripAssessment {
    let source = SOURCES[rng.gen_range(0..SOURCES.len())];
    let kinds = [
        SegmentKind::Air,
        SegmentKind::Hotel,
        SegmentKind::Car,
        SegmentKind::Rail,
    ];
    let key = |kind: Option<SegmentKind>, measure: &str| Key {
        day,
        source,
        segment: kind,
        measure: measure.to_owned(),
    };
    let mut shares = Shares::new();
    shares.insert(key(None, TRIPS), Count { good: 0, total: 1 });
    shares.insert(
        key(None, NIGHTS[rng.gen_range(0..NIGHTS.len())]),
        Count { good: 1, total: 3 },
    );
    for kind in kinds {
        shares.insert(key(Some(kind), SEGMENTS), Count { good: 5, total: 5 });
        for dimension in Dimension::ALL {
            let good = rng.gen_range(3..=5);
            shares.insert(key(Some(kind), dimension.as_str()), Count { good, total: 5 });
        }
    }
    let mut trip = TripAssessment {
        trip,
        shares,
        ..TripAssessment::default()
    };
    for number in 0..EACH {
        // Some codes are everywhere, most are rare.
        let code = CATALOGUE[rng.gen_range(0..CATALOGUE.len()).min(rng.gen_range(0..CATALOGUE.len()))];
        let kind = kinds[number % kinds.len()];
        let segment = format!("{}[{}]", kind.as_str(), number / kinds.len());
        trip.notices.push(Notice {
            trip: trip.trip.clone(),
            booking: Some(0),
            segment: Some(segment.clone()),
            code: code.code.to_owned(),
            severity: code.severity,
            message: code.title.to_owned(),
        });
        let count = trip.shares.entry(key(Some(kind), code.code)).or_default();
        *count = Count {
            good: count.good + 1,
            total: count.total + 1,
        };
        trip.samples.push(Sample {
            code: code.code.to_owned(),
            source,
            booking: Some(0),
            segment: Some(segment),
            day,
        });
    }
    trip
}
