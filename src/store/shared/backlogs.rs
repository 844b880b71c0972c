//! Backlogs: pages come in, entries find their outcome.
//! Called through `Backlogs`.
//! Holds always: an entry is counted once; what an entry wants is one mark of its trip, in the same transaction as its page.

use super::queue::want;
use super::{Conn, Sql, statements};
use crate::store::id::new_id;
use crate::store::time::{at, at_opt, ms};
use crate::store::{BacklogLease, BacklogPage, BacklogRun, BacklogSource, BacklogState, Backlogs, Scope, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// Trips of a backlog become due one after the other, so that they do not keep other companies' trips waiting.
const SPACING_MS: i64 = 20;
/// Whoever begins a reading takes it at once; only if that did not happen for so long, somebody else does.
const BEGINNING: TimeDelta = TimeDelta::minutes(1);
/// Entries that are settled in one transaction.
const SETTLED_AT_ONCE: i64 = 1_000;

/// The outcome of an entry `b`, or NULL while its trip waits. What was not found waits in grace: it is gone all the same.
const OUTCOME: &str = "CASE \
    WHEN q.state = 'dead' THEN 'failed' \
    WHEN q.due_at IS NOT NULL AND q.state <> 'grace' THEN NULL \
    WHEN EXISTS (SELECT 1 FROM trip t WHERE t.company = b.company AND t.id = b.trip AND t.pending_delete IS NULL) \
        THEN 'done' \
    ELSE 'gone' END";

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    company: String,
    source: String,
    state: String,
    reason: Option<String>,
    listed: i64,
    skipped: i64,
    done: i64,
    gone: i64,
    failed: i64,
    started_at: i64,
    asked_at: Option<i64>,
    ended_at: Option<i64>,
    cursor: Option<String>,
}

const SELECT: &str = "SELECT r.id, r.company, r.source, r.state, r.reason, r.listed, r.skipped, r.done, r.gone, r.failed, \
    r.started_at, r.asked_at, r.ended_at, r.cursor FROM backlog_run r ";

impl Columns {
    fn run(self) -> Result<BacklogRun, StoreError> {
        Ok(BacklogRun {
            source: self.source.parse::<BacklogSource>()?,
            state: self.state.parse::<BacklogState>()?,
            started_at: at(self.started_at)?,
            asked_at: at_opt(self.asked_at)?,
            ended_at: at_opt(self.ended_at)?,
            id: self.id,
            company: self.company,
            reason: self.reason,
            listed: self.listed,
            skipped: self.skipped,
            done: self.done,
            gone: self.gone,
            failed: self.failed,
            cursor: self.cursor,
        })
    }
}

/// Of the entry that a trip is: counted as `gone`, and forgotten. Called when a trip is erased (P5).
pub(super) async fn forget_entry(conn: &mut Conn, company: &str, trip: &str) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE backlog_run SET gone = gone + 1 \
         WHERE id IN (SELECT run FROM backlog_trip WHERE company = $1 AND trip = $2)",
    )
    .bind(company)
    .bind(trip)
    .execute(&mut *conn)
    .await?;
    sqlx::query("DELETE FROM backlog_trip WHERE company = $1 AND trip = $2")
        .bind(company)
        .bind(trip)
        .execute(conn)
        .await?;
    Ok(())
}

#[async_trait]
impl Backlogs for Sql {
    async fn begin_backlog(
        &self,
        company: &str,
        source: BacklogSource,
        now: DateTime<Utc>,
    ) -> Result<BacklogRun, StoreError> {
        let mut tx = self.begin().await?;
        // Whoever begins another one waits here.
        let known = sqlx::query("UPDATE company SET name = name WHERE id = $1")
            .bind(company)
            .execute(&mut *tx)
            .await?;
        if known.rows_affected() == 0 {
            return Err(StoreError::Inconsistent("no such company".to_owned()));
        }
        if source == BacklogSource::List {
            let open: Option<Columns> = sqlx::query_as(AssertSqlSafe(format!(
                "{SELECT} WHERE r.company = $1 AND r.source = 'list' AND r.state = 'reading' LIMIT 1"
            )))
            .bind(company)
            .fetch_optional(&mut *tx)
            .await?;
            if let Some(open) = open {
                self.commit(tx).await?;
                return open.run();
            }
        }
        let id = new_id(now);
        sqlx::query(
            "INSERT INTO backlog_run (id, company, source, state, started_at) VALUES ($1, $2, $3, 'reading', $4)",
        )
        .bind(&id)
        .bind(company)
        .bind(source.as_str())
        .bind(ms(now))
        .execute(&mut *tx)
        .await?;
        let begun: Columns = sqlx::query_as(AssertSqlSafe(format!("{SELECT} WHERE r.id = $1")))
            .bind(&id)
            .fetch_one(&mut *tx)
            .await?;
        self.commit(tx).await?;
        begun.run()
    }

    async fn lease_backlog(
        &self,
        run: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<BacklogLease>, StoreError> {
        let token: Option<i64> = sqlx::query_scalar(
            "UPDATE backlog_run SET lease = lease + 1, lease_until = $3 \
             WHERE id = $1 AND state = 'reading' AND lease_until <= $2 RETURNING lease",
        )
        .bind(run)
        .bind(ms(now))
        .bind(ms(until))
        .fetch_optional(&self.write)
        .await?;
        Ok(token.map(|token| BacklogLease {
            run: run.to_owned(),
            token,
        }))
    }

    async fn add_to_backlog(
        &self,
        lease: &BacklogLease,
        page: &BacklogPage,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        statements::hold_connections(&mut tx).await?;
        let held: Option<(String, Option<i64>)> = sqlx::query_as(
            "UPDATE backlog_run SET lease_until = $3, cursor = $4, asked_at = $5, state = CASE WHEN $6 THEN 'waiting' ELSE state END \
             WHERE id = $1 AND lease = $2 AND state = 'reading' \
             RETURNING company, (SELECT c.connected_at FROM company c WHERE c.id = backlog_run.company)",
        )
        .bind(&lease.run)
        .bind(lease.token)
        .bind(if page.is_last { 0 } else { ms(until) })
        .bind(&page.next)
        .bind(ms(now))
        .bind(page.is_last)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((company, connected_at)) = held else {
            return Err(StoreError::Fenced);
        };
        let distinct: BTreeSet<&str> = page.ids.iter().map(String::as_str).collect();
        let (mut due, mut skipped) = (ms(now), page.ids.len() - distinct.len() + page.without_id);
        for trip in distinct {
            if needs_no_fetch(&mut tx, &company, trip, connected_at).await? {
                skipped += 1;
                continue;
            }
            let entered = sqlx::query(
                "INSERT INTO backlog_trip (company, trip, run) VALUES ($1, $2, $3) ON CONFLICT (company, trip) DO NOTHING",
            )
            .bind(&company)
            .bind(trip)
            .bind(&lease.run)
            .execute(&mut *tx)
            .await?;
            if entered.rows_affected() == 0 {
                skipped += 1;
                continue;
            }
            want(&mut tx, &company, trip, None, due).await?;
            due += SPACING_MS;
        }
        sqlx::query("UPDATE backlog_run SET listed = listed + $2, skipped = skipped + $3 WHERE id = $1")
            .bind(&lease.run)
            .bind((page.ids.len() + page.without_id) as i64)
            .bind(skipped as i64)
            .execute(&mut *tx)
            .await?;
        self.commit(tx).await
    }

    async fn stop_backlog(&self, lease: &BacklogLease, reason: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE backlog_run SET state = 'stopped', reason = $3, ended_at = $4, cursor = NULL, lease_until = 0 \
             WHERE id = $1 AND lease = $2 AND state = 'reading'",
        )
        .bind(&lease.run)
        .bind(lease.token)
        .bind(reason)
        .bind(ms(now))
        .execute(&self.write)
        .await?;
        Ok(())
    }

    async fn extend_backlog(&self, lease: &BacklogLease, until: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query("UPDATE backlog_run SET lease_until = $3 WHERE id = $1 AND lease = $2 AND state = 'reading'")
            .bind(&lease.run)
            .bind(lease.token)
            .bind(ms(until))
            .execute(&self.write)
            .await?;
        Ok(())
    }

    async fn settle_backlogs(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let any: Option<i64> = sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM backlog_run WHERE state IN ('reading', 'waiting') LIMIT 1",
        )
        .fetch_optional(&self.read)
        .await?;
        let entries: Option<i64> = sqlx::query_scalar("SELECT CAST(1 AS BIGINT) FROM backlog_trip LIMIT 1")
            .fetch_optional(&self.read)
            .await?;
        if any.is_none() && entries.is_none() {
            return Ok(());
        }
        while self.settle_some().await? == SETTLED_AT_ONCE {}
        sqlx::query(
            "UPDATE backlog_run SET state = 'done', ended_at = $1 \
             WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM backlog_trip b WHERE b.run = backlog_run.id)",
        )
        .bind(ms(now))
        .execute(&self.write)
        .await?;
        Ok(())
    }

    async fn backlogs(&self, scope: &Scope, limit: u32) -> Result<Vec<BacklogRun>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(AssertSqlSafe(format!(
            "{SELECT} WHERE ($1 IS NULL OR r.company = $1) ORDER BY r.started_at DESC, r.id DESC LIMIT $2"
        )))
        .bind(scope.company())
        .bind(i64::from(limit))
        .fetch_all(&self.read)
        .await?;
        let mut runs = rows.into_iter().map(Columns::run).collect::<Result<Vec<_>, _>>()?;
        // What has an outcome but is not settled yet is counted all the same.
        for run in runs.iter_mut().filter(|run| run.waiting() > 0) {
            let outcomes: Vec<(Option<String>, i64)> = sqlx::query_as(AssertSqlSafe(format!(
                "SELECT o.outcome, count(*) FROM (SELECT {OUTCOME} AS outcome FROM backlog_trip b \
                 LEFT JOIN trip_sync q ON q.company = b.company AND q.trip = b.trip WHERE b.run = $1) o GROUP BY o.outcome"
            )))
            .bind(&run.id)
            .fetch_all(&self.read)
            .await?;
            for (outcome, count) in outcomes {
                match outcome.as_deref() {
                    Some("done") => run.done += count,
                    Some("gone") => run.gone += count,
                    Some("failed") => run.failed += count,
                    _ => {}
                }
            }
        }
        Ok(runs)
    }

    async fn backlogs_to_resume(&self, now: DateTime<Utc>) -> Result<Vec<BacklogRun>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(AssertSqlSafe(format!(
            "{SELECT} WHERE r.state = 'reading' AND r.lease_until <= $1 \
             AND (r.lease_until > 0 OR r.started_at <= $2) ORDER BY r.id"
        )))
        .bind(ms(now))
        .bind(ms(now - BEGINNING))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(Columns::run).collect()
    }
}

impl Sql {
    /// One transaction's worth of entries with an outcome; how many.
    async fn settle_some(&self) -> Result<i64, StoreError> {
        let mut tx = self.begin().await?;
        let settled: Vec<(String, String, String, String)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT o.run, o.company, o.trip, o.outcome FROM (SELECT b.run, b.company, b.trip, {OUTCOME} AS outcome \
             FROM backlog_trip b LEFT JOIN trip_sync q ON q.company = b.company AND q.trip = b.trip) o \
             WHERE o.outcome IS NOT NULL ORDER BY o.company, o.trip LIMIT $1"
        )))
        .bind(SETTLED_AT_ONCE)
        .fetch_all(&mut *tx)
        .await?;
        for (run, company, trip, outcome) in &settled {
            let deleted = sqlx::query("DELETE FROM backlog_trip WHERE company = $1 AND trip = $2 AND run = $3")
                .bind(company)
                .bind(trip)
                .bind(run)
                .execute(&mut *tx)
                .await?;
            // Another node was faster.
            if deleted.rows_affected() == 0 {
                continue;
            }
            sqlx::query(match outcome.as_str() {
                "done" => "UPDATE backlog_run SET done = done + 1 WHERE id = $1",
                "failed" => "UPDATE backlog_run SET failed = failed + 1 WHERE id = $1",
                _ => "UPDATE backlog_run SET gone = gone + 1 WHERE id = $1",
            })
            .bind(run)
            .execute(&mut *tx)
            .await?;
        }
        self.commit(tx).await?;
        Ok(settled.len() as i64)
    }
}

async fn needs_no_fetch(
    conn: &mut Conn,
    company: &str,
    trip: &str,
    connected_at: Option<i64>,
) -> Result<bool, StoreError> {
    let needless: Option<i64> = sqlx::query_scalar(
        "SELECT CAST(1 AS BIGINT) FROM trip_sync q LEFT JOIN trip t ON t.company = q.company AND t.id = q.trip \
         WHERE q.company = $1 AND q.trip = $2 AND ( \
             q.due_at IS NOT NULL \
             OR (q.tombstoned_at IS NOT NULL AND coalesce(q.last_event_at, 0) <= q.tombstoned_at) \
             OR t.received_at >= coalesce($3, 0)) LIMIT 1",
    )
    .bind(company)
    .bind(trip)
    .bind(connected_at)
    .fetch_optional(conn)
    .await?;
    Ok(needless.is_some())
}
