//! One traveler's panel: the answer, where the probability goes, reasons for and against, the timeline, the trips.
//! Called by the map page when somebody is opened.
//! Always holds: everything is read from the same presence rows as the list, so the panel never says other than the list.

use app::{t, tf};
use std::sync::Arc;

use app::view::{
    Answer, AppError, Band, Elsewhere, Grade, Mark, OnMap, PersonPage, PlaceTime, Precision, Reach, Reason, Spell,
    Strength, WhyNotView, words,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::lines::grade_of;
use super::places::{called, city_name, clock, country_name, precision, town_of, towns, zone};
use super::shares::{Shares, Top};
use super::spells::timeline;
use super::{fault, instant};
use crate::place::LonLat;
use crate::store::{Scope, TravelerRow, TripRow};
use crate::web::{AppState, german};
use crate::whereabouts::{self, Episode, Evidence, Hypothesis, Judgement, Move, Place, PlaceKind};

/// Days of the timeline before and after the instant.
pub(super) const BACK_D: i64 = 20;
pub(super) const AHEAD_D: i64 = 75;

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
    let answer = answer(&episodes, current, &shares, at, home.as_deref());
    let mut timeline = timeline(&episodes, home.as_deref(), traveler.home.as_deref());
    // A stretch says its best number; the one that holds is as sure as the answer above it.
    let now_p = match shares.top() {
        Top::Place(_) => shares.places.first().map(|x| x.1),
        Top::Home => Some(shares.home),
        Top::Moving | Top::Nothing => None,
    };
    let holds = |spell: &&mut Spell| spell.covers(instant(at)) && !spell.kind.is_move();
    if let (Some(spell), Some(p)) = (timeline.iter_mut().rfind(holds), now_p) {
        spell.percent = words::percent(p);
    }
    Ok(PersonPage {
        id: traveler.id.clone(),
        name: traveler.name.clone(),
        about: about(&traveler, home.as_deref(), trips.len()),
        now: instant(now),
        at: instant(at),
        zone: match shares.top() {
            Top::Place(h) => Some(zone(&h.place).name().to_owned()),
            _ => None,
        },
        bar: shares.bar(home.as_deref()),
        reasons: current
            .map(|e| reasons(&e.evidence, &trips, &towns(&episodes)))
            .unwrap_or_default(),
        lacks: current
            .and_then(|e| e.bedless)
            .map(|bedless| german::said(bedless.told())),
        timeline,
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
    let (p, towns) = (answer.as_ref().map_or(0.0, |a| a.p), towns(episodes));
    WhyNotView {
        asked: asked.to_owned(),
        place: answer.as_ref().map(|a| german::said_among(a.place.clone(), &towns)),
        percent: words::percent(p),
        band: Band::of(p),
        because: answer.map_or_else(Vec::new, |a| {
            a.because
                .into_iter()
                .map(|says| german::said_among(says, &towns))
                .collect()
        }),
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

/// The finest place of a hypothesis that is probable enough to be the answer, and its probability: as the list has it (R200).
fn finest(h: &Hypothesis, p: f64) -> (&Place, f64) {
    match &h.venue {
        Some((venue, share)) if p * share >= Judgement::CURRENT.answer_p => (venue, p * share),
        _ => (&h.place, p),
    }
}

fn titled(place: &Place, city: &Place) -> String {
    let country = place.country.as_deref().map(country_name);
    let name = match place.kind {
        PlaceKind::Venue if place.name != city.name => {
            format!("{}, {}", place.name, called(city))
        }
        _ => called(place),
    };
    match country {
        Some(country) if country != name => format!("{name}, {country}"),
        _ => name,
    }
}

/// Since when and until when they are where they most probably are at an instant; `None` on the way, at home, or nowhere known.
pub(super) fn stay(episodes: &[Episode], at: DateTime<Utc>) -> Option<(PlaceTime, PlaceTime)> {
    let current = episodes.iter().find(|e| e.from <= at && at < e.until)?;
    let shares = Shares::of(current, at);
    let Top::Place(h) = shares.top() else { return None };
    let p = shares.places.first().map_or(0.0, |x| x.1);
    let zone = zone(finest(h, p).0);
    let (from, until) = stretch(episodes, current, &h.place);
    Some((clock(from, zone), clock(until, zone)))
}

/// From when until when a place is where they most probably are, without a break, around `current`.
fn stretch(episodes: &[Episode], current: &Episode, place: &Place) -> (DateTime<Utc>, DateTime<Utc>) {
    let there = |episode: &&Episode| {
        let middle = episode.from + (episode.until - episode.from) / 2;
        let same = |h: &Hypothesis| (&h.place.city_key, &h.place.name) == (&place.city_key, &place.name);
        matches!(Shares::of(episode, middle).top(), Top::Place(h) if same(h))
    };
    let before = episodes.partition_point(|episode| episode.from < current.from);
    let first = episodes[..before].iter().rev().take_while(there).last();
    let last = episodes[before..].iter().skip(1).take_while(there).last();
    (first.unwrap_or(current).from, last.unwrap_or(current).until)
}

fn answer(
    episodes: &[Episode],
    current: Option<&Episode>,
    shares: &Shares<'_>,
    at: DateTime<Utc>,
    home: Option<&str>,
) -> Answer {
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
            let (place, p) = finest(h, shares.places.first().map_or(0.0, |x| x.1));
            let (since, until) = stay(episodes, at).unzip();
            Answer {
                mark: Mark::of(grade_of(h.grade)),
                title: titled(place, &h.place),
                percent: words::percent(p),
                band: Band::of(p),
                precision: precision(place.kind),
                radius_km: (!matches!(place.kind, PlaceKind::Country | PlaceKind::Venue))
                    .then(|| place.radius_km.round() as u32),
                since,
                until,
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
            precision: home.map_or(Precision::Nowhere, |_| Precision::City),
            ..base
        },
        Top::Nothing => base,
    }
}

/// For first, strongest first; then against.
fn reasons(evidence: &[Arc<Evidence>], trips: &[TripRow], towns: &german::Towns) -> Vec<Reason> {
    let mut reasons = evidence
        .iter()
        .map(|e| Reason {
            says: german::said_among(e.told_beside_source(), towns),
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
        "ConcurTravel" | "Cliqbook" => t!("Concur booking", "Concur-Buchung"),
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
            let p = shares.places.first().map_or(0.0, |x| x.1);
            let (place, _) = finest(h, p);
            // Beside the mark stands the city, with its own number.
            out.percent = words::percent(p);
            if place.kind != PlaceKind::Country {
                out.place = called(&h.place);
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
                label: called(&h.place),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::itinerary;
    use crate::place::Gazetteer;
    use crate::whereabouts::{Record, Traveler, What};

    #[test]
    fn a_stay_is_told_from_landing_to_leaving_whatever_happens_between() {
        let leg = |from: &str, to: &str, leaves: &str, arrives: &str| {
            json!({"Vendor": "BA", "FlightNumber": "117", "Status": "HK", "StartCityCode": from, "EndCityCode": to,
                "StartDateLocal": leaves, "EndDateLocal": arrives})
        };
        let trip = json!({"TripId": "t", "TripStatus": "Confirmed", "Bookings": [{"RecordLocator": "ABC123", "BookingSource": "ConcurTravel",
            "Segments": {
                "Air": [leg("JFK", "LHR", "2026-11-09T08:00:00", "2026-11-09T20:00:00"),
                    leg("LHR", "JFK", "2026-11-12T10:00:00", "2026-11-12T13:00:00")],
                "Hotel": [{"Name": "The Larkspur", "Status": "HK", "StartCityCode": "LON",
                    "StartDateLocal": "2026-11-09T21:00:00", "EndDateLocal": "2026-11-12T08:00:00"}]}}]});
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let reading = itinerary::read(trip.to_string().as_bytes()).unwrap();
        let record = Record {
            received_at: at("2026-11-01T00:00:00Z"),
            trip_id: "t".to_owned(),
            what: What::Document(reading.trip.into(), reading.oddities),
        };
        let traveler = Traveler {
            home: Some("NYC".to_owned()),
            ..Traveler::default()
        };
        let now = at("2026-11-10T23:00:00Z");
        let known = whereabouts::timeline(Gazetteer::embedded(), &Judgement::CURRENT, &traveler, &[record], now);
        let current = known.episodes.iter().find(|e| e.from <= now && now < e.until).unwrap();
        assert!(
            current.from > at("2026-11-09T20:00:00Z"),
            "the hour at the airport is an episode of its own"
        );
        let place = &current.hypotheses[0].place;
        assert_eq!(place.name, "London");
        assert_eq!(
            stretch(&known.episodes, current, place),
            (at("2026-11-09T20:00:00Z"), at("2026-11-12T10:00:00Z"))
        );
    }
}
