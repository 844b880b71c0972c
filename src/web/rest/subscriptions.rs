//! REST: the webhook subscriptions of each data centre, for operators.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::concur::subscriptions::{Subscription, SubscriptionProblem};
use crate::store::Role;
use crate::web::feed::{self, Centre, Changed};
use crate::web::{AppState, Principal};

/// The data centres.
#[derive(Serialize, ToSchema)]
pub struct DataCentres {
    data_centres: Vec<DataCentre>,
}

/// What is subscribed in one data centre.
#[derive(Serialize, ToSchema)]
pub struct DataCentre {
    /// `us2`, `eu2`, …
    name: String,
    origin: String,
    /// Why its subscriptions cannot be read.
    problem: Option<String>,
    subscriptions: Vec<Webhook>,
    /// Connected companies whose events do not come.
    missing: Vec<String>,
    /// Companies whose events come although they are not connected.
    strange: Vec<String>,
    last_event_at: Option<DateTime<Utc>>,
    /// `an_hour`, `a_day` or `near_deletion` without an event.
    silence: Option<String>,
}

/// One webhook subscription.
#[derive(Serialize, ToSchema)]
pub struct Webhook {
    id: String,
    topic: String,
    filter: String,
    endpoint: String,
    company_ids: Vec<String>,
    /// Whether it is this service's own.
    ours: bool,
}

/// Which subscription, and where its events are to go; our own and our own endpoint if not given.
#[derive(Default, Deserialize, ToSchema)]
pub struct Wanted {
    id: Option<String>,
    endpoint: Option<String>,
}

impl DataCentre {
    fn of(state: &AppState, centre: Centre) -> Self {
        let (problem, subscriptions) = match centre.subscriptions {
            Ok(subscriptions) => (None, subscriptions),
            Err(problem) => (Some(problem), Vec::new()),
        };
        let webhooks = subscriptions
            .into_iter()
            .map(|one| Webhook::of(state.is_ours(&centre.at, &one), one));
        Self {
            subscriptions: webhooks.collect(),
            name: centre.at.name,
            origin: centre.at.origin.to_string(),
            problem,
            missing: centre.missing.into_iter().map(|company| company.id).collect(),
            strange: centre.strange,
            last_event_at: centre.last_event_at,
            silence: centre.silence.map(|silence| silence.as_str().to_owned()),
        }
    }
}

impl Webhook {
    fn of(ours: bool, one: Subscription) -> Self {
        Self {
            id: one.id,
            topic: one.topic,
            filter: one.filter,
            endpoint: one.web_hook_config.endpoint,
            company_ids: one.company_ids,
            ours,
        }
    }
}

fn operator(who: &Principal) -> Result<(), Problem> {
    if who.role == Role::Operator {
        Ok(())
    } else {
        Err(Problem::forbidden("Only an operator may see and change subscriptions."))
    }
}

/// What the event service refused is no fault of this service.
fn refused(problem: &SubscriptionProblem) -> Problem {
    Problem::upstream(feed::sentence(problem))
}

/// The webhook subscriptions in each data centre
#[utoipa::path(get, path = "/api/v1/subscriptions", tag = "subscriptions", security(("bearer" = [])),
    responses((status = 200, body = DataCentres), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, Bearer(who): Bearer) -> Result<Json<DataCentres>, Problem> {
    operator(&who)?;
    let centres = state.centres().await?;
    Ok(Json(DataCentres {
        data_centres: centres.into_iter().map(|one| DataCentre::of(&state, one)).collect(),
    }))
}

/// Subscribes in a data centre, or corrects the subscription there
#[utoipa::path(put, path = "/api/v1/subscriptions/{data_centre}", tag = "subscriptions", security(("bearer" = [])),
    params(("data_centre" = String, Path, description = "Its name, such as us2")), request_body = Option<Wanted>,
    responses((status = 200, body = Webhook), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 502, body = Problem)))]
pub async fn save(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    Id(centre): Id,
    wanted: Result<Option<Json<Wanted>>, JsonRejection>,
) -> Result<Json<Webhook>, Problem> {
    operator(&who)?;
    let Json(wanted) = wanted?.unwrap_or_default();
    match state
        .subscribe(&centre, wanted.id.as_deref(), wanted.endpoint.as_deref())
        .await
    {
        Ok(Changed::Saved(saved)) => Ok(Json(Webhook::of(true, saved))),
        Ok(_) => Err(Problem::not_found("data centre")),
        Err(problem) => Err(refused(&problem)),
    }
}

/// Ends this service's subscription in a data centre
#[utoipa::path(delete, path = "/api/v1/subscriptions/{data_centre}", tag = "subscriptions", security(("bearer" = [])),
    params(("data_centre" = String, Path, description = "Its name, such as us2")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 502, body = Problem)))]
pub async fn remove(State(state): State<AppState>, Bearer(who): Bearer, Id(centre): Id) -> Result<StatusCode, Problem> {
    operator(&who)?;
    match state.unsubscribe(&centre, None).await {
        Ok(Changed::Removed) => Ok(StatusCode::NO_CONTENT),
        Ok(Changed::NoCentre) => Err(Problem::not_found("data centre")),
        Ok(_) => Err(Problem::not_found("subscription")),
        Err(problem) => Err(refused(&problem)),
    }
}
