//! What is seen, as a file: the list of the map page as CSV (RFC 4180).
//! Called by the router, with the same query as the page and the map.
//! Always holds: the rows are those of the list on all its pages, in its order; no cell can be taken for a formula; every
//! row says at what instant, as known when, and how old the newest word from the source was.

use app::t;
use app::view::{Instant, PlaceTime, Row};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

use super::backend::{Listing, people_list};
use super::pages::asked;
use super::{AppState, Principal};

fn head() -> [&'static str; 20] {
    [
        t!("Name", "Name"),
        t!("Place", "Ort"),
        t!("Precision", "Genauigkeit"),
        t!("Grade", "Beleg"),
        t!("Certainty %", "Sicherheit %"),
        t!("Certainty", "Sicherheit"),
        t!("Over 24 h old", "Über 24 h alt"),
        t!("Since, UTC", "Seit, UTC"),
        t!("Until, UTC", "Bis, UTC"),
        t!("Next move to", "Nächste Etappe nach"),
        t!("Next move, there", "Nächste Etappe, Ortszeit"),
        t!("Next move, UTC", "Nächste Etappe, UTC"),
        t!("Last change, UTC", "Letzte Änderung, UTC"),
        t!("Source as of, UTC", "Stand der Quelle, UTC"),
        t!("Company", "Unternehmen"),
        t!("Incident", "Vorfall"),
        t!("List of the incident", "Liste des Vorfalls"),
        t!("At, UTC", "Zeitpunkt, UTC"),
        t!("As known at, UTC", "Kenntnisstand, UTC"),
        t!("Newest data, UTC", "Neueste Daten, UTC"),
    ]
}

/// GET /map/people.csv
pub async fn people_csv(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    RawQuery(query): RawQuery,
) -> Response {
    let (scope, query) = match asked(who, query) {
        Ok(asked) => asked,
        Err(status) => return status.into_response(),
    };
    match people_list(&state, &scope, &query).await {
        Ok(listing) => {
            let stamp = listing.at.rfc3339().replace([':', '-'], "");
            let headers = [
                (
                    header::CONTENT_TYPE,
                    "text/csv; charset=utf-8; header=present".to_owned(),
                ),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"whereabouts-{stamp}.csv\""),
                ),
            ];
            (headers, csv(&listing, query.as_of)).into_response()
        }
        Err(error) => StatusCode::from_u16(error.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
    }
}

fn csv(listing: &Listing, as_of: Option<Instant>) -> String {
    let known = as_of.unwrap_or(listing.now).rfc3339();
    let (at, newest) = (listing.at.rfc3339(), listing.data_at.map(Instant::rfc3339));
    // Spreadsheets take a file without this mark for one of the last century.
    let mut out = "\u{feff}".to_owned();
    record(&mut out, head().map(ToOwned::to_owned));
    for row in &listing.rows {
        record(
            &mut out,
            cells(
                row,
                listing.area.as_deref(),
                [at.clone(), known.clone(), newest.clone().unwrap_or_default()],
            ),
        );
    }
    out
}

fn utc(time: Option<&PlaceTime>) -> String {
    time.map(|time| time.at.rfc3339()).unwrap_or_default()
}

fn cells(row: &Row, area: Option<&str>, [at, known, newest]: [String; 3]) -> [String; 20] {
    let next = row.next.as_ref();
    let there = |n: &app::view::NextMove| {
        let date = n.when.civil();
        if n.day_only {
            format!("{} {}", date.date(), date.year)
        } else {
            n.when.full().split(" · ").next().unwrap_or_default().to_owned()
        }
    };
    [
        row.name.clone(),
        row.place.clone(),
        row.precision.word().unwrap_or_default().to_owned(),
        row.mark.grade.word().to_owned(),
        row.percent.to_string(),
        row.band.word().to_owned(),
        if row.mark.old {
            t!("yes", "ja")
        } else {
            t!("no", "nein")
        }
        .to_owned(),
        utc(row.since.as_ref()),
        utc(row.until.as_ref()),
        next.map(|n| n.to.clone()).unwrap_or_default(),
        next.map(there).unwrap_or_default(),
        next.filter(|n| !n.day_only)
            .map(|n| n.when.at.rfc3339())
            .unwrap_or_default(),
        row.changed_at.rfc3339(),
        row.data_at.map(Instant::rfc3339).unwrap_or_default(),
        row.company.clone().unwrap_or_default(),
        area.unwrap_or_default().to_owned(),
        row.group.map_or("", |group| group.heading()).to_owned(),
        at,
        known,
        newest,
    ]
}

/// One record, safe against formulas.
pub(super) fn record<const N: usize>(out: &mut String, cells: [String; N]) {
    for (i, text) in cells.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&cell(text));
    }
    out.push_str("\r\n");
}

/// Quoted where it must be; what a spreadsheet would calculate begins with an apostrophe.
fn cell(text: &str) -> String {
    let begins = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    let formula = text.trim_start_matches(' ').starts_with(begins);
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    if formula || safe.contains(['"', ',', '\r', '\n', ';']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_calculated() {
        for (text, out) in [
            ("Emil Dover", "Emil Dover"),
            ("Dover, Emil", "\"Dover, Emil\""),
            ("the \"Ritz\"", "\"the \"\"Ritz\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+4", "\"'+4\""),
            ("-1+1", "\"'-1+1\""),
            ("  @SUM(A1)", "\"'  @SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
            ("JFK → LHR", "JFK → LHR"),
            ("", ""),
        ] {
            assert_eq!(cell(text), out, "{text}");
        }
    }
}
