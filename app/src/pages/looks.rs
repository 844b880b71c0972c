//! Who saw whose contacts, when and why. For a company's administrators and staff of the service.
//! A form and links; works without JavaScript. Nothing can be changed here.

use super::{
    broken::broken,
    care::{Choose, Head},
};
use crate::{
    api::get_looks,
    view::{
        Instant,
        looks::{Look, LooksPage, LooksQuery, Why},
        query::encode,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

#[component]
pub fn LooksScreen() -> impl IntoView {
    let query = LooksQuery::parse(&use_location().search.get_untracked());
    let asked = query.clone();
    let page = Resource::new(|| (), move |()| get_looks(asked.clone()));
    view! {
        <Title text=t!("Contacts seen", "Gesehene Kontakte")/>
        <Head here="/contacts" company=query.company.clone()/>
        <main class="care looks">
            <Transition>
                {move || {
                    let query = query.clone();
                    Suspend::new(async move {
                        match page.await {
                            Ok(page) => view! { <Page page query/> }.into_any(),
                            Err(error) => broken(error, t!("The log of contacts", "Das Protokoll der Kontakte"), query.href()),
                        }
                    })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Page(page: LooksPage, query: LooksQuery) -> impl IntoView {
    let LooksPage { now, company, .. } = page;
    let Some(company) = company else {
        return view! { <h1>{t!("Contacts seen", "Gesehene Kontakte")}</h1><Choose page="/contacts" companies=page.companies/> }.into_any();
    };
    let empty = page.looks.is_empty().then(|| {
        let words = match (query.is_filtered(), query.cursor.is_some()) {
            (true, _) => t!(
                "Nobody’s contacts were seen so. Take a filter away.",
                "So wurde niemandes Kontakt gesehen. Nehmen Sie einen Filter weg."
            ),
            (false, true) => t!("Nothing older.", "Nichts Älteres."),
            (false, false) => t!(
                "Nobody’s contacts have been seen yet.",
                "Noch wurde niemandes Kontakt gesehen."
            ),
        };
        view! { <p class="note">{words}</p> }
    });
    let older = page.next.clone().map(|cursor| {
        let href = LooksQuery {
            cursor: Some(cursor),
            ..query.clone()
        }
        .href();
        view! { <p><a href=href rel="external">{t!("Older", "Ältere")}</a></p> }
    });
    let newest = query.cursor.is_some().then(|| {
        let href = LooksQuery {
            cursor: None,
            ..query.clone()
        }
        .href();
        view! { <a href=href rel="external">{t!("Newest", "Neueste")}</a> }
    });
    let file = (!page.looks.is_empty()).then(
        || view! { <a href=query.csv_href() rel="external" download="">{t!("Table (CSV)", "Tabelle (CSV)")}</a> },
    );
    let readers = page
        .readers
        .into_iter()
        .map(|(id, name)| {
            let chosen = query.reader.as_deref() == Some(id.as_str());
            view! { <option value=id selected=chosen>{name}</option> }
        })
        .collect_view();
    let rows = page
        .looks
        .into_iter()
        .map(|look| view! { <Row look now/> })
        .collect_view();
    let table = empty.is_none().then(|| {
        view! {
            <table class="plain looks-table" role="table">
                <thead><tr>
                    <th scope="col">{t!("When", "Wann")}</th><th scope="col">{t!("Seen by", "Gesehen von")}</th><th scope="col">{t!("Whose", "Wessen")}</th><th scope="col">{t!("Why", "Wozu")}</th>
                </tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        }
    });
    view! {
        <header class="care-head"><h1>{t!("Contacts seen", "Gesehene Kontakte")}</h1><p>{company.name}</p></header>
        <p class="hint">
            {t!("Phones, addresses and emergency contacts are shown on request only, and each request is written down here before it is answered. ", "Telefonnummern, Adressen und Notfallkontakte werden nur auf Anforderung gezeigt, und jede Anforderung wird hier vermerkt, bevor sie beantwortet wird. ")}
            {t!("A second look at the same within ten minutes is the same look.", "Ein zweiter Blick auf dasselbe binnen zehn Minuten zählt als derselbe.")}
        </p>
        <form class="filter" action="/contacts" method="get" aria-label=t!("Filter", "Filtern")>
            {query.company.clone().map(|id| view! { <input type="hidden" name="company" value=id/> })}
            <label class="field">{t!("Whose", "Wessen")}<input name="person" value=query.person.clone() maxlength="80" autocomplete="off" placeholder=t!("Name or login", "Name oder Anmeldename")/></label>
            <label class="field">{t!("Seen by", "Gesehen von")}
                <select name="reader">
                    <option value="">{t!("anybody", "irgendwem")}</option>
                    {readers}
                </select>
            </label>
            <button class="button" type="submit">{t!("Filter", "Filtern")}</button>
        </form>
        {(newest.is_some() || file.is_some()).then(|| view! { <p class="looks-links">{newest}{file}</p> })}
        {empty}
        {table}
        {older}
    }
    .into_any()
}

#[component]
fn Row(look: Look, now: Instant) -> impl IntoView {
    let whose = match look.person {
        Some((id, name)) => {
            let href = format!("/?show=all&person={}", encode(&id));
            view! { <a href=href rel="external">{name}</a> }.into_any()
        }
        None => view! { <span class="hint">{t!("nothing of them is kept any more", "von der Person ist nichts mehr gespeichert")}</span> }.into_any(),
    };
    let words = look.why.words();
    let why = match look.why {
        Why::Sheet { href: Some(href), .. } => view! { <a href=href rel="external">{words}</a> }.into_any(),
        _ => words.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell">{look.at.short(now)}</td>
            <td role="cell">{look.reader}</td>
            <td role="cell">{whose}</td>
            <td role="cell">{why}</td>
        </tr>
    }
}
