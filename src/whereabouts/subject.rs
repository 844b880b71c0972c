//! Who travels: whether a booking's passengers include this traveler (R120–R124).
//! Called once per booking; names are compared as reservation systems write them.
//! Always holds: a different given name is a different person, whatever else agrees (R121).

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::itinerary::Passenger;

use super::Traveler;

/// What the passengers of a booking say about the traveler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The traveler is one of them, or they cannot be told apart from the traveler.
    Named,
    /// Nobody is named; the trip's owner is the default (R120).
    Unnamed,
    /// Others are named, the traveler is not (R120).
    SomeoneElse,
}

/// Titles that reservation systems glue to given names.
const TITLES: [&str; 14] = [
    "mr", "mrs", "ms", "miss", "mstr", "master", "dr", "prof", "sir", "mme", "herr", "frau", "chd", "inf",
];

impl Subject {
    /// From what each passenger's name says: whether it is the traveler's.
    pub fn of(named: impl IntoIterator<Item = Option<bool>>) -> Subject {
        named.into_iter().fold(Subject::Unnamed, |all, one| match (all, one) {
            (Subject::Named, _) | (_, Some(true)) => Subject::Named,
            (_, Some(false)) => Subject::SomeoneElse,
            (all, None) => all,
        })
    }
}

/// The traveler's name, taken apart once; without a family name nobody can be told apart from them.
pub struct Known(Option<Name>);

impl Known {
    pub fn of(traveler: &Traveler) -> Known {
        Known(Name::of_traveler(traveler))
    }

    /// Whether there is a name at all.
    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }

    /// Whether a passenger is this one beyond doubt: with a whole given name, and a family name that was not left out.
    pub fn is_surely(&self, passenger: &Passenger) -> bool {
        let whole = |name: &Name| !name.family.is_empty() && name.given.iter().any(|word| word.chars().count() > 1);
        let same = |known: &Name| {
            whole(known)
                && Name::of_passenger(passenger)
                    .iter()
                    .any(|name| whole(name) && known.same_person(name))
        };
        self.0.as_ref().is_some_and(same)
    }

    /// Whether the name of a passenger is this one; `None` if there is none.
    pub fn is_of(&self, passenger: &Passenger) -> Option<bool> {
        if self.0.as_ref().is_some_and(|known| known.is_written(passenger)) {
            return Some(true);
        }
        let spellings = Name::of_passenger(passenger);
        let same = |known: &Name| spellings.iter().any(|name| known.same_person(name));
        (!spellings.is_empty()).then(|| self.0.as_ref().is_none_or(same))
    }
}

/// Passengers of one traveler's documents: the same few names over and over, each taken apart once.
#[derive(Default)]
pub struct Asked<'a>(Vec<(&'a Passenger, Option<bool>)>);

/// Nobody travels with more names than this; a document that has them is slower, not wrong.
const ASKED: usize = 16;

impl<'a> Asked<'a> {
    /// As `Known::is_of`.
    pub fn is_of(&mut self, known: &Known, passenger: &'a Passenger) -> Option<bool> {
        let name = |p: &'a Passenger| (&p.first, &p.last, &p.middle, &p.text);
        if let Some((_, is)) = self.0.iter().find(|(asked, _)| name(asked) == name(passenger)) {
            return *is;
        }
        let is = known.is_of(passenger);
        if self.0.len() < ASKED {
            self.0.push((passenger, is));
        }
        is
    }
}

/// A passenger's name, if given and family name are both there.
pub struct WholeName {
    pub given: String,
    pub family: String,
    /// The same for every usual spelling.
    pub key: String,
}

/// See [`WholeName`].
pub fn whole_name(passenger: &Passenger) -> Option<WholeName> {
    let name = Name::of_passenger(passenger).into_iter().next()?;
    let (first, family) = (name.given.first()?, name.family.concat());
    let glued = |title: &&&str| first.len() > title.len() + 2 && first.ends_with(**title);
    let title = TITLES.iter().filter(glued).max_by_key(|title| title.len());
    let bare = title.map_or(first.as_str(), |title| &first[..first.len() - title.len()]);
    if family.is_empty() || bare.chars().count() < 2 {
        return None;
    }
    let key = format!("{} {}", plain(&family), plain(bare));
    let written = |field: &Option<String>| {
        let field = field.as_deref().map(str::trim).filter(|text| !text.is_empty());
        field.map(str::to_owned)
    };
    let capital = |words: &[&str]| {
        let word = |word: &&str| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<String>()
        };
        words.iter().map(word).collect::<Vec<_>>().join(" ")
    };
    let family_words: Vec<&str> = name.family.iter().map(String::as_str).collect();
    Some(WholeName {
        given: written(&passenger.first).unwrap_or_else(|| capital(&[bare])),
        family: written(&passenger.last).unwrap_or_else(|| capital(&family_words)),
        key,
    })
}

/// A name as words: lower case, plain letters.
#[derive(Debug, Default)]
struct Name {
    given: Vec<String>,
    family: Vec<String>,
}

impl Name {
    fn of_traveler(traveler: &Traveler) -> Option<Name> {
        let mut given = words(traveler.given_name.as_deref());
        traveler
            .other_names
            .iter()
            .for_each(|name| given.extend(words(Some(name))));
        let name = Name {
            given,
            family: words(traveler.family_name.as_deref()),
        };
        (!name.family.is_empty()).then_some(name)
    }

    /// The separate fields, and the text as systems write it: `Dover/EmilMr`, `Emil J. Dover`.
    fn of_passenger(passenger: &Passenger) -> Vec<Name> {
        let mut spellings = Vec::new();
        let mut given = words(passenger.first.as_deref());
        given.extend(words(passenger.middle.as_deref()));
        let family = words(passenger.last.as_deref());
        if !given.is_empty() || !family.is_empty() {
            spellings.push(Name { given, family });
        } else if let Some(text) = passenger.text.as_deref() {
            if let Some((family, given)) = text.split_once('/') {
                spellings.push(Name {
                    given: words(Some(given)),
                    family: words(Some(family)),
                });
            } else {
                let mut all = words(Some(text));
                if let Some(family) = all.pop() {
                    spellings.push(Name {
                        given: all,
                        family: vec![family],
                    });
                }
            }
        }
        spellings
    }

    /// One family name and a whole given name, letter by letter: so nearly all are, and nothing has to be taken apart.
    fn is_written(&self, passenger: &Passenger) -> bool {
        let is =
            |field: &Option<String>, word: &str| field.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(word));
        let given = |word: &String| word.len() > 1 && word.is_ascii() && is(&passenger.first, word);
        matches!(self.family.as_slice(), [family] if is(&passenger.last, family)) && self.given.iter().any(given)
    }

    fn same_person(&self, other: &Name) -> bool {
        // Most names are written as the traveler writes it.
        let whole = |word: &String| word.len() > 1 && word.is_ascii() && self.given.contains(word);
        if self.family == other.family && other.given.iter().any(whole) {
            return true;
        }
        self.agrees(&other.given, &other.family) || self.agrees(&other.family, &other.given)
    }

    /// Double family names agree in one part; given names in one word, glued words, or an initial.
    fn agrees(&self, given: &[String], family: &[String]) -> bool {
        let joined = |words: &[String]| plain(&words.concat()).into_owned();
        let families = family.is_empty()
            || joined(&self.family) == joined(family)
            || self.family.iter().any(|mine| {
                family
                    .iter()
                    .any(|theirs| mine.len() > 2 && plain(mine) == plain(theirs))
            });
        if !families {
            return false;
        }
        if given.is_empty() || self.given.is_empty() {
            return !family.is_empty();
        }
        // An initial only counts where no whole given name speaks, or `Emma E.` would be Emil.
        let whole: Vec<&String> = given.iter().filter(|word| word.chars().count() > 1).collect();
        if whole.is_empty() {
            return given
                .iter()
                .any(|initial| self.given.iter().any(|mine| mine.starts_with(initial.as_str())));
        }
        whole.iter().any(|word| self.is_given(word))
    }

    /// `emil`, `emilmr`, `bendwayne`, `emilj`.
    fn is_given(&self, word: &str) -> bool {
        let word = plain(word);
        self.given.iter().any(|mine| {
            let mine = plain(mine);
            if mine.chars().count() == 1 {
                return false;
            }
            match word.strip_prefix(mine.as_ref()) {
                Some("") => true,
                Some(rest) => {
                    TITLES.contains(&rest)
                        || self.given.iter().any(|other| {
                            let other = plain(other);
                            other != mine
                                && rest
                                    .strip_prefix(other.as_ref())
                                    .is_some_and(|t| t.is_empty() || TITLES.contains(&t))
                        })
                }
                None => false,
            }
        })
    }
}

/// Lower-case words of letters, without marks, titles and dots.
fn words(text: Option<&str>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    let mut folded = String::with_capacity(text.len());
    let mut push = |c: char| match c {
        'ß' => folded.push_str("ss"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' => folded.push_str("oe"),
        'ø' | 'Ø' => folded.push('o'),
        'đ' | 'Đ' => folded.push('d'),
        'ł' | 'Ł' => folded.push('l'),
        'ı' => folded.push('i'),
        '\u{300}'..='\u{36f}' | '\'' | '’' => {}
        c if c.is_ascii_alphabetic() => folded.push(c.to_ascii_lowercase()),
        c if c.is_alphabetic() => folded.extend(c.to_lowercase()),
        _ => folded.push(' '),
    };
    // Nothing of ASCII is made of parts.
    if text.is_ascii() {
        text.chars().for_each(&mut push);
    } else {
        text.nfkd().for_each(&mut push);
    }
    let words = folded.split_ascii_whitespace();
    words.filter(|word| !TITLES.contains(word)).map(str::to_owned).collect()
}

/// `mueller` and `muller` are one spelling: systems without umlauts write an e.
fn plain(word: &str) -> Cow<'_, str> {
    if ["ae", "oe", "ue"].iter().any(|pair| word.contains(pair)) {
        Cow::Owned(word.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
    } else {
        Cow::Borrowed(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject<'a>(traveler: &Traveler, passengers: impl IntoIterator<Item = &'a Passenger>) -> Subject {
        let known = Known::of(traveler);
        Subject::of(passengers.into_iter().map(|passenger| known.is_of(passenger)))
    }

    fn emil() -> Traveler {
        Traveler {
            id: "1".into(),
            login: Some("e.dover@example.com".into()),
            given_name: Some("Emil".into()),
            family_name: Some("Dover".into()),
            other_names: Vec::new(),
            home: None,
        }
    }

    fn passenger(first: &str, last: &str) -> Passenger {
        let field = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Passenger {
            first: field(first),
            last: field(last),
            ..Passenger::default()
        }
    }

    fn is_emil(first: &str, last: &str) -> bool {
        subject(&emil(), [&passenger(first, last)]) == Subject::Named
    }

    #[test]
    fn r121_one_person_under_many_spellings() {
        for (first, last) in [
            ("Emil", "Dover"),
            ("EMILMR", "DOVER"),
            ("Emil J.", "Dover"),
            ("EmilMr", "Dover"),
            ("Dover", "Emil"),
            ("E", "Dover"),
            ("Émil", "DOVER"),
            ("", "Dover"),
            ("Emil", "Dover-Smith"),
        ] {
            assert!(is_emil(first, last), "{first} {last}");
        }
        let text = Passenger {
            text: Some("DOVER/EMILMR".into()),
            ..Passenger::default()
        };
        assert_eq!(subject(&emil(), [&text]), Subject::Named);
    }

    #[test]
    fn r121_another_given_name_is_another_person() {
        for (first, last) in [
            ("Emma", "Dover"),
            ("Emilia", "Dover"),
            ("Emma E.", "Dover"),
            ("Emil", "Esch"),
            ("Ben", "Esch"),
        ] {
            assert!(!is_emil(first, last), "{first} {last}");
        }
    }

    #[test]
    fn r120_nobody_named_is_not_someone_else() {
        assert_eq!(subject(&emil(), []), Subject::Unnamed);
        assert_eq!(subject(&emil(), [&Passenger::default()]), Subject::Unnamed);
        assert_eq!(subject(&emil(), [&passenger("Ben", "Esch")]), Subject::SomeoneElse);
    }

    #[test]
    fn r122_one_of_several() {
        let party = [
            passenger("Ben", "Esch"),
            passenger("Carla", "Novak"),
            passenger("Emil", "Dover"),
        ];
        assert_eq!(subject(&emil(), &party), Subject::Named);
    }

    #[test]
    fn r121_umlauts_and_glued_second_names() {
        let mut traveler = emil();
        traveler.given_name = Some("Jörg Peter".into());
        traveler.family_name = Some("Müller".into());
        for (first, last) in [
            ("JOERG", "MUELLER"),
            ("JORG", "MULLER"),
            ("JOERGPETERMR", "MUELLER"),
            ("Jörg", "Müller"),
        ] {
            assert_eq!(
                subject(&traveler, [&passenger(first, last)]),
                Subject::Named,
                "{first} {last}"
            );
        }
    }
}
