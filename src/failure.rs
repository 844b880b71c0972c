//! How a command fails: what the person at the terminal reads.
//! Used by every command; the command line turns it into the exit status.
//! Always holds: the text says what happened and what to do, and names nobody.

use crate::store;
use crate::web::password;

/// What a person at the terminal reads when a command fails.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("{0}")]
    Usage(String),
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("the database: {0}")]
    Store(#[from] store::StoreError),
    #[error("{0}")]
    Password(#[from] password::PasswordError),
    #[error("{0}")]
    Case(#[from] crate::whereabouts::CaseError),
    #[error("{0}")]
    Start(String),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Concur's id of a company.
pub fn uuid(text: &str) -> Result<String, CommandError> {
    uuid::Uuid::parse_str(text.trim())
        .map(|id| id.hyphenated().to_string())
        .map_err(|_| {
            CommandError::Usage(format!(
                "`{text}` is not a company id such as 8f14e45f-ceea-467f-a8d6-0d2f5d1b9c01"
            ))
        })
}
