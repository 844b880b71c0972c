//! The people of one company.
//! Called through the trait by the page of the company.
//! Holds always: changes of one company's people come one after the other, so that two cannot remove the last two admins.

use super::people::{PERSON, PersonColumns};
use super::{Conn, Sql};
use crate::store::{Members, PersonRow, Role, StoreError};
use async_trait::async_trait;

/// Waits for whoever changes people of this company now.
async fn queue_up(conn: &mut Conn, company: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE company SET name = name WHERE id = $1")
        .bind(company)
        .execute(conn)
        .await?;
    Ok(())
}

/// Not an administrator, or not the only one.
const NOT_THE_LAST: &str = "(role <> 'admin' OR EXISTS (SELECT 1 FROM person o WHERE o.company = $2 AND o.role = 'admin' \
    AND NOT o.disabled AND o.id <> $1))";

#[async_trait]
impl Members for Sql {
    async fn members(&self, company: &str) -> Result<Vec<PersonRow>, StoreError> {
        let rows: Vec<PersonColumns> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{PERSON} WHERE company = $1 ORDER BY email_key"
        )))
        .bind(company)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(PersonColumns::row).collect()
    }

    async fn set_member_role(&self, company: &str, person: &str, role: Role) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        queue_up(&mut tx, company).await?;
        let done = sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE person SET role = $3 WHERE id = $1 AND company = $2 AND ($3 = 'admin' OR {NOT_THE_LAST})"
        )))
        .bind(person)
        .bind(company)
        .bind(role.as_str())
        .execute(&mut *tx)
        .await?;
        self.commit(tx).await?;
        Ok(done.rows_affected() == 1)
    }

    async fn remove_member(&self, company: &str, person: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        queue_up(&mut tx, company).await?;
        let done = sqlx::query(sqlx::AssertSqlSafe(format!(
            "DELETE FROM person WHERE id = $1 AND company = $2 AND {NOT_THE_LAST}"
        )))
        .bind(person)
        .bind(company)
        .execute(&mut *tx)
        .await?;
        self.commit(tx).await?;
        self.residue();
        Ok(done.rows_affected() == 1)
    }
}
