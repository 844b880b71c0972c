//! What is called so: two texts, of which it is kept in memory where the line of each name begins.
//! Called by `search` with folded names.
//! Always holds: the files have one line a name, are plain ASCII, and name lines of the tables.

use super::super::{CountryCode, LonLat};
use super::CityId;
use super::decode::{Tables, gunzip};
use super::fold::fold;

const TOWN_NAMES: &[u8] = include_bytes!("../../../data/town-names.tsv.gz");
const CITY_NAMES: &[u8] = include_bytes!("../../../data/city-names.tsv.gz");

/// How good a name is for a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Grade {
    /// Its name on the map.
    Main,
    /// What it is called in English.
    Usual,
    /// In another language, formerly, or by a dictionary's romanisation.
    Other,
    /// The name of something that belongs to it.
    Part,
}

/// A place of that name.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub city: CityId,
    pub at: LonLat,
    pub country: CountryCode,
    pub division: Option<u16>,
    pub population: u32,
    /// How much is flown there if it is itself the centre of the region (`City::traffic`).
    pub traffic: u16,
    pub grade: Grade,
}

pub(super) struct Names {
    towns: Lines,
    cities: Lines,
    /// Of the division of the same index.
    divisions: Vec<String>,
}

impl Names {
    pub fn decode(tables: &Tables) -> Names {
        let divisions = tables.divisions.iter().map(|division| fold(&division.name)).collect();
        Names {
            towns: Lines::of(gunzip(TOWN_NAMES)),
            cities: Lines::of(gunzip(CITY_NAMES)),
            divisions,
        }
    }

    /// Every place that may be meant by the folded name.
    pub fn called(&self, tables: &Tables, folded: &str) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let graded = [Grade::Main, Grade::Other];
        for (numbers, grade) in self.towns.columns(folded).zip(graded) {
            candidates.extend(
                lines(numbers)
                    .filter_map(|at| tables.towns.get(at))
                    .map(|town| Candidate {
                        city: town.city,
                        at: town.at,
                        country: town.country,
                        division: town.division,
                        population: town.population,
                        traffic: 0,
                        grade,
                    }),
            );
        }
        let graded = [Grade::Main, Grade::Usual, Grade::Part];
        for (numbers, grade) in self.cities.columns(folded).zip(graded) {
            let cities =
                lines(numbers).filter_map(|at| Some((tables.cities.get(at)?, *tables.city_divisions.get(at)?)));
            candidates.extend(cities.map(|(city, division)| Candidate {
                city: city.id,
                at: city.at,
                country: city.country,
                division,
                // Of a part all that is known is that it is smaller than the whole.
                population: if grade == Grade::Part { 0 } else { city.population },
                traffic: if grade == Grade::Part { 0 } else { city.traffic },
                grade,
            }));
        }
        candidates
    }

    /// Divisions of that country (or of any) whose code or name the text is: `TX`, `Texas`, `NSW`.
    pub fn divisions(&self, tables: &Tables, text: &str, country: Option<CountryCode>) -> Vec<u16> {
        let (code, name) = (text.trim(), fold(text));
        let first = country.map_or(0, |c| tables.divisions.partition_point(|division| division.country < c));
        let mine = tables.divisions.iter().zip(&self.divisions).enumerate().skip(first);
        mine.take_while(|(_, (division, _))| country.is_none_or(|country| division.country == country))
            .filter(|(_, (division, folded))| division.iso.eq_ignore_ascii_case(code) || **folded == name)
            .filter_map(|(at, _)| u16::try_from(at).ok())
            .collect()
    }
}

fn lines(numbers: &str) -> impl Iterator<Item = usize> {
    numbers
        .split_ascii_whitespace()
        .filter_map(|number| number.parse().ok())
}

/// Lines of `key TAB column TAB …`, found by a hash of the key: a search would look at a dozen places of memory.
struct Lines {
    text: String,
    /// Where lines begin, one more: 0 is an empty slot. A power of two, at least half of them empty.
    slots: Vec<u32>,
}

impl Lines {
    fn of(text: String) -> Lines {
        let count = text.bytes().filter(|b| *b == b'\n').count() + 1;
        let mut lines = Lines {
            slots: vec![0; (2 * count).next_power_of_two()],
            text,
        };
        let mut start = 0;
        for line in lines.text.split_inclusive('\n') {
            let mut slots = lines.ways(key(line));
            if let (Some(free), Ok(start)) = (slots.find(|at| lines.slots[*at] == 0), u32::try_from(start)) {
                lines.slots[free] = start + 1;
            }
            start += line.len();
        }
        lines
    }

    /// The columns behind `key`; none if there is no such line.
    fn columns(&self, key: &str) -> impl Iterator<Item = &str> {
        self.line(key).unwrap_or_default().split('\t').skip(1)
    }

    fn line(&self, wanted: &str) -> Option<&str> {
        let taken = self
            .ways(wanted)
            .map(|at| self.slots[at])
            .take_while(|start| *start > 0);
        let mut lines = taken.filter_map(|start| self.text.get(start as usize - 1..));
        let behind = |text: &str| {
            text.strip_prefix(wanted)
                .is_some_and(|rest| rest.starts_with(['\t', '\n']))
        };
        let found = lines.find(|text| behind(text))?;
        found.split('\n').next()
    }

    /// The slots in which the line of a key may be, in order.
    fn ways(&self, key: &str) -> impl Iterator<Item = usize> + use<> {
        let last = self.slots.len() - 1;
        let first = hash(key) as usize;
        (0..=last).map(move |step| first.wrapping_add(step) & last)
    }
}

fn key(line: &str) -> &str {
    line.split(['\t', '\n']).next().unwrap_or_default()
}

/// Eight letters at a time.
fn hash(key: &str) -> u64 {
    let word = |letters: &[u8]| letters.iter().fold(0, |word, letter| word << 8 | u64::from(*letter));
    let mixed = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    key.as_bytes().chunks(8).map(word).fold(0, mixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let lines = Lines::of("a\t1\nab\t2\nab c\t3\nb\t4\n".to_owned());
        for (key, line) in [
            ("a", Some("a\t1")),
            ("ab", Some("ab\t2")),
            ("ab c", Some("ab c\t3")),
            ("b", Some("b\t4")),
        ] {
            assert_eq!(lines.line(key), line);
        }
        for key in ["", "0", "aa", "ab ", "c", "ab cd"] {
            assert_eq!(lines.line(key), None, "{key}");
        }
        assert_eq!(Lines::of(String::new()).line(""), None);
    }

    #[test]
    fn every_line_of_the_files_is_found_and_no_other() {
        for bytes in [TOWN_NAMES, CITY_NAMES] {
            let lines = Lines::of(gunzip(bytes));
            for line in lines.text.lines() {
                assert_eq!(lines.line(key(line)), Some(line));
                assert_eq!(lines.line(&format!("{} zz zz", key(line))), None);
            }
        }
    }
}
