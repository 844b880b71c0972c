//! The page of a company: whether its trips are read and why not, what is read, who signs in. For its administrators and for
//! staff of the service. Plain forms to `POST /company/…`; what came of one comes back as `?said=word`.
//! Works without JavaScript: asking twice before a disconnect is a box to tick, which the server looks at.

mod all;
mod people;

use super::broken::broken;
use crate::{
    api::{get_company, get_me},
    components::{
        company_tabs::CompanyTabs,
        icon::{Ico, Icon},
        masthead::Masthead,
    },
    pages::sign_in::Papers,
    view::{
        BacklogShown, CompanyPage, CompanyStanding, CompanyView, Instant,
        company::said,
        query::{encode, pairs},
        time::ago,
        words,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// What is read, and to what end.
fn read() -> [(&'static str, &'static str); 3] {
    [
        (
            t!("Trips", "Reisen"),
            t!(
                "flights, trains, hotels, cars and travel requests, as they are booked, changed and cancelled",
                "Flüge, Züge, Hotels, Mietwagen und Reiseanträge, wie sie gebucht, geändert und storniert werden"
            ),
        ),
        (
            t!("People", "Personen"),
            t!(
                "name, work e-mail and phone of whoever travels",
                "Name, dienstliche E-Mail und Telefon der Reisenden"
            ),
        ),
        (t!("Company", "Unternehmen"), t!("its name", "sein Name")),
    ]
}

#[component]
pub fn CompanyScreen() -> impl IntoView {
    let search = use_location().search.get_untracked();
    let given = |name: &str| pairs(&search).find(|(key, _)| key == name).map(|(_, value)| value);
    let (chosen, word) = (
        given("company").filter(|c| !c.is_empty()),
        given("said").unwrap_or_default(),
    );
    let me = Resource::new(|| (), |()| get_me());
    let (asked, chosen_here) = (chosen.clone(), chosen.clone());
    let page = Resource::new(|| (), move |()| get_company(asked.clone()));
    let here = chosen.map_or_else(
        || "/company".to_owned(),
        |id| format!("/company?company={}", encode(&id)),
    );
    let news = said(&word);
    let title = if news.is_some_and(|(_, bad)| bad) {
        t!("Error: company", "Fehler: Unternehmen")
    } else {
        t!("Company", "Unternehmen")
    };
    view! {
        <Title text=title/>
        <Masthead me here="/company"/>
        <CompanyTabs here="/company" company=chosen_here/>
        <main class="page company">
            {news.map(|(text, bad)| view! {
                <p class=if bad { "note attention" } else { "note" } role=if bad { "alert" } else { "status" } id="said">{text}</p>
            })}
            <Transition fallback=|| view! { <p class="hint">{t!("Reading the company…", "Das Unternehmen wird gelesen …")}</p> }>
                {move || {
                    let here = here.clone();
                    Suspend::new(async move {
                        match page.await {
                            Ok(CompanyView::One(page)) => view! { <One page=*page/> }.into_any(),
                            Ok(CompanyView::All { now, companies, codes, fresh }) => view! { <all::All now companies/><all::Codes codes fresh now/> }.into_any(),
                            Err(error) => broken(error, t!("The company", "Das Unternehmen"), here),
                        }
                    })
                }}
            </Transition>
        </main>
    }
}

/// The state as a word with a sign of its own shape.
#[component]
fn State(standing: CompanyStanding) -> impl IntoView {
    let (class, icon) = match standing {
        CompanyStanding::Connected => ("state", Icon::Tick),
        CompanyStanding::ReconnectNeeded => ("state old", Icon::Retry),
        CompanyStanding::Disconnected => ("state old", Icon::Cross),
    };
    view! { <span class=class><Ico icon/>{standing.word()}</span> }
}

#[component]
fn One(page: CompanyPage) -> impl IntoView {
    let CompanyPage {
        now, company, standing, ..
    } = page.clone();
    let id = company.id.clone();
    let when = move |at: Option<Instant>| at.map(|at| at.short(now));
    let since = when(page.since).map(|at| tf!("{} since {at}", "{} seit {at}", standing.word()));
    let reason = (standing != CompanyStanding::Connected).then(|| {
        let why = page
            .reason
            .clone()
            .unwrap_or_else(|| t!("The reason was not noted.", "Der Grund wurde nicht vermerkt.").to_owned());
        view! { <p class="note attention" id="reason"><strong>{t!("Nothing is read now. ", "Derzeit wird nichts gelesen. ")}</strong>{why}</p> }
    });
    let heard = page.last_event_at.map_or_else(
        || t!("none yet", "noch keines").to_owned(),
        |at| format!("{} ({})", ago(now.since(at)), at.short(now)),
    );
    let ages = when(page.ages_from).map(|at| view! {
        <div><dt>{t!("What is kept", "Was behalten wird")}</dt><dd>{tf!("Stays as agreed with your company, counted from {at}, when reading ended. Connecting again keeps it.", "Bleibt wie mit Ihrem Unternehmen vereinbart, gerechnet ab {at}, als das Lesen endete. Eine neue Verbindung behält es.")}</dd></div>
    });
    let until = when(page.permitted_until).map(|at| {
        view! {
            <div><dt>{t!("Permission", "Berechtigung")}</dt><dd>{tf!("until {at}; renewed by itself long before", "bis {at}; erneuert sich lange vorher selbst")}</dd></div>
        }
    });
    let read = read()
        .map(|(what, which)| view! { <div><dt>{what}</dt><dd>{which}</dd></div> })
        .collect_view();
    view! {
        <header class="page-head">
            <h1>{company.name.clone()}</h1>
            <State standing/>
        </header>
        {reason}
        <div class="columns">
            <section aria-labelledby="connection">
                <h2 id="connection">{t!("Connection to SAP Concur", "Verbindung zu SAP Concur")}</h2>
                <dl class="facts">
                    <div><dt>{t!("State", "Zustand")}</dt><dd>{since.unwrap_or_else(|| standing.word().to_owned())}</dd></div>
                    <div><dt>{t!("Region", "Region")}</dt><dd>{page.region.clone().unwrap_or_else(|| t!("unknown", "unbekannt").to_owned())}</dd></div>
                    <div><dt>{t!("Company id", "Unternehmens-ID")}</dt><dd><code>{company.id.clone()}</code></dd></div>
                    <div><dt>{t!("Connected", "Verbunden")}</dt><dd>{when(page.connected_at).unwrap_or_else(|| t!("never", "nie").to_owned())}</dd></div>
                    <div><dt>{t!("Last event", "Letztes Ereignis")}</dt><dd>{heard}</dd></div>
                    {until}
                    {ages}
                </dl>
                {page.backlog.map(|backlog| view! { <Earlier backlog/> })}
            </section>
            <people::People page=page.clone()/>
            <section aria-labelledby="read">
                <h2 id="read">{t!("What is read", "Was gelesen wird")}</h2>
                <dl class="facts">{read}</dl>
                <h3>{t!("Connect again", "Erneut verbinden")}</h3>
                <p>
                    {t!("An administrator of the company presses Connect at Whereabouts in SAP Concur’s App Center. What is known stays; ", "Die Administration des Unternehmens drückt im App Center von SAP Concur bei Whereabouts auf Connect. Was bekannt ist, bleibt; ")}
                    {t!("trips that changed meanwhile are read again.", "seither geänderte Reisen werden neu gelesen.")}
                </p>
                {(standing != CompanyStanding::Disconnected).then(|| view! { <Disconnect id=id.clone()/> })}
            </section>
        </div>
        <footer><Papers papers=page.info.papers support=page.info.support/></footer>
    }
}

/// How far the trips are that were booked before the connection.
#[component]
fn Earlier(backlog: BacklogShown) -> impl IntoView {
    let BacklogShown {
        listed,
        settled,
        failed,
        listing,
    } = backlog;
    let says = match (listing, settled >= listed) {
        (true, _) => tf!(
            "{} found so far, {} read",
            "{} bisher gefunden, {} gelesen",
            words::counted(listed, t!("trip", "Reise"), t!("trips", "Reisen")),
            words::thousands(settled)
        ),
        (false, true) => tf!(
            "all {} read",
            "alle {} gelesen",
            words::counted(listed, t!("trip", "Reise"), t!("trips", "Reisen"))
        ),
        (false, false) => tf!(
            "{} of {} read",
            "{} von {} gelesen",
            words::thousands(settled),
            words::counted(listed, t!("trip", "Reise"), t!("trips", "Reisen"))
        ),
    };
    let failed = (failed > 0).then(|| tf!(", {} could not be read", ", {} nicht lesbar", words::thousands(failed)));
    view! {
        <h3 id="earlier">{t!("Trips booked before", "Vorher gebuchte Reisen")}</h3>
        <p>{says}{failed}</p>
        {(listed > 0).then(|| view! { <progress aria-labelledby="earlier" max=listed.to_string() value=settled.to_string()></progress> })}
    }
}

#[component]
fn Disconnect(id: String) -> impl IntoView {
    view! {
        <details class="danger">
            <summary class="button">{t!("Disconnect…", "Trennen …")}</summary>
            <form class="stack" action="/company/disconnect" method="post" aria-label=t!("Disconnect", "Trennen")>
                <input type="hidden" name="company" value=id/>
                <p>
                    {t!("Reading stops at once and SAP Concur is told to withdraw the permission. People stay on the map as they were last ", "Das Lesen endet sofort, und SAP Concur wird gebeten, die Berechtigung zurückzuziehen. Personen bleiben auf der Karte wie zuletzt ")}
                    {t!("known, marked as old. What is kept is deleted as agreed with your company, counted from now.", "bekannt, als alt gekennzeichnet. Was behalten wird, wird wie vereinbart gelöscht, gerechnet ab jetzt.")}
                </p>
                <label class="check"><input type="checkbox" name="sure" value="yes" required/>{t!("I want to stop reading this company’s trips", "Ich will das Lesen der Reisen dieses Unternehmens beenden")}</label>
                <button class="button main" type="submit">{t!("Disconnect now", "Jetzt trennen")}</button>
            </form>
        </details>
    }
}
