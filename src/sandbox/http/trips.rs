//! Itinerary v4: one trip, and the list of a company's trips for the backlog.
//! Called by the partner's server with a company token (T2).
//! Always holds: a trip of another company does not exist for the caller; a deleted one is gone (404).

use std::io::Write as _;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Desk, answer, error, struck};
use crate::sandbox::faults::StatusFault;
use crate::sandbox::world::href;

/// Trips on one page (B6).
const PAGE: usize = 10;

/// Lists within lists of a document that no reader should follow.
const DEEP: usize = 10_000;

/// `GET /travel/v4/trips/{id}`
pub(super) async fn one(State(desk): State<Arc<Desk>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let company = match desk.company_of(&headers) {
        Ok(company) => company,
        Err(denied) => return denied.into_response(),
    };
    let (fault, garbled, oversize, deep) = {
        let mut registry = desk.registry();
        (
            StatusFault::take(&mut registry.faults.trip, &id),
            registry.faults.garbled_trips,
            registry.faults.oversize_trips,
            registry.faults.deep_trips,
        )
    };
    if let Some(fault) = fault {
        return struck(&fault);
    }
    let document = {
        let world = desk.world();
        let found = Uuid::try_parse(&id)
            .ok()
            .and_then(|id| world.trips.get(&id))
            .filter(|trip| trip.company == company);
        found
            .map(|trip| trip.id)
            .and_then(|id| world.document(id, &desk.origin))
    };
    let Some(mut document) = document else {
        return error(404, "TRIP_NOT_FOUND", "There is no trip with this id");
    };
    if oversize {
        document["Comments"] = "x".repeat(6 << 20).into();
    }
    let mut body = document.to_string().into_bytes();
    if garbled {
        body.truncate(body.len() / 2);
    }
    if deep {
        body = [vec![b'['; DEEP], vec![b']'; DEEP]].concat();
    }
    zipped(&headers, body)
}

/// Gzip where the caller accepts it (T4).
fn zipped(headers: &HeaderMap, body: Vec<u8>) -> Response {
    const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json;charset=UTF-8");
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !accepted.to_ascii_lowercase().contains("gzip") {
        return (StatusCode::OK, [JSON], body).into_response();
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    match encoder.write_all(&body).and_then(|()| encoder.finish()) {
        Ok(zipped) => (StatusCode::OK, [JSON, (header::CONTENT_ENCODING, "gzip")], zipped).into_response(),
        Err(_) => (StatusCode::OK, [JSON], body).into_response(),
    }
}

/// Query of the list (B5).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListQuery {
    schema: Option<String>,
    end_date_from: Option<String>,
    end_date_to: Option<String>,
    start_after: Option<String>,
}

/// `GET /travel/v4/trips`: ids of the trips that end in a range of days, ten at a time (B4–B8).
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
) -> Response {
    let company = match desk.company_of(&headers) {
        Ok(company) => company,
        Err(denied) => return denied.into_response(),
    };
    let (fault, allowed) = {
        let mut registry = desk.registry();
        (
            StatusFault::take(&mut registry.faults.list, ""),
            registry.may_list(company),
        )
    };
    if let Some(fault) = fault {
        return struck(&fault);
    }
    if !allowed {
        return error(503, "RATE_LIMIT", "The rate limit is in effect");
    }
    let range = match range(&query, Utc::now()) {
        Ok(range) => range,
        Err(message) => return error(400, "BAD_REQUEST", message),
    };
    let all = desk.world().ending(company, range.from, range.until);
    let place = |end: &DateTime<Utc>, id: &Uuid| (end.timestamp(), *id);
    let first = range
        .after
        .map_or(0, |after| all.partition_point(|(end, id)| place(end, id) <= after));
    let page = &all[first..(first + PAGE).min(all.len())];
    let data: Vec<_> = page
        .iter()
        .map(|(_, id)| json!({"id": id, "href": href(&desk.origin, *id)}))
        .collect();
    let link = |rel: &str, after: Option<&(DateTime<Utc>, Uuid)>| {
        let mut target = format!("{}/travel/v4/trips?schema=id", desk.origin);
        let cursor = after.map(|(end, id)| format!("{}-{id}", end.timestamp()));
        for (name, value) in [
            ("endDateFrom", &query.end_date_from),
            ("endDateTo", &query.end_date_to),
            ("startAfter", &cursor),
        ] {
            if let Some(value) = value {
                target.push_str(&format!("&{name}={value}"));
            }
        }
        json!({"rel": rel, "href": target})
    };
    let mut operations = Vec::new();
    if first + PAGE < all.len() {
        operations.push(link("next", page.last()));
    }
    if first > 0 {
        operations.push(link(
            "prev",
            first.checked_sub(PAGE + 1).and_then(|before| all.get(before)),
        ));
    }
    answer(StatusCode::OK, &json!({"data": data, "operations": operations}))
}

struct Range {
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    /// Cursor: the last trip of the page before.
    after: Option<(i64, Uuid)>,
}

fn range(query: &ListQuery, now: DateTime<Utc>) -> Result<Range, &'static str> {
    if query.schema.as_deref() != Some("id") {
        return Err("schema must be id");
    }
    let day = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Some)
            .map_err(|_| "dates are written yyyy-mm-dd"),
    };
    let (from, to) = (day(&query.end_date_from)?, day(&query.end_date_to)?);
    if from.is_some_and(|from| from < now.date_naive() - Duration::days(184)) {
        return Err("endDateFrom lies more than six months back");
    }
    if to.is_some_and(|to| to < from.unwrap_or(now.date_naive())) {
        return Err("endDateTo lies before endDateFrom");
    }
    let after = match &query.start_after {
        None => None,
        Some(cursor) => {
            let parts = cursor
                .split_once('-')
                .and_then(|(end, id)| Some((end.parse().ok()?, Uuid::try_parse(id).ok()?)));
            Some(parts.ok_or("startAfter is not a cursor of this list")?)
        }
    };
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    Ok(Range {
        from: from.map_or(now, midnight),
        until: to.map(|to| midnight(to + Duration::days(1))),
        after,
    })
}
