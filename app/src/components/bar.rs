//! The bar on top of every page of somebody signed in: product, company, pages, search, live, theme, account.
//! Only pages that exist are in it.

use super::{
    icon::{Ico, Icon, Sign},
    language::LanguageSwitch,
    menu::Menu,
    pages::{PageLinks, with_company},
    search::Search,
};
use crate::view::{AppError, MapQuery, Me, words};
use leptos::prelude::*;

/// `live` is none until the connection for live changes has been tried; `here` is the page's path, `/` is the map.
#[component]
pub fn Bar(
    me: Resource<Result<Me, AppError>>,
    query: Memo<MapQuery>,
    live: Signal<Option<bool>>,
    #[prop(default = "/")] here: &'static str,
) -> impl IntoView {
    let company = move || Suspend::new(async move { me.await.ok().map(|me| view! { <CompanyChoice me query here/> }) });
    let chosen = Signal::derive(move || query.with(|q| q.company.clone()));
    let account = move || Suspend::new(async move { me.await.ok().map(|me| view! { <Account me/> }) });
    view! {
        <header class="bar">
            <a class="brand" href="/"><Sign/><span>"Whereabouts"</span></a>
            <div class="company"><Transition>{company}</Transition></div>
            <PageLinks me here company=chosen/>
            <Search query/>
            <p class="live js-only" data-live=move || live.get().map(|l| if l { "yes" } else { "no" })>
                <span class="dot" aria-hidden="true"></span>
                {move || match live.get() {
                    Some(true) => t!("Live", "Live"),
                    Some(false) => t!("Not live", "Nicht live"),
                    None => t!("Connecting", "Verbindet"),
                }}
            </p>
            <LanguageSwitch/>
            <button type="button" class="bare js-only theme" aria-label=t!("Light or dark", "Hell oder dunkel") title=t!("Light or dark", "Hell oder dunkel")>
                <Ico icon=Icon::Sun/>
            </button>
            <div class="account"><Transition>{account}</Transition></div>
        </header>
    }
}

#[component]
fn CompanyChoice(me: Me, query: Memo<MapQuery>, here: &'static str) -> impl IntoView {
    let shown = me.clone();
    let name = move || query.with(|q| shown.company_shown(q.company.as_deref()));
    if me.companies.is_empty() {
        return view! { <span class="company-name">{name}</span> }.into_any();
    }
    let choices = std::iter::once((None, t!("All companies", "Alle Unternehmen").to_owned()))
        .chain(me.companies.into_iter().map(|c| (Some(c.id), c.name)))
        .map(move |(id, label)| {
            let chosen = id.clone();
            view! {
                <a href=move || match here {
                    "/" => query.with(|q| q.with_company(id.as_deref()).href()),
                    other => with_company(other, id.as_deref()),
                }
                    aria-current=move || query.with(|q| (q.company == chosen).then_some("true"))>{label}</a>
            }
        });
    let face = view! { <span class="company-name">{name}</span><Ico icon=Icon::Down/> }.into_any();
    view! { <Menu label=t!("Choose a company", "Unternehmen wählen") face>{choices.collect_view()}</Menu> }.into_any()
}

#[component]
pub fn Account(me: Me) -> impl IntoView {
    let face = view! { <span class="initials">{words::initials(&me.email)}</span> }.into_any();
    view! {
        <Menu label=t!("Your account", "Ihr Konto") class="right" face>
            <p class="who"><strong>{me.email}</strong><br/>{me.role.word()}</p>
            <LanguageSwitch/>
            <form action="/sign-out" method="post"><button type="submit">{t!("Sign out", "Abmelden")}</button></form>
        </Menu>
    }
}
