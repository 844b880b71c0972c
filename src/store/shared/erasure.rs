//! A trip is erased with everything derived from it.
//! Called by `ingest::worker` for anonymizations and at the end of a deleted trip's grace (P1, P4, P5).
//! Holds always: afterwards only ids are left, and only an event newer than the erasing one brings the trip back (P6).

use super::backlogs::forget_entry;
use super::presence::{Stored, delete, replace_all};
use super::queue::{end_lease, settle_events};
use super::trips::stored_trip;
use super::{Conn, Sql, parties};
use crate::store::text::contains;
use crate::store::time::ms;
use crate::store::{Claim, PresenceSave, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

impl Sql {
    pub(super) async fn erase(
        &self,
        claim: &Claim,
        save: Option<&PresenceSave>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held = end_lease(&mut tx, claim).await?;
        let tombstone = ms(claim.last_event_time.unwrap_or(now));
        let alive = held.last_event_at.is_some_and(|last| last > tombstone);
        let stored = stored_trip(&mut tx, claim).await?;
        let holders = hold_travelers(&mut tx, claim, save).await?;
        delete_trip(&mut tx, claim, &holders).await?;
        match (stored, save) {
            (Some(stored), Some(save))
                if stored.traveler != save.belief.traveler
                    && !save.others.iter().any(|other| other.traveler == stored.traveler) =>
            {
                // The trip changed hands while this was computed.
                return Err(StoreError::Fenced);
            }
            (_, Some(save)) => replace_all(&mut tx, &claim.company, save).await?,
            (Some(stored), None) => forget(&mut tx, &stored.traveler).await?,
            (None, None) => {}
        }
        forget_entry(&mut tx, &claim.company, &claim.trip).await?;
        // Of a trip that lives on, the newer events are its new life.
        let not_after = if alive { tombstone } else { i64::MAX };
        sqlx::query(
            "DELETE FROM inbox_payload WHERE event IN \
             (SELECT id FROM inbox_event \
              WHERE company = $1 AND trip = $2 AND coalesce(event_time, received_at) <= $3)",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(not_after)
        .execute(&mut *tx)
        .await?;
        if alive {
            sqlx::query(
                "UPDATE trip_sync SET tombstoned_at = $3, done_gen = $4, attempt = 0, error = NULL, state = 'queued', \
                     wanted_gen = CASE WHEN wanted_gen > $4 THEN wanted_gen ELSE $4 + 1 END, \
                     first_dirty_at = due_at, grace_until = NULL, \
                     anonymized_at = CASE WHEN anonymized_at > $3 THEN anonymized_at ELSE NULL END \
                 WHERE company = $1 AND trip = $2",
            )
        } else {
            sqlx::query(
                "UPDATE trip_sync SET tombstoned_at = $3, \
                     done_gen = CASE WHEN wanted_gen > $4 THEN wanted_gen ELSE $4 END, \
                     attempt = 0, error = NULL, state = 'idle', due_at = NULL, due_latest = NULL, first_dirty_at = NULL, \
                     grace_until = NULL, anonymized_at = NULL, href = NULL, concur_user = NULL \
                 WHERE company = $1 AND trip = $2",
            )
        }
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(tombstone)
        .bind(claim.generation)
        .execute(&mut *tx)
        .await?;
        settle_events(&mut tx, claim, i64::MAX, not_after).await?;
        parties::forget_guests(&mut tx, &holders).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }
}

/// Locks everyone whose rows will change, in the order of their ids; answers with those who ever had the trip.
async fn hold_travelers(
    conn: &mut Conn,
    claim: &Claim,
    save: Option<&PresenceSave>,
) -> Result<BTreeSet<String>, StoreError> {
    let holders: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT traveler FROM trip_version WHERE company = $1 AND trip = $2")
            .bind(&claim.company)
            .bind(&claim.trip)
            .fetch_all(&mut *conn)
            .await?;
    let mut holders: BTreeSet<String> = holders.into_iter().map(|(traveler,)| traveler).collect();
    holders.extend(parties::ever(conn, claim).await?);
    let mut all: BTreeSet<&str> = holders.iter().map(String::as_str).collect();
    if let Some(save) = save {
        all.insert(&save.belief.traveler);
        all.extend(save.others.iter().map(|other| other.traveler.as_str()));
    }
    for traveler in all {
        sqlx::query("UPDATE traveler SET known_at = known_at WHERE id = $1")
            .bind(traveler)
            .execute(&mut *conn)
            .await?;
    }
    Ok(holders)
}

/// Deletes the trip, its versions, and every presence row that rests on it or tells of it, whoever's and however old.
async fn delete_trip(conn: &mut Conn, claim: &Claim, holders: &BTreeSet<String>) -> Result<(), StoreError> {
    let cited = contains(&format!("\n{}\n", claim.trip));
    for traveler in holders {
        let rows: Vec<Stored> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {} FROM episode WHERE traveler = $1 AND cites LIKE $2 ESCAPE '\\'",
            Stored::COLUMNS
        )))
        .bind(traveler)
        .bind(&cited)
        .fetch_all(&mut *conn)
        .await?;
        delete(conn, &rows.iter().collect::<Vec<_>>()).await?;
    }
    parties::unlink(conn, claim).await?;
    for statement in [
        "DELETE FROM trip_version WHERE company = $1 AND trip = $2",
        "DELETE FROM trip WHERE company = $1 AND id = $2",
    ] {
        sqlx::query(statement)
            .bind(&claim.company)
            .bind(&claim.trip)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Whoever is computing presence with the erased trip must not save it.
async fn forget(conn: &mut Conn, traveler: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE traveler SET revision = revision + 1 WHERE id = $1")
        .bind(traveler)
        .execute(conn)
        .await?;
    Ok(())
}
