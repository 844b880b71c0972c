//! One person's timeline as iCalendar (RFC 5545).
//! Called by the router, from a link of the panel.
//! Always holds: an event for each stretch that has a beginning and an end, in UTC, with its probability in words; nothing
//! breaks out of its line.

use app::tf;
use app::view::time::{Civil, DAY_S};
use app::view::{Instant, MapQuery, PersonPage, Spell, words};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

use super::backend::{moment, person_page};
use super::{AppState, Principal};

/// Octets of a line (RFC 5545 §3.1).
const LINE: usize = 75;

/// GET /map/person.ics?person=ID
pub async fn person_ics(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(Extension(who)) = who else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let query = MapQuery::parse(&query.unwrap_or_default());
    let Some(scope) = who.scope() else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let id = query.person.clone().unwrap_or_default();
    match person_page(
        &state,
        &scope,
        &id,
        query.at.and_then(moment),
        query.as_of.and_then(moment),
        None,
    )
    .await
    {
        Ok(page) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"whereabouts.ics\""),
            ];
            (headers, calendar(&page)).into_response()
        }
        Err(error) => StatusCode::from_u16(error.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
    }
}

fn calendar(page: &PersonPage) -> String {
    let mut out = String::new();
    for fixed in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Whereabouts//Timeline//EN"] {
        line(&mut out, fixed);
    }
    for (n, spell) in page.timeline.iter().enumerate() {
        event(&mut out, page, n, spell);
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, page: &PersonPage, n: usize, spell: &Spell) {
    let (Some(from), Some(until)) = (&spell.from, &spell.until) else {
        return;
    };
    let title = [Some(spell.title.as_str()), spell.detail.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let said = tf!(
        "As known {}. Worked out from bookings; it may be wrong.",
        "Kenntnisstand {}. Aus Buchungen erschlossen; es kann falsch sein.",
        page.now.short(page.now)
    );
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}-{n}-{}@whereabouts", page.id, from.at.0));
    line(out, &format!("DTSTAMP:{}", stamp(page.now)));
    if spell.day_only {
        // Of such a stretch only the days are known; the end of a date range is the day after (§3.6.1).
        let after = until.at.plus(DAY_S).civil(until.offset_min);
        line(out, &format!("DTSTART;VALUE=DATE:{}", date(from.civil())));
        line(out, &format!("DTEND;VALUE=DATE:{}", date(after)));
    } else {
        line(out, &format!("DTSTART:{}", stamp(from.at)));
        line(out, &format!("DTEND:{}", stamp(until.at)));
    }
    line(
        out,
        &format!(
            "SUMMARY:{}",
            text(&format!(
                "{}: {title}, {}",
                page.name,
                words::percent_text(spell.percent)
            ))
        ),
    );
    line(out, &format!("DESCRIPTION:{}", text(&said)));
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// `20261122T140000Z`
fn stamp(at: Instant) -> String {
    at.rfc3339().replace(['-', ':'], "")
}

/// `20261122`
fn date(day: Civil) -> String {
    format!("{:04}{:02}{:02}", day.year, day.month, day.day)
}

/// A TEXT value (RFC 5545 §3.3.11).
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded between characters.
fn line(out: &mut String, content: &str) {
    let mut used = 0;
    for c in content.chars() {
        if used + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_line() {
        assert_eq!(text("a,b;c\\d\r\nEND:VEVENT\u{7}"), "a\\,b\\;c\\\\d\\nEND:VEVENT");
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = String::new();
        line(&mut out, &format!("SUMMARY:{}", "é".repeat(100)));
        let lines = out.trim_end().split("\r\n").collect::<Vec<_>>();
        assert!(lines.len() > 2 && lines.iter().all(|l| l.len() <= LINE), "{lines:?}");
        assert_eq!(
            out.replace("\r\n ", "").trim_end(),
            format!("SUMMARY:{}", "é".repeat(100))
        );
        assert_eq!(stamp(Instant(0)), "19700101T000000Z");
    }
}
