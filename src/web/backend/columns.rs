//! One window of the list, with the columns that were chosen.
//! Called by the map page. What needs more than the summary is read for these rows only.
//! Always holds: since and until when somebody is there is what the panel says; whether somebody can be reached is told, by which number is not.

use std::collections::HashMap;

use app::view::query::PAGE_ROWS;
use app::view::{AppError, Column, MapQuery, Reachable, Row};
use chrono::{DateTime, TimeDelta, Utc};

use super::person::{AHEAD_D, BACK_D, source_words, stay};
use super::selection::Selection;
use super::{fault, moment};
use crate::store::Scope;
use crate::web::AppState;
use crate::whereabouts::Episode;

pub async fn rows(
    state: &AppState,
    scope: &Scope,
    query: &MapQuery,
    selection: &Selection,
) -> Result<Vec<Row>, AppError> {
    let window = selection
        .listed()
        .skip(query.first_row() as usize)
        .take(PAGE_ROWS as usize);
    let mut rows: Vec<Row> = window.map(|line| selection.row(line)).collect();
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let (at, as_of) = (selection.everyone.at, query.as_of.and_then(moment));
    since(state, scope, query, at, &mut rows).await?;
    if query.cols.has(Column::Source) {
        let known = state.store.episodes_at(scope, &ids, at, as_of).await;
        let known: HashMap<String, Episode> = known.map_err(|e| fault(&e))?.into_iter().collect();
        for row in &mut rows {
            row.source = known.get(&row.id).and_then(source);
        }
    }
    if query.cols.has(Column::Contact) {
        let known = state.store.reachable(scope, &ids).await.map_err(|e| fault(&e))?;
        for row in &mut rows {
            let reach = known.get(&row.id).copied().unwrap_or_default();
            row.reach = Some(Reachable {
                phone: reach.phone,
                email: reach.email,
                emergency: reach.emergency,
            });
        }
    }
    Ok(rows)
}

/// Since and until when, if that column was chosen.
pub async fn since(
    state: &AppState,
    scope: &Scope,
    query: &MapQuery,
    at: DateTime<Utc>,
    rows: &mut [Row],
) -> Result<(), AppError> {
    if !query.cols.has(Column::Since) {
        return Ok(());
    }
    let (from, until) = (at - TimeDelta::days(BACK_D), at + TimeDelta::days(AHEAD_D));
    for some in rows.chunks_mut(AT_ONCE) {
        let ids: Vec<String> = some.iter().map(|row| row.id.clone()).collect();
        let known = state
            .store
            .bare_episodes_of(scope, &ids, from, until, query.as_of.and_then(moment))
            .await;
        let known: HashMap<String, Vec<Episode>> = known.map_err(|e| fault(&e))?.into_iter().collect();
        for row in some {
            if let Some((since, until)) = known.get(&row.id).and_then(|episodes| stay(episodes, at)) {
                (row.since, row.until) = (Some(since), Some(until));
            }
        }
    }
    Ok(())
}

/// Rows whose episodes are held at once: of a whole company they would be much.
const AT_ONCE: usize = 500;

/// `Agency, K7QX2M`: the newest that speaks for it.
fn source(episode: &Episode) -> Option<String> {
    let newest = episode
        .evidence
        .iter()
        .filter(|e| !e.against && !e.source.is_empty())
        .max_by_key(|e| e.modified)?;
    let words = source_words(&newest.source);
    Some(match newest.booking.as_str() {
        "" => words,
        booking => format!("{words}, {booking}"),
    })
}
