//! The cards beside the countries: who arrives and leaves, and people who need a look.

use crate::{
    components::mark::{MarkOnly, PersonMark},
    view::{
        BoardsQuery,
        boards::{MoveLine, People},
        words::{counted, thousands},
    },
};
use leptos::prelude::*;

#[component]
pub fn Moves(query: BoardsQuery, moves: Vec<MoveLine>, arriving: u32, leaving: u32) -> impl IntoView {
    let tab = |label: &'static str, leaves: bool| {
        let href = BoardsQuery {
            leaving: leaves,
            ..query.clone()
        }
        .href();
        view! { <a href=href data-noscroll="" aria-current=(query.leaving == leaves).then_some("true")>{label}</a> }
    };
    let direction = if query.leaving {
        t!("to", "nach")
    } else {
        t!("from", "aus")
    };
    let none = moves.is_empty().then(|| {
        let words = if query.leaving {
            t!("Nobody leaves", "Niemand reist ab")
        } else {
            t!("Nobody arrives", "Niemand kommt an")
        };
        view! { <p class="none">{words}{t!(" in the next 24 hours, as far as bookings say.", " in den nächsten 24 Stunden, soweit Buchungen es sagen.")}</p> }
    });
    let rows = moves.into_iter().map(|line| {
        let when = match &line.when {
            Some(when) => view! { <time datetime=when.at.rfc3339() title=when.full()>{when.clock()}</time> }.into_any(),
            None => view! { <span class="weak">{t!("no hour", "ohne Uhrzeit")}</span> }.into_any(),
        };
        let city = (line.city != line.code).then_some(line.city);
        let identity = match line.identity {
            Some(identity) => {
                let list = query.map_href(&identity);
                view! { <a href=list rel="external">{identity}</a> }.into_any()
            }
            None => view! { <span class="intent">{t!("no number", "ohne Nummer")}</span> }.into_any(),
        };
        view! {
            <tr>
                <td class="when">{when}</td>
                <th scope="row"><b>{line.code}</b>" "<span class="weak">{city}</span></th>
                <td class="flight"><PersonMark mark=line.mark/>{identity}</td>
                <td class="weak">{direction}" "{line.other}</td>
                <td class="num strong">{thousands(line.people)}<span class="sr-only">{t!(" people", " Personen")}</span></td>
            </tr>
        }
    });
    view! {
        <section class="card" aria-labelledby="moves">
            <header><h2 id="moves">{t!("Next 24 hours", "Nächste 24 Stunden")}</h2><p>{tf!("{} arrive · {} leave", "{} Ankünfte · {} Abreisen", thousands(arriving), thousands(leaving))}</p></header>
            <nav class="card-tabs" aria-label=t!("Arrivals or departures", "Ankünfte oder Abreisen")>{tab(t!("Arrivals", "Ankünfte"), false)}{tab(t!("Departures", "Abreisen"), true)}</nav>
            <table class="moves">
                <thead class="sr-only"><tr>
                    <th scope="col">{t!("Time there", "Ortszeit")}</th><th scope="col">{t!("Place", "Ort")}</th><th scope="col">{t!("Flight or train", "Flug oder Zug")}</th>
                    <th scope="col">{t!("Other end", "Anderes Ende")}</th><th scope="col">{t!("People", "Personen")}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {none}
        </section>
    }
}

#[component]
pub fn PeopleCard(
    query: BoardsQuery,
    id: &'static str,
    title: &'static str,
    people: People,
    /// What is said if there is nobody.
    none: &'static str,
) -> impl IntoView {
    let more = people.total.saturating_sub(people.first.len() as u32);
    let rows = people.first.into_iter().map(|line| {
        view! {
            <li>
                <MarkOnly mark=line.mark/>
                <a href=query.person_href(&line.id) rel="external">{line.name}<span class="sr-only">", "{line.mark.words()}</span></a>
                <span class="where">{line.place}</span>
                <small>{line.says}</small>
            </li>
        }
    });
    view! {
        <section class="card people" aria-labelledby=id>
            <header><h2 id=id>{title}</h2><p>{counted(people.total, t!("person", "Person"), t!("people", "Personen"))}</p></header>
            {if people.total == 0 {
                view! { <p class="none">{none}</p> }.into_any()
            } else {
                view! { <ul>{rows.collect_view()}</ul> }.into_any()
            }}
            {(more > 0).then(|| view! { <p class="none">{tf!("and {} more", "und {} weitere", thousands(more))}</p> })}
        </section>
    }
}
