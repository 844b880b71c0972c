//! Links between trips and the travelers they name besides their owners.
//! Called when documents are stored, merged and erased.
//! Holds always: links change only in the transaction that changes the trip.

use super::travelers::Columns;
use super::trips::fenced_if_gone;
use super::{Conn, Sql};
use crate::store::{Claim, GUEST, Parties, StoreError, TravelerRow};
use async_trait::async_trait;
use std::collections::BTreeSet;

#[async_trait]
impl Parties for Sql {
    async fn named_travelers(&self, company: &str) -> Result<Vec<TravelerRow>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT id, company, concur_user, login, name, given_name, family_name, home, email, phone, profile_at, \
             department FROM traveler WHERE company = $1 AND given_name IS NOT NULL AND family_name IS NOT NULL \
             AND (concur_user IS NULL OR concur_user NOT LIKE $2) ORDER BY id",
        )
        .bind(company)
        .bind(format!("{GUEST}%"))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(Columns::row).collect()
    }

    async fn companions_of(&self, company: &str, trip: &str) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT traveler FROM trip_companion WHERE company = $1 AND trip = $2 AND named ORDER BY traveler",
        )
        .bind(company)
        .bind(trip)
        .fetch_all(&self.read)
        .await?)
    }
}

/// From now on the trip names exactly these travelers.
pub(super) async fn name(conn: &mut Conn, claim: &Claim, companions: &[String]) -> Result<(), StoreError> {
    sqlx::query("UPDATE trip_companion SET named = FALSE WHERE company = $1 AND trip = $2 AND named")
        .bind(&claim.company)
        .bind(&claim.trip)
        .execute(&mut *conn)
        .await?;
    for traveler in companions {
        sqlx::query(
            "INSERT INTO trip_companion (company, trip, traveler, named) VALUES ($1, $2, $3, TRUE) \
             ON CONFLICT (company, trip, traveler) DO UPDATE SET named = TRUE",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(traveler)
        .execute(&mut *conn)
        .await
        .map_err(fenced_if_gone)?;
    }
    Ok(())
}

/// Everyone whom the trip ever named.
pub(super) async fn ever(conn: &mut Conn, (company, trip): (&str, &str)) -> Result<BTreeSet<String>, StoreError> {
    let all: Vec<String> = sqlx::query_scalar("SELECT traveler FROM trip_companion WHERE company = $1 AND trip = $2")
        .bind(company)
        .bind(trip)
        .fetch_all(conn)
        .await?;
    Ok(all.into_iter().collect())
}

/// Deletes the links of a trip.
pub(super) async fn unlink(conn: &mut Conn, (company, trip): (&str, &str)) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM trip_companion WHERE company = $1 AND trip = $2")
        .bind(company)
        .bind(trip)
        .execute(conn)
        .await?;
    Ok(())
}
