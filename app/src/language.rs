//! The languages of the pages, which one this reader has, and the macros `t!` and `tf!` with which every text is written.
//! Called by every page and by the server for what it words itself. The server reads the choice from the request, the browser
//! from `<html lang>`: both halves render the same words. Machines (REST, logs) are always answered in English.
//! A text stands where it is used, in every language: one that is missing does not compile, nor does a wrong placeholder, and
//! pages without a browser half cost it nothing. leptos_i18n 0.6 was considered: it brings a context of its own and files of
//! keys, and half of our words are made where there is no page (panels' backend, mails, tables, calendars). A third language
//! is one arm in each macro; the compiler then names every text that lacks it.

/// A language that is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Language {
    #[default]
    English,
    German,
}

/// The cookie that holds the choice.
pub const COOKIE: &str = "language";

impl Language {
    pub const EVERY: [Language; 2] = [Language::English, Language::German];

    /// The code of `<html lang>` and of the cookie (BCP 47).
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// What it calls itself.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
        }
    }

    /// Of a code with or without a region: `de-AT` is German.
    pub fn parse(code: &str) -> Option<Language> {
        let primary = code.trim().split('-').next().unwrap_or_default();
        Self::EVERY
            .into_iter()
            .find(|one| primary.eq_ignore_ascii_case(one.code()))
    }

    /// The choice of the cookie, else the best of `Accept-Language` (RFC 9110 §12.5.4), else English.
    pub fn of(cookie: Option<&str>, accepted: Option<&str>) -> Language {
        cookie
            .and_then(Language::parse)
            .or_else(|| accepted.and_then(best))
            .unwrap_or_default()
    }
}

/// The first of those with the highest weight. What cannot be read, and weight 0, is not wanted.
fn best(accepted: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for item in accepted.split(',') {
        let (code, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight = weight.trim().trim_start_matches("q=").parse().unwrap_or(0.0);
        if let Some(language) = Language::parse(code)
            && weight > best.map_or(0.0, |(most, _)| most)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(feature = "ssr")]
mod chosen {
    use super::Language;
    use std::cell::Cell;

    thread_local! {
        static SPOKEN: Cell<Option<Language>> = const { Cell::new(None) };
    }

    /// The language that texts are in now: of the request whose page is rendered, or of `speaking`.
    pub fn current() -> Language {
        SPOKEN
            .get()
            .or_else(leptos::prelude::use_context::<Language>)
            .unwrap_or_default()
    }

    /// Does something in this language that is not done at once.
    pub async fn while_speaking<F: Future>(language: Language, work: F) -> F::Output {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|context| speaking(language, || work.as_mut().poll(context))).await
    }

    /// Words something outside a page: a mail, a table to take along.
    pub fn speaking<T>(language: Language, words: impl FnOnce() -> T) -> T {
        let before = SPOKEN.replace(Some(language));
        let said = words();
        SPOKEN.set(before);
        said
    }
}

#[cfg(not(feature = "ssr"))]
mod chosen {
    use super::Language;
    use std::sync::atomic::{AtomicBool, Ordering};

    static GERMAN: AtomicBool = AtomicBool::new(false);

    /// The language of the document.
    pub fn current() -> Language {
        if GERMAN.load(Ordering::Relaxed) {
            Language::German
        } else {
            Language::English
        }
    }

    /// Before anything is rendered in the browser.
    pub fn speak(language: Language) {
        GERMAN.store(language == Language::German, Ordering::Relaxed);
    }
}

pub use chosen::current;
#[cfg(not(feature = "ssr"))]
pub use chosen::speak;
#[cfg(feature = "ssr")]
pub use chosen::{speaking, while_speaking};

/// `.` or `,`
pub fn decimal_point() -> char {
    match current() {
        Language::English => '.',
        Language::German => ',',
    }
}

/// What separates thousands.
pub fn thousands_mark() -> char {
    match current() {
        Language::English => ',',
        Language::German => '.',
    }
}

/// A text without placeholders: English, German. `t!("Close", "Schließen")` is `&'static str`.
#[macro_export]
macro_rules! t {
    ($english:literal, $german:literal $(,)?) => {
        match $crate::language::current() {
            $crate::language::Language::English => $english,
            $crate::language::Language::German => $german,
        }
    };
}

/// A text with placeholders, as in `format!`: English, German, arguments.
#[macro_export]
macro_rules! tf {
    ($english:literal, $german:literal $(, $($argument:tt)*)?) => {
        match $crate::language::current() {
            $crate::language::Language::English => ::std::format!($english $(, $($argument)*)?),
            $crate::language::Language::German => ::std::format!($german $(, $($argument)*)?),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_counts_then_what_the_browser_asks_for_then_english() {
        let of = |cookie, accepted| Language::of(cookie, accepted).code();
        assert_eq!(of(Some("de"), Some("en")), "de");
        assert_eq!(of(Some("en"), Some("de-DE,de;q=0.9")), "en");
        assert_eq!(of(None, Some("fr, de-AT;q=0.8, en;q=0.7")), "de");
        assert_eq!(of(None, Some("en-GB,en;q=0.9,de;q=0.8")), "en");
        assert_eq!(of(None, Some("de;q=0, en;q=0.1")), "en");
        assert_eq!(of(None, Some("fr")), "en");
        assert_eq!(of(Some("klingon"), Some("de;q=1;q=x")), "en");
        assert_eq!(of(Some(""), None), "en");
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_language_is_spoken_for_as_long_as_it_is_asked_for() {
        let word = || t!("yes", "ja");
        let inside = speaking(Language::German, || {
            let nested = speaking(Language::English, word);
            (nested, word(), tf!("{} of {n}", "{} von {n}", 1, n = 2))
        });
        assert_eq!(inside, ("yes", "ja", "1 von 2".to_owned()));
        assert_eq!(word(), "yes");
    }

    /// In a view, a macro without braces is text: "t! (\"Close\", …)" was once read on the page after a connection.
    #[test]
    fn every_text_of_a_view_stands_in_braces() {
        fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.path() {
                    path if path.is_dir() => sources(&path, found),
                    path => found.push(path),
                }
            }
        }
        let mut files = Vec::new();
        sources(
            std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
            &mut files,
        );
        assert!(files.len() > 50);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            // What opens a view or ends a tag, and then the macro.
            for opening in [concat!("view", "! {"), "/>", "</a>", "</span>", "</strong>", "</b>"] {
                for (at, _) in text.match_indices(opening) {
                    let next = text[at + opening.len()..].trim_start();
                    let bare = next.starts_with("t!(") || next.starts_with("tf!(");
                    assert!(!bare, "{}: {}", file.display(), next.lines().next().unwrap_or_default());
                }
            }
        }
    }
}
