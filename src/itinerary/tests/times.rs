//! Dates and times.

use serde_json::{Value, json};

use super::*;
use crate::itinerary::When;

fn start(local: Value, utc: Value) -> When {
    segment_of(
        "Air",
        json!({"StartCityCode": "IAD", "StartDateLocal": local, "StartDateUtc": utc}),
    )
    .start
    .when
}

fn local(value: Value) -> When {
    start(value, json!(null))
}

#[test]
fn r1_t30_t32_local_digits_are_wall_time_and_utc_is_an_instant() {
    let when = start(
        json!("2020-12-11T15:54:18.000-00:00"),
        json!("2020-12-11T20:54:18.000+00:00"),
    );
    assert_eq!(when.local, Some(civil("2020-12-11T15:54:18")));
    assert_eq!(when.utc, Some(instant("2020-12-11T20:54:18Z")));
    assert_eq!((when.local_offset_min, when.date_only), (None, false));
}

#[test]
fn r1_any_offset_behind_local_is_ignored() {
    for offset in ["", "Z", "z", "+00:00", "-00:00", "+01:00", "-0500", "+09"] {
        let when = local(json!(format!("2026-11-10T18:30:00{offset}")));
        assert_eq!(when.local, Some(civil("2026-11-10T18:30:00")), "{offset}");
    }
}

#[test]
fn r2_a_non_zero_offset_on_local_is_kept_as_evidence() {
    let offset = |text: &str| local(json!(format!("2026-11-10T18:30:00{text}"))).local_offset_min;
    assert_eq!(
        [offset("-05:00"), offset("+05:45"), offset("+0200"), offset("+09")],
        [Some(-300), Some(345), Some(120), Some(540)]
    );
    assert_eq!([offset(""), offset("Z"), offset("-00:00"), offset("+99:99")], [None; 4]);
}

#[test]
fn t31_times_with_and_without_seconds_fractions_and_separator() {
    let expected = Some(civil("2026-11-10T18:30:00"));
    for text in [
        "2026-11-10T18:30:00",
        "2026-11-10T18:30",
        "2026-11-10 18:30:00",
        "2026-11-10T18:30:00.000",
        "20261110T183000",
        "2026-11-10t1830",
        "2026-11-10 6:30 PM",
        "2026/11/10 18:30",
        " 2026-11-10T18:30:00 ",
        "10 Nov 2026 18:30",
        "10NOV26 18:30",
        "2026-314T18:30",
    ] {
        let when = local(json!(text));
        assert_eq!((when.local, when.date_only), (expected, false), "{text}");
    }
    assert_eq!(
        local(json!("2026-11-10T18:30:00.1239999")).local,
        Some(civil("2026-11-10T18:30:00.123999"))
    );
    assert_eq!(
        local(json!("2026-12-31T24:00:00")).local,
        Some(civil("2027-01-01T00:00:00"))
    );
    assert_eq!(
        local(json!("2026-06-30T23:59:60")).local,
        Some(civil("2026-06-30T23:59:59"))
    );
}

#[test]
fn t31_date_only_says_so() {
    for text in ["2026-11-10", "20261110", "10NOV2026"] {
        let when = local(json!(text));
        assert_eq!(
            (when.local, when.date_only),
            (Some(civil("2026-11-10T00:00:00")), true),
            "{text}"
        );
    }
    assert_eq!(local(json!(20261110)).local, Some(civil("2026-11-10T00:00:00")));
    // A time that cannot be read does not cost the date.
    let when = local(json!("2026-11-10Tsoon"));
    assert_eq!((when.local, when.date_only), (Some(civil("2026-11-10T00:00:00")), true));
    assert!(!local(json!("2026-11-10T00:00:00")).date_only);
}

#[test]
fn t32_utc_with_an_offset_or_without_one() {
    let utc = |text: &str| start(json!("2026-11-10T18:30:00"), json!(text)).utc;
    let expected = Some(instant("2026-11-10T23:30:00Z"));
    assert_eq!(
        [
            utc("2026-11-10T23:30:00Z"),
            utc("2026-11-10T23:30:00"),
            utc("2026-11-11T00:30:00+01:00")
        ],
        [expected; 3]
    );
}

#[test]
fn t32_a_utc_date_without_time_is_no_instant() {
    let when = start(json!("2026-11-10T18:30:00"), json!("2026-11-10"));
    assert_eq!(
        (when.local, when.utc, when.date_only),
        (Some(civil("2026-11-10T18:30:00")), None, false)
    );
    let when = start(json!(null), json!("2026-11-10"));
    assert_eq!(
        (when.local, when.utc, when.date_only),
        (Some(civil("2026-11-10T00:00:00")), None, true)
    );
    let when = start(json!(null), json!("2026-11-10T23:30:00Z"));
    assert_eq!(
        (when.local, when.utc, when.date_only),
        (None, Some(instant("2026-11-10T23:30:00Z")), false)
    );
}

#[test]
fn t8_what_is_no_date_is_absent() {
    for nothing in [
        json!("soon"),
        json!(""),
        json!("2026-02-30T10:00:00"),
        json!("2026-13-01"),
        json!(true),
        json!({}),
        json!("10/11/2026"),
        json!("2026"),
        json!("99"),
        json!("2026-11-1"),
        json!("é2026-11-10"),
        json!("2026-11-é0"),
    ] {
        assert_eq!(local(nothing.clone()), When::default(), "{nothing}");
    }
}

#[test]
fn r14_a_date_without_year_falls_on_or_after_the_booking() {
    // Booked on 2026-10-28.
    for (text, expected) in [
        ("--11-10", "2026-11-10"),
        ("11-10", "2026-11-10"),
        ("10NOV", "2026-11-10"),
        ("28 Oct", "2026-10-28"),
        ("27OCT", "2027-10-27"),
        ("05JAN", "2027-01-05"),
        ("314", "2026-11-10"),
        ("010", "2027-01-10"),
        ("29FEB", "2028-02-29"),
    ] {
        let when = local(json!(text));
        assert_eq!(
            when.local.map(|at| at.date().to_string()).as_deref(),
            Some(expected),
            "{text}"
        );
        assert!(when.date_only);
    }
    assert_eq!(local(json!("10NOV 18:30")).local, Some(civil("2026-11-10T18:30:00")));
}

#[test]
fn r14_without_any_booking_date_there_is_no_year() {
    let air = json!([{"Segments": {"Air": [{"StartCityCode": "JFK", "StartDateLocal": "10NOV"}]}}]);
    let segment = |document: Value| trip_of(&document).bookings[0].segments[0].clone();
    assert_eq!(segment(json!({"id": "a", "Bookings": air})).start.when, When::default());
    let trip_dated = json!({"id": "a", "DateBookedLocal": "2026-10-28T05:12:00", "Bookings": air});
    assert_eq!(segment(trip_dated).start.when.local, Some(civil("2026-11-10T00:00:00")));
}

#[test]
fn r16_sentinel_dates_are_absent_and_noted() {
    for sentinel in [
        "0001-01-01T00:00:00.000-00:00",
        "1900-01-01",
        "1970-01-01T00:00:00",
        "1989-12-31T23:59:59",
        "9999-12-31T23:59:59",
    ] {
        let air = with(flight(), json!({"StartDateLocal": sentinel, "StartDateUtc": sentinel}));
        let reading = reading(&document(json!([booking(json!({"Air": [flight(), air]}))])));
        assert_eq!(
            reading.trip.bookings[0].segments[1].start.when,
            When::default(),
            "{sentinel}"
        );
        let [oddity] = reading.oddities.as_slice() else {
            panic!("{:?}", reading.oddities)
        };
        assert_eq!(
            (oddity.code.as_ref(), oddity.booking, oddity.segment.as_deref()),
            ("sentinel_date", Some(0), Some("Air[1]"))
        );
        assert_eq!(oddity.detail, "not a real date: StartDateLocal, StartDateUtc");
    }
    assert_eq!(
        local(json!("1990-01-01T00:00:00")).local,
        Some(civil("1990-01-01T00:00:00"))
    );
    assert_eq!(
        local(json!("2031-05-01T00:00:00")).local,
        Some(civil("2031-05-01T00:00:00"))
    );
}

#[test]
fn r16_sentinels_of_trip_and_booking_are_noted_where_they_are() {
    let booking = with(
        booking(json!({"Air": [flight()]})),
        json!({"DateModifiedUtc": "0001-01-01T00:00:00"}),
    );
    let reading = reading(&with(
        document(json!([booking])),
        json!({"StartDateLocal": "0001-01-01T00:00:00"}),
    ));
    let places: Vec<_> = reading
        .oddities
        .iter()
        .map(|oddity| (oddity.booking, oddity.segment.clone()))
        .collect();
    assert_eq!(places, [(None, None), (Some(0), None)]);
    assert_eq!(reading.trip.bookings[0].modified, None);
}

#[test]
fn r16_a_sentinel_cancellation_date_is_no_cancellation() {
    let air = segment_of(
        "Air",
        with(flight(), json!({"DateCancelledUtc": "0001-01-01T00:00:00.000+00:00"})),
    );
    assert_eq!(air.cancelled_at, None);
}

#[test]
fn r42_check_in_and_out_in_any_spelling() {
    let times = |text: &str| {
        segment_of("Hotel", json!({"Name": "Sea View", "CheckinTime": text}))
            .check_in
            .map(|time| time.to_string())
    };
    for afternoon in [
        "15:00",
        "15:00:00",
        "3:00 PM",
        "3 pm",
        "1500",
        "2026-11-10T15:00:00.000-00:00",
    ] {
        assert_eq!(times(afternoon).as_deref(), Some("15:00:00"), "{afternoon}");
    }
    assert_eq!(times("12:00 AM").as_deref(), Some("00:00:00"));
    assert_eq!(times("00:00").as_deref(), Some("00:00:00"));
    for nothing in ["", "any time", "25:00", "2026-11-10"] {
        assert_eq!(times(nothing), None, "{nothing}");
    }
}

#[test]
fn r4_t36_time_zone_ids_are_not_read() {
    for id in [json!(25), json!("Pacific")] {
        let ride = segment_of("Ride", json!({"TimeZoneId": id, "StartCity": "Alexandria"}));
        assert_eq!(ride.zone_text, None);
    }
    assert_eq!(
        segment_of("Ride", json!({"TimeZone": "Eastern Standard Time"})).zone_text,
        text("Eastern Standard Time")
    );
}

#[test]
fn r6_t37_duration_is_kept_as_delivered_and_moves_no_time() {
    let air = segment_of("Air", with(flight(), json!({"Duration": 140, "Miles": 986})));
    assert_eq!(air.duration_min, Some(140.0));
    assert_eq!(air.end.when.utc, Some(instant("2026-11-11T06:25:00Z")));
}
