//! Where the probability of one instant goes: places, home, on the way, nowhere known.
//! Called by the panel for its answer and its bar, and by its timeline.
//! Always holds: what is shown of an episode lies on the line between its ends.

use app::view::{BarPart, BarPartKind};
use app::{t, tf};
use chrono::{DateTime, Utc};

use super::lines::grade_of;
use super::places::called;
use crate::whereabouts::{Episode, Hypothesis};

/// Shares below this are not worth a part of the bar.
const LEAST_SHARE: f64 = 0.015;

/// The probabilities of one instant, largest place first.
#[derive(Default)]
pub(super) struct Shares<'a> {
    pub places: Vec<(&'a Hypothesis, f64)>,
    pub home: f64,
    pub in_transit: f64,
    pub unknown: f64,
}

impl<'a> Shares<'a> {
    /// Of an episode at that instant, between its ends.
    pub fn of(episode: &'a Episode, at: DateTime<Utc>) -> Self {
        let length = (episode.until - episode.from).num_milliseconds().max(1) as f64;
        let share = (at - episode.from).num_milliseconds() as f64 / length;
        let p = |from: f64, until: f64| from + (until - from) * share.clamp(0.0, 1.0);
        let mut places = episode
            .hypotheses
            .iter()
            .map(|h| (h, p(h.p.from, h.p.until)))
            .collect::<Vec<_>>();
        places.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self {
            places,
            home: p(episode.home.from, episode.home.until),
            in_transit: p(episode.in_transit.from, episode.in_transit.until),
            unknown: p(episode.unknown.from, episode.unknown.until),
        }
    }

    /// Where most of it is; of equals the place.
    pub fn top(&self) -> Top<'a> {
        let mut top = (
            self.places.first().map_or(0.0, |p| p.1),
            self.places.first().map_or(Top::Nothing, |p| Top::Place(p.0)),
        );
        for (p, what) in [
            (self.in_transit, Top::Moving),
            (self.home, Top::Home),
            (self.unknown, Top::Nothing),
        ] {
            if p > top.0 + 1e-9 {
                top = (p, what);
            }
        }
        top.1
    }

    /// As the bar shows it, in percent.
    pub fn bar(&self, home: Option<&str>) -> Vec<BarPart> {
        let part = |kind, label: String, p: f64| BarPart {
            kind,
            label,
            percent: (p * 100.0).round().clamp(0.0, 100.0) as u8,
        };
        let mut parts = self
            .places
            .iter()
            .filter(|(_, p)| *p >= LEAST_SHARE)
            .map(|(h, p)| part(BarPartKind::Place(grade_of(h.grade)), called(&h.place), *p))
            .collect::<Vec<_>>();
        if self.in_transit >= LEAST_SHARE {
            parts.push(part(
                BarPartKind::InTransit,
                t!("on the way", "unterwegs").to_owned(),
                self.in_transit,
            ));
        }
        if self.home >= LEAST_SHARE {
            parts.push(part(
                BarPartKind::Home,
                home.map_or_else(
                    || t!("home", "zu Hause").to_owned(),
                    |h| tf!("{h}, home", "{h}, zu Hause"),
                ),
                self.home,
            ));
        }
        if self.unknown >= LEAST_SHARE || parts.is_empty() {
            parts.push(part(
                BarPartKind::Unknown,
                t!("unknown", "unbekannt").to_owned(),
                self.unknown,
            ));
        }
        parts
    }
}

/// Where most of it is.
#[derive(Clone, Copy)]
pub(super) enum Top<'a> {
    Place(&'a Hypothesis),
    Moving,
    Home,
    Nothing,
}
