//! What a company wants kept and shown: for how long, which trips, whose. For its administrators and staff of the service.
//! A plain form to `POST /privacy`; works without JavaScript.

use super::{
    broken::broken,
    care::{Asked, Choose, Head, Said},
};
use crate::{api::get_privacy, view::PrivacyView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// What is kept of what, whatever a company chooses.
fn always() -> [(&'static str, &'static str); 4] {
    [
        (
            t!("Deleted trips", "Gelöschte Reisen"),
            t!(
                "go with everything derived from them after their grace",
                "gehen nach der Schonfrist mit allem, was aus ihnen folgt"
            ),
        ),
        (
            t!("Anonymized trips", "Anonymisierte Reisen"),
            t!(
                "go at once; what SAP Concur leaves of them has nobody’s name",
                "gehen sofort; was SAP Concur davon lässt, trägt keinen Namen"
            ),
        ),
        (
            t!("Travelers", "Reisende"),
            t!(
                "go with their last trip: name, login, contact, history",
                "gehen mit ihrer letzten Reise: Name, Anmeldename, Kontakt, Verlauf"
            ),
        ),
        (
            t!("Events", "Ereignisse"),
            t!(
                "bodies 14 days, without addresses of documents; ids 35 days",
                "Inhalte 14 Tage, ohne Adressen von Dokumenten; Ids 35 Tage"
            ),
        ),
    ]
}

#[component]
pub fn PrivacyScreen() -> impl IntoView {
    let asked = Asked::parse(&use_location().search.get_untracked());
    let title = if asked.is_refusal() {
        t!("Error: privacy", "Fehler: Datenschutz")
    } else {
        t!("Privacy", "Datenschutz")
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
                            Err(error) => broken(error, t!("The choices", "Die Einstellungen"), here),
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
        return view! { <h1>{t!("What is kept and shown", "Was behalten und gezeigt wird")}</h1><Choose page="/privacy" companies=page.companies/> }
            .into_any();
    };
    let changed = match &page.changed {
        Some((at, by)) => tf!("Chosen by {by}, {}", "Gewählt von {by}, {}", at.short(now)),
        None => t!(
            "The defaults; nobody of the company has chosen yet",
            "Die Vorgaben; noch hat niemand im Unternehmen gewählt"
        )
        .to_owned(),
    };
    let applying = page.applying.then(
        || view! { <p class="note" role="status">{t!("Stored trips are being brought in line with the last change.", "Gespeicherte Reisen werden der letzten Änderung angepasst.")}</p> },
    );
    let left = page.left_at.map(|at| {
        let text = tf!(
            "Reading ended {}; from then on the days after a disconnect are counted.",
            "Das Lesen endete {}; ab da zählen die Tage nach der Trennung.",
            at.short(now)
        );
        view! { <p class="note attention">{text}</p> }
    });
    let always = always()
        .map(|(what, which)| view! { <div><dt>{what}</dt><dd>{which}</dd></div> })
        .collect_view();
    view! {
        <header class="care-head"><h1>{tf!("Trips are kept for {} days after their end", "Reisen werden {} Tage nach ihrem Ende behalten", page.keep_days)}</h1><p>{company.name}</p></header>
        {left}
        {applying}
        <div class="care-two">
            <form class="stack" action="/privacy" method="post">
                <input type="hidden" name="company" value=company.id/>
                <h2>{t!("For how long", "Wie lange")}</h2>
                <div class="field">
                    <label for="keep_days">{t!("Days after a trip’s end", "Tage nach dem Ende einer Reise")}</label>
                    <input id="keep_days" name="keep_days" type="number" min="1" max="3650" required value=page.keep_days.to_string()/>
                </div>
                <div class="field">
                    <label for="keep_left_days">{t!("Days after a disconnect", "Tage nach einer Trennung")}</label>
                    <input id="keep_left_days" name="keep_left_days" type="number" min="0" max="3650" required value=page.keep_left_days.to_string()/>
                </div>
                <h2>{t!("Which trips", "Welche Reisen")}</h2>
                <fieldset>
                    <legend>{t!("Trips that SAP Concur says are personal", "Reisen, die laut SAP Concur privat sind")}</legend>
                    <label class="check"><input type="radio" name="personal" value="mark" checked=!page.hide_personal/>{t!("Show them, said to be personal", "Zeigen, als privat bezeichnet")}</label>
                    <label class="check"><input type="radio" name="personal" value="hide" checked=page.hide_personal/>{t!("Do not keep them", "Nicht behalten")}</label>
                </fieldset>
                <h2>{t!("Whose", "Wessen")}</h2>
                <div class="field">
                    <label for="countries">{t!("Only travelers at home in", "Nur Reisende mit Wohnort in")}</label>
                    <input id="countries" name="countries" type="text" maxlength="2000" autocomplete="off" value=page.countries.join(", ") aria-describedby="countries-hint"/>
                    <p class="hint" id="countries-hint">{t!("Names or two-letter codes, with commas. Empty: everybody.", "Namen oder Codes aus zwei Buchstaben, mit Kommas. Leer: alle.")}</p>
                </div>
                <label class="check"><input type="checkbox" name="unknown_country" value="yes" checked=page.unknown_country/>{t!("Also travelers whose home is not known", "Auch Reisende, deren Wohnort nicht bekannt ist")}</label>
                <button class="button main" type="submit">{t!("Save", "Speichern")}</button>
                <p class="hint">{changed}</p>
            </form>
            <section aria-labelledby="always">
                <h2 id="always">{t!("Whatever is chosen", "Unabhängig von der Wahl")}</h2>
                <dl class="facts">{always}</dl>
                <p class="note">{t!("Whoever is not kept is not on the map either, also in an emergency.", "Wer nicht gespeichert wird, ist auch im Notfall nicht auf der Karte.")}</p>
            </section>
        </div>
    }
    .into_any()
}
