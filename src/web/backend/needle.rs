//! What is searched for among people and places: without case and accents, and forgiving one wrong letter.
//! Called by the list and by the map with the same words, so that they never disagree.
//! Always holds: every word must be found; a short word must be found as it is.

use super::lines::{About, Line};
use super::people::town;
use super::places::country_name;
use crate::store::search_key;
use crate::whereabouts::State;

/// From this length on a word may have one letter too many, too few, wrong or swapped.
const FORGIVEN: usize = 5;

/// The words of a search.
pub struct Needle(Vec<String>);

impl Needle {
    pub fn of(text: &str) -> Needle {
        Needle(
            search_key(text)
                .split(' ')
                .filter(|w| !w.is_empty())
                .map(ToOwned::to_owned)
                .collect(),
        )
    }

    /// Whether name or login has every word.
    pub fn names(&self, line: &Line) -> bool {
        let login = line.who.login.as_deref().unwrap_or_default();
        !self.0.is_empty() && self.in_text(&search_key(&format!("{} {login}", line.who.name)))
    }

    /// Whether name, login, place, country or flight has every word.
    pub fn matches(&self, line: &Line) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let who = &line.who;
        let mut hay = vec![who.name.clone(), line.place()];
        hay.extend(who.login.clone());
        if line.about == About::Place
            && let Some(place) = &who.place
        {
            // Found by both names, and by the one that the list of places shows.
            hay.extend([place.name.clone(), town(line)]);
            hay.extend(place.code.clone());
            hay.extend(place.country.as_deref().map(country_name));
        }
        if who.state != State::Home
            && let Some(identity) = &who.identity
        {
            hay.push(identity.clone());
            hay.push(identity.replace(' ', ""));
        }
        self.in_text(&search_key(&hay.join(" ")))
    }

    fn in_text(&self, hay: &str) -> bool {
        self.0.iter().all(|word| {
            hay.contains(word.as_str())
                || (word.chars().count() >= FORGIVEN
                    && word.chars().all(char::is_alphabetic)
                    && hay
                        .split(|c: char| !c.is_alphanumeric())
                        .any(|other| other.chars().count() >= FORGIVEN - 1 && near(word, other)))
        })
    }
}

/// Whether `other`, or a beginning of it, is at most one slip away from `word`.
fn near(word: &str, other: &str) -> bool {
    let (word, other) = (word.chars().collect::<Vec<_>>(), other.chars().collect::<Vec<_>>());
    let same = word.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (w, o) = (&word[same..], &other[same..]);
    let begins = |w: &[char], o: &[char]| o.starts_with(w);
    match (w, o) {
        ([], _) => true,
        ([_], []) => true,
        (_, []) => false,
        (w, o) => {
            begins(&w[1..], &o[1..])
                || begins(w, &o[1..])
                || begins(&w[1..], o)
                || (w.len() > 1 && o.len() > 1 && w[0] == o[1] && w[1] == o[0] && begins(&w[2..], &o[2..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_forgives_accents_and_one_slip_and_no_more() {
        let hay = search_key("Åse Ødegård München Deutschland BA 106 BA106");
        for found in [
            "ase",
            "ODEGARD",
            "Ödegard",
            "munchen",
            "Münhcen",
            "Muenchen",
            "Deutchland",
            "Deutschlan",
            "odegaard",
            "ba106",
            "munc",
            "ase ba106",
        ] {
            assert!(Needle::of(found).in_text(&hay), "{found}");
        }
        for lost in ["ba107", "asa", "Monchan", "Dortmund", "ase paris", "odagord"] {
            assert!(!Needle::of(lost).in_text(&hay), "{lost}");
        }
    }
}
