//! What staff of the service see before they choose a company: all of them, and the codes with which new ones connect.
//! Called by the page of a company.

use super::State;
use crate::view::{Choice, CompanyStanding, Instant, OpenCode, query::encode, time::age, words};
use leptos::prelude::*;

#[component]
pub fn All(now: Instant, companies: Vec<Choice>) -> impl IntoView {
    let waiting = companies
        .iter()
        .filter(|c| c.standing != CompanyStanding::Connected)
        .count();
    let sentence = match (companies.len(), waiting) {
        (0, _) => "No company has connected yet".to_owned(),
        (n, 0) => format!("{}, all connected", words::counted(n as u32, "company", "companies")),
        (n, w) => format!(
            "{}, {w} not connected",
            words::counted(n as u32, "company", "companies")
        ),
    };
    let rows = companies
        .into_iter()
        .map(|one| {
            let href = format!("/company?company={}", encode(&one.company.id));
            let heard = one
                .last_event_at
                .map_or_else(|| "never".to_owned(), |at| format!("{} ago", age(now.since(at))));
            view! {
                <tr>
                    <th scope="row"><a href=href rel="external">{one.company.name}</a></th>
                    <td><State standing=one.standing/></td>
                    <td>{one.region.unwrap_or_else(|| "unknown".to_owned())}</td>
                    <td>{heard}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <header class="page-head"><h1>{sentence}</h1></header>
        <table class="plain">
            <thead><tr><th scope="col">"Company"</th><th scope="col">"Connection"</th><th scope="col">"Region"</th><th scope="col">"Last event"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Codes with which a company's administrator proves who they are, and the form that issues one.
#[component]
pub fn Codes(codes: Vec<OpenCode>, fresh: Option<String>, now: Instant) -> impl IntoView {
    let sentence = match codes.len() {
        0 => "No code is open".to_owned(),
        n => format!("{} open", words::counted(n as u32, "code is", "codes are")),
    };
    let handed = fresh.map(|code| {
        view! {
            <div class="field once">
                <label for="code">"Code, to be handed on"</label>
                <input id="code" type="text" readonly value=code/>
                <p class="hint">"The administrator types it after pressing Connect in SAP Concur’s App Center. It works once."</p>
            </div>
        }
    });
    let lines = codes.into_iter().map(|code| view! { <Open code now/> }).collect_view();
    view! {
        <section class="codes" aria-labelledby="codes">
            <h2 id="codes">{sentence}</h2>
            {handed}
            <ul class="lines">{lines}</ul>
            <h3 id="issue">"Issue a code"</h3>
            <form class="stack" action="/company/codes/add" method="post" aria-labelledby="issue">
                <div class="field">
                    <label for="code-note">"For whom"</label>
                    <input id="code-note" name="note" type="text" maxlength="200" required autocomplete="off"/>
                </div>
                <div class="field">
                    <label for="code-company">"SAP Concur’s id of the company"</label>
                    <input id="code-company" name="company" type="text" maxlength="36" autocomplete="off" aria-describedby="code-company-hint"/>
                    <p class="hint" id="code-company-hint">"The code then opens no other. Empty: any company."</p>
                </div>
                <div class="field">
                    <label for="code-days">"Works for, days"</label>
                    <input id="code-days" name="days" type="number" min="1" max="90" required value="14"/>
                </div>
                <button class="button main" type="submit">"Issue"</button>
            </form>
        </section>
    }
}

#[component]
fn Open(code: OpenCode, now: Instant) -> impl IntoView {
    let who = code.note.unwrap_or_else(|| "no note".to_owned());
    let what = match code.company {
        Some(id) => format!("only company {id}, until {}", code.until.short(now)),
        None => format!("any company, until {}", code.until.short(now)),
    };
    view! {
        <li>
            <p class="who">{who.clone()}<small>{what}</small></p>
            <form action="/company/codes/withdraw" method="post">
                <input type="hidden" name="id" value=code.id/>
                <button class="link" type="submit" aria-label=format!("Withdraw the code for {who}")>"Withdraw"</button>
            </form>
        </li>
    }
}
