//! Instants as the database keeps them: unix milliseconds.
//! Used by every query of both engines.
//! Holds always: what does not fit is an error, never another time.

use super::StoreError;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Unix milliseconds; finer parts are cut off towards the past.
pub(super) fn ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// The same, of an instant that may be absent.
pub(super) fn ms_opt(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(ms)
}

/// The instant of a stored value.
pub(super) fn at(ms: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| StoreError::Inconsistent(format!("{ms} is not an instant")))
}

/// The same, of a value that may be absent.
pub(super) fn at_opt(ms: Option<i64>) -> Result<Option<DateTime<Utc>>, StoreError> {
    ms.map(at).transpose()
}

/// A length in milliseconds, at most what a column can hold.
pub(super) fn length(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
