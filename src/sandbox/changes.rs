//! The world lives on: trips are booked, change, are called off, vanish and come back.
//! Called by the sandbox's clock every few seconds, and by the control endpoint.
//! Always holds: a change alters truth first, then the papers of the channels that follow it, then it is announced.

use std::time::Duration as StdDuration;

use chrono::{DateTime, Duration, Utc};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use super::events::Kind;
use super::lifecycle::{Later, touch_body};
use super::papers::{self, Applied, Channel, Dice, Held, Operator, Paper, PaperState, State};
use super::random::{self, Topic};
use super::truth::{self, Leg, Mode};
use super::world::{Announcement, Body, Trip, World};

impl World {
    /// One step of the world: at most one change, plus what falls due. The announcements are for whoever is connected.
    pub fn tick(&mut self, now: DateTime<Utc>) -> Vec<Announcement> {
        self.ticks += 1;
        let mut rng = random::stream(self.seed, Topic::Tick, &[self.ticks]);
        let mut told = self.due(now);
        let change = random::weighted(&mut rng, &[0.32, 0.16, 0.17, 0.05, 0.06, 0.06, 0.06, 0.05, 0.03, 0.04]);
        // A change that does not fit the trip drawn is tried on others.
        for _ in 0..12 {
            let list = match change {
                0 => self.book_next(now),
                1 => self.touch(now, &mut rng),
                2 => self.reschedule(now, &mut rng),
                3 => self.airline_cancels(now, &mut rng),
                4 => self.change_hotel(now, &mut rng),
                5 => self.book_late_hotel(now, &mut rng),
                6 => self.call_one_off(now, &mut rng),
                7 => self.stay_longer(now, &mut rng),
                8 => self.delete_one(now, &mut rng),
                _ => self.anonymize_old(now, &mut rng),
            };
            if !list.is_empty() {
                told.extend(list);
                break;
            }
        }
        told
    }

    /// What falls due by an instant: bookings whose time has come, and second halves of changes.
    pub fn due(&mut self, now: DateTime<Utc>) -> Vec<Announcement> {
        self.keep_ahead(now);
        let mut told: Vec<Announcement> = self
            .book_until(now)
            .into_iter()
            .filter_map(|id| self.told(Kind::Created, id))
            .collect();
        while let Some(entry) = self.later.first_entry().filter(|entry| entry.key().0 <= now) {
            let at = entry.key().0;
            match entry.remove() {
                Later::Recreate(trip) => {
                    let mut trip = *trip;
                    touch_body(&mut trip.body, at);
                    let id = trip.id;
                    if let Some(journey) = trip.journey {
                        self.papers_of[journey].push(id);
                    }
                    self.trips.insert(id, trip);
                    told.extend(self.told(Kind::Created, id));
                }
                Later::CallOffRest(journey) => told.extend(self.call_off_rest(journey, at)),
                Later::Happens(journey, what) => told.extend(self.happens(journey, what, at)),
            }
        }
        told
    }

    /// Updates come in bursts now and then, because several systems write one document (E6).
    pub(super) fn updated(&mut self, ids: &[Uuid], now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        let mut told = Vec::new();
        for id in ids {
            let Some(trip) = self.trips.get(id) else { continue };
            let mut dice = Dice::new(
                random::mix(self.seed, Topic::Tick, &[self.ticks]),
                Channel::Agency,
                self.intensity,
            );
            let recreated = dice
                .strikes(Operator::DeletedAndRecreated, 1, None)
                .then(|| trip.clone());
            self.log.merge(dice.log);
            if let Some(trip) = recreated {
                told.extend(self.delete_and_recreate(trip, now, rng));
                continue;
            }
            let Some(trip) = self.trips.get(id) else { continue };
            let burst = [1, 1, 1, 2, 2, 3, 5, 8][rng.gen_range(0..8)];
            let mut delay = 0.0;
            for _ in 0..burst {
                let mut one = self.told_of(Kind::Updated, trip);
                one.delay = StdDuration::from_secs_f64(delay / self.speed);
                told.push(one);
                delay += rng.gen_range(0.2..6.0);
            }
        }
        told
    }

    /// The next journey that would be booked some time is booked now.
    pub fn book_next(&mut self, now: DateTime<Utc>) -> Vec<Announcement> {
        while let Some((_, id)) = self.agenda.pop_first() {
            let Some(mut trip) = self.pending.remove(&id) else {
                continue;
            };
            if let Body::Paper(paper) = &mut trip.body {
                (paper.created, paper.modified) = (now, now);
            }
            self.trips.insert(id, trip);
            return self.told(Kind::Created, id).into_iter().collect();
        }
        Vec::new()
    }

    /// A change that concerns nothing anybody travels by (T13).
    fn touch(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        let Some(id) = self.some_trip(now, rng) else {
            return Vec::new();
        };
        if let Some(trip) = self.trips.get_mut(&id) {
            touch_body(&mut trip.body, now);
        }
        self.updated(&[id], now, rng)
    }

    /// A flight or train gets other times.
    fn reschedule(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        match self.some_leg(now, rng) {
            Some((journey, index)) => self.reschedule_leg(journey, index, now, rng),
            None => Vec::new(),
        }
    }

    pub(super) fn reschedule_leg(
        &mut self,
        journey: usize,
        index: usize,
        now: DateTime<Utc>,
        rng: &mut ChaCha8Rng,
    ) -> Vec<Announcement> {
        let minutes = *random::one(rng, &[-35, -20, -10, 10, 15, 20, 30, 45, 70, 95, 150]);
        let legs = &self.journeys[journey].legs;
        let mut leg = legs[index].clone();
        leg.departs += Duration::minutes(minutes);
        leg.arrives += Duration::minutes(minutes);
        if !fits(legs, index, &leg, self.next_start(journey)) {
            return Vec::new();
        }
        self.journeys[journey].legs[index] = leg.clone();
        let both = rng.gen_bool(0.5);
        let changed = self.following(journey, now, |paper| {
            let Some(held) = paper.legs.iter_mut().find(|held| held.item == 1000 + index as u64) else {
                return false;
            };
            let before = std::mem::replace(&mut held.thing, leg.clone());
            held.before = both.then_some(before);
            held.state = State::Changed;
            true
        });
        self.updated(&changed, now, rng)
    }

    /// The airline cancels a flight; most travelers are put on the next one (R253: 88 %).
    fn airline_cancels(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        let Some((journey, index)) = self.some_leg(now, rng) else {
            return Vec::new();
        };
        if self.journeys[journey].legs[index].mode != Mode::Air {
            return Vec::new();
        }
        self.airline_cancels_leg(journey, index, now)
    }

    /// The next flight replaces a cancelled one in truth and in the papers that follow; without a next one the journey is off.
    pub(super) fn airline_cancels_leg(&mut self, journey: usize, index: usize, at: DateTime<Utc>) -> Vec<Announcement> {
        let (leg, path) = (
            self.journeys[journey].legs[index].clone(),
            [self.journeys[journey].key, index as u64, self.ticks],
        );
        let mut dice = Dice::new(
            random::mix(self.seed, Topic::Fate, &path),
            Channel::Agency,
            self.intensity,
        );
        let helped = dice.strikes(Operator::Reaccommodated, 1, None);
        self.log.merge(dice.log);
        let next = self
            .atlas
            .next_like(&leg, leg.departs + Duration::minutes(40))
            .map(|next| Leg { sold_as: None, ..next });
        let Some(next) =
            next.filter(|next| helped && fits(&self.journeys[journey].legs, index, next, self.next_start(journey)))
        else {
            // Whoever is on the way already finds another way home; the others stay.
            return if self.journeys[journey].starts() > at {
                self.call_off(journey, at)
            } else {
                Vec::new()
            };
        };
        self.journeys[journey].legs[index] = next.clone();
        let item = 1000 + index as u64;
        let changed = self.following(journey, at, |paper| {
            let Some(held) = paper.legs.iter_mut().find(|held| held.item == item) else {
                return false;
            };
            // The old line keeps its place under another number, so that the new one goes on as this item.
            let old = Held {
                item: item + 600,
                state: State::Cancelled(at),
                ..held.clone()
            };
            *held = Held {
                item,
                thing: next.clone(),
                state: State::Held,
                before: None,
            };
            paper.legs.retain(|held| held.item != item + 600);
            paper.legs.push(old);
            for operator in [Operator::AirlineCancellation, Operator::Reaccommodated] {
                paper.log.push(Applied::whole(operator));
            }
            true
        });
        changed
            .into_iter()
            .filter_map(|id| self.told(Kind::Updated, id))
            .collect()
    }

    /// The hotel of a visit is exchanged for another one in the same city.
    fn change_hotel(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        match self.some_journey(now, rng) {
            Some(journey) => self.change_hotel_of(journey, now, rng),
            None => Vec::new(),
        }
    }

    pub(super) fn change_hotel_of(
        &mut self,
        journey: usize,
        now: DateTime<Utc>,
        rng: &mut ChaCha8Rng,
    ) -> Vec<Announcement> {
        let Some(index) = self.journeys[journey]
            .stays
            .iter()
            .position(|stay| stay.check_in.and_utc() > now)
        else {
            return Vec::new();
        };
        let city = self.journeys[journey].stays[index].city;
        let hotel = truth::hotel(self.seed, city, rng.r#gen());
        self.journeys[journey].stays[index].hotel = hotel.clone();
        let changed = self.following(journey, now, |paper| {
            let Some(held) = paper.stays.iter_mut().find(|held| held.item == 2000 + index as u64) else {
                return false;
            };
            held.thing.hotel = hotel.clone();
            true
        });
        self.updated(&changed, now, rng)
    }

    /// A hotel is booked by mail for a journey that had none.
    fn book_late_hotel(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        match self.some_journey(now, rng) {
            Some(journey) => self.book_late_hotel_of(journey, now, rng),
            None => Vec::new(),
        }
    }

    pub(super) fn book_late_hotel_of(
        &mut self,
        journey: usize,
        now: DateTime<Utc>,
        rng: &mut ChaCha8Rng,
    ) -> Vec<Announcement> {
        let about = &self.journeys[journey];
        let known = self.papers_of[journey]
            .iter()
            .filter_map(|id| self.paper(*id))
            .any(|paper| !paper.stays.is_empty());
        if known || about.stays.is_empty() || about.starts() < now {
            return Vec::new();
        }
        let person = &self.companies[about.company].people[about.person];
        let (paper, id) = (
            papers::emit_late_hotel(person, about, now, self.ticks),
            random::uuid(rng),
        );
        self.file(id, journey, paper);
        self.book_until(now + Duration::milliseconds(1))
            .into_iter()
            .filter_map(|id| self.told(Kind::Created, id))
            .collect()
    }

    fn call_one_off(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        let Some(journey) = self
            .some_journey(now, rng)
            .filter(|journey| self.journeys[*journey].starts() > now)
        else {
            return Vec::new();
        };
        self.call_off(journey, now)
    }

    /// The way home is moved by a day or two; truth and bookings agree about it.
    fn stay_longer(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        match self.some_journey(now, rng) {
            Some(journey) => self.stay_longer_on(journey, now, rng),
            None => Vec::new(),
        }
    }

    pub(super) fn stay_longer_on(
        &mut self,
        journey: usize,
        now: DateTime<Utc>,
        rng: &mut ChaCha8Rng,
    ) -> Vec<Announcement> {
        let (about, days) = (&self.journeys[journey], Duration::days(rng.gen_range(1..=2)));
        let last = about.last_hop();
        let shifted = |leg: &Leg| Leg {
            departs: leg.departs + days,
            arrives: leg.arrives + days,
            ..leg.clone()
        };
        let ends = about.ends() + days + Duration::hours(20);
        let back = about.legs.iter().find(|leg| leg.hop == last);
        let possible = back.is_some_and(|leg| leg.departs > now + Duration::hours(4))
            && about.stays.iter().any(|stay| stay.hop + 1 == last)
            && self.next_start(journey).is_none_or(|next| ends < next);
        if !possible {
            return Vec::new();
        }
        let journey_mut = &mut self.journeys[journey];
        for leg in journey_mut.legs.iter_mut().filter(|leg| leg.hop == last) {
            *leg = shifted(leg);
        }
        for stay in journey_mut.stays.iter_mut().filter(|stay| stay.hop + 1 == last) {
            stay.check_out += days;
        }
        let changed = self.following(journey, now, |paper| {
            let mut any = false;
            for held in paper
                .legs
                .iter_mut()
                .filter(|held| held.thing.hop == last && held.state == State::Held)
            {
                (held.thing, any) = (shifted(&held.thing), true);
            }
            for held in paper.stays.iter_mut().filter(|held| held.thing.hop + 1 == last) {
                (held.thing.check_out, any) = (held.thing.check_out + days, true);
            }
            any
        });
        self.updated(&changed, now, rng)
    }

    /// Somebody removes a plan: mostly one that stands in the store twice.
    fn delete_one(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        let Some(id) = self.some_trip(now, rng) else {
            return Vec::new();
        };
        let follows = self.paper(id).is_some_and(Paper::follows);
        if follows && rng.gen_bool(0.8) {
            Vec::new()
        } else {
            self.delete(id)
        }
    }

    /// A retention policy reaches a trip that is long over (T53).
    fn anonymize_old(&mut self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        let start = random::uuid(rng);
        let old = self
            .trips
            .range(start..)
            .find(|(_, trip)| trip.ends < now - Duration::days(10) && trip.journey.is_some());
        let fresh = |paper: &Paper| paper.state != PaperState::Anonymized;
        match old.map(|(id, _)| *id).filter(|id| self.paper(*id).is_some_and(fresh)) {
            Some(id) => self.anonymize(id, now),
            None => Vec::new(),
        }
    }

    /// A live trip that is not over, drawn at random.
    fn some_trip(&self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Option<Uuid> {
        let start = random::uuid(rng);
        let live = |trip: &Trip| {
            trip.ends > now && matches!(&trip.body, Body::Paper(paper) if paper.state == PaperState::Live)
        };
        self.trips
            .range(start..)
            .find(|(_, trip)| live(trip))
            .map(|(id, _)| *id)
    }

    fn some_journey(&self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Option<usize> {
        let journey = self.trips.get(&self.some_trip(now, rng)?)?.journey?;
        (!self.journeys[journey].called_off).then_some(journey)
    }

    fn some_leg(&self, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Option<(usize, usize)> {
        let journey = self.some_journey(now, rng)?;
        let ahead = |leg: &&Leg| leg.departs > now + Duration::hours(1) && leg.mode != Mode::Road;
        let index = self.journeys[journey].legs.iter().position(|leg| ahead(&leg))?;
        Some((journey, index))
    }
}

/// Whether a leg at new times still fits between its neighbours.
fn fits(legs: &[Leg], index: usize, leg: &Leg, next_journey: Option<DateTime<Utc>>) -> bool {
    let gap = |a: &Leg, b: &Leg| b.departs - a.arrives >= Duration::minutes(if a.hop == b.hop { 45 } else { 200 });
    let before = index.checked_sub(1).and_then(|before| legs.get(before));
    before.is_none_or(|before| gap(before, leg))
        && legs.get(index + 1).is_none_or(|after| gap(leg, after))
        && next_journey.is_none_or(|next| leg.arrives + Duration::hours(36) < next)
}
