//! The event log: listed, counted, replayed, pruned.
//! Called by the pages and REST of events, and by the hourly pruning.
//! Holds always: cursors stay stable while events arrive; what still waits is not pruned.

use super::{Conn, Db, Dirt, Sql, statements};
use crate::store::time::{at, at_opt, ms};
use crate::store::{EventFilter, EventRow, EventStatus, IngestStatus, Page, Scope, StoreError};
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

const MOST_ROWS: u32 = 500;
/// Rows of one deletion: writers wait no longer than for these.
const PRUNED_AT_ONCE: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct Columns {
    id: i64,
    event_id: String,
    type_text: String,
    trip: Option<String>,
    company: Option<String>,
    status: String,
    received_at: i64,
    event_time: Option<i64>,
    duplicates: i64,
    error: Option<String>,
}

impl Columns {
    fn row(self) -> Result<EventRow, StoreError> {
        Ok(EventRow {
            id: self.id,
            event_id: self.event_id,
            type_text: self.type_text,
            trip: self.trip,
            company: self.company,
            status: self.status.parse()?,
            received_at: at(self.received_at)?,
            event_time: at_opt(self.event_time)?,
            duplicates: self.duplicates,
            error: self.error,
        })
    }
}

/// What a replay needs of an event.
#[derive(sqlx::FromRow)]
struct Replayed {
    kind: String,
    trip: Option<String>,
    company: Option<String>,
    event_time: Option<i64>,
    received_at: i64,
}

impl Sql {
    pub(super) async fn list_events(&self, scope: &Scope, filter: &EventFilter) -> Result<Page<EventRow>, StoreError> {
        let limit = filter.limit.clamp(1, MOST_ROWS) as usize;
        let before = match &filter.cursor {
            Some(cursor) => match cursor.parse::<i64>() {
                Ok(id) => id,
                // A cursor that is none of ours has nothing after it.
                Err(_) => {
                    return Ok(Page {
                        rows: Vec::new(),
                        next: None,
                    });
                }
            },
            None => i64::MAX,
        };
        let mut query = QueryBuilder::<Db>::new(
            "SELECT id, event_id, type_text, trip, company, status, received_at, event_time, duplicates, \
             coalesce(error, quarantine) AS error FROM inbox_event WHERE id < ",
        );
        query.push_bind(before);
        if let Some(company) = scope.company() {
            query.push(" AND company = ").push_bind(company.to_owned());
        }
        if let Some(trip) = &filter.trip {
            query.push(" AND trip = ").push_bind(trip.clone());
        }
        if let Some(status) = filter.status {
            query.push(" AND status = ").push_bind(status.as_str());
        }
        if let Some(from) = filter.from {
            query.push(" AND received_at >= ").push_bind(ms(from));
        }
        if let Some(until) = filter.until {
            query.push(" AND received_at < ").push_bind(ms(until));
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(limit as i64 + 1);
        let rows: Vec<Columns> = query.build_query_as().fetch_all(&self.read).await?;
        let more = rows.len() > limit;
        let rows = rows
            .into_iter()
            .take(limit)
            .map(Columns::row)
            .collect::<Result<Vec<_>, _>>()?;
        let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
        Ok(Page { rows, next })
    }

    pub(super) async fn replay(&self, scope: &Scope, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let event: Option<Replayed> = sqlx::query_as(
            "SELECT kind, trip, company, event_time, received_at FROM inbox_event \
             WHERE id = $1 AND ($2 IS NULL OR company = $2)",
        )
        .bind(id)
        .bind(scope.company())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(event) = event else { return Ok(false) };
        let (Some(company), Some(trip)) = (event.company, event.trip) else {
            return Ok(true);
        };
        statements::hold_connections(&mut tx).await?;
        let kind = event.kind.parse::<crate::store::EventKind>()?;
        let event_at = event.event_time.unwrap_or(event.received_at);
        let now = ms(now);
        let dirt = Dirt {
            company,
            trip,
            count: 1,
            kind: kind.as_str(),
            event_at,
            href: None,
            user: None,
            correlation: None,
            anonymized_at: (kind == crate::store::EventKind::Anonymized).then_some(event_at),
            log: id,
            dirty_at: now,
            due_at: now,
            due_latest: now,
        };
        let marked = !statements::mark_trips(&mut tx, std::slice::from_ref(&dirt))
            .await?
            .is_empty();
        if marked {
            // Whoever replays does not wait for a back-off.
            sqlx::query(
                "UPDATE trip_sync SET due_at = $3, attempt = 0, state = 'queued' WHERE company = $1 AND trip = $2",
            )
            .bind(&dirt.company)
            .bind(&dirt.trip)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        }
        let status = if marked {
            EventStatus::Received
        } else {
            EventStatus::Superseded
        };
        sqlx::query("UPDATE inbox_event SET status = $2, error = NULL, quarantine = NULL WHERE id = $1")
            .bind(id)
            .bind(status.as_str())
            .execute(&mut *tx)
            .await?;
        self.commit(tx).await?;
        Ok(true)
    }

    pub(super) async fn count(&self, scope: &Scope, now: DateTime<Utc>) -> Result<IngestStatus, StoreError> {
        let now = ms(now);
        let (received, quarantined): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT CAST(coalesce(sum(received), 0) AS BIGINT) FROM inbox_tally WHERE $1 IS NULL OR company = $1), \
             (SELECT count(*) FROM inbox_event WHERE quarantine IS NOT NULL AND ($1 IS NULL OR company = $1))",
        )
        .bind(scope.company())
        .fetch_one(&self.read)
        .await?;
        let trips: Vec<(String, bool, bool, i64, Option<i64>)> = sqlx::query_as(
            "SELECT state, parked, running, count(*), min(first_dirty_at) FROM ( \
                 SELECT state, parked, lease_until > $2 AS running, first_dirty_at FROM trip_sync \
                 WHERE due_at IS NOT NULL AND NOT parked AND ($1 IS NULL OR company = $1) \
                 UNION ALL \
                 SELECT state, parked, lease_until > $2, first_dirty_at FROM trip_sync \
                 WHERE (parked OR state = 'dead') AND ($1 IS NULL OR company = $1)) AS busy \
             GROUP BY state, parked, running",
        )
        .bind(scope.company())
        .bind(now)
        .fetch_all(&self.read)
        .await?;
        let mut status = IngestStatus {
            received,
            quarantined,
            ..IngestStatus::default()
        };
        let mut oldest = now;
        for (state, parked, running, count, dirty) in trips {
            match (state.as_str(), parked, running) {
                (_, _, true) => status.running += count,
                ("dead", ..) => status.dead += count,
                (_, true, _) => status.parked += count,
                ("retry", ..) => status.waiting_retry += count,
                ("grace", ..) => status.waiting_grace += count,
                _ => {
                    status.queued += count;
                    oldest = oldest.min(dirty.unwrap_or(now));
                }
            }
        }
        status.oldest_queued_s = (now - oldest) as f64 / 1000.0;
        Ok(status)
    }

    pub(super) async fn prune(
        &self,
        bodies_before: DateTime<Utc>,
        ids_before: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for (before, statement) in [
            (
                bodies_before,
                "DELETE FROM inbox_payload WHERE event > $1 AND event <= $2",
            ),
            (
                ids_before,
                "DELETE FROM inbox_payload WHERE event > $1 AND event <= $2 AND event IN (SELECT id FROM inbox_event \
                 WHERE id > $1 AND id <= $2 AND status NOT IN ('received', 'failed'))",
            ),
            (
                ids_before,
                "DELETE FROM inbox_event WHERE id > $1 AND id <= $2 AND status NOT IN ('received', 'failed')",
            ),
        ] {
            deleted += self.prune_with(ms(before), statement).await?;
        }
        if deleted > 0 {
            self.residue();
        }
        Ok(deleted)
    }

    /// Deletes in steps, each a transaction of its own.
    async fn prune_with(&self, before: i64, statement: &'static str) -> Result<u64, StoreError> {
        // The log's ids grow with time: the first event that is too young ends what may go.
        let (Some(first), end): (Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT (SELECT min(id) FROM inbox_event), (SELECT min(id) FROM inbox_event WHERE received_at >= $1)",
        )
        .bind(before)
        .fetch_one(&self.read)
        .await?
        else {
            return Ok(0);
        };
        let last: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM inbox_event")
            .fetch_one(&self.read)
            .await?;
        let end = end.map_or(last.unwrap_or(first), |end| end - 1);
        let (mut after, mut deleted) = (first - 1, 0);
        while after < end {
            let to = end.min(after + PRUNED_AT_ONCE);
            let mut tx = self.begin().await?;
            deleted += delete_range(&mut tx, statement, after, to).await?;
            self.commit(tx).await?;
            after = to;
        }
        Ok(deleted)
    }
}

async fn delete_range(conn: &mut Conn, statement: &'static str, after: i64, to: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(statement)
        .bind(after)
        .bind(to)
        .execute(conn)
        .await?
        .rows_affected())
}
