//! SQL that only PostgreSQL understands, or understands best.
//! Called by `shared`.
//! Holds always: lists are arrays, so that every statement is planned once; rows are locked in the order of their keys.

use super::Conn;
use super::shared::{Dirt, EventInsert, MARK};
use crate::store::StoreError;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Until the end of the transaction no company connects or disconnects: else a trip could be parked just after its
/// company's trips were released.
pub(super) async fn hold_connections(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared($1)")
        .bind(CONNECTIONS)
        .execute(conn)
        .await?;
    Ok(())
}

/// Until the end of the transaction no event is appended.
pub(super) async fn change_connections(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(CONNECTIONS)
        .execute(conn)
        .await?;
    Ok(())
}

/// Until the end of the transaction nobody else changes the company's counts of quality: their rows are hot, and two
/// transactions could wait for each other's.
pub(super) async fn hold_tally(conn: &mut Conn, company: &str) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1, hashtext($2))")
        .bind(TALLY)
        .bind(company)
        .execute(conn)
        .await?;
    Ok(())
}

/// First half of that lock's key: "tall".
const TALLY: i32 = 0x7461_6c6c;

/// Key of the advisory lock: "whereab".
const CONNECTIONS: i64 = 0x0077_6865_7265_6162;

/// Inserts events that are not there yet; their ids.
pub(super) async fn insert_events(conn: &mut Conn, rows: &[&EventInsert]) -> Result<HashMap<String, i64>, StoreError> {
    let ids: Vec<(String, i64)> = sqlx::query_as(
        "INSERT INTO inbox_event \
           (event_id, kind, type_text, trip, company, event_time, received_at, status, quarantine) \
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], \
           $8::text[], $9::text[]) AS v(event_id, kind, type_text, trip, company, event_time, received_at, status, quarantine) \
         ORDER BY v.event_id \
         ON CONFLICT (event_id) DO NOTHING RETURNING event_id, id",
    )
    .bind(rows.iter().map(|row| row.event_id.clone()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.kind).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.type_text.clone()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.trip.clone()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.company.clone()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.event_time).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.received_at).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.status).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.quarantine.clone()).collect::<Vec<_>>())
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().collect())
}

/// Counts deliveries of events that are there already; their ids.
pub(super) async fn count_duplicates(
    conn: &mut Conn,
    again: &[(&str, i64)],
) -> Result<HashMap<String, i64>, StoreError> {
    if again.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<(String, i64)> = sqlx::query_as(
        "WITH v AS MATERIALIZED ( \
           SELECT e.id, u.count FROM unnest($1::text[], $2::bigint[]) AS u(event_id, count) \
           JOIN inbox_event e ON e.event_id = u.event_id ORDER BY e.event_id FOR UPDATE OF e) \
         UPDATE inbox_event SET duplicates = duplicates + v.count FROM v WHERE inbox_event.id = v.id \
         RETURNING inbox_event.event_id, inbox_event.id",
    )
    .bind(again.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(again.iter().map(|(_, count)| *count).collect::<Vec<_>>())
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().collect())
}

/// Keeps the bodies of new events.
pub(super) async fn insert_bodies(conn: &mut Conn, bodies: &[(i64, &[u8])]) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO inbox_payload (event, body) SELECT * FROM unnest($1::bigint[], $2::bytea[])")
        .bind(bodies.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind(bodies.iter().map(|(_, body)| body.to_vec()).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

static MARK_ALL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH v AS (SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], \
         $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[]) \
         AS u(company, trip, count, kind, event_at, href, concur_user, correlation, anonymized_at, log, dirty_at, due_at, due_latest)) \
         {MARK}"
    )
});

/// Marks trips; those that were marked.
pub(super) async fn mark_trips(conn: &mut Conn, dirt: &[Dirt]) -> Result<Vec<(String, String)>, StoreError> {
    if dirt.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as(AssertSqlSafe(MARK_ALL.as_str()))
        .bind(dirt.iter().map(|dirt| dirt.company.clone()).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.trip.clone()).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.count).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.kind).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.event_at).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.href.clone()).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.user.clone()).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.correlation.clone()).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.anonymized_at).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.log).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.dirty_at).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.due_at).collect::<Vec<_>>())
        .bind(dirt.iter().map(|dirt| dirt.due_latest).collect::<Vec<_>>())
        .fetch_all(conn)
        .await?)
}

/// Claiming, of everyone or (`$of`) of some.
macro_rules! claim {
    ($of:literal) => {
        concat!(
            "WITH due AS MATERIALIZED ( \
                 SELECT d.company, d.trip FROM trip_sync d \
                 WHERE d.due_at IS NOT NULL AND NOT d.parked AND d.due_at <= $1 AND d.lease_until <= $1 ",
            $of,
            "ORDER BY d.due_at LIMIT $2 FOR UPDATE SKIP LOCKED) \
             UPDATE trip_sync SET lease_token = lease_token + 1, lease_until = $3, \
                 attempt = attempt + (CASE WHEN lease_until > 0 THEN 1 ELSE 0 END), \
                 state = 'queued', due_latest = NULL, claimed_log = last_log \
             FROM due WHERE trip_sync.company = due.company AND trip_sync.trip = due.trip RETURNING "
        )
    };
}

/// Picks due trips that no other node is looking at, and leases them.
pub(super) const CLAIM: &str = claim!("");

/// The same of one company.
pub(super) const CLAIM_OF: &str = claim!("AND d.company = $4 ");

/// Bodies of events that were not understood, of a company or of none, up to a time, in which a trip's id occurs.
pub(super) const DELETE_BODIES_NAMING: &str = "\
DELETE FROM inbox_payload WHERE event IN ( \
    SELECT id FROM inbox_event WHERE quarantine IS NOT NULL AND (company = $1 OR company IS NULL) \
        AND coalesce(event_time, received_at) <= $3) \
    AND strpos(lower(encode(body, 'escape')), lower($2)) > 0";
