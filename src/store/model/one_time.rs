//! Secrets that work once: the operator's verification codes, codes of a mail, invitations.
//! Written where one is issued, redeemed by Quick Connect and by the page where an invited person chooses a password.
//! Holds always: only the digest comes here; nothing prints an address or a hash.

use super::Role;
use super::words;
use chrono::{DateTime, Utc};

words! {
    /// What a secret is good for.
    pub enum Purpose as "purpose" {
        /// The operator lets a company connect (Q64, Q65).
        Connect = "connect",
        /// Whoever makes an account can read the mail of its address.
        SignUp = "sign_up",
        /// A person who was added chooses a password.
        Invitation = "invitation",
    }
}

/// A secret to be kept.
#[derive(Clone, PartialEq)]
pub struct NewOneTime {
    /// What it is good for.
    pub purpose: Purpose,
    /// Of the secret.
    pub sha256: Vec<u8>,
    /// Only for this company, if given.
    pub company: Option<String>,
    /// Whose address.
    pub email: Option<String>,
    /// What the person may do.
    pub role: Option<Role>,
    /// The chosen password, argon2id.
    pub password_hash: Option<String>,
    /// What the issuer wrote beside it.
    pub note: Option<String>,
    /// Of no use from then on.
    pub expires_at: DateTime<Utc>,
}

/// A secret as it is kept.
#[derive(Clone, PartialEq)]
pub struct OneTimeRow {
    /// Our id, UUIDv7.
    pub id: String,
    /// What it is good for.
    pub purpose: Purpose,
    /// Only for this company, if given.
    pub company: Option<String>,
    /// Whose address.
    pub email: Option<String>,
    /// What the person may do.
    pub role: Option<Role>,
    /// The chosen password, argon2id.
    pub password_hash: Option<String>,
    /// What the issuer wrote beside it.
    pub note: Option<String>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// Of no use from then on.
    pub expires_at: DateTime<Utc>,
    /// When it was spent.
    pub used_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for NewOneTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewOneTime")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for OneTimeRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneTimeRow")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .field("company", &self.company)
            .field("used_at", &self.used_at)
            .finish_non_exhaustive()
    }
}
