//! What the page of quality shows: which source can be trusted with what, and what its documents lack.
//! Filled by the Backend from counts; a number never comes without what it is out of. Names no person.

use super::{Company, Instant, me::Me};
use serde::{Deserialize, Serialize};

/// Which travel is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// The thirty days before today.
    #[default]
    Last30,
    /// The ninety days before today.
    Last90,
    /// Today and the thirty days to come: what can still be mended.
    Next30,
}

impl Span {
    pub const EVERY: [Span; 3] = [Span::Last30, Span::Last90, Span::Next30];

    pub fn code(self) -> &'static str {
        match self {
            Span::Last30 => "last30",
            Span::Last90 => "last90",
            Span::Next30 => "next30",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Span::Last30 => t!("Last 30 days", "Letzte 30"),
            Span::Last90 => t!("Last 90 days", "Letzte 90"),
            Span::Next30 => t!("Next 30 days", "Nächste 30"),
        }
    }
}

/// What the page is asked for: all of it is in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityQuery {
    /// An operator's choice.
    pub company: Option<String>,
    pub span: Span,
    /// A source's word: its notices alone.
    pub source: Option<String>,
    /// A notice's code: where it is.
    pub code: Option<String>,
    /// `error`, `warning` or `info`: those notices alone.
    pub severity: Option<String>,
    /// Id of a trip to look into.
    pub trip: Option<String>,
    /// What came of a form.
    pub said: Option<String>,
}

impl QualityQuery {
    /// Never fails: what it cannot read is as if it were not there.
    pub fn parse(search: &str) -> QualityQuery {
        let mut query = QualityQuery::default();
        for pair in search.trim_start_matches('?').split('&') {
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let plain = value.len() <= 64 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            if !plain || value.is_empty() {
                continue;
            }
            let value = value.to_owned();
            match name {
                "company" => query.company = Some(value),
                "span" => {
                    query.span = Span::EVERY
                        .into_iter()
                        .find(|span| span.code() == value)
                        .unwrap_or_default()
                }
                "source" => query.source = Some(value),
                "code" => query.code = Some(value),
                "severity" => query.severity = Some(value),
                "trip" => query.trip = Some(value),
                "said" => query.said = Some(value),
                _ => {}
            }
        }
        query
    }

    fn parameters(&self) -> Vec<(&'static str, &str)> {
        let span = Some(self.span.code()).filter(|_| self.span != Span::default());
        [
            ("company", self.company.as_deref()),
            ("span", span),
            ("source", self.source.as_deref()),
            ("severity", self.severity.as_deref()),
            ("code", self.code.as_deref()),
            ("trip", self.trip.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The address of this view at a path.
    pub fn at(&self, path: &str) -> String {
        let pairs: Vec<String> = self
            .parameters()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if pairs.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    }

    pub fn href(&self) -> String {
        self.at("/quality")
    }

    /// The whole page again, of the same travel.
    pub fn whole(&self) -> QualityQuery {
        QualityQuery {
            company: self.company.clone(),
            span: self.span,
            ..QualityQuery::default()
        }
    }

    pub fn of_source(&self, source: &str) -> QualityQuery {
        QualityQuery {
            source: Some(source.to_owned()),
            ..self.whole()
        }
    }

    pub fn of_notice(&self, source: &str, code: &str) -> QualityQuery {
        QualityQuery {
            code: Some(code.to_owned()),
            ..self.of_source(source)
        }
    }
}

/// So many, of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub good: u32,
    pub total: u32,
}

impl Share {
    /// In percent; none under thirty (R231).
    pub fn percent(self) -> Option<u32> {
        (self.total >= 30).then(|| self.of_hundred())
    }

    /// The same, whatever it is out of.
    pub fn of_hundred(self) -> u32 {
        let (good, total) = (u64::from(self.good), u64::from(self.total.max(1)));
        u32::try_from((good * 200 + total) / (2 * total)).unwrap_or(u32::MAX)
    }
}

/// How exactly nights were located.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nights {
    pub address: u32,
    pub city: u32,
    pub country: u32,
    pub none: u32,
    /// Of them all, on intent alone.
    pub intent: u32,
}

impl Nights {
    pub fn all(self) -> u32 {
        self.address + self.city + self.country + self.none
    }

    pub fn share(self, of: u32) -> Share {
        Share {
            good: of,
            total: self.all(),
        }
    }

    /// Word, count and the name of the fill, the most exact first.
    pub fn parts(self) -> [(&'static str, u32, &'static str); 4] {
        [
            (t!("address", "Adresse"), self.address, "l-address"),
            (t!("city", "Stadt"), self.city, "l-city"),
            (t!("country only", "nur Land"), self.country, "l-country"),
            (t!("nothing", "nichts"), self.none, "l-none"),
        ]
    }
}

/// A source and its marks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRow {
    pub word: String,
    pub name: String,
    pub also: String,
    pub trips: u32,
    pub segments: u32,
    pub nights: Nights,
    /// Complete, valid, consistent, unique, in time, accurate.
    pub dimensions: [Share; 6],
    /// 0 to 100; none: insufficient.
    pub score: Option<u32>,
    /// The same of all companies of the service; none where the operator does not permit it or too few companies are there.
    pub everywhere: Option<u32>,
    /// The score of each week, the oldest first.
    pub weeks: Vec<Option<u32>>,
    /// Titles of its notices that are beyond their limits and that nobody has acknowledged, the most frequent first.
    pub over: Vec<String>,
    /// Per segment type: its word, segments, dimensions, score.
    pub types: Vec<(String, u32, [Share; 6], Option<u32>)>,
}

/// Heads of the six dimensions.
pub fn dimensions() -> [(&'static str, &'static str); 6] {
    [
        (
            t!("Complete", "Vollständig"),
            t!(
                "The fields that locating needs are there",
                "Die zum Verorten nötigen Felder sind da"
            ),
        ),
        (
            t!("Valid", "Gültig"),
            t!("Values are in the agreed form", "Werte haben die vereinbarte Form"),
        ),
        (
            t!("Consistent", "Stimmig"),
            t!("Values fit each other", "Werte passen zueinander"),
        ),
        (
            t!("Unique", "Einmalig"),
            t!("The same thing is there once", "Dasselbe ist nur einmal da"),
        ),
        (
            t!("In time", "Zeitig"),
            t!(
                "Known before it happens, changes told within an hour",
                "Vorher bekannt, Änderungen binnen einer Stunde gemeldet"
            ),
        ),
        (
            t!("Accurate", "Richtig"),
            t!(
                "Agrees with a stronger, independent source",
                "Stimmt mit einer stärkeren, unabhängigen Quelle überein"
            ),
        ),
    ]
}

/// When a share of notices is too high; in tenths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    pub warn: u32,
    pub error: u32,
    pub mostly: u32,
    /// The company set it itself.
    pub own: bool,
}

/// How a share stands to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Within,
    Insufficient,
    Warn,
    Error,
}

/// An acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// Last day, at noon.
    pub until: Instant,
    pub note: String,
    pub by: String,
}

/// A notice of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeRow {
    pub code: String,
    pub title: String,
    /// `error`, `warning`, `info`.
    pub severity: String,
    /// Word and name of the source; of all sources the one that has most.
    pub source: (String, String),
    pub count: u32,
    /// Of the segments that can have it.
    pub share: Share,
    pub limit: Option<Limit>,
    pub standing: Standing,
    /// How many each week, the oldest first.
    pub weeks: Vec<u32>,
    pub ack: Option<Ack>,
}

impl NoticeRow {
    /// Beyond its limit, and nobody knows of it yet: something to be done.
    pub fn to_do(&self) -> bool {
        matches!(self.standing, Standing::Warn | Standing::Error) && self.ack.is_none()
    }
}

/// A source that is worse than some weeks ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worse {
    pub word: String,
    pub name: String,
    pub was: u32,
    pub is: u32,
    /// Titles of the notices that grew most.
    pub because: Vec<String>,
}

/// A field of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRow {
    /// As Concur spells it.
    pub name: String,
    /// Empty: it is not there.
    pub value: String,
    /// The notice is about it.
    pub marked: bool,
    /// Concur hides it from us.
    pub redacted: bool,
}

/// A segment of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentView {
    /// Such as `Bookings[0] Air[1]`.
    pub label: String,
    pub source: String,
    /// The notice is about this segment.
    pub marked: bool,
    pub fields: Vec<FieldRow>,
    /// What notices say of it.
    pub says: Vec<(String, String)>,
}

/// A document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    pub trip: String,
    pub segments: Vec<SegmentView>,
    /// What notices say of the whole trip.
    pub says: Vec<(String, String)>,
}

/// Where a notice is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceRow {
    pub trip: String,
    /// Such as `Air[0]`.
    pub segment: String,
    /// Day of travel, at noon.
    pub day: Instant,
}

/// One notice of one source, looked into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub notice: NoticeRow,
    pub says: String,
    pub fields: Vec<String>,
    pub rule: String,
    pub places: Vec<PlaceRow>,
    /// The trip that is looked into.
    pub open: Option<DocumentView>,
    /// A document of the same source without fault.
    pub good: Option<DocumentView>,
}

/// Predicted and come true (R277).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibrated {
    pub name: String,
    /// `2026-10`
    pub month: String,
    /// Mean of what was said, in percent.
    pub said: u32,
    pub came: Share,
    /// By what the source's probabilities would have to be multiplied, in percent; a proposal, none of too few.
    pub proposed: Option<u32>,
}

/// How the company is told that a source got worse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchView {
    /// The service can send mail; it may post to companies' own addresses.
    pub can: (bool, bool),
    pub mail: bool,
    pub url: String,
    /// With which what is posted is signed.
    pub secret: String,
    /// Until when it is signed with the secret before, too.
    pub old_until: Option<Instant>,
    /// The newest messages: when they were made, whether by mail, and what became of each.
    pub sent: Vec<(Instant, bool, String)>,
}

/// The whole page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QualityPage {
    pub me: Me,
    /// The company it is about; none: all of them.
    pub company: Option<Company>,
    /// Limits and acknowledgements can be changed: by an admin, or staff that chose a company.
    pub may_change: bool,
    pub now: Instant,
    /// First and last day, at noon.
    pub from: Instant,
    pub to: Instant,
    /// Monday of the first week of every trend, at noon.
    pub first_week: Instant,
    pub nights: Nights,
    /// Trips with a night away that have a bed.
    pub lodged: Share,
    /// The same of as many days before.
    pub nights_before: Nights,
    pub sources: Vec<SourceRow>,
    pub notices: Vec<NoticeRow>,
    /// Notices in all, and errors, warnings, infos.
    pub counts: [u32; 4],
    /// Trips with a notice that costs, of all; a trip counts once a source.
    pub trips: Share,
    pub worse: Vec<Worse>,
    /// For who may change it.
    pub watch: Option<WatchView>,
    /// Of one company, for who administers it.
    pub health: Option<super::feed_health::FeedHealth>,
    pub detail: Option<Detail>,
    pub calibrated: Vec<Calibrated>,
}

/// A notice code and its documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeDoc {
    pub code: String,
    pub severity: String,
    pub title: String,
    pub says: String,
    pub fields: Vec<String>,
    pub rule: String,
    pub since: String,
    /// The dimension that it costs; empty: nothing.
    pub dimension: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let query = QualityQuery {
            company: Some("8f14e45f-ceea".into()),
            span: Span::Next30,
            source: Some("OpenBookingEmail".into()),
            code: Some("flight_number_missing".into()),
            severity: Some("warning".into()),
            trip: Some("51aa".into()),
            said: None,
        };
        let href = query.href();
        let (_, search) = href.split_once('?').unwrap();
        assert_eq!(QualityQuery::parse(search), query);
        assert_eq!(QualityQuery::parse("?"), QualityQuery::default());
        assert_eq!(QualityQuery::default().href(), "/quality");
    }

    #[test]
    fn what_an_address_must_not_hold_is_not_read() {
        assert_eq!(
            QualityQuery::parse("?code=%22%3E&source=<b>&span=x&trip="),
            QualityQuery::default()
        );
    }

    #[test]
    fn r231_under_thirty_there_is_no_percentage() {
        assert_eq!(Share { good: 29, total: 29 }.percent(), None);
        assert_eq!(Share { good: 2, total: 3 }.of_hundred(), 67);
        assert_eq!(Share { good: 20, total: 30 }.percent(), Some(67));
        assert_eq!(Share::default().of_hundred(), 0);
    }
}
