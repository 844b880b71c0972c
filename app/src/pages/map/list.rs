//! The list: everybody, whole without the map. A table of rows of two lines; each row is one link that opens the person.
//! Live changes are written into the rows that stand there and get a dot; nothing moves until somebody asks for it.

use super::Screen;
use crate::{
    browser,
    components::{
        certainty::Bars,
        icon::{Ico, Icon},
        mark::PersonMark,
        menu::Menu,
    },
    view::{
        Column, Columns, Feed, Filter, Group, Incident, Instant, MapPage, MapQuery, Meaning, NextMove, PlaceTime, Row,
        Shown, Sort, Standing,
        query::PAGE_ROWS,
        time::age,
        words::{counted, percent_text, thousands},
    },
};
use leptos::prelude::*;

/// Height of a row where rows are 48 px; where they are higher, the room for absent rows is a little short.
const ROW_PX: u32 = 48;

/// `asked` is the question that `page` answers; the address may be a moment ahead of it.
#[component]
pub fn List(screen: Screen, asked: MapQuery, page: StoredValue<MapPage>) -> impl IntoView {
    let body = page.with_value(|page| {
        let shown = screen.held.with_value(|held| held.shown().to_vec());
        if shown.is_empty() {
            empty(page, &asked)
        } else {
            rows(screen, &asked, page, shown)
        }
    });
    view! {
        <section class="list" id="list" tabindex="-1" aria-labelledby="list-title">
            <Head screen asked=asked.clone() page/>
            {page.with_value(feed_note)}
            <div class="rows">{body}</div>
            <Foot query=screen.query first=asked.first_row() page/>
        </section>
    }
}

#[component]
fn Head(screen: Screen, asked: MapQuery, page: StoredValue<MapPage>) -> impl IntoView {
    let query = screen.query;
    let (total, people) = page.with_value(|p| (p.total, p.counts.people));
    let group = asked.incident.as_ref().map(|i| i.group);
    let title = match (asked.bbox, asked.q.as_str()) {
        (None, "") if group.is_some() => match group.flatten() {
            Some(group) => format!("{} {}", thousands(total), group.words()),
            None => tf!("{} in question", "{} zu prüfen", thousands(total)),
        },
        (Some(_), _) => tf!(
            "{} in this part of the map",
            "{} in diesem Kartenausschnitt",
            thousands(total)
        ),
        (None, "") => format!("{} {}", thousands(total), asked.filter.words()),
        (None, text) => tf!("{} for “{text}”", "{} zu „{text}“", thousands(total)),
    };
    let everybody = (total != people).then(|| {
        let href = move || query.with(|q| q.with_incident(None).with_filter(Filter::All).href());
        view! { <a href=href data-noscroll="" title=t!("Everybody, at home too", "Alle, auch wer zu Hause ist")>{tf!("of {}", "von {}", thousands(people))}</a> }
    });
    // What is left out now can be let in again, one by one.
    let all_names = (!asked.q.is_empty()).then(|| {
        view! { <a class="chip" href=move || query.with(|q| q.with_q("").href()) data-noscroll="">{t!("All names and places", "Alle Namen und Orte")}</a> }
    });
    let whole_world = asked.bbox.is_some().then(|| {
        view! { <a class="chip" href=move || query.with(|q| q.with_bbox(None).href()) data-noscroll="">{t!("Whole world", "Ganze Welt")}</a> }
    });
    let meant = page
        .with_value(|p| p.incident.as_ref().map(|i| i.others.clone()))
        .unwrap_or_default();
    let meant = meant
        .into_iter()
        .map(|other| {
            let Meaning { label, area } = other;
            let href = move || {
                query.with(|q| {
                    let incident = q.incident.clone().map(|i| Incident {
                        area: area.clone(),
                        group: None,
                        ..i
                    });
                    q.with_incident(incident).href()
                })
            };
            view! { <a class="chip" href=href data-noscroll="">{tf!("or {label}", "oder {label}")}</a> }
        })
        .collect::<Vec<_>>();
    let loosen = (all_names.is_some() || whole_world.is_some() || !meant.is_empty())
        .then(|| view! { <p class="loosen">{all_names}{whole_world}{meant}</p> });
    let (new, changed) = screen.held.with_value(|held| (held.newcomers(), held.changed()));
    let afresh = move |_| {
        screen.held.update_value(|held| held.reset());
        screen.live.version.update(|v| *v += 1);
    };
    let newcomers = (new > 0).then(|| {
        view! {
            <p class="newcomers">
                <span>{tf!("{} new, {} changed", "{} neu, {} geändert", thousands(new), thousands(changed))}</span>
                <button type="button" class="link" on:click=afresh>{t!("Sort again", "Neu sortieren")}</button>
            </p>
        }
    });
    let orders = Sort::EVERY.into_iter().map(move |sort| {
        view! {
            <a href=move || query.with(|q| q.with_sort(sort).href()) data-noscroll=""
                aria-current=move || query.with(|q| (q.sort == sort).then_some("true"))>{sort.words()}</a>
        }
    });
    let chosen = Column::EVERY.into_iter().map(move |column| {
        view! {
            <a href=move || query.with(|q| q.with_column(column).href()) data-noscroll=""
                aria-current=move || query.with(|q| q.cols.has(column).then_some("true"))>{column.words()}</a>
        }
    });
    let columns_face = view! { <Ico icon=Icon::Columns/> }.into_any();
    let order = match (asked.sort, group) {
        (Sort::Change, Some(_)) => t!("most exposed", "Betroffenheit"),
        (sort, _) => sort.words(),
    };
    let face = view! { <span>{order}</span><Ico icon=Icon::Down/> }.into_any();
    let export_face = view! { <span>{t!("Export", "Export")}</span> }.into_any();
    view! {
        <header class="list-head">
            <h2 id="list-title">{title}</h2>
            <span class="of">{everybody}</span>
            <Menu label=t!("Take along what is listed", "Die Liste mitnehmen") class="right export" face=export_face>
                <a href=move || query.with(MapQuery::csv_href) rel="external" download="">{t!("Table (CSV)", "Tabelle (CSV)")}</a>
                <a href=move || query.with(MapQuery::geojson_href) rel="external" download="whereabouts.geojson">{t!("Map (GeoJSON)", "Karte (GeoJSON)")}</a>
                <button type="button" class="js-only" data-print="">{t!("Print", "Drucken")}</button>
            </Menu>
            <Menu label=t!("Order of the list", "Reihenfolge der Liste") class="right" face>{orders.collect_view()}</Menu>
            <Menu label=t!("Columns of the list", "Spalten der Liste") class="right columns" face=columns_face>{chosen.collect_view()}</Menu>
        </header>
        {loosen}
        {newcomers}
    }
}

fn rows(screen: Screen, asked: &MapQuery, page: &MapPage, shown: Vec<Shown>) -> AnyView {
    let (first, total, count) = (asked.first_row(), page.total, shown.len() as u32);
    let long = total > count;
    // As high as the rows that are not there; without JavaScript there are links to them instead.
    let room = move |class: &'static str, rows: u32| {
        let high = (rows * ROW_PX).to_string();
        long.then(|| view! { <tbody class=class aria-hidden="true"><tr><td colspan="2"><svg width="1" height=high aria-hidden="true"></svg></td><td class="next"></td><td class="since"></td><td class="source"></td><td class="contact"></td><td class="sure"></td></tr></tbody> })
    };
    let (above, below) = (
        room("room above js-only", first),
        room("room below js-only", total.saturating_sub(first + count)),
    );
    // Only a group that ends on this page has its number: the last may go on, and so may the first of a later page.
    let complete = !long;
    let last = shown.last().map_or("", |s| s.group);
    let mut groups: Vec<(&'static str, Vec<Shown>)> = Vec::new();
    for one in shown {
        match groups.last_mut().filter(|(group, _)| *group == one.group) {
            Some((_, members)) => members.push(one),
            None => groups.push((one.group, vec![one])),
        }
    }
    let (now, cols) = (page.now, asked.cols);
    let mut row = first + 1;
    let bodies = groups.into_iter().map(|(group, members)| {
        let count = (complete || group != last).then(|| thousands(members.len() as u32));
        let head = (!group.is_empty()).then(|| {
            view! {
                <tr class="group">
                    <th colspan="2" scope="rowgroup">{group}<span>{count}</span></th>
                    <td class="next"></td><td class="since"></td><td class="source"></td><td class="contact"></td><td class="sure"></td>
                </tr>
            }
        });
        let lines = members
            .into_iter()
            .map(|one| {
                row += 1;
                view! { <Line screen one now number=row cols/> }
            })
            .collect_view();
        view! { <tbody>{head}{lines}</tbody> }
    });
    let query = screen.query;
    // A head sorts by its column; the sorted one says so.
    let head = move |sort: Sort, label: &'static str, order: &'static str| {
        view! {
            <a href=move || query.with(|q| q.with_sort(sort).href()) data-noscroll="" title=tf!("Sort by {}", "Sortieren: {}", sort.words())
                aria-description=move || query.with(|q| (q.sort == sort).then_some(order))>{label}</a>
        }
    };
    let bodies = bodies.collect_view();
    view! {
        <table class=columns(cols) aria-rowcount=(total + 1).to_string() data-first=first.to_string() data-shown=count.to_string() data-total=total.to_string()>
            <thead>
                <tr>
                    <th scope="col"><span class="sr-only">{t!("How we know", "Woher bekannt")}</span></th>
                    <th scope="col">{head(Sort::Name, t!("Person", "Person"), t!("sorted by name", "nach Namen sortiert"))}", "{head(Sort::Place, t!("place", "Ort"), t!("sorted by place", "nach Orten sortiert"))}</th>
                    <th scope="col" class="next" title=t!("In local time of the place of the move", "In Ortszeit der Etappe")>{head(Sort::Next, t!("Next move", "Danach"), t!("soonest first", "nächste zuerst"))}<span class="sr-only">{t!(", local time", ", Ortszeit")}</span></th>
                    <th scope="col" class="since" title=t!("In local time of the place", "In Ortszeit")>{t!("Since, until", "Seit, bis")}</th>
                    <th scope="col" class="source">{head(Sort::Change, t!("Source, age", "Quelle, Alter"), t!("last change first", "letzte Änderung zuerst"))}</th>
                    <th scope="col" class="contact">{t!("Contact", "Kontakt")}</th>
                    <th scope="col" class="sure">{head(Sort::Certainty, t!("Certainty", "Sicherheit"), t!("least certain first", "unsicherste zuerst"))}</th>
                </tr>
            </thead>
            {above}
            {bodies}
            {below}
        </table>
    }
    .into_any()
}

/// Class names of the columns that are shown.
fn columns(cols: Columns) -> String {
    let named = Column::EVERY
        .into_iter()
        .filter(|c| cols.has(*c))
        .map(|c| format!("with-{}", c.code()));
    named.collect::<Vec<_>>().join(" ")
}

#[component]
fn Line(
    screen: Screen,
    one: Shown,
    now: Instant,
    /// Of the whole list, the head being the first.
    number: u32,
    cols: Columns,
) -> impl IntoView {
    let Shown { row, standing, .. } = one;
    let query = screen.query;
    let (id, same_id, seen_id, dot_id) = (row.id.clone(), row.id.clone(), row.id.clone(), row.id.clone());
    // Counted, not owned by the row: the row stands until the next list is there, and may still be chosen.
    let chosen = ArcMemo::new(move |_| query.with(|q| q.person.as_deref() == Some(same_id.as_str())));
    let current = {
        let chosen = chosen.clone();
        move || chosen.get().then_some("true")
    };
    let href = {
        let id = row.id.clone();
        move || query.with(|q| q.with_person(Some(&id)).href())
    };
    let seen = move |_| {
        screen.place.set_value(browser::scrolled());
        screen.held.update_value(|held| held.seen(&seen_id));
        screen.relaid.update(|r| *r += 1);
    };
    let dot = move || {
        screen.relaid.track();
        let words = match screen.held.with_value(|held| held.standing(&dot_id)) {
            Standing::Same => return None,
            Standing::New => t!("new in this list", "neu in dieser Liste"),
            Standing::Changed => t!("changed just now", "gerade geändert"),
            Standing::Gone => t!("left this list", "nicht mehr in dieser Liste"),
        };
        Some(view! { <span class="dot" role="img" aria-label=words title=words></span> })
    };
    let old = row
        .data_at
        .filter(|_| row.mark.old)
        .map(|at| tf!("{} old", "{} alt", age(now.since(at))));
    let since = cols.has(Column::Since).then(|| spell(&row, now));
    let spoke = row.data_at.map(|at| age(now.since(at)));
    let source = row.source.clone().map(|source| view! { <span>{source}</span> });
    let reach = row.reach.map(|reach| {
        let class = if reach.phone { "" } else { "old" };
        view! { <small class=class>{reach.words()}</small> }
    });
    view! {
        <tr class="line" aria-rowindex=number.to_string() class:gone=standing == Standing::Gone class:chosen=chosen>
            <td class="mark-cell">
                {dot}
                <PersonMark mark=row.mark/>
            </td>
            <td class="who">
                // The link's face is the name; it covers the whole row.
                <a class="row" href=href data-noscroll="" data-id=id on:click=seen aria-current=current>{row.name.clone()}</a>
                <PlaceLine row=row.clone()/>
            </td>
            <td class="next">{next(row.next.clone(), now)}</td>
            <td class="since">{since}</td>
            <td class="source">{source}<small>{spoke}</small></td>
            <td class="contact">{reach}</td>
            <td class="sure">
                <span class="pct"><Bars band=row.band/>{percent_text(row.percent)}</span>
                {match old {
                    Some(old) => view! { <small class="old">{old}</small> }.into_any(),
                    None => view! { <small title=row.band.word()>{row.band.short()}</small> }.into_any(),
                }}
            </td>
        </tr>
    }
}

#[component]
fn PlaceLine(row: Row) -> impl IntoView {
    let precision = row
        .precision
        .word()
        .map(|word| view! { <span class="precision">{format!(" · {word}")}</span> });
    let company = row
        .company
        .map(|name| view! { <span class="precision">{format!(" · {name}")}</span> });
    view! { <small class="place"><span class="name">{row.place}</span>{precision}{company}</small> }
}

fn next(next: Option<NextMove>, now: Instant) -> AnyView {
    let Some(next) = next else {
        return view! { <span class="none">{t!("none known", "keine")}</span> }.into_any();
    };
    // Of a day-only move the hour is not ours to show.
    let (face, when) = match (next.landing, next.day_only) {
        (true, _) => (next.to, tf!("lands {}", "landet {}", next.when.civil().clock())),
        (false, true) => (format!("→ {}", next.to), next.when.civil().day_short()),
        (false, false) => (format!("→ {}", next.to), next.when.beside(now)),
    };
    view! {
        <span>{face}</span>
        <small><time datetime=next.when.at.rfc3339() title=next.when.full()>{when}</time></small>
    }
    .into_any()
}

/// `Sun 22 10:00 GMT` over `until Thu 26 16:25`, in local time of the place.
fn spell(row: &Row, now: Instant) -> AnyView {
    let time = |word: &'static str, time: &Option<PlaceTime>| {
        time.as_ref().map(|t| {
            let face = format!("{word}{} {}", t.beside(now), t.zone);
            view! { <small><time datetime=t.at.rfc3339() title=t.full()>{face}</time></small> }
        })
    };
    view! { {time("", &row.since)}{time(t!("until ", "bis "), &row.until)} }.into_any()
}

#[component]
fn Foot(query: Memo<MapQuery>, first: u32, page: StoredValue<MapPage>) -> impl IntoView {
    let total = page.with_value(|p| p.total);
    let pager = (total > PAGE_ROWS).then(|| {
        let last = (first + PAGE_ROWS).min(total);
        let to = move |row: u32| move || query.with(|q| q.with_page(MapQuery::page_of(row) + 1).href());
        let before =
            (first > 0).then(|| view! { <a href=to(first.saturating_sub(PAGE_ROWS)) rel="prev">{t!("Previous", "Zurück")}</a> });
        let after = (last < total).then(|| view! { <a href=to(first + PAGE_ROWS) rel="next">{t!("Next", "Weiter")}</a> });
        let rows = tf!(
            "rows {} to {} of {}", "Zeilen {} bis {} von {}",
            thousands(first + 1),
            thousands(last),
            thousands(total)
        );
        view! { <nav class="pager" aria-label=t!("Parts of the list", "Teile der Liste")>{before}<span>{rows}</span>{after}</nav> }
    });
    view! {
        <footer class="list-foot">
            {pager}
            <p class="hint js-only"><kbd>"j"</kbd><kbd>"k"</kbd>{t!(" move ", " bewegen ")}<kbd>{t!("Enter", "Enter")}</kbd>{t!(" open ", " öffnen ")}<kbd>"?"</kbd>{t!(" all keys", " alle Tasten")}</p>
        </footer>
    }
}

/// What the reader must know of the source before trusting the list.
fn feed_note(page: &MapPage) -> Option<AnyView> {
    match page.feed {
        Feed::ReconnectNeeded => Some(
            view! {
                <p class="note attention">
                    <strong>{t!("SAP Concur sends no changes. ", "SAP Concur meldet keine Änderungen. ")}</strong>
                    {t!("The connection has ended; everything here is as it was read. An administrator presses Connect in the App Center again.", "Die Verbindung ist beendet; alles hier ist so, wie es zuletzt gelesen wurde. Die Administration muss im App Center erneut auf Connect drücken.")}
                </p>
            }
            .into_any(),
        ),
        Feed::Reading { waiting } if page.counts.people > 0 => {
            let words = tf!("{} still to be read; more people will appear.", "{} noch zu lesen; weitere Personen werden erscheinen.", counted(waiting, t!("trip is", "Reise ist"), t!("trips are", "Reisen sind")));
            Some(view! { <p class="note">{words}</p> }.into_any())
        }
        _ => None,
    }
}

/// A zero of an incident says how sure it is.
fn nobody_concerned(page: &MapPage, query: &MapQuery, fresh: &str) -> (String, String, Option<(&'static str, String)>) {
    let Some(answer) = &page.incident else {
        return Default::default();
    };
    let Some(label) = &answer.label else {
        return (
            t!("Nothing is called so", "Nichts heißt so").to_owned(),
            t!("Type a city, a country, the code of an airport, or degrees such as 41.01, 28.98; or draw an area on the map.", "Geben Sie eine Stadt, ein Land, einen Flughafencode oder Koordinaten wie 41.01, 28.98 ein, oder zeichnen Sie eine Fläche auf der Karte.").to_owned(),
            Some((t!("Everybody, now", "Alle, jetzt"), query.with_incident(None).href())),
        );
    };
    let group = query.incident.as_ref().and_then(|i| i.group);
    let (counts, of) = (answer.counts, group.map_or(t!("concerned", "betroffen"), Group::words));
    let all = (
        t!("Show all lists", "Alle Listen zeigen"),
        query.with_group(None).href(),
    );
    let text = if counts.total() == 0 {
        tf!(
            "Nobody’s bookings or home lead there within a day, and of nobody too little is known to say so. {fresh}",
            "Keine Buchung und kein Wohnort führt binnen eines Tages dorthin, und über alle ist genug bekannt, um das zu sagen. {fresh}"
        )
    } else {
        tf!(
            "{} probably there, {} may be, {} cannot be ruled out. {fresh}",
            "{} wahrscheinlich dort, {} vielleicht, {} nicht auszuschließen. {fresh}",
            counts.present,
            counts.possible,
            counts.open
        )
    };
    (
        tf!("0 people {of}: {label}", "0 Personen {of}: {label}"),
        text,
        (counts.total() > 0).then_some(all),
    )
}

/// Says zero of what, who cannot be ruled out, how fresh the sources are, and where to go.
fn empty(page: &MapPage, query: &MapQuery) -> AnyView {
    let counts = page.counts;
    let fresh = match page.data_at {
        Some(at) => tf!(
            "The newest word from a source is {} old.",
            "Die neueste Meldung einer Quelle ist {} alt.",
            age(page.now.since(at))
        ),
        None => t!("No source has spoken yet.", "Noch hat keine Quelle etwas gemeldet.").to_owned(),
    };
    let (title, text, go): (String, String, Option<(&str, String)>) = match page.feed {
        Feed::NotConnected => (
            t!("No company is connected", "Kein Unternehmen ist verbunden").to_owned(),
            t!("An administrator connects the company in SAP Concur’s App Center: open Whereabouts there and press Connect. Trips appear here a minute later.", "Die Administration verbindet das Unternehmen im App Center von SAP Concur: dort Whereabouts öffnen und auf Connect drücken. Eine Minute später erscheinen hier die Reisen.").to_owned(),
            None,
        ),
        Feed::Reading { waiting } if counts.people == 0 => (
            t!("The first trips are being read", "Die ersten Reisen werden gelesen").to_owned(),
            tf!("{} wait. People appear here one by one; the page updates by itself.", "{} in der Warteschlange. Die Personen erscheinen hier nach und nach; die Seite aktualisiert sich selbst.", counted(waiting, t!("trip", "Reise"), t!("trips", "Reisen"))),
            None,
        ),
        _ if counts.people == 0 => (
            t!("Nobody is known yet", "Noch ist niemand bekannt").to_owned(),
            t!("The company is connected, and no trip has arrived. New bookings appear here by themselves.", "Das Unternehmen ist verbunden, aber noch ist keine Reise eingetroffen. Neue Buchungen erscheinen hier von selbst.").to_owned(),
            None,
        ),
        _ if page.incident.is_some() => nobody_concerned(page, query, &fresh),
        _ => {
            let what = match query.filter {
                Filter::Unplaced => t!("0 people who cannot be placed", "0 Personen, die nicht verortbar sind").to_owned(),
                Filter::All => t!("0 people", "0 Personen").to_owned(),
                filter => tf!("0 people {}", "0 Personen {}", filter.words()),
            };
            let of = if query.q.is_empty() { String::new() } else { tf!(" for “{}”", " zu „{}“", query.q) };
            let part = if query.bbox.is_some() { t!(" in this part of the map", " in diesem Kartenausschnitt") } else { "" };
            let open = counted(counts.unplaced, t!("person cannot", "Person kann"), t!("people cannot", "Personen können"));
            let go = if counts.unplaced > 0 && query.filter != Filter::Unplaced {
                Some((t!("Show who cannot be placed", "Zeigen, wer nicht verortbar ist"), query.with_filter(Filter::Unplaced).with_q("").with_bbox(None).href()))
            } else {
                Some((t!("Show everybody", "Alle zeigen"), query.with_filter(Filter::All).with_q("").with_bbox(None).href()))
            };
            (format!("{what}{of}{part}"), tf!("{open} be ruled out. {fresh}", "{open} nicht ausgeschlossen werden. {fresh}"), go)
        }
    };
    view! {
        <div class="nobody">
            <h3>{title}</h3>
            <p>{text}</p>
            {go.map(|(label, href)| view! { <p><a class="button main" href=href>{label}</a></p> })}
        </div>
    }
    .into_any()
}

/// The shape of what is coming. Seen only when a page is opened without the server's HTML.
#[component]
pub fn Waiting() -> impl IntoView {
    let lines = (0..8).map(|_| view! { <div class="ghost"><i></i><span><b></b><b></b></span><em></em></div> });
    view! { <section class="list" aria-busy="true"><p class="list-head">{t!("Reading…", "Wird gelesen …")}</p>{lines.collect_view()}</section> }
}
