//! The three views of a phone, and its way to the boards, at its foot. Links, so that they work without JavaScript.

use crate::{
    components::{
        icon::{Ico, Icon},
        pages::with_company,
    },
    view::{MapQuery, View},
};
use leptos::prelude::*;

#[component]
pub fn Tabs(query: Memo<MapQuery>) -> impl IntoView {
    let tab = move |view: View, icon: Icon, label: &'static str| {
        view! {
            <a href=move || query.with(|q| q.with_view(view).href())
                aria-current=move || query.with(|q| (q.view == view).then_some("page"))>
                <Ico icon/>{label}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label=t!("Views", "Ansichten")>
            {tab(View::List, Icon::List, t!("List", "Liste"))}
            {tab(View::Map, Icon::Map, t!("Map", "Karte"))}
            {tab(View::Time, Icon::Clock, t!("Time", "Zeit"))}
            <a href=move || query.with(|q| with_company("/boards", q.company.as_deref())) rel="external"><Ico icon=Icon::Boards/>{t!("Boards", "Übersicht")}</a>
        </nav>
    }
}
