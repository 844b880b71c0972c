//! From names to city regions.

use super::super::*;
use super::{country, g, named};

#[test]
fn r64_three_letters_in_a_name_field_are_tried_as_a_code() {
    assert_eq!(named("ROM", None, None), ("ROM".into(), HowMatched::Code));
    assert_eq!(named(" NYC ", None, Some("US")), ("NYC".into(), HowMatched::Code));
    assert_eq!(named("CDG", None, None), ("PAR".into(), HowMatched::Code));
    assert_eq!(named("MLH", None, Some("CH")).0, "BSL");
    assert_eq!(named("MLH", None, Some("FR")).0, "MLH");
    // A name goes before a code, and a code of another country is none.
    assert_eq!(named("Ulm", None, None).0, named("Ulm", None, Some("DE")).0);
    assert_eq!(named("ULM", None, Some("DE")).0, named("Ulm", None, Some("DE")).0);
    // Both readings are kept where nothing decides.
    let both: Vec<_> = g()
        .cities_named("ULM", None, None)
        .iter()
        .map(|found| g().city(found.city).country)
        .collect();
    assert!(both.contains(&country("DE")) && both.contains(&country("US")));
}

#[test]
fn r64_an_address_in_the_name_field_leads_to_its_city() {
    assert_eq!(
        named("77 Great Suffolk Street, London SE1 0UX, United Kingdom", None, None).0,
        "LON"
    );
    assert_eq!(
        named("Baseler Strasse 40, 60329 Frankfurt am Main", None, Some("DE")).0,
        "FRA"
    );
    assert_eq!(
        named("London SW1", None, Some("GB")),
        ("LON".into(), HowMatched::Approximate)
    );
}

#[test]
fn r60_names_are_read_in_any_spelling() {
    for (name, city) in [
        ("münchen", "MUC"),
        ("Munich", "MUC"),
        ("MUENCHEN", "MUC"),
        ("Köln", "CGN"),
        ("Cologne", "CGN"),
        ("Bombay", "BOM"),
        ("Saigon", "SGN"),
        ("Kiev", "IEV"),
        ("New York", "NYC"),
        ("New York City", "NYC"),
        ("Sao Paulo", "SAO"),
        ("Zurich", "ZRH"),
        ("Den Haag", "HAG"),
        ("Genf", "GVA"),
        ("Mailand", "MIL"),
        ("Frankfurt am Main", "FRA"),
        ("Frankfurt/Main", "FRA"),
        ("St. Louis", "STL"),
        ("Saint Louis", "STL"),
        ("Washington DC", "WAS"),
        ("Washington, D.C.", "WAS"),
        ("London, UK", "LON"),
        ("Vancouver, Canada", "YVR"),
        ("San Jose, CA", "SJC"),
        ("Portland ME", "PWM"),
        ("Dallas/Fort Worth", "DFW"),
        ("London Heathrow", "LON"),
        ("Paris CDG", "PAR"),
        ("Tokyo Narita", "TYO"),
    ] {
        assert_eq!(named(name, None, None).0, city, "{name}");
    }
    assert!(g().cities_named("Nowhere in particular", None, None).is_empty());
    for nothing in ["", " ", "-", ",", "(", "/", "Q", "№ 5"] {
        assert!(g().cities_named(nothing, None, None).is_empty(), "{nothing:?}");
    }
}

#[test]
fn r72_state_and_country_decide_between_namesakes() {
    for (state, city) in [("MO", "SGF"), ("Massachusetts", "SFY"), ("il", "SPI")] {
        assert_eq!(
            named("Springfield", Some(state), Some("US")),
            (city.into(), HowMatched::ExactName)
        );
    }
    assert_eq!(
        named("Paris", Some("TX"), Some("US")),
        ("PRX".into(), HowMatched::ExactName)
    );
    assert_eq!(named("Paris", None, Some("FR")), ("PAR".into(), HowMatched::ExactName));
    assert_eq!(named("London", Some("Ontario"), Some("Canada")).0, "YXU");
    assert_eq!(
        named("San Juan", Some("PR"), Some("US")).0,
        "SJU",
        "Puerto Rico is a state to some"
    );
    assert_eq!(named("Hong Kong", None, Some("CN")).0, "HKG");
    assert_eq!(named("Birmingham", Some("AL"), None).0, "BHM");
    assert_eq!(named("Santiago", None, Some("CL")).0, "SCL");
}

#[test]
fn r72_undecided_texts_keep_their_candidates() {
    let keys = |found: &[CityMatch]| found.iter().map(|m| g().city(m.city).key()).collect::<Vec<_>>();
    let springfields = g().cities_named("Springfield", None, Some("US"));
    assert!(springfields.len() > 3 && springfields.iter().all(|found| found.how == HowMatched::Approximate));
    let anywhere = keys(&g().cities_named("Paris", None, None));
    assert_eq!(anywhere[0], "PAR");
    assert!(
        anywhere.contains(&"PRX".to_owned()),
        "a flight into Dallas may still make it Texas"
    );
    let in_the_states = keys(&g().cities_named("Paris", None, Some("US")));
    assert_eq!(in_the_states[0], "PRX");
    assert!(
        in_the_states.contains(&"PAR".to_owned()),
        "and one into Charles de Gaulle France"
    );
    // What contradicts everything else is left out, at a price.
    let contradicted = g().cities_named("Reykjavik", None, Some("US"));
    assert_eq!(keys(&contradicted)[0], "REK");
    assert!(contradicted[0].p < 0.5 && contradicted[0].how == HowMatched::Approximate);
    let wrong_state = g().cities_named("Chicago", Some("TX"), Some("US"));
    assert_eq!(keys(&wrong_state)[0], "CHI");
    assert!(wrong_state[0].p < 0.7);
}

#[test]
fn r60_probabilities_of_one_name_are_ordered_and_add_up_to_at_most_one() {
    let names = [
        "Paris",
        "ULM",
        "Springfield",
        "Victoria",
        "San José",
        "Georgetown",
        "Córdoba",
        "London Heathrow",
        "BAR",
        "Roma",
    ];
    for name in names {
        for of in [None, Some("US"), Some("GB")] {
            let found = g().cities_named(name, None, of);
            assert!(found.iter().map(|found| found.p).sum::<f64>() <= 1.0, "{name}");
            assert!(found.windows(2).all(|pair| pair[0].p >= pair[1].p), "{name}");
            assert!(found.iter().all(|found| found.p > 0.0));
        }
    }
}
