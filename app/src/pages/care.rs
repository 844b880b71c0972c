//! What the pages of a backlog, of privacy and of contacts share: the bar, the choice of a company, what a form came to.
//! Used by `backlog`, `privacy` and `looks`.

use crate::{
    api::get_me,
    components::{company_tabs::CompanyTabs, masthead::Masthead},
    view::{
        Company,
        care::said,
        query::{encode, pairs},
    },
};
use leptos::prelude::*;

/// What the address asks for: a company, and what a form came to.
pub(super) struct Asked {
    pub company: Option<String>,
    pub said: String,
}

impl Asked {
    pub fn parse(search: &str) -> Self {
        let given = |name: &str| pairs(search).find(|(key, _)| key == name).map(|(_, value)| value);
        Self {
            company: given("company").filter(|id| !id.is_empty()),
            said: given("said").unwrap_or_default(),
        }
    }

    /// Whether a form was refused: its page's title says so too.
    pub fn is_refusal(&self) -> bool {
        said(&self.said).is_some_and(|(_, refused)| refused)
    }

    pub fn href(&self, page: &str) -> String {
        match &self.company {
            Some(id) => format!("{page}?company={}", encode(id)),
            None => page.to_owned(),
        }
    }
}

/// The bar, and the company's pages side by side.
#[component]
pub(super) fn Head(
    /// `/backlog`, `/privacy` or `/contacts`.
    here: &'static str,
    company: Option<String>,
) -> impl IntoView {
    let me = Resource::new(|| (), |()| get_me());
    view! {
        <Masthead me here="/company"/>
        <CompanyTabs here company/>
    }
}

/// What a form came to.
#[component]
pub(super) fn Said(word: String) -> impl IntoView {
    said(&word).map(|(text, refused)| {
        view! {
            <p class=if refused { "note attention" } else { "note" } role=if refused { "alert" } else { "status" }>{text}</p>
        }
    })
}

/// An operator has to choose whose page it is.
#[component]
pub(super) fn Choose(page: &'static str, companies: Vec<Company>) -> impl IntoView {
    let none = companies
        .is_empty()
        .then(|| view! { <p>{t!("No company is connected yet.", "Noch ist kein Unternehmen verbunden.")}</p> });
    let links = companies
        .into_iter()
        .map(|one| {
            let href = format!("{page}?company={}", encode(&one.id));
            view! { <li><a href=href rel="external">{one.name}</a></li> }
        })
        .collect_view();
    view! {
        <p>{t!("Choose a company.", "Wählen Sie ein Unternehmen.")}</p>
        <ul class="care-choices">{links}</ul>
        {none}
    }
}
