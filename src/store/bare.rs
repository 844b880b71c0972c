//! Episodes without what they rest on: as far as "who was there" asks them.
//! Read by the store for questions about everyone in an area; the evidence is asked for those who are shown.
//! Holds always: places, probabilities, moves and expected days are those of the whole episode.

use super::StoreError;
use crate::whereabouts::{Bedless, Episode, Expected, Hypothesis, Move, Place, Ramp, Region, State};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::sync::Arc;

/// What of an episode's JSON is read; the rest, most of it evidence, is passed over without being taken apart.
#[derive(Deserialize)]
struct Bare {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    state: State,
    hypotheses: Vec<Hypothesis>,
    home: Ramp,
    in_transit: Ramp,
    unknown: Ramp,
    #[serde(rename = "move")]
    move_: Option<Arc<Move>>,
    conflict: bool,
    source_as_of: Option<DateTime<Utc>>,
    #[serde(default)]
    home_place: Option<Arc<Place>>,
    #[serde(default)]
    expected: Vec<Expected>,
    #[serde(default)]
    bedless: Option<Bedless>,
}

/// The episode without its evidence and its region.
pub(super) fn read(detail: &str) -> Result<Episode, StoreError> {
    let bare: Bare = serde_json::from_str(detail)?;
    Ok(Episode {
        from: bare.from,
        until: bare.until,
        state: bare.state,
        hypotheses: bare.hypotheses,
        home: bare.home,
        in_transit: bare.in_transit,
        unknown: bare.unknown,
        region: Region::None,
        move_: bare.move_,
        conflict: bare.conflict,
        evidence: Vec::new(),
        source_as_of: bare.source_as_of,
        home_place: bare.home_place,
        expected: bare.expected,
        bedless: bare.bedless,
    })
}

/// Whether an episode leads anywhere but home; of those that do not, their summary says everything that is read here.
pub(super) fn leads_elsewhere(episode: &Episode) -> bool {
    !episode.hypotheses.is_empty()
        || episode.move_.is_some()
        || !episode.expected.is_empty()
        || episode.bedless.is_some()
}
