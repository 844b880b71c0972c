//! Trips by a word of their documents.
//! Called through the trait; the words are written where documents are.
//! Holds always: as the trait says.

use super::{Conn, Db, Sql};
use crate::itinerary::Trip;
use crate::store::finding::{TripWord, word_key, words_of};
use crate::store::{Finding, FoundTrip, Scope, StoreError, WordKind};
use async_trait::async_trait;
use sqlx::QueryBuilder;
use std::collections::HashSet;

/// Rows of one statement.
const MOST: usize = 150;

#[async_trait]
impl Finding for Sql {
    async fn find_trips_by_word(&self, scope: &Scope, text: &str, most: u32) -> Result<Vec<FoundTrip>, StoreError> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for kind in WordKind::ALL {
            let word = word_key(*kind, text);
            if word.chars().count() < 2 {
                continue;
            }
            // Everything that begins with it lies between these two.
            let end = format!("{word}\u{10ffff}");
            let rows: Vec<(String, String, String, String)> = sqlx::query_as(
                "SELECT w.shown, w.trip, t.traveler, r.name FROM trip_word w \
                 JOIN trip t ON t.company = w.company AND t.id = w.trip JOIN traveler r ON r.id = t.traveler \
                 WHERE w.company IN (SELECT c.id FROM company c WHERE $1 IS NULL OR c.id = $1) \
                 AND w.kind = $2 AND w.word >= $3 AND w.word < $4 ORDER BY w.word, r.name, w.trip LIMIT $5",
            )
            .bind(scope.company())
            .bind(kind.as_str())
            .bind(&word)
            .bind(end)
            .bind(i64::from(most))
            .fetch_all(&self.read)
            .await?;
            for (shown, trip, traveler, name) in rows {
                // A hotel's name has several words that lead to it.
                if seen.insert((*kind, shown.clone(), trip.clone())) {
                    found.push(FoundTrip {
                        kind: *kind,
                        shown,
                        trip,
                        traveler,
                        name,
                    });
                }
            }
        }
        Ok(found)
    }
}

/// Replaces what a trip is found by.
pub(super) async fn put_words(conn: &mut Conn, of: (&str, &str), trip: &Trip) -> Result<(), StoreError> {
    delete_words(conn, of).await?;
    let own = Trip {
        id: of.1.to_owned(),
        ..trip.clone()
    };
    for chunk in words_of(&own).chunks(MOST) {
        let mut insert = QueryBuilder::<Db>::new("INSERT INTO trip_word (company, trip, kind, word, shown) ");
        insert.push_values(chunk, |mut row, TripWord { kind, word, shown }| {
            row.push_bind(of.0.to_owned())
                .push_bind(of.1.to_owned())
                .push_bind(kind.as_str())
                .push_bind(word.clone())
                .push_bind(shown.clone());
        });
        insert.build().persistent(false).execute(&mut *conn).await?;
    }
    Ok(())
}

pub(super) async fn delete_words(conn: &mut Conn, (company, trip): (&str, &str)) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM trip_word WHERE company = $1 AND trip = $2")
        .bind(company)
        .bind(trip)
        .execute(conn)
        .await?;
    Ok(())
}
