//! One answer to "where is everyone": the sentence, the list, the places and the time bar of the map page.
//! Filled by the Backend in one call; drawn by `pages::map`. All instants are UTC, all local times were worked out by the
//! server, and no number is older than `now` says.

use super::{
    clock::Clock,
    incident::{Group, IncidentAnswer},
    time::{Instant, PlaceTime},
    words::{Band, thousands},
};
use serde::{Deserialize, Serialize};

/// How strong is what we know (contract.md); `Unknown` marks people of whom no place is claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Confirmed,
    Booked,
    Intent,
    Inferred,
    #[default]
    Unknown,
}

impl Grade {
    pub const EVERY: [Grade; 5] = [
        Grade::Confirmed,
        Grade::Booked,
        Grade::Intent,
        Grade::Inferred,
        Grade::Unknown,
    ];

    /// For class names, tokens and the map's properties.
    pub fn code(self) -> &'static str {
        match self {
            Grade::Confirmed => "confirmed",
            Grade::Booked => "booked",
            Grade::Intent => "intent",
            Grade::Inferred => "inferred",
            Grade::Unknown => "unknown",
        }
    }

    /// One word: `planned`.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Confirmed => t!("confirmed", "bestätigt"),
            Grade::Booked => t!("booked", "gebucht"),
            Grade::Intent => t!("planned", "geplant"),
            Grade::Inferred => t!("worked out", "erschlossen"),
            Grade::Unknown => t!("unknown", "unbekannt"),
        }
    }

    /// What it means, as the legend says it.
    pub fn meaning(self) -> &'static str {
        match self {
            Grade::Confirmed => t!(
                "a booking that can be checked, or the person’s word",
                "eine prüfbare Buchung oder das Wort der Person"
            ),
            Grade::Booked => t!(
                "a booking, details not checkable",
                "eine Buchung, Einzelheiten nicht prüfbar"
            ),
            Grade::Intent => t!(
                "means to be there; nothing is booked or identified",
                "will dort sein; nichts ist gebucht oder erkennbar"
            ),
            Grade::Inferred => t!(
                "follows from what came before and after",
                "folgt aus dem Davor und Danach"
            ),
            Grade::Unknown => t!("counted, never left out", "wird gezählt, nie weggelassen"),
        }
    }
}

/// The sign of one person: shape by grade, stripes when old, a plane on an identified flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub grade: Grade,
    /// What is known is more than 24 h behind what the source could have said.
    pub old: bool,
    /// On an identified flight now.
    pub flying: bool,
}

impl Mark {
    pub fn of(grade: Grade) -> Mark {
        Mark {
            grade,
            ..Mark::default()
        }
    }

    /// The same in words, for those who do not see the mark.
    pub fn words(self) -> String {
        let what = if self.flying {
            t!("in the air", "in der Luft")
        } else {
            self.grade.word()
        };
        if self.old {
            tf!("{what}, over 24 h old", "{what}, über 24 h alt")
        } else {
            what.to_owned()
        }
    }
}

/// How exactly the place is known (R195, R200).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Address,
    Airport,
    #[default]
    City,
    Region,
    Country,
    /// On the way; the place line names the move instead.
    Moving,
    /// No place is claimed.
    Nowhere,
}

impl Precision {
    /// The word behind the place, never cut; none where the place line says it already.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Precision::Address => Some(t!("address", "Adresse")),
            Precision::Airport => Some(t!("airport", "Flughafen")),
            Precision::City => Some(t!("city", "Stadt")),
            Precision::Region => Some(t!("region", "Region")),
            Precision::Country => Some(t!("country only", "nur Land")),
            Precision::Moving | Precision::Nowhere => None,
        }
    }
}

/// The next move of a person that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextMove {
    /// City or country: `New York`.
    pub to: String,
    /// When it begins, at the place it begins; for someone on the way, when it ends, at the place it ends.
    pub when: PlaceTime,
    /// On the way already: `when` is the arrival.
    pub landing: bool,
    /// The document names the day only: the hour is not to be shown.
    pub day_only: bool,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The traveler's id.
    pub id: String,
    pub name: String,
    pub mark: Mark,
    /// `London`, `Thon Hotel Warsaw`, `BA 106, DXB → LHR`, `not known`.
    pub place: String,
    pub precision: Precision,
    pub next: Option<NextMove>,
    /// Of the place named, 1..=99 (see `words::percent`).
    pub percent: u8,
    pub band: Band,
    /// When what is known of this person last changed.
    pub changed_at: Instant,
    /// As of when the source spoke.
    pub data_at: Option<Instant>,
    /// Only for an operator who looks at all companies.
    pub company: Option<String>,
    /// In which list of the incident, if there is one. In the first two `percent` and `band` are of being in the area.
    pub group: Option<Group>,
    /// Of the stay or move that the line names, at its place.
    pub since: Option<PlaceTime>,
    pub until: Option<PlaceTime>,
    /// `Agency, K7QX2M`; only where the column is asked for.
    pub source: Option<String>,
    /// Only where the column is asked for.
    pub reach: Option<Reachable>,
}

/// What is known to reach somebody by; the numbers themselves are shown on request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reachable {
    pub phone: bool,
    pub email: bool,
    pub emergency: bool,
}

impl Reachable {
    /// `phone, kin`; `none` is what somebody should see to.
    pub fn words(self) -> String {
        let all = [
            (self.phone, t!("phone", "Tel.")),
            (self.email, t!("e-mail", "Mail")),
            (self.emergency, t!("kin", "Notfall")),
        ];
        let known = all.into_iter().filter(|(known, _)| *known).map(|(_, word)| word);
        let known = known.collect::<Vec<_>>().join(", ");
        if known.is_empty() {
            t!("none", "keiner").to_owned()
        } else {
            known
        }
    }
}

/// The numbers of the sentence. They count people, whatever the filter, the search and the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub away: u32,
    pub in_air: u32,
    pub planned: u32,
    pub unplaced: u32,
    /// Everybody of whom anything is known.
    pub people: u32,
}

/// How many people of each grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByGrade {
    pub confirmed: u32,
    pub booked: u32,
    pub intent: u32,
    pub inferred: u32,
    pub unknown: u32,
}

impl ByGrade {
    pub fn get(self, grade: Grade) -> u32 {
        match grade {
            Grade::Confirmed => self.confirmed,
            Grade::Booked => self.booked,
            Grade::Intent => self.intent,
            Grade::Inferred => self.inferred,
            Grade::Unknown => self.unknown,
        }
    }

    pub fn add(&mut self, grade: Grade) {
        *(match grade {
            Grade::Confirmed => &mut self.confirmed,
            Grade::Booked => &mut self.booked,
            Grade::Intent => &mut self.intent,
            Grade::Inferred => &mut self.inferred,
            Grade::Unknown => &mut self.unknown,
        }) += 1;
    }

    pub fn total(self) -> u32 {
        Grade::EVERY.into_iter().map(|g| self.get(g)).sum()
    }

    /// `5 confirmed, 2 booked, 1 planned`
    pub fn words(self) -> String {
        let parts = Grade::EVERY
            .into_iter()
            .filter(|g| self.get(*g) > 0)
            .map(|g| format!("{} {}", self.get(g), g.word()));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// How many of the listed people the map cannot draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undrawn {
    /// Nobody knows where.
    pub nowhere: u32,
    /// At home, and nobody told where that is.
    pub home: u32,
}

impl Undrawn {
    /// `Not on the map: 1 cannot be placed, 12 at a home that is not known`; none if all are drawn.
    pub fn words(self) -> Option<String> {
        let nowhere =
            (self.nowhere > 0).then(|| tf!("{} cannot be placed", "{} nicht verortbar", thousands(self.nowhere)));
        let home = (self.home > 0).then(|| {
            tf!(
                "{} at a home that is not known",
                "{} an unbekanntem Wohnort",
                thousands(self.home)
            )
        });
        let parts = nowhere.into_iter().chain(home).collect::<Vec<_>>().join(", ");
        (!parts.is_empty()).then(|| tf!("Not on the map: {parts}", "Nicht auf der Karte: {parts}"))
    }
}

/// What a line of the table of places stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceGroupKind {
    City,
    /// People of whom only the country is known.
    Country,
    /// People on the way.
    Moving,
    /// People who cannot be placed.
    Nowhere,
}

/// One line of the table that says the same as the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceGroup {
    pub kind: PlaceGroupKind,
    /// `London`, `Türkiye`, `In the air`.
    pub label: String,
    pub people: ByGrade,
    /// What to search for to list these people; none if a search would not find them.
    pub q: Option<String>,
}

/// People away at the beginning of one quarter of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    pub confirmed: u32,
    pub booked: u32,
    pub intent: u32,
    pub inferred: u32,
}

impl Bin {
    pub fn total(self) -> u32 {
        self.confirmed + self.booked + self.intent + self.inferred
    }
}

/// People away over time: four bins a day, the first at midnight UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// Midnight UTC.
    pub from: Instant,
    /// A multiple of four.
    pub bins: Vec<Bin>,
}

impl Histogram {
    /// Seconds of one bin.
    pub const STEP_S: i64 = 21_600;

    /// Where `at` is: 0 at the left edge, 1 at the right edge; none outside.
    pub fn position(&self, at: Instant) -> Option<f64> {
        let all = self.bins.len() as i64 * Self::STEP_S;
        let passed = at.since(self.from);
        (all > 0 && (0..=all).contains(&passed)).then(|| passed as f64 / all as f64)
    }

    /// The instant at `share` of the width, on a full hour; outside shares are brought to the edges.
    pub fn instant(&self, share: f64) -> Instant {
        let all = self.bins.len() as f64 * Self::STEP_S as f64;
        self.from
            .plus((share.clamp(0.0, 1.0) * all) as i64 + 1_800)
            .floor(3_600)
    }

    /// The top of the scale: a round number not below the highest bin, whose thirds are round too, for the two lines.
    pub fn scale(&self) -> u32 {
        let highest = self.bins.iter().map(|b| b.total()).max().unwrap_or(0);
        let third = highest.div_ceil(3).max(1);
        if let Some(round) = [1, 2, 3, 4, 5, 6, 8, 10].into_iter().find(|n| *n >= third) {
            return round * 3;
        }
        let mut tens = 1;
        loop {
            if let Some(round) = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80]
                .into_iter()
                .find(|n| n * tens >= third)
            {
                return round * tens * 3;
            }
            tens *= 10;
        }
    }
}

/// What feeds the page, for the state in which there is nothing to see yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feed {
    /// At least one company is connected.
    Connected,
    /// Connected, and its first trips are still being read.
    Reading { waiting: u32 },
    /// No company has been connected yet.
    NotConnected,
    /// The grant was lost or ended: what is shown goes on ageing.
    ReconnectNeeded,
}

/// The map page, but for the person's panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapPage {
    /// The server's clock when this was made.
    pub now: Instant,
    /// The instant shown: the one asked for, else `now`.
    pub at: Instant,
    pub counts: Counts,
    /// The newest event or document; none if there never was one.
    pub data_at: Option<Instant>,
    /// One page of the list, in the order asked for, at most `query::PAGE_ROWS`.
    pub rows: Vec<Row>,
    /// How many rows all pages have.
    pub total: u32,
    /// The same people grouped by place, largest first; for the table that stands in for the map.
    pub places: Vec<PlaceGroup>,
    pub undrawn: Undrawn,
    pub histogram: Histogram,
    /// On which the time bar is read.
    pub clock: Clock,
    pub feed: Feed,
    /// Of the incident that is asked about.
    pub incident: Option<IncidentAnswer>,
}

/// Under which heading a row sorted by last change stands.
pub fn change_group(changed_at: Instant, now: Instant) -> &'static str {
    let day = 86_400;
    match now.since(changed_at) {
        ..=3_600 => t!("Changed in the last hour", "In der letzten Stunde geändert"),
        _ if changed_at.floor(day) == now.floor(day) => t!("Earlier today", "Heute, früher"),
        _ if changed_at.floor(day).plus(day) == now.floor(day) => t!("Yesterday", "Gestern"),
        s if s < 7 * day => t!("In the last seven days", "In den letzten sieben Tagen"),
        _ => t!("Longer ago", "Länger her"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_the_map_lacks_in_words() {
        let words = |nowhere, home| Undrawn { nowhere, home }.words();
        assert_eq!(words(0, 0), None);
        assert_eq!(
            words(1_200, 0).as_deref(),
            Some("Not on the map: 1,200 cannot be placed")
        );
        assert_eq!(
            words(1, 12).as_deref(),
            Some("Not on the map: 1 cannot be placed, 12 at a home that is not known")
        );
    }

    #[test]
    fn marks_in_words() {
        assert_eq!(
            Mark {
                grade: Grade::Intent,
                old: true,
                flying: false
            }
            .words(),
            "planned, over 24 h old"
        );
        assert_eq!(
            Mark {
                grade: Grade::Confirmed,
                old: false,
                flying: true
            }
            .words(),
            "in the air"
        );
    }

    #[test]
    fn grades_are_counted_and_named() {
        let mut sum = ByGrade::default();
        for grade in [Grade::Confirmed, Grade::Intent, Grade::Confirmed, Grade::Inferred] {
            sum.add(grade);
        }
        assert_eq!(
            (sum.total(), sum.words().as_str()),
            (4, "2 confirmed, 1 planned, 1 worked out")
        );
    }

    #[test]
    fn the_time_bar_finds_its_instants() {
        let bars = Histogram {
            from: Instant(0),
            bins: vec![Bin::default(); 8],
        };
        assert_eq!(bars.position(Instant(86_400)), Some(0.5));
        assert_eq!(bars.position(Instant(-1)), None);
        assert_eq!(bars.instant(0.5), Instant(86_400));
        assert_eq!(bars.instant(7.0), Instant(2 * 86_400));
        assert_eq!(Histogram::default().position(Instant(0)), None);
    }

    #[test]
    fn the_scale_is_round_and_high_enough() {
        let of = |n| {
            Histogram {
                from: Instant(0),
                bins: vec![Bin {
                    confirmed: n,
                    ..Bin::default()
                }],
            }
            .scale()
        };
        assert_eq!(
            [0, 3, 4, 61, 207, 300, 301, 20_000].map(of),
            [3, 3, 6, 75, 240, 300, 360, 24_000]
        );
    }

    #[test]
    fn headings_by_last_change() {
        let now = Instant::parse("2026-11-22T14:00:00Z").unwrap_or_default();
        let headings = [60, 7_200, 80_000, 4 * 86_400, 90 * 86_400].map(|ago| change_group(now.plus(-ago), now));
        assert_eq!(headings[0], "Changed in the last hour");
        assert_eq!(headings[1], "Earlier today");
        assert_eq!(headings[2], "Yesterday");
        assert_eq!(headings[3], "In the last seven days");
        assert_eq!(headings[4], "Longer ago");
    }
}
