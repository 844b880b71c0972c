//! One traveler: where, how sure, why, and what comes next. Filled by the Backend in one call; drawn by the panel.
//! Reasons against are as complete as reasons for; shares add up to 100 within rounding.

use super::{
    map_page::{Grade, Mark, Precision},
    sheet::Reach,
    time::{DAY_S, Instant, PlaceTime},
    words::{Band, capital},
};
use serde::{Deserialize, Serialize};

/// The best answer to "where".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub mark: Mark,
    /// `London, United Kingdom`, `On BA 106 to London`, `Not known`.
    pub title: String,
    pub percent: u8,
    pub band: Band,
    pub precision: Precision,
    /// Of the place, in km; none for a country or an unknown place.
    pub radius_km: Option<u32>,
    /// R187: another place far away is likely too.
    pub conflict: bool,
    pub since: Option<PlaceTime>,
    pub until: Option<PlaceTime>,
}

impl Answer {
    /// `Likely · planned, not booked · city, ±25 km`
    pub fn words(&self) -> String {
        let grade = match self.mark.grade {
            Grade::Intent => t!("planned, not booked", "geplant, nicht gebucht"),
            grade => grade.word(),
        };
        let mut out = format!("{} · {grade}", capital(self.band.word()));
        if let Some(precision) = self.precision.word() {
            out.push_str(&format!(" · {precision}"));
            if let Some(km) = self.radius_km.filter(|_| self.precision != Precision::Address) {
                out.push_str(&format!(", ±{km}\u{a0}km"));
            }
        }
        out
    }
}

/// Where the probability goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarPartKind {
    Place(Grade),
    Home,
    InTransit,
    Unknown,
}

impl BarPartKind {
    /// For class names.
    pub fn code(self) -> &'static str {
        match self {
            BarPartKind::Place(grade) => grade.code(),
            BarPartKind::Home => "home",
            BarPartKind::InTransit => "transit",
            BarPartKind::Unknown => "nothing",
        }
    }
}

/// One share of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarPart {
    pub kind: BarPartKind,
    /// `London`, `New York, home`, `on the way`, `unknown`.
    pub label: String,
    /// 0..=100
    pub percent: u8,
}

/// How much a reason weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    Strong,
    Some,
    Weak,
}

impl Strength {
    pub fn word(self) -> &'static str {
        match self {
            Strength::Strong => t!("strong", "stark"),
            Strength::Some => t!("some", "mittel"),
            Strength::Weak => t!("weak", "schwach"),
        }
    }
}

/// A reason for or against the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// One sentence in plain words.
    pub says: String,
    pub against: bool,
    pub strength: Option<Strength>,
    /// `Agency`, `Direct supplier`; empty if it follows from several.
    pub source: String,
    /// When the source last spoke of it.
    pub modified_at: Option<Instant>,
    /// Record locator; the panel links it to the trip below if that is listed.
    pub booking: Option<String>,
    /// `R25`; shown small, behind.
    pub rules: Vec<String>,
}

/// How a stretch of the timeline is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpellKind {
    Home,
    Stay(Grade),
    /// A move whose flight or train is known.
    Move(Grade),
    /// A move without a number, or with a number that cannot be: a corridor, no line (R25).
    Corridor,
    /// Nothing is known.
    Gap,
}

impl SpellKind {
    /// For class names.
    pub fn code(self) -> String {
        match self {
            SpellKind::Home => "home".to_owned(),
            SpellKind::Stay(grade) => grade.code().to_owned(),
            SpellKind::Move(grade) => format!("move {}", grade.code()),
            SpellKind::Corridor => "corridor".to_owned(),
            SpellKind::Gap => "gap".to_owned(),
        }
    }

    pub fn is_move(self) -> bool {
        matches!(self, SpellKind::Move(_) | SpellKind::Corridor)
    }
}

/// One stretch of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spell {
    pub kind: SpellKind,
    /// `London`, `LHR → JFK`, `No way back known`.
    pub title: String,
    /// `home`, `BA 117`, `not identified`.
    pub detail: Option<String>,
    /// In the local time of the place it begins; none if it was always so.
    pub from: Option<PlaceTime>,
    /// In the local time of the place it ends; none if no end is known.
    pub until: Option<PlaceTime>,
    /// The document names days only: hours are not to be shown.
    pub day_only: bool,
    /// `between 00:00 and 20:30 GMT`, `Thon Hotel Warsaw`.
    pub notes: Vec<String>,
    /// What somebody should see to: `4 nights without a hotel`.
    pub attention: Option<String>,
    pub percent: u8,
}

/// So far from a day its weekday says less than its date.
const FORTNIGHT_S: i64 = 14 * DAY_S;

impl Spell {
    /// The first column: `to Sun 22`, `Sun 22 – Thu 26`, `Thu 26 16:25`, `Sun 22, no time`, `from Thu 26`; days that are
    /// more than a fortnight from `at` by their date, `22 Nov`, and its year if that is another.
    pub fn when(&self, at: Instant) -> String {
        let day = |time: &PlaceTime| {
            if time.at.since(at).abs() <= FORTNIGHT_S {
                time.civil().day_short()
            } else {
                time.civil().date_beside(at.utc().year)
            }
        };
        match (&self.from, &self.until) {
            (Some(from), _) if self.kind.is_move() && self.day_only => {
                tf!("{}, no time", "{}, ohne Uhrzeit", day(from))
            }
            (Some(from), _) if self.kind.is_move() => format!("{} {}", day(from), from.civil().clock()),
            (Some(from), Some(until)) => {
                let (a, b) = (from.civil(), until.civil());
                if (a.year, a.month, a.day) == (b.year, b.month, b.day) {
                    day(from)
                } else {
                    format!("{} – {}", day(from), day(until))
                }
            }
            (Some(from), None) => tf!("from {}", "ab {}", day(from)),
            (None, Some(until)) => tf!("to {}", "bis {}", day(until)),
            (None, None) => t!("always", "immer").to_owned(),
        }
    }

    /// Both ends with date, zone and UTC, for the title.
    pub fn when_full(&self) -> String {
        match (&self.from, &self.until) {
            (Some(from), Some(until)) => tf!("{} to {}", "{} bis {}", from.full(), until.full()),
            (Some(from), None) => tf!("from {}", "ab {}", from.full()),
            (None, Some(until)) => tf!("until {}", "bis {}", until.full()),
            (None, None) => String::new(),
        }
    }

    /// For a move with times: `16:25 GMT → 19:40 EST`, each in its place's zone.
    pub fn clocks(&self) -> Option<String> {
        match (&self.from, &self.until) {
            (Some(from), Some(until)) if self.kind.is_move() && !self.day_only => {
                Some(format!("{} → {}", from.clock(), until.clock()))
            }
            _ => None,
        }
    }

    /// Holds at `at`.
    pub fn covers(&self, at: Instant) -> bool {
        self.from.as_ref().is_none_or(|f| f.at <= at) && self.until.as_ref().is_none_or(|u| u.at > at)
    }

    /// Begins after `at`.
    pub fn after(&self, at: Instant) -> bool {
        self.from.as_ref().is_some_and(|f| f.at > at)
    }
}

/// One trip the answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TripLine {
    pub id: String,
    pub name: String,
    /// `confirmed`, `cancelled`, `will be deleted`
    pub status: String,
    /// SAP Concur says that it is a leisure trip (P11).
    pub personal: bool,
    /// `22 – 26 Nov`
    pub dates: String,
    pub bookings: Vec<BookingLine>,
    /// What is wrong with the document, and the code of it: `The hotel has no address.`, `hotel_without_address`.
    pub notices: Vec<(String, String)>,
}

/// One booking of a trip, with its codes and what they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingLine {
    /// Record locator.
    pub locator: String,
    /// `Agency`
    pub source: String,
    /// `ConcurTravel: booked in Concur Travel, …`, `through Sabre`
    pub facts: Vec<String>,
    pub segments: Vec<SegmentLine>,
    /// `J: airline adjustment, V: void, 3 Nov 2026`
    pub charges: Vec<String>,
}

/// One segment of a booking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentLine {
    /// `Flight`
    pub kind: String,
    /// `BA 117, LHR → JFK`
    pub what: String,
    /// In the local times of the document.
    pub when: String,
    /// `HK: confirmed`
    pub facts: Vec<String>,
    /// Nothing is held by it.
    pub void: bool,
}

/// The answer to "why not there?".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyNotView {
    /// What was asked, as it was typed.
    pub asked: String,
    /// The place as it is called; none: nothing is called so.
    pub place: Option<String>,
    pub percent: u8,
    pub band: Band,
    /// Whole sentences.
    pub because: Vec<String>,
}

/// Another place the person may be at, for the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Elsewhere {
    pub label: String,
    pub percent: u8,
    /// Longitude, latitude.
    pub point: [f64; 2],
}

/// What the map draws of the person whose panel is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnMap {
    pub grade: Grade,
    /// `London 80 %` goes behind the name.
    pub place: String,
    pub percent: u8,
    /// Longitude, latitude; none for a country-level or unknown answer, which never gets a point (R200).
    pub point: Option<[f64; 2]>,
    /// 0 for an address; else the true radius of what is known.
    pub radius_km: f64,
    /// Moving on an identified flight: the map's own plane is the mark, only the ring and label are added.
    pub flying: bool,
    pub others: Vec<Elsewhere>,
}

/// The panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonPage {
    pub id: String,
    pub name: String,
    /// `Subsea`, `based in New York`, `matched to a profile`, `2 trips`: joined with dots.
    pub about: Vec<String>,
    pub now: Instant,
    pub at: Instant,
    /// On whose clock they live then, if a place is known: `Asia/Tokyo`.
    pub zone: Option<String>,
    pub answer: Answer,
    pub bar: Vec<BarPart>,
    /// For first, strongest first; then against.
    pub reasons: Vec<Reason>,
    /// `No hotel is booked for 2 nights from 11 Nov.`
    pub lacks: Option<String>,
    /// In order of time, without overlap.
    pub timeline: Vec<Spell>,
    pub trips: Vec<TripLine>,
    pub on_map: OnMap,
    pub reach: Reach,
    /// Only if it was asked.
    pub why_not: Option<WhyNotView>,
}

impl PersonPage {
    /// `2 for · 2 against`
    pub fn reasons_counted(&self) -> String {
        let against = self.reasons.iter().filter(|r| r.against).count();
        tf!(
            "{} for · {against} against",
            "{} dafür · {against} dagegen",
            self.reasons.len() - against
        )
    }

    /// Before which stretch the line "now" stands: before the one that holds, so that "now" heads the answer; on the way,
    /// or in between, before the next. None if nothing holds and nothing lies ahead.
    pub fn line_before(&self) -> Option<usize> {
        let holds = self
            .timeline
            .iter()
            .rposition(|s| s.covers(self.at) && !s.kind.is_move());
        holds.or_else(|| self.timeline.iter().position(|s| s.after(self.at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<PlaceTime> {
        Instant::parse(text).map(|at| PlaceTime::new(at, 0, "GMT"))
    }

    fn noon() -> Instant {
        Instant::parse("2026-11-22T12:00:00Z").unwrap_or_default()
    }

    fn spell(kind: SpellKind, from: Option<PlaceTime>, until: Option<PlaceTime>) -> Spell {
        Spell {
            kind,
            title: String::new(),
            detail: None,
            from,
            until,
            day_only: false,
            notes: vec![],
            attention: None,
            percent: 80,
        }
    }

    #[test]
    fn when_a_stretch_is() {
        let (a, b) = (day("2026-11-22T10:00:00Z"), day("2026-11-26T16:25:00Z"));
        let stay = SpellKind::Stay(Grade::Intent);
        let now = noon();
        assert_eq!(spell(SpellKind::Home, None, a.clone()).when(now), "to Sun 22");
        let (later, other_year) = (now.plus(60 * 86_400), now.plus(-500 * 86_400));
        assert_eq!(
            spell(stay, a.clone(), b.clone()).when(later),
            "22 Nov 2026 – 26 Nov 2026"
        );
        assert_eq!(
            spell(stay, a.clone(), b.clone()).when(other_year),
            "22 Nov 2026 – 26 Nov 2026"
        );
        assert_eq!(
            spell(stay, a.clone(), b.clone()).when(now.plus(-30 * 86_400)),
            "22 Nov – 26 Nov"
        );
        assert_eq!(spell(stay, a.clone(), b.clone()).when(now), "Sun 22 – Thu 26");
        assert_eq!(spell(stay, a.clone(), day("2026-11-22T20:00:00Z")).when(now), "Sun 22");
        assert_eq!(spell(SpellKind::Home, b.clone(), None).when(now), "from Thu 26");
        let flight = spell(
            SpellKind::Move(Grade::Confirmed),
            b.clone(),
            day("2026-11-27T00:40:00Z"),
        );
        assert_eq!(flight.when(now), "Thu 26 16:25");
        assert_eq!(flight.clocks().as_deref(), Some("16:25 GMT → 00:40 GMT"));
    }

    #[test]
    fn r25_a_move_without_number_shows_no_hour() {
        let mut planned = spell(
            SpellKind::Corridor,
            day("2026-11-22T00:00:00Z"),
            day("2026-11-22T20:30:00Z"),
        );
        planned.day_only = true;
        assert_eq!(planned.when(noon()), "Sun 22, no time");
        assert_eq!(planned.clocks(), None);
    }

    #[test]
    fn r200_an_area_says_its_radius() {
        let mut answer = Answer {
            mark: Mark::of(Grade::Intent),
            title: "London, United Kingdom".into(),
            percent: 80,
            band: Band::Likely,
            precision: Precision::City,
            radius_km: Some(25),
            conflict: false,
            since: None,
            until: None,
        };
        assert_eq!(answer.words(), "Likely · planned, not booked · city, ±25\u{a0}km");
        answer = Answer {
            precision: Precision::Country,
            radius_km: None,
            mark: Mark::of(Grade::Inferred),
            ..answer
        };
        assert_eq!(answer.words(), "Likely · worked out · country only");
    }
}
