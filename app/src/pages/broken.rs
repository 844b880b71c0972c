//! A page whose content cannot be shown: to the sign-in if that is why, else what happened and what to do.
//! Called by every page of tables and forms.
//! Always holds: the answer's status is the error's.

use leptos::prelude::*;

use super::sign_in;
use crate::{components::fault::Fault, response, view::AppError};

/// `what` could not be read; `here` is the page's address.
pub(super) fn broken(error: AppError, what: &'static str, here: String) -> AnyView {
    if error == AppError::SignIn {
        response::redirect(&sign_in::href(&here));
        return ().into_any();
    }
    response::status(error.status());
    let back = (t!("To the map", "Zur Karte"), "/".to_owned());
    view! { <Fault error what again=here back/> }.into_any()
}
