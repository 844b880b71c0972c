//! The tour: one minute, six cards, for who is here for the first time. Part of the map page; nothing waits for it.
//! It comes once by itself on wide screens, and again from the list of keys. The card floats, the page goes on working.

use crate::browser;
use leptos::prelude::*;

/// What is pointed at, and what is said.
const STEPS: [(&str, &str, &str); 6] = [
    (
        ".sentence",
        "The sentence first",
        "When, how many are away, in the air, only planned, and who cannot be placed. Each number lists these people.",
    ),
    (
        "#list",
        "Everybody, whole",
        "The list is complete without the map. Filled marks are confirmed, open ones booked, dashed ones planned. Keys j and k move, Enter opens.",
    ),
    (
        ".map-pane",
        "A mark is as large as what is known",
        "An address is a point, a city a disc, a country is hatched with a count. A flight without a number is a corridor, never a plane.",
    ),
    (
        ".time",
        "Any time, as known at any time",
        "Drag the flag or step with [ and ]. “At the time” shows what was known then, for the questions that come afterwards.",
    ),
    (
        ".search",
        "Find anybody by anything",
        "Names, flights, hotels, bookings, trips, cities. Open somebody to read why, what speaks against it, and why not elsewhere.",
    ),
    (
        ".acts",
        "When the alarm comes",
        "“Who is there?” (key a) splits everybody by an area and a time. The call sheet has phones and emergency contacts; who saw them is noted.",
    ),
];

#[component]
pub fn Tour(step: RwSignal<Option<usize>>) -> impl IntoView {
    Effect::new(move |_| {
        if browser::first_visit() {
            step.set(Some(0));
        }
    });
    Effect::new(move |_| browser::point_at(step.get().and_then(|n| STEPS.get(n)).map(|s| s.0)));
    let end = move || {
        browser::visited();
        step.set(None);
    };
    let next = move |_| match step.get_untracked() {
        Some(n) if n + 1 < STEPS.len() => step.set(Some(n + 1)),
        _ => end(),
    };
    move || {
        let n = step.get()?;
        let (_, title, text) = *STEPS.get(n)?;
        let last = n + 1 == STEPS.len();
        Some(view! {
            <aside class="tour" aria-label="Tour of a minute">
                <p class="count">{format!("{} of {}", n + 1, STEPS.len())}</p>
                <div role="status"><h2>{title}</h2><p>{text}</p></div>
                <p class="actions">
                    <button type="button" class="button main" on:click=next>{if last { "Done" } else { "Next" }}</button>
                    <button type="button" class="link" on:click=move |_| end()>{if last { "" } else { "Skip the tour" }}</button>
                </p>
            </aside>
        })
    }
}
