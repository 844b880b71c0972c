//! What staff of the service see before they choose a company: all of them, and the codes with which new ones connect.
//! Called by the page of a company.

use super::State;
use crate::view::{Choice, CompanyStanding, Instant, OpenCode, query::encode, time::ago, words};
use leptos::prelude::*;

#[component]
pub fn All(now: Instant, companies: Vec<Choice>) -> impl IntoView {
    let waiting = companies
        .iter()
        .filter(|c| c.standing != CompanyStanding::Connected)
        .count();
    let sentence = match (companies.len(), waiting) {
        (0, _) => t!(
            "No company has connected yet",
            "Noch hat sich kein Unternehmen verbunden"
        )
        .to_owned(),
        (n, 0) => tf!(
            "{}, all connected",
            "{}, alle verbunden",
            words::counted(n as u32, t!("company", "Unternehmen"), t!("companies", "Unternehmen"))
        ),
        (n, w) => tf!(
            "{}, {w} not connected",
            "{}, {w} nicht verbunden",
            words::counted(n as u32, t!("company", "Unternehmen"), t!("companies", "Unternehmen"))
        ),
    };
    let rows = companies
        .into_iter()
        .map(|one| {
            let href = format!("/company?company={}", encode(&one.company.id));
            let heard = one
                .last_event_at
                .map_or_else(|| t!("never", "nie").to_owned(), |at| ago(now.since(at)));
            view! {
                <tr>
                    <th scope="row"><a href=href rel="external">{one.company.name}</a></th>
                    <td class="half" data-label=t!("Connection", "Verbindung")><State standing=one.standing/></td>
                    <td data-label=t!("Region", "Region")>{one.region.unwrap_or_else(|| t!("unknown", "unbekannt").to_owned())}</td>
                    <td data-label=t!("Last event", "Letztes Ereignis")>{heard}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <header class="page-head"><h1>{sentence}</h1></header>
        <table class="plain stacks">
            <thead><tr><th scope="col">{t!("Company", "Unternehmen")}</th><th scope="col">{t!("Connection", "Verbindung")}</th><th scope="col">{t!("Region", "Region")}</th><th scope="col">{t!("Last event", "Letztes Ereignis")}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Codes with which a company's administrator proves who they are, and the form that issues one.
#[component]
pub fn Codes(codes: Vec<OpenCode>, fresh: Option<String>, now: Instant) -> impl IntoView {
    let sentence = match codes.len() {
        0 => t!("No code is open", "Kein Code ist offen").to_owned(),
        n => tf!(
            "{} open",
            "{} offen",
            words::counted(n as u32, t!("code is", "Code ist"), t!("codes are", "Codes sind"))
        ),
    };
    let handed = fresh.map(|code| {
        view! {
            <div class="field once">
                <label for="code">{t!("Code, to be handed on", "Code, zum Weitergeben")}</label>
                <input id="code" type="text" readonly value=code/>
                <p class="hint">{t!("The administrator types it after pressing Connect in SAP Concur’s App Center. It works once.", "Die Administration gibt ihn ein, nachdem sie im App Center von SAP Concur auf Connect gedrückt hat. Er gilt einmal.")}</p>
            </div>
        }
    });
    let lines = codes.into_iter().map(|code| view! { <Open code now/> }).collect_view();
    view! {
        <section class="codes" aria-labelledby="codes">
            <h2 id="codes">{sentence}</h2>
            {handed}
            <ul class="lines">{lines}</ul>
            <h3 id="issue">{t!("Issue a code", "Code ausstellen")}</h3>
            <form class="stack" action="/company/codes/add" method="post" aria-labelledby="issue">
                <div class="field">
                    <label for="code-note">{t!("For whom", "Für wen")}</label>
                    <input id="code-note" name="note" type="text" maxlength="200" required autocomplete="off"/>
                </div>
                <div class="field">
                    <label for="code-company">{t!("SAP Concur’s id of the company", "ID des Unternehmens bei SAP Concur")}</label>
                    <input id="code-company" name="company" type="text" maxlength="36" autocomplete="off" aria-describedby="code-company-hint"/>
                    <p class="hint" id="code-company-hint">{t!("The code then opens no other. Empty: any company.", "Der Code öffnet dann kein anderes. Leer: jedes Unternehmen.")}</p>
                </div>
                <div class="field">
                    <label for="code-days">{t!("Works for, days", "Gilt, Tage")}</label>
                    <input id="code-days" name="days" type="number" min="1" max="90" required value="14"/>
                </div>
                <button class="button main" type="submit">{t!("Issue", "Ausstellen")}</button>
            </form>
        </section>
    }
}

#[component]
fn Open(code: OpenCode, now: Instant) -> impl IntoView {
    let who = code.note.unwrap_or_else(|| t!("no note", "keine Notiz").to_owned());
    let what = match code.company {
        Some(id) => tf!(
            "only company {id}, until {}",
            "nur Unternehmen {id}, bis {}",
            code.until.short(now)
        ),
        None => tf!(
            "any company, until {}",
            "jedes Unternehmen, bis {}",
            code.until.short(now)
        ),
    };
    view! {
        <li>
            <p class="who">{who.clone()}<small>{what}</small></p>
            <form action="/company/codes/withdraw" method="post">
                <input type="hidden" name="id" value=code.id/>
                <button class="link" type="submit" aria-label=tf!("Withdraw the code for {who}", "Code für {who} zurückziehen")>{t!("Withdraw", "Zurückziehen")}</button>
            </form>
        </li>
    }
}
