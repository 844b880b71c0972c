//! Which test shows which numbered fact of SAP Concur, and which rule of whereabouts: read from the names of the tests.
//! Run by `cargo test`; `WHEREABOUTS_WRITE=1 cargo test --test facts` writes `docs/facts.md` and `docs/rules.md` anew.
//! Always: every number is shown by a test, or a line of `tests/facts/*.txt` says why it cannot be; no table is stale.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What the letters mean, and the last number of each.
const FACTS: [(char, &str, &[(u16, u16)]); 9] = [
    ('E', "events", &[(1, 68)]),
    ('T', "trips", &[(1, 65)]),
    ('Q', "Quick Connect and OAuth 2", &[(1, 75)]),
    ('C', "company profile", &[(1, 10)]),
    ('I', "identity", &[(1, 20)]),
    ('B', "backlog", &[(1, 13)]),
    ('P', "privacy", &[(1, 16)]),
    ('L', "limits and hosts", &[(1, 16)]),
    ('X', "contradictions of the documents", &[(1, 32)]),
];

const RULES: [(char, &str, &[(u16, u16)]); 1] = [(
    'R',
    "where people are",
    &[
        (1, 17),
        (20, 56),
        (60, 73),
        (80, 117),
        (120, 126),
        (140, 171),
        (180, 192),
        (195, 201),
        (210, 220),
        (230, 239),
        (250, 277),
    ],
)];

/// A table: its letters, its page, and why some of its numbers have no test.
struct Table {
    title: &'static str,
    opening: &'static str,
    letters: &'static [(char, &'static str, &'static [(u16, u16)])],
    page: &'static str,
    reasons: &'static str,
}

const TABLES: [Table; 2] = [
    Table {
        title: "SAP Concur's facts and their tests",
        opening: "What SAP Concur documents for duty-of-care partners is numbered; each number is shown by the tests that begin with it.",
        letters: &FACTS,
        page: "docs/facts.md",
        reasons: "tests/facts/facts.txt",
    },
    Table {
        title: "Rules of whereabouts and their tests",
        opening: "The rules by which bookings become whereabouts are numbered; each number is shown by the tests that begin with it.",
        letters: &RULES,
        page: "docs/rules.md",
        reasons: "tests/facts/rules.txt",
    },
];

type Id = (char, u16);

/// A test: the file it is in and its name.
type Named = (String, String);

/// Why a number has no test.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Without {
    /// It cannot be shown here.
    Reason(String),
    /// Nobody has written its test yet.
    Open,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "node_modules" | "target") {
                files(&path, found);
            }
        } else if name.ends_with(".rs") || name.ends_with(".spec.ts") {
            found.push(path);
        }
    }
}

/// The number that a word is, if its letter is one of these.
fn id(word: &str) -> Option<Id> {
    let mut chars = word.chars();
    let letter = chars.next()?.to_ascii_uppercase();
    let digits = chars.as_str();
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    FACTS
        .iter()
        .chain(&RULES)
        .any(|(known, ..)| *known == letter)
        .then_some((letter, digits.parse().ok()?))
}

/// The numbers with which a name begins; none if nothing follows them.
fn ids(name: &str, between: &[char]) -> Vec<Id> {
    let mut ids = Vec::new();
    for word in name.split(between).filter(|word| !word.is_empty()) {
        match id(word) {
            Some(id) => ids.push(id),
            None => return ids,
        }
    }
    Vec::new()
}

/// Names of tests in a Rust file (functions) or a browser test (titles), with their numbers.
fn tests_of(text: &str, is_rust: bool) -> Vec<(String, Vec<Id>)> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        if is_rust {
            let Some(at) = line.find("fn ") else { continue };
            let before = line[..at].trim();
            if !matches!(
                before,
                "" | "async" | "pub" | "pub async" | "pub(super) async" | "pub(crate) async"
            ) {
                continue;
            }
            let name: String = line[at + 3..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            let ids = ids(&name, &['_']);
            found.push((name, ids));
        } else if let Some(rest) = line.strip_prefix("test(") {
            let Some(quote) = rest.chars().next().filter(|c| "\"'`".contains(*c)) else {
                continue;
            };
            let Some(title) = rest[1..].split(quote).next() else {
                continue;
            };
            found.push((title.to_owned(), ids(title, &[' ', ',', ':', '/', '·', '&'])));
        }
    }
    found.retain(|(_, ids)| !ids.is_empty());
    found
}

/// Every number that some test begins with.
fn shown() -> BTreeMap<Id, Vec<Named>> {
    let mut paths = Vec::new();
    for folder in ["src", "app/src", "tests", "benches", "end2end"] {
        files(&root().join(folder), &mut paths);
    }
    paths.sort();
    let mut shown = BTreeMap::<Id, Vec<Named>>::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let file = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        if file == "tests/facts.rs" {
            continue;
        }
        for (name, ids) in tests_of(&text, file.ends_with(".rs")) {
            for id in ids {
                let tests = shown.entry(id).or_default();
                if !tests.contains(&(file.clone(), name.clone())) {
                    tests.push((file.clone(), name.clone()));
                }
            }
        }
    }
    shown
}

/// `E32 reason`, one a line; after the line `open:`, bare numbers. `#` begins a remark.
fn without(text: &str) -> BTreeMap<Id, Without> {
    let (mut all, mut open) = (BTreeMap::new(), false);
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if line == "open:" {
            open = true;
            continue;
        }
        if open {
            for word in line.split_whitespace() {
                all.insert(
                    id(word).unwrap_or_else(|| panic!("`{word}` is no number")),
                    Without::Open,
                );
            }
            continue;
        }
        let (word, reason) = line
            .split_once(' ')
            .unwrap_or_else(|| panic!("`{line}` gives no reason"));
        let id = id(word).unwrap_or_else(|| panic!("`{word}` is no number"));
        assert!(reason.trim().len() > 15, "{word}: a reason is a sentence");
        assert!(
            all.insert(id, Without::Reason(reason.trim().to_owned())).is_none(),
            "{word} is there twice"
        );
    }
    all
}

/// The file without what is tested by now.
fn pruned(text: &str, shown: &BTreeMap<Id, Vec<Named>>) -> String {
    let is_shown = |word: &str| id(word).is_some_and(|id| shown.contains_key(&id));
    let reasons: Vec<&str> = text
        .lines()
        .take_while(|line| line.trim() != "open:")
        .filter(|line| !line.split_whitespace().next().is_some_and(is_shown))
        .collect();
    let still: Vec<Id> = without(text)
        .into_iter()
        .filter(|(id, why)| *why == Without::Open && !shown.contains_key(id))
        .map(|(id, _)| id)
        .collect();
    let mut text = reasons.join("\n").trim_end().to_owned() + "\n";
    if !still.is_empty() {
        text.push_str("\nopen:\n");
    }
    for (letter, ..) in FACTS.iter().chain(&RULES) {
        let numbers: Vec<u16> = still.iter().filter(|(l, _)| l == letter).map(|(_, n)| *n).collect();
        for line in numbers.chunks(15) {
            let words: Vec<String> = line.iter().map(|n| format!("{letter}{n}")).collect();
            writeln!(text, "{}", words.join(" ")).unwrap();
        }
    }
    text
}

fn page(table: &Table, shown: &BTreeMap<Id, Vec<Named>>, without: &BTreeMap<Id, Without>) -> String {
    let (mut rows, mut tested, mut reasoned, mut open) = (String::new(), 0, 0, 0);
    for (letter, about, ranges) in table.letters {
        writeln!(rows, "\n## {letter}: {about}\n\n| number | shown by |\n|---|---|").unwrap();
        for number in ranges.iter().flat_map(|(first, last)| *first..=*last) {
            let cell = match (shown.get(&(*letter, number)), without.get(&(*letter, number))) {
                (Some(tests), _) => {
                    tested += 1;
                    let names: Vec<String> = tests
                        .iter()
                        .map(|(file, name)| format!("`{}` ({file})", name.replace('|', "\\|")))
                        .collect();
                    names.join("<br>")
                }
                (None, Some(Without::Reason(reason))) => {
                    reasoned += 1;
                    format!("not shown: {reason}")
                }
                (None, Some(Without::Open) | None) => {
                    open += 1;
                    "open".to_owned()
                }
            };
            writeln!(rows, "| {letter}{number} | {cell} |").unwrap();
        }
    }
    format!(
        "# {}\n\n{} Written by `WHEREABOUTS_WRITE=1 cargo test --test facts`; the same test fails if it is stale.\n\n\
         {tested} numbers are shown by tests, {reasoned} cannot be shown here, {open} are open.\n{rows}",
        table.title, table.opening
    )
}

fn all_of(table: &Table) -> impl Iterator<Item = Id> {
    table.letters.iter().flat_map(|(letter, _, ranges)| {
        ranges
            .iter()
            .flat_map(|(first, last)| *first..=*last)
            .map(|number| (*letter, number))
    })
}

#[test]
fn every_number_has_a_test_or_a_reason_and_the_tables_are_fresh() {
    let shown = shown();
    let write = std::env::var_os("WHEREABOUTS_WRITE").is_some();
    for table in &TABLES {
        let (reasons, written) = (root().join(table.reasons), root().join(table.page));
        let text = fs::read_to_string(&reasons).unwrap();
        let missing = || -> Vec<Id> {
            let known = without(&text);
            all_of(table)
                .filter(|id| !shown.contains_key(id) && !known.contains_key(id))
                .collect()
        };
        if write {
            fs::write(&reasons, pruned(&text, &shown)).unwrap();
        }
        assert_eq!(missing(), [], "neither a test nor a reason");
        let text = fs::read_to_string(&reasons).unwrap();
        let known = without(&text);
        for (id, why) in &known {
            assert!(all_of(table).any(|one| one == *id), "{id:?} is no number of this table");
            assert!(
                !shown.contains_key(id),
                "{id:?} has a test: take it out of {} ({why:?})",
                table.reasons
            );
        }
        let fresh = page(table, &shown, &known);
        if write {
            fs::write(&written, &fresh).unwrap();
        }
        let stored = fs::read_to_string(&written).unwrap_or_default();
        assert!(
            stored == fresh,
            "{} is stale: WHEREABOUTS_WRITE=1 cargo test --test facts",
            table.page
        );
    }
}

#[test]
fn numbers_are_read_from_names_of_functions_and_titles() {
    let rust = "    fn e27_e28_e31_every_delivery() {\npub async fn b3_b11_a_document(bed: &Bed) {\n fn r12() {}\n fn v4_x() {}";
    let read = tests_of(rust, true);
    assert_eq!(
        read,
        [
            (
                "e27_e28_e31_every_delivery".to_owned(),
                vec![('E', 27), ('E', 28), ('E', 31)]
            ),
            ("b3_b11_a_document".to_owned(), vec![('B', 3), ('B', 11)]),
        ]
    );
    let browser = "test(\"Q60, Q61: papers and help are linked\", async () => {\n  test(`dark at 390`, async () => {";
    assert_eq!(
        tests_of(browser, false),
        [(
            "Q60, Q61: papers and help are linked".to_owned(),
            vec![('Q', 60), ('Q', 61)]
        )]
    );
}

#[test]
fn a_reason_is_a_sentence_and_open_numbers_are_only_listed() {
    let known = without("# remark\nE32 there is no interface to ask\n\nopen:\nT1 T2\n");
    assert_eq!(
        known[&('E', 32)],
        Without::Reason("there is no interface to ask".to_owned())
    );
    assert_eq!(known[&('T', 2)], Without::Open);
    let shown = BTreeMap::from([(('T', 1), vec![("a.rs".to_owned(), "t1_x".to_owned())])]);
    assert!(pruned("E32 there is no interface to ask\n\nopen:\nT1 T2\n", &shown).ends_with("open:\nT2\n"));
}
