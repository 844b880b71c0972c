//! What the pages need from the server, in domain words. Implemented by the server, called by the server functions.
//! An implementation is bound to one request's person: each method checks by itself that somebody is signed in and may
//! see what is asked for, answers within a few seconds or with `Unavailable`, and logs faults before it returns them.

use crate::view::quality::{CodeDoc, QualityPage, QualityQuery};
use crate::view::{
    AppError, BacklogView, BoardsPage, BoardsQuery, CompanyView, ConnectDone, ConnectPage, FeedPage, FeedQuery, Hit,
    Instant, LooksPage, LooksQuery, MapPage, MapQuery, Me, PersonPage, PrivacyView, PublicInfo, SheetPage,
};
use async_trait::async_trait;
use leptos::prelude::use_context;
use std::sync::Arc;

/// The pages' questions. The server provides an `Arc<dyn Backend>` as context for every request.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// Who is signed in. `SignIn` if nobody is.
    async fn me(&self) -> Result<Me, AppError>;

    /// The sentence, one page of the list, the places and the time bar. Counts are of everybody the person may see (in
    /// `query.company`, for an operator), whatever the filter; rows and places obey filter, search and `bbox`.
    async fn map_page(&self, query: &MapQuery) -> Result<MapPage, AppError>;

    /// Countries and cities, moves of the next 24 hours, nights without a bed, changes, people without a profile, as known
    /// now. Counts of now are those of `map_page`.
    async fn boards(&self, query: &BoardsQuery) -> Result<BoardsPage, AppError>;

    /// What a text finds, by kind; nothing for a text too short. Nothing of another company, none of which exists.
    async fn hits(&self, text: &str, company: Option<&str>) -> Result<Vec<Hit>, AppError>;

    /// One traveler at `at` (none: now) as known at `as_of` (none: now); with `why`, why they are not thought to be in
    /// that place then. `NotFound` for an unknown id and for one of
    /// another company alike.
    async fn person(
        &self,
        id: &str,
        at: Option<Instant>,
        as_of: Option<Instant>,
        why: Option<&str>,
    ) -> Result<PersonPage, AppError>;

    /// The call sheet of a view: at most `sheet::MOST_PEOPLE` people. With contacts only if the signed-in person may see
    /// them and has just asked for them; each look is in the log before it is answered.
    async fn sheet(&self, query: &MapQuery) -> Result<SheetPage, AppError>;

    /// The landing page of Quick Connect; open to everyone. Must not exchange anything (Q6).
    async fn connect_page(&self, error: Option<&str>) -> Result<ConnectPage, AppError>;

    /// The company's connection and people. `NotFound` for whoever may not administer it, and for another company's id.
    async fn company_page(&self, company: Option<&str>) -> Result<CompanyView, AppError>;

    /// The address of an invitation that still works. `NotFound` for any other code. Open to everyone who has one.
    async fn invitation(&self, code: &str) -> Result<String, AppError>;

    /// What became of the connection that the signed-in person has just made. `NotFound` if there is none.
    async fn connect_done(&self) -> Result<ConnectDone, AppError>;

    /// What comes from Concur's event service, for operators; `Forbidden` for everybody else. Asks the data centres.
    async fn feed_page(&self, query: &FeedQuery) -> Result<FeedPage, AppError>;

    /// The company's backlog; an operator without a choice gets the companies. `Forbidden` to who may not administer.
    async fn backlog_page(&self, company: Option<&str>) -> Result<BacklogView, AppError>;

    /// What the company wants kept, with the same rights.
    async fn privacy_page(&self, company: Option<&str>) -> Result<PrivacyView, AppError>;

    /// Who saw whose contacts in the company, with the same rights.
    async fn looks_page(&self, query: &LooksQuery) -> Result<LooksPage, AppError>;

    /// The page of quality. `Forbidden` for a viewer.
    async fn quality_page(&self, query: &QualityQuery) -> Result<QualityPage, AppError>;

    /// Every notice code with its documentation. `SignIn` if nobody is signed in.
    async fn notice_codes(&self) -> Result<Vec<CodeDoc>, AppError>;

    /// Papers and support; open to everyone, never fails.
    async fn public_info(&self) -> PublicInfo;
}

/// This request's backend. Outside a request, or if the server forgot it, nothing is available.
pub(crate) fn backend() -> Result<Arc<dyn Backend>, AppError> {
    use_context::<Arc<dyn Backend>>().ok_or(AppError::Unavailable)
}
