//! Opening a store by the URL's scheme: the only place that knows both engines.
//! Called once by `serve` and by every command that needs the database.
//! Holds always: a store that opened is migrated and cannot lose what it confirms.

use super::{Store, StoreError, postgres, sqlite};
use std::sync::Arc;

/// Opens `sqlite://path` (created if absent) or `postgres://…`, migrates it, refuses unsafe settings.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(sqlite::open(url).await?)),
        Some("postgres" | "postgresql") => Ok(Arc::new(postgres::open(url).await?)),
        // The URL may hold a password: it is not repeated.
        _ => Err(StoreError::Unsafe(
            "a database URL begins with sqlite:// or postgres://".to_owned(),
        )),
    }
}
