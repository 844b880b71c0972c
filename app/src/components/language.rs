//! The switch to the other language: a form, so that it works without JavaScript. Beside the theme in every bar, and on the
//! pages before the sign-in. `POST /language` remembers the choice in a cookie and comes back to this address.

use crate::language::{self, Language};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let here = use_location();
    let next = move || match here.search.get() {
        search if search.is_empty() => here.pathname.get(),
        search => format!("{}?{}", here.pathname.get(), search.trim_start_matches('?')),
    };
    let now = language::current();
    let others = Language::EVERY
        .into_iter()
        .filter(|one| *one != now)
        .map(|one| {
            view! {
                <button type="submit" class="bare" name="language" value=one.code() lang=one.code() title=one.name()>
                    <span aria-hidden="true">{one.code().to_uppercase()}</span><span class="sr-only">{one.name()}</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <form class="language no-print" action="/language" method="post">
            <input type="hidden" name="next" value=next/>
            {others}
        </form>
    }
}
