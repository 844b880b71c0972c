//! The table of countries; one of them is open and shows its cities.

use crate::{
    components::icon::{Ico, Icon},
    view::{BoardsQuery, Grade, boards::PlaceLine, words::thousands},
};
use leptos::prelude::*;

#[component]
pub fn Countries(query: BoardsQuery, countries: Vec<PlaceLine>) -> impl IntoView {
    let most = countries.iter().map(|c| c.now).max().unwrap_or(1).max(1);
    let empty = countries.is_empty().then(|| {
        view! {
            <p class="none">{t!("Nobody is known to be away this week. ", "Soweit bekannt, ist diese Woche niemand auf Reisen. ")}<a href=query.map_href("")>{t!("Who cannot be placed, on the map", "Wer nicht verortbar ist, auf der Karte")}</a></p>
        }
    });
    let rows = countries
        .into_iter()
        .map(|country| {
            let open = query.open.as_deref() == Some(country.key.as_str());
            let href = query.with_open(&country.key).href();
            let cities = country.cities.clone();
            let head = view! {
                <a href=href data-noscroll="" aria-expanded=open.to_string()>
                    <Ico icon=Icon::Down class=if open { "open" } else { "shut" }/>{country.name.clone()}
                </a>
            };
            let list = query.map_href(&country.name);
            let known = !country.key.is_empty();
            view! {
                <tr class="country" class:open=open>
                    <th scope="row">{head}</th>
                    {numbers(&country, most, known.then_some(list))}
                </tr>
                {cities.into_iter().map(|city| {
                    let list = query.map_href(&city.name);
                    view! {
                        <tr class="city">
                            <th scope="row">{city.name.clone()}</th>
                            {numbers(&city, most, Some(list))}
                        </tr>
                    }
                }).collect_view()}
            }
        })
        .collect_view();
    view! {
        <section class="card" id="countries" tabindex="-1" aria-label=t!("Countries and cities", "Länder und Städte")>
            <table class="countries">
                <thead><tr>
                    <th scope="col">{t!("Country, city", "Land, Stadt")}</th>
                    <th scope="col" class="num">{t!("Now", "Jetzt")}</th>
                    <th scope="col" class="num">{t!("Today", "Heute")}</th>
                    <th scope="col" class="num">{t!("Next 7 days", "7 Tage")}</th>
                    <th scope="col" class="num">{t!("Since yesterday", "Seit gestern")}</th>
                    <th scope="col" class="how">{t!("How sure, now", "Wie sicher, jetzt")}</th>
                    <th scope="col" class="num">{t!("No bed tonight", "Ohne Bett heute")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {empty}
        </section>
    }
}

fn numbers(line: &PlaceLine, most: u32, list: Option<String>) -> impl IntoView + use<> {
    let (sign, words) = line.change();
    let now = match list.filter(|_| line.now > 0) {
        Some(href) => {
            view! { <a href=href rel="external" title=t!("List them", "Auflisten")>{thousands(line.now)}</a> }
                .into_any()
        }
        None => thousands(line.now).into_any(),
    };
    let mut x = 0.0;
    let bars = Grade::EVERY.into_iter().filter(|g| line.grades.get(*g) > 0).map(|grade| {
        let wide = f64::from(line.grades.get(grade)) / f64::from(most) * 100.0;
        let at = x;
        x += wide;
        view! { <rect class=format!("part {}", grade.code()) x=format!("{at:.2}%") y="1" width=format!("{wide:.2}%") height="8"/> }
    });
    view! {
        <td class="num strong">{now}</td>
        <td class="num">{thousands(line.today)}</td>
        <td class="num">{thousands(line.week)}</td>
        <td class="num"><span aria-hidden="true">{sign}</span><span class="sr-only">{words}</span></td>
        <td class="how">
            <svg class="shares" aria-hidden="true" focusable="false">{bars.collect_view()}</svg>
            <span class="sr-only">{line.grades.words()}</span>
        </td>
        <td class="num" class:old={line.no_bed > 0}>{thousands(line.no_bed)}</td>
    }
}
