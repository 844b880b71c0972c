//! What a form answers to those who may not send it, in a line and in their language.
//! Called by the forms of companies, of their care and of quality.
//! Always holds: another company's id is answered as one that does not exist.

use app::t;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

/// 404: there is none, or it is not theirs.
pub(super) fn no_such_company() -> Response {
    let text = t!(
        "There is no such company here.\n",
        "Dieses Unternehmen gibt es hier nicht.\n"
    );
    (StatusCode::NOT_FOUND, text).into_response()
}

/// 403: it is theirs, and others decide.
pub(super) fn only_administrators() -> Response {
    let text = t!(
        "Only an administrator of the company may change this.\n",
        "Das darf nur die Administration des Unternehmens ändern.\n"
    );
    (StatusCode::FORBIDDEN, text).into_response()
}
