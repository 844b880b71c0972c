//! The accepted keys while the program runs: read again when their file changes, and when each matched last (E48–E50).
//! Called by `receive` for every delivery, by the upkeep, and by what shows the keys to the operator.
//! Always: a file that cannot be read leaves the keys that were there: a mistake in a rotation costs no event.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use http::HeaderMap;

use super::signature::{BadSignature, KeyProblem, Keys};

/// The keys and what became of them.
pub struct KeyRing {
    file: Option<PathBuf>,
    keys: RwLock<Arc<Keys>>,
    /// As of when the file was read.
    read: Mutex<Option<SystemTime>>,
    /// Fingerprints that matched since they were last stored, with the newest time.
    matched: Mutex<BTreeMap<String, DateTime<Utc>>>,
    /// Why the file's newest content is not in use.
    problem: Mutex<Option<String>>,
}

/// Why there are no keys at the start.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileProblem {
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Key(#[from] KeyProblem),
}

impl From<Keys> for KeyRing {
    fn from(keys: Keys) -> Self {
        Self {
            file: None,
            keys: RwLock::new(Arc::new(keys)),
            read: Mutex::default(),
            matched: Mutex::default(),
            problem: Mutex::default(),
        }
    }
}

impl KeyRing {
    /// Reads the keys of `--ess-public-keys`.
    pub fn open(file: PathBuf) -> Result<Self, KeyFileProblem> {
        let changed = std::fs::metadata(&file)?.modified().ok();
        let keys = Keys::from_pem(&std::fs::read_to_string(&file)?)?;
        Ok(Self {
            file: Some(file),
            read: Mutex::new(changed),
            ..Self::from(keys)
        })
    }

    /// The keys as they are now.
    pub fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why the file's newest content is not in use, if it is not.
    pub fn problem(&self) -> Option<String> {
        lock(&self.problem).clone()
    }

    /// Whether a delivery is Concur's; notes which key said so.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), BadSignature> {
        let keys = self.keys();
        let fingerprint = keys.verify(headers, body, now)?;
        let mut matched = lock(&self.matched);
        match matched.get_mut(fingerprint) {
            Some(at) => *at = now.max(*at),
            None => drop(matched.insert(fingerprint.to_owned(), now)),
        }
        Ok(())
    }

    /// What matched since the last call, to be stored.
    pub fn take_matched(&self) -> Vec<(String, DateTime<Utc>)> {
        std::mem::take(&mut *lock(&self.matched)).into_iter().collect()
    }

    /// Reads the file again if it changed. A file that cannot be used is said once and leaves the keys as they are.
    pub fn refresh(&self) {
        let Some(file) = &self.file else {
            return;
        };
        let changed = std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
        if std::mem::replace(&mut *lock(&self.read), changed) == changed {
            return;
        }
        let read = std::fs::read_to_string(file)
            .map_err(KeyFileProblem::from)
            .and_then(|text| Ok(Keys::from_pem(&text)?));
        match read {
            Ok(keys) => {
                tracing::info!(
                    keys = keys.list().count(),
                    "the keys of the event service were read again"
                );
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                *lock(&self.problem) = None;
            }
            Err(problem) => {
                tracing::error!(%problem, "the changed key file cannot be used: the keys stay as they were");
                *lock(&self.problem) = Some(problem.to_string());
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
