//! A small menu that opens without JavaScript. Used for the order of the list, the company and the account.
//! With JavaScript it also closes (`js/page.js`): after a choice, on Escape, and when the focus or a press leaves it.

use leptos::prelude::*;

#[component]
pub fn Menu(
    /// Read out behind the button's face.
    label: &'static str,
    #[prop(optional)] class: &'static str,
    /// The button's face.
    face: AnyView,
    children: Children,
) -> impl IntoView {
    view! {
        <details class=format!("menu {class}") data-menu="">
            <summary>{face}<span class="sr-only">{label}</span></summary>
            <div class="menu-sheet">{children()}</div>
        </details>
    }
}
