//! Which sources can be trusted with what: nights located first, a scorecard a source, notices with limits, one looked into.
//! Its whole state is in the address; plain forms to `POST /quality/limit` and `/quality/acknowledge`. Works without JavaScript.
//! Every number has what it is out of beside it; nobody is named.

mod charts;
mod detail;
mod notices;
mod sources;
mod watch;

use crate::{
    api::{get_me, get_notice_codes, get_quality_page},
    components::{
        fault::Fault,
        icon::{Ico, Icon},
        masthead::Masthead,
    },
    pages::sign_in,
    response,
    view::{
        AppError, Role,
        quality::{CodeDoc, Nights, QualityPage, QualityQuery, Share, Span},
        words,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// What came of a form, and whether it is a refusal.
fn said(word: &str) -> Option<(&'static str, bool)> {
    Some(match word {
        "limit" => ("The limit is set.", false),
        "acknowledged" => ("The notice is acknowledged.", false),
        "taken-back" => ("The acknowledgement is taken back.", false),
        "watched" => (
            "You are told once a day when a source gets worse, for the first time in a minute.",
            false,
        ),
        "unwatched" => ("Nobody is told any more.", false),
        "address" => (
            "The operator of this service does not let it post to that address. Nothing was changed.",
            true,
        ),
        "percent" => ("A limit is a percentage between 0 and 100. Nothing was changed.", true),
        "order" => (
            "The limit for an error is not below the one for a warning. Nothing was changed.",
            true,
        ),
        "until" => (
            "An acknowledgement ends on a day from today on, within a year. Nothing was changed.",
            true,
        ),
        "note" => (
            "An acknowledgement needs a note of at most 500 characters. Nothing was changed.",
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
        "Error: quality"
    } else {
        "Quality"
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
                        Err(error) => broken(error, query.href()),
                    }
                })
            }}
        </Transition>
    }
}

fn broken(error: AppError, here: String) -> AnyView {
    if error == AppError::SignIn {
        response::redirect(&sign_in::href(&here));
        return ().into_any();
    }
    response::status(error.status());
    let back = ("To the map", "/".to_owned());
    view! { <main class="alone"><Fault error what="The page of quality" again=here back/></main> }.into_any()
}

#[component]
fn Whole(page: QualityPage, query: QualityQuery, news: Option<(&'static str, bool)>) -> impl IntoView {
    let year = page.now.civil(0).year;
    let whose = page
        .company
        .as_ref()
        .map_or_else(|| "All companies".to_owned(), |company| company.name.clone());
    let days = format!(
        "{} – {}",
        page.from.civil(0).date_beside(year),
        page.to.civil(0).date_beside(year)
    );
    let asof = page.now.civil(0).clock();
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
                    <h1>"Which sources can be trusted with what"</h1>
                    <p class="second">{format!("{whose} · travel of {days} · as of {asof} UTC")}</p>
                </div>
                <nav class="joined no-print" aria-label="Days of travel">{spans}</nav>
                <a class="button no-print" href=report rel="external" download><Ico icon=Icon::Print/>"Report for an agency"</a>
            </header>
            {news}
            <First nights=page.nights before=page.nights_before lodged=page.lodged/>
            {empty.then(|| view! {
                <p class="note">"No trip of these days is known. Choose other days."</p>
            })}
            {detail}
            <div class="quality-body">
                <div class="quality-main">
                    <sources::Sources rows=page.sources.clone() query=query.clone() first=page.first_week/>
                    <notices::Notices page=page.clone() query=query.clone()/>
                </div>
                <aside class="quality-side card" aria-label="What changes">
                    {staff.then(|| view! {
                        <section>
                            <h2>"Feed"</h2>
                            <p class="second">"Events, fetch failures, tokens and backlog are on a page of their own."</p>
                            <p><a href="/feed" rel="external">"Events and feeds"</a></p>
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
        view! { <p class="second">{format!("A bed is booked on {good} of {total} trips with a night away.")}</p> }
    });
    let was = (before.all() > 0).then(|| format!(", was {} %", before.share(before.intent).of_hundred()));
    let figure = if all == 0 {
        "–".to_owned()
    } else {
        format!("{} %", nights.share(nights.address).of_hundred())
    };
    view! {
        <section class="card first" aria-label="Nights located">
            <p class="figure"><strong>{figure}</strong><span>{format!("of {} traveler-nights", words::thousands(all))}<br/>"located to an "<b>"address"</b></span></p>
            <div class="first-bar">
                {charts::nights(nights, 1000)}
                <ul>{parts}<li class="intent"><b>{format!("{} %", nights.share(nights.intent).of_hundred())}</b>" on intent alone "
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
            let came = row.came.percent().map_or_else(|| "too few to say".to_owned(), |p| format!("came true {p} %"));
            let proposed = row.proposed.map(|p| format!(" Its probabilities times {}.{:02} are proposed.", p / 100, p % 100));
            view! { <p><b>{row.name.clone()}</b>{format!(", {}: said {} %, {came} (n = {}).", row.month, row.said, row.came.total)}{proposed}</p> }
        })
        .collect_view();
    view! {
        <section>
            <h2>"What we said and what came true"</h2>
            {if page.calibrated.is_empty() {
                view! { <p class="second">"Compared once a month, when a month of travel is over. There is none yet."</p> }.into_any()
            } else {
                view! { {rows}<p class="second">"Nothing is applied by itself."</p> }.into_any()
            }}
        </section>
    }
}

/// The catalogue of notices, made from the code.
#[component]
pub fn NoticesScreen() -> impl IntoView {
    let me = Resource::new(|| (), |()| get_me());
    let codes = Resource::new(|| (), |()| get_notice_codes());
    view! {
        <Title text="Notices"/>
        <Masthead me here="/notices"/>
        <Transition>
            {move || Suspend::new(async move {
                match codes.await {
                    Ok(codes) => view! { <Catalogue codes/> }.into_any(),
                    Err(error) => broken(error, "/notices".to_owned()),
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
                "nothing".to_owned()
            } else {
                code.dimension.clone()
            };
            let id = code.code.clone();
            view! {
                <tr id=id>
                    <th scope="row" class="what">{code.title}<br/><code>{code.code}</code></th>
                    <td>{notices::severity(&code.severity)}</td>
                    <td class="wide">{code.says}</td>
                    <td class="wide"><small>{code.fields.join(", ")}</small></td>
                    <td>{costs}</td>
                    <td>{code.rule}</td>
                    <td>{code.since}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <main class="quality">
            <header class="quality-head">
                <div><h1>"What each notice means"</h1>
                    <p class="second">{format!("{n} codes. A code stays what it is; new ones are added. ")}<a href="/notices.json" rel="external">"As JSON"</a></p></div>
                <a class="button no-print" href="/quality" rel="external">"Quality of sources"</a>
            </header>
            <section class="card scroll" tabindex="0" role="region" aria-label="Notices">
                <table class="ledger">
                    <thead><tr><th scope="col">"Notice"</th><th scope="col">"Severity"</th><th scope="col">"What it means"</th>
                        <th scope="col">"Fields"</th><th scope="col">"Costs"</th><th scope="col">"Rule"</th><th scope="col">"Since"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        </main>
    }
}
