//! The scorecard: a row a source, six dimensions with their counts, the score, twelve weeks; and what is getting worse.

use super::{charts, verdict::verdict};
use crate::view::{
    Instant,
    quality::{QualityQuery, Share, SourceRow, Worse as Worsened, dimensions},
    words,
};
use leptos::prelude::*;

/// Below this a rate is underlined.
pub(super) const LOW: u32 = 80;

fn rate(share: Share, label: &'static str) -> AnyView {
    let title = tf!("{} of {}", "{} von {}", share.good, share.total);
    match share.percent() {
        Some(percent) => view! { <td class="n" data-label=label title=title.clone()><span class:low=percent < LOW>{percent}</span><span class="sr-only">{format!(" %, {title}")}</span></td> }.into_any(),
        None => view! { <td class="n few" data-label=label title=title.clone()>{t!("too few", "zu wenige")}<span class="sr-only">{format!(", {title}")}</span></td> }.into_any(),
    }
}

/// What else it is called, unless that is the same again.
fn also(row: &SourceRow) -> String {
    [&row.also, &row.word]
        .into_iter()
        .find(|other| !other.is_empty() && **other != row.name)
        .cloned()
        .unwrap_or_default()
}

/// Of the six dimensions accuracy alone may be missing: not everything can be compared.
fn score(score: Option<u32>, [.., accurate]: [Share; 6]) -> AnyView {
    let label = t!("Score", "Wert");
    match score {
        Some(score) if accurate.percent().is_none() => {
            view! { <td class="n score" data-label=label>{score}<small aria-hidden="true">"*"</small><span class="sr-only">{t!(", without accuracy", ", ohne Richtigkeit")}</span></td> }.into_any()
        }
        Some(score) => view! { <td class="n score" data-label=label>{score}</td> }.into_any(),
        None => view! { <td class="n few" data-label=label>{t!("insufficient", "zu wenige")}</td> }.into_any(),
    }
}

#[component]
pub fn Sources(rows: Vec<SourceRow>, query: QualityQuery, first: Instant) -> impl IntoView {
    let heads = dimensions()
        .map(|(word, title)| view! { <th scope="col" class="n" title=title>{word}</th> })
        .collect_view();
    let compared = rows.iter().any(|row| row.everywhere.is_some());
    let lines = rows
        .iter()
        .map(|row| {
            let chosen = query.source.as_deref() == Some(row.word.as_str());
            let href = if chosen { query.whole().href() } else { query.of_source(&row.word).href() };
            let label = tf!("{}: score by week, the last {}", "{}: Wert je Woche, zuletzt {}", row.name, row.score.map_or(t!("insufficient", "zu wenige").to_owned(), |s| s.to_string()));
            view! {
                <tr class:chosen=chosen>
                    <th scope="row" class="whose"><a href=href rel="external" aria-current=chosen.then_some("true")>{row.name.clone()}</a>" "<small>{also(row)}</small><span class="verdict">{verdict(row)}</span></th>
                    <td class="n" data-label=t!("Nights", "Nächte")>{words::thousands(row.nights.all())}</td>
                    <td class="located">{charts::nights(row.nights, 120)}</td>
                    <td class="n" data-label=t!("On intent", "Nur Absicht")>{words::thousands(row.nights.intent)}</td>
                    {row.dimensions.into_iter().zip(dimensions()).map(|(share, (word, _))| rate(share, word)).collect_view()}
                    {score(row.score, row.dimensions)}
                    {compared.then(|| view! { <td class="n" data-label=t!("Elsewhere", "Anderswo")>{row.everywhere.map_or("–".to_owned(), |score| score.to_string())}</td> })}
                    <td class="trend" data-label=t!("12 weeks", "12 Wochen")>{charts::weeks(&row.weeks, 100, label)}</td>
                </tr>
            }
        })
        .collect_view();
    let by_type = rows
        .iter()
        .find(|row| query.source.as_deref() == Some(row.word.as_str()))
        .map(|row| by_type(row.clone()));
    let behind = behind(&rows, first);
    let alone = |row: &SourceRow| row.score.is_some() && row.dimensions[5].percent().is_none();
    let star = rows
        .iter()
        .any(alone)
        .then(|| view! { <p class="second pad">{t!("* without accuracy: too few segments can be compared with a stronger source.", "* ohne Richtigkeit: Zu wenige Segmente lassen sich mit einer stärkeren Quelle vergleichen.")}</p> });
    view! {
        <section class="card scroll" tabindex="0" role="region" aria-label=t!("Sources", "Quellen")>
            <table class="ledger sources stacks">
                <caption class="sr-only">{t!("How good each source is. Rates in percent; a score of 100 would be without fault.", "Wie gut jede Quelle ist. Anteile in Prozent; ein Wert von 100 wäre ohne Mangel.")}</caption>
                <thead><tr>
                    <th scope="col">{t!("Source", "Quelle")}</th><th scope="col" class="n">{t!("Nights", "Nächte")}</th><th scope="col">{t!("Located to", "Verortet auf")}</th><th scope="col" class="n">{t!("On intent", "Nur Absicht")}</th>
                    {heads}
                    <th scope="col" class="n">{t!("Score", "Wert")}</th>
                    {compared.then(|| view! { <th scope="col" class="n" title=t!("The score of this source over all companies of the service", "Der Wert dieser Quelle über alle Unternehmen des Dienstes")>{t!("Elsewhere", "Anderswo")}</th> })}
                    <th scope="col">{t!("12 weeks", "12 Wochen")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
            {star}
            {by_type}
            {behind}
        </section>
    }
}

/// The chosen source by segment type, with the counts themselves.
fn by_type(row: SourceRow) -> AnyView {
    let lines = row
        .types
        .into_iter()
        .map(|(kind, segments, dimensions, of)| {
            let counts = dimensions.into_iter().zip(self::dimensions()).map(|(share, (word, _))| view! { <td class="n" data-label=word>{share.good}"/"{share.total}</td> }).collect_view();
            view! { <tr><th scope="row">{kind}</th><td class="n" data-label=t!("Segments", "Segmente")>{words::thousands(segments)}</td>{counts}{score(of, dimensions)}</tr> }
        })
        .collect_view();
    let heads = dimensions()
        .map(|(word, _)| view! { <th scope="col" class="n">{word}</th> })
        .collect_view();
    view! {
        <table class="ledger inner stacks">
            <caption>{tf!("{} by segment type", "{} nach Segmentart", row.name)}</caption>
            <thead><tr><th scope="col">{t!("Segment", "Segment")}</th><th scope="col" class="n">{t!("Segments", "Segmente")}</th>{heads}<th scope="col" class="n">{t!("Score", "Wert")}</th></tr></thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

/// The numbers behind the lines.
fn behind(rows: &[SourceRow], first: Instant) -> AnyView {
    let weeks = rows.iter().map(|row| row.weeks.len()).max().unwrap_or(0);
    let monday = |week: usize| first.plus(week as i64 * 7 * 86_400).civil(0).date();
    let heads = (0..weeks)
        .map(|week| view! { <th scope="col" class="n">{monday(week)}</th> })
        .collect_view();
    let lines = rows
        .iter()
        .map(|row| {
            let cells = row
                .weeks
                .iter()
                .enumerate()
                .map(|(week, score)| view! { <td class="n" data-label=monday(week)>{score.map_or("–".to_owned(), |s| s.to_string())}</td> })
                .collect_view();
            view! { <tr><th scope="row">{row.name.clone()}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <details class="behind">
            <summary>{t!("Scores by week, as numbers", "Werte je Woche, als Zahlen")}</summary>
            <table class="ledger inner stacks"><thead><tr><th scope="col">{t!("Week of", "Woche ab")}</th>{heads}</tr></thead><tbody>{lines}</tbody></table>
        </details>
    }
    .into_any()
}

#[component]
pub fn Worse(worse: Vec<Worsened>, rows: Vec<SourceRow>, query: QualityQuery, first: Instant) -> impl IntoView {
    if worse.is_empty() {
        return view! { <section><h2>{t!("Nothing is getting worse", "Nichts wird schlechter")}</h2><p class="second">{t!("No score fell by five points within twelve weeks.", "Kein Wert fiel in zwölf Wochen um fünf Punkte.")}</p></section> }
            .into_any();
    }
    let from = first.civil(0).date();
    worse
        .into_iter()
        .map(|one| {
            let weeks = rows.iter().find(|row| row.word == one.word).map(|row| row.weeks.clone()).unwrap_or_default();
            let because = if one.because.is_empty() { String::new() } else { tf!(" What grew most: {}.", " Am stärksten wuchs: {}.", one.because.join(", ")) };
            let label = tf!("Score {} to {} since {from}", "Wert {} auf {} seit {from}", one.was, one.is);
            view! {
                <section>
                    <h2>{tf!("{} is getting worse", "{} wird schlechter", one.name)}</h2>
                    <p>{tf!("Score {} → {} since {from}.{because}", "Wert {} → {} seit {from}.{because}", one.was, one.is)}</p>
                    {charts::weeks(&weeks, 100, label)}
                    <p class="actions no-print"><a class="button" href=query.of_source(&one.word).href() rel="external">{t!("Look into it", "Ansehen")}</a>
                        <a class="button" href=query.of_source(&one.word).at("/quality/report.json") rel="external" download>{t!("Report for its owner", "Bericht für die Zuständigen")}</a></p>
                </section>
            }
        })
        .collect_view()
        .into_any()
}
