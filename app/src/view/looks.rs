//! The log of contacts: who saw whose, when and why. Filled by the Backend; shown by its page and written to a file.
//! Always holds: no number and no address of anybody's is here, only that somebody saw them.

use super::{
    Company, Instant,
    query::{encode, pairs},
};
use serde::{Deserialize, Serialize};

/// What the page is asked for; its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LooksQuery {
    /// An operator's choice.
    pub company: Option<String>,
    /// Part of the name or login of whose contacts were seen.
    pub person: String,
    /// Id of who saw them.
    pub reader: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

impl LooksQuery {
    pub fn parse(search: &str) -> LooksQuery {
        let given = |name: &str| {
            let found = pairs(search).find(|(key, _)| key == name).map(|(_, value)| value);
            found.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
        };
        LooksQuery {
            company: given("company"),
            person: given("person").unwrap_or_default().chars().take(80).collect(),
            reader: given("reader"),
            cursor: given("cursor"),
        }
    }

    pub fn is_filtered(&self) -> bool {
        !self.person.is_empty() || self.reader.is_some()
    }

    fn address(&self, path: &str) -> String {
        let given = [
            ("company", self.company.as_deref()),
            ("person", Some(self.person.as_str()).filter(|p| !p.is_empty())),
            ("reader", self.reader.as_deref()),
            ("cursor", self.cursor.as_deref()),
        ];
        let parts = given
            .into_iter()
            .filter_map(|(key, value)| Some(format!("{key}={}", encode(value?))))
            .collect::<Vec<_>>();
        if parts.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", parts.join("&"))
        }
    }

    pub fn href(&self) -> String {
        self.address("/contacts")
    }

    /// All pages of it, as a file.
    pub fn csv_href(&self) -> String {
        let whole = LooksQuery {
            cursor: None,
            ..self.clone()
        };
        whole.address("/contacts.csv")
    }
}

/// Why contacts were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody opened one person and asked for their contacts.
    Panel,
    /// A call sheet was asked for: of what, and where that can be seen again.
    Sheet { of: Option<String>, href: Option<String> },
}

impl Why {
    pub fn words(&self) -> String {
        match self {
            Why::Panel => t!("one person’s panel", "Ansicht einer Person").to_owned(),
            Why::Sheet { of: None, .. } => t!("call sheet", "Anrufliste").to_owned(),
            Why::Sheet { of: Some(of), .. } => tf!("call sheet: {of}", "Anrufliste: {of}"),
        }
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub at: Instant,
    /// The address with which they signed in.
    pub reader: String,
    /// Whose contacts: id and name; none once nothing of them is kept any more.
    pub person: Option<(String, String)>,
    pub why: Why,
}

/// One page of the log, newest first. Without a company, an operator has to choose one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LooksPage {
    pub now: Instant,
    pub company: Option<Company>,
    pub companies: Vec<Company>,
    /// Who is in the log: id and address.
    pub readers: Vec<(String, String)>,
    pub looks: Vec<Look>,
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_comes_back_and_the_file_has_all_pages() {
        let asked = LooksQuery::parse("?person=+D%C3%B8ver+&reader=p1&cursor=7&company=c1&x=1");
        assert_eq!((asked.person.as_str(), asked.cursor.as_deref()), ("Døver", Some("7")));
        let again = asked.href();
        assert_eq!(LooksQuery::parse(again.split_once('?').map_or("", |(_, q)| q)), asked);
        assert!(!asked.csv_href().contains("cursor") && asked.csv_href().contains("reader=p1"));
        assert_eq!(LooksQuery::parse("?person=%20").href(), "/contacts");
        assert!(!LooksQuery::default().is_filtered());
    }
}
