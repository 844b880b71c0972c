//! REST: with what events are proven, and the trips that wait for somebody.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::bearer::Bearer;
use crate::store::{ProofKind, Role, StuckTrip};
use crate::web::AppState;

/// Most trips of one answer.
const MOST: u32 = 500;

/// With what deliveries of events are proven.
#[derive(Serialize, ToSchema)]
pub struct Proofs {
    /// Empty: the event endpoint answers 503.
    keys: Vec<Key>,
    /// Why the key file's newest content is not in use.
    problem: Option<String>,
    certificates: Certificates,
}

/// A public key of the event service.
#[derive(Serialize, ToSchema)]
pub struct Key {
    /// SHA-256 of its SPKI, in hex.
    fingerprint: String,
    valid_from: Option<DateTime<Utc>>,
    valid_until: Option<DateTime<Utc>>,
    /// Whether a signature by it is accepted now.
    accepted: bool,
    last_matched_at: Option<DateTime<Utc>>,
}

/// What is asked of client certificates, and what came.
#[derive(Serialize, ToSchema)]
pub struct Certificates {
    /// `off`, `observe` or `require`.
    policy: String,
    /// Common name that is Concur's.
    name: String,
    seen: Vec<Seen>,
}

/// A verdict on certificates.
#[derive(Serialize, ToSchema)]
pub struct Seen {
    /// `right`, `missing`, `untrusted` or `other_name`.
    verdict: String,
    last_at: DateTime<Utc>,
}

/// Trips that nothing will be done about by itself.
#[derive(Serialize, ToSchema)]
pub struct StuckTrips {
    /// At most 500.
    trips: Vec<Stuck>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
pub struct Stuck {
    company: String,
    trip: String,
    /// `dead`: given up. `parked`: its company is not connected.
    state: String,
    /// The class of the last failure.
    reason: Option<String>,
    last_event_at: Option<DateTime<Utc>>,
    /// The log's id of its newest event, to be replayed.
    event: Option<String>,
}

impl From<StuckTrip> for Stuck {
    fn from(one: StuckTrip) -> Self {
        Self {
            company: one.company,
            trip: one.trip,
            state: if one.parked { "parked" } else { "dead" }.to_owned(),
            reason: one.error,
            last_event_at: one.last_event_at,
            event: one.last_event.map(|id| id.to_string()),
        }
    }
}

/// Keys and certificates of the event service
#[utoipa::path(get, path = "/api/v1/ingest/keys", tag = "ingest", security(("bearer" = [])),
    responses((status = 200, body = Proofs), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn keys(State(state): State<AppState>, Bearer(who): Bearer) -> Result<Json<Proofs>, Problem> {
    if who.role != Role::Operator {
        return Err(Problem::forbidden("Only an operator may see the event service's keys."));
    }
    let proofs = state.store.proofs().await?;
    let now = (state.clock)();
    let ring = state.ess_keys.as_ref();
    let keys = ring.map(|ring| ring.keys());
    let keys = keys
        .iter()
        .flat_map(|keys| keys.list())
        .map(|(fingerprint, validity)| Key {
            fingerprint: fingerprint.to_owned(),
            valid_from: validity.from,
            valid_until: validity.until,
            accepted: validity.holds(now),
            last_matched_at: proofs
                .iter()
                .find(|one| one.kind == ProofKind::Key && one.name == fingerprint)
                .map(|one| one.seen_at),
        });
    let seen = proofs.iter().filter(|one| one.kind == ProofKind::Certificate);
    let rules = &state.certificates.rules;
    Ok(Json(Proofs {
        keys: keys.collect(),
        problem: ring.and_then(|ring| ring.problem()),
        certificates: Certificates {
            policy: rules.policy.as_str().to_owned(),
            name: rules.name.clone(),
            seen: seen
                .map(|one| Seen {
                    verdict: one.name.clone(),
                    last_at: one.seen_at,
                })
                .collect(),
        },
    }))
}

/// Trips that were given up, or wait for their company to connect
#[utoipa::path(get, path = "/api/v1/ingest/stuck", tag = "ingest", security(("bearer" = [])),
    responses((status = 200, body = StuckTrips), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn stuck(State(state): State<AppState>, Bearer(who): Bearer) -> Result<Json<StuckTrips>, Problem> {
    if !who.may_administer() {
        return Err(Problem::forbidden(
            "Only an operator or an admin may see the trips that wait.",
        ));
    }
    let scope = who.scope().ok_or_else(|| Problem::not_found("company"))?;
    let trips = state.store.stuck_trips(&scope, (state.clock)(), MOST).await?;
    Ok(Json(StuckTrips {
        trips: trips.into_iter().map(Stuck::from).collect(),
    }))
}
