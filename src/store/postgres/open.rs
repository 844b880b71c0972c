//! Connecting to PostgreSQL: pools, migrations, and the refusal to start unsafe.
//! Called by `store::open` once.
//! Holds always: migrations run under an advisory lock, so that nodes may start together.

use super::{Pool, Sql};
use crate::store::StoreError;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::str::FromStr;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

const WRITERS: u32 = 8;
const READERS: u32 = 8;
const WAIT: Duration = Duration::from_secs(10);

/// Connects, migrates, checks.
pub(in crate::store) async fn open(url: &str) -> Result<Sql, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Unsafe("not a PostgreSQL URL".to_owned()))?
        .application_name("whereabouts");
    let write = pool(WRITERS).connect_with(options.clone()).await?;
    MIGRATIONS
        .run(&write)
        .await
        .map_err(|error| StoreError::Unsafe(format!("migration failed: {error}")))?;
    let read = pool(READERS)
        .connect_with(options.options([("default_transaction_read_only", "on")]))
        .await?;
    let store = Sql { read, write };
    check(&store.durability().await?)?;
    Ok(store)
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT)
        .test_before_acquire(true)
}

impl Sql {
    /// The settings on which durability rests.
    pub(super) async fn durability(&self) -> Result<Vec<(String, String)>, StoreError> {
        settings(&self.write).await
    }
}

async fn settings(pool: &Pool) -> Result<Vec<(String, String)>, StoreError> {
    let mut settings = Vec::new();
    for name in ["server_version", "fsync", "full_page_writes", "synchronous_commit"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(name)
            .fetch_one(pool)
            .await?;
        settings.push((name.to_owned(), value));
    }
    Ok(settings)
}

/// Refuses what could lose an acknowledged event.
fn check(settings: &[(String, String)]) -> Result<(), StoreError> {
    for (name, allowed) in [
        ("fsync", &["on"] as &[&str]),
        ("full_page_writes", &["on"]),
        // All of these wait for the local disk; `local` would lose events with the primary.
        ("synchronous_commit", &["on", "remote_write", "remote_apply"]),
    ] {
        let value = settings
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str());
        if !allowed.contains(&value) {
            return Err(StoreError::Unsafe(format!(
                "{name} is {value}; it must be {}",
                allowed.join(" or ")
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn unsafe_settings_are_refused() {
        let settings = |fsync: &str, pages: &str, commit: &str| {
            [
                ("fsync", fsync),
                ("full_page_writes", pages),
                ("synchronous_commit", commit),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
        };
        for commit in ["on", "remote_write", "remote_apply"] {
            assert!(check(&settings("on", "on", commit)).is_ok());
        }
        for (fsync, pages, commit) in [
            ("off", "on", "on"),
            ("on", "off", "on"),
            ("on", "on", "off"),
            ("on", "on", "local"),
            ("", "", ""),
        ] {
            assert!(
                check(&settings(fsync, pages, commit)).is_err(),
                "{fsync} {pages} {commit}"
            );
        }
    }
}
