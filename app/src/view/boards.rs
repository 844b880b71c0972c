//! The boards: who is in which country, who arrives and leaves, whose night and whose plans need a look.
//! Filled by the Backend in one call; drawn by `pages::boards`. Counts of now are those of the map page at the same
//! instant; every local time was worked out by the server.

use super::{
    map_page::{ByGrade, Counts, Mark},
    query::{MapQuery, encode, pairs},
    time::{Instant, PlaceTime},
};
use serde::{Deserialize, Serialize};

/// What the page is asked for. The plain page is `/boards`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BoardsQuery {
    /// An operator's choice of company; ignored for everyone else.
    pub company: Option<String>,
    /// The country whose cities are shown, ISO 3166-1 alpha-2.
    pub open: Option<String>,
    /// Departures instead of arrivals.
    pub leaving: bool,
}

impl BoardsQuery {
    /// From a query string; what cannot be read is as if it were not there.
    pub fn parse(query: &str) -> BoardsQuery {
        let mut found = BoardsQuery::default();
        for (key, value) in pairs(query).filter(|(_, value)| !value.is_empty()) {
            match key.as_str() {
                "company" => found.company = Some(value),
                "open" => found.open = Some(value),
                "board" => found.leaving = value == "departures",
                _ => {}
            }
        }
        found
    }

    /// The address of this view.
    pub fn href(&self) -> String {
        let parameters = [
            ("company", self.company.as_deref()),
            ("open", self.open.as_deref()),
            ("board", self.leaving.then_some("departures")),
        ];
        let mut out = "/boards".to_owned();
        for (key, value) in parameters.into_iter().filter_map(|(key, value)| Some((key, value?))) {
            out.push(if out.contains('?') { '&' } else { '?' });
            out.push_str(&format!("{key}={}", encode(value)));
        }
        out
    }

    /// The same with this country open, or closed if it was.
    pub fn with_open(&self, code: &str) -> BoardsQuery {
        let open = (self.open.as_deref() != Some(code)).then(|| code.to_owned());
        BoardsQuery { open, ..self.clone() }
    }

    /// The map page that lists who is found by `q`.
    pub fn map_href(&self, q: &str) -> String {
        self.map().with_q(q).href()
    }

    /// The map page with this person open, at home or not.
    pub fn person_href(&self, id: &str) -> String {
        self.map().with_filter(super::Filter::All).with_person(Some(id)).href()
    }

    fn map(&self) -> MapQuery {
        MapQuery {
            company: self.company.clone(),
            ..MapQuery::default()
        }
    }
}

/// People in a country or city.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceLine {
    /// ISO code of a country, name of a city.
    pub key: String,
    pub name: String,
    /// Whom the map shows there now.
    pub now: u32,
    /// Whose most probable place it is at some time of this day, UTC.
    pub today: u32,
    /// The same for the seven days from now.
    pub week: u32,
    /// Whom the map shows there 24 hours ago, as known now.
    pub yesterday: u32,
    /// Of `now`.
    pub grades: ByGrade,
    /// Without a known bed in the coming night there.
    pub no_bed: u32,
    /// Only of the country that is open.
    pub cities: Vec<PlaceLine>,
}

impl PlaceLine {
    /// `▲ 6`, `▼ 2`, `–`; with words for those who hear it.
    pub fn change(&self) -> (String, String) {
        match i64::from(self.now) - i64::from(self.yesterday) {
            0 => (
                "–".to_owned(),
                t!("as many as yesterday", "so viele wie gestern").to_owned(),
            ),
            n if n > 0 => (format!("▲ {n}"), tf!("{n} more than yesterday", "{n} mehr als gestern")),
            n => (
                format!("▼ {}", -n),
                tf!("{} fewer than yesterday", "{} weniger als gestern", -n),
            ),
        }
    }
}

/// People on one flight, train or other move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveLine {
    /// At the place of the board; none if the hour is unknown.
    pub when: Option<PlaceTime>,
    /// `LHR`, or the place's name.
    pub code: String,
    pub city: String,
    /// `BA 106`; none if nobody can identify it (R25).
    pub identity: Option<String>,
    /// City at the other end.
    pub other: String,
    pub mark: Mark,
    pub people: u32,
}

/// A person of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    pub id: String,
    pub name: String,
    pub mark: Mark,
    /// Where.
    pub place: String,
    /// Why they are here.
    pub says: String,
}

/// People of a board: the first of them, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub first: Vec<PersonLine>,
    pub total: u32,
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardsPage {
    /// The server's clock when this was made.
    pub now: Instant,
    /// The newest event or document.
    pub data_at: Option<Instant>,
    pub counts: Counts,
    /// Most people first.
    pub countries: Vec<PlaceLine>,
    /// Of the chosen board, soonest first; moves without an hour last.
    pub moves: Vec<MoveLine>,
    /// People who arrive, and who leave, within 24 hours.
    pub arriving: u32,
    pub leaving: u32,
    pub no_bed: People,
    pub changed: People,
    pub unmatched: People,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_whole_view() {
        let full = BoardsQuery {
            company: Some("a&b".into()),
            open: Some("DE".into()),
            leaving: true,
        };
        assert_eq!(full.href(), "/boards?company=a%26b&open=DE&board=departures");
        assert_eq!(BoardsQuery::parse(full.href().trim_start_matches("/boards")), full);
        assert_eq!(BoardsQuery::parse("?board=x&open="), BoardsQuery::default());
        assert_eq!(BoardsQuery::default().href(), "/boards");
        assert_eq!(full.with_open("DE").open, None);
        assert_eq!(full.with_open("FR").open.as_deref(), Some("FR"));
    }

    #[test]
    fn a_change_has_a_sign_and_words() {
        let line = |now, yesterday| {
            PlaceLine {
                now,
                yesterday,
                ..PlaceLine::default()
            }
            .change()
        };
        assert_eq!(line(8, 2).0, "▲ 6");
        assert_eq!(line(2, 3), ("▼ 1".to_owned(), "1 fewer than yesterday".to_owned()));
        assert_eq!(line(4, 4).0, "–");
    }
}
