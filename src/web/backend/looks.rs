//! The log of contacts, for its page and its file.
//! Called by the `Backend` and by the router.
//! Always holds: a company's administrator, or staff of the service; of one company at a time; no contact is read here.

use app::view::looks::{Look, LooksPage, LooksQuery, Why};
use app::view::{AppError, MapQuery};

use super::area::Known;
use super::{RequestBackend, care, fault, instant, shown};
use crate::store::{RevealFilter, RevealRow, RevealedVia, Scope, StoreError};
use crate::web::AppState;

/// Entries of one page.
const SHOWN: u32 = 100;
/// Entries read at once for a file, and how often.
const AT_ONCE: u32 = 1_000;
const MOST_PAGES: usize = 100;

pub(super) async fn page(backend: &RequestBackend, query: &LooksQuery) -> Result<LooksPage, AppError> {
    let (row, companies) = care::company(backend, query.company.as_deref()).await?;
    let (store, now) = (&backend.state.store, instant((backend.state.clock)()));
    let mut page = LooksPage {
        now,
        company: None,
        companies: companies.into_iter().map(shown).collect(),
        readers: Vec::new(),
        looks: Vec::new(),
        next: None,
    };
    let Some(row) = row else { return Ok(page) };
    let scope = Scope::Company(row.id.clone());
    page.readers = store.revealers(&scope).await.map_err(|e| fault(&e))?;
    let found = store
        .reveals(&scope, &filter(query, SHOWN))
        .await
        .map_err(|e| fault(&e))?;
    page.looks = found.rows.into_iter().map(look).collect();
    page.next = found.next;
    page.company = Some(shown(row));
    Ok(page)
}

/// All that the query finds, newest first, at most a hundred thousand.
pub async fn all(state: &AppState, scope: &Scope, query: &LooksQuery) -> Result<Vec<Look>, StoreError> {
    let mut filter = RevealFilter {
        cursor: None,
        ..filter(query, AT_ONCE)
    };
    let mut looks = Vec::new();
    for _ in 0..MOST_PAGES {
        let found = state.store.reveals(scope, &filter).await?;
        looks.extend(found.rows.into_iter().map(look));
        filter.cursor = found.next;
        if filter.cursor.is_none() {
            break;
        }
    }
    Ok(looks)
}

fn filter(query: &LooksQuery, limit: u32) -> RevealFilter {
    RevealFilter {
        traveler: None,
        text: Some(query.person.clone()).filter(|text| !text.is_empty()),
        person: query.reader.clone(),
        cursor: query.cursor.clone(),
        limit,
    }
}

fn look(row: RevealRow) -> Look {
    Look {
        at: instant(row.at),
        reader: row.by.name,
        person: row.traveler_name.map(|name| (row.traveler, name)),
        why: match row.by.via {
            RevealedVia::Panel => Why::Panel,
            RevealedVia::Sheet => Why::Sheet {
                of: row.by.about.as_deref().map(sheet_of),
                href: row.by.about,
            },
        },
    }
}

/// What the sheet of this address is of.
fn sheet_of(address: &str) -> String {
    let query = MapQuery::parse(address.split_once('?').map_or("", |(_, query)| query));
    let area = query.incident.as_ref().and_then(Known::of).map(|known| known.label);
    area.unwrap_or_else(|| query.filter.words().to_owned())
}
