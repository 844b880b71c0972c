//! The simulated world: truth without gaps, deterministic, alive.

use super::*;

#[test]
fn r250_truth_is_gap_free_for_everyone() {
    let world = world(300, 7, Intensity::Usual);
    let (from, until) = (now() - Duration::days(30), now() + Duration::days(60));
    for person in 0..300 {
        let truth = world.truth(0, person, from, until);
        assert!(gapless(&truth), "person {person}");
        assert_eq!(truth.first().unwrap().from, from);
        assert_eq!(truth.last().unwrap().until, until);
        for episode in &truth {
            let moving = matches!(episode.doing, Doing::Air | Doing::Rail);
            assert_eq!(
                episode.city.is_none(),
                moving || episode.doing == Doing::DayOut,
                "{episode:?}"
            );
        }
    }
}

#[test]
fn r250_truth_is_the_same_from_whichever_instant_it_is_asked() {
    let world = world(60, 7, Intensity::Usual);
    for person in 0..60 {
        let whole = world.truth(0, person, now() - Duration::days(20), now() + Duration::days(20));
        for hours in (-300..300).step_by(37) {
            let at = now() + Duration::hours(hours);
            let here = world.truth(0, person, at, at + Duration::minutes(1));
            let there = whole
                .iter()
                .find(|episode| episode.from <= at && at < episode.until)
                .unwrap();
            assert_eq!(
                (here[0].doing, here[0].city),
                (there.doing, there.city),
                "person {person} at {at}"
            );
        }
    }
}

#[test]
fn the_demonstration_has_about_a_tenth_of_its_people_away() {
    let world = world(2000, 1, Intensity::Usual);
    let mut away = Vec::new();
    for step in 0..28 {
        let at = now() + Duration::hours(6 * step);
        let doing = |person| world.truth(0, person, at, at + Duration::minutes(1)).remove(0);
        let all: Vec<_> = (0..2000).map(doing).collect();
        let home = |episode: &&whereabouts::sandbox::truth::Episode| episode.doing != Doing::Home;
        away.push((
            all.iter().filter(home).count(),
            all.iter().filter(|episode| episode.doing == Doing::Air).count(),
        ));
    }
    let mean = away.iter().map(|(away, _)| away).sum::<usize>() as f64 / away.len() as f64;
    assert!((150.0..320.0).contains(&mean), "{mean}: {away:?}");
    assert!(away.iter().all(|(away, _)| (90..420).contains(away)), "{away:?}");
    assert!(away.iter().map(|(_, air)| air).max().unwrap() >= &12, "{away:?}");
}

#[test]
fn r257_the_same_seed_and_start_give_the_same_documents() {
    let (one, two, other) = (
        world(60, 5, Intensity::Usual),
        world(60, 5, Intensity::Usual),
        world(60, 6, Intensity::Usual),
    );
    let (a, b, c) = (documents(&one), documents(&two), documents(&other));
    assert!(a.len() > 40, "{}", a.len());
    assert_eq!(a, b);
    assert_ne!(a, c);
}

#[test]
fn r257_a_restart_an_hour_later_finds_the_same_trips() {
    let config = SandboxConfig {
        travelers: 60,
        seed: 5,
        companies: 1,
        ..SandboxConfig::default()
    };
    let (one, two) = (
        world(60, 5, Intensity::Usual),
        World::new(&config, Gazetteer::embedded(), now() + Duration::hours(1)).unwrap(),
    );
    let ids = |world: &World| documents(world).into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>();
    let (one, two) = (ids(&one), ids(&two));
    assert!(
        one.intersection(&two).count() * 100 >= one.len() * 95,
        "{} of {}",
        one.intersection(&two).count(),
        one.len()
    );
}

#[test]
fn journeys_are_flown_by_carriers_from_their_bases_in_plausible_times() {
    let world = world(400, 3, Intensity::Usual);
    let mut flights: BTreeMap<(String, String, NaiveDateTime), BTreeSet<String>> = BTreeMap::new();
    // Requests name the ends of a hop only; everything else names each flight.
    for (_, paper) in world.papers().filter(|(_, paper)| paper.channel != Channel::Request) {
        for held in &paper.legs {
            let leg = &held.thing;
            let hours = (leg.arrives - leg.departs).num_minutes() as f64 / 60.0;
            assert!((0.2..19.0).contains(&hours), "{leg:?}");
            assert_ne!(leg.from.city, leg.to.city);
        }
        for pair in paper.legs.windows(2).filter(|pair| pair[0].item + 1 == pair[1].item) {
            assert_eq!(pair[0].thing.to.city, pair[1].thing.from.city);
            assert!(pair[0].thing.arrives < pair[1].thing.departs);
        }
    }
    for (_, document) in documents(&world) {
        for (kind, segment) in segments(&document).filter(|(kind, _)| *kind == "Air") {
            let text = |key: &str| segment[key].as_str().unwrap_or_default().to_owned();
            if let Ok(at) = NaiveDateTime::parse_from_str(&text("StartDateUtc"), "%Y-%m-%dT%H:%M:%S%.3f+00:00") {
                let flight = flights
                    .entry((text("StartCityCode"), text("EndCityCode"), at))
                    .or_default();
                flight.insert(format!("{kind}{}{}", text("Vendor"), text("FlightNumber")));
            }
        }
    }
    // People who fly between the same airports at the same minute are on one flight, as long as nobody spoiled the number.
    let shared = flights.values().filter(|names| names.len() == 1).count();
    assert!(shared > flights.len() / 2);
}

#[test]
fn t48_the_living_world_changes_in_every_way_and_its_truth_stays_whole() {
    let mut world = world(300, 9, Intensity::Usual);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut at = now();
    for _ in 0..600 {
        at += Duration::seconds(4);
        for told in world.tick(at) {
            *kinds.entry(told.kind.name()).or_default() += 1;
            assert_eq!(
                told.kind == whereabouts::sandbox::Kind::Deleted,
                world.document(told.trip, "").is_none()
            );
        }
    }
    for kind in [
        "ItineraryCreated",
        "ItineraryUpdated",
        "ItineraryCancelled",
        "ItineraryDeleted",
        "ItineraryAnonymized",
    ] {
        assert!(kinds.get(kind).is_some_and(|count| *count >= 5), "{kind}: {kinds:?}");
    }
    for person in 0..300 {
        assert!(
            gapless(&world.truth(0, person, at - Duration::days(20), at + Duration::days(60))),
            "person {person}"
        );
    }
}

#[test]
fn e6_a_change_moves_the_modification_instant() {
    let mut world = world(200, 9, Intensity::Usual);
    let at = now() + Duration::seconds(4);
    let told = (0..40)
        .flat_map(|_| world.tick(at))
        .find(|told| told.kind == whereabouts::sandbox::Kind::Updated)
        .unwrap();
    let document = world.document(told.trip, "").unwrap();
    assert_eq!(document["DateModifiedUtc"], "2026-11-22T14:00:04.000+00:00");
}
