//! Secrets that work once.
//! Called through the trait by whoever issues or redeems one.
//! Holds always: taking one is a single statement, so of two at the same moment one gets it.

use super::Sql;
use crate::store::id::new_id;
use crate::store::time::{at, at_opt, ms};
use crate::store::{NewOneTime, OneTime, OneTimeRow, Purpose, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    purpose: String,
    company: Option<String>,
    email: Option<String>,
    role: Option<String>,
    password_hash: Option<String>,
    note: Option<String>,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl Columns {
    fn row(self) -> Result<OneTimeRow, StoreError> {
        Ok(OneTimeRow {
            purpose: self.purpose.parse()?,
            role: self.role.map(|role| role.parse()).transpose()?,
            created_at: at(self.created_at)?,
            expires_at: at(self.expires_at)?,
            used_at: at_opt(self.used_at)?,
            id: self.id,
            company: self.company,
            email: self.email,
            password_hash: self.password_hash,
            note: self.note,
        })
    }
}

const ALL: &str = "id, purpose, company, email, role, password_hash, note, created_at, expires_at, used_at";

#[async_trait]
impl OneTime for Sql {
    async fn add_one_time(&self, s: &NewOneTime, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id(now);
        sqlx::query(
            "INSERT INTO one_time (id, purpose, sha256, company, email, role, password_hash, note, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&id)
        .bind(s.purpose.as_str())
        .bind(&s.sha256)
        .bind(&s.company)
        .bind(&s.email)
        .bind(s.role.map(|role| role.as_str()))
        .bind(&s.password_hash)
        .bind(&s.note)
        .bind(ms(now))
        .bind(ms(s.expires_at))
        .execute(&self.write)
        .await?;
        Ok(id)
    }

    async fn one_time(
        &self,
        purpose: Purpose,
        sha256: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<OneTimeRow>, StoreError> {
        let row: Option<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {ALL} FROM one_time WHERE sha256 = $1 AND purpose = $2 AND expires_at > $3"
        )))
        .bind(sha256.to_vec())
        .bind(purpose.as_str())
        .bind(ms(now))
        .fetch_optional(&self.read)
        .await?;
        row.map(Columns::row).transpose()
    }

    async fn hold_one_time(
        &self,
        purpose: Purpose,
        sha256: &[u8],
        company: Option<&str>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<OneTimeRow>, StoreError> {
        let row: Option<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "UPDATE one_time SET held_until = $5 WHERE sha256 = $1 AND purpose = $2 AND used_at IS NULL \
                 AND expires_at > $4 AND held_until <= $4 AND (company IS NULL OR company = $3) RETURNING {ALL}"
        )))
        .bind(sha256.to_vec())
        .bind(purpose.as_str())
        .bind(company)
        .bind(ms(now))
        .bind(ms(until))
        .fetch_optional(&self.write)
        .await?;
        row.map(Columns::row).transpose()
    }

    async fn spend_one_time(&self, id: &str, person: Option<&str>, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE one_time SET used_at = $2, email = NULL, password_hash = NULL, note = coalesce($3, note) WHERE id = $1 AND used_at IS NULL",
        )
        .bind(id)
        .bind(ms(now))
        .bind(person)
        .execute(&self.write)
        .await?;
        self.residue();
        Ok(())
    }

    async fn release_one_time(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE one_time SET held_until = 0 WHERE id = $1 AND used_at IS NULL")
            .bind(id)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    async fn one_times(&self, purpose: Purpose, company: Option<&str>) -> Result<Vec<OneTimeRow>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {ALL} FROM one_time WHERE purpose = $1 AND ($2 IS NULL OR company = $2) ORDER BY id DESC LIMIT 500"
        )))
        .bind(purpose.as_str())
        .bind(company)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(Columns::row).collect()
    }

    async fn withdraw_one_time(&self, id: &str, company: Option<&str>) -> Result<bool, StoreError> {
        let done =
            sqlx::query("DELETE FROM one_time WHERE id = $1 AND used_at IS NULL AND ($2 IS NULL OR company = $2)")
                .bind(id)
                .bind(company)
                .execute(&self.write)
                .await?;
        self.residue();
        Ok(done.rows_affected() == 1)
    }

    async fn prune_one_time(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM one_time WHERE expires_at < $1")
            .bind(ms(before))
            .execute(&self.write)
            .await?;
        if done.rows_affected() > 0 {
            self.residue();
        }
        Ok(done.rows_affected())
    }
}
