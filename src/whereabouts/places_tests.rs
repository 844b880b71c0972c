//! One test per rule about places.

use super::super::Notice;
use super::*;

fn resolve_end(kind: SegmentKind, end: End) -> (Option<Spot>, Vec<Notice>) {
    let mut out = Vec::new();
    let mut desk = Desk {
        trip: "t",
        booking: None,
        segment: None,
        out: &mut out,
    };
    let segment = Segment {
        kind,
        start: end.clone(),
        ..Segment::default()
    };
    let spot = resolve(Gazetteer::embedded(), &segment, &end, &mut desk);
    (spot, out)
}

fn key(spot: &Option<Spot>) -> String {
    Gazetteer::embedded().city(spot.as_ref().unwrap().city()).key()
}

fn coded(code: &str) -> End {
    End {
        code: Some(code.into()),
        ..End::default()
    }
}

#[test]
fn r61_metropolitan_codes_are_city_regions_and_the_terminal_may_name_the_airport() {
    let (spot, notices) = resolve_end(SegmentKind::Air, coded("ROM"));
    assert_eq!(key(&spot), "ROM");
    assert_eq!(spot.unwrap().exact, Exact::City);
    assert_eq!(notices[0].code, "metro_code_used");
    let (spot, _) = resolve_end(
        SegmentKind::Air,
        End {
            terminal: Some("FCO".into()),
            ..coded("ROM")
        },
    );
    assert_eq!(spot.unwrap().label, "FCO");
}

#[test]
fn r62_on_the_ground_an_airport_code_is_its_city() {
    let (spot, _) = resolve_end(SegmentKind::Hotel, coded("LHR"));
    assert_eq!(key(&spot), "LON");
    assert_eq!(spot.unwrap().exact, Exact::CityCode);
    let (spot, _) = resolve_end(SegmentKind::Air, coded("LHR"));
    assert_eq!(spot.unwrap().exact, Exact::Terminal);
}

#[test]
fn r63_basel_mulhouse_is_never_one_country() {
    let (spot, _) = resolve_end(SegmentKind::Air, coded("BSL"));
    assert!(spot.unwrap().countries.len() > 1);
}

#[test]
fn r64_a_code_in_the_name_field() {
    let (spot, notices) = resolve_end(
        SegmentKind::Hotel,
        End {
            city: Some("ROM".into()),
            ..End::default()
        },
    );
    assert_eq!(key(&spot), "ROM");
    assert_eq!(notices[0].code, "city_code_in_name_field");
}

#[test]
fn r71_a_train_ends_at_its_station_by_code_or_name_else_in_the_town_that_it_is_called_after() {
    let named = |name: &str| End {
        station_name: Some(name.into()),
        ..End::default()
    };
    let name_as_code = |name: &str| End {
        station: Some(name.into()),
        ..End::default()
    };
    let point = End {
        lat: Some(34.73),
        lon: Some(135.5),
        ..End::default()
    };
    for (end, city) in [
        (named("Paris Gare de Lyon"), "PAR"),
        (name_as_code("Paris Gare de Lyon"), "PAR"),
        (name_as_code("Edinburgh Waverley"), "EDI"),
        // No list of ours has the stations of Japan.
        (named("Tokyo"), "TYO"),
        (named("Nagoya Station"), "NGO"),
        (point, "OSA"),
    ] {
        let (spot, _) = resolve_end(SegmentKind::Rail, end.clone());
        assert_eq!(spot.as_ref().map(|_| key(&spot)), Some(city.to_owned()), "{end:?}");
    }
    // A code that nobody knows is no town.
    let (spot, _) = resolve_end(SegmentKind::Rail, name_as_code("QZQ"));
    assert_eq!(spot, None);
}

#[test]
fn r65_coordinates_far_from_the_city_are_not_followed() {
    let end = End {
        city: Some("London".into()),
        country: Some("GB".into()),
        lon: Some(-2.245),
        lat: Some(53.479),
        ..coded("LHR")
    };
    let (spot, notices) = resolve_end(SegmentKind::Hotel, end);
    assert_eq!(key(&spot), "LON");
    assert_ne!(spot.unwrap().exact, Exact::Venue);
    assert_eq!(notices[0].code, "coordinates_far_from_city");
}

#[test]
fn r65_swapped_coordinates_are_swapped_back() {
    let end = End {
        city: Some("London".into()),
        country: Some("GB".into()),
        lon: Some(51.52),
        lat: Some(-0.12),
        ..coded("LON")
    };
    let (spot, _) = resolve_end(SegmentKind::Hotel, end);
    let spot = spot.unwrap();
    assert_eq!(spot.exact, Exact::Venue);
    assert!(spot.at.distance_km(LonLat::new(-0.12, 51.52)) < 1.0);
}

#[test]
fn r65_null_island_is_no_place() {
    let (spot, notices) = resolve_end(
        SegmentKind::Hotel,
        End {
            lon: Some(0.0),
            lat: Some(0.0),
            ..coded("MAD")
        },
    );
    assert_eq!(key(&spot), "MAD");
    assert_eq!(notices[0].code, "coordinates_near_origin");
}

#[test]
fn r66_coordinates_come_first() {
    let end = End {
        lon: Some(-75.148),
        lat: Some(39.9451),
        ..End::default()
    };
    let (spot, _) = resolve_end(SegmentKind::Hotel, end);
    assert_eq!(key(&spot), "PHL");
}

#[test]
fn r67_a_property_near_the_stated_city_is_in_it() {
    let at = |code: &str, lon: f64, lat: f64| {
        let end = End {
            lon: Some(lon),
            lat: Some(lat),
            ..coded(code)
        };
        let spot = resolve_end(SegmentKind::Hotel, end).0;
        assert_eq!(spot.as_ref().map(|spot| spot.exact), Some(Exact::Venue));
        key(&spot)
    };
    assert_eq!(at("SFO", -122.27, 37.80), "SFO", "Oakland is in its reach");
    assert_eq!(at("SFO", -122.14, 37.44), "SFO", "Palo Alto is near its airport");
    assert_eq!(at("SFO", -121.89, 37.34), "SJC", "San José is not");
    assert_eq!(at("MMX", 12.57, 55.68), "CPH", "another country is another city");
}

#[test]
fn r72_towns_of_one_name_stay_candidates_until_something_decides() {
    let (spot, _) = resolve_end(
        SegmentKind::Hotel,
        End {
            city: Some("Paris".into()),
            ..End::default()
        },
    );
    let mut spot = spot.unwrap();
    assert!(spot.candidates.len() > 1);
    let gazetteer = Gazetteer::embedded();
    spot.keep(gazetteer, |city| gazetteer.city(city).country.as_str() == "US");
    assert_eq!(gazetteer.city(spot.city()).country.as_str(), "US");
}

#[test]
fn r64_name_and_address_changed_places() {
    let mut out = Vec::new();
    let mut desk = Desk {
        trip: "t",
        booking: None,
        segment: None,
        out: &mut out,
    };
    let segment = Segment {
        kind: SegmentKind::Hotel,
        name: Some("William Never01".into()),
        start: End {
            address: Some("Hotel Novotel Roma Est".into()),
            ..End::default()
        },
        ..Segment::default()
    };
    assert_eq!(property_name(&segment, &mut desk), Some("Hotel Novotel Roma Est"));
    assert_eq!(out[0].code, "name_address_swapped");
    for (name, address, swapped) in [
        ("35 Larch Street", "Pomelo House", true),
        ("Kaufmannstraße 12", "Kupferblatt", true),
        ("Pomelo House", "35 Larch Street", false),
        ("Pomelo House", "Larch Street", false),
        // A house that is called by a number, and a street that has none.
        ("Number 16", "Piazza della Colonna", false),
        ("Motel 6", "Pomelo House", false),
        ("Pomelo House", "Kupferblatt", false),
    ] {
        let mut out = Vec::new();
        let mut desk = Desk {
            trip: "t",
            booking: None,
            segment: None,
            out: &mut out,
        };
        let segment = Segment {
            name: Some(name.into()),
            start: End {
                address: Some(address.into()),
                ..End::default()
            },
            ..segment.clone()
        };
        let read = property_name(&segment, &mut desk).map(str::to_owned);
        assert_eq!(read.as_deref(), Some(if swapped { address } else { name }));
        assert_eq!(out.len(), usize::from(swapped), "{name}, {address}");
    }
}

#[test]
fn an_end_without_a_place_is_none() {
    assert_eq!(resolve_end(SegmentKind::Hotel, End::default()).0, None);
    assert_eq!(resolve_end(SegmentKind::Air, coded("QQQ")).0, None);
}
