//! Many people in a store, quickly: those whom the store's own methods put there, and doubles of them (`benches/crowd.sql`).
//! Always holds: doubles differ from their originals in name, login and id only.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Fault;

/// Makes them as many as wanted; how many intervals of presence there are then.
pub async fn grow(database: &Path, people: usize) -> Result<i64, Fault> {
    // What is measured is read; how it came to be written is not.
    let options = SqliteConnectOptions::new()
        .filename(database)
        .pragma("synchronous", "OFF");
    let mut store: SqliteConnection = options.connect().await?;
    sqlx::raw_sql("CREATE TEMP TABLE wanted (people INTEGER, from_at INTEGER, until_at INTEGER)")
        .execute(&mut store)
        .await?;
    sqlx::query("INSERT INTO wanted VALUES ($1, $2, $3)")
        .bind(i64::try_from(people)?)
        .bind(i64::MIN)
        .bind(i64::MAX)
        .execute(&mut store)
        .await?;
    let mut all = store.begin().await?;
    sqlx::raw_sql(include_str!("../crowd.sql")).execute(&mut *all).await?;
    all.commit().await?;
    let intervals = sqlx::query_scalar("SELECT count(*) FROM presence")
        .fetch_one(&mut store)
        .await?;
    store.close().await?;
    Ok(intervals)
}
