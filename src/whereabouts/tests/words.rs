//! What people are told: why here, and why not there (R185, R210, R220).

use chrono::Duration;

use super::*;
use crate::whereabouts::{Area, Band, Bedless, State, WhyNot, why_not};

fn told(timeline: &Timeline, at: &str, now: &str) -> crate::whereabouts::Account {
    let at = utc(at);
    let episode = timeline.episodes.iter().find(|one| one.from <= at && at < one.until);
    episode.expect("an episode").account(utc(now))
}

fn not(timeline: &Timeline, place: &str, at: &str) -> WhyNot {
    let area = Area::named(place).expect(place);
    why_not(&timeline.episodes, &area, utc(at), timeline.as_of)
}

/// The same flights from the agency's reservation system and, under another locator, from a mail to TripIt.
fn twice() -> Timeline {
    let mut agency = from_source(Source::Gds, booking("QW7TRA", vec![out(), back()]));
    agency.booking_source = Some("Sabre".into());
    agency.owner = Some("ConcurTravel".into());
    agency.modified = Some(utc("2026-11-10T20:30"));
    let mut mail = from_source(Source::TripIt, booking("XK2P9A", vec![out()]));
    mail.owner = Some("TripIt".into());
    located(vec![trip("t1", vec![agency]), trip("t2", vec![mail])])
}

#[test]
fn r185_an_answer_is_told_as_a_colleague_would() {
    let account = told(&twice(), "2026-11-12T02:00", "2026-11-10T22:45");
    assert_eq!(
        account.because[0],
        "Flight BA 112, JFK → LHR, arrives 11 Nov 06:30, confirmed, from the agency (Sabre), changed 2 h ago. Also in TripIt."
    );
    assert_eq!(
        account.because.last().unwrap(),
        "No hotel is booked for 2 nights from 11 Nov."
    );
    assert_eq!(account.against, None);
}

#[test]
fn r185_the_strongest_against_is_told_too() {
    let to = |code: &str, number: &str| air("JFK", code, "2026-11-10T18:30", "2026-11-11T06:25", number);
    let there = from_source(Source::Gds, booking("AAAAAA", vec![to("LHR", "BA 178")]));
    let mut elsewhere = from_source(Source::TripIt, booking("BBBBBB", vec![to("CDG", "AF 7")]));
    elsewhere.owner = Some("TripIt".into());
    let t = located(vec![trip("t1", vec![there]), trip("t2", vec![elsewhere])]);
    let account = told(&t, "2026-11-11T12:00", "2026-11-10T00:00");
    assert!(account.because[0].starts_with("Flight BA 178"), "{account:?}");
    let against = account.against.clone().expect("the other flight");
    assert!(
        against.starts_with("Flight AF 7, JFK → CDG") && against.contains("from TripIt"),
        "{against}"
    );
    assert!(
        account.text().contains(" Against it: Flight AF 7"),
        "{}",
        account.text()
    );
}

#[test]
fn r185_a_plan_is_told_as_a_plan_and_no_booking_as_none() {
    let mut request = trip(
        "t1",
        vec![from_source(
            Source::TravelRequest,
            booking(
                "TR1",
                vec![air("JFK", "LHR", "2026-11-11T00:00", "2026-11-11T00:00", "")],
            ),
        )],
    );
    request.status = TripStatus::Virtual;
    request.bookings[0].owner = Some("TravelRequest".into());
    let account = told(&located(vec![request]), "2026-11-11T20:00", "2026-11-05T00:00");
    let first = &account.because[0];
    assert!(
        first.contains("only a travel request: means to be in London that day. From a travel request"),
        "{first}"
    );
    assert!(!account.text().contains("confirmed"), "{account:?}");
    let idle = told(&twice(), "2026-10-01T00:00", "2026-10-01T00:00");
    assert_eq!(
        idle.because,
        ["No booking says that they are away from home, New York."]
    );
}

#[test]
fn r185_ages_are_told_in_the_unit_that_people_count_in() {
    let t = twice();
    let first = |now: &str| told(&t, "2026-11-12T02:00", now).because[0].clone();
    for (now, expected) in [
        ("2026-11-10T20:30", "changed just now."),
        ("2026-11-10T21:00", "changed 30 min ago."),
        ("2026-11-12T20:29", "changed 47 h ago."),
        ("2026-11-12T20:30", "changed 2 days ago."),
        ("2027-02-10T20:30", "changed 3 months ago."),
        ("2029-11-10T20:30", "changed 3 years ago."),
    ] {
        assert!(first(now).contains(expected), "{now}: {}", first(now));
    }
    assert!(
        !first("2026-11-10T19:00").contains("changed"),
        "a clock that is behind claims nothing"
    );
}

#[test]
fn r210_nights_without_a_bed_are_told_where_they_are_spent() {
    let t = booked(vec![out(), back()]);
    let at = |at: &str| {
        t.episodes
            .iter()
            .find(|one| one.from <= utc(at) && utc(at) < one.until)
            .unwrap()
    };
    let two = Bedless {
        from: "2026-11-11".parse().unwrap(),
        nights: Some(2),
    };
    assert_eq!(at("2026-11-12T02:00").bedless, Some(two));
    assert_eq!(at("2026-11-14T12:00").bedless, None, "home again");
    assert_eq!(at("2026-11-11T02:00").bedless, None, "in the air");
    let lodged = booked(vec![out(), bed(), back()]);
    assert!(lodged.episodes.iter().all(|one| one.bedless.is_none()));
    let open = booked(vec![out()]);
    let told = told(&open, "2026-11-11T20:00", "2026-11-11T20:00").because;
    assert!(
        told.contains(&"No hotel is booked from 11 Nov on.".to_owned()),
        "{told:?}"
    );
}

#[test]
fn r185_why_not_there_names_what_puts_them_elsewhere() {
    let t = twice();
    let paris = not(&t, "PAR", "2026-11-12T02:00");
    assert_eq!(
        (paris.place.as_str(), paris.p, paris.band),
        ("Paris", 0.0, Band::VeryUnlikely)
    );
    assert_eq!(paris.because[0], "Nothing that we know puts them in Paris.");
    assert!(
        paris.because[1].starts_with("They are in London with 9"),
        "{:?}",
        paris.because
    );
    assert!(
        paris.because[1].contains("Flight BA 112") && paris.because[1].contains("from the agency (Sabre)"),
        "{:?}",
        paris.because
    );
    assert!(
        paris.because.contains(&"Paris is about 344 km from London.".to_owned()),
        "{:?}",
        paris.because
    );
}

#[test]
fn r185_why_not_there_says_what_speaks_for_it() {
    let home = not(&twice(), "New York", "2026-11-12T02:00");
    assert!(
        home.p < 0.2 && home.because[0].starts_with("That they are in New York"),
        "{home:?}"
    );
    assert!(
        home.because
            .iter()
            .any(|one| one.starts_with("They are expected there from 13 Nov")),
        "{home:?}"
    );
    let there = not(&twice(), "gb", "2026-11-12T02:00");
    assert!(
        there.p > 0.9 && there.because[0].starts_with("They probably are in United Kingdom"),
        "{there:?}"
    );
    assert!(there.because[1].starts_with("For it: Flight BA 112"), "{there:?}");
}

#[test]
fn r185_why_not_there_of_whom_nothing_is_known() {
    let nobody = located(Vec::new());
    let answer = not(&nobody, "LHR", "2026-11-12T02:00");
    assert_eq!((answer.p, answer.because.len()), (0.0, 1));
    assert!(answer.because[0].contains("London"), "{answer:?}");
    assert_eq!(Area::named("no such place anywhere"), None);
    assert_eq!(Area::named("Deutschland"), Some(Area::Country("DE".into())));
}

#[test]
fn r182_why_not_there_never_says_certain() {
    for place in ["LON", "PAR", "NYC", "GB", "JP"] {
        for hour in 0..96 {
            let at = utc("2026-11-10T00:00") + Duration::hours(hour);
            let area = Area::named(place).unwrap();
            let t = twice();
            let answer = why_not(&t.episodes, &area, at, t.as_of);
            let text = answer.because.join(" ");
            assert!(!text.contains(" 0 %") && !text.contains("100 %"), "{text}");
        }
    }
}

#[test]
fn r185_in_the_air_the_flight_is_why_not() {
    let t = twice();
    let answer = not(&t, "Boston", "2026-11-11T02:00");
    assert_eq!(t.at(utc("2026-11-11T02:00")).state, State::InTransit);
    assert!(answer.because[1].starts_with("They are on the way from "), "{answer:?}");
    assert!(answer.because[1].contains("Flight BA 112"), "{answer:?}");
}
