//! What can be done with the view: ask who is concerned by an incident, and make the call sheet.
//! A form and links, so that all of it works without JavaScript; with it the area can also be drawn on the map.
//! Stands outside of what live changes draw again: nothing that somebody types is ever lost.

use super::{MapState, Screen, go_with};
use crate::{
    browser,
    components::icon::{Ico, Icon},
    view::{Incident, MapQuery, incident::Area},
};
use leptos::{ev, html, prelude::*};

/// Lengths of the window that are offered.
fn hours_offered() -> [(u32, &'static str); 6] {
    [
        (1, t!("an hour", "eine Stunde")),
        (6, t!("six hours", "sechs Stunden")),
        (24, t!("a day", "einen Tag")),
        (72, t!("three days", "drei Tage")),
        (168, t!("a week", "eine Woche")),
        (744, t!("a month", "einen Monat")),
    ]
}

#[component]
pub fn Acts(screen: Screen) -> impl IntoView {
    let query = screen.query;
    let asked = move || query.with(|q| q.incident.is_some());
    view! {
        <section class="acts" aria-label=t!("Incident and call sheet", "Vorfall und Anrufliste")>
            <Ask screen/>
            <a class="button sheet-link" href=move || query.with(MapQuery::sheet_href) rel="external" title=t!("Everybody listed, to print", "Alle in der Liste, zum Drucken") aria-label=t!("Call sheet", "Anrufliste")>
                <Ico icon=Icon::Print/><span>{t!("Call sheet", "Anrufliste")}</span>
            </a>
            {move || asked().then(|| view! {
                <a class="bare end" href=query.with(|q| q.with_incident(None).href()) data-noscroll="" aria-label=t!("End the incident: everybody again", "Vorfall beenden: wieder alle Personen") title=t!("End the incident", "Vorfall beenden")>
                    <Ico icon=Icon::Close/>
                </a>
            })}
        </section>
    }
}

/// "Who is there?": a place and a time.
#[component]
fn Ask(screen: Screen) -> impl IntoView {
    let query = screen.query;
    let go = go_with();
    let details = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
            // Who closed it with the keyboard goes on from here, not from the top of the page.
            browser::focus_summary(&details);
        }
    };
    let on_escape = move |ev: ev::KeyboardEvent| {
        if ev.key() == "Escape" && details.get_untracked().is_some_and(|d| d.open()) {
            ev.stop_propagation();
            close();
        }
    };
    let submit = {
        let go = go.clone();
        move |ev: ev::SubmitEvent| {
            ev.prevent_default();
            if let Some(asked) = browser::form_query(&ev) {
                go(&MapQuery::parse(&asked), false);
                close();
            }
        }
    };
    let draw = move |shape: &'static str| {
        move |_: ev::MouseEvent| {
            close();
            screen.draw.set(Some(shape));
        }
    };
    let area = move || {
        query.with(|q| match q.incident.as_ref().map(|i| &i.area) {
            Some(area) => area.code(),
            None => String::new(),
        })
    };
    let km = move || query.with(|q| q.incident.as_ref().and_then(|i| i.km).map(|km| km.to_string()));
    let from = move || query.with(|q| q.at.map(|at| at.rfc3339()[..16].to_owned()));
    let hours = move || query.with(|q| q.incident.as_ref().map_or(1, |i| i.hours));
    let company = move || {
        query
            .with(|q| q.company.clone())
            .map(|id| view! { <input type="hidden" name="company" value=id/> })
    };
    // The map's own edges as an area.
    let in_view = move || {
        let here = screen.in_view.get()?;
        let [w, s, e, n] = here.degrees().map(|d| (d * 10_000.0).round() as i32);
        let area = Area::Polygon(vec![[w, s], [e, s], [e, n], [w, n]]);
        Some(query.with(|q| q.with_incident(Some(Incident::of(area))).href()))
    };
    view! {
        <details class="menu right ask" id="ask" node_ref=details on:keydown=on_escape>
            <summary class="button main"><Ico icon=Icon::Alarm/><span>{t!("Who is there?", "Wer ist dort?")}</span></summary>
            <div class="menu-sheet">
                <form action="/" method="get" on:submit=submit>
                    {company}
                    <p class="field">
                        <label for="area">{t!("Where", "Wo")}</label>
                        <input id="area" name="area" type="text" required autocomplete="off" maxlength="400" placeholder=t!("City, country, airport, or 41.01, 28.98", "Stadt, Land, Flughafen oder 41.01, 28.98") value=area prop:value=area/>
                    </p>
                    <div class="fields">
                        <p class="field">
                            <label for="km">{t!("Around it, km", "Umkreis, km")}</label>
                            <input id="km" name="km" type="number" min="1" max="2000" step="1" inputmode="numeric" placeholder=t!("the place itself", "nur der Ort") value=km prop:value=move || km().unwrap_or_default()/>
                        </p>
                        <p class="field">
                            <label for="hours">{t!("For", "Dauer")}</label>
                            <select id="hours" name="hours">
                                {hours_offered().into_iter().map(|(n, words)| view! { <option value=n selected=move || hours() == n>{words}</option> }).collect_view()}
                            </select>
                        </p>
                    </div>
                    <p class="field">
                        <label for="from">{t!("From, UTC", "Ab, UTC")}</label>
                        <input id="from" name="from" type="datetime-local" value=from prop:value=move || from().unwrap_or_default()/>
                        <span class="hint">{t!("Empty is now, and stays now.", "Leer heißt jetzt und bleibt jetzt.")}</span>
                    </p>
                    <button type="submit" class="button main wide">{t!("Show who may be there", "Zeigen, wer dort sein kann")}</button>
                </form>
                {move || (screen.map.get() == MapState::Ready).then(|| view! {
                    <p class="drawing">
                        <span>{t!("On the map:", "Auf der Karte:")}</span>
                        <button type="button" class="button" on:click=draw("circle")>{t!("Circle", "Kreis")}</button>
                        <button type="button" class="button" on:click=draw("polygon")>{t!("Area", "Fläche")}</button>
                        {in_view().map(|href| view! { <a class="button" href=href data-noscroll="" on:click=move |_| close()>{t!("What it shows", "Ausschnitt")}</a> })}
                    </p>
                })}
            </div>
        </details>
    }
}
