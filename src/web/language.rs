//! The language of whoever asks: read from the request, chosen with a form.
//! Called by the pages, by what can be taken along (tables, calendars), and by the switch in the bar.
//! Always holds: the cookie is only ever one of the languages there are; the form leads to a path of this site.

use app::language::{COOKIE, Language, while_speaking};
use axum::Form;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;

use super::sign_in::local_path;

/// What pages in a language vary with.
pub const VARY: HeaderValue = HeaderValue::from_static("accept-language, cookie");

/// Answers in the reader's language whatever is not a page: files to take along, refusals in a line.
pub async fn speak(request: Request, next: Next) -> Response {
    while_speaking(of(request.headers()), next.run(request)).await
}

/// The language that these headers ask for.
pub fn of(headers: &HeaderMap) -> Language {
    let all = |name: header::HeaderName| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let chosen = all(header::COOKIE)
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim() == COOKIE)
        .map(|(_, value)| value.trim());
    let accepted = all(header::ACCEPT_LANGUAGE).collect::<Vec<_>>().join(",");
    Language::of(chosen, Some(&accepted))
}

/// The switch in the bar.
#[derive(Deserialize)]
pub struct Choice {
    language: String,
    #[serde(default)]
    next: String,
}

/// POST /language: remembers the choice for a year and goes back.
pub async fn choose(Form(choice): Form<Choice>) -> Response {
    let mut response = Redirect::to(local_path(&choice.next)).into_response();
    if let Some(language) = Language::parse(&choice.language) {
        let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", language.code());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_found_among_other_cookies() {
        let of = |pairs: &[(header::HeaderName, &'static str)]| {
            let headers = pairs
                .iter()
                .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
                .collect();
            super::of(&headers).code()
        };
        assert_eq!(of(&[(header::COOKIE, "theme=dark; language=de; sid=x")]), "de");
        assert_eq!(
            of(&[(header::COOKIE, "xlanguage=de"), (header::ACCEPT_LANGUAGE, "en")]),
            "en"
        );
        assert_eq!(of(&[(header::ACCEPT_LANGUAGE, "de-CH, en;q=0.5")]), "de");
        assert_eq!(of(&[]), "en");
    }

    #[tokio::test]
    async fn a_choice_is_kept_and_leads_back_to_this_site_only() {
        let ask = |language: &str, next: &str| {
            choose(Form(Choice {
                language: language.into(),
                next: next.into(),
            }))
        };
        let answer = ask("de", "/?show=air").await;
        assert_eq!(answer.headers()[header::LOCATION], "/?show=air");
        assert!(
            answer.headers()[header::SET_COOKIE]
                .to_str()
                .unwrap()
                .starts_with("language=de; ")
        );
        let odd = ask("de; Domain=evil", "https://evil.example").await;
        assert_eq!(odd.headers()[header::LOCATION], "/");
        assert!(!odd.headers().contains_key(header::SET_COOKIE));
    }
}
