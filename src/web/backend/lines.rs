//! One traveler as a line of the list: the most probable of a city, the way there, home and nothing.
//! Called for everyone whenever the list or the map is drawn: cheap, and made of summary columns only.

use app::view::{Band, Grade, Mark, NextMove, Precision, Row, words};
use app::{t, tf};
use chrono::{DateTime, Utc};

use super::instant;
use super::places::{called, city_of_code, clock, precision, zone, zone_of_code};
use crate::place::Zone;
use crate::store::PresenceAt;
use crate::whereabouts::{self, Judgement, Place};

/// What the row of a traveler is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Place,
    Moving,
    Home,
    Nothing,
}

/// A traveler's summary with what follows from it.
pub struct Line {
    pub who: PresenceAt,
    pub about: About,
    pub old: bool,
}

impl Line {
    pub fn new(who: PresenceAt, old: bool) -> Self {
        let place = who.place.as_ref().map_or(0.0, |_| who.p);
        let candidates = [
            (place, About::Place),
            (who.in_transit, About::Moving),
            (who.home, About::Home),
            (who.unknown, About::Nothing),
        ];
        let mut best = candidates[0];
        for candidate in candidates {
            if candidate.0 > best.0 {
                best = candidate;
            }
        }
        // Ties and near-nothings stay with the place: nobody is dropped because little is known.
        let about = if best.0 - place < 1e-9 && who.place.is_some() {
            About::Place
        } else {
            best.1
        };
        Self { who, about, old }
    }

    /// p(home) < ½.
    pub fn away(&self) -> bool {
        self.who.home < 0.5
    }

    pub fn in_air(&self) -> bool {
        self.about == About::Moving && self.who.mode.as_deref().is_none_or(|m| m == "air")
    }

    /// Away by plan only (R25).
    pub fn planned(&self) -> bool {
        self.away() && self.grade() == Grade::Intent
    }

    /// Nothing is known that is likelier than that nothing is known, or it does not reach the possible band: as the row says.
    pub fn unplaced(&self) -> bool {
        let weak = matches!(Band::of(self.p()), Band::Unlikely | Band::VeryUnlikely);
        self.away()
            && match self.about {
                About::Moving => false,
                About::Nothing => true,
                About::Place | About::Home => weak,
            }
    }

    pub fn grade(&self) -> Grade {
        match (self.about, self.who.grade) {
            (About::Home, _) => Grade::Inferred,
            (About::Nothing, _) | (_, None) => Grade::Unknown,
            (_, Some(grade)) => grade_of(grade),
        }
    }

    /// On an identified flight.
    pub fn flying(&self) -> bool {
        self.in_air() && self.who.identity.is_some()
    }

    /// `JFK → LHR`, by codes where they are known.
    pub fn way(&self) -> Option<String> {
        Some(format!(
            "{} → {}",
            self.who.move_from_code.as_ref()?,
            self.who.move_to_code.as_ref()?
        ))
    }

    /// The finest place that is probable enough to be the answer (R200): an address, else the city or what stands for it.
    pub fn spot(&self) -> Option<&Place> {
        match (self.about, self.venue()) {
            (About::Home, _) => self.who.home_place.as_ref(),
            (_, Some((venue, _))) => Some(venue),
            (_, None) => self.who.place.as_ref(),
        }
    }

    /// The address that may be the answer, and its probability.
    fn venue(&self) -> Option<(&Place, f64)> {
        let (venue, share) = self.who.venue.as_ref()?;
        let p = self.who.p * share;
        (p >= Judgement::CURRENT.answer_p).then_some((venue, p))
    }

    /// The place line, without its precision.
    pub fn place(&self) -> String {
        match self.about {
            About::Place => self
                .spot()
                .map_or_else(|| t!("not known", "nicht bekannt").to_owned(), called),
            About::Home => match self.spot() {
                Some(home) => tf!("{}, home", "{}, zu Hause", called(home)),
                None => t!("home", "zu Hause").to_owned(),
            },
            About::Nothing => t!("not known", "nicht bekannt").to_owned(),
            About::Moving => match (&self.who.identity, self.way()) {
                (Some(identity), Some(way)) => format!("{identity}, {way}"),
                (None, Some(way)) => tf!("{way}, no number", "{way}, ohne Nummer"),
                (Some(identity), None) => identity.clone(),
                (None, None) => t!("on the way", "unterwegs").to_owned(),
            },
        }
    }

    fn p(&self) -> f64 {
        match self.about {
            About::Place => self.venue().map_or(self.who.p, |(_, p)| p),
            About::Moving => self.who.in_transit,
            About::Home => self.who.home,
            About::Nothing => self.who.unknown,
        }
    }

    /// Of the place, move, home or nothing that the line names.
    pub fn percent(&self) -> u8 {
        words::percent(self.p())
    }

    fn precision(&self) -> Precision {
        match (self.about, self.spot()) {
            (About::Place, Some(place)) => precision(place.kind),
            (About::Moving, _) => Precision::Moving,
            (About::Home, Some(_)) => Precision::City,
            _ => Precision::Nowhere,
        }
    }

    fn next(&self) -> Option<NextMove> {
        if self.about == About::Moving
            && let (Some(arrives), Some(to)) = (self.who.arrives, &self.who.move_to_code)
        {
            let when = clock(arrives, zone_of_code(to).unwrap_or(Zone::UTC));
            return Some(NextMove {
                to: city_of_code(to),
                when,
                landing: true,
                day_only: false,
            });
        }
        let (at, to) = (self.who.next_at?, self.who.next_text.clone()?);
        // It begins where they are: at a place, else at home.
        let from = self.who.place.as_ref().or(self.who.home_place.as_ref());
        let zone = from.map_or(Zone::UTC, zone);
        Some(NextMove {
            to: city_of_code(&to),
            when: clock(at, zone),
            landing: false,
            day_only: false,
        })
    }

    /// The line as the page shows it; `company` only for staff who looks at all of them.
    pub fn row(&self, company: Option<String>) -> Row {
        let p = self.p();
        Row {
            id: self.who.traveler.clone(),
            name: self.who.name.clone(),
            mark: Mark {
                grade: self.grade(),
                old: self.old,
                flying: self.flying(),
            },
            place: self.place(),
            precision: self.precision(),
            next: self.next(),
            percent: words::percent(p),
            band: Band::of(p),
            changed_at: instant(self.who.known_from),
            data_at: self.who.source_as_of.map(instant),
            company,
            group: None,
            since: self.spot_zone().map(|zone| clock(self.begins(), zone)),
            until: self.spot_zone().map(|zone| clock(self.ends(), zone)),
            source: None,
            reach: None,
        }
    }

    fn begins(&self) -> DateTime<Utc> {
        let moving = (self.about == About::Moving).then_some(self.who.departs).flatten();
        moving.unwrap_or(self.who.from)
    }

    fn ends(&self) -> DateTime<Utc> {
        let moving = (self.about == About::Moving).then_some(self.who.arrives).flatten();
        moving.unwrap_or(self.who.until)
    }

    /// The clock of the place that the line names; on the way that of where it goes.
    fn spot_zone(&self) -> Option<Zone> {
        match self.about {
            About::Place => self.spot().map(zone),
            About::Moving => self.who.move_to_code.as_deref().and_then(zone_of_code),
            About::Home | About::Nothing => None,
        }
    }

    /// How far along a timed move is, 0..=1.
    pub fn along(&self, at: DateTime<Utc>) -> f64 {
        match (self.who.departs, self.who.arrives) {
            (Some(from), Some(to)) if to > from => {
                ((at - from).num_seconds() as f64 / (to - from).num_seconds() as f64).clamp(0.0, 1.0)
            }
            _ => 0.5,
        }
    }
}

pub fn grade_of(grade: whereabouts::Grade) -> Grade {
    match grade {
        whereabouts::Grade::Confirmed => Grade::Confirmed,
        whereabouts::Grade::Booked => Grade::Booked,
        whereabouts::Grade::Intent => Grade::Intent,
        whereabouts::Grade::Inferred => Grade::Inferred,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whereabouts::{PlaceKind, State};

    fn at_home(home_place: Option<Place>) -> Line {
        Line::new(who(home_place), false)
    }

    fn who(home_place: Option<Place>) -> PresenceAt {
        PresenceAt {
            traveler: "t1".into(),
            name: "Jun Jansen".into(),
            login: None,
            company: "c1".into(),
            state: State::Home,
            place: None,
            p: 0.0,
            venue: None,
            grade: None,
            home: 0.9,
            in_transit: 0.0,
            unknown: 0.1,
            conflict: false,
            from: DateTime::UNIX_EPOCH,
            until: DateTime::UNIX_EPOCH,
            source_as_of: None,
            known_from: DateTime::UNIX_EPOCH,
            mode: None,
            identity: None,
            move_from: None,
            move_to: None,
            departs: None,
            arrives: None,
            move_from_code: None,
            move_to_code: None,
            next_at: None,
            next_text: None,
            other_city: None,
            other_p: None,
            home_place,
        }
    }

    #[test]
    fn r184_who_cannot_be_placed_is_who_has_no_place_in_the_row_or_an_unlikely_one() {
        let unplaced = |home, unknown| {
            let who = PresenceAt {
                home,
                unknown,
                ..who(Some(oslo()))
            };
            Line::new(who, false).unplaced()
        };
        assert!(!unplaced(0.90, 0.10), "at home");
        assert!(!unplaced(0.45, 0.40), "possibly at home");
        assert!(unplaced(0.45, 0.55), "the row says: not known");
        assert!(unplaced(0.38, 0.30), "unlikely anywhere");
    }

    fn oslo() -> Place {
        Place {
            kind: PlaceKind::Metro,
            code: Some("OSL".into()),
            name: "Oslo".into(),
            country: Some("NO".into()),
            point: None,
            radius_km: 25.0,
            city_key: Some("OSL".into()),
        }
    }

    #[test]
    fn r200_a_home_that_nobody_knows_has_no_precision() {
        let (known, unknown) = (at_home(Some(oslo())).row(None), at_home(None).row(None));
        assert_eq!((known.place.as_str(), known.precision), ("Oslo, home", Precision::City));
        assert_eq!(
            (unknown.place.as_str(), unknown.precision),
            ("home", Precision::Nowhere)
        );
    }
}
