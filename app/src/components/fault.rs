//! What failed, what still works, what to do, a number to quote. Only the part that failed is replaced.

use super::icon::{Ico, Icon};
use crate::view::AppError;
use leptos::prelude::*;

#[component]
pub fn Fault(
    error: AppError,
    /// "The list", "The timeline".
    what: &'static str,
    /// Where "Try again" leads: the same page.
    again: String,
    /// A second way out: label and address.
    #[prop(optional)]
    back: Option<(&'static str, String)>,
) -> impl IntoView {
    let signed_out = error == AppError::SignIn;
    // Asking once more allows nobody more than before.
    let hopeless = error == AppError::Forbidden && back.is_some();
    let go = if signed_out {
        crate::pages::sign_in::href(&again)
    } else {
        again
    };
    let number = error.number().map(|id| view! { <p class="number">{id.to_owned()}</p> });
    view! {
        <div class="fault" role="alert">
            <h2>{error.title(what)}</h2>
            <p>{error.advice()}</p>
            <p class="actions">
                // `external`: a whole new page, so that nothing of the failed one is left.
                {(!hopeless).then(|| view! {
                    <a class="button main" href=go rel="external">
                        <Ico icon=Icon::Retry/>
                        {if signed_out { t!("Sign in", "Anmelden") } else { t!("Try again", "Erneut versuchen") }}
                    </a>
                })}
                {back.map(|(label, href)| view! { <a class="button" class:main=hopeless href=href>{label}</a> })}
            </p>
            {number}
        </div>
    }
}
