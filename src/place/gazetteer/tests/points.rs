//! Points: regions, zones and countries; countries by name.

use super::super::*;
use super::{country, g, near};

#[test]
fn r65_points_lie_in_the_region_around_them() {
    for (lon, lat, city) in [
        (-73.8, 40.669, "NYC"),
        (-0.1237, 51.5206, "LON"),
        (-0.45, 51.47, "LON"),
        (-2.245, 53.479, "MAN"),
        (-87.631, 41.8846, "CHI"),
        (-75.148, 39.9451, "PHL"),
        (8.6612, 50.1046, "FRA"),
        (-3.697, 40.4123, "MAD"),
        (-3.187, 55.954, "EDI"),
        (2.2361, 48.8926, "PAR"),
        (11.083, 60.197, "OSL"),
        (140.39, 35.765, "TYO"),
        (7.589, 47.5596, "BSL"),
    ] {
        assert_eq!(near(lon, lat).as_deref(), Some(city), "{lon} {lat}");
    }
    assert_eq!(near(-30.0, 45.0), None, "the middle of the Atlantic");
    assert_eq!(near(0.0, -89.9), None, "the pole");
}

#[test]
fn r65_a_border_parts_two_towns_and_the_date_line_does_not() {
    let at = |lon, lat| g().city(g().city_near(LonLat::new(lon, lat), 50.0).unwrap().id);
    assert_eq!(at(7.566, 47.589).country, country("FR"), "Saint-Louis, not Basel");
    assert_eq!(at(6.1, 46.25).country, country("FR"), "Ferney, not Geneva");
    assert_eq!(at(-117.1, 32.55).key(), "SAN", "San Ysidro, not Tijuana");
    assert_eq!(at(179.99, -16.8).key(), at(-179.99, -16.8).key(), "Taveuni lies on it");
}

#[test]
fn r3_zones_of_points_are_those_of_their_country() {
    for (lon, lat, zone) in [
        (-0.1, 51.5, "Europe/London"),
        (-104.99, 39.74, "America/Denver"),
        (-77.0, 38.9, "America/New_York"),
        (139.7, 35.7, "Asia/Tokyo"),
        (-157.8, 21.3, "Pacific/Honolulu"),
        (-117.1, 32.55, "America/Los_Angeles"),
        (114.95, 4.88, "Asia/Brunei"),
        (77.2, 28.6, "Asia/Kolkata"),
    ] {
        assert_eq!(g().zone_at(LonLat::new(lon, lat)).map(Zone::name), Some(zone));
    }
    assert_eq!(g().zone_at(LonLat::new(-140.0, -45.0)), None, "the South Pacific");
}

#[test]
fn r3_a_country_has_a_sole_zone_if_its_clocks_agree() {
    let zone = |code| g().country(country(code)).unwrap().sole_zone.map(Zone::name);
    assert_eq!(zone("DE"), Some("Europe/Berlin"));
    assert_eq!(zone("GB"), Some("Europe/London"));
    assert_eq!(zone("CN"), Some("Asia/Shanghai"));
    assert_eq!(zone("IN"), Some("Asia/Kolkata"));
    for several in ["US", "CA", "AU", "BR", "RU", "ES", "PT", "CL"] {
        assert_eq!(zone(several), None, "{several}");
    }
}

#[test]
fn r60_countries_are_read_in_any_usual_spelling() {
    for (text, code) in [
        ("GB", "GB"),
        ("UK", "GB"),
        ("gbr", "GB"),
        ("United Kingdom", "GB"),
        ("England", "GB"),
        ("U.S.A.", "US"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("España", "ES"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Korea, Republic of", "KR"),
        ("Viet Nam", "VN"),
        ("The Netherlands", "NL"),
        ("Türkiye", "TR"),
        ("Kosovo", "XK"),
        ("Hong Kong", "HK"),
    ] {
        assert_eq!(
            g().country_named(text)
                .map(|country| country.code.to_string())
                .as_deref(),
            Some(code),
            "{text}"
        );
    }
    for text in ["", "-", "Atlantis", "XX", "ZZZ"] {
        assert!(g().country_named(text).is_none(), "{text}");
    }
    let germany = g().country(country("DE")).unwrap();
    assert_eq!(
        (
            germany.name.as_str(),
            germany.alpha3.as_str(),
            germany.continent.as_str()
        ),
        ("Germany", "DEU", "Europe")
    );
}

#[test]
fn r65_countries_of_points_reach_the_coast_and_leave_enclaves_out() {
    for (lon, lat, code) in [
        (-0.1, 51.5, "GB"),
        (-157.86, 21.3, "US"),
        (-15.43, 28.15, "ES"),
        (179.9, -16.8, "FJ"),
        (-179.9, -16.8, "FJ"),
        (-175.0, 66.0, "RU"),
        (12.45, 43.94, "SM"),
        (12.4534, 41.9029, "VA"),
        (27.5, -29.3, "LS"),
        (20.9, 42.6, "XK"),
        (103.8, 1.29, "SG"),
        (0.0, -89.9, "AQ"),
    ] {
        assert_eq!(g().country_at(LonLat::new(lon, lat)), Some(country(code)), "{code}");
    }
    assert_eq!(g().country_at(LonLat::new(-40.0, 30.0)), None, "the high sea");
}

#[test]
fn r190_a_country_is_shown_by_where_its_cities_are() {
    let bounds = |code: &str| {
        let bounds = Gazetteer::embedded().country_bounds(CountryCode::parse(code).unwrap());
        bounds.unwrap_or_else(|| panic!("{code} has no land"))
    };
    let [west, south, east, north] = bounds("FR");
    assert!(
        west > -9.0 && south > 40.0 && east < 12.0 && north < 53.0,
        "France without Guiana: {west} {south} {east} {north}"
    );
    let [west, south, east, north] = bounds("US");
    assert!(
        west > -140.0 && south > 20.0 && east < -60.0 && north < 60.0,
        "without Alaska: {west} {south} {east} {north}"
    );
    let [_, south, _, north] = bounds("NZ");
    assert!(south < -45.0 && north > -36.0, "both islands");
    let [_, south, east, north] = bounds("GB");
    assert!(south > 48.0 && east < 4.0 && north > 57.0, "without Cyprus");
    for country in Gazetteer::embedded().countries() {
        if let Some([west, south, east, north]) = Gazetteer::embedded().country_bounds(country.code) {
            assert!(west < east && south < north, "{:?}", country.code);
        }
    }
}
