//! Who saw whose contacts, when and why. For a company's administrators and staff of the service.
//! A form and links; works without JavaScript. Nothing can be changed here.

use super::care::{Choose, Head, broken};
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
        <Title text="Contacts seen"/>
        <Head here="/contacts" company=query.company.clone()/>
        <main class="care looks">
            <Transition>
                {move || {
                    let query = query.clone();
                    Suspend::new(async move {
                        match page.await {
                            Ok(page) => view! { <Page page query/> }.into_any(),
                            Err(error) => broken(error, "The log of contacts", query.href()),
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
        return view! { <h1>"Contacts seen"</h1><Choose page="/contacts" companies=page.companies/> }.into_any();
    };
    let empty = page.looks.is_empty().then(|| {
        let words = match (query.is_filtered(), query.cursor.is_some()) {
            (true, _) => "Nobody’s contacts were seen so. Take a filter away.",
            (false, true) => "Nothing older.",
            (false, false) => "Nobody’s contacts have been seen yet.",
        };
        view! { <p class="note">{words}</p> }
    });
    let older = page.next.clone().map(|cursor| {
        let href = LooksQuery {
            cursor: Some(cursor),
            ..query.clone()
        }
        .href();
        view! { <p><a href=href rel="external">"Older"</a></p> }
    });
    let newest = query.cursor.is_some().then(|| {
        let href = LooksQuery {
            cursor: None,
            ..query.clone()
        }
        .href();
        view! { <a href=href rel="external">"Newest"</a> }
    });
    let file = (!page.looks.is_empty())
        .then(|| view! { <a href=query.csv_href() rel="external" download="">"Table (CSV)"</a> });
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
            <table class="plain looks-table">
                <thead><tr>
                    <th scope="col">"When"</th><th scope="col">"Seen by"</th><th scope="col">"Whose"</th><th scope="col">"Why"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <header class="care-head"><h1>"Contacts seen"</h1><p>{company.name}</p></header>
        <p class="hint">
            "Phones, addresses and emergency contacts are shown on request only, and each request is written down here before it is answered. "
            "A second look at the same within ten minutes is the same look."
        </p>
        <form class="filter" action="/contacts" method="get" aria-label="Filter">
            {query.company.clone().map(|id| view! { <input type="hidden" name="company" value=id/> })}
            <label class="field">"Whose"<input name="person" value=query.person.clone() maxlength="80" autocomplete="off" placeholder="Name or login"/></label>
            <label class="field">"Seen by"
                <select name="reader">
                    <option value="">"anybody"</option>
                    {readers}
                </select>
            </label>
            <button class="button" type="submit">"Filter"</button>
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
        None => view! { <span class="hint">"nothing of them is kept any more"</span> }.into_any(),
    };
    let words = look.why.words();
    let why = match look.why {
        Why::Sheet { href: Some(href), .. } => view! { <a href=href rel="external">{words}</a> }.into_any(),
        _ => words.into_any(),
    };
    view! {
        <tr>
            <td>{look.at.short(now)}</td>
            <td>{look.reader}</td>
            <td>{whose}</td>
            <td>{why}</td>
        </tr>
    }
}
