//! The pages of a company's backlog and of its privacy.
//! Called by the `Backend`.
//! Always holds: a company's administrator, or staff of the service; another company's id is not found.

use app::view::care::{Run, RunState};
use app::view::{AppError, BacklogView, PrivacyView};

use super::places::country_name;
use super::{RequestBackend, fault, instant, shown};
use crate::store::{BacklogRun, BacklogSource, BacklogState, CompanyRow, CompanyState, PersonalTrips, Role, Scope};

/// Readings that the page shows.
const SHOWN: u32 = 20;

/// The company that the page is about, or those from which an operator chooses.
pub(super) async fn company(
    backend: &RequestBackend,
    chosen: Option<&str>,
) -> Result<(Option<CompanyRow>, Vec<CompanyRow>), AppError> {
    let (store, who) = (&backend.state.store, backend.who()?);
    if !who.may_administer() {
        return Err(AppError::Forbidden);
    }
    let chosen = chosen.filter(|_| who.role == Role::Operator).or(who.company.as_deref());
    let Some(id) = chosen.map(str::to_lowercase) else {
        let scope = who.scope().ok_or(AppError::NotFound)?;
        return Ok((None, store.companies(&scope).await.map_err(|e| fault(&e))?));
    };
    let scope = who.scope_of(Some(&id)).ok_or(AppError::NotFound)?;
    let row = store.company(&scope, &id).await.map_err(|e| fault(&e))?;
    Ok((Some(row.ok_or(AppError::NotFound)?), Vec::new()))
}

fn run(run: &BacklogRun) -> Run {
    let count = |n: i64| u32::try_from(n).unwrap_or_default();
    Run {
        document: run.source == BacklogSource::Document,
        state: match run.state {
            BacklogState::Reading => RunState::Reading,
            BacklogState::Waiting if run.waiting() == 0 => RunState::Done,
            BacklogState::Waiting => RunState::Waiting,
            BacklogState::Done => RunState::Done,
            BacklogState::Stopped => RunState::Stopped,
        },
        reason: run.reason.clone(),
        listed: count(run.listed),
        done: count(run.done),
        skipped: count(run.skipped),
        gone: count(run.gone),
        failed: count(run.failed),
        waiting: count(run.waiting()),
        started_at: instant(run.started_at),
        ended_at: run.ended_at.map(instant),
    }
}

pub(super) async fn backlog(backend: &RequestBackend, chosen: Option<&str>) -> Result<BacklogView, AppError> {
    let (row, companies) = company(backend, chosen).await?;
    let runs = match &row {
        Some(row) => {
            let runs = backend
                .state
                .store
                .backlogs(&Scope::Company(row.id.clone()), SHOWN)
                .await;
            runs.map_err(|e| fault(&e))?
        }
        None => Vec::new(),
    };
    Ok(BacklogView {
        now: instant((backend.state.clock)()),
        connected: row.as_ref().is_some_and(|row| row.state == CompanyState::Connected),
        company: row.map(shown),
        companies: companies.into_iter().map(shown).collect(),
        runs: runs.iter().map(run).collect(),
    })
}

pub(super) async fn privacy(backend: &RequestBackend, chosen: Option<&str>) -> Result<PrivacyView, AppError> {
    let (row, companies) = company(backend, chosen).await?;
    let choices = match &row {
        Some(row) => backend.state.store.privacy(&row.id).await.map_err(|e| fault(&e))?,
        None => Default::default(),
    };
    Ok(PrivacyView {
        now: instant((backend.state.clock)()),
        left_at: row.as_ref().and_then(|row| row.retention_started_at).map(instant),
        company: row.map(shown),
        companies: companies.into_iter().map(shown).collect(),
        keep_days: choices.policy.keep_days,
        keep_left_days: choices.policy.keep_left_days,
        hide_personal: choices.policy.personal == PersonalTrips::Hide,
        countries: choices.policy.countries.iter().map(|code| country_name(code)).collect(),
        unknown_country: choices.policy.unknown_country,
        changed: choices.changed_at.map(instant).zip(choices.changed_by),
        applying: choices.revision > choices.judged,
    })
}
