//! What travelers are called and how they are recognised.
//! Used when travelers are created and when their profile changes.
//! Holds always: everyone has a name that can be shown.

use super::text::search_key;

/// Of whom nothing is known but an id.
pub(super) const UNNAMED: &str = "Unnamed traveler";

/// The form in which logins are compared.
pub(super) fn login_key(login: &str) -> String {
    login.trim().to_lowercase()
}

/// What to call a traveler.
pub(super) fn name_of(display: Option<&str>, given: Option<&str>, family: Option<&str>, login: Option<&str>) -> String {
    let full = [given, family]
        .into_iter()
        .flatten()
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let full = full.collect::<Vec<_>>().join(" ");
    [display, Some(full.as_str()), login]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|name| !name.is_empty())
        .unwrap_or(UNNAMED)
        .to_owned()
}

/// What a search looks into.
pub(super) fn search_of(name: &str, login: Option<&str>) -> String {
    search_key(&format!("{name} {}", login.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{UNNAMED, name_of};

    #[test]
    fn a_traveler_is_called_by_the_best_name() {
        assert_eq!(
            name_of(Some("Em Dover"), Some("Emil"), Some("Dover"), Some("e@x")),
            "Em Dover"
        );
        assert_eq!(
            name_of(Some(" "), Some("Emil"), Some("Dover"), Some("e@x")),
            "Emil Dover"
        );
        assert_eq!(name_of(None, None, Some("Dover"), Some("e@x")), "Dover");
        assert_eq!(name_of(None, Some(""), None, Some("e@x")), "e@x");
        assert_eq!(name_of(None, None, None, None), UNNAMED);
    }
}
