//! Episodes on their way into rows: what is compared, what is cited.
//! Used when presence is written, by both engines alike.
//! Holds always: drafts are in order and have a length; equal episodes give equal digests.

use super::away::Run;
use super::summary::{Next, Summary};
use super::time::ms;
use super::{StoreError, bare};
use crate::place::{Gazetteer, LonLat};
use crate::whereabouts::{Episode, Move, Place, PlaceKind};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Longest interval of each length class, milliseconds; the last class has no end. A row that holds at t and is in
/// class n began within this time before t: that is what makes "everyone at t" a scan of neighbours. A timeline begins a
/// year before the first claim and ends 400 days after the last: those two lengths have classes of their own. Rows keep
/// their class: other lengths here need a migration that rewrites it.
pub(super) const REACH: [Option<i64>; 14] = [
    Some(6 * HOUR),
    Some(12 * HOUR),
    Some(DAY),
    Some(2 * DAY),
    Some(4 * DAY),
    Some(8 * DAY),
    Some(16 * DAY),
    Some(32 * DAY),
    Some(64 * DAY),
    Some(128 * DAY),
    Some(256 * DAY),
    Some(366 * DAY),
    Some(401 * DAY),
    None,
];
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The length class of an interval: an index into [`REACH`].
pub(super) fn span(start_at: i64, end_at: i64) -> i64 {
    let length = end_at - start_at;
    REACH
        .iter()
        .take_while(|reach| reach.is_some_and(|reach| length > reach))
        .count() as i64
}

/// An episode that is ready to become a row.
pub(super) struct Draft<'a> {
    pub(super) start_at: i64,
    pub(super) end_at: i64,
    pub(super) digest: Vec<u8>,
    pub(super) cites: String,
    pub(super) detail: String,
    pub(super) away: Option<Run>,
    episode: &'a Episode,
    next: Option<Next>,
}

impl Draft<'_> {
    /// The line of the row that holds it.
    pub(super) fn summary(&self, company: &str, traveler: &str, known_from: i64) -> String {
        let Draft {
            start_at,
            end_at,
            episode,
            ref next,
            ..
        } = *self;
        Summary {
            company,
            traveler,
            start_at,
            end_at,
            known_from,
            episode,
            next: next.as_ref(),
        }
        .write()
    }

    /// Whether it leads anywhere but home.
    pub(super) fn elsewhere(&self) -> bool {
        bare::leads_elsewhere(self.episode)
    }

    /// Words of what it may be about, each between blanks.
    pub(super) fn reach(&self) -> String {
        self.episode.reach().iter().fold(String::from(" "), |mut all, word| {
            all.push_str(word);
            all.push(' ');
            all
        })
    }

    /// What tells rows apart.
    pub(super) fn key(&self) -> (i64, i64, &[u8]) {
        (self.start_at, self.end_at, &self.digest)
    }
}

/// Drafts of a traveler's timeline. Episodes shorter than a millisecond hold at no instant that can be asked about.
pub(super) fn drafts(episodes: &[Episode]) -> Result<Vec<Draft<'_>>, StoreError> {
    let mut drafts = Vec::with_capacity(episodes.len());
    for (index, episode) in episodes.iter().enumerate() {
        let (start_at, end_at) = (ms(episode.from), ms(episode.until));
        if let Some(before) = drafts.last().map(|draft: &Draft<'_>| draft.end_at)
            && start_at < before
        {
            return Err(StoreError::Inconsistent(
                "the episodes of a timeline overlap".to_owned(),
            ));
        }
        if start_at >= end_at {
            continue;
        }
        let coming = next_move(episodes, index);
        let next = coming.map(|(episode, way)| Next {
            at: way.departs.unwrap_or(episode.from),
            to: goes_to(&way.to),
        });
        let detail = serde_json::to_string(episode)?;
        let mut digest = Sha256::new();
        digest.update(&detail);
        if let Some(next) = &next {
            digest.update(ms(next.at).to_le_bytes());
            digest.update(&next.to);
        }
        drafts.push(Draft {
            start_at,
            end_at,
            digest: digest.finalize()[..16].to_vec(),
            cites: cites(
                [Some(episode), coming.map(|(episode, _)| episode)]
                    .into_iter()
                    .flatten(),
            ),
            detail,
            away: Run::of(episode),
            episode,
            next,
        });
    }
    Ok(drafts)
}

/// A station is in a city that is not farther, km.
const CITY_KM: f64 = 30.0;

/// An airport by its code, else a city by its key: its name alone may be another's too, and a station's tells no city.
fn goes_to(place: &Place) -> String {
    let near = |[lon, lat]: [f64; 2]| Gazetteer::embedded().city_near(LonLat::new(lon, lat), CITY_KM);
    let key = match place.kind {
        PlaceKind::Airport if place.code.as_ref() == Some(&place.name) => None,
        PlaceKind::Venue => place.city_key.clone().or_else(|| Some(near(place.point?)?.key())),
        _ => place.city_key.clone(),
    };
    key.unwrap_or_else(|| place.name.clone())
}

/// The first episode after this one that has another move.
fn next_move(episodes: &[Episode], index: usize) -> Option<(&Episode, &Move)> {
    let current = episodes[index].move_.as_deref();
    episodes[index + 1..].iter().find_map(|later| {
        later
            .move_
            .as_deref()
            .filter(|way| Some(*way) != current)
            .map(|way| (later, way))
    })
}

/// Ids of the trips that these episodes tell of, each between line ends, so that one can be found by `LIKE`.
fn cites<'a>(episodes: impl Iterator<Item = &'a Episode>) -> String {
    let trips: BTreeSet<&str> = episodes
        .flat_map(|episode| &episode.evidence)
        .map(|evidence| evidence.trip.as_str())
        .collect();
    trips.iter().fold(String::from("\n"), |mut all, trip| {
        all.push_str(trip);
        all.push('\n');
        all
    })
}
