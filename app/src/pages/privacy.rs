//! What a company wants kept and shown: for how long, which trips, whose. For its administrators and staff of the service.
//! A plain form to `POST /privacy`; works without JavaScript.

use super::care::{Asked, Choose, Head, Said, broken};
use crate::{api::get_privacy, view::PrivacyView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// What is kept of what, whatever a company chooses.
const ALWAYS: [(&str, &str); 4] = [
    (
        "Deleted trips",
        "go with everything derived from them after their grace",
    ),
    (
        "Anonymized trips",
        "go at once; what SAP Concur leaves of them has nobody’s name",
    ),
    ("Travelers", "go with their last trip: name, login, contact, history"),
    ("Events", "bodies 14 days, without addresses of documents; ids 35 days"),
];

#[component]
pub fn PrivacyScreen() -> impl IntoView {
    let asked = Asked::parse(&use_location().search.get_untracked());
    let title = if asked.is_refusal() {
        "Error: privacy"
    } else {
        "Privacy"
    };
    let (chosen, here, word) = (asked.company.clone(), asked.href("/privacy"), asked.said.clone());
    let page = Resource::new(|| (), move |()| get_privacy(chosen.clone()));
    view! {
        <Title text=title/>
        <Head here="/privacy" company=asked.company/>
        <main class="care">
            <Said word/>
            <Transition>
                {move || {
                    let here = here.clone();
                    Suspend::new(async move {
                        match page.await {
                            Ok(page) => view! { <Page page/> }.into_any(),
                            Err(error) => broken(error, "The choices", here),
                        }
                    })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Page(page: PrivacyView) -> impl IntoView {
    let now = page.now;
    let Some(company) = page.company else {
        return view! { <h1>"What is kept and shown"</h1><Choose page="/privacy" companies=page.companies/> }
            .into_any();
    };
    let changed = match &page.changed {
        Some((at, by)) => format!("Chosen by {by}, {}", at.short(now)),
        None => "The defaults; nobody of the company has chosen yet".to_owned(),
    };
    let applying = page.applying.then(
        || view! { <p class="note" role="status">"Stored trips are being brought in line with the last change."</p> },
    );
    let left = page.left_at.map(|at| {
        let text = format!(
            "Reading ended {}; from then on the days after a disconnect are counted.",
            at.short(now)
        );
        view! { <p class="note attention">{text}</p> }
    });
    let always = ALWAYS
        .map(|(what, which)| view! { <div><dt>{what}</dt><dd>{which}</dd></div> })
        .collect_view();
    view! {
        <header class="care-head"><h1>{format!("Trips are kept for {} days after their end", page.keep_days)}</h1><p>{company.name}</p></header>
        {left}
        {applying}
        <div class="care-two">
            <form class="stack" action="/privacy" method="post">
                <input type="hidden" name="company" value=company.id/>
                <h2>"For how long"</h2>
                <div class="field">
                    <label for="keep_days">"Days after a trip’s end"</label>
                    <input id="keep_days" name="keep_days" type="number" min="1" max="3650" required value=page.keep_days.to_string()/>
                </div>
                <div class="field">
                    <label for="keep_left_days">"Days after a disconnect"</label>
                    <input id="keep_left_days" name="keep_left_days" type="number" min="0" max="3650" required value=page.keep_left_days.to_string()/>
                </div>
                <h2>"Which trips"</h2>
                <fieldset>
                    <legend>"Trips that SAP Concur says are personal"</legend>
                    <label class="check"><input type="radio" name="personal" value="mark" checked=!page.hide_personal/>"Show them, said to be personal"</label>
                    <label class="check"><input type="radio" name="personal" value="hide" checked=page.hide_personal/>"Do not keep them"</label>
                </fieldset>
                <h2>"Whose"</h2>
                <div class="field">
                    <label for="countries">"Only travelers at home in"</label>
                    <input id="countries" name="countries" type="text" maxlength="2000" autocomplete="off" value=page.countries.join(", ") aria-describedby="countries-hint"/>
                    <p class="hint" id="countries-hint">"Names or two-letter codes, with commas. Empty: everybody."</p>
                </div>
                <label class="check"><input type="checkbox" name="unknown_country" value="yes" checked=page.unknown_country/>"Also travelers whose home is not known"</label>
                <button class="button main" type="submit">"Save"</button>
                <p class="hint">{changed}</p>
            </form>
            <section aria-labelledby="always">
                <h2 id="always">"Whatever is chosen"</h2>
                <dl class="facts">{always}</dl>
                <p class="note">"Whoever is not kept is not on the map either, also in an emergency."</p>
            </section>
        </div>
    }
    .into_any()
}
