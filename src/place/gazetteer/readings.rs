//! How else the text of a city field can be read: with state, country or airport behind the name, or as an address.
//! Called by `search` if the text as it is names nothing.
//! Always holds: the most literal reading comes first; each leaves out more of what was written.

use super::super::{Code, CountryCode};
use super::fold::fold;
use super::search::{Search, family};

/// What is asked for: a text that should be a name, and what is said beside it.
#[derive(Clone, Default)]
pub(super) struct Form {
    pub text: String,
    pub state: Option<String>,
    pub country: Option<CountryCode>,
    /// An airport or city code that stood behind the name: the name must be of that region.
    pub code: Option<Code>,
    /// Whether the name is all of the text, or what is left of it is known to be no name.
    pub whole: bool,
}

impl Search<'_> {
    /// Readings of the text, the most literal first.
    pub(super) fn readings(&self, asked: &Form) -> Vec<Form> {
        let mut forms = vec![asked.clone()];
        let text = asked.text.as_str();
        let mut pieces = text.split(',').map(str::trim).filter(|piece| !piece.is_empty());
        if let (true, Some(head)) = (text.contains(','), pieces.next()) {
            let tails: Vec<&str> = pieces.collect();
            forms.extend(self.with_tails(asked, head, &tails));
            forms.extend(self.of_address(asked, &tails));
        }
        if let Some((head, _)) = text.split_once('(') {
            forms.push(Form {
                text: head.trim().to_owned(),
                ..asked.clone()
            });
        }
        let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        for behind in 1..=2.min(words.len().saturating_sub(1)) {
            let (head, tail) = words.split_at(words.len() - behind);
            forms.extend(self.with_tails(asked, &head.join(" "), &[&tail.join(" ")]));
        }
        if let [head @ .., last] = words.as_slice()
            && !head.is_empty()
            && last.bytes().all(|b| b.is_ascii_uppercase())
            && let Some(code) = Code::parse(last)
        {
            forms.push(Form {
                text: head.join(" "),
                code: Some(code),
                ..asked.clone()
            });
        }
        if let Some((head, _)) = text.split_once(['/', '-', '–', '&']) {
            forms.push(Form {
                text: head.trim().to_owned(),
                whole: false,
                ..asked.clone()
            });
        }
        for dropped in 1..=3.min(words.len().saturating_sub(1)) {
            forms.push(Form {
                text: words[..words.len() - dropped].join(" "),
                whole: false,
                ..asked.clone()
            });
        }
        forms.retain(|form| fold(&form.text).len() > 1);
        forms
    }

    /// `head` with what stood behind it read as state and country: "Springfield, MO, USA"; nothing if it reads as neither.
    fn with_tails(&self, asked: &Form, head: &str, tails: &[&str]) -> Vec<Form> {
        let form = Form {
            text: head.to_owned(),
            ..asked.clone()
        };
        let as_country = |form: &Form, tail: &str| {
            let country = self.gazetteer.country_named(tail)?.code;
            let agrees = form.country.is_none_or(|said| said == country || family(said, country));
            agrees.then(|| Form {
                country: Some(country),
                ..form.clone()
            })
        };
        let as_state = |form: &Form, tail: &str| {
            let form = Form {
                state: Some(tail.to_owned()),
                ..form.clone()
            };
            self.divisions(&form).map(|_| form)
        };
        match tails {
            // Two letters may be either ("CA", "IN", "DE"): whichever has such a place, a state before a country.
            [tail] => [as_state(&form, tail), as_country(&form, tail)]
                .into_iter()
                .flatten()
                .collect(),
            [state, .., country] => {
                let form = as_country(&form, country).unwrap_or(form);
                [as_state(&form, state), Some(form)].into_iter().flatten().collect()
            }
            [] => vec![form],
        }
    }

    /// An address in the name field (R64): any piece behind the street may be the city, less its postal code.
    fn of_address(&self, asked: &Form, tails: &[&str]) -> Vec<Form> {
        let said = tails
            .last()
            .and_then(|tail| self.gazetteer.country_named(tail))
            .map(|country| country.code);
        let country = asked.country.or(said);
        let wordy = |piece: &&str| {
            let words = piece
                .split(' ')
                .filter(|word| !word.bytes().any(|b| b.is_ascii_digit()));
            words.collect::<Vec<_>>().join(" ")
        };
        let form = |text| Form {
            text,
            country,
            whole: false,
            ..asked.clone()
        };
        tails.iter().map(wordy).map(form).collect()
    }
}
