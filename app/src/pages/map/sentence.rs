//! The sentence: when, and four numbers, each a link that lists these people. First thing on the page.

use super::Screen;
use crate::{
    components::{
        icon::{Ico, Icon},
        mark::MarkOnly,
    },
    view::{Filter, Grade, Group, IncidentAnswer, Instant, MapPage, Mark, time::age, words::thousands},
};
use leptos::prelude::*;

#[component]
pub fn Sentence(screen: Screen, page: StoredValue<MapPage>) -> impl IntoView {
    let query = screen.query;
    let (at, now, counts, data_at) = page.with_value(|p| (p.at, p.now, p.counts, p.data_at));
    // Beside UTC what the chosen clock shows.
    let local = page.with_value(|p| {
        let time = p.clock.zone.is_some().then(|| p.clock.at(at))?;
        let there = p.clock.city().unwrap_or_default();
        Some(format!(" · {} {} ({there})", time.beside(at), time.zone))
    });
    let number = move |filter: Filter, n: u32, mark: Option<Mark>, words: &'static str, short: &'static str| {
        view! {
            <li>
                <a href=move || query.with(|q| q.with_filter(filter).with_person(None).href()) data-noscroll=""
                    aria-current=move || query.with(|q| (q.filter == filter).then_some("true"))>
                    {mark.map(|mark| view! { <MarkOnly mark/> })}
                    <b>{thousands(n)}</b>
                    <span class="long">{words}</span>
                    <span class="short" aria-hidden="true">{short}</span>
                </a>
            </li>
        }
    };
    let data = match data_at {
        Some(at) => tf!("data {} old", "Daten {} alt", age(now.since(at))),
        None => t!("no data yet", "noch keine Daten").to_owned(),
    };
    if let Some(answer) = page.with_value(|p| p.incident.clone()) {
        return view! { <Incident screen answer now data data_at/> }.into_any();
    }
    let as_known = move || {
        query.with(|q| {
            q.as_of
                .map(|t| tf!(", as known {}", ", Kenntnisstand {}", t.short(now)))
        })
    };
    let flying = Mark {
        grade: Grade::Confirmed,
        old: false,
        flying: true,
    };
    view! {
        <section class="sentence" aria-label=t!("Summary", "Zusammenfassung")>
            <h1><time datetime=at.rfc3339()>{at.long(now)}</time>{local}{as_known}</h1>
            <ul>
                {number(Filter::Away, counts.away, None, t!("away", "auf Reisen"), t!("away", "auf Reisen"))}
                {number(Filter::Air, counts.in_air, Some(flying), t!("in the air", "in der Luft"), t!("in the air", "in der Luft"))}
                {number(Filter::Planned, counts.planned, Some(Mark::of(Grade::Intent)), t!("planned, not booked", "geplant, nicht gebucht"), t!("planned", "geplant"))}
                {number(Filter::Unplaced, counts.unplaced, Some(Mark::of(Grade::Unknown)), t!("cannot be placed", "nicht verortbar"), t!("not placed", "ohne Ort"))}
            </ul>
            <p class="age" title=data_at.map(|t| t.short(now))><Ico icon=Icon::Clock/>{data}</p>
        </section>
    }
    .into_any()
}

/// The sentence of an incident: where and when, and its lists, each a link.
#[component]
fn Incident(
    screen: Screen,
    answer: IncidentAnswer,
    now: Instant,
    data: String,
    data_at: Option<Instant>,
) -> impl IntoView {
    let query = screen.query;
    let window = answer.window(now);
    let as_known = move || {
        query.with(|q| {
            q.as_of
                .map(|t| tf!(", as known {}", ", Kenntnisstand {}", t.short(now)))
        })
    };
    let title = answer
        .label
        .clone()
        .unwrap_or_else(|| t!("Nothing is called so", "Nichts heißt so").to_owned());
    let number = move |group: Group| {
        let n = answer.counts.get(group);
        // The list that is shown leads back to all of them.
        let href = move || {
            query.with(|q| {
                let shown = q.incident.as_ref().and_then(|i| i.group) == Some(group);
                q.with_group((!shown).then_some(group)).href()
            })
        };
        let current =
            move || query.with(|q| (q.incident.as_ref().and_then(|i| i.group) == Some(group)).then_some("true"));
        view! {
            <li class=group.code()>
                <a href=href data-noscroll="" aria-current=current>
                    <b>{thousands(n)}</b>
                    <span class="long">{group.words()}</span>
                    <span class="short" aria-hidden="true">{group.short()}</span>
                </a>
            </li>
        }
    };
    view! {
        <section class="sentence incident" aria-label=t!("Incident", "Vorfall")>
            <h1 title=title.clone()><Ico icon=Icon::Alarm/><span>{title.clone()}</span><small>{window}{as_known}<span class="with-age">{format!(" · {data}")}</span></small></h1>
            <ul>{Group::EVERY.into_iter().map(number).collect_view()}</ul>
            <p class="age" title=data_at.map(|t| t.short(now))><Ico icon=Icon::Clock/>{data}</p>
        </section>
    }
}
