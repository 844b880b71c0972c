//! Line icons of 16 units, in the colour of the text. Used everywhere; they are decoration, words stand beside them.

use leptos::prelude::*;

/// What to draw.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Search,
    Clock,
    Close,
    Back,
    Down,
    Sun,
    List,
    Map,
    Tick,
    Cross,
    Retry,
    Bed,
    Print,
    Alarm,
    Phone,
    Columns,
    Boards,
    Play,
    Pause,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
            Icon::Clock => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.4V8l2.4 1.6",
            Icon::Close | Icon::Cross => "M3.5 3.5l9 9M12.5 3.5l-9 9",
            Icon::Back => "M14 8H2.5M7 3.5 2.5 8 7 12.5",
            Icon::Down => "M3.5 6 8 10.5 12.5 6",
            Icon::Sun => {
                "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13"
            }
            Icon::List => "M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.6M2 8h.6M2 12h.6",
            Icon::Map => "M1.8 3.6 6 2l4 1.6L14.2 2v10.4L10 14l-4-1.6L1.8 14zM6 2v10.4M10 3.6V14",
            Icon::Tick => "M3 8.5l3.4 3.4L13 4.6",
            Icon::Print => "M4 5.4V1.8h8v3.6M4 11.4H1.8V5.4h12.4v6H12M4 9.2h8v5H4z",
            Icon::Retry => "M13.4 8A5.4 5.4 0 1 1 11.6 4M13.4 1.8v3.4H10",
            Icon::Alarm => "M8 1.8 15 14H1zM8 6.2v3.6M8 11.8v.3",
            Icon::Phone => {
                "M5.2 1.8 7 5.4 5.5 6.9a9 9 0 0 0 3.6 3.6L10.6 9l3.6 1.8v2.6c0 .5-.4.9-.9.8A12 12 0 0 1 1.8 2.7c0-.5.3-.9.8-.9z"
            }
            Icon::Columns => "M2 3h12v10H2zM6 3v10M10 3v10",
            Icon::Play => "M4.5 2.5v11l8.5-5.5z",
            Icon::Pause => "M5 3v10M11 3v10",
            Icon::Boards => "M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z",
            Icon::Bed => {
                "M1.8 3v10M1.8 10.6h12.4V13M14.2 10.6V8.4a1.6 1.6 0 0 0-1.6-1.6H7v3.8M4.2 7a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4"
            }
        }
    }
}

/// One icon.
#[component]
pub fn Ico(icon: Icon, #[prop(optional)] class: &'static str) -> impl IntoView {
    view! {
        <svg class=format!("ico {class}") viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path()/>
        </svg>
    }
}

/// The product's sign: what is known inside what is planned.
#[component]
pub fn Sign() -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <circle class="sign-plan" cx="12" cy="12" r="9.2"/>
            <circle class="sign-known" cx="12" cy="12" r="4.8"/>
        </svg>
    }
}
