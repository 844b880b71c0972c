//! Profiles that are due, and trips of guests.
//! Called through the trait, and by the inbox for an event about a profile.
//! Holds always: as the trait says.

use super::inbox::EventInsert;
use super::{Conn, Sql};
use crate::store::time::{at, ms};
use crate::store::{EventKind, GUEST, NewEvent, ProfileDue, ProfilesDue, Scope, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

#[async_trait]
impl ProfilesDue for Sql {
    async fn profiles_due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ProfileDue>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT d.traveler, d.kind, d.event_at FROM profile_due d JOIN traveler t ON t.id = d.traveler \
             JOIN company c ON c.id = t.company AND c.state = 'connected' \
             WHERE d.due_at <= $1 ORDER BY d.due_at, d.traveler LIMIT $2",
        )
        .bind(ms(now))
        .bind(i64::from(limit))
        .fetch_all(&self.read)
        .await?;
        let mut due = Vec::with_capacity(rows.len());
        for (traveler, kind, event_at) in rows {
            if let Some(traveler) = self.find_traveler(&Scope::service(), &traveler).await? {
                due.push(ProfileDue {
                    traveler,
                    is_gone: kind == EventKind::ProfileDeleted.as_str(),
                    event_at: at(event_at)?,
                });
            }
        }
        Ok(due)
    }

    async fn profile_done(&self, due: &ProfileDue) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM profile_due WHERE traveler = $1 AND event_at <= $2")
            .bind(&due.traveler.id)
            .bind(ms(due.event_at))
            .execute(&mut *tx)
            .await?;
        self.commit(tx).await
    }

    async fn profile_later(&self, due: &ProfileDue, again: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE profile_due SET due_at = $3 WHERE traveler = $1 AND event_at <= $2")
            .bind(&due.traveler.id)
            .bind(ms(due.event_at))
            .bind(ms(again))
            .execute(&mut *tx)
            .await?;
        self.commit(tx).await
    }

    async fn trips_of_guests(&self, company: &str) -> Result<Vec<(String, String, String)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT c.trip, t.given_name, t.family_name FROM trip_companion c JOIN traveler t ON t.id = c.traveler \
             WHERE c.company = $1 AND c.named AND t.concur_user LIKE $2 AND t.given_name IS NOT NULL \
             AND t.family_name IS NOT NULL ORDER BY c.trip",
        )
        .bind(company)
        .bind(format!("{GUEST}%"))
        .fetch_all(&self.read)
        .await?)
    }
}

/// Marks the profile that an event names, if it is a traveler's. The event that happened last decides what is done.
pub(super) async fn profile_is_due(conn: &mut Conn, event: &NewEvent, row: &EventInsert) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO profile_due AS d (traveler, kind, event_at, due_at) \
         SELECT t.id, $3, $4, $5 FROM traveler t WHERE t.company = $1 AND t.concur_user = $2 \
         ON CONFLICT (traveler) DO UPDATE SET due_at = excluded.due_at, \
         kind = CASE WHEN excluded.event_at >= d.event_at THEN excluded.kind ELSE d.kind END, \
         event_at = CASE WHEN excluded.event_at >= d.event_at THEN excluded.event_at ELSE d.event_at END",
    )
    .bind(&row.company)
    .bind(&event.user)
    .bind(row.kind)
    .bind(row.event_time.unwrap_or(row.received_at))
    .bind(row.received_at)
    .execute(conn)
    .await?;
    Ok(())
}
