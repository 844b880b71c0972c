//! The bar on top of the pages beside the map: product, company, pages, theme, account. No search and no live changes.

use super::{
    bar::Account,
    icon::{Ico, Icon, Sign},
    language::LanguageSwitch,
    menu::Menu,
    pages::{PageLinks, with_company},
};
use crate::view::{AppError, Me};
use leptos::prelude::*;

/// `here` is the page's path. A page that can be of one company or of all lets staff choose: `choose`, `company`.
#[component]
pub fn Masthead(
    me: Resource<Result<Me, AppError>>,
    here: &'static str,
    #[prop(optional)] choose: bool,
    #[prop(optional_no_strip)] company: Option<String>,
) -> impl IntoView {
    let chosen = company.clone();
    let name = move || {
        let chosen = chosen.clone();
        Suspend::new(async move {
            me.await.ok().map(|me| {
                let name = me.company_shown(chosen.as_deref());
                if !choose || me.companies.is_empty() {
                    return view! { <span class="company-name">{name}</span> }.into_any();
                }
                let choices = std::iter::once((None, t!("All companies", "Alle Unternehmen").to_owned()))
                    .chain(me.companies.into_iter().map(|one| (Some(one.id), one.name)))
                    .map(|(id, label)| {
                        let current = (id == chosen).then_some("true");
                        view! { <a href=with_company(here, id.as_deref()) rel="external" aria-current=current>{label}</a> }
                    })
                    .collect_view();
                let face = view! { <span class="company-name">{name}</span><Ico icon=Icon::Down/> }.into_any();
                view! { <Menu label=t!("Choose a company", "Unternehmen wählen") face>{choices}</Menu> }.into_any()
            })
        })
    };
    let account = move || Suspend::new(async move { me.await.ok().map(|me| view! { <Account me/> }) });
    view! {
        <header class="bar quiet">
            <a class="brand" href="/" rel="external"><Sign/><span>"Whereabouts"</span></a>
            <div class="company"><Transition>{name}</Transition></div>
            <PageLinks me here company=Signal::stored(company)/>
            <LanguageSwitch/>
            <button type="button" class="bare js-only theme" aria-label=t!("Light or dark", "Hell oder dunkel") title=t!("Light or dark", "Hell oder dunkel")>
                <Ico icon=Icon::Sun/>
            </button>
            <div class="account"><Transition>{account}</Transition></div>
        </header>
    }
}
