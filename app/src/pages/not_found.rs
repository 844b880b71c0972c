//! An address that leads nowhere. Rendered for every path without a page, with status 404.

use crate::{
    components::{icon::Sign, language::LanguageSwitch},
    response,
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NotFound() -> impl IntoView {
    response::status(404);
    view! {
        <Title text=t!("No such page", "Keine solche Seite")/>
        <main class="alone">
            <div class="brand"><Sign/><span>"Whereabouts"</span><LanguageSwitch/></div>
            <h1>{t!("There is no such page", "Diese Seite gibt es nicht")}</h1>
            <p>{t!("The address may be mistyped, or the page has moved. Nothing is lost.", "Die Adresse ist vielleicht falsch geschrieben, oder die Seite ist umgezogen. Nichts ist verloren.")}</p>
            <p class="actions"><a class="button main" href="/">{t!("To the map", "Zur Karte")}</a></p>
        </main>
    }
}
