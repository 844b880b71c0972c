//! One test per rule about times.

use crate::itinerary::When;
use chrono::{DateTime, Utc};

use crate::place::{LonLat, Zone};

use super::super::Notice;
use super::*;

const JFK: LonLat = LonLat {
    lon: -73.7789,
    lat: 40.6398,
};
const LHR: LonLat = LonLat {
    lon: -0.4614,
    lat: 51.4706,
};
const HND: LonLat = LonLat {
    lon: 139.7798,
    lat: 35.5523,
};
const EWR: LonLat = LonLat {
    lon: -74.1687,
    lat: 40.6925,
};

fn zone(name: &str) -> Option<Zone> {
    Zone::parse(name, None)
}

fn route(from: (LonLat, &str), to: (LonLat, &str)) -> Route {
    Route {
        mode: Mode::Air,
        from_zone: zone(from.1),
        to_zone: zone(to.1),
        km: Some(from.0.distance_km(to.0)),
        stops: 0,
        numbered: true,
        midnight_hidden: false,
        trip_dates: (None, None),
        booked: None,
        siblings: None,
        place_in_trip: PlaceInTrip::First,
    }
}

fn jfk_lhr() -> Route {
    route((JFK, "America/New_York"), (LHR, "Europe/London"))
}

fn when(local: &str) -> When {
    When {
        local: local.parse().ok(),
        ..When::default()
    }
}

fn with_utc(local: &str, utc: &str) -> When {
    When {
        utc: utc.parse().ok(),
        ..when(local)
    }
}

fn read(route: &Route, start: &When, end: &When) -> (LegTimes, Vec<String>) {
    let mut out: Vec<Notice> = Vec::new();
    let mut desk = Desk {
        trip: "t",
        booking: None,
        segment: None,
        out: &mut out,
    };
    let times = leg_times(&Judgement::CURRENT, route, start, end, &mut desk).unwrap();
    (times, out.into_iter().map(|notice| notice.code).collect())
}

fn utc(text: &str) -> Sec {
    text.parse::<DateTime<Utc>>().unwrap().timestamp()
}

#[test]
fn r1_r5_local_time_is_wall_time_and_agrees_with_utc() {
    let start = with_utc("2026-11-10T18:30:00", "2026-11-10T23:30:00Z");
    let (times, notices) = read(
        &jfk_lhr(),
        &start,
        &with_utc("2026-11-11T06:30:00", "2026-11-11T06:30:00Z"),
    );
    assert_eq!(times.dep, Span::at(utc("2026-11-10T23:30:00Z")));
    assert!(times.timed && !times.repaired && notices.is_empty(), "{notices:?}");
}

#[test]
fn r2_a_wrong_offset_is_noticed_and_the_wall_time_counts() {
    let start = When {
        local_offset_min: Some(60),
        ..when("2026-11-10T18:30:00")
    };
    let (times, notices) = read(&jfk_lhr(), &start, &when("2026-11-11T06:30:00"));
    assert_eq!(times.dep.from, utc("2026-11-10T23:30:00Z"));
    assert_eq!(notices, ["local_offset_clash"]);
}

#[test]
fn t33_without_utc_the_local_time_and_the_zone_of_the_place_make_the_instant() {
    let (times, notices) = read(&jfk_lhr(), &when("2026-11-10T18:30:00"), &when("2026-11-11T06:30:00"));
    assert_eq!(
        (times.dep.from, times.arr.from),
        (utc("2026-11-10T23:30:00Z"), utc("2026-11-11T06:30:00Z"))
    );
    assert!(times.timed && notices.is_empty(), "{notices:?}");
}

#[test]
fn t33_r3_without_a_zone_utc_decides() {
    let route = Route {
        from_zone: None,
        ..jfk_lhr()
    };
    let (times, _) = read(
        &route,
        &with_utc("2026-11-10T18:30:00", "2026-11-10T23:30:00Z"),
        &when("2026-11-11T06:30:00"),
    );
    assert_eq!(times.dep, Span::at(utc("2026-11-10T23:30:00Z")));
}

#[test]
fn r5_utc_that_is_a_copy_of_local_is_not_believed() {
    let start = with_utc("2026-11-10T18:30:00", "2026-11-10T18:30:00Z");
    let (times, notices) = read(&jfk_lhr(), &start, &when("2026-11-11T06:30:00"));
    assert_eq!(times.dep, Span::at(utc("2026-11-10T23:30:00Z")));
    assert_eq!(notices, ["utc_copied_from_local"]);
}

#[test]
fn r5_an_hour_apart_is_daylight_saving_and_both_stay_in_the_window() {
    let start = with_utc("2026-11-10T18:30:00", "2026-11-10T22:30:00Z");
    let (times, notices) = read(&jfk_lhr(), &start, &when("2026-11-11T06:30:00"));
    assert_eq!(
        (times.dep.from, times.dep.until),
        (utc("2026-11-10T22:30:00Z"), utc("2026-11-10T23:30:00Z"))
    );
    assert_eq!(
        times.dep.likely,
        Some(utc("2026-11-10T23:30:00Z")),
        "the printed time is preferred"
    );
    assert_eq!(notices, ["dst_mismatch"]);
}

#[test]
fn r27_date_only_ramps_over_a_day_after_the_block_time() {
    let (times, _) = read(&jfk_lhr(), &when("2026-11-10T00:00:00"), &when("2026-11-10T00:00:00"));
    assert!(!times.timed);
    assert_eq!(
        times.arr,
        Span::new(utc("2026-11-10T12:21:00Z"), utc("2026-11-11T12:20:00Z"))
    );
    assert_eq!(
        times.dep,
        Span::new(utc("2026-11-10T05:00:00Z"), utc("2026-11-11T04:59:00Z"))
    );
}

#[test]
fn r28_another_end_date_is_the_day_that_is_meant() {
    let (times, _) = read(&jfk_lhr(), &when("2026-11-10T00:00:00"), &when("2026-11-11T00:00:00"));
    assert_eq!(times.arr_day.to_string(), "2026-11-11");
    assert_eq!(
        times.arr,
        Span::new(utc("2026-11-11T00:00:00Z"), utc("2026-11-11T12:20:00Z"))
    );
}

#[test]
fn r40_midnight_at_both_ends_means_unknown() {
    let start = with_utc("2026-11-10T00:00:00", "2026-11-10T00:00:00Z");
    let (times, notices) = read(&jfk_lhr(), &start, &start);
    assert!(!times.timed);
    assert_eq!(notices, ["time_unknown_midnight"]);
}

#[test]
fn r40_midnight_in_local_and_utc_at_once_is_impossible_in_new_york() {
    let start = with_utc("2026-11-10T00:00:00", "2026-11-10T00:00:00Z");
    let (_, notices) = read(&jfk_lhr(), &start, &when("2026-11-10T12:00:00"));
    assert_eq!(notices, ["time_unknown_midnight"]);
}

#[test]
fn r40_a_lone_plausible_midnight_is_kept() {
    let start = with_utc("2026-11-11T00:00:00", "2026-11-11T05:00:00Z");
    let (times, notices) = read(
        &jfk_lhr(),
        &start,
        &with_utc("2026-11-11T12:00:00", "2026-11-11T12:00:00Z"),
    );
    assert!(times.timed && notices.is_empty(), "{notices:?}");
}

#[test]
fn r43_hnd_to_ewr_same_day_is_valid() {
    let route = route((HND, "Asia/Tokyo"), (EWR, "America/New_York"));
    let (times, notices) = read(&route, &when("2026-11-10T19:53:00"), &when("2026-11-10T18:59:00"));
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!((times.arr.from - times.dep.from) / MINUTE, 786);
}

#[test]
fn r44_an_arrival_before_departure_rolls_over() {
    let (times, notices) = read(&jfk_lhr(), &when("2026-11-10T22:00:00"), &when("2026-11-10T09:45:00"));
    assert_eq!(notices, ["arrival_day_rollover_fixed"]);
    assert_eq!(times.arr, Span::at(utc("2026-11-11T09:45:00Z")));
    assert!(times.repaired);
}

#[test]
fn r45_day_and_month_swapped_back() {
    let (times, notices) = read(&jfk_lhr(), &when("2026-03-04T18:30:00"), &when("2026-05-03T06:30:00"));
    assert_eq!(notices, ["day_month_swap_fixed"]);
    assert_eq!(times.arr.from, utc("2026-03-05T06:30:00Z"));
    assert!(times.repaired);
}

#[test]
fn r45_two_readings_of_one_day_are_decided_by_the_rest_of_the_document() {
    let cdg = LonLat {
        lon: 2.5479,
        lat: 49.0097,
    };
    let route = || route((LHR, "Europe/London"), (cdg, "Europe/Paris"));
    let (start, end) = (when("2026-11-10T09:00:00"), when("2026-10-11T11:20:00"));
    let (times, notices) = read(&route(), &start, &end);
    assert!(
        !times.timed && notices == ["arrival_before_departure"],
        "10 November or 11 October: {notices:?}"
    );
    let booked = Route {
        booked: "2026-10-28".parse().ok(),
        ..route()
    };
    let (times, notices) = read(&booked, &start, &end);
    assert_eq!(notices, ["day_month_swap_fixed"]);
    assert_eq!(times.arr.from, utc("2026-11-10T10:20:00Z"));
    let october = "2026-10-12".parse().unwrap();
    let (times, _) = read(
        &Route {
            siblings: Some((october, october)),
            ..route()
        },
        &start,
        &end,
    );
    assert_eq!(times.dep_day.to_string(), "2026-10-11");
}

#[test]
fn r45_without_a_unique_repair_only_the_date_counts() {
    let (times, notices) = read(&jfk_lhr(), &when("2026-11-20T18:30:00"), &when("2026-11-14T06:30:00"));
    assert_eq!(notices, ["arrival_before_departure"]);
    assert!(!times.timed);
    assert_eq!(times.dep_day.to_string(), "2026-11-20");
}

#[test]
fn r46_an_implausible_block_falls_to_the_day() {
    let (times, notices) = read(&jfk_lhr(), &when("2026-11-10T18:30:00"), &when("2026-11-11T22:30:00"));
    assert_eq!(notices, ["implausible_block_time"]);
    assert!(!times.timed);
}

#[test]
fn r46_one_stop_to_the_other_side_of_the_world_is_normal() {
    let sydney = LonLat {
        lon: 151.1772,
        lat: -33.9461,
    };
    let route = Route {
        stops: 1,
        ..route((sydney, "Australia/Sydney"), (LHR, "Europe/London"))
    };
    let (times, notices) = read(&route, &when("2026-11-10T16:30:00"), &when("2026-11-11T05:05:00"));
    assert!(times.timed && notices.is_empty(), "{notices:?}");
}

#[test]
fn r47_dates_of_the_whole_trip_in_its_legs() {
    let lin = LonLat {
        lon: 9.2763,
        lat: 45.4497,
    };
    let fco = LonLat {
        lon: 12.2389,
        lat: 41.8003,
    };
    let dates = ("2021-01-11".parse().ok(), "2021-01-15".parse().ok());
    let there = Route {
        trip_dates: dates,
        ..route((lin, "Europe/Rome"), (fco, "Europe/Rome"))
    };
    let (times, notices) = read(&there, &when("2021-01-11T07:00:00"), &when("2021-01-15T08:30:00"));
    assert_eq!(notices, ["segment_dates_overwritten"]);
    assert_eq!(times.dep, Span::at(utc("2021-01-11T06:00:00Z")));
    assert!(times.arr.until < utc("2021-01-11T09:00:00Z"));
    let back = Route {
        place_in_trip: PlaceInTrip::Last,
        ..there
    };
    let (times, _) = read(&back, &when("2021-01-11T09:30:00"), &when("2021-01-15T08:20:00"));
    assert_eq!(times.arr, Span::at(utc("2021-01-15T07:20:00Z")));
    assert!(times.dep.from > utc("2021-01-15T04:00:00Z"));
}

#[test]
fn r52_a_departure_in_the_gap_has_an_hour_to_either_side() {
    let cdg = LonLat {
        lon: 2.5479,
        lat: 49.0097,
    };
    let route = route((LHR, "Europe/London"), (cdg, "Europe/Paris"));
    let end = with_utc("2026-03-29T05:00:00", "2026-03-29T03:00:00Z");
    let (times, notices) = read(&route, &when("2026-03-29T01:30:00"), &end);
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(
        (times.dep.from, times.dep.until),
        (utc("2026-03-29T00:30:00Z"), utc("2026-03-29T02:30:00Z"))
    );
    assert_eq!(times.arr, Span::at(utc("2026-03-29T03:00:00Z")));
}

#[test]
fn one_known_end_gives_the_other_by_distance() {
    let (times, _) = read(&jfk_lhr(), &when("2026-11-10T18:30:00"), &When::default());
    assert!(times.timed && times.repaired);
    assert!(times.arr.from > times.dep.until && times.arr.until - times.arr.from < 5 * HOUR);
    let (times, _) = read(&jfk_lhr(), &When::default(), &when("2026-11-11T06:30:00"));
    assert!(times.dep.until < times.arr.from);
}

#[test]
fn r47_a_flight_of_days_has_no_dates_of_its_own_with_or_without_times() {
    let (lhr, jfk) = ((LHR, "Europe/London"), (JFK, "America/New_York"));
    let date = |text: &str| When {
        date_only: true,
        ..when(text)
    };
    let there = route(lhr, jfk);
    let (times, notices) = read(&there, &date("2026-11-10T00:00:00"), &date("2026-11-14T00:00:00"));
    assert_eq!(notices, ["segment_dates_overwritten"]);
    assert_eq!(
        (times.dep_day.to_string(), times.arr_day.to_string()),
        ("2026-11-10".into(), "2026-11-10".into())
    );
    let last = Route {
        place_in_trip: PlaceInTrip::Last,
        ..route(jfk, lhr)
    };
    let (times, notices) = read(&last, &date("2026-11-10T00:00:00"), &date("2026-11-14T00:00:00"));
    assert_eq!(notices, ["segment_dates_overwritten"]);
    assert_eq!(times.arr_day.to_string(), "2026-11-14");
    // Over the date line, by night, two days are no wonder.
    let (_, notices) = read(&there, &date("2026-11-10T00:00:00"), &date("2026-11-12T00:00:00"));
    assert!(notices.is_empty(), "{notices:?}");
}

#[test]
fn r27_r47_a_long_way_without_a_number_may_have_connections() {
    let sydney = LonLat {
        lon: 151.1772,
        lat: -33.9461,
    };
    let numbered = route((sydney, "Australia/Sydney"), (JFK, "America/New_York"));
    let way = Route {
        numbered: false,
        ..route((sydney, "Australia/Sydney"), (JFK, "America/New_York"))
    };
    let (from, to) = (when("2026-11-10T10:15:00"), when("2026-11-11T05:10:00"));
    assert_eq!(
        read(&numbered, &from, &to).1,
        ["segment_dates_overwritten"],
        "35 hours are no flight"
    );
    let (times, notices) = read(&way, &from, &to);
    assert!(notices.is_empty() && times.timed, "{notices:?}");
    let short = Route {
        numbered: false,
        ..route((LHR, "Europe/London"), (JFK, "America/New_York"))
    };
    let (_, notices) = read(&short, &when("2026-11-10T10:00:00"), &when("2026-11-12T10:00:00"));
    assert_eq!(notices, ["segment_dates_overwritten"]);
}
