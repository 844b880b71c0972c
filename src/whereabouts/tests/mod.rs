//! Tests of whole timelines: one per rule, and the invariants that hold for every document.
//! The helpers here build documents as the reader would make them.
//! Always holds: the people, hotels and locators are invented; airports and carriers are real.

mod alternatives;
mod combined;
mod disruption;
mod hostile;
mod invariants;
mod notices;
mod opportunities;
mod outings;
mod presence;
mod reach;
mod reading;
mod reservations;
mod rules;
mod shapes;
mod tickets;
mod timeline;
mod words;

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::itinerary::{Booking, End, Passenger, Segment, SegmentKind, Source, Trip, TripStatus, When};
use crate::place::Gazetteer;

use super::*;

pub(super) fn utc(text: &str) -> DateTime<Utc> {
    let text = if text.len() == 16 {
        format!("{text}:00Z")
    } else {
        text.to_owned()
    };
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn local(text: &str) -> Option<NaiveDateTime> {
    (!text.is_empty()).then(|| format!("{text}:00").parse().unwrap_or_else(|e| panic!("{text}: {e}")))
}

pub(super) fn when(text: &str) -> When {
    When {
        local: local(text),
        ..When::default()
    }
}

pub(super) fn at_code(code: &str, time: &str) -> End {
    End {
        code: (!code.is_empty()).then(|| code.to_owned()),
        when: when(time),
        ..End::default()
    }
}

/// A flight; `number` "BA 117", or "" for none.
pub(super) fn air(from: &str, to: &str, leaves: &str, arrives: &str, number: &str) -> Segment {
    let (vendor, number) = number.split_once(' ').unwrap_or(("BA", number));
    Segment {
        kind: SegmentKind::Air,
        start: at_code(from, leaves),
        end: at_code(to, arrives),
        status: Some("HK".into()),
        vendor: Some(vendor.into()),
        number: (!number.is_empty()).then(|| number.to_owned()),
        stops: Some(0),
        ..Segment::default()
    }
}

pub(super) fn rail(from: &str, to: &str, leaves: &str, arrives: &str) -> Segment {
    Segment {
        kind: SegmentKind::Rail,
        number: Some("1E07".into()),
        ..air(from, to, leaves, arrives, "")
    }
}

pub(super) fn car(from: &str, to: &str, picks: &str, drops: &str) -> Segment {
    Segment {
        kind: SegmentKind::Car,
        vendor: Some("ZE".into()),
        number: None,
        ..air(from, to, picks, drops, "")
    }
}

/// A hotel in a city named by its code.
pub(super) fn hotel(code: &str, name: &str, check_in: &str, check_out: &str) -> Segment {
    Segment {
        kind: SegmentKind::Hotel,
        start: at_code(code, check_in),
        end: End {
            when: when(check_out),
            ..End::default()
        },
        status: Some("HK".into()),
        vendor: Some("$$".into()),
        name: Some(name.into()),
        ..Segment::default()
    }
}

pub(super) fn with_status(mut segment: Segment, status: &str) -> Segment {
    segment.status = (!status.is_empty()).then(|| status.to_owned());
    segment
}

/// A booking from an agency system, for Emil Dover, changed on 1 November.
pub(super) fn booking(locator: &str, segments: Vec<Segment>) -> Booking {
    let mut counts = std::collections::BTreeMap::new();
    let segments = segments
        .into_iter()
        .map(|mut segment| {
            let count = counts.entry(segment.kind).or_insert(0);
            segment.index = *count;
            *count += 1;
            segment
        })
        .collect();
    Booking {
        locator: Some(locator.into()),
        source: Source::Gds,
        owner: Some("ConcurTravel".into()),
        modified: Some(utc("2026-11-01T10:00")),
        created: Some(utc("2026-10-28T09:12")),
        passengers: vec![Passenger {
            first: Some("Emil".into()),
            last: Some("Dover".into()),
            ..Passenger::default()
        }],
        segments,
        ..Booking::default()
    }
}

pub(super) fn from_source(source: Source, mut booking: Booking) -> Booking {
    booking.source = source;
    booking.owner = Some(format!("{source:?}"));
    booking
}

pub(super) fn trip(id: &str, bookings: Vec<Booking>) -> Trip {
    Trip {
        id: id.into(),
        login: Some("e.dover@example.com".into()),
        status: TripStatus::Confirmed,
        created: Some(utc("2026-10-28T09:12")),
        modified: Some(utc("2026-11-01T10:00")),
        bookings,
        ..Trip::default()
    }
}

pub(super) fn document(trip: Trip, received: &str) -> Record {
    Record {
        received_at: utc(received),
        trip_id: trip.id.clone(),
        what: What::Document(Arc::new(trip), Vec::new()),
    }
}

pub(super) fn emil(home: &str) -> Traveler {
    Traveler {
        id: "1".into(),
        login: Some("e.dover@example.com".into()),
        given_name: Some("Emil".into()),
        family_name: Some("Dover".into()),
        other_names: Vec::new(),
        home: (!home.is_empty()).then(|| home.to_owned()),
    }
}

pub(super) const AS_OF: &str = "2026-11-06T12:00";

/// The timeline of Emil, at home in New York, as known on 6 November.
pub(super) fn located(trips: Vec<Trip>) -> Timeline {
    located_from("NYC", AS_OF, trips)
}

pub(super) fn located_from(home: &str, as_of: &str, trips: Vec<Trip>) -> Timeline {
    let records: Vec<Record> = trips
        .into_iter()
        .map(|trip| document(trip, "2026-11-01T10:01"))
        .collect();
    timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &emil(home),
        &records,
        utc(as_of),
    )
}

pub(super) fn booked(segments: Vec<Segment>) -> Timeline {
    located(vec![trip("t1", vec![booking("QW7TRA", segments)])])
}

/// p of a city by its code at an instant; "HOME", "AIR", "?" for the others.
pub(super) fn p(timeline: &Timeline, code: &str, at: &str) -> f64 {
    let answer = timeline.at(utc(at));
    match code {
        "HOME" => answer.home,
        "AIR" => answer.in_transit,
        "?" => answer.unknown,
        _ => answer
            .hypotheses
            .iter()
            .filter(|h| h.place.code.as_deref() == Some(code))
            .map(|h| h.p)
            .sum(),
    }
}

pub(super) fn near(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 0.011
}

pub(super) fn codes(timeline: &Timeline) -> Vec<&str> {
    let mut codes: Vec<&str> = timeline.notices.iter().map(|notice| notice.code.as_str()).collect();
    codes.dedup();
    codes.sort_unstable();
    codes.dedup();
    codes
}

pub(super) fn has(timeline: &Timeline, code: &str) -> bool {
    timeline.notices.iter().any(|notice| notice.code == code)
}

/// "Hotel LON 2026-11-11 2026-11-13"
pub(super) fn missing(timeline: &Timeline, kind: &str) -> Vec<String> {
    let of_kind = timeline.opportunities.iter().filter(|o| o.kind == kind && o.active);
    of_kind
        .map(|o| {
            format!(
                "{} {} {}",
                o.city,
                o.from,
                o.to.map(|day| day.to_string()).unwrap_or_default()
            )
        })
        .collect()
}

/// New York to London on the evening of 10 November.
pub(super) fn out() -> Segment {
    air("JFK", "LHR", "2026-11-10T18:30", "2026-11-11T06:30", "BA 112")
}

/// London to New York on the afternoon of 13 November.
pub(super) fn back() -> Segment {
    air("LHR", "JFK", "2026-11-13T17:00", "2026-11-13T20:00", "BA 179")
}

/// Two nights in London between them.
pub(super) fn bed() -> Segment {
    hotel("LON", "Larkspur Bloomsbury", "2026-11-11T15:00", "2026-11-13T11:00")
}
