//! Acting on quality: limits, acknowledgements, the report for an agency.
//! Called by the forms and links of the page of quality; they work without JavaScript.
//! Always holds: only who administers a company changes anything of it; another company's is not found.

use app::t;
use app::view::quality::QualityQuery;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form, Json};
use chrono::NaiveDate;
use http::{StatusCode, header};
use serde::Deserialize;

use super::backend::quality::{latest_ack, period};
use super::quality::{add_samples, report};
use super::refusal::{no_such_company, only_administrators};
use super::{AppState, Principal, sign_in};
use crate::itinerary::Source;
use crate::quality::{Grading, day_of, named};
use crate::store::{QualityAck, Role, Scope};
use crate::whereabouts::{CATALOGUE, code};

/// Longest note of an acknowledgement, characters.
const NOTE: usize = 500;

/// What every form names.
#[derive(Deserialize)]
pub struct LimitForm {
    #[serde(default)]
    company: String,
    source: String,
    code: String,
    /// Percent; all three empty: the usual limit.
    #[serde(default)]
    warn: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    mostly: String,
    #[serde(default)]
    back: String,
}

/// POST /quality/limit
pub async fn limit(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<LimitForm>,
) -> Response {
    let (company, source, who) = match allowed(who, &form.company, (&form.source, &form.code)) {
        Ok(allowed) => allowed,
        Err(refused) => return refused,
    };
    let texts = [&form.warn, &form.error, &form.mostly];
    let limit = if texts.iter().all(|text| text.trim().is_empty()) {
        None
    } else {
        let [Some(warn), Some(error), Some(mostly)] = texts.map(|text| percent(text)) else {
            return back(&form.back, "percent");
        };
        if error < warn {
            return back(&form.back, "order");
        }
        Some(Grading { warn, error, mostly })
    };
    let by = (who.name.as_str(), (state.clock)());
    match state
        .store
        .set_quality_limit(&company, (source, &form.code), limit, by)
        .await
    {
        Ok(()) => back(&form.back, "limit"),
        Err(error) => sign_in::failed(&error),
    }
}

/// Percent as a share; empty is none of it.
fn percent(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim().replace(',', ".");
    if text.is_empty() {
        return Some(0.0);
    }
    let value: f64 = text.parse().ok()?;
    (0.0..=100.0).contains(&value).then_some(value / 100.0)
}

/// An acknowledgement.
#[derive(Deserialize)]
pub struct AckForm {
    #[serde(default)]
    company: String,
    source: String,
    code: String,
    #[serde(default)]
    note: String,
    /// A date; empty takes the acknowledgement back.
    #[serde(default)]
    until: String,
    #[serde(default)]
    back: String,
}

/// POST /quality/acknowledge
pub async fn acknowledge(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    Form(form): Form<AckForm>,
) -> Response {
    let (company, source, who) = match allowed(who, &form.company, (&form.source, &form.code)) {
        Ok(allowed) => allowed,
        Err(refused) => return refused,
    };
    let now = (state.clock)();
    if form.until.trim().is_empty() {
        return match state.store.forget_quality_ack(&company, source, &form.code).await {
            Ok(()) => back(&form.back, "taken-back"),
            Err(error) => sign_in::failed(&error),
        };
    }
    let until = form.until.trim().parse::<NaiveDate>().ok().map(day_of);
    let Some(until) = until.filter(|day| (day_of(now.date_naive())..=latest_ack(now)).contains(day)) else {
        return back(&form.back, "until");
    };
    let note = form.note.trim();
    if note.is_empty() || note.chars().count() > NOTE {
        return back(&form.back, "note");
    }
    let ack = QualityAck {
        source,
        code: form.code.clone(),
        until,
        note: note.to_owned(),
        by: who.name.clone(),
    };
    match state.store.acknowledge_quality(&company, &ack, now).await {
        Ok(()) => back(&form.back, "acknowledged"),
        Err(error) => sign_in::failed(&error),
    }
}

/// The company, source and person of a form, or why not.
#[expect(clippy::result_large_err, reason = "the answer itself")]
fn allowed(
    who: Option<Extension<Principal>>,
    company: &str,
    (source, id): (&str, &str),
) -> Result<(String, Source, Principal), Response> {
    let refused = |status: StatusCode, text: &'static str| (status, text).into_response();
    let Some(Extension(who)) = who else {
        return Err(Redirect::to("/sign-in?next=/quality").into_response());
    };
    if !who.may_administer() {
        return Err(only_administrators());
    }
    let Some(Scope::Company(company)) = who.scope_of(Some(company)) else {
        return Err(no_such_company());
    };
    match (named(source), code(id)) {
        (Some(source), Some(_)) => Ok((company, source, who)),
        _ => Err(refused(
            StatusCode::NOT_FOUND,
            t!(
                "There is no such source or notice.\n",
                "Diese Quelle oder diesen Hinweis gibt es nicht.\n"
            ),
        )),
    }
}

/// To the page that the form was on, which says what came of it.
pub(super) fn back(to: &str, said: &str) -> Response {
    let to = sign_in::local_path(to);
    let to = if to.starts_with("/quality") { to } else { "/quality" };
    let sign = if to.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{to}{sign}said={said}")).into_response()
}

/// GET /quality/report.json: the report with samples, of one source if one is named.
pub async fn report_json(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(Extension(who)) = who else {
        return Redirect::to("/sign-in?next=/quality").into_response();
    };
    if who.role == Role::Viewer {
        return StatusCode::FORBIDDEN.into_response();
    }
    let query = QualityQuery::parse(&query.unwrap_or_default());
    let chosen = query.company.as_deref().filter(|_| who.company.is_none());
    let Some(scope) = who.scope_of(chosen) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let now = (state.clock)();
    let period = period(query.span, now.date_naive());
    let store = state.store.as_ref();
    let made = async {
        let mut made = report(store, &scope, period, now).await?;
        if let Some(source) = &query.source {
            made.sources.retain(|one| one.source == *source);
        }
        add_samples(store, &scope, period, &mut made).await?;
        Ok::<_, crate::store::StoreError>(made)
    };
    match made.await {
        Ok(made) => {
            let name = format!("attachment; filename=\"quality-{}-{}.json\"", period.from, period.to);
            ([(header::CONTENT_DISPOSITION, name)], Json(made)).into_response()
        }
        Err(error) => sign_in::failed(&error),
    }
}

/// GET /notices.json: the catalogue.
pub async fn notices_json(who: Option<Extension<Principal>>) -> Response {
    match who {
        Some(_) => Json(serde_json::json!({ "notices": CATALOGUE })).into_response(),
        None => Redirect::to("/sign-in?next=/notices").into_response(),
    }
}
