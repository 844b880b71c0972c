//! Secrets at rest: refresh tokens under XChaCha20-Poly1305 with a master key from a file.
//! Called by `token`, `connect` and the configuration at start.
//! Always: text form `v1.kid.nonce.ct`, bound to company and column; what does not open is an error, never passed through.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, OsRng, Payload};
use chacha20poly1305::{AeadCore as _, Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use super::secret::Secret;

/// The column under which the grant's refresh token is sealed.
pub const REFRESH_TOKEN: &str = "refresh_token";

/// Why a key file or a sealed text cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SealProblem {
    /// The key file cannot be read or made.
    #[error("the secret key file {path} cannot be {what}: {error}")]
    File {
        /// Where.
        path: String,
        /// `read` or `written`.
        what: &'static str,
        /// Of the operating system.
        error: io::Error,
    },
    /// The key file holds something else.
    #[error("the secret key file {0} does not hold 32 bytes in base64, one key a line")]
    Key(String),
    /// Not of the form `v1.kid.nonce.ct`.
    #[error("a sealed secret in the database is malformed")]
    Malformed,
    /// Sealed under a key that is not in the file.
    #[error("a secret in the database was sealed under key {0}, which is not in the secret key file")]
    UnknownKey(String),
    /// Changed, or moved from another row.
    #[error("a sealed secret in the database does not belong where it is")]
    Forged,
}

struct Master {
    kid: String,
    cipher: XChaCha20Poly1305,
}

/// Seals with the first key of the file and opens with all of them, so that a key can be replaced.
pub struct Sealer {
    keys: Vec<Master>,
}

impl Sealer {
    /// A sealer with one key.
    pub fn from_key(key: [u8; 32]) -> Self {
        Self {
            keys: vec![master(&key)],
        }
    }

    /// Reads the key file. With `create` a missing one is made with mode 0600.
    pub fn open_file(path: &Path, create: bool) -> Result<Self, SealProblem> {
        let file = |what| {
            move |error| SealProblem::File {
                path: path.display().to_string(),
                what,
                error,
            }
        };
        let text = match fs::read_to_string(path) {
            Err(error) if create && error.kind() == io::ErrorKind::NotFound => {
                make(path).map_err(file("written"))?;
                fs::read_to_string(path)
            }
            other => other,
        }
        .map_err(file("read"))?;
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines
            .map(|line| {
                STANDARD
                    .decode(line)
                    .ok()
                    .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
                    .map(|key| master(&key))
            })
            .collect::<Option<Vec<_>>>()
            .filter(|keys| !keys.is_empty())
            .ok_or_else(|| SealProblem::Key(path.display().to_string()))?;
        Ok(Self { keys })
    }

    /// Seals `secret` for this column of this company.
    pub fn seal(&self, company: &str, column: &str, secret: &Secret) -> Result<String, SealProblem> {
        let Some(Master { kid, cipher }) = self.keys.first() else {
            return Err(SealProblem::Malformed);
        };
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: &bound_to(company, column),
        };
        let sealed = cipher.encrypt(&nonce, payload).map_err(|_| SealProblem::Malformed)?;
        Ok(format!(
            "v1.{kid}.{}.{}",
            URL_SAFE_NO_PAD.encode(nonce),
            URL_SAFE_NO_PAD.encode(sealed)
        ))
    }

    /// Opens what [`Sealer::seal`] made for the same column of the same company.
    pub fn open(&self, company: &str, column: &str, sealed: &str) -> Result<Secret, SealProblem> {
        let parts: Vec<&str> = sealed.split('.').collect();
        let ["v1", kid, nonce, ct] = parts[..] else {
            return Err(SealProblem::Malformed);
        };
        let key = self
            .keys
            .iter()
            .find(|k| k.kid == kid)
            .ok_or_else(|| SealProblem::UnknownKey(kid.to_owned()))?;
        let nonce = URL_SAFE_NO_PAD
            .decode(nonce)
            .ok()
            .filter(|n| n.len() == 24)
            .ok_or(SealProblem::Malformed)?;
        let ct = URL_SAFE_NO_PAD.decode(ct).map_err(|_| SealProblem::Malformed)?;
        let payload = Payload {
            msg: &ct,
            aad: &bound_to(company, column),
        };
        let plain = key
            .cipher
            .decrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| SealProblem::Forged)?;
        String::from_utf8(plain)
            .map(Secret::new)
            .map_err(|_| SealProblem::Forged)
    }
}

fn master(key: &[u8; 32]) -> Master {
    let kid = Sha256::digest(key)
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Master {
        kid,
        cipher: XChaCha20Poly1305::new(Key::from_slice(key)),
    }
}

/// Length-prefixed, so that no two pairs of company and column give the same bytes.
fn bound_to(company: &str, column: &str) -> Vec<u8> {
    let company = company.to_ascii_lowercase();
    ["v1", &company, column]
        .iter()
        .flat_map(|part| [&(part.len() as u64).to_be_bytes(), part.as_bytes()].concat())
        .collect()
}

/// Makes a key file that is complete as soon as it has its name, also when two programs start at once.
fn make(path: &Path) -> io::Result<()> {
    let key = XChaCha20Poly1305::generate_key(&mut OsRng);
    let draft = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(format!("{}\n", STANDARD.encode(key)).as_bytes())?;
        file.sync_all()?;
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    });
    let _ = fs::remove_file(&draft);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new("2d725xipty0z7ha3vlpy8b2c3hqxmw")
    }

    #[test]
    fn p9_a_sealed_token_opens_only_where_it_was_sealed() {
        let sealer = Sealer::from_key([7; 32]);
        let sealed = sealer.seal("Company-A", REFRESH_TOKEN, &secret()).unwrap();
        assert!(sealed.starts_with("v1.") && !sealed.contains(secret().expose()));
        assert_eq!(sealer.open("company-a", REFRESH_TOKEN, &sealed).unwrap(), secret());
        assert!(matches!(
            sealer.open("company-b", REFRESH_TOKEN, &sealed),
            Err(SealProblem::Forged)
        ));
        assert!(matches!(
            sealer.open("company-a", "other", &sealed),
            Err(SealProblem::Forged)
        ));
        assert!(matches!(
            Sealer::from_key([8; 32]).open("company-a", REFRESH_TOKEN, &sealed),
            Err(SealProblem::UnknownKey(_))
        ));
        assert!(matches!(
            sealer.open("company-a", REFRESH_TOKEN, secret().expose()),
            Err(SealProblem::Malformed)
        ));
        assert_ne!(
            sealed,
            sealer.seal("company-a", REFRESH_TOKEN, &secret()).unwrap(),
            "the nonce is fresh"
        );
    }

    #[test]
    fn a_missing_key_file_is_made_once_and_readable_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whereabouts.key");
        assert!(matches!(Sealer::open_file(&path, false), Err(SealProblem::File { .. })));
        let sealed = Sealer::open_file(&path, true)
            .unwrap()
            .seal("a", REFRESH_TOKEN, &secret())
            .unwrap();
        assert_eq!(
            Sealer::open_file(&path, true)
                .unwrap()
                .open("a", REFRESH_TOKEN, &sealed)
                .unwrap(),
            secret()
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).unwrap());
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_key_can_be_replaced_without_losing_what_the_old_one_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let old = Sealer::from_key([1; 32]).seal("a", REFRESH_TOKEN, &secret()).unwrap();
        fs::write(
            &path,
            format!(
                "# newest first\n{}\n{}\n",
                STANDARD.encode([2; 32]),
                STANDARD.encode([1; 32])
            ),
        )
        .unwrap();
        let both = Sealer::open_file(&path, false).unwrap();
        assert_eq!(both.open("a", REFRESH_TOKEN, &old).unwrap(), secret());
        let new = both.seal("a", REFRESH_TOKEN, &secret()).unwrap();
        assert_eq!(
            Sealer::from_key([2; 32]).open("a", REFRESH_TOKEN, &new).unwrap(),
            secret()
        );
        fs::write(&path, "too short").unwrap();
        assert!(matches!(Sealer::open_file(&path, true), Err(SealProblem::Key(_))));
    }
}
