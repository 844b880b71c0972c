//! What a search finds: people, what their trips hold, and places with people in them.
//! Called while somebody types, in the bar of every page.
//! Always holds: the same words list the same people when the search is sent; nothing of another company is found.

use app::{t, tf};
use std::collections::{BTreeMap, HashSet};

use app::view::search::{Hit, HitKind, MOST_OF_A_KIND, SHORTEST};
use app::view::{AppError, MapQuery};

use super::fault;
use super::lines::{About, Line};
use super::needle::Needle;
use super::people::town;
use super::places::country_name;
use super::selection::everyone;
use crate::store::{Scope, WordKind, search_key};
use crate::web::AppState;

/// Longest text, in characters: the field's limit.
const LONGEST: usize = 100;

pub async fn find(state: &AppState, scope: &Scope, text: &str) -> Result<Vec<Hit>, AppError> {
    let text: String = text.trim().chars().take(LONGEST).collect();
    if text.chars().count() < SHORTEST {
        return Ok(Vec::new());
    }
    let query = MapQuery::default();
    let most = u32::try_from(MOST_OF_A_KIND).unwrap_or(u32::MAX);
    let (everyone, trips) = futures::try_join!(everyone(state, scope, &query), async {
        let found = state.store.find_trips_by_word(scope, &text, most * 4).await;
        found.map_err(|e| fault(&e))
    })?;
    let mut hits = people(&everyone.lines, &text);
    let mut seen = HashSet::new();
    let mut flights: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for found in trips {
        let kind = match found.kind {
            WordKind::Locator => HitKind::Booking,
            WordKind::Hotel => HitKind::Hotel,
            WordKind::Trip => HitKind::Trip,
            WordKind::Flight => {
                flights
                    .entry(found.shown)
                    .or_default()
                    .push((found.traveler, found.name));
                continue;
            }
        };
        if seen.insert((kind, found.shown.clone(), found.traveler.clone())) {
            hits.push(Hit {
                kind,
                label: found.shown,
                detail: found.name,
                person: Some(found.traveler),
            });
        }
    }
    hits.extend(flights.into_iter().map(|(label, mut people)| {
        people.sort();
        people.dedup();
        let (detail, person) = match people.as_slice() {
            [(id, name)] => (name.clone(), Some(id.clone())),
            several => (tf!("{} people", "{} Personen", several.len()), None),
        };
        Hit {
            kind: HitKind::Flight,
            label,
            detail,
            person,
        }
    }));
    hits.extend(places(&everyone.lines, &text));
    hits.sort_by_key(|hit| hit.kind);
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        if kept.iter().filter(|k| k.kind == hit.kind).count() < MOST_OF_A_KIND {
            kept.push(hit);
        }
    }
    Ok(kept)
}

fn people(lines: &[Line], text: &str) -> Vec<Hit> {
    let needle = Needle::of(text);
    let named = lines.iter().filter(|line| needle.names(line));
    named
        .take(MOST_OF_A_KIND)
        .map(|line| Hit {
            kind: HitKind::Person,
            label: line.who.name.clone(),
            detail: line.place(),
            person: Some(line.who.traveler.clone()),
        })
        .collect()
}

/// Cities and countries in which somebody is now and whose name has a word that begins so, the fullest first.
fn places(lines: &[Line], text: &str) -> Vec<Hit> {
    let key = search_key(text);
    let begins = |name: &str| {
        let name = search_key(name);
        name.starts_with(&key) || name.split([' ', '-']).any(|word| word.starts_with(&key))
    };
    let mut found: BTreeMap<(HitKind, String), u32> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.about == About::Place) {
        let country = line
            .who
            .place
            .as_ref()
            .and_then(|p| p.country.as_deref())
            .map(country_name);
        for (kind, name) in [(HitKind::City, Some(town(line))), (HitKind::Country, country)] {
            if let Some(name) = name.filter(|name| begins(name)) {
                *found.entry((kind, name)).or_default() += 1;
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let hit = |((kind, label), n): ((HitKind, String), u32)| Hit {
        kind,
        label,
        detail: app::view::words::counted(n, t!("person now", "Person jetzt"), t!("people now", "Personen jetzt")),
        person: None,
    };
    found.into_iter().map(hit).collect()
}
