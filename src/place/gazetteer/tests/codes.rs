//! Airports, metropolitan areas and their codes.

use super::{city_of, code, country, g, named};

#[test]
fn r61_metropolitan_codes_lead_to_one_region_with_its_airports() {
    for (metro, airports) in [
        ("LON", "LHR LGW LCY LTN STN SEN"),
        ("NYC", "JFK LGA EWR"),
        ("PAR", "CDG ORY BVA"),
        ("ROM", "FCO CIA"),
        ("MIL", "MXP LIN BGY"),
        ("WAS", "IAD DCA"),
        ("TYO", "HND NRT"),
        ("CHI", "ORD MDW"),
        ("SEL", "ICN GMP"),
        ("STO", "ARN BMA"),
        ("OSA", "KIX ITM UKB"),
        ("DFW", "DFW DAL"),
        ("BER", "BER TXL SXF"),
        ("BRU", "BRU CRL"),
    ] {
        let city = g().city_by_code(code(metro)).unwrap();
        assert_eq!(city.code, Some(code(metro)));
        for airport in airports.split(' ') {
            assert_eq!(city_of(airport), metro, "{airport}");
            assert!(city.airports.contains(&code(airport)), "{airport} serves {metro}");
        }
    }
    let london = g().city_by_code(code("LON")).unwrap();
    assert_eq!((london.name.as_str(), london.country), ("London", country("GB")));
    assert_eq!(london.airports.first(), Some(&code("LHR")), "the most travelled first");
    assert!(g().airport(code("LON")).is_none(), "a metropolitan code is no airport");
}

#[test]
fn r61_what_travelers_call_another_city_is_another_city() {
    for (airport, city) in [
        ("BWI", "BWI"),
        ("OAK", "OAK"),
        ("SJC", "SJC"),
        ("FTW", "FTW"),
        ("DUS", "DUS"),
        ("BHX", "BHX"),
    ] {
        assert_eq!(city_of(airport), city);
    }
    for (name, of, not) in [
        ("Baltimore", "US", "WAS"),
        ("Bonn", "DE", "CGN"),
        ("Brighton", "GB", "LON"),
        ("Yokohama", "JP", "TYO"),
        ("Kobe", "JP", "OSA"),
        ("Mainz", "DE", "FRA"),
        ("Kyoto", "JP", "OSA"),
        ("Ottawa", "CA", "YMQ"),
    ] {
        assert_ne!(named(name, None, Some(of)).0, not, "{name}");
    }
    // Washington's third airport serves it, and lies in Baltimore's region.
    assert!(g().city_by_code(code("WAS")).unwrap().airports.contains(&code("BWI")));
}

#[test]
fn r61_suburbs_and_boroughs_belong_to_their_metropolis() {
    for (name, state, of, city) in [
        ("Croydon", None, "GB", "LON"),
        ("Canary Wharf", None, "GB", "LON"),
        ("La Défense", None, "FR", "PAR"),
        ("Versailles", None, "FR", "PAR"),
        ("Newark", Some("NJ"), "US", "NYC"),
        ("Brooklyn", Some("NY"), "US", "NYC"),
        ("Manhattan", Some("NY"), "US", "NYC"),
        ("Jamaica", Some("NY"), "US", "NYC"),
        ("Arlington", Some("VA"), "US", "WAS"),
        ("Cambridge", Some("MA"), "US", "BOS"),
        ("Redmond", Some("WA"), "US", "SEA"),
        ("Kawasaki", None, "JP", "TYO"),
        ("Freising", None, "DE", "MUC"),
        ("Mississauga", Some("ON"), "CA", "YTO"),
        ("Gurugram", None, "IN", "DEL"),
        ("Quezon City", None, "PH", "MNL"),
    ] {
        let found = g().cities_named(name, state, Some(of));
        assert_eq!(g().city(found[0].city).key(), city, "{name}");
        let centre = g().city(found[0].city).at;
        assert!(found[0].at.distance_km(centre) <= 51.0, "{name} itself is not far");
    }
}

#[test]
fn r62_a_code_of_airport_and_city_is_both() {
    for text in [
        "BOS", "DEN", "LAX", "DFW", "FRA", "AMS", "MAD", "LIS", "SFO", "HNL", "AKL", "SYD", "DOH", "EDI", "PHL",
    ] {
        let city = g().city_by_code(code(text)).unwrap();
        assert_eq!(city.key(), text);
        assert_eq!(g().airport(code(text)).unwrap().city, city.id);
    }
    for text in ["JFK", "LHR", "CDG", "FCO", "IAD", "ORD", "HND", "LIN", "LGW"] {
        assert!(
            g().airport(code(text)).is_some() && g().city_by_code(code(text)).is_none(),
            "{text} is only an airport"
        );
    }
    assert_eq!(
        g().city_by_code(code("EWR")).unwrap().key(),
        "NYC",
        "the code of a city that belongs to a larger one"
    );
    for unknown in ["ZZZ", "XXX", "QQQ"] {
        assert!(
            g().airport(code(unknown)).is_none() && g().city_by_code(code(unknown)).is_none(),
            "{unknown}"
        );
    }
}

#[test]
fn r63_the_airport_of_basel_and_mulhouse_is_in_three_countries() {
    let countries = vec![country("FR"), country("CH"), country("DE")];
    for text in ["BSL", "MLH", "EAP"] {
        let airport = g().airport(code(text)).unwrap();
        assert_eq!(airport.countries, countries, "{text}");
        assert_eq!(city_of(text), "BSL");
    }
    assert_eq!(g().city_by_code(code("EAP")).unwrap().key(), "BSL");
    assert_eq!(g().airport(code("LHR")).unwrap().countries, vec![country("GB")]);
}
