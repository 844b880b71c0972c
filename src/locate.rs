//! The `locate` command: the questions of case files and trip documents, answered without a database.
//! Called by `commands`.
//! Always holds: of a folder every file has its line, in the order of their names, also one that cannot be answered.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::failure::CommandError;
use crate::whereabouts::{CaseError, explain_case, locate_case};

/// Answers one file, or each file of a folder on a line of its own; `explain`: as text instead.
pub fn run(path: &Path, explain: bool, now: DateTime<Utc>, out: &mut impl Write) -> Result<(), CommandError> {
    let answer = |json: &[u8]| -> Result<String, CaseError> {
        if explain {
            explain_case(json, now)
        } else {
            locate_case(json, now)
        }
    };
    if !path.is_dir() {
        writeln!(out, "{}", answer(&read(path)?)?)?;
        return Ok(());
    }
    let files = files(path).map_err(|source| file_error(path, source))?;
    let mut failed = 0;
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let answer = read(file).and_then(|json| Ok(answer(&json)?));
        failed += usize::from(answer.is_err());
        let line = match (answer, explain) {
            (Ok(text), true) => format!("== {name}\n{text}"),
            (Err(error), true) => format!("== {name}\n{error}\n"),
            // The name comes before what the answer has.
            (Ok(answer), false) => format!("{{\"file\":{},{}", json!(name), answer.trim_start_matches('{')),
            (Err(error), false) => json!({"file": name, "error": error.to_string()}).to_string(),
        };
        writeln!(out, "{line}")?;
    }
    match failed {
        0 => Ok(()),
        _ => Err(CommandError::Usage(format!(
            "{failed} of {} files could not be answered",
            files.len()
        ))),
    }
}

/// The JSON files of a folder, by name.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
            && path.is_file()
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    std::fs::read(path).map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> CommandError {
    CommandError::File {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-11T12:00:00Z";

    /// A flight without a number: it says where somebody means to be (R25).
    fn document() -> serde_json::Value {
        let flight = json!({"StartCityCode": "JFK", "EndCityCode": "LHR", "Status": "HK",
            "StartDateLocal": "2026-11-10T18:30:00", "EndDateLocal": "2026-11-11T06:30:00"});
        json!({"id": "T1", "UserLoginId": "e.dover@example.com", "TripStatus": "Confirmed",
            "Bookings": [{"RecordLocator": "ABC123", "BookingOwner": "OpenBookingEmail", "DateModifiedUtc": "2026-11-01T10:00:00", "Segments": {"Air": [flight]}}]})
    }

    fn case() -> serde_json::Value {
        json!({"id": "c", "input": {"as_of": "2026-11-09T12:00:00Z",
            "traveler": {"login": "e.dover@example.com", "home": {"city": "NYC"}},
            "documents": [{"received_at": "2026-11-01T10:01:00Z", "event": "ItineraryCreated", "trip": document()},
                {"received_at": "2026-11-01T10:02:00Z", "trip": {"Bookings": []}}],
            "questions": [{"id": "q1", "at": NOW}, {"id": "q2", "day": "2026-11-11"}]}})
    }

    /// A folder with a case, a document, a broken file and something else.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("b-document.json", &document().to_string());
        write("a-case.json", &case().to_string());
        write("c-broken.json", "{");
        write("notes.txt", "not JSON");
        folder
    }

    fn located(path: &Path, explain: bool) -> (String, Result<(), CommandError>) {
        let mut out = Vec::new();
        let result = run(path, explain, NOW.parse().unwrap(), &mut out);
        (String::from_utf8(out).unwrap(), result)
    }

    #[test]
    fn one_file_is_answered_in_the_agreed_form() {
        let folder = folder();
        let (text, result) = located(&folder.path().join("a-case.json"), false);
        result.unwrap();
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["answers"]["q1"]["answer"]["code"], "LON");
        assert_eq!(answer["answers"]["q2"]["hypotheses"][0]["place"]["code"], "LON");
        let codes: Vec<_> = answer["notices"]
            .as_array()
            .unwrap()
            .iter()
            .map(|notice| &notice["code"])
            .collect();
        assert!(
            codes.contains(&&json!("flight_number_missing")) && codes.contains(&&json!("unreadable_document")),
            "{codes:?}"
        );
        assert!(answer["file"].is_null());
    }

    #[test]
    fn a_lone_document_is_asked_where_its_traveler_is_now() {
        let folder = folder();
        let (text, result) = located(&folder.path().join("b-document.json"), false);
        result.unwrap();
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["answers"]["now"]["hypotheses"][0]["place"]["code"], "LON");
    }

    #[test]
    fn every_file_of_a_folder_has_its_line_and_a_broken_one_says_so() {
        let folder = folder();
        let (text, result) = located(folder.path(), false);
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let names: Vec<_> = lines.iter().map(|line| &line["file"]).collect();
        assert_eq!(names, ["a-case.json", "b-document.json", "c-broken.json"]);
        assert_eq!(lines[0]["answers"]["q1"]["answer"]["code"], "LON");
        assert!(
            lines[2]["error"].as_str().unwrap().contains("agreed form"),
            "{}",
            lines[2]
        );
        assert_eq!(result.unwrap_err().to_string(), "1 of 3 files could not be answered");
    }

    #[test]
    fn explained_it_says_probabilities_evidence_rules_and_notices() {
        let folder = folder();
        let (text, result) = located(&folder.path().join("a-case.json"), true);
        result.unwrap();
        for part in [
            "As known at 2026-11-09 12:00Z",
            "Home: New York 0.90",
            "staying",
            "London, GB (intent)",
            "unknown",
            "without a flight number",
            "Air[0] of ABC123, trip t1, OpenBookingEmail, changed 2026-11-01 10:00Z; R25",
            "warning flight_number_missing",
            "error   unreadable_document",
            "Opportunities",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        let (all, _) = located(folder.path(), true);
        assert!(
            all.starts_with("== a-case.json\nAs known") && all.contains("== c-broken.json\n"),
            "{all}"
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let (_, result) = located(Path::new("not-there.json"), false);
        assert!(result.unwrap_err().to_string().starts_with("not-there.json: "));
    }
}
