//! Codes that people type once: how they look, how they are compared, how one is redeemed though the button is pressed twice.
//! Called by Quick Connect, by the pages of companies, the REST interface and the command `code add`.
//! Always holds: only a digest is kept; blanks, dashes and case do not matter; a code serves one purpose.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};

use super::AppState;
use crate::store::{NewOneTime, OneTimeRow, Purpose, StoreError};

/// Without letters and digits that look alike.
const LETTERS: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// How long whoever redeems a code holds it: longer than an exchange takes.
const HOLD: TimeDelta = TimeDelta::minutes(2);
/// How long a second click waits for the first, and how often it looks.
const LOOKS: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(250);
/// How long ago the first click may have been.
const JUST: TimeDelta = TimeDelta::minutes(2);

/// Four groups of four letters and digits: 79 bits.
pub fn letters() -> String {
    let mut random = rand::rngs::OsRng;
    let mut group = || {
        (0..4)
            .map(|_| char::from(LETTERS[random.gen_range(0..LETTERS.len())]))
            .collect::<String>()
    };
    [group(), group(), group(), group()].join("-")
}

/// Two groups of four digits: short enough for a mail, and only with a ticket and few tries.
pub fn digits() -> String {
    let number = rand::rngs::OsRng.gen_range(0..100_000_000_u32);
    format!("{:04} {:04}", number / 10_000, number % 10_000)
}

/// What is kept of a code. `ticket` is what the page carries besides, if anything.
pub fn sha256(purpose: Purpose, ticket: &str, code: &str) -> Vec<u8> {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    Sha256::digest(format!("{purpose}\0{ticket}\0{code}")).to_vec()
}

/// A code that connects one company once, and what is kept of it (Q64). `company`: it opens no other.
pub fn to_connect(company: Option<String>, note: Option<&str>, days: u16, now: DateTime<Utc>) -> (String, NewOneTime) {
    let code = letters();
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let kept = NewOneTime {
        purpose: Purpose::Connect,
        sha256: sha256(Purpose::Connect, "", &code),
        company,
        email: None,
        role: None,
        password_hash: None,
        note: note.map(|note| note.chars().take(200).collect()),
        expires_at: now + TimeDelta::days(i64::from(days)),
    };
    (code, kept)
}

/// How taking a code ended.
pub enum Taken {
    /// Nobody else has it: to be spent or released.
    Held(OneTimeRow),
    /// It was spent a moment ago: the first of two clicks.
    Again(OneTimeRow),
    /// Unknown, spent long ago, expired, another company's.
    No,
}

/// Takes a code; waits for another request that holds it.
pub async fn take(
    state: &AppState,
    purpose: Purpose,
    sha256: &[u8],
    company: Option<&str>,
) -> Result<Taken, StoreError> {
    for _ in 0..LOOKS {
        let now: DateTime<Utc> = (state.clock)();
        let held = state
            .store
            .hold_one_time(purpose, sha256, company, now, now + HOLD)
            .await?;
        if let Some(row) = held {
            return Ok(Taken::Held(row));
        }
        match state.store.one_time(purpose, sha256, now).await? {
            Some(row) if company.is_some() && row.company.is_some() && row.company.as_deref() != company => {
                return Ok(Taken::No);
            }
            Some(row) => match row.used_at {
                Some(at) if now - at < JUST => return Ok(Taken::Again(row)),
                Some(_) => return Ok(Taken::No),
                None => tokio::time::sleep(BETWEEN).await,
            },
            None => return Ok(Taken::No),
        }
    }
    Ok(Taken::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q65_codes_are_typed_with_or_without_dashes_and_in_any_case() {
        let code = letters();
        assert_eq!(code.len(), 19);
        assert!(code.bytes().all(|b| b == b'-' || LETTERS.contains(&b)), "{code}");
        assert_ne!(code, letters());
        let same = |typed: &str| sha256(Purpose::Connect, "", typed) == sha256(Purpose::Connect, "", &code);
        assert!(same(&code.to_lowercase()) && same(&code.replace('-', " ")) && same(&format!(" {code} ")));
        assert!(!same(&code[1..]));
        assert_ne!(
            sha256(Purpose::Connect, "", &code),
            sha256(Purpose::Invitation, "", &code)
        );
        assert_ne!(sha256(Purpose::SignUp, "a", "1"), sha256(Purpose::SignUp, "b", "1"));
        assert_eq!(digits().len(), 9);
    }
}
