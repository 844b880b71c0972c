//! What people see of Whereabouts: one Leptos application, HTML on the server and wasm in the browser.
//! The server calls `shell` and `App` and implements `backend::Backend`; the browser calls `hydrate`.
//! It uses nothing of the server's code, works without JavaScript, and never reads a clock, a locale or a zone in a view.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` is for the server and `hydrate` for the browser: never both");

#[macro_use]
pub mod language;
pub mod api;
pub mod assets;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod browser;
pub mod components;
pub mod pages;
mod response;
mod shell;
pub mod view;

pub use assets::{Assets, MapStyle};
pub use shell::{App, shell};

/// Brings the page to life. Called by the script in the page's head once the wasm is there.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    browser::hydrate();
}
