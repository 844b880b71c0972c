//! Presence is replaced: rows that stay true stay, others get an end of knowledge, new ones begin.
//! Called when a trip is stored or erased, and when a profile changes.
//! Holds always: of one traveler, at one instant, as known at one instant, there is at most one row.

use super::{Conn, Db, Sql, tally};
use crate::store::away::{self, Run};
use crate::store::draft::{self, Draft};
use crate::store::time::ms;
use crate::store::{Belief, PresenceSave, StoreError, bare};
use crate::whereabouts::Episode;
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Rows of one statement.
const MOST: usize = 500;

/// A stored row, as far as replacing needs it.
#[derive(sqlx::FromRow)]
pub(super) struct Stored {
    id: i64,
    start_at: i64,
    end_at: i64,
    known_from: i64,
    digest: Vec<u8>,
}

impl Stored {
    /// Columns of a query for such rows.
    pub(super) const COLUMNS: &str = "id, start_at, end_at, known_from, digest";
}

/// The traveler's row, locked, with its revision raised.
#[derive(sqlx::FromRow)]
struct Locked {
    known_at: i64,
    name: String,
    login: Option<String>,
}

impl Sql {
    pub(super) async fn put_presence(&self, company: &str, save: &PresenceSave) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        replace_all(&mut tx, company, save).await?;
        self.commit(tx).await
    }

    pub(super) async fn due_travelers(&self, now: DateTime<Utc>, n: u32) -> Result<Vec<(String, String)>, StoreError> {
        Ok(
            sqlx::query_as("SELECT company, id FROM traveler WHERE changes_at <= $1 ORDER BY changes_at, id LIMIT $2")
                .bind(ms(now))
                .bind(i64::from(n))
                .fetch_all(&self.read)
                .await?,
        )
    }

    pub(super) async fn newer_engine(&self, version: u32, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let newer = sqlx::query("UPDATE engine SET version = $1 WHERE version < $1")
            .bind(i64::from(version))
            .execute(&mut *tx)
            .await?;
        let due = if newer.rows_affected() == 0 {
            0
        } else {
            sqlx::query("UPDATE traveler SET changes_at = $1 WHERE changes_at IS NULL OR changes_at > $1")
                .bind(ms(now))
                .execute(&mut *tx)
                .await?
                .rows_affected()
        };
        tx.commit().await?;
        Ok(due)
    }
}

/// Replaces the presence of the traveler and of those from whom a trip was taken, in the order of their ids.
pub(super) async fn replace_all(conn: &mut Conn, company: &str, save: &PresenceSave) -> Result<(), StoreError> {
    let mut all: Vec<&Belief> = std::iter::once(&save.belief).chain(&save.others).collect();
    all.sort_by_key(|belief| &belief.traveler);
    for belief in &all {
        replace(conn, company, ms(save.known_from), belief).await?;
    }
    // Counts change last, when everyone's rows are held.
    for belief in all {
        tally::put(conn, company, &belief.traveler, &belief.quality).await?;
    }
    Ok(())
}

async fn replace(conn: &mut Conn, company: &str, known_from: i64, belief: &Belief) -> Result<(), StoreError> {
    let (traveler, drafts) = (&belief.traveler, draft::drafts(&belief.episodes)?);
    let locked: Locked = sqlx::query_as(
        "UPDATE traveler SET revision = revision + 1, known_at = CASE WHEN known_at > $4 THEN known_at ELSE $4 END, \
         changes_at = $5 WHERE id = $1 AND company = $2 AND revision = $3 RETURNING known_at, name, login",
    )
    .bind(traveler)
    .bind(company)
    .bind(belief.revision)
    .bind(known_from)
    .bind(belief.changes_at.map(ms))
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(StoreError::Fenced)?;

    let open: Vec<Stored> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {} FROM episode WHERE traveler = $1 AND known_until IS NULL",
        Stored::COLUMNS
    )))
    .bind(traveler)
    .fetch_all(&mut *conn)
    .await?;
    let mut stale: HashMap<(i64, i64, &[u8]), &Stored> = open
        .iter()
        .map(|row| ((row.start_at, row.end_at, row.digest.as_slice()), row))
        .collect();
    let new: Vec<&Draft<'_>> = drafts
        .iter()
        .filter(|draft| stale.remove(&draft.key()).is_none())
        .collect();

    // Known for no time at all is not knowledge.
    let (fleeting, ended): (Vec<&Stored>, Vec<&Stored>) =
        stale.into_values().partition(|row| row.known_from >= locked.known_at);
    delete(conn, &fleeting).await?;
    end(conn, &ended, locked.known_at).await?;
    insert(conn, company, traveler, &locked, &new).await?;
    put_away(conn, (company, traveler), drafts.iter().filter_map(|draft| draft.away)).await
}

/// Says when a traveler is away.
async fn put_away(
    conn: &mut Conn,
    (company, traveler): (&str, &str),
    runs: impl Iterator<Item = Run>,
) -> Result<(), StoreError> {
    let line = away::line(runs);
    let sql = if line.is_empty() {
        "DELETE FROM away WHERE company = $1 AND traveler = $2 AND runs <> $3"
    } else {
        "INSERT INTO away (company, traveler, runs) VALUES ($1, $2, $3) \
         ON CONFLICT (company, traveler) DO UPDATE SET runs = excluded.runs WHERE away.runs <> excluded.runs"
    };
    sqlx::query(sql)
        .bind(company)
        .bind(traveler)
        .bind(line)
        .execute(conn)
        .await?;
    Ok(())
}

/// The same, by the episodes that are left.
pub(super) async fn put_away_again(conn: &mut Conn, company: &str, traveler: &str) -> Result<(), StoreError> {
    let left: Vec<String> =
        sqlx::query_scalar("SELECT detail FROM episode WHERE traveler = $1 AND known_until IS NULL ORDER BY start_at")
            .bind(traveler)
            .fetch_all(&mut *conn)
            .await?;
    let left: Vec<Episode> = left.iter().map(|detail| bare::read(detail)).collect::<Result<_, _>>()?;
    put_away(conn, (company, traveler), left.iter().filter_map(Run::of)).await
}

/// The presence rows of these episodes, by their primary key; the ids and two brackets follow. Presence rows change before
/// their episodes, because this asks the episodes for the key.
pub(in crate::store) const OF_EPISODES: &str = "(company, closed, span, start_at, end_at, episode) IN \
    (SELECT company, known_until IS NOT NULL, span, start_at, end_at, id FROM episode WHERE id IN (";

/// Ids of rows, and so many brackets.
fn push_ids(query: &mut QueryBuilder<Db>, rows: &[&Stored], brackets: &'static str) {
    let mut ids = query.separated(", ");
    for row in rows {
        ids.push_bind(row.id);
    }
    query.push(brackets);
}

/// Deletes rows, whether still known or not.
pub(super) async fn delete(conn: &mut Conn, rows: &[&Stored]) -> Result<(), StoreError> {
    for chunk in rows.chunks(MOST) {
        let mut query = QueryBuilder::new("DELETE FROM presence WHERE ");
        query.push(OF_EPISODES);
        push_ids(&mut query, chunk, "))");
        query.build().persistent(false).execute(&mut *conn).await?;
        let mut query = QueryBuilder::new("DELETE FROM episode WHERE id IN (");
        push_ids(&mut query, chunk, ")");
        query.build().persistent(false).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Deletes everything that was ever believed of a traveler.
pub(super) async fn delete_all(conn: &mut Conn, company: &str, traveler: &str) -> Result<(), StoreError> {
    let rows = rows_of(conn, traveler).await?;
    delete(conn, &rows.iter().collect::<Vec<_>>()).await?;
    put_away(conn, (company, traveler), std::iter::empty()).await
}

async fn rows_of(conn: &mut Conn, traveler: &str) -> Result<Vec<Stored>, StoreError> {
    let sql = format!("SELECT {} FROM episode WHERE traveler = $1", Stored::COLUMNS);
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(traveler)
        .fetch_all(conn)
        .await?)
}

/// Ends the knowledge of open rows.
async fn end(conn: &mut Conn, rows: &[&Stored], known_until: i64) -> Result<(), StoreError> {
    for chunk in rows.chunks(MOST) {
        let mut query = QueryBuilder::new("UPDATE presence SET closed = ");
        query
            .push_bind(true)
            .push(", known_until = ")
            .push_bind(known_until)
            .push(" WHERE ")
            .push(OF_EPISODES);
        push_ids(&mut query, chunk, "))");
        query.build().persistent(false).execute(&mut *conn).await?;
        let mut query = QueryBuilder::new("UPDATE episode SET known_until = ");
        query.push_bind(known_until).push(" WHERE id IN (");
        push_ids(&mut query, chunk, ")");
        query.build().persistent(false).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Changes what rows say of a traveler besides whereabouts: it is no knowledge of whereabouts, so old rows change too.
pub(super) async fn rename(conn: &mut Conn, traveler: &str, name: &str, login: Option<&str>) -> Result<(), StoreError> {
    let rows = rows_of(conn, traveler).await?;
    for chunk in rows.iter().collect::<Vec<_>>().chunks(MOST) {
        let mut query = QueryBuilder::new("UPDATE presence SET name = ");
        query
            .push_bind(label(name))
            .push(", login = ")
            .push_bind(label(login.unwrap_or_default()));
        query.push(" WHERE ").push(OF_EPISODES);
        push_ids(&mut query, chunk, "))");
        query.build().persistent(false).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Text that can stand in a line of fields.
fn label(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

async fn insert(
    conn: &mut Conn,
    company: &str,
    traveler: &str,
    of: &Locked,
    drafts: &[&Draft<'_>],
) -> Result<(), StoreError> {
    for chunk in drafts.chunks(MOST) {
        let mut query = QueryBuilder::new(
            "INSERT INTO episode (company, traveler, start_at, end_at, span, known_from, digest, cites, detail) ",
        );
        query.push_values(chunk, |mut row, draft| {
            row.push_bind(company.to_owned()).push_bind(traveler.to_owned());
            row.push_bind(draft.start_at)
                .push_bind(draft.end_at)
                .push_bind(draft::span(draft.start_at, draft.end_at));
            row.push_bind(of.known_at);
            row.push_bind(draft.digest.clone())
                .push_bind(draft.cites.clone())
                .push_bind(draft.detail.clone());
        });
        query.push(" RETURNING start_at, id");
        let ids: Vec<(i64, i64)> = query.build_query_as().persistent(false).fetch_all(&mut *conn).await?;
        // Episodes of a timeline do not overlap: their begin tells them apart.
        let ids: HashMap<i64, i64> = ids.into_iter().collect();

        let (name, login) = (label(&of.name), label(of.login.as_deref().unwrap_or_default()));
        let mut query = QueryBuilder::new(
            "INSERT INTO presence (company, closed, span, start_at, episode, end_at, known_from, traveler, name, login, \
             elsewhere, reach, summary) ",
        );
        query.push_values(chunk, |mut row, draft| {
            row.push_bind(company.to_owned())
                .push_bind(false)
                .push_bind(draft::span(draft.start_at, draft.end_at));
            row.push_bind(draft.start_at)
                .push_bind(ids.get(&draft.start_at).copied());
            row.push_bind(draft.end_at)
                .push_bind(of.known_at)
                .push_bind(traveler.to_owned());
            row.push_bind(name.clone()).push_bind(login.clone());
            row.push_bind(draft.elsewhere())
                .push_bind(draft.reach())
                .push_bind(draft.summary(company, traveler, of.known_at));
        });
        query.build().persistent(false).execute(&mut *conn).await?;
    }
    Ok(())
}
