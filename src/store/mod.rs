//! The store: one trait in the words of the service, SQLite and PostgreSQL behind it.
//! Called by `concur`, `ingest`, `web` and the program's commands; opened once with [`open`].
//! Holds always: what a method confirmed is durable; no company's rows are read without a [`Scope`]; outcomes are fenced.

mod away;
mod backlogs;
mod bare;
mod bounds;
mod calibrations;
mod changes;
mod contacts;
mod draft;
mod error;
mod finding;
mod health;
mod id;
mod members;
mod model;
mod name;
mod one_time;
mod open;
mod parties;
mod postgres;
mod privacy;
mod profiles;
mod proofs;
mod quality;
mod scope;
mod session;
mod span;
mod sqlite;
mod stuck;
mod summary;
mod text;
mod time;
mod turns;
mod watches;

pub use backlogs::Backlogs;
pub use calibrations::{Calibration, Calibrations};
pub use changes::{Changes, TravelerChange};
pub use contacts::{ContactRow, Contacts, EmergencyContact, Reachable, RevealFilter, RevealRow, RevealedVia, Revealer};
pub use error::StoreError;
pub use finding::{Finding, FoundTrip, WordKind};
pub use health::{FeedHealth, FetchFailures};
pub use members::Members;
pub use model::*;
pub use one_time::OneTime;
pub use open::open;
pub use parties::{GUEST, NOBODY, Parties};
pub use privacy::Privacy;
pub use profiles::{ProfileDue, ProfilesDue};
pub use proofs::{Proof, ProofKind, Proofs};
pub use quality::{Quality, QualityAck, QualityCount, QualityLimit, QualityPlace, QualitySpan};
pub use scope::{OperatorRight, Scope};
pub use session::Sessions;
pub use stuck::{Stuck, StuckTrip};
pub use text::search_key;
pub use turns::Turns;
pub use watches::{Delivery, DeliveryState, Look, Tried, Watch, Watches};

use crate::whereabouts::{Area, Episode};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Which database is behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One file beside the program; one node.
    Sqlite,
    /// A server; many nodes.
    Postgres,
}

impl Engine {
    /// The engine's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

/// Everything the service keeps. Methods that take `now` use no other clock.
#[async_trait]
pub trait Store:
    Parties
    + ProfilesDue
    + Turns
    + Backlogs
    + Changes
    + Contacts
    + FeedHealth
    + Finding
    + Privacy
    + OneTime
    + Members
    + Proofs
    + Quality
    + Stuck
    + Calibrations
    + Watches
    + Send
    + Sync
    + 'static
{
    // --- health

    /// Commits a small write. Fails as a real one would.
    async fn probe_write(&self) -> Result<(), StoreError>;
    /// Which database this is.
    fn engine(&self) -> Engine;
    /// The settings on which durability rests, by name, as they are now.
    async fn durability(&self) -> Result<Vec<(String, String)>, StoreError>;

    // --- event inbox

    /// Makes a batch durable in one transaction and marks its trips; answers in the batch's order. A duplicate is
    /// counted and marks nothing. An event that the database refuses does not fail the others: it goes to quarantine.
    async fn append_events(&self, batch: &[NewEvent]) -> Result<Vec<Appended>, StoreError>;
    /// The event log, newest first.
    async fn events(&self, scope: &Scope, filter: &EventFilter) -> Result<Page<EventRow>, StoreError>;
    /// Marks the event's trip once more, due at once. `false`: no such event in scope. An event that names no trip
    /// stays as it is.
    async fn replay_event(&self, scope: &Scope, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError>;
    /// How many events came and how many trips wait for what.
    async fn ingest_status(&self, scope: &Scope, now: DateTime<Utc>) -> Result<IngestStatus, StoreError>;
    /// Deletes bodies and, later, dedupe ids that are older; ids of events that still wait stay. Returns rows deleted.
    async fn prune_events(&self, bodies_before: DateTime<Utc>, ids_before: DateTime<Utc>) -> Result<u64, StoreError>;

    // --- trip work queue (reliability.md §2.4)

    /// Leases up to `n` due trips of connected companies, the longest due first.
    async fn claim_trips(&self, n: u32, now: DateTime<Utc>, lease: Duration) -> Result<Vec<Claim>, StoreError>;
    /// Extends the lease; `false`: it is lost.
    async fn heartbeat(&self, claim: &Claim, until: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Marks a trip without an event (backlog, reconciliation). A trip that was erased stays erased.
    async fn want_trip(
        &self,
        company: &str,
        trip: &str,
        href: Option<&str>,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// The fetch failed: try again at `due`; `class` says how it failed, in a word.
    async fn finish_retry(&self, claim: &Claim, due: DateTime<Utc>, class: &str) -> Result<(), StoreError>;
    /// Deleted, or not found: keeps what is believed, flags it `pending_delete`, claims again at `until` (R98). A
    /// grace that is running already is not prolonged.
    async fn finish_grace(&self, claim: &Claim, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// Gives up until a new event or a replay.
    async fn finish_dead(&self, claim: &Claim, class: &str) -> Result<(), StoreError>;
    /// Nothing is to be done, such as an anonymization of a trip that is not known (R97).
    async fn finish_nothing(&self, claim: &Claim) -> Result<(), StoreError>;
    /// Stores the fetched document and the traveler's new presence in one transaction; fenced by the lease and by the
    /// revisions. A document older than the stored one (R96) leaves trip and presence as they are and still finishes
    /// the claim. Drops the href.
    async fn finish_stored(&self, claim: &Claim, save: &TripSave) -> Result<(), StoreError>;
    /// Erases the trip and everything derived from it, leaves a tombstone of ids; presence is replaced in the same
    /// transaction. Only an event newer than the claim's makes the trip claimable again.
    async fn finish_erased(
        &self,
        claim: &Claim,
        save: Option<&PresenceSave>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// When the next trip can be claimed: `now` if one can already, `None` if none waits.
    async fn next_due(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError>;

    // --- travelers and what is known of them

    /// The company's traveler of this Concur user or login (whatever its case), created if there is none. With both
    /// given, a traveler known by one of them learns the other. `Inconsistent` for an unknown company or neither id.
    async fn traveler_for(
        &self,
        company: &str,
        concur_user: Option<&str>,
        login: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<TravelerRow, StoreError>;
    /// Stores a profile as Concur tells it.
    async fn save_profile(
        &self,
        company: &str,
        traveler: &str,
        profile: &ProfileSave,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// Revision and every record of one traveler. `Inconsistent` if there is no such traveler.
    async fn known_of(&self, company: &str, traveler: &str) -> Result<KnownOf, StoreError>;
    /// Replaces presence outside of a fetch, as time passed; `Fenced` if a revision moved.
    async fn save_presence(&self, company: &str, save: &PresenceSave) -> Result<(), StoreError>;
    /// Up to `n` travelers (company, id) whose presence was said to change by `now`, the longest due first.
    async fn travelers_due(&self, now: DateTime<Utc>, n: u32) -> Result<Vec<(String, String)>, StoreError>;
    /// An engine of this version computes from now on. If all before were older, everybody is due at once: how many that are.
    async fn engine_starts(&self, version: u32, now: DateTime<Utc>) -> Result<u64, StoreError>;

    // --- questions

    /// One row per traveler: the interval that holds at `at` as known at `as_of`. Ordered by (name, id).
    async fn presence_at(&self, scope: &Scope, q: &PresenceQuery) -> Result<Vec<PresenceAt>, StoreError>;
    /// The episodes of one traveler that touch [from, until), in order.
    async fn episodes(
        &self,
        scope: &Scope,
        traveler: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<Episode>, StoreError>;
    /// The episodes of everyone that touch [from, until), by traveler and in order.
    async fn episodes_in(
        &self,
        scope: &Scope,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError>;
    /// The same by traveler and without evidence and region, which are most of an episode: quick for many. Of rows that lead
    /// nowhere but home, probabilities and places are those of their summary: to a millionth. With an area, episodes are left
    /// out that put nothing into it and do not leave it open, and whoever has no others.
    async fn bare_episodes_in(
        &self,
        scope: &Scope,
        area: Option<&Area>,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Vec<Episode>)>, StoreError>;
    /// The same of these travelers only.
    async fn bare_episodes_of(
        &self,
        scope: &Scope,
        travelers: &[String],
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Vec<Episode>)>, StoreError>;
    /// The episodes that begin so, by traveler and begin; those that are not there are left out.
    async fn episodes_that_begin(
        &self,
        scope: &Scope,
        begins: &[(String, DateTime<Utc>)],
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError>;
    /// The episode of each of these travelers at one instant, in the order asked for; those without one are left out.
    async fn episodes_at(
        &self,
        scope: &Scope,
        travelers: &[String],
        at: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError>;
    /// One traveler.
    async fn traveler(&self, scope: &Scope, id: &str) -> Result<Option<TravelerRow>, StoreError>;
    /// A trip in its newest version; `None` once erased or in another company.
    async fn trip(&self, scope: &Scope, id: &str) -> Result<Option<TripRow>, StoreError>;
    /// A traveler's trips, by when they became known.
    async fn trips_of(&self, scope: &Scope, traveler: &str) -> Result<Vec<TripRow>, StoreError>;
    /// How many travelers are away at `from`, `from + step`, …: `bins` of them, as known now.
    async fn away_histogram(
        &self,
        scope: &Scope,
        from: DateTime<Utc>,
        step: Duration,
        bins: u32,
    ) -> Result<Vec<AwayBin>, StoreError>;
    /// When the newest event arrived or the newest document was stored.
    async fn data_age(&self, scope: &Scope) -> Result<Option<DateTime<Utc>>, StoreError>;

    // --- companies, connections, tokens

    /// Companies by name, then id.
    async fn companies(&self, scope: &Scope) -> Result<Vec<CompanyRow>, StoreError>;
    /// One company.
    async fn company(&self, scope: &Scope, id: &str) -> Result<Option<CompanyRow>, StoreError>;
    /// Connects or reconnects; keeps history; makes parked trips claimable.
    async fn connect_company(&self, c: &Connection, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// Names a company.
    async fn set_company_name(&self, id: &str, name: &str) -> Result<(), StoreError>;
    /// Parks or unparks a company's trips with its state; a disconnected one's token is forgotten.
    async fn set_company_state(
        &self,
        id: &str,
        state: CompanyState,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// The stored grant; `None` without one.
    async fn grant(&self, company: &str) -> Result<Option<Grant>, StoreError>;
    /// The right to redeem the refresh token; `None`: someone else holds it, or there is no connected grant.
    async fn lease_refresh(
        &self,
        company: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<RefreshLease>, StoreError>;
    /// Stores what the refresh brought and ends the lease; `Fenced` if it is lost.
    async fn save_refresh(&self, lease: &RefreshLease, g: &NewGrant) -> Result<(), StoreError>;
    /// Ends the lease without a new grant; nothing happens if it is lost.
    async fn release_refresh(&self, lease: &RefreshLease) -> Result<(), StoreError>;
    /// Concur refused the grant under this lease: the company needs to connect again, its trips are parked, its data
    /// begins to age. `false`: the grant was replaced meanwhile, and nothing happened.
    async fn lose_grant(&self, lease: &RefreshLease, reason: &str, now: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Whether the company is connected, and by the request token of this digest.
    async fn is_connected_by(&self, company: &str, link_sha256: &[u8]) -> Result<bool, StoreError>;

    // --- people who sign in, API tokens, throttling

    /// Adds a person; returns their id.
    async fn add_person(&self, p: &NewPerson, now: DateTime<Utc>) -> Result<Result<String, Taken>, StoreError>;
    /// Whatever the address's case.
    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError>;
    /// One person.
    async fn person(&self, id: &str) -> Result<Option<PersonRow>, StoreError>;
    /// Moves a person to a company.
    async fn set_person_company(&self, id: &str, company: &str) -> Result<(), StoreError>;
    /// Replaces a password's hash.
    async fn set_password(&self, id: &str, hash: &str) -> Result<(), StoreError>;
    /// Adds an API token; returns its id.
    async fn add_token(&self, t: &NewToken, now: DateTime<Utc>) -> Result<String, StoreError>;
    /// The token of this digest.
    async fn token_by_hash(&self, sha256: &[u8]) -> Result<Option<TokenRow>, StoreError>;
    /// Attempts under this key within the window, this one included. The key is stored as a digest.
    async fn note_attempt(&self, key: &str, now: DateTime<Utc>, window: Duration) -> Result<u32, StoreError>;
    /// Forgets the attempts under this key.
    async fn clear_attempts(&self, key: &str) -> Result<(), StoreError>;

    // --- sessions (adapted by `Sessions`)

    /// `false`: the id is taken.
    async fn session_create(&self, id_hash: &[u8], data: &[u8], expires: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Creates or replaces.
    async fn session_save(&self, id_hash: &[u8], data: &[u8], expires: DateTime<Utc>) -> Result<(), StoreError>;
    /// Data and expiry of a session that has not expired.
    async fn session_load(
        &self,
        id_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<(Vec<u8>, DateTime<Utc>)>, StoreError>;
    /// Ends a session.
    async fn session_delete(&self, id_hash: &[u8]) -> Result<(), StoreError>;
    /// Deletes expired sessions; returns how many.
    async fn sessions_expire(&self, now: DateTime<Utc>) -> Result<u64, StoreError>;
}
