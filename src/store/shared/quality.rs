//! Counts of quality: brought up to date by what was assessed, read as sums.
//! Called by `presence` and `erasure` within their transactions, and through `Quality`.
//! Holds always: tallies change by the difference between what a holder had in them and what it has now, and last of all.

use super::{Conn, Db, Sql, statements};
use crate::itinerary::{SegmentKind, Source};
use crate::quality::{
    self, Assessment, Count, Day, Grading, Key, Shares, TRIPS, TripAssessment, from_lines, minus, to_lines, word,
};
use crate::store::text::storable;
use crate::store::time::ms;
use crate::store::{Quality, QualityAck, QualityCount, QualityLimit, QualityPlace, QualitySpan, Scope, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Rows of one statement.
const MOST: usize = 500;
/// Limits are kept in parts of one.
const PARTS: f64 = 1e6;

/// Brings counts, notices and samples of a traveler and of the trips that are theirs up to date.
pub(super) async fn put(
    conn: &mut Conn,
    company: &str,
    traveler: &str,
    assessment: &Assessment,
) -> Result<(), StoreError> {
    statements::hold_tally(conn, company).await?;
    let mine: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT t.id, t.notices, s.shares FROM trip t \
         LEFT JOIN quality_share s ON s.company = t.company AND s.holder = 'trip:' || t.id \
         WHERE t.traveler = $1 AND t.company = $2",
    )
    .bind(traveler)
    .bind(company)
    .fetch_all(&mut *conn)
    .await?;
    let mine: HashMap<String, (String, Shares)> = mine
        .into_iter()
        .map(|(id, notices, lines)| (id, (notices, from_lines(&lines.unwrap_or_default()))))
        .collect();
    let mut difference = Shares::new();
    let holder = format!("traveler:{traveler}");
    let before = shares_of(conn, company, &holder).await?;
    replace(conn, company, &holder, (&before, &assessment.shares), &mut difference).await?;
    for trip in &assessment.trips {
        // The others' are counted with their owners.
        let Some((notices, before)) = mine.get(&trip.trip) else {
            continue;
        };
        let now = serde_json::to_string(&trip.notices)?;
        if *notices != now {
            sqlx::query("UPDATE trip SET notices = $3 WHERE company = $1 AND id = $2")
                .bind(company)
                .bind(&trip.trip)
                .bind(&now)
                .execute(&mut *conn)
                .await?;
        }
        if *before != trip.shares {
            let holder = format!("trip:{}", trip.trip);
            replace(conn, company, &holder, (before, &trip.shares), &mut difference).await?;
        }
        if *notices != now || *before != trip.shares {
            forget_places(conn, company, &trip.trip).await?;
            remember_places(conn, company, trip).await?;
        }
    }
    tally(conn, company, &difference).await
}

/// Takes everything of a trip out of the counts.
pub(super) async fn forget_trip(conn: &mut Conn, company: &str, trip: &str) -> Result<(), StoreError> {
    forget_places(conn, company, trip).await?;
    forget(conn, company, &format!("trip:{trip}")).await
}

/// Takes everything of a traveler out of the counts.
pub(super) async fn forget_traveler(conn: &mut Conn, company: &str, traveler: &str) -> Result<(), StoreError> {
    forget(conn, company, &format!("traveler:{traveler}")).await
}

async fn forget(conn: &mut Conn, company: &str, holder: &str) -> Result<(), StoreError> {
    statements::hold_tally(conn, company).await?;
    let before = shares_of(conn, company, holder).await?;
    let mut difference = Shares::new();
    replace(conn, company, holder, (&before, &Shares::new()), &mut difference).await?;
    tally(conn, company, &difference).await
}

async fn shares_of(conn: &mut Conn, company: &str, holder: &str) -> Result<Shares, StoreError> {
    let lines: Option<String> =
        sqlx::query_scalar("SELECT shares FROM quality_share WHERE company = $1 AND holder = $2")
            .bind(company)
            .bind(holder)
            .fetch_optional(conn)
            .await?;
    Ok(lines.as_deref().map(from_lines).unwrap_or_default())
}

async fn replace(
    conn: &mut Conn,
    company: &str,
    holder: &str,
    (before, now): (&Shares, &Shares),
    difference: &mut Shares,
) -> Result<(), StoreError> {
    if before == now {
        return Ok(());
    }
    for (key, count) in minus(now, before) {
        let sum: &mut Count = difference.entry(key).or_default();
        sum.good += count.good;
        sum.total += count.total;
    }
    let query = if now.is_empty() {
        sqlx::query("DELETE FROM quality_share WHERE company = $1 AND holder = $2")
            .bind(company)
            .bind(holder)
    } else {
        sqlx::query(
            "INSERT INTO quality_share (company, holder, shares) VALUES ($1, $2, $3) \
             ON CONFLICT (company, holder) DO UPDATE SET shares = excluded.shares",
        )
        .bind(company)
        .bind(holder)
        .bind(to_lines(now))
    };
    query.execute(conn).await?;
    Ok(())
}

/// Adds a difference to the counts; counts that came to nothing go.
async fn tally(conn: &mut Conn, company: &str, difference: &Shares) -> Result<(), StoreError> {
    let changes: Vec<(&Key, &Count)> = difference.iter().filter(|(_, c)| **c != Count::default()).collect();
    for chunk in changes.chunks(MOST) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO quality_tally AS q (company, day, source, segment, measure, good, total) ",
        );
        query.push_values(chunk, |mut row, (key, count)| {
            row.push_bind(company.to_owned())
                .push_bind(i64::from(key.day))
                .push_bind(word(key.source))
                .push_bind(key.segment.map_or("", SegmentKind::as_str))
                .push_bind(key.measure.clone())
                .push_bind(count.good)
                .push_bind(count.total);
        });
        query.push(
            " ON CONFLICT (company, day, source, segment, measure) \
             DO UPDATE SET good = q.good + excluded.good, total = q.total + excluded.total",
        );
        query.build().persistent(false).execute(&mut *conn).await?;
        let mut less: Vec<Day> = chunk
            .iter()
            .filter(|(_, c)| c.total < 0)
            .map(|(key, _)| key.day)
            .collect();
        less.dedup();
        for day in less {
            sqlx::query("DELETE FROM quality_tally WHERE company = $1 AND day = $2 AND total = 0 AND good = 0")
                .bind(company)
                .bind(i64::from(day))
                .execute(&mut *conn)
                .await?;
        }
    }
    Ok(())
}

async fn forget_places(conn: &mut Conn, company: &str, trip: &str) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM quality_sample WHERE company = $1 AND trip = $2",
        "DELETE FROM quality_trip WHERE company = $1 AND trip = $2",
    ] {
        sqlx::query(statement)
            .bind(company)
            .bind(trip)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

async fn remember_places(conn: &mut Conn, company: &str, trip: &TripAssessment) -> Result<(), StoreError> {
    for chunk in trip.samples.chunks(MOST) {
        let mut query =
            QueryBuilder::<Db>::new("INSERT INTO quality_sample (company, code, source, day, trip, booking, segment) ");
        query.push_values(chunk, |mut row, sample| {
            let booking = sample.booking.and_then(|no| i64::try_from(no).ok()).unwrap_or(-1);
            row.push_bind(company.to_owned())
                .push_bind(sample.code.clone())
                .push_bind(word(sample.source))
                .push_bind(i64::from(sample.day))
                .push_bind(trip.trip.clone())
                .push_bind(booking)
                .push_bind(sample.segment.clone().unwrap_or_default());
        });
        // Two notices of one code in one place are one place.
        query.push(" ON CONFLICT DO NOTHING");
        query.build().persistent(false).execute(&mut *conn).await?;
    }
    for (key, count) in trip.shares.iter().filter(|(key, _)| key.measure == TRIPS) {
        sqlx::query("INSERT INTO quality_trip (company, source, fine, day, trip) VALUES ($1, $2, $3, $4, $5)")
            .bind(company)
            .bind(word(key.source))
            .bind(count.good > 0)
            .bind(i64::from(key.day))
            .bind(&trip.trip)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Sum {
    week: i64,
    source: String,
    segment: String,
    measure: String,
    good: i64,
    total: i64,
}

/// The companies in sight, so that an index by company serves an operator too.
const IN_SIGHT: &str = "company IN (SELECT c.id FROM company c WHERE $1 IS NULL OR c.id = $1)";

fn day(stored: i64) -> Day {
    Day::try_from(stored).unwrap_or_default()
}

fn source_of(stored: &str) -> Source {
    quality::named(stored).unwrap_or_default()
}

#[async_trait]
impl Quality for Sql {
    async fn quality_counts(
        &self,
        scope: &Scope,
        span: QualitySpan,
        weekly: bool,
    ) -> Result<Vec<QualityCount>, StoreError> {
        // 1970 began on a Thursday; weeks begin on Mondays.
        let week = if weekly {
            "(day + 3) / 7 * 7 - 3"
        } else {
            "CAST(0 AS BIGINT)"
        };
        let sums: Vec<Sum> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT week, source, segment, measure, CAST(SUM(good) AS BIGINT) AS good, CAST(SUM(total) AS BIGINT) AS total \
             FROM (SELECT {week} AS week, source, segment, measure, good, total FROM quality_tally \
                   WHERE {IN_SIGHT} AND day >= $2 AND day < $3) t \
             GROUP BY week, source, segment, measure ORDER BY week, source, segment, measure"
        )))
        .bind(scope.company())
        .bind(i64::from(span.from))
        .bind(i64::from(span.until))
        .fetch_all(&self.read)
        .await?;
        Ok(sums
            .into_iter()
            .map(|sum| QualityCount {
                week: day(sum.week),
                source: source_of(&sum.source),
                segment: quality::kind_of(&sum.segment),
                measure: sum.measure,
                count: Count {
                    good: sum.good,
                    total: sum.total,
                },
            })
            .collect())
    }

    async fn quality_places(
        &self,
        scope: &Scope,
        (source, code): (Source, &str),
        span: QualitySpan,
        n: u32,
    ) -> Result<Vec<QualityPlace>, StoreError> {
        let rows: Vec<(String, String, i64, String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT company, trip, booking, segment, day FROM quality_sample \
             WHERE {IN_SIGHT} AND code = $2 AND source = $3 AND day >= $4 AND day < $5 \
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

    async fn quality_good_trip(
        &self,
        scope: &Scope,
        source: Source,
        span: QualitySpan,
    ) -> Result<Option<(String, String)>, StoreError> {
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT company, trip FROM quality_trip \
             WHERE {IN_SIGHT} AND source = $2 AND fine = $3 AND day >= $4 AND day < $5 ORDER BY day DESC, trip LIMIT 1"
        )))
        .bind(scope.company())
        .bind(word(source))
        .bind(true)
        .bind(i64::from(span.from))
        .bind(i64::from(span.until))
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
