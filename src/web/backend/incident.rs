//! Who may be concerned by an incident: everyone's exposure to an area in a window (R190, R191).
//! Called by the selection; the page, the map, the sheet and the files show the same people.
//! Always holds: people at home count; of whom too little is known to say that they are not there is listed too.

use app::{t, tf};
use std::collections::HashMap;

use app::view::incident::{Group, GroupCounts, Incident, IncidentAnswer};
use app::view::{AppError, MapQuery, words};
use chrono::{DateTime, TimeDelta, Utc};

use super::area::{Known, zone_in};
use super::{fault, instant, moment};
use crate::store::Scope;
use crate::web::AppState;
use crate::whereabouts::{self, Episode, LeftOpen, exposure};

/// What an incident is to one traveler.
pub struct Exposed {
    pub group: Group,
    /// Of being in the area at some time of the window.
    pub p: f64,
    /// In plain words.
    pub words: String,
    /// When the episode begins that it rests on: the one that holds most of it.
    pub rests_on: DateTime<Utc>,
}

/// The incident, understood and answered.
pub struct Answered {
    pub known: Option<Known>,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// By traveler; whom nothing leads there is not in it.
    pub people: HashMap<String, Exposed>,
}

impl Answered {
    /// For the page.
    pub fn view(&self) -> IncidentAnswer {
        let mut counts = GroupCounts::default();
        for one in self.people.values() {
            counts.add(one.group);
        }
        IncidentAnswer {
            label: self.known.as_ref().map(|k| k.label.clone()),
            others: self.known.as_ref().map(|k| k.others.clone()).unwrap_or_default(),
            zone: self
                .known
                .as_ref()
                .and_then(|k| zone_in(&k.area))
                .map(|z| z.name().to_owned()),
            from: instant(self.from),
            until: instant(self.until),
            counts,
        }
    }
}

/// Answers the incident from the instant `at` on.
pub async fn answer(
    state: &AppState,
    scope: &Scope,
    query: &MapQuery,
    incident: &Incident,
    at: DateTime<Utc>,
) -> Result<Answered, AppError> {
    let until = at + TimeDelta::hours(i64::from(incident.hours));
    let mut answered = Answered {
        known: Known::of(incident),
        from: at,
        until,
        people: HashMap::new(),
    };
    let Some(known) = &answered.known else {
        return Ok(answered);
    };
    let day = TimeDelta::days(1);
    let episodes = state
        .store
        .bare_episodes_in(
            scope,
            Some(&known.area),
            at - day,
            until + day,
            query.as_of.and_then(moment),
        )
        .await
        .map_err(|e| fault(&e))?;
    let open = LeftOpen::of(&known.area);
    for (traveler, theirs) in episodes {
        if let Some(exposed) = one(known, &open, &theirs, at, until) {
            answered.people.insert(traveler, exposed);
        }
    }
    Ok(answered)
}

/// Whether somebody who is probably there at some time is so at the first moment already.
fn begins(known: &Known, episodes: &[Episode], from: DateTime<Utc>) -> bool {
    let at_first = exposure(episodes, &known.area, from, from + TimeDelta::seconds(1));
    at_first.group == whereabouts::Group::Present
}

fn one(
    known: &Known,
    open: &LeftOpen,
    episodes: &[Episode],
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Option<Exposed> {
    let first = episodes.first()?;
    let answer = exposure(episodes, &known.area, from, until);
    let group = match answer.group {
        whereabouts::Group::Present if begins(known, episodes, from) => Group::Present,
        whereabouts::Group::Present => Group::Coming,
        whereabouts::Group::Possible => Group::Possible,
        whereabouts::Group::Inbound => Group::Inbound,
        whereabouts::Group::Left => Group::Left,
        whereabouts::Group::None => {
            let now = open.by(episodes, from, until)?;
            let open = Exposed {
                group: Group::Open,
                p: answer.p,
                words: t!(
                    "Too little is known to say that they are elsewhere.",
                    "Zu wenig ist bekannt, um sagen zu können, dass die Person anderswo ist."
                )
                .to_owned(),
                rests_on: now.from,
            };
            return Some(open);
        }
    };
    // What it rests on: of the episodes of the answer's own list, the one that alone says it most.
    let alone = episodes
        .iter()
        .map(|e| (exposure(std::slice::from_ref(e), &known.area, from, until), e))
        .filter(|(alone, _)| alone.group == answer.group)
        .max_by(|a, b| a.0.p.total_cmp(&b.0.p));
    let words = match group {
        Group::Coming => tf!(
            "Not there yet, probably there later: {} %",
            "Noch nicht dort, wahrscheinlich später: {} %",
            words::percent(answer.p)
        ),
        _ => crate::web::german::said(answer.words),
    };
    Some(Exposed {
        group,
        p: answer.p,
        words,
        rests_on: alone.map_or(first, |(_, e)| e).from,
    })
}
