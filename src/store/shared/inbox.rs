//! Events come in: deduplicated, kept, and turned into dirt marks of their trips.
//! Called by `ingest`'s writer with everything that arrived since its last commit.
//! Holds always: what is answered is committed; a duplicate marks nothing; one bad event does not hold up the others.

use super::{Conn, Sql, profiles, statements};
use crate::store::text::{storable, storable_id};
use crate::store::time::{ms, ms_opt};
use crate::store::{Appended, EventKind, EventStatus, NewEvent, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What an inserted row needs of an event, in a form that both engines can keep.
pub(in crate::store) struct EventInsert {
    pub(in crate::store) event_id: String,
    pub(in crate::store) kind: &'static str,
    pub(in crate::store) type_text: String,
    pub(in crate::store) trip: Option<String>,
    pub(in crate::store) company: Option<String>,
    pub(in crate::store) event_time: Option<i64>,
    pub(in crate::store) received_at: i64,
    pub(in crate::store) status: &'static str,
    pub(in crate::store) quarantine: Option<String>,
}

impl EventInsert {
    fn of(event: &NewEvent) -> EventInsert {
        let text = |text: &Option<String>| text.as_deref().map(|text| storable(text).into_owned());
        let status = match event.kind {
            _ if event.quarantined.is_some() => EventStatus::Quarantined,
            EventKind::ProfileChanged | EventKind::ProfileDeleted => EventStatus::Processed,
            _ => EventStatus::Received,
        };
        EventInsert {
            event_id: storable_id(&event.event_id).into_owned(),
            kind: event.kind.as_str(),
            type_text: storable(&event.type_text).into_owned(),
            trip: text(&event.trip),
            company: text(&event.company),
            event_time: ms_opt(event.event_time),
            received_at: ms(event.received_at),
            status: status.as_str(),
            quarantine: text(&event.quarantined),
        }
    }
}

/// What the events of a batch (or something else) mean for one trip.
#[derive(Clone, Debug)]
pub(in crate::store) struct Dirt {
    pub(in crate::store) company: String,
    pub(in crate::store) trip: String,
    /// How many events.
    pub(in crate::store) count: i64,
    /// Of the newest one, by (time, arrival).
    pub(in crate::store) kind: &'static str,
    pub(in crate::store) event_at: i64,
    pub(in crate::store) href: Option<String>,
    pub(in crate::store) user: Option<String>,
    pub(in crate::store) correlation: Option<String>,
    /// Time of the newest anonymization among them.
    pub(in crate::store) anonymized_at: Option<i64>,
    /// Newest id in the log.
    pub(in crate::store) log: i64,
    pub(in crate::store) dirty_at: i64,
    pub(in crate::store) due_at: i64,
    pub(in crate::store) due_latest: i64,
}

impl Dirt {
    fn of(event: &NewEvent, row: &EventInsert, log: i64) -> Option<Dirt> {
        let (None, Some(company), Some(trip)) = (&event.quarantined, &row.company, &row.trip) else {
            return None;
        };
        let event_at = row.event_time.unwrap_or(row.received_at);
        let anonymized = event.kind == EventKind::Anonymized;
        Some(Dirt {
            company: company.clone(),
            trip: trip.clone(),
            count: 1,
            kind: row.kind,
            event_at,
            href: event.href.as_deref().map(|href| storable(href).into_owned()),
            user: event.user.as_deref().map(|user| storable(user).into_owned()),
            correlation: event.correlation.as_deref().map(|id| storable(id).into_owned()),
            anonymized_at: anonymized.then_some(event_at),
            log,
            dirty_at: row.received_at,
            // An erasure waits for nothing.
            due_at: if anonymized { row.received_at } else { ms(event.due_at) },
            due_latest: ms(event.due_latest),
        })
    }

    /// Another event of the same trip, later in the batch.
    fn and(&mut self, later: Dirt) {
        self.count += later.count;
        self.log = self.log.max(later.log);
        self.due_at = match (self.anonymized_at, later.anonymized_at) {
            (None, None) => later.due_at.min(self.due_latest),
            _ => self.due_at.min(later.due_at),
        };
        self.anonymized_at = self.anonymized_at.max(later.anonymized_at);
        let user = later.user.or(self.user.take());
        if later.event_at >= self.event_at {
            (self.kind, self.event_at, self.href) = (later.kind, later.event_at, later.href);
            self.correlation = later.correlation;
        }
        self.user = user;
    }
}

impl Sql {
    pub(super) async fn append(&self, batch: &[NewEvent]) -> Result<Vec<Appended>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        self.appending();
        match self.append_together(batch).await {
            Err(StoreError::Other(_) | StoreError::Inconsistent(_)) => self.append_apart(batch).await,
            outcome => outcome,
        }
    }

    async fn append_together(&self, batch: &[NewEvent]) -> Result<Vec<Appended>, StoreError> {
        let mut tx = self.begin().await?;
        let appended = append(&mut tx, batch).await?;
        self.commit(tx).await?;
        Ok(appended)
    }

    /// The database refuses one of them: it alone is put into quarantine, with nothing but its body and an id that every
    /// database takes.
    async fn append_apart(&self, batch: &[NewEvent]) -> Result<Vec<Appended>, StoreError> {
        let mut all = Vec::with_capacity(batch.len());
        for event in batch {
            all.extend(match self.append_together(std::slice::from_ref(event)).await {
                Err(StoreError::Other(_) | StoreError::Inconsistent(_)) => {
                    let bare = NewEvent {
                        kind: EventKind::Unknown,
                        type_text: String::new(),
                        trip: None,
                        company: None,
                        user: None,
                        href: None,
                        correlation: None,
                        event_time: None,
                        quarantined: Some("the database refused its fields".to_owned()),
                        ..event.clone()
                    };
                    self.append_together(&[bare]).await?
                }
                outcome => outcome?,
            });
        }
        Ok(all)
    }
}

async fn append(conn: &mut Conn, batch: &[NewEvent]) -> Result<Vec<Appended>, StoreError> {
    let rows: Vec<EventInsert> = batch.iter().map(EventInsert::of).collect();
    // Of the same id twice in a batch, the first is the event.
    let mut firsts = HashSet::with_capacity(rows.len());
    let firsts: Vec<bool> = rows.iter().map(|row| firsts.insert(row.event_id.as_str())).collect();
    let distinct: Vec<&EventInsert> = rows
        .iter()
        .zip(&firsts)
        .filter(|(_, first)| **first)
        .map(|(row, _)| row)
        .collect();

    statements::hold_connections(conn).await?;
    let mut ids: HashMap<String, i64> = statements::insert_events(conn, &distinct).await?;
    let is_new: Vec<bool> = rows
        .iter()
        .zip(&firsts)
        .map(|(row, first)| *first && ids.contains_key(&row.event_id))
        .collect();
    let id_of = |ids: &HashMap<String, i64>, row: &EventInsert| {
        ids.get(&row.event_id)
            .copied()
            .ok_or_else(|| StoreError::Inconsistent("an event was not stored".to_owned()))
    };

    let mut dirt: BTreeMap<(&str, &str), Dirt> = BTreeMap::new();
    let mut bodies = Vec::with_capacity(rows.len());
    let mut tally: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for ((event, row), _) in batch.iter().zip(&rows).zip(&is_new).filter(|(_, new)| **new) {
        let log = id_of(&ids, row)?;
        bodies.push((log, event.body.as_slice()));
        let (count, last) = tally
            .entry(row.company.as_deref().unwrap_or_default())
            .or_insert((0, i64::MIN));
        (*count, *last) = (*count + 1, row.received_at.max(*last));
        if row.status == EventStatus::Processed.as_str() {
            profiles::profile_is_due(conn, event, row).await?;
        }
        if let Some(one) = Dirt::of(event, row, log)
            && let (Some(company), Some(trip)) = (row.company.as_deref(), row.trip.as_deref())
        {
            match dirt.entry((company, trip)) {
                std::collections::btree_map::Entry::Occupied(mut all) => all.get_mut().and(one),
                std::collections::btree_map::Entry::Vacant(none) => drop(none.insert(one)),
            }
        }
    }
    statements::insert_bodies(conn, &bodies).await?;
    let dirt: Vec<Dirt> = dirt.into_values().collect();
    let marked = statements::mark_trips(conn, &dirt).await?;
    if marked.len() < dirt.len() {
        let marked: HashSet<_> = marked
            .iter()
            .map(|(company, trip)| (company.as_str(), trip.as_str()))
            .collect();
        for ((_, row), _) in batch
            .iter()
            .zip(&rows)
            .zip(&is_new)
            .filter(|((event, _), new)| **new && event.quarantined.is_none())
        {
            if let (Some(company), Some(trip)) = (row.company.as_deref(), row.trip.as_deref())
                && !marked.contains(&(company, trip))
            {
                pass_over(conn, id_of(&ids, row)?).await?;
            }
        }
    }
    let mut again: BTreeMap<&str, i64> = BTreeMap::new();
    for (row, _) in rows.iter().zip(&is_new).filter(|(_, new)| !**new) {
        *again.entry(row.event_id.as_str()).or_default() += 1;
    }
    ids.extend(statements::count_duplicates(conn, &again.into_iter().collect::<Vec<_>>()).await?);
    for (company, (count, last)) in tally {
        sqlx::query(
            "INSERT INTO inbox_tally AS t (company, received, last_event_at) VALUES ($1, $2, $3) \
             ON CONFLICT (company) DO UPDATE SET received = t.received + excluded.received, \
             last_event_at = CASE WHEN excluded.last_event_at > t.last_event_at \
                             THEN excluded.last_event_at ELSE t.last_event_at END",
        )
        .bind(company)
        .bind(count)
        .bind(last)
        .execute(&mut *conn)
        .await?;
    }
    rows.iter()
        .zip(is_new)
        .map(|(row, new)| {
            Ok(Appended {
                log_id: id_of(&ids, row)?,
                duplicate: !new,
            })
        })
        .collect()
}

/// An event of a trip that was erased later than it happened (P6): acknowledged, and nothing of it kept but its ids.
async fn pass_over(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE inbox_event SET status = 'superseded' WHERE id = $1")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM inbox_payload WHERE event = $1")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// How a mark changes a trip's row; `v` holds the dirt. Ends in the trips that it changed: those not erased since.
pub(in crate::store) const MARK: &str = "\
INSERT INTO trip_sync AS q (company, trip, wanted_gen, due_at, due_latest, first_dirty_at, state, parked, \
    last_kind, last_event_at, href, concur_user, correlation, last_log, anonymized_at) \
SELECT v.company, v.trip, v.count, v.due_at, v.due_latest, v.dirty_at, 'queued', \
    NOT EXISTS (SELECT 1 FROM company c WHERE c.id = v.company AND c.state = 'connected'), \
    v.kind, v.event_at, v.href, v.concur_user, v.correlation, v.log, v.anonymized_at \
FROM v WHERE v.trip IS NOT NULL ORDER BY v.company, v.trip \
ON CONFLICT (company, trip) DO UPDATE SET \
    wanted_gen = q.wanted_gen + excluded.wanted_gen, \
    due_at = CASE \
        WHEN excluded.anonymized_at IS NOT NULL OR q.due_at IS NULL THEN excluded.due_at \
        WHEN q.anonymized_at IS NOT NULL OR q.state = 'retry' THEN q.due_at \
        WHEN q.due_latest < excluded.due_at THEN q.due_latest \
        ELSE excluded.due_at END, \
    due_latest = CASE WHEN q.due_at IS NULL OR q.due_latest IS NULL THEN excluded.due_latest ELSE q.due_latest END, \
    first_dirty_at = coalesce(q.first_dirty_at, excluded.first_dirty_at), \
    state = CASE WHEN q.state = 'retry' THEN 'retry' ELSE 'queued' END, \
    attempt = CASE WHEN q.state = 'dead' THEN 0 ELSE q.attempt END, \
    last_kind = CASE WHEN excluded.last_event_at >= coalesce(q.last_event_at, excluded.last_event_at) \
                THEN excluded.last_kind ELSE q.last_kind END, \
    href = CASE WHEN excluded.last_event_at >= coalesce(q.last_event_at, excluded.last_event_at) \
           THEN excluded.href ELSE q.href END, \
    correlation = CASE WHEN excluded.last_event_at >= coalesce(q.last_event_at, excluded.last_event_at) \
                  THEN excluded.correlation ELSE q.correlation END, \
    concur_user = CASE WHEN excluded.last_event_at >= coalesce(q.last_event_at, excluded.last_event_at) \
                  THEN coalesce(excluded.concur_user, q.concur_user) \
                  ELSE coalesce(q.concur_user, excluded.concur_user) END, \
    last_event_at = CASE WHEN excluded.last_event_at >= coalesce(q.last_event_at, excluded.last_event_at) \
                    THEN excluded.last_event_at ELSE q.last_event_at END, \
    last_log = CASE WHEN excluded.last_log > q.last_log THEN excluded.last_log ELSE q.last_log END, \
    anonymized_at = CASE WHEN q.anonymized_at > excluded.anonymized_at OR excluded.anonymized_at IS NULL \
                    THEN q.anonymized_at ELSE excluded.anonymized_at END \
WHERE q.tombstoned_at IS NULL OR excluded.last_event_at > q.tombstoned_at \
RETURNING company, trip";
