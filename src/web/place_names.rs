//! What the basemap's countries and cities are called in a language that its tiles do not speak.
//! Called by the router, read by the map (`js/style.js`). Always holds: the names are those of the lists and pages, and a
//! name that is the same in the tiles is not sent.

use std::collections::BTreeMap;

use app::language::{Language, speaking};
use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use serde::Serialize;

use super::backend::translated;

/// By ISO code, and by country and English name: `IT Rome`.
#[derive(Debug, Serialize)]
pub struct PlaceNames {
    pub lands: BTreeMap<String, String>,
    pub towns: BTreeMap<String, String>,
}

/// GET /map/names/{language}: 404 for a language that the pages do not speak.
pub async fn place_names(Path(language): Path<String>) -> Response {
    match Language::parse(language.trim_end_matches(".json")) {
        Some(language) => {
            let (lands, towns) = speaking(language, translated);
            let always = [(
                header::CACHE_CONTROL,
                "public, max-age=86400, stale-while-revalidate=604800",
            )];
            (always, Json(PlaceNames { lands, towns })).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_calls_places_as_the_lists_do() {
        let (lands, towns) = speaking(Language::German, translated);
        assert_eq!(lands.get("DE").map(String::as_str), Some("Deutschland"));
        for (named, german) in [
            ("DE Munich", "München"),
            ("IT Rome", "Rom"),
            ("CN Beijing", "Peking"),
            ("GR Athens", "Athen"),
            ("RU Moscow", "Moskau"),
        ] {
            assert_eq!(towns.get(named).map(String::as_str), Some(german), "{named}");
        }
        assert!(!towns.contains_key("US Athens"), "only the one in Greece");
        assert_eq!(
            speaking(Language::English, translated),
            (BTreeMap::new(), BTreeMap::new())
        );
    }
}
