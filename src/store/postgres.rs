//! The store in PostgreSQL: what differs from SQLite.
//! Opened by `open`; the rest is `shared`, compiled once for each engine.
//! Holds always: rows are locked in the order trip, event, traveler, each by key, so that no two nodes wait for each other.

mod open;
mod statements;

// One source for both engines.
#[expect(clippy::duplicate_mod, reason = "compiled once for each engine")]
#[path = "shared/mod.rs"]
mod shared;

pub(super) use open::open;

use super::{Engine, StoreError};

type Db = sqlx::Postgres;
type Conn = sqlx::PgConnection;
type Pool = sqlx::PgPool;
type Tx = sqlx::Transaction<'static, Db>;

const ENGINE: Engine = Engine::Postgres;
/// Joins the lines of many rows into one value.
const JOIN_LINES: &str = "string_agg";
/// Where in a text another begins; 0 if nowhere.
const PLACE_OF: &str = "strpos";

/// One pool for writers, one for readers, so that long questions never keep events waiting.
pub(super) struct Sql {
    read: Pool,
    write: Pool,
}

impl Sql {
    /// A transaction that may write.
    async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.write.begin().await?)
    }

    /// Makes it durable.
    async fn commit(&self, tx: Tx) -> Result<(), StoreError> {
        Ok(tx.commit().await?)
    }

    /// Events are arriving.
    fn appending(&self) {}

    /// Deleted rows are the server's to vacuum.
    fn residue(&self) {}
}
