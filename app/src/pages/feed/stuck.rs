//! Trips that wait for somebody: given up, or their company is not connected. Replay of one. Called by the page of the feed.

use crate::view::{
    FeedQuery, Instant, StuckLine,
    feed::{STUCK_SHOWN, reason, short_id},
    query::encode,
    words::counted,
};
use leptos::prelude::*;

#[component]
pub fn Stuck(stuck: Vec<StuckLine>, now: Instant) -> impl IntoView {
    let parked = stuck.iter().filter(|one| one.parked).count();
    let given_up = stuck.len() - parked;
    let more = (stuck.len() > STUCK_SHOWN).then(|| {
        let text = tf!(
            "The first {STUCK_SHOWN} are shown; GET /api/v1/ingest/stuck has up to 500.",
            "Die ersten {STUCK_SHOWN} sind zu sehen; GET /api/v1/ingest/stuck nennt bis zu 500."
        );
        view! { <p class="hint">{text}</p> }
    });
    let sentence = match (given_up, parked) {
        (0, 0) => t!("No trip is stuck", "Keine Reise hängt fest").to_owned(),
        (n, 0) => tf!(
            "{} given up",
            "{} aufgegeben",
            counted(
                n as u32,
                t!("trip was", "Reise wurde"),
                t!("trips were", "Reisen wurden")
            )
        ),
        (0, n) => tf!(
            "{} for a company to connect",
            "{} auf die Verbindung eines Unternehmens",
            counted(
                n as u32,
                t!("trip waits", "Reise wartet"),
                t!("trips wait", "Reisen warten")
            )
        ),
        (n, m) => tf!(
            "{} given up, {m} for a company to connect",
            "{} aufgegeben, {m} warten auf die Verbindung eines Unternehmens",
            counted(
                n as u32,
                t!("trip was", "Reise wurde"),
                t!("trips were", "Reisen wurden")
            )
        ),
    };
    let table = (!stuck.is_empty()).then(|| {
        let rows = stuck
            .into_iter()
            .take(STUCK_SHOWN)
            .map(|one| view! { <Line one now/> })
            .collect_view();
        view! {
            <p class="hint">{t!("Nothing is lost: replay fetches a trip again. Trips of a company that is not connected are fetched by themselves when it connects.", "Nichts ist verloren: Wiederholen holt eine Reise noch einmal ab. Reisen eines nicht verbundenen Unternehmens werden bei dessen Verbindung von selbst abgeholt.")}</p>
            <table class="plain events stacks">
                <thead><tr>
                    <th scope="col">{t!("Trip", "Reise")}</th><th scope="col">{t!("Company", "Unternehmen")}</th><th scope="col">{t!("Why", "Warum")}</th>
                    <th scope="col">{t!("Newest event", "Neuestes Ereignis")}</th><th scope="col"><span class="sr-only">{t!("Replay", "Wiederholen")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        }
    });
    view! {
        <section class="log" aria-labelledby="stuck">
            <h2 id="stuck">{sentence}</h2>
            {table}
        </section>
    }
}

#[component]
fn Line(one: StuckLine, now: Instant) -> impl IntoView {
    let why = match (&one.error, one.parked) {
        (_, true) => t!("its company is not connected", "das Unternehmen ist nicht verbunden").to_owned(),
        (Some(class), false) => reason(class),
        (None, false) => t!("unknown", "unbekannt").to_owned(),
    };
    let of_trip = FeedQuery {
        trip: Some(one.trip.clone()),
        ..FeedQuery::default()
    };
    let when = one
        .last_event_at
        .map_or_else(|| t!("not known", "nicht bekannt").to_owned(), |at| at.short(now));
    let label = tf!("Replay trip {}", "Reise {} wiederholen", one.trip);
    let replay = (!one.parked).then_some(one.event).flatten().map(|id| {
        view! {
            <form action="/feed/replay" method="post">
                <input type="hidden" name="id" value=id/>
                <button class="link" type="submit" aria-label=label>{t!("Replay", "Wiederholen")}</button>
            </form>
        }
    });
    view! {
        <tr>
            <td class="half" data-label=t!("Trip", "Reise")><a href=of_trip.href() rel="external" title=one.trip.clone()><code>{short_id(&one.trip)}</code></a></td>
            <td class="half" data-label=t!("Company", "Unternehmen")><a href=format!("/company?company={}", encode(&one.company.id)) rel="external">{one.company.name}</a></td>
            <td class="full" class:old=!one.parked data-label=t!("Why", "Warum")>{why}</td>
            <td class="half" data-label=t!("Newest event", "Neuestes Ereignis")>{when}</td>
            <td class="half">{replay}</td>
        </tr>
    }
}
