//! The page of a company, and who was invited.
//! Called by the `Backend`.
//! Always holds: a company's administrator, or staff of the service; for anybody else there is no such page.

use app::view::{
    AppError, BacklogShown, Choice, CompanyPage, CompanyStanding, CompanyView, Invited, Member, OpenCode,
    Role as ViewRole,
};

use super::{RequestBackend, fault, instant, shown};
use crate::store::{BacklogState, CompanyState, OneTimeRow, PersonRow, Purpose, Role, Scope};
use crate::web::{AppState, one_time, session};

pub(super) fn standing(state: CompanyState) -> CompanyStanding {
    match state {
        CompanyState::Connected => CompanyStanding::Connected,
        CompanyState::ReconnectNeeded => CompanyStanding::ReconnectNeeded,
        CompanyState::Disconnected => CompanyStanding::Disconnected,
    }
}

fn role(role: Role) -> ViewRole {
    match role {
        Role::Operator => ViewRole::Operator,
        Role::Admin => ViewRole::Admin,
        Role::Manager => ViewRole::Manager,
        Role::Viewer => ViewRole::Viewer,
    }
}

pub(super) async fn view(backend: &RequestBackend, chosen: Option<&str>) -> Result<CompanyView, AppError> {
    let (state, who) = (&backend.state, backend.who()?);
    if !who.may_administer() {
        return Err(AppError::Forbidden);
    }
    let chosen = chosen.filter(|_| who.role == Role::Operator).or(who.company.as_deref());
    let Some(id) = chosen.map(str::to_lowercase) else {
        let scope = who.scope().ok_or(AppError::NotFound)?;
        let all = state.store.companies(&scope).await.map_err(|e| fault(&e))?;
        let companies = all.into_iter().map(|row| Choice {
            standing: standing(row.state),
            region: row.region.clone(),
            last_event_at: row.last_event_at.map(instant),
            company: shown(row),
        });
        let (now, codes) = ((state.clock)(), state.store.one_times(Purpose::Connect, None).await);
        let codes = codes.map_err(|e| fault(&e))?.into_iter();
        let open = codes.filter(|code| code.used_at.is_none() && code.expires_at > now);
        return Ok(CompanyView::All {
            now: instant(now),
            companies: companies.collect(),
            codes: open.map(open_code).collect(),
            fresh: told(backend).await,
        });
    };
    let scope = who.scope_of(Some(&id)).ok_or(AppError::NotFound)?;
    let row = state.store.company(&scope, &id).await.map_err(|e| fault(&e))?;
    let row = row.ok_or(AppError::NotFound)?;
    let people = state.store.members(&id).await.map_err(|e| fault(&e))?;
    let invited = state
        .store
        .one_times(Purpose::Invitation, Some(&id))
        .await
        .map_err(|e| fault(&e))?;
    let backlog = state
        .store
        .backlogs(&Scope::Company(id.clone()), 1)
        .await
        .map_err(|e| fault(&e))?;
    let now = (state.clock)();
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(CompanyView::One(Box::new(CompanyPage {
        now: instant(now),
        standing: standing(row.state),
        reason: row.reason.clone(),
        since: row.since.map(instant),
        region: row.region.clone(),
        connected_at: row.connected_at.map(instant),
        permitted_until: row.refresh_expires_at.map(instant),
        last_event_at: row.last_event_at.map(instant),
        ages_from: row.retention_started_at.map(instant),
        company: shown(row),
        backlog: backlog.first().map(|run| BacklogShown {
            listed: count(run.listed),
            settled: count(run.listed - run.waiting()),
            failed: count(run.failed),
            listing: run.state == BacklogState::Reading,
        }),
        people: people.into_iter().map(|p| member(p, &who.id)).collect(),
        invited: invited
            .into_iter()
            .filter(|one| one.used_at.is_none() && one.expires_at > now)
            .filter_map(waiting)
            .collect(),
        mail: state.mail.is_some(),
        link: told(backend).await,
        info: app::backend::Backend::public_info(backend).await,
    })))
}

/// What a form had to tell once.
async fn told(backend: &RequestBackend) -> Option<String> {
    session::told_once(backend.session.as_ref()?).await
}

fn open_code(row: OneTimeRow) -> OpenCode {
    OpenCode {
        until: instant(row.expires_at),
        id: row.id,
        company: row.company,
        note: row.note,
    }
}

fn member(person: PersonRow, me: &str) -> Member {
    Member {
        you: person.id == me,
        role: role(person.role),
        id: person.id,
        email: person.email,
    }
}

fn waiting(one: OneTimeRow) -> Option<Invited> {
    Some(Invited {
        email: one.email?,
        role: role(one.role?),
        until: instant(one.expires_at),
        id: one.id,
    })
}

/// The address of an invitation that still works.
pub(super) async fn invited(state: &AppState, code: &str) -> Result<String, AppError> {
    let sha256 = one_time::sha256(Purpose::Invitation, "", code);
    let found = state
        .store
        .one_time(Purpose::Invitation, &sha256, (state.clock)())
        .await;
    let found = found.map_err(|e| fault(&e))?.filter(|one| one.used_at.is_none());
    found.and_then(|one| one.email).ok_or(AppError::NotFound)
}
