//! The store in one SQLite file: what differs from PostgreSQL.
//! Opened by `open`; the rest is `shared`, compiled once for each engine.
//! Holds always: one writer at a time (BEGIN IMMEDIATE), WAL, synchronous=FULL; deleted content is overwritten.

mod open;
#[cfg(test)]
mod plans;
mod statements;
mod sweep;

// One source for both engines.
#[expect(clippy::duplicate_mod, reason = "compiled once for each engine")]
#[path = "shared/mod.rs"]
mod shared;

pub(super) use open::open;

use super::{Engine, StoreError};

type Db = sqlx::Sqlite;
type Conn = sqlx::SqliteConnection;
type Pool = sqlx::SqlitePool;
type Tx = sqlx::Transaction<'static, Db>;

const ENGINE: Engine = Engine::Sqlite;
/// Joins the lines of many rows into one value.
const JOIN_LINES: &str = "group_concat";
/// Where in a text another begins; 0 if nowhere.
const PLACE_OF: &str = "instr";

/// One writer and several readers of the same file.
pub(super) struct Sql {
    read: Pool,
    write: Pool,
    sweep: sweep::Sweep,
}

impl Sql {
    /// A transaction that may write: it waits for its turn here, not in SQLITE_BUSY.
    async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Makes it durable. After a failed write to the disk the file is opened anew: what the old handle has in memory can
    /// not be trusted.
    async fn commit(&self, tx: Tx) -> Result<(), StoreError> {
        let Err(error) = tx.commit().await else { return Ok(()) };
        let error = StoreError::from(error);
        if matches!(error, StoreError::Unavailable(_) | StoreError::Full)
            && let Ok(connection) = self.write.acquire().await
        {
            drop(connection.close().await);
        }
        Err(error)
    }

    /// Events are arriving.
    fn appending(&self) {
        self.sweep.busy();
    }

    /// Something that must not be found in the file any more was deleted.
    fn residue(&self) {
        self.sweep.needed();
    }
}
