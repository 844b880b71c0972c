//! The short codes of this field: IATA's three characters for places, ISO's two letters for countries.
//! Used by every room above wherever a place or a country is named in few bytes.
//! Always holds: a value is upper case and of exactly its length; how it was spelled on arrival is gone.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Three upper-case letters or digits: an IATA airport, city or station code. It need not exist in the gazetteer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; 3]);

/// ISO 3166-1 alpha-2, upper case. It need not exist in the gazetteer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl Code {
    /// Reads a code in any case with blanks around it; `None` unless three ASCII letters or digits, at least one a letter.
    pub fn parse(text: &str) -> Option<Code> {
        let bytes = upper::<3>(text, |b| b.is_ascii_alphanumeric())?;
        bytes.iter().any(u8::is_ascii_alphabetic).then_some(Code(bytes))
    }

    /// The three characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many codes there can be.
    pub(super) const NUMBERS: usize = 36 * 36 * 36;

    /// Which of all codes it is, below `NUMBERS`.
    pub(super) fn number(self) -> usize {
        let digit = |b: u8| if b.is_ascii_digit() { b - b'0' } else { b - b'A' + 10 };
        self.0.iter().fold(0, |sum, b| sum * 36 + usize::from(digit(*b)))
    }
}

impl CountryCode {
    /// Reads a code in any case with blanks around it; `None` unless two ASCII letters.
    pub fn parse(text: &str) -> Option<CountryCode> {
        upper::<2>(text, |b| b.is_ascii_alphabetic()).map(CountryCode)
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn upper<const N: usize>(text: &str, allowed: impl Fn(u8) -> bool) -> Option<[u8; N]> {
    let mut bytes: [u8; N] = text.trim().as_bytes().try_into().ok()?;
    bytes.make_ascii_uppercase();
    bytes.iter().all(|b| allowed(*b)).then_some(bytes)
}

macro_rules! as_text {
    ($type:ident, $what:literal) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).ok_or($what)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

as_text!(Code, "expected an IATA code: three letters or digits");
as_text!(CountryCode, "expected an ISO 3166-1 alpha-2 code: two letters");

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn r62_codes_are_read_in_any_case_and_kept_in_upper_case() {
        assert_eq!(Code::parse("jfk ").unwrap().as_str(), "JFK");
        assert_eq!(Code::parse(" 0bX").unwrap().to_string(), "0BX");
        assert_eq!(CountryCode::parse("gb").unwrap().as_str(), "GB");
    }

    #[test]
    fn r7_what_is_no_code_is_no_code() {
        for text in ["", "-", "JF", "JFKX", "J K", "---", "ÄÖ", "123", "№"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
        for text in ["", "G", "GBR", "G1", "é"] {
            assert_eq!(CountryCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn codes_travel_as_json_strings() {
        let code: Code = serde_json::from_str("\"lon\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"LON\"");
        assert!(serde_json::from_str::<Code>("\"London\"").is_err());
        assert_eq!(
            serde_json::from_value::<CountryCode>("de".into()).unwrap().as_str(),
            "DE"
        );
    }
}
