//! Emptying the write-ahead log after something was deleted: what is gone must not stay in it.
//! Started with the store, ends with it.
//! Holds always: it waits for a quiet moment, and never blocks a write for more than a fraction of a second.

use super::Pool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Flags {
    needed: AtomicBool,
    busy: AtomicBool,
}

/// Handle of the background task.
pub(super) struct Sweep(Arc<Flags>);

impl Sweep {
    /// Starts the task; it ends when the handle is dropped.
    pub(super) fn start(write: Pool) -> Sweep {
        let flags = Arc::new(Flags::default());
        let watched = Arc::downgrade(&flags);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                let Some(flags) = watched.upgrade() else { break };
                let busy = flags.busy.swap(false, Ordering::Relaxed);
                if busy || !flags.needed.swap(false, Ordering::Relaxed) {
                    continue;
                }
                if !empty_log(&write).await.unwrap_or(false) {
                    flags.needed.store(true, Ordering::Relaxed);
                }
            }
        });
        Sweep(flags)
    }

    /// Something was deleted.
    pub(super) fn needed(&self) {
        self.0.needed.store(true, Ordering::Relaxed);
    }

    /// Events are arriving: not now.
    pub(super) fn busy(&self) {
        self.0.busy.store(true, Ordering::Relaxed);
    }
}

/// `false`: a reader was in the way.
async fn empty_log(write: &Pool) -> Result<bool, sqlx::Error> {
    let mut connection = write.acquire().await?;
    sqlx::query("PRAGMA busy_timeout = 100")
        .execute(&mut *connection)
        .await?;
    let blocked = sqlx::query_scalar::<_, i64>("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await;
    sqlx::query(super::open::BUSY_TIMEOUT).execute(&mut *connection).await?;
    Ok(blocked? == 0)
}
