//! Choices of companies about what is kept, and the trips in question.
//! Called through `Privacy`; how trips go is in `erasure`.
//! Holds always: a company without choices has the defaults.

use super::Sql;
use super::companies::one;
use super::trips::TripColumns;
use crate::store::time::{at_opt, ms};
use crate::store::{Claim, PersonalTrips, PresenceSave, Privacy, PrivacyPolicy, PrivacyRow, StoreError, TripToJudge};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow)]
struct Columns {
    keep_days: i64,
    keep_left_days: i64,
    personal: String,
    countries: String,
    unknown_country: bool,
    revision: i64,
    judged: i64,
    changed_at: Option<i64>,
    changed_by: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Judged {
    home: Option<String>,
    #[sqlx(flatten)]
    trip: TripColumns,
}

#[async_trait]
impl Privacy for Sql {
    async fn privacy(&self, company: &str) -> Result<PrivacyRow, StoreError> {
        let row: Option<Columns> = sqlx::query_as(
            "SELECT keep_days, keep_left_days, personal, countries, unknown_country, revision, judged, changed_at, \
             changed_by FROM privacy WHERE company = $1",
        )
        .bind(company)
        .fetch_optional(&self.read)
        .await?;
        let Some(row) = row else {
            return Ok(PrivacyRow::default());
        };
        Ok(PrivacyRow {
            policy: PrivacyPolicy {
                keep_days: u32::try_from(row.keep_days).unwrap_or(u32::MAX),
                keep_left_days: u32::try_from(row.keep_left_days).unwrap_or(u32::MAX),
                personal: row.personal.parse::<PersonalTrips>()?,
                countries: row.countries.lines().map(str::to_owned).collect(),
                unknown_country: row.unknown_country,
            },
            revision: row.revision,
            judged: row.judged,
            changed_at: at_opt(row.changed_at)?,
            changed_by: row.changed_by,
        })
    }

    async fn set_privacy(
        &self,
        company: &str,
        policy: &PrivacyPolicy,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "INSERT INTO privacy AS p (company, keep_days, keep_left_days, personal, countries, unknown_country, \
                 changed_at, changed_by) \
             SELECT c.id, $2, $3, $4, $5, $6, $7, $8 FROM company c WHERE c.id = $1 \
             ON CONFLICT (company) DO UPDATE SET keep_days = excluded.keep_days, \
                 keep_left_days = excluded.keep_left_days, personal = excluded.personal, \
                 countries = excluded.countries, unknown_country = excluded.unknown_country, \
                 revision = p.revision + 1, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        )
        .bind(company)
        .bind(i64::from(policy.keep_days))
        .bind(i64::from(policy.keep_left_days))
        .bind(policy.personal.as_str())
        .bind(policy.countries.join("\n"))
        .bind(policy.unknown_country)
        .bind(ms(now))
        .bind(by)
        .execute(&self.write)
        .await?;
        one(done.rows_affected(), "no such company")
    }

    async fn privacy_judged(&self, company: &str, revision: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE privacy SET judged = $2 WHERE company = $1 AND judged < $2")
            .bind(company)
            .bind(revision)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    async fn trips_to_judge(
        &self,
        company: &str,
        ended: Option<DateTime<Utc>>,
        after: &str,
        n: u32,
    ) -> Result<Vec<TripToJudge>, StoreError> {
        let rows: Vec<Judged> = sqlx::query_as(
            "SELECT t.company, t.traveler, r.name, t.pending_delete, t.received_at, t.notices, v.document, r.home \
             FROM trip t JOIN trip_version v ON v.company = t.company AND v.trip = t.id AND v.version = t.version \
             JOIN traveler r ON r.id = t.traveler \
             WHERE t.company = $1 AND t.id > $2 AND t.ends_at < $3 ORDER BY t.id LIMIT $4",
        )
        .bind(company)
        .bind(after)
        .bind(ended.map_or(i64::MAX, ms))
        .bind(i64::from(n))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|judged| {
                Ok(TripToJudge {
                    row: judged.trip.row()?,
                    home: judged.home,
                })
            })
            .collect()
    }

    async fn finish_withheld(&self, claim: &Claim, save: Option<&PresenceSave>) -> Result<(), StoreError> {
        self.withhold(claim, save).await
    }

    async fn withhold_trip(&self, company: &str, trip: &str, save: Option<&PresenceSave>) -> Result<(), StoreError> {
        self.withhold_idle((company, trip), save).await
    }

    async fn erase_and_go_on(
        &self,
        claim: &Claim,
        save: Option<&PresenceSave>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.erase_first(claim, save, now).await
    }

    async fn prune_trips(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "DELETE FROM trip_sync WHERE state = 'idle' AND due_at IS NULL AND lease_until = 0 \
                 AND coalesce(last_event_at, 0) < $1 AND coalesce(tombstoned_at, 0) < $1 \
                 AND NOT EXISTS (SELECT 1 FROM trip t WHERE t.company = trip_sync.company AND t.id = trip_sync.trip) \
                 AND NOT EXISTS (SELECT 1 FROM inbox_event e WHERE e.trip = trip_sync.trip AND e.company = trip_sync.company) \
                 AND NOT EXISTS (SELECT 1 FROM backlog_trip b \
                                 WHERE b.company = trip_sync.company AND b.trip = trip_sync.trip)",
        )
        .bind(ms(before))
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected())
    }

    async fn forget_bodies(&self, company: &str) -> Result<u64, StoreError> {
        let done =
            sqlx::query("DELETE FROM inbox_payload WHERE event IN (SELECT id FROM inbox_event WHERE company = $1)")
                .bind(company)
                .execute(&self.write)
                .await?;
        if done.rows_affected() > 0 {
            self.residue();
        }
        Ok(done.rows_affected())
    }
}
