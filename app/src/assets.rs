//! Where the browser finds what the build made. Provided as context by the server; read by the shell.
//! Names are content-hashed, so only the server knows them. Everything else has a fixed address, below.

/// Addresses of the hashed files, from the root: `/pkg/whereabouts.3f2a.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The module that wasm-bindgen made.
    pub js: String,
    pub wasm: String,
    /// The bundled `style/main.css`.
    pub css: String,
    /// `js/page.js`, what every page can do.
    pub page: String,
}

impl Default for Assets {
    /// The names without hashes, as a plain build leaves them.
    fn default() -> Self {
        Assets {
            js: "/pkg/whereabouts.js".to_owned(),
            wasm: "/pkg/whereabouts.wasm".to_owned(),
            css: "/pkg/whereabouts.css".to_owned(),
            page: "/js/page.js".to_owned(),
        }
    }
}

/// Address of a MapLibre style to use instead of the built-in basemap; provided as context by a server that has one, and
/// allowed by its content security policy. People are drawn on it all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapStyle(pub String);

/// The face that the first screen needs, asked for early.
pub const FONT_TEXT: &str = "/fonts/noto-sans-latin-400-normal.woff2";
pub const FONT_STRONG: &str = "/fonts/noto-sans-latin-600-normal.woff2";
