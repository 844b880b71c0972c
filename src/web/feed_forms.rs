//! What the forms of the operator's page do: subscribe, remove, replay one event, replay all that a filter finds.
//! Called by plain forms of `/feed`; they work without JavaScript.
//! Always holds: staff of the service only; what is removed or replayed in numbers was said twice.

use app::t;
use app::view::FeedQuery;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use http::StatusCode;
use serde::Deserialize;

use super::backend::{REPLAYED, event_filter};
use super::feed::Changed;
use super::sign_in::failed;
use super::{AppState, Principal};
use crate::concur::subscriptions::SubscriptionProblem;
use crate::store::{EventFilter, Role, Scope};

/// What the forms send; each uses a part of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FeedForm {
    centre: String,
    id: String,
    status: String,
    trip: String,
    from: String,
    to: String,
    /// `yes`: the box was ticked.
    sure: String,
}

impl FeedForm {
    fn query(&self) -> FeedQuery {
        let given = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        FeedQuery {
            status: given(&self.status),
            trip: given(&self.trip),
            from: given(&self.from),
            to: given(&self.to),
            ..FeedQuery::default()
        }
    }
}

/// The answer to everybody who is no operator.
fn refusal(who: Option<Extension<Principal>>) -> Option<Response> {
    match who {
        None => Some(Redirect::to("/sign-in?next=%2Ffeed").into_response()),
        Some(Extension(who)) if who.role == Role::Operator => None,
        Some(_) => Some(
            (
                StatusCode::NOT_FOUND,
                t!("There is no such page here.\n", "Diese Seite gibt es hier nicht.\n"),
            )
                .into_response(),
        ),
    }
}

fn back(query: &FeedQuery, said: &str) -> Response {
    let href = query.href();
    let joint = if href.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{href}{joint}said={said}")).into_response()
}

fn changed(outcome: Result<Changed, SubscriptionProblem>) -> Response {
    let said = match outcome {
        Ok(Changed::Saved(_)) => "saved",
        Ok(Changed::Removed) => "removed",
        Ok(Changed::Nothing | Changed::NoCentre) => "nothing",
        Err(problem) => {
            tracing::warn!(%problem, "a subscription could not be changed");
            "refused"
        }
    };
    back(&FeedQuery::default(), said)
}

/// POST /feed/subscribe
pub async fn subscribe(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<FeedForm>,
) -> Response {
    match refusal(who) {
        None => changed(state.subscribe(&form.centre, None, None).await),
        Some(answer) => answer,
    }
}

/// POST /feed/unsubscribe
pub async fn unsubscribe(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<FeedForm>,
) -> Response {
    match refusal(who) {
        None if form.sure != "yes" => back(&FeedQuery::default(), "not_sure"),
        None => changed(state.unsubscribe(&form.centre, Some(&form.id)).await),
        Some(answer) => answer,
    }
}

/// POST /feed/replay
pub async fn replay(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<FeedForm>,
) -> Response {
    if let Some(answer) = refusal(who) {
        return answer;
    }
    let id = form.id.parse::<i64>().unwrap_or_default();
    match state.store.replay_event(&Scope::service(), id, (state.clock)()).await {
        Ok(true) => {
            state.wake();
            back(&FeedQuery::default(), "replayed-1")
        }
        Ok(false) => back(&FeedQuery::default(), "nothing"),
        Err(error) => failed(&error),
    }
}

/// POST /feed/replay-range
pub async fn replay_range(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<FeedForm>,
) -> Response {
    if let Some(answer) = refusal(who) {
        return answer;
    }
    let query = form.query();
    if form.sure != "yes" {
        return back(&query, "not_sure");
    }
    let Some(filter) = event_filter(&query) else {
        return back(&query, "range");
    };
    let all = EventFilter {
        limit: REPLAYED,
        ..filter
    };
    let (scope, now) = (Scope::service(), (state.clock)());
    let events = match state.store.events(&scope, &all).await {
        Ok(page) => page.rows,
        Err(error) => return failed(&error),
    };
    let mut replayed = 0;
    // The newest event of a trip stands for all of them: the document is fetched once.
    let mut trips = std::collections::HashSet::new();
    for event in events {
        let Some(trip) = event.trip else { continue };
        if !trips.insert((event.company, trip)) {
            continue;
        }
        match state.store.replay_event(&scope, event.id, now).await {
            Ok(true) => replayed += 1,
            Ok(false) => {}
            Err(error) => return failed(&error),
        }
    }
    state.wake();
    let said = if replayed == 0 {
        "nothing".to_owned()
    } else {
        format!("replayed-{replayed}")
    };
    back(&query, &said)
}
