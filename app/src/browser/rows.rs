//! The long list: which part of it is looked at, read from where its rows stand. Started by the map page.
//! The document holds a few hundred rows with a room above and below as high as the others would be; when the view nears the
//! end of what is there, the page is asked for the rows around it. Nothing is measured that is not on the screen.

use crate::view::MapQuery;
use leptos::prelude::*;

/// What is asked for when somebody has scrolled: the page whose rows are around the view, and who had the focus.
pub struct Scrolled {
    pub page: u32,
    pub focused: Option<String>,
}

/// Calls `act` when other rows are looked at than `query` has, until the calling component goes.
pub fn follow(query: Memo<MapQuery>, act: impl Fn(Scrolled) + Clone + 'static) {
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        there::listen(query, act.clone());
        #[cfg(not(feature = "hydrate"))]
        let _ = (query, &act);
    });
}

/// Which row is in the middle of the view. `top` is where the room above the rows begins, `from` where they begin, `until`
/// where they end, all relative to the view's top; `first` and `shown` say which rows they are, of `total`.
pub fn middle(view: f64, [top, from, until]: [f64; 3], first: u32, shown: u32, total: u32) -> u32 {
    let middle = view / 2.0;
    let high = (until - from).max(1.0) / f64::from(shown.max(1));
    let row = if middle < from && first > 0 {
        (middle - top).max(0.0) / (from - top).max(1.0) * f64::from(first)
    } else {
        f64::from(first) + (middle - from) / high
    };
    (row.max(0.0) as u32).min(total.saturating_sub(1))
}

#[cfg(feature = "hydrate")]
mod there {
    use super::{Scrolled, middle};
    use crate::view::MapQuery;
    use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::prelude::Closure;

    struct Listening(Closure<dyn FnMut(ev::Event)>);

    impl Drop for Listening {
        fn drop(&mut self) {
            let _ = document().remove_event_listener_with_callback_and_bool(
                "scroll",
                self.0.as_ref().unchecked_ref(),
                true,
            );
        }
    }

    pub(super) fn listen(query: Memo<MapQuery>, act: impl Fn(Scrolled) + Clone + 'static) {
        let pending = StoredValue::new(false);
        let scrolled = move |_: ev::Event| {
            if pending.get_value() {
                return;
            }
            pending.set_value(true);
            let act = act.clone();
            request_animation_frame(move || {
                if pending.try_set_value(false).is_some() {
                    return;
                }
                let Some(row) = looked_at() else { return };
                let here = query.get_untracked();
                let there = here.with_page(MapQuery::page_of(row));
                if there.first_row() != here.first_row() {
                    act(Scrolled {
                        page: there.page,
                        focused: focused(),
                    });
                }
            });
        };
        // In the capture phase: the list's own element scrolls on wide screens, the document on phones.
        let listening = Listening(Closure::new(scrolled));
        let _ =
            document().add_event_listener_with_callback_and_bool("scroll", listening.0.as_ref().unchecked_ref(), true);
        let listening = SendWrapper::new(listening);
        on_cleanup(move || drop(listening));
        // A link to a page far down begins there.
        let first = query.with_untracked(MapQuery::first_row);
        if first > 0
            && let Some(row) = document().query_selector(".rows .line:nth-of-type(100)").ok().flatten()
        {
            row.scroll_into_view();
        }
    }

    fn looked_at() -> Option<u32> {
        let table = document().query_selector(".rows table[data-total]").ok()??;
        let number = |name: &str| table.get_attribute(name)?.parse::<u32>().ok();
        let list = table.parent_element()?;
        let frame = list.get_bounding_client_rect();
        let view = window().inner_height().ok()?.as_f64()?;
        let (above, below) = (frame.top().max(0.0), frame.bottom().min(view));
        let edge = |selector: &str| {
            table
                .query_selector(selector)
                .ok()
                .flatten()
                .map(|el| el.get_bounding_client_rect())
        };
        let (room, rest) = (edge(".room.above")?, edge(".room.below")?);
        let edges = [room.top(), room.bottom(), rest.top()].map(|y| y - above);
        Some(middle(
            below - above,
            edges,
            number("data-first")?,
            number("data-shown")?,
            number("data-total")?,
        ))
    }

    fn focused() -> Option<String> {
        let active = document().active_element()?;
        active.dyn_into::<web_sys::Element>().ok()?.get_attribute("data-id")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_in_the_middle_of_the_view() {
        // Rows of 48: 0..300 of 50,000 in a view of 480.
        let rows = |from: f64, top: f64, first| middle(480.0, [top, from, from + 300.0 * 48.0], first, 300, 50_000);
        assert_eq!(rows(0.0, 0.0, 0), 5);
        assert_eq!(rows(-4_800.0, -4_800.0, 0), 105);
        // 100..400, with a room of a hundred rows above.
        assert_eq!(rows(0.0, -4_800.0, 100), 105);
        // Far above and far below what is there.
        assert_eq!(rows(2_400.0 + 240.0, -2_400.0 + 240.0, 100), 50);
        assert_eq!(rows(-480_000.0, -484_800.0, 100), 10_105);
        assert_eq!(rows(-9_000_000.0, -9_000_000.0, 0), 49_999);
        assert_eq!(middle(0.0, [0.0; 3], 0, 0, 0), 0);
    }
}
