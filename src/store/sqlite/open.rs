//! Opening the SQLite file: pools, pragmas, migrations, and the refusal to start unsafe.
//! Called by `store::open` once.
//! Holds always: the writer exists and has migrated before the first reader opens.

use super::sweep::Sweep;
use super::{Pool, Sql};
use crate::store::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// First version without the WAL-reset corruption.
const OLDEST: [u32; 3] = [3, 51, 3];
const BUSY: Duration = Duration::from_secs(10);
/// The same, as a statement.
pub(super) const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 10000";
const READERS: u32 = 6;
/// Other programs may be migrating the same file: how often their work is looked at again.
const MIGRATION_TRIES: u32 = 50;
const MIGRATION_PAUSE: Duration = Duration::from_millis(200);

/// Opens, creating the file if it is absent, for its owner only.
pub(in crate::store) async fn open(url: &str) -> Result<Sql, StoreError> {
    // Before anything else: the driver gives it a file name, and the refusal would leave that file behind.
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Unsafe(
            "a database in memory is gone with the program: name a file, such as sqlite://whereabouts.db".to_owned(),
        ));
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| StoreError::Unsafe(format!("not a SQLite URL: {error}")))?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-65536")
        .pragma("mmap_size", "1073741824")
        // Busy pages are written many times between two checkpoints: 16 MB of log instead of 4 save most of the copying.
        .pragma("wal_autocheckpoint", "4000")
        .row_buffer_size(1024);
    create_private(options.get_filename())?;
    let write = pool(1)
        .connect_with(options.clone().create_if_missing(true).optimize_on_close(true, 400))
        .await?;
    migrate(&write).await?;
    let read = pool(READERS)
        .min_connections(1)
        .connect_with(options.read_only(true))
        .await?;
    let store = Sql {
        read,
        sweep: Sweep::start(write.clone()),
        write,
    };
    check(&store.durability().await?)?;
    Ok(store)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// A database of whereabouts is nobody else's to read.
#[cfg(unix)]
fn create_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    match std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(StoreError::Unavailable(format!(
            "{} cannot be created: {error}",
            path.display()
        ))),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn create_private(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Two programs may migrate one file at once, and SQLite has no lock for that: whoever finds the other's work half
/// done looks again until it is whole.
async fn migrate(write: &Pool) -> Result<(), StoreError> {
    let mut tries = MIGRATION_TRIES;
    loop {
        match MIGRATIONS.run(write).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..) | MigrateError::Dirty(_))
                if tries > 0 =>
            {
                tries -= 1;
                tokio::time::sleep(MIGRATION_PAUSE).await;
            }
            Err(error) => return Err(StoreError::Unsafe(format!("migration failed: {error}"))),
        }
    }
}

impl Sql {
    /// The settings on which durability rests.
    pub(super) async fn durability(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut connection = self.write.acquire().await?;
        let mut settings = Vec::new();
        for (name, statement) in [
            ("sqlite_version", "SELECT sqlite_version()"),
            ("journal_mode", "PRAGMA journal_mode"),
            (
                "synchronous",
                "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous",
            ),
            (
                "secure_delete",
                "SELECT CAST(secure_delete AS TEXT) FROM pragma_secure_delete",
            ),
        ] {
            let value: String = sqlx::query_scalar(statement).fetch_one(&mut *connection).await?;
            settings.push((name.to_owned(), value));
        }
        Ok(settings)
    }
}

/// Refuses what could lose an acknowledged event.
fn check(settings: &[(String, String)]) -> Result<(), StoreError> {
    let value = |name: &str| {
        settings
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let version = value("sqlite_version");
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() < OLDEST.as_slice() {
        return Err(StoreError::Unsafe(format!(
            "SQLite {version} can corrupt its log; at least 3.51.3 is needed"
        )));
    }
    if value("journal_mode") != "wal" {
        let mode = value("journal_mode");
        return Err(StoreError::Unsafe(format!(
            "journal_mode is {mode}, not wal: use a file on a local disk"
        )));
    }
    if value("synchronous") != "2" {
        let level = value("synchronous");
        return Err(StoreError::Unsafe(format!("synchronous is {level}, not 2 (FULL)")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    fn settings(version: &str, journal: &str, synchronous: &str) -> Vec<(String, String)> {
        [
            ("sqlite_version", version),
            ("journal_mode", journal),
            ("synchronous", synchronous),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    #[test]
    fn unsafe_settings_are_refused() {
        assert!(check(&settings("3.51.3", "wal", "2")).is_ok());
        assert!(check(&settings("3.100.0", "wal", "2")).is_ok());
        assert!(check(&settings("4.0", "wal", "2")).is_ok());
        for (version, journal, synchronous) in [
            ("3.51.2", "wal", "2"),
            ("", "wal", "2"),
            ("3.51.3", "memory", "2"),
            ("3.51.3", "wal", "1"),
        ] {
            assert!(
                check(&settings(version, journal, synchronous)).is_err(),
                "{version} {journal} {synchronous}"
            );
        }
    }
}
