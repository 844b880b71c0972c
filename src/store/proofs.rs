//! With what deliveries of events were proven: keys and certificates, and when each was seen last.
//! Called by the upkeep, which notes them now and then, and by what shows them to the operator.
//! Holds always: a time only moves forward, whichever node notes it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;

/// Something that came with deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// A key's fingerprint.
    pub kind: ProofKind,
    /// Fingerprint of a key; verdict on a certificate.
    pub name: String,
    /// When it was seen last.
    pub seen_at: DateTime<Utc>,
}

/// What it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofKind {
    /// A signature by this key.
    Key,
    /// A client certificate with this verdict.
    Certificate,
}

impl ProofKind {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Certificate => "certificate",
        }
    }
}

/// Keys and certificates that were seen.
#[async_trait]
pub trait Proofs {
    /// Notes when these were seen; an older time than the stored one changes nothing.
    async fn note_proofs(&self, proofs: &[Proof]) -> Result<(), StoreError>;
    /// All that were ever seen, by kind and name.
    async fn proofs(&self) -> Result<Vec<Proof>, StoreError>;
}
