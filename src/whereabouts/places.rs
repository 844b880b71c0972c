//! From what a document says about a place to city regions with probabilities (R60–R73).
//! Called for both ends of every segment.
//! Always holds: the candidates of a spot add up to 1, the most probable is first, and all of them are real city regions.

use smallvec::{SmallVec, smallvec};

use crate::itinerary::{End, Segment, SegmentKind};
use crate::place::{Airport, City, CityId, Code, CountryCode, Gazetteer, LonLat, Zone};

use super::Place;
use super::PlaceKind;
use super::judgement::Judgement;
use super::notices::Desk;

/// How exact a spot is known, and with it the radius (R196).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exact {
    /// Coordinates of the property.
    Venue,
    /// An airport or a station.
    Terminal,
    /// A town by its name or address.
    City,
    /// Only a code near it (R67).
    CityCode,
}

/// One end of a segment, resolved.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spot {
    /// City regions it may be in.
    pub candidates: SmallVec<[(CityId, f64); 1]>,
    /// Best known point.
    pub at: LonLat,
    pub exact: Exact,
    /// "LHR", "London": as people say it.
    pub label: String,
    /// Code of the airport or station.
    pub code: Option<String>,
    pub zone: Option<Zone>,
    /// More than one only where the terminal serves several countries (R63).
    pub countries: Vec<CountryCode>,
    /// It is a railway station (R34).
    pub station: bool,
}

impl Spot {
    /// The most probable city region.
    pub fn city(&self) -> CityId {
        self.candidates[0].0
    }

    fn of_city(city: &City, exact: Exact) -> Spot {
        Spot {
            candidates: smallvec![(city.id, 1.0)],
            at: city.at,
            exact,
            label: city.name.clone(),
            code: None,
            zone: Some(city.zone),
            countries: Vec::new(),
            station: false,
        }
    }

    fn of_airport(airport: &Airport) -> Spot {
        Spot {
            candidates: smallvec![(airport.city, 1.0)],
            at: airport.at,
            exact: Exact::Terminal,
            label: airport.code.as_str().to_owned(),
            code: Some(airport.code.as_str().to_owned()),
            zone: Some(airport.zone),
            countries: if airport.countries.len() > 1 {
                airport.countries.clone()
            } else {
                Vec::new()
            },
            station: false,
        }
    }

    /// The same spot, only in the candidates that `keep` accepts; unchanged if it accepts none.
    pub fn keep(&mut self, gazetteer: &Gazetteer, keep: impl Fn(CityId) -> bool) {
        if self.candidates.len() < 2 {
            return;
        }
        let kept: Vec<(CityId, f64)> = self
            .candidates
            .iter()
            .copied()
            .filter(|(city, _)| keep(*city))
            .collect();
        let total: f64 = kept.iter().map(|(_, p)| p).sum();
        if total > 0.0 {
            self.candidates = kept.into_iter().map(|(city, p)| (city, p / total)).collect();
            if self.exact == Exact::City || self.exact == Exact::CityCode {
                let city = gazetteer.city(self.city());
                (self.at, self.zone, self.label) = (city.at, Some(city.zone), city.name.clone());
            }
        }
    }
}

/// Whether two city regions are one place for connecting legs (R73).
pub(super) fn same_city(gazetteer: &Gazetteer, a: CityId, b: CityId) -> bool {
    if a == b {
        return true;
    }
    let (a, b) = (gazetteer.city(a).at, gazetteer.city(b).at);
    // Nearly all are further apart by their latitudes alone: a degree is 111 km.
    (a.lat - b.lat).abs() < 0.02 && a.distance_km(b) < 2.0
}

/// A city region as it is shown. `metro` regions are wider (R196).
pub(super) fn city_place(gazetteer: &Gazetteer, judgement: &Judgement, id: CityId) -> Place {
    let city = gazetteer.city(id);
    Place {
        kind: PlaceKind::City,
        code: city.code.map(|code| code.as_str().to_owned()),
        name: city.name.clone(),
        country: Some(city.country.as_str().to_owned()),
        point: Some([city.at.lon, city.at.lat]),
        radius_km: if city.airports.len() > 1 {
            judgement.radius_km[3]
        } else {
            judgement.radius_km[2]
        },
        city_key: Some(city.key()),
    }
}

/// The exact place of a spot: the airport, the hotel, else its city region.
pub(super) fn exact_place(gazetteer: &Gazetteer, judgement: &Judgement, spot: &Spot, name: Option<&str>) -> Place {
    let mut place = city_place(gazetteer, judgement, spot.city());
    let (kind, radius) = match spot.exact {
        Exact::Venue => (PlaceKind::Venue, judgement.radius_km[0]),
        Exact::Terminal => (PlaceKind::Airport, judgement.radius_km[1]),
        Exact::City | Exact::CityCode => return place,
    };
    place.kind = kind;
    place.code = spot.code.clone();
    place.name = name.unwrap_or(&spot.label).to_owned();
    place.point = Some([spot.at.lon, spot.at.lat]);
    place.radius_km = radius;
    if spot.countries.len() > 1 {
        place.country = None;
    }
    place
}

/// Resolves one end of a segment; `None` if nothing in it is a place.
pub(super) fn resolve(gazetteer: &Gazetteer, segment: &Segment, end: &End, desk: &mut Desk<'_>) -> Option<Spot> {
    match segment.kind {
        SegmentKind::Air => by_terminal(gazetteer, end, desk).or_else(|| by_text(gazetteer, end, desk)),
        SegmentKind::Rail => by_station(gazetteer, end)
            .or_else(|| by_code(gazetteer, end).map(|spot| as_city(gazetteer, spot)))
            .or_else(|| on_the_ground(gazetteer, end, desk)),
        SegmentKind::Travel => by_station(gazetteer, end)
            .or_else(|| on_the_ground(gazetteer, end, desk))
            .or_else(|| by_code(gazetteer, end)),
        SegmentKind::Hotel | SegmentKind::Dining | SegmentKind::Parking | SegmentKind::Car | SegmentKind::Ride => {
            on_the_ground(gazetteer, end, desk)
        }
    }
}

/// A flight's end: an airport, else a metropolitan area, perhaps with the airport in the terminal field (R61, R62).
fn by_terminal(gazetteer: &Gazetteer, end: &End, desk: &mut Desk<'_>) -> Option<Spot> {
    let code = Code::parse(end.code.as_deref()?)?;
    if let Some(airport) = gazetteer.airport(code) {
        return Some(Spot::of_airport(airport));
    }
    if let Some(city) = gazetteer.city_by_code(code) {
        desk.raise(
            "metro_code_used",
            format!("{code} is a metropolitan area, not an airport."),
        );
        let terminal = end
            .terminal
            .as_deref()
            .and_then(Code::parse)
            .and_then(|code| gazetteer.airport(code));
        return Some(match terminal {
            Some(airport) if airport.city == city.id => Spot::of_airport(airport),
            _ => Spot::of_city(city, Exact::City),
        });
    }
    station_spot(gazetteer, code.as_str())
}

fn station_spot(gazetteer: &Gazetteer, code: &str) -> Option<Spot> {
    let station = gazetteer.station(code)?;
    Some(Spot {
        exact: Exact::Terminal,
        at: station.at,
        label: station.name.clone(),
        code: Some(station.code.clone()),
        zone: Some(station.zone),
        station: true,
        ..Spot::of_city(gazetteer.city(station.city), Exact::Terminal)
    })
}

/// A train's end: the station by code or name, as long as it is where the city code says (R71).
fn by_station(gazetteer: &Gazetteer, end: &End) -> Option<Spot> {
    let country = end
        .country
        .as_deref()
        .and_then(|text| gazetteer.country_named(text))
        .map(|country| country.code);
    // The name may stand in the field for the code.
    let by_name = || {
        let names = [&end.station_name, &end.station].into_iter().flatten();
        let station = names.filter_map(|name| gazetteer.station_named(name, country)).next()?;
        station_spot(gazetteer, &station.code)
    };
    let found = end
        .station
        .as_deref()
        .and_then(|code| station_spot(gazetteer, code))
        .or_else(by_name)?;
    let stated = by_code(gazetteer, end);
    let agrees = stated.is_none_or(|stated| {
        stated.city() == found.city() || gazetteer.city(stated.city()).at.distance_km(found.at) <= 100.0
    });
    agrees.then_some(found)
}

/// The city of a code (R62: on the ground, the city it stands for and not the airport).
fn by_code(gazetteer: &Gazetteer, end: &End) -> Option<Spot> {
    let code = end.code.as_deref()?;
    let parsed = Code::parse(code)?;
    if let Some(city) = gazetteer.city_by_code(parsed) {
        return Some(Spot::of_city(city, Exact::CityCode));
    }
    if let Some(airport) = gazetteer.airport(parsed) {
        return Some(Spot {
            exact: Exact::CityCode,
            code: None,
            ..Spot::of_airport(airport)
        });
    }
    station_spot(gazetteer, code)
}

fn as_city(gazetteer: &Gazetteer, spot: Spot) -> Spot {
    if spot.station {
        spot
    } else {
        Spot::of_city(gazetteer.city(spot.city()), Exact::CityCode)
    }
}

/// A town by its name; three capitals are tried as a code first (R64). Several towns of one name stay several candidates (R72).
fn by_text(gazetteer: &Gazetteer, end: &End, desk: &mut Desk<'_>) -> Option<Spot> {
    // A station that no list has is mostly called after its town; a short one is a code that nobody knows.
    let stations = [&end.station_name, &end.station].into_iter().flatten();
    let stations = stations.filter(|name| name.len() > 4);
    for text in [&end.city, &end.location].into_iter().flatten().chain(stations) {
        if text.len() == 3
            && text.bytes().all(|b| b.is_ascii_uppercase())
            && let Some(spot) = by_code(
                gazetteer,
                &End {
                    code: Some(text.to_owned()),
                    ..End::default()
                },
            )
        {
            desk.raise(
                "city_code_in_name_field",
                format!("\"{text}\" is a code in the field for a city's name."),
            );
            return Some(spot);
        }
        let matches = gazetteer.cities_named(text, end.state.as_deref(), end.country.as_deref());
        let mut candidates: SmallVec<[(CityId, f64); 1]> = SmallVec::new();
        for found in &matches {
            match candidates.iter_mut().find(|(city, _)| *city == found.city) {
                Some((_, p)) => *p += found.p,
                None => candidates.push((found.city, found.p)),
            }
        }
        let total: f64 = candidates.iter().map(|(_, p)| p).sum();
        let Some(first) = matches.first().filter(|_| total > 0.0) else {
            continue;
        };
        candidates.iter_mut().for_each(|(_, p)| *p /= total);
        let mut spot = Spot::of_city(gazetteer.city(first.city), Exact::City);
        if candidates.len() == 1 {
            spot.at = first.at;
        }
        spot.candidates = candidates;
        return Some(spot);
    }
    None
}

/// How far from a stated city, or from the airport whose code stands for it, a property may be (R67, R196).
const REACH_KM: f64 = 50.0;

/// Hotels, cars, tables: coordinates, then the town, then the code (R66), each checked against the others (R65).
fn on_the_ground(gazetteer: &Gazetteer, end: &End, desk: &mut Desk<'_>) -> Option<Spot> {
    let stated = stated(gazetteer, end, desk);
    let near = stated.as_ref().map(|spot| gazetteer.city(spot.city()).at);
    let Some(point) = point(end, near, desk) else {
        return stated;
    };
    let stated_city = stated.as_ref().map(Spot::city);
    // The stated region where the point is in its reach, else the region that the point is in.
    let reached = stated.as_ref().filter(|stated| {
        let city = gazetteer.city(stated.city());
        let km = stated.at.distance_km(point).min(city.at.distance_km(point));
        let country = || gazetteer.country_around(city, point);
        stated.candidates.len() == 1 && km <= REACH_KM && country().is_none_or(|country| country == city.country)
    });
    let city = reached.map(Spot::city);
    let city = city.or_else(|| gazetteer.city_near(point, 60.0).map(|city| city.id));
    let city = city.or(stated_city)?;
    let mut spot = Spot::of_city(gazetteer.city(city), Exact::Venue);
    spot.at = point;
    spot.label = stated.map_or(spot.label, |stated| stated.label);
    Some(spot)
}

/// What name and code say together. Where they contradict each other, the code counts: it was chosen, not typed.
fn stated(gazetteer: &Gazetteer, end: &End, desk: &mut Desk<'_>) -> Option<Spot> {
    let code = by_code(gazetteer, end);
    let name = by_text(gazetteer, end, desk);
    match (code, name) {
        (Some(code), Some(mut name)) => {
            let at = gazetteer.city(code.city()).at;
            let near = |city: CityId| city == code.city() || gazetteer.city(city).at.distance_km(at) <= 100.0;
            if !name.candidates.iter().any(|(city, _)| near(*city)) {
                return Some(code);
            }
            name.keep(gazetteer, near);
            Some(name)
        }
        (code, name) => name.or(code),
    }
}

/// The coordinates, repaired if a swap or a lost sign explains them (R65).
fn point(end: &End, stated: Option<LonLat>, desk: &mut Desk<'_>) -> Option<LonLat> {
    let (lon, lat) = (end.lon?, end.lat?);
    let in_range = |lon: f64, lat: f64| {
        lon.is_finite()
            && lat.is_finite()
            && lon.abs() <= 180.0
            && lat.abs() < 89.0
            && (lon.abs() > 1.0 || lat.abs() > 1.0)
    };
    let plausible = in_range(lon, lat);
    let far = |at: LonLat| stated.is_some_and(|stated| stated.distance_km(at) > 100.0);
    if plausible && !far(LonLat::new(lon, lat)) {
        return Some(LonLat::new(lon, lat));
    }
    let variants = [
        (lat, lon),
        (-lon, lat),
        (lon, -lat),
        (-lon, -lat),
        (-lat, lon),
        (lat, -lon),
    ];
    let repaired = stated.and_then(|stated| {
        let usable = variants.into_iter().filter(|(lon, lat)| in_range(*lon, *lat));
        usable
            .map(|(lon, lat)| LonLat::new(lon, lat))
            .find(|at| stated.distance_km(*at) <= 50.0)
    });
    if !plausible && (lon.abs() <= 1.0 && lat.abs() <= 1.0) {
        desk.raise(
            "coordinates_near_origin",
            "The coordinates point into the sea off Africa: they mean \"none\".",
        );
    } else if !plausible {
        desk.raise(
            "coordinates_near_origin",
            "The coordinates are none of a place on earth.",
        );
    } else {
        desk.raise(
            "coordinates_far_from_city",
            "The coordinates are more than 100 km from the stated city, which counts.",
        );
    }
    repaired
}

/// Words that hotels have in their names.
const HOTEL_WORDS: [&str; 16] = [
    "hotel",
    "inn",
    "suites",
    "resort",
    "lodge",
    "hostal",
    "hostel",
    "motel",
    "novotel",
    "hilton",
    "marriott",
    "hyatt",
    "sheraton",
    "ibis",
    "mercure",
    "residence",
];

/// A hotel's name. Where name and address changed places, or a guest's name stands in its place, the address holds it (R64).
pub(super) fn property_name<'a>(segment: &'a Segment, desk: &mut Desk<'_>) -> Option<&'a str> {
    let sounds = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.any(|w| HOTEL_WORDS.iter().any(|word| w.eq_ignore_ascii_case(word)))
    };
    let numbered = |text: &str| {
        text.split(' ')
            .any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    let name = segment.name.as_deref().or(segment.vendor_name.as_deref());
    match (name, segment.start.address.as_deref()) {
        (Some(name), Some(address))
            if !sounds(name) && !numbered(address) && (sounds(address) || (numbered(name) && !is_street(address))) =>
        {
            desk.raise(
                "name_address_swapped",
                "The name stands in the field for the address, and the address in that for the name.",
            );
            Some(address)
        }
        _ => name,
    }
}

/// What streets are called, as a word or at its end.
const STREET_WORDS: [&str; 58] = [
    "street",
    "road",
    "avenue",
    "lane",
    "drive",
    "boulevard",
    "blvd",
    "square",
    "way",
    "terminal",
    "airport",
    "rue",
    "quai",
    "chemin",
    "place",
    "allée",
    "via",
    "viale",
    "piazza",
    "corso",
    "largo",
    "calle",
    "carrer",
    "paseo",
    "avenida",
    "plaza",
    "rua",
    "travessa",
    "praça",
    "straße",
    "strasse",
    "gasse",
    "weg",
    "platz",
    "allee",
    "damm",
    "ufer",
    "gata",
    "gatan",
    "gate",
    "veien",
    "vej",
    "gade",
    "katu",
    "straat",
    "laan",
    "kade",
    "plein",
    "ulica",
    "utca",
    "caddesi",
    "sokak",
    "jalan",
    "marg",
    "odos",
    "strada",
    "prospekt",
    "bulevard",
];

fn is_street(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| STREET_WORDS.iter().any(|street| word.ends_with(street)))
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
