//! Small charts as SVG: nights by precision, a line of weeks. Each says in words what it draws; a table stands behind.

use crate::view::quality::Nights;
use leptos::prelude::*;

/// Nights by precision, as parts of a bar so many units long.
pub fn nights(nights: Nights, length: u32) -> AnyView {
    let all = u64::from(nights.all().max(1));
    let label = nights
        .parts()
        .map(|(word, count, _)| format!("{count} {word}"))
        .join(", ");
    let mut x = 0;
    let parts = nights
        .parts()
        .map(|(_, count, fill)| {
            let width = u32::try_from(u64::from(count) * u64::from(length) / all).unwrap_or(0);
            let at = x;
            x += width;
            (width > 0)
                .then(|| view! { <rect class=fill x=at y="0" width=width.saturating_sub(2).max(1) height="10"/> })
        })
        .collect_view();
    view! {
        <svg class="nights" viewBox=format!("0 0 {length} 10") preserveAspectRatio="none" role="img" aria-label=label>{parts}</svg>
    }
    .into_any()
}

/// A line over weeks; weeks without a value are left out. From zero to `most` high.
pub fn weeks(values: &[Option<u32>], most: u32, label: String) -> AnyView {
    let known: Vec<(usize, u32)> = values
        .iter()
        .enumerate()
        .filter_map(|(week, value)| Some((week, (*value)?)))
        .collect();
    let Some(last) = known.last().copied() else {
        return view! { <span class="second">{t!("too few", "zu wenige")}</span> }.into_any();
    };
    let x = |week: usize| 3 + week * 100 / values.len().saturating_sub(1).max(1);
    let y = |value: u32| 19 - (u64::from(value.min(most)) * 16 / u64::from(most.max(1))) as usize;
    let points = known
        .iter()
        .map(|(week, value)| format!("{},{}", x(*week), y(*value)))
        .collect::<Vec<_>>()
        .join(" ");
    view! {
        <svg class="weeks" viewBox="0 0 106 22" role="img" aria-label=label>
            <polyline points=points/>
            <circle cx=x(last.0) cy=y(last.1) r="2.2"/>
        </svg>
    }
    .into_any()
}
