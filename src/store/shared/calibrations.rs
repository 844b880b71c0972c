//! What was said of places and what came true.
//! Called through `Calibrations`.
//! Holds always: a month of a company is replaced in one transaction.

use super::Sql;
use crate::itinerary::Source;
use crate::quality::{Count, Said, named, word};
use crate::store::{Calibration, Calibrations, CompanyState, Scope, StoreError};
use async_trait::async_trait;

const PARTS: f64 = 1e6;

#[async_trait]
impl Calibrations for Sql {
    async fn uncalibrated(&self, month: &str) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT id FROM company WHERE state = $2 \
             AND NOT EXISTS (SELECT 1 FROM quality_calibration q WHERE q.company = company.id AND q.month = $1) ORDER BY id",
        )
        .bind(month)
        .bind(CompanyState::Connected.as_str())
        .fetch_all(&self.read)
        .await?)
    }

    async fn traveling_after(&self, company: &str, traveler: &str, n: u32) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT id FROM traveler WHERE company = $1 AND id > $2 \
             AND EXISTS (SELECT 1 FROM trip t WHERE t.traveler = traveler.id) ORDER BY id LIMIT $3",
        )
        .bind(company)
        .bind(traveler)
        .bind(i64::from(n))
        .fetch_all(&self.read)
        .await?)
    }

    async fn put_calibration(&self, company: &str, month: &str, said: &[(Source, Said)]) -> Result<(), StoreError> {
        let mut tx = self.write.begin().await?;
        sqlx::query("DELETE FROM quality_calibration WHERE company = $1 AND month = $2")
            .bind(company)
            .bind(month)
            .execute(&mut *tx)
            .await?;
        let looked = ("", Said::default());
        for (source, said) in said.iter().map(|(source, said)| (word(*source), *said)).chain([looked]) {
            sqlx::query(
                "INSERT INTO quality_calibration (company, month, source, said, good, total) VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(company)
            .bind(month)
            .bind(source)
            .bind(parts(said.expected))
            .bind(said.came.good)
            .bind(said.came.total)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn calibrations(&self, scope: &Scope, n: u32) -> Result<Vec<Calibration>, StoreError> {
        let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(
            "SELECT month, source, CAST(SUM(said) AS BIGINT), CAST(SUM(good) AS BIGINT), CAST(SUM(total) AS BIGINT) \
             FROM quality_calibration WHERE ($1 IS NULL OR company = $1) AND source <> '' AND month IN ( \
                 SELECT DISTINCT month FROM quality_calibration \
                 WHERE ($1 IS NULL OR company = $1) AND source <> '' ORDER BY month DESC LIMIT $2) \
             GROUP BY month, source ORDER BY month DESC, source",
        )
        .bind(scope.company())
        .bind(i64::from(n))
        .fetch_all(&self.read)
        .await?;
        let row = |(month, source, said, good, total): (String, String, i64, i64, i64)| Calibration {
            month,
            source: named(&source).unwrap_or_default(),
            said: Said {
                expected: said as f64 / PARTS,
                came: Count { good, total },
            },
        };
        Ok(rows.into_iter().map(row).collect())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a sum of at most some millions")]
fn parts(said: f64) -> i64 {
    (said * PARTS).round() as i64
}
