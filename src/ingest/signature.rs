//! Whether a delivery is Concur's: RSASSA-PSS with SHA-256 over the raw body, header `Concur-Signature` (E44–E50).
//! Called by `receive` for every delivery; the keys come from `--ess-public-keys`.
//! Always: a key is never taken from a request; salt is the longest that fits the key, then 32 bytes; a key proves nothing
//! outside its validity.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, NaiveDate, Utc};
use http::HeaderMap;
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use rsa::pss::{Signature, VerifyingKey};
use rsa::sha2::{Digest as _, Sha256};
use rsa::signature::hazmat::PrehashVerifier as _;
use rsa::traits::PublicKeyParts as _;

/// Header of the signature; HTTP compares its name without case.
pub const HEADER: &str = "concur-signature";

const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a key file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// No PEM block at all.
    #[error("the file holds no PEM block; it needs one or more `-----BEGIN PUBLIC KEY-----`")]
    NoKey,
    /// A certificate instead of its key.
    #[error("block {0} is a certificate; take its key out with `openssl x509 -pubkey -noout`")]
    Certificate(usize),
    /// A private key does not belong here.
    #[error("block {0} is a private key; this file takes public keys only")]
    Private(usize),
    /// Not an RSA key in one of the usual forms.
    #[error("block {0} is no RSA public key")]
    NotRsa(usize),
    /// Too short to prove anything.
    #[error("block {0} is an RSA key of {1} bits; at least 2048 are needed")]
    Short(usize, usize),
    /// A validity that nobody can read would be none at all.
    #[error("above block {0} stands `valid from` or `valid until` without a date such as 2026-09-28")]
    Validity(usize),
}

/// Why a delivery is not accepted as Concur's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// There is no signature.
    #[error("missing")]
    Missing,
    /// There are two, and nobody can say which one counts.
    #[error("duplicate")]
    Duplicate,
    /// It is no base64.
    #[error("not_base64")]
    NotBase64,
    /// No key has signatures of this length.
    #[error("wrong_length")]
    WrongLength,
    /// No key made it.
    #[error("no_key_matches")]
    NoKeyMatches,
    /// A key made it that is not valid yet, or no more.
    #[error("key_not_valid_now")]
    KeyNotValidNow,
}

impl BadSignature {
    /// A word for the metric.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Duplicate => "duplicate",
            Self::NotBase64 => "not_base64",
            Self::WrongLength => "wrong_length",
            Self::NoKeyMatches => "no_key_matches",
            Self::KeyNotValidNow => "key_not_valid_now",
        }
    }
}

/// From when until when a key is accepted; open where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl Validity {
    /// Whether a key is accepted at this time.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

struct Key {
    fingerprint: String,
    validity: Validity,
    /// Bytes of a signature.
    length: usize,
    /// Longest salt first, since Concur uses it (E45).
    by_salt: Vec<VerifyingKey<Sha256>>,
}

/// The accepted public keys, with overlap while Concur changes them (E49, E50).
pub struct Keys {
    keys: Vec<Key>,
    /// Which one matched last: it is tried first.
    last: AtomicUsize,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.fingerprints()).finish()
    }
}

impl Keys {
    /// Reads a PEM text with one or more public keys; whatever stands between the blocks is a comment. `valid from` and
    /// `valid until` with a date, in the comment above a key, bound its use; the day named last is the last whole one.
    pub fn from_pem(text: &str) -> Result<Self, KeyProblem> {
        let mut keys: Vec<Key> = Vec::new();
        for (index, (comment, block)) in blocks(text).into_iter().enumerate() {
            let key = Key {
                validity: validity(&comment).ok_or(KeyProblem::Validity(index + 1))?,
                ..key(index + 1, &block)?
            };
            if keys.iter().all(|k| k.fingerprint != key.fingerprint) {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            Err(KeyProblem::NoKey)
        } else {
            Ok(Self {
                keys,
                last: AtomicUsize::new(0),
            })
        }
    }

    /// SHA-256 of each key's SPKI, in hex, in the file's order.
    pub fn fingerprints(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|k| k.fingerprint.as_str())
    }

    /// The keys in the file's order, with their validity.
    pub fn list(&self) -> impl Iterator<Item = (&str, Validity)> {
        self.keys.iter().map(|k| (k.fingerprint.as_str(), k.validity))
    }

    /// The fingerprint of the key that signed `body`, if it is valid at `now`.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<&str, BadSignature> {
        let mut values = headers.get_all(HEADER).iter();
        let value = values.next().ok_or(BadSignature::Missing)?;
        if values.next().is_some() {
            return Err(BadSignature::Duplicate);
        }
        let signature = decode(value.as_bytes()).ok_or(BadSignature::NotBase64)?;
        if signature.is_empty() {
            return Err(BadSignature::Missing);
        }
        if self.keys.iter().all(|k| k.length != signature.len()) {
            return Err(BadSignature::WrongLength);
        }
        let length = signature.len();
        let signature = Signature::try_from(signature.as_slice()).map_err(|_| BadSignature::WrongLength)?;
        let digest = Sha256::digest(body);
        let first = self.last.load(Ordering::Relaxed);
        let order = (first..self.keys.len()).chain(0..first);
        for (index, key) in order
            .filter_map(|i| Some((i, self.keys.get(i)?)))
            .filter(|(_, k)| k.length == length)
        {
            if key
                .by_salt
                .iter()
                .any(|k| k.verify_prehash(&digest, &signature).is_ok())
            {
                if !key.validity.holds(now) {
                    return Err(BadSignature::KeyNotValidNow);
                }
                self.last.store(index, Ordering::Relaxed);
                return Ok(&key.fingerprint);
            }
        }
        Err(BadSignature::NoKeyMatches)
    }
}

/// Base64 in either alphabet, with or without padding, with whitespace anywhere.
fn decode(value: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = value
        .iter()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| match b {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    STANDARD.decode(text).ok()
}

/// The PEM blocks of a text, each with its own two marker lines, and what stands above it.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut comment = String::new();
    let mut open: Option<String> = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with("-----BEGIN ") {
            open = Some(String::new());
        }
        let into = open.as_mut().unwrap_or(&mut comment);
        if !line.is_empty() {
            into.push_str(line);
            into.push('\n');
        }
        if line.starts_with("-----END ")
            && let Some(block) = open.take()
        {
            blocks.push((std::mem::take(&mut comment), block));
        }
    }
    blocks.extend(open.map(|block| (comment, block)));
    blocks
}

/// What a comment says of validity; `None` if a date cannot be read.
fn validity(comment: &str) -> Option<Validity> {
    let comment = comment.to_ascii_lowercase();
    let date = |words: &str| match comment.split_once(words) {
        None => Some(None),
        Some((_, rest)) => {
            let date = NaiveDate::parse_from_str(rest.trim_start().get(..10)?, "%Y-%m-%d").ok()?;
            Some(Some(date))
        }
    };
    let midnight = |date: NaiveDate| date.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
    Some(Validity {
        from: date("valid from ")?.and_then(midnight),
        until: date("valid until ")?
            .and_then(|date| date.succ_opt())
            .and_then(midnight),
    })
}

fn key(number: usize, block: &str) -> Result<Key, KeyProblem> {
    let label = block.lines().next().unwrap_or_default();
    if label.contains("CERTIFICATE") {
        return Err(KeyProblem::Certificate(number));
    }
    if label.contains("PRIVATE") {
        return Err(KeyProblem::Private(number));
    }
    let key = RsaPublicKey::from_public_key_pem(block)
        .ok()
        .or_else(|| RsaPublicKey::from_pkcs1_pem(block).ok())
        .ok_or(KeyProblem::NotRsa(number))?;
    let length = key.size();
    if length < 256 {
        return Err(KeyProblem::Short(number, length * 8));
    }
    let spki = key.to_public_key_der().map_err(|_| KeyProblem::NotRsa(number))?;
    let fingerprint = Sha256::digest(spki.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // RFC 8017 §9.1.1: what is left of the key's bytes after the hash and two bytes of padding.
    let longest = length - 32 - 2;
    let by_salt = [longest, 32]
        .map(|salt| VerifyingKey::new_with_salt_len(key.clone(), salt))
        .into();
    Ok(Key {
        fingerprint,
        validity: Validity::default(),
        length,
        by_salt,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three keys that Concur has published so far, Appendix B of the fact sheet.
    const PUBLISHED: &str = "\
# the key of 2021
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxS1LsXrEWEEMPooLHa4r
osCAnmkO3HaBAk0YcsDMR6hQeuQNLqRWP65TpbfTbKWmZ22Hzep3Ekhs1qvSZgI+
iq/bnVeDhkcD+LqVQGP+7fyE0E0bO96FOzMmtbRet4wAiiE9+uw5GmZfg+fRG3yI
y2N5u5p7VHJ1RwNugrIUQjhrLvZc+lhqR/aKTxQCQ5CGAgLZIcr3FIWCWrSBMK3d
Wy3KI+qe3ZX0STrCCNxl2UFnuuAa2RZZ2j4QtWHlNkyK+UEup+cGkvpc1XrT7anL
HlbTP6jE7MqB5sJ9r2EEzrJzJZjD13UqlzvI61tTC8SKpuk5AEaSsUV7RKlKUCjB
8wIDAQAB
-----END PUBLIC KEY-----

  and until October 2025:

-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2wJd8TVDGUxD00bCqemz
cptSfm7VGNa8Bm2DIpmqobzN6jv/HNzI3HPjeqcP1GtA4vjoFkFRaW2Qs286cI7e
9GcLbJP4mzww97LfbZYGTI+9SAlxDKEZl/AWbwTi6P8lOxho8fQ4Sv4eSK7hyL3l
I82XdBYJ2JWRpEQ1hZOui1f0BlFyqFVrEbzolE6S0eeP3gb1szFELz8ES5T4/T0o
Tz1KZE2knMsugAz760Mlmc7EuLutnNhfCZQypNUZ9fI2CMSZWHZa8IH9MCz/ywuE
NYp3hlsu0Q+oYeAwpDKyoWNLcV8pKaStVnP+3yn+/J3/oK4Rtqz/lKRrepxwTVRA
1wIDAQAB
-----END PUBLIC KEY-----
";

    #[test]
    fn e47_e48_published_keys_have_their_published_fingerprints() {
        let keys = Keys::from_pem(PUBLISHED).unwrap();
        let all: Vec<&str> = keys.fingerprints().collect();
        assert_eq!(
            all,
            [
                "24dd4f1eebae1c97f3acd56fe464b257ec39f577721e6fc9951131b4da42355d",
                "e6898d97cd18f3f171aa97db1ff07b1f4ee1143ac1338dec424705780adb132c",
            ]
        );
        assert_eq!(
            Keys::from_pem(&format!("{PUBLISHED}{PUBLISHED}"))
                .unwrap()
                .fingerprints()
                .count(),
            2
        );
    }

    #[test]
    fn e49_e50_the_comment_above_a_key_bounds_its_use() {
        let keys = Keys::from_pem(&PUBLISHED.replace(
            "and until October 2025:",
            "# Valid from 2024-10-01, valid until 2025-11-08",
        ))
        .unwrap();
        let all: Vec<Validity> = keys.list().map(|(_, validity)| validity).collect();
        assert_eq!(all[0], Validity::default());
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert!(!all[1].holds(at("2024-09-30T23:59:59Z")));
        assert!(all[1].holds(at("2024-10-01T00:00:00Z")) && all[1].holds(at("2025-11-08T23:59:59Z")));
        assert!(!all[1].holds(at("2025-11-09T00:00:00Z")));
        let broken = PUBLISHED.replace("# the key of 2021", "# valid until next year");
        assert_eq!(Keys::from_pem(&broken).unwrap_err(), KeyProblem::Validity(1));
    }

    #[test]
    fn a_file_that_holds_something_else_says_what() {
        let problem = |text: &str| Keys::from_pem(text).unwrap_err();
        assert_eq!(problem("# nothing yet\n"), KeyProblem::NoKey);
        assert_eq!(
            problem("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"),
            KeyProblem::Certificate(1)
        );
        assert_eq!(
            problem("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"),
            KeyProblem::Private(1)
        );
        let broken = format!("{PUBLISHED}-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n");
        assert_eq!(problem(&broken), KeyProblem::NotRsa(3));
        assert_eq!(problem("-----BEGIN PUBLIC KEY-----\nMIIB"), KeyProblem::NotRsa(1));
    }
}
