//! Passwords: argon2id, checked off the async threads and never more at once than there are cores.
//! Called by sign-in, sign-up and `user add`.
//! Always holds: checking an unknown e-mail costs as much as checking a known one (no enumeration by time).

use std::sync::{LazyLock, OnceLock};

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Shortest accepted password, in characters.
pub const MIN_CHARS: usize = 12;
/// Longest accepted password, in bytes: more would only be a way to make us work.
pub const MAX_BYTES: usize = 256;

static AT_ONCE: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));
static NOBODY: OnceLock<String> = OnceLock::new();

/// Why a password was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    #[error("the password needs at least {MIN_CHARS} characters")]
    TooShort,
    #[error("the password is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("this password is among the most used ones; choose another")]
    TooCommon,
    #[error("the password could not be processed")]
    Failed,
}

fn hasher() -> Argon2<'static> {
    // OWASP's second choice: 19 MiB, two passes, one lane.
    let params = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a new password after checking its length.
pub async fn hash(password: String) -> Result<String, PasswordError> {
    check(&password)?;
    run(move || hash_now(&password)).await?
}

fn hash_now(password: &str) -> Result<String, PasswordError> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = hasher()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|_| PasswordError::Failed)?;
    Ok(hash.to_string())
}

fn check(password: &str) -> Result<(), PasswordError> {
    if password.chars().count() < MIN_CHARS {
        return Err(PasswordError::TooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(PasswordError::TooLong);
    }
    let lower = password.to_lowercase();
    let mut letters = lower.chars().collect::<Vec<_>>();
    letters.sort_unstable();
    letters.dedup();
    let common = ["password", "qwerty", "123456", "letmein", "whereabouts"];
    let rest = common.iter().fold(lower.clone(), |text, word| text.replace(word, ""));
    if letters.len() < 4 || rest.chars().filter(|c| c.is_alphanumeric()).count() < 4 {
        return Err(PasswordError::TooCommon);
    }
    Ok(())
}

/// Whether `password` is the one behind `hash`; with no hash it takes as long and is false.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, PasswordError> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    run(move || {
        let known = hash.is_some();
        let stored = match &hash {
            Some(hash) => hash.as_str(),
            None => {
                if NOBODY.get().is_none() {
                    let _ = NOBODY.set(hash_now("nobody has this password")?);
                }
                NOBODY.get().map_or("", String::as_str)
            }
        };
        let parsed = PasswordHash::new(stored).map_err(|_| PasswordError::Failed)?;
        Ok(hasher().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await?
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
    let _permit = AT_ONCE.acquire().await.map_err(|_| PasswordError::Failed)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| PasswordError::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_opens_and_no_other_does() {
        let stored = hash("correct horse battery".into()).await.expect("long enough");
        assert!(
            verify("correct horse battery".into(), Some(stored.clone()))
                .await
                .expect("parsed")
        );
        assert!(
            !verify("correct horse batterz".into(), Some(stored))
                .await
                .expect("parsed")
        );
        assert!(!verify("nobody has this password".into(), None).await.expect("parsed"));
    }

    #[tokio::test]
    async fn short_long_and_common_ones_are_refused() {
        assert_eq!(hash("short".into()).await, Err(PasswordError::TooShort));
        assert_eq!(hash("x1y2".repeat(100)).await, Err(PasswordError::TooLong));
        assert_eq!(hash("aaaaaaaaaaaaaa".into()).await, Err(PasswordError::TooCommon));
        assert_eq!(hash("Password123456".into()).await, Err(PasswordError::TooCommon));
    }
}
