//! What is called so: two sorted texts, searched in place; of every few lines it is kept in memory where they begin.
//! Called by `search` with folded names.
//! Always holds: the files are sorted by their first column, plain ASCII, and name lines of the tables.

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
    towns: Sorted,
    cities: Sorted,
    /// Of the division of the same index.
    divisions: Vec<String>,
}

impl Names {
    pub fn decode(tables: &Tables) -> Names {
        let divisions = tables.divisions.iter().map(|division| fold(&division.name)).collect();
        Names {
            towns: Sorted::of(gunzip(TOWN_NAMES)),
            cities: Sorted::of(gunzip(CITY_NAMES)),
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

/// Sorted lines of `key TAB column TAB …`.
struct Sorted {
    text: String,
    /// How every so many lines begin, and where.
    marks: Vec<(u64, usize)>,
}

/// Lines from one mark to the next.
const APART: usize = 16;

impl Sorted {
    fn of(text: String) -> Sorted {
        let mut marks = Vec::new();
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if number % APART == 0 {
                let key = line.split(['\t', '\n']).next().unwrap_or_default();
                marks.push((beginning(key), start));
            }
            start += line.len();
        }
        Sorted { text, marks }
    }

    /// The columns behind `key`; none if there is no such line.
    fn columns(&self, key: &str) -> impl Iterator<Item = &str> {
        self.line(key).unwrap_or_default().split('\t').skip(1)
    }

    fn line(&self, key: &str) -> Option<&str> {
        let wanted = beginning(key);
        let first = self.marks.partition_point(|(begins, _)| *begins < wanted);
        let last = self.marks.partition_point(|(begins, _)| *begins <= wanted);
        let from = first.checked_sub(1).map_or(0, |before| self.marks[before].1);
        let until = self.marks.get(last).map_or(self.text.len(), |(_, start)| *start);
        find(self.text.get(from..until)?, key)
    }
}

/// The first eight letters, in such a way that they compare as the texts do.
fn beginning(key: &str) -> u64 {
    let letters = key.bytes().chain(std::iter::repeat(0)).take(8);
    letters.fold(0, |sum, letter| sum << 8 | u64::from(letter))
}

fn find<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    // Lines are so short that bytes are searched fastest one by one.
    let bytes = text.as_bytes();
    let (mut from, mut until) = (0, bytes.len());
    while from < until {
        let middle = from + (until - from) / 2;
        let before = bytes.get(from..middle)?.iter().rposition(|b| *b == b'\n');
        let start = before.map_or(from, |at| from + at + 1);
        let name = bytes.get(start..until)?.iter().position(|b| matches!(b, b'\t' | b'\n'));
        let tab = name.map_or(until, |at| start + at);
        let end = || {
            let behind = bytes.get(tab..until)?.iter().position(|b| *b == b'\n');
            Some(behind.map_or(until, |at| tab + at))
        };
        match bytes.get(start..tab)?.cmp(key.as_bytes()) {
            std::cmp::Ordering::Equal => return text.get(start..end()?),
            std::cmp::Ordering::Less => from = end()? + 1,
            std::cmp::Ordering::Greater => until = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let text = "a\t1\nab\t2\nab c\t3\nb\t4\n";
        for (key, line) in [
            ("a", Some("a\t1")),
            ("ab", Some("ab\t2")),
            ("ab c", Some("ab c\t3")),
            ("b", Some("b\t4")),
        ] {
            assert_eq!(find(text, key), line);
            assert_eq!(Sorted::of(text.to_owned()).line(key), line);
        }
        for key in ["", "0", "aa", "ab ", "c", "ab cd"] {
            assert_eq!(find(text, key), None, "{key}");
        }
        assert_eq!(find("", "a"), None);
    }

    #[test]
    fn marks_lead_to_every_line_of_the_files_and_to_no_other() {
        for bytes in [TOWN_NAMES, CITY_NAMES] {
            let sorted = Sorted::of(gunzip(bytes));
            for line in sorted.text.lines() {
                let key = line.split('\t').next().unwrap();
                assert_eq!(sorted.line(key), Some(line));
                assert_eq!(
                    sorted.line(&format!("{key} zz")),
                    find(&sorted.text, &format!("{key} zz"))
                );
            }
        }
    }
}
