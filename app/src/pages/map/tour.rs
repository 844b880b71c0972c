//! The tour: one minute, six cards, for who is here for the first time. Part of the map page; nothing waits for it.
//! It comes once by itself on wide screens, and again from the list of keys. The card floats, the page goes on working.

use crate::browser;
use leptos::prelude::*;

/// What is pointed at, and what is said.
fn steps() -> [(&'static str, &'static str, &'static str); STEPS] {
    [
        (
            ".sentence",
            t!("The sentence first", "Zuerst der Satz"),
            t!(
                "When, how many are away, in the air, only planned, and who cannot be placed. Each number lists these people.",
                "Wann, wie viele auf Reisen, in der Luft oder nur geplant sind und wer nicht verortbar ist. Jede Zahl listet diese Personen auf."
            ),
        ),
        (
            "#list",
            t!("Everybody, whole", "Alle, vollständig"),
            t!(
                "The list is complete without the map. Filled marks are confirmed, open ones booked, dashed ones planned. Keys j and k move, Enter opens.",
                "Die Liste ist auch ohne Karte vollständig. Gefüllte Zeichen sind bestätigt, offene gebucht, gestrichelte geplant. Die Tasten j und k bewegen, Enter öffnet."
            ),
        ),
        (
            ".map-pane",
            t!(
                "A mark is as large as what is known",
                "Ein Zeichen ist so groß wie das Wissen"
            ),
            t!(
                "An address is a point, a city a disc, a country is hatched with a count. A flight without a number is a corridor, never a plane.",
                "Eine Adresse ist ein Punkt, eine Stadt eine Scheibe, ein Land wird schraffiert und beziffert. Ein Flug ohne Nummer ist ein Korridor, nie ein Flugzeug."
            ),
        ),
        (
            ".time",
            t!("Any time, as known at any time", "Jede Zeit, jeder Kenntnisstand"),
            t!(
                "Drag the flag or step with [ and ]. “At the time” shows what was known then, for the questions that come afterwards.",
                "Ziehen Sie die Fahne oder springen Sie mit [ und ]. „Damals“ zeigt, was zu jener Zeit bekannt war, für die Fragen danach."
            ),
        ),
        (
            ".search",
            t!("Find anybody by anything", "Alle finden, über alles"),
            t!(
                "Names, flights, hotels, bookings, trips, cities. Open somebody to read why, what speaks against it, and why not elsewhere.",
                "Namen, Flüge, Hotels, Buchungen, Reisen, Städte. Öffnen Sie eine Person und lesen Sie, warum dort, was dagegen spricht und warum nicht anderswo."
            ),
        ),
        (
            ".acts",
            t!("When the alarm comes", "Wenn der Alarm kommt"),
            t!(
                "“Who is there?” (key a) splits everybody by an area and a time. The call sheet has phones and emergency contacts; who saw them is noted.",
                "„Wer ist dort?“ (Taste a) teilt alle nach Gebiet und Zeit auf. Die Anrufliste enthält Telefonnummern und Notfallkontakte; wer sie sieht, wird vermerkt."
            ),
        ),
    ]
}

const STEPS: usize = 6;

#[component]
pub fn Tour(step: RwSignal<Option<usize>>) -> impl IntoView {
    Effect::new(move |_| {
        if browser::first_visit() {
            step.set(Some(0));
        }
    });
    Effect::new(move |_| browser::point_at(step.get().and_then(|n| steps().get(n).map(|s| s.0))));
    let end = move || {
        browser::visited();
        step.set(None);
    };
    let next = move |_| match step.get_untracked() {
        Some(n) if n + 1 < STEPS => step.set(Some(n + 1)),
        _ => end(),
    };
    move || {
        let n = step.get()?;
        let (_, title, text) = *steps().get(n)?;
        let last = n + 1 == STEPS;
        Some(view! {
            <aside class="tour" aria-label=t!("Tour of a minute", "Rundgang von einer Minute")>
                <p class="count">{tf!("{} of {}", "{} von {}", n + 1, STEPS)}</p>
                <div role="status"><h2>{title}</h2><p>{text}</p></div>
                <p class="actions">
                    <button type="button" class="button main" on:click=next>{if last { t!("Done", "Fertig") } else { t!("Next", "Weiter") }}</button>
                    <button type="button" class="link" on:click=move |_| end()>{if last { "" } else { t!("Skip the tour", "Rundgang überspringen") }}</button>
                </p>
            </aside>
        })
    }
}
