//! Everything that touches the browser itself: the map, live changes, keys, theme. Called by effects and event handlers.
//! On the server the same functions exist and do nothing, so that no view needs to know where it runs.

pub mod keys;
pub mod live;
pub mod map;
pub mod rows;

#[cfg(feature = "hydrate")]
use crate::language::Language;
use crate::view::Instant;
use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

/// Hydrates the page and says so on `<html data-hydrated>`.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let Some(root) = document()
        .get_element_by_id("app")
        .and_then(|el| el.dyn_into::<web_sys::HtmlElement>().ok())
    else {
        return;
    };
    if let Some(html) = document().document_element()
        && let Some(language) = html.get_attribute("lang").as_deref().and_then(Language::parse)
    {
        crate::language::speak(language);
    }
    leptos::mount::hydrate_from(root, crate::App).forget();
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-hydrated", "");
    }
}

/// Asks the server for the page of this address: it has no half in the browser.
#[cfg(not(feature = "ssr"))]
pub fn whole_page() {
    let to = leptos_router::hooks::use_location();
    let href = format!(
        "{}{}{}",
        to.pathname.get_untracked(),
        to.search.get_untracked(),
        to.hash.get_untracked()
    );
    let _ = window().location().replace(&href);
}

/// The browser's clock. Only for handlers and effects: a view that reads a clock does not hydrate.
pub fn now() -> Instant {
    #[cfg(feature = "hydrate")]
    return Instant((js_sys::Date::now() / 1000.0) as i64);
    #[cfg(not(feature = "hydrate"))]
    Instant::default()
}

/// The zone of the browser, `Europe/Berlin`.
pub fn zone() -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        let options =
            js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
        js_sys::Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
    }
    #[cfg(not(feature = "hydrate"))]
    None
}

/// How far the page is scrolled, in px.
pub fn scrolled() -> f64 {
    window().scroll_y().unwrap_or_default()
}

/// Scrolls the page, once the new view is laid out.
pub fn scroll_to(y: f64) {
    request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, y));
}

/// Nothing has the focus: what had it is gone.
pub fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|el| el.tag_name() == "BODY")
}

/// The focus went to something outside the element that listens.
pub fn focus_left(ev: &ev::FocusEvent) -> bool {
    let (Some(inside), Some(to)) = (ev.current_target(), ev.related_target()) else {
        return false;
    };
    match (inside.dyn_into::<web_sys::Node>(), to.dyn_into::<web_sys::Node>()) {
        (Ok(inside), Ok(to)) => !inside.contains(Some(&to)),
        _ => false,
    }
}

/// What is typed in the search field.
pub fn search_text() -> String {
    search_field()
        .map(|field| field.value().trim().to_owned())
        .unwrap_or_default()
}

/// Puts the cursor into the search field.
pub fn focus_search() {
    if let Some(field) = search_field() {
        let _ = field.focus();
        field.select();
    }
}

fn search_field() -> Option<web_sys::HtmlInputElement> {
    document().get_element_by_id("q").and_then(|el| el.dyn_into().ok())
}

/// Nobody has seen the tour in this browser, and there is room for it.
pub fn first_visit() -> bool {
    #[cfg(feature = "hydrate")]
    return !keys::one_view_at_a_time()
        && window()
            .local_storage()
            .ok()
            .flatten()
            .is_some_and(|s| s.get_item("tour").ok().flatten().is_none());
    #[cfg(not(feature = "hydrate"))]
    false
}

/// The tour was seen.
pub fn visited() {
    #[cfg(feature = "hydrate")]
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item("tour", "seen");
    }
}

/// Draws a frame around what matches, and around nothing else.
pub fn point_at(selector: Option<&str>) {
    for old in all::<web_sys::Element>(".pointed-at") {
        let _ = old.class_list().remove_1("pointed-at");
    }
    for found in selector.map(all::<web_sys::Element>).unwrap_or_default() {
        let _ = found.class_list().add_1("pointed-at");
    }
}

/// Puts the cursor into the field of this id.
pub fn focus(id: &str) {
    if let Some(field) = document()
        .get_element_by_id(id)
        .and_then(|el| el.dyn_into::<web_sys::HtmlInputElement>().ok())
    {
        let _ = field.focus();
        field.select();
    }
}

/// Puts the focus on what opens and closes this.
pub fn focus_summary(details: &web_sys::HtmlElement) {
    let summary = details.query_selector("summary").ok().flatten();
    if let Some(summary) = summary.and_then(|el| el.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = summary.focus();
    }
}

/// Opens the form of an incident, with the cursor in it.
pub fn open_ask() {
    #[cfg(feature = "hydrate")]
    if let Some(ask) = document()
        .get_element_by_id("ask")
        .and_then(|el| el.dyn_into::<web_sys::HtmlDetailsElement>().ok())
    {
        ask.set_open(true);
        focus("area");
    }
}

/// The fields of a form that is being sent, as a query string.
pub fn form_query(ev: &ev::SubmitEvent) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        let form = ev.target()?.dyn_into::<web_sys::HtmlElement>().ok()?;
        Some(map::form_query(&form))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = ev;
        None
    }
}

/// Where along the element's width the pointer is, 0..=1.
pub fn share_of_width(ev: &ev::PointerEvent) -> f64 {
    let Some(el) = ev.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else {
        return 0.0;
    };
    #[cfg(feature = "hydrate")]
    let left = el.get_bounding_client_rect().left();
    #[cfg(not(feature = "hydrate"))]
    let left = 0.0;
    ((f64::from(ev.client_x()) - left) / f64::from(el.client_width()).max(1.0)).clamp(0.0, 1.0)
}

/// Keeps the pointer's moves coming while it is down.
pub fn capture(ev: &ev::PointerEvent) {
    if let Some(el) = ev.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
        let _ = el.set_pointer_capture(ev.pointer_id());
    }
}

/// Elements that match, in document order.
fn all<T: JsCast>(selector: &str) -> Vec<T> {
    #[cfg(feature = "hydrate")]
    if let Ok(list) = document().query_selector_all(selector) {
        return (0..list.length())
            .filter_map(|i| list.get(i))
            .filter_map(|node| node.dyn_into::<T>().ok())
            .collect();
    }
    let _ = selector;
    Vec::new()
}
