//! Keeps the floors of the house: who may import whom, and what the pure rooms must not know. Reads the sources as text.
//! Run by `cargo test`. Always holds: comments, strings and `#[cfg(test)]` items say nothing about the floors.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each room may import; the files directly in `src/` (start, options) may import every room.
const FLOORS: [(&str, &[&str]); 11] = [
    ("place", &[]),
    ("itinerary", &["place"]),
    ("whereabouts", &["place", "itinerary"]),
    ("quality", &["place", "itinerary", "whereabouts"]),
    ("insights", &["place", "itinerary", "whereabouts"]),
    ("store", &["place", "itinerary", "whereabouts", "quality", "insights"]),
    (
        "concur",
        &["place", "itinerary", "whereabouts", "quality", "insights", "store"],
    ),
    (
        "ingest",
        &[
            "place",
            "itinerary",
            "whereabouts",
            "quality",
            "insights",
            "store",
            "concur",
        ],
    ),
    (
        "web",
        &[
            "place",
            "itinerary",
            "whereabouts",
            "quality",
            "insights",
            "store",
            "concur",
            "ingest",
            "app",
        ],
    ),
    ("sandbox", &["place", "itinerary"]),
    ("evaluate", &["place", "itinerary", "whereabouts", "sandbox"]),
];

const PURE: [&str; 5] = ["place", "itinerary", "whereabouts", "quality", "insights"];

/// Paths that a pure room must not name: clocks, randomness, databases, networks, files, threads of control.
const IMPURE: [&str; 28] = [
    "async",
    "await",
    "axum",
    "chrono::Local",
    "chrono::offset::Local",
    "futures",
    "getrandom",
    "http",
    "Instant",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "Local::now",
    "rand",
    "rand_chacha",
    "reqwest",
    "sqlx",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "SystemTime",
    "Timestamp::now",
    "tokio",
    "Utc::now",
    "Zoned::now",
];

#[test]
fn imports_go_down_only() {
    let floors = BTreeMap::from(FLOORS);
    let mut wrong = Vec::new();
    for source in sources("src") {
        let Some(room) = &source.room else { continue };
        let Some(allowed) = floors.get(room.as_str()) else {
            wrong.push(format!(
                "src/{room} is on no floor: name what it may import in tests/floors.rs"
            ));
            continue;
        };
        for other in source.rooms_used() {
            if other != *room && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{}: {room} must not use {other}", source.file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn pure_rooms_know_no_clock_no_chance_no_world_outside() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        if !source.room.as_deref().is_some_and(|room| PURE.contains(&room)) {
            continue;
        }
        for path in &source.paths {
            if let Some(impure) = IMPURE.iter().find(|impure| names(path, impure)) {
                wrong.push(format!("{}: names {impure} ({path})", source.file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_app_uses_nothing_of_the_server() {
    let manifest = fs::read_to_string(root().join("app/Cargo.toml")).unwrap();
    let lines: Vec<&str> = manifest
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("whereabouts") || line.contains("path = \"..\""))
    );
    for source in sources("app/src") {
        let server = source
            .paths
            .iter()
            .find(|path| names(path, "sqlx") || names(path, "axum") || names(path, "tokio"));
        assert!(
            server.is_none(),
            "{}: names {server:?}, which is the server's",
            source.file.display()
        );
    }
}

#[test]
fn there_is_something_to_keep() {
    let rooms: BTreeSet<String> = sources("src").into_iter().filter_map(|source| source.room).collect();
    for room in ["place", "itinerary", "whereabouts", "store", "ingest", "web", "sandbox"] {
        assert!(
            rooms.contains(room),
            "src/{room} is gone or empty: the floors need a new plan"
        );
    }
}

#[test]
fn the_reader_sees_imports_and_nothing_else() {
    let code = r##"
        //! use crate::comment::Nothing;
        /* crate::block::x /* nested */ crate::still */
        use crate::place::{Code, LonLat};
        use crate::{itinerary::{self, Trip}, store as keeper};
        use super::super::concur;
        const TEXT: &str = "use crate::string::X; // no comment";
        const RAW: &str = r#"crate::raw::"y""#;
        fn lives<'a>(c: char) -> &'a str { if c == '"' { crate::ingest::name() } else { "'" } }
        mod inner { use super::sibling; }
        fn captures() -> impl Sized + use<> { first(); second() }
        #[cfg(test)]
        #[expect(clippy::unwrap_used)]
        mod tests { use crate::web::Router; fn x() { if true {} } }
        #[cfg(test)] use crate::sandbox::World;
        #[cfg(not(test))] use crate::quality::Notice;
        fn last() { app::render() }
    "##;
    let source = Source::read(PathBuf::from("src/somewhere/file.rs"), code);
    let used: Vec<String> = source.rooms_used().into_iter().collect();
    assert_eq!(
        used,
        ["app", "concur", "ingest", "itinerary", "place", "quality", "store"]
    );

    let reads = |code: &str| Source::read(PathBuf::from("src/place/file.rs"), code).paths;
    let found = |code: &str, what: &str| reads(code).iter().any(|path| names(path, what));
    assert!(found("let t = chrono::Utc::now();", "Utc::now"));
    assert!(found("use std::{collections::BTreeMap, fs};", "std::fs"));
    assert!(found("async fn f() {}", "async"));
    assert!(!found("// Utc::now()\nlet now = Utc::now_in_words;", "Utc::now"));
    assert!(!found("let rand_name = my::random;", "rand"));
    assert!(!found("fn f(b: Brand) { b.http_like() }", "http"));
}

/// Whether `path` is or contains `wanted` as whole parts: `chrono::Utc::now` names `Utc::now`. A crate's or keyword's name counts only
/// at the beginning, so that a function of our own may be called `http`.
fn names(path: &str, wanted: &str) -> bool {
    let parts: Vec<&str> = path.split("::").collect();
    let wanted: Vec<&str> = wanted.split("::").collect();
    let crate_name = wanted.len() == 1 && wanted[0].starts_with(char::is_lowercase);
    let places = parts.windows(wanted.len()).enumerate();
    places
        .into_iter()
        .any(|(at, part)| part == wanted && (at == 0 || !crate_name))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file under a folder, without those that only tests compile.
fn sources(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    let read: Vec<Source> = files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            Source::read(file.strip_prefix(root()).unwrap().to_owned(), &text)
        })
        .collect();
    let only_tests: BTreeSet<PathBuf> = read.iter().flat_map(|source| source.test_files.clone()).collect();
    read.into_iter()
        .filter(|source| {
            !source
                .file
                .ancestors()
                .any(|folder| only_tests.contains(&folder.with_extension("")))
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

struct Source {
    file: PathBuf,
    /// The folder directly under `src/`; none for files directly in it.
    room: Option<String>,
    /// Every path of the code: `use` trees written out, and the paths in expressions. `crate` stands for the root.
    paths: BTreeSet<String>,
    /// Modules (without ending) that this file declares for tests only.
    test_files: Vec<PathBuf>,
}

impl Source {
    fn read(file: PathBuf, text: &str) -> Source {
        let parts: Vec<&str> = file.iter().skip(1).filter_map(|part| part.to_str()).collect();
        let room = (parts.len() > 1).then(|| parts[0].to_owned());
        // `src/a/mod.rs` is module a, `src/a/b.rs` is a::b, `src/lib.rs` is the root.
        let is_folder = matches!(parts.last(), Some(&"mod.rs" | &"lib.rs" | &"main.rs"));
        let depth = if is_folder { parts.len() - 1 } else { parts.len() };
        let (tokens, test_modules) = without_tests(tokens(text));
        let home = if is_folder {
            file.parent().unwrap().to_owned()
        } else {
            file.with_extension("")
        };
        // A `#[path]` counts from the file's own folder, a plain declaration from the module's.
        let beside = file.parent().unwrap().to_owned();
        let test_files = test_modules
            .iter()
            .map(|module| match module {
                Declared::Name(name) => home.join(name),
                Declared::Path(path) => beside.join(path),
            })
            .collect();
        let paths = paths(&tokens, depth);
        Source {
            file,
            room,
            paths,
            test_files,
        }
    }

    /// The rooms of the server that the code names, and `app`.
    fn rooms_used(&self) -> BTreeSet<String> {
        let room = |path: &String| {
            let mut parts = path.split("::");
            match parts.next()? {
                "crate" => parts.next().map(str::to_owned),
                "app" if path.contains("::") => Some("app".to_owned()),
                _ => None,
            }
        };
        self.paths.iter().filter_map(room).collect()
    }
}

/// Words (identifiers, keywords), `::`, single signs, and plain strings with their quotes; no comments, no other literals.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if c == '"' {
            let begin = i;
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
            out.push(chars[begin..i.min(chars.len())].iter().collect());
        } else if c == '\'' {
            // 'x' and '\n' are characters, 'a without an end is a lifetime
            if at(i + 1) == '\\' {
                i += 3;
                while i < chars.len() && chars[i] != '\'' {
                    i += 1;
                }
                i += 1;
            } else {
                i += if at(i + 2) == '\'' { 3 } else { 1 };
            }
        } else if c == '_' || c.is_alphanumeric() {
            let begin = i;
            while at(i) == '_' || at(i).is_alphanumeric() {
                i += 1;
            }
            let word: String = chars[begin..i].iter().collect();
            let hashes = chars[i..].iter().take_while(|&&c| c == '#').count();
            if matches!(word.as_str(), "r" | "br" | "cr") && at(i + hashes) == '"' {
                let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
                i += hashes + 1;
                while i < chars.len() && !chars[i..].starts_with(&end) {
                    i += 1;
                }
                i += end.len();
            } else if !(matches!(word.as_str(), "b" | "c") && at(i) == '"') {
                out.push(word);
            }
        } else if c == ':' && at(i + 1) == ':' {
            out.push("::".to_owned());
            i += 2;
        } else {
            if !c.is_whitespace() {
                out.push(c.to_string());
            }
            i += 1;
        }
    }
    out
}

/// A module that is only declared for tests: by its name, or by its file without the ending.
enum Declared {
    Name(String),
    Path(String),
}

/// Drops every item behind `#[cfg(test)]` and tells the names (or, with `#[path]`, the files) of modules declared so.
fn without_tests(tokens: Vec<String>) -> (Vec<String>, Vec<Declared>) {
    let mut kept = Vec::new();
    let mut modules = Vec::new();
    let mut i = 0;
    let is = |i: usize, word: &str| tokens.get(i).is_some_and(|token| token == word);
    while i < tokens.len() {
        if is(i, "#") && is(i + 1, "[") && is(i + 2, "cfg") && is(i + 3, "(") {
            let end = closing(&tokens, i + 1);
            let condition = &tokens[i + 4..end.max(i + 4)];
            if condition.iter().any(|word| word == "test")
                && !condition.iter().any(|word| word == "not" || word == "any")
            {
                i = end + 1;
                let mut path = None;
                while is(i, "#") {
                    if is(i + 2, "path") {
                        let file = tokens
                            .get(i + 4)
                            .map(|file| file.trim_matches('"').trim_end_matches(".rs"));
                        path = file.map(|file| Declared::Path(file.to_owned()));
                    }
                    i = closing(&tokens, i + 1) + 1;
                }
                let begin = i;
                while i < tokens.len() && !is(i, "{") && !is(i, ";") {
                    i += 1;
                }
                if is(i, ";") {
                    let declared = tokens[begin..i].iter().skip_while(|word| *word != "mod").nth(1);
                    modules.extend(path.or(declared.cloned().map(Declared::Name)));
                }
                // a group in a `use` ends with the `;` behind it, which is harmless
                i = if is(i, "{") { closing(&tokens, i) + 1 } else { i + 1 };
                continue;
            }
        }
        kept.push(tokens[i].clone());
        i += 1;
    }
    (kept, modules)
}

/// The index of the bracket that closes the one at `open`.
fn closing(tokens: &[String], open: usize) -> usize {
    let mut depth = 0_i32;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len() - 1
}

/// All paths in the code of a module `depth` levels below the root.
fn paths(tokens: &[String], depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut i = 0;
    // For each open brace whether it is a module's.
    let mut braces = Vec::new();
    let mut module_next = false;
    while i < tokens.len() {
        let token = tokens[i].as_str();
        let deep = depth + braces.iter().filter(|&&module| module).count();
        match token {
            // `impl Trait + use<'a>` captures; it imports nothing.
            "use" if tokens.get(i + 1).is_none_or(|next| next != "<") => {
                i = use_tree(tokens, i + 1, &[], deep, &mut found);
                continue;
            }
            "mod" => module_next = true,
            "{" => braces.push(std::mem::take(&mut module_next)),
            "}" => drop(braces.pop()),
            ";" => module_next = false,
            _ if is_word(token) => {
                let mut parts = vec![token];
                while tokens.get(i + 1).is_some_and(|t| t == "::") && tokens.get(i + 2).is_some_and(|t| is_word(t)) {
                    parts.push(&tokens[i + 2]);
                    i += 2;
                }
                found.insert(from_root(&parts, deep));
            }
            _ => {}
        }
        i += 1;
    }
    found
}

/// Reads one tree of a `use` from `i`, adds its paths, and returns the index behind it.
fn use_tree(tokens: &[String], mut i: usize, before: &[&str], depth: usize, found: &mut BTreeSet<String>) -> usize {
    let mut parts: Vec<&str> = before.to_vec();
    while let Some(token) = tokens.get(i) {
        match token.as_str() {
            "{" => {
                i += 1;
                while tokens.get(i).is_some_and(|t| t != "}") {
                    i = use_tree(tokens, i, &parts, depth, found);
                    if tokens.get(i).is_some_and(|t| t == ",") {
                        i += 1;
                    }
                }
                return i + 1;
            }
            ";" | "," | "}" => break,
            "as" => i += 1,
            word if is_word(word) => parts.push(word),
            _ => {}
        }
        i += 1;
    }
    found.insert(from_root(&parts, depth));
    i
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// `super`s that lead to the root are written as `crate`.
fn from_root(parts: &[&str], depth: usize) -> String {
    let up = parts.iter().take_while(|part| **part == "super").count();
    if up > 0 && up >= depth {
        format!("crate::{}", parts[up..].join("::"))
    } else {
        parts.join("::")
    }
}
