//! One data centre: how long ago its last event came, what is subscribed there, which companies it lacks.
//! Called by the page of the feed.

use crate::{
    components::icon::{Ico, Icon},
    view::{CentreCard, Instant, WebhookLine, time::age},
};
use leptos::prelude::*;

#[component]
pub fn Card(centre: CentreCard, endpoint: String, now: Instant) -> impl IntoView {
    let heading = format!("centre-{}", centre.name);
    let labelled = heading.clone();
    let figure = centre
        .last_event_at
        .map_or_else(|| "–".to_owned(), |at| age(now.since(at)));
    let severe = centre.silence.as_ref().is_some_and(|(_, severe)| *severe);
    let silence = centre.silence.map(|(text, severe)| {
        view! {
            <p class=if severe { "note attention" } else { "note" }><Ico icon=Icon::Clock/>" "{text}</p>
        }
    });
    let has_ours = centre.subscriptions.iter().any(|one| one.ours);
    let readable = centre.problem.is_none();
    let nothing = (readable && centre.subscriptions.is_empty()).then(
        || view! { <p class="note attention">{t!("Nothing is subscribed here: no event comes from this data centre.", "Hier ist nichts abonniert: Aus diesem Rechenzentrum kommt kein Ereignis.")}</p> },
    );
    let name = centre.name.clone();
    let lines = centre
        .subscriptions
        .into_iter()
        .map(|one| view! { <Line centre=name.clone() one/> })
        .collect_view();
    let missing = (!centre.missing.is_empty()).then(|| {
        let names = centre.missing.iter().map(|company| company.name.clone()).collect::<Vec<_>>().join(", ");
        view! {
            <p class="note attention">
                <strong>{t!("No events come of ", "Keine Ereignisse kommen von ")}{names}"."</strong>
                {t!(" SAP Concur adds a company once its request token is exchanged; if it stays away, the company must press Connect again.", " SAP Concur nimmt ein Unternehmen auf, sobald sein Request-Token eingetauscht ist; bleibt es aus, muss das Unternehmen erneut auf Connect drücken.")}
            </p>
        }
    });
    let strange = (!centre.strange.is_empty()).then(|| {
        let ids = centre.strange.join(", ");
        view! { <p class="hint">{t!("Events also come of companies that are not connected here; they are parked: ", "Ereignisse kommen auch von Unternehmen, die hier nicht verbunden sind; sie werden zurückgestellt: ")} <code>{ids}</code></p> }
    });
    view! {
        <section class="card" aria-labelledby=labelled>
            <h2 id=heading>{centre.name.to_uppercase()}</h2>
            <p class="figure" class:old=severe><strong>{figure}</strong>{t!(" since last event", " seit dem letzten Ereignis")}</p>
            {silence}
            {centre.problem.map(|problem| view! { <p class="note attention" role="alert">{problem}</p> })}
            {nothing}
            <ul class="lines">{lines}</ul>
            {missing}
            {strange}
            {readable.then(|| view! {
                <form action="/feed/subscribe" method="post">
                    <input type="hidden" name="centre" value=name.clone()/>
                    <button class="button" type="submit">{if has_ours { t!("Save it again", "Erneut speichern") } else { t!("Subscribe", "Abonnieren") }}</button>
                    <p class="hint">{t!("Events go to ", "Ereignisse gehen an ")}<code>{endpoint}</code></p>
                </form>
            })}
        </section>
    }
}

#[component]
fn Line(centre: String, one: WebhookLine) -> impl IntoView {
    let companies = match one.companies {
        None => t!("every company", "alle Unternehmen").to_owned(),
        Some(1) => t!("1 company", "1 Unternehmen").to_owned(),
        Some(n) => tf!("{n} companies", "{n} Unternehmen"),
    };
    let whose = if one.ours {
        t!("ours", "unseres")
    } else {
        t!("another of this application", "ein anderes dieser Anwendung")
    };
    let remove = tf!("Remove {}", "{} entfernen", one.id);
    view! {
        <li>
            <span class="who"><code>{one.id.clone()}</code><small>{format!("{whose} · {companies} · {}", one.topic)}</small><small>{one.endpoint}</small></span>
            <details class="danger">
                <summary class="link">{t!("Remove…", "Entfernen …")}</summary>
                <form action="/feed/unsubscribe" method="post" aria-label=remove>
                    <input type="hidden" name="centre" value=centre/>
                    <input type="hidden" name="id" value=one.id/>
                    <label class="check"><input type="checkbox" name="sure" value="yes" required/>{t!("No events are to come through it any more", "Hierüber sollen keine Ereignisse mehr kommen")}</label>
                    <button class="button main" type="submit">{t!("Remove now", "Jetzt entfernen")}</button>
                </form>
            </details>
        </li>
    }
}
