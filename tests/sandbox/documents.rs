//! The documents of the simulated channels: shape, oddities, and the rates of their defects.

use super::*;

#[test]
fn t19_t30_t32_documents_have_the_published_shape_and_its_oddities() {
    let world = world(600, 2, Intensity::Usual);
    let mut suffixes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let documents = documents(&world);
    for (id, document) in &documents {
        assert_eq!(document["id"], format!("http://127.0.0.1:1/travel/v4/trips/{id}"));
        assert!(document.get("UserLoginId").or(document.get("UserLoginID")).is_some());
        let modified = document["DateModifiedUtc"].as_str().unwrap();
        assert!(
            modified.ends_with("+00:00") && modified.len() == "2026-11-22T14:00:04.000+00:00".len(),
            "{modified}"
        );
        for (kind, segment) in segments(document) {
            *kinds.entry(kind.to_owned()).or_default() += 1;
            let local = segment["StartDateLocal"].as_str().unwrap();
            let suffix = &local["2026-11-22T14:00:04".len()..];
            *suffixes
                .entry(
                    ["", ".000-00:00", "Z"]
                        .into_iter()
                        .find(|known| *known == suffix)
                        .unwrap(),
                )
                .or_default() += 1;
            assert!(segment["StartDateUtc"].as_str().unwrap().ends_with("+00:00"));
            assert!(
                segment.as_object().unwrap().values().all(|value| !value.is_null()),
                "T7: {segment}"
            );
        }
    }
    assert!(
        suffixes[""] > suffixes[".000-00:00"] && suffixes[".000-00:00"] > suffixes["Z"],
        "{suffixes:?}"
    );
    for kind in ["Air", "Hotel", "Car", "Rail", "Ride", "Dining", "Parking"] {
        assert!(kinds.get(kind).is_some_and(|count| *count > 3), "{kind}: {kinds:?}");
    }
    let bare = documents
        .iter()
        .flat_map(|(_, document)| document["Bookings"].as_array().unwrap());
    assert!(bare.clone().any(|booking| booking["Segments"] == json!({})), "T18");
    assert!(
        documents.iter().any(|(_, document)| document["TripStatus"] == "0"),
        "T41"
    );
    assert!(
        documents
            .iter()
            .any(|(_, document)| document["TripStatus"] == 2 && document["Bookings"] == json!([])),
        "T45"
    );
}

#[test]
fn t38_supplier_bookings_are_redacted() {
    let world = world(600, 2, Intensity::Clean);
    let mut seen = 0;
    for (trip, _) in world
        .papers()
        .filter(|(_, paper)| paper.channel == Channel::Supplier && !paper.legs.is_empty())
    {
        let Some(document) = world.document(trip.id, "") else {
            continue;
        };
        for (_, segment) in segments(&document).filter(|(kind, _)| *kind == "Air") {
            seen += 1;
            assert!(
                segment.get("FlightNumber").is_none()
                    && segment.get("Vendor").is_none()
                    && segment.get("StartTerminal").is_none()
            );
            assert!(segment["StartDateLocal"].as_str().unwrap().contains("T00:00:00"));
            assert!(segment["StartDateUtc"].as_str().unwrap().contains("T00:00:00"));
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn r25_the_demonstration_begins_with_an_intent_for_london() {
    let world = world(50, 1, Intensity::Usual);
    let person = &world.companies[0].people[0];
    assert_eq!(person.login, "maya.okafor@fjordline.example");
    let mine = documents(&world)
        .into_iter()
        .map(|(_, document)| document)
        .filter(|document| document["UserLoginId"] == person.login.as_str());
    let out = mine
        .flat_map(|document| segments(&document).map(|(_, one)| one.clone()).collect::<Vec<_>>())
        .find(|one| one["EndCityCode"] == "LHR");
    let out = out.unwrap();
    assert_eq!(out["StartCityCode"], "JFK");
    assert!(out.get("FlightNumber").is_none());
    assert!(
        out["StartDateLocal"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-21T00:00:00")
    );
}

#[test]
fn every_document_can_be_read_by_the_itinerary_reader() {
    for intensity in [Intensity::Clean, Intensity::Usual, Intensity::Hostile] {
        for (id, document) in documents(&world(150, 4, intensity)) {
            let reading = whereabouts::itinerary::read(document.to_string().as_bytes()).expect("readable");
            assert_eq!(reading.trip.id, id.to_string());
        }
    }
}

/// All rolls of a world: about whole journeys, and in the documents of one column's channels.
fn rolls(world: &World, channels: &[Channel]) -> Log {
    let mut log = Log::default();
    for (trip, _) in world
        .papers()
        .filter(|(_, paper)| channels.contains(&paper.channel) && paper.forced.is_empty())
    {
        if let Some(one) = world.operators(trip.id) {
            let rolled = one
                .applied
                .iter()
                .filter(|applied| one.tried.contains_key(&applied.operator))
                .cloned()
                .collect();
            log.merge(Log {
                applied: rolled,
                tried: one.tried,
            });
        }
    }
    log
}

#[test]
fn r253_operators_strike_at_the_rates_of_the_table() {
    use Operator as O;
    let world = world(3000, 11, Intensity::Usual);
    let columns: [(&str, &[Channel], usize); 6] = [
        ("GDS", &[Channel::Agency, Channel::ConcurTravel], 0),
        ("mail", &[Channel::ParsedMail, Channel::TripIt], 1),
        ("manual", &[Channel::Manual], 2),
        ("supplier", &[Channel::Supplier], 3),
        ("API", &[Channel::AgencyApi], 4),
        ("request", &[Channel::Request], 5),
    ];
    // The table of rules.md §14.2, in percent; 100 is documented redaction.
    let table: [(Operator, [f64; 6]); 17] = [
        (O::FlightNumberMissing, [0.5, 10.0, 35.0, 100.0, 3.0, 90.0]),
        (O::FlightNumberFake, [0.5, 2.0, 5.0, 0.0, 2.0, 5.0]),
        (O::TimesMidnight, [0.0, 5.0, 15.0, 100.0, 3.0, 70.0]),
        (O::OffsetOnLocal, [30.0, 10.0, 5.0, 10.0, 20.0, 10.0]),
        (O::UtcCopiedFromLocal, [1.0, 5.0, 10.0, 10.0, 10.0, 20.0]),
        (O::DatesOverwrittenByTrip, [0.0, 0.5, 2.0, 0.0, 3.0, 10.0]),
        (O::ArrivalDayNotRolled, [0.2, 3.0, 5.0, 0.0, 2.0, 0.0]),
        (O::DayMonthSwapped, [0.0, 1.0, 1.0, 0.0, 0.3, 0.0]),
        (O::YearSlip, [0.0, 0.3, 0.5, 0.0, 0.0, 0.0]),
        (O::MetroCodeForAirport, [1.0, 5.0, 15.0, 2.0, 15.0, 40.0]),
        (O::NamesMixedUp, [0.5, 2.0, 4.0, 1.0, 3.0, 5.0]),
        (O::CoordinatesBroken, [0.5, 1.0, 2.0, 1.0, 1.0, 0.0]),
        (O::ReturnLegAbsent, [8.0, 12.0, 15.0, 12.0, 8.0, 20.0]),
        (O::CodeShareAlias, [20.0; 6]),
        (O::SeveralPassengers, [4.0, 3.0, 3.0, 2.0, 4.0, 2.0]),
        (O::WaitlistedOrRequested, [1.0; 6]),
        (O::RetentionSegment, [3.5, 0.0, 0.0, 0.0, 3.5, 0.0]),
    ];
    let mut checked = 0;
    for (name, channels, column) in columns {
        let log = rolls(&world, channels);
        for (operator, percent) in &table {
            checked += usize::from(near(&log, *operator, percent[column] / 100.0, name));
        }
    }
    assert!(checked > 50, "{checked}");
    for (operator, percent) in [
        (O::HotelAbsent, 35.0),
        (O::DuplicateByOtherChannel, 20.0),
        (O::AirlineCancellation, 1.5),
        (O::PassiveSegment, 5.0),
        (O::Proposals, 10.0),
        (O::Reaccommodated, 88.0),
    ] {
        assert!(near(world.log(), operator, percent / 100.0, "all"), "{operator:?}");
    }
}

/// Whether enough was rolled to judge; panics if the rate is not the expected one.
fn near(log: &Log, operator: Operator, rate: f64, name: &str) -> bool {
    let (tried, struck) = log.tally(operator);
    let (n, seen) = (f64::from(tried), f64::from(struck) / f64::from(tried.max(1)));
    assert!(
        rate > 0.0 || struck == 0,
        "{name}: {} never happens here",
        operator.name()
    );
    if tried < 30 {
        return false;
    }
    // Four and a half standard deviations, and one hit either way.
    let tolerance = 4.5 * (rate * (1.0 - rate) / n).sqrt() + 1.5 / n;
    assert!(
        (seen - rate).abs() <= tolerance,
        "{name} {}: {seen:.4} instead of {rate:.4} in {tried}",
        operator.name()
    );
    true
}

#[test]
fn r254_intensities_scale_the_rates() {
    for channel in Channel::ALL {
        for operator in Operator::ALL {
            let at = |intensity| operator.probability(channel, intensity);
            let (clean, usual, hostile) = (at(Intensity::Clean), at(Intensity::Usual), at(Intensity::Hostile));
            if usual == 1.0
                || matches!(
                    operator,
                    Operator::CancelledFlightFirst | Operator::CancelledHotelFirst | Operator::Reaccommodated
                )
            {
                assert_eq!((clean, hostile), (usual, usual), "redaction and shares are not scaled");
            } else {
                assert!((clean - usual * 0.2).abs() < 1e-9 && (hostile - (usual * 3.0).min(0.95)).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn r253_a_document_names_the_operators_that_touched_it() {
    let world = world(300, 4, Intensity::Hostile);
    let mut midnight = 0;
    for (id, document) in documents(&world) {
        let applied = world.operators(id).unwrap().applied;
        for one in applied.iter().filter(|one| one.operator == Operator::TimesMidnight) {
            let (booking, label) = one.at.clone().unwrap();
            let (kind, index) = label.trim_end_matches(']').split_once('[').unwrap();
            let segment = &document["Bookings"][booking]["Segments"][kind][index.parse::<usize>().unwrap()];
            assert!(
                segment["StartDateLocal"].as_str().unwrap().contains("T00:00:00"),
                "{label} of {document}"
            );
            midnight += 1;
        }
    }
    assert!(midnight > 20, "{midnight}");
}

#[test]
fn r252_the_sandbox_and_the_inference_do_not_know_each_other() {
    fn rust_files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                rust_files(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (room, forbidden) in [
        ("sandbox", "crate::whereabouts"),
        ("whereabouts", "sandbox::"),
        ("itinerary", "sandbox::"),
        ("place", "sandbox::"),
    ] {
        let mut files = Vec::new();
        rust_files(&source.join(room), &mut files);
        assert!(!files.is_empty(), "no sources of {room}");
        for file in files {
            assert!(
                !std::fs::read_to_string(&file).unwrap().contains(forbidden),
                "{} uses {forbidden}",
                file.display()
            );
        }
    }
}
