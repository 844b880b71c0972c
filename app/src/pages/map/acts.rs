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
const HOURS: [(u32, &str); 6] = [
    (1, "an hour"),
    (6, "six hours"),
    (24, "a day"),
    (72, "three days"),
    (168, "a week"),
    (744, "a month"),
];

#[component]
pub fn Acts(screen: Screen) -> impl IntoView {
    let query = screen.query;
    let asked = move || query.with(|q| q.incident.is_some());
    view! {
        <section class="acts" aria-label="Incident and call sheet">
            <Ask screen/>
            <a class="button sheet-link" href=move || query.with(MapQuery::sheet_href) rel="external" title="Everybody listed, to print" aria-label="Call sheet">
                <Ico icon=Icon::Print/><span>"Call sheet"</span>
            </a>
            {move || asked().then(|| view! {
                <a class="bare end" href=query.with(|q| q.with_incident(None).href()) data-noscroll="" aria-label="End the incident: everybody again" title="End the incident">
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
            <summary class="button main"><Ico icon=Icon::Alarm/><span>"Who is there?"</span></summary>
            <div class="menu-sheet">
                <form action="/" method="get" on:submit=submit>
                    {company}
                    <p class="field">
                        <label for="area">"Where"</label>
                        <input id="area" name="area" type="text" required autocomplete="off" maxlength="400" placeholder="City, country, airport, or 41.01, 28.98" value=area prop:value=area/>
                    </p>
                    <div class="fields">
                        <p class="field">
                            <label for="km">"Around it, km"</label>
                            <input id="km" name="km" type="number" min="1" max="2000" step="1" inputmode="numeric" placeholder="the place itself" value=km prop:value=move || km().unwrap_or_default()/>
                        </p>
                        <p class="field">
                            <label for="hours">"For"</label>
                            <select id="hours" name="hours">
                                {HOURS.into_iter().map(|(n, words)| view! { <option value=n selected=move || hours() == n>{words}</option> }).collect_view()}
                            </select>
                        </p>
                    </div>
                    <p class="field">
                        <label for="from">"From, UTC"</label>
                        <input id="from" name="from" type="datetime-local" value=from prop:value=move || from().unwrap_or_default()/>
                        <span class="hint">"Empty is now, and stays now."</span>
                    </p>
                    <button type="submit" class="button main wide">"Show who may be there"</button>
                </form>
                {move || (screen.map.get() == MapState::Ready).then(|| view! {
                    <p class="drawing">
                        <span>"On the map:"</span>
                        <button type="button" class="button" on:click=draw("circle")>"Circle"</button>
                        <button type="button" class="button" on:click=draw("polygon")>"Area"</button>
                        {in_view().map(|href| view! { <a class="button" href=href data-noscroll="" on:click=move |_| close()>"What it shows"</a> })}
                    </p>
                })}
            </div>
        </details>
    }
}
