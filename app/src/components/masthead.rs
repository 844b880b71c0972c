//! The bar on top of the pages beside the map: product, pages, theme, account. No search and no live changes.

use super::{
    bar::Account,
    icon::{Ico, Icon, Sign},
    pages::PageLinks,
};
use crate::{
    browser,
    view::{AppError, Me},
};
use leptos::prelude::*;

/// `here` is the page's path.
#[component]
pub fn Masthead(me: Resource<Result<Me, AppError>>, here: &'static str) -> impl IntoView {
    let company = move || {
        Suspend::new(async move {
            me.await
                .ok()
                .map(|me| view! { <span class="company-name">{me.company_shown(None)}</span> })
        })
    };
    let account = move || Suspend::new(async move { me.await.ok().map(|me| view! { <Account me/> }) });
    view! {
        <header class="bar quiet">
            <a class="brand" href="/" rel="external"><Sign/><span>"Whereabouts"</span></a>
            <div class="company"><Transition>{company}</Transition></div>
            <PageLinks me here company=Signal::stored(None)/>
            <button type="button" class="bare js-only theme" aria-label="Light or dark" title="Light or dark" on:click=move |_| browser::toggle_theme()>
                <Ico icon=Icon::Sun/>
            </button>
            <div class="account"><Transition>{account}</Transition></div>
        </header>
    }
}
