//! One notice of one source: what it means, where it is, the document with its fields marked beside a good one, and what to do.

use super::notices::{limit, severity, tenths};
use crate::view::{
    Company, Instant,
    quality::{Detail, DocumentView, QualityQuery, SegmentView},
    words,
};
use leptos::prelude::*;

#[component]
pub fn Look(
    detail: Detail,
    query: QualityQuery,
    company: Option<Company>,
    may_change: bool,
    now: Instant,
) -> impl IntoView {
    let notice = detail.notice.clone();
    let year = now.civil(0).year;
    let shown = detail.places.len();
    // Of the good one first what is comparable: segments of the kind that the marked one is.
    let marked = detail
        .open
        .iter()
        .flat_map(|open| &open.segments)
        .find(|segment| segment.marked);
    let like = marked.map(|segment| kind(&segment.label).to_owned());
    let open_trip = detail.open.as_ref().map(|open| open.trip.clone());
    let places = detail
        .places
        .iter()
        .map(|place| {
            let href = QualityQuery {
                trip: Some(place.trip.clone()),
                ..query.clone()
            }
            .href();
            let current = open_trip.as_deref() == Some(place.trip.as_str());
            let day = place.day.civil(0).date_beside(year);
            let short = place.trip.get(..8).unwrap_or(&place.trip).to_owned();
            view! { <li><a href=href rel="external" aria-current=current.then_some("true")>{day}" "<code>{short}</code>" "{place.segment.clone()}</a></li> }
        })
        .collect_view();
    let fields = (!detail.fields.is_empty()).then(|| tf!(" Fields: {}.", " Felder: {}.", detail.fields.join(", ")));
    let numbers = tf!(
        "{} notices on {} segments that can have it. The latest {shown} are listed.",
        "{} Hinweise auf {} Segmenten, die ihn haben können. Die neuesten {shown} sind aufgelistet.",
        words::thousands(notice.count),
        words::thousands(notice.share.total)
    );
    let forms = may_change.then(|| view! { <Act detail=detail.clone() query=query.clone() company/> });
    let ack = notice.ack.clone().map(|ack| {
        view! { <p class="note">{tf!("Acknowledged until {} by {}: {}", "Quittiert bis {} von {}: {}", ack.until.civil(0).date_beside(year), ack.by, ack.note)}</p> }
    });
    let good = detail.good.map_or_else(
        || view! { <p class="second">{t!("No trip of this source and these days is without fault.", "Keine Reise dieser Quelle und dieser Tage ist ohne Mangel.")}</p> }.into_any(),
        |mut good| {
            good.segments.sort_by_key(|segment| like.as_deref() != Some(kind(&segment.label)));
            view! { <Document document=good marked=false/> }.into_any()
        },
    );
    let open = detail.open.map_or_else(
        || view! { <p class="second">{t!("The trip is gone, or was mended since.", "Die Reise ist fort oder wurde seither berichtigt.")}</p> }.into_any(),
        |open| view! { <Document document=open marked=true/> }.into_any(),
    );
    view! {
        <section class="card look" aria-labelledby="look">
            <header class="card-head">
                <h2 id="look">{format!("{} · {}", notice.title, notice.source.1)}</h2>
                {severity(&notice.severity)}
                <span>{limit(notice.limit, notice.standing)}</span>
                <a class="no-print close" href=query.of_source(&notice.source.0).href() rel="external">{t!("Close", "Schließen")}</a>
            </header>
            <p class="says">{detail.says}{fields}" "<code>{notice.code}</code>" "{detail.rule}</p>
            {ack}
            <div class="look-body">
                <div><h3>{t!("Where it is", "Wo es ist")}</h3><p class="second">{numbers}</p><ol class="spots">{places}</ol></div>
                <div><h3>{t!("The document", "Das Dokument")}</h3>{open}</div>
                <div><h3>{t!("A good one", "Ein gutes")}</h3>{good}</div>
            </div>
            {forms}
        </section>
    }
}

/// `Air` of `Bookings[0] Air[1]`.
fn kind(label: &str) -> &str {
    let segment = label.rsplit(' ').next().unwrap_or_default();
    segment.split('[').next().unwrap_or_default()
}

#[component]
fn Document(document: DocumentView, marked: bool) -> impl IntoView {
    let said = |says: Vec<(String, String)>| {
        says.into_iter()
            .map(|(code, text)| view! { <p class="said">{text}" "<code>{code}</code></p> })
            .collect_view()
    };
    // A good one is for comparison: a few segments do.
    let most = if marked { 8 } else { 3 };
    let segments = document
        .segments
        .into_iter()
        .take(most)
        .map(|SegmentView { label, source, marked, fields, says }| {
            let rows = fields
                .into_iter()
                .map(|field| {
                    let value = match (field.value.is_empty(), field.redacted) {
                        (true, true) => view! { <dd class="second">{t!("hidden by Concur; costs nothing", "von Concur verborgen; kostet nichts")}</dd> }.into_any(),
                        (true, false) => view! { <dd class="missing">{t!("not there", "fehlt")}</dd> }.into_any(),
                        _ => view! { <dd>{field.value}</dd> }.into_any(),
                    };
                    view! {
                        <div class:marked=field.marked><dt>{field.name}{field.marked.then(|| view! { <span class="sr-only">{t!(" (marked)", " (markiert)")}</span> })}</dt>{value}</div>
                    }
                })
                .collect_view();
            view! {
                <article class:marked=marked><h4>{label}" "<small>{source}</small></h4><dl class="fields">{rows}</dl>{marked.then(|| said(says))}</article>
            }
        })
        .collect_view();
    view! {
        <p class="second">{t!("Trip ", "Reise ")}<code>{document.trip}</code></p>
        {said(document.says)}
        {segments}
    }
}

/// Limits and acknowledgement.
#[component]
fn Act(detail: Detail, query: QualityQuery, company: Option<Company>) -> impl IntoView {
    let notice = detail.notice;
    let hidden = {
        let (source, code, back) = (notice.source.0.clone(), notice.code.clone(), query.href());
        let company = company.map(|company| company.id).unwrap_or_default();
        move || {
            view! {
                <input type="hidden" name="company" value=company.clone()/>
                <input type="hidden" name="source" value=source.clone()/>
                <input type="hidden" name="code" value=code.clone()/>
                <input type="hidden" name="back" value=back.clone()/>
            }
        }
    };
    let value = |of: Option<u32>| {
        of.map(|tenth| tenths(tenth).replace(" %", "").replace(',', "."))
            .unwrap_or_default()
    };
    let own = notice.limit.filter(|limit| limit.own);
    let usual = match (notice.limit, own) {
        (_, Some(_)) => t!(
            "Set by your company. All three empty: the usual limit again.",
            "Von Ihrem Unternehmen gesetzt. Alle drei leer: wieder der übliche Grenzwert."
        )
        .to_owned(),
        (Some(limit), None) => tf!(
            "The usual limit: warn at {}, error at {}.",
            "Der übliche Grenzwert: Warnung bei {}, Fehler bei {}.",
            tenths(limit.warn),
            tenths(limit.error)
        ),
        (None, None) => t!("There is no limit yet.", "Noch gibt es keinen Grenzwert.").to_owned(),
    };
    let note = notice.ack.as_ref().map(|ack| ack.note.clone()).unwrap_or_default();
    let taken_back = notice.ack.is_some().then(|| {
        view! {
            <form action="/quality/acknowledge" method="post">{hidden()}<button class="button" type="submit">{t!("Take the acknowledgement back", "Quittierung zurücknehmen")}</button></form>
        }
    });
    view! {
        <div class="act no-print">
            <form action="/quality/limit" method="post" aria-labelledby="limit-head">
                <h3 id="limit-head">{t!("Limit, in percent", "Grenzwert, in Prozent")}</h3>
                {hidden()}
                <div class="inline">
                    <div class="field"><label for="warn">{t!("Warn above", "Warnung über")}</label><input id="warn" name="warn" inputmode="decimal" maxlength="6" value=value(own.map(|l| l.warn))/></div>
                    <div class="field"><label for="error">{t!("Error above", "Fehler über")}</label><input id="error" name="error" inputmode="decimal" maxlength="6" value=value(own.map(|l| l.error))/></div>
                    <div class="field"><label for="mostly">{t!("Without it, at least", "Ohne ihn, mindestens")}</label><input id="mostly" name="mostly" inputmode="decimal" maxlength="6" value=value(own.map(|l| l.mostly))/></div>
                    <button class="button" type="submit">{t!("Set", "Setzen")}</button>
                </div>
                <p class="second">{usual}</p>
            </form>
            <form action="/quality/acknowledge" method="post" aria-labelledby="ack-head">
                <h3 id="ack-head">{t!("Acknowledge", "Quittieren")}</h3>
                {hidden()}
                <div class="inline">
                    <div class="field grow"><label for="note">{t!("Note", "Notiz")}</label><input id="note" name="note" required maxlength="500" value=note/></div>
                    <div class="field"><label for="until">{t!("Until", "Bis")}</label><input id="until" name="until" type="date" required/></div>
                    <button class="button" type="submit">{t!("Acknowledge", "Quittieren")}</button>
                </div>
            </form>
            {taken_back}
        </div>
    }
}
