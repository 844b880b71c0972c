//! Whose trips changed, and who has no profile.
//! Called through the trait only.
//! Holds always: as the trait says.

use super::Sql;
use super::travelers::Columns;
use crate::store::time::{at, ms};
use crate::store::{Changes, GUEST, NOBODY, Scope, StoreError, TravelerChange, TravelerRow};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

#[async_trait]
impl Changes for Sql {
    async fn changed_since(&self, scope: &Scope, since: DateTime<Utc>) -> Result<Vec<TravelerChange>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
            "SELECT r.id, r.name, max(t.received_at), count(*) FROM trip t JOIN traveler r ON r.id = t.traveler \
             WHERE t.company IN (SELECT c.id FROM company c WHERE $1 IS NULL OR c.id = $1) AND t.received_at >= $2 \
             GROUP BY r.id, r.name ORDER BY max(t.received_at) DESC, r.name, r.id",
        )
        .bind(scope.company())
        .bind(ms(since))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(traveler, name, newest, trips)| {
                Ok(TravelerChange {
                    traveler,
                    name,
                    at: at(newest)?,
                    trips: u32::try_from(trips).unwrap_or(u32::MAX),
                })
            })
            .collect()
    }

    async fn unmatched(&self, scope: &Scope) -> Result<Vec<TravelerRow>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT id, company, concur_user, login, name, given_name, family_name, home, email, phone, profile_at, \
             department FROM traveler t WHERE ($1 IS NULL OR company = $1) \
             AND (concur_user LIKE $2 OR concur_user LIKE $3 OR given_name IS NULL AND family_name IS NULL AND email IS NULL) \
             AND (EXISTS (SELECT 1 FROM trip o WHERE o.company = t.company AND o.traveler = t.id) \
                  OR EXISTS (SELECT 1 FROM trip_companion c WHERE c.traveler = t.id AND c.named)) ORDER BY name, id",
        )
        .bind(scope.company())
        .bind(format!("{GUEST}%"))
        .bind(format!("{NOBODY}%"))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(Columns::row).collect()
    }
}
