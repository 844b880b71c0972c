//! How strongly a claim holds: classes S0–S5 and the factors on them (R29, R83, R89, R93, R94, R140, R141).
//! Called by `gather` for every live segment.
//! Always holds: the class is the least of status, source and identity; missing times never lower it (R29).

use chrono::{DateTime, Utc};

use crate::itinerary::{Source, Trip, TripStatus};

use super::Grade;
use super::claims::Strength;
use super::judgement::Judgement;
use super::status::Held;
use super::subject::Subject;
use super::times::{DAY, Sec};

/// What the strength of a segment depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Basis<'a> {
    pub trip: &'a Trip,
    pub source: Source,
    pub held: Held,
    /// Flight: the number names one (R22). Anything else: `true`.
    pub identified: bool,
    /// Carrier ZZ, YY: no airline in particular (R140).
    pub dummy_carrier: bool,
    /// Concur hid vendor, number or times from us (R238).
    pub redacted: bool,
    pub air: bool,
    /// A ticket says that it was flown, or is valid (R87).
    pub flown: bool,
    pub ticketed: bool,
    pub subject: Subject,
    /// A class that the segment cannot exceed for another reason (R16, R17, R30).
    pub at_most: usize,
}

/// Sources that no machine fills: their plans are wishes (R10, R140).
fn typed(source: Source) -> bool {
    matches!(source, Source::Manual | Source::TravelRequest)
}

/// R93: what a request is worth before its day has passed, or where something was booked for it; `p`: without an answer, at most.
pub(super) fn asked(j: &Judgement, approved: Option<bool>, p: f64) -> f64 {
    match approved {
        Some(true) => j.request_approved,
        Some(false) => j.request_rejected,
        None => p.min(j.class_prior[1]),
    }
}

impl Basis<'_> {
    fn request(&self) -> bool {
        self.source == Source::TravelRequest || self.trip.status == TripStatus::Virtual
    }

    fn class(&self) -> usize {
        let ticketed = self.ticketed || self.trip.status == TripStatus::Ticketed;
        let status = match self.held.class() {
            _ if self.flown => 5,
            Some(3) if ticketed && self.held == Held::Confirmed => 4,
            Some(class) => class,
            None if ticketed => 4,
            None => 3,
        };
        let source = match self.source {
            Source::Gds | Source::AgencyApi | Source::AmadeusETravel => 5,
            Source::Supplier if self.redacted => 2,
            Source::Supplier => 5,
            Source::ParsedMail | Source::TripIt | Source::Unknown => 2,
            Source::Manual | Source::TravelRequest => 1,
        };
        let identity = match (self.identified, self.dummy_carrier) {
            (true, _) => 5,
            (false, true) => 1,
            (false, false) if typed(self.source) => 1,
            (false, false) => 2,
        };
        let trip = match self.trip.status {
            TripStatus::Virtual | TripStatus::Proposal => 1,
            TripStatus::BookedProposal => 2,
            _ => 5,
        };
        status.min(source).min(identity).min(trip).min(self.at_most)
    }

    /// The class prior with every factor that fires. `starts`: departure or check-in. Rules that fired are appended.
    pub fn strength(
        &self,
        j: &Judgement,
        starts: Sec,
        modified: Option<DateTime<Utc>>,
        as_of: DateTime<Utc>,
        rules: &mut Vec<&'static str>,
        changes: &mut Vec<Sec>,
    ) -> Strength {
        let class = self.class();
        let mut p = j.class_prior[class];
        rules.push("R140");
        // R87: what was flown was held, whatever its line says.
        if let Some(explicit) = self.held.p(j).filter(|explicit| !self.flown && *explicit < p) {
            p = explicit;
            rules.push("R80");
        }
        if !self.identified {
            rules.push("R29");
        }
        if self.request() {
            rules.push("R93");
            p = asked(j, self.trip.approved, p);
            // The whole request has passed once its first day is over, also its way back.
            let first = self
                .trip
                .starts
                .utc
                .or(self.trip.starts.local.map(|local| local.and_utc()));
            let passed = first.map_or(starts, |at| at.timestamp().min(starts)) + DAY;
            if passed > as_of.timestamp() {
                changes.push(passed);
            } else {
                p = p.min(j.request_passed);
            }
        }
        match self.trip.status {
            TripStatus::Proposal => p = p.min(j.proposal),
            TripStatus::BookedProposal => p = p.min(j.booked_proposal),
            _ => {}
        }
        let days = |until: Sec| modified.map_or(0.0, |at| (until - at.timestamp()).max(0) as f64 / DAY as f64);
        if self.held == Held::Passive && !self.flown {
            // How long nobody has touched it, as known now.
            let age = days(as_of.timestamp().min(starts));
            let floor = j.passive_floor / j.class_prior[2];
            p *= (-age / j.passive_half_life_days).exp2().max(floor);
            rules.push("R83");
        }
        let age_days = days(starts);
        if matches!(self.source, Source::ParsedMail | Source::TripIt | Source::Manual) {
            p *= (-age_days / j.stale_half_life_days).exp2().max(j.stale_floor);
            rules.push("R94");
        }
        p *= self.unticketed(j, starts, as_of, rules, changes);
        if self.subject == Subject::SomeoneElse {
            p *= j.not_owner;
            rules.push("R120");
        }
        Strength {
            class,
            p,
            ticketed: self.ticketed || self.flown || self.trip.status == TripStatus::Ticketed,
        }
    }

    /// R89: airlines cancel what is not ticketed a day before departure. Once it has left, whatever was held has proved itself.
    fn unticketed(
        &self,
        j: &Judgement,
        starts: Sec,
        as_of: DateTime<Utc>,
        rules: &mut Vec<&'static str>,
        changes: &mut Vec<Sec>,
    ) -> f64 {
        let machine = matches!(self.source, Source::Gds | Source::AgencyApi | Source::AmadeusETravel);
        let plain = matches!(self.trip.status, TripStatus::Confirmed | TripStatus::Unknown);
        let held = matches!(self.held, Held::Confirmed | Held::TimesChanged | Held::Unknown);
        if !(self.air && machine && plain && held) || self.ticketed || self.flown {
            return 1.0;
        }
        let now = as_of.timestamp();
        changes.extend([starts - DAY, starts].into_iter().filter(|at| *at > now));
        if (starts - DAY..starts).contains(&now) {
            rules.push("R89");
            return j.unticketed;
        }
        1.0
    }

    /// How people are told that it is known (contract: `grade`).
    pub fn grade(&self, strength: &Strength) -> Grade {
        if strength.class <= 1 || (self.air && !self.identified && !self.redacted) {
            Grade::Intent
        } else if strength.class >= 3 {
            Grade::Confirmed
        } else {
            Grade::Booked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(trip: &Trip) -> Basis<'_> {
        Basis {
            trip,
            source: Source::Gds,
            held: Held::Confirmed,
            identified: true,
            dummy_carrier: false,
            redacted: false,
            air: true,
            flown: false,
            ticketed: false,
            subject: Subject::Named,
            at_most: 5,
        }
    }

    /// p of a segment that leaves `days` after both `as_of` and its last change.
    fn p(basis: &Basis<'_>, days: i64) -> f64 {
        let as_of = DateTime::from_timestamp(0, 0).unwrap();
        basis
            .strength(
                &Judgement::CURRENT,
                days * DAY,
                Some(as_of),
                as_of,
                &mut Vec::new(),
                &mut Vec::new(),
            )
            .p
    }

    #[test]
    fn r140_classes_and_their_priors() {
        let trip = Trip::default();
        let confirmed = basis(&trip);
        assert_eq!(p(&confirmed, 9), 0.92);
        assert_eq!(
            p(
                &Basis {
                    ticketed: true,
                    ..confirmed
                },
                9
            ),
            0.96
        );
        assert_eq!(
            p(
                &Basis {
                    flown: true,
                    ..confirmed
                },
                9
            ),
            0.99
        );
        assert_eq!(
            p(
                &Basis {
                    held: Held::Waitlisted,
                    ..confirmed
                },
                9
            ),
            0.35
        );
        assert_eq!(
            p(
                &Basis {
                    held: Held::CancelPending,
                    ..confirmed
                },
                9
            ),
            0.30
        );
        assert_eq!(
            p(
                &Basis {
                    held: Held::TimesChanged,
                    ..confirmed
                },
                9
            ),
            0.90
        );
        assert_eq!(
            p(
                &Basis {
                    held: Held::Requested,
                    ..confirmed
                },
                9
            ),
            0.60
        );
        assert_eq!(
            p(
                &Basis {
                    held: Held::Unknown,
                    ..confirmed
                },
                9
            ),
            0.92
        );
    }

    #[test]
    fn r29_a_missing_number_takes_the_identity_not_the_presence() {
        let trip = Trip::default();
        let numberless = Basis {
            identified: false,
            ..basis(&trip)
        };
        assert_eq!(p(&numberless, 9), 0.80);
        assert_eq!(
            p(
                &Basis {
                    source: Source::TravelRequest,
                    ..numberless
                },
                9
            ),
            0.60
        );
        assert_eq!(
            p(
                &Basis {
                    dummy_carrier: true,
                    ..numberless
                },
                9
            ),
            0.60
        );
        let approved = Trip {
            approved: Some(true),
            ..Trip::default()
        };
        assert_eq!(
            p(
                &Basis {
                    source: Source::TravelRequest,
                    identified: false,
                    ..basis(&approved)
                },
                9
            ),
            0.70
        );
    }

    #[test]
    fn r83_passive_segments_grow_stale_down_to_a_floor() {
        let trip = Trip::default();
        let passive = Basis {
            held: Held::Passive,
            ..basis(&trip)
        };
        let after = |days: i64| {
            let (modified, as_of) = (
                DateTime::from_timestamp(0, 0),
                DateTime::from_timestamp(days * DAY, 0).unwrap(),
            );
            passive
                .strength(
                    &Judgement::CURRENT,
                    2000 * DAY,
                    modified,
                    as_of,
                    &mut Vec::new(),
                    &mut Vec::new(),
                )
                .p
        };
        assert_eq!(after(0), 0.80);
        assert!((after(90) - 0.80 * 0.5f64.sqrt()).abs() < 1e-9);
        assert!((after(900) - 0.50).abs() < 1e-9);
    }

    #[test]
    fn r89_unticketed_on_the_last_day() {
        let trip = Trip::default();
        let as_of = DateTime::from_timestamp(0, 0).unwrap();
        let at = |starts: Sec| {
            basis(&trip)
                .strength(
                    &Judgement::CURRENT,
                    starts,
                    None,
                    as_of,
                    &mut Vec::new(),
                    &mut Vec::new(),
                )
                .p
        };
        assert!((at(DAY / 2) - 0.92 * 0.85).abs() < 1e-9);
        assert_eq!(at(2 * DAY), 0.92);
        assert_eq!(at(-DAY / 2), 0.92);
    }

    #[test]
    fn r93_travel_requests() {
        let request = |approved| Trip {
            approved,
            status: TripStatus::Virtual,
            ..Trip::default()
        };
        let of = |trip: &Trip, days| {
            p(
                &Basis {
                    source: Source::TravelRequest,
                    ..basis(trip)
                },
                days,
            )
        };
        assert_eq!(of(&request(None), 9), 0.60);
        assert_eq!(of(&request(Some(true)), 9), 0.70);
        assert_eq!(of(&request(Some(false)), 9), 0.05);
        assert_eq!(of(&request(None), -1), 0.25);
    }

    #[test]
    fn t11_r94_mails_never_update_themselves() {
        let trip = Trip::default();
        let mail = Basis {
            source: Source::ParsedMail,
            ..basis(&trip)
        };
        assert!((p(&mail, 365) - 0.80 * 0.70).abs() < 1e-9);
        assert!((p(&mail, 36) - 0.80 * (-36.0f64 / 365.0).exp2()).abs() < 1e-9);
    }

    #[test]
    fn r120_someone_elses_booking() {
        let trip = Trip::default();
        assert!(
            (p(
                &Basis {
                    subject: Subject::SomeoneElse,
                    ..basis(&trip)
                },
                9
            ) - 0.092)
                .abs()
                < 1e-9
        );
    }
}
