//! Text as it is searched and as both engines can keep it.
//! Used when travelers are written and when they are looked for.
//! Holds always: two spellings that people take for one give the same key.

use sha2::{Digest, Sha256};
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longest id that an index of either engine takes with room to spare, bytes.
const LONGEST_ID: usize = 400;
/// Words of a search that are looked at.
const MOST_WORDS: usize = 8;

/// Lower case, without accents, single spaces: what is compared in a search.
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            c if c.is_whitespace() || c.is_control() => {
                if !key.is_empty() && !key.ends_with(' ') {
                    key.push(' ');
                }
            }
            // Letters that Unicode does not take apart and people do.
            'ß' => key.push_str("ss"),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            'ø' => key.push('o'),
            'ł' => key.push('l'),
            'đ' | 'ð' => key.push('d'),
            'þ' => key.push_str("th"),
            'ı' => key.push('i'),
            c => key.push(c),
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// One `LIKE` pattern (escaped by `\`) for each word of a search.
pub(super) fn like_patterns(text: &str) -> Vec<String> {
    search_key(text)
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(contains)
        .collect()
}

/// The `LIKE` pattern (escaped by `\`) of texts that contain this one.
pub(super) fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Text without U+0000, which PostgreSQL cannot keep.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// An id that every index can hold: longer ones by their digest, always the same.
pub(super) fn storable_id(id: &str) -> Cow<'_, str> {
    if id.len() > LONGEST_ID {
        Cow::Owned(format!("sha256:{:x}", Sha256::digest(id)))
    } else {
        storable(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_ignores_case_accents_and_spaces() {
        assert_eq!(search_key("  Zoë  ÅNGSTRÖM "), "zoe angstrom");
        assert_eq!(search_key("Łukasz Groß-Sørensen"), "lukasz gross-sorensen");
        assert_eq!(search_key("ＦＵＬＬ width"), "full width");
    }

    #[test]
    fn wildcards_in_a_search_are_letters() {
        assert_eq!(like_patterns("50%_a \\"), ["%50\\%\\_a%", "%\\\\%"]);
        assert!(like_patterns("   ").is_empty());
    }

    #[test]
    fn every_id_can_be_kept() {
        assert_eq!(storable_id("abc"), "abc");
        assert_eq!(storable_id("a\0c"), "a\u{fffd}c");
        let long = "x".repeat(5000);
        assert_eq!(storable_id(&long), storable_id(&long.clone()));
        assert!(storable_id(&long).len() < 100);
    }
}
