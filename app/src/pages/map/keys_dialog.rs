//! All keys, and the switch for those who use the letters for something else.

use crate::{
    browser::keys,
    components::icon::{Ico, Icon},
};
use leptos::{html, prelude::*};

#[component]
pub fn KeysDialog(
    dialog: NodeRef<html::Dialog>,
    letters: RwSignal<bool>,
    tour: RwSignal<Option<usize>>,
) -> impl IntoView {
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let keys = keys::all()
        .into_iter()
        .map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> });
    view! {
        <dialog class="keys" node_ref=dialog aria-labelledby="keys-title">
            <header>
                <h2 id="keys-title">{t!("Keys", "Tasten")}</h2>
                <button type="button" class="bare" aria-label=t!("Close", "Schließen") on:click=close><Ico icon=Icon::Close/></button>
            </header>
            <dl>{keys.collect_view()}</dl>
            <p><button type="button" class="link" on:click=move |ev| {
                close(ev);
                tour.set(Some(0));
            }>{t!("Show the tour of a minute", "Rundgang von einer Minute zeigen")}</button></p>
            <label class="check">
                <input type="checkbox" prop:checked=letters on:change=move |ev| keys::enable(letters, event_target_checked(&ev))/>
                {t!("Letters are keys on this page", "Buchstaben sind auf dieser Seite Tasten")}
            </label>
        </dialog>
    }
}
