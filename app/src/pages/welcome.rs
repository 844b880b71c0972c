//! An invited person chooses a password. A plain form to `POST /welcome`; a refusal comes back with `?error=code`.
//! Works without JavaScript. The address holds the invitation, which works once.

use crate::{
    api::{get_invitation, get_public_info},
    components::{icon::Sign, language::LanguageSwitch, password::PasswordField},
    pages::sign_in::{Papers, Problem},
    response,
    view::query::pairs,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

#[component]
pub fn Welcome() -> impl IntoView {
    let search = use_location().search.get_untracked();
    let given = |name: &str| {
        pairs(&search)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    };
    let (code, error) = (given("code"), Some(given("error")).filter(|e| !e.is_empty()));
    let title = if error.is_some() {
        t!("Error: choose a password", "Fehler: Passwort wählen")
    } else {
        t!("Choose a password", "Passwort wählen")
    };
    let asked = code.clone();
    let found = Resource::new(|| (), move |()| get_invitation(asked.clone()));
    let info = Resource::new(|| (), |()| get_public_info());
    view! {
        <Title text=title/>
        <main class="alone door">
            <div class="brand"><Sign/><span>"Whereabouts"</span><LanguageSwitch/></div>
            <h1>{t!("Choose a password", "Passwort wählen")}</h1>
            <Transition>
                {move || {
                    let (code, error) = (code.clone(), error.clone());
                    Suspend::new(async move {
                        match found.await {
                            Ok(email) => view! { <Choose code error email/> }.into_any(),
                            Err(problem) => {
                                response::status(problem.status());
                                let word = if problem.status() == 404 { "invitation" } else { "unavailable" };
                                view! { <Problem error=Some(word.to_owned())/> }.into_any()
                            }
                        }
                    })
                }}
            </Transition>
            <footer>
                <Transition>
                    {move || Suspend::new(async move {
                        info.await.ok().map(|info| view! { <Papers papers=info.papers support=info.support/> })
                    })}
                </Transition>
            </footer>
        </main>
    }
}

#[component]
fn Choose(code: String, error: Option<String>, email: String) -> impl IntoView {
    view! {
        <p class="lead">{tf!("You sign in as {email} from now on.", "Sie melden sich ab jetzt als {email} an.")}</p>
        <Problem error/>
        <form class="stack narrow" action="/welcome" method="post">
            <input type="hidden" name="code" value=code/>
            <input class="sr-only" type="email" name="email" autocomplete="username" value=email tabindex="-1" aria-hidden="true" readonly/>
            <PasswordField id="password" label=t!("New password", "Neues Passwort") autocomplete="new-password" hint=t!("At least 12 characters; any are allowed.", "Mindestens 12 Zeichen; alle sind erlaubt.")/>
            <button class="button main wide" type="submit">{t!("Choose it and sign in", "Übernehmen und anmelden")}</button>
        </form>
    }
}
