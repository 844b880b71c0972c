//! How the company's feed is, beside the scorecards: what comes late or not at all is no source's fault.

use crate::{
    components::icon::{Ico, Icon},
    view::{
        CompanyStanding, Instant,
        feed_health::FeedHealth,
        time::{age, ago},
        words::{counted, thousands},
    },
};
use leptos::prelude::*;

#[component]
pub fn Health(health: FeedHealth, now: Instant) -> impl IntoView {
    let FeedHealth {
        centre,
        standing,
        last_event_at,
        lag_s,
        lag_of,
        permitted_until,
        received,
        quarantined,
        queued,
        dead,
        failures,
        backlog,
    } = health;
    let fine = standing == CompanyStanding::Connected;
    let state = match permitted_until {
        Some(until) if fine => {
            let (word, until) = (standing.word(), until.short(now));
            tf!(
                "{word}; permission until {until}, renewed by itself",
                "{word}; Erlaubnis bis {until}, erneuert sich selbst"
            )
        }
        _ => standing.word().to_owned(),
    };
    let events = |n: u32| counted(n, t!("event", "Ereignis"), t!("events", "Ereignissen"));
    let trips = |n: u32| counted(n, t!("trip", "Reise"), t!("trips", "Reisen"));
    let heard = last_event_at.map_or_else(
        || t!("none yet", "noch keines").to_owned(),
        |at| {
            let (ago, all) = (ago(now.since(at)), events(received));
            tf!("{ago}, of {all}", "{ago}, von {all}")
        },
    );
    let lag = match lag_s {
        Some([half, most]) => {
            let (half, most, of) = (age(half.max(0)), age(most.max(0)), thousands(lag_of));
            tf!(
                "half within {half}, 95 of 100 within {most} (the newest {of})",
                "die Hälfte binnen {half}, 95 von 100 binnen {most} (die neuesten {of})"
            )
        }
        None => t!("no event said when it happened", "kein Ereignis sagte, wann es geschah").to_owned(),
    };
    let held = (quarantined > 0).then(|| {
        let n = thousands(quarantined);
        let says = tf!("{n}, kept for the operator", "{n}, aufgehoben für den Betreiber");
        view! { <div><dt>{t!("Not understood", "Nicht verstanden")}</dt><dd>{says}</dd></div> }
    });
    let reasons = failures
        .into_iter()
        .map(|(reason, dead, n)| {
            let fate = if dead {
                t!("given up", "aufgegeben")
            } else {
                t!("tried again", "wird wiederholt")
            };
            view! { <li>{format!("{}: {reason}, {fate}", trips(n))}</li> }
        })
        .collect::<Vec<_>>();
    let reasons = (!reasons.is_empty()).then(|| view! { <ul>{reasons}</ul> });
    let (n, lost) = (trips(queued), thousands(dead));
    let waiting = match (queued, dead) {
        (0, 0) => t!("everything is fetched", "alles ist abgerufen").to_owned(),
        (_, 0) => tf!("{n} waiting", "{n} in Arbeit"),
        _ => tf!("{n} waiting, {lost} given up", "{n} in Arbeit, {lost} aufgegeben"),
    };
    let backlog = backlog.map(|backlog| {
        let (settled, all, bad) = (
            thousands(backlog.settled),
            trips(backlog.listed),
            thousands(backlog.failed),
        );
        let says = if backlog.settled >= backlog.listed && !backlog.listing {
            tf!("all {all} read", "alle {all} gelesen")
        } else {
            tf!("{settled} of {all} read", "{settled} von {all} gelesen")
        };
        let failed = (backlog.failed > 0).then(|| tf!(", {bad} could not be read", ", {bad} nicht lesbar"));
        view! { <div><dt>{t!("Booked before", "Früher gebucht")}</dt><dd>{says}{failed}</dd></div> }
    });
    view! {
        <section class="health" aria-labelledby="feed-health">
            <h2 id="feed-health">{t!("Feed", "Ereignisse")}</h2>
            <dl class="facts">
                <div><dt>{t!("Connection", "Verbindung")}</dt><dd>
                    <span class="said" class:old=!fine><Ico icon=if fine { Icon::Tick } else { Icon::Retry }/>{state}</span>
                </dd></div>
                <div><dt>{t!("Data centre", "Rechenzentrum")}</dt><dd>{centre.unwrap_or_else(|| t!("not known", "nicht bekannt").to_owned())}</dd></div>
                <div><dt>{t!("Last event", "Letztes Ereignis")}</dt><dd>{heard}</dd></div>
                <div><dt>{t!("How late", "Verzögerung")}</dt><dd>{lag}</dd></div>
                <div><dt>{t!("Trips", "Reisen")}</dt><dd>{waiting}{reasons}</dd></div>
                {held}
                {backlog}
            </dl>
        </section>
    }
}
