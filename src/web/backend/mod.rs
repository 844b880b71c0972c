//! What the pages need, answered from the store: the app's `Backend`, bound to one request's person.
//! Called by server functions and by pages while they render on the server.
//! Always holds: every method checks who asks before it reads; another company's ids are not found.

mod area;
mod boards;
mod booking;
mod care;
mod columns;
mod company;
mod document;
mod drawn;
mod feed;
mod health;
mod incident;
mod lines;
mod looks;
mod needle;
mod people;
mod person;
mod places;
pub mod quality;
mod search;
mod selection;
mod semantics;
mod shares;
mod sheet;
mod spells;

use app::backend::Backend;
use app::tf;
use app::view::quality::{CodeDoc, QualityPage, QualityQuery};
use app::view::{
    AppError, BacklogView, BoardsPage, BoardsQuery, Company, CompanyView, ConnectDone, ConnectPage, FeedPage,
    FeedQuery, Hit, Instant, LooksPage, LooksQuery, MapPage, MapQuery, Me, PersonPage, PrivacyView, PublicInfo,
    Role as ViewRole, SheetPage,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use drawn::people_map;
pub use feed::{REPLAYED, filter as event_filter};
pub use looks::all as all_looks;
pub use people::{Listing, people_list};
pub use person::page as person_page;
pub use places::{german_city, translated};
pub use quality::source_title;
pub use sheet::may_reveal;

use super::{AppState, Principal};
use crate::store::{CompanyRow, CompanyState, Role, Scope, StoreError};

/// The answers to one request.
pub struct RequestBackend {
    pub state: AppState,
    pub who: Option<Principal>,
    /// The company that was connected in this session.
    pub just_connected: Option<String>,
    /// Of the browser that asks; `None` outside a request.
    pub session: Option<tower_sessions::Session>,
}

impl RequestBackend {
    fn who(&self) -> Result<&Principal, AppError> {
        self.who.as_ref().ok_or(AppError::SignIn)
    }

    /// What may be read, narrowed to an operator's choice of company.
    fn scope(&self, chosen: Option<&str>) -> Result<Scope, AppError> {
        let who = self.who()?;
        let chosen = chosen.filter(|_| who.role == Role::Operator);
        who.scope_of(chosen).ok_or(AppError::Forbidden)
    }
}

/// Logs once and answers with the id only.
pub fn fault(error: &StoreError) -> AppError {
    if error.is_temporary() {
        tracing::warn!(%error, "the store did not answer a page");
        return AppError::Unavailable;
    }
    let id = Uuid::now_v7().simple().to_string().split_off(20).to_uppercase();
    tracing::error!(id, %error, "a page failed");
    AppError::Internal { id }
}

/// Seconds since 1970 as the pages count them.
pub fn instant(at: DateTime<Utc>) -> Instant {
    Instant(at.timestamp())
}

/// The inverse; instants beyond chrono's range are not asked for.
pub fn moment(at: Instant) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.0, 0)
}

fn shown(company: CompanyRow) -> Company {
    Company {
        name: company.name.unwrap_or_else(|| {
            tf!(
                "Company {}",
                "Unternehmen {}",
                company.id.get(..8).unwrap_or(&company.id)
            )
        }),
        id: company.id,
    }
}

#[async_trait]
impl Backend for RequestBackend {
    async fn me(&self) -> Result<Me, AppError> {
        let who = self.who()?;
        let companies = match who.scope() {
            Some(scope) => self.state.store.companies(&scope).await.map_err(|e| fault(&e))?,
            None => Vec::new(),
        };
        let mut companies = companies.into_iter().map(shown).collect::<Vec<_>>();
        let (role, company) = match who.role {
            Role::Operator => (ViewRole::Operator, None),
            Role::Admin => (ViewRole::Admin, companies.pop()),
            Role::Manager => (ViewRole::Manager, companies.pop()),
            Role::Viewer => (ViewRole::Viewer, companies.pop()),
        };
        Ok(Me {
            email: who.name.clone(),
            role,
            company,
            companies,
        })
    }

    async fn map_page(&self, query: &MapQuery) -> Result<MapPage, AppError> {
        let scope = self.scope(query.company.as_deref())?;
        people::map_page(&self.state, &scope, query).await
    }

    async fn boards(&self, query: &BoardsQuery) -> Result<BoardsPage, AppError> {
        let scope = self.scope(query.company.as_deref())?;
        boards::page(&self.state, &scope, query).await
    }

    async fn hits(&self, text: &str, company: Option<&str>) -> Result<Vec<Hit>, AppError> {
        let scope = self.scope(company)?;
        search::find(&self.state, &scope, text).await
    }

    async fn person(
        &self,
        id: &str,
        at: Option<Instant>,
        as_of: Option<Instant>,
        why: Option<&str>,
    ) -> Result<PersonPage, AppError> {
        let scope = self.scope(None)?;
        let (at, as_of) = (at.and_then(moment), as_of.and_then(moment));
        let page = person::page(&self.state, &scope, id, at, as_of, why).await?;
        let reach = sheet::reach(self, &scope, id).await?;
        Ok(PersonPage { reach, ..page })
    }

    async fn sheet(&self, query: &MapQuery) -> Result<SheetPage, AppError> {
        sheet::sheet(self, query).await
    }

    async fn connect_page(&self, error: Option<&str>) -> Result<ConnectPage, AppError> {
        Ok(ConnectPage {
            code_only: self.state.code_only,
            mail: self.state.mail.is_some(),
            problem: error.and_then(crate::concur::problem::said).map(super::german::problem),
            configured: self.state.concur.is_configured(),
            signed_in: self.who.as_ref().map(|w| w.name.clone()),
            info: self.public_info().await,
        })
    }

    async fn connect_done(&self) -> Result<ConnectDone, AppError> {
        let own = match (&self.just_connected, &self.who) {
            (Some(company), _) => company.clone(),
            (None, Some(who)) => who.company.clone().ok_or(AppError::NotFound)?,
            (None, None) => return Err(AppError::SignIn),
        };
        let own = Scope::Company(own.to_lowercase());
        let id = own.company().unwrap_or_default().to_owned();
        let company = self.state.store.company(&own, &id).await.map_err(|e| fault(&e))?;
        let company = company
            .filter(|c| c.state == CompanyState::Connected)
            .ok_or(AppError::NotFound)?;
        let status = self
            .state
            .store
            .ingest_status(&own, (self.state.clock)())
            .await
            .map_err(|e| fault(&e))?;
        let waiting = status.queued + status.running;
        Ok(ConnectDone {
            company: company.name,
            company_id: company.id,
            region: company.region.unwrap_or_default(),
            trips_waiting: u32::try_from(waiting).ok().filter(|n| *n > 0),
            signed_in: self.who.is_some(),
            info: self.public_info().await,
        })
    }

    async fn feed_page(&self, query: &FeedQuery) -> Result<FeedPage, AppError> {
        if self.who()?.role != Role::Operator {
            return Err(AppError::Forbidden);
        }
        feed::page(&self.state, query).await
    }

    async fn backlog_page(&self, company: Option<&str>) -> Result<BacklogView, AppError> {
        care::backlog(self, company).await
    }

    async fn privacy_page(&self, company: Option<&str>) -> Result<PrivacyView, AppError> {
        care::privacy(self, company).await
    }

    async fn looks_page(&self, query: &LooksQuery) -> Result<LooksPage, AppError> {
        looks::page(self, query).await
    }

    async fn company_page(&self, company: Option<&str>) -> Result<CompanyView, AppError> {
        company::view(self, company).await
    }

    async fn invitation(&self, code: &str) -> Result<String, AppError> {
        company::invited(&self.state, code).await
    }

    async fn quality_page(&self, query: &QualityQuery) -> Result<QualityPage, AppError> {
        let scope = self.scope(query.company.as_deref())?;
        let who = self.who()?;
        if who.role == Role::Viewer {
            return Err(AppError::Forbidden);
        }
        let (me, may_change) = (self.me().await?, who.may_administer());
        let company = match scope.company() {
            Some(id) => Some(shown(
                self.state
                    .store
                    .company(&scope, id)
                    .await
                    .map_err(|e| fault(&e))?
                    .ok_or(AppError::NotFound)?,
            )),
            None => None,
        };
        let asked = quality::Asked {
            query,
            scope: &scope,
            me,
            company,
            may_change,
        };
        quality::page(&self.state, asked).await
    }

    async fn notice_codes(&self) -> Result<Vec<CodeDoc>, AppError> {
        self.who()?;
        Ok(quality::codes())
    }

    async fn public_info(&self) -> PublicInfo {
        PublicInfo {
            papers: self.state.papers.clone(),
            support: self.state.support.clone(),
        }
    }
}
