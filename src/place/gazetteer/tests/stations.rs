//! Railway stations.

use super::{country, g};

#[test]
fn r71_stations_are_found_by_code() {
    for (text, name, city) in [
        ("QQS", "St Pancras", "LON"),
        ("zyp", "Pennsylvania", "NYC"),
        ("NYP", "New York Penn", "NYC"),
        ("KGX", "London Kings Cross", "LON"),
        ("EDB", "Edinburgh Waverley", "EDI"),
        ("8020347", "München Hbf", "MUC"),
        ("FRPLY", "Paris Gare de Lyon", "PAR"),
    ] {
        let station = g().station(text).unwrap_or_else(|| panic!("{text}"));
        assert!(station.name.starts_with(name), "{text}: {}", station.name);
        assert_eq!(g().city(station.city).key(), city);
    }
    assert!(g().station("").is_none() && g().station("no such").is_none());
}

#[test]
fn r71_stations_are_found_by_name_in_many_languages() {
    for (name, city) in [
        ("London Kings Cross", "LON"),
        ("London King's Cross", "LON"),
        ("London St Pancras International", "LON"),
        ("Edinburgh Waverley", "EDI"),
        ("Köln Hbf", "CGN"),
        ("Cologne Hauptbahnhof", "CGN"),
        ("Munich Central Station", "MUC"),
        ("Paris Gare du Nord", "PAR"),
        ("Gare de Lyon", "PAR"),
        ("Rome Termini", "ROM"),
        ("Milan Centrale", "MIL"),
        ("Brussels Midi", "BRU"),
        ("Wien Hbf", "VIE"),
        ("New York Penn Station", "NYC"),
        ("Boston South Station", "BOS"),
    ] {
        let station = g().station_named(name, None).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(g().city(station.city).key(), city, "{name} is {}", station.name);
    }
    assert!(g().station_named("Edinburgh Waverley", Some(country("DE"))).is_none());
    assert!(g().station_named("", None).is_none());
}
