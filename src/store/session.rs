//! Sessions of the web application, kept by the store.
//! Given to tower-sessions' layer by `web`.
//! Holds always: the database knows a digest of the session's id, not the id.

use super::{Store, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, TimeZone, Utc};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, Error, ExpiredDeletion, SessionStore};

/// Adapts a [`Store`] to tower-sessions.
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn Store>,
    clock: fn() -> DateTime<Utc>,
}

impl Sessions {
    /// Sessions in this store, by the system's clock.
    pub fn new(store: Arc<dyn Store>) -> Sessions {
        Sessions { store, clock: Utc::now }
    }

    /// The same, by another clock.
    pub fn with_clock(store: Arc<dyn Store>, clock: fn() -> DateTime<Utc>) -> Sessions {
        Sessions { store, clock }
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions")
            .field("engine", &self.store.engine())
            .finish_non_exhaustive()
    }
}

fn digest(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

fn backend(error: StoreError) -> Error {
    Error::Backend(error.to_string())
}

fn encode(record: &Record) -> session_store::Result<(Vec<u8>, DateTime<Utc>)> {
    let data = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
    let expires = Utc
        .timestamp_opt(record.expiry_date.unix_timestamp(), 0)
        .single()
        .ok_or_else(|| Error::Encode("the session ends beyond time".to_owned()))?;
    Ok((data, expires))
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let (data, expires) = encode(record)?;
        while !self
            .store
            .session_create(&digest(&record.id), &data, expires)
            .await
            .map_err(backend)?
        {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (data, expires) = encode(record)?;
        self.store
            .session_save(&digest(&record.id), &data, expires)
            .await
            .map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some((data, expires)) = self
            .store
            .session_load(&digest(id), (self.clock)())
            .await
            .map_err(backend)?
        else {
            return Ok(None);
        };
        let data = serde_json::from_slice(&data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires.timestamp())
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.store.session_delete(&digest(id)).await.map_err(backend)
    }
}

#[async_trait]
impl ExpiredDeletion for Sessions {
    async fn delete_expired(&self) -> session_store::Result<()> {
        self.store.sessions_expire((self.clock)()).await.map_err(backend)?;
        Ok(())
    }
}
