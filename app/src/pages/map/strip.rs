//! "Not live since …": said at once when the connection is lost, mended by itself. The page stays as it is and ages on.
//! And what is awaited, if it is not there after three seconds.

use super::Screen;
use crate::{
    components::icon::{Ico, Icon},
    view::{MapQuery, time::age},
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
            {move || screen.awaits_list().then(|| {
                let again = screen.query.with_untracked(MapQuery::href);
                view! {
                    <p class="strip late">
                        <Ico icon=Icon::Clock/>
                        <span><strong>{t!("Still reading.", "Es wird noch gelesen.")}</strong>{t!(" The list is the one before until the new one is there.", " Bis die neue Liste da ist, steht hier die vorige.")}</span>
                        <a class="link" href=again rel="external">{t!("Load the page again", "Seite neu laden")}</a>
                    </p>
                }
            })}
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
