//! Documents that nobody means well with, from their bytes to the answers: nothing panics, everything adds up to 1 (R181), and what it
//! costs has a bound that no document moves.

use chrono::{Duration, NaiveDate};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::itinerary;

/// Times at every edge: of the calendar, of the year, of the day, of what a field can hold.
const TIMES: [&str; 18] = [
    "",
    "2026-11-10T18:30:00",
    "2026-11-11T06:30:00Z",
    "2026-11-12",
    "2016-12-31T23:59:60Z",
    "2026-02-29T10:00:00",
    "2026-03-29T02:30:00+01:00",
    "0000-00-00T00:00:00",
    "0001-01-01T00:00:00",
    "1990-01-01T00:00:00-18:00",
    "9998-12-31T23:59:59+18:00",
    "9999-12-31T23:59:60",
    "+262142-12-31T23:59:59Z",
    "-262143-01-01T00:00:00Z",
    "29FEB",
    "99999999999999999999",
    "24:00",
    "10NOV26 24:00",
];

const WORDS: [&str; 16] = [
    "",
    "JFK",
    "lhr",
    "LON",
    "ZZZ",
    "\u{130}ST",
    "London",
    "Paris, TX",
    "\u{202e}nodnoL",
    "e\u{301}\u{301}\u{301}\u{301}",
    "\u{1f3d6}\u{fe0f}\u{200d}",
    "\u{0}\u{ffff}",
    "ſſſ",
    "0000",
    "-1",
    "ARNK",
];

fn word() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => prop::sample::select(WORDS.to_vec()).prop_map(Value::from),
        1 => "\\PC{0,40}".prop_map(Value::from),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!([[["LHR"]]])),
    ]
}

fn time() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => prop::sample::select(TIMES.to_vec()).prop_map(Value::from),
        3 => (-2_000i64..2_000).prop_map(|hours| {
            let at = utc("2026-11-10T12:00") + Duration::hours(hours);
            Value::from(at.format("%Y-%m-%dT%H:%M:%S").to_string())
        }),
        1 => any::<i64>().prop_map(Value::from),
    ]
}

fn degrees() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![0.0, -0.0, 51.5, -0.12, 90.0, -90.0, 180.0, -180.0, 1e308, 5e-324])
            .prop_map(Value::from),
        (-200.0..200.0).prop_map(|degrees: f64| Value::from(degrees.to_string())),
        Just(Value::from("NaN")),
    ]
}

/// A segment of some list, with values of the wrong kind in the right places.
fn segment() -> impl Strategy<Value = (&'static str, Value)> {
    let list = prop::sample::select(vec![
        "Air", "Hotel", "Car", "Rail", "Ride", "Dining", "Parking", "Travel",
    ]);
    let words = prop::collection::vec(
        (
            prop::sample::select(vec![
                "StartCityCode",
                "EndCityCode",
                "StartCity",
                "EndCity",
                "StartCountry",
                "Vendor",
                "FlightNumber",
                "Status",
                "Name",
                "StartRailStation",
                "TimeZone",
                "Duration",
                "NumStops",
                "LegId",
                "CancellationNumber",
            ]),
            word(),
        ),
        0..8,
    );
    let times = prop::collection::vec(
        (
            prop::sample::select(vec![
                "StartDateLocal",
                "StartDateUtc",
                "EndDateLocal",
                "EndDateUtc",
                "DateCreatedUtc",
                "DateModifiedUtc",
                "DateCancelledUtc",
                "CheckinTime",
            ]),
            time(),
        ),
        0..6,
    );
    let places = prop::collection::vec(
        (
            prop::sample::select(vec!["StartLatitude", "StartLongitude", "EndLatitude", "EndLongitude"]),
            degrees(),
        ),
        0..3,
    );
    (list, words, times, places).prop_map(|(list, words, times, places)| {
        let fields = words.into_iter().chain(times).chain(places);
        let fields: Map<String, Value> = fields.map(|(key, value)| (key.to_owned(), value)).collect();
        (list, Value::Object(fields))
    })
}

fn hostile_document() -> impl Strategy<Value = Value> {
    let booking = (prop::collection::vec(segment(), 0..6), word(), time(), time()).prop_map(
        |(segments, locator, created, modified)| {
            let mut lists: Map<String, Value> = Map::new();
            for (list, segment) in segments {
                if let Value::Array(known) = lists.entry(list).or_insert_with(|| json!([])) {
                    known.push(segment);
                }
            }
            json!({"RecordLocator": locator, "DateCreatedUtc": created, "DateModifiedUtc": modified, "Segments": lists})
        },
    );
    let status = prop::sample::select(vec!["Confirmed", "Proposal", "Cancelled", "-1", ""]);
    (prop::collection::vec(booking, 0..4), status, time(), time()).prop_map(|(bookings, status, start, end)| {
        json!({"id": "t", "TripStatus": status, "StartDateLocal": start, "EndDateLocal": end, "DateModifiedUtc": start, "Bookings": bookings})
    })
}

fn located(documents: &[Value], as_of: DateTime<Utc>) -> Timeline {
    let records: Vec<Record> = documents
        .iter()
        .enumerate()
        .filter_map(|(number, document)| {
            let reading = itinerary::read(document.to_string().as_bytes()).ok()?;
            let mut trip = reading.trip;
            trip.id = format!("t{number}");
            Some(Record {
                received_at: utc("2026-11-01T10:01"),
                trip_id: trip.id.clone(),
                what: What::Document(Arc::new(trip), reading.oddities),
            })
        })
        .collect();
    timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        &emil("NYC"),
        &records,
        as_of,
    )
}

/// Instants of every kind, the first and the last that there are among them.
fn instants(t: &Timeline) -> impl Iterator<Item = DateTime<Utc>> + '_ {
    let edges = t.episodes.iter().flat_map(|episode| [episode.from, episode.until]);
    let always = ["1970-01-01T00:00", "2026-11-10T12:00", "9999-12-31T23:59"].map(utc);
    edges
        .chain(always)
        .chain([DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC])
}

fn adds_up(t: &Timeline) -> Result<(), TestCaseError> {
    for at in instants(t) {
        let answer = t.at(at);
        let cities: f64 = answer.hypotheses.iter().map(|h| h.p).sum();
        let sum = cities + answer.home + answer.in_transit + answer.unknown;
        prop_assert!((sum - 1.0).abs() < 1e-5, "{sum} at {at}: {answer:?}");
        prop_assert!(
            answer.hypotheses.iter().all(|h| (0.0..=0.99 + 1e-6).contains(&h.p)),
            "{answer:?}"
        );
        let day = t.on_day(at.date_naive());
        prop_assert!(day.hypotheses.iter().all(|h| (0.0..=1.0).contains(&h.p)), "{day:?}");
    }
    for day in [NaiveDate::MIN, NaiveDate::MAX] {
        t.on_day(day);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r181_hostile_documents_are_survived_and_every_answer_adds_up(
        documents in prop::collection::vec(hostile_document(), 1..3), days in -400i64..400
    ) {
        adds_up(&located(&documents, utc("2026-11-09T12:00") + Duration::days(days)))?;
    }

    #[test]
    fn exposure_survives_every_area_and_window(
        document in hostile_document(), lon in -400.0..400.0, lat in -200.0..200.0, radius in -1.0..1e6,
        from in prop::sample::select(vec![DateTime::<Utc>::MIN_UTC, utc("1969-01-01T00:00"), utc("2026-11-10T12:00"), DateTime::<Utc>::MAX_UTC]),
        hours in -100i64..1_000,
    ) {
        let t = located(&[document], utc("2026-11-09T12:00"));
        let to = from.checked_add_signed(Duration::hours(hours)).unwrap_or(from);
        for area in [json!({"circle": {"center": [lon, lat], "radius_km": radius}}), json!({"country": "GB"}), json!({"city": "LON"})] {
            let Ok(area) = serde_json::from_value::<Area>(area) else { continue };
            prop_assert!((0.0..=1.0).contains(&t.exposure(&area, from, to).p));
        }
    }
}

/// A document with so many flights, a day apart, around today.
fn long(segments: i64) -> Value {
    let codes = ["JFK", "LHR", "CDG", "FRA", "NRT", "SYD", "BOS", "SFO"];
    let flight = |i: i64| {
        let at = utc("2026-11-09T08:00") + Duration::days(i - segments / 2);
        let [from, to] = [i, i + 1].map(|i| codes[i.rem_euclid(8) as usize]);
        let time = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S").to_string();
        json!({"Vendor": "BA", "FlightNumber": (100 + i % 800).to_string(), "Status": "HK", "StartCityCode": from, "EndCityCode": to,
            "StartDateLocal": time(at), "EndDateLocal": time(at + Duration::hours(7))})
    };
    let flights: Vec<Value> = (0..segments).map(flight).collect();
    json!({"id": "t", "TripStatus": "Confirmed", "Bookings": [{"RecordLocator": "LONG", "Segments": {"Air": flights}}]})
}

#[test]
fn r13_of_thousands_of_segments_those_around_today_count_and_the_others_cost_nothing() {
    let as_of = utc("2026-11-09T12:00");
    let [few, many] = [304, 3_040].map(|segments| located(&[long(segments)], as_of));
    assert!(few.episodes.len().abs_diff(many.episodes.len()) <= 20);
    for t in [&few, &many] {
        assert!(has(t, "too_many_segments"), "{:?}", codes(t));
    }
    let at = utc("2026-11-10T00:00");
    let [three, thirty] = [&few, &many].map(|t| t.at(at).answer.unwrap());
    assert_eq!(three.code, thirty.code);
    // Nobody's trip is cut.
    assert!(!has(&located(&[long(300)], as_of), "too_many_segments"));
}

#[test]
fn r188_which_segments_are_left_out_does_not_depend_on_the_order_of_bookings() {
    let flights = long(400)["Bookings"][0]["Segments"]["Air"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let booking = |(number, flight): (usize, &Value)| json!({"RecordLocator": format!("L{number:03}"), "Segments": {"Air": [flight]}});
    let mut bookings: Vec<Value> = flights.iter().enumerate().map(booking).collect();
    let straight = located(&[json!({"id": "t", "Bookings": bookings})], utc("2026-11-09T12:00"));
    bookings.reverse();
    let turned = located(&[json!({"id": "t", "Bookings": bookings})], utc("2026-11-09T12:00"));
    assert_eq!(straight.episodes, turned.episodes);
}
