//! The log of contacts as a file (RFC 4180).
//! Called by the router, with the same query as the page.
//! Always holds: a company's administrator, or staff of the service; for anybody else there is no such file.

use app::t;
use app::view::looks::LooksQuery;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{StatusCode, header};

use super::backend::all_looks;
use super::export::record;
use super::sign_in::failed;
use super::{AppState, Principal};
use crate::store::Role;

/// GET /contacts.csv
pub async fn looks_csv(
    State(state): State<AppState>,
    who: Option<Extension<Principal>>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(Extension(who)) = who else {
        return Redirect::to("/sign-in?next=%2Fcontacts").into_response();
    };
    let query = LooksQuery::parse(&query.unwrap_or_default());
    let chosen = query.company.as_deref().filter(|_| who.role == Role::Operator);
    let company = chosen.or(who.company.as_deref()).map(str::to_lowercase);
    let scope = company.and_then(|id| who.scope_of(Some(&id)));
    let Some(scope) = scope.filter(|_| who.may_administer()) else {
        return (
            StatusCode::NOT_FOUND,
            t!("There is no such page here.\n", "Diese Seite gibt es hier nicht.\n"),
        )
            .into_response();
    };
    let looks = match all_looks(&state, &scope, &query).await {
        Ok(looks) => looks,
        Err(error) => return failed(&error),
    };
    let mut out = "\u{feff}".to_owned();
    let heads = [
        t!("When, UTC", "Wann, UTC"),
        t!("Seen by", "Gesehen von"),
        t!("Whose", "Wessen"),
        t!("Why", "Warum"),
    ];
    record(&mut out, heads.map(str::to_owned));
    for look in looks {
        let whose = look.person.map(|(_, name)| name).unwrap_or_default();
        record(&mut out, [look.at.rfc3339(), look.reader, whose, look.why.words()]);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"contacts-seen.csv\"",
        ),
    ];
    (headers, out).into_response()
}
