//! An address that leads nowhere. Rendered for every path without a page, with status 404.

use crate::{components::icon::Sign, response};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NotFound() -> impl IntoView {
    response::status(404);
    view! {
        <Title text="No such page"/>
        <main class="alone">
            <p class="brand"><Sign/><span>"Whereabouts"</span></p>
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or the page has moved. Nothing is lost."</p>
            <p class="actions"><a class="button main" href="/">"To the map"</a></p>
        </main>
    }
}
