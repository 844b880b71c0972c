//! The table that says the same as the map: for browsers without WebGL or JavaScript, and for everyone who asks (key `m`).

use super::Screen;
use crate::{
    components::mark::MarkOnly,
    view::{ByGrade, Grade, MapPage, Mark, PlaceGroupKind, words::thousands},
};
use leptos::prelude::*;

#[component]
pub fn Places(screen: Screen, page: StoredValue<MapPage>) -> impl IntoView {
    let query = screen.query;
    let groups = page.with_value(|p| p.places.clone());
    let lines = groups.into_iter().map(|group| {
        let label = if group.kind == PlaceGroupKind::Country { tf!("{}, country only", "{}, nur Land bekannt", group.label) } else { group.label };
        let name = match group.q {
            Some(q) => view! { <a href=move || query.with(|now| now.with_q(&q).with_view(crate::view::View::List).href())>{label}</a> }.into_any(),
            None => label.into_any(),
        };
        view! { <tr><th scope="row">{name}</th><td class="num">{thousands(group.people.total())}</td><td>{sure(group.people)}</td></tr> }
    });
    let by_choice = move || screen.table.get();
    view! {
        <section class="places" aria-label=t!("Places", "Orte")>
            {move || if by_choice() {
                view! { <p class="note">{t!("The map as a table, in the same order and with the same counts. Key ", "Die Karte als Tabelle, in derselben Reihenfolge und mit denselben Zahlen. Die Taste ")}<kbd>"m"</kbd>{t!(" brings the map back.", " bringt die Karte zurück.")}</p> }.into_any()
            } else {
                view! {
                    <p class="note attention">
                        <strong>{t!("This browser cannot draw the map. ", "Dieser Browser kann die Karte nicht zeichnen. ")}</strong>
                        {t!("Everything on it is in this table, in the same order and with the same counts.", "Alles, was darauf ist, steht in dieser Tabelle, in derselben Reihenfolge und mit denselben Zahlen.")}
                    </p>
                }
                .into_any()
            }}
            <table>
                <thead><tr><th scope="col">{t!("Place", "Ort")}</th><th scope="col" class="num">{t!("People", "Personen")}</th><th scope="col">{t!("How sure", "Wie sicher")}</th></tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        </section>
    }
}

fn sure(people: ByGrade) -> impl IntoView {
    let parts = Grade::EVERY.into_iter().filter(move |g| people.get(*g) > 0);
    let parts = parts.map(move |g| view! { <span class="share"><MarkOnly mark=Mark::of(g)/>{format!("{} {}", thousands(people.get(g)), g.word())}</span> });
    parts.collect_view()
}
