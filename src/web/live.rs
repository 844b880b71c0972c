//! What changed, as it changes: server-sent events of the signed-in person's companies.
//! Called by every open page; fed by the workers through a broadcast.
//! Always holds: an event says only *that* somebody changed; a page that missed some is told to read anew; who may listen is
//! asked again at least every ten minutes, since a stream outlives the session that opened it.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use http::{HeaderValue, StatusCode};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::{AppState, Principal};

/// After which a page has to ask again; it does so by itself.
const LONGEST: Duration = Duration::from_secs(600);

/// GET /live
pub async fn live(State(state): State<AppState>, who: Option<Extension<Principal>>) -> Response {
    let Some(scope) = who.and_then(|Extension(who)| who.scope()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let changes = BroadcastStream::new(state.engine.changes().subscribe()).filter_map(move |change| {
        let event = match change {
            Ok(change) if scope.sees(&change.company) => {
                let data = serde_json::json!({ "travelers": [change.traveler] });
                Some(Event::default().event("change").data(data.to_string()))
            }
            Ok(_) => None,
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(Event::default().event("resync").data("{}")),
        };
        std::future::ready(event.map(Ok::<_, Infallible>))
    });
    let hello = futures::stream::once(std::future::ready(Ok(Event::default()
        .event("hello")
        .data("{}")
        .retry(Duration::from_secs(3)))));
    // A page that stays open must not hold up the end of the program.
    let mut stop = state.stop.clone();
    let the_end = Box::pin(async move {
        let _ = tokio::time::timeout(LONGEST, stop.wait_for(|stopping| *stopping)).await;
    });
    let stream = hello.chain(changes).take_until(the_end);
    let mut response = Sse::new(stream)
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)).text("still here"))
        .into_response();
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
