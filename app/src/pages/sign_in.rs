//! Sign-in: a plain HTML form beside a map without people that teaches its marks.
//! The form is posted to `POST /sign-in` with `email`, `password`, `next`; a refusal comes back here with `?error=code`,
//! `email` and `next`. Works without JavaScript; nothing about people is on this page.

use crate::{
    api::get_public_info,
    assets::Assets,
    components::{
        icon::Sign, language::LanguageSwitch, legend::Meanings, password::PasswordField, quiet_map::QuietMap,
    },
    view::{
        Paper,
        connect::problem,
        query::{encode, pairs},
    },
};
use leptos::prelude::*;
use leptos_meta::{Link, Title};
use leptos_router::hooks::use_location;

/// The address of this page, coming back to `next` afterwards.
pub fn href(next: &str) -> String {
    if next == "/" {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", encode(next))
    }
}

/// Only a path of this site is a place to go on to; anything else is the map.
pub fn safe_next(next: &str) -> &str {
    let inside = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if inside { next } else { "/" }
}

#[component]
pub fn SignIn() -> impl IntoView {
    let search = use_location().search.get_untracked();
    let given = |name: &str| {
        pairs(&search)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    };
    let error = Some(given("error")).filter(|e| !e.is_empty());
    let title = if error.is_some() {
        t!("Error: sign in", "Fehler: Anmeldung")
    } else {
        t!("Sign in", "Anmelden")
    };
    let info = Resource::new(|| (), |()| get_public_info());
    // Behind the form comes the map: its program is fetched while somebody types.
    let ahead = use_context::<Assets>().map(|assets| {
        [assets.js, assets.wasm]
            .map(|href| view! { <Link rel="prefetch" href/> })
            .collect_view()
    });
    view! {
        <Title text=title/>
        {ahead}
        <div class="sign-in">
            <main>
                <div class="brand"><Sign/><span>"Whereabouts"</span><LanguageSwitch/></div>
                <form class="stack" action="/sign-in" method="post">
                    <h1>{t!("Sign in", "Anmelden")}</h1>
                    <p class="lead">{t!("Know where your people are, and how sure that is.", "Wissen, wo Ihre Leute sind und wie sicher das ist.")}</p>
                    <Problem error/>
                    <div class="field">
                        <label for="email">{t!("Work e-mail", "Dienstliche E-Mail")}</label>
                        <input id="email" name="email" type="email" required autocomplete="username" autofocus value=given("email")/>
                    </div>
                    <PasswordField id="password" label=t!("Password", "Passwort") autocomplete="current-password"/>
                    <input type="hidden" name="next" value=safe_next(&given("next")).to_owned()/>
                    <button class="button main wide" type="submit">{t!("Sign in", "Anmelden")}</button>
                </form>
                <footer>
                    <Transition>
                        {move || Suspend::new(async move {
                            info.await.ok().map(|info| view! { <Papers papers=info.papers support=info.support/> })
                        })}
                    </Transition>
                </footer>
            </main>
            <aside aria-label=t!("How to read the map", "So lesen Sie die Karte")>
                <QuietMap/>
                <section class="teach">
                    <h2>{t!("How to read the map", "So lesen Sie die Karte")}</h2>
                    <Meanings/>
                </section>
                <p class="map-credit">"Natural Earth"</p>
            </aside>
        </div>
    }
}

/// Why the form came back.
#[component]
pub fn Problem(error: Option<String>) -> impl IntoView {
    error.map(|code| view! { <p class="note attention" role="alert" id="problem">{problem(&code)}</p> })
}

/// Terms, privacy, help and how to reach somebody: those that exist.
#[component]
pub fn Papers(papers: Vec<Paper>, support: Option<String>) -> impl IntoView {
    let links = papers
        .into_iter()
        .map(|p| view! { <li><a href=p.href rel="external">{p.label}</a></li> })
        .collect_view();
    let support = support.map(|contact| view! { <li>{t!("Support: ", "Hilfe: ")}<Contact contact/></li> });
    view! { <ul class="papers">{links}{support}</ul> }
}

/// How to reach somebody, as a link where it is an address or a number.
#[component]
pub fn Contact(contact: String) -> impl IntoView {
    match reach(&contact) {
        Some(href) => view! { <a href=href rel="external">{contact}</a> }.into_any(),
        None => contact.into_any(),
    }
}

/// The link of an e-mail address, a web address or a telephone number.
fn reach(contact: &str) -> Option<String> {
    let contact = contact.trim();
    let digits = contact.chars().filter(char::is_ascii_digit).collect::<String>();
    if contact.starts_with("https://") || contact.starts_with("http://") {
        Some(contact.to_owned())
    } else if contact.contains('@') && !contact.contains(char::is_whitespace) {
        Some(format!("mailto:{contact}"))
    } else if contact.starts_with('+') && digits.len() >= 6 && contact.chars().all(|c| "+0123456789 ()-./".contains(c))
    {
        Some(format!("tel:+{digits}"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q61_support_is_a_link_where_it_can_be_one() {
        assert_eq!(reach("help@w.example").as_deref(), Some("mailto:help@w.example"));
        assert_eq!(reach("+49 30 1234-56").as_deref(), Some("tel:+4930123456"));
        assert_eq!(
            reach("https://w.example/help").as_deref(),
            Some("https://w.example/help")
        );
        assert_eq!(reach("ask at the desk, ext. 12"), None);
        assert_eq!(reach("javascript:alert(1)"), None);
    }

    #[test]
    fn only_a_path_of_this_site_is_followed() {
        assert_eq!(safe_next("/?show=air"), "/?show=air");
        for outside in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "/a\nb",
        ] {
            assert_eq!(safe_next(outside), "/", "{outside}");
        }
        assert_eq!(href("/?show=air&q=a b"), "/sign-in?next=%2F%3Fshow%3Dair%26q%3Da+b");
    }
}
