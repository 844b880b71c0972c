//! A paper: what one channel knows of one journey, as it was when last written down.
//! Called by `world` and `changes`; renders itself to an Itinerary v4 document.
//! Always holds: it keeps copies of legs and stays, so that a channel that does not follow changes really does not (T11).

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::sandbox::truth::{Atlas, Extra, Leg, Person, Stay};

use super::channel::{Channel, Intensity};
use super::operators::{Applied, Dice, Log, Operator};
use super::sight::{self, Told};
use super::{outline, render, spoil};

/// What a channel knows of one leg, stay or extra.
#[derive(Clone, Debug)]
pub struct Held<T> {
    /// Stable number of the thing in its document.
    pub item: u64,
    pub thing: T,
    pub state: State,
    /// What it was before a schedule change whose old line is still shown (R81).
    pub before: Option<T>,
}

/// How a booked thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Held,
    /// Confirmed at new times.
    Changed,
    /// Cancelled at that instant, and still shown as such.
    Cancelled(DateTime<Utc>),
    /// Cancelled, and vanished from the document (T44).
    Vanished,
}

/// The document as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperState {
    Live,
    /// Cancelled: comes back without segments (T45).
    Cancelled,
    /// Personal data taken out; nothing but the id and the state is left.
    Anonymized,
}

/// One channel's view of one journey.
#[derive(Clone, Debug)]
pub struct Paper {
    pub channel: Channel,
    /// Index of the person under whose login the document stands.
    pub owner: usize,
    pub seed: u64,
    /// Documents that come from one and the same booking share it, and with it their record locators (R112).
    pub locators: u64,
    pub name: String,
    /// Trip status number (concur.md §3.1).
    pub status: u8,
    pub state: PaperState,
    pub created: DateTime<Utc>,
    pub modified: DateTime<Utc>,
    pub legs: Vec<Held<Leg>>,
    pub stays: Vec<Held<Stay>>,
    pub extras: Vec<Held<Extra>>,
    /// Booked outside and only noted here: never follows a change.
    pub passive: bool,
    /// The name on the booking, if it is not the owner's: given name, family name, title.
    pub passenger: Option<(String, String, &'static str)>,
    /// Size and index of the batch, and its locator.
    pub proposal: Option<(u32, u32, String)>,
    pub request_id: Option<String>,
    /// Operators that strike everything in this document, whatever their rate.
    pub forced: Vec<Operator>,
    /// What was decided about it as a whole.
    pub log: Vec<Applied>,
}

/// A finished document and what was done to it.
pub struct Rendered {
    pub json: Value,
    pub log: Log,
    pub told: Told,
}

impl Paper {
    /// Writes the document: the same bytes for the same paper.
    pub fn render(&self, atlas: &Atlas, person: &Person, intensity: Intensity, href: String) -> Rendered {
        match self.state {
            PaperState::Live => {
                let mut dice = Dice::new(self.seed, self.channel, intensity)
                    .spread(person.spread)
                    .forcing(&self.forced);
                let mut draft = outline::draft(self, atlas, person, href);
                spoil::spoil(&mut draft, self, &mut dice);
                let mut log = dice.log;
                log.applied.extend(self.log.iter().cloned());
                sight::mark(&draft, &mut log);
                let mut json = render::json(&draft);
                spoil::old_spelling(&mut json, self.seed);
                let told = sight::told(&draft);
                Rendered { json, log, told }
            }
            PaperState::Cancelled => Rendered {
                json: render::cancelled(self, person, href),
                log: Log::default(),
                told: Told::default(),
            },
            PaperState::Anonymized => Rendered {
                json: render::anonymized(self, href),
                log: Log::default(),
                told: Told::default(),
            },
        }
    }

    /// When the last thing of the document ends, for the list of trips.
    pub fn ends(&self) -> DateTime<Utc> {
        let legs = self.legs.iter().map(|held| held.thing.arrives);
        let stays = self.stays.iter().map(|held| held.thing.check_out.and_utc());
        legs.chain(stays).max().unwrap_or(self.created)
    }

    /// When its first thing begins.
    pub fn starts(&self) -> DateTime<Utc> {
        let legs = self.legs.iter().map(|held| held.thing.departs);
        let stays = self.stays.iter().map(|held| held.thing.check_in.and_utc());
        legs.chain(stays).min().unwrap_or(self.created)
    }

    /// Whether it changes when the journey does.
    pub fn follows(&self) -> bool {
        self.channel.follows() && !self.passive && self.state == PaperState::Live && self.proposal.is_none()
    }

    /// Cancels flights and trains, at an instant.
    pub fn cancel_legs(&mut self, at: DateTime<Utc>) {
        let vanish = self.seed.is_multiple_of(2) && !self.stays.is_empty();
        for held in &mut self.legs {
            held.state = if vanish { State::Vanished } else { State::Cancelled(at) };
        }
        self.modified = at;
    }

    /// Cancels hotels and everything around them, at an instant.
    pub fn cancel_stays(&mut self, at: DateTime<Utc>) {
        for held in &mut self.stays {
            held.state = State::Cancelled(at);
        }
        for held in &mut self.extras {
            held.state = State::Cancelled(at);
        }
        self.modified = at;
    }

    /// Cancels the whole document (T45).
    pub fn cancel(&mut self, at: DateTime<Utc>) {
        self.state = PaperState::Cancelled;
        self.status = if self.status == 4 { 5 } else { 2 };
        self.modified = at;
    }
}
