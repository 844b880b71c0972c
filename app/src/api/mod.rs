//! Server functions: one line each, they hand on to the Backend. Called by the pages' resources.
//! All of them only read. They are POSTs, so that names and search words are in no address and no log.

use crate::view::quality::{CodeDoc, QualityPage, QualityQuery};
use crate::view::{
    AppError, BacklogView, BoardsPage, BoardsQuery, CompanyView, ConnectDone, ConnectPage, FeedPage, FeedQuery, Hit,
    Instant, LooksPage, LooksQuery, MapPage, MapQuery, Me, PersonPage, PrivacyView, PublicInfo, SheetPage,
};
use leptos::{
    prelude::*,
    server_fn::codec::{Json, PostUrl},
};

#[cfg(feature = "ssr")]
use crate::backend::backend;

#[server(input = PostUrl)]
pub async fn get_me() -> Result<Me, AppError> {
    backend()?.me().await
}

#[server(input = Json)]
pub async fn get_map_page(query: MapQuery) -> Result<MapPage, AppError> {
    backend()?.map_page(&query).await
}

#[server(input = Json)]
pub async fn get_boards(query: BoardsQuery) -> Result<BoardsPage, AppError> {
    backend()?.boards(&query).await
}

#[server(input = Json)]
pub async fn get_person(
    id: String,
    at: Option<Instant>,
    as_of: Option<Instant>,
    why: Option<String>,
) -> Result<PersonPage, AppError> {
    backend()?.person(&id, at, as_of, why.as_deref()).await
}

#[server(input = Json)]
pub async fn get_hits(text: String, company: Option<String>) -> Result<Vec<Hit>, AppError> {
    backend()?.hits(&text, company.as_deref()).await
}

#[server(input = Json)]
pub async fn get_sheet(query: MapQuery) -> Result<SheetPage, AppError> {
    backend()?.sheet(&query).await
}

#[server(input = PostUrl)]
pub async fn get_connect_page(error: Option<String>) -> Result<ConnectPage, AppError> {
    backend()?.connect_page(error.as_deref()).await
}

#[server(input = PostUrl)]
pub async fn get_company(company: Option<String>) -> Result<CompanyView, AppError> {
    backend()?.company_page(company.as_deref()).await
}

#[server(input = PostUrl)]
pub async fn get_invitation(code: String) -> Result<String, AppError> {
    backend()?.invitation(&code).await
}

#[server(input = PostUrl)]
pub async fn get_connect_done() -> Result<ConnectDone, AppError> {
    backend()?.connect_done().await
}

#[server(input = Json)]
pub async fn get_feed_page(query: FeedQuery) -> Result<FeedPage, AppError> {
    backend()?.feed_page(&query).await
}

#[server(input = Json)]
pub async fn get_quality_page(query: QualityQuery) -> Result<QualityPage, AppError> {
    backend()?.quality_page(&query).await
}

#[server(input = PostUrl)]
pub async fn get_notice_codes() -> Result<Vec<CodeDoc>, AppError> {
    backend()?.notice_codes().await
}

#[server(input = PostUrl)]
pub async fn get_public_info() -> Result<PublicInfo, AppError> {
    Ok(backend()?.public_info().await)
}

#[server(input = PostUrl)]
pub async fn get_backlog(company: Option<String>) -> Result<BacklogView, AppError> {
    backend()?.backlog_page(company.as_deref()).await
}

#[server(input = Json)]
pub async fn get_looks(query: LooksQuery) -> Result<LooksPage, AppError> {
    backend()?.looks_page(&query).await
}

#[server(input = PostUrl)]
pub async fn get_privacy(company: Option<String>) -> Result<PrivacyView, AppError> {
    backend()?.privacy_page(company.as_deref()).await
}
