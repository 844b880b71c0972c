//! Every text of the pages, read from the sources: in both languages, with the same placeholders, and none beside the macros.
//! What a page shows in German is seen in `end2end/german.spec.ts`; here nothing has to be rendered to be found.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The same in both languages, and rightly so.
const SAME: &[&str] = &[
    "Live", "Region", "Person", "Segment", "Export", "Enter", "Name", "Hotel",
];

/// Words in the sources that are no words of ours: names, units, what a machine reads.
const NAMES: &[&str] = &[
    "Whereabouts",
    "Natural Earth",
    "Natural Earth · GeoNames",
    "UTC",
    "Enter",
    "j",
    "k",
    "m",
];

struct Text {
    file: String,
    english: String,
    german: String,
    /// Written with `tf!`.
    filled: bool,
}

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, all);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                all.push(path);
            }
        }
    }
    let (here, mut all) = (Path::new(env!("CARGO_MANIFEST_DIR")), Vec::new());
    for folder in ["src", "../src/web"] {
        walk(&here.join(folder), &mut all);
    }
    all.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
        (path.display().to_string(), text[..end].to_owned())
    };
    all.into_iter()
        .filter(|path| !path.ends_with("src/language.rs"))
        .map(read)
        .collect()
}

/// A string literal at the beginning of `rest`, and what comes behind it.
fn literal(rest: &str) -> Option<(String, &str)> {
    let inside = rest.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return Some((inside[..at].to_owned(), &inside[at + 1..])),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

fn texts() -> Vec<Text> {
    let mut all = Vec::new();
    for (file, source) in sources() {
        for (macro_, filled) in [("t!(", false), ("tf!(", true)] {
            for (at, _) in source.match_indices(macro_) {
                if source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let (english, rest) = literal(&source[at + macro_.len()..]).unwrap();
                let (german, _) = literal(rest.trim_start().strip_prefix(',').unwrap()).unwrap();
                all.push(Text {
                    file: file.clone(),
                    english,
                    german,
                    filled,
                });
            }
        }
    }
    assert!(all.len() > 600, "only {} texts were found", all.len());
    all
}

/// What is filled in, and how often.
fn placeholders(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for piece in text.replace("{{", "").replace("}}", "").split('{').skip(1) {
        let name = piece.split('}').next().unwrap_or_default();
        *found.entry(name.to_owned()).or_default() += 1;
    }
    found
}

#[test]
fn every_text_is_in_both_languages_with_the_same_placeholders() {
    for Text {
        file,
        english,
        german,
        filled,
    } in texts()
    {
        let what = format!("{file}: {english:?} / {german:?}");
        assert!(!english.trim().is_empty() && !german.trim().is_empty(), "empty: {what}");
        assert_eq!(
            filled,
            !placeholders(&english).is_empty(),
            "t! is without placeholders, tf! with: {what}"
        );
        assert_eq!(placeholders(&english), placeholders(&german), "{what}");
        let edges = |text: &str| (text.starts_with(' '), text.ends_with(' '));
        assert_eq!(edges(&english), edges(&german), "a space at an edge: {what}");
        let words = english.chars().filter(|c| c.is_alphabetic()).count();
        assert!(
            english != german || words < 3 || SAME.contains(&english.as_str()),
            "not translated: {what}"
        );
    }
}

#[test]
fn no_text_of_a_page_stands_beside_the_macros() {
    let mut found = Vec::new();
    for (file, source) in sources().into_iter().filter(|(file, _)| !file.contains("/web/")) {
        for (number, line) in source
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let said = [
                "\" title=\"",
                "aria-label=\"",
                "placeholder=\"",
                "label=\"",
                "what=\"",
                " title=\"",
                " text=\"",
            ];
            let attribute = said
                .iter()
                .filter_map(|name| Some(&line[line.find(name)? + name.len() - 1..]));
            let node = line
                .match_indices(">\"")
                .filter(|(at, _)| !line[..*at].ends_with(['=', '-']));
            let node = node.map(|(at, _)| &line[at + 1..]);
            for text in attribute.chain(node).filter_map(|rest| Some(literal(rest)?.0)) {
                let letters = text.chars().filter(|c| c.is_alphabetic()).count();
                if letters > 1 && !NAMES.contains(&text.as_str()) {
                    found.push(format!("{file}:{}: {text:?}", number + 1));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}
