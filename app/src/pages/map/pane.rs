//! The map's place: an empty element that MapLibre owns, its controls and its legend.
//! The map is made in an effect, fed by address, and told who is chosen; what is clicked on it becomes a navigation.

use super::{Chosen, MapState, Screen, go_with};
use crate::{
    browser::map::{Map, Said},
    components::legend,
    view::{Bbox, Incident, MapQuery, OnMap, Undrawn},
};
use leptos::{html, prelude::*};
use serde::Serialize;

/// What `js/map.js` is told of the open person.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    name: &'a str,
    on_map: &'a OnMap,
}

/// The map of whoever is chosen; the children stand on it.
#[component]
pub fn MapPane(screen: Screen, chosen: Chosen, children: Children) -> impl IntoView {
    let query = screen.query;
    let place = NodeRef::<html::Div>::new();
    let map = RwSignal::new(None::<Map>);
    let go = go_with();

    Effect::new(move |_| {
        let Some(el) = place.get() else { return };
        let go = go.clone();
        map.set(Some(Map::create(&el, move |said| heed(screen, &go, said))));
    });
    let data = Memo::new(move |_| query.with(MapQuery::geojson_href));
    Effect::new(move |_| {
        screen.live.version.track();
        if let Some(map) = map.get() {
            data.with(|url| map.load(url));
        }
    });
    Effect::new(move |before: Option<String>| {
        let json = match chosen.person.get() {
            Some(Some(Ok(p))) => serde_json::to_string(&Told {
                id: &p.id,
                name: &p.name,
                on_map: &p.on_map,
            })
            .unwrap_or_default(),
            _ => String::new(),
        };
        if let Some(map) = map.get()
            && before.as_ref() != Some(&json)
        {
            map.select(&json);
            return json;
        }
        before.unwrap_or_default()
    });
    Effect::new(move |_| {
        let shape = screen.draw.get().unwrap_or_default();
        if let Some(map) = map.get() {
            map.draw(shape);
        }
    });
    let drawing = move || {
        screen.draw.get().map(|shape| match shape {
            "circle" => t!(
                "Press where it happened, and drag to how far it reaches. Esc ends.",
                "Drücken Sie auf den Ort des Geschehens und ziehen Sie so weit, wie es reicht. Esc beendet."
            ),
            _ => t!(
                "Press at each corner; press the first one again to close. Esc ends.",
                "Klicken Sie auf jede Ecke und zum Schließen erneut auf die erste. Esc beendet."
            ),
        })
    };
    let zoom = move |by: f64| {
        if let Some(map) = map.get_untracked() {
            map.zoom(by);
        }
    };
    // "List only this part" and back. The list follows the map only after this was asked for.
    let part = move || {
        let here = screen.in_view.get();
        query.with(|q| match (q.bbox, here) {
            (Some(_), _) => Some((
                t!("List the whole world", "Ganze Welt auflisten"),
                q.with_bbox(None).href(),
            )),
            (None, Some(here)) => Some((
                t!("List only this part", "Nur diesen Teil auflisten"),
                q.with_bbox(Some(here)).href(),
            )),
            (None, None) => None,
        })
    };
    view! {
        <section class="map-pane" aria-label=t!("Map of people", "Karte der Personen")>
            <div class="map-frame">
                <div class="map" node_ref=place></div>
                <div class="map-chips"></div>
                <p class="drawing-hint" role="status">{drawing}</p>
                {move || part().map(|(label, href)| view! { <a class="part" href=href data-noscroll="">{label}</a> })}
                <div class="zoom js-only">
                    <button type="button" aria-label=t!("Closer", "Näher") on:click=move |_| zoom(1.0)>"+"</button>
                    <button type="button" aria-label=t!("Farther", "Weiter weg") on:click=move |_| zoom(-1.0)>"−"</button>
                </div>
                <p class="map-says awaited late" role="status">{t!("The people are not on the map yet. The list is complete.", "Die Personen sind noch nicht auf der Karte. Die Liste ist vollständig.")}</p>
                <p class="map-says failed" role="status">{t!("The map could not read where people are; it tries again by itself. The list is complete.", "Die Karte konnte nicht lesen, wo Personen sind; sie versucht es selbst noch einmal. Die Liste ist vollständig.")}</p>
                {children()}
                <p class="map-credit">"Natural Earth · GeoNames"</p>
            </div>
            <legend::Strip/>
        </section>
    }
}

/// Whom the map lacks: a map without a word of them would say that nobody else is listed.
#[component]
pub fn Missing(undrawn: Undrawn) -> impl IntoView {
    undrawn.words().map(|words| view! { <p class="undrawn">{words}</p> })
}

fn heed(screen: Screen, go: &impl Fn(&MapQuery, bool), said: Said) {
    let query = screen.query.get_untracked();
    let bbox = |[w, s, e, n]: [f64; 4]| Bbox::of(w, s, e, n);
    match said {
        Said::Ready => screen.map.set(MapState::Ready),
        Said::Failed => screen.map.set(MapState::Failed),
        Said::Pick(id) => go(&query.with_person(Some(&id)), false),
        Said::Many(text) => go(&query.with_q(&text).with_person(None), false),
        Said::Group(edges) => go(&query.with_bbox(bbox(edges)).with_person(None), false),
        // The list follows the map only once that was asked for, and then only the hand, not the data.
        Said::Moved(edges) => {
            screen.in_view.set(bbox(edges));
            if query.bbox.is_some() {
                go(&query.with_bbox(bbox(edges)), true);
            }
        }
        Said::Area(area) => {
            screen.draw.set(None);
            let asked = MapQuery::parse(&area).incident;
            let kept = query.incident.as_ref();
            let incident = asked.map(|i| Incident {
                hours: kept.map_or(i.hours, |k| k.hours),
                ..i
            });
            go(&query.with_incident(incident), false);
        }
        Said::Undrawn => screen.draw.set(None),
        Said::At(edges) => screen.in_view.set(bbox(edges)),
    }
}
