//! One traveler's panel: the answer, where the probability goes, reasons for and against, the timeline, the trips.
//! Called by the map page when somebody is opened.
//! Always holds: everything is read from the same presence rows as the list, so the panel never says other than the list.

use app::{t, tf};
use std::sync::Arc;

use app::view::{
    Answer, AppError, Band, BarPart, BarPartKind, Elsewhere, Grade, Mark, OnMap, PersonPage, PlaceTime, Precision,
    Reach, Reason, Spell, SpellKind, Strength, WhyNotView, words,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::lines::grade_of;
use super::places::{city_name, clock, country_name, precision, town_of, zone};
use super::{fault, instant};
use crate::place::{Gazetteer, LonLat, Zone};
use crate::store::{Scope, TravelerRow, TripRow};
use crate::web::{AppState, german};
use crate::whereabouts::{self, Bedless, Episode, Evidence, Hypothesis, Move, Place, PlaceKind, State};

/// Days of the timeline before and after the instant.
const BACK_D: i64 = 20;
const AHEAD_D: i64 = 75;
/// Shares below this are not worth a part of the bar.
const LEAST_SHARE: f64 = 0.015;

pub async fn page(
    state: &AppState,
    scope: &Scope,
    id: &str,
    at: Option<DateTime<Utc>>,
    as_of: Option<DateTime<Utc>>,
    why: Option<&str>,
) -> Result<PersonPage, AppError> {
    let now = (state.clock)();
    let at = at.unwrap_or(now);
    let traveler = state
        .store
        .traveler(scope, id)
        .await
        .map_err(|e| fault(&e))?
        .ok_or(AppError::NotFound)?;
    let (from, to) = (at - TimeDelta::days(BACK_D), at + TimeDelta::days(AHEAD_D));
    let (episodes, trips) = futures::try_join!(
        state.store.episodes(scope, id, from, to, as_of),
        state.store.trips_of(scope, id)
    )
    .map_err(|e| fault(&e))?;
    let home = traveler.home.as_deref().and_then(city_name);
    let current = episodes.iter().find(|e| e.from <= at && at < e.until);
    let shares = current.map(|e| Shares::of(e, at)).unwrap_or_default();
    let why_not = why.map(|place| why_not(&episodes, place, at, as_of.unwrap_or(now)));
    let answer = answer(current, &shares, at, home.as_deref());
    Ok(PersonPage {
        id: traveler.id.clone(),
        name: traveler.name.clone(),
        about: about(&traveler, home.as_deref(), trips.len()),
        now: instant(now),
        at: instant(at),
        bar: shares.bar(home.as_deref()),
        reasons: current.map(|e| reasons(&e.evidence, &trips)).unwrap_or_default(),
        lacks: current
            .and_then(|e| e.bedless)
            .map(|bedless| german::said(bedless.told())),
        timeline: timeline(&episodes, home.as_deref(), traveler.home.as_deref()),
        on_map: on_map(current, &shares, &answer, at),
        trips: trips.iter().map(super::booking::trip_line).collect(),
        answer,
        reach: Reach::default(),
        why_not,
    })
}

/// Why they are not thought to be in the place that was typed.
fn why_not(episodes: &[Episode], asked: &str, at: DateTime<Utc>, known_at: DateTime<Utc>) -> WhyNotView {
    let answer = whereabouts::Area::named(asked).map(|area| whereabouts::why_not(episodes, &area, at, known_at));
    let p = answer.as_ref().map_or(0.0, |a| a.p);
    WhyNotView {
        asked: asked.to_owned(),
        place: answer.as_ref().map(|a| german::said(a.place.clone())),
        percent: words::percent(p),
        band: Band::of(p),
        because: answer.map_or_else(Vec::new, |a| a.because.into_iter().map(german::said).collect()),
    }
}

fn about(traveler: &TravelerRow, home: Option<&str>, trips: usize) -> Vec<String> {
    let mut about = Vec::new();
    about.extend(traveler.department.clone());
    about.extend(home.map(|h| tf!("based in {h}", "Standort {h}")));
    about.push(
        match () {
            () if traveler.is_guest() => t!("guest without a profile", "Gast ohne Profil"),
            () if traveler.is_unmatched() => t!("not matched to a profile", "keinem Profil zugeordnet"),
            () => t!("matched to a profile", "einem Profil zugeordnet"),
        }
        .to_owned(),
    );
    about.push(format!(
        "{trips} {}",
        if trips == 1 {
            t!("trip", "Reise")
        } else {
            t!("trips", "Reisen")
        }
    ));
    about
}

/// The probabilities of one instant, largest place first.
#[derive(Default)]
struct Shares<'a> {
    places: Vec<(&'a Hypothesis, f64)>,
    home: f64,
    in_transit: f64,
    unknown: f64,
}

impl<'a> Shares<'a> {
    fn of(episode: &'a Episode, at: DateTime<Utc>) -> Self {
        let length = (episode.until - episode.from).num_milliseconds().max(1) as f64;
        let share = (at - episode.from).num_milliseconds() as f64 / length;
        let p = |from: f64, until: f64| from + (until - from) * share.clamp(0.0, 1.0);
        let mut places = episode
            .hypotheses
            .iter()
            .map(|h| (h, p(h.p.from, h.p.until)))
            .collect::<Vec<_>>();
        places.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self {
            places,
            home: p(episode.home.from, episode.home.until),
            in_transit: p(episode.in_transit.from, episode.in_transit.until),
            unknown: p(episode.unknown.from, episode.unknown.until),
        }
    }

    fn top(&self) -> Top<'a> {
        let mut top = (
            self.places.first().map_or(0.0, |p| p.1),
            self.places.first().map_or(Top::Nothing, |p| Top::Place(p.0)),
        );
        for (p, what) in [
            (self.in_transit, Top::Moving),
            (self.home, Top::Home),
            (self.unknown, Top::Nothing),
        ] {
            if p > top.0 + 1e-9 {
                top = (p, what);
            }
        }
        top.1
    }

    fn bar(&self, home: Option<&str>) -> Vec<BarPart> {
        let part = |kind, label: String, p: f64| BarPart {
            kind,
            label,
            percent: (p * 100.0).round().clamp(0.0, 100.0) as u8,
        };
        let mut parts = self
            .places
            .iter()
            .filter(|(_, p)| *p >= LEAST_SHARE)
            .map(|(h, p)| part(BarPartKind::Place(grade_of(h.grade)), h.place.name.clone(), *p))
            .collect::<Vec<_>>();
        if self.in_transit >= LEAST_SHARE {
            parts.push(part(
                BarPartKind::InTransit,
                t!("on the way", "unterwegs").to_owned(),
                self.in_transit,
            ));
        }
        if self.home >= LEAST_SHARE {
            parts.push(part(
                BarPartKind::Home,
                home.map_or_else(
                    || t!("home", "zu Hause").to_owned(),
                    |h| tf!("{h}, home", "{h}, zu Hause"),
                ),
                self.home,
            ));
        }
        if self.unknown >= LEAST_SHARE || parts.is_empty() {
            parts.push(part(
                BarPartKind::Unknown,
                t!("unknown", "unbekannt").to_owned(),
                self.unknown,
            ));
        }
        parts
    }
}

#[derive(Clone, Copy)]
enum Top<'a> {
    Place(&'a Hypothesis),
    Moving,
    Home,
    Nothing,
}

/// The finest place of a hypothesis that holds most of it.
fn finest(h: &Hypothesis) -> &Place {
    match &h.venue {
        Some((venue, share)) if *share >= 0.5 => venue,
        _ => &h.place,
    }
}

fn titled(place: &Place, city: &str) -> String {
    let country = place.country.as_deref().map(country_name);
    let name = match place.kind {
        PlaceKind::Venue | PlaceKind::Airport if place.name != city => format!("{}, {city}", place.name),
        _ => place.name.clone(),
    };
    match country {
        Some(country) if country != name => format!("{name}, {country}"),
        _ => name,
    }
}

fn answer(current: Option<&Episode>, shares: &Shares<'_>, at: DateTime<Utc>, home: Option<&str>) -> Answer {
    let nothing = Answer {
        mark: Mark::of(Grade::Unknown),
        title: t!("Not known", "Nicht bekannt").to_owned(),
        percent: words::percent(shares.unknown),
        band: Band::of(shares.unknown),
        precision: Precision::Nowhere,
        radius_km: None,
        conflict: false,
        since: None,
        until: None,
    };
    let Some(episode) = current else { return nothing };
    let base = Answer {
        conflict: episode.at(at).conflict,
        ..nothing
    };
    match shares.top() {
        Top::Place(h) => {
            let place = finest(h);
            let p = shares.places.first().map_or(0.0, |x| x.1);
            let zone = zone(place);
            Answer {
                mark: Mark::of(grade_of(h.grade)),
                title: titled(place, &h.place.name),
                percent: words::percent(p),
                band: Band::of(p),
                precision: precision(place.kind),
                radius_km: (!matches!(place.kind, PlaceKind::Country | PlaceKind::Venue))
                    .then(|| place.radius_km.round() as u32),
                since: Some(clock(episode.from, zone)),
                until: Some(clock(episode.until, zone)),
                ..base
            }
        }
        Top::Moving => {
            let identity = episode.move_.as_ref().and_then(|m| m.identity.clone());
            let to = episode.move_.as_ref().map(|m| town_of(&m.to)).unwrap_or_default();
            let grade = episode.move_.as_ref().map_or(Grade::Unknown, |m| grade_of(m.grade));
            Answer {
                mark: Mark {
                    grade,
                    old: false,
                    flying: identity.is_some(),
                },
                title: match &identity {
                    Some(identity) => tf!("On {identity} to {to}", "In {identity} nach {to}"),
                    None => tf!("On the way to {to}", "Unterwegs nach {to}"),
                },
                percent: words::percent(shares.in_transit),
                band: Band::of(shares.in_transit),
                precision: Precision::Moving,
                since: episode
                    .move_
                    .as_ref()
                    .and_then(|m| Some(clock(m.departs?, zone(&m.from)))),
                until: episode
                    .move_
                    .as_ref()
                    .and_then(|m| Some(clock(m.arrives?, zone(&m.to)))),
                ..base
            }
        }
        Top::Home => Answer {
            mark: Mark::of(Grade::Inferred),
            title: home.map_or_else(
                || t!("At home", "Zu Hause").to_owned(),
                |h| tf!("{h}, at home", "{h}, zu Hause"),
            ),
            percent: words::percent(shares.home),
            band: Band::of(shares.home),
            precision: Precision::City,
            ..base
        },
        Top::Nothing => base,
    }
}

/// For first, strongest first; then against.
fn reasons(evidence: &[Arc<Evidence>], trips: &[TripRow]) -> Vec<Reason> {
    let mut reasons = evidence
        .iter()
        .map(|e| Reason {
            says: german::said(e.told_beside_source()),
            against: e.against,
            strength: Some(strength(e)),
            source: match &e.via {
                Some(via) => format!("{} ({via})", source_words(&e.source)),
                None => source_words(&e.source),
            },
            modified_at: e.modified.map(instant),
            booking: Some(e.booking.clone()).filter(|b| !b.is_empty() && trips.iter().any(|t| t.trip.id == e.trip)),
            rules: e.rules.iter().map(ToString::to_string).collect(),
        })
        .collect::<Vec<_>>();
    reasons.sort_by_key(|r| (r.against, r.strength.map(|s| s as u8)));
    reasons
}

/// Identified bookings of a machine weigh most, plans and what follows from others least.
fn strength(evidence: &Evidence) -> Strength {
    let machine = matches!(
        evidence.source.as_str(),
        "ConcurTravel" | "Cliqbook" | "OpenBookingSupplier" | "TravelSupplier" | "ConcurConnectAPI" | "Agency"
    );
    match (evidence.against, machine, evidence.segment.is_empty()) {
        (_, _, true) => Strength::Weak,
        (false, true, _) => Strength::Strong,
        _ => Strength::Some,
    }
}

/// Concur's name of a source in plain words (R9).
pub fn source_words(source: &str) -> String {
    match source {
        "ConcurTravel" | "Cliqbook" => t!("Travel agency system", "Reisebürosystem"),
        "ConcurConnectAPI" | "Agency" => t!("Agency", "Reisebüro"),
        "OpenBookingSupplier" | "TravelSupplier" => t!("Direct supplier", "Direkt beim Anbieter"),
        "OpenBookingEmail" | "Panama" => t!("E-mail", "E-Mail"),
        "TripIt" => "TripIt",
        "TravelRequest" => t!("Travel request", "Reiseantrag"),
        "AmadeusETravel" => "Amadeus e-Travel",
        other => other,
    }
    .to_owned()
}

/// What the map draws of the opened person. A country or an unknown place never gets a point (R200).
fn on_map(current: Option<&Episode>, shares: &Shares<'_>, answer: &Answer, at: DateTime<Utc>) -> OnMap {
    let mut out = OnMap {
        grade: answer.mark.grade,
        place: answer.title.clone(),
        percent: answer.percent,
        point: None,
        radius_km: 0.0,
        flying: answer.mark.flying,
        others: Vec::new(),
    };
    match shares.top() {
        Top::Place(h) => {
            let place = finest(h);
            if place.kind != PlaceKind::Country {
                out.place = h.place.name.clone();
                out.point = place.point;
                out.radius_km = if place.kind == PlaceKind::Venue {
                    0.0
                } else {
                    place.radius_km
                };
            }
        }
        Top::Moving => {
            if let (Some(m), true) = (current.and_then(|e| e.move_.as_ref()), answer.mark.flying) {
                out.place = town_of(&m.to);
                out.point = along(m, at);
            }
        }
        Top::Home | Top::Nothing => {}
    }
    out.others = shares
        .places
        .iter()
        .skip(usize::from(matches!(shares.top(), Top::Place(_))))
        .filter(|(_, p)| *p >= 0.05)
        .filter_map(|(h, p)| {
            Some(Elsewhere {
                label: h.place.name.clone(),
                percent: words::percent(*p),
                point: h.place.point?,
            })
        })
        .collect();
    out
}

/// Where on its great circle a timed move is (R197).
fn along(m: &Move, at: DateTime<Utc>) -> Option<[f64; 2]> {
    let ([from_lon, from_lat], [to_lon, to_lat]) = (m.from.point?, m.to.point?);
    let (departs, arrives) = (m.departs?, m.arrives?);
    let whole = (arrives - departs).num_seconds().max(1) as f64;
    let share = ((at - departs).num_seconds() as f64 / whole).clamp(0.0, 1.0);
    let point = LonLat::new(from_lon, from_lat).toward(LonLat::new(to_lon, to_lat), share);
    Some([point.lon, point.lat])
}

/// One stretch under construction.
struct Draft {
    key: String,
    spell: Spell,
    zone: Zone,
    best: f64,
}

/// Episodes joined into stretches that a person tells apart: stays, moves, home, gaps.
fn timeline(episodes: &[Episode], home: Option<&str>, home_key: Option<&str>) -> Vec<Spell> {
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
                let title = home.unwrap_or(&h.place.name).to_owned();
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
                h.place.name.clone(),
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
    place.code.clone().unwrap_or_else(|| place.name.clone())
}
