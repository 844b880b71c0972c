//! Trips from before a company connected: the document that SAP supplies, Concur's list, and how far each reading is.
//! Plain forms to `POST /backlog/import` (with a file) and `POST /backlog/list`; works without JavaScript.

use super::{
    broken::broken,
    care::{Asked, Choose, Head, Said},
};
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
        t!("Error: backlog", "Fehler: Altbestand")
    } else {
        t!("Backlog", "Altbestand")
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
                            Err(error) => broken(error, t!("The backlog", "Der Altbestand"), here),
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
        return view! { <h1>{t!("Trips from before a company connected", "Reisen aus der Zeit vor der Verbindung")}</h1><Choose page="/backlog" companies=page.companies/> }.into_any();
    };
    let waiting: u32 = page.runs.iter().map(|run| run.waiting).sum();
    let reading = page.runs.iter().any(|run| run.state == RunState::Reading);
    let sentence = match (page.runs.is_empty(), reading, waiting) {
        (true, ..) => t!(
            "Nothing from before the connection was read yet",
            "Aus der Zeit vor der Verbindung wurde noch nichts gelesen"
        )
        .to_owned(),
        (_, true, 0) => t!("The list is being read", "Die Liste wird gelesen").to_owned(),
        (_, _, 0) => t!(
            "Everything from before the connection is read",
            "Alles aus der Zeit vor der Verbindung ist gelesen"
        )
        .to_owned(),
        (_, _, n) => tf!(
            "{} to fetch",
            "{} abzuholen",
            counted(n, t!("trip waits", "Reise wartet"), t!("trips wait", "Reisen warten"))
        ),
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
            <h2 id="readings">{t!("Readings", "Lesevorgänge")}</h2>
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
                <p>{t!("Asks SAP Concur for the ids of all trips that have not ended: about 100 a minute. This happens by itself when a company connects.", "Fragt SAP Concur nach den Ids aller Reisen, die nicht beendet sind: etwa 100 je Minute. Bei der Verbindung eines Unternehmens geschieht das von selbst.")}</p>
                <button class="button" type="submit">{t!("Read SAP Concur’s list", "Liste von SAP Concur lesen")}</button>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="note attention">{t!("The company is not connected, so its list cannot be read. A document can be taken; its trips wait for the connection.", "Das Unternehmen ist nicht verbunden, seine Liste ist daher nicht lesbar. Ein Dokument kann angenommen werden; seine Reisen warten auf die Verbindung.")}</p> }
            .into_any()
    };
    view! {
        <div class="care-two">
            <section aria-labelledby="document">
                <h2 id="document">{t!("SAP’s document", "Dokument von SAP")}</h2>
                <form class="stack" action="/backlog/import" method="post" enctype="multipart/form-data">
                    <input type="hidden" name="company" value=company.id/>
                    <div class="field">
                        <label for="file">{t!("JSON document with the company’s trips", "JSON-Dokument mit den Reisen des Unternehmens")}</label>
                        <input id="file" name="file" type="file" accept=".json,application/json,text/plain" required aria-describedby="file-hint"/>
                        <p class="hint" id="file-hint">{t!("As SAP support supplied it, at most 32 MB. Only the trips’ ids are kept.", "So wie vom SAP-Support geliefert, höchstens 32 MB. Nur die Ids der Reisen werden behalten.")}</p>
                    </div>
                    <button class="button main" type="submit">{t!("Read the document", "Dokument lesen")}</button>
                </form>
            </section>
            <section aria-labelledby="list">
                <h2 id="list">{t!("SAP Concur’s list", "Liste von SAP Concur")}</h2>
                {list}
            </section>
        </div>
    }
}

#[component]
fn Reading(run: Run, now: Instant) -> impl IntoView {
    let what = if run.document {
        t!("Document", "Dokument")
    } else {
        t!("List", "Liste")
    };
    let when = match run.ended_at {
        Some(end) => tf!("{} to {}", "{} bis {}", run.started_at.short(now), end.short(now)),
        None if run.state == RunState::Reading => tf!("since {}", "seit {}", run.started_at.short(now)),
        None => run.started_at.short(now),
    };
    let counts = [
        (t!("done", "fertig"), run.done),
        (
            t!("skipped, nothing to fetch", "übersprungen, nichts abzuholen"),
            run.skipped,
        ),
        (t!("gone at SAP Concur", "bei SAP Concur gelöscht"), run.gone),
        (t!("failed", "fehlgeschlagen"), run.failed),
        (t!("waiting", "warten"), run.waiting),
    ]
    .map(|(word, count)| view! { <li><b>{thousands(count)}</b>" "{word}</li> })
    .collect_view();
    let label = tf!(
        "{what}: {} of {}",
        "{what}: {} von {}",
        thousands(run.settled()),
        counted(run.listed, t!("entry", "Eintrag"), t!("entries", "Einträge"))
    );
    let more = if run.state == RunState::Reading {
        t!(" so far", " bisher")
    } else {
        ""
    };
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
