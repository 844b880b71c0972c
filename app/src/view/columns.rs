//! The columns of the list that can be chosen. Part of the map page's address; read by the list and by the server.
//! Person, place and certainty are always there.

use serde::{Deserialize, Serialize};

/// A column of the list that can be chosen; person, place and certainty are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Next,
    /// Since when and until when they are there.
    Since,
    /// Which source says so, and how old that is.
    Source,
    /// Whether they can be reached; numbers are shown in the panel, on request.
    Contact,
}

impl Column {
    pub const EVERY: [Column; 4] = [Column::Next, Column::Since, Column::Source, Column::Contact];

    pub fn code(self) -> &'static str {
        match self {
            Column::Next => "next",
            Column::Since => "since",
            Column::Source => "source",
            Column::Contact => "contact",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Column::Next => t!("Next move", "Nächste Etappe"),
            Column::Since => t!("Since, until", "Seit, bis"),
            Column::Source => t!("Source, age", "Quelle, Alter"),
            Column::Contact => t!("Contact", "Kontakt"),
        }
    }
}

/// Which columns the list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns(u8);

impl Default for Columns {
    fn default() -> Self {
        Columns(0).with(Column::Next)
    }
}

impl Columns {
    pub fn has(self, column: Column) -> bool {
        self.0 & (1 << column as u8) != 0
    }

    /// With this column if it was not there, else without it.
    #[must_use]
    pub fn with(self, column: Column) -> Columns {
        Columns(self.0 ^ (1 << column as u8))
    }

    /// There is more than fits beside a map.
    pub fn wide(self) -> bool {
        self.0 & !Columns::default().0 != 0
    }

    /// `next,since`; `-` for none.
    pub fn code(self) -> String {
        let codes = Column::EVERY.into_iter().filter(|c| self.has(*c)).map(Column::code);
        let codes = codes.collect::<Vec<_>>().join(",");
        if codes.is_empty() { "-".to_owned() } else { codes }
    }

    /// What cannot be read is no column.
    pub(super) fn parse(text: &str) -> Columns {
        let named = Column::EVERY
            .into_iter()
            .filter(|c| text.split(',').any(|word| word == c.code()));
        named.fold(Columns(0), Columns::with)
    }
}
