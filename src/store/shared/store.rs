//! The trait, method by method: each is one line that names where it is written.
//! Called through `Arc<dyn Store>`.
//! Holds always: nothing is decided here.

use super::Sql;
use crate::store::*;

#[async_trait]
impl Store for Sql {
    async fn probe_write(&self) -> Result<(), StoreError> {
        self.probe().await
    }

    fn engine(&self) -> Engine {
        self.kind()
    }

    async fn durability(&self) -> Result<Vec<(String, String)>, StoreError> {
        Sql::durability(self).await
    }

    async fn append_events(&self, batch: &[NewEvent]) -> Result<Vec<Appended>, StoreError> {
        self.append(batch).await
    }

    async fn events(&self, scope: &Scope, filter: &EventFilter) -> Result<Page<EventRow>, StoreError> {
        self.list_events(scope, filter).await
    }

    async fn replay_event(&self, scope: &Scope, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.replay(scope, id, now).await
    }

    async fn ingest_status(&self, scope: &Scope, now: DateTime<Utc>) -> Result<IngestStatus, StoreError> {
        self.count(scope, now).await
    }

    async fn prune_events(&self, bodies_before: DateTime<Utc>, ids_before: DateTime<Utc>) -> Result<u64, StoreError> {
        self.prune(bodies_before, ids_before).await
    }

    async fn claim_trips(&self, n: u32, now: DateTime<Utc>, lease: Duration) -> Result<Vec<Claim>, StoreError> {
        self.claim(n, now, lease).await
    }

    async fn heartbeat(&self, claim: &Claim, until: DateTime<Utc>) -> Result<bool, StoreError> {
        self.prolong(claim, until).await
    }

    async fn want_trip(
        &self,
        company: &str,
        trip: &str,
        href: Option<&str>,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.want(company, trip, href, due).await
    }

    async fn finish_retry(&self, claim: &Claim, due: DateTime<Utc>, class: &str) -> Result<(), StoreError> {
        self.retry(claim, due, class).await
    }

    async fn finish_grace(&self, claim: &Claim, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.grace(claim, until, now).await
    }

    async fn finish_dead(&self, claim: &Claim, class: &str) -> Result<(), StoreError> {
        self.dead(claim, class).await
    }

    async fn finish_nothing(&self, claim: &Claim) -> Result<(), StoreError> {
        self.nothing(claim).await
    }

    async fn finish_stored(&self, claim: &Claim, save: &TripSave) -> Result<(), StoreError> {
        self.store(claim, save).await
    }

    async fn finish_erased(
        &self,
        claim: &Claim,
        save: Option<&PresenceSave>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.erase(claim, save, now).await
    }

    async fn next_due(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.next(now).await
    }

    async fn traveler_for(
        &self,
        company: &str,
        concur_user: Option<&str>,
        login: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<TravelerRow, StoreError> {
        self.find_or_create(company, concur_user, login, now).await
    }

    async fn save_profile(
        &self,
        company: &str,
        traveler: &str,
        profile: &ProfileSave,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put_profile(company, traveler, profile, now).await
    }

    async fn known_of(&self, company: &str, traveler: &str) -> Result<KnownOf, StoreError> {
        self.know(company, traveler).await
    }

    async fn save_presence(&self, company: &str, save: &PresenceSave) -> Result<(), StoreError> {
        self.put_presence(company, save).await
    }

    async fn travelers_due(&self, now: DateTime<Utc>, n: u32) -> Result<Vec<(String, String)>, StoreError> {
        self.due_travelers(now, n).await
    }

    async fn engine_starts(&self, version: u32, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.newer_engine(version, now).await
    }

    async fn presence_at(&self, scope: &Scope, q: &PresenceQuery) -> Result<Vec<PresenceAt>, StoreError> {
        self.everyone_at(scope, q).await
    }

    async fn episodes(
        &self,
        scope: &Scope,
        traveler: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<Episode>, StoreError> {
        self.episodes_of(scope, traveler, from, until, as_of).await
    }

    async fn episodes_in(
        &self,
        scope: &Scope,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError> {
        self.everyones_episodes(scope, from, until, as_of).await
    }

    async fn bare_episodes_in(
        &self,
        scope: &Scope,
        area: Option<&Area>,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Vec<Episode>)>, StoreError> {
        self.everyones_bare_episodes(scope, area, from, until, as_of).await
    }

    async fn bare_episodes_of(
        &self,
        scope: &Scope,
        travelers: &[String],
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Vec<Episode>)>, StoreError> {
        self.some_bare_episodes(scope, travelers, (from, until), as_of).await
    }

    async fn episodes_that_begin(
        &self,
        scope: &Scope,
        begins: &[(String, DateTime<Utc>)],
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError> {
        self.begun_episodes(scope, begins, as_of).await
    }

    async fn episodes_at(
        &self,
        scope: &Scope,
        travelers: &[String],
        at: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<(String, Episode)>, StoreError> {
        self.some_episodes_at(scope, travelers, at, as_of).await
    }

    async fn traveler(&self, scope: &Scope, id: &str) -> Result<Option<TravelerRow>, StoreError> {
        self.find_traveler(scope, id).await
    }

    async fn trip(&self, scope: &Scope, id: &str) -> Result<Option<TripRow>, StoreError> {
        self.find_trip(scope, id).await
    }

    async fn trips_of(&self, scope: &Scope, traveler: &str) -> Result<Vec<TripRow>, StoreError> {
        self.find_trips_of(scope, traveler).await
    }

    async fn away_histogram(
        &self,
        scope: &Scope,
        from: DateTime<Utc>,
        step: Duration,
        bins: u32,
    ) -> Result<Vec<AwayBin>, StoreError> {
        self.away(scope, from, step, bins).await
    }

    async fn data_age(&self, scope: &Scope) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.newest(scope).await
    }

    async fn companies(&self, scope: &Scope) -> Result<Vec<CompanyRow>, StoreError> {
        self.find_companies(scope, None).await
    }

    async fn company(&self, scope: &Scope, id: &str) -> Result<Option<CompanyRow>, StoreError> {
        Ok(self.find_companies(scope, Some(id)).await?.pop())
    }

    async fn connect_company(&self, c: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.connect(c, now).await
    }

    async fn set_company_name(&self, id: &str, name: &str) -> Result<(), StoreError> {
        self.name_company(id, name).await
    }

    async fn set_company_state(
        &self,
        id: &str,
        state: CompanyState,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put_state(id, state, reason, now).await
    }

    async fn grant(&self, company: &str) -> Result<Option<Grant>, StoreError> {
        self.find_grant(company).await
    }

    async fn lease_refresh(
        &self,
        company: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<RefreshLease>, StoreError> {
        self.begin_refresh(company, now, until).await
    }

    async fn save_refresh(&self, lease: &RefreshLease, g: &NewGrant) -> Result<(), StoreError> {
        self.end_refresh(lease, g).await
    }

    async fn release_refresh(&self, lease: &RefreshLease) -> Result<(), StoreError> {
        self.drop_refresh(lease).await
    }

    async fn lose_grant(&self, lease: &RefreshLease, reason: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.lose(lease, reason, now).await
    }

    async fn is_connected_by(&self, company: &str, link_sha256: &[u8]) -> Result<bool, StoreError> {
        self.has_link(company, link_sha256).await
    }

    async fn add_person(&self, p: &NewPerson, now: DateTime<Utc>) -> Result<Result<String, Taken>, StoreError> {
        self.create_person(p, now).await
    }

    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        self.find_person_by_email(email).await
    }

    async fn person(&self, id: &str) -> Result<Option<PersonRow>, StoreError> {
        self.find_person(id).await
    }

    async fn set_person_company(&self, id: &str, company: &str) -> Result<(), StoreError> {
        self.put_person_company(id, company).await
    }

    async fn set_password(&self, id: &str, hash: &str) -> Result<(), StoreError> {
        self.put_password(id, hash).await
    }

    async fn add_token(&self, t: &NewToken, now: DateTime<Utc>) -> Result<String, StoreError> {
        self.create_token(t, now).await
    }

    async fn token_by_hash(&self, sha256: &[u8]) -> Result<Option<TokenRow>, StoreError> {
        self.find_token(sha256).await
    }

    async fn note_attempt(&self, key: &str, now: DateTime<Utc>, window: Duration) -> Result<u32, StoreError> {
        self.count_attempt(key, now, window).await
    }

    async fn clear_attempts(&self, key: &str) -> Result<(), StoreError> {
        self.forget_attempts(key).await
    }

    async fn session_create(&self, id_hash: &[u8], data: &[u8], expires: DateTime<Utc>) -> Result<bool, StoreError> {
        self.create_session(id_hash, data, expires).await
    }

    async fn session_save(&self, id_hash: &[u8], data: &[u8], expires: DateTime<Utc>) -> Result<(), StoreError> {
        self.put_session(id_hash, data, expires).await
    }

    async fn session_load(
        &self,
        id_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<(Vec<u8>, DateTime<Utc>)>, StoreError> {
        self.find_session(id_hash, now).await
    }

    async fn session_delete(&self, id_hash: &[u8]) -> Result<(), StoreError> {
        self.delete_session(id_hash).await
    }

    async fn sessions_expire(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.expire_sessions(now).await
    }
}

#[async_trait]
impl Turns for Sql {
    async fn companies_due(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        self.with_something_due(now).await
    }

    async fn claim_shares(
        &self,
        shares: &[(String, u32)],
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Vec<Claim>, StoreError> {
        self.claim_in_turn(shares, now, lease).await
    }
}
