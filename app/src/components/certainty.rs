//! Five bars for a probability. Used in the list; the number and the word always stand beside them.

use crate::view::Band;
use leptos::prelude::*;

#[component]
pub fn Bars(band: Band) -> impl IntoView {
    let filled = band.bars();
    let path = |bars: std::ops::Range<u8>| bars.map(|i| format!("M{} 0h4v10h-4z", i * 5)).collect::<String>();
    view! {
        <svg class="bars" viewBox="0 0 24 10" aria-hidden="true" focusable="false">
            <path class="on" d=path(0..filled)/>
            <path class="off" d=path(filled..5)/>
        </svg>
    }
}
