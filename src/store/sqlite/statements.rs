//! SQL that only SQLite understands, or understands best.
//! Called by `shared`.
//! Holds always: lists become one statement of a size that is prepared once (the next power of two, padded by NULLs).

use super::shared::{Dirt, EventInsert, MARK};
use super::{Conn, Db};
use crate::store::StoreError;
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Most rows of one statement: far below SQLite's 32,766 parameters.
const MOST: usize = 512;

/// There is one writer: nobody connects a company meanwhile.
pub(super) async fn hold_connections(_conn: &mut Conn) -> Result<(), StoreError> {
    Ok(())
}

/// The same.
pub(super) async fn change_connections(_conn: &mut Conn) -> Result<(), StoreError> {
    Ok(())
}

/// There is one writer: nobody counts meanwhile.
pub(super) async fn hold_tally(_conn: &mut Conn, _company: &str) -> Result<(), StoreError> {
    Ok(())
}

/// `VALUES` of each chunk of a list, padded to one of few sizes, between two pieces of SQL.
fn with_values<'a, T>(
    chunk: &'a [T],
    head: &str,
    tail: &str,
    bind: impl Fn(&mut sqlx::query_builder::Separated<'_, Db, &'static str>, Option<&'a T>),
) -> QueryBuilder<Db> {
    let padded = chunk
        .iter()
        .map(Some)
        .chain(std::iter::repeat(None))
        .take(chunk.len().next_power_of_two());
    let mut query = QueryBuilder::new(head);
    query.push_values(padded, |mut row, item| bind(&mut row, item));
    query.push(tail);
    query
}

/// Inserts events that are not there yet; their ids.
pub(super) async fn insert_events(conn: &mut Conn, rows: &[&EventInsert]) -> Result<HashMap<String, i64>, StoreError> {
    let mut ids = HashMap::with_capacity(rows.len());
    for chunk in rows.chunks(MOST) {
        let mut query = with_values(
            chunk,
            "WITH v(event_id, kind, type_text, trip, company, event_time, received_at, status, quarantine) AS (",
            ") INSERT INTO inbox_event \
               (event_id, kind, type_text, trip, company, event_time, received_at, status, quarantine) \
               SELECT * FROM v WHERE v.event_id IS NOT NULL \
               ON CONFLICT (event_id) DO NOTHING RETURNING event_id, id",
            |values, row| {
                values
                    .push_bind(row.map(|row| row.event_id.clone()))
                    .push_bind(row.map(|row| row.kind))
                    .push_bind(row.map(|row| row.type_text.clone()))
                    .push_bind(row.and_then(|row| row.trip.clone()))
                    .push_bind(row.and_then(|row| row.company.clone()))
                    .push_bind(row.and_then(|row| row.event_time))
                    .push_bind(row.map(|row| row.received_at))
                    .push_bind(row.map(|row| row.status))
                    .push_bind(row.and_then(|row| row.quarantine.clone()));
            },
        );
        ids.extend(query.build_query_as::<(String, i64)>().fetch_all(&mut *conn).await?);
    }
    Ok(ids)
}

/// Counts deliveries of events that are there already; their ids.
pub(super) async fn count_duplicates(
    conn: &mut Conn,
    again: &[(&str, i64)],
) -> Result<HashMap<String, i64>, StoreError> {
    let mut ids = HashMap::with_capacity(again.len());
    for chunk in again.chunks(MOST) {
        let mut query = with_values(
            chunk,
            "WITH v(event_id, count) AS (",
            ") UPDATE inbox_event SET duplicates = duplicates + v.count FROM v \
               WHERE inbox_event.event_id = v.event_id RETURNING inbox_event.event_id, inbox_event.id",
            |values, row| {
                values
                    .push_bind(row.map(|(id, _)| (*id).to_owned()))
                    .push_bind(row.map(|(_, count)| *count));
            },
        );
        ids.extend(query.build_query_as::<(String, i64)>().fetch_all(&mut *conn).await?);
    }
    Ok(ids)
}

/// Keeps the bodies of new events.
pub(super) async fn insert_bodies(conn: &mut Conn, bodies: &[(i64, &[u8])]) -> Result<(), StoreError> {
    for chunk in bodies.chunks(MOST) {
        let mut query = with_values(
            chunk,
            "WITH v(event, body) AS (",
            ") INSERT INTO inbox_payload (event, body) SELECT event, body FROM v WHERE v.event IS NOT NULL",
            |values, body| {
                values
                    .push_bind(body.map(|(id, _)| *id))
                    .push_bind(body.map(|(_, body)| body.to_vec()));
            },
        );
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Marks trips; those that were marked.
pub(super) async fn mark_trips(conn: &mut Conn, dirt: &[Dirt]) -> Result<Vec<(String, String)>, StoreError> {
    let mut marked = Vec::with_capacity(dirt.len());
    for chunk in dirt.chunks(MOST) {
        let mut query = with_values(
            chunk,
            "WITH v(company, trip, count, kind, event_at, href, concur_user, correlation, anonymized_at, log, dirty_at, \
             due_at, due_latest) AS (",
            &[") ", MARK].concat(),
            |values, dirt| {
                values
                    .push_bind(dirt.map(|dirt| dirt.company.clone()))
                    .push_bind(dirt.map(|dirt| dirt.trip.clone()))
                    .push_bind(dirt.map(|dirt| dirt.count))
                    .push_bind(dirt.map(|dirt| dirt.kind))
                    .push_bind(dirt.map(|dirt| dirt.event_at))
                    .push_bind(dirt.and_then(|dirt| dirt.href.clone()))
                    .push_bind(dirt.and_then(|dirt| dirt.user.clone()))
                    .push_bind(dirt.and_then(|dirt| dirt.correlation.clone()))
                    .push_bind(dirt.and_then(|dirt| dirt.anonymized_at))
                    .push_bind(dirt.map(|dirt| dirt.log))
                    .push_bind(dirt.map(|dirt| dirt.dirty_at))
                    .push_bind(dirt.map(|dirt| dirt.due_at))
                    .push_bind(dirt.map(|dirt| dirt.due_latest));
            },
        );
        marked.extend(query.build_query_as::<(String, String)>().fetch_all(&mut *conn).await?);
    }
    Ok(marked)
}

/// Claiming, of everyone or (`$of`) of some.
macro_rules! claim {
    ($of:literal) => {
        concat!(
            "UPDATE trip_sync SET lease_token = lease_token + 1, lease_until = $3, \
                 attempt = attempt + (CASE WHEN lease_until > 0 THEN 1 ELSE 0 END), \
                 state = 'queued', due_latest = NULL, claimed_log = last_log \
             WHERE (company, trip) IN ( \
                 SELECT d.company, d.trip FROM trip_sync d \
                 WHERE d.due_at IS NOT NULL AND NOT d.parked AND d.due_at <= $1 AND d.lease_until <= $1 ",
            $of,
            "ORDER BY d.due_at LIMIT $2) RETURNING "
        )
    };
}

/// Picks and leases due trips in one statement; the transaction is immediate.
pub(super) const CLAIM: &str = claim!("");

/// The same of one company.
pub(super) const CLAIM_OF: &str = claim!("AND d.company = $4 ");

/// Bodies of events that were not understood, of a company or of none, up to a time, in which a trip's id occurs.
pub(super) const DELETE_BODIES_NAMING: &str = "\
DELETE FROM inbox_payload WHERE event IN ( \
    SELECT id FROM inbox_event WHERE quarantine IS NOT NULL AND (company = $1 OR company IS NULL) \
        AND coalesce(event_time, received_at) <= $3) \
    AND instr(lower(CAST(body AS TEXT)), lower($2)) > 0";
