//! The people of one company: who signs in, and what they may do.
//! A part of the store's trait; called by the page of the company.
//! Holds always: a company that has an administrator keeps one; nobody of another company is touched.

use super::{PersonRow, Role, StoreError};
use async_trait::async_trait;

/// People of a company.
#[async_trait]
pub trait Members {
    /// Everybody of the company, by address.
    async fn members(&self, company: &str) -> Result<Vec<PersonRow>, StoreError>;
    /// Changes what a person of this company may do; `false`: no such person in it, or its last administrator.
    async fn set_member_role(&self, company: &str, person: &str, role: Role) -> Result<bool, StoreError>;
    /// Removes a person of this company; `false` as above.
    async fn remove_member(&self, company: &str, person: &str) -> Result<bool, StoreError>;
}
