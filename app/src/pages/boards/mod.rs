//! The boards: on a quiet day, who travels where, who moves soon, and whose trip needs a look.
//! Called by the table of routes. Everything is a link or text, so the page is whole without JavaScript; with it the page is
//! read again when something changes, and nothing moves but the numbers.

mod cards;
mod countries;

use crate::{
    api::{get_boards, get_me},
    browser::live::Live,
    components::{bar::Bar, fault::Fault},
    pages::sign_in,
    response,
    view::{AppError, BoardsPage, BoardsQuery, MapQuery, time::age, words::thousands},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

#[component]
pub fn BoardsScreen() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|s| BoardsQuery::parse(s)));
    let for_bar = Memo::new(move |_| MapQuery {
        company: query.with(|q| q.company.clone()),
        ..MapQuery::default()
    });
    let live = Live::start();
    let me = Resource::new(|| (), |()| get_me());
    let page = Resource::new(
        move || (query.get(), live.version.get()),
        |(query, _)| async move {
            let answer = get_boards(query.clone()).await;
            (query, answer)
        },
    );
    // The question that is answered, once there is one: while the address is ahead of it, the page says that it waits.
    let shown = RwSignal::new(None::<BoardsQuery>);
    let awaits = move || shown.with(|shown| shown.as_ref().is_some_and(|shown| query.with(|q| q != shown)));
    view! {
        <Title text=t!("Boards", "Übersicht")/>
        <a class="skip" href="#countries">{t!("Skip to the countries", "Zu den Ländern springen")}</a>
        <Bar me query=for_bar live=live.on.into() here="/boards"/>
        <main class="boards" data-awaits=move || awaits().then_some("boards")>
            {move || awaits().then(|| view! { <p class="note late" role="status">{t!("Still reading. What stands here is the answer before.", "Es wird noch gelesen. Hier steht die vorige Antwort.")}</p> })}
            <Transition fallback=|| view! { <p class="waiting" role="status">{t!("Reading who is where…", "Es wird gelesen, wer wo ist …")}</p> }>
                {move || Suspend::new(async move {
                    let answer = page.await;
                    shown.set(Some(answer.0.clone()));
                    match answer {
                        (query, Ok(page)) => view! { <Boards query page/> }.into_any(),
                        (query, Err(AppError::SignIn)) if cfg!(feature = "ssr") => {
                            response::redirect(&sign_in::href(&query.href()));
                            ().into_any()
                        }
                        (query, Err(error)) => {
                            response::status(error.status());
                            view! { <Fault error what=t!("The boards", "Die Übersicht") again=query.href() back=(t!("To the map", "Zur Karte"), "/".to_owned())/> }.into_any()
                        }
                    }
                })}
            </Transition>
        </main>
    }
}

#[component]
fn Boards(query: BoardsQuery, page: BoardsPage) -> impl IntoView {
    let counts = page.counts;
    let data = match page.data_at {
        Some(at) => tf!("data {} old", "Daten {} alt", age(page.now.since(at))),
        None => t!("no data yet", "noch keine Daten").to_owned(),
    };
    let summary = tf!(
        " · {} away in {} countries, {} in the air, {} cannot be placed · {data}",
        " · {} auf Reisen in {} Ländern, {} in der Luft, {} nicht verortbar · {data}",
        thousands(counts.away),
        page.countries.iter().filter(|c| c.now > 0).count(),
        thousands(counts.in_air),
        thousands(counts.unplaced),
    );
    view! {
        <header class="page-head">
            <div>
                <h1>{t!("Countries and cities", "Länder und Städte")}</h1>
                <p><time datetime=page.now.rfc3339()>{page.now.long(page.now)}</time>{summary}</p>
            </div>
        </header>
        <div class="boards-grid">
            <countries::Countries query=query.clone() countries=page.countries/>
            <div class="boards-side">
                <cards::Moves query=query.clone() moves=page.moves arriving=page.arriving leaving=page.leaving/>
                <cards::PeopleCard query=query.clone() id="no-bed" title=t!("No bed tonight", "Heute Nacht ohne Bett") people=page.no_bed
                    none=t!("Everyone away has lodging for the coming night, as far as bookings say.", "Soweit Buchungen es sagen, haben alle auf Reisen für die kommende Nacht eine Unterkunft.")/>
                <cards::PeopleCard query=query.clone() id="changed" title=t!("Changed today", "Heute geändert") people=page.changed
                    none=t!("No trip changed since midnight UTC.", "Seit Mitternacht UTC hat sich keine Reise geändert.")/>
                <cards::PeopleCard query id="unmatched" title=t!("Not matched to a profile", "Keinem Profil zugeordnet") people=page.unmatched
                    none=t!("Every traveler has a profile.", "Alle Reisenden haben ein Profil.")/>
            </div>
        </div>
    }
}
