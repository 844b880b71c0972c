//! The notices of these days: how many, of what, against which limit, since when; each leads to where it is.

use super::charts;
use crate::language;
use crate::view::{
    quality::{Limit, NoticeRow, QualityPage, QualityQuery, Standing},
    words,
};
use leptos::prelude::*;

/// A triangle in ink: filled, half, open; and the word.
pub fn severity(word: &str) -> AnyView {
    let class = format!("sev {word}");
    let word = match word {
        "error" => t!("error", "Fehler").to_owned(),
        "warning" => t!("warning", "Warnung").to_owned(),
        "info" => t!("info", "Info").to_owned(),
        other => other.to_owned(),
    };
    view! {
        <span class=class>
            <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path class="outer" d="M8 2.5 14.5 13.5h-13z"/><path class="inner" d="M8 8.2 11.2 13.5H4.8z"/></svg>
            {word}
        </span>
    }
    .into_any()
}

/// Tenths of a percent as text.
pub fn tenths(of: u32) -> String {
    if of.is_multiple_of(10) {
        format!("{} %", of / 10)
    } else {
        format!("{}{}{} %", of / 10, language::decimal_point(), of % 10)
    }
}

pub fn limit(limit: Option<Limit>, standing: Standing) -> AnyView {
    let Some(limit) = limit else { return "–".into_any() };
    match standing {
        Standing::Error if limit.mostly > 0 => {
            view! { <span class="old">{tf!("over: mostly {}", "darüber: meist {}", tenths(limit.mostly))}</span> }
                .into_any()
        }
        Standing::Error => {
            view! { <span class="old">{tf!("over: error at {}", "darüber: Fehler bei {}", tenths(limit.error))}</span> }
                .into_any()
        }
        Standing::Warn => {
            view! { <span class="old">{tf!("over: warn at {}", "darüber: Warnung bei {}", tenths(limit.warn))}</span> }
                .into_any()
        }
        Standing::Insufficient => view! { <span class="second">{t!("too few", "zu wenige")}</span> }.into_any(),
        Standing::Within => tf!("warn at {}", "Warnung bei {}", tenths(limit.warn)).into_any(),
    }
}

#[component]
pub fn Notices(page: QualityPage, query: QualityQuery) -> impl IntoView {
    let [all, ..] = page.counts;
    let with = |severity: Option<&str>| {
        QualityQuery {
            severity: severity.map(str::to_owned),
            code: None,
            trip: None,
            ..query.clone()
        }
        .href()
    };
    let chips = ["error", "warning", "info"]
        .into_iter()
        .zip(page.counts.into_iter().skip(1))
        .map(|(word, count)| {
            let current = query.severity.as_deref() == Some(word);
            view! { <a class="chip" href=with(Some(word)) rel="external" aria-current=current.then_some("true")>{severity(word)}{words::thousands(count)}</a> }
        })
        .collect_view();
    let year = page.now.civil(0).year;
    let lines = page
        .notices
        .iter()
        .map(|notice| line(notice, &query, year))
        .collect_view();
    let of = query
        .source
        .as_ref()
        .and_then(|word| page.sources.iter().find(|row| row.word == *word))
        .map(|row| row.name.clone());
    let source_head = if of.is_some() {
        t!("Source", "Quelle")
    } else {
        t!("Worst source", "Schlechteste Quelle")
    };
    let none = page
        .notices
        .is_empty()
        .then(|| view! { <p class="second pad">{t!("None.", "Keine.")}</p> });
    view! {
        <section class="card scroll" tabindex="0" role="region" aria-label=t!("Notices", "Hinweise")>
            <header class="card-head">
                <h2>{of.map_or(t!("Notices", "Hinweise").to_owned(), |name| tf!("Notices of {name}", "Hinweise zu {name}"))}</h2>
                <p class="second" data-notices=all>{tf!("{} on {} of {} trips", "{} auf {} von {} Reisen", words::thousands(all), words::thousands(page.trips.good), words::thousands(page.trips.total))}</p>
                <p class="second">{t!("beyond their limit first, then by count", "über dem Grenzwert zuerst, dann nach Anzahl")}</p>
                <nav class="chips no-print" aria-label=t!("Which notices", "Welche Hinweise")>
                    <a class="chip" href=with(None) rel="external" aria-current=query.severity.is_none().then_some("true")>{t!("All", "Alle")}</a>{chips}
                </nav>
            </header>
            <table class="ledger notices stacks">
                <thead><tr>
                    <th scope="col">{t!("Notice", "Hinweis")}</th><th scope="col">{t!("Severity", "Schwere")}</th><th scope="col">{source_head}</th><th scope="col" class="n">{t!("Count", "Anzahl")}</th>
                    <th scope="col" class="n">{t!("Rate", "Anteil")}</th><th scope="col">{t!("Limit", "Grenzwert")}</th><th scope="col">{t!("12 weeks", "12 Wochen")}</th><th scope="col">{t!("Acknowledged", "Quittiert")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
            {none}
            <p class="second pad no-print"><a href="/notices" rel="external">{t!("What each notice means", "Was jeder Hinweis bedeutet")}</a></p>
        </section>
    }
}

fn line(notice: &NoticeRow, query: &QualityQuery, year: i32) -> impl IntoView + use<> {
    let (word, name) = notice.source.clone();
    let rate = match notice.share.percent() {
        Some(percent) => format!("{percent} %"),
        None => t!("too few", "zu wenige").to_owned(),
    };
    let most = notice.weeks.iter().copied().max().unwrap_or(0);
    let weeks: Vec<Option<u32>> = notice.weeks.iter().copied().map(Some).collect();
    let numbers = notice.weeks.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let ack = notice.ack.as_ref().map_or("–".to_owned(), |ack| {
        tf!("until {}", "bis {}", ack.until.civil(0).date_beside(year))
    });
    view! {
        <tr data-code=notice.code.clone()>
            <th scope="row" class="what"><a href=query.of_notice(&word, &notice.code).href() rel="external">{notice.title.clone()}</a>" "<code>{notice.code.clone()}</code></th>
            <td class="half" data-label=t!("Severity", "Schwere")>{severity(&notice.severity)}</td>
            <td class="half" data-label=t!("Source", "Quelle")>{name}</td>
            <td class="n count" data-label=t!("Count", "Anzahl")>{words::thousands(notice.count)}</td>
            <td class="n" data-label=t!("Rate", "Anteil") title=tf!("{} of {}", "{} von {}", notice.share.good, notice.share.total)>{rate}</td>
            <td class="half limit" data-label=t!("Limit", "Grenzwert")>{limit(notice.limit, notice.standing)}</td>
            <td class="half trend" data-label=t!("12 weeks", "12 Wochen")>{charts::weeks(&weeks, most, tf!("By week: {numbers}", "Je Woche: {numbers}"))}</td>
            <td class="half" data-label=t!("Acknowledged", "Quittiert")>{ack}</td>
        </tr>
    }
}
