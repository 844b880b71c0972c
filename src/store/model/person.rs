//! People who sign in and API tokens.
//! Written by sign-up and by the commands `user add` and `token add`, read by sign-in and by every request.
//! Holds always: passwords are argon2id hashes, tokens are SHA-256 digests; neither is printed.

use super::words;

words! {
    /// What a person or token may do.
    pub enum Role as "role" {
        /// Staff of the service: every company.
        Operator = "operator",
        /// One company: connection, people, quality.
        Admin = "admin",
        /// One company: where travelers are.
        Manager = "manager",
        /// One company: read only.
        Viewer = "viewer",
    }
}

/// Someone to be added.
#[derive(Clone, PartialEq)]
pub struct NewPerson {
    /// Unique, whatever its case.
    pub email: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
    /// The company of a company role; `None` for an operator, or until a company is connected.
    pub company: Option<String>,
}

/// The address is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this e-mail address is already in use")]
pub struct Taken;

/// Someone who can sign in.
#[derive(Clone, PartialEq)]
pub struct PersonRow {
    /// Our id, UUIDv7.
    pub id: String,
    /// As given.
    pub email: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
    /// Their company.
    pub company: Option<String>,
    /// May not sign in.
    pub disabled: bool,
}

/// An API token to be added.
#[derive(Clone, PartialEq)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Digest of the token.
    pub sha256: Vec<u8>,
    /// What it may do.
    pub role: Role,
    /// Its company.
    pub company: Option<String>,
}

/// An API token.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRow {
    /// Our id, UUIDv7.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Its company.
    pub company: Option<String>,
}

/// Prints neither address nor hash.
macro_rules! debug_without_secret {
    ($name:ident { $($field:ident),+ }) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))+.finish_non_exhaustive()
            }
        }
    };
}
debug_without_secret!(NewPerson { role, company });
debug_without_secret!(PersonRow {
    id,
    role,
    company,
    disabled
});
debug_without_secret!(NewToken { name, role, company });
