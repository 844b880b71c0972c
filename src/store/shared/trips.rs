//! Documents are stored and read: the newest of each trip, and every one that ever was the newest.
//! Called by `ingest::worker` and by the pages of trips.
//! Holds always: a document older than the stored one changes nothing (R96); a stored one is a presence computed with it.

use super::presence::replace_all;
use super::queue::{done, end_lease};
use super::{Conn, Sql};
use crate::itinerary::Trip;
use crate::store::time::{at, ms, ms_opt};
use crate::store::{Claim, KnownOf, Scope, StoreError, TripRow, TripSave};
use crate::whereabouts::{Record, What, share_of};
use std::sync::Arc;

/// The stored trip, as far as a newer document needs it.
#[derive(sqlx::FromRow)]
pub(super) struct StoredTrip {
    pub(super) traveler: String,
    version: i64,
    modified: Option<i64>,
}

pub(super) async fn stored_trip(
    conn: &mut Conn,
    (company, trip): (&str, &str),
) -> Result<Option<StoredTrip>, StoreError> {
    Ok(
        sqlx::query_as("SELECT traveler, version, modified FROM trip WHERE company = $1 AND id = $2")
            .bind(company)
            .bind(trip)
            .fetch_optional(conn)
            .await?,
    )
}

impl Sql {
    pub(super) async fn store(&self, claim: &Claim, save: &TripSave) -> Result<(), StoreError> {
        if save.company != claim.company || save.presence.belief.traveler != save.traveler {
            return Err(StoreError::Inconsistent(
                "a trip is saved under another company or traveler".to_owned(),
            ));
        }
        let mut tx = self.begin().await?;
        let held = end_lease(&mut tx, claim).await?;
        let stored = stored_trip(&mut tx, (&claim.company, &claim.trip)).await?;
        if stored
            .as_ref()
            .is_some_and(|stored| stored.modified > ms_opt(save.trip.modified))
        {
            // Older, but there: it is not deleted.
            sqlx::query("UPDATE trip SET pending_delete = NULL WHERE company = $1 AND id = $2")
                .bind(&claim.company)
                .bind(&claim.trip)
                .execute(&mut *tx)
                .await?;
        } else {
            put_trip(&mut tx, claim, save, stored.as_ref()).await?;
            replace_all(&mut tx, &claim.company, &save.presence).await?;
        }
        done(&mut tx, claim, &held).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }

    pub(super) async fn find_trip(&self, scope: &Scope, id: &str) -> Result<Option<TripRow>, StoreError> {
        let row: Option<TripColumns> = sqlx::query_as(
            "SELECT t.company, t.traveler, r.name, t.pending_delete, t.received_at, t.notices, v.document \
             FROM trip t JOIN trip_version v ON v.company = t.company AND v.trip = t.id AND v.version = t.version \
             JOIN traveler r ON r.id = t.traveler \
             WHERE t.company IN (SELECT c.id FROM company c WHERE $1 IS NULL OR c.id = $1) AND t.id = $2 \
             ORDER BY t.company LIMIT 1",
        )
        .bind(scope.company())
        .bind(id)
        .fetch_optional(&self.read)
        .await?;
        row.map(TripColumns::row).transpose()
    }

    pub(super) async fn find_trips_of(&self, scope: &Scope, traveler: &str) -> Result<Vec<TripRow>, StoreError> {
        let rows: Vec<TripColumns> = sqlx::query_as(
            "SELECT t.company, t.traveler, r.name, t.pending_delete, t.received_at, t.notices, v.document \
             FROM trip t JOIN trip_version v ON v.company = t.company AND v.trip = t.id AND v.version = t.version \
             JOIN traveler r ON r.id = t.traveler \
             WHERE ($1 IS NULL OR t.company = $1) AND (t.traveler = $2 OR EXISTS (SELECT 1 FROM trip_companion c \
                 WHERE c.company = t.company AND c.trip = t.id AND c.traveler = $2 AND c.named)) \
             ORDER BY t.first_known_at, t.id",
        )
        .bind(scope.company())
        .bind(traveler)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(TripColumns::row).collect()
    }

    pub(super) async fn know(&self, company: &str, traveler: &str) -> Result<KnownOf, StoreError> {
        // The revision is read first: what changes afterwards is then refused, not lost.
        let who: Known = sqlx::query_as(
            "SELECT id, revision, login, given_name, family_name, display_name, home FROM traveler \
             WHERE id = $1 AND company = $2",
        )
        .bind(traveler)
        .bind(company)
        .fetch_optional(&self.read)
        .await?
        .ok_or_else(|| StoreError::Inconsistent("no such traveler".to_owned()))?;
        let (revision, traveler) = (who.revision, who.traveler());
        // Their own trips, and what others' trips say of them.
        let versions: Vec<(String, i64, String, String, bool)> = sqlx::query_as(
            "SELECT v.trip, v.received_at, v.document, v.oddities, o.theirs FROM ( \
                 SELECT t.id, TRUE AS theirs FROM trip t WHERE t.traveler = $1 AND t.company = $2 \
                 UNION ALL \
                 SELECT t.id, FALSE FROM trip_companion c JOIN trip t ON t.company = c.company AND t.id = c.trip \
                 WHERE c.traveler = $1 AND c.company = $2 AND c.named AND t.traveler <> $1 \
             ) o JOIN trip_version v ON v.company = $2 AND v.trip = o.id ORDER BY v.received_at, v.trip, v.version",
        )
        .bind(&traveler.id)
        .bind(company)
        .fetch_all(&self.read)
        .await?;
        let records = versions
            .into_iter()
            .map(|(trip_id, received_at, document, oddities, theirs)| {
                let document: Trip = serde_json::from_str(&document)?;
                let what = if theirs {
                    What::Document(Arc::new(document), serde_json::from_str(&oddities)?)
                } else {
                    What::Document(Arc::new(share_of(&document, &traveler)), Vec::new())
                };
                Ok(Record {
                    received_at: at(received_at)?,
                    trip_id,
                    what,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(KnownOf {
            revision,
            traveler,
            records,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Known {
    id: String,
    revision: i64,
    login: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    display_name: Option<String>,
    home: Option<String>,
}

impl Known {
    fn traveler(self) -> crate::whereabouts::Traveler {
        crate::whereabouts::Traveler {
            id: self.id,
            login: self.login,
            given_name: self.given_name,
            family_name: self.family_name,
            other_names: self.display_name.into_iter().collect(),
            home: self.home,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct TripColumns {
    company: String,
    traveler: String,
    name: String,
    pending_delete: Option<i64>,
    received_at: i64,
    notices: String,
    document: String,
}

impl TripColumns {
    pub(super) fn row(self) -> Result<TripRow, StoreError> {
        Ok(TripRow {
            trip: serde_json::from_str(&self.document)?,
            company: self.company,
            traveler: self.traveler,
            traveler_name: self.name,
            pending_delete: self.pending_delete.is_some(),
            received_at: at(self.received_at)?,
            notices: serde_json::from_str(&self.notices)?,
        })
    }
}

/// A traveler whose last trip was erased meanwhile is gone with it: whoever asks again finds or makes them anew.
pub(super) fn fenced_if_gone(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) if error.is_foreign_key_violation() => StoreError::Fenced,
        error => error.into(),
    }
}

/// Stores a document that is not older than the stored one. The same document again is no new version.
async fn put_trip(
    conn: &mut Conn,
    claim: &Claim,
    save: &TripSave,
    stored: Option<&StoredTrip>,
) -> Result<(), StoreError> {
    if let Some(stored) = stored
        && stored.traveler != save.traveler
        && !save
            .presence
            .others
            .iter()
            .any(|other| other.traveler == stored.traveler)
    {
        // The trip changed hands while this was computed: the one who had it must be computed too.
        return Err(StoreError::Fenced);
    }
    let document = if save.trip.id == claim.trip {
        serde_json::to_string(&save.trip)?
    } else {
        // The event's id is the key (E13).
        serde_json::to_string(&Trip {
            id: claim.trip.clone(),
            ..save.trip.clone()
        })?
    };
    let oddities = serde_json::to_string(&save.oddities)?;
    let version = stored.map_or(0, |stored| stored.version);
    let same: Option<i64> = sqlx::query_scalar(
        "SELECT version FROM trip_version \
         WHERE company = $1 AND trip = $2 AND version = $3 AND document = $4 AND oddities = $5 AND traveler = $6",
    )
    .bind(&claim.company)
    .bind(&claim.trip)
    .bind(version)
    .bind(&document)
    .bind(&oddities)
    .bind(&save.traveler)
    .fetch_optional(&mut *conn)
    .await?;
    let version = if same.is_some() { version } else { version + 1 };
    sqlx::query(
        "INSERT INTO trip (company, id, traveler, version, received_at, modified, first_known_at, notices, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $5, $7, $8) \
         ON CONFLICT (company, id) DO UPDATE SET traveler = excluded.traveler, version = excluded.version, \
             received_at = excluded.received_at, modified = excluded.modified, notices = excluded.notices, \
             ends_at = excluded.ends_at, pending_delete = NULL",
    )
    .bind(&claim.company)
    .bind(&claim.trip)
    .bind(&save.traveler)
    .bind(version)
    .bind(ms(save.received_at))
    .bind(ms_opt(save.trip.modified))
    .bind(serde_json::to_string(&save.notices)?)
    .bind(ms(save.trip.last_instant().unwrap_or(save.received_at)))
    .execute(&mut *conn)
    .await
    .map_err(fenced_if_gone)?;
    if same.is_none() {
        sqlx::query(
            "INSERT INTO trip_version (company, trip, version, traveler, received_at, document, oddities) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&claim.company)
        .bind(&claim.trip)
        .bind(version)
        .bind(&save.traveler)
        .bind(ms(save.received_at))
        .bind(document)
        .bind(oddities)
        .execute(&mut *conn)
        .await?;
        super::finding::put_words(conn, (&claim.company, &claim.trip), &save.trip).await?;
    }
    super::parties::name(conn, claim, &save.companions).await
}
