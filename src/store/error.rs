//! What can go wrong in the store, by what the caller can do about it.
//! Returned by every method of `Store`; mapped to answers by `ingest` and `web`.
//! Holds always: the text names no person, no token and no value of a row.

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection, or none in time: try again later (503).
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The disk is full: nothing was stored; free space (503).
    #[error("the database's disk is full")]
    Full,
    /// Busy, deadlock or serialization failure: the same call may succeed at once.
    #[error("the database is busy; try again")]
    Retry,
    /// The lease or revision is someone else's by now: drop the result, read again.
    #[error("someone else was faster: the lease or revision is lost")]
    Fenced,
    /// The database could lose what it confirmed: the program must not start.
    #[error("the database is not safe: {0}")]
    Unsafe(String),
    /// What is stored, or asked for, contradicts itself.
    #[error("the database contradicts itself: {0}")]
    Inconsistent(String),
    /// Anything else.
    #[error("database error: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether the caller may repeat the call (after a while) and expect it to work.
    pub fn is_temporary(&self) -> bool {
        matches!(self, StoreError::Unavailable(_) | StoreError::Full | StoreError::Retry)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        use sqlx::Error;
        match &error {
            Error::Database(db) => match db.code().as_deref() {
                Some("40001" | "40P01") => StoreError::Retry,
                Some("53100") => StoreError::Full,
                // PostgreSQL: connection exceptions, no slots left, shutting down, read-only standby.
                Some(code) if ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) || code == "25006" => {
                    StoreError::Unavailable(db.message().to_owned())
                }
                // SQLite: primary code is the low byte (BUSY 5, LOCKED 6, READONLY 8, IOERR 10, CORRUPT 11, FULL 13, CANTOPEN 14).
                Some(code) if code.len() != 5 => match code.parse::<u32>().map(|code| code & 0xff) {
                    Ok(5 | 6) => StoreError::Retry,
                    Ok(13) => StoreError::Full,
                    Ok(8 | 10 | 14) => StoreError::Unavailable(db.message().to_owned()),
                    Ok(11 | 26) => StoreError::Inconsistent(db.message().to_owned()),
                    _ => StoreError::Other(db.message().to_owned()),
                },
                _ => StoreError::Other(db.message().to_owned()),
            },
            Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => StoreError::Full,
            Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => {
                StoreError::Unavailable(error.to_string())
            }
            Error::ColumnDecode { index, .. } => StoreError::Inconsistent(format!("column {index} cannot be read")),
            Error::Decode(_) => StoreError::Inconsistent("a column cannot be read".to_owned()),
            _ => StoreError::Other(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> StoreError {
        // Its text may quote the document: only where it failed is told.
        StoreError::Inconsistent(format!(
            "a stored document cannot be read or written at line {}, column {}",
            error.line(),
            error.column()
        ))
    }
}

impl From<super::UnknownWord> for StoreError {
    fn from(error: super::UnknownWord) -> StoreError {
        StoreError::Inconsistent(error.to_string())
    }
}
