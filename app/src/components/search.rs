//! The search field of the bar, and what is found while somebody types, each with its kind.
//! Used by every bar with a search. Without JavaScript it is a form that lists people; with it, hits are links under it,
//! reached with the arrow keys.

use super::icon::{Ico, Icon};
use crate::{
    api::get_hits,
    browser,
    view::{MapQuery, search::SHORTEST},
};
use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::time::Duration;

/// So long nobody types before it is searched.
const PAUSE: Duration = Duration::from_millis(180);

#[component]
pub fn Search(query: Memo<MapQuery>) -> impl IntoView {
    // Everything else of the view goes along, but the page, the open person, the incident and the part of the map.
    let kept = move || {
        let rest = query.with(|q| MapQuery {
            person: None,
            bbox: None,
            incident: None,
            ..q.with_q("")
        });
        rest.parameters()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    };
    let go = use_navigate();
    let typed = RwSignal::new(String::new());
    let submit = move |ev: ev::SubmitEvent| {
        ev.prevent_default();
        typed.set(String::new());
        let to = query.with_untracked(|q| {
            MapQuery {
                person: None,
                bbox: None,
                incident: None,
                ..q.with_q(&browser::search_text())
            }
            .href()
        });
        go(
            &to,
            NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    };
    let input = leptos::leptos_dom::helpers::debounce(PAUSE, move |_: ev::Event| typed.set(browser::search_text()));
    let hits = Resource::new(
        move || (typed.get(), query.with(|q| q.company.clone())),
        |(text, company)| async move {
            if text.chars().count() < SHORTEST {
                return None;
            }
            Some(get_hits(text, company).await)
        },
    );
    let frame = NodeRef::<html::Search>::new();
    let keys = move |ev: ev::KeyboardEvent| match ev.key().as_str() {
        "ArrowDown" => {
            ev.prevent_default();
            browser::keys::focus_hit(1);
        }
        "ArrowUp" => {
            ev.prevent_default();
            browser::keys::focus_hit(-1);
        }
        "Escape" if !typed.get_untracked().is_empty() => {
            ev.stop_propagation();
            typed.set(String::new());
            browser::focus_search();
        }
        _ => {}
    };
    let leave = move |ev: ev::FocusEvent| {
        if browser::focus_left(&ev) {
            typed.set(String::new());
        }
    };
    view! {
        <search class="search" node_ref=frame on:keydown=keys on:focusout=leave>
            <form action="/" method="get" on:submit=submit>
                <Ico icon=Icon::Search/>
                <label class="sr-only" for="q">{t!("Search people, places, flights, hotels, bookings and trips", "Personen, Orte, Flüge, Hotels, Buchungen und Reisen suchen")}</label>
                <input id="q" name="q" type="search" maxlength="100" autocomplete="off" enterkeyhint="search"
                    placeholder=t!("Name, flight, hotel, city, locator", "Name, Flug, Hotel, Ort, Buchung") value=move || query.with(|q| q.q.clone())
                    prop:value=move || query.with(|q| q.q.clone()) on:input=input/>
                <kbd aria-hidden="true">"/"</kbd>
                {kept}
            </form>
            <Transition>
                {move || Suspend::new(async move {
                    hits.await.map(|found| {
                        let failed = found.is_err();
                        let hits = found.unwrap_or_default();
                        let said = match hits.len() {
                            0 if failed => t!("The search gives no answer now; type on to try again", "Die Suche antwortet gerade nicht; tippen Sie weiter, um es erneut zu versuchen").to_owned(),
                            0 => t!("Nothing found as typed; Enter searches with one slip forgiven", "So geschrieben nichts gefunden; die Eingabetaste sucht auch mit einem Tippfehler").to_owned(),
                            n => tf!("{n} found; arrow down to reach them", "{n} gefunden; mit Pfeil nach unten erreichbar"),
                        };
                        let lines = hits.into_iter().map(|hit| {
                            let href = hit.href(&query.get_untracked());
                            view! {
                                <li><a href=href data-noscroll="" on:click=move |_| typed.set(String::new())>
                                    <small class="kind">{hit.kind.word()}</small>
                                    <span>{hit.label}</span>
                                    <small class="detail">{hit.detail}</small>
                                </a></li>
                            }
                        });
                        view! {
                            <div class="hits">
                                <p class="said" role="status">{said}</p>
                                <ul>{lines.collect_view()}</ul>
                            </div>
                        }
                    })
                })}
            </Transition>
        </search>
    }
}
