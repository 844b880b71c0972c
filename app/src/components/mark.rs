//! The sign of one person as SVG, after design.md "Map marks". Used in the list, the panel, the sentence and the legend;
//! the map draws the same shapes in `js/marks.js`. Shape says the grade even where colour does not.

use crate::view::{Grade, Mark};
use leptos::prelude::*;

/// A plane that points north, in the box of 16.
const PLANE: &str = "M8 .8c.75 0 1.25.95 1.25 2.05v3.1l5.55 3.5v1.65L9.25 9.5v3.05l1.85 1.4v1.2L8 14.3l-3.1.85v-1.2l1.85-1.4V9.5L1.2 11.1V9.45l5.55-3.5v-3.1C6.75 1.75 7.25.8 8 .8z";

/// A person's mark; its words are there for those who do not see it.
#[component]
pub fn PersonMark(mark: Mark) -> impl IntoView {
    view! {
        <MarkOnly mark/>
        <span class="sr-only">{mark.words()}</span>
    }
}

/// The same where the words stand beside it.
#[component]
pub fn MarkOnly(mark: Mark) -> impl IntoView {
    view! {
        <svg class=format!("mark g-{}", mark.grade.code()) viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            {shape(mark)}
        </svg>
    }
}

fn shape(mark: Mark) -> AnyView {
    if mark.flying {
        return view! { <use href="#plane" class="m-full"/> }.into_any();
    }
    let stripes = mark.old.then(|| format!("url(#old-{})", mark.grade.code()));
    match (mark.grade, stripes) {
        (Grade::Confirmed, None) => view! { <circle class="m-full" cx="8" cy="8" r="6"/> }.into_any(),
        (Grade::Inferred, None) => view! { <path class="m-line m-thin" d="M8 2.2 13.8 8 8 13.8 2.2 8z"/> }.into_any(),
        (Grade::Inferred, Some(fill)) => {
            view! { <path class="m-line m-thin" fill=fill d="M8 2.2 13.8 8 8 13.8 2.2 8z"/> }.into_any()
        }
        (Grade::Booked, None) => view! { <circle class="m-line m-ring" cx="8" cy="8" r="4.9"/> }.into_any(),
        (Grade::Intent, None) => view! { <circle class="m-line m-dash" cx="8" cy="8" r="5.2"/> }.into_any(),
        (Grade::Intent, Some(fill)) => {
            view! { <circle class="m-line m-dash" fill=fill cx="8" cy="8" r="5.2"/> }.into_any()
        }
        (Grade::Confirmed | Grade::Booked, Some(fill)) => {
            view! { <circle class="m-line m-old" fill=fill cx="8" cy="8" r="5.2"/> }.into_any()
        }
        (Grade::Unknown, _) => view! {
            <rect class="m-line m-thin" x="2.6" y="2.6" width="10.8" height="10.8" rx="2"/>
            <path class="m-line m-thin" d="M6.3 6.5a1.75 1.75 0 1 1 2.4 1.65c-.5.2-.7.5-.7 1V9.4M8 11.1v.35"/>
        }
        .into_any(),
    }
}

/// Fills that several drawings share; once in every document, outside the hydrated part.
#[component]
pub fn Patterns() -> impl IntoView {
    let stripes = Grade::EVERY.into_iter().map(|grade| {
        view! {
            <pattern id=format!("old-{}", grade.code()) width="3.6" height="3.6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class=format!("fill-{}", grade.code()) width="1.9" height="3.6"/>
            </pattern>
        }
    });
    view! {
        <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
            <defs>
                <path id="plane" d=PLANE transform="rotate(45 8 8)"/>
                {stripes.collect_view()}
                <pattern id="hatch-intent" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="fill-intent-soft" width="4" height="4"/>
                    <rect class="fill-intent" width="2.2" height="4"/>
                </pattern>
                <pattern id="hatch-nothing" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="fill-unknown" width="1.4" height="6"/>
                </pattern>
                <pattern id="hatch-gap" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="fill-gap" width="2" height="5"/>
                </pattern>
            </defs>
        </svg>
    }
}
