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
        <nav class="tabs" aria-label="Views">
            {tab(View::List, Icon::List, "List")}
            {tab(View::Map, Icon::Map, "Map")}
            {tab(View::Time, Icon::Clock, "Time")}
            <a href=move || query.with(|q| with_company("/boards", q.company.as_deref())) rel="external"><Ico icon=Icon::Boards/>"Boards"</a>
        </nav>
    }
}
