//! The panel's timeline: episodes joined into stretches that a person tells apart.
//! Called by the panel.
//! Always holds: stretches are in order; what is not known is a gap, never left out.

use app::view::{PlaceTime, Spell, SpellKind, words};
use app::{t, tf};

use super::lines::grade_of;
use super::places::{called, clock, zone};
use super::shares::{Shares, Top};
use crate::place::{Gazetteer, Zone};
use crate::whereabouts::{Bedless, Episode, Place, PlaceKind, State};

/// One stretch under construction.
struct Draft {
    key: String,
    spell: Spell,
    zone: Zone,
    best: f64,
}

/// Episodes joined into stretches that a person tells apart: stays, moves, home, gaps.
pub(super) fn timeline(episodes: &[Episode], home: Option<&str>, home_key: Option<&str>) -> Vec<Spell> {
    let mut drafts: Vec<Draft> = Vec::new();
    for episode in episodes {
        let middle = episode.from + (episode.until - episode.from) / 2;
        let shares = Shares::of(episode, middle);
        let draft = draft(episode, &shares, home, home_key);
        match drafts.last_mut() {
            Some(last) if last.key == draft.key => {
                let end = |s: &Spell| s.until.as_ref().map(|t| t.at);
                if !last.spell.kind.is_move() || end(&draft.spell) > end(&last.spell) {
                    last.spell.until = Some(clock(episode.until, last.zone));
                }
                last.spell.attention = last.spell.attention.take().or(draft.spell.attention);
                if draft.best > last.best {
                    (last.best, last.spell.percent) = (draft.best, draft.spell.percent);
                }
                for note in draft.spell.notes {
                    if !last.spell.notes.contains(&note) {
                        last.spell.notes.push(note);
                    }
                }
            }
            _ => drafts.push(draft),
        }
    }
    // Before the first and after the last stretch it was and stays so, as far as anyone knows.
    let mut spells = drafts.into_iter().map(|d| d.spell).collect::<Vec<_>>();
    if let Some(first) = spells.first_mut()
        && first.kind == SpellKind::Home
    {
        first.from = None;
    }
    if let Some(last) = spells.last_mut()
        && matches!(last.kind, SpellKind::Home | SpellKind::Gap)
    {
        last.until = None;
    }
    spells
}

fn draft(episode: &Episode, shares: &Shares<'_>, home: Option<&str>, home_key: Option<&str>) -> Draft {
    let home_zone = home_key
        .and_then(|k| Gazetteer::embedded().city_by_key(k))
        .map_or(Zone::UTC, |c| c.zone);
    let between = |zone: Zone| -> (Option<PlaceTime>, Option<PlaceTime>) {
        (Some(clock(episode.from, zone)), Some(clock(episode.until, zone)))
    };
    let make = |key: String, kind, title: String, detail: Option<String>, zone: Zone, p: f64| {
        let (from, until) = between(zone);
        let spell = Spell {
            kind,
            title,
            detail,
            from,
            until,
            day_only: false,
            notes: Vec::new(),
            attention: None,
            percent: words::percent(p),
        };
        Draft {
            key,
            spell,
            zone,
            best: p,
        }
    };
    // A leg that nobody can identify is a corridor for as long as it may last, whatever is most probable meanwhile (R25).
    let unidentified = episode
        .move_
        .as_ref()
        .filter(|m| m.identity.is_none() && (m.departs.is_none() || m.arrives.is_none()));
    if let Some(m) = unidentified {
        let p = shares.places.first().map_or(0.0, |x| x.1).max(shares.in_transit);
        let mut draft = make(
            format!("corridor {} {}", m.from.name, m.to.name),
            SpellKind::Corridor,
            format!("{} → {}", short(&m.from), short(&m.to)),
            Some(t!("not identified", "nicht erkennbar").to_owned()),
            zone(&m.from),
            p,
        );
        draft.spell.day_only = true;
        return draft;
    }
    match (shares.top(), &episode.move_) {
        (Top::Moving, Some(m)) => {
            let kind = if m.identity.is_some() {
                SpellKind::Move(grade_of(m.grade))
            } else {
                SpellKind::Corridor
            };
            let detail = m
                .identity
                .clone()
                .or_else(|| Some(t!("not identified", "nicht erkennbar").to_owned()));
            let mut draft = make(
                format!("move {:?} {} {}", m.identity, m.from.name, m.to.name),
                kind,
                format!("{} → {}", short(&m.from), short(&m.to)),
                detail,
                zone(&m.from),
                shares.in_transit,
            );
            draft.spell.from = Some(clock(m.departs.unwrap_or(episode.from), zone(&m.from)));
            draft.spell.until = Some(clock(m.arrives.unwrap_or(episode.until), zone(&m.to)));
            draft
        }
        (Top::Moving, None) => make(
            "moving".into(),
            SpellKind::Corridor,
            t!("On the way", "Unterwegs").into(),
            None,
            Zone::UTC,
            shares.in_transit,
        ),
        (Top::Home, _) => {
            let (title, detail) = match home {
                Some(home) => (home.to_owned(), Some(t!("home", "zu Hause").to_owned())),
                None => (t!("Home", "Zu Hause").to_owned(), None),
            };
            make(
                t!("home", "zu Hause").into(),
                SpellKind::Home,
                title,
                detail,
                home_zone,
                shares.home,
            )
        }
        (Top::Place(h), _) => {
            let key = h.place.city_key.clone().unwrap_or_else(|| h.place.name.clone());
            if home_key.is_some_and(|home| home == key) {
                let title = home.map_or_else(|| called(&h.place), ToOwned::to_owned);
                return make(
                    t!("home", "zu Hause").into(),
                    SpellKind::Home,
                    title,
                    Some(t!("home", "zu Hause").into()),
                    zone(&h.place),
                    shares.places[0].1,
                );
            }
            let grade = grade_of(h.grade);
            let detail = (episode.state == State::Connection).then(|| t!("connection", "Umstieg").to_owned());
            let mut draft = make(
                format!("stay {key}"),
                SpellKind::Stay(grade),
                called(&h.place),
                detail,
                zone(&h.place),
                shares.places[0].1,
            );
            if let Some((venue, _)) = h
                .venue
                .as_ref()
                .filter(|(v, share)| *share >= 0.5 && v.kind == PlaceKind::Venue)
            {
                draft.spell.notes.push(venue.name.clone());
            }
            draft.spell.attention = episode.bedless.map(nights_without_bed);
            draft
        }
        (Top::Nothing, _) => make(
            "gap".into(),
            SpellKind::Gap,
            t!("Not known", "Nicht bekannt").into(),
            None,
            home_zone,
            shares.unknown,
        ),
    }
}

/// Beside the dates of the stay.
fn nights_without_bed(bedless: Bedless) -> String {
    match bedless.nights {
        Some(1) => t!("1 night without a hotel", "1 Nacht ohne Hotel").to_owned(),
        Some(nights) => tf!("{nights} nights without a hotel", "{nights} Nächte ohne Hotel"),
        None => t!("no hotel", "kein Hotel").to_owned(),
    }
}

/// The code of a place, else its name.
fn short(place: &Place) -> String {
    place.code.clone().unwrap_or_else(|| called(place))
}
