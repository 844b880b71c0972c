//! The call sheet of a view, and the contacts of one person.
//! Called by the pages; contacts only within a quarter of an hour after somebody asked for them with a form of ours.
//! Always holds: who may only read sees no contacts; every look at contacts is in the log before it is answered.

use app::t;
use std::collections::HashMap;

use app::view::incident::Group;
use app::view::sheet::{Contact, Emergency, MOST_PEOPLE, Reach, SheetGroup, SheetLine, SheetPage};
use app::view::time::ago;
use app::view::{AppError, MapQuery};
use chrono::{DateTime, Utc};

use super::lines::{About, Line};
use super::person::source_words;
use super::places::{clock, zone, zone_of_code};
use super::selection::Selection;
use super::{RequestBackend, fault, instant, moment};
use crate::store::{ContactRow, RevealFilter, RevealedVia, Revealer, Role, Scope};
use crate::web::Principal;
use crate::web::contacts::{asked_for, person_key, sheet_key};
use crate::whereabouts::{Episode, Evidence};

/// Earlier looks that a panel names.
const LOOKS: u32 = 3;

/// Viewers look at a map; whoever has to act may call.
pub fn may_reveal(who: &Principal) -> bool {
    matches!(who.role, Role::Operator | Role::Admin | Role::Manager)
}

fn revealer(who: &Principal, via: RevealedVia, about: Option<String>) -> Revealer {
    Revealer {
        person: who.id.clone(),
        name: who.name.clone(),
        via,
        about,
    }
}

/// Who somebody is to the traveler, in the reader's language where it is one of the usual words.
fn relation(said: String) -> String {
    match said.to_lowercase().as_str() {
        "partner" => t!("partner", "Partner/in"),
        "spouse" => t!("spouse", "Ehepartner/in"),
        "husband" => t!("husband", "Ehemann"),
        "wife" => t!("wife", "Ehefrau"),
        "parent" => t!("parent", "Elternteil"),
        "mother" => t!("mother", "Mutter"),
        "father" => t!("father", "Vater"),
        "child" => t!("child", "Kind"),
        "brother" => t!("brother", "Bruder"),
        "sister" => t!("sister", "Schwester"),
        "relative" => t!("relative", "Verwandtschaft"),
        "friend" => t!("friend", "befreundet"),
        "other" => t!("other", "andere"),
        _ => return said,
    }
    .to_owned()
}

fn contact(row: ContactRow) -> Contact {
    let emergency = row.emergency.into_iter().map(|e| Emergency {
        name: e.name,
        relationship: e.relationship.map(relation),
        phones: e.phones,
        emails: e.emails,
    });
    Contact {
        phone: row.phone,
        email: row.email,
        emergency: emergency.collect(),
        read_at: row.profile_at.map(instant),
    }
}

/// What the panel of one traveler says of contacts.
pub async fn reach(backend: &RequestBackend, scope: &Scope, id: &str) -> Result<Reach, AppError> {
    let who = backend.who()?;
    if !may_reveal(who) {
        return Ok(Reach::default());
    }
    let (store, now) = (&backend.state.store, (backend.state.clock)());
    let looks = RevealFilter {
        traveler: Some(id.to_owned()),
        limit: LOOKS,
        ..RevealFilter::default()
    };
    let seen_by = store.reveals(scope, &looks).await.map_err(|e| fault(&e))?.rows;
    let contact = if asked_for(backend.session.as_ref(), &person_key(id), now).await {
        let by = revealer(who, RevealedVia::Panel, None);
        let rows = store.reveal_contacts(scope, &[id.to_owned()], &by, now).await;
        rows.map_err(|e| fault(&e))?.into_iter().next().map(contact)
    } else {
        None
    };
    Ok(Reach {
        allowed: true,
        contact,
        seen_by: seen_by.into_iter().map(|row| (row.by.name, instant(row.at))).collect(),
    })
}

/// The people of this view, by heading.
pub async fn sheet(backend: &RequestBackend, query: &MapQuery) -> Result<SheetPage, AppError> {
    let who = backend.who()?;
    let scope = backend.scope(query.company.as_deref())?;
    let state = &backend.state;
    let selection = Selection::of(state, &scope, query).await?;
    let data_at = state.store.data_age(&scope).await.map_err(|e| fault(&e))?;
    let (now, at) = (selection.everyone.now, selection.everyone.at);

    let people: Vec<&Line> = selection.listed().take(MOST_PEOPLE as usize).collect();
    let ids: Vec<String> = people.iter().map(|l| l.who.traveler.clone()).collect();
    let allowed = may_reveal(who);
    let revealed = allowed && asked_for(backend.session.as_ref(), &sheet_key(query), now).await;
    let mut contacts: HashMap<String, Contact> = HashMap::new();
    if revealed {
        // Search words may name people: the log does without.
        let view = MapQuery {
            q: String::new(),
            at: Some(instant(at)),
            person: None,
            ..query.clone()
        };
        let by = revealer(who, RevealedVia::Sheet, Some(view.sheet_href()));
        let rows = state
            .store
            .reveal_contacts(&scope, &ids, &by, now)
            .await
            .map_err(|e| fault(&e))?;
        contacts = rows
            .into_iter()
            .map(|row| (row.traveler.clone(), contact(row)))
            .collect();
    }
    let as_of = query.as_of.and_then(moment);
    let known = if selection.incident.is_some() {
        let begin = |line: &&Line| Some((line.who.traveler.clone(), selection.exposed(line)?.rests_on));
        let begins: Vec<_> = people.iter().filter_map(begin).collect();
        state.store.episodes_that_begin(&scope, &begins, as_of).await
    } else {
        state.store.episodes_at(&scope, &ids, at, as_of).await
    };
    let episodes: HashMap<String, Episode> = known.map_err(|e| fault(&e))?.into_iter().collect();
    let mut groups: Vec<(Option<Group>, SheetGroup)> = Vec::new();
    for line in people {
        let exposed = selection.exposed(line);
        let episode = episodes.get(&line.who.traveler);
        let row = selection.row(line);
        let group = row.group;
        let one = SheetLine {
            says: exposed.map_or_else(String::new, |e| e.words.clone()),
            booking: episode.and_then(|e| rests_on(e, now)),
            clock: local(line, now),
            contact: contacts.remove(&row.id),
            row,
        };
        match groups.last_mut().filter(|(of, _)| *of == group) {
            Some((_, of)) => of.people.push(one),
            None => groups.push((
                group,
                SheetGroup {
                    heading: group.map_or("", Group::heading).to_owned(),
                    people: vec![one],
                },
            )),
        }
    }
    let total = super::people::count(selection.len());
    let (title, window) = match selection.incident.as_ref().map(super::incident::Answered::view) {
        Some(answer) => {
            let window = answer.window(instant(now));
            (
                answer
                    .label
                    .unwrap_or_else(|| t!("Nothing is called so", "Nichts heißt so").to_owned()),
                window,
            )
        }
        None => (
            format!("{total} {}", query.filter.words()),
            instant(at).long(instant(now)),
        ),
    };
    let one = |id: &str| selection.everyone.companies.iter().find(|c| c.id == id);
    Ok(SheetPage {
        now: instant(now),
        title,
        window,
        as_of: query.as_of.unwrap_or(instant(now)),
        data_at: data_at.map(instant),
        by: who.name.clone(),
        company: scope.company().and_then(one).and_then(|c| c.name.clone()),
        allowed,
        revealed,
        groups: groups.into_iter().map(|(_, group)| group).collect(),
        total,
    })
}

/// `K7QX2M, Agency, 3 min ago`
fn rests_on(episode: &Episode, now: DateTime<Utc>) -> Option<String> {
    let speaks = |e: &&std::sync::Arc<Evidence>| !(e.against || e.booking.is_empty() && e.source.is_empty());
    let evidence = episode
        .evidence
        .iter()
        .filter(speaks)
        .max_by_key(|e| (!e.booking.is_empty(), e.modified))?;
    let old = evidence.modified.map(|at| ago((now - at).num_seconds()));
    let parts = [
        Some(evidence.booking.clone()),
        Some(source_words(&evidence.source)),
        old,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What a clock says where this person is taken to be, or is about to land.
fn local(line: &Line, now: DateTime<Utc>) -> Option<app::view::PlaceTime> {
    let zone = match line.about {
        About::Moving => zone_of_code(line.who.move_to_code.as_deref()?)?,
        _ => zone(line.spot()?),
    };
    Some(clock(now, zone))
}
