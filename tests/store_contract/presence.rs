//! Presence rows: what is known when, who is where, and what a list or a map is told of it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bed::{A, B, Bed, citing, city, flight, h, home, maybe, only, presence, stay, t};
use whereabouts::store::{AwayBin, PresenceAt, PresenceQuery, Scope, TravelerRow};
use whereabouts::whereabouts::{Episode, Grade, Place, PlaceKind, Ramp, Region, State};

on_both_engines!(
    every_interval_is_half_open,
    a_newer_engine_makes_everybody_due_once,
    what_stays_true_stays_known_since_then,
    what_was_known_for_no_time_is_not_kept,
    knowledge_never_runs_backwards,
    a_summary_says_what_the_episode_says,
    the_most_probable_city_is_that_of_the_instant,
    cities_that_are_never_first_or_second_hide_nothing,
    the_address_that_holds_most_of_a_city_is_told,
    the_next_move_is_told,
    everyone_is_in_the_order_of_names,
    a_search_finds_parts_of_names_and_logins,
    a_box_holds_those_whose_place_is_in_it,
    episodes_come_whole,
    bins_count_who_is_away,
    r89_r98_presence_is_due_when_its_records_mean_something_else,
    episodes_must_not_overlap,
);

async fn at(bed: &Bed, hours: i64) -> Vec<PresenceAt> {
    bed.store
        .presence_at(&only(A), &PresenceQuery::at(h(hours)))
        .await
        .unwrap()
}

async fn known_at(bed: &Bed, hours: i64, seconds: i64) -> Vec<PresenceAt> {
    let q = PresenceQuery {
        as_of: Some(t(seconds)),
        ..PresenceQuery::at(h(hours))
    };
    bed.store.presence_at(&only(A), &q).await.unwrap()
}

fn code(row: &PresenceAt) -> Option<&str> {
    row.place.as_ref().and_then(|place| place.code.as_deref())
}

async fn someone(bed: &Bed) -> TravelerRow {
    bed.connected().await;
    bed.traveler(A, "x@example.com").await
}

async fn every_interval_is_half_open(bed: &Bed) {
    let who = someone(bed).await;
    // One interval of each length class, from minutes to years.
    let ends = [0, 1, 7, 40, 200, 1000, 4000, 12_000, 30_000];
    let episodes: Vec<Episode> = ends
        .windows(2)
        .map(|w| stay(h(w[0]), h(w[1]), "LON", 0.5 + w[0] as f64 / 100_000.0))
        .collect();
    bed.believe(&who, t(0), episodes.clone()).await;
    for episode in &episodes {
        for (instant, inside) in [
            (episode.from, true),
            (episode.until - chrono::TimeDelta::milliseconds(1), true),
            (episode.from - chrono::TimeDelta::milliseconds(1), false),
            (episode.until, false),
        ] {
            let rows = bed
                .store
                .presence_at(&only(A), &PresenceQuery::at(instant))
                .await
                .unwrap();
            let hit = rows
                .first()
                .is_some_and(|row| (row.from, row.until) == (episode.from, episode.until));
            assert!(rows.len() <= 1);
            assert_eq!(hit, inside, "{instant} in {}..{}", episode.from, episode.until);
        }
    }
    assert!(at(bed, -1).await.is_empty() && at(bed, 30_000).await.is_empty());
}

async fn what_stays_true_stays_known_since_then(bed: &Bed) {
    let who = someone(bed).await;
    bed.believe(
        &who,
        t(100),
        vec![home(h(0), h(10)), stay(h(10), h(20), "LON", 0.8), home(h(20), h(30))],
    )
    .await;
    bed.believe(
        &who,
        t(200),
        vec![home(h(0), h(10)), stay(h(10), h(20), "PAR", 0.8), home(h(20), h(30))],
    )
    .await;
    let rows = |seconds: Option<i64>| async move {
        let mut told = Vec::new();
        for hours in [5, 15, 25] {
            let rows = match seconds {
                Some(seconds) => known_at(bed, hours, seconds).await,
                None => at(bed, hours).await,
            };
            told.push(
                rows.first()
                    .map(|row| (code(row).unwrap_or("-").to_owned(), row.known_from)),
            );
        }
        told
    };
    let row = |code: &str, seconds: i64| Some((code.to_owned(), t(seconds)));
    assert_eq!(rows(None).await, [row("-", 100), row("PAR", 200), row("-", 100)]);
    assert_eq!(rows(Some(200)).await, [row("-", 100), row("PAR", 200), row("-", 100)]);
    assert_eq!(rows(Some(199)).await, [row("-", 100), row("LON", 100), row("-", 100)]);
    assert_eq!(rows(Some(99)).await, [None, None, None]);
    assert_eq!(bed.number("SELECT count(*) FROM episode").await, 4);
}

async fn what_was_known_for_no_time_is_not_kept(bed: &Bed) {
    let who = someone(bed).await;
    bed.believe(&who, t(100), vec![stay(h(0), h(10), "LON", 0.8)]).await;
    bed.believe(&who, t(100), vec![stay(h(0), h(10), "PAR", 0.8)]).await;
    assert_eq!(bed.number("SELECT count(*) FROM episode").await, 1);
    assert_eq!(bed.number("SELECT count(*) FROM presence").await, 1);
    assert_eq!(code(&known_at(bed, 5, 100).await[0]), Some("PAR"));
}

async fn knowledge_never_runs_backwards(bed: &Bed) {
    let who = someone(bed).await;
    bed.believe(&who, t(100), vec![stay(h(0), h(10), "LON", 0.8)]).await;
    bed.believe(&who, t(300), vec![stay(h(0), h(10), "LON", 0.8), home(h(10), h(20))])
        .await;
    // Another node whose clock is behind.
    bed.believe(&who, t(200), vec![stay(h(0), h(10), "PAR", 0.8)]).await;
    assert_eq!(code(&known_at(bed, 5, 250).await[0]), Some("LON"));
    assert_eq!(code(&known_at(bed, 5, 300).await[0]), Some("PAR"));
    assert!(known_at(bed, 15, 300).await.is_empty());
}

async fn a_summary_says_what_the_episode_says(bed: &Bed) {
    let who = someone(bed).await;
    let mut way = flight(h(10), h(20), "NYC", "LON");
    way.hypotheses = vec![
        maybe("NYC", Ramp { from: 0.6, until: 0.0 }, Grade::Confirmed),
        maybe("LON", Ramp { from: 0.0, until: 0.4 }, Grade::Intent),
    ];
    way.home = Ramp { from: 0.1, until: 0.2 };
    way.in_transit = Ramp { from: 0.2, until: 0.3 };
    way.unknown = Ramp { from: 0.1, until: 0.1 };
    way.conflict = true;
    way.source_as_of = Some(t(77));
    bed.believe(&who, t(100), vec![way]).await;
    let row = at(bed, 12).await.remove(0);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
    near(row.p, 0.48);
    near(row.home, 0.12);
    near(row.in_transit, 0.22);
    near(row.unknown, 0.1);
    near(row.other_p.unwrap(), 0.08);
    assert_eq!(row.other_city.as_deref(), Some("London"));
    assert_eq!(
        (row.place, row.grade, row.state),
        (Some(city("NYC")), Some(Grade::Confirmed), State::InTransit)
    );
    assert_eq!((row.traveler.as_str(), row.company.as_str()), (who.id.as_str(), A));
    assert_eq!(
        (row.name.as_str(), row.login.as_deref()),
        ("x@example.com", Some("x@example.com"))
    );
    assert_eq!(
        (row.from, row.until, row.known_from, row.source_as_of),
        (h(10), h(20), t(100), Some(t(77)))
    );
    assert_eq!(
        (row.mode.as_deref(), row.identity.as_deref(), row.conflict),
        (Some("air"), Some("BA 117"), true)
    );
    assert_eq!((row.move_from, row.move_to), (city("NYC").point, city("LON").point));
    assert_eq!(
        (row.move_from_code.as_deref(), row.move_to_code.as_deref()),
        (Some("NYC"), Some("LON"))
    );
    assert_eq!((row.departs, row.arrives), (Some(h(10)), Some(h(20))));
    assert_eq!(
        (row.next_at, row.next_text, row.home_place),
        (None, None, Some(city("DEN")))
    );
}

async fn the_most_probable_city_is_that_of_the_instant(bed: &Bed) {
    let who = someone(bed).await;
    let mut both = stay(h(0), h(10), "LON", 0.5);
    // In the middle the third, which is first at neither end, is the most probable.
    both.hypotheses = vec![
        maybe("LON", Ramp { from: 0.6, until: 0.0 }, Grade::Booked),
        maybe("PAR", Ramp { from: 0.0, until: 0.6 }, Grade::Intent),
        maybe("NYC", Ramp::flat(0.35), Grade::Inferred),
    ];
    bed.believe(&who, t(0), vec![both]).await;
    let mut seen = Vec::new();
    for hours in [0, 5, 9] {
        let row = at(bed, hours).await.remove(0);
        seen.push((
            code(&row).unwrap().to_owned(),
            row.grade.unwrap(),
            row.other_city.unwrap(),
        ));
    }
    let told = |code: &str, grade: Grade, other: &str| (code.to_owned(), grade, other.to_owned());
    assert_eq!(
        seen,
        [
            told("LON", Grade::Booked, "New York"),
            told("NYC", Grade::Inferred, "London"),
            told("PAR", Grade::Intent, "New York")
        ]
    );
}

/// Four cities with any probabilities, equal ones among them (R188): an hour each.
async fn cities_that_are_never_first_or_second_hide_nothing(bed: &Bed) {
    let who = someone(bed).await;
    let mut seed = 7_u32;
    let mut tenth = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 30) / 10.0
    };
    let episodes: Vec<Episode> = (0..200)
        .map(|hour| {
            let mut any = stay(h(hour), h(hour + 1), "LON", 0.5);
            any.hypotheses = ["LON", "PAR", "NYC", "AKL"]
                .map(|code| {
                    let (from, until) = (tenth(), tenth());
                    maybe(code, Ramp { from, until }, Grade::Booked)
                })
                .to_vec();
            any
        })
        .collect();
    bed.believe(&who, t(0), episodes.clone()).await;
    for (hour, episode) in (0..).zip(&episodes) {
        for minutes in [0, 20, 59] {
            let x = f64::from(minutes) / 60.0;
            let instant = h(hour) + chrono::TimeDelta::minutes(i64::from(minutes));
            let rows = bed.store.presence_at(&only(A), &PresenceQuery::at(instant)).await;
            let row = rows.unwrap().remove(0);
            let mut cities: Vec<(f64, &str)> = episode
                .hypotheses
                .iter()
                .map(|one| (one.p.from + (one.p.until - one.p.from) * x, one.place.name.as_str()))
                .collect();
            cities.sort_by(|a, b| b.0.total_cmp(&a.0));
            let told = [
                (row.p, row.place.as_ref().unwrap().name.as_str()),
                (row.other_p.unwrap(), row.other_city.as_deref().unwrap()),
            ];
            assert_eq!(told, cities[..2], "{instant} {episode:?}");
        }
    }
}

async fn the_address_that_holds_most_of_a_city_is_told(bed: &Bed) {
    let who = someone(bed).await;
    let hotel = Place {
        kind: PlaceKind::Venue,
        name: "Hotel \u{1f}Aurora".to_owned(),
        radius_km: 0.1,
        ..city("PAR")
    };
    let mut there = stay(h(0), h(10), "LON", 0.3);
    for (code, p, share) in [("PAR", 0.5, 0.9), ("NYC", 0.1, 0.4)] {
        let mut maybe = maybe(code, Ramp::flat(p), Grade::Booked);
        maybe.venue = Some((hotel.clone().into(), share));
        there.hypotheses.push(maybe);
    }
    let mut elsewhere = stay(h(10), h(20), "NYC", 0.6);
    elsewhere.hypotheses[0].venue = Some((hotel.clone().into(), 0.4));
    bed.believe(&who, t(0), vec![there, elsewhere]).await;
    let row = at(bed, 5).await.remove(0);
    let aurora = Place {
        name: "Hotel Aurora".to_owned(),
        ..hotel
    };
    assert_eq!(
        (row.place, row.p, row.venue),
        (Some(city("PAR")), 0.5, Some((aurora, 0.9)))
    );
    let row = at(bed, 15).await.remove(0);
    assert_eq!(
        (row.place, row.venue),
        (Some(city("NYC")), None),
        "less than half is not told"
    );
}

async fn the_next_move_is_told(bed: &Bed) {
    let who = someone(bed).await;
    let mut going = flight(h(10), h(20), "NYC", "LON");
    let mut before = home(h(0), h(10));
    before.move_ = going.move_.clone();
    Arc::make_mut(going.move_.as_mut().unwrap()).departs = Some(h(10));
    let back = flight(h(50), h(60), "LON", "NYC");
    bed.believe(
        &who,
        t(0),
        vec![
            home(h(-9), h(0)),
            before,
            going,
            stay(h(20), h(50), "LON", 0.8),
            back,
            home(h(60), h(90)),
        ],
    )
    .await;
    let next = |row: &PresenceAt| (row.next_at, row.next_text.clone());
    let told = |hours: i64, city: &str| (Some(h(hours)), Some(city.to_owned()));
    assert_eq!(next(&at(bed, -5).await[0]), told(10, "LON"));
    assert_eq!(
        next(&at(bed, 5).await[0]),
        told(50, "NYC"),
        "its own move is no next one"
    );
    assert_eq!(next(&at(bed, 15).await[0]), told(50, "NYC"));
    assert_eq!(next(&at(bed, 30).await[0]), told(50, "NYC"));
    assert_eq!(next(&at(bed, 70).await[0]), (None, None));
}

/// Travelers of A by login, all in a city.
async fn crowd(bed: &Bed, logins: &[(&str, &str)]) {
    bed.connected().await;
    for (login, place) in logins {
        let who = bed.traveler(A, login).await;
        bed.believe(&who, t(0), vec![stay(h(0), h(10), place, 0.8)]).await;
    }
}

async fn everyone_is_in_the_order_of_names(bed: &Bed) {
    crowd(
        bed,
        &[("c", "LON"), ("a", "LON"), ("B", "LON"), ("é", "LON"), ("b2", "LON")],
    )
    .await;
    let names = |rows: &[PresenceAt]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    let all = at(bed, 5).await;
    assert_eq!(names(&all), ["B", "a", "b2", "c", "é"]);
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let q = PresenceQuery {
            limit: Some(2),
            after: after.clone(),
            ..PresenceQuery::at(h(5))
        };
        let page = bed.store.presence_at(&only(A), &q).await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = Some((last.name.clone(), last.traveler.clone()));
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let unlimited = PresenceQuery {
        after: Some(("b".to_owned(), String::new())),
        ..PresenceQuery::at(h(5))
    };
    assert_eq!(
        names(&bed.store.presence_at(&only(A), &unlimited).await.unwrap()),
        ["b2", "c", "é"]
    );
}

async fn a_search_finds_parts_of_names_and_logins(bed: &Bed) {
    crowd(
        bed,
        &[
            ("Zoë.Ångström@example.com", "LON"),
            ("100%_sure@example.com", "LON"),
            ("mia@other.org", "LON"),
        ],
    )
    .await;
    for (text, found) in [
        ("angstrom ZOE", 1),
        ("example", 2),
        ("%", 1),
        ("_sure", 1),
        ("a%m", 0),
        ("mia zoe", 0),
        ("  ", 3),
        ("'; DROP TABLE presence; --", 0),
    ] {
        for limit in [None, Some(10)] {
            let q = PresenceQuery {
                text: Some(text.to_owned()),
                limit,
                ..PresenceQuery::at(h(5))
            };
            assert_eq!(
                bed.store.presence_at(&only(A), &q).await.unwrap().len(),
                found,
                "{text}"
            );
        }
    }
}

async fn a_box_holds_those_whose_place_is_in_it(bed: &Bed) {
    crowd(bed, &[("london", "LON"), ("auckland", "AKL"), ("york", "NYC")]).await;
    let flyer = bed.traveler(A, "flyer").await;
    bed.believe(&flyer, t(0), vec![flight(h(0), h(10), "NYC", "AKL")]).await;
    let homely = bed.traveler(A, "homely").await;
    bed.believe(&homely, t(0), vec![home(h(0), h(10))]).await;
    for (bbox, found) in [
        ([-10.0, 40.0, 10.0, 60.0], vec!["london"]),
        ([170.0, -60.0, -70.0, 45.0], vec!["auckland", "flyer", "york"]),
        (
            [-180.0, -90.0, 180.0, 90.0],
            vec!["auckland", "flyer", "london", "york"],
        ),
        ([10.0, 0.0, 20.0, 10.0], vec![]),
    ] {
        let q = PresenceQuery {
            bbox: Some(bbox),
            ..PresenceQuery::at(h(5))
        };
        let rows = bed.store.presence_at(&only(A), &q).await.unwrap();
        assert_eq!(
            rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
            found,
            "{bbox:?}"
        );
    }
    let q = PresenceQuery {
        bbox: Some([-180.0, -90.0, 180.0, 90.0]),
        limit: Some(2),
        ..PresenceQuery::at(h(5))
    };
    assert_eq!(bed.store.presence_at(&only(A), &q).await.unwrap().len(), 2);
}

async fn episodes_come_whole(bed: &Bed) {
    let who = someone(bed).await;
    let other = bed.traveler(B, "y@example.com").await;
    let episodes = vec![
        home(h(0), h(10)),
        citing(stay(h(10), h(20), "LON", 0.8), "trip-1"),
        home(h(20), h(900)),
    ];
    bed.believe(&who, t(100), episodes.clone()).await;
    bed.believe(&who, t(200), vec![episodes[0].clone(), episodes[2].clone()])
        .await;
    bed.believe(&other, t(100), vec![stay(h(5), h(15), "PAR", 0.5)]).await;
    let store = &bed.store;
    let of = |from: i64, until: i64, as_of: Option<i64>| {
        let id = who.id.clone();
        async move {
            store
                .episodes(&only(A), &id, h(from), h(until), as_of.map(t))
                .await
                .unwrap()
        }
    };
    assert_eq!(of(-5, 1000, Some(100)).await, episodes);
    assert_eq!(of(-5, 1000, None).await, [episodes[0].clone(), episodes[2].clone()]);
    assert_eq!(of(9, 10, Some(100)).await, [episodes[0].clone()]);
    assert_eq!(of(10, 20, Some(100)).await, [episodes[1].clone()]);
    assert_eq!(of(-5, 1000, Some(99)).await, []);

    let all = store
        .episodes_in(&Scope::service(), h(8), h(12), Some(t(100)))
        .await
        .unwrap();
    let mut ids: Vec<_> = all.iter().map(|(id, _)| id.clone()).collect();
    assert!(ids.is_sorted());
    ids.dedup();
    assert_eq!((all.len(), ids.len()), (3, 2));
    assert!(all.contains(&(who.id.clone(), episodes[1].clone())));
    assert_eq!(store.episodes_in(&only(A), h(12), h(13), None).await.unwrap(), []);
    assert_eq!(store.episodes_in(&only(A), h(13), h(13), None).await.unwrap(), []);

    // Quickly for many: the same without evidence, whether a row leads anywhere but home or not.
    let bare = store
        .bare_episodes_in(&Scope::service(), None, h(8), h(12), Some(t(100)))
        .await
        .unwrap();
    let mut expected = HashMap::<String, Vec<Episode>>::new();
    for (id, episode) in all {
        let without = Episode {
            evidence: Vec::new(),
            region: Region::None,
            ..episode
        };
        expected.entry(id).or_default().push(without);
    }
    assert!(bare.iter().map(|(id, _)| id).is_sorted());
    assert_eq!(bare.into_iter().collect::<HashMap<_, _>>(), expected);
    for (from, until) in [(12, 13), (13, 13)] {
        assert_eq!(
            store
                .bare_episodes_in(&only(B), None, h(from + 10), h(until + 10), None)
                .await
                .unwrap(),
            []
        );
    }
    // And with everything, for those who are shown.
    let begins = [
        (who.id.clone(), h(10)),
        (who.id.clone(), h(11)),
        (other.id.clone(), h(5)),
        ("nobody".to_owned(), h(10)),
    ];
    let mut found = store
        .episodes_that_begin(&Scope::service(), &begins, Some(t(150)))
        .await
        .unwrap();
    found.retain(|(id, _)| *id == who.id);
    assert_eq!(found, [(who.id.clone(), episodes[1].clone())]);
    assert_eq!(store.episodes_that_begin(&only(A), &begins, None).await.unwrap(), []);
    assert_eq!(store.episodes_that_begin(&only(A), &[], None).await.unwrap(), []);

    let ids = [other.id.clone(), "nobody".to_owned(), who.id.clone()];
    let found = store
        .episodes_at(&Scope::service(), &ids, h(12), Some(t(150)))
        .await
        .unwrap();
    assert_eq!(
        found.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        [&other.id, &who.id],
        "in the order asked for"
    );
    assert_eq!(found[1].1, episodes[1]);
    assert_eq!(store.episodes_at(&only(A), &ids, h(5), None).await.unwrap().len(), 1);
    assert!(store.episodes_at(&only(A), &[], h(5), None).await.unwrap().is_empty());

    // Of some, without what they rest on: as of everybody, in the order asked for.
    let everybody = store
        .bare_episodes_in(&Scope::service(), None, h(0), h(48), Some(t(150)))
        .await
        .unwrap();
    let mine = |id: &String| everybody.iter().find(|(of, _)| of == id).unwrap().1.len();
    let some = store
        .bare_episodes_of(&Scope::service(), &ids, h(0), h(48), Some(t(150)))
        .await
        .unwrap();
    assert_eq!(
        some.iter().map(|(id, of)| (id, of.len())).collect::<Vec<_>>(),
        [(&other.id, mine(&other.id)), (&who.id, mine(&who.id))]
    );
    assert!(some[1].1.is_sorted_by_key(|e| e.from) && some[1].1.iter().all(|e| e.evidence.is_empty()));
    let later = store
        .bare_episodes_of(&Scope::service(), &ids, h(900), h(901), None)
        .await
        .unwrap();
    assert_eq!(later, []);
    let foreign = store.bare_episodes_of(&only(B), &ids, h(0), h(48), None).await.unwrap();
    assert!(
        foreign.iter().all(|(id, _)| *id != who.id),
        "another company's are not there"
    );
}

async fn bins_count_who_is_away(bed: &Bed) {
    let store = bed.connected().await;
    let save = |login: &'static str, episodes: Vec<Episode>| async move {
        let who = bed.traveler(A, login).await;
        bed.believe(&who, t(0), episodes).await;
    };
    let mut leaving = stay(h(0), h(10), "LON", 0.5);
    // Away from the middle on: at hour 5 p(home) is exactly .5.
    leaving.home = Ramp { from: 1.0, until: 0.0 };
    let mut returning = stay(h(10), h(20), "LON", 0.5);
    returning.hypotheses[0].grade = Grade::Confirmed;
    returning.home = Ramp { from: 0.0, until: 1.0 };
    save("linear", vec![leaving, returning]).await;
    save("flyer", vec![flight(h(3), h(6), "NYC", "LON")]).await;
    save("homely", vec![home(h(0), h(20))]).await;
    let mut nowhere = home(h(0), h(20));
    (nowhere.home, nowhere.unknown) = (Ramp::flat(0.0), Ramp::flat(1.0));
    save("nowhere", vec![nowhere]).await;
    let mut guessed = stay(h(0), h(4), "PAR", 0.9);
    guessed.hypotheses[0].grade = Grade::Inferred;
    save("guessed", vec![guessed]).await;

    let hour = std::time::Duration::from_secs(3600);
    let bins = store.away_histogram(&only(A), h(-1), hour, 20).await.unwrap();
    assert_eq!(bins.len(), 20);
    for (bin, hours) in bins.iter().zip(-1..) {
        let expected = AwayBin {
            at: h(hours),
            confirmed: u32::from((10..15).contains(&hours)) + u32::from((3..6).contains(&hours)),
            booked: 0,
            intent: u32::from((6..10).contains(&hours)),
            inferred: u32::from((0..4).contains(&hours)),
        };
        assert_eq!(*bin, expected, "hour {hours}");
    }
    assert!(store.away_histogram(&only(A), h(0), hour, 0).await.unwrap().is_empty());
    let none = store.away_histogram(&only(B), h(0), hour, 3).await.unwrap();
    assert!(
        none.len() == 3
            && none
                .iter()
                .all(|bin| (bin.confirmed, bin.intent, bin.inferred) == (0, 0, 0))
    );
}

async fn r89_r98_presence_is_due_when_its_records_mean_something_else(bed: &Bed) {
    let (who, other) = (someone(bed).await, bed.traveler(B, "other@example.com").await);
    let mut save = presence(&who, 0, t(0), vec![home(h(0), h(9))]);
    save.belief.changes_at = Some(t(600));
    let mut later = presence(&other, 0, t(0), Vec::new()).belief;
    later.changes_at = Some(t(500));
    bed.store.save_presence(A, &save).await.unwrap();
    let theirs = presence(&other, 0, t(0), Vec::new());
    bed.store
        .save_presence(
            B,
            &whereabouts::store::PresenceSave {
                belief: later,
                ..theirs
            },
        )
        .await
        .unwrap();
    assert_eq!(bed.due(t(499)).await, Vec::<String>::new());
    assert_eq!(bed.due(t(500)).await, [other.id.as_str()]);
    assert_eq!(
        bed.due(t(600)).await,
        [other.id.as_str(), &who.id],
        "the longest due first"
    );
    assert_eq!(
        bed.store.travelers_due(t(600), 1).await.unwrap(),
        [(B.to_owned(), other.id.clone())]
    );
    // Computed anew, with nothing more to come.
    bed.store
        .save_presence(B, &presence(&other, 1, t(500), Vec::new()))
        .await
        .unwrap();
    assert_eq!(bed.due(t(900)).await, [who.id.as_str()]);
}

async fn a_newer_engine_makes_everybody_due_once(bed: &Bed) {
    let who = someone(bed).await;
    bed.store
        .save_presence(A, &presence(&who, 0, t(0), Vec::new()))
        .await
        .unwrap();
    assert_eq!(bed.due(t(100)).await, Vec::<String>::new());
    assert_eq!(bed.store.engine_starts(7, t(50)).await.unwrap(), 1);
    assert_eq!(bed.due(t(100)).await, [who.id.as_str()]);
    bed.store
        .save_presence(A, &presence(&who, 1, t(60), Vec::new()))
        .await
        .unwrap();
    // The same engine again, on another node; an older one that is still running.
    assert_eq!(bed.store.engine_starts(7, t(70)).await.unwrap(), 0);
    assert_eq!(bed.store.engine_starts(6, t(80)).await.unwrap(), 0);
    assert_eq!(bed.due(t(100)).await, Vec::<String>::new());
}

async fn episodes_must_not_overlap(bed: &Bed) {
    let who = someone(bed).await;
    let episodes = vec![home(h(0), h(10)), home(h(9), h(20))];
    let save = presence(&who, 0, t(0), episodes);
    assert!(bed.store.save_presence(A, &save).await.is_err());
    assert_eq!(bed.number("SELECT count(*) FROM episode").await, 0);
}
