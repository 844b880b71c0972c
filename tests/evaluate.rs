//! How well people are located, on every change (§14 of the rules): 200 invented travelers, compared with what was committed.
//! `WHEREABOUTS_WRITE_BASELINE=1` writes `tests/evaluate/small.tsv` anew, after a change that is meant to change answers.
//! Always holds: what fails here has become worse for the same travelers, beyond the interval.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use chrono::Duration;
use whereabouts::evaluate::{self, HELD_OUT_OPERATORS, Metric, Outcome, Plan, Score, Slice, Tally, Verdict};
use whereabouts::place::{Code, Gazetteer};
use whereabouts::sandbox::Intensity;
use whereabouts::sandbox::corpus::{Corpus, Life, Split};
use whereabouts::sandbox::papers::{Channel, Operator};
use whereabouts::whereabouts::{Judgement, locate_case};

fn small() -> &'static Outcome {
    static OUTCOME: OnceLock<Outcome> = OnceLock::new();
    OUTCOME.get_or_init(|| evaluate::run(&evaluate::small()).unwrap())
}

/// Twenty people and a quarter of a year.
fn tiny() -> Plan {
    Plan {
        travelers: 20,
        days: 90,
        incidents: 5,
        ..evaluate::small()
    }
}

fn lives(intensity: Intensity) -> Vec<Life> {
    Corpus::new(7, Plan::from(), 180, intensity).unwrap().department(0)
}

fn value(name: &str, score: &Score) -> f64 {
    let metric = Metric::ALL.iter().find(|metric| metric.name.starts_with(name)).unwrap();
    metric.value(score)
}

#[test]
fn r250_every_instant_of_a_life_is_somewhere() {
    for life in lives(Intensity::Usual) {
        assert_eq!(life.truth.first().unwrap().from, Plan::from());
        assert_eq!(life.truth.last().unwrap().until, Plan::from() + Duration::days(180));
        assert!(life.truth.windows(2).all(|pair| pair[0].until == pair[1].from));
    }
}

#[test]
fn r250_truth_does_not_depend_on_how_bookings_are_spoilt() {
    // Cancelled flights are operators too (R253), so the people whose flights all fly are compared.
    let (clean, hostile) = (lives(Intensity::Clean), lives(Intensity::Hostile));
    let same = clean.iter().zip(&hostile).filter(|(a, b)| a.truth == b.truth).count();
    assert!(same >= 8, "{same} of 20");
}

#[test]
fn r251_journeys_reach_no_one_or_several_channels() {
    let (mut counts, mut channels) = (BTreeSet::new(), BTreeSet::new());
    let corpus = Corpus::new(7, Plan::from(), 365, Intensity::Usual).unwrap();
    for journey in (0..4)
        .flat_map(|number| corpus.department(number))
        .flat_map(|life| life.journeys)
    {
        counts.insert(journey.channels.len().min(2));
        channels.extend(journey.channels);
    }
    assert_eq!(counts, BTreeSet::from([0, 1, 2]));
    assert_eq!(channels, BTreeSet::from(Channel::ALL));
}

#[test]
fn r252_only_the_evaluation_knows_both_generator_and_engine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open: Vec<_> = ["place", "itinerary", "whereabouts", "sandbox", "store", "ingest"]
        .map(|room| root.join(room))
        .into();
    let mut read = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        read += 1;
        assert!(!text.contains("evaluate::"), "{}", path.display());
        let engine = !path.starts_with(root.join("sandbox"));
        assert!(!engine || !text.contains("sandbox::"), "{}", path.display());
        assert!(engine || !text.contains("crate::whereabouts"), "{}", path.display());
    }
    assert!(read > 150, "{read}");
}

#[test]
fn r253_every_operator_strikes_in_a_year_and_says_where() {
    let corpus = Corpus::new(7, Plan::from(), 365, Intensity::Usual).unwrap();
    // Hostile channels hardly know a hotel, so that none is cancelled first.
    let hostile = corpus.at(Intensity::Hostile);
    let lives: Vec<Life> = (0..8)
        .flat_map(|number| corpus.department(number).into_iter().chain(hostile.department(number)))
        .collect();
    let struck: BTreeSet<Operator> = lives
        .iter()
        .flat_map(|life| &life.letters)
        .flat_map(|letter| letter.applied.iter().map(|applied| applied.operator))
        .collect();
    let never: Vec<&Operator> = Operator::ALL
        .iter()
        .filter(|operator| !struck.contains(operator))
        .collect();
    assert!(never.is_empty(), "{never:?}");
    let fates = || {
        lives
            .iter()
            .flat_map(|life| &life.journeys)
            .map(|journey| &journey.fate)
    };
    assert!(fates().any(|fate| fate.no_show) && fates().any(|fate| fate.extra_nights > 0));
    assert!(fates().any(|fate| fate.other_hotel) && fates().any(|fate| fate.day_out_km.is_some()));
}

#[test]
fn r254_more_is_struck_the_more_hostile_the_channels_are() {
    let struck = |intensity| {
        let lives = lives(intensity);
        let letters = lives.iter().flat_map(|life| &life.letters);
        letters.map(|letter| letter.applied.len()).sum::<usize>()
    };
    let [clean, usual, hostile] = [Intensity::Clean, Intensity::Usual, Intensity::Hostile].map(struck);
    assert!(clean * 2 < usual && usual < hostile, "{clean} {usual} {hostile}");
}

#[test]
fn r255_test_travelers_have_other_channels_and_nobody_is_in_two_splits() {
    let lives = lives(Intensity::Usual);
    let of = |split| lives.iter().filter(move |life| life.split == split);
    assert_eq!(
        (
            of(Split::Train).count(),
            of(Split::Calibration).count(),
            of(Split::Test).count()
        ),
        (10, 5, 5)
    );
    assert!(
        of(Split::Train)
            .chain(of(Split::Calibration))
            .all(|life| life.person.spread == 1.0)
    );
    assert!(of(Split::Test).all(|life| life.person.spread != 1.0 && (0.5..=2.0).contains(&life.person.spread)));
}

#[test]
fn r255_causes_are_looked_for_where_nothing_is_held_out() {
    let worst = small().worst();
    assert!(!worst.is_empty());
    for operator in HELD_OUT_OPERATORS {
        assert!(
            worst.iter().all(|(_, what, _)| !what.contains(operator.name())),
            "{operator:?}"
        );
    }
    assert!(
        small().total(Slice::HeldOutChannel, 0).hours > 0.0,
        "they are measured all the same"
    );
}

#[test]
fn r277_nobody_is_righter_than_who_knows_every_booking() {
    let mut bounds = [Score::default(); 2];
    for seen in &small().travelers {
        bounds
            .iter_mut()
            .zip(&seen.bounds)
            .for_each(|(sum, bound)| *sum += bound);
    }
    let product = small().total(Slice::Away, 0);
    for name in ["city right", "country right"] {
        let [all, ruled] = bounds.map(|bound| value(name, &bound));
        let ours = value(name, &product);
        assert!(ours < ruled && ruled < all && all < 1.0, "{name}: {ours} {ruled} {all}");
    }
    assert_eq!(bounds[0].hours, product.hours);
}

#[test]
fn r256_cases_that_no_number_was_chosen_with() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluate/cases");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let case: serde_json::Value = serde_json::from_str(&text).unwrap();
        let output: serde_json::Value =
            serde_json::from_str(&locate_case(text.as_bytes(), Plan::from()).unwrap()).unwrap();
        for (question, expected) in case["expect"].as_object().unwrap() {
            let answer = &output["answers"][question];
            let (city, min, max) = (
                &expected["city"],
                expected["min"].as_f64().unwrap(),
                expected["max"].as_f64().unwrap(),
            );
            let hypotheses = answer["hypotheses"].as_array().unwrap();
            let p = match city.as_str().unwrap() {
                "HOME" => answer["home"].as_f64().unwrap(),
                code => hypotheses
                    .iter()
                    .filter(|one| one["place"]["code"] == code)
                    .map(|one| one["p"].as_f64().unwrap())
                    .sum(),
            };
            assert!((min..=max).contains(&p), "{} {question}: {city} {p}", case["title"]);
        }
        read += 1;
    }
    assert!(read >= 3);
}

#[test]
fn r257_the_same_seed_gives_the_same_bytes() {
    let bytes = || {
        let mut text = String::new();
        for life in lives(Intensity::Usual) {
            for letter in &life.letters {
                text += &format!(
                    "{} {:?} {} {:?}\n",
                    letter.at,
                    letter.kind,
                    letter.trip,
                    letter.document.as_ref().map(ToString::to_string)
                );
            }
            text += &format!("{:?}\n", life.truth);
        }
        text
    };
    assert!(bytes() == bytes());
    let written = || evaluate::write_baseline(&evaluate::run(&tiny()).unwrap());
    assert_eq!(written(), written(), "whatever thread does what");
    assert!(
        written().starts_with("seed 20260101 generator 1 "),
        "seed and version stand with the numbers"
    );
}

#[test]
fn r257_people_are_the_same_however_many_there_are() {
    let few = evaluate::run(&tiny()).unwrap();
    let many = evaluate::run(&Plan {
        travelers: 40,
        incidents: 10,
        ..tiny()
    })
    .unwrap();
    assert_eq!(few.scores(Slice::All, 0), many.scores(Slice::All, 0)[..20]);
}

#[test]
fn r258_early_answers_know_less_than_late_ones() {
    let at = |ahead: i64| small().total(Slice::Ahead(ahead), 0);
    let hours: Vec<f64> = [720, 168, 24, -24].map(|ahead| at(ahead).hours).into();
    assert!(
        hours.windows(2).all(|pair| pair[0] < pair[1]),
        "journeys become known one after the other: {hours:?}"
    );
}

#[test]
fn r259_two_thousand_for_a_year_and_two_hundred_for_every_change() {
    let full = Plan::full(Intensity::Usual);
    assert_eq!((full.travelers, full.days, full.incidents), (2_000, 365, 1_000));
    assert_eq!(small().travelers.len(), 200);
}

#[test]
fn r260_hours_away_are_a_part_of_all_hours() {
    let (away, unheard, all) = (
        small().total(Slice::Away, 0).hours,
        small().total(Slice::Unheard, 0).hours,
        small().total(Slice::All, 0).hours,
    );
    let year = (200 * evaluate::small().days * 24) as f64;
    assert!(
        (all - year).abs() < year * 0.01,
        "every hour counts once: {all} of {year}"
    );
    assert!(
        away > 2_000.0 && unheard > 0.0 && away + unheard < all / 2.0,
        "{away} {unheard}"
    );
}

#[test]
fn r261_r262_r263_shares_are_of_what_they_are_said_to_be_of() {
    let mut score = Score {
        ground: 100.0,
        ground_right: 93.0,
        land: 110.0,
        land_right: 99.0,
        ..Score::default()
    };
    assert_eq!(value("city right", &score), 0.93);
    assert_eq!(value("country right", &score), 0.9);
    (score.sure, score.sure_wrong, score.missed) = (50.0, 1.0, 2.0);
    assert_eq!(value("false certainty, city", &score), 0.02);
    assert_eq!(value("missed", &score), 0.02);
    assert!(value("bed right", &score).is_nan(), "nothing to be a share of");
}

#[test]
fn r264_a_baseline_that_is_sure_and_wrong_scores_two() {
    // B3 says "at home" in every hour away.
    assert_eq!(value("Brier", &small().total(Slice::Away, 4)), 2.0);
    assert!((value("log loss", &small().total(Slice::Away, 4)) - 1e4_f64.ln()).abs() < 1e-9);
}

#[test]
fn r265_every_channel_state_and_grade_has_a_diagram() {
    let diagrams = small().diagrams();
    for name in [
        "away hours",
        "all hours",
        "state stay",
        "state in_transit",
        "grade confirmed",
        "channel Agency",
        "channel TripIt",
    ] {
        assert!(diagrams.get(name).is_some_and(|diagram| diagram.n() > 0.0), "{name}");
    }
    let picture = evaluate::reliability_picture(&[("away hours", &diagrams["away hours"])]);
    assert!(picture.starts_with("<svg ") && picture.contains("<circle ") && picture.ends_with("</svg>\n"));
}

#[test]
fn r266_to_r271_everything_is_in_the_report() {
    let report = evaluate::print(small());
    for heading in [
        "R260", "R261", "R262", "R263", "R264", "R265", "R266", "R267", "R268", "R269", "R270", "R271", "R258", "R255",
    ] {
        assert!(report.contains(heading), "{heading}");
    }
    for baseline in ["B0 segments", "B1 last place", "B2 ±24 h", "B3 home"] {
        assert!(report.contains(baseline), "{baseline}");
    }
}

#[test]
fn r253_every_lost_hour_has_one_cause() {
    let report = evaluate::print(small());
    let from = report.find("Where hours are lost").unwrap();
    let rows = report[from..].lines().skip(2).take_while(|line| !line.is_empty());
    let hours = |line: &str| -> f64 {
        let cells: Vec<&str> = line
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect();
        cells[1].parse().unwrap()
    };
    let rows: Vec<f64> = rows.map(hours).collect();
    let (all, causes) = rows.split_last().unwrap();
    assert!(
        *all > 5_000.0 && (causes.iter().sum::<f64>() - all).abs() < 10.0,
        "{rows:?}"
    );
    assert!(causes.iter().filter(|hours| **hours > 0.0).count() >= 6, "{rows:?}");
}

#[test]
fn r266_the_smallest_likely_region_holds_the_truth() {
    assert!(value("coverage", &small().total(Slice::Away, 0)) >= 0.8);
}

#[test]
fn r267_who_is_exposed_is_listed() {
    let exposed = small().exposed();
    let there = exposed.away.above(0.0).1;
    assert!(
        there >= 10.0 && exposed.away.above(0.05).1 >= there * 0.9,
        "{exposed:?}"
    );
    let (listed, right) = exposed.all.above(0.5);
    assert!(right / listed >= 0.85);
}

#[test]
fn r268_answers_rarely_change_back() {
    let (journeys, changes, back) = small().travelers.iter().fold((0.0, 0.0, 0.0), |sum, seen| {
        (sum.0 + seen.flaps[0], sum.1 + seen.flaps[1], sum.2 + seen.flaps[2])
    });
    assert!(
        journeys > 100.0 && changes < journeys && back < journeys * 0.05,
        "{journeys} {changes} {back}"
    );
}

#[test]
fn r269_duplicates_are_one_movement() {
    let (right, wrong, missing) = small().travelers.iter().fold((0.0, 0.0, 0.0), |sum, seen| {
        let found = seen.duplicates;
        (sum.0 + found.right, sum.1 + found.wrong, sum.2 + found.missing)
    });
    assert!(
        right > 10.0 && right / (right + wrong) > 0.9 && right / (right + missing) > 0.9,
        "{right} {wrong} {missing}"
    );
}

#[test]
fn r270_missing_beds_are_found() {
    let (right, wrong, missing) = small().travelers.iter().fold((0.0, 0.0, 0.0), |sum, seen| {
        let found = seen.opportunities.get("Hotel").copied().unwrap_or_default();
        (sum.0 + found.right, sum.1 + found.wrong, sum.2 + found.missing)
    });
    assert!(
        right / (right + wrong) > 0.7 && right / (right + missing) > 0.8,
        "{right} {wrong} {missing}"
    );
}

#[test]
fn r271_what_an_operator_broke_and_shows_is_noticed_and_little_else() {
    let tally = small().tally();
    assert!(tally.missed().is_empty(), "{:?}", tally.missed());
    let enough = tally.operators.values().filter(|one| one.verdict() == Verdict::Met);
    assert!(enough.count() >= 3, "{:?}", tally.operators);
}

#[test]
fn r271_an_operator_that_is_found_less_often_fails() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluate/notices.tsv");
    if std::env::var_os("WHEREABOUTS_WRITE_BASELINE").is_some() {
        std::fs::write(&file, evaluate::write_notices(small())).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap();
    let worse = evaluate::compare_notices(small(), &committed).unwrap();
    assert!(worse.is_empty(), "{worse:#?}");
}

#[test]
fn r271_the_gate_sees_which_operator_and_which_code_became_worse() {
    let before = evaluate::write_notices(small());
    let with = |change: &dyn Fn(&mut Tally)| {
        let mut travelers = small().travelers.clone();
        travelers.iter_mut().for_each(|seen| change(&mut seen.tally));
        let plan = small().plan.clone();
        evaluate::compare_notices(&Outcome { plan, travelers }, &before)
    };
    assert_eq!(with(&|_| ()).unwrap(), [""; 0]);
    let blind = with(&|tally| {
        if let Some(one) = tally.operators.get_mut(&Operator::MetroCodeForAirport) {
            one.found /= 2;
        }
    });
    let blind = blind.unwrap();
    assert!(
        blind.len() == 1 && blind[0].starts_with("metro_code_for_airport: found"),
        "{blind:?}"
    );
    let noisy = with(&|tally| {
        if let Some(one) = tally.codes.get_mut("redacted") {
            one.alarms += 1;
        }
    });
    let noisy = noisy.unwrap();
    assert!(
        noisy.len() == 1 && noisy[0].starts_with("redacted: raised for nothing"),
        "{noisy:?}"
    );
    assert!(
        evaluate::compare_notices(small(), "seed 1\n").is_err(),
        "other travelers are not compared"
    );
}

#[test]
fn r271_what_nobody_could_see_is_no_miss() {
    let corpus = Corpus::new(7, Plan::from(), 365, Intensity::Hostile).unwrap();
    let lives: Vec<Life> = (0..3).flat_map(|number| corpus.department(number)).collect();
    let (mut shown, mut hidden) = (BTreeSet::new(), 0);
    for letter in lives.iter().flat_map(|life| &life.letters) {
        let Some(document) = &letter.document else { continue };
        for one in letter
            .applied
            .iter()
            .filter(|one| one.operator == Operator::MetroCodeForAirport)
        {
            let (booking, label) = one.at.clone().unwrap();
            let (kind, index) = label.trim_end_matches(']').split_once('[').unwrap();
            let segment = &document["Bookings"][booking]["Segments"][kind][index.parse::<usize>().unwrap()];
            let codes = ["StartCityCode", "EndCityCode"].map(|field| segment[field].as_str().unwrap().to_owned());
            let is_airport = |code: &String| Gazetteer::embedded().airport(Code::parse(code).unwrap()).is_some();
            if one.visible {
                assert!(!codes.iter().all(is_airport), "{codes:?} could be airports");
                shown.extend(codes.into_iter().filter(|code| !is_airport(code)));
            } else {
                assert!(codes.iter().all(is_airport), "{codes:?} are no airports");
                hidden += 1;
            }
        }
    }
    // Houston's city code is that of one of its airports.
    assert!(
        shown.contains("NYC") && !shown.contains("HOU") && hidden > 0,
        "{shown:?} {hidden}"
    );
}

#[test]
fn r273_the_product_beats_what_it_has_to_beat() {
    let product = value("Brier", &small().total(Slice::Away, 0));
    let exposed = small().exposed();
    let recall = exposed.away.above(0.05).1;
    for baseline in 0..3 {
        let brier = value("Brier", &small().total(Slice::Away, baseline + 1));
        assert!(product < brier, "B{baseline}: {product} {brier}");
        assert!(exposed.by_baseline[baseline] <= recall, "B{baseline}");
    }
}

#[test]
fn r274_rules_that_are_taken_away_are_missed() {
    let with = evaluate::run(&tiny()).unwrap();
    let judgement = Judgement {
        home_known: 0.0,
        home_guessed: 0.0,
        ..Judgement::CURRENT
    };
    let without = evaluate::run(&Plan { judgement, ..tiny() }).unwrap();
    let brier = |outcome: &Outcome| value("Brier", &outcome.total(Slice::All, 0));
    assert!(brier(&with) + 0.1 < brier(&without));
}

#[test]
fn r275_a_regression_beyond_the_interval_fails() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluate/small.tsv");
    if std::env::var_os("WHEREABOUTS_WRITE_BASELINE").is_some() {
        std::fs::write(&file, evaluate::write_baseline(small())).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap();
    let worse = evaluate::compare(small(), &committed).unwrap();
    assert!(worse.is_empty(), "{worse:#?}");
}

#[test]
fn r275_the_gate_sees_what_became_worse_and_only_that() {
    let before = evaluate::write_baseline(small());
    assert_eq!(evaluate::compare(small(), &before).unwrap(), []);
    let mut outcome = Outcome {
        plan: small().plan.clone(),
        travelers: small().travelers.clone(),
    };
    for seen in &mut outcome.travelers {
        if let Some(scores) = seen.slices.get_mut(&Slice::Away) {
            scores[0].ground_right *= 0.95;
        }
    }
    let worse = evaluate::compare(&outcome, &before).unwrap();
    assert!(
        worse.len() == 1 && worse[0].metric.starts_with("city right"),
        "{worse:?}"
    );
    outcome.plan.seed += 1;
    assert!(
        evaluate::compare(&outcome, &before).is_err(),
        "other travelers are not compared"
    );
}

#[test]
fn r277_the_honest_sentence_is_published() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let words: Vec<&str> = readme.split_whitespace().collect();
    assert!(
        words
            .join(" ")
            .contains("real-world calibration needs check-ins or expense receipts of a pilot customer")
    );
}

#[test]
fn r236_r276_a_change_of_the_rules_tells_which_notices_and_hours_it_changes() {
    let old = evaluate::snapshot(&tiny()).unwrap();
    let same = evaluate::accept(&old, &evaluate::snapshot(&tiny()).unwrap()).unwrap();
    assert!(
        same.notices.is_empty() && same.samples.is_empty() && same.holds(),
        "{same}"
    );
    assert!(same.new_errors.1 > 50 && same.hours.1 > 1_000, "{same}");
    // Rules that know no home answer other cities.
    let judgement = Judgement {
        home_known: 0.0,
        home_guessed: 0.0,
        ..Judgement::CURRENT
    };
    let new = evaluate::snapshot(&Plan { judgement, ..tiny() }).unwrap();
    let change = evaluate::accept(&old, &new).unwrap();
    assert!(
        change.hours.0 > 100 && (1..=20).contains(&change.samples.len()),
        "{change}"
    );
    assert!(change.samples.iter().all(|[_, was, is]| was != is), "{change}");
}

#[test]
fn r236_a_rule_that_calls_more_than_one_document_in_a_hundred_wrong_is_not_accepted() {
    let with = |wrong: usize| {
        let document = |n: usize| {
            let codes = if n < wrong {
                "arrival_before_departure!"
            } else {
                "year_slip"
            };
            format!("D\ttrip-{n}\tGds\t{codes}\n")
        };
        "seed 7\n".to_owned() + &(0..200).map(document).collect::<String>()
    };
    let change = evaluate::accept(&with(0), &with(2)).unwrap();
    assert!(change.holds() && change.new_errors == (2, 200), "{change}");
    let of = |code: &str| change.notices[&("Gds".to_owned(), code.to_owned())];
    assert_eq!((of("arrival_before_departure"), of("year_slip")), ((2, 0), (0, 2)));
    assert!(!evaluate::accept(&with(0), &with(3)).unwrap().holds());
    assert!(
        evaluate::accept(&with(3), &with(0)).unwrap().holds(),
        "what is mended is no error"
    );
    assert!(evaluate::accept("seed 8\n", &with(0)).is_err(), "another corpus");
}
