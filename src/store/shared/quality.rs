//! Counts of quality read as sums; limits and acknowledgements.
//! Called through `Quality`; the counts are kept by `tally`.
//! Holds always: a company reads its own; sums of whole weeks are read from weeks.

use super::tally::monday;
use super::{Db, JOIN_LINES, Sql};
use crate::itinerary::Source;
use crate::quality::{self, Count, Day, Grading, word};
use crate::store::summary::{FIELD, LINE};
use crate::store::text::storable;
use crate::store::time::ms;
use crate::store::{Quality, QualityAck, QualityCount, QualityLimit, QualityPlace, QualitySpan, Scope, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Notices of one statement.
const TOGETHER: usize = 1_000;

/// Limits are kept in parts of one.
const PARTS: f64 = 1e6;

/// A sum from its line: week, source, segment type, measure, good, total.
fn sum(line: &str) -> Result<QualityCount, StoreError> {
    let odd = || StoreError::Inconsistent("a sum of quality is not one".to_owned());
    let mut fields = line.split(FIELD);
    let mut text = || fields.next().ok_or_else(odd);
    let (week, source, segment, measure, good, total) = (text()?, text()?, text()?, text()?, text()?, text()?);
    let number = |text: &str| text.parse::<i64>().map_err(|_| odd());
    Ok(QualityCount {
        week: day(number(week)?),
        source: source_of(source),
        segment: quality::kind_of(segment),
        measure: measure.to_owned(),
        count: Count {
            good: number(good)?,
            total: number(total)?,
        },
    })
}

/// The sums of a lines' text in their order.
fn sums(lines: Option<String>) -> Result<Vec<QualityCount>, StoreError> {
    let lines = lines.unwrap_or_default();
    let mut lines: Vec<&str> = lines.split(LINE).filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    lines.into_iter().map(sum).collect()
}

/// All rows of a selection of (week, source, segment, measure, good, total) as one text: thousands of rows take the driver several
/// times as long as the database takes to add them up. The separators are parameters: of fields this one, of lines the next.
fn in_lines(selection: &str, field: usize) -> String {
    let line = field + 1;
    format!(
        "SELECT {JOIN_LINES}(CAST(week AS TEXT) || ${field} || source || ${field} || segment || ${field} || measure \
             || ${field} || CAST(good AS TEXT) || ${field} || CAST(total AS TEXT), ${line}) FROM ({selection}) s"
    )
}

/// The companies in sight, $1. One company is compared, so that an index gives its rows in order; all are listed, so that an index by
/// company serves an operator too.
fn in_sight(scope: &Scope) -> &'static str {
    match scope.company() {
        Some(_) => "company = $1",
        None => "company IN (SELECT c.id FROM company c WHERE $1 IS NULL OR c.id = $1)",
    }
}

fn day(stored: i64) -> Day {
    Day::try_from(stored).unwrap_or_default()
}

fn source_of(stored: &str) -> Source {
    quality::named(stored).unwrap_or_default()
}

/// A place from its line.
fn place(line: &str) -> Result<QualityPlace, StoreError> {
    let odd = || StoreError::Inconsistent("a sample of quality is not one".to_owned());
    let mut fields = line.split(FIELD);
    let mut text = || fields.next().ok_or_else(odd);
    let (company, trip, booking, segment, of) = (text()?, text()?, text()?, text()?, text()?);
    Ok(QualityPlace {
        company: company.to_owned(),
        trip: trip.to_owned(),
        booking: booking.parse().ok(),
        segment: Some(segment.to_owned()).filter(|segment| !segment.is_empty()),
        day: day(of.parse().map_err(|_| odd())?),
    })
}

#[async_trait]
impl Quality for Sql {
    async fn quality_counts(&self, scope: &Scope, span: QualitySpan) -> Result<Vec<QualityCount>, StoreError> {
        // Whole weeks are added up already; what is before and after them is added up by day.
        let first = monday(span.from.saturating_add(6)).min(span.until);
        let last = monday(span.until).max(first);
        let sight = in_sight(scope);
        let lines = in_lines(
            &format!(
                "SELECT 0 AS week, source, segment, measure, SUM(good) AS good, SUM(total) AS total \
             FROM (SELECT source, segment, measure, good, total FROM quality_tally \
                   WHERE {sight} AND day >= $2 AND day < $3 \
                   UNION ALL \
                   SELECT source, segment, measure, good, total FROM quality_week \
                   WHERE {sight} AND day >= $3 AND day < $4 \
                   UNION ALL \
                   SELECT source, segment, measure, good, total FROM quality_tally \
                   WHERE {sight} AND day >= $4 AND day < $5) t \
             GROUP BY source, segment, measure"
            ),
            6,
        );
        let lines = sqlx::query_scalar(sqlx::AssertSqlSafe(lines))
            .bind(scope.company())
            .bind(i64::from(span.from))
            .bind(i64::from(first))
            .bind(i64::from(last))
            .bind(i64::from(span.until))
            .bind(FIELD.to_string())
            .bind(LINE.to_string())
            .fetch_one(&self.read)
            .await?;
        sums(lines)
    }

    async fn quality_weeks(&self, scope: &Scope, span: QualitySpan) -> Result<Vec<QualityCount>, StoreError> {
        let sight = in_sight(scope);
        let lines = in_lines(
            &format!(
                "SELECT day AS week, source, '' AS segment, measure, SUM(good) AS good, SUM(total) AS total \
             FROM quality_week WHERE {sight} AND day >= $2 AND day < $3 GROUP BY day, source, measure"
            ),
            4,
        );
        let lines = sqlx::query_scalar(sqlx::AssertSqlSafe(lines))
            .bind(scope.company())
            .bind(i64::from(span.from))
            .bind(i64::from(span.until))
            .bind(FIELD.to_string())
            .bind(LINE.to_string())
            .fetch_one(&self.read)
            .await?;
        sums(lines)
    }

    async fn quality_places(
        &self,
        scope: &Scope,
        (source, code): (Source, &str),
        span: QualitySpan,
        n: u32,
    ) -> Result<Vec<QualityPlace>, StoreError> {
        let sight = in_sight(scope);
        let rows: Vec<(String, String, i64, String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT company, trip, booking, segment, day FROM quality_sample \
             WHERE {sight} AND code = $2 AND source = $3 AND day >= $4 AND day < $5 \
             ORDER BY day DESC, trip DESC, booking, segment LIMIT $6"
        )))
        .bind(scope.company())
        .bind(code)
        .bind(word(source))
        .bind(i64::from(span.from))
        .bind(i64::from(span.until))
        .bind(i64::from(n))
        .fetch_all(&self.read)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(company, trip, booking, segment, of)| QualityPlace {
                company,
                trip,
                booking: usize::try_from(booking).ok(),
                segment: Some(segment).filter(|segment| !segment.is_empty()),
                day: day(of),
            })
            .collect())
    }

    async fn quality_samples(
        &self,
        scope: &Scope,
        wanted: &[(Source, &str)],
        span: QualitySpan,
        n: u32,
    ) -> Result<Vec<Vec<QualityPlace>>, StoreError> {
        let (sight, mut samples) = (in_sight(scope), Vec::with_capacity(wanted.len()));
        for chunk in wanted.chunks(TOGETHER) {
            // $1 to $6 are everybody's; then a notice and a source each. A row each would cost more than finding them, and so would a
            // selection of its own for each.
            let one = |number: usize| format!("({number}, ${}, ${})", 7 + 2 * number, 8 + 2 * number);
            let all: Vec<String> = (0..chunk.len()).map(one).collect();
            let mut query = sqlx::query_as::<Db, (i32, Option<String>)>(sqlx::AssertSqlSafe(format!(
                "WITH wanted (number, code, source) AS (VALUES {}) \
                 SELECT w.number, \
                     (SELECT {JOIN_LINES}(s.company || $2 || s.trip || $2 || CAST(s.booking AS TEXT) || $2 || s.segment || $2 \
                             || CAST(s.day AS TEXT), $3) \
                      FROM (SELECT q.company, q.trip, q.booking, q.segment, q.day FROM quality_sample q \
                            WHERE {sight} AND q.code = w.code AND q.source = w.source AND q.day >= $4 AND q.day < $5 \
                            ORDER BY q.day DESC, q.trip DESC, q.booking, q.segment LIMIT $6) s) \
                 FROM wanted w ORDER BY w.number",
                all.join(", ")
            )))
            .bind(scope.company())
            .bind(FIELD.to_string())
            .bind(LINE.to_string())
            .bind(i64::from(span.from))
            .bind(i64::from(span.until))
            .bind(i64::from(n));
            for (source, code) in chunk {
                query = query.bind(*code).bind(word(*source));
            }
            let rows = query.persistent(false).fetch_all(&self.read).await?;
            for (_, lines) in rows {
                let lines = lines.unwrap_or_default();
                let places = lines.split(LINE).filter(|line| !line.is_empty()).map(place);
                samples.push(places.collect::<Result<_, _>>()?);
            }
        }
        Ok(samples)
    }

    async fn quality_good_trip(
        &self,
        scope: &Scope,
        (source, without): (Source, &str),
        span: QualitySpan,
    ) -> Result<Option<(String, String)>, StoreError> {
        let sight = in_sight(scope);
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT q.company, q.trip FROM quality_trip q \
             WHERE {sight} AND q.source = $2 AND q.fine = $3 AND q.day >= $4 AND q.day < $5 \
                 AND NOT EXISTS (SELECT 1 FROM quality_sample s \
                                 WHERE s.company = q.company AND s.trip = q.trip AND s.code = $6) \
             ORDER BY q.day DESC, q.trip LIMIT 1"
        )))
        .bind(scope.company())
        .bind(word(source))
        .bind(true)
        .bind(i64::from(span.from))
        .bind(i64::from(span.until))
        .bind(without)
        .fetch_optional(&self.read)
        .await?)
    }

    async fn quality_limits(&self, company: &str) -> Result<Vec<QualityLimit>, StoreError> {
        let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(
            "SELECT source, code, warn, error, mostly FROM quality_limit WHERE company = $1 ORDER BY source, code",
        )
        .bind(company)
        .fetch_all(&self.read)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(source, code, warn, error, mostly)| QualityLimit {
                source: source_of(&source),
                code,
                limit: Grading {
                    warn: warn as f64 / PARTS,
                    error: error as f64 / PARTS,
                    mostly: mostly as f64 / PARTS,
                },
            })
            .collect())
    }

    async fn set_quality_limit(
        &self,
        company: &str,
        (source, code): (Source, &str),
        limit: Option<Grading>,
        (by, now): (&str, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        let Some(limit) = limit else {
            sqlx::query("DELETE FROM quality_limit WHERE company = $1 AND source = $2 AND code = $3")
                .bind(company)
                .bind(word(source))
                .bind(code)
                .execute(&self.write)
                .await?;
            return Ok(());
        };
        let done = sqlx::query(
            "INSERT INTO quality_limit (company, source, code, warn, error, mostly, changed_at, changed_by) \
             SELECT c.id, $2, $3, $4, $5, $6, $7, $8 FROM company c WHERE c.id = $1 \
             ON CONFLICT (company, source, code) DO UPDATE SET warn = excluded.warn, error = excluded.error, \
                 mostly = excluded.mostly, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        )
        .bind(company)
        .bind(word(source))
        .bind(code)
        .bind(parts(limit.warn))
        .bind(parts(limit.error))
        .bind(parts(limit.mostly))
        .bind(ms(now))
        .bind(by)
        .execute(&self.write)
        .await?;
        known_company(done.rows_affected())
    }

    async fn quality_acks(&self, company: &str, on: Day) -> Result<Vec<QualityAck>, StoreError> {
        let rows: Vec<(String, String, i64, String, String)> = sqlx::query_as(
            "SELECT source, code, until_day, note, created_by FROM quality_ack \
             WHERE company = $1 AND until_day >= $2 ORDER BY source, code",
        )
        .bind(company)
        .bind(i64::from(on))
        .fetch_all(&self.read)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(source, code, until, note, by)| QualityAck {
                source: source_of(&source),
                code,
                until: day(until),
                note,
                by,
            })
            .collect())
    }

    async fn acknowledge_quality(&self, company: &str, ack: &QualityAck, now: DateTime<Utc>) -> Result<(), StoreError> {
        let done = sqlx::query(
            "INSERT INTO quality_ack (company, source, code, until_day, note, created_at, created_by) \
             SELECT c.id, $2, $3, $4, $5, $6, $7 FROM company c WHERE c.id = $1 \
             ON CONFLICT (company, source, code) DO UPDATE SET until_day = excluded.until_day, note = excluded.note, \
                 created_at = excluded.created_at, created_by = excluded.created_by",
        )
        .bind(company)
        .bind(word(ack.source))
        .bind(&ack.code)
        .bind(i64::from(ack.until))
        .bind(storable(ack.note.trim()))
        .bind(ms(now))
        .bind(&ack.by)
        .execute(&self.write)
        .await?;
        known_company(done.rows_affected())
    }

    async fn forget_quality_ack(&self, company: &str, source: Source, code: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM quality_ack WHERE company = $1 AND source = $2 AND code = $3")
            .bind(company)
            .bind(word(source))
            .bind(code)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "0..=1 in parts of a million")]
fn parts(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * PARTS).round() as i64
}

fn known_company(rows: u64) -> Result<(), StoreError> {
    match rows {
        0 => Err(StoreError::Inconsistent("no such company".to_owned())),
        _ => Ok(()),
    }
}
