//! What happens between two legs of a path: at home, staying, gaps, and what is left when nothing follows (R142–R162).
//! Called by `path` for every interval between legs.
//! Always holds: a stage is a curve of masses over time; evidence that agrees only ever lifts it (R189).

use super::State;
use super::mass::{Curve, Key, Mass};
use super::times::{DAY, HOUR, Sec, Span};
use super::world::World;

/// A leg on a path, with its window narrowed by its neighbours.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathLeg {
    pub no: usize,
    /// That it is taken, as if nothing else were cancelled.
    pub p: f64,
    /// The share of it that a cancelled way to its origin takes (R82).
    pub doubted: f64,
    pub dep: Span,
    pub arr: Span,
}

impl PathLeg {
    /// That it is taken.
    pub fn held(&self) -> f64 {
        self.p * (1.0 - self.doubted)
    }

    /// Being on it.
    pub fn key(&self) -> Key {
        Key::Transit(self.no as u32)
    }
}

/// What kind of interval it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// In the home region.
    Home,
    /// In one city between two legs (R149).
    Stay,
    /// In one city, and nothing follows (R160).
    Tail,
    /// Arrived in one city, leaves from another (R151).
    Gap,
    /// Leaves from a city that nothing led to (R161).
    Lead,
    /// The destination is unknown (R170).
    Lost,
}

/// The interval between two legs.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub kind: Kind,
    /// Where the leg before arrived; home before the first leg.
    pub x: Key,
    /// Where the next leg leaves.
    pub y: Option<Key>,
    pub from: Sec,
    pub until: Sec,
    pub curve: Curve<Mass>,
    /// Stays in one of its cities.
    pub stays: Vec<usize>,
    /// No single city of it above this (R182, R192).
    pub cap: f64,
    /// Connection, stopover, or neither (R146, R147).
    pub stop: Option<State>,
    /// From the last known anchor on, presence fades (R160).
    pub fades_from: Option<Sec>,
}

impl World<'_, '_> {
    /// The stage between `enter` and `leave`; `before` is the mass with which it starts.
    pub fn stage(&self, before: &Mass, enter: Option<&PathLeg>, leave: Option<&PathLeg>, range: (Sec, Sec)) -> Stage {
        let from = enter.map_or(range.0, |leg| leg.arr.until);
        let until = leave.map_or(range.1, |leg| leg.dep.from).max(from);
        let x = match enter {
            None => Key::Home,
            Some(leg) => self.leg(leg).to.as_ref().map_or(Key::Unknown, |to| self.key(to.city())),
        };
        let y = leave
            .and_then(|leg| self.leg(leg).from.as_ref())
            .map(|spot| self.key(spot.city()));
        // R73: neighbouring regions are one place for the purpose of connecting.
        let same = y.is_none_or(|y| y == x || self.km(x, y).is_some_and(|km| km < 50.0));
        let kind = match (x, y) {
            (Key::Unknown, None) => Kind::Lost,
            (Key::Home, _) if same => Kind::Home,
            (_, None) if leave.is_none() => Kind::Tail,
            _ if same => Kind::Stay,
            (Key::Home | Key::Unknown, _) => Kind::Lead,
            _ => Kind::Gap,
        };
        let mut stays = if kind == Kind::Home {
            Vec::new()
        } else {
            self.stays_in(x, from - 12 * HOUR, until + 12 * HOUR)
        };
        if let Some(y) = y.filter(|y| *y != x && *y != Key::Home) {
            stays.extend(self.stays_in(y, from - 12 * HOUR, until + 12 * HOUR));
        }
        self.contiguous(kind, from, until, &mut stays);
        let mut stage = Stage {
            kind,
            x,
            y,
            from,
            until,
            curve: Curve::with_room(),
            stays,
            cap: self.context.judgement.cap_any,
            stop: None,
            fades_from: None,
        };
        match kind {
            Kind::Home => self.at_home(&mut stage, before, enter, leave),
            Kind::Stay => self.staying(&mut stage, before, leave),
            Kind::Tail => self.fading(&mut stage, before, None),
            Kind::Gap if y == Some(Key::Home) => self.fading(&mut stage, before, leave),
            Kind::Gap => self.crossing(&mut stage, before, leave),
            Kind::Lead => self.leading(&mut stage, before, enter, leave),
            Kind::Lost => self.lost(&mut stage, before),
        }
        stage.cap = self.cap(&stage, enter, leave);
        if kind == Kind::Stay || (kind == Kind::Home && enter.is_some()) {
            stage.stop = enter
                .zip(leave)
                .and_then(|(enter, leave)| self.stop(&stage, enter, leave));
        }
        stage
    }

    /// Where nothing bounds a stage, only stays that follow each other belong to it; later or earlier ones are visits of their own.
    fn contiguous(&self, kind: Kind, from: Sec, until: Sec, stays: &mut Vec<usize>) {
        let span = |no: &usize| (self.claims.stays[*no].from, self.claims.stays[*no].until);
        match kind {
            Kind::Tail => {
                stays.sort_by_key(span);
                let mut anchor = from;
                stays.retain(|no| {
                    let (start, end) = span(no);
                    let follows = start <= anchor + 2 * DAY;
                    anchor = if follows { anchor.max(end) } else { anchor };
                    follows
                });
            }
            Kind::Lead => {
                stays.sort_by_key(|no| std::cmp::Reverse(span(no).1));
                let mut anchor = until;
                stays.retain(|no| {
                    let (start, end) = span(no);
                    // Without a check-out the stay lasts until the leg (R50).
                    let follows =
                        end >= anchor - 2 * DAY || self.claims.stays[*no].open_end && end >= anchor - 30 * DAY;
                    anchor = if follows { anchor.min(start) } else { anchor };
                    follows
                });
            }
            _ => {}
        }
    }

    /// R182, R192.
    fn cap(&self, stage: &Stage, enter: Option<&PathLeg>, leave: Option<&PathLeg>) -> f64 {
        let j = self.context.judgement;
        let legs = [enter, leave]
            .into_iter()
            .flatten()
            .map(|leg| (&self.leg(leg).witnesses, self.leg(leg).strength.class));
        let stays = stage
            .stays
            .iter()
            .map(|no| (&self.claims.stays[*no].witnesses, self.claims.stays[*no].strength.class));
        let class = legs.clone().chain(stays.clone()).map(|(_, class)| class).max();
        let witnesses = legs.chain(stays).flat_map(|(witnesses, _)| witnesses);
        let mut sources = witnesses.map(|no| self.claims.witness(*no).source());
        let first = sources.next();
        let agreed = sources.any(|source| Some(source) != first);
        match agreed {
            _ if class.is_none_or(|class| class <= 1) => j.cap_intent,
            false => j.cap_one_source,
            true => j.cap_any,
        }
    }

    /// R146, R147, R167: whether a stop is a connection.
    fn stop(&self, stage: &Stage, enter: &PathLeg, leave: &PathLeg) -> Option<State> {
        let j = self.context.judgement;
        let (first, second) = (self.leg(enter), self.leg(leave));
        let gap = leave.dep.from - enter.arr.until;
        if gap >= j.stopover_h * HOUR || !first.timed || !second.timed || first.drive || second.drive {
            return None;
        }
        // R167: out and back the same day is a day in that city.
        let back = first
            .from
            .as_ref()
            .zip(second.to.as_ref())
            .is_some_and(|(from, to)| self.key(from.city()) == self.key(to.city()));
        if back {
            return None;
        }
        let one_leg = first.leg_id.is_some() && first.leg_id == second.leg_id;
        if gap < j.connection_h * HOUR || one_leg {
            return Some(State::Connection);
        }
        let lodged = stage.stays.iter().any(|no| {
            let stay = &self.claims.stays[*no];
            stay.lodging && stay.from < stage.until && stay.until > stage.from
        });
        if lodged || stage.kind == Kind::Home {
            return None;
        }
        Some(if self.international(enter, leave) {
            State::Connection
        } else {
            State::Stopover
        })
    }
}
