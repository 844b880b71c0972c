//! What can happen to one trip or one journey: deleted, recreated, anonymized, cancelled, called off.
//! Called by `changes` and the control endpoint.
//! Always holds: each step returns the announcements it makes; papers that follow nothing stay as they were (T11).

use chrono::{DateTime, Duration, Utc};
use rand::Rng;
use uuid::Uuid;

use super::events::Kind;
use super::happenings::Happening;
use super::papers::{Applied, Channel, Operator, Paper, PaperState};
use super::random::{self, Topic};
use super::world::{Announcement, Body, Trip, World};

/// What is still to happen of a change that takes its time.
#[derive(Clone, Debug)]
pub enum Later {
    /// A deleted trip comes back (T48).
    Recreate(Box<Trip>),
    /// The rest of a journey that was called off in two steps (CWT-CXL).
    CallOffRest(usize),
    /// Something that was planned to happen to a journey when it was made.
    Happens(usize, Happening),
}

impl World {
    /// An announcement about a trip in the store.
    pub fn told(&self, kind: Kind, trip: Uuid) -> Option<Announcement> {
        self.trips.get(&trip).map(|found| self.told_of(kind, found))
    }

    pub(super) fn told_of(&self, kind: Kind, trip: &Trip) -> Announcement {
        let person = self.companies[trip.company].people[trip.person].id;
        Announcement {
            kind,
            company: trip.company,
            person,
            trip: trip.id,
            delay: std::time::Duration::ZERO,
        }
    }

    /// Deletes a trip and lets it come back within ten minutes, under its old id or a new one (T48, T49).
    pub fn delete_and_recreate(&mut self, trip: Trip, now: DateTime<Utc>, rng: &mut impl Rng) -> Vec<Announcement> {
        let told = self.delete(trip.id);
        let mut again = trip;
        if rng.gen_bool(0.5) {
            again.id = random::uuid(rng);
        }
        if let Body::Paper(paper) = &mut again.body {
            paper.log.push(Applied::whole(Operator::DeletedAndRecreated));
        }
        let wait = rng.gen_range(2.0..600.0_f64) / self.speed;
        self.schedule(
            now + Duration::milliseconds((wait * 1000.0) as i64),
            Later::Recreate(Box::new(again)),
        );
        told
    }

    /// Removes a trip for good.
    pub fn delete(&mut self, id: Uuid) -> Vec<Announcement> {
        self.pending.remove(&id);
        let Some(trip) = self.trips.remove(&id) else {
            return Vec::new();
        };
        if let Some(journey) = trip.journey {
            self.papers_of[journey].retain(|other| *other != id);
        }
        vec![self.told_of(Kind::Deleted, &trip)]
    }

    /// Takes the personal data out of a trip (T52).
    pub fn anonymize(&mut self, id: Uuid, now: DateTime<Utc>) -> Vec<Announcement> {
        let Some(trip) = self.trips.get_mut(&id) else {
            return Vec::new();
        };
        match &mut trip.body {
            Body::Paper(paper) => (paper.state, paper.modified) = (PaperState::Anonymized, now),
            Body::Given(value) => {
                let kept = ["id", "TripStatus", "DateCreatedUtc"].map(|key| (key.to_owned(), value.get(key).cloned()));
                *value = kept
                    .into_iter()
                    .filter_map(|(key, value)| Some((key, value?)))
                    .collect();
                value["Bookings"] = serde_json::json!([]);
                touch_body(&mut trip.body, now);
            }
        }
        self.told(Kind::Anonymized, id).into_iter().collect()
    }

    /// Cancels a trip document as a whole (T45).
    pub fn cancel(&mut self, id: Uuid, now: DateTime<Utc>) -> Vec<Announcement> {
        let Some(trip) = self.trips.get_mut(&id) else {
            return Vec::new();
        };
        match &mut trip.body {
            Body::Paper(paper) => paper.cancel(now),
            Body::Given(value) => {
                value["TripStatus"] = serde_json::json!(2);
                value["Bookings"] = serde_json::json!([]);
                touch_body(&mut trip.body, now);
            }
        }
        self.told(Kind::Cancelled, id).into_iter().collect()
    }

    /// A journey is called off: flight first, hotel first, or all at once (R253); copies that follow nothing stay behind or
    /// are deleted by hand.
    pub(super) fn call_off(&mut self, journey: usize, at: DateTime<Utc>) -> Vec<Announcement> {
        self.journeys[journey].called_off = true;
        // What would only have been booked later is not booked any more.
        let Self {
            pending,
            agenda,
            papers_of,
            ..
        } = self;
        papers_of[journey].retain(|id| {
            let planned = pending
                .get(id)
                .is_some_and(|trip| matches!(&trip.body, Body::Paper(paper) if paper.created > at));
            if planned {
                pending.remove(id);
                agenda.retain(|(_, other)| other != id);
            }
            !planned
        });
        let key = self.journeys[journey].key;
        let share = random::fraction(self.seed, Topic::Fate, &[key, 7]);
        let first = Operator::CancelledFlightFirst.probability(Channel::Agency, self.intensity);
        let second = first + Operator::CancelledHotelFirst.probability(Channel::Agency, self.intensity);
        let lodged = self.papers_of[journey]
            .clone()
            .into_iter()
            .any(|id| self.paper_mut(id).is_some_and(|paper| !paper.stays.is_empty()));
        if !lodged || share >= second {
            return self.call_off_rest(journey, at);
        }
        let operator = if share < first {
            Operator::CancelledFlightFirst
        } else {
            Operator::CancelledHotelFirst
        };
        let changed = self.following(journey, at, |paper| {
            let touched = if operator == Operator::CancelledFlightFirst {
                paper.legs.len()
            } else {
                paper.stays.len()
            };
            if touched == 0 {
                return false;
            }
            match operator {
                Operator::CancelledFlightFirst => paper.cancel_legs(at),
                _ => paper.cancel_stays(at),
            }
            paper.log.push(Applied::whole(operator));
            true
        });
        let rest = at + Duration::seconds((40_000.0 / self.speed) as i64);
        self.schedule(rest, Later::CallOffRest(journey));
        changed
            .into_iter()
            .filter_map(|id| self.told(Kind::Updated, id))
            .collect()
    }

    pub(super) fn call_off_rest(&mut self, journey: usize, at: DateTime<Utc>) -> Vec<Announcement> {
        let mut told = Vec::new();
        for id in self.papers_of[journey].clone() {
            let Some(paper) = self.paper_mut(id) else { continue };
            if paper.follows() || paper.proposal.is_some() || paper.channel == Channel::Request {
                paper.cancel(at);
                told.extend(self.told(Kind::Cancelled, id));
            } else if paper.seed.is_multiple_of(2) {
                told.extend(self.delete(id));
            }
        }
        told
    }

    /// Changes the papers of a journey that follow it; returns those in the store.
    pub(super) fn following(
        &mut self,
        journey: usize,
        at: DateTime<Utc>,
        mut change: impl FnMut(&mut Paper) -> bool,
    ) -> Vec<Uuid> {
        let mut changed = Vec::new();
        for id in self.papers_of[journey].clone() {
            let Some(paper) = self.paper_mut(id).filter(|paper| paper.follows()) else {
                continue;
            };
            if change(paper) {
                paper.modified = paper.modified.max(at);
                let ends = paper.ends();
                if let Some(trip) = self.trip_mut(id) {
                    trip.ends = ends;
                }
                changed.extend(self.trips.contains_key(&id).then_some(id));
            }
        }
        changed
    }

    pub(super) fn schedule(&mut self, at: DateTime<Utc>, what: Later) {
        self.scheduled += 1;
        self.later.insert((at, self.scheduled), what);
    }

    pub(super) fn paper(&self, id: Uuid) -> Option<&Paper> {
        match &self.trips.get(&id)?.body {
            Body::Paper(paper) => Some(paper),
            Body::Given(_) => None,
        }
    }

    pub(super) fn paper_mut(&mut self, id: Uuid) -> Option<&mut Paper> {
        match &mut self.trip_mut(id)?.body {
            Body::Paper(paper) => Some(paper),
            Body::Given(_) => None,
        }
    }
}

/// Moves a document's modification instant.
pub(super) fn touch_body(body: &mut Body, now: DateTime<Utc>) {
    match body {
        Body::Paper(paper) => paper.modified = now,
        Body::Given(value) => {
            value["DateModifiedUtc"] = now.format("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string().into();
        }
    }
}
