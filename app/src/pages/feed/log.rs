//! The event log: filters as links, one line an event, replay of one and of all that the filter finds.
//! Called by the page of the feed.

use crate::{
    components::icon::{Ico, Icon},
    view::{
        EventLine, FeedQuery, Instant,
        feed::{STATES, reason, short_id, state_word},
        time::age,
    },
};
use leptos::prelude::*;

fn sign(status: &str) -> Icon {
    match status {
        "processed" => Icon::Tick,
        "failed" => Icon::Retry,
        "dead" => Icon::Cross,
        "received" => Icon::Clock,
        "quarantined" => Icon::Close,
        _ => Icon::Down,
    }
}

#[component]
pub fn Log(events: Vec<EventLine>, next: Option<String>, found: u32, query: FeedQuery, now: Instant) -> impl IntoView {
    let chip = |status: Option<&str>, word: &'static str| {
        let on = query.status.as_deref() == status;
        view! { <a class="chip" href=query.with_status(status).href() rel="external" aria-current=on.then_some("true")>{word}</a> }
    };
    let chips = std::iter::once(chip(None, t!("all", "alle")))
        .chain(STATES.iter().map(|state| chip(Some(state), state_word(state))))
        .collect_view();
    let older = next.map(|cursor| {
        let href = FeedQuery {
            cursor: Some(cursor),
            said: None,
            ..query.clone()
        }
        .href();
        view! { <p><a href=href rel="external">{t!("Older events", "Ältere Ereignisse")}</a></p> }
    });
    let empty = events
        .is_empty()
        .then(|| view! { <p class="note">{t!("No event fits. Take a filter away, or wait for the next one.", "Kein Ereignis passt. Nehmen Sie einen Filter weg oder warten Sie auf das nächste.")}</p> });
    let rows = events
        .into_iter()
        .map(|event| view! { <Event event now/> })
        .collect_view();
    let status = query.status.clone().unwrap_or_default();
    let trip = query.trip.clone().unwrap_or_default();
    let (from, to) = (
        query.from.clone().unwrap_or_default(),
        query.to.clone().unwrap_or_default(),
    );
    let filtered = !(status.is_empty() && trip.is_empty() && from.is_empty() && to.is_empty());
    let many = if found >= 500 {
        t!("500 or more", "500 oder mehr").to_owned()
    } else {
        found.to_string()
    };
    let (s, t, f, u) = (status.clone(), trip.clone(), from.clone(), to.clone());
    let range = (filtered && found > 0).then(move || view! {
        <details class="danger">
            <summary class="button"><Ico icon=Icon::Retry/>{tf!("Replay these {many}…", "Diese {many} wiederholen …")}</summary>
            <form class="stack" action="/feed/replay-range" method="post" aria-label=t!("Replay all that the filter finds", "Alle wiederholen, die der Filter findet")>
                <input type="hidden" name="status" value=s/>
                <input type="hidden" name="trip" value=t/>
                <input type="hidden" name="from" value=f/>
                <input type="hidden" name="to" value=u/>
                <p>{t!("Each trip of these events is fetched once more, at most 500 events at a time. What is newer is never overwritten.", "Jede Reise dieser Ereignisse wird noch einmal abgeholt, höchstens 500 Ereignisse auf einmal. Neueres wird nie überschrieben.")}</p>
                <label class="check"><input type="checkbox" name="sure" value="yes" required/>{tf!("Queue {many} events again", "{many} Ereignisse erneut einreihen")}</label>
                <button class="button main" type="submit">{t!("Replay now", "Jetzt wiederholen")}</button>
            </form>
        </details>
    });
    view! {
        <section class="log" aria-labelledby="log">
            <h2 id="log">{t!("Events, newest first", "Ereignisse, neueste zuerst")}</h2>
            <nav class="chips" aria-label=t!("State", "Zustand")>{chips}</nav>
            <form class="filter" action="/feed" method="get" aria-label=t!("Filter", "Filtern")>
                <input type="hidden" name="status" value=status/>
                <label class="field">{t!("Trip id", "Reise-ID")}<input name="trip" value=trip maxlength="80" autocomplete="off"/></label>
                <label class="field">{t!("From (UTC)", "Von (UTC)")}<input name="from" type="date" value=from/></label>
                <label class="field">{t!("To (UTC)", "Bis (UTC)")}<input name="to" type="date" value=to/></label>
                <button class="button" type="submit">{t!("Filter", "Filtern")}</button>
            </form>
            {range}
            {empty}
            <table class="plain events log-lines">
                <thead><tr>
                    <th scope="col">{t!("Received", "Empfangen")}</th><th scope="col">{t!("State", "Zustand")}</th><th scope="col">{t!("Type", "Art")}</th><th scope="col">{t!("Trip", "Reise")}</th>
                    <th scope="col">{t!("Company", "Unternehmen")}</th><th scope="col" class="number">{t!("Event age", "Verzug")}</th><th scope="col" class="number">{t!("Copies", "Kopien")}</th><th scope="col"><span class="sr-only">{t!("Replay", "Wiederholen")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {older}
        </section>
    }
}

#[component]
fn Event(event: EventLine, now: Instant) -> impl IntoView {
    let bad = matches!(event.status.as_str(), "failed" | "dead" | "quarantined");
    let why = event.reason.map(|word| view! { <small>{reason(&word)}</small> });
    let trip_href = event.trip.as_ref().map(|trip| {
        FeedQuery {
            trip: Some(trip.clone()),
            ..FeedQuery::default()
        }
        .href()
    });
    let trip = event.trip.as_ref().map(|trip| {
        view! {
            <a href=trip_href.unwrap_or_default() rel="external" title=trip.clone()><code>{short_id(trip)}</code></a>
        }
    });
    let replay = event.trip.is_some().then(|| view! {
        <form action="/feed/replay" method="post">
            <input type="hidden" name="id" value=event.id.clone()/>
            <button class="link" type="submit" aria-label=tf!("Replay the event of {}", "Ereignis von {} wiederholen", event.received_at.short(now))>{t!("Replay", "Wiederholen")}</button>
        </form>
    });
    view! {
        <tr>
            <td>{event.received_at.short(now)}</td>
            <td class:old=bad><span class="state"><Ico icon=sign(&event.status)/>{state_word(&event.status).to_owned()}</span>{why}</td>
            <td>{event.kind}</td>
            <td>{trip}</td>
            <td>{event.company.unwrap_or_else(|| "–".to_owned())}</td>
            <td class="number" data-label=t!("Event age", "Verzug")>{event.lag_s.map_or_else(|| "–".to_owned(), age)}</td>
            <td class="number" data-label=t!("Copies", "Kopien")>{event.duplicates}</td>
            <td>{replay}</td>
        </tr>
    }
}
