//! A small menu that opens without JavaScript. Used for the order of the list, the company and the account.
//! With JavaScript it also closes: after a choice, on Escape, and when the focus leaves it.

use leptos::{ev, prelude::*};

#[component]
pub fn Menu(
    /// Read out behind the button's face.
    label: &'static str,
    #[prop(optional)] class: &'static str,
    /// The button's face.
    face: AnyView,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<leptos::html::Details>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    let on_escape = move |ev: ev::KeyboardEvent| {
        if ev.key() == "Escape" && details.get_untracked().is_some_and(|d| d.open()) {
            ev.stop_propagation();
            close();
        }
    };
    view! {
        <details class=format!("menu {class}") node_ref=details on:keydown=on_escape on:focusout=move |ev| {
            if crate::browser::focus_left(&ev) {
                close();
            }
        }>
            <summary>{face}<span class="sr-only">{label}</span></summary>
            <div class="menu-sheet" on:click=move |_| close()>{children()}</div>
        </details>
    }
}
