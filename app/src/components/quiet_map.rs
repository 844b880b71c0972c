//! The map without people, behind the sign-in form. A picture only (`js/quiet.js` draws it): it takes no focus and no clicks.

use leptos::prelude::*;

#[component]
pub fn QuietMap() -> impl IntoView {
    view! { <div class="quiet-map" aria-hidden="true"></div> }
}
