//! What will happen to a journey between its booking and its end, planned when the journey is made: for corpora.
//! Called by `world` (plans) and `changes` (when the instant has come).
//! Always holds: a journey's happenings depend on its key alone, so that the same person has the same year in any company (R257).

use chrono::{DateTime, Duration, Utc};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::lifecycle::{Later, touch_body};
use super::papers::{Channel, Dice, Operator};
use super::random::{self, Topic};
use super::truth::Mode;
use super::world::{Announcement, World};

/// One thing that happens to a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A document is written anew, and says the same (T13).
    Touched,
    /// A leg gets other times.
    Rescheduled(usize),
    /// The airline cancels a leg (R253).
    AirlineCancels(usize),
    /// One hotel is exchanged for another.
    OtherHotel,
    /// A hotel is booked by mail, late.
    LateHotel,
    /// The traveler calls it off.
    CalledOff,
    /// The way home is moved by a day or two, in truth and in the bookings that follow.
    Extended,
    /// One of several proposals is taken (R91).
    Chosen,
}

impl World {
    /// Plans what will happen; rates of R253's table where it has one, else a business traveler's ordinary year.
    pub(super) fn plan_happenings(&mut self, journey: usize, now: DateTime<Utc>) {
        let about = &self.journeys[journey];
        let (booked, starts, ends) = (about.booked_at, about.starts(), about.ends());
        let rng = &mut random::stream(self.seed, Topic::Fate, &[about.key, 20]);
        let mut dice = Dice::new(
            random::mix(self.seed, Topic::Fate, &[about.key]),
            Channel::Agency,
            self.intensity,
        )
        .spread(self.companies[about.company].people[about.person].spread);
        let mut plan: Vec<(DateTime<Utc>, Happening)> = Vec::new();
        let between = |rng: &mut ChaCha8Rng, until: DateTime<Utc>| {
            let span = (until - booked).num_seconds().max(60);
            booked + Duration::seconds(rng.gen_range(30..span))
        };
        for (index, leg) in about.legs.iter().enumerate() {
            let at = between(rng, leg.departs - Duration::hours(2));
            let changed = rng.gen_bool(0.10);
            if leg.mode == Mode::Air && dice.strikes(Operator::AirlineCancellation, index as u64, None) {
                plan.push((at, Happening::AirlineCancels(index)));
            } else if leg.mode != Mode::Road && changed {
                plan.push((at, Happening::Rescheduled(index)));
            }
        }
        for (happening, rate, until) in [
            (Happening::Touched, 0.5, ends),
            (Happening::OtherHotel, 0.06, starts),
            (Happening::LateHotel, 0.08, starts),
            (Happening::CalledOff, 0.06, starts),
            (Happening::Extended, 0.04, ends),
        ] {
            let at = between(rng, until);
            if rng.gen_bool(rate) {
                plan.push((at, happening));
            }
        }
        let hours = (starts - booked).num_hours().clamp(2, 96);
        plan.push((
            booked + Duration::minutes(rng.gen_range(30..hours * 45)),
            Happening::Chosen,
        ));
        self.log.merge(dice.log);
        for (at, what) in plan.into_iter().filter(|(at, _)| *at > now) {
            self.schedule(at, Later::Happens(journey, what));
        }
    }

    /// It happens, unless the journey is off or the moment has passed.
    pub(super) fn happens(&mut self, journey: usize, what: Happening, at: DateTime<Utc>) -> Vec<Announcement> {
        self.ticks += 1;
        let rng = &mut random::stream(self.seed, Topic::Tick, &[self.journeys[journey].key, self.ticks]);
        let about = &self.journeys[journey];
        if about.called_off {
            return Vec::new();
        }
        let ahead = |index: usize| {
            let leg = about.legs.get(index);
            leg.is_some_and(|leg| leg.departs > at + Duration::hours(1))
        };
        match what {
            Happening::Rescheduled(index) if ahead(index) => self.reschedule_leg(journey, index, at, rng),
            Happening::AirlineCancels(index) if ahead(index) => self.airline_cancels_leg(journey, index, at),
            Happening::Rescheduled(_) | Happening::AirlineCancels(_) => Vec::new(),
            Happening::OtherHotel => self.change_hotel_of(journey, at, rng),
            Happening::LateHotel => self.book_late_hotel_of(journey, at, rng),
            Happening::Extended => self.stay_longer_on(journey, at, rng),
            Happening::CalledOff => self.call_off(journey, at),
            Happening::Touched => self.touch_one(journey, at, rng),
            Happening::Chosen => self.choose(journey, at),
        }
    }

    fn touch_one(&mut self, journey: usize, at: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Announcement> {
        let id = self.papers_of[journey]
            .iter()
            .copied()
            .find(|id| self.trips.contains_key(id));
        let Some(id) = id else { return Vec::new() };
        if let Some(trip) = self.trips.get_mut(&id) {
            touch_body(&mut trip.body, at);
        }
        self.updated(&[id], at, rng)
    }

    /// The proposal that is the journey is booked, the others are withdrawn.
    fn choose(&mut self, journey: usize, at: DateTime<Utc>) -> Vec<Announcement> {
        let mut told = Vec::new();
        for id in self.papers_of[journey].clone() {
            let Some(paper) = self.paper_mut(id).filter(|paper| paper.status == 6) else {
                continue;
            };
            let chosen = paper.proposal.as_ref().is_some_and(|(_, index, _)| *index == 1);
            if chosen {
                (paper.status, paper.modified) = (0, at);
                // A booking like any other from now on.
                paper.proposal = None;
                told.extend(self.told(super::events::Kind::Updated, id));
            } else {
                paper.cancel(at);
                told.extend(self.told(super::events::Kind::Cancelled, id));
            }
        }
        told
    }
}
