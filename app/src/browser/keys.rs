//! The keyboard of the map page, after design.md "Keyboard". Started by the page; does nothing on the server.
//! Letters do nothing in a field or with a modifier, and not at all once switched off.

use leptos::prelude::*;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Search,
    /// To the next (1) or previous (−1) row.
    Row(i32),
    Close,
    /// By so many hours.
    Step(i64),
    Now,
    Incident,
    WhyNot,
    MapOrList,
    Help,
}

impl Ask {
    /// From the key's name as the browser says it.
    pub fn of(key: &str, shift: bool) -> Option<Ask> {
        Some(match key {
            "/" => Ask::Search,
            "j" => Ask::Row(1),
            "k" => Ask::Row(-1),
            "Escape" => Ask::Close,
            "[" if !shift => Ask::Step(-6),
            "]" if !shift => Ask::Step(6),
            "[" | "{" => Ask::Step(-24),
            "]" | "}" => Ask::Step(24),
            "n" => Ask::Now,
            "a" => Ask::Incident,
            "w" => Ask::WhyNot,
            "m" => Ask::MapOrList,
            "?" => Ask::Help,
            _ => return None,
        })
    }
}

/// All keys, for the dialog that lists them. Space, `e` and `p`, which press what is on the page, are in `page.js`.
pub fn all() -> [(&'static str, &'static str); 15] {
    [
        ("/", t!("search", "Suche")),
        ("j", t!("next row", "nächste Zeile")),
        ("k", t!("previous row", "vorige Zeile")),
        ("Enter", t!("open the person", "Person öffnen")),
        ("Esc", t!("close, back to the row", "schließen, zurück zur Zeile")),
        ("[ ]", t!("six hours back, on", "sechs Stunden zurück, vor")),
        (
            t!("Shift [ ]", "Umschalt [ ]"),
            t!("a day back, on", "einen Tag zurück, vor"),
        ),
        ("n", t!("now", "jetzt")),
        (
            t!("Space", "Leertaste"),
            t!(
                "play: six hours on, again and again",
                "abspielen: immer wieder sechs Stunden vor"
            ),
        ),
        ("a", t!("alarm: who is there?", "Alarm: Wer ist dort?")),
        (
            "w",
            t!("why is this person not there?", "Warum ist diese Person nicht dort?"),
        ),
        ("m", t!("map or table of places", "Karte oder Tabelle der Orte")),
        ("e", t!("export the list", "Liste exportieren")),
        ("p", t!("print", "drucken")),
        ("?", t!("this list", "diese Liste")),
    ]
}

/// Calls `act` for each key until the calling component goes.
pub fn listen(enabled: RwSignal<bool>, act: impl Fn(Ask) + Clone + 'static) {
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        {
            let act = act.clone();
            enabled.set(!matches!(stored(), Some(word) if word == "off"));
            let handle = window_event_listener(leptos::ev::keydown, move |ev| {
                let modified = ev.ctrl_key() || ev.alt_key() || ev.meta_key() || ev.is_composing();
                let Some(ask) = Ask::of(&ev.key(), ev.shift_key()).filter(|_| !modified && !ev.default_prevented())
                else {
                    return;
                };
                if in_dialog() || (in_field() && ask != Ask::Close) || (!enabled.get_untracked() && ask != Ask::Close) {
                    return;
                }
                ev.prevent_default();
                act(ask);
            });
            on_cleanup(move || handle.remove());
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (&act, enabled);
    });
}

/// Switches the letters on or off, for this browser.
pub fn enable(enabled: RwSignal<bool>, on: bool) {
    enabled.set(on);
    #[cfg(feature = "hydrate")]
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item("keys", if on { "on" } else { "off" });
    }
}

/// Moves the focus to another row of the list; from outside the list to the first.
pub fn focus_row(by: i32) {
    let rows = super::all::<leptos::web_sys::HtmlElement>(".rows a.row");
    let active = document().active_element();
    let here = rows
        .iter()
        .position(|row| active.as_ref().is_some_and(|a| row.is_same_node(Some(a))));
    let here = here.or_else(|| {
        rows.iter()
            .position(|row| row.has_attribute("aria-current"))
            .filter(|_| super::focus_is_lost())
    });
    let next = match here {
        Some(i) => (i as i64 + i64::from(by)).clamp(0, rows.len() as i64 - 1) as usize,
        None => 0,
    };
    if let Some(row) = rows.get(next) {
        let _ = row.focus();
    }
}

/// Moves the focus among the hits of the search; above the first is the field.
pub fn focus_hit(by: i32) {
    let hits = super::all::<leptos::web_sys::HtmlElement>(".hits a");
    let active = document().active_element();
    let here = hits
        .iter()
        .position(|hit| active.as_ref().is_some_and(|a| hit.is_same_node(Some(a))));
    let next = here.map_or(-1, |i| i as i32) + by;
    if next < 0 {
        super::focus_search();
    } else if let Some(hit) = hits.get(next as usize) {
        let _ = hit.focus();
    }
}

/// Puts the focus on the row of this person, if it is in the list.
pub fn focus_row_of(id: &str) {
    let rows = super::all::<leptos::web_sys::HtmlElement>(".rows a.row");
    if let Some(row) = rows
        .iter()
        .find(|row| row.get_attribute("data-id").as_deref() == Some(id))
    {
        let _ = row.focus();
    }
}

/// True on a phone, where one view is shown at a time.
pub fn one_view_at_a_time() -> bool {
    #[cfg(feature = "hydrate")]
    return window()
        .match_media("(max-width: 699.98px)")
        .ok()
        .flatten()
        .is_some_and(|m| m.matches());
    #[cfg(not(feature = "hydrate"))]
    false
}

#[cfg(feature = "hydrate")]
fn in_field() -> bool {
    document()
        .active_element()
        .is_some_and(|el| matches!(el.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

#[cfg(feature = "hydrate")]
fn in_dialog() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

#[cfg(feature = "hydrate")]
fn stored() -> Option<String> {
    window().local_storage().ok().flatten()?.get_item("keys").ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_on_every_layout() {
        assert_eq!(Ask::of("[", false), Some(Ask::Step(-6)));
        assert_eq!(Ask::of("{", true), Some(Ask::Step(-24)));
        assert_eq!(Ask::of("]", true), Some(Ask::Step(24)));
        assert_eq!(Ask::of("?", true), Some(Ask::Help));
        assert_eq!(Ask::of("x", false), None);
    }
}
