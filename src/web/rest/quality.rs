//! REST: how good each source is, and what each notice means.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::bearer::Bearer;
use crate::web::AppState;
use crate::web::quality::{Period, Report, report};
use crate::whereabouts::{CATALOGUE, Code};

/// Which documents are meant: by the day on which the travel begins.
#[derive(Deserialize, IntoParams)]
pub struct SourcesQuery {
    /// Concur's id of a company.
    company: Option<String>,
    /// First day: a date or an instant; thirty days ago if not given.
    from: Option<String>,
    /// Last day; yesterday if not given.
    to: Option<String>,
}

/// How good each source is: counts, scores by dimension, notices by code
#[utoipa::path(get, path = "/api/v1/quality/sources", tag = "quality", security(("bearer" = [])), params(SourcesQuery),
    responses((status = 200, body = Report), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn sources(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    query: Result<Query<SourcesQuery>, QueryRejection>,
) -> Result<Json<Report>, Problem> {
    let Query(query) = query.map_err(|e| Problem::invalid(e.body_text()))?;
    let now = (state.clock)();
    let usual = Period::last_30(now.date_naive());
    let period = Period {
        from: day(query.from.as_deref(), "from")?.unwrap_or(usual.from),
        to: day(query.to.as_deref(), "to")?.unwrap_or(usual.to),
    };
    if period.to < period.from {
        return Err(Problem::invalid("`to` is before `from`."));
    }
    let Some(scope) = who.scope_of(query.company.as_deref()) else {
        return Ok(Json(Report::nothing(period, now)));
    };
    Ok(Json(report(state.store.as_ref(), &scope, period, now).await?))
}

fn day(text: Option<&str>, name: &str) -> Result<Option<NaiveDate>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let instant = || text.parse::<DateTime<Utc>>().map(|at| at.date_naive());
    text.parse().or_else(|_| instant()).map(Some).map_err(|_| {
        Problem::invalid(format!(
            "`{name}` is a date such as 2026-11-09, or an instant of RFC 3339."
        ))
    })
}

/// Said and come true, by month and source.
#[derive(Serialize, ToSchema)]
pub struct Calibrations {
    /// The newest month first.
    months: Vec<CalibratedMonth>,
}

/// What was said of a source's places the day before, and what later documents held.
#[derive(Serialize, ToSchema)]
pub struct CalibratedMonth {
    /// `2026-10`
    month: String,
    /// As in the report of sources.
    source: String,
    /// Mean of the probabilities.
    said: f64,
    /// Held by later documents …
    good: i64,
    /// … of those that a later document speaks of.
    total: i64,
    /// By what the source's probabilities would have to be multiplied; a proposal, never applied. `null`: insufficient.
    proposed_factor: Option<f64>,
}

/// Whose.
#[derive(Deserialize, IntoParams)]
pub struct CalibrationQuery {
    /// Concur's id of a company.
    company: Option<String>,
}

/// What was said of each source's places and what came true, for the last twelve months
#[utoipa::path(get, path = "/api/v1/quality/calibration", tag = "quality", security(("bearer" = [])), params(CalibrationQuery),
    responses((status = 200, body = Calibrations), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn calibration(
    State(state): State<AppState>,
    Bearer(who): Bearer,
    query: Result<Query<CalibrationQuery>, QueryRejection>,
) -> Result<Json<Calibrations>, Problem> {
    let Query(query) = query.map_err(|e| Problem::invalid(e.body_text()))?;
    let kept = match who.scope_of(query.company.as_deref()) {
        Some(scope) => state.store.calibrations(&scope, 12).await?,
        None => Vec::new(),
    };
    let month = |one: crate::store::Calibration| CalibratedMonth {
        month: one.month,
        source: crate::quality::word(one.source).to_owned(),
        said: one.said.expected / one.said.came.total.max(1) as f64,
        good: one.said.came.good,
        total: one.said.came.total,
        proposed_factor: one.said.factor(),
    };
    Ok(Json(Calibrations {
        months: kept.into_iter().map(month).collect(),
    }))
}

/// Every notice code.
#[derive(Serialize, ToSchema)]
pub struct Notices {
    notices: &'static [Code],
}

/// Every notice code with what it means
#[utoipa::path(get, path = "/api/v1/quality/notices", tag = "quality", security(("bearer" = [])),
    responses((status = 200, body = Notices), (status = 401, body = Problem)))]
pub async fn notices(Bearer(_): Bearer) -> Json<Notices> {
    Json(Notices { notices: CATALOGUE })
}
