//! How a company's feed is.
//! Called through the trait only.
//! Holds always: as the trait says.

use super::{Db, Sql};
use crate::store::{FeedHealth, FetchFailures, Scope, StoreError};
use async_trait::async_trait;
use sqlx::QueryBuilder;

const MOST: u32 = 1_000;

#[async_trait]
impl FeedHealth for Sql {
    async fn fetch_failures(&self, scope: &Scope) -> Result<Vec<FetchFailures>, StoreError> {
        let rows: Vec<(String, bool, i64)> = sqlx::query_as(
            "SELECT error, state = 'dead' AS dead, count(*) AS trips FROM trip_sync \
             WHERE error IS NOT NULL AND state IN ('retry', 'dead') AND ($1 IS NULL OR company = $1) \
             GROUP BY error, state ORDER BY trips DESC, error, state",
        )
        .bind(scope.company())
        .fetch_all(&self.read)
        .await?;
        let row = |(class, dead, trips)| FetchFailures { class, dead, trips };
        Ok(rows.into_iter().map(row).collect())
    }

    async fn event_lags(&self, scope: &Scope, n: u32) -> Result<Vec<i64>, StoreError> {
        let mut query = QueryBuilder::<Db>::new(
            "SELECT (received_at - event_time) / 1000 FROM inbox_event WHERE event_time IS NOT NULL",
        );
        if let Some(company) = scope.company() {
            query.push(" AND company = ").push_bind(company.to_owned());
        }
        query
            .push(" ORDER BY id DESC LIMIT ")
            .push_bind(i64::from(n.clamp(1, MOST)));
        Ok(query.build_query_scalar().fetch_all(&self.read).await?)
    }
}
