//! The document around every page, and the table of routes.
//! `shell` is called by the server for every page; `App` by the server and by `hydrate`. All scripts carry the request's
//! nonce; nothing has a style attribute, since the content security policy forbids it.

#[cfg(feature = "ssr")]
use crate::pages::{
    backlog::BacklogScreen,
    company::CompanyScreen,
    connect::{ConnectDonePage, ConnectLanding},
    feed::FeedScreen,
    looks::LooksScreen,
    not_found::NotFound,
    privacy::PrivacyScreen,
    quality::{NoticesScreen, QualityScreen},
    sheet::SheetScreen,
    sign_in::SignIn,
    welcome::Welcome,
};
use crate::{
    assets::{Assets, FONT_STRONG, FONT_TEXT, MapStyle},
    components::mark::Patterns,
    language,
    pages::{boards::BoardsScreen, map::MapScreen},
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
#[cfg(feature = "ssr")]
use leptos_router::SsrMode;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

/// Before anything is painted: says that there is JavaScript, and follows the system's theme unless a theme was chosen.
const HEAD_SCRIPT: &str = "{const d=document.documentElement;d.dataset.js='';\
    if(!d.dataset.theme)d.dataset.theme=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'}";

/// The theme that the visitor chose with the button, from its cookie.
fn chosen_theme() -> Option<&'static str> {
    #[cfg(feature = "ssr")]
    match crate::response::cookie("theme").as_deref() {
        Some("dark") => return Some("dark"),
        Some("light") => return Some("light"),
        _ => {}
    }
    None
}

/// Whether the page that is asked for has a half in the browser: what moves by itself or under the hand. All other pages
/// are forms and tables; they come without the wasm.
fn has_browser_half() -> bool {
    #[cfg(feature = "ssr")]
    if let Some(request) = use_context::<http::request::Parts>() {
        return matches!(request.uri.path(), "/" | "/boards");
    }
    true
}

/// The whole document.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    // The framework's own script is not used: it preloads the wasm with a wrong `crossorigin` and swallows failures.
    let start = format!(
        "import init,{{hydrate}} from {:?};init({{module_or_path:{:?}}}).then(hydrate).catch(e=>console.error('start failed',e))",
        assets.js, assets.wasm
    );
    let plain = (!has_browser_half()).then_some("");
    let app = plain.is_none().then(|| {
        view! {
            <link rel="modulepreload" href=assets.js/>
            <script type="module" nonce=use_nonce()>{start}</script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang=language::current().code() data-theme=chosen_theme() data-plain=plain>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="referrer" content="same-origin"/>
                <script nonce=use_nonce()>{HEAD_SCRIPT}</script>
                <link rel="preload" href=FONT_TEXT r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="preload" href=FONT_STRONG r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=assets.css/>
                <link rel="icon" href="/icon.svg" r#type="image/svg+xml"/>
                {use_context::<MapStyle>().map(|style| view! { <meta name="map-style" content=style.0/> })}
                <script type="module" nonce=use_nonce() src=assets.page></script>
                {app}
                <MetaTags/>
            </head>
            <body>
                <Patterns/>
                <div id="app">
                    <App/>
                </div>
            </body>
        </html>
    }
}

/// The pages. Each is rendered completely before the first byte (`Async`): whole without JavaScript, with the right status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Whereabouts".to_owned() } else { format!("{text} · Whereabouts") }/>
        <Router><Pages/></Router>
    }
}

/// On the server all of them.
#[cfg(feature = "ssr")]
#[component]
fn Pages() -> impl IntoView {
    view! {
            <Routes fallback=NotFound>
                <Route path=path!("/") view=MapScreen ssr=SsrMode::Async/>
                <Route path=path!("/backlog") view=BacklogScreen ssr=SsrMode::Async/>
                <Route path=path!("/privacy") view=PrivacyScreen ssr=SsrMode::Async/>
                <Route path=path!("/contacts") view=LooksScreen ssr=SsrMode::Async/>
                <Route path=path!("/boards") view=BoardsScreen ssr=SsrMode::Async/>
                <Route path=path!("/sheet") view=SheetScreen ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async/>
                <Route path=path!("/connect") view=ConnectLanding ssr=SsrMode::Async/>
                <Route path=path!("/feed") view=FeedScreen ssr=SsrMode::Async/>
                <Route path=path!("/company") view=CompanyScreen ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=Welcome ssr=SsrMode::Async/>
                <Route path=path!("/quality") view=QualityScreen ssr=SsrMode::Async/>
                <Route path=path!("/notices") view=NoticesScreen ssr=SsrMode::Async/>
                <Route path=path!("/connect/done") view=ConnectDonePage ssr=SsrMode::Async/>
            </Routes>
    }
}

/// In the browser those that have a half there; every other address is asked of the server.
#[cfg(not(feature = "ssr"))]
#[component]
fn Pages() -> impl IntoView {
    view! {
            <Routes fallback=crate::browser::whole_page>
                <Route path=path!("/") view=MapScreen/>
                <Route path=path!("/boards") view=BoardsScreen/>
            </Routes>
    }
}
