//! `crowd FILE PEOPLE`: makes a store of many people out of one of few, so that pages can be looked at as a large company sees
//! them these days. Run by the browser tests on the SQLite file of a demo; what it does is in `benches/crowd.sql`.

use std::process::ExitCode;

use chrono::{TimeDelta, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

#[tokio::main]
async fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let asked = words.next().zip(words.next().and_then(|people| people.parse().ok()));
    let Some((file, people)) = asked else {
        eprintln!("usage: crowd FILE PEOPLE");
        return ExitCode::FAILURE;
    };
    match grow(&file, people).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crowd: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn grow(file: &str, people: i64) -> Result<(), sqlx::Error> {
    let now = Utc::now();
    let options = SqliteConnectOptions::new().filename(file).pragma("synchronous", "OFF");
    let mut store: SqliteConnection = options.connect().await?;
    sqlx::raw_sql("CREATE TEMP TABLE wanted (people INTEGER, from_at INTEGER, until_at INTEGER)")
        .execute(&mut store)
        .await?;
    sqlx::query("INSERT INTO wanted VALUES ($1, $2, $3)")
        .bind(people)
        .bind((now - TimeDelta::days(2)).timestamp_millis())
        .bind((now + TimeDelta::days(4)).timestamp_millis())
        .execute(&mut store)
        .await?;
    let mut all = store.begin().await?;
    sqlx::raw_sql(include_str!("../benches/crowd.sql"))
        .execute(&mut *all)
        .await?;
    all.commit().await?;
    store.close().await
}
