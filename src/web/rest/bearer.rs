//! The token of a machine: read from the header, known to the store by its SHA-256 only.
//! Called as an extractor by every REST handler.

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use sha2::{Digest as _, Sha256};

use super::Problem;
use crate::web::{AppState, Principal};

/// The machine behind a valid bearer token.
pub struct Bearer(pub Principal);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let value = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        let token = match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => token.trim(),
            _ => return Err(Problem::unauthorized()),
        };
        let row = state
            .store
            .token_by_hash(&Sha256::digest(token.as_bytes()))
            .await?
            .ok_or_else(Problem::unauthorized)?;
        Ok(Self(Principal {
            id: row.id,
            name: row.name,
            role: row.role,
            company: row.company,
        }))
    }
}
