//! The one error that reaches a person. Made by the Backend, shown by the pages.
//! It says what to do and holds nothing that a person may not read: details are in the log, under the id.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// What went wrong, in terms of what the person can do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AppError {
    /// No such thing, or not in this person's company.
    #[error("not found")]
    NotFound,
    /// The role does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// What was asked for makes no sense; `field` is the parameter's name.
    #[error("{field}: {message}")]
    Invalid { field: String, message: String },
    /// Nobody is signed in, or not any more.
    #[error("not signed in")]
    SignIn,
    /// A fault of the service, logged under `id`.
    #[error("internal error {id}")]
    Internal { id: String },
    /// The service cannot answer now (database gone, time-out, no connection).
    #[error("not available now")]
    Unavailable,
}

impl AppError {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            AppError::NotFound => 404,
            AppError::Forbidden => 403,
            AppError::Invalid { .. } => 422,
            AppError::SignIn => 401,
            AppError::Internal { .. } => 500,
            AppError::Unavailable => 503,
        }
    }

    /// Heading: what happened to `what` ("The timeline", "The list").
    pub fn title(&self, what: &str) -> String {
        match self {
            AppError::NotFound => tf!("{what} was not found", "{what}: nicht gefunden"),
            AppError::Forbidden => tf!("{what} is not open to you", "{what}: für Sie nicht zugänglich"),
            AppError::Invalid { .. } => tf!("{what} could not be asked for like this", "{what}: so nicht abfragbar"),
            AppError::SignIn => t!("You are signed out", "Sie sind abgemeldet").to_owned(),
            AppError::Internal { .. } | AppError::Unavailable => {
                tf!("{what} could not be read", "{what}: nicht lesbar")
            }
        }
    }

    /// What to do now, one or two sentences.
    pub fn advice(&self) -> String {
        match self {
            AppError::NotFound => t!("It may have been deleted, or it belongs to another company.", "Das Gesuchte wurde gelöscht oder gehört zu einem anderen Unternehmen.").to_owned(),
            AppError::Forbidden => t!("Ask an administrator of your company for the right to see it or, if you are one, the operator of this service.", "Bitten Sie die Administration Ihres Unternehmens um das Recht dazu oder, wenn Sie das selbst sind, den Betreiber dieses Dienstes.").to_owned(),
            AppError::Invalid { message, .. } => tf!("{message} Correct the address or go back to the list.", "{message} Berichtigen Sie die Adresse oder gehen Sie zurück zur Liste."),
            AppError::SignIn => t!("Sign in again; you come back to this page.", "Melden Sie sich wieder an; Sie kommen auf diese Seite zurück.").to_owned(),
            AppError::Internal { .. } => {
                t!("Nothing you did is lost. Try again; if it stays so, give your administrator the number below.", "Nichts ist verloren. Versuchen Sie es erneut; bleibt es so, nennen Sie Ihrer Administration die Nummer unten.")
                    .to_owned()
            }
            AppError::Unavailable => {
                t!("Nothing you did is lost. The service does not answer; try again in a moment.", "Nichts ist verloren. Der Dienst antwortet nicht; versuchen Sie es gleich noch einmal.").to_owned()
            }
        }
    }

    /// The number to quote, if there is one.
    pub fn number(&self) -> Option<&str> {
        match self {
            AppError::Internal { id } => Some(id),
            _ => None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => AppError::Invalid {
                field: "arguments".to_owned(),
                message: t!("Something in the question is missing.", "In der Anfrage fehlt etwas.").to_owned(),
            },
            // The browser could not reach the server, or a proxy answered in its place.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => AppError::Unavailable,
            _ => AppError::Internal { id: "–".to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crosses_the_wire_and_back() {
        for error in [
            AppError::NotFound,
            AppError::SignIn,
            AppError::Internal { id: "Q4-7F2K".into() },
        ] {
            assert_eq!(AppError::de(error.ser()), error);
        }
        assert_eq!(AppError::de("<html>bad gateway</html>".into()), AppError::Unavailable);
    }

    #[test]
    fn says_what_to_do_and_nothing_else() {
        let from_framework = AppError::from_server_fn_error(ServerFnErrorErr::ServerError("SELECT secret".into()));
        assert!(!from_framework.advice().contains("secret"));
        assert_eq!(
            AppError::Unavailable.title("The timeline"),
            "The timeline could not be read"
        );
    }
}
