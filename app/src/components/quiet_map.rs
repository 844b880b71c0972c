//! The map without people, behind the sign-in form. A picture only: it takes no focus and no clicks.

use crate::browser;
use leptos::prelude::*;

#[component]
pub fn QuietMap() -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(el) = place.get() {
            browser::map::quiet(&el);
        }
    });
    view! { <div class="quiet-map" node_ref=place aria-hidden="true"></div> }
}
