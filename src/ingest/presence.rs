//! From a traveler's records to the presence that is stored with a trip.
//! Called by the workers before every outcome that changes what is believed.
//! Always: presence is computed from the revision that it is saved against; a timeline never blocks the runtime.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::itinerary::{Oddity, Trip};
use crate::place::Gazetteer;
use crate::quality::assess;
use crate::store::{Belief, KnownOf, PresenceSave, Scope, Store, StoreError};
use crate::whereabouts::{Judgement, Notice, Record, What, share_of, timeline};

/// Presence and notices, newly computed.
pub(super) struct Located {
    pub presence: PresenceSave,
    /// Of all the traveler's trips.
    pub notices: Vec<Notice>,
}

/// Computes timelines.
#[derive(Clone)]
pub(super) struct Locator {
    pub gazetteer: &'static Gazetteer,
    pub judgement: Arc<Judgement>,
}

impl Locator {
    /// What is believed of a traveler once `trip` is known too.
    pub async fn with(
        &self,
        store: &dyn Store,
        (company, traveler): (&str, &str),
        trip: &Trip,
        oddities: &[Oddity],
        now: DateTime<Utc>,
    ) -> Result<Located, StoreError> {
        let mut known = known(store, company, traveler, &trip.id, now).await?;
        let what = What::Document(Arc::new(trip.clone()), oddities.to_vec());
        known.records.push(Record {
            received_at: now,
            trip_id: trip.id.clone(),
            what,
        });
        self.located(known, now).await
    }

    /// What is believed of someone whom another's `trip` names, once it is known too (R120, R122).
    pub async fn beside(
        &self,
        store: &dyn Store,
        (company, traveler): (&str, &str),
        trip: &Trip,
        now: DateTime<Utc>,
    ) -> Result<Belief, StoreError> {
        let mut known = known(store, company, traveler, &trip.id, now).await?;
        let share = share_of(trip, &known.traveler);
        known.records.push(Record {
            received_at: now,
            trip_id: trip.id.clone(),
            what: What::Document(Arc::new(share), Vec::new()),
        });
        Ok(self.located(known, now).await?.presence.belief)
    }

    /// What is believed of a traveler without `trip`.
    pub async fn without(
        &self,
        store: &dyn Store,
        (company, traveler): (&str, &str),
        trip: &str,
        now: DateTime<Utc>,
    ) -> Result<PresenceSave, StoreError> {
        let mut known = known(store, company, traveler, trip, now).await?;
        known.records.retain(|record| record.trip_id != trip);
        Ok(self.located(known, now).await?.presence)
    }

    /// What is believed of a traveler by now, from the same records.
    pub async fn anew(
        &self,
        store: &dyn Store,
        (company, traveler): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<PresenceSave, StoreError> {
        let known = known(store, company, traveler, "", now).await?;
        Ok(self.located(known, now).await?.presence)
    }

    async fn located(&self, known: KnownOf, now: DateTime<Utc>) -> Result<Located, StoreError> {
        metrics::counter!("timelines_total").increment(1);
        let Self { gazetteer, judgement } = self.clone();
        let computing = tokio::task::spawn_blocking(move || {
            let line = timeline(gazetteer, &judgement, &known.traveler, &known.records, now);
            let quality = assess(&known.records, &line.episodes, &line.notices);
            let belief = Belief {
                traveler: known.traveler.id,
                revision: known.revision,
                episodes: line.episodes,
                changes_at: line.changes_at,
                quality,
            };
            let presence = PresenceSave {
                known_from: now,
                belief,
                others: Vec::new(),
            };
            Located {
                presence,
                notices: line.notices,
            }
        });
        // What a panic says may quote a document.
        computing
            .await
            .map_err(|_| StoreError::Inconsistent("a timeline could not be computed".to_owned()))
    }
}

/// Everything that is known of a traveler. Trips in their grace (but for `but`) are said to be deleted just now: the
/// timeline keeps them, unless the same trip is there under another id already (R98). The queue ends the grace.
async fn known(
    store: &dyn Store,
    company: &str,
    traveler: &str,
    but: &str,
    now: DateTime<Utc>,
) -> Result<KnownOf, StoreError> {
    let scope = Scope::Company(company.to_owned());
    let mut known = match store.known_of(company, traveler).await {
        // Gone with their last trip, as if everything about them had changed.
        Err(StoreError::Inconsistent(_)) if store.traveler(&scope, traveler).await?.is_none() => {
            return Err(StoreError::Fenced);
        }
        known => known?,
    };
    for row in store.trips_of(&scope, traveler).await? {
        if row.pending_delete && row.trip.id != but {
            known.records.push(Record {
                received_at: now,
                trip_id: row.trip.id,
                what: What::Deleted,
            });
        }
    }
    Ok(known)
}

/// The traveler who has a trip now, if it is known.
pub(super) async fn owner(store: &dyn Store, company: &str, trip: &str) -> Result<Option<String>, StoreError> {
    let scope = Scope::Company(company.to_owned());
    Ok(store.trip(&scope, trip).await?.map(|row| row.traveler))
}
