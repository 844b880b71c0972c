//! Companies, their connection to Concur, and the lease under which its token is refreshed.
//! Written by Quick Connect and by `concur::tokens`, read by the pages of companies.
//! Holds always: a refresh token is sealed before it comes here; nothing here prints one.

use super::words;
use chrono::{DateTime, Utc};

words! {
    /// Whether we may fetch a company's trips.
    pub enum CompanyState as "state of a company" {
        /// The grant works.
        Connected = "connected",
        /// The grant was refused; the company's admin must connect again.
        ReconnectNeeded = "reconnect_needed",
        /// Someone disconnected it.
        Disconnected = "disconnected",
    }
}

/// A company as the dashboard shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct CompanyRow {
    /// Concur's company id, lower case.
    pub id: String,
    /// Its name, once Concur told it.
    pub name: Option<String>,
    /// Whether it is connected.
    pub state: CompanyState,
    /// Why it is not.
    pub reason: Option<String>,
    /// Since when it is.
    pub since: Option<DateTime<Utc>>,
    /// When fetching ended, from which its data ages (Q54, P16); `None` while it is connected.
    pub retention_started_at: Option<DateTime<Utc>>,
    /// Host of the geolocation: the data centre.
    pub region: Option<String>,
    /// When its last event arrived.
    pub last_event_at: Option<DateTime<Utc>>,
    /// When its grant ends.
    pub refresh_expires_at: Option<DateTime<Utc>>,
    /// When it connected last.
    pub connected_at: Option<DateTime<Utc>>,
    /// Concur's user id of who connected it.
    pub connected_by: Option<String>,
}

/// What a completed Quick Connect leaves.
#[derive(Clone, PartialEq)]
pub struct Connection {
    /// Concur's company id, lower case.
    pub company: String,
    /// Its name, if known yet; `None` keeps the stored one.
    pub name: Option<String>,
    /// Base URL of its data centre.
    pub geolocation: String,
    /// Sealed.
    pub sealed_refresh_token: String,
    /// When the grant ends.
    pub refresh_expires_at: Option<DateTime<Utc>>,
    /// Concur's user id.
    pub connected_by: Option<String>,
    /// SHA-256 of the request token: the link by which it connected.
    pub link_sha256: Option<Vec<u8>>,
}

/// A company's stored grant.
#[derive(Clone, PartialEq)]
pub struct Grant {
    /// Whose.
    pub company: String,
    /// Sealed.
    pub sealed_refresh_token: String,
    /// Base URL of its data centre.
    pub geolocation: String,
    /// Counts every new token.
    pub version: i64,
    /// When the grant ends.
    pub refresh_expires_at: Option<DateTime<Utc>>,
    /// Whether it may be used.
    pub state: CompanyState,
}

/// The right to redeem a company's refresh token once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshLease {
    /// Whose.
    pub company: String,
    /// The fencing token.
    pub token: i64,
    /// Version of the grant that may be redeemed.
    pub version: i64,
}

/// What a refresh brought.
#[derive(Clone, PartialEq)]
pub struct NewGrant {
    /// Sealed.
    pub sealed_refresh_token: String,
    /// Base URL of its data centre.
    pub geolocation: String,
    /// When the grant ends.
    pub refresh_expires_at: Option<DateTime<Utc>>,
}

/// Prints everything but the token.
macro_rules! debug_without_token {
    ($name:ident { $($field:ident),+ }) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))+.finish_non_exhaustive()
            }
        }
    };
}
debug_without_token!(Connection {
    company,
    name,
    geolocation,
    refresh_expires_at,
    connected_by
});
debug_without_token!(Grant {
    company,
    geolocation,
    version,
    refresh_expires_at,
    state
});
debug_without_token!(NewGrant {
    geolocation,
    refresh_expires_at
});
