//! Live changes from `GET /live` (server-sent events). Started by the map page, read by everything on it.
//! `change` carries `{"travelers":["id",…]}`, `resync` says that something was missed. Either raises `version`, on which
//! the page's data depend; so does a minute passing, since places and ages change by time alone.

use crate::view::Instant;
use leptos::prelude::*;

/// The state of the connection and how often the data became old.
#[derive(Clone, Copy)]
pub struct Live {
    /// Whoever depends on it reads again when it rises.
    pub version: RwSignal<u32>,
    /// None until the first try ended.
    pub on: RwSignal<Option<bool>>,
    /// Since when there has been no connection, by the browser's clock.
    pub lost_at: RwSignal<Option<Instant>>,
    /// The browser's clock, every 20 s; none before hydration.
    pub clock: RwSignal<Option<Instant>>,
    /// Raised by "Try now".
    pub tries: RwSignal<u32>,
}

impl Live {
    /// Listens as long as the calling component lives.
    pub fn start() -> Live {
        let live = Live {
            version: RwSignal::new(0),
            on: RwSignal::new(None),
            lost_at: RwSignal::new(None),
            clock: RwSignal::new(None),
            tries: RwSignal::new(0),
        };
        #[cfg(feature = "hydrate")]
        source::listen(live);
        live
    }
}

#[cfg(feature = "hydrate")]
mod source {
    use super::Live;
    use crate::browser::now;
    use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, wasm_bindgen::JsCast};
    use send_wrapper::SendWrapper;
    use std::time::Duration;
    use wasm_bindgen::prelude::Closure;
    use web_sys::{Event, EventSource};

    /// A burst of events makes one question.
    const GATHER: Duration = Duration::from_millis(600);
    /// After a refusal the browser does not try again by itself.
    const TRY_AGAIN: Duration = Duration::from_secs(10);
    const CLOCK: Duration = Duration::from_secs(20);
    /// Ticks of the clock after which the data are read again in any case.
    const TICKS_OF_A_READ: u32 = 3;

    struct Stream {
        source: EventSource,
        _handlers: [Closure<dyn FnMut(Event)>; 4],
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    pub(super) fn listen(live: Live) {
        let ticks = StoredValue::new(0u32);
        Effect::new(move |_| {
            let tick = set_interval_with_handle(
                move || {
                    live.clock.set(Some(now()));
                    ticks.update_value(|t| *t += 1);
                    if ticks.get_value().is_multiple_of(TICKS_OF_A_READ) && !document().hidden() {
                        live.version.update(|v| *v += 1);
                    }
                    // Refused for good (a proxy, a restart): the browser gave up, we do not.
                    if live.lost_at.get_untracked().is_some() {
                        live.tries.update(|t| *t += 1);
                    }
                },
                CLOCK,
            )
            .ok();
            on_cleanup(move || {
                if let Some(tick) = tick {
                    tick.clear();
                }
            });
        });
        // The effect owns the stream: a new try drops the old one, and leaving the page drops the last.
        Effect::new(move |_| {
            live.tries.track();
            let stream = open(live).map(SendWrapper::new);
            on_cleanup(move || drop(stream));
        });
    }

    fn open(live: Live) -> Option<Stream> {
        let source = EventSource::new("/live").ok()?;
        let pending = StoredValue::new_local(None::<TimeoutHandle>);
        let read_soon = move || {
            if pending.with_value(Option::is_none) {
                let later = set_timeout_with_handle(
                    move || {
                        pending.set_value(None);
                        live.version.update(|v| *v += 1);
                    },
                    GATHER,
                );
                pending.set_value(later.ok());
            }
        };
        let opened = Closure::<dyn FnMut(Event)>::new(move |_| {
            let was_lost = live.lost_at.get_untracked().is_some();
            live.on.set(Some(true));
            live.lost_at.set(None);
            if was_lost {
                read_soon();
            }
        });
        let failed = Closure::<dyn FnMut(Event)>::new(move |_| {
            live.on.set(Some(false));
            if live.lost_at.get_untracked().is_none() {
                live.clock.set(Some(now()));
                live.lost_at.set(Some(now()));
                set_timeout(move || live.tries.update(|t| *t += 1), TRY_AGAIN);
            }
        });
        let changed = Closure::<dyn FnMut(Event)>::new(move |_| read_soon());
        let resync = Closure::<dyn FnMut(Event)>::new(move |_| read_soon());
        for (name, handler) in [
            ("open", &opened),
            ("error", &failed),
            ("change", &changed),
            ("resync", &resync),
        ] {
            let _ = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
        }
        Some(Stream {
            source,
            _handlers: [opened, failed, changed, resync],
        })
    }
}
