//! What the engine says, for readers of German. The engine words its evidence in English and the store keeps it so, as the
//! interface for machines gives it out; its sentences are made of few clauses, and each has its German here.
//! Called by the pages' backend on what it hands on. A clause that is none of the engine's (a name, a route) stays as it is.

mod clauses;
mod concur;
mod notices;

use std::borrow::Cow;
use std::collections::HashMap;

use app::language::{Language, current};

use super::backend::german_city;

pub use concur::problem;
pub use notices::{notice, worded};

/// What cities are called in German, by what the engine calls them: of those that a person's bookings speak of.
pub type Towns = HashMap<String, String>;

/// A sentence of the engine in the reader's language.
pub fn said(text: String) -> String {
    said_among(text, &Towns::new())
}

/// The same, where it is known which cities its names mean: Naples in Italy, not the one in Florida.
pub fn said_among(text: String, towns: &Towns) -> String {
    match current() {
        Language::English => text,
        Language::German => sentence(&text, towns),
    }
}

/// What ends a clause.
const ENDS: [&str; 4] = [", ", "; ", ": ", ". "];

fn sentence(text: &str, towns: &Towns) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let mut rest = text.trim_end_matches('.');
    let stop = &text[rest.len()..];
    while !rest.is_empty() {
        let end = ENDS.iter().filter_map(|end| Some((rest.find(end)?, *end))).min();
        let (clause, end) = end.map_or((rest, ""), |(at, end)| (&rest[..at], end));
        out.push_str(&self::clause(clause, towns));
        // The point of an abbreviated month ends the sentence too.
        out.push_str(if out.ends_with('.') {
            end.trim_start_matches('.')
        } else {
            end
        });
        rest = &rest[clause.len() + end.len()..];
    }
    if out.ends_with('.') { out } else { out + stop }
}

/// One clause; what stands behind it without a comma first.
fn clause(text: &str, towns: &Towns) -> String {
    for (english, german) in clauses::BEHIND {
        if let Some(before) = text.strip_suffix(english) {
            return format!("{}{german}", clause(before, towns));
        }
    }
    let known = clauses::CLAUSES.iter().find_map(|(english, german)| {
        let parts = matched(english, text)?;
        let mut out = String::new();
        let mut parts = parts.into_iter();
        for (i, piece) in german.split("{}").enumerate() {
            if i > 0 {
                out.push_str(&inserted(parts.next().unwrap_or_default(), towns));
            }
            out.push_str(piece);
        }
        Some(out)
    });
    known.unwrap_or_else(|| inserted(text, towns).into_owned())
}

/// What stands in the places of a pattern: `{d}` a day with or without a time, `{n}` a number, `{p}` percent, `{}` anything.
fn matched<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let Some((before, after)) = pattern.split_once('{') else {
        return (pattern == text).then(Vec::new);
    };
    let text = text.strip_prefix(before)?;
    let (kind, after) = after.split_once('}')?;
    let fixed = after.split('{').next().unwrap_or_default();
    let mut from = 0;
    loop {
        let end = if fixed.is_empty() && after.is_empty() {
            text.len()
        } else {
            from + text.get(from..)?.find(fixed)?
        };
        let here = &text[..end];
        if is(kind, here)
            && let Some(more) = matched(after, &text[end..])
        {
            return Some(std::iter::once(here).chain(more).collect());
        }
        if end == text.len() {
            return None;
        }
        from = end + text[end..].chars().next().map_or(1, char::len_utf8);
    }
}

fn is(kind: &str, text: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match kind {
        "d" => day(text).is_some(),
        "n" => number(text),
        "p" => text.strip_suffix(" %").is_some_and(number),
        _ => true,
    }
}

/// `10. Nov.` of `10 Nov`, `10. Nov. 18:30` of `10 Nov 18:30`.
fn day(text: &str) -> Option<String> {
    let mut words = text.split(' ');
    let (day, month, clock) = (words.next()?, words.next()?, words.next());
    let month = clauses::MONTHS.iter().find(|(english, _)| *english == month)?.1;
    let clock_is_one = |clock: &str| clock.len() == 5 && clock.as_bytes()[2] == b':';
    if day.len() > 2
        || !day.bytes().all(|b| b.is_ascii_digit())
        || words.next().is_some()
        || !clock.is_none_or(clock_is_one)
    {
        return None;
    }
    let clock = clock.map(|clock| format!(" {clock}")).unwrap_or_default();
    Some(format!("{day}. {month}{clock}"))
}

fn inserted<'t>(text: &'t str, towns: &'t Towns) -> Cow<'t, str> {
    if let Some(day) = day(text) {
        return Cow::Owned(day);
    }
    let atom = clauses::ATOMS.iter().find(|(english, _)| *english == text);
    if let Some((_, german)) = atom {
        return Cow::Borrowed(german);
    }
    if let Some(city) = towns.get(text).map(String::as_str).or_else(|| german_city(text)) {
        return Cow::Borrowed(city);
    }
    match text.split_once(" → ") {
        Some((from, to)) => Cow::Owned(format!("{} → {}", inserted(from, towns), inserted(to, towns))),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r185_evidence_is_told_in_german() {
        for (english, german) in [
            // A house called after trains is no journey.
            (
                "Train Station Hotel in Berlin, 11 Nov to 14 Nov.",
                "Train Station Hotel in Berlin, 11. Nov. bis 14. Nov.",
            ),
            (
                "Flight BA 178, JFK → LHR, arrives 11 Nov 06:30, confirmed.",
                "Flug BA 178, JFK → LHR, Ankunft 11. Nov. 06:30, bestätigt.",
            ),
            (
                "Flight BA 178, JFK → LHR, leaves 10 Nov 18:30, ticketed, from the agency (Sabre), changed 2 h ago. Also in TripIt and an e-mail.",
                "Flug BA 178, JFK → LHR, Abfahrt 10. Nov. 18:30, Ticket ausgestellt, vom Reisebüro (Sabre), vor\u{a0}2\u{a0}h geändert. Auch in TripIt und E-Mail.",
            ),
            (
                "JFK → LHR on 10 Nov without a flight number, only a travel request: means to be in London that day.",
                "JFK → LHR am 10. Nov. ohne Flugnummer, nur ein Reiseantrag: will an diesem Tag in London sein.",
            ),
            (
                "somewhere → LHR, arrives 1 May 06:30; nothing is booked after it, so each day makes it less likely that they are still in London.",
                "irgendwo → LHR, Ankunft 1. Mai 06:30; danach ist nichts gebucht, sodass es mit jedem Tag weniger wahrscheinlich ist, dass die Person noch in London ist.",
            ),
            (
                "Hotel Adlon in Berlin, 10 Nov to 12 Nov; no booking shows how they get there. Confirmed.",
                "Hotel Adlon in Berlin, 10. Nov. bis 12. Nov.; keine Buchung zeigt den Weg dorthin. Bestätigt.",
            ),
            (
                "No hotel is booked for 2 nights from 11 Nov.",
                "Kein Hotel ist gebucht für 2 Nächte ab 11. Nov.",
            ),
            (
                "That they are in Paris cannot be ruled out: 12 %.",
                "Dass die Person in Paris ist, ist nicht auszuschließen: 12 %.",
            ),
            (
                "LHR → ARN, leaves 29 Nov 07:05 without a flight number: means to be in Stockholm on 29 Nov. Confirmed.",
                "LHR → ARN, Abfahrt 29. Nov. 07:05 ohne Flugnummer: will in Stockholm sein am 29. Nov. Bestätigt.",
            ),
            (
                "They are on the way from Rome to Munich with 40 %.",
                "Die Person ist unterwegs von Rom nach München, mit 40 %.",
            ),
            (
                "Paris is about 340 km from London.",
                "Paris ist etwa 340 km von London entfernt.",
            ),
            (
                "block 2 is an RSA key of 1024 bits; at least 2048 are needed",
                "Block 2 ist ein RSA-Schlüssel von 1024 Bit; mindestens 2048 sind nötig",
            ),
            (
                "No such file or directory (os error 2)",
                "die Datei gibt es nicht (os error 2)",
            ),
            (
                "Left within the last day; still there with 12 %.",
                "Innerhalb des letzten Tages abgereist; noch dort mit 12 %.",
            ),
        ] {
            let towns = Towns::from([("Rome".to_owned(), "Rom".to_owned())]);
            assert_eq!(sentence(english, &towns), german);
        }
    }

    /// Years of invented people, spoilt as trips are: whatever is told of them is told in German.
    #[test]
    fn r185_whatever_the_engine_says_has_its_german() {
        use crate::sandbox::corpus::Corpus;
        use crate::sandbox::papers::Intensity;
        use crate::whereabouts::explain_case;

        let from = "2026-01-05T00:00:00Z".parse().unwrap();
        let corpus = Corpus::new(11, from, 120, Intensity::Hostile).unwrap();
        let english = [
            " the ",
            " is ",
            " was ",
            " by ",
            " no ",
            " not ",
            " of ",
            "booking",
            "number",
            "likely",
            "means",
            "leaves",
            "arrives",
            "nothing",
            "confirmed",
            "cancelled",
            "from ",
            "around ",
            "until ",
            " on ",
        ];
        let (mut told, mut left) = (0, std::collections::BTreeSet::new());
        for life in corpus.department(0).iter().take(8) {
            for document in life.letters.iter().filter_map(|letter| letter.document.as_ref()) {
                let Ok(text) = explain_case(document.to_string().as_bytes(), from) else {
                    continue;
                };
                let lines = text.lines().filter_map(|line| {
                    let line = line.trim_start();
                    line.strip_prefix("for     ").or_else(|| line.strip_prefix("against "))
                });
                for line in lines {
                    told += 1;
                    let german = sentence(line, &Towns::new());
                    if english.iter().any(|word| german.contains(word)) {
                        left.insert(format!("{line} | {german}"));
                    }
                }
            }
        }
        assert!(told > 500, "only {told} sentences");
        assert!(left.is_empty(), "{left:#?}");
    }

    #[test]
    fn why_a_trip_waits_is_said_in_german() {
        use app::view::feed::reason;
        let german = |class: &str| app::language::speaking(Language::German, || reason(class));
        assert_eq!(
            (reason("trip_missing"), german("trip_missing")),
            ("trip missing".to_owned(), "Reise fehlt".to_owned())
        );
        // A class of another version stays as the log names it.
        assert_eq!(german("new_class"), "new class");
    }

    #[test]
    fn names_stay_as_they_are() {
        for name in [
            "",
            "Dinner at the Ritz",
            "Something else",
            "10 Downing Street",
            "31 Dec 12:0",
            "…",
            "a: b; c, d. e",
            "Søn → Ø",
        ] {
            assert_eq!(sentence(name, &Towns::new()), name);
        }
    }

    #[test]
    fn every_place_of_a_pattern_is_filled_in_both_languages() {
        for (english, german) in clauses::CLAUSES {
            assert_eq!(english.matches('{').count(), german.matches("{}").count(), "{english}");
            assert!(!german.is_empty());
        }
    }
}
