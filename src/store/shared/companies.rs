//! Companies connect and disconnect; one node at a time refreshes a company's token.
//! Called by `concur::connect`, `concur::tokens` and the pages of companies.
//! Holds always: a company's trips are claimable exactly while it is connected; a refresh that lost its lease is refused.

use super::{Conn, Sql, statements};
use crate::store::time::{at_opt, ms, ms_opt};
use crate::store::{CompanyRow, CompanyState, Connection, Grant, NewGrant, RefreshLease, Scope, StoreError};
use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    name: Option<String>,
    state: String,
    reason: Option<String>,
    state_since: Option<i64>,
    retention_started_at: Option<i64>,
    geolocation: String,
    last_event_at: Option<i64>,
    refresh_expires_at: Option<i64>,
    connected_at: Option<i64>,
    connected_by: Option<String>,
}

impl Columns {
    fn row(self) -> Result<CompanyRow, StoreError> {
        Ok(CompanyRow {
            state: self.state.parse()?,
            region: url::Url::parse(&self.geolocation)
                .ok()
                .and_then(|url| url.host_str().map(str::to_owned)),
            since: at_opt(self.state_since)?,
            retention_started_at: at_opt(self.retention_started_at)?,
            last_event_at: at_opt(self.last_event_at)?,
            refresh_expires_at: at_opt(self.refresh_expires_at)?,
            connected_at: at_opt(self.connected_at)?,
            id: self.id,
            name: self.name,
            reason: self.reason,
            connected_by: self.connected_by,
        })
    }
}

const SELECT: &str = "SELECT c.id, c.name, c.state, c.reason, c.state_since, c.retention_started_at, c.geolocation, t.last_event_at, \
    c.refresh_expires_at, \
    c.connected_at, c.connected_by FROM company c LEFT JOIN inbox_tally t ON t.company = c.id \
    WHERE ($1 IS NULL OR c.id = $1) AND ($2 IS NULL OR c.id = $2)";

/// Releases or parks a company's trips.
async fn park(conn: &mut Conn, company: &str, parked: bool) -> Result<(), StoreError> {
    sqlx::query("UPDATE trip_sync SET parked = $2 WHERE company = $1 AND parked <> $2")
        .bind(company)
        .bind(parked)
        .execute(conn)
        .await?;
    Ok(())
}

impl Sql {
    pub(super) async fn find_companies(&self, scope: &Scope, id: Option<&str>) -> Result<Vec<CompanyRow>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(SELECT)
            .bind(scope.company())
            .bind(id)
            .fetch_all(&self.read)
            .await?;
        let mut rows = rows.into_iter().map(Columns::row).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(rows)
    }

    pub(super) async fn connect(&self, c: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        statements::change_connections(&mut tx).await?;
        sqlx::query(
            "INSERT INTO company AS c (id, name, state, geolocation, sealed_refresh_token, grant_version, \
                 refresh_expires_at, connected_at, connected_by, state_since, link_sha256) \
             VALUES ($1, $2, 'connected', $3, $4, 1, $5, $6, $7, $6, $8) \
             ON CONFLICT (id) DO UPDATE SET name = coalesce(excluded.name, c.name), state = 'connected', reason = NULL, \
                 geolocation = excluded.geolocation, sealed_refresh_token = excluded.sealed_refresh_token, \
                 grant_version = c.grant_version + 1, refresh_expires_at = excluded.refresh_expires_at, \
                 connected_at = excluded.connected_at, connected_by = excluded.connected_by, state_since = excluded.state_since, \
                 retention_started_at = NULL, link_sha256 = excluded.link_sha256, refresh_lease_until = 0",
        )
        .bind(&c.company)
        .bind(&c.name)
        .bind(&c.geolocation)
        .bind(&c.sealed_refresh_token)
        .bind(ms_opt(c.refresh_expires_at))
        .bind(ms(now))
        .bind(&c.connected_by)
        .bind(&c.link_sha256)
        .execute(&mut *tx)
        .await?;
        park(&mut tx, &c.company, false).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }

    pub(super) async fn name_company(&self, id: &str, name: &str) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE company SET name = $2 WHERE id = $1")
            .bind(id)
            .bind(name)
            .execute(&self.write);
        one(done.await?.rows_affected(), "no such company")
    }

    pub(super) async fn put_state(
        &self,
        id: &str,
        state: CompanyState,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        statements::change_connections(&mut tx).await?;
        let done = sqlx::query(
            "UPDATE company SET state = $2, reason = $3, \
                 state_since = CASE WHEN state = $2 THEN state_since ELSE $5 END, \
                 retention_started_at = CASE WHEN $2 = 'connected' THEN NULL ELSE coalesce(retention_started_at, $5) END, \
                 sealed_refresh_token = CASE WHEN $4 THEN NULL ELSE sealed_refresh_token END, \
                 refresh_expires_at = CASE WHEN $4 THEN NULL ELSE refresh_expires_at END, \
                 grant_version = CASE WHEN $4 THEN grant_version + 1 ELSE grant_version END, \
                 refresh_lease_until = CASE WHEN $4 THEN 0 ELSE refresh_lease_until END \
             WHERE id = $1",
        )
        .bind(id)
        .bind(state.as_str())
        .bind(reason)
        .bind(state == CompanyState::Disconnected)
        .bind(ms(now))
        .execute(&mut *tx)
        .await?;
        one(done.rows_affected(), "no such company")?;
        park(&mut tx, id, state != CompanyState::Connected).await?;
        self.commit(tx).await?;
        self.residue();
        Ok(())
    }

    /// Only of the grant that was refused: a company that connected again meanwhile stays connected.
    pub(super) async fn lose(
        &self,
        lease: &RefreshLease,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        statements::change_connections(&mut tx).await?;
        let done = sqlx::query(
            "UPDATE company SET state = 'reconnect_needed', reason = $3, state_since = $4, \
                 retention_started_at = coalesce(retention_started_at, $4), refresh_lease_until = 0 \
             WHERE id = $1 AND grant_version = $2 AND state = 'connected'",
        )
        .bind(&lease.company)
        .bind(lease.version)
        .bind(reason)
        .bind(ms(now))
        .execute(&mut *tx)
        .await?;
        let lost = done.rows_affected() == 1;
        if lost {
            park(&mut tx, &lease.company, true).await?;
        }
        self.commit(tx).await?;
        Ok(lost)
    }

    pub(super) async fn has_link(&self, company: &str, sha256: &[u8]) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT grant_version FROM company WHERE id = $1 AND link_sha256 = $2 AND state = 'connected'",
        )
        .bind(company)
        .bind(sha256.to_vec())
        .fetch_optional(&self.write)
        .await?;
        Ok(found.is_some())
    }

    pub(super) async fn find_grant(&self, company: &str) -> Result<Option<Grant>, StoreError> {
        let row: Option<(String, String, i64, Option<i64>, String)> = sqlx::query_as(
            "SELECT sealed_refresh_token, geolocation, grant_version, refresh_expires_at, state FROM company \
             WHERE id = $1 AND sealed_refresh_token IS NOT NULL",
        )
        .bind(company)
        .fetch_optional(&self.read)
        .await?;
        row.map(|(sealed_refresh_token, geolocation, version, expires, state)| {
            Ok(Grant {
                company: company.to_owned(),
                sealed_refresh_token,
                geolocation,
                version,
                refresh_expires_at: at_opt(expires)?,
                state: state.parse()?,
            })
        })
        .transpose()
    }

    pub(super) async fn begin_refresh(
        &self,
        company: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<RefreshLease>, StoreError> {
        let row: Option<(i64, i64)> = sqlx::query_as(
            "UPDATE company SET refresh_lease = refresh_lease + 1, refresh_lease_until = $3 \
             WHERE id = $1 AND refresh_lease_until <= $2 AND sealed_refresh_token IS NOT NULL AND state = 'connected' \
             RETURNING refresh_lease, grant_version",
        )
        .bind(company)
        .bind(ms(now))
        .bind(ms(until))
        .fetch_optional(&self.write)
        .await?;
        Ok(row.map(|(token, version)| RefreshLease {
            company: company.to_owned(),
            token,
            version,
        }))
    }

    pub(super) async fn end_refresh(&self, lease: &RefreshLease, g: &NewGrant) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE company SET sealed_refresh_token = $4, geolocation = $5, refresh_expires_at = $6, \
                 grant_version = grant_version + 1, refresh_lease_until = 0 \
             WHERE id = $1 AND refresh_lease = $2 AND grant_version = $3 AND refresh_lease_until > 0",
        )
        .bind(&lease.company)
        .bind(lease.token)
        .bind(lease.version)
        .bind(&g.sealed_refresh_token)
        .bind(&g.geolocation)
        .bind(ms_opt(g.refresh_expires_at))
        .execute(&self.write)
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(StoreError::Fenced)
        }
    }

    pub(super) async fn drop_refresh(&self, lease: &RefreshLease) -> Result<(), StoreError> {
        sqlx::query("UPDATE company SET refresh_lease_until = 0 WHERE id = $1 AND refresh_lease = $2")
            .bind(&lease.company)
            .bind(lease.token)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}

/// A change must have met exactly the row it was meant for.
pub(super) fn one(rows: u64, otherwise: &str) -> Result<(), StoreError> {
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreError::Inconsistent(otherwise.to_owned()))
    }
}
