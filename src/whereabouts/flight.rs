//! Flight designators: reading them, and telling real numbers from missing, malformed and fake ones (R20–R24).
//! Called for every air segment; the room's answer to rule R25 starts here.
//! Always holds: a number is judged by its form only. Not being in some list of routes never makes a flight a fake (R35).

use std::borrow::Cow;

/// What a flight number is worth as evidence of *which* flight it is (R22). It says nothing about whether someone travels (R29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberClass {
    /// There is none.
    Absent,
    /// Five digits, words, anything that no airline could use.
    Malformed,
    /// Filled in so that the field is not empty: 0000, 9999, TBA, carrier ZZ …
    Placeholder,
    /// Carrier and number as airlines write them.
    WellFormed,
}

impl NumberClass {
    /// Whether the flight is identified.
    pub fn identifies(self) -> bool {
        self == NumberClass::WellFormed
    }
}

/// A carrier with a flight number, normalised: `AA0100` is AA 100 (R20).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Designator {
    /// Two characters (IATA) or three letters (ICAO); `None` if only a number is known.
    pub carrier: Option<String>,
    /// 1..=9999
    pub number: u16,
    /// Operational suffix.
    pub suffix: Option<char>,
}

impl Designator {
    /// "BA 117", without the suffix: it does not make another flight for a passenger.
    pub fn spoken(&self) -> String {
        match &self.carrier {
            Some(carrier) => [carrier, " ", &self.number.to_string()].concat(),
            None => self.number.to_string(),
        }
    }
}

/// Words that stand where a number should (R23).
const WORDS: [&str; 12] = [
    "OPEN", "OPN", "ARNK", "TBA", "TBD", "TBC", "FAKE", "TEST", "XXXX", "XXX", "DUMMY", "SURFACE",
];
/// Carriers that are no airline: generic, dummy (R23, R24).
const DUMMY_CARRIERS: [&str; 4] = ["ZZ", "YY", "XX", "??"];
/// Reservation systems, not airlines (R24).
const SYSTEMS: [&str; 7] = ["1A", "1B", "1E", "1G", "1P", "1S", "1V"];
/// Codes of vehicles that are no aircraft (R34), and what moves instead.
const NOT_AIRCRAFT: [(&str, super::Mode); 11] = [
    ("TRN", super::Mode::Rail),
    ("TRS", super::Mode::Rail),
    ("TSL", super::Mode::Rail),
    ("MTL", super::Mode::Rail),
    ("ICE", super::Mode::Rail),
    ("THT", super::Mode::Rail),
    ("THS", super::Mode::Rail),
    ("TGV", super::Mode::Rail),
    ("BUS", super::Mode::Road),
    ("LCH", super::Mode::Sea),
    ("LMO", super::Mode::Road),
];

/// What really moves, where the equipment of an air segment is none that flies (R34).
pub(super) fn not_aircraft(equipment: Option<&str>) -> Option<super::Mode> {
    let code = equipment?.trim().to_ascii_uppercase();
    NOT_AIRCRAFT
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, mode)| *mode)
}

/// Whether the vendor is "unknown" (R8).
pub fn vendor_unknown(vendor: Option<&str>) -> bool {
    vendor.is_some_and(|vendor| vendor.trim() == "$$")
}

/// Whether the vendor alone says "no airline in particular" (R24): then the segment is intent of class S1 (R140).
pub fn dummy_carrier(vendor: Option<&str>) -> bool {
    let is = |vendor: &str| DUMMY_CARRIERS.iter().any(|known| known.eq_ignore_ascii_case(vendor));
    vendor.map(str::trim).is_some_and(is)
}

/// Whether the number says "arrival unknown", a gap that is known and accepted (R32).
pub fn is_surface(vendor: Option<&str>, number: Option<&str>) -> bool {
    let is = |text: &str| ["ARNK", "SURFACE"].iter().any(|word| letters(text).eq(word.chars()));
    [vendor, number].into_iter().flatten().any(is)
}

/// Classifies what a segment gives for its flight (R20–R24). `open` is `IsOpenSegment`.
pub fn classify(vendor: Option<&str>, number: Option<&str>, open: bool) -> (NumberClass, Option<Designator>) {
    let vendor = vendor.map(compact).filter(|vendor| !vendor.is_empty());
    let text = number.map(compact).unwrap_or_default();
    if open {
        return (NumberClass::Placeholder, None);
    }
    let no_airline = |code: &str| DUMMY_CARRIERS.contains(&code) || SYSTEMS.contains(&code) || code == "$$";
    if text.is_empty() || is_absent(&text) {
        let class = if vendor.as_deref().is_some_and(no_airline) {
            NumberClass::Placeholder
        } else {
            NumberClass::Absent
        };
        return (class, None);
    }
    if WORDS.contains(&text.as_ref()) {
        return (NumberClass::Placeholder, None);
    }
    let Some((carrier, digits, suffix)) = split(vendor.as_deref(), &text) else {
        return (NumberClass::Malformed, None);
    };
    if is_placeholder(digits, carrier.as_deref()) || carrier.as_deref().is_some_and(no_airline) {
        return (NumberClass::Placeholder, None);
    }
    match digits.parse::<u16>() {
        Ok(number @ 1..=9999) => (
            NumberClass::WellFormed,
            Some(Designator {
                carrier,
                number,
                suffix,
            }),
        ),
        _ => (NumberClass::Malformed, None),
    }
}

/// Upper case without blanks, hyphens and dots; `$$` and `??` keep their characters.
fn compact(text: &str) -> Cow<'_, str> {
    if letters(text).eq(text.chars()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(letters(text).collect())
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    let kept = text.bytes().filter(|b| b.is_ascii_alphanumeric() || b"$?".contains(b));
    kept.map(|b| char::from(b.to_ascii_uppercase()))
}

/// Values that mean "not given" (R7).
fn is_absent(text: &str) -> bool {
    matches!(text, "NA" | "NONE" | "NULL" | "NIL") || text.chars().all(|c| !c.is_ascii_alphanumeric())
}

/// Carrier, 1–4 digits, suffix; the carrier may be glued to the number, as IATA or ICAO code, with or without the vendor field.
fn split<'a>(vendor: Option<&str>, text: &'a str) -> Option<(Option<String>, &'a str, Option<char>)> {
    let numeric = |rest: &'a str| -> Option<(&'a str, Option<char>)> {
        let (digits, suffix) = match rest.chars().last() {
            Some(last) if last.is_ascii_alphabetic() => (&rest[..rest.len() - 1], Some(last)),
            _ => (rest, None),
        };
        let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then_some((digits, suffix))
    };
    let owned = |carrier: &str| Some(carrier.to_owned());
    if let Some((digits, suffix)) = vendor.and_then(|vendor| text.strip_prefix(vendor)).and_then(numeric) {
        return Some((owned(vendor?), digits, suffix));
    }
    if let Some((digits, suffix)) = numeric(text) {
        return Some((vendor.map(str::to_owned), digits, suffix));
    }
    // Three letters first: no IATA designator has three, so `UAL123` cannot be read otherwise.
    for length in [3, 2] {
        if !text.is_char_boundary(length) || text.len() <= length {
            continue;
        }
        let (carrier, rest) = text.split_at(length);
        let bytes = carrier.as_bytes();
        let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
        let is_carrier = if length == 3 {
            letters == 3
        } else {
            letters >= 1 && bytes.iter().all(u8::is_ascii_alphanumeric)
        };
        if let (true, Some((digits, suffix))) = (is_carrier, numeric(rest)) {
            // The vendor field, where it is given, is the IATA code of the same airline.
            return Some((vendor.map(str::to_owned).or_else(|| owned(carrier)), digits, suffix));
        }
    }
    None
}

/// Numbers typed to fill the field (R23). 1 and 123 of a known airline are none of them: flight 1 is often the flagship.
fn is_placeholder(digits: &str, carrier: Option<&str>) -> bool {
    digits.bytes().all(|b| b == b'0')
        || matches!(digits, "1111" | "9999" | "999" | "1234")
        || (digits == "123" && carrier.is_none_or(|carrier| carrier == "$$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(vendor: Option<&str>, number: &str) -> Option<String> {
        classify(vendor, Some(number), false).1.map(|d| d.spoken())
    }

    #[test]
    fn r20_designators_are_read_in_every_usual_spelling() {
        assert_eq!(spoken(Some("AA"), "AA0100").as_deref(), Some("AA 100"));
        assert_eq!(spoken(None, "AA0100").as_deref(), Some("AA 100"));
        assert_eq!(spoken(Some("9W"), "9W4567").as_deref(), Some("9W 4567"));
        assert_eq!(spoken(Some("9W"), "9W 4567").as_deref(), Some("9W 4567"));
        assert_eq!(spoken(Some("U2"), "U28231").as_deref(), Some("U2 8231"));
        assert_eq!(spoken(None, "U2 8231").as_deref(), Some("U2 8231"));
        assert_eq!(spoken(Some("UA"), "UAL123").as_deref(), Some("UA 123"));
        assert_eq!(spoken(None, "UAL123").as_deref(), Some("UAL 123"));
        let (class, designator) = classify(Some("BA"), Some("BA 2490A"), false);
        assert_eq!(class, NumberClass::WellFormed);
        assert_eq!(designator.unwrap().suffix, Some('A'));
    }

    #[test]
    fn r22_classes() {
        for (vendor, number, class) in [
            (Some("BA"), None, NumberClass::Absent),
            (Some("BA"), Some("-"), NumberClass::Absent),
            (Some("BA"), Some("N/A"), NumberClass::Absent),
            (Some("BA"), Some("12345"), NumberClass::Malformed),
            (Some("BA"), Some("see mail"), NumberClass::Malformed),
            (Some("BA"), Some("117"), NumberClass::WellFormed),
        ] {
            assert_eq!(classify(vendor, number, false).0, class, "{vendor:?} {number:?}");
        }
    }

    #[test]
    fn r23_placeholders() {
        for number in [
            "0", "00", "000", "0000", "1111", "9999", "999", "1234", "OPEN", "opn", "ARNK", "TBA", "TBD", "FAKE",
            "TEST", "XXXX",
        ] {
            assert_eq!(
                classify(Some("BA"), Some(number), false).0,
                NumberClass::Placeholder,
                "{number}"
            );
        }
        assert_eq!(classify(None, Some("123"), false).0, NumberClass::Placeholder);
        assert_eq!(classify(Some("BA"), Some("117"), true).0, NumberClass::Placeholder);
    }

    #[test]
    fn r23_flight_one_and_123_of_an_airline_are_real() {
        assert_eq!(classify(Some("QF"), Some("1"), false).0, NumberClass::WellFormed);
        assert_eq!(classify(Some("UA"), Some("123"), false).0, NumberClass::WellFormed);
    }

    #[test]
    fn r24_generic_carriers_and_reservation_systems_are_no_airlines() {
        for vendor in ["ZZ", "YY", "XX", "$$", "??", "1A", "1S", "1P", "1V", "1G"] {
            assert_eq!(
                classify(Some(vendor), Some("117"), false).0,
                NumberClass::Placeholder,
                "{vendor}"
            );
        }
        assert!(dummy_carrier(Some("zz")) && !dummy_carrier(Some("1A")));
    }

    #[test]
    fn r32_surface_is_recognised() {
        assert!(is_surface(None, Some("ARNK")) && is_surface(Some("ARNK"), None) && !is_surface(Some("BA"), Some("1")));
    }

    #[test]
    fn r34_trains_in_air_segments() {
        assert_eq!(not_aircraft(Some("TGV")), Some(super::super::Mode::Rail));
        assert_eq!(not_aircraft(Some("bus")), Some(super::super::Mode::Road));
        assert_eq!(not_aircraft(Some("789")), None);
    }

    #[test]
    fn r38_high_numbers_are_not_suspicious() {
        for number in ["5894", "6617", "9000", "9998"] {
            assert_eq!(
                classify(Some("AA"), Some(number), false).0,
                NumberClass::WellFormed,
                "{number}"
            );
        }
    }

    #[test]
    fn odd_text_never_panics() {
        for text in ["é", "日本123", "A", "AA", "AAA", "AAAA", "1", "", " ", "٣٤٥", "ß1"] {
            let _ = classify(Some(text), Some(text), false);
            let _ = classify(None, Some(text), false);
        }
    }
}
