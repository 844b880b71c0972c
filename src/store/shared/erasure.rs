//! A trip is erased or withheld, with everything derived from it.
//! Called by `ingest::worker` for anonymizations (P1, P4), at the end of a deleted trip's grace (P5), and for what a
//! company does not want kept (P11, P12, P16).
//! Holds always: afterwards only ids are left; an erased trip comes back only by an event newer than the erasing one (P6).

use super::backlogs::forget_entry;
use super::presence::{Stored, delete, delete_all, put_away_again, replace_all};
use super::queue::{done, end_lease, hold_lease, settle_events};
use super::trips::stored_trip;
use super::{Conn, Sql, parties, statements, tally};
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
        erase_in(&mut tx, claim, save, tombstone, alive).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }

    pub(super) async fn erase_first(
        &self,
        claim: &Claim,
        save: Option<&PresenceSave>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let held = hold_lease(&mut tx, claim).await?;
        let tombstone = ms(claim.last_event_time.unwrap_or(now));
        let alive = held.last_event_at.is_some_and(|last| last > tombstone);
        if alive {
            end_lease(&mut tx, claim).await?;
            erase_in(&mut tx, claim, save, tombstone, true).await?;
        } else {
            take_away(&mut tx, (&claim.company, &claim.trip), save).await?;
            delete_bodies(&mut tx, (&claim.company, &claim.trip), i64::MAX).await?;
            sqlx::query(
                "UPDATE trip_sync SET tombstoned_at = $3, href = NULL, concur_user = NULL WHERE company = $1 AND trip = $2",
            )
            .bind(&claim.company)
            .bind(&claim.trip)
            .bind(tombstone)
            .execute(&mut *tx)
            .await?;
        }
        self.commit(tx).await?;
        self.residue();
        Ok(!alive)
    }

    pub(super) async fn withhold(&self, claim: &Claim, save: Option<&PresenceSave>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held = end_lease(&mut tx, claim).await?;
        let of = (claim.company.as_str(), claim.trip.as_str());
        take_away(&mut tx, of, save).await?;
        forget_entry(&mut tx, of.0, of.1).await?;
        done(&mut tx, claim, &held).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }

    pub(super) async fn withhold_idle(&self, of: (&str, &str), save: Option<&PresenceSave>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // Trip before traveler, as everywhere.
        sqlx::query("UPDATE trip_sync SET concur_user = concur_user WHERE company = $1 AND trip = $2")
            .bind(of.0)
            .bind(of.1)
            .execute(&mut *tx)
            .await?;
        take_away(&mut tx, of, save).await?;
        delete_bodies(&mut tx, of, i64::MAX).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }
}

/// Erases, leaves the tombstone, and settles what the erasing event covers.
async fn erase_in(
    conn: &mut Conn,
    claim: &Claim,
    save: Option<&PresenceSave>,
    tombstone: i64,
    alive: bool,
) -> Result<(), StoreError> {
    let of = (claim.company.as_str(), claim.trip.as_str());
    take_away(conn, of, save).await?;
    forget_entry(conn, of.0, of.1).await?;
    // Of a trip that lives on, the newer events are its new life.
    let not_after = if alive { tombstone } else { i64::MAX };
    delete_bodies(conn, of, not_after).await?;
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
    .bind(of.0)
    .bind(of.1)
    .bind(tombstone)
    .bind(claim.generation)
    .execute(&mut *conn)
    .await?;
    settle_events(conn, claim, i64::MAX, not_after).await
}

/// Deletes the bodies of a trip's events up to a time, and of those that were not understood but name it.
async fn delete_bodies(conn: &mut Conn, (company, trip): (&str, &str), not_after: i64) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM inbox_payload WHERE event IN \
         (SELECT id FROM inbox_event \
          WHERE company = $1 AND trip = $2 AND coalesce(event_time, received_at) <= $3)",
    )
    .bind(company)
    .bind(trip)
    .bind(not_after)
    .execute(&mut *conn)
    .await?;
    sqlx::query(statements::DELETE_BODIES_NAMING)
        .bind(company)
        .bind(trip)
        .bind(not_after)
        .execute(conn)
        .await?;
    Ok(())
}

/// The trip goes with everything derived from it, and with their last trip its travelers.
async fn take_away(conn: &mut Conn, of: (&str, &str), save: Option<&PresenceSave>) -> Result<(), StoreError> {
    let stored = stored_trip(conn, of).await?;
    let holders = hold_travelers(conn, of, save).await?;
    delete_trip(conn, of, &holders).await?;
    match (&stored, save) {
        (Some(stored), Some(save))
            if stored.traveler != save.belief.traveler
                && !save.others.iter().any(|other| other.traveler == stored.traveler) =>
        {
            // The trip changed hands while this was computed.
            return Err(StoreError::Fenced);
        }
        (_, Some(save)) => replace_all(conn, of.0, save).await?,
        (Some(stored), None) => bump(conn, &stored.traveler).await?,
        (None, None) => {}
    }
    let saved = save
        .into_iter()
        .flat_map(|save| std::iter::once(&save.belief).chain(&save.others));
    let all: BTreeSet<&str> = holders
        .iter()
        .map(String::as_str)
        .chain(saved.map(|belief| belief.traveler.as_str()))
        .collect();
    for traveler in all {
        forget_without_trips(conn, of.0, traveler).await?;
    }
    Ok(())
}

/// Who is on no trip any more is nobody's business: name, login, contact and all that was believed of them go.
async fn forget_without_trips(conn: &mut Conn, company: &str, traveler: &str) -> Result<(), StoreError> {
    let trips: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM trip WHERE traveler = $1 AND company = $2) \
              + (SELECT count(*) FROM trip_companion WHERE traveler = $1 AND company = $2)",
    )
    .bind(traveler)
    .bind(company)
    .fetch_one(&mut *conn)
    .await?;
    if trips == 0 {
        delete_all(conn, company, traveler).await?;
        tally::forget_traveler(conn, company, traveler).await?;
        sqlx::query("DELETE FROM traveler WHERE id = $1 AND company = $2")
            .bind(traveler)
            .bind(company)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Locks everyone whose rows will change, in the order of their ids; answers with those who ever had the trip.
async fn hold_travelers(
    conn: &mut Conn,
    (company, trip): (&str, &str),
    save: Option<&PresenceSave>,
) -> Result<BTreeSet<String>, StoreError> {
    let holders: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT traveler FROM trip_version WHERE company = $1 AND trip = $2")
            .bind(company)
            .bind(trip)
            .fetch_all(&mut *conn)
            .await?;
    let mut holders: BTreeSet<String> = holders.into_iter().map(|(traveler,)| traveler).collect();
    holders.extend(parties::ever(conn, (company, trip)).await?);
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
async fn delete_trip(
    conn: &mut Conn,
    (company, trip): (&str, &str),
    holders: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let cited = contains(&format!("\n{trip}\n"));
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
        put_away_again(conn, company, traveler).await?;
    }
    parties::unlink(conn, (company, trip)).await?;
    tally::forget_trip(conn, company, trip).await?;
    super::finding::delete_words(conn, (company, trip)).await?;
    for statement in [
        "DELETE FROM trip_version WHERE company = $1 AND trip = $2",
        "DELETE FROM trip WHERE company = $1 AND id = $2",
    ] {
        sqlx::query(statement)
            .bind(company)
            .bind(trip)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Whoever is computing presence with the erased trip must not save it.
async fn bump(conn: &mut Conn, traveler: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE traveler SET revision = revision + 1 WHERE id = $1")
        .bind(traveler)
        .execute(conn)
        .await?;
    Ok(())
}
