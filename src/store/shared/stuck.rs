//! Trips that were given up or are parked.
//! Called through the trait only.
//! Holds always: as the trait says.

use super::Sql;
use crate::store::time::{at_opt, ms};
use crate::store::{Scope, StoreError, Stuck, StuckTrip};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

const MOST: u32 = 500;

#[async_trait]
impl Stuck for Sql {
    async fn stuck_trips(&self, scope: &Scope, now: DateTime<Utc>, limit: u32) -> Result<Vec<StuckTrip>, StoreError> {
        let rows: Vec<(String, String, bool, Option<String>, Option<i64>, Option<i64>)> = sqlx::query_as(
            "SELECT company, trip, parked, error, last_event_at, \
             (SELECT id FROM inbox_event WHERE id = last_log) AS last_event FROM trip_sync \
             WHERE (parked AND due_at IS NOT NULL OR state = 'dead') AND lease_until <= $2 AND ($1 IS NULL OR company = $1) \
             ORDER BY company, trip LIMIT $3",
        )
        .bind(scope.company())
        .bind(ms(now))
        .bind(i64::from(limit.clamp(1, MOST)))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(company, trip, parked, error, last_event_at, last_event)| {
                Ok(StuckTrip {
                    company,
                    trip,
                    parked,
                    error,
                    last_event_at: at_opt(last_event_at)?,
                    last_event,
                })
            })
            .collect()
    }
}
