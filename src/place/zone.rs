//! Time zones with their rules: tzdb as bundled with jiff, chrono's types at the boundary.
//! Used by every room above to turn printed local times into instants and back (R1, R3, R52).
//! Always holds: a `Zone` names a zone of the bundled database, under the name that database prefers.

use std::fmt;
use std::sync::OnceLock;

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::code::CountryCode;
use super::offsets::Offsets;

/// Other spellings: legacy aliases and Windows names, as `spelling TAB territory TAB IANA name`, sorted by spelling.
const SPELLINGS: &str = include_str!("../../data/zones.tsv");

/// A time zone with its rules. A small number, cheap to copy; serde as its IANA name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(u16);

struct Rules {
    name: String,
    zone: OnceLock<TimeZone>,
    offsets: OnceLock<Offsets>,
}

struct Database {
    bundled: TimeZoneDatabase,
    /// `UTC` first, then by name in lower case.
    zones: Vec<Rules>,
    /// Spelling in lower case, territory or empty, IANA name; sorted.
    spellings: Vec<(String, &'static str, &'static str)>,
}

fn database() -> &'static Database {
    static DATABASE: OnceLock<Database> = OnceLock::new();
    DATABASE.get_or_init(|| {
        let bundled = TimeZoneDatabase::bundled();
        let mut names: Vec<String> = bundled.available().map(|name| name.as_str().to_owned()).collect();
        names.retain(|name| name != "UTC" && name != "Factory");
        names.sort_by_key(|name| name.to_ascii_lowercase());
        names.insert(0, "UTC".to_owned());
        let zones = names
            .into_iter()
            .map(|name| Rules {
                name,
                zone: OnceLock::new(),
                offsets: OnceLock::new(),
            })
            .collect();
        let mut spellings: Vec<_> = SPELLINGS
            .lines()
            .filter_map(|line| {
                let mut columns = line.split('\t');
                Some((columns.next()?.to_ascii_lowercase(), columns.next()?, columns.next()?))
            })
            .collect();
        spellings.sort();
        Database {
            bundled,
            zones,
            spellings,
        }
    })
}

impl Database {
    fn named(&self, name: &str) -> Option<Zone> {
        if name.eq_ignore_ascii_case("UTC") {
            return Some(Zone::UTC);
        }
        let name = name.to_ascii_lowercase();
        let at = self.zones[1..]
            .binary_search_by(|rules| rules.name.to_ascii_lowercase().cmp(&name))
            .ok()?;
        u16::try_from(at + 1).ok().map(Zone)
    }

    fn spelled(&self, spelling: &str, country: Option<CountryCode>) -> Option<Zone> {
        let spelling = spelling.to_ascii_lowercase();
        let iana = |territory: &str| {
            let key = |row: &(String, &'static str, &'static str)| (row.0.as_str(), row.1).cmp(&(&spelling, territory));
            self.spellings.binary_search_by(key).ok().map(|at| self.spellings[at].2)
        };
        let local = country.and_then(|country| iana(country.as_str()));
        self.named(local.or_else(|| iana(""))?)
    }
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(0);

    /// Reads an IANA name, a legacy alias (`Asia/Calcutta`, `GMT-1200`), a Windows name (with the country's territory if
    /// given) or a whole-hour offset (`UTC+2`). Case and blanks do not matter; `None` if it names no zone. R3, T34.
    pub fn parse(name: &str, country: Option<CountryCode>) -> Option<Zone> {
        let name = name.trim();
        if name.is_empty() || name.len() > 64 {
            return None;
        }
        let database = database();
        // Windows has a daylight name for each standard name; both mean the same rules.
        let standard = name.to_ascii_lowercase().replace(" daylight time", " standard time");
        database
            .spelled(&standard, country)
            .or_else(|| database.named(name))
            .or_else(|| database.named(&name.replace(' ', "_")))
            .or_else(|| whole_hours(name).and_then(|iana| database.named(&iana)))
    }

    /// The IANA name that the database prefers, `Asia/Kolkata` also if it was read as `Asia/Calcutta`.
    pub fn name(self) -> &'static str {
        &self.entry().name
    }

    /// Civil time to instant; in a gap the offset before the transition, in an overlap the first occurrence (R52).
    pub fn to_utc(self, civil: NaiveDateTime) -> DateTime<Utc> {
        // A leap second is the last one.
        let utc = DateTime::from_timestamp(self.resolve(civil).0, civil.nanosecond().min(999_999_999));
        utc.unwrap_or_else(|| civil.and_utc())
    }

    /// The same in whole Unix seconds.
    pub fn to_second(self, civil: NaiveDateTime) -> i64 {
        self.resolve(civil).0
    }

    /// Whether `civil` falls into a gap or an overlap, where an hour more or less is to be allowed for (R52).
    pub fn is_ambiguous(self, civil: NaiveDateTime) -> bool {
        self.resolve(civil).1
    }

    /// Both at once: the second of `to_second`, and whether it `is_ambiguous`.
    pub fn resolve(self, civil: NaiveDateTime) -> (i64, bool) {
        self.offsets().resolve(civil).unwrap_or_else(|| self.ruled(civil))
    }

    /// `resolve` in a year that `offsets` does not cover.
    fn ruled(self, civil: NaiveDateTime) -> (i64, bool) {
        let found = to_jiff(civil).map(|civil| self.rules().to_ambiguous_timestamp(civil));
        let offset = found.map(|found| found.offset());
        let ambiguous = !matches!(offset, None | Some(AmbiguousOffset::Unambiguous { .. }));
        // Beyond the years that the rules cover (±9999) the wall clock is all there is.
        let instant = found.and_then(|found| found.compatible().ok());
        // jiff rounds towards zero and has negative fractions before 1970.
        let second = instant.map(|at| at.as_second() - i64::from(at.subsec_nanosecond() < 0));
        (second.unwrap_or_else(|| civil.and_utc().timestamp()), ambiguous)
    }

    /// The wall clock at that instant.
    pub fn to_civil(self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = chrono::Duration::seconds(i64::from(self.offset_s(at)));
        at.naive_utc()
            .checked_add_signed(offset)
            .unwrap_or_else(|| at.naive_utc())
    }

    /// Seconds east of UTC at that instant.
    pub fn offset_s(self, at: DateTime<Utc>) -> i32 {
        self.offset_at(at.timestamp())
    }

    /// The same at that Unix second.
    pub fn offset_at(self, second: i64) -> i32 {
        let at = || Timestamp::new(second, 0).ok();
        let ruled = || at().map_or(Offset::UTC, |at| self.rules().to_offset(at));
        self.offsets().at(second).unwrap_or_else(|| ruled().seconds())
    }

    /// Abbreviation at that instant, such as `GMT`, `CET`, or `+03`.
    pub fn abbreviation(self, at: DateTime<Utc>) -> String {
        match from_chrono(at) {
            Some(at) => self.rules().to_offset_info(at).abbreviation().to_owned(),
            None => "UTC".to_owned(),
        }
    }

    fn entry(self) -> &'static Rules {
        // Only `named` makes other numbers than 0, from this very table.
        &database().zones[usize::from(self.0)]
    }

    fn offsets(self) -> &'static Offsets {
        self.entry().offsets.get_or_init(|| Offsets::of(self.rules()))
    }

    fn rules(self) -> &'static TimeZone {
        let entry = self.entry();
        entry
            .zone
            .get_or_init(|| database().bundled.get(&entry.name).unwrap_or(TimeZone::UTC))
    }
}

/// `GMT+2`, `UTC-0500`, `+01:00` as `Etc/GMT-2`, …: the tz database counts these hours west of Greenwich.
fn whole_hours(text: &str) -> Option<String> {
    let text = text.to_ascii_uppercase();
    let offset = text.trim_start_matches("GMT").trim_start_matches("UTC").trim();
    let (west, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => ('-', digits),
        ("-", digits) => ('+', digits),
        _ => return None,
    };
    let hours = digits
        .strip_suffix(":00")
        .or_else(|| digits.strip_suffix("00").filter(|h| !h.is_empty()));
    match hours.unwrap_or(digits).parse::<u8>().ok()? {
        0 => Some("UTC".to_owned()),
        hours => Some(format!("Etc/GMT{west}{hours}")),
    }
}

fn to_jiff(civil: NaiveDateTime) -> Option<civil::DateTime> {
    // chrono writes a leap second as a nanosecond beyond the last one.
    let nanosecond = civil.nanosecond().min(999_999_999);
    civil::DateTime::new(
        i16::try_from(civil.year()).ok()?,
        i8::try_from(civil.month()).ok()?,
        i8::try_from(civil.day()).ok()?,
        i8::try_from(civil.hour()).ok()?,
        i8::try_from(civil.minute()).ok()?,
        i8::try_from(civil.second()).ok()?,
        i32::try_from(nanosecond).ok()?,
    )
    .ok()
}

fn from_chrono(at: DateTime<Utc>) -> Option<Timestamp> {
    Timestamp::new(at.timestamp(), 0).ok()
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Zone::parse(&name, None).ok_or_else(|| D::Error::custom("not a time zone of the tz database"))
    }
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name, None).unwrap_or_else(|| panic!("{name}"))
    }

    fn civil(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn r3_iana_names_and_legacy_aliases_are_one_zone() {
        for (alias, name) in [
            ("Asia/Calcutta", "Asia/Kolkata"),
            ("Asia/Katmandu", "Asia/Kathmandu"),
            ("Asia/Rangoon", "Asia/Yangon"),
            ("America/Godthab", "America/Nuuk"),
            ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
            ("America/Indianapolis", "America/Indiana/Indianapolis"),
            ("Europe/Kiev", "Europe/Kyiv"),
            ("US/Eastern", "America/New_York"),
            ("america/new york", "America/New_York"),
            (" Europe/London ", "Europe/London"),
            ("Etc/UTC", "UTC"),
            ("Zulu", "UTC"),
            ("GMT-1200", "Etc/GMT+12"),
        ] {
            assert_eq!(zone(alias).name(), name, "{alias}");
            assert_eq!(zone(alias), zone(name), "{alias}");
        }
    }

    #[test]
    fn t34_windows_names_follow_the_country() {
        assert_eq!(zone("Eastern Standard Time").name(), "America/New_York");
        assert_eq!(zone("eastern daylight time").name(), "America/New_York");
        assert_eq!(zone("W. Europe Standard Time").name(), "Europe/Berlin");
        let sweden = CountryCode::parse("SE");
        assert_eq!(
            Zone::parse("W. Europe Standard Time", sweden).unwrap().name(),
            "Europe/Stockholm"
        );
        assert_eq!(
            Zone::parse("GMT Standard Time", CountryCode::parse("IE"))
                .unwrap()
                .name(),
            "Europe/Dublin"
        );
        // A country where that name is not in use does not make the name unreadable.
        assert_eq!(Zone::parse("Tokyo Standard Time", sweden).unwrap().name(), "Asia/Tokyo");
    }

    #[test]
    fn t34_every_spelling_leads_to_a_zone_of_the_database() {
        for line in SPELLINGS.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let country = CountryCode::parse(columns[1]);
            assert_eq!(
                Zone::parse(columns[0], country).map(Zone::name),
                Some(columns[2]),
                "{line}"
            );
        }
    }

    #[test]
    fn t34_offsets_count_east_of_greenwich() {
        let at = instant("2026-01-15T12:00:00Z");
        assert_eq!(zone("UTC+2").offset_s(at), 7200);
        assert_eq!(zone("GMT-0500").offset_s(at), -18_000);
        assert_eq!(zone("+01:00").offset_s(at), 3600);
        assert_eq!(zone("GMT-1200").offset_s(at), -43_200);
        assert_eq!(zone("UTC+00:00"), Zone::UTC);
    }

    #[test]
    fn r4_opaque_zone_ids_are_no_zones() {
        for text in ["", "25", "Pacific", "-", "Mars/Olympus", "UTC+99", "Factory", "é", "+"] {
            assert_eq!(Zone::parse(text, None), None, "{text}");
        }
    }

    #[test]
    fn r52_a_gap_keeps_the_offset_before_it() {
        let london = zone("Europe/London");
        assert_eq!(
            london.to_utc(civil("2026-03-29T01:30:00")),
            instant("2026-03-29T01:30:00Z")
        );
        assert!(london.is_ambiguous(civil("2026-03-29T01:30:00")));
        assert!(!london.is_ambiguous(civil("2026-03-29T02:00:00")));
    }

    #[test]
    fn r52_an_overlap_is_its_first_occurrence() {
        let new_york = zone("America/New_York");
        assert_eq!(
            new_york.to_utc(civil("2026-11-01T01:30:00")),
            instant("2026-11-01T05:30:00Z")
        );
        assert!(new_york.is_ambiguous(civil("2026-11-01T01:30:00")));
        assert!(!new_york.is_ambiguous(civil("2026-11-01T03:00:00")));
    }

    #[test]
    fn r52_around_every_change_of_every_zone_the_clock_is_as_the_rules_have_it() {
        for (no, rules) in database().zones.iter().enumerate() {
            let zone = Zone(u16::try_from(no).unwrap());
            let changes = zone.rules().following(Timestamp::constant(0, 0));
            let changes = changes.take_while(|change| change.timestamp().as_second() < 2_000_000_000);
            for change in changes {
                let at = change.timestamp().as_second();
                let east = |second| zone.offset_s(DateTime::from_timestamp(second, 0).unwrap());
                if east(at - 1) == east(at) {
                    // Greenland's in October 2023 was none on the clock, though the rules then speak of a summer before it.
                    continue;
                }
                for by in [
                    -90_000, -7_200, -3_601, -3_600, -1_800, -1, 0, 1, 1_800, 3_599, 3_600, 7_200, 90_000,
                ] {
                    let civil = DateTime::from_timestamp(at + by, 0).unwrap().naive_utc();
                    let there = zone.to_civil(DateTime::from_timestamp(at, 0).unwrap()) + chrono::Duration::seconds(by);
                    assert_eq!(zone.resolve(civil), zone.ruled(civil), "{} {civil}", rules.name);
                    assert_eq!(zone.resolve(there), zone.ruled(there), "{} {there}", rules.name);
                }
            }
        }
    }

    #[test]
    fn r3_offsets_and_abbreviations_are_those_of_the_instant() {
        let (winter, summer) = (instant("2026-01-15T12:00:00Z"), instant("2026-07-15T12:00:00Z"));
        assert_eq!(zone("Europe/Paris").offset_s(winter), 3600);
        assert_eq!(zone("Europe/Paris").offset_s(summer), 7200);
        assert_eq!(zone("Europe/London").abbreviation(winter), "GMT");
        assert_eq!(zone("Europe/London").abbreviation(summer), "BST");
        assert_eq!(zone("Europe/Istanbul").abbreviation(winter), "+03");
        assert_eq!(zone("Asia/Kathmandu").to_civil(winter), civil("2026-01-15T17:45:00"));
    }

    #[test]
    fn the_rules_are_new_enough() {
        // tzdb 2026b and later: British Columbia stays on -07 after March 2026.
        let at = instant("2026-12-15T12:00:00Z");
        assert_eq!(zone("America/Vancouver").offset_s(at), -7 * 3600);
    }

    #[test]
    fn r16_absurd_years_are_no_panic() {
        let new_york = zone("America/New_York");
        for text in [
            "+200000-01-01T00:00:00",
            "-200000-01-01T00:00:00",
            "9999-12-31T23:59:59",
            "0001-01-01T00:00:00",
        ] {
            let at = new_york.to_utc(civil(text));
            new_york.to_civil(at);
            new_york.abbreviation(at);
            new_york.is_ambiguous(civil(text));
        }
    }

    #[test]
    fn zones_travel_as_their_names() {
        assert_eq!(
            serde_json::to_string(&zone("Asia/Calcutta")).unwrap(),
            "\"Asia/Kolkata\""
        );
        assert_eq!(
            serde_json::from_str::<Zone>("\"Europe/Kiev\"").unwrap(),
            zone("Europe/Kyiv")
        );
        assert!(serde_json::from_str::<Zone>("\"Pacific\"").is_err());
        assert_eq!(format!("{:?}", Zone::UTC), "UTC");
    }

    proptest! {
        #[test]
        fn an_instant_survives_the_way_through_the_wall_clock(seconds in 0i64..4_102_444_800, pick in 0usize..590) {
            let names = &database().zones;
            let zone = zone(&names[pick % names.len()].name);
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let civil = zone.to_civil(at);
            prop_assert!(zone.is_ambiguous(civil) || zone.to_utc(civil) == at);
        }

        #[test]
        fn r52_the_years_that_are_read_once_are_as_the_rules_have_them(seconds in -100_000_000i64..4_200_000_000, pick in 0usize..590) {
            let names = &database().zones;
            let zone = zone(&names[pick % names.len()].name);
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            prop_assert_eq!(zone.resolve(at.naive_utc()), zone.ruled(at.naive_utc()));
            prop_assert_eq!(zone.offset_s(at), zone.rules().to_offset(from_chrono(at).unwrap()).seconds());
        }
    }
}
