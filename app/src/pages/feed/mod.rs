//! The operator's page of Concur's event service: how fresh each data centre is, what is subscribed, what proves deliveries,
//! how far the work has come, and the event log. Plain forms to `POST /feed/…`; what came of one comes back as `?said=word`.
//! Works without JavaScript: everything that is asked for is in the address.

mod centres;
mod log;
mod proofs;
mod stuck;

use super::broken::broken;
use crate::{
    api::{get_feed_page, get_me},
    components::masthead::Masthead,
    view::{FeedPage, FeedQuery, Work, feed::said, time::age},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

#[component]
pub fn FeedScreen() -> impl IntoView {
    let query = FeedQuery::parse(&use_location().search.get_untracked());
    let me = Resource::new(|| (), |()| get_me());
    let asked = query.clone();
    let page = Resource::new(|| (), move |()| get_feed_page(asked.clone()));
    let here = query.href();
    let news = query.said.as_deref().and_then(said);
    let title = match &news {
        Some((_, true)) => t!("Error: events and feeds", "Fehler: Ereignisse"),
        _ => t!("Events and feeds", "Ereignisse"),
    };
    view! {
        <Title text=title/>
        <Masthead me here="/feed"/>
        <main class="page feed">
            {news.map(|(text, bad)| view! {
                <p class=if bad { "note attention" } else { "note" } role=if bad { "alert" } else { "status" }>{text}</p>
            })}
            <Transition fallback=|| view! { <p class="hint">{t!("Asking the data centres…", "Die Rechenzentren werden gefragt …")}</p> }>
                {move || {
                    let (here, query) = (here.clone(), query.clone());
                    Suspend::new(async move {
                        match page.await {
                            Ok(page) => view! { <Whole page query/> }.into_any(),
                            Err(error) => broken(error, t!("The feed", "Die Ereignisse"), here),
                        }
                    })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Whole(page: FeedPage, query: FeedQuery) -> impl IntoView {
    let now = page.now;
    let newest = page.centres.iter().filter_map(|centre| centre.last_event_at).max();
    let sentence = newest.map_or_else(
        || t!("No event has come yet", "Noch ist kein Ereignis gekommen").to_owned(),
        |at| {
            tf!(
                "{} since the last event",
                "{} seit dem letzten Ereignis",
                age(now.since(at))
            )
        },
    );
    view! {
        <header class="page-head">
            <h1>{sentence}</h1>
            <p class="hint">{tf!("Every event is kept before it is acknowledged. As of {}.", "Jedes Ereignis wird gespeichert, bevor es bestätigt wird. Stand {}.", now.short(now))}</p>
        </header>
        <div class="cards">
            {page.centres.into_iter().map(|centre| view! { <centres::Card centre endpoint=page.endpoint.clone() now/> }).collect_view()}
            <WorkCard work=page.work/>
        </div>
        <proofs::Proofs keys=page.keys key_problem=page.key_problem policy=page.policy certificates=page.certificates now/>
        <stuck::Stuck stuck=page.stuck now/>
        <log::Log events=page.log next=page.next found=page.found query now/>
    }
}

#[component]
fn WorkCard(work: Work) -> impl IntoView {
    let figures = [
        (t!("queued", "wartend"), work.queued, false),
        (t!("running", "laufend"), work.running, false),
        (t!("retrying", "wird wiederholt"), work.retrying, false),
        (t!("in grace", "in Schonfrist"), work.grace, false),
        (t!("quarantined", "in Quarantäne"), work.quarantined, true),
        (t!("given up", "aufgegeben"), work.dead, true),
    ];
    let figures = figures
        .into_iter()
        .map(|(word, count, bad)| {
            view! {
                <div class:old=bad && count != 0><dt>{word}</dt><dd>{count}</dd></div>
            }
        })
        .collect_view();
    let oldest = (work.oldest_queued_s >= 1.0).then(|| {
        tf!(
            "Oldest queued {}. ",
            "Ältestes wartet {}. ",
            age(work.oldest_queued_s as i64)
        )
    });
    view! {
        <section class="card" aria-labelledby="work">
            <h2 id="work">{t!("Work", "Arbeit")}</h2>
            <dl class="figures">{figures}</dl>
            <p class="hint">{oldest}{tf!("{} events received.", "{} Ereignisse empfangen.", work.received)}</p>
        </section>
    }
}
