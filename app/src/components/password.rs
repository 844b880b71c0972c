//! A password field that can be looked at. Used by the sign-in and sign-up forms; plain without JavaScript.

use leptos::prelude::*;

#[component]
pub fn PasswordField(
    /// Unique in the page.
    id: &'static str,
    label: &'static str,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    let hint_id = (!hint.is_empty()).then(|| format!("{id}-hint"));
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="with-action">
                <input id=id name="password" type="password" required autocomplete=autocomplete aria-describedby=hint_id.clone()/>
                <button type="button" class="link js-only" aria-controls=id aria-pressed="false" data-show=t!("show", "zeigen") data-hide=t!("hide", "verbergen")>{t!("show", "zeigen")}</button>
            </div>
            {hint_id.map(|id| view! { <p class="hint" id=id>{hint}</p> })}
        </div>
    }
}
