//! What the marks mean. Used under the map and on the sign-in page.

use super::mark::MarkOnly;
use crate::view::{Grade, Mark};
use leptos::prelude::*;

/// The strip at the foot of the map.
#[component]
pub fn Strip() -> impl IntoView {
    let grades = [Grade::Confirmed, Grade::Booked, Grade::Intent, Grade::Inferred];
    view! {
        <ul class="legend-strip" aria-label=t!("Legend", "Legende")>
            {grades.into_iter().map(|g| view! { <li><MarkOnly mark=Mark::of(g)/>{g.word()}</li> }).collect_view()}
            <li><MarkOnly mark=Mark { grade: Grade::Confirmed, old: true, flying: false }/>{t!("over 24 h old", "über 24 h alt")}</li>
        </ul>
    }
}

/// The whole table with meanings.
#[component]
pub fn Meanings() -> impl IntoView {
    let rows = Grade::EVERY.into_iter().map(|g| {
        view! {
            <div>
                <dt><MarkOnly mark=Mark::of(g)/>{crate::view::words::capital(g.word())}</dt>
                <dd>{g.meaning()}</dd>
            </div>
        }
    });
    view! { <dl class="meanings">{rows.collect_view()}</dl> }
}
