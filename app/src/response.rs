//! Status and redirect of the page that is being rendered. Called by pages while they render on the server.
//! In the browser a redirect is a navigation and a status is nothing.

/// Sends the visitor to `path` instead of this page.
pub(crate) fn redirect(path: &str) {
    // The framework sets the status for callers that ask for HTML only.
    #[cfg(feature = "ssr")]
    {
        leptos_axum::redirect(path);
        status(303);
    }
    #[cfg(not(feature = "ssr"))]
    {
        use leptos_router::{NavigateOptions, hooks::use_navigate};
        use_navigate()(
            path,
            NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            },
        );
    }
}

/// The HTTP status of this page.
pub(crate) fn status(code: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(options), Ok(code)) = (
        leptos::prelude::use_context::<leptos_axum::ResponseOptions>(),
        http::StatusCode::from_u16(code),
    ) {
        options.set_status(code);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = code;
}

/// A cookie of the request that is being answered; nothing in the browser.
#[cfg(feature = "ssr")]
pub(crate) fn cookie(name: &str) -> Option<String> {
    let parts = leptos::prelude::use_context::<http::request::Parts>()?;
    let mut all = parts
        .headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|h| h.to_str().ok());
    all.find_map(|line| {
        line.split(';').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key.trim() == name).then(|| value.trim().to_owned())
        })
    })
}
