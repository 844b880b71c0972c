//! "Not live since …": said at once when the connection is lost, mended by itself. The page stays as it is and ages on.

use super::Screen;
use crate::{
    components::icon::{Ico, Icon},
    view::time::age,
};
use leptos::prelude::*;

#[component]
pub fn Strip(screen: Screen) -> impl IntoView {
    let live = screen.live;
    let words = move || {
        let since = live.lost_at.get()?;
        let passed = live.clock.get().map_or(0, |now| now.since(since));
        let old = if passed < 20 {
            String::new()
        } else {
            tf!(" What you see is {} old.", " Was Sie sehen, ist {} alt.", age(passed))
        };
        Some((
            tf!("Not live since {} UTC.", "Nicht live seit {} UTC.", since.utc().clock()),
            old,
        ))
    };
    view! {
        <div class="strips" role="status">
            {move || words().map(|(since, old)| view! {
                <p class="strip">
                    <Ico icon=Icon::Clock/>
                    <span><strong>{since}</strong>{old}</span>
                    <button type="button" class="link" on:click=move |_| live.tries.update(|t| *t += 1)>{t!("Try now", "Jetzt versuchen")}</button>
                </p>
            })}
        </div>
    }
}
