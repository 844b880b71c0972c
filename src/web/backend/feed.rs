//! The operator's page of events and feeds, answered from the store and from the data centres.
//! Called by the Backend; for operators only, which the caller has checked.

use std::collections::HashMap;

use app::view::feed::STUCK_SHOWN;
use app::view::{AppError, CentreCard, Company, EventLine, FeedPage, FeedQuery, KeyLine, StuckLine, WebhookLine, Work};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{fault, instant, shown};
use crate::ingest::silence::Silence;
use crate::store::{EventFilter, EventStatus, ProofKind, Scope};
use crate::web::AppState;
use crate::web::feed::Centre;
use crate::web::german;

/// Lines of the log on a page.
const LINES: u32 = 50;
/// Events that one replay of a range queues at most.
pub const REPLAYED: u32 = 500;

/// The part of the log that an address asks for. `None`: a day is none, or the last one lies before the first.
pub fn filter(query: &FeedQuery) -> Option<EventFilter> {
    let midnight = |text: &str| {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc())
    };
    let day = |text: &Option<String>| match text {
        None => Some(None),
        Some(text) => midnight(text).map(Some),
    };
    let (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>) = (day(&query.from)?, day(&query.to)?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return None;
    }
    Some(EventFilter {
        status: query
            .status
            .as_deref()
            .and_then(|word| word.parse::<EventStatus>().ok()),
        trip: query.trip.as_ref().map(|trip| trip.to_lowercase()),
        from,
        until: to.map(|to| to + TimeDelta::days(1)),
        // The store's cursors are ids of the log.
        cursor: query.cursor.clone().filter(|cursor| cursor.parse::<i64>().is_ok()),
        limit: LINES,
    })
}

/// The whole page.
pub async fn page(state: &AppState, query: &FeedQuery) -> Result<FeedPage, AppError> {
    let (scope, now) = (Scope::service(), (state.clock)());
    let store = &state.store;
    let found = filter(query).unwrap_or(EventFilter {
        limit: LINES,
        ..EventFilter::default()
    });
    let log = store.events(&scope, &found).await.map_err(|e| fault(&e))?;
    let all = EventFilter {
        cursor: None,
        limit: REPLAYED,
        ..found
    };
    let count = store.events(&scope, &all).await.map_err(|e| fault(&e))?.rows.len();
    let status = store.ingest_status(&scope, now).await.map_err(|e| fault(&e))?;
    let companies = store.companies(&scope).await.map_err(|e| fault(&e))?;
    let names: HashMap<String, String> = companies
        .into_iter()
        .map(shown)
        .map(|company| (company.id, company.name))
        .collect();
    let stuck = store
        .stuck_trips(&scope, now, STUCK_SHOWN as u32 + 1)
        .await
        .map_err(|e| fault(&e))?;
    let stuck = stuck.into_iter().map(|one| StuckLine {
        company: Company {
            name: names.get(&one.company).unwrap_or(&one.company).clone(),
            id: one.company,
        },
        trip: one.trip,
        parked: one.parked,
        error: one.error,
        last_event_at: one.last_event_at.map(instant),
        event: one.last_event.map(|id| id.to_string()),
    });
    let stuck: Vec<StuckLine> = stuck.collect();
    let proofs = store.proofs().await.map_err(|e| fault(&e))?;
    let of_kind = |kind: ProofKind| proofs.iter().filter(move |proof| proof.kind == kind);
    let matched: HashMap<&str, DateTime<Utc>> = of_kind(ProofKind::Key)
        .map(|proof| (proof.name.as_str(), proof.seen_at))
        .collect();
    let keys = state.ess_keys.as_ref().map(|ring| ring.keys());
    let keys = keys.iter().flat_map(|keys| {
        keys.list()
            .map(|(fingerprint, validity)| KeyLine {
                fingerprint: fingerprint.to_owned(),
                from: validity.from.map(instant),
                until: validity.until.map(instant),
                valid: validity.holds(now),
                matched_at: matched.get(fingerprint).copied().map(instant),
            })
            .collect::<Vec<_>>()
    });
    let keys = keys.collect();
    let lines = log.rows.into_iter().map(|row| EventLine {
        id: row.id.to_string(),
        kind: row.type_text,
        trip: row.trip,
        company: row.company.map(|id| names.get(&id).cloned().unwrap_or(id)),
        status: row.status.to_string(),
        received_at: instant(row.received_at),
        lag_s: row.event_time.map(|at| (row.received_at - at).num_seconds()),
        duplicates: row.duplicates,
        reason: row.error,
    });
    Ok(FeedPage {
        now: instant(now),
        work: Work {
            received: status.received,
            quarantined: status.quarantined,
            queued: status.queued,
            running: status.running,
            retrying: status.waiting_retry,
            grace: status.waiting_grace,
            dead: status.dead,
            oldest_queued_s: status.oldest_queued_s,
        },
        centres: state
            .centres()
            .await
            .map_err(|e| fault(&e))?
            .into_iter()
            .map(|centre| card(state, centre))
            .collect(),
        endpoint: state.ess_endpoint(),
        keys,
        key_problem: state
            .ess_keys
            .as_ref()
            .and_then(|ring| ring.problem())
            .map(super::super::german::said),
        policy: state.certificates.rules.policy.as_str().to_owned(),
        certificates: of_kind(ProofKind::Certificate)
            .map(|proof| (proof.name.clone(), instant(proof.seen_at)))
            .collect(),
        stuck,
        log: lines.collect(),
        next: log.next,
        found: u32::try_from(count).unwrap_or(REPLAYED),
    })
}

fn card(state: &AppState, centre: Centre) -> CentreCard {
    let at = &centre.at;
    let (problem, subscriptions) = match centre.subscriptions {
        Ok(subscriptions) => (None, subscriptions),
        Err(problem) => (Some(german::problem(problem)), Vec::new()),
    };
    let lines = subscriptions.into_iter().map(|one| WebhookLine {
        ours: state.is_ours(at, &one),
        companies: (!one.is_of_everybody()).then(|| u32::try_from(one.company_ids.len()).unwrap_or(u32::MAX)),
        endpoint: one.web_hook_config.endpoint,
        topic: one.topic,
        filter: one.filter,
        id: one.id,
    });
    CentreCard {
        subscriptions: lines.collect(),
        name: at.name.clone(),
        last_event_at: centre.last_event_at.map(instant),
        silence: centre.silence.map(|silence| {
            (
                german::problem(silence.sentence().to_owned()),
                silence > Silence::AnHour,
            )
        }),
        problem,
        missing: centre.missing.into_iter().map(shown).collect(),
        strange: centre.strange,
    }
}
