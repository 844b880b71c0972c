//! Ids of our own.
//! Used wherever a row is created.
//! Holds always: UUIDv7, so they sort by time and cannot be guessed.

use super::time::ms;
use chrono::{DateTime, Utc};
use rand::RngCore;

/// A new id.
pub(super) fn new_id(now: DateTime<Utc>) -> String {
    let mut random = [0; 10];
    rand::rngs::OsRng.fill_bytes(&mut random);
    let at = u64::try_from(ms(now)).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(at, &random)
        .into_uuid()
        .to_string()
}
