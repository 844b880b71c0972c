//! Quick Connect's landing page and its forms: who may connect, when the token is exchanged, what each refusal says.

mod account;
mod codes;
mod mail;
mod page;

use chrono::{TimeDelta, Utc};
use scraper::{Html, Selector};
use serde_json::json;
use whereabouts::store::{CompanyState, NewOneTime, Purpose, Scope};
use whereabouts::web::one_time;

use crate::fake_concur::Reply;
use crate::rig::{Answer, Ask, PASSWORD, Rig};

/// A company that nobody has connected.
pub(super) const NEW: &str = "cccc0000-0000-4000-8000-00000000000c";
pub(super) const OWN: &str = "http://w.example";

pub(super) fn link(company: &str, token: &str) -> String {
    format!("/connect?id={company}&requestToken={token}&userId=u-1")
}

pub(super) fn post<'a>(rig: &'a Rig, path: &str, token: &str, fields: &[(&str, &str)]) -> Ask<'a> {
    let mut form = vec![("id", NEW), ("requestToken", token), ("userId", "u-1")];
    form.extend_from_slice(fields);
    rig.ask("POST", path).with("origin", OWN).form(&form)
}

pub(super) fn account(email: &'static str) -> [(&'static str, &'static str); 2] {
    [("email", email), ("password", PASSWORD)]
}

/// Where the answer leads.
pub(super) fn leads(answer: &Answer) -> &str {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    answer.header("location")
}

#[track_caller]
pub(super) fn says(answer: &Answer, word: &str) {
    let to = leads(answer);
    assert!(
        to.starts_with("/connect?") && to.contains(&format!("error={word}")),
        "{to} and not {word}"
    );
}

pub(super) fn exchanges(rig: &Rig) -> usize {
    let is_exchange = |seen: &crate::fake_concur::Seen| seen.form.get("grant_type").is_some_and(|g| g == "password");
    rig.fake
        .seen("/oauth2/v0/token")
        .iter()
        .filter(|seen| is_exchange(seen))
        .count()
}

pub(super) async fn is_connected(rig: &Rig) -> bool {
    let row = rig.store.company(&Scope::service(), NEW).await.unwrap();
    row.is_some_and(|c| c.state == CompanyState::Connected)
}

/// From now on the exchange is refused with this code.
pub(super) fn refuse(rig: &Rig, code: u32) {
    rig.fake.script(move |seen| {
        (seen.path == "/oauth2/v0/token").then(|| Reply {
            status: 400,
            ..Reply::json(&json!({"code": code, "error": "invalid_grant", "error_description": "words of theirs"}))
        })
    });
}

pub(super) fn page(answer: &Answer) -> Html {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    Html::parse_document(&answer.text())
}

pub(super) fn all(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    page.select(&selector).map(text).collect()
}

pub(super) fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector)
        .filter_map(|e| e.attr(name).map(str::to_owned))
        .collect()
}

pub(super) async fn code_for(rig: &Rig, company: Option<&str>, days: i64) -> String {
    let (code, now) = (one_time::letters(), Utc::now());
    let secret = NewOneTime {
        purpose: Purpose::Connect,
        sha256: one_time::sha256(Purpose::Connect, "", &code),
        company: company.map(str::to_owned),
        email: None,
        role: None,
        password_hash: None,
        note: None,
        expires_at: now + TimeDelta::days(days),
    };
    rig.store
        .add_one_time(&secret, now - TimeDelta::days(90))
        .await
        .unwrap();
    code
}
