//! Which sources can be trusted with what: nights located first, a scorecard a source, notices with limits, one looked into.
//! Its whole state is in the address; plain forms to `POST /quality/limit` and `/quality/acknowledge`. Works without JavaScript.
//! Every number has what it is out of beside it; nobody is named.

mod charts;
mod detail;
mod health;
mod notices;
mod sources;
mod verdict;
mod watch;

use super::broken::broken;
use crate::{
    api::{get_me, get_notice_codes, get_quality_page},
    components::{
        icon::{Ico, Icon},
        masthead::Masthead,
    },
    view::{
        AppError, Role,
        quality::{CodeDoc, Nights, QualityPage, QualityQuery, Share, Span},
        words,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// The page without its content.
fn alone(error: AppError, here: String) -> AnyView {
    let what = t!("The page of quality", "Die Seite zur Qualität");
    view! { <main class="alone">{broken(error, what, here)}</main> }.into_any()
}

/// What came of a form, and whether it is a refusal.
fn said(word: &str) -> Option<(&'static str, bool)> {
    Some(match word {
        "limit" => (t!("The limit is set.", "Der Grenzwert ist gesetzt."), false),
        "acknowledged" => (t!("The notice is acknowledged.", "Der Hinweis ist quittiert."), false),
        "taken-back" => (
            t!(
                "The acknowledgement is taken back.",
                "Die Quittierung ist zurückgenommen."
            ),
            false,
        ),
        "watched" => (
            t!(
                "You are told once a day when a source gets worse, for the first time in a minute.",
                "Sie erfahren einmal am Tag, wenn eine Quelle schlechter wird, zum ersten Mal in einer Minute."
            ),
            false,
        ),
        "unwatched" => (
            t!("Nobody is told any more.", "Niemand wird mehr benachrichtigt."),
            false,
        ),
        "new-secret" => (
            t!(
                "There is a new secret. For 24 hours the one before signs what is posted, too.",
                "Es gibt ein neues Geheimnis. 24 Stunden lang signiert das vorige mit."
            ),
            false,
        ),
        "no-secret" => (
            t!(
                "Nothing is posted, so there is no secret. Nothing was changed.",
                "Es wird nichts gemeldet, also gibt es kein Geheimnis. Nichts wurde geändert."
            ),
            true,
        ),
        "address" => (
            t!(
                "The operator of this service does not let it post to that address. Nothing was changed.",
                "Der Betreiber dieses Dienstes erlaubt keine Meldungen an diese Adresse. Nichts wurde geändert."
            ),
            true,
        ),
        "percent" => (
            t!(
                "A limit is a percentage between 0 and 100. Nothing was changed.",
                "Ein Grenzwert ist ein Prozentwert zwischen 0 und 100. Nichts wurde geändert."
            ),
            true,
        ),
        "order" => (
            t!(
                "The limit for an error is not below the one for a warning. Nothing was changed.",
                "Der Grenzwert für Fehler liegt nicht unter dem für Warnungen. Nichts wurde geändert."
            ),
            true,
        ),
        "until" => (
            t!(
                "An acknowledgement ends on a day from today on, within a year. Nothing was changed.",
                "Eine Quittierung endet an einem Tag ab heute, binnen eines Jahres. Nichts wurde geändert."
            ),
            true,
        ),
        "note" => (
            t!(
                "An acknowledgement needs a note of at most 500 characters. Nothing was changed.",
                "Eine Quittierung braucht eine Notiz von höchstens 500 Zeichen. Nichts wurde geändert."
            ),
            true,
        ),
        _ => return None,
    })
}

#[component]
pub fn QualityScreen() -> impl IntoView {
    let query = QualityQuery::parse(&use_location().search.get_untracked());
    let me = Resource::new(|| (), |()| get_me());
    let (asked, company) = (query.clone(), query.company.clone());
    let page = Resource::new(|| (), move |()| get_quality_page(asked.clone()));
    let news = query.said.as_deref().and_then(said);
    let title = if news.is_some_and(|(_, bad)| bad) {
        t!("Error: quality", "Fehler: Qualität")
    } else {
        t!("Quality", "Qualität")
    };
    view! {
        <Title text=title/>
        <Masthead me here="/quality" choose=true company/>
        <Transition>
            {move || {
                let query = query.clone();
                Suspend::new(async move {
                    match page.await {
                        Ok(page) => view! { <Whole page query news/> }.into_any(),
                        Err(error) => alone(error, query.href()),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Whole(page: QualityPage, query: QualityQuery, news: Option<(&'static str, bool)>) -> impl IntoView {
    let year = page.now.civil(0).year;
    let whose = page.company.as_ref().map_or_else(
        || t!("All companies", "Alle Unternehmen").to_owned(),
        |company| company.name.clone(),
    );
    let days = format!(
        "{} – {}",
        page.from.civil(0).date_beside(year),
        page.to.civil(0).date_beside(year)
    );
    let made = page.now.civil(0);
    let asof = format!("{} {}, {}", made.date(), made.year, made.clock());
    // Whose documents the report is about: what an agency looks for first on paper.
    let about = page
        .sources
        .iter()
        .find(|row| query.source.as_deref() == Some(row.word.as_str()))
        .map_or_else(
            || t!("all sources", "alle Quellen").to_owned(),
            |row| format!("{} ({})", row.name, row.word),
        );
    let spans = Span::EVERY
        .map(|span| {
            let href = QualityQuery {
                span,
                ..query.clone()
            }
            .href();
            view! { <a class="button" href=href rel="external" aria-current=(span == query.span).then_some("true")>{span.words()}</a> }
        })
        .collect_view();
    let report = query.at("/quality/report.json");
    let (empty, staff) = (page.sources.is_empty(), page.me.role == Role::Operator);
    // A message may lead to what was mended since.
    let gone = (page.detail.is_none() && query.source.is_some() && query.code.is_some()).then(|| {
        let text = t!(
            "There is none of this notice in these days: it was mended, or is of other days.",
            "Diesen Hinweis gibt es an diesen Tagen nicht: Er wurde behoben oder gehört zu anderen Tagen."
        );
        view! { <p class="note" role="status">{text}</p> }
    });
    let detail = page.detail.clone().map(|detail| {
        view! { <detail::Look detail query=query.clone() company=page.company.clone() may_change=page.may_change now=page.now/> }
    });
    let news = news.map(|(text, bad)| {
        view! { <p class=if bad { "note attention" } else { "note" } role=if bad { "alert" } else { "status" }>{text}</p> }
    });
    view! {
        <main class="quality">
            <header class="quality-head">
                <div>
                    <h1>{t!("Which sources can be trusted with what", "Welche Quelle wofür verlässlich ist")}</h1>
                    <p class="second">{tf!("{whose} · travel of {days} · as of {asof} UTC", "{whose} · Reisen vom {days} · Stand {asof} UTC")}</p>
                </div>
                <p class="print-only">{tf!("Report on {about}", "Bericht über {about}")}<br/>{tf!("made with Whereabouts, {asof} UTC", "erstellt mit Whereabouts, {asof} UTC")}</p>
                <nav class="joined no-print" aria-label=t!("Days of travel", "Reisetage")>{spans}</nav>
                <a class="button no-print" href=report rel="external" download><Ico icon=Icon::Down/>{t!("Report for an agency", "Bericht für ein Reisebüro")}</a>
                <button type="button" class="button no-print js-only" data-print=""><Ico icon=Icon::Print/>{t!("Print", "Drucken")}</button>
            </header>
            {news}
            <First nights=page.nights before=page.nights_before lodged=page.lodged/>
            {empty.then(|| view! {
                <p class="note">{t!("No trip of these days is known. Choose other days.", "Für diese Tage ist keine Reise bekannt. Wählen Sie andere Tage.")}</p>
            })}
            {gone}
            {detail}
            <div class="quality-body">
                <div class="quality-main">
                    <sources::Sources rows=page.sources.clone() query=query.clone() first=page.first_week/>
                    <notices::Notices page=page.clone() query=query.clone()/>
                </div>
                <aside class="quality-side card" aria-label=t!("What changes", "Was sich ändert")>
                    {page.health.clone().map(|health| view! { <health::Health health now=page.now/> })}
                    {staff.then(|| view! {
                        <section class="no-print">
                            <h2>{t!("All feeds", "Alle Ereignisse")}</h2>
                            <p class="second">{t!("Events of all companies, subscriptions, keys and replays are on a page of their own.", "Ereignisse aller Firmen, Abonnements, Schlüssel und Wiederholungen stehen auf einer eigenen Seite.")}</p>
                            <p><a href="/feed" rel="external">{t!("Events and feeds", "Ereignisse")}</a></p>
                        </section>
                    })}
                    <sources::Worse worse=page.worse.clone() rows=page.sources.clone() query=query.clone() first=page.first_week/>
                    {page.watch.clone().map(|watch| view! { <watch::Watch watch query=query.clone() company=page.company.clone() now=page.now/> })}
                    <Calibration page=page.clone()/>
                </aside>
            </div>
        </main>
    }
}

/// What it costs: the number that matters, first.
#[component]
fn First(nights: Nights, before: Nights, lodged: Share) -> impl IntoView {
    let all = nights.all();
    let parts = nights
        .parts()
        .map(|(word, count, fill)| {
            let percent = nights.share(count).of_hundred();
            view! {
                <li><span class=format!("swatch {fill}") aria-hidden="true"></span>
                    <b>{format!("{percent} %")}</b>" "{word}" "<span class="second">{words::thousands(count)}</span></li>
            }
        })
        .collect_view();
    let lodged = (lodged.total > 0).then(|| {
        let (good, total) = (words::thousands(lodged.good), words::thousands(lodged.total));
        view! { <p class="second">{tf!("A bed is booked on {good} of {total} trips with a night away.", "Auf {good} von {total} Reisen mit Übernachtung ist ein Bett gebucht.")}</p> }
    });
    let was = (before.all() > 0).then(|| tf!(", was {} %", ", zuvor {} %", before.share(before.intent).of_hundred()));
    let figure = if all == 0 {
        "–".to_owned()
    } else {
        format!("{} %", nights.share(nights.address).of_hundred())
    };
    view! {
        <section class="card first" aria-label=t!("Nights located", "Verortete Nächte")>
            <p class="figure"><strong>{figure}</strong><span>{tf!("of {} traveler-nights", "von {} Übernachtungen", words::thousands(all))}<br/>{t!("located to an ", "verortet auf eine ")}<b>{t!("address", "Adresse")}</b></span></p>
            <div class="first-bar">
                {charts::nights(nights, 1000)}
                <ul>{parts}<li class="intent"><b>{format!("{} %", nights.share(nights.intent).of_hundred())}</b>{t!(" on intent alone ", " nur auf Absicht ")}
                    <span class="second">{words::thousands(nights.intent)}{was}</span></li></ul>
                {lodged}
            </div>
        </section>
    }
}

#[component]
fn Calibration(page: QualityPage) -> impl IntoView {
    let rows = page
        .calibrated
        .iter()
        .map(|row| {
            let came = row.came.percent().map_or_else(|| t!("too few to say", "zu wenige für eine Aussage").to_owned(), |p| tf!("came true {p} %", "eingetroffen {p} %"));
            let proposed = row.proposed.map(|p| tf!(" Its probabilities times {}.{:02} are proposed.", " Vorgeschlagen: seine Wahrscheinlichkeiten mal {},{:02}.", p / 100, p % 100));
            view! { <p><b>{row.name.clone()}</b>{tf!(", {}: said {} %, {came} (n = {}).", ", {}: gesagt {} %, {came} (n = {}).", row.month, row.said, row.came.total)}{proposed}</p> }
        })
        .collect_view();
    view! {
        <section>
            <h2>{t!("What we said and what came true", "Was wir sagten und was eintraf")}</h2>
            {if page.calibrated.is_empty() {
                view! { <p class="second">{t!("Compared once a month, when a month of travel is over. There is none yet.", "Einmal im Monat verglichen, wenn ein Reisemonat vorbei ist. Noch gibt es keinen.")}</p> }.into_any()
            } else {
                view! { {rows}<p class="second">{t!("Nothing is applied by itself.", "Nichts wird von selbst übernommen.")}</p> }.into_any()
            }}
        </section>
    }
}

/// What a dimension is called in the catalogue.
fn dimension(word: &str) -> &str {
    match word {
        "completeness" => t!("completeness", "Vollständigkeit"),
        "validity" => t!("validity", "Gültigkeit"),
        "consistency" => t!("consistency", "Stimmigkeit"),
        "uniqueness" => t!("uniqueness", "Einmaligkeit"),
        "timeliness" => t!("timeliness", "Rechtzeitigkeit"),
        "accuracy" => t!("accuracy", "Richtigkeit"),
        other => other,
    }
}

/// The catalogue of notices, made from the code.
#[component]
pub fn NoticesScreen() -> impl IntoView {
    let me = Resource::new(|| (), |()| get_me());
    let codes = Resource::new(|| (), |()| get_notice_codes());
    view! {
        <Title text=t!("Notices", "Hinweise")/>
        <Masthead me here="/notices"/>
        <Transition>
            {move || Suspend::new(async move {
                match codes.await {
                    Ok(codes) => view! { <Catalogue codes/> }.into_any(),
                    Err(error) => alone(error, "/notices".to_owned()),
                }
            })}
        </Transition>
    }
}

#[component]
fn Catalogue(codes: Vec<CodeDoc>) -> impl IntoView {
    let n = codes.len();
    let rows = codes
        .into_iter()
        .map(|code| {
            let costs = if code.dimension.is_empty() {
                t!("nothing", "nichts").to_owned()
            } else {
                dimension(&code.dimension).to_owned()
            };
            let id = code.code.clone();
            view! {
                <tr id=id>
                    <th scope="row" class="what">{code.title}<br/><code>{code.code}</code></th>
                    <td class="half" data-label=t!("Severity", "Schwere")>{notices::severity(&code.severity)}</td>
                    <td class="wide full">{code.says}</td>
                    <td class="wide full" data-label=t!("Fields", "Felder")><small>{code.fields.join(", ")}</small></td>
                    <td class="half" data-label=t!("Costs", "Kostet")>{costs}</td>
                    <td class="half" data-label=t!("Rule", "Regel")>{code.rule}</td>
                    <td class="half" data-label=t!("Since", "Seit")>{code.since}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <main class="quality">
            <header class="quality-head">
                <div><h1>{t!("What each notice means", "Was jeder Hinweis bedeutet")}</h1>
                    <p class="second">{tf!("{n} codes. A code stays what it is; new ones are added. ", "{n} Codes. Ein Code bleibt, was er ist; neue kommen hinzu. ")}<a href="/notices.json" rel="external">{t!("As JSON", "Als JSON")}</a></p></div>
                <a class="button no-print" href="/quality" rel="external">{t!("Quality of sources", "Qualität der Quellen")}</a>
            </header>
            <section class="card scroll" tabindex="0" role="region" aria-label=t!("Notices", "Hinweise")>
                <table class="ledger stacks">
                    <thead><tr><th scope="col">{t!("Notice", "Hinweis")}</th><th scope="col">{t!("Severity", "Schwere")}</th><th scope="col">{t!("What it means", "Was es bedeutet")}</th>
                        <th scope="col">{t!("Fields", "Felder")}</th><th scope="col">{t!("Costs", "Kostet")}</th><th scope="col">{t!("Rule", "Regel")}</th><th scope="col">{t!("Since", "Seit")}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        </main>
    }
}
