//! Watches over quality and the messages that come of them.
//! Called through `Watches`.
//! Holds always: a look and its messages are one transaction; a claim moves the time at which a message is due, so it has one taker.

use super::Sql;
use crate::store::id::new_id;
use crate::store::time::{at, at_opt, ms};
use crate::store::{Delivery, DeliveryState, Look, StoreError, Tried, Watch, Watches};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

/// How long messages are kept that are over.
const KEPT: TimeDelta = TimeDelta::days(30);
const WAITING: &str = "waiting";
const ARRIVED: &str = "arrived";
const GIVEN_UP: &str = "given_up";

#[derive(sqlx::FromRow)]
struct WatchColumns {
    company: String,
    mail: bool,
    url: String,
    sealed_secret: String,
    old_secret: Option<String>,
    old_until: Option<i64>,
    told: String,
    next_at: i64,
}

impl WatchColumns {
    fn row(self) -> Result<Watch, StoreError> {
        Ok(Watch {
            company: self.company,
            mail: self.mail,
            url: self.url,
            sealed_secret: self.sealed_secret,
            old_secret: self.old_secret.zip(at_opt(self.old_until)?),
            told: self.told,
            next_at: at(self.next_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    company: String,
    person: String,
    body: String,
    created_at: i64,
    attempts: i64,
    due_at: Option<i64>,
    state: String,
    problem: String,
}

impl Columns {
    fn row(self) -> Result<Delivery, StoreError> {
        Ok(Delivery {
            id: self.id,
            company: self.company,
            person: Some(self.person).filter(|person| !person.is_empty()),
            body: self.body,
            created_at: at(self.created_at)?,
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            state: match self.state.as_str() {
                WAITING => DeliveryState::Waiting,
                ARRIVED => DeliveryState::Arrived,
                _ => DeliveryState::GivenUp,
            },
            problem: self.problem,
        })
    }
}

const WATCH: &str = "SELECT company, mail, url, sealed_secret, old_secret, old_until, told, next_at FROM quality_watch";
const DELIVERY: &str =
    "SELECT id, company, person, body, created_at, attempts, due_at, state, problem FROM quality_delivery";

#[async_trait]
impl Watches for Sql {
    async fn watch(&self, company: &str) -> Result<Option<Watch>, StoreError> {
        let row: Option<WatchColumns> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{WATCH} WHERE company = $1")))
            .bind(company)
            .fetch_optional(&self.read)
            .await?;
        row.map(WatchColumns::row).transpose()
    }

    async fn set_watch(&self, watch: &Watch, (by, now): (&str, DateTime<Utc>)) -> Result<(), StoreError> {
        let done = sqlx::query(
            "INSERT INTO quality_watch (company, mail, url, sealed_secret, old_secret, old_until, told, next_at, changed_at, \
                 changed_by) \
             SELECT c.id, $2, $3, $4, $9, $10, $5, $6, $7, $8 FROM company c WHERE c.id = $1 \
             ON CONFLICT (company) DO UPDATE SET mail = excluded.mail, url = excluded.url, \
                 sealed_secret = excluded.sealed_secret, old_secret = excluded.old_secret, \
                 old_until = excluded.old_until, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        )
        .bind(&watch.company)
        .bind(watch.mail)
        .bind(&watch.url)
        .bind(&watch.sealed_secret)
        .bind(&watch.told)
        .bind(ms(watch.next_at))
        .bind(ms(now))
        .bind(by)
        .bind(watch.old_secret.as_ref().map(|(sealed, _)| sealed))
        .bind(watch.old_secret.as_ref().map(|(_, until)| ms(*until)))
        .execute(&self.write)
        .await?;
        match done.rows_affected() {
            0 => Err(StoreError::Inconsistent("no such company".to_owned())),
            _ => Ok(()),
        }
    }

    async fn rotate_watch_secret(
        &self,
        company: &str,
        sealed_secret: &str,
        old_until: DateTime<Utc>,
        (by, now): (&str, DateTime<Utc>),
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE quality_watch SET old_secret = sealed_secret, old_until = $3, sealed_secret = $2, changed_at = $4, \
                 changed_by = $5 \
             WHERE company = $1 AND url <> ''",
        )
        .bind(company)
        .bind(sealed_secret)
        .bind(ms(old_until))
        .bind(ms(now))
        .bind(by)
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn forget_watch(&self, company: &str) -> Result<(), StoreError> {
        let mut tx = self.write.begin().await?;
        for statement in [
            "DELETE FROM quality_delivery WHERE company = $1 AND due_at IS NOT NULL",
            "DELETE FROM quality_watch WHERE company = $1",
        ] {
            sqlx::query(statement).bind(company).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn watches_due(&self, now: DateTime<Utc>) -> Result<Vec<Watch>, StoreError> {
        let rows: Vec<WatchColumns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{WATCH} WHERE next_at <= $1 ORDER BY next_at"
        )))
        .bind(ms(now))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(WatchColumns::row).collect()
    }

    async fn looked(&self, watch: &Watch, look: &Look, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut tx = self.write.begin().await?;
        let taken = sqlx::query("UPDATE quality_watch SET told = $3, next_at = $4 WHERE company = $1 AND next_at = $2")
            .bind(&watch.company)
            .bind(ms(watch.next_at))
            .bind(&look.told)
            .bind(ms(look.next_at))
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            return Ok(false);
        }
        for (person, body) in &look.deliveries {
            sqlx::query(
                "INSERT INTO quality_delivery (id, company, person, body, created_at, attempts, due_at, state, problem) \
                 VALUES ($1, $2, $3, $4, $5, 0, $5, $6, '')",
            )
            .bind(new_id(now))
            .bind(&watch.company)
            .bind(person.as_deref().unwrap_or_default())
            .bind(body)
            .bind(ms(now))
            .bind(WAITING)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("DELETE FROM quality_delivery WHERE company = $1 AND created_at < $2 AND due_at IS NULL")
            .bind(&watch.company)
            .bind(ms(now - KEPT))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn claim_delivery(&self, now: DateTime<Utc>, lease: DateTime<Utc>) -> Result<Option<Delivery>, StoreError> {
        loop {
            let due: Option<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "{DELIVERY} WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1"
            )))
            .bind(ms(now))
            .fetch_optional(&self.write)
            .await?;
            let Some(mut due) = due else { return Ok(None) };
            let taken = sqlx::query(
                "UPDATE quality_delivery SET due_at = $3, attempts = attempts + 1 WHERE id = $1 AND due_at = $2",
            )
            .bind(&due.id)
            .bind(due.due_at)
            .bind(ms(lease))
            .execute(&self.write)
            .await?;
            if taken.rows_affected() > 0 {
                due.attempts += 1;
                return due.row().map(Some);
            }
        }
    }

    async fn tried(&self, delivery: &str, tried: &Tried) -> Result<(), StoreError> {
        let (state, due, problem) = match tried {
            Tried::Arrived => (ARRIVED, None, ""),
            Tried::Again(at, problem) => (WAITING, Some(ms(*at)), problem.as_str()),
            Tried::GivenUp(problem) => (GIVEN_UP, None, problem.as_str()),
        };
        sqlx::query("UPDATE quality_delivery SET state = $2, due_at = $3, problem = $4 WHERE id = $1")
            .bind(delivery)
            .bind(state)
            .bind(due)
            .bind(problem)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    async fn deliveries(&self, company: &str, n: u32) -> Result<Vec<Delivery>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{DELIVERY} WHERE company = $1 ORDER BY created_at DESC, id DESC LIMIT $2"
        )))
        .bind(company)
        .bind(i64::from(n))
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(Columns::row).collect()
    }
}
