//! Who else is on a trip, and what of it is about one of them (R120–R122, R126).
//! Called by `ingest` when a document is stored, and by `store` when it gathers what is known of a traveler.
//! Always: of another's trip, only what names this traveler is about them; someone without a whole name is nobody's match.

use std::collections::BTreeMap;

use crate::itinerary::{Passenger, Source, Trip};

use super::Traveler;
use super::subject::{self, Known};

/// Someone who is on a trip and not its owner.
#[derive(Clone, Debug, PartialEq)]
pub struct Companion {
    /// As the booking writes it.
    pub given: String,
    /// As the booking writes it.
    pub family: String,
    /// The same for every usual spelling of the name.
    pub key: String,
    /// A booking of the company names them. Mails may be about anybody (R123), and so may a private trip (R125).
    pub by_company: bool,
    passenger: Passenger,
}

impl Companion {
    /// Whether the passenger has this name.
    pub fn names(&self, passenger: &Passenger) -> bool {
        subject::whole_name(passenger).is_some_and(|name| name.key == self.key)
    }

    /// Whether this is the traveler beyond doubt: a whole given name and the family name agree (R121).
    pub fn is(&self, traveler: &Traveler) -> bool {
        Known::of(traveler).is_surely(&self.passenger)
    }
}

/// The passengers with a whole name who are not the trip's owner, each once.
pub fn companions(trip: &Trip, owner: &Traveler) -> Vec<Companion> {
    let known = Known::of(owner);
    let mut all = BTreeMap::new();
    for booking in &trip.bookings {
        let by_mail = matches!(booking.source, Source::ParsedMail | Source::TripIt | Source::Manual);
        for passenger in &booking.passengers {
            let Some(name) = subject::whole_name(passenger) else {
                continue;
            };
            let companion = all.entry(name.key.clone()).or_insert_with(|| Companion {
                given: name.given,
                family: name.family,
                key: name.key,
                by_company: false,
                passenger: passenger.clone(),
            });
            companion.by_company |= !by_mail && !trip.personal;
        }
    }
    if known.is_known() {
        all.retain(|_, companion| known.is_of(&companion.passenger) != Some(true));
    } else if let Some(owner) = likely_owner(&all, owner.login.as_deref()) {
        all.remove(&owner);
    }
    all.into_values().collect()
}

/// Of an owner without a name: whom the login speaks of; else whoever is alone; else nobody can be left out but one.
fn likely_owner(all: &BTreeMap<String, Companion>, login: Option<&str>) -> Option<String> {
    let login = login.map(str::to_lowercase).unwrap_or_default();
    let speaks = |companion: &&Companion| {
        let family = companion.family.to_lowercase();
        family.chars().count() > 2 && login.contains(&family)
    };
    let mut spoken = all.values().filter(speaks);
    let first = spoken.next().or_else(|| all.values().next())?;
    Some(first.key.clone())
}

/// What of another's trip is about `traveler`: bookings and segments that name others or nobody are left out. Places of
/// bookings stay what they are, so that evidence points at the right one.
pub fn share_of(trip: &Trip, traveler: &Traveler) -> Trip {
    let known = Known::of(traveler);
    let mut share = trip.clone();
    for booking in &mut share.bookings {
        let theirs: Vec<bool> = booking.passengers.iter().map(|p| known.is_surely(p)).collect();
        let numbers = |mine: bool| {
            let whose = booking
                .passengers
                .iter()
                .zip(&theirs)
                .filter(|(_, theirs)| **theirs == mine);
            whose.filter_map(|(passenger, _)| passenger.rph).collect::<Vec<i64>>()
        };
        let (mine, others) = (numbers(true), numbers(false));
        if theirs.contains(&true) {
            // A seat tells whose segment it is (R122).
            booking.segments.retain(|segment| {
                let named = |numbers: &[i64]| segment.rph.iter().any(|no| numbers.contains(no));
                named(&mine) || !named(&others)
            });
        } else {
            booking.segments.clear();
            booking.coupons.clear();
            booking.charges.clear();
            booking.phones.clear();
        }
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::itinerary::{Booking, Segment};

    fn passenger(first: &str, last: &str) -> Passenger {
        Passenger {
            first: Some(first.to_owned()),
            last: Some(last.to_owned()),
            ..Passenger::default()
        }
    }

    fn trip(source: Source, names: &[(&str, &str)]) -> Trip {
        let passengers = names.iter().enumerate().map(|(no, (first, last))| Passenger {
            rph: i64::try_from(no).ok(),
            ..passenger(first, last)
        });
        let booking = Booking {
            source,
            passengers: passengers.collect(),
            segments: vec![Segment::default()],
            ..Booking::default()
        };
        Trip {
            bookings: vec![booking],
            ..Trip::default()
        }
    }

    fn person(given: &str, family: &str) -> Traveler {
        let field = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Traveler {
            login: Some("e.dover@example.com".to_owned()),
            given_name: field(given),
            family_name: field(family),
            ..Traveler::default()
        }
    }

    fn names(trip: &Trip, owner: &Traveler) -> Vec<String> {
        companions(trip, owner)
            .into_iter()
            .map(|c| format!("{} {}", c.given, c.family))
            .collect()
    }

    #[test]
    fn r120_whoever_is_named_beside_the_owner_is_a_companion_once() {
        let mut trip = trip(
            Source::Gds,
            &[
                ("Emil", "Dover"),
                ("Grace", "Guest"),
                ("GRACEMRS", "GUEST"),
                ("", "Lee"),
            ],
        );
        trip.bookings.push(trip.bookings[0].clone());
        assert_eq!(names(&trip, &person("Emil", "Dover")), ["Grace Guest"]);
        assert_eq!(names(&trip, &person("Grace", "Guest")), ["Emil Dover"]);
        let written = Passenger {
            text: Some("GUEST/GRACEMRS".to_owned()),
            ..Passenger::default()
        };
        trip.bookings[0].passengers = vec![written];
        trip.bookings.truncate(1);
        let grace = &companions(&trip, &person("Emil", "Dover"))[0];
        assert!(grace.is(&person("Grace", "Guest")) && !grace.is(&person("Gloria", "Guest")));
    }

    #[test]
    fn r120_of_an_owner_without_a_name_the_one_of_the_login_or_the_only_one_is_the_owner() {
        let nobody = person("", "");
        assert!(names(&trip(Source::Gds, &[("Emil", "Dover")]), &nobody).is_empty());
        assert!(names(&trip(Source::Gds, &[("Grace", "Guest")]), &nobody).is_empty());
        let both = trip(Source::Gds, &[("Alma", "Abel"), ("Emil", "Dover"), ("Grace", "Guest")]);
        assert_eq!(names(&both, &nobody), ["Alma Abel", "Grace Guest"]);
    }

    #[test]
    fn r121_an_initial_or_a_family_name_alone_is_nobodys_match() {
        let ben = person("Ben", "Esch");
        for (first, last) in [("B", "Esch"), ("", "Esch"), ("Ben", ""), ("Benno", "Esch")] {
            let trip = trip(Source::Gds, &[(first, last)]);
            let found = companions(&trip, &person("Emil", "Dover"));
            assert!(found.iter().all(|companion| !companion.is(&ben)), "{first} {last}");
            assert!(share_of(&trip, &ben).bookings[0].segments.is_empty(), "{first} {last}");
        }
    }

    #[test]
    fn r123_r125_mails_and_private_trips_name_nobody_new() {
        let owner = person("Emil", "Dover");
        let by_company = |trip: &Trip| companions(trip, &owner)[0].by_company;
        assert!(by_company(&trip(Source::Gds, &[("Grace", "Guest")])));
        for source in [Source::ParsedMail, Source::TripIt, Source::Manual] {
            assert!(!by_company(&trip(source, &[("Grace", "Guest")])));
        }
        let mut personal = trip(Source::Gds, &[("Grace", "Guest")]);
        personal.personal = true;
        assert!(!by_company(&personal));
    }

    #[test]
    fn r122_of_a_party_each_has_what_names_them() {
        let mut trip = trip(Source::Gds, &[("Emil", "Dover"), ("Grace", "Guest")]);
        trip.bookings[0].segments = vec![
            Segment::default(),
            Segment {
                rph: vec![0],
                ..Segment::default()
            },
            Segment {
                rph: vec![1],
                ..Segment::default()
            },
            Segment {
                rph: vec![0, 1],
                ..Segment::default()
            },
        ];
        let mut other = trip.bookings[0].clone();
        other.passengers.truncate(1);
        trip.bookings.insert(0, other);
        let share = share_of(&trip, &person("Grace", "Guest"));
        assert_eq!(share.bookings.len(), 2);
        assert!(share.bookings[0].segments.is_empty(), "a booking of Emil's alone");
        let kept: Vec<_> = share.bookings[1].segments.iter().map(|s| s.rph.clone()).collect();
        assert_eq!(kept, [vec![], vec![1], vec![0, 1]]);
    }
}
