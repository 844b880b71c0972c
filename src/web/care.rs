//! What the forms of a company's backlog and privacy do: take a document, read Concur's list again, choose what is kept.
//! Called by plain forms of `/backlog` and `/privacy`; they work without JavaScript.
//! Always holds: staff of the service, or an administrator of this very company; another company's ids do nothing.

use app::view::query::encode;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use http::{HeaderMap, header};
use serde::Deserialize;

use super::multipart::parts;
use super::refusal::no_such_company;
use super::sign_in::failed;
use super::{AppState, Principal};
use crate::ingest::backlog::{ImportProblem, import};
use crate::place::Gazetteer;
use crate::store::{CompanyState, PersonalTrips, PrivacyPolicy, Scope};

/// The longest time for which anything is kept, days.
const LONGEST: u32 = 3650;

/// Who asks, for which company; errs with the answer.
async fn asked(
    state: &AppState,
    who: Option<Extension<Principal>>,
    company: &str,
    page: &str,
) -> Result<(Principal, String), Response> {
    let Some(Extension(who)) = who else {
        return Err(Redirect::to(&format!("/sign-in?next={}", encode(page))).into_response());
    };
    let company = company.trim().to_lowercase();
    if !who.may_administer() || company.is_empty() || who.scope_of(Some(&company)).is_none() {
        return Err(no_such_company());
    }
    match state.store.company(&Scope::Company(company.clone()), &company).await {
        Ok(Some(_)) => Ok((who, company)),
        Ok(None) => Err(no_such_company()),
        Err(error) => Err(failed(&error)),
    }
}

/// The page again, saying what came of it.
fn back(page: &str, company: &str, said: &str) -> Response {
    Redirect::to(&format!("{page}?company={}&said={}", encode(company), encode(said))).into_response()
}

/// POST /backlog/import: the document that SAP supplied, as a form with a file.
pub async fn import_document(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let parts = parts(content_type.unwrap_or_default(), &body);
    let part = |name: &str| {
        parts
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, content)| *content)
    };
    let company = String::from_utf8_lossy(part("company").unwrap_or_default()).into_owned();
    let (_, company) = match asked(&state, who, &company, "/backlog").await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    match import(
        state.store.as_ref(),
        &company,
        part("file").unwrap_or_default(),
        (state.clock)(),
    )
    .await
    {
        Ok(_) => {
            state.wake();
            back("/backlog", &company, "imported")
        }
        Err(ImportProblem::NotABacklog) => back("/backlog", &company, "no_backlog"),
        Err(ImportProblem::Store(error)) => failed(&error),
    }
}

/// What the smaller forms send.
#[derive(Deserialize)]
pub struct CompanyForm {
    #[serde(default)]
    company: String,
}

/// POST /backlog/list: reads Concur's list again, in the background.
pub async fn read_list(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<CompanyForm>,
) -> Response {
    let (_, company) = match asked(&state, who, &form.company, "/backlog").await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let scope = Scope::Company(company.clone());
    match state.store.company(&scope, &company).await {
        Ok(Some(row)) if row.state == CompanyState::Connected => {
            state.engine.connected(&company);
            back("/backlog", &company, "listing")
        }
        Ok(_) => back("/backlog", &company, "not_connected"),
        Err(error) => failed(&error),
    }
}

/// A company's choices, as its form sends them.
#[derive(Deserialize)]
pub struct PrivacyForm {
    #[serde(default)]
    company: String,
    #[serde(default)]
    keep_days: String,
    #[serde(default)]
    keep_left_days: String,
    #[serde(default)]
    personal: String,
    /// Names or codes, by commas.
    #[serde(default)]
    countries: String,
    /// `yes`: the box was ticked.
    #[serde(default)]
    unknown_country: String,
}

/// POST /privacy
pub async fn choose(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<PrivacyForm>,
) -> Response {
    let (who, company) = match asked(&state, who, &form.company, "/privacy").await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let policy = match policy(&form) {
        Ok(policy) => policy,
        Err(said) => return back("/privacy", &company, said),
    };
    match state
        .store
        .set_privacy(&company, &policy, &who.name, (state.clock)())
        .await
    {
        Ok(()) => back("/privacy", &company, "saved"),
        Err(error) => failed(&error),
    }
}

/// The choices of a form; errs with the code of the sentence that the page shows.
fn policy(form: &PrivacyForm) -> Result<PrivacyPolicy, &'static str> {
    let days = |text: &str, least: u32| {
        let days: Option<u32> = text.trim().parse().ok();
        days.filter(|days| (least..=LONGEST).contains(days))
    };
    let mut countries = Vec::new();
    for text in form
        .countries
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        let country = Gazetteer::embedded().country_named(text).ok_or("country")?;
        countries.push(country.code.as_str().to_owned());
    }
    countries.sort_unstable();
    countries.dedup();
    Ok(PrivacyPolicy {
        keep_days: days(&form.keep_days, 1).ok_or("keep_days")?,
        keep_left_days: days(&form.keep_left_days, 0).ok_or("keep_left_days")?,
        personal: form.personal.parse::<PersonalTrips>().map_err(|_| "personal")?,
        countries,
        unknown_country: form.unknown_country == "yes",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(keep: &str, left: &str, personal: &str, countries: &str) -> PrivacyForm {
        PrivacyForm {
            company: String::new(),
            keep_days: keep.to_owned(),
            keep_left_days: left.to_owned(),
            personal: personal.to_owned(),
            countries: countries.to_owned(),
            unknown_country: "yes".to_owned(),
        }
    }

    #[test]
    fn p12_countries_are_chosen_by_name_or_code() {
        let chosen = policy(&form("30", "0", "hide", "Germany, at; Switzerland,DE")).map(|policy| policy.countries);
        assert_eq!(chosen, Ok(vec!["AT".to_owned(), "CH".to_owned(), "DE".to_owned()]));
        assert_eq!(
            policy(&form("30", "0", "mark", " , ")).map(|policy| policy.countries),
            Ok(Vec::new())
        );
        assert_eq!(policy(&form("30", "0", "mark", "Atlantis")), Err("country"));
    }

    #[test]
    fn days_have_bounds_and_choices_are_words() {
        for (keep, left, personal, said) in [
            ("0", "0", "mark", "keep_days"),
            ("3651", "0", "mark", "keep_days"),
            ("ten", "0", "mark", "keep_days"),
            ("1", "-1", "mark", "keep_left_days"),
            ("1", "", "mark", "keep_left_days"),
            ("1", "0", "everything", "personal"),
        ] {
            assert_eq!(policy(&form(keep, left, personal, "")), Err(said));
        }
    }
}
