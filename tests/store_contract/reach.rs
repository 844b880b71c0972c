//! A question about an area reads those whom it may concern, and loses nobody.

use crate::bed::{A, Bed, city, h, home, only, t};
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use whereabouts::whereabouts::{
    Area, Episode, Expected, Grade, Group, Hypothesis, LeftOpen, Move, Place, PlaceKind, Ramp, Shape, exposure,
};

const CITIES: [&str; 5] = ["LON", "PAR", "NYC", "AKL", "DEN"];
const COUNTRIES: [&str; 4] = ["GB", "FR", "US", "NZ"];

fn place() -> impl Strategy<Value = Place> {
    let radius = prop_oneof![Just(0.0), Just(25.0), Just(300.0), Just(2_500.0)];
    let moved = (-3.0..3.0_f64, -3.0..3.0_f64);
    let town =
        (prop::sample::select(&CITIES), radius, moved, any::<bool>()).prop_map(|(code, radius_km, by, known)| {
            let mut place = city(code);
            place.radius_km = radius_km;
            place.point = place.point.map(|[lon, lat]| [lon + by.0, lat + by.1]);
            place.kind = if known { PlaceKind::City } else { PlaceKind::Region };
            place.city_key = place.city_key.filter(|_| known);
            place
        });
    let country = prop::sample::select(&COUNTRIES).prop_map(|code| Place {
        kind: PlaceKind::Country,
        code: None,
        country: Some(code.to_owned()),
        city_key: None,
        ..city("LON")
    });
    prop_oneof![3 => town, 1 => country]
}

fn hypothesis() -> impl Strategy<Value = Hypothesis> {
    let venue = prop::option::weighted(0.3, (place().prop_map(Arc::new), 0.0..1.0_f64));
    let countries = prop::option::weighted(0.2, prop::sample::subsequence(&COUNTRIES[..], 2));
    (place(), 0..5_u8, 0..5_u8, venue, countries).prop_map(|(place, from, until, venue, countries)| Hypothesis {
        place: Arc::new(place),
        p: ramp(from, until),
        grade: Grade::Booked,
        venue,
        countries: countries
            .into_iter()
            .flatten()
            .map(|code| ((*code).to_owned(), 0.5))
            .collect(),
    })
}

/// Tenths.
fn ramp(from: u8, until: u8) -> Ramp {
    Ramp {
        from: f64::from(from) / 10.0,
        until: f64::from(until) / 10.0,
    }
}

/// An episode that begins at the beginning, its length in hours.
fn episode() -> impl Strategy<Value = (i64, Episode)> {
    let places = prop::collection::vec(hypothesis(), 0..3);
    let way = prop::option::weighted(0.3, (place(), place(), any::<bool>()));
    let expected = prop::option::weighted(0.2, place());
    let homes = (prop::option::weighted(0.8, place()), 0..10_u8, 0..10_u8);
    let rest = (0..10_u8, 0..10_u8, 0..10_u8);
    (1..60_i64, places, way, expected, homes, rest).prop_map(|(hours, places, way, expected, homes, rest)| {
        let (from, until) = (h(0), h(hours));
        let move_ = way.map(|(start, end, timed)| {
            Arc::new(Move {
                mode: "air".to_owned(),
                identity: None,
                from: start,
                to: end,
                departs: timed.then_some(from),
                arrives: Some(until),
                grade: Grade::Booked,
                wide: false,
            })
        });
        let expected = expected.map(|place| Expected {
            place: Arc::new(place),
            day: h(24).date_naive(),
            p: 0.4,
            zone: whereabouts::place::Zone::UTC,
            grade: Grade::Intent,
        });
        let episode = Episode {
            hypotheses: places,
            home: ramp(homes.1, homes.2),
            in_transit: ramp(rest.0, rest.0),
            unknown: ramp(rest.1, rest.2),
            home_place: homes.0.map(Arc::new),
            move_,
            expected: expected.into_iter().collect(),
            ..home(from, until)
        };
        (hours, episode)
    })
}

fn area() -> impl Strategy<Value = Area> {
    let near = (prop::sample::select(&CITIES), -4.0..4.0_f64, -4.0..4.0_f64).prop_map(|(code, east, north)| {
        let [lon, lat] = city(code).point.unwrap();
        [lon + east, lat + north]
    });
    let square = |[lon, lat]: [f64; 2], size: f64| {
        let corner = |x: f64, y: f64| vec![(lon + x * size + 180.0).rem_euclid(360.0) - 180.0, lat + y * size];
        let ring = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
        Area::Polygon(Shape::Polygon(vec![ring.map(|(x, y)| corner(x, y)).to_vec()]))
    };
    prop_oneof![
        prop::sample::select(&["GB", "us", "FR", "XX"][..]).prop_map(|code| Area::Country(code.to_owned())),
        prop::sample::select(&["LON", "JFK", "PAR", "AKL", "nowhere"][..]).prop_map(|code| Area::City(code.to_owned())),
        (near.clone(), 0.0..700.0_f64).prop_map(|(center, radius_km)| Area::Circle { center, radius_km }),
        (near, 0.1..9.0_f64).prop_map(move |(middle, size)| square(middle, size)),
    ]
}

type People = Vec<Vec<(i64, Episode)>>;
/// The area, the window's first hour and how many there are.
type Questions = Vec<(Area, i64, i64)>;

/// What is answered of each person.
fn answers(
    episodes: Vec<(String, Vec<Episode>)>,
    area: &Area,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> BTreeMap<String, String> {
    let open = LeftOpen::of(area);
    let answer = |theirs: &[Episode]| {
        let exposed = exposure(theirs, area, from, until);
        let left_open = open.by(theirs, from, until).map(|episode| episode.from);
        let told = exposed.group != Group::None || left_open.is_some();
        told.then(|| format!("{exposed:?} {left_open:?}"))
    };
    let all = episodes.iter();
    all.filter_map(|(id, theirs)| Some((id.clone(), answer(theirs)?)))
        .collect()
}

async fn nobody_is_lost(bed: &Bed, (people, questions): &(People, Questions)) {
    let store = bed.connected().await;
    for (number, parts) in people.iter().enumerate() {
        let who = bed.traveler(A, &format!("{number}@example.com")).await;
        let mut at = 0;
        let mut episodes = Vec::new();
        for (hours, episode) in parts {
            let mut episode = episode.clone();
            (episode.from, episode.until) = (h(at), h(at + hours));
            at += hours;
            episodes.push(episode);
        }
        bed.believe(&who, t(0), episodes).await;
    }
    for (area, first, hours) in questions {
        let window = (h(*first), h(first + hours));
        let (from, until) = (h(first - 24), h(first + hours + 24));
        let chosen = store
            .bare_episodes_in(&only(A), Some(area), from, until, None)
            .await
            .unwrap();
        let everybody = store.bare_episodes_in(&only(A), None, from, until, None).await.unwrap();
        assert_eq!(
            answers(chosen, area, window),
            answers(everybody, area, window),
            "{area:?} from hour {first} for {hours}"
        );
    }
}

#[test]
fn r190_a_question_about_an_area_loses_nobody() {
    let person = prop::collection::vec(episode(), 0..6);
    let question = (area(), 0..150_i64, 1..72_i64);
    let all = (
        prop::collection::vec(person, 1..6),
        prop::collection::vec(question, 1..12),
    );
    crate::properties::run(40, &all, &[true], async |bed: &Bed, all: &(People, Questions)| {
        nobody_is_lost(bed, all).await
    });
    crate::properties::run(8, &all, &[false], async |bed: &Bed, all: &(People, Questions)| {
        nobody_is_lost(bed, all).await
    });
}

on_both_engines!(
    r190_only_candidates_are_read,
    r190_what_an_older_program_wrote_is_always_read
);

async fn r190_only_candidates_are_read(bed: &Bed) {
    let store = bed.connected().await;
    for (login, code) in [
        ("l@example.com", "LON"),
        ("n@example.com", "NYC"),
        ("a@example.com", "AKL"),
    ] {
        let who = bed.traveler(A, login).await;
        let mut there = crate::bed::stay(h(0), h(48), code, 0.9);
        there.home_place = None;
        bed.believe(&who, t(0), vec![there]).await;
    }
    for area in [
        Area::City("LON".into()),
        Area::Country("GB".into()),
        Area::Circle {
            center: [-0.1, 51.5],
            radius_km: 50.0,
        },
    ] {
        let read = store
            .bare_episodes_in(&only(A), Some(&area), h(0), h(48), None)
            .await
            .unwrap();
        assert_eq!(read.len(), 1, "{area:?}");
    }
}

async fn r190_what_an_older_program_wrote_is_always_read(bed: &Bed) {
    let store = bed.connected().await;
    let who = bed.traveler(A, "l@example.com").await;
    bed.believe(&who, t(0), vec![crate::bed::stay(h(0), h(48), "LON", 0.9)])
        .await;
    bed.execute("UPDATE presence SET reach = ' * '").await;
    let tokyo = Area::City("TYO".into());
    let read = store
        .bare_episodes_in(&only(A), Some(&tokyo), h(0), h(48), None)
        .await
        .unwrap();
    assert_eq!(read.len(), 1);
}
