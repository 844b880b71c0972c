//! A document as it is kept, field by field, with the fields marked that a notice is about.
//! Called by the page of quality.
//! Always holds: it shows where and when, nobody's name; what Concur hides is said to be hidden, not missing (R238).

use app::view::quality::{DocumentView, FieldRow, SegmentView};

use crate::itinerary::{End, Segment, SegmentKind, Source, When};
use crate::store::TripRow;
use crate::whereabouts::{Code, Notice};

/// The most segments that are shown.
const MOST: usize = 20;

/// The document; with a source, the fields of its segments that have the notice are marked.
pub fn shown(row: &TripRow, code: &Code, marked: Option<Source>) -> DocumentView {
    let mut segments = Vec::new();
    for (no, booking) in row.trip.bookings.iter().enumerate() {
        for segment in &booking.segments {
            let label = segment.label();
            let of_it = |notice: &&Notice| notice.booking == Some(no) && notice.segment.as_deref() == Some(&label);
            let hit = marked == Some(booking.source) && row.notices.iter().filter(of_it).any(|n| n.code == code.code);
            segments.push(SegmentView {
                label: format!("Bookings[{no}] {label}"),
                source: super::quality::source_title(booking.source).to_owned(),
                marked: hit,
                fields: fields(segment, code, hit),
                says: row.notices.iter().filter(of_it).map(said).collect(),
            });
        }
    }
    // The ones in question are always among those that are shown.
    segments.sort_by_key(|segment| !segment.marked);
    segments.truncate(MOST);
    let of_trip = row
        .notices
        .iter()
        .filter(|notice| marked.is_some() && notice.segment.is_none());
    DocumentView {
        trip: row.trip.id.clone(),
        segments,
        says: of_trip.map(said).collect(),
    }
}

fn said(notice: &Notice) -> (String, String) {
    (notice.code.clone(), super::booking::message(notice))
}

fn fields(segment: &Segment, code: &Code, hit: bool) -> Vec<FieldRow> {
    let moves = matches!(
        segment.kind,
        SegmentKind::Air | SegmentKind::Rail | SegmentKind::Ride | SegmentKind::Car
    );
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut all: Vec<(&str, String)> = Vec::new();
    if matches!(segment.kind, SegmentKind::Air | SegmentKind::Rail) {
        let number = if segment.kind == SegmentKind::Air {
            "FlightNumber"
        } else {
            "TrainNumber"
        };
        all.push(("Vendor", text(&segment.vendor)));
        all.push((number, text(&segment.number)));
    }
    if !moves {
        all.push(("Name", text(&segment.name)));
    }
    all.push(("Status", text(&segment.status)));
    all.push(("StartCityCode", place(&segment.start)));
    all.push(("StartDateLocal", local(&segment.start.when)));
    all.push(("StartDateUtc", utc(&segment.start.when)));
    if moves {
        all.push(("EndCityCode", place(&segment.end)));
    } else {
        all.push(("StartAddress1", text(&segment.start.address)));
        all.push(("Latitude", degrees(segment.start.lat)));
        all.push(("Longitude", degrees(segment.start.lon)));
    }
    all.push(("EndDateLocal", local(&segment.end.when)));
    all.push(("EndDateUtc", utc(&segment.end.when)));
    let named = |name: &str| {
        code.fields
            .iter()
            .any(|field| name.starts_with(field) || name.ends_with(field))
    };
    let hidden = ["Vendor", "FlightNumber", "StartDateUtc", "EndDateUtc", "EndDateLocal"];
    all.into_iter()
        .filter(|(name, value)| !value.is_empty() || named(name) || (segment.redacted && hidden.contains(name)))
        .map(|(name, value)| FieldRow {
            marked: hit && named(name),
            redacted: segment.redacted && value.is_empty() && hidden.contains(&name),
            name: name.to_owned(),
            value,
        })
        .collect()
}

fn place(end: &End) -> String {
    let named = [&end.code, &end.station, &end.city, &end.location, &end.country];
    named.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
}

fn local(when: &When) -> String {
    match when.local {
        Some(local) if when.date_only => local.date().to_string(),
        Some(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        None => String::new(),
    }
}

fn utc(when: &When) -> String {
    when.utc
        .map(|utc| utc.format("%Y-%m-%d %H:%MZ").to_string())
        .unwrap_or_default()
}

fn degrees(value: Option<f64>) -> String {
    value.map(|value| format!("{value:.4}")).unwrap_or_default()
}
