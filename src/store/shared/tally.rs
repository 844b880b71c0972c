//! Counts of quality brought up to date by what was assessed, by day and by week.
//! Called by `presence`, `erasure` and `travelers` within their transactions.
//! Holds always: tallies change by the difference between what a holder had in them and what it has now, and last of all.

use super::{Conn, Db, statements};
use crate::itinerary::SegmentKind;
use crate::quality::{Assessment, Count, Day, Key, Shares, TRIPS, TripAssessment, from_lines, minus, to_lines, word};
use crate::store::StoreError;
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Rows of one statement.
const MOST: usize = 500;

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

/// The Monday of a day's week; 1970 began on a Thursday.
pub(super) fn monday(day: Day) -> Day {
    day - (day + 3).rem_euclid(7)
}

/// Adds a difference to the counts of days and of weeks; counts that came to nothing go.
async fn tally(conn: &mut Conn, company: &str, difference: &Shares) -> Result<(), StoreError> {
    let mut weeks = Shares::new();
    for (key, count) in difference {
        let of_week = Key {
            day: monday(key.day),
            ..key.clone()
        };
        let sum = weeks.entry(of_week).or_default();
        sum.good += count.good;
        sum.total += count.total;
    }
    for (table, changes) in [("quality_tally", difference), ("quality_week", &weeks)] {
        let changes: Vec<(&Key, &Count)> = changes.iter().filter(|(_, c)| **c != Count::default()).collect();
        for chunk in changes.chunks(MOST) {
            add(conn, company, table, chunk).await?;
        }
    }
    Ok(())
}

async fn add(conn: &mut Conn, company: &str, table: &str, chunk: &[(&Key, &Count)]) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Db>::new(format!(
        "INSERT INTO {table} AS q (company, day, source, segment, measure, good, total) "
    ));
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
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "DELETE FROM {table} WHERE company = $1 AND day = $2 AND total = 0 AND good = 0"
        )))
        .bind(company)
        .bind(i64::from(day))
        .execute(&mut *conn)
        .await?;
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
