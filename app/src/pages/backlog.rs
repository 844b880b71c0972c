//! Trips from before a company connected: the document that SAP supplies, Concur's list, and how far each reading is.
//! Plain forms to `POST /backlog/import` (with a file) and `POST /backlog/list`; works without JavaScript.

use super::care::{Asked, Choose, Head, Said, broken};
use crate::{
    api::get_backlog,
    view::{
        BacklogView, Company, Instant,
        care::{Run, RunState},
        words::{counted, thousands},
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

#[component]
pub fn BacklogScreen() -> impl IntoView {
    let asked = Asked::parse(&use_location().search.get_untracked());
    let title = if asked.is_refusal() {
        "Error: backlog"
    } else {
        "Backlog"
    };
    let (chosen, here, word) = (asked.company.clone(), asked.href("/backlog"), asked.said.clone());
    let page = Resource::new(|| (), move |()| get_backlog(chosen.clone()));
    view! {
        <Title text=title/>
        <Head here="/backlog" company=asked.company/>
        <main class="care">
            <Said word/>
            <Transition>
                {move || {
                    let here = here.clone();
                    Suspend::new(async move {
                        match page.await {
                            Ok(page) => view! { <Page page/> }.into_any(),
                            Err(error) => broken(error, "The backlog", here),
                        }
                    })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Page(page: BacklogView) -> impl IntoView {
    let now = page.now;
    let Some(company) = page.company else {
        return view! { <h1>"Trips from before a company connected"</h1><Choose page="/backlog" companies=page.companies/> }.into_any();
    };
    let waiting: u32 = page.runs.iter().map(|run| run.waiting).sum();
    let reading = page.runs.iter().any(|run| run.state == RunState::Reading);
    let sentence = match (page.runs.is_empty(), reading, waiting) {
        (true, ..) => "Nothing from before the connection was read yet".to_owned(),
        (_, true, 0) => "The list is being read".to_owned(),
        (_, _, 0) => "Everything from before the connection is read".to_owned(),
        (_, _, n) => format!("{} to fetch", counted(n, "trip waits", "trips wait")),
    };
    let runs = page
        .runs
        .into_iter()
        .map(|run| view! { <Reading run now/> })
        .collect_view();
    view! {
        <header class="care-head"><h1>{sentence}</h1><p>{company.name.clone()}</p></header>
        <Forms company connected=page.connected/>
        <section aria-labelledby="readings">
            <h2 id="readings">"Readings"</h2>
            <ul class="care-runs">{runs}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Forms(company: Company, connected: bool) -> impl IntoView {
    let list = if connected {
        view! {
            <form class="stack" action="/backlog/list" method="post">
                <input type="hidden" name="company" value=company.id.clone()/>
                <p>"Asks SAP Concur for the ids of all trips that have not ended: about 100 a minute. This happens by itself when a company connects."</p>
                <button class="button" type="submit">"Read SAP Concur’s list"</button>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="note attention">"The company is not connected, so its list cannot be read. A document can be taken; its trips wait for the connection."</p> }
            .into_any()
    };
    view! {
        <div class="care-two">
            <section aria-labelledby="document">
                <h2 id="document">"SAP’s document"</h2>
                <form class="stack" action="/backlog/import" method="post" enctype="multipart/form-data">
                    <input type="hidden" name="company" value=company.id/>
                    <div class="field">
                        <label for="file">"JSON document with the company’s trips"</label>
                        <input id="file" name="file" type="file" accept=".json,application/json,text/plain" required aria-describedby="file-hint"/>
                        <p class="hint" id="file-hint">"As SAP support supplied it, at most 32 MB. Only the trips’ ids are kept."</p>
                    </div>
                    <button class="button main" type="submit">"Read the document"</button>
                </form>
            </section>
            <section aria-labelledby="list">
                <h2 id="list">"SAP Concur’s list"</h2>
                {list}
            </section>
        </div>
    }
}

#[component]
fn Reading(run: Run, now: Instant) -> impl IntoView {
    let what = if run.document { "Document" } else { "List" };
    let when = match run.ended_at {
        Some(end) => format!("{} to {}", run.started_at.short(now), end.short(now)),
        None if run.state == RunState::Reading => format!("since {}", run.started_at.short(now)),
        None => run.started_at.short(now),
    };
    let counts = [
        ("done", run.done),
        ("skipped, nothing to fetch", run.skipped),
        ("gone at SAP Concur", run.gone),
        ("failed", run.failed),
        ("waiting", run.waiting),
    ]
    .map(|(word, count)| view! { <li><b>{thousands(count)}</b>" "{word}</li> })
    .collect_view();
    let label = format!(
        "{what}: {} of {}",
        thousands(run.settled()),
        counted(run.listed, "entry", "entries")
    );
    let more = if run.state == RunState::Reading { " so far" } else { "" };
    let reason = run
        .reason
        .clone()
        .map(|why| view! { <p class="note attention">{why}</p> });
    view! {
        <li>
            <p class="care-line"><strong>{what}</strong>" "{run.state.word()}<small>{when}</small></p>
            <p>{format!("{}{more}", label.trim_start_matches(what).trim_start_matches(": "))}</p>
            <progress max=run.listed.max(1).to_string() value=run.settled().to_string() aria-label=label></progress>
            <ul class="care-counts">{counts}</ul>
            {reason}
        </li>
    }
}
