//! People who sign in, API tokens, attempts, and sessions.
//! Called by sign-in, by sign-up, by every request that brings a session or a token.
//! Holds always: an address is one person whatever its case; digests only of tokens, session ids and throttled keys.

use super::Sql;
use super::companies::one;
use crate::store::id::new_id;
use crate::store::time::{at, length, ms};
use crate::store::{NewPerson, NewToken, PersonRow, StoreError, Taken, TokenRow};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What a person's row is read by.
pub(super) const PERSON: &str = "SELECT id, email, password_hash, role, company, disabled FROM person";

#[derive(sqlx::FromRow)]
pub(super) struct PersonColumns {
    id: String,
    email: String,
    password_hash: String,
    role: String,
    company: Option<String>,
    disabled: bool,
}

impl PersonColumns {
    pub(super) fn row(self) -> Result<PersonRow, StoreError> {
        Ok(PersonRow {
            role: self.role.parse()?,
            id: self.id,
            email: self.email,
            password_hash: self.password_hash,
            company: self.company,
            disabled: self.disabled,
        })
    }
}

/// The form in which addresses are compared.
fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

impl Sql {
    pub(super) async fn create_person(
        &self,
        p: &NewPerson,
        now: DateTime<Utc>,
    ) -> Result<Result<String, Taken>, StoreError> {
        let id = new_id(now);
        let done = sqlx::query(
            "INSERT INTO person (id, email, email_key, password_hash, role, company, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING",
        )
        .bind(&id)
        .bind(p.email.trim())
        .bind(email_key(&p.email))
        .bind(&p.password_hash)
        .bind(p.role.as_str())
        .bind(&p.company)
        .bind(ms(now))
        .execute(&self.write)
        .await?;
        Ok(if done.rows_affected() == 1 { Ok(id) } else { Err(Taken) })
    }

    pub(super) async fn find_person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        let row: Option<PersonColumns> =
            sqlx::query_as("SELECT id, email, password_hash, role, company, disabled FROM person WHERE email_key = $1")
                .bind(email_key(email))
                .fetch_optional(&self.read)
                .await?;
        row.map(PersonColumns::row).transpose()
    }

    pub(super) async fn find_person(&self, id: &str) -> Result<Option<PersonRow>, StoreError> {
        let row: Option<PersonColumns> =
            sqlx::query_as("SELECT id, email, password_hash, role, company, disabled FROM person WHERE id = $1")
                .bind(id)
                .fetch_optional(&self.read)
                .await?;
        row.map(PersonColumns::row).transpose()
    }

    pub(super) async fn put_person_company(&self, id: &str, company: &str) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE person SET company = $2 WHERE id = $1")
            .bind(id)
            .bind(company)
            .execute(&self.write);
        one(done.await?.rows_affected(), "no such person")
    }

    pub(super) async fn put_password(&self, id: &str, hash: &str) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE person SET password_hash = $2 WHERE id = $1")
            .bind(id)
            .bind(hash)
            .execute(&self.write);
        one(done.await?.rows_affected(), "no such person")
    }

    pub(super) async fn create_token(&self, t: &NewToken, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id(now);
        sqlx::query(
            "INSERT INTO api_token (id, name, sha256, role, company, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(&t.name)
        .bind(&t.sha256)
        .bind(t.role.as_str())
        .bind(&t.company)
        .bind(ms(now))
        .execute(&self.write)
        .await?;
        Ok(id)
    }

    pub(super) async fn find_token(&self, sha256: &[u8]) -> Result<Option<TokenRow>, StoreError> {
        let row: Option<(String, String, String, Option<String>)> =
            sqlx::query_as("SELECT id, name, role, company FROM api_token WHERE sha256 = $1")
                .bind(sha256.to_vec())
                .fetch_optional(&self.read)
                .await?;
        row.map(|(id, name, role, company)| {
            Ok(TokenRow {
                id,
                name,
                role: role.parse()?,
                company,
            })
        })
        .transpose()
    }

    pub(super) async fn count_attempt(
        &self,
        key: &str,
        now: DateTime<Utc>,
        window: Duration,
    ) -> Result<u32, StoreError> {
        let (key, now, window) = (Sha256::digest(key).to_vec(), ms(now), length(window));
        sqlx::query("DELETE FROM attempt WHERE expires <= $1")
            .bind(now)
            .execute(&self.write)
            .await?;
        // Committed before it is counted: of attempts at the same moment the last one sees them all.
        sqlx::query("INSERT INTO attempt (key, at, expires) VALUES ($1, $2, $3)")
            .bind(key.clone())
            .bind(now)
            .bind(now.saturating_add(window))
            .execute(&self.write)
            .await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM attempt WHERE key = $1 AND at > $2")
            .bind(key)
            .bind(now.saturating_sub(window))
            .fetch_one(&self.write)
            .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    pub(super) async fn forget_attempts(&self, key: &str) -> Result<(), StoreError> {
        let key = Sha256::digest(key).to_vec();
        sqlx::query("DELETE FROM attempt WHERE key = $1")
            .bind(key)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    pub(super) async fn create_session(
        &self,
        id_hash: &[u8],
        data: &[u8],
        expires: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO web_session (id_hash, data, expires) VALUES ($1, $2, $3) ON CONFLICT (id_hash) DO NOTHING",
        )
        .bind(id_hash.to_vec())
        .bind(data.to_vec())
        .bind(ms(expires))
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    pub(super) async fn put_session(
        &self,
        id_hash: &[u8],
        data: &[u8],
        expires: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO web_session (id_hash, data, expires) VALUES ($1, $2, $3) \
             ON CONFLICT (id_hash) DO UPDATE SET data = excluded.data, expires = excluded.expires",
        )
        .bind(id_hash.to_vec())
        .bind(data.to_vec())
        .bind(ms(expires))
        .execute(&self.write)
        .await?;
        Ok(())
    }

    pub(super) async fn find_session(
        &self,
        id_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<(Vec<u8>, DateTime<Utc>)>, StoreError> {
        let row: Option<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT data, expires FROM web_session WHERE id_hash = $1 AND expires > $2")
                .bind(id_hash.to_vec())
                .bind(ms(now))
                .fetch_optional(&self.read)
                .await?;
        row.map(|(data, expires)| Ok((data, at(expires)?))).transpose()
    }

    pub(super) async fn delete_session(&self, id_hash: &[u8]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM web_session WHERE id_hash = $1")
            .bind(id_hash.to_vec())
            .execute(&self.write)
            .await?;
        Ok(())
    }

    pub(super) async fn expire_sessions(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM web_session WHERE expires <= $1")
            .bind(ms(now))
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected())
    }

    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO probe AS p (id, writes) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET writes = p.writes + 1",
        )
        .execute(&self.write)
        .await?;
        Ok(())
    }
}
