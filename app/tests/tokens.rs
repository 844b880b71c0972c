//! The design's values: contrast in both themes, and that no other file names a colour.
//! Reads `style/` as the browser does, so that a change of a token that makes something unreadable fails here.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

use std::{collections::BTreeMap, fs, path::Path};

type Theme = BTreeMap<String, String>;

fn style() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../style"))
}

/// Light, and dark where it differs.
fn themes() -> [(&'static str, Theme); 2] {
    let css = fs::read_to_string(style().join("tokens.css")).expect("style/tokens.css");
    let (light, dark) = css.split_once("[data-theme=\"dark\"]").expect("both themes");
    let light = tokens(light);
    let mut both = light.clone();
    both.extend(tokens(dark));
    [("light", light), ("dark", both)]
}

fn tokens(css: &str) -> Theme {
    let pairs = css
        .split([';', '{'])
        .filter_map(|line| line.rsplit_once("--").and_then(|(_, d)| d.split_once(':')));
    pairs
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// Relative luminance of `#rrggbb` (WCAG 2.2).
fn luminance(hex: &str) -> f64 {
    let channel = |i: usize| {
        let c = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).expect("a colour")) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(theme: &Theme, a: &str, b: &str) -> f64 {
    let [a, b] = [a, b].map(|name| luminance(theme.get(name).unwrap_or_else(|| panic!("no token --{name}"))));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn at_least(limit: f64, fronts: &[&str], grounds: &[&str]) {
    for (name, theme) in themes() {
        for front in fronts {
            for ground in grounds {
                let found = contrast(&theme, front, ground);
                assert!(
                    found >= limit,
                    "{name}: --{front} on --{ground} is {found:.2}, not {limit}"
                );
            }
        }
    }
}

#[test]
fn text_is_readable_on_every_ground() {
    let grounds = ["surface", "paper", "sunken", "selected"];
    at_least(4.5, &["ink", "ink-2", "ink-3", "link", "attention", "h-help"], &grounds);
    at_least(4.5, &["ink", "attention"], &["attention-ground"]);
    at_least(4.5, &["on-action"], &["action"]);
}

/// Browsers print ink and leave the ground out: what is light on dark would be light on white.
#[test]
fn what_is_printed_is_dark_on_light_in_both_themes() {
    let css = fs::read_to_string(style().join("tokens.css")).expect("style/tokens.css");
    let (before, _) = css.split_once("[data-theme=\"dark\"]").expect("both themes");
    assert!(before.trim_end().ends_with("@media not print {"));
}

#[test]
fn marks_stand_out_from_list_and_map() {
    let grounds = ["surface", "m-land", "m-sea", "selected"];
    at_least(
        3.0,
        &["g-confirmed", "g-booked", "g-intent", "g-inferred", "h-help", "h-safe"],
        &grounds,
    );
    at_least(3.0, &["line-strong", "focus-ring"], &["surface"]);
}

#[test]
fn colours_are_named_in_one_file() {
    for entry in fs::read_dir(style()).expect("style/") {
        let path = entry.expect("a file").path();
        if path.ends_with("tokens.css") {
            continue;
        }
        let css = fs::read_to_string(&path).expect("a style");
        for word in css.split([' ', ':', ';', '(', ')', ',', '\n']) {
            let hex = word
                .strip_prefix('#')
                .is_some_and(|h| matches!(h.len(), 3 | 6 | 8) && h.bytes().all(|b| b.is_ascii_hexdigit()));
            assert!(
                !hex && !matches!(word, "rgb" | "rgba" | "hsl"),
                "{} names the colour {word}",
                path.display()
            );
        }
    }
}
