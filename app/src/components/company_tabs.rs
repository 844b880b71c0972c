//! The pages of one company side by side: its connection, trips from before it, what is kept, whose contacts were
//! seen. Called by these four pages.

use crate::view::query::encode;
use leptos::prelude::*;

fn tabs() -> [(&'static str, &'static str); 4] {
    [
        ("/company", t!("Connection", "Verbindung")),
        ("/backlog", t!("Backlog", "Altbestand")),
        ("/privacy", t!("Privacy", "Datenschutz")),
        ("/contacts", t!("Contacts seen", "Gesehene Kontakte")),
    ]
}

/// `here` is the path of the page that is shown; `company` is the choice that goes along.
#[component]
pub fn CompanyTabs(here: &'static str, company: Option<String>) -> impl IntoView {
    let links = tabs()
        .map(|(path, label)| {
            let href = company
                .as_ref()
                .map_or_else(|| path.to_owned(), |id| format!("{path}?company={}", encode(id)));
            view! { <a href=href rel="external" aria-current=(path == here).then_some("page")>{label}</a> }
        })
        .collect_view();
    view! { <nav class="company-tabs" aria-label=t!("Pages of the company", "Seiten des Unternehmens")>{links}</nav> }
}
