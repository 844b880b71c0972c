//! Contacts of travelers, and the log of who saw them.
//! Called through the trait only.
//! Holds always: as the trait says.

use super::{Db, Sql};
use crate::store::contacts::SAME_LOOK_MIN;
use crate::store::text::like_patterns;
use crate::store::time::{at, at_opt, ms};
use crate::store::{ContactRow, Contacts, Page, Reachable, RevealFilter, RevealRow, Revealer, Scope, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Travelers of one statement.
const MOST: usize = 500;
/// Entries of the log of one page.
const MOST_ROWS: u32 = 1_000;

type Entry = (i64, String, Option<String>, String, String, String, Option<String>, i64);
type Columns = (String, Option<String>, Option<String>, Option<String>, Option<i64>);

#[async_trait]
impl Contacts for Sql {
    async fn reveal_contacts(
        &self,
        scope: &Scope,
        travelers: &[String],
        by: &Revealer,
        now: DateTime<Utc>,
    ) -> Result<Vec<ContactRow>, StoreError> {
        let mut found = Vec::with_capacity(travelers.len());
        let mut tx = self.begin().await?;
        for chunk in travelers.chunks(MOST) {
            let mut log = QueryBuilder::<Db>::new(
                "INSERT INTO contact_reveal (company, traveler, person, person_name, via, about, revealed_at) \
                 SELECT r.company, r.id, ",
            );
            log.push_bind(by.person.clone())
                .push(", ")
                .push_bind(by.name.clone())
                .push(", ");
            log.push_bind(by.via.as_str())
                .push(", ")
                .push_bind(by.about.clone())
                .push(", ")
                .push_bind(ms(now));
            log.push(" FROM traveler r WHERE ");
            of(&mut log, scope, chunk);
            log.push(" AND NOT EXISTS (SELECT 1 FROM contact_reveal l WHERE l.traveler = r.id AND l.person = ");
            log.push_bind(by.person.clone())
                .push(" AND l.via = ")
                .push_bind(by.via.as_str());
            log.push(" AND l.revealed_at > ")
                .push_bind(ms(now - TimeDelta::minutes(SAME_LOOK_MIN)));
            log.push(")");
            log.build().persistent(false).execute(&mut *tx).await?;

            let mut read = QueryBuilder::<Db>::new(
                "SELECT r.id, r.email, r.phone, r.emergency, r.profile_at FROM traveler r WHERE ",
            );
            of(&mut read, scope, chunk);
            let rows: Vec<Columns> = read.build_query_as().persistent(false).fetch_all(&mut *tx).await?;
            found.extend(rows);
        }
        // First the log is on disk, then anything is said.
        self.commit(tx).await?;
        found
            .into_iter()
            .map(|(traveler, email, phone, emergency, profile_at)| {
                Ok(ContactRow {
                    traveler,
                    email,
                    phone,
                    emergency: emergency
                        .map(|text| serde_json::from_str(&text))
                        .transpose()?
                        .unwrap_or_default(),
                    profile_at: at_opt(profile_at)?,
                })
            })
            .collect()
    }

    async fn reachable(&self, scope: &Scope, travelers: &[String]) -> Result<HashMap<String, Reachable>, StoreError> {
        let mut found = HashMap::with_capacity(travelers.len());
        for chunk in travelers.chunks(MOST) {
            let mut read = QueryBuilder::<Db>::new(
                "SELECT r.id, CASE WHEN r.phone IS NULL THEN 0 ELSE 1 END + CASE WHEN r.email IS NULL THEN 0 ELSE 2 END \
                 + CASE WHEN r.emergency IS NULL THEN 0 ELSE 4 END FROM traveler r WHERE ",
            );
            of(&mut read, scope, chunk);
            let rows: Vec<(String, i32)> = read.build_query_as().persistent(false).fetch_all(&self.read).await?;
            found.extend(rows.into_iter().map(|(id, bits)| {
                let reach = Reachable {
                    phone: bits & 1 != 0,
                    email: bits & 2 != 0,
                    emergency: bits & 4 != 0,
                };
                (id, reach)
            }));
        }
        Ok(found)
    }

    async fn reveals(&self, scope: &Scope, filter: &RevealFilter) -> Result<Page<RevealRow>, StoreError> {
        let limit = filter.limit.clamp(1, MOST_ROWS) as usize;
        let before = match filter.cursor.as_deref().map(str::parse::<i64>) {
            None => i64::MAX,
            Some(Ok(id)) => id,
            // A cursor that is none of ours has nothing after it.
            Some(Err(_)) => i64::MIN,
        };
        let mut query = QueryBuilder::<Db>::new(
            "SELECT l.id, l.traveler, r.name, l.person, l.person_name, l.via, l.about, l.revealed_at \
             FROM contact_reveal l LEFT JOIN traveler r ON r.id = l.traveler WHERE l.id < ",
        );
        query.push_bind(before);
        if let Some(company) = scope.company() {
            query.push(" AND l.company = ").push_bind(company.to_owned());
        }
        if let Some(traveler) = &filter.traveler {
            query.push(" AND l.traveler = ").push_bind(traveler.clone());
        }
        if let Some(person) = &filter.person {
            query.push(" AND l.person = ").push_bind(person.clone());
        }
        for pattern in like_patterns(filter.text.as_deref().unwrap_or_default()) {
            query
                .push(" AND r.search LIKE ")
                .push_bind(pattern)
                .push(" ESCAPE '\\'");
        }
        query.push(" ORDER BY l.id DESC LIMIT ").push_bind(limit as i64 + 1);
        let mut rows: Vec<Entry> = query.build_query_as().fetch_all(&self.read).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| row.0.to_string());
        let rows = rows
            .into_iter()
            .map(|(_, traveler, traveler_name, person, name, via, about, revealed_at)| {
                Ok(RevealRow {
                    traveler,
                    traveler_name,
                    by: Revealer {
                        person,
                        name,
                        via: via.parse()?,
                        about,
                    },
                    at: at(revealed_at)?,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Page { rows, next })
    }

    async fn revealers(&self, scope: &Scope) -> Result<Vec<(String, String)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT person, max(person_name) AS name FROM contact_reveal WHERE ($1 IS NULL OR company = $1) \
             GROUP BY person ORDER BY name, person",
        )
        .bind(scope.company())
        .fetch_all(&self.read)
        .await?)
    }
}

/// The condition that picks these travelers in scope.
fn of(query: &mut QueryBuilder<Db>, scope: &Scope, travelers: &[String]) {
    if let Some(company) = scope.company() {
        query.push("r.company = ").push_bind(company.to_owned()).push(" AND ");
    }
    query.push("r.id IN (");
    let mut ids = query.separated(", ");
    for traveler in travelers {
        ids.push_bind(traveler.clone());
    }
    query.push(")");
}
