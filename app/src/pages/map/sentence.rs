//! The sentence: when, and four numbers, each a link that lists these people. First thing on the page.

use super::Screen;
use crate::{
    components::{
        icon::{Ico, Icon},
        mark::MarkOnly,
    },
    view::{Filter, Grade, MapPage, Mark, time::age, words::thousands},
};
use leptos::prelude::*;

#[component]
pub fn Sentence(screen: Screen, page: StoredValue<MapPage>) -> impl IntoView {
    let query = screen.query;
    let (at, now, counts, data_at) = page.with_value(|p| (p.at, p.now, p.counts, p.data_at));
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
        Some(at) => format!("data {} old", age(now.since(at))),
        None => "no data yet".to_owned(),
    };
    let as_known = move || query.with(|q| q.as_of.map(|t| format!(", as known {}", t.short(now))));
    let flying = Mark {
        grade: Grade::Confirmed,
        old: false,
        flying: true,
    };
    view! {
        <section class="sentence" aria-label="Summary">
            <h1><time datetime=at.rfc3339()>{at.long(now)}</time>{as_known}</h1>
            <ul>
                {number(Filter::Away, counts.away, None, "away", "away")}
                {number(Filter::Air, counts.in_air, Some(flying), "in the air", "in the air")}
                {number(Filter::Planned, counts.planned, Some(Mark::of(Grade::Intent)), "planned, not booked", "planned")}
                {number(Filter::Unplaced, counts.unplaced, Some(Mark::of(Grade::Unknown)), "cannot be placed", "not placed")}
            </ul>
            <p class="age" title=data_at.map(|t| t.short(now))><Ico icon=Icon::Clock/>{data}</p>
        </section>
    }
}
