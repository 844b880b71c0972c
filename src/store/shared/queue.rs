//! Trips are claimed, and claims end: leases, generations and fencing (reliability.md §2.4).
//! Called by `ingest::worker`.
//! Holds always: a claim that lost its lease changes nothing; what arrived during a fetch is still wanted after it.

use super::{Conn, Sql, statements};
use crate::store::time::{at, at_opt, length, ms, ms_opt};
use crate::store::{Claim, EventKind, StoreError};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::sync::LazyLock;
use std::time::Duration;

#[derive(sqlx::FromRow)]
struct ClaimRow {
    company: String,
    trip: String,
    wanted_gen: i64,
    lease_token: i64,
    attempt: i64,
    href: Option<String>,
    concur_user: Option<String>,
    correlation: Option<String>,
    last_kind: String,
    last_event_at: Option<i64>,
    first_dirty_at: Option<i64>,
    due_at: i64,
    anonymized_at: Option<i64>,
    grace_until: Option<i64>,
    tombstoned_at: Option<i64>,
    documents: i64,
}

impl ClaimRow {
    fn claim(self, now: i64) -> Result<Claim, StoreError> {
        Ok(Claim {
            known: self.documents > 0,
            in_grace: self.grace_until.is_some_and(|until| until <= now),
            // An anonymization must not be hidden by what came after it.
            last_kind: match self.anonymized_at {
                Some(_) => EventKind::Anonymized,
                None => self.last_kind.parse()?,
            },
            last_event_time: at_opt(self.anonymized_at.or(self.last_event_at))?,
            first_dirty_at: at(self.first_dirty_at.unwrap_or(self.due_at))?,
            tombstoned_at: at_opt(self.tombstoned_at)?,
            company: self.company,
            trip: self.trip,
            generation: self.wanted_gen,
            lease_token: self.lease_token,
            attempt: i32::try_from(self.attempt).unwrap_or(i32::MAX),
            href: self.href,
            user: self.concur_user,
            correlation: self.correlation,
        })
    }
}

static CLAIM: LazyLock<String> = LazyLock::new(|| with_columns(statements::CLAIM));
static CLAIM_OF: LazyLock<String> = LazyLock::new(|| with_columns(statements::CLAIM_OF));

fn with_columns(claim: &str) -> String {
    let columns = [
        "company",
        "trip",
        "wanted_gen",
        "lease_token",
        "attempt",
        "href",
        "concur_user",
        "correlation",
        "last_kind",
        "last_event_at",
        "first_dirty_at",
        "due_at",
        "anonymized_at",
        "grace_until",
        "tombstoned_at",
    ];
    let mut sql = claim.to_owned();
    for column in columns {
        sql.push_str("trip_sync.");
        sql.push_str(column);
        sql.push_str(", ");
    }
    sql + "(SELECT count(*) FROM trip t WHERE t.company = trip_sync.company AND t.id = trip_sync.trip) AS documents"
}

/// What is left to decide when a claim ends: its row as it was just before.
#[derive(sqlx::FromRow)]
pub(super) struct Held {
    pub(super) wanted_gen: i64,
    pub(super) due_at: Option<i64>,
    pub(super) claimed_log: i64,
    pub(super) last_event_at: Option<i64>,
    pub(super) anonymized_at: Option<i64>,
    pub(super) grace_until: Option<i64>,
}

impl Held {
    /// Something arrived during the fetch.
    pub(super) fn is_wanted_again(&self, claim: &Claim) -> bool {
        self.wanted_gen > claim.generation
    }
}

/// Ends the lease of a claim, if it is still its own: first statement of every outcome.
pub(super) async fn end_lease(conn: &mut Conn, claim: &Claim) -> Result<Held, StoreError> {
    sqlx::query_as(
        "UPDATE trip_sync SET lease_until = 0 \
         WHERE company = $1 AND trip = $2 AND lease_token = $3 AND lease_until > 0 \
         RETURNING wanted_gen, due_at, claimed_log, last_event_at, anonymized_at, grace_until",
    )
    .bind(&claim.company)
    .bind(&claim.trip)
    .bind(claim.lease_token)
    .fetch_optional(conn)
    .await?
    .ok_or(StoreError::Fenced)
}

/// Holds the row of a claim whose lease is still its own, and leaves it the lease.
pub(super) async fn hold_lease(conn: &mut Conn, claim: &Claim) -> Result<Held, StoreError> {
    sqlx::query_as(
        "UPDATE trip_sync SET lease_until = lease_until \
         WHERE company = $1 AND trip = $2 AND lease_token = $3 AND lease_until > 0 \
         RETURNING wanted_gen, due_at, claimed_log, last_event_at, anonymized_at, grace_until",
    )
    .bind(&claim.company)
    .bind(&claim.trip)
    .bind(claim.lease_token)
    .fetch_optional(conn)
    .await?
    .ok_or(StoreError::Fenced)
}

/// The claim's generation is done: the trip rests, or waits for what arrived meanwhile.
pub(super) async fn done(conn: &mut Conn, claim: &Claim, held: &Held) -> Result<(), StoreError> {
    if held.is_wanted_again(claim) {
        let settled = claim.last_kind == EventKind::Anonymized && ms_opt(claim.last_event_time) == held.anonymized_at;
        sqlx::query(
            "UPDATE trip_sync SET done_gen = $3, state = 'queued', attempt = 0, error = NULL, grace_until = NULL, \
                 first_dirty_at = due_at, anonymized_at = CASE WHEN $4 THEN NULL ELSE anonymized_at END \
             WHERE company = $1 AND trip = $2",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(claim.generation)
        .bind(settled)
    } else {
        sqlx::query(
            "UPDATE trip_sync SET done_gen = $3, state = 'idle', attempt = 0, error = NULL, grace_until = NULL, \
                 due_at = NULL, due_latest = NULL, first_dirty_at = NULL, href = NULL, concur_user = NULL, \
                 anonymized_at = NULL \
             WHERE company = $1 AND trip = $2",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(claim.generation)
    }
    .execute(&mut *conn)
    .await?;
    settle_events(conn, claim, held.claimed_log, i64::MAX).await
}

/// Of the events up to a place in the log and up to a time, the newest is processed; the others are superseded by it.
pub(super) async fn settle_events(
    conn: &mut Conn,
    claim: &Claim,
    up_to: i64,
    not_after: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE inbox_event SET error = NULL, status = CASE WHEN id = ( \
             SELECT max(e.id) FROM inbox_event e WHERE e.company = $1 AND e.trip = $2 AND e.id <= $3 \
                 AND e.status IN ('received', 'failed') AND coalesce(e.event_time, e.received_at) <= $4) \
             THEN 'processed' ELSE 'superseded' END \
         WHERE company = $1 AND trip = $2 AND id <= $3 AND status IN ('received', 'failed') \
             AND coalesce(event_time, received_at) <= $4",
    )
    .bind(&claim.company)
    .bind(&claim.trip)
    .bind(up_to)
    .bind(not_after)
    .execute(conn)
    .await?;
    Ok(())
}

/// What a fetch covered has failed, for now or for good.
async fn fail_events(conn: &mut Conn, claim: &Claim, up_to: i64, status: &str, class: &str) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE inbox_event SET status = $4, error = $5 \
         WHERE company = $1 AND trip = $2 AND id <= $3 AND status IN ('received', 'failed')",
    )
    .bind(&claim.company)
    .bind(&claim.trip)
    .bind(up_to)
    .bind(status)
    .bind(class)
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a trip without an event. One that was erased stays so. Connections are held already.
pub(super) async fn want(
    conn: &mut Conn,
    company: &str,
    trip: &str,
    href: Option<&str>,
    due: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO trip_sync AS q (company, trip, wanted_gen, due_at, due_latest, first_dirty_at, state, parked, \
             last_kind, href) \
         VALUES ($1, $2, 1, $3, $3, $3, 'queued', \
             NOT EXISTS (SELECT 1 FROM company c WHERE c.id = $1 AND c.state = 'connected'), 'updated', $4) \
         ON CONFLICT (company, trip) DO UPDATE SET \
             wanted_gen = q.wanted_gen + 1, \
             due_at = CASE WHEN q.state = 'retry' OR q.due_at < excluded.due_at THEN q.due_at \
                      ELSE excluded.due_at END, \
             due_latest = coalesce(q.due_latest, excluded.due_latest), \
             first_dirty_at = coalesce(q.first_dirty_at, excluded.first_dirty_at), \
             state = CASE WHEN q.state = 'retry' THEN 'retry' ELSE 'queued' END, \
             attempt = CASE WHEN q.state = 'dead' THEN 0 ELSE q.attempt END, \
             href = coalesce(excluded.href, q.href) \
         WHERE q.tombstoned_at IS NULL OR q.last_event_at > q.tombstoned_at",
    )
    .bind(company)
    .bind(trip)
    .bind(due)
    .bind(href)
    .execute(conn)
    .await?;
    Ok(())
}

impl Sql {
    pub(super) async fn claim(&self, n: u32, now: DateTime<Utc>, lease: Duration) -> Result<Vec<Claim>, StoreError> {
        let now = ms(now);
        // Looked at by a reader first: an idle queue costs no write.
        if n == 0 || self.first_due(now).await?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let mut rows: Vec<ClaimRow> = sqlx::query_as(AssertSqlSafe(CLAIM.as_str()))
            .bind(now)
            .bind(i64::from(n))
            .bind(now.saturating_add(length(lease).max(1)))
            .fetch_all(&mut *tx)
            .await?;
        self.commit(tx).await?;
        rows.sort_by(|a, b| (a.due_at, &a.company, &a.trip).cmp(&(b.due_at, &b.company, &b.trip)));
        rows.into_iter().map(|row| row.claim(now)).collect()
    }

    pub(super) async fn claim_in_turn(
        &self,
        shares: &[(String, u32)],
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Vec<Claim>, StoreError> {
        let now = ms(now);
        let mut tx = self.begin().await?;
        let mut claims = Vec::new();
        for (company, n) in shares {
            let rows: Vec<ClaimRow> = sqlx::query_as(AssertSqlSafe(CLAIM_OF.as_str()))
                .bind(now)
                .bind(i64::from(*n))
                .bind(now.saturating_add(length(lease).max(1)))
                .bind(company)
                .fetch_all(&mut *tx)
                .await?;
            claims.extend(rows);
        }
        self.commit(tx).await?;
        claims.into_iter().map(|row| row.claim(now)).collect()
    }

    pub(super) async fn with_something_due(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT c.id FROM company c WHERE EXISTS (SELECT 1 FROM trip_sync d WHERE d.company = c.id \
                 AND d.due_at IS NOT NULL AND NOT d.parked AND d.due_at <= $1 AND d.lease_until <= $1) ORDER BY c.id",
        )
        .bind(ms(now))
        .fetch_all(&self.read)
        .await?)
    }

    /// When something can be claimed, in the past or in the future.
    async fn first_due(&self, now: i64) -> Result<Option<i64>, StoreError> {
        let free: Option<i64> = sqlx::query_scalar(
            "SELECT due_at FROM trip_sync WHERE due_at IS NOT NULL AND NOT parked AND lease_until <= $1 \
             ORDER BY due_at LIMIT 1",
        )
        .bind(now)
        .fetch_optional(&self.read)
        .await?;
        // A lease that nobody ends is over by itself.
        let lost: Option<i64> = sqlx::query_scalar(
            "SELECT CASE WHEN due_at > lease_until THEN due_at ELSE lease_until END FROM trip_sync \
             WHERE lease_until > 0 AND lease_until > $1 AND due_at IS NOT NULL AND NOT parked ORDER BY 1 LIMIT 1",
        )
        .bind(now)
        .fetch_optional(&self.read)
        .await?;
        Ok([free, lost].into_iter().flatten().min())
    }

    pub(super) async fn next(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let now = ms(now);
        self.first_due(now).await?.map(|due| at(due.max(now))).transpose()
    }

    pub(super) async fn prolong(&self, claim: &Claim, until: DateTime<Utc>) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE trip_sync SET lease_until = $4 \
             WHERE company = $1 AND trip = $2 AND lease_token = $3 AND lease_until > 0",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(claim.lease_token)
        .bind(ms(until))
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    pub(super) async fn want(
        &self,
        company: &str,
        trip: &str,
        href: Option<&str>,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        statements::hold_connections(&mut tx).await?;
        want(&mut tx, company, trip, href, ms(due)).await?;
        self.commit(tx).await
    }

    pub(super) async fn retry(&self, claim: &Claim, due: DateTime<Utc>, class: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held = end_lease(&mut tx, claim).await?;
        // An erasure that arrived meanwhile needs no fetch, so it waits for no back-off.
        let due = match (held.anonymized_at, held.due_at) {
            (Some(_), Some(due_at)) if held.is_wanted_again(claim) => due_at,
            _ => ms(due),
        };
        sqlx::query(
            "UPDATE trip_sync SET attempt = attempt + 1, state = 'retry', due_at = $3, error = $4 \
             WHERE company = $1 AND trip = $2",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(due)
        .bind(class)
        .execute(&mut *tx)
        .await?;
        fail_events(&mut tx, claim, held.claimed_log, "failed", class).await?;
        self.commit(tx).await
    }

    pub(super) async fn grace(
        &self,
        claim: &Claim,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held = end_lease(&mut tx, claim).await?;
        let again = held.is_wanted_again(claim);
        let grace_until = held
            .grace_until
            .filter(|running| *running > ms(now))
            .unwrap_or(ms(until));
        sqlx::query(
            "UPDATE trip_sync SET attempt = 0, error = NULL, grace_until = $3, \
                 state = CASE WHEN $4 THEN 'queued' ELSE 'grace' END, \
                 due_at = CASE WHEN $4 AND due_at < $3 THEN due_at ELSE $3 END, \
                 due_latest = CASE WHEN $4 THEN due_latest ELSE NULL END, \
                 href = CASE WHEN $4 THEN href ELSE NULL END \
             WHERE company = $1 AND trip = $2",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(grace_until)
        .bind(again)
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE trip SET pending_delete = $3 WHERE company = $1 AND id = $2 AND pending_delete IS NULL")
            .bind(&claim.company)
            .bind(&claim.trip)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }

    pub(super) async fn dead(&self, claim: &Claim, class: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held = end_lease(&mut tx, claim).await?;
        if held.is_wanted_again(claim) {
            // What arrived meanwhile is a new start.
            sqlx::query(
                "UPDATE trip_sync SET done_gen = $3, state = 'queued', attempt = 0, error = $4, first_dirty_at = due_at \
                 WHERE company = $1 AND trip = $2",
            )
        } else {
            sqlx::query(
                "UPDATE trip_sync SET done_gen = $3, state = 'dead', error = $4, due_at = NULL, due_latest = NULL, \
                     first_dirty_at = NULL, href = NULL, grace_until = NULL \
                 WHERE company = $1 AND trip = $2",
            )
        }
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(claim.generation)
        .bind(class)
        .execute(&mut *tx)
        .await?;
        fail_events(&mut tx, claim, held.claimed_log, "dead", class).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }

    pub(super) async fn nothing(&self, claim: &Claim) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held = end_lease(&mut tx, claim).await?;
        match ms_opt(claim.last_event_time) {
            // An anonymization hides what came after it, and that is still to be done.
            Some(until) if claim.last_kind == EventKind::Anonymized && held.last_event_at > Some(until) => {
                go_on(&mut tx, claim, &held, until).await?;
            }
            _ => done(&mut tx, claim, &held).await?,
        }
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }
}

/// What happened until then is done; what the claim covered beyond that is queued again.
async fn go_on(conn: &mut Conn, claim: &Claim, held: &Held, until: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE trip_sync SET done_gen = $3, wanted_gen = CASE WHEN wanted_gen > $3 THEN wanted_gen ELSE $3 + 1 END, \
             state = 'queued', attempt = 0, error = NULL, grace_until = NULL, first_dirty_at = due_at, \
             anonymized_at = CASE WHEN anonymized_at > $4 THEN anonymized_at ELSE NULL END \
         WHERE company = $1 AND trip = $2",
    )
    .bind(&claim.company)
    .bind(&claim.trip)
    .bind(claim.generation)
    .bind(until)
    .execute(&mut *conn)
    .await?;
    settle_events(conn, claim, held.claimed_log, until).await
}
