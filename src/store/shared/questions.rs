//! Where everyone is, was and will be: questions to presence rows.
//! Called by `web` for every page and by `ingest` for none.
//! Holds always: one statement a question, and only companies in scope are looked at.

use super::{ENGINE, JOIN_LINES, PLACE_OF, Sql};
use crate::store::span::Window;
use crate::store::text::like_patterns;
use crate::store::time::{length, ms};
use crate::store::{AwayBin, Engine, PresenceAt, PresenceQuery, Scope, StoreError, away, bare, bounds, summary};
use crate::whereabouts::{ANYWHERE, Area, Episode, OPEN};
use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt as _;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use std::time::Duration;

/// Travelers of one statement.
const MOST: usize = 500;

/// A row as one line: name and login, which change, before the summary, which does not.
const LINE: &str = "p.name || $5 || p.login || $5 || p.summary";

/// As known when: the parameter, and whether only open rows can be meant.
fn knowledge(as_of: Option<DateTime<Utc>>) -> (i64, bool) {
    (as_of.map_or(i64::MAX, ms), as_of.is_none())
}

impl Sql {
    pub(super) async fn everyone_at(&self, scope: &Scope, q: &PresenceQuery) -> Result<Vec<PresenceAt>, StoreError> {
        let (at, (known, now)) = (ms(q.at), knowledge(q.as_of));
        let words = q.text.as_deref().map(like_patterns).unwrap_or_default();
        let (mut found, mut and) = (String::new(), String::new());
        let mut next = 6..;
        let mut parameter = || next.next().unwrap_or_default();
        if !words.is_empty() {
            // Looked up once, not for each length class.
            let likes = words
                .iter()
                .map(|_| format!("AND r.search LIKE ${} ESCAPE '\\' ", parameter()));
            found = format!(
                "WITH found AS MATERIALIZED (SELECT r.id FROM traveler r WHERE r.company IN \
                 (SELECT c.id FROM company c WHERE $1 IS NULL OR c.id = $1) {}) ",
                likes.collect::<String>()
            );
            and.push_str("AND p.traveler IN (SELECT id FROM found) ");
        }
        if q.after.is_some() {
            and.push_str(&format!(
                "AND (p.name, p.traveler) > (${}, ${}) ",
                parameter(),
                parameter()
            ));
        }
        // A box is decided here, after reading: only as many rows as asked for can not be known before.
        let limit = q.limit.filter(|_| q.bbox.is_none());
        let sql = match limit {
            Some(_) => {
                let select = format!("{LINE} AS line, p.name, p.traveler");
                let window = Window {
                    select: &select,
                    join: "",
                    and: &and,
                    now,
                };
                format!(
                    "{found}SELECT line FROM ({}) AS w ORDER BY name, traveler LIMIT ${}",
                    window.sql(),
                    parameter()
                )
            }
            None => {
                // Thousands of rows as a few values: a row each would cost more than finding them.
                let n = parameter();
                let select = format!("{JOIN_LINES}({LINE}, ${n})");
                let window = Window {
                    select: &select,
                    join: "",
                    and: &and,
                    now,
                };
                found + &window.sql()
            }
        };
        let mut query = sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(sql))
            .bind(scope.company())
            .bind(at)
            .bind(at)
            .bind(known)
            .bind(summary::FIELD.to_string());
        for word in words {
            query = query.bind(word);
        }
        if let Some((name, traveler)) = &q.after {
            query = query.bind(name).bind(traveler);
        }
        query = match limit {
            Some(limit) => query.bind(i64::from(limit)),
            None => query.bind(summary::LINE.to_string()),
        };
        let chunks = query.fetch_all(&self.read).await?;
        // Lines are put in order before they are read: they are shorter than rows.
        let mut lines: Vec<&str> = chunks
            .iter()
            .flatten()
            .flat_map(|chunk| chunk.split(summary::LINE))
            .collect();
        if limit.is_none() {
            lines.sort_by_cached_key(|line| summary::order(line));
        }
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            let row = summary::read(line, q.at)?;
            if q.bbox.is_none_or(|bbox| bounds::contains(bbox, &row)) {
                rows.push(row);
            }
            if q.limit.is_some_and(|limit| rows.len() >= limit as usize) {
                break;
            }
        }
        Ok(rows)
    }

    pub(super) async fn episodes_of(
        &self,
        scope: &Scope,
        traveler: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<Episode>, StoreError> {
        let known = knowledge(as_of);
        let details: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT detail FROM episode WHERE traveler = $1 AND ($2 IS NULL OR company = $2) \
             AND start_at < $4 AND end_at > $3 AND {} ORDER BY start_at",
            known_at(known.1, "$5")
        )))
        .bind(traveler)
        .bind(scope.company())
        .bind(ms(from))
        .bind(ms(until))
        .bind(known.0)
        .fetch_all(&self.read)
        .await?;
        details.iter().map(|detail| Ok(serde_json::from_str(detail)?)).collect()
    }

    pub(super) async fn everyones_episodes(
        &self,
        scope: &Scope,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError> {
        if from >= until {
            return Ok(Vec::new());
        }
        let (known, now) = knowledge(as_of);
        let window = Window {
            select: "p.traveler, p.start_at, e.detail",
            join: "JOIN episode e ON e.id = p.episode",
            and: "",
            now,
        };
        let mut rows: Vec<(String, i64, String)> = sqlx::query_as(AssertSqlSafe(window.sql()))
            .bind(scope.company())
            .bind(ms(from))
            .bind(ms(until) - 1)
            .bind(known)
            .fetch_all(&self.read)
            .await?;
        rows.sort_unstable();
        rows.into_iter()
            .map(|(traveler, _, detail)| Ok((traveler, serde_json::from_str(&detail)?)))
            .collect()
    }

    pub(super) async fn everyones_bare_episodes(
        &self,
        scope: &Scope,
        area: Option<&Area>,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Vec<Episode>)>, StoreError> {
        if from >= until {
            return Ok(Vec::new());
        }
        let (known, now) = knowledge(as_of);
        let (first, last) = (ms(from), ms(until) - 1);
        let mut all: HashMap<String, Vec<Episode>> = HashMap::new();
        let words: Vec<String> = match area.and_then(Area::reach) {
            Some(words) => {
                let always = [ANYWHERE, OPEN].map(ToOwned::to_owned);
                let words = always.into_iter().chain(words);
                words.map(|word| format!(" {word} ")).collect()
            }
            None => Vec::new(),
        };
        // Rows with one of them, bound from this parameter on; all rows if there are none.
        let about = |first: usize| {
            let one = |n: usize| format!("{PLACE_OF}(p.reach, ${}) > 0", first + n);
            let any: Vec<String> = (0..words.len()).map(one).collect();
            match any.is_empty() {
                true => String::new(),
                false => format!(" AND ({})", any.join(" OR ")),
            }
        };

        // Who is nowhere but at home: most people, in a few long values.
        let lines = format!("{JOIN_LINES}(p.summary, $5)");
        let home = Window {
            select: &lines,
            join: "",
            and: &format!("AND p.elsewhere IN (FALSE){}", about(6)),
            now,
        };
        let mut query = sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(home.sql()))
            .bind(scope.company())
            .bind(first)
            .bind(last)
            .bind(known)
            .bind(summary::LINE.to_string());
        for word in &words {
            query = query.bind(word);
        }
        let chunks = query.fetch_all(&self.read).await?;
        for line in chunks.iter().flatten().flat_map(|chunk| chunk.split(summary::LINE)) {
            let (traveler, episode) = summary::at_home(line)?;
            all.entry(traveler).or_default().push(episode);
        }

        let away = Window {
            select: "p.traveler, e.detail",
            join: "JOIN episode e ON e.id = p.episode",
            and: &format!("AND p.elsewhere IN (TRUE){}", about(5)),
            now,
        };
        // Read as they come: the store finds the next ones meanwhile, and no more than a few lie about.
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(away.sql()))
            .bind(scope.company())
            .bind(first)
            .bind(last)
            .bind(known);
        for word in &words {
            query = query.bind(word);
        }
        let mut rows = query.fetch(&self.read);
        while let Some((traveler, detail)) = rows.try_next().await? {
            all.entry(traveler).or_default().push(bare::read(&detail)?);
        }
        let mut all: Vec<(String, Vec<Episode>)> = all.into_iter().collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (_, episodes) in &mut all {
            episodes.sort_unstable_by_key(|episode| episode.from);
        }
        Ok(all)
    }

    pub(super) async fn begun_episodes(
        &self,
        scope: &Scope,
        begins: &[(String, DateTime<Utc>)],
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError> {
        let (known, now) = knowledge(as_of);
        let mut found = Vec::with_capacity(begins.len());
        for chunk in begins.chunks(MOST) {
            let mut query = sqlx::QueryBuilder::<super::Db>::new("SELECT traveler, detail FROM episode WHERE ");
            let until = if now {
                "known_until IS NULL AND known_from <= "
            } else {
                "known_from <= "
            };
            query.push(until).push_bind(known);
            if !now {
                query
                    .push(" AND (known_until IS NULL OR known_until > ")
                    .push_bind(known)
                    .push(")");
            }
            if let Some(company) = scope.company() {
                query.push(" AND company = ").push_bind(company.to_owned());
            }
            query.push(" AND (traveler, start_at) IN (");
            query.push_values(chunk, |mut row, (traveler, begin)| {
                row.push_bind(traveler.clone()).push_bind(ms(*begin));
            });
            query.push(") ORDER BY traveler, start_at");
            let rows: Vec<(String, String)> = query.build_query_as().persistent(false).fetch_all(&self.read).await?;
            for (traveler, detail) in rows {
                found.push((traveler, serde_json::from_str(&detail)?));
            }
        }
        Ok(found)
    }

    pub(super) async fn some_bare_episodes(
        &self,
        scope: &Scope,
        travelers: &[String],
        window: (DateTime<Utc>, DateTime<Utc>),
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Vec<Episode>)>, StoreError> {
        let mut found: HashMap<String, Vec<Episode>> = HashMap::with_capacity(travelers.len());
        for (traveler, detail) in self.details(scope, travelers, window, as_of).await? {
            found.entry(traveler).or_default().push(bare::read(&detail)?);
        }
        Ok(travelers
            .iter()
            .filter_map(|id| found.remove(id).map(|episodes| (id.clone(), episodes)))
            .collect())
    }

    pub(super) async fn some_episodes_at(
        &self,
        scope: &Scope,
        travelers: &[String],
        at: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError> {
        let mut found = HashMap::with_capacity(travelers.len());
        // Episodes begin and end at full milliseconds.
        let window = (at, at.checked_add_signed(TimeDelta::milliseconds(1)).unwrap_or(at));
        for (traveler, detail) in self.details(scope, travelers, window, as_of).await? {
            found.insert(traveler, serde_json::from_str(&detail)?);
        }
        Ok(travelers
            .iter()
            .filter_map(|id| found.remove(id).map(|episode| (id.clone(), episode)))
            .collect())
    }

    /// What is kept of the episodes of these travelers that touch the window, by traveler and in order.
    async fn details(
        &self,
        scope: &Scope,
        travelers: &[String],
        (from, until): (DateTime<Utc>, DateTime<Utc>),
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let (known, now) = knowledge(as_of);
        let mut found = Vec::with_capacity(travelers.len());
        for chunk in travelers.chunks(MOST) {
            let mut query =
                sqlx::QueryBuilder::<super::Db>::new("SELECT traveler, detail FROM episode WHERE start_at < ");
            query.push_bind(ms(until)).push(" AND end_at > ").push_bind(ms(from));
            if let Some(company) = scope.company() {
                query.push(" AND company = ").push_bind(company.to_owned());
            }
            push_known(&mut query, known, now);
            query.push(" AND traveler IN (");
            let mut ids = query.separated(", ");
            for traveler in chunk {
                ids.push_bind(traveler.clone());
            }
            query.push(") ORDER BY traveler, start_at");
            let rows: Vec<(String, String)> = query.build_query_as().persistent(false).fetch_all(&self.read).await?;
            found.extend(rows);
        }
        Ok(found)
    }

    pub(super) async fn away(
        &self,
        scope: &Scope,
        from: DateTime<Utc>,
        step: Duration,
        bins: u32,
    ) -> Result<Vec<AwayBin>, StoreError> {
        if bins == 0 {
            return Ok(Vec::new());
        }
        let lines: Vec<Option<String>> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT {JOIN_LINES}(a.runs, $2) FROM company c JOIN away a ON a.company = c.id \
             WHERE $1 IS NULL OR c.id = $1 GROUP BY c.id"
        )))
        .bind(scope.company())
        .bind(away::RUN.to_string())
        .fetch_all(&self.read)
        .await?;
        let bins = usize::try_from(bins).unwrap_or(usize::MAX);
        away::histogram(
            lines.iter().flatten().map(String::as_str),
            from,
            length(step).max(1),
            bins,
        )
    }

    pub(super) async fn newest(&self, scope: &Scope) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (event, document): (Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT (SELECT max(last_event_at) FROM inbox_tally WHERE $1 IS NULL OR company = $1), \
             (SELECT max(m.received_at) FROM (SELECT ( \
                 SELECT t.received_at FROM trip t WHERE t.company = c.id ORDER BY t.received_at DESC LIMIT 1) \
                 AS received_at FROM company c WHERE $1 IS NULL OR c.id = $1) AS m)",
        )
        .bind(scope.company())
        .fetch_one(&self.read)
        .await?;
        crate::store::time::at_opt(event.max(document))
    }

    pub(super) fn kind(&self) -> Engine {
        ENGINE
    }
}

/// Adds the condition that a row was known then, or is known now.
fn push_known(query: &mut sqlx::QueryBuilder<super::Db>, known: i64, now: bool) {
    if now {
        query.push(" AND known_until IS NULL");
    } else {
        query.push(" AND known_from <= ").push_bind(known);
        query
            .push(" AND (known_until IS NULL OR known_until > ")
            .push_bind(known)
            .push(")");
    }
}

/// The condition that a row was known at the instant of a parameter.
fn known_at(now: bool, parameter: &str) -> String {
    if now {
        format!("known_until IS NULL AND known_from <= {parameter}")
    } else {
        format!("known_from <= {parameter} AND (known_until IS NULL OR known_until > {parameter})")
    }
}
