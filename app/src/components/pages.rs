//! The table of pages in the bar, and who sees which. Called by every bar; a new page is one line of `PAGES`.
//! A link opens a whole new document, so that nothing of the page before is left running; a page nobody may see is not named.

use crate::view::{AppError, Me, Role, query::encode};
use leptos::prelude::*;

/// One page of the bar.
struct PageLink {
    path: &'static str,
    label: fn() -> &'static str,
    /// Who is shown the link; the server decides who may read the page.
    seen_by: fn(&Me) -> bool,
}

const PAGES: &[PageLink] = &[
    PageLink {
        path: "/",
        label: || t!("Map", "Karte"),
        seen_by: |_| true,
    },
    PageLink {
        path: "/boards",
        label: || t!("Boards", "Übersicht"),
        seen_by: |_| true,
    },
    PageLink {
        path: "/quality",
        label: || t!("Quality", "Qualität"),
        seen_by: |me| me.role != Role::Viewer,
    },
    PageLink {
        path: "/company",
        label: || t!("Company", "Unternehmen"),
        seen_by: Me::may_administer,
    },
    PageLink {
        path: "/feed",
        label: || t!("Feed", "Ereignisse"),
        seen_by: |me| me.role == Role::Operator,
    },
];

/// `here` is the path of the page that is shown; an operator's choice of company goes along.
#[component]
pub fn PageLinks(
    me: Resource<Result<Me, AppError>>,
    here: &'static str,
    company: Signal<Option<String>>,
) -> impl IntoView {
    let links = move |me: &Me| {
        PAGES
            .iter()
            .filter(|page| (page.seen_by)(me))
            .map(|page| {
                let href = move || company.with(|c| with_company(page.path, c.as_deref()));
                view! { <a href=href rel="external" aria-current=(page.path == here).then_some("page")>{(page.label)()}</a> }
            })
            .collect_view()
    };
    view! {
        <nav class="pages" aria-label=t!("Pages", "Seiten")>
            <Transition>{move || Suspend::new(async move { me.await.ok().map(|me| links(&me)) })}</Transition>
        </nav>
    }
}

/// `path` for this choice of company.
pub fn with_company(path: &str, company: Option<&str>) -> String {
    company.map_or_else(|| path.to_owned(), |id| format!("{path}?company={}", encode(id)))
}
